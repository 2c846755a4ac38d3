//! What becomes of an exported message here, and what does not.

use super::shape::{Message, NOT_THERE, Poll, Span};
use crate::api::types::imports::{ImportForward, ImportMessage, ImportPlace, ImportReaction};
use crate::api::types::message::{Entity, EntityKind, Point, Venue};
use chappe_protocol::content::reaction::Reaction;
use chappe_protocol::content::rich;
use chappe_protocol::ids::OpId;
use chappe_protocol::limits::{FILE_NAME_MAX, NAME_MAX, REACTIONS_MAX};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::path::{Component, Path, PathBuf};
use utoipa::ToSchema;

/// What an account that was deleted is called.
pub const DELETED: &str = "Deleted account";

/// Why a message is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// Somebody joined, called, pinned: what the chat itself says.
    Service,
    /// It says nothing that is known here: a game, an invoice, a story.
    Unknown,
    /// Its text is longer than one can be here.
    TooLong,
    /// It has no readable number or date.
    Broken,
}

impl Left {
    /// For people, of so many messages.
    pub fn text(self) -> &'static str {
        match self {
            Self::Service => "service lines (who came, called, pinned …)",
            Self::Unknown => "messages of a kind that does not exist here (games, invoices, stories …)",
            Self::TooLong => "messages with a text of more than 4096 characters",
            Self::Broken => "messages that cannot be read",
        }
    }
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// Below the export's folder; none if it was not exported.
    pub path: Option<PathBuf>,
    /// What it is called.
    pub name: String,
    /// As of RFC 6838, if it is known.
    pub mime: Option<String>,
    /// A voice message.
    pub voice: bool,
    /// Of a video.
    pub size: Option<(u32, u32)>,
    /// Of a video.
    pub duration_ms: Option<u32>,
}

/// A message as it is taken.
#[derive(Debug)]
pub struct Taken {
    /// Without file and answer, which have other names here.
    pub message: ImportMessage,
    /// The number of the message that it answers.
    pub reply_to: Option<u64>,
    /// Its file.
    pub media: Option<Media>,
    /// Its formatting is not taken: there is too much of it, or it is not in order.
    pub unformatted: bool,
    /// Reactions that say not whose they are.
    pub nameless: u64,
}

/// Who wrote a message, in the export's terms, and what they are called.
pub fn author(message: &Message) -> (String, String) {
    let name = name(message.from.as_deref().or(message.actor.as_deref()).unwrap_or(DELETED));
    // Old exports name nobody but by name.
    (message.from_id.clone().unwrap_or_else(|| format!("name:{name}")), name)
}

/// A name as it can be here.
pub fn name(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let short = cut(plain.trim(), NAME_MAX);
    if short.is_empty() { DELETED.into() } else { short.into() }
}

/// The longest beginning of so many bytes.
pub fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text[..end].trim_end()
}

/// When something was, milliseconds since 1970. Without the seconds since 1970 it is local time of whoever exported; this
/// machine's is as good as any.
fn time(unix: Option<&str>, local: &str) -> Option<u64> {
    if let Some(seconds) = unix.and_then(|text| text.parse::<u64>().ok()) {
        return seconds.checked_mul(1000).filter(|ms| *ms < 1 << 47);
    }
    let at: DateTime = local.parse().ok()?;
    let at = TimeZone::system().to_zoned(at).ok()?;
    u64::try_from(at.timestamp().as_millisecond()).ok()
}

