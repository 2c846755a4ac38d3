//! Blobs: many sealed bytes under a name, each in a file of its own, filled from the front. Relays keep others' files
//! so, nodes their own. Bytes may be put down a little ahead of the front ([`BlobStore::place`]), by several at once; they
//! count once what is before them is there.
//!
//! A blob's file is a head of 256 bytes and the blob's bytes. The head (integers big-endian):
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `CHPBLOB1` |
//! | 8 | 8 | the blob's length when it is whole |
//! | 16 | 8 | how much of it is durable |
//! | 24 | 8 | until when it is kept, milliseconds since 1970 |
//! | 32 | 32 | hash of the capability to write |
//! | 64 | 32 | hash of the capability to read |
//! | 96 | 32 | whose it is, for shares of the room |
//! | 248 | 8 | the first bytes of BLAKE3 over bytes 0 to 248 |
//!
//! What lies behind the durable length after a crash is cut off, because nobody knows what it is: a front is one number,
//! islands before it are not worth a list on disk. A file whose head is
//! damaged is removed with a warning: whoever has the blob offers it again.
//!
//! Others may want a whole blob to stay when whoever brought it lets go of it ([`BlobStore::hold`]). They stand in a file beside it,
//! its name and `.holds`: for each the hash of their capability and whose it is, 32 bytes each, and behind them 8 bytes of BLAKE3 over
//! all. A damaged one counts as none, with a warning.
//!
//! Not here: who may do what (the caller compares capabilities), and what the bytes are.

mod holds;

use chappe_protocol::ids::BlobId;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use thiserror::Error;

const MAGIC: &[u8; 8] = b"CHPBLOB1";
const HEAD: usize = 256;
const SUM: usize = HEAD - 8;

/// Who else may hold a blob, at most.
pub const HOLDS_MAX: usize = 64;

/// What a blob is, fixed when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobSpec {
    /// All its bytes.
    pub length: u64,
    /// Hash of the capability to write.
    pub write: [u8; 32],
    /// Hash of the capability to read.
    pub read: [u8; 32],
    /// Whose it is.
    pub owner: [u8; 32],
}

/// Who else wants a blob to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Hash of the capability to let go.
    pub write: [u8; 32],
    /// Whose it is.
    pub owner: [u8; 32],
}

/// A blob that is here, in part or whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobEntry {
    /// What it is.
    pub spec: BlobSpec,
    /// Its first bytes up to here are durable.
    pub durable: u64,
    /// Its first bytes up to here are written.
    pub written: u64,
    /// Until when it is kept, milliseconds since 1970.
    pub expires: u64,
}

impl BlobEntry {
    /// True if nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.durable == self.spec.length
    }
}

/// Why something cannot be done with a blob.
#[derive(Debug, Error)]
pub enum BlobError {
    /// It is not here.
    #[error("there is no such blob")]
    Missing,
    /// The name is taken by a blob of another spec.
    #[error("the name is taken by another blob")]
    Differs,
    /// The bytes do not join those that are there, which end here.
    #[error("the bytes there end at {0}")]
    Gap(u64),
    /// More bytes than the blob has.
    #[error("bytes behind the blob's end")]
    TooMany,
    /// No more may hold it.
    #[error("too many hold this blob")]
    Held,
    /// The disk is full.
    #[error("the disk is full; free some space and try again")]
    DiskFull,
    /// The disk fails.
    #[error("the disk fails: {0}")]
    Io(io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Io(error),
        }
    }
}

/// A folder of blobs. Calls may come from many threads; they block on the disk.
#[derive(Clone, Debug)]
pub struct BlobStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    /// Never held while the disk works, so that one blob does not wait for another.
    blobs: Mutex<BTreeMap<BlobId, Held>>,
}

#[derive(Clone, Debug)]
struct Held {
    entry: BlobEntry,
    /// Written bytes ahead of the front: where they begin and end.
    islands: BTreeMap<u64, u64>,
    holds: Vec<Hold>,
    order: Arc<Order>,
}

impl Held {
    fn new(entry: BlobEntry, holds: Vec<Hold>) -> Self {
        Self { entry, islands: BTreeMap::new(), holds, order: Arc::default() }
    }

    /// Where the written bytes end among which this one is, if it is.
    fn end_from(&self, offset: u64) -> u64 {
        let island = self.islands.range(..=offset).next_back().map_or(0, |(_, end)| *end);
        island.max(self.entry.written)
    }

