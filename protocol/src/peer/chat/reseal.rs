//! What waits in an epoch where nobody may listen any more: own operations are sealed again in the newest one; of a
//! gap in somebody else's log that nobody fills the log goes on behind it.
//!
//! An operation is signed once and keeps its id, its number and the control state that it was said at; only the envelope
//! around it is new. Whoever got both knows it by its number. Why it is so: docs/decisions/0023.
//!
//! Not here: which control states an operation may name (`proof`), what is done behind a gap (`receive::pass_over`).

use super::control::{Work, rooms_kept};
use super::receive::{self, News};
use super::rooms::{self, Surroundings};
use super::state::{Chat, Phase, Queued, RoomState, outbox_page};
use super::{Chats, adopt, strays};
use crate::chat::envelope::{open_body, seal};
use crate::chat::room;
use crate::ids::{ChatId, DeviceId};
use crate::limits::{GAP_WAIT_MS, OUTBOX_AGE_MAX_MS};
use crate::peer::context::{Context, Fatal};
use crate::peer::timers::{Timer, Timers};

/// How long the chain has to stand still: whoever was away follows block after block, and what waits is sealed once
/// behind the last of them, not once a block.
const SETTLE_MS: u64 = 5_000;

/// Others close an epoch when its end is as long ago as an operation may wait ([`OUTBOX_AGE_MAX_MS`]). After half of that
/// away, our clocks and theirs need not agree about it.
const AWAY_MS: u64 = OUTBOX_AGE_MAX_MS / 2;

/// How exactly it is remembered when we last knew the newest epoch; a write a day.
const CURRENT_EVERY_MS: u64 = 24 * 3600 * 1000;

/// Operations that one input seals again; each is read and written once, so at most 64 MiB of the largest.
const SEAL_AT_ONCE: usize = 512;

/// The chain went on: what waits is looked at when it stands still.
pub fn moved(chat: &mut Chat, ctx: &Context<'_>, timers: &mut Timers) {
    chat.settled = false;
    timers.cancel(&Timer::Settle(chat.id));
    soon(chat, ctx, timers);
}

/// What waits is to be looked at.
pub fn soon(chat: &Chat, ctx: &Context<'_>, timers: &mut Timers) {
    timers.by(Timer::Settle(chat.id), ctx.now.mono + SETTLE_MS);
}

impl Chats {
    /// The chain has stood still: sees to what waits in older epochs, and to gaps.
    pub fn settle(&mut self, id: &ChatId, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
        let Some(chat) = self.chats.get_mut(id) else { return Ok(()) };
        if !matches!(chat.work, Work::Idle) || chat.info.standing.is_out() {
            return Ok(());
        }
        if !seal_again(chat, ctx)? {
            soon(chat, ctx, &mut around.timers);
            return Ok(());
        }
        chat.settled = true;
        strays::tidy(chat, ctx)?;
        if ctx.now.wall.saturating_sub(chat.info.current) > CURRENT_EVERY_MS {
            chat.info.current = ctx.now.wall;
            chat.store_info(&mut ctx.batch)?;
        }
        if !chat.has_receipts() {
            rooms::release(chat, ctx);
        }
        let mut news = News::default();
        for device in given_up(chat, ctx.now.wall) {
            receive::pass_over(chat, &device, ctx, &mut news)?;
        }
        receive::finish(chat, news, ctx, around, &mut self.receipts, &mut self.changed)?;
        // Also where nobody says anything, an epoch closes when its time has come.
        adopt::prune(chat, ctx)
    }
}

