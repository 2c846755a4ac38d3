//! Healing of a fork: devices whose chain has a block that does not stand come over to the chain that does.
//!
//! ```text
//! stray:   drops nothing yet, proposes nothing more; "let me in again", with a key package, in the epoch before the fork
//! others:  one of them has it decided that the stray's leaf goes and comes again; "here is the way in", in the same epoch
//! stray:   takes over state and keys; what it had decided is asked for again, what it said is sealed again
//! others:  seal again for it what they said since the fork
//! ```
//!
//! Operations stay as they were signed. Those that a stray said at a control state of the chain that lost are judged by
//! the state before the fork, by everybody alike ([`judged_at`]). Why it is so: docs/decisions/0024.
//!
//! Rows in `Table::Control`: `0c | index` a block that we passed over, by its hash; `0d | device` what a device gets that
//! comes again, `hash of its key package 32 | recall`; `0e | index` own intents that a block of ours fulfilled.
//!
//! Not here: how a fork is seen and which block stands (`forks`).

use super::control::{self, Work};
use super::forks::{self, own_hash};
use super::rooms::{self, Surroundings};
use super::state::{Chat, Cut, DeviceHead, Queued, RoomState};
use super::wishes::{Asked, Wish};
use super::{adopt, events, homes, reseal, send, stage, topics};
use crate::chat::control::block::Block;
use crate::chat::control::intent::Intent;
use crate::chat::control::readmission::Readmission;
use crate::chat::control::rows::{self, Staged};
use crate::chat::mls::error::MlsError;
use crate::chat::mls::key_package::Use;
use crate::chat::op::ControlPoint;
use crate::chat::parcel::Parcel;
use crate::chat::recall::Recall;
use crate::content::Body;
use crate::content::stray::Stray;
use crate::content::welcome::Welcome;
use crate::ids::{BlockHash, ChatId, DeviceId};
use crate::limits::{FORK_DEPTH_MAX, FORKS_MAX, PARCEL_MAX};
use crate::peer::command::Event;
use crate::peer::context::{Context, Fatal};
use crate::peer::founding;
use crate::peer::links::RoomAt;
use crate::peer::mailbox::OwnMailbox;
use crate::peer::timers::Timer;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::bytes::{Reader, Writer};
use crate::wire::cbor;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sort prefixes of the rows.
const PASSED: u8 = 0x0c;
const RECALL: u8 = 0x0d;
const DONE: u8 = 0x0e;

/// The first pause between two requests to come in again; doubles up to 64 times that.
const ASK_EVERY_MS: u64 = 30_000;
/// What goes into the epoch before a fork is said at most this often.
const SAY_EVERY_MS: u64 = 10_000;
/// How long each of those who could let a stray in waits for the ones before it, and for one who has.
const TURN_MS: u64 = 10_000;
const PATIENCE_MS: u64 = 10 * 60 * 1000;

/// Our chain has a block that does not stand, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Astray {
    /// The index that was decided twice.
    pub from: u64,
    /// The block there that stands.
    pub hash: BlockHash,
    /// Our way in.
    #[serde(with = "serde_bytes")]
    pub package: Vec<u8>,
}

/// Devices came in again, by this block, behind that fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The index that was decided twice.
    pub from: u64,
    /// The index of the block that let them in.
    pub at: u64,
}

/// What a chat stores of forks and their healing, beside proofs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healing {
    /// We have still to come over.
    pub astray: Option<Astray>,
    /// Who came in again, the latest last; also we.
    pub returned: Vec<Returned>,
    /// We came in again behind this fork: what we said before at or behind it may name a chain that lost.
    pub strayed: Option<u64>,
    /// Of what we said up to this number nothing that was sealed at or behind that fork is heard by anybody.
    pub lifted: u64,
}

/// The same in memory.
#[derive(Debug, Default)]
pub struct Strays {
    /// Blocks of the chain that stands, between a fork and the return of who strayed.
    chain: BTreeMap<u64, BlockHash>,
    /// When devices were last let in again, in `Now::mono`.
    returned: BTreeMap<DeviceId, u64>,
    /// When we last said something to strays, or as one, by device.
    said: BTreeMap<DeviceId, u64>,
    /// How often we have asked.
    asked: u32,
}

