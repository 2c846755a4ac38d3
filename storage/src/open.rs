//! Starting: who may, whether the index is worth anything, what of the journal it has not seen.
//!
//! | the last process | the index |
//! |---|---|
//! | closed in order, and its files hash to what it said | used as it is |
//! | died, but the kernel is the same (kill -9: nothing written was lost) | sled's recovery, every row checked, then the journal's tail |
//! | died with the machine, or anything above does not fit | deleted and made anew from the journal |
//!
//! Not here: the bytes (`frame.rs`), and the rule of torn tails (`replay.rs`).

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, OnceLock, RwLock};

use zeroize::Zeroizing;

use crate::disk::{Disk, RealDisk};
use crate::durable::{DurableStore, Shared, State, Worker};
use crate::error::OpenError;
use crate::frame::{Record, Records};
use crate::index::{Index, IndexError, fingerprint};
use crate::journal::{Journal, Position, Sizes, segment_name, segment_size};
use crate::keys::{self, Keys, StoreKey};
use crate::overlay::{Overlay, Place};
use crate::replay::{self, Frame, Stop};
use crate::seal::Sealer;
use crate::segments::{self, Segments};
use crate::session::Session;
use crate::turn::Turn;

/// The schema this version writes, and the newest it reads.
pub const SCHEMA: u32 = 1;

/// Rows of the overlay while the index is made anew: big runs in order are what sled takes fastest.
const REBUILD_ROWS: usize = 65_536;

/// Told how far the journal has been read, in bytes: done, of.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// How a store is opened. The default is what is shipped.
#[derive(Clone)]
pub struct Options {
    /// Bytes of a segment (more in a big journal). 32 MiB.
    pub segment_bytes: u64,
    /// Bytes that the journal's file grows by. 1 MiB.
    pub preallocate: u64,
    /// What sled may cache, by its own count; it takes about ten times that. 1 MiB.
    pub index_cache: u64,
    /// Rows that are collected before sled gets them. 32768.
    pub overlay_rows: usize,
    /// Whether a thread of its own does that; without, it is done within `apply`.
    pub background: bool,
    /// Drop what is damaged and keep what verifies. Copy the directory first.
    pub salvage: bool,
    /// Told while the index is brought up to date.
    pub progress: Option<Progress>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("segment_bytes", &self.segment_bytes)
            .field("preallocate", &self.preallocate)
            .field("index_cache", &self.index_cache)
            .field("overlay_rows", &self.overlay_rows)
            .field("background", &self.background)
            .field("salvage", &self.salvage)
            .finish_non_exhaustive()
    }
}

/// What a start did with the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IndexUse {
    /// Used as it was left.
    #[default]
    Kept,
    /// Checked row by row after a crash of the process.
    Checked,
    /// Made anew from the journal.
    Rebuilt,
}

/// How a start went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// What was done with the index.
    pub index: IndexUse,
    /// Frames that the index had not seen.
    pub replayed: u64,
    /// Bytes cut off the journal's end: batches that were never promised.
    pub cut: u64,
    /// Bytes that salvage could not keep.
    pub lost: u64,
}

impl DurableStore {
    /// Opens the store in a directory, and makes one if there is none.
    pub fn open(dir: &Path, key: StoreKey, options: Options) -> Result<Self, OpenError> {
        let disk = RealDisk::at(dir).map_err(|error| OpenError::from_io(&dir.display().to_string(), error))?;
        Self::open_on(Arc::new(disk), &dir.join("index"), &key, options)
    }

    /// Opens a store on files of another kind. sled's own files are always real ones, in `index_dir`.
    pub fn open_on(disk: Arc<dyn Disk>, index_dir: &Path, key: &StoreKey, options: Options) -> Result<Self, OpenError> {
        Opening { dir: disk.describe(), disk, index_dir: index_dir.to_path_buf(), options, report: Opened::default() }
            .run(key)
    }
}

pub(crate) struct Opening {
    pub(crate) dir: String,
    pub(crate) disk: Arc<dyn Disk>,
    index_dir: PathBuf,
    pub(crate) options: Options,
    pub(crate) report: Opened,
}

/// An error on the way: of the system, or one that has its words already.
pub(crate) enum Trouble {
    Io(io::Error),
    Index(IndexError),
    Open(OpenError),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<IndexError> for Trouble {
    fn from(error: IndexError) -> Self {
        Self::Index(error)
    }
}

impl Opening {
    fn run(mut self, key: &StoreKey) -> Result<DurableStore, OpenError> {
        self.start(key).map_err(|trouble| match trouble {
            Trouble::Open(error) => error,
            Trouble::Io(error) => OpenError::from_io(&self.dir, error),
            Trouble::Index(error) => {
                OpenError::Index { dir: self.index_dir.display().to_string(), what: error.to_string() }
            }
        })
    }

