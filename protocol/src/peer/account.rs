//! Who we are on this device: keys, name, relays of choice. One row, sealed at rest by the store.
//!
//! The root key is not here: it exists while the account is made (or a device is certified) and is dropped then.

use super::context::Fatal;
use crate::contact::mailbox::{Mailbox, MailboxSecret, RelayHint};
use crate::content::hello::check_name;
use crate::identity::device_log::{Action, DeviceLog, Entry};
use crate::identity::keys::{DeviceKey, RootKey};
use crate::ids::{DeviceId, NodeId, UserId};
use crate::session::sealed::SealingKey;
use crate::store::{Batch, StoreRead, Table};
use crate::wire::{WireError, cbor};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    #[zeroize(skip)]
    name: String,
    #[zeroize(skip)]
    relays: Vec<RelayHint>,
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
    /// Display name.
    pub name: String,
    /// Relays of our own choice.
    pub relays: Vec<RelayHint>,
    /// On a LAN this machine is a relay itself (not stored: a matter of how the node was started).
    pub lan: Option<NodeId>,
    /// What we call others (not stored here: read from the contacts).
    pub titles: BTreeMap<UserId, String>,
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
        check_name(&name)?;
        if !relays.is_empty() {
            crate::contact::mailbox::check_relays(&relays)?;
        }
        let mut seed = || {
            let mut seed = [0; 32];
            rng.fill_bytes(&mut seed);
            seed
        };
        let key = DeviceKey::from_seed(seed());
        let sealing = SealingKey::from_seed(seed());
        let mailbox = MailboxSecret(seed());
        let first = Entry::sign(root, None, Action::Add, key.device(), sealing.public, wall_ms);
        let devices = DeviceLog::new(first).map_err(|_| WireError::Invalid("device log"))?;
        Ok(Self { key, sealing, mailbox, devices, name, relays, lan: None, titles: BTreeMap::new() })
    }

    /// Reads the account, if this store has one.
    pub fn load(store: &dyn StoreRead) -> Result<Option<Self>, Fatal> {
        let Some(bytes) = store.get(Table::Meta, &[], ROW)? else { return Ok(None) };
        let row: Row = cbor::decode(&bytes, "account", usize::MAX).map_err(|_| Fatal::Row("the account"))?;
        let devices = DeviceLog::decode(&row.devices).map_err(|_| Fatal::Row("the account"))?;
        Ok(Some(Self {
            key: DeviceKey::from_seed(row.device_seed),
            sealing: SealingKey::from_seed(row.sealing_seed),
            mailbox: MailboxSecret(row.mailbox),
            devices,
            name: row.name.clone(),
            relays: row.relays.clone(),
            lan: None,
            titles: BTreeMap::new(),
        }))
    }

    /// Writes the account.
    pub fn store(&self, batch: &mut Batch) -> Result<(), Fatal> {
        let row = Row {
            device_seed: self.key.seed(),
            sealing_seed: self.sealing.secret,
            mailbox: self.mailbox.0,
            devices: self.devices.encode(),
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

    /// This device's certificate: its `add` entry, the credential of its MLS leaves.
    pub fn certificate(&self) -> &[u8] {
        let device = self.device();
        self.devices.living().find(|entry| entry.device == device).map_or(&[], |entry| &entry.bytes)
    }

    /// Relays where we can be reached: those of our choice; without any, this machine itself on its LAN.
    pub fn reachable_at(&self) -> Vec<RelayHint> {
        match (&self.relays[..], self.lan) {
            ([], Some(relay)) => vec![RelayHint { relay, addrs: Vec::new() }],
            (relays, _) => relays.to_vec(),
        }
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
}
