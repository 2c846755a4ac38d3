//! Contacts and contact requests, ours and others'.
//!
//! ```text
//! add: invite link -> take a key package -> make the chat -> request into the inbox (paid by the token)
//! in:  request from the inbox -> waits for an answer -> accept: join the chat, say hello
//! ```
//!
//! Two people who ask each other at the same time agree by that: an incoming request from somebody we asked is
//! accepted at once.

use super::account::Account;
use super::chat::Chats;
use super::chat::state::Chat;
use super::command::{CommandError, Event, Reply};
use super::context::{Context, Fatal};
use super::founding::{self, Founded};
use super::linking::handover::ContactCard;
use super::links::Purpose;
use super::mailbox::OwnMailbox;
use super::refusals::Refusals;
use super::timers::{Timer, Timers};
use super::view::{ContactState, ContactView, Profile};
use crate::chat::control::genesis::Genesis;
use crate::contact::invite::Invite;
use crate::contact::mailbox::{Mailbox, RelayHint};
use crate::contact::request::{ContactRequest, check_greeting};
use crate::content::Body;
use crate::content::card::{Card, CardKey};
use crate::content::hello::Hello;
use crate::content::text::Text;
use crate::identity::account_record::{AccountRecord, Comparison, Locator, compare};
use crate::identity::device_log::DeviceLog;
use crate::identity::profile::Profile as About;
use crate::ids::{Capability, ChatId, DeviceId, NodeId, UserId};
use crate::limits::CONTACT_REQUESTS_PENDING;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::cbor;
use crate::wire::relay::{Entry, Reply as Answer, Request};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const RETRY_MS: u64 = 30_000;

/// How often an unanswered request is sent again.
const REPEAT_MS: u64 = 24 * 3600 * 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    /// Our request: a key package is wanted.
    KeyPackage,
    /// Our request is made and goes out to the relays.
    Sending,
    /// Their request waits for our answer.
    Pending,
    /// Both agreed.
    Accepted,
    /// We said no.
    Declined,
}

/// The stored row.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    stage: Stage,
    name: String,
    chat: Option<ChatId>,
    greeting: String,
    since: u64,
    /// Where they are reached.
    mailbox: Mailbox,
    /// Pays for our request.
    #[serde(with = "serde_bytes")]
    token: [u8; 32],
    /// The sealed request: ours on its way, or theirs that waits.
    #[serde(with = "serde_bytes")]
    request: Vec<u8>,
    /// Relays that durably have our request.
    delivered: Vec<NodeId>,
    /// Their device log, once known.
    #[serde(with = "serde_bytes")]
    devices: Vec<u8>,
    /// Where changes of it are found, once known.
    account: Option<Locator>,
    /// A log was seen that contradicts the one here.
    forked: bool,
    /// What they show of themselves.
    about: About,
}

impl Row {
    /// Of somebody whom another own device knows.
    fn of(card: ContactCard) -> Self {
        Self {
            stage: Stage::Accepted,
            name: card.name,
            chat: None,
            greeting: String::new(),
            since: card.since,
            mailbox: card.mailbox,
            token: [0; 32],
            request: Vec::new(),
            delivered: Vec::new(),
            devices: card.devices,
            account: card.account,
            forked: false,
            about: About::default(),
        }
    }

    /// Takes a device log that continues the known one; one that contradicts it leaves a mark for the user to see.
    /// True if something changed.
    fn learn(&mut self, log: &DeviceLog) -> bool {
        let known = DeviceLog::decode(&self.devices).ok();
        match known.map_or(Comparison::Newer, |known| compare(&known, log)) {
            Comparison::Newer => {
                self.devices = log.encode();
                true
            }
            Comparison::Forked => !std::mem::replace(&mut self.forked, true),
            Comparison::Same | Comparison::Older => false,
        }
    }
}

/// All contacts.
#[derive(Debug, Default)]
pub struct Contacts {
    rows: BTreeMap<UserId, Row>,
    /// Why a request is not there yet (not stored: it is found out again).
    problems: BTreeMap<UserId, &'static str>,
    /// People came or changed since somebody last asked (not stored: a backup is compared anyway).
    changed: bool,
}

