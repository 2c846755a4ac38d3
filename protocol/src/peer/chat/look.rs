//! Questions about messages that a page of history does not answer.

use super::actions::{Answer, locate, row_at};
use super::history::chat_view;
use super::{Chats, show};
use crate::chat::timeline::merge::{emoji, stored};
use crate::chat::timeline::poll;
use crate::chat::timeline::row::{self, Flags, Place};
use crate::content::Body;
use crate::ids::{ChatId, OpId, UserId};
use crate::limits::{EDITS_KEPT, PEOPLE_SHOWN, PINS_SHOWN};
use crate::peer::command::{CommandError, Look, Reply};
use crate::peer::contacts::Contacts;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::{Content, Wording};
use crate::store::{Range, StoreRead, Table};

/// Messages of one answer that name our user.
const MENTIONS_SHOWN: usize = 100;

const NO_MESSAGE: CommandError = CommandError::NotFound("message");

impl Chats {
    /// Answers a question.
    pub fn look(&self, look: Look, contacts: &Contacts, ctx: &mut Context<'_>) -> Answer {
        match look {
            Look::Chat(id) => Ok(match self.chats.get(&id) {
                Some(chat) => Ok(Reply::Chat(Box::new(chat_view(chat, ctx.account, ctx.now.wall)))),
                None => Err(CommandError::NotFound("chat")),
            }),
            Look::Events(chat) => self.events(chat, ctx),
            Look::Message(message) => self.one(message, ctx),
            Look::Wordings(message) => self.wordings(message, ctx),
            Look::Reactions(message) => self.reactions(message, ctx),
            Look::Votes(message) => self.votes(message, ctx),
            Look::ReadReceipts => Ok(Ok(Reply::ReadReceipts(!self.hides_read))),
            Look::SeenRoughly => Ok(Ok(Reply::SeenRoughly(ctx.account.seen_roughly))),
            Look::Pinned(chat) => self.pinned(chat, ctx),
            Look::Topics(chat) => self.topics(chat, ctx),
            Look::InTopic { chat, topic, before, limit } => self.in_topic(chat, topic, before, limit, ctx),
            Look::Mentions(chat) => self.mentions(chat, ctx),
            Look::RelaysOf(user) => {
                let relays = contacts.reach(&user).map(|(_, mailbox)| mailbox.relays);
                Ok(Ok(Reply::Relays(relays.unwrap_or_default())))
            }
            Look::OwnRelays => Ok(Ok(Reply::Relays(ctx.account.reachable_at()))),
            Look::Home(chat) => Ok(match self.chats.get(&chat) {
                Some(chat) => Ok(Reply::Relays(chat.state.home.clone())),
                None => Err(CommandError::NotFound("chat")),
            }),
        }
    }

    fn mentions(&self, id: ChatId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let mut messages = Vec::new();
        for place in chat.said.mentions.iter().take(MENTIONS_SHOWN) {
            messages.extend(show::at(chat, place, ctx)?);
        }
        Ok(Ok(Reply::Messages(messages)))
    }

    fn one(&self, message: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(NO_MESSAGE)) };
        let view = show::at(chat, &place, ctx)?;
        Ok(view.map(|view| Reply::Message(Box::new(view))).ok_or(NO_MESSAGE))
    }

    fn wordings(&self, message: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(NO_MESSAGE)) };
        let Some(row) = row_at(chat, &place, ctx)?.filter(|row| !row.is_erased()) else { return Ok(Err(NO_MESSAGE)) };
        let first = row.signed(message)?;
        let Ok(Body::Text(text)) = Body::decode(first.op.kind, &first.op.body) else { return Ok(Err(NO_MESSAGE)) };
        if text.head.view_once {
            return Ok(Err(NO_MESSAGE));
        }
        let mut wordings = vec![Wording { text: text.text, entities: text.entities, at: first.op.hlc.wall_ms() }];
        if row.flags.has(Flags::EDITED) {
            for (_, bytes) in ctx.rows().scan(Table::Version, &row::of(&id, &message), Range::All, EDITS_KEPT)? {
                let op = stored(bytes)?;
                if let Ok(Body::Edit(edit)) = Body::decode(op.op.kind, &op.op.body) {
                    wordings.push(Wording { text: edit.text, entities: edit.entities, at: op.op.hlc.wall_ms() });
                }
            }
        }
        Ok(Ok(Reply::Wordings(wordings)))
    }

    fn reactions(&self, message: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some((id, _)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let rows = ctx.rows().scan(Table::Reaction, &row::of(&id, &message), Range::All, PEOPLE_SHOWN)?;
        let mut people = Vec::new();
        for (user, bytes) in rows {
            let user = UserId(user.try_into().map_err(|_| Fatal::Row("a reaction"))?);
            let emoji = emoji(&stored(bytes)?)?;
            people.extend((!emoji.is_empty()).then_some((user, emoji)));
        }
        Ok(Ok(Reply::Reactions(people)))
    }

    fn votes(&self, message: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(NO_MESSAGE)) };
        match show::at(chat, &place, ctx)?.map(|view| view.content) {
            Some(Content::Poll(poll)) if !poll.anonymous => {}
            Some(Content::Poll(_)) => return Ok(Err(CommandError::Refused("the poll is anonymous".into()))),
            Some(_) | None => return Ok(Err(CommandError::NotFound("poll"))),
        }
        Ok(Ok(Reply::Votes(poll::voters(&ctx.rows(), &id, &message, PEOPLE_SHOWN)?)))
    }

    fn pinned(&self, id: ChatId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let mut pinned: Vec<(u64, OpId)> = Vec::new();
        for (message, bytes) in ctx.rows().scan(Table::Pin, &id.0, Range::All, usize::MAX)? {
            let op = stored(bytes)?;
            if let Ok(Body::Pin(pin)) = Body::decode(op.op.kind, &op.op.body)
                && pin.pinned
            {
                pinned.push((op.op.hlc.0, OpId(message.try_into().map_err(|_| Fatal::Row("a pin"))?)));
            }
        }
        pinned.sort_unstable_by(|a, b| b.cmp(a));
        let mut views = Vec::new();
        for (_, message) in pinned.into_iter().take(PINS_SHOWN) {
            let place: Option<Place> = locate(&message, ctx)?.map(|(_, place)| place);
            if let Some(place) = place {
                views.extend(show::at(chat, &place, ctx)?);
            }
        }
        Ok(Ok(Reply::Messages(views)))
    }
}
