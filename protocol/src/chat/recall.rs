//! What a device gets that comes in again: a parcel, and the blocks that it passes over.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | bytes | parcel, see `parcel`; its block is of intent 16 |
//! | 2 + 32 each | hashes of the blocks from the fork to the one before that block, at most 256 |
//! | 2 + … | `count u16 \| (index u64 \| rules bytes)*`: the rules where these blocks changed them, ascending |
//!
//! What it proves: the first hash is the block that the device knows to stand, and the parcel's block follows the last
//! one. What is between it takes on the word of the member who signed that block.

use super::control::intent::Intent;
use super::control::readmission::Readmission;
use super::control::rules::Rules;
use super::parcel::{Parcel, ParcelError};
use crate::ids::{BlockHash, DeviceId};
use crate::limits::{FORK_DEPTH_MAX, PARCEL_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a recall is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecallError {
    /// Not the format.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The parcel in it.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    /// Its block lets somebody else in, or behind another fork.
    #[error("the block lets somebody else in, or behind another fork")]
    Other,
    /// The blocks do not lead from the fork to the parcel's block.
    #[error("the blocks do not lead from the fork to the one that lets us in")]
    Chain,
}

/// A recall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// The way in.
    pub parcel: Parcel,
    /// The blocks from the fork on.
    pub passed: Vec<BlockHash>,
    /// The rules where they changed.
    pub rules: BTreeMap<u64, Rules>,
}

impl Recall {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(4096);
        w.u8(1).bytes(&self.parcel.encode()).count(self.passed.len());
        for hash in &self.passed {
            w.raw(&hash.0);
        }
        w.count(self.rules.len());
        for (index, rules) in &self.rules {
            w.u64(*index).bytes(&rules.encode());
        }
        w.finish()
    }

    /// Reads a recall for this device, which knows that at `from` the block `hash` stands.
    ///
    /// # Errors
    /// [`RecallError`].
    pub fn decode(bytes: &[u8], us: &DeviceId, from: u64, hash: &BlockHash) -> Result<Self, RecallError> {
        if bytes.len() > PARCEL_MAX {
            return Err(WireError::TooLarge { what: "recall", limit: PARCEL_MAX }.into());
        }
        let mut r = Reader::new(bytes);
        super::room::version(&mut r, "recall version")?;
        let parcel = Parcel::decode(r.bytes("parcel", PARCEL_MAX)?, us)?;
        let n = r.count("blocks of a recall", FORK_DEPTH_MAX, 32)?;
        let passed = (0..n).map(|_| Ok(BlockHash(r.array()?))).collect::<Result<Vec<_>, WireError>>()?;
        let n = r.count("rules of a recall", FORK_DEPTH_MAX, 12)?;
        let mut rules = BTreeMap::new();
        for _ in 0..n {
            let index = r.u64()?;
            let last = rules.last_key_value().map(|(last, _)| *last);
            if last.is_some_and(|last| last >= index) || index < from || index >= parcel.state.index {
                return Err(RecallError::Chain);
            }
            rules.insert(index, Rules::decode(r.bytes("rules", PARCEL_MAX)?)?);
        }
        r.finish().map_err(RecallError::Wire)?;
        let recall = Self { parcel, passed, rules };
        recall.check(us, from, hash)?;
        Ok(recall)
    }

    fn check(&self, us: &DeviceId, from: u64, hash: &BlockHash) -> Result<(), RecallError> {
        let content = self.parcel.block.content();
        let ours =
            |readmission: &Readmission| (readmission.from, &readmission.hash) == (from, hash) && readmission.names(us);
        if !matches!(&content.intent, Intent::Readmit(readmission) if ours(readmission)) {
            return Err(RecallError::Other);
        }
        let leads = content.index.checked_sub(from) == Some(self.passed.len() as u64)
            && self.passed.first() == Some(hash)
            && self.passed.last() == Some(&content.prev);
        if leads { Ok(()) } else { Err(RecallError::Chain) }
    }
}
