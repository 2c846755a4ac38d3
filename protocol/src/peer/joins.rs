//! Own requests to be let into a group or channel by its invite link.
//!
//! ```text
//! link -> request with a key package, into the entrance at the chat's home relays
//!      <- welcome parcel, in a letterbox that was made for this one request at own relays
//! ```
//!
//! The letterbox is another one for every request, so that whoever got to know it can fill nothing but it. It is read
//! from its beginning after every start: nothing of it is kept until the parcel is complete. A request goes out again
//! every day until it is answered or taken back.
//!
//! Not here: what is asked (`contact::join`), the other side (`entrances`), joining (`groups`).

use super::chat::Chats;
use super::chat::parcels::Arrived;
use super::chat::rooms::refusal_name;
use super::chat::state::Standing;
use super::command::{CommandError, Event, Reply};
use super::context::{Context, Fatal};
use super::letter::{self, Parts};
use super::links::Purpose;
use super::mailbox::OwnMailbox;
use super::refusals::Refusals;
use super::timers::{Timer, Timers};
use super::view::JoinView;
use crate::chat::control::rows;
use crate::chat::mls::key_package::Use;
use crate::contact::entrance::{ChatLink, LinkId};
use crate::contact::join::JoinRequest;
use crate::contact::mailbox::{Letterbox, RelayHint};
use crate::contact::request::check_greeting;
use crate::ids::{BlockHash, Capability, LogTag, NodeId};
use crate::limits::JOINS_MAX;
use crate::store::{Range, StoreRead, Table};
use crate::wire::cbor;
use crate::wire::relay::{Entry, LogKind, LogSpec, Refusal, Reply as Answer, Request};
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Partition of the rows in `Table::Meta`.
const ROWS: &[u8] = b"join";
const RETRY_MS: u64 = 30_000;
const REPEAT_MS: u64 = 24 * 3600 * 1000;

/// What is done at a relay for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinStep {
    /// The request goes into the entrance.
    Send,
    /// The letterbox is made.
    Open,
    /// It is read.
    Read,
    /// It is watched.
    Watch,
}

/// The stored row.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Row {
    link: String,
    letterbox: Letterbox,
    #[serde(with = "serde_bytes")]
    read: [u8; 32],
    /// The sealed request.
    #[serde(with = "serde_bytes")]
    request: Vec<u8>,
    since: u64,
}

#[derive(Debug)]
struct Join {
    row: Row,
    link: ChatLink,
    /// Relays of the link that have the request.
    delivered: BTreeSet<NodeId>,
    /// The next entry of the letterbox to read, and what is begun.
    at: BTreeMap<NodeId, (u64, Parts)>,
    /// Why a relay does not take the request.
    problem: Option<&'static str>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Joins {
    joins: BTreeMap<LinkId, Join>,
}

impl Joins {
    /// Reads them.
    pub fn load(store: &dyn StoreRead) -> Result<Self, Fatal> {
        let damaged = || Fatal::Row("a request to join");
        let mut joins = Self::default();
        for (_, row) in store.scan(Table::Meta, ROWS, Range::All, JOINS_MAX)? {
            let row: Row = cbor::decode(&row, "request to join", usize::MAX).map_err(|_| damaged())?;
            let link = ChatLink::parse(&row.link).map_err(|_| damaged())?;
            joins.insert(link, row);
        }
        Ok(joins)
    }

    fn insert(&mut self, link: ChatLink, row: Row) {
        let (delivered, at, problem) = (BTreeSet::new(), BTreeMap::new(), None);
        self.joins.insert(link.seed.id(), Join { row, link, delivered, at, problem });
    }

    /// Relays that requests wait for.
    pub fn relays(&self) -> Vec<RelayHint> {
        self.joins.values().flat_map(|join| join.link.relays.clone()).collect()
    }

