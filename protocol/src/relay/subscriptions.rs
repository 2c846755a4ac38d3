//! Who hears of which log. In memory only: a link that goes down takes its subscriptions with it, and nothing on
//! disk says who read what.

use crate::ids::{LogTag, NodeId};
use crate::limits::{PUSH_AHEAD_BYTES, PUSH_AHEAD_ENTRIES};
use std::collections::{BTreeMap, BTreeSet};

/// Both directions of the same relation.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    by_log: BTreeMap<LogTag, BTreeMap<NodeId, Subscriber>>,
    by_link: BTreeMap<NodeId, BTreeSet<LogTag>>,
    count: u64,
}

/// How far a subscriber is.
#[derive(Debug)]
struct Subscriber {
    /// The first sequence number that it wants.
    from: u64,
    /// It has everything below.
    acked: u64,
    /// Bytes pushed since it last said so.
    ahead: u64,
}

impl Subscriptions {
    /// All of them.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// True if the link may subscribe to this log without having more than `limit`.
    pub(super) fn has_room(&self, remote: &NodeId, tag: &LogTag, limit: usize) -> bool {
        self.by_link.get(remote).is_none_or(|tags| tags.len() < limit || tags.contains(tag))
    }

    /// From now on entries from `from` on go to `remote`.
    pub(super) fn add(&mut self, remote: NodeId, tag: LogTag, from: u64) {
        self.by_log.entry(tag).or_default().insert(remote, Subscriber { from, acked: from, ahead: 0 });
        self.count += u64::from(self.by_link.entry(remote).or_default().insert(tag));
    }

    pub(super) fn remove(&mut self, remote: &NodeId, tag: &LogTag) {
        let Some(tags) = self.by_link.get_mut(remote) else { return };
        if tags.remove(tag) {
            self.count -= 1;
            if tags.is_empty() {
                self.by_link.remove(remote);
            }
            self.forget_subscriber(remote, tag);
        }
    }

    pub(super) fn remove_link(&mut self, remote: &NodeId) {
        for tag in self.by_link.remove(remote).unwrap_or_default() {
            self.count -= 1;
            self.forget_subscriber(remote, &tag);
        }
    }

    /// Who hears of a log, and the first sequence number that each wants.
    pub(super) fn of(&self, tag: &LogTag) -> impl Iterator<Item = (NodeId, u64)> + '_ {
        self.by_log.get(tag).into_iter().flatten().map(|(remote, subscriber)| (*remote, subscriber.from))
    }

    /// Counts a push that ends with entry `last`. False if the subscriber would then be too far behind: it is none any
    /// more, and has to read.
    pub(super) fn spend(&mut self, remote: &NodeId, tag: &LogTag, last: u64, bytes: usize) -> bool {
        let Some(subscriber) = self.by_log.get_mut(tag).and_then(|all| all.get_mut(remote)) else { return false };
        subscriber.ahead = subscriber.ahead.saturating_add(bytes as u64);
        let entries = last.saturating_add(1).saturating_sub(subscriber.acked);
        let keeps_up = entries <= PUSH_AHEAD_ENTRIES && subscriber.ahead <= PUSH_AHEAD_BYTES;
        if !keeps_up {
            self.remove(remote, tag);
        }
        keeps_up
    }

    /// The subscriber has everything below `cursor`.
    pub(super) fn acked(&mut self, remote: &NodeId, tag: &LogTag, cursor: u64) {
        if let Some(subscriber) = self.by_log.get_mut(tag).and_then(|all| all.get_mut(remote))
            && cursor > subscriber.acked
        {
            (subscriber.acked, subscriber.ahead) = (cursor, 0);
        }
    }

    pub(super) fn has_any(&self, tag: &LogTag) -> bool {
        self.by_log.contains_key(tag)
    }

    fn forget_subscriber(&mut self, remote: &NodeId, tag: &LogTag) {
        if let Some(subscribers) = self.by_log.get_mut(tag) {
            subscribers.remove(remote);
            if subscribers.is_empty() {
                self.by_log.remove(tag);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: LogTag = LogTag([1; 32]);
    const A: NodeId = NodeId([10; 32]);
    const B: NodeId = NodeId([11; 32]);

    #[test]
    fn both_directions_agree() {
        let mut all = Subscriptions::default();
        all.add(A, TAG, 1);
        all.add(A, TAG, 5);
        all.add(B, TAG, 1);
        assert_eq!(all.count(), 2);
        assert_eq!(all.of(&TAG).collect::<Vec<_>>(), [(A, 5), (B, 1)]);
        assert!(!all.has_room(&A, &LogTag([2; 32]), 1));
        assert!(all.has_room(&A, &TAG, 1), "subscribing again replaces");
        all.remove(&A, &TAG);
        all.remove(&A, &TAG);
        assert!(!all.spend(&A, &TAG, 5, 1), "not subscribed");
        all.remove_link(&B);
        assert!(!all.has_any(&TAG));
        assert_eq!((all.count(), all.by_link.len(), all.by_log.len()), (0, 0, 0));
    }

    #[test]
    fn who_does_not_acknowledge_gets_no_more_than_the_bound() {
        let mut all = Subscriptions::default();
        all.add(A, TAG, 10);
        assert!(all.spend(&A, &TAG, 9 + PUSH_AHEAD_ENTRIES, 1));
        all.acked(&A, &TAG, 11);
        assert!(all.spend(&A, &TAG, 10 + PUSH_AHEAD_ENTRIES, 1));
        all.acked(&A, &TAG, 5);
        assert!(!all.spend(&A, &TAG, 11 + PUSH_AHEAD_ENTRIES, 1), "a cursor never goes back");
        assert!(!all.has_any(&TAG));
        all.add(A, TAG, 1);
        assert!(all.spend(&A, &TAG, 1, PUSH_AHEAD_BYTES as usize));
        assert!(!all.spend(&A, &TAG, 2, 1), "bytes");
    }
}
