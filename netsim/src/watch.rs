//! What was seen of a run: messages, times, bytes, faults, violations. It looks; it changes nothing.

use crate::plan::Plan;
use crate::scenario::FaultKind;
use crate::world::{Ends, Route};
use chappe_protocol::ids::{LogTag, OpId};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::wire::relay::Request;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Points of a series over the whole time.
pub const POINTS: usize = 120;

/// Violations kept of each rule; the rest is counted.
const VIOLATIONS_MAX: usize = 25;

/// What comes with every contact request, and is shown as a message.
pub const GREETING: &str = "Hello";

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The function of `invariants` that found it.
    pub invariant: &'static str,
    /// When, in microseconds.
    pub at: u64,
    /// What.
    pub what: String,
}

/// A message that somebody wanted to say.
#[derive(Clone, Debug)]
pub struct Message {
    /// In the plan.
    pub chat: u32,
    /// The machine at which it was written.
    pub node: u32,
    /// Of its text.
    pub bytes: u32,
    /// When it was wanted.
    pub wanted: u64,
    /// When the node acknowledged it, and its id.
    pub said: Option<(u64, OpId)>,
    /// In a group: the highest control index that its author had seen when it was first to be written.
    pub knew: Option<u64>,
    /// When it was first shown to somebody else.
    pub shown: Option<u64>,
}

/// A message shown to people of a machine.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Where.
    pub machine: u32,
    /// Which.
    pub id: OpId,
    /// What.
    pub text: &'a str,
}

/// A fault as the report draws it.
#[derive(Clone, Debug, Serialize)]
pub struct FaultSpan {
    /// What.
    pub kind: FaultKind,
    /// How many machines.
    pub machines: usize,
    /// From.
    pub from: u64,
    /// To.
    pub to: u64,
}

/// A copy of an operation that was given to a relay.
#[derive(Clone, Copy, Debug)]
pub struct Appended {
    /// Where.
    pub server: u32,
    /// In which log.
    pub tag: LogTag,
}

/// Everything seen.
#[derive(Debug)]
pub struct Watch {
    /// Events so far.
    pub events: u64,
    /// Frames that arrived.
    pub frames: u64,
    /// Commits.
    pub commits: u64,
    /// Links made.
    pub links: u64,
    /// All messages; their texts name their place here.
    pub messages: Vec<Message>,
    /// Message and machine of all that were shown, with the id under which.
    shown: BTreeMap<(u32, u32), OpId>,
    /// What went wrong with the rules.
    pub violations: Vec<Violation>,
    /// How many there were in all.
    pub violations_all: u64,
    /// What happened how often.
    pub counts: BTreeMap<&'static str, u64>,
    /// Refused commands by their reason.
    pub refusals: BTreeMap<String, u64>,
    /// Bytes that left and reached each machine; circuits count at the relay that carries them.
    pub bytes: Vec<[u64; 2]>,
    /// Faults for the report.
    pub faults: Vec<FaultSpan>,
    open_faults: BTreeMap<u32, usize>,
    /// How pairs that talk directly are connected.
    pub routes: BTreeMap<Ends, Route>,
    /// Where envelopes went, by hash: what delivery truth is compared with. The latest copy a relay.
    pub copies: BTreeMap<([u8; 16], u32), Appended>,
    /// Follow envelopes to relays (costs memory).
    pub follows: bool,
    /// Highest queue of any relay, and all together, at each point.
    pub depth: Vec<u64>,
    /// Messages said and not shown yet, at each point.
    pub waiting: Vec<u64>,
    /// Messages shown until each point.
    pub delivered: Vec<u64>,
    said_total: u64,
    shown_total: u64,
    /// Block hashes seen for a chat and control index.
    pub blocks: BTreeMap<([u8; 32], u64), BTreeMap<[u8; 32], u32>>,
    /// Contact requests that waited at one person at a time, at most (looked at in audits).
    pub pending_most: usize,
    /// New epochs.
    pub renewals: u64,
    /// A forced fork was seen.
    pub forks: BTreeSet<[u8; 32]>,
    span: u64,
}

