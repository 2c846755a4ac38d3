//! A block as a register sees it: opaque, and bound to the one ballot it is proposed in.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | 24 | nonce = first 24 bytes of `keyed_hash(nonce key, place \| block)` |
//! | n + 16 | `length u32 \| block \| zeros` (padded like an envelope), XChaCha20-Poly1305; associated data: `place` |
//!
//! `place` = `version u8 | tag 32 | index u64 | round u64 | proposer 16`. Seal key and nonce key are
//! `derive_key("chappe 2026-11 block seal key" / "… block nonce key", the room's block key)`.
//!
//! **Why the ballot is bound.** A proposer takes over the value with the highest ballot that a quorum reports. A relay
//! that lies could report an old value under a high ballot, and so make honest proposers replace a decided one. It
//! cannot: only members can seal, and what was sealed for one ballot does not open for another. With that, a relay's
//! lie is at worst a silence about what it accepted, which a quorum of 3 of 4 outweighs.
//!
//! **Why the nonce is computed.** The same block in the same ballot has the same bytes, so a receipt can be checked by
//! anyone who has the block and the room, without keeping the sealed bytes; and no failure of randomness can reuse a
//! nonce for two plaintexts.

use crate::chat::envelope::{TAG, lock, pad, unlock, unpad};
use crate::chat::room::{Room, SecretKey};
use crate::ids::LogTag;
use crate::limits::BLOCK_MAX;
use crate::wire::bytes::Writer;
use crate::wire::relay::Ballot;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Seals and opens proposals of one room's register.
#[derive(Clone, Debug)]
pub(super) struct Seal {
    tag: LogTag,
    index: u64,
    key: SecretKey,
    nonce_key: SecretKey,
}

impl Seal {
    /// The seal of a room's register, which decides `index`.
    pub(super) fn new(room: &Room, index: u64) -> Self {
        let derive = |context| SecretKey(blake3::derive_key(context, room.block_key().bytes()));
        let (key, nonce_key) = (derive("chappe 2026-11 block seal key"), derive("chappe 2026-11 block nonce key"));
        Self { tag: room.tag, index, key, nonce_key }
    }

    fn place(&self, ballot: &Ballot) -> Vec<u8> {
        let mut w = Writer::with_capacity(65);
        w.u8(VERSION).raw(&self.tag.0).u64(self.index).u64(ballot.round).raw(&ballot.proposer);
        w.finish()
    }

    fn nonce(&self, place: &[u8], block: &[u8]) -> [u8; NONCE] {
        let hash = blake3::Hasher::new_keyed(self.nonce_key.bytes()).update(place).update(block).finalize();
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&hash.as_bytes()[..NONCE]);
        nonce
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.bytes().into())
    }

    /// The bytes for a register.
    pub(super) fn seal(&self, ballot: &Ballot, block: &[u8]) -> Vec<u8> {
        let place = self.place(ballot);
        let nonce = self.nonce(&place, block);
        let mut padded = pad(block, TAG);
        lock(&self.cipher(), &nonce.into(), &place, &mut padded, 0);
        let mut w = Writer::with_capacity(1 + NONCE + padded.len());
        w.u8(VERSION).raw(&nonce).raw(&padded);
        w.finish()
    }

    /// The block's bytes; `None` if they were not sealed by a member for this register and ballot.
    pub(super) fn open(&self, ballot: &Ballot, sealed: &[u8]) -> Option<Vec<u8>> {
        if sealed.len() > BLOCK_MAX {
            return None;
        }
        let (version, rest) = sealed.split_first()?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>()?;
        let place = self.place(ballot);
        let padded = (*version == VERSION).then(|| unlock(&self.cipher(), &(*nonce).into(), &place, body))??;
        let block = unpad(&padded)?;
        (self.nonce(&place, block) == *nonce).then(|| block.to_vec())
    }
}
