//! `chappe location`: send a place, go on telling, stop.

use super::client::Client;
use super::find;
use super::row::message_row;
use super::span::{nonce, seconds};
use super::terminal::Out;
use crate::api::types::ask::{MovePoint, SendLocation};
use crate::api::types::message::{Message, Point, Venue};
use crate::texts::program::t;
use anyhow::Result;

/// Places.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Send a place
    Send {
        /// A contact's name, or the beginning of a chat's id.
        chat: String,
        #[command(flatten)]
        at: At,
        /// What is there.
        #[arg(long, requires = "address")]
        title: Option<String>,
        /// Its address.
        #[arg(long, requires = "title")]
        address: Option<String>,
        /// Go on telling for this time: 60s to 24h.
        #[arg(long, value_name = "SPAN", value_parser = seconds, conflicts_with = "title")]
        live: Option<u32>,
    },
    /// Tell where you are now, in a live location that you sent
    Move {
        /// The location's id, or the beginning of a recent one's.
        id: String,
        #[command(flatten)]
        at: At,
    },
    /// Stop a live location
    Stop {
        /// The location's id, or the beginning of a recent one's.
        id: String,
    },
}

/// A place on Earth.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct At {
    /// Degrees north.
    #[arg(allow_negative_numbers = true)]
    latitude: f64,
    /// Degrees east.
    #[arg(allow_negative_numbers = true)]
    longitude: f64,
    /// Metres, at most 1500.
    #[arg(long)]
    accuracy: Option<u16>,
}

impl From<At> for Point {
    fn from(at: At) -> Self {
        Self { latitude: at.latitude, longitude: at.longitude, accuracy: at.accuracy, heading: None }
    }
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    let message: Message = match command {
        Command::Send { chat, at, title, address, live } => {
            let chat = find::chat(client, &chat).await?;
            let venue = title.zip(address).map(|(title, address)| Venue { title, address });
            let body = SendLocation { point: at.into(), venue, live_s: live, nonce: Some(nonce()?), topic: 0 };
            client.post(&format!("/api/chats/{}/locations", chat.id), &body).await?
        }
        Command::Move { id, at } => point(client, &id, Some(at.into())).await?,
        Command::Stop { id } => point(client, &id, None).await?,
    };
    out.print(&message, |message| message_row(message, &t!("cli-them")))
}

async fn point(client: &Client, id: &str, point: Option<Point>) -> Result<Message> {
    let id = find::message(client, id).await?;
    client.put_for(&format!("/api/messages/{id}/point"), &MovePoint { point }).await
}
