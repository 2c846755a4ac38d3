//! Chats that our user deleted: they leave the list, and what was said in them goes from every own device.
//!
//! A register of own settings says when (`settings::Key::Deleted`), so every own device hears of it and erases by itself, a
//! portion at a time. A private chat comes back with the next message, a group when its user is let in anew. What is left
//! of a deleted chat is its frame: places without content, and for a chat that is over who was in it.
//!
//! Others hear nothing of it. What is to go at their side, too, is deleted there before (`actions`); a group or channel of our
//! own can be taken down for everybody.

use super::actions::Answer;
use super::members::refused;
use super::rooms::Surroundings;
use super::state::{Chat, Standing};
use super::wishes::Wish;
use super::{Chats, adopt, control, said};
use crate::chat::control::rules::Role;
use crate::chat::timeline::row::{Flags, Place, Row};
use crate::ids::{ChatId, DeviceId};
use crate::peer::account::Account;
use crate::peer::command::{Act, CommandError, Reply};
use crate::peer::contacts::Contacts;
use crate::peer::context::{Context, Fatal};
use crate::peer::timers::{Timer, Timers};
use crate::store::{Range, StoreRead, Table};
use crate::wire::registry::chat as kind;

/// Messages erased with one commit.
const PORTION: usize = 256;

/// When our user deleted a chat as it is now, milliseconds since 1970; 0 if they did not, or came in again later.
fn deleted_at(chat: &Chat, account: &Account) -> u64 {
    let at = account.list.get(&chat.id).map_or(0, |list| list.deleted);
    if at >= chat.info.created { at } else { 0 }
}

/// Out of the list.
pub fn is_deleted(chat: &Chat, account: &Account) -> bool {
    let at = deleted_at(chat, account);
    at > 0 && (chat.info.standing != Standing::In || chat.last.is_none() || at > chat.info.cleared)
}

/// Something of it is still to be erased.
fn is_due(chat: &Chat, account: &Account) -> bool {
    let at = deleted_at(chat, account);
    let came_meanwhile = chat.info.standing != Standing::In && chat.last.is_some();
    at > chat.info.cleared || (at > 0 && (came_meanwhile || is_ours_alone(chat, account)))
}

/// A group or channel in which nobody but our user is left.
fn is_ours_alone(chat: &Chat, account: &Account) -> bool {
    let us = account.user();
    chat.info.standing == Standing::In && chat.state.is_open() && chat.state.users().iter().all(|user| *user == us)
}

impl Chats {
    /// Gets a chat ready to be deleted: leaves it, or takes it down. The answer is `Done`, and then the register is set.
    pub fn before_deletion(
        &mut self,
        id: ChatId,
        for_all: bool,
        contacts: &Contacts,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Answer {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let us = ctx.account.user();
        let inside = chat.info.standing == Standing::In;
        if !chat.state.is_open() {
            let both = for_all && inside && chat.state.kind() == kind::PRIVATE;
            return match both {
                true => self.act(Act::Clear { chat: id, from: None, until: None, for_all }, contacts, ctx),
                false => Ok(Ok(Reply::Done)),
            };
        }
        let alone = is_ours_alone(chat, ctx.account);
        match (inside, for_all, chat.state.rules.role(&us) == Role::Owner) {
            (false, true, _) => refused("you are not in this chat any more, so it can be deleted for you alone"),
            (false, false, _) => Ok(Ok(Reply::Done)),
            (true, _, true) if alone => self.leave(&id, ctx),
            (true, true, true) => {
                let others: Vec<DeviceId> =
                    chat.state.devices.iter().filter(|(_, seat)| seat.user != us).map(|(id, _)| *id).collect();
                match control::wish(chat, Wish::RemoveDevices(others), 0, ctx, around)? {
                    true => Ok(Ok(Reply::Done)),
                    false => {
                        refused("too many changes of this chat wait already; its home relays have to be reached first")
                    }
                }
            }
            (true, true, false) => refused("only its owner can delete this chat for everybody; leave out the others"),
            (true, false, true) => {
                refused("you own this chat: hand it over to another member first, or delete it for everybody")
            }
            (true, false, false) => self.leave(&id, ctx),
        }
    }

    /// Sees to all deleted chats of which something is left.
    pub fn watch_deleted(&self, account: &Account, timers: &mut Timers) {
        for chat in self.chats.values().filter(|chat| is_due(chat, account)) {
            timers.by(Timer::Erase(chat.id), 0);
        }
    }

    /// Erases the next portion of a deleted chat.
    pub fn erase_deleted(&mut self, id: &ChatId, ctx: &mut Context<'_>, timers: &mut Timers) -> Result<(), Fatal> {
        let Some(chat) = self.chats.get_mut(id).filter(|chat| is_due(chat, ctx.account)) else { return Ok(()) };
        let at = deleted_at(chat, ctx.account);
        // What comes in while we go is as little wanted as what was there.
        let until = if chat.info.standing == Standing::In { at } else { u64::MAX };
        let from = self.erasing.remove(id).unwrap_or_default();
        let page = ctx.rows().scan(Table::Timeline, &id.0, Range::From(&from), PORTION)?;
        let mut places = Vec::new();
        let mut done = page.len() < PORTION;
        for (sort, row) in &page {
            let place = Place::read(sort)?;
            if place.shown.wall_ms() > until {
                done = true;
                break;
            }
            if !Row::decode(row)?.flags.has(Flags::HIDDEN) {
                places.push(place);
            }
        }
        let told = said::end(chat, &places, Flags::HIDDEN, ctx)?;
        if !done {
            let next = page.last().map(|(sort, _)| [sort, &[0][..]].concat());
            self.erasing.insert(*id, next.unwrap_or_default());
            timers.by(Timer::Erase(*id), ctx.now.mono);
            self.note(*id, &told);
            return Ok(());
        }
        if is_ours_alone(chat, ctx.account) {
            adopt::shut(chat, ctx)?;
        }
        chat.info.cleared = at;
        chat.store_info(&mut ctx.batch)?;
        self.changed.insert(*id);
        Ok(())
    }
}
