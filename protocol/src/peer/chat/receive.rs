//! The others' operations, which `proof` has opened and found to be their authors': in order, shown once.
//!
//! What is wrong is refused under the name of the rule it breaks and changes nothing but the cursor behind it. The
//! one thing that counts nevertheless is the place of an operation that is properly signed and linked but has a body out
//! of bounds, or does what it must not: its author's log goes on behind it. Nothing of its body is kept.

use super::parcels::Arrived;
use super::rooms::Surroundings;
use super::state::{Chat, Cut, Gap, device_partition};
use super::{adopt, control, events, forks, heard, members, proof, receipts, rights, said, send, show, strays};
use crate::chat::control::register::Decision;
use crate::chat::control::rules::Denied;
use crate::chat::envelope::EnvelopeError;
use crate::chat::op::SignedOp;
use crate::chat::timeline::Refused;
use crate::content::heard::Heard;
use crate::content::leave::Leave;
use crate::content::stray::Stray;
use crate::content::welcome::Welcome;
use crate::content::{Body, is_state};
use crate::ids::{BlockHash, ChatId, DeviceId};
use crate::limits::PARKED_MAX;
use crate::peer::context::{Context, Fatal};
use crate::store::{Range, Table};
use crate::wire::WireError;
use crate::wire::registry::kind;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Which rule an envelope or the operation in it breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Blame {
    /// It does not open.
    #[error("envelope: {0}")]
    Envelope(#[from] EnvelopeError),
    /// Sealed by somebody who is not in this epoch.
    #[error("the sender is not in the chat")]
    NotMember,
    /// The bytes inside are no operation, or a state operation that its device did not sign.
    #[error("operation: {0}")]
    Op(#[from] WireError),
    /// Its signature is wrong. It waits for one that links to it.
    #[error("nothing proves yet that the operation is its device's")]
    Unproven,
    /// Signed by one device, sealed by another.
    #[error("an operation of one device was sealed by another")]
    OtherDevice,
    /// Said in another chat.
    #[error("the operation belongs to another chat")]
    OtherChat,
    /// Names another control state than its epoch's.
    #[error("the operation names a control state that is not its epoch's")]
    ControlPoint,
    /// Another operation of this device has its number: its keys are used twice.
    #[error("two operations have one number: the device was cloned")]
    Cloned,
    /// Does not link to the one before it.
    #[error("the operation does not link to the one before it")]
    Link,
    /// Its time is not after the one before it.
    #[error("the operation is older than the one before it")]
    Backdated,
    /// Names an older control state than the one before it in its log: its author knew better.
    #[error("the operation names an older control state than the one before it")]
    Returns,
    /// Too many wait.
    #[error("too many operations wait for one that is missing")]
    TooManyParked,
    /// Its device was removed from the chat, and this is behind the cut.
    #[error("the device was removed before it said this")]
    Removed,
    /// Its author may not say this.
    #[error("not allowed: {0}")]
    Denied(Denied),
    /// In its place, but its body is out of bounds.
    #[error("the body of the operation is out of bounds: {0}")]
    Body(WireError),
    /// In its place, but it does what it must not.
    #[error("the operation does what it must not: {0}")]
    Refused(Refused),
}

impl Blame {
    /// A name to count by.
    pub fn name(&self) -> &'static str {
        match self {
            Blame::Envelope(_) => "envelope that does not open",
            Blame::NotMember => "sender not in the chat",
            Blame::Op(_) => "operation malformed or not signed",
            Blame::Unproven => "operation that nothing proves",
            Blame::OtherDevice => "operation sealed by another device",
            Blame::OtherChat => "operation of another chat",
            Blame::ControlPoint => "operation at another control state",
            Blame::Cloned => "two operations with one number",
            Blame::Link => "operation that does not link",
            Blame::Backdated => "operation older than the one before",
            Blame::Returns => "operation that goes back to an older control state",
            Blame::TooManyParked => "too many operations parked",
            Blame::Removed => "operation behind the cut of a removed device",
            Blame::Denied(_) => "operation that its author may not say",
            Blame::Body(_) => "body out of bounds",
            Blame::Refused(refused) => refused.name(),
        }
    }
}

/// What a page of entries changed, so that rows are written once for all of them.
#[derive(Debug, Default)]
pub struct News {
    /// Some other device's log went on.
    logged: bool,
    /// The head row is old.
    head: bool,
    /// Somebody said hello.
    hello: Vec<(DeviceId, crate::content::hello::Hello)>,
    /// Parts of welcomes came.
    parts: Vec<(DeviceId, Welcome)>,
    /// Somebody leaves.
    leaves: Vec<(DeviceId, Leave)>,
    /// The chat's row in the list looks different.
    shown: bool,
    /// What was refused, by name, of what had waited.
    refused: Vec<&'static str>,
    /// Somebody says that the next control block is decided.
    moved: bool,
    /// Which block somebody says is decided at an index; none if they ask for it.
    named: BTreeMap<u64, Option<BlockHash>>,
    /// What somebody says is decided behind an epoch, with the receipt.
    decided: Vec<(u64, Decision)>,
    /// Who asks to be let in again, in which epoch.
    strays: Vec<(DeviceId, u64, Stray)>,
    /// Parts of the way in for who asked.
    recalls: Vec<(DeviceId, Welcome)>,
    /// Somebody speaks in this epoch, and it is over.
    old: Option<u64>,
    /// Parked by this page and not yet in the store.
    pub parked: BTreeMap<(DeviceId, u64), Vec<u8>>,
    /// The same of those that nothing proves yet.
    pub unproven: proof::Staged,
}

/// Takes an operation that is its author's.
pub fn on_proven(
    chat: &mut Chat,
    op: SignedOp,
    ctx: &mut Context<'_>,
    news: &mut News,
) -> Result<Result<(), Blame>, Fatal> {
    if is_state(op.op.kind) { on_state(chat, &op, ctx, news) } else { on_logged(chat, op, ctx, news) }
}

fn on_state(
    chat: &mut Chat,
    op: &SignedOp,
    ctx: &mut Context<'_>,
    news: &mut News,
) -> Result<Result<(), Blame>, Fatal> {
    let former = is_of_former_stay(chat, op);
    let Some(device) = chat.device(&op.op.device) else { return Ok(Err(Blame::NotMember)) };
    if !device.is_in() {
        return Ok(Err(Blame::Removed));
    }
    news.head |= !device.arrived && !former;
    device.arrived |= !former;
    // Only the latest state counts; but that the chat has moved, and where to, is no state. One that is behind hears it in a room from
    // which nobody speaks any more, perhaps after what was said later in another.
    let late = op.op.seq <= device.state_seq;
    if late && !matches!(op.op.kind, kind::MOVED | kind::DECIDED | kind::STRAY | kind::RECALL) {
        return Ok(Ok(()));
    }
    match Body::decode(op.op.kind, &op.op.body) {
        Ok(Body::Receipt(receipt)) => {
            device.state_seq = op.op.seq;
            news.head = true;
            receipts::on_receipt(chat, op.op.device, &receipt, ctx)?;
            Ok(Ok(()))
        }
        Ok(Body::Moved(moved)) => {
            // Like the next, it takes no part in the order of states: a receipt said before may come behind it.
            news.moved |= moved.index > chat.index();
            news.named.insert(moved.index, moved.hash);
            chat.forks.hear(moved.index);
            Ok(Ok(()))
        }
        Ok(Body::Decided(decided)) => {
            news.decided.push((op.op.control.index, decided.decision));
            Ok(Ok(()))
        }
        Ok(Body::Stray(stray)) => {
            news.strays.push((op.op.device, op.op.control.index, stray));
            Ok(Ok(()))
        }
        Ok(Body::Recall(part)) => {
            news.recalls.push((op.op.device, part));
            Ok(Ok(()))
        }
        // A state of a later version: the next one replaces it anyway.
        Ok(_) => Ok(Ok(())),
        Err(error) => Ok(Err(Blame::Body(error))),
    }
}

fn on_logged(
    chat: &mut Chat,
    op: SignedOp,
    ctx: &mut Context<'_>,
    news: &mut News,
) -> Result<Result<(), Blame>, Fatal> {
    let former = is_of_former_stay(chat, &op);
    let Some(device) = chat.device(&op.op.device) else { return Ok(Err(Blame::NotMember)) };
    let key = (op.op.device, op.op.seq);
    let behind = |cut: Cut| op.op.seq > cut.seq || (op.op.seq == cut.seq && op.id != cut.op);
    if device.cut.is_some_and(behind) || (former && device.past.is_none_or(behind)) {
        return Ok(Err(Blame::Removed));
    }
    // Of one whose log we do not have from its start, this is where we begin.
    let begins = device.anew && !former;
    let next = if begins && op.op.seq > device.seq { op.op.seq } else { device.seq + 1 };
    if op.op.seq < next {
        return same_as_stored(chat.id, &op, ctx);
    }
    if op.op.seq > next {
        if chat.parked >= PARKED_MAX {
            return Ok(Err(Blame::TooManyParked));
        }
        let (partition, sort) = (device_partition(&chat.id, &key.0), op.op.seq.to_be_bytes());
        let waiting = match news.parked.get(&key) {
            Some(bytes) => Some(bytes.clone()),
            None => ctx.store.get(Table::Parked, &partition, &sort)?,
        };
        if let Some(bytes) = waiting {
            return Ok(if bytes == op.bytes { Ok(()) } else { Err(Blame::Cloned) });
        }
        chat.parked += 1;
        if let Some(device) = chat.device(&key.0) {
            let since = device.gap.map_or(ctx.now.wall, |gap| gap.since);
            let before = device.gap.map_or(key.1, |gap| gap.before.min(key.1));
            device.gap = Some(Gap { since, before });
            news.head = true;
        }
        ctx.batch.put(Table::Parked, &partition, &sort, op.bytes.clone());
        news.parked.insert(key, op.bytes);
        return Ok(Ok(()));
    }
    let result = apply(chat, &op, ctx, news)?;
    unpark(chat, key.0, ctx, news)?;
    Ok(result)
}

/// It was said before its device went and came back: that has its own end, and the log behind it is not its.
fn is_of_former_stay(chat: &Chat, op: &SignedOp) -> bool {
    let at = strays::judged_at(chat, &op.op.device, &op.op.control);
    chat.state.devices.get(&op.op.device).is_some_and(|seat| at < seat.since)
}

/// A number taken already: the same operation again is harmless, another one proves a cloned device.
fn same_as_stored(chat: ChatId, op: &SignedOp, ctx: &Context<'_>) -> Result<Result<(), Blame>, Fatal> {
    let partition = device_partition(&chat, &op.op.device);
    let stored = ctx.store.get(Table::Op, &partition, &op.op.seq.to_be_bytes())?;
    let other = stored.is_some_and(|order| order.get(8..) != Some(&op.id.0[..]));
    Ok(if other { Err(Blame::Cloned) } else { Ok(()) })
}

/// Applies what waited for the operation just applied.
fn unpark(chat: &mut Chat, from: DeviceId, ctx: &mut Context<'_>, news: &mut News) -> Result<(), Fatal> {
    while chat.parked > 0 {
        let Some(next) = chat.device(&from).map(|device| device.seq + 1) else { return Ok(()) };
        let partition = device_partition(&chat.id, &from);
        let sort = next.to_be_bytes();
        let waiting = match news.parked.remove(&(from, next)) {
            Some(bytes) => Some(bytes),
            None => ctx.store.get(Table::Parked, &partition, &sort)?,
        };
        let Some(bytes) = waiting else { return Ok(()) };
        ctx.batch.delete(Table::Parked, &partition, &sort);
        chat.parked -= 1;
        let op = SignedOp::decode_trusted(bytes).map_err(|_| Fatal::Row("a parked operation"))?;
        match apply(chat, &op, ctx, news)? {
            Ok(()) => {}
            // It has its place in the log, so the log goes on.
            Err(blame @ (Blame::Body(_) | Blame::Refused(_) | Blame::Denied(_) | Blame::Returns)) => {
                news.refused.push(blame.name())
            }
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

/// Takes the next operation of a device's log.
fn apply(chat: &mut Chat, op: &SignedOp, ctx: &mut Context<'_>, news: &mut News) -> Result<Result<(), Blame>, Fatal> {
    let newest = chat.index();
    let former = is_of_former_stay(chat, op);
    let at = strays::judged_at(chat, &op.op.device, &op.op.control);
    if chat.device(&op.op.device).is_some_and(|device| device.anew) && !former {
        adopt::drop_parked_before(chat, &op.op.device, op.op.seq, ctx)?;
    }
    let Some(device) = chat.device(&op.op.device) else { return Ok(Err(Blame::NotMember)) };
    if op.op.prev != device.prev && (former || !device.anew) {
        return Ok(Err(Blame::Link));
    }
    if op.op.hlc.0 <= device.hlc {
        return Ok(Err(Blame::Backdated));
    }
    device.anew &= former;
    device.arrived |= !former;
    device.gap = None;
    let heard = device.index;
    device.seq = op.op.seq;
    device.prev = op.id;
    device.hlc = op.op.hlc.0;
    device.index = device.index.max(at);
    let said = device.said;
    if at < newest {
        news.old = Some(at);
    }
    news.head = true;
    news.logged = true;
    // A clock that runs ahead must not put its messages below everybody else's for long.
    let shown = show::clamped(op.op.hlc, ctx.now.wall);
    chat.head.hlc = chat.head.hlc.max(shown.0);
    events::said_behind(chat, at, shown.wall_ms(), ctx)?;
    // It has its place in its author's log, which goes on behind it; nobody shows it.
    if at < since(chat, ctx) {
        from_before(op, news);
        return Ok(Ok(()));
    }
    // Of a stay that ended before this one the cut says what counts.
    if !former && at < heard {
        return Ok(Err(Blame::Returns));
    }
    if let Err(denied) = rights::may_say(chat, &op.op, said) {
        return Ok(Err(Blame::Denied(denied)));
    }
    if rights::act(op.op.kind).is_some_and(rights::is_message)
        && let Some(device) = chat.device(&op.op.device)
    {
        device.said = op.op.hlc.0;
    }
    send::file(chat, op, shown, &mut ctx.batch);
    let body = match Body::decode(op.op.kind, &op.op.body) {
        Ok(body) => body,
        Err(error) => return Ok(Err(Blame::Body(error))),
    };
    if let Err(denied) = rights::may_stand(chat, &op.op, &body) {
        return Ok(Err(Blame::Denied(denied)));
    }
    match said::take(chat, op, &body, shown, ctx)? {
        Ok(told) => {
            news.shown |= told.row;
            news.refused.extend(told.refused.iter().map(Refused::name));
        }
        Err(refused) => return Ok(Err(Blame::Refused(refused))),
    }
    match body {
        Body::Hello(hello) => news.hello.push((op.op.device, hello)),
        Body::Welcome(part) => news.parts.push((op.op.device, part)),
        Body::Leave(leave) => news.leaves.push((op.op.device, leave)),
        Body::Heard(Heard::Own(own)) => news.shown |= heard::elsewhere(chat, &op.op.device, &own, ctx)?,
        _ => {}
    }
    Ok(Ok(()))
}

/// The control index from which on this device is in.
fn since(chat: &Chat, ctx: &Context<'_>) -> u64 {
    chat.state.devices.get(&ctx.account.device()).map_or(0, |seat| seat.since)
}

/// Said before we came in, and sealed again since. It was not meant for us, and we may not know the rules that it was
/// said by; who speaks and who leaves concerns us all the same.
fn from_before(op: &SignedOp, news: &mut News) {
    match Body::decode(op.op.kind, &op.op.body) {
        Ok(Body::Hello(hello)) => news.hello.push((op.op.device, hello)),
        Ok(Body::Leave(leave)) => news.leaves.push((op.op.device, leave)),
        Ok(_) | Err(_) => {}
    }
}

/// Goes on behind a gap that nobody fills any more.
pub fn pass_over(chat: &mut Chat, from: &DeviceId, ctx: &mut Context<'_>, news: &mut News) -> Result<(), Fatal> {
    let partition = device_partition(&chat.id, from);
    let first = ctx.store.scan(Table::Parked, &partition, Range::All, 1)?.pop();
    let first = first.and_then(|(sort, _)| sort.try_into().ok()).map(u64::from_be_bytes);
    let Some(device) = chat.device(from) else { return Ok(()) };
    news.head = true;
    device.gap = None;
    let Some(first) = first.filter(|first| *first > device.seq + 1) else { return Ok(()) };
    device.lost += first - device.seq - 1;
    device.seq = first - 1;
    device.anew = true;
    news.shown = true;
    unpark(chat, *from, ctx, news)
}

/// Writes what a page changed, once, and makes the receipt due.
pub fn finish(
    chat: &mut Chat,
    news: News,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
    receipts: &mut BTreeSet<ChatId>,
    changed: &mut BTreeSet<ChatId>,
) -> Result<(), Fatal> {
    for refused in news.refused {
        around.refusals.count(refused);
    }
    for (device, hello) in news.hello {
        around.hellos.push((chat.id, device, hello));
    }
    for (device, part) in news.parts {
        let Some(from) = chat.user_of(&device).filter(|_| !chat.state.is_open()) else { continue };
        if let Some(bytes) = around.arriving.take(&device, part, ctx)? {
            around.arrived.push(Arrived { from, bytes, link: None });
        }
    }
    for (device, leave) in news.leaves {
        members::on_leave(chat, device, &leave, ctx, around)?;
    }
    if news.head {
        proof::forget_passed(chat, &mut ctx.batch);
        chat.store_head(&mut ctx.batch)?;
        adopt::prune(chat, ctx)?;
    }
    chat.store_marks(&mut ctx.batch)?;
    if news.logged {
        receipts.insert(chat.id);
    }
    if let Some(index) = news.old.filter(|index| chat.rooms.contains_key(index)) {
        control::hint(chat, index, ctx)?;
    }
    for (index, hash) in news.named {
        forks::on_named(chat, index, hash, ctx, around)?;
    }
    let before = chat.index();
    for (epoch, decision) in news.decided {
        // What is staged on rows that this input's commit has yet to write waits for the next hint.
        if chat.index() == before {
            forks::on_decided(chat, epoch, decision, ctx, around)?;
        }
    }
    if news.moved && chat.index() == before {
        control::learn(chat, ctx, around)?;
    }
    if chat.index() == before {
        for (device, epoch, stray) in news.strays {
            strays::on_stray(chat, device, epoch, stray, ctx, around)?;
        }
        for (device, part) in news.recalls {
            strays::on_recall(chat, device, part, ctx, around)?;
        }
    }
    if news.shown {
        changed.insert(chat.id);
    }
    Ok(())
}
