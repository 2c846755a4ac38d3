//! A file's key, its blob's layout, and its chunks.
//!
//! A file of n bytes is cut into chunks of [`CHUNK_BYTES`], the last one shorter. Each is sealed with AES-256-GCM under
//! the file's key; the nonce is `domain u32 · index u64` (domain 1, big-endian), associated data is the size as u64. The
//! blob is the sealed chunks in order, and behind them the list of their BLAKE3 hashes (32 bytes each), sealed likewise
//! (domain 2, index 0). The message names the BLAKE3 hash of that list, its *root*.
//!
//! The seal keeps relays out; the root binds every byte to what the author signed, so that a member and a relay together
//! cannot give somebody else another file.
//!
//! **A key seals one file, once**: it is drawn for the file, and nothing is sealed under it again if the file changes.

use crate::ids::{BlobId, Capability};
use crate::limits::{CHUNK_BYTES, FILE_MAX};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use std::fmt;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes that sealing adds to a chunk.
pub const TAG: usize = 16;

/// Bytes of a hash in the list.
pub const HASH: usize = 32;

/// The key of one file. Everything else about its blob is derived from it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct FileKey(pub [u8; 32]);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(…)")
    }
}

impl FileKey {
    /// What relays call the blob.
    pub fn blob(&self) -> BlobId {
        BlobId(blake3::derive_key("chappe 2026-11 blob name", &self.0))
    }

    /// Allows to read the blob at a relay.
    pub fn read(&self) -> Capability {
        Capability(blake3::derive_key("chappe 2026-11 blob read", &self.0))
    }
}

/// Why a chunk or list is not what the message names. Whoever gave it lies, or its disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    /// Its length is not what its place has.
    #[error("a chunk of {got} bytes, where {wanted} belong")]
    Length {
        /// Bytes that came.
        got: usize,
        /// Bytes that belong there.
        wanted: usize,
    },
    /// Its hash is another one.
    #[error("chunk {0} is not the one that was sent")]
    Hash(u64),
    /// The list's hash is not the root.
    #[error("the list of chunks is not the one that was sent")]
    Root,
    /// The seal does not open.
    #[error("the seal of chunk {0} is broken")]
    Seal(u64),
}

/// Where the chunks of a file of a size lie in its blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    size: u64,
}

impl Layout {
    /// `None` above [`FILE_MAX`].
    pub fn of(size: u64) -> Option<Self> {
        (size <= FILE_MAX).then_some(Self { size })
    }

    /// The file's bytes.
    pub fn size(self) -> u64 {
        self.size
    }

    /// How many chunks there are; none of an empty file.
    pub fn chunks(self) -> u64 {
        self.size.div_ceil(CHUNK_BYTES as u64)
    }

    /// Bytes of a chunk before sealing.
    pub fn chunk_len(self, index: u64) -> usize {
        let start = index.saturating_mul(CHUNK_BYTES as u64);
        self.size.saturating_sub(start).min(CHUNK_BYTES as u64) as usize
    }

    /// Where a sealed chunk begins.
    pub fn chunk_at(self, index: u64) -> u64 {
        index * (CHUNK_BYTES + TAG) as u64
    }

    /// Where the sealed list begins: behind the chunks.
    pub fn list_at(self) -> u64 {
        self.size + self.chunks() * TAG as u64
    }

    /// Bytes of the sealed list.
    pub fn list_len(self) -> usize {
        // At most 65,536 chunks.
        self.chunks() as usize * HASH + TAG
    }

    /// Bytes of the whole blob.
    pub fn blob_len(self) -> u64 {
        self.list_at() + self.list_len() as u64
    }

    /// The chunk in which a byte of the file lies.
    pub fn chunk_of(self, byte: u64) -> u64 {
        byte / CHUNK_BYTES as u64
    }

    /// How many whole chunks the first `have` bytes of the blob hold.
    pub fn whole_chunks(self, have: u64) -> u64 {
        if have >= self.list_at() { self.chunks() } else { have / (CHUNK_BYTES + TAG) as u64 }
    }
}

/// Seals and opens the chunks of one file.
pub struct Sealer {
    key: LessSafeKey,
    layout: Layout,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} bytes)", self.layout.size)
    }
}

const CHUNK: u32 = 1;
const LIST: u32 = 2;

