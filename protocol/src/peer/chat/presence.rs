//! Whether people are there, and when they were there last.
//!
//! A program in front of somebody says every few seconds that its user is there ([`Act::Here`](crate::peer::command::Act)). Who
//! tells exactly has that signalled in private chats that are in use; when the user goes, receipts say since when, which wait at the
//! relays for who is away. Who tells roughly has only the day told, and sees of others no more than that.

use super::actions::Answer;
use super::state::{Chat, Standing};
use super::{Chats, history, signals};
use crate::chat::op::Hlc;
use crate::content::Body;
use crate::content::presence::{GONE, HERE, Presence};
use crate::ids::{ChatId, DeviceId, UserId};
use crate::limits::CLOCK_AHEAD_MAX_MS;
use crate::peer::account::Account;
use crate::peer::command::Reply;
use crate::peer::context::{Context, Fatal};
use crate::peer::timers::{Timer, Timers};
use std::collections::BTreeMap;

/// So long our user counts as there after a program said so.
const HERE_MS: u64 = 60_000;

/// The least time between two signals of ours in a chat, and how long one is believed.
const SAY_EVERY_MS: u64 = 40_000;
const BELIEVED_MS: u64 = 75_000;

/// Chats in which nothing was said for so long get no signals, and hear once a day at most when we were there.
const IN_USE_MS: u64 = 30 * DAY_S * 1000;

/// Chats that get signals, those in use first: a signal costs each of them a request to each home relay.
const SIGNALLED_MAX: usize = 50;

/// The steps in which it is told.
const MINUTE_S: u64 = 60;
const DAY_S: u64 = 24 * 3600;

/// Our user, in this run.
#[derive(Debug, Default)]
pub struct Ours {
    /// Until when they count as there, in `Now::mono`.
    until: Option<u64>,
    /// When they were there last, milliseconds since 1970; 0 if not in this run.
    at: u64,
}

/// What a chat knows of who is there, in this run.
#[derive(Debug, Default)]
pub struct Heard {
    /// When we said it last, in `Now::mono`.
    said: Option<u64>,
    /// What our last receipt told, seconds since 1970.
    told: Option<u64>,
    /// The time in the latest signal of each device, and until when it is believed, milliseconds since 1970.
    devices: BTreeMap<DeviceId, (Hlc, u64)>,
}

impl Chats {
    /// Our user is in front of a program, or has gone.
    pub fn set_here(&mut self, here: bool, ctx: &mut Context<'_>) -> Answer {
        if here {
            (self.ours.until, self.ours.at) = (Some(ctx.now.mono + HERE_MS), ctx.now.wall);
            if !ctx.account.seen_roughly {
                self.signal(HERE, ctx)?;
            }
        } else if self.ours.until.is_some() {
            self.ours.at = ctx.now.wall;
            self.went(ctx)?;
        }
        Ok(Ok(Reply::Done))
    }

    /// Sets the deadline by which our user has gone if no program says otherwise.
    pub fn watch(&self, timers: &mut Timers) {
        if let Some(until) = self.ours.until {
            timers.by(Timer::Gone, until);
        }
    }

    /// The deadline passed.
    pub fn on_gone(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        if self.ours.until.is_some_and(|until| until <= ctx.now.mono) { self.went(ctx) } else { Ok(()) }
    }

    fn went(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        self.ours.until = None;
        self.signal(GONE, ctx)?;
        let now = ctx.now.wall;
        for chat in self.chats.values().filter(|chat| is_told(chat)) {
            let active = rounded(self.ours.at, ctx.account);
            let due = match (in_use(chat, now), chat.said.presence.told) {
                (_, None) => true,
                (true, Some(told)) => told < active,
                (false, Some(told)) => told / DAY_S < active / DAY_S,
            };
            if due {
                self.receipts.insert(chat.id);
            }
        }
        Ok(())
    }

