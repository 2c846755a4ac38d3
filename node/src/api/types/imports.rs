//! JSON shapes of chats that come from another messenger. Ids of people, chats and messages there are any texts.

use super::message::{Entity, Point, Venue};
use crate::telegram::convert::Left;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A chat of another messenger.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportChat {
    /// Unique over all messengers, such as `telegram:123`.
    pub id: String,
    /// A channel; a group if left out, also for a conversation of two.
    #[serde(default)]
    #[schema(required = false)]
    pub channel: bool,
    /// 1 to 512 bytes.
    pub title: String,
    /// When it began.
    pub created: u64,
    /// Who said something, at most 1,999; without our own user.
    pub people: Vec<ImportPerson>,
}

/// Somebody in another messenger.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPerson {
    /// Unique there.
    pub id: String,
    /// 1 to 128 bytes.
    pub name: String,
}

/// The chat that takes it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportedChat {
    /// Its id here.
    pub chat: String,
}

/// Messages of another messenger, the oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportMessages {
    /// At most 256.
    pub messages: Vec<ImportMessage>,
}

/// A message of another messenger.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportMessage {
    /// Its number there, unique in the chat; orders what has the same time.
    pub number: u64,
    /// Who wrote it; our own user if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
    /// When it was written.
    pub at: u64,
    /// When it got its last wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub edited: Option<u64>,
    /// The text, or what is said about a file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub text: String,
    /// Its formatting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub entities: Vec<Entity>,
    /// The id here of the message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<String>,
    /// Who said it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub forward: Option<ImportForward>,
    /// A place, in place of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<ImportPlace>,
    /// A file, as `POST /api/imports/{chat}/files` named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub file: Option<String>,
    /// What people felt about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub reactions: Vec<ImportReaction>,
}

/// Who said something first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportForward {
    /// Their id there, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    /// 1 to 128 bytes.
    pub name: String,
}

/// A place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPlace {
    /// Where.
    pub point: Point,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub venue: Option<Venue>,
}

/// What somebody felt.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportReaction {
    /// An emoji.
    pub emoji: String,
    /// Who; our own user if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
}

/// The messages here, in the order in which they came.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportedMessages {
    /// Their ids.
    pub ids: Vec<String>,
}

/// A file of a message that will come. The file itself is the request's body, with its `Content-Length`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportFile {
    /// Where it comes from, unique in the chat, at most 1,024 bytes; under this it is not taken twice.
    pub source: String,
    /// A name without folders, at most 255 bytes.
    pub name: String,
    /// Its media type; by its name if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub mime: Option<String>,
    /// True: it becomes a voice message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[param(required = false)]
    pub voice: bool,
    /// Pixels of a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub width: Option<u32>,
    /// Pixels of a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub height: Option<u32>,
    /// How long a video plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub duration_ms: Option<u32>,
}

/// Which file.
#[derive(Clone, Debug, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportSource {
    /// Where it comes from.
    pub source: String,
}

/// A file that is here.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportedFile {
    /// For [`ImportMessage`]. It holds the file's key: keep it to yourself.
    pub file: String,
}

/// What is in an export of Telegram Desktop that was handed over.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TelegramExport {
    /// Chats with something that can be taken.
    pub chats: Vec<TelegramChat>,
    /// False: say who exported it (`me`), or own messages in groups look like another's.
    pub knows_me: bool,
    /// Names in it, to say that; none if it is known.
    pub names: Vec<String>,
}

/// What is in one chat of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TelegramChat {
    /// As of `ImportChat`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// A channel.
    pub channel: bool,
    /// When its first message was written.
    pub first: u64,
    /// When its last one was.
    pub last: u64,
    /// Messages that are taken.
    pub messages: u64,
    /// Files that it names.
    pub files: u64,
    /// Files that were not exported.
    pub missing: u64,
    /// Messages whose formatting is not taken.
    pub unformatted: u64,
    /// Reactions of which it does not say whose they are.
    pub nameless: u64,
    /// What is not taken.
    pub left: Vec<TelegramLeft>,
}

/// Messages that are not taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TelegramLeft {
    /// Why.
    pub why: Left,
    /// How many.
    pub count: u64,
}

/// Who exported it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TelegramMe {
    /// A name or an id in it, if it does not say so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub me: Option<String>,
}

/// Which chats of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadTelegram {
    /// Their ids, as of [`TelegramChat`].
    pub chats: Vec<String>,
}

/// One line of what is read: a chat begins, or a message of the chat that began last.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TelegramLine {
    /// For `POST /api/imports`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub chat: Option<ImportChat>,
    /// For `POST /api/imports/{chat}/messages`, without what it answers and its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<ImportMessage>,
    /// The number of the message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<u64>,
    /// Its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub media: Option<TelegramMedia>,
}

/// A file of an exported message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TelegramMedia {
    /// Below the export's folder.
    pub path: String,
    /// As of `POST /api/imports/{chat}/files`.
    pub name: String,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mime: Option<String>,
    /// The same.
    pub voice: bool,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub width: Option<u32>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub height: Option<u32>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub duration_ms: Option<u32>,
}
