//! The topics of a group as our user sees them: what stands in each, and what of it is not seen yet.
//!
//! | table | partition | sort | value |
//! |---|---|---|---|
//! | Topic | chat, topic | the message's place | empty: written by `chat::timeline::merge` |
//! | Topic | chat | topic, place | device, sequence number: a message that is not seen |
//!
//! In a chat without topics one number says what is unseen: everything behind the point in each device's log that our
//! user has reached. Who reads one topic and leaves another has no such point. So in a group with topics each unseen
//! message has a row; the points in the logs, which receipts tell the others, move up to the first message that is
//! unseen in any topic.
//!
//! General (0) has no index of messages: it is what stands in no topic that is there.

use super::actions::{Answer, locate};
use super::history::PAGE_MAX;
use super::show::Eye;
use super::state::Chat;
use super::{Chats, history, mentions, receipts};
use crate::chat::control::topic::TopicId;
use crate::chat::op::{Hlc, SignedOp};
use crate::chat::timeline::Broken;
use crate::chat::timeline::row::{self, Place, Row};
use crate::content::{Body, is_message};
use crate::ids::{ChatId, DeviceId, OpId};
use crate::limits::TOPIC_UNSEEN_MAX;
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::message::MessageView;
use crate::peer::view::TopicView;
use crate::store::{Range, StoreRead, Table};
use std::collections::BTreeMap;

/// Messages without a topic.
pub const GENERAL: TopicId = 0;

/// Rows that are looked at for the latest message of General.
const LOOK_BACK: usize = 200;

/// Whose message it is, and where it stands in their log.
type At = (DeviceId, u64);

/// What of a chat's topics is not seen.
#[derive(Debug, Default)]
pub struct Unseen(BTreeMap<TopicId, BTreeMap<Place, At>>);

impl Unseen {
    /// Reads it.
    pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Self, Fatal> {
        let mut unseen = Self::default();
        for (sort, value) in store.scan(Table::Topic, &chat.0, Range::All, TOPIC_UNSEEN_MAX + 1)? {
            let damaged = Fatal::Row("an unseen message of a topic");
            let Some((topic, place)) = sort.split_first_chunk::<8>() else { return Err(damaged) };
            let Some((device, seq)) = value.split_first_chunk::<32>() else { return Err(damaged) };
            let at = (DeviceId(*device), u64::from_be_bytes(seq.try_into().map_err(|_| damaged)?));
            unseen.0.entry(u64::from_be_bytes(*topic)).or_default().insert(Place::read(place)?, at);
        }
        Ok(unseen)
    }

    fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// The first that is not seen.
    fn first(&self) -> Option<Place> {
        self.0.values().filter_map(|topic| topic.first_key_value().map(|(place, _)| *place)).min()
    }

    fn topic_of(&self, place: &Place) -> Option<TopicId> {
        self.0.iter().find(|(_, places)| places.contains_key(place)).map(|(topic, _)| *topic)
    }
}

/// True for a chat in which each topic is read by itself.
pub fn has_topics(chat: &Chat) -> bool {
    !chat.state.topics.is_empty()
}

/// The topic that a message stands in.
pub fn topic_of(chat: &Chat, body: &Body) -> TopicId {
    let named = body.head().and_then(|head| head.topic);
    named.filter(|topic| chat.state.topics.contains_key(topic)).unwrap_or(GENERAL)
}

fn topic_of_op(chat: &Chat, op: &SignedOp) -> TopicId {
    Body::decode(op.op.kind, &op.op.body).map_or(GENERAL, |body| topic_of(chat, &body))
}

fn sort(topic: TopicId, place: &Place) -> Vec<u8> {
    [&topic.to_be_bytes()[..], &place.sort()].concat()
}

/// A message of somebody else came.
pub fn note(chat: &mut Chat, place: &Place, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    if !has_topics(chat) {
        return Ok(());
    }
    let Some(row) = super::actions::row_at(chat, place, ctx)? else { return Ok(()) };
    let op = row.signed(place.id)?;
    let topic = topic_of_op(chat, &op);
    put(chat, topic, *place, (op.op.device, op.op.seq), ctx);
    // The oldest gives way: so many messages nobody goes through one by one.
    while chat.said.topics.len() > TOPIC_UNSEEN_MAX {
        let Some(first) = chat.said.topics.first() else { break };
        forget(chat, &first, ctx);
    }
    Ok(())
}

