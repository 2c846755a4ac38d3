//! What people say: one kind a file, and here the one exhaustive match over kinds.
//!
//! A body is canonical CBOR. A kind this version does not know stays as bytes ([`Body::Unknown`]) and is kept and
//! forwarded, so that a newer version of this program can show it later.
//!
//! Kinds are of three sorts ([`Sort`]): messages stand in the timeline; others change a message that is named in them;
//! states stand outside a device's log. How they merge is in `chat::timeline`, the bytes are in docs/wire/content.md.
//!
//! [`rich`], [`head`] and [`forward`] are parts of several kinds; [`markdown`] and [`vcard`] are other programs' texts;
//! [`mention`] finds who is named.

pub mod card;
pub mod close;
pub mod decided;
pub mod delete;
pub mod edit;
pub mod file;
pub mod forward;
pub mod head;
pub mod heard;
pub mod hello;
pub mod leave;
pub mod lifetime;
pub mod live;
pub mod location;
pub mod markdown;
pub mod mention;
pub mod moved;
pub mod pin;
pub mod play;
pub mod poll;
pub mod presence;
pub mod reaction;
pub mod receipt;
pub mod rich;
pub mod sticker;
pub mod stray;
pub mod text;
pub mod typing;
pub mod vcard;
pub mod viewed;
pub mod vote;
pub mod wanted;
pub mod welcome;

use crate::limits::OP_MAX;
use crate::wire::{WireError, cbor, registry::kind};
use serde::{Serialize, de::DeserializeOwned};

/// The body of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A text message.
    Text(text::Text),
    /// The contact request was accepted.
    Hello(hello::Hello),
    /// Another wording of a text.
    Edit(edit::Edit),
    /// Messages taken back.
    Delete(delete::Delete),
    /// What a person feels about a message.
    Reaction(reaction::Reaction),
    /// A message pinned or taken down.
    Pin(pin::Pin),
    /// A poll or quiz.
    Poll(poll::Poll),
    /// A vote.
    Vote(vote::Vote),
    /// The end of a poll.
    Close(close::Close),
    /// A contact card.
    Card(card::Card),
    /// A place.
    Location(location::Location),
    /// A file.
    File(Box<file::File>),
    /// The next point of a live location.
    Live(live::Live),
    /// How long messages live from now on.
    Lifetime(lifetime::Lifetime),
    /// A message was seen that can be seen once.
    Viewed(viewed::Viewed),
    /// A voice message or video was heard.
    Heard(heard::Heard),
    /// A part of the way into another chat.
    Welcome(welcome::Welcome),
    /// We leave.
    Leave(leave::Leave),
    /// Delivered and read up to here.
    Receipt(receipt::Receipt),
    /// The next control block is decided.
    Moved(moved::Moved),
    /// Which control block is decided, with its receipt.
    Decided(Box<decided::Decided>),
    /// A device asks to be let in again.
    Stray(stray::Stray),
    /// A part of the way in for such a device.
    Recall(welcome::Welcome),
    /// Somebody is writing.
    Typing(typing::Typing),
    /// Somebody is there, or has gone.
    Presence(presence::Presence),
    /// Somebody wants a file that no relay has any more.
    Wanted(wanted::Wanted),
    /// A kind of a later version.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its body.
        bytes: Vec<u8>,
    },
}

/// What a kind does to a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It stands in the timeline and people see it.
    Message,
    /// It changes a message or the chat.
    Change,
    /// It is neither: it is for the program, or of a later version.
    Other,
    /// It stands outside the device's log.
    State,
}

/// A pattern: every body that is no message. A match on messages stays exhaustive by it, and a new kind that is none
/// stands here, once.
macro_rules! no_message {
    () => {
        $crate::content::Body::Hello(_)
            | $crate::content::Body::Welcome(_)
            | $crate::content::Body::Leave(_)
            | $crate::content::Body::Edit(_)
            | $crate::content::Body::Delete(_)
            | $crate::content::Body::Reaction(_)
            | $crate::content::Body::Pin(_)
            | $crate::content::Body::Vote(_)
            | $crate::content::Body::Close(_)
            | $crate::content::Body::Live(_)
            | $crate::content::Body::Lifetime(_)
            | $crate::content::Body::Viewed(_)
            | $crate::content::Body::Heard(_)
            | $crate::content::Body::Receipt(_)
            | $crate::content::Body::Moved(_)
            | $crate::content::Body::Decided(_)
            | $crate::content::Body::Stray(_)
            | $crate::content::Body::Recall(_)
            | $crate::content::Body::Typing(_)
            | $crate::content::Body::Presence(_)
            | $crate::content::Body::Wanted(_)
            | $crate::content::Body::Unknown { .. }
    };
}
pub(crate) use no_message;

