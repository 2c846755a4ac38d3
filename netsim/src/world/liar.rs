//! Relays: the honest path of a frame into and out of a relay core, and what a relay does to it that lies.
//!
//! A liar has everything a relay has (its key, its store, its clients' frames) and nothing else: it cannot read, sign
//! for others or reach into machines. One that forks runs two cores with one key over two disks, so that what it signs
//! is really signed.

use super::machine::{Stop, new_relay};
use super::{Ends, Event, To, World};
use crate::scenario::FaultKind;
use chappe_protocol::core::{Core, Input, Output};
use chappe_protocol::ids::NodeId;
use chappe_protocol::relay::{Relay, RelayCommand};
use chappe_protocol::wire::relay::{Entry, FromRelay, Refusal, Reply, Request};
use chappe_storage::{MemoryStore, Store};
use std::collections::{BTreeSet, VecDeque};

/// What a liar remembers, so that it can replay it.
const REMEMBERED: usize = 64;

/// The lies of a relay.
#[derive(Debug, Default)]
pub(super) struct Liar {
    /// Which are told now.
    pub(super) lies: BTreeSet<FaultKind>,
    /// The second history of one that forks.
    pub(super) twin: Option<Box<Twin>>,
    remembered: VecDeque<(u32, Vec<u8>)>,
}

/// A second core with the same key, and its disk.
pub(super) struct Twin {
    core: Relay,
    store: MemoryStore,
}

impl Twin {
    /// Stores what the core wants stored and collects what it sends; false if its disk fails.
    fn drain(&mut self, frames: &mut Vec<(NodeId, Vec<u8>)>) -> bool {
        while let Some(output) = self.core.poll_output() {
            match output {
                Output::Commit(batch) => {
                    if self.store.apply(&batch).and_then(|()| self.store.sync()).is_err() {
                        return false;
                    }
                }
                Output::Transmit { remote, bytes } => frames.push((remote, bytes)),
                Output::Dial { .. } | Output::Hangup { .. } | Output::Notify(_) => {}
            }
        }
        true
    }
}

impl std::fmt::Debug for Twin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Twin")
    }
}

impl World {
    /// Gives a relay's core an input, or its twin if that serves this client.
    pub(super) fn serve(&mut self, ends: Ends, input: Input<RelayCommand>) {
        let now = self.clock_of(ends.server);
        let twin = self.machines[ends.server as usize].liar.twin.as_mut().filter(|_| ends.client % 2 == 1);
        let Some(twin) = twin else { return self.feed_server(ends.server, input) };
        let mut frames: Vec<(NodeId, Vec<u8>)> = Vec::new();
        let mut next = Some(input);
        while let Some(input) = next.take() {
            twin.core.handle(now, input, &twin.store);
            if !twin.drain(&mut frames) {
                return;
            }
            // What it put off to the end of its turn, which is now.
            next = twin.core.poll_wake().filter(|wake| wake.at == 0).map(|_| Input::Wake);
        }
        for (remote, bytes) in frames {
            self.watch.count("frames of a forked relay's second history", 1);
            self.transmit_down(ends.server, remote, bytes);
        }
    }

    /// The relay begins to show two histories: the second begins where the first is.
    pub(super) fn fork(&mut self, n: u32) {
        let machine = &mut self.machines[n as usize];
        if machine.server.is_none() || machine.liar.twin.is_some() {
            return;
        }
        let core = new_relay(self.plan.seed, n, u64::from(n) << 32 | 0x8000_0000 | u64::from(machine.boot));
        let twin = Twin { core, store: machine.store.copy() };
        let clients: Vec<u32> = machine.clients.iter().copied().filter(|client| client % 2 == 1).collect();
        // They come anew, to the other core.
        for client in clients {
            self.break_link(Ends { client, server: n });
        }
        self.machines[n as usize].liar.twin = Some(Box::new(twin));
    }

    pub(super) fn unfork(&mut self, n: u32) {
        if self.machines[n as usize].liar.twin.take().is_some() {
            let clients: Vec<u32> = self.machines[n as usize].clients.iter().copied().collect();
            for client in clients.into_iter().filter(|client| client % 2 == 1) {
                self.break_link(Ends { client, server: n });
            }
        }
    }

    fn lies(&self, n: u32, lie: FaultKind) -> bool {
        self.machines[n as usize].liar.lies.contains(&lie)
    }

    /// A frame reaches a relay.
    pub(super) fn hear_as_relay(&mut self, ends: Ends, bytes: Vec<u8>) {
        let remote = self.machines[ends.client as usize].id;
        self.note(ends.server, || format!("gets {} from {}", super::net::frame_name(&bytes), ends.client));
        if let Some(answer) = self.answer_instead(ends.server, &bytes) {
            return self.send(ends, To::Client, answer);
        }
        self.serve(ends, Input::Frame { remote, bytes });
    }