fn put(chat: &mut Chat, topic: TopicId, place: Place, at: At, ctx: &mut Context<'_>) {
    let value = [&at.0.0[..], &at.1.to_be_bytes()].concat();
    ctx.batch.put(Table::Topic, &chat.id.0, &sort(topic, &place), value);
    chat.said.topics.0.entry(topic).or_default().insert(place, at);
}

/// A message is gone, or seen.
pub fn forget(chat: &mut Chat, place: &Place, ctx: &mut Context<'_>) {
    let Some(topic) = chat.said.topics.topic_of(place) else { return };
    ctx.batch.delete(Table::Topic, &chat.id.0, &sort(topic, place));
    if let Some(places) = chat.said.topics.0.get_mut(&topic) {
        places.remove(place);
    }
}

/// Whether a message that lies behind the point in its device's log counts as unseen.
pub fn is_unseen(chat: &Chat, place: &Place) -> bool {
    !has_topics(chat) || chat.said.topics.topic_of(place).is_some()
}

/// The points in the logs moved: what lies before them is seen, whatever its topic. The number of unseen messages.
pub fn settle(chat: &mut Chat, ctx: &mut Context<'_>) -> u64 {
    let seen = |(device, seq): &At| chat.devices.get(device).is_none_or(|head| *seq <= head.seen);
    let all = chat.said.topics.0.values().flatten();
    let passed: Vec<Place> = all.filter(|(_, at)| seen(at)).map(|(place, _)| *place).collect();
    for place in &passed {
        forget(chat, place, ctx);
    }
    chat.said.topics.len() as u64
}

/// The topics changed: what is unseen goes by those that are there now. `before`: there were topics already.
pub fn changed(chat: &mut Chat, before: bool, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let now = has_topics(chat);
    if now && !before {
        for (place, at) in unseen_without_topics(chat, ctx)? {
            put(chat, GENERAL, place, at, ctx);
        }
    }
    let gone = |topic: &TopicId| !now || (*topic != GENERAL && !chat.state.topics.contains_key(topic));
    let homeless: Vec<TopicId> = chat.said.topics.0.keys().filter(|topic| gone(topic)).copied().collect();
    for topic in homeless {
        for (place, at) in chat.said.topics.0.remove(&topic).unwrap_or_default() {
            ctx.batch.delete(Table::Topic, &chat.id.0, &sort(topic, &place));
            if now {
                put(chat, GENERAL, place, at, ctx);
            }
        }
    }
    Ok(())
}

fn unseen_without_topics(chat: &Chat, ctx: &mut Context<'_>) -> Result<Vec<(Place, At)>, Fatal> {
    let mut found = Vec::new();
    let mut before = vec![0xff; 41];
    while (found.len() as u64) < chat.head.unread.min(TOPIC_UNSEEN_MAX as u64) {
        let page = ctx.rows().scan(Table::Timeline, &chat.id.0, Range::Before(&before), 256)?;
        let Some((last, _)) = page.last() else { break };
        before = last.clone();
        for (place, bytes) in &page {
            let (place, row) = (Place::read(place)?, Row::decode(bytes)?);
            let op = row.signed(place.id)?;
            let behind = chat.devices.get(&op.op.device).is_some_and(|device| op.op.seq > device.seen);
            if behind && is_message(op.op.kind) && !row.is_erased() {
                found.push((place, (op.op.device, op.op.seq)));
            }
        }
    }
    Ok(found)
}

/// The greatest place that sorts before one.
fn before_it(place: Option<Place>) -> Option<Place> {
    let place = place?;
    let mut id = place.id.0;
    for byte in id.iter_mut().rev() {
        let (less, borrow) = byte.overflowing_sub(1);
        *byte = less;
        if !borrow {
            return Some(Place { shown: place.shown, id: OpId(id) });
        }
    }
    Some(Place { shown: Hlc(place.shown.0.saturating_sub(1)), id: OpId(id) })
}

