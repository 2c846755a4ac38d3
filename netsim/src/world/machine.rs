//! A machine and its shell, as `node/src/shell.rs` is one: commits are applied at once, one sync serves all that were
//! applied before it, and what stands behind a commit leaves only when that commit is synced.

use super::liar::Liar;
use super::net::Link;
use super::{Event, Options, To, WALL, World, net};
use crate::dice::{core_rng, seed_of};
use crate::plan::MachineSpec;
use crate::watch::Shown;
use crate::{invariants, scenario::FaultKind};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::core::{Core, Input, Now, Output, Side, Wake};
use chappe_protocol::identity::keys::{DeviceKey, RootKey};
use chappe_protocol::ids::{DeviceId, NodeId, UserId};
use chappe_protocol::peer::Peer;
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::command::{Command, CommandError, Event as Told, Reply};
use chappe_protocol::peer::linking::arrival::Arrival;
use chappe_protocol::relay::{Policy, Relay, RelayCommand, RelayConfig, RelayEvent};
use chappe_protocol::store::{Batch, StoreRead};
use chappe_storage::{MemoryStore, Store};
use std::collections::{BTreeSet, VecDeque};

/// How long somebody takes to see that a machine is down and start it again.
const REPAIR: u64 = 5_000_000;

/// What stands behind a commit.
#[derive(Debug)]
pub(super) enum Effect {
    Send { side: Side, remote: NodeId, bytes: Vec<u8> },
    Dial(NodeId),
    Hangup { side: Side, remote: NodeId },
    Tell(Box<Told>),
    TellRelay(RelayEvent),
}

/// How a machine goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Its system closes the links.
    Killed,
    /// Nobody hears of it at first; batches that were not synced are lost in part.
    PowerLost,
}

/// A machine.
pub struct Machine {
    /// Its transport key.
    pub id: NodeId,
    /// Its user, if it is a person's.
    pub user: Option<UserId>,
    /// Its device, if it is a person's.
    pub device: Option<DeviceId>,
    /// The person's core.
    pub client: Option<Peer>,
    /// A new device on its way into an account.
    pub(super) arrival: Option<Arrival>,
    /// The relay core.
    pub server: Option<Relay>,
    /// Its disk.
    pub store: MemoryStore,
    /// Powered.
    pub on: bool,
    /// Powered, but nothing happens.
    pub asleep: bool,
    /// Starts so far.
    pub boot: u32,
    /// Its disk was lost at these times.
    pub wiped: Vec<u64>,
    /// Deleted, cloned, lied: not to be believed from then on.
    pub suspect: bool,
    pub(super) boot_at: u64,
    pub(super) skew: i64,
    pub(super) off_faults: u32,
    pub(super) sleep_faults: u32,
    pub(super) fuse: bool,
    pub(super) applied: u64,
    pub(super) synced: u64,
    pub(super) syncing: bool,
    pub(super) held: VecDeque<(u64, Effect)>,
    pub(super) want_wake: [Option<u64>; 2],
    pub(super) set_wake: [Option<u64>; 2],
    pub(super) wakes_now: (u64, u32),
    pub(super) links: Vec<Link>,
    pub(super) clients: BTreeSet<u32>,
    pub(super) waiting: VecDeque<Event>,
    pub(super) islands: u64,
    pub(super) up_free: u64,
    pub(super) down_free: u64,
    pub(super) liar: Liar,
}

fn index(side: Side) -> usize {
    match side {
        Side::Client => 0,
        Side::Server => 1,
    }
}

impl World {
    /// Makes all machines and starts them.
    pub(super) fn machines_made(&mut self) {
        let plan = self.plan.clone();
        for (n, spec) in plan.machines.iter().enumerate() {
            let seed = seed_of(plan.seed, "transport key", n as u64);
            // The transport key of a mere client signs nothing here, so its name is enough.
            let id =
                if spec.relay || spec.own_relay { NodeId(DeviceKey::from_seed(seed).device().0) } else { NodeId(seed) };
            self.by_id.insert(id, n as u32);
            self.machines.push(Machine::new(id, spec.skew));
        }
        for n in 0..plan.machines.len() as u32 {
            if !plan.machines[n as usize].relay && plan.machines[n as usize].of.is_none() {
                self.settle_in(n, &plan.machines[n as usize]);
            }
            self.start(n);
        }
    }