    /// These bytes are written.
    fn add(&mut self, start: u64, end: u64) {
        if let Some(there) = self.islands.get_mut(&start) {
            *there = end.max(*there);
        } else {
            self.islands.insert(start, end);
        }
        while let Some(first) = self.islands.first_entry()
            && *first.key() <= self.entry.written
        {
            self.entry.written = self.entry.written.max(first.remove());
        }
    }
}

/// What is done one after the other with one blob. Also tells a blob from a later one of the same name.
#[derive(Debug, Default)]
struct Order {
    /// Appending.
    tail: Mutex<()>,
    /// Writing the head.
    head: Mutex<()>,
}

fn turn(order: &Mutex<()>) -> MutexGuard<'_, ()> {
    order.lock().unwrap_or_else(PoisonError::into_inner)
}

impl BlobStore {
    /// Opens a folder, making it if there is none, and cuts off what was not durable.
    pub fn open(dir: &Path) -> Result<Self, BlobError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let mut blobs = BTreeMap::new();
        for item in fs::read_dir(dir)? {
            let path = item?.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(BlobId::from_hex);
            let Some(id) = name else { continue };
            match recover(&path) {
                Ok(entry) => {
                    let mut holds = holds::read(&path);
                    holds.retain(|hold| hold.write != entry.spec.write);
                    drop(blobs.insert(id, Held::new(entry, holds)));
                }
                Err(error) => {
                    tracing::warn!(%error, "a damaged blob is removed");
                    holds::write(&path, &[])?;
                    fs::remove_file(&path)?;
                }
            }
        }
        Ok(Self { inner: Arc::new(Inner { dir: dir.to_owned(), blobs: Mutex::new(blobs) }) })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<BlobId, Held>> {
        self.inner.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, id: &BlobId) -> PathBuf {
        self.inner.dir.join(id.to_hex())
    }

    fn file(&self, id: &BlobId) -> Result<File, BlobError> {
        Ok(OpenOptions::new().read(true).write(true).open(self.path(id))?)
    }

    /// A blob that is here.
    pub fn entry(&self, id: &BlobId) -> Option<BlobEntry> {
        self.lock().get(id).map(|held| held.entry)
    }

    fn held(&self, id: &BlobId) -> Result<(BlobEntry, Arc<Order>), BlobError> {
        self.lock().get(id).map(|held| (held.entry, held.order.clone())).ok_or(BlobError::Missing)
    }

    /// Changes what is known of a blob, unless it went meanwhile.
    fn note(&self, id: &BlobId, order: &Arc<Order>, change: impl FnOnce(&mut Held)) -> Result<BlobEntry, BlobError> {
        let mut blobs = self.lock();
        let held = blobs.get_mut(id).filter(|held| Arc::ptr_eq(&held.order, order)).ok_or(BlobError::Missing)?;
        change(held);
        Ok(held.entry)
    }

    /// All blobs here.
    pub fn ids(&self) -> Vec<BlobId> {
        self.lock().keys().copied().collect()
    }

    /// Bytes that blobs will have when they are whole: of all, and of those that are one owner's or held for them.
    pub fn promised(&self, owner: &[u8; 32]) -> (u64, u64) {
        let blobs = self.lock();
        let of = |held: &Held| held.entry.spec.owner == *owner || held.holds.iter().any(|hold| hold.owner == *owner);
        let sum = |own: bool| {
            let counted = blobs.values().filter(|held| !own || of(held));
            counted.map(|held| held.entry.spec.length).fold(0, u64::saturating_add)
        };
        (sum(false), sum(true))
    }

    /// Blobs here, and their written bytes.
    pub fn totals(&self) -> (u64, u64) {
        let blobs = self.lock();
        (blobs.len() as u64, blobs.values().map(|held| held.entry.written).sum())
    }

    /// Makes room for a blob, or finds it. Durable when it returns.
    pub fn create(&self, id: BlobId, spec: BlobSpec, expires: u64) -> Result<BlobEntry, BlobError> {
        let mut blobs = self.lock();
        if let Some(Held { entry, .. }) = blobs.get(&id) {
            let same =
                entry.spec.length == spec.length && entry.spec.write == spec.write && entry.spec.read == spec.read;
            return if same { Ok(*entry) } else { Err(BlobError::Differs) };
        }
        let entry = BlobEntry { spec, durable: 0, written: 0, expires };
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(self.path(&id))?;
        file.write_all_at(&head(&entry), 0)?;
        file.sync_all()?;
        File::open(&self.inner.dir)?.sync_all()?;
        blobs.insert(id, Held::new(entry, Vec::new()));
        Ok(entry)
    }

