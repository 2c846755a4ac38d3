//! What a sound or a video says of itself before it is there. Part of a file: `{0: what, 1: duration in ms, 2: peaks,
//! 3: title, 4: performer}`. What: 1 a voice message, 2 another sound, 3 a video. Peaks are one byte a level. What is
//! empty is left out.
//!
//! It is the sender's word: whoever plays the file goes by its bytes.

use super::rich;
use crate::limits::{PEAKS_MAX, PLAY_MS_MAX, TAG_MAX};
use crate::wire::WireError;
use serde::{Deserialize, Serialize};

/// The loudest level of a waveform: five bits.
pub const LOUDEST: u8 = 31;

/// What plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Role {
    /// Said into a microphone for this chat.
    Voice,
    /// Music, or any other sound.
    Sound,
    /// Moving pictures.
    Video,
}

impl From<Role> for u8 {
    fn from(role: Role) -> Self {
        match role {
            Role::Voice => 1,
            Role::Sound => 2,
            Role::Video => 3,
        }
    }
}

impl TryFrom<u8> for Role {
    type Error = WireError;

    fn try_from(number: u8) -> Result<Self, WireError> {
        match number {
            1 => Ok(Role::Voice),
            2 => Ok(Role::Sound),
            3 => Ok(Role::Video),
            _ => Err(WireError::Invalid("what plays")),
        }
    }
}

/// A sound or a video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Play {
    /// What it is.
    pub role: Role,
    /// Milliseconds.
    pub duration_ms: u32,
    /// A voice message's waveform: the loudness of equal parts, 0 to [`LOUDEST`].
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "serde_bytes")]
    pub peaks: Vec<u8>,
    /// Of music; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Of music; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub performer: String,
}

/// A line that a sound says of itself, or nothing: no control characters, nothing that turns the direction of writing.
fn check_tag(text: &str) -> Result<(), WireError> {
    if text.len() > TAG_MAX {
        return Err(WireError::TooLarge { what: "a title", limit: TAG_MAX });
    }
    if text.trim() != text || text.chars().any(rich::breaks_a_line) {
        Err(WireError::Invalid("a title"))
    } else {
        Ok(())
    }
}

impl Play {
    /// Checks the bounds, and that it fits the file's media type.
    pub(super) fn check(&self, mime: &str) -> Result<(), WireError> {
        if !(1..=PLAY_MS_MAX).contains(&self.duration_ms) {
            return Err(WireError::Invalid("how long something plays"));
        }
        let (voice, sound) = (self.role == Role::Voice, self.role == Role::Sound);
        let most = if voice { PEAKS_MAX } else { 0 };
        if voice == self.peaks.is_empty() || self.peaks.len() > most || self.peaks.iter().any(|peak| *peak > LOUDEST) {
            return Err(WireError::Invalid("a waveform"));
        }
        let titled = !self.title.is_empty() || !self.performer.is_empty();
        if titled && !sound {
            return Err(WireError::Invalid("a title of no music"));
        }
        check_tag(&self.title)?;
        check_tag(&self.performer)?;
        let kind = match self.role {
            Role::Voice | Role::Sound => "audio/",
            Role::Video => "video/",
        };
        if mime.starts_with(kind) { Ok(()) } else { Err(WireError::Invalid("the media type of what plays")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cbor;

    fn voice() -> Play {
        Play {
            role: Role::Voice,
            duration_ms: 1500,
            peaks: vec![0, 31],
            title: String::new(),
            performer: String::new(),
        }
    }

    #[test]
    fn the_vector_holds() {
        // a3            map of three
        //    00 01      field 0: a voice message
        //    01 19 05dc field 1: 1500 ms
        //    02 42 001f field 2: two levels
        let bytes = [0xa3, 0x00, 0x01, 0x01, 0x19, 0x05, 0xdc, 0x02, 0x42, 0x00, 0x1f];
        assert_eq!(cbor::encode(&voice()).unwrap(), bytes);
        assert_eq!(cbor::decode::<Play>(&bytes, "play", 100), Ok(voice()));
        assert!(cbor::decode::<Play>(&[0xa2, 0x00, 0x04, 0x01, 0x01], "play", 100).is_err(), "an unknown role");
    }

    #[test]
    fn hostile_words_are_refused() {
        let music = || Play { role: Role::Sound, peaks: vec![], title: "a".into(), performer: "b".into(), ..voice() };
        let video = || Play { role: Role::Video, peaks: vec![], ..voice() };
        assert_eq!(voice().check("audio/ogg"), Ok(()));
        assert_eq!(Play { peaks: vec![31; PEAKS_MAX], ..voice() }.check("audio/ogg"), Ok(()));
        assert_eq!(music().check("audio/mpeg"), Ok(()));
        assert_eq!(video().check("video/mp4"), Ok(()));
        let bad = [
            (voice(), "video/ogg"),
            (video(), "audio/ogg"),
            (music(), "text/plain"),
            (Play { duration_ms: 0, ..voice() }, "audio/ogg"),
            (Play { duration_ms: PLAY_MS_MAX + 1, ..voice() }, "audio/ogg"),
            (Play { peaks: vec![], ..voice() }, "audio/ogg"),
            (Play { peaks: vec![1; PEAKS_MAX + 1], ..voice() }, "audio/ogg"),
            (Play { peaks: vec![32], ..voice() }, "audio/ogg"),
            (Play { title: "x".into(), ..voice() }, "audio/ogg"),
            (Play { peaks: vec![1], ..video() }, "video/mp4"),
            (Play { title: "x".repeat(TAG_MAX + 1), ..music() }, "audio/mpeg"),
            (Play { title: "a\u{202e}b".into(), ..music() }, "audio/mpeg"),
            (Play { performer: "a\nb".into(), ..music() }, "audio/mpeg"),
            (Play { performer: " a".into(), ..music() }, "audio/mpeg"),
        ];
        for (play, mime) in bad {
            assert!(play.check(mime).is_err(), "{play:?} {mime}");
        }
    }
}
