//! Who may do what in a chat: roles, rights of admins, permissions of members, slow mode. All of it is decided by
//! control blocks, so every member gives the same answer for the same control point.
//!
//! Not here: who is in (`state`), and what a block changes (`apply`).

use super::topic::TopicId;
use crate::ids::UserId;
use crate::limits::{ROLES_MAX, SLOW_MODE_MAX, TOPICS_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::chat;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// What an admin may do; a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights(pub u16);

impl Rights {
    /// Title, description, picture, home relays, policy.
    pub const CHANGE_INFO: Self = Self(1);
    /// Delete others' messages.
    pub const DELETE: Self = Self(1 << 1);
    /// Remove, restrict and ban members.
    pub const BAN: Self = Self(1 << 2);
    /// Add members, make invite links.
    pub const INVITE: Self = Self(1 << 3);
    /// Pin messages.
    pub const PIN: Self = Self(1 << 4);
    /// Make admins with no more than one's own rights.
    pub const PROMOTE: Self = Self(1 << 5);
    /// Post in a channel.
    pub const POST: Self = Self(1 << 6);
    /// Make and close topics.
    pub const TOPICS: Self = Self(1 << 7);
    /// All of them.
    pub const ALL: Self = Self((1 << 8) - 1);

    /// Each with its name, for people and programs.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::CHANGE_INFO, "change_info"),
        (Self::DELETE, "delete"),
        (Self::BAN, "ban"),
        (Self::INVITE, "invite"),
        (Self::PIN, "pin"),
        (Self::PROMOTE, "promote"),
        (Self::POST, "post"),
        (Self::TOPICS, "topics"),
    ];

    /// True if all of `other` are in it.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What a member without rights may do; a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(pub u16);

impl Permissions {
    /// Texts.
    pub const TEXT: Self = Self(1);
    /// Pictures, files, voice, locations, contacts.
    pub const MEDIA: Self = Self(1 << 1);
    /// Polls.
    pub const POLL: Self = Self(1 << 2);
    /// Reactions and votes.
    pub const REACT: Self = Self(1 << 3);
    /// Add members.
    pub const INVITE: Self = Self(1 << 4);
    /// Pin messages.
    pub const PIN: Self = Self(1 << 5);
    /// Title, description, picture.
    pub const CHANGE_INFO: Self = Self(1 << 6);
    /// Make topics.
    pub const TOPICS: Self = Self(1 << 7);
    /// All of them.
    pub const ALL: Self = Self((1 << 8) - 1);
    /// Of a new group.
    pub const GROUP: Self = Self(0b1_1111);
    /// Of a new channel.
    pub const CHANNEL: Self = Self::REACT;

    /// Each with its name, for people and programs.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::TEXT, "text"),
        (Self::MEDIA, "media"),
        (Self::POLL, "poll"),
        (Self::REACT, "react"),
        (Self::INVITE, "invite"),
        (Self::PIN, "pin"),
        (Self::CHANGE_INFO, "change_info"),
        (Self::TOPICS, "topics"),
    ];

    /// True if all of `other` are in it.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A user's role. Who has none stored is a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one who may do everything.
    Owner,
    /// May do what the rights say, and what members may.
    Admin(Rights),
    /// May do what the policy permits.
    Member,
    /// May do less than a member until then (milliseconds since 1970 by the clock of who acts; 0 means for ever).
    Restricted {
        /// What is left.
        permissions: Permissions,
        /// Until when.
        until: u64,
    },
    /// Cannot be added again.
    Banned,
}

impl Role {
    /// Who stands above whom: a higher rank may act on a lower one.
    pub fn rank(&self) -> u8 {
        match self {
            Role::Owner => 3,
            Role::Admin(_) => 2,
            Role::Member => 1,
            Role::Restricted { .. } | Role::Banned => 0,
        }
    }

