//! The only JSON shapes of the API; those of messages are in [`message`] and [`ask`], of searches in [`search`]. Ids are lower-case hexadecimal, times are milliseconds since 1970 (UTC).
//! The OpenAPI document, and with it the web client's types, are made from these.

pub mod ask;
pub mod backup;
pub mod door;
pub mod event;
pub mod file;
pub mod first;
pub mod group;
pub mod home;
pub mod imports;
pub mod message;
pub mod own;
pub mod search;
pub mod stickers;
pub mod storage;
pub mod topic;

use chappe_protocol::blob::picture::PictureRef;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::contact::relay_link;
use chappe_protocol::peer::chat::state as chat_state;
use chappe_protocol::peer::view;
use chappe_protocol::wire::registry;
use message::Message;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// What a failed request answers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// The failure.
    pub error: ErrorDetail,
}

/// A failure.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable, for programs.
    pub code: String,
    /// For people; says what to do.
    pub message: String,
    /// Stable: which sentence the message is, for those who say it in another language; see `locales/*/errors.ftl`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What stands in the gaps of that sentence, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Their id.
    pub user: String,
    /// The name they gave themselves. Anything may stand in it: show it as text.
    pub name: String,
}

/// A node's state in one look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Us.
    pub me: Profile,
    /// This device's id.
    pub device: String,
    /// All relays in use.
    pub relays: Vec<Relay>,
    /// Own messages that no recipient has confirmed.
    pub outbox: usize,
    /// Of these, messages not yet on enough relays.
    pub unsent: usize,
    /// Received operations that wait for a missing one.
    pub parked: usize,
    /// Number of chats.
    pub chats: usize,
}

/// A relay as this node sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Relay {
    /// Its id.
    pub id: String,
    /// Where it is (multiaddresses).
    pub addresses: Vec<String>,
    /// There is a link.
    pub connected: bool,
    /// Since when there is, or is none after there was one, milliseconds since 1970; 0: none since the node started.
    #[serde(default)]
    pub since: u64,
    /// For others who want to use it: `chappe:relay/…`; empty if it has no address.
    #[serde(default)]
    pub link: String,
    /// One of our own choice; otherwise known from chats.
    pub own: bool,
    /// Chats it serves.
    pub chats: usize,
}

/// How far an own message is; of several recipients the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ticks {
    /// Safe here, on no relay yet.
    Queued,
    /// Safe on enough relays.
    Sent,
    /// Safe on a device of the recipient.
    Delivered,
    /// Seen.
    Read,
}

/// A row of the chat list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Chat {
    /// Its id.
    pub id: String,
    /// What to call it.
    pub title: String,
    /// What it is.
    pub kind: ChatKind,
    /// The other person of a private chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub with: Option<String>,
    /// Whether we are in.
    pub standing: Standing,
    /// How many users are in.
    pub members: usize,
    /// False until the other side accepted: messages wait for that.
    pub accepted: bool,
    /// The newest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last: Option<Message>,
    /// Messages not seen.
    pub unread: u64,
    /// Of these in a group or channel, those that name our user or answer them.
    pub mentions: u64,
    /// Higher stands higher; 0 is not pinned.
    #[serde(default)]
    pub pinned: u64,
    /// Put away.
    #[serde(default)]
    pub archived: bool,
    /// Quiet until then; 0 is not quiet, 9007199254740991 is for ever.
    #[serde(default)]
    pub muted_until: u64,
    /// To be looked at again.
    #[serde(default)]
    pub marked_unread: bool,
    /// A text that was begun; empty for none.
    #[serde(default)]
    pub draft: String,
    /// How long messages live, in seconds; missing: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ttl_s: Option<u32>,
    /// Until when the other of a private chat counts as there, milliseconds since 1970; 0 for not there.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub online_until: u64,
    /// When they were there last, as they tell it (by the minute, or by the day), milliseconds since 1970; 0 for unknown.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub seen: u64,
    /// Of a group or channel that has a picture, its reference: see `/api/pictures/{picture}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub picture: Option<String>,
    /// Topics of a group.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub topics: usize,
    /// Grows with what happens to a group or channel, see `/api/chats/{chat}/events`; 0 for nothing yet.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub events: u64,
    /// We deleted it: it is in no list until something new comes in it.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub deleted: bool,
    /// What of others' messages is not here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub missing: Vec<Missing>,
    /// Changes of the chat that its relays let be decided twice, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub forks: Vec<Fork>,
}

