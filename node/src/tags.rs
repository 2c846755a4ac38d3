//! What a sound says of itself: title, performer, length.
//!
//! The bytes may be anybody's. They are read on a thread of their own, a few at a time; a sound that cannot be read is
//! sent as it is, and says nothing.

use crate::decoders::Turns;
use axum::body::Bytes;
use chappe_protocol::content::play::{Play, Role};
use chappe_protocol::content::rich::breaks_a_line;
use chappe_protocol::limits::{PLAY_MS_MAX, TAG_MAX};
use lofty::config::{ParseOptions, ParsingMode};
use lofty::file::{AudioFile, TaggedFileExt};
use lofty::probe::Probe;
use lofty::tag::Accessor;
use std::io::Cursor;

/// Bytes of a sound that is looked at; larger ones are files like others.
pub const SOUND_MAX: u64 = 32 * 1024 * 1024;

/// Sounds that are read at once.
static TURNS: Turns = Turns::two();

/// Reads a sound's own words.
pub async fn prepare(sound: Bytes) -> Option<Play> {
    let work = TURNS.decode(move || read(&sound)).await;
    // A reader that panics is one more that cannot read it.
    work?
}

fn read(sound: &[u8]) -> Option<Play> {
    // Pictures within are not wanted.
    let options = ParseOptions::new().read_cover_art(false).parsing_mode(ParsingMode::Relaxed);
    let file = Probe::new(Cursor::new(sound)).options(options).guess_file_type().ok()?.read().ok()?;
    let duration_ms = u32::try_from(file.properties().duration().as_millis()).ok()?;
    let tag = file.primary_tag().or_else(|| file.first_tag());
    let said = |text: Option<std::borrow::Cow<'_, str>>| text.map(|text| line(&text)).unwrap_or_default();
    let (title, performer) = tag.map(|tag| (said(tag.title()), said(tag.artist()))).unwrap_or_default();
    let known = (1..=PLAY_MS_MAX).contains(&duration_ms);
    known.then(|| Play { role: Role::Sound, duration_ms, peaks: Vec::new(), title, performer })
}

/// One line that a message may carry.
fn line(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars().filter(|c| !breaks_a_line(*c)) {
        if line.len() + c.len_utf8() > TAG_MAX {
            break;
        }
        line.push(c);
    }
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hound::{SampleFormat, WavSpec, WavWriter};
    use lofty::config::WriteOptions;
    use lofty::tag::{Tag, TagExt, TagType};

    #[test]
    fn music_says_who_plays_what_for_how_long_and_nothing_that_could_mislead() {
        let mut out = Cursor::new(Vec::new());
        let spec = WavSpec { channels: 1, sample_rate: 8_000, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut writer = WavWriter::new(&mut out, spec).unwrap();
        (0..12_000).for_each(|_| writer.write_sample(0_i16).unwrap());
        writer.finalize().unwrap();
        let bare = read(out.get_ref()).unwrap();
        assert_eq!((bare.duration_ms, &*bare.title), (1_500, ""));
        out.set_position(0);
        let mut tag = Tag::new(TagType::Id3v2);
        tag.set_title("La \u{202e}mer\n".into());
        tag.set_artist("x".repeat(TAG_MAX + 9));
        tag.save_to(&mut out, WriteOptions::default()).unwrap();
        let told = read(out.get_ref()).unwrap();
        assert_eq!((told.duration_ms, &*told.title, told.performer.len()), (1_500, "La mer", TAG_MAX));
        for end in (0..out.get_ref().len()).step_by(41) {
            drop(read(&out.get_ref()[..end]));
        }
        assert_eq!(read(b"nothing of the kind"), None);
    }
}
