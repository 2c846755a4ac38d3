//! What comes back with the words beside the identity itself: the people one knows and one's own settings, in records
//! (`wire::record`, kind `BACKUP`) that only the own devices and the words can open. No message and no chat key is in it.
//!
//! A backup has up to [`BACKUP_PAGES_MAX`] pages, each a record under a key of its own. A page's body is
//! `nonce 24 | XChaCha20-Poly1305(CBOR)`, associated data the record's key; the CBOR is
//! `{0: version 1, 1: number of pages, 2: [contact, ...], 3: [setting, ...]}`.
//!
//! Not here: when it is written and what is done with it (`peer::backup`).

use super::keys::DeviceKey;
use crate::chat::envelope::{TAG, lock, unlock};
use crate::limits::{BACKUP_PAGES_MAX, RECORD_MAX};
use crate::peer::linking::handover::{ContactCard, SettingRow, check_cards};
use crate::wire::record::{Record, RecordError};
use crate::wire::registry::record as kind;
use crate::wire::{WireError, cbor};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

const NONCE: usize = 24;

/// Bytes of a page beside its items: frame, nonce, tag, the CBOR's heads.
const AROUND: usize = 1 + 32 + 8 + 8 + 4 + 64 + NONCE + TAG + 32;

/// Publishes and opens a user's backup.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct BackupKey(pub [u8; 32]);

impl std::fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BackupKey(…)")
    }
}

/// Why a page is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BackupError {
    /// No record of this kind and key, or wrongly signed.
    #[error("backup: {0}")]
    Record(#[from] RecordError),
    /// Another page than asked for, or not sealed with this key.
    #[error("backup: it is another record, or cannot be opened")]
    Sealed,
    /// Out of shape or bounds.
    #[error("backup: {0}")]
    Wire(#[from] WireError),
}

/// A part of a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    version: u8,
    /// How many pages there are.
    pub pages: u8,
    /// People.
    pub contacts: Vec<ContactCard>,
    /// Settings.
    pub settings: Vec<SettingRow>,
}

impl BackupKey {
    fn signer(&self, page: u8) -> DeviceKey {
        let seed = [&self.0[..], &[page]].concat();
        DeviceKey::from_seed(blake3::derive_key("chappe 2026-11 backup page signer", &seed))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&blake3::derive_key("chappe 2026-11 backup opener", &self.0).into())
    }

    /// By which key relays find a page.
    pub fn name(&self, page: u8) -> [u8; 32] {
        self.signer(page).device().0
    }

    /// The record of a page.
    pub fn seal(
        &self,
        number: u8,
        page: &Page,
        (sequence, expires): (u64, u64),
        rng: &mut ChaCha20Rng,
    ) -> Result<Record, RecordError> {
        let signer = self.signer(number);
        let plain = cbor::encode(page)?;
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let mut body = [&nonce[..], &plain].concat();
        lock(&self.cipher(), &nonce.into(), &signer.device().0, &mut body, NONCE);
        Record::sign(kind::BACKUP, signer.device().0, sequence, expires, body, |bytes| signer.sign(bytes))
    }

    /// Opens a page that a relay gave; also its sequence number and expiry.
    pub fn open(&self, number: u8, bytes: &[u8]) -> Result<(Page, u64, u64), BackupError> {
        let record = Record::decode_verified(bytes)?;
        let name = self.name(number);
        if record.kind != kind::BACKUP || record.key != name {
            return Err(BackupError::Sealed);
        }
        let (nonce, sealed) = record.body.split_first_chunk::<NONCE>().ok_or(BackupError::Sealed)?;
        let plain = unlock(&self.cipher(), &(*nonce).into(), &name, sealed).ok_or(BackupError::Sealed)?;
        let page: Page = cbor::decode(&plain, "backup", RECORD_MAX)?;
        if page.version != 1 {
            return Err(WireError::Unknown { what: "backup version", number: page.version.into() }.into());
        }
        if page.pages == 0 || page.pages > BACKUP_PAGES_MAX {
            return Err(WireError::Invalid("number of pages").into());
        }
        check_cards(&page.contacts)?;
        Ok((page, record.sequence, record.expires))
    }
}

