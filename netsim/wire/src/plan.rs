//! What a simulation consists of: machines, and acts at times. Scenarios become plans; the run knows plans only.

use crate::network::physics::Path;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use std::ops::Range;
use std::time::Duration;

/// Machines and acts. Machines are numbered: relays first, then people.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Relays.
    pub relays: Vec<RelayPlan>,
    /// People.
    pub people: Vec<PersonPlan>,
    /// In any order.
    pub acts: Vec<(Duration, Act)>,
    /// When everything must have settled and is looked at.
    pub end: Duration,
}

/// A relay.
#[derive(Clone, Debug)]
pub struct RelayPlan {
    /// What connects it.
    pub path: Path,
    /// It is behind a NAT and is reached through this relay's circuits.
    pub via: Option<usize>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct PersonPlan {
    /// What connects the person's machine.
    pub path: Path,
    /// Behind a NAT.
    pub hidden: bool,
    /// Relays of the person's choice, by number.
    pub relays: Vec<usize>,
    /// By how much the wall clock is ahead, in milliseconds.
    pub ahead: u64,
}

/// Something that happens. Machines by number.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The first invites, the second asks, the first accepts.
    Meet(usize, usize),
    /// The first says something of so many bytes to the second.
    Say(usize, usize, usize),
    /// The power goes.
    Crash(usize),
    /// The program ends in order.
    Stop(usize),
    /// The disk is gone too.
    Wipe(usize),
    /// The program starts.
    Start(usize),
    /// These machines reach only each other, the others likewise.
    Cut(Vec<usize>),
    /// Everybody reaches everybody.
    Heal,
}

/// Makes a plan, drawing what is left open from a seed.
pub struct Draft {
    plan: Plan,
    rng: ChaCha8Rng,
    /// Who has a chat with whom.
    chats: Vec<(usize, usize)>,
}

impl Draft {
    /// An empty plan.
    pub fn new(seed: u64) -> Self {
        Self { plan: Plan::default(), rng: ChaCha8Rng::seed_from_u64(seed ^ 0x706c_616e), chats: Vec::new() }
    }

    /// So many relays that everybody reaches. All relays come before people.
    pub fn relays(&mut self, count: usize, path: Path) {
        self.plan.relays.extend((0..count).map(|_| RelayPlan { path, via: None }));
    }

    /// So many relays at home, behind NATs, reached through the others' circuits.
    pub fn hidden_relays(&mut self, count: usize, path: Path) {
        let open = self.plan.relays.len();
        self.plan.relays.extend((0..count).map(|n| RelayPlan { path, via: Some(n % open.max(1)) }));
    }

    /// So many people with `each` relays; `hidden` of them behind NATs; clocks ahead by up to `skew_ms`.
    pub fn people(&mut self, count: usize, path: Path, each: usize, hidden: f64, skew_ms: u64) {
        let all = self.plan.relays.len();
        for _ in 0..count {
            let mut relays: Vec<usize> = (0..all).collect();
            for at in 0..each.min(all) {
                let other = at + self.below(all - at);
                relays.swap(at, other);
            }
            relays.truncate(each);
            let (hidden, ahead) = (self.chance(hidden), self.below(skew_ms as usize + 1) as u64);
            self.plan.people.push(PersonPlan { path, hidden, relays, ahead });
        }
    }

    /// The machines of all people.
    pub fn everybody(&self) -> Range<usize> {
        let first = self.plan.relays.len();
        first..first + self.plan.people.len()
    }

    /// Everybody begins `each` chats within the first of the time, with whom they have none yet.
    pub fn meet(&mut self, each: usize, within: Range<Duration>) {
        let everybody = self.everybody();
        for host in everybody.clone() {
            for step in 1..=each {
                let guest = everybody.start + (host - everybody.start + step) % everybody.len();
                let known = self.chats.iter().any(|pair| [(host, guest), (guest, host)].contains(pair));
                if host != guest && !known {
                    self.chats.push((host, guest));
                    let at = self.moment(&within);
                    self.act(at, Act::Meet(host, guest));
                }
            }
        }
    }

    /// In every chat both sides say something, `per_minute` each on average.
    pub fn talk(&mut self, per_minute: f64, bytes: Range<usize>, within: Range<Duration>) {
        for (a, b) in self.chats.clone() {
            for (from, to) in [(a, b), (b, a)] {
                let mut at = within.start;
                loop {
                    at += Duration::from_secs_f64(-(1.0 - self.unit()).ln() * 60.0 / per_minute);
                    if at >= within.end {
                        break;
                    }
                    let size = bytes.start + self.below(bytes.len());
                    self.act(at, Act::Say(from, to, size));
                }
            }
        }
    }

    /// Something at a time.
    pub fn act(&mut self, at: Duration, act: Act) {
        self.plan.acts.push((at, act));
    }

    /// A machine loses its power for a while.
    pub fn off(&mut self, machine: usize, from: Duration, lasts: Duration) {
        self.act(from, Act::Crash(machine));
        self.act(from + lasts, Act::Start(machine));
    }

    /// A program is ended in order and started again.
    pub fn restart(&mut self, machine: usize, from: Duration, lasts: Duration) {
        self.act(from, Act::Stop(machine));
        self.act(from + lasts, Act::Start(machine));
    }

    /// The plan; everything has settled `rest` after `until`.
    pub fn done(mut self, until: Duration, rest: Duration) -> Plan {
        self.plan.end = until + rest;
        self.plan
    }

    /// A moment in a stretch of time.
    pub fn moment(&mut self, within: &Range<Duration>) -> Duration {
        within.start + within.end.saturating_sub(within.start).mul_f64(self.unit())
    }

    /// A number below `n`, or 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.rng.next_u64() % (n.max(1) as u64)) as usize
    }

    fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    fn unit(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
