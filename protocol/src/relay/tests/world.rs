//! A relay over a store in memory, with a shell that keeps the rules of `core`.

use crate::core::{Core, Input, Now, Output};
use crate::ids::{Capability, LogTag, NodeId};
use crate::relay::{Policy, Relay, RelayCommand, RelayConfig, RelayEvent, RelayReply, Stats};
use crate::store::Batch;
use crate::testing::TestStore;
use crate::wire::relay::{Entry, FromRelay, LogHead, LogKind, LogSpec, Refusal, Reply, Request};

pub(super) const ALICE: NodeId = NodeId([0xa1; 32]);
pub(super) const BOB: NodeId = NodeId([0xb0; 32]);
pub(super) const ROOM: LogTag = LogTag([0x10; 32]);
pub(super) const INBOX: LogTag = LogTag([0x20; 32]);
/// 2026-11-24.
pub(super) const START: u64 = 1_795_500_000_000;

pub(super) fn write_cap() -> Capability {
    Capability([0x77; 32])
}

pub(super) fn read_cap() -> Capability {
    Capability([0x99; 32])
}

pub(super) fn wrong_cap() -> Capability {
    Capability([0xee; 32])
}

pub(super) fn room_spec(readers: u8) -> LogSpec {
    LogSpec { kind: LogKind::Room, write: write_cap().hash(), read: read_cap().hash(), readers }
}

pub(super) fn inbox_spec() -> LogSpec {
    LogSpec { kind: LogKind::Inbox, ..room_spec(1) }
}

/// At which commit the machine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Never,
    /// So many commits happen, and what depends on them leaves; the next commit does not happen.
    Before(usize),
    /// So many commits happen; what depends on the last does not leave.
    After(usize),
}

/// A relay and its world.
pub(super) struct World {
    pub(super) relay: Relay,
    pub(super) store: TestStore,
    pub(super) now: Now,
    pub(super) policy: Policy,
    /// When the machine stops, if it does; from then on it is deaf and dumb until the restart.
    pub(super) stop: Stop,
    pub(super) stopped: bool,
    pub(super) events: Vec<RelayEvent>,
    pub(super) hangups: Vec<NodeId>,
    /// Since the last start.
    pub(super) commits: usize,
    seed: u8,
    number: u32,
    starts: u8,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    /// A world of a relay with another key.
    pub(super) fn with_key(seed: u8) -> Self {
        let mut world = Self { seed, ..Self::new() };
        world.restart();
        world
    }

    pub(super) fn with_policy(policy: Policy) -> Self {
        let mut world = Self {
            relay: relay(5, &policy, 0),
            store: TestStore::default(),
            now: Now { mono: 1_000, wall: START },
            policy,
            stop: Stop::Never,
            stopped: false,
            commits: 0,
            seed: 5,
            events: Vec::new(),
            hangups: Vec::new(),
            number: 0,
            starts: 0,
        };
        world.link(ALICE);
        world.link(BOB);
        world
    }

    /// A world with an open room.
    pub(super) fn with_room(readers: u8) -> Self {
        let mut world = Self::new();
        world.open(ROOM, room_spec(readers));
        world
    }

    /// The machine stops and starts: only the store stays. Links come up again.
    pub(super) fn restart(&mut self) {
        self.starts += 1;
        self.relay = relay(self.seed, &self.policy, self.starts);
        (self.stop, self.stopped, self.commits) = (Stop::Never, false, 0);
        self.link(ALICE);
        self.link(BOB);
    }

    pub(super) fn link(&mut self, remote: NodeId) {
        self.input(Input::LinkUp { remote });
    }

    /// One input, which is a turn of its own, drained. Frames that leave the machine.
    pub(super) fn input(&mut self, input: Input<RelayCommand>) -> Vec<(NodeId, FromRelay)> {
        let mut sent = self.part_of_turn(input);
        sent.extend(self.end_turn());
        sent
    }

    /// What a shell does before it ends a turn.
    pub(super) fn end_turn(&mut self) -> Vec<(NodeId, FromRelay)> {
        let at_once = self.relay.poll_wake().is_some_and(|wake| wake.reason == "pushes");
        if at_once && !self.stopped { self.part_of_turn(Input::Wake) } else { Vec::new() }
    }

    /// One of many inputs of a turn, drained.
    pub(super) fn part_of_turn(&mut self, input: Input<RelayCommand>) -> Vec<(NodeId, FromRelay)> {
        self.relay.handle(self.now, input, &self.store);
        let mut sent = Vec::new();
        while let Some(output) = self.relay.poll_output() {
            match output {
                _ if self.stopped => {}
                Output::Commit(batch) => self.commit(&batch),
                Output::Transmit { remote, bytes } => sent.push((remote, FromRelay::decode(&bytes).unwrap())),
                Output::Notify(event) => self.events.push(event),
                Output::Hangup { remote, .. } => self.hangups.push(remote),
                Output::Dial { .. } => panic!("a relay core dials nobody"),
            }
        }
        sent
    }