    /// Makes the account of a person.
    fn settle_in(&mut self, n: u32, spec: &MachineSpec) {
        let root = self.root_of_words(n);
        let root = root.unwrap_or_else(|| RootKey::from_seed(seed_of(self.plan.seed, "root key", n.into())));
        let rng = &mut core_rng(self.plan.seed, "account", n.into());
        let hint = |relay: &u32| RelayHint {
            relay: self.machines[*relay as usize].id,
            addrs: vec![format!("/memory/{relay}")],
        };
        let relays = spec.relays.iter().map(hint).collect();
        let wall = self.clock_of(n).wall;
        let account = match Account::create(&root, format!("Person {n}"), relays, wall, rng) {
            Ok(account) => account,
            Err(error) => return self.watch.broken(self.now, format!("node {n} cannot be made: {error}")),
        };
        let mut batch = Batch::new();
        let stored = account.store(&mut batch).map_err(|error| error.to_string());
        let store = &self.machines[n as usize].store;
        let stored = stored.and_then(|()| store.apply(&batch).and_then(|()| store.sync()).map_err(|e| e.to_string()));
        if let Err(error) = stored {
            self.watch.broken(self.now, format!("node {n} cannot be stored: {error}"));
        }
        self.machines[n as usize].user = Some(account.user());
        self.machines[n as usize].device = Some(account.device());
        self.by_device.insert(account.device(), n);
        self.by_user.insert(account.user(), n);
    }

    /// The machine's own idea of the time.
    pub fn clock_of(&self, n: u32) -> Now {
        let machine = &self.machines[n as usize];
        let wall = WALL.saturating_add(self.now / 1_000).saturating_add_signed(machine.skew);
        Now { mono: 1_000 + (self.now - machine.boot_at) / 1_000, wall }
    }

    /// Starts the cores over the machine's disk.
    pub(super) fn start(&mut self, n: u32) {
        let plan = self.plan.clone();
        let (spec, seed) = (&plan.machines[n as usize], plan.seed);
        let now = self.now;
        let machine = &mut self.machines[n as usize];
        machine.boot += 1;
        machine.boot_at = now;
        machine.on = true;
        let boots = u64::from(n) << 32 | u64::from(machine.boot);
        self.note(n, || "starts".into());
        let machine = &mut self.machines[n as usize];
        if spec.relay || spec.own_relay {
            machine.server = Some(new_relay(seed, n, boots));
        }
        if !spec.relay && (spec.of.is_none() || machine.user.is_some()) {
            let lan = spec.own_relay.then_some(machine.id);
            match Peer::load(&machine.store, core_rng(seed, "peer", boots), lan) {
                Ok(peer) => machine.client = Some(peer),
                Err(error) => self.watch.broken(now, format!("node {n} does not start: {error}")),
            }
        }
        self.drain(n, Side::Client);
        self.drain(n, Side::Server);
        self.runs_again(n);
    }

    pub(super) fn on_start(&mut self, n: u32, boot: u32) {
        let machine = &self.machines[n as usize];
        if !machine.on && machine.boot == boot && machine.off_faults == 0 {
            self.start(n);
        }
    }

    /// The machine goes down; what its memory held is gone.
    pub(super) fn stop(&mut self, n: u32, how: Stop) {
        if !self.machines[n as usize].on {
            return;
        }
        self.note(n, || format!("goes down: {how:?}"));
        let machine = &mut self.machines[n as usize];
        machine.client = None;
        machine.arrival = None;
        machine.server = None;
        machine.liar.twin = None;
        machine.on = false;
        machine.held.clear();
        machine.waiting.clear();
        machine.want_wake = [None; 2];
        machine.set_wake = [None; 2];
        let unsynced = machine.store.unsynced();
        // A killed program's writes are the system's already; power takes a part of what was not synced.
        let kept = match how {
            Stop::Killed => unsynced,
            Stop::PowerLost => self.physics.below(unsynced as u64 + 1) as usize,
        };
        let machine = &mut self.machines[n as usize];
        machine.store = machine.store.after_crash(kept);
        (machine.applied, machine.synced, machine.syncing, machine.fuse) = (0, 0, false, false);
        self.watch.count("commits lost with the power", (unsynced - kept) as u64);
        self.unplug(n, how);
        self.abandon(n);
    }

    /// Gives a core one input and does what it asks.
    pub(super) fn feed_client(&mut self, n: u32, input: Input<Command>) {
        let now = self.clock_of(n);
        let machine = &mut self.machines[n as usize];
        if machine.arrival.is_some() {
            return super::devices::for_arrival(input).map_or((), |input| self.feed_arrival(n, input));
        }
        if let Some(core) = &mut machine.client {
            core.handle(now, input, &machine.store);
            self.drain(n, Side::Client);
        }
    }

