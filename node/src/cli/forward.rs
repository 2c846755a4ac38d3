//! `chappe forward`

use super::client::Client;
use super::find;
use super::terminal::{Out, short};
use crate::api::types::ask::ForwardMessages;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::Result;

/// Say a message again in other chats.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The message's id, or the beginning of a recent one's.
    id: String,
    /// Contacts' names, or the beginnings of chats' ids.
    #[arg(required = true)]
    to: Vec<String>,
    /// Do not say who said it first.
    #[arg(long)]
    hide_author: bool,
}

/// Forwards.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let messages = vec![find::message(client, &args.id).await?];
    let mut to = Vec::new();
    for chat in &args.to {
        to.push(find::chat(client, chat).await?.id);
    }
    let body = ForwardMessages { messages, to, attributed: !args.hide_author };
    let sent: Vec<Message> = client.post("/api/messages/forward", &body).await?;
    let row =
        |message: &Message| format!("{}  {}", short(&message.id), t!("cli-forwarded-to", chat = short(&message.chat)));
    out.print(&sent, |sent| sent.iter().map(row).collect::<Vec<_>>().join("\n"))
}
