//! A chat's state at one control index: who is in and in which role, what the chat is called, where it lives. It
//! follows from the genesis and the decided blocks alone. Every block names the hash of the state behind it, so that
//! members can never drift apart unseen, and a newcomer can check the state it is handed.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | 32, 8 | chat, index |
//! | bytes, bytes | title, description |
//! | 1 + 32? | picture |
//! | 11 + … | rules: kind u16, permissions u16, slow mode u32, signed u8, `count u16 \| (user 32 \| role)*` |
//! | 2 + … | home relays: `count u16 \| (relay 32 \| count u16 \| address bytes*)*`, ascending |
//! | 2 + 72 each | devices: `device 32 \| user 32 \| index u64 since which it is in`, ascending |
//! | 2 + 81 each | links: `secret 32 \| by 32 \| uses u32 \| expires u64 \| approval u8 \| used u32`, ascending by id |
//! | 2 + … | topics, see `topic`, ascending by id |
//!
//! Its hash is `derive_key("chappe 2026-11 chat state", bytes)`.
//!
//! Not here: what changes it (`apply`), who may do what (`rules`).

use super::genesis::Origin;
use super::home::HomeSet;
use super::rules::Rules;
use super::topic::{self, Topic, TopicId};
use crate::contact::entrance::{EntranceSecret, LinkId};
use crate::contact::mailbox::{RelayHint, check_relays};
use crate::ids::{ChatId, DeviceId, NodeId, UserId};
use crate::limits::{
    ABOUT_MAX, ADDR_MAX, ADDRS_MAX, CHAT_DEVICES_MAX, CHAT_STATE_MAX, HOME_RELAYS_MAX, LINKS_MAX, TITLE_MAX,
};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::chat;
use std::collections::{BTreeMap, BTreeSet};

/// A device in the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Whose.
    pub user: UserId,
    /// The control index by which it came in.
    pub since: u64,
}

/// An invite link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What its entrance comes from; who has the link has a part of it.
    pub secret: EntranceSecret,
    /// Who made it.
    pub by: UserId,
    /// How many may come; 0 for any number.
    pub uses: u32,
    /// Until when, milliseconds since 1970; 0 for ever.
    pub expires: u64,
    /// Whether somebody has to say yes.
    pub approval: bool,
    /// How many have come.
    pub used: u32,
}

impl Link {
    /// Its name.
    pub fn id(&self) -> LinkId {
        self.secret.seed().id()
    }

    /// True if as many have come by it as may.
    pub fn is_used_up(&self) -> bool {
        self.uses != 0 && self.used >= self.uses
    }

    /// True behind its end by the clock of who asks.
    pub fn has_expired(&self, wall: u64) -> bool {
        self.expires != 0 && self.expires <= wall
    }

    /// Its terms, without how many have come.
    pub(super) fn write(&self, w: &mut Writer) {
        w.raw(self.secret.bytes()).raw(&self.by.0).u32(self.uses).u64(self.expires).bool(self.approval);
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let (secret, by) = (EntranceSecret::from(r.array()?), UserId(r.array()?));
        Ok(Self { secret, by, uses: r.u32()?, expires: r.u64()?, approval: r.bool()?, used: 0 })
    }
}

/// Everything that control blocks decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Which chat.
    pub chat: ChatId,
    /// The last block that is in it.
    pub index: u64,
    /// Empty for private and own chats.
    pub title: String,
    /// A few lines about the chat.
    pub about: String,
    /// A reference to its picture.
    pub picture: Option<[u8; 32]>,
    /// Who may do what.
    pub rules: Rules,
    /// Where the newest epoch lives, ascending by relay.
    pub home: Vec<RelayHint>,
    /// Who is in.
    pub devices: BTreeMap<DeviceId, Seat>,
    /// Invite links.
    pub links: BTreeMap<LinkId, Link>,
    /// Topics of a group.
    pub topics: BTreeMap<TopicId, Topic>,
}

impl State {
    /// The state that a genesis makes, with the devices that its creator put in before anybody else was there.
    pub fn founding(origin: &Origin, mut home: Vec<RelayHint>, devices: &[(DeviceId, UserId)]) -> Self {
        home.sort_by_key(|hint| hint.relay);
        Self {
            chat: origin.chat,
            index: 0,
            title: origin.title.clone(),
            about: String::new(),
            picture: None,
            rules: Rules::founding(origin.kind, origin.creator),
            home,
            devices: devices.iter().map(|(device, user)| (*device, Seat { user: *user, since: 0 })).collect(),
            links: BTreeMap::new(),
            topics: BTreeMap::new(),
        }
    }

    /// `registry::chat`.
    pub fn kind(&self) -> u16 {
        self.rules.kind
    }

    /// True for chats whose members can be added and removed by others.
    pub fn is_open(&self) -> bool {
        matches!(self.rules.kind, chat::GROUP | chat::CHANNEL)
    }

    /// The user of a device that is in.
    pub fn user_of(&self, device: &DeviceId) -> Option<UserId> {
        self.devices.get(device).map(|seat| seat.user)
    }

    /// All users that have a device in the chat.
    pub fn users(&self) -> BTreeSet<UserId> {
        self.devices.values().map(|seat| seat.user).collect()
    }

    /// True if a device of the user is in.
    pub fn is_member(&self, user: &UserId) -> bool {
        self.devices.values().any(|seat| seat.user == *user)
    }

    /// The devices of a user that are in.
    pub fn devices_of(&self, user: &UserId) -> Vec<DeviceId> {
        self.devices.iter().filter(|(_, seat)| seat.user == *user).map(|(device, _)| *device).collect()
    }

