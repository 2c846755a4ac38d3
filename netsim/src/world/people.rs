//! People and the programs they use: who asks which node what, when, and what is done with the answer.
//!
//! A program that gets no answer (its node is off, asleep, or died before it answered) asks again, a message under the
//! same number, as `chappe send` does.

use super::{Event, World};
use crate::plan::Plan;
use crate::plan::compile::pair;
use crate::scenario::Answer;
use crate::watch;
use chappe_protocol::core::Input;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Command, CommandError, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::peer::view::{ContactState, ContactView};
use chappe_storage::MemoryStore;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How long a program waits before it asks again.
const AGAIN: u64 = 3_000_000;

/// What somebody wants of their node.
#[derive(Clone, Debug)]
pub(super) enum Want {
    /// An invite for this chat's guest, or its crowd.
    Invite(u32),
    /// Use an invite.
    Add(u32, Rc<str>),
    /// Answer the request of this chat's guest.
    Answer(u32),
    /// Say the message of this number.
    Say(u32),
    /// Mark as read.
    Read(ChatId, OpId),
    /// Renew the keys of a chat.
    Renew(u32),
    /// Make a group.
    Found(u32),
    /// Add a member to a group.
    Admit(u32, u32),
    /// Make a member of a group an admin.
    Promote(u32, u32),
    /// Take a member out of a group.
    Expel(u32, u32),
    /// Leave a group.
    Leave(u32),
    /// Link a further device.
    Link(u32),
    /// Be the new device, with a code to scan, or one to type.
    Arrive(u32, Rc<str>, Option<Rc<str>>),
    /// Say at the new device that the numbers are equal.
    Compare(u32),
    /// Certify the new device.
    Certify(u32),
    /// Take a device off the list.
    Unlink(u32),
    /// Change a name or a setting.
    Arrange(u32, u32),
}

impl Want {
    /// For the trace hash.
    pub(super) fn number(&self) -> u64 {
        let (kind, n) = match self {
            Want::Invite(chat) => (1, *chat),
            Want::Add(chat, _) => (2, *chat),
            Want::Answer(chat) => (3, *chat),
            Want::Say(message) => (4, *message),
            Want::Read(..) => (5, 0),
            Want::Renew(chat) => (6, *chat),
            Want::Found(chat) => (7, *chat),
            Want::Admit(chat, member) => (8 | u64::from(*member) << 8, *chat),
            Want::Promote(chat, member) => (9 | u64::from(*member) << 8, *chat),
            Want::Expel(chat, member) => (10 | u64::from(*member) << 8, *chat),
            Want::Leave(chat) => (11, *chat),
            Want::Link(device) => (12, *device),
            Want::Arrive(device, ..) => (13, *device),
            Want::Compare(device) => (14, *device),
            Want::Certify(person) => (15, *person),
            Want::Unlink(device) => (16, *device),
            Want::Arrange(device, number) => (17 | u64::from(*number) << 8, *device),
        };
        kind << 32 | u64::from(n)
    }
}

/// How far a chat is.
#[derive(Clone, Debug, Default)]
pub struct ChatState {
    /// Once one side knows it.
    pub id: Option<ChatId>,
    /// Of a chat of two, host and guest: it is accepted at their side.
    pub accepted: [bool; 2],
    /// The guest's request stands at the host, who has seen it.
    asked: bool,
}

/// What people remember.
#[derive(Debug, Default)]
pub(super) struct People {
    /// As in the plan.
    pub(super) chats: Vec<ChatState>,
    /// The highest control index of a group that a node has shown, by node and group.
    pub(super) seen: BTreeMap<(u32, u32), u64>,
    /// Questions without an answer, by machine and number.
    pending: BTreeMap<(u32, u64), Want>,
    /// Invites of crowds.
    invites: BTreeMap<u32, Rc<str>>,
    /// Chats of two by their members.
    pairs: BTreeMap<[u32; 2], u32>,
    /// Groups that were made.
    pub(super) groups: BTreeMap<ChatId, u32>,
    /// What waits for a node to run again, by machine.
    patient: BTreeMap<u32, Vec<Want>>,
    /// Copies of disks, by fault.
    pub(super) copies: BTreeMap<u32, MemoryStore>,
}

