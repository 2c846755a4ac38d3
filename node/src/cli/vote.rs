//! `chappe vote` and `close`

use super::client::Client;
use super::find;
use super::row::message_row;
use super::terminal::Out;
use crate::api::types::ask::CastVote;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::Result;

/// Vote in a poll.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The poll's id, or the beginning of a recent one's.
    id: String,
    /// Numbers of options, from 1; none takes the vote back.
    #[arg(value_parser = clap::value_parser!(u8).range(1..=12))]
    options: Vec<u8>,
}

/// A poll to close.
#[derive(Debug, clap::Args)]
pub struct Close {
    /// The poll's id, or the beginning of a recent one's.
    id: String,
}

/// Votes.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let id = find::message(client, &args.id).await?;
    let body = CastVote { options: args.options.into_iter().map(|option| option - 1).collect() };
    let poll: Message = client.put_for(&format!("/api/messages/{id}/vote"), &body).await?;
    out.print(&poll, |poll| message_row(poll, &t!("cli-them")))
}

/// Ends a poll.
pub async fn close(client: &Client, args: Close, out: Out) -> Result<()> {
    let id = find::message(client, &args.id).await?;
    let poll: Message = client.post(&format!("/api/messages/{id}/close"), &()).await?;
    out.print(&poll, |poll| message_row(poll, &t!("cli-them")))
}
