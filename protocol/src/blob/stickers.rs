//! A pack of stickers: one blob, named by one hash.
//!
//! The pack is canonical CBOR `{0: salt, 1: title, 2: [[emoji, picture], …]}`. Its id is the BLAKE3 hash of that; the blob's key is
//! `derive_key("chappe 2026-11 sticker pack key", id)`. So the id names the pack, opens it and proves it, as with a person's picture
//! (`super::picture`): who has a link gets this pack or none, a relay that keeps it learns nothing, and because of the salt cannot
//! try packs that it knows.
//!
//! A link is `chappe:stickers/` and base64url of canonical CBOR `{0: version 1, 1: id, 2: bytes, 3: title, 4: [relay, …]}` and a
//! checksum, as of other links.
//!
//! Not here: what a picture shows, and whether it can be shown: whoever takes a pack in looks at each (the node's `stickers`).

use super::sealing::{FileKey, Wrong};
use super::whole::{self, Name};
use crate::contact::invite::{LinkError, checksum, unpack};
use crate::contact::mailbox::RelayHint;
use crate::content::file::check_hints;
use crate::content::rich;
pub use crate::ids::PackId;
use crate::limits::{
    EMOJI_MAX, FILE_RELAYS_MAX, PACK_BYTES_MAX, PACK_STICKERS_MAX, STICKER_BYTES_MAX, STICKER_TITLE_MAX,
};
use crate::wire::{WireError, cbor};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

/// What links begin with.
pub const SCHEME: &str = "chappe:stickers/";

impl Name for PackId {
    fn hash(&self) -> &[u8; 32] {
        &self.0
    }

    fn key(&self) -> FileKey {
        FileKey(blake3::derive_key("chappe 2026-11 sticker pack key", &self.0))
    }
}

/// Which pack, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    /// 1.
    pub version: u8,
    /// Which.
    pub id: PackId,
    /// Bytes of the pack.
    pub size: u64,
    /// What it is called, as whoever shares it says.
    pub title: String,
    /// Relays that have it, 1 to 4.
    pub relays: Vec<RelayHint>,
}

/// One sticker: what it stands for, and a PNG or WEBP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture(pub String, #[serde(with = "serde_bytes")] pub Vec<u8>);

/// A pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Drawn when it is made.
    #[serde(with = "serde_bytes")]
    pub salt: [u8; 16],
    /// 1 to 128 bytes.
    pub title: String,
    /// 1 to 120.
    pub stickers: Vec<Picture>,
}

/// A title: 1 to 128 bytes, one line.
pub fn check_title(title: &str) -> Result<(), WireError> {
    if title.len() > STICKER_TITLE_MAX {
        return Err(WireError::TooLarge { what: "the title of a sticker pack", limit: STICKER_TITLE_MAX });
    }
    let bad = title.trim().is_empty() || title.trim() != title || title.chars().any(rich::breaks_a_line);
    if bad { Err(WireError::Invalid("the title of a sticker pack")) } else { Ok(()) }
}

/// What a sticker stands for: an emoji, or a few.
pub fn check_emoji(emoji: &str) -> Result<(), WireError> {
    if emoji.len() > EMOJI_MAX {
        return Err(WireError::TooLarge { what: "the emoji of a sticker", limit: EMOJI_MAX });
    }
    let bad = emoji.is_empty() || emoji.chars().any(|c| c.is_whitespace() || c.is_ascii() || rich::breaks_a_line(c));
    if bad { Err(WireError::Invalid("the emoji of a sticker")) } else { Ok(()) }
}

