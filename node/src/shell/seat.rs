//! A core's place at the loop: its links, its timer, and the desk where people ask it things.

use crate::handle::Ask;
use crate::net::Link;
use chappe_protocol::core::{Core, Input, Now, Output, Wake};
use chappe_protocol::ids::NodeId;
use chappe_protocol::peer::command::{Command, CommandError, Event, Reply};
use chappe_protocol::store::StoreRead;
use std::collections::BTreeMap;
use std::fmt;
use tokio::sync::{broadcast, mpsc, oneshot};

/// How frames reach a remote.
#[derive(Debug)]
pub(super) enum Line {
    /// Over the network.
    Net(Link),
    /// It is the other core of this machine.
    Inside,
}

impl Line {
    /// The link's number; the one inside has none and is never replaced.
    pub fn id(&self) -> Option<u64> {
        match self {
            Line::Net(link) => Some(link.id),
            Line::Inside => None,
        }
    }
}

/// A core's links, one a remote at most.
pub(super) type Lines = BTreeMap<NodeId, Line>;

/// A core and what the loop keeps for it.
pub struct Seat<C> {
    pub(super) core: C,
    pub(super) lines: Lines,
    /// The last wake-up; the next comes a millisecond later at the earliest, whatever the core says.
    woken: Option<u64>,
}

impl<C: Core> Seat<C> {
    pub(super) fn new(core: C) -> Self {
        Self { core, lines: Lines::new(), woken: None }
    }

    /// When it wants to be woken, in `Now::mono`.
    pub(super) fn wake_at(&self) -> Option<u64> {
        let earliest = self.woken.map_or(0, |woken| woken + 1);
        self.core.poll_wake().map(|wake| wake.at.max(earliest))
    }

    /// True if it wants to be woken at once. Asked once a turn, which an input began, so that a core that is never
    /// content does not spin.
    pub(super) fn take_hasty_wake(&mut self, now: Now) -> bool {
        let due = self.core.poll_wake().is_some_and(|wake| wake.at <= now.mono);
        if due {
            self.woken = Some(now.mono);
        }
        due
    }

    /// True if its time has come.
    pub(super) fn take_wake(&mut self, now: Now) -> bool {
        let due = self.wake_at().is_some_and(|at| at <= now.mono);
        if due {
            self.woken = Some(now.mono);
        }
        due
    }
}

/// A question to the serving core itself, for metrics: it must be quick, the loop waits for it.
pub type Inspect<R> = Box<dyn FnOnce(&R) + Send>;

/// What a serving core's events go to. Called in order, when what they tell of is durable; it must be quick.
pub type Tell<E> = Box<dyn FnMut(E) + Send>;

/// The core that serves others.
pub struct ServerSide<R: Core> {
    /// The core.
    pub core: R,
    /// Questions to it.
    pub inspects: Option<mpsc::Receiver<Inspect<R>>>,
    /// Its events; without, nobody hears them.
    pub tell: Option<Tell<R::Event>>,
}

impl<R: Core> ServerSide<R> {
    /// A core that nobody asks and nobody hears.
    pub fn quiet(core: R) -> Self {
        Self { core, inspects: None, tell: None }
    }
}

/// Where people ask a core things and are told things.
pub trait Desk<C: Core>: Send + 'static {
    /// A question with the way its answer goes.
    type Ask: Send;

    /// Where the questions come from; asked for once.
    fn asks(&mut self) -> Option<mpsc::Receiver<Self::Ask>>;

    /// Gives a question a number, and remembers where its answer goes.
    fn accept(&mut self, ask: Self::Ask) -> (u64, C::Command);

    /// An event or answer; everything it tells of is durable.
    fn tell(&mut self, event: C::Event);
}

/// The desk of a node: answers go to those who asked, other events to all who listen.
pub struct NodeDesk {
    asks: Option<mpsc::Receiver<Ask>>,
    events: broadcast::Sender<Event>,
    next: u64,
    /// Every command is answered once, so this holds no more than what is being worked on.
    waiting: BTreeMap<u64, oneshot::Sender<Result<Reply, CommandError>>>,
}

impl NodeDesk {
    /// From the ends that [`crate::handle::Handle::new`] gives.
    pub fn new(asks: mpsc::Receiver<Ask>, events: broadcast::Sender<Event>) -> Self {
        Self { asks: Some(asks), events, next: 1, waiting: BTreeMap::new() }
    }
}

impl<C: Core<Command = Command, Event = Event>> Desk<C> for NodeDesk {
    type Ask = Ask;

    fn asks(&mut self) -> Option<mpsc::Receiver<Ask>> {
        self.asks.take()
    }

    fn accept(&mut self, ask: Ask) -> (u64, Command) {
        let id = self.next;
        self.next += 1;
        self.waiting.insert(id, ask.answer);
        (id, ask.command)
    }

    fn tell(&mut self, event: Event) {
        match event {
            Event::Reply { id, result } => match self.waiting.remove(&id) {
                // Who asked may have gone.
                Some(answer) => drop(answer.send(*result)),
                None => tracing::error!(id, "an answer to a question that nobody asked"),
            },
            // Nobody may be listening.
            other => drop(self.events.send(other)),
        }
    }
}

impl fmt::Debug for NodeDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeDesk({} waiting)", self.waiting.len())
    }
}

/// No core: a relay has no peer core, a node without `--lan` no relay core. It cannot be made.
#[derive(Debug)]
pub enum NoCore {}

impl Core for NoCore {
    type Command = NoCore;
    type Event = NoCore;

    fn handle(&mut self, _: Now, _: Input<NoCore>, _: &dyn StoreRead) {
        match *self {}
    }

    fn poll_output(&mut self) -> Option<Output<NoCore>> {
        match *self {}
    }

    fn poll_wake(&self) -> Option<Wake> {
        match *self {}
    }
}

/// The desk of [`NoCore`]: nobody asks. It cannot be made either.
#[derive(Debug)]
pub enum Idle {}

impl Desk<NoCore> for Idle {
    type Ask = NoCore;

    fn asks(&mut self) -> Option<mpsc::Receiver<NoCore>> {
        match *self {}
    }

    fn accept(&mut self, _: NoCore) -> (u64, NoCore) {
        match *self {}
    }

    fn tell(&mut self, _: NoCore) {
        match *self {}
    }
}
