//! The JSON shapes of searches.

use super::message::Message;
use chappe_protocol::chat::timeline::searched::Kind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is looked for. Words, a filter, or both.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchFor {
    /// Words, all of which are in the message, also as beginnings: `word`; `"one behind the other"`; `-not this`. At most
    /// 1,024 bytes and 24 words. Capitals and accents make no difference.
    #[serde(default)]
    #[param(required = false)]
    pub q: String,
    /// In this chat (its id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub chat: Option<String>,
    /// By this person (their id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub from: Option<String>,
    /// Of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false, inline)]
    pub kind: Option<FoundKind>,
    /// Said at this time or later, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub after: Option<u64>,
    /// Said before this time, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub before: Option<u64>,
    /// With a link, or without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub link: Option<bool>,
    /// 1 to 100; 20 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false, minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
    /// What the page before says in `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub before_cursor: Option<String>,
}

/// Kinds of messages that can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// Texts.
    Text,
    /// Polls, by question and options.
    Poll,
    /// Contact cards, by all that stands on them.
    Card,
    /// Places, by name and address.
    Location,
    /// All files, by caption and name.
    File,
    /// Pictures and videos.
    Media,
    /// Voice messages.
    Voice,
    /// Files that are neither.
    Document,
}

impl FoundKind {
    /// As the index has them.
    pub(in crate::api) fn kinds(self) -> &'static [Kind] {
        match self {
            FoundKind::Text => &[Kind::Text],
            FoundKind::Poll => &[Kind::Poll],
            FoundKind::Card => &[Kind::Card],
            FoundKind::Location => &[Kind::Location],
            FoundKind::File => &[Kind::File, Kind::Media, Kind::Voice],
            FoundKind::Media => &[Kind::Media],
            FoundKind::Voice => &[Kind::Voice],
            FoundKind::Document => &[Kind::File],
        }
    }
}

/// What was found, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchFound {
    /// This page's.
    pub hits: Vec<SearchHit>,
    /// How many there are; of phrases and of blocked people's messages an upper bound.
    pub total: u64,
    /// No message has the words as they were typed; these have similar ones.
    pub similar: bool,
    /// All messages were looked at. False while the index is being made; ask again then.
    pub complete: bool,
    /// For `before_cursor`, if there may be more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<String>,
}

/// A message that was found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// It.
    pub message: Message,
    /// The parts of its text that were looked for, ascending, apart.
    pub highlights: Vec<Highlight>,
}

/// A part of a text, in UTF-16 units, as in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Highlight {
    /// Where it begins.
    pub offset: u32,
    /// How long it is, at least 1.
    pub length: u32,
}
