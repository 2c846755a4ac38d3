//! A disk in memory that loses power: it remembers what was synced, counts its steps, and fails at the one it is told.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chappe_storage::disk::{Disk, DiskFile};

const SECTOR: usize = 512;

type FileId = u64;

#[derive(Clone, Default)]
struct Content {
    now: Vec<u8>,
    synced: Vec<u8>,
}

#[derive(Default)]
struct Inner {
    files: BTreeMap<FileId, Content>,
    names: BTreeMap<String, FileId>,
    synced_names: BTreeMap<String, FileId>,
    next: FileId,
    boot: u64,
    locked: bool,
    steps: u64,
    /// The step at which the power goes; this one and all later ones fail.
    dies_at: Option<u64>,
    /// Bytes that all files together may have.
    capacity: Option<usize>,
    read_only: bool,
}

/// Clones are the same disk.
#[derive(Clone, Default)]
pub struct SimDisk(Arc<Mutex<Inner>>);

/// What of the unsynced bytes is there after the power cut.
#[derive(Clone, Copy, Debug)]
pub enum Loss {
    /// None of it.
    All,
    /// All of it.
    Nothing,
    /// Some sectors, chosen by this seed: writes are torn and out of order.
    Torn(u64),
}

fn next_random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn survives(loss: Loss, state: &mut u64) -> bool {
    match loss {
        Loss::All => false,
        Loss::Nothing => true,
        Loss::Torn(_) => next_random(state).is_multiple_of(2),
    }
}

impl SimDisk {
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Steps that changed or synced something so far.
    pub fn steps(&self) -> u64 {
        self.lock().steps
    }

    pub fn die_at(&self, step: u64) {
        self.lock().dies_at = Some(step);
    }

    pub fn set_capacity(&self, bytes: Option<usize>) {
        self.lock().capacity = bytes;
    }

    pub fn set_read_only(&self) {
        self.lock().read_only = true;
    }

    pub fn used(&self) -> usize {
        self.lock().files.values().map(|content| content.now.len()).sum()
    }

    /// The disk after the power came back. A handle of the old one changes nothing here.
    pub fn power_cut(&self, loss: Loss) -> SimDisk {
        let inner = self.lock();
        let mut state = match loss {
            Loss::Torn(seed) => seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            Loss::All | Loss::Nothing => 1,
        };
        let mut names = inner.synced_names.clone();
        for name in inner.names.keys().chain(inner.synced_names.keys()) {
            if inner.names.get(name) != inner.synced_names.get(name) && survives(loss, &mut state) {
                match inner.names.get(name) {
                    Some(id) => names.insert(name.clone(), *id),
                    None => names.remove(name),
                };
            }
        }
        let files = inner.files.iter().map(|(id, content)| (*id, after(content, loss, &mut state)));
        let files = files.map(|(id, bytes)| (id, Content { now: bytes.clone(), synced: bytes })).collect();
        let fresh = Inner {
            files,
            synced_names: names.clone(),
            names,
            next: inner.next,
            boot: inner.boot + 1,
            ..Inner::default()
        };
        SimDisk(Arc::new(Mutex::new(fresh)))
    }

    /// The disk after only the process died: all that was written is there.
    pub fn process_crash(&self) -> SimDisk {
        let inner = self.lock();
        let fresh = Inner {
            files: inner.files.clone(),
            names: inner.names.clone(),
            synced_names: inner.synced_names.clone(),
            next: inner.next,
            boot: inner.boot,
            ..Inner::default()
        };
        SimDisk(Arc::new(Mutex::new(fresh)))
    }

    /// Changes bytes behind the store's back.
    pub fn tamper(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut inner = self.lock();
        let id = inner.names[name];
        let content = inner.files.get_mut(&id).expect("a file");
        change(&mut content.now);
        content.synced = content.now.clone();
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let inner = self.lock();
        inner.files[&inner.names[name]].now.clone()
    }

    pub fn journal_files(&self) -> Vec<String> {
        self.lock().names.keys().filter(|name| name.starts_with("journal-")).cloned().collect()
    }

    /// Everything that is readable from the disk, unlinked files left out.
    pub fn all_bytes(&self) -> Vec<u8> {
        let inner = self.lock();
        inner.names.values().flat_map(|id| inner.files[id].now.clone()).collect()
    }
}

