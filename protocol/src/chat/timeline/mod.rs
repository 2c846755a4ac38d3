//! What is said in a chat, merged: the same messages, wordings, reactions, votes and pins on every replica, in
//! whatever order operations arrive (protocol.md, section 1). Nothing waits for agreement.
//!
//! | change | rule |
//! |---|---|
//! | edit | by the author; the last by (counter, time, id) is shown, the newest 64 are kept |
//! | deletion, "seen" | by the author or with the right; for ever: the body and all that hung on it go |
//! | reaction | a person's last by (time, id) |
//! | vote | a person's highest counter before the poll's end, see [`crate::content::vote`] |
//! | close | the earliest by (time, id) |
//! | pin, lifetime | the last by (time, id) of those with the right |
//! | heard | by others than the author; a person's first by (time, id) |
//! | live location | by the author, within its time; the last by (counter, time, id) |
//!
//! A change of a message that has not arrived waits for it ([`waiting`]). What is refused is refused by what is signed
//! alone, so everybody refuses the same. Every write is one operation's size plus a constant: reactions, votes and
//! wordings are rows of their own, counts are kept beside them.
//!
//! * [`merge`]: the rules. [`poll`]: those of votes. [`row`]: the rows. [`hash`]: the state in one hash.
//! * [`rights`]: what is asked about people. [`searched`]: what a search looks for. [`archived`]: what is kept
//!   elsewhere.
//!
//! Not here: whether an operation is in its place in its device's log; views; clocks (expiry is told).

pub mod archived;
pub mod hash;
pub mod merge;
pub mod poll;
pub mod rights;
pub mod row;
pub mod searched;
#[cfg(test)]
mod tests;
pub mod waiting;

use crate::ids::{ChatId, OpId};
use crate::store::ReadError;
pub use crate::store::overlay::Rows;
use rights::Rights;
use row::Place;
use thiserror::Error;
use waiting::Waiting;

/// The store is broken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Broken {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A row that this program wrote does not decode.
    #[error("the row of {0} in the store is damaged")]
    Row(&'static str),
}

/// Which rule an operation breaks. It changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The device is nobody's in this chat.
    #[error("its device is not in the chat")]
    NotMember,
    /// A right is missing.
    #[error("its author has not the right to do that")]
    MayNot(rights::Right),
    /// The chat does not permit it.
    #[error(transparent)]
    Denied(#[from] crate::chat::control::rules::Denied),
    /// Only the author may.
    #[error("only the author of a message may do that")]
    NotAuthor,
    /// Only others may.
    #[error("the author of a message cannot do that")]
    OwnMessage,
    /// It names something that is no message of this chat.
    #[error("it names something that is no message of this chat")]
    NotAMessage,
    /// The message cannot be changed so.
    #[error("the message cannot be edited: only own texts can, that were not forwarded")]
    NotEditable,
    /// It names no poll.
    #[error("it names a message that is no poll")]
    NotAPoll,
    /// Not so many options, or not these.
    #[error("the poll has no such options, or takes only one")]
    NoSuchOption,
    /// A quiz takes one vote.
    #[error("a quiz takes one vote, and for good")]
    QuizOnce,
    /// Behind the poll's end.
    #[error("the poll was closed before")]
    Closed,
    /// It names no message that can be seen once.
    #[error("the message can be seen more than once")]
    NotViewOnce,
    /// It names nothing that is listened to.
    #[error("the message is no voice message and no video")]
    NotListenedTo,
    /// It names no live location, or one that has ended.
    #[error("it names no live location, or one whose time is over")]
    NotLive,
    /// Too many changes of this device wait for messages.
    #[error("too many changes of one device wait for messages that are not there")]
    TooManyWaiting,
}

impl Refused {
    /// A name to count by.
    pub fn name(&self) -> &'static str {
        match self {
            Refused::NotMember => "sender not in the chat",
            Refused::MayNot(_) => "operation without the right",
            Refused::Denied(_) => "operation that the chat does not permit",
            Refused::NotAuthor => "change of another's message",
            Refused::OwnMessage => "view or hearing of an own message",
            Refused::NotAMessage => "change of what is no message here",
            Refused::NotEditable => "edit of what cannot be edited",
            Refused::NotAPoll => "vote in what is no poll",
            Refused::NoSuchOption => "vote for what is no option",
            Refused::QuizOnce => "second vote in a quiz",
            Refused::Closed => "vote after the close",
            Refused::NotViewOnce => "view of what can be seen again",
            Refused::NotListenedTo => "hearing of what does not play",
            Refused::NotLive => "point of what is not live",
            Refused::TooManyWaiting => "too many changes wait",
        }
    }
}

/// What people have to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message is there.
    New(Place),
    /// A message looks different.
    Altered(Place),
    /// A message's body is gone now.
    Lost(Place),
    /// A message is not shown any more.
    Gone(Place),
    /// How long messages live from now on.
    Lifetime,
}

/// One chat's messages, while one input is worked off.
pub struct Timeline<'a> {
    chat: ChatId,
    rows: Rows<'a>,
    rights: &'a dyn Rights,
    waiting: &'a mut Waiting,
    changes: Vec<Change>,
    refused: Vec<Refused>,
}

impl<'a> Timeline<'a> {
    /// A chat's messages.
    pub fn new(chat: ChatId, rows: Rows<'a>, rights: &'a dyn Rights, waiting: &'a mut Waiting) -> Self {
        Self { chat, rows, rights, waiting, changes: Vec::new(), refused: Vec::new() }
    }

    /// What happened: news for people, and what was refused of operations that had waited.
    pub fn finish(self) -> (Vec<Change>, Vec<Refused>) {
        (self.changes, self.refused)
    }

    /// Where a message is, if it is there.
    pub fn place(&self, message: &OpId) -> Result<Option<Place>, Broken> {
        Ok(merge::find(&self.rows, message)?.filter(|(chat, _)| *chat == self.chat).map(|(_, place)| place))
    }
}
