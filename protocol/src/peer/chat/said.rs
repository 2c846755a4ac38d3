//! What a chat knows of its messages in memory, and takes of operations into the timeline.

use super::mentions::{self, Mentions};
use super::rights::PeerRights;
use super::show;
use super::state::Chat;
use super::topics::{self, Unseen};
use super::typing::Heard;
use super::{presence, wanted};
use crate::chat::op::{Hlc, SignedOp};
use crate::chat::timeline::merge::{LIFETIME, Verdict, expires, stored};
use crate::chat::timeline::row::{Flags, Place};
use crate::chat::timeline::waiting::Waiting;
use crate::chat::timeline::{Broken, Change, Refused, Timeline};
use crate::content::Body;
use crate::ids::{ChatId, OpId};
use crate::peer::command::Event;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::{Content, MessageView};
use crate::store::{StoreRead, Table};

/// What is known of a chat's messages.
#[derive(Debug, Default)]
pub struct Said {
    /// Changes that wait for their message.
    pub waiting: Waiting,
    /// How long messages live, in seconds.
    pub ttl_s: Option<u32>,
    /// Who is writing.
    pub typing: Heard,
    /// Who is there.
    pub presence: presence::Heard,
    /// Who wanted a file when.
    pub wanted: wanted::Heard,
    /// Unseen messages that name our user.
    pub mentions: Mentions,
    /// What of the chat's topics is not seen.
    pub topics: Unseen,
    /// Our user does not tell what they have read, and so is not told.
    pub hides_read: bool,
}

/// What an operation, or the end of a message, did.
#[derive(Debug, Default)]
pub struct Told {
    /// The message that came.
    pub message: Option<MessageView>,
    /// The chat's row in the list looks different.
    pub row: bool,
    /// What was refused of changes that had waited.
    pub refused: Vec<Refused>,
}

impl Said {
    /// Reads it.
    pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Self, Fatal> {
        let (waiting, mentions) = (Waiting::load(store, chat)?, mentions::load(store, chat)?);
        let (ttl_s, topics) = (lifetime(store, chat)?, Unseen::load(store, chat)?);
        Ok(Self { waiting, ttl_s, mentions, topics, ..Self::default() })
    }
}

fn lifetime(rows: &dyn StoreRead, chat: &ChatId) -> Result<Option<u32>, Broken> {
    rows.get(Table::Chat, &chat.0, LIFETIME)?.map_or(Ok(None), lifetime_of)
}

/// What the operation that set it says.
pub fn lifetime_of(bytes: Vec<u8>) -> Result<Option<u32>, Broken> {
    let op = stored(bytes)?;
    match Body::decode(op.op.kind, &op.op.body) {
        Ok(Body::Lifetime(lifetime)) => Ok(lifetime.ttl_s),
        Ok(_) | Err(_) => Err(Broken::Row("a chat's lifetime")),
    }
}

/// Takes an operation that is in its place in its device's log into the timeline, and tells people.
pub fn take(
    chat: &mut Chat,
    op: &SignedOp,
    body: &Body,
    shown: Hlc,
    ctx: &mut Context<'_>,
) -> Result<Result<Told, Refused>, Fatal> {
    let wall = ctx.now.wall;
    ctx.expiry = ctx.expiry.into_iter().chain(over(op, body)).min();
    let mut verdict = Ok(());
    let (changes, refused) = within(chat, ctx, |timeline| {
        verdict = apply(timeline, op, body, shown, wall)?;
        Ok(())
    })?;
    match verdict {
        Ok(()) => Ok(Ok(Told { refused, ..tell(chat, &changes, ctx)? })),
        Err(refused) => Ok(Err(refused)),
    }
}

/// When a message destroys itself, milliseconds since 1970.
pub fn over(op: &SignedOp, body: &Body) -> Option<u64> {
    body.head().and_then(|head| head.ttl_s).map(|ttl| expires(op.op.hlc, ttl))
}

