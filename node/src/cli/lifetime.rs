//! `chappe lifetime`

use super::client::Client;
use super::find;
use super::span::seconds;
use crate::api::types::ask::SetLifetime;
use anyhow::Result;

/// How long messages of a chat live from now on.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// 30s, 5m, 2h, 7d; left out: for ever.
    #[arg(value_parser = seconds)]
    span: Option<u32>,
}

/// Sets it.
pub async fn run(client: &Client, args: &Args) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    client.put(&format!("/api/chats/{}/lifetime", chat.id), &SetLifetime { ttl_s: args.span }).await
}
