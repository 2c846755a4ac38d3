//! The simulated world: machines with real cores, links, disks, clocks and people, in virtual time.
//!
//! One run follows from its plan alone. Every event goes through [`World::step`], in the order of (time, sequence),
//! and into the trace hash; nothing else changes a machine.
//!
//! * `machine`: a machine and its shell (persist before send, group commit, crashes). `net`: links as physics.
//! * `people`: who asks their node what; `groups`: what they do in groups; `devices`: how they
//!   link and remove devices. `faults`: what goes wrong. `liar`: relays that lie.
//! * `double`: deliberately broken shells, for the tests of the invariants.
//!
//! Not here: what must be true (`invariants`), what is counted (`watch`), threads, files, the real clock.

mod devices;
pub mod double;
mod faults;
mod groups;
mod liar;
mod machine;
mod net;
mod people;

use crate::dice::Dice;
use crate::invariants;
use crate::plan::{Act, Plan};
use crate::queue::Queue;
use crate::scenario::FaultKind;
use crate::watch::Watch;
use chappe_protocol::core::Side;
use chappe_protocol::ids::{DeviceId, NodeId, UserId};
use devices::Devices;
use double::Double;
pub use machine::Machine;
pub use net::Route;
use people::{People, Want};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The wall clock at the start: 2027-01-15, a little later than the tree.
pub const WALL: u64 = 1_800_000_000_000;

/// A direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// To the one who dialled.
    Client,
    /// To the one who serves.
    Server,
}

impl To {
    fn at(self) -> usize {
        match self {
            To::Client => 0,
            To::Server => 1,
        }
    }
}

/// One link: who dialled whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ends {
    /// Who dialled.
    pub client: u32,
    /// Who serves.
    pub server: u32,
}

/// What happens.
#[derive(Debug)]
enum Event {
    Act(u32),
    Frame { ends: Ends, id: u32, to: To, bytes: Vec<u8> },
    Up { ends: Ends, id: u32, to: To },
    Down { ends: Ends, id: u32, to: To },
    Dial(Ends),
    Timeout { ends: Ends, id: u32 },
    Reset { ends: Ends, id: u32 },
    Wake { machine: u32, side: Side, boot: u32 },
    Synced { machine: u32, boot: u32, upto: u64 },
    Start { machine: u32, boot: u32 },
    Do { machine: u32, want: Want },
    Flood { machine: u32, fault: u32 },
    Audit,
}

/// What is wanted of a run beside the plan.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A broken shell.
    pub double: Option<Double>,
    /// Machines whose events are written to stdout.
    pub log: Option<BTreeSet<u32>>,
    /// Stop at the first violation.
    pub stop_early: bool,
}

/// Everything.
pub struct World {
    /// What follows.
    pub plan: Rc<Plan>,
    /// Microseconds since the start.
    pub now: u64,
    queue: Queue<Event>,
    /// All machines; relays first.
    pub machines: Vec<Machine>,
    by_id: BTreeMap<NodeId, u32>,
    by_user: BTreeMap<UserId, u32>,
    by_device: BTreeMap<DeviceId, u32>,
    people: People,
    devices: Devices,
    physics: Dice,
    lies: Dice,
    next_link: u32,
    next_command: u64,
    active: BTreeMap<u32, (FaultKind, Vec<u32>, i64)>,
    islands: u64,
    barred: BTreeSet<Ends>,
    healthy: bool,
    options: Options,
    hash: blake3::Hasher,
    /// What was seen.
    pub watch: Watch,
}

impl World {
    /// At the start of a plan; all machines run.
    pub fn new(plan: Rc<Plan>, options: Options) -> Self {
        let mut world = Self {
            now: 0,
            queue: Queue::default(),
            machines: Vec::with_capacity(plan.machines.len()),
            by_id: BTreeMap::new(),
            by_user: BTreeMap::new(),
            by_device: BTreeMap::new(),
            people: People::new(&plan),
            devices: Devices::new(&plan),
            physics: Dice::new(plan.seed, "physics"),
            lies: Dice::new(plan.seed, "lies"),
            next_link: 1,
            next_command: 1,
            active: BTreeMap::new(),
            islands: 0,
            barred: BTreeSet::new(),
            healthy: false,
            options,
            hash: blake3::Hasher::new(),
            watch: Watch::new(&plan),
            plan,
        };
        world.machines_made();
        for (n, timed) in world.plan.clone().acts.iter().enumerate() {
            world.queue.push(timed.at, Event::Act(n as u32));
        }
        let pause = world.audit_pause();
        world.queue.push(pause, Event::Audit);
        world
    }

    /// About 120 audits a run.
    fn audit_pause(&self) -> u64 {
        (self.plan.end / 120).max(1_000_000)
    }

    /// Everything up to a time happens. False if the run is to stop.
    pub fn run_until(&mut self, end: u64) -> bool {
        while let Some((at, event)) = self.queue.pop(end) {
            self.now = at;
            self.watch.events += 1;
            self.step(event);
            if self.options.stop_early && !self.watch.violations.is_empty() {
                return false;
            }
        }
        self.now = end;
        true
    }

    /// The whole plan, then the checks of the end. `progress` hears the time now and then.
    pub fn run(&mut self, mut progress: impl FnMut(u64)) {
        let (heal_at, end) = (self.plan.heal_at, self.plan.end);
        let slice = (end / 400).max(1);
        let mut at = 0;
        while at < end {
            let next = (at + slice).min(end);
            if at < heal_at && next >= heal_at {
                if !self.run_until(heal_at) {
                    return;
                }
                self.heal();
            }
            if !self.run_until(next) {
                return;
            }
            at = next;
            progress(at);
        }
        invariants::at_the_end(self);
    }

