//! The power goes, at every step of a history in turn: what was acknowledged is there, whole, and nothing is garbage.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chappe_protocol::store::{Batch, Range, StoreRead, Table};
use chappe_storage::{DurableStore, ERASURE_MAX, IndexUse, OpenError, Options, Store, StoreKey};

use crate::rows::small;
use crate::sim::{Loss, SimDisk};

const ROUNDS: u64 = 60;

pub fn open_on(disk: &SimDisk, dir: &Path, options: Options) -> Result<DurableStore, OpenError> {
    DurableStore::open_on(Arc::new(disk.clone()), &dir.join("index"), &StoreKey::without_passcode(), options)
}

/// Batch `n` counts in one row, adds a row, replaces one of eight, and deletes one added earlier.
fn batch(n: u64) -> Batch {
    let mut batch = Batch::new();
    batch.put(Table::Test, b"count", b"", n.to_be_bytes().to_vec());
    batch.put(Table::Test, b"log", &n.to_be_bytes(), vec![n as u8; 200 + (n as usize * 37) % 400]);
    batch.put(Table::Test, b"slot", &[(n % 8) as u8], n.to_be_bytes().repeat(20));
    if n >= 5 {
        batch.delete(Table::Test, b"log", &(n - 5).to_be_bytes());
    }
    batch
}

type State = BTreeMap<(&'static str, Vec<u8>), Vec<u8>>;

/// The state behind batch `n`, by the rule of `batch`.
fn expected(n: u64) -> State {
    let mut state = State::new();
    for n in 1..=n {
        state.insert(("count", vec![]), n.to_be_bytes().to_vec());
        state.insert(("log", n.to_be_bytes().to_vec()), vec![n as u8; 200 + (n as usize * 37) % 400]);
        state.insert(("slot", vec![(n % 8) as u8]), n.to_be_bytes().repeat(20));
        if n >= 5 {
            state.remove(&("log", (n - 5).to_be_bytes().to_vec()));
        }
    }
    state
}

fn actual(store: &DurableStore) -> State {
    let mut state = State::new();
    for partition in ["count", "log", "slot"] {
        let rows = store.scan(Table::Test, partition.as_bytes(), Range::All, usize::MAX).expect("scans");
        state.extend(rows.into_iter().map(|(sort, value)| ((partition, sort), value)));
    }
    state
}

fn count(store: &DurableStore) -> u64 {
    let value = store.get(Table::Test, b"count", b"").expect("reads");
    value.map_or(0, |value| u64::from_be_bytes(value.try_into().expect("eight bytes")))
}

/// Writes until the end or until the power goes; returns the last acknowledged and the last tried batch.
fn write(store: &DurableStore, from: u64, to: u64, maintain: bool) -> (u64, u64) {
    let mut acked = from - 1;
    for n in from..=to {
        if store.apply(&batch(n)).is_err() {
            return (acked, n);
        }
        // Not every batch is synced on its own: groups tear too.
        if n % 3 != 1 {
            if store.sync().is_err() {
                return (acked, n);
            }
            acked = n;
        }
        if maintain && n % 7 == 0 && store.maintain(n * ERASURE_MAX).is_err() {
            return (acked, n);
        }
    }
    (acked, to)
}

fn options() -> Options {
    Options { segment_bytes: 4096, ..small() }
}

/// One run with the power gone at `step`; false if the history ended before.
fn cut_at(step: u64, loss: Loss, keep_index: bool) -> bool {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = SimDisk::new();
    disk.die_at(step);
    let (acked, tried) = match open_on(&disk, dir.path(), options()) {
        Ok(store) => write(&store, 1, ROUNDS, true),
        Err(_) => (0, 0),
    };
    let reached = disk.steps() >= step;
    let (disk, dir) = (disk.power_cut(loss), if keep_index { dir } else { tempfile::tempdir().expect("a directory") });
    let store = open_on(&disk, dir.path(), options())
        .unwrap_or_else(|error| panic!("cut at {step} with {loss:?}: acknowledged {acked}: {error}"));
    let there = count(&store);
    assert!(
        (acked..=tried).contains(&there),
        "cut at {step}, {loss:?}: {there} of {acked} acknowledged, {tried} tried"
    );
    assert_eq!(actual(&store), expected(there), "cut at {step}, {loss:?}");
    // And it goes on from there, through another cut.
    let (more, _) = write(&store, there + 1, there + 10, true);
    assert_eq!(more, (there + 1..=there + 10).rfind(|n| n % 3 != 1).unwrap_or(0), "cut at {step}, {loss:?}");
    let again = disk.power_cut(Loss::All);
    drop(store);
    let store = open_on(&again, dir.path(), options()).expect("opens again");
    assert!(count(&store) >= more);
    assert_eq!(actual(&store), expected(count(&store)), "second cut after {step}, {loss:?}");
    reached
}

fn cut_everywhere(loss: impl Fn(u64) -> Loss, every: usize) {
    // `CHAPPE_EVERY_STEP=1` takes all steps in all three ways of losing bytes.
    let every = if std::env::var_os("CHAPPE_EVERY_STEP").is_some() { 1 } else { every };
    for step in (1..).step_by(every) {
        if !cut_at(step, loss(step), step % 2 == 0) {
            assert!(step > 200, "the history has only {step} steps");
            return;
        }
    }
}

#[test]
fn unsynced_bytes_are_lost_at_every_step() {
    cut_everywhere(|_| Loss::All, 1);
}

#[test]
fn unsynced_bytes_survive_at_every_step() {
    cut_everywhere(|_| Loss::Nothing, 7);
}

#[test]
fn unsynced_sectors_are_torn_at_every_step() {
    cut_everywhere(Loss::Torn, 3);
}

#[test]
fn process_dies_and_the_index_is_checked_and_used() {
    let mut uses = Vec::new();
    for rounds in [1, 10, 23, 40] {
        let dir = tempfile::tempdir().expect("a directory");
        let disk = SimDisk::new();
        let store = open_on(&disk, dir.path(), options()).expect("opens");
        write(&store, 1, rounds, true);
        let crashed = disk.process_crash();
        // What the dying store still does to its own disk and to the session file is not seen by the next one.
        let index = tempfile::tempdir().expect("a directory");
        copy_dir(&dir.path().join("index"), &index.path().join("index"));
        let next = open_on(&crashed, index.path(), options()).expect("opens");
        uses.push(next.opened().index);
        assert_eq!(actual(&next), expected(count(&next)));
        drop(store);
    }
    assert!(uses.contains(&IndexUse::Checked), "{uses:?}");
}

pub fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn full_disk_stops_the_store_and_damages_nothing() {
    for spare in (0..24_000).step_by(1999) {
        let dir = tempfile::tempdir().expect("a directory");
        let disk = SimDisk::new();
        let store = open_on(&disk, dir.path(), options()).expect("opens");
        disk.set_capacity(Some(disk.used() + spare));
        let (acked, tried) = write(&store, 1, 200, false);
        assert!(acked < 200, "the disk was never full");
        assert!(store.apply(&batch(tried + 1)).is_err(), "a failed store takes nothing more");
        assert!(store.sync().is_err());
        drop(store);
        disk.set_capacity(None);
        let store = open_on(&disk, dir.path(), options()).expect("opens");
        let there = count(&store);
        assert!((acked..=tried).contains(&there), "{there} of {acked}..={tried} with {spare}");
        assert_eq!(actual(&store), expected(there));
        assert_eq!(write(&store, there + 1, there + 20, true).1, there + 20);
    }
}
