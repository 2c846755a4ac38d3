//! How far we have got, told to the others; and how far they have got, as they tell.
//!
//! One receipt says all that earlier ones said, so only the latest is ever sent, at most one in 20 ms a chat, and a
//! relay that missed it gets the latest when it is there again. A receipt goes into every home relay's log, where a
//! sender who is away finds it.

use super::actions::locate;
use super::state::{Chat, DeviceHead, Standing};
use super::{Chats, history, mentions, presence, send, topics, views};
use crate::chat::timeline::row::{Place, Row};
use crate::content::receipt::{ForOwn, Mark, Receipt, Seen, decode_seen, encode_seen};
use crate::content::{Body, is_message};
use crate::ids::{ChatId, DeviceId, OpId};
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::timers::{Timer, Timers};
use crate::peer::view::Ticks;
use crate::session::sealed::seal;
use crate::store::{Range, Table};

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
    let mut moved = false;
    let mut unread = 0;
    // From the end back to the mark: what lies behind it is unread, the first of each device at or before it
    // says how far our user has seen that device's log.
    let mut before = vec![0xff; 40];
    let mut open: Vec<DeviceId> =
        chat.others().filter(|device| device.seq > device.seen).map(|device| device.device).collect();
    while !open.is_empty() {
        let page = ctx.store.scan(Table::Timeline, &chat.id.0, Range::Before(&before), 256)?;
        let Some((last, _)) = page.last() else { break };
        before = last.clone();
        for (place, bytes) in &page {
            let row = Row::decode(bytes)?;
            let op = row.signed(Place::read(place)?.id)?;
            let Some(at) = open.iter().position(|device| *device == op.op.device) else { continue };
            let Some(device) = chat.device(&op.op.device) else { continue };
            if op.op.seq <= device.seen {
                open.swap_remove(at);
            } else if *place <= order {
                device.seen = op.op.seq;
                moved = true;
                open.swap_remove(at);
            } else if is_message(op.op.kind) && !row.is_erased() {
                unread += 1;
            }
        }
    }
    if moved {
        chat.head.unread = if topics::has_topics(chat) { topics::settle(chat, ctx) } else { unread };
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
        return Ok(());
    }
    chat.receipt_at = Some(ctx.now.mono);
    let own = if hides { for_own(chat, ctx)? } else { Vec::new() };
    send::say_state(chat, chat.index(), &Body::Receipt(Receipt { marks, own, active }), ctx)
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
    let us = ctx.account.user();
    let marks = receipt.marks.iter().map(|mark| Seen(mark.device(), mark.read()));
    for Seen(device, read) in marks.chain(told_to_us(receipt, ctx)) {
        if let Some(device) = chat.device(&device) {
            device.seen = device.seen.max(read.min(device.seq));
        }
    }
    let all = chat.others().filter(|device| device.user != us).all(|device| device.seen >= device.seq);
    let unread = match topics::has_topics(chat) {
        true => topics::settle(chat, ctx),
        false if all => 0,
        false => chat.head.unread,
    };
    let less = unread != chat.head.unread;
    chat.head.unread = unread;
    if mentions::settle(chat, ctx)? || less {
        history::notify_chat(chat, ctx);
    }
    Ok(())
}