impl Strays {
    /// Reads them.
    pub fn load(store: &dyn StoreRead, chat: &ChatId, healing: &Healing) -> Result<Self, Fatal> {
        let mut chain = BTreeMap::new();
        for Returned { from, at } in &healing.returned {
            for index in *from..*at {
                let decided = rows::decision(store, chat, index).map_err(|_| Fatal::Row("a control block"))?;
                let hash = decided.map(|decision| decision.block.hash());
                let hash = if hash.is_none() { passed(chat, index, store)? } else { hash };
                chain.extend(hash.map(|hash| (index, hash)));
            }
        }
        Ok(Self { chain, ..Self::default() })
    }
}

/// The hash of a block that we passed over when we came in again.
pub fn passed(chat: &ChatId, index: u64, store: &dyn StoreRead) -> Result<Option<BlockHash>, Fatal> {
    let row = store.get(Table::Control, &chat.0, &sort(PASSED, index))?;
    row.map(|row| row.try_into().map(BlockHash).map_err(|_| Fatal::Row("a control block"))).transpose()
}

fn sort(prefix: u8, index: u64) -> [u8; 9] {
    let mut sort = [prefix; 9];
    sort[1..].copy_from_slice(&index.to_be_bytes());
    sort
}

/// True if a device says something at a control state of a chain that lost, which it has left since.
pub fn is_lost(chat: &Chat, device: &DeviceId, named: &ControlPoint) -> bool {
    let head = chat.devices.get(device);
    let strayed = head.map_or(chat.info.healing.strayed, |head| head.strayed);
    if strayed.is_none_or(|from| named.index < from) {
        return false;
    }
    let open = || chat.rooms.get(&named.index).map(|state| state.control.hash);
    match chat.strays.chain.get(&named.index).copied().or_else(open) {
        Some(hash) => hash != named.hash,
        None => named.index > chat.index(),
    }
}

/// The control index by whose state an operation is judged.
pub fn judged_at(chat: &Chat, device: &DeviceId, named: &ControlPoint) -> u64 {
    let head = chat.devices.get(device);
    let strayed = head.map_or(chat.info.healing.strayed, |head| head.strayed);
    match strayed.filter(|_| is_lost(chat, device, named)) {
        Some(from) => from - 1,
        None => named.index,
    }
}

/// Our chain has a block at `from` that does not stand; `block` does, as far as it is known in full.
pub fn go_astray(
    chat: &mut Chat,
    from: u64,
    hash: BlockHash,
    block: Option<&Block>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    // What leads back behind the first fork leads back behind all.
    let known = chat.info.healing.astray.as_ref();
    if chat.info.standing.is_out() || known.is_some_and(|known| known.from < from || known.hash == hash) {
        return Ok(());
    }
    around.timers.cancel(&Timer::Control(chat.id));
    let us = ctx.account.device();
    if block.is_some_and(|block| block.content().intent.moves().1.iter().any(|removed| removed.device == us)) {
        around.timers.by(Timer::WayBack(chat.id), ctx.now.mono);
        around.moved.insert(chat.id);
        return adopt::shut(chat, ctx);
    }
    let package = OwnMailbox::fresh_package(Use::Once, ctx)?;
    chat.info.healing.astray = Some(Astray { from, hash, package });
    chat.work = Work::Unknown;
    chat.strays.asked = 0;
    around.timers.by(Timer::Stray(chat.id), ctx.now.mono);
    chat.store_info(&mut ctx.batch)
}

/// Asks to be let in again, and again.
pub fn ask(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    if chat.info.healing.astray.is_none() {
        return Ok(());
    }
    around.timers.by(Timer::Stray(chat.id), ctx.now.mono + (ASK_EVERY_MS << chat.strays.asked.min(6)));
    chat.strays.asked = chat.strays.asked.saturating_add(1);
    ask_now(chat, ctx)
}