/// Puts everything on pages, in order. What does not fit on [`BACKUP_PAGES_MAX`] pages is left out: the last settings,
/// then the last contacts.
pub fn pages(contacts: Vec<ContactCard>, settings: Vec<SettingRow>) -> Vec<Page> {
    let mut pages = vec![Page { version: 1, ..Page::default() }];
    let mut room = RECORD_MAX - AROUND;
    let fits = |pages: &mut Vec<Page>, room: &mut usize, size: usize| {
        if size > *room && pages.len() < usize::from(BACKUP_PAGES_MAX) {
            pages.push(Page { version: 1, ..Page::default() });
            *room = RECORD_MAX - AROUND;
        }
        let fits = size <= *room;
        *room -= if fits { size } else { 0 };
        fits
    };
    for contact in contacts {
        let size = cbor::encode(&contact).map_or(usize::MAX, |bytes| bytes.len());
        if fits(&mut pages, &mut room, size)
            && let Some(page) = pages.last_mut()
        {
            page.contacts.push(contact);
        }
    }
    for setting in settings {
        let size = cbor::encode(&setting).map_or(usize::MAX, |bytes| bytes.len());
        if fits(&mut pages, &mut room, size)
            && let Some(page) = pages.last_mut()
        {
            page.settings.push(setting);
        }
    }
    let count = u8::try_from(pages.len()).unwrap_or(BACKUP_PAGES_MAX);
    pages.iter_mut().for_each(|page| page.pages = count);
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::mailbox::{Mailbox, RelayHint};
    use crate::ids::{DeviceId, NodeId, UserId};
    use rand_core::SeedableRng;

    fn contact(n: u16) -> ContactCard {
        let mut user = [0; 32];
        user[..2].copy_from_slice(&n.to_be_bytes());
        let relays = vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
        ContactCard {
            user: UserId(user),
            name: format!("Friend {n}"),
            since: 9,
            mailbox: Mailbox { number: [1; 32], sealing_key: [2; 32], relays },
            devices: Vec::new(),
            account: None,
        }
    }

    fn setting(n: u8) -> SettingRow {
        SettingRow { key: vec![n; 33], at: 1, by: DeviceId([1; 32]), value: vec![1; 9] }
    }

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([1; 32])
    }

    #[test]
    fn a_page_comes_back_and_opens_with_its_key_only() {
        let key = BackupKey([3; 32]);
        let page = pages(vec![contact(1)], vec![setting(2)]).remove(0);
        let bytes = key.seal(0, &page, (5, 6), &mut rng()).unwrap().encode();
        assert_eq!(key.open(0, &bytes), Ok((page, 5, 6)));
        assert_eq!(key.open(1, &bytes), Err(BackupError::Sealed), "another page");
        assert_eq!(BackupKey([4; 32]).open(0, &bytes), Err(BackupError::Sealed));
        assert!(!bytes.windows(6).any(|window| window == b"Friend"));
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            assert!(key.open(0, &bad).is_err(), "byte {at}");
        }
        assert_eq!(format!("{key:?}"), "BackupKey(…)");
    }

    #[test]
    fn many_items_go_on_several_pages_and_the_last_are_left_out() {
        let key = BackupKey([3; 32]);
        let all: Vec<ContactCard> = (0..5_000).map(contact).collect();
        let made = pages(all.clone(), vec![setting(1)]);
        assert_eq!(made.len(), usize::from(BACKUP_PAGES_MAX));
        let kept: Vec<ContactCard> = made.iter().flat_map(|page| page.contacts.clone()).collect();
        assert!(kept.len() > 1_000 && all.starts_with(&kept), "{}", kept.len());
        for (n, page) in made.iter().enumerate() {
            let sealed = key.seal(n as u8, page, (1, 2), &mut rng()).unwrap();
            assert_eq!(key.open(n as u8, &sealed.encode()).unwrap().0, *page);
        }
        assert_eq!(pages(Vec::new(), Vec::new()).len(), 1);
    }

    #[test]
    fn pages_out_of_bounds_are_refused() {
        let key = BackupKey([3; 32]);
        for (version, count) in [(2, 1), (1, 0), (1, BACKUP_PAGES_MAX + 1)] {
            let page = Page { version, pages: count, ..Page::default() };
            let bytes = key.seal(0, &page, (5, 6), &mut rng()).unwrap().encode();
            assert!(matches!(key.open(0, &bytes), Err(BackupError::Wire(_))));
        }
        let mut bad = contact(1);
        bad.name = "x".repeat(200);
        let page = Page { version: 1, pages: 1, contacts: vec![bad], settings: vec![] };
        let bytes = key.seal(0, &page, (5, 6), &mut rng()).unwrap().encode();
        assert!(matches!(key.open(0, &bytes), Err(BackupError::Wire(_))));
    }
}
