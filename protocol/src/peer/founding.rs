//! How chats begin: a private one around the other side's key package, every other one with its creator alone; who
//! comes later joins by a parcel.
//!
//! Index 0 of the control chain is the genesis, decided by the creator alone: nobody else was there. Its epoch's
//! secret is the MLS group's exporter after the first commit, which adds the other device.

use super::chat::control::Work;
use super::chat::events::{self, Events};
use super::chat::state::{Chat, Cut, DeviceHead, Head, Info, RoomState, Standing};
use super::chat::strays::Healing;
use super::context::{Context, Fatal};
use crate::chat::control::genesis::{Genesis, Origin};
use crate::chat::control::home::HomeSet;
use crate::chat::control::rows;
use crate::chat::control::state::State;
use crate::chat::mls::device::DeviceSigner;
use crate::chat::mls::error::MlsError;
use crate::chat::mls::group::Group;
use crate::chat::mls::invitation::Invitation;
use crate::chat::mls::key_package::inspect_key_package;
use crate::chat::mls::provider::Provider;
use crate::chat::op::ControlPoint;
use crate::chat::parcel::Parcel;
use crate::contact::mailbox::{Mailbox, RelayHint};
use crate::contact::request::ContactRequest;
use crate::identity::device_log::{Action, DeviceLog, Entry};
use crate::ids::{BlockHash, ChatId, DeviceId, UserId};
use crate::limits::HOME_RELAYS_MAX;
use crate::wire::registry;
use rand_core::Rng;

/// Label of the exporter secret that rooms come from.
pub const ROOM_LABEL: &str = "chappe room 1";

/// A chat that we made, and the sealed request that invites the other side.
pub struct Founded {
    /// The chat.
    pub chat: Chat,
    /// For their inbox.
    pub request: Vec<u8>,
}

/// Four home relays if both sides together have four, taken in turn; otherwise one: two or three cannot decide
/// anything safely when one of them lies. Theirs comes first if it must be one: it is where they are reached.
pub fn choose_home(ours: &[RelayHint], theirs: &[RelayHint]) -> Vec<RelayHint> {
    let mut home: Vec<RelayHint> = Vec::new();
    for i in 0..ours.len().max(theirs.len()) {
        for hint in [theirs.get(i), ours.get(i)].into_iter().flatten() {
            if home.iter().all(|other| other.relay != hint.relay) {
                home.push(hint.clone());
            }
        }
    }
    home.truncate(if home.len() >= HOME_RELAYS_MAX { HOME_RELAYS_MAX } else { 1 });
    home
}

/// The certificate in an MLS credential: the device it certifies, and for whom.
pub fn certified(credential: &[u8], key: &[u8; 32]) -> Option<(DeviceId, UserId)> {
    let entry = Entry::decode(credential).ok()?;
    (entry.action == Action::Add && entry.device.0 == *key).then_some((entry.device, entry.user))
}

/// Makes the chat around a key package of `user`. The inner error is why the package cannot be used, in words.
pub fn found(
    user: UserId,
    package: &[u8],
    theirs: Mailbox,
    greeting: &str,
    ctx: &mut Context<'_>,
) -> Result<Result<Founded, &'static str>, Fatal> {
    let package = theirs.open_key_package(package);
    let package = package.as_deref().unwrap_or_default();
    let other = inspect_key_package(package).ok().and_then(|found| certified(&found.credential, &found.signature_key));
    let Some((device, _)) = other.filter(|(_, certified)| *certified == user) else {
        return Ok(Err("their relay gave keys that are not theirs"));
    };
    let mut id = [0; 32];
    ctx.rng.fill_bytes(&mut id);
    let id = ChatId(id);
    let home = choose_home(&ctx.account.reachable_at(), &theirs.relays);
    let homes = HomeSet::new(home.iter().map(|hint| hint.relay).collect(), false)
        .map_err(|_| Fatal::Bug("no home relays were chosen"))?;
    let origin = Origin {
        chat: id,
        kind: registry::chat::PRIVATE,
        title: String::new(),
        creator: ctx.account.user(),
        device: ctx.account.device(),
        created: ctx.now.wall,
        home: homes,
    };
    let genesis = Genesis::sign(origin, &ctx.account.key).map_err(|_| Fatal::Bug("a genesis does not sign"))?;
    let Ok((welcome, secret)) = group_with(package, &id, ctx) else {
        return Ok(Err("their keys cannot be used; ask them to update Chappe"));
    };
    let request = ContactRequest {
        version: 1,
        to: user,
        device: ctx.account.device(),
        devices: ctx.account.devices.encode(),
        account: ctx.account.locator(),
        name: ctx.account.name.clone(),
        greeting: greeting.to_owned(),
        mailbox: ctx.account.public_mailbox(),
        genesis: genesis.bytes().to_vec(),
        welcome,
        home: home.clone(),
    };
    let Ok(request) = request.seal(&ctx.account.key, &theirs.sealing_key, ctx.rng) else {
        return Ok(Err("the request is too large; write a shorter greeting"));
    };
    let devices = [(ctx.account.device(), ctx.account.user()), (device, user)];
    let state = State::founding(genesis.origin(), home, &devices);
    let chat = begin(&genesis, state, Some(user), genesis.hash(), &secret, ctx)?;
    Ok(Ok(Founded { chat, request }))
}

