//! The bytes of a journal: segment headers and frames. Integers are little-endian.
//!
//! A segment begins with its header, which names the older segments it stands on:
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `CHPJRN01` |
//! | 8 | 8 | number of this segment |
//! | 16 | 8 | sequence number of its first frame |
//! | 24 | 8 | index floor: an index that is behind this sequence number is not to be used |
//! | 32 | 4 | how many older segments, n |
//! | 36 | 16 | checksum over bytes 0..36 and 52..52+24n |
//! | 52 | 24n | each: number, bytes, sequence number of the last frame |
//!
//! Frames follow without a gap, then zeros up to what was preallocated:
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `CHPF` |
//! | 4 | 4 | bytes of the body |
//! | 8 | 8 | sequence number: one more than that of the frame before |
//! | 16 | 8 | synced: every frame up to this number was durable when this one was made |
//! | 24 | 16 | checksum over segment number, offset, bytes 0..24 and the body |
//! | 40 | | body: records |
//!
//! A record is `1, name length (2), value length (4), name, sealed value` for a put, `2, name length (2), name` for a
//! delete, `3, segment (8)` for a segment that is needed no more and about to be unlinked.
//!
//! Checksums are BLAKE3 keyed with the store's key, cut to 16 bytes: they hold against chance and against an editor
//! without the key. Place and segment are in it, so that a block that lands in the wrong spot does not pass.
//!
//! Not here: files (`journal.rs`), and when what is broken may be cut off (`replay.rs`).

use crate::seal::{NAME_MAX, PREFIX_LEN, SEAL_OVERHEAD};

pub(crate) const SEGMENT_MAGIC: &[u8; 8] = b"CHPJRN01";
pub(crate) const FRAME_MAGIC: &[u8; 4] = b"CHPF";
pub(crate) const HEADER_LEN: usize = 52;
pub(crate) const FRAME_LEN: usize = 40;
const ENTRY_LEN: usize = 24;

/// Bound of the list in a segment header: far above what [`crate::journal::segment_size`] lets arise.
pub(crate) const SEGMENTS_MAX: usize = 65_536;

/// Bytes of a put besides name and value.
pub(crate) const PUT_HEAD: usize = 7;

const PUT: u8 = 1;
const DELETE: u8 = 2;
const RETIRE: u8 = 3;

/// An older segment, as a newer one's header names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) number: u64,
    pub(crate) bytes: u64,
    pub(crate) last_seq: u64,
}

/// A segment's first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    pub(crate) first_seq: u64,
    pub(crate) index_floor: u64,
    pub(crate) older: Vec<Sealed>,
}

/// A frame's first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHead {
    pub(crate) body_len: u32,
    pub(crate) seq: u64,
    pub(crate) synced: u64,
    tag: [u8; 16],
}

/// One record of a body. Offsets count from the body's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    Put { name: &'a [u8], value_at: usize, value: &'a [u8] },
    Delete { name: &'a [u8] },
    Retire { segment: u64 },
}

