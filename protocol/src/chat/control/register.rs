//! One register as a member sees it: which room decides which index of which chat, on top of what, at which relays;
//! and what a relay's words about it are worth.
//!
//! Every claim of a relay is checked here, so that `Proposer` and `Learner` only ever count checked ones:
//! a promise must be signed; a value said to be accepted must be signed by that relay, have the hash it says, and
//! (to matter) open as a block for this place.

use super::block::Block;
use super::home::HomeSet;
use super::intent::Intent;
use super::receipt::{Receipt, ReceiptError};
use super::seal::Seal;
use crate::chat::room::Room;
use crate::identity::keys::verify;
use crate::ids::{BlockHash, ChatId, NodeId};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{AcceptedValue, Ballot, Refusal, accept_statement, promise_statement};
use thiserror::Error;

/// Checks an Ed25519 signature: key, message, signature. A parameter so that simulations of many thousand epochs can
/// use something cheaper.
pub(super) type Verify = fn(&[u8; 32], &[u8], &[u8; 64]) -> bool;

/// Whether a block may stand at this place as far as the members' state says (its author is a member, may do this, its
/// commit fits). Must give the same answer at every honest member of the epoch.
pub type Judge<'a> = &'a dyn Fn(&Block) -> bool;

/// Why a block cannot stand at this place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BlockError {
    /// Not sealed by a member for this register and ballot.
    #[error("the block was not sealed for this register and ballot")]
    Sealed,
    /// Not a block.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Another chat's.
    #[error("the block belongs to another chat")]
    OtherChat,
    /// Another index's.
    #[error("the block is for index {0}")]
    OtherIndex(u64),
    /// It does not build on the block before.
    #[error("the block does not build on the one before it")]
    OtherPrev,
    /// Its author did not sign it.
    #[error("the block is not signed by its author")]
    BadSignature,
    /// It moves the chat to other relays without saying so.
    #[error("the block changes the home relays, but its intent is another")]
    HomeChanged,
    /// It would not fit a register.
    #[error("the sealed block has {0} bytes, too many for a relay")]
    TooLarge(usize),
    /// The members' state does not allow it.
    #[error("the chat's state does not allow this block")]
    NotAllowed,
}

/// Why a relay's answer was left out of the count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Trouble {
    /// It is not one of the chat's home relays.
    #[error("not a home relay of the chat")]
    Stranger,
    /// Its promise is not signed by it.
    #[error("the promise is not signed by the relay")]
    BadPromise,
    /// Its acceptance is not signed by it.
    #[error("the acceptance is not signed by the relay")]
    BadAcceptance,
    /// It gives a block whose hash is not the one it signed.
    #[error("the accepted block does not have the hash that the relay signed")]
    OtherHash,
    /// It promises a ballot and says that it accepted a higher one.
    #[error("the relay promised, but says that it accepted a higher ballot")]
    BrokenPromise,
    /// It says that it promised a higher ballot, and names one that is not.
    #[error("the relay refuses for a ballot that is not higher")]
    NotOutbid,
    /// The value it holds cannot stand here; it counts as none.
    #[error("the relay holds something else than a block for this place: {0}")]
    Unusable(BlockError),
    /// It refused. After `NoSuchLog` the room has to be opened there.
    #[error("the relay refused: {0:?}")]
    Refused(Refusal),
    /// An answer that does not belong to the question.
    #[error("the relay's answer does not fit the question")]
    Unfitting,
}

/// Why a decision is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecisionError {
    /// Not the format.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The receipt is of another room or index.
    #[error("the receipt belongs to another register")]
    OtherRegister,
    /// The receipt is not over this block.
    #[error("the receipt is not for this block")]
    OtherBlock,
    /// The receipt proves nothing.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The block cannot stand here.
    #[error(transparent)]
    Block(#[from] BlockError),
}

/// A block with the receipt for it: what members hand each other. The sealed bytes follow from both.
///
/// | bytes | field |
/// |---|---|
/// | 4 + n | receipt |
/// | 4 + n | block |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The proof.
    pub receipt: Receipt,
    /// What was decided.
    pub block: Block,
}

impl Decision {
    /// For storing, and for sending inside an envelope.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(512 + self.block.bytes().len());
        w.bytes(&self.receipt.encode()).bytes(self.block.bytes());
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote. Proves nothing yet: [`Register::verify`].
    ///
    /// # Errors
    /// Bytes that are not exactly one decision.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        let receipt = Receipt::decode(r.bytes("receipt", 1024)?)?;
        let block = Block::decode(r.bytes("block", crate::limits::BLOCK_MAX)?)?;
        r.finish()?;
        Ok(Self { receipt, block })
    }
}

/// A checked word of a relay: it accepted this block in this ballot.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) ballot: Ballot,
    pub(super) hash: BlockHash,
    pub(super) signature: [u8; 64],
    pub(super) block: Block,
}

/// The register of one room: it decides `room.index + 1`.
#[derive(Clone, Debug)]
pub struct Register {
    room: Room,
    chat: ChatId,
    prev: BlockHash,
    home: HomeSet,
    seal: Seal,
    verify: Verify,
}

impl Register {
    /// The register of `room`, whose epoch was made by the block (or genesis) `prev` and lives at `home`.
    pub fn new(room: Room, chat: ChatId, prev: BlockHash, home: HomeSet) -> Self {
        let seal = Seal::new(&room, room.index + 1);
        Self { room, chat, prev, home, seal, verify }
    }

