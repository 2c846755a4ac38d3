//! Rows as one input sees them: the store's, and over them what the input has changed so far. A core commits once an
//! input, at its end; parts of it that read what they wrote a moment ago read here.
//!
//! Not here: the rows of parts that never read back within an input; they go straight into the [`Batch`].

use super::{Batch, Range, ReadError, Rows as Found, StoreRead, Table};
use std::collections::BTreeMap;
use std::ops::Bound;

type Place = (Table, Vec<u8>, Vec<u8>);

/// What an input has changed so far. `None`: deleted.
#[derive(Debug, Default)]
pub struct Overlay {
    rows: BTreeMap<Place, Option<Vec<u8>>>,
}

/// A store seen through an overlay.
pub struct Rows<'a> {
    store: &'a dyn StoreRead,
    over: &'a mut Overlay,
}

impl Overlay {
    /// Looks at a store through this.
    pub fn over<'a>(&'a mut self, store: &'a dyn StoreRead) -> Rows<'a> {
        Rows { store, over: self }
    }

    /// Moves all changes into a batch.
    pub fn flush(&mut self, batch: &mut Batch) {
        for ((table, partition, sort), value) in std::mem::take(&mut self.rows) {
            match value {
                Some(value) => batch.put(table, &partition, &sort, value),
                None => batch.delete(table, &partition, &sort),
            }
        }
    }
}

impl Rows<'_> {
    /// Creates or replaces a row.
    pub fn put(&mut self, table: Table, partition: &[u8], sort: &[u8], value: Vec<u8>) {
        self.over.rows.insert((table, partition.to_vec(), sort.to_vec()), Some(value));
    }

    /// Removes a row.
    pub fn delete(&mut self, table: Table, partition: &[u8], sort: &[u8]) {
        self.over.rows.insert((table, partition.to_vec(), sort.to_vec()), None);
    }

    /// What was changed in a partition.
    fn changed<'b>(
        &'b self,
        table: Table,
        partition: &'b [u8],
    ) -> impl Iterator<Item = (&'b Vec<u8>, &'b Option<Vec<u8>>)> {
        let first = (table, partition.to_vec(), Vec::new());
        let rows = self.over.rows.range((Bound::Included(first), Bound::Unbounded));
        let here = move |((t, p, _), _): &(&Place, &Option<Vec<u8>>)| *t == table && p == partition;
        rows.take_while(here).map(|((_, _, sort), value)| (sort, value))
    }
}

impl StoreRead for Rows<'_> {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.over.rows.get(&(table, partition.to_vec(), sort.to_vec())) {
            Some(changed) => Ok(changed.clone()),
            None => self.store.get(table, partition, sort),
        }
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Found, ReadError> {
        let within = |sort: &[u8]| match range {
            Range::All | Range::Reverse => true,
            Range::From(from) => sort >= from,
            Range::Before(before) => sort < before,
        };
        let changed: Vec<_> = self.changed(table, partition).filter(|(sort, _)| within(sort)).collect();
        if changed.is_empty() {
            return self.store.scan(table, partition, range, limit);
        }
        // Each deleted row may hide one of the store's, so that many more are asked for.
        let found = self.store.scan(table, partition, range, limit.saturating_add(changed.len()))?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = found.into_iter().collect();
        for (sort, value) in changed {
            match value {
                Some(value) => rows.insert(sort.clone(), value.clone()),
                None => rows.remove(sort),
            };
        }
        Ok(match range {
            Range::All | Range::From(_) => rows.into_iter().take(limit).collect(),
            Range::Before(_) | Range::Reverse => rows.into_iter().rev().take(limit).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestStore;
    use proptest::prelude::*;

    const RANGES: [Range<'static>; 4] = [Range::All, Range::From(&[3]), Range::Before(&[6]), Range::Reverse];

    proptest! {
        #[test]
        fn an_overlay_reads_as_the_store_will_after_it(
            before in prop::collection::vec((0_u8..9, any::<u8>()), 0..9),
            changes in prop::collection::vec((0_u8..9, prop::option::of(any::<u8>())), 0..9),
            limit in 0_usize..9,
        ) {
            let (mut store, mut batch) = (TestStore::default(), Batch::new());
            for (sort, value) in before {
                batch.put(Table::Test, b"p", &[sort], vec![value]);
                batch.put(Table::Test, b"q", &[sort], vec![value]);
            }
            store.apply(&batch);
            let mut over = Overlay::default();
            let mut rows = over.over(&store);
            for (sort, value) in changes {
                match value {
                    Some(value) => rows.put(Table::Test, b"p", &[sort], vec![value]),
                    None => rows.delete(Table::Test, b"p", &[sort]),
                }
            }
            let seen = RANGES.map(|range| rows.scan(Table::Test, b"p", range, limit).unwrap());
            let one = rows.get(Table::Test, b"p", &[4]).unwrap();
            let other = rows.scan(Table::Test, b"q", Range::All, 99).unwrap();
            let mut batch = Batch::new();
            over.flush(&mut batch);
            store.apply(&batch);
            let then = RANGES.map(|range| store.scan(Table::Test, b"p", range, limit).unwrap());
            prop_assert_eq!(seen, then);
            prop_assert_eq!(one, store.get(Table::Test, b"p", &[4]).unwrap());
            prop_assert_eq!(other, store.scan(Table::Test, b"q", Range::All, 99).unwrap());
        }
    }
}