impl Contacts {
    /// Reads them, and what to call them.
    pub fn load(store: &dyn StoreRead, account: &mut Account) -> Result<Self, Fatal> {
        let mut contacts = Self::default();
        super::met::load(store, account)?;
        for (sort, value) in store.scan(Table::Contact, &[], Range::All, usize::MAX)? {
            let user = UserId(sort.try_into().map_err(|_| Fatal::Row("a contact"))?);
            let row: Row = cbor::decode(&value, "contact", usize::MAX).map_err(|_| Fatal::Row("a contact"))?;
            account.titles.insert(user, row.name.clone());
            contacts.rows.insert(user, row);
        }
        Ok(contacts)
    }

    /// Relays that our requests wait for.
    pub fn relays(&self) -> Vec<RelayHint> {
        let open = |row: &&Row| matches!(row.stage, Stage::KeyPackage | Stage::Sending);
        self.rows.values().filter(open).flat_map(|row| row.mailbox.relays.clone()).collect()
    }

    fn store(&self, user: &UserId, batch: &mut Batch) -> Result<(), Fatal> {
        let Some(row) = self.rows.get(user) else { return Ok(()) };
        let bytes = cbor::encode(row).map_err(|_| Fatal::Bug("a contact does not encode"))?;
        batch.put(Table::Contact, &[], &user.0, bytes);
        Ok(())
    }

    fn view(&self, user: &UserId, account: &Account) -> Option<ContactView> {
        let row = self.rows.get(user)?;
        let state = match row.stage {
            Stage::KeyPackage | Stage::Sending => ContactState::Requested,
            Stage::Pending => ContactState::Pending,
            Stage::Accepted => ContactState::Accepted,
            Stage::Declined => ContactState::Declined,
        };
        Some(ContactView {
            profile: Profile { user: *user, name: row.name.clone() },
            state,
            chat: row.chat,
            greeting: row.greeting.clone(),
            since: row.since,
            problem: self.problems.get(user).copied().unwrap_or_default().to_owned(),
            about: row.about.clone(),
            blocked: account.blocked.contains(user),
            devices: DeviceLog::decode(&row.devices).map_or(0, |log| log.living().count()),
            forked: row.forked,
        })
    }

    fn changed(&mut self, user: &UserId, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        self.changed = true;
        self.store(user, &mut ctx.batch)?;
        self.tell(user, ctx);
        Ok(())
    }

    /// A contact looks different now.
    pub fn tell(&self, user: &UserId, ctx: &mut Context<'_>) {
        if let Some(view) = self.view(user, ctx.account) {
            ctx.notify(Event::Contact(Box::new(view)));
        }
    }

    fn problem(&mut self, user: UserId, why: &'static str, ctx: &mut Context<'_>) {
        if self.problems.insert(user, why) != Some(why) {
            self.tell(&user, ctx);
        }
    }

    /// The certificate of a contact's device, if we know it.
    pub fn certificate(&self, user: &UserId, device: &DeviceId) -> Option<Vec<u8>> {
        let log = DeviceLog::decode(&self.rows.get(user)?.devices).ok()?;
        log.living().find(|entry| entry.device == *device).map(|entry| entry.bytes.clone())
    }

    /// The card of a contact, or our own.
    pub fn card(&self, user: UserId, account: &Account) -> Result<Reply, CommandError> {
        let own = user == account.user();
        let log = match self.rows.get(&user) {
            _ if own => Some(account.devices.clone()),
            Some(row) => DeviceLog::decode(&row.devices).ok(),
            None => return Err(CommandError::NotFound("contact")),
        };
        let name = match own {
            true => account.name.clone(),
            false => self.rows.get(&user).map(|row| row.name.clone()).unwrap_or_default(),
        };
        let entry = log.as_ref().and_then(|log| log.living().next().cloned());
        let unknown = CommandError::Refused("their key is not confirmed yet; wait until they answer".into());
        let entry = entry.ok_or(unknown)?;
        let key = Some(CardKey { user, certificate: entry.bytes });
        Ok(Reply::Card(Box::new(Card { name, key, ..Card::default() })))
    }

