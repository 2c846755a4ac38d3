//! What a block does to a chat's state, and whether its author may: the judge of every block. It looks at nothing but
//! the state and the block, so every member of an epoch gives the same answer.

use super::block::Content;
use super::intent::{Added, Departure, InfoChange, Intent, Removed};
use super::readmission::Readmission;
use super::rules::{Act, Denied, Permissions, Rights, Role};
use super::state::{Link, Seat, State, closed};
use super::topic::{Face, Topic, TopicId};
use crate::contact::entrance::LinkId;
use crate::contact::mailbox::RelayHint;
use crate::ids::{DeviceId, UserId};
use crate::limits::{CHAT_DEVICES_MAX, DEVICES_MAX, LINKS_MAX, ROLES_MAX, TOPICS_MAX};
use crate::wire::registry::chat;
use std::collections::BTreeSet;
use thiserror::Error;

/// Why a block may not stand on a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAllowed {
    /// Its author is not in.
    #[error("the author is not in the chat")]
    Stranger,
    /// Its author may not.
    #[error("the author may not do this: {0}")]
    Denied(#[from] Denied),
    /// Nobody can do this in a chat of this kind.
    #[error("a chat of this kind cannot be changed so")]
    Kind,
    /// It acts on one of the same or a higher rank.
    #[error("the author does not stand above the one concerned")]
    Rank,
    /// It gives away more than the author has.
    #[error("the author gives rights that they do not have")]
    Escalation,
    /// Somebody is in already.
    #[error("the device is in the chat already")]
    Already,
    /// Somebody is not in.
    #[error("the one concerned is not in the chat")]
    NotIn,
    /// The author removes the device that it signs with.
    #[error("a device cannot remove itself")]
    Oneself,
    /// The owner leaves others without one.
    #[error("the owner has to hand the chat over first")]
    OwnerLeaves,
    /// A departure that its user did not sign.
    #[error("the departure is not signed by its user")]
    Departure,
    /// A device that comes in again did not sign that it wants to.
    #[error("a device that comes in again did not sign that it wants to")]
    Readmission,
    /// Too many of something.
    #[error("the chat has too many {0}")]
    TooMany(&'static str),
    /// Nothing would change.
    #[error("the block changes nothing")]
    Nothing,
    /// The relays in the block and in its intent differ.
    #[error("the block names other home relays than its intent")]
    Home,
    /// A link that does not exist (any more).
    #[error("the invite link does not exist any more")]
    NoLink,
    /// A topic that does not exist (any more).
    #[error("the topic does not exist any more")]
    NoTopic,
    /// Fewer may come by the link than want to.
    #[error("the invite link is used up")]
    UsedUp,
    /// A kind of a newer program.
    #[error("an intent of kind {0} is not known")]
    Unknown(u16),
    /// The block names another state than the one it leads to.
    #[error("the block names another state than the one it leads to")]
    OtherState,
}

impl State {
    /// The state behind a block, if the block may stand on this one.
    ///
    /// # Errors
    /// [`NotAllowed`].
    pub fn after(&self, content: &Content) -> Result<Self, NotAllowed> {
        let next = self.with(&content.author, &content.intent)?;
        let home = next.home_set().map_err(|_| NotAllowed::Home)?;
        if content.home != home || content.index != next.index {
            return Err(NotAllowed::Home);
        }
        if next.hash() == content.state { Ok(next) } else { Err(NotAllowed::OtherState) }
    }

    /// The state that an intent of a device leads to.
    ///
    /// # Errors
    /// [`NotAllowed`].
    pub fn with(&self, author: &DeviceId, intent: &Intent) -> Result<Self, NotAllowed> {
        let user = self.user_of(author).ok_or(NotAllowed::Stranger)?;
        let mut next = self.clone();
        next.index += 1;
        match intent {
            Intent::KeyUpdate => {}
            Intent::AddDevices(devices) => next.add(&user, devices)?,
            Intent::RemoveDevices(devices) => next.remove(author, &user, devices)?,
            Intent::SetHomeRelays(hints) => next.set_home(&user, hints)?,
            Intent::Depart(departure) => next.depart(author, departure)?,
            Intent::SetInfo(change) => next.set_info(&user, change)?,
            Intent::SetRole { user: whose, role } => next.set_role(&user, whose, *role)?,
            Intent::SetPolicy { permissions, slow_mode, signed } => {
                next.set_policy(&user, *permissions, *slow_mode, *signed)?;
            }
            Intent::SetLink(link) => next.set_link(&user, link)?,
            Intent::RevokeLink(id) => next.revoke_link(&user, id)?,
            Intent::Transfer(to) => next.transfer(&user, to)?,
            Intent::AddByLink { link, devices } => next.add_by_link(&user, link, devices)?,
            Intent::SetTopic { id, face } => next.set_topic(&user, *id, face)?,
            Intent::RemoveTopic(id) => next.remove_topic(&user, *id)?,
            Intent::Readmit(readmission) => self.readmit(author, readmission)?,
            Intent::Unknown { kind, .. } => return Err(NotAllowed::Unknown(*kind)),
        }
        Ok(next)
    }

    /// Whether a user that is in may do something now, as far as no clock is asked: restrictions that end some day
    /// count as restrictions.
    fn may(&self, user: &UserId, act: Act) -> Result<(), NotAllowed> {
        Ok(self.rules.may(user, act, 0)?)
    }

    fn open(&self) -> Result<(), NotAllowed> {
        if self.is_open() { Ok(()) } else { Err(NotAllowed::Kind) }
    }

    fn above(&self, user: &UserId, other: &UserId) -> Result<(), NotAllowed> {
        let higher = self.rules.role(user).rank() > self.rules.role(other).rank();
        if higher { Ok(()) } else { Err(NotAllowed::Rank) }
    }

    /// One's own devices always; others' by right. A member's further devices come by the member's own hand, or, where
    /// no device of theirs is left to do it, by that of somebody who could add them: the other person of a private
    /// chat, or who may invite. What comes in is certified by the member's own root key in any case.
    fn add(&mut self, by: &UserId, devices: &[Added]) -> Result<(), NotAllowed> {
        for Added { user, .. } in devices {
            if user != by {
                if !self.is_open() && self.is_member(user) {
                    continue;
                }
                self.open()?;
                self.may(by, Act::Invite)?;
                if self.rules.role(user) == Role::Banned {
                    return Err(NotAllowed::Denied(Denied::Banned));
                }
            }
        }
        for Added { user, device } in devices {
            if self.devices.insert(*device, Seat { user: *user, since: self.index }).is_some() {
                return Err(NotAllowed::Already);
            }
            if self.devices_of(user).len() > DEVICES_MAX {
                return Err(NotAllowed::TooMany("devices of one user"));
            }
        }
        if self.devices.len() > CHAT_DEVICES_MAX { Err(NotAllowed::TooMany("devices")) } else { Ok(()) }
    }

    fn remove(&mut self, author: &DeviceId, by: &UserId, devices: &[Removed]) -> Result<(), NotAllowed> {
        for Removed { device, .. } in devices {
            if device == author {
                return Err(NotAllowed::Oneself);
            }
            let user = self.user_of(device).ok_or(NotAllowed::NotIn)?;
            if user != *by {
                self.open()?;
                self.may(by, Act::Ban)?;
                self.above(by, &user)?;
            }
        }
        self.take_out(devices);
        Ok(())
    }

    fn depart(&mut self, author: &DeviceId, departure: &Departure) -> Result<(), NotAllowed> {
        self.open()?;
        let user = self.user_of(&departure.by).ok_or(NotAllowed::NotIn)?;
        if departure.devices.iter().any(|removed| removed.device == *author) {
            return Err(NotAllowed::Oneself);
        }
        let own = |removed: &Removed| self.user_of(&removed.device) == Some(user);
        if !departure.devices.iter().all(own) || !departure.is_signed(&self.chat) {
            return Err(NotAllowed::Departure);
        }
        self.take_out(&departure.devices);
        // Others are there: the author is one of them.
        if self.rules.role(&user) == Role::Owner && !self.is_member(&user) {
            return Err(NotAllowed::OwnerLeaves);
        }
        Ok(())
    }

    /// Who has no device left is no admin any more; a restriction waits for their return.
    fn take_out(&mut self, devices: &[Removed]) {
        for Removed { device, .. } in devices {
            let Some(seat) = self.devices.remove(device) else { continue };
            if !self.is_member(&seat.user) && matches!(self.rules.role(&seat.user), Role::Admin(_)) {
                self.rules.roles.remove(&seat.user);
            }
        }
    }

    /// Nothing of the state changes: who is in stays in, with other keys.
    fn readmit(&self, author: &DeviceId, readmission: &Readmission) -> Result<(), NotAllowed> {
        if readmission.names(author) {
            return Err(NotAllowed::Oneself);
        }
        if readmission.devices.iter().any(|(device, _)| !self.devices.contains_key(device)) {
            return Err(NotAllowed::NotIn);
        }
        let signed = readmission.from <= self.index && readmission.is_signed(&self.chat);
        if signed { Ok(()) } else { Err(NotAllowed::Readmission) }
    }

    fn set_home(&mut self, by: &UserId, hints: &[RelayHint]) -> Result<(), NotAllowed> {
        if self.is_open() {
            self.may(by, Act::ChangePolicy)?;
        }
        if self.home == hints {
            return Err(NotAllowed::Nothing);
        }
        self.home = hints.to_vec();
        Ok(())
    }

    fn set_info(&mut self, by: &UserId, change: &InfoChange) -> Result<(), NotAllowed> {
        self.open()?;
        self.may(by, Act::ChangeInfo)?;
        if let Some(title) = &change.title {
            self.title.clone_from(title);
        }
        if let Some(about) = &change.about {
            self.about.clone_from(about);
        }
        if let Some(picture) = change.picture {
            self.picture = picture;
        }
        Ok(())
    }

    fn set_role(&mut self, by: &UserId, user: &UserId, role: Role) -> Result<(), NotAllowed> {
        self.open()?;
        let (mine, former) = (self.rules.role(by), self.rules.role(user));
        if former == role {
            return Err(NotAllowed::Nothing);
        }
        // An admin may lay down their own rights.
        let resigns = by == user && matches!(former, Role::Admin(_)) && role == Role::Member;
        if !resigns {
            let admin = |role: &Role| matches!(role, Role::Admin(_) | Role::Owner);
            self.may(by, if admin(&former) || admin(&role) { Act::Promote } else { Act::Ban })?;
            self.above(by, user)?;
            if let (Role::Admin(have), Role::Admin(given)) = (mine, role)
                && !have.has(given)
            {
                return Err(NotAllowed::Escalation);
            }
        }
        match role {
            Role::Owner => return Err(NotAllowed::Kind),
            Role::Admin(_) | Role::Restricted { .. } if !self.is_member(user) => return Err(NotAllowed::NotIn),
            // First out, then banned: a ban is for the future.
            Role::Banned if self.is_member(user) => return Err(NotAllowed::Already),
            Role::Admin(_) | Role::Restricted { .. } | Role::Banned => {
                self.rules.roles.insert(*user, role);
            }
            Role::Member => {
                self.rules.roles.remove(user);
            }
        }
        if self.rules.roles.len() > ROLES_MAX { Err(NotAllowed::TooMany("roles")) } else { Ok(()) }
    }

    fn set_policy(
        &mut self,
        by: &UserId,
        permissions: Permissions,
        slow_mode: u32,
        signed: bool,
    ) -> Result<(), NotAllowed> {
        self.open()?;
        self.may(by, Act::ChangePolicy)?;
        let rules = &mut self.rules;
        if (rules.permissions, rules.slow_mode, rules.signed) == (permissions, slow_mode, signed) {
            return Err(NotAllowed::Nothing);
        }
        (rules.permissions, rules.slow_mode, rules.signed) = (permissions, slow_mode, signed);
        Ok(())
    }

    /// Terms change; how many have come stays.
    fn set_link(&mut self, by: &UserId, link: &Link) -> Result<(), NotAllowed> {
        self.open()?;
        self.may(by, Act::Links)?;
        let former = self.links.get(&link.id()).copied();
        let link = Link { used: former.map_or(0, |former| former.used), ..*link };
        if former == Some(link) {
            return Err(NotAllowed::Nothing);
        }
        if link.by != *by || former.is_some_and(|former| former.by != *by) {
            return Err(NotAllowed::Rank);
        }
        self.links.insert(link.id(), link);
        if self.links.len() > LINKS_MAX { Err(NotAllowed::TooMany("links")) } else { Ok(()) }
    }

    /// Strangers come by a link: counted here, so that used up is the same for everybody.
    fn add_by_link(&mut self, by: &UserId, id: &LinkId, devices: &[Added]) -> Result<(), NotAllowed> {
        self.open()?;
        self.may(by, Act::Links)?;
        let link = self.links.get_mut(id).ok_or(NotAllowed::NoLink)?;
        let users: BTreeSet<UserId> = devices.iter().map(|added| added.user).collect();
        let used = link.used.saturating_add(users.len() as u32);
        if link.uses != 0 && used > link.uses {
            return Err(NotAllowed::UsedUp);
        }
        link.used = used;
        if users.iter().any(|user| user == by || self.is_member(user)) {
            return Err(NotAllowed::Already);
        }
        self.add(by, devices)
    }

    fn revoke_link(&mut self, by: &UserId, id: &LinkId) -> Result<(), NotAllowed> {
        self.open()?;
        let link = self.links.remove(id).ok_or(NotAllowed::NoLink)?;
        if link.by != *by {
            self.may(by, Act::Links)?;
        }
        Ok(())
    }

    /// Its id is the block's index, so that of two made at once neither takes the other's place.
    fn set_topic(&mut self, by: &UserId, id: TopicId, face: &Face) -> Result<(), NotAllowed> {
        self.topical()?;
        if id == 0 {
            self.may(by, Act::Topics)?;
            self.topics.insert(self.index, Topic { face: face.clone(), by: *by });
            if self.topics.len() > TOPICS_MAX {
                return Err(NotAllowed::TooMany("topics"));
            }
        } else {
            let topic = self.topics.get(&id).ok_or(NotAllowed::NoTopic)?;
            self.may_change(by, topic)?;
            if topic.face == *face {
                return Err(NotAllowed::Nothing);
            }
            self.topics.insert(id, Topic { face: face.clone(), by: topic.by });
        }
        self.rules.closed = closed(&self.topics);
        Ok(())
    }

    fn remove_topic(&mut self, by: &UserId, id: TopicId) -> Result<(), NotAllowed> {
        self.topical()?;
        let topic = self.topics.get(&id).ok_or(NotAllowed::NoTopic)?;
        self.may_change(by, topic)?;
        self.topics.remove(&id);
        self.rules.closed = closed(&self.topics);
        Ok(())
    }

    fn topical(&self) -> Result<(), NotAllowed> {
        if self.kind() == chat::GROUP { Ok(()) } else { Err(NotAllowed::Kind) }
    }

    /// An admin by right; a member who may make topics those that they made.
    fn may_change(&self, by: &UserId, topic: &Topic) -> Result<(), NotAllowed> {
        self.may(by, Act::Topics)?;
        let by_right = match self.rules.role(by) {
            Role::Owner => true,
            Role::Admin(rights) => rights.has(Rights::TOPICS),
            Role::Member | Role::Restricted { .. } | Role::Banned => false,
        };
        if by_right || topic.by == *by { Ok(()) } else { Err(NotAllowed::Rank) }
    }

    fn transfer(&mut self, by: &UserId, to: &UserId) -> Result<(), NotAllowed> {
        self.open()?;
        if self.rules.role(by) != Role::Owner {
            return Err(NotAllowed::Denied(Denied::NoRight));
        }
        if !self.is_member(to) {
            return Err(NotAllowed::NotIn);
        }
        if by == to {
            return Err(NotAllowed::Nothing);
        }
        self.rules.roles.insert(*by, Role::Admin(Rights::ALL));
        self.rules.roles.insert(*to, Role::Owner);
        Ok(())
    }
}