    /// Puts the next bytes behind those that are there, or a blob's end before what is in front of it. Durable only after
    /// [`Self::sync`]; an end that came first is lost in a crash.
    pub fn append(&self, id: &BlobId, offset: u64, bytes: &[u8]) -> Result<(), BlobError> {
        let (_, order) = self.held(id)?;
        let _turn = turn(&order.tail);
        let (entry, _) = self.held(id)?;
        let is_end = offset.checked_add(bytes.len() as u64) == Some(entry.spec.length);
        if offset != entry.written && !(is_end && self.takes_end(id, offset)) {
            return Err(BlobError::Gap(entry.written));
        }
        self.place(id, offset, bytes).map(drop)
    }

    /// True if there is nothing ahead of the front but what begins here: who appends cannot make many islands.
    fn takes_end(&self, id: &BlobId, offset: u64) -> bool {
        let blobs = self.lock();
        let only = |held: &Held| offset > held.entry.written && held.islands.keys().all(|start| *start == offset);
        blobs.get(id).is_some_and(only)
    }

    /// Puts bytes down where they belong, maybe ahead of the front; the caller knows that they are the right ones, and how
    /// far ahead he goes, because what is ahead is lost in a crash. Durable only after [`Self::sync`].
    pub fn place(&self, id: &BlobId, offset: u64, bytes: &[u8]) -> Result<BlobEntry, BlobError> {
        let (entry, order) = self.held(id)?;
        let end = offset.checked_add(bytes.len() as u64).filter(|end| *end <= entry.spec.length);
        let end = end.ok_or(BlobError::TooMany)?;
        self.file(id)?.write_all_at(bytes, HEAD as u64 + offset)?;
        self.note(id, &order, |held| held.add(offset, end))
    }

    /// Makes durable what is written up to the front.
    pub fn sync(&self, id: &BlobId) -> Result<BlobEntry, BlobError> {
        let (_, order) = self.held(id)?;
        let _turn = turn(&order.head);
        let (before, _) = self.held(id)?;
        if before.durable == before.written {
            return Ok(before);
        }
        let file = self.file(id)?;
        // Others go on meanwhile. What they write behind `before.written` is not counted.
        file.sync_data()?;
        let after = BlobEntry { durable: before.written, ..before };
        file.write_all_at(&head(&after), 0)?;
        file.sync_data()?;
        self.note(id, &order, |held| held.entry.durable = after.durable)
    }

    /// Keeps it for longer.
    pub fn keep_until(&self, id: &BlobId, expires: u64) -> Result<BlobEntry, BlobError> {
        let (_, order) = self.held(id)?;
        let _turn = turn(&order.head);
        let (before, _) = self.held(id)?;
        if expires <= before.expires {
            return Ok(before);
        }
        let file = self.file(id)?;
        file.write_all_at(&head(&BlobEntry { expires, ..before }), 0)?;
        file.sync_data()?;
        self.note(id, &order, |held| held.entry.expires = expires)
    }

    /// Bytes of a blob: as many as are written from there on without a gap, at most `length`.
    pub fn read(&self, id: &BlobId, offset: u64, length: usize) -> Result<Vec<u8>, BlobError> {
        self.read_into(id, offset, length, Vec::new())
    }

    /// [`Self::read`] into memory that was used before: fresh one costs the kernel as much as the copy.
    pub fn read_into(&self, id: &BlobId, offset: u64, length: usize, mut bytes: Vec<u8>) -> Result<Vec<u8>, BlobError> {
        let end = self.lock().get(id).map(|held| held.end_from(offset)).ok_or(BlobError::Missing)?;
        let left = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        bytes.resize(length.min(left), 0);
        self.file(id)?.read_exact_at(&mut bytes, HEAD as u64 + offset)?;
        Ok(bytes)
    }

    /// Removes a blob; nothing happens if it is not here.
    pub fn remove(&self, id: &BlobId) -> Result<(), BlobError> {
        let mut blobs = self.lock();
        if let Some(held) = blobs.remove(id) {
            if !held.holds.is_empty() {
                holds::write(&self.path(id), &[])?;
            }
            fs::remove_file(self.path(id))?;
        }
        Ok(())
    }

