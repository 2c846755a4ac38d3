//! The personal node's role: one user's device, its contacts and chats, over any number of relays.
//!
//! This file routes and nothing else. Each part is a sub-machine in a file of its own:
//!
//! * [`account`]: who we are. [`contacts`], [`founding`]: how chats begin. [`mailbox`]: our inbox and invites.
//! * [`own`]: what is ours on all our devices: [`devices`], [`settings`], [`records`] (account records), [`backup`], [`linking`] (a
//!   new device beside an old one), [`restore`] (a device from the words).
//! * [`chat`]: everything in a chat. [`groups`]: making chats of many, and reaching those who are to be added.
//! * [`archive`]: chats and messages that are kept elsewhere, and taken in again.
//! * [`handed`]: the history for a new device of ours. [`returning`]: contacts who lost every device and come back.
//! * [`met`]: names of those who are no contacts.
//! * [`entrances`], [`doors`]: invite links of groups; [`joins`]: coming in by one.
//! * [`links`]: relays and unanswered requests. [`timers`]: deadlines. [`nonces`]: repeated requests of programs.
//! * [`place`]: relays of choice, name, status.
//! * [`command`], [`view`], [`message`]: what people and programs ask, get and see.
//!
//! Not here: sockets, files, clocks, JSON.

pub mod account;
pub mod archive;
pub mod backup;
pub mod chat;
pub mod command;
pub mod contacts;
pub mod context;
pub mod devices;
pub mod doors;
pub mod entrances;
pub mod founding;
pub mod groups;
mod handed;
pub mod joins;
pub mod letter;
pub mod letters;
pub mod linking;
pub mod links;
pub mod mailbox;
pub mod message;
mod met;
pub mod nonces;
pub mod own;
mod place;
pub mod records;
pub mod refusals;
pub mod restore;
mod returning;
pub mod settings;
pub mod siblings;
pub mod stickers;
pub mod timers;
pub mod view;

use crate::contact::mailbox::RelayHint;
use crate::core::{Core, Input, Now, Output, Wake};
use crate::ids::NodeId;
use crate::limits::OUTBOX_AGE_MAX_MS;
use crate::store::overlay::Overlay;
use crate::store::{Batch, StoreRead};
use crate::wire::relay::{Entry, FromRelay, Reply as Answer};
use account::Account;
use chat::Chats;
use chat::parcels::Arriving;
use chat::rooms::Surroundings;
use command::{Command, CommandError, Event, Reply};
use contacts::Contacts;
use context::{Context, Fatal};
use entrances::Entrances;
use groups::Groups;
use joins::Joins;
use links::{Links, Purpose};
use mailbox::OwnMailbox;
use nonces::Nonces;
use own::Own;
use rand_chacha::ChaCha20Rng;
use refusals::Refusals;
use std::collections::VecDeque;
use timers::Timer;

const SWEEP_EVERY_MS: u64 = 3_600_000;

/// From the start to asking again to be let in; links come up before that.
const JOINS_AFTER_START_MS: u64 = 24 * SWEEP_EVERY_MS;

/// The state machine of a node.
#[derive(Debug)]
pub struct Peer {
    account: Account,
    rng: ChaCha20Rng,
    links: Links,
    parts: Parts,
    outputs: VecDeque<Output<Event>>,
    stopped: bool,
}

/// The sub-machines.
#[derive(Debug)]
struct Parts {
    contacts: Contacts,
    mailbox: OwnMailbox,
    own: Own,
    chats: Chats,
    groups: Groups,
    entrances: Entrances,
    joins: Joins,
    nonces: Nonces,
    around: Surroundings,
}