/// A file's bytes after a cut, sector by sector.
fn after(content: &Content, loss: Loss, state: &mut u64) -> Vec<u8> {
    let len = if survives(loss, state) { content.now.len() } else { content.synced.len() };
    let mut out = vec![0; len];
    for at in (0..len).step_by(SECTOR) {
        let end = (at + SECTOR).min(len);
        let from = if survives(loss, state) { &content.now } else { &content.synced };
        if let Some(bytes) = from.get(at..end.min(from.len())) {
            out[at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
    out
}

impl Inner {
    fn step(&mut self) -> io::Result<()> {
        if self.read_only {
            return Err(ErrorKind::ReadOnlyFilesystem.into());
        }
        self.steps += 1;
        match self.dies_at {
            Some(at) if self.steps >= at => Err(io::Error::other("the power is off")),
            Some(_) | None => Ok(()),
        }
    }

    /// True if the power goes in the middle of this very step.
    fn dying(&self) -> bool {
        self.dies_at == Some(self.steps)
    }

    fn room(&self, more: usize) -> io::Result<()> {
        let used: usize = self.files.values().map(|content| content.now.len()).sum();
        match self.capacity {
            Some(capacity) if used + more > capacity => Err(ErrorKind::StorageFull.into()),
            Some(_) | None => Ok(()),
        }
    }

    fn content(&mut self, id: FileId) -> &mut Content {
        self.files.entry(id).or_default()
    }

    fn write(&mut self, id: FileId, bytes: &[u8], offset: usize) -> io::Result<()> {
        let old = self.content(id).now.len();
        let grows = (offset + bytes.len()).saturating_sub(old);
        // A full disk takes what fits, as a real one does.
        let full = self.room(grows);
        let fits = if full.is_ok() { bytes.len() } else { old.saturating_sub(offset).min(bytes.len()) };
        let now = &mut self.content(id).now;
        if now.len() < offset + fits {
            now.resize(offset + fits, 0);
        }
        now[offset..offset + fits].copy_from_slice(&bytes[..fits]);
        full
    }
}

struct SimFile {
    disk: SimDisk,
    id: FileId,
}

impl DiskFile for SimFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut inner = self.disk.lock();
        let now = &inner.content(self.id).now;
        let from = now.get(offset as usize..).unwrap_or_default();
        let len = from.len().min(buf.len());
        buf[..len].copy_from_slice(&from[..len]);
        Ok(len)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut inner = self.disk.lock();
        let alive = inner.step();
        // The write during which the power goes may have got halfway.
        if alive.is_ok() || inner.dying() {
            let part = if alive.is_ok() { bytes.len() } else { bytes.len() / 2 };
            inner.write(self.id, &bytes[..part], offset as usize)?;
        }
        alive
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        let mut inner = self.disk.lock();
        inner.step()?;
        let old = inner.content(self.id).now.len();
        inner.room((len as usize).saturating_sub(old))?;
        inner.content(self.id).now.resize(old.max(len as usize), 0);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut inner = self.disk.lock();
        inner.step()?;
        inner.content(self.id).now.resize(len as usize, 0);
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.lock().content(self.id).now.len() as u64)
    }

    fn sync(&self) -> io::Result<()> {
        let mut inner = self.disk.lock();
        inner.step()?;
        let content = inner.content(self.id);
        content.synced = content.now.clone();
        Ok(())
    }
}

impl SimDisk {
    fn file(&self, id: FileId) -> Arc<dyn DiskFile> {
        Arc::new(SimFile { disk: self.clone(), id })
    }
}

/// Gives the directory back when the store is gone.
struct SimLock(SimDisk);

impl Drop for SimLock {
    fn drop(&mut self) {
        self.0.lock().locked = false;
    }
}

impl Disk for SimDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.lock().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let mut inner = self.lock();
        inner.step()?;
        inner.next += 1;
        let id = inner.next;
        inner.files.insert(id, Content::default());
        inner.names.insert(name.to_string(), id);
        drop(inner);
        Ok(self.file(id))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let id = self.lock().names.get(name).copied();
        id.map(|id| self.file(id)).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let inner = self.lock();
        Ok(inner.names.get(name).map(|id| inner.files[id].now.clone()))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let new = format!("{name}.new");
        let file = self.create(&new)?;
        file.write_at(bytes, 0)?;
        file.sync()?;
        let mut inner = self.lock();
        inner.step()?;
        if let Some(id) = inner.names.remove(&new) {
            inner.names.insert(name.to_string(), id);
        }
        drop(inner);
        self.sync_dir()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut inner = self.lock();
        inner.step()?;
        inner.names.remove(name).map(|_| ()).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn sync_dir(&self) -> io::Result<()> {
        let mut inner = self.lock();
        inner.step()?;
        inner.synced_names = inner.names.clone();
        Ok(())
    }

    fn lock(&self) -> io::Result<Box<dyn Send + Sync>> {
        let mut inner = SimDisk::lock(self);
        if inner.read_only {
            return Err(ErrorKind::ReadOnlyFilesystem.into());
        }
        if std::mem::replace(&mut inner.locked, true) {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(SimLock(self.clone())))
    }

    fn boot_id(&self) -> String {
        format!("boot-{}", SimDisk::lock(self).boot)
    }

    fn describe(&self) -> String {
        "simulated".to_string()
    }
}
