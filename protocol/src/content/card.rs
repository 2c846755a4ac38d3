//! A contact card. Body: `{0: name, 1: key, 2: [phone, …], 3: [e-mail, …], 4: organisation, 5: note, 6: head}`; the key
//! is `{0: user, 1: certificate}`, an entry of that user's device log; what is empty is left out, but for the name.
//!
//! The certificate shows that whoever holds the key certifies devices with it, so a card cannot name a key that nobody
//! has. Whether the name belongs to the key is the sender's word: whoever shows a card compares it with the own
//! contacts.
//!
//! Not here: vCard ([`super::vcard`]).

use super::canonical;
use super::head::Head;
use super::hello::check_name;
use super::poll::bounded;
use crate::identity::device_log::{Action, Entry};
use crate::ids::UserId;
use crate::limits::{CARD_FIELD_MAX, CARD_LIST_MAX, CARD_NOTE_UNITS_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Somebody's key, with a sign that it is in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardKey {
    /// Who.
    pub user: UserId,
    /// An `add` entry of their device log.
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
}

/// A contact card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Display name.
    pub name: String,
    /// Their key here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<CardKey>,
    /// At most 8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// At most 8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What else it carries.
    #[serde(default, skip_serializing_if = "Head::is_empty")]
    pub head: Head,
}

impl Card {
    /// Checks the bounds and the certificate.
    pub fn checked(self) -> Result<Self, WireError> {
        check_name(&self.name)?;
        for list in [&self.phones, &self.emails] {
            if list.len() > CARD_LIST_MAX {
                return Err(WireError::TooLarge { what: "lines of a card", limit: CARD_LIST_MAX });
            }
            list.iter().try_for_each(|line| bounded("line of a card", line, CARD_FIELD_MAX))?;
        }
        if !self.organisation.is_empty() {
            bounded("organisation", &self.organisation, CARD_FIELD_MAX)?;
        }
        if !self.note.is_empty() {
            bounded("note", &self.note, CARD_NOTE_UNITS_MAX)?;
        }
        if let Some(key) = &self.key {
            let entry = Entry::decode(&key.certificate).ok();
            if !entry.is_some_and(|entry| entry.user == key.user && entry.action == Action::Add) {
                return Err(WireError::Invalid("certificate of a card"));
            }
        }
        self.head.check_unproven()?;
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "card").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::keys::{DeviceKey, RootKey};

    fn card() -> Card {
        Card { name: "Zoë".into(), phones: vec!["+41 1".into()], ..Card::default() }
    }

    #[test]
    fn the_vector_holds() {
        // a2                       map of two
        //    00 64 5a6fc3ab        field 0: "Zoë"
        //    02 81 65 2b34312031   field 2: one phone, "+41 1"
        let bytes = [0xa2, 0x00, 0x64, b'Z', b'o', 0xc3, 0xab, 0x02, 0x81, 0x65, b'+', b'4', b'1', b' ', b'1'];
        assert_eq!(card().encode().unwrap(), bytes);
        assert_eq!(Card::decode(&bytes), Ok(card()));
    }

    #[test]
    fn a_key_needs_a_certificate_of_its_own() {
        let (root, device) = (RootKey::from_seed([1; 32]), DeviceKey::from_seed([2; 32]).device());
        let entry = Entry::sign(&root, None, Action::Add, device, [3; 32], 5);
        let key = |user, certificate| Card { key: Some(CardKey { user, certificate }), ..card() };
        let good = key(root.user(), entry.bytes.clone());
        assert_eq!(Card::decode(&good.encode().unwrap()), Ok(good));
        let mut flipped = entry.bytes.clone();
        flipped[50] ^= 1;
        for forged in [key(UserId([9; 32]), entry.bytes), key(root.user(), flipped), key(root.user(), vec![])] {
            let refusal = Card::decode(&cbor::encode(&forged).unwrap());
            assert_eq!(refusal, Err(WireError::Invalid("certificate of a card")));
        }
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let bad = [
            Card { name: " ".into(), ..card() },
            Card { name: "a\nb".into(), ..card() },
            Card { phones: vec!["1".into(); CARD_LIST_MAX + 1], ..card() },
            Card { emails: vec!["x".repeat(CARD_FIELD_MAX + 1)], ..card() },
            Card { emails: vec![String::new()], ..card() },
            Card { note: "x".repeat(CARD_NOTE_UNITS_MAX + 1), ..card() },
            Card { organisation: "\u{7}".into(), ..card() },
        ];
        for card in bad {
            assert!(Card::decode(&cbor::encode(&card).unwrap()).is_err(), "{card:?}");
        }
    }
}
