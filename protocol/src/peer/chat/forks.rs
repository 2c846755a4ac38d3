//! Two blocks decided for one index: seen, proven, kept.
//!
//! ```text
//! "moved to 5: block a" ->  one who has block b there: "decided: b, receipt"  ->  proof  ->  "decided: a, receipt"
//! ```
//!
//! All of it is said in the epoch that both blocks end, whose keys both sides have. A decision counts if the register of
//! that epoch would count it and the block may stand on the state there (docs/wire/control.md, sections 5 and 8).
//!
//! Row in `Table::Control`: `0a | index` -> `noticed u64 | bytes decision that stands | bytes decision that does not`.

use super::rooms::Surroundings;
use super::state::{Chat, RoomState};
use super::{adopt, send, strays};
use crate::chat::control::fork::{Choice, ForkError, ForkProof};
use crate::chat::control::home::HomeSet;
use crate::chat::control::register::{Decision, Register};
use crate::chat::control::rows;
use crate::content::Body;
use crate::content::decided::Decided;
use crate::content::moved::Moved;
use crate::ids::{BlockHash, ChatId, NodeId};
use crate::limits::{BLOCK_MAX, FORKS_MAX};
use crate::peer::context::{Context, Fatal};
use crate::peer::timers::Timer;
use crate::peer::view::ForkView;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use std::collections::{BTreeMap, BTreeSet};

/// Sort prefix of the rows.
const FORK: u8 = 0x0a;

/// What we have at an index is said at most this often: whoever names another block makes everybody answer.
const SAY_EVERY_MS: u64 = 30_000;

/// A fork that is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// When it was noticed, milliseconds since 1970.
    pub at: u64,
    /// The block that everybody keeps.
    pub stands: BlockHash,
    /// The one that everybody drops.
    pub lost: BlockHash,
    /// The relays that signed both, ascending.
    pub relays: Vec<NodeId>,
    /// Our chain has the block that stands.
    pub ours: bool,
}

/// What is known of a chat's forks, by the index that was decided twice.
#[derive(Debug, Default)]
pub struct Forks {
    known: BTreeMap<u64, Fork>,
    /// When we last said what we have at an index, in `Now::mono`.
    said: BTreeMap<u64, u64>,
    /// Indexes that are to be said once that time is over.
    pending: BTreeSet<u64>,
    /// The highest index that somebody says is decided.
    heard_of: u64,
}

impl Forks {
    /// Reads them.
    pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Self, Fatal> {
        let mut known = BTreeMap::new();
        for (sort, row) in store.scan(Table::Control, &chat.0, Range::From(&[FORK]), FORKS_MAX + 1)? {
            let Some((&FORK, index)) = sort.split_first() else { break };
            let read = (|| Ok::<_, WireError>((Reader::new(index).u64()?, decode(&row)?)))();
            let (index, (at, choice)) = read.map_err(|_| Fatal::Row("a fork"))?;
            let decided = rows::decision(store, chat, index).map_err(|_| Fatal::Row("a control block"))?;
            let own = decided.map(|decision| decision.block.hash());
            let own = if own.is_none() { strays::passed(chat, index, store)? } else { own };
            known.insert(index, Fork::new(at, &choice, own));
        }
        Ok(Self { known, ..Self::default() })
    }

    /// Somebody says that an index is decided.
    pub fn hear(&mut self, index: u64) {
        self.heard_of = self.heard_of.max(index);
    }

    /// All, by index.
    pub fn all(&self) -> impl Iterator<Item = (u64, &Fork)> {
        self.known.iter().map(|(index, fork)| (*index, fork))
    }
}

impl Fork {
    fn new(at: u64, Choice { stands, lost }: &Choice, own: Option<BlockHash>) -> Self {
        let signers = |decision: &Decision| decision.receipt.signatures.iter().map(|(relay, _)| *relay).collect();
        let (these, those): (Vec<NodeId>, Vec<NodeId>) = (signers(stands), signers(lost));
        let relays = these.into_iter().filter(|relay| those.contains(relay)).collect();
        let (stands, lost) = (stands.block.hash(), lost.block.hash());
        Self { at, stands, lost, relays, ours: own == Some(stands) }
    }
}

