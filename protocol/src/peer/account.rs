//! Who we are on this device: keys, name, relays of choice. One row, sealed at rest by the store.
//!
//! The root key is not here: it exists while the account is made (or a device is certified or removed) and is dropped
//! then. What it leaves behind is the key of the account record, which can publish and cannot certify.

use super::context::Fatal;
use super::settings::ListState;
use crate::contact::mailbox::{Mailbox, MailboxSecret, RelayHint};
use crate::content::hello::{Hello, check_name};
use crate::identity::account_record::{Card, Locator, RecordKey, SignedCard};
use crate::identity::device_log::{Action, DeviceLog, Entry, LogError};
use crate::identity::keys::{DeviceKey, RootKey};
use crate::identity::profile::{Field, Profile};
use crate::ids::{ChatId, DeviceId, NodeId, UserId};
use crate::session::sealed::SealingKey;
use crate::store::{Batch, StoreRead, Table};
use crate::wire::{WireError, cbor};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use zeroize::Zeroize;

const ROW: &[u8] = b"account";

/// The stored row.
#[derive(Serialize, Deserialize, Zeroize, zeroize::ZeroizeOnDrop)]
struct Row {
    #[serde(with = "serde_bytes")]
    device_seed: [u8; 32],
    #[serde(with = "serde_bytes")]
    sealing_seed: [u8; 32],
    #[serde(with = "serde_bytes")]
    mailbox: [u8; 32],
    #[serde(with = "serde_bytes")]
    devices: Vec<u8>,
    #[serde(with = "serde_bytes")]
    record: [u8; 96],
    #[serde(with = "serde_bytes")]
    card: Vec<u8>,
    #[zeroize(skip)]
    name: String,
    #[zeroize(skip)]
    relays: Vec<RelayHint>,
}

/// The secrets that a device makes for itself and that never leave it.
pub struct NewDevice {
    /// Signs what the device says.
    pub key: DeviceKey,
    /// Opens what is sealed to it.
    pub sealing: SealingKey,
    /// Owns its inbox and key packages.
    pub mailbox: MailboxSecret,
}

impl NewDevice {
    /// Random ones.
    pub fn random(rng: &mut ChaCha20Rng) -> Self {
        let mut seed = || {
            let mut seed = [0; 32];
            rng.fill_bytes(&mut seed);
            seed
        };
        Self {
            key: DeviceKey::from_seed(seed()),
            sealing: SealingKey::from_seed(seed()),
            mailbox: MailboxSecret(seed()),
        }
    }

    /// Certifies the device behind the last entry of a log, or as the first device of a new one.
    pub fn certify(&self, root: &RootKey, log: Option<DeviceLog>, wall_ms: u64) -> Result<DeviceLog, LogError> {
        let entry = |last: Option<&Entry>| {
            Entry::sign(root, last, Action::Add, self.key.device(), self.sealing.public, wall_ms)
        };
        match log {
            None => DeviceLog::new(entry(None)),
            Some(mut log) => {
                let next = entry(Some(log.last()));
                log.append(next)?;
                Ok(log)
            }
        }
    }
}

impl fmt::Debug for NewDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewDevice({:?}, …)", self.key.device())
    }
}

/// Who we are.
pub struct Account {
    /// Signs what this device says.
    pub key: DeviceKey,
    /// Opens what is sealed to this device.
    pub sealing: SealingKey,
    /// Owns our inbox and key packages.
    pub mailbox: MailboxSecret,
    /// Our devices.
    pub devices: DeviceLog,
    /// Publishes our account record.
    pub record: RecordKey,
    /// What this device last said about itself there.
    pub card: Option<SignedCard>,
    /// Display name.
    pub name: String,
    /// Relays of our own choice.
    pub relays: Vec<RelayHint>,
    /// On a LAN this machine is a relay itself (not stored: a matter of how the node was started).
    pub lan: Option<NodeId>,
    /// What we call others (not stored here: read from the contacts).
    pub titles: BTreeMap<UserId, String>,
    /// How chats stand in the list (not stored here: read from the settings).
    pub list: BTreeMap<ChatId, ListState>,
    /// What we say about ourselves, and which of it contacts do not get (not stored here: read from the settings).
    pub profile: Profile,
    /// See [`Self::profile`].
    pub hidden: BTreeSet<Field>,
    /// Users who reach us no more (not stored here: read from the settings).
    pub blocked: BTreeSet<UserId>,
    /// Others are told roughly when our user was there last (not stored here: read from the settings).
    pub seen_roughly: bool,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({:?}, …)", self.user())
    }
}

