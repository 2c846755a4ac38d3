//! Where two machines that share a secret meet: a pair of logs at a relay, one each way, whose names and capabilities
//! come from the secret. The relay sees two logs that live for minutes.
//!
//! An entry is `number u32 | message`; numbers count up from 0. An entry that was appended twice (the link broke before
//! the answer came) is taken once; one that skips a number ends the meeting.
//!
//! Not here: what the messages are (`pairing`), links and request numbers.

use crate::ids::{Capability, LogTag};
use crate::limits::{ENVELOPE_MAX, RENDEZVOUS_MESSAGES_MAX};
use crate::wire::relay::{Entry, LogKind, LogSpec, Refusal, Reply, Request};
use std::fmt;
use thiserror::Error;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the new device to the old one.
    ToOld,
    /// From the old device to the new one.
    ToNew,
}

/// What a request to the relay was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errand {
    /// Our log is created.
    OpenOut,
    /// Theirs is.
    OpenIn,
    /// Theirs is read.
    Read,
    /// Theirs is watched.
    Watch,
    /// Our messages, one after the other.
    Append,
}

/// Why a meeting is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MeetingError {
    /// An entry that is none of ours, or one is missing.
    #[error("the relay, or somebody who knows the code, disturbed the connection")]
    Disturbed,
    /// The relay refused.
    #[error("the relay refused: {0}")]
    Refused(&'static str),
}

/// One end of the meeting, at one relay.
pub struct Rendezvous {
    secret: [u8; 32],
    out: Way,
    /// Ours, in order.
    messages: Vec<Vec<u8>>,
    /// The relay has these.
    stored: usize,
    /// On their way.
    sent: usize,
    open: bool,
    /// The next entry to read.
    cursor: u64,
    /// The next message expected.
    expected: u32,
}

impl fmt::Debug for Rendezvous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rendezvous({:?}, …)", self.out)
    }
}

/// Requests to make, each with what it is for.
pub type Asked = Vec<(Errand, Request)>;

impl Rendezvous {
    /// One end; `out` is the way that it writes.
    pub fn new(secret: [u8; 32], out: Way) -> Self {
        Self { secret, out, messages: Vec::new(), stored: 0, sent: 0, open: false, cursor: 0, expected: 0 }
    }

    /// The log that messages of the other side come from.
    pub fn incoming(&self) -> LogTag {
        self.tag(self.inward())
    }

    fn inward(&self) -> Way {
        match self.out {
            Way::ToOld => Way::ToNew,
            Way::ToNew => Way::ToOld,
        }
    }

    fn key(&self, what: &str, way: Way) -> [u8; 32] {
        let way = match way {
            Way::ToOld => [0],
            Way::ToNew => [1],
        };
        blake3::derive_key(what, &[&self.secret[..], &way].concat())
    }

    fn tag(&self, way: Way) -> LogTag {
        LogTag(self.key("chappe 2026-11 rendezvous tag", way))
    }

    fn write(&self, way: Way) -> Capability {
        Capability(self.key("chappe 2026-11 rendezvous write", way))
    }

    fn read(&self, way: Way) -> Capability {
        Capability(self.key("chappe 2026-11 rendezvous read", way))
    }

    fn opening(&self, way: Way) -> Request {
        let (write, read) = (self.write(way).hash(), self.read(way).hash());
        Request::Open { tag: self.tag(way), spec: LogSpec { kind: LogKind::Room, write, read, readers: 1 } }
    }

    /// The link to the relay came up.
    pub fn on_link_up(&mut self) -> Asked {
        (self.open, self.sent) = (false, self.stored);
        vec![(Errand::OpenOut, self.opening(self.out)), (Errand::OpenIn, self.opening(self.inward()))]
    }

    /// Says something; it goes out now, or when the link is up.
    pub fn say(&mut self, message: Vec<u8>) -> Asked {
        let number = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        self.messages.push([&number.to_be_bytes()[..], &message].concat());
        self.append()
    }

    /// True once the relay has all that was said.
    pub fn is_flushed(&self) -> bool {
        self.stored == self.messages.len()
    }

    fn append(&mut self) -> Asked {
        if !self.open {
            return Vec::new();
        }
        let (tag, cap) = (self.tag(self.out), self.write(self.out));
        let waiting = self.messages[self.sent..].to_vec();
        self.sent = self.messages.len();
        let request = |envelope| (Errand::Append, Request::Append { tag, cap: cap.clone(), envelope });
        waiting.into_iter().map(request).collect()
    }

    fn page(&self) -> (Errand, Request) {
        let (tag, cap) = (self.incoming(), self.read(self.inward()));
        (Errand::Read, Request::Read { tag, cap, from: self.cursor, limit: 64 })
    }

    fn watch(&self) -> (Errand, Request) {
        let (tag, cap) = (self.incoming(), self.read(self.inward()));
        (Errand::Watch, Request::Subscribe { tag, cap, from: self.cursor })
    }