    /// Whether who has this role may do something in a chat of that kind (`registry::chat`) that permits this to members. `at`
    /// as of [`Rules::may`].
    ///
    /// # Errors
    /// [`Denied`].
    pub fn may(self, kind: u16, permitted: Permissions, act: Act, at: u64) -> Result<(), Denied> {
        if !matches!(kind, chat::GROUP | chat::CHANNEL) {
            return Ok(());
        }
        let wanted = permission(act);
        let permits = wanted.is_some_and(|wanted| permitted.has(wanted));
        match self {
            Role::Owner => Ok(()),
            Role::Banned => Err(Denied::Banned),
            Role::Admin(rights) => {
                let by_right = right(act, kind).is_some_and(|right| rights.has(right));
                if by_right || permits { Ok(()) } else { Err(Denied::NoRight) }
            }
            Role::Restricted { permissions, until } if until == 0 || at < until => {
                let left = wanted.is_some_and(|wanted| permissions.has(wanted));
                if left && permits { Ok(()) } else { Err(Denied::Restricted) }
            }
            Role::Member | Role::Restricted { .. } => {
                if permits {
                    Ok(())
                } else {
                    Err(Denied::NotPermitted)
                }
            }
        }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Role::Owner => w.u8(1),
            Role::Admin(rights) => w.u8(2).u16(rights.0),
            Role::Member => w.u8(3),
            Role::Restricted { permissions, until } => w.u8(4).u16(permissions.0).u64(*until),
            Role::Banned => w.u8(5),
        };
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match r.u8()? {
            1 => Role::Owner,
            2 => Role::Admin(rights(r)?),
            3 => Role::Member,
            4 => Role::Restricted { permissions: permissions(r)?, until: r.u64()? },
            5 => Role::Banned,
            other => return Err(WireError::Unknown { what: "role", number: other.into() }),
        })
    }
}

fn rights(r: &mut Reader<'_>) -> Result<Rights, WireError> {
    let rights = Rights(r.u16()?);
    if Rights::ALL.has(rights) { Ok(rights) } else { Err(WireError::Invalid("rights")) }
}

pub(super) fn permissions(r: &mut Reader<'_>) -> Result<Permissions, WireError> {
    let permissions = Permissions(r.u16()?);
    if Permissions::ALL.has(permissions) { Ok(permissions) } else { Err(WireError::Invalid("permissions")) }
}

/// Something that somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Say a text.
    Text,
    /// Send a picture, file, voice message, location, contact.
    Media,
    /// Make a poll.
    Poll,
    /// React or vote.
    React,
    /// Delete what somebody else said.
    Delete,
    /// Pin or unpin.
    Pin,
    /// Add somebody.
    Invite,
    /// Make and revoke invite links, answer join requests.
    Links,
    /// Change title, description, picture.
    ChangeInfo,
    /// Change permissions, slow mode, home relays.
    ChangePolicy,
    /// Remove, restrict, ban.
    Ban,
    /// Make and unmake admins.
    Promote,
    /// Make and close topics.
    Topics,
}

/// Why somebody may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Denied {
    /// Not in the chat.
    #[error("not a member of the chat")]
    NotMember,
    /// Banned.
    #[error("banned from the chat")]
    Banned,
    /// Restricted.
    #[error("restricted in the chat")]
    Restricted,
    /// Members may not.
    #[error("the chat does not permit this to its members")]
    NotPermitted,
    /// An admin without this right.
    #[error("the right for this is missing")]
    NoRight,
    /// The topic is closed.
    #[error("the topic is closed: only who may make topics writes in it")]
    Closed,
    /// Too soon after the last message.
    #[error("slow mode: too soon after the last message")]
    TooSoon,
}

/// Who may do what at one control point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `registry::chat`.
    pub kind: u16,
    /// Of members.
    pub permissions: Permissions,
    /// Seconds between two messages of a device of a member; 0 for none.
    pub slow_mode: u32,
    /// Whether a channel's posts name their author.
    pub signed: bool,
    /// Users whose role is not `Member`.
    pub roles: BTreeMap<UserId, Role>,
    /// Topics in which only those write who may make topics. They follow from the state's topics.
    pub closed: BTreeSet<TopicId>,
}

impl Rules {
    /// Of a new chat of this kind, which `creator` owns.
    pub fn founding(kind: u16, creator: UserId) -> Self {
        let owned = matches!(kind, chat::GROUP | chat::CHANNEL);
        let permissions = match kind {
            chat::GROUP => Permissions::GROUP,
            chat::CHANNEL => Permissions::CHANNEL,
            _ => Permissions::ALL,
        };
        let roles = if owned { BTreeMap::from([(creator, Role::Owner)]) } else { BTreeMap::new() };
        Self { kind, permissions, slow_mode: 0, signed: true, roles, closed: BTreeSet::new() }
    }

    /// A user's role, whether in the chat or not.
    pub fn role(&self, user: &UserId) -> Role {
        self.roles.get(user).copied().unwrap_or(Role::Member)
    }

