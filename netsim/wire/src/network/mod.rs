//! The network between machines: byte pipes whose bytes arrive late, never, or never in time.
//!
//! * `physics`: how long a path takes. `pipe`: one direction of a connection. `stream`: what a machine holds of it.
//! * `transport`: the libp2p transport over all this.
//! * [`Network::run`] is the one task that delivers; everything happens in the order of one queue of (time, number).
//!
//! A loss is a delay, because TCP sends again. A path that is cut holds what is under way and tries again, and resets
//! the connection when it took too long. A machine that crashes says nothing; one behind a NAT cannot be dialled.
//!
//! Not here: congestion (no throughput can be predicted from this), and hole punching.

pub mod physics;
mod pipe;
mod stream;
pub mod transport;

pub use stream::Stream;

use crate::trace;
use physics::{Path, Physics};
use pipe::Pipe;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Nanoseconds since the simulation began.
pub type Nanos = u64;

/// A machine's number.
pub type MachineId = usize;

/// What a path that is cut holds is given up after this, as by TCP_USER_TIMEOUT.
const GIVE_UP: Nanos = 60_000_000_000;

/// The first pause before a held chunk or a dial is tried again; it doubles up to [`RETRY_MAX`].
const RETRY_MIN: Nanos = 200_000_000;
const RETRY_MAX: Nanos = 8_000_000_000;

/// Connections that wait to be accepted, a listener.
const BACKLOG: usize = 1024;

/// The network. Clones are the same one.
#[derive(Clone)]
pub struct Network {
    inner: Arc<Mutex<Inner>>,
    /// Something happens earlier than the driver knows.
    sooner: Arc<Notify>,
    begin: Instant,
}

struct Inner {
    physics: Physics,
    queue: BinaryHeap<Reverse<Due>>,
    next_due: u64,
    /// When the driver wakes by itself.
    wakes_at: Nanos,
    machines: Vec<Machine>,
    connections: BTreeMap<u64, Connection>,
    next_connection: u64,
    dials: BTreeMap<u64, Dial>,
    next_dial: u64,
    /// The side of the cut that each machine is on; empty if there is none.
    sides: Vec<u32>,
    /// Woken when the lock is free.
    wakers: Vec<Waker>,
}

/// Ordered by time, then by number.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Nanos,
    number: u64,
    what: What,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The head of a pipe arrives.
    Arrive(u64, usize),
    /// An end hears that the other is gone.
    Reset(u64, usize),
    /// A dial arrives.
    Knock(u64),
    /// The answer to a dial arrives.
    Answer(u64),
}

struct Machine {
    up: bool,
    /// Counts starts: what belongs to an earlier run is dead.
    run: u32,
    hidden: bool,
    listeners: BTreeMap<u16, Listener>,
    next_port: u16,
    traffic: Traffic,
}

/// Bytes of a machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traffic {
    /// Written.
    pub sent: u64,
    /// Delivered.
    pub received: u64,
}

#[derive(Default)]
struct Listener {
    waiting: VecDeque<Accepted>,
    waker: Option<Waker>,
}

/// A connection that was made to a listener.
struct Accepted {
    connection: u64,
    from: (Ipv4Addr, u16),
}

struct Connection {
    ends: [End; 2],
    /// The first leads from the first end to the second.
    pipes: [Pipe; 2],
}

struct End {
    machine: MachineId,
    run: u32,
    /// Reading and writing fail from now on.
    reset: bool,
    dropped: bool,
}

struct Dial {
    from: MachineId,
    from_port: u16,
    to: MachineId,
    port: u16,
    tries: u32,
    /// What the other machine said.
    outcome: Option<Result<u64, ()>>,
    /// And it has arrived.
    answered: bool,
    waker: Option<Waker>,
}

impl Network {
    /// Without machines. Call it on the runtime of the simulation.
    pub fn new(physics: Physics) -> Self {
        let inner = Inner {
            physics,
            queue: BinaryHeap::new(),
            next_due: 0,
            wakes_at: 0,
            machines: Vec::new(),
            connections: BTreeMap::new(),
            next_connection: 0,
            dials: BTreeMap::new(),
            next_dial: 0,
            sides: Vec::new(),
            wakers: Vec::new(),
        };
        Self { inner: Arc::new(Mutex::new(inner)), sooner: Arc::new(Notify::new()), begin: Instant::now() }
    }

