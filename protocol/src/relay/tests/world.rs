//! A relay over a store in memory, with a shell that keeps the rules of `core`.

use crate::core::{Core, Input, Now, Output};
use crate::ids::{Capability, LogTag, NodeId};
use crate::relay::{Policy, Relay, RelayCommand, RelayConfig, RelayEvent, RelayReply, Stats};
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

/// A relay and its world.
pub(super) struct World {
    pub(super) relay: Relay,
    pub(super) store: TestStore,
    pub(super) now: Now,
    pub(super) policy: Policy,
    /// Commits that happen before the machine stops; the shell drops the rest of a drain.
    pub(super) commits_left: Option<usize>,
    pub(super) events: Vec<RelayEvent>,
    pub(super) hangups: Vec<NodeId>,
    number: u32,
    starts: u8,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    pub(super) fn with_policy(policy: Policy) -> Self {
        let mut world = Self {
            relay: relay(&policy, 0),
            store: TestStore::default(),
            now: Now { mono: 1_000, wall: START },
            policy,
            commits_left: None,
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
        self.relay = relay(&self.policy, self.starts);
        self.commits_left = None;
        self.link(ALICE);
        self.link(BOB);
    }

    pub(super) fn link(&mut self, remote: NodeId) {
        self.input(Input::LinkUp { remote });
    }

    /// One input, drained. Frames that leave the machine.
    pub(super) fn input(&mut self, input: Input<RelayCommand>) -> Vec<(NodeId, FromRelay)> {
        self.relay.handle(self.now, input, &self.store);
        let mut sent = Vec::new();
        let mut stopped = false;
        while let Some(output) = self.relay.poll_output() {
            match output {
                _ if stopped => {}
                Output::Commit(batch) => {
                    assert!(!batch.is_empty());
                    match &mut self.commits_left {
                        Some(0) => stopped = true,
                        Some(left) => {
                            *left -= 1;
                            self.store.apply(&batch);
                        }
                        None => self.store.apply(&batch),
                    }
                }
                Output::Transmit { remote, bytes } => sent.push((remote, FromRelay::decode(&bytes).unwrap())),
                Output::Notify(event) => self.events.push(event),
                Output::Hangup { remote, .. } => self.hangups.push(remote),
                Output::Dial { .. } => panic!("a relay core dials nobody"),
            }
        }
        sent
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

fn relay(policy: &Policy, starts: u8) -> Relay {
    let config = RelayConfig { key_seed: [5; 32], rng_seed: [starts; 32], policy: policy.clone() };
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
