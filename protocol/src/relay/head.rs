//! A log as the relay knows it in memory, and its rows.
//!
//! | table, sort | value |
//! |---|---|
//! | `RelayLog`, `h` | `version u8 · kind u8 · write 32 · read 32 · readers u8 · incarnation 16 · touched u64` |
//! | `RelayLog`, `n` | `next u64 · written u64`: the high-water mark, when no entry is left that tells |
//! | `RelayLog`, `r` + reader 16 | `cursor u64` |
//! | `RelayEntry`, seq u64 | `expires u64 · written u64 · envelope` |
//!
//! All partitions are the log's tag. `written` sums the bytes of all envelopes up to and with this one, so that the
//! first and the last entry tell how much a log holds, and an append writes one row only. Entries are dropped from
//! the front only, so those that stand have no gaps between them.

use super::context::damaged;
use crate::ids::LogTag;
use crate::store::{Batch, Range, ReadError, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{LogHead, LogKind, LogSpec};

/// Of the head row.
const VERSION: u8 = 1;
const HEAD: &[u8] = b"h";
const HIGH_WATER: &[u8] = b"n";
const READER: u8 = b'r';

/// How long a use of a log is not written down again: a day.
const TOUCH_MS: u64 = 24 * 3600 * 1000;

/// How far a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReaderCursor {
    pub(super) reader: [u8; 16],
    pub(super) cursor: u64,
}

/// What is known of a log without reading its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) spec: LogSpec,
    pub(super) incarnation: [u8; 16],
    /// When it was last used, to a day.
    pub(super) touched: u64,
    /// The first entry that is stored, or `next`.
    pub(super) first: u64,
    pub(super) next: u64,
    /// Bytes of envelopes ever written before `first`, and in all.
    pub(super) dropped: u64,
    pub(super) written: u64,
    pub(super) readers: Vec<ReaderCursor>,
}

/// An entry's row, taken apart.
pub(super) struct EntryRow {
    pub(super) seq: u64,
    pub(super) expires: u64,
    pub(super) written: u64,
    value: Vec<u8>,
}

impl Head {
    pub(super) fn new(spec: LogSpec, incarnation: [u8; 16], touched: u64) -> Self {
        Self { spec, incarnation, touched, first: 1, next: 1, dropped: 0, written: 0, readers: Vec::new() }
    }

    pub(super) fn load(tag: &LogTag, store: &dyn StoreRead) -> Result<Option<Self>, ReadError> {
        let Some(row) = store.get(Table::RelayLog, &tag.0, HEAD)? else { return Ok(None) };
        let mut head = Self::decode(&row).map_err(damaged("the head of a log"))?;
        head.readers = load_readers(tag, store)?;
        let last = entries(tag, Range::Reverse, 1, store)?.pop();
        let first = entries(tag, Range::All, 1, store)?.pop();
        match first.zip(last) {
            Some((first, last)) => {
                (head.first, head.dropped) = (first.seq, first.written.saturating_sub(first.bytes()));
                (head.next, head.written) = (last.seq + 1, last.written);
            }
            None => {
                let (next, written) = load_high_water(tag, store)?;
                (head.first, head.next, head.dropped, head.written) = (next, next, written, written);
            }
        }
        Ok(Some(head))
    }

    pub(super) fn entries(&self) -> u64 {
        self.next - self.first
    }

    pub(super) fn bytes(&self) -> u64 {
        self.written.saturating_sub(self.dropped)
    }

    /// Everything below was acknowledged by enough readers.
    pub(super) fn acked(&self) -> u64 {
        acked(&self.spec, &self.readers)
    }

    /// The first entry that readers get. Acknowledged ones may stand a little longer, because dropping is bounded.
    pub(super) fn first_readable(&self) -> u64 {
        self.first.max(self.acked())
    }

    pub(super) fn shown(&self) -> LogHead {
        LogHead { incarnation: self.incarnation, first: self.first_readable(), next: self.next }
    }

    pub(super) fn put(&self, tag: &LogTag, batch: &mut Batch) {
        let mut w = Writer::with_capacity(96);
        w.u8(VERSION).u8(self.spec.kind as u8).raw(&self.spec.write).raw(&self.spec.read).u8(self.spec.readers);
        w.raw(&self.incarnation).u64(self.touched);
        batch.put(Table::RelayLog, &tag.0, HEAD, w.finish());
    }

    /// Writes down that the log is in use, unless that was done within a day.
    pub(super) fn touch(&mut self, tag: &LogTag, wall: u64, batch: &mut Batch) {
        if wall > self.touched.saturating_add(TOUCH_MS) {
            self.touched = wall;
            self.put(tag, batch);
        }
    }

    /// Deletes the rows of all entries below `upto`, of which the last has `written` bytes summed.
    pub(super) fn drop_below(&mut self, tag: &LogTag, upto: u64, written: u64, batch: &mut Batch) {
        if upto == self.next {
            let mut w = Writer::with_capacity(16);
            w.u64(self.next).u64(self.written);
            batch.put(Table::RelayLog, &tag.0, HIGH_WATER, w.finish());
        }
        for seq in self.first..upto {
            batch.delete(Table::RelayEntry, &tag.0, &seq.to_be_bytes());
        }
        (self.first, self.dropped) = (upto, written);
    }