impl Account {
    /// The first device of a user.
    pub fn create(
        root: &RootKey,
        name: String,
        relays: Vec<RelayHint>,
        wall_ms: u64,
        rng: &mut ChaCha20Rng,
    ) -> Result<Self, WireError> {
        let device = NewDevice::random(rng);
        let devices = device.certify(root, None, wall_ms).map_err(|_| WireError::Invalid("device log"))?;
        Self::of(device, devices, RecordKey::of(root), name, relays)
    }

    /// A device of a user whose log certifies it already.
    pub fn of(
        device: NewDevice,
        devices: DeviceLog,
        record: RecordKey,
        name: String,
        relays: Vec<RelayHint>,
    ) -> Result<Self, WireError> {
        check_name(&name)?;
        if !relays.is_empty() {
            crate::contact::mailbox::check_relays(&relays)?;
        }
        if !devices.is_living(&device.key.device()) {
            return Err(WireError::Invalid("device log"));
        }
        let NewDevice { key, sealing, mailbox } = device;
        let (titles, list, blocked) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let (profile, hidden, card, lan) = (Profile::default(), BTreeSet::new(), None, None);
        Ok(Self {
            key,
            sealing,
            mailbox,
            devices,
            record,
            card,
            name,
            relays,
            lan,
            titles,
            list,
            profile,
            hidden,
            blocked,
            seen_roughly: false,
        })
    }

    /// Reads the account, if this store has one.
    pub fn load(store: &dyn StoreRead) -> Result<Option<Self>, Fatal> {
        let Some(bytes) = store.get(Table::Meta, &[], ROW)? else { return Ok(None) };
        let row: Row = cbor::decode(&bytes, "account", usize::MAX).map_err(|_| Fatal::Row("the account"))?;
        let devices = DeviceLog::decode(&row.devices).map_err(|_| Fatal::Row("the account"))?;
        let card = (!row.card.is_empty()).then(|| SignedCard::decode(&row.card)).transpose();
        Ok(Some(Self {
            key: DeviceKey::from_seed(row.device_seed),
            sealing: SealingKey::from_seed(row.sealing_seed),
            mailbox: MailboxSecret(row.mailbox),
            devices,
            record: RecordKey::from_bytes(&row.record),
            card: card.map_err(|_| Fatal::Row("the account"))?,
            name: row.name.clone(),
            relays: row.relays.clone(),
            lan: None,
            titles: BTreeMap::new(),
            list: BTreeMap::new(),
            profile: Profile::default(),
            hidden: BTreeSet::new(),
            blocked: BTreeSet::new(),
            seen_roughly: false,
        }))
    }

    /// Writes the account.
    pub fn store(&self, batch: &mut Batch) -> Result<(), Fatal> {
        let row = Row {
            device_seed: self.key.seed(),
            sealing_seed: self.sealing.secret,
            mailbox: self.mailbox.0,
            devices: self.devices.encode(),
            record: self.record.to_bytes(),
            card: self.card.as_ref().map_or(Vec::new(), |card| card.bytes().to_vec()),
            name: self.name.clone(),
            relays: self.relays.clone(),
        };
        let bytes = cbor::encode(&row).map_err(|_| Fatal::Bug("the account does not encode"))?;
        batch.put(Table::Meta, &[], ROW, bytes);
        Ok(())
    }

    /// The user.
    pub fn user(&self) -> UserId {
        self.devices.user()
    }

    /// This device.
    pub fn device(&self) -> DeviceId {
        self.key.device()
    }

