//! The store in memory: the same answers as the durable one, and crashes that a test or a simulator asks for.
//!
//! Not here: files, sealing, and any limit on how much it holds.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chappe_protocol::store::{Batch, Range, ReadError, Rows, StoreRead, Table, Write};

use crate::check::check_batch;
use crate::{Store, WriteError};

/// `(table, partition, sort)`, ordered as the rows of a partition are scanned.
type RowName = (u8, Vec<u8>, Vec<u8>);

/// What a batch replaced, in the order of its writes.
type Undo = Vec<(RowName, Option<Vec<u8>>)>;

/// A store in memory. Clones share the same rows.
#[derive(Clone, Default)]
pub struct MemoryStore {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    rows: BTreeMap<RowName, Vec<u8>>,
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
        inner.rows.iter().flat_map(|((_, partition, sort), value)| [&partition[..], sort, value].concat()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic of another holder cannot leave a batch half done: nothing between two steps of one can panic.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn put_back(&mut self, name: RowName, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
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
        Ok(inner.rows.get(&(table.number(), partition.to_vec(), sort.to_vec())).cloned())
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        let inner = self.lock();
        inner.readable()?;
        let start = match range {
            Range::From(from) => from,
            Range::All | Range::Before(_) | Range::Reverse => &[],
        };
        let name = |sort: &[u8]| (table.number(), partition.to_vec(), sort.to_vec());
        // Descending ranges begin at the end of the partition, so that a page of a long one costs only its rows.
        let rows = inner.rows.range(name(start)..);
        let inside = |(name, _): &(&RowName, &Vec<u8>)| name.0 == table.number() && name.1 == partition;
        let copy = |(name, value): (&RowName, &Vec<u8>)| (name.2.clone(), value.clone());
        Ok(match range {
            Range::All | Range::From(_) => rows.take_while(inside).take(limit).map(copy).collect(),
            Range::Before(before) => inner.rows.range(name(&[])..name(before)).rev().take(limit).map(copy).collect(),
            Range::Reverse => {
                // The smallest partition name above this one is this one with a zero byte behind it.
                let mut next = partition.to_vec();
                next.push(0);
                let end = (table.number(), next, Vec::new());
                inner.rows.range(name(&[])..end).rev().take(limit).map(copy).collect()
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
                    ((table.number(), partition.clone(), sort.clone()), Some(value.clone()))
                }
                Write::Delete { table, partition, sort } => ((table.number(), partition.clone(), sort.clone()), None),
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
