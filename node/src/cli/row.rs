//! A message in lines of a terminal.

use super::terminal::{safe, safe_lines, short, time};
use crate::api::types::Ticks;
use crate::api::types::file::{Play, PlayRole};
use crate::api::types::message::{Content, Location, Message, Poll};

/// `a1b2c3d4e5f6  2026-11-24 03:12  Bob: text`; the chat's `title` stands for an author who is not named.
pub fn message_row(message: &Message, title: &str) -> String {
    let who = match (message.mine, message.author.as_str()) {
        (true, _) => "me".to_owned(),
        (false, "") => safe(title),
        (false, author) => safe(author),
    };
    let mark = if message.ticks.is_some() { format!("  ({})", ticks(message.ticks)) } else { String::new() };
    let mut row = format!("{}  {}  {who}: ", short(&message.id), time(message.at));
    if let Some(reply) = &message.reply {
        let text: String = reply.quote.as_ref().unwrap_or(&reply.text).chars().take(40).collect();
        let differs = if reply.quote_differs { ", which it does not say" } else { "" };
        row.push_str(&format!("[to {} {:?}{differs}] ", short(&reply.to), safe(&text)));
    }
    if let Some(forward) = &message.forward {
        let word = if forward.verified { "verified" } else { "unverified" };
        row.push_str(&format!("[forwarded from {}, {word}] ", safe(&forward.name)));
    }
    row.push_str(&safe_lines(&line(message), 32));
    row.push_str(&marks(message));
    row + &mark
}

fn marks(message: &Message) -> String {
    let mut marks = String::new();
    if message.edited.is_some() {
        marks.push_str("  (edited)");
    }
    if message.pinned {
        marks.push_str("  (pinned)");
    }
    match message.heard {
        Some(true) => marks.push_str("  (heard)"),
        Some(false) => marks.push_str("  (not heard yet)"),
        None => {}
    }
    if let Some(views) = message.views {
        marks.push_str(&format!("  (seen by {views})"));
    }
    if let Some(expires) = message.expires {
        marks.push_str(&format!("  (until {})", time(expires)));
    }
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
            let known = card.known_as.as_ref().map(|name| format!(" (you call this key {name})")).unwrap_or_default();
            let lines = card.phones.iter().chain(&card.emails).map(String::as_str).collect::<Vec<_>>().join(", ");
            format!("[card] {}{known} {lines}", card.name)
        }
        Content::Location(location) => location_line(&message.text, location),
        Content::File(file) => {
            let get = format!("chappe file get {}", short(&message.id));
            let caption = if message.text.is_empty() { String::new() } else { format!(" {}", message.text) };
            if let Some(sticker) = &file.sticker {
                let of = sticker.title.as_ref().map(|title| format!(" of {title}")).unwrap_or_default();
                return format!("[sticker {}{of}: {get}]", sticker.emoji);
            }
            let what = match &file.play {
                Some(play) if play.role == PlayRole::Voice => format!("voice message, {}", length(play.duration_ms)),
                Some(Play { title, performer, duration_ms, .. }) => {
                    let words = [&file.name, performer, title].map(String::as_str);
                    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
                    format!("file {}, {}", words.join(", "), length(*duration_ms))
                }
                None => format!("file {}", file.name),
            };
            format!("[{what}, {}: {get}]{caption}", super::file::bytes(file.size))
        }
        Content::ViewOnce if message.mine => "[can be seen once; not seen yet]".to_owned(),
        Content::ViewOnce => format!("[can be seen once: chappe view {}]", short(&message.id)),
        Content::Viewed => "[was seen, and is gone]".to_owned(),
        Content::Deleted { .. } => "[deleted]".to_owned(),
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
    let mut lines = vec![format!("[{kind}, {state}, {} voted] {question}", poll.voters)];
    for (n, option) in poll.options.iter().enumerate() {
        let chosen = if option.chosen { " *" } else { "" };
        let right = if poll.right.is_some_and(|right| usize::from(right) == n) { " (right)" } else { "" };
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
        (Some(until), true) => format!(", live until {}", time(until)),
        (Some(_), false) => ", was live".to_owned(),
        (None, _) => String::new(),
    };
    let venue = if location.venue.is_some() { format!("{text}, ") } else { String::new() };
    format!("[place] {venue}{:.5}, {:.5}{live}", point.latitude, point.longitude)
}

/// How far, in a word.
pub fn ticks(ticks: Option<Ticks>) -> &'static str {
    match ticks {
        Some(Ticks::Queued) => "queued",
        Some(Ticks::Sent) => "sent",
        Some(Ticks::Delivered) => "delivered",
        Some(Ticks::Read) => "read",
        None => "received",
    }
}