    pub(super) fn feed_server(&mut self, n: u32, input: Input<RelayCommand>) {
        let now = self.clock_of(n);
        let machine = &mut self.machines[n as usize];
        if let Some(core) = &mut machine.server {
            core.handle(now, input, &machine.store);
            self.drain(n, Side::Server);
        }
    }

    /// A question that changes nothing, answered at once. `None` if the node does not run.
    pub fn query(&mut self, n: u32, command: Command) -> Option<Result<Reply, CommandError>> {
        let now = self.clock_of(n);
        let machine = &mut self.machines[n as usize];
        let core = machine.client.as_mut()?;
        core.handle(now, Input::Command { id: 0, command }, &machine.store);
        let mut answer = None;
        while let Some(output) = core.poll_output() {
            match output {
                Output::Notify(Told::Reply { result, .. }) => answer = Some(*result),
                Output::Commit(_)
                | Output::Transmit { .. }
                | Output::Dial { .. }
                | Output::Hangup { .. }
                | Output::Notify(_) => self
                    .watch
                    .violate(self.now, "no_error_is_logged", || format!("node {n}: a question changed something")),
            }
        }
        answer
    }

    /// Takes all that a core wants: commits at once, the rest behind them.
    fn drain(&mut self, n: u32, side: Side) {
        loop {
            let machine = &mut self.machines[n as usize];
            let effect = match side {
                Side::Client => match machine.client.as_mut().and_then(Core::poll_output) {
                    None => break,
                    Some(Output::Commit(batch)) => {
                        if !self.commit(n, &batch) {
                            return;
                        }
                        continue;
                    }
                    Some(Output::Transmit { remote, bytes }) => Effect::Send { side, remote, bytes },
                    Some(Output::Dial { remote, .. }) => Effect::Dial(remote),
                    Some(Output::Hangup { remote, .. }) => Effect::Hangup { side, remote },
                    Some(Output::Notify(told)) => Effect::Tell(Box::new(told)),
                },
                Side::Server => match machine.server.as_mut().and_then(Core::poll_output) {
                    None => break,
                    Some(Output::Commit(batch)) => {
                        if !self.commit(n, &batch) {
                            return;
                        }
                        continue;
                    }
                    Some(Output::Transmit { remote, bytes }) => Effect::Send { side, remote, bytes },
                    Some(Output::Dial { remote, .. }) => Effect::Dial(remote),
                    Some(Output::Hangup { remote, .. }) => Effect::Hangup { side, remote },
                    Some(Output::Notify(told)) => Effect::TellRelay(told),
                },
            };
            self.hold(n, effect);
        }
        self.sync_soon(n);
        self.note_wake(n, side);
    }

    /// Applies a batch; false if the disk refuses, which ends the program.
    fn commit(&mut self, n: u32, batch: &Batch) -> bool {
        invariants::bounds_of_a_commit(self, n, batch);
        let altered = self.options.double.as_ref().and_then(|double| double.alters(batch));
        self.tell_others(n, batch);
        let machine = &mut self.machines[n as usize];
        let applied = machine.store.apply(altered.as_ref().unwrap_or(batch));
        match applied {
            Ok(()) => {
                machine.applied += 1;
                self.watch.commits += 1;
                true
            }
            Err(_) => {
                self.watch.count("commits refused by a full disk", 1);
                self.stop(n, Stop::Killed);
                let boot = self.machines[n as usize].boot;
                // Somebody makes room and starts the program again.
                self.queue.push(self.now + REPAIR, Event::Start { machine: n, boot });
                false
            }
        }
    }

    /// Lets an effect out, or keeps it until its commit is synced.
    fn hold(&mut self, n: u32, effect: Effect) {
        let machine = &mut self.machines[n as usize];
        let inside = matches!(&effect, Effect::Send { remote, .. } if *remote == machine.id);
        let free = machine.held.is_empty() && machine.applied == machine.synced;
        if inside || free || Options::releases_early(&self.options, &effect) {
            self.release(n, effect);
        } else {
            machine.held.push_back((machine.applied, effect));
        }
    }

    fn sync_soon(&mut self, n: u32) {
        let sync = self.plan.machines[n as usize].sync;
        let machine = &mut self.machines[n as usize];
        if machine.on && !machine.syncing && machine.applied > machine.synced {
            machine.syncing = true;
            let (boot, upto) = (machine.boot, machine.applied);
            // Disks are not even: between one and two times the given time.
            let takes = sync + self.physics.below(sync + 1);
            self.queue.push(self.now + takes, Event::Synced { machine: n, boot, upto });
        }
    }

