//! Replies and pushes as bytes. After the head `kind u16 | number u32` (the request's number; 0 for pushes):
//!
//! | frame | body |
//! |---|---|
//! | `Opened` 1, `Subscribed` 5 | `incarnation 16 · first u64 · next u64` |
//! | `Appended` 2 | `seq u64 · expires u64` |
//! | `Entries` 4 | `next u64 · entries` |
//! | `Done` 7 | nothing |
//! | `Promised` 16 | `signature 64 · flag u8 · accepted value if flag` |
//! | `Accepted` 17 | `signature 64` |
//! | `Learned` 18 | `flag u8 · accepted value if flag` |
//! | `Outbid` 19 | `round u64 · proposer 16` |
//! | `KeyPackagesLeft` 32 | `count u16` |
//! | `KeyPackage` 33, `Record` 49 | `flag u8 · bytes if flag` |
//! | `Refused` 255 | `refusal u8` |
//! | push 256 | `tag 32 · entries` |
//! | signal 257 | `tag 32 · envelope bytes` |
//!
//! `entries` is `count u16 · count x (seq u64 · envelope bytes)`, strictly ascending from 1 on; an accepted value is
//! `round u64 · proposer 16 · hash 32 · signature 64 · block bytes`.

use super::{AcceptedValue, Ballot, Entry, FromRelay, LogHead, Refusal, Reply};
use crate::ids::{BlockHash, LogTag};
use crate::limits::{BLOCK_MAX, ENVELOPE_MAX, FRAME_MAX, KEY_PACKAGE_MAX, PAGE_ENTRIES_MAX, RECORD_MAX, SIGNAL_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::reply as kind;

/// Bytes of an entry besides its envelope.
pub(crate) const ENTRY_HEAD: usize = 8 + 4;

impl FromRelay {
    /// The frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Reply { number, reply } => {
                let mut w = Writer::with_capacity(160 + reply.payload());
                w.u16(reply.kind()).u32(*number);
                reply.encode_body(&mut w);
                w.finish()
            }
            Self::Push { tag, entries } => {
                let mut w = Writer::with_capacity(64 + entries_bytes(entries));
                w.u16(kind::PUSH).u32(0).raw(&tag.0);
                encode_entries(entries, &mut w);
                w.finish()
            }
            Self::Signal { tag, envelope } => {
                let mut w = Writer::with_capacity(64 + envelope.len());
                w.u16(kind::SIGNAL).u32(0).raw(&tag.0).bytes(envelope);
                w.finish()
            }
        }
    }

    /// Reads a frame that a relay sent.
    pub fn decode(frame: &[u8]) -> Result<Self, WireError> {
        if frame.len() > FRAME_MAX {
            return Err(WireError::TooLarge { what: "a frame", limit: FRAME_MAX });
        }
        let mut r = Reader::new(frame);
        let (kind, number) = (r.u16()?, r.u32()?);
        let unasked = matches!(kind, kind::PUSH | kind::SIGNAL);
        if unasked != (number == 0) {
            return Err(WireError::Invalid("the reply number"));
        }
        let decoded = match kind {
            kind::PUSH => Self::Push { tag: LogTag(r.array()?), entries: decode_entries(&mut r)? },
            kind::SIGNAL => {
                Self::Signal { tag: LogTag(r.array()?), envelope: r.bytes("a signal", SIGNAL_MAX)?.to_vec() }
            }
            _ => Self::Reply { number, reply: Reply::decode_body(kind, &mut r)? },
        };
        r.finish()?;
        Ok(decoded)
    }
}

impl Reply {
    /// The number in `registry::reply`.
    pub fn kind(&self) -> u16 {
        match self {
            Self::Opened(_) => kind::OPENED,
            Self::Appended { .. } => kind::APPENDED,
            Self::Entries { .. } => kind::ENTRIES,
            Self::Subscribed(_) => kind::SUBSCRIBED,
            Self::Done => kind::DONE,
            Self::Promised { .. } => kind::PROMISED,
            Self::Accepted { .. } => kind::ACCEPTED,
            Self::Outbid { .. } => kind::OUTBID,
            Self::Learned { .. } => kind::LEARNED,
            Self::KeyPackagesLeft(_) => kind::KEY_PACKAGES_LEFT,
            Self::KeyPackage(_) => kind::KEY_PACKAGE,
            Self::Record(_) => kind::RECORD,
            Self::Refused(_) => kind::REFUSED,
        }
    }

    /// Bytes of the parts whose length varies, so that encoding allocates once.
    fn payload(&self) -> usize {
        match self {
            Self::Entries { entries, .. } => entries_bytes(entries),
            Self::Promised { accepted, .. } | Self::Learned { accepted } => {
                accepted.as_ref().map_or(0, |value| value.block.len())
            }
            Self::KeyPackage(bytes) | Self::Record(bytes) => bytes.as_ref().map_or(0, Vec::len),
            Self::Opened(_)
            | Self::Appended { .. }
            | Self::Subscribed(_)
            | Self::Done
            | Self::Accepted { .. }
            | Self::Outbid { .. }
            | Self::KeyPackagesLeft(_)
            | Self::Refused(_) => 0,
        }
    }

