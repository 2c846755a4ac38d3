//! Chats and messages that are kept outside of the store (a backup), and taken in again from there.
//!
//! What is taken in was sealed by a device of ours under a key of ours, so that its signatures are not checked again and
//! nobody's rights are asked for; its bounds are checked like everything that comes from outside. A chat that was not known
//! stands as [`Standing::Away`] until a device that is in lets us in.
//!
//! Not here: where an archive lies and how it is sealed (the node's `backup`).

use super::chat::state::{Chat, DeviceHead, Head, Info, Standing};
use super::chat::strays::Healing;
use super::chat::{Chats, said, show};
use super::command::{ArchiveCommand, CommandError, Reply};
use super::context::{Context, Fatal};
use super::{contacts, met};
use crate::chat::archive::ChatRecord;
use crate::chat::control::rows;
use crate::chat::imported::is_imported;
use crate::chat::op::{Claimed, ControlPoint};
use crate::chat::timeline::Timeline;
use crate::chat::timeline::archived::Archived;
use crate::chat::timeline::merge::LIFETIME;
use crate::chat::timeline::rights::{Right, Rights};
use crate::content::{Body, Sort};
use crate::ids::{ChatId, DeviceId, UserId};
use crate::limits::{ARCHIVED_AT_ONCE, ARCHIVED_BYTES_AT_ONCE};
use crate::store::Table;
use std::cell::Cell;
use std::collections::BTreeMap;

type Outcome = Result<Result<Reply, CommandError>, Fatal>;

/// Does what is ordered.
pub fn on_command(command: ArchiveCommand, chats: &mut Chats, ctx: &mut Context<'_>) -> Outcome {
    match command {
        ArchiveCommand::Describe(id) => describe(&id, chats, ctx),
        ArchiveCommand::Admit(record) => admit(*record, chats, ctx),
        ArchiveCommand::Take { chat, operations } => take(&chat, operations, chats, ctx),
    }
}

fn describe(id: &ChatId, chats: &Chats, ctx: &Context<'_>) -> Outcome {
    let Some(chat) = chats.chats.get(id) else { return Ok(Err(CommandError::NotFound("chat"))) };
    let genesis = rows::genesis(ctx.store, id).ok().flatten().ok_or(Fatal::Row("a chat's genesis"))?;
    let mut devices: BTreeMap<DeviceId, UserId> =
        chat.state.devices.iter().map(|(device, seat)| (*device, seat.user)).collect();
    devices.extend(chat.devices.values().map(|head| (head.device, head.user)));
    let names = devices.values().filter_map(|user| Some((*user, ctx.account.titles.get(user)?.clone()))).collect();
    let lifetime = ctx.store.get(Table::Chat, &id.0, LIFETIME)?.unwrap_or_default();
    Ok(Ok(Reply::ChatRecord(Box::new(ChatRecord {
        genesis,
        state: chat.state.clone(),
        with: chat.info.with,
        inside: matches!(chat.info.standing, Standing::In | Standing::Away),
        created: chat.info.created,
        rules: chat.rules.clone(),
        devices,
        names,
        lifetime,
    }))))
}