    /// What a liar, or a relay of an older version, answers without asking its core.
    fn answer_instead(&mut self, n: u32, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.machines[n as usize].liar.lies.is_empty() {
            return None;
        }
        let (number, request) = Request::decode(bytes).ok()?;
        let register = match &request {
            Request::Append { .. } if self.lies(n, FaultKind::LieAck) && self.lies.chance(0.5) => {
                self.watch.count("appends acknowledged and thrown away", 1);
                let seq = self.lies.within(1, 1 << 20);
                let expires = self.clock_of(n).wall + 86_400_000;
                return Some(FromRelay::Reply { number, reply: Reply::Appended { seq, expires } }.encode());
            }
            // Whatever else there is or will be, an older relay of this scenario knows it.
            other => matches!(other, Request::Prepare { .. } | Request::Accept { .. } | Request::Learn { .. }),
        };
        if register && self.lies(n, FaultKind::OldVersion) {
            self.watch.count("requests that an older relay does not know", 1);
            let reply = Reply::Refused(Refusal::Unsupported);
            return Some(FromRelay::Reply { number, reply }.encode());
        }
        None
    }

    /// A relay says something.
    pub(super) fn say_as_relay(&mut self, ends: Ends, bytes: Vec<u8>) {
        let n = ends.server;
        self.note(n, || format!("sends {} to {}", super::net::frame_name(&bytes), ends.client));
        if self.machines[n as usize].liar.lies.is_empty() {
            return self.send(ends, To::Client, bytes);
        }
        let Ok(frame) = FromRelay::decode(&bytes) else { return self.send(ends, To::Client, bytes) };
        let carries = matches!(frame, FromRelay::Push { .. } | FromRelay::Reply { reply: Reply::Entries { .. }, .. });
        if !carries {
            return self.send(ends, To::Client, bytes);
        }
        if self.lies(n, FaultKind::LieReplay) {
            self.replay(ends, &bytes);
        }
        match self.altered(n, frame) {
            Some(frame) => self.send(ends, To::Client, frame.encode()),
            None => self.watch.count("pushes withheld", 1),
        }
    }

    /// What becomes of a frame with entries; `None`: nothing.
    fn altered(&mut self, n: u32, frame: FromRelay) -> Option<FromRelay> {
        let withholds = self.lies(n, FaultKind::LieWithhold);
        let corrupts = self.lies(n, FaultKind::LieCorrupt) && self.lies.chance(0.5);
        let mut alter = |mut entries: Vec<Entry>| {
            if corrupts {
                for entry in &mut entries {
                    let at = self.lies.below(entry.envelope.len() as u64) as usize;
                    if let Some(byte) = entry.envelope.get_mut(at) {
                        *byte ^= 1 << self.lies.below(8);
                    }
                }
                self.watch.count("envelopes altered by a relay", entries.len() as u64);
            }
            entries
        };
        match frame {
            FromRelay::Push { .. } | FromRelay::Signal { .. } if withholds => None,
            FromRelay::Push { tag, entries } => Some(FromRelay::Push { tag, entries: alter(entries) }),
            FromRelay::Reply { number, reply: Reply::Entries { next, entries } } => {
                let entries = if withholds { Vec::new() } else { alter(entries) };
                Some(FromRelay::Reply { number, reply: Reply::Entries { next, entries } })
            }
            FromRelay::Reply { .. } | FromRelay::Signal { .. } => Some(frame),
        }
    }

    /// Old frames again, some of them meant for others.
    fn replay(&mut self, ends: Ends, bytes: &[u8]) {
        let n = ends.server as usize;
        let remembered = &mut self.machines[n].liar.remembered;
        if remembered.len() >= REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back((ends.client, bytes.to_vec()));
        let old: Vec<_> = remembered.iter().cloned().collect();
        for _ in 0..2 {
            if let Some((client, bytes)) = self.lies.pick(&old).cloned() {
                self.watch.count("old frames pushed again", 1);
                self.send(Ends { client, server: ends.server }, To::Client, bytes);
            }
        }
    }

    /// Nonsense for every client, ten times a second.
    pub(super) fn flood(&mut self, n: u32, fault: u32) {
        if !self.active.contains_key(&fault) || !self.lies(n, FaultKind::LieFlood) {
            return;
        }
        if self.machines[n as usize].on {
            let clients: Vec<u32> = self.machines[n as usize].clients.iter().copied().collect();
            for client in clients {
                let bytes = self.nonsense();
                self.watch.count("frames of nonsense", 1);
                self.send(Ends { client, server: n }, To::Client, bytes);
            }
        }
        self.queue.push(self.now + 100_000, Event::Flood { machine: n, fault });
    }

    fn nonsense(&mut self) -> Vec<u8> {
        let length = self.lies.within(0, 2_000) as usize;
        let mut bytes: Vec<u8> = (0..length).map(|_| self.lies.draw() as u8).collect();
        // Half of it begins like something: an answer nobody asked for, a push of an unknown log.
        if bytes.len() > 8 && self.lies.chance(0.5) {
            let kind: u16 = self.lies.pick(&[1, 2, 4, 5, 7, 16, 17, 18, 32, 33, 255, 256]).copied().unwrap_or(7);
            bytes[..2].copy_from_slice(&kind.to_be_bytes());
            bytes[2..6].copy_from_slice(&u32::from(kind != 256).to_be_bytes());
        }
        bytes
    }

    /// Somebody starts a copy of a person's disk on another machine that nobody else uses: here, the machine itself
    /// starts again from the copy while the original has gone on. Its own store is what it was at `copy`.
    pub(super) fn clone_back(&mut self, n: u32, copy: MemoryStore) {
        self.stop(n, Stop::Killed);
        self.machines[n as usize].store = copy;
        self.machines[n as usize].suspect = true;
        self.start(n);
    }
}
