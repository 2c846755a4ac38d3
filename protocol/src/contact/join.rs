//! What is left at the entrance of a group or channel, sealed to the link's key: `sort u8 | CBOR | signature 64`, the
//! signature a device's over `context::ENTRANCE`, the link's name, sort and CBOR. At most 4 KiB, sealed.
//!
//! | sort | what | CBOR |
//! |---|---|---|
//! | 1 | a request to be let in | `{0: device, 1: device log, 2: name, 3: greeting, 4: key package, 5: letterbox, 6: relays, 7: when}` |
//! | 2 | one was declined | `{0: certificate of the decliner's device, 1: BLAKE3 of the declined sealed request}` |
//!
//! The letterbox is made for this request and is at the asker's own relays: the answer goes there.
//!
//! Not here: whether a decliner may decline (`peer::entrances`), what the answer is (`chat::parcel`).

use super::entrance::{ChatLink, EntranceSecret, LinkId};
use super::mailbox::{Letterbox, RelayHint, check_relays};
use super::request::check_greeting;
use crate::content::hello::check_name;
use crate::identity::device_log::{Action, DeviceLog, Entry};
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::DeviceId;
use crate::limits::{CONTACT_REQUEST_MAX, KEY_PACKAGE_MAX};
use crate::session::sealed::seal;
use crate::wire::registry::context;
use crate::wire::{WireError, cbor};
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

const REQUEST: u8 = 1;
const DECLINED: u8 = 2;

/// Somebody wants in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The asking device.
    pub device: DeviceId,
    /// The asker's device log.
    #[serde(with = "serde_bytes")]
    pub devices: Vec<u8>,
    /// What the asker calls themselves.
    pub name: String,
    /// A few words, perhaps none.
    pub greeting: String,
    /// How the device comes into the MLS group.
    #[serde(with = "serde_bytes")]
    pub package: Vec<u8>,
    /// Where the answer goes.
    pub letterbox: Letterbox,
    /// At which relays.
    pub relays: Vec<RelayHint>,
    /// Milliseconds since 1970 by the asker's clock, for people to see.
    pub at: u64,
}

/// One of those who may decided that a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// The decliner's device.
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
    /// The hash of the sealed request.
    #[serde(with = "serde_bytes")]
    pub request: [u8; 32],
}

/// What was found at an entrance; whoever signed it is who it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// A request, and the checked device log in it.
    Request(Box<JoinRequest>, DeviceLog),
    /// A request that is not to be answered, and whose device says so.
    Declined {
        /// The hash of the sealed request.
        request: [u8; 32],
        /// Who says so.
        by: DeviceId,
    },
}

/// Why something at an entrance counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JoinError {
    /// Not sealed to this link.
    #[error("it is not sealed to this link")]
    Sealed,
    /// Out of shape or bounds.
    #[error("it is malformed: {0}")]
    Wire(#[from] WireError),
    /// Not signed by a living device of its user.
    #[error("it is not signed by a device of its user")]
    Signature,
    /// Too large to be sent.
    #[error("the request has {0} bytes and may have 4096; write a shorter greeting")]
    TooLarge(usize),
}

/// The hash that names a sealed request.
pub fn name_of(sealed: &[u8]) -> [u8; 32] {
    *blake3::hash(sealed).as_bytes()
}

impl JoinRequest {
    /// Signs and seals for a link.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn seal(&self, link: &ChatLink, key: &DeviceKey, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, JoinError> {
        sealed(REQUEST, &cbor::encode(self)?, (&link.seed.id(), &link.sealing_key), key, rng)
    }

    /// The asker's X25519 key that the answer is sealed to.
    pub fn sealing_key(&self, log: &DeviceLog) -> Option<[u8; 32]> {
        log.certificate(&self.device).map(|entry| entry.sealing_key)
    }
}

