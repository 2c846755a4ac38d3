//! Where the sender of a live location is now, and whether they stop telling. Body: `{0: message, 1: counter, 2: point,
//! 3: true if it is the end}`. Of several the last by (counter, time, id) counts; those after the time that the
//! location named do not. Only the last is kept.

use super::canonical;
use super::head::is_false;
use super::location::Point;
use crate::ids::OpId;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// The next point of a live location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The location.
    pub target: OpId,
    /// From 1.
    pub counter: u32,
    /// Where.
    pub point: Point,
    /// The sender stops telling.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ends: bool,
}

impl Live {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        if self.counter == 0 {
            return Err(WireError::Invalid("counter of a live location"));
        }
        self.point.check()?;
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "live location").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds_and_hostile_bodies_are_refused() {
        let point = Point { latitude: 1, longitude: 2, accuracy: None, heading: None };
        let end = Live { target: OpId([7; 32]), counter: 2, point, ends: true };
        // a4                   map of four
        //    00 5820 07…       field 0: message 0707…
        //    01 02             field 1: counter 2
        //    02 a2 00 01 01 02 field 2: a point
        //    03 f5             field 3: the end
        let rest = [0x01, 0x02, 0x02, 0xa2, 0x00, 0x01, 0x01, 0x02, 0x03, 0xf5];
        let bytes = [&[0xa4, 0x00, 0x58, 0x20][..], &[7; 32], &rest].concat();
        assert_eq!(end.encode().unwrap(), bytes);
        assert_eq!(Live::decode(&bytes), Ok(end.clone()));
        let nowhere = Point { latitude: i32::MAX, longitude: 0, accuracy: None, heading: None };
        for bad in [Live { counter: 0, ..end.clone() }, Live { point: nowhere, ..end }] {
            assert!(Live::decode(&cbor::encode(&bad).unwrap()).is_err());
        }
    }
}
