//! A new node: a new user's, made offline; or another device of a user, restored or linked.

use crate::entropy;
use anyhow::{Context, Result, bail};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::identity::words;
use chappe_protocol::ids::NodeId;
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::contacts::Contacts;
use chappe_protocol::peer::linking::handover::{ContactCard, SettingRow};
use chappe_protocol::peer::settings::Settings;
use chappe_protocol::store::{Batch, StoreRead, Table};
use chappe_storage::{DurableStore, Options, Store, StoreKey};
use libp2p::Multiaddr;
use libp2p::identity::PublicKey;
use libp2p::multiaddr::Protocol;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fmt;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;
use zeroize::Zeroizing;

/// Rows of the machine itself.
const MACHINE: &[u8] = b"machine";
const TRANSPORT_KEY: &[u8] = b"transport key";

/// A relay's full address, taken apart: `ADDR/p2p/PEER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayAddress {
    /// The relay's key.
    pub relay: NodeId,
    /// Where it is: a multiaddress without the `/p2p/…` part.
    pub addr: String,
}

/// A text that is no relay address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "that is not a relay's full address; it looks like /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo… and the relay's \
     operator gets it with: chappe-relay --data DIR address"
)]
pub struct AddressError;

impl FromStr for RelayAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut addr: Multiaddr = text.trim().parse().map_err(|_| AddressError)?;
        let Some(Protocol::P2p(peer)) = addr.pop() else { return Err(AddressError) };
        // A peer id of an Ed25519 key is the key itself (an identity multihash, code 0).
        let hash = peer.as_ref();
        let key = (hash.code() == 0).then(|| PublicKey::try_decode_protobuf(hash.digest()));
        let key = key.and_then(Result::ok).and_then(|key| key.try_into_ed25519().ok()).ok_or(AddressError)?;
        if addr.is_empty() {
            return Err(AddressError);
        }
        Ok(Self { relay: NodeId(key.to_bytes()), addr: addr.to_string() })
    }
}

impl fmt::Display for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.relay, self.addr)
    }
}

/// Makes a new node in `dir` (which must not hold one): 24 words, keys, profile, relays. Gives the words.
pub fn init(dir: &Path, name: &str, relays: &[RelayAddress]) -> Result<Vec<String>> {
    let empty = Empty::make(dir)?;
    let text = words::words(&*entropy::seed()?);
    let root = words::root_key(&text)?;
    let account = Account::create(&root, name.trim().to_owned(), hints(relays), wall_ms(), &mut rng()?)
        .with_context(|| format!("the name {name:?} or the relays cannot be used"))?;
    empty.fill(&account, Vec::new(), Vec::new(), |_| Ok(()))?;
    Ok(text.split(' ').map(str::to_owned).collect())
}

/// A data directory that holds no node yet, and is kept from other programs.
pub struct Empty {
    store: DurableStore,
    /// The machine's key to be.
    pub transport_key: Zeroizing<[u8; 32]>,
}

impl Empty {
    /// Makes the folder. Fails if there is a node in it.
    pub fn make(dir: &Path) -> Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .with_context(|| format!("cannot make the folder {}; check who owns the folder above", dir.display()))?;
        let store = open_store(dir)?;
        if Account::load(&store)?.is_some() {
            bail!("there is a node in {} already; choose another folder with --data", dir.display());
        }
        Ok(Self { store, transport_key: entropy::seed()? })
    }

    /// Makes it a node's: all at once and durable, so that a crash leaves a whole node or none. `more`: what else is to
    /// be written.
    pub fn fill(
        self,
        account: &Account,
        contacts: Vec<ContactCard>,
        settings: Vec<SettingRow>,
        more: impl FnOnce(&mut Batch) -> Result<()>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        more(&mut batch)?;
        account.store(&mut batch)?;
        Contacts::store_cards(contacts, &mut batch)?;
        Settings::store_rows(settings, &mut batch)?;
        batch.put(Table::Meta, MACHINE, TRANSPORT_KEY, self.transport_key.to_vec());
        self.store.apply(&batch)?;
        self.store.sync()?;
        Ok(())
    }
}

/// Opens the store of a data directory, saying so if that takes long.
pub fn open_store(dir: &Path) -> Result<DurableStore> {
    if !dir.is_dir() {
        let dir = dir.display();
        bail!("there is no folder {dir}; make a node with: chappe --data {dir} init --name NAME --relay ADDR");
    }
    let progress = |done: u64, of: u64| {
        let percent = done.saturating_mul(100).checked_div(of).unwrap_or(100);
        tracing::info!(percent, "the index is being rebuilt from the journal");
    };
    let options = Options { progress: Some(Arc::new(progress)), ..Options::default() };
    Ok(DurableStore::open(&dir.join("store"), StoreKey::without_passcode(), options)?)
}

/// The key that authenticates this machine to relays: another one than the user's or the device's, so that a relay
/// cannot tell whose machine it is. `None` if there is no node in the store.
pub fn transport_key(store: &dyn StoreRead) -> Result<Option<Zeroizing<[u8; 32]>>> {
    let seed = store.get(Table::Meta, MACHINE, TRANSPORT_KEY)?.map(Zeroizing::new);
    let seed = seed.map(|seed| seed.as_slice().try_into().map(Zeroizing::new));
    seed.transpose().context("the machine's key in the store is damaged")
}

/// Relays named one by one; several addresses of one relay become one entry.
pub fn hints(relays: &[RelayAddress]) -> Vec<RelayHint> {
    let mut hints: Vec<RelayHint> = Vec::new();
    for address in relays {
        match hints.iter_mut().find(|hint| hint.relay == address.relay) {
            Some(hint) => hint.addrs.push(address.addr.clone()),
            None => hints.push(RelayHint { relay: address.relay, addrs: vec![address.addr.clone()] }),
        }
    }
    hints
}

/// A generator for a core, seeded by the operating system.
pub fn rng() -> Result<ChaCha20Rng> {
    Ok(ChaCha20Rng::from_seed(*entropy::seed()?))
}

/// Milliseconds since 1970.
pub fn wall_ms() -> u64 {
    crate::clock::Clock::new().now().wall
}

#[cfg(test)]
mod tests {
    use super::*;
    use libp2p::identity::Keypair;

    #[test]
    fn an_address_is_taken_apart_and_nothing_else_is_one() {
        let keys = Keypair::ed25519_from_bytes([7; 32]).unwrap();
        let text = format!("/ip4/127.0.0.1/tcp/4001/p2p/{}", keys.public().to_peer_id());
        let address: RelayAddress = text.parse().unwrap();
        assert_eq!(address.addr, "/ip4/127.0.0.1/tcp/4001");
        assert_eq!(hints(&[address.clone(), address.clone()]).len(), 1);
        assert_eq!(address.relay.0, keys.public().try_into_ed25519().unwrap().to_bytes());
        let only_peer = format!("/p2p/{}", keys.public().to_peer_id());
        let hashed = "/ip4/127.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
        for bad in ["", "nonsense", "/ip4/127.0.0.1/tcp/4001", &only_peer, hashed] {
            assert_eq!(bad.parse::<RelayAddress>(), Err(AddressError), "{bad}");
        }
    }
}