/// Applies an operation; a message whose time is over already ends at once.
pub fn apply(timeline: &mut Timeline<'_>, op: &SignedOp, body: &Body, shown: Hlc, wall: u64) -> Verdict {
    let verdict = timeline.apply(op, body, shown)?;
    if verdict.is_ok() && over(op, body).is_some_and(|at| at <= wall) {
        timeline.end(Place { shown, id: op.id }, Flags::EXPIRED)?;
    }
    Ok(verdict)
}

/// Ends messages here; `flag` says why.
pub fn end(chat: &mut Chat, places: &[Place], flag: Flags, ctx: &mut Context<'_>) -> Result<Told, Fatal> {
    let (changes, refused) =
        within(chat, ctx, |timeline| places.iter().try_for_each(|place| timeline.end(*place, flag)))?;
    Ok(Told { refused, ..tell(chat, &changes, ctx)? })
}

/// Our user has heard a message, of which only their own devices are told.
pub fn heard(chat: &mut Chat, message: &OpId, ctx: &mut Context<'_>) -> Result<Told, Fatal> {
    let us = ctx.account.user();
    let (changes, _) = within(chat, ctx, |timeline| timeline.heard_by_us(message, &us))?;
    tell(chat, &changes, ctx)
}

fn within(
    chat: &mut Chat,
    ctx: &mut Context<'_>,
    work: impl FnOnce(&mut Timeline<'_>) -> Result<(), Broken>,
) -> Result<(Vec<Change>, Vec<Refused>), Fatal> {
    let mut waiting = std::mem::take(&mut chat.said.waiting);
    let rights = PeerRights::new(chat, ctx.account);
    let mut timeline = Timeline::new(chat.id, ctx.over.over(ctx.store), &rights, &mut waiting);
    let result = work(&mut timeline);
    let told = timeline.finish();
    chat.said.waiting = waiting;
    result?;
    Ok(told)
}

fn tell(chat: &mut Chat, changes: &[Change], ctx: &mut Context<'_>) -> Result<Told, Fatal> {
    let mut told = Told::default();
    for change in changes {
        match change {
            Change::New(place) => {
                let Some(message) = show::at(chat, place, ctx)? else { continue };
                if chat.last.as_ref().is_none_or(|last| last.order <= message.order) {
                    chat.last = Some(message.clone());
                }
                let erased = matches!(message.content, Content::Deleted { .. } | Content::Viewed);
                if !message.mine {
                    chat.said.typing.arrived();
                }
                if !message.mine && !erased && show::is_news(chat, place, ctx)? {
                    chat.head.unread += 1;
                    topics::note(chat, place, ctx)?;
                    mentions::note(chat, place, &message, ctx);
                }
                told.row = true;
                ctx.notify(Event::Message(Box::new(message.clone())));
                told.message = Some(message);
            }
            Change::Altered(place) => {
                let Some(message) = show::at(chat, place, ctx)? else { continue };
                if show::is_unread(chat, place, ctx)? {
                    told.row |= mentions::note(chat, place, &message, ctx);
                }
                if chat.last.as_ref().is_some_and(|last| last.id == message.id) {
                    chat.last = Some(message.clone());
                    told.row = true;
                }
                ctx.notify(Event::Message(Box::new(message)));
            }
            Change::Lost(place) => {
                told.row |= mentions::forget(chat, place, ctx);
                // What came and ended at once was never counted.
                if !changes.contains(&Change::New(*place)) && show::is_unread(chat, place, ctx)? {
                    chat.head.unread = chat.head.unread.saturating_sub(1);
                    topics::forget(chat, place, ctx);
                    chat.store_head(&mut ctx.batch)?;
                    told.row = true;
                }
            }
            Change::Gone(place) => {
                told.row |= mentions::forget(chat, place, ctx);
                topics::forget(chat, place, ctx);
                if chat.last.as_ref().is_some_and(|last| last.id == place.id) {
                    chat.last = show::last(chat, ctx)?;
                    told.row = true;
                }
                ctx.notify(Event::Gone { chat: chat.id, message: place.id });
            }
            Change::Lifetime => {
                chat.said.ttl_s = lifetime(&ctx.rows(), &chat.id)?;
                told.row = true;
            }
        }
    }
    Ok(told)
}
