//! What becomes of a chat and its messages in an export, so that programs that read Telegram Desktop's JSON read ours too.

use super::shape::{Answer, ChatHead, Contact, Message, Place, Poll, Reaction, Reactor, Span};
use crate::api::types::message::{self, Content, EntityKind, PersonReactions};
use crate::api::types::{Chat, ChatKind};
use std::collections::BTreeMap;

/// A number for an id of ours: its first bits, as many as every program keeps, never negative.
pub fn number(id: &str) -> i64 {
    id.get(..13).and_then(|digits| i64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// A user's id in the export's terms.
pub fn person(user: &str) -> String {
    format!("user{}", number(user))
}

/// What stands before a chat's messages.
pub fn head(chat: &Chat) -> ChatHead {
    let (kind, id) = match chat.kind {
        ChatKind::Saved => ("saved_messages", &chat.id),
        ChatKind::Private => ("personal_chat", chat.with.as_ref().unwrap_or(&chat.id)),
        ChatKind::Group => ("private_group", &chat.id),
        ChatKind::Channel => ("private_channel", &chat.id),
    };
    let name = Some(chat.title.clone()).filter(|_| chat.kind != ChatKind::Saved);
    ChatHead { name, kind: kind.into(), id: number(id) }
}

/// What is known beside a message.
#[derive(Debug, Default)]
pub struct Beside {
    /// Who reacted how.
    pub reactions: Vec<PersonReactions>,
    /// Where its file is, below the export's folder.
    pub path: Option<String>,
    /// What people are called.
    pub names: BTreeMap<String, String>,
}

/// A message; none if nothing is left of it. `id` is its number, `numbers` those of messages before it.
pub fn message(said: &message::Message, id: i64, numbers: &BTreeMap<String, i64>, beside: &Beside) -> Option<Message> {
    if matches!(said.content, Content::Deleted { .. } | Content::Viewed | Content::ViewOnce) {
        return None;
    }
    let name = Some(said.author.clone()).filter(|name| !name.is_empty());
    let (date, date_unixtime) = time(said.at);
    let spans = spans(&said.text, &said.entities);
    let mut made = Message {
        id,
        kind: "message".into(),
        date,
        date_unixtime: Some(date_unixtime),
        from: name.or_else(|| beside.names.get(&said.from).cloned()),
        from_id: Some(person(&said.from)),
        reply_to_message_id: said.reply.as_ref().and_then(|reply| numbers.get(&reply.to).copied()),
        reactions: reactions(said, beside),
        ..Message::default()
    };
    if let Some(edited) = said.edited {
        let (date, unix) = time(edited);
        (made.edited, made.edited_unixtime) = (Some(date), Some(unix));
    }
    if let Some(forward) = &said.forward {
        (made.forwarded_from, made.forwarded_from_id) = (Some(forward.name.clone()), Some(person(&forward.user)));
    }
    let mut spoken = true;
    match &said.content {
        Content::Poll(poll) => {
            spoken = false;
            made.poll = Some(Poll {
                question: said.text.clone(),
                closed: poll.closed,
                total_voters: poll.voters.into(),
                answers: poll
                    .options
                    .iter()
                    .map(|option| Answer {
                        text: option.text.clone(),
                        voters: option.votes.into(),
                        chosen: option.chosen,
                    })
                    .collect(),
            });
        }
        Content::Card(card) => {
            spoken = false;
            made.contact_information = Some(Contact {
                first_name: card.name.clone(),
                last_name: String::new(),
                phone_number: card.phones.first().cloned().unwrap_or_default(),
            });
        }
        Content::Location(location) => {
            spoken = false;
            let point = location.point;
            made.location_information = Some(Place { latitude: point.latitude, longitude: point.longitude });
            if let Some(venue) = &location.venue {
                (made.place_name, made.address) = (Some(venue.title.clone()), Some(venue.address.clone()));
            }
        }
        Content::File(file) => attach(&mut made, file, beside.path.as_deref()),
        Content::Text | Content::ViewOnce | Content::Viewed | Content::Deleted { .. } => {}
    }
    if spoken {
        made.text = match &spans[..] {
            [] => "".into(),
            [one] if one.kind == "plain" => one.text.clone().into(),
            spans => spans
                .iter()
                .map(|span| match span.kind.as_str() {
                    "plain" => span.text.clone().into(),
                    _ => serde_json::to_value(span).unwrap_or_default(),
                })
                .collect(),
        };
        made.text_entities = spans;
    } else {
        made.text = "".into();
    }
    Some(made)
}

fn attach(made: &mut Message, file: &message::FileInfo, path: Option<&str>) {
    use crate::api::types::file::PlayRole;
    let path = path.unwrap_or("(File not included. Change data exporting settings to download.)").to_owned();
    (made.width, made.height) = (file.width, file.height);
    let role = file.play.as_ref().map(|play| play.role);
    made.duration_seconds = file.play.as_ref().map(|play| u64::from(play.duration_ms).div_ceil(1000));
    if file.mime.starts_with("image/") && file.preview.is_some() {
        made.photo = Some(path);
        return;
    }
    made.file = Some(path);
    made.file_name = Some(file.name.clone());
    made.mime_type = Some(file.mime.clone());
    made.media_type = match role {
        Some(PlayRole::Voice) => Some("voice_message".into()),
        Some(PlayRole::Video) => Some("video_file".into()),
        Some(_) => Some("audio_file".into()),
        None => None,
    };
}

/// As local time of nowhere, which is what the seconds are for, and in seconds.
fn time(ms: u64) -> (String, String) {
    let seconds = ms / 1000;
    let at = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or_default()).unwrap_or_default();
    (at.strftime("%Y-%m-%dT%H:%M:%S").to_string(), seconds.to_string())
}

fn reactions(said: &message::Message, beside: &Beside) -> Vec<Reaction> {
    let all = said.reactions.iter();
    all.map(|reaction| {
        let by = beside.reactions.iter().filter(|person| person.emoji.contains(&reaction.emoji));
        let recent =
            by.map(|by| Reactor { from: beside.names.get(&by.user).cloned(), from_id: Some(person(&by.user)) });
        Reaction {
            kind: "emoji".into(),
            count: reaction.count,
            emoji: reaction.emoji.clone(),
            recent: recent.collect(),
        }
    })
    .collect()
}

/// A text as spans. Where entities lie in each other, the innermost is written: the format has no nesting.
fn spans(text: &str, entities: &[message::Entity]) -> Vec<Span> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut over: Vec<Option<usize>> = vec![None; units.len()];
    for (n, entity) in entities.iter().enumerate() {
        // Sorted with the longer first, so that the inner one is written over the outer.
        let (from, to) = (entity.offset as usize, (entity.offset as usize).saturating_add(entity.length as usize));
        over.iter_mut().take(to).skip(from).for_each(|unit| *unit = Some(n));
    }
    let (mut spans, mut begin) = (Vec::new(), 0);
    while begin < units.len() {
        let end = (begin..units.len()).find(|at| over[*at] != over[begin]).unwrap_or(units.len());
        let text = String::from_utf16_lossy(&units[begin..end]);
        spans.push(match over[begin].map(|n| &entities[n]) {
            None => Span { kind: "plain".into(), text, ..Span::default() },
            Some(entity) => Span {
                kind: kind(entity.kind).into(),
                text,
                href: entity.url.clone().filter(|_| entity.kind == EntityKind::Link),
                language: entity.language.clone(),
            },
        });
        begin = end;
    }
    spans
}

fn kind(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Bold => "bold",
        EntityKind::Italic => "italic",
        EntityKind::Underline => "underline",
        EntityKind::Strike => "strikethrough",
        EntityKind::Spoiler => "spoiler",
        EntityKind::Code => "code",
        EntityKind::Pre => "pre",
        EntityKind::Quote => "blockquote",
        EntityKind::Link => "text_link",
        EntityKind::Url => "link",
        EntityKind::Mention => "mention",
        EntityKind::Hashtag => "hashtag",
        EntityKind::Email => "email",
    }
}