    pub(super) fn on_synced(&mut self, n: u32, boot: u32, upto: u64) {
        let machine = &mut self.machines[n as usize];
        if !machine.on || machine.boot != boot {
            return;
        }
        if self.options.double.is_none_or(|double| double.syncs()) {
            let covered = usize::try_from(upto - machine.synced).unwrap_or(usize::MAX);
            if machine.store.sync_first(covered).is_err() {
                self.watch.count("commits refused by a full disk", 1);
                self.stop(n, Stop::PowerLost);
                return self.queue.push(self.now + REPAIR, Event::Start { machine: n, boot });
            }
        }
        machine.synced = upto;
        machine.syncing = false;
        if machine.fuse {
            self.watch.count("crashes between commit and send", 1);
            let hung = self.machines[n as usize].held.iter().filter(|(at, _)| *at <= upto).count();
            self.watch.count("effects that hung on a commit and were lost", hung as u64);
            self.stop(n, Stop::PowerLost);
            return self.queue.push(self.now + REPAIR, Event::Start { machine: n, boot });
        }
        while let Some((at, effect)) = self.machines[n as usize].held.pop_front() {
            if at > upto {
                self.machines[n as usize].held.push_front((at, effect));
                break;
            }
            self.release(n, effect);
            if !self.machines[n as usize].on {
                return;
            }
        }
        self.sync_soon(n);
    }

    fn release(&mut self, n: u32, effect: Effect) {
        match effect {
            Effect::Send { side: Side::Client, remote, bytes } => self.transmit_up(n, remote, bytes),
            Effect::Send { side: Side::Server, remote, bytes } => self.transmit_down(n, remote, bytes),
            Effect::Dial(remote) => self.dial(n, remote),
            Effect::Hangup { side, remote } => self.hang_up(n, side, remote),
            Effect::Tell(told) => self.told(n, *told),
            Effect::TellRelay(RelayEvent::Reply { .. }) => {}
            Effect::TellRelay(RelayEvent::StoreUnreadable(error)) => {
                self.watch.violate(self.now, "no_error_is_logged", || format!("relay {n}: {error}"));
            }
        }
    }

    /// What people of a machine are told.
    fn told(&mut self, n: u32, told: Told) {
        match told {
            Told::Reply { id, result } => self.answered(n, id, *result),
            Told::Message(message) if !message.mine => {
                let shown = Shown { machine: n, id: message.id, text: &message.text };
                self.watch.shown(self.now, shown);
                if self.options.double.is_some_and(|double| double.shows_twice(self.watch.events)) {
                    self.watch.shown(self.now, shown);
                }
                self.note(n, || format!("is shown a message of {} bytes", message.text.len()));
                self.seen(n, &message);
            }
            Told::Contact(contact) => self.on_contact(n, &contact),
            Told::Link(view) => self.on_link_state(n, &view),
            Told::Stopped(why) => {
                self.watch.violate(self.now, "no_error_is_logged", || format!("node {n} stopped for good: {why}"));
            }
            // Everything else is for pages: nothing here depends on it, and new kinds of news change no run.
            _ => {}
        }
    }

    // Timers.

    /// Keeps at most one event in the queue for each core's next deadline, or an earlier one.
    pub(super) fn note_wake(&mut self, n: u32, side: Side) {
        let machine = &mut self.machines[n as usize];
        let wake = match side {
            Side::Client => machine.client_wake(),
            Side::Server => machine.server.as_ref().and_then(Core::poll_wake),
        };
        let i = index(side);
        machine.want_wake[i] = wake.map(|wake| machine.boot_at.saturating_add(wake.at.saturating_sub(1_000) * 1_000));
        if let Some(double) = self.options.double {
            machine.want_wake[i] = machine.want_wake[i].map(|at| double.fires(at, self.now));
        }
        let Some(at) = machine.want_wake[i].map(|at| at.max(self.now)) else { return };
        if machine.set_wake[i].is_none_or(|set| set > at) {
            machine.set_wake[i] = Some(at);
            let boot = machine.boot;
            self.queue.push(at, Event::Wake { machine: n, side, boot });
        }
    }