/// The media type of a sticker, by its first bytes.
pub fn mime_of(picture: &[u8]) -> Option<&'static str> {
    match picture {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

impl Pack {
    /// Checks the bounds.
    pub fn check(&self) -> Result<(), WireError> {
        check_title(&self.title)?;
        if self.stickers.is_empty() || self.stickers.len() > PACK_STICKERS_MAX {
            return Err(WireError::Invalid("the number of stickers of a pack"));
        }
        for Picture(emoji, picture) in &self.stickers {
            check_emoji(emoji)?;
            if picture.len() > STICKER_BYTES_MAX {
                return Err(WireError::TooLarge { what: "a sticker", limit: STICKER_BYTES_MAX });
            }
            if mime_of(picture).is_none() {
                return Err(WireError::Invalid("the format of a sticker: only PNG and WEBP are"));
            }
        }
        Ok(())
    }

    /// The pack and what names it.
    ///
    /// # Errors
    /// [`WireError`] if it is out of bounds.
    pub fn encode(&self) -> Result<(PackId, Vec<u8>), WireError> {
        self.check()?;
        let bytes = cbor::encode(self)?;
        if bytes.len() > PACK_BYTES_MAX {
            return Err(WireError::TooLarge { what: "a sticker pack", limit: PACK_BYTES_MAX });
        }
        Ok((PackId(*blake3::hash(&bytes).as_bytes()), bytes))
    }

    /// Reads and checks a pack.
    ///
    /// # Errors
    /// [`WireError`] if it is out of shape or bounds.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let pack: Self = cbor::decode(bytes, "sticker pack", PACK_BYTES_MAX)?;
        pack.check()?;
        if cbor::encode(&pack)? == bytes { Ok(pack) } else { Err(WireError::Invalid("sticker pack")) }
    }
}

/// Opens a blob of `size` plain bytes, and proves that it is this pack.
///
/// # Errors
/// [`Wrong`] if it is another one, or none.
pub fn open(id: &PackId, size: u64, blob: &[u8]) -> Result<Vec<u8>, Wrong> {
    let size = usize::try_from(size).ok().filter(|size| *size <= PACK_BYTES_MAX).ok_or(Wrong::Root)?;
    whole::open_named(id, size, blob)
}

impl PackRef {
    /// Checks the bounds.
    pub fn check(&self) -> Result<(), WireError> {
        check_title(&self.title)?;
        if self.version != 1 || !(1..=PACK_BYTES_MAX as u64).contains(&self.size) {
            return Err(WireError::Invalid("sticker pack"));
        }
        if self.relays.is_empty() || self.relays.len() > FILE_RELAYS_MAX {
            return Err(WireError::Invalid("the number of relays of a sticker pack"));
        }
        check_hints(&self.relays)
    }

