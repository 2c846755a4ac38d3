//! A directory of tantivy whose files lie sealed on disk, read in blocks.
//!
//! A file (integers little-endian):
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `CHPIDX01` |
//! | 8 | 24 | salt: the file's key is the keyed BLAKE3 of salt and file name |
//! | 32 | 4096 + 16 each | blocks: ChaCha20-Poly1305, the nonce is the block's number; the last one is shorter and says so |
//!
//! Every file has a key of its own and is written once, from beginning to end, so no nonce comes twice. A block that was
//! altered or moved, and a file that was cut, given another name or lengthened, does not open. What is not hidden: how
//! many files there are and how long they are. What is not defended: an old copy of the whole directory put back.
//!
//! Locks are no files: the node's store is held by one process already, and a file would outlive a kill.

use chappe_storage::KeyError;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"CHPIDX01";
const SALT_LEN: usize = 24;
const HEAD: usize = MAGIC.len() + SALT_LEN;
const BLOCK: usize = 4096;
const TAG: usize = 16;
const STORED: usize = BLOCK + TAG;
/// Small reads next to each other come out of one piece of this many blocks.
const PIECE: usize = 4;

/// The directory. Clones share it.
#[derive(Clone)]
pub struct SealedDirectory {
    root: Arc<PathBuf>,
    key: Arc<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for SealedDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedDirectory({})", self.root.display())
    }
}

impl SealedDirectory {
    /// The directory at `root`, which is made if it is not there.
    pub fn open(root: &Path, key: Zeroizing<[u8; 32]>) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        Ok(Self { root: Arc::new(root.to_owned()), key: Arc::new(key) })
    }

    fn cipher(&self, name: &Path, salt: &[u8]) -> io::Result<LessSafeKey> {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(salt).update(name.as_os_str().as_encoded_bytes());
        let key = Zeroizing::new(*hasher.finalize().as_bytes());
        UnboundKey::new(&CHACHA20_POLY1305, &*key).map(LessSafeKey::new).map_err(|_| damaged("a key"))
    }

    fn create(&self, name: &Path, path: &Path) -> io::Result<Sealing> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let mut salt = [0; SALT_LEN];
        getrandom::fill(&mut salt).map_err(|_| io::Error::other(KeyError::Entropy))?;
        file.write_all(&[&MAGIC[..], &salt].concat())?;
        Ok(Sealing { file, cipher: self.cipher(name, &salt)?, number: 0, block: Vec::with_capacity(BLOCK) })
    }

    fn opened(&self, name: &Path) -> io::Result<Opened> {
        let file = File::open(self.root.join(name))?;
        let stored = file.metadata()?.len();
        let mut head = [0; HEAD];
        file.read_exact_at(&mut head, 0)?;
        if &head[..MAGIC.len()] != MAGIC {
            return Err(damaged("the head of a file"));
        }
        let cipher = self.cipher(name, &head[MAGIC.len()..])?;
        let body = usize::try_from(stored).map_err(io::Error::other)?.saturating_sub(HEAD);
        // There is always a last block, perhaps an empty one.
        let blocks = body.div_ceil(STORED);
        let last = body.checked_sub(blocks.saturating_sub(1) * STORED).filter(|last| *last >= TAG);
        let last = last.ok_or_else(|| damaged("the length of a file"))? - TAG;
        let opened = Opened {
            file,
            cipher,
            blocks,
            len: (blocks - 1) * BLOCK + last,
            piece: Mutex::new((usize::MAX, Arc::default())),
        };
        // That the file ends here is what the last block alone can say.
        opened.unseal(blocks - 1, blocks)?;
        Ok(opened)
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} of the search index is damaged"))
}

fn nonce(number: usize, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[0] = u8::from(last);
    nonce[4..].copy_from_slice(&(number as u64).to_le_bytes());
    Nonce::assume_unique_for_key(nonce)
}

/// A file that is being written.
struct Sealing {
    file: File,
    cipher: LessSafeKey,
    number: usize,
    block: Vec<u8>,
}