    /// Adds a machine that is off. `hidden`: behind a NAT, nobody can dial it.
    pub fn add(&self, path: Path, hidden: bool) -> MachineId {
        self.with(|inner, _| {
            inner.physics.add(path);
            let (listeners, traffic) = (BTreeMap::new(), Traffic::default());
            inner.machines.push(Machine { up: false, run: 0, hidden, listeners, next_port: 32_768, traffic });
            inner.machines.len() - 1
        })
    }

    /// Switches a machine on.
    pub fn start(&self, id: MachineId) {
        self.with(|inner, _| {
            if let Some(machine) = inner.machines.get_mut(id) {
                machine.up = true;
                machine.run += 1;
            }
        });
    }

    /// The power goes: nobody hears of it.
    pub fn crash(&self, id: MachineId) {
        self.with(|inner, _| {
            if let Some(machine) = inner.machines.get_mut(id) {
                machine.up = false;
                machine.run += 1;
                machine.listeners.clear();
            }
        });
    }

    /// Cuts the network: machines reach only those of the same number. An empty list heals it.
    pub fn cut(&self, sides: Vec<u32>) {
        self.with(|inner, _| inner.sides = sides);
    }

    /// A machine's bytes so far.
    pub fn traffic(&self, id: MachineId) -> Traffic {
        self.with(|inner, _| inner.machines.get(id).map(|machine| machine.traffic).unwrap_or_default())
    }

    /// Connections that have not ended at both ends.
    pub fn connections(&self) -> usize {
        self.with(|inner, _| inner.connections.len())
    }

    /// Delivers, for ever.
    pub async fn run(self) {
        loop {
            let next = self.with(|inner, now| {
                inner.deliver_due(now);
                inner.wakes_at = inner.queue.peek().map_or(Nanos::MAX, |Reverse(due)| due.at);
                inner.wakes_at
            });
            let wake = self.begin + Duration::from_nanos(next.min(GIVE_UP.saturating_mul(1_000_000)));
            tokio::select! {
                biased;
                () = self.sooner.notified() => {}
                () = tokio::time::sleep_until(wake) => {}
            }
        }
    }

    /// Changes something under the lock, then wakes whom that concerns.
    fn with<T>(&self, change: impl FnOnce(&mut Inner, Nanos) -> T) -> T {
        let now = u64::try_from(self.begin.elapsed().as_nanos()).unwrap_or(Nanos::MAX);
        let mut inner: MutexGuard<'_, Inner> = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = change(&mut inner, now);
        let wakers = std::mem::take(&mut inner.wakers);
        let sooner = inner.queue.peek().is_some_and(|Reverse(due)| due.at < inner.wakes_at);
        drop(inner);
        if sooner {
            self.sooner.notify_one();
        }
        wakers.into_iter().for_each(Waker::wake);
        outcome
    }
}

impl Inner {
    fn schedule(&mut self, at: Nanos, what: What) {
        self.queue.push(Reverse(Due { at, number: self.next_due, what }));
        self.next_due += 1;
    }

    fn deliver_due(&mut self, now: Nanos) {
        while self.queue.peek().is_some_and(|Reverse(due)| due.at <= now) {
            let Some(Reverse(due)) = self.queue.pop() else { return };
            match due.what {
                What::Arrive(connection, side) => self.arrive(now, connection, side),
                What::Reset(connection, side) => self.reset(connection, side),
                What::Knock(dial) => self.knock(now, dial),
                What::Answer(dial) => self.answer(dial),
            }
        }
    }

    /// True if bytes between the two get through.
    fn reaches(&self, a: MachineId, b: MachineId) -> bool {
        let up = |id: MachineId| self.machines.get(id).is_some_and(|machine| machine.up);
        up(b) && self.sides.get(a) == self.sides.get(b)
    }

    fn is_current(&self, end: &End) -> bool {
        self.machines.get(end.machine).is_some_and(|machine| machine.up && machine.run == end.run)
    }

    // Bytes.

