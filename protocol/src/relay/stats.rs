//! What an operator can see: counts, never names.

use crate::wire::relay::Refusal;

/// Counters since the start, and how much there is now. Nothing in it names a user, log or link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Links now.
    pub links: u64,
    /// Links that came up.
    pub links_opened: u64,
    /// Links closed by us: too many, or nothing but garbage.
    pub hangups: u64,
    /// Frames received.
    pub frames_in: u64,
    /// Frames sent.
    pub frames_out: u64,
    /// Bytes of frames received.
    pub bytes_in: u64,
    /// Bytes of frames sent.
    pub bytes_out: u64,
    /// Logs created.
    pub logs_created: u64,
    /// Envelopes stored in rooms.
    pub appends: u64,
    /// Envelopes stored in inboxes.
    pub paid_appends: u64,
    /// Pages read.
    pub reads: u64,
    /// Entries in those pages.
    pub entries_read: u64,
    /// Entries pushed to subscribers.
    pub entries_pushed: u64,
    /// Subscriptions ended because the subscriber did not keep up.
    pub subscribers_behind: u64,
    /// Acknowledgements that moved a reader on.
    pub acks: u64,
    /// Entries dropped because enough readers have them.
    pub entries_acked: u64,
    /// Entries dropped because they were too old.
    pub entries_expired: u64,
    /// Logs, key packages and records dropped because nobody used them or they were too old.
    pub forgotten: u64,
    /// Promises signed.
    pub promises: u64,
    /// Acceptances signed: register decisions as far as one relay knows them.
    pub acceptances: u64,
    /// Key packages given out, last resorts included.
    pub key_packages_taken: u64,
    /// Records stored.
    pub records_put: u64,
    /// Reads of the store that failed.
    pub store_failures: u64,
    /// Subscriptions now.
    pub subscriptions: u64,
    /// What is stored now; grows to the truth during the first minutes after a start.
    pub stored: Stored,
    refused: [u64; Refusal::ALL.len()],
}

/// How much is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Logs.
    pub logs: u64,
    /// Entries of logs: the depth of all queues.
    pub entries: u64,
    /// Key package names.
    pub key_package_names: u64,
    /// Records.
    pub records: u64,
    /// Bytes of envelopes, blocks, key packages and records.
    pub bytes: u64,
}

impl Stats {
    /// How often each reason was given.
    pub fn refusals(&self) -> impl Iterator<Item = (Refusal, u64)> + '_ {
        Refusal::ALL.into_iter().zip(self.refused)
    }

    /// All refusals together.
    pub fn refused(&self) -> u64 {
        self.refused.iter().sum()
    }

    pub(super) fn count_refusal(&mut self, refusal: Refusal) {
        self.refused[refusal as usize - 1] += 1;
    }
}

/// A refusal's name as a metrics label.
pub fn refusal_label(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Malformed => "malformed",
        Refusal::Unsupported => "unsupported",
        Refusal::NoSuchLog => "no_such_log",
        Refusal::BadCapability => "bad_capability",
        Refusal::SpecMismatch => "spec_mismatch",
        Refusal::WrongKind => "wrong_kind",
        Refusal::TooLarge => "too_large",
        Refusal::Full => "full",
        Refusal::Busy => "busy",
        Refusal::TooFarBehind => "too_far_behind",
        Refusal::TokenUnknown => "token_unknown",
        Refusal::TokenSpent => "token_spent",
        Refusal::TokenExpired => "token_expired",
        Refusal::WrongIndex => "wrong_index",
        Refusal::BadRecord => "bad_record",
        Refusal::StaleRecord => "stale_record",
        Refusal::TooMany => "too_many",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_counted_under_its_own_name() {
        let mut stats = Stats::default();
        for refusal in Refusal::ALL {
            stats.count_refusal(refusal);
        }
        assert!(stats.refusals().all(|(_, count)| count == 1));
        let labels: std::collections::BTreeSet<_> = Refusal::ALL.into_iter().map(refusal_label).collect();
        assert_eq!((labels.len(), stats.refused()), (Refusal::ALL.len(), Refusal::ALL.len() as u64));
    }
}
