//! How far we have got, told to the others; and how far they have got, as they tell.
//!
//! One receipt says all that earlier ones said, so only the latest is ever sent, at most one in 20 ms a chat, and a
//! relay that missed it gets the latest when it is there again. A receipt goes into every home relay's log, where a
//! sender who is away finds it.

use super::actions::locate;
use super::state::{Chat, DeviceHead, Receipted, Standing};
use super::{Chats, history, mentions, presence, send, topics, views};
use crate::chat::timeline::row::{Place, Row};
use crate::content::receipt::{ForOwn, Mark, Receipt, Seen, decode_seen, encode_seen};
use crate::content::{Body, is_message};
use crate::ids::{ChatId, DeviceId, OpId};
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::links::RoomAt;
use crate::peer::timers::{Timer, Timers};
use crate::peer::view::Ticks;
use crate::session::sealed::seal;
use crate::store::{Range, StoreRead, Table};
use std::collections::{BTreeMap, BTreeSet};

/// The least time between two receipts of a chat. A sender with 64 messages under way waits for nothing else: at 20 ms
/// that was 3,200 messages a second at best. A receipt costs about 0.2 ms of CPU in all, so 200 a second are 4 %. In a
/// chat of `n` other devices each waits `n` times as long: the whole chat makes no more receipts than two people do.
const EVERY_MS: u64 = 5;

impl Chats {
    /// Our user has seen everything up to this message.
    pub fn mark_read(
        &mut self,
        id: ChatId,
        up_to: OpId,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let Some((_, place)) = locate(&up_to, ctx)?.filter(|(chat, _)| *chat == id) else {
            return Ok(Err(CommandError::NotFound("message")));
        };
        if reach(chat, Some(&place), ctx)? {
            chat.store_head(&mut ctx.batch)?;
            mentions::settle(chat, ctx)?;
            self.receipts.insert(id);
            self.changed.insert(id);
        }
        Ok(Ok(Reply::Done))
    }
}

/// Our user has seen what stands at or before a place, or (without one) everything. True if that is news.
pub fn reach(chat: &mut Chat, up_to: Option<&Place>, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    // Behind every place.
    let order = up_to.map_or_else(|| vec![0xff; 41], Place::sort);
    pass(chat, &order, &BTreeMap::new(), ctx)
}

/// Our user has seen what stands at or before `order`, and of some logs at least so much, with all that stands before
/// it. True if that is news.
fn pass(chat: &mut Chat, order: &[u8], told: &BTreeMap<DeviceId, u64>, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    let us = ctx.account.user();
    let (mut moved, mut reached, mut unread) = (false, false, BTreeMap::<DeviceId, u64>::new());
    // From the end back to the mark: what lies behind it is unread, the first of each device at or before it
    // says how far our user has seen that device's log.
    let mut before = vec![0xff; 41];
    let mut open: BTreeSet<DeviceId> =
        chat.devices.values().filter(|device| device.seq > device.seen).map(|device| device.device).collect();
    while !open.is_empty() {
        let page = ctx.rows().scan(Table::Timeline, &chat.id.0, Range::Before(&before), 256)?;
        let Some((last, _)) = page.last() else { break };
        before = last.clone();
        for (place, bytes) in &page {
            let row = Row::decode(bytes)?;
            let op = row.signed(Place::read(place)?.id)?;
            reached |= place[..] <= *order || told.get(&op.op.device).is_some_and(|seen| op.op.seq <= *seen);
            if !open.contains(&op.op.device) {
                continue;
            }
            let Some(device) = chat.device(&op.op.device) else { continue };
            if op.op.seq <= device.seen {
                open.remove(&op.op.device);
            } else if reached {
                device.seen = op.op.seq;
                moved = true;
                open.remove(&op.op.device);
            } else if is_message(op.op.kind) && !row.is_erased() && device.user != us {
                *unread.entry(op.op.device).or_default() += 1;
            }
        }
    }
    // All was looked at: what these said is nothing that one sees.
    for device in open.into_iter().filter(|device| !unread.contains_key(device)) {
        if let Some(head) = chat.device(&device) {
            head.seen = head.seq;
        }
    }
    for (device, seen) in told {
        // It may name what is yet to come here.
        if let Some(head) = chat.device(device).filter(|head| head.seen < *seen) {
            head.seen = *seen;
            moved = true;
        }
    }
    if moved {
        let all = unread.values().sum();
        chat.head.unread = if topics::has_topics(chat) { topics::settle(chat, ctx) } else { all };
    }
    Ok(moved)
}

