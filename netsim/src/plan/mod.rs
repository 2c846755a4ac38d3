//! A plan: machines, and what is done to them at which time. Everything that a run does follows from it, so that it
//! is what a trace holds and what the shrinker makes smaller.
//!
//! * `compile`: from a scenario and a seed.
//!
//! Not here: what the machines do of themselves.

pub mod compile;

use crate::scenario::{Answer, Checks, FaultKind, LinkClass, Nat};
use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Shown everywhere.
    pub name: String,
    /// Of everything that is left to chance.
    pub seed: u64,
    /// Machines; relays first.
    pub machines: Vec<MachineSpec>,
    /// Link classes that machines name.
    pub links: Vec<LinkClass>,
    /// Chats that may begin.
    pub chats: Vec<ChatSpec>,
    /// Ascending in time.
    pub acts: Vec<Timed>,
    /// Names and starts, microseconds, for the report.
    pub phases: Vec<(String, u64)>,
    /// When everything becomes healthy, microseconds.
    pub heal_at: u64,
    /// The end, microseconds.
    pub end: u64,
    /// At the end.
    pub checks: Checks,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineSpec {
    /// Serves as a relay only.
    pub relay: bool,
    /// The name of its group.
    pub group: String,
    /// In [`Plan::links`].
    pub link: usize,
    /// Relays of its own choice.
    pub relays: Vec<u32>,
    /// A node that runs the relay core too.
    pub own_relay: bool,
    /// Its local network.
    pub lan: Option<u32>,
    /// How it is reached.
    pub nat: Nat,
    /// How wrong its clock is, milliseconds.
    pub skew: i64,
    /// How long a sync takes, microseconds.
    pub sync: u64,
    /// A further device of the person whose first machine this is; it is empty until it is linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
}

/// A chat that may begin: of two people, or a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatSpec {
    /// People. Of two: who invites, then who asks. Of a group: who makes it, and everybody who may ever be in it.
    pub members: Vec<u32>,
    /// It is a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupSpec>,
    /// Chats of one crowd share one invite of their host.
    pub crowd: Option<u32>,
    /// What the host does with the request.
    pub answer: Answer,
    /// Chance that what is shown is marked as read.
    pub read: f64,
}

/// How a group begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// So many of the members are in it from the beginning, its maker counted.
    pub first: u32,
    /// So many of those behind its maker become admins.
    pub admins: u32,
}

/// An act at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timed {
    /// Microseconds.
    pub at: u64,
    /// What.
    #[serde(rename = "do")]
    pub act: Act,
}

/// What is done to machines or by people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// The two of a chat get to know each other; or a group is made.
    Meet {
        /// In [`Plan::chats`].
        chat: u32,
    },
    /// The maker of a group adds somebody who is not in it.
    Admit {
        /// In [`Plan::chats`].
        chat: u32,
        /// Which member.
        member: u32,
    },
    /// Somebody takes a member out of a group.
    Expel {
        /// In [`Plan::chats`].
        chat: u32,
        /// Who does.
        by: u32,
        /// Which member.
        member: u32,
    },
    /// Somebody leaves a group.
    Leave {
        /// In [`Plan::chats`].
        chat: u32,
        /// Which member.
        member: u32,
    },
    /// Somebody writes.
    Say {
        /// In [`Plan::chats`].
        chat: u32,
        /// Which member.
        by: u32,
        /// Length of the text.
        bytes: u32,
    },
    /// Somebody renews the keys of a chat.
    Renew {
        /// In [`Plan::chats`].
        chat: u32,
        /// Which member.
        by: u32,
    },
    /// Somebody links a further device.
    Link {
        /// Its machine.
        device: u32,
    },
    /// Somebody takes a device off their list.
    Unlink {
        /// Its machine.
        device: u32,
    },
    /// Somebody changes a name or a setting.
    Arrange {
        /// At which of their machines.
        device: u32,
        /// What.
        number: u32,
    },
    /// A fault begins.
    Begin {
        /// Names it for its end, and in the report.
        fault: u32,
        /// What.
        kind: FaultKind,
        /// At whom.
        at: Vec<u32>,
        /// For a clock: by how many milliseconds it changes.
        #[serde(default)]
        amount: i64,
    },
    /// A fault ends.
    End {
        /// Of [`Act::Begin`].
        fault: u32,
    },
    /// One link is broken, and stays so (a trace of a node).
    LinkDown {
        /// The client.
        node: u32,
        /// The relay.
        relay: u32,
    },
    /// One link may be made again (a trace of a node).
    LinkUp {
        /// The client.
        node: u32,
        /// The relay.
        relay: u32,
    },
}

