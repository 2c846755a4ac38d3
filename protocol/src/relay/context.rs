//! What every part of the relay gets with a request: the time, the store, the operator's policy, and the batch that
//! its changes go into. A refused request's batch is thrown away, so a part changes what it keeps in memory only
//! behind its last check.

use super::policy::Policy;
use super::stats::Stats;
use super::totals::Totals;
use crate::core::Now;
use crate::ids::Capability;
use crate::store::{Batch, ReadError, StoreRead};
use crate::wire::WireError;
use crate::wire::relay::Refusal;
use subtle::ConstantTimeEq;

/// One request's surroundings.
pub(super) struct Context<'a> {
    pub(super) now: Now,
    pub(super) store: &'a dyn StoreRead,
    pub(super) policy: &'a Policy,
    pub(super) totals: &'a mut Totals,
    pub(super) stats: &'a mut Stats,
    pub(super) batch: Batch,
}

impl Context<'_> {
    /// Refuses if `more` bytes are more than the operator lets the relay keep.
    pub(super) fn admit_bytes(&self, more: u64) -> Result<(), No> {
        let full = self.totals.stored().bytes.saturating_add(more) > self.policy.bytes_max;
        if full { Err(Refusal::Busy.into()) } else { Ok(()) }
    }
}

/// Why a request has no other answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum No {
    /// By rule.
    Refused(Refusal),
    /// The store could not be read; nothing is known, so nothing is answered but "busy".
    Unreadable(ReadError),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ReadError> for No {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

/// A stored row of ours that does not decode.
pub(super) fn damaged(what: &'static str) -> impl Fn(WireError) -> ReadError {
    move |why| ReadError(format!("{what} is damaged: {why}"))
}

/// Compares in constant time, so that how long a refusal takes says nothing about the stored hash.
pub(super) fn check_capability(cap: &Capability, stored: &[u8; 32]) -> Result<(), No> {
    if bool::from(cap.hash().ct_eq(stored)) { Ok(()) } else { Err(Refusal::BadCapability.into()) }
}
