//! A backup in one file: everything that the words bring back, without any relay. It is written as a stream (an HTTP answer) and
//! read in one pass; docs/wire/backup.md has its bytes.
//!
//! * [`write`]: the history, and files if they are wanted, as they lie sealed on this node.
//! * [`FileBackup`]: checked whole before anything of it is used; unpacked into the folder of a new node.
//!
//! Not here: taking the history in (`restore`), which finds its blobs in the folder [`unpacked`] before it asks relays.

use super::rows::Config;
use super::{BackupError, Inner, read, text};
use crate::files::Files;
use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::blob::whole;
use chappe_protocol::chat::segment;
use chappe_protocol::identity::history::{History, HistoryKey, Manifest, SegmentRef};
use chappe_protocol::ids::{BlobId, DeviceId};
use chappe_protocol::limits::{BACKUP_PAGES_MAX, RECORD_MAX, SEGMENT_MAX, SEGMENTS_MAX};
use chappe_protocol::peer::command::{Command, ForWords, OwnCommand, Reply};
use chappe_protocol::session::sealed::SealingKey;
use chappe_protocol::wire::bytes::{Reader, Writer};
use chappe_protocol::wire::{WireError, cbor};
use chappe_storage::blobs::{BlobError, BlobSpec, BlobStore};
use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::mpsc;

/// What a backup file begins with.
const MAGIC: &[u8; 16] = b"chappe backup 1\n";

/// What stands before a part.
const END: u8 = 0;
const BLOB: u8 = 1;
const FILE: u8 = 2;

/// Bytes of the last part: records of [`RECORD_MAX`] and some.
const TAIL_MAX: usize = (BACKUP_PAGES_MAX as usize + 2) * RECORD_MAX;

/// Parts of an answer that wait for whoever reads it.
const AHEAD: usize = 4;

/// Bytes of a file that are read at once.
const PIECE: usize = 1024 * 1024;

/// The last part.
struct Tail {
    history: History,
    kept: ForWords,
    blobs: u64,
    files: u64,
}

impl Tail {
    fn encode(&self) -> Result<Vec<u8>, WireError> {
        let mut w = Writer::with_capacity(RECORD_MAX);
        w.bytes(&cbor::encode(&self.history)?).bytes(&self.kept.account).count(self.kept.pages.len());
        for page in &self.kept.pages {
            w.bytes(page);
        }
        w.u64(self.blobs).u64(self.files);
        Ok(w.finish())
    }

    fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        let history = cbor::decode(r.bytes("pointer to a history", RECORD_MAX)?, "pointer to a history", RECORD_MAX)?;
        let account = r.bytes("account record", RECORD_MAX)?.to_vec();
        let count = r.count("pages of a backup", BACKUP_PAGES_MAX.into(), 4)?;
        let page = |_| r.bytes("page of a backup", RECORD_MAX).map(<[u8]>::to_vec);
        let pages = (0..count).map(page).collect::<Result<_, _>>()?;
        let (blobs, files) = (r.u64()?, r.u64()?);
        r.finish()?;
        Ok(Self { history, kept: ForWords { account, pages }, blobs, files })
    }
}

/// Writes a backup, piece by piece; the last thing that comes is an error, or nothing.
pub(super) fn write(
    inner: &Arc<Inner>,
    config: Config,
    files: Option<Files>,
) -> mpsc::Receiver<Result<Vec<u8>, io::Error>> {
    let (out, pieces) = mpsc::channel(AHEAD);
    let inner = inner.clone();
    tokio::spawn(async move {
        let writing = Writing { out: out.clone(), blobs: 0, files: 0 };
        if let Err(why) = writing.all(&inner, &config, files).await {
            // Whoever does not listen any more wants to know nothing.
            drop(out.send(Err(io::Error::other(why))).await);
        }
    });
    pieces
}

struct Writing {
    out: mpsc::Sender<Result<Vec<u8>, io::Error>>,
    blobs: u64,
    files: u64,
}

