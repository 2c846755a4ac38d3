//! `chappe message`: delivery truth, and what people did with a message.

use super::client::Client;
use super::find;
use super::row::{line, ticks};
use super::terminal::{Out, safe, safe_lines, short, time, told};
use crate::api::types::message::{Message, PersonReactions, PersonVote, Wording};
use crate::api::types::{DeviceCopy, RelayCopy, Truth};
use crate::texts::program::t;
use anyhow::Result;

/// What is known about one message.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Which relays hold it until when, which devices have it, or why not
    Show {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
    /// All wordings of an edited text, the first first
    Wordings {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
    /// Who reacted how
    Reactions {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
    /// Say that you have heard a voice message or seen a video
    Heard {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
    /// Who voted for what, in a poll that is not anonymous
    Votes {
        /// The poll's id, or the beginning of a recent one's.
        id: String,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::Show { id } => {
            let truth: Truth = client.get(&path(client, &id, "").await?).await?;
            out.print(&truth, text)
        }
        Command::Wordings { id } => {
            let wordings: Vec<Wording> = client.get(&path(client, &id, "/wordings").await?).await?;
            let row = |wording: &Wording| format!("{}  {}", time(wording.at), safe_lines(&wording.text, 18));
            out.print(&wordings, |all| all.iter().map(row).collect::<Vec<_>>().join("\n"))
        }
        Command::Reactions { id } => {
            let people: Vec<PersonReactions> = client.get(&path(client, &id, "/reactions").await?).await?;
            let row = |person: &PersonReactions| format!("{}  {}", short(&person.user), safe(&person.emoji.join(" ")));
            out.print(&people, |all| all.iter().map(row).collect::<Vec<_>>().join("\n"))
        }
        Command::Heard { id } => {
            let message: Message = client.post(&path(client, &id, "/heard").await?, &()).await?;
            out.print(&message, |message| t!("cli-was-heard", id = short(&message.id)))
        }
        Command::Votes { id } => {
            let people: Vec<PersonVote> = client.get(&path(client, &id, "/votes").await?).await?;
            let row = |person: &PersonVote| {
                let options: Vec<_> = person.options.iter().map(|n| (n + 1).to_string()).collect();
                format!("{}  {}", short(&person.user), options.join(", "))
            };
            out.print(&people, |all| all.iter().map(row).collect::<Vec<_>>().join("\n"))
        }
    }
}

async fn path(client: &Client, id: &str, behind: &str) -> Result<String> {
    Ok(format!("/api/messages/{}{behind}", find::message(client, id).await?))
}

fn text(truth: &Truth) -> String {
    let message = &truth.message;
    let first = format!(
        "{}  {}  {}\n  {}",
        short(&message.id),
        time(message.at),
        ticks(message.ticks),
        safe_lines(&line(message), 2)
    );
    let relays = truth.relays.iter().map(relay_row);
    let devices = truth.devices.iter().map(device_row);
    std::iter::once(first).chain(relays).chain(devices).collect::<Vec<_>>().join("\n")
}

fn relay_row(copy: &RelayCopy) -> String {
    let (relay, state) = match copy {
        RelayCopy::Holds { relay, until } => (relay, t!("cli-relay-holds", time = time(*until))),
        RelayCopy::Released { relay } => (relay, t!("cli-relay-released")),
        RelayCopy::Waiting { relay, why } => (relay, t!("cli-not-yet", why = told(why))),
    };
    format!("{}: {state}", t!("cli-relay", id = short(relay)))
}

fn device_row(copy: &DeviceCopy) -> String {
    let (device, state) = match copy {
        DeviceCopy::Has { device, read: true, .. } => (device, t!("cli-device-read")),
        DeviceCopy::Has { device, read: false, .. } => (device, t!("cli-device-has")),
        DeviceCopy::Waiting { device, why, .. } => (device, t!("cli-not-yet", why = told(why))),
    };
    format!("{}: {state}", t!("cli-device", id = short(device)))
}
