//! The scenarios that ship.

use crate::network::physics::Path;
use crate::plan::{Act, Draft, Plan};
use std::time::Duration;

/// A data centre: 2 ms to the middle of the network.
const DATACENTRE: Path = Path { latency: 2.0, spread: 1.0, jitter: 0.2, loss: 0.0, bandwidth: 125e6 };

/// A home: 12 ms (median round trip of RIPE Atlas probes to data centres), 20 Mbit/s up.
const HOME: Path = Path { latency: 12.0, spread: 6.0, jitter: 3.0, loss: 0.000_5, bandwidth: 2.5e6 };

/// A phone on the way: 30 ms with much jitter, 10 Mbit/s, 0.5 % loss.
const MOBILE: Path = Path { latency: 30.0, spread: 10.0, jitter: 15.0, loss: 0.005, bandwidth: 1.25e6 };

/// A scenario: name, what it shows, and how it becomes a plan.
type Shipped = (&'static str, &'static str, fn(Draft) -> Plan);

/// All of them.
const SHIPPED: [Shipped; 6] = [
    ("first-contact", "two people meet over two relays and talk; one restarts in between", first_contact),
    (
        "conversation",
        "twenty people on mobile links talk over four relays, machines crash, the network parts",
        conversation,
    ),
    ("partition-heal", "half of the people and relays are cut off for two minutes, and find together again", partition),
    (
        "nat-mix",
        "a third of the people and two relays are behind NATs; those relays are reached through circuits",
        nat_mix,
    ),
    ("relay-crash", "relays crash one after the other and come back; one comes back without its disk", relay_crash),
    ("storm", "everything at once, for the test that two runs are equal", storm),
];

/// Names and what they show.
pub fn list() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.iter().map(|(name, about, _)| (*name, *about))
}

/// The plan of a shipped scenario.
pub fn plan(name: &str, seed: u64) -> Option<Plan> {
    let (_, _, make) = SHIPPED.iter().find(|(one, ..)| *one == name)?;
    Some(make(Draft::new(seed)))
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn first_contact(mut draft: Draft) -> Plan {
    draft.relays(2, DATACENTRE);
    draft.people(2, HOME, 2, 0.0, 0);
    draft.meet(1, s(5)..s(6));
    draft.talk(20.0, 4..280, s(20)..s(140));
    draft.restart(3, s(60), s(20));
    draft.done(s(140), s(60))
}

fn conversation(mut draft: Draft) -> Plan {
    draft.relays(4, DATACENTRE);
    draft.people(20, MOBILE, 4, 0.3, 60_000);
    draft.meet(2, s(5)..s(30));
    draft.talk(4.0, 4..280, s(60)..s(360));
    for person in draft.everybody().step_by(4) {
        let at = draft.moment(&(s(70)..s(300)));
        draft.off(person, at, s(30));
    }
    draft.act(s(200), Act::Cut([0].into_iter().chain(draft.everybody().take(6)).collect()));
    draft.act(s(260), Act::Heal);
    draft.done(s(360), s(300))
}

fn partition(mut draft: Draft) -> Plan {
    draft.relays(4, DATACENTRE);
    draft.people(10, HOME, 4, 0.0, 1_000);
    draft.meet(2, s(5)..s(20));
    draft.talk(6.0, 4..280, s(40)..s(280));
    draft.act(s(80), Act::Cut([0, 1].into_iter().chain(draft.everybody().take(5)).collect()));
    draft.act(s(200), Act::Heal);
    draft.done(s(280), s(180))
}

fn nat_mix(mut draft: Draft) -> Plan {
    draft.relays(2, DATACENTRE);
    draft.hidden_relays(2, HOME);
    draft.people(12, HOME, 4, 0.33, 1_000);
    draft.meet(2, s(20)..s(40));
    draft.talk(6.0, 4..280, s(70)..s(240));
    draft.done(s(240), s(180))
}

fn relay_crash(mut draft: Draft) -> Plan {
    draft.relays(4, DATACENTRE);
    draft.people(8, HOME, 4, 0.0, 1_000);
    draft.meet(2, s(5)..s(20));
    draft.talk(6.0, 4..280, s(40)..s(340));
    for relay in 0..4 {
        draft.off(relay, s(60 + 60 * relay as u64), s(40));
    }
    draft.act(s(150), Act::Wipe(1));
    draft.done(s(340), s(240))
}

fn storm(mut draft: Draft) -> Plan {
    draft.relays(4, DATACENTRE);
    draft.hidden_relays(1, HOME);
    draft.people(15, MOBILE, 4, 0.3, 60_000);
    draft.meet(1, s(10)..s(20));
    draft.talk(6.0, 4..280, s(40)..s(130));
    for n in [1, 7, 9, 12] {
        let at = draft.moment(&(s(50)..s(110)));
        draft.off(n, at, s(20));
    }
    draft.act(s(70), Act::Cut(vec![0, 4, 6, 8, 10]));
    draft.act(s(100), Act::Heal);
    draft.done(s(130), s(110))
}