    /// Deletes the rows of a log without entries, except its tokens.
    pub(super) fn forget(&self, tag: &LogTag, batch: &mut Batch) {
        for reader in &self.readers {
            batch.delete(Table::RelayLog, &tag.0, &reader_sort(&reader.reader));
        }
        batch.delete(Table::RelayLog, &tag.0, HIGH_WATER);
        batch.delete(Table::RelayLog, &tag.0, HEAD);
    }

    fn decode(row: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(row);
        match r.u8()? {
            VERSION => {}
            number => return Err(WireError::Unknown { what: "row version", number: number.into() }),
        }
        let kind = match r.u8()? {
            1 => LogKind::Room,
            2 => LogKind::Inbox,
            number => return Err(WireError::Unknown { what: "log kind", number: number.into() }),
        };
        let spec = LogSpec { kind, write: r.array()?, read: r.array()?, readers: r.u8()? };
        let head = Self::new(spec, r.array()?, r.u64()?);
        r.finish()?;
        Ok(head)
    }
}

/// With `spec.readers` = n, everything below the n-th furthest cursor.
pub(super) fn acked(spec: &LogSpec, readers: &[ReaderCursor]) -> u64 {
    let n = usize::from(spec.readers);
    if n == 0 || readers.len() < n {
        return 0;
    }
    let mut cursors: Vec<u64> = readers.iter().map(|reader| reader.cursor).collect();
    cursors.sort_unstable_by(|a, b| b.cmp(a));
    cursors[n - 1]
}

pub(super) fn put_reader(tag: &LogTag, reader: &ReaderCursor, batch: &mut Batch) {
    batch.put(Table::RelayLog, &tag.0, &reader_sort(&reader.reader), reader.cursor.to_be_bytes().to_vec());
}

pub(super) fn delete_reader(tag: &LogTag, reader: &[u8; 16], batch: &mut Batch) {
    batch.delete(Table::RelayLog, &tag.0, &reader_sort(reader));
}

fn reader_sort(reader: &[u8; 16]) -> [u8; 17] {
    let mut sort = [READER; 17];
    sort[1..].copy_from_slice(reader);
    sort
}

fn load_readers(tag: &LogTag, store: &dyn StoreRead) -> Result<Vec<ReaderCursor>, ReadError> {
    // "r" is the last of the sorts, so everything from there on is a reader.
    let limit = crate::limits::LOG_READERS_MAX + 1;
    let rows = store.scan(Table::RelayLog, &tag.0, Range::From(&[READER]), limit)?;
    let reader = |(sort, value): (Vec<u8>, Vec<u8>)| {
        let reader = sort.get(1..).and_then(|reader| reader.try_into().ok()).ok_or(WireError::Invalid("its name"))?;
        Ok(ReaderCursor { reader, cursor: Reader::new(&value).u64()? })
    };
    rows.into_iter().map(reader).collect::<Result<_, WireError>>().map_err(damaged("a reader of a log"))
}

fn load_high_water(tag: &LogTag, store: &dyn StoreRead) -> Result<(u64, u64), ReadError> {
    let Some(row) = store.get(Table::RelayLog, &tag.0, HIGH_WATER)? else { return Ok((1, 0)) };
    let mut r = Reader::new(&row);
    let mut decode = || Ok((r.u64()?, r.u64()?));
    decode().map_err(damaged("the high-water mark of a log"))
}

impl EntryRow {
    pub(super) fn value(expires: u64, written: u64, envelope: &[u8]) -> Vec<u8> {
        let mut w = Writer::with_capacity(16 + envelope.len());
        w.u64(expires).u64(written).raw(envelope);
        w.finish()
    }

    fn decode(seq: &[u8], value: Vec<u8>) -> Result<Self, WireError> {
        let mut r = Reader::new(&value);
        let (expires, written) = (r.u64()?, r.u64()?);
        Ok(Self { seq: Reader::new(seq).u64()?, expires, written, value })
    }

    /// Bytes of the envelope.
    pub(super) fn bytes(&self) -> u64 {
        self.value.len() as u64 - 16
    }

    pub(super) fn into_envelope(mut self) -> Vec<u8> {
        self.value.drain(..16);
        self.value
    }
}

/// Rows of a log's entries.
pub(super) fn entries(
    tag: &LogTag,
    range: Range<'_>,
    limit: usize,
    store: &dyn StoreRead,
) -> Result<Vec<EntryRow>, ReadError> {
    let rows = store.scan(Table::RelayEntry, &tag.0, range, limit)?;
    let rows = rows.into_iter().map(|(sort, value)| EntryRow::decode(&sort, value));
    rows.collect::<Result<_, _>>().map_err(damaged("an entry of a log"))
}

/// The bytes summed up to and with entry `seq`.
pub(super) fn written_upto(tag: &LogTag, seq: u64, store: &dyn StoreRead) -> Result<u64, ReadError> {
    let sort = seq.to_be_bytes();
    let row = store.get(Table::RelayEntry, &tag.0, &sort)?.ok_or(ReadError("an entry of a log is missing".into()))?;
    EntryRow::decode(&sort, row).map(|row| row.written).map_err(damaged("an entry of a log"))
}
