//! A decided block taken in: keys merged, state moved on, the next epoch's room opened, the removed cut off, the
//! welcome of newcomers on its way; and epochs closed in which nothing more can come.
//!
//! The newest room says the new things. An older room stays as long as one of our own operations waits in it, or
//! another device may still have said something there that we lack: a device's log is gap-free, so its first
//! operation in a later epoch closes the earlier ones for it. Who is silent would keep rooms open for ever, so an epoch
//! that ended a day ago, or that too many have followed, is closed once it was read to its end.

use super::control::{rooms_kept, rooms_max};
use super::parcels::Outgoing;
use super::receipts::Progress;
use super::rooms::{self, Surroundings};
use super::state::{Chat, Cut, DeviceHead, Phase, RoomState, Standing, device_partition};
use super::wishes::Wish;
use super::{events, forks, homes, reseal, said, stage, strays, topics};
use crate::chat::control::block::Block;
use crate::chat::control::intent::{Added, Intent, Removed};
use crate::chat::control::register::Decision;
use crate::chat::control::rows::{self, Staged};
use crate::chat::control::state::State;
use crate::chat::mls::error::MlsError;
use crate::chat::mls::group::Group;
use crate::chat::mls::provider::Provider;
use crate::chat::op::ControlPoint;
use crate::chat::parcel::Parcel;
use crate::chat::timeline::row::{Flags, Place};
use crate::chat::{ratchet, room};
use crate::ids::DeviceId;
use crate::limits::{OUTBOX_AGE_MAX_MS, PARKED_MAX};
use crate::peer::context::{Context, Fatal};
use crate::peer::founding::room_secret;
use crate::peer::links::RoomAt;
use crate::peer::timers::Timer;
use crate::store::{Range, Table};
use std::collections::BTreeSet;

/// Rows of a closed room that one input deletes.
const FORGET_ROWS: usize = 512;

/// How long an epoch stays open behind its end for those who are silent: as long as something said in it may wait in
/// their outbox. Closing it earlier would leave a gap in their log that nothing fills.
const LINGER_MS: u64 = OUTBOX_AGE_MAX_MS;

/// What a block leads to.
enum Merged {
    /// The next epoch's secret.
    Into([u8; 32]),
    /// We are out.
    Out,
}

/// Takes a decided block in.
pub fn adopt(
    chat: &mut Chat,
    decision: &Decision,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    chat.judged.borrow_mut().clear();
    let content = decision.block.content();
    let staged = rows::staged(ctx.store, &chat.id, content.index).map_err(|_| Fatal::Row("a staged control block"))?;
    let mine = staged.filter(|staged| staged.block.hash() == decision.block.hash());
    // Every proposer and learner asked the judge before it counted this block.
    let Ok(next) = chat.state.after(content) else { return refuse(around) };
    let merged = match merge(chat, &decision.block, mine.is_some(), ctx) {
        Ok(merged) => merged,
        Err(_) if mine.is_some() => return Err(Fatal::Row("a chat's keys")),
        Err(_) => return refuse(around),
    };
    let us = ctx.account.device();
    if let (Merged::Out, Intent::Readmit(readmission)) = (&merged, &content.intent)
        && readmission.names(&us)
    {
        // Somebody let us in again whom we have not asked any more, and our leaf is gone.
        return strays::go_astray(chat, content.index, decision.block.hash(), None, ctx, around);
    }
    rows::put_decision(decision, &mut ctx.batch);
    around.moved.insert(chat.id);
    match merged {
        Merged::Into(secret) => enter(chat, &decision.block, next, &secret, mine, ctx, around),
        Merged::Out => {
            // It is joined when what is left of the old keys is gone from the store.
            around.timers.by(Timer::WayBack(chat.id), ctx.now.mono);
            events::decided(chat, &decision.block, &next, ctx)?;
            leave(chat, next, ctx)
        }
    }
}

/// Members had a block decided that nobody can follow. The chat stays where it is, for everybody alike.
fn refuse(around: &mut Surroundings) -> Result<(), Fatal> {
    around.refusals.count("a decided block that cannot be followed");
    Ok(())
}

