//! Where a chat lives: its home relays as people see and change them.
//!
//! Any three of four decide that another relay takes the place of the fourth, dead or lying as it may be. What was said stays
//! with the members; what is said from then on lies at the new four.

use super::Chats;
use super::members::queue;
use super::rooms::Surroundings;
use super::wishes::Wish;
use crate::chat::control::intent::Intent;
use crate::contact::mailbox::RelayHint;
use crate::ids::{ChatId, NodeId};
use crate::limits::HOME_RELAYS_MAX;
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};

/// The home with one relay in another's place; `None` if there is nothing to do.
pub fn replaced(home: &[RelayHint], relay: &NodeId, by: &RelayHint) -> Option<Vec<RelayHint>> {
    let is_in = |relay: &NodeId| home.iter().any(|hint| hint.relay == *relay);
    if !is_in(relay) || is_in(&by.relay) {
        return None;
    }
    let mut home: Vec<RelayHint> = home.iter().filter(|hint| hint.relay != *relay).cloned().collect();
    home.push(by.clone());
    home.sort_by_key(|hint| hint.relay);
    Some(home)
}

type Answer = Result<Result<Reply, CommandError>, Fatal>;

fn refused(why: &str) -> Answer {
    Ok(Err(CommandError::Refused(why.into())))
}

impl Chats {
    /// Has another relay take a home relay's place: the one that is named, or one of our own.
    pub fn replace_home(
        &mut self,
        id: &ChatId,
        relay: NodeId,
        by: Option<RelayHint>,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Answer {
        let chat = match self.inside(id) {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(why)),
        };
        let home = &chat.state.home;
        let lives_at = |relay: &NodeId| home.iter().any(|hint| hint.relay == *relay);
        if !lives_at(&relay) {
            return Ok(Err(CommandError::NotFound("home relay of the chat")));
        }
        let own = ctx.account.reachable_at();
        // One that answers, if there is one.
        let mut spare: Vec<RelayHint> = own.into_iter().filter(|hint| !lives_at(&hint.relay)).collect();
        spare.sort_by_key(|hint| !ctx.links.is_up(&hint.relay));
        let Some(by) = by.or_else(|| spare.into_iter().next()) else {
            return refused("all your relays are home relays of this chat already; name another one, or add one first");
        };
        if home.len() == 1 && !ctx.links.is_up(&relay) {
            return refused(
                "the chat lives at this relay alone, and it does not answer: nobody else can decide a change",
            );
        }
        let Some(next) = replaced(home, &relay, &by) else {
            return refused("the other relay is a home relay of this chat already");
        };
        if let Err(why) = chat.state.with(&ctx.account.device(), &Intent::SetHomeRelays(next)) {
            return refused(&why.to_string());
        }
        ctx.dial(by.relay, &by.addrs);
        queue(chat, Wish::Replace { relay, by }, ctx, around)
    }

    /// Has a chat that lives at one relay live at four: that one and three of our own.
    pub fn spread_home(&mut self, id: &ChatId, ctx: &mut Context<'_>, around: &mut Surroundings) -> Answer {
        let chat = match self.inside(id) {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(why)),
        };
        if chat.state.home.len() >= HOME_RELAYS_MAX {
            return refused("the chat has four home relays already");
        }
        let mut home = chat.state.home.clone();
        for hint in ctx.account.reachable_at() {
            if home.len() < HOME_RELAYS_MAX && home.iter().all(|other| other.relay != hint.relay) {
                home.push(hint);
            }
        }
        if home.len() < HOME_RELAYS_MAX {
            return refused(
                "you do not use enough relays: with those of the chat there have to be four; add some first",
            );
        }
        home.sort_by_key(|hint| hint.relay);
        let intent = Intent::SetHomeRelays(home);
        if let Err(why) = chat.state.with(&ctx.account.device(), &intent) {
            return refused(&why.to_string());
        }
        queue(chat, Wish::plain(&intent), ctx, around)
    }
}
