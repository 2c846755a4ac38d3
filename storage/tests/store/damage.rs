//! Bits flip, files vanish: what is acknowledged is right or an error, never garbage and never silently less.

use std::path::Path;

use chappe_protocol::store::{Range, StoreRead, Table};
use chappe_storage::{DurableStore, ERASURE_MAX, IndexUse, OpenError, Options, Store};

use crate::power::{copy_dir, open_on};
use crate::rows::{delete, get, open, put, small};
use crate::sim::{Loss, SimDisk};

const ROWS: u64 = 60;

fn value(n: u64) -> Vec<u8> {
    vec![n as u8; 300]
}

/// A disk with some segments of synced rows.
fn filled(dir: &Path) -> SimDisk {
    let disk = SimDisk::new();
    let store = open_on(&disk, dir, small()).expect("opens");
    for n in 0..ROWS {
        store.apply(&put(b"p", &n.to_be_bytes(), &value(n))).expect("applied");
        store.sync().expect("synced");
    }
    drop(store);
    disk
}

/// Each row is right or an error; returns how many are errors.
fn right_or_error(store: &DurableStore) -> usize {
    let mut errors = 0;
    for n in 0..ROWS {
        match store.get(Table::Test, b"p", &n.to_be_bytes()) {
            Ok(got) => assert_eq!(got, Some(value(n)), "row {n}"),
            Err(_) => errors += 1,
        }
    }
    errors
}

/// Forgets the index and how the store was closed, so that the journal alone counts.
fn journal_alone(disk: &SimDisk) -> tempfile::TempDir {
    disk.tamper("session", |bytes| *bytes = b"chappe-session 1\nstate open\nboot other\n".to_vec());
    tempfile::tempdir().expect("a directory")
}

#[test]
fn flipped_bit_under_a_kept_index_is_a_read_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = filled(dir.path());
    let clean = disk.clone().process_crash();
    let name = clean.journal_files().first().cloned().expect("a segment");
    let len = clean.bytes(&name).len();
    let mut errors = 0;
    for at in (100..len).step_by(997) {
        let disk = clean.process_crash();
        disk.tamper(&name, |bytes| bytes[at] ^= 0x10);
        let index = tempfile::tempdir().expect("a directory");
        copy_dir(&dir.path().join("index"), &index.path().join("index"));
        let store = open_on(&disk, index.path(), small()).expect("the kept index opens");
        assert_eq!(store.opened().index, IndexUse::Kept);
        let bad = right_or_error(&store);
        assert!(bad <= 1);
        errors += bad;
    }
    assert!(errors > 5, "flips must hit values: {errors}");
}

#[test]
fn flipped_bit_in_the_journal_stops_a_rebuild_and_names_the_place() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = filled(dir.path());
    let index = journal_alone(&disk);
    drop(index);
    let files = disk.journal_files();
    assert!(files.len() > 1, "{files:?}");
    for (nth, name) in files.iter().enumerate() {
        let last = nth + 1 == files.len();
        let len = disk.bytes(name).len();
        // The header, and then all along. The last frames of the last segment are looked at by another test.
        let end = if last { len.saturating_sub(2_000) } else { len };
        for at in [0, 9, 20, 40, 50].into_iter().chain((60..end).step_by(431)) {
            let disk = disk.process_crash();
            disk.tamper(name, |bytes| bytes[at] ^= 1);
            let index = tempfile::tempdir().expect("a directory");
            match open_on(&disk, index.path(), small()) {
                Err(OpenError::Damaged { file, offset, .. }) => {
                    assert_eq!(&file, name);
                    assert!(offset as usize <= at, "{at}: {offset}");
                }
                other => panic!("{name} at {at}: {other:?}"),
            }
        }
    }
}

#[test]
fn cut_or_missing_segment_is_noticed() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = filled(dir.path());
    for (nth, name) in disk.journal_files().iter().enumerate() {
        let cut = disk.process_crash();
        cut.tamper(name, |bytes| bytes.truncate(bytes.len() / 2));
        assert!(matches!(open_on(&cut, dir.path(), small()), Err(OpenError::Damaged { .. })), "{name} cut");
        if nth + 1 < disk.journal_files().len() {
            let gone = disk.process_crash();
            chappe_storage::disk::Disk::remove(&gone, name).expect("removed");
            assert!(matches!(open_on(&gone, dir.path(), small()), Err(OpenError::Damaged { .. })), "{name} missing");
        }
    }
    let empty = disk.process_crash();
    for name in disk.journal_files() {
        chappe_storage::disk::Disk::remove(&empty, &name).expect("removed");
    }
    assert!(matches!(open_on(&empty, dir.path(), small()), Err(OpenError::Damaged { .. })));
}

