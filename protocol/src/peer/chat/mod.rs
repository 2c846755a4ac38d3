//! Chats on this device, each part of their life in a file of its own:
//!
//! * [`state`]: what is known, and its rows.
//! * [`rooms`]: the conversation with home relays about a room's log.
//! * [`send`]: own operations. [`reseal`]: those that wait where nobody listens any more, and gaps that nobody fills.
//! * [`proof`]: which of the others' operations are their authors'. [`receive`]: what is done with those.
//! * [`receipts`]: how far we and they have got. [`heard`]: what was listened to.
//! * [`said`]: operations become messages. [`rights`]: who may do what to them.
//! * [`signals`]: what is said to whoever is there. [`typing`]: somebody is writing. [`presence`]: somebody is there.
//!   [`wanted`]: somebody wants a file.
//! * [`discretion`]: whether others hear what was read.
//! * [`actions`], [`forward`]: what people do to messages. [`history`], [`look`], [`show`]: what they see.
//! * [`introduce`]: own name in chats of many.
//! * [`wishes`], [`stage`], [`control`], [`adopt`]: own intents, blocks made of them, decided, taken in.
//! * [`forks`]: two blocks decided for one index. [`strays`]: how those who had the wrong one come over.
//! * [`topics`]: conversations of their own in a group, and what of them is not seen.
//! * [`views`]: how many have seen a post.
//! * [`homes`]: where a chat lives.
//! * [`events`]: what happened to a chat, for people.
//! * [`deleting`]: chats that our user wants no more.
//! * [`members`]: who is in, as people see and change it. [`parcels`]: what newcomers are handed.

pub mod actions;
pub mod adopt;
pub mod control;
pub mod deleting;
pub mod discretion;
pub mod events;
pub mod forks;
pub mod forward;
mod heard;
pub mod history;
pub mod homes;
pub mod introduce;
pub mod look;
pub mod members;
mod mentions;
pub mod parcels;
pub mod presence;
pub mod proof;
pub mod receipts;
pub mod receive;
pub mod reseal;
pub mod rights;
pub mod rooms;
pub mod said;
pub mod send;
pub mod show;
pub mod signals;
pub mod stage;
pub mod state;
pub mod strays;
mod topics;
pub mod typing;
pub mod views;
pub mod wanted;
pub mod wishes;

use super::context::{Context, Fatal};
use super::timers::Timers;
use crate::ids::{ChatId, LogTag, NodeId};
use state::Chat;
use std::collections::{BTreeMap, BTreeSet};

/// All chats.
#[derive(Debug, Default)]
pub struct Chats {
    /// By id.
    pub chats: BTreeMap<ChatId, Chat>,
    /// Which room a log's tag belongs to.
    pub tags: BTreeMap<LogTag, (ChatId, u64)>,
    /// Chats whose row in the list changed with this input.
    pub changed: BTreeSet<ChatId>,
    /// Chats in which this input made a receipt due.
    pub receipts: BTreeSet<ChatId>,
    /// Our user does not tell what they have read.
    pub hides_read: bool,
    /// Whether our user is there.
    pub ours: presence::Ours,
    /// Deleted chats that are being erased, and where that goes on.
    pub erasing: BTreeMap<ChatId, Vec<u8>>,
}

impl Chats {
    /// Takes a chat in: indexes its rooms.
    pub fn insert(&mut self, mut chat: Chat) {
        chat.said.hides_read = self.hides_read;
        for (index, state) in &chat.rooms {
            self.tags.insert(state.room.tag, (chat.id, *index));
        }
        self.chats.insert(chat.id, chat);
    }

    /// Indexes the rooms of a chat again: one may be new, some may be gone.
    pub fn index_rooms(&mut self, id: &ChatId) {
        let Some(chat) = self.chats.get(id) else { return };
        self.tags.retain(|_, (of, index)| of != id || chat.rooms.contains_key(index));
        for (index, state) in &chat.rooms {
            self.tags.insert(state.room.tag, (*id, *index));
        }
    }

    /// A chat.
    pub fn get(&mut self, id: &ChatId) -> Option<&mut Chat> {
        self.chats.get_mut(id)
    }

    /// What every input ends with: receipts that are due, rows that changed, news for people.
    pub fn finish(&mut self, ctx: &mut Context<'_>, timers: &mut Timers) -> Result<(), Fatal> {
        for id in std::mem::take(&mut self.receipts) {
            let active = self.told_in(&id, ctx.account);
            if let Some(chat) = self.chats.get_mut(&id) {
                receipts::flush(chat, active, ctx, timers)?;
            }
        }
        self.watch(timers);
        for id in std::mem::take(&mut self.changed) {
            if let Some(chat) = self.chats.get_mut(&id) {
                history::notify_chat(chat, ctx);
            }
        }
        Ok(())
    }

    /// Relays that some chat lives at.
    pub fn relays(&self) -> BTreeSet<NodeId> {
        self.chats.values().flat_map(|chat| chat.relays().map(|hint| hint.relay)).collect()
    }
}
