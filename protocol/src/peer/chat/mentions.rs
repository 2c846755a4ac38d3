//! Messages that name our user, or answer one of ours, and are not seen yet: what the `@` in the chat list counts.
//!
//! Rows: `Table::Mention`, partition chat, sort the message's place, no value. They are few, and stand in memory too.

use super::show;
use super::state::Chat;
use crate::chat::timeline::row::Place;
use crate::content::rich::Style;
use crate::ids::{ChatId, UserId};
use crate::limits::MENTIONS_MAX;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::MessageView;
use crate::store::{Range, StoreRead, Table};
use std::collections::BTreeSet;

/// Those of a chat.
pub type Mentions = BTreeSet<Place>;

/// Reads them.
pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Mentions, Fatal> {
    let rows = store.scan(Table::Mention, &chat.0, Range::All, MENTIONS_MAX)?;
    rows.iter().map(|(sort, _)| Ok(Place::read(sort)?)).collect()
}

/// True if a message names our user, or answers a message of theirs.
pub fn names(message: &MessageView, us: &UserId) -> bool {
    let named = message.entities.iter().any(|entity| entity.style == Style::Mention { user: *us });
    let answered = message.reply.as_ref().is_some_and(|reply| reply.from == Some(*us));
    !message.mine && (named || answered)
}

/// A message came, or has another wording. True if the number changed. A conversation of two needs no such count.
pub fn note(chat: &mut Chat, place: &Place, message: &MessageView, ctx: &mut Context<'_>) -> bool {
    match chat.state.is_open() && names(message, &ctx.account.user()) {
        true if chat.said.mentions.insert(*place) => {
            ctx.batch.put(Table::Mention, &chat.id.0, &place.sort(), Vec::new());
            // The oldest gives way.
            if chat.said.mentions.len() > MENTIONS_MAX
                && let Some(oldest) = chat.said.mentions.pop_first()
            {
                ctx.batch.delete(Table::Mention, &chat.id.0, &oldest.sort());
            }
            true
        }
        true => false,
        false => forget(chat, place, ctx),
    }
}

/// A message is gone. True if the number changed.
pub fn forget(chat: &mut Chat, place: &Place, ctx: &mut Context<'_>) -> bool {
    let known = chat.said.mentions.remove(place);
    if known {
        ctx.batch.delete(Table::Mention, &chat.id.0, &place.sort());
    }
    known
}

/// Our user has seen more: what is seen counts no more. True if the number changed.
pub fn settle(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    let mut seen = Vec::new();
    for place in &chat.said.mentions {
        if !show::is_unread(chat, place, ctx)? {
            seen.push(*place);
        }
    }
    for place in &seen {
        forget(chat, place, ctx);
    }
    Ok(!seen.is_empty())
}
