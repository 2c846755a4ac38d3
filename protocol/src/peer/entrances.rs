//! The entrances of groups and channels whose invite links this device may answer.
//!
//! ```text
//! state of the chat -> entrance at every home relay: opened, told its token, read, watched
//! request -> no approval needed: wish | approval: waits for a person -> wish -> block `add by link` -> parcel
//! ```
//!
//! Every device with the right reads, and answers by itself in turns (another order for every request), so that not
//! all propose at once; whoever comes second finds the newcomer in and lets it be. How many may come is counted in the
//! chat; until when they may ask is judged by the clock of the device that reads.
//!
//! Nothing is stored here. What is not settled stays at the relays: a device acknowledges only up to the first request
//! that is neither in, nor declined, nor void. After a start it reads the rest again.
//!
//! Not here: making and withdrawing links as people do it (`doors`).

use super::chat::control;
use super::chat::rooms::Surroundings;
use super::chat::stage;
use super::chat::state::{Chat, Standing};
use super::chat::wishes::{Newcomer, Via, Wish};
use super::context::{Context, Fatal};
use super::letter::Address;
use super::links::Purpose;
use super::met;
use super::refusals::Refusals;
use super::timers::Timer;
use crate::chat::control::intent::Added;
use crate::chat::control::rules::{Act, Role};
use crate::chat::control::state::Link;
use crate::contact::entrance::{EntranceSecret, LinkId};
use crate::contact::join::{self, JoinRequest, Left};
use crate::identity::device_log::DeviceLog;
use crate::ids::{ChatId, DeviceId, LogTag, NodeId, UserId};
use crate::limits::JOIN_REQUESTS_PENDING;
use crate::wire::relay::{Entry, Refusal, Reply as Answer, Request};
use std::collections::{BTreeMap, BTreeSet};

/// How long each device that may answer waits for the ones before it, and for how many of them.
const TURN_MS: u64 = 5_000;
const TURNS_MAX: u64 = 12;
const RETRY_MS: u64 = 10_000;

/// How often a request whose addition was given up is tried.
const TRIES: u8 = 3;

/// The name of a request: the hash of its sealed bytes.
pub type RequestId = [u8; 32];

/// What is done about an entrance at a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorStep {
    /// It is created.
    Open,
    /// Its token is set.
    Token,
    /// It is read.
    Read,
    /// It is watched.
    Watch,
}

/// Somebody who asks to be let in.
#[derive(Clone, Debug)]
pub struct Asking {
    /// By which link.
    pub link: LinkId,
    /// Who.
    pub user: UserId,
    /// What they say.
    pub request: JoinRequest,
    /// Where the answer goes.
    address: Address,
    /// A wish was made of it so often.
    tries: u8,
    wished: bool,
}

#[derive(Debug, Default)]
struct AtRelay {
    open: bool,
    /// What the relay was last told of the link: uses, expiry, open.
    told: Option<(u32, u64, bool)>,
    next: u64,
    acked: u64,
    /// What lies there and is not settled, by number.
    unsettled: BTreeMap<u64, RequestId>,
}

#[derive(Debug)]
struct Entrance {
    secret: EntranceSecret,
    at: BTreeMap<NodeId, AtRelay>,
    requests: BTreeMap<RequestId, Asking>,
    /// What others declined, so that a copy from another relay is not shown again.
    declined: BTreeSet<RequestId>,
}

/// All entrances.
#[derive(Debug, Default)]
pub struct Entrances {
    doors: BTreeMap<(ChatId, LinkId), Entrance>,
    tags: BTreeMap<LogTag, (ChatId, LinkId)>,
}

/// Whether this device answers at a chat's links.
pub fn answers(chat: &Chat, ctx: &Context<'_>) -> bool {
    let inside = chat.info.standing == Standing::In && chat.info.accepted && chat.state.is_open();
    inside && chat.state.rules.may(&ctx.account.user(), Act::Links, ctx.now.wall).is_ok()
}

