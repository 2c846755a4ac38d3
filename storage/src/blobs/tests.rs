use super::*;

const ID: BlobId = BlobId([1; 32]);

fn spec(length: u64) -> BlobSpec {
    BlobSpec { length, write: [2; 32], read: [3; 32], owner: [4; 32] }
}

#[test]
fn what_is_durable_is_there_after_a_crash_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    store.create(ID, spec(10), 99).unwrap();
    store.append(&ID, 0, b"abcd").unwrap();
    assert_eq!(store.sync(&ID).unwrap().durable, 4);
    store.append(&ID, 4, b"efg").unwrap();
    assert_eq!(store.read(&ID, 2, 100).unwrap(), b"cdefg");
    // The process ends without a sync.
    drop(store);
    let store = BlobStore::open(dir.path()).unwrap();
    let entry = store.entry(&ID).unwrap();
    assert_eq!((entry.written, entry.durable, entry.expires, entry.spec), (4, 4, 99, spec(10)));
    store.append(&ID, 4, b"efghij").unwrap();
    assert!(store.sync(&ID).unwrap().is_whole());
    assert_eq!(store.read(&ID, 0, 10).unwrap(), b"abcdefghij");
}

#[test]
fn what_others_hold_stays_until_the_last_one_lets_go() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    let hold = |n: u8| Hold { write: [n; 32], owner: [n; 32] };
    let spec = BlobSpec { owner: [9; 32], ..spec(4) };
    store.create(ID, spec, 99).unwrap();
    assert!(matches!(store.hold(&ID, hold(5)), Err(BlobError::Differs)), "it is not whole");
    store.append(&ID, 0, b"abcd").unwrap();
    store.sync(&ID).unwrap();
    for n in [5, 6, 5, 2] {
        store.hold(&ID, hold(n)).unwrap();
    }
    let shares = |store: &BlobStore| [9, 5, 6, 7].map(|n| store.promised(&[n; 32]).1);
    assert_eq!((shares(&store), store.promised(&[7; 32]).0), ([4, 4, 4, 0], 4));
    // Who brought it lets go first.
    store.let_go(&ID, &[2; 32]).unwrap();
    drop(store);
    let store = BlobStore::open(dir.path()).unwrap();
    assert_eq!((shares(&store), store.read(&ID, 0, 4).unwrap()), ([0, 4, 4, 0], b"abcd".to_vec()));
    assert!(store.is_held_by(&ID, &[6; 32]) && !store.is_held_by(&ID, &[2; 32]));
    store.let_go(&ID, &[6; 32]).unwrap();
    assert!(store.entry(&ID).is_some());
    store.let_go(&ID, &[5; 32]).unwrap();
    assert!(store.entry(&ID).is_none());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn few_hold_a_blob_and_a_damaged_list_is_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    store.create(ID, spec(1), 99).unwrap();
    store.append(&ID, 0, b"a").unwrap();
    store.sync(&ID).unwrap();
    let hold = |n: usize| Hold { write: *blake3::hash(&n.to_be_bytes()).as_bytes(), owner: [0; 32] };
    (0..HOLDS_MAX).for_each(|n| _ = store.hold(&ID, hold(n)).unwrap());
    assert!(matches!(store.hold(&ID, hold(HOLDS_MAX)), Err(BlobError::Held)));
    let path = dir.path().join(format!("{}.holds", ID.to_hex()));
    let mut bytes = fs::read(&path).unwrap();
    bytes[70] ^= 1;
    fs::write(&path, bytes).unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    assert!(!store.is_held_by(&ID, &hold(0).write));
    store.let_go(&ID, &[2; 32]).unwrap();
    assert!(store.entry(&ID).is_none());
}

#[test]
fn an_end_may_come_first_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    store.create(ID, spec(10), 99).unwrap();
    store.append(&ID, 0, b"ab").unwrap();
    store.append(&ID, 8, b"ij").unwrap();
    assert_eq!(store.read(&ID, 8, 9).unwrap(), b"ij");
    assert_eq!(store.read(&ID, 0, 9).unwrap(), b"ab");
    assert!(store.read(&ID, 5, 9).unwrap().is_empty());
    for (offset, bytes) in [(4, &b"ef"[..]), (9, b"j"), (7, b"hij"), (8, b"ijk"), (u64::MAX, b"x")] {
        assert!(store.append(&ID, offset, bytes).is_err(), "{offset}");
    }
    store.append(&ID, 8, b"ij").unwrap();
    assert_eq!(store.sync(&ID).unwrap().durable, 2);
    drop(store);
    // It is lost in a crash, and comes again.
    let store = BlobStore::open(dir.path()).unwrap();
    assert!(store.read(&ID, 8, 2).unwrap().is_empty());
    store.append(&ID, 8, b"ij").unwrap();
    store.append(&ID, 2, b"cdefgh").unwrap();
    assert!(store.sync(&ID).unwrap().is_whole());
    assert_eq!(store.read(&ID, 0, 10).unwrap(), b"abcdefghij");
}

