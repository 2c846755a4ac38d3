//! What a newcomer is handed: the chat's genesis, the block that adds it, the state behind that block, and the MLS
//! welcome.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | bytes | genesis |
//! | bytes | the block that adds the newcomer |
//! | bytes | the chat's state behind that block; the block names its hash |
//! | bytes | MLS welcome (RFC 9420) |
//!
//! What it proves: a device that is in the chat signed the block, the block names the state, and the MLS group that the
//! welcome leads to has the devices of the state and no others. What it cannot prove is that the block was decided:
//! whoever is handed a block that was not is alone with its author in a chat that nobody else knows.

use super::control::block::Block;
use super::control::genesis::{Genesis, GenesisError};
use super::control::state::State;
use crate::ids::DeviceId;
use crate::limits::{BLOCK_MAX, CHAT_STATE_MAX, PARCEL_MAX, WELCOME_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use thiserror::Error;

/// Why a parcel is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParcelError {
    /// Not the format.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The genesis is none.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// Its parts are of different chats or places.
    #[error("the parts of a parcel do not belong together")]
    Unfitting,
    /// The author did not sign the block, or is not in the chat.
    #[error("the block of a parcel is not signed by a member")]
    Author,
    /// The block names another state.
    #[error("the state in a parcel is not the one that its block names")]
    State,
    /// It is not for us.
    #[error("the parcel is for another device")]
    OtherDevice,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// How the chat began.
    pub genesis: Genesis,
    /// The block that adds the newcomer.
    pub block: Block,
    /// The state behind it.
    pub state: State,
    /// The way into the MLS group.
    pub welcome: Vec<u8>,
}

impl Parcel {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(1024 + self.block.bytes().len() + self.welcome.len());
        w.u8(1).bytes(self.genesis.bytes()).bytes(self.block.bytes()).bytes(&self.state.encode()).bytes(&self.welcome);
        w.finish()
    }

    /// Reads a parcel and checks all that can be checked without keys.
    ///
    /// # Errors
    /// [`ParcelError`].
    pub fn decode(bytes: &[u8], us: &DeviceId) -> Result<Self, ParcelError> {
        if bytes.len() > PARCEL_MAX {
            return Err(WireError::TooLarge { what: "parcel", limit: PARCEL_MAX }.into());
        }
        let mut r = Reader::new(bytes);
        super::room::version(&mut r, "parcel version")?;
        let genesis = Genesis::decode(r.bytes("genesis", 2048)?)?;
        let block = Block::decode(r.bytes("block", BLOCK_MAX)?)?;
        let state = State::decode(r.bytes("state of a chat", CHAT_STATE_MAX)?)?;
        let welcome = r.bytes("welcome", WELCOME_MAX)?.to_vec();
        r.finish()?;
        let parcel = Self { genesis, block, state, welcome };
        parcel.check(us)?;
        Ok(parcel)
    }

    fn check(&self, us: &DeviceId) -> Result<(), ParcelError> {
        let (origin, content, state) = (self.genesis.origin(), self.block.content(), &self.state);
        let one_chat = content.chat == origin.chat && state.chat == origin.chat && state.kind() == origin.kind;
        if !one_chat || content.index != state.index || state.home_set().as_ref() != Ok(&content.home) {
            return Err(ParcelError::Unfitting);
        }
        if !self.block.is_signed() || !state.devices.contains_key(&content.author) {
            return Err(ParcelError::Author);
        }
        if state.hash() != content.state {
            return Err(ParcelError::State);
        }
        if state.devices.contains_key(us) { Ok(()) } else { Err(ParcelError::OtherDevice) }
    }
}
