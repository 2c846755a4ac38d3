//! A message pinned or taken down for everybody. Body: `{0: message, 1: pinned}`. The last one by (time, id) of those
//! with the right counts.

use super::canonical;
use crate::ids::OpId;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Pins or takes down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Which message.
    pub target: OpId,
    /// It is pinned from now on; otherwise it is not.
    pub pinned: bool,
}

impl Pin {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical(bytes, "pin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds_and_hostile_bodies_are_refused() {
        let pin = Pin { target: OpId([7; 32]), pinned: true };
        // a2             map of two
        //    00 5820 07… field 0: message 0707…
        //    01 f5       field 1: true
        let bytes = [&[0xa2, 0x00, 0x58, 0x20][..], &[7; 32], &[0x01, 0xf5]].concat();
        assert_eq!(pin.encode().unwrap(), bytes);
        assert_eq!(Pin::decode(&bytes), Ok(pin));
        for bad in [&[][..], &[0xa0], &bytes[..bytes.len() - 1], &[0xa2, 0x00, 0x41, 7, 0x01, 0xf5]] {
            assert!(Pin::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
