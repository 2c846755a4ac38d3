//! Traces: what makes a run happen again. One format for the simulator's own runs and for a node's bug report; described
//! in `docs/wire/trace.md`.
//!
//! * A plan is replayed to the byte, and its hash is compared.
//! * A node's inputs ([`chappe_protocol::trace`]) become a plan with the same times, sizes, links and restarts: the
//!   content is not there, so it is the same course, not the same bytes.

use crate::plan::{Act, ChatSpec, MachineSpec, Plan, Timed};
use crate::scenario::{Answer, Checks, FaultKind, Nat, built_in_links};
use crate::units::Span;
use chappe_protocol::trace::{FORMAT, NodeTrace, Seen, What};
use chappe_protocol::wire::registry::reply;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// Bytes of a trace file.
const BYTES_MAX: u64 = 512 * 1024 * 1024;

/// A file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Trace {
    /// A run of the simulator.
    Netsim {
        /// Number of the format.
        chappe_trace: u32,
        /// What happened.
        plan: Box<Plan>,
        /// What its hash was.
        trace_hash: String,
        /// What was broken.
        violation: Option<String>,
    },
    /// A node's bug report.
    Node {
        /// Number of the format.
        chappe_trace: u32,
        /// What its core was told.
        trace: NodeTrace,
    },
}

/// Why a file is no trace.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is too large.
    #[error("a trace has at most {BYTES_MAX} bytes")]
    TooLarge,
    /// It does not read.
    #[error("this is no trace: {0}")]
    Json(#[from] serde_json::Error),
    /// Of another time.
    #[error("this trace has format {0}, and this program knows {FORMAT}")]
    Format(u32),
    /// It contradicts itself.
    #[error("this trace cannot be replayed: {0}")]
    Plan(&'static str),
}

impl Trace {
    /// Of a run.
    pub fn of(plan: &Plan, trace_hash: String, violation: Option<String>) -> Self {
        Trace::Netsim { chappe_trace: FORMAT, plan: Box::new(plan.clone()), trace_hash, violation }
    }

    /// From a file.
    pub fn load(path: &std::path::Path) -> Result<Self, TraceError> {
        if std::fs::metadata(path)?.len() > BYTES_MAX {
            return Err(TraceError::TooLarge);
        }
        let trace: Trace = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        let (Trace::Netsim { chappe_trace: format, .. } | Trace::Node { chappe_trace: format, .. }) = &trace;
        if *format == FORMAT { Ok(trace) } else { Err(TraceError::Format(*format)) }
    }

    /// Into a file.
    pub fn save(&self, path: &std::path::Path) -> Result<(), TraceError> {
        Ok(std::fs::write(path, serde_json::to_vec(self)?)?)
    }

    /// What happens, and the hash it must have.
    pub fn plan(self) -> Result<(Plan, Option<String>), TraceError> {
        let (plan, hash) = match self {
            Trace::Netsim { plan, trace_hash, .. } => (*plan, Some(trace_hash)),
            Trace::Node { trace, .. } => (plan_of(&trace), None),
        };
        plan.check().map_err(TraceError::Plan)?;
        Ok((plan, hash))
    }
}

/// Time before a node's first input, in which the node and the people it talks to get to know each other.
const PRELUDE: u64 = 300_000_000;

/// Bytes that an envelope and a push add to a text (docs/wire/envelopes.md), so that sizes come out alike.
const ENVELOPE: u32 = 380;

/// The course of a node's inputs as a plan: the node, its relays by number, and one other person who says what came.
pub fn plan_of(trace: &NodeTrace) -> Plan {
    let remotes = trace.remotes.clamp(1, 8) as u32;
    let start = trace.seen.first().map_or(0, |seen| seen.at);
    let last = trace.seen.last().map_or(0, |seen| seen.at).saturating_sub(start);
    let links: Vec<_> = built_in_links().into_values().collect();
    let machine = |relay: bool| MachineSpec {
        relay,
        group: if relay { "relays" } else { "nodes" }.into(),
        link: 0,
        relays: if relay { Vec::new() } else { (0..remotes).collect() },
        own_relay: false,
        lan: None,
        nat: Nat::Open,
        skew: 0,
        sync: 3_000,
        of: None,
    };
    let mut machines: Vec<_> = (0..remotes).map(|_| machine(true)).collect();
    machines.extend([machine(false), machine(false)]);
    let node = remotes;
    let chat = ChatSpec { members: vec![node, node + 1], group: None, crowd: None, answer: Answer::Accept, read: 0.5 };
    let mut acts = vec![Timed { at: 1_000_000, act: Act::Meet { chat: 0 } }];
    let mut course = Course { node, remotes, heard: heard(&trace.seen), fault: 0, acts: &mut acts };
    for seen in &trace.seen {
        course.step(PRELUDE + (seen.at.saturating_sub(start)) * 1_000, &seen.what);
    }
    acts.sort_by_key(|timed| timed.at);
    let heal_at = PRELUDE + last * 1_000 + 60_000_000;
    Plan {
        name: "a node's bug report".into(),
        seed: 0,
        machines,
        links,
        chats: vec![chat],
        acts,
        phases: vec![("meet".into(), 0), ("report".into(), PRELUDE), ("heal".into(), heal_at)],
        heal_at,
        end: heal_at + Span::minutes(15).0,
        checks: Checks { unmet: 1.0, ..Checks::default() },
    }
}

/// Copies of one message come from every home relay; the one with the most pushes stands for all.
fn heard(seen: &[Seen]) -> Option<u16> {
    let mut pushes: BTreeMap<u16, u32> = BTreeMap::new();
    for seen in seen {
        if let What::Frame { remote, kind, .. } = seen.what
            && kind == reply::PUSH
        {
            *pushes.entry(remote).or_default() += 1;
        }
    }
    pushes.into_iter().max_by_key(|(remote, n)| (*n, u16::MAX - remote)).map(|(remote, _)| remote)
}

struct Course<'a> {
    node: u32,
    remotes: u32,
    heard: Option<u16>,
    fault: u32,
    acts: &'a mut Vec<Timed>,
}