/// The text of a message: its number, then filling.
pub fn text(message: u32, bytes: u32) -> String {
    let mut text = format!("m{message} ");
    while text.len() < bytes as usize {
        text.push_str("lorem ipsum dolor sit amet ");
    }
    text.truncate((bytes as usize).max(format!("m{message} ").len()));
    format!("{}.", text.trim_end())
}

fn number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('m')?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

impl Watch {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Self {
        Self {
            events: 0,
            frames: 0,
            commits: 0,
            links: 0,
            messages: Vec::new(),
            shown: BTreeMap::new(),
            violations: Vec::new(),
            violations_all: 0,
            counts: BTreeMap::new(),
            refusals: BTreeMap::new(),
            bytes: vec![[0; 2]; plan.machines.len()],
            faults: Vec::new(),
            open_faults: BTreeMap::new(),
            routes: BTreeMap::new(),
            copies: BTreeMap::new(),
            follows: plan.machines.len() <= 2_000,
            depth: vec![0; POINTS],
            waiting: vec![0; POINTS],
            delivered: vec![0; POINTS],
            said_total: 0,
            shown_total: 0,
            blocks: BTreeMap::new(),
            pending_most: 0,
            renewals: 0,
            forks: BTreeSet::new(),
            span: plan.end.max(1),
        }
    }

    /// So often more.
    pub fn count(&mut self, what: &'static str, n: u64) {
        if n > 0 {
            *self.counts.entry(what).or_default() += n;
        }
    }

    pub(crate) fn count_fault(&mut self, kind: FaultKind) {
        self.count(fault_name(kind), 1);
    }

    pub(crate) fn count_refusal(&mut self, why: &str) {
        *self.refusals.entry(why.to_owned()).or_default() += 1;
    }

    /// A rule is broken.
    pub fn violate(&mut self, at: u64, invariant: &'static str, what: impl FnOnce() -> String) {
        self.violations_all += 1;
        if self.violations.iter().filter(|known| known.invariant == invariant).count() < VIOLATIONS_MAX {
            self.violations.push(Violation { invariant, at, what: what() });
        }
    }

    pub(crate) fn broken(&mut self, at: u64, what: String) {
        self.violate(at, "no_error_is_logged", || what);
    }

    /// Somebody wants to say something; returns its number.
    pub(crate) fn intend(&mut self, chat: u32, node: u32, bytes: u32, at: u64) -> u32 {
        self.messages.push(Message { chat, node, bytes, wanted: at, said: None, knew: None, shown: None });
        (self.messages.len() - 1) as u32
    }

    pub(crate) fn intended(&self, message: u32) -> (u32, u32) {
        let message = &self.messages[message as usize];
        (message.chat, message.bytes)
    }

    /// A node acknowledged a message.
    pub(crate) fn said(&mut self, at: u64, number: u32, view: &MessageView) {
        let message = &mut self.messages[number as usize];
        match message.said {
            None => {
                message.said = Some((at, view.id));
                self.said_total += 1;
            }
            Some((_, id)) if id != view.id => {
                self.violate(at, "nothing_is_shown_twice", || {
                    format!("message {number} was said twice, as two operations")
                });
            }
            Some(_) => {}
        }
    }

    /// A node showed a message of somebody else to its people.
    pub fn shown(&mut self, at: u64, shown: Shown<'_>) {
        if shown.text == GREETING {
            return;
        }
        let Some(number) = number(shown.text).filter(|number| (*number as usize) < self.messages.len()) else {
            return self
                .violate(at, "nothing_is_shown_twice", || format!("node {} shows what nobody said", shown.machine));
        };
        if self.shown.insert((number, shown.machine), shown.id).is_some() {
            let machine = shown.machine;
            return self.violate(at, "nothing_is_shown_twice", || format!("message {number} again at node {machine}"));
        }
        let message = &mut self.messages[number as usize];
        if message.shown.is_none() {
            message.shown = Some(at);
            self.shown_total += 1;
        }
    }