    /// A hash over every event so far, every byte that crossed a link among them.
    pub fn trace_hash(&self) -> String {
        self.hash.finalize().to_hex()[..32].to_owned()
    }

    /// No fault is active any more and all machines run.
    pub fn is_healthy(&self) -> bool {
        self.healthy
    }

    fn step(&mut self, event: Event) {
        self.record(&event);
        match event {
            Event::Act(n) => self.act(n),
            Event::Frame { ends, id, to, bytes } => self.on_arrival(ends, id, to, bytes),
            Event::Up { ends, id, to } => self.on_up(ends, id, to),
            Event::Down { ends, id, to } => self.on_down(ends, id, to),
            Event::Dial(ends) => self.on_dial(ends),
            Event::Timeout { ends, id } => self.on_timeout(ends, id),
            Event::Reset { ends, id } => self.on_reset(ends, id),
            Event::Wake { machine, side, boot } => self.on_wake(machine, side, boot),
            Event::Synced { machine, boot, upto } => self.on_synced(machine, boot, upto),
            Event::Start { machine, boot } => self.on_start(machine, boot),
            Event::Do { machine, want } => self.attempt(machine, want),
            Event::Flood { machine, fault } => self.flood(machine, fault),
            Event::Audit => {
                invariants::audit(self);
                let pause = self.audit_pause();
                self.queue.push(self.now + pause, Event::Audit);
            }
        }
    }

    fn act(&mut self, n: u32) {
        let plan = self.plan.clone();
        match &plan.acts[n as usize].act {
            Act::Meet { chat } => self.meet(*chat),
            Act::Say { chat, by, bytes } => self.say(*chat, *by, *bytes),
            Act::Renew { chat, by } => self.renew(*chat, *by),
            Act::Admit { chat, member } => self.admit(*chat, *member),
            Act::Expel { chat, by, member } => self.expel(*chat, *by, *member),
            Act::Leave { chat, member } => self.leave(*chat, *member),
            Act::Link { device } => self.link_device(*device),
            Act::Unlink { device } => self.unlink_device(*device),
            Act::Arrange { device, number } => self.arrange(*device, *number),
            Act::Begin { fault, kind, at, amount } => self.begin(*fault, *kind, at, *amount),
            Act::End { fault } => self.end(*fault),
            Act::LinkDown { node, relay } => self.bar(Ends { client: *node, server: *relay }, true),
            Act::LinkUp { node, relay } => self.bar(Ends { client: *node, server: *relay }, false),
        }
    }

    /// Every event goes into the trace hash, with all that distinguishes it from another.
    fn record(&mut self, event: &Event) {
        let mut row = [0_u8; 32];
        row[..8].copy_from_slice(&self.now.to_be_bytes());
        let mut put = |kind: u8, a: u32, b: u32, c: u64| {
            row[8] = kind;
            row[9..13].copy_from_slice(&a.to_be_bytes());
            row[13..17].copy_from_slice(&b.to_be_bytes());
            row[17..25].copy_from_slice(&c.to_be_bytes());
        };
        let link = |id: u32, to: To| u64::from(id) << 1 | to.at() as u64;
        match event {
            Event::Act(n) => put(1, *n, 0, 0),
            Event::Frame { ends, id, to, .. } => put(2, ends.client, ends.server, link(*id, *to)),
            Event::Up { ends, id, to } => put(3, ends.client, ends.server, link(*id, *to)),
            Event::Down { ends, id, to } => put(4, ends.client, ends.server, link(*id, *to)),
            Event::Dial(ends) => put(5, ends.client, ends.server, 0),
            Event::Timeout { ends, id } => put(6, ends.client, ends.server, u64::from(*id)),
            Event::Reset { ends, id } => put(7, ends.client, ends.server, u64::from(*id)),
            Event::Wake { machine, side, boot } => put(8, *machine, *boot, u64::from(*side == Side::Server)),
            Event::Synced { machine, boot, upto } => put(9, *machine, *boot, *upto),
            Event::Start { machine, boot } => put(10, *machine, *boot, 0),
            Event::Do { machine, want } => put(11, *machine, 0, want.number()),
            Event::Flood { machine, fault } => put(12, *machine, *fault, 0),
            Event::Audit => put(13, 0, 0, 0),
        }
        self.hash.update(&row);
        if let Event::Frame { bytes, .. } = event {
            self.hash.update(&(bytes.len() as u64).to_be_bytes()).update(bytes);
        }
    }

    /// A readable line, if somebody asked for this machine's.
    fn note(&self, machine: u32, line: impl FnOnce() -> String) {
        if self.options.log.as_ref().is_some_and(|chosen| chosen.contains(&machine)) {
            let kind = if self.plan.machines[machine as usize].relay { "relay" } else { "node" };
            println!("{} {kind} {machine}: {}", clock(self.now), line());
        }
    }
}

/// Virtual time as people read it.
pub fn clock(at: u64) -> String {
    let seconds = at / 1_000_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let rest = format!("{hours:02}:{minutes:02}:{:02}.{:06}", seconds % 60, at % 1_000_000);
    if days > 0 { format!("{days}d {rest}") } else { rest }
}

impl World {
    /// Whose transport key it is.
    pub fn machine_of(&self, id: &NodeId) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// Whose device it is.
    pub fn device(&self, device: &DeviceId) -> Option<u32> {
        self.by_device.get(device).copied()
    }
}
