//! The journal that acknowledgements stand on: segments, appending, rolling over, retiring.
//!
//! Not here: reading it back after a start (`replay.rs`), and what decides that a segment can go (`maintain.rs`).

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::disk::{Disk, DiskFile};
use crate::frame::{FRAME_LEN, Header, Sealed, Spot, body_hash, frame_head};

/// Bytes that are handed to the file at once when nobody asks for a sync.
const PENDING_MAX: usize = 1024 * 1024;

/// A point between two frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
    /// Sequence number of the frame before it.
    pub(crate) seq: u64,
}

/// One file of the journal.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) file: Arc<dyn DiskFile>,
    /// Bytes of header and frames; for the active segment, what it had at the start.
    pub(crate) bytes: u64,
    /// Sequence number of the last frame; as `bytes`.
    pub(crate) last_seq: u64,
}

/// Sizes that a journal grows by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) segment: u64,
    pub(crate) step: u64,
}

pub(crate) struct Journal {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) key: Zeroizing<[u8; 32]>,
    pub(crate) sizes: Sizes,
    pub(crate) segments: BTreeMap<u64, Segment>,
    /// Behind the last frame, those in `pending` included.
    pub(crate) end: Position,
    /// Every frame up to this one is durable.
    pub(crate) synced: u64,
    pub(crate) index_floor: u64,
    /// Frames that are not in the file yet; the last bytes before `end`.
    pub(crate) pending: Vec<u8>,
    /// Bytes the active file has, zeros included.
    pub(crate) allocated: u64,
    /// Bytes of the active segment's header.
    pub(crate) header_len: u64,
    /// Where the active segment ends at the latest, unless a single frame is bigger.
    pub(crate) limit: u64,
}

/// The records of a frame, hashed before any lock is taken.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    hash: [u8; 32],
}

impl Body {
    pub(crate) fn new(key: &[u8; 32], bytes: Vec<u8>) -> Self {
        let hash = body_hash(key, &bytes);
        Self { bytes, hash }
    }
}

/// A segment's file.
pub(crate) fn segment_name(number: u64) -> String {
    format!("journal-{number:016x}")
}

/// The number in a segment's file name.
pub(crate) fn segment_number(name: &str) -> Option<u64> {
    let hex = name.strip_prefix("journal-")?;
    let number = u64::from_str_radix(hex, 16).ok()?;
    (segment_name(number) == name).then_some(number)
}

/// Bytes of the next segment. A big journal gets bigger ones, so that it never needs more than some hundred open
/// files: 64 segments, then bytes/512 MiB of them.
pub(crate) fn segment_size(least: u64, journal_bytes: u64) -> u64 {
    (journal_bytes / 64).clamp(least, least.max(512 * 1024 * 1024))
}

impl Journal {
    /// Creates a segment and makes it durable: header first, then its name.
    pub(crate) fn create_segment(
        disk: &dyn Disk,
        key: &[u8; 32],
        header: &Header,
        sizes: Sizes,
    ) -> io::Result<(Segment, u64)> {
        let file = disk.create(&segment_name(header.number))?;
        let bytes = header.len() as u64;
        let allocated = bytes.max(sizes.step.min(sizes.segment));
        file.allocate(allocated)?;
        file.write_at(&header.encode(key), 0)?;
        file.sync()?;
        disk.sync_dir()?;
        Ok((Segment { file, bytes, last_seq: header.first_seq - 1 }, allocated))
    }

    /// Bytes of all segments, what is preallocated left out.
    pub(crate) fn bytes(&self) -> u64 {
        self.sealed().map(|sealed| sealed.bytes).sum::<u64>() + self.end.offset
    }

    /// All segments but the active one.
    pub(crate) fn sealed(&self) -> impl Iterator<Item = Sealed> + '_ {
        self.segments.iter().filter(|(number, _)| **number != self.end.segment).map(|(number, segment)| Sealed {
            number: *number,
            bytes: segment.bytes,
            last_seq: segment.last_seq,
        })
    }

    /// Where the file of the active segment ends and `pending` begins.
    pub(crate) fn written(&self) -> u64 {
        self.end.offset - self.pending.len() as u64
    }

    /// The active segment's file.
    pub(crate) fn active(&self) -> io::Result<Arc<dyn DiskFile>> {
        match self.segments.get(&self.end.segment) {
            Some(segment) => Ok(segment.file.clone()),
            None => Err(io::Error::other("the journal has no active segment")),
        }
    }

    /// Adds a frame; returns where its body begins. Not durable before [`Journal::flush`] and a sync of the file.
    pub(crate) fn append(&mut self, body: &Body) -> io::Result<Spot> {
        let len = (FRAME_LEN + body.bytes.len()) as u64;
        if self.end.offset + len > self.limit && self.has_frames() {
            self.roll()?;
        }
        let spot = Spot { segment: self.end.segment, offset: self.end.offset };
        let seq = self.end.seq + 1;
        let head = frame_head(&self.key, spot, seq, self.synced, body.bytes.len() as u32, &body.hash);
        self.pending.extend_from_slice(&head);
        self.pending.extend_from_slice(&body.bytes);
        self.end.offset += len;
        self.end.seq = seq;
        if self.pending.len() >= PENDING_MAX {
            self.flush()?;
        }
        Ok(Spot { segment: spot.segment, offset: spot.offset + FRAME_LEN as u64 })
    }

    /// True if the active segment holds more than its header.
    pub(crate) fn has_frames(&self) -> bool {
        self.end.offset > self.header_len
    }

    /// Hands all frames to the file.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let file = self.active()?;
        if self.end.offset > self.allocated {
            let wanted = self.end.offset.next_multiple_of(self.sizes.step).min(self.limit).max(self.end.offset);
            file.allocate(wanted)?;
            self.allocated = wanted;
        }
        file.write_at(&self.pending, self.written())?;
        self.pending.clear();
        self.pending.shrink_to(PENDING_MAX);
        Ok(())
    }

    /// Seals the active segment and begins the next one. The old one is durable in full before the new one exists.
    pub(crate) fn roll(&mut self) -> io::Result<()> {
        self.flush()?;
        let file = self.active()?;
        file.set_len(self.end.offset)?;
        file.sync()?;
        self.synced = self.end.seq;
        if let Some(segment) = self.segments.get_mut(&self.end.segment) {
            segment.bytes = self.end.offset;
            segment.last_seq = self.end.seq;
        }
        let number = self.end.segment + 1;
        let older = self
            .segments
            .iter()
            .map(|(number, segment)| Sealed { number: *number, bytes: segment.bytes, last_seq: segment.last_seq })
            .collect();
        let header = Header { number, first_seq: self.end.seq + 1, index_floor: self.index_floor, older };
        let (segment, allocated) = Self::create_segment(&*self.disk, &self.key, &header, self.sizes)?;
        self.end = Position { segment: number, offset: segment.bytes, seq: self.end.seq };
        self.allocated = allocated;
        self.header_len = segment.bytes;
        self.segments.insert(number, segment);
        self.limit = segment_size(self.sizes.segment, self.bytes());
        Ok(())
    }
}
