//! The proof that a register decided: a quorum's signatures over one ballot and one hash.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | 32 | tag of the room |
//! | 8 | index decided |
//! | 8 + 16 | ballot: round, proposer |
//! | 32 | BLAKE3 of the sealed block |
//! | 2 | number of signatures, at most 4 |
//! | 32 + 64 each | relay, its Ed25519 signature over `accept_statement`; ascending by relay |

use super::home::HomeSet;
use super::register::Verify;
use crate::identity::keys::verify;
use crate::ids::{BlockHash, LogTag, NodeId};
use crate::limits::HOME_RELAYS_MAX;
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{Ballot, accept_statement};
use thiserror::Error;

const VERSION: u8 = 1;

/// Why a receipt proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// Fewer signatures than the quorum.
    #[error("the receipt has {found} signatures, {needed} are needed")]
    TooFew {
        /// How many there are.
        found: usize,
        /// The quorum.
        needed: usize,
    },
    /// One relay twice, or relays out of order.
    #[error("the receipt's relays are not in ascending order at {0:?}")]
    Unordered(NodeId),
    /// A relay that is not the chat's home.
    #[error("{0:?} is not a home relay of the chat")]
    Stranger(NodeId),
    /// A signature that is not the relay's over this ballot and hash.
    #[error("the signature of {0:?} is not valid")]
    BadSignature(NodeId),
}

/// A quorum's word for one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The room whose register decided.
    pub tag: LogTag,
    /// The control index decided.
    pub index: u64,
    /// In which round.
    pub ballot: Ballot,
    /// BLAKE3 of the sealed block.
    pub hash: BlockHash,
    /// Ascending by relay.
    pub signatures: Vec<(NodeId, [u8; 64])>,
}

impl Receipt {
    /// For storing and sending.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(100 + 96 * self.signatures.len());
        w.u8(VERSION).raw(&self.tag.0).u64(self.index).u64(self.ballot.round).raw(&self.ballot.proposer);
        w.raw(&self.hash.0).count(self.signatures.len());
        for (relay, signature) in &self.signatures {
            w.raw(&relay.0).raw(signature);
        }
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote. Proves nothing yet: [`Self::verify`].
    ///
    /// # Errors
    /// Bytes that are not exactly one receipt.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        match r.u8()? {
            VERSION => {}
            number => return Err(WireError::Unknown { what: "receipt version", number: u64::from(number) }),
        }
        let (tag, index) = (LogTag(r.array()?), r.u64()?);
        let ballot = Ballot { round: r.u64()?, proposer: r.array()? };
        let hash = BlockHash(r.array()?);
        let n = r.count("signatures of a receipt", HOME_RELAYS_MAX, 96)?;
        let signatures = (0..n).map(|_| Ok((NodeId(r.array()?), r.array()?))).collect::<Result<Vec<_>, WireError>>()?;
        r.finish()?;
        Ok(Self { tag, index, ballot, hash, signatures })
    }

    /// Checks that a quorum of these home relays signed. Every signature must hold, also those beyond the quorum.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn verify(&self, home: &HomeSet) -> Result<(), ReceiptError> {
        self.verify_with(home, verify)
    }

    pub(super) fn verify_with(&self, home: &HomeSet, verify: Verify) -> Result<(), ReceiptError> {
        let (found, needed) = (self.signatures.len(), home.quorum());
        if found < needed {
            return Err(ReceiptError::TooFew { found, needed });
        }
        if let Some(pair) = self.signatures.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(ReceiptError::Unordered(pair[1].0));
        }
        self.signatures.iter().try_for_each(|(relay, signature)| {
            let statement = accept_statement(relay, &self.tag, self.index, &self.ballot, &self.hash);
            match () {
                () if !home.contains(relay) => Err(ReceiptError::Stranger(*relay)),
                () if !verify(&relay.0, &statement, signature) => Err(ReceiptError::BadSignature(*relay)),
                () => Ok(()),
            }
        })
    }
}