    fn encode_body(&self, w: &mut Writer) {
        match self {
            Self::Opened(head) | Self::Subscribed(head) => {
                w.raw(&head.incarnation).u64(head.first).u64(head.next);
            }
            Self::Appended { seq, expires } => {
                w.u64(*seq).u64(*expires);
            }
            Self::Entries { next, entries } => {
                w.u64(*next);
                encode_entries(entries, w);
            }
            Self::Done => {}
            Self::Promised { signature, accepted } => {
                w.raw(signature);
                encode_accepted(accepted.as_ref(), w);
            }
            Self::Accepted { signature } => {
                w.raw(signature);
            }
            Self::Outbid { promised } => promised.encode(w),
            Self::Learned { accepted } => encode_accepted(accepted.as_ref(), w),
            Self::KeyPackagesLeft(left) => {
                w.u16(*left);
            }
            Self::KeyPackage(bytes) | Self::Record(bytes) => {
                w.bool(bytes.is_some());
                if let Some(bytes) = bytes {
                    w.bytes(bytes);
                }
            }
            Self::Refused(refusal) => {
                w.u8(*refusal as u8);
            }
        }
    }

    fn decode_body(kind: u16, r: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match kind {
            kind::OPENED => Self::Opened(decode_head(r)?),
            kind::APPENDED => Self::Appended { seq: r.u64()?, expires: r.u64()? },
            kind::ENTRIES => Self::Entries { next: r.u64()?, entries: decode_entries(r)? },
            kind::SUBSCRIBED => Self::Subscribed(decode_head(r)?),
            kind::DONE => Self::Done,
            kind::PROMISED => Self::Promised { signature: r.array()?, accepted: decode_accepted(r)? },
            kind::ACCEPTED => Self::Accepted { signature: r.array()? },
            kind::OUTBID => Self::Outbid { promised: Ballot::decode(r)? },
            kind::LEARNED => Self::Learned { accepted: decode_accepted(r)? },
            kind::KEY_PACKAGES_LEFT => Self::KeyPackagesLeft(r.u16()?),
            kind::KEY_PACKAGE => Self::KeyPackage(decode_maybe(r, "a key package", KEY_PACKAGE_MAX)?),
            kind::RECORD => Self::Record(decode_maybe(r, "a record", RECORD_MAX)?),
            kind::REFUSED => Self::Refused(decode_refusal(r)?),
            unknown => return Err(WireError::Unknown { what: "reply kind", number: unknown.into() }),
        })
    }
}

impl Ballot {
    /// `round u64 · proposer 16`.
    pub fn encode(&self, w: &mut Writer) {
        w.u64(self.round).raw(&self.proposer);
    }

    /// Reads what [`Self::encode`] wrote; rounds count from 1.
    pub fn decode(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let ballot = Self { round: r.u64()?, proposer: r.array()? };
        if ballot.round == 0 { Err(WireError::Invalid("a ballot's round")) } else { Ok(ballot) }
    }
}

impl AcceptedValue {
    /// `round u64 · proposer 16 · hash 32 · signature 64 · block bytes`.
    pub fn encode(&self, w: &mut Writer) {
        self.ballot.encode(w);
        w.raw(&self.hash.0).raw(&self.signature).bytes(&self.block);
    }

    /// Reads what [`Self::encode`] wrote. Neither hash nor signature is checked here: a reader that counts
    /// acceptances does that.
    pub fn decode(r: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            ballot: Ballot::decode(r)?,
            hash: BlockHash(r.array()?),
            signature: r.array()?,
            block: r.bytes("a block", BLOCK_MAX)?.to_vec(),
        })
    }
}

fn encode_accepted(accepted: Option<&AcceptedValue>, w: &mut Writer) {
    w.bool(accepted.is_some());
    if let Some(value) = accepted {
        value.encode(w);
    }
}

fn decode_accepted(r: &mut Reader<'_>) -> Result<Option<AcceptedValue>, WireError> {
    if r.bool()? { AcceptedValue::decode(r).map(Some) } else { Ok(None) }
}

fn decode_head(r: &mut Reader<'_>) -> Result<LogHead, WireError> {
    Ok(LogHead { incarnation: r.array()?, first: r.u64()?, next: r.u64()? })
}

fn decode_maybe(r: &mut Reader<'_>, what: &'static str, limit: usize) -> Result<Option<Vec<u8>>, WireError> {
    if r.bool()? { Ok(Some(r.bytes(what, limit)?.to_vec())) } else { Ok(None) }
}

fn entries_bytes(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| ENTRY_HEAD + entry.envelope.len()).sum()
}

fn encode_entries(entries: &[Entry], w: &mut Writer) {
    w.count(entries.len());
    for entry in entries {
        w.u64(entry.seq).bytes(&entry.envelope);
    }
}

fn decode_entries(r: &mut Reader<'_>) -> Result<Vec<Entry>, WireError> {
    let n = r.count("the number of entries", PAGE_ENTRIES_MAX, ENTRY_HEAD)?;
    let mut last = 0;
    (0..n)
        .map(|_| {
            let seq = r.u64()?;
            if seq <= last {
                return Err(WireError::Invalid("the order of entries"));
            }
            last = seq;
            Ok(Entry { seq, envelope: r.bytes("an envelope", ENVELOPE_MAX)?.to_vec() })
        })
        .collect()
}

fn decode_refusal(r: &mut Reader<'_>) -> Result<Refusal, WireError> {
    let number = r.u8()?;
    Refusal::ALL
        .into_iter()
        .find(|refusal| *refusal as u8 == number)
        .ok_or(WireError::Unknown { what: "refusal", number: number.into() })
}

impl Refusal {
    /// Every refusal, in the order of its number.
    pub const ALL: [Self; 17] = [
        Self::Malformed,
        Self::Unsupported,
        Self::NoSuchLog,
        Self::BadCapability,
        Self::SpecMismatch,
        Self::WrongKind,
        Self::TooLarge,
        Self::Full,
        Self::Busy,
        Self::TooFarBehind,
        Self::TokenUnknown,
        Self::TokenSpent,
        Self::TokenExpired,
        Self::WrongIndex,
        Self::BadRecord,
        Self::StaleRecord,
        Self::TooMany,
    ];
}