/// The epoch before a fork is open at a relay: who is astray asks there.
pub fn on_room_open(chat: &mut Chat, epoch: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let asks = chat.info.healing.astray.as_ref().is_some_and(|astray| astray.from == epoch + 1);
    if asks { ask_now(chat, ctx) } else { Ok(()) }
}

fn ask_now(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let us = ctx.account.device();
    let Some(Astray { from, hash, package }) = chat.info.healing.astray.clone() else { return Ok(()) };
    if !chat.rooms.contains_key(&(from - 1)) || !may_say(chat, us, ctx) {
        return Ok(());
    }
    let signature = Readmission::sign(&chat.id, from, &hash, &ctx.account.key).to_vec();
    send::say_state(chat, from - 1, &Body::Stray(Stray { from, hash, signature, package }), ctx).map(drop)
}

fn may_say(chat: &mut Chat, to: DeviceId, ctx: &Context<'_>) -> bool {
    let soon = |at: &u64| ctx.now.mono < at.saturating_add(SAY_EVERY_MS);
    if chat.strays.said.get(&to).is_some_and(soon) {
        return false;
    }
    chat.strays.said.insert(to, ctx.now.mono);
    true
}

/// A device asks to be let in again.
pub fn on_stray(
    chat: &mut Chat,
    device: DeviceId,
    epoch: u64,
    stray: Stray,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let astray = chat.info.healing.astray.is_some() || chat.info.standing.is_out();
    let Some(user) = chat.state.user_of(&device).filter(|_| !astray && device != ctx.account.device()) else {
        return Ok(());
    };
    // Who is astray as well, or never had that index, cannot help.
    if own_hash(chat, stray.from, ctx.store)? != Some(stray.hash) {
        return Ok(());
    }
    let Stray { from, hash, signature, package } = stray;
    let Ok(signature) = <[u8; 64]>::try_from(signature) else { return Ok(()) };
    let added = stage::added(&package);
    let asked = Readmission { from, hash, devices: vec![(device, signature)] };
    let good = added.is_some_and(|added| (added.device, added.user) == (device, user)) && asked.is_signed(&chat.id);
    if !good || epoch + 1 != from || chat.index() + 1 - from > FORK_DEPTH_MAX as u64 {
        around.refusals.count("a request to come in again that does not hold");
        return Ok(());
    }
    if let Some((known, recall)) = recall_of(chat, &device, ctx)?
        && known == *blake3::hash(&package).as_bytes()
    {
        return say_recall(chat, device, from, &recall, ctx);
    }
    let lately = |at: &u64| ctx.now.mono < at.saturating_add(PATIENCE_MS);
    if chat.strays.returned.get(&device).is_some_and(lately) {
        return Ok(());
    }
    let asked = Asked { from, hash, device, signature: signature.to_vec(), package };
    let same = |wish: &Wish| matches!(wish, Wish::Readmit(other) if other.device == device);
    let known: Vec<u64> = chat.wishes.all().filter(|(_, waiting)| same(&waiting.wish)).map(|(n, _)| n).collect();
    if known.iter().any(|n| chat.wishes.get(*n) == Some(&Wish::Readmit(asked.clone()))) {
        return Ok(());
    }
    for number in known {
        chat.wishes.remove(&chat.id, number, &mut ctx.batch);
    }
    let turn = |device: &DeviceId| *blake3::hash(&[&signature[..], &device.0].concat()).as_bytes();
    let us = turn(&ctx.account.device());
    let others = chat.state.devices.keys().filter(|other| **other != device);
    let before = others.filter(|other| turn(other) < us).count() as u64;
    let after = if before == 0 { 0 } else { ctx.now.wall + before * TURN_MS };
    control::wish(chat, Wish::Readmit(asked), after, ctx, around).map(drop)
}

/// The hash of a key package, and the recall that it opens.
type Way = ([u8; 32], Vec<u8>);

