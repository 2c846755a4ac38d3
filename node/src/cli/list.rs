//! `chappe chat …`, `draft` and `folder`: how chats stand in the list.

use super::client::Client;
use super::delete::Side;
use super::find;
use super::terminal::{Out, safe, short};
use crate::api::types::Chat;
use crate::api::types::ask::DeleteChat;
use crate::api::types::own::{ChangeList, Folder, PutFolder};
use crate::texts::program::t;
use anyhow::{Context, Result};
use chappe_protocol::peer::view::FOR_EVER;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// A chat in the list.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Put a chat above the others
    Pin(Which),
    /// Put a chat away; it comes back with news unless it is muted
    Archive(Which),
    /// Mark a chat to be looked at again
    Unread(Which),
    /// Delete a chat with all that was said in it, on all your devices; a group or channel is left
    Delete {
        /// A contact's name, or the beginning of a chat's id.
        chat: String,
        /// For whom: with all, also at the other of a private chat; a group of your own is taken down.
        #[arg(long = "for", value_enum, default_value_t = Side::Me)]
        side: Side,
    },
    /// Make a chat quiet
    Mute {
        /// A contact's name, or the beginning of a chat's id.
        chat: String,
        /// How long: 30m, 12h, 7d, or forever.
        #[arg(long = "for", default_value = "forever", value_parser = super::invite::duration, value_name = "TIME")]
        span: u64,
        /// No more.
        #[arg(long)]
        off: bool,
    },
}

/// A chat, and whether a mark is set or taken off.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// No more.
    #[arg(long)]
    off: bool,
}

/// Keep a text that was begun.
#[derive(Debug, clap::Args)]
pub struct Draft {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// The text; without it the draft is thrown away.
    #[arg(default_value = "")]
    text: String,
}

/// Folders of chats.
#[derive(Debug, clap::Subcommand)]
pub enum FolderCommand {
    /// List folders
    List,
    /// Make a folder, or change the one of this name
    Put {
        /// 1 to 128 bytes.
        name: String,
        /// Contacts' names or beginnings of chats' ids, in order.
        chats: Vec<String>,
    },
    /// Remove a folder; the chats in it stay
    Remove {
        /// Its name.
        name: String,
    },
}

/// `chappe chat …`
pub async fn chat(client: &Client, command: Command, out: Out) -> Result<()> {
    let (wanted, change, said) = match command {
        Command::Delete { chat, side } => return delete(client, &chat, side, out).await,
        Command::Pin(Which { chat, off }) => {
            (chat, ChangeList { pinned: Some(!off), ..ChangeList::default() }, if off { "unpinned" } else { "pinned" })
        }
        Command::Archive(Which { chat, off }) => {
            let said = if off { "listed" } else { "archived" };
            (chat, ChangeList { archived: Some(!off), ..ChangeList::default() }, said)
        }
        Command::Unread(Which { chat, off }) => {
            let said = if off { "unmarked" } else { "marked" };
            (chat, ChangeList { marked_unread: Some(!off), ..ChangeList::default() }, said)
        }
        Command::Mute { chat, span, off } => {
            let until = if off { 0 } else { until(span) };
            let said = if off { "unmuted" } else { "muted" };
            (chat, ChangeList { muted_until: Some(until), ..ChangeList::default() }, said)
        }
    };
    let found = find::chat(client, &wanted).await?;
    show(client, &found, &change, said, out).await
}

async fn delete(client: &Client, wanted: &str, side: Side, out: Out) -> Result<()> {
    let chat = find::chat(client, wanted).await?;
    let body = DeleteChat { for_all: side == Side::All };
    client.order_with(&format!("/api/chats/{}/delete", chat.id), &body).await?;
    out.print(&json!({ "chat": chat.id }), |_| t!("cli-chat-is", chat = safe(&chat.title), state = "deleted"))
}

/// `chappe draft`
pub async fn draft(client: &Client, args: Draft, out: Out) -> Result<()> {
    let found = find::chat(client, &args.chat).await?;
    let said = if args.text.is_empty() { "undrafted" } else { "drafted" };
    show(client, &found, &ChangeList { draft: Some(args.text), ..ChangeList::default() }, said, out).await
}

async fn show(client: &Client, chat: &Chat, change: &ChangeList, said: &str, out: Out) -> Result<()> {
    client.patch(&format!("/api/chats/{}/list", chat.id), change).await?;
    out.print(&json!({ "chat": chat.id }), |_| t!("cli-chat-is", state = said, chat = safe(&chat.title)))
}

/// A span from now, 0 for ever.
fn until(span: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    if span == 0 { FOR_EVER } else { u64::try_from(now).unwrap_or(0).saturating_add(span) }
}

/// `chappe folder …`
pub async fn folder(client: &Client, command: FolderCommand, out: Out) -> Result<()> {
    let folders: Vec<Folder> = client.get("/api/folders").await?;
    let named = |name: &str| folders.iter().find(|folder| folder.name == name).map(|folder| folder.id.clone());
    let folders = match command {
        FolderCommand::List => folders,
        FolderCommand::Put { name, chats } => {
            let mut ids = Vec::new();
            for chat in &chats {
                ids.push(find::chat(client, chat).await?.id);
            }
            let known = named(&name);
            let body = PutFolder { name, chats: ids };
            match known {
                Some(id) => client.put_for(&format!("/api/folders/{id}"), &body).await?,
                None => client.post("/api/folders", &body).await?,
            }
        }
        FolderCommand::Remove { name } => {
            let id = named(&name).with_context(|| t!("cli-no-folder", name = safe(&name)))?;
            client.delete(&format!("/api/folders/{id}")).await?;
            client.get("/api/folders").await?
        }
    };
    let row = |folder: &Folder| {
        let chats: Vec<&str> = folder.chats.iter().map(|chat| short(chat)).collect();
        format!("{}: {}", safe(&folder.name), chats.join(" "))
    };
    out.print(&folders, |folders| match folders.as_slice() {
        [] => t!("cli-folders-none"),
        some => some.iter().map(row).collect::<Vec<_>>().join("\n"),
    })
}
