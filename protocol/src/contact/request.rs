//! A contact request: who asks, what they say, and all that is needed to join the chat they made (its genesis block
//! and an MLS welcome). Canonical CBOR, then the asking device's Ed25519 signature over context and CBOR, then the
//! whole sealed to the recipient (`session::sealed`). At most 4 KiB, sealed.

use super::mailbox::Mailbox;
use crate::content::hello::check_name;
use crate::identity::account_record::Locator;
use crate::identity::device_log::DeviceLog;
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{DeviceId, UserId};
use crate::limits::CONTACT_REQUEST_MAX;
use crate::session::sealed::{SealingKey, seal};
use crate::wire::registry::context;
use crate::wire::{WireError, cbor};
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// UTF-8 bytes of the greeting.
pub const GREETING_MAX: usize = 512;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRequest {
    /// 1.
    pub version: u8,
    /// For whom; nobody can hand the request on.
    pub to: UserId,
    /// The asking device.
    pub device: DeviceId,
    /// The asker's device log.
    #[serde(with = "serde_bytes")]
    pub devices: Vec<u8>,
    /// Where later changes of the device log are found.
    pub account: Locator,
    /// What the asker calls themselves.
    pub name: String,
    /// A few words, perhaps none.
    pub greeting: String,
    /// Where the asker is reached.
    pub mailbox: Mailbox,
    /// The chat's genesis block.
    #[serde(with = "serde_bytes")]
    pub genesis: Vec<u8>,
    /// The MLS welcome.
    #[serde(with = "serde_bytes")]
    pub welcome: Vec<u8>,
    /// Where the chat's home relays are.
    pub home: Vec<super::mailbox::RelayHint>,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    /// Not sealed to us.
    #[error("the request cannot be opened")]
    Sealed,
    /// Out of shape or bounds.
    #[error("the request is malformed: {0}")]
    Wire(#[from] WireError),
    /// Meant for somebody else.
    #[error("the request is meant for somebody else")]
    OtherRecipient,
    /// Not signed by a living device of its user.
    #[error("the request is not signed by a device of its user")]
    Signature,
    /// Too large to be sent.
    #[error("the request has {0} bytes and may have 4096; write a shorter greeting")]
    TooLarge(usize),
}

impl ContactRequest {
    /// Signs and seals.
    pub fn seal(&self, key: &DeviceKey, to: &[u8; 32], rng: &mut ChaCha20Rng) -> Result<Vec<u8>, RequestError> {
        let mut bytes = cbor::encode(self)?;
        let signature = key.sign(&[context::CONTACT_REQUEST, &bytes].concat());
        bytes.extend_from_slice(&signature);
        let sealed = seal(to, &bytes, rng).ok_or(RequestError::Sealed)?;
        if sealed.len() > CONTACT_REQUEST_MAX { Err(RequestError::TooLarge(sealed.len())) } else { Ok(sealed) }
    }

    /// Opens and checks: for `us`, signed by a device that its user certified. The genesis block and the welcome are
    /// not looked into here.
    pub fn open(sealed: &[u8], key: &SealingKey, us: UserId) -> Result<(Self, DeviceLog), RequestError> {
        if sealed.len() > CONTACT_REQUEST_MAX {
            return Err(RequestError::TooLarge(sealed.len()));
        }
        let plain = key.open(sealed).map_err(|_| RequestError::Sealed)?;
        let (body, signature) = plain.split_last_chunk::<64>().ok_or(WireError::Truncated)?;
        let request = cbor::decode::<Self>(body, "contact request", CONTACT_REQUEST_MAX)?;
        if request.version != 1 {
            return Err(WireError::Unknown { what: "request version", number: request.version.into() }.into());
        }
        if request.to != us {
            return Err(RequestError::OtherRecipient);
        }
        let signed = [context::CONTACT_REQUEST, body].concat();
        let log = DeviceLog::decode(&request.devices).map_err(|_| RequestError::Signature)?;
        if !log.is_living(&request.device) || !verify(&request.device.0, &signed, signature) {
            return Err(RequestError::Signature);
        }
        check_name(&request.name)?;
        request.mailbox.check()?;
        super::mailbox::check_relays(&request.home)?;
        check_greeting(&request.greeting)?;
        Ok((request, log))
    }
}

/// At most 512 bytes, no control characters but line breaks.
pub fn check_greeting(greeting: &str) -> Result<(), WireError> {
    if greeting.len() > GREETING_MAX {
        return Err(WireError::TooLarge { what: "greeting", limit: GREETING_MAX });
    }
    if greeting.chars().any(|c| c.is_control() && c != '\n') {
        return Err(WireError::Invalid("greeting"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::mailbox::RelayHint;
    use crate::identity::device_log::{Action, Entry};
    use crate::identity::keys::RootKey;
    use crate::ids::NodeId;
    use rand_core::SeedableRng;

    const US: UserId = UserId([8; 32]);

    fn request(key: &DeviceKey) -> ContactRequest {
        let root = RootKey::from_seed([1; 32]);
        let entry = Entry::sign(&root, None, Action::Add, key.device(), [2; 32], 0);
        let home = vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
        ContactRequest {
            version: 1,
            to: US,
            device: key.device(),
            devices: entry.bytes,
            account: Locator { signer: [6; 32], opener: [7; 32] },
            name: "Alice".into(),
            greeting: "hello".into(),
            mailbox: Mailbox { number: [2; 32], sealing_key: [3; 32], relays: home.clone() },
            genesis: vec![1; 300],
            welcome: vec![2; 1700],
            home,
        }
    }

    fn sealed(request: &ContactRequest, key: &DeviceKey) -> Result<Vec<u8>, RequestError> {
        let rng = &mut ChaCha20Rng::from_seed([1; 32]);
        request.seal(key, &SealingKey::from_seed([3; 32]).public, rng)
    }

    fn open(sealed: &[u8]) -> Result<(ContactRequest, DeviceLog), RequestError> {
        ContactRequest::open(sealed, &SealingKey::from_seed([3; 32]), US)
    }

    #[test]
    fn requests_round_trip() {
        let key = DeviceKey::from_seed([1; 32]);
        let bytes = sealed(&request(&key), &key).unwrap();
        let (opened, log) = open(&bytes).unwrap();
        assert_eq!(opened, request(&key));
        assert_eq!(log.user(), RootKey::from_seed([1; 32]).user());
    }

    #[test]
    fn hostile_requests_are_refused_by_name() {
        let (key, stranger) = (DeviceKey::from_seed([1; 32]), DeviceKey::from_seed([2; 32]));
        let good = request(&key);
        let refused = |bad: ContactRequest, signer: &DeviceKey| open(&sealed(&bad, signer).unwrap()).unwrap_err();
        assert_eq!(refused(ContactRequest { to: UserId([9; 32]), ..good.clone() }, &key), RequestError::OtherRecipient);
        assert_eq!(refused(good.clone(), &stranger), RequestError::Signature);
        let foreign = ContactRequest { device: stranger.device(), ..good.clone() };
        assert_eq!(refused(foreign, &stranger), RequestError::Signature);
        assert_eq!(refused(ContactRequest { devices: vec![0; 206], ..good.clone() }, &key), RequestError::Signature);
        let newer = refused(ContactRequest { version: 9, ..good.clone() }, &key);
        assert!(matches!(newer, RequestError::Wire(WireError::Unknown { .. })));
        for bad in [
            ContactRequest { name: "\n".into(), ..good.clone() },
            ContactRequest { greeting: "\u{1b}[2J".into(), ..good.clone() },
            ContactRequest { greeting: "x".repeat(513), ..good.clone() },
            ContactRequest { home: vec![], ..good.clone() },
        ] {
            assert!(matches!(refused(bad, &key), RequestError::Wire(_)));
        }
        let large = ContactRequest { welcome: vec![0; 4000], ..good };
        assert!(matches!(sealed(&large, &key), Err(RequestError::TooLarge(_))));
        assert!(matches!(open(&[0; 5000]), Err(RequestError::TooLarge(_))));
        assert_eq!(open(&[0; 100]).unwrap_err(), RequestError::Sealed);
    }
}
