//! Reads an export as a stream: a `result.json` of gigabytes needs the memory of one message.

use super::shape::{ChatHead, Message};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::io::Read;
use thiserror::Error;

/// Why an export is not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Not JSON, or another shape.
    #[error("this is not an export of Telegram Desktop in machine-readable JSON: {0}")]
    Format(#[from] serde_json::Error),
    /// What is called for each message refused to go on.
    #[error("{0}")]
    Stopped(String),
}

/// Is told what is in an export, in its order.
pub trait Listener {
    /// Who exported, as messages name them.
    fn me(&mut self, id: String);
    /// A chat begins.
    fn chat(&mut self, head: &ChatHead) -> Result<(), String>;
    /// A message of the chat that began last; none if it cannot be read.
    fn message(&mut self, message: Option<Message>) -> Result<(), String>;
}

/// Reads an export of all chats or of one.
///
/// # Errors
/// [`ReadError`].
pub fn read(source: impl Read, listener: &mut dyn Listener) -> Result<(), ReadError> {
    let mut stopped = None;
    let mut json = serde_json::Deserializer::from_reader(source);
    let done = Root { listener, stopped: &mut stopped }.deserialize(&mut json).and_then(|()| json.end());
    match (stopped, done) {
        (Some(why), _) => Err(ReadError::Stopped(why)),
        (None, done) => Ok(done?),
    }
}

/// What a listener said stays beside the error, which serde makes a text.
struct Root<'a> {
    listener: &'a mut dyn Listener,
    stopped: &'a mut Option<String>,
}

impl Root<'_> {
    fn tell<E: serde::de::Error>(&mut self, told: Result<(), String>) -> Result<(), E> {
        told.map_err(|why| {
            *self.stopped = Some(why);
            E::custom("stopped")
        })
    }

    fn again(&mut self) -> Root<'_> {
        Root { listener: self.listener, stopped: self.stopped }
    }
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

#[derive(Deserialize)]
struct Me {
    user_id: i64,
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export with chats")
    }

    /// The whole export, or a single chat, whose fields stand in the same place.
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let (mut head, mut found) = (ChatHead::default(), false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "personal_information" => self.listener.me(format!("user{}", map.next_value::<Me>()?.user_id)),
                "chats" | "left_chats" => {
                    found = true;
                    map.next_value_seed(Folder(self.again()))?;
                }
                "name" => head.name = map.next_value()?,
                "type" => head.kind = map.next_value()?,
                "id" => head.id = map.next_value()?,
                "messages" => {
                    found = true;
                    if head.kind.is_empty() {
                        return Err(A::Error::custom(
                            "its fields stand in another order than that of Telegram Desktop",
                        ));
                    }
                    let told = self.listener.chat(&head);
                    self.tell(told)?;
                    map.next_value_seed(Messages(self.again()))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if found { Ok(()) } else { Err(A::Error::custom("it has neither chats nor messages")) }
    }
}

/// `{"about": …, "list": [chat, …]}`.
struct Folder<'a>(Root<'a>);

impl<'de> DeserializeSeed<'de> for Folder<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Folder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of chats")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "list" => map.next_value_seed(Chats(self.0.again()))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Chats<'a>(Root<'a>);

impl<'de> DeserializeSeed<'de> for Chats<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Chats<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chats")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.0.again())?.is_some() {}
        Ok(())
    }
}

struct Messages<'a>(Root<'a>);

impl<'de> DeserializeSeed<'de> for Messages<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        // By way of a value, so that one odd message does not end the whole.
        while let Some(value) = seq.next_element::<serde_json::Value>()? {
            let told = self.0.listener.message(Message::deserialize(value).ok());
            self.0.tell(told)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard {
        me: String,
        chats: Vec<ChatHead>,
        messages: Vec<Option<Message>>,
        stop_at: usize,
    }

    impl Listener for Heard {
        fn me(&mut self, id: String) {
            self.me = id;
        }

        fn chat(&mut self, head: &ChatHead) -> Result<(), String> {
            self.chats.push(head.clone());
            Ok(())
        }

        fn message(&mut self, message: Option<Message>) -> Result<(), String> {
            self.messages.push(message);
            if self.messages.len() == self.stop_at { Err("enough".into()) } else { Ok(()) }
        }
    }

    const ALL: &str = r#"{"about": "x", "personal_information": {"user_id": 7, "first_name": "A"},
        "contacts": {"list": [{"user_id": 1}]},
        "chats": {"about": "y", "list": [
            {"name": "Ida", "type": "personal_chat", "id": 5, "messages": [
                {"id": 1, "type": "message", "date": "2020-01-01T00:00:00", "from": "Ida", "from_id": 5, "text": "hi"},
                {"id": "odd"}, 7]},
            {"name": null, "type": "personal_chat", "id": 6, "messages": []}]},
        "left_chats": {"list": [{"name": "Old", "type": "private_group", "id": 9, "messages": [
            {"id": 2, "type": "service", "text": ["a ", {"type": "bold", "text": "b"}]}]}]}}"#;

    #[test]
    fn all_chats_are_read_and_odd_messages_stop_nothing() {
        let mut heard = Heard::default();
        read(ALL.as_bytes(), &mut heard).unwrap();
        assert_eq!(heard.me, "user7");
        let names: Vec<_> = heard.chats.iter().map(|chat| (chat.name.as_deref(), chat.id)).collect();
        assert_eq!(names, [(Some("Ida"), 5), (None, 6), (Some("Old"), 9)]);
        let read: Vec<_> = heard.messages.iter().map(Option::is_some).collect();
        assert_eq!(read, [true, false, false, true]);
        assert_eq!(heard.messages[0].as_ref().unwrap().from_id.as_deref(), Some("user5"));
        let spans = heard.messages[3].as_ref().unwrap().spans();
        assert_eq!(
            spans.iter().map(|span| (&*span.kind, &*span.text)).collect::<Vec<_>>(),
            [("plain", "a "), ("bold", "b")]
        );
    }

    #[test]
    fn one_chat_is_read() {
        let one = r#"{"name": "Ida", "type": "personal_chat", "id": 5, "messages": [{"id": 1, "type": "message"}]}"#;
        let mut heard = Heard::default();
        read(one.as_bytes(), &mut heard).unwrap();
        assert_eq!((heard.chats.len(), heard.messages.len()), (1, 1));
        assert_eq!(heard.chats[0].kind, "personal_chat");
    }

    #[test]
    fn what_is_no_export_is_refused_and_a_listener_can_stop() {
        let deep = "[".repeat(100_000);
        let nested = format!(r#"{{"type": "x", "messages": [{deep}"#);
        for bad in [
            "",
            "7",
            "{}",
            "[]",
            r#"{"chats": 7}"#,
            r#"{"type": "x", "messages": {}}"#,
            r#"{"type": "x", "messages": [{"id": 1"#,
            r#"{"messages": []}"#,
            &nested,
        ] {
            assert!(matches!(read(bad.as_bytes(), &mut Heard::default()), Err(ReadError::Format(_))), "{:.40}", bad);
        }
        let mut heard = Heard { stop_at: 2, ..Heard::default() };
        assert!(matches!(read(ALL.as_bytes(), &mut heard), Err(ReadError::Stopped(why)) if why == "enough"));
    }
}