/// Sends the receipt of a chat now, or soon if the last one was just sent.
/// `active`: when our user was there last, as it is told.
pub fn flush(chat: &mut Chat, active: Option<u64>, ctx: &mut Context<'_>, timers: &mut Timers) -> Result<(), Fatal> {
    if !chat.has_receipts() || chat.info.standing != Standing::In {
        return Ok(());
    }
    let others = chat.others().count() as u64;
    if let Some(at) = chat.receipt_at.map(|at| at + EVERY_MS * others.max(1)).filter(|at| *at > ctx.now.mono) {
        timers.by(Timer::Receipt(chat.id), at);
        return Ok(());
    }
    let hides = chat.said.hides_read;
    // What was read and then taken back, because its author had been removed before, is read of nothing that is there.
    let seen = |device: &DeviceHead| if hides { 0 } else { device.seen.min(device.seq) };
    let marks: Vec<Mark> = chat
        .others()
        .filter(|device| device.seq > 0)
        .map(|device| Mark(device.device, device.seq, seen(device)))
        .collect();
    let open = chat.room().is_some_and(|state| state.at.values().any(|link| link.is_open()));
    if (marks.is_empty() && active.is_none()) || !open {
        chat.receipt = None;
        return Ok(());
    }
    chat.receipt_at = Some(ctx.now.mono);
    let own = if hides { for_own(chat, ctx)? } else { Vec::new() };
    let index = chat.index();
    let (number, envelope) = send::say_state(chat, index, &Body::Receipt(Receipt { marks, own, active }), ctx)?;
    chat.receipt = Some(Receipted { index, number, envelope });
    Ok(())
}

/// A relay is there (again): it gets what it missed. False if the receipt has to be said anew for that.
pub fn again(chat: &Chat, at: RoomAt, ctx: &mut Context<'_>) -> bool {
    if at.index != chat.index() {
        return true;
    }
    let Some(said) = chat.receipt.as_ref().filter(|said| said.index == at.index) else { return false };
    let link = chat.rooms.get(&at.index).and_then(|state| state.at.get(&at.relay));
    if link.is_some_and(|link| link.mark.state_acked < said.number) {
        send::give_state(chat, at, said.number, &said.envelope, ctx);
    }
    true
}

/// What our user has seen, for each other device of theirs in the chat, and nobody else.
fn for_own(chat: &Chat, ctx: &mut Context<'_>) -> Result<Vec<ForOwn>, Fatal> {
    let us = ctx.account.user();
    let told = |device: &&DeviceHead| device.user != us && device.seen > 0;
    let seen: Vec<Seen> =
        chat.others().filter(told).map(|device| Seen(device.device, device.seen.min(device.seq))).collect();
    let plain = encode_seen(&seen).map_err(|_| Fatal::Bug("what was seen does not encode"))?;
    Ok(sealed_for_own(chat, &plain, ctx))
}

/// The same bytes for each other device of ours in the chat, and nobody else.
pub fn sealed_for_own(chat: &Chat, plain: &[u8], ctx: &mut Context<'_>) -> Vec<ForOwn> {
    let us = ctx.account.user();
    let mut own = Vec::new();
    for device in chat.others().filter(|device| device.user == us && device.is_in()).map(|device| device.device) {
        let Some(key) = ctx.account.devices.certificate(&device).map(|entry| entry.sealing_key) else { continue };
        own.extend(seal(&key, plain, ctx.rng).map(|sealed| ForOwn(device, sealed)));
    }
    own
}

