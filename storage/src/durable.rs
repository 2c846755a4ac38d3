//! The durable store: applying, syncing, reading, closing.
//!
//! A batch goes into the turn and into a small overlay of the index, where reads find it at once; the sync seals the
//! turn into one frame of the journal. When the overlay is big enough it is frozen, and a thread of the store works it
//! into sled: many rows at once, in order, while the next batches go into a new one. Two overlays bound the memory:
//! when both are full, `apply` waits.
//!
//! Locks, always taken in this order: `gate` (one sync), `absorb` (one absorber), `state`. No file is synced and no
//! sled write is done under `state`.
//!
//! Not here: starting (`open.rs`) and erasing (`maintain.rs`).

use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;

use chappe_protocol::store::{Batch, Range, ReadError, Rows, StoreRead, Table, Write};

use zeroize::Zeroizing;

use crate::check::check_batch;
use crate::disk::Disk;
use crate::index::{Index, fingerprint};
use crate::journal::{Body, Journal};
use crate::open::{Opened, Options};
use crate::overlay::{Overlay, Place};
use crate::read::{self, Found};
use crate::seal::Sealer;
use crate::session::Session;
use crate::turn::{NewRows, TURN_BYTES, Turn};
use crate::{Store, WriteError};

/// A store on disk. Clones share it; it closes when the last one goes.
#[derive(Clone)]
pub struct DurableStore {
    handle: Arc<Handle>,
}

/// Closes the store when it is dropped.
struct Handle {
    shared: Option<Arc<Shared>>,
    thread: Option<JoinHandle<()>>,
}

pub(crate) struct Shared {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) index_dir: std::path::PathBuf,
    pub(crate) sealer: Sealer,
    pub(crate) frame_key: Zeroizing<[u8; 32]>,
    pub(crate) index: Index,
    pub(crate) overlay_rows: usize,
    pub(crate) background: bool,
    pub(crate) opened: Opened,
    pub(crate) state: RwLock<State>,
    /// One sync at a time; those who wait find their batches durable.
    pub(crate) gate: Mutex<()>,
    /// One absorber at a time.
    pub(crate) absorb: Mutex<()>,
    /// One maintenance at a time, with the segments it has found damaged.
    pub(crate) maintain: Mutex<Vec<u64>>,
    /// Set by the first failed write: everything later is refused.
    pub(crate) failed: OnceLock<String>,
    pub(crate) worker: Mutex<Worker>,
    /// Somebody froze an overlay, or the store closes.
    pub(crate) wake: Condvar,
    /// An overlay has been absorbed.
    pub(crate) absorbed: Condvar,
    /// Held until the store is closed.
    pub(crate) _lock: Box<dyn Send + Sync>,
}

/// What the absorbing thread is told.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    wanted: bool,
    stop: bool,
}

/// What changes with every batch.
pub(crate) struct State {
    pub(crate) journal: Journal,
    /// Of the active overlay.
    pub(crate) turn: Turn,
    pub(crate) active: Overlay,
    pub(crate) frozen: Option<Arc<Overlay>>,
}

impl State {
    /// Where a row lies, before the index is asked: `None` if the overlays do not know it.
    pub(crate) fn overlaid(&self, name: &[u8]) -> Option<Option<Place>> {
        let frozen = || self.frozen.as_ref().and_then(|frozen| frozen.rows.get(name).copied());
        self.active.rows.get(name).copied().or_else(frozen)
    }

    /// Applies a batch to memory.
    fn take(&mut self, batch: &Batch, sealer: &Sealer) {
        for write in &batch.writes {
            match write {
                Write::Put { table, partition, sort, value } => {
                    let name = sealer.name(*table, partition, sort);
                    self.turn.put(&mut self.active, name, value.clone());
                }
                Write::Delete { table, partition, sort } => {
                    self.turn.delete(&mut self.active, sealer.name(*table, partition, sort));
                }
            }
        }
    }

    /// Makes the active overlay, which is sealed, the frozen one. What goes into the index is in the journal's file
    /// first: otherwise a killed process would leave an index that knows more than the journal.
    fn freeze(&mut self) -> io::Result<()> {
        self.journal.flush()?;
        let next = Overlay { end: self.journal.end, ..Overlay::default() };
        self.frozen = Some(Arc::new(std::mem::replace(&mut self.active, next)));
        Ok(())
    }
}

impl DurableStore {
    pub(crate) fn start(shared: Shared) -> io::Result<Self> {
        let shared = Arc::new(shared);
        let thread = if shared.background {
            let shared = shared.clone();
            Some(std::thread::Builder::new().name("chappe-index".into()).spawn(move || shared.work())?)
        } else {
            None
        };
        Ok(Self { handle: Arc::new(Handle { shared: Some(shared), thread }) })
    }

    pub(crate) fn shared(&self) -> Result<&Arc<Shared>, WriteError> {
        self.handle.shared.as_ref().ok_or_else(|| WriteError("the store is closed".into()))
    }

    /// How the last start went.
    pub fn opened(&self) -> Opened {
        self.handle.shared.as_ref().map(|shared| shared.opened).unwrap_or_default()
    }

