//! Erasure and compaction: a segment with something dead in it is rewritten without it, then unlinked.
//!
//! Its live rows are appended at the journal's end as they are (a sealed value is bound to its row, not to its place),
//! each checked and appended under one lock, so that a newer write always comes after. A delete is carried along only
//! while an older segment still holds a dead value that it has to cover. Then a frame says that the segment is needed
//! no more, all of that is made durable, and the file goes. A crash in between leaves a few rows twice, or a file too
//! many; both are sorted out at the next start.
//!
//! Because a rebuilt index may miss deletes that were dropped for good, every such frame also raises the *index
//! floor*: an index from before it is not used again.
//!
//! Not here: who calls this, and when (the shell, every minute or so).

use std::collections::BTreeSet;
use std::sync::PoisonError;

use crate::WriteError;
use crate::durable::{DurableStore, Shared, State};
use crate::frame::{self, Record, Records};
use crate::index::{Account, Books};
use crate::journal::{Body, segment_name};
use crate::overlay::Place;
use crate::replay::{self, Stop};
use crate::turn::NewRows;

/// A deleted or replaced value is off the disk this long after, if the shell calls [`DurableStore::maintain`] at
/// least every hour until it reports nothing more to do. Milliseconds.
pub const ERASURE_MAX: u64 = 24 * 60 * 60 * 1000;

/// When a rewrite begins: early enough to be done in time, late enough that a segment is rewritten twice a day at most.
const ERASE_AFTER: u64 = ERASURE_MAX / 2;

/// How exactly the time of the last call is kept. What dies in between is dated by the earlier one.
const NOTE_EVERY: u64 = 15 * 60 * 1000;

/// Rows that are moved under one lock.
const MOVE_ROWS: usize = 256;

/// Bytes that are moved under one lock, unless one value is bigger.
const MOVE_BYTES: usize = 512 * 1024;

/// What one call did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Rows moved out of a segment that is gone now.
    pub moved: u64,
    /// Bytes of that segment.
    pub freed: u64,
    /// True if another call has something to do at once.
    pub more: bool,
}

/// A record of a segment that is being rewritten.
struct Candidate {
    name: Vec<u8>,
    /// Place and sealed value; `None` is a delete.
    value: Option<(Place, Vec<u8>)>,
}

impl DurableStore {
    /// Rewrites at most one segment, if one is due. `now_wall_ms` is the time of day in milliseconds since 1970.
    ///
    /// An error that names a damaged segment leaves the store working: that segment is left alone from then on.
    pub fn maintain(&self, now_wall_ms: u64) -> Result<Maintained, WriteError> {
        let shared = self.shared()?;
        let mut skip = shared.maintain.lock().unwrap_or_else(PoisonError::into_inner);
        shared.writable()?;
        shared.absorb_all()?;
        let books = shared.note_time(now_wall_ms)?;
        let mut due = shared.due(&books, now_wall_ms, &skip).into_iter();
        let Some(number) = due.next() else { return Ok(Maintained::default()) };
        let (moved, freed) = shared.rewrite(number, false).inspect_err(|_| skip.push(number))?;
        Ok(Maintained { moved, freed, more: due.next().is_some() })
    }

    /// Ends a salvage: begins a segment whose header names what is there, and rewrites the damaged ones.
    pub(crate) fn settle(&self, damaged: &BTreeSet<u64>) -> Result<(), WriteError> {
        let shared = self.shared()?;
        let active = shared.read_state().journal.end.segment;
        shared.seal_if_active(active)?;
        for number in damaged {
            shared.rewrite(*number, true)?;
        }
        Ok(())
    }
}

impl Shared {
    /// Dates what has died since the last call (by that call, which errs on the early side) and forgets accounts of
    /// segments that are gone.
    fn note_time(&self, now: u64) -> Result<Books, WriteError> {
        let live: BTreeSet<u64> = self.read_state().journal.segments.keys().copied().collect();
        // A segment that began since then is not gone.
        let newest = live.last().copied().unwrap_or(0);
        let change = |books: &mut Books| {
            let before = books.head.maintained.min(now).max(1);
            books.accounts.retain(|number, _| live.contains(number) || *number > newest);
            for account in books.accounts.values_mut() {
                account.dead_since = match (account.dead(), account.dead_since) {
                    (0, _) => 0,
                    (_, 0) => before,
                    (_, since) => since.min(now),
                };
            }
            // Kept to a quarter of an hour, so that an idle store is not written to with every call.
            if now.abs_diff(books.head.maintained) >= NOTE_EVERY {
                books.head.maintained = now;
            }
        };
        self.index.change_books(change).map_err(|error| self.fail(&error))
    }

