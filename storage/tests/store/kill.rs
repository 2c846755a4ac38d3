//! A process that writes is killed at random moments. Ten rounds; `CHAPPE_KILL_ROUNDS=200` for the long run.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use chappe_protocol::store::{Range, StoreRead, Table};
use chappe_storage::{IndexUse, Options};

use crate::rows::open;

/// Where the writer runs: this test binary itself, asked for the one ignored test below.
const DIR: &str = "CHAPPE_KILL_DIR";

fn options() -> Options {
    Options { segment_bytes: 256 * 1024, overlay_rows: 64, ..Options::default() }
}

fn value(n: u64) -> Vec<u8> {
    vec![n as u8; 100 + (n as usize * 31) % 400]
}

/// Not a test by itself: it writes until it is killed, and says which batch is durable.
#[test]
#[ignore = "the writer that the test below starts and kills"]
fn writer() {
    use chappe_protocol::store::Batch;
    use chappe_storage::Store;
    let Ok(dir) = std::env::var(DIR) else { return };
    let store = open(Path::new(&dir), options()).expect("opens");
    let first = last_row(&store).map_or(0, |n| n + 1);
    for n in first.. {
        let mut batch = Batch::new();
        batch.put(Table::Test, b"log", &n.to_be_bytes(), value(n));
        batch.put(Table::Test, b"last", b"", n.to_be_bytes().to_vec());
        if n >= 300 {
            batch.delete(Table::Test, b"log", &(n - 300).to_be_bytes());
        }
        store.apply(&batch).expect("applied");
        // Long stretches without a sync: then the index must not run ahead of the journal's file.
        let word = if n % 1000 < 300 || n % 150 == 0 {
            store.sync().expect("synced");
            "ack"
        } else {
            "applied"
        };
        // One write a line, so that a kill leaves no half of one with a smaller number.
        std::io::stdout().write_all(format!("{word} {n}\n").as_bytes()).expect("told");
        if n % 500 == 0 {
            store.maintain(n * 100_000_000).expect("maintained");
        }
    }
}

fn last_row(store: &dyn StoreRead) -> Option<u64> {
    let rows = store.scan(Table::Test, b"log", Range::Reverse, 1).expect("scans");
    rows.first().map(|(sort, _)| u64::from_be_bytes(sort.as_slice().try_into().expect("eight bytes")))
}

/// Lets a writer run until it has applied `batches`, kills it, and returns what it acknowledged last.
fn run_and_kill(dir: &Path, batches: u64) -> Option<u64> {
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "kill::writer", "--ignored", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let mut acked = None;
    let mut seen = 0;
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    for line in lines {
        let Ok(line) = line else { break };
        if let Some(n) = line.split("ack ").nth(1).and_then(|n| n.parse().ok()) {
            acked = Some(n);
        }
        seen += u64::from(line.contains("ack ") || line.contains("applied "));
        if seen == batches {
            // It goes on writing until the signal arrives, so this hits it anywhere.
            child.kill().expect("killed");
        }
    }
    child.wait().expect("gone");
    acked
}

#[test]
fn killed_process_loses_nothing_it_acknowledged() {
    let rounds: u64 = std::env::var("CHAPPE_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    let dir = tempfile::tempdir().expect("a directory");
    let mut last = 0;
    let mut checked = 0;
    for round in 0..rounds {
        let batches = 1 + (round * 7919) % 400;
        let acked = run_and_kill(dir.path(), batches).unwrap_or(last);
        let store = open(dir.path(), options()).unwrap_or_else(|error| panic!("round {round}: {error}"));
        checked += u64::from(store.opened().index == IndexUse::Checked);
        let there = last_row(&store).expect("a row");
        assert!(there >= acked, "round {round}: {acked} was acknowledged, {there} is there");
        assert!(there >= last, "round {round}");
        let head = store.get(Table::Test, b"last", b"").expect("reads").expect("a row");
        assert_eq!(head, there.to_be_bytes(), "a batch is whole");
        let rows = store.scan(Table::Test, b"log", Range::All, 1000).expect("scans");
        let first = (there + 1).saturating_sub(300);
        let expected: Vec<_> = (first..=there).map(|n| (n.to_be_bytes().to_vec(), value(n))).collect();
        assert_eq!(rows.len(), expected.len(), "round {round}");
        assert!(rows == expected, "round {round}: a row is not what was written");
        last = there;
    }
    assert!(checked * 2 >= rounds, "sled's own recovery was used {checked} times in {rounds}");
}
