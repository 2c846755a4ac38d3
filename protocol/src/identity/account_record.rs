//! The account record: what a user's devices publish at their relays, so that whoever has the words can bring a
//! device back, and contacts learn of new and removed devices without being told.
//!
//! It is a signed record (`wire::record`, kind `ACCOUNT`) under a key that is derived from the root key and names
//! nobody; its body is sealed, so a relay learns neither whose it is nor what it says. Every device of the user has the
//! record's key and may publish; contacts have its [`Locator`] and may read. What counts is inside: the device log is
//! signed by the root key, each card by its device. So whoever has the record's key can hide news, not invent any.
//!
//! The body is `nonce 24 | XChaCha20-Poly1305(CBOR)`, associated data the record's key. The CBOR is
//! `{0: version 1, 1: device log, 2: [card, ...]}`, at most one card a living device; a card is `CBOR | signature 64`,
//! the device's over `context::DEVICE_CARD` and the CBOR `{0: user, 1: device, 2: when, 3: name, 4: profile
//! `{0: username, 1: bio, 2: emoji, 3: picture}`, 5: mailbox or null, 6: letterbox}`.

use super::backup::BackupKey;
use super::device_log::{DeviceLog, LogError};
use super::keys::{DeviceKey, RootKey, verify};
use super::profile::Profile;
use crate::chat::envelope::{TAG, lock, unlock};
use crate::contact::mailbox::{Letterbox, Mailbox};
use crate::content::hello::check_name;
use crate::ids::{DeviceId, UserId};
use crate::limits::{DEVICE_CARD_MAX, DEVICES_MAX, RECORD_MAX};
use crate::wire::record::{Record, RecordError};
use crate::wire::registry::{context, record as kind};
use crate::wire::{WireError, cbor};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

const NONCE: usize = 24;

/// Bytes of a record beside the CBOR: frame, nonce, tag.
const AROUND: usize = 1 + 32 + 8 + 8 + 4 + 64 + NONCE + TAG;

/// Where a user's account record is, and what opens it. Contacts have it; relays do not.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locator {
    /// The record's public key, by which relays find it.
    #[serde(with = "serde_bytes")]
    pub signer: [u8; 32],
    /// Opens the body.
    #[serde(with = "serde_bytes")]
    pub opener: [u8; 32],
}

impl fmt::Debug for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Locator(…)")
    }
}

/// What publishes a user's account record, and their backup.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct RecordKey {
    signer: [u8; 32],
    opener: [u8; 32],
    backup: [u8; 32],
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordKey(…)")
    }
}

impl RecordKey {
    /// The one that belongs to a root key.
    pub fn of(root: &RootKey) -> Self {
        Self {
            signer: root.derive("chappe 2026-11 account record signer"),
            opener: root.derive("chappe 2026-11 account record opener"),
            backup: root.derive("chappe 2026-11 backup"),
        }
    }

    /// From its 96 stored bytes.
    pub fn from_bytes(bytes: &[u8; 96]) -> Self {
        let (mut signer, mut opener, mut backup) = ([0; 32], [0; 32], [0; 32]);
        signer.copy_from_slice(&bytes[..32]);
        opener.copy_from_slice(&bytes[32..64]);
        backup.copy_from_slice(&bytes[64..]);
        Self { signer, opener, backup }
    }

    /// For storing (sealed), and for a device that is linked.
    pub fn to_bytes(&self) -> [u8; 96] {
        let mut bytes = [0; 96];
        bytes[..32].copy_from_slice(&self.signer);
        bytes[32..64].copy_from_slice(&self.opener);
        bytes[64..].copy_from_slice(&self.backup);
        bytes
    }

    /// What own devices keep for each other; contacts have no part in it.
    pub fn backup(&self) -> BackupKey {
        BackupKey(self.backup)
    }

    /// What contacts get.
    pub fn locator(&self) -> Locator {
        Locator { signer: self.key().device().0, opener: self.opener }
    }

    fn key(&self) -> DeviceKey {
        DeviceKey::from_seed(self.signer)
    }
}

