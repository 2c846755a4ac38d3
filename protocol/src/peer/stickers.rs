//! Packs of stickers and favourites, as own settings: all own devices have the same, and they come back with the words.
//!
//! Not here: the packs' bytes (the node's `stickers`).

use super::command::{CommandError, Reply};
use super::context::{Context, Fatal};
use super::own::Own;
use super::settings::{Key, Value};
use crate::blob::stickers::{PackId, PackRef};
use crate::limits::{FAVOURITES_MAX, PACK_LINK_MAX, PACK_STICKERS_MAX, PACKS_MAX};
use crate::wire::WireError;

/// A sticker: its pack, and its number in it, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StickerAt {
    /// Which pack.
    pub pack: PackId,
    /// Which of it.
    pub number: u16,
}

impl StickerAt {
    /// `PACK:NUMBER`.
    pub fn text(&self) -> String {
        format!("{}:{}", self.pack.to_hex(), self.number)
    }

    /// Reads what [`Self::text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (pack, number) = text.split_once(':')?;
        let at = Self { pack: PackId::from_hex(pack)?, number: number.parse().ok()? };
        // One sticker has one name.
        (usize::from(at.number) < PACK_STICKERS_MAX && at.text() == text).then_some(at)
    }
}

/// A link that is kept as a setting is that pack's.
pub(super) fn check_link(id: &PackId, link: &str) -> Result<(), WireError> {
    if link.len() > PACK_LINK_MAX {
        return Err(WireError::TooLarge { what: "link to a sticker pack", limit: PACK_LINK_MAX });
    }
    match PackRef::parse(link) {
        Ok(read) if read.id == *id => Ok(()),
        Ok(_) | Err(_) => Err(WireError::Invalid("link to a sticker pack")),
    }
}

/// Reads favourites.
pub(super) fn favourites(text: &str) -> Result<Vec<StickerAt>, WireError> {
    let read: Option<Vec<StickerAt>> = text.split(' ').filter(|one| !one.is_empty()).map(StickerAt::parse).collect();
    let read = read.ok_or(WireError::Invalid("favourite stickers"))?;
    match read.len() > FAVOURITES_MAX {
        true => Err(WireError::TooLarge { what: "favourite stickers", limit: FAVOURITES_MAX }),
        false => Ok(read),
    }
}

impl Own {
    /// All packs and favourites.
    pub(super) fn stickers(&self) -> Reply {
        Reply::Stickers { packs: self.settings.packs(), favourites: self.settings.favourites() }
    }

    /// Has a pack from now on.
    pub(super) fn add_stickers(
        &mut self,
        pack: &PackRef,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let packs = self.settings.packs();
        if packs.len() >= PACKS_MAX && packs.iter().all(|known| known.id != pack.id) {
            let why = format!("you have {PACKS_MAX} sticker packs; remove one first");
            return Ok(Err(CommandError::Refused(why)));
        }
        match pack.link() {
            Ok(link) => self.set(Key::Stickers(pack.id), &Value::Text(link), ctx),
            Err(error) => Ok(Err(CommandError::Invalid(format!("this sticker pack cannot be: {error}")))),
        }
    }

    /// Does not have it any more.
    pub(super) fn remove_stickers(
        &mut self,
        id: PackId,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        if self.settings.packs().iter().all(|pack| pack.id != id) {
            return Ok(Err(CommandError::NotFound("sticker pack")));
        }
        self.set(Key::Stickers(id), &Value::Text(String::new()), ctx)
    }

    /// Likes a sticker, or not any more; of too many the oldest gives way.
    pub(super) fn like_sticker(
        &mut self,
        at: StickerAt,
        liked: bool,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let mut all = self.settings.favourites();
        all.retain(|known| *known != at);
        if liked {
            all.insert(0, at);
            all.truncate(FAVOURITES_MAX);
        }
        let text = all.iter().map(StickerAt::text).collect::<Vec<_>>().join(" ");
        self.set(Key::Favourites, &Value::Text(text), ctx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::mailbox::RelayHint;
    use crate::ids::NodeId;

    #[test]
    fn settings_about_stickers_keep_to_their_form() {
        let at = StickerAt { pack: PackId([7; 32]), number: 119 };
        assert_eq!(StickerAt::parse(&at.text()), Some(at));
        let pack = PackId([7; 32]).to_hex();
        for bad in [&pack[..], "x:1", ":1", &format!("{pack}:120"), &format!("{pack}:01"), &format!("{pack}:-1")] {
            assert_eq!(StickerAt::parse(bad), None, "{bad}");
        }
        assert_eq!(favourites(""), Ok(Vec::new()));
        assert_eq!(favourites(&format!("{} {}", at.text(), at.text())).map(|all| all.len()), Ok(2));
        assert!(favourites("x").is_err() && favourites(&vec![at.text(); FAVOURITES_MAX + 1].join(" ")).is_err());
        let relays = vec![RelayHint { relay: NodeId([5; 32]), addrs: vec![] }];
        let link = PackRef { version: 1, id: PackId([7; 32]), size: 1, title: "Boats".into(), relays }.link().unwrap();
        assert_eq!(check_link(&PackId([7; 32]), &link), Ok(()));
        assert!(check_link(&PackId([8; 32]), &link).is_err(), "another pack's");
        assert!(check_link(&PackId([7; 32]), &"x".repeat(PACK_LINK_MAX + 1)).is_err());
    }
}
