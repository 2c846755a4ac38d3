//! Messages taken back for everybody. Body: `{0: [message, …]}`, ascending. A message that is named in one valid
//! deletion is gone for ever, on every replica, whatever else arrives; its author may delete it, and whoever has the
//! right to delete those of others.

use super::canonical;
use crate::ids::OpId;
use crate::limits::DELETE_TARGETS_MAX;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Messages taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delete {
    /// Ascending, 1 to 64.
    pub targets: Vec<OpId>,
}

impl Delete {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        if self.targets.len() > DELETE_TARGETS_MAX {
            return Err(WireError::TooLarge { what: "messages of a deletion", limit: DELETE_TARGETS_MAX });
        }
        if self.targets.is_empty() || self.targets.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(WireError::Invalid("messages of a deletion"));
        }
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "deletion").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds_and_hostile_bodies_are_refused() {
        let delete = Delete { targets: vec![OpId([7; 32])] };
        // a1                map of one
        //    00 81 5820 07… field 0: one message, 0707…
        let bytes = [&[0xa1, 0x00, 0x81, 0x58, 0x20][..], &[7; 32]].concat();
        assert_eq!(delete.encode().unwrap(), bytes);
        assert_eq!(Delete::decode(&bytes), Ok(delete));
        let many = (0..=DELETE_TARGETS_MAX as u8).map(|n| OpId([n; 32])).collect::<Vec<_>>();
        assert!(Delete { targets: many[1..].to_vec() }.checked().is_ok());
        for targets in [vec![], vec![OpId([1; 32]); 2], vec![OpId([2; 32]), OpId([1; 32])], many] {
            assert!(Delete::decode(&cbor::encode(&Delete { targets }).unwrap()).is_err());
        }
    }
}
