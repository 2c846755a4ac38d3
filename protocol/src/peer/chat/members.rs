//! Who is in a chat, as people see and change it: views, and orders that become wishes.
//!
//! Not here: how newcomers are reached (`peer::groups`), what is allowed (`chat::control::apply`).

use super::rooms::Surroundings;
use super::state::{Chat, Standing};
use super::wishes::Wish;
use super::{Chats, adopt, control, send, stage};
use crate::chat::control::intent::{Departure, Intent};
use crate::chat::control::rules::Role;
use crate::content::Body;
use crate::content::leave::Leave;
use crate::ids::{ChatId, DeviceId, UserId};
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::view::{MemberView, MembersView};
use crate::wire::registry::chat as kind;

/// How long each member that could do it waits for the ones before it to take somebody out who leaves.
const TURN_MS: u64 = 10_000;

/// What people asked for cannot be.
pub(super) fn refused<T>(why: impl Into<String>) -> Result<Result<T, CommandError>, Fatal> {
    Ok(Err(CommandError::Refused(why.into())))
}

impl Chats {
    /// What a chat's members and rules are.
    pub fn members(&self, id: &ChatId, ctx: &Context<'_>) -> Result<Reply, CommandError> {
        let chat = self.chats.get(id).ok_or(CommandError::NotFound("chat"))?;
        let state = &chat.state;
        let us = ctx.account.user();
        let member = |user: UserId| MemberView {
            user,
            name: match user == us {
                true => ctx.account.name.clone(),
                false => ctx.account.titles.get(&user).cloned().unwrap_or_else(|| user.to_hex()[..8].to_owned()),
            },
            role: state.rules.role(&user),
            devices: state.devices_of(&user),
        };
        Ok(Reply::Members(Box::new(MembersView {
            chat: *id,
            kind: state.kind(),
            index: state.index,
            title: state.title.clone(),
            about: state.about.clone(),
            picture: state.picture,
            role: state.rules.role(&us),
            permissions: state.rules.permissions,
            slow_mode: state.rules.slow_mode,
            signed: state.rules.signed,
            home: state.home.iter().map(|hint| hint.relay).collect(),
            members: state.users().into_iter().map(member).collect(),
            waiting: chat.wishes.len(),
        })))
    }

    /// Has something decided that is the same on every state.
    pub fn decide(
        &mut self,
        id: &ChatId,
        intent: &Intent,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let chat = match self.inside(id) {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(why)),
        };
        if let Err(error) = Intent::decode(intent.kind(), &intent.body()) {
            return Ok(Err(CommandError::Invalid(error.to_string())));
        }
        if let Err(why) = chat.state.with(&ctx.account.device(), intent) {
            return refused(why.to_string());
        }
        queue(chat, Wish::plain(intent), ctx, around)
    }

    /// Takes a member out, and keeps them out if `ban`.
    pub fn remove_member(
        &mut self,
        id: &ChatId,
        user: UserId,
        ban: bool,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let chat = match self.inside(id) {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(why)),
        };
        if user == ctx.account.user() {
            return refused("leave the chat instead");
        }
        let devices = stage::cuts(chat, &chat.state.devices_of(&user));
        if devices.is_empty() && !ban {
            return Ok(Err(CommandError::NotFound("member")));
        }
        if !devices.is_empty() {
            if let Err(why) = chat.state.with(&ctx.account.device(), &Intent::RemoveDevices(devices)) {
                return refused(why.to_string());
            }
            if let Err(why) = queue(chat, Wish::RemoveUser(user), ctx, around)? {
                return Ok(Err(why));
            }
        }
        if ban {
            return queue(chat, Wish::plain(&Intent::SetRole { user, role: Role::Banned }), ctx, around);
        }
        Ok(Ok(Reply::Done))
    }

    /// Leaves: the others are told to take us out. What nobody else is in is closed at once.
    pub fn leave(&mut self, id: &ChatId, ctx: &mut Context<'_>) -> Result<Result<Reply, CommandError>, Fatal> {
        let chat = match self.inside(id) {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(why)),
        };
        if !chat.state.is_open() {
            return refused("only groups and channels can be left");
        }
        let us = ctx.account.user();
        if chat.state.users().len() <= 1 {
            adopt::shut(chat, ctx)?;
        } else if chat.state.rules.role(&us) == Role::Owner {
            return refused("hand the chat over to another member first");
        } else {
            let mut devices = stage::cuts(chat, &chat.state.devices_of(&us));
            for removed in devices.iter_mut().filter(|removed| removed.device == ctx.account.device()) {
                (removed.last_seq, removed.last_op) = (chat.head.seq, chat.head.prev);
            }
            let departure = Departure::sign(id, devices, &ctx.account.key);
            if let Err(why) = send::say(chat, &Body::Leave(Leave { departure }), ctx)? {
                return refused(why.to_string());
            }
            chat.info.standing = Standing::Leaving;
            chat.store_info(&mut ctx.batch)?;
        }
        self.changed.insert(*id);
        Ok(Ok(Reply::Done))
    }

    /// A chat that we are in.
    pub fn inside(&mut self, id: &ChatId) -> Result<&mut Chat, CommandError> {
        let chat = self.chats.get_mut(id).ok_or(CommandError::NotFound("chat"))?;
        match chat.info.standing.outside() {
            None => Ok(chat),
            Some(why) => Err(CommandError::Refused(why.into())),
        }
    }
}

/// Queues a wish for people.
pub fn queue(
    chat: &mut Chat,
    wish: Wish,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<Result<Reply, CommandError>, Fatal> {
    if control::wish(chat, wish, 0, ctx, around)? {
        Ok(Ok(Reply::Done))
    } else {
        refused("too many changes of this chat wait already; its home relays have to be reached first")
    }
}

/// Somebody leaves: one of the others has it decided. Each in turn, by a hash that is another one for every departure,
/// so that a thousand do not propose at once.
pub fn on_leave(
    chat: &mut Chat,
    from: DeviceId,
    leave: &Leave,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Result<(), Fatal> {
    let departure = &leave.departure;
    let user = chat.state.user_of(&from);
    let own = departure.devices.iter().all(|removed| chat.state.user_of(&removed.device) == user);
    if departure.by != from || !own || chat.state.kind() == kind::PRIVATE || !departure.is_signed(&chat.id) {
        around.refusals.count("departure that its user did not sign");
        return Ok(());
    }
    let us = ctx.account.device();
    let turn = |device: &DeviceId| *blake3::hash(&[&departure.signature[..], &device.0].concat()).as_bytes();
    let stays = |device: &&DeviceId| chat.state.user_of(device) != user;
    let before = chat.state.devices.keys().filter(stays).filter(|device| turn(device) < turn(&us)).count() as u64;
    let after = if before == 0 { 0 } else { ctx.now.wall + before * TURN_MS };
    let wish = Wish::Depart(departure.encode());
    if chat.info.standing == Standing::In && user != Some(ctx.account.user()) && !chat.wishes.has(&wish) {
        control::wish(chat, wish, after, ctx, around)?;
    }
    Ok(())
}