fn decode(row: &[u8]) -> Result<(u64, Choice), WireError> {
    let mut r = Reader::new(row);
    let at = r.u64()?;
    let mut decision = || Decision::decode(r.bytes("decision", BLOCK_MAX + 2048)?);
    let choice = Choice { stands: decision()?, lost: decision()? };
    r.finish()?;
    Ok((at, choice))
}

fn sort(index: u64) -> [u8; 9] {
    let mut sort = [FORK; 9];
    sort[1..].copy_from_slice(&index.to_be_bytes());
    sort
}

/// The block that our chain has at an index; none if we have not got there, or came in behind it.
pub fn own_hash(chat: &Chat, index: u64, store: &dyn StoreRead) -> Result<Option<BlockHash>, Fatal> {
    if let Some(state) = chat.rooms.get(&index) {
        return Ok(Some(state.control.hash));
    }
    match own(chat, index, store)? {
        Some(decision) => Ok(Some(decision.block.hash())),
        None => strays::passed(&chat.id, index, store),
    }
}

fn own(chat: &Chat, index: u64, store: &dyn StoreRead) -> Result<Option<Decision>, Fatal> {
    rows::decision(store, &chat.id, index).map_err(|_| Fatal::Row("a control block"))
}

/// No register holds what comes next, of which somebody spoke: the relays lost it. Whoever has it is asked.
pub fn look_for(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let newest = chat.index();
    if chat.forks.heard_of <= newest {
        return Ok(());
    }
    chat.forks.heard_of = 0;
    send::say_state(chat, newest, &Body::Moved(Moved { index: newest + 1, hash: None }), ctx).map(drop)
}

/// Somebody says which block ends an epoch, or asks for it. If ours is another one, we say what we have there.
pub fn on_named(
    chat: &mut Chat,
    index: u64,
    hash: Option<BlockHash>,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let known = |own: Option<BlockHash>| own.is_none() || own == hash;
    if index == 0 || index > chat.index() || known(own_hash(chat, index, ctx.store)?) {
        return Ok(());
    }
    say(chat, index, ctx, around)
}

/// What was asked for too soon is said now.
pub fn on_wake(chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    let pending = std::mem::take(&mut chat.forks.pending);
    pending.into_iter().try_for_each(|index| say(chat, index, ctx, around))
}

/// Says what we have at an index, in the epoch that it ends.
fn say(chat: &mut Chat, index: u64, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
    if !chat.rooms.contains_key(&(index - 1)) {
        return Ok(());
    }
    let again = chat.forks.said.get(&index).map(|at| at.saturating_add(SAY_EVERY_MS));
    if let Some(again) = again.filter(|again| ctx.now.mono < *again) {
        chat.forks.pending.insert(index);
        around.timers.by(Timer::Fork(chat.id), again);
        return Ok(());
    }
    let Some(decided) = own(chat, index, ctx.store)?.and_then(Decided::new) else { return Ok(()) };
    chat.forks.said.retain(|_, at| ctx.now.mono < at.saturating_add(SAY_EVERY_MS));
    chat.forks.said.insert(index, ctx.now.mono);
    send::say_state(chat, index - 1, &Body::Decided(Box::new(decided)), ctx).map(drop)
}

/// Somebody says what is decided behind an open epoch. It is news, or what we have, or the proof of a fork.
pub fn on_decided(
    chat: &mut Chat,
    epoch: u64,
    decision: Decision,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let index = epoch + 1;
    let Some(register) = chat.rooms.get(&epoch).and_then(|state| register_of(chat.id, state)) else {
        around.refusals.count("a decision behind an epoch that is closed");
        return Ok(());
    };
    if register.verify(&decision).is_err() {
        around.refusals.count("a decision that does not hold");
        return Ok(());
    }
    if chat.info.healing.astray.is_some() && epoch == chat.index() {
        return Ok(());
    }
    if epoch == chat.index() {
        // As good as what relays say: it has their receipt.
        chat.work = super::control::Work::Idle;
        return adopt::adopt(chat, &decision, ctx, around);
    }
    let Some(own) = own(chat, index, ctx.store)? else { return Ok(()) };
    let (ours, theirs) = (own.block.hash(), decision.block.hash());
    let best = stored(&chat.id, index, ctx.store)?.map_or(own, |(_, choice)| choice.stands);
    if theirs == ours || theirs == best.block.hash() {
        return Ok(());
    }
    let Some(state) = rows::former(ctx.store, &chat.id, epoch).map_err(|_| Fatal::Row("a chat's state"))? else {
        return Ok(());
    };
    let proof = ForkProof { first: best, second: decision };
    match proof.check(&register).and_then(|_| proof.choose(&state)) {
        Ok(choice) => {
            keep(chat, index, &choice, ours, ctx);
            if choice.stands.block.hash() != ours {
                let (hash, block) = (choice.stands.block.hash(), &choice.stands.block);
                strays::go_astray(chat, index, hash, Some(block), ctx, around)?;
            }
        }
        Err(ForkError::NotAllowed) => around.refusals.count("a decided block that may not stand"),
        Err(_) => around.refusals.count("a decision that does not hold"),
    }
    around.moved.insert(chat.id);
    say(chat, index, ctx, around)
}

