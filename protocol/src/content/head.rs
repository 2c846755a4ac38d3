//! What every kind of message can carry beside its content: what it answers, where it was forwarded from, when it
//! destroys itself. A map, left out of the body if empty:
//!
//! | key | field |
//! |---|---|
//! | 0 | reply: `{0: message, 1: quote}`; a quote is `{0: offset, 1: text}` |
//! | 1 | forward, see [`super::forward`] |
//! | 2 | lifetime in seconds |
//! | 3 | true: can be seen once |
//! | 4 | topic that it stands in, see `chat::control::topic`; never 0 |
//!
//! Not here: whether a quote really stands in the message it names; whoever shows it compares ([`Quote::stands_in`]).

use super::forward::Forward;
use super::rich;
use crate::chat::control::topic::TopicId;
use crate::ids::OpId;
use crate::limits::{QUOTE_UNITS_MAX, TTL_MAX_S};
use crate::wire::WireError;
use serde::{Deserialize, Serialize};

/// A part of the message that is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Where it stands there, in UTF-16 units.
    pub offset: u32,
    /// 1 to 1024 units.
    pub text: String,
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The message, in the same chat.
    pub to: OpId,
    /// The part that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
}

/// What a message carries beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Who said it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Box<Forward>>,
    /// Seconds from its time on, after which every replica drops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_s: Option<u32>,
    /// It is dropped when somebody has seen it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub view_once: bool,
    /// The topic that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicId>,
}

/// True if a flag is left out.
pub(super) fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Quote {
    /// True if it stands in this text where it says.
    pub fn stands_in(&self, text: &str) -> bool {
        let units = u32::try_from(self.text.encode_utf16().count()).unwrap_or(u32::MAX);
        rich::slice(text, self.offset, units) == Some(&self.text)
    }
}

impl Head {
    /// True if there is nothing in it, so that it is left out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Bounds, of a body whose forwards carry no proof: all but texts.
    pub(super) fn check_unproven(&self) -> Result<(), WireError> {
        self.check()?;
        self.forward.as_ref().map_or(Ok(()), |forward| forward.check_unproven())
    }

    /// Bounds.
    pub(super) fn check(&self) -> Result<(), WireError> {
        if let Some(quote) = self.reply.as_ref().and_then(|reply| reply.quote.as_ref()) {
            if quote.text.is_empty() {
                return Err(WireError::Invalid("an empty quote"));
            }
            if quote.text.encode_utf16().count() > QUOTE_UNITS_MAX {
                return Err(WireError::TooLarge { what: "quote", limit: QUOTE_UNITS_MAX });
            }
        }
        check_ttl(self.ttl_s)?;
        if self.topic == Some(0) {
            return Err(WireError::Invalid("a topic without a number"));
        }
        if self.view_once && self.forward.is_some() {
            return Err(WireError::Invalid("a forwarded message that can be seen once"));
        }
        Ok(())
    }
}

/// A lifetime: 1 second to 366 days.
pub fn check_ttl(ttl_s: Option<u32>) -> Result<(), WireError> {
    match ttl_s {
        Some(0) => Err(WireError::Invalid("a lifetime of nothing")),
        Some(seconds) if seconds > TTL_MAX_S => {
            Err(WireError::TooLarge { what: "lifetime", limit: TTL_MAX_S as usize })
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_and_quotes_have_bounds() {
        for (ttl, good) in
            [(None, true), (Some(0), false), (Some(1), true), (Some(TTL_MAX_S), true), (Some(TTL_MAX_S + 1), false)]
        {
            assert_eq!(Head { ttl_s: ttl, ..Head::default() }.check().is_ok(), good, "{ttl:?}");
        }
        let quoting = |text: &str| Head {
            reply: Some(Reply { to: OpId([1; 32]), quote: Some(Quote { offset: 0, text: text.into() }) }),
            ..Head::default()
        };
        for (text, good) in [("", false), ("a", true), (&*"a".repeat(1024), true), (&*"a".repeat(1025), false)] {
            assert_eq!(quoting(text).check().is_ok(), good);
        }
    }

    #[test]
    fn a_quote_stands_where_it_says_or_nowhere() {
        let quote = Quote { offset: 3, text: "lo w".into() };
        assert!(quote.stands_in("hello world"));
        assert!(!quote.stands_in("Hello, world"));
        assert!(!Quote { offset: 4_000_000_000, text: "x".into() }.stands_in("x"));
    }
}