impl Sealing {
    fn seal(&mut self, last: bool) -> io::Result<()> {
        let nonce = nonce(self.number, last);
        self.cipher
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut self.block)
            .map_err(|_| io::Error::other("a block cannot be sealed"))?;
        self.file.write_all(&self.block)?;
        self.block.clear();
        self.number += 1;
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.seal(true)?;
        self.file.sync_data()
    }
}

impl Write for Sealing {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mut rest = buf;
        while !rest.is_empty() {
            // A full block waits until something comes behind it: the last one is sealed as such.
            if self.block.len() == BLOCK {
                self.seal(false)?;
            }
            let (now, later) = rest.split_at(rest.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            rest = later;
        }
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Sealing {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.finish()
    }
}

/// A file that is being read.
struct Opened {
    file: File,
    cipher: LessSafeKey,
    blocks: usize,
    len: usize,
    /// The piece that was read last.
    piece: Mutex<(usize, Arc<Vec<u8>>)>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes)", self.len)
    }
}

impl Opened {
    /// The bytes of blocks `from..to`.
    fn unseal(&self, from: usize, to: usize) -> io::Result<Vec<u8>> {
        let stored_end = if to == self.blocks { self.len + self.blocks * TAG } else { to * STORED };
        let mut bytes = vec![0; stored_end - from * STORED];
        self.file.read_exact_at(&mut bytes, (HEAD + from * STORED) as u64)?;
        let mut kept = 0;
        for number in from..to {
            let start = (number - from) * STORED;
            let end = bytes.len().min(start + STORED);
            let nonce = nonce(number, number + 1 == self.blocks);
            let opened = self.cipher.open_in_place(nonce, Aad::empty(), &mut bytes[start..end]);
            let length = opened.map_err(|_| damaged("a block"))?.len();
            bytes.copy_within(start..start + length, kept);
            kept += length;
        }
        bytes.truncate(kept);
        Ok(bytes)
    }

    fn piece(&self, number: usize) -> io::Result<Arc<Vec<u8>>> {
        let (known, piece) = self.piece.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if known == number {
            return Ok(piece);
        }
        let piece = Arc::new(self.unseal(number * PIECE, self.blocks.min((number + 1) * PIECE))?);
        *self.piece.lock().unwrap_or_else(PoisonError::into_inner) = (number, piece.clone());
        Ok(piece)
    }
}

impl HasLen for Opened {
    fn len(&self) -> usize {
        self.len
    }
}

impl FileHandle for Opened {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        if range.end > self.len {
            return Err(damaged("a length within a file"));
        }
        let (first, last) = (range.start / (BLOCK * PIECE), (range.end - 1) / (BLOCK * PIECE));
        if first == last {
            let (piece, base) = (self.piece(first)?, first * BLOCK * PIECE);
            return Ok(OwnedBytes::new(piece[range.start - base..range.end - base].to_vec()));
        }
        let (from, to) = (range.start / BLOCK, (range.end - 1) / BLOCK + 1);
        let bytes = self.unseal(from, to)?;
        Ok(OwnedBytes::new(bytes).slice(range.start - from * BLOCK..range.end - from * BLOCK))
    }
}

fn not_read(error: io::Error, name: &Path) -> OpenReadError {
    match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(name.to_owned()),
        _ => OpenReadError::wrap_io_error(error, name.to_owned()),
    }
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, name: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.opened(name).map_err(|error| not_read(error, name))?))
    }

    fn delete(&self, name: &Path) -> Result<(), DeleteError> {
        fs::remove_file(self.root.join(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(name.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: name.to_owned() },
        })
    }

    fn exists(&self, name: &Path) -> Result<bool, OpenReadError> {
        self.root.join(name).try_exists().map_err(|error| not_read(error, name))
    }

    fn open_write(&self, name: &Path) -> Result<WritePtr, OpenWriteError> {
        let file = self.create(name, &self.root.join(name)).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(name.to_owned()),
            _ => OpenWriteError::wrap_io_error(error, name.to_owned()),
        })?;
        Ok(BufWriter::new(Box::new(file)))
    }

    fn atomic_read(&self, name: &Path) -> Result<Vec<u8>, OpenReadError> {
        let opened = self.opened(name).map_err(|error| not_read(error, name))?;
        opened.unseal(0, opened.blocks).map_err(|error| not_read(error, name))
    }

    fn atomic_write(&self, name: &Path, data: &[u8]) -> io::Result<()> {
        let (path, new) = (self.root.join(name), self.root.join(name).with_extension("new"));
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = self.create(name, &new)?;
        file.write_all(data)?;
        file.finish()?;
        fs::rename(new, path)?;
        self.sync_directory()
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(&*self.root)?.sync_all()
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        // Whoever commits reloads.
        Ok(WatchHandle::empty())
    }
}

