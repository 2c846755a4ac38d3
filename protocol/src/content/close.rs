//! A poll is closed by its author, or by somebody with the right to delete others' messages. Body: `{0: poll}`. The
//! earliest close by (time, id) is the poll's end: a vote that is not before it does not count.

use super::canonical;
use crate::ids::OpId;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Closes a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    /// Which poll.
    pub target: OpId,
}

impl Close {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical(bytes, "close of a poll")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds() {
        let close = Close { target: OpId([7; 32]) };
        // a1             map of one
        //    00 5820 07… field 0: poll 0707…
        let bytes = [&[0xa1, 0x00, 0x58, 0x20][..], &[7; 32]].concat();
        assert_eq!(close.encode().unwrap(), bytes);
        assert_eq!(Close::decode(&bytes), Ok(close));
        assert!(Close::decode(&bytes[..20]).is_err());
    }
}
