//! `chappe topic …`

use super::client::Client;
use super::row::line;
use super::terminal::{Out, safe, short};
use crate::api::types::Chat;
use crate::api::types::topic::{MakeTopic, SetTopic, Topic};
use crate::texts::program::t;
use anyhow::{Result, bail};

/// Topics of a group.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List them
    List {
        /// The group's name, or the beginning of its id.
        chat: String,
    },
    /// Make one
    Create {
        /// The group's name, or the beginning of its id.
        chat: String,
        /// What it is called.
        title: String,
        /// An emoji before the title.
        #[arg(long, default_value = "")]
        icon: String,
    },
    /// Change title or emoji, close it or open it again
    Set {
        /// The group's name, or the beginning of its id.
        chat: String,
        /// The topic's title or number.
        topic: String,
        /// What it is called.
        #[arg(long)]
        title: Option<String>,
        /// An emoji before the title; empty takes it away.
        #[arg(long)]
        icon: Option<String>,
        /// Whether only those write in it who may make topics: true or false.
        #[arg(long)]
        closed: Option<bool>,
    },
    /// Remove one; what stands in it stays, in General
    Remove {
        /// The group's name, or the beginning of its id.
        chat: String,
        /// The topic's title or number.
        topic: String,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::List { chat } => {
            let chat = super::find::chat(client, &chat).await?;
            out.print(&all(client, &chat).await?, |topics| match topics.as_slice() {
                [] => t!("cli-topics-none", chat = short(&chat.id)),
                some => some.iter().map(row).collect::<Vec<_>>().join("\n"),
            })
        }
        Command::Create { chat, title, icon } => {
            let chat = super::find::chat(client, &chat).await?;
            client.order_with(&format!("/api/chats/{}/topics", chat.id), &MakeTopic { title, icon }).await?;
            out.asked(&chat.id, "topic list")
        }
        Command::Set { chat, topic, title, icon, closed } => {
            let chat = super::find::chat(client, &chat).await?;
            let id = find(client, &chat, &topic).await?;
            let body = SetTopic { title, icon, closed };
            client.put(&format!("/api/chats/{}/topics/{id}", chat.id), &body).await?;
            out.asked(&chat.id, "topic list")
        }
        Command::Remove { chat, topic } => {
            let chat = super::find::chat(client, &chat).await?;
            let id = find(client, &chat, &topic).await?;
            client.delete(&format!("/api/chats/{}/topics/{id}", chat.id)).await?;
            out.asked(&chat.id, "topic list")
        }
    }
}

async fn all(client: &Client, chat: &Chat) -> Result<Vec<Topic>> {
    client.get(&format!("/api/chats/{}/topics", chat.id)).await
}

/// The number of a topic that is named by title or number; `general` is 0.
pub async fn find(client: &Client, chat: &Chat, wanted: &str) -> Result<u64> {
    let topics = all(client, chat).await?;
    let named = |topic: &&Topic| {
        topic.title.to_lowercase() == wanted.to_lowercase()
            || topic.id.to_string() == wanted
            || (topic.id == 0 && wanted.eq_ignore_ascii_case("general"))
    };
    let mut found = topics.iter().filter(named);
    match (found.next(), found.next()) {
        (Some(topic), None) => Ok(topic.id),
        (Some(_), Some(_)) => bail!(t!("cli-topic-several", wanted = safe(wanted))),
        (None, _) => bail!(t!("cli-topic-none", wanted = safe(wanted), chat = short(&chat.id))),
    }
}

fn row(topic: &Topic) -> String {
    let title = if topic.id == 0 { t!("cli-topic-general") } else { safe(&topic.title) };
    let icon = if topic.icon.is_empty() { String::new() } else { format!("{} ", safe(&topic.icon)) };
    let mut row = format!("{:>6}  {icon}{title}", topic.id);
    if topic.unread > 0 {
        row.push_str(&format!("  [{}]", t!("cli-chat-new", count = topic.unread)));
    }
    if topic.closed {
        row.push_str(&format!("  ({})", t!("cli-topic-closed")));
    }
    if let Some(last) = &topic.last {
        let shown: String = line(last).lines().next().unwrap_or_default().chars().take(60).collect();
        row.push_str(&format!("\n        {}", safe(&shown)));
    }
    row
}