/// A group of us and the package's device: the welcome, and the secret of its epoch.
fn group_with(package: &[u8], id: &ChatId, ctx: &mut Context<'_>) -> Result<(Vec<u8>, [u8; 32]), MlsError> {
    let signer = DeviceSigner::new(&ctx.account.key.seed(), ctx.account.certificate())?;
    let provider = Provider::new(ctx.store, ctx.rng);
    let mut group = Group::create(&provider, &signer, id)?;
    let staged = group.stage_add(&provider, &signer, &[package])?;
    // Decided at once: no other member exists who could disagree.
    group.merge_staged(&provider)?;
    let secret = room_secret(&group)?;
    let welcome = staged.welcome.ok_or(MlsError::Malformed("welcome"))?;
    ctx.batch.writes.extend(provider.batch()?.writes);
    Ok((welcome, secret))
}

/// The secret that the room of the group's epoch comes from.
pub fn room_secret(group: &Group) -> Result<[u8; 32], MlsError> {
    let secret = group.export(ROOM_LABEL, &[], 32)?;
    secret.as_slice().try_into().map_err(|_| MlsError::Malformed("exporter secret"))
}

/// Checks what of a request can be checked before joining.
pub fn check(request: &ContactRequest, log: &DeviceLog) -> Result<Genesis, &'static str> {
    let genesis = Genesis::decode(&request.genesis).map_err(|_| "the chat they made is malformed")?;
    let origin = genesis.origin();
    let own = origin.creator == log.user() && origin.device == request.device;
    let mut named: Vec<_> = request.home.iter().map(|hint| hint.relay).collect();
    named.sort_unstable();
    if !own || named != origin.home.relays() {
        return Err("the chat they made does not fit their request");
    }
    Ok(genesis)
}