    /// All contacts and requests, by name.
    pub fn list(&self, account: &Account) -> Reply {
        let mut views: Vec<_> = self.rows.keys().filter_map(|user| self.view(user, account)).collect();
        views.sort_by(|a, b| (&a.profile.name, a.profile.user).cmp(&(&b.profile.name, b.profile.user)));
        Reply::Contacts(views)
    }

    /// Asks the owner of an invite link to talk.
    pub fn add(
        &mut self,
        link: &str,
        greeting: String,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let invite = match Invite::parse(link) {
            Ok(invite) => invite,
            Err(error) => return Ok(Err(CommandError::Invalid(error.to_string()))),
        };
        let user = invite.user;
        if let Some(refusal) = self.refuse_to_add(&invite, &greeting, ctx) {
            return Ok(Err(refusal));
        }
        let row = Row {
            stage: Stage::KeyPackage,
            name: invite.name,
            chat: None,
            greeting: greeting.trim().to_owned(),
            since: ctx.now.wall,
            mailbox: invite.mailbox,
            token: invite.token,
            request: Vec::new(),
            delivered: Vec::new(),
            devices: Vec::new(),
            account: None,
            forked: false,
            about: About::default(),
        };
        ctx.account.titles.insert(user, row.name.clone());
        let relays = row.mailbox.relays.clone();
        self.rows.insert(user, row);
        self.problems.insert(user, "their relays are not reached yet");
        self.changed(&user, ctx)?;
        for hint in relays {
            ctx.dial(hint.relay, &hint.addrs);
            self.go_on(user, hint.relay, ctx);
        }
        Ok(self.view(&user, ctx.account).map(Reply::Contact).ok_or(CommandError::NotFound("contact")))
    }

    fn refuse_to_add(&self, invite: &Invite, greeting: &str, ctx: &Context<'_>) -> Option<CommandError> {
        let refused = |text: &str| Some(CommandError::Refused(text.into()));
        if invite.user == ctx.account.user() {
            return refused("this is your own invite link; send it to somebody else");
        }
        if invite.expires != 0 && invite.expires < ctx.now.wall {
            return refused("the invite has expired; ask for a new one");
        }
        if let Err(error) = check_greeting(greeting.trim()) {
            return Some(CommandError::Invalid(format!("the greeting cannot be sent: {error}")));
        }
        if ctx.account.reachable_at().is_empty() {
            return refused("add a relay of your own first (or run with --lan): answers must reach you");
        }
        let row = self.rows.get(&invite.user);
        match row.map(|row| row.stage) {
            // A restored or linked device knows the person and has no chat with them yet.
            Some(Stage::Accepted) if row.is_some_and(|row| row.chat.is_none()) => None,
            Some(Stage::Accepted) => refused("you are in contact already"),
            Some(Stage::Pending) => refused("they asked you already; accept their request instead"),
            // Asking again with a new link replaces a request that got nowhere.
            Some(Stage::Sending) => refused("your request is on its way already"),
            Some(Stage::KeyPackage | Stage::Declined) | None => None,
        }
    }

    /// A link came up: go on with every request that needs it.
    pub fn on_link_up(&mut self, relay: NodeId, ctx: &mut Context<'_>) {
        let waits = |row: &Row| row.mailbox.relays.iter().any(|hint| hint.relay == relay);
        let users: Vec<UserId> = self.rows.iter().filter(|(_, row)| waits(row)).map(|(user, _)| *user).collect();
        for user in users {
            self.go_on(user, relay, ctx);
        }
    }

    /// How a contact is reached: the chat with them, and where their key packages are.
    pub fn reach(&self, user: &UserId) -> Option<(ChatId, Mailbox)> {
        let row = self.rows.get(user).filter(|row| row.stage == Stage::Accepted)?;
        Some((row.chat?, row.mailbox.clone()))
    }