/// True of what is left out because it says nothing.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Two different changes of a chat were decided in one place. All members keep the same one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fork {
    /// Which change of the chat, counted from its beginning.
    pub index: u64,
    /// When it was noticed, milliseconds since 1970.
    pub at: u64,
    /// The relays that signed both: they lied, or lost what they had stored.
    pub relays: Vec<String>,
    /// This device has the change that everybody keeps; else it has still to come over.
    pub healed: bool,
}

/// What is not here of what a device said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Missing {
    /// Whose it is.
    pub user: String,
    /// The device.
    pub device: String,
    /// Operations (messages and others) that are waited for; what the device said behind them is not shown yet.
    pub waiting: u64,
    /// Until when they are waited for, milliseconds since 1970; 0 if nothing is.
    pub until: u64,
    /// Operations that never came; what was said behind them is shown.
    pub lost: u64,
}

/// What a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// Two people.
    Private,
    /// One's own devices: saved messages.
    Saved,
    /// Many people.
    Group,
    /// Admins post, the others read.
    Channel,
}

/// How we stand to a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// We are in.
    In,
    /// We leave; the others still have to take us out.
    Leaving,
    /// We left or were removed: the history stays.
    Out,
    /// It came from a backup: the history is here, and this device waits to be let in again.
    Away,
    /// It came from another messenger: it can be read.
    Imported,
}

/// How far a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// Their id.
    pub user: String,
    /// The name they gave themselves.
    pub name: String,
    /// How far.
    pub state: ContactState,
    /// The chat with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub chat: Option<String>,
    /// What was written with the request.
    pub greeting: String,
    /// Since when.
    pub since: u64,
    /// Why our request is not there yet, in words; empty if there is nothing to say.
    pub problem: String,
    /// What they show of themselves.
    #[serde(default)]
    pub about: own::About,
    /// Their requests and messages are not shown.
    #[serde(default)]
    pub blocked: bool,
    /// Devices that speak for them, as far as is known; 0 before they said so.
    #[serde(default)]
    pub devices: usize,
    /// Two lists of their devices contradict each other: somebody may speak in their name.
    #[serde(default)]
    pub forked: bool,
}

/// An invite that can still be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// Its number here, in decimal (it may be larger than a JSON number keeps).
    pub id: String,
    /// `chappe:…`; whoever has it can ask to talk.
    pub link: String,
    /// How many people can use it.
    pub uses: u16,
    /// When it ends; missing means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires: Option<u64>,
    /// How many relays know of it; with 0 nobody can use it yet.
    pub relays: usize,
}

/// What is known of one relay's copy of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RelayCopy {
    /// It acknowledged a durable copy.
    Holds {
        /// The relay's id.
        relay: String,
        /// Kept until then, unless all readers took it.
        until: u64,
    },
    /// Every device confirmed the message, so the relay may have dropped its copy.
    Released {
        /// The relay's id.
        relay: String,
    },
    /// Not yet.
    Waiting {
        /// The relay's id.
        relay: String,
        /// Why, in words.
        why: String,
    },
}

/// What is known of one device of a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeviceCopy {
    /// It signed that it has the message.
    Has {
        /// Whose device.
        user: String,
        /// The device's id.
        device: String,
        /// Its user saw the message.
        read: bool,
    },
    /// Not yet.
    Waiting {
        /// Whose device.
        user: String,
        /// The device's id.
        device: String,
        /// Why, in words.
        why: String,
    },
}

/// Delivery truth: everything is what somebody signed or acknowledged, nothing is guessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Truth {
    /// The message.
    pub message: Message,
    /// A row a home relay.
    pub relays: Vec<RelayCopy>,
    /// A row a device of each recipient.
    pub devices: Vec<DeviceCopy>,
}

/// A login link for a browser.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LoginLink {
    /// Works once, within a day.
    pub url: String,
}

