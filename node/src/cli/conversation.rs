//! `chappe chats` and `history`

use super::client::Client;
use super::row::message_row;
use super::terminal::{Out, safe, short, time};
use super::{find, topic};
use crate::api::types::message::Message;
use crate::api::types::{Chat, Fork, Missing};
use crate::texts::program::t;
use anyhow::Result;

/// Show messages.
#[derive(Debug, clap::Args)]
pub struct History {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// How many, 1 to 500.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
    /// Only what stands in this topic of a group: its title or number, or `general`.
    #[arg(long)]
    topic: Option<String>,
}

/// `chappe chats`
pub async fn chats(client: &Client, out: Out) -> Result<()> {
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    out.print(&chats, |chats| match chats.as_slice() {
        [] => t!("cli-chats-none"),
        some => some.iter().map(chat_row).collect::<Vec<_>>().join("\n"),
    })
}

fn chat_row(chat: &Chat) -> String {
    let mut row = format!("{}  {}", short(&chat.id), safe(&chat.title));
    if chat.unread > 0 {
        row.push_str(&format!("  [{}]", t!("cli-chat-new", count = chat.unread)));
    }
    if chat.mentions > 0 {
        row.push_str(&format!("  [@ {}]", chat.mentions));
    }
    for (on, mark) in [
        (chat.pinned > 0, t!("cli-mark-pinned")),
        (chat.archived, t!("cli-mark-archived")),
        (chat.muted_until > 0, t!("cli-mark-muted")),
        (chat.marked_unread, t!("cli-mark-marked")),
        (!chat.draft.is_empty(), t!("cli-mark-draft")),
    ] {
        if on {
            row.push_str(&format!("  ({mark})"));
        }
    }
    if chat.online_until > 0 {
        row.push_str(&format!("  ({})", t!("cli-online")));
    } else if chat.seen > 0 {
        row.push_str(&format!("  ({})", t!("cli-last-seen-at", time = time(chat.seen))));
    }
    if !chat.accepted {
        row.push_str(&format!("  ({})", t!("cli-chat-not-accepted")));
    }
    for missing in &chat.missing {
        row.push_str(&missing_row(missing));
    }
    for fork in &chat.forks {
        row.push_str(&fork_row(fork));
    }
    if let Some(last) = &chat.last {
        let shown = super::row::line(last);
        let line: String = shown.lines().next().unwrap_or_default().chars().take(60).collect();
        row.push_str(&format!("\n              {}  {}", time(last.at), safe(&line)));
    }
    row
}

/// What is waited for of a member, and what never came, with the reason.
fn missing_row(missing: &Missing) -> String {
    let mut row = String::new();
    let (device, user) = (short(&missing.device), short(&missing.user));
    if missing.waiting > 0 {
        let (count, until) = (missing.waiting, time(missing.until));
        let text = t!("cli-missing-waiting", count = count, device = device, user = user, until = until);
        row.push_str(&format!("\n              {text}"));
    }
    if missing.lost > 0 {
        let text = t!("cli-missing-lost", count = missing.lost, device = device, user = user);
        row.push_str(&format!("\n              {text}"));
    }
    row
}

/// What relays let be decided twice.
pub fn fork_row(fork: &Fork) -> String {
    let relays: Vec<_> = fork.relays.iter().map(|relay| short(relay)).collect();
    let (index, time, relays) = (fork.index, time(fork.at), relays.join(", "));
    let healed = if fork.healed { "yes" } else { "no" };
    format!("\n              {}", t!("cli-fork", index = index, time = time, relays = relays, healed = healed))
}

/// `chappe history`
pub async fn history(client: &Client, args: &History, out: Out) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let topic = match &args.topic {
        Some(wanted) => format!("&topic={}", topic::find(client, &chat, wanted).await?),
        None => String::new(),
    };
    let path = format!("/api/chats/{}/messages?limit={}{topic}", chat.id, args.limit);
    let messages: Vec<Message> = client.get(&path).await?;
    out.print(&messages, |messages| match messages.as_slice() {
        [] => t!("cli-history-none", chat = short(&chat.id)),
        some => some.iter().map(|message| message_row(message, &chat.title)).collect::<Vec<_>>().join("\n"),
    })
}

/// `chappe mentions`
pub async fn mentions(client: &Client, out: Out) -> Result<()> {
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    let mut all: Vec<(String, Message)> = Vec::new();
    for chat in chats.into_iter().filter(|chat| chat.mentions > 0) {
        let messages: Vec<Message> = client.get(&format!("/api/chats/{}/mentions", chat.id)).await?;
        all.extend(messages.into_iter().map(|message| (chat.title.clone(), message)));
    }
    let messages: Vec<&Message> = all.iter().map(|(_, message)| message).collect();
    out.print(&messages, |_| match &all[..] {
        [] => t!("cli-mentions-none"),
        some => some
            .iter()
            .map(|(title, message)| format!("{}\n{}", safe(title), message_row(message, title)))
            .collect::<Vec<_>>()
            .join("\n"),
    })
}
