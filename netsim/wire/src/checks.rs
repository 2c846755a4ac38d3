//! What must be true when a simulation has come to rest.

use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::people;
use anyhow::Result;
use chappe_protocol::ids::{ChatId, OpId};
use std::collections::{BTreeMap, BTreeSet};

/// A rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The function of this file that says so.
    pub rule: &'static str,
    /// What exactly.
    pub what: String,
}

impl Violation {
    /// For rules that are looked at elsewhere.
    pub fn new(rule: &'static str, what: String) -> Self {
        Self { rule, what }
    }
}

/// What each person sees in each chat: id, whether it is theirs, and whether they are told that it arrived.
type Seen = BTreeMap<(usize, ChatId), Vec<(OpId, bool, bool)>>;

/// All rules. The first person is machine `first`.
pub async fn all(people: &[Machine], first: usize, ledger: &Ledger) -> Result<Vec<Violation>> {
    let mut seen = Seen::new();
    for (a, machine) in people.iter().enumerate() {
        let Some(handle) = machine.handle() else { continue };
        for b in 0..people.len() {
            if let Some(chat) = ledger.chat(first + a, first + b) {
                seen.insert((first + a, chat), people::said(handle, chat).await?);
            }
        }
    }
    Ok([nothing_acknowledged_is_lost(&seen, ledger), nothing_is_shown_twice(&seen), what_arrived_is_known(&seen)]
        .concat())
}

/// Bytes a second of a machine that nobody uses: pings and their acknowledgements, and now and then a record.
const IDLE_MAX: f64 = 200.0;

/// A network that nobody uses costs nearly nothing.
pub fn an_idle_network_is_quiet(bytes_a_second: f64) -> Option<Violation> {
    let what = || format!("a machine sends {bytes_a_second:.0} bytes a second although nobody says anything");
    (bytes_a_second > IDLE_MAX).then(|| Violation::new("an_idle_network_is_quiet", what()))
}

fn nothing_acknowledged_is_lost(seen: &Seen, ledger: &Ledger) -> Vec<Violation> {
    let mut found = Vec::new();
    for (id, said) in ledger.all_said() {
        let Some(chat) = ledger.chat(said.from, said.to) else { continue };
        for who in [said.from, said.to] {
            let known = seen.get(&(who, chat)).is_none_or(|all| all.iter().any(|(one, ..)| *one == id));
            if !known {
                let what = format!("{id:?} from {} to {} is not at {who}", said.from, said.to);
                found.push(Violation::new("nothing_acknowledged_is_lost", what));
            }
        }
    }
    found
}

fn nothing_is_shown_twice(seen: &Seen) -> Vec<Violation> {
    let twice =
        |all: &Vec<(OpId, bool, bool)>| all.iter().map(|(id, ..)| id).collect::<BTreeSet<_>>().len() != all.len();
    let found = seen.iter().filter(|(_, all)| twice(all));
    found.map(|((who, _), _)| Violation::new("nothing_is_shown_twice", format!("at {who}"))).collect()
}

/// After rest, writers know of everything that it arrived.
fn what_arrived_is_known(seen: &Seen) -> Vec<Violation> {
    let mut found = Vec::new();
    for ((who, _), all) in seen {
        for (id, mine, arrived) in all {
            if *mine && !arrived {
                found.push(Violation::new("what_arrived_is_known", format!("{id:?} at {who}")));
            }
        }
    }
    found
}
