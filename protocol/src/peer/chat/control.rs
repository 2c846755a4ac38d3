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

use super::rooms::Surroundings;
use super::state::{Chat, Standing};
use super::wishes::Wish;
use super::{adopt, forks, reseal, send, stage, strays};
use crate::chat::control::block::Block;
use crate::chat::control::home::HomeSet;
use crate::chat::control::learner::{Learner, LearnerOutput};
use crate::chat::control::proposer::{Answer, Proposer, ProposerOutput};
use crate::chat::control::register::Register;
use crate::chat::control::rows::{self, Staged};
use crate::chat::control::state::State;
use crate::chat::mls::group::Group;
use crate::chat::mls::provider::Provider;
use crate::content::Body;
use crate::content::moved::Moved;
use crate::ids::{BlockHash, ChatId, DeviceId, NodeId};
use crate::peer::context::{Context, Fatal};
use crate::peer::links::{Purpose, RoomAt};
use crate::peer::timers::{Timer, Timers};
use crate::store::StoreRead;
use crate::wire::relay::Reply;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Own messages of one epoch, and the age of this device's keys, after which it renews them.
const RENEW_MESSAGES: u64 = 5_000;
const RENEW_AGE_MS: u64 = 7 * 24 * 3600 * 1000;

/// In larger chats every device renews its keys more rarely, so that they all together make at most twelve epochs a
/// day: of `n` devices each after `n` x 2 hours.
const RENEW_SHARE_MS: u64 = 2 * 3600 * 1000;

/// Open epochs; with more, nothing is renewed until some are closed. A chat of many has silent members, for whom its
/// epochs stay open (`adopt::prune`), and blocks of many others: there the oldest quarter closes when there are more.
const ROOMS_MAX: usize = 8;
const ROOMS_MAX_OF_MANY: usize = 32;

/// How many epochs of a chat may be open.
pub fn rooms_max(chat: &Chat) -> usize {
    if chat.info.with.is_some() { ROOMS_MAX } else { ROOMS_MAX_OF_MANY }
}

/// How many of them stay when there are too many.
pub fn rooms_kept(chat: &Chat) -> usize {
    rooms_max(chat) / 4 * 3
}

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

