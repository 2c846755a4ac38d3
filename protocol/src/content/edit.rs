//! Another wording of an own text. Body: `{0: message, 1: counter, 2: text, 3: entities}`; empty entities are left
//! out. Of several the last by (counter, time, id) is shown; the former ones are its history.

use super::canonical;
use super::rich::{self, Entity};
use crate::ids::OpId;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// A new wording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Which message.
    pub target: OpId,
    /// One more than that of the wording that the author saw; from 1.
    pub counter: u32,
    /// As of a text message.
    pub text: String,
    /// As of a text message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

impl Edit {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        rich::check_text(&self.text, &self.entities)?;
        if self.counter == 0 { Err(WireError::Invalid("counter of an edit")) } else { Ok(self) }
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "edit").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds_and_hostile_bodies_are_refused() {
        let edit = Edit { target: OpId([7; 32]), counter: 1, text: "no".into(), entities: vec![] };
        // a3                map of three
        //    00 5820 07…    field 0: message 0707…
        //    01 01          field 1: counter 1
        //    02 62 6e 6f    field 2: "no"
        let mut bytes = vec![0xa3, 0x00, 0x58, 0x20];
        bytes.extend([7; 32]);
        bytes.extend([0x01, 0x01, 0x02, 0x62, b'n', b'o']);
        assert_eq!(edit.encode().unwrap(), bytes);
        assert_eq!(Edit::decode(&bytes), Ok(edit.clone()));
        for bad in [
            Edit { counter: 0, ..edit.clone() },
            Edit { text: " ".into(), ..edit.clone() },
            Edit { text: "x".repeat(4097), ..edit },
        ] {
            assert!(Edit::decode(&cbor::encode(&bad).unwrap()).is_err());
        }
    }
}