    /// True if somebody who has this capability (its hash) may let go of a blob.
    pub fn is_held_by(&self, id: &BlobId, write: &[u8; 32]) -> bool {
        self.lock().get(id).is_some_and(|held| held.holds.iter().any(|hold| hold.write == *write))
    }

    /// Has a whole blob stay until this one lets go of it too. Durable when it returns.
    pub fn hold(&self, id: &BlobId, hold: Hold) -> Result<BlobEntry, BlobError> {
        let mut blobs = self.lock();
        let held = blobs.get_mut(id).ok_or(BlobError::Missing)?;
        let known = held.entry.spec.write == hold.write || held.holds.iter().any(|one| one.write == hold.write);
        if !known {
            if !held.entry.is_whole() {
                return Err(BlobError::Differs);
            }
            if held.holds.len() >= HOLDS_MAX {
                return Err(BlobError::Held);
            }
            let mut holds = held.holds.clone();
            holds.push(hold);
            holds::write(&self.path(id), &holds)?;
            held.holds = holds;
        }
        Ok(held.entry)
    }

    /// Lets go of a blob by a capability (its hash) that holds it, or by which it was brought: it is removed with the last one.
    pub fn let_go(&self, id: &BlobId, write: &[u8; 32]) -> Result<(), BlobError> {
        let (_, order) = self.held(id)?;
        let _turn = turn(&order.head);
        let mut blobs = self.lock();
        let held = blobs.get_mut(id).ok_or(BlobError::Missing)?;
        let mut holds = held.holds.clone();
        if held.entry.spec.write == *write {
            let Some(next) = holds.first().copied() else {
                drop(blobs);
                return self.remove(id);
            };
            // It is this one's now; a crash before the holds are written leaves a hold too many, which is the same one.
            let spec = BlobSpec { write: next.write, owner: next.owner, ..held.entry.spec };
            let file = self.file(id)?;
            file.write_all_at(&head(&BlobEntry { spec, ..held.entry }), 0)?;
            file.sync_data()?;
            held.entry.spec = spec;
            holds.retain(|hold| hold.write != next.write);
        }
        holds.retain(|hold| hold.write != *write);
        holds::write(&self.path(id), &holds)?;
        held.holds = holds;
        Ok(())
    }

    /// Removes what is kept no longer, and says how many.
    pub fn sweep(&self, now: u64) -> Result<usize, BlobError> {
        let over: Vec<BlobId> =
            self.lock().iter().filter(|(_, held)| held.entry.expires <= now).map(|(id, _)| *id).collect();
        over.iter().try_for_each(|id| self.remove(id))?;
        Ok(over.len())
    }
}

fn head(entry: &BlobEntry) -> [u8; HEAD] {
    let mut bytes = [0; HEAD];
    let spec = &entry.spec;
    let (length, durable, expires) =
        (spec.length.to_be_bytes(), entry.durable.to_be_bytes(), entry.expires.to_be_bytes());
    let fields: [(usize, &[u8]); 7] = [
        (0, MAGIC),
        (8, &length),
        (16, &durable),
        (24, &expires),
        (32, &spec.write),
        (64, &spec.read),
        (96, &spec.owner),
    ];
    for (at, field) in fields {
        bytes[at..at + field.len()].copy_from_slice(field);
    }
    let sum = blake3::hash(&bytes[..SUM]);
    bytes[SUM..].copy_from_slice(&sum.as_bytes()[..8]);
    bytes
}

/// Reads a blob's head and cuts off what was not durable.
fn recover(path: &Path) -> io::Result<BlobEntry> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut bytes = [0; HEAD];
    file.read_exact_at(&mut bytes, 0)?;
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "its head is damaged");
    if bytes[..8] != *MAGIC || bytes[SUM..] != blake3::hash(&bytes[..SUM]).as_bytes()[..8] {
        return Err(damaged());
    }
    let number = |at: usize| bytes[at..at + 8].try_into().map(u64::from_be_bytes).map_err(|_| damaged());
    let field = |at: usize| bytes[at..at + 32].try_into().map_err(|_| damaged());
    let spec = BlobSpec { length: number(8)?, write: field(32)?, read: field(64)?, owner: field(96)? };
    let durable = number(16)?;
    let there = file.metadata()?.len().saturating_sub(HEAD as u64);
    if durable > spec.length || there < durable {
        return Err(damaged());
    }
    if there > durable {
        file.set_len(HEAD as u64 + durable)?;
    }
    Ok(BlobEntry { spec, durable, written: durable, expires: number(24)? })
}

#[cfg(test)]
mod tests;
