//! The JSON shapes of what programs ask to do with messages.

use super::message::{Entity, Point, Venue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As it is; URLs, e-mail addresses and hashtags are found.
    #[default]
    Plain,
    /// `**bold**`, `*italic*`, `__underline__`, `~~strike~~`, `||spoiler||`, `` `code` ``, fences, `[text](url)`,
    /// `> quote`.
    Markdown,
}

/// Send a text.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendText {
    /// 1 to 4096 UTF-16 units, not only white space.
    pub text: String,
    /// How it is read; not together with `entities`.
    #[serde(default)]
    #[schema(required = false)]
    pub format: Format,
    /// Its formatting, made by the caller: then nothing is looked for in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub entities: Vec<Entity>,
    /// The id of the message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<String>,
    /// The part of that message that is meant, 1 to 1024 units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub quote: Option<String>,
    /// Where the quoted part begins, in UTF-16 units.
    #[serde(default)]
    #[schema(required = false)]
    pub quote_offset: u32,
    /// It destroys itself so many seconds after it was written, at most 366 days; the chat's rule if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ttl_s: Option<u32>,
    /// It is gone when the other has seen it.
    #[serde(default)]
    #[schema(required = false)]
    pub view_once: bool,
    /// The topic that it stands in, see `/api/chats/{chat}/topics`; 0 for General.
    #[serde(default)]
    #[schema(required = false)]
    pub topic: u64,
    /// 32 hexadecimal characters, random: a request repeated with the same number sends nothing twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nonce: Option<String>,
}

/// Another wording of an own text.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditText {
    /// As of a new text.
    pub text: String,
    /// As of a new text.
    #[serde(default)]
    #[schema(required = false)]
    pub format: Format,
    /// As of a new text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub entities: Vec<Entity>,
}

/// Delete messages of one chat.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// Ids.
    pub messages: Vec<String>,
    /// For everybody; otherwise on this device only.
    pub for_all: bool,
}

/// Own reactions to a message.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct React {
    /// At most 3; none takes them back.
    pub emoji: Vec<String>,
}

/// Pin a message or take it down.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPin {
    /// Pinned from now on.
    pub pinned: bool,
}

/// Say messages again elsewhere.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardMessages {
    /// Ids, in the order wanted.
    pub messages: Vec<String>,
    /// Ids of chats.
    pub to: Vec<String>,
    /// Say who said it first, with the proof; true if left out.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub attributed: bool,
}

fn yes() -> bool {
    true
}

/// Ask people.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendPoll {
    /// 1 to 300 units.
    pub question: String,
    /// 2 to 12 of 1 to 100 units.
    pub options: Vec<String>,
    /// People are not shown who voted for what (a modified program could).
    #[serde(default)]
    #[schema(required = false)]
    pub anonymous: bool,
    /// More than one option may be chosen.
    #[serde(default)]
    #[schema(required = false)]
    pub multiple: bool,
    /// Makes it a quiz: the number of the right option, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub right: Option<u8>,
    /// Of a quiz, shown after the vote.
    #[serde(default)]
    #[schema(required = false)]
    pub explanation: String,
    /// It closes by itself then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closes: Option<u64>,
    /// The topic that it stands in; 0 for General.
    #[serde(default)]
    #[schema(required = false)]
    pub topic: u64,
    /// As of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nonce: Option<String>,
}

/// Own vote.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CastVote {
    /// Numbers of options, from 0; none takes the vote back.
    pub options: Vec<u8>,
}

/// Send a contact card: a contact's (or the own) with their key, or one of another program.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendCard {
    /// The id of a contact, or the own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user: Option<String>,
    /// A vCard 3.0 or 4.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub vcard: Option<String>,
    /// The topic that it stands in; 0 for General.
    #[serde(default)]
    #[schema(required = false)]
    pub topic: u64,
    /// As of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nonce: Option<String>,
}

/// Send a place.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendLocation {
    /// Where.
    pub point: Point,
    /// What is there; not together with `live_s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub venue: Option<Venue>,
    /// Go on telling for so many seconds, 60 to 86,400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub live_s: Option<u32>,
    /// The topic that it stands in; 0 for General.
    #[serde(default)]
    #[schema(required = false)]
    pub topic: u64,
    /// As of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nonce: Option<String>,
}

/// The next point of an own live location.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovePoint {
    /// Where; without it, the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub point: Option<Point>,
}

/// How long messages of a chat live from now on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLifetime {
    /// Seconds, at most 366 days; left out: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ttl_s: Option<u32>,
}

/// Delete what was said between two times.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Clear {
    /// Inclusive; the beginning if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<u64>,
    /// Exclusive; the end if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<u64>,
    /// For everybody; otherwise on this device only.
    pub for_all: bool,
}

/// Delete a chat with all that was said in it.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteChat {
    /// At the other of a private chat, too; a group or channel of one's own is taken down. Otherwise on all own devices.
    pub for_all: bool,
}

/// Whether others are told what we have read. Who does not tell is not told either.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadReceipts {
    /// They are.
    pub told: bool,
}

/// How exactly others are told when one was there last.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LastSeen {
    /// By the day only, and no "online"; one is told no more of others then. Otherwise by the minute.
    pub roughly: bool,
}

/// Whether somebody is in front of a program.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Here {
    /// True: said again at least every minute. False: gone.
    pub here: bool,
}