    /// The segments to be rewritten, oldest first, so that deletes find nothing left to cover.
    fn due(&self, books: &Books, now: u64, skip: &[u64]) -> Vec<u64> {
        let state = self.read_state();
        let active = state.journal.end.segment;
        let mut older_dead = false;
        let mut due = Vec::new();
        for (number, segment) in &state.journal.segments {
            let account = books.accounts.get(number).copied().unwrap_or_default();
            let late = account.dead() > 0 && now.saturating_sub(account.dead_since) >= ERASE_AFTER;
            let wasteful = *number != active && is_wasteful(&account, segment.bytes, older_dead);
            if (late || wasteful) && !skip.contains(number) {
                due.push(*number);
            }
            older_dead |= account.dead() > 0;
        }
        due
    }

    /// Moves what lives out of a segment and unlinks it: rows moved, bytes freed.
    fn rewrite(&self, number: u64, damaged: bool) -> Result<(u64, u64), WriteError> {
        self.seal_if_active(number)?;
        self.absorb_all()?;
        let segment = self.read_state().journal.segments.get(&number).cloned();
        let Some(segment) = segment else { return Ok((0, 0)) };
        let carry = damaged || self.older_dead(number);
        let mut mover = Mover { shared: self, carry, candidates: Vec::new(), bytes: 0, moved: 0 };
        let header = replay::header(&self.frame_key, number, &*segment.file).map_err(|error| self.fail(&error))?;
        let mut stop = match header {
            Some(header) => Stop { offset: header.len() as u64, seq: header.first_seq - 1, at_end: false },
            None if damaged => Stop { offset: 0, seq: 0, at_end: false },
            None => return Err(self.damaged(number, 0)),
        };
        loop {
            let visit = &mut |frame: replay::Frame<'_>| mover.frame(&frame).map(|()| true);
            let walked = replay::walk(&self.frame_key, number, &*segment.file, stop, segment.bytes, visit);
            stop = walked.map_err(|fault: Fault| fault.into_write_error(self))?;
            if stop.at_end {
                break;
            }
            if !damaged {
                return Err(self.damaged(number, stop.offset));
            }
            let next =
                replay::find_frame(&self.frame_key, number, &*segment.file, stop.offset + 1, segment.bytes, &|_| true);
            match next.map_err(|error| self.fail(&error))? {
                Some((offset, head)) => stop = Stop { offset, seq: head.seq - 1, at_end: false },
                None => break,
            }
        }
        mover.flush()?;
        let moved = mover.moved;
        self.retire(number)?;
        Ok((moved, segment.bytes))
    }

    fn damaged(&self, number: u64, offset: u64) -> WriteError {
        WriteError(format!(
            "{}/{} is damaged at byte {offset}; put back a copy of the directory, or start once with the salvage option",
            self.disk.describe(),
            segment_name(number)
        ))
    }

    fn seal_if_active(&self, number: u64) -> Result<(), WriteError> {
        let mut state = self.write_state()?;
        if state.journal.end.segment == number {
            state.journal.roll().map_err(|error| self.fail(&error))?;
            state.active.end = state.journal.end;
        }
        Ok(())
    }

    /// True if a segment before this one holds a value that a delete has to cover.
    fn older_dead(&self, number: u64) -> bool {
        let books = self.index.books();
        let state = self.read_state();
        let dead = |older: &u64| books.accounts.get(older).is_some_and(|account| account.dead() > 0);
        state.journal.segments.range(..number).any(|(older, _)| dead(older))
    }

