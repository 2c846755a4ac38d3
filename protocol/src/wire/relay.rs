//! What a client and a relay say to each other, over one ordered reliable stream of frames.
//!
//! A relay knows logs, registers, key packages and records by opaque names; it does not know users or chats.
//! Every request carries a number (1..2^32) that its one reply repeats; pushes carry number 0. Requests may be
//! pipelined; replies come in any order.
//!
//! Frame: `kind u16 | number u32 | body`; the byte tables are in `relay/request.rs` and `relay/reply.rs`. `bytes`
//! means a u32 length in front. All integers are big-endian.

pub(crate) mod reply;
mod request;
#[cfg(test)]
mod tests;

pub use request::BadRequest;

use crate::ids::{BlockHash, Capability, LogTag, NodeId};

/// A log's kind decides who may write how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    /// Members write with the write capability; holds the ordering register of its epoch too.
    Room = 1,
    /// Strangers write with a paid token; one owner reads.
    Inbox = 2,
}

/// What a log is created with; opening it again needs the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSpec {
    /// Who may write how.
    pub kind: LogKind,
    /// [`Capability::hash`] of the write capability (for an inbox: the owner's, for its tokens).
    pub write: [u8; 32],
    /// [`Capability::hash`] of the read capability.
    pub read: [u8; 32],
    /// Entries that this many readers acknowledged are dropped; 0 keeps them until they expire.
    pub readers: u8,
}

/// A round of the ordering register: higher wins, ties by proposer (protocol.md, section 2; Paxos ballots).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Ballot {
    /// The round, from 1.
    pub round: u64,
    /// Random per proposal, so that two proposers never share a ballot.
    pub proposer: [u8; 16],
}

/// What a register accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedValue {
    /// In which round.
    pub ballot: Ballot,
    /// BLAKE3 of the block.
    pub hash: BlockHash,
    /// The block, opaque (sealed to the members).
    pub block: Vec<u8>,
    /// The relay's signature over [`accept_statement`].
    pub signature: [u8; 64],
}

/// A token that pays for one or more contact requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSpec {
    /// [`Capability::hash`] of the token.
    pub hash: [u8; 32],
    /// How often it can be spent.
    pub uses: u16,
    /// Until when, milliseconds since 1970 by the relay's clock; 0 means for ever.
    pub expires: u64,
}

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Create the log if it does not exist; refused if it exists with another spec. → `Opened`
    Open {
        /// Which log.
        tag: LogTag,
        /// With what.
        spec: LogSpec,
    },
    /// Store an envelope durably in a room. → `Appended`
    Append {
        /// Which log.
        tag: LogTag,
        /// The write capability.
        cap: Capability,
        /// Opaque.
        envelope: Vec<u8>,
    },
    /// Store an envelope durably in an inbox, paying with a token. → `Appended`
    AppendPaid {
        /// Which inbox.
        tag: LogTag,
        /// The token itself.
        token: Capability,
        /// Opaque, at most [`crate::limits::CONTACT_REQUEST_MAX`].
        envelope: Vec<u8>,
    },
    /// A page of entries with `seq >= from`. → `Entries`
    Read {
        /// Which log.
        tag: LogTag,
        /// The read capability.
        cap: Capability,
        /// The first sequence number wanted.
        from: u64,
        /// At most so many.
        limit: u16,
    },
    /// Push what is or will be in the log from `from` on. Refused with `TooFarBehind` if that is more than a page:
    /// then `Read` first. What this link appends itself is not pushed to it: the reply has its number. Subscribing
    /// again replaces. → `Subscribed`
    Subscribe {
        /// Which log.
        tag: LogTag,
        /// The read capability.
        cap: Capability,
        /// The first sequence number wanted.
        from: u64,
    },
    /// Show an envelope to whoever is subscribed now, and keep nothing of it. → `Done`
    Signal {
        /// Which log.
        tag: LogTag,
        /// The write capability.
        cap: Capability,
        /// Opaque, at most [`crate::limits::SIGNAL_MAX`].
        envelope: Vec<u8>,
    },
    /// → `Done`
    Unsubscribe {
        /// Which log.
        tag: LogTag,
    },
    /// This reader has safely stored everything with `seq < cursor`. → `Done`
    Ack {
        /// Which log.
        tag: LogTag,
        /// The read capability.
        cap: Capability,
        /// Opaque, one a device and log.
        reader: [u8; 16],
        /// The first sequence number not acknowledged.
        cursor: u64,
    },
    /// Replace the tokens of an inbox. A token that stays keeps its spent count. → `Done`
    SetTokens {
        /// Which inbox.
        tag: LogTag,
        /// The owner's write capability.
        cap: Capability,
        /// All valid tokens.
        tokens: Vec<TokenSpec>,
    },
    /// Promise to accept nothing below `ballot` in this room's register. → `Promised` or `Outbid`
    Prepare {
        /// Which room.
        tag: LogTag,
        /// The write capability.
        cap: Capability,
        /// The one control index that this room decides.
        index: u64,
        /// The round.
        ballot: Ballot,
    },
    /// Accept this block in this round unless a higher one was promised. → `Accepted` or `Outbid`
    Accept {
        /// Which room.
        tag: LogTag,
        /// The write capability.
        cap: Capability,
        /// The one control index that this room decides.
        index: u64,
        /// The round.
        ballot: Ballot,
        /// Opaque; the relay hashes it itself.
        block: Vec<u8>,
    },
    /// What is accepted here? Subscribers of a room hear of acceptances only by asking. → `Learned`
    Learn {
        /// Which room.
        tag: LogTag,
        /// The read capability.
        cap: Capability,
        /// The control index.
        index: u64,
    },
    /// Add key packages; the first put binds the name to the capability. → `KeyPackagesLeft`
    PutKeyPackages {
        /// Opaque name, published in invites and mailbox records.
        tag: LogTag,
        /// The owner's capability.
        cap: Capability,
        /// Each is given out once. May be empty (asks how many are left).
        packages: Vec<Vec<u8>>,
        /// Given out when none is left, again and again; replaces the former.
        last_resort: Option<Vec<u8>>,
    },
    /// Take one away. → `KeyPackage`
    TakeKeyPackage {
        /// Opaque name.
        tag: LogTag,
    },
    /// Store a signed record if it verifies and is newer than the stored one. → `Done`
    PutRecord {
        /// As in `wire::record`.
        record: Vec<u8>,
    },
    /// → `Record`
    GetRecord {
        /// `registry::record`.
        kind: u8,
        /// The signer's public key.
        key: [u8; 32],
    },
}

