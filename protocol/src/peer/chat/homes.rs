//! Where a chat lives: its home relays as people see and change them.
//!
//! Any three of four decide that another relay takes the place of the fourth, dead or lying as it may be. What was said stays
//! with the members; what is said from then on lies at the new four.

use super::members::{queue, refused};
use super::rooms::Surroundings;
use super::state::Chat;
use super::wishes::{Waiting, Wish};
use super::{Chats, control};
use crate::chat::control::intent::Intent;
use crate::chat::control::state::State;
use crate::contact::mailbox::{RelayHint, check_relays};
use crate::ids::{ChatId, NodeId};
use crate::limits::{FORMER_RELAYS_MAX, HOME_RELAYS_MAX};
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

/// True for everything but a replacement by a relay that this device has not reached: no chat is led to one where nobody
/// answers.
pub fn is_reached(wish: &Wish, ctx: &Context<'_>) -> bool {
    let Wish::Replace { by, .. } = wish else { return true };
    ctx.links.is_up(&by.relay)
}

/// Remembers where the relays are that a block takes out: epochs that are open live there still.
pub fn keep_former(chat: &mut Chat, next: &State) {
    let leaves = |hint: &&RelayHint| next.home.iter().all(|other| other.relay != hint.relay);
    let leaving: Vec<RelayHint> = chat.state.home.iter().filter(leaves).cloned().collect();
    let former = &mut chat.info.former;
    former.retain(|hint| next.home.iter().chain(&leaving).all(|other| other.relay != hint.relay));
    former.extend(leaving);
    former.drain(..former.len().saturating_sub(FORMER_RELAYS_MAX));
}

/// Forgets former relays at which no open epoch lives.
pub fn forget_former(chat: &mut Chat) {
    let rooms = &chat.rooms;
    chat.info.former.retain(|hint| rooms.values().any(|state| state.at.contains_key(&hint.relay)));
}

/// The relay that is to come in by a wish.
fn coming(waiting: &Waiting) -> Option<&RelayHint> {
    match &waiting.wish {
        Wish::Replace { by, .. } => Some(by),
        _ => None,
    }
}

impl Chat {
    /// Every relay that the chat needs: its home, those of open epochs, those that are to come in.
    pub fn relays(&self) -> impl Iterator<Item = &RelayHint> {
        let coming = self.wishes.all().filter_map(|(_, waiting)| coming(waiting));
        self.state.home.iter().chain(&self.info.former).chain(coming)
    }
}

type Answer = Result<Result<Reply, CommandError>, Fatal>;

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
        if let Err(error) = check_relays(std::slice::from_ref(&by)) {
            return Ok(Err(CommandError::Invalid(format!("this relay cannot be taken: {error}"))));
        }
        if let Err(why) = chat.state.with(&ctx.account.device(), &Intent::SetHomeRelays(next)) {
            return refused(why.to_string());
        }
        // A former order about the same relay gives way: what it names may never be reached.
        let same = |wish: &Wish| matches!(wish, Wish::Replace { relay: other, .. } if *other == relay);
        let earlier = chat.wishes.all().filter(|(_, waiting)| same(&waiting.wish)).map(|(number, _)| number);
        for number in earlier.collect::<Vec<u64>>() {
            chat.wishes.remove(id, number, &mut ctx.batch);
        }
        ctx.dial(by.relay, &by.addrs);
        queue(chat, Wish::Replace { relay, by }, ctx, around)
    }

    /// A relay is reached: chats that wait for it to take it in go on.
    pub fn on_relay_reached(
        &mut self,
        relay: NodeId,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<(), Fatal> {
        for chat in self.chats.values_mut() {
            if chat.wishes.all().filter_map(|(_, waiting)| coming(waiting)).any(|hint| hint.relay == relay) {
                control::go_on(chat, ctx, around)?;
            }
        }
        Ok(())
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
            return refused(why.to_string());
        }
        queue(chat, Wish::plain(&intent), ctx, around)
    }
}