impl Writing {
    async fn all(mut self, inner: &Arc<Inner>, config: &Config, files: Option<Files>) -> Result<(), String> {
        let key = config.key().map_err(text)?;
        let ask = inner.handle.ask(Command::Own(OwnCommand::ForWords)).await.map_err(text)?;
        let Reply::ForWords(kept) = ask else { return Err(read::unexpected()) };
        self.put(MAGIC.to_vec()).await?;
        let mut manifest = Manifest::default();
        let (mut messages, mut bytes) = (0, 0);
        let mut segments = read::segments(inner);
        while let Some(segment) = segments.recv().await {
            let segment = segment?;
            if manifest.segments.len() >= SEGMENTS_MAX {
                return Err(format!("a backup has at most {SEGMENTS_MAX} segments; delete old chats"));
            }
            let hash = *blake3::hash(&segment.bytes).as_bytes();
            (messages, bytes) = (messages + u64::from(segment.messages), bytes + segment.bytes.len() as u64);
            let root = self.blob(&key.segment(&hash), &segment.bytes).await?;
            manifest.segments.push(SegmentRef { hash, root, size: segment.bytes.len() as u32 });
        }
        let encoded = manifest.encode();
        let root = self.blob(&key.manifest(config.number), &encoded).await?;
        if let Some(files) = files {
            for (name, spec) in files.whole() {
                self.file(&files, name, spec).await?;
            }
        }
        let history = History {
            sealed: config.sealed().map_err(text)?,
            number: config.number,
            root,
            size: encoded.len() as u64,
            relays: Vec::new(),
            at: inner.clock.now().wall,
            messages,
            bytes,
        };
        let tail = Tail { history, kept: *kept, blobs: self.blobs, files: self.files }.encode().map_err(text)?;
        self.put([&[END][..], &(tail.len() as u32).to_be_bytes(), &tail].concat()).await
    }

    async fn put(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        self.out.send(Ok(bytes)).await.map_err(|_| "nobody reads the backup any more".into())
    }

    async fn blob(&mut self, key: &FileKey, plain: &[u8]) -> Result<[u8; 32], String> {
        let (blob, root) = whole::seal(key, plain).map_err(text)?;
        self.put(head(BLOB, &key.blob(), blob.len() as u64)).await?;
        self.put(blob).await?;
        self.blobs += 1;
        Ok(root)
    }

    async fn file(&mut self, files: &Files, name: BlobId, spec: BlobSpec) -> Result<(), String> {
        let length = spec.length;
        // What is deleted meanwhile is deleted: its first piece cannot be read, and nothing was said of it yet.
        let Ok(first) = files.sealed(name, 0, PIECE.min(length as usize)).await else { return Ok(()) };
        self.put([&head(FILE, &name, length)[..], &spec.write, &spec.read].concat()).await?;
        let mut at = first.len() as u64;
        self.put(first).await?;
        while at < length {
            let piece = files.sealed(name, at, PIECE.min((length - at) as usize)).await.map_err(text)?;
            at += piece.len() as u64;
            self.put(piece).await?;
        }
        self.files += 1;
        Ok(())
    }
}

fn head(part: u8, name: &BlobId, length: u64) -> Vec<u8> {
    [&[part][..], &name.0, &length.to_be_bytes()].concat()
}

/// Where the history's blobs of an unpacked backup lie until they are taken in.
pub fn unpacked(data: &Path) -> PathBuf {
    data.join("unpacked")
}

/// In place of a device: a history that was unpacked from a file. First of all, so that nothing that relays do not have any more
/// stands before it.
pub const UNPACKED: DeviceId = {
    let mut id = [0; 32];
    id[31] = 1;
    DeviceId(id)
};

/// A blob's file in that folder.
pub(super) fn place(folder: &Path, name: &BlobId) -> PathBuf {
    folder.join(HEXLOWER.encode(&name.0))
}

