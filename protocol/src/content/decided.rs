//! "This is what is decided behind this epoch": a control block with its receipt, said in the epoch that it ends. Body: the
//! bytes of a decision (docs/wire/control.md, section 5.2). Said when somebody names another block for the same index:
//! two decisions that hold are the proof of a fork. Nobody believes it unchecked (`peer::chat::forks`).

use crate::chat::control::register::Decision;
use crate::limits::OP_MAX;
use crate::wire::WireError;

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The block and the proof that it was decided.
    pub decision: Decision,
}

impl Decided {
    /// `None` for a decision that is too large for an operation: a block of 1,000 devices whose keys are all fresh may be.
    pub fn new(decision: Decision) -> Option<Self> {
        // The other fields of an operation take less than 512 bytes.
        (decision.encode().len() + 512 <= OP_MAX).then_some(Self { decision })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        self.decision.encode()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        Decision::decode(bytes).map(|decision| Self { decision })
    }
}
