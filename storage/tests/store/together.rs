//! Writers, readers and maintenance at the same time.

use std::sync::atomic::{AtomicBool, Ordering};

use chappe_protocol::store::{Batch, Range, StoreRead, Table};
use chappe_storage::{DurableStore, ERASURE_MAX, Options, Store};

use crate::rows::{open, small};

const BATCHES: u64 = 1500;
const WINDOW: u64 = 40;

/// Batch `n` of a writer: adds row `n`, deletes the one `WINDOW` before, and counts, so that every whole state has
/// exactly the last `WINDOW` rows and a count that fits them.
fn batch(writer: u8, n: u64) -> Batch {
    let mut batch = Batch::new();
    batch.put(Table::Test, &[writer], &n.to_be_bytes(), vec![n as u8; 50 + (n as usize * 13) % 200]);
    if n > WINDOW {
        batch.delete(Table::Test, &[writer], &(n - WINDOW).to_be_bytes());
    }
    batch.put(Table::Op, &[writer], b"count", n.to_be_bytes().to_vec());
    batch
}

/// What a single scan shows is one whole state.
fn check(store: &DurableStore, writer: u8) -> u64 {
    let rows = store.scan(Table::Test, &[writer], Range::All, 1000).expect("scans");
    let Some((last, _)) = rows.last() else { return 0 };
    let last = u64::from_be_bytes(last.as_slice().try_into().expect("eight bytes"));
    let first = (last + 1).saturating_sub(WINDOW).max(1);
    let expected: Vec<_> =
        (first..=last).map(|n| (n.to_be_bytes().to_vec(), vec![n as u8; 50 + (n as usize * 13) % 200])).collect();
    assert!(rows == expected, "writer {writer} at {last}: {} rows", rows.len());
    last
}

#[test]
fn readers_see_whole_batches_while_segments_come_and_go() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = Options { background: true, overlay_rows: 50, ..small() };
    let store = open(dir.path(), options.clone()).expect("opens");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..2u8)
            .map(|writer| {
                let store = store.clone();
                scope.spawn(move || {
                    for n in 1..=BATCHES {
                        store.apply(&batch(writer, n)).expect("applied");
                        if n % 10 == 0 {
                            store.sync().expect("synced");
                        }
                        // Its own writes are seen at once.
                        let count = store.get(Table::Op, &[writer], b"count").expect("reads");
                        assert_eq!(count, Some(n.to_be_bytes().to_vec()));
                    }
                })
            })
            .collect();
        let keeper = scope.spawn(|| {
            let mut now = ERASURE_MAX;
            let mut moved = 0;
            while !done.load(Ordering::Relaxed) {
                now += ERASURE_MAX;
                moved += store.maintain(now).expect("maintained").moved;
            }
            moved
        });
        let reader = scope.spawn(|| {
            let mut seen = [0; 2];
            while !done.load(Ordering::Relaxed) {
                for writer in 0..2u8 {
                    let last = check(&store, writer);
                    assert!(last >= seen[writer as usize], "time goes on");
                    seen[writer as usize] = last;
                }
            }
        });
        let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
        assert!(keeper.join().expect("the keeper ends") > 0, "maintenance had something to move");
        reader.join().expect("the reader ends");
    });
    assert_eq!([check(&store, 0), check(&store, 1)], [BATCHES; 2]);
    drop(store);
    std::fs::remove_dir_all(dir.path().join("index")).expect("removed");
    let store = open(dir.path(), options).expect("opens");
    assert_eq!([check(&store, 0), check(&store, 1)], [BATCHES; 2]);
}
