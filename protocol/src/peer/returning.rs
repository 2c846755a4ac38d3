//! Those who lost every device and come back with the words: contacts let the new device into the chats that both are in.
//!
//! Own devices see to each other (`siblings`). Who has none left cannot; but their account record, signed by the root key
//! that everybody knows them by, says that the former devices are gone and where the new one is reached. The other
//! person of a private chat, and whoever may invite in a group or channel, adds it then; the parcel goes into the
//! letterbox that the new device's card names.
//!
//! The device's own part: it takes parcels for chats that it knows from a backup (`archive`), and, if it has none, for the
//! private chat with a contact ([`is_way_back`]).
//!
//! Not here: letters and parcels themselves (`letters`, `groups`).

use super::chat::rooms::Surroundings;
use super::chat::state::{Chat, Standing};
use super::chat::wishes::{Newcomer, Via, Wish};
use super::chat::{Chats, control};
use super::contacts::Contacts;
use super::context::{Context, Fatal};
use super::letter::Address;
use super::letters::Awaited;
use crate::chat::control::rows;
use crate::chat::control::rules::Act;
use crate::chat::parcel::Parcel;
use crate::identity::account_record::{AccountRecord, Card};
use crate::ids::{ChatId, UserId};
use crate::wire::registry::chat::PRIVATE;
use std::collections::BTreeSet;

/// How long something has waited for a contact before their record is looked at more often.
const WAITED_MS: u64 = 60_000;

/// Looks whether `user` has lost every device that a chat knows; gives the chats in which a new one is to come in, whose
/// key packages have to be fetched.
pub fn see_to(
    user: &UserId,
    record: &AccountRecord,
    chats: &mut Chats,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<Vec<ChatId>, Fatal> {
    let mut fetch = Vec::new();
    let Some(card) = record.newest() else { return Ok(fetch) };
    let Some(mailbox) = card.mailbox.clone() else { return Ok(fetch) };
    for chat in chats.chats.values_mut().filter(|chat| chat.state.is_member(user)) {
        let lost = chat.state.devices_of(user).iter().all(|device| !record.log.is_living(device));
        if !lost || !may_let_in(chat, user, ctx) || is_wished(chat, card) {
            continue;
        }
        for hint in &mailbox.relays {
            ctx.dial(hint.relay, &hint.addrs);
        }
        let (letterbox, relays) = (card.letterbox.clone(), mailbox.relays.clone());
        let via = Via::Letter(Box::new(Address { letterbox, sealing_key: mailbox.sealing_key, relays }));
        let newcomer = Newcomer { user: *user, via, mailbox: Some(mailbox.clone()), package: Vec::new(), link: None };
        control::wish(chat, Wish::Add(newcomer), 0, ctx, around)?;
        fetch.push(chat.id);
    }
    Ok(fetch)
}

fn may_let_in(chat: &Chat, user: &UserId, ctx: &Context<'_>) -> bool {
    let invites = || chat.state.rules.may(&ctx.account.user(), Act::Invite, ctx.now.wall).is_ok();
    let by_us = if chat.state.is_open() { invites() } else { chat.info.with == Some(*user) };
    chat.info.standing == Standing::In && chat.info.accepted && by_us
}

fn is_wished(chat: &Chat, card: &Card) -> bool {
    let number = card.mailbox.as_ref().map(|mailbox| mailbox.number);
    let same = |newcomer: &Newcomer| newcomer.mailbox.as_ref().map(|mailbox| mailbox.number) == number;
    chat.wishes.all().any(|(_, waiting)| matches!(&waiting.wish, Wish::Add(newcomer) if same(newcomer)))
}

/// Contacts for whom something has waited: they may have come back on another device.
pub fn waited_for(chats: &Chats, ctx: &Context<'_>) -> BTreeSet<UserId> {
    let waits =
        |chat: &&Chat| chat.outbox.front().is_some_and(|queued| ctx.now.wall.saturating_sub(queued.at) > WAITED_MS);
    chats.chats.values().filter(waits).filter_map(|chat| chat.info.with).collect()
}

/// Who may let us in by a letter.
pub fn awaited(chats: &Chats, contacts: &Contacts) -> Awaited {
    let away = |chat: &&Chat| chat.info.standing == Standing::Away;
    let chats = chats.chats.values().filter(away).map(|chat| chat.id).collect();
    Awaited { chats, users: contacts.accepted().collect() }
}

/// True if a parcel leads this device back into a chat that is not open to whoever is added: one that we know from a
/// backup, by somebody who was in it with us; or the private chat with a contact, of which nothing is left here.
pub fn is_way_back(parcel: &Parcel, from: &UserId, chats: &Chats, contacts: &Contacts, ctx: &Context<'_>) -> bool {
    if let Some(chat) = chats.chats.get(&parcel.state.chat) {
        let known = rows::genesis(ctx.store, &chat.id).ok().flatten();
        let same = known.is_some_and(|genesis| genesis.hash() == parcel.genesis.hash());
        return same && chat.info.standing == Standing::Away && chat.state.is_member(from);
    }
    let both = BTreeSet::from([*from, ctx.account.user()]);
    let inside = |chat: &Chat| chat.info.with == Some(*from) && !chat.info.standing.is_out();
    parcel.state.kind() == PRIVATE
        && parcel.state.users() == both
        && contacts.accepted().any(|user| user == *from)
        && !chats.chats.values().any(inside)
}
