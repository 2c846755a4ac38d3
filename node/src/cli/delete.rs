//! `chappe delete`

use super::client::Client;
use super::find;
use crate::api::types::ask::Delete;
use crate::texts::program::t;
use anyhow::Result;

/// Delete messages of one chat.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The messages' ids, or the beginnings of recent ones'.
    #[arg(required = true)]
    ids: Vec<String>,
    /// For whom.
    #[arg(long = "for", value_enum, default_value_t = Side::Me)]
    side: Side,
}

/// For whom something is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Side {
    /// On this device only
    Me,
    /// For everybody, for ever
    All,
}

/// Deletes.
pub async fn run(client: &Client, args: Args) -> Result<()> {
    let mut messages = Vec::new();
    for id in &args.ids {
        messages.push(find::message(client, id).await?);
    }
    let count = messages.len();
    client.order_with("/api/messages/delete", &Delete { messages, for_all: args.side == Side::All }).await?;
    eprintln!("{}", t!("cli-deleted-count", count = count));
    Ok(())
}
