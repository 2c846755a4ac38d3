//! A relay's data directory.
//!
//! | name | what |
//! |---|---|
//! | `relay.key` | the 32-byte seed of the relay's key in hexadecimal, readable by its owner alone: transport, register signatures, address |
//! | `store/` | the durable store; its lock keeps a second process out |
//! | `blobs/` | people's files, sealed by them, one file a blob |
//! | `addresses` | the full addresses of the last run, one a line, the best first |

use chappe_node::entropy::{self, EntropyError};
use chappe_node::net::{NodeKey, addr};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::contact::relay_link;
use chappe_protocol::ids::NodeId;
use chappe_protocol::limits::ADDRS_MAX;
use chappe_storage::blobs::BlobStore;
use chappe_storage::{DurableStore, OpenError, Options, StoreKey};
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use thiserror::Error;
use zeroize::Zeroizing;

const KEY: &str = "relay.key";
const ADDRESSES: &str = "addresses";

/// Why a data directory cannot be used.
#[derive(Debug, Error)]
pub enum DataError {
    /// It does not exist and cannot be made.
    #[error("the directory {0} cannot be made: {1}. Make it writable for this user, or name another with --data")]
    Make(PathBuf, io::Error),
    /// There is no relay in it.
    #[error("there is no relay in {0}; `chappe-relay --data {0} run` makes one")]
    Empty(PathBuf),
    /// The relay has not run yet.
    #[error("the relay in {0} has not listened anywhere yet; run it once")]
    NoAddress(PathBuf),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The key file is damaged.
    #[error(
        "{0} is no relay key (64 hexadecimal digits). Restore it from a backup: with another key it is another relay"
    )]
    Key(PathBuf),
    /// The store says no.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Where a relay can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The relay's key.
    pub id: NodeId,
    /// Full addresses, the best first.
    pub all: Vec<String>,
}

impl Addresses {
    /// Makes full addresses, the widest reachable first: announced ones, then public, private, loopback ones; TCP
    /// before others.
    pub fn new(id: NodeId, announced: &[Multiaddr], listening: &[Multiaddr]) -> Self {
        let mut ways: Vec<_> = listening.iter().filter(|way| !announced.contains(way)).collect();
        ways.sort_by_key(|way| (nearness(way), !is_plain_tcp(way)));
        let all = announced.iter().chain(ways).map(|way| addr::full(way, &id).to_string()).collect();
        Self { id, all }
    }

    /// `{"address":…,"addresses":[…],"id":hex,"link":…}`
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "address": self.all.first(), "addresses": self.all, "id": self.id.to_hex(), "link": self.link() })
    }

    /// For people to use this relay: `chappe:relay/…`, with the addresses that reach farthest. This machine's own (loopback)
    /// are in it only if there are no others. None if there is no address.
    pub fn link(&self) -> Option<String> {
        let ways = self.all.iter().filter_map(|full| addr::parse_full(full).ok()).map(|(_, way)| way);
        let (near, far): (Vec<_>, Vec<_>) = ways.partition(|way| nearness(way) == LOOPBACK);
        let best = if far.is_empty() { near } else { far };
        let addrs = best.iter().take(ADDRS_MAX).map(Multiaddr::to_string).collect();
        relay_link::text(&RelayHint { relay: self.id, addrs }).ok()
    }
}

/// Only this machine itself reaches it.
const LOOPBACK: u8 = 2;

fn nearness(way: &Multiaddr) -> u8 {
    match way.iter().next() {
        Some(Protocol::Ip4(ip)) if ip.is_loopback() => LOOPBACK,
        Some(Protocol::Ip4(ip)) => u8::from(ip.is_private() || ip.is_link_local()),
        Some(Protocol::Ip6(ip)) if ip.is_loopback() => LOOPBACK,
        Some(Protocol::Ip6(ip)) => u8::from(ip.is_unique_local() || ip.is_unicast_link_local()),
        _ => 0,
    }
}

fn is_plain_tcp(way: &Multiaddr) -> bool {
    matches!(way.iter().nth(1), Some(Protocol::Tcp(_))) && way.iter().count() == 2
}

