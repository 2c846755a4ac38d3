//! What is durable about the backup: JSON in the node's sealed store.
//!
//! | table | partition | sort | value |
//! |---|---|---|---|
//! | Meta | `backup` | `config`, or `hand` and a device | [`Config`], of a [`Set`] |
//! | Meta | `backup` | `restore`, device | [`Pending`] |
//! | Meta | `backup` | `schedule` | [`Schedule`] |
//! | Meta | `backup blobs` and the device of a set | BLAKE3 of a segment, `manifest` and its number, or `file` and a blob | [`Kept`] |

use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::identity::history::{History, HistoryKey};
use chappe_protocol::ids::{BlobId, DeviceId, NodeId};
use chappe_protocol::store::{Batch, Range, StoreRead, Table};
use chappe_protocol::wire::cbor;
use chappe_storage::{Store, WriteError};
use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

const PARTITION: &[u8] = b"backup";
const BLOBS: &[u8] = b"backup blobs";
const CONFIG: &[u8] = b"config";
const RESTORE: &[u8] = b"restore";
const SCHEDULE: &[u8] = b"schedule";
const MANIFEST: &[u8] = b"manifest";
const FILE: &[u8] = b"file";
const HAND: &[u8] = b"hand";

/// A history that this device brings to relays, with a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// For the words.
    Own,
    /// For a new device of the same user, once.
    For(DeviceId),
}

impl Set {
    fn config(&self) -> Vec<u8> {
        match self {
            Self::Own => CONFIG.to_vec(),
            Self::For(device) => [HAND, &device.0].concat(),
        }
    }

    fn blobs(&self) -> Vec<u8> {
        match self {
            Self::Own => BLOBS.to_vec(),
            Self::For(device) => [BLOBS, &device.0].concat(),
        }
    }
}

/// A row that cannot be read.
#[derive(Clone, Copy, Debug, Error)]
#[error("what is known of the backup is damaged; turn it off and on again")]
pub struct Damaged;

/// A backup that is kept. It holds the history's key, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Config {
    key: String,
    sealed: String,
    /// The number of the last manifest that was begun; none is used twice, not even after a crash.
    pub number: u64,
    /// That of the last one that was published; 0 for none.
    pub published: u64,
    /// When everything was last written, milliseconds since 1970; 0 for not yet.
    pub at: u64,
    /// Messages in it.
    pub messages: u64,
    /// Bytes of its segments.
    pub bytes: u64,
    /// Segments.
    pub segments: u64,
    relays: Vec<String>,
    /// The files of the chats stay at own relays too.
    #[serde(default)]
    pub with_files: bool,
    /// Those that do, and their bytes.
    #[serde(default)]
    pub files: u64,
    /// See `files`.
    #[serde(default)]
    pub file_bytes: u64,
}

impl Config {
    /// A backup that begins.
    pub fn new(key: [u8; 32], sealed: Vec<u8>) -> Self {
        let (key, sealed) = (HEXLOWER.encode(&key), HEXLOWER.encode(&sealed));
        Self {
            key,
            sealed,
            number: 0,
            published: 0,
            at: 0,
            messages: 0,
            bytes: 0,
            segments: 0,
            relays: Vec::new(),
            with_files: false,
            files: 0,
            file_bytes: 0,
        }
    }

    /// True if it has the same key.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Opens it.
    pub fn key(&self) -> Result<HistoryKey, Damaged> {
        let bytes = HEXLOWER.decode(self.key.as_bytes()).map_err(|_| Damaged)?;
        bytes.try_into().map(HistoryKey).map_err(|_| Damaged)
    }

    /// The key, sealed to the words.
    pub fn sealed(&self) -> Result<Vec<u8>, Damaged> {
        HEXLOWER.decode(self.sealed.as_bytes()).map_err(|_| Damaged)
    }

    /// Who has all of it.
    pub fn relays(&self) -> Vec<NodeId> {
        self.relays.iter().filter_map(|relay| NodeId::from_hex(relay)).collect()
    }

    /// How many files are kept and their bytes, if they are.
    pub fn files(&self) -> Option<(u64, u64)> {
        self.with_files.then_some((self.files, self.file_bytes))
    }