    fn start(&mut self, key: &StoreKey) -> Result<DurableStore, Trouble> {
        // Looked at before the lock is taken, so that nothing at all changes in a directory that is not for us.
        self.check_schema()?;
        let lock = self.disk.lock().map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => Trouble::Open(OpenError::Locked { dir: self.dir.clone() }),
            _ => Trouble::Io(error),
        })?;
        if !self.check_schema()? {
            self.disk.replace("schema", format!("chappe-store {SCHEMA}\n").as_bytes())?;
        }
        let session = Session::read(&*self.disk)?;
        let keys = self.keys(key, session.is_some())?;
        let sizes = Sizes {
            segment: self.options.segment_bytes.max(4096),
            step: self.options.preallocate.clamp(4096, 64 * 1024 * 1024),
        };
        let found = segments::load(self, &keys.frames, sizes, session.as_ref())?;
        self.check_end(session.as_ref(), &found)?;
        let (index, from) = self.index(session.as_ref(), &found)?;
        Session::Open { boot: self.disk.boot_id() }.write(&*self.disk)?;
        let mut index = match index {
            Some(index) => index,
            None => Index::create(&self.index_dir, self.options.index_cache, Position::default())?,
        };
        let caught_up = self.catch_up(&keys.frames, &found, &index, from);
        let (end, damaged) = match caught_up {
            // sled opened and then failed: once more, from nothing.
            Err(Trouble::Index(error)) if self.report.index != IndexUse::Rebuilt => {
                tracing::warn!(dir = %self.dir, %error, "the index is made anew");
                drop(index);
                self.report.index = IndexUse::Rebuilt;
                index = Index::create(&self.index_dir, self.options.index_cache, Position::default())?;
                self.catch_up(&keys.frames, &found, &index, Position::default())?
            }
            other => other?,
        };
        let journal = self.journal(&keys, found, sizes, end)?;
        let sealer = Sealer::new(&keys).map_err(|error| Trouble::Io(io::Error::other(error)))?;
        let store = DurableStore::start(self.shared(sealer, &keys, journal, index, lock))?;
        self.settle(&store, damaged)?;
        Ok(store)
    }

    /// True if there is a schema file, and it is one of ours.
    fn check_schema(&self) -> Result<bool, Trouble> {
        let bytes = match self.disk.read("schema") {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let text = String::from_utf8_lossy(&bytes);
        let found = text.strip_prefix("chappe-store ").and_then(|rest| rest.trim_end().parse::<u32>().ok());
        match found {
            Some(SCHEMA) => Ok(true),
            Some(found) if found > SCHEMA => {
                Err(Trouble::Open(OpenError::NewerSchema { dir: self.dir.clone(), found, known: SCHEMA }))
            }
            Some(_) | None => Err(Trouble::Open(OpenError::NotAStore { dir: self.dir.clone() })),
        }
    }

    fn keys(&self, key: &StoreKey, used: bool) -> Result<Keys, Trouble> {
        let wrong = |source| Trouble::Open(OpenError::Key { dir: self.dir.clone(), source });
        if let Some(file) = self.disk.read("keyfile")? {
            return keys::unlock(key, &file).map_err(wrong);
        }
        if used || segments::any(&*self.disk)? {
            return Err(Trouble::Open(OpenError::KeyMissing { dir: self.dir.clone() }));
        }
        let (keys, file) = keys::create(key).map_err(wrong)?;
        self.disk.replace("keyfile", &file)?;
        Ok(keys)
    }

    /// The index that is there, if it can be used, and from where on the journal is news to it.
    fn index(&mut self, session: Option<&Session>, found: &Segments) -> Result<(Option<Index>, Position), Trouble> {
        let usable = match session {
            _ if self.options.salvage => Err("salvage was asked for".to_string()),
            Some(Session::Closed { end, index }) => self.kept_index(*end, index),
            Some(Session::Open { boot }) if *boot == self.disk.boot_id() => self.checked_index(found),
            Some(Session::Open { .. }) => Err("the machine went down while the store was open".to_string()),
            Some(Session::Rebuild) => Err("it was found damaged".to_string()),
            None => Err(String::new()),
        };
        match usable {
            Ok(index) => {
                let from = index.books().head.end;
                Ok((Some(index), from))
            }
            Err(why) => {
                if !why.is_empty() {
                    tracing::warn!(dir = %self.dir, %why, "the index is made anew from the journal");
                }
                self.report.index = IndexUse::Rebuilt;
                Ok((None, Position::default()))
            }
        }
    }

    fn kept_index(&mut self, end: Position, hash: &[u8; 32]) -> Result<Index, String> {
        let now = fingerprint(&self.index_dir, false).map_err(|error| error.to_string())?;
        if now != *hash {
            return Err("its files are not what they were".to_string());
        }
        let index = Index::open(&self.index_dir, self.options.index_cache).map_err(|error| error.to_string())?;
        if index.books().head.end != end {
            return Err("it ends elsewhere than the journal".to_string());
        }
        self.report.index = IndexUse::Kept;
        Ok(index)
    }

    fn checked_index(&mut self, found: &Segments) -> Result<Index, String> {
        let index = Index::open(&self.index_dir, self.options.index_cache).map_err(|error| error.to_string())?;
        index.verify().map_err(|error| error.to_string())?;
        let end = index.books().head.end;
        if end.seq < found.index_floor {
            return Err("it is older than the last erasure".to_string());
        }
        if !found.all.contains_key(&end.segment) {
            return Err("it ends in a segment that is gone".to_string());
        }
        if end.seq > found.end.seq {
            return Err("it is ahead of the journal".to_string());
        }
        self.report.index = IndexUse::Checked;
        Ok(index)
    }

    /// Plays what the index has not seen; returns the journal's end and the segments that salvage found damaged.
    fn catch_up(
        &mut self,
        key: &[u8; 32],
        found: &Segments,
        index: &Index,
        from: Position,
    ) -> Result<(Position, Vec<u64>), Trouble> {
        let total: u64 = found.all.range(from.segment..).map(|(_, segment)| segment.bytes).sum();
        let rows = if from == Position::default() { REBUILD_ROWS } else { self.options.overlay_rows };
        let mut player = Player { index, overlay: Overlay { end: from, ..Overlay::default() }, rows, frames: 0 };
        let mut damaged = Vec::new();
        let mut done = 0;
        let mut end = from;
        for (number, segment) in found.all.range(from.segment..) {
            let first = Stop { offset: segment.header_len, seq: segment.first_seq - 1, at_end: false };
            let start = if *number == from.segment {
                Stop { offset: from.offset, seq: from.seq, at_end: false }
            } else {
                first
            };
            let stop = self.play(key, *number, found, start, &mut player, &mut damaged)?;
            end = Position { segment: *number, offset: stop.offset, seq: stop.seq };
            done += segment.bytes;
            if let Some(progress) = &self.options.progress {
                progress(done, total);
            }
            tracing::debug!(dir = %self.dir, done, total, "reading the journal");
        }
        player.overlay.end = end;
        index.absorb(&player.overlay)?;
        self.report.replayed = player.frames;
        Ok((end, damaged))
    }

    /// Plays one segment, and judges how it stopped.
    fn play(
        &mut self,
        key: &[u8; 32],
        number: u64,
        found: &Segments,
        start: Stop,
        player: &mut Player<'_>,
        damaged: &mut Vec<u64>,
    ) -> Result<Stop, Trouble> {
        let segment = &found.all[&number];
        let last = number == found.last;
        let file = &*segment.file;
        let limit = if last { file.len()? } else { segment.bytes };
        let mut stop = start;
        if self.options.salvage && segment.broken_header {
            damaged.push(number);
            match replay::find_frame(key, number, file, 0, limit, &|_| true)? {
                Some((offset, head)) => stop = Stop { offset, seq: head.seq - 1, at_end: false },
                None => return Ok(Stop { offset: limit, ..start }),
            }
        }
        loop {
            stop = replay::walk(key, number, file, stop, limit, &mut |frame| player.frame(&frame))?;
            let whole = stop.at_end && (last || (stop.offset == limit && stop.seq == segment.last_seq));
            if whole {
                return Ok(stop);
            }
            if last && !replay::was_durable(key, number, file, stop, limit)? {
                self.report.cut = limit - stop.offset;
                tracing::warn!(dir = %self.dir, bytes = self.report.cut, "a torn end of the journal was cut off");
                return Ok(stop);
            }
            if !self.options.salvage {
                return Err(self.damaged(number, stop.offset, "a batch does not match its checksum"));
            }
            damaged.push(number);
            let from = stop.offset;
            match replay::find_frame(key, number, file, from + 1, limit, &|_| true)? {
                Some((offset, head)) => stop = Stop { offset, seq: head.seq - 1, at_end: false },
                None => stop = Stop { offset: limit, seq: stop.seq.max(segment.last_seq), at_end: true },
            }
            self.report.lost += stop.offset - from;
            if stop.at_end {
                return Ok(stop);
            }
        }
    }

    pub(crate) fn damaged(&self, segment: u64, offset: u64, what: &'static str) -> Trouble {
        Trouble::Open(OpenError::Damaged { dir: self.dir.clone(), file: segment_name(segment), offset, what })
    }

    /// A store that was closed in order said where its journal ends.
    fn check_end(&self, session: Option<&Session>, found: &Segments) -> Result<(), Trouble> {
        let end = Position { segment: found.last, offset: found.end.offset, seq: found.end.seq };
        match session {
            Some(Session::Closed { end: said, .. }) if *said != end && !self.options.salvage => {
                Err(self.damaged(end.segment, end.offset, "the journal does not end where it was closed"))
            }
            Some(Session::Closed { .. } | Session::Open { .. } | Session::Rebuild) | None => Ok(()),
        }
    }

    /// The journal, ready to be appended to. What replay has shown to readers is durable from here on, and nothing
    /// of a torn tail is left that could be taken for a frame later.
    fn journal(&self, keys: &Keys, found: Segments, sizes: Sizes, end: Position) -> Result<Journal, Trouble> {
        let active = &found.all[&found.last];
        let header_len = active.header_len;
        active.file.set_len(end.offset)?;
        active.file.sync()?;
        let index_floor = match self.report.index {
            IndexUse::Kept => end.seq,
            IndexUse::Checked | IndexUse::Rebuilt => found.index_floor,
        };
        let segments = found.all.iter().map(|(number, segment)| (*number, segment.as_journal())).collect();
        let mut journal = Journal {
            disk: self.disk.clone(),
            key: Zeroizing::new(keys.frames),
            sizes,
            segments,
            end,
            synced: end.seq,
            index_floor,
            pending: Vec::new(),
            allocated: end.offset,
            header_len,
            limit: 0,
        };
        journal.limit = segment_size(sizes.segment, journal.bytes());
        Ok(journal)
    }

    fn shared(
        &self,
        sealer: Sealer,
        keys: &Keys,
        journal: Journal,
        index: Index,
        lock: Box<dyn Send + Sync>,
    ) -> Shared {
        let active = Overlay { end: journal.end, ..Overlay::default() };
        Shared {
            disk: self.disk.clone(),
            index_dir: self.index_dir.clone(),
            sealer,
            frame_key: Zeroizing::new(keys.frames),
            index,
            overlay_rows: self.options.overlay_rows.max(1),
            background: self.options.background,
            opened: self.report,
            state: RwLock::new(State { journal, turn: Turn::default(), active, frozen: None }),
            gate: Mutex::new(()),
            absorb: Mutex::new(()),
            maintain: Mutex::new(Vec::new()),
            failed: OnceLock::new(),
            worker: Mutex::new(Worker::default()),
            wake: Condvar::new(),
            absorbed: Condvar::new(),
            _lock: lock,
        }
    }

    /// Rewrites what salvage found damaged and lets a new header name what is left, so that the next start needs no
    /// salvage.
    fn settle(&self, store: &DurableStore, damaged: Vec<u64>) -> Result<(), Trouble> {
        if !self.options.salvage {
            return Ok(());
        }
        let settled = store.settle(&BTreeSet::from_iter(damaged));
        settled.map_err(|error| Trouble::Io(io::Error::other(error.to_string())))
    }
}

