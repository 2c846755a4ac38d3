//! Groups, channels and what they need of other parts: making them, key packages of those who are to be added, and
//! joining by a parcel.
//!
//! ```text
//! add: contact -> key package from their relays -> wish -> block -> parcel, said in the chat that we share
//! in:  parcel in a chat that we share -> join
//! ```

use super::chat::Chats;
use super::chat::control;
use super::chat::history;
use super::chat::introduce;
use super::chat::members;
use super::chat::parcels::{self, Arrived};
use super::chat::rooms::Surroundings;
use super::chat::stage;
use super::chat::wishes::{Newcomer, Via, Wish};
use super::command::{CommandError, Reply};
use super::contacts::{self, Contacts};
use super::context::{Context, Fatal};
use super::founding;
use super::links::Purpose;
use super::returning;
use super::timers::Timer;
use crate::chat::control::state::check_text;
use crate::chat::parcel::Parcel;
use crate::ids::{ChatId, NodeId, UserId};
use crate::limits::TITLE_MAX;
use crate::wire::registry::chat as kind;
use crate::wire::relay::{Reply as Answer, Request};
use std::collections::BTreeMap;

/// How long until relays are asked again for key packages that they did not have.
const RETRY_MS: u64 = 30_000;

/// The other parts that a group needs.
pub struct Parts<'a> {
    /// Chats.
    pub chats: &'a mut Chats,
    /// Who can be added.
    pub contacts: &'a Contacts,
    /// Timers and counts.
    pub around: &'a mut Surroundings,
}

/// What goes on about groups beside their own control chains.
#[derive(Debug, Default)]
pub struct Groups {
    /// Which relay is being asked for the key package of which wish.
    asked: BTreeMap<(ChatId, u64), NodeId>,
}

impl Groups {
    /// Makes a group, a channel, or the chat of our own devices. There is one of the last kind.
    pub fn create(
        &mut self,
        number: u16,
        title: &str,
        ctx: &mut Context<'_>,
        chats: &mut Chats,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let title = title.trim().to_owned();
        match number {
            kind::GROUP | kind::CHANNEL => {
                if let Err(error) = check_text("title", &title, TITLE_MAX) {
                    return Ok(Err(CommandError::Invalid(format!("this title cannot be used: {error}"))));
                }
            }
            kind::OWN if title.is_empty() => {}
            _ => return Ok(Err(CommandError::Invalid("there are no chats of this kind".into()))),
        }
        let own = chats.chats.values().find(|chat| number == kind::OWN && chat.state.kind() == kind::OWN);
        if let Some(own) = own {
            return Ok(Ok(Reply::Chat(Box::new(history::chat_view(own, ctx.account, ctx.now.wall)))));
        }
        if ctx.account.reachable_at().is_empty() {
            return Ok(Err(CommandError::Refused(
                "add a relay first (or run with --lan): the chat lives there".into(),
            )));
        }
        let chat = founding::found_alone(number, title, ctx)?;
        let (id, view) = (chat.id, history::chat_view(&chat, ctx.account, ctx.now.wall));
        contacts::settle(chat, ctx, chats);
        chats.changed.insert(id);
        Ok(Ok(Reply::Chat(Box::new(view))))
    }