    /// Asks to be let in.
    pub fn ask(
        &mut self,
        text: &str,
        greeting: &str,
        ctx: &mut Context<'_>,
        chats: &Chats,
        timers: &mut Timers,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let refused = |text: &str| Ok(Err(CommandError::Refused(text.into())));
        let link = match ChatLink::parse(text) {
            Ok(link) => link,
            Err(error) => return Ok(Err(CommandError::Invalid(error.to_string()))),
        };
        let greeting = greeting.trim();
        if let Err(error) = check_greeting(greeting) {
            return Ok(Err(CommandError::Invalid(format!("the greeting cannot be sent: {error}"))));
        }
        if ctx.account.reachable_at().is_empty() {
            return refused("add a relay of your own first (or run with --lan): the answer must reach you");
        }
        if is_in(&link.genesis, chats, ctx)? {
            return refused("you are in this chat already");
        }
        let id = link.seed.id();
        if let Some(join) = self.joins.get(&id) {
            return Ok(Ok(Reply::Join(Box::new(join.view()))));
        }
        if self.joins.len() >= JOINS_MAX {
            return refused("too many of your requests wait for an answer; take some back first");
        }
        let row = match request(text, &link, greeting, ctx)? {
            Ok(row) => row,
            Err(why) => return Ok(Err(why)),
        };
        let bytes = cbor::encode(&row).map_err(|_| Fatal::Bug("a request to join does not encode"))?;
        ctx.batch.put(Table::Meta, ROWS, &id, bytes);
        self.insert(link, row);
        self.start(&id, ctx);
        timers.by(Timer::Joins, ctx.now.mono + REPEAT_MS);
        Ok(self.joins.get(&id).map(|join| Reply::Join(Box::new(join.view()))).ok_or(CommandError::NotFound("request")))
    }

    /// Requests that wait for an answer.
    pub fn list(&self) -> Reply {
        Reply::Joins(self.joins.values().map(Join::view).collect())
    }

    /// Takes a request back; what lies at the entrance may still be answered, and the answer is not read.
    pub fn cancel(&mut self, id: &LinkId, ctx: &mut Context<'_>) -> Result<Reply, CommandError> {
        if !self.joins.contains_key(id) {
            return Err(CommandError::NotFound("request"));
        }
        self.forget(id, ctx);
        Ok(Reply::Done)
    }

    fn forget(&mut self, id: &LinkId, ctx: &mut Context<'_>) -> Vec<NodeId> {
        let Some(join) = self.joins.remove(id) else { return Vec::new() };
        ctx.batch.delete(Table::Meta, ROWS, id);
        for relay in join.at.keys() {
            ctx.request(*relay, &Request::Unsubscribe { tag: join.row.letterbox.tag() }, Purpose::Nothing);
        }
        ctx.notify(Event::Joins);
        join.link.relays.iter().map(|hint| hint.relay).collect()
    }

    /// We are in: requests for this chat are answered. Gives relays that they needed.
    pub fn answered(&mut self, genesis: &BlockHash, ctx: &mut Context<'_>) -> Vec<NodeId> {
        let ids: Vec<LinkId> =
            self.joins.iter().filter(|(_, join)| join.link.genesis == *genesis).map(|(id, _)| *id).collect();
        ids.iter().flat_map(|id| self.forget(id, ctx)).collect()
    }

    fn start(&mut self, id: &LinkId, ctx: &mut Context<'_>) {
        let Some(join) = self.joins.get(id) else { return };
        let hints = ctx.account.reachable_at().into_iter().chain(join.link.relays.clone());
        let relays: BTreeMap<NodeId, RelayHint> = hints.map(|hint| (hint.relay, hint)).collect();
        for (relay, hint) in relays {
            ctx.dial(relay, &hint.addrs);
            self.go_on(id, relay, ctx);
        }
    }

    /// A link came up.
    pub fn on_link_up(&mut self, relay: NodeId, ctx: &mut Context<'_>) {
        for id in self.joins.keys().copied().collect::<Vec<_>>() {
            self.go_on(&id, relay, ctx);
        }
    }

