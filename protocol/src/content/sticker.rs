//! What makes a file a sticker. Part of a file: `{0: emoji, 1: pack}`; the pack, where it is known, is as in a link
//! (`blob::stickers`), so that whoever sees the sticker can get the others.

use crate::blob::stickers::{PackRef, check_emoji};
use crate::limits::STICKER_BYTES_MAX;
use crate::wire::WireError;
use serde::{Deserialize, Serialize};

/// A sticker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticker {
    /// What it stands for.
    pub emoji: String,
    /// Where the others are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<PackRef>,
}

impl Sticker {
    /// Checks the bounds, and that it fits the file.
    pub(super) fn check(&self, mime: &str, size: u64) -> Result<(), WireError> {
        check_emoji(&self.emoji)?;
        if size > STICKER_BYTES_MAX as u64 {
            return Err(WireError::TooLarge { what: "a sticker", limit: STICKER_BYTES_MAX });
        }
        if !matches!(mime, "image/png" | "image/webp") {
            return Err(WireError::Invalid("the media type of a sticker"));
        }
        self.pack.as_ref().map_or(Ok(()), PackRef::check)
    }
}
