//! The store in memory: the same answers as the durable one, and crashes that a test or a simulator asks for.
//!
//! Not here: files, sealing, and any limit on how much it holds.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chappe_protocol::limits::SORT_MAX;
use chappe_protocol::store::{Batch, Range, ReadError, Rows, StoreRead, Table, Write};

use crate::check::check_batch;
use crate::{Store, WriteError};

/// `table u8 · length of the partition u16 · partition · sort`, ordered as the rows of a partition are scanned. One
/// allocation a row: a simulator holds a hundred million of them.
type RowName = Box<[u8]>;

/// No larger than its bytes.
type RowValue = Box<[u8]>;

/// Bytes before the partition.
const NAME_HEAD: usize = 3;

fn name(table: Table, partition: &[u8], sort: &[u8]) -> RowName {
    let length = u16::try_from(partition.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[table.number()][..], &length, partition, sort].concat().into_boxed_slice()
}

/// What a batch replaced, in the order of its writes.
type Undo = Vec<(RowName, Option<RowValue>)>;

/// A store in memory. Clones share the same rows.
#[derive(Clone, Default)]
pub struct MemoryStore {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    rows: BTreeMap<RowName, RowValue>,
    /// One entry for every batch applied since the last sync: a crash undoes some of them, newest first.
    unsynced: Vec<Undo>,
    state: State,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Working,
    /// Writes are refused, as on a full disk.
    Failed,
    /// The machine went down; [`MemoryStore::after_crash`] took the rows.
    Crashed,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many batches were applied since the last sync: those are the ones a crash may lose.
    pub fn unsynced(&self) -> usize {
        self.lock().unsynced.len()
    }

    /// As [`Store::sync`], for a sync that began when there were only so many batches: those applied since then stay
    /// unsynced.
    pub fn sync_first(&self, batches: usize) -> Result<(), WriteError> {
        let mut inner = self.lock();
        inner.writable()?;
        let covered = batches.min(inner.unsynced.len());
        inner.unsynced.drain(..covered);
        Ok(())
    }

    /// Another disk with the same rows, all of them synced.
    pub fn copy(&self) -> MemoryStore {
        let rows = self.lock().rows.clone();
        MemoryStore { inner: Arc::new(Mutex::new(Inner { rows, ..Inner::default() })) }
    }

    /// The machine goes down and comes back: a store with all synced batches and the first `kept` of the others
    /// (all of them, if there are fewer). This one, with all its clones, refuses everything from now on, so that
    /// a forgotten handle cannot write into a machine that is off.
    pub fn after_crash(&self, kept: usize) -> MemoryStore {
        let mut inner = self.lock();
        while inner.unsynced.len() > kept {
            let undo = inner.unsynced.pop().unwrap_or_default();
            inner.undo(undo);
        }
        let rows = std::mem::take(&mut inner.rows);
        inner.unsynced.clear();
        inner.state = State::Crashed;
        MemoryStore { inner: Arc::new(Mutex::new(Inner { rows, ..Inner::default() })) }
    }

    /// The disk is full from now on: every write is refused, reads still answer.
    pub fn fail_writes(&self) {
        self.lock().state = State::Failed;
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.lock().rows.len()
    }

