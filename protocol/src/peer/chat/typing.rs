//! Somebody is writing: said to whoever is there, at most every few seconds, and forgotten.

use super::actions::Answer;
use super::state::Chat;
use super::{Chats, signals};
use crate::chat::op::Hlc;
use crate::content::Body;
use crate::content::typing::Typing;
use crate::ids::{ChatId, DeviceId, UserId};
use crate::peer::command::{CommandError, Event, Reply};
use crate::peer::context::Context;
use std::collections::BTreeMap;

/// The least time between two signals of ours in a chat.
const SAY_EVERY_MS: u64 = 4_000;
/// The least time between two that people are told of, a device.
const TELL_EVERY_MS: u64 = 2_000;

/// When who was heard, in this run.
#[derive(Debug, Default)]
pub struct Heard {
    /// When we said it last, in `Now::mono`.
    said: Option<u64>,
    /// The time in the latest signal of each device, and when people were told.
    devices: BTreeMap<DeviceId, (Hlc, u64)>,
}

impl Heard {
    /// Our user has sent what they were writing: the next is said at once.
    pub fn sent(&mut self) {
        self.said = None;
    }

    /// A message came: what is written next is told at once.
    pub fn arrived(&mut self) {
        self.devices.values_mut().for_each(|(_, told)| *told = 0);
    }
}

impl Chats {
    /// Our user is writing.
    pub fn say_typing(&mut self, id: ChatId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        let last = chat.said.typing.said;
        if last.is_none_or(|last| last + SAY_EVERY_MS <= ctx.now.mono) {
            chat.said.typing.said = Some(ctx.now.mono);
            signals::say(chat, &Body::Typing(Typing { what: 1 }), ctx)?;
        }
        Ok(Ok(Reply::Done))
    }
}

/// A device says that its user is writing.
pub fn heard(chat: &mut Chat, device: DeviceId, user: UserId, hlc: Hlc, ctx: &mut Context<'_>) {
    let (mut latest, told) = chat.said.typing.devices.get(&device).copied().unwrap_or_default();
    if !signals::is_news(&mut latest, hlc) {
        return;
    }
    let tell = told == 0 || told + TELL_EVERY_MS <= ctx.now.mono;
    let told = if tell { ctx.now.mono } else { told };
    chat.said.typing.devices.insert(device, (latest, told));
    if tell {
        ctx.notify(Event::Typing { chat: chat.id, user });
    }
}
