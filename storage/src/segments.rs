//! Which segments there are, and whether those are all.
//!
//! The newest segment's header names the older ones with their lengths; frames in it may retire some of them since.
//! So a missing or shortened file is noticed, and a left-over one is removed.
//!
//! Not here: what is in them (`open.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use crate::disk::{Disk, DiskFile};
use crate::frame::{Header, Record, Records};
use crate::journal::{Journal, Segment, Sizes, segment_name, segment_number};
use crate::open::{Opening, Trouble};
use crate::replay::{self, Stop};
use crate::session::Session;

/// A segment that was found.
pub(crate) struct FoundSegment {
    pub(crate) file: Arc<dyn DiskFile>,
    pub(crate) first_seq: u64,
    pub(crate) header_len: u64,
    /// Bytes of header and frames; of the last one, bytes of the file.
    pub(crate) bytes: u64,
    /// Of the last one: the number before its first frame.
    pub(crate) last_seq: u64,
    /// Only under salvage.
    pub(crate) broken_header: bool,
}

impl FoundSegment {
    pub(crate) fn as_journal(&self) -> Segment {
        Segment { file: self.file.clone(), bytes: self.bytes, last_seq: self.last_seq }
    }
}

/// The journal's files.
pub(crate) struct Segments {
    pub(crate) all: BTreeMap<u64, FoundSegment>,
    pub(crate) last: u64,
    /// Where the whole frames of the last one end.
    pub(crate) end: Stop,
    /// An index behind this sequence number is not to be used.
    pub(crate) index_floor: u64,
}

/// True if the disk has a journal.
pub(crate) fn any(disk: &dyn Disk) -> io::Result<bool> {
    Ok(disk.list()?.iter().any(|name| segment_number(name).is_some()))
}

/// Opens all segments, or begins the first one.
pub(crate) fn load(
    opening: &Opening,
    key: &[u8; 32],
    sizes: Sizes,
    session: Option<&Session>,
) -> Result<Segments, Trouble> {
    let disk = &*opening.disk;
    let mut numbers: BTreeSet<u64> = disk.list()?.iter().filter_map(|name| segment_number(name)).collect();
    let newest = newest(opening, key, &mut numbers)?;
    let Some((last, file, header)) = newest else {
        // A session is only ever written behind a first segment.
        if session.is_some() {
            return Err(opening.damaged(1, 0, "the journal is missing"));
        }
        return first(disk, key, sizes);
    };
    let salvage = opening.options.salvage;
    let broken_header = header.is_none();
    let header = header.unwrap_or_else(|| lost_header(last, &numbers));
    let (retired, index_floor, end) = retirements(key, &header, &*file)?;
    let mut all = BTreeMap::new();
    for older in &header.older {
        if retired.contains(&older.number) {
            continue;
        }
        match older_segment(opening, key, older.number, older.bytes, older.last_seq) {
            Ok(segment) => all.insert(older.number, segment),
            Err(Trouble::Open(_)) if salvage => None,
            Err(trouble) => return Err(trouble),
        };
    }
    for number in numbers.iter().filter(|number| **number != last && !all.contains_key(*number)) {
        if salvage && !retired.contains(number) {
            continue;
        }
        tracing::info!(dir = %opening.dir, file = segment_name(*number), "a segment that is needed no more is removed");
        disk.remove(&segment_name(*number))?;
    }
    let segment = FoundSegment {
        first_seq: header.first_seq,
        header_len: header.len() as u64,
        bytes: file.len()?,
        last_seq: header.first_seq - 1,
        file,
        broken_header,
    };
    all.insert(last, segment);
    Ok(Segments { all, last, end, index_floor })
}

