//! A file. Body: `{0: key, 1: root, 2: size, 3: name, 4: media type, 5: [relay, …], 6: caption, 7: entities, 8: preview,
//! 9: head, 10: play, 11: album, 12: [source, …], 13: sticker}`. Key and root are 32 bytes (see `blob::sealing`); a relay is `{0: key, 1: [address, …]}` and
//! holds the blob, or soon will; a source is likewise a person's machine that gives it away itself, and never part of a forward;
//! a preview is `{0: width, 1: height, 2: a small JPEG}`, play is of sounds and videos
//! (see `play`), an album is 16 bytes that files shown together share. What is empty is left out.
//!
//! Not here: the file's bytes (`blob`); whether they are what name and media type say, which nobody can know before
//! they are there: whoever shows a file goes by its bytes.

use super::canonical;
use super::head::Head;
use super::play::{Play, Role};
use super::rich::{self, Entity};
use super::sticker::Sticker;
use crate::blob::sealing::FileKey;
use crate::contact::mailbox::RelayHint;
use crate::limits::{
    ADDR_MAX, FILE_ADDRS_MAX, FILE_MAX, FILE_NAME_MAX, FILE_RELAYS_MAX, FILE_SOURCES_MAX, MEDIA_TYPE_MAX,
    PICTURE_SIDE_MAX, PREVIEW_MAX,
};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a picture or video looks like before it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// A JPEG of at most 2 KiB; may be empty.
    #[serde(with = "serde_bytes")]
    pub jpeg: Vec<u8>,
}

/// A file that somebody sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Opens it.
    #[serde(serialize_with = "write_key", deserialize_with = "read_key")]
    pub key: FileKey,
    /// The hash of the list of its chunks.
    #[serde(with = "serde_bytes")]
    pub root: [u8; 32],
    /// Bytes.
    pub size: u64,
    /// A name without folders.
    pub name: String,
    /// As of RFC 6838, in lower case.
    pub mime: String,
    /// Who holds it, 1 to 4.
    pub relays: Vec<RelayHint>,
    /// What is said about it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// The caption's formatting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Of pictures and videos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// What else it carries.
    #[serde(default, skip_serializing_if = "Head::is_empty")]
    pub head: Head,
    /// Of sounds and videos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub play: Option<Play>,
    /// Drawn for files that are sent together: those with the same one, by one person and one behind the other, are
    /// shown as one, if they are at most ten.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "serde_bytes")]
    pub album: Option<[u8; 16]>,
    /// Machines of the author that have it and can be asked, if he lets the reader know where they are; at most 2. What
    /// stands here is a wish: whoever dials checks the addresses, and whether he wants to be seen himself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<RelayHint>,
    /// It is a sticker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sticker: Option<Box<Sticker>>,
}

fn write_key<S: Serializer>(key: &FileKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(&key.0)
}

fn read_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FileKey, D::Error> {
    serde_bytes::deserialize(deserializer).map(FileKey)
}

/// A file's name: 1 to 255 bytes, no folder, nothing that a terminal or a file system takes for something else, nothing
/// that turns the order of its letters round (so that `gpj.exe` could be shown as `exe.jpg`).
pub fn check_name(name: &str) -> Result<(), WireError> {
    let bad = |c: char| matches!(c, '/' | '\\') || rich::breaks_a_line(c);
    if name.len() > FILE_NAME_MAX {
        return Err(WireError::TooLarge { what: "the name of a file", limit: FILE_NAME_MAX });
    }
    let empty = name.trim().is_empty() || name.trim() != name || name == "." || name == "..";
    if empty || name.chars().any(bad) { Err(WireError::Invalid("the name of a file")) } else { Ok(()) }
}

/// A media type: two names with a slash between, in lower case, without parameters.
pub fn check_mime(mime: &str) -> Result<(), WireError> {
    let name = |text: &str| {
        text.bytes().next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"!#$&-^_.+".contains(&c))
    };
    let good = mime.len() <= MEDIA_TYPE_MAX && mime.split_once('/').is_some_and(|(a, b)| name(a) && name(b));
    if good { Ok(()) } else { Err(WireError::Invalid("media type")) }
}

/// Few addresses of a bounded length each, and no machine twice.
pub(crate) fn check_hints(hints: &[RelayHint]) -> Result<(), WireError> {
    for (n, hint) in hints.iter().enumerate() {
        let bounded = hint.addrs.len() <= FILE_ADDRS_MAX && hint.addrs.iter().all(|addr| addr.len() <= ADDR_MAX);
        if !bounded || hints[..n].iter().any(|earlier| earlier.relay == hint.relay) {
            return Err(WireError::Invalid("who has a file"));
        }
    }
    Ok(())
}

