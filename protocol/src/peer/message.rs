//! A message as people see it: the latest wording, what hangs on it, what is left of it.
//!
//! Not here: how it is made from rows (`chat::show`).

use super::view::Ticks;
use crate::chat::control::topic::TopicId;
use crate::content::card::Card;
use crate::content::file::File;
use crate::content::location::{Point, Venue};
use crate::content::rich::Entity;
use crate::ids::{ChatId, OpId, UserId};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: OpId,
    /// Where.
    pub chat: ChatId,
    /// Who wrote it.
    pub from: UserId,
    /// What we call whoever wrote it; empty for a post of a channel that does not name its authors.
    pub author: String,
    /// We did.
    pub mine: bool,
    /// The text in its latest wording; of other kinds a line that says what it is.
    pub text: String,
    /// The formatting of `text`.
    pub entities: Vec<Entity>,
    /// What it is.
    pub content: Content,
    /// When it was written, milliseconds since 1970 by the writer's clock (at most five minutes ahead of ours).
    pub at: u64,
    /// Position in the chat; sorts as bytes.
    pub order: String,
    /// How far, if ours.
    pub ticks: Option<Ticks>,
    /// What it answers.
    pub reply: Option<ReplyView>,
    /// Who said it first.
    pub forward: Option<ForwardView>,
    /// When it got its latest wording, milliseconds since 1970; none if it is the first.
    pub edited: Option<u64>,
    /// What people feel about it, the most frequent first.
    pub reactions: Vec<ReactionView>,
    /// It is pinned.
    pub pinned: bool,
    /// When it destroys itself, milliseconds since 1970.
    pub expires: Option<u64>,
    /// The topic that it stands in; 0 for none.
    pub topic: TopicId,
    /// Of a channel's post: how many have seen it, as far as they tell; none where it is not counted.
    pub views: Option<u64>,
    /// Of a voice message or video: our user has heard it, or, if it is theirs, somebody else has.
    pub heard: Option<bool>,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text.
    Text,
    /// A poll.
    Poll(PollView),
    /// A contact card.
    Card(Box<CardView>),
    /// A place.
    Location(LocationView),
    /// A file; its caption is the message's text.
    File(Box<File>),
    /// It can be seen once; nothing of it is shown before.
    ViewOnce,
    /// It could be seen once, and was.
    Viewed,
    /// It was deleted.
    Deleted {
        /// By whom.
        by: UserId,
    },
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyView {
    /// The message.
    pub to: OpId,
    /// Who wrote that; none if it is not here.
    pub from: Option<UserId>,
    /// The beginning of its text, at most 200 characters.
    pub text: String,
    /// The part that is meant.
    pub quote: Option<String>,
    /// The quoted part does not stand there (any more), as far as we know.
    pub quote_differs: bool,
}

/// Who said a forwarded message first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardView {
    /// Who.
    pub user: UserId,
    /// What the forwarder calls them.
    pub name: String,
    /// When, milliseconds since 1970.
    pub at: u64,
    /// Their signature was checked; otherwise it is the forwarder's word.
    pub verified: bool,
}

/// One emoji.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionView {
    /// Which.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// We among them.
    pub mine: bool,
}

/// One option of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView {
    /// What it says.
    pub text: String,
    /// People who chose it.
    pub votes: u32,
    /// We among them.
    pub chosen: bool,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollView {
    /// In their order.
    pub options: Vec<OptionView>,
    /// People with a vote.
    pub voters: u32,
    /// Who voted for what is not shown.
    pub anonymous: bool,
    /// More than one may be chosen.
    pub multiple: bool,
    /// It is a quiz.
    pub quiz: bool,
    /// The right option of a quiz; shown once we voted, or at its end.
    pub right: Option<u8>,
    /// Why; shown with `right`.
    pub explanation: String,
    /// It is over.
    pub closed: bool,
    /// When it closes by itself, milliseconds since 1970.
    pub closes: Option<u64>,
}

/// A contact card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardView {
    /// What it says.
    pub card: Card,
    /// As vCard 4.0.
    pub vcard: String,
    /// What we call this key already, if we know it.
    pub known_as: Option<String>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationView {
    /// Where, or where the sender was last.
    pub point: Point,
    /// What is there.
    pub venue: Option<Venue>,
    /// It is live until then, milliseconds since 1970; none if it never was.
    pub live_until: Option<u64>,
    /// The sender goes on telling.
    pub live: bool,
    /// When the point was told, milliseconds since 1970.
    pub updated: u64,
}

/// One wording of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// The text.
    pub text: String,
    /// Its formatting.
    pub entities: Vec<Entity>,
    /// When, milliseconds since 1970.
    pub at: u64,
}