impl Plan {
    /// How many relays there are.
    pub fn relays(&self) -> usize {
        self.machines.iter().filter(|machine| machine.relay).count()
    }

    /// How many people there are.
    pub fn nodes(&self) -> usize {
        self.machines.len() - self.relays()
    }

    /// The whole time.
    pub fn span(&self) -> Span {
        Span(self.end)
    }

    /// Everything that it names exists, and times ascend. For plans that come from outside.
    pub fn check(&self) -> Result<(), &'static str> {
        let machine = |n: &u32| (*n as usize) < self.machines.len();
        let relays = self.relays();
        if self.machines.len() > 250_000 || self.acts.len() > 20_000_000 || self.end > 366 * 86_400_000_000 {
            return Err("it is larger than anything that fits");
        }
        if self.machines.iter().skip(relays).any(|machine| machine.relay) {
            return Err("relays must stand before people");
        }
        let fits = |m: &MachineSpec| {
            m.link < self.links.len() && m.relays.iter().all(|relay| (*relay as usize) < relays) && m.relays.len() <= 8
        };
        if !self.machines.iter().all(fits) {
            return Err("a machine names a link class or relay that does not exist");
        }
        let first =
            |n: &u32| machine(n) && !self.machines[*n as usize].relay && self.machines[*n as usize].of.is_none();
        let further = |n: &u32| machine(n) && self.machines[*n as usize].of.is_some();
        if !self.machines.iter().all(|machine| machine.of.as_ref().is_none_or(first)) {
            return Err("a further device needs a person");
        }
        let people = |c: &ChatSpec| c.members.iter().all(first);
        let differ = |c: &ChatSpec| c.members.iter().collect::<BTreeSet<_>>().len() == c.members.len();
        let size = |c: &ChatSpec| match c.group {
            None => c.members.len() == 2,
            Some(group) => {
                let members = c.members.len() as u64;
                members <= 256 && (1..=members).contains(&group.first.into()) && group.admins < group.first
            }
        };
        if !self.chats.iter().all(|chat| people(chat) && differ(chat) && size(chat)) {
            return Err("a chat needs two people, a group up to 256, of whom some are there first");
        }
        if !self.acts.is_sorted_by_key(|timed| timed.at) || self.heal_at > self.end {
            return Err("times must ascend");
        }
        let chat = |n: &u32| (*n as usize) < self.chats.len();
        let member = |c: &u32, by: &u32| chat(c) && (*by as usize) < self.chats[*c as usize].members.len();
        let group = |c: &u32| chat(c) && self.chats[*c as usize].group.is_some();
        let known = |timed: &Timed| match &timed.act {
            Act::Meet { chat: c } => chat(c),
            Act::Say { chat: c, by, bytes } => member(c, by) && *bytes <= 4_000,
            Act::Renew { chat: c, by } => member(c, by),
            Act::Admit { chat, member: m } | Act::Leave { chat, member: m } => group(chat) && member(chat, m),
            Act::Expel { chat, by, member: m } => group(chat) && member(chat, by) && member(chat, m),
            Act::Link { device } | Act::Unlink { device } => further(device),
            Act::Arrange { device, .. } => first(device) || further(device),
            Act::Begin { at, .. } => at.iter().all(machine),
            Act::End { .. } => true,
            Act::LinkDown { node, relay } | Act::LinkUp { node, relay } => machine(node) && machine(relay),
        };
        if self.acts.iter().all(known) { Ok(()) } else { Err("an act names a machine or chat that does not exist") }
    }
}
