//! `chappe react`

use super::client::Client;
use super::find;
use super::row::message_row;
use super::terminal::Out;
use crate::api::types::ask::React;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::Result;

/// React to a message.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The message's id, or the beginning of a recent one's.
    id: String,
    /// At most three pictographs; none takes them back.
    emoji: Vec<String>,
}

/// Reacts.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let id = find::message(client, &args.id).await?;
    let body = React { emoji: args.emoji };
    let message: Message = client.put_for(&format!("/api/messages/{id}/reactions"), &body).await?;
    out.print(&message, |message| message_row(message, &t!("cli-them")))
}
