//! Where this node stands in the world: its relays of choice, its name, and its state in one look.

use super::Parts;
use super::chat;
use super::command::{CommandError, Event, Reply};
use super::context::{Context, Fatal};
use super::view::{Profile, RelayView, StatusView};
use crate::contact::mailbox::{RelayHint, check_relays};
use crate::content::hello::check_name;
use crate::core::Output;
use crate::ids::NodeId;

impl Parts {
    pub(super) fn add_relay(
        &mut self,
        hint: RelayHint,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let mut relays = ctx.account.relays.clone();
        relays.retain(|other| other.relay != hint.relay);
        relays.push(hint.clone());
        if let Err(error) = check_relays(&relays) {
            return Ok(Err(CommandError::Invalid(format!("this relay cannot be added: {error}"))));
        }
        ctx.account.relays = relays;
        ctx.account.store(&mut ctx.batch)?;
        ctx.dial(hint.relay, &hint.addrs);
        if ctx.links.is_up(&hint.relay) {
            self.mailbox.on_link_up(hint.relay, ctx);
        }
        self.own.records.publish(ctx);
        ctx.notify(Event::Relays);
        Ok(Ok(Reply::Done))
    }

    pub(super) fn remove_relay(
        &mut self,
        relay: NodeId,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        if ctx.account.relays.iter().all(|hint| hint.relay != relay) {
            return Ok(Err(CommandError::NotFound("relay")));
        }
        ctx.account.relays.retain(|hint| hint.relay != relay);
        ctx.account.store(&mut ctx.batch)?;
        if !self.chats.relays().contains(&relay) && ctx.links.unwant(&relay) {
            ctx.effects.push_back(Output::Hangup { remote: relay, reason: "not wanted any more" });
        }
        self.own.records.publish(ctx);
        ctx.notify(Event::Relays);
        Ok(Ok(Reply::Done))
    }

    /// Relays that something needed which is done; those that nothing else needs are left.
    pub(super) fn release(&self, relays: Vec<NodeId>, ctx: &mut Context<'_>) {
        let mut needed = self.chats.relays();
        let others = [ctx.account.reachable_at(), self.contacts.relays(), self.joins.relays()];
        needed.extend(others.iter().flatten().map(|hint| hint.relay));
        for relay in relays {
            if !needed.contains(&relay) && ctx.links.unwant(&relay) {
                ctx.effects.push_back(Output::Hangup { remote: relay, reason: "not wanted any more" });
            }
        }
    }

    pub(super) fn status(&self, ctx: &Context<'_>) -> StatusView {
        let chats = || self.chats.chats.values();
        let lives_at =
            |chat: &chat::state::Chat, relay: &NodeId| chat.state.home.iter().any(|hint| hint.relay == *relay);
        let relays = ctx.links.all().map(|(relay, up)| RelayView {
            relay: *relay,
            addrs: ctx.links.addrs(relay).to_vec(),
            connected: up,
            since: ctx.links.changed(relay),
            own: ctx.account.reachable_at().iter().any(|hint| hint.relay == *relay),
            chats: chats().filter(|chat| lives_at(chat, relay)).count(),
        });
        StatusView {
            profile: Profile { user: ctx.account.user(), name: ctx.account.name.clone() },
            device: ctx.account.device(),
            relays: relays.collect(),
            outbox: chats().map(|chat| chat.outbox.len()).sum(),
            unsent: chats().map(|chat| chat.outbox.iter().filter(|queued| queued.seq > chat.sent).count()).sum(),
            parked: chats().map(|chat| chat.parked).sum(),
            chats: chats().count(),
        }
    }
}

pub(super) fn set_name(name: String, ctx: &mut Context<'_>) -> Result<Result<Reply, CommandError>, Fatal> {
    let name = name.trim().to_owned();
    if let Err(error) = check_name(&name) {
        return Ok(Err(CommandError::Invalid(format!("this name cannot be used: {error}"))));
    }
    ctx.account.name = name;
    ctx.account.store(&mut ctx.batch)?;
    let profile = Profile { user: ctx.account.user(), name: ctx.account.name.clone() };
    ctx.notify(Event::Profile(profile));
    Ok(Ok(Reply::Done))
}