    /// Notes who has all of it.
    pub fn set_relays(&mut self, relays: &[NodeId]) {
        self.relays = relays.iter().map(NodeId::to_hex).collect();
    }
}

/// Files that are written by themselves.
#[derive(Clone, Serialize, Deserialize)]
pub struct Schedule {
    /// What seals them.
    pub config: Config,
    /// Where to.
    pub folder: String,
    /// Seconds between two.
    pub every_s: u64,
    /// How many stay.
    pub keep: u32,
    /// Files of chats too.
    pub files: bool,
    /// When the last one was written, milliseconds since 1970; 0 for not yet.
    pub last: u64,
}

/// A copy of a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    relay: String,
    addrs: Vec<String>,
    /// Until when the relay keeps it, milliseconds since 1970.
    pub expires: u64,
}

impl Copy {
    /// At a relay.
    pub fn new(hint: &RelayHint, expires: u64) -> Self {
        Self { relay: hint.relay.to_hex(), addrs: hint.addrs.clone(), expires }
    }

    /// Where.
    pub fn hint(&self) -> Option<RelayHint> {
        Some(RelayHint { relay: NodeId::from_hex(&self.relay)?, addrs: self.addrs.clone() })
    }

    /// True if it is at this relay.
    pub fn is_at(&self, relay: &NodeId) -> bool {
        self.relay == relay.to_hex()
    }
}

/// Which blob of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The segment with this hash.
    Segment([u8; 32]),
    /// The manifest of this number.
    Manifest(u64),
    /// A file of the chats.
    File(BlobId),
}

impl Which {
    fn sort(&self) -> Vec<u8> {
        match self {
            Self::Segment(hash) => hash.to_vec(),
            Self::Manifest(number) => [MANIFEST, &number.to_be_bytes()].concat(),
            Self::File(blob) => [FILE, &blob.0].concat(),
        }
    }

    fn read(sort: &[u8]) -> Option<Self> {
        if let Some(blob) = sort.strip_prefix(FILE).and_then(|blob| blob.try_into().ok()) {
            return Some(Self::File(BlobId(blob)));
        }
        match sort.strip_prefix(MANIFEST).and_then(|number| number.try_into().ok()) {
            Some(number) if sort.len() == MANIFEST.len() + 8 => Some(Self::Manifest(u64::from_be_bytes(number))),
            _ => sort.try_into().ok().map(Self::Segment),
        }
    }
}

/// A blob that relays have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    root: String,
    /// Bytes before sealing.
    pub size: u64,
    /// The manifest that last named it.
    pub used: u64,
    /// Who has it.
    pub copies: Vec<Copy>,
}

impl Kept {
    /// Of a blob that nobody has yet.
    pub fn new(root: [u8; 32], size: u64, used: u64) -> Self {
        Self { root: HEXLOWER.encode(&root), size, used, copies: Vec::new() }
    }

    /// Names the blob.
    pub fn root(&self) -> Result<[u8; 32], Damaged> {
        HEXLOWER.decode(self.root.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(Damaged)
    }
}

/// A history that is being taken in. It holds a key, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    key: String,
    history: String,
    /// The next segment.
    pub next: u64,
    /// Messages and changes that were taken in.
    pub taken: u64,
    /// It is all here.
    pub done: bool,
}

impl Pending {
    /// From the beginning.
    pub fn new(history: &History, key: &HistoryKey) -> Result<Self, Damaged> {
        let history = HEXLOWER.encode(&cbor::encode(history).map_err(|_| Damaged)?);
        Ok(Self { key: HEXLOWER.encode(&key.0), history, next: 0, taken: 0, done: false })
    }

    /// Where it is, and what opens it.
    pub fn read(&self) -> Result<(History, HistoryKey), Damaged> {
        let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).map_err(|_| Damaged);
        let history = cbor::decode(&hex(&self.history)?, "history", usize::MAX).map_err(|_| Damaged)?;
        let key = hex(&self.key)?.try_into().map_err(|_| Damaged)?;
        Ok((history, HistoryKey(key)))
    }
}

