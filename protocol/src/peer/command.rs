//! What people and programs on a node's machine can ask, what they get, what they are told.

use super::chat::events::EventView;
use super::entrances::RequestId;
use super::message::{MessageView, Wording};
use super::stickers::StickerAt;
use super::view::{
    AskingView, ChatLinkView, ChatView, ContactView, DevicesView, FolderView, InviteView, JoinView, LinkView,
    MembersView, OwnProfileView, Profile, SafetyView, StatusView, Ticks, TopicView, TruthView,
};
use crate::blob::stickers::{PackId, PackRef};
use crate::chat::archive::ChatRecord;
use crate::chat::control::intent::Intent;
use crate::chat::control::topic::TopicId;
use crate::chat::timeline::archived::Archived;
use crate::contact::entrance::LinkId;
use crate::contact::mailbox::RelayHint;
use crate::content::Body;
use crate::content::card::Card;
use crate::content::location::Point;
use crate::content::rich::Entity;
use crate::identity::history::{History, HistoryKey};
use crate::identity::profile::Field;
use crate::identity::words::Words;
use crate::ids::{ChatId, DeviceId, NodeId, OpId, UserId};
use thiserror::Error;

/// A question or order. Every command gets exactly one [`Event::Reply`]; a reply to an order comes behind the
/// commit that makes it durable.
#[derive(Clone, Debug)]
pub enum Command {
    /// Who am I, which relays, what is queued. → `Reply::Status`
    Status,
    /// Change the display name. → `Reply::Done`
    SetName(String),
    /// Use a relay from now on (for the inbox and new chats). → `Reply::Done`
    AddRelay {
        /// The relay's key.
        relay: NodeId,
        /// Multiaddresses without `/p2p/…`.
        addrs: Vec<String>,
    },
    /// Stop using a relay for new things. → `Reply::Done`
    RemoveRelay(NodeId),
    /// Make an invite link. → `Reply::Invite`
    CreateInvite {
        /// How many people can use it.
        uses: u16,
        /// How long, in milliseconds; 0 means for ever.
        ttl_ms: u64,
    },
    /// Open invites. → `Reply::Invites`
    Invites,
    /// Withdraw an invite. → `Reply::Done`
    RevokeInvite {
        /// The number in its view.
        id: u64,
    },
    /// Ask the owner of an invite link to talk. → `Reply::Contact` at once; the request goes out in the background.
    AddContact {
        /// `chappe:…`
        link: String,
        /// Shown with the request; may be empty.
        greeting: String,
    },
    /// → `Reply::Contacts`
    Contacts,
    /// → `Reply::Contact`
    AcceptContact(UserId),
    /// → `Reply::Done`
    DeclineContact(UserId),
    /// → `Reply::Chats`, the latest first
    Chats,
    /// Make a group, a channel, or the chat of one's own devices (saved messages). → `Reply::Chat`
    CreateChat {
        /// `wire::registry::chat`.
        kind: u16,
        /// 1 to 512 bytes; empty for saved messages.
        title: String,
    },
    /// Add contacts to a group or channel. → `Reply::Done` at once; it is decided in the background.
    AddMembers {
        /// Where.
        chat: ChatId,
        /// Whom.
        users: Vec<UserId>,
    },
    /// Take a member out. → `Reply::Done` at once; it is decided in the background.
    RemoveMember {
        /// Where.
        chat: ChatId,
        /// Whom.
        user: UserId,
        /// They cannot be added again.
        ban: bool,
    },
    /// Leave a group or channel. → `Reply::Done`
    Leave(ChatId),
    /// Delete a chat with all that was said in it, on all own devices; a group or channel is left. → `Reply::Done`
    DeleteChat {
        /// Which.
        chat: ChatId,
        /// At the other of a private chat, too; a group or channel of our own is taken down.
        for_all: bool,
    },
    /// Have something about a chat decided: title, roles, policy, links, pins, home relays. → `Reply::Done` at once; it
    /// is decided in the background.
    Change {
        /// Where.
        chat: ChatId,
        /// What. Additions and removals have commands of their own.
        intent: Box<Intent>,
    },
    /// Who is in a chat, and its rules. → `Reply::Members`
    Members(ChatId),
    /// Send a text. → `Reply::Message` once it is durable here
    SendText {
        /// Where.
        chat: ChatId,
        /// 1 to 4096 UTF-16 units, not only white space.
        text: String,
        /// A caller that repeats a request with the same number gets the same message, not a second one.
        nonce: Option<[u8; 16]>,
    },
    /// Say anything that stands in the timeline: a text with all it can carry, a poll, a card, a place.
    /// → `Reply::Message` once it is durable here
    Say {
        /// Where.
        chat: ChatId,
        /// What; a lifetime that is left out is the chat's.
        body: Box<Body>,
        /// As of `SendText`.
        nonce: Option<[u8; 16]>,
    },
    /// The card of a contact, or our own, with its key. → `Reply::Card`
    CardOf(UserId),
    /// Change messages.
    Act(Act),
    /// Ask about messages.
    Look(Look),
    /// I have seen everything up to this message. → `Reply::Done`
    MarkRead {
        /// Where.
        chat: ChatId,
        /// The last message seen.
        up_to: OpId,
    },
    /// Messages before `before` (or the newest), ascending. → `Reply::Messages`
    History {
        /// Where.
        chat: ChatId,
        /// Exclusive.
        before: Option<OpId>,
        /// 1 to 500.
        limit: usize,
    },
    /// Fresh keys for a chat: what was stolen from a device until now opens nothing said afterwards. It happens by
    /// itself from time to time. → `Reply::Done` at once; the home relays decide it in the background.
    RenewKeys(ChatId),
    /// Another relay takes a home relay's place, which may be dead. → `Reply::Done` at once; the others decide it
    ReplaceHome {
        /// Which chat.
        chat: ChatId,
        /// Which home relay goes.
        relay: NodeId,
        /// Which comes; one of our own if left out.
        by: Option<RelayHint>,
    },
    /// A chat that lives at one relay lives at four from then on. → `Reply::Done` at once
    SpreadHome(ChatId),
    /// Delivery truth. → `Reply::Truth`
    Truth(OpId),
    /// Something about own devices and settings.
    Own(OwnCommand),
    /// Something about a chat's invite links.
    Door(DoorCommand),
    /// Something about what is kept outside of the store.
    Archive(ArchiveCommand),
    /// Ask to be let into a group or channel. → `Reply::Join` at once; the answer comes in the background.
    Join {
        /// `chappe:join/…`
        link: String,
        /// Shown with the request; may be empty.
        greeting: String,
    },
    /// Own requests that are not answered. → `Reply::Joins`
    Joins,
    /// Take an own request back. → `Reply::Done`
    CancelJoin(LinkId),
}

