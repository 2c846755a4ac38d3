//! `chappe picture …`

use super::client::Client;
use super::find;
use super::terminal::{Out, safe};
use crate::texts::program::t;
use anyhow::{Context, Result};
use serde_json::json;
use std::path::PathBuf;

/// The picture that contacts see, or that of a group or channel.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Set it: the middle of an image, made small
    Set {
        /// JPEG, PNG, WEBP, BMP, TIFF or GIF, at most 32 MiB.
        file: PathBuf,
        /// Of this group or channel instead of yourself: its name, or the beginning of its id.
        #[arg(long)]
        chat: Option<String>,
    },
    /// Take it away
    Remove {
        /// Of this group or channel instead of yourself: its name, or the beginning of its id.
        #[arg(long)]
        chat: Option<String>,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    let (chat, file) = match command {
        Command::Set { file, chat } => (chat, Some(file)),
        Command::Remove { chat } => (chat, None),
    };
    let (path, whose) = match &chat {
        Some(wanted) => {
            let chat = find::chat(client, wanted).await?;
            (format!("/api/chats/{}/picture", chat.id), Some(safe(&chat.title)))
        }
        None => ("/api/me/picture".to_owned(), None),
    };
    match file {
        Some(file) => {
            let bytes = tokio::fs::read(&file).await;
            client
                .put_bytes(&path, bytes.with_context(|| t!("cli-cannot-read", path = file.display().to_string()))?)
                .await?;
            out.print(&json!({ "set": true }), |_| match whose {
                Some(chat) => t!("cli-picture-set-for", chat = chat),
                None => t!("cli-picture-set"),
            })
        }
        None => {
            client.delete(&path).await?;
            out.print(&json!({ "set": false }), |_| match whose {
                Some(chat) => t!("cli-picture-removed-for", chat = chat),
                None => t!("cli-picture-removed"),
            })
        }
    }
}