/// Seals again what nobody may hear where it is. False if something is left for later.
fn seal_again(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    let due: Vec<Queued> = due(chat, ctx.now.wall).take(SEAL_AT_ONCE + 1).collect();
    let Some(first) = due.first().map(|queued| queued.seq) else { return Ok(true) };
    let (id, newest, us) = (chat.id, chat.index(), ctx.account.device());
    let Some(state) = chat.rooms.get_mut(&newest) else { return Ok(true) };
    // An answered append says that all before it are there: none may be open when earlier ones are put before them.
    if state.at.values().any(|link| link.is_open() && link.in_flight > 0) {
        return Ok(false);
    }
    let mut sealed = Vec::new();
    for queued in due.iter().take(SEAL_AT_ONCE) {
        let Some(key) = queued.key(ctx.store, &id)? else { continue };
        let page = outbox_page(ctx.store, &id, queued.seq, 1)?;
        let Some((_, envelope)) = page.into_iter().find(|(row, _)| row.seq == queued.seq) else { continue };
        let op = open_body(&key, &envelope).map_err(|_| Fatal::Row("the outbox"))?;
        let key = state.send.key();
        let envelope = seal(&state.room, &mut state.send, &us, &op, ctx.rng);
        let envelope = envelope.map_err(|_| Fatal::Bug("an own operation is too large"))?;
        let queued = Queued { index: newest, ..*queued };
        queued.store(&id, &envelope, &key, &mut ctx.batch);
        sealed.push((queued, envelope));
    }
    if sealed.is_empty() {
        return Ok(true);
    }
    state.send.store(&room::partition(&id, newest), &mut ctx.batch);
    for link in state.at.values_mut() {
        link.sent = link.sent.min(first - 1);
        if link.mark.acked >= first {
            link.mark.acked = first - 1;
            link.dirty = true;
        }
    }
    let earlier = chat.outbox.iter().take_while(|queued| queued.seq < first);
    let mut former = earlier.filter(|queued| queued.index == newest).last().map_or(0, |queued| queued.seq);
    for (queued, envelope) in sealed {
        if let Ok(at) = chat.outbox.binary_search_by_key(&queued.seq, |queued| queued.seq) {
            chat.outbox[at] = queued;
        }
        rooms::offer(chat, newest, queued.seq, former, &envelope, ctx);
        former = queued.seq;
    }
    chat.store_marks(&mut ctx.batch)?;
    Ok(due.len() <= SEAL_AT_ONCE)
}

/// Own operations of older epochs that nobody may hear there.
fn due(chat: &Chat, wall: u64) -> impl Iterator<Item = Queued> {
    let newest = chat.index();
    let away = wall.saturating_sub(chat.info.current) > AWAY_MS;
    let behind = rooms_kept(chat) as u64;
    let enough = chat.enough_relays();
    let returned = &chat.info.healing.returned;
    // Who came in again since has not heard it where it is, and has no keys for it.
    let missed = move |index: u64| returned.iter().any(|returned| (returned.from..returned.at).contains(&index));
    let older = chat.outbox.iter().filter(move |queued| queued.index != newest);
    older.copied().filter(move |queued| {
        if queued.index == Queued::NOWHERE || missed(queued.index) {
            return true;
        }
        let stuck = chat.rooms.get(&queued.index).is_none_or(|state| is_stuck(state, queued.seq, enough));
        away || newest - queued.index >= behind || stuck
    })
}

/// So many relays of an epoch are away or refuse it that an operation cannot be "sent" there.
fn is_stuck(state: &RoomState, seq: u64, enough: usize) -> bool {
    let good = state.at.values().filter(|link| link.mark.acked >= seq || link.phase != Phase::Down);
    good.count() < enough.min(state.at.len())
}

/// Devices for whose gap nobody waits any more.
fn given_up(chat: &Chat, wall: u64) -> Vec<DeviceId> {
    let live = |state: &RoomState| state.at.values().filter(|link| link.phase == Phase::Live).count();
    let enough = chat.enough_relays();
    if chat.rooms.values().next_back().is_none_or(|state| live(state) < enough) {
        return Vec::new();
    }
    let over = |since: u64| wall.saturating_sub(since) > GAP_WAIT_MS;
    let gaps = chat.devices.values().filter(|head| head.gap.is_some_and(|gap| over(gap.since)));
    gaps.map(|head| head.device).collect()
}
