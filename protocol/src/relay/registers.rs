//! Ordering registers: one Paxos acceptor a room (protocol.md, section 2; Lamport, "Paxos Made Simple").
//!
//! Rules:
//! 1. The first `Prepare` or `Accept` binds the room to its index; a room decides one index and no other.
//! 2. A promise is given if the ballot is not below the one promised before. The same ballot again is the same
//!    promise: the first answer may have been lost.
//! 3. A block is accepted if its ballot is not below the one promised; accepting promises its ballot.
//! 4. Under one ballot one block is accepted, ever. Ballots are random, so a second one is a mistake or a lie, and a
//!    signature under both could make two receipts.
//! 5. Everything is durable before the signed answer leaves; the same question gets the same answer after a restart.
//!
//! `RelayRegister`, partition tag, sort `p`: `index u64 · promised (round u64 · proposer 16) · bytes of the accepted
//! block u32`; sort `a`: the accepted value as on the wire. The promise has a row of its own so that a promise does
//! not write the block again. Registers are never forgotten: a member that was away must not decide an index anew.

use super::context::{Context, No, damaged};
use super::index::Indexed;
use crate::ids::{BlockHash, LogTag, NodeId};
use crate::store::{ReadError, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{AcceptedValue, Ballot, Refusal, Reply, accept_statement, promise_statement};
use ed25519_dalek::{Signer, SigningKey};
use std::fmt;

const PROMISE: &[u8] = b"p";
const ACCEPTED: &[u8] = b"a";

/// The relay's key, which signs what registers answer.
pub(super) struct RelayKey {
    key: SigningKey,
    node: NodeId,
}

impl RelayKey {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        Self { node: NodeId(key.verifying_key().to_bytes()), key }
    }

    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    fn sign(&self, statement: &[u8]) -> [u8; 64] {
        self.key.sign(statement).to_bytes()
    }
}

impl fmt::Debug for RelayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelayKey({:?}, …)", self.node)
    }
}

/// What a register remembers besides the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Promise {
    index: u64,
    promised: Ballot,
    /// Bytes of the accepted block.
    pub(super) block_bytes: u32,
}

impl Promise {
    pub(super) fn load(tag: &LogTag, store: &dyn StoreRead) -> Result<Option<Self>, ReadError> {
        let Some(row) = store.get(Table::RelayRegister, &tag.0, PROMISE)? else { return Ok(None) };
        let decode = || {
            let mut r = Reader::new(&row);
            let promise = Self { index: r.u64()?, promised: Ballot::decode(&mut r)?, block_bytes: r.u32()? };
            r.finish()?;
            Ok::<_, WireError>(promise)
        };
        decode().map(Some).map_err(damaged("a register"))
    }

    /// What the room's register remembers, or what it will if it is asked for the first time.
    fn for_index(tag: &LogTag, index: u64, store: &dyn StoreRead) -> Result<Self, No> {
        let promise = Self::load(tag, store)?.unwrap_or(Self { index, promised: Ballot::default(), block_bytes: 0 });
        if promise.index == index { Ok(promise) } else { Err(Refusal::WrongIndex.into()) }
    }

    fn put(&self, cx: &mut Context<'_>, tag: &LogTag) {
        let mut w = Writer::with_capacity(40);
        w.u64(self.index);
        self.promised.encode(&mut w);
        w.u32(self.block_bytes);
        cx.batch.put(Table::RelayRegister, &tag.0, PROMISE, w.finish());
    }
}

/// The caller has checked the write capability and the log's kind.
pub(super) fn prepare(
    cx: &mut Context<'_>,
    key: &RelayKey,
    tag: &LogTag,
    index: u64,
    ballot: Ballot,
) -> Result<Reply, No> {
    let before = Promise::for_index(tag, index, cx.store)?;
    if ballot < before.promised {
        return Ok(Reply::Outbid { promised: before.promised });
    }
    let accepted = load_accepted(tag, cx.store)?;
    if ballot > before.promised {
        Promise { promised: ballot, ..before }.put(cx, tag);
    }
    cx.stats.promises += 1;
    let signature = key.sign(&promise_statement(&key.node, tag, index, &ballot));
    Ok(Reply::Promised { signature, accepted })
}

/// The caller has checked the write capability and the log's kind.
pub(super) fn accept(
    cx: &mut Context<'_>,
    key: &RelayKey,
    tag: &LogTag,
    index: u64,
    ballot: Ballot,
    block: Vec<u8>,
) -> Result<Reply, No> {
    let before = Promise::for_index(tag, index, cx.store)?;
    if ballot < before.promised {
        return Ok(Reply::Outbid { promised: before.promised });
    }
    let hash = BlockHash(*blake3::hash(&block).as_bytes());
    if let Some(accepted) = load_accepted(tag, cx.store)?.filter(|accepted| accepted.ballot == ballot) {
        if accepted.hash != hash {
            return Ok(Reply::Outbid { promised: before.promised });
        }
        return Ok(Reply::Accepted { signature: accepted.signature });
    }
    cx.admit_bytes(block.len() as u64)?;

    let signature = key.sign(&accept_statement(&key.node, tag, index, &ballot, &hash));
    // The bound on blocks is far below 4 GiB.
    let block_bytes = block.len() as u32;
    let mut w = Writer::with_capacity(128 + block.len());
    AcceptedValue { ballot, hash, block, signature }.encode(&mut w);
    cx.batch.put(Table::RelayRegister, &tag.0, ACCEPTED, w.finish());
    Promise { promised: ballot, block_bytes, ..before }.put(cx, tag);
    cx.totals.change(&Indexed::Log(*tag), |sums| {
        sums.bytes = sums.bytes + u64::from(block_bytes) - u64::from(before.block_bytes);
    });
    cx.stats.acceptances += 1;
    Ok(Reply::Accepted { signature })
}

/// The caller has checked the read capability and the log's kind.
pub(super) fn learn(cx: &Context<'_>, tag: &LogTag, index: u64) -> Result<Reply, No> {
    Promise::for_index(tag, index, cx.store)?;
    Ok(Reply::Learned { accepted: load_accepted(tag, cx.store)? })
}

fn load_accepted(tag: &LogTag, store: &dyn StoreRead) -> Result<Option<AcceptedValue>, ReadError> {
    let Some(row) = store.get(Table::RelayRegister, &tag.0, ACCEPTED)? else { return Ok(None) };
    let decode = || {
        let mut r = Reader::new(&row);
        let value = AcceptedValue::decode(&mut r)?;
        r.finish()?;
        Ok::<_, WireError>(value)
    };
    decode().map(Some).map_err(damaged("an accepted block"))
}
