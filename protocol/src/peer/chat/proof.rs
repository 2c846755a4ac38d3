//! Which of the others' operations are their authors'. A page of one device's operations is shown to be its work by
//! one valid signature: the last one's, because each names the one before it (docs/decisions/0008).
//!
//! An operation is its device's if **its own signature is valid, or one that is its device's follows it**. That depends
//! on what was said and not on how relays cut it into pages:
//!
//! * A *run* is what one device says in a page, message key after message key, link after link. From its end backwards
//!   the first valid signature proves all before it.
//! * What stands behind that, or alone with a wrong signature, is *unproven*: it waits, bounded, for one that follows.
//!   It uses up no message key, so a member who forges an operation in another's name takes nothing from the true one.
//! * State operations follow nothing: each is checked on its own.
//!
//! Not here: the order of operations (`receive`), and gaps in it (parked operations are proven ones).

use super::receive::{self, Blame, News};
use super::state::{Chat, device_partition};
use super::strays;
use crate::chat::control::rows;
use crate::chat::envelope::{self, EnvelopeError, Header};
use crate::chat::op::{Claimed, ControlPoint, SignedOp};
use crate::chat::ratchet::{Ahead, ChainError, ReceiveChain};
use crate::chat::room;
use crate::content::is_state;
use crate::ids::{ChatId, DeviceId, OpId};
use crate::limits::UNPROVEN_MAX;
use crate::peer::context::{Context, Fatal};
use crate::peer::refusals::Refusals;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::bytes::{Reader, Writer};
use std::collections::{BTreeMap, BTreeSet};

/// Which operation: device, number, id.
type Name = (DeviceId, u64, OpId);

/// Unproven operations of this input, which the store does not show yet: the row's value, by name.
pub type Staged = BTreeMap<Name, Vec<u8>>;

/// Entries of a room that came together.
#[derive(Debug)]
pub struct Page {
    index: u64,
    runs: BTreeMap<DeviceId, Run>,
}

/// Operations of a device, each following the one before; the chain has not moved yet.
#[derive(Debug)]
struct Run {
    ops: Vec<Claimed>,
    ahead: Ahead,
}

/// Names of the operations that nothing proves yet; the rows are in the store.
#[derive(Debug, Default)]
pub struct Unproven {
    names: BTreeSet<Name>,
}

impl Page {
    /// Nothing yet, of the room of this control index.
    pub fn new(index: u64) -> Self {
        Self { index, runs: BTreeMap::new() }
    }

    /// Takes one envelope. What is in it may be taken in only by [`Self::finish`].
    pub fn take(
        &mut self,
        chat: &mut Chat,
        sealed: &[u8],
        ctx: &mut Context<'_>,
        news: &mut News,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let header = match open_header(chat, self.index, sealed, ctx) {
            Ok(Some(header)) => header,
            Ok(None) => return Ok(()),
            Err(blame) => return count(refusals, &blame),
        };
        let opened = match self.runs.get(&header.device) {
            Some(run) if run.ahead.next() == header.generation => self.open_next(chat, &header, sealed, ctx),
            Some(_) | None => {
                self.settle(chat, &header.device, ctx, news, refusals)?;
                self.open_alone(chat, &header, sealed, ctx)
            }
        };
        match opened {
            Ok(Some(op)) => self.sort(chat, op, header.generation, ctx, news, refusals),
            Ok(None) => Ok(()),
            Err(blame) => count(refusals, &blame),
        }
    }

    /// Proves and takes in what is left.
    pub fn finish(
        mut self,
        chat: &mut Chat,
        ctx: &mut Context<'_>,
        news: &mut News,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let devices: Vec<DeviceId> = self.runs.keys().copied().collect();
        devices.iter().try_for_each(|device| self.settle(chat, device, ctx, news, refusals))
    }

    /// Opens what comes next in a run.
    fn open_next(
        &self,
        chat: &Chat,
        header: &Header,
        sealed: &[u8],
        ctx: &Context<'_>,
    ) -> Result<Option<Claimed>, Blame> {
        let Some(run) = self.runs.get(&header.device) else { return Ok(None) };
        let bytes = envelope::open_body(&run.ahead.key(), sealed)?;
        check(chat, self.index, header, bytes, ctx).map(Some)
    }

