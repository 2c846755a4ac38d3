//! The sweep: walks the index in small steps, drops what is too old and forgets what nobody uses. Its first walk
//! after a start counts what is stored as well.

use super::context::{Context, No};
use super::head::{self, Head};
use super::index::{self, Indexed};
use super::key_packages::Shelf;
use super::logs::{self, DROPS_MAX, Logs};
use super::subscriptions::Subscriptions;
use super::{inbox, records, registers};
use crate::core::Now;
use crate::ids::LogTag;
use crate::store::Range;
use crate::wire::relay::LogKind;

/// Things looked at in one step.
const STEP: usize = 64;

/// Entries read at once to see whether they are too old: 16 of the largest are 2 MiB.
const SCAN_ROWS: usize = 16;

/// Between two steps of the first walk: 64 every 5 ms are 12,800 logs a second.
const COUNTING_PAUSE_MS: u64 = 5;

/// Between two steps of a later walk: 64 a second are 230,000 an hour.
const STEP_PAUSE_MS: u64 = 1_000;

/// Between two walks: what expires after 30 days may stay an hour longer.
const WALK_PAUSE_MS: u64 = 3_600_000;

/// After the store could not be read.
const FAILURE_PAUSE_MS: u64 = 60_000;

/// Where the walk is.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    place: Vec<u8>,
    next_at: u64,
}

impl Sweep {
    /// In `Now::mono`.
    pub(super) fn next_at(&self) -> u64 {
        self.next_at
    }

    pub(super) fn is_due(&self, now: Now) -> bool {
        now.mono >= self.next_at
    }

    /// Tries again later.
    pub(super) fn fail(&mut self, now: Now) {
        self.next_at = now.mono.saturating_add(FAILURE_PAUSE_MS);
    }

    /// Looks at the next few things. An error comes before the thing that it concerns was changed; the batch holds
    /// what was done before, and has to be committed either way.
    pub(super) fn step(
        &mut self,
        cx: &mut Context<'_>,
        logs: &mut Logs,
        subscriptions: &Subscriptions,
    ) -> Result<(), No> {
        let things = index::behind(&self.place, STEP, cx.store)?;
        let more = things.len() == STEP;
        let mut budget = DROPS_MAX;
        for thing in things {
            let place = thing.place();
            let done = match thing {
                Indexed::Log(tag) => sweep_log(cx, logs, subscriptions, &tag, &mut budget)?,
                Indexed::KeyPackages(tag) => sweep_key_packages(cx, &tag)?,
                Indexed::Record { kind, key } => sweep_record(cx, kind, &key)?,
            };
            if !done {
                self.pause(cx, STEP_PAUSE_MS);
                return Ok(());
            }
            self.place = place;
        }
        if more {
            self.pause(cx, STEP_PAUSE_MS);
        } else {
            cx.totals.complete();
            self.place.clear();
            self.pause(cx, WALK_PAUSE_MS);
        }
        Ok(())
    }

    fn pause(&mut self, cx: &Context<'_>, ms: u64) {
        let ms = if cx.totals.is_complete() { ms } else { COUNTING_PAUSE_MS };
        self.next_at = cx.now.mono.saturating_add(ms);
    }
}

/// False if more has to be dropped than the budget allows.
fn sweep_log(
    cx: &mut Context<'_>,
    logs: &mut Logs,
    subscriptions: &Subscriptions,
    tag: &LogTag,
    budget: &mut u64,
) -> Result<bool, No> {
    let mut loaded = None;
    let head = match logs.heads.peek(tag) {
        Some(head) => head,
        // Not put in the cache: a walk over everything must not push out what is in use.
        None => match Head::load(tag, cx.store)? {
            Some(head) => loaded.insert(head),
            None => return Ok(true),
        },
    };
    let thing = Indexed::Log(*tag);
    let register = match head.spec.kind {
        LogKind::Room => registers::Promise::load(tag, cx.store)?,
        LogKind::Inbox => None,
    };
    let (entries, bytes) = (head.entries(), head.bytes());
    let (upto, written) = droppable(head, tag, cx, *budget)?;
    let empty = upto == head.next;
    let idle = cx.now.wall > head.touched.saturating_add(cx.policy.idle_ms);
    let forget = empty && idle && register.is_none() && !subscriptions.has_any(tag);
    let dropped_at_once = upto - head.first;
    if forget {
        inbox::forget(tag, cx.store, &mut cx.batch)?;
    }

    cx.totals.reach(&thing, |sums| {
        sums.logs += 1;
        sums.entries += entries;
        sums.bytes += bytes + register.map_or(0, |register| u64::from(register.block_bytes));
    });
    if upto > head.first {
        cx.stats.entries_expired += dropped_at_once;
        logs::drop_below(head, cx, tag, upto, written);
        *budget = budget.saturating_sub(dropped_at_once);
    }
    let done = *budget > 0;
    if forget {
        head.forget(tag, &mut cx.batch);
        thing.remove(&mut cx.batch);
        cx.totals.change(&thing, |sums| sums.logs -= 1);
        cx.stats.forgotten += 1;
        logs.heads.remove(tag);
    }
    Ok(done)
}

/// Up to where entries are acknowledged or too old, and the bytes summed up to there.
fn droppable(head: &Head, tag: &LogTag, cx: &Context<'_>, budget: u64) -> Result<(u64, u64), No> {
    let limit = head.first.saturating_add(budget).min(head.next);
    let acked = head.acked();
    let (mut upto, mut written) = (head.first, head.dropped);
    while upto < limit {
        let rows = head::entries(tag, Range::From(&upto.to_be_bytes()), SCAN_ROWS, cx.store)?;
        let before = upto;
        for row in rows.iter().take_while(|row| row.seq < limit && (row.seq < acked || row.expires <= cx.now.wall)) {
            (upto, written) = (row.seq + 1, row.written);
        }
        if upto - before < SCAN_ROWS as u64 {
            break;
        }
    }
    Ok((upto, written))
}

fn sweep_key_packages(cx: &mut Context<'_>, tag: &LogTag) -> Result<bool, No> {
    let Some(shelf) = Shelf::load(tag, cx.store)? else { return Ok(true) };
    let thing = Indexed::KeyPackages(*tag);
    cx.totals.reach(&thing, |sums| {
        sums.key_package_names += 1;
        sums.bytes += shelf.bytes;
    });
    if cx.now.wall > shelf.touched.saturating_add(cx.policy.idle_ms) {
        shelf.forget(tag, &mut cx.batch);
        thing.remove(&mut cx.batch);
        cx.totals.change(&thing, |sums| {
            sums.key_package_names -= 1;
            sums.bytes -= shelf.bytes;
        });
        cx.stats.forgotten += 1;
    }
    Ok(true)
}

fn sweep_record(cx: &mut Context<'_>, kind: u8, key: &[u8; 32]) -> Result<bool, No> {
    let Some(kept) = records::load(kind, key, cx.store)? else { return Ok(true) };
    let thing = Indexed::Record { kind, key: *key };
    cx.totals.reach(&thing, |sums| {
        sums.records += 1;
        sums.bytes += kept.bytes;
    });
    if kept.expires <= cx.now.wall {
        cx.batch.delete(crate::store::Table::RelayRecord, key, &[kind]);
        thing.remove(&mut cx.batch);
        cx.totals.change(&thing, |sums| {
            sums.records -= 1;
            sums.bytes -= kept.bytes;
        });
        cx.stats.forgotten += 1;
    }
    Ok(true)
}
