//! What people see of a node's state. Plain data; the JSON shapes are the API's own.

use super::chat::state::Standing;
use super::entrances::RequestId;
use super::message::MessageView;
use crate::chat::control::rules::{Permissions, Role};
use crate::chat::control::topic::TopicId;
use crate::contact::entrance::LinkId;
use crate::identity::profile::{Field, Profile as About};
use crate::ids::{ChatId, DeviceId, NodeId, UserId};

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
    /// What they show of themselves.
    pub about: About,
    /// They reach us no more.
    pub blocked: bool,
    /// Devices that speak for them, as far as we know; 0 before they said so.
    pub devices: usize,
    /// Two lists of their devices contradict each other: somebody may speak in their name.
    pub forked: bool,
}

/// How far an own message is: of several recipients the least, of a recipient's devices the best. Own further devices do
/// not count, unless nobody else is in the chat.
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

/// A row of the chat list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatView {
    /// The chat.
    pub id: ChatId,
    /// `wire::registry::chat`.
    pub kind: u16,
    /// What to call it.
    pub title: String,
    /// The other person of a private chat.
    pub with: Option<UserId>,
    /// Whether we are in.
    pub standing: Standing,
    /// How many users are in.
    pub members: usize,
    /// False until the other side accepted: messages wait for that.
    pub accepted: bool,
    /// The newest message.
    pub last: Option<MessageView>,
    /// Messages not seen.
    pub unread: u64,
    /// Of these, those that name our user or answer them.
    pub mentions: u64,
    /// Higher stands higher; 0 is not pinned.
    pub pinned: u64,
    /// Put away.
    pub archived: bool,
    /// Quiet until then, milliseconds since 1970; 0 is not quiet, [`FOR_EVER`] is for ever.
    pub muted_until: u64,
    /// To be looked at again.
    pub marked_unread: bool,
    /// A text that was begun.
    pub draft: String,
    /// How long messages live, in seconds; none: for ever.
    pub ttl_s: Option<u32>,
    /// Until when the other of a private chat counts as there, milliseconds since 1970; 0 for not there.
    pub online_until: u64,
    /// When they were there last, as they tell it, milliseconds since 1970; 0 for unknown.
    pub seen: u64,
    /// A reference to the picture of a group or channel, see `blob::picture`.
    pub picture: Option<[u8; 32]>,
    /// Topics of a group.
    pub topics: usize,
    /// Grows with what happens to a chat of many, see `Look::Events`; 0 for nothing yet.
    pub events: u64,
    /// Our user deleted it: it is in no list.
    pub deleted: bool,
    /// What of others' logs is not here.
    pub missing: Vec<Missing>,
    /// Changes that were decided twice, the oldest first.
    pub forks: Vec<ForkView>,
}

/// A topic of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicView {
    /// Its id; 0 for General, where everything stands that names no topic.
    pub id: TopicId,
    /// Its title; empty for General.
    pub title: String,
    /// An emoji; may be empty.
    pub icon: String,
    /// Only who may make topics writes in it.
    pub closed: bool,
    /// Who made it.
    pub by: Option<UserId>,
    /// Messages not seen.
    pub unread: u64,
    /// The newest message.
    pub last: Option<MessageView>,
}

/// Relays let two different changes of a chat be decided in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkView {
    /// The control index.
    pub index: u64,
    /// When it was noticed, milliseconds since 1970.
    pub at: u64,
    /// The relays that signed both: they lied, or lost what they had stored.
    pub relays: Vec<NodeId>,
    /// This device has the change that everybody keeps; else it has still to come over.
    pub healed: bool,
}

/// What is not here of a device's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Whose.
    pub user: UserId,
    /// Which device's.
    pub device: DeviceId,
    /// Operations (messages and others) that are waited for; what their device said behind them is not shown yet.
    pub waiting: u64,
    /// Until when they are waited for, milliseconds since 1970; 0 if nothing is.
    pub until: u64,
    /// Operations that never came; what was said behind them is shown.
    pub lost: u64,
}

/// A moment that does not come: the largest number that a program in JavaScript keeps.
pub const FOR_EVER: u64 = (1 << 53) - 1;

/// An own device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// Its id.
    pub device: DeviceId,
    /// What its user calls it; may be empty.
    pub name: String,
    /// This one.
    pub this: bool,
    /// When it was certified, milliseconds since 1970.
    pub added: u64,
}