/// What another device of ours says that our user has seen; nothing if it cannot be read.
fn told_to_us(receipt: &Receipt, ctx: &Context<'_>) -> Vec<Seen> {
    opened_by_us(&receipt.own, ctx).and_then(|plain| decode_seen(&plain).ok()).unwrap_or_default()
}

/// What another device of ours sealed for this one.
pub fn opened_by_us(own: &[ForOwn], ctx: &Context<'_>) -> Option<Vec<u8>> {
    let us = ctx.account.device();
    let sealed = own.iter().find(|ForOwn(device, _)| *device == us);
    sealed.and_then(|ForOwn(_, sealed)| ctx.account.sealing.open(sealed).ok())
}

/// Another device says how far it has got with our log.
pub fn on_receipt(chat: &mut Chat, from: DeviceId, receipt: &Receipt, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let (us, ours) = (ctx.account.device(), chat.head.seq);
    if chat.user_of(&from) == Some(ctx.account.user()) {
        read_elsewhere(chat, receipt, ctx)?;
    }
    if receipt.active.is_some_and(|at| presence::note(chat, from, at, ctx.now.wall)) {
        history::notify_chat(chat, ctx);
    }
    views::note(chat, from, &receipt.marks, ctx)?;
    let Some(mark) = receipt.marks.iter().find(|mark| mark.device() == us) else { return Ok(()) };
    let before = Progress::of(chat);
    let Some(device) = chat.device(&from) else { return Ok(()) };
    // Nobody can confirm what we have not said.
    device.delivered = device.delivered.max(mark.delivered().min(ours));
    device.read = device.read.max(mark.read().min(ours));
    before.tell(chat, ctx);
    Ok(())
}

/// How far our log has got at one moment.
pub struct Progress {
    delivered: u64,
    read: u64,
    kept: u64,
}

impl Progress {
    /// Now.
    pub fn of(chat: &Chat) -> Self {
        Self { delivered: chat.delivered(), read: chat.read(), kept: chat.kept_by_all() }
    }

    /// People hear what has got further since, by a receipt or because nobody waits for one who went; and what all have
    /// leaves the outbox.
    pub fn tell(self, chat: &mut Chat, ctx: &mut Context<'_>) {
        if chat.delivered() > self.delivered {
            chat.sent = chat.sent.max(chat.delivered());
            history::notify_ticks(chat, Ticks::Delivered, chat.delivered(), ctx);
        }
        if chat.kept_by_all() > self.kept {
            confirmed(chat, ctx);
        }
        if chat.read() > self.read && !chat.said.hides_read {
            history::notify_ticks(chat, Ticks::Read, chat.read(), ctx);
        }
    }
}

/// What every other device has leaves the outbox.
fn confirmed(chat: &mut Chat, ctx: &mut Context<'_>) {
    let kept = chat.kept_by_all();
    while let Some(queued) = chat.outbox.front().copied().filter(|queued| queued.seq <= kept) {
        queued.forget(&chat.id, &mut ctx.batch);
        chat.outbox.pop_front();
    }
}

/// Our user has read something on another device: it is no news here either.
fn read_elsewhere(chat: &mut Chat, receipt: &Receipt, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let marks = receipt.marks.iter().map(|mark| Seen(mark.device(), mark.read()));
    let told = marks.chain(told_to_us(receipt, ctx)).filter(|Seen(device, read)| {
        let known = chat.devices.get(device);
        known.is_some_and(|head| head.seen < *read)
    });
    let told: BTreeMap<DeviceId, u64> = told.map(|Seen(device, read)| (device, read)).collect();
    let before = chat.head.unread;
    // Nothing is before it.
    let moved = !told.is_empty() && pass(chat, &[], &told, ctx)?;
    if mentions::settle(chat, ctx)? || (moved && chat.head.unread != before) {
        history::notify_chat(chat, ctx);
    }
    Ok(())
}