    #[cfg(test)]
    pub(super) fn with_verify(mut self, verify: Verify) -> Self {
        self.verify = verify;
        self
    }

    /// The index that it decides.
    pub fn index(&self) -> u64 {
        self.room.index + 1
    }

    /// The room.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The block (or genesis) that the next one builds on.
    pub fn prev(&self) -> BlockHash {
        self.prev
    }

    /// Where it is kept.
    pub fn home(&self) -> &HomeSet {
        &self.home
    }

    /// Checks that a block may stand here: chat, index, `prev`, home, author's signature, size.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn check(&self, block: &Block) -> Result<(), BlockError> {
        let content = block.content();
        let moves = matches!(content.intent, Intent::SetHomeRelays(_) | Intent::Unknown { .. });
        match () {
            () if content.chat != self.chat => Err(BlockError::OtherChat),
            () if content.index != self.index() => Err(BlockError::OtherIndex(content.index)),
            () if content.prev != self.prev => Err(BlockError::OtherPrev),
            () if content.home != self.home && !moves => Err(BlockError::HomeChanged),
            () if !block.signed_by(self.verify) => Err(BlockError::BadSignature),
            () => Ok(()),
        }
    }

    /// The bytes to propose a block with in one ballot, and their hash.
    pub(super) fn seal(&self, ballot: &Ballot, block: &Block) -> (Vec<u8>, BlockHash) {
        let sealed = self.seal.seal(ballot, block.bytes());
        let hash = BlockHash(*blake3::hash(&sealed).as_bytes());
        (sealed, hash)
    }

    /// Opens and checks what was proposed in a ballot.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn open(&self, ballot: &Ballot, sealed: &[u8]) -> Result<Block, BlockError> {
        let bytes = self.seal.open(ballot, sealed).ok_or(BlockError::Sealed)?;
        let block = Block::decode(&bytes)?;
        self.check(&block)?;
        Ok(block)
    }

    /// Checks that a decision is one of this register.
    ///
    /// # Errors
    /// [`DecisionError`].
    pub fn verify(&self, decision: &Decision) -> Result<(), DecisionError> {
        let receipt = &decision.receipt;
        if receipt.tag != self.room.tag || receipt.index != self.index() {
            return Err(DecisionError::OtherRegister);
        }
        if self.seal(&receipt.ballot, &decision.block).1 != receipt.hash {
            return Err(DecisionError::OtherBlock);
        }
        receipt.verify_with(&self.home, self.verify)?;
        Ok(self.check(&decision.block)?)
    }

    /// Checks a promise of `ballot` and what the relay says it accepted before.
    pub(super) fn promise(&self, relay: &NodeId, ballot: &Ballot, signature: &[u8; 64]) -> Result<(), Trouble> {
        let statement = promise_statement(relay, &self.room.tag, self.index(), ballot);
        if (self.verify)(&relay.0, &statement, signature) { Ok(()) } else { Err(Trouble::BadPromise) }
    }

    /// Checks an acceptance.
    pub(super) fn acceptance(
        &self,
        relay: &NodeId,
        ballot: &Ballot,
        hash: &BlockHash,
        signature: &[u8; 64],
    ) -> Result<(), Trouble> {
        let statement = accept_statement(relay, &self.room.tag, self.index(), ballot, hash);
        if (self.verify)(&relay.0, &statement, signature) { Ok(()) } else { Err(Trouble::BadAcceptance) }
    }

    /// Checks what a relay says it accepted, and opens it.
    pub(super) fn claim(&self, relay: &NodeId, value: &AcceptedValue, judge: Judge<'_>) -> Result<Claim, Trouble> {
        let AcceptedValue { ballot, hash, block, signature } = value;
        if blake3::hash(block).as_bytes() != &hash.0 {
            return Err(Trouble::OtherHash);
        }
        self.acceptance(relay, ballot, hash, signature)?;
        let block = self.open(ballot, block).map_err(Trouble::Unusable)?;
        if !judge(&block) {
            return Err(Trouble::Unusable(BlockError::NotAllowed));
        }
        Ok(Claim { ballot: *ballot, hash: *hash, signature: *signature, block })
    }

    /// The receipt that these signatures make.
    pub(super) fn receipt<'a>(
        &self,
        ballot: Ballot,
        hash: BlockHash,
        signatures: impl Iterator<Item = (&'a NodeId, &'a [u8; 64])>,
    ) -> Receipt {
        let signatures = signatures.map(|(relay, signature)| (*relay, *signature)).collect();
        Receipt { tag: self.room.tag, index: self.index(), ballot, hash, signatures }
    }

    /// A decision, if a quorum of these claims is for one ballot and hash.
    pub(super) fn decided<'a>(
        &self,
        claims: impl Iterator<Item = (&'a NodeId, &'a Claim)> + Clone,
    ) -> Option<Decision> {
        claims.clone().find_map(|(_, one)| {
            let same = claims.clone().filter(|(_, other)| (other.ballot, other.hash) == (one.ballot, one.hash));
            (same.clone().count() >= self.home.quorum()).then(|| Decision {
                receipt: self.receipt(one.ballot, one.hash, same.map(|(relay, claim)| (relay, &claim.signature))),
                block: one.block.clone(),
            })
        })
    }
}