    /// Opens what belongs to no run. `None`: taken already.
    fn open_alone(
        &self,
        chat: &Chat,
        header: &Header,
        sealed: &[u8],
        ctx: &Context<'_>,
    ) -> Result<Option<Claimed>, Blame> {
        let Some(chain) = chain(chat, self.index, &header.device) else { return Err(Blame::NotMember) };
        let (bytes, _) = match envelope::open(chain, header, sealed) {
            Ok(opened) => opened,
            Err(EnvelopeError::Chain(ChainError::Already { .. })) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        check(chat, self.index, header, bytes, ctx).map(Some)
    }

    /// Puts an operation at its run's end or at the start of a new one, or proves it on its own.
    fn sort(
        &mut self,
        chat: &mut Chat,
        op: Claimed,
        generation: u64,
        ctx: &mut Context<'_>,
        news: &mut News,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let device = op.op().device;
        if let Some(run) = self.runs.get_mut(&device) {
            if run.ops.last().is_some_and(|last| op.follows(last)) {
                run.push(op);
                return Ok(());
            }
            self.settle(chat, &device, ctx, news, refusals)?;
        }
        let Some(chain) = chain(chat, self.index, &device) else { return Ok(()) };
        if is_state(op.op().kind) || chain.next() != generation {
            return self.alone(chat, op, generation, ctx, news, refusals);
        }
        let mut run = Run { ops: Vec::new(), ahead: chain.ahead() };
        run.push(op);
        self.runs.insert(device, run);
        Ok(())
    }

    /// Proves a run from its end, and takes in what is proven.
    fn settle(
        &mut self,
        chat: &mut Chat,
        device: &DeviceId,
        ctx: &mut Context<'_>,
        news: &mut News,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let Some(Run { mut ops, .. }) = self.runs.remove(device) else { return Ok(()) };
        let proven = ops.iter().rposition(Claimed::is_signed).map_or(0, |last| last + 1);
        let rest = ops.split_off(proven);
        let partition = room::partition(&chat.id, self.index);
        let Some(chain) = chain_mut(chat, self.index, device) else { return Ok(()) };
        chain.advance_by(proven as u64, &partition, &mut ctx.batch);
        let generation = chain.next();
        for op in ops {
            take_in(chat, op.proven(), ctx, news, refusals)?;
        }
        for (generation, op) in (generation..).zip(rest) {
            wait(chat, self.index, op, generation, ctx, news, refusals)?;
        }
        Ok(())
    }

    /// Proves an operation by its own signature.
    fn alone(
        &self,
        chat: &mut Chat,
        op: Claimed,
        generation: u64,
        ctx: &mut Context<'_>,
        news: &mut News,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        if op.is_signed() {
            use_key(chat, self.index, &op.op().device, generation, ctx);
            take_in(chat, op.proven(), ctx, news, refusals)
        } else if is_state(op.op().kind) {
            count(refusals, &Blame::Op(Claimed::NOT_SIGNED))
        } else {
            wait(chat, self.index, op, generation, ctx, news, refusals)
        }
    }
}

impl Run {
    fn push(&mut self, op: Claimed) {
        self.ops.push(op);
        self.ahead.step();
    }
}

fn count(refusals: &mut Refusals, blame: &Blame) -> Result<(), Fatal> {
    refusals.count(blame.name());
    Ok(())
}

fn chain<'a>(chat: &'a Chat, index: u64, device: &DeviceId) -> Option<&'a ReceiveChain> {
    chat.rooms.get(&index)?.receive.get(device)
}

fn chain_mut<'a>(chat: &'a mut Chat, index: u64, device: &DeviceId) -> Option<&'a mut ReceiveChain> {
    chat.rooms.get_mut(&index)?.receive.get_mut(device)
}

/// `None`: our own, or of a room that is closed.
fn open_header(chat: &Chat, index: u64, sealed: &[u8], ctx: &Context<'_>) -> Result<Option<Header>, Blame> {
    let Some(state) = chat.rooms.get(&index) else { return Ok(None) };
    let header = envelope::open_header(&state.room, sealed)?;
    if header.device == ctx.account.device() {
        return Ok(None);
    }
    if state.receive.contains_key(&header.device) { Ok(Some(header)) } else { Err(Blame::NotMember) }
}