/// What becomes of a message; `me` is our own user there.
///
/// # Errors
/// Why nothing does.
pub fn convert(message: &Message, me: &dyn Fn(&str) -> bool) -> Result<Taken, Left> {
    if message.kind != "message" {
        return Err(Left::Service);
    }
    let number = u64::try_from(message.id).map_err(|_| Left::Broken)?;
    let at = time(message.date_unixtime.as_deref(), &message.date).ok_or(Left::Broken)?;
    let from = |id: String| Some(id).filter(|id| !me(id));
    let (mut text, mut entities) = rich_text(&message.spans());
    let media = media(message);
    let place = message.location_information.and_then(|place| {
        let point = Point { latitude: place.latitude, longitude: place.longitude, accuracy: None, heading: None };
        point.read()?;
        let venue = (message.place_name.clone())
            .map(|title| Venue { title, address: message.address.clone().unwrap_or_default() });
        Some(ImportPlace { point, venue: venue.filter(|venue| !venue.title.is_empty() && !venue.address.is_empty()) })
    });
    let instead = instead(message, media.as_ref());
    if let Some(instead) = instead.filter(|_| place.is_none()) {
        // It stands behind what is formatted, so no offset changes.
        text = if text.trim().is_empty() { instead } else { format!("{text}\n{instead}") };
    }
    let whole = media.as_ref().is_some_and(|media| media.path.is_some()) || place.is_some();
    if text.trim().is_empty() {
        (text, entities) = (String::new(), Vec::new());
        if !whole {
            return Err(Left::Unknown);
        }
    } else if rich::check_text(&text, &[]).is_err() {
        return Err(Left::TooLong);
    }
    let checked: Option<Vec<_>> = entities.iter().cloned().map(Entity::read).collect();
    let unformatted = checked.is_none_or(|entities| rich::check_entities(&text, &entities).is_err());
    if unformatted {
        entities.clear();
    }
    let (reactions, nameless) = reactions(message, &from);
    let forward = forward(message);
    // What a place says besides is lost nowhere: places say nothing besides.
    Ok(Taken {
        reply_to: message
            .reply_to_message_id
            .filter(|_| message.reply_to_peer_id.is_none())
            .and_then(|id| id.try_into().ok()),
        message: ImportMessage {
            number,
            from: from(author(message).0),
            at,
            edited: message.edited.as_ref().and_then(|local| time(message.edited_unixtime.as_deref(), local)),
            text: if place.is_some() { String::new() } else { text },
            entities: if place.is_some() { Vec::new() } else { entities },
            reply_to: None,
            forward,
            place,
            file: None,
            reactions,
        },
        media,
        unformatted,
        nameless,
    })
}

fn forward(message: &Message) -> Option<ImportForward> {
    let (id, by) = (message.forwarded_from_id.clone(), message.forwarded_from.as_deref());
    (id.is_some() || by.is_some()).then(|| ImportForward { id, name: name(by.unwrap_or(DELETED)) })
}

/// Who felt what, as far as the export says; and how many more did.
fn reactions(message: &Message, from: &dyn Fn(String) -> Option<String>) -> (Vec<ImportReaction>, u64) {
    let (mut all, mut nameless) = (Vec::<ImportReaction>::new(), 0);
    for reaction in &message.reactions {
        let trial = Reaction { target: OpId([0; 32]), emoji: vec![reaction.emoji.clone()] };
        if trial.checked().is_err() {
            nameless += reaction.count.max(reaction.recent.len() as u64);
            continue;
        }
        let before = all.len();
        for reactor in &reaction.recent {
            let Some(id) = reactor.from_id.clone() else { continue };
            let by = from(id);
            if all.iter().filter(|other| other.from == by).count() < REACTIONS_MAX {
                all.push(ImportReaction { emoji: reaction.emoji.clone(), from: by });
            }
        }
        nameless += reaction.count.saturating_sub((all.len() - before) as u64);
    }
    (all, nameless)
}

