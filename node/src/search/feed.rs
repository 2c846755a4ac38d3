//! A store that notes which messages changed, for the index: the durable list of what the index has not taken in.
//!
//! Rows of table `Unindexed`, partition empty: a counter (u64, big-endian) -> entries `chat (32) | message (32) | place's time (u64)`, the
//! time all ones where the change does not say it. A row
//! is applied just before the batch that it is about, so after a crash a change without its row is impossible; a row
//! without its change only has the message looked at once more. Readers of the list never see a row whose change is not
//! applied yet: both are behind one lock.

use chappe_protocol::chat::op::Hlc;
use chappe_protocol::chat::timeline::row::Place;
use chappe_protocol::chat::timeline::searched::touched;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::store::{Batch, Range, ReadError, Rows, StoreRead, Table};
use chappe_storage::{Store, WriteError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A message that changed: where, which, and its place's time if the change says it.
pub type Changed = (ChatId, OpId, Option<Hlc>);

/// Bytes of an entry.
const ENTRY: usize = 72;
/// Messages of one row.
const ROW_MAX: usize = 512;

/// What the list has to say, and to whom.
#[derive(Debug, Default)]
struct Bell {
    /// The next row's number.
    next: u64,
    /// Rows below are in the index.
    taken: u64,
    /// Somebody waits for the index to catch up.
    hurry: bool,
    stop: bool,
}

/// Wakes the indexer, and lets searches wait for it.
#[derive(Debug, Default)]
pub struct Feed {
    bell: Mutex<Bell>,
    rung: Condvar,
}

/// Why the indexer woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There is something to take in.
    News,
    /// Nothing came for the whole time.
    Quiet,
    /// The node ends.
    Stop,
}

impl Feed {
    fn lock(&self) -> MutexGuard<'_, Bell> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for news, and once they came a moment longer for more, unless somebody is in a hurry.
    pub fn wait(&self, at_most: Duration, gather: Duration) -> Woken {
        let idle = |bell: &mut Bell| bell.next == bell.taken && !bell.stop;
        let (bell, _) =
            self.rung.wait_timeout_while(self.lock(), at_most, idle).unwrap_or_else(PoisonError::into_inner);
        if bell.next == bell.taken && !bell.stop {
            return Woken::Quiet;
        }
        let calm = |bell: &mut Bell| !bell.hurry && !bell.stop;
        let (mut bell, _) = self.rung.wait_timeout_while(bell, gather, calm).unwrap_or_else(PoisonError::into_inner);
        bell.hurry = false;
        if bell.stop { Woken::Stop } else { Woken::News }
    }

    /// True once the node ends.
    pub fn stops(&self) -> bool {
        self.lock().stop
    }

    /// An indexer begins to work.
    pub fn begin(&self) {
        self.lock().stop = false;
    }

    /// The node ends.
    pub fn stop(&self) {
        self.lock().stop = true;
        self.rung.notify_all();
    }

    /// Rows below this are taken in.
    pub fn taken(&self, upto: u64) {
        let mut bell = self.lock();
        bell.taken = bell.taken.max(upto);
        drop(bell);
        self.rung.notify_all();
    }

    /// Waits until all that happened before this call is in the index; false if that takes longer than `at_most`.
    pub fn caught_up(&self, at_most: Duration) -> bool {
        let mut bell = self.lock();
        let upto = bell.next;
        if bell.taken >= upto {
            return true;
        }
        bell.hurry = true;
        self.rung.notify_all();
        let behind = |bell: &mut Bell| bell.taken < upto && !bell.stop;
        let (bell, _) = self.rung.wait_timeout_while(bell, at_most, behind).unwrap_or_else(PoisonError::into_inner);
        bell.taken >= upto
    }
}

/// The store, and the list beside it.
pub struct Followed<S> {
    store: S,
    feed: Arc<Feed>,
    /// Held while a row and its change are applied, and while rows are read.
    order: Mutex<()>,
}

impl<S: Store> Followed<S> {
    /// Goes on where the list ends.
    pub fn new(store: S) -> Result<Self, ReadError> {
        let rows = store.scan(Table::Unindexed, &[], Range::All, 1)?;
        let last = store.scan(Table::Unindexed, &[], Range::Reverse, 1)?;
        let number = |rows: &Rows| rows.first().map(|(sort, _)| read_number(sort));
        let next = number(&last).map_or(0, |last| last + 1);
        let bell = Bell { next, taken: number(&rows).unwrap_or(next), ..Bell::default() };
        let feed = Feed { bell: Mutex::new(bell), rung: Condvar::new() };
        Ok(Self { store, feed: Arc::new(feed), order: Mutex::new(()) })
    }

    /// The list's bell.
    pub fn feed(&self) -> Arc<Feed> {
        self.feed.clone()
    }

    /// The first rows of the list, each with its number and the messages in it.
    pub fn listed(&self, limit: usize) -> Result<Vec<(u64, Vec<Changed>)>, ReadError> {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.store.scan(Table::Unindexed, &[], Range::All, limit)?;
        if rows.is_empty() {
            // A row that could not be stored was numbered all the same.
            let next = self.feed.lock().next;
            self.feed.taken(next);
        }
        Ok(rows.iter().map(|(sort, value)| (read_number(sort), read_entries(value))).collect())
    }

