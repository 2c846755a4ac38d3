//! What is said to whoever is there and kept by nobody: somebody is writing, is there, has gone, or wants a file.

use super::state::Chat;
use super::{Chats, presence, send, typing, wanted};
use crate::chat::op::{Claimed, Hlc};
use crate::chat::signal;
use crate::content::Body;
use crate::limits::CLOCK_AHEAD_MAX_MS;
use crate::peer::context::{Context, Fatal};
use crate::peer::links::{Purpose, RoomAt};
use crate::peer::refusals::Refusals;
use crate::wire::relay::Request;

impl Chats {
    /// A signal in a room.
    pub fn on_signal(&mut self, at: RoomAt, sealed: &[u8], ctx: &mut Context<'_>, refusals: &mut Refusals) {
        let Some(chat) = self.chats.get_mut(&at.chat) else { return };
        if hear(chat, at.index, sealed, ctx).is_none() {
            refusals.count("a signal that is not a member's, or not fresh");
        }
    }
}

/// Says something in the newest epoch, at every relay that is there.
pub fn say(chat: &mut Chat, body: &Body, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let index = chat.index();
    // It stands outside the log and counts nothing: its number means nothing.
    let op = send::sign_at(chat, index, 1, body, ctx)?;
    let Some(state) = chat.rooms.get(&index) else { return Ok(()) };
    let envelope = signal::seal(&state.room, &op.bytes, ctx.rng);
    for relay in state.at.iter().filter(|(_, link)| link.is_open()).map(|(relay, _)| *relay) {
        let (tag, cap) = (state.room.tag, state.room.write(&relay));
        ctx.request(relay, &Request::Signal { tag, cap, envelope: envelope.clone() }, Purpose::Nothing);
    }
    Ok(())
}

/// `None`: not a member's, not signed, not fresh, or none.
fn hear(chat: &mut Chat, index: u64, sealed: &[u8], ctx: &mut Context<'_>) -> Option<()> {
    let state = chat.rooms.get(&index)?;
    let op = Claimed::decode(signal::open(&state.room, sealed)?).ok().filter(Claimed::is_signed)?.proven().op;
    let device = op.device;
    if device == ctx.account.device() {
        return Some(());
    }
    let user = chat.user_of(&device).filter(|_| op.chat == chat.id && op.control == state.control)?;
    if op.hlc.wall_ms().abs_diff(ctx.now.wall) > CLOCK_AHEAD_MAX_MS {
        return None;
    }
    match Body::decode(op.kind, &op.body) {
        Ok(Body::Typing(_)) => typing::heard(chat, device, user, op.hlc, ctx),
        Ok(Body::Presence(presence)) => presence::heard(chat, device, user, presence.what, op.hlc, ctx),
        Ok(Body::Wanted(wanted)) => wanted::heard(chat, device, wanted.target, op.hlc, ctx),
        Ok(_) | Err(_) => return None,
    }
    Some(())
}

/// True if a signal is later than what was heard of its device before: the same comes by every relay.
pub fn is_news(latest: &mut Hlc, hlc: Hlc) -> bool {
    let news = hlc > *latest;
    *latest = (*latest).max(hlc);
    news
}