impl Peer {
    /// Starts from a store that has an account. `lan`: this machine's own relay, if it runs one for its LAN.
    /// `rng` must be seeded from the machine's entropy.
    pub fn load(store: &dyn StoreRead, rng: ChaCha20Rng, lan: Option<NodeId>) -> Result<Self, Fatal> {
        let mut account = Account::load(store)?.ok_or(Fatal::Row("the account"))?;
        account.lan = lan;
        let contacts = Contacts::load(store, &mut account)?;
        let own = Own::load(store, &mut account)?;
        let mut chats = Chats::default();
        for mut chat in chat::state::Chat::load_all(store, (account.user(), &account.device()))? {
            chat::history::load_last(&mut chat, store, &account)?;
            chats.insert(chat);
        }
        chats.load_discretion(store)?;
        let mut around = Surroundings::default();
        around.timers.by(Timer::Sweep, 0);
        around.timers.by(Timer::Expire, 0);
        for chat in chats.chats.values().filter(|chat| chat.info.standing.is_out()) {
            around.timers.by(Timer::WayBack(chat.id), 0);
        }
        chats.watch_deleted(&account, &mut around.timers);
        for chat in chats.chats.values().filter(|chat| chat.info.healing.astray.is_some()) {
            around.timers.by(Timer::Stray(chat.id), 0);
        }
        let (mailbox, nonces) = (OwnMailbox::load(store)?, Nonces::load(store)?);
        let (groups, entrances, joins) = (Groups::default(), Entrances::default(), Joins::load(store)?);
        around.timers.by(Timer::Joins, JOINS_AFTER_START_MS);
        let parts = Parts { contacts, mailbox, own, chats, groups, entrances, joins, nonces, around };
        let mut peer = Self { account, rng, links: Links::default(), parts, outputs: VecDeque::new(), stopped: false };
        peer.dial_all();
        Ok(peer)
    }

    fn dial_all(&mut self) {
        let mut hints = self.account.reachable_at();
        hints.extend(self.parts.contacts.relays());
        hints.extend(self.parts.joins.relays());
        hints.extend(self.parts.chats.chats.values().flat_map(|chat| chat.relays().cloned()));
        for hint in hints {
            if let Some(addrs) = self.links.want(hint.relay, &hint.addrs) {
                self.outputs.push_back(Output::Dial { remote: hint.relay, addrs });
            }
        }
    }

    /// The control indexes of a chat whose rooms are open, ascending: the last is where things are said now.
    pub fn epochs(&self, chat: &crate::ids::ChatId) -> Vec<u64> {
        self.parts.chats.chats.get(chat).map(|chat| chat.rooms.keys().copied().collect()).unwrap_or_default()
    }

    /// The control block of every open room of a chat.
    pub fn control_points(&self, chat: &crate::ids::ChatId) -> Vec<crate::chat::op::ControlPoint> {
        let rooms = self.parts.chats.chats.get(chat).map(|chat| chat.rooms.values());
        rooms.into_iter().flatten().map(|state| state.control).collect()
    }

    /// What was refused so far, by the name of the rule.
    pub fn refusals(&self) -> &Refusals {
        &self.parts.around.refusals
    }
}

impl Core for Peer {
    type Command = Command;
    type Event = Event;

    fn handle(&mut self, now: Now, input: Input<Command>, store: &dyn StoreRead) {
        if self.stopped {
            return;
        }
        let mut ctx = Context {
            now,
            store,
            rng: &mut self.rng,
            account: &mut self.account,
            links: &mut self.links,
            batch: Batch::new(),
            over: Overlay::default(),
            expiry: None,
            effects: VecDeque::new(),
        };
        let result = self.parts.handle(input, &mut ctx).and_then(|()| self.parts.finish(&mut ctx));
        match result {
            Ok(()) => {
                ctx.over.flush(&mut ctx.batch);
                if !ctx.batch.is_empty() {
                    self.outputs.push_back(Output::Commit(ctx.batch));
                }
                self.outputs.extend(ctx.effects);
            }
            // Nothing of the input happens: memory and store may differ now, so nothing may happen any more.
            Err(fatal) => {
                self.stopped = true;
                self.outputs.push_back(Output::Notify(Event::Stopped(fatal.to_string())));
            }
        }
    }

    fn poll_output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn poll_wake(&self) -> Option<Wake> {
        let timer = self.parts.around.timers.next().map(|(at, timer)| Wake { at, reason: timer.reason() });
        let overdue = self.links.next_overdue().map(|at| Wake { at, reason: Timer::Overdue.reason() });
        timer.into_iter().chain(overdue).min()
    }
}