/// What a device gets that comes in again, and for which key package.
fn recall_of(chat: &Chat, device: &DeviceId, ctx: &Context<'_>) -> Result<Option<Way>, Fatal> {
    let key = [&[RECALL][..], &device.0].concat();
    let Some(row) = ctx.store.get(Table::Control, &chat.id.0, &key)? else { return Ok(None) };
    let mut r = Reader::new(&row);
    let read = (|| {
        let (package, rest) = (r.array()?, r.remaining());
        Ok::<_, crate::wire::WireError>((package, r.take(rest)?.to_vec()))
    })();
    read.map(Some).map_err(|_| Fatal::Row("a way back"))
}

fn say_recall(chat: &mut Chat, device: DeviceId, from: u64, recall: &[u8], ctx: &mut Context<'_>) -> Result<(), Fatal> {
    if !chat.rooms.contains_key(&(from - 1)) || !may_say(chat, device, ctx) {
        return Ok(());
    }
    let id = chat.id;
    let parts = Welcome::split(id, device, recall);
    parts.into_iter().try_for_each(|part| send::say_state(chat, from - 1, &Body::Recall(part), ctx).map(drop))
}

/// A block has let devices in again.
pub fn returned(chat: &mut Chat, readmission: &Readmission, at: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let from = readmission.from;
    for (device, _) in &readmission.devices {
        if let Some(head) = chat.device(device) {
            head.strayed = Some(from);
            head.index = head.index.min(from.saturating_sub(1));
        }
        chat.strays.returned.insert(*device, ctx.now.mono);
        let same = |wish: &Wish| matches!(wish, Wish::Readmit(asked) if asked.device == *device);
        let done: Vec<u64> = chat.wishes.all().filter(|(_, waiting)| same(&waiting.wish)).map(|(n, _)| n).collect();
        for number in done {
            chat.wishes.remove(&chat.id, number, &mut ctx.batch);
        }
    }
    for index in from.max(at.saturating_sub(FORK_DEPTH_MAX as u64))..at {
        if let Some(hash) = own_hash(chat, index, ctx.store)? {
            chat.strays.chain.insert(index, hash);
        }
    }
    remember(chat, Returned { from, at });
    Ok(())
}

fn remember(chat: &mut Chat, returned: Returned) {
    let all = &mut chat.info.healing.returned;
    all.push(returned);
    all.drain(..all.len().saturating_sub(FORKS_MAX));
}

/// Our own block has let devices in again: they get the way in.
pub fn hand(chat: &mut Chat, staged: &Staged, asked: &[Asked], ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let Intent::Readmit(readmission) = &staged.block.content().intent else { return Ok(()) };
    let (from, at) = (readmission.from, staged.block.content().index);
    let mut passed = Vec::new();
    for index in from..at {
        // Who was let in behind the fork has not got all of it, and made no such block.
        let Some(hash) = own_hash(chat, index, ctx.store)? else { return Ok(()) };
        passed.push(hash);
    }
    let genesis = rows::genesis(ctx.store, &chat.id).ok().flatten().ok_or(Fatal::Row("a chat's genesis"))?;
    let (block, state, welcome) = (staged.block.clone(), chat.state.clone(), staged.welcome.clone());
    let rules = chat.rules.range(from..at).map(|(index, rules)| (*index, rules.clone())).collect();
    let mut recall = Recall { parcel: Parcel { genesis, block, state, welcome }, passed, rules };
    let mut bytes = recall.encode();
    // Of what does not fit the oldest rules are left out: what was said by them may be judged by earlier ones.
    while bytes.len() > PARCEL_MAX && recall.rules.pop_first().is_some() {
        bytes = recall.encode();
    }
    for asked in asked {
        let mut w = Writer::with_capacity(32 + bytes.len());
        w.raw(blake3::hash(&asked.package).as_bytes()).raw(&bytes);
        ctx.batch.put(Table::Control, &chat.id.0, &[&[RECALL][..], &asked.device.0].concat(), w.finish());
        chat.strays.said.remove(&asked.device);
        say_recall(chat, asked.device, from, &bytes, ctx)?;
    }
    Ok(())
}

