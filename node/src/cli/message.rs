//! `chappe message show`: delivery truth.

use super::client::Client;
use super::conversation::ticks;
use super::find;
use super::terminal::{Out, safe, safe_lines, short, time};
use crate::api::types::{DeviceCopy, RelayCopy, Truth};
use anyhow::Result;

/// What is known about one message.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Which relays hold it until when, which devices have it, or why not
    Show {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    let Command::Show { id } = command;
    let id = find::message(client, &id).await?;
    let truth: Truth = client.get(&format!("/api/messages/{id}")).await?;
    out.print(&truth, text)
}

fn text(truth: &Truth) -> String {
    let message = &truth.message;
    let first = format!(
        "{}  {}  {}\n  {}",
        short(&message.id),
        time(message.at),
        ticks(message.ticks),
        safe_lines(&message.text, 2)
    );
    let relays = truth.relays.iter().map(relay_row);
    let devices = truth.devices.iter().map(device_row);
    std::iter::once(first).chain(relays).chain(devices).collect::<Vec<_>>().join("\n")
}

fn relay_row(copy: &RelayCopy) -> String {
    match copy {
        RelayCopy::Holds { relay, until } => format!("relay {}: holds it until {} UTC", short(relay), time(*until)),
        RelayCopy::Released { relay } => {
            format!("relay {}: need not hold it any more, every device has it", short(relay))
        }
        RelayCopy::Waiting { relay, why } => format!("relay {}: not yet: {}", short(relay), safe(why)),
    }
}

fn device_row(copy: &DeviceCopy) -> String {
    match copy {
        DeviceCopy::Has { device, read: true, .. } => format!("device {}: has it, and it was read", short(device)),
        DeviceCopy::Has { device, read: false, .. } => format!("device {}: has it", short(device)),
        DeviceCopy::Waiting { device, why, .. } => format!("device {}: not yet: {}", short(device), safe(why)),
    }
}