fn enter(
    chat: &mut Chat,
    block: &Block,
    next: State,
    secret: &[u8; 32],
    mine: Option<Staged>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let content = block.content();
    let control = ControlPoint { index: content.index, hash: block.hash() };
    if let Some(former) = chat.room() {
        former.ended = ctx.now.wall;
    }
    let state = RoomState::start(secret, &next, &ctx.account.device(), control);
    state.store(&chat.id, &mut ctx.batch);
    if next.rules != chat.state.rules {
        rows::put_rules(&chat.id, control.index, &next.rules, &mut ctx.batch);
        chat.rules.insert(control.index, next.rules.clone());
    }
    chat.rooms.insert(control.index, state);
    events::decided(chat, block, &next, ctx)?;
    let before = Progress::of(chat);
    let had_topics = topics::has_topics(chat);
    homes::keep_former(chat, &next);
    rows::put_former(&chat.state, &mut ctx.batch);
    chat.state = next;
    topics::changed(chat, had_topics, ctx)?;
    move_devices(chat, &content.intent, control.index, ctx)?;
    before.tell(chat, ctx);
    if let Some(staged) = mine {
        done(chat, staged, ctx, around)?;
    }
    if let Intent::Readmit(readmission) = &content.intent {
        strays::returned(chat, readmission, control.index, ctx)?;
    }
    chat.store_state(&mut ctx.batch);
    chat.store_info(&mut ctx.batch)?;
    chat.store_head(&mut ctx.batch)?;
    for hint in chat.state.home.clone() {
        ctx.dial(hint.relay, &hint.addrs);
        rooms::start(chat, RoomAt { chat: chat.id, index: control.index, relay: hint.relay }, ctx);
    }
    reseal::moved(chat, ctx, &mut around.timers);
    // What waits is staged on rows that this input's commit has yet to write.
    if !chat.wishes.is_empty() {
        around.timers.by(Timer::Wish(chat.id), ctx.now.mono);
    }
    Ok(())
}

/// Our own block stands: its wishes are done, its newcomers get their parcel.
fn done(chat: &mut Chat, staged: Staged, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    chat.info.renewed = ctx.now.wall;
    let (mut newcomers, mut asked, mut fulfilled) = (Vec::new(), Vec::new(), Vec::new());
    for number in &staged.wishes {
        match chat.wishes.get(*number) {
            Some(Wish::Readmit(one)) => asked.push(one.clone()),
            Some(other) => fulfilled.push(other.clone()),
            None => {}
        }
        if let Some(Wish::Add(newcomer)) = chat.wishes.get(*number)
            && let Some(Added { user, device }) = stage::added(&newcomer.package)
        {
            newcomers.push((user, device, newcomer.via.clone()));
        }
        chat.wishes.remove(&chat.id, *number, &mut ctx.batch);
    }
    strays::keep_done(&chat.id, staged.block.content().index, &fulfilled, &mut ctx.batch)?;
    strays::hand(chat, &staged, &asked, ctx)?;
    if newcomers.is_empty() {
        return Ok(());
    }
    let genesis = rows::genesis(ctx.store, &chat.id).ok().flatten().ok_or(Fatal::Row("a chat's genesis"))?;
    let state = chat.state.clone();
    let bytes = Parcel { genesis, block: staged.block, state, welcome: staged.welcome }.encode();
    for (user, device, via) in newcomers {
        around.parcels.push(Outgoing { chat: chat.id, user, device, via, bytes: bytes.clone() });
    }
    Ok(())
}

/// We are out: the history stays, everything that leads into the chat goes.
fn leave(chat: &mut Chat, next: State, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    chat.state = next;
    shut(chat, ctx)
}

/// Closes all of a chat for good: keys, rooms, what waits.
pub fn shut(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    chat.info.standing = Standing::Out;
    let provider = Provider::new(ctx.store, ctx.rng);
    let forgotten = Group::delete(&provider, &chat.id).and_then(|()| provider.batch());
    ctx.batch.writes.extend(forgotten.map_err(|_| Fatal::Row("a chat's keys"))?.writes);
    for index in chat.rooms.keys() {
        ratchet::forget_room(ctx.store, &room::partition(&chat.id, *index), usize::MAX, &mut ctx.batch)?;
        forks::forget_epoch(&chat.id, *index, &mut ctx.batch);
    }
    chat.rooms.clear();
    while let Some(queued) = chat.outbox.pop_front() {
        queued.forget(&chat.id, &mut ctx.batch);
    }
    let wishes: Vec<u64> = chat.wishes.all().map(|(number, _)| number).collect();
    for number in wishes {
        chat.wishes.remove(&chat.id, number, &mut ctx.batch);
    }
    chat.store_state(&mut ctx.batch);
    chat.store_head(&mut ctx.batch)?;
    chat.store_info(&mut ctx.batch)
}

fn merge(chat: &Chat, block: &Block, mine: bool, ctx: &mut Context<'_>) -> Result<Merged, MlsError> {
    let provider = Provider::new(ctx.store, ctx.rng);
    let mut group = Group::load(&provider, &chat.id)?;
    if mine {
        group.merge_staged(&provider)?;
    } else {
        if group.is_staged() {
            group.discard_staged(&provider)?;
        }
        let content = block.content();
        let incoming = group.process_commit(&provider, &content.commit)?;
        if !stage::fits(&incoming, &content.author, &content.intent) {
            return Err(MlsError::Malformed("commit"));
        }
        if incoming.removes_me {
            return Ok(Merged::Out);
        }
        incoming.merge(&provider)?;
    }
    let secret = room_secret(&group)?;
    ctx.batch.writes.extend(provider.batch()?.writes);
    Ok(Merged::Into(secret))
}