    /// True unless the user's device log, as far as we know it, says that the device is none of theirs.
    pub fn is_living(&self, user: &UserId, device: &DeviceId) -> bool {
        let log = self.rows.get(user).and_then(|row| DeviceLog::decode(&row.devices).ok());
        log.is_none_or(|log| log.is_living(device))
    }

    /// Tries a request again at every relay, also where it was acknowledged: a relay may have lost its disk, and who
    /// got the request twice sees it once.
    pub fn retry(&mut self, user: UserId, ctx: &mut Context<'_>, timers: &mut Timers) {
        let Some(row) = self.rows.get_mut(&user).filter(|row| row.stage == Stage::Sending) else {
            return self.go_on_everywhere(user, ctx);
        };
        let known = std::mem::take(&mut row.delivered);
        self.go_on_everywhere(user, ctx);
        if let Some(row) = self.rows.get_mut(&user) {
            row.delivered = known;
        }
        timers.by(Timer::ContactRetry(user), ctx.now.mono + REPEAT_MS);
    }

    fn go_on_everywhere(&self, user: UserId, ctx: &mut Context<'_>) {
        let relays = self.rows.get(&user).map(|row| row.mailbox.relays.clone()).unwrap_or_default();
        for hint in relays {
            self.go_on(user, hint.relay, ctx);
        }
    }

    fn go_on(&self, user: UserId, relay: NodeId, ctx: &mut Context<'_>) {
        let Some(row) = self.rows.get(&user) else { return };
        match row.stage {
            Stage::KeyPackage => {
                let request = Request::TakeKeyPackage { tag: row.mailbox.key_packages() };
                ctx.request(relay, &request, Purpose::TakeKeyPackage(user));
            }
            Stage::Sending if !row.delivered.contains(&relay) => {
                let (tag, token) = (row.mailbox.inbox(), Capability(row.token));
                let request = Request::AppendPaid { tag, token, envelope: row.request.clone() };
                ctx.request(relay, &request, Purpose::SendRequest(user));
            }
            Stage::Sending | Stage::Pending | Stage::Accepted | Stage::Declined => {}
        }
    }

    /// An answer about one of our requests.
    pub fn on_reply(
        &mut self,
        relay: NodeId,
        purpose: &Purpose,
        answer: Answer,
        ctx: &mut Context<'_>,
        chats: &mut Chats,
        timers: &mut Timers,
    ) -> Result<(), Fatal> {
        match (purpose, answer) {
            (Purpose::TakeKeyPackage(user), Answer::KeyPackage(Some(package))) => {
                self.found(*user, &package, ctx, chats)?;
            }
            (Purpose::TakeKeyPackage(user), Answer::KeyPackage(None)) => {
                self.problem(*user, "their relay has no keys of them yet", ctx);
                timers.by(Timer::ContactRetry(*user), ctx.now.mono + RETRY_MS);
            }
            (Purpose::SendRequest(user), Answer::Appended { .. }) => {
                let Some(row) = self.rows.get_mut(user) else { return Ok(()) };
                if !row.delivered.contains(&relay) {
                    row.delivered.push(relay);
                }
                timers.by(Timer::ContactRetry(*user), ctx.now.mono + REPEAT_MS);
                self.problems.remove(user);
                self.changed(user, ctx)?;
            }
            (Purpose::TakeKeyPackage(user) | Purpose::SendRequest(user), Answer::Refused(refusal)) => {
                // A second relay may refuse what the first one took.
                if self.rows.get(user).is_some_and(|row| row.delivered.is_empty()) {
                    self.problem(*user, super::chat::rooms::refusal_name(refusal), ctx);
                    timers.by(Timer::ContactRetry(*user), ctx.now.mono + RETRY_MS);
                }
            }
            (_, _) => {}
        }
        Ok(())
    }

