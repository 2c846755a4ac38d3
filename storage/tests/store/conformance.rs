//! What every store does, against a map that does it obviously.

use std::collections::BTreeMap;
use std::path::Path;

use chappe_protocol::limits::{PARTITION_MAX, SORT_MAX, VALUE_MAX};
use chappe_protocol::store::{Batch, Range, Rows, Table};
use chappe_storage::{MemoryStore, Options, Store};
use proptest::prelude::*;

use crate::rows::{delete, get, open, put, small};

type Name = (u8, Vec<u8>, Vec<u8>);
type Model = BTreeMap<Name, Vec<u8>>;

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    Apply(Vec<(u8, u8, Vec<u8>, Option<u16>)>),
    Sync,
    Reopen,
    Maintain,
}

fn sort() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just(vec![]), proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(255)], 0..3)]
}

fn step() -> impl Strategy<Value = Step> {
    let write = (0..2u8, 0..3u8, sort(), proptest::option::weighted(0.7, 0..2000u16));
    prop_oneof![
        8 => proptest::collection::vec(write, 0..6).prop_map(Step::Apply),
        2 => Just(Step::Sync),
        1 => Just(Step::Reopen),
        1 => Just(Step::Maintain),
    ]
}

fn table(n: u8) -> Table {
    if n == 0 { Table::Test } else { Table::Op }
}

fn value(len: u16, at: usize) -> Vec<u8> {
    (0..len as usize).map(|n| (n * 7 + at) as u8).collect()
}

fn to_batch(writes: &[(u8, u8, Vec<u8>, Option<u16>)], model: &mut Model) -> Batch {
    let mut batch = Batch::new();
    for (at, (t, p, sort, len)) in writes.iter().enumerate() {
        let partition = vec![b'p'; *p as usize];
        let name = (table(*t).number(), partition.clone(), sort.clone());
        match len {
            Some(len) => {
                batch.put(table(*t), &partition, sort, value(*len, at));
                model.insert(name, value(*len, at));
            }
            None => {
                batch.delete(table(*t), &partition, sort);
                model.remove(&name);
            }
        }
    }
    batch
}

