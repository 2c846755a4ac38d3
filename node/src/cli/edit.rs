//! `chappe edit`

use super::client::Client;
use super::find;
use super::send::Reading;
use super::terminal::{Out, short};
use crate::api::types::ask::EditText;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::Result;

/// Give an own text another wording.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The message's id, or the beginning of a recent one's.
    id: String,
    /// The new wording.
    text: String,
    /// How the text is read.
    #[arg(long, value_enum, default_value_t = Reading::Plain)]
    format: Reading,
}

/// Edits.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let id = find::message(client, &args.id).await?;
    let body = EditText { text: args.text, format: args.format.into(), ..EditText::default() };
    let message: Message = client.put_for(&format!("/api/messages/{id}/text"), &body).await?;
    out.print(&message, |message| t!("cli-reworded", id = short(&message.id)))
}