#[test]
fn torn_tail_is_cut_and_nothing_before_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = filled(dir.path());
    drop(journal_alone(&disk));
    let name = disk.journal_files().pop().expect("a segment");
    let len = disk.bytes(&name).len();
    for cut in 1..60 {
        let disk = disk.process_crash();
        disk.tamper(&name, |bytes| bytes[len - cut..].fill(0));
        let index = tempfile::tempdir().expect("a directory");
        let store = open_on(&disk, index.path(), small()).expect("opens");
        assert!(store.opened().cut > 0);
        for n in 0..ROWS - 1 {
            assert_eq!(get(&store, b"p", &n.to_be_bytes()), Some(value(n)));
        }
        assert_eq!(get(&store, b"p", &(ROWS - 1).to_be_bytes()), None);
    }
}

#[test]
fn salvage_keeps_what_verifies_and_the_next_start_is_ordinary() {
    let dir = tempfile::tempdir().expect("a directory");
    let clean = filled(dir.path());
    for (nth, name) in clean.journal_files().iter().enumerate() {
        for at in [3, 40, 700, 1500] {
            let disk = clean.process_crash();
            drop(journal_alone(&disk));
            disk.tamper(name, |bytes| bytes[at] ^= 1);
            let index = tempfile::tempdir().expect("a directory");
            let refused = open_on(&disk, index.path(), small());
            assert!(matches!(refused, Err(OpenError::Damaged { .. })), "{name} at {at}: {refused:?}");
            let store = open_on(&disk, index.path(), Options { salvage: true, ..small() })
                .unwrap_or_else(|error| panic!("salvage of {nth} at {at}: {error}"));
            let kept = store.scan(Table::Test, b"p", Range::All, 1000).expect("scans");
            assert!(kept.len() as u64 >= ROWS - 1, "{name} at {at}: {}", kept.len());
            drop(store);
            for round in 0..2 {
                let store = open_on(&disk, index.path(), small())
                    .unwrap_or_else(|error| panic!("after salvage of {name} at {at}, round {round}: {error}"));
                assert_eq!(store.scan(Table::Test, b"p", Range::All, 1000).expect("scans"), kept);
                drop(store);
                drop(journal_alone(&disk));
                std::fs::remove_dir_all(index.path().join("index")).expect("removed");
            }
        }
    }
}

#[test]
fn missing_segment_is_salvaged_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = filled(dir.path());
    let first = disk.journal_files()[0].clone();
    chappe_storage::disk::Disk::remove(&disk, &first).expect("removed");
    let store = open_on(&disk, dir.path(), Options { salvage: true, ..small() }).expect("salvaged");
    let kept = store.scan(Table::Test, b"p", Range::All, 1000).expect("scans");
    assert!(!kept.is_empty() && (kept.len() as u64) < ROWS);
    // The missing file is no longer asked for once the journal has rolled on.
    drop(store);
    let store = open_on(&disk, dir.path(), small()).expect("opens without salvage");
    assert_eq!(store.scan(Table::Test, b"p", Range::All, 1000).expect("scans"), kept);
}

fn filled_real(dir: &Path) {
    let store = open(dir, small()).expect("opens");
    for n in 0..ROWS {
        store.apply(&put(b"p", &n.to_be_bytes(), &value(n))).expect("applied");
    }
}

fn index_files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { index_files(&path) } else { vec![path] }).collect()
}

#[test]
fn deleted_or_changed_index_file_means_a_rebuild() {
    let dir = tempfile::tempdir().expect("a directory");
    filled_real(dir.path());
    let index = dir.path().join("index");
    let files = index_files(&index);
    assert!(!files.is_empty());
    for file in &files {
        for change in 0..3 {
            // A rebuild names its files anew, so that one of them may be gone by now.
            let Ok(mut bytes) = std::fs::read(file) else { continue };
            match change {
                0 => std::fs::remove_file(file).expect("removed"),
                1 => std::fs::write(file, &bytes[..bytes.len() / 2]).expect("written"),
                _ => {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    std::fs::write(file, &bytes).expect("written");
                }
            }
            let store = open(dir.path(), small()).expect("opens");
            assert_eq!(store.opened().index, IndexUse::Rebuilt, "{} {change}", file.display());
            assert_eq!(right_or_error(&store), 0);
        }
    }
    std::fs::remove_dir_all(&index).expect("removed");
    let store = open(dir.path(), small()).expect("opens");
    assert_eq!(right_or_error(&store), 0);
}

