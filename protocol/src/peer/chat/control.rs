//! New epochs: fresh keys, decided by the home relays' registers (protocol.md, section 2).
//!
//! ```text
//! stage the MLS commit and the block -> prepare, accept at the home relays -> receipt -> merge -> new room
//!                                        others: learn the receipt        -> process -> new room
//! ```
//!
//! The newest room says the new things. An older room stays as long as one of our own operations waits in it, or
//! another device may still have said something there that we lack: a device's log is gap-free, so its first
//! operation in a later epoch closes the earlier ones for it.

use super::rooms::{self, Surroundings};
use super::send;
use super::state::{Chat, RoomState};
use crate::chat::control::block::{Block, Content};
use crate::chat::control::home::HomeSet;
use crate::chat::control::intent::Intent;
use crate::chat::control::learner::{Learner, LearnerOutput};
use crate::chat::control::proposer::{Answer, Proposer, ProposerOutput};
use crate::chat::control::register::{Decision, Register};
use crate::chat::control::rows;
use crate::chat::mls::device::DeviceSigner;
use crate::chat::mls::error::MlsError;
use crate::chat::mls::group::Group;
use crate::chat::mls::provider::Provider;
use crate::chat::op::ControlPoint;
use crate::chat::{ratchet, room};
use crate::content::Body;
use crate::content::moved::Moved;
use crate::ids::NodeId;
use crate::peer::context::{Context, Fatal};
use crate::peer::founding::room_secret;
use crate::peer::links::{Purpose, RoomAt};
use crate::peer::timers::{Timer, Timers};
use crate::wire::relay::Reply;

/// Own messages of one epoch, and its age, after which this device renews the keys.
const RENEW_MESSAGES: u64 = 5_000;
const RENEW_AGE_MS: u64 = 7 * 24 * 3600 * 1000;

/// Open epochs; with more, somebody has been away for long, and nothing is renewed until they are back.
const ROOMS_MAX: usize = 8;

/// Rows of a closed room that one input deletes.
const FORGET_ROWS: usize = 512;

/// What goes on about the next control block.
#[derive(Debug)]
pub enum Work {
    /// The registers have not been asked since a home relay was away.
    Unknown,
    /// Nothing.
    Idle,
    /// Our block, or one that somebody left unfinished, is being decided.
    Proposing(Box<Proposer>),
    /// The registers are being asked.
    Learning(Box<Learner>),
}

impl Work {
    /// A home relay went away: what it would have told us is not known.
    pub fn forget(&mut self) {
        if matches!(self, Work::Idle) {
            *self = Work::Unknown;
        }
    }
}

/// Proposes fresh keys, unless something goes on already.
pub fn propose(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    if matches!(chat.work, Work::Proposing(_) | Work::Learning(_)) || !chat.info.accepted {
        return Ok(());
    }
    let register = register(chat)?;
    let block = match staged(chat, ctx)? {
        Some(block) => block,
        None => stage(chat, &register, ctx)?,
    };
    let mut out = Vec::new();
    let proposer = Proposer::start(register, Some(block), ctx.now, ctx.rng, &mut out)
        .map_err(|_| Fatal::Bug("an own block cannot stand in its register"))?;
    chat.work = Work::Proposing(Box::new(proposer));
    proposed(chat, out, ctx, around)
}

/// Renews the keys of an epoch that was used much or long.
pub fn renew_if_due(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    let old = ctx.now.wall.saturating_sub(chat.info.renewed) > RENEW_AGE_MS;
    let used = chat.room().is_some_and(|state| state.send.next() >= RENEW_MESSAGES);
    if (old || used) && chat.rooms.len() < ROOMS_MAX { propose(chat, ctx, around) } else { Ok(()) }
}

/// Asks the registers what was decided.
pub fn learn(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    if matches!(chat.work, Work::Proposing(_) | Work::Learning(_)) {
        return Ok(());
    }
    let mut out = Vec::new();
    chat.work = Work::Learning(Box::new(Learner::start(register(chat)?, ctx.now, &mut out)));
    learned(chat, out, ctx, around)
}

/// The newest room is open at a relay: go on with what was staged before a restart; or, once enough relays are
/// there, ask what was decided while we were away.
pub fn on_room_open(
    chat: &mut Chat,
    at: RoomAt,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    if at.index != chat.index() {
        return hint(chat, at.index, ctx);
    }
    match &mut chat.work {
        Work::Idle => Ok(()),
        Work::Proposing(proposer) => {
            let mut out = Vec::new();
            proposer.on_link_up(&at.relay, &mut out);
            proposed(chat, out, ctx, around)
        }
        Work::Learning(learner) => {
            let mut out = Vec::new();
            learner.on_link_up(&at.relay, &mut out);
            learned(chat, out, ctx, around)
        }
        Work::Unknown => {
            let open = chat.room().map_or(0, |state| state.at.values().filter(|link| link.is_open()).count());
            if open < home(chat)?.quorum() {
                return Ok(());
            }
            if staged(chat, ctx)?.is_some() { propose(chat, ctx, around) } else { learn(chat, ctx, around) }
        }
    }
}

