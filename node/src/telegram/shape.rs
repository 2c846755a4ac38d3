//! The JSON of an export. Unknown fields are left alone: versions of Telegram Desktop differ. What is not written is left out.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Begins what stands in the place of a file that was not exported.
pub const NOT_THERE: &str = "(File";

/// What a chat is, without its messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatHead {
    /// Null for a deleted account.
    #[serde(default)]
    pub name: Option<String>,
    /// `personal_chat`, `private_group`, …
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Unique within a kind.
    #[serde(default)]
    pub id: i64,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Unique in the chat, ascending.
    pub id: i64,
    /// `message` or `service`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Local time of whoever exported, `2024-01-02T10:11:12`.
    #[serde(default)]
    pub date: String,
    /// Seconds since 1970; not in exports before 2022.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_unixtime: Option<String>,
    /// As `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<String>,
    /// As `date_unixtime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_unixtime: Option<String>,
    /// Who is called so; null for a deleted account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `user123`, `channel123`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "id")]
    pub from_id: Option<String>,
    /// Of a service message: who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Of a service message: what was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Who said it first; null for a deleted account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded_from: Option<String>,
    /// Their id, in newer exports.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "id")]
    pub forwarded_from_id: Option<String>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<i64>,
    /// Set if that message is in another chat.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "id")]
    pub reply_to_peer_id: Option<String>,
    /// A picture's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// Another file's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What the file was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// `voice_message`, `video_message`, `video_file`, `audio_file`, `sticker`, `animation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// As of RFC 6838.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Of a sound or video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u64>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// What a sticker stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sticker_emoji: Option<String>,
    /// A place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_information: Option<Place>,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_name: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Somebody's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_information: Option<Contact>,
    /// A poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// A text, or a list of texts and [`Span`]s.
    #[serde(default)]
    pub text: Value,
    /// The same, always as spans; in newer exports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_entities: Vec<Span>,
    /// What people felt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

/// An id is a number in old exports.
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(format!("user{number}")),
        _ => None,
    })
}

/// A part of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// `plain`, `bold`, `text_link`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    #[serde(default)]
    pub text: String,
    /// Of `text_link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// Of `pre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A place on Earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// North.
    pub latitude: f64,
    /// East.
    pub longitude: f64,
}

/// A card.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// May be empty.
    #[serde(default)]
    pub first_name: String,
    /// May be empty.
    #[serde(default)]
    pub last_name: String,
    /// May be empty.
    #[serde(default)]
    pub phone_number: String,
}

/// A poll; who voted for what is not exported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Poll {
    /// What is asked.
    #[serde(default)]
    pub question: String,
    /// It is over.
    #[serde(default)]
    pub closed: bool,
    /// People who voted.
    #[serde(default)]
    pub total_voters: u64,
    /// What can be chosen.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

/// What can be chosen in a poll.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What it says.
    #[serde(default)]
    pub text: String,
    /// How many chose it.
    #[serde(default)]
    pub voters: u64,
    /// Whoever exported did.
    #[serde(default)]
    pub chosen: bool,
}

/// An emoji under a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reaction {
    /// `emoji`, `custom_emoji`, `paid`.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// How many people.
    #[serde(default)]
    pub count: u64,
    /// Which.
    #[serde(default)]
    pub emoji: String,
    /// The last of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<Reactor>,
}

/// Who felt something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reactor {
    /// What they are called.
    #[serde(default)]
    pub from: Option<String>,
    /// `user123`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "id")]
    pub from_id: Option<String>,
}

impl Message {
    /// The text as spans, in whichever of the two forms it is written.
    pub fn spans(&self) -> Vec<Span> {
        if !self.text_entities.is_empty() {
            return self.text_entities.clone();
        }
        let plain = |text: &str| Span { kind: "plain".into(), text: text.into(), ..Span::default() };
        match &self.text {
            Value::String(text) if text.is_empty() => Vec::new(),
            Value::String(text) => vec![plain(text)],
            Value::Array(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    Value::String(text) => Some(plain(text)),
                    span => Span::deserialize(span).ok(),
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}