/// An order about what is kept of chats outside of the store.
#[derive(Clone, Debug)]
pub enum ArchiveCommand {
    /// A chat without its messages. → `Reply::ChatRecord`
    Describe(ChatId),
    /// Take a chat in that is not known here. → `Reply::Done`
    Admit(Box<ChatRecord>),
    /// Take messages and their changes into a chat, in order; those that are here stay as they are. → `Reply::Done`
    Take {
        /// Where.
        chat: ChatId,
        /// At most `limits::ARCHIVED_AT_ONCE`.
        operations: Vec<Archived>,
    },
}

/// An order about invite links of a group or channel, and those who come by them.
#[derive(Clone, Debug)]
pub enum DoorCommand {
    /// Make a link. → `Reply::ChatLink` at once; it works when the home relays know of it.
    MakeLink {
        /// Where to.
        chat: ChatId,
        /// How many may come; 0 for any number.
        uses: u32,
        /// How long, in milliseconds; 0 for ever.
        ttl_ms: u64,
        /// Somebody has to say yes.
        approval: bool,
    },
    /// Links of a chat. → `Reply::ChatLinks`
    Links(ChatId),
    /// Withdraw a link. → `Reply::Done` at once; it is decided in the background.
    RevokeLink {
        /// Where.
        chat: ChatId,
        /// Which.
        link: LinkId,
    },
    /// Who asks to be let in. → `Reply::Asking`
    Asking(ChatId),
    /// Let somebody in, or not. → `Reply::Done` at once; it is decided in the background.
    Answer {
        /// Where.
        chat: ChatId,
        /// Whose request.
        request: RequestId,
        /// Or decline.
        accept: bool,
    },
}

