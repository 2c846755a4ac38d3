//! Forwarding: the same content said again elsewhere, with or without who said it first.

use super::actions::{Answer, locate, point, row_at};
use super::state::Chat;
use super::{Chats, rights, send, show};
use crate::chat::op::SignedOp;
use crate::chat::timeline::merge::wording;
use crate::chat::timeline::rights::Right;
use crate::chat::timeline::row::{self, Flags, Place};
use crate::content::Body;
use crate::content::forward::{Forward, Proof};
use crate::content::head::Head;
use crate::ids::{ChatId, DeviceId, OpId, UserId};
use crate::limits::FORWARDS_MAX;
use crate::peer::command::{CommandError, Reply};
use crate::peer::contacts::Contacts;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::Content;

/// Something to say again.
struct Original {
    body: Body,
    from: UserId,
    /// The operation that says it so, and when.
    op: SignedOp,
}

impl Chats {
    /// Says messages again in other chats, in their order.
    pub(super) fn forward(
        &mut self,
        messages: &[OpId],
        to: &[ChatId],
        attributed: bool,
        contacts: &Contacts,
        ctx: &mut Context<'_>,
    ) -> Answer {
        if messages.is_empty() || to.is_empty() || messages.len().saturating_mul(to.len()) > FORWARDS_MAX {
            let why = format!("1 to {FORWARDS_MAX} messages can be sent at once (messages times chats)");
            return Ok(Err(CommandError::Invalid(why)));
        }
        if to.iter().any(|chat| !self.chats.contains_key(chat)) {
            return Ok(Err(CommandError::NotFound("chat")));
        }
        let mut bodies = Vec::new();
        for message in messages {
            let missing = Ok(Err(CommandError::NotFound("message")));
            let Some((chat, place)) = locate(message, ctx)? else { return missing };
            let Some(chat) = self.chats.get(&chat) else { return missing };
            match original(chat, &place, ctx)? {
                Ok(original) => bodies.push(attribute(original, attributed, contacts, ctx)),
                Err(why) => return Ok(Err(CommandError::Refused(why.into()))),
            }
        }
        if !to.iter().filter_map(|id| self.chats.get(id)).all(|chat| may_post(chat, ctx)) {
            return Ok(Err(CommandError::Refused("you may not write in one of these chats".into())));
        }
        let mut sent = Vec::new();
        for id in to {
            let Some(chat) = self.chats.get_mut(id) else { continue };
            for body in &bodies {
                let body = send::with_lifetime(body.clone(), chat.said.ttl_s);
                match send::say(chat, &body, ctx)? {
                    Ok((_, told)) => sent.extend(told.message),
                    Err(refused) => return Ok(Err(CommandError::Refused(refused.to_string()))),
                }
            }
            self.changed.insert(*id);
        }
        Ok(Ok(Reply::Messages(sent)))
    }
}

fn may_post(chat: &Chat, ctx: &Context<'_>) -> bool {
    point(chat).is_some_and(|at| rights::may(chat, &ctx.account.user(), Right::Post, &at))
}

/// What a message says now, or why it cannot be forwarded.
fn original(chat: &Chat, place: &Place, ctx: &mut Context<'_>) -> Result<Result<Original, &'static str>, Fatal> {
    let gone = "a message that is gone, or can be seen once, cannot be forwarded";
    let Some(view) = show::at(chat, place, ctx)? else { return Ok(Err(gone)) };
    let Some(row) = row_at(chat, place, ctx)? else { return Ok(Err(gone)) };
    let mut op = row.signed(place.id)?;
    let Ok(mut body) = Body::decode(op.op.kind, &op.op.body) else { return Ok(Err(gone)) };
    match (&mut body, &view.content) {
        (_, Content::Deleted { .. } | Content::Viewed | Content::ViewOnce) => return Ok(Err(gone)),
        (Body::Text(text), _) => {
            if row.flags.has(Flags::EDITED)
                && let Some(edit) = wording(&ctx.rows(), &row::of(&chat.id, &place.id))?
            {
                op = edit;
            }
            text.text.clone_from(&view.text);
            text.entities.clone_from(&view.entities);
        }
        (Body::Location(location), Content::Location(last)) => {
            location.point = last.point;
            location.live_s = None;
        }
        // Where the author's machine is was told to the readers of that chat, and to nobody else.
        (Body::File(file), _) => file.sources.clear(),
        (_, Content::Text | Content::Poll(_) | Content::Card(_) | Content::Location(_) | Content::File(_)) => {}
    }
    Ok(Ok(Original { body, from: row.from, op }))
}

/// The body to be said: without the answer and lifetime of the original, with its first author if that is wanted.
fn attribute(original: Original, attributed: bool, contacts: &Contacts, ctx: &Context<'_>) -> Body {
    let Original { mut body, from, op } = original;
    let earlier = body.head().and_then(|head| head.forward.clone());
    let forward = match (attributed, earlier) {
        (false, _) => None,
        (true, Some(earlier)) => Some(earlier),
        (true, None) => Some(Box::new(first_author(&body, from, &op, contacts, ctx))),
    };
    let head = Head { forward, ..Head::default() };
    if let Some(old) = body.head_mut() {
        *old = head;
    }
    body
}

fn first_author(body: &Body, from: UserId, op: &SignedOp, contacts: &Contacts, ctx: &Context<'_>) -> Forward {
    let named = match from == ctx.account.user() {
        true => Some(ctx.account.name.clone()),
        false => ctx.account.titles.get(&from).cloned(),
    };
    let certificate = certificate(from, &op.op.device, contacts, ctx);
    let proof = match body {
        // An operation that only its successors prove has no signature that a stranger could check.
        Body::Text(_) if SignedOp::decode(op.bytes.clone()).is_ok() => {
            certificate.map(|certificate| Proof { op: op.bytes.clone(), certificate })
        }
        _ => None,
    };
    let name = named.unwrap_or_else(|| from.to_hex()[..8].to_owned());
    Forward { user: from, name, at: op.op.hlc.wall_ms(), proof }
}

fn certificate(user: UserId, device: &DeviceId, contacts: &Contacts, ctx: &Context<'_>) -> Option<Vec<u8>> {
    match user == ctx.account.user() {
        true => ctx.account.devices.living().find(|entry| entry.device == *device).map(|entry| entry.bytes.clone()),
        false => contacts.certificate(&user, device),
    }
}
