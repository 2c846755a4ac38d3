//! The index: which row lies where. sled, and nothing else in this crate, knows how.
//!
//! It is a cache of the journal. Each batch that goes in carries one row that says how far in the journal the index
//! is, how many rows it has and an XOR over all of them; what does not fit together is thrown away and made anew.
//! sled is known to panic on damaged files, so every call is guarded and a panic is a damaged index.
//!
//! Keys: `0` the head row, `0, segment (8, big-endian)` a segment's account, everything else stored row names, whose
//! first byte is a table's number and never 0.
//!
//! Not here: when it is trusted (`open.rs`).

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;

use crate::journal::Position;
use crate::overlay::{Overlay, Place, row_bytes};

/// Rows that go into sled at once. They lie close together, and each is looked up before it is written: with more, the
/// pages would be out of sled's cache in between.
const CHUNK: usize = 128;

const HEAD: [u8; 1] = [0];
const HEAD_LEN: usize = 8 * 3 + 8 + 16 + 8;

/// An index that cannot be used. Nothing is lost by it.
#[derive(Clone, Debug, Error)]
#[error("the index is damaged ({0}); it is made anew from the journal at the next start")]
pub(crate) struct IndexError(String);

/// What a segment holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Bytes of all rows ever put there.
    pub(crate) puts: u64,
    /// Of those, the ones that the index points to.
    pub(crate) live: u64,
    /// Bytes of deletes.
    pub(crate) deletes: u64,
    /// Since when (wall clock, ms) some of it is dead; 0 if nothing is, or nobody has looked.
    pub(crate) dead_since: u64,
}

impl Account {
    /// Bytes that an erasure still has to remove.
    pub(crate) fn dead(&self) -> u64 {
        self.puts.saturating_sub(self.live)
    }

    fn encode(&self) -> Vec<u8> {
        [self.puts, self.live, self.deletes, self.dead_since].iter().flat_map(|n| n.to_le_bytes()).collect()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let n = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        Some(Self { puts: n(0)?, live: n(8)?, deletes: n(16)?, dead_since: n(24)? })
    }
}

/// What the index says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Every frame before this is in.
    pub(crate) end: Position,
    pub(crate) rows: u64,
    pub(crate) digest: u128,
    /// Wall clock of the last maintenance, ms.
    pub(crate) maintained: u64,
}

impl Head {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD_LEN);
        for n in [self.end.segment, self.end.offset, self.end.seq, self.rows] {
            out.extend_from_slice(&n.to_le_bytes());
        }
        out.extend_from_slice(&self.digest.to_le_bytes());
        out.extend_from_slice(&self.maintained.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let n = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        (bytes.len() == HEAD_LEN).then_some(())?;
        Some(Self {
            end: Position { segment: n(0)?, offset: n(8)?, seq: n(16)? },
            rows: n(24)?,
            digest: u128::from_le_bytes(bytes[32..48].try_into().ok()?),
            maintained: n(48)?,
        })
    }

    fn add(&mut self, name: &[u8], place: Place) {
        self.rows += 1;
        self.digest ^= row_digest(name, &place.encode());
    }

    fn remove(&mut self, name: &[u8], place: Place) {
        self.rows = self.rows.wrapping_sub(1);
        self.digest ^= row_digest(name, &place.encode());
    }
}

fn row_digest(name: &[u8], place: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(place);
    hasher.update(name);
    let mut out = [0; 16];
    out.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(out)
}

/// Head and accounts, as they are in sled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) head: Head,
    pub(crate) accounts: BTreeMap<u64, Account>,
}

pub(crate) struct Index {
    db: sled::Db,
    books: Mutex<Books>,
    /// One change of the books at a time, from reading them to replacing them: absorbing and maintenance are two threads.
    /// An account that lost a change would let a delete be dropped while what it covers is still in the journal.
    changes: Mutex<()>,
    damaged: AtomicBool,
}

fn account_key(segment: u64) -> [u8; 9] {
    let mut key = [0; 9];
    key[1..].copy_from_slice(&segment.to_be_bytes());
    key
}

/// Runs sled with its errors and panics made one.
fn guarded<T>(work: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(IndexError(error.to_string())),
        Err(_) => Err(IndexError("sled panicked".into())),
    }
}