/// An order about what is ours on all our devices.
#[derive(Clone, Debug)]
pub enum OwnCommand {
    /// Are these our 24 words? → `Reply::Done`, or why not
    CheckWords(Words),
    /// Own devices. → `Reply::Devices`
    Devices,
    /// Call an own device something; an empty name takes it back. → `Reply::Done`
    NameDevice {
        /// Which.
        device: DeviceId,
        /// At most 128 bytes.
        name: String,
    },
    /// Show a code for a new device. → `Reply::Link`
    StartLink,
    /// How far the new device is. → `Reply::Link`
    LinkState,
    /// Certify the new device that waits. Needs the words. → `Reply::Link`
    ConfirmLink(Words),
    /// No new device after all. → `Reply::Done`
    CancelLink,
    /// Change how a chat stands in the list. → `Reply::Done`
    ChangeList {
        /// Which.
        chat: ChatId,
        /// How.
        change: ListChange,
    },
    /// Sticker packs and favourites. → `Reply::Stickers`
    Stickers,
    /// Have a sticker pack from now on. → `Reply::Done`
    AddStickers(Box<PackRef>),
    /// Not any more. → `Reply::Done`
    RemoveStickers(PackId),
    /// Keep a sticker among the favourites, or not any more. → `Reply::Done`
    LikeSticker {
        /// Which.
        at: StickerAt,
        /// Or not.
        liked: bool,
    },
    /// → `Reply::Folders`
    Folders,
    /// Make or change a folder. → `Reply::Folders`
    PutFolder {
        /// Which; a new one if left out.
        id: Option<[u8; 32]>,
        /// 1 to 128 bytes.
        name: String,
        /// In order.
        chats: Vec<ChatId>,
    },
    /// The chats in it stay. → `Reply::Done`
    RemoveFolder([u8; 32]),
    /// Change a field of the own profile; contacts hear of it. → `Reply::Done`
    SetProfile {
        /// Which.
        field: Field,
        /// Empty takes it back.
        text: String,
    },
    /// Keep a field from contacts, or no more. → `Reply::Done`
    HideProfile {
        /// Which.
        field: Field,
        /// Only own devices have it.
        hidden: bool,
    },
    /// Others are told roughly when our user was there last, by the day, or again exactly. → `Reply::Done`
    SetSeenRoughly(bool),
    /// → `Reply::OwnProfile`
    OwnProfile,
    /// A blocked user's requests and messages are not shown. → `Reply::Done`
    Block {
        /// Who.
        user: UserId,
        /// Or no more.
        blocked: bool,
    },
    /// The number to compare with a contact. → `Reply::Safety`
    Safety(UserId),
    /// A proof of what somebody said (`chat::proof`). → `Reply::Proof`
    Prove(OpId),
    /// The number was compared, or is doubted again. → `Reply::Done`
    Verify {
        /// Whose.
        user: UserId,
        /// It was equal.
        verified: bool,
    },
    /// Where this device keeps its history now, or that it keeps none. → `Reply::Done`
    SetHistory(Option<Box<History>>),
    /// Where own devices keep their histories, the newest first. → `Reply::Histories`
    Histories,
    /// Leave a history for a new device of ours; its key is sealed to that device here. → `Reply::Done`
    Hand {
        /// Which.
        device: DeviceId,
        /// Where it is; `sealed` is not looked at.
        history: Box<History>,
        /// Opens it.
        key: HistoryKey,
    },
    /// What own relays hold for the words, to be kept elsewhere. → `Reply::ForWords`
    ForWords,
    /// Which new devices of ours wait for a history from this one. → `Reply::Newcomers`
    Newcomers,
    /// The history that was left for this device. → `Reply::Handed`
    Handed,
    /// It is all here. → `Reply::Done`
    TookHanded,
    /// Take a device off the list: it speaks for us no more. Needs the words. → `Reply::Done`
    RemoveDevice {
        /// Which; not this one.
        device: DeviceId,
        /// The 24 words.
        words: Words,
    },
}