/// Checks all that depends neither on a signature nor on what came before.
fn check(chat: &Chat, index: u64, header: &Header, bytes: Vec<u8>, ctx: &Context<'_>) -> Result<Claimed, Blame> {
    let op = Claimed::decode(bytes)?;
    if op.op().device != header.device {
        return Err(Blame::OtherDevice);
    }
    if op.op().chat != chat.id {
        return Err(Blame::OtherChat);
    }
    let named = &op.op().control;
    if !strays::is_lost(chat, &op.op().device, named) && !names_rightly(chat, index, named, ctx)? {
        return Err(Blame::ControlPoint);
    }
    Ok(op)
}

/// An operation names its own epoch's control state, or an earlier one of this chain: what waited while the chat moved
/// on is sealed again as it was signed. Of states from before we came in nothing is known, and what was said at them is
/// not shown (`receive`).
fn names_rightly(chat: &Chat, index: u64, named: &ControlPoint, ctx: &Context<'_>) -> Result<bool, Blame> {
    if named.index > index {
        return Ok(false);
    }
    if let Some(state) = chat.rooms.get(&named.index) {
        return Ok(state.control == *named);
    }
    let unreadable = |_| Blame::ControlPoint;
    let decided = match rows::decision(ctx.store, &chat.id, named.index).map_err(unreadable)? {
        Some(decision) => Some(decision.block.hash()),
        None if named.index > 0 => strays::passed(&chat.id, named.index, ctx.store).map_err(|_| Blame::ControlPoint)?,
        None if named.index == 0 => {
            rows::genesis(ctx.store, &chat.id).map_err(unreadable)?.map(|genesis| genesis.hash())
        }
        None => None,
    };
    let since = chat.state.devices.get(&ctx.account.device()).map_or(0, |seat| seat.since);
    Ok(decided.map_or(named.index <= since, |hash| hash == named.hash))
}

/// Forgets the key of a message that was taken in.
fn use_key(chat: &mut Chat, index: u64, device: &DeviceId, generation: u64, ctx: &mut Context<'_>) {
    let partition = room::partition(&chat.id, index);
    let Some(chain) = chain_mut(chat, index, device) else { return };
    // Fails if the key is gone already, which is what is wanted.
    if let Ok(step) = chain.key_for(generation) {
        chain.advance(step, &partition, &mut ctx.batch);
    }
}

/// Takes in an operation that is its author's, behind those before it that it proves.
fn take_in(
    chat: &mut Chat,
    op: SignedOp,
    ctx: &mut Context<'_>,
    news: &mut News,
    refusals: &mut Refusals,
) -> Result<(), Fatal> {
    let mut proven = vec![op];
    while let Some(former) = proven.last().and_then(former)
        && let Some(op) = take_waiting(chat, &former, ctx, news)?
    {
        proven.push(op);
    }
    for op in proven.into_iter().rev() {
        if let Err(blame) = receive::on_proven(chat, op, ctx, news)? {
            count(refusals, &blame)?;
        }
    }
    Ok(())
}

/// The name of the operation that this one follows.
fn former(op: &SignedOp) -> Option<Name> {
    let linked = !is_state(op.op.kind) && op.op.seq > 1;
    linked.then(|| (op.op.device, op.op.seq - 1, op.op.prev))
}

/// Takes an unproven operation out, and uses up its key.
fn take_waiting(
    chat: &mut Chat,
    name: &Name,
    ctx: &mut Context<'_>,
    news: &mut News,
) -> Result<Option<SignedOp>, Fatal> {
    if !chat.unproven.names.contains(name) {
        return Ok(None);
    }
    let row = match news.unproven.get(name) {
        Some(row) => Some(row.clone()),
        None => ctx.store.get(Table::Parked, &partition(&chat.id, &name.0), &sort(name))?,
    };
    let damaged = Fatal::Row("an unproven operation");
    let (index, generation, bytes) = row.as_deref().and_then(decode).ok_or(damaged.clone())?;
    let op = SignedOp::decode_trusted(bytes.to_vec()).map_err(|_| damaged)?;
    drop_waiting(chat, name, &mut ctx.batch);
    news.unproven.remove(name);
    use_key(chat, index, &name.0, generation, ctx);
    Ok(Some(op))
}

