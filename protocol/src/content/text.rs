//! A text message. Body: `{0: text}`.

use crate::limits::{OP_MAX, TEXT_UNITS_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// A text message of 1 to 4096 UTF-16 units that is not only white space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text.
    pub text: String,
}

impl Text {
    /// Checks the bounds.
    pub fn new(text: String) -> Result<Self, WireError> {
        if text.trim().is_empty() {
            return Err(WireError::Invalid("an empty text"));
        }
        if text.encode_utf16().count() > TEXT_UNITS_MAX {
            return Err(WireError::TooLarge { what: "text", limit: TEXT_UNITS_MAX });
        }
        Ok(Self { text })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        cbor::decode::<Self>(bytes, "text", OP_MAX).and_then(|read| Self::new(read.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds() {
        let text = Text::new("Zoë".into()).unwrap();
        // a1        map of one
        //    00     field 0
        //    64 …   text of four bytes
        let bytes = [0xa1, 0x00, 0x64, b'Z', b'o', 0xc3, 0xab];
        assert_eq!(text.encode().unwrap(), bytes);
        assert_eq!(Text::decode(&bytes).unwrap(), text);
    }

    #[test]
    fn bounds_count_utf16_units() {
        assert!(Text::new(" \n ".into()).is_err());
        assert!(Text::new("a".repeat(4096)).is_ok());
        assert!(Text::new("a".repeat(4097)).is_err());
        assert!(Text::new("𝄞".repeat(2048)).is_ok());
        assert!(Text::new("𝄞".repeat(2049)).is_err());
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let empty = cbor::encode(&Text { text: " ".into() }).unwrap();
        let long = cbor::encode(&Text { text: "a".repeat(5000) }).unwrap();
        for bytes in [&[][..], &[0xa0], &[0xa1, 0x00, 0x00], &empty, &long] {
            assert!(Text::decode(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