    /// Adds contacts to a chat.
    pub fn add(
        &mut self,
        id: ChatId,
        users: &[UserId],
        ctx: &mut Context<'_>,
        Parts { chats, contacts, around }: Parts<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let chat = match chats.inside(&id) {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(why)),
        };
        let us = ctx.account.user();
        if let Err(why) = chat.state.rules.may(&us, crate::chat::control::rules::Act::Invite, ctx.now.wall) {
            return Ok(Err(CommandError::Refused(why.to_string())));
        }
        if !chat.state.is_open() {
            return Ok(Err(CommandError::Refused("nobody can be added to this chat; make a group".into())));
        }
        for user in users {
            if chat.state.is_member(user) {
                continue;
            }
            let Some((carrier, mailbox)) = contacts.reach(user) else {
                let why = "only contacts can be added; send the others an invite link of the group";
                return Ok(Err(CommandError::Refused(why.into())));
            };
            for hint in &mailbox.relays {
                ctx.dial(hint.relay, &hint.addrs);
            }
            let via = Via::Chat(carrier);
            let wish =
                Wish::Add(Newcomer { user: *user, via, mailbox: Some(mailbox), package: Vec::new(), link: None });
            if let Err(why) = members::queue(chat, wish, ctx, around)? {
                return Ok(Err(why));
            }
        }
        self.fetch(id, ctx, chats);
        Ok(Ok(Reply::Done))
    }

    /// Asks relays for the key packages that a chat waits for, one relay at a time.
    pub fn fetch(&mut self, id: ChatId, ctx: &mut Context<'_>, chats: &Chats) {
        let Some(chat) = chats.chats.get(&id) else { return };
        for (number, waiting) in chat.wishes.all() {
            let Wish::Add(Newcomer { mailbox: Some(mailbox), package, .. }) = &waiting.wish else { continue };
            let up = mailbox.relays.iter().find(|hint| ctx.links.is_up(&hint.relay));
            let Some(hint) = up.filter(|_| package.is_empty() && !self.asked.contains_key(&(id, number))) else {
                continue;
            };
            self.ask(id, number, hint.relay, mailbox.key_packages(), ctx);
        }
    }

    fn ask(&mut self, id: ChatId, number: u64, relay: NodeId, tag: crate::ids::LogTag, ctx: &mut Context<'_>) {
        self.asked.insert((id, number), relay);
        ctx.request(relay, &Request::TakeKeyPackage { tag }, Purpose::MemberKeys(id, number));
    }

    /// A link came up: whoever waits for key packages may find them there.
    pub fn on_link_up(&mut self, ctx: &mut Context<'_>, chats: &Chats) {
        for id in chats.chats.keys() {
            self.fetch(*id, ctx, chats);
        }
    }

    /// A link went down: what was asked there will not be answered.
    pub fn on_link_down(&mut self, relay: &NodeId) {
        self.asked.retain(|_, asked| asked != relay);
    }

    /// A relay answered about a key package.
    pub fn on_reply(
        &mut self,
        relay: NodeId,
        (id, number): (ChatId, u64),
        answer: Answer,
        ctx: &mut Context<'_>,
        Parts { chats, contacts, around }: Parts<'_>,
    ) -> Result<(), Fatal> {
        self.asked.remove(&(id, number));
        let Some(chat) = chats.chats.get_mut(&id) else { return Ok(()) };
        let Some(Wish::Add(newcomer)) = chat.wishes.get(number).cloned() else { return Ok(()) };
        let Some(mailbox) = newcomer.mailbox.filter(|_| newcomer.package.is_empty()) else { return Ok(()) };
        let opened = match &answer {
            Answer::KeyPackage(Some(package)) => mailbox.open_key_package(package),
            _ => None,
        };
        let good = |package: &Vec<u8>| {
            let added = stage::added(package).filter(|added| added.user == newcomer.user);
            added.is_some_and(|added| contacts.is_living(&added.user, &added.device))
        };
        if let Some(package) = opened.filter(good) {
            chat.wishes.set_package(&id, number, package, &mut ctx.batch)?;
            return control::go_on(chat, ctx, around);
        }
        let tag = mailbox.key_packages();
        let rest = mailbox.relays.iter().skip_while(|hint| hint.relay != relay).skip(1);
        match rest.into_iter().find(|hint| ctx.links.is_up(&hint.relay)) {
            Some(hint) => self.ask(id, number, hint.relay, tag, ctx),
            None => around.timers.by(Timer::MemberKeys(id), ctx.now.mono + RETRY_MS),
        }
        Ok(())
    }

    /// A parcel came in full: join, unless it is old or from somebody who has no say in it. True if we are in by it.
    pub fn join(
        &mut self,
        arrived: &Arrived,
        ctx: &mut Context<'_>,
        Parts { chats, contacts, around }: Parts<'_>,
    ) -> Result<bool, Fatal> {
        let us = ctx.account.device();
        let parcel = match Parcel::decode(&arrived.bytes, &us) {
            Ok(parcel) => parcel,
            Err(_) => {
                around.refusals.count("welcome that does not verify");
                return Ok(false);
            }
        };
        let author = parcel.state.user_of(&parcel.block.content().author);
        let mine = arrived.from == ctx.account.user();
        // Who answers at a link leads into the chat that the link names, and no other.
        let asked = arrived.link.is_none_or(|genesis| genesis == parcel.genesis.hash());
        let id = parcel.state.chat;
        let inside = chats.chats.get(&id).filter(|chat| !chat.info.standing.is_out());
        if inside.is_some_and(|chat| parcel.state.index <= chat.index()) {
            // The same welcome by a second way, or again.
            return Ok(false);
        }
        let back = returning::is_way_back(&parcel, &arrived.from, chats, contacts, ctx);
        if !asked || !(mine || (author == Some(arrived.from) && (parcel.state.is_open() || back))) {
            around.refusals.count("welcome from somebody who has no say in it");
            return Ok(false);
        }
        if let Some(chat) = chats.chats.get_mut(&id).filter(|chat| !chat.info.standing.is_out()) {
            // We went in between and have not heard of it.
            if !parcels::keep(&id, arrived, ctx)? {
                around.refusals.count("too many welcomes wait for our going");
            }
            control::learn(chat, ctx, around)?;
            return Ok(false);
        }
        match founding::join_by_parcel(&parcel, chats.chats.get(&id), ctx)? {
            Ok(mut chat) => {
                // They see who came, and that the way in need not be sent again.
                match parcel.state.kind() {
                    kind::GROUP if !mine => introduce::say_name(&mut chat, ctx)?,
                    kind::PRIVATE if !mine => introduce::say_hello(&mut chat, ctx)?,
                    _ => {}
                }
                contacts::settle(chat, ctx, chats);
                chats.changed.insert(id);
                Ok(true)
            }
            Err(_) => {
                around.refusals.count("welcome that does not open");
                Ok(false)
            }
        }
    }
}
