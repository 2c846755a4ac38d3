//! `chappe poll`

use super::client::Client;
use super::row::message_row;
use super::span::{nonce, seconds};
use super::terminal::Out;
use super::{find, topic};
use crate::api::types::ask::SendPoll;
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::{Context, Result};
use std::time::{Duration, SystemTime};

/// Ask people.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// What is asked.
    question: String,
    /// 2 to 12.
    #[arg(required = true, num_args = 2..=12)]
    options: Vec<String>,
    /// People are not shown who voted for what.
    #[arg(long)]
    anonymous: bool,
    /// More than one option may be chosen.
    #[arg(long)]
    multiple: bool,
    /// Makes it a quiz: the number of the right option, from 1.
    #[arg(long, value_name = "N", conflicts_with = "multiple", value_parser = clap::value_parser!(u8).range(1..=12))]
    right: Option<u8>,
    /// Of a quiz, shown after the vote.
    #[arg(long, default_value = "", requires = "right")]
    explanation: String,
    /// It closes by itself after this time: 5m, 2h, 7d.
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    closes_in: Option<u32>,
    /// The topic of a group that it stands in: its title or number.
    #[arg(long)]
    topic: Option<String>,
}

/// Asks.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let topic = match &args.topic {
        Some(wanted) => topic::find(client, &chat, wanted).await?,
        None => 0,
    };
    let closes = args.closes_in.map(|seconds| from_now(u64::from(seconds))).transpose()?;
    let body = SendPoll {
        question: args.question,
        options: args.options,
        anonymous: args.anonymous,
        multiple: args.multiple,
        right: args.right.map(|right| right - 1),
        explanation: args.explanation,
        closes,
        topic,
        nonce: Some(nonce()?),
    };
    let sent: Message = client.post(&format!("/api/chats/{}/polls", chat.id), &body).await?;
    out.print(&sent, |sent| message_row(sent, &chat.title))
}

/// So many seconds from now on, in milliseconds since 1970.
fn from_now(seconds: u64) -> Result<u64> {
    let at = SystemTime::now() + Duration::from_secs(seconds);
    let since = at.duration_since(SystemTime::UNIX_EPOCH).with_context(|| t!("cli-clock-wrong"))?;
    Ok(u64::try_from(since.as_millis())?)
}