impl Chats {
    /// Our user has seen a topic up to this message.
    pub fn read_topic(&mut self, id: ChatId, topic: TopicId, up_to: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        if !has_topics(chat) {
            return self.mark_read(id, up_to, ctx);
        }
        let Some((_, end)) = locate(&up_to, ctx)?.filter(|(chat, _)| *chat == id) else {
            return Ok(Err(CommandError::NotFound("message")));
        };
        let before = chat.said.topics.first();
        let places = chat.said.topics.0.get(&topic);
        let seen: Vec<Place> = places.into_iter().flatten().map(|(place, _)| *place).filter(|at| *at <= end).collect();
        if seen.is_empty() {
            return Ok(Ok(Reply::Done));
        }
        for place in &seen {
            forget(chat, place, ctx);
        }
        let first = chat.said.topics.first();
        let moved = first != before && receipts::reach(chat, before_it(first).as_ref(), ctx)?;
        chat.head.unread = settle(chat, ctx);
        chat.store_head(&mut ctx.batch)?;
        mentions::settle(chat, ctx)?;
        if moved {
            self.receipts.insert(id);
        }
        self.changed.insert(id);
        Ok(Ok(Reply::Done))
    }

    /// The topics of a chat, General first; nothing if it has none.
    pub fn topics(&self, id: ChatId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        if !has_topics(chat) {
            return Ok(Ok(Reply::Topics(Vec::new())));
        }
        let rows = ctx.over.over(ctx.store);
        let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
        let view = |id: TopicId| -> Result<TopicView, Broken> {
            let topic = chat.state.topics.get(&id);
            Ok(TopicView {
                id,
                title: topic.map_or_else(String::new, |topic| topic.face.title.clone()),
                icon: topic.map_or_else(String::new, |topic| topic.face.icon.clone()),
                closed: topic.is_some_and(|topic| topic.face.closed),
                by: topic.map(|topic| topic.by),
                unread: chat.said.topics.0.get(&id).map_or(0, |places| places.len() as u64),
                last: page(&eye, id, &[0xff; 41], 1, LOOK_BACK)?.pop(),
            })
        };
        let ids = std::iter::once(GENERAL).chain(chat.state.topics.keys().copied());
        Ok(Ok(Reply::Topics(ids.map(view).collect::<Result<_, _>>()?)))
    }

    /// A page of what stands in a topic, ascending.
    pub fn in_topic(
        &self,
        id: ChatId,
        topic: TopicId,
        before: Option<OpId>,
        limit: usize,
        ctx: &mut Context<'_>,
    ) -> Answer {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        if topic != GENERAL && !chat.state.topics.contains_key(&topic) {
            return Ok(Err(CommandError::NotFound("topic")));
        }
        let from = match history::start(id, before, limit, ctx)? {
            Ok(from) => from,
            Err(error) => return Ok(Err(error)),
        };
        let rows = ctx.over.over(ctx.store);
        let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
        let mut messages = page(&eye, topic, &from, limit, usize::MAX)?;
        messages.reverse();
        Ok(Ok(Reply::Messages(messages)))
    }
}

/// What stands in a topic before a place, the newest first. At most `look` rows are looked at.
fn page(eye: &Eye<'_>, topic: TopicId, from: &[u8], limit: usize, mut look: usize) -> Result<Vec<MessageView>, Broken> {
    let (mut from, mut messages) = (from.to_vec(), Vec::new());
    let index = (topic != GENERAL).then(|| row::in_topic(&eye.chat.id, topic));
    while messages.len() < limit && look > 0 {
        let (table, partition) = match &index {
            Some(index) => (Table::Topic, &index[..]),
            None => (Table::Timeline, &eye.chat.id.0[..]),
        };
        let found = eye.rows.scan(table, partition, Range::Before(&from), PAGE_MAX.min(look))?;
        let Some((last, _)) = found.last() else { break };
        from = last.clone();
        for (place, bytes) in &found {
            look -= 1;
            let place = Place::read(place)?;
            let view = match &index {
                Some(_) => eye.at(&place)?,
                None => {
                    let row = Row::decode(bytes)?;
                    let named = row.signed(place.id).map(|op| topic_of_op(eye.chat, &op));
                    if named? == GENERAL { eye.view(&place, &row, false)? } else { None }
                }
            };
            messages.extend(view);
            if messages.len() == limit {
                break;
            }
        }
    }
    Ok(messages)
}
