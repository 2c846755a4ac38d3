//! What people do to messages: each act is checked by the same rules as the others' operations are, said, and applied.

use super::said::{self, Told};
use super::state::Chat;
use super::{Chats, rights, send, show};
use crate::chat::op::ControlPoint;
use crate::chat::timeline::merge::find;
use crate::chat::timeline::poll;
use crate::chat::timeline::rights::Right;
use crate::chat::timeline::row::{self, Flags, Place, Row};
use crate::content::close::Close;
use crate::content::delete::Delete;
use crate::content::edit::Edit;
use crate::content::lifetime::Lifetime;
use crate::content::live::Live;
use crate::content::location::Point;
use crate::content::pin::Pin;
use crate::content::reaction::Reaction;
use crate::content::viewed::Viewed;
use crate::content::vote::Vote;
use crate::content::{Body, is_message};
use crate::ids::{ChatId, OpId};
use crate::limits::{CLEAR_MAX, DELETE_TARGETS_MAX, VOTE_CHANGES_MAX};
use crate::peer::command::{Act, CommandError, Reply};
use crate::peer::contacts::Contacts;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::Content;
use crate::store::{Range, StoreRead, Table};

/// What a command answers.
pub type Answer = Result<Result<Reply, CommandError>, Fatal>;

pub(super) const NO_MESSAGE: CommandError = CommandError::NotFound("message");

/// Where a message is.
pub fn locate(message: &OpId, ctx: &mut Context<'_>) -> Result<Option<(ChatId, Place)>, Fatal> {
    Ok(find(&ctx.rows(), message)?)
}

fn invalid(error: impl std::fmt::Display) -> CommandError {
    CommandError::Invalid(format!("that cannot be done: {error}"))
}

impl Chats {
    /// Does what people ask.
    pub fn act(&mut self, act: Act, contacts: &Contacts, ctx: &mut Context<'_>) -> Answer {
        match act {
            Act::Edit { message, text, entities } => {
                let counter = self.next_counter(&message, ctx)?;
                match (Edit { target: message, counter, text, entities }).checked() {
                    Ok(edit) => self.change(message, &Body::Edit(edit), ctx),
                    Err(error) => Ok(Err(invalid(error))),
                }
            }
            Act::Delete { messages, for_all } => self.delete(messages, for_all, ctx),
            Act::React { message, mut emoji } => {
                emoji.sort_unstable();
                emoji.dedup();
                match (Reaction { target: message, emoji }).checked() {
                    Ok(reaction) => self.change(message, &Body::Reaction(reaction), ctx),
                    Err(error) => Ok(Err(invalid(error))),
                }
            }
            Act::Pin { message, pinned } => self.change(message, &Body::Pin(Pin { target: message, pinned }), ctx),
            Act::Forward { messages, to, attributed } => self.forward(&messages, &to, attributed, contacts, ctx),
            Act::Vote { message, options } => self.vote(message, options, ctx),
            Act::Close(message) => self.change(message, &Body::Close(Close { target: message }), ctx),
            Act::Point { message, point } => self.point(message, point, ctx),
            Act::View(message) => self.view_once(message, ctx),
            Act::SetLifetime { chat, ttl_s } => self.set_lifetime(chat, ttl_s, ctx),
            Act::Clear { chat, from, until, for_all } => self.clear(chat, from, until, for_all, ctx),
            Act::Typing(chat) => self.say_typing(chat, ctx),
            Act::Want { chat, message } => self.say_wanted(chat, message, ctx),
            Act::ReadTopic { chat, topic, up_to } => self.read_topic(chat, topic, up_to, ctx),
            Act::Here(here) => self.set_here(here, ctx),
            Act::SetReadReceipts(told) => self.set_read_receipts(told, ctx),
            Act::Hear(message) => self.hear(message, ctx),
        }
    }