fn first(disk: &dyn Disk, key: &[u8; 32], sizes: Sizes) -> Result<Segments, Trouble> {
    let header = Header { number: 1, first_seq: 1, index_floor: 0, older: Vec::new() };
    let (segment, allocated) = Journal::create_segment(disk, key, &header, sizes)?;
    let found = FoundSegment {
        file: segment.file,
        first_seq: 1,
        header_len: header.len() as u64,
        bytes: allocated,
        last_seq: 0,
        broken_header: false,
    };
    let end = Stop { offset: found.header_len, seq: 0, at_end: true };
    Ok(Segments { all: BTreeMap::from([(1, found)]), last: 1, end, index_floor: 0 })
}

type Newest = (u64, Arc<dyn DiskFile>, Option<Header>);

/// The newest segment. One whose creation was cut short (no header, no frame) is removed on the way.
fn newest(opening: &Opening, key: &[u8; 32], numbers: &mut BTreeSet<u64>) -> Result<Option<Newest>, Trouble> {
    let disk = &*opening.disk;
    let mut torn = 0;
    while let Some(last) = numbers.last().copied() {
        let file = disk.open(&segment_name(last))?;
        if let Some(header) = replay::header(key, last, &*file)? {
            return Ok(Some((last, file, Some(header))));
        }
        if replay::find_frame(key, last, &*file, 0, file.len()?, &|_| true)?.is_some() {
            if opening.options.salvage {
                return Ok(Some((last, file, None)));
            }
            return Err(opening.damaged(last, 0, "the segment's header does not match its checksum"));
        }
        // Creation is finished before the first frame is written, so that only one segment can be in that state.
        torn += 1;
        if torn > 1 {
            return Err(opening.damaged(last, 0, "the segment has neither header nor frames"));
        }
        disk.remove(&segment_name(last))?;
        numbers.remove(&last);
    }
    Ok(None)
}

/// What salvage goes on with when the newest header is lost: every file there is.
fn lost_header(last: u64, numbers: &BTreeSet<u64>) -> Header {
    let older = numbers.iter().filter(|number| **number != last);
    let older = older.map(|number| crate::frame::Sealed { number: *number, bytes: u64::MAX, last_seq: 0 });
    Header { number: last, first_seq: 1, index_floor: u64::MAX, older: older.collect() }
}

/// The segments that frames of the newest one retire, the index floor behind that, and where those frames end.
fn retirements(key: &[u8; 32], header: &Header, file: &dyn DiskFile) -> Result<(BTreeSet<u64>, u64, Stop), Trouble> {
    let mut retired = BTreeSet::new();
    let mut floor = header.index_floor;
    let start = Stop { offset: header.len() as u64, seq: header.first_seq - 1, at_end: false };
    let end = replay::walk::<Trouble>(key, header.number, file, start, file.len()?, &mut |frame| {
        for record in Records::of(frame.body).flatten() {
            if let Record::Retire { segment } = record {
                retired.insert(segment);
                floor = frame.head.seq;
            }
        }
        Ok(true)
    })?;
    Ok((retired, floor, end))
}

fn older_segment(
    opening: &Opening,
    key: &[u8; 32],
    number: u64,
    bytes: u64,
    last_seq: u64,
) -> Result<FoundSegment, Trouble> {
    let file = match opening.disk.open(&segment_name(number)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(opening.damaged(number, 0, "the segment is missing"));
        }
        Err(error) => return Err(error.into()),
    };
    let len = file.len()?;
    let salvage = opening.options.salvage;
    if len < bytes && !salvage {
        return Err(opening.damaged(number, len, "the segment is shorter than it was"));
    }
    let header = replay::header(key, number, &*file)?;
    if header.is_none() && !salvage {
        return Err(opening.damaged(number, 0, "the segment's header does not match its checksum"));
    }
    Ok(FoundSegment {
        first_seq: header.as_ref().map_or(1, |header| header.first_seq),
        header_len: header.as_ref().map_or(0, |header| header.len() as u64),
        bytes: bytes.min(len),
        last_seq,
        file,
        broken_header: header.is_none(),
    })
}