/// True if some file below `root` holds these bytes: what tests look for.
#[cfg(test)]
pub fn stands_in_a_file(root: &Path, needle: &[u8]) -> bool {
    fs::read_dir(root).unwrap().any(|entry| {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut File::open(entry.unwrap().path()).unwrap(), &mut bytes).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(root: &Path, name: &str, data: &[u8]) -> SealedDirectory {
        let directory = SealedDirectory::open(root, Zeroizing::new([7; 32])).unwrap();
        let mut writer = directory.open_write(Path::new(name)).unwrap();
        writer.write_all(data).unwrap();
        writer.terminate().unwrap();
        directory
    }

    #[test]
    fn every_range_of_every_length_reads_as_it_was_written() {
        for len in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, PIECE * BLOCK, 5 * BLOCK + 17] {
            let dir = tempfile::tempdir().unwrap();
            let data: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            let directory = written(dir.path(), "f", &data);
            let file = directory.open_read(Path::new("f")).unwrap();
            assert_eq!(file.len(), len);
            assert_eq!(file.read_bytes().unwrap().as_slice(), data);
            for at in [0, 1, len / 3, len / 2, len.saturating_sub(1)] {
                for end in [at, at + 1, at + BLOCK, len] {
                    let range = at.min(len)..end.clamp(at.min(len), len);
                    assert_eq!(file.read_bytes_slice(range.clone()).unwrap().as_slice(), &data[range]);
                }
            }
        }
    }

    #[test]
    fn what_is_altered_cut_renamed_or_anothers_does_not_open() {
        let dir = tempfile::tempdir().unwrap();
        let data = b"a secret word, again and again ".repeat(400);
        let directory = written(dir.path(), "f", &data);
        assert!(!stands_in_a_file(dir.path(), b"secret"));
        let path = dir.path().join("f");
        let good = fs::read(&path).unwrap();
        let read = |directory: &SealedDirectory, name: &str| {
            directory.open_read(Path::new(name)).ok().and_then(|file| file.read_bytes().ok())
        };
        for at in [0, 9, HEAD, HEAD + 5000, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert!(read(&directory, "f").is_none(), "byte {at}");
        }
        for len in [0, HEAD, HEAD + STORED, good.len() - 1] {
            fs::write(&path, &good[..len]).unwrap();
            assert!(read(&directory, "f").is_none(), "{len} bytes");
        }
        fs::write(&path, &good).unwrap();
        assert!(read(&directory, "f").is_some());
        fs::copy(&path, dir.path().join("g")).unwrap();
        assert!(read(&directory, "g").is_none());
        let other = SealedDirectory::open(dir.path(), Zeroizing::new([8; 32])).unwrap();
        assert!(read(&other, "f").is_none());
    }

    #[test]
    fn a_small_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let directory = SealedDirectory::open(dir.path(), Zeroizing::new([7; 32])).unwrap();
        let name = Path::new("meta.json");
        assert!(matches!(directory.atomic_read(name), Err(OpenReadError::FileDoesNotExist(_))));
        for data in [&b"one"[..], b"another"] {
            directory.atomic_write(name, data).unwrap();
            assert_eq!(directory.atomic_read(name).unwrap(), data);
        }
    }
}