/// Takes a chat in if it is not known.
fn admit(record: ChatRecord, chats: &mut Chats, ctx: &mut Context<'_>) -> Outcome {
    for (user, name) in &record.names {
        if !ctx.account.titles.contains_key(user) {
            met::meet(*user, name, ctx);
        }
    }
    let id = record.state.chat;
    if chats.chats.contains_key(&id) {
        return Ok(Ok(Reply::Done));
    }
    let us = ctx.account.user();
    if record.with == Some(us) || record.devices.values().all(|user| *user != us) {
        return Ok(Err(CommandError::Invalid("this archive is of a chat that was never yours".into())));
    }
    let standing = match record.inside {
        _ if is_imported(&record.state) => Standing::Imported,
        true => Standing::Away,
        false => Standing::Out,
    };
    let info = Info {
        with: record.with,
        accepted: true,
        standing,
        epochs: Vec::new(),
        created: record.created,
        renewed: ctx.now.wall,
        current: ctx.now.wall,
        former: Vec::new(),
        cleared: 0,
        healing: Healing::default(),
    };
    let index = record.state.index;
    let heads = record.devices.iter().map(|(device, user)| (*device, DeviceHead::new(*device, *user, index, 0, true)));
    let mut chat = Chat::new((id, ctx.account.user()), info, record.state, Head::new(), heads.collect());
    rows::put_genesis(&record.genesis, &mut ctx.batch);
    for (index, rules) in &record.rules {
        rows::put_rules(&id, *index, rules, &mut ctx.batch);
    }
    chat.rules = record.rules;
    if !record.lifetime.is_empty() {
        chat.said.ttl_s = said::lifetime_of(record.lifetime.clone())?;
        ctx.batch.put(Table::Chat, &id.0, LIFETIME, record.lifetime);
    }
    chat.dirty.extend(chat.devices.keys().copied());
    chat.store_state(&mut ctx.batch);
    chat.store_info(&mut ctx.batch)?;
    chat.store_head(&mut ctx.batch)?;
    contacts::settle(chat, ctx, chats);
    chats.changed.insert(id);
    Ok(Ok(Reply::Done))
}

/// Everything that our own archive says was allowed when it was said.
struct Kept {
    from: Cell<UserId>,
}

impl Rights for Kept {
    fn user(&self, _: &DeviceId) -> Option<UserId> {
        Some(self.from.get())
    }

    fn may(&self, _: &DeviceId, _: Right, _: &ControlPoint) -> bool {
        true
    }
}

/// Takes messages and their changes in, in order. What is here already stays as it is.
fn take(id: &ChatId, operations: Vec<Archived>, chats: &mut Chats, ctx: &mut Context<'_>) -> Outcome {
    let Some(chat) = chats.chats.get_mut(id) else { return Ok(Err(CommandError::NotFound("chat"))) };
    let bytes: usize = operations.iter().map(|archived| archived.op.len()).sum();
    if operations.len() > ARCHIVED_AT_ONCE || bytes > ARCHIVED_BYTES_AT_ONCE {
        return Ok(Err(CommandError::Invalid("that is too much of an archive at once".into())));
    }
    let mut read = Vec::with_capacity(operations.len());
    for archived in operations {
        let Ok(claimed) = Claimed::decode(archived.op) else {
            return Ok(Err(CommandError::Invalid("this archive has an operation that cannot be read".into())));
        };
        let op = claimed.proven();
        if op.op.chat != *id {
            return Ok(Err(CommandError::Invalid("this archive has an operation of another chat".into())));
        }
        // What this version cannot read is left to the next one, which reads the archive anew.
        let Ok(body) = Body::decode(op.op.kind, &op.op.body) else { continue };
        if (body.sort() == Sort::Change) == (archived.shown.0 == 0) && body.sort() != Sort::State {
            read.push((archived.from, archived.shown, op, body));
        }
    }
    let kept = Kept { from: Cell::new(ctx.account.user()) };
    let mut waiting = std::mem::take(&mut chat.said.waiting);
    let mut timeline = Timeline::new(*id, ctx.over.over(ctx.store), &kept, &mut waiting);
    for (from, shown, op, body) in &read {
        kept.from.set(*from);
        // What cannot be changed any more since it was kept stays as it is.
        let _refused = said::apply(&mut timeline, op, body, *shown, ctx.now.wall)?;
        ctx.expiry = ctx.expiry.into_iter().chain(said::over(op, body)).min();
    }
    timeline.finish();
    chat.said.waiting = waiting;
    chat.last = show::last(chat, ctx)?;
    chats.changed.insert(*id);
    Ok(Ok(Reply::Done))
}
