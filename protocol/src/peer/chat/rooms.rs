//! The conversation with home relays about a room's log: create it, catch up, watch it, fill it, acknowledge.
//!
//! ```text
//! link up -> Open -> Read, Read, … -> Subscribe -> pushes
//!               \-> Append, Append, … (window of IN_FLIGHT_MAX; own operations in order)
//! ```
//!
//! A relay answers the requests about one log in order, so an answered append means that all before it are there.
//! A relay that lost its disk shows another incarnation: then everything still in the outbox is appended again.

use super::parcels::{Arrived, Arriving, Outgoing};
use super::proof::Page;
use super::state::{Chat, Phase, RoomLink, RoomState, UNTIL_MAX, outbox_page};
use super::{Chats, control, history, receipts, receive, reseal};
use crate::content::hello::Hello;
use crate::ids::{ChatId, DeviceId};
use crate::limits::{IN_FLIGHT_MAX, LOG_READERS_MAX, PAGE_ENTRIES_MAX};
use crate::peer::context::{Context, Fatal};
use crate::peer::links::{Purpose, RoomAt};
use crate::peer::refusals::Refusals;
use crate::peer::timers::{Timer, Timers};
use crate::peer::view::Ticks;
use crate::wire::relay::{Entry, LogHead, Refusal, Reply, Request};
use std::collections::BTreeSet;

/// Entries taken before the relay is told, and how long it may wait otherwise.
const ACK_EVERY: u64 = 128;
const ACK_AFTER_MS: u64 = 500;

/// Operations that are read from the outbox at once.
const PUMP_PAGE: usize = 64;

/// The first pause after a refusal; doubles up to 64 times that.
const RETRY_MS: u64 = 1_000;

/// What handlers of a chat need beside it.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Deadlines.
    pub timers: Timers,
    /// Counts of what was refused and why.
    pub refusals: Refusals,
    /// Who said hello with this input; for the contacts.
    pub hellos: Vec<(ChatId, DeviceId, Hello)>,
    /// Parcels that became ready with this input.
    pub parcels: Vec<Outgoing>,
    /// Parcels that came in full with this input.
    pub arrived: Vec<Arrived>,
    /// Parts of parcels that came with this input.
    pub arriving: Arriving,
    /// Chats whose control chain went on with this input.
    pub moved: BTreeSet<ChatId>,
    /// Chats at whose links somebody came or went with this input.
    pub asked: BTreeSet<ChatId>,
}

impl Chats {
    /// A relay's link came up: start every room that lives there.
    pub fn on_link_up(&mut self, relay: crate::ids::NodeId, ctx: &mut Context<'_>) {
        for chat in self.chats.values_mut() {
            let indexes: Vec<u64> = chat.rooms.keys().copied().collect();
            for index in indexes {
                start(chat, RoomAt { chat: chat.id, index, relay }, ctx);
            }
        }
    }

    /// A relay's link went down.
    pub fn on_link_down(&mut self, relay: &crate::ids::NodeId) {
        for chat in self.chats.values_mut() {
            for link in chat.rooms.values_mut().filter_map(|state| state.at.get_mut(relay)) {
                link.phase = Phase::Down;
                chat.work.forget();
                chat.settled = false;
            }
        }
    }