    /// This device's certificate: its `add` entry, the credential of its MLS leaves. A device that was removed has it
    /// still: others know better, and its node has to run to say so.
    pub fn certificate(&self) -> &[u8] {
        let device = self.device();
        self.devices.certificate(&device).map_or(&[], |entry| &entry.bytes)
    }

    /// Relays where we can be reached: those of our choice; without any, this machine itself on its LAN.
    pub fn reachable_at(&self) -> Vec<RelayHint> {
        match (&self.relays[..], self.lan) {
            ([], Some(relay)) => vec![RelayHint { relay, addrs: Vec::new() }],
            (relays, _) => relays.to_vec(),
        }
    }

    /// Where others find our account record.
    pub fn locator(&self) -> Locator {
        self.record.locator()
    }

    /// What we are called, for everybody in a chat of many. Not where our account record is: contacts only open that.
    pub fn name_only(&self) -> Hello {
        Hello { account: None, ..self.hello() }
    }

    /// Who we are, for a contact.
    pub fn hello(&self) -> Hello {
        Hello { name: self.name.clone(), devices: self.devices.encode(), account: Some(self.locator()) }
    }

    /// What contacts get of our profile.
    pub fn shown_profile(&self) -> Profile {
        let mut shown = self.profile.clone();
        self.hidden.iter().for_each(|field| shown.set(*field, String::new()));
        shown
    }

    /// What this device says about itself; true if that is news, so that the account has to be stored.
    pub fn renew_card(&mut self, wall_ms: u64) -> Result<bool, Fatal> {
        let mailbox = Some(self.public_mailbox()).filter(|mailbox| !mailbox.relays.is_empty());
        let known = self.card.as_ref().map(|signed| &signed.card);
        let profile = self.shown_profile();
        if known.is_some_and(|card| card.name == self.name && card.profile == profile && card.mailbox == mailbox) {
            return Ok(false);
        }
        let at = known.map_or(wall_ms, |card| wall_ms.max(card.at + 1));
        let (user, device, name) = (self.user(), self.device(), self.name.clone());
        let letterbox = self.mailbox.letterbox();
        let card = Card { user, device, at, name, profile, mailbox, letterbox };
        let signed = SignedCard::sign(card, &self.key).map_err(|_| Fatal::Bug("an own card does not sign"))?;
        self.card = Some(signed);
        Ok(true)
    }

    /// What others need to reach us.
    pub fn public_mailbox(&self) -> Mailbox {
        Mailbox { number: self.mailbox.number(), sealing_key: self.sealing.public, relays: self.reachable_at() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestStore;
    use rand_core::SeedableRng;

    #[test]
    fn an_account_survives_a_restart() {
        let mut store = TestStore::default();
        assert!(Account::load(&store).unwrap().is_none());
        let root = RootKey::from_seed([1; 32]);
        let rng = &mut ChaCha20Rng::from_seed([2; 32]);
        let account = Account::create(&root, "Zoë".into(), vec![], 5, rng).unwrap();
        let mut batch = Batch::new();
        account.store(&mut batch).unwrap();
        store.apply(&batch);
        let again = Account::load(&store).unwrap().unwrap();
        assert_eq!((again.user(), again.device(), &*again.name), (root.user(), account.device(), "Zoë"));
        assert_eq!(again.certificate(), account.certificate());
        assert_eq!(again.certificate().len(), crate::identity::device_log::ENTRY_LEN);
    }

    #[test]
    fn a_removed_device_still_has_its_certificate() {
        let root = RootKey::from_seed([1; 32]);
        let mut account =
            Account::create(&root, "Zoë".into(), vec![], 5, &mut ChaCha20Rng::from_seed([2; 32])).unwrap();
        let certificate = account.certificate().to_vec();
        let removal = Entry::sign(&root, Some(account.devices.last()), Action::Remove, account.device(), [0; 32], 6);
        account.devices.append(removal).unwrap();
        assert_eq!(account.certificate(), certificate);
    }
}