    /// Says that a segment is needed no more, makes that durable, and unlinks it.
    fn retire(&self, number: u64) -> Result<(), WriteError> {
        self.append_by(|state| {
            let mut bytes = Vec::new();
            frame::retire(&mut bytes, number);
            // From here on no header lists it, and no index from before this frame is used.
            state.journal.segments.remove(&number);
            state.journal.index_floor = state.journal.end.seq + 1;
            Ok(Some((Body::new(&self.frame_key, bytes), NewRows::new())))
        })?;
        self.absorb_all()?;
        self.index.flush().map_err(|error| self.fail(&error))?;
        self.sync()?;
        let gone = self.disk.remove(&segment_name(number)).and_then(|()| self.disk.sync_dir());
        gone.map_err(|error| self.fail(&error))?;
        let forgotten = self.index.change_books(|books| {
            books.accounts.remove(&number);
        });
        forgotten.map(drop).map_err(|error| self.fail(&error))
    }

    fn place_now(&self, state: &State, name: &[u8]) -> Result<Option<Place>, WriteError> {
        match state.overlaid(name) {
            Some(place) => Ok(place),
            None => self.index.get(name).map_err(|error| self.fail(&error)),
        }
    }
}

/// More than half of a segment is not needed.
fn is_wasteful(account: &Account, bytes: u64, older_dead: bool) -> bool {
    let droppable = if older_dead { 0 } else { account.deletes };
    (account.dead() + droppable) * 2 > bytes
}

/// Why a walk of a rewrite ended: an error of the system, or of the store.
enum Fault {
    Io(std::io::Error),
    Write(WriteError),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl Fault {
    fn into_write_error(self, shared: &Shared) -> WriteError {
        match self {
            Self::Io(error) => shared.fail(&error),
            Self::Write(error) => error,
        }
    }
}

/// Collects records of a segment and appends those that still count.
struct Mover<'a> {
    shared: &'a Shared,
    /// Whether deletes are carried along.
    carry: bool,
    candidates: Vec<Candidate>,
    bytes: usize,
    moved: u64,
}

impl Mover<'_> {
    fn frame(&mut self, frame: &replay::Frame<'_>) -> Result<(), Fault> {
        for record in Records::of(frame.body).flatten() {
            self.record(frame, record).map_err(Fault::Write)?;
        }
        Ok(())
    }

    fn record(&mut self, frame: &replay::Frame<'_>, record: Record<'_>) -> Result<(), WriteError> {
        let candidate = match record {
            Record::Put { name, value_at, value } => {
                let place = Place {
                    segment: frame.body_at.segment,
                    offset: (frame.body_at.offset + value_at as u64) as u32,
                    len: value.len() as u32,
                };
                // A first look without the lock; most dead rows end here.
                let state = self.shared.read_state();
                if self.shared.place_now(&state, name)? != Some(place) {
                    return Ok(());
                }
                Candidate { name: name.to_vec(), value: Some((place, value.to_vec())) }
            }
            Record::Delete { name } if self.carry => Candidate { name: name.to_vec(), value: None },
            Record::Delete { .. } | Record::Retire { .. } => return Ok(()),
        };
        self.bytes += candidate.value.as_ref().map_or(0, |(_, sealed)| sealed.len());
        self.candidates.push(candidate);
        if self.candidates.len() >= MOVE_ROWS || self.bytes >= MOVE_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let candidates = std::mem::take(&mut self.candidates);
        self.bytes = 0;
        let shared = self.shared;
        let moved = &mut self.moved;
        shared.append_by(|state| {
            let mut bytes = Vec::new();
            let mut rows = NewRows::new();
            for Candidate { name, value } in candidates {
                let now = shared.place_now(state, &name)?;
                match value {
                    Some((place, sealed)) if now == Some(place) => {
                        frame::put_head(&mut bytes, &name, sealed.len());
                        rows.push((name, Some((bytes.len(), sealed.len()))));
                        bytes.extend_from_slice(&sealed);
                    }
                    None if now.is_none() => {
                        frame::delete(&mut bytes, &name);
                        rows.push((name, None));
                    }
                    Some(_) | None => {}
                }
            }
            *moved += rows.len() as u64;
            Ok((!rows.is_empty()).then(|| (Body::new(&shared.frame_key, bytes), rows)))
        })
    }
}