    /// Says in chats in use that we are there, at most so often; or that we have gone, where we said that we were.
    fn signal(&mut self, what: u8, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let now = ctx.now;
        let mut chats: Vec<(u64, ChatId)> = Vec::new();
        for chat in self.chats.values().filter(|chat| is_told(chat) && in_use(chat, now.wall)) {
            let said = chat.said.presence.said;
            let due = if what == HERE { said.is_none_or(|at| at + SAY_EVERY_MS <= now.mono) } else { said.is_some() };
            if due {
                chats.push((chat.last.as_ref().map_or(0, |last| last.at), chat.id));
            }
        }
        chats.sort_unstable_by(|a, b| b.cmp(a));
        for (_, id) in chats.into_iter().take(SIGNALLED_MAX) {
            let Some(chat) = self.chats.get_mut(&id) else { continue };
            chat.said.presence.said = (what == HERE).then_some(now.mono);
            signals::say(chat, &Body::Presence(Presence { what }), ctx)?;
        }
        Ok(())
    }

    /// What a receipt in this chat tells; none if there is nothing to tell.
    pub fn told_in(&mut self, id: &ChatId, account: &Account) -> Option<u64> {
        let at = self.ours.at;
        let chat = self.chats.get_mut(id).filter(|chat| is_told(chat) && at > 0)?;
        let active = rounded(at, account);
        chat.said.presence.told = Some(active);
        Some(active)
    }
}

fn is_told(chat: &Chat) -> bool {
    chat.is_private_and_accepted() && chat.info.standing == Standing::In
}

fn in_use(chat: &Chat, wall: u64) -> bool {
    let latest = chat.last.as_ref().map_or(chat.info.created, |last| last.at);
    latest.saturating_add(IN_USE_MS) > wall
}

/// As exactly as our user tells, seconds since 1970.
fn rounded(at_ms: u64, account: &Account) -> u64 {
    let step = if account.seen_roughly { DAY_S } else { MINUTE_S };
    at_ms / 1000 / step * step
}

/// A device says that its user is there, or has gone.
pub fn heard(chat: &mut Chat, device: DeviceId, user: UserId, what: u8, hlc: Hlc, ctx: &mut Context<'_>) {
    let (mut latest, before) = chat.said.presence.devices.get(&device).copied().unwrap_or_default();
    if chat.info.with != Some(user) || !signals::is_news(&mut latest, hlc) {
        return;
    }
    let now = ctx.now.wall;
    let until = match what {
        HERE => now + BELIEVED_MS,
        GONE => 0,
        _ => return,
    };
    chat.said.presence.devices.insert(device, (latest, until));
    // Who is there has been seen now, also if we do not hear them go. Since when they are gone their receipt says.
    if what == HERE {
        note(chat, device, hlc.wall_ms().min(now) / 1000 / MINUTE_S * MINUTE_S, now);
    }
    // A row that says the same for longer is told as well: whoever shows it knows until when it holds.
    if until > 0 || before > now {
        history::notify_chat(chat, ctx);
    }
}

/// A device's user was there at this time, seconds since 1970. True if that is news.
pub fn note(chat: &mut Chat, device: DeviceId, at: u64, wall_ms: u64) -> bool {
    let at = at.min((wall_ms + CLOCK_AHEAD_MAX_MS) / 1000);
    if chat.info.with.is_none() || chat.user_of(&device) != chat.info.with {
        return false;
    }
    chat.device(&device).is_some_and(|head| {
        let news = at > head.active;
        head.active = head.active.max(at);
        news
    })
}

/// Until when the other of a private chat counts as there (milliseconds since 1970; 0 for not there), and when they were
/// there last (likewise; 0 for unknown): as exactly as our user tells it of themselves.
pub fn shown(chat: &Chat, account: &Account, wall: u64) -> (u64, u64) {
    let theirs = || chat.devices.values().filter(|head| Some(head.user) == chat.info.with);
    let seen = theirs().map(|head| head.active).max().unwrap_or(0);
    if account.seen_roughly {
        return (0, seen / DAY_S * DAY_S * 1000);
    }
    let until = theirs().filter_map(|head| chat.said.presence.devices.get(&head.device)).map(|(_, until)| *until).max();
    (until.filter(|until| *until > wall).unwrap_or(0), seen * 1000)
}
