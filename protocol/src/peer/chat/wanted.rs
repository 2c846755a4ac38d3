//! Somebody wants a file that no relay has any more: said to whoever is there. Who has it brings it again (the node's `files`).

use super::actions::Answer;
use super::state::Chat;
use super::{Chats, signals};
use crate::chat::op::Hlc;
use crate::content::Body;
use crate::content::wanted::Wanted;
use crate::ids::{ChatId, DeviceId, OpId};
use crate::peer::command::{CommandError, Event, Reply};
use crate::peer::context::Context;
use std::collections::BTreeMap;

/// The least time between two wishes of a device that are passed on.
const TELL_EVERY_MS: u64 = 1_000;

/// When who was heard, in this run: the time in the latest signal of each device, and when it was passed on.
#[derive(Debug, Default)]
pub struct Heard(BTreeMap<DeviceId, (Hlc, Option<u64>)>);

impl Chats {
    /// Our user wants a file.
    pub fn say_wanted(&mut self, id: ChatId, target: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        signals::say(chat, &Body::Wanted(Wanted { target }), ctx)?;
        Ok(Ok(Reply::Done))
    }
}

/// A device says that its user wants a file.
pub fn heard(chat: &mut Chat, device: DeviceId, message: OpId, hlc: Hlc, ctx: &mut Context<'_>) {
    let (latest, told) = chat.said.wanted.0.entry(device).or_default();
    let due = told.is_none_or(|told| told + TELL_EVERY_MS <= ctx.now.mono);
    if signals::is_news(latest, hlc) && due {
        *told = Some(ctx.now.mono);
        ctx.notify(Event::Wanted { chat: chat.id, message });
    }
}
