//! Does the simulator see? Each deliberately broken shell must break a rule within 200 seeds, and the one it is meant
//! for; the honest shell breaks none on the same seeds.

use chappe_netsim::plan::Plan;
use chappe_netsim::plan::compile::compile;
use chappe_netsim::scenario::read::read;
use chappe_netsim::world::double::Double;
use chappe_netsim::world::{Options, World};
use std::rc::Rc;

const SEEDS: u64 = 200;

/// Small, and everything that a broken promise needs to show: crashes, restarts, renewals, one relay away.
const TEXT: &str = r#"
name = "mutants"
about = "A small world with crashes."
heal = "12min"
relays = { count = 4, sync = "60ms" }

[[population]]
name = "people"
count = 3
sync = "150ms"

[[workload]]
from = "people"
messages = "4/min"
renew = "20/h"
read = 1.0

[[phase]]
name = "meet"
lasts = "2min"

[[phase]]
name = "trouble"
lasts = "6min"
fault = [
  { kind = "power", who = "1 of people", every = "120/h", for = "3s" },
  { kind = "kill", who = "1 of people", at = "1min", every = "30/h", for = "1s" },
  { kind = "power", who = "1 of relays", at = "30s", every = "60/h", for = "3s" },
  { kind = "offline", who = "1 of relays", at = "2min", for = "1min" },
]
"#;

fn plan(seed: u64) -> Plan {
    compile(&read(TEXT).unwrap(), seed)
}

/// The rules that one seed breaks.
fn broken(seed: u64, double: Option<Double>) -> Vec<&'static str> {
    let options = Options { double, ..Options::default() };
    let mut world = World::new(Rc::new(plan(seed)), options);
    world.run(|_| ());
    let mut rules: Vec<_> = world.watch.violations.iter().map(|violation| violation.invariant).collect();
    rules.dedup();
    rules
}

/// The double breaks one of these rules within [`SEEDS`].
fn is_caught(double: Double, by: &[&str]) {
    let mut others = std::collections::BTreeSet::new();
    for seed in 0..SEEDS {
        let rules = broken(seed, Some(double));
        others.extend(rules.iter().copied());
        if let Some(rule) = rules.iter().find(|rule| by.contains(rule)) {
            println!("{double:?} is caught by {rule} at seed {seed}");
            return;
        }
    }
    panic!("{double:?} is not caught by {by:?} in {SEEDS} seeds, only by {others:?}");
}

const LOST: &str = "nothing_acknowledged_is_lost";
const TWICE: &str = "nothing_is_shown_twice";
const STATE: &str = "everybody_has_the_same_state";
const OPEN: &str = "nothing_stays_undecryptable";
const FORK: &str = "no_control_chain_forks";
const ERROR: &str = "no_error_is_logged";
const TRUTH: &str = "delivery_truth_is_true";

#[test]
fn the_honest_shell_breaks_no_rule() {
    for seed in 0..12 {
        assert_eq!(broken(seed, None), Vec::<&str>::new(), "seed {seed}");
    }
}

#[test]
fn a_skipped_sync_is_caught() {
    is_caught(Double::SkipsSync, &[LOST, TRUTH, TWICE]);
}

#[test]
fn sending_before_the_commit_is_caught() {
    is_caught(Double::SendsBeforeCommit, &[LOST, TRUTH, OPEN]);
}

#[test]
fn answering_before_the_commit_is_caught() {
    is_caught(Double::AnswersBeforeCommit, &[LOST, TWICE]);
}

#[test]
fn dropped_appends_are_caught() {
    is_caught(Double::DropsAppends, &[LOST]);
}

#[test]
fn a_forgotten_outbox_is_caught() {
    is_caught(Double::ForgetsOutbox, &[LOST]);
}

#[test]
fn forgotten_heads_are_caught() {
    is_caught(Double::ForgetsHeads, &[LOST, TWICE, STATE, OPEN, ERROR]);
}

#[test]
fn forgotten_keys_are_caught() {
    is_caught(Double::ForgetsKeys, &[LOST, OPEN, ERROR]);
}

#[test]
fn a_forgotten_timeline_is_caught() {
    is_caught(Double::ForgetsTimeline, &[LOST, STATE]);
}

#[test]
fn showing_twice_is_caught() {
    is_caught(Double::ShowsTwice, &[TWICE]);
}

#[test]
fn a_forgotten_control_block_is_caught() {
    is_caught(Double::ForgetsControl, &[FORK, LOST, STATE, OPEN, ERROR]);
}

#[test]
fn a_relay_that_forgets_what_it_acknowledged_is_caught() {
    is_caught(Double::RelayForgetsEntries, &[LOST, TRUTH]);
}
