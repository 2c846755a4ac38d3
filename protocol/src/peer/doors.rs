//! Invite links of groups and channels, and requests at them, as people see and order them.
//!
//! Not here: what happens at the relays (`entrances`), own requests elsewhere (`joins`).

use super::chat::members::queue;
use super::chat::rooms::Surroundings;
use super::chat::state::Chat;
use super::chat::wishes::Wish;
use super::chat::{Chats, control};
use super::command::{CommandError, DoorCommand, Reply};
use super::context::{Context, Fatal};
use super::entrances::{Entrances, RequestId, answers};
use super::view::{AskingView, ChatLinkView};
use crate::chat::control::intent::Intent;
use crate::chat::control::rows;
use crate::chat::control::state::Link;
use crate::contact::entrance::{ChatLink, EntranceSecret, LinkId};
use crate::ids::ChatId;
use rand_core::Rng;

type Outcome = Result<Result<Reply, CommandError>, Fatal>;

fn refused(why: impl Into<String>) -> Outcome {
    Ok(Err(CommandError::Refused(why.into())))
}

/// Does what is ordered.
pub fn on_command(
    command: &DoorCommand,
    entrances: &mut Entrances,
    chats: &mut Chats,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Outcome {
    let (DoorCommand::MakeLink { chat, .. }
    | DoorCommand::Links(chat)
    | DoorCommand::RevokeLink { chat, .. }
    | DoorCommand::Asking(chat)
    | DoorCommand::Answer { chat, .. }) = command;
    let chat = match chats.inside(chat) {
        Ok(chat) => chat,
        Err(why) => return Ok(Err(why)),
    };
    if !answers(chat, ctx) {
        return refused("only those who may invite see and change the links of a group or channel");
    }
    match command {
        DoorCommand::MakeLink { uses, ttl_ms, approval, .. } => {
            make(chat, (*uses, *ttl_ms, *approval), entrances, ctx, around)
        }
        DoorCommand::Links(_) => {
            let links: Vec<Link> = chat.state.links.values().copied().collect();
            let views = links.iter().map(|link| view(chat, link, entrances, ctx)).collect::<Result<_, _>>()?;
            Ok(Ok(Reply::ChatLinks(views)))
        }
        DoorCommand::RevokeLink { link, .. } => revoke(chat, link, ctx, around),
        DoorCommand::Asking(id) => Ok(Ok(Reply::Asking(asking(id, entrances)))),
        DoorCommand::Answer { request, accept, .. } => answer(chat, request, *accept, entrances, ctx, around),
    }
}

fn make(
    chat: &mut Chat,
    (uses, ttl_ms, approval): (u32, u64, bool),
    entrances: &Entrances,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Outcome {
    let mut secret = [0; 32];
    ctx.rng.fill_bytes(&mut secret);
    let (secret, by) = (EntranceSecret::from(secret), ctx.account.user());
    let expires = if ttl_ms == 0 { 0 } else { ctx.now.wall.saturating_add(ttl_ms) };
    let link = Link { secret, by, uses, expires, approval, used: 0 };
    let intent = Intent::SetLink(link);
    if let Err(why) = chat.state.with(&ctx.account.device(), &intent) {
        return refused(format!("{why}; withdraw a link that is not needed any more"));
    }
    let view = view(chat, &link, entrances, ctx)?;
    Ok(queue(chat, Wish::plain(&intent), ctx, around)?.map(|_| Reply::ChatLink(Box::new(view))))
}

fn revoke(chat: &mut Chat, link: &LinkId, ctx: &mut Context<'_>, around: &mut Surroundings) -> Outcome {
    let intent = Intent::RevokeLink(*link);
    match chat.state.with(&ctx.account.device(), &intent) {
        Ok(_) => queue(chat, Wish::plain(&intent), ctx, around),
        Err(crate::chat::control::apply::NotAllowed::NoLink) => Ok(Err(CommandError::NotFound("link"))),
        Err(why) => refused(why.to_string()),
    }
}

fn view(chat: &Chat, link: &Link, entrances: &Entrances, ctx: &Context<'_>) -> Result<ChatLinkView, Fatal> {
    let genesis = rows::genesis(ctx.store, &chat.id).ok().flatten().ok_or(Fatal::Row("a chat's genesis"))?;
    let text = ChatLink {
        version: 1,
        genesis: genesis.hash(),
        kind: chat.state.kind(),
        title: chat.state.title.clone(),
        seed: link.secret.seed(),
        sealing_key: link.secret.sealing().public,
        relays: chat.state.home.clone(),
    };
    let id = link.id();
    Ok(ChatLinkView {
        id,
        chat: chat.id,
        link: text.text().map_err(|_| Fatal::Bug("a link does not encode"))?,
        by: link.by,
        uses: link.uses,
        used: link.used,
        expires: link.expires,
        approval: link.approval,
        relays: entrances.known_at(&chat.id, &id),
    })
}

fn asking(chat: &ChatId, entrances: &Entrances) -> Vec<AskingView> {
    let mut views: Vec<AskingView> = entrances
        .waiting(chat)
        .map(|(name, asking)| AskingView {
            request: *name,
            chat: *chat,
            link: asking.link,
            user: asking.user,
            name: asking.request.name.clone(),
            greeting: asking.request.greeting.clone(),
            at: asking.request.at,
        })
        .collect();
    views.sort_by_key(|view| (view.at, view.request));
    views
}

fn answer(
    chat: &mut Chat,
    request: &RequestId,
    accept: bool,
    entrances: &mut Entrances,
    ctx: &mut Context<'_>,
    around: &mut Surroundings,
) -> Outcome {
    let found = match accept {
        true => entrances.accept(request, chat, ctx, around)?,
        false => entrances.decline(request, chat, ctx, around)?,
    };
    control::go_on(chat, ctx, around)?;
    Ok(if found { Ok(Reply::Done) } else { Err(CommandError::NotFound("request to join")) })
}
