//! `chappe clear`

use super::client::Client;
use super::delete::Side;
use super::find;
use super::span::seconds;
use crate::api::types::ask::Clear;
use crate::texts::program::t;
use anyhow::{Context, Result};
use std::time::SystemTime;

/// Delete the history of a chat.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// For whom.
    #[arg(long = "for", value_enum, default_value_t = Side::Me)]
    side: Side,
    /// Only what is older than this: 1h, 30d.
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    older_than: Option<u32>,
    /// Only what is newer than this: 1h, 30d.
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    newer_than: Option<u32>,
}

/// Clears.
pub async fn run(client: &Client, args: &Args) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = u64::try_from(since.with_context(|| t!("cli-clock-wrong"))?.as_millis())?;
    let ago = |span: Option<u32>| span.map(|seconds| now.saturating_sub(u64::from(seconds) * 1000));
    let body = Clear { from: ago(args.newer_than), until: ago(args.older_than), for_all: args.side == Side::All };
    client.order_with(&format!("/api/chats/{}/clear", chat.id), &body).await?;
    eprintln!("{}", t!("cli-cleared"));
    Ok(())
}