    fn commit(&mut self, batch: &Batch) {
        assert!(!batch.is_empty());
        if self.stop == Stop::Before(self.commits) {
            self.stopped = true;
            return;
        }
        self.store.apply(batch);
        self.commits += 1;
        self.stopped = self.stop == Stop::After(self.commits);
    }

    pub(super) fn frame(&mut self, remote: NodeId, bytes: Vec<u8>) -> Vec<(NodeId, FromRelay)> {
        self.input(Input::Frame { remote, bytes })
    }

    /// Everything that a request makes leave, with numbers of replies checked and taken off.
    pub(super) fn all(&mut self, remote: NodeId, request: &Request) -> (Option<Reply>, Vec<(NodeId, Vec<Entry>)>) {
        self.number += 1;
        let number = self.number;
        let (mut reply, mut pushes) = (None, Vec::new());
        for (to, said) in self.frame(remote, request.encode(number)) {
            match said {
                FromRelay::Reply { number: answered, reply: said } => {
                    assert_eq!((to, answered), (remote, number));
                    assert!(reply.replace(said).is_none(), "two replies");
                }
                FromRelay::Push { entries, .. } => pushes.push((to, entries)),
                // Numbers begin at 1.
                FromRelay::Signal { envelope, .. } => pushes.push((to, vec![Entry { seq: 0, envelope }])),
            }
        }
        (reply, pushes)
    }

    /// The one reply.
    pub(super) fn ask(&mut self, remote: NodeId, request: &Request) -> Reply {
        self.all(remote, request).0.expect("a reply")
    }

    pub(super) fn refusal(&mut self, remote: NodeId, request: &Request) -> Refusal {
        match self.ask(remote, request) {
            Reply::Refused(refusal) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    pub(super) fn open(&mut self, tag: LogTag, spec: LogSpec) -> LogHead {
        match self.ask(ALICE, &Request::Open { tag, spec }) {
            Reply::Opened(head) => head,
            other => panic!("not opened: {other:?}"),
        }
    }

    /// Alice appends to the room; the sequence number.
    pub(super) fn append(&mut self, envelope: &[u8]) -> u64 {
        match self.ask(ALICE, &append(envelope)) {
            Reply::Appended { seq, .. } => seq,
            other => panic!("not appended: {other:?}"),
        }
    }

    /// Bob reads the room from `from` on, one page: `next`, sequence numbers.
    pub(super) fn read(&mut self, from: u64) -> (u64, Vec<Entry>) {
        match self.ask(BOB, &read(from, u16::MAX)) {
            Reply::Entries { next, entries } => (next, entries),
            other => panic!("not read: {other:?}"),
        }
    }

    pub(super) fn seqs(&mut self, from: u64) -> Vec<u64> {
        self.read(from).1.into_iter().map(|entry| entry.seq).collect()
    }

    pub(super) fn ack(&mut self, reader: u8, cursor: u64) -> Reply {
        self.ask(BOB, &Request::Ack { tag: ROOM, cap: read_cap(), reader: [reader; 16], cursor })
    }

    /// Time passes, and every timer that falls due runs, at most `wakes` times.
    pub(super) fn pass(&mut self, ms: u64, wakes: usize) {
        let until = self.now.mono + ms;
        for _ in 0..wakes {
            let at = self.relay.poll_wake().map_or(u64::MAX, |wake| wake.at);
            if at > until {
                break;
            }
            let step = at.saturating_sub(self.now.mono);
            self.now = Now { mono: self.now.mono + step, wall: self.now.wall + step };
            self.input(Input::Wake);
        }
        let step = until - self.now.mono;
        self.now = Now { mono: until, wall: self.now.wall + step };
    }

    /// Asked as an operator does.
    pub(super) fn stats(&mut self) -> Stats {
        self.input(Input::Command { id: 7, command: RelayCommand::Stats });
        match self.events.pop() {
            Some(RelayEvent::Reply { id: 7, reply: RelayReply::Stats(stats) }) => *stats,
            other => panic!("no stats: {other:?}"),
        }
    }
}

fn relay(seed: u8, policy: &Policy, starts: u8) -> Relay {
    let config = RelayConfig { key_seed: [seed; 32], rng_seed: [starts; 32], policy: policy.clone() };
    Relay::new(config).unwrap()
}

pub(super) fn append(envelope: &[u8]) -> Request {
    Request::Append { tag: ROOM, cap: write_cap(), envelope: envelope.to_vec() }
}

pub(super) fn read(from: u64, limit: u16) -> Request {
    Request::Read { tag: ROOM, cap: read_cap(), from, limit }
}

pub(super) fn subscribe(from: u64) -> Request {
    Request::Subscribe { tag: ROOM, cap: read_cap(), from }
}
