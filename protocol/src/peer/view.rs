//! What people see of a node's state. Plain data; the JSON shapes are the API's own.

use crate::ids::{ChatId, DeviceId, NodeId, OpId, UserId};

/// Who a user says they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The user.
    pub user: UserId,
    /// Display name, 1 to 128 bytes of UTF-8.
    pub name: String,
}

/// How far a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactState {
    /// Our request is on its way or waits for an answer.
    Requested,
    /// Their request waits for our answer.
    Pending,
    /// Both sides agreed.
    Accepted,
    /// We said no.
    Declined,
}

/// A contact or contact request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactView {
    /// Who.
    pub profile: Profile,
    /// How far.
    pub state: ContactState,
    /// The chat with them.
    pub chat: Option<ChatId>,
    /// What they wrote with the request.
    pub greeting: String,
    /// Milliseconds since 1970.
    pub since: u64,
    /// Why our request is not there yet, in words; empty if there is nothing to say.
    pub problem: String,
}

/// How far an own message is (of several recipients: the least).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ticks {
    /// Durable here, on no relay yet.
    Queued,
    /// Durable on enough relays.
    Sent,
    /// Durable on a device of the recipient.
    Delivered,
    /// Seen.
    Read,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: OpId,
    /// Where.
    pub chat: ChatId,
    /// Who wrote it.
    pub from: UserId,
    /// We did.
    pub mine: bool,
    /// What.
    pub text: String,
    /// When it was written, milliseconds since 1970 by the writer's clock (at most five minutes ahead of ours).
    pub at: u64,
    /// Position in the chat; sorts as bytes.
    pub order: String,
    /// How far, if ours.
    pub ticks: Option<Ticks>,
}

/// A row of the chat list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatView {
    /// The chat.
    pub id: ChatId,
    /// What to call it.
    pub title: String,
    /// The other person of a private chat.
    pub with: Option<UserId>,
    /// False until the other side accepted: messages wait for that.
    pub accepted: bool,
    /// The newest message.
    pub last: Option<MessageView>,
    /// Messages not seen.
    pub unread: u64,
}

/// An invite that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteView {
    /// Local number.
    pub id: u64,
    /// `chappe:…`
    pub link: String,
    /// How many people can use it.
    pub uses: u16,
    /// Milliseconds since 1970; 0 means never.
    pub expires: u64,
    /// How many relays know of it; with 0 nobody can use it yet.
    pub relays: usize,
}

/// A relay as this node sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayView {
    /// Its key.
    pub relay: NodeId,
    /// Where it is.
    pub addrs: Vec<String>,
    /// There is a link.
    pub connected: bool,
    /// One of our own choice (otherwise known from chats).
    pub own: bool,
    /// Chats it serves.
    pub chats: usize,
}

/// A node's state in one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusView {
    /// Us.
    pub profile: Profile,
    /// This device.
    pub device: DeviceId,
    /// All relays in use.
    pub relays: Vec<RelayView>,
    /// Own messages that no recipient has confirmed.
    pub outbox: usize,
    /// Of these, messages not yet on enough relays.
    pub unsent: usize,
    /// Received operations that wait for a missing one.
    pub parked: usize,
    /// Number of chats.
    pub chats: usize,
}

/// What is known of one relay's copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayCopy {
    /// It acknowledged a durable copy, kept until then (milliseconds since 1970) unless all readers took it.
    Holds {
        /// Milliseconds since 1970.
        until: u64,
    },
    /// Every device confirmed the message, so the relay may have dropped its copy.
    Released,
    /// Not yet, in words.
    Waiting(String),
}

/// What is known of one device of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceCopy {
    /// It signed that it has the message, and (if so) that its user saw it.
    Has {
        /// Its user saw it.
        read: bool,
    },
    /// Not yet, in words.
    Waiting(String),
}

/// Delivery truth of one message: everything is what somebody signed or acknowledged, nothing is guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthView {
    /// The message.
    pub message: MessageView,
    /// A line a home relay.
    pub relays: Vec<(NodeId, RelayCopy)>,
    /// A line a device of each recipient.
    pub devices: Vec<(UserId, DeviceId, DeviceCopy)>,
}
