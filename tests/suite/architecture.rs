//! The table of `docs/architecture.md`: who may use whom, and what a core may not touch.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROTOCOL: &str = "chappe-protocol";
const STORAGE: &str = "chappe-storage";
const NODE: &str = "chappe-node";
const BOOTSTRAP: &str = "chappe-bootstrap";
const NETSIM: &str = "chappe-netsim";
const TESTS: &str = "chappe-tests";
const BENCH: &str = "chappe-bench";

/// Package, folder, and whom of ours it may use.
const TABLE: [(&str, &str, &[&str]); 7] = [
    (PROTOCOL, "protocol", &[]),
    (STORAGE, "storage", &[PROTOCOL]),
    (NODE, "node", &[PROTOCOL, STORAGE]),
    (BOOTSTRAP, "bootstrap", &[PROTOCOL, STORAGE, NODE]),
    (NETSIM, "netsim", &[PROTOCOL, STORAGE]),
    (TESTS, "tests", &[PROTOCOL, STORAGE, NODE, BOOTSTRAP, NETSIM]),
    (BENCH, "bench", &[PROTOCOL, STORAGE, NODE, BOOTSTRAP]),
];

/// Runtimes, sockets, files, clocks and stores: what a core must not know of.
const NOT_IN_PROTOCOL: &[&str] =
    &["tokio", "libp2p", "quinn", "mdns-sd", "sled", "axum", "reqwest", "getrandom", "rustix", "tracing-subscriber"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every package of the workspace with its dependencies (development ones left out), by name.
fn packages() -> BTreeMap<String, Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |package: &Value| package["name"].as_str().unwrap().to_owned();
    metadata["packages"].as_array().unwrap().iter().map(|package| (name(package), package.clone())).collect()
}

fn uses(package: &Value, kinds: &[Value]) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().unwrap().iter();
    let of_kind = all.filter(|dependency| kinds.contains(&dependency["kind"]));
    of_kind.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nobody_uses_whom_they_may_not() {
    let packages = packages();
    let known: BTreeSet<&str> = TABLE.iter().map(|(name, _, _)| *name).collect();
    let found: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert!(found.is_subset(&known), "{found:?}: put a new package into the table of docs/architecture.md and here");
    for (name, folder, allowed) in TABLE.into_iter().filter(|(name, _, _)| found.contains(name)) {
        let manifest = packages[name]["manifest_path"].as_str().unwrap();
        assert_eq!(Path::new(manifest), root().join(folder).join("Cargo.toml"));
        let ours: BTreeSet<String> = uses(&packages[name], &[Value::Null, "build".into()])
            .into_iter()
            .filter(|used| known.contains(used.as_str()))
            .collect();
        let allowed = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert!(ours.is_subset(&allowed), "{name} uses {ours:?} and may use {allowed:?}");
    }
}

#[test]
fn nobody_depends_on_the_tests() {
    for (name, package) in packages() {
        let all = uses(&package, &[Value::Null, "build".into(), "dev".into()]);
        assert!(!all.contains(TESTS), "{name} depends on {TESTS}");
    }
}

#[test]
fn the_cores_know_no_runtime_socket_file_or_clock() {
    let used = uses(&packages()[PROTOCOL], &[Value::Null, "build".into()]);
    for banned in NOT_IN_PROTOCOL {
        assert!(!used.contains(*banned), "{PROTOCOL} uses {banned}");
    }
    let banned = ["std::fs", "std::net", "std::env", "SystemTime", "Instant::", "thread::", "HashMap", "HashSet"];
    for file in sources(&root().join("protocol/src")) {
        let name = file.display().to_string();
        // Tests stand in files of their own, or below the last `#[cfg(test)]` of a file.
        if ["/tests/", "/testing.rs", "/sim.rs", "/vector.rs", "/hostile"].iter().any(|part| name.contains(part)) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for (n, line) in shipped.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in banned {
                assert!(!line.contains(word), "{name}:{}: a core must not use {word}: {line}", n + 1);
            }
        }
    }
}

/// The stores of the other crates are reached through one trait: no crate but `storage` names sled, none but
/// `protocol` names CBOR.
#[test]
fn sled_and_cbor_stand_behind_one_crate_each() {
    for (crate_name, home) in [("sled", STORAGE), ("serde_cbor", PROTOCOL)] {
        for (name, package) in packages() {
            let all = uses(&package, &[Value::Null, "build".into()]);
            assert_eq!(all.contains(crate_name), name == home, "{name} and {crate_name}");
        }
    }
    for file in sources(&root().join("protocol/src")) {
        let text = fs::read_to_string(&file).unwrap();
        let at_home = file.starts_with(root().join("protocol/src/wire"));
        let names_it = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains("serde_cbor"));
        assert!(at_home || !names_it, "{} names serde_cbor", file.display());
    }
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