impl Body {
    /// The number in `wire::registry::kind`.
    pub fn kind(&self) -> u16 {
        match self {
            Body::Text(_) => kind::TEXT,
            Body::Hello(_) => kind::HELLO,
            Body::Edit(_) => kind::EDIT,
            Body::Delete(_) => kind::DELETE,
            Body::Reaction(_) => kind::REACTION,
            Body::Pin(_) => kind::PIN,
            Body::Poll(_) => kind::POLL,
            Body::Vote(_) => kind::VOTE,
            Body::Close(_) => kind::CLOSE,
            Body::Card(_) => kind::CARD,
            Body::Location(_) => kind::LOCATION,
            Body::File(_) => kind::FILE,
            Body::Live(_) => kind::LIVE,
            Body::Lifetime(_) => kind::LIFETIME,
            Body::Viewed(_) => kind::VIEWED,
            Body::Heard(_) => kind::HEARD,
            Body::Welcome(_) => kind::WELCOME,
            Body::Leave(_) => kind::LEAVE,
            Body::Receipt(_) => kind::RECEIPT,
            Body::Moved(_) => kind::MOVED,
            Body::Decided(_) => kind::DECIDED,
            Body::Stray(_) => kind::STRAY,
            Body::Recall(_) => kind::RECALL,
            Body::Typing(_) => kind::TYPING,
            Body::Presence(_) => kind::PRESENCE,
            Body::Wanted(_) => kind::WANTED,
            Body::Unknown { kind, .. } => *kind,
        }
    }

    /// What it does to a chat.
    pub fn sort(&self) -> Sort {
        match self {
            Body::Text(_) | Body::Poll(_) | Body::Card(_) | Body::Location(_) | Body::File(_) => Sort::Message,
            Body::Edit(_)
            | Body::Delete(_)
            | Body::Reaction(_)
            | Body::Pin(_)
            | Body::Vote(_)
            | Body::Close(_)
            | Body::Live(_)
            | Body::Lifetime(_)
            | Body::Viewed(_)
            | Body::Heard(_) => Sort::Change,
            Body::Hello(_) | Body::Welcome(_) | Body::Leave(_) | Body::Unknown { .. } => Sort::Other,
            Body::Receipt(_)
            | Body::Moved(_)
            | Body::Decided(_)
            | Body::Stray(_)
            | Body::Recall(_)
            | Body::Typing(_)
            | Body::Presence(_)
            | Body::Wanted(_) => Sort::State,
        }
    }

    /// What a message carries beside its content.
    pub fn head(&self) -> Option<&head::Head> {
        match self {
            Body::Text(text) => Some(&text.head),
            Body::Poll(poll) => Some(&poll.head),
            Body::Card(card) => Some(&card.head),
            Body::Location(location) => Some(&location.head),
            Body::File(file) => Some(&file.head),
            no_message!() => None,
        }
    }

    /// As [`Self::head`], to be changed.
    pub fn head_mut(&mut self) -> Option<&mut head::Head> {
        match self {
            Body::Text(text) => Some(&mut text.head),
            Body::Poll(poll) => Some(&mut poll.head),
            Body::Card(card) => Some(&mut card.head),
            Body::Location(location) => Some(&mut location.head),
            Body::File(file) => Some(&mut file.head),
            no_message!() => None,
        }
    }