    /// Rows in the index, those of the last batches left out.
    pub fn rows_indexed(&self) -> u64 {
        self.handle.shared.as_ref().map_or(0, |shared| shared.index.books().head.rows)
    }

    /// Bytes of the journal, what is preallocated left out.
    pub fn journal_bytes(&self) -> u64 {
        self.handle.shared.as_ref().map_or(0, |shared| shared.read_state().journal.bytes())
    }
}

impl fmt::Debug for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dir = self.handle.shared.as_ref().map(|shared| shared.disk.describe());
        write!(f, "DurableStore({})", dir.unwrap_or_default())
    }
}

impl Store for DurableStore {
    fn apply(&self, batch: &Batch) -> Result<(), WriteError> {
        self.shared()?.apply(batch)
    }

    fn sync(&self) -> Result<(), WriteError> {
        self.shared()?.sync()
    }
}

impl StoreRead for DurableStore {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let shared = self.shared().map_err(|error| ReadError(error.to_string()))?;
        let name = shared.sealer.name(table, partition, sort);
        let found = read::locate(shared, name)?;
        let Some(found) = found else { return Ok(None) };
        let mut rows = read::fetch(shared, vec![found])?;
        Ok(rows.pop().map(|(_, value)| value))
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        let shared = self.shared().map_err(|error| ReadError(error.to_string()))?;
        let prefix = shared.sealer.prefix(table, partition);
        let found: Vec<Found> = read::locate_range(shared, &prefix, range, limit)?;
        read::fetch(shared, found)
    }
}

impl Shared {
    /// Refuses, if a write has failed before.
    pub(crate) fn writable(&self) -> Result<(), WriteError> {
        match self.failed.get() {
            None => Ok(()),
            Some(why) => Err(WriteError(format!("{why} (stopped by an earlier error; restart)"))),
        }
    }

    /// Poisons the store: what the journal's file holds is no longer known, so nothing more is acknowledged.
    pub(crate) fn fail(&self, error: &dyn fmt::Display) -> WriteError {
        let text = format!("{}: {error}", self.disk.describe());
        tracing::error!(error = %text, "the store has stopped");
        let _ = self.failed.set(text.clone());
        WriteError(text)
    }