    /// The link.
    ///
    /// # Errors
    /// [`WireError`] if it is out of bounds.
    pub fn link(&self) -> Result<String, WireError> {
        self.check()?;
        let mut bytes = cbor::encode(self)?;
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        Ok(format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Reads a link; white space around it is forgiven.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn parse(link: &str) -> Result<Self, LinkError> {
        let body = unpack(link.trim().strip_prefix(SCHEME).ok_or(LinkError::Scheme)?)?;
        let read: Self = cbor::decode(&body, "link to a sticker pack", crate::contact::invite::LINK_MAX)?;
        if read.version != 1 {
            return Err(LinkError::Version);
        }
        read.check()?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::whole::seal_named as seal;
    use super::*;
    use crate::ids::NodeId;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    fn pack() -> Pack {
        let webp = b"RIFF\0\0\0\0WEBPrest".to_vec();
        Pack {
            salt: [7; 16],
            title: "Boats".into(),
            stickers: vec![Picture("⛵".into(), PNG.to_vec()), Picture("🚣🏽".into(), webp)],
        }
    }

    fn reference() -> PackRef {
        let relays = vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
        PackRef { version: 1, id: PackId([3; 32]), size: 300, title: "Boats".into(), relays }
    }

    #[test]
    fn the_vector_holds() {
        let one = Pack { stickers: vec![Picture("⛵".into(), PNG.to_vec())], ..pack() };
        let (_, bytes) = one.encode().unwrap();
        let mut wanted = vec![0xa3, 0x00, 0x50]; // map of three, field 0: 16 bytes
        wanted.extend([7; 16]);
        wanted.extend([0x01, 0x65]); // field 1: the title
        wanted.extend(b"Boats");
        wanted.extend([0x02, 0x81, 0x82, 0x63]); // field 2: one sticker, its emoji
        wanted.extend("⛵".bytes());
        wanted.push(0x4c); // 12 bytes of a picture
        wanted.extend(PNG);
        assert_eq!(bytes, wanted);
        assert_eq!(Pack::decode(&bytes), Ok(one));
    }

    #[test]
    fn a_pack_is_itself_or_none() {
        let (id, bytes) = pack().encode().unwrap();
        let blob = seal(&id, &bytes).unwrap();
        assert_eq!(open(&id, bytes.len() as u64, &blob).as_deref(), Ok(&bytes[..]));
        assert!(open(&PackId([1; 32]), bytes.len() as u64, &blob).is_err());
        assert!(open(&id, bytes.len() as u64 + 1, &blob).is_err() && open(&id, u64::MAX, &blob).is_err());
        for at in [0, bytes.len() / 2] {
            let mut bad = blob.clone();
            bad[at] ^= 1;
            assert!(open(&id, bytes.len() as u64, &bad).is_err());
        }
        // Sealed under this id by somebody who has another pack.
        let (_, other) = Pack { salt: [8; 16], ..pack() }.encode().unwrap();
        let forged = seal(&id, &other).unwrap();
        assert_eq!(open(&id, other.len() as u64, &forged), Err(Wrong::Root));
    }

    #[test]
    fn hostile_packs_are_refused() {
        let many = |n: usize| vec![Picture("⛵".into(), PNG.to_vec()); n];
        let sized = |n: usize| {
            let mut picture = PNG.to_vec();
            picture.resize(n, 0);
            vec![Picture("⛵".into(), picture)]
        };
        let emoji = |emoji: &str| vec![Picture(emoji.into(), PNG.to_vec())];
        for stickers in [
            many(0),
            many(PACK_STICKERS_MAX + 1),
            sized(STICKER_BYTES_MAX + 1),
            emoji(""),
            emoji("ok"),
            emoji("⛵ "),
            emoji("⛵\u{202e}"),
            emoji(&"⛵".repeat(17)),
            vec![Picture("⛵".into(), b"<svg onload=alert(1)>".to_vec())],
            vec![Picture("⛵".into(), b"GIF89a".to_vec())],
        ] {
            let bad = Pack { stickers, ..pack() };
            assert!(bad.encode().is_err() && Pack::decode(&cbor::encode(&bad).unwrap()).is_err());
        }
        for title in ["", " ", " x", "a\nb", "a\u{202e}b", &"x".repeat(STICKER_TITLE_MAX + 1)] {
            let bad = Pack { title: title.into(), ..pack() };
            assert!(Pack::decode(&cbor::encode(&bad).unwrap()).is_err(), "{title:?}");
        }
        let large = Pack { stickers: (0..9).flat_map(|_| sized(STICKER_BYTES_MAX)).collect(), ..pack() };
        assert!(large.encode().is_err() && Pack::decode(&cbor::encode(&large).unwrap()).is_err());
    }

    #[test]
    fn links_round_trip_and_hostile_ones_are_refused() {
        let link = reference().link().unwrap();
        assert!(link.starts_with("chappe:stickers/"));
        assert_eq!(PackRef::parse(&format!(" {link}\n")), Ok(reference()));
        assert!(PackRef::parse(&link[..link.len() - 1]).is_err() && PackRef::parse("chappe:abc").is_err());
        let hint = |n: u8| RelayHint { relay: NodeId([n; 32]), addrs: vec![] };
        for bad in [
            PackRef { size: 0, ..reference() },
            PackRef { size: PACK_BYTES_MAX as u64 + 1, ..reference() },
            PackRef { relays: vec![], ..reference() },
            PackRef { relays: (0..5).map(hint).collect(), ..reference() },
            PackRef { relays: vec![hint(1), hint(1)], ..reference() },
            PackRef { title: String::new(), ..reference() },
            PackRef { version: 2, ..reference() },
        ] {
            let mut bytes = cbor::encode(&bad).unwrap();
            bytes.extend(checksum(&bytes));
            assert!(PackRef::parse(&format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes))).is_err());
        }
    }
}