impl Entrances {
    /// Opens what is new, closes what is gone, answers what can be answered.
    pub fn see_to(&mut self, chat: &mut Chat, ctx: &mut Context<'_>, around: &mut Surroundings) -> Result<(), Fatal> {
        let here = answers(chat, ctx);
        if !here && chat.state.links.is_empty() && !self.doors.keys().any(|(of, _)| *of == chat.id) {
            return Ok(());
        }
        let known: Vec<LinkId> = self.doors.keys().filter(|(of, _)| *of == chat.id).map(|(_, id)| *id).collect();
        for id in known.into_iter().filter(|id| !here || !chat.state.links.contains_key(id)) {
            self.close((chat.id, id), here, ctx);
        }
        if !here {
            return Ok(());
        }
        for (id, link) in &chat.state.links {
            let key = (chat.id, *id);
            let secret = link.secret;
            let door = self.doors.entry(key).or_insert_with(|| Entrance {
                secret,
                at: BTreeMap::new(),
                requests: BTreeMap::new(),
                declined: BTreeSet::new(),
            });
            self.tags.insert(secret.seed().tag(), key);
            for hint in &chat.state.home {
                if !ctx.links.is_up(&hint.relay) {
                    continue;
                }
                match door.at.get_mut(&hint.relay) {
                    Some(at) if at.open => tell(key, link, hint.relay, at, ctx),
                    Some(_) => {}
                    None => {
                        door.at.insert(hint.relay, AtRelay::default());
                        let request = Request::Open { tag: secret.seed().tag(), spec: secret.spec(&hint.relay) };
                        ctx.request(hint.relay, &request, Purpose::Entrance(chat.id, *id, DoorStep::Open));
                    }
                }
            }
        }
        for id in chat.state.links.keys().copied().collect::<Vec<_>>() {
            self.settle(chat, &id, ctx, around)?;
        }
        Ok(())
    }

    /// The link lets nobody in any more; relays hear of it from those who may say so.
    fn close(&mut self, (chat, id): (ChatId, LinkId), ours: bool, ctx: &mut Context<'_>) {
        let Some(door) = self.doors.remove(&(chat, id)) else { return };
        let tag = door.secret.seed().tag();
        self.tags.remove(&tag);
        for relay in door.at.keys() {
            if ours {
                let cap = door.secret.write(relay);
                ctx.request(*relay, &Request::SetTokens { tag, cap, tokens: Vec::new() }, Purpose::Nothing);
            }
            ctx.request(*relay, &Request::Unsubscribe { tag }, Purpose::Nothing);
        }
    }

    /// A link went down.
    pub fn on_link_down(&mut self, relay: &NodeId) {
        for door in self.doors.values_mut() {
            door.at.remove(relay);
        }
    }

    /// Which entrance a log is.
    pub fn watches(&self, tag: &LogTag) -> Option<(ChatId, LinkId)> {
        self.tags.get(tag).copied()
    }