/// Why a file is not used. The texts say what to do.
#[derive(Debug, Error)]
pub enum FileError {
    /// It cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Something else.
    #[error("this is not a backup file of Chappe")]
    Foreign,
    /// Its end is missing.
    #[error("this backup file is cut off; copy it again, or take another one")]
    Cut,
    /// Of somebody else.
    #[error("this backup file is of other words")]
    OtherWords,
    /// It is not what was written.
    #[error("this backup file is damaged ({0}); take another one")]
    Damaged(String),
    /// Files cannot be kept.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

/// A backup file, its parts found.
#[derive(Debug)]
pub struct FileBackup {
    path: PathBuf,
    /// Where the history is in it.
    pub history: History,
    /// Opens the history.
    pub key: HistoryKey,
    /// The account, people and settings.
    pub kept: ForWords,
    blobs: BTreeMap<BlobId, (u64, u64)>,
    files: Vec<Kept>,
}

/// A file in it.
#[derive(Debug)]
struct Kept {
    name: BlobId,
    at: u64,
    size: u64,
    write: [u8; 32],
    read: [u8; 32],
}

impl FileBackup {
    /// Finds the parts of a file, and opens it with the words.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open(path: &Path, words: &SealingKey) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| io_error(path, error))?;
        let length = file.metadata().map_err(|error| io_error(path, error))?.len();
        let mut file = BufReader::new(file);
        let mut magic = [0; 16];
        file.read_exact(&mut magic).map_err(|_| FileError::Foreign)?;
        if &magic != MAGIC {
            return Err(FileError::Foreign);
        }
        let (mut blobs, mut files) = (BTreeMap::new(), Vec::new());
        let mut at = MAGIC.len() as u64;
        let tail = loop {
            let part = take::<1>(&mut file)?[0];
            if part == END {
                break tail(&mut file, length)?;
            }
            let (name, size) = (BlobId(take(&mut file)?), u64::from_be_bytes(take(&mut file)?));
            let rights = if part == FILE { Some((take(&mut file)?, take(&mut file)?)) } else { None };
            at += if rights.is_some() { 41 + 64 } else { 41 };
            if size > length.saturating_sub(at) {
                return Err(FileError::Cut);
            }
            match (part, rights) {
                (BLOB, None) => drop(blobs.insert(name, (at, size))),
                (FILE, Some((write, read))) => files.push(Kept { name, at, size, write, read }),
                (other, _) => return Err(FileError::Damaged(format!("a part of kind {other}"))),
            }
            at += size;
            let step = i64::try_from(size).map_err(|_| FileError::Cut)?;
            file.seek_relative(step).map_err(|error| io_error(path, error))?;
        };
        let key = tail.history.open(words).ok_or(FileError::OtherWords)?;
        if (blobs.len() as u64, files.len() as u64) != (tail.blobs, tail.files) {
            return Err(FileError::Damaged("it has another number of parts".into()));
        }
        Ok(Self { path: path.to_owned(), history: tail.history, key, kept: tail.kept, blobs, files })
    }

    /// How many files are in it, and their bytes.
    pub fn files(&self) -> (u64, u64) {
        (self.files.len() as u64, self.files.iter().map(|kept| kept.size).sum())
    }

