//! What a person says about themselves beside their name. Each field may be empty, and is left out of what contacts get
//! if its rule says so ([`Field`], `peer::settings`).
//!
//! Not here: the picture's bytes; the profile names it by its hash.

use crate::limits::{BIO_MAX, EMOJI_MAX, USERNAME_MAX};
use crate::wire::WireError;
use serde::{Deserialize, Serialize};

/// A field that has a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// [`Profile::username`].
    Username,
    /// [`Profile::bio`].
    Bio,
    /// [`Profile::emoji`].
    Emoji,
    /// [`Profile::picture`].
    Picture,
}

impl Field {
    /// All.
    pub const ALL: [Self; 4] = [Self::Username, Self::Bio, Self::Emoji, Self::Picture];

    /// For the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::Username => 1,
            Self::Bio => 2,
            Self::Emoji => 3,
            Self::Picture => 4,
        }
    }

    /// Of a number; `None` for one of a later version.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.number() == number)
    }
}

/// The fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// A short handle: 5 to 32 of `a-z`, `0-9` and `_`. A hint, no identity: nobody checks that it is unique.
    pub username: String,
    /// A few lines.
    pub bio: String,
    /// A status in one picture sign.
    pub emoji: String,
    /// BLAKE3 of a picture, in lower-case hexadecimal.
    pub picture: String,
}

impl Profile {
    /// One field.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Username => &self.username,
            Field::Bio => &self.bio,
            Field::Emoji => &self.emoji,
            Field::Picture => &self.picture,
        }
    }

    /// Changes a field.
    pub fn set(&mut self, field: Field, text: String) {
        match field {
            Field::Username => self.username = text,
            Field::Bio => self.bio = text,
            Field::Emoji => self.emoji = text,
            Field::Picture => self.picture = text,
        }
    }

    /// Checks all fields.
    pub fn check(&self) -> Result<(), WireError> {
        Field::ALL.into_iter().try_for_each(|field| check(field, self.get(field)))
    }
}

/// Checks what a field may hold; every field may be empty.
pub fn check(field: Field, text: &str) -> Result<(), WireError> {
    let too_large = |what, limit| if text.len() > limit { Err(WireError::TooLarge { what, limit }) } else { Ok(()) };
    let fits = |fine: bool, what| if fine { Ok(()) } else { Err(WireError::Invalid(what)) };
    match field {
        Field::Username => {
            too_large("username", USERNAME_MAX)?;
            let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            fits(plain && (text.is_empty() || text.len() >= 5), "username")
        }
        Field::Bio => {
            too_large("bio", BIO_MAX)?;
            fits(text.chars().all(|c| !c.is_control() || c == '\n'), "bio")
        }
        Field::Emoji => {
            too_large("emoji status", EMOJI_MAX)?;
            fits(text.chars().all(|c| !c.is_control() && !c.is_ascii_alphanumeric()), "emoji status")
        }
        Field::Picture => {
            let hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            fits(text.is_empty() || (text.len() == 64 && hex), "picture")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_checked() {
        let good = [(Field::Username, "zoe_1990"), (Field::Bio, "two\nlines"), (Field::Emoji, "🦀")];
        for (field, text) in good.into_iter().chain(Field::ALL.map(|field| (field, ""))) {
            assert!(check(field, text).is_ok(), "{field:?} {text:?}");
        }
        for (field, text) in [
            (Field::Username, "Zoe_1990"),
            (Field::Username, "zoe"),
            (Field::Username, &"x".repeat(33)),
            (Field::Bio, "\u{1b}[2J"),
            (Field::Bio, &"x".repeat(BIO_MAX + 1)),
            (Field::Emoji, "ok"),
            (Field::Emoji, &"🦀".repeat(20)),
            (Field::Picture, "00"),
            (Field::Picture, &"G".repeat(64)),
        ] {
            assert!(check(field, text).is_err(), "{field:?} {text:?}");
        }
        assert!(Profile { picture: "0a".repeat(32), ..Profile::default() }.check().is_ok());
        assert!(Field::ALL.into_iter().all(|field| Field::of(field.number()) == Some(field)));
    }
}
