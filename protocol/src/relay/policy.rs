//! What the operator decides. Bounds that the protocol fixes are in `limits`.

use super::bucket::Rate;
use crate::limits::{FRAME_MAX, LOGS_CREATED_PER_HOUR, RETENTION_MS};
use thiserror::Error;

/// How much a relay takes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Links at a time.
    pub links_max: usize,
    /// Logs kept.
    pub logs_max: u64,
    /// Key package names kept, each up to `limits::KEY_PACKAGES_MAX` packages.
    pub key_package_names_max: u64,
    /// Records kept.
    pub records_max: u64,
    /// Bytes kept: envelopes, blocks, key packages and records, without the store's own overhead.
    pub bytes_max: u64,
    /// A log or key package name that was not touched for so long, and holds nothing, is forgotten.
    pub idle_ms: u64,
    /// Log heads kept in memory, about 300 bytes each; a change counts from the next start on.
    pub heads_cached: usize,
    /// Unreadable frames after which a link is closed.
    pub garbage_max: u32,
    /// Requests of one link.
    pub requests: Rate,
    /// Bytes of requests of one link.
    pub bytes: Rate,
    /// Logs and key package names created by one link.
    pub creations: Rate,
    /// Answers to one link that need a signature: promises and acceptances.
    pub signatures: Rate,
    /// Paid appends of one link, tried or done.
    pub paid_appends: Rate,
    /// Key packages taken by one link.
    pub takes: Rate,
    /// Records put by one link; each costs a signature check.
    pub record_puts: Rate,
}

impl Default for Policy {
    /// For a machine of 2 cores, 4 GB of memory and 80 GB of disk (protocol.md, section 6).
    fn default() -> Self {
        Self {
            links_max: 8_192,
            logs_max: 500_000,
            key_package_names_max: 100_000,
            records_max: 100_000,
            bytes_max: 32 * 1024 * 1024 * 1024,
            idle_ms: 6 * RETENTION_MS,
            heads_cached: 8_192,
            garbage_max: 8,
            // Above the 8,000 appends a second that one busy relay-to-relay link may carry.
            requests: Rate::per_second(20_000, 40_000),
            bytes: Rate::per_second(64 * 1024 * 1024, 64 * 1024 * 1024),
            creations: Rate::per_hour(LOGS_CREATED_PER_HOUR, LOGS_CREATED_PER_HOUR),
            signatures: Rate::per_second(200, 1_000),
            paid_appends: Rate::per_hour(3_600, 64),
            takes: Rate::per_hour(600, 200),
            record_puts: Rate::per_hour(3_600, 200),
        }
    }
}

/// A policy under which the relay could not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// A bound of zero.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// A rate that lets no whole frame through.
    #[error("the burst of bytes must be at least one frame, {FRAME_MAX}")]
    Bytes,
}

impl Policy {
    /// Checks that the relay can work under it.
    pub fn check(&self) -> Result<(), PolicyError> {
        let bounds = [
            ("links_max", self.links_max as u64),
            ("heads_cached", self.heads_cached as u64),
            ("garbage_max", self.garbage_max.into()),
            ("requests", self.requests.burst.into()),
        ];
        if let Some((name, _)) = bounds.into_iter().find(|(_, bound)| *bound == 0) {
            return Err(PolicyError::Zero(name));
        }
        if (self.bytes.burst as usize) < FRAME_MAX { Err(PolicyError::Bytes) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_cannot_work_is_named() {
        assert_eq!(Policy::default().check(), Ok(()));
        let no_links = Policy { links_max: 0, ..Policy::default() };
        assert_eq!(no_links.check(), Err(PolicyError::Zero("links_max")));
        let slow = Policy { bytes: Rate::per_second(1, 1), ..Policy::default() };
        assert_eq!(slow.check(), Err(PolicyError::Bytes));
    }
}
