//! JSON shapes of stickers.

use crate::stickers::{All, Shown};
use chappe_protocol::content::sticker::Sticker as CoreSticker;
use chappe_protocol::peer::stickers::StickerAt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What makes a file a sticker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StickerInfo {
    /// What it stands for.
    pub emoji: String,
    /// What its pack is called, as the sender says. Anything may stand in it: show it as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// A link to its pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pack: Option<String>,
}

/// A pack of stickers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StickerPack {
    /// Its id.
    pub id: String,
    /// What it is called. Anything may stand in it: show it as text.
    pub title: String,
    /// Whoever has this link can get it.
    pub link: String,
    /// Its bytes.
    pub bytes: u64,
    /// What its stickers stand for, in order; empty until the pack is here.
    pub emoji: Vec<String>,
}

/// A sticker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StickerPlace {
    /// Its pack's id.
    pub pack: String,
    /// Its number in it, from 0.
    pub number: u16,
}

/// All that one can send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stickers {
    /// By title.
    pub packs: Vec<StickerPack>,
    /// The newest first.
    pub favourites: Vec<StickerPlace>,
    /// What was sent from this device, the newest first.
    pub recent: Vec<StickerPlace>,
}

/// One picture of a pack to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSticker {
    /// What it stands for: an emoji, or a few.
    pub emoji: String,
    /// A picture in base64 as of RFC 4648, section 5 (URLs), without padding. What is no PNG or WEBP of at most 512 pixels a side
    /// is made one.
    pub picture: String,
}

/// A pack to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStickerPack {
    /// 1 to 128 bytes.
    pub title: String,
    /// 1 to 120, at most 4 MiB together.
    pub stickers: Vec<NewSticker>,
}

/// A link to a pack.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StickerLink {
    /// `chappe:stickers/…`
    pub link: String,
}

/// Whether a sticker is a favourite.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LikeSticker {
    /// It is.
    pub liked: bool,
}

/// A sticker to be sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendSticker {
    /// Its pack's id.
    pub pack: String,
    /// Its number in it, from 0.
    pub number: u16,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<String>,
    /// The topic of a group that it is said in.
    #[serde(default)]
    #[schema(required = false)]
    pub topic: u64,
}

impl From<CoreSticker> for StickerInfo {
    fn from(sticker: CoreSticker) -> Self {
        let pack = sticker.pack.as_ref();
        Self {
            emoji: sticker.emoji.clone(),
            title: pack.map(|pack| pack.title.clone()),
            // What was checked when it came has a link.
            pack: pack.and_then(|pack| pack.link().ok()),
        }
    }
}

impl From<Shown> for StickerPack {
    fn from(shown: Shown) -> Self {
        Self {
            id: shown.pack.id.to_hex(),
            link: shown.pack.link().unwrap_or_default(),
            title: shown.pack.title,
            bytes: shown.pack.size,
            emoji: shown.emoji,
        }
    }
}

impl From<StickerAt> for StickerPlace {
    fn from(at: StickerAt) -> Self {
        Self { pack: at.pack.to_hex(), number: at.number }
    }
}

impl From<All> for Stickers {
    fn from(all: All) -> Self {
        Self {
            packs: all.packs.into_iter().map(Into::into).collect(),
            favourites: all.favourites.into_iter().map(Into::into).collect(),
            recent: all.recent.into_iter().map(Into::into).collect(),
        }
    }
}
