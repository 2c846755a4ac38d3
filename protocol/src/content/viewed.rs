//! A message that can be seen once was seen by somebody other than its author. Body: `{0: message}`. Every replica
//! drops the message's body, as if it were deleted.

use super::canonical;
use crate::ids::OpId;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// It was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewed {
    /// Which message.
    pub target: OpId,
}

impl Viewed {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical(bytes, "view of a message")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds() {
        let viewed = Viewed { target: OpId([7; 32]) };
        // a1             map of one
        //    00 5820 07… field 0: message 0707…
        let bytes = [&[0xa1, 0x00, 0x58, 0x20][..], &[7; 32]].concat();
        assert_eq!(viewed.encode().unwrap(), bytes);
        assert_eq!(Viewed::decode(&bytes), Ok(viewed));
        assert!(Viewed::decode(&[0xa0]).is_err());
    }
}
