//! A new node: a new user's, made offline; or another device of a user, restored or linked.

use crate::entropy;
use anyhow::{Context, Result, bail};
use chappe_protocol::contact::invite::LinkError;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::contact::relay_link;
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
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use thiserror::Error;
use zeroize::Zeroizing;

/// Rows of the machine itself.
const MACHINE: &[u8] = b"machine";
const TRANSPORT_KEY: &[u8] = b"transport key";

/// A text that names no relay.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RelayTextError {
    /// No full address.
    #[error(
        "that is not a relay's full address; it looks like /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo… (or a link, chappe:relay/…), \
         and the relay's operator gets it with: chappe-relay --data DIR address"
    )]
    Address,
    /// A link that cannot be used.
    #[error("{0}")]
    Link(#[from] LinkError),
}

/// A relay and where it is, from a full address, `ADDR/p2p/PEER`, or a link, `chappe:relay/…`.
///
/// # Errors
/// [`RelayTextError`].
pub fn read_relay(text: &str) -> Result<RelayHint, RelayTextError> {
    let text = text.trim();
    if text.starts_with(relay_link::SCHEME) {
        return Ok(relay_link::parse(text)?);
    }
    let mut addr: Multiaddr = text.parse().map_err(|_| RelayTextError::Address)?;
    let Some(Protocol::P2p(peer)) = addr.pop() else { return Err(RelayTextError::Address) };
    // A peer id of an Ed25519 key is the key itself (an identity multihash, code 0).
    let hash = peer.as_ref();
    let key = (hash.code() == 0).then(|| PublicKey::try_decode_protobuf(hash.digest()));
    let key = key.and_then(Result::ok).and_then(|key| key.try_into_ed25519().ok()).ok_or(RelayTextError::Address)?;
    if addr.is_empty() {
        return Err(RelayTextError::Address);
    }
    Ok(RelayHint { relay: NodeId(key.to_bytes()), addrs: vec![addr.to_string()] })
}

/// Makes a new node in `dir` (which must not hold one): 24 words, keys, profile, relays. Gives the words.
pub fn init(dir: &Path, name: &str, relays: &[RelayHint]) -> Result<Vec<String>> {
    let empty = Empty::make(dir)?;
    let new = NewUser::draw(name, relays)?;
    empty.fill(&new.account, Vec::new(), Vec::new(), |_| Ok(()))?;
    Ok(new.words.split(' ').map(str::to_owned).collect())
}

/// A new user, who is nowhere yet.
pub struct NewUser {
    /// What the node begins with.
    pub account: Account,
    /// The 24 words, with a space between.
    pub words: Zeroizing<String>,
}

impl NewUser {
    /// Draws one.
    pub fn draw(name: &str, relays: &[RelayHint]) -> Result<Self> {
        let words = words::words(&*entropy::seed()?);
        let root = words::root_key(&words)?;
        let account = Account::create(&root, name.trim().to_owned(), hints(relays), wall_ms(), &mut rng()?)
            .with_context(|| format!("the name {name:?} or the relays cannot be used"))?;
        Ok(Self { account, words })
    }
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
        make_folder(dir)?;
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

/// Makes a data directory if need be, for its owner alone.
pub fn make_folder(dir: &Path) -> Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("cannot make the folder {}; check who owns the folder above", dir.display()))
}

/// Opens the store of a data directory, saying so if that takes long.
pub fn open_store(dir: &Path) -> Result<DurableStore> {
    if !dir.is_dir() {
        let dir = dir.display();
        bail!(
            "there is no folder {dir}; make a node with: chappe --data {dir} init --name NAME --relay ADDR, or at a page: chappe --data {dir} run --first"
        );
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
pub fn hints(relays: &[RelayHint]) -> Vec<RelayHint> {
    let mut hints: Vec<RelayHint> = Vec::new();
    for named in relays {
        match hints.iter_mut().find(|hint| hint.relay == named.relay) {
            Some(hint) => hint.addrs.extend(named.addrs.iter().cloned()),
            None => hints.push(named.clone()),
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
    fn an_address_or_a_link_names_a_relay_and_nothing_else_does() {
        let keys = Keypair::ed25519_from_bytes([7; 32]).unwrap();
        let text = format!("/ip4/127.0.0.1/tcp/4001/p2p/{}", keys.public().to_peer_id());
        let relay = read_relay(&text).unwrap();
        assert_eq!(relay.addrs, ["/ip4/127.0.0.1/tcp/4001"]);
        assert_eq!(hints(&[relay.clone(), relay.clone()]).len(), 1);
        assert_eq!(relay.relay.0, keys.public().try_into_ed25519().unwrap().to_bytes());
        let link = relay_link::text(&relay).unwrap();
        assert_eq!(read_relay(&format!("{link}\n")), Ok(relay));
        assert_eq!(read_relay(&link[..link.len() - 2]), Err(RelayTextError::Link(LinkError::Damaged)));
        let only_peer = format!("/p2p/{}", keys.public().to_peer_id());
        let hashed = "/ip4/127.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
        for bad in ["", "nonsense", "/ip4/127.0.0.1/tcp/4001", &only_peer, hashed] {
            assert_eq!(read_relay(bad), Err(RelayTextError::Address), "{bad}");
        }
    }
}