fn stored(chat: &ChatId, index: u64, store: &dyn StoreRead) -> Result<Option<(u64, Choice)>, Fatal> {
    let row = store.get(Table::Control, &chat.0, &sort(index))?;
    row.map(|row| decode(&row).map_err(|_| Fatal::Row("a fork"))).transpose()
}

/// Keeps a proof. Of more than two blocks at an index the one that stands among all, and one of the others.
fn keep(chat: &mut Chat, index: u64, choice: &Choice, own: BlockHash, ctx: &mut Context<'_>) {
    let at = chat.forks.known.get(&index).map_or(ctx.now.wall, |known| known.at);
    let mut w = Writer::with_capacity(1024 + choice.stands.block.bytes().len() + choice.lost.block.bytes().len());
    w.u64(at).bytes(&choice.stands.encode()).bytes(&choice.lost.encode());
    ctx.batch.put(Table::Control, &chat.id.0, &sort(index), w.finish());
    chat.forks.known.insert(index, Fork::new(at, choice, Some(own)));
    while chat.forks.known.len() > FORKS_MAX {
        let Some((oldest, _)) = chat.forks.known.pop_first() else { break };
        ctx.batch.delete(Table::Control, &chat.id.0, &sort(oldest));
    }
}

/// The epochs before forks that are not healed: all that leads together again is said there. Also before a fork that is,
/// as long as somebody has not spoken behind it.
pub fn open_epochs(chat: &Chat) -> BTreeSet<u64> {
    let heard = |index: u64| chat.others().all(|head| head.index >= index);
    let open = chat.forks.all().filter(|(index, fork)| !fork.ours || !heard(*index)).map(|(index, _)| index - 1);
    open.chain(chat.info.healing.astray.as_ref().map(|astray| astray.from - 1)).collect()
}

/// We have come over: the block at this index is ours now, and forks of the chain that lost are nothing any more.
pub fn healed(chat: &mut Chat, from: u64, batch: &mut Batch) {
    for index in chat.forks.known.range(from + 1..).map(|(index, _)| *index).collect::<Vec<u64>>() {
        chat.forks.known.remove(&index);
        batch.delete(Table::Control, &chat.id.0, &sort(index));
    }
    if let Some(fork) = chat.forks.known.get_mut(&from) {
        fork.ours = true;
    }
}

/// The forks as people see them.
pub fn view(chat: &Chat) -> Vec<ForkView> {
    let row = |(index, fork): (u64, &Fork)| {
        let relays = fork.relays.clone();
        ForkView { index, at: fork.at, relays, healed: fork.ours }
    };
    chat.forks.all().map(row).collect()
}

/// The register that decided what comes behind an open epoch.
fn register_of(chat: ChatId, state: &RoomState) -> Option<Register> {
    let relays: Vec<NodeId> = state.at.keys().copied().collect();
    let trusted = relays.len() == 3;
    let home = HomeSet::new(relays, trusted).ok()?;
    Some(Register::new(state.room.clone(), chat, state.control.hash, home))
}

/// What goes with an epoch that is closed.
pub fn forget_epoch(chat: &ChatId, index: u64, batch: &mut Batch) {
    rows::forget_former(chat, index, batch);
    strays::forget_done(chat, index + 1, batch);
}