/// A relay's data directory.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Makes the directory if need be, readable by its owner alone.
    pub fn make(path: &Path) -> Result<Self, DataError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| DataError::Make(path.to_owned(), error))?;
        Ok(Self(path.to_owned()))
    }

    /// A directory that holds a relay already.
    pub fn existing(path: &Path) -> Result<Self, DataError> {
        let found = path.join(KEY).try_exists().map_err(|error| DataError::File(path.join(KEY), error))?;
        if found { Ok(Self(path.to_owned())) } else { Err(DataError::Empty(path.to_owned())) }
    }

    /// Opens the store. Only one process can: call it before anything is changed.
    pub fn store(&self) -> Result<DurableStore, DataError> {
        // A relay starts unattended, and what it keeps is sealed by users already: no passcode.
        Ok(DurableStore::open(&self.0.join("store"), StoreKey::without_passcode(), Options::default())?)
    }

    /// Opens the folder of people's files. Call [`Self::store`] first, whose lock keeps a second process out.
    pub fn blobs(&self) -> Result<BlobStore, DataError> {
        let path = self.0.join("blobs");
        BlobStore::open(&path).map_err(|error| DataError::File(path, io::Error::other(error)))
    }

    /// The seed of the relay's key; made at the first run.
    pub fn key_seed(&self) -> Result<Zeroizing<[u8; 32]>, DataError> {
        let path = self.0.join(KEY);
        match fs::read_to_string(&path) {
            Ok(text) => read_key(&path, &Zeroizing::new(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let seed = entropy::seed()?;
                let text = Zeroizing::new(format!("{}\n", NodeId(*seed).to_hex()));
                self.write(KEY, text.as_bytes(), 0o600)?;
                Ok(seed)
            }
            Err(error) => Err(DataError::File(path, error)),
        }
    }

    /// The addresses of the last run.
    pub fn addresses(&self) -> Result<Addresses, DataError> {
        let path = self.0.join(ADDRESSES);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(DataError::NoAddress(self.0.clone())),
            read => read.map_err(|error| DataError::File(path, error))?,
        };
        let id = NodeKey::from_seed(&*self.key_seed()?).node_id();
        Ok(Addresses { id, all: text.lines().map(str::to_owned).collect() })
    }

    /// Remembers them.
    pub fn write_addresses(&self, addresses: &Addresses) -> Result<(), DataError> {
        let text: String = addresses.all.iter().map(|address| format!("{address}\n")).collect();
        self.write(ADDRESSES, text.as_bytes(), 0o644)
    }

    /// Replaces a file as a whole and durably, or leaves it as it was.
    fn write(&self, name: &str, bytes: &[u8], mode: u32) -> Result<(), DataError> {
        let (path, temporary) = (self.0.join(name), self.0.join(format!("{name}.new")));
        let write = || {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&temporary)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            File::open(&self.0)?.sync_all()
        };
        write().map_err(|error| DataError::File(path.clone(), error))
    }
}

fn read_key(path: &Path, text: &str) -> Result<Zeroizing<[u8; 32]>, DataError> {
    let seed = NodeId::from_hex(text.trim()).ok_or_else(|| DataError::Key(path.to_owned()))?;
    if fs::metadata(path).is_ok_and(|file| file.mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "the key can be read by other users of this machine; run chmod 600 on it");
    }
    Ok(Zeroizing::new(seed.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b");
        assert!(matches!(DataDir::existing(&path), Err(DataError::Empty(_))));
        let data = DataDir::make(&path).unwrap();
        let seed = data.key_seed().unwrap();
        assert_eq!(*data.key_seed().unwrap(), *seed);
        assert_eq!(fs::metadata(path.join(KEY)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(matches!(data.addresses(), Err(DataError::NoAddress(_))));
    }

    #[test]
    fn a_damaged_key_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::make(dir.path()).unwrap();
        fs::write(dir.path().join(KEY), "not a key").unwrap();
        let error = data.key_seed().unwrap_err();
        assert!(matches!(&error, DataError::Key(_)) && !error.to_string().contains("not a key"), "{error}");
        assert_eq!(fs::read_to_string(dir.path().join(KEY)).unwrap(), "not a key");
    }

    #[test]
    fn addresses_stand_in_order_of_reach_and_are_remembered() {
        let id = NodeKey::from_seed(&[1; 32]).node_id();
        let parse = |texts: &[&str]| -> Vec<Multiaddr> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        let listening = parse(&[
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/192.168.0.1/udp/1/quic-v1",
            "/ip4/192.168.0.1/tcp/1",
            "/ip4/198.51.100.1/tcp/1",
        ]);
        let addresses = Addresses::new(id, &parse(&["/dns4/relay.example/tcp/1"]), &listening);
        let link = relay_link::parse(&addresses.link().unwrap()).unwrap();
        assert_eq!((link.relay, link.addrs.len(), &*link.addrs[0]), (id, 4, "/dns4/relay.example/tcp/1"));
        assert!(!link.addrs.iter().any(|way| way.contains("127.0.0.1")), "nobody else reaches that");
        let alone = Addresses::new(id, &[], &listening[..1]);
        assert_eq!(relay_link::parse(&alone.link().unwrap()).unwrap().addrs, ["/ip4/127.0.0.1/tcp/1"]);
        assert_eq!(Addresses::new(id, &[], &[]).link(), None);
        let ways: Vec<_> = addresses.all.iter().map(|text| text.split("/p2p/").next().unwrap()).collect();
        assert_eq!(
            ways,
            [
                "/dns4/relay.example/tcp/1",
                "/ip4/198.51.100.1/tcp/1",
                "/ip4/192.168.0.1/tcp/1",
                "/ip4/192.168.0.1/udp/1/quic-v1",
                "/ip4/127.0.0.1/tcp/1"
            ]
        );
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::make(dir.path()).unwrap();
        let own = NodeKey::from_seed(&data.key_seed().unwrap()).node_id();
        let own = Addresses { id: own, ..addresses };
        data.write_addresses(&own).unwrap();
        assert_eq!(data.addresses().unwrap(), own);
    }
}
