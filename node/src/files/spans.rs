//! Who brings which part of a file that several sources give at once.
//!
//! Chunks are handed out in spans, the lowest first and not far ahead of what is here. A source that has failed gives its spans
//! back. One that keeps the others waiting loses them to somebody else and is told so.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// Chunks of a span.
const SPAN: u64 = 4;

/// Chunks ahead of the first one that is missing: in a crash they are lost.
const AHEAD: u64 = 64;

/// A source that has brought nothing for so long is slow, if there is somebody who has nothing to do.
pub(super) const SLOW: Duration = Duration::from_secs(5);

/// Names a source within one round.
pub(super) type Worker = usize;

/// A span that is on its way.
struct Out {
    worker: Worker,
    left: BTreeSet<u64>,
    /// When its worker got it, or last brought a chunk of whatever span.
    since: Instant,
}

struct State {
    /// Chunks that nobody was asked for yet begin here.
    next: u64,
    end: u64,
    /// Given back.
    back: BTreeSet<u64>,
    out: BTreeMap<u64, Out>,
    slow: BTreeSet<Worker>,
}

/// The chunks of a file that are still to come.
pub(super) struct Spans {
    state: Mutex<State>,
    changed: Notify,
    /// How many chunks are here in a row.
    front: watch::Sender<u64>,
}

impl Spans {
    /// From this chunk on.
    pub(super) fn new(chunks: Range<u64>) -> Self {
        let state = State {
            next: chunks.start,
            end: chunks.end,
            back: BTreeSet::new(),
            out: BTreeMap::new(),
            slow: BTreeSet::new(),
        };
        Self { state: Mutex::new(state), changed: Notify::new(), front: watch::channel(chunks.start).0 }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a worker does next; chunks that follow each other, before `limit`. `None`: nothing now.
    pub(super) fn claim(&self, worker: Worker, limit: u64) -> Option<Range<u64>> {
        let mut state = self.lock();
        let span = state.claim(worker, limit, Instant::now());
        drop(state);
        // Whoever lost a span wakes up to hear of it.
        self.changed.notify_waiters();
        span
    }

    /// A chunk is here.
    pub(super) fn kept(&self, worker: Worker, chunk: u64) {
        let now = Instant::now();
        let mut state = self.lock();
        state.back.remove(&chunk);
        state.out.retain(|_, out| {
            if out.worker == worker {
                out.since = now;
            }
            out.left.remove(&chunk);
            !out.left.is_empty()
        });
        let front = state.front();
        drop(state);
        self.front.send_if_modified(|old| std::mem::replace(old, front) != front);
        self.changed.notify_waiters();
    }

    /// A worker has ended: others may have what it was to bring.
    pub(super) fn release(&self, worker: Worker) {
        self.lock().release(worker);
        self.changed.notify_waiters();
    }

    /// True if everything is here.
    pub(super) fn done(&self) -> bool {
        let state = self.lock();
        state.front() == state.end
    }

    /// How many chunks are here in a row, as it grows.
    pub(super) fn front(&self) -> watch::Receiver<u64> {
        self.front.subscribe()
    }

    /// Until there may be something to do for somebody who had nothing.
    pub(super) async fn idle(&self) {
        let changed = self.changed.notified();
        // Nothing may change while a source is silent.
        _ = tokio::time::timeout(SLOW / 10, changed).await;
    }

    /// Until somebody else got what this worker was to bring.
    pub(super) async fn taken_from(&self, worker: Worker) {
        loop {
            let changed = self.changed.notified();
            if self.lock().slow.contains(&worker) {
                return;
            }
            changed.await;
        }
    }
}

impl State {
    /// The first chunk that is missing.
    fn front(&self) -> u64 {
        let out = self.out.values().filter_map(|out| out.left.first()).min();
        let first = [self.back.first(), out, Some(&self.next)];
        first.into_iter().flatten().min().copied().unwrap_or(self.end)
    }

    fn claim(&mut self, worker: Worker, limit: u64, now: Instant) -> Option<Range<u64>> {
        if let Some(&start) = self.back.first().filter(|start| **start < limit) {
            let mut end = start;
            while end < limit.min(start + SPAN) && self.back.remove(&end) {
                end += 1;
            }
            return Some(self.hand_out(worker, start..end, now));
        }
        let end = (self.next + SPAN).min(self.end).min(limit);
        if self.next < end && end <= self.front() + AHEAD {
            let span = self.next..end;
            self.next = end;
            return Some(self.hand_out(worker, span, now));
        }
        // Nothing is left but what others have: who has a span of his own lets them.
        if self.out.values().any(|out| out.worker == worker) {
            return None;
        }
        let late = self
            .out
            .values()
            .filter(|out| out.left.first().is_some_and(|first| *first < limit))
            .filter(|out| now.saturating_duration_since(out.since) >= SLOW)
            .map(|out| out.worker)
            .next()?;
        self.slow.insert(late);
        self.release(late);
        self.claim(worker, limit, now)
    }

