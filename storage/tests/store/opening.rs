//! Who may open what, and what they are told otherwise.

use std::collections::BTreeMap;
use std::path::Path;

use chappe_storage::{DurableStore, IndexUse, KeyError, OpenError, Options, SCHEMA, Store, StoreKey};

use crate::power::open_on;
use crate::rows::{get, open, put, small};
use crate::sim::SimDisk;

fn snapshot(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    files
        .map(|entry| (entry.file_name().into_string().expect("a name"), std::fs::read(entry.path()).expect("read")))
        .collect()
}

#[test]
fn second_opening_is_refused_until_the_first_is_gone() {
    let dir = tempfile::tempdir().expect("a directory");
    let first = open(dir.path(), Options::default()).expect("opens");
    let clone = first.clone();
    let error = open(dir.path(), Options::default()).expect_err("refused");
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("stop that one first"));
    drop(first);
    assert!(open(dir.path(), Options::default()).is_err(), "a clone still has it");
    drop(clone);
    let store = open(dir.path(), Options::default()).expect("opens");
    assert_eq!(store.opened().index, IndexUse::Kept);
}

#[test]
fn newer_schema_is_refused_and_nothing_is_touched() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path(), small()).expect("opens"));
    std::fs::write(dir.path().join("schema"), format!("chappe-store {}\n", SCHEMA + 1)).expect("written");
    let before = snapshot(dir.path());
    let error = open(dir.path(), small()).expect_err("refused");
    assert!(matches!(error, OpenError::NewerSchema { found, known, .. } if found == SCHEMA + 1 && known == SCHEMA));
    assert_eq!(snapshot(dir.path()), before);
    // Nor is a lock file left in a directory that has never been ours.
    let other = tempfile::tempdir().expect("a directory");
    std::fs::write(other.path().join("schema"), "something else\n").expect("written");
    assert!(matches!(open(other.path(), small()), Err(OpenError::NotAStore { .. })));
    assert_eq!(snapshot(other.path()).len(), 1);
}

#[test]
fn read_only_disk_is_told_apart() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = SimDisk::new();
    drop(open_on(&disk, dir.path(), small()).expect("opens"));
    disk.set_read_only();
    let error = open_on(&disk, dir.path(), small()).expect_err("refused");
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error}");
    assert!(error.to_string().contains("make it writable"));
}

#[test]
fn directory_where_nothing_can_be_made_is_told() {
    // Nobody, not even root, makes directories there.
    let error = open(Path::new("/proc/1/chappe"), small()).expect_err("refused");
    assert!(matches!(error, OpenError::Io { .. } | OpenError::ReadOnly { .. }), "{error}");
    assert!(error.to_string().contains("/proc/1/chappe"));
}

#[test]
fn store_opens_with_its_own_key_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    let with = |secret| DurableStore::open(dir.path(), StoreKey::from_host([secret; 32]), small());
    let store = with(1).expect("opens");
    store.apply(&put(b"p", b"s", b"v")).expect("applied");
    drop(store);
    assert!(matches!(with(2), Err(OpenError::Key { source: KeyError::Wrong, .. })));
    assert!(matches!(open(dir.path(), small()), Err(OpenError::Key { source: KeyError::Kind(_), .. })));
    assert_eq!(get(&with(1).expect("opens"), b"p", b"s"), Some(b"v".to_vec()));
}

#[test]
fn missing_key_file_is_told_and_not_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path(), small()).expect("opens"));
    std::fs::remove_file(dir.path().join("keyfile")).expect("removed");
    assert!(matches!(open(dir.path(), small()), Err(OpenError::KeyMissing { .. })));
    assert!(!dir.path().join("keyfile").exists());
}

#[test]
fn files_are_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let store_dir = dir.path().join("store");
    drop(open(&store_dir, small()).expect("opens"));
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&store_dir), 0o700);
    for name in snapshot(&store_dir).keys() {
        assert_eq!(mode(&store_dir.join(name)), 0o600, "{name}");
    }
}

#[test]
fn progress_is_told_while_the_index_is_made_anew() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path(), small()).expect("opens");
    for n in 0..200u64 {
        store.apply(&put(b"p", &n.to_be_bytes(), &[1; 300])).expect("applied");
    }
    drop(store);
    std::fs::remove_dir_all(dir.path().join("index")).expect("removed");
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = told.clone();
    let progress: chappe_storage::Progress =
        std::sync::Arc::new(move |done, total| sink.lock().expect("a lock").push((done, total)));
    drop(open(dir.path(), Options { progress: Some(progress), ..small() }).expect("opens"));
    let told = told.lock().expect("a lock").clone();
    assert!(told.len() > 2 && told.windows(2).all(|two| two[0].0 < two[1].0), "{told:?}");
    assert!(told.last().is_some_and(|(done, total)| done == total));
}
