//! Somebody is there, or has gone. Body: `{0: what}`; 1: there, 2: gone. It is only ever a signal: nobody keeps it. When
//! somebody was there last their receipts say ([`super::receipt`]).

use super::canonical;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// There.
pub const HERE: u8 = 1;
/// Gone.
pub const GONE: u8 = 2;

/// Somebody is there, or has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// [`HERE`] or [`GONE`]. Others are of later versions.
    pub what: u8,
}

impl Presence {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical(bytes, "presence")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds() {
        // a1 00 02    map of one, field 0: gone
        assert_eq!(Presence { what: GONE }.encode().unwrap(), [0xa1, 0x00, 0x02]);
        assert_eq!(Presence::decode(&[0xa1, 0x00, 0x02]), Ok(Presence { what: GONE }));
        assert!(Presence::decode(&[0xa0]).is_err() && Presence::decode(&[0xa1, 0x00, 0x20]).is_err());
    }
}