impl Parts {
    fn handle(&mut self, input: Input<Command>, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        match input {
            Input::Command { id, command } => {
                let result = self.on_command(command, ctx)?;
                ctx.notify(Event::Reply { id, result: Box::new(result) });
                Ok(())
            }
            Input::LinkUp { remote } => {
                ctx.links.up(ctx.now, &remote);
                self.mailbox.on_link_up(remote, ctx);
                self.contacts.on_link_up(remote, ctx);
                self.own.on_link_up(remote, &self.contacts, ctx, &mut self.around.timers);
                self.chats.on_link_up(remote, ctx);
                self.chats.on_relay_reached(remote, ctx, &mut self.around)?;
                self.groups.on_link_up(ctx, &self.chats);
                self.joins.on_link_up(remote, ctx);
                self.see_to_entrances(ctx)?;
                ctx.notify(Event::Relays);
                Ok(())
            }
            Input::LinkDown { remote } => {
                self.on_link_down(remote, ctx);
                Ok(())
            }
            Input::Frame { remote, bytes } => self.on_frame(remote, &bytes, ctx),
            Input::Wake => self.on_wake(ctx),
        }
    }

    fn on_link_down(&mut self, relay: NodeId, ctx: &mut Context<'_>) {
        ctx.links.down(ctx.now, &relay);
        self.mailbox.on_link_down(&relay);
        self.chats.on_link_down(&relay);
        self.groups.on_link_down(&relay);
        self.entrances.on_link_down(&relay);
        ctx.notify(Event::Relays);
    }

    fn on_frame(&mut self, relay: NodeId, bytes: &[u8], ctx: &mut Context<'_>) -> Result<(), Fatal> {
        match FromRelay::decode(bytes) {
            Ok(FromRelay::Reply { number, reply }) => match ctx.links.answered(&relay, number) {
                Some(purpose) => self.on_reply(relay, &purpose, reply, ctx)?,
                None => self.around.refusals.count("a relay's answer that nobody asked for"),
            },
            Ok(FromRelay::Push { tag, entries }) => {
                let Some((chat, index)) = self.chats.tags.get(&tag).copied() else {
                    return self.on_inbox_push(relay, tag, entries, ctx);
                };
                let at = links::RoomAt { chat, index, relay };
                self.chats.on_push(at, entries, ctx, &mut self.around)?;
            }
            Ok(FromRelay::Signal { tag, envelope }) => match self.chats.tags.get(&tag).copied() {
                Some((chat, index)) => {
                    let at = links::RoomAt { chat, index, relay };
                    self.chats.on_signal(at, &envelope, ctx, &mut self.around.refusals);
                }
                None => self.around.refusals.count("a push of a log that is not ours"),
            },
            Err(_) => self.around.refusals.count("a relay's frame that does not decode"),
        }
        Ok(())
    }

    fn on_inbox_push(
        &mut self,
        relay: NodeId,
        tag: crate::ids::LogTag,
        entries: Vec<Entry>,
        ctx: &mut Context<'_>,
    ) -> Result<(), Fatal> {
        if letters::Letters::watches(&tag, ctx) {
            let awaited = returning::awaited(&self.chats, &self.contacts);
            let refusals = &mut self.around.refusals;
            let arrived = self.own.letters.on_entries(relay, entries, &awaited, ctx, refusals)?;
            self.around.arrived.extend(arrived);
            return Ok(());
        }
        if let Some(id) = self.joins.watches(&tag) {
            self.around.arrived.extend(self.joins.on_entries(relay, id, entries, ctx, &mut self.around.refusals));
            return Ok(());
        }
        if let Some((chat, link)) = self.entrances.watches(&tag) {
            let Some(chat) = self.chats.chats.get_mut(&chat) else { return Ok(()) };
            return self.entrances.on_entries(relay, link, entries, chat, ctx, &mut self.around).map(drop);
        }
        if self.own.linking.watches(&tag) {
            self.own.linking.on_push(&tag, entries, ctx);
            return Ok(());
        }
        if tag != ctx.account.public_mailbox().inbox() {
            self.around.refusals.count("a push of a log that is not ours");
            return Ok(());
        }
        if entries.is_empty() {
            // The relay has stopped pushing, because we were too far behind.
            self.mailbox.read(relay, ctx);
            return Ok(());
        }
        self.contacts.on_inbox(relay, entries, ctx, &mut self.mailbox, &mut self.chats, &mut self.around.refusals)
    }