    /// A message stands in a history, though nobody was told live.
    pub(crate) fn found(&mut self) {
        self.shown_total += 1;
        self.count("messages found in the history after a crash", 1);
    }

    /// A node gives something to a relay's log.
    pub(crate) fn appended(&mut self, ends: Ends, bytes: &[u8]) {
        if !self.follows {
            return;
        }
        if let Ok((_, Request::Append { tag, envelope, .. })) = Request::decode(bytes) {
            self.copies.insert((short_hash(&envelope), ends.server), Appended { server: ends.server, tag });
        }
    }

    /// Bytes on a link.
    pub(crate) fn sent(&mut self, from: u32, to: u32, route: Route, size: u64) {
        self.bytes[from as usize][0] += size;
        self.bytes[to as usize][1] += size;
        if let Route::Relayed(relay) = route {
            self.bytes[relay as usize][0] += size;
            self.bytes[relay as usize][1] += size;
        }
    }

    pub(crate) fn fault_begins(&mut self, at: u64, fault: u32, kind: FaultKind, machines: usize) {
        if kind != FaultKind::Wipe {
            self.count(fault_name(kind), machines as u64);
        }
        self.open_faults.insert(fault, self.faults.len());
        self.faults.push(FaultSpan { kind, machines, from: at, to: at });
    }

    pub(crate) fn fault_ends(&mut self, at: u64, fault: u32) {
        if let Some(place) = self.open_faults.remove(&fault) {
            self.faults[place].to = at;
        }
    }

    /// One point of the series.
    pub(crate) fn point(&mut self, at: u64, depth: u64) {
        let place = ((u128::from(at) * POINTS as u128 / u128::from(self.span)) as usize).min(POINTS - 1);
        self.depth[place] = depth;
        self.waiting[place] = self.said_total.saturating_sub(self.shown_total);
        self.delivered[place] = self.shown_total;
    }

    /// How many messages were acknowledged by their node.
    pub fn said_count(&self) -> u64 {
        self.said_total
    }

    /// How many were shown to the other.
    pub fn shown_count(&self) -> u64 {
        self.shown_total
    }

    /// Ascending: from acknowledged to shown, microseconds.
    pub fn latencies(&self) -> Vec<u64> {
        let latency = |message: &Message| Some(message.shown?.saturating_sub(message.said?.0));
        let mut all: Vec<u64> = self.messages.iter().filter_map(latency).collect();
        all.sort_unstable();
        all
    }
}

/// Enough to tell envelopes apart.
pub fn short_hash(envelope: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&blake3::hash(envelope).as_bytes()[..16]);
    short
}

/// What a fault is called in counts.
pub fn fault_name(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Partition => "fault: partition",
        FaultKind::Offline => "fault: offline",
        FaultKind::Kill => "fault: kill",
        FaultKind::Power => "fault: power",
        FaultKind::CrashBeforeSend => "fault: crash-before-send",
        FaultKind::DiskFull => "fault: disk-full",
        FaultKind::Wipe => "fault: wipe",
        FaultKind::Sleep => "fault: sleep",
        FaultKind::Reset => "fault: reset",
        FaultKind::Skew => "fault: skew",
        FaultKind::LieAck => "fault: lie-ack",
        FaultKind::LieWithhold => "fault: lie-withhold",
        FaultKind::LieCorrupt => "fault: lie-corrupt",
        FaultKind::LieReplay => "fault: lie-replay",
        FaultKind::LieFlood => "fault: lie-flood",
        FaultKind::LieFork => "fault: lie-fork",
        FaultKind::OldVersion => "fault: old-version",
        FaultKind::Clone => "fault: clone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_carries_its_number_and_has_its_length() {
        for (message, bytes) in [(0, 1), (7, 20), (123_456, 300)] {
            let text = text(message, bytes);
            assert_eq!(number(&text), Some(message));
            assert!(text.len() <= (bytes as usize + 1).max(10), "{text}");
        }
        assert_eq!(number("hello"), None);
    }
}