    /// A key package came: make the chat and the request.
    fn found(&mut self, user: UserId, package: &[u8], ctx: &mut Context<'_>, chats: &mut Chats) -> Result<(), Fatal> {
        let Some(row) = self.rows.get_mut(&user).filter(|row| row.stage == Stage::KeyPackage) else { return Ok(()) };
        let Founded { mut chat, request } =
            match founding::found(user, package, row.mailbox.clone(), &row.greeting, ctx)? {
                Ok(founded) => founded,
                Err(why) => {
                    self.problem(user, why, ctx);
                    return Ok(());
                }
            };
        row.stage = Stage::Sending;
        row.chat = Some(chat.id);
        row.request = request;
        let (relays, greeting, id) = (row.mailbox.relays.clone(), row.greeting.clone(), chat.id);
        self.changed(&user, ctx)?;
        if let Ok(text) = Text::new(greeting) {
            // Nobody else has said anything yet, so nothing can be wrong with it.
            let _said = super::chat::send::say(&mut chat, &Body::Text(text), ctx)?;
        }
        settle(chat, ctx, chats);
        chats.changed.insert(id);
        for hint in relays {
            self.go_on(user, hint.relay, ctx);
        }
        Ok(())
    }

    /// Entries of our inbox.
    pub fn on_inbox(
        &mut self,
        relay: NodeId,
        entries: Vec<Entry>,
        ctx: &mut Context<'_>,
        mailbox: &mut OwnMailbox,
        chats: &mut Chats,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let fresh: Vec<Entry> = entries.into_iter().filter(|entry| !mailbox.was_taken(relay, entry.seq)).collect();
        let any = !fresh.is_empty();
        for entry in fresh {
            let pending = self.rows.values().filter(|row| row.stage == Stage::Pending).count();
            if pending >= CONTACT_REQUESTS_PENDING {
                // It stays in the inbox until a request is answered.
                refusals.count("contact request while too many wait");
                return Ok(());
            }
            match ContactRequest::open(&entry.envelope, &ctx.account.sealing, ctx.account.user()) {
                Ok((request, log)) => self.on_request(&request, &log, entry.envelope, ctx, chats, refusals)?,
                Err(_) => refusals.count("contact request that does not open or verify"),
            }
            mailbox.taken(relay, entry.seq, ctx)?;
        }
        if any {
            mailbox.read(relay, ctx);
        }
        Ok(())
    }

    fn on_request(
        &mut self,
        request: &ContactRequest,
        log: &DeviceLog,
        sealed: Vec<u8>,
        ctx: &mut Context<'_>,
        chats: &mut Chats,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let user = log.user();
        let stage = self.rows.get(&user).map(|row| row.stage);
        if ctx.account.blocked.contains(&user) {
            refusals.count("contact request of a blocked user");
            return Ok(());
        }
        if user == ctx.account.user() || founding::check(request, log).is_err() {
            refusals.count("contact request with a chat that does not verify");
            return Ok(());
        }
        let asked = match stage {
            None => false,
            Some(Stage::KeyPackage | Stage::Sending) => true,
            // Somebody we are in contact with, on a device that has no chat with us: it lost the one we have.
            Some(Stage::Accepted) if self.is_new_device(&user, request, log, chats) => true,
            // The same request through a second relay, or one that was answered.
            Some(Stage::Pending | Stage::Accepted | Stage::Declined) => return Ok(()),
        };
        let former = self.rows.get(&user);
        let row = Row {
            stage: Stage::Pending,
            name: request.name.clone(),
            chat: former.and_then(|row| row.chat),
            greeting: request.greeting.clone(),
            since: ctx.now.wall,
            mailbox: request.mailbox.clone(),
            token: [0; 32],
            request: sealed,
            delivered: Vec::new(),
            devices: request.devices.clone(),
            account: Some(request.account),
            forked: false,
            about: About::default(),
        };
        ctx.account.titles.insert(user, row.name.clone());
        self.rows.insert(user, row);
        self.problems.remove(&user);
        if asked {
            // A refusal leaves the request for the user to answer.
            let _ = self.accept(user, ctx, chats)?;
        }
        self.changed(&user, ctx)
    }