    pub(crate) fn read_state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic under this lock may have left a batch half in, so that a poisoned one refuses.
    pub(crate) fn write_state(&self) -> Result<RwLockWriteGuard<'_, State>, WriteError> {
        self.state.write().map_err(|_| self.fail(&"a thread of the store has panicked"))
    }

    fn worker(&self) -> MutexGuard<'_, Worker> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, batch: &Batch) -> Result<(), WriteError> {
        self.writable()?;
        if batch.is_empty() {
            return Ok(());
        }
        check_batch(batch).map_err(|rule| self.fail(&rule))?;
        self.wait_for_room();
        let mut state = self.write_state()?;
        self.writable()?;
        state.take(batch, &self.sealer);
        if state.turn.bytes() >= TURN_BYTES {
            self.seal_turn(&mut state)?;
        }
        self.index_follows(state)
    }

    /// Adds the frame that `make` gives for the present state, with its rows, and has the index follow.
    pub(crate) fn append_by(
        &self,
        make: impl FnOnce(&mut State) -> Result<Option<(Body, NewRows)>, WriteError>,
    ) -> Result<(), WriteError> {
        self.wait_for_room();
        let mut state = self.write_state()?;
        self.writable()?;
        self.seal_turn(&mut state)?;
        let Some((body, rows)) = make(&mut state)? else { return Ok(()) };
        append_rows(&mut state, &body, rows).map_err(|error| self.fail(&error))?;
        self.index_follows(state)
    }

    /// Makes a frame of what was applied since the last one.
    fn seal_turn(&self, state: &mut State) -> Result<(), WriteError> {
        if state.turn.is_empty() {
            return Ok(());
        }
        let (bytes, rows) = state.turn.seal(&state.active, &self.sealer).map_err(|error| self.fail(&error))?;
        append_rows(state, &Body::new(&self.frame_key, bytes), rows).map_err(|error| self.fail(&error))
    }

    /// Freezes the active overlay if it is full and the other one is through, and has it worked into sled.
    fn index_follows(&self, mut state: RwLockWriteGuard<'_, State>) -> Result<(), WriteError> {
        if state.active.rows.len() < self.overlay_rows || state.frozen.is_some() {
            return Ok(());
        }
        self.seal_turn(&mut state)?;
        state.freeze().map_err(|error| self.fail(&error))?;
        drop(state);
        if self.background {
            self.worker().wanted = true;
            self.wake.notify_one();
            Ok(())
        } else {
            self.absorb_frozen()
        }
    }

    /// Waits while both overlays are full, so that a slow index bounds the writers and not the memory.
    fn wait_for_room(&self) {
        if !self.background {
            return;
        }
        let mut worker = self.worker();
        while self.is_full() && self.failed.get().is_none() && !worker.stop {
            worker = self.absorbed.wait(worker).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_full(&self) -> bool {
        let state = self.read_state();
        state.frozen.is_some() && state.active.rows.len() >= self.overlay_rows
    }

    pub(crate) fn sync(&self) -> Result<(), WriteError> {
        self.writable()?;
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, seq) = {
            let mut state = self.write_state()?;
            self.writable()?;
            self.seal_turn(&mut state)?;
            if state.journal.synced >= state.journal.end.seq {
                return Ok(());
            }
            state.journal.flush().map_err(|error| self.fail(&error))?;
            (state.journal.active().map_err(|error| self.fail(&error))?, state.journal.end.seq)
        };
        // After a failed sync the kernel may have dropped the pages and say yes to a second one: never try again.
        file.sync().map_err(|error| self.fail(&error))?;
        let mut state = self.write_state()?;
        state.journal.synced = state.journal.synced.max(seq);
        Ok(())
    }

    /// Works the frozen overlay into sled, if there is one.
    pub(crate) fn absorb_frozen(&self) -> Result<(), WriteError> {
        let _absorber = self.absorb.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(frozen) = self.read_state().frozen.clone() else { return Ok(()) };
        let result = self.index.absorb(&frozen);
        if result.is_ok() {
            self.write_state()?.frozen = None;
        }
        // A failed index keeps its overlay, so reads stay right until the process ends.
        let result = result.map_err(|error| self.fail(&error));
        drop(self.worker());
        self.absorbed.notify_all();
        result
    }

    /// Works everything applied so far into sled.
    pub(crate) fn absorb_all(&self) -> Result<(), WriteError> {
        loop {
            self.absorb_frozen()?;
            let mut state = self.write_state()?;
            self.seal_turn(&mut state)?;
            if state.frozen.is_none() && self.index.books().head.end == state.journal.end {
                return Ok(());
            }
            // Writers may have filled and frozen another one meanwhile: each round takes a whole overlay off them.
            if state.frozen.is_none() {
                state.freeze().map_err(|error| self.fail(&error))?;
                break;
            }
        }
        self.absorb_frozen()
    }

    /// The absorbing thread.
    fn work(&self) {
        loop {
            let mut worker = self.worker();
            while !worker.wanted && !worker.stop {
                worker = self.wake.wait(worker).unwrap_or_else(PoisonError::into_inner);
            }
            if worker.stop {
                return;
            }
            worker.wanted = false;
            drop(worker);
            if self.absorb_frozen().is_err() {
                return;
            }
        }
    }

    /// Leaves everything as the next start likes it best. After an error it leaves it as it is: the next start looks
    /// at the journal.
    fn close(self) -> io::Result<()> {
        let finish = || {
            self.sync()?;
            self.absorb_all()?;
            self.index.flush().map_err(|error| WriteError(error.to_string()))
        };
        let finished = finish();
        let damaged = self.index.is_damaged();
        let Self { disk, index_dir, index, state, _lock, .. } = self;
        drop(index);
        if damaged {
            return Session::Rebuild.write(&*disk);
        }
        if let Err(error) = finished {
            return Err(io::Error::other(error.to_string()));
        }
        let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let end = state.journal.end;
        // What was preallocated and not used goes back to the file system.
        state.journal.active()?.set_len(end.offset)?;
        let index = fingerprint(&index_dir, true)?;
        Session::Closed { end, index }.write(&*disk)
    }
}

/// Adds a frame to the journal and its rows to the overlay.
pub(crate) fn append_rows(state: &mut State, body: &Body, rows: NewRows) -> io::Result<()> {
    let spot = state.journal.append(body)?;
    for (name, value) in rows {
        match value {
            Some((at, len)) => {
                let offset = u32::try_from(spot.offset + at as u64).map_err(io::Error::other)?;
                let len = u32::try_from(len).map_err(io::Error::other)?;
                state.active.put(name, Place { segment: spot.segment, offset, len });
            }
            None => state.active.delete(name, spot.segment),
        }
    }
    state.active.end = state.journal.end;
    Ok(())
}

impl Drop for Handle {
    fn drop(&mut self) {
        let Some(shared) = self.shared.take() else { return };
        shared.worker().stop = true;
        shared.wake.notify_all();
        shared.absorbed.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the index thread of the store has panicked");
        }
        let Some(shared) = Arc::into_inner(shared) else { return };
        let dir = shared.disk.describe();
        if let Err(error) = shared.close() {
            tracing::warn!(%dir, %error, "the store was not closed in order; the next start checks it");
        }
    }
}

/// Rows of an overlay of a store that is used as shipped. Half of a message's rows have random names; the more of them
/// sled gets at once, the more fall into each of its pages. About 150 bytes of memory a row.
pub(crate) const DEFAULT_OVERLAY_ROWS: usize = 32_768;

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 32 * 1024 * 1024,
            preallocate: 1024 * 1024,
            index_cache: 1024 * 1024,
            overlay_rows: DEFAULT_OVERLAY_ROWS,
            background: true,
            salvage: false,
            progress: None,
        }
    }
}