/// What a device says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Whose device.
    pub user: UserId,
    /// Which.
    pub device: DeviceId,
    /// Milliseconds since 1970; a later card of a device replaces an earlier one.
    pub at: u64,
    /// The user's display name.
    pub name: String,
    /// What the user shows to contacts.
    pub profile: Profile,
    /// Where the device is reached; `None` while it has no relay.
    pub mailbox: Option<Mailbox>,
    /// Where other own devices leave letters for it.
    pub letterbox: Letterbox,
}

/// A card whose signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCard {
    /// What it says.
    pub card: Card,
    bytes: Vec<u8>,
}

/// Why a record or card is refused. Nothing of it is taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccountRecordError {
    /// No record of this kind and key, or wrongly signed.
    #[error("account record: {0}")]
    Record(#[from] RecordError),
    /// Another kind or key than asked for.
    #[error("account record: it is another record than the one asked for")]
    Another,
    /// It was not sealed with this account's key.
    #[error("account record: it cannot be opened")]
    Sealed,
    /// Out of shape or bounds.
    #[error("account record: {0}")]
    Wire(#[from] WireError),
    /// The device log in it is refused.
    #[error("account record: {0}")]
    Log(#[from] LogError),
    /// The log is another user's.
    #[error("account record: it is about another user")]
    OtherUser,
    /// A card is not signed by the device that it names, or twice there.
    #[error("account record: a card is not its device's own")]
    Card,
}

impl SignedCard {
    /// Signs.
    pub fn sign(card: Card, key: &DeviceKey) -> Result<Self, WireError> {
        check_card(&card)?;
        let mut bytes = cbor::encode(&card)?;
        let signature = key.sign(&[context::DEVICE_CARD, &bytes].concat());
        bytes.extend_from_slice(&signature);
        if bytes.len() > DEVICE_CARD_MAX {
            return Err(WireError::TooLarge { what: "device card", limit: DEVICE_CARD_MAX });
        }
        Ok(Self { card, bytes })
    }

    /// Reads a card and checks that its device signed it; whether the device is the user's is the log's to say.
    pub fn decode(bytes: &[u8]) -> Result<Self, AccountRecordError> {
        let (body, signature) = bytes.split_last_chunk::<64>().ok_or(WireError::Truncated)?;
        let card: Card = cbor::decode(body, "device card", DEVICE_CARD_MAX - 64)?;
        check_card(&card)?;
        if !verify(&card.device.0, &[context::DEVICE_CARD, body].concat(), signature) {
            return Err(AccountRecordError::Card);
        }
        Ok(Self { card, bytes: bytes.to_vec() })
    }

    /// What [`Self::decode`] reads.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn check_card(card: &Card) -> Result<(), WireError> {
    check_name(&card.name)?;
    card.profile.check()?;
    card.mailbox.as_ref().map_or(Ok(()), Mailbox::check)
}

#[derive(Serialize, Deserialize)]
struct Body {
    version: u8,
    #[serde(with = "serde_bytes")]
    devices: Vec<u8>,
    cards: Vec<serde_bytes::ByteBuf>,
}

/// A user's device log and the cards of the devices in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// Which devices speak for the user.
    pub log: DeviceLog,
    cards: BTreeMap<DeviceId, SignedCard>,
}

/// How two device logs of one user stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They say the same.
    Same,
    /// The other one says more.
    Newer,
    /// The other one says less.
    Older,
    /// They contradict each other: the root key signed two histories.
    Forked,
}

/// Compares `theirs` with `ours`.
pub fn compare(ours: &DeviceLog, theirs: &DeviceLog) -> Comparison {
    match (theirs.continues(ours), ours.continues(theirs)) {
        (true, true) => Comparison::Same,
        (true, false) => Comparison::Newer,
        (false, true) => Comparison::Older,
        (false, false) => Comparison::Forked,
    }
}

impl AccountRecord {
    /// A log without cards.
    pub fn new(log: DeviceLog) -> Self {
        Self { log, cards: BTreeMap::new() }
    }

