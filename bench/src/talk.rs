//! What the driver and the processes it starts say to each other: one JSON object a line.

use chappe_protocol::ids::{ChatId, UserId};
use serde::{Deserialize, Serialize};

/// Bytes of every text.
pub const TEXT_BYTES: usize = 200;

/// What a node is told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Who are you? → `User`
    Who,
    /// → `Link`
    Invite,
    /// Ask the owner of an invite to talk. → `Done`
    Join(String),
    /// Accept the request of this user, once it is there. → `Chat`
    Accept(#[serde(with = "hex")] UserId),
    /// Wait until a contact has accepted. → `Chat`
    Accepted,
    /// Send texts numbered from `first` on, with at most `window` on their way. → `Sent`
    Pipeline {
        /// Where.
        #[serde(with = "hex")]
        chat: ChatId,
        /// The first number.
        first: u64,
        /// How many.
        count: u64,
        /// How many may be unacknowledged.
        window: usize,
        /// What counts as acknowledged.
        until: Until,
    },
    /// Send texts numbered from `first` on, one each `spacing_us`. → `Sent`
    Paced {
        /// Where.
        #[serde(with = "hex")]
        chat: ChatId,
        /// The first number.
        first: u64,
        /// How many.
        count: u64,
        /// Microseconds.
        spacing_us: u64,
    },
    /// Wait until the text with this number is here. → `Received`, over all since the last such order
    Expect(u64),
    /// Forget what was received so far. → `Done`
    Forget,
}

/// What acknowledges a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// The relay has a durable copy.
    Sent,
    /// The recipient signed that it has a durable copy.
    Delivered,
}

/// What a process answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// A relay is ready; its full address.
    Relay(String),
    /// A node is ready, and its API would answer.
    Node {
        /// How long the core and the API took, without starting the process.
        seconds: f64,
    },
    /// Us.
    User(#[serde(with = "hex")] UserId),
    /// An invite.
    Link(String),
    /// A chat in which both sides can speak.
    Chat(#[serde(with = "hex")] ChatId),
    /// Nothing to say.
    Done,
    /// All are acknowledged.
    Sent {
        /// From the first order to the last acknowledgement.
        seconds: f64,
    },
    /// The awaited text is here.
    Received {
        /// Texts seen since the last such order.
        count: u64,
        /// From the first of them to the last.
        seconds: f64,
        /// From the start of the node to the last.
        since_start: f64,
        /// Nanoseconds from each one's order to its event, sorted.
        latencies: Vec<u64>,
        /// Events lost because this process read too slowly.
        lagged: u64,
    },
    /// It did not work.
    Failed(String),
}

/// Ids as hexadecimal text.
mod hex {
    use chappe_protocol::ids::{ChatId, UserId};
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub trait Id: Sized {
        fn text(&self) -> String;
        fn parse(text: &str) -> Option<Self>;
    }

    impl Id for ChatId {
        fn text(&self) -> String {
            self.to_hex()
        }
        fn parse(text: &str) -> Option<Self> {
            Self::from_hex(text)
        }
    }

    impl Id for UserId {
        fn text(&self) -> String {
            self.to_hex()
        }
        fn parse(text: &str) -> Option<Self> {
            Self::from_hex(text)
        }
    }

    pub fn serialize<I: Id, S: Serializer>(id: &I, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&id.text())
    }

    pub fn deserialize<'de, I: Id, D: Deserializer<'de>>(deserializer: D) -> Result<I, D::Error> {
        I::parse(&String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("not an id"))
    }
}

/// A text of [`TEXT_BYTES`] that tells its number and when it was ordered.
pub fn text(number: u64, nanos: u64) -> String {
    let mut text = format!("{number:012} {nanos:020} ");
    while text.len() < TEXT_BYTES {
        text.push_str("The quick brown fox jumps over the lazy dog. ");
    }
    text.truncate(TEXT_BYTES);
    text
}

/// Number and time of a text; `None` if it is not one of ours.
pub fn parse(text: &str) -> Option<(u64, u64)> {
    let mut words = text.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_size_and_tells_its_number() {
        let text = text(7, 123);
        assert_eq!(text.len(), TEXT_BYTES);
        assert_eq!(parse(&text), Some((7, 123)));
        assert_eq!(parse("something else"), None);
    }
}