impl Sealer {
    /// For a file of a size, under its key.
    pub fn new(key: &FileKey, layout: Layout) -> Self {
        // A key of 32 bytes is what this cipher takes, so that this cannot fail.
        let unbound = UnboundKey::new(&AES_256_GCM, &key.0).unwrap_or_else(|_| unreachable!("32 bytes"));
        Self { key: LessSafeKey::new(unbound), layout }
    }

    /// Seals a chunk in place and gives its hash for the list.
    pub fn seal_chunk(&self, index: u64, chunk: &mut Vec<u8>) -> Result<[u8; HASH], Wrong> {
        let wanted = self.layout.chunk_len(index);
        if chunk.len() != wanted || wanted == 0 {
            return Err(Wrong::Length { got: chunk.len(), wanted });
        }
        self.seal(CHUNK, index, chunk)?;
        Ok(*blake3::hash(chunk).as_bytes())
    }

    /// Seals the list of hashes in place and gives its root.
    pub fn seal_list(&self, list: &mut Vec<u8>) -> Result<[u8; HASH], Wrong> {
        let wanted = self.layout.list_len() - TAG;
        if list.len() != wanted {
            return Err(Wrong::Length { got: list.len(), wanted });
        }
        let root = *blake3::hash(list).as_bytes();
        self.seal(LIST, 0, list)?;
        Ok(root)
    }

    /// Opens the list and checks that the message names it.
    pub fn open_list(&self, root: &[u8; HASH], mut sealed: Vec<u8>) -> Result<Vec<u8>, Wrong> {
        let wanted = self.layout.list_len();
        if sealed.len() != wanted {
            return Err(Wrong::Length { got: sealed.len(), wanted });
        }
        self.open(LIST, 0, &mut sealed)?;
        if blake3::hash(&sealed).as_bytes() == root { Ok(sealed) } else { Err(Wrong::Root) }
    }

    /// Checks a sealed chunk against the list, without opening it.
    pub fn check_chunk(&self, index: u64, sealed: &[u8], list: &[u8]) -> Result<(), Wrong> {
        let wanted = self.layout.chunk_len(index) + TAG;
        if sealed.len() != wanted {
            return Err(Wrong::Length { got: sealed.len(), wanted });
        }
        let at = usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(HASH);
        let named = list.get(at..at.saturating_add(HASH)).ok_or(Wrong::Hash(index))?;
        if blake3::hash(sealed).as_bytes() == named { Ok(()) } else { Err(Wrong::Hash(index)) }
    }

    /// Opens a sealed chunk in place.
    pub fn open_chunk(&self, index: u64, sealed: &mut Vec<u8>) -> Result<(), Wrong> {
        let wanted = self.layout.chunk_len(index) + TAG;
        if sealed.len() != wanted {
            return Err(Wrong::Length { got: sealed.len(), wanted });
        }
        self.open(CHUNK, index, sealed)
    }

    fn seal(&self, domain: u32, index: u64, bytes: &mut Vec<u8>) -> Result<(), Wrong> {
        let aad = Aad::from(self.layout.size.to_be_bytes());
        self.key.seal_in_place_append_tag(nonce(domain, index), aad, bytes).map_err(|_| Wrong::Seal(index))
    }

    fn open(&self, domain: u32, index: u64, bytes: &mut Vec<u8>) -> Result<(), Wrong> {
        let aad = Aad::from(self.layout.size.to_be_bytes());
        let opened = self.key.open_in_place(nonce(domain, index), aad, bytes).map_err(|_| Wrong::Seal(index))?.len();
        bytes.truncate(opened);
        Ok(())
    }
}