/// Forgets what strays were given that have come.
pub fn tidy(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let healing = &mut chat.info.healing;
    if healing.lifted > 0 && chat.outbox.iter().all(|queued| queued.index != Queued::NOWHERE) {
        healing.lifted = 0;
        chat.store_info(&mut ctx.batch)?;
    }
    let Some(Returned { at, .. }) = chat.info.healing.returned.last().copied() else { return Ok(()) };
    let rows = ctx.store.scan(Table::Control, &chat.id.0, Range::From(&[RECALL]), crate::limits::CHAT_DEVICES_MAX)?;
    for (sort, _) in rows.into_iter().take_while(|(sort, _)| sort.first() == Some(&RECALL)) {
        let device = sort.get(1..).and_then(|id| id.try_into().ok()).map(DeviceId);
        let head = device.and_then(|device| chat.devices.get(&device));
        if head.is_none_or(|head| head.index >= at || !head.is_in()) {
            ctx.batch.delete(Table::Control, &chat.id.0, &sort);
        }
    }
    Ok(())
}

/// Own intents that a block of ours has fulfilled: if it does not stand, they are asked for again.
pub fn keep_done(chat: &ChatId, index: u64, wishes: &[Wish], batch: &mut Batch) -> Result<(), Fatal> {
    let again: Vec<&Wish> = wishes.iter().filter(|wish| !matches!(wish, Wish::KeyUpdate | Wish::Readmit(_))).collect();
    if !again.is_empty() {
        let row = cbor::encode(&again).map_err(|_| Fatal::Bug("an own intent does not encode"))?;
        batch.put(Table::Control, &chat.0, &sort(DONE, index), row);
    }
    Ok(())
}

/// The epoch before an index is closed: its block stands.
pub fn forget_done(chat: &ChatId, index: u64, batch: &mut Batch) {
    batch.delete(Table::Control, &chat.0, &sort(DONE, index));
}

/// A part of the way in came.
pub fn on_recall(
    chat: &mut Chat,
    by: DeviceId,
    part: Welcome,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let Some(astray) = chat.info.healing.astray.clone().filter(|_| part.chat == chat.id) else { return Ok(()) };
    let Some(bytes) = around.arriving.take(&by, part, ctx)? else { return Ok(()) };
    let recall = match Recall::decode(&bytes, &ctx.account.device(), astray.from, &astray.hash) {
        Ok(recall) if recall.parcel.block.content().author == by => recall,
        Ok(_) | Err(_) => {
            around.refusals.count("a way back that does not verify");
            return Ok(());
        }
    };
    let genesis = rows::genesis(ctx.store, &chat.id).ok().flatten().ok_or(Fatal::Row("a chat's genesis"))?;
    if genesis.hash() != recall.parcel.genesis.hash() {
        around.refusals.count("a way back that does not verify");
        return Ok(());
    }
    match founding::enter_again(&recall.parcel, ctx) {
        Ok(secret) => come_over(chat, astray.from, recall, &secret, ctx, around),
        Err(MlsError::Store(_)) => Err(Fatal::Row("a chat's keys")),
        Err(_) => {
            around.refusals.count("a way back that does not open");
            Ok(())
        }
    }
}