/// sled's own lock may outlive its `Db` by a moment, because its threads hold it too.
fn open_sled(dir: &Path, cache: u64) -> Result<sled::Db, IndexError> {
    let config =
        || sled::Config::new().path(dir).cache_capacity(cache).flush_every_ms(None).mode(sled::Mode::HighThroughput);
    let mut tries = 0;
    loop {
        match guarded(|| config().open()) {
            Err(error) if error.0.contains("lock") && tries < 100 => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

impl Index {
    /// Opens what is there; fails if it has no head row or cannot be read.
    pub(crate) fn open(dir: &Path, cache: u64) -> Result<Self, IndexError> {
        let db = open_sled(dir, cache)?;
        let books = read_books(&db)?;
        Ok(Self { db, books: Mutex::new(books), changes: Mutex::default(), damaged: AtomicBool::new(false) })
    }

    /// Throws away what is there and begins an empty one, behind `end`.
    pub(crate) fn create(dir: &Path, cache: u64, end: Position) -> Result<Self, IndexError> {
        match std::fs::remove_dir_all(dir) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(IndexError(format!("{} cannot be removed: {error}", dir.display()))),
        }
        let db = open_sled(dir, cache)?;
        let books = Books { head: Head { end, ..Head::default() }, ..Books::default() };
        guarded(|| db.insert(HEAD, books.head.encode()).map(|_| ()))?;
        Ok(Self { db, books: Mutex::new(books), changes: Mutex::default(), damaged: AtomicBool::new(false) })
    }

    /// Head and accounts.
    pub(crate) fn books(&self) -> Books {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        // Books are replaced as a whole, after sled has taken the change.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True once any call has failed: what is in sled is not to be trusted again.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    fn run<T>(&self, work: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, IndexError> {
        let result = guarded(work);
        if result.is_err() {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }

    fn broken<T>(&self, what: &str) -> Result<T, IndexError> {
        self.damaged.store(true, Ordering::Relaxed);
        Err(IndexError(what.to_string()))
    }

    /// Where a row lies.
    pub(crate) fn get(&self, name: &[u8]) -> Result<Option<Place>, IndexError> {
        match self.run(|| self.db.get(name))? {
            None => Ok(None),
            Some(bytes) => match Place::decode(&bytes) {
                Some(place) => Ok(Some(place)),
                None => self.broken("a row of it has the wrong length"),
            },
        }
    }

    /// Rows from `low` (in) to `high` (out), at most `limit` of them, from the far end if `descending`, passed to
    /// `visit` until it returns false.
    pub(crate) fn range(
        &self,
        low: &[u8],
        high: &[u8],
        descending: bool,
        visit: &mut dyn FnMut(&[u8], Place) -> bool,
    ) -> Result<(), IndexError> {
        let mut rows = self.db.range::<&[u8], _>((Bound::Included(low), Bound::Excluded(high)));
        loop {
            let row = self.run(|| if descending { rows.next_back() } else { rows.next() }.transpose())?;
            let Some((name, bytes)) = row else { return Ok(()) };
            match Place::decode(&bytes) {
                Some(place) if visit(&name, place) => {}
                Some(_) => return Ok(()),
                None => return self.broken("a row of it has the wrong length"),
            }
        }
    }

    /// Takes all changes of an overlay.
    pub(crate) fn absorb(&self, overlay: &Overlay) -> Result<(), IndexError> {
        let _one = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut books = self.books();
        let mut changed = BTreeMap::new();
        let mut batch = sled::Batch::default();
        for (count, (name, place)) in overlay.rows.iter().enumerate() {
            let old = self.get(name)?;
            // What came and went within one overlay, as a message that is delivered at once, never gets here.
            if old.is_none() && place.is_none() {
                continue;
            }
            if let Some(old) = old {
                books.head.remove(name, old);
                if let Some(account) = books.accounts.get_mut(&old.segment) {
                    account.live = account.live.saturating_sub(row_bytes(name.len(), old));
                    changed.insert(old.segment, ());
                }
            }
            match place {
                Some(place) => {
                    books.head.add(name, *place);
                    books.accounts.entry(place.segment).or_default().live += row_bytes(name.len(), *place);
                    changed.insert(place.segment, ());
                    batch.insert(name.as_slice(), &place.encode());
                }
                None => batch.remove(name.as_slice()),
            }
            if (count + 1) % CHUNK == 0 {
                self.commit(std::mem::take(&mut batch), &mut changed, &books)?;
            }
        }
        for (segment, added) in &overlay.added {
            let account = books.accounts.entry(*segment).or_default();
            account.puts += added.puts;
            account.deletes += added.deletes;
            changed.insert(*segment, ());
        }
        books.head.end = overlay.end;
        self.commit(batch, &mut changed, &books)
    }

    fn commit(&self, mut batch: sled::Batch, changed: &mut BTreeMap<u64, ()>, books: &Books) -> Result<(), IndexError> {
        for segment in std::mem::take(changed).into_keys() {
            match books.accounts.get(&segment) {
                Some(account) => batch.insert(&account_key(segment), account.encode()),
                None => batch.remove(&account_key(segment)),
            }
        }
        batch.insert(&HEAD, books.head.encode());
        self.run(|| self.db.apply_batch(batch))?;
        *self.lock() = books.clone();
        Ok(())
    }

    /// Changes the books for maintenance: times, and accounts of segments that are gone. Returns them.
    pub(crate) fn change_books(&self, change: impl FnOnce(&mut Books)) -> Result<Books, IndexError> {
        let _one = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.books();
        let mut books = old.clone();
        change(&mut books);
        let mut changed: BTreeMap<u64, ()> = BTreeMap::new();
        for segment in old.accounts.keys().chain(books.accounts.keys()) {
            if old.accounts.get(segment) != books.accounts.get(segment) {
                changed.insert(*segment, ());
            }
        }
        if books != old {
            self.commit(sled::Batch::default(), &mut changed, &books)?;
        }
        Ok(books)
    }

    /// Hands everything to the operating system, so that a crash of this process loses none of it.
    pub(crate) fn flush(&self) -> Result<(), IndexError> {
        self.run(|| self.db.flush().map(|_| ()))
    }

    /// Reads every row and compares with the head row.
    pub(crate) fn verify(&self) -> Result<(), IndexError> {
        let mut seen = Head::default();
        self.range(&[1], &[255; 256], false, &mut |name, place| {
            seen.add(name, place);
            true
        })?;
        let head = self.lock().head;
        if (seen.rows, seen.digest) == (head.rows, head.digest) {
            return Ok(());
        }
        self.broken(&format!("it holds {} rows and says {}", seen.rows, head.rows))
    }
}

fn read_books(db: &sled::Db) -> Result<Books, IndexError> {
    let head = guarded(|| db.get(HEAD))?.and_then(|bytes| Head::decode(&bytes));
    let head = head.ok_or_else(|| IndexError("it has no head row".into()))?;
    let mut accounts = BTreeMap::new();
    for row in db.scan_prefix([0]) {
        let (key, bytes) = guarded(|| row)?;
        if key.len() == HEAD.len() {
            continue;
        }
        let segment = key.get(1..9).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        match (segment, Account::decode(&bytes)) {
            (Some(segment), Some(account)) => accounts.insert(segment, account),
            (None, _) | (_, None) => return Err(IndexError("an account of it is unreadable".into())),
        };
    }
    Ok(Books { head, accounts })
}

/// Makes the index's files durable and returns a hash over all of them.
pub(crate) fn fingerprint(dir: &Path, sync: bool) -> std::io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    fingerprint_into(dir, sync, &mut hasher)?;
    Ok(*hasher.finalize().as_bytes())
}

fn fingerprint_into(dir: &Path, sync: bool, hasher: &mut blake3::Hasher) -> std::io::Result<()> {
    let mut entries: Vec<_> = dir.read_dir()?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_encoded_bytes());
        if entry.file_type()?.is_dir() {
            fingerprint_into(&entry.path(), sync, hasher)?;
            continue;
        }
        let mut file = std::fs::File::open(entry.path())?;
        if sync {
            file.sync_all()?;
        }
        hasher.update(&file.metadata()?.len().to_le_bytes());
        let mut buf = vec![0; 256 * 1024];
        loop {
            match file.read(&mut buf)? {
                0 => break,
                n => hasher.update(&buf[..n]),
            };
        }
    }
    if sync {
        std::fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn absorbing_and_maintenance_lose_nothing_of_each_other() {
        const OVERLAYS: u64 = 200;
        let dir = tempfile::tempdir().expect("a directory");
        let index = Index::create(&dir.path().join("index"), 1 << 20, Position::default());
        let index = Arc::new(index.unwrap_or_else(|error| panic!("{error}")));
        let done = AtomicBool::new(false);
        let noted = std::thread::scope(|scope| {
            let keeper = scope.spawn(|| {
                let mut noted = 0;
                while !done.load(Ordering::Relaxed) {
                    index.change_books(|books| books.head.maintained += 1).expect("changed");
                    noted += 1;
                }
                noted
            });
            for n in 0..OVERLAYS {
                let mut overlay = Overlay { end: Position { segment: 1, offset: n, seq: n }, ..Overlay::default() };
                let place = Place { segment: 1 + n % 2, offset: n as u32, len: 10 };
                overlay.put([&[9; 17], &n.to_be_bytes()[..]].concat(), place);
                index.absorb(&overlay).expect("absorbed");
            }
            done.store(true, Ordering::Relaxed);
            keeper.join().expect("the keeper ends")
        });
        let books = index.books();
        assert_eq!((books.head.rows, books.head.end.seq), (OVERLAYS, OVERLAYS - 1));
        assert_eq!(books.head.maintained, noted);
        let bytes = OVERLAYS / 2 * (25 + 10);
        assert!(books.accounts.values().all(|account| (account.puts, account.live) == (bytes, bytes)), "{books:?}");
        index.verify().expect("whole");
    }
}
