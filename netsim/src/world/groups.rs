//! People in groups: who makes one, adds others, takes somebody out, leaves.
//!
//! What a person may do they see at their own node at that moment, as at a page; so who has been taken out and knows it
//! writes no more, and who does not know it yet goes on.

use super::World;
use super::people::Want;
use chappe_protocol::chat::control::intent::Intent;
use chappe_protocol::chat::control::rules::{Rights, Role};
use chappe_protocol::ids::{ChatId, UserId};
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, Reply};
use chappe_protocol::peer::view::{ChatView, MembersView};
use chappe_protocol::wire::registry::chat as kind;

/// How long somebody waits until what they need for an order has come about.
const LATER: u64 = 20_000_000;

impl World {
    pub(super) fn admit(&mut self, chat: u32, member: u32) {
        let owner = self.plan.chats[chat as usize].members[0];
        self.soon(owner, 0, Want::Admit(chat, member));
    }

    pub(super) fn expel(&mut self, chat: u32, by: u32, member: u32) {
        let who = self.plan.chats[chat as usize].members[by as usize];
        self.soon(who, 0, Want::Expel(chat, member));
    }

    pub(super) fn leave(&mut self, chat: u32, member: u32) {
        let who = self.plan.chats[chat as usize].members[member as usize];
        self.soon(who, 0, Want::Leave(chat));
    }

    pub(super) fn chat_list(&mut self, n: u32) -> Vec<ChatView> {
        match self.query(n, Command::Chats) {
            Some(Ok(Reply::Chats(chats))) => chats,
            _ => Vec::new(),
        }
    }

    /// What a node says of a chat's members and rules.
    pub fn members_at(&mut self, n: u32, chat: ChatId) -> Option<MembersView> {
        match self.query(n, Command::Members(chat)) {
            Some(Ok(Reply::Members(view))) => Some(*view),
            _ => None,
        }
    }

    /// True if a node is in a chat by its own account.
    pub fn is_in(&mut self, n: u32, chat: ChatId) -> bool {
        self.chat_list(n).iter().any(|row| row.id == chat && row.standing == Standing::In)
    }

    /// The highest control index of a group that a node has shown so far. What is not synced yet people do not see: the
    /// power may take it back.
    pub(super) fn has_seen(&mut self, n: u32, chat: u32, id: ChatId) -> u64 {
        let machine = &self.machines[n as usize];
        let synced = machine.applied == machine.synced;
        let now = self.members_at(n, id).filter(|_| synced).map_or(0, |view| view.index);
        let seen = self.people.seen.entry((n, chat)).or_default();
        *seen = now.max(*seen);
        *seen
    }

    /// Makes a group. A program that got no answer looks whether it is there before it makes another.
    pub(super) fn make_group(&mut self, n: u32, chat: u32) -> Option<Command> {
        let title = format!("Group {chat}");
        match self.chat_list(n).into_iter().find(|row| row.kind == kind::GROUP && row.title == title) {
            Some(row) => {
                self.group_made(n, chat, row.id);
                None
            }
            None => Some(Command::CreateChat { kind: kind::GROUP, title }),
        }
    }

    pub(super) fn group_made(&mut self, n: u32, chat: u32, id: ChatId) {
        if self.people.chats[chat as usize].id.replace(id).is_some() {
            return;
        }
        self.people.groups.insert(id, chat);
        let Some(spec) = self.plan.chats[chat as usize].group else { return };
        for member in 1..spec.first {
            self.soon(n, 0, Want::Admit(chat, member));
        }
        for member in 1..=spec.admins {
            self.soon(n, LATER, Want::Promote(chat, member));
        }
    }

    /// The order about one member of a group, or nothing if it is too early (then it is tried later) or too late.
    pub(super) fn about_member(&mut self, n: u32, want: &Want) -> Option<Command> {
        let (chat, member) = match want {
            Want::Admit(chat, member) | Want::Promote(chat, member) | Want::Expel(chat, member) => (*chat, *member),
            _ => return None,
        };
        let whom = self.plan.chats[chat as usize].members[member as usize];
        let user = self.machines[whom as usize].user?;
        let id = self.people.chats[chat as usize].id;
        let Some((id, view)) = id.and_then(|id| Some((id, self.members_at(n, id)?))) else {
            self.later(n, want);
            return None;
        };
        let inside = view.members.iter().any(|seen| seen.user == user);
        match want {
            Want::Admit(..) if inside => None,
            Want::Admit(..) if !self.are_contacts(n, whom) => {
                self.later(n, want);
                None
            }
            Want::Admit(..) => Some(Command::AddMembers { chat: id, users: vec![user] }),
            Want::Promote(..) if !inside => {
                self.later(n, want);
                None
            }
            Want::Promote(..) => self.promotes(id, user),
            _ => {
                let may = inside && whom != n && view.role != Role::Member && self.is_in(n, id);
                may.then_some(Command::RemoveMember { chat: id, user, ban: false })
            }
        }
    }

    fn promotes(&self, chat: ChatId, user: UserId) -> Option<Command> {
        let intent = Box::new(Intent::SetRole { user, role: Role::Admin(Rights::ALL) });
        Some(Command::Change { chat, intent })
    }

    /// Tries again as long as there is trouble; in the time of healing nothing new begins.
    fn later(&mut self, n: u32, want: &Want) {
        if self.now < self.plan.heal_at {
            self.soon(n, LATER, want.clone());
        }
    }
}