    /// True if a contact asks from a device that is certified, by a log that continues the one we know, and has no
    /// chat with us; and not with a request that was answered before.
    fn is_new_device(&self, user: &UserId, request: &ContactRequest, log: &DeviceLog, chats: &Chats) -> bool {
        let Some(row) = self.rows.get(user) else { return false };
        let known = DeviceLog::decode(&row.devices).ok();
        let fits = known.is_none_or(|known| matches!(compare(&known, log), Comparison::Newer | Comparison::Same));
        let chat = row.chat.and_then(|chat| chats.chats.get(&chat));
        let asked = Genesis::decode(&request.genesis).is_ok_and(|made| chats.chats.contains_key(&made.origin().chat));
        fits && !asked && chat.is_none_or(|chat| chat.user_of(&request.device).is_none())
    }

    /// Accepts a request: join the chat, say hello.
    pub fn accept(
        &mut self,
        user: UserId,
        ctx: &mut Context<'_>,
        chats: &mut Chats,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let Some(row) = self.rows.get(&user) else { return Ok(Err(CommandError::NotFound("contact request"))) };
        match row.stage {
            Stage::Pending => {}
            Stage::Accepted => return Ok(Err(CommandError::Refused("you are in contact already".into()))),
            Stage::KeyPackage | Stage::Sending => {
                return Ok(Err(CommandError::Refused("you asked them; it is for them to accept".into())));
            }
            Stage::Declined => {
                return Ok(Err(CommandError::Refused("you declined this request; ask them for an invite link".into())));
            }
        }
        let mut chat = match founding::join(&row.request, ctx)? {
            Ok(chat) => chat,
            Err(why) => return Ok(Err(CommandError::Refused(why.into()))),
        };
        let id = chat.id;
        if super::chat::send::say(&mut chat, &Body::Hello(ctx.account.hello()), ctx)?.is_err() {
            return Err(Fatal::Bug("an own hello is refused"));
        }
        settle(chat, ctx, chats);
        chats.changed.insert(id);
        if let Some(row) = self.rows.get_mut(&user) {
            row.stage = Stage::Accepted;
            row.chat = Some(id);
            row.request = Vec::new();
        }
        self.changed(&user, ctx)?;
        Ok(self.view(&user, ctx.account).map(Reply::Contact).ok_or(CommandError::NotFound("contact")))
    }

    /// Where the account records of contacts are found, and the relays that may have them.
    pub fn locators(&self) -> impl Iterator<Item = (UserId, Locator, Vec<NodeId>)> {
        self.rows.iter().filter(|(_, row)| row.stage == Stage::Accepted).filter_map(|(user, row)| {
            Some((*user, row.account?, row.mailbox.relays.iter().map(|hint| hint.relay).collect()))
        })
    }

    /// A contact's account record was found: their devices, and where the newest of them is reached.
    pub fn on_record(&mut self, user: UserId, record: &AccountRecord, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let Some(row) = self.rows.get_mut(&user) else { return Ok(()) };
        let mut changed = row.learn(&record.log);
        if let Some(mailbox) = record.newest().and_then(|card| card.mailbox.clone()).filter(|_| !row.forked)
            && row.mailbox != mailbox
        {
            row.mailbox = mailbox;
            changed = true;
        }
        if let Some(card) = record.newest().filter(|_| !row.forked) {
            if row.name != card.name {
                row.name.clone_from(&card.name);
                ctx.account.titles.insert(user, card.name.clone());
                changed = true;
            }
            if row.about != card.profile {
                row.about = card.profile.clone();
                changed = true;
            }
        }
        if changed { self.changed(&user, ctx) } else { Ok(()) }
    }

    /// The device log of a contact, as far as we know it.
    pub fn device_log(&self, user: &UserId) -> Option<DeviceLog> {
        self.rows.get(user).and_then(|row| DeviceLog::decode(&row.devices).ok())
    }

    /// The chat with a contact came from another device of ours.
    pub fn note_chat(&mut self, user: UserId, chat: ChatId, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        match self.rows.get_mut(&user).filter(|row| row.chat.is_none()) {
            Some(row) => row.chat = Some(chat),
            None => return Ok(()),
        }
        self.changed(&user, ctx)
    }

    /// Those whom we talk to.
    pub fn accepted(&self) -> impl Iterator<Item = UserId> {
        self.rows.iter().filter(|(_, row)| row.stage == Stage::Accepted).map(|(user, _)| *user)
    }

