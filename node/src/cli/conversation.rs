//! `chappe chats`, `send` and `history`

use super::client::Client;
use super::find;
use super::terminal::{Out, safe, safe_lines, short, time};
use crate::api::types::{Chat, Message, SendText, Ticks};
use anyhow::Result;

/// Send a text.
#[derive(Debug, clap::Args)]
pub struct Send {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// What to say.
    text: String,
}

/// Show messages.
#[derive(Debug, clap::Args)]
pub struct History {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// How many, 1 to 500.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
}

/// `chappe chats`
pub async fn chats(client: &Client, out: Out) -> Result<()> {
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    out.print(&chats, |chats| match chats.as_slice() {
        [] => "No chats yet. Invite somebody with: chappe invite".to_owned(),
        some => some.iter().map(chat_row).collect::<Vec<_>>().join("\n"),
    })
}

fn chat_row(chat: &Chat) -> String {
    let mut row = format!("{}  {}", short(&chat.id), safe(&chat.title));
    if chat.unread > 0 {
        row.push_str(&format!("  [{} new]", chat.unread));
    }
    for (on, mark) in [
        (chat.pinned > 0, "pinned"),
        (chat.archived, "archived"),
        (chat.muted_until > 0, "muted"),
        (chat.marked_unread, "marked"),
        (!chat.draft.is_empty(), "draft"),
    ] {
        if on {
            row.push_str(&format!("  ({mark})"));
        }
    }
    if !chat.accepted {
        row.push_str("  (not accepted yet; messages wait)");
    }
    if let Some(last) = &chat.last {
        let line: String = last.text.lines().next().unwrap_or_default().chars().take(60).collect();
        row.push_str(&format!("\n              {}  {}", time(last.at), safe(&line)));
    }
    row
}

/// `chappe send`
pub async fn send(client: &Client, args: Send, out: Out) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let mut nonce = [0u8; 16];
    getrandom::fill(&mut nonce)?;
    let body = SendText { text: args.text, nonce: Some(data_encoding::HEXLOWER.encode(&nonce)) };
    let sent: Message = client.post(&format!("/api/chats/{}/messages", chat.id), &body).await?;
    out.print(&sent, |sent| {
        let id = short(&sent.id);
        format!("{id}  to {}: {}. See how far it is: chappe message show {id}", safe(&chat.title), ticks(sent.ticks))
    })
}

/// `chappe history`
pub async fn history(client: &Client, args: &History, out: Out) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let messages: Vec<Message> = client.get(&format!("/api/chats/{}/messages?limit={}", chat.id, args.limit)).await?;
    out.print(&messages, |messages| match messages.as_slice() {
        [] => format!("Nothing was said yet. Begin with: chappe send {} TEXT", short(&chat.id)),
        some => some.iter().map(|message| message_row(message, &chat.title)).collect::<Vec<_>>().join("\n"),
    })
}

/// `a1b2c3d4e5f6  2026-11-24 03:12  Bob: text`; `title` names whoever is not us.
pub fn message_row(message: &Message, title: &str) -> String {
    let who = if message.mine { "me".to_owned() } else { safe(title) };
    let mark = if message.mine { format!("  ({})", ticks(message.ticks)) } else { String::new() };
    format!("{}  {}  {who}: {}{mark}", short(&message.id), time(message.at), safe_lines(&message.text, 32))
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