    /// The cards, by device.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values().map(|signed| &signed.card)
    }

    /// The card that was signed last.
    pub fn newest(&self) -> Option<&Card> {
        self.cards().max_by_key(|card| (card.at, card.device))
    }

    /// Takes a card of a living device of this log if it is newer than the one here; true if it was taken.
    pub fn add(&mut self, signed: SignedCard) -> bool {
        let card = &signed.card;
        let known = self.cards.get(&card.device);
        let newer = known.is_none_or(|known| known.card.at < card.at);
        let fits = card.user == self.log.user() && self.log.is_living(&card.device);
        if newer && fits {
            self.cards.insert(card.device, signed);
        }
        newer && fits
    }

    /// Takes what another record of the same user says more: a longer log, newer cards. A log that contradicts ours
    /// changes nothing.
    pub fn merge(&mut self, other: &Self) -> Comparison {
        let comparison = compare(&self.log, &other.log);
        match comparison {
            Comparison::Newer => self.log = other.log.clone(),
            Comparison::Same | Comparison::Older => {}
            Comparison::Forked => return comparison,
        }
        for signed in other.cards.values() {
            self.add(signed.clone());
        }
        let log = &self.log;
        self.cards.retain(|device, _| log.is_living(device));
        comparison
    }

    /// The row that [`Self::from_row`] reads; not sealed.
    pub fn to_row(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(&self.body(self.cards.values()))
    }

    /// Reads what [`Self::to_row`] wrote.
    pub fn from_row(row: &[u8]) -> Result<Self, AccountRecordError> {
        Self::of_body(cbor::decode(row, "account record", usize::MAX)?)
    }

    fn body<'a>(&self, cards: impl Iterator<Item = &'a SignedCard>) -> Body {
        let cards = cards.map(|signed| serde_bytes::ByteBuf::from(signed.bytes.clone())).collect();
        Body { version: 1, devices: self.log.encode(), cards }
    }

    fn of_body(body: Body) -> Result<Self, AccountRecordError> {
        if body.version != 1 {
            return Err(WireError::Unknown { what: "account record version", number: body.version.into() }.into());
        }
        if body.cards.len() > DEVICES_MAX {
            return Err(WireError::TooLarge { what: "device cards", limit: DEVICES_MAX }.into());
        }
        let mut account = Self::new(DeviceLog::decode(&body.devices)?);
        for bytes in body.cards {
            // A card of a device that is not (or no more) in the log, or a second one, is not an honest device's work.
            if !account.add(SignedCard::decode(&bytes)?) {
                return Err(AccountRecordError::Card);
            }
        }
        Ok(account)
    }

    /// The signed record. If not all cards fit, the oldest are left out.
    pub fn seal(
        &self,
        key: &RecordKey,
        sequence: u64,
        expires: u64,
        rng: &mut ChaCha20Rng,
    ) -> Result<Record, RecordError> {
        let locator = key.locator();
        let mut cards: Vec<&SignedCard> = self.cards.values().collect();
        cards.sort_by_key(|signed| std::cmp::Reverse(signed.card.at));
        let plain = loop {
            let plain = cbor::encode(&self.body(cards.iter().copied()))?;
            if plain.len() + AROUND <= RECORD_MAX || cards.pop().is_none() {
                break plain;
            }
        };
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let mut body = [&nonce[..], &plain].concat();
        lock(&XChaCha20Poly1305::new(&locator.opener.into()), &nonce.into(), &locator.signer, &mut body, NONCE);
        Record::sign(kind::ACCOUNT, locator.signer, sequence, expires, body, |bytes| key.key().sign(bytes))
    }

    /// Opens the record that a relay gave for a locator, and checks all that is in it. The number is the record's
    /// sequence number, the last value its expiry.
    pub fn open(bytes: &[u8], at: &Locator, user: UserId) -> Result<(Self, u64, u64), AccountRecordError> {
        let record = Record::decode_verified(bytes)?;
        if record.kind != kind::ACCOUNT || record.key != at.signer {
            return Err(AccountRecordError::Another);
        }
        let (nonce, sealed) = record.body.split_first_chunk::<NONCE>().ok_or(AccountRecordError::Sealed)?;
        let cipher = XChaCha20Poly1305::new(&at.opener.into());
        let plain = unlock(&cipher, &(*nonce).into(), &at.signer, sealed).ok_or(AccountRecordError::Sealed)?;
        let account = Self::of_body(cbor::decode(&plain, "account record", RECORD_MAX)?)?;
        if account.log.user() != user {
            return Err(AccountRecordError::OtherUser);
        }
        Ok((account, record.sequence, record.expires))
    }
}

#[cfg(test)]
#[path = "account_record/tests.rs"]
mod tests;