    /// True if we know the user.
    pub fn knows(&self, user: &UserId) -> bool {
        self.rows.contains_key(user)
    }

    /// Everybody we are in contact with, for another own device.
    pub fn cards(&self) -> Vec<ContactCard> {
        let card = |(user, row): (&UserId, &Row)| ContactCard {
            user: *user,
            name: row.name.clone(),
            since: row.since,
            mailbox: row.mailbox.clone(),
            devices: row.devices.clone(),
            account: row.account,
        };
        self.rows.iter().filter(|(_, row)| row.stage == Stage::Accepted).map(card).collect()
    }

    /// True if people came or changed since [`Self::forget_changes`].
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// They are taken care of.
    pub fn forget_changes(&mut self) {
        self.changed = false;
    }

    /// Takes somebody whom another own device knows and this one does not.
    pub fn take_card(&mut self, card: &ContactCard, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        if self.rows.contains_key(&card.user) || card.user == ctx.account.user() {
            return Ok(());
        }
        ctx.account.titles.insert(card.user, card.name.clone());
        self.rows.insert(card.user, Row::of(card.clone()));
        self.changed(&card.user, ctx)
    }

    /// Writes the contacts that another own device handed over, into the store of a device that has none.
    pub fn store_cards(cards: Vec<ContactCard>, batch: &mut Batch) -> Result<(), Fatal> {
        let mut contacts = Self::default();
        for card in cards {
            let user = card.user;
            contacts.rows.insert(user, Row::of(card));
            contacts.store(&user, batch)?;
        }
        Ok(())
    }

    /// Declines a request; the asker is not told.
    pub fn decline(&mut self, user: UserId, ctx: &mut Context<'_>) -> Result<Result<Reply, CommandError>, Fatal> {
        let Some(row) = self.rows.get_mut(&user).filter(|row| row.stage == Stage::Pending) else {
            return Ok(Err(CommandError::NotFound("contact request")));
        };
        row.stage = Stage::Declined;
        row.request = Vec::new();
        self.changed(&user, ctx)?;
        Ok(Ok(Reply::Done))
    }

    /// Somebody said hello: our request was accepted.
    pub fn on_hello(
        &mut self,
        chat: ChatId,
        from: DeviceId,
        hello: &Hello,
        ctx: &mut Context<'_>,
        chats: &mut Chats,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let Some(chat) = chats.chats.get_mut(&chat) else { return Ok(()) };
        let Some(user) = chat.user_of(&from) else { return Ok(()) };
        if chat.info.with != Some(user) {
            // In a chat of many it tells who somebody is, and accepts nothing.
            if !self.rows.contains_key(&user) {
                super::met::meet(user, &hello.name, ctx);
                chats.changed.insert(chat.id);
            }
            return Ok(());
        }
        let log = DeviceLog::decode(&hello.devices).ok().filter(|log| log.user() == user && log.is_living(&from));
        let Some(row) = self.rows.get_mut(&user) else { return Ok(()) };
        let Some(log) = log else {
            refusals.count("hello with somebody else's device log");
            return Ok(());
        };
        row.learn(&log);
        row.name.clone_from(&hello.name);
        row.account = hello.account.or(row.account);
        row.stage = Stage::Accepted;
        row.request = Vec::new();
        self.problems.remove(&user);
        ctx.account.titles.insert(user, hello.name.clone());
        chat.info.accepted = true;
        chat.store_info(&mut ctx.batch)?;
        chats.changed.insert(chat.id);
        self.changed(&user, ctx)
    }
}

/// Takes a new chat in: links to its home relays, its room at those that are there.
pub fn settle(mut chat: Chat, ctx: &mut Context<'_>, chats: &mut Chats) {
    for hint in chat.state.home.clone() {
        ctx.dial(hint.relay, &hint.addrs);
        let at = super::links::RoomAt { chat: chat.id, index: chat.index(), relay: hint.relay };
        super::chat::rooms::start(&mut chat, at, ctx);
    }
    chats.insert(chat);
}
