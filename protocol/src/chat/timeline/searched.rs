//! What a search looks for in a message, read from its rows alone: no chat has to be loaded for it, so an index can be
//! made beside the loop.
//!
//! Not here: the index, and what people see of a message (`peer::chat::show`). What can be seen once, what is deleted
//! and what has expired says nothing here.

use super::Broken;
use super::merge::{find, wording};
use super::row::{self, Flags, Place, Row};
use crate::chat::op::SignedOp;
use crate::content::file::File;
use crate::content::play::Role;
use crate::content::rich::{Entity, Style};
use crate::content::{Body, no_message};
use crate::ids::{ChatId, OpId, UserId};
use crate::store::{Range, StoreRead, Table, Write};

/// What sort of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A poll.
    Poll,
    /// A contact card.
    Card,
    /// A place.
    Location,
    /// A picture or a video.
    Media,
    /// A voice message.
    Voice,
    /// Any other file.
    File,
}

/// A message to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// Which.
    pub id: OpId,
    /// Whose.
    pub from: UserId,
    /// What.
    pub kind: Kind,
    /// All its words, in the latest wording.
    pub text: String,
    /// A link is in it.
    pub link: bool,
}

/// The message that a write is about, if it is about one: which chat, and its place if the row says it.
pub fn touched(write: &Write) -> Option<(ChatId, OpId, Option<Place>)> {
    let (table, partition, sort) = match write {
        Write::Put { table, partition, sort, .. } | Write::Delete { table, partition, sort } => {
            (table, partition, sort)
        }
    };
    match table {
        Table::Timeline => {
            let place = Place::read(sort).ok()?;
            Some((ChatId(partition.as_slice().try_into().ok()?), place.id, Some(place)))
        }
        Table::Version => {
            let (chat, message) = partition.split_first_chunk::<32>()?;
            Some((ChatId(*chat), OpId(message.try_into().ok()?), None))
        }
        _ => None,
    }
}

/// All chats that have rows here, by id.
pub fn chats(rows: &dyn StoreRead) -> Result<Vec<ChatId>, Broken> {
    let rows = rows.scan(Table::Chat, &[], Range::All, usize::MAX)?;
    rows.iter().map(|(id, _)| id.as_slice().try_into().map(ChatId).map_err(|_| Broken::Row("a chat"))).collect()
}

/// At most `limit` messages of a chat from a place on, ascending, those that say nothing as `None`.
pub fn page(
    rows: &dyn StoreRead,
    chat: &ChatId,
    from: &[u8],
    limit: usize,
) -> Result<Vec<(Place, Option<Searched>)>, Broken> {
    let page = rows.scan(Table::Timeline, &chat.0, Range::From(from), limit)?;
    page.iter()
        .map(|(sort, value)| {
            let place = Place::read(sort)?;
            Ok((place, read(rows, chat, &place, &Row::decode(value)?)?))
        })
        .collect()
}

/// Where a message is.
pub fn place(rows: &dyn StoreRead, message: &OpId) -> Result<Option<(ChatId, Place)>, Broken> {
    find(rows, message)
}

fn read(rows: &dyn StoreRead, chat: &ChatId, place: &Place, row: &Row) -> Result<Option<Searched>, Broken> {
    if row.is_erased() {
        return Ok(None);
    }
    let op = row.signed(place.id)?;
    let Ok(body) = Body::decode(op.op.kind, &op.op.body) else { return Ok(None) };
    if body.head().is_some_and(|head| head.view_once) {
        return Ok(None);
    }
    let latest = if row.flags.has(Flags::EDITED) { wording(rows, &row::of(chat, &place.id))? } else { None };
    let Some((kind, text, entities)) = words(&body, latest) else { return Ok(None) };
    let link = has_link(&text, &entities);
    Ok(Some(Searched { id: place.id, from: row.from, kind, text, link }))
}

fn words(body: &Body, latest: Option<SignedOp>) -> Option<(Kind, String, Vec<Entity>)> {
    match body {
        Body::Text(text) => {
            let edit = latest.and_then(|op| match Body::decode(op.op.kind, &op.op.body) {
                Ok(Body::Edit(edit)) => Some((Kind::Text, edit.text, edit.entities)),
                _ => None,
            });
            Some(edit.unwrap_or_else(|| (Kind::Text, text.text.clone(), text.entities.clone())))
        }
        Body::Poll(poll) => {
            let lines = std::iter::once(&poll.question).chain(&poll.options);
            Some((Kind::Poll, joined(lines), Vec::new()))
        }
        Body::Card(card) => {
            let lines = std::iter::once(&card.name).chain(&card.phones).chain(&card.emails);
            Some((Kind::Card, joined(lines.chain([&card.organisation, &card.note])), Vec::new()))
        }
        Body::Location(location) => {
            let venue = location.venue.iter().flat_map(|venue| [&venue.title, &venue.address]);
            Some((Kind::Location, joined(venue), Vec::new()))
        }
        Body::File(file) => {
            Some((kind_of(file), joined([&file.caption, &file.name].into_iter()), file.entities.clone()))
        }
        no_message!() => None,
    }
}

/// By what the sender says it is.
fn kind_of(file: &File) -> Kind {
    if file.play.as_ref().is_some_and(|play| play.role == Role::Voice) {
        return Kind::Voice;
    }
    if file.mime.starts_with("image/") || file.mime.starts_with("video/") { Kind::Media } else { Kind::File }
}

fn joined<'a>(lines: impl Iterator<Item = &'a String>) -> String {
    lines.filter(|line| !line.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn has_link(text: &str, entities: &[Entity]) -> bool {
    let marked = entities.iter().any(|entity| matches!(entity.style, Style::Link { .. } | Style::Url));
    marked || text.contains("http://") || text.contains("https://") || text.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::op::Hlc;

    #[test]
    fn a_write_says_which_message_it_is_about() {
        let (chat, place) = (ChatId([1; 32]), Place { shown: Hlc::at(7), id: OpId([2; 32]) });
        let put = |table, partition: Vec<u8>, sort: Vec<u8>| Write::Put { table, partition, sort, value: Vec::new() };
        let row = put(Table::Timeline, chat.0.to_vec(), place.sort());
        assert_eq!(touched(&row), Some((chat, place.id, Some(place))));
        let gone = Write::Delete { table: Table::Timeline, partition: chat.0.to_vec(), sort: place.sort() };
        assert_eq!(touched(&gone), Some((chat, place.id, Some(place))));
        let edit = put(Table::Version, row::of(&chat, &place.id), vec![0; 44]);
        assert_eq!(touched(&edit), Some((chat, place.id, None)));
        for other in [put(Table::Room, chat.0.to_vec(), place.sort()), put(Table::Timeline, vec![1], vec![2])] {
            assert_eq!(touched(&other), None);
        }
    }

    #[test]
    fn a_link_is_seen_in_the_text_and_in_its_formatting() {
        let hidden = Entity { offset: 0, length: 4, style: Style::Link { url: "https://a.example".into() } };
        assert!(has_link("here", &[hidden]));
        assert!(has_link("see https://a.example/x", &[]));
        assert!(!has_link("httpsomething", &[]));
    }
}
