//! Entries on their way to subscribers. What is appended while the shell works off one turn's inputs goes out together,
//! in frames of at most a page: a subscriber then takes in with one commit what came with one. The relay asks to be
//! woken at once while something waits here; a shell does that before it ends the turn.
//!
//! Not here: who subscribed (`subscriptions`), and sending.

use crate::ids::{LogTag, NodeId};
use crate::limits::{PAGE_BYTES_MAX, PAGE_ENTRIES_MAX};
use crate::wire::relay::Entry;
use std::collections::BTreeMap;

/// An entry and the link that appended it, which does not get it back.
pub(super) type Appended = (NodeId, Entry);

/// What waits, at most a page a log.
#[derive(Debug, Default)]
pub(super) struct Pushes {
    waiting: BTreeMap<LogTag, Page>,
}

#[derive(Debug, Default)]
struct Page {
    entries: Vec<Appended>,
    bytes: usize,
}

impl Pushes {
    /// Adds an entry. Returns the page before it if both do not fit in one.
    pub(super) fn add(&mut self, tag: LogTag, appended: Appended) -> Option<Vec<Appended>> {
        let page = self.waiting.entry(tag).or_default();
        let bytes = appended.1.envelope.len();
        let full = page.entries.len() >= PAGE_ENTRIES_MAX || page.bytes + bytes > PAGE_BYTES_MAX;
        let before = (full && !page.entries.is_empty()).then(|| std::mem::take(page).entries);
        page.bytes += bytes;
        page.entries.push(appended);
        before
    }

    /// Takes what waits of a log.
    pub(super) fn take(&mut self, tag: &LogTag) -> Option<Vec<Appended>> {
        self.waiting.remove(tag).map(|page| page.entries)
    }

    /// Takes what waits of the first log.
    pub(super) fn take_first(&mut self) -> Option<(LogTag, Vec<Appended>)> {
        self.waiting.pop_first().map(|(tag, page)| (tag, page.entries))
    }

    /// True if something of this log waits that another link appended.
    pub(super) fn has_others(&self, tag: &LogTag, than: &NodeId) -> bool {
        self.waiting.get(tag).is_some_and(|page| page.entries.iter().any(|(by, _)| by != than))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: LogTag = LogTag([1; 32]);
    const A: NodeId = NodeId([10; 32]);

    fn entry(seq: u64, bytes: usize) -> Appended {
        (A, Entry { seq, envelope: vec![0; bytes] })
    }

    #[test]
    fn a_page_is_bounded_in_entries_and_in_bytes() {
        let mut pushes = Pushes::default();
        for seq in 1..=PAGE_ENTRIES_MAX as u64 {
            assert!(pushes.add(TAG, entry(seq, 1)).is_none());
        }
        let page = pushes.add(TAG, entry(1_000, 1)).expect("full");
        assert_eq!(page.len(), PAGE_ENTRIES_MAX);
        let page = pushes.add(TAG, entry(1_001, PAGE_BYTES_MAX)).expect("too many bytes for one page");
        assert_eq!(page, [entry(1_000, 1)]);
        assert!(pushes.has_others(&TAG, &NodeId([11; 32])) && !pushes.has_others(&TAG, &A));
        assert_eq!(pushes.take(&TAG).expect("waiting").len(), 1);
        assert!(pushes.is_empty() && pushes.take_first().is_none());
    }
}
