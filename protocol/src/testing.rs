//! What the unit tests of this crate share: a store in memory that can be hashed and looked into.
//!
//! Not here: anything that runs outside tests. `chappe-storage` has the stores that ship.

use crate::store::{Batch, Range, ReadError, Rows, StoreRead, Table, Write};
use std::collections::BTreeMap;

/// A row's place: table number, partition, sort.
type Place = (u8, Vec<u8>, Vec<u8>);

/// The simplest store that keeps the contract of [`StoreRead`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TestStore {
    rows: BTreeMap<Place, Vec<u8>>,
    broken: bool,
}

impl TestStore {
    /// Applies every write of a batch in order.
    pub(crate) fn apply(&mut self, batch: &Batch) {
        for write in &batch.writes {
            match write {
                Write::Put { table, partition, sort, value } => {
                    self.rows.insert((table.number(), partition.clone(), sort.clone()), value.clone());
                }
                Write::Delete { table, partition, sort } => {
                    self.rows.remove(&(table.number(), partition.clone(), sort.clone()));
                }
            }
        }
    }

    /// A hash of every row; equal hashes mean equal stores.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for ((table, partition, sort), value) in &self.rows {
            hasher.update(&[*table]);
            for field in [partition, sort, value] {
                hasher.update(&(field.len() as u64).to_be_bytes()).update(field);
            }
        }
        *hasher.finalize().as_bytes()
    }

    /// How many rows there are in a table.
    pub(crate) fn rows_in(&self, table: Table) -> usize {
        self.rows.keys().filter(|(number, _, _)| *number == table.number()).count()
    }

    /// True if these bytes stand in any name or value.
    pub(crate) fn contains(&self, bytes: &[u8]) -> bool {
        let within = |field: &Vec<u8>| field.windows(bytes.len()).any(|window| window == bytes);
        self.rows.iter().any(|((_, partition, sort), value)| [partition, sort, value].into_iter().any(within))
    }

    /// From now on every read fails.
    pub(crate) fn break_reads(&mut self) {
        self.broken = true;
    }

    fn readable(&self) -> Result<(), ReadError> {
        if self.broken { Err(ReadError("broken by the test".into())) } else { Ok(()) }
    }
}

impl StoreRead for TestStore {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.readable()?;
        Ok(self.rows.get(&(table.number(), partition.to_vec(), sort.to_vec())).cloned())
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        self.readable()?;
        let rows = self
            .rows
            .iter()
            .filter(|((number, name, _), _)| *number == table.number() && name == partition)
            .map(|((_, _, sort), value)| (sort.clone(), value.clone()));
        Ok(match range {
            Range::All => rows.take(limit).collect(),
            Range::From(from) => rows.filter(|(sort, _)| sort.as_slice() >= from).take(limit).collect(),
            Range::Before(before) => rows.rev().filter(|(sort, _)| sort.as_slice() < before).take(limit).collect(),
            Range::Reverse => rows.rev().take(limit).collect(),
        })
    }
}

/// Bytes of the values that a batch puts: what an action costs in writes.
pub(crate) fn bytes_written(batch: &Batch) -> usize {
    let size = |write: &Write| match write {
        Write::Put { value, .. } => value.len(),
        Write::Delete { .. } => 0,
    };
    batch.writes.iter().map(size).sum()
}

#[test]
fn rows_come_back_in_the_order_and_range_asked_for() {
    let mut store = TestStore::default();
    let mut batch = Batch::new();
    for sort in [3, 1, 2] {
        batch.put(Table::Test, b"p", &[sort], vec![sort; 2]);
    }
    batch.put(Table::Test, b"other", &[9], vec![9]);
    store.apply(&batch);
    assert_eq!((bytes_written(&batch), store.rows_in(Table::Test)), (7, 4));
    let sorts = |range, limit| -> Vec<u8> {
        store.scan(Table::Test, b"p", range, limit).unwrap().into_iter().map(|(sort, _)| sort[0]).collect()
    };
    assert_eq!(sorts(Range::All, 9), [1, 2, 3]);
    assert_eq!(sorts(Range::From(&[2]), 9), [2, 3]);
    assert_eq!(sorts(Range::Before(&[3]), 1), [2]);
    assert_eq!(sorts(Range::Reverse, 2), [3, 2]);

    let before = store.hash();
    let mut removal = Batch::new();
    removal.delete(Table::Test, b"p", &[1]);
    store.apply(&removal);
    assert_ne!(store.hash(), before);
    store.break_reads();
    assert!(store.get(Table::Test, b"p", &[2]).is_err());
}
