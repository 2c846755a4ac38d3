//! What the two devices say to each other once they are paired. Each message is a byte that says what it is, and a
//! body; `wire::registry` has the numbers.
//!
//! | said | by | body |
//! |---|---|---|
//! | offer 1 | new | `CBOR {0: version 1, 1: device, 2: X25519 key, 3: name} \| signature 64`, the device's over `context::LINK_OFFER`, the pairing's hash and the CBOR |
//! | part 2 | old | `more u8 \| bytes`: the parts behind each other are the handover |
//! | stored 3 | new | nothing: the handover is durable there |
//! | refused 4 | either | nothing: its person said no |
//!
//! The handover is `CBOR {0: version 1, 1: device log, 2: record key 96, 3: name, 4: [relay hint, ...], 5: [contact, ...],
//! 6: [setting, ...]}`. The root key is not in it: whoever takes the new device can be removed (docs/decisions/0019).

use crate::contact::mailbox::{Mailbox, RelayHint, check_relays};
use crate::content::hello::check_name;
use crate::identity::account_record::{Locator, RecordKey};
use crate::identity::device_log::{DeviceLog, ENTRY_LEN};
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{DeviceId, UserId};
use crate::limits::{DEVICE_LOG_MAX, HANDOVER_CONTACTS_MAX, HANDOVER_MAX};
use crate::peer::account::{Account, NewDevice};
use crate::session::pairing::PLAIN_MAX;
use crate::wire::registry::{context, link};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is wrong with something said.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SaidError {
    /// Out of shape or bounds.
    #[error("the other device said something that cannot be: {0}")]
    Wire(#[from] WireError),
    /// An offer that the offered device did not sign for this pairing, or for another X25519 key.
    #[error("the new device does not prove its key")]
    Unproved,
    /// A handover that does not certify this device, or was not given by a device that it certifies.
    #[error("the other device is not one of the account that it hands over")]
    Uncertified,
}

/// Something said.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// "This is what I want to be."
    Offer(Vec<u8>),
    /// A piece of the handover.
    Part {
        /// Others follow.
        more: bool,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// "I have it."
    Stored,
    /// "My person said no."
    Refused,
}

impl Said {
    /// The bytes that are sealed.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Offer(bytes) => [&[link::OFFER], &bytes[..]].concat(),
            Self::Part { more, bytes } => [&[link::PART, u8::from(*more)], &bytes[..]].concat(),
            Self::Stored => vec![link::STORED],
            Self::Refused => vec![link::REFUSED],
        }
    }

    /// Reads what the other side said.
    pub fn decode(plain: &[u8]) -> Result<Self, WireError> {
        match plain {
            [link::OFFER, bytes @ ..] => Ok(Self::Offer(bytes.to_vec())),
            [link::PART, more @ (0 | 1), bytes @ ..] => Ok(Self::Part { more: *more == 1, bytes: bytes.to_vec() }),
            [link::STORED] => Ok(Self::Stored),
            [link::REFUSED] => Ok(Self::Refused),
            [] => Err(WireError::Truncated),
            [number, ..] => Err(WireError::Unknown { what: "link message", number: u64::from(*number) }),
        }
    }
}

/// What a new device wants to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    version: u8,
    /// Its signing key.
    pub device: DeviceId,
    /// Its X25519 key, which is also its key in the pairing.
    #[serde(with = "serde_bytes")]
    pub sealing_key: [u8; 32],
    /// What it calls itself; may be empty.
    pub name: String,
}

impl Offer {
    /// Signed for a pairing.
    pub fn sign(device: &NewDevice, name: &str, hash: &[u8; 32]) -> Result<Vec<u8>, WireError> {
        let (id, sealing_key) = (device.key.device(), device.sealing.public);
        let offer = Self { version: 1, device: id, sealing_key, name: name.to_owned() };
        check_device_name(name)?;
        let mut bytes = cbor::encode(&offer)?;
        let signature = device.key.sign(&statement(hash, &bytes));
        bytes.extend_from_slice(&signature);
        Ok(bytes)
    }

    /// Checks that the device signed it for this pairing, under the key that it pairs with.
    pub fn decode(bytes: &[u8], hash: &[u8; 32], pairs_with: &[u8; 32]) -> Result<Self, SaidError> {
        let (body, signature) = bytes.split_last_chunk::<64>().ok_or(WireError::Truncated)?;
        let offer: Self = cbor::decode(body, "link offer", 1024)?;
        if offer.version != 1 {
            return Err(WireError::Unknown { what: "link offer version", number: offer.version.into() }.into());
        }
        check_device_name(&offer.name)?;
        let proved = verify(&offer.device.0, &statement(hash, body), signature);
        if proved && offer.sealing_key == *pairs_with { Ok(offer) } else { Err(SaidError::Unproved) }
    }
}

fn statement(hash: &[u8; 32], body: &[u8]) -> Vec<u8> {
    [context::LINK_OFFER, hash, body].concat()
}

