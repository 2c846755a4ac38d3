//! `chappe card`: send a contact card, or save one as vCard.

use super::client::Client;
use super::find;
use super::row::message_row;
use super::span::nonce;
use super::terminal::Out;
use crate::api::types::ask::SendCard;
use crate::api::types::message::{Content, Message};
use crate::api::types::{Status, Truth};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// Contact cards.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Send a card: of a contact, of yourself, or from a vCard file
    #[command(group = clap::ArgGroup::new("what").required(true))]
    Send {
        /// A contact's name, or the beginning of a chat's id.
        chat: String,
        /// Whose card: a contact's name, or the beginning of their id.
        #[arg(long, group = "what")]
        contact: Option<String>,
        /// Your own card.
        #[arg(long, group = "what")]
        me: bool,
        /// A file of another program.
        #[arg(long, group = "what", value_name = "FILE")]
        vcard: Option<PathBuf>,
    },
    /// Print a card that came as vCard 4.0
    Export {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::Send { chat, contact, me, vcard } => {
            let chat = find::chat(client, &chat).await?;
            let user = match (contact, me) {
                (Some(name), _) => Some(find::contact(client, &name, |_| true).await?.user),
                (None, true) => Some(client.get::<Status>("/api/status").await?.me.user),
                (None, false) => None,
            };
            let read = |path: PathBuf| {
                std::fs::read_to_string(&path).with_context(|| t!("cli-cannot-read", path = path.display().to_string()))
            };
            let body = SendCard { user, vcard: vcard.map(read).transpose()?, nonce: Some(nonce()?), topic: 0 };
            let sent: Message = client.post(&format!("/api/chats/{}/cards", chat.id), &body).await?;
            out.print(&sent, |sent| message_row(sent, &chat.title))
        }
        Command::Export { id } => {
            let id = find::message(client, &id).await?;
            let truth: Truth = client.get(&format!("/api/messages/{id}")).await?;
            let Content::Card(card) = truth.message.content else { bail!(t!("cli-no-card")) };
            // Its lines are of a stranger: controls but line ends are spelled out.
            out.print(&card, |card| card.vcard.lines().map(super::terminal::safe).collect::<Vec<_>>().join("\n"))
        }
    }
}