impl Course<'_> {
    fn step(&mut self, at: u64, what: &What) {
        let node = self.node;
        let relay = |remote: u16| u32::from(remote) % self.remotes;
        match what {
            What::Start => {
                let fault = self.fault;
                self.fault += 1;
                let begin = Act::Begin { fault, kind: FaultKind::Kill, at: vec![node], amount: 0 };
                self.acts.push(Timed { at: at.saturating_sub(1_000), act: begin });
                self.acts.push(Timed { at, act: Act::End { fault } });
            }
            What::LinkUp { remote } => self.acts.push(Timed { at, act: Act::LinkUp { node, relay: relay(*remote) } }),
            What::LinkDown { remote } => {
                self.acts.push(Timed { at, act: Act::LinkDown { node, relay: relay(*remote) } })
            }
            What::Frame { remote, kind, bytes } if *kind == reply::PUSH && Some(*remote) == self.heard => {
                let bytes = bytes.saturating_sub(ENVELOPE).clamp(1, 4_000);
                self.acts.push(Timed { at: at.saturating_sub(50_000), act: Act::Say { chat: 0, by: 1, bytes } });
            }
            What::Command { kind, bytes } if kind == "SendText" || kind == "Say" => {
                self.acts.push(Timed { at, act: Act::Say { chat: 0, by: 0, bytes: (*bytes).clamp(1, 4_000) } });
            }
            What::Command { kind, .. } if kind == "RenewKeys" => {
                self.acts.push(Timed { at, act: Act::Renew { chat: 0, by: 0 } });
            }
            // Answers, wake-ups and questions follow by themselves.
            What::Frame { .. } | What::Command { .. } | What::Wake => {}
        }
    }
}