    fn on_reply(
        &mut self,
        relay: NodeId,
        purpose: &Purpose,
        reply: Answer,
        ctx: &mut Context<'_>,
    ) -> Result<(), Fatal> {
        match purpose {
            Purpose::InboxOpen
            | Purpose::InboxRead
            | Purpose::InboxSubscribe
            | Purpose::InboxTokens(_)
            | Purpose::KeyPackages => {
                let (timers, refusals) = (&mut self.around.timers, &mut self.around.refusals);
                let entries = self.mailbox.on_reply(relay, purpose, reply, ctx, timers, refusals)?;
                self.contacts.on_inbox(
                    relay,
                    entries,
                    ctx,
                    &mut self.mailbox,
                    &mut self.chats,
                    &mut self.around.refusals,
                )
            }
            Purpose::TakeKeyPackage(_) | Purpose::SendRequest(_) => {
                self.contacts.on_reply(relay, purpose, reply, ctx, &mut self.chats, &mut self.around.timers)
            }
            Purpose::MemberKeys(chat, number) => {
                let at = (*chat, *number);
                let (chats, contacts, around) = (&mut self.chats, &self.contacts, &mut self.around);
                self.groups.on_reply(relay, at, reply, ctx, groups::Parts { chats, contacts, around })
            }
            Purpose::RoomOpen(at)
            | Purpose::RoomRead(at)
            | Purpose::RoomSubscribe(at)
            | Purpose::RoomAppend(at, _)
            | Purpose::RoomAppendState(at, _) => self.chats.on_room_reply(*at, purpose, reply, ctx, &mut self.around),
            Purpose::Propose(chat, attempt) => self.with_control(*chat, ctx, |chat, ctx, around| {
                chat::control::on_answer(chat, relay, Some(*attempt), &reply, ctx, around)
            }),
            Purpose::Learn(chat) => self.with_control(*chat, ctx, |chat, ctx, around| {
                chat::control::on_answer(chat, relay, None, &reply, ctx, around)
            }),
            Purpose::OwnRecord => self.own.records.on_own(relay, reply, ctx, &mut self.around.refusals),
            Purpose::ContactRecord(user) => {
                let (contacts, refusals) = (&mut self.contacts, &mut self.around.refusals);
                let Some(record) = self.own.records.on_contact(*user, reply, contacts, ctx, refusals)? else {
                    return Ok(());
                };
                for id in returning::see_to(user, &record, &mut self.chats, ctx, &mut self.around)? {
                    self.groups.fetch(id, ctx, &self.chats);
                }
                Ok(())
            }
            Purpose::Letterbox(step) => {
                let awaited = returning::awaited(&self.chats, &self.contacts);
                let refusals = &mut self.around.refusals;
                let arrived = self.own.letters.on_reply((relay, *step), reply, &awaited, ctx, refusals)?;
                self.around.arrived.extend(arrived);
                Ok(())
            }
            Purpose::Letter(chat, device) => {
                self.own.letters.on_sent((*chat, *device, relay), &reply, ctx, &mut self.around.timers);
                Ok(())
            }
            Purpose::Entrance(chat, link, step) => {
                let Some(chat) = self.chats.chats.get_mut(chat) else { return Ok(()) };
                self.entrances.on_reply(relay, (*link, *step), reply, chat, ctx, &mut self.around)
            }
            Purpose::Join(link, step) => {
                let around = (&mut self.around.timers, &mut self.around.refusals);
                let arrived = self.joins.on_reply(relay, (*link, *step), reply, ctx, around);
                self.around.arrived.extend(arrived);
                Ok(())
            }
            Purpose::Backup(page) => {
                let (contacts, refusals) = (&mut self.contacts, &mut self.around.refusals);
                self.own.on_backup((relay, *page), reply, contacts, ctx, refusals)
            }
            Purpose::Link(line, errand) => {
                self.own.linking.on_reply(*line, *errand, reply, ctx);
                Ok(())
            }
            Purpose::Nothing => Ok(()),
        }
    }

