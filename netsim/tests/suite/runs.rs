//! Whole runs of shipped scenarios. Those that take long without optimisation run with `make sim` (`cargo test --release`).

use chappe_netsim::plan::compile::compile;
use chappe_netsim::report::Report;
use chappe_netsim::scenario::shipped;
use chappe_netsim::world::{Options, World};
use std::rc::Rc;

/// Runs a shipped scenario.
pub fn run(name: &str, seed: u64) -> Report {
    let scenario = shipped::scenario(name).unwrap().unwrap();
    let mut world = World::new(Rc::new(compile(&scenario, seed)), Options::default());
    world.run(|_| ());
    Report::of(&world, 1.0)
}

/// Runs it under its own seed; nothing may be wrong.
fn good(name: &str) -> Report {
    let report = run(name, shipped::scenario(name).unwrap().unwrap().seed);
    assert!(report.is_good(), "{}", chappe_netsim::report::table::table(&report));
    assert!(report.said > 0 && report.events > 1_000);
    report
}

#[test]
fn one_seed_is_one_run_to_the_byte() {
    let (first, second, other) = (run("rolling-upgrade", 1), run("rolling-upgrade", 1), run("rolling-upgrade", 2));
    assert_eq!(first.trace_hash, second.trace_hash);
    assert_eq!((first.events, first.counts), (second.events, second.counts));
    assert_ne!(first.trace_hash, other.trace_hash);
}

#[test]
fn first_contact() {
    let report = good("first-contact");
    assert_eq!(report.said, report.delivered);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn groups_under_faults() {
    let report = good("groups-under-faults");
    assert!(report.counts["devices taken out of groups"] > 0);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn many_devices() {
    let report = good("many-devices");
    assert!(report.counts["devices removed"] > 0);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn partition_and_heal() {
    good("partition-and-heal");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn all_relays_but_one() {
    good("all-relays-but-one");
}

#[test]
fn all_relays_gone_on_a_lan() {
    let report = good("all-relays-gone-on-a-lan");
    assert_eq!(report.routes.keys().copied().collect::<Vec<_>>(), ["inside the machine", "local network"]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn phone_sleep() {
    good("phone-sleep");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn nat_mix() {
    let report = good("nat-mix");
    let share = |name| report.routes.get(name).copied().unwrap_or(0);
    assert!(share("direct") > 0 && share("hole punched") > 0 && share("circuit relay") > 0, "{:?}", report.routes);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn a_lying_relay() {
    good("lying-relay");
}

#[test]
fn contact_request_flood() {
    good("contact-request-flood");
}

#[test]
fn rolling_upgrade() {
    good("rolling-upgrade");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn bad_disks() {
    good("bad-disks");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn relay_wipe() {
    good("relay-wipe");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn offline_for_a_week() {
    good("offline-for-a-week");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn a_clone_and_a_backdating_member_harm_nobody_else() {
    good("cloned-and-backdated");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn two_liars_are_too_many_and_the_fork_is_seen() {
    assert!(good("two-liars").forks > 0);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation: make sim")]
fn registers_that_forget_fork_a_chain_and_it_is_seen() {
    assert!(good("forgetful-registers").forks > 0);
}