fn get<T: DeserializeOwned>(row: &[u8]) -> Result<T, Damaged> {
    serde_json::from_slice(row).map_err(|_| Damaged)
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, WriteError> {
    serde_json::to_vec(value).map_err(|error| WriteError(error.to_string()))
}

fn apply(store: &dyn Store, batch: &Batch) -> Result<(), WriteError> {
    store.apply(batch)?;
    store.sync()
}

/// What is known of a history, if there is one.
pub fn config(store: &dyn StoreRead, set: Set) -> Result<Option<Config>, Damaged> {
    store.get(Table::Meta, PARTITION, &set.config()).map_err(|_| Damaged)?.map(|row| get(&row)).transpose()
}

/// Makes it durable.
pub fn put_config(store: &dyn Store, set: Set, config: &Config) -> Result<(), WriteError> {
    let mut batch = Batch::new();
    batch.put(Table::Meta, PARTITION, &set.config(), json(config)?);
    apply(store, &batch)
}

/// What is written by itself, if anything is.
pub fn schedule(store: &dyn StoreRead) -> Result<Option<Schedule>, Damaged> {
    store.get(Table::Meta, PARTITION, SCHEDULE).map_err(|_| Damaged)?.map(|row| get(&row)).transpose()
}

/// Makes it durable; none to forget it.
pub fn put_schedule(store: &dyn Store, schedule: Option<&Schedule>) -> Result<(), WriteError> {
    let mut batch = Batch::new();
    match schedule {
        Some(schedule) => batch.put(Table::Meta, PARTITION, SCHEDULE, json(schedule)?),
        None => batch.delete(Table::Meta, PARTITION, SCHEDULE),
    }
    apply(store, &batch)
}

/// A blob, if it is known.
pub fn blob(store: &dyn StoreRead, set: Set, which: &Which) -> Result<Option<Kept>, Damaged> {
    store.get(Table::Meta, &set.blobs(), &which.sort()).map_err(|_| Damaged)?.map(|row| get(&row)).transpose()
}

/// All blobs.
pub fn blobs(store: &dyn StoreRead, set: Set) -> Result<Vec<(Which, Kept)>, Damaged> {
    let rows = store.scan(Table::Meta, &set.blobs(), Range::All, usize::MAX).map_err(|_| Damaged)?;
    rows.iter().map(|(sort, row)| Ok((Which::read(sort).ok_or(Damaged)?, get(row)?))).collect()
}

/// Notes blobs, or forgets them; durable with the next commit of anybody who waits for one.
pub fn put_blobs(store: &dyn Store, set: Set, changed: &[(Which, Option<Kept>)]) -> Result<(), WriteError> {
    let mut batch = Batch::new();
    for (which, kept) in changed {
        match kept {
            Some(kept) => batch.put(Table::Meta, &set.blobs(), &which.sort(), json(kept)?),
            None => batch.delete(Table::Meta, &set.blobs(), &which.sort()),
        }
    }
    apply(store, &batch)
}

/// Forgets a history, but not its blobs.
pub fn forget(store: &dyn Store, set: Set) -> Result<(), WriteError> {
    let mut batch = Batch::new();
    batch.delete(Table::Meta, PARTITION, &set.config());
    apply(store, &batch)
}

/// New devices for which a history was begun.
pub fn handing(store: &dyn StoreRead) -> Result<Vec<DeviceId>, Damaged> {
    let rows = store.scan(Table::Meta, PARTITION, Range::From(HAND), usize::MAX).map_err(|_| Damaged)?;
    let device = |(sort, _): &(Vec<u8>, Vec<u8>)| sort.strip_prefix(HAND)?.try_into().ok().map(DeviceId);
    Ok(rows.iter().map_while(device).collect())
}

/// What a new device has to take in.
pub fn prepare(device: &DeviceId, history: &History, key: &HistoryKey, batch: &mut Batch) -> Result<(), WriteError> {
    let damaged = |error: Damaged| WriteError(error.to_string());
    let pending = Pending::new(history, key).map_err(damaged)?;
    batch.put(Table::Meta, PARTITION, &restore_sort(device), json(&pending)?);
    Ok(())
}

/// A new device goes on with the backup of the one that it replaces.
pub fn go_on(history: &History, key: &HistoryKey, batch: &mut Batch) -> Result<(), WriteError> {
    let mut config = Config::new(key.0, history.sealed.clone());
    config.number = history.number;
    batch.put(Table::Meta, PARTITION, CONFIG, json(&config)?);
    Ok(())
}

fn restore_sort(device: &DeviceId) -> Vec<u8> {
    [RESTORE, &device.0].concat()
}

/// Histories that have to be taken in, and those that were.
pub fn pending(store: &dyn StoreRead) -> Result<Vec<(DeviceId, Pending)>, Damaged> {
    let rows = store.scan(Table::Meta, PARTITION, Range::From(RESTORE), usize::MAX).map_err(|_| Damaged)?;
    let read = |(sort, row): &(Vec<u8>, Vec<u8>)| {
        let device = sort.strip_prefix(RESTORE).and_then(|device| device.try_into().ok()).map(DeviceId);
        device.map(|device| Ok((device, get(row)?)))
    };
    rows.iter().filter_map(read).collect()
}

/// Notes how far a history is.
pub fn put_pending(store: &dyn Store, device: &DeviceId, pending: &Pending) -> Result<(), WriteError> {
    let mut batch = Batch::new();
    batch.put(Table::Meta, PARTITION, &restore_sort(device), json(pending)?);
    apply(store, &batch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chappe_storage::MemoryStore;

    #[test]
    fn everything_survives_a_restart_and_a_damaged_row_is_named() {
        let store = MemoryStore::new();
        let hint = RelayHint { relay: NodeId([3; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] };
        let mut config = Config::new([7; 32], vec![8; 80]);
        config.set_relays(&[hint.relay]);
        put_config(&store, Set::Own, &config).unwrap();
        let back = config_of(&store);
        assert_eq!(
            (back.key().unwrap().0, back.sealed().unwrap(), back.relays()),
            ([7; 32], vec![8; 80], vec![hint.relay])
        );
        let mut kept = Kept::new([5; 32], 9, 1);
        kept.copies.push(Copy::new(&hint, 99));
        let file = Which::File(BlobId([9; 32]));
        put_blobs(&store, Set::Own, &[(file, Some(kept.clone()))]).unwrap();
        assert_eq!(blobs(&store, Set::Own).unwrap(), [(file, kept.clone())]);
        put_blobs(&store, Set::Own, &[(file, None)]).unwrap();
        let all = [(Which::Manifest(4), Some(kept.clone())), (Which::Segment([1; 32]), Some(kept.clone()))];
        put_blobs(&store, Set::Own, &all).unwrap();
        let mut found = blobs(&store, Set::Own).unwrap();
        found.sort_by_key(|(which, _)| *which);
        assert_eq!(found, [(Which::Segment([1; 32]), kept.clone()), (Which::Manifest(4), kept.clone())]);
        assert_eq!((kept.root().unwrap(), kept.copies[0].hint()), ([5; 32], Some(hint.clone())));
        put_blobs(&store, Set::Own, &[(Which::Manifest(4), None)]).unwrap();
        assert_eq!(blob(&store, Set::Own, &Which::Manifest(4)).unwrap(), None);
        assert_eq!(super::blobs(&store, Set::For(DeviceId([9; 32]))).unwrap(), []);
        put_config(&store, Set::For(DeviceId([9; 32])), &config).unwrap();
        assert_eq!(handing(&store).unwrap(), [DeviceId([9; 32])]);
        let history = History {
            sealed: vec![1; 80],
            number: 1,
            root: [1; 32],
            size: 1,
            relays: vec![hint],
            at: 1,
            messages: 1,
            bytes: 1,
        };
        let (device, mut batch) = (DeviceId([6; 32]), Batch::new());
        prepare(&device, &history, &HistoryKey([7; 32]), &mut batch).unwrap();
        go_on(&history, &HistoryKey([7; 32]), &mut batch).unwrap();
        store.apply(&batch).unwrap();
        let [(of, found)] = &pending(&store).unwrap()[..] else { panic!("one") };
        assert_eq!((of, found.read().unwrap()), (&device, (history, HistoryKey([7; 32]))));
        let mut batch = Batch::new();
        batch.put(Table::Meta, PARTITION, CONFIG, b"{}".to_vec());
        store.apply(&batch).unwrap();
        assert!(super::config(&store, Set::Own).is_err());
    }

    fn config_of(store: &MemoryStore) -> Config {
        super::config(store, Set::Own).unwrap().unwrap()
    }
}
