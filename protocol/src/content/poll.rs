//! A poll or quiz. Body: `{0: question, 1: [option, …], 2: flags, 3: quiz, 4: closes, 5: head}`; flags: 1 anonymous,
//! 2 multiple; a quiz is `{0: right option, 1: explanation}`; quiz, closes (milliseconds since 1970) and an empty head
//! are left out.
//!
//! Question and options never change. "Anonymous" is a promise of programs, not of cryptography: a vote is a signed
//! operation like any other, so a member's modified program can tell who voted for what; ours does not show it.
//!
//! Not here: [`super::vote`] and [`super::close`].

use super::canonical;
use super::head::Head;
use crate::limits::{EXPLANATION_UNITS_MAX, OPTION_UNITS_MAX, POLL_OPTIONS_MAX, QUESTION_UNITS_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

const ANONYMOUS: u8 = 1;
const MULTIPLE: u8 = 2;

/// One option is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiz {
    /// The number of the right option.
    pub right: u8,
    /// Shown after the vote; may be empty.
    pub explanation: String,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Poll {
    /// 1 to 300 units.
    pub question: String,
    /// 2 to 12 of 1 to 100 units, no two the same.
    pub options: Vec<String>,
    /// People are not shown who voted for what.
    pub anonymous: bool,
    /// More than one option may be chosen.
    pub multiple: bool,
    /// It is a quiz: one vote a person, for good.
    pub quiz: Option<Quiz>,
    /// It closes by itself then, milliseconds since 1970.
    pub closes: Option<u64>,
    /// What else it carries.
    pub head: Head,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    question: String,
    options: Vec<String>,
    flags: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quiz: Option<Quiz>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closes: Option<u64>,
    #[serde(default, skip_serializing_if = "Head::is_empty")]
    head: Head,
}

impl From<Poll> for Wire {
    fn from(poll: Poll) -> Self {
        let flags = if poll.anonymous { ANONYMOUS } else { 0 } | if poll.multiple { MULTIPLE } else { 0 };
        let Poll { question, options, quiz, closes, head, .. } = poll;
        Self { question, options, flags, quiz, closes, head }
    }
}

impl TryFrom<Wire> for Poll {
    type Error = WireError;

    fn try_from(wire: Wire) -> Result<Self, WireError> {
        if wire.flags & !(ANONYMOUS | MULTIPLE) != 0 {
            return Err(WireError::Invalid("flags of a poll"));
        }
        let (anonymous, multiple) = (wire.flags & ANONYMOUS != 0, wire.flags & MULTIPLE != 0);
        let Wire { question, options, quiz, closes, head, .. } = wire;
        Ok(Self { question, options, anonymous, multiple, quiz, closes, head })
    }
}

impl Poll {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        bounded("question", &self.question, QUESTION_UNITS_MAX)?;
        if self.options.len() > POLL_OPTIONS_MAX {
            return Err(WireError::TooLarge { what: "options", limit: POLL_OPTIONS_MAX });
        }
        for option in &self.options {
            bounded("option", option, OPTION_UNITS_MAX)?;
        }
        let double = self.options.iter().enumerate().any(|(n, option)| self.options[..n].contains(option));
        if self.options.len() < 2 || double {
            return Err(WireError::Invalid("options"));
        }
        if let Some(quiz) = &self.quiz {
            if usize::from(quiz.right) >= self.options.len() || self.multiple {
                return Err(WireError::Invalid("quiz"));
            }
            if quiz.explanation.encode_utf16().count() > EXPLANATION_UNITS_MAX {
                return Err(WireError::TooLarge { what: "explanation", limit: EXPLANATION_UNITS_MAX });
            }
        }
        self.head.check_unproven()?;
        if self.head.view_once {
            return Err(WireError::Invalid("a poll that can be seen once"));
        }
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "poll").and_then(Self::checked)
    }
}

/// A line of 1 to `limit` UTF-16 units that is not only white space and has no controls but line ends.
pub(super) fn bounded(what: &'static str, text: &str, limit: usize) -> Result<(), WireError> {
    if text.encode_utf16().count() > limit {
        return Err(WireError::TooLarge { what, limit });
    }
    if text.trim().is_empty() || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(WireError::Invalid(what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll() -> Poll {
        Poll {
            question: "?".into(),
            options: vec!["a".into(), "b".into()],
            anonymous: true,
            multiple: false,
            quiz: None,
            closes: None,
            head: Head::default(),
        }
    }

    #[test]
    fn the_vector_holds() {
        // a3                 map of three
        //    00 61 3f        field 0: "?"
        //    01 82 6161 6162 field 1: "a", "b"
        //    02 01           field 2: anonymous
        let bytes = [0xa3, 0x00, 0x61, b'?', 0x01, 0x82, 0x61, b'a', 0x61, b'b', 0x02, 0x01];
        assert_eq!(poll().encode().unwrap(), bytes);
        assert_eq!(Poll::decode(&bytes), Ok(poll()));
        let quiz = Quiz { right: 1, explanation: String::new() };
        let full = Poll { quiz: Some(quiz), closes: Some(9), anonymous: false, ..poll() };
        assert_eq!(Poll::decode(&full.encode().unwrap()), Ok(full));
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let options = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>();
        assert!(Poll { options: options(POLL_OPTIONS_MAX), ..poll() }.checked().is_ok());
        let quiz = |right| Some(Quiz { right, explanation: String::new() });
        let bad = [
            Poll { question: " ".into(), ..poll() },
            Poll { question: "x".repeat(301), ..poll() },
            Poll { question: "\u{1b}".into(), ..poll() },
            Poll { options: options(1), ..poll() },
            Poll { options: options(POLL_OPTIONS_MAX + 1), ..poll() },
            Poll { options: vec!["a".into(); 2], ..poll() },
            Poll { options: vec!["a".into(), String::new()], ..poll() },
            Poll { options: vec!["a".into(), "x".repeat(101)], ..poll() },
            Poll { quiz: quiz(2), ..poll() },
            Poll { quiz: quiz(0), multiple: true, ..poll() },
            Poll { quiz: Some(Quiz { right: 0, explanation: "x".repeat(201) }), ..poll() },
            Poll { head: Head { view_once: true, ..Head::default() }, ..poll() },
        ];
        for poll in bad {
            assert!(Poll::decode(&cbor::encode(&poll).unwrap()).is_err(), "{poll:?}");
        }
        let flags = [0xa3, 0x00, 0x61, b'?', 0x01, 0x82, 0x61, b'a', 0x61, b'b', 0x02, 0x04];
        assert!(Poll::decode(&flags).is_err(), "an unknown flag");
    }
}
