//! The border between a core (what is decided) and a shell (what is done).
//!
//! Rules that every shell keeps:
//! 1. It drains all output after every [`Core::handle`], before the next input.
//! 2. **Persist before send.** A [`Output::Commit`] stands in the queue ahead of everything that depends on it. The
//!    shell applies it to the store at once, so that the next `handle` reads it, and may let many commits share one
//!    sync to disk; but nothing that stands behind a commit leaves the machine before that commit is durable. Order
//!    is never changed. If a commit fails the core is dropped and nothing more is sent.
//! 3. Reads are synchronous through [`StoreRead`], which shows every commit applied so far.
//! 4. A shell that takes several inputs in one turn wakes a core that wants to be woken at once ([`Wake::at`] is now or
//!    before) when the turn's inputs are through. So a core can put off to there what many inputs share.
//! 5. `Now` comes in with every call. Timers use `mono`; `wall` is only for what people see and for expiry dates.
//!
//! The pattern is quinn-proto's and str0m's ("sans-I/O").

use crate::ids::NodeId;
use crate::store::{Batch, StoreRead};

/// The time as the shell sees it, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Milliseconds on a clock that never goes back; its zero has no meaning.
    pub mono: u64,
    /// Milliseconds since 1970-01-01 UTC; may jump.
    pub wall: u64,
}

/// Which way a link was opened. It says which of the two cores of a machine a frame belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// We opened it: the remote serves us as a relay.
    Client,
    /// The remote opened it: we serve it as a relay.
    Server,
}

/// Everything a core can be told.
#[derive(Debug)]
pub enum Input<C> {
    /// A person or program on this machine asks for something; the answer carries the same number.
    Command {
        /// Chosen by the shell; returned in the reply event.
        id: u64,
        /// What is asked.
        command: C,
    },
    /// A link to a remote machine is up. At most one link a remote and side.
    LinkUp {
        /// The authenticated transport key of the remote.
        remote: NodeId,
    },
    /// The link is gone; what was transmitted and not answered may or may not have arrived.
    LinkDown {
        /// The remote of the link.
        remote: NodeId,
    },
    /// One whole frame from the remote, at most [`crate::limits::FRAME_MAX`] bytes, otherwise unchecked.
    Frame {
        /// Who sent it.
        remote: NodeId,
        /// The frame without its length prefix.
        bytes: Vec<u8>,
    },
    /// The time named by [`Core::poll_wake`] has come (or any other time: waking too often is harmless).
    Wake,
}

/// Everything a core can ask for, in order.
#[derive(Debug)]
pub enum Output<E> {
    /// Apply atomically, and make durable before anything behind it takes effect outside the machine.
    Commit(Batch),
    /// Send one frame. If the link is gone by then, drop it: the core hears of that by `LinkDown`.
    Transmit {
        /// To whom.
        remote: NodeId,
        /// The frame without its length prefix, at most [`crate::limits::FRAME_MAX`] bytes.
        bytes: Vec<u8>,
    },
    /// Keep trying to hold a link to this remote, with the shell's own back-off, until `Hangup`.
    Dial {
        /// Whom to reach.
        remote: NodeId,
        /// Multiaddresses in text form, without the `/p2p/…` part; may be empty (then the shell asks discovery).
        addrs: Vec<String>,
    },
    /// Close the link and stop trying to hold it.
    Hangup {
        /// Whose link.
        remote: NodeId,
        /// For the log.
        reason: &'static str,
    },
    /// Tell the people and programs on this machine.
    Notify(E),
}

/// When a core wants to be woken, and why (so that a busy timer can be found).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wake {
    /// In `Now::mono`.
    pub at: u64,
    /// Names the timer.
    pub reason: &'static str,
}

/// A state machine that a shell drives.
pub trait Core {
    /// What people and programs of this machine can ask.
    type Command;
    /// What they are told.
    type Event;

    /// Takes one input. `store` shows every commit drained so far.
    fn handle(&mut self, now: Now, input: Input<Self::Command>, store: &dyn StoreRead);

    /// The next thing to do, or `None` when drained.
    fn poll_output(&mut self) -> Option<Output<Self::Event>>;

    /// When to send [`Input::Wake`] next.
    fn poll_wake(&self) -> Option<Wake>;
}