/// A change of messages. The answer comes once it is durable here.
#[derive(Clone, Debug)]
pub enum Act {
    /// Another wording of an own text. → `Reply::Message`
    Edit {
        /// Which.
        message: OpId,
        /// As of a text.
        text: String,
        /// As of a text.
        entities: Vec<Entity>,
    },
    /// Take messages of one chat back, for everybody or from this device only. → `Reply::Done`
    Delete {
        /// Which.
        messages: Vec<OpId>,
        /// For everybody.
        for_all: bool,
    },
    /// Own reactions to a message, none to take them back. → `Reply::Message`
    React {
        /// Which.
        message: OpId,
        /// At most 3.
        emoji: Vec<String>,
    },
    /// Pin a message for everybody, or take it down. → `Reply::Message`
    Pin {
        /// Which.
        message: OpId,
        /// Pinned from now on.
        pinned: bool,
    },
    /// Say messages again elsewhere. → `Reply::Messages`
    Forward {
        /// Which, of one chat.
        messages: Vec<OpId>,
        /// Where to.
        to: Vec<ChatId>,
        /// Say who said it first, with the proof.
        attributed: bool,
    },
    /// Own vote in a poll, none to take it back. → `Reply::Message`
    Vote {
        /// The poll.
        message: OpId,
        /// Numbers of options, from 0.
        options: Vec<u8>,
    },
    /// End a poll. → `Reply::Message`
    Close(OpId),
    /// Where the sender of a live location is now; without a point, the end. → `Reply::Message`
    Point {
        /// The own live location.
        message: OpId,
        /// Where.
        point: Option<Point>,
    },
    /// See a message that can be seen once. → `Reply::Message`, with its content for the last time
    View(OpId),
    /// How long messages live from now on; none: for ever. → `Reply::Done`
    SetLifetime {
        /// Where.
        chat: ChatId,
        /// Seconds.
        ttl_s: Option<u32>,
    },
    /// Delete what was said between two times. → `Reply::Done`
    Clear {
        /// Where.
        chat: ChatId,
        /// Milliseconds since 1970, inclusive; the beginning if left out.
        from: Option<u64>,
        /// Milliseconds since 1970, exclusive; the end if left out.
        until: Option<u64>,
        /// For everybody: only what one may delete.
        for_all: bool,
    },
    /// Our user is writing. → `Reply::Done`
    Typing(ChatId),
    /// Our user wants the file of a message, and no relay has it any more. → `Reply::Done`
    Want {
        /// Where.
        chat: ChatId,
        /// Which.
        message: OpId,
    },
    /// I have seen everything in a topic up to this message. → `Reply::Done`
    ReadTopic {
        /// Where.
        chat: ChatId,
        /// Which; 0 for General.
        topic: TopicId,
        /// The last message seen.
        up_to: OpId,
    },
    /// Our user is in front of a program (said again at least every minute), or has gone. → `Reply::Done`
    Here(bool),
    /// Tell others what our user has read, and see what they have; or neither. → `Reply::Done`
    SetReadReceipts(bool),
    /// Our user has heard or seen what plays in a message. → `Reply::Message`
    Hear(OpId),
}

/// A question about messages.
#[derive(Clone, Copy, Debug)]
pub enum Look {
    /// What happened to a chat of many, ascending. → `Reply::Events`
    Events(ChatId),
    /// A chat's row, also of one that is in no list. → `Reply::Chat`
    Chat(ChatId),
    /// One message. → `Reply::Message`
    Message(OpId),
    /// All wordings of a text, the first first. → `Reply::Wordings`
    Wordings(OpId),
    /// Who reacted how. → `Reply::Reactions`
    Reactions(OpId),
    /// Who voted for what, in a poll that is not anonymous. → `Reply::Votes`
    Votes(OpId),
    /// Whether others are told roughly when our user was there last, by the day. → `Reply::SeenRoughly`
    SeenRoughly,
    /// Whether others are told what our user has read. → `Reply::ReadReceipts`
    ReadReceipts,
    /// Pinned messages of a chat, the latest first. → `Reply::Messages`
    Pinned(ChatId),
    /// Unseen messages of a chat that name our user, the first first, at most 100. → `Reply::Messages`
    Mentions(ChatId),
    /// The topics of a group. → `Reply::Topics`, General first; none if the group has none
    Topics(ChatId),
    /// What stands in a topic, as of `Command::History`. → `Reply::Messages`
    InTopic {
        /// Where.
        chat: ChatId,
        /// Which; 0 for General.
        topic: TopicId,
        /// Exclusive.
        before: Option<OpId>,
        /// 1 to 500.
        limit: usize,
    },
    /// The relays that keep what is said in a chat. → `Reply::Relays`
    Home(ChatId),
    /// The relays at which a contact is reached. → `Reply::Relays`, none for somebody else
    RelaysOf(UserId),
    /// The relays at which we are reached. → `Reply::Relays`
    OwnRelays,
}

