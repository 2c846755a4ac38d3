//! Control block 0: how a chat begins. Its creator decides it alone, so it needs no receipt.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | 32 | chat, random |
//! | 2 | kind of chat, `registry::chat` |
//! | bytes | title: 1 to 512 bytes for groups and channels, none for other kinds |
//! | 32 | creator, a user |
//! | 32 | the creator's device |
//! | 8 | created, milliseconds since 1970 by the creator's clock |
//! | 3 + 32 each | home relays of epoch 0, see `home` |
//! | 64 | Ed25519 signature of the device over `chappe genesis 1\0` and all bytes before |
//!
//! Its hash is BLAKE3 of all bytes. That the device is the user's own is said by the user's device log.

use super::home::HomeSet;
use super::state::check_text;
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{BlockHash, ChatId, DeviceId, UserId};
use crate::limits::TITLE_MAX;
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::{chat, context};
use thiserror::Error;

const VERSION: u8 = 1;

/// Why bytes are not a genesis.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GenesisError {
    /// Not the format.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Not signed by the device that it names.
    #[error("the genesis is not signed by its creator's device")]
    BadSignature,
}

/// What a genesis says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The new chat.
    pub chat: ChatId,
    /// `registry::chat`.
    pub kind: u16,
    /// Empty unless it is a group or channel.
    pub title: String,
    /// Who made it.
    pub creator: UserId,
    /// On which device.
    pub device: DeviceId,
    /// Milliseconds since 1970 by the creator's clock.
    pub created: u64,
    /// Where epoch 0 lives.
    pub home: HomeSet,
}

/// A signed genesis, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    origin: Origin,
    bytes: Vec<u8>,
    hash: BlockHash,
}

impl Genesis {
    /// Signs. `origin.device` must be the key's device.
    ///
    /// # Errors
    /// A kind of chat that does not exist; a device that is not the signer.
    pub fn sign(origin: Origin, key: &DeviceKey) -> Result<Self, WireError> {
        if origin.device != key.device() {
            return Err(WireError::Invalid("the creator's device"));
        }
        check_title(known(origin.kind)?, &origin.title)?;
        let mut w = Writer::with_capacity(320 + origin.title.len());
        w.u8(VERSION).raw(&origin.chat.0).u16(origin.kind).bytes(origin.title.as_bytes());
        w.raw(&origin.creator.0).raw(&origin.device.0);
        w.u64(origin.created);
        origin.home.write(&mut w);
        let mut bytes = w.finish();
        let signature = key.sign(&[context::GENESIS, &bytes].concat());
        bytes.extend_from_slice(&signature);
        Ok(Self::with(origin, bytes))
    }

    fn with(origin: Origin, bytes: Vec<u8>) -> Self {
        let hash = BlockHash(*blake3::hash(&bytes).as_bytes());
        Self { origin, bytes, hash }
    }

    /// Reads a genesis and checks its signature.
    ///
    /// # Errors
    /// [`GenesisError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, GenesisError> {
        let origin = Self::read(bytes)?;
        let (unsigned, signature) = bytes.split_last_chunk().ok_or(WireError::Truncated)?;
        if !verify(&origin.device.0, &[context::GENESIS, unsigned].concat(), signature) {
            return Err(GenesisError::BadSignature);
        }
        Ok(Self::with(origin, bytes.to_vec()))
    }

    fn read(bytes: &[u8]) -> Result<Origin, WireError> {
        let mut r = Reader::new(bytes);
        match r.u8()? {
            VERSION => {}
            number => return Err(WireError::Unknown { what: "genesis version", number: u64::from(number) }),
        }
        let (chat, kind) = (ChatId(r.array()?), known(r.u16()?)?);
        let title = r.text("title", TITLE_MAX)?.to_owned();
        check_title(kind, &title)?;
        let (creator, device, created) = (UserId(r.array()?), DeviceId(r.array()?), r.u64()?);
        let home = HomeSet::read(&mut r)?;
        r.take(64)?;
        r.finish()?;
        Ok(Origin { chat, kind, title, creator, device, created, home })
    }

    /// What it says.
    pub fn origin(&self) -> &Origin {
        &self.origin
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

fn check_title(kind: u16, title: &str) -> Result<(), WireError> {
    match kind {
        chat::GROUP | chat::CHANNEL => check_text("title", title, TITLE_MAX),
        _ if title.is_empty() => Ok(()),
        _ => Err(WireError::Invalid("title")),
    }
}

pub(super) fn known(kind: u16) -> Result<u16, WireError> {
    match kind {
        chat::PRIVATE | chat::OWN | chat::GROUP | chat::CHANNEL => Ok(kind),
        other => Err(WireError::Unknown { what: "kind of chat", number: u64::from(other) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;

    fn genesis() -> Genesis {
        let key = DeviceKey::from_seed([1; 32]);
        let home = HomeSet::new(vec![NodeId([7; 32])], false).unwrap();
        let (chat, creator) = (ChatId([2; 32]), UserId([3; 32]));
        let (kind, title) = (chat::GROUP, "Pioneers".to_owned());
        let origin = Origin { chat, kind, title, creator, device: key.device(), created: 5, home };
        Genesis::sign(origin, &key).unwrap()
    }

    #[test]
    fn a_genesis_comes_back() {
        assert_eq!(Genesis::decode(genesis().bytes()), Ok(genesis()));
    }

    #[test]
    fn every_altered_byte_and_every_truncation_is_refused() {
        let genesis = genesis();
        for at in 0..genesis.bytes().len() {
            let mut altered = genesis.bytes().to_vec();
            altered[at] ^= 1;
            assert!(Genesis::decode(&altered).is_err(), "byte {at}");
            assert_eq!(Genesis::decode(&genesis.bytes()[..at]), Err(WireError::Truncated.into()));
        }
        let longer = [genesis.bytes(), &[0]].concat();
        assert_eq!(Genesis::decode(&longer), Err(WireError::Trailing.into()));
    }

    #[test]
    fn only_known_kinds_signed_by_the_named_device_are_made() {
        let origin = genesis().origin().clone();
        let stranger = DeviceKey::from_seed([9; 32]);
        assert_eq!(Genesis::sign(origin.clone(), &stranger), Err(WireError::Invalid("the creator's device")));
        let refused = |origin| Genesis::sign(origin, &DeviceKey::from_seed([1; 32])).unwrap_err();
        let odd = Origin { kind: 77, ..origin.clone() };
        assert_eq!(refused(odd), WireError::Unknown { what: "kind of chat", number: 77 });
        let titled = Origin { kind: chat::PRIVATE, ..origin.clone() };
        assert_eq!(refused(titled), WireError::Invalid("title"));
        assert_eq!(refused(Origin { title: String::new(), ..origin }), WireError::Invalid("title"));
    }
}