/// Spans as one text with entities in order, the longer first.
fn rich_text(spans: &[Span]) -> (String, Vec<Entity>) {
    let (mut text, mut entities) = (String::new(), Vec::new());
    let mut offset = 0;
    for span in spans {
        let length = span.text.encode_utf16().count() as u32;
        let kind = match span.kind.as_str() {
            "bold" => Some(EntityKind::Bold),
            "italic" => Some(EntityKind::Italic),
            "underline" => Some(EntityKind::Underline),
            "strikethrough" => Some(EntityKind::Strike),
            "spoiler" => Some(EntityKind::Spoiler),
            "code" => Some(EntityKind::Code),
            "pre" => Some(EntityKind::Pre),
            "blockquote" => Some(EntityKind::Quote),
            "text_link" => Some(EntityKind::Link),
            "link" => Some(EntityKind::Url),
            "hashtag" => Some(EntityKind::Hashtag),
            "email" => Some(EntityKind::Email),
            _ => None,
        };
        if let Some(kind) = kind.filter(|_| length > 0) {
            let url = span.href.clone().filter(|_| kind == EntityKind::Link);
            let language = span.language.clone().filter(|_| kind == EntityKind::Pre);
            let entity = Entity { kind, offset, length, url, language, user: None };
            // A link to somewhere that cannot be opened here is its text.
            let good =
                |read: rich::Entity| rich::check_entities(&span.text, &[rich::Entity { offset: 0, ..read }]).is_ok();
            entities.extend(Some(entity.clone()).filter(|_| entity.read().is_some_and(good)));
        }
        text.push_str(&span.text);
        offset += length;
    }
    (text, entities)
}

/// What is said in the place of something that there is not here.
fn instead(message: &Message, media: Option<&Media>) -> Option<String> {
    if let Some(poll) = &message.poll {
        return Some(poll_text(poll));
    }
    if let Some(contact) = &message.contact_information {
        let parts = [&contact.first_name, &contact.last_name, &contact.phone_number];
        let said: Vec<&str> = parts.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        return Some(format!("👤 {}", said.join(" ")));
    }
    let missing = media.filter(|media| media.path.is_none())?;
    Some(format!("📎 {} (not in the export)", missing.name))
}

fn poll_text(poll: &Poll) -> String {
    let mut text = format!("📊 {}", poll.question);
    for answer in &poll.answers {
        let chosen = if answer.chosen { " ✓" } else { "" };
        text.push_str(&format!("\n• {}: {}{chosen}", answer.text, answer.voters));
    }
    text
}

fn media(message: &Message) -> Option<Media> {
    let named = message.photo.as_ref().or(message.file.as_ref())?;
    let path = Some(named).filter(|path| !path.starts_with(NOT_THERE)).and_then(|path| below(path));
    let kind = message.media_type.as_deref().unwrap_or(if message.photo.is_some() { "photo" } else { "file" });
    let last = path.as_ref().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let name = message.file_name.clone().or(last).map_or_else(|| kind.replace('_', " "), |name| file_name(&name));
    let video = matches!(kind, "video_message" | "video_file" | "animation")
        && message.mime_type.as_deref().is_some_and(|mime| mime.starts_with("video/"));
    Some(Media {
        name,
        mime: message.mime_type.clone().filter(|_| kind != "voice_message"),
        voice: kind == "voice_message",
        size: message.width.zip(message.height).filter(|(width, height)| video && *width > 0 && *height > 0),
        duration_ms: message.duration_seconds.and_then(|seconds| (seconds * 1000).try_into().ok()).filter(|_| video),
        path,
    })
}

/// A path that stays below the folder that it is relative to.
fn below(text: &str) -> Option<PathBuf> {
    let path = Path::new(text);
    let good = !text.contains('\\') && path.components().all(|part| matches!(part, Component::Normal(_)));
    (good && !text.is_empty()).then(|| path.to_owned())
}

/// A file's name as it can be here, its ending kept.
fn file_name(text: &str) -> String {
    let bad = |c: char| matches!(c, '/' | '\\') || rich::breaks_a_line(c);
    let plain: String = text.chars().map(|c| if bad(c) { '_' } else { c }).collect();
    let plain = plain.trim();
    let (stem, ending) = plain.rsplit_once('.').filter(|(_, ending)| ending.len() < 16).unwrap_or((plain, ""));
    let dot = if ending.is_empty() { "" } else { "." };
    let stem = cut(stem, FILE_NAME_MAX - ending.len() - dot.len());
    let whole = format!("{stem}{dot}{ending}");
    if chappe_protocol::content::file::check_name(&whole).is_ok() { whole } else { "file".into() }
}