/// What the event stream sends, one JSON text a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A message is new or looks different.
    Message {
        /// As it is now.
        message: Box<Message>,
    },
    /// A message is not shown any more.
    Gone {
        /// The chat's id.
        chat: String,
        /// The message's id.
        message: String,
    },
    /// Somebody is writing. It holds for some seconds, until a message of theirs comes.
    Typing {
        /// The chat's id.
        chat: String,
        /// Who.
        user: String,
    },
    /// All own messages of a chat whose `order` is at most `through` are at least this far.
    Ticks {
        /// The chat's id.
        chat: String,
        /// How far.
        ticks: Ticks,
        /// Compares, as bytes, with a message's `order`.
        through: String,
    },
    /// Something that was asked for earlier cannot be done (any more).
    Refused {
        /// The chat's id.
        chat: String,
        /// In words.
        why: String,
    },
    /// A chat's row is new or looks different.
    Chat {
        /// As it is now.
        chat: Box<Chat>,
    },
    /// A contact or request is new or looks different.
    Contact {
        /// As it is now.
        contact: Contact,
    },
    /// Somebody asks to be let into a chat by a link, or does not any more: ask for the requests.
    Asking {
        /// The chat's id.
        chat: String,
    },
    /// Own requests to be let in changed: ask for them.
    Joins,
    /// Own profile changed.
    Profile {
        /// As it is now.
        profile: Profile,
    },
    /// Own devices changed: ask for them.
    Devices,
    /// A device is being linked, and something happened.
    Link {
        /// As it is now.
        link: own::Link,
    },
    /// Folders of chats changed: ask for them.
    Folders,
    /// A relay came or went: ask for the status.
    Relays,
    /// Events were lost because this reader was too slow: fetch everything again.
    Lagged,
}

/// Change the own display name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetName {
    /// 1 to 128 bytes.
    pub name: String,
}

/// Use a relay.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddRelay {
    /// Full addresses of one relay, each ending in `/p2p/…`, or a link to it, `chappe:relay/…`.
    pub addresses: Vec<String>,
}

/// Make an invite link.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// How many people can use it; 1 if left out.
    #[serde(default = "one")]
    #[schema(default = 1, minimum = 1)]
    pub uses: u16,
    /// How long it works, in milliseconds; seven days if left out, 0 means for ever.
    #[serde(default = "week")]
    #[schema(default = 604_800_000)]
    pub ttl_ms: u64,
}

fn one() -> u16 {
    1
}

fn week() -> u64 {
    7 * 24 * 3600 * 1000
}

/// Ask somebody to talk.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddContact {
    /// Their invite link, `chappe:…`.
    pub link: String,
    /// Shown with the request; may be left out.
    #[serde(default)]
    pub greeting: String,
}

/// Mark messages as seen.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The id of the last message seen.
    pub up_to: String,
    /// Only what stands in this topic, 0 for General; the whole chat if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub topic: Option<u64>,
}

/// Which messages.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Only what stands before this message (its id); the newest if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub before: Option<String>,
    /// 1 to 500; 50 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false, minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
    /// Only what stands in this topic, 0 for General; the whole chat if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub topic: Option<u64>,
}

impl From<view::Profile> for Profile {
    fn from(profile: view::Profile) -> Self {
        Self { user: profile.user.to_hex(), name: profile.name }
    }
}

impl From<view::RelayView> for Relay {
    fn from(relay: view::RelayView) -> Self {
        let hint = RelayHint { relay: relay.relay, addrs: relay.addrs };
        Self {
            id: relay.relay.to_hex(),
            link: relay_link::text(&hint).unwrap_or_default(),
            addresses: hint.addrs,
            connected: relay.connected,
            since: relay.since,
            own: relay.own,
            chats: relay.chats,
        }
    }
}

impl From<view::StatusView> for Status {
    fn from(status: view::StatusView) -> Self {
        Self {
            me: status.profile.into(),
            device: status.device.to_hex(),
            relays: status.relays.into_iter().map(Into::into).collect(),
            outbox: status.outbox,
            unsent: status.unsent,
            parked: status.parked,
            chats: status.chats,
        }
    }
}

impl From<view::Ticks> for Ticks {
    fn from(ticks: view::Ticks) -> Self {
        match ticks {
            view::Ticks::Queued => Self::Queued,
            view::Ticks::Sent => Self::Sent,
            view::Ticks::Delivered => Self::Delivered,
            view::Ticks::Read => Self::Read,
        }
    }
}