    fn go_on(&self, id: &LinkId, relay: NodeId, ctx: &mut Context<'_>) {
        let Some(join) = self.joins.get(id) else { return };
        if ctx.account.reachable_at().iter().any(|hint| hint.relay == relay) {
            let spec = LogSpec {
                kind: LogKind::Room,
                write: join.row.letterbox.write().hash(),
                read: Capability(join.row.read).hash(),
                readers: 1,
            };
            let request = Request::Open { tag: join.row.letterbox.tag(), spec };
            ctx.request(relay, &request, Purpose::Join(*id, JoinStep::Open));
        }
        let asked = join.link.relays.iter().any(|hint| hint.relay == relay);
        if asked && !join.delivered.contains(&relay) {
            let (tag, token) = (join.link.seed.tag(), join.link.seed.token(&relay));
            let request = Request::AppendPaid { tag, token, envelope: join.row.request.clone() };
            ctx.request(relay, &request, Purpose::Join(*id, JoinStep::Send));
        }
    }

    /// The time has come to ask again: a relay may have lost its disk, and who is asked twice lets in once.
    pub fn on_wake(&mut self, ctx: &mut Context<'_>, timers: &mut Timers) {
        let ids: Vec<LinkId> = self.joins.keys().copied().collect();
        for id in &ids {
            let Some(join) = self.joins.get_mut(id) else { continue };
            let repeat = join.delivered.len() >= join.link.relays.len();
            if repeat {
                join.delivered.clear();
            }
            for hint in join.link.relays.clone() {
                ctx.dial(hint.relay, &hint.addrs);
                self.go_on(id, hint.relay, ctx);
            }
        }
        if !ids.is_empty() {
            timers.by(Timer::Joins, ctx.now.mono + REPEAT_MS);
        }
    }

    /// True if a log is one of our letterboxes.
    pub fn watches(&self, tag: &LogTag) -> Option<LinkId> {
        self.joins.iter().find(|(_, join)| join.row.letterbox.tag() == *tag).map(|(id, _)| *id)
    }

    /// A relay answered: parcels that are complete.
    pub fn on_reply(
        &mut self,
        relay: NodeId,
        (id, step): (LinkId, JoinStep),
        answer: Answer,
        ctx: &mut Context<'_>,
        (timers, refusals): (&mut Timers, &mut Refusals),
    ) -> Vec<Arrived> {
        let Some(join) = self.joins.get_mut(&id) else { return Vec::new() };
        match (step, answer) {
            (JoinStep::Send, Answer::Appended { .. }) => {
                join.delivered.insert(relay);
                join.problem = None;
                ctx.notify(Event::Joins);
            }
            (JoinStep::Send, Answer::Refused(why)) => {
                if join.delivered.is_empty() && join.problem.replace(problem(why)) != Some(problem(why)) {
                    ctx.notify(Event::Joins);
                }
                timers.by(Timer::Joins, ctx.now.mono + RETRY_MS);
            }
            (JoinStep::Open, Answer::Opened(head)) => {
                join.at.insert(relay, (head.first, Parts::default()));
                self.read(&id, relay, JoinStep::Read, ctx);
            }
            (JoinStep::Read, Answer::Entries { entries, .. }) if entries.is_empty() => {
                self.read(&id, relay, JoinStep::Watch, ctx);
            }
            (JoinStep::Read, Answer::Entries { entries, .. }) => {
                let arrived = self.on_entries(relay, id, entries, ctx, refusals);
                self.read(&id, relay, JoinStep::Read, ctx);
                return arrived;
            }
            (JoinStep::Watch, Answer::Refused(Refusal::TooFarBehind)) => self.read(&id, relay, JoinStep::Read, ctx),
            (_, _) => {}
        }
        Vec::new()
    }