impl People {
    pub(super) fn new(plan: &Plan) -> Self {
        let two = plan.chats.iter().enumerate().filter(|(_, chat)| chat.group.is_none());
        let pairs = two.map(|(n, chat)| (pair(chat.members[0], chat.members[1]), n as u32)).collect();
        Self { chats: vec![ChatState::default(); plan.chats.len()], pairs, ..Self::default() }
    }
}

impl World {
    /// How far a chat of the plan is.
    pub fn chat(&self, chat: u32) -> &ChatState {
        &self.people.chats[chat as usize]
    }

    pub(super) fn soon(&mut self, machine: u32, pause: u64, want: Want) {
        self.queue.push(self.now + pause, Event::Do { machine, want });
    }

    pub(super) fn meet(&mut self, chat: u32) {
        let spec = &self.plan.chats[chat as usize];
        let (host, group) = (spec.members[0], spec.group.is_some());
        self.soon(host, 0, if group { Want::Found(chat) } else { Want::Invite(chat) });
    }

    pub(super) fn say(&mut self, chat: u32, by: u32, bytes: u32) {
        let author = self.plan.chats[chat as usize].members[by as usize];
        let author = self.speaker(author, chat, self.watch.messages.len() as u32);
        let message = self.watch.intend(chat, author, bytes, self.now);
        self.soon(author, 0, Want::Say(message));
    }

    pub(super) fn renew(&mut self, chat: u32, by: u32) {
        let member = self.plan.chats[chat as usize].members[by as usize];
        self.soon(member, 0, Want::Renew(chat));
    }

    /// Somebody tries what they want, or tries again later.
    pub(super) fn attempt(&mut self, n: u32, want: Want) {
        let machine = &self.machines[n as usize];
        if !machine.on || machine.asleep {
            self.people.patient.entry(n).or_default().push(want);
            return;
        }
        let Some(command) = self.command(n, &want) else { return };
        let id = self.next_command;
        self.next_command += 1;
        self.people.pending.insert((n, id), want);
        self.note(n, || format!("is asked: {}", command_name(&command)));
        self.feed_client(n, Input::Command { id, command });
    }

    /// The command, or nothing if it is too early (then it is tried later) or too late.
    fn command(&mut self, n: u32, want: &Want) -> Option<Command> {
        let plan = self.plan.clone();
        match want {
            Want::Invite(chat) => {
                let crowd = plan.chats[*chat as usize].crowd;
                if let Some(link) = crowd.and_then(|crowd| self.people.invites.get(&crowd)).cloned() {
                    self.pass_on(*chat, link);
                    return None;
                }
                let uses = crowd.map_or(1, |crowd| plan.chats.iter().filter(|chat| chat.crowd == Some(crowd)).count());
                Some(Command::CreateInvite { uses: uses.min(60_000) as u16, ttl_ms: 0 })
            }
            Want::Add(_, link) => {
                Some(Command::AddContact { link: link.to_string(), greeting: watch::GREETING.into() })
            }
            Want::Answer(chat) => {
                let spec = &plan.chats[*chat as usize];
                let guest = self.machines[spec.members[1] as usize].user?;
                match spec.answer {
                    Answer::Accept => Some(Command::AcceptContact(guest)),
                    Answer::Decline => Some(Command::DeclineContact(guest)),
                    Answer::Ignore => None,
                }
            }
            Want::Say(message) => {
                let (chat, bytes) = self.watch.intended(*message);
                let Some(id) = self.ready(n, chat) else {
                    if plan.machines[n as usize].of.is_some() {
                        self.watch.count("messages not written because the device was not in the chat", 1);
                    } else if plan.chats[chat as usize].group.is_some() {
                        self.watch.count("messages not written because their author was not in the group", 1);
                    } else if self.now < plan.heal_at {
                        // Not in contact yet: later, as long as there is time.
                        self.soon(n, 20_000_000, want.clone());
                    }
                    return None;
                };
                if plan.chats[chat as usize].group.is_some() || self.has_devices(chat) {
                    let seen = self.has_seen(n, chat, id);
                    self.watch.messages[*message as usize].knew.get_or_insert(seen);
                }
                let mut nonce = [0; 16];
                nonce[..4].copy_from_slice(&message.to_be_bytes());
                nonce[15] = 1;
                Some(Command::SendText { chat: id, text: watch::text(*message, bytes), nonce: Some(nonce) })
            }
            Want::Read(chat, up_to) => Some(Command::MarkRead { chat: *chat, up_to: *up_to }),
            Want::Renew(chat) => self.ready(n, *chat).map(Command::RenewKeys),
            Want::Found(chat) => self.make_group(n, *chat),
            Want::Admit(..) | Want::Promote(..) | Want::Expel(..) => self.about_member(n, want),
            Want::Leave(chat) => self.ready(n, *chat).map(Command::Leave),
            Want::Link(device) => self.begins_to_link(n, *device),
            Want::Arrive(device, text, typed) => {
                self.arrives(*device, text, typed.as_deref());
                None
            }
            Want::Compare(device) => {
                self.compares(*device);
                None
            }
            Want::Certify(person) => Some(self.certifies(*person)),
            Want::Unlink(device) => self.removes_device(n, *device),
            Want::Arrange(device, number) => self.arranges(*device, *number),
        }
    }

