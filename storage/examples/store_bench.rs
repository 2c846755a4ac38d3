//! Figures of the durable store: `cargo run --release -p chappe-storage --example store_bench -- [DIR] [ROWS] [reopen]`.
//!
//! Writes ROWS rows (default 1,000,000) of 300 bytes in batches of 100, each made durable; then batches of one row;
//! then page reads, reopening after an ordered close, and making the index anew. Prints one line a figure.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chappe_protocol::store::{Batch, Range, StoreRead, Table};
use chappe_storage::{DurableStore, Options, Store, StoreKey};

const LOGS: u64 = 100;

fn value(n: u64) -> Vec<u8> {
    let mut value = vec![0u8; 300];
    let mut state = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for byte in &mut value {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = state as u8;
    }
    value
}

fn batch(from: u64, rows: u64) -> Batch {
    let mut batch = Batch::new();
    for n in from..from + rows {
        batch.put(Table::RelayEntry, &(n % LOGS).to_be_bytes(), &(n / LOGS).to_be_bytes(), value(n));
    }
    batch
}

fn open(dir: &Path) -> DurableStore {
    DurableStore::open(dir, StoreKey::without_passcode(), Options::default()).expect("the store opens")
}

fn write(store: &DurableStore, from: u64, rows: u64, batch_rows: u64) -> (Duration, Vec<Duration>) {
    let mut times = Vec::new();
    for n in 0..rows / batch_rows {
        let batch = batch(from + n * batch_rows, batch_rows);
        let one = Instant::now();
        store.apply(&batch).expect("applied");
        store.sync().expect("synced");
        times.push(one.elapsed());
    }
    times.sort();
    (times.iter().sum(), times)
}

fn disk_bytes(dir: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let entries = std::fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => disk_bytes(&entry.path()),
            Ok(meta) => meta.blocks() * 512,
            Err(_) => 0,
        })
        .sum()
}

fn rss_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn report_write(name: &str, rows: u64, time: Duration, times: &[Duration]) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: {:.0} rows/s, {:.0} batches/s, p50 {:?}, p99 {:?}, max {:?}, RSS {} KiB",
        rows as f64 / time.as_secs_f64(),
        times.len() as f64 / time.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0),
        rss_kib()
    );
}

fn pages(store: &DurableStore, rows: u64) {
    let start = Instant::now();
    let mut read = 0u64;
    for log in 0..LOGS {
        let mut from = 0u64;
        loop {
            let page = store
                .scan(Table::RelayEntry, &log.to_be_bytes(), Range::From(&from.to_be_bytes()), 256)
                .expect("a page");
            if page.is_empty() || read > rows {
                break;
            }
            read += page.len() as u64;
            from += page.len() as u64;
        }
    }
    println!("pages of 256 rows: {:.0} rows/s ({read} rows)", read as f64 / start.elapsed().as_secs_f64());
    let start = Instant::now();
    let gets = 100_000u64.min(rows);
    for n in 0..gets {
        let n = n.wrapping_mul(0x9E37_79B9) % rows;
        let row = store.get(Table::RelayEntry, &(n % LOGS).to_be_bytes(), &(n / LOGS).to_be_bytes());
        assert_eq!(row.expect("a read"), Some(value(n)));
    }
    println!("gets at random: {:.0} rows/s, RSS {} KiB", gets as f64 / start.elapsed().as_secs_f64(), rss_kib());
}

/// The same thousand rows again and again, as ratchets and heads are; then erasure.
fn churn(store: &DurableStore, rows: u64) {
    for n in (0..rows).step_by(100) {
        let mut batch = Batch::new();
        for n in n..n + 100 {
            batch.put(Table::Room, b"churn", &(n % 1000).to_be_bytes(), value(n));
        }
        store.apply(&batch).expect("applied");
    }
    store.sync().expect("synced");
    let start = Instant::now();
    let mut calls = 1;
    while store.maintain(1_800_000_000_000).expect("maintained").more {
        calls += 1;
    }
    println!("erasure of {rows} replaced rows: {:?} in {calls} calls", start.elapsed());
}

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().map_or_else(|| PathBuf::from("target/store-bench"), PathBuf::from);
    let rows: u64 = args.next().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    if args.next().is_some_and(|word| word == "reopen") {
        // In a process of its own, so that the memory is that of a store just opened.
        let start = Instant::now();
        let store = open(&dir);
        println!("reopen: {:?} {:?}, RSS {} KiB", start.elapsed(), store.opened(), rss_kib());
        pages(&store, rows);
        return;
    }
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a directory");
    println!("before: RSS {} KiB", rss_kib());
    let store = open(&dir);
    println!("empty store: RSS {} KiB, {} KiB on disk", rss_kib(), disk_bytes(&dir) / 1024);
    let (time, times) = write(&store, 0, rows, 100);
    report_write("batches of 100", rows, time, &times);
    pages(&store, rows);
    let (time, times) = write(&store, rows, 5_000, 1);
    report_write("batches of 1", 5_000, time, &times);
    churn(&store, rows / 2);
    println!(
        "after churn: {} KiB on disk, index {} KiB",
        disk_bytes(&dir) / 1024,
        disk_bytes(&dir.join("index")) / 1024
    );
    let start = Instant::now();
    drop(store);
    println!("close: {:?}", start.elapsed());
    println!("on disk: {} KiB, index {} KiB", disk_bytes(&dir) / 1024, disk_bytes(&dir.join("index")) / 1024);
    let start = Instant::now();
    let store = open(&dir);
    println!("reopen after close: {:?} {:?}, RSS {} KiB", start.elapsed(), store.opened(), rss_kib());
    // A crash of the process: what is on disk while the store is open, looked at from a copy.
    let copy = dir.with_extension("copy");
    let _ = std::fs::remove_dir_all(&copy);
    let copied = std::process::Command::new("cp").arg("-r").arg(&dir).arg(&copy).status();
    assert!(copied.is_ok_and(|status| status.success()), "cp works");
    drop(store);
    let start = Instant::now();
    let store = open(&copy);
    println!("reopen after kill -9: {:?} {:?}", start.elapsed(), store.opened());
    drop(store);
    std::fs::remove_dir_all(copy.join("index")).expect("index removed");
    let start = Instant::now();
    let store = open(&copy);
    println!("index made anew: {:?} {:?}, RSS {} KiB", start.elapsed(), store.opened(), rss_kib());
    pages(&store, rows);
    drop(store);
    println!("index made anew: {} KiB", disk_bytes(&copy.join("index")) / 1024);
    let _ = std::fs::remove_dir_all(&copy);
}