impl Declined {
    /// Signs and seals for those who read the entrance.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn seal(&self, to: &EntranceSecret, key: &DeviceKey, rng: &mut ChaCha20Rng) -> Result<Vec<u8>, JoinError> {
        sealed(DECLINED, &cbor::encode(self)?, (&to.seed().id(), &to.sealing().public), key, rng)
    }
}

fn statement(link: &LinkId, body: &[u8]) -> Vec<u8> {
    [context::ENTRANCE, link, body].concat()
}

fn sealed(
    sort: u8,
    body: &[u8],
    (link, to): (&LinkId, &[u8; 32]),
    key: &DeviceKey,
    rng: &mut ChaCha20Rng,
) -> Result<Vec<u8>, JoinError> {
    let mut plain = [&[sort], body].concat();
    let signature = key.sign(&statement(link, &plain));
    plain.extend_from_slice(&signature);
    let sealed = seal(to, &plain, rng).ok_or(JoinError::Sealed)?;
    if sealed.len() > CONTACT_REQUEST_MAX { Err(JoinError::TooLarge(sealed.len())) } else { Ok(sealed) }
}

/// Opens what was left and checks everything that can be checked without the chat.
///
/// # Errors
/// [`JoinError`].
pub fn open(sealed: &[u8], secret: &EntranceSecret) -> Result<Left, JoinError> {
    if sealed.len() > CONTACT_REQUEST_MAX {
        return Err(JoinError::TooLarge(sealed.len()));
    }
    let plain = secret.sealing().open(sealed).map_err(|_| JoinError::Sealed)?;
    let (body, signature) = plain.split_last_chunk::<64>().ok_or(WireError::Truncated)?;
    let signed = statement(&secret.seed().id(), body);
    let by = |device: &DeviceId| verify(&device.0, &signed, signature);
    match body.split_first() {
        Some((&REQUEST, body)) => {
            let request = cbor::decode::<JoinRequest>(body, "join request", CONTACT_REQUEST_MAX)?;
            let log = DeviceLog::decode(&request.devices).map_err(|_| JoinError::Signature)?;
            if !log.is_living(&request.device) || !by(&request.device) {
                return Err(JoinError::Signature);
            }
            check_name(&request.name)?;
            check_greeting(&request.greeting)?;
            check_relays(&request.relays)?;
            if request.package.len() > KEY_PACKAGE_MAX {
                return Err(WireError::TooLarge { what: "key package", limit: KEY_PACKAGE_MAX }.into());
            }
            Ok(Left::Request(Box::new(request), log))
        }
        Some((&DECLINED, body)) => {
            let declined = cbor::decode::<Declined>(body, "declined request", CONTACT_REQUEST_MAX)?;
            let entry = Entry::decode(&declined.certificate).map_err(|_| JoinError::Signature)?;
            if entry.action != Action::Add || !by(&entry.device) {
                return Err(JoinError::Signature);
            }
            Ok(Left::Declined { request: declined.request, by: entry.device })
        }
        Some((sort, _)) => {
            Err(WireError::Unknown { what: "what is left at an entrance", number: (*sort).into() }.into())
        }
        None => Err(WireError::Truncated.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::vector;
    use crate::identity::keys::RootKey;
    use crate::ids::{BlockHash, NodeId};
    use crate::session::sealed::SealingKey;
    use rand_core::SeedableRng;

    fn secret() -> EntranceSecret {
        EntranceSecret::from([7; 32])
    }

    fn key(n: u8) -> DeviceKey {
        DeviceKey::from_seed([n; 32])
    }

    fn relays() -> Vec<RelayHint> {
        vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }]
    }

    fn link() -> ChatLink {
        let (seed, sealing_key) = (secret().seed(), secret().sealing().public);
        ChatLink {
            version: 1,
            genesis: BlockHash([1; 32]),
            kind: 3,
            title: "T".into(),
            seed,
            sealing_key,
            relays: relays(),
        }
    }

    fn entry(n: u8) -> Entry {
        Entry::sign(&RootKey::from_seed([1; 32]), None, Action::Add, key(n).device(), [2; 32], 0)
    }

    fn request() -> JoinRequest {
        JoinRequest {
            device: key(1).device(),
            devices: entry(1).bytes,
            name: "Alice".into(),
            greeting: "hello".into(),
            package: vec![3; 400],
            letterbox: Letterbox([4; 32]),
            relays: relays(),
            at: 9,
        }
    }

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([1; 32])
    }

    #[test]
    fn vector() {
        let declined = Declined { certificate: entry(1).bytes, request: [6; 32] };
        let fields = [
            ("a request, CBOR", cbor::encode(&request()).unwrap()),
            ("a declined one, CBOR", cbor::encode(&declined).unwrap()),
        ];
        vector::check("join", include_str!("../../vectors/join.hex"), &fields);
    }

    #[test]
    fn what_is_left_comes_back() {
        let sealed = request().seal(&link(), &key(1), &mut rng()).unwrap();
        match open(&sealed, &secret()).unwrap() {
            Left::Request(opened, log) => {
                assert_eq!(*opened, request());
                assert_eq!(opened.sealing_key(&log), Some([2; 32]));
            }
            other => panic!("{other:?}"),
        }
        let declined = Declined { certificate: entry(1).bytes, request: name_of(&sealed) };
        let said = declined.seal(&secret(), &key(1), &mut rng()).unwrap();
        let (request, by) = (name_of(&sealed), key(1).device());
        assert_eq!(open(&said, &secret()), Ok(Left::Declined { request, by }));
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(open(&bad, &secret()).is_err() && open(&sealed[..at], &secret()).is_err(), "byte {at}");
        }
    }

    #[test]
    fn hostile_requests_are_refused_by_name() {
        let refused = |bad: JoinRequest, signer: u8| {
            open(&bad.seal(&link(), &key(signer), &mut rng()).unwrap(), &secret()).unwrap_err()
        };
        assert_eq!(refused(request(), 2), JoinError::Signature, "another device signed");
        let foreign = JoinRequest { device: key(2).device(), ..request() };
        assert_eq!(refused(foreign, 2), JoinError::Signature, "not in the log");
        assert_eq!(refused(JoinRequest { devices: vec![0; 206], ..request() }, 1), JoinError::Signature);
        let many = (0..9).map(|n| RelayHint { relay: NodeId([n; 32]), addrs: vec![] }).collect();
        for bad in [
            JoinRequest { name: "\u{1b}[2J".into(), ..request() },
            JoinRequest { greeting: "x".repeat(513), ..request() },
            JoinRequest { relays: vec![], ..request() },
            JoinRequest { relays: many, ..request() },
        ] {
            assert!(matches!(refused(bad, 1), JoinError::Wire(_)));
        }
        let large = JoinRequest { package: vec![0; 4000], ..request() };
        assert!(matches!(large.seal(&link(), &key(1), &mut rng()), Err(JoinError::TooLarge(_))));
        assert!(matches!(open(&[0; 5000], &secret()), Err(JoinError::TooLarge(_))));
        let other = ChatLink { seed: EntranceSecret::from([8; 32]).seed(), ..link() };
        let moved = request().seal(&other, &key(1), &mut rng()).unwrap();
        assert_eq!(open(&moved, &secret()), Err(JoinError::Signature), "taken from another entrance");
        let to = SealingKey::from_seed([9; 32]).public;
        let stray = request().seal(&ChatLink { sealing_key: to, ..link() }, &key(1), &mut rng()).unwrap();
        assert_eq!(open(&stray, &secret()), Err(JoinError::Sealed));
        let forged = Declined { certificate: entry(1).bytes, request: [6; 32] };
        assert_eq!(open(&forged.seal(&secret(), &key(2), &mut rng()).unwrap(), &secret()), Err(JoinError::Signature));
        let unknown = sealed(9, &[0xa0], (&secret().seed().id(), &secret().sealing().public), &key(1), &mut rng());
        assert!(matches!(open(&unknown.unwrap(), &secret()), Err(JoinError::Wire(WireError::Unknown { .. }))));
    }
}
