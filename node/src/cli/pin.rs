//! `chappe pin`, `unpin` and `pinned`

use super::client::Client;
use super::find;
use super::row::message_row;
use super::terminal::{Out, short};
use crate::api::types::ask::SetPin;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::Result;

/// A message to pin or take down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The message's id, or the beginning of a recent one's.
    id: String,
}

/// A chat.
#[derive(Debug, clap::Args)]
pub struct Pinned {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
}

/// Pins, or takes down.
pub async fn run(client: &Client, args: &Args, pinned: bool, out: Out) -> Result<()> {
    let id = find::message(client, &args.id).await?;
    let message: Message = client.put_for(&format!("/api/messages/{id}/pin"), &SetPin { pinned }).await?;
    out.print(&message, |message| match pinned {
        true => t!("cli-pinned-now", id = short(&message.id)),
        false => t!("cli-unpinned-now", id = short(&message.id)),
    })
}

/// Lists.
pub async fn list(client: &Client, args: &Pinned, out: Out) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let messages: Vec<Message> = client.get(&format!("/api/chats/{}/pinned", chat.id)).await?;
    let row = |message: &Message| message_row(message, &chat.title);
    out.print(&messages, |messages| messages.iter().map(row).collect::<Vec<_>>().join("\n"))
}