/// The kind of a chat by its number; numbers that a chat cannot have were refused long before.
fn chat_kind(number: u16) -> ChatKind {
    match number {
        registry::chat::OWN => ChatKind::Saved,
        registry::chat::GROUP => ChatKind::Group,
        registry::chat::CHANNEL => ChatKind::Channel,
        _ => ChatKind::Private,
    }
}

impl From<view::ChatView> for Chat {
    fn from(chat: view::ChatView) -> Self {
        Self {
            id: chat.id.to_hex(),
            title: chat.title,
            kind: chat_kind(chat.kind),
            with: chat.with.map(|user| user.to_hex()),
            standing: match chat.standing {
                chat_state::Standing::In => Standing::In,
                chat_state::Standing::Leaving => Standing::Leaving,
                chat_state::Standing::Out => Standing::Out,
                chat_state::Standing::Away => Standing::Away,
                chat_state::Standing::Imported => Standing::Imported,
            },
            members: chat.members,
            accepted: chat.accepted,
            last: chat.last.map(Into::into),
            unread: chat.unread,
            mentions: chat.mentions,
            online_until: chat.online_until,
            seen: chat.seen,
            picture: chat.picture.map(|picture| PictureRef(picture).to_hex()),
            topics: chat.topics,
            events: chat.events,
            deleted: chat.deleted,
            pinned: chat.pinned,
            archived: chat.archived,
            muted_until: chat.muted_until,
            marked_unread: chat.marked_unread,
            draft: chat.draft,
            ttl_s: chat.ttl_s,
            missing: chat.missing.into_iter().map(Into::into).collect(),
            forks: chat.forks.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<view::ForkView> for Fork {
    fn from(fork: view::ForkView) -> Self {
        let view::ForkView { index, at, relays, healed } = fork;
        Self { index, at, relays: relays.iter().map(|relay| relay.to_hex()).collect(), healed }
    }
}

impl From<view::Missing> for Missing {
    fn from(missing: view::Missing) -> Self {
        let view::Missing { user, device, waiting, until, lost } = missing;
        Self { user: user.to_hex(), device: device.to_hex(), waiting, until, lost }
    }
}

impl From<view::ContactState> for ContactState {
    fn from(state: view::ContactState) -> Self {
        match state {
            view::ContactState::Requested => Self::Requested,
            view::ContactState::Pending => Self::Pending,
            view::ContactState::Accepted => Self::Accepted,
            view::ContactState::Declined => Self::Declined,
        }
    }
}

impl From<view::ContactView> for Contact {
    fn from(contact: view::ContactView) -> Self {
        Self {
            user: contact.profile.user.to_hex(),
            name: contact.profile.name,
            state: contact.state.into(),
            chat: contact.chat.map(|chat| chat.to_hex()),
            greeting: contact.greeting,
            since: contact.since,
            problem: contact.problem,
            about: contact.about.into(),
            blocked: contact.blocked,
            devices: contact.devices,
            forked: contact.forked,
        }
    }
}

impl From<view::InviteView> for Invite {
    fn from(invite: view::InviteView) -> Self {
        Self {
            id: invite.id.to_string(),
            link: invite.link,
            uses: invite.uses,
            expires: (invite.expires != 0).then_some(invite.expires),
            relays: invite.relays,
        }
    }
}

impl From<view::TruthView> for Truth {
    fn from(truth: view::TruthView) -> Self {
        let relays = truth.relays.into_iter().map(|(relay, copy)| match copy {
            view::RelayCopy::Holds { until } => RelayCopy::Holds { relay: relay.to_hex(), until },
            view::RelayCopy::Released => RelayCopy::Released { relay: relay.to_hex() },
            view::RelayCopy::Waiting(why) => RelayCopy::Waiting { relay: relay.to_hex(), why },
        });
        let devices = truth.devices.into_iter().map(|(user, device, copy)| {
            let (user, device) = (user.to_hex(), device.to_hex());
            match copy {
                view::DeviceCopy::Has { read } => DeviceCopy::Has { user, device, read },
                view::DeviceCopy::Waiting(why) => DeviceCopy::Waiting { user, device, why },
            }
        });
        Self { message: truth.message.into(), relays: relays.collect(), devices: devices.collect() }
    }
}
