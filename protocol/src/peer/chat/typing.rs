//! Somebody is writing: said to whoever is there, at most every few seconds, and forgotten.

use super::actions::Answer;
use super::state::Chat;
use super::{Chats, send};
use crate::chat::op::{Claimed, Hlc};
use crate::chat::signal;
use crate::content::Body;
use crate::content::typing::Typing;
use crate::ids::{ChatId, DeviceId};
use crate::limits::CLOCK_AHEAD_MAX_MS;
use crate::peer::command::{CommandError, Event, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::links::{Purpose, RoomAt};
use crate::peer::refusals::Refusals;
use crate::wire::relay::Request;
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
            say(chat, ctx)?;
        }
        Ok(Ok(Reply::Done))
    }

    /// A signal in a room.
    pub fn on_signal(&mut self, at: RoomAt, sealed: &[u8], ctx: &mut Context<'_>, refusals: &mut Refusals) {
        let Some(chat) = self.chats.get_mut(&at.chat) else { return };
        if hear(chat, at.index, sealed, ctx).is_none() {
            refusals.count("a signal that is not a member's, or not fresh");
        }
    }
}

fn say(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let index = chat.index();
    // It stands outside the log and counts nothing: its number means nothing.
    let op = send::sign_at(chat, index, 1, &Body::Typing(Typing { what: 1 }), ctx)?;
    let Some(state) = chat.rooms.get(&index) else { return Ok(()) };
    let envelope = signal::seal(&state.room, &op.bytes, ctx.rng);
    for relay in state.at.iter().filter(|(_, link)| link.is_open()).map(|(relay, _)| *relay) {
        let (tag, cap) = (state.room.tag, state.room.write(&relay));
        ctx.request(relay, &Request::Signal { tag, cap, envelope: envelope.clone() }, Purpose::Nothing);
    }
    Ok(())
}

/// `None`: not a member's, not signed, not fresh, or heard before.
fn hear(chat: &mut Chat, index: u64, sealed: &[u8], ctx: &mut Context<'_>) -> Option<()> {
    let state = chat.rooms.get(&index)?;
    let op = Claimed::decode(signal::open(&state.room, sealed)?).ok().filter(Claimed::is_signed)?.proven().op;
    let device = op.device;
    if device == ctx.account.device() {
        return Some(());
    }
    let user = chat.user_of(&device).filter(|_| op.chat == chat.id && op.control == state.control)?;
    let Ok(Body::Typing(_)) = Body::decode(op.kind, &op.body) else { return None };
    if op.hlc.wall_ms().abs_diff(ctx.now.wall) > CLOCK_AHEAD_MAX_MS {
        return None;
    }
    let (latest, told) = chat.said.typing.devices.get(&device).copied().unwrap_or_default();
    // The same comes by every relay.
    if op.hlc > latest {
        let tell = told == 0 || told + TELL_EVERY_MS <= ctx.now.mono;
        let told = if tell { ctx.now.mono } else { told };
        chat.said.typing.devices.insert(device, (op.hlc, told));
        if tell {
            ctx.notify(Event::Typing { chat: chat.id, user });
        }
    }
    Some(())
}
