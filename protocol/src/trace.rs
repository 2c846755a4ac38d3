//! What a node's core was told, without anything private: for a bug report that the simulator replays
//! (`docs/wire/trace.md`).
//!
//! Kept: kinds, sizes, times on the machine's own clock, which relay by a small number. Not kept, and not here: names,
//! keys, addresses, texts, bytes of frames, the time of day.

use crate::content::Body;
use crate::core::{Input, Now};
use crate::ids::NodeId;
use crate::peer::command::Command;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Number of the format of trace files.
pub const FORMAT: u32 = 1;

/// Inputs that are kept; the oldest go first. 4,096 of at most 64 bytes are 256 KiB.
pub const SEEN_MAX: usize = 4_096;

/// Remotes that get a number of their own; later ones share the last.
pub const REMOTES_MAX: u16 = 64;

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Milliseconds on the clock that never goes back.
    pub at: u64,
    /// What.
    pub what: What,
}

/// What an input was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// The node started.
    Start,
    /// A link came up.
    LinkUp {
        /// Which remote.
        remote: u16,
    },
    /// A link went down.
    LinkDown {
        /// Which remote.
        remote: u16,
    },
    /// A frame came.
    Frame {
        /// From which remote.
        remote: u16,
        /// Its first two bytes, if they are a number of the registry; 0 otherwise.
        kind: u16,
        /// How long it was.
        bytes: u32,
    },
    /// Somebody asked the node something.
    Command {
        /// The name of the command, never its arguments.
        kind: String,
        /// Length of a text that was sent.
        bytes: u32,
    },
    /// A deadline.
    Wake,
}

/// A bug report's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeTrace {
    /// How many remotes there are.
    pub remotes: u16,
    /// Inputs that came before those kept here.
    pub forgotten: u64,
    /// The inputs, oldest first.
    pub seen: Vec<Seen>,
}

/// Takes note of a core's inputs.
#[derive(Debug, Default)]
pub struct Recorder {
    remotes: BTreeMap<NodeId, u16>,
    seen: VecDeque<Seen>,
    forgotten: u64,
}

impl Recorder {
    /// The node starts.
    pub fn start(&mut self, now: Now) {
        self.push(now, What::Start);
    }

    /// The core is told this.
    pub fn note(&mut self, now: Now, input: &Input<Command>) {
        let what = match input {
            Input::Command { command, .. } => What::Command { kind: kind_of(command), bytes: bytes_of(command) },
            Input::LinkUp { remote } => What::LinkUp { remote: self.number(remote) },
            Input::LinkDown { remote } => What::LinkDown { remote: self.number(remote) },
            Input::Frame { remote, bytes } => What::Frame {
                remote: self.number(remote),
                kind: frame_kind(bytes),
                bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            },
            Input::Wake => What::Wake,
        };
        self.push(now, what);
    }

    fn push(&mut self, now: Now, what: What) {
        if self.seen.len() >= SEEN_MAX {
            self.seen.pop_front();
            self.forgotten += 1;
        }
        self.seen.push_back(Seen { at: now.mono, what });
    }

    fn number(&mut self, remote: &NodeId) -> u16 {
        let next = (self.remotes.len() as u16).min(REMOTES_MAX - 1);
        if self.remotes.len() >= usize::from(REMOTES_MAX) {
            return self.remotes.get(remote).copied().unwrap_or(next);
        }
        *self.remotes.entry(*remote).or_insert(next)
    }

    /// What was noted, for a report.
    pub fn trace(&self) -> NodeTrace {
        NodeTrace {
            remotes: self.remotes.len() as u16,
            forgotten: self.forgotten,
            seen: self.seen.iter().cloned().collect(),
        }
    }
}

/// The name of a command: what its `Debug` begins with.
fn kind_of(command: &Command) -> String {
    let text = format!("{command:?}");
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    text[..end].to_owned()
}

/// Of what is said: of a text its own length, of other kinds that of the body.
fn bytes_of(command: &Command) -> u32 {
    let length = if let Command::SendText { text, .. } = command {
        text.len()
    } else if let Command::Say { body, .. } = command {
        if let Body::Text(text) = &**body { text.text.len() } else { body.encode().map_or(0, |bytes| bytes.len()) }
    } else {
        0
    };
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Numbers above the registry's are not numbers but somebody's bytes.
fn frame_kind(bytes: &[u8]) -> u16 {
    let kind = bytes.first_chunk::<2>().map_or(0, |kind| u16::from_be_bytes(*kind));
    if kind <= crate::wire::registry::reply::PUSH { kind } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ChatId, UserId};

    const NOW: Now = Now { mono: 5, wall: 1_800_000_000_123 };

    #[test]
    fn nothing_private_is_kept() {
        let mut recorder = Recorder::default();
        recorder.start(NOW);
        let secret = "the meeting is at nine";
        let inputs = [
            Input::Command {
                id: 1,
                command: Command::SendText { chat: ChatId([7; 32]), text: secret.into(), nonce: Some([9; 16]) },
            },
            Input::Command { id: 2, command: Command::AcceptContact(UserId([0xab; 32])) },
            Input::Command { id: 3, command: Command::SetName("Zoe".into()) },
            Input::LinkUp { remote: NodeId([0xcd; 32]) },
            Input::Frame { remote: NodeId([0xcd; 32]), bytes: [&[1, 0][..], secret.as_bytes()].concat() },
            Input::Frame { remote: NodeId([0xce; 32]), bytes: vec![0xff; 4] },
            Input::LinkDown { remote: NodeId([0xcd; 32]) },
            Input::Wake,
        ];
        for input in &inputs {
            recorder.note(NOW, input);
        }
        let trace = recorder.trace();
        let kinds: Vec<_> = trace.seen.iter().map(|seen| &seen.what).collect();
        assert_eq!(kinds[1], &What::Command { kind: "SendText".into(), bytes: 22 });
        assert_eq!(kinds[2], &What::Command { kind: "AcceptContact".into(), bytes: 0 });
        assert_eq!(kinds[5], &What::Frame { remote: 0, kind: 256, bytes: 24 });
        assert_eq!(kinds[6], &What::Frame { remote: 1, kind: 0, bytes: 4 });
        let text = format!("{trace:?}");
        for private in [secret, "nine", "Zoe", "cdcd", "abab", "205", "171", "1800000000123"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut recorder = Recorder::default();
        for n in 0..SEEN_MAX + 10 {
            let mut remote = [0; 32];
            remote[..8].copy_from_slice(&n.to_be_bytes());
            recorder.note(NOW, &Input::LinkUp { remote: NodeId(remote) });
        }
        let trace = recorder.trace();
        assert_eq!((trace.seen.len(), trace.forgotten, trace.remotes), (SEEN_MAX, 10, REMOTES_MAX));
        assert_eq!(trace.seen.last().map(|seen| &seen.what), Some(&What::LinkUp { remote: REMOTES_MAX - 1 }));
    }
}