/// Joins the chat of a request. The inner error is why it cannot be, in words.
pub fn join(sealed: &[u8], ctx: &mut Context<'_>) -> Result<Result<Chat, &'static str>, Fatal> {
    const AGAIN: &str = "the request cannot be accepted any more; ask them to send a new one";
    let opened = ContactRequest::open(sealed, &ctx.account.sealing, ctx.account.user());
    let Ok((request, log)) = opened else { return Ok(Err(AGAIN)) };
    let genesis = match check(&request, &log) {
        Ok(genesis) => genesis,
        Err(why) => return Ok(Err(why)),
    };
    let Ok(secret) = accept_welcome(&request, &genesis, ctx) else { return Ok(Err(AGAIN)) };
    let devices = [(ctx.account.device(), ctx.account.user()), (request.device, log.user())];
    let state = State::founding(genesis.origin(), request.home, &devices);
    let mut chat = begin(&genesis, state, Some(log.user()), genesis.hash(), &secret, ctx)?;
    chat.info.accepted = true;
    chat.store_info(&mut ctx.batch)?;
    Ok(Ok(chat))
}

fn accept_welcome(request: &ContactRequest, genesis: &Genesis, ctx: &mut Context<'_>) -> Result<[u8; 32], MlsError> {
    let provider = Provider::new(ctx.store, ctx.rng);
    let invitation = Invitation::open(&provider, &request.welcome)?;
    let mut devices: Vec<_> = invitation
        .members
        .iter()
        .filter_map(|member| certified(&member.identity.credential, &member.identity.signature_key))
        .collect();
    devices.sort_unstable();
    let mut expected = [(ctx.account.device(), ctx.account.user()), (request.device, genesis.origin().creator)];
    expected.sort_unstable();
    let by_asker = invitation.inviter.identity.signature_key == request.device.0;
    if invitation.chat != genesis.origin().chat || devices != expected || !by_asker || invitation.members.len() != 2 {
        return Err(MlsError::Malformed("welcome"));
    }
    let group = invitation.accept(&provider)?;
    let secret = room_secret(&group)?;
    ctx.batch.writes.extend(provider.batch()?.writes);
    Ok(secret)
}

/// Makes a chat of which this device is the only one yet: a group, a channel, or the chat of a user's own devices.
pub fn found_alone(kind: u16, title: String, ctx: &mut Context<'_>) -> Result<Chat, Fatal> {
    let mut id = [0; 32];
    ctx.rng.fill_bytes(&mut id);
    let id = ChatId(id);
    let mut home = choose_home(&ctx.account.reachable_at(), &[]);
    home.sort_by_key(|hint| hint.relay);
    let homes = HomeSet::new(home.iter().map(|hint| hint.relay).collect(), false)
        .map_err(|_| Fatal::Bug("no home relays were chosen"))?;
    let (user, device) = (ctx.account.user(), ctx.account.device());
    let origin = Origin { chat: id, kind, title, creator: user, device, created: ctx.now.wall, home: homes };
    let genesis = Genesis::sign(origin, &ctx.account.key).map_err(|_| Fatal::Bug("a genesis does not sign"))?;
    let secret = group_alone(&id, ctx).map_err(|_| Fatal::Bug("a group of one cannot be made"))?;
    let state = State::founding(genesis.origin(), home, &[(device, user)]);
    let mut chat = begin(&genesis, state, None, genesis.hash(), &secret, ctx)?;
    events::entered(&mut chat, None, ctx)?;
    Ok(chat)
}

fn group_alone(id: &ChatId, ctx: &mut Context<'_>) -> Result<[u8; 32], MlsError> {
    let signer = DeviceSigner::new(&ctx.account.key.seed(), ctx.account.certificate())?;
    let provider = Provider::new(ctx.store, ctx.rng);
    let group = Group::create(&provider, &signer, id)?;
    let secret = room_secret(&group)?;
    ctx.batch.writes.extend(provider.batch()?.writes);
    Ok(secret)
}

/// Joins the chat of a parcel. A chat that we were removed from begins anew, with its history. The inner error is why
/// it cannot be joined.
pub fn join_by_parcel(
    parcel: &Parcel,
    former: Option<&Chat>,
    ctx: &mut Context<'_>,
) -> Result<Result<Chat, MlsError>, Fatal> {
    let secret = match enter_group(parcel, false, ctx) {
        Ok(secret) => secret,
        Err(MlsError::Store(_)) => return Err(Fatal::Row("a chat's keys")),
        Err(why) => return Ok(Err(why)),
    };
    let with = match parcel.state.kind() {
        registry::chat::PRIVATE => parcel.state.users().into_iter().find(|user| *user != ctx.account.user()),
        _ => None,
    };
    let mut chat = begin(&parcel.genesis, parcel.state.clone(), with, parcel.block.hash(), &secret, ctx)?;
    chat.info.accepted = true;
    chat.work = Work::Unknown;
    for head in chat.devices.values_mut() {
        head.anew = true;
    }
    events::entered(&mut chat, Some(&parcel.block), ctx)?;
    if let Some(former) = former {
        chat.events = Events::load(ctx.store, &chat.id)?;
        events::entered(&mut chat, Some(&parcel.block), ctx)?;
        chat.head = former.head.clone();
        chat.rules.extend(former.rules.range(..parcel.state.index).map(|(index, rules)| (*index, rules.clone())));
        chat.last = former.last.clone();
        for (device, known) in &former.devices {
            let (ours, known) = (chat.head.seq, known.clone());
            let index = chat.devices.get(device).map(|head| head.index);
            let head = match index {
                Some(index) => DeviceHead { index, anew: true, cut: None, delivered: ours, read: ours, ..known },
                // It went while we were out; where it was cut off we need not know, for we hear nothing of before.
                None => DeviceHead { cut: known.cut.or(Some(Cut { seq: known.seq, op: known.prev })), ..known },
            };
            chat.devices.insert(*device, head);
        }
    }
    chat.dirty.extend(chat.devices.keys().copied());
    chat.store_info(&mut ctx.batch)?;
    chat.store_head(&mut ctx.batch)?;
    Ok(Ok(chat))
}

/// As in [`join_by_parcel`], in place of the group that we have: our leaf in it is not of the chain that stands.
pub fn enter_again(parcel: &Parcel, ctx: &mut Context<'_>) -> Result<[u8; 32], MlsError> {
    enter_group(parcel, true, ctx)
}

fn enter_group(parcel: &Parcel, again: bool, ctx: &mut Context<'_>) -> Result<[u8; 32], MlsError> {
    let provider = Provider::new(ctx.store, ctx.rng);
    if again {
        Group::delete(&provider, &parcel.state.chat)?;
    }
    let invitation = Invitation::open(&provider, &parcel.welcome)?;
    let certified = |member: &crate::chat::mls::device::Member| {
        certified(&member.identity.credential, &member.identity.signature_key)
    };
    let mut devices = invitation.members.iter().map(certified).collect::<Option<Vec<_>>>();
    if let Some(devices) = &mut devices {
        devices.sort_unstable();
    }
    let expected = parcel.state.devices.iter().map(|(device, seat)| (*device, seat.user)).collect();
    let by_author = invitation.inviter.identity.signature_key == parcel.block.content().author.0;
    if invitation.chat != parcel.state.chat || devices != Some(expected) || !by_author {
        return Err(MlsError::Malformed("welcome"));
    }
    let group = invitation.accept(&provider)?;
    let secret = room_secret(&group)?;
    ctx.batch.writes.extend(provider.batch()?.writes);
    Ok(secret)
}

/// The chat as it stands at its first control point here.
fn begin(
    genesis: &Genesis,
    state: State,
    with: Option<UserId>,
    hash: BlockHash,
    secret: &[u8; 32],
    ctx: &mut Context<'_>,
) -> Result<Chat, Fatal> {
    let us = ctx.account.device();
    let (id, index) = (state.chat, state.index);
    let control = ControlPoint { index, hash };
    let now = ctx.now.wall;
    let (epochs, standing, accepted) = (Vec::new(), Standing::In, with.is_none());
    let (created, renewed, current, former, cleared) = (now, now, now, Vec::new(), 0);
    let healing = Healing::default();
    let info = Info { with, accepted, standing, epochs, created, renewed, current, former, cleared, healing };
    let others = state.devices.iter().filter(|(device, _)| **device != us);
    let heads = others.map(|(device, seat)| (*device, DeviceHead::new(*device, seat.user, index, 0, false))).collect();
    let room = RoomState::start(secret, &state, &us, control);
    room.store(&id, &mut ctx.batch);
    rows::put_genesis(genesis, &mut ctx.batch);
    rows::put_rules(&id, index, &state.rules, &mut ctx.batch);
    let mut chat = Chat::new((id, ctx.account.user()), info, state, Head::new(), heads);
    chat.work = Work::Idle;
    chat.rules.insert(index, chat.state.rules.clone());
    chat.rooms.insert(index, room);
    chat.dirty.extend(chat.devices.keys().copied());
    chat.store_state(&mut ctx.batch);
    chat.store_info(&mut ctx.batch)?;
    chat.store_head(&mut ctx.batch)?;
    Ok(chat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;

    fn hints(from: u8, n: u8) -> Vec<RelayHint> {
        (from..from + n).map(|i| RelayHint { relay: NodeId([i; 32]), addrs: vec![] }).collect()
    }

    #[test]
    fn homes_are_four_or_one_and_shared_fairly() {
        let relays = |home: Vec<RelayHint>| home.iter().map(|hint| hint.relay.0[0]).collect::<Vec<_>>();
        assert_eq!(relays(choose_home(&hints(1, 4), &hints(1, 4))), [1, 2, 3, 4]);
        assert_eq!(relays(choose_home(&hints(1, 3), &hints(11, 3))), [11, 1, 12, 2]);
        assert_eq!(relays(choose_home(&hints(1, 1), &hints(11, 2))), [11]);
        assert_eq!(relays(choose_home(&hints(1, 1), &hints(1, 1))), [1]);
    }
}
