//! The JSON shapes of files on their way.

use super::is_default;
use crate::files::{Progress, State, Way};
use chappe_protocol::content::play::{self, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is said with a file. The file itself is the request's body, with its `Content-Length`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SendFile {
    /// A name without folders, at most 255 bytes.
    pub name: String,
    /// Its media type; by its name if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub mime: Option<String>,
    /// Markdown; may be left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[param(required = false)]
    pub caption: String,
    /// True: a picture is made smaller, and what the camera noted in it is left out. Otherwise every byte stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[param(required = false)]
    pub photo: bool,
    /// True: a recording (WAV, Opus in Ogg or WebM, at most 32 MiB) becomes a voice message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[param(required = false)]
    pub voice: bool,
    /// What a video looks like before it is there: a JPEG of at most 2 KiB in base64 as of RFC 4648, section 5 (URLs),
    /// without padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub poster: Option<String>,
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
    /// Files that are sent together, at most ten, are shown as one: 32 hexadecimal digits, drawn for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub album: Option<String>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(nullable = false)]
    pub reply_to: Option<String>,
    /// The topic that it stands in; 0 for General.
    #[serde(default, skip_serializing_if = "is_default")]
    #[param(required = false)]
    pub topic: u64,
}

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferWay {
    /// To relays, and then to the others.
    Out,
    /// To this node.
    In,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// It is on its way, or tries again in a moment.
    Active,
    /// It was paused.
    Paused,
    /// It is there.
    Done,
    /// It does not go on by itself; `problem` says why.
    Failed,
    /// It is being removed.
    Removing,
}

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// Its name here.
    pub id: String,
    /// Which way.
    pub way: TransferWay,
    /// The chat.
    pub chat: String,
    /// The message; of a file that goes out, missing until it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// The file's name. Anything may stand in it: show it as text.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Bytes that are there.
    pub done: u64,
    /// How far.
    pub state: TransferState,
    /// What stands in the way; may be empty.
    pub problem: String,
    /// Bytes a second, lately.
    pub rate: u64,
    /// Seconds left at this rate; missing if nothing moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub left_s: Option<u64>,
    /// When it began.
    pub started: u64,
}

/// What plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlayRole {
    /// A voice message.
    Voice,
    /// Music, or any other sound.
    Sound,
    /// A video.
    Video,
}

/// What a sound or a video says of itself before it is there. It is the sender's word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Play {
    /// What it is.
    pub role: PlayRole,
    /// How long it plays.
    pub duration_ms: u32,
    /// A voice message's waveform: 1 to 64 levels, each a digit to the base of 32 (`0` silent, `v` the loudest).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub peaks: String,
    /// Of music; may be missing. Anything may stand in it: show it as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub title: String,
    /// Of music; may be missing. Anything may stand in it: show it as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub performer: String,
}

impl From<play::Play> for Play {
    fn from(play: play::Play) -> Self {
        Self {
            role: match play.role {
                Role::Voice => PlayRole::Voice,
                Role::Sound => PlayRole::Sound,
                Role::Video => PlayRole::Video,
            },
            duration_ms: play.duration_ms,
            peaks: play.peaks.iter().filter_map(|peak| char::from_digit(u32::from(*peak), 32)).collect(),
            title: play.title,
            performer: play.performer,
        }
    }
}

impl From<Progress> for Transfer {
    fn from(progress: Progress) -> Self {
        let (state, problem) = match progress.state {
            State::Active => (TransferState::Active, progress.problem),
            State::Paused => (TransferState::Paused, String::new()),
            State::Done => (TransferState::Done, String::new()),
            State::Failed(why) => (TransferState::Failed, why),
            State::Dropping => (TransferState::Removing, String::new()),
        };
        Self {
            id: progress.id.to_string(),
            way: match progress.way {
                Way::Out => TransferWay::Out,
                Way::In => TransferWay::In,
            },
            chat: progress.chat.to_hex(),
            message: progress.message.map(|id| id.to_hex()),
            name: progress.name,
            size: progress.size,
            done: progress.done,
            state,
            problem,
            rate: progress.rate,
            left_s: progress.size.saturating_sub(progress.done).checked_div(progress.rate),
            started: progress.started,
        }
    }
}