fn tag(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for part in parts {
        hasher.update(part);
    }
    let mut tag = [0; 16];
    tag.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    tag
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

impl Header {
    /// Bytes of the header, the list included.
    pub(crate) fn len(&self) -> usize {
        HEADER_LEN + ENTRY_LEN * self.older.len()
    }

    pub(crate) fn encode(&self, key: &[u8; 32]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        out.extend_from_slice(SEGMENT_MAGIC);
        out.extend_from_slice(&self.number.to_le_bytes());
        out.extend_from_slice(&self.first_seq.to_le_bytes());
        out.extend_from_slice(&self.index_floor.to_le_bytes());
        out.extend_from_slice(&(self.older.len() as u32).to_le_bytes());
        let mut list = Vec::with_capacity(ENTRY_LEN * self.older.len());
        for older in &self.older {
            list.extend_from_slice(&older.number.to_le_bytes());
            list.extend_from_slice(&older.bytes.to_le_bytes());
            list.extend_from_slice(&older.last_seq.to_le_bytes());
        }
        let tag = tag(key, &[&out, &list]);
        out.extend_from_slice(&tag);
        out.extend_from_slice(&list);
        out
    }

    /// Bytes of the whole header, from its first [`HEADER_LEN`]; `None` if that cannot be a header.
    pub(crate) fn len_from(first: &[u8]) -> Option<usize> {
        let count = u32_at(first, 32)? as usize;
        (first.starts_with(SEGMENT_MAGIC) && count <= SEGMENTS_MAX).then_some(HEADER_LEN + ENTRY_LEN * count)
    }

    /// `None` if it does not verify.
    pub(crate) fn decode(key: &[u8; 32], bytes: &[u8]) -> Option<Self> {
        let len = Self::len_from(bytes)?;
        let list = bytes.get(HEADER_LEN..len)?;
        if tag(key, &[&bytes[..36], list]) != bytes[36..HEADER_LEN] {
            return None;
        }
        let mut older = Vec::with_capacity(list.len() / ENTRY_LEN);
        for entry in list.chunks_exact(ENTRY_LEN) {
            older.push(Sealed { number: u64_at(entry, 0)?, bytes: u64_at(entry, 8)?, last_seq: u64_at(entry, 16)? });
        }
        Some(Self { number: u64_at(bytes, 8)?, first_seq: u64_at(bytes, 16)?, index_floor: u64_at(bytes, 24)?, older })
    }
}

/// Where a frame stands: a part of its checksum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
}

impl Spot {
    fn tag(self, key: &[u8; 32], head: &[u8], body_hash: &[u8; 32]) -> [u8; 16] {
        tag(key, &[&self.segment.to_le_bytes(), &self.offset.to_le_bytes(), head, body_hash])
    }
}

/// The first bytes of a frame. The body's hash is taken beforehand, so that it is not done under a lock.
pub(crate) fn frame_head(
    key: &[u8; 32],
    spot: Spot,
    seq: u64,
    synced: u64,
    body_len: u32,
    hash: &[u8; 32],
) -> [u8; FRAME_LEN] {
    let mut head = [0; FRAME_LEN];
    head[..4].copy_from_slice(FRAME_MAGIC);
    head[4..8].copy_from_slice(&body_len.to_le_bytes());
    head[8..16].copy_from_slice(&seq.to_le_bytes());
    head[16..24].copy_from_slice(&synced.to_le_bytes());
    let tag = spot.tag(key, &head[..24], hash);
    head[24..].copy_from_slice(&tag);
    head
}

/// The hash of a body that goes into its frame's checksum.
pub(crate) fn body_hash(key: &[u8; 32], body: &[u8]) -> [u8; 32] {
    *blake3::keyed_hash(key, body).as_bytes()
}

impl FrameHead {
    /// `None` if these bytes do not begin a frame.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(FRAME_MAGIC) {
            return None;
        }
        Some(Self {
            body_len: u32_at(bytes, 4)?,
            seq: u64_at(bytes, 8)?,
            synced: u64_at(bytes, 16)?,
            tag: bytes.get(24..FRAME_LEN)?.try_into().ok()?,
        })
    }

    /// True if this frame was written whole, at this spot, by this store.
    pub(crate) fn verify(&self, key: &[u8; 32], spot: Spot, body: &[u8]) -> bool {
        let head = frame_head(key, spot, self.seq, self.synced, self.body_len, &body_hash(key, body));
        head[24..] == self.tag
    }
}

/// Appends a put without its value; the caller appends exactly `value_len` bytes.
pub(crate) fn put_head(out: &mut Vec<u8>, name: &[u8], value_len: usize) {
    out.push(PUT);
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&(value_len as u32).to_le_bytes());
    out.extend_from_slice(name);
}

/// Appends a delete.
pub(crate) fn delete(out: &mut Vec<u8>, name: &[u8]) {
    out.push(DELETE);
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(name);
}