    /// The relay answered: messages of the other side, and what to ask next.
    pub fn on_reply(&mut self, errand: Errand, reply: Reply) -> Result<(Vec<Vec<u8>>, Asked), MeetingError> {
        match (errand, reply) {
            (Errand::OpenOut, Reply::Opened(_)) => {
                self.open = true;
                Ok((Vec::new(), self.append()))
            }
            (Errand::OpenIn, Reply::Opened(_)) | (Errand::Watch, Reply::Refused(Refusal::TooFarBehind)) => {
                Ok((Vec::new(), vec![self.page()]))
            }
            (Errand::Read, Reply::Entries { entries, .. }) if entries.is_empty() => {
                Ok((Vec::new(), vec![self.watch()]))
            }
            (Errand::Read, Reply::Entries { entries, .. }) => {
                let taken = self.on_entries(entries)?;
                Ok((taken, vec![self.page()]))
            }
            (Errand::Append, Reply::Appended { .. }) => {
                self.stored += 1;
                Ok((Vec::new(), Vec::new()))
            }
            (Errand::Watch, Reply::Subscribed(_)) => Ok((Vec::new(), Vec::new())),
            (_, Reply::Refused(refusal)) => Err(MeetingError::Refused(crate::peer::chat::rooms::refusal_name(refusal))),
            (_, _) => Err(MeetingError::Disturbed),
        }
    }

    /// Entries of the other side's log: the messages that are new, in order.
    pub fn on_entries(&mut self, entries: Vec<Entry>) -> Result<Vec<Vec<u8>>, MeetingError> {
        let mut taken = Vec::new();
        for entry in entries {
            self.cursor = self.cursor.max(entry.seq.saturating_add(1));
            if entry.envelope.len() > ENVELOPE_MAX {
                return Err(MeetingError::Disturbed);
            }
            let (number, message) = entry.envelope.split_first_chunk::<4>().ok_or(MeetingError::Disturbed)?;
            let number = u32::from_be_bytes(*number);
            if number < self.expected {
                continue;
            }
            if number > self.expected || self.expected >= RENDEZVOUS_MESSAGES_MAX {
                return Err(MeetingError::Disturbed);
            }
            self.expected += 1;
            taken.push(message.to_vec());
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: u64, number: u32, message: &[u8]) -> Entry {
        Entry { seq, envelope: [&number.to_be_bytes()[..], message].concat() }
    }

    #[test]
    fn the_two_ends_fit_and_another_secret_is_another_place() {
        let (old, new) = (Rendezvous::new([1; 32], Way::ToNew), Rendezvous::new([1; 32], Way::ToOld));
        assert_eq!(old.incoming(), new.tag(new.out));
        assert_eq!(new.incoming(), old.tag(old.out));
        assert_ne!(old.incoming(), Rendezvous::new([2; 32], Way::ToNew).incoming());
        assert_ne!(old.incoming(), new.incoming());
        assert_eq!(format!("{old:?}"), "Rendezvous(ToNew, …)");
    }

    #[test]
    fn messages_wait_for_the_log_and_go_again_after_a_break() {
        let mut end = Rendezvous::new([1; 32], Way::ToNew);
        assert!(end.say(b"a".to_vec()).is_empty());
        assert_eq!(end.on_link_up().len(), 2);
        let head = crate::wire::relay::LogHead { incarnation: [0; 16], first: 1, next: 1 };
        let (_, asked) = end.on_reply(Errand::OpenOut, Reply::Opened(head)).unwrap();
        assert_eq!(asked.len(), 1);
        assert_eq!(end.say(b"b".to_vec()).len(), 1);
        end.on_reply(Errand::Append, Reply::Appended { seq: 1, expires: 9 }).unwrap();
        assert!(!end.is_flushed());
        end.on_link_up();
        let (_, asked) = end.on_reply(Errand::OpenOut, Reply::Opened(head)).unwrap();
        assert!(matches!(&asked[..], [(Errand::Append, Request::Append { envelope, .. })] if envelope.ends_with(b"b")));
    }

    #[test]
    fn repeated_entries_are_taken_once_and_a_gap_or_nonsense_ends_it() {
        let mut end = Rendezvous::new([1; 32], Way::ToNew);
        let taken = end.on_entries(vec![entry(1, 0, b"a"), entry(2, 0, b"a"), entry(3, 1, b"b")]).unwrap();
        assert_eq!(taken, [b"a".to_vec(), b"b".to_vec()]);
        assert_eq!(end.cursor, 4);
        assert_eq!(end.on_entries(vec![entry(4, 3, b"d")]), Err(MeetingError::Disturbed));
        let short = Entry { seq: 5, envelope: vec![0; 3] };
        assert_eq!(end.on_entries(vec![short]), Err(MeetingError::Disturbed));
        let refused = end.on_reply(Errand::Append, Reply::Refused(Refusal::Full));
        assert!(matches!(refused, Err(MeetingError::Refused(_))));
        assert_eq!(end.on_reply(Errand::Append, Reply::Done), Err(MeetingError::Disturbed));
    }
}