/// Puts frames into the index, an overlay at a time.
struct Player<'a> {
    index: &'a Index,
    overlay: Overlay,
    rows: usize,
    frames: u64,
}

impl Player<'_> {
    /// False if a record breaks the format.
    fn frame(&mut self, frame: &Frame<'_>) -> Result<bool, Trouble> {
        if Records::of(frame.body).any(|record| record.is_none()) {
            return Ok(false);
        }
        let segment = frame.body_at.segment;
        for record in Records::of(frame.body).flatten() {
            match record {
                Record::Put { name, value_at, value } => {
                    let offset = frame.body_at.offset + value_at as u64;
                    let (Ok(offset), Ok(len)) = (u32::try_from(offset), u32::try_from(value.len())) else {
                        return Ok(false);
                    };
                    self.overlay.put(name.to_vec(), Place { segment, offset, len });
                }
                Record::Delete { name } => self.overlay.delete(name.to_vec(), segment),
                Record::Retire { .. } => {}
            }
        }
        self.frames += 1;
        let offset = frame.body_at.offset + frame.body.len() as u64;
        self.overlay.end = Position { segment, offset, seq: frame.head.seq };
        if self.overlay.rows.len() >= self.rows {
            let full = std::mem::take(&mut self.overlay);
            self.overlay.end = full.end;
            self.index.absorb(&full)?;
        }
        Ok(true)
    }
}