/// Keeps an operation whose own signature is wrong until one follows it; or takes it in, if one waits already.
fn wait(
    chat: &mut Chat,
    index: u64,
    op: Claimed,
    generation: u64,
    ctx: &mut Context<'_>,
    news: &mut News,
    refusals: &mut Refusals,
) -> Result<(), Fatal> {
    let name = (op.op().device, op.op().seq, op.id());
    if follower(chat, &name, ctx, news)?.is_some_and(|next| next.follows(&op)) {
        use_key(chat, index, &name.0, generation, ctx);
        return take_in(chat, op.proven(), ctx, news, refusals);
    }
    count(refusals, &Blame::Unproven)?;
    if chat.devices.get(&name.0).is_none_or(|device| name.1 <= device.seq) || !make_room(chat, &name, ctx, news) {
        return Ok(());
    }
    let row = encode(index, generation, op.bytes());
    ctx.batch.put(Table::Parked, &partition(&chat.id, &name.0), &sort(&name), row.clone());
    news.unproven.insert(name, row);
    chat.unproven.names.insert(name);
    Ok(())
}

/// What waits in the place behind an operation; it is proven.
fn follower(chat: &Chat, name: &Name, ctx: &Context<'_>, news: &News) -> Result<Option<Claimed>, Fatal> {
    let Some(next) = name.1.checked_add(1).filter(|_| chat.parked > 0) else { return Ok(None) };
    let bytes = match news.parked.get(&(name.0, next)) {
        Some(bytes) => Some(bytes.clone()),
        None => ctx.store.get(Table::Parked, &device_partition(&chat.id, &name.0), &next.to_be_bytes())?,
    };
    bytes.map(|bytes| Claimed::decode(bytes).map_err(|_| Fatal::Row("a parked operation"))).transpose()
}

/// False if this one is furthest from what was taken in last, of more than may wait.
fn make_room(chat: &mut Chat, name: &Name, ctx: &mut Context<'_>, news: &mut News) -> bool {
    let of_device = (name.0, 0, OpId([0; 32]))..=(name.0, u64::MAX, OpId([0xff; 32]));
    if chat.unproven.names.contains(name) {
        return false;
    }
    if chat.unproven.names.range(of_device.clone()).count() < UNPROVEN_MAX {
        return true;
    }
    let Some(furthest) = chat.unproven.names.range(of_device).next_back().copied().filter(|last| last > name) else {
        return false;
    };
    drop_waiting(chat, &furthest, &mut ctx.batch);
    news.unproven.remove(&furthest);
    true
}

fn drop_waiting(chat: &mut Chat, name: &Name, batch: &mut Batch) {
    chat.unproven.names.remove(name);
    batch.delete(Table::Parked, &partition(&chat.id, &name.0), &sort(name));
}

/// Forgets unproven operations whose place is taken, or whose device is gone.
pub fn forget_passed(chat: &mut Chat, batch: &mut Batch) {
    let names: Vec<Name> = chat.unproven.names.iter().copied().collect();
    for name in names {
        if chat.devices.get(&name.0).is_none_or(|device| name.1 <= device.seq) {
            drop_waiting(chat, &name, batch);
        }
    }
}

impl Unproven {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// True if none waits.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Those of these devices.
    pub fn load(store: &dyn StoreRead, chat: &ChatId, devices: impl Iterator<Item = DeviceId>) -> Result<Self, Fatal> {
        let mut names = BTreeSet::new();
        for device in devices {
            for (sort, _) in store.scan(Table::Parked, &partition(chat, &device), Range::All, UNPROVEN_MAX)? {
                let mut r = Reader::new(&sort);
                let name = (|| Ok((device, r.u64()?, OpId(r.array()?))))();
                names.insert(name.map_err(|_: crate::wire::WireError| Fatal::Row("an unproven operation"))?);
            }
        }
        Ok(Self { names })
    }
}

fn partition(chat: &ChatId, device: &DeviceId) -> Vec<u8> {
    [&device_partition(chat, device)[..], b"?"].concat()
}

fn sort(name: &Name) -> Vec<u8> {
    [&name.1.to_be_bytes()[..], &name.2.0].concat()
}

/// `control index u64 | message number u64 | operation`.
fn encode(index: u64, generation: u64, op: &[u8]) -> Vec<u8> {
    let mut w = Writer::with_capacity(16 + op.len());
    w.u64(index).u64(generation).raw(op);
    w.finish()
}

fn decode(row: &[u8]) -> Option<(u64, u64, &[u8])> {
    let mut r = Reader::new(row);
    Some((r.u64().ok()?, r.u64().ok()?, r.take(r.remaining()).ok()?))
}

#[cfg(test)]
mod tests;
