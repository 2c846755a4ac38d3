//! `chappe send`

use super::client::Client;
use super::row::ticks;
use super::span::{nonce, seconds};
use super::terminal::{Out, safe, short};
use super::{find, topic};
use crate::api::types::ask::{Format, SendText};
use crate::api::types::message::Message;
use crate::texts::program::t;
use anyhow::{Context, Result};

/// Send a text.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A contact's name, or the beginning of a chat's id.
    chat: String,
    /// What to say.
    text: String,
    /// The message that it answers: its id, or the beginning of a recent one's.
    #[arg(long, value_name = "ID")]
    reply: Option<String>,
    /// The part of that message that is meant, word for word.
    #[arg(long, requires = "reply", value_name = "TEXT")]
    quote: Option<String>,
    /// How the text is read.
    #[arg(long, value_enum, default_value_t = Reading::Plain)]
    format: Reading,
    /// It destroys itself after this time: 30s, 5m, 2h, 7d.
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    ttl: Option<u32>,
    /// It is gone when the other has seen it.
    #[arg(long)]
    view_once: bool,
    /// The topic of a group that it stands in: its title or number.
    #[arg(long)]
    topic: Option<String>,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Reading {
    /// As it is
    Plain,
    /// **bold**, *italic*, __underline__, ~~strike~~, ||spoiler||, `code`, [text](url), > quote
    Markdown,
}

impl From<Reading> for Format {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Plain => Self::Plain,
            Reading::Markdown => Self::Markdown,
        }
    }
}

/// Sends.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let chat = find::chat(client, &args.chat).await?;
    let mut body = SendText {
        text: args.text,
        format: args.format.into(),
        ttl_s: args.ttl,
        view_once: args.view_once,
        nonce: Some(nonce()?),
        ..SendText::default()
    };
    if let Some(wanted) = &args.topic {
        body.topic = topic::find(client, &chat, wanted).await?;
    }
    if let Some(id) = args.reply {
        let to = find::message(client, &id).await?;
        if let Some(quote) = &args.quote {
            body.quote_offset = offset(client, &chat.id, &to, quote).await?;
        }
        (body.reply_to, body.quote) = (Some(to), args.quote);
    }
    let sent: Message = client.post(&format!("/api/chats/{}/messages", chat.id), &body).await?;
    out.print(&sent, |sent| {
        let id = short(&sent.id);
        format!("{id}  {}", t!("cli-sent", chat = safe(&chat.title), ticks = ticks(sent.ticks), id = id))
    })
}

/// Where a quote stands in the message, in UTF-16 units.
async fn offset(client: &Client, chat: &str, message: &str, quote: &str) -> Result<u32> {
    let recent: Vec<Message> = client.get(&format!("/api/chats/{chat}/messages?limit=500")).await?;
    let text = recent.into_iter().find(|one| one.id == message).map(|one| one.text).unwrap_or_default();
    let at = text.find(quote).with_context(|| t!("cli-quote-differs"))?;
    Ok(text[..at].encode_utf16().count() as u32)
}