/// The answer to a [`Command`].
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each is what the command of its name says")]
pub enum Reply {
    Done,
    Status(StatusView),
    Invite(InviteView),
    Invites(Vec<InviteView>),
    Contact(ContactView),
    Contacts(Vec<ContactView>),
    Chats(Vec<ChatView>),
    Chat(Box<ChatView>),
    Events(Vec<EventView>),
    Members(Box<MembersView>),
    Message(Box<MessageView>),
    Messages(Vec<MessageView>),
    Card(Box<Card>),
    ReadReceipts(bool),
    SeenRoughly(bool),
    Wordings(Vec<Wording>),
    Reactions(Vec<(UserId, Vec<String>)>),
    Topics(Vec<TopicView>),
    Votes(Vec<(UserId, Vec<u8>)>),
    Truth(Box<TruthView>),
    Devices(DevicesView),
    Link(LinkView),
    Folders(Vec<FolderView>),
    Stickers { packs: Vec<PackRef>, favourites: Vec<StickerAt> },
    Safety(SafetyView),
    Proof(Vec<u8>),
    OwnProfile(OwnProfileView),
    Relays(Vec<RelayHint>),
    ChatRecord(Box<ChatRecord>),
    Histories(Vec<(DeviceId, History)>),
    ForWords(Box<ForWords>),
    Newcomers(Vec<Newcomer>),
    Handed(Option<(Box<History>, HistoryKey)>),
    ChatLink(Box<ChatLinkView>),
    ChatLinks(Vec<ChatLinkView>),
    Asking(Vec<AskingView>),
    Join(Box<JoinView>),
    Joins(Vec<JoinView>),
}

/// What own relays hold for the words, without the history: records, sealed and signed as there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForWords {
    /// The account record.
    pub account: Vec<u8>,
    /// Pages of people and settings, in order.
    pub pages: Vec<Vec<u8>>,
}

/// A new device of ours, and whether a history is there for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Which.
    pub device: DeviceId,
    /// A history was left for it.
    pub left: bool,
    /// It has taken it.
    pub taken: bool,
    /// It is for this device to leave one: of those that know the chats it is the first.
    pub ours: bool,
}

/// A change of how a chat stands in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListChange {
    /// Above the others, the last pinned highest; or no more.
    Pin(bool),
    /// Put away; it comes back with news unless it is quiet.
    Archive(bool),
    /// Quiet until then, milliseconds since 1970; 0 ends it, `view::FOR_EVER` is for ever.
    MuteUntil(u64),
    /// To be looked at again.
    MarkUnread(bool),
    /// A text that was begun; empty for none.
    Draft(String),
}

/// Why a command was refused; nothing changed. The texts say what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// The thing named does not exist.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// An argument is wrong.
    #[error("{0}")]
    Invalid(String),
    /// It cannot be done now.
    #[error("{0}")]
    Refused(String),
    /// The store failed; the node stops.
    #[error("{0}")]
    Store(String),
}

/// What people and programs are told.
#[derive(Clone, Debug)]
pub enum Event {
    /// The answer to a command.
    Reply {
        /// The command's number.
        id: u64,
        /// The answer.
        result: Box<Result<Reply, CommandError>>,
    },
    /// A message is new or looks different.
    Message(Box<MessageView>),
    /// A message is not shown any more.
    Gone {
        /// Where.
        chat: ChatId,
        /// Which.
        message: OpId,
    },
    /// Somebody is writing. It holds for some seconds, until a message of theirs comes.
    Typing {
        /// Where.
        chat: ChatId,
        /// Who.
        user: UserId,
    },
    /// Somebody wants the file of a message, and no relay has it any more.
    Wanted {
        /// Where.
        chat: ChatId,
        /// Which.
        message: OpId,
    },
    /// All own messages of a chat whose `order` is at most `through` are at least this far.
    Ticks {
        /// Where.
        chat: ChatId,
        /// How far.
        ticks: Ticks,
        /// Compares with [`MessageView::order`].
        through: String,
    },
    /// Something that was asked for earlier cannot be done (any more), and why.
    Refused {
        /// Where.
        chat: ChatId,
        /// In words.
        why: String,
    },
    /// A chat's row in the list is new or looks different.
    Chat(Box<ChatView>),
    /// A contact or contact request is new or looks different.
    Contact(Box<ContactView>),
    /// Somebody asks to be let into a chat by a link, or does not any more.
    Asking(ChatId),
    /// Own requests to be let in came, went, or look different.
    Joins,
    /// Own profile changed.
    Profile(Profile),
    /// The list of own devices changed.
    Devices,
    /// A device is being linked, and something happened.
    Link(Box<LinkView>),
    /// The folders of chats changed.
    Folders,
    /// A relay came or went.
    Relays,
    /// The core stopped for good: its store is broken. The shell ends the node and shows why.
    Stopped(String),
}