    /// Opens and checks every part of the history; `step` is told how much of it is done.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn check(&self, mut step: impl FnMut(usize, usize)) -> Result<(), FileError> {
        let mut file = self.reader()?;
        let size = self.history.size;
        if usize::try_from(size).map_or(true, |size| size > Manifest::bytes_max()) {
            return Err(damaged("the size of its list"));
        }
        let manifest = self.plain(&mut file, &self.key.manifest(self.history.number), (&self.history.root, size))?;
        let manifest = Manifest::decode(&manifest).map_err(damaged)?;
        let all = manifest.segments.len();
        for (n, part) in manifest.segments.iter().enumerate() {
            if part.size as usize > SEGMENT_MAX {
                return Err(damaged("the size of a segment"));
            }
            let bytes = self.plain(&mut file, &self.key.segment(&part.hash), (&part.root, part.size.into()))?;
            let same = blake3::hash(&bytes).as_bytes() == &part.hash;
            if !same || segment::read(&bytes).is_err() {
                return Err(damaged("a segment"));
            }
            step(n + 1, all);
        }
        Ok(())
    }

    fn reader(&self) -> Result<File, FileError> {
        File::open(&self.path).map_err(|error| io_error(&self.path, error))
    }

    fn plain(&self, file: &mut File, key: &FileKey, (root, size): (&[u8; 32], u64)) -> Result<Vec<u8>, FileError> {
        let (at, length) = *self.blobs.get(&key.blob()).ok_or_else(|| damaged("a missing part"))?;
        // Bounded by the file's own length, which was checked.
        let mut blob = vec![0; usize::try_from(length).map_err(damaged)?];
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(&mut blob))
            .map_err(|error| io_error(&self.path, error))?;
        whole::open(key, root, usize::try_from(size).map_err(damaged)?, &blob).map_err(damaged)
    }

    /// Puts everything where a node in `data` finds it. `owner` is the machine to be; `step` is told how many bytes are done.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn unpack(&self, data: &Path, owner: [u8; 32], mut step: impl FnMut(u64, u64)) -> Result<(), FileError> {
        let folder = unpacked(data);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| io_error(&folder, error))?;
        let all: u64 = self.blobs.values().map(|(_, size)| size).sum::<u64>() + self.files().1;
        let (mut file, mut done) = (self.reader()?, 0);
        for (name, (at, size)) in &self.blobs {
            let to = place(&folder, name);
            copy(&mut file, (*at, *size), &to).map_err(|error| io_error(&to, error))?;
            done += size;
            step(done, all);
        }
        let store = BlobStore::open(&data.join("blobs"))?;
        for Kept { name, at, size, write, read } in &self.files {
            let spec = BlobSpec { length: *size, write: *write, read: *read, owner };
            let mut written = store.create(*name, spec, u64::MAX)?.written;
            file.seek(SeekFrom::Start(at + written)).map_err(|error| io_error(&self.path, error))?;
            while written < *size {
                let mut piece = vec![0; PIECE.min((size - written) as usize)];
                file.read_exact(&mut piece).map_err(|error| io_error(&self.path, error))?;
                store.append(name, written, &piece)?;
                written += piece.len() as u64;
                step(done + written, all);
            }
            store.sync(name)?;
            done += size;
        }
        Ok(())
    }
}

fn copy(from: &mut File, (at, size): (u64, u64), to: &Path) -> io::Result<()> {
    let mut out = File::create(to)?;
    from.seek(SeekFrom::Start(at))?;
    io::copy(&mut from.take(size), &mut out)?;
    out.sync_all()
}

fn io_error(path: &Path, error: io::Error) -> FileError {
    FileError::Io { path: path.display().to_string(), error }
}

fn damaged(what: impl ToString) -> FileError {
    FileError::Damaged(what.to_string())
}

fn take<const N: usize>(file: &mut impl Read) -> Result<[u8; N], FileError> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(|_| FileError::Cut)?;
    Ok(bytes)
}

fn tail(file: &mut (impl Read + Seek), length: u64) -> Result<Tail, FileError> {
    let size = u32::from_be_bytes(take(file)?) as usize;
    if size > TAIL_MAX {
        return Err(damaged("the size of its end"));
    }
    let mut bytes = vec![0; size];
    file.read_exact(&mut bytes).map_err(|_| FileError::Cut)?;
    if file.stream_position().ok() != Some(length) {
        return Err(damaged("something stands behind its end"));
    }
    Tail::decode(&bytes).map_err(damaged)
}

impl From<FileError> for BackupError {
    fn from(error: FileError) -> Self {
        Self::Refused(error.to_string())
    }
}