    /// An answer about a room.
    pub fn on_room_reply(
        &mut self,
        at: RoomAt,
        purpose: &Purpose,
        reply: Reply,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<(), Fatal> {
        let Some(chat) = self.chats.get_mut(&at.chat) else { return Ok(()) };
        match (purpose, reply) {
            (Purpose::RoomOpen(_), Reply::Opened(head)) => {
                opened(chat, at, head, ctx)?;
                control::on_room_open(chat, at, ctx, around)?;
                if !receipts::again(chat, at, ctx) {
                    self.receipts.insert(at.chat);
                }
            }
            (Purpose::RoomRead(_), Reply::Entries { next, entries }) => {
                let empty = entries.is_empty();
                let before = link(chat, at).map(|link| link.mark.cursor);
                take(self, at, entries, ctx, around)?;
                let Some(chat) = self.chats.get_mut(&at.chat) else { return Ok(()) };
                let Some(link) = link(chat, at) else { return Ok(()) };
                if empty {
                    // Numbers may be missing: nothing is there before `next`.
                    link.mark.cursor = link.mark.cursor.max(next);
                } else if Some(link.mark.cursor) == before {
                    around.refusals.count("a relay's page that repeats what was read");
                    back_off(chat, at, ctx, around);
                    return Ok(());
                }
                caught_up_to(chat, at, next, ctx);
            }
            (Purpose::RoomSubscribe(_), Reply::Subscribed(_)) => {}
            (Purpose::RoomSubscribe(_), Reply::Refused(Refusal::TooFarBehind)) => read(chat, at, ctx),
            (Purpose::RoomAppend(_, seq), Reply::Appended { seq: entry, expires }) => {
                appended(chat, at, *seq, entry, expires, ctx, around)?;
            }
            (Purpose::RoomAppendState(_, number), Reply::Appended { seq: entry, .. }) => {
                if let Some(link) = link(chat, at) {
                    link.mark.state_acked = link.mark.state_acked.max(*number);
                    link.dirty = true;
                    pass_own_entry(link, entry);
                }
            }
            (Purpose::Nothing, _) => {}
            (_, Reply::Refused(refusal)) => refused(chat, at, refusal, ctx, around),
            // An answer that does not fit its question: the relay is broken or lies. Nothing is believed.
            (_, _) => around.refusals.count("a relay's answer that does not fit its question"),
        }
        Ok(())
    }

    /// Entries of a watched room.
    pub fn on_push(
        &mut self,
        at: RoomAt,
        entries: Vec<Entry>,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<(), Fatal> {
        // A push that was on its way when the link was replaced comes before this link's reading: what lies between
        // would be skipped, and acknowledged unread.
        let Some(chat) = self.chats.get_mut(&at.chat) else { return Ok(()) };
        if link(chat, at).is_none_or(|link| link.phase != Phase::Live) {
            return Ok(());
        }
        if entries.is_empty() {
            // The relay has stopped pushing, because we were too far behind.
            read(chat, at, ctx);
            return Ok(());
        }
        take(self, at, entries, ctx, around)
    }
}

fn link(chat: &mut Chat, at: RoomAt) -> Option<&mut RoomLink> {
    chat.rooms.get_mut(&at.index)?.at.get_mut(&at.relay)
}

/// Opens the room at a relay, if the link is up and nothing is going on there yet.
pub fn start(chat: &mut Chat, at: RoomAt, ctx: &mut Context<'_>) {
    if !ctx.links.is_up(&at.relay) {
        return;
    }
    let Some(state) = chat.rooms.get_mut(&at.index) else { return };
    // Every member of an epoch names the same number; with more than a relay counts, entries stay until they expire.
    let readers = u8::try_from(state.receive.len() + 1).ok().filter(|n| usize::from(*n) <= LOG_READERS_MAX);
    let readers = readers.unwrap_or(0);
    let Some(link) = state.at.get_mut(&at.relay).filter(|link| link.phase == Phase::Down) else { return };
    link.phase = Phase::Opening;
    let request = Request::Open { tag: state.room.tag, spec: state.room.spec(&at.relay, readers) };
    ctx.request(at.relay, &request, Purpose::RoomOpen(at));
}

fn opened(chat: &mut Chat, at: RoomAt, head: LogHead, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let Some(link) = link(chat, at) else { return Ok(()) };
    if link.mark.incarnation != head.incarnation {
        link.mark.incarnation = head.incarnation;
        link.mark.cursor = head.first;
        link.mark.acked = 0;
        link.mark.until.clear();
        link.mark.state_acked = 0;
        link.dirty = true;
    }
    link.mark.cursor = link.mark.cursor.max(head.first);
    link.sent = link.mark.acked;
    link.in_flight = 0;
    link.refused = 0;
    link.relay_acked = 0;
    caught_up_to(chat, at, head.next, ctx);
    pump(chat, at, ctx)
}

/// Reads on, or watches when everything was read.
fn caught_up_to(chat: &mut Chat, at: RoomAt, next: u64, ctx: &mut Context<'_>) {
    let Some(link) = link(chat, at) else { return };
    if link.mark.cursor < next {
        read(chat, at, ctx);
        return;
    }
    link.phase = Phase::Live;
    let from = link.mark.cursor;
    let Some(state) = chat.rooms.get(&at.index) else { return };
    let request = Request::Subscribe { tag: state.room.tag, cap: state.room.read(&at.relay), from };
    ctx.request(at.relay, &request, Purpose::RoomSubscribe(at));
}

fn read(chat: &mut Chat, at: RoomAt, ctx: &mut Context<'_>) {
    let Some(state) = chat.rooms.get_mut(&at.index) else { return };
    let Some(link) = state.at.get_mut(&at.relay) else { return };
    link.phase = Phase::Reading;
    let (tag, cap, from) = (state.room.tag, state.room.read(&at.relay), link.mark.cursor);
    let request = Request::Read { tag, cap, from, limit: PAGE_ENTRIES_MAX as u16 };
    ctx.request(at.relay, &request, Purpose::RoomRead(at));
}

/// Takes entries in: all of them and the cursor behind them in one commit.
fn take(
    chats: &mut Chats,
    at: RoomAt,
    entries: Vec<Entry>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let Some(chat) = chats.chats.get_mut(&at.chat) else { return Ok(()) };
    let (mut page, mut news) = (Page::new(at.index), receive::News::default());
    for entry in entries {
        let Some(link) = link(chat, at) else { return Ok(()) };
        // An honest relay sends every number once and in order; what is below the cursor was taken before.
        if entry.seq < link.mark.cursor {
            continue;
        }
        link.mark.cursor = entry.seq.saturating_add(1);
        link.dirty = true;
        page.take(chat, &entry.envelope, ctx, &mut news, &mut around.refusals)?;
    }
    page.finish(chat, ctx, &mut news, &mut around.refusals)?;
    receive::finish(chat, news, ctx, around, &mut chats.receipts, &mut chats.changed)?;
    acknowledge(chat, at, ACK_EVERY, ctx, around);
    Ok(())
}

/// Tells the relay what we have, if that is much; otherwise soon.
pub fn acknowledge(chat: &mut Chat, at: RoomAt, every: u64, ctx: &mut Context<'_>, around: &mut Surroundings) {
    let device = ctx.account.device();
    let Some(state) = chat.rooms.get_mut(&at.index) else { return };
    let Some(link) = state.at.get_mut(&at.relay).filter(|link| link.is_open()) else { return };
    let cursor = link.mark.cursor;
    let behind = cursor.saturating_sub(link.relay_acked.max(1));
    if behind == 0 {
        return;
    }
    if behind < every {
        around.timers.by(Timer::RelayAck(at), ctx.now.mono + ACK_AFTER_MS);
        return;
    }
    link.relay_acked = cursor;
    let reader = state.room.reader_id(&device);
    let request = Request::Ack { tag: state.room.tag, cap: state.room.read(&at.relay), reader, cursor };
    ctx.request(at.relay, &request, Purpose::Nothing);
}

/// Our own entry needs no reading; numbers of others before it have been pushed already.
fn pass_own_entry(link: &mut RoomLink, entry: u64) {
    if link.mark.cursor == entry {
        link.mark.cursor = entry.saturating_add(1);
    }
}

fn appended(
    chat: &mut Chat,
    at: RoomAt,
    seq: u64,
    entry: u64,
    expires: u64,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let Some(link) = link(chat, at) else { return Ok(()) };
    link.in_flight = link.in_flight.saturating_sub(1);
    link.refused = 0;
    link.mark.acked = link.mark.acked.max(seq);
    link.dirty = true;
    note_until(&mut link.mark.until, seq, expires);
    pass_own_entry(link, entry);
    let before = chat.sent;
    chat.count_relays();
    if !chat.has_receipts() && chat.settled {
        release(chat, ctx);
    }
    if chat.sent > before {
        history::notify_ticks(chat, Ticks::Sent, chat.sent, ctx);
    }
    acknowledge(chat, at, ACK_EVERY, ctx, around);
    pump(chat, at, ctx)
}

/// Where no receipts are sent, what every home relay has leaves the outbox: if all of them lose it, any member that
/// has it can serve it again. Only once the newest epoch is known: in one that ended long ago nobody may listen.
pub fn release(chat: &mut Chat, ctx: &mut Context<'_>) {
    while let Some(queued) = chat.outbox.front().copied() {
        let everywhere = |state: &RoomState| state.at.values().all(|link| link.mark.acked >= queued.seq);
        if !chat.rooms.get(&queued.index).is_none_or(everywhere) {
            return;
        }
        queued.forget(&chat.id, &mut ctx.batch);
        chat.outbox.pop_front();
    }
}

/// Keeps a checkpoint an hour; the oldest goes first.
fn note_until(until: &mut Vec<(u64, u64)>, seq: u64, expires: u64) {
    const HOUR_MS: u64 = 3_600_000;
    if until.last().is_none_or(|(_, last)| expires >= last.saturating_add(HOUR_MS)) {
        if until.len() >= UNTIL_MAX {
            until.remove(0);
        }
        until.push((seq, expires));
    }
}

/// Sends own operations of this room that the relay does not have, as far as the window allows. What this very input
/// added is not in the store yet: [`offer`] sends that.
pub fn pump(chat: &mut Chat, at: RoomAt, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let Some(last) = chat.outbox.iter().rev().find(|queued| queued.index == at.index).map(|queued| queued.seq) else {
        return Ok(());
    };
    let Some(state) = chat.rooms.get_mut(&at.index) else { return Ok(()) };
    let Some(link) = state.at.get_mut(&at.relay).filter(|link| link.is_open()) else { return Ok(()) };
    // A page at a time: reading the outbox anew for every single answer would cost more than it brings.
    while link.sent < last && link.in_flight + PUMP_PAGE <= IN_FLIGHT_MAX {
        let page = outbox_page(ctx.store, &chat.id, link.sent + 1, PUMP_PAGE)?;
        if page.is_empty() {
            return Ok(());
        }
        for (queued, envelope) in page {
            link.sent = queued.seq;
            let known = chat.outbox.binary_search_by_key(&queued.seq, |queued| queued.seq);
            let lost = known.is_ok_and(|known| chat.outbox[known].index != queued.index);
            if queued.index == at.index && !lost {
                link.in_flight += 1;
                let request = Request::Append { tag: state.room.tag, cap: state.room.write(&at.relay), envelope };
                ctx.request(at.relay, &request, Purpose::RoomAppend(at, queued.seq));
            }
        }
    }
    Ok(())
}

/// Sends an operation that this input made to every relay of its room that has all before it.
pub fn offer(chat: &mut Chat, index: u64, seq: u64, former: u64, envelope: &[u8], ctx: &mut Context<'_>) {
    let id = chat.id;
    let Some(state) = chat.rooms.get_mut(&index) else { return };
    for (relay, link) in &mut state.at {
        if !link.is_open() || link.in_flight >= IN_FLIGHT_MAX || link.sent < former {
            continue;
        }
        link.sent = seq;
        link.in_flight += 1;
        let (tag, cap) = (state.room.tag, state.room.write(relay));
        let request = Request::Append { tag, cap, envelope: envelope.to_vec() };
        let at = RoomAt { chat: id, index, relay: *relay };
        ctx.request(*relay, &request, Purpose::RoomAppend(at, seq));
    }
}

/// The relay said no: wait and start the room there again. Nothing is dropped.
fn refused(chat: &mut Chat, at: RoomAt, why: Refusal, ctx: &Context<'_>, around: &mut Surroundings) {
    around.refusals.count(refusal_name(why));
    back_off(chat, at, ctx, around);
    if at.index < chat.index() {
        reseal::soon(chat, ctx, &mut around.timers);
    }
}

fn back_off(chat: &mut Chat, at: RoomAt, ctx: &Context<'_>, around: &mut Surroundings) {
    let Some(link) = link(chat, at).filter(|link| link.phase != Phase::Down) else { return };
    link.phase = Phase::Down;
    let pause = RETRY_MS << link.refused.min(6);
    link.refused += 1;
    around.timers.by(Timer::RoomRetry(at), ctx.now.mono + pause);
}

/// What a relay's refusal is called in counts and in delivery truth.
pub fn refusal_name(why: Refusal) -> &'static str {
    match why {
        Refusal::Malformed => "a relay calls our request malformed",
        Refusal::Unsupported => "a relay does not know our request",
        Refusal::NoSuchLog => "a relay does not have the log",
        Refusal::BadCapability => "a relay does not accept our capability",
        Refusal::SpecMismatch => "a relay has the log with other keys",
        Refusal::WrongKind => "a relay has the log with another kind",
        Refusal::TooLarge => "a relay finds our request too large",
        Refusal::Full => "a relay's log is full",
        Refusal::Busy => "a relay is busy",
        Refusal::TooFarBehind => "a relay wants us to read first",
        Refusal::TokenUnknown => "the invite is not valid any more",
        Refusal::TokenSpent => "the invite is used up",
        Refusal::TokenExpired => "the invite has expired",
        Refusal::WrongIndex => "a relay's register decides another index",
        Refusal::BadRecord => "a relay finds our record wrong",
        Refusal::StaleRecord => "a relay has a newer record of ours",
        Refusal::TooMany => "a relay wants no more of these",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_are_sparse_and_bounded() {
        let mut until = Vec::new();
        for n in 0..200 {
            note_until(&mut until, n, 1_000 + n * 1_200_000);
        }
        assert_eq!(until.len(), UNTIL_MAX);
        assert!(until.windows(2).all(|pair| pair[1].1 >= pair[0].1 + 3_600_000));
    }
}