/// Adds a wish and goes on. False if too many wait.
pub fn wish(
    chat: &mut Chat,
    wish: Wish,
    after: u64,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<bool, Fatal> {
    let id = chat.id;
    let added = chat.wishes.add(&id, wish, after, &mut ctx.batch)?;
    go_on(chat, ctx, around)?;
    Ok(added)
}

/// Proposes what waits, unless something goes on already.
pub fn go_on(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    let busy = matches!(chat.work, Work::Proposing(_) | Work::Learning(_));
    if busy || !chat.info.accepted || chat.info.standing.is_out() || chat.info.healing.astray.is_some() {
        return Ok(());
    }
    if let Some(after) = chat.wishes.next_after(ctx.now.wall) {
        around.timers.by(Timer::Wish(chat.id), ctx.now.mono + (after - ctx.now.wall));
    }
    let register = register(chat)?;
    let staged = match staged(chat, ctx)? {
        Some(staged) => staged,
        None => match stage::next(chat, &register, ctx)? {
            Some(staged) => staged,
            None => return Ok(()),
        },
    };
    let mut out = Vec::new();
    let proposer = Proposer::start(register, Some(staged.block), ctx.now, ctx.rng, &mut out)
        .map_err(|_| Fatal::Bug("an own block cannot stand in its register"))?;
    chat.work = Work::Proposing(Box::new(proposer));
    proposed(chat, out, ctx, around)
}

/// Fresh keys, once.
pub fn renew(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    if chat.info.standing != Standing::In || chat.wishes.has(&Wish::KeyUpdate) {
        return Ok(());
    }
    wish(chat, Wish::KeyUpdate, 0, ctx, around).map(|_| ())
}

/// Renews this device's keys if they were used much or long. In a chat of many, each device has its own time.
pub fn renew_if_due(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    let age = ctx.now.wall.saturating_sub(chat.info.renewed);
    let due = renewal_age(chat, &ctx.account.device());
    let used = chat.room().is_some_and(|state| state.send.next() >= RENEW_MESSAGES);
    if (age > due || used) && chat.rooms.len() < rooms_max(chat) { renew(chat, ctx, around) } else { Ok(()) }
}

/// Between three quarters and five quarters of the usual age, by a hash that spreads the devices of a chat.
fn renewal_age(chat: &Chat, us: &DeviceId) -> u64 {
    let devices = chat.state.devices.len() as u64;
    let usual = RENEW_AGE_MS.max(devices * RENEW_SHARE_MS);
    if devices <= 2 {
        return usual;
    }
    let hash = blake3::hash(&[&us.0[..], &chat.info.renewed.to_be_bytes()].concat());
    let spread = u64::from(hash.as_bytes()[0]);
    usual * 3 / 4 + usual / 2 * spread / 255
}

/// Asks the registers what was decided.
pub fn learn(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    let rests = chat.info.standing.is_out() || chat.info.healing.astray.is_some();
    if matches!(chat.work, Work::Proposing(_) | Work::Learning(_)) || rests {
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
    strays::on_room_open(chat, at.index, ctx)?;
    if at.index != chat.index() {
        let link = chat.rooms.get(&at.index).and_then(|state| state.at.get(&at.relay));
        let told = link.is_some_and(|link| link.hint > 0 && link.hint <= link.mark.state_acked);
        return if told { Ok(()) } else { hint(chat, at.index, ctx) };
    }
    match &mut chat.work {
        Work::Idle => go_on(chat, ctx, around),
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
            if open < register(chat)?.home().quorum() {
                return Ok(());
            }
            if staged(chat, ctx)?.is_some() { go_on(chat, ctx, around) } else { learn(chat, ctx, around) }
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
    let mut seed = [0; 32];
    ctx.rng.fill_bytes(&mut seed);
    let Chat { id, state, judged, work, .. } = chat;
    let judge = Judge { chat: *id, state, judged, store: ctx.store, us: ctx.account.device(), seed };
    match (work, attempt) {
        (Work::Proposing(proposer), Some(attempt)) => {
            let mut out = Vec::new();
            let answer = Answer { relay, attempt, reply };
            proposer.on_reply(ctx.now, answer, &|block| judge.allows(block), ctx.rng, &mut out);
            proposed(chat, out, ctx, around)
        }
        (Work::Learning(learner), None) => {
            let mut out = Vec::new();
            learner.on_reply(&relay, reply, &|block| judge.allows(block), &mut out);
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
        Work::Unknown => Ok(()),
        Work::Idle => go_on(chat, ctx, around),
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
                let removes = !decision.block.content().intent.moves().1.is_empty();
                chat.work = Work::Idle;
                adopt::adopt(chat, &decision, ctx, around)?;
                if mine {
                    tell(chat, ended, removes, ctx)?;
                } else {
                    hint(chat, ended, ctx)?;
                }
            }
            ProposerOutput::NothingThere => {
                chat.work = Work::Idle;
                forks::look_for(chat, ctx)?;
                reseal::soon(chat, ctx, &mut around.timers);
                go_on(chat, ctx, around)?;
            }
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
            LearnerOutput::Learned(decision) => {
                chat.work = Work::Idle;
                adopt::adopt(chat, &decision, ctx, around)?;
            }
            LearnerOutput::NothingThere => {
                chat.work = Work::Idle;
                forks::look_for(chat, ctx)?;
                reseal::soon(chat, ctx, &mut around.timers);
                go_on(chat, ctx, around)?;
            }
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

/// The register that decides what comes after the newest epoch.
fn register(chat: &mut Chat) -> Result<Register, Fatal> {
    let home: HomeSet = chat.state.home_set().map_err(|_| Fatal::Row("a chat's home relays"))?;
    let id = chat.id;
    let state = chat.room().ok_or(Fatal::Bug("a chat has no room"))?;
    Ok(Register::new(state.room.clone(), id, state.control.hash, home))
}

/// What is asked about every block that a relay holds: may it stand on our state, and can its commit be followed?
/// Everything it looks at is the same at every member of the epoch.
struct Judge<'a> {
    chat: ChatId,
    state: &'a State,
    judged: &'a RefCell<BTreeMap<BlockHash, bool>>,
    store: &'a dyn StoreRead,
    us: DeviceId,
    seed: [u8; 32],
}

impl Judge<'_> {
    fn allows(&self, block: &Block) -> bool {
        if self.state.after(block.content()).is_err() {
            return false;
        }
        // What we staged ourselves MLS does not process again; it was made by the rules.
        if block.content().author == self.us {
            return true;
        }
        if let Some(known) = self.judged.borrow().get(&block.hash()) {
            return *known;
        }
        let followed = self.follows(block).is_some_and(|fits| fits);
        let mut judged = self.judged.borrow_mut();
        if judged.len() >= JUDGED_MAX {
            judged.clear();
        }
        judged.insert(block.hash(), followed);
        followed
    }

    fn follows(&self, block: &Block) -> Option<bool> {
        let provider = Provider::new(self.store, &mut ChaCha20Rng::from_seed(self.seed));
        let mut group = Group::load(&provider, &self.chat).ok()?;
        let content = block.content();
        let incoming = group.process_commit(&provider, &content.commit).ok()?;
        Some(stage::fits(&incoming, &content.author, &content.intent))
    }
}

/// Blocks whose judgement is remembered; each is one hash and a bit.
const JUDGED_MAX: usize = 256;

fn staged(chat: &Chat, ctx: &Context<'_>) -> Result<Option<Staged>, Fatal> {
    rows::staged(ctx.store, &chat.id, chat.index() + 1).map_err(|_| Fatal::Row("a staged control block"))
}

/// How many of a chat's members, on average, tell one that is behind that the chat has moved.
const HINTS: u64 = 3;

/// Tells those who still speak in an older epoch to ask its register. A hint can be lost (we may have crashed before
/// it left), so it is said again whenever a relay opens the older room and whenever somebody speaks there. In a chat
/// of many only a few say it.
pub fn hint(chat: &mut Chat, index: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let others = chat.others().count() as u64;
    let chosen = others <= HINTS || ctx.rng.next_u64() % others < HINTS;
    if chosen { tell(chat, index, false, ctx) } else { Ok(()) }
}

/// As [`hint`], by one who has it to say: whose block it was that was decided. Whom it removed is nobody who could be
/// behind, and has to hear of it all the same.
fn tell(chat: &mut Chat, index: u64, removes: bool, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let newest = chat.index();
    let behind = removes || chat.others().any(|device| device.index < newest);
    if index < newest && behind && chat.rooms.contains_key(&index) {
        let hash = forks::own_hash(chat, index + 1, ctx.store)?;
        let (number, _) = send::say_state(chat, index, &Body::Moved(Moved { index: index + 1, hash }), ctx)?;
        let links = chat.rooms.get_mut(&index).into_iter().flat_map(|state| state.at.values_mut());
        for link in links.filter(|link| link.is_open()) {
            link.hint = number;
        }
    }
    Ok(())
}