/// Own devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicesView {
    /// Those that speak for us, in the order they were added.
    pub devices: Vec<DeviceView>,
    /// This device was removed by another one.
    pub removed: bool,
    /// Two lists of our devices contradict each other: somebody else may have our words.
    pub forked: bool,
}

/// How far a new device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStage {
    /// The code is shown, nobody used it yet.
    Waiting,
    /// A device waits for the person's answer.
    Offered,
    /// It is certified and gets what it needs.
    HandingOver,
    /// It has everything.
    Done,
    /// It failed.
    Failed,
}

/// A device that is being linked.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkView {
    /// How far.
    pub stage: LinkStage,
    /// For a camera. Whoever sees it can try to be the new device.
    pub text: String,
    /// For a keyboard.
    pub code: String,
    /// Until when they work, milliseconds since 1970.
    pub expires: u64,
    /// The new device, once it has proved its key.
    pub device: Option<DeviceId>,
    /// What it calls itself.
    pub name: String,
    /// The number that the new device shows too; empty before it is known.
    pub number: String,
    /// The code was typed, so the numbers must be compared.
    pub compare: bool,
    /// Why it failed, in words.
    pub problem: String,
}

impl std::fmt::Debug for LinkView {
    // The code is a secret as long as it works.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkView({:?}, {:?}, …)", self.stage, self.device)
    }
}

/// A folder of chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderView {
    /// Its id.
    pub id: [u8; 32],
    /// 1 to 128 bytes.
    pub name: String,
    /// In order; some may be gone.
    pub chats: Vec<ChatId>,
}

/// Our own profile, and who gets what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnProfileView {
    /// All of it.
    pub about: About,
    /// What contacts do not get.
    pub hidden: Vec<Field>,
}

/// The number that two people compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyView {
    /// Sixty digits in twelve groups.
    pub number: String,
    /// For a QR code.
    pub qr: Vec<u8>,
    /// It was compared.
    pub verified: bool,
}

/// A user in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub user: UserId,
    /// What we call them.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their devices in the chat.
    pub devices: Vec<DeviceId>,
}

/// Who is in a chat, and its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembersView {
    /// Where.
    pub chat: ChatId,
    /// `wire::registry::chat`.
    pub kind: u16,
    /// The newest control index.
    pub index: u64,
    /// Empty for private and own chats.
    pub title: String,
    /// A description.
    pub about: String,
    /// A reference to the picture.
    pub picture: Option<[u8; 32]>,
    /// Our own role.
    pub role: Role,
    /// What members may do.
    pub permissions: Permissions,
    /// Seconds between two messages of a member.
    pub slow_mode: u32,
    /// Whether posts of a channel name their author.
    pub signed: bool,
    /// Home relays.
    pub home: Vec<NodeId>,
    /// Ascending by user.
    pub members: Vec<MemberView>,
    /// Own changes that are not decided yet.
    pub waiting: usize,
}

/// An invite link of a group or channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLinkView {
    /// Its name.
    pub id: LinkId,
    /// Where it leads.
    pub chat: ChatId,
    /// `chappe:join/…`
    pub link: String,
    /// Who made it.
    pub by: UserId,
    /// How many may come; 0 for any number.
    pub uses: u32,
    /// How many have come.
    pub used: u32,
    /// Milliseconds since 1970; 0 means never.
    pub expires: u64,
    /// Somebody has to say yes.
    pub approval: bool,
    /// How many home relays know of it, as far as this device told them; with 0 nobody can use it yet.
    pub relays: usize,
}

/// Somebody who asks to be let into a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskingView {
    /// Names the request.
    pub request: RequestId,
    /// Where to.
    pub chat: ChatId,
    /// By which link.
    pub link: LinkId,
    /// Who.
    pub user: UserId,
    /// What they call themselves.
    pub name: String,
    /// A few words, perhaps none.
    pub greeting: String,
    /// When, milliseconds since 1970 by their clock.
    pub at: u64,
}

/// An own request to be let into a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinView {
    /// The name of the link.
    pub id: LinkId,
    /// `wire::registry::chat`.
    pub kind: u16,
    /// What the chat was called when the link was made.
    pub title: String,
    /// Since when, milliseconds since 1970.
    pub since: u64,
    /// How many of the chat's relays have it.
    pub relays: usize,
    /// Why none takes it; empty if nothing is wrong.
    pub problem: String,
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
    /// Since when there is, or is none after there was one, milliseconds since 1970; 0: there was none since the start.
    pub since: u64,
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
