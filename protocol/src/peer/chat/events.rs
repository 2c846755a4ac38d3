//! What happened to a chat of many, for people: who came and went, its name, its picture, roles. One row for a decided block that
//! says such a thing, `Table::Control`, partition = chat, sort = `0b | index`.
//!
//! Blocks have no time. What happened stands where its block was taken in here, or before the first thing that was said
//! behind it, if that is earlier: so whoever catches up on a week finds it among what was said then.
//!
//! Nobody is told of it and nothing follows from it. Who comes in later does not see what was before; a channel does not say
//! who subscribes.

use super::Chats;
use super::actions::Answer;
use super::state::Chat;
use crate::chat::control::block::Block;
use crate::chat::control::intent::Intent;
use crate::chat::control::rules::Role;
use crate::chat::control::state::State;
use crate::ids::{ChatId, UserId};
use crate::limits::{EVENT_USERS_SHOWN, EVENTS_KEPT};
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::cbor;
use crate::wire::registry::chat as kind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Sort prefix of the rows.
const EVENT: u8 = 11;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The chat was made.
    Made,
    /// These came in (the first of them), by a link or by somebody's hand.
    Added(Vec<UserId>, bool),
    /// These were taken out (the first of them).
    Removed(Vec<UserId>),
    /// This one left.
    Left(UserId),
    /// The chat is called that.
    Title(String),
    /// There is another description.
    About,
    /// There is a new picture, or none any more.
    Picture(bool),
    /// This one became an admin.
    Promoted(UserId),
    /// This one is a member like others.
    Member(UserId),
    /// This one may do less.
    Restricted(UserId),
    /// This one cannot be added again.
    Banned(UserId),
    /// The chat has another owner.
    Owner(UserId),
}

impl What {
    /// Whom it happened to.
    pub fn users(&self) -> &[UserId] {
        match self {
            What::Added(users, _) | What::Removed(users) => users,
            What::Left(user)
            | What::Promoted(user)
            | What::Member(user)
            | What::Restricted(user)
            | What::Banned(user)
            | What::Owner(user) => std::slice::from_ref(user),
            What::Made | What::Title(_) | What::About | What::Picture(_) => &[],
        }
    }
}

/// Something that happened, with what people call those in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventView {
    /// The control index.
    pub index: u64,
    /// What.
    pub event: ChatEvent,
    /// Names of all who are in it.
    pub names: BTreeMap<UserId, String>,
}

/// Something that happened, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatEvent {
    /// When, as far as that is known here, milliseconds since 1970.
    pub at: u64,
    /// Who did it.
    pub by: UserId,
    /// What.
    pub what: What,
}

/// The events of a chat: their control indexes and times.
#[derive(Debug, Default)]
pub struct Events(BTreeMap<u64, u64>);

impl Events {
    /// Reads where they are.
    pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Self, Fatal> {
        Ok(Self(rows(store, chat)?.into_iter().map(|(index, event)| (index, event.at)).collect()))
    }

    /// Grows with everything that happens; 0 for nothing yet.
    pub fn newest(&self) -> u64 {
        self.0.last_key_value().map_or(0, |(index, _)| index + 1)
    }
}

fn sort(index: u64) -> [u8; 9] {
    let mut sort = [EVENT; 9];
    sort[1..].copy_from_slice(&index.to_be_bytes());
    sort
}

fn rows(store: &dyn StoreRead, chat: &ChatId) -> Result<Vec<(u64, ChatEvent)>, Fatal> {
    let damaged = || Fatal::Row("an event of a chat");
    let mut events = Vec::new();
    for (sort, row) in store.scan(Table::Control, &chat.0, Range::From(&[EVENT]), EVENTS_KEPT + 1)? {
        let Some((&EVENT, index)) = sort.split_first() else { break };
        let index = u64::from_be_bytes(index.try_into().map_err(|_| damaged())?);
        events.push((index, cbor::decode(&row, "event of a chat", usize::MAX).map_err(|_| damaged())?));
    }
    Ok(events)
}

fn put(chat: &ChatId, index: u64, event: &ChatEvent, batch: &mut Batch) -> Result<(), Fatal> {
    let row = cbor::encode(event).map_err(|_| Fatal::Bug("an event does not encode"))?;
    batch.put(Table::Control, &chat.0, &sort(index), row);
    Ok(())
}

/// A block is taken in that leads to `next`; the chat stands before it.
pub fn decided(chat: &mut Chat, block: &Block, next: &State, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let content = block.content();
    let Some(by) = chat.state.user_of(&content.author) else { return Ok(()) };
    let known = what(&chat.state, next, &content.intent);
    let Some(what) = known.filter(|what| is_told(next.kind(), what)) else { return Ok(()) };
    note(chat, content.index, by, what, ctx)
}

/// We came in, or made the chat: what block that was says who let us in.
pub fn entered(chat: &mut Chat, block: Option<&Block>, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let us = ctx.account.user();
    let (by, what) = match block {
        None => (us, What::Made),
        Some(block) => {
            let link = matches!(block.content().intent, Intent::AddByLink { .. });
            (chat.state.user_of(&block.content().author).unwrap_or(us), What::Added(vec![us], link))
        }
    };
    // A further device of our own tells nobody anything.
    let news = chat.state.is_open() && (block.is_none() || by != us);
    if news { note(chat, chat.index(), by, what, ctx) } else { Ok(()) }
}

