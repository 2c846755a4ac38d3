//! `chappe view`

use super::client::Client;
use super::find;
use super::row::message_row;
use super::terminal::Out;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::Result;

/// See a message that can be seen once.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The message's id, or the beginning of a recent one's.
    id: String,
}

/// Shows it, for the last time.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let id = find::message(client, &args.id).await?;
    let message: Message = client.post(&format!("/api/messages/{id}/view"), &()).await?;
    out.print(&message, |message| message_row(message, &t!("cli-them")))
}