    /// Both sides accepted, as far as this one knows.
    pub(super) fn are_contacts(&self, n: u32, other: u32) -> bool {
        let chat = self.people.pairs.get(&pair(n, other)).copied();
        chat.is_some_and(|chat| {
            let by = usize::from(self.plan.chats[chat as usize].members[1] == n);
            self.people.chats[chat as usize].accepted[by]
        })
    }

    /// The chat's id, if this member can speak in it.
    fn ready(&mut self, n: u32, chat: u32) -> Option<ChatId> {
        if self.plan.chats[chat as usize].group.is_some() {
            return self.people.chats[chat as usize].id.filter(|id| self.is_in(n, *id));
        }
        if self.plan.machines[n as usize].of.is_some() {
            return self.people.chats[chat as usize].id.filter(|id| self.speaks_in(n, *id));
        }
        let state = &self.people.chats[chat as usize];
        let by = usize::from(self.plan.chats[chat as usize].members[1] == n);
        state.id.filter(|_| state.accepted[by])
    }

    pub(super) fn answered(&mut self, n: u32, id: u64, result: Result<Reply, CommandError>) {
        let Some(want) = self.people.pending.remove(&(n, id)) else { return };
        match (want, result) {
            (Want::Invite(chat), Ok(Reply::Invite(invite))) => {
                let link: Rc<str> = invite.link.into();
                if let Some(crowd) = self.plan.chats[chat as usize].crowd {
                    self.people.invites.insert(crowd, link.clone());
                }
                self.pass_on(chat, link);
            }
            (Want::Say(message), Ok(Reply::Message(view))) => self.watch.said(self.now, message, &view),
            (Want::Say(message), Err(error)) if !self.machines[n as usize].suspect && !self.is_removed(n) => {
                self.watch.violate(self.now, "nothing_acknowledged_is_lost", || {
                    format!("node {n} refused message {message} in a chat it accepted: {error}")
                });
            }
            (Want::Answer(chat), Err(_)) if !self.people.chats[chat as usize].accepted[0] => {
                self.watch.count("contact requests that could not be answered yet", 1);
                if self.now < self.plan.heal_at {
                    self.soon(n, 10 * AGAIN, Want::Answer(chat));
                }
            }
            (Want::Found(chat), Ok(Reply::Chat(view))) => self.group_made(n, chat, view.id),
            (want @ (Want::Found(_) | Want::Admit(..)), Err(error)) => {
                self.watch.count_refusal(&error.to_string());
                if self.now < self.plan.heal_at {
                    self.soon(n, 10 * AGAIN, want);
                }
            }
            (Want::Link(device), Ok(Reply::Link(view))) => self.code_is_shown(n, device, &view),
            (want @ (Want::Link(_) | Want::Unlink(_)), Err(error)) => {
                self.watch.count_refusal(&error.to_string());
                if self.now < self.plan.heal_at {
                    self.soon(n, 10 * AGAIN, want);
                }
            }
            // Something else was taken off the list first.
            (want @ Want::Link(_), Ok(_)) => self.soon(n, AGAIN, want),
            (Want::Unlink(device), Ok(_)) => self.device_removed(device),
            (Want::Renew(_), Ok(_)) => self.watch.count("renewals asked for", 1),
            (_, Err(error)) => self.watch.count_refusal(&error.to_string()),
            (_, Ok(_)) => {}
        }
    }