fn model_scan(model: &Model, t: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Rows {
    let of = |((n, p, s), v): (&Name, &Vec<u8>)| (*n == t.number() && p == partition).then(|| (s.clone(), v.clone()));
    let mut rows: Rows = model.iter().filter_map(of).collect();
    match range {
        Range::All => {}
        Range::From(from) => rows.retain(|(sort, _)| sort.as_slice() >= from),
        Range::Before(before) => {
            rows.retain(|(sort, _)| sort.as_slice() < before);
            rows.reverse();
        }
        Range::Reverse => rows.reverse(),
    }
    rows.truncate(limit);
    rows
}

fn compare(store: &dyn Store, model: &Model) {
    for t in [Table::Test, Table::Op] {
        for partition in [&b""[..], b"p", b"pp", b"never"] {
            for limit in [0, 1, 3, 100] {
                let edges: [&[u8]; 4] = [&[], &[0], &[1, 0], &[255; 200]];
                let ranges = edges.iter().flat_map(|edge| [Range::From(edge), Range::Before(edge)]);
                for range in ranges.chain([Range::All, Range::Reverse]) {
                    let got = store.scan(t, partition, range, limit).expect("scans");
                    assert_eq!(
                        got,
                        model_scan(model, t, partition, range, limit),
                        "{t:?} {partition:?} {range:?} {limit}"
                    );
                }
            }
        }
    }
    for ((n, partition, sort), value) in model {
        let t = if *n == Table::Test.number() { Table::Test } else { Table::Op };
        assert_eq!(store.get(t, partition, sort).expect("reads").as_ref(), Some(value));
    }
    assert_eq!(store.get(Table::Test, b"pp", &[9]).expect("reads"), None);
}

fn run_durable(dir: &Path, options: &Options, steps: &[Step]) {
    let mut model = Model::new();
    let mut store = open(dir, options.clone()).expect("opens");
    let mut now = 1_000_000;
    for step in steps {
        match step {
            Step::Apply(writes) => store.apply(&to_batch(writes, &mut model)).expect("applied"),
            Step::Sync => store.sync().expect("synced"),
            Step::Reopen => {
                drop(store);
                store = open(dir, options.clone()).expect("reopens");
                assert_eq!(store.opened().index, chappe_storage::IndexUse::Kept);
            }
            Step::Maintain => {
                now += chappe_storage::ERASURE_MAX;
                while store.maintain(now).expect("maintained").more {}
                assert_eq!(store.rows_indexed(), model.len() as u64);
            }
        }
        if !matches!(step, Step::Apply(_)) {
            compare(&store, &model);
        }
    }
    compare(&store, &model);
    drop(store);
    // Made anew from what compaction left, the index says the same.
    std::fs::remove_dir_all(dir.join("index")).expect("index removed");
    let store = open(dir, options.clone()).expect("reopens");
    compare(&store, &model);
}

fn run_memory(steps: &[Step]) {
    let mut model = Model::new();
    let mut store = MemoryStore::new();
    for step in steps {
        match step {
            Step::Apply(writes) => store.apply(&to_batch(writes, &mut model)).expect("applied"),
            Step::Sync | Step::Maintain => store.sync().expect("synced"),
            Step::Reopen => store = store.after_crash(usize::MAX),
        }
        compare(&store, &model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn memory_store_is_the_map(steps in proptest::collection::vec(step(), 1..40)) {
        run_memory(&steps);
    }

    #[test]
    fn durable_store_is_the_map(steps in proptest::collection::vec(step(), 1..40)) {
        let dir = tempfile::tempdir().expect("a directory");
        run_durable(dir.path(), &Options { segment_bytes: 4096, overlay_rows: 4, ..small() }, &steps);
    }

    #[test]
    fn durable_store_with_its_thread_is_the_map(steps in proptest::collection::vec(step(), 1..20)) {
        let dir = tempfile::tempdir().expect("a directory");
        run_durable(dir.path(), &Options { background: true, overlay_rows: 3, ..small() }, &steps);
    }
}

fn both(claim: impl Fn(&dyn Store)) {
    claim(&MemoryStore::new());
    let dir = tempfile::tempdir().expect("a directory");
    claim(&open(dir.path(), Options::default()).expect("opens"));
}

#[test]
fn biggest_row_is_taken_and_read() {
    both(|store| {
        let (partition, sort) = (vec![1; PARTITION_MAX], vec![255; SORT_MAX]);
        store.apply(&put(&partition, &sort, &vec![7; VALUE_MAX])).expect("applied");
        assert_eq!(get(store, &partition, &sort).map(|value| value.len()), Some(VALUE_MAX));
        assert_eq!(store.scan(Table::Test, &partition, Range::All, 2).expect("scans").len(), 1);
        store.sync().expect("synced");
        assert_eq!(store.scan(Table::Test, &partition, Range::Reverse, 2).expect("scans").len(), 1);
    });
}

#[test]
fn oversized_row_is_refused_and_stops_the_store() {
    both(|store| {
        assert!(store.apply(&put(&[0; PARTITION_MAX + 1], b"s", b"v")).is_err());
        assert!(store.apply(&put(b"p", b"s", b"v")).is_err(), "a core that breaks a bound has a bug: nothing goes on");
        assert_eq!(get(store, b"p", b"s"), None);
    });
}

#[test]
fn later_write_of_a_batch_wins() {
    both(|store| {
        let mut batch = put(b"p", b"a", b"1");
        batch.writes.extend(delete(b"p", b"a").writes);
        batch.writes.extend(put(b"p", b"a", b"2").writes);
        batch.writes.extend(put(b"p", b"b", b"3").writes);
        batch.writes.extend(delete(b"p", b"b").writes);
        store.apply(&batch).expect("applied");
        assert_eq!(get(store, b"p", b"a"), Some(b"2".to_vec()));
        assert_eq!(get(store, b"p", b"b"), None);
    });
}