    /// One more than the counter of a message's latest wording or point.
    fn next_counter(&self, message: &OpId, ctx: &mut Context<'_>) -> Result<u32, Fatal> {
        let Some((chat, _)) = locate(message, ctx)? else { return Ok(1) };
        let last = ctx.rows().scan(Table::Version, &row::of(&chat, message), Range::Reverse, 1)?.pop();
        let counter = last.and_then(|(sort, _)| sort.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes)));
        Ok(counter.map_or(1, |counter| counter.saturating_add(1)))
    }

    /// Says something that changes a message which people see, and answers with it.
    pub(super) fn change(&mut self, message: OpId, body: &Body, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(NO_MESSAGE)) };
        if let Some(why) = chat.info.standing.outside() {
            return Ok(Err(CommandError::Refused(why.into())));
        }
        match show::at(chat, &place, ctx)? {
            None => return Ok(Err(NO_MESSAGE)),
            Some(view) if matches!(view.content, Content::Deleted { .. } | Content::Viewed) => {
                return Ok(Err(CommandError::Refused("the message is gone already".into())));
            }
            Some(_) => {}
        }
        let told = match send::say(chat, body, ctx)? {
            Ok((_, told)) => told,
            Err(refused) => return Ok(Err(CommandError::Refused(refused.to_string()))),
        };
        let view = show::at(chat, &place, ctx)?;
        self.note(id, &told);
        Ok(view.map(|view| Reply::Message(Box::new(view))).ok_or(NO_MESSAGE))
    }

    pub(super) fn note(&mut self, id: ChatId, told: &Told) {
        if told.row {
            self.changed.insert(id);
        }
    }

    fn vote(&mut self, message: OpId, mut options: Vec<u8>, ctx: &mut Context<'_>) -> Answer {
        let Some((chat, _)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let us = ctx.account.user();
        let last = poll::vote_of(&ctx.rows(), &chat, &message, &us)?;
        let counter = last.map_or(1, |last| last.counter + 1);
        if counter > VOTE_CHANGES_MAX {
            return Ok(Err(CommandError::Refused(format!("a vote can be changed {} times", VOTE_CHANGES_MAX - 1))));
        }
        options.sort_unstable();
        options.dedup();
        match (Vote { target: message, counter, options }).checked() {
            Ok(vote) => self.change(message, &Body::Vote(vote), ctx),
            Err(error) => Ok(Err(invalid(error))),
        }
    }

    /// The next point of a live location; without one, it ends where it is.
    fn point(&mut self, message: OpId, point: Option<Point>, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(NO_MESSAGE)) };
        let last = match show::at(chat, &place, ctx)?.map(|view| view.content) {
            Some(Content::Location(location)) => location.point,
            Some(_) | None => return Ok(Err(CommandError::NotFound("live location"))),
        };
        let counter = self.next_counter(&message, ctx)?;
        let live = Live { target: message, counter, point: point.unwrap_or(last), ends: point.is_none() };
        match live.checked() {
            Ok(live) => self.change(message, &Body::Live(live), ctx),
            Err(error) => Ok(Err(invalid(error))),
        }
    }

    fn view_once(&mut self, message: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(NO_MESSAGE)) };
        let Some(seen) = show::revealed(chat, &place, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        match send::say(chat, &Body::Viewed(Viewed { target: message }), ctx)? {
            Ok((_, told)) => self.note(id, &told),
            Err(refused) => return Ok(Err(CommandError::Refused(refused.to_string()))),
        }
        match seen.content {
            Content::Viewed | Content::Deleted { .. } => {
                Ok(Err(CommandError::Refused("the message was seen already".into())))
            }
            Content::Text
            | Content::Poll(_)
            | Content::Card(_)
            | Content::Location(_)
            | Content::File(_)
            | Content::ViewOnce => Ok(Ok(Reply::Message(Box::new(seen)))),
        }
    }

    fn set_lifetime(&mut self, id: ChatId, ttl_s: Option<u32>, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let body = match (Lifetime { ttl_s }).checked() {
            Ok(lifetime) => Body::Lifetime(lifetime),
            Err(error) => return Ok(Err(invalid(error))),
        };
        match send::say(chat, &body, ctx)? {
            Ok((_, told)) => self.note(id, &told),
            Err(refused) => return Ok(Err(CommandError::Refused(refused.to_string()))),
        }
        Ok(Ok(Reply::Done))
    }

    fn delete(&mut self, messages: Vec<OpId>, for_all: bool, ctx: &mut Context<'_>) -> Answer {
        let mut places = Vec::new();
        for message in &messages {
            let Some(found) = locate(message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
            places.push(found);
        }
        let Some(id) = places.first().map(|(id, _)| *id) else { return Ok(Err(NO_MESSAGE)) };
        if places.iter().any(|(chat, _)| *chat != id) {
            return Ok(Err(CommandError::Invalid("messages of one chat can be deleted together".into())));
        }
        let places: Vec<Place> = places.into_iter().map(|(_, place)| place).collect();
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(NO_MESSAGE)) };
        for place in &places {
            match row_at(chat, place, ctx)? {
                None => return Ok(Err(NO_MESSAGE)),
                Some(row) if for_all && !may_delete(chat, &row, ctx) => {
                    let why = "only its author, or somebody with the right, can delete a message for everybody";
                    return Ok(Err(CommandError::Refused(why.into())));
                }
                Some(_) => {}
            }
        }
        self.remove(id, &places, for_all, ctx)
    }

    fn remove(&mut self, id: ChatId, places: &[Place], for_all: bool, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        if !for_all {
            let told = said::end(chat, places, Flags::HIDDEN, ctx)?;
            self.note(id, &told);
            return Ok(Ok(Reply::Done));
        }
        let mut targets: Vec<OpId> = places.iter().map(|place| place.id).collect();
        targets.sort_unstable();
        targets.dedup();
        let mut row = false;
        for targets in targets.chunks(DELETE_TARGETS_MAX) {
            match send::say(chat, &Body::Delete(Delete { targets: targets.to_vec() }), ctx)? {
                Ok((_, told)) => row |= told.row,
                Err(_) => return Err(Fatal::Bug("an own deletion that was checked is refused")),
            }
        }
        self.note(id, &Told { row, ..Told::default() });
        Ok(Ok(Reply::Done))
    }

    fn clear(
        &mut self,
        id: ChatId,
        from: Option<u64>,
        until: Option<u64>,
        for_all: bool,
        ctx: &mut Context<'_>,
    ) -> Answer {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let (from, until) = (from.unwrap_or(0), until.unwrap_or(u64::MAX));
        let mut sort = crate::chat::op::Hlc::at(from).0.to_be_bytes().to_vec();
        // What is taken back from everybody, and what is not shown here any more: for everybody that is the former, and what was
        // taken back before.
        let (mut back, mut gone) = (Vec::new(), Vec::new());
        'pages: loop {
            let page = ctx.rows().scan(Table::Timeline, &id.0, Range::From(&sort), 256)?;
            let Some((last, _)) = page.last() else { break };
            sort = [last, &[0][..]].concat();
            for (place, row) in &page {
                let (place, row) = (Place::read(place)?, Row::decode(row)?);
                if place.shown.wall_ms() >= until {
                    break 'pages;
                }
                if row.flags.has(Flags::HIDDEN) || !is_message(row.signed(place.id)?.op.kind) {
                    continue;
                }
                if for_all && !row.is_erased() {
                    if !may_delete(chat, &row, ctx) {
                        continue;
                    }
                    back.push(place);
                }
                gone.push(place);
            }
            if gone.len() > CLEAR_MAX {
                let why = format!("that are more than {CLEAR_MAX} messages; clear a shorter time first");
                return Ok(Err(CommandError::Refused(why)));
            }
        }
        if for_all && let Err(why) = self.remove(id, &back, true, ctx)? {
            return Ok(Err(why));
        }
        self.remove(id, &gone, false, ctx)
    }

    /// Drops messages whose lifetime is over.
    pub fn expire(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        const AT_ONCE: usize = 256;
        let due = ctx.rows().scan(Table::Expiry, &[], Range::All, AT_ONCE)?;
        for (sort, _) in due {
            let damaged = Fatal::Row("a date of expiry");
            let (at, rest) = sort.split_first_chunk::<8>().ok_or(damaged.clone())?;
            let (chat, place) = rest.split_first_chunk::<32>().ok_or(damaged)?;
            let at = u64::from_be_bytes(*at);
            if at > ctx.now.wall {
                ctx.expiry = Some(at);
                return Ok(());
            }
            let (id, place) = (ChatId(*chat), Place::read(place)?);
            ctx.rows().delete(Table::Expiry, &[], &sort);
            if let Some(chat) = self.chats.get_mut(&id) {
                let told = said::end(chat, &[place], Flags::EXPIRED, ctx)?;
                self.note(id, &told);
            }
        }
        // More may be due: once more at once, or when the next comes.
        let next = ctx.rows().scan(Table::Expiry, &[], Range::All, 1)?.pop();
        ctx.expiry = next.and_then(|(sort, _)| sort.first_chunk::<8>().map(|at| u64::from_be_bytes(*at)));
        Ok(())
    }
}

/// A message's row.
pub fn row_at(chat: &Chat, place: &Place, ctx: &mut Context<'_>) -> Result<Option<Row>, Fatal> {
    let row = ctx.rows().get(Table::Timeline, &chat.id.0, &place.sort())?;
    Ok(row.map(|row| Row::decode(&row)).transpose()?)
}

fn may_delete(chat: &Chat, row: &Row, ctx: &Context<'_>) -> bool {
    row.from == ctx.account.user()
        || point(chat).is_some_and(|at| rights::may(chat, &ctx.account.user(), Right::DeleteAny, &at))
}

/// The control state at which we would speak now.
pub fn point(chat: &Chat) -> Option<ControlPoint> {
    chat.rooms.last_key_value().map(|(_, room)| room.control)
}
