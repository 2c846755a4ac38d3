//! Logs: open, append, read, acknowledge, drop.

use super::context::{Context, No, check_capability};
use super::head::{self, EntryRow, Head, ReaderCursor};
use super::heads::Heads;
use super::index::Indexed;
use crate::ids::{Capability, LogTag};
use crate::limits::{
    INBOX_ENTRIES_MAX, LOG_BYTES_MAX, LOG_ENTRIES_MAX, LOG_READERS_MAX, PAGE_BYTES_MAX, PAGE_ENTRIES_MAX, RETENTION_MS,
};
use crate::store::{Range, ReadError, StoreRead};
use crate::wire::relay::{Entry, LogHead, LogKind, LogSpec, Refusal};
use subtle::ConstantTimeEq;

/// Entries dropped by one acknowledgement or one step of the sweep; the rest goes with the next.
pub(super) const DROPS_MAX: u64 = 1024;

/// Rows read at once for a page: 64 of the largest are 8 MiB.
const SCAN_ROWS: usize = 64;

/// Logs and their heads in memory.
#[derive(Debug)]
pub(super) struct Logs {
    pub(super) heads: Heads,
}

/// A stored entry's number and end of life.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    pub(super) seq: u64,
    pub(super) expires: u64,
}

/// What capability a request shows.
#[derive(Clone, Copy)]
pub(super) enum Right<'a> {
    Read(&'a Capability),
    Write(&'a Capability),
}

impl Logs {
    pub(super) fn exists(&mut self, tag: &LogTag, store: &dyn StoreRead) -> Result<bool, ReadError> {
        Ok(self.heads.get(tag, store)?.is_some())
    }

    /// The log's head, for one who has the right.
    pub(super) fn with_right(
        &mut self,
        tag: &LogTag,
        right: Right<'_>,
        store: &dyn StoreRead,
    ) -> Result<&mut Head, No> {
        let head = self.heads.get(tag, store)?.ok_or(Refusal::NoSuchLog)?;
        match right {
            Right::Read(cap) => check_capability(cap, &head.spec.read)?,
            Right::Write(cap) => check_capability(cap, &head.spec.write)?,
        }
        Ok(head)
    }

    /// `incarnation` is used if the log is new.
    pub(super) fn open(
        &mut self,
        cx: &mut Context<'_>,
        tag: &LogTag,
        spec: LogSpec,
        incarnation: [u8; 16],
    ) -> Result<LogHead, No> {
        if let Some(head) = self.heads.get(tag, cx.store)? {
            same_spec(&head.spec, &spec)?;
            head.touch(tag, cx.now.wall, &mut cx.batch);
            return Ok(head.shown());
        }
        if usize::from(spec.readers) > LOG_READERS_MAX {
            return Err(Refusal::TooMany.into());
        }
        if cx.totals.stored().logs >= cx.policy.logs_max {
            return Err(Refusal::Busy.into());
        }
        let head = Head::new(spec, incarnation, cx.now.wall);
        head.put(tag, &mut cx.batch);
        Indexed::Log(*tag).add(&mut cx.batch);
        cx.totals.change(&Indexed::Log(*tag), |stored| stored.logs += 1);
        cx.stats.logs_created += 1;
        let shown = head.shown();
        self.heads.insert(*tag, head);
        Ok(shown)
    }

    /// Into a room, by one who may write.
    pub(super) fn append(
        &mut self,
        cx: &mut Context<'_>,
        tag: &LogTag,
        cap: &Capability,
        envelope: &[u8],
    ) -> Result<Stored, No> {
        let head = self.with_right(tag, Right::Write(cap), cx.store)?;
        check_kind(head, LogKind::Room)?;
        store_entry(head, cx, tag, envelope)
    }

    /// Into an inbox, by one whose token the caller has checked and charged.
    pub(super) fn append_paid(&mut self, cx: &mut Context<'_>, tag: &LogTag, envelope: &[u8]) -> Result<Stored, No> {
        let head = self.heads.get(tag, cx.store)?.ok_or(Refusal::NoSuchLog)?;
        store_entry(head, cx, tag, envelope)
    }

    /// Refuses unless the log exists and is of this kind.
    pub(super) fn check_kind(&mut self, tag: &LogTag, kind: LogKind, store: &dyn StoreRead) -> Result<(), No> {
        check_kind(self.heads.get(tag, store)?.ok_or(Refusal::NoSuchLog)?, kind)
    }

    /// The number the next entry will get, and a page.
    pub(super) fn read(
        &mut self,
        cx: &mut Context<'_>,
        tag: &LogTag,
        cap: &Capability,
        from: u64,
        limit: u16,
    ) -> Result<(u64, Vec<Entry>), No> {
        let head = self.with_right(tag, Right::Read(cap), cx.store)?;
        let entries = page(head, tag, from, usize::from(limit), cx.store)?;
        head.touch(tag, cx.now.wall, &mut cx.batch);
        Ok((head.next, entries))
    }

    /// The log's head, and everything in it from `from` on, which has to fit in a page.
    pub(super) fn catch_up(
        &mut self,
        cx: &mut Context<'_>,
        tag: &LogTag,
        cap: &Capability,
        from: u64,
    ) -> Result<(LogHead, Vec<Entry>), No> {
        let head = self.with_right(tag, Right::Read(cap), cx.store)?;
        let start = from.max(head.first_readable());
        if head.next.saturating_sub(start) > PAGE_ENTRIES_MAX as u64 {
            return Err(Refusal::TooFarBehind.into());
        }
        let entries = page(head, tag, start, PAGE_ENTRIES_MAX, cx.store)?;
        if start + (entries.len() as u64) < head.next {
            return Err(Refusal::TooFarBehind.into());
        }
        head.touch(tag, cx.now.wall, &mut cx.batch);
        Ok((head.shown(), entries))
    }

    /// Moves a reader on and drops what enough readers have.
    ///
    /// A cursor behind the log's end belongs to an incarnation that this relay lost. To count it would drop entries
    /// that the reader never saw, so it is refused as "no such log"; opening the log then shows the change.
    pub(super) fn ack(
        &mut self,
        cx: &mut Context<'_>,
        tag: &LogTag,
        cap: &Capability,
        moved: ReaderCursor,
    ) -> Result<(), No> {
        let head = self.with_right(tag, Right::Read(cap), cx.store)?;
        if moved.cursor > head.next {
            return Err(Refusal::NoSuchLog.into());
        }
        let known = head.readers.iter().position(|known| known.reader == moved.reader);
        if head.spec.readers == 0 || known.is_some_and(|at| head.readers[at].cursor >= moved.cursor) {
            return Ok(());
        }
        let mut readers = head.readers.clone();
        match known {
            Some(at) => readers[at] = moved,
            None => readers.push(moved),
        }
        let evicted = if readers.len() > LOG_READERS_MAX { evict_last(&mut readers) } else { None };
        let upto = head::acked(&head.spec, &readers).min(head.first.saturating_add(DROPS_MAX));
        let written = if upto > head.first { Some(head::written_upto(tag, upto - 1, cx.store)?) } else { None };

        head.readers = readers;
        head::put_reader(tag, &moved, &mut cx.batch);
        if let Some(evicted) = evicted {
            head::delete_reader(tag, &evicted.reader, &mut cx.batch);
        }
        cx.stats.acks += 1;
        if let Some(written) = written {
            cx.stats.entries_acked += upto - head.first;
            drop_below(head, cx, tag, upto, written);
        }
        Ok(())
    }
}

/// The reader furthest behind makes room; it cannot be one that decides what is dropped.
fn evict_last(readers: &mut Vec<ReaderCursor>) -> Option<ReaderCursor> {
    let last = readers.iter().enumerate().min_by_key(|(_, reader)| reader.cursor).map(|(at, _)| at)?;
    Some(readers.swap_remove(last))
}

fn same_spec(known: &LogSpec, asked: &LogSpec) -> Result<(), No> {
    let hashes = known.write.ct_eq(&asked.write) & known.read.ct_eq(&asked.read);
    let same = bool::from(hashes) && known.kind == asked.kind && known.readers == asked.readers;
    if same { Ok(()) } else { Err(Refusal::SpecMismatch.into()) }
}

pub(super) fn check_kind(head: &Head, kind: LogKind) -> Result<(), No> {
    if head.spec.kind == kind { Ok(()) } else { Err(Refusal::WrongKind.into()) }
}

fn store_entry(head: &mut Head, cx: &mut Context<'_>, tag: &LogTag, envelope: &[u8]) -> Result<Stored, No> {
    let entries_max = match head.spec.kind {
        LogKind::Room => LOG_ENTRIES_MAX,
        LogKind::Inbox => INBOX_ENTRIES_MAX,
    };
    let bytes = envelope.len() as u64;
    if head.entries() >= entries_max || head.bytes() + bytes > LOG_BYTES_MAX {
        return Err(Refusal::Full.into());
    }
    cx.admit_bytes(bytes)?;

    let stored = Stored { seq: head.next, expires: cx.now.wall.saturating_add(RETENTION_MS) };
    head.touch(tag, cx.now.wall, &mut cx.batch);
    head.next += 1;
    head.written += bytes;
    let value = EntryRow::value(stored.expires, head.written, envelope);
    cx.batch.put(crate::store::Table::RelayEntry, &tag.0, &stored.seq.to_be_bytes(), value);
    cx.totals.change(&Indexed::Log(*tag), |sums| {
        sums.entries += 1;
        sums.bytes += bytes;
    });
    Ok(stored)
}

/// Drops entries from the front. `written` is the sum of the last one dropped.
pub(super) fn drop_below(head: &mut Head, cx: &mut Context<'_>, tag: &LogTag, upto: u64, written: u64) {
    let (entries, bytes) = (upto - head.first, written - head.dropped);
    head.drop_below(tag, upto, written, &mut cx.batch);
    cx.totals.change(&Indexed::Log(*tag), |sums| {
        sums.entries -= entries;
        sums.bytes -= bytes;
    });
}

/// Entries from `from` on, as many as asked, as there are, and as fit in a page's bytes.
fn page(head: &Head, tag: &LogTag, from: u64, limit: usize, store: &dyn StoreRead) -> Result<Vec<Entry>, ReadError> {
    let limit = limit.min(PAGE_ENTRIES_MAX);
    let mut next = from.max(head.first_readable());
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while entries.len() < limit && next < head.next {
        let rows = head::entries(tag, Range::From(&next.to_be_bytes()), SCAN_ROWS.min(limit - entries.len()), store)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            bytes += row.bytes() as usize;
            if bytes > PAGE_BYTES_MAX && !entries.is_empty() {
                return Ok(entries);
            }
            next = row.seq + 1;
            entries.push(Entry { seq: row.seq, envelope: row.into_envelope() });
        }
    }
    Ok(entries)
}