impl File {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        if self.size > FILE_MAX {
            return Err(WireError::TooLarge { what: "a file", limit: FILE_MAX as usize });
        }
        check_name(&self.name)?;
        check_mime(&self.mime)?;
        if self.relays.is_empty() || self.relays.len() > FILE_RELAYS_MAX {
            return Err(WireError::Invalid("the number of relays of a file"));
        }
        if self.sources.len() > FILE_SOURCES_MAX {
            return Err(WireError::Invalid("the number of sources of a file"));
        }
        check_hints(&self.relays)?;
        check_hints(&self.sources)?;
        if !self.caption.is_empty() {
            rich::check_text(&self.caption, &self.entities)?;
        } else if !self.entities.is_empty() {
            return Err(WireError::Invalid("the formatting of no caption"));
        }
        if let Some(preview) = &self.preview {
            let side = |pixels: u32| (1..=PICTURE_SIDE_MAX).contains(&pixels);
            if !side(preview.width) || !side(preview.height) {
                return Err(WireError::Invalid("the size of a picture"));
            }
            if preview.jpeg.len() > PREVIEW_MAX {
                return Err(WireError::TooLarge { what: "a preview", limit: PREVIEW_MAX });
            }
        }
        if let Some(play) = &self.play {
            play.check(&self.mime)?;
        }
        if let Some(sticker) = &self.sticker {
            sticker.check(&self.mime, self.size)?;
            if !self.caption.is_empty() || self.play.is_some() || self.album.is_some() {
                return Err(WireError::Invalid("what stands with a sticker"));
            }
        }
        self.head.check_unproven()?;
        Ok(self)
    }

    /// True for what has been heard or not: voice messages and videos.
    pub fn is_listened_to(&self) -> bool {
        self.play.as_ref().is_some_and(|play| matches!(play.role, Role::Voice | Role::Video))
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "file").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::stickers::{PackId, PackRef};
    use crate::content::rich::Style;
    use crate::ids::NodeId;
    use crate::limits::STICKER_BYTES_MAX;

    fn file() -> File {
        File {
            key: FileKey([1; 32]),
            root: [2; 32],
            size: 300,
            name: "a.txt".into(),
            mime: "text/plain".into(),
            relays: vec![RelayHint { relay: NodeId([3; 32]), addrs: vec![] }],
            caption: String::new(),
            entities: Vec::new(),
            preview: None,
            head: Head::default(),
            play: None,
            album: None,
            sources: Vec::new(),
            sticker: None,
        }
    }

    fn sticker() -> File {
        let relays = vec![RelayHint { relay: NodeId([3; 32]), addrs: vec![] }];
        let pack = PackRef { version: 1, id: PackId([4; 32]), size: 9, title: "Boats".into(), relays };
        let sticker = Some(Box::new(Sticker { emoji: "⛵".into(), pack: Some(pack) }));
        File { mime: "image/webp".into(), name: "sticker.webp".into(), sticker, ..file() }
    }

    #[test]
    fn a_sticker_is_a_small_picture_and_nothing_else() {
        assert_eq!(File::decode(&sticker().encode().unwrap()), Ok(sticker()));
        let of = |emoji: &str, pack| Some(Box::new(Sticker { emoji: emoji.into(), pack }));
        let bad_pack = sticker().sticker.and_then(|sticker| sticker.pack).map(|pack| PackRef { size: 0, ..pack });
        for bad in [
            File { mime: "image/svg+xml".into(), ..sticker() },
            File { mime: "text/html".into(), ..sticker() },
            File { size: STICKER_BYTES_MAX as u64 + 1, ..sticker() },
            File { caption: "x".into(), ..sticker() },
            File { album: Some([9; 16]), ..sticker() },
            File { sticker: of("", None), ..sticker() },
            File { sticker: of("boat", None), ..sticker() },
            File { sticker: of("⛵", bad_pack), ..sticker() },
        ] {
            assert!(File::decode(&cbor::encode(&bad).unwrap()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_vector_holds() {
        let mut bytes = vec![0xa6]; // map of six
        bytes.extend([0x00, 0x58, 0x20]); // field 0: 32 bytes, the key
        bytes.extend([1; 32]);
        bytes.extend([0x01, 0x58, 0x20]); // field 1: the root
        bytes.extend([2; 32]);
        bytes.extend([0x02, 0x19, 0x01, 0x2c]); // field 2: 300 bytes
        bytes.extend([0x03, 0x65]); // field 3: the name
        bytes.extend(b"a.txt");
        bytes.extend([0x04, 0x6a]); // field 4: the media type
        bytes.extend(b"text/plain");
        bytes.extend([0x05, 0x81, 0xa2, 0x00, 0x58, 0x20]); // field 5: one relay, its key
        bytes.extend([3; 32]);
        bytes.extend([0x01, 0x80]); // no addresses
        assert_eq!(file().encode().unwrap(), bytes);
        assert_eq!(File::decode(&bytes), Ok(file()));
    }

    #[test]
    fn names_lead_nowhere() {
        for bad in [
            "",
            " ",
            ".",
            "..",
            "a/b",
            "..\\x",
            "a\0",
            "a\n",
            " a",
            "a ",
            "a\u{202e}gpj.exe",
            "a\u{61c}b",
            &"x".repeat(256),
        ] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
        for good in ["a", ".profile", "übung 1.pdf", "عرض.docx", &"x".repeat(255)] {
            assert!(check_name(good).is_ok(), "{good:?}");
        }
        for bad in [
            "",
            "text",
            "/",
            "text/",
            "Text/plain",
            "text/plain; charset=x",
            "a/b/c",
            &format!("a/{}", "x".repeat(254)),
        ] {
            assert!(check_mime(bad).is_err(), "{bad:?}");
        }
        assert!(check_mime("application/vnd.oasis.opendocument.text").is_ok());
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let hint = |n: u8, addrs: usize, length: usize| RelayHint {
            relay: NodeId([n; 32]),
            addrs: vec!["x".repeat(length); addrs],
        };
        let preview = |width, bytes| Some(Preview { width, height: 1, jpeg: vec![0; bytes] });
        let voice = |duration_ms| {
            let (title, performer) = (String::new(), String::new());
            Some(Play { role: Role::Voice, duration_ms, peaks: vec![7], title, performer })
        };
        let bold = vec![Entity { offset: 0, length: 1, style: Style::Bold }];
        let bad = [
            File { size: FILE_MAX + 1, ..file() },
            File { name: "../x".into(), ..file() },
            File { mime: "html".into(), ..file() },
            File { relays: vec![], ..file() },
            File { relays: (0..5).map(|n| hint(n, 0, 0)).collect(), ..file() },
            File { relays: vec![hint(1, 0, 0), hint(1, 0, 0)], ..file() },
            File { relays: vec![hint(1, FILE_ADDRS_MAX + 1, 1)], ..file() },
            File { relays: vec![hint(1, 1, ADDR_MAX + 1)], ..file() },
            File { sources: (0..3).map(|n| hint(n, 0, 0)).collect(), ..file() },
            File { sources: vec![hint(1, 0, 0), hint(1, 0, 0)], ..file() },
            File { sources: vec![hint(1, FILE_ADDRS_MAX + 1, 1)], ..file() },
            File { sources: vec![hint(1, 1, ADDR_MAX + 1)], ..file() },
            File { caption: " ".into(), ..file() },
            File { caption: "x".repeat(4097), ..file() },
            File { entities: bold, ..file() },
            File { play: voice(1), ..file() },
            File { play: voice(0), mime: "audio/ogg".into(), ..file() },
            File { preview: preview(0, 0), ..file() },
            File { preview: preview(PICTURE_SIDE_MAX + 1, 0), ..file() },
            File { preview: preview(1, PREVIEW_MAX + 1), ..file() },
        ];
        for file in bad {
            assert!(File::decode(&cbor::encode(&file).unwrap()).is_err(), "{file:?}");
        }
        let whole = File { caption: "x".into(), preview: preview(10, PREVIEW_MAX), ..file() };
        assert_eq!(File::decode(&whole.encode().unwrap()), Ok(whole));
        let album = File { album: Some([9; 16]), ..file() };
        assert_eq!(File::decode(&album.encode().unwrap()), Ok(album));
        let direct = File { sources: vec![hint(1, FILE_ADDRS_MAX, ADDR_MAX), hint(2, 0, 0)], ..file() };
        assert_eq!(File::decode(&direct.encode().unwrap()), Ok(direct));
        let said = File { play: voice(1), mime: "audio/ogg".into(), ..file() };
        assert_eq!(File::decode(&said.encode().unwrap()), Ok(said));
    }
}
