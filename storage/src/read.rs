//! Finding rows in the overlays and the index, and fetching their values from the journal.
//!
//! Rows are located under the state lock; files are read without it. A segment that is unlinked in between stays
//! readable through the handle that was taken under the lock.
//!
//! Not here: writing.

use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use chappe_protocol::store::{Range, ReadError, Rows};

use crate::disk::DiskFile;
use crate::durable::{Shared, State};
use crate::overlay::{Overlay, Place};
use crate::seal::{NAME_MAX, PREFIX_LEN};

/// Values that are at most this far apart in a file are read at once.
const GAP_MAX: u64 = 4096;

/// Bytes that are read at once, unless one value is bigger.
const RUN_MAX: u64 = 1024 * 1024;

/// A row that was located.
pub(crate) struct Found {
    name: Vec<u8>,
    place: Place,
    source: Source,
}

enum Source {
    /// Not yet sealed: a copy of the value.
    Turn(Vec<u8>),
    /// Not yet in the file: a copy of the sealed value.
    Memory(Vec<u8>),
    File(Arc<dyn DiskFile>),
}

/// One row.
pub(crate) fn locate(shared: &Shared, name: Vec<u8>) -> Result<Option<Found>, ReadError> {
    let state = shared.read_state();
    let place = match state.overlaid(&name) {
        Some(place) => place,
        None => shared.index.get(&name).map_err(|error| ReadError(error.to_string()))?,
    };
    place.map(|place| source(&state, name, place)).transpose()
}

/// Rows of a partition.
pub(crate) fn locate_range(
    shared: &Shared,
    prefix: &[u8; PREFIX_LEN],
    range: Range<'_>,
    limit: usize,
) -> Result<Vec<Found>, ReadError> {
    let (low, high, descending) = bounds(prefix, range);
    if low >= high || limit == 0 {
        return Ok(Vec::new());
    }
    let state = shared.read_state();
    let places = merged(shared, &state, &low, &high, descending, limit)?;
    places.into_iter().map(|(name, place)| source(&state, name, place)).collect()
}

/// Lowest name (in), highest name (out), and the direction.
fn bounds(prefix: &[u8; PREFIX_LEN], range: Range<'_>) -> (Vec<u8>, Vec<u8>, bool) {
    let name = |sort: &[u8]| [prefix, sort].concat();
    // Longer than any name and of the highest bytes: above all rows of this partition, below those of the next.
    let end = name(&[255; NAME_MAX]);
    match range {
        Range::All => (name(&[]), end, false),
        Range::From(from) => (name(from), end, false),
        Range::Before(before) => (name(&[]), name(before), true),
        Range::Reverse => (name(&[]), end, true),
    }
}

type OverlayRow<'a> = (&'a Vec<u8>, &'a Option<Place>);

/// Two overlays as one; on equal names the newer wins.
struct Overlays<'a> {
    newer: Peekable<Box<dyn Iterator<Item = OverlayRow<'a>> + 'a>>,
    older: Peekable<Box<dyn Iterator<Item = OverlayRow<'a>> + 'a>>,
    descending: bool,
}

impl<'a> Iterator for Overlays<'a> {
    type Item = OverlayRow<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (Some(newer), Some(older)) = (self.newer.peek(), self.older.peek()) else {
            return self.newer.next().or_else(|| self.older.next());
        };
        if newer.0 == older.0 {
            self.older.next();
            return self.newer.next();
        }
        if precedes(newer.0, older.0, self.descending) { self.newer.next() } else { self.older.next() }
    }
}

fn precedes(a: &[u8], b: &[u8], descending: bool) -> bool {
    if descending { a > b } else { a < b }
}

fn rows_of<'a>(
    overlay: Option<&'a Overlay>,
    low: &'a [u8],
    high: &'a [u8],
    descending: bool,
) -> Peekable<Box<dyn Iterator<Item = OverlayRow<'a>> + 'a>> {
    let Some(overlay) = overlay else {
        return (Box::new(std::iter::empty()) as Box<dyn Iterator<Item = OverlayRow<'a>> + 'a>).peekable();
    };
    let rows = overlay.rows.range::<[u8], _>((Bound::Included(low), Bound::Excluded(high)));
    let rows: Box<dyn Iterator<Item = OverlayRow<'a>> + 'a> =
        if descending { Box::new(rows.rev()) } else { Box::new(rows) };
    rows.peekable()
}