/// Why a relay refused. The request changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Refusal {
    /// Bytes that are not a request.
    Malformed = 1,
    /// A request kind that this relay does not know.
    Unsupported = 2,
    /// No such log; open it first.
    NoSuchLog = 3,
    /// The capability is not the log's.
    BadCapability = 4,
    /// The log exists with another spec.
    SpecMismatch = 5,
    /// The request does not fit the log's kind.
    WrongKind = 6,
    /// Larger than allowed.
    TooLarge = 7,
    /// The log holds as much as it may.
    Full = 8,
    /// The relay holds as much as its operator allows, or the connection used up its rate.
    Busy = 9,
    /// Subscribe from further on, or `Read` first.
    TooFarBehind = 10,
    /// An inbox token that does not exist.
    TokenUnknown = 11,
    /// An inbox token that is used up.
    TokenSpent = 12,
    /// An inbox token that is too old.
    TokenExpired = 13,
    /// A control index that this room does not decide.
    WrongIndex = 14,
    /// A record that does not verify.
    BadRecord = 15,
    /// A record that is not newer than the stored one.
    StaleRecord = 16,
    /// Too many subscriptions, tokens or key packages.
    TooMany = 17,
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counts up from 1 in a log's incarnation; numbers may be missing (expired), never reused.
    pub seq: u64,
    /// Opaque.
    pub envelope: Vec<u8>,
}

/// What a relay answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The log stands.
    Opened(LogHead),
    /// Durably stored.
    Appended {
        /// Its number.
        seq: u64,
        /// Kept until then, milliseconds since 1970 by the relay's clock.
        expires: u64,
    },
    /// A page.
    Entries {
        /// The sequence number the next entry ever will get.
        next: u64,
        /// Ascending; fewer than asked only at the end of the log or of the page's bytes.
        entries: Vec<Entry>,
    },
    /// Pushes follow.
    Subscribed(LogHead),
    /// Done.
    Done,
    /// The promise, and what was accepted before.
    Promised {
        /// The relay's signature over [`promise_statement`].
        signature: [u8; 64],
        /// The value this register accepted, if any.
        accepted: Option<AcceptedValue>,
    },
    /// The relay's signature over [`accept_statement`].
    Accepted {
        /// Over what was accepted now.
        signature: [u8; 64],
    },
    /// A higher ballot was promised.
    Outbid {
        /// That ballot.
        promised: Ballot,
    },
    /// What the register holds.
    Learned {
        /// The value this register accepted, if any.
        accepted: Option<AcceptedValue>,
    },
    /// How many one-time key packages are left.
    KeyPackagesLeft(u16),
    /// A key package, or none.
    KeyPackage(Option<Vec<u8>>),
    /// A record, or none.
    Record(Option<Vec<u8>>),
    /// No.
    Refused(Refusal),
}

/// Where a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Random at the log's creation. If it changed, the relay lost the log: append everything again.
    pub incarnation: [u8; 16],
    /// The lowest sequence number that may still be there.
    pub first: u64,
    /// The sequence number the next entry will get.
    pub next: u64,
}

/// What comes from a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromRelay {
    /// The answer to request `number`.
    Reply {
        /// The request's number.
        number: u32,
        /// The answer.
        reply: Reply,
    },
    /// Entries of a subscribed log.
    Push {
        /// Which log.
        tag: LogTag,
        /// Ascending.
        entries: Vec<Entry>,
    },
    /// A signal in a subscribed log.
    Signal {
        /// Which log.
        tag: LogTag,
        /// Opaque.
        envelope: Vec<u8>,
    },
}

/// What a relay signs when it promises: context, relay, tag, index, ballot.
pub fn promise_statement(relay: &NodeId, tag: &LogTag, index: u64, ballot: &Ballot) -> Vec<u8> {
    statement(super::registry::context::PROMISE, relay, tag, index, ballot, None)
}

/// What a relay signs when it accepts: context, relay, tag, index, ballot, hash.
pub fn accept_statement(relay: &NodeId, tag: &LogTag, index: u64, ballot: &Ballot, hash: &BlockHash) -> Vec<u8> {
    statement(super::registry::context::ACCEPT, relay, tag, index, ballot, Some(hash))
}

fn statement(
    context: &[u8],
    relay: &NodeId,
    tag: &LogTag,
    index: u64,
    ballot: &Ballot,
    hash: Option<&BlockHash>,
) -> Vec<u8> {
    let mut w = super::bytes::Writer::with_capacity(192);
    w.raw(context).raw(&relay.0).raw(&tag.0).u64(index).u64(ballot.round).raw(&ballot.proposer);
    if let Some(hash) = hash {
        w.raw(&hash.0);
    }
    w.finish()
}
