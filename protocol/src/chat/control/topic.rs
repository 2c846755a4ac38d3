//! A topic of a group: a conversation of its own under a title, which everybody in the group can read.
//!
//! | bytes | field |
//! |---|---|
//! | 8 | id: the index of the block that made it |
//! | 4 + n | title, 1 to 128 bytes, one line |
//! | 4 + n | emoji, 0 to 32 bytes |
//! | 1 | closed |
//! | 32 | who made it |
//!
//! Which messages stand in one the messages say (`content::head`); what names no topic, or one that is gone, is general.

use super::state::check_text;
use crate::ids::UserId;
use crate::limits::{TOPIC_ICON_MAX, TOPIC_TITLE_MAX, TOPICS_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use std::collections::BTreeMap;

/// What a topic is called by messages; never 0.
pub type TopicId = u64;

/// What people see of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The title.
    pub title: String,
    /// An emoji before it; may be empty.
    pub icon: String,
    /// Only who may make topics writes in it.
    pub closed: bool,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What people see.
    pub face: Face,
    /// Who made it, and may change it as well.
    pub by: UserId,
}

impl Face {
    /// `title bytes | icon bytes | closed u8`.
    pub(super) fn write(&self, w: &mut Writer) {
        w.bytes(self.title.as_bytes()).bytes(self.icon.as_bytes()).bool(self.closed);
    }

    /// # Errors
    /// [`WireError`] if something is out of bounds.
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let title = r.text("title of a topic", TOPIC_TITLE_MAX)?.to_owned();
        let icon = r.text("emoji of a topic", TOPIC_ICON_MAX)?.to_owned();
        let closed = r.bool()?;
        check_text("title of a topic", &title, TOPIC_TITLE_MAX)?;
        if title.trim().is_empty() || title.contains('\n') || icon.chars().any(|c| c.is_control() || c == ' ') {
            return Err(WireError::Invalid("topic"));
        }
        Ok(Self { title, icon, closed })
    }
}

pub(super) fn write(w: &mut Writer, topics: &BTreeMap<TopicId, Topic>) {
    w.count(topics.len());
    for (id, topic) in topics {
        w.u64(*id);
        topic.face.write(w);
        w.raw(&topic.by.0);
    }
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<BTreeMap<TopicId, Topic>, WireError> {
    let n = r.count("topics", TOPICS_MAX, 49)?;
    let mut topics = BTreeMap::new();
    for _ in 0..n {
        let id = r.u64()?;
        if id == 0 || topics.last_key_value().is_some_and(|(last, _)| *last >= id) {
            return Err(WireError::Invalid("topics"));
        }
        topics.insert(id, Topic { face: Face::read(r)?, by: UserId(r.array()?) });
    }
    Ok(topics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_have_bounds() {
        let face = |title: &str, icon: &str| {
            let mut w = Writer::default();
            let face = Face { title: title.into(), icon: icon.into(), closed: true };
            face.write(&mut w);
            let read = Face::read(&mut Reader::new(&w.finish()));
            assert!(read.is_err() || read == Ok(face));
            read.is_ok()
        };
        for (title, icon, good) in [
            ("Boats", "", true),
            ("Boats", "⛵", true),
            (&*"x".repeat(128), &*"y".repeat(32), true),
            ("", "", false),
            (" ", "", false),
            ("two\nlines", "", false),
            ("bell\u{7}", "", false),
            ("Boats", "a b", false),
            ("Boats", "\n", false),
            (&*"x".repeat(129), "", false),
            ("Boats", &*"y".repeat(33), false),
        ] {
            assert_eq!(face(title, icon), good, "{title:?} {icon:?}");
        }
    }

    #[test]
    fn topics_are_ascending_and_few() {
        let topic =
            || Topic { face: Face { title: "T".into(), icon: String::new(), closed: false }, by: UserId([1; 32]) };
        let bytes = |topics: &BTreeMap<TopicId, Topic>| {
            let mut w = Writer::default();
            write(&mut w, topics);
            w.finish()
        };
        let good: BTreeMap<_, _> = (1..=TOPICS_MAX as u64).map(|id| (id, topic())).collect();
        assert_eq!(read(&mut Reader::new(&bytes(&good))), Ok(good.clone()));
        let many: BTreeMap<_, _> = (1..=TOPICS_MAX as u64 + 1).map(|id| (id, topic())).collect();
        let zero = BTreeMap::from([(0, topic())]);
        let one = bytes(&BTreeMap::from([(3, topic())]));
        let twice = [&[0, 2], &one[2..], &one[2..]].concat();
        for bad in [bytes(&many), bytes(&zero), twice] {
            assert!(read(&mut Reader::new(&bad)).is_err());
        }
    }
}