fn merged(
    shared: &Shared,
    state: &State,
    low: &[u8],
    high: &[u8],
    descending: bool,
    limit: usize,
) -> Result<Vec<(Vec<u8>, Place)>, ReadError> {
    let mut overlays = Overlays {
        newer: rows_of(Some(&state.active), low, high, descending),
        older: rows_of(state.frozen.as_deref(), low, high, descending),
        descending,
    }
    .peekable();
    let mut out = Vec::new();
    let visit = &mut |name: &[u8], place: Place| {
        while let Some((over, change)) = overlays.next_if(|(over, _)| !precedes(name, over, descending)) {
            if let Some(place) = change {
                out.push((over.clone(), *place));
            }
            if out.len() >= limit {
                return false;
            }
            if over.as_slice() == name {
                return true;
            }
        }
        out.push((name.to_vec(), place));
        out.len() < limit
    };
    shared.index.range(low, high, descending, visit).map_err(|error| ReadError(error.to_string()))?;
    while out.len() < limit
        && let Some((name, change)) = overlays.next()
    {
        if let Some(place) = change {
            out.push((name.clone(), *place));
        }
    }
    Ok(out)
}

fn source(state: &State, name: Vec<u8>, place: Place) -> Result<Found, ReadError> {
    if let Some(value) = state.turn.value(&place) {
        return Ok(Found { name, place, source: Source::Turn(value.to_vec()) });
    }
    let journal = &state.journal;
    let written = journal.written();
    if place.segment == journal.end.segment && u64::from(place.offset) >= written {
        let from = (u64::from(place.offset) - written) as usize;
        return match journal.pending.get(from..from + place.len as usize) {
            Some(sealed) => Ok(Found { name, place, source: Source::Memory(sealed.to_vec()) }),
            None => Err(broken(&place, "the index points behind the journal's end")),
        };
    }
    match journal.segments.get(&place.segment) {
        Some(segment) => Ok(Found { name, place, source: Source::File(segment.file.clone()) }),
        None => Err(broken(&place, "the index points to a segment that is gone")),
    }
}

fn broken(place: &Place, what: &str) -> ReadError {
    ReadError(format!("{} at byte {}: {what}", crate::journal::segment_name(place.segment), place.offset))
}

/// The values of located rows, in the same order, each checked against its row's name.
pub(crate) fn fetch(shared: &Shared, found: Vec<Found>) -> Result<Rows, ReadError> {
    let mut values: Vec<Option<Vec<u8>>> = vec![None; found.len()];
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| (found[*at].place.segment, found[*at].place.offset));
    let mut rest = order.as_slice();
    let mut buf = Vec::new();
    while let Some(first) = rest.first() {
        let run = match &found[*first].source {
            Source::Turn(value) => {
                values[*first] = Some(value.clone());
                1
            }
            Source::Memory(sealed) => {
                values[*first] = Some(open(shared, &found[*first], sealed)?);
                1
            }
            Source::File(file) => {
                let run = run_length(&found, rest);
                fetch_run(shared, &**file, &found, &rest[..run], &mut buf, &mut values)?;
                run
            }
        };
        rest = &rest[run..];
    }
    let rows = found.into_iter().zip(values);
    Ok(rows.map(|(row, value)| (row.name[PREFIX_LEN..].to_vec(), value.unwrap_or_default())).collect())
}

/// How many of these rows, sorted by place, lie close enough together to be read at once.
fn run_length(found: &[Found], rest: &[usize]) -> usize {
    let first = &found[rest[0]].place;
    let mut end = u64::from(first.offset) + u64::from(first.len);
    let mut run = 1;
    for at in &rest[1..] {
        let Found { place, source, .. } = &found[*at];
        let place_end = u64::from(place.offset) + u64::from(place.len);
        let near = place.segment == first.segment
            && u64::from(place.offset) <= end + GAP_MAX
            && place_end - u64::from(first.offset) <= RUN_MAX;
        if !near || !matches!(source, Source::File(_)) {
            break;
        }
        end = end.max(place_end);
        run += 1;
    }
    run
}

fn fetch_run(
    shared: &Shared,
    file: &dyn DiskFile,
    found: &[Found],
    run: &[usize],
    buf: &mut Vec<u8>,
    values: &mut [Option<Vec<u8>>],
) -> Result<(), ReadError> {
    let start = u64::from(found[run[0]].place.offset);
    let ends = run.iter().map(|at| u64::from(found[*at].place.offset) + u64::from(found[*at].place.len));
    let len = ends.max().unwrap_or(start) - start;
    buf.resize(len as usize, 0);
    let place = &found[run[0]].place;
    let read = file.read_at(buf, start).map_err(|error| broken(place, &error.to_string()))?;
    for at in run {
        let place = &found[*at].place;
        let from = (u64::from(place.offset) - start) as usize;
        let sealed = buf[..read].get(from..from + place.len as usize);
        let sealed = sealed.ok_or_else(|| broken(place, "the file is too short"))?;
        values[*at] = Some(open(shared, &found[*at], sealed)?);
    }
    Ok(())
}

fn open(shared: &Shared, found: &Found, sealed: &[u8]) -> Result<Vec<u8>, ReadError> {
    let value = shared.sealer.open(&found.name, sealed);
    value.ok_or_else(|| broken(&found.place, "what is there is not what was sealed; put back a copy of the directory"))
}