/// Leaves the chain that lost for the one that stands.
fn come_over(
    chat: &mut Chat,
    from: u64,
    recall: Recall,
    secret: &[u8; 32],
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let (us, id, head) = (ctx.account.device(), chat.id, chat.index());
    let Recall { parcel, passed, rules } = recall;
    let again = drop_chain(chat, from, head, ctx)?;
    let had_topics = topics::has_topics(chat);
    homes::keep_former(chat, &parcel.state);
    let control = ControlPoint { index: parcel.state.index, hash: parcel.block.hash() };
    let state = RoomState::start(secret, &parcel.state, &us, control);
    state.store(&id, &mut ctx.batch);
    chat.rooms.insert(control.index, state);
    let newest = (control.index, parcel.state.rules.clone());
    for (index, rules) in rules.into_iter().chain([newest]) {
        rows::put_rules(&id, index, &rules, &mut ctx.batch);
        chat.rules.insert(index, rules);
    }
    for (index, hash) in (from..).zip(passed) {
        ctx.batch.put(Table::Control, &id.0, &sort(PASSED, index), hash.0.to_vec());
        chat.strays.chain.insert(index, hash);
    }
    chat.state = parcel.state;
    topics::changed(chat, had_topics, ctx)?;
    meet_again(chat, from, &us);
    for queued in chat.outbox.iter_mut().filter(|queued| queued.index >= from) {
        queued.index = Queued::NOWHERE;
    }
    let healing = &mut chat.info.healing;
    (healing.astray, healing.strayed, healing.lifted) = (None, Some(from), chat.head.seq);
    remember(chat, Returned { from, at: control.index });
    chat.info.renewed = ctx.now.wall;
    chat.work = Work::Unknown;
    chat.judged.borrow_mut().clear();
    forks::healed(chat, from, &mut ctx.batch);
    ask_for_again(chat, again, ctx, around)?;
    chat.store_state(&mut ctx.batch);
    chat.store_info(&mut ctx.batch)?;
    chat.store_head(&mut ctx.batch)?;
    for hint in chat.state.home.clone() {
        ctx.dial(hint.relay, &hint.addrs);
        rooms::start(chat, RoomAt { chat: id, index: control.index, relay: hint.relay }, ctx);
    }
    around.timers.cancel(&Timer::Stray(id));
    reseal::moved(chat, ctx, &mut around.timers);
    around.moved.insert(id);
    Ok(())
}

/// Forgets the blocks and epochs of the chain that lost; gives what we had asked for in it.
fn drop_chain(chat: &mut Chat, from: u64, head: u64, ctx: &mut Context<'_>) -> Result<Vec<Wish>, Fatal> {
    let (id, mut again) = (chat.id, Vec::new());
    for index in from..=head {
        if let Some(row) = ctx.store.get(Table::Control, &id.0, &sort(DONE, index))? {
            again.extend(
                cbor::decode::<Vec<Wish>>(&row, "own intents", usize::MAX).map_err(|_| Fatal::Row("own intents"))?,
            );
            forget_done(&id, index, &mut ctx.batch);
        }
        chat.close_room(index, ctx)?;
        rows::forget(&id, index, &mut ctx.batch);
        rows::forget_former(&id, index, &mut ctx.batch);
    }
    rows::forget(&id, head + 1, &mut ctx.batch);
    chat.rules.retain(|index, _| *index < from);
    events::forget_from(chat, from, &mut ctx.batch);
    Ok(again)
}

/// Who is in by the state that stands; their logs go on where we have heard them.
fn meet_again(chat: &mut Chat, from: u64, us: &DeviceId) {
    let (ours, index) = (chat.head.seq, chat.state.index);
    for (device, seat) in chat.state.devices.iter().filter(|(device, _)| *device != us) {
        let head = chat.devices.entry(*device);
        let head = head.or_insert_with(|| DeviceHead::new(*device, seat.user, index, ours, true));
        if head.cut.take().is_some() {
            head.anew = true;
        }
        head.index = head.index.min(from - 1);
        head.strayed = Some(from);
    }
    for (device, head) in &mut chat.devices {
        if !chat.state.devices.contains_key(device) && head.cut.is_none() {
            head.cut = Some(Cut { seq: head.seq, op: head.prev });
        }
    }
    chat.dirty.extend(chat.devices.keys().copied());
}

fn ask_for_again(
    chat: &mut Chat,
    wishes: Vec<Wish>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let id = chat.id;
    for mut wish in wishes {
        if let Wish::Add(newcomer) = &mut wish {
            // The one that it came with is used up.
            newcomer.package.clear();
            if newcomer.mailbox.is_none() {
                let why = "somebody whom you let in has to ask again: the relays had lost what was decided before";
                ctx.notify(Event::Refused { chat: id, why: why.into() });
                continue;
            }
        }
        chat.wishes.add(&id, wish, 0, &mut ctx.batch)?;
    }
    around.timers.by(Timer::MemberKeys(id), ctx.now.mono);
    around.timers.by(Timer::Wish(id), ctx.now.mono);
    Ok(())
}
