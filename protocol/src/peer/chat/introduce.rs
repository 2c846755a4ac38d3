//! Own name in chats of many: not everybody there is a contact. Who says something says before it what they are called,
//! if somebody has come since they last did; in large chats at most once a day. So the names of those who speak are
//! known, and a chat of a thousand silent people says nothing.

use super::send;
use super::state::Chat;
use crate::content::Body;
use crate::limits::RECEIPT_DEVICES_MAX;
use crate::peer::context::{Context, Fatal};
use crate::wire::registry::chat::GROUP;

const PAUSE_MS: u64 = 24 * 3600 * 1000;

/// Says our name if somebody here may not know it.
pub fn if_due(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let (index, at) = chat.head.introduced;
    let us = ctx.account.user();
    let others = chat.state.devices.values().filter(|seat| seat.user != us);
    let somebody_came = others.map(|seat| seat.since).max().is_some_and(|since| since > index);
    let large = chat.state.devices.len() > RECEIPT_DEVICES_MAX;
    let early = large && at != 0 && ctx.now.wall.saturating_sub(at) < PAUSE_MS;
    // A channel's subscribers are nobody's business, and who posts is an admin that the members' list names.
    if chat.state.kind() != GROUP || !somebody_came || early {
        return Ok(());
    }
    say_name(chat, ctx)
}

/// Says in a private chat who we are and which devices we have.
pub fn say_hello(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let _said = send::say(chat, &Body::Hello(ctx.account.hello()), ctx)?;
    Ok(())
}

/// Says our name.
pub fn say_name(chat: &mut Chat, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    chat.head.introduced = (chat.index(), ctx.now.wall);
    // Everybody who is in may say this; whoever is not finds out with the message behind it.
    let _said = send::say(chat, &Body::Hello(ctx.account.name_only()), ctx)?;
    Ok(())
}
