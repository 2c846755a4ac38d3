//! What a person feels about a message. Body: `{0: message, 1: [emoji, …]}`, ascending, none to take all back. A
//! person's last one by (time, id) counts.

use super::canonical;
use crate::ids::OpId;
use crate::limits::{REACTION_BYTES_MAX, REACTIONS_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// A person's reactions to one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Which message.
    pub target: OpId,
    /// Ascending, at most 3.
    pub emoji: Vec<String>,
}

impl Reaction {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        if self.emoji.len() > REACTIONS_MAX {
            return Err(WireError::TooLarge { what: "reactions", limit: REACTIONS_MAX });
        }
        if self.emoji.windows(2).any(|pair| pair[0] >= pair[1]) || !self.emoji.iter().all(|emoji| is_emoji(emoji)) {
            return Err(WireError::Invalid("reaction"));
        }
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "reaction").and_then(Self::checked)
    }
}

/// One pictograph, as far as one can tell without tables: no letters, white space or controls; digits, `#` and `*` only
/// as keycaps (with U+20E3).
fn is_emoji(text: &str) -> bool {
    let keycap = text.ends_with('\u{20e3}');
    let fits = |c: char| {
        let plain = c.is_ascii() && !(keycap && (c.is_ascii_digit() || c == '#' || c == '*'));
        !(plain || c.is_alphabetic() || c.is_whitespace() || c.is_control() || super::rich::is_bidi(c))
    };
    !text.is_empty() && text.len() <= REACTION_BYTES_MAX && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaction(emoji: &[&str]) -> Reaction {
        Reaction { target: OpId([7; 32]), emoji: emoji.iter().map(|emoji| (*emoji).to_owned()).collect() }
    }

    #[test]
    fn the_vector_holds() {
        // a2                   map of two
        //    00 5820 07…       field 0: message 0707…
        //    01 81 64 f09f918d field 1: one reaction, 👍
        let mut bytes = vec![0xa2, 0x00, 0x58, 0x20];
        bytes.extend([7; 32]);
        bytes.extend([0x01, 0x81, 0x64, 0xf0, 0x9f, 0x91, 0x8d]);
        assert_eq!(reaction(&["👍"]).encode().unwrap(), bytes);
        assert_eq!(Reaction::decode(&bytes), Ok(reaction(&["👍"])));
    }

    #[test]
    fn pictographs_only_and_few_of_them() {
        for good in [&[][..], &["👍"], &["1\u{fe0f}\u{20e3}"], &["👨‍👩‍👧‍👦"], &["🏴󠁧󠁢󠁥󠁮󠁧󠁿"], &["❤\u{fe0f}"], &["👍", "🔥", "🦀"]]
        {
            assert!(reaction(good).checked().is_ok(), "{good:?}");
        }
        let long = "👍".repeat(20);
        for bad in [
            &[""][..],
            &["a"],
            &["1"],
            &["👍 "],
            &["👍x"],
            &["\u{202e}"],
            &["👍", "👍"],
            &["🔥", "👍"],
            &[&long],
            &["👍", "👎", "🔥", "🦀"],
        ] {
            let bytes = cbor::encode(&reaction(bad)).unwrap();
            assert!(Reaction::decode(&bytes).is_err(), "{bad:?}");
        }
    }
}
