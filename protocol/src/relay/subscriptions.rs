//! Who hears of which log. In memory only: a link that goes down takes its subscriptions with it, and nothing on
//! disk says who read what.

use crate::ids::{LogTag, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// Both directions of the same relation.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    /// Subscribers, and the first sequence number that each wants.
    by_log: BTreeMap<LogTag, BTreeMap<NodeId, u64>>,
    by_link: BTreeMap<NodeId, BTreeSet<LogTag>>,
    count: u64,
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
        self.by_log.entry(tag).or_default().insert(remote, from);
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
        self.by_log.get(tag).into_iter().flatten().map(|(remote, from)| (*remote, *from))
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
        all.remove_link(&B);
        assert!(!all.has_any(&TAG));
        assert_eq!((all.count(), all.by_link.len(), all.by_log.len()), (0, 0, 0));
    }
}