    /// Whether a member may do something. `at`: when, milliseconds since 1970 as the act itself says, so that everybody
    /// judges it alike.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn may(&self, user: &UserId, act: Act, at: u64) -> Result<(), Denied> {
        self.role(user).may(self.kind, self.permissions, act, at)
    }

    /// Whether a member may write in a topic; `at` as of [`Self::may`].
    ///
    /// # Errors
    /// [`Denied::Closed`].
    pub fn may_write_in(&self, topic: TopicId, user: &UserId, at: u64) -> Result<(), Denied> {
        let free = !self.closed.contains(&topic) || self.may(user, Act::Topics, at).is_ok();
        if free { Ok(()) } else { Err(Denied::Closed) }
    }

    /// Whether a device may say something `at` (milliseconds since 1970) after its last message at `last`.
    ///
    /// # Errors
    /// [`Denied::TooSoon`].
    pub fn soon_enough(&self, user: &UserId, last: u64, at: u64) -> Result<(), Denied> {
        let slow = u64::from(self.slow_mode) * 1000;
        let exempt = self.role(user).rank() >= 2 || slow == 0 || last == 0;
        if exempt || at >= last.saturating_add(slow) { Ok(()) } else { Err(Denied::TooSoon) }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.u16(self.kind).u16(self.permissions.0).u32(self.slow_mode).bool(self.signed).count(self.roles.len());
        for (user, role) in &self.roles {
            w.raw(&user.0);
            role.write(w);
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let kind = super::genesis::known(r.u16()?)?;
        let (permissions, slow_mode, signed) = (permissions(r)?, slow_mode(r)?, r.bool()?);
        let n = r.count("roles", ROLES_MAX, 33)?;
        let mut roles = BTreeMap::new();
        for _ in 0..n {
            let user = UserId(r.array()?);
            let ascending = roles.last_key_value().is_none_or(|(last, _)| *last < user);
            let role = Role::read(r)?;
            if !ascending || role == Role::Member {
                return Err(WireError::Invalid("roles"));
            }
            roles.insert(user, role);
        }
        Ok(Self { kind, permissions, slow_mode, signed, roles, closed: BTreeSet::new() })
    }

    /// For storing: version 1, or 2 with closed topics behind the rest (`count u16 | (id u64)*`, ascending).
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.u8(if self.closed.is_empty() { 1 } else { 2 });
        self.write(&mut w);
        if !self.closed.is_empty() {
            w.count(self.closed.len());
            for topic in &self.closed {
                w.u64(*topic);
            }
        }
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if !matches!(version, 1 | 2) {
            return Err(WireError::Unknown { what: "rules version", number: version.into() });
        }
        let mut rules = Self::read(&mut r)?;
        if version == 2 {
            let n = r.count("closed topics", TOPICS_MAX, 8)?;
            let closed = (0..n).map(|_| r.u64()).collect::<Result<Vec<_>, _>>()?;
            if closed.is_empty() || !closed.is_sorted_by(|a, b| a < b) {
                return Err(WireError::Invalid("closed topics"));
            }
            rules.closed = closed.into_iter().collect();
        }
        r.finish()?;
        Ok(rules)
    }
}

/// Seconds of slow mode.
pub(super) fn slow_mode(r: &mut Reader<'_>) -> Result<u32, WireError> {
    let seconds = r.u32()?;
    if seconds > SLOW_MODE_MAX { Err(WireError::Invalid("slow mode")) } else { Ok(seconds) }
}

/// The permission that lets members do something; none if only admins can have it.
fn permission(act: Act) -> Option<Permissions> {
    match act {
        Act::Text => Some(Permissions::TEXT),
        Act::Media => Some(Permissions::MEDIA),
        Act::Poll => Some(Permissions::POLL),
        Act::React => Some(Permissions::REACT),
        Act::Pin => Some(Permissions::PIN),
        Act::Invite => Some(Permissions::INVITE),
        Act::ChangeInfo => Some(Permissions::CHANGE_INFO),
        Act::Topics => Some(Permissions::TOPICS),
        Act::Delete | Act::Links | Act::ChangePolicy | Act::Ban | Act::Promote => None,
    }
}

