//! The trace hash of a run is the same on every machine and at every time, as long as the code is the same: that a change
//! of what crosses the links shows. After a wanted change: `CHAPPE_BLESS=1 cargo test --release -p
//! chappe-netsim golden`.

use crate::runs::run;
use chappe_netsim::scenario::shipped;
use std::fmt::Write;

/// Quick ones that differ.
const NAMES: [&str; 6] =
    ["first-contact", "all-relays-gone-on-a-lan", "rolling-upgrade", "partition-and-heal", "lying-relay", "nat-mix"];

#[test]
#[cfg_attr(debug_assertions, ignore = "part of make sim, so that a wanted change of bytes does not stop every build")]
fn golden_hashes_are_those_of_this_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt");
    let mut found = String::new();
    for name in NAMES {
        let seed = shipped::scenario(name).unwrap().unwrap().seed;
        let _ = writeln!(found, "{name} {seed} {}", run(name, seed).trace_hash);
    }
    if std::env::var_os("CHAPPE_BLESS").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert_eq!(found, committed, "what crosses the links has changed; if that is wanted, run this with CHAPPE_BLESS=1");
}