fn nonce(domain: u32, index: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&domain.to_be_bytes());
    bytes[4..].copy_from_slice(&index.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(key: &FileKey, file: &[u8]) -> (Vec<u8>, [u8; HASH], Layout) {
        let layout = Layout::of(file.len() as u64).unwrap();
        let sealer = Sealer::new(key, layout);
        let (mut blob, mut list) = (Vec::new(), Vec::new());
        for (index, chunk) in file.chunks(CHUNK_BYTES).enumerate() {
            let mut chunk = chunk.to_vec();
            list.extend(sealer.seal_chunk(index as u64, &mut chunk).unwrap());
            assert_eq!(blob.len() as u64, layout.chunk_at(index as u64));
            blob.extend(chunk);
        }
        let root = sealer.seal_list(&mut list).unwrap();
        assert_eq!(blob.len() as u64, layout.list_at());
        blob.extend(list);
        assert_eq!(blob.len() as u64, layout.blob_len());
        (blob, root, layout)
    }

    #[test]
    fn a_file_of_any_size_comes_back() {
        let key = FileKey([7; 32]);
        for size in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
            let file: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let (blob, root, layout) = sealed(&key, &file);
            let sealer = Sealer::new(&key, layout);
            let list = sealer.open_list(&root, blob[layout.list_at() as usize..].to_vec()).unwrap();
            let mut back = Vec::new();
            for index in 0..layout.chunks() {
                let at = layout.chunk_at(index) as usize;
                let mut chunk = blob[at..at + layout.chunk_len(index) + TAG].to_vec();
                sealer.check_chunk(index, &chunk, &list).unwrap();
                sealer.open_chunk(index, &mut chunk).unwrap();
                back.extend(chunk);
            }
            assert!(back == file, "{size}");
            assert_eq!(layout.whole_chunks(blob.len() as u64), layout.chunks());
            assert_eq!(layout.whole_chunks(layout.list_at().saturating_sub(1)), layout.chunks().saturating_sub(1));
        }
    }

    #[test]
    fn what_was_changed_moved_or_cut_is_refused() {
        let key = FileKey([7; 32]);
        let file = vec![3; CHUNK_BYTES * 2];
        let (blob, root, layout) = sealed(&key, &file);
        let sealer = Sealer::new(&key, layout);
        let list_bytes = blob[layout.list_at() as usize..].to_vec();
        let list = sealer.open_list(&root, list_bytes.clone()).unwrap();
        let chunk = |index: u64| blob[layout.chunk_at(index) as usize..][..CHUNK_BYTES + TAG].to_vec();
        let mut bent = chunk(0);
        bent[5] ^= 1;
        assert_eq!(sealer.check_chunk(0, &bent, &list), Err(Wrong::Hash(0)));
        assert_eq!(sealer.open_chunk(0, &mut bent), Err(Wrong::Seal(0)));
        assert_eq!(sealer.check_chunk(0, &chunk(1), &list), Err(Wrong::Hash(0)));
        assert_eq!(sealer.open_chunk(0, &mut chunk(1)), Err(Wrong::Seal(0)));
        assert_eq!(sealer.check_chunk(2, &[0; TAG], &list), Err(Wrong::Hash(2)));
        assert_eq!(sealer.check_chunk(u64::MAX, &[0; TAG], &list), Err(Wrong::Hash(u64::MAX)));
        assert!(matches!(sealer.check_chunk(1, &chunk(1)[1..], &list), Err(Wrong::Length { .. })));
        assert_eq!(sealer.open_list(&[0; 32], list_bytes.clone()), Err(Wrong::Root));
        assert!(matches!(sealer.open_list(&root, list_bytes[1..].to_vec()), Err(Wrong::Length { .. })));
        // Another size is another file, also where the chunk is as long.
        let longer = Sealer::new(&key, Layout::of(layout.size() + 1).unwrap());
        assert_eq!(longer.open_chunk(0, &mut chunk(0)), Err(Wrong::Seal(0)));
    }

    #[test]
    fn the_vector_holds() {
        let (blob, root, _) = sealed(&FileKey([1; 32]), b"chappe");
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let vector = include_str!("../../vectors/blob.txt");
        let key = FileKey([1; 32]);
        let made = format!(
            "file: chappe\nkey: {}\nblob name: {}\nread capability: {}\nroot: {}\nblob: {}\n",
            hex(&key.0),
            key.blob(),
            hex(&key.read().0),
            hex(&root),
            hex(&blob)
        );
        assert_eq!(vector, made);
    }

    #[test]
    fn a_file_key_never_shows_itself() {
        assert_eq!(format!("{:?}", FileKey([7; 32])), "FileKey(…)");
    }

    #[test]
    fn the_largest_file_has_a_bounded_list() {
        let layout = Layout::of(FILE_MAX).unwrap();
        assert_eq!(layout.list_len(), 2 * 1024 * 1024 + TAG);
        assert!(layout.blob_len() <= crate::limits::BLOB_MAX);
        assert_eq!(Layout::of(FILE_MAX + 1), None);
    }
}