    /// Lets a chat's control work go on.
    fn with_control(
        &mut self,
        id: crate::ids::ChatId,
        ctx: &mut Context<'_>,
        work: impl FnOnce(&mut chat::state::Chat, &mut Context<'_>, &mut Surroundings) -> Result<(), Fatal>,
    ) -> Result<(), Fatal> {
        let Some(chat) = self.chats.chats.get_mut(&id) else { return Ok(()) };
        work(chat, ctx, &mut self.around)
    }

    fn see_to_entrances(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        for chat in self.chats.chats.values_mut() {
            self.entrances.see_to(chat, ctx, &mut self.around)?;
        }
        Ok(())
    }

    /// What every input ends with: contacts hear who said hello, receipts go out, people are told.
    fn finish(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        for (chat, device, hello) in std::mem::take(&mut self.around.hellos) {
            let refusals = &mut self.around.refusals;
            self.contacts.on_hello(chat, device, &hello, ctx, &mut self.chats, refusals)?;
            if let Some(user) = self.chats.get(&chat).and_then(|chat| chat.user_of(&device)) {
                self.own.records.forget_asked(&user, ctx, &mut self.around.timers);
            }
            self.with_control(chat, ctx, chat::control::go_on)?;
        }
        for arrived in std::mem::take(&mut self.around.arrived) {
            let (chats, contacts, around) = (&mut self.chats, &self.contacts, &mut self.around);
            if self.groups.join(&arrived, ctx, groups::Parts { chats, contacts, around })?
                && let Some(genesis) = &arrived.link
            {
                let relays = self.joins.answered(genesis, ctx);
                self.release(relays, ctx);
            }
            let with = |chat: &chat::state::Chat| chat.info.with.map(|user| (user, chat.id));
            for (user, id) in self.chats.chats.values().filter_map(with).collect::<Vec<_>>() {
                self.contacts.note_chat(user, id, ctx)?;
            }
        }
        for parcel in std::mem::take(&mut self.around.parcels) {
            // Those of own devices are read back once this input's commit is there.
            self.around.timers.by(Timer::Letters, ctx.now.mono);
            self.own.letters.renew(&parcel.chat, &parcel.device);
            self.chats.hand_out(parcel, ctx)?;
        }
        let moved = std::mem::take(&mut self.around.moved);
        if self.own.settings.take_deleted() || !moved.is_empty() {
            self.chats.watch_deleted(ctx.account, &mut self.around.timers);
        }
        for id in moved {
            self.chats.index_rooms(&id);
            self.chats.changed.insert(id);
            if let Some(chat) = self.chats.chats.get_mut(&id) {
                self.entrances.see_to(chat, ctx, &mut self.around)?;
            }
        }
        for id in std::mem::take(&mut self.around.asked) {
            ctx.notify(Event::Asking(id));
        }
        self.around.arriving = Arriving::default();
        self.own.finish(&mut self.contacts, &self.chats, ctx, &mut self.around.timers);
        if let Some(at) = ctx.expiry.take() {
            let pause = at.saturating_sub(ctx.now.wall).min(SWEEP_EVERY_MS);
            self.around.timers.by(Timer::Expire, ctx.now.mono + pause);
        }
        self.chats.finish(ctx, &mut self.around.timers)
    }

    fn on_wake(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        while let Some(timer) = self.around.timers.due(ctx.now.mono) {
            match timer {
                Timer::Receipt(chat) => {
                    self.chats.receipts.insert(chat);
                }
                Timer::RelayAck(at) => {
                    if let Some(chat) = self.chats.chats.get_mut(&at.chat) {
                        chat::rooms::acknowledge(chat, at, 1, ctx, &mut self.around);
                        chat.store_marks(&mut ctx.batch)?;
                    }
                }
                Timer::RoomRetry(at) => {
                    if let Some(chat) = self.chats.chats.get_mut(&at.chat) {
                        chat::rooms::start(chat, at, ctx);
                    }
                }
                Timer::InboxRetry(relay) => {
                    if ctx.links.is_up(&relay) {
                        self.mailbox.on_link_up(relay, ctx);
                    }
                }
                Timer::ContactRetry(user) => self.contacts.retry(user, ctx, &mut self.around.timers),
                Timer::Settle(id) => {
                    let chat = self.chats.chats.get(&id);
                    let former = chat.map(|chat| chat.info.former.iter().map(|hint| hint.relay).collect());
                    self.chats.settle(&id, ctx, &mut self.around)?;
                    self.release(former.unwrap_or_default(), ctx);
                }
                Timer::Wish(id) => self.with_control(id, ctx, chat::control::go_on)?,
                Timer::Fork(id) => self.with_control(id, ctx, chat::forks::on_wake)?,
                Timer::Stray(id) => self.with_control(id, ctx, chat::strays::ask)?,
                Timer::MemberKeys(id) => self.groups.fetch(id, ctx, &self.chats),
                Timer::Control(id) => self.with_control(id, ctx, chat::control::on_wake)?,
                Timer::Overdue => {}
                Timer::Letters => {
                    let timers = &mut self.around.timers;
                    let done = self.own.letters.send(&self.chats, &self.own.records, ctx, timers)?;
                    self.release(done, ctx);
                }
                Timer::WayBack(id) => {
                    let kept = chat::parcels::kept(&id, ctx)?;
                    self.around.arrived.extend(kept);
                }
                Timer::Entrances => self.see_to_entrances(ctx)?,
                Timer::Joins => self.joins.on_wake(ctx, &mut self.around.timers),
                Timer::Siblings => {
                    let (siblings, records) = (&mut self.own.siblings, &self.own.records);
                    if siblings::lacks_own_chat(&self.chats, ctx) {
                        let own = crate::wire::registry::chat::OWN;
                        // It may be refused while there is no relay; then it is tried with the next change.
                        let _ = self.groups.create(own, "", ctx, &mut self.chats)?;
                    }
                    for id in siblings.see_to(&mut self.chats, records, ctx, &mut self.around)? {
                        self.groups.fetch(id, ctx, &self.chats);
                    }
                }
                Timer::Backup => self.own.on_backup_due(&mut self.contacts, ctx, &mut self.around.timers),
                Timer::Link => self.own.linking.on_wake(ctx),
                Timer::Gone => self.chats.on_gone(ctx)?,
                Timer::Records => {
                    let waited = returning::waited_for(&self.chats, ctx);
                    self.own.records.on_wake(&self.contacts, &waited, ctx, &mut self.around.timers);
                }
                Timer::Expire => self.chats.expire(ctx)?,
                Timer::Erase(id) => self.chats.erase_deleted(&id, ctx, &mut self.around.timers)?,
                Timer::Sweep => {
                    self.chats.give_up(OUTBOX_AGE_MAX_MS, ctx)?;
                    let ids: Vec<_> = self.chats.chats.keys().copied().collect();
                    for id in ids {
                        self.with_control(id, ctx, chat::control::renew_if_due)?;
                        // A hint may have been lost, and who is silent would not be told again.
                        self.with_control(id, ctx, chat::control::learn)?;
                    }
                    self.around.timers.by(Timer::Sweep, ctx.now.mono + SWEEP_EVERY_MS);
                }
            }
        }
        for relay in ctx.links.overdue(ctx.now) {
            self.on_link_down(relay, ctx);
            let addrs = ctx.links.addrs(&relay).to_vec();
            ctx.effects.push_back(Output::Hangup { remote: relay, reason: "the relay does not answer" });
            ctx.effects.push_back(Output::Dial { remote: relay, addrs });
        }
        Ok(())
    }

    fn delete_chat(
        &mut self,
        chat: crate::ids::ChatId,
        for_all: bool,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        if let Err(why) = self.chats.before_deletion(chat, for_all, &self.contacts, ctx, &mut self.around)? {
            return Ok(Err(why));
        }
        let newest = self.chats.get(&chat).and_then(|chat| chat.last.as_ref()).map_or(0, |last| last.at);
        self.chats.changed.insert(chat);
        self.own.delete_chat(chat, newest, ctx)
    }

    fn on_command(&mut self, command: Command, ctx: &mut Context<'_>) -> Result<Result<Reply, CommandError>, Fatal> {
        match command {
            Command::Status => Ok(Ok(Reply::Status(self.status(ctx)))),
            Command::SetName(name) => {
                let result = place::set_name(name, ctx)?;
                if result.is_ok() {
                    self.own.tell_contacts(&mut self.chats, ctx)?;
                }
                Ok(result)
            }
            Command::AddRelay { relay, addrs } => self.add_relay(RelayHint { relay, addrs }, ctx),
            Command::RemoveRelay(relay) => self.remove_relay(relay, ctx),
            Command::CreateInvite { uses, ttl_ms } => self.mailbox.create(uses, ttl_ms, ctx),
            Command::Invites => Ok(self.mailbox.list(ctx)),
            Command::RevokeInvite { id } => Ok(self.mailbox.revoke(id, ctx)),
            Command::AddContact { link, greeting } => self.contacts.add(&link, greeting, ctx),
            Command::Contacts => Ok(Ok(self.contacts.list(ctx.account))),
            Command::AcceptContact(user) => {
                let result = self.contacts.accept(user, ctx, &mut self.chats)?;
                self.mailbox.read_all(ctx);
                Ok(result)
            }
            Command::DeclineContact(user) => {
                let result = self.contacts.decline(user, ctx)?;
                self.mailbox.read_all(ctx);
                Ok(result)
            }
            Command::Chats => Ok(Ok(Reply::Chats(self.chats.list(ctx.account, ctx.now.wall)))),
            Command::SendText { chat, text, nonce } => {
                let reply = self.chats.send_text(chat, text, nonce, &mut self.nonces, ctx)?;
                self.with_control(chat, ctx, chat::control::renew_if_due)?;
                Ok(reply)
            }
            Command::Say { chat, body, nonce } => {
                let reply = self.chats.say(chat, *body, nonce, &mut self.nonces, ctx)?;
                self.with_control(chat, ctx, chat::control::renew_if_due)?;
                Ok(reply)
            }
            Command::CardOf(user) => Ok(self.contacts.card(user, ctx.account)),
            Command::Act(act) => self.chats.act(act, &self.contacts, ctx),
            Command::Look(look) => self.chats.look(look, &self.contacts, ctx),
            Command::MarkRead { chat, up_to } => self.chats.mark_read(chat, up_to, ctx),
            Command::History { chat, before, limit } => self.chats.page(chat, before, limit, ctx),
            Command::RenewKeys(id) => {
                if !self.chats.chats.contains_key(&id) {
                    return Ok(Err(CommandError::NotFound("chat")));
                }
                self.with_control(id, ctx, chat::control::renew)?;
                Ok(Ok(Reply::Done))
            }
            Command::CreateChat { kind, title } => self.groups.create(kind, &title, ctx, &mut self.chats),
            Command::AddMembers { chat, users } => {
                let (chats, contacts, around) = (&mut self.chats, &self.contacts, &mut self.around);
                self.groups.add(chat, &users, ctx, groups::Parts { chats, contacts, around })
            }
            Command::RemoveMember { chat, user, ban } => {
                self.chats.remove_member(&chat, user, ban, ctx, &mut self.around)
            }
            Command::Leave(chat) => self.chats.leave(&chat, ctx),
            Command::DeleteChat { chat, for_all } => self.delete_chat(chat, for_all, ctx),
            Command::ReplaceHome { chat, relay, by } => {
                self.chats.replace_home(&chat, relay, by, ctx, &mut self.around)
            }
            Command::SpreadHome(chat) => self.chats.spread_home(&chat, ctx, &mut self.around),
            Command::Change { chat, intent } => self.chats.decide(&chat, &intent, ctx, &mut self.around),
            Command::Members(chat) => Ok(self.chats.members(&chat, ctx)),
            Command::Truth(id) => self.chats.truth(id, ctx),
            Command::Door(command) => {
                doors::on_command(&command, &mut self.entrances, &mut self.chats, ctx, &mut self.around)
            }
            Command::Join { link, greeting } => {
                self.joins.ask(&link, &greeting, ctx, &self.chats, &mut self.around.timers)
            }
            Command::Joins => Ok(Ok(self.joins.list())),
            Command::CancelJoin(id) => Ok(self.joins.cancel(&id, ctx)),
            Command::Archive(command) => archive::on_command(command, &mut self.chats, ctx),
            Command::Own(command) => {
                let timers = &mut self.around.timers;
                self.own.on_command(command, &mut self.contacts, &mut self.chats, ctx, timers)
            }
        }
    }
}