/// Nothing, or what a display name may be.
pub fn check_device_name(name: &str) -> Result<(), WireError> {
    if name.is_empty() { Ok(()) } else { check_name(name) }
}

/// A contact, as another own device needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    /// Who.
    pub user: UserId,
    /// What they call themselves.
    pub name: String,
    /// Milliseconds since 1970.
    pub since: u64,
    /// Where they are reached.
    pub mailbox: Mailbox,
    /// Their device log, perhaps empty.
    #[serde(with = "serde_bytes")]
    pub devices: Vec<u8>,
    /// Where changes of it are found.
    pub account: Option<Locator>,
}

impl ContactCard {
    /// As a backup keeps it: without the device log, which the account record brings back, and with two relays.
    pub fn without_details(mut self) -> Self {
        self.devices = Vec::new();
        self.mailbox.relays.truncate(2);
        self.mailbox.relays.iter_mut().for_each(|hint| hint.addrs.truncate(2));
        self
    }
}

/// Checks the bounds of what another device wrote about people.
pub fn check_cards(cards: &[ContactCard]) -> Result<(), WireError> {
    for card in cards {
        check_name(&card.name)?;
        card.mailbox.check()?;
        if card.devices.len() > ENTRY_LEN * DEVICE_LOG_MAX {
            return Err(WireError::TooLarge { what: "device log", limit: ENTRY_LEN * DEVICE_LOG_MAX });
        }
    }
    Ok(())
}

/// A setting, as `settings` keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingRow {
    /// Which.
    #[serde(with = "serde_bytes")]
    pub key: Vec<u8>,
    /// When it was set, and by which device: the later one counts.
    pub at: u64,
    /// By which.
    pub by: DeviceId,
    /// To what.
    #[serde(with = "serde_bytes")]
    pub value: Vec<u8>,
}

/// All that a new device gets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    version: u8,
    #[serde(with = "serde_bytes")]
    devices: Vec<u8>,
    #[serde(with = "serde_bytes")]
    record: [u8; 96],
    name: String,
    relays: Vec<RelayHint>,
    /// Everybody we are in contact with.
    pub contacts: Vec<ContactCard>,
    /// Own settings.
    pub settings: Vec<SettingRow>,
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handover(…)")
    }
}

impl Handover {
    /// Of our account, which certifies the new device already.
    pub fn of(account: &Account, mut contacts: Vec<ContactCard>, settings: Vec<SettingRow>) -> Self {
        contacts.truncate(HANDOVER_CONTACTS_MAX);
        Self {
            version: 1,
            devices: account.devices.encode(),
            record: account.record.to_bytes(),
            name: account.name.clone(),
            relays: account.relays.clone(),
            contacts,
            settings,
        }
    }

    /// The parts, in order.
    pub fn parts(&self) -> Result<Vec<Said>, WireError> {
        let bytes = zeroize::Zeroizing::new(cbor::encode(self)?);
        if bytes.len() > HANDOVER_MAX {
            return Err(WireError::TooLarge { what: "handover", limit: HANDOVER_MAX });
        }
        let chunks: Vec<&[u8]> = bytes.chunks(PLAIN_MAX - 2).collect();
        let last = chunks.len() - 1;
        Ok(chunks.iter().enumerate().map(|(n, bytes)| Said::Part { more: n < last, bytes: bytes.to_vec() }).collect())
    }

    /// Reads it and checks all that a new device can check: it is certified now, and was handed over by a device that
    /// is (its X25519 key stands in the log, and the pairing proved that key).
    pub fn decode(bytes: &[u8], device: &DeviceKey, given_by: &[u8; 32]) -> Result<(Self, DeviceLog), SaidError> {
        let handover: Self = cbor::decode(bytes, "handover", HANDOVER_MAX)?;
        if handover.version != 1 {
            return Err(WireError::Unknown { what: "handover version", number: handover.version.into() }.into());
        }
        let log = DeviceLog::decode(&handover.devices).map_err(|_| WireError::Invalid("device log"))?;
        let giver = log.living().any(|entry| entry.sealing_key == *given_by && entry.device != device.device());
        if !giver || !log.is_living(&device.device()) {
            return Err(SaidError::Uncertified);
        }
        check_name(&handover.name)?;
        if !handover.relays.is_empty() {
            check_relays(&handover.relays)?;
        }
        if handover.contacts.len() > HANDOVER_CONTACTS_MAX {
            return Err(WireError::TooLarge { what: "contacts", limit: HANDOVER_CONTACTS_MAX }.into());
        }
        check_cards(&handover.contacts)?;
        Ok((handover, log))
    }

    /// The account of the new device.
    pub fn account(&self, device: NewDevice, log: DeviceLog) -> Result<Account, WireError> {
        Account::of(device, log, RecordKey::from_bytes(&self.record), self.name.clone(), self.relays.clone())
    }
}
