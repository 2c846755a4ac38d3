//! The rows of a timeline. Everything that counts is a signed operation, or what is left of one.
//!
//! | table | partition | sort | value |
//! |---|---|---|---|
//! | Timeline | chat | shown time, id | [`Row`] |
//! | Topic | chat, topic | shown time, id | empty: a message that stands in a topic |
//! | Op | – | message | chat, shown time |
//! | Version | chat, message | counter, time, id | the edit's, or the live location's, operation |
//! | Reaction | chat, message | user | the reaction's operation |
//! | Tally | chat, message | 16 bytes of a hash of the emoji | how many, the emoji |
//! | Tally | chat, message | `poll` | voters, and how many chose each option |
//! | Tally | chat, message | `close` | the close's operation |
//! | Vote | chat, message | user, counter | the vote's operation |
//! | Heard | chat, message | user | the earliest operation that says so; empty if only own devices were told |
//! | Pin | chat | message | the pin's operation |
//! | Expiry | – | date, chat, shown time, id | empty |
//! | Chat | chat | `lifetime` | the lifetime's operation |
//! | Waiting | chat | message, device, sequence number | user, the operation that waits for the message |

use super::Broken;
use crate::chat::control::topic::TopicId;
use crate::chat::op::{Hlc, SignedOp};
use crate::ids::{ChatId, OpId, UserId};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};

/// When and which: the order of operations that compete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub Hlc, pub OpId);

/// A message's place in its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Where it is shown.
    pub shown: Hlc,
    /// Which.
    pub id: OpId,
}

/// What is known of a message beside its operation; bits, so that what is not there costs no look-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// There are other wordings.
    pub const EDITED: Self = Self(1);
    /// There are reactions.
    pub const REACTED: Self = Self(2);
    /// It is pinned.
    pub const PINNED: Self = Self(4);
    /// Our user deleted it for themselves.
    pub const HIDDEN: Self = Self(8);
    /// Its lifetime is over.
    pub const EXPIRED: Self = Self(16);
    /// There are votes, or the poll was closed.
    pub const VOTED: Self = Self(32);
    /// There are later points.
    pub const LIVE: Self = Self(64);

    /// True if it is set.
    pub fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    /// With or without a flag.
    pub fn with(self, flag: Self, set: bool) -> Self {
        Self(if set { self.0 | flag.0 } else { self.0 & !flag.0 })
    }

    /// The bits, without what is ours alone.
    pub(super) fn shared(self) -> u8 {
        self.0 & !Self::HIDDEN.0
    }
}

/// Why a message is gone for everybody; the first stands above the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It was deleted.
    Deleted,
    /// It could be seen once, and was.
    Viewed,
}

/// The end of a message for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dead {
    /// Why.
    pub why: Why,
    /// The earliest operation that ended it.
    pub at: Stamp,
    /// Whose operation that was.
    pub by: UserId,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose.
    pub from: UserId,
    /// What else there is.
    pub flags: Flags,
    /// Its end.
    pub dead: Option<Dead>,
    /// The signed bytes; once it has ended, what is left of them: the place in the device's log, and no body.
    pub op: Vec<u8>,
}

impl Row {
    /// As stored: `flags u8 | user | 0, or 1 deleted or 2 viewed, time u64, id, user | operation`.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(self.op.len() + 108);
        w.u8(self.flags.0).raw(&self.from.0);
        match &self.dead {
            None => w.u8(0),
            Some(dead) => {
                let why = match dead.why {
                    Why::Deleted => 1,
                    Why::Viewed => 2,
                };
                w.u8(why).u64(dead.at.0.0).raw(&dead.at.1.0).raw(&dead.by.0)
            }
        };
        w.raw(&self.op);
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, Broken> {
        Self::read(bytes).map_err(|_| Broken::Row("a message"))
    }

