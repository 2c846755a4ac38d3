//! Somebody is writing. Body: `{0: what}`; 1: a text. It is only ever a signal: nobody keeps it.

use super::canonical;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Somebody is writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// 1: a text. Others are of later versions.
    pub what: u8,
}

impl Typing {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical(bytes, "typing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds() {
        // a1 00 01    map of one, field 0: a text
        assert_eq!(Typing { what: 1 }.encode().unwrap(), [0xa1, 0x00, 0x01]);
        assert_eq!(Typing::decode(&[0xa1, 0x00, 0x01]), Ok(Typing { what: 1 }));
        assert!(Typing::decode(&[0xa0]).is_err() && Typing::decode(&[0xa1, 0x00, 0x20]).is_err());
    }
}
