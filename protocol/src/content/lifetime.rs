//! How long messages of this chat live from now on, unless they say otherwise. Body: `{0: seconds}`, or an empty map
//! for ever. The last one by (time, id) of those with the right counts. It is a default for senders: what destroys a
//! message is the lifetime that stands in the message.

use super::canonical;
use super::head::check_ttl;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// The chat's lifetime of messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetime {
    /// 1 second to 366 days; none: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_s: Option<u32>,
}

impl Lifetime {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        check_ttl(self.ttl_s)?;
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "lifetime").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds_and_hostile_bodies_are_refused() {
        // a1 00 18 3c    map of one, field 0: 60 seconds
        let bytes = [0xa1, 0x00, 0x18, 0x3c];
        assert_eq!(Lifetime { ttl_s: Some(60) }.encode().unwrap(), bytes);
        assert_eq!(Lifetime::decode(&bytes), Ok(Lifetime { ttl_s: Some(60) }));
        assert_eq!(Lifetime::decode(&[0xa0]), Ok(Lifetime { ttl_s: None }));
        for bad in [&[0xa1, 0x00, 0x00][..], &[0xa1, 0x00, 0x1a, 0xff, 0xff, 0xff, 0xff], &[0xa1, 0x00, 0xf6], &[]] {
            assert!(Lifetime::decode(bad).is_err(), "{bad:02x?}");
        }
    }
}