#[test]
fn what_is_ahead_counts_once_the_front_reaches_it_and_not_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    store.create(ID, spec(10), 99).unwrap();
    assert_eq!(store.place(&ID, 6, b"gh").unwrap().written, 0);
    assert_eq!(store.place(&ID, 2, b"cd").unwrap().written, 0);
    assert!(matches!(store.place(&ID, 9, b"jk"), Err(BlobError::TooMany)));
    assert!(matches!(store.append(&ID, 2, b"cd"), Err(BlobError::Gap(0))));
    assert_eq!(store.place(&ID, 0, b"ab").unwrap().written, 4);
    assert_eq!(store.read(&ID, 0, 10).unwrap(), b"abcd");
    assert_eq!(store.sync(&ID).unwrap().durable, 4);
    drop(store);
    let store = BlobStore::open(dir.path()).unwrap();
    // The island is gone: nobody knows any more that it was there.
    assert_eq!(store.place(&ID, 4, b"ef").unwrap().written, 6);
    // Twice the same, and one over another.
    store.place(&ID, 8, b"ij").unwrap();
    store.place(&ID, 4, b"ef").unwrap();
    assert_eq!(store.place(&ID, 5, b"fgh").unwrap().written, 10);
    assert_eq!(store.read(&ID, 0, 10).unwrap(), b"abcdefghij");
    assert!(store.sync(&ID).unwrap().is_whole());
}

#[test]
fn many_at_once_fill_a_blob() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    store.create(ID, spec(400), 99).unwrap();
    std::thread::scope(|scope| {
        for worker in 0..4u64 {
            let store = store.clone();
            scope.spawn(move || {
                for n in (0..100).rev() {
                    store.place(&ID, n * 4 + worker, &[worker as u8]).unwrap();
                    if n % 25 == 0 {
                        store.sync(&ID).unwrap();
                    }
                }
            });
        }
    });
    assert!(store.sync(&ID).unwrap().is_whole());
    let bytes = store.read(&ID, 0, 400).unwrap();
    assert!(bytes.chunks(4).all(|four| four == [0, 1, 2, 3]));
}

#[test]
fn bytes_join_or_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    assert!(matches!(store.append(&ID, 0, b"x"), Err(BlobError::Missing)));
    assert!(matches!(store.sync(&ID), Err(BlobError::Missing)));
    store.create(ID, spec(4), 1).unwrap();
    assert!(matches!(store.append(&ID, 1, b"x"), Err(BlobError::Gap(0))));
    assert!(matches!(store.append(&ID, 0, b"12345"), Err(BlobError::TooMany)));
    assert!(matches!(store.create(ID, spec(5), 1), Err(BlobError::Differs)));
    assert_eq!(store.create(ID, spec(4), 1).unwrap().written, 0);
    assert_eq!(store.promised(&[4; 32]), (4, 4));
    assert_eq!(store.promised(&[5; 32]), (4, 0));
    assert_eq!(store.read(&ID, 9, 9).unwrap(), b"");
}

#[test]
fn what_is_over_or_damaged_goes() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    let other = BlobId([7; 32]);
    store.create(ID, spec(4), 10).unwrap();
    store.create(other, spec(4), 20).unwrap();
    store.keep_until(&ID, 5).unwrap();
    assert_eq!(store.sweep(9).unwrap(), 0);
    store.keep_until(&ID, 30).unwrap();
    assert_eq!(store.sweep(20).unwrap(), 1);
    assert!(store.entry(&other).is_none() && store.entry(&ID).is_some());
    assert!(!dir.path().join(other.to_hex()).exists());
    let path = dir.path().join(ID.to_hex());
    let mut bytes = fs::read(&path).unwrap();
    bytes[9] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(BlobStore::open(dir.path()).unwrap().entry(&ID).is_none());
    assert!(!path.exists());
}