    fn arrive(&mut self, now: Nanos, id: u64, side: usize) {
        let Some(connection) = self.connections.get(&id) else { return };
        let (from, to) = (&connection.ends[side], &connection.ends[1 - side]);
        let (from_machine, to_machine) = (from.machine, to.machine);
        if !self.reaches(from_machine, to_machine) {
            return self.hold(now, id, side);
        }
        let gone = to.dropped || to.reset || !self.is_current(to);
        let delay = self.physics.delay(to_machine, from_machine);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let pipe = &mut connection.pipes[side];
        pipe.tries = 0;
        pipe.held_since = None;
        if gone {
            // The machine does not know the connection (any more) and says so.
            let said = pipe.under_way() > 0 && !pipe.only_end();
            pipe.clear();
            self.wakers.extend(pipe.writer.take());
            if said {
                self.schedule(now + delay, What::Reset(id, side));
            }
            return;
        }
        let (mut bytes, way) = (0, id * 2 + side as u64);
        while let Some(chunk) = pipe.pop_arrived(now) {
            trace::delivery(way, &chunk);
            bytes += chunk.len() as u64;
            pipe.deliver(chunk);
        }
        self.wakers.extend(pipe.reader.take());
        let next = pipe.head_arrival();
        if let Some(machine) = self.machines.get_mut(to_machine) {
            machine.traffic.received += bytes;
        }
        if let Some(at) = next {
            self.schedule(at, What::Arrive(id, side));
        }
    }

    /// The path is cut or the machine is off: try again later, not for ever.
    fn hold(&mut self, now: Nanos, id: u64, side: usize) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let pipe = &mut connection.pipes[side];
        let since = *pipe.held_since.get_or_insert(now);
        if now.saturating_sub(since) >= GIVE_UP {
            pipe.clear();
            return self.reset(id, side);
        }
        let pause = RETRY_MIN.saturating_mul(1 << pipe.tries.min(16)).min(RETRY_MAX);
        pipe.tries += 1;
        self.schedule(now + pause, What::Arrive(id, side));
    }

    fn reset(&mut self, id: u64, side: usize) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if std::mem::replace(&mut connection.ends[side].reset, true) {
            return;
        }
        self.wakers.extend(connection.pipes[side].writer.take());
        self.wakers.extend(connection.pipes[1 - side].reader.take());
        trace::note(&format!("connection {id} resets at end {side}"));
    }

    // Dials.

    fn knock(&mut self, now: Nanos, id: u64) {
        let Some(dial) = self.dials.get_mut(&id) else { return };
        let (from, to, port, tries) = (dial.from, dial.to, dial.port, dial.tries);
        dial.tries += 1;
        let hidden = self.machines.get(to).is_none_or(|machine| machine.hidden);
        if hidden || !self.reaches(from, to) {
            // Silence, and TCP's next try.
            let pause = (5 * RETRY_MIN).saturating_mul(1 << tries.min(4));
            return self.schedule(now + pause, What::Knock(id));
        }
        let delay = self.physics.delay(to, from);
        self.schedule(now + delay, What::Answer(id));
        let connection = self.connect(id, from, to, port);
        if let Some(dial) = self.dials.get_mut(&id) {
            dial.outcome = Some(connection.ok_or(()));
        }
    }

    /// Makes the connection if somebody listens.
    fn connect(&mut self, dial: u64, from: MachineId, to: MachineId, port: u16) -> Option<u64> {
        let from_port = self.dials.get(&dial)?.from_port;
        let from_run = self.machines.get(from)?.run;
        let machine = self.machines.get_mut(to)?;
        let listener = machine.listeners.get_mut(&port)?;
        if listener.waiting.len() >= BACKLOG {
            return None;
        }
        let id = self.next_connection;
        self.next_connection += 1;
        listener.waiting.push_back(Accepted { connection: id, from: (transport::ip(from), from_port) });
        self.wakers.extend(listener.waker.take());
        let end = |machine, run| End { machine, run, reset: false, dropped: false };
        let ends = [end(from, from_run), end(to, machine.run)];
        self.connections.insert(id, Connection { ends, pipes: Default::default() });
        Some(id)
    }

    fn answer(&mut self, id: u64) {
        if let Some(dial) = self.dials.get_mut(&id) {
            self.wakers.extend(dial.waker.take());
            dial.answered = true;
        }
    }
}
