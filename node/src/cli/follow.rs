//! `chappe follow`: messages as they come, over the event stream.

use super::client::Client;
use super::find;
use super::row::message_row;
use super::terminal::{Out, safe, told};
use crate::api::types::message::Message;
use crate::api::types::{Chat, Event};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use futures::StreamExt;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Messages remembered as printed: an event repeats a message whose ticks moved.
const PRINTED_MAX: usize = 1024;

/// Show messages as they come.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only of this chat: a contact's name, or the beginning of an id.
    chat: Option<String>,
}

/// Prints until the node stops or the user does (Ctrl-C).
pub async fn run(client: &Client, args: &Args, out: Out) -> Result<()> {
    let only = match &args.chat {
        Some(wanted) => Some(find::chat(client, wanted).await?.id),
        None => None,
    };
    let file = client.file();
    let mut request = format!("ws://{}/api/events", file.addr).into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {}", file.token).parse()?);
    let (mut stream, _) = connect_async(request).await.map_err(|_| client.not_running())?;
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    let titles = chats.into_iter().map(|chat| (chat.id, chat.title)).collect();
    let mut screen = Screen { only, titles, printed: Printed::default(), out };
    eprintln!("{}", t!("cli-following"));
    while let Some(frame) = stream.next().await {
        match frame.with_context(|| t!("cli-follow-broke"))? {
            Frame::Text(text) => screen.show(serde_json::from_str(&text)?)?,
            Frame::Close(_) => break,
            Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_) => {}
        }
    }
    bail!(t!("cli-node-stopped"))
}

struct Screen {
    only: Option<String>,
    titles: BTreeMap<String, String>,
    printed: Printed,
    out: Out,
}

impl Screen {
    fn show(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Message { message } => self.message(&message),
            Event::Chat { chat } => {
                self.titles.insert(chat.id, chat.title);
                Ok(())
            }
            Event::Contact { contact } => {
                eprintln!("({})", t!("cli-contact-changed", name = safe(&contact.name)));
                Ok(())
            }
            Event::Asking { chat } => {
                let title = self.titles.get(&chat).map_or_else(|| t!("cli-a-chat"), |title| safe(title));
                eprintln!("({})", t!("cli-asking-changed", chat = title));
                Ok(())
            }
            Event::Lagged => {
                eprintln!("({})", t!("cli-skipped"));
                Ok(())
            }
            Event::Ticks { .. }
            | Event::Gone { .. }
            | Event::Typing { .. }
            | Event::Profile { .. }
            | Event::Devices
            | Event::Link { .. }
            | Event::Folders
            | Event::Joins
            | Event::Relays => Ok(()),
            Event::Refused { why, .. } => {
                eprintln!("({})", told(&why));
                Ok(())
            }
        }
    }

    fn message(&mut self, message: &Message) -> Result<()> {
        let wanted = self.only.as_ref().is_none_or(|chat| *chat == message.chat);
        if !wanted || !self.printed.is_new(&message.id) {
            return Ok(());
        }
        let title = self.titles.get(&message.chat).cloned().unwrap_or_else(|| t!("cli-someone"));
        self.out.print(message, |message| message_row(message, &title))
    }
}

#[derive(Default)]
struct Printed {
    ids: BTreeSet<String>,
    order: VecDeque<String>,
}

impl Printed {
    fn is_new(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > PRINTED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}