    /// The relays of [`Self::home`] as a set with a quorum.
    ///
    /// # Errors
    /// A number of relays that cannot decide.
    pub fn home_set(&self) -> Result<HomeSet, super::home::HomeError> {
        let relays: Vec<NodeId> = self.home.iter().map(|hint| hint.relay).collect();
        let trusted = relays.len() == 3;
        HomeSet::new(relays, trusted)
    }

    /// What blocks name.
    pub fn hash(&self) -> [u8; 32] {
        blake3::derive_key("chappe 2026-11 chat state", &self.encode())
    }

    /// Its canonical bytes, at most [`CHAT_STATE_MAX`].
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(256 + 72 * self.devices.len());
        w.u8(1).raw(&self.chat.0).u64(self.index).bytes(self.title.as_bytes()).bytes(self.about.as_bytes());
        w.bool(self.picture.is_some()).raw(self.picture.as_ref().map_or(&[][..], |hash| hash));
        self.rules.write(&mut w);
        write_hints(&mut w, &self.home);
        w.count(self.devices.len());
        for (device, seat) in &self.devices {
            w.raw(&device.0).raw(&seat.user.0).u64(seat.since);
        }
        w.count(self.links.len());
        for link in self.links.values() {
            link.write(&mut w);
            w.u32(link.used);
        }
        topic::write(&mut w, &self.topics);
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Anything else, and anything over a bound.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > CHAT_STATE_MAX {
            return Err(WireError::TooLarge { what: "state of a chat", limit: CHAT_STATE_MAX });
        }
        let mut r = Reader::new(bytes);
        crate::chat::room::version(&mut r, "chat state version")?;
        let (chat, index) = (ChatId(r.array()?), r.u64()?);
        let (title, about) = (r.text("title", TITLE_MAX)?.to_owned(), r.text("description", ABOUT_MAX)?.to_owned());
        let picture = if r.bool()? { Some(r.array()?) } else { None };
        let mut rules = Rules::read(&mut r)?;
        let home = read_hints(&mut r)?;
        let devices = read_devices(&mut r)?;
        let links = read_links(&mut r)?;
        let topics = topic::read(&mut r)?;
        r.finish()?;
        check_text("description", &about, ABOUT_MAX)?;
        if !title.is_empty() {
            check_text("title", &title, TITLE_MAX)?;
        }
        rules.closed = closed(&topics);
        let state = Self { chat, index, title, about, picture, rules, home, devices, links, topics };
        if state.home_set().is_err() {
            return Err(WireError::Invalid("state of a chat"));
        }
        Ok(state)
    }
}

/// Topics in which not everybody writes.
pub(super) fn closed(topics: &BTreeMap<TopicId, Topic>) -> BTreeSet<TopicId> {
    topics.iter().filter(|(_, topic)| topic.face.closed).map(|(id, _)| *id).collect()
}

fn read_devices(r: &mut Reader<'_>) -> Result<BTreeMap<DeviceId, Seat>, WireError> {
    let n = r.count("devices of a chat", CHAT_DEVICES_MAX, 72)?;
    let mut devices = BTreeMap::new();
    for _ in 0..n {
        let device = DeviceId(r.array()?);
        if devices.last_key_value().is_some_and(|(last, _)| *last >= device) {
            return Err(WireError::Invalid("devices of a chat"));
        }
        devices.insert(device, Seat { user: UserId(r.array()?), since: r.u64()? });
    }
    Ok(devices)
}

fn read_links(r: &mut Reader<'_>) -> Result<BTreeMap<LinkId, Link>, WireError> {
    let n = r.count("links of a chat", LINKS_MAX, 81)?;
    let mut links = BTreeMap::new();
    for _ in 0..n {
        let mut link = Link::read(r)?;
        link.used = r.u32()?;
        let id = link.id();
        if links.last_key_value().is_some_and(|(last, _)| *last >= id) {
            return Err(WireError::Invalid("links of a chat"));
        }
        links.insert(id, link);
    }
    Ok(links)
}

/// A title or description: bounded, without control characters; a title is one line and not empty.
pub fn check_text(what: &'static str, text: &str, limit: usize) -> Result<(), WireError> {
    if text.len() > limit {
        return Err(WireError::TooLarge { what, limit });
    }
    let title = limit == TITLE_MAX;
    let bad = |c: char| c.is_control() && (title || c != '\n');
    if text.chars().any(bad) || (title && text.trim().is_empty()) { Err(WireError::Invalid(what)) } else { Ok(()) }
}

pub(super) fn write_hints(w: &mut Writer, hints: &[RelayHint]) {
    w.count(hints.len());
    for hint in hints {
        w.raw(&hint.relay.0).count(hint.addrs.len());
        for addr in &hint.addrs {
            w.bytes(addr.as_bytes());
        }
    }
}

pub(super) fn read_hints(r: &mut Reader<'_>) -> Result<Vec<RelayHint>, WireError> {
    let n = r.count("home relays", HOME_RELAYS_MAX, 34)?;
    let mut hints: Vec<RelayHint> = Vec::with_capacity(n);
    for _ in 0..n {
        let relay = NodeId(r.array()?);
        let count = r.count("addresses of a relay", ADDRS_MAX, 4)?;
        let addrs = (0..count).map(|_| r.text("address of a relay", ADDR_MAX).map(str::to_owned));
        hints.push(RelayHint { relay, addrs: addrs.collect::<Result<_, _>>()? });
    }
    check_relays(&hints)?;
    if !hints.is_sorted_by_key(|hint| hint.relay) {
        return Err(WireError::Invalid("the order of home relays"));
    }
    Ok(hints)
}

#[cfg(test)]
mod tests;