/// A register's answer; `attempt` is the proposer's.
pub fn on_answer(
    chat: &mut Chat,
    relay: NodeId,
    attempt: Option<u32>,
    reply: &Reply,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let judge = judge(chat)?;
    match (&mut chat.work, attempt) {
        (Work::Proposing(proposer), Some(attempt)) => {
            let mut out = Vec::new();
            proposer.on_reply(ctx.now, Answer { relay, attempt, reply }, &judge, ctx.rng, &mut out);
            proposed(chat, out, ctx, around)
        }
        (Work::Learning(learner), None) => {
            let mut out = Vec::new();
            learner.on_reply(&relay, reply, &judge, &mut out);
            learned(chat, out, ctx, around)
        }
        // Late: what it was for is done.
        (Work::Unknown | Work::Idle | Work::Proposing(_) | Work::Learning(_), _) => Ok(()),
    }
}

/// The time has come.
pub fn on_wake(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    match &mut chat.work {
        Work::Proposing(proposer) => {
            let mut out = Vec::new();
            proposer.on_wake(ctx.now, ctx.rng, &mut out);
            proposed(chat, out, ctx, around)
        }
        Work::Learning(learner) => {
            let mut out = Vec::new();
            learner.on_wake(ctx.now, &mut out);
            learned(chat, out, ctx, around)
        }
        Work::Unknown | Work::Idle => Ok(()),
    }
}

fn proposed(
    chat: &mut Chat,
    out: Vec<ProposerOutput>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    for output in out {
        match output {
            ProposerOutput::Send { relay, attempt, request } => {
                ctx.request(relay, &request, Purpose::Propose(chat.id, attempt));
            }
            ProposerOutput::Decided { decision, mine } => {
                let ended = chat.index();
                adopt(chat, &decision, mine, ctx, around)?;
                hint(chat, ended, ctx)?;
            }
            ProposerOutput::NothingThere => chat.work = Work::Idle,
            ProposerOutput::Trouble { .. } => around.refusals.count("a register's answer that does not count"),
        }
    }
    set_timer(chat, &mut around.timers);
    Ok(())
}

fn learned(
    chat: &mut Chat,
    out: Vec<LearnerOutput>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    for output in out {
        match output {
            LearnerOutput::Send { relay, request } => ctx.request(relay, &request, Purpose::Learn(chat.id)),
            LearnerOutput::Learned(decision) => adopt(chat, &decision, false, ctx, around)?,
            LearnerOutput::NothingThere => chat.work = Work::Idle,
            LearnerOutput::Unfinished => finish_for_others(chat, ctx, around)?,
            LearnerOutput::Trouble { .. } => around.refusals.count("a register's answer that does not count"),
        }
    }
    set_timer(chat, &mut around.timers);
    Ok(())
}

/// Whoever proposed is gone: get decided what they left.
fn finish_for_others(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    let mut out = Vec::new();
    let proposer = Proposer::start(register(chat)?, None, ctx.now, ctx.rng, &mut out)
        .map_err(|_| Fatal::Bug("a proposer without a block is refused"))?;
    chat.work = Work::Proposing(Box::new(proposer));
    proposed(chat, out, ctx, around)
}

fn set_timer(chat: &Chat, timers: &mut Timers) {
    let wake = match &chat.work {
        Work::Proposing(proposer) => proposer.wake(),
        Work::Learning(learner) => learner.wake(),
        Work::Unknown | Work::Idle => None,
    };
    timers.cancel(&Timer::Control(chat.id));
    if let Some(wake) = wake {
        timers.by(Timer::Control(chat.id), wake.at);
    }
}

/// The home relays of the newest epoch.
fn home(chat: &Chat) -> Result<HomeSet, Fatal> {
    HomeSet::new(chat.info.home.iter().map(|hint| hint.relay).collect(), false)
        .map_err(|_| Fatal::Row("a chat's home relays"))
}

fn register(chat: &mut Chat) -> Result<Register, Fatal> {
    let (id, home) = (chat.id, home(chat)?);
    let state = chat.room().ok_or(Fatal::Bug("a chat has no room"))?;
    Ok(Register::new(state.room.clone(), id, state.control.hash, home))
}

/// In a private chat every device may renew the keys, and nothing else can be decided.
fn judge(chat: &Chat) -> Result<impl Fn(&Block) -> bool + use<>, Fatal> {
    let (members, home) = (chat.info.members.clone(), home(chat)?);
    Ok(move |block: &Block| {
        let content = block.content();
        let member = members.iter().any(|(device, _)| *device == content.author);
        member && content.intent == Intent::KeyUpdate && content.home == home
    })
}