    /// A relay answered.
    pub fn on_reply(
        &mut self,
        relay: NodeId,
        (id, step): (LinkId, DoorStep),
        answer: Answer,
        chat: &mut Chat,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<(), Fatal> {
        let key = (chat.id, id);
        let (Some(door), Some(link)) = (self.doors.get_mut(&key), chat.state.links.get(&id)) else { return Ok(()) };
        let Some(at) = door.at.get_mut(&relay) else { return Ok(()) };
        match (step, answer) {
            (DoorStep::Open, Answer::Opened(head)) => {
                (at.open, at.next, at.acked) = (true, head.first, head.first);
                at.unsettled.clear();
                tell(key, link, relay, at, ctx);
                self.ask(key, relay, DoorStep::Read, ctx);
            }
            (DoorStep::Read, Answer::Entries { entries, .. }) if entries.is_empty() => {
                self.ask(key, relay, DoorStep::Watch, ctx);
            }
            (DoorStep::Read, Answer::Entries { entries, .. }) => {
                if self.on_entries(relay, id, entries, chat, ctx, around)? {
                    self.ask(key, relay, DoorStep::Read, ctx);
                }
            }
            (DoorStep::Watch, Answer::Refused(Refusal::TooFarBehind)) => self.ask(key, relay, DoorStep::Read, ctx),
            (DoorStep::Open | DoorStep::Token, Answer::Refused(why)) => {
                around.refusals.count(super::chat::rooms::refusal_name(why));
                door.at.remove(&relay);
                around.timers.by(Timer::Entrances, ctx.now.mono + RETRY_MS);
            }
            (_, _) => {}
        }
        Ok(())
    }

    fn ask(&self, key: (ChatId, LinkId), relay: NodeId, step: DoorStep, ctx: &mut Context<'_>) {
        let Some(door) = self.doors.get(&key) else { return };
        let Some(at) = door.at.get(&relay) else { return };
        let (tag, cap, from) = (door.secret.seed().tag(), door.secret.read(&relay), at.next);
        let request = match step {
            DoorStep::Watch => Request::Subscribe { tag, cap, from },
            DoorStep::Open | DoorStep::Token | DoorStep::Read => Request::Read { tag, cap, from, limit: 16 },
        };
        ctx.request(relay, &request, Purpose::Entrance(key.0, key.1, step));
    }

    /// What was left at an entrance. False if there is no room for more: it is read again when there is.
    pub fn on_entries(
        &mut self,
        relay: NodeId,
        id: LinkId,
        entries: Vec<Entry>,
        chat: &mut Chat,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<bool, Fatal> {
        let key = (chat.id, id);
        if entries.is_empty() {
            // The relay has stopped pushing, because we were too far behind.
            self.ask(key, relay, DoorStep::Read, ctx);
            return Ok(true);
        }
        let (Some(door), Some(link)) = (self.doors.get_mut(&key), chat.state.links.get(&id).copied()) else {
            return Ok(true);
        };
        let mut room = true;
        for entry in entries {
            let Some(at) = door.at.get_mut(&relay).filter(|at| at.open) else { break };
            if entry.seq < at.next {
                continue;
            }
            if door.requests.len() >= JOIN_REQUESTS_PENDING {
                around.refusals.count("request to join while too many wait");
                room = false;
                break;
            }
            at.next = entry.seq.saturating_add(1);
            let name = join::name_of(&entry.envelope);
            if door.requests.contains_key(&name) {
                at.unsettled.insert(entry.seq, name);
                continue;
            }
            match join::open(&entry.envelope, &door.secret) {
                Ok(Left::Request(request, log)) if !door.declined.contains(&name) => {
                    if let Some(asking) = check(*request, &log, &link, chat, ctx, &mut around.refusals) {
                        at.unsettled.insert(entry.seq, name);
                        if !ctx.account.titles.contains_key(&asking.user) {
                            met::meet(asking.user, &asking.request.name, ctx);
                        }
                        door.requests.insert(name, asking);
                    }
                }
                Ok(Left::Request(..)) => {}
                Ok(Left::Declined { request, by }) => {
                    let user = chat.state.user_of(&by);
                    if user.is_some_and(|user| chat.state.rules.may(&user, Act::Links, ctx.now.wall).is_ok()) {
                        door.decline(request);
                    } else {
                        around.refusals.count("request declined by somebody who may not");
                    }
                }
                Err(_) => around.refusals.count("what was left at an entrance does not verify"),
            }
        }
        around.asked.insert(chat.id);
        self.settle(chat, &id, ctx, around)?;
        Ok(room)
    }

    /// Answers what needs nobody's yes, and lets relays drop what is settled.
    fn settle(
        &mut self,
        chat: &mut Chat,
        id: &LinkId,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<(), Fatal> {
        let key = (chat.id, *id);
        let (Some(door), Some(link)) = (self.doors.get_mut(&key), chat.state.links.get(id).copied()) else {
            return Ok(());
        };
        let before = door.requests.len();
        for (_, asking) in door.requests.iter_mut().filter(|(_, asking)| asking.wished) {
            let waits = chat.wishes.adds(&asking.request.package);
            asking.tries += u8::from(!waits);
            asking.wished = waits;
        }
        door.requests.retain(|_, asking| {
            let open = asking.wished || (!link.is_used_up() && asking.tries < TRIES);
            open && !chat.state.is_member(&asking.user) && chat.state.rules.role(&asking.user) != Role::Banned
        });
        if before != door.requests.len() {
            around.asked.insert(chat.id);
        }
        let names: Vec<RequestId> =
            door.requests.iter().filter(|(_, asking)| !asking.wished).map(|(name, _)| *name).collect();
        for name in names.into_iter().filter(|_| !link.approval) {
            let after = turn(chat, &name, ctx);
            if !door.let_in(&name, after, chat, ctx, around)? {
                break;
            }
        }
        let Some(door) = self.doors.get_mut(&key) else { return Ok(()) };
        let mut again = Vec::new();
        for (relay, at) in door.at.iter_mut().filter(|(_, at)| at.open) {
            at.unsettled.retain(|_, name| door.requests.contains_key(name));
            let upto = at.unsettled.keys().next().copied().unwrap_or(at.next);
            if upto > at.acked {
                at.acked = upto;
                let (tag, cap) = (door.secret.seed().tag(), door.secret.read(relay));
                ctx.request(*relay, &Request::Ack { tag, cap, reader: [0; 16], cursor: upto }, Purpose::Nothing);
            }
            again.push(*relay);
        }
        if before >= JOIN_REQUESTS_PENDING && door.requests.len() < JOIN_REQUESTS_PENDING {
            for relay in again {
                self.ask(key, relay, DoorStep::Read, ctx);
            }
        }
        Ok(())
    }

    /// Those who wait in a chat, and under which name.
    pub fn waiting(&self, chat: &ChatId) -> impl Iterator<Item = (&RequestId, &Asking)> {
        let doors = self.doors.range((*chat, [0; 16])..=(*chat, [0xff; 16]));
        doors.flat_map(|(_, door)| door.requests.iter())
    }

    /// How many home relays know of a link.
    pub fn known_at(&self, chat: &ChatId, link: &LinkId) -> usize {
        self.doors.get(&(*chat, *link)).map_or(0, |door| door.at.values().filter(|at| at.told.is_some()).count())
    }

    /// The link at which a request of a chat waits.
    fn door_of(&mut self, chat: &ChatId, name: &RequestId) -> Option<(LinkId, &mut Entrance)> {
        let mut doors = self.doors.range_mut((*chat, [0; 16])..=(*chat, [0xff; 16]));
        doors.find(|(_, door)| door.requests.contains_key(name)).map(|((_, link), door)| (*link, door))
    }

    /// A person lets somebody in. False if nobody of this name waits.
    pub fn accept(
        &mut self,
        name: &RequestId,
        chat: &mut Chat,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<bool, Fatal> {
        let Some((_, door)) = self.door_of(&chat.id, name) else { return Ok(false) };
        door.let_in(name, 0, chat, ctx, around)
    }

    /// A person lets somebody wait for nothing; the others who could answer hear of it. False if nobody of this name
    /// waits.
    pub fn decline(
        &mut self,
        name: &RequestId,
        chat: &mut Chat,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<bool, Fatal> {
        let id = chat.id;
        let Some((link, door)) = self.door_of(&id, name) else { return Ok(false) };
        let said = join::Declined { certificate: ctx.account.certificate().to_vec(), request: *name };
        let envelope =
            said.seal(&door.secret, &ctx.account.key, ctx.rng).map_err(|_| Fatal::Bug("a refusal does not seal"))?;
        for relay in door.at.iter().filter(|(_, at)| at.open).map(|(relay, _)| *relay).collect::<Vec<_>>() {
            let (tag, token) = (door.secret.seed().tag(), door.secret.seed().token(&relay));
            ctx.request(relay, &Request::AppendPaid { tag, token, envelope: envelope.clone() }, Purpose::Nothing);
        }
        door.decline(*name);
        around.asked.insert(id);
        self.settle(chat, &link, ctx, around)?;
        Ok(true)
    }
}

impl Entrance {
    fn decline(&mut self, name: RequestId) {
        if self.declined.len() >= JOIN_REQUESTS_PENDING {
            self.declined.clear();
        }
        self.declined.insert(name);
        self.requests.remove(&name);
    }

    /// Makes a wish of a request. False if that cannot be now.
    fn let_in(
        &mut self,
        name: &RequestId,
        after: u64,
        chat: &mut Chat,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<bool, Fatal> {
        let Some(asking) = self.requests.get_mut(name) else { return Ok(false) };
        if chat.wishes.adds(&asking.request.package) {
            asking.wished = true;
            return Ok(true);
        }
        let wish = Wish::Add(Newcomer {
            user: asking.user,
            via: Via::Letter(Box::new(asking.address.clone())),
            mailbox: None,
            package: asking.request.package.clone(),
            link: Some(asking.link),
        });
        asking.wished = control::wish(chat, wish, after, ctx, around)?;
        Ok(asking.wished)
    }
}

/// Tells a relay what the link's token pays for, if that is news.
fn tell((chat, id): (ChatId, LinkId), link: &Link, relay: NodeId, at: &mut AtRelay, ctx: &mut Context<'_>) {
    let terms = (link.uses, link.expires, !link.is_used_up());
    if at.told.replace(terms) == Some(terms) {
        return;
    }
    let tokens = if terms.2 { vec![link.secret.token(&relay, link.uses, link.expires)] } else { Vec::new() };
    let (tag, cap) = (link.secret.seed().tag(), link.secret.write(&relay));
    ctx.request(relay, &Request::SetTokens { tag, cap, tokens }, Purpose::Entrance(chat, id, DoorStep::Token));
}

/// Whether a request counts in this chat, now.
fn check(
    request: JoinRequest,
    log: &DeviceLog,
    link: &Link,
    chat: &Chat,
    ctx: &Context<'_>,
    refusals: &mut Refusals,
) -> Option<Asking> {
    let user = log.user();
    if chat.state.is_member(&user) {
        return None;
    }
    if chat.state.rules.role(&user) == Role::Banned {
        refusals.count("request to join of somebody who is banned");
        return None;
    }
    if link.has_expired(ctx.now.wall) {
        refusals.count("request to join by a link that has expired");
        return None;
    }
    if link.is_used_up() {
        refusals.count("request to join by a link that is used up");
        return None;
    }
    let sealing_key = request.sealing_key(log);
    let device = Added { user, device: request.device };
    let (Some(sealing_key), true) = (sealing_key, stage::added(&request.package) == Some(device)) else {
        refusals.count("request to join with keys that are not the asker's");
        return None;
    };
    let address = Address { letterbox: request.letterbox.clone(), sealing_key, relays: request.relays.clone() };
    Some(Asking { link: link.id(), user, request, address, tries: 0, wished: false })
}

/// From when on this device answers a request.
fn turn(chat: &Chat, name: &RequestId, ctx: &Context<'_>) -> u64 {
    let us = ctx.account.device();
    let hash = |device: &DeviceId| *blake3::hash(&[&name[..], &device.0].concat()).as_bytes();
    let rules = &chat.state.rules;
    let answers = |user: &UserId| rules.may(user, Act::Links, ctx.now.wall).is_ok();
    let may = chat.state.devices.iter().filter(|(_, seat)| answers(&seat.user)).map(|(device, _)| device);
    let before = (may.filter(|device| hash(device) < hash(&us)).count() as u64).min(TURNS_MAX);
    if before == 0 { 0 } else { ctx.now.wall + before * TURN_MS }
}