    fn read(&self, id: &LinkId, relay: NodeId, step: JoinStep, ctx: &mut Context<'_>) {
        let Some(join) = self.joins.get(id) else { return };
        let Some(from) = join.at.get(&relay).map(|(next, _)| *next) else { return };
        let (tag, cap) = (join.row.letterbox.tag(), Capability(join.row.read));
        let request = match step {
            JoinStep::Watch => Request::Subscribe { tag, cap, from },
            JoinStep::Send | JoinStep::Open | JoinStep::Read => Request::Read { tag, cap, from, limit: 16 },
        };
        ctx.request(relay, &request, Purpose::Join(*id, step));
    }

    /// Entries of a letterbox: parcels that are complete.
    pub fn on_entries(
        &mut self,
        relay: NodeId,
        id: LinkId,
        entries: Vec<Entry>,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Vec<Arrived> {
        if entries.is_empty() {
            // The relay has stopped pushing, because we were too far behind.
            self.read(&id, relay, JoinStep::Read, ctx);
            return Vec::new();
        }
        let Some(join) = self.joins.get_mut(&id) else { return Vec::new() };
        let Some((next, parts)) = join.at.get_mut(&relay) else { return Vec::new() };
        let mut arrived = Vec::new();
        for entry in entries.into_iter().filter(|entry| entry.seq >= *next).collect::<Vec<_>>() {
            *next = entry.seq.saturating_add(1);
            match letter::open(&entry.envelope, ctx) {
                Ok((certificate, letter)) => {
                    let (from, link) = (certificate.user, Some(join.link.genesis));
                    arrived.extend(parts.take(certificate.device, letter).map(|bytes| Arrived { from, bytes, link }));
                }
                Err(_) => refusals.count("an answer at an invite link that does not verify"),
            }
        }
        arrived
    }
}

impl Join {
    fn view(&self) -> JoinView {
        JoinView {
            id: self.link.seed.id(),
            kind: self.link.kind,
            title: self.link.title.clone(),
            since: self.row.since,
            relays: self.delivered.len(),
            problem: self.problem.unwrap_or_default().to_owned(),
        }
    }
}

/// What a refusal means to who has the link.
fn problem(why: Refusal) -> &'static str {
    match why {
        Refusal::TokenUnknown => "the link does not work any more: it was withdrawn, or as many have come as may",
        Refusal::TokenSpent => "the link was used too often; ask for a new one",
        Refusal::TokenExpired => "the link has expired; ask for a new one",
        Refusal::NoSuchLog => "the chat's relay does not know the link (yet)",
        Refusal::Full => "too many wait at this link already; it is tried again",
        other => refusal_name(other),
    }
}

/// True if we are in the chat that begins with this block.
fn is_in(genesis: &BlockHash, chats: &Chats, ctx: &Context<'_>) -> Result<bool, Fatal> {
    for chat in chats.chats.values().filter(|chat| chat.state.is_open() && chat.info.standing == Standing::In) {
        let known = rows::genesis(ctx.store, &chat.id).map_err(|_| Fatal::Row("a chat's genesis"))?;
        if known.is_some_and(|known| known.hash() == *genesis) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes key package, letterbox and sealed request.
fn request(
    text: &str,
    link: &ChatLink,
    greeting: &str,
    ctx: &mut Context<'_>,
) -> Result<Result<Row, CommandError>, Fatal> {
    let (mut letterbox, mut read) = ([0; 32], [0; 32]);
    ctx.rng.fill_bytes(&mut letterbox);
    ctx.rng.fill_bytes(&mut read);
    let letterbox = Letterbox(letterbox);
    let request = JoinRequest {
        device: ctx.account.device(),
        devices: ctx.account.devices.encode(),
        name: ctx.account.name.clone(),
        greeting: greeting.to_owned(),
        package: OwnMailbox::fresh_package(Use::Once, ctx)?,
        letterbox: letterbox.clone(),
        relays: ctx.account.reachable_at(),
        at: ctx.now.wall,
    };
    match request.seal(link, &ctx.account.key, ctx.rng) {
        Ok(request) => Ok(Ok(Row { link: text.trim().to_owned(), letterbox, read, request, since: ctx.now.wall })),
        Err(error) => Ok(Err(CommandError::Invalid(error.to_string()))),
    }
}