    /// The guest gets the link by other means: on paper, say.
    fn pass_on(&mut self, chat: u32, link: Rc<str>) {
        let guest = self.plan.chats[chat as usize].members[1];
        let pause = 500_000 + self.physics.below(2_000_000);
        self.soon(guest, pause, Want::Add(chat, link));
    }

    /// The node runs (again): who waited for that asks now.
    pub(super) fn runs_again(&mut self, n: u32) {
        for want in self.people.patient.remove(&n).unwrap_or_default() {
            let pause = self.physics.below(AGAIN);
            self.soon(n, pause, want);
        }
    }

    /// The programs of a machine that went down have no answers: they ask again.
    pub(super) fn abandon(&mut self, n: u32) {
        let open: Vec<(u32, u64)> = self.people.pending.range((n, 0)..=(n, u64::MAX)).map(|(key, _)| *key).collect();
        for key in open {
            if let Some(want) = self.people.pending.remove(&key) {
                self.watch.count("questions of programs asked again", 1);
                self.soon(n, AGAIN, want);
            }
        }
    }

    pub(super) fn on_contact(&mut self, n: u32, contact: &ContactView) {
        let Some(other) = self.by_user.get(&contact.profile.user).copied() else { return };
        if self.plan.machines[n as usize].of.is_some() {
            return;
        }
        let Some(chat) = self.people.pairs.get(&pair(n, other)).copied() else { return };
        let by = usize::from(self.plan.chats[chat as usize].members[1] == n);
        let state = &mut self.people.chats[chat as usize];
        match contact.state {
            ContactState::Pending if by == 0 && !state.asked => {
                state.asked = true;
                self.watch.count("contact requests that arrived", 1);
                let pause = 1_000_000 + self.physics.below(9_000_000);
                self.soon(n, pause, Want::Answer(chat));
            }
            ContactState::Accepted => {
                state.id = state.id.or(contact.chat);
                state.accepted[by] = true;
            }
            ContactState::Pending | ContactState::Requested | ContactState::Declined => {}
        }
    }

    /// A message was shown: perhaps it is read, a little later.
    pub(super) fn seen(&mut self, n: u32, message: &MessageView) {
        let Some(other) = self.by_user.get(&message.from).copied() else { return };
        let of_two = || self.people.pairs.get(&pair(self.person(n), other)).copied();
        let Some(chat) = self.people.groups.get(&message.chat).copied().or_else(of_two) else { return };
        if self.physics.chance(self.plan.chats[chat as usize].read) {
            let pause = 1_000_000 + self.physics.below(30_000_000);
            self.soon(n, pause, Want::Read(message.chat, message.id));
        }
    }
}

/// What a command is called in a log: never what it says.
fn command_name(command: &Command) -> &'static str {
    match command {
        Command::CreateInvite { .. } => "create an invite",
        Command::AddContact { .. } => "add a contact",
        Command::AcceptContact(_) => "accept a contact",
        Command::DeclineContact(_) => "decline a contact",
        Command::SendText { .. } => "send a text",
        Command::MarkRead { .. } => "mark as read",
        Command::RenewKeys(_) => "renew the keys",
        Command::ReplaceHome { .. } | Command::SpreadHome(_) => "move to other relays",
        Command::CreateChat { .. } => "make a group",
        Command::AddMembers { .. } => "add a member",
        Command::RemoveMember { .. } => "take a member out",
        Command::Leave(_) => "leave",
        Command::Change { .. } => "make somebody an admin",
        Command::Own(_) => "see to devices or settings",
        _ => "something",
    }
}