#[test]
fn damaged_index_after_a_crash_of_the_process_is_noticed() {
    let dir = tempfile::tempdir().expect("a directory");
    filled_real(dir.path());
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("a boot id");
    let session = format!("chappe-session 1\nstate open\nboot {}\n", boot.trim());
    let db = dir.path().join("index/db");
    let clean = std::fs::read(&db).expect("sled's file");
    let mut uses = Vec::new();
    for at in (0..clean.len()).step_by(clean.len() / 60) {
        let copy = tempfile::tempdir().expect("a directory");
        copy_dir(dir.path(), copy.path());
        std::fs::write(copy.path().join("session"), &session).expect("written");
        let mut bytes = clean.clone();
        let end = (at + 64).min(bytes.len());
        bytes[at..end].iter_mut().for_each(|byte| *byte = !*byte);
        std::fs::write(copy.path().join("index/db"), &bytes).expect("written");
        let store = open(copy.path(), small()).unwrap_or_else(|error| panic!("at {at}: {error}"));
        uses.push(store.opened().index);
        assert_eq!(right_or_error(&store), 0, "at {at}");
    }
    assert!(uses.contains(&IndexUse::Rebuilt), "{uses:?}");
}

#[test]
fn stale_frames_behind_a_cut_never_come_back() {
    // Two unsynced batches of the same size; the first is torn, so both are cut. Then one new batch of that size is
    // written where the first was: the second, still intact on disk, must not follow it.
    let dir = tempfile::tempdir().expect("a directory");
    let disk = SimDisk::new();
    let store = open_on(&disk, dir.path(), small()).expect("opens");
    store.apply(&put(b"p", b"0", &[0; 100])).expect("applied");
    store.sync().expect("synced");
    let name = disk.journal_files().pop().expect("a segment");
    let before = disk.bytes(&name);
    store.apply(&put(b"p", b"1", &[1; 100])).expect("applied");
    store.apply(&put(b"p", b"2", &[2; 100])).expect("applied");
    store.sync().expect("synced");
    let torn = disk.power_cut(Loss::Nothing);
    drop(store);
    let first = torn.bytes(&name).iter().zip(&before).position(|(a, b)| a != b).expect("a new frame");
    torn.tamper(&name, |bytes| bytes[first + 60] ^= 1);
    let index = tempfile::tempdir().expect("a directory");
    let store = open_on(&torn, index.path(), small()).expect("the tail was never promised");
    assert_eq!(get(&store, b"p", b"1"), None);
    store.apply(&put(b"p", b"3", &[3; 100])).expect("applied");
    store.sync().expect("synced");
    let again = torn.power_cut(Loss::All);
    drop(store);
    let index = tempfile::tempdir().expect("a directory");
    let store = open_on(&again, index.path(), small()).expect("opens");
    let rows = store.scan(Table::Test, b"p", Range::All, 10).expect("scans");
    assert_eq!(rows.iter().map(|(sort, _)| sort.as_slice()).collect::<Vec<_>>(), [b"0", b"3"]);
}

#[test]
fn damaged_segment_does_not_stop_maintenance_of_the_others() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = filled(dir.path());
    let files = disk.journal_files();
    disk.tamper(&files[0], |bytes| bytes[500] ^= 1);
    let store = open_on(&disk, dir.path(), small()).expect("opens");
    for n in [2, ROWS - 20] {
        store.apply(&delete(b"p", &n.to_be_bytes())).expect("applied");
    }
    let error = store.maintain(ERASURE_MAX).expect_err("the damage is told once");
    assert!(error.to_string().contains(&files[0]), "{error}");
    while store.maintain(2 * ERASURE_MAX).expect("the others go on").more {}
    store.apply(&put(b"p", b"x", b"y")).expect("the store works");
    assert!(disk.journal_files().contains(&files[0]));
}