/// Appends a retirement.
pub(crate) fn retire(out: &mut Vec<u8>, segment: u64) {
    out.push(RETIRE);
    out.extend_from_slice(&segment.to_le_bytes());
}

/// The records of a body, in order; `None` in place of one that breaks the format (and nothing after it).
pub(crate) struct Records<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(crate) fn of(body: &'a [u8]) -> Self {
        Self { body, at: 0 }
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let bytes = self.body.get(self.at..self.at.checked_add(len)?)?;
        self.at += len;
        Some(bytes)
    }

    fn name(&mut self, len: usize) -> Option<&'a [u8]> {
        (PREFIX_LEN..=NAME_MAX).contains(&len).then(|| self.take(len))?
    }

    fn record(&mut self) -> Option<Record<'a>> {
        match self.take(1)?[0] {
            PUT => {
                let lens = self.take(6)?;
                let name_len = u16::from_le_bytes([lens[0], lens[1]]) as usize;
                let value_len = u32_at(lens, 2)? as usize;
                let name = self.name(name_len)?;
                let value_at = self.at;
                let value = self.take(value_len)?;
                (value_len >= SEAL_OVERHEAD).then_some(Record::Put { name, value_at, value })
            }
            DELETE => {
                let lens = self.take(2)?;
                let name = self.name(u16::from_le_bytes([lens[0], lens[1]]) as usize)?;
                Some(Record::Delete { name })
            }
            RETIRE => Some(Record::Retire { segment: u64_at(self.take(8)?, 0)? }),
            _ => None,
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Option<Record<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.body.len() {
            return None;
        }
        let record = self.record();
        if record.is_none() {
            self.at = self.body.len();
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [3; 32];

    #[test]
    fn header_survives_and_notices_every_flip() {
        let header = Header {
            number: 7,
            first_seq: 100,
            index_floor: 90,
            older: vec![Sealed { number: 5, bytes: 4096, last_seq: 99 }],
        };
        let bytes = header.encode(&KEY);
        assert_eq!(bytes.len(), header.len());
        assert_eq!(Header::decode(&KEY, &bytes), Some(header));
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 4;
            assert_eq!(Header::decode(&KEY, &bad), None, "byte {at}");
        }
        assert_eq!(Header::decode(&[4; 32], &bytes), None);
    }

    #[test]
    fn frame_verifies_at_its_own_spot_alone() {
        let body = b"some body";
        let spot = Spot { segment: 2, offset: 52 };
        let head = frame_head(&KEY, spot, 9, 8, body.len() as u32, &body_hash(&KEY, body));
        let decoded = FrameHead::decode(&head).expect("decodes");
        assert!(decoded.verify(&KEY, spot, body));
        assert!(!decoded.verify(&KEY, Spot { offset: 53, ..spot }, body));
        assert!(!decoded.verify(&KEY, Spot { segment: 3, ..spot }, body));
        assert!(!decoded.verify(&KEY, spot, b"some bodY"));
    }

    #[test]
    fn records_survive_and_hostile_ones_end_the_walk() {
        let name = [5u8; PREFIX_LEN];
        let mut body = Vec::new();
        put_head(&mut body, &name, SEAL_OVERHEAD);
        body.extend_from_slice(&[1; SEAL_OVERHEAD]);
        delete(&mut body, &name);
        retire(&mut body, 12);
        let records: Vec<_> = Records::of(&body).collect();
        assert_eq!(
            records,
            [
                Some(Record::Put { name: &name, value_at: 7 + PREFIX_LEN, value: &[1; SEAL_OVERHEAD] }),
                Some(Record::Delete { name: &name }),
                Some(Record::Retire { segment: 12 }),
            ]
        );
        for bad in [&[9u8][..], &[1, 255, 255, 255, 255, 255, 255], &[2, 1, 0, 7], &[3, 0], &[2, 17]] {
            assert_eq!(Records::of(bad).collect::<Vec<_>>(), [None], "{bad:?}");
        }
    }
}
