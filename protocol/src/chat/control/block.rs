//! One control block: one decided change of a chat.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | 32 | chat |
//! | 8 | index, from 1 |
//! | 32 | hash of the block (or genesis) at `index - 1` |
//! | 32 | author device |
//! | 2 | intent kind |
//! | 4 + n | intent body |
//! | 4 + n | MLS commit |
//! | 32 | hash of the chat's state behind this block, see `state` |
//! | 3 + 32 each | home relays of the next epoch, see `home` |
//! | 64 | Ed25519 signature of the author over `chappe control block 1\0` and all bytes before |
//!
//! Its hash is BLAKE3 of all bytes, and is what the next block and every operation name. (A register's hash is of the
//! sealed bytes, which depend on the ballot; see `seal`.)

use super::home::HomeSet;
use super::intent::Intent;
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{BlockHash, ChatId, DeviceId};
use crate::limits::{BLOCK_MAX, COMMIT_MAX, INTENT_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::context;

const VERSION: u8 = 1;

/// What a block says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Whose chain.
    pub chat: ChatId,
    /// Its place, from 1.
    pub index: u64,
    /// What it builds on.
    pub prev: BlockHash,
    /// Who made it.
    pub author: DeviceId,
    /// What it is for.
    pub intent: Intent,
    /// The MLS commit, at most [`COMMIT_MAX`] bytes; opaque here.
    pub commit: Vec<u8>,
    /// The hash of the chat's state behind this block.
    pub state: [u8; 32],
    /// Where the next epoch lives.
    pub home: HomeSet,
}

/// A signed block, with the bytes that were signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    content: Content,
    bytes: Vec<u8>,
    hash: BlockHash,
}

/// What the author signs: the context and the block without the signature.
fn statement(unsigned: &[u8]) -> Vec<u8> {
    [context::CONTROL_BLOCK, unsigned].concat()
}

impl Block {
    /// Signs. `content.author` must be the key's device.
    ///
    /// # Errors
    /// A commit or intent over its limit; an author who is not the signer.
    pub fn sign(content: Content, key: &DeviceKey) -> Result<Self, WireError> {
        if content.author != key.device() {
            return Err(WireError::Invalid("the author"));
        }
        Self::assemble(content, |statement| key.sign(statement))
    }

    pub(super) fn assemble(content: Content, sign: impl Fn(&[u8]) -> [u8; 64]) -> Result<Self, WireError> {
        let body = content.intent.body();
        Intent::decode(content.intent.kind(), &body)?;
        if content.commit.len() > COMMIT_MAX {
            return Err(WireError::TooLarge { what: "commit", limit: COMMIT_MAX });
        }
        let mut w = Writer::with_capacity(400 + body.len() + content.commit.len());
        w.u8(VERSION).raw(&content.chat.0).u64(content.index).raw(&content.prev.0).raw(&content.author.0);
        w.u16(content.intent.kind()).bytes(&body).bytes(&content.commit);
        w.raw(&content.state);
        content.home.write(&mut w);
        let mut bytes = w.finish();
        let signature = sign(&statement(&bytes));
        bytes.extend_from_slice(&signature);
        Ok(Self::with(content, bytes))
    }

    fn with(content: Content, bytes: Vec<u8>) -> Self {
        let hash = BlockHash(*blake3::hash(&bytes).as_bytes());
        Self { content, bytes, hash }
    }

    /// Reads a block. **Its signature is not checked here**: [`Self::is_signed`], or `Register`, which also checks its
    /// place.
    ///
    /// # Errors
    /// Bytes that are not exactly one block.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > BLOCK_MAX {
            return Err(WireError::TooLarge { what: "block", limit: BLOCK_MAX });
        }
        let mut r = Reader::new(bytes);
        match r.u8()? {
            VERSION => {}
            number => return Err(WireError::Unknown { what: "block version", number: u64::from(number) }),
        }
        let (chat, index) = (ChatId(r.array()?), r.u64()?);
        let (prev, author, kind) = (BlockHash(r.array()?), DeviceId(r.array()?), r.u16()?);
        let intent = Intent::decode(kind, r.bytes("intent", INTENT_MAX)?)?;
        let commit = r.bytes("commit", COMMIT_MAX)?.to_vec();
        let state = r.array()?;
        let home = HomeSet::read(&mut r)?;
        r.take(64)?;
        r.finish()?;
        Ok(Self::with(Content { chat, index, prev, author, intent, commit, state, home }, bytes.to_vec()))
    }

    /// True if the author signed it.
    pub fn is_signed(&self) -> bool {
        self.signed_by(verify)
    }

    pub(super) fn signed_by(&self, verify: super::register::Verify) -> bool {
        self.bytes
            .split_last_chunk()
            .is_some_and(|(unsigned, signature)| verify(&self.content.author.0, &statement(unsigned), signature))
    }

    /// What it says.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The signed bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its name.
    pub fn hash(&self) -> BlockHash {
        self.hash
    }
}