    /// Canonical bytes.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        match self {
            Body::Text(text) => text.encode(),
            Body::Hello(hello) => hello.encode(),
            Body::Edit(edit) => edit.encode(),
            Body::Delete(delete) => delete.encode(),
            Body::Reaction(reaction) => reaction.encode(),
            Body::Pin(pin) => pin.encode(),
            Body::Poll(poll) => poll.encode(),
            Body::Vote(vote) => vote.encode(),
            Body::Close(close) => close.encode(),
            Body::Card(card) => card.encode(),
            Body::Location(location) => location.encode(),
            Body::File(file) => file.encode(),
            Body::Live(live) => live.encode(),
            Body::Lifetime(lifetime) => lifetime.encode(),
            Body::Viewed(viewed) => viewed.encode(),
            Body::Heard(heard) => heard.encode(),
            Body::Welcome(welcome) => welcome.encode(),
            Body::Leave(leave) => Ok(leave.encode()),
            Body::Receipt(receipt) => receipt.encode(),
            Body::Moved(moved) => moved.encode(),
            Body::Decided(decided) => Ok(decided.encode()),
            Body::Stray(stray) => stray.encode(),
            Body::Recall(part) => part.encode(),
            Body::Typing(typing) => typing.encode(),
            Body::Presence(presence) => presence.encode(),
            Body::Wanted(wanted) => wanted.encode(),
            Body::Unknown { bytes, .. } => Ok(bytes.clone()),
        }
    }

    /// Reads and checks a body of a kind.
    pub fn decode(number: u16, bytes: &[u8]) -> Result<Self, WireError> {
        match number {
            kind::TEXT => text::Text::decode(bytes).map(Body::Text),
            kind::HELLO => hello::Hello::decode(bytes).map(Body::Hello),
            kind::EDIT => edit::Edit::decode(bytes).map(Body::Edit),
            kind::DELETE => delete::Delete::decode(bytes).map(Body::Delete),
            kind::REACTION => reaction::Reaction::decode(bytes).map(Body::Reaction),
            kind::PIN => pin::Pin::decode(bytes).map(Body::Pin),
            kind::POLL => poll::Poll::decode(bytes).map(Body::Poll),
            kind::VOTE => vote::Vote::decode(bytes).map(Body::Vote),
            kind::CLOSE => close::Close::decode(bytes).map(Body::Close),
            kind::CARD => card::Card::decode(bytes).map(Body::Card),
            kind::LOCATION => location::Location::decode(bytes).map(Body::Location),
            kind::FILE => file::File::decode(bytes).map(|file| Body::File(Box::new(file))),
            kind::LIVE => live::Live::decode(bytes).map(Body::Live),
            kind::LIFETIME => lifetime::Lifetime::decode(bytes).map(Body::Lifetime),
            kind::VIEWED => viewed::Viewed::decode(bytes).map(Body::Viewed),
            kind::HEARD => heard::Heard::decode(bytes).map(Body::Heard),
            kind::WELCOME => welcome::Welcome::decode(bytes).map(Body::Welcome),
            kind::LEAVE => leave::Leave::decode(bytes).map(Body::Leave),
            kind::RECEIPT => receipt::Receipt::decode(bytes).map(Body::Receipt),
            kind::MOVED => moved::Moved::decode(bytes).map(Body::Moved),
            kind::DECIDED => decided::Decided::decode(bytes).map(|decided| Body::Decided(Box::new(decided))),
            kind::STRAY => stray::Stray::decode(bytes).map(Body::Stray),
            kind::RECALL => welcome::Welcome::decode(bytes).map(Body::Recall),
            kind::TYPING => typing::Typing::decode(bytes).map(Body::Typing),
            kind::PRESENCE => presence::Presence::decode(bytes).map(Body::Presence),
            kind::WANTED => wanted::Wanted::decode(bytes).map(Body::Wanted),
            _ => Ok(Body::Unknown { kind: number, bytes: bytes.to_vec() }),
        }
    }
}

/// True for kinds that stand outside a device's hash-linked log.
pub fn is_state(kind: u16) -> bool {
    kind >= kind::FIRST_STATE
}

/// True for kinds that people see as a message.
pub fn is_message(number: u16) -> bool {
    matches!(number, kind::TEXT | kind::POLL | kind::CARD | kind::LOCATION | kind::FILE)
}

/// Reads bytes that are exactly what [`cbor::encode`] writes for the value: no unknown field, nothing written that
/// could be left out.
fn canonical<T: Serialize + DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T, WireError> {
    let value = cbor::decode::<T>(bytes, what, OP_MAX)?;
    if cbor::encode(&value)? == bytes { Ok(value) } else { Err(WireError::Invalid(what)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_are_messages_are_known_by_their_number() {
        let plain = text::Text::new("x".into()).map(Body::Text).unwrap();
        let hello = Body::Unknown { kind: 999, bytes: vec![] };
        for body in [plain, hello] {
            assert_eq!(is_message(body.kind()), body.sort() == Sort::Message);
        }
    }
}
