//! Which relays we hold links to, and which requests wait for an answer.

use super::entrances::DoorStep;
use super::joins::JoinStep;
use super::letters::BoxStep;
use crate::contact::entrance::LinkId;
use crate::core::Now;
use crate::ids::{ChatId, DeviceId, NodeId, UserId};
use crate::session::rendezvous::Errand;
use crate::wire::relay::Request;
use std::collections::BTreeMap;

/// A room of a chat at one relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoomAt {
    /// The chat.
    pub chat: ChatId,
    /// The control index.
    pub index: u64,
    /// The relay.
    pub relay: NodeId,
}

/// Why a request was sent, so that its answer finds the way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Our inbox is created.
    InboxOpen,
    /// Our inbox is read.
    InboxRead,
    /// Our inbox is watched.
    InboxSubscribe,
    /// Our inbox's tokens are set; carries the generation of the invites.
    InboxTokens(u64),
    /// Our key packages are counted or filled up.
    KeyPackages,
    /// A key package of somebody we want to talk to.
    TakeKeyPackage(UserId),
    /// A key package of somebody who is to be added to a chat: the number of the wish.
    MemberKeys(ChatId, u64),
    /// Our contact request.
    SendRequest(UserId),
    /// A room is created.
    RoomOpen(RoomAt),
    /// A room is read.
    RoomRead(RoomAt),
    /// A room is watched.
    RoomSubscribe(RoomAt),
    /// An operation of ours, by its sequence number.
    RoomAppend(RoomAt, u64),
    /// A state operation of ours, by its counter.
    RoomAppendState(RoomAt, u64),
    /// The register of a chat's newest room, for a proposer: the attempt.
    Propose(ChatId, u32),
    /// The register of a chat's newest room, for a learner.
    Learn(ChatId),
    /// Our own account record.
    OwnRecord,
    /// A contact's account record.
    ContactRecord(UserId),
    /// Our letterbox.
    Letterbox(BoxStep),
    /// The entrance of a chat by a link.
    Entrance(ChatId, LinkId, DoorStep),
    /// Our request to be let in by a link.
    Join(LinkId, JoinStep),
    /// A letter to a device, about a chat.
    Letter(ChatId, DeviceId),
    /// A page of our own backup.
    Backup(u8),
    /// A meeting with a new device, by its line.
    Link(usize, Errand),
    /// Nothing is done with the answer.
    Nothing,
}

#[derive(Debug)]
struct Link {
    addrs: Vec<String>,
    wanted: bool,
    up: bool,
    /// When it went up last, or down after that, milliseconds since 1970; 0: it was never up.
    changed: u64,
    next: u32,
    /// By number, which ascends with time: the first is the oldest.
    pending: BTreeMap<u32, (Purpose, u64)>,
}

/// All links.
#[derive(Debug, Default)]
pub struct Links {
    links: BTreeMap<NodeId, Link>,
}

/// How long a relay may take to answer before the link is made anew.
pub const ANSWER_MAX_MS: u64 = 20_000;

impl Links {
    /// Wants a link; returns the addresses to dial if that is news.
    pub fn want(&mut self, relay: NodeId, addrs: &[String]) -> Option<Vec<String>> {
        let link = self.links.entry(relay).or_insert_with(|| Link {
            addrs: Vec::new(),
            wanted: false,
            up: false,
            changed: 0,
            next: 1,
            pending: BTreeMap::new(),
        });
        let more: Vec<_> = addrs.iter().filter(|addr| !link.addrs.contains(addr)).cloned().collect();
        let news = !link.wanted || !more.is_empty();
        link.wanted = true;
        link.addrs.extend(more);
        link.addrs.truncate(crate::limits::ADDRS_MAX);
        news.then(|| link.addrs.clone())
    }

    /// Wants it no more; true if it was wanted.
    pub fn unwant(&mut self, relay: &NodeId) -> bool {
        self.links.remove(relay).is_some_and(|link| link.wanted)
    }

    /// True if the relay was asked for.
    pub fn is_wanted(&self, relay: &NodeId) -> bool {
        self.links.contains_key(relay)
    }

    /// The link is up.
    pub fn up(&mut self, now: Now, relay: &NodeId) {
        if let Some(link) = self.links.get_mut(relay) {
            (link.up, link.changed) = (true, now.wall);
        }
    }

    /// The link is down: no request will be answered.
    pub fn down(&mut self, now: Now, relay: &NodeId) {
        if let Some(link) = self.links.get_mut(relay) {
            if link.up {
                (link.up, link.changed) = (false, now.wall);
            }
            link.pending.clear();
        }
    }

    /// True if the link is up.
    pub fn is_up(&self, relay: &NodeId) -> bool {
        self.links.get(relay).is_some_and(|link| link.up)
    }

    /// Since when the link is up, or down after it was up; 0: it was never up.
    pub fn changed(&self, relay: &NodeId) -> u64 {
        self.links.get(relay).map_or(0, |link| link.changed)
    }

    /// Where the relay is.
    pub fn addrs(&self, relay: &NodeId) -> &[String] {
        self.links.get(relay).map_or(&[], |link| &link.addrs)
    }

    /// Every relay and whether its link is up.
    pub fn all(&self) -> impl Iterator<Item = (&NodeId, bool)> {
        self.links.iter().map(|(relay, link)| (relay, link.up))
    }

    /// Numbers a request; `None` if the link is down.
    pub fn request(&mut self, now: Now, relay: NodeId, request: &Request, purpose: Purpose) -> Option<Vec<u8>> {
        let link = self.links.get_mut(&relay).filter(|link| link.up)?;
        let number = link.next;
        // Zero is for pushes. A link does not live for 2^32 requests without an answer.
        link.next = link.next.checked_add(1).unwrap_or(1);
        link.pending.insert(number, (purpose, now.mono));
        Some(request.encode(number))
    }

    /// The purpose of an answered request; `None` if nobody asked.
    pub fn answered(&mut self, relay: &NodeId, number: u32) -> Option<Purpose> {
        self.links.get_mut(relay)?.pending.remove(&number).map(|(purpose, _)| purpose)
    }

    /// Relays that owe an answer for too long.
    pub fn overdue(&self, now: Now) -> Vec<NodeId> {
        let late = |link: &Link| {
            link.pending.first_key_value().is_some_and(|(_, (_, at))| now.mono >= at.saturating_add(ANSWER_MAX_MS))
        };
        self.links.iter().filter(|(_, link)| late(link)).map(|(relay, _)| *relay).collect()
    }

    /// When the next answer is overdue.
    pub fn next_overdue(&self) -> Option<u64> {
        let oldest = |link: &Link| link.pending.first_key_value().map(|(_, (_, at))| at.saturating_add(ANSWER_MAX_MS));
        self.links.values().filter_map(oldest).min()
    }
}