/// The right that lets an admin do something. In a group whoever is admin writes; in a channel that is a right.
fn right(act: Act, kind: u16) -> Option<Rights> {
    match act {
        Act::Text | Act::Media | Act::Poll if kind == chat::CHANNEL => Some(Rights::POST),
        Act::Text | Act::Media | Act::Poll | Act::React => Some(Rights(0)),
        Act::Delete => Some(Rights::DELETE),
        Act::Pin => Some(Rights::PIN),
        Act::Invite | Act::Links => Some(Rights::INVITE),
        Act::ChangeInfo | Act::ChangePolicy => Some(Rights::CHANGE_INFO),
        Act::Ban => Some(Rights::BAN),
        Act::Promote => Some(Rights::PROMOTE),
        Act::Topics => Some(Rights::TOPICS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(roles: &[(u8, Role)]) -> Rules {
        let mut rules = Rules::founding(chat::GROUP, UserId([1; 32]));
        rules.roles.extend(roles.iter().map(|(n, role)| (UserId([*n; 32]), *role)));
        rules
    }

    #[test]
    fn rights_and_permissions_decide() {
        let muted = Role::Restricted { permissions: Permissions::REACT, until: 1000 };
        let rules = group(&[(2, Role::Admin(Rights::BAN)), (3, muted), (4, Role::Banned)]);
        let may = |n: u8, act, at| rules.may(&UserId([n; 32]), act, at);
        assert_eq!(may(1, Act::Promote, 0), Ok(()));
        assert_eq!(may(2, Act::Ban, 0), Ok(()));
        assert_eq!(may(2, Act::Text, 0), Ok(()));
        assert_eq!(may(2, Act::Promote, 0), Err(Denied::NoRight));
        assert_eq!(may(3, Act::Text, 999), Err(Denied::Restricted));
        assert_eq!(may(3, Act::React, 999), Ok(()));
        assert_eq!(may(3, Act::Text, 1000), Ok(()), "the time is over");
        assert_eq!(may(4, Act::React, 0), Err(Denied::Banned));
        assert_eq!(may(9, Act::Text, 0), Ok(()));
        assert_eq!(may(9, Act::Delete, 0), Err(Denied::NotPermitted));
    }

    #[test]
    fn in_a_channel_only_those_with_the_right_post() {
        let mut rules = Rules::founding(chat::CHANNEL, UserId([1; 32]));
        rules.roles.insert(UserId([2; 32]), Role::Admin(Rights::POST));
        rules.roles.insert(UserId([3; 32]), Role::Admin(Rights::BAN));
        let may = |n: u8, act| rules.may(&UserId([n; 32]), act, 0);
        assert_eq!((may(1, Act::Text), may(2, Act::Text)), (Ok(()), Ok(())));
        assert_eq!(may(3, Act::Text), Err(Denied::NoRight));
        assert_eq!(may(9, Act::Text), Err(Denied::NotPermitted));
        assert_eq!(may(9, Act::React), Ok(()));
    }

    #[test]
    fn in_a_closed_topic_those_write_who_may_make_topics() {
        let mut rules = group(&[(2, Role::Admin(Rights::TOPICS)), (3, Role::Admin(Rights::BAN))]);
        rules.closed.insert(7);
        let may = |n: u8, topic| rules.may_write_in(topic, &UserId([n; 32]), 0);
        for (n, closed) in [(1, Ok(())), (2, Ok(())), (3, Err(Denied::Closed)), (9, Err(Denied::Closed))] {
            assert_eq!((may(n, 7), may(n, 8)), (closed, Ok(())));
        }
    }

    #[test]
    fn slow_mode_counts_from_the_last_message_and_spares_admins() {
        let mut rules = group(&[(2, Role::Admin(Rights(0)))]);
        rules.slow_mode = 10;
        let member = UserId([9; 32]);
        assert_eq!(rules.soon_enough(&member, 0, 5), Ok(()), "the first");
        assert_eq!(rules.soon_enough(&member, 1_000, 10_999), Err(Denied::TooSoon));
        assert_eq!(rules.soon_enough(&member, 1_000, 11_000), Ok(()));
        assert_eq!(rules.soon_enough(&UserId([2; 32]), 1_000, 1_001), Ok(()));
    }

    #[test]
    fn rules_come_back_and_nothing_else_does() {
        let rules = group(&[(2, Role::Admin(Rights::ALL)), (3, Role::Banned)]);
        assert_eq!(Rules::decode(&rules.encode()), Ok(rules.clone()));
        let bytes = rules.encode();
        for end in 0..bytes.len() {
            assert!(Rules::decode(&bytes[..end]).is_err());
        }
        assert!(Rules::decode(&[&bytes[..], &[0]].concat()).is_err());
        let closed = Rules { closed: [3, 9].into(), ..rules.clone() };
        let bytes = closed.encode();
        assert_eq!(Rules::decode(&bytes), Ok(closed));
        let (rest, _) = bytes.split_at(bytes.len() - 18);
        for list in [&[0, 0][..], &[&[0, 2][..], &9u64.to_be_bytes(), &3u64.to_be_bytes()].concat()] {
            assert_eq!(Rules::decode(&[rest, list].concat()), Err(WireError::Invalid("closed topics")));
        }
        let member = group(&[(2, Role::Member)]);
        assert_eq!(Rules::decode(&member.encode()), Err(WireError::Invalid("roles")), "one form for one state");
    }
}