    fn hand_out(&mut self, worker: Worker, span: Range<u64>, now: Instant) -> Range<u64> {
        self.out.insert(span.start, Out { worker, left: span.clone().collect(), since: now });
        span
    }

    fn release(&mut self, worker: Worker) {
        let (gone, kept) = std::mem::take(&mut self.out).into_iter().partition(|(_, out)| out.worker == worker);
        self.out = kept;
        let gone: BTreeMap<u64, Out> = gone;
        self.back.extend(gone.into_values().flat_map(|out| out.left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: u64 = u64::MAX;

    #[tokio::test]
    async fn who_is_silent_loses_his_spans_to_who_has_nothing_to_do() {
        let spans = Spans::new(0..10);
        assert_eq!(spans.claim(0, ALL), Some(0..4));
        assert_eq!(spans.claim(1, ALL), Some(4..8));
        assert_eq!(spans.claim(1, ALL), Some(8..10));
        (4..10).for_each(|chunk| spans.kept(1, chunk));
        spans.kept(0, 0);
        assert_eq!((*spans.front().borrow(), spans.claim(1, ALL)), (1, None));
        let later = Instant::now() + SLOW;
        assert_eq!(spans.lock().claim(1, ALL, later), Some(1..4));
        spans.taken_from(0).await;
        (1..4).for_each(|chunk| spans.kept(1, chunk));
        assert!(spans.done());
    }

    #[test]
    fn who_has_a_part_gets_nothing_behind_it() {
        let spans = Spans::new(0..20);
        assert_eq!(spans.claim(0, 0), None);
        assert_eq!(spans.claim(0, 6), Some(0..4));
        assert_eq!((spans.claim(0, 6), spans.claim(0, 6)), (Some(4..6), None));
        assert_eq!(spans.claim(1, ALL), Some(6..10));
        spans.release(1);
        assert_eq!(spans.claim(0, 6), None);
        assert_eq!(spans.claim(0, 7), Some(6..7));
        // Who is late with what this one has not keeps it.
        let later = Instant::now() + SLOW;
        assert_eq!(spans.claim(1, ALL), Some(7..10));
        assert_eq!(spans.lock().claim(2, 0, later), None);
        assert!(spans.lock().slow.is_empty());
    }

    #[test]
    fn nobody_goes_far_ahead_of_what_is_missing() {
        let spans = Spans::new(0..1_000);
        let mine: Vec<_> = std::iter::from_fn(|| spans.claim(0, ALL)).collect();
        assert_eq!((mine.len() as u64 * SPAN, mine.last().unwrap().end), (AHEAD, AHEAD));
        (1..AHEAD).for_each(|chunk| spans.kept(0, chunk));
        assert_eq!(spans.claim(0, ALL), None);
        spans.kept(0, 0);
        assert_eq!(spans.claim(0, ALL), Some(AHEAD..AHEAD + SPAN));
    }

    proptest! {
        /// Whoever fails when, every chunk is asked for until it came, and nothing is missing at the end.
        #[test]
        fn all_chunks_come(start in 0..20u64, more in 0..150u64, steps in prop::collection::vec((0..3usize, 0..4u8), 0..600)) {
            let spans = Spans::new(start..start + more);
            let mut asked: [Vec<u64>; 3] = Default::default();
            let mut here = BTreeSet::new();
            for (worker, step) in steps {
                // The last one has a part only.
                let limit = if worker == 2 { start + more / 2 } else { ALL };
                match step {
                    0 => { spans.release(worker); asked[worker].clear(); }
                    1 => asked[worker].extend(spans.claim(worker, limit).into_iter().flatten()),
                    _ if asked[worker].is_empty() => {}
                    _ => { let chunk = asked[worker].remove(0); here.insert(chunk); spans.kept(worker, chunk); }
                }
                let front = (start..start + more).find(|chunk| !here.contains(chunk)).unwrap_or(start + more);
                prop_assert_eq!(*spans.front().borrow(), front);
            }
            (0..3).for_each(|worker| spans.release(worker));
            while let Some(span) = spans.claim(9, ALL) {
                for chunk in span {
                    prop_assert!(here.insert(chunk));
                    spans.kept(9, chunk);
                }
            }
            prop_assert!(spans.done());
            prop_assert_eq!(here.len() as u64, more);
        }
    }
}