    /// All names and values behind each other, for those who search them for what must not be there.
    pub fn dump(&self) -> Vec<u8> {
        let inner = self.lock();
        inner.rows.iter().flat_map(|(name, value)| [&name[NAME_HEAD..], &value[..]].concat()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic of another holder cannot leave a batch half done: nothing between two steps of one can panic.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn put_back(&mut self, name: RowName, value: Option<RowValue>) -> Option<RowValue> {
        match value {
            Some(value) => self.rows.insert(name, value),
            None => self.rows.remove(&name),
        }
    }

    fn undo(&mut self, undo: Undo) {
        for (name, before) in undo.into_iter().rev() {
            self.put_back(name, before);
        }
    }

    fn writable(&self) -> Result<(), WriteError> {
        match self.state {
            State::Working => Ok(()),
            State::Failed => Err(WriteError("the disk of this simulated machine is full".into())),
            State::Crashed => Err(WriteError("this simulated machine is off".into())),
        }
    }

    fn readable(&self) -> Result<(), ReadError> {
        match self.state {
            State::Working | State::Failed => Ok(()),
            State::Crashed => Err(ReadError("this simulated machine is off".into())),
        }
    }
}

impl StoreRead for MemoryStore {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let inner = self.lock();
        inner.readable()?;
        Ok(inner.rows.get(&name(table, partition, sort)).map(|value| value.to_vec()))
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        let inner = self.lock();
        inner.readable()?;
        let start = match range {
            Range::From(from) => from,
            Range::All | Range::Before(_) | Range::Reverse => &[],
        };
        let row = |sort: &[u8]| name(table, partition, sort);
        let head = row(&[]);
        // Descending ranges begin at the end of the partition, so that a page of a long one costs only its rows.
        let inside = |(name, _): &(&RowName, &RowValue)| name.starts_with(&head);
        let copy = |(name, value): (&RowName, &RowValue)| (name[head.len()..].to_vec(), value.to_vec());
        Ok(match range {
            Range::All | Range::From(_) => {
                inner.rows.range(row(start)..).take_while(inside).take(limit).map(copy).collect()
            }
            Range::Before(before) => inner.rows.range(row(&[])..row(before)).rev().take(limit).map(copy).collect(),
            // No name of a row is as long as this one, so all of the partition's are before it.
            Range::Reverse => {
                inner.rows.range(row(&[])..row(&[0xff; SORT_MAX + 1])).rev().take(limit).map(copy).collect()
            }
        })
    }
}

impl Store for MemoryStore {
    fn apply(&self, batch: &Batch) -> Result<(), WriteError> {
        let mut inner = self.lock();
        inner.writable()?;
        if let Err(rule) = check_batch(batch) {
            inner.state = State::Failed;
            return Err(WriteError(rule.to_string()));
        }
        let mut undo = Undo::with_capacity(batch.writes.len());
        for write in &batch.writes {
            let (name, value) = match write {
                Write::Put { table, partition, sort, value } => {
                    (name(*table, partition, sort), Some(value.clone().into_boxed_slice()))
                }
                Write::Delete { table, partition, sort } => (name(*table, partition, sort), None),
            };
            let before = inner.put_back(name.clone(), value);
            undo.push((name, before));
        }
        inner.unsynced.push(undo);
        Ok(())
    }

    fn sync(&self) -> Result<(), WriteError> {
        let mut inner = self.lock();
        inner.writable()?;
        inner.unsynced.clear();
        Ok(())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        write!(f, "MemoryStore({} rows, {} batches unsynced)", inner.rows.len(), inner.unsynced.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(store: &MemoryStore, sort: &[u8], value: &[u8]) {
        let mut batch = Batch::new();
        batch.put(Table::Test, b"p", sort, value.to_vec());
        store.apply(&batch).expect("a batch is taken");
    }

    #[test]
    fn crash_keeps_synced_batches_and_a_prefix_of_the_others() {
        for kept in 0..4 {
            let store = MemoryStore::new();
            put(&store, b"a", b"1");
            store.sync().expect("synced");
            put(&store, b"a", b"2");
            put(&store, b"b", b"3");
            let after = store.after_crash(kept);
            let a = after.get(Table::Test, b"p", b"a").expect("read");
            let b = after.get(Table::Test, b"p", b"b").expect("read");
            assert_eq!(a.as_deref(), Some(if kept == 0 { &b"1"[..] } else { &b"2"[..] }));
            assert_eq!(b.is_some(), kept >= 2);
        }
    }

    #[test]
    fn a_sync_covers_what_was_there_when_it_began_and_a_copy_is_a_disk_of_its_own() {
        let store = MemoryStore::new();
        put(&store, b"a", b"1");
        put(&store, b"a", b"2");
        store.sync_first(1).expect("synced");
        let copy = store.copy();
        put(&copy, b"a", b"3");
        let value = |store: &MemoryStore| store.get(Table::Test, b"p", b"a").expect("read");
        assert_eq!((store.unsynced(), value(&store), value(&copy)), (1, Some(b"2".to_vec()), Some(b"3".to_vec())));
        assert_eq!(value(&store.after_crash(0)), Some(b"1".to_vec()));
    }

    #[test]
    fn handle_of_a_crashed_machine_is_dead() {
        let store = MemoryStore::new();
        let clone = store.clone();
        let _after = store.after_crash(0);
        assert!(clone.apply(&Batch::new()).is_err());
        assert!(clone.get(Table::Test, b"p", b"a").is_err());
    }

    #[test]
    fn full_disk_refuses_writes_and_still_reads() {
        let store = MemoryStore::new();
        put(&store, b"a", b"1");
        store.fail_writes();
        assert!(store.sync().is_err());
        assert!(store.get(Table::Test, b"p", b"a").expect("read").is_some());
    }
}