/// Those who came and those who went.
fn move_devices(chat: &mut Chat, intent: &Intent, index: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let (added, removed) = intent.moves();
    // Who came in later has not seen everybody who went before: any of them may be one who comes back.
    let late = chat.state.devices.get(&ctx.account.device()).is_none_or(|seat| seat.since > 0);
    for Added { user, device } in added {
        // Who comes back goes on with a log of which we have only what counted.
        let (ours, back) = (chat.head.seq, chat.devices.get(device).cloned());
        let mut head = DeviceHead::new(*device, *user, index, ours, late || back.is_some());
        if let Some(back) = back {
            (head.seq, head.prev, head.hlc, head.seen) = (back.seq, back.prev, back.hlc, back.seen);
            (head.state_seq, head.past) = (back.state_seq, back.cut);
        }
        chat.devices.insert(*device, head);
        chat.dirty.insert(*device);
    }
    cut_off(chat, removed, ctx)
}

/// What the removed said behind their cut never counted: whoever has shown it takes it back.
fn cut_off(chat: &mut Chat, devices: &[Removed], ctx: &mut Context<'_>) -> Result<(), Fatal> {
    for Removed { device, last_seq, last_op } in devices {
        let cut = Cut { seq: *last_seq, op: *last_op };
        let Some(head) = chat.device(device) else { continue };
        head.cut = Some(cut);
        head.gap = None;
        if head.seq > cut.seq {
            (head.seq, head.prev, head.seen) = (cut.seq, cut.op, head.seen.min(cut.seq));
            take_back(chat, device, cut.seq + 1, ctx)?;
        }
        drop_parked(chat, device, cut.seq, ctx)?;
    }
    Ok(())
}

/// Ends what a device said from a number on, here as at everybody else, and forgets its places in the log.
fn take_back(chat: &mut Chat, device: &DeviceId, from: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let partition = device_partition(&chat.id, device);
    let mut places = Vec::new();
    for (sort, place) in ctx.store.scan(Table::Op, &partition, Range::From(&from.to_be_bytes()), usize::MAX)? {
        ctx.batch.delete(Table::Op, &partition, &sort);
        places.push(Place::read(&place)?);
    }
    said::end(chat, &places, Flags::EXPIRED, ctx).map(drop)
}

/// What waited for the end of a former stay waits no more: the log has begun anew at this number.
pub fn drop_parked_before(chat: &mut Chat, device: &DeviceId, seq: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let partition = device_partition(&chat.id, device);
    for (sort, _) in ctx.store.scan(Table::Parked, &partition, Range::Before(&seq.to_be_bytes()), PARKED_MAX)? {
        ctx.batch.delete(Table::Parked, &partition, &sort);
        chat.parked = chat.parked.saturating_sub(1);
    }
    Ok(())
}

fn drop_parked(chat: &mut Chat, device: &DeviceId, upto: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let partition = device_partition(&chat.id, device);
    let from = upto.saturating_add(1).to_be_bytes();
    for (sort, _) in ctx.store.scan(Table::Parked, &partition, Range::From(&from), usize::MAX)? {
        ctx.batch.delete(Table::Parked, &partition, &sort);
        chat.parked = chat.parked.saturating_sub(1);
    }
    Ok(())
}

/// Closes rooms in which nothing more can come or go.
pub fn prune(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let newest = chat.index();
    if chat.rooms.len() <= 1 {
        return Ok(());
    }
    let speaks = |device: &&DeviceHead| device.may_speak();
    let heard = chat.devices.values().filter(speaks).map(|device| device.index).min().unwrap_or(newest);
    let waiting = chat.outbox.front().map_or(newest, |queued| queued.index);
    // The latest stay: where a chain has forked, both sides meet there again.
    let excess = if chat.rooms.len() > rooms_max(chat) { chat.rooms.len() - rooms_kept(chat) } else { 0 };
    let oldest: BTreeSet<u64> = chat.rooms.keys().take(excess).copied().collect();
    let healing = forks::open_epochs(chat);
    let over = |index: u64, state: &RoomState| {
        let late = ctx.now.wall.saturating_sub(state.ended) > LINGER_MS;
        let read = state.at.values().any(|link| link.phase == Phase::Live);
        index < newest && !healing.contains(&index) && (index < heard || (read && (late || oldest.contains(&index))))
    };
    let closed: Vec<u64> = chat
        .rooms
        .iter()
        .filter(|(index, state)| **index < waiting && over(**index, state))
        .map(|(index, _)| *index)
        .collect();
    for index in &closed {
        let partition = room::partition(&chat.id, *index);
        // What is left of a large room (skipped keys) goes when the chat is next pruned; its chains go now.
        if ratchet::forget_room(ctx.store, &partition, FORGET_ROWS, &mut ctx.batch)? {
            chat.rooms.remove(index);
            forks::forget_epoch(&chat.id, *index, &mut ctx.batch);
        }
    }
    if closed.is_empty() {
        return Ok(());
    }
    homes::forget_former(chat);
    chat.store_info(&mut ctx.batch)
}
