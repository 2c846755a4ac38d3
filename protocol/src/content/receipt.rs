//! How far a device has got: a max-register a sender device, so that receipts merge in any order and only the
//! latest needs to be kept. Body: `{0: [[device, delivered, read], …]}`, ascending by device.

use crate::ids::DeviceId;
use crate::limits::OP_MAX;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Marks of one receipt: the largest chat with one key tree has 1,000 devices.
pub const MARKS_MAX: usize = 1000;

/// Everything of one sender device up to these numbers is durable here, or was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(pub DeviceId, pub u64, pub u64);

impl Mark {
    /// The sender device.
    pub fn device(&self) -> DeviceId {
        self.0
    }

    /// Durable up to this sequence number.
    pub fn delivered(&self) -> u64 {
        self.1
    }

    /// Seen up to this sequence number, at most `delivered`; 0 if its user does not tell.
    pub fn read(&self) -> u64 {
        self.2
    }
}

/// How far a device has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Ascending by device.
    pub marks: Vec<Mark>,
}

impl Receipt {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let receipt = cbor::decode::<Self>(bytes, "receipt", OP_MAX)?;
        if receipt.marks.len() > MARKS_MAX {
            return Err(WireError::TooLarge { what: "marks", limit: MARKS_MAX });
        }
        let ascending = receipt.marks.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !ascending || receipt.marks.iter().any(|mark| mark.read() > mark.delivered()) {
            return Err(WireError::Invalid("receipt"));
        }
        Ok(receipt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_round_trip_and_nonsense_is_refused() {
        let (a, b) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let good = Receipt { marks: vec![Mark(a, 5, 3), Mark(b, 1, 0)] };
        assert_eq!(Receipt::decode(&good.encode().unwrap()), Ok(good));
        for marks in [vec![Mark(b, 1, 0), Mark(a, 1, 0)], vec![Mark(a, 1, 0); 2], vec![Mark(a, 1, 2)]] {
            let bytes = cbor::encode(&Receipt { marks }).unwrap();
            assert_eq!(Receipt::decode(&bytes), Err(WireError::Invalid("receipt")));
        }
    }
}
