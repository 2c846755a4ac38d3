//! Somebody wants a message's file, which no relay has any more. Body: `{0: message}`. It is only ever a signal: whoever has the file
//! brings it to the relays again.

use super::canonical;
use crate::ids::OpId;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Its file is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Which message.
    pub target: OpId,
}

impl Wanted {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical(bytes, "wish for a file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds() {
        let wanted = Wanted { target: OpId([7; 32]) };
        // a1             map of one
        //    00 5820 07… field 0: message 0707…
        let bytes = [&[0xa1, 0x00, 0x58, 0x20][..], &[7; 32]].concat();
        assert_eq!(wanted.encode().unwrap(), bytes);
        assert_eq!(Wanted::decode(&bytes), Ok(wanted));
        assert!(Wanted::decode(&[0xa0]).is_err());
    }
}
