//! "The next control block of this chat is decided; ask the register": a hint, believed by nobody, said in the epoch
//! that ends. Body: `{0: index, 1: hash of the block, if known}`. Who knows another block at that index knows of a fork, and
//! says what it has (`decided`).

use crate::ids::BlockHash;
use crate::limits::OP_MAX;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// The hint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The index that was decided.
    pub index: u64,
    /// The block there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<BlockHash>,
}

impl Moved {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        cbor::decode(bytes, "hint of a control block", OP_MAX)
    }
}
