//! `chappe search`

use super::client::Client;
use super::find;
use super::row::message_row;
use super::span;
use super::terminal::{Out, safe};
use crate::api::types::search::{FoundKind, SearchFor, SearchFound, SearchHit};
use crate::api::types::{Chat, Contact, Status};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What to look for.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words, also beginnings of words; "in quotation marks" one behind the other; -word for not this (behind --).
    words: Vec<String>,
    /// Only in this chat: a contact's name, or the beginning of a chat's id.
    #[arg(long)]
    chat: Option<String>,
    /// Only by this contact: a name, or the beginning of an id; "me" for oneself.
    #[arg(long)]
    from: Option<String>,
    /// Only of this kind: text, poll, card, location, file, or of files media, voice or document.
    #[arg(long, value_parser = kind)]
    kind: Option<FoundKind>,
    /// Only from this day on: 2026-11-27, or 7d for the last seven days.
    #[arg(long, value_parser = when, value_name = "DAY")]
    after: Option<u64>,
    /// Only before this day.
    #[arg(long, value_parser = when, value_name = "DAY")]
    before: Option<u64>,
    /// Only with a link.
    #[arg(long)]
    link: bool,
    /// How many, 1 to 100.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
    /// Go on behind the page before.
    #[arg(long, value_name = "CURSOR")]
    before_cursor: Option<String>,
}

pub(super) fn kind(text: &str) -> Result<FoundKind> {
    serde_json::from_value(text.into()).ok().with_context(|| t!("cli-kind-rule"))
}

/// A day's first millisecond here, or a span of time ago.
fn when(text: &str) -> Result<u64> {
    let now = crate::setup::wall_ms();
    if let Ok(seconds) = span::seconds(text) {
        return Ok(now.saturating_sub(u64::from(seconds) * 1000));
    }
    let day: Date = text.parse().ok().with_context(|| t!("cli-day-rule"))?;
    let begins = day.to_zoned(TimeZone::system())?.timestamp().as_millisecond();
    Ok(u64::try_from(begins)?)
}

/// Looks and prints.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    if args.words.is_empty() && args.kind.is_none() && !args.link && args.chat.is_none() && args.from.is_none() {
        bail!(t!("cli-search-what"));
    }
    let chat = match &args.chat {
        Some(wanted) => Some(find::chat(client, wanted).await?.id),
        None => None,
    };
    let from = match args.from.as_deref() {
        Some("me") => Some(client.get::<Status>("/api/status").await?.me.user),
        Some(wanted) => Some(find::contact(client, wanted, |_| true).await?.user),
        None => None,
    };
    let wanted = SearchFor {
        // A shell takes quotation marks off: several words in one argument are a phrase.
        q: args.words.iter().map(|word| phrase(word)).collect::<Vec<_>>().join(" "),
        chat,
        from,
        kind: args.kind,
        after: args.after,
        before: args.before,
        link: args.link.then_some(true),
        limit: Some(args.limit.into()),
        before_cursor: args.before_cursor,
    };
    let found: SearchFound = client.get_with("/api/search", &wanted).await?;
    let names = if out.json { BTreeMap::new() } else { names(client).await? };
    out.print(&found, |found| text(found, &names))
}

fn phrase(word: &str) -> String {
    match word.contains(char::is_whitespace) && !word.contains('"') {
        true => format!("\"{word}\""),
        false => word.to_owned(),
    }
}

pub(super) async fn names(client: &Client) -> Result<BTreeMap<String, String>> {
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    let contacts: Vec<Contact> = client.get("/api/contacts").await?;
    let titles = chats.into_iter().map(|chat| (chat.id, chat.title));
    Ok(titles.chain(contacts.into_iter().map(|contact| (contact.user, contact.name))).collect())
}

pub(super) fn text(found: &SearchFound, names: &BTreeMap<String, String>) -> String {
    let mut lines: Vec<String> = found.hits.iter().map(|hit| line(hit, names)).collect();
    match (found.hits.is_empty(), found.similar) {
        (true, _) => lines.push(t!("cli-search-none")),
        (false, true) => lines.insert(0, t!("cli-search-similar")),
        (false, false) => {}
    }
    if let Some(next) = &found.next {
        lines.push(t!("cli-search-more", total = found.total, cursor = next.as_str()));
    }
    if !found.complete {
        lines.push(t!("cli-search-incomplete"));
    }
    lines.join("\n")
}

fn line(hit: &SearchHit, names: &BTreeMap<String, String>) -> String {
    let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.chars().take(12).collect());
    let (title, who) = (name(&hit.message.chat), name(&hit.message.from));
    format!("{}\n    {}", safe(&title), message_row(&hit.message, &who))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_spans_are_read() {
        assert!(when("2026-11-27").unwrap() > 1_790_000_000_000);
        assert!(when("7d").unwrap() < crate::setup::wall_ms());
        for bad in ["", "yesterday", "2026-13-01", "-5"] {
            assert!(when(bad).is_err(), "{bad}");
        }
        assert_eq!(phrase("two words"), "\"two words\"");
        assert_eq!(phrase("-not"), "-not");
    }
}
