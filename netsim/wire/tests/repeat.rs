//! The program is repeatable: one seed, one trace, whatever else the machine does; and what it shows holds.

use std::process::{Child, Command, Stdio};

/// Begins a run; swarm events are part of the trace.
fn begin(scenario: &str, seed: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chappe-netsim-wire"));
    command.args(["run", scenario, "--seed", seed, "--json", "--events"]);
    command.stdout(Stdio::piped()).spawn().expect("the program starts")
}

/// Its report, once it has ended well.
fn end(run: Child) -> serde_json::Value {
    let output = run.wait_with_output().expect("the program ends");
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{report}");
    serde_json::from_str(&report).expect("a report")
}

/// Loss, a cut network, crashes and restarts, NATs and circuits: all at once.
#[test]
fn two_runs_of_one_seed_are_equal_to_the_byte_and_other_seeds_are_not() {
    let runs = ["7", "7", "8"].map(|seed| begin("storm", seed));
    let [one, two, other] = runs.map(end);
    assert_eq!(one["trace"], two["trace"]);
    assert_eq!(one["trace_entries"], two["trace_entries"]);
    assert_eq!(one["bytes"], two["bytes"]);
    assert_ne!(one["trace"], other["trace"]);
    assert!(one["trace_entries"].as_u64() > Some(10_000), "{}", one["trace_entries"]);
    assert!(one["said"].as_u64() > Some(100) && one["said"] == one["shown"], "{one}");
}

/// A relay behind a NAT serves through another's circuits, and people do not notice.
#[test]
fn first_contact_and_circuits_work() {
    let runs = [begin("first-contact", "3"), begin("nat-mix", "3")];
    for report in runs.map(end) {
        assert!(report["chats"].as_u64() > Some(0), "{report}");
        assert!(report["said"].as_u64() > Some(20) && report["said"] == report["shown"], "{report}");
    }
}