fn note(chat: &mut Chat, index: u64, by: UserId, what: What, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let at = ctx.now.wall;
    put(&chat.id, index, &ChatEvent { at, by, what }, &mut ctx.batch)?;
    chat.events.0.insert(index, at);
    while chat.events.0.len() > EVENTS_KEPT
        && let Some((oldest, _)) = chat.events.0.pop_first()
    {
        ctx.batch.delete(Table::Control, &chat.id.0, &sort(oldest));
    }
    Ok(())
}

/// What is told of this index and later ones did not happen: another chain stands.
pub fn forget_from(chat: &mut Chat, index: u64, batch: &mut Batch) {
    for index in chat.events.0.split_off(&index).into_keys() {
        batch.delete(Table::Control, &chat.id.0, &sort(index));
    }
}

/// Something was said in the epoch of that index at that time: what made the epoch happened before.
pub fn said_behind(chat: &mut Chat, index: u64, at: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    // What is decided later did not happen earlier.
    let least = chat.events.0.range(..index).next_back().map_or(0, |(_, at)| *at);
    let at = at.saturating_sub(1).max(least);
    match chat.events.0.get_mut(&index) {
        Some(known) if at < *known => *known = at,
        Some(_) | None => return Ok(()),
    }
    let row = ctx.rows().get(Table::Control, &chat.id.0, &sort(index))?;
    let Some(row) = row else { return Ok(()) };
    let event = cbor::decode(&row, "event of a chat", usize::MAX).map_err(|_| Fatal::Row("an event of a chat"))?;
    put(&chat.id, index, &ChatEvent { at, ..event }, &mut ctx.batch)
}

fn is_told(of: u16, what: &What) -> bool {
    match of {
        kind::GROUP => true,
        kind::CHANNEL => matches!(what, What::Made | What::Title(_) | What::About | What::Picture(_) | What::Owner(_)),
        _ => false,
    }
}

fn what(before: &State, next: &State, intent: &Intent) -> Option<What> {
    let (old, new): (BTreeSet<UserId>, BTreeSet<UserId>) = (before.users(), next.users());
    let came = || some(new.difference(&old).copied());
    let went = || some(old.difference(&new).copied());
    match intent {
        Intent::AddDevices(_) => came().map(|users| What::Added(users, false)),
        Intent::AddByLink { .. } => came().map(|users| What::Added(users, true)),
        Intent::RemoveDevices(_) => went().map(What::Removed),
        Intent::Depart(_) => went().and_then(|users| users.first().copied()).map(What::Left),
        Intent::SetInfo(change) => match (&change.title, &change.about, &change.picture) {
            (Some(title), ..) if *title != before.title => Some(What::Title(title.clone())),
            (_, _, Some(picture)) => Some(What::Picture(picture.is_some())),
            (_, Some(_), None) => Some(What::About),
            (_, None, None) => None,
        },
        Intent::SetRole { user, role } => Some(match role {
            Role::Owner => What::Owner(*user),
            Role::Admin(_) => What::Promoted(*user),
            Role::Member => What::Member(*user),
            Role::Restricted { .. } => What::Restricted(*user),
            Role::Banned => What::Banned(*user),
        }),
        Intent::Transfer(user) => Some(What::Owner(*user)),
        Intent::KeyUpdate
        | Intent::SetHomeRelays(_)
        | Intent::SetPolicy { .. }
        | Intent::SetLink(_)
        | Intent::RevokeLink(_)
        | Intent::SetTopic { .. }
        | Intent::RemoveTopic(_)
        | Intent::Readmit(_)
        | Intent::Unknown { .. } => None,
    }
}

fn some(users: impl Iterator<Item = UserId>) -> Option<Vec<UserId>> {
    let users: Vec<UserId> = users.take(EVENT_USERS_SHOWN).collect();
    (!users.is_empty()).then_some(users)
}

impl Chats {
    /// What happened to a chat, ascending by time.
    pub fn events(&self, id: ChatId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let mut events: Vec<(u64, ChatEvent)> = rows(ctx.store, &id)?;
        events.retain(|(_, event)| event.at > chat.info.cleared);
        events.sort_by_key(|(index, event)| (event.at, *index));
        let (us, titles) = (ctx.account.user(), &ctx.account.titles);
        let called = |user: &UserId| match *user == us {
            true => ctx.account.name.clone(),
            false => titles.get(user).cloned().unwrap_or_else(|| user.to_hex()[..8].to_owned()),
        };
        let named = |user: &UserId| (*user, called(user));
        let view = |(index, event): (u64, ChatEvent)| {
            let names = event.what.users().iter().chain([&event.by]).map(named).collect();
            EventView { index, event, names }
        };
        Ok(Ok(Reply::Events(events.into_iter().map(view).collect())))
    }
}
