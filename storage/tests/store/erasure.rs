//! What is deleted leaves the disk, and what is there never shows what it is.

use std::path::Path;

use chappe_protocol::store::{Range, StoreRead, Table};
use chappe_storage::{ERASURE_MAX, IndexUse, Options, Store};

use crate::power::{copy_dir, open_on};
use crate::rows::{delete, get, open, put, small};
use crate::sim::SimDisk;

const HOUR: u64 = 60 * 60 * 1000;

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn every_byte(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(every_byte(&path));
        } else {
            all.extend(std::fs::read(path).expect("read"));
        }
    }
    all
}

/// The part of `after` that `before` has not, up to preallocated zeros: the newest sealed row.
fn newest_bytes(disk: &SimDisk, before: &[u8]) -> Vec<u8> {
    let name = disk.journal_files().pop().expect("a segment");
    let now = disk.bytes(&name);
    let from = now.iter().zip(before).position(|(a, b)| a != b).unwrap_or(before.len());
    let end = now.iter().rposition(|byte| *byte != 0).expect("bytes") + 1;
    // Past the frame's head and the row's name: ciphertext.
    now[from + 100..end].to_vec()
}

#[test]
fn deleted_and_replaced_rows_leave_the_disk() {
    for replace in [false, true] {
        let dir = tempfile::tempdir().expect("a directory");
        let disk = SimDisk::new();
        let store = open_on(&disk, dir.path(), Options { segment_bytes: 1 << 20, ..small() }).expect("opens");
        store.apply(&put(b"p", b"keep", &[1; 500])).expect("applied");
        store.sync().expect("synced");
        let before = disk.bytes(&disk.journal_files().pop().expect("a segment"));
        store.apply(&put(b"p", b"secret", &[2; 500])).expect("applied");
        store.sync().expect("synced");
        let sealed = newest_bytes(&disk, &before);
        assert!(sealed.len() > 400 && contains(&disk.all_bytes(), &sealed), "the row is found while it is there");
        store.maintain(HOUR).expect("maintained");
        assert!(contains(&disk.all_bytes(), &sealed), "a living row stays");
        let change = if replace { put(b"p", b"secret", b"other") } else { delete(b"p", b"secret") };
        store.apply(&change).expect("applied");
        store.sync().expect("synced");
        store.maintain(2 * HOUR).expect("maintained");
        assert!(contains(&disk.all_bytes(), &sealed), "not at once: that would rewrite all the time");
        while store.maintain(HOUR + ERASURE_MAX).expect("maintained").more {}
        assert!(!contains(&disk.all_bytes(), &sealed), "the sealed bytes are gone in time");
        assert!(!contains(&disk.all_bytes(), &sealed[..64]));
        assert_eq!(get(&store, b"p", b"keep"), Some(vec![1; 500]));
        assert_eq!(get(&store, b"p", b"secret"), replace.then(|| b"other".to_vec()));
    }
}

#[test]
fn deletes_are_forgotten_once_they_cover_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = SimDisk::new();
    let store = open_on(&disk, dir.path(), small()).expect("opens");
    let mut now = HOUR;
    for round in 0..6u64 {
        for n in 0..100u64 {
            store.apply(&put(b"p", &n.to_be_bytes(), &[round as u8; 300])).expect("applied");
        }
        for n in 0..100u64 {
            store.apply(&delete(b"p", &n.to_be_bytes())).expect("applied");
        }
        for _ in 0..4 {
            now += ERASURE_MAX;
            while store.maintain(now).expect("maintained").more {}
        }
    }
    store.apply(&put(b"p", b"last", b"row")).expect("applied");
    drop(store);
    let bytes: usize = disk.journal_files().iter().map(|name| disk.bytes(name).len()).sum();
    assert!(bytes < 2 * 16 * 1024, "an empty store of {bytes} bytes");
}

#[test]
fn maintenance_comes_to_rest() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = SimDisk::new();
    let store = open_on(&disk, dir.path(), small()).expect("opens");
    for n in 0..300u64 {
        store.apply(&put(b"p", &(n % 90).to_be_bytes(), &[n as u8; 300])).expect("applied");
        if n % 3 == 0 {
            store.apply(&delete(b"p", &((n + 45) % 90).to_be_bytes())).expect("applied");
        }
    }
    let mut now = HOUR;
    for _ in 0..4 {
        now += ERASURE_MAX;
        for _ in 0..100 {
            if !store.maintain(now).expect("maintained").more {
                break;
            }
        }
    }
    let steps = disk.steps();
    for _ in 0..20 {
        now += ERASURE_MAX;
        assert_eq!(store.maintain(now).expect("maintained"), chappe_storage::Maintained::default());
    }
    assert_eq!(disk.steps(), steps, "a store at rest writes nothing");
}

#[test]
fn neither_values_nor_partitions_are_on_disk() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path(), small()).expect("opens");
    for n in 0..50u64 {
        store.apply(&put(b"alice-and-bob's chat", &n.to_be_bytes(), b"meet me at the tower at noon")).expect("applied");
        store.sync().expect("synced");
    }
    let live = every_byte(dir.path());
    store.maintain(ERASURE_MAX).expect("maintained");
    drop(store);
    for bytes in [live, every_byte(dir.path())] {
        assert!(contains(&bytes, b"chappe-session"), "the search finds what is there");
        for secret in [&b"alice-and-bob"[..], b"meet me at", b"tower at noon"] {
            assert!(!contains(&bytes, secret), "{}", String::from_utf8_lossy(secret));
        }
    }
}

#[test]
fn index_from_before_an_erasure_is_not_used_again() {
    // sled may come back from a crash as it was a while ago. If the deletes it missed have left the journal since,
    // replaying cannot tell it of them: it would bring a deleted row's name back.
    let dir = tempfile::tempdir().expect("a directory");
    let disk = SimDisk::new();
    let store = open_on(&disk, dir.path(), small()).expect("opens");
    for n in 0..40u64 {
        store.apply(&put(b"p", &n.to_be_bytes(), &[1; 400])).expect("applied");
    }
    drop(store);
    let old = tempfile::tempdir().expect("a directory");
    copy_dir(&dir.path().join("index"), &old.path().join("index"));
    let store = open_on(&disk, dir.path(), small()).expect("opens");
    for n in 0..40u64 {
        store.apply(&delete(b"p", &n.to_be_bytes())).expect("applied");
    }
    store.apply(&put(b"p", b"left", b"over")).expect("applied");
    for day in 1..6 {
        while store.maintain(day * ERASURE_MAX).expect("maintained").more {}
    }
    let crashed = disk.process_crash();
    drop(store);
    let store = open_on(&crashed, old.path(), small()).expect("opens");
    assert_eq!(store.opened().index, IndexUse::Rebuilt);
    let rows = store.scan(Table::Test, b"p", Range::All, 100).expect("scans");
    assert_eq!(rows, [(b"left".to_vec(), b"over".to_vec())]);
}