    /// Takes rows off the list: the index holds what they say, durably.
    pub fn take_off(&self, rows: &[u64]) -> Result<(), WriteError> {
        let mut batch = Batch::new();
        for number in rows {
            batch.delete(Table::Unindexed, &[], &number.to_be_bytes());
        }
        self.store.apply(&batch)?;
        if let Some(last) = rows.iter().max() {
            self.feed.taken(last + 1);
        }
        Ok(())
    }

    fn note(&self, messages: &[Changed]) -> Result<(), WriteError> {
        for some in messages.chunks(ROW_MAX) {
            let number = self.feed.lock().next;
            let mut entries = Vec::with_capacity(some.len() * ENTRY);
            for (chat, message, time) in some {
                let time = time.map_or(u64::MAX, |time| time.0);
                entries.extend([&chat.0[..], &message.0, &time.to_be_bytes()].concat());
            }
            let mut batch = Batch::new();
            batch.put(Table::Unindexed, &[], &number.to_be_bytes(), entries);
            self.store.apply(&batch)?;
            self.feed.lock().next = number + 1;
        }
        Ok(())
    }
}

fn read_number(sort: &[u8]) -> u64 {
    sort.try_into().map(u64::from_be_bytes).unwrap_or_default()
}

fn read_entries(value: &[u8]) -> Vec<Changed> {
    let (entries, _) = value.as_chunks::<ENTRY>();
    let entry = |entry: &[u8; ENTRY]| {
        let (chat, rest) = entry.split_first_chunk::<32>()?;
        let (message, time) = rest.split_first_chunk::<32>()?;
        let time = Some(u64::from_be_bytes(time.try_into().ok()?)).filter(|time| *time != u64::MAX);
        Some((ChatId(*chat), OpId(*message), time.map(Hlc)))
    };
    entries.iter().filter_map(entry).collect()
}

impl<S: Store> StoreRead for Followed<S> {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.store.get(table, partition, sort)
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        self.store.scan(table, partition, range, limit)
    }
}

impl<S: Store> Store for Followed<S> {
    fn apply(&self, batch: &Batch) -> Result<(), WriteError> {
        let time = |(chat, id, place): (_, _, Option<Place>)| (chat, id, place.map(|place| place.shown));
        let mut messages: Vec<Changed> = batch.writes.iter().filter_map(touched).map(time).collect();
        if messages.is_empty() {
            return self.store.apply(batch);
        }
        messages.sort_unstable();
        messages.dedup();
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        self.note(&messages)?;
        let applied = self.store.apply(batch);
        self.feed.rung.notify_all();
        applied
    }

    fn sync(&self) -> Result<(), WriteError> {
        self.store.sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chappe_storage::MemoryStore;

    fn message(n: u8) -> Batch {
        let mut batch = Batch::new();
        let place = Place { shown: Hlc::at(n.into()), id: OpId([n; 32]) };
        batch.put(Table::Timeline, &[1; 32], &place.sort(), vec![n]);
        batch.put(Table::Version, &[[1; 32], [n; 32]].concat(), b"wording", vec![n]);
        batch
    }

    #[test]
    fn what_changes_is_listed_once_a_batch_until_it_is_taken_off() {
        let store = Followed::new(MemoryStore::new()).unwrap();
        let feed = store.feed();
        assert!(feed.caught_up(Duration::ZERO));
        store.apply(&message(1)).unwrap();
        let mut other = Batch::new();
        other.put(Table::Meta, b"m", b"", vec![1]);
        store.apply(&other).unwrap();
        store.apply(&message(2)).unwrap();
        let listed = store.listed(10).unwrap();
        let entry = |n| {
            let (chat, message) = (ChatId([1; 32]), OpId([n; 32]));
            vec![(chat, message, None), (chat, message, Some(Hlc::at(n.into())))]
        };
        assert_eq!(listed, [(0, entry(1)), (1, entry(2))]);
        assert!(!feed.caught_up(Duration::ZERO));
        store.take_off(&[0]).unwrap();
        assert!(!feed.caught_up(Duration::ZERO));
        // A start later: the list goes on behind what is left of it.
        let store = Followed::new(store.store).unwrap();
        store.apply(&message(3)).unwrap();
        assert_eq!(store.listed(10).unwrap(), [(1, entry(2)), (2, entry(3))]);
        store.take_off(&[1, 2]).unwrap();
        assert!(store.feed().caught_up(Duration::ZERO));
    }

    #[test]
    fn a_batch_that_touches_thousands_makes_rows_of_a_bounded_size() {
        let store = Followed::new(MemoryStore::new()).unwrap();
        let mut batch = Batch::new();
        for n in 0..2000u64 {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&n.to_be_bytes());
            batch.delete(Table::Timeline, &[1; 32], &Place { shown: Hlc::at(n), id: OpId(id) }.sort());
        }
        store.apply(&batch).unwrap();
        let listed = store.listed(100).unwrap();
        assert_eq!(listed.len(), 4);
        assert!(listed.iter().all(|(_, messages)| messages.len() <= ROW_MAX));
    }

    #[test]
    fn it_wakes_for_news_and_for_the_end() {
        let store = Followed::new(MemoryStore::new()).unwrap();
        let feed = store.feed();
        assert_eq!(feed.wait(Duration::ZERO, Duration::ZERO), Woken::Quiet);
        store.apply(&message(1)).unwrap();
        assert_eq!(feed.wait(Duration::from_secs(60), Duration::ZERO), Woken::News);
        feed.stop();
        assert_eq!(feed.wait(Duration::from_secs(60), Duration::from_secs(60)), Woken::Stop);
    }
}
