//! What people see of a chat.

use super::Chats;
use super::actions::{locate, row_at};
use super::deleting;
use super::forks;
use super::presence;
use super::show::{self, Eye};
use super::state::{Chat, DeviceHead, Phase, Queued};
use crate::chat::op::{Hlc, SignedOp};
use crate::chat::timeline::row::{Place, Row};
use crate::ids::{ChatId, OpId};
use crate::limits::GAP_WAIT_MS;
use crate::peer::account::Account;
use crate::peer::command::{CommandError, Event, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::message::MessageView;
use crate::peer::view::{ChatView, DeviceCopy, Missing, RelayCopy, Ticks, TruthView};
use crate::store::{Range, StoreRead, Table};

/// Messages of one page of history.
pub const PAGE_MAX: usize = 500;

/// Sorts like the timeline.
pub fn order_text(shown: Hlc, id: &OpId) -> String {
    format!("{:016x}{}", shown.0, id.to_hex())
}

/// How far an own operation is.
pub fn ticks(chat: &Chat, seq: u64) -> Ticks {
    if seq <= chat.read() && !chat.said.hides_read {
        Ticks::Read
    } else if seq <= chat.delivered() {
        Ticks::Delivered
    } else if seq <= chat.sent {
        Ticks::Sent
    } else {
        Ticks::Queued
    }
}

/// Says that own messages up to a sequence number have got further.
pub fn notify_ticks(chat: &Chat, ticks: Ticks, seq: u64, ctx: &mut Context<'_>) {
    let at = chat.outbox.partition_point(|queued| queued.seq <= seq);
    let queued = at.checked_sub(1).and_then(|at| chat.outbox.get(at)).filter(|queued| queued.seq == seq);
    let through = match queued {
        Some(queued) => Some(order_text(queued.hlc, &queued.id)),
        None => own_order(chat, seq, ctx),
    };
    if let Some(through) = through {
        ctx.notify(Event::Ticks { chat: chat.id, ticks, through });
    }
}

/// An own operation that left the outbox long ago.
fn own_order(chat: &Chat, seq: u64, ctx: &Context<'_>) -> Option<String> {
    let partition = super::state::device_partition(&chat.id, &ctx.account.device());
    let row = ctx.store.get(Table::Op, &partition, &seq.to_be_bytes()).ok()??;
    let (time, id) = row.split_first_chunk::<8>()?;
    Some(order_text(Hlc(u64::from_be_bytes(*time)), &OpId(id.try_into().ok()?)))
}

/// A chat's row in the list.
pub fn chat_view(chat: &Chat, account: &Account, wall_ms: u64) -> ChatView {
    let titles = &account.titles;
    let (online_until, seen) = presence::shown(chat, account, wall_ms);
    let list = account.list.get(&chat.id).cloned().unwrap_or_default();
    let named = |user: &crate::ids::UserId| titles.get(user).cloned().unwrap_or_else(|| user.to_hex()[..8].to_owned());
    ChatView {
        id: chat.id,
        kind: chat.state.kind(),
        title: chat.info.with.as_ref().map_or_else(|| chat.state.title.clone(), named),
        with: chat.info.with,
        standing: chat.info.standing,
        members: chat.state.users().len(),
        accepted: chat.info.accepted,
        last: chat.last.clone().map(|last| refreshed(chat, last)),
        unread: chat.head.unread,
        mentions: chat.said.mentions.len() as u64,
        pinned: list.pinned,
        archived: list.is_archived(chat.last.as_ref().map(|last| last.at), wall_ms),
        muted_until: if list.is_muted(wall_ms) { list.muted_until } else { 0 },
        marked_unread: list.marked_unread,
        draft: list.draft,
        ttl_s: chat.said.ttl_s,
        online_until,
        seen,
        picture: chat.state.picture,
        topics: chat.state.topics.len(),
        events: chat.events.newest(),
        deleted: deleting::is_deleted(chat, account),
        missing: chat.devices.values().filter_map(missing).collect(),
        forks: forks::view(chat),
    }
}

/// What of a device's log is not here; none if all of it is.
fn missing(head: &DeviceHead) -> Option<Missing> {
    let waiting = head.gap.map_or(0, |gap| gap.before.saturating_sub(head.seq + 1));
    let until = head.gap.map_or(0, |gap| gap.since + GAP_WAIT_MS);
    let any = waiting > 0 || head.lost > 0;
    any.then_some(Missing { user: head.user, device: head.device, waiting, until, lost: head.lost })
}

fn refreshed(chat: &Chat, mut message: MessageView) -> MessageView {
    // The newest own message stands at the end of our log unless a hello came behind it.
    if message.ticks.is_some() {
        let queued = chat.outbox.iter().rev().find(|queued| queued.id == message.id);
        message.ticks = Some(queued.map_or_else(|| ticks(chat, chat.delivered()), |queued| ticks(chat, queued.seq)));
    }
    message
}

/// Tells that a chat's row changed.
pub fn notify_chat(chat: &Chat, ctx: &mut Context<'_>) {
    let view = chat_view(chat, ctx.account, ctx.now.wall);
    ctx.notify(Event::Chat(Box::new(view)));
}

/// The newest message, read once when the chat is loaded.
pub fn load_last(chat: &mut Chat, store: &dyn StoreRead, account: &Account) -> Result<(), Fatal> {
    let eye = Eye { chat, rows: store, account, wall: 0 };
    chat.last = eye.last()?;
    Ok(())
}

/// A message by id.
pub fn message(chat: &Chat, id: &OpId, ctx: &mut Context<'_>) -> Result<Result<MessageView, CommandError>, Fatal> {
    let missing = CommandError::NotFound("message");
    match locate(id, ctx)?.filter(|(place, _)| *place == chat.id) {
        Some((_, place)) => Ok(show::at(chat, &place, ctx)?.ok_or(missing)),
        None => Ok(Err(missing)),
    }
}

impl Chats {
    /// All rows of the list, pinned ones first, then the latest.
    pub fn list(&self, account: &Account, wall_ms: u64) -> Vec<ChatView> {
        let there = self.chats.values().filter(|chat| !deleting::is_deleted(chat, account));
        let mut rows: Vec<_> = there.map(|chat| (latest(chat), chat_view(chat, account, wall_ms))).collect();
        rows.sort_by(|(a, x), (b, y)| (y.pinned, b).cmp(&(x.pinned, a)));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// A page of messages, ascending.
    pub fn page(
        &self,
        id: ChatId,
        before: Option<OpId>,
        limit: usize,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let mut from = match start(id, before, limit, ctx)? {
            Ok(from) => from,
            Err(error) => return Ok(Err(error)),
        };
        let rows = ctx.over.over(ctx.store);
        let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
        let mut messages = Vec::new();
        while messages.len() < limit {
            let page = rows.scan(Table::Timeline, &id.0, Range::Before(&from), limit - messages.len())?;
            let Some((last, _)) = page.last() else { break };
            from = last.clone();
            for (place, row) in &page {
                messages.extend(eye.view(&Place::read(place)?, &Row::decode(row)?, false)?);
            }
        }
        messages.reverse();
        Ok(Ok(Reply::Messages(messages)))
    }

    /// Delivery truth of a message.
    pub fn truth(&self, id: OpId, ctx: &mut Context<'_>) -> Result<Result<Reply, CommandError>, Fatal> {
        let missing = Ok(Err(CommandError::NotFound("message")));
        let Some((chat, place)) = locate(&id, ctx)? else { return missing };
        let Some(chat) = self.chats.get(&chat) else { return missing };
        let Some(message) = show::at(chat, &place, ctx)? else { return missing };
        let Some(row) = row_at(chat, &place, ctx)? else { return missing };
        let op = row.signed(id)?;
        let (relays, devices) = if op.op.device == ctx.account.device() {
            (relay_copies(chat, &op, ctx), device_copies(chat, &op, &ctx.account.device()))
        } else {
            (Vec::new(), Vec::new())
        };
        Ok(Ok(Reply::Truth(Box::new(TruthView { message, relays, devices }))))
    }
}

/// Where a page begins, going back.
pub fn start(
    id: ChatId,
    before: Option<OpId>,
    limit: usize,
    ctx: &mut Context<'_>,
) -> Result<Result<Vec<u8>, CommandError>, Fatal> {
    if limit == 0 || limit > PAGE_MAX {
        return Ok(Err(CommandError::Invalid(format!("a page has 1 to {PAGE_MAX} messages"))));
    }
    let Some(before) = before else { return Ok(Ok(vec![0xff; 41])) };
    let found = locate(&before, ctx)?.filter(|(chat, _)| *chat == id);
    Ok(found.map(|(_, place)| place.sort()).ok_or(CommandError::NotFound("message")))
}

fn latest(chat: &Chat) -> u64 {
    chat.last.as_ref().map_or(chat.info.created, |last| last.at)
}

fn relay_copies(chat: &Chat, op: &SignedOp, ctx: &Context<'_>) -> Vec<(crate::ids::NodeId, RelayCopy)> {
    let seq = op.op.seq;
    // What waited too long in one epoch is sealed again in another.
    let queued = chat.outbox.binary_search_by_key(&seq, |queued| queued.seq).ok().and_then(|at| chat.outbox.get(at));
    let state = chat.rooms.get(&queued.map_or(op.op.control.index, |queued| queued.index));
    let nowhere = queued.is_some_and(|queued| queued.index == Queued::NOWHERE);
    let copy = |relay| {
        if nowhere {
            return RelayCopy::Waiting("it is sealed again: the relays had lost what was decided before".to_owned());
        }
        let Some(link) = state.and_then(|state| state.at.get(relay)) else { return RelayCopy::Released };
        if seq <= chat.kept_by_all() {
            return RelayCopy::Released;
        }
        if seq <= link.mark.acked {
            let known = link.mark.until.iter().rev().find(|(at, _)| *at <= seq).or(link.mark.until.first());
            return RelayCopy::Holds { until: known.map_or(0, |(_, until)| *until) };
        }
        let why = match link.phase {
            Phase::Down if ctx.links.is_up(relay) => "the relay refused and is asked again soon",
            Phase::Down => "the relay is not reachable; it is tried again and again",
            Phase::Opening => "the relay is being asked",
            Phase::Reading | Phase::Live => "on its way",
        };
        RelayCopy::Waiting(why.to_owned())
    };
    chat.state.home.iter().map(|hint| (hint.relay, copy(&hint.relay))).collect()
}

fn device_copies(
    chat: &Chat,
    op: &SignedOp,
    us: &crate::ids::DeviceId,
) -> Vec<(crate::ids::UserId, crate::ids::DeviceId, DeviceCopy)> {
    let (seq, index) = (op.op.seq, op.op.control.index);
    let copy = |device: &super::state::DeviceHead| {
        if seq <= device.delivered {
            return DeviceCopy::Has { read: seq <= device.read && !chat.said.hides_read };
        }
        let why = if !chat.info.accepted {
            "they have not accepted your contact request yet"
        } else if seq <= chat.sent {
            "it waits at the relays until the device is online"
        } else {
            "it is not on enough relays yet"
        };
        DeviceCopy::Waiting(why.to_owned())
    };
    if !chat.has_receipts() {
        return Vec::new();
    }
    // Who came in later was not meant; and what others had when we were out in between nobody told us.
    let was_in = |device: &crate::ids::DeviceId| chat.state.devices.get(device).is_some_and(|seat| seat.since <= index);
    if !was_in(us) {
        return Vec::new();
    }
    let meant = chat.others().filter(|device| was_in(&device.device));
    meant.map(|device| (device.user, device.device, copy(device))).collect()
}
