//! Proof that a register decided twice, which can only be if a quorum's relays lied or lost their registers.
//!
//! Two receipts for one index may differ in ballot and hash and still be for one block: a later proposer may have
//! carried a decided block through again. A fork is two *blocks*.

use super::register::{Decision, DecisionError, Register};
use crate::ids::NodeId;
use thiserror::Error;

/// Why two decisions are no proof of a fork.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ForkError {
    /// Both are for one block.
    #[error("both receipts are for the same block")]
    SameBlock,
    /// The first is not a decision of the register.
    #[error("the first of the two is no decision: {0}")]
    First(DecisionError),
    /// The second is not a decision of the register.
    #[error("the second of the two is no decision: {0}")]
    Second(DecisionError),
}

/// Two decisions of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkProof {
    /// One.
    pub first: Decision,
    /// The other.
    pub second: Decision,
}

impl ForkProof {
    /// Checks the proof; gives the relays that signed both, ascending: at least one of them broke its word or lost
    /// its disk.
    ///
    /// # Errors
    /// [`ForkError`].
    pub fn check(&self, register: &Register) -> Result<Vec<NodeId>, ForkError> {
        if self.first.block.hash() == self.second.block.hash() {
            return Err(ForkError::SameBlock);
        }
        register.verify(&self.first).map_err(ForkError::First)?;
        register.verify(&self.second).map_err(ForkError::Second)?;
        let signed = |decision: &Decision, relay: &NodeId| decision.receipt.signatures.iter().any(|(r, _)| r == relay);
        let relays = register.home().relays().iter().filter(|relay| signed(&self.first, relay));
        Ok(relays.filter(|relay| signed(&self.second, relay)).copied().collect())
    }
}