    fn read(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        let (flags, from) = (Flags(r.u8()?), UserId(r.array()?));
        let why = match r.u8()? {
            0 => None,
            1 => Some(Why::Deleted),
            2 => Some(Why::Viewed),
            number => return Err(WireError::Unknown { what: "end of a message", number: number.into() }),
        };
        let dead = match why {
            None => None,
            Some(why) => {
                let at = Stamp(Hlc(r.u64()?), OpId(r.array()?));
                Some(Dead { why, at, by: UserId(r.array()?) })
            }
        };
        Ok(Self { from, flags, dead, op: r.take(r.remaining())?.to_vec() })
    }

    /// The operation, or what is left of it.
    pub fn signed(&self, id: OpId) -> Result<SignedOp, Broken> {
        let op = SignedOp::decode_trusted(self.op.clone()).map_err(|_| Broken::Row("an operation"))?;
        Ok(SignedOp { id, ..op })
    }

    /// True if it has no body any more.
    pub fn is_erased(&self) -> bool {
        self.dead.is_some() || self.flags.has(Flags::EXPIRED) || self.flags.has(Flags::HIDDEN)
    }

    /// Drops the body and the signature over it; the place in the device's log stays.
    pub(super) fn strip(&mut self) -> Result<(), Broken> {
        let op = SignedOp::decode_trusted(std::mem::take(&mut self.op)).map_err(|_| Broken::Row("an operation"))?;
        let header = op.bytes.len() - 64 - op.op.body.len() - 4;
        self.op = [&op.bytes[..header], &[0; 4 + 64]].concat();
        Ok(())
    }
}

impl Place {
    /// As a sort key.
    pub fn sort(&self) -> Vec<u8> {
        [&self.shown.0.to_be_bytes()[..], &self.id.0].concat()
    }

    /// From a sort key.
    pub fn read(sort: &[u8]) -> Result<Self, Broken> {
        let damaged = Broken::Row("the timeline");
        let (time, id) = sort.split_first_chunk::<8>().ok_or(damaged.clone())?;
        Ok(Self { shown: Hlc(u64::from_be_bytes(*time)), id: OpId(id.try_into().map_err(|_| damaged)?) })
    }
}

/// The partition of the messages of one topic.
pub fn in_topic(chat: &ChatId, topic: TopicId) -> Vec<u8> {
    [&chat.0[..], &topic.to_be_bytes()].concat()
}

/// The partition of what belongs to one message.
pub fn of(chat: &ChatId, message: &OpId) -> Vec<u8> {
    [chat.0, message.0].concat()
}

/// Where a wording or a later point stands.
pub fn version(counter: u32, stamp: Stamp) -> Vec<u8> {
    [&counter.to_be_bytes()[..], &stamp.0.0.to_be_bytes(), &stamp.1.0].concat()
}

/// Where the count of an emoji stands: the name of a row is readable, so it is not the emoji.
pub fn tally(message: &OpId, emoji: &str) -> Vec<u8> {
    blake3::keyed_hash(&message.0, emoji.as_bytes()).as_bytes()[..16].to_vec()
}

/// Where a message stands among those that expire.
pub fn expiry(at_ms: u64, chat: &ChatId, place: &Place) -> Vec<u8> {
    [&at_ms.to_be_bytes()[..], &chat.0, &place.sort()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_round_trip_and_damaged_ones_are_named() {
        let dead = Dead { why: Why::Viewed, at: Stamp(Hlc(7), OpId([1; 32])), by: UserId([2; 32]) };
        for dead in [None, Some(dead), Some(Dead { why: Why::Deleted, ..dead })] {
            let flags = Flags::default().with(Flags::EDITED, true).with(Flags::HIDDEN, true);
            let row = Row { from: UserId([3; 32]), flags, dead, op: vec![4; 9] };
            assert_eq!(Row::decode(&row.encode()), Ok(row.clone()));
            assert_eq!(Row::decode(&row.encode()[..33]), Err(Broken::Row("a message")));
        }
    }
}
