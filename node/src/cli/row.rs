//! A message in lines of a terminal.

use super::terminal::{safe, safe_lines, short, time};
use crate::api::types::Ticks;
use crate::api::types::file::{Play, PlayRole};
use crate::api::types::message::{Content, Location, Message, Poll};
use crate::texts::program::t;

/// `a1b2c3d4e5f6  2026-11-24 03:12  Bob: text`; the chat's `title` stands for an author who is not named.
pub fn message_row(message: &Message, title: &str) -> String {
    let who = match (message.mine, message.author.as_str()) {
        (true, _) => t!("cli-me"),
        (false, "") => safe(title),
        (false, author) => safe(author),
    };
    let mark = if message.ticks.is_some() { format!("  ({})", ticks(message.ticks)) } else { String::new() };
    let mut row = format!("{}  {}  {who}: ", short(&message.id), time(message.at));
    if let Some(reply) = &message.reply {
        let text: String = reply.quote.as_ref().unwrap_or(&reply.text).chars().take(40).collect();
        let (id, text) = (short(&reply.to), safe(&text));
        row.push_str(&format!(
            "[{}] ",
            match reply.quote_differs {
                true => t!("cli-reply-differs", id = id, text = text),
                false => t!("cli-reply-to", id = id, text = text),
            }
        ));
    }
    if let Some(forward) = &message.forward {
        let name = safe(&forward.name);
        row.push_str(&format!(
            "[{}] ",
            match forward.verified {
                true => t!("cli-forwarded-verified", name = name),
                false => t!("cli-forwarded-unverified", name = name),
            }
        ));
    }
    row.push_str(&safe_lines(&line(message), 32));
    row.push_str(&marks(message));
    row + &mark
}

fn marks(message: &Message) -> String {
    let words = [
        message.edited.is_some().then(|| t!("cli-edited")),
        message.pinned.then(|| t!("cli-message-pinned")),
        message.heard.map(|heard| if heard { t!("cli-heard") } else { t!("cli-not-heard") }),
        message.views.map(|views| t!("cli-seen-by", count = views)),
        message.expires.map(|expires| t!("cli-until", time = time(expires))),
    ];
    let mut marks: String = words.into_iter().flatten().map(|word| format!("  ({word})")).collect();
    for reaction in &message.reactions {
        marks.push_str(&format!("  {}{}", safe(&reaction.emoji), reaction.count));
    }
    marks
}

/// What a message says; not harmless yet.
pub fn line(message: &Message) -> String {
    match &message.content {
        Content::Text => message.text.clone(),
        Content::Poll(poll) => poll_lines(&message.text, poll),
        Content::Card(card) => {
            let known = card.known_as.as_ref().map(|name| format!(" ({})", t!("cli-card-known", name = name.as_str())));
            let known = known.unwrap_or_default();
            let lines = card.phones.iter().chain(&card.emails).map(String::as_str).collect::<Vec<_>>().join(", ");
            format!("[{}] {}{known} {lines}", t!("cli-card"), card.name)
        }
        Content::Location(location) => location_line(&message.text, location),
        Content::File(file) => {
            let get = format!("chappe file get {}", short(&message.id));
            let caption = if message.text.is_empty() { String::new() } else { format!(" {}", message.text) };
            if let Some(sticker) = &file.sticker {
                let emoji = sticker.emoji.as_str();
                let text = match &sticker.title {
                    Some(title) => t!("cli-sticker-of", emoji = emoji, title = title.as_str(), get = get),
                    None => t!("cli-sticker", emoji = emoji, get = get),
                };
                return format!("[{text}]");
            }
            let size = super::file::bytes(file.size);
            let name = match &file.play {
                Some(play) if play.role == PlayRole::Voice => {
                    let text = t!("cli-voice-message", length = length(play.duration_ms), size = size, get = get);
                    return format!("[{text}]{caption}");
                }
                Some(Play { title, performer, duration_ms, .. }) => {
                    let words = [&file.name, performer, title].map(String::as_str);
                    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
                    format!("{}, {}", words.join(", "), length(*duration_ms))
                }
                None => file.name.clone(),
            };
            format!("[{}]{caption}", t!("cli-file", name = name, size = size, get = get))
        }
        Content::ViewOnce if message.mine => format!("[{}]", t!("cli-once-unseen")),
        Content::ViewOnce => {
            let view = format!("chappe view {}", short(&message.id));
            format!("[{}]", t!("cli-once", view = view))
        }
        Content::Viewed => format!("[{}]", t!("cli-once-gone")),
        Content::Deleted { .. } => format!("[{}]", t!("cli-deleted")),
    }
}

/// Minutes and seconds.
fn length(ms: u32) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn poll_lines(question: &str, poll: &Poll) -> String {
    let kind = if poll.quiz { "quiz" } else { "poll" };
    let state = if poll.closed { "closed" } else { "open" };
    let mut lines = vec![format!("[{}] {question}", t!("cli-poll", kind = kind, state = state, count = poll.voters))];
    for (n, option) in poll.options.iter().enumerate() {
        let chosen = if option.chosen { " *" } else { "" };
        let right = match poll.right.is_some_and(|right| usize::from(right) == n) {
            true => format!(" ({})", t!("cli-right-answer")),
            false => String::new(),
        };
        lines.push(format!("{}. {}  {}{chosen}{right}", n + 1, option.text, option.votes));
    }
    if !poll.explanation.is_empty() {
        lines.push(poll.explanation.clone());
    }
    lines.join("\n")
}

fn location_line(text: &str, location: &Location) -> String {
    let point = location.point;
    let live = match (location.live_until, location.live) {
        (Some(until), true) => format!(", {}", t!("cli-live-until", time = time(until))),
        (Some(_), false) => format!(", {}", t!("cli-was-live")),
        (None, _) => String::new(),
    };
    let venue = if location.venue.is_some() { format!("{text}, ") } else { String::new() };
    format!("[{}] {venue}{:.5}, {:.5}{live}", t!("cli-place"), point.latitude, point.longitude)
}

/// How far, in a word.
pub fn ticks(ticks: Option<Ticks>) -> String {
    match ticks {
        Some(Ticks::Queued) => t!("cli-ticks-queued"),
        Some(Ticks::Sent) => t!("cli-ticks-sent"),
        Some(Ticks::Delivered) => t!("cli-ticks-delivered"),
        Some(Ticks::Read) => t!("cli-ticks-read"),
        None => t!("cli-ticks-received"),
    }
}