fn staged(chat: &Chat, ctx: &Context<'_>) -> Result<Option<Block>, Fatal> {
    rows::staged(ctx.store, &chat.id, chat.index() + 1).map_err(|_| Fatal::Row("a staged control block"))
}

/// Stages the MLS commit and the block around it, in the input's one batch.
fn stage(chat: &mut Chat, register: &Register, ctx: &mut Context<'_>) -> Result<Block, Fatal> {
    let broken = |_: MlsError| Fatal::Row("a chat's keys");
    let signer = DeviceSigner::new(&ctx.account.key.seed(), ctx.account.certificate()).map_err(broken)?;
    let provider = Provider::new(ctx.store, ctx.rng);
    let mut group = Group::load(&provider, &chat.id).map_err(broken)?;
    let staged = group.stage_update(&provider, &signer).map_err(broken)?;
    ctx.batch.writes.extend(provider.batch().map_err(broken)?.writes);
    let prev = chat.room().map(|state| state.control.hash).ok_or(Fatal::Bug("a chat has no room"))?;
    let content = Content {
        chat: chat.id,
        index: register.index(),
        prev,
        author: ctx.account.device(),
        intent: Intent::KeyUpdate,
        commit: staged.commit,
        home: register.home().clone(),
    };
    let block = Block::sign(content, &ctx.account.key).map_err(|_| Fatal::Bug("an own block does not sign"))?;
    rows::stage(&block, &mut ctx.batch);
    Ok(block)
}

/// Tells those who still speak in an older epoch to ask its register. A hint can be lost (we may have crashed before
/// it left), so it is said again whenever a relay opens the older room and whenever somebody speaks there.
pub fn hint(chat: &mut Chat, index: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let newest = chat.index();
    let behind = chat.head.devices.iter().any(|device| device.index < newest);
    if index < newest && behind {
        return send::say_state(chat, index, &Body::Moved(Moved { index: index + 1 }), ctx);
    }
    Ok(())
}

/// Takes a decided block in: the next epoch's room is where we speak from now on.
fn adopt(
    chat: &mut Chat,
    decision: &Decision,
    mine: bool,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    chat.work = Work::Idle;
    let content = decision.block.content();
    let secret = match merge(chat, &decision.block, mine, ctx) {
        Ok(secret) => secret,
        Err(_) if mine => return Err(Fatal::Row("a chat's keys")),
        // A member had a block decided that nobody can follow. The chat stays where it is, for everybody alike.
        Err(_) => {
            around.refusals.count("a decided block whose commit cannot be followed");
            return Ok(());
        }
    };
    rows::put_decision(decision, &mut ctx.batch);
    let control = ControlPoint { index: content.index, hash: decision.block.hash() };
    let state = RoomState::start(&secret, &chat.info, &ctx.account.device(), control);
    state.store(&chat.id, &mut ctx.batch);
    chat.info.blocks.push((control.index, control.hash));
    chat.info.renewed = ctx.now.wall;
    chat.rooms.insert(control.index, state);
    chat.store_info(&mut ctx.batch)?;
    for hint in chat.info.home.clone() {
        rooms::start(chat, RoomAt { chat: chat.id, index: control.index, relay: hint.relay }, ctx);
    }
    Ok(())
}

fn merge(chat: &Chat, block: &Block, mine: bool, ctx: &mut Context<'_>) -> Result<[u8; 32], MlsError> {
    let provider = Provider::new(ctx.store, ctx.rng);
    let mut group = Group::load(&provider, &chat.id)?;
    if mine {
        group.merge_staged(&provider)?;
    } else {
        if group.is_staged() {
            group.discard_staged(&provider)?;
        }
        let incoming = group.process_commit(&provider, &block.content().commit)?;
        let by_author = incoming.committer.identity.signature_key == block.content().author.0;
        if !by_author || !incoming.added.is_empty() || !incoming.removed.is_empty() {
            return Err(MlsError::Malformed("commit"));
        }
        incoming.merge(&provider)?;
    }
    let secret = room_secret(&group)?;
    ctx.batch.writes.extend(provider.batch()?.writes);
    Ok(secret)
}

/// Closes rooms in which nothing more can come or go.
pub fn prune(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let newest = chat.index();
    let heard = chat.head.devices.iter().map(|device| device.index).min().unwrap_or(newest);
    let waiting = chat.outbox.front().map_or(newest, |queued| queued.index);
    let closed: Vec<u64> = chat.rooms.keys().copied().filter(|index| *index < heard.min(waiting)).collect();
    for index in &closed {
        let partition = room::partition(&chat.id, *index);
        // What is left of a large room (skipped keys) goes when the chat is next pruned; its chains go now.
        if ratchet::forget_room(ctx.store, &partition, FORGET_ROWS, &mut ctx.batch)? {
            chat.rooms.remove(index);
            chat.info.blocks.retain(|(open, _)| open != index);
        }
    }
    if closed.is_empty() { Ok(()) } else { chat.store_info(&mut ctx.batch) }
}