    pub(super) fn on_wake(&mut self, n: u32, side: Side, boot: u32) {
        let i = index(side);
        let machine = &mut self.machines[n as usize];
        if !machine.on || machine.boot != boot || machine.set_wake[i] != Some(self.now) {
            return;
        }
        if machine.asleep {
            machine.waiting.push_back(Event::Wake { machine: n, side, boot });
            return;
        }
        machine.set_wake[i] = None;
        if machine.want_wake[i].is_none_or(|at| at > self.now) {
            return self.note_wake(n, side);
        }
        let again = if machine.wakes_now.0 == self.now { machine.wakes_now.1 + 1 } else { 1 };
        machine.wakes_now = (self.now, again);
        if again > invariants::WAKES_AT_ONCE {
            return self.watch.violate(self.now, "bounds_hold", || format!("machine {n} wakes itself without end"));
        }
        match side {
            Side::Client => self.feed_client(n, Input::Wake),
            Side::Server => self.feed_server(n, Input::Wake),
        }
    }

    // Sleep.

    pub(super) fn fall_asleep(&mut self, n: u32) {
        let machine = &mut self.machines[n as usize];
        if machine.asleep || !machine.on {
            return;
        }
        machine.asleep = true;
        let links: Vec<_> = machine.links.iter().map(|link| (link.server, link.id)).collect();
        for (server, id) in links {
            let at = self.now + net::DEAD_AFTER + self.physics.below(net::DEAD_AFTER / 2);
            self.queue.push(at, Event::Timeout { ends: super::Ends { client: n, server }, id });
        }
    }

    /// What came while it slept happens now, in order.
    pub(super) fn awake(&mut self, n: u32) {
        let machine = &mut self.machines[n as usize];
        if !machine.asleep {
            return;
        }
        machine.asleep = false;
        let waiting = std::mem::take(&mut machine.waiting);
        machine.set_wake = [None; 2];
        for event in waiting {
            if !matches!(event, Event::Wake { .. }) {
                self.step(event);
            }
        }
        self.note_wake(n, Side::Client);
        self.note_wake(n, Side::Server);
        self.runs_again(n);
    }

    /// True for an event that has to wait because the machine sleeps.
    pub(super) fn waits(&mut self, n: u32, event: impl FnOnce() -> Event) -> bool {
        let machine = &mut self.machines[n as usize];
        if machine.asleep && machine.on {
            machine.waiting.push_back(event());
        }
        machine.asleep && machine.on
    }

    /// The machine's disk is gone with everything on it.
    pub(super) fn wipe(&mut self, n: u32) {
        self.stop(n, Stop::PowerLost);
        let rows = self.machines[n as usize].store.rows();
        self.watch.count("rows lost with a disk", rows as u64);
        self.machines[n as usize].store = MemoryStore::new();
        self.machines[n as usize].wiped.push(self.now);
        self.watch.count_fault(FaultKind::Wipe);
    }
}

/// A relay core over whatever its disk holds.
pub(super) fn new_relay(seed: u64, n: u32, boots: u64) -> Relay {
    let config = RelayConfig {
        key_seed: seed_of(seed, "transport key", n.into()),
        rng_seed: seed_of(seed, "relay", boots),
        policy: Policy::default(),
    };
    // The default policy is checked by a test of its own crate.
    Relay::new(config).unwrap_or_else(|error| unreachable!("the default policy works: {error}"))
}

impl Machine {
    fn new(id: NodeId, skew: i64) -> Self {
        Self {
            id,
            user: None,
            device: None,
            client: None,
            arrival: None,
            server: None,
            store: MemoryStore::new(),
            on: false,
            asleep: false,
            boot: 0,
            wiped: Vec::new(),
            suspect: false,
            boot_at: 0,
            skew,
            off_faults: 0,
            sleep_faults: 0,
            fuse: false,
            applied: 0,
            synced: 0,
            syncing: false,
            held: VecDeque::new(),
            want_wake: [None; 2],
            set_wake: [None; 2],
            wakes_now: (0, 0),
            links: Vec::new(),
            clients: BTreeSet::new(),
            waiting: VecDeque::new(),
            islands: 0,
            up_free: 0,
            down_free: 0,
            liar: Liar::default(),
        }
    }

    fn client_wake(&self) -> Option<Wake> {
        let arrival = self.arrival.as_ref().and_then(Core::poll_wake);
        arrival.or_else(|| self.client.as_ref().and_then(Core::poll_wake))
    }

    /// The store as a reader sees it.
    pub fn disk(&self) -> &dyn StoreRead {
        &self.store
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Machine({:?}, on: {}, boot: {})", self.id, self.on, self.boot)
    }
}

/// The core that a frame in this direction is for.
pub(super) fn receiver(ends: super::Ends, to: To) -> u32 {
    match to {
        To::Client => ends.client,
        To::Server => ends.server,
    }
}
