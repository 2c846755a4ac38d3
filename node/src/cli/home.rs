//! `chappe home …`: the relays that a chat lives at.

use super::client::Client;
use super::conversation::fork_row;
use super::find;
use super::terminal::{Out, safe, short};
use crate::api::types::Chat;
use crate::api::types::home::{HomeRelay, ReplaceHome};
use crate::texts::program::t;
use anyhow::{Result, bail};

/// A chat's home relays: they keep what is said until everybody has it, and decide its changes.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List them
    List {
        /// A contact's or group's name, or the beginning of a chat's id.
        chat: String,
    },
    /// Have another relay take the place of one that is dead, or that you do not trust
    Replace {
        /// A contact's or group's name, or the beginning of a chat's id.
        chat: String,
        /// The beginning of the id of the relay that goes.
        relay: String,
        /// The address of the one that comes (ends with /p2p/…); one of your own relays if left out.
        #[arg(long, value_name = "ADDRESS")]
        by: Vec<String>,
    },
    /// Have a chat that lives at one relay live at four: that one and three of yours
    Spread {
        /// A contact's or group's name, or the beginning of a chat's id.
        chat: String,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::List { chat } => {
            let chat = find::chat(client, &chat).await?;
            out.print(&all(client, &chat).await?, |all| {
                let forks: String = chat.forks.iter().map(fork_row).collect();
                all.iter().map(row).collect::<Vec<_>>().join("\n") + &forks
            })
        }
        Command::Replace { chat, relay, by } => {
            let chat = find::chat(client, &chat).await?;
            let all = all(client, &chat).await?;
            let fits: Vec<&HomeRelay> = all.iter().filter(|one| one.id.starts_with(&relay.to_lowercase())).collect();
            let [one] = fits[..] else { bail!(t!("cli-home-unclear", wanted = safe(&relay), chat = short(&chat.id))) };
            let body = ReplaceHome { relay: one.id.clone(), by };
            client.order_with(&format!("/api/chats/{}/home/replace", chat.id), &body).await?;
            out.asked(&chat.id, "home list")
        }
        Command::Spread { chat } => {
            let chat = find::chat(client, &chat).await?;
            client.order(&format!("/api/chats/{}/home/spread", chat.id)).await?;
            out.asked(&chat.id, "home list")
        }
    }
}

async fn all(client: &Client, chat: &Chat) -> Result<Vec<HomeRelay>> {
    client.get(&format!("/api/chats/{}/home", chat.id)).await
}

fn row(relay: &HomeRelay) -> String {
    let link = if relay.connected { t!("cli-connected") } else { t!("cli-no-link") };
    let own = if relay.own { format!("  {}", t!("cli-own")) } else { String::new() };
    let addresses = relay.addresses.iter().map(|text| safe(text)).collect::<Vec<_>>().join(" ");
    format!("{}  {link:<9}{own}  {addresses}", t!("cli-relay", id = short(&relay.id)))
}
