//! `chappe device …` and `chappe words check`

use super::ask;
use super::client::Client;
use super::find;
use super::invite::show_qr;
use super::terminal::{Out, safe, short, time, told};
use crate::api::types::own::{Device, Devices, Link, LinkStage, Rename, Words};
use crate::texts::program::t;
use anyhow::{Result, bail};
use serde_json::json;
use std::time::Duration;

/// Between two looks at how far the new device is.
const LOOK: Duration = Duration::from_millis(300);

/// Own devices.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List your devices
    List,
    /// Call a device something
    Rename {
        /// A device's name, or the beginning of its id.
        which: String,
        /// At most 128 bytes.
        name: String,
    },
    /// Take a device off the list: it speaks for you no more. Asks for your 24 words
    Remove {
        /// A device's name, or the beginning of its id.
        which: String,
    },
    /// Link a new device: shows a code, then asks for your 24 words
    Link,
}

/// The 24 words.
#[derive(Debug, clap::Subcommand)]
pub enum WordsCommand {
    /// Check that the words you wrote down are yours (they are read from the terminal or stdin)
    Check,
}

/// Does what is asked about devices.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::List => {
            let devices: Devices = client.get("/api/devices").await?;
            out.print(&devices, list)
        }
        Command::Rename { which, name } => {
            let device = find::device(client, &which).await?;
            client.put(&format!("/api/devices/{}", device.device), &Rename { name: name.clone() }).await?;
            out.print(&json!({ "device": device.device, "name": name }), |_| {
                t!("cli-device-renamed", device = short(&device.device), name = safe(&name))
            })
        }
        Command::Remove { which } => {
            let device = find::device(client, &which).await?;
            let body = Words { words: ask::words()?.0.to_string() };
            client.order_with(&format!("/api/devices/{}/remove", device.device), &body).await?;
            out.print(&json!({ "removed": device.device }), |_| t!("cli-device-removed", device = named(&device)))
        }
        Command::Link => link(client, out).await,
    }
}

/// `chappe words check`
pub async fn words(client: &Client, command: WordsCommand, out: Out) -> Result<()> {
    match command {
        WordsCommand::Check => {
            let body = Words { words: ask::words()?.0.to_string() };
            client.order_with("/api/words/check", &body).await?;
            out.print(&json!({ "right": true }), |_| t!("cli-words-right"))
        }
    }
}

async fn link(client: &Client, out: Out) -> Result<()> {
    let mut state: Link = client.post("/api/devices/link", &json!(null)).await?;
    out.print(&state, |state| safe(&state.text))?;
    show_qr(out, &state.text)?;
    eprintln!("{}", t!("cli-device-link-how", code = safe(&state.code)));
    while state.stage == LinkStage::Waiting {
        tokio::time::sleep(LOOK).await;
        state = client.get("/api/devices/link").await?;
    }
    if state.stage == LinkStage::Offered {
        let device = short(state.device.as_deref().unwrap_or_default());
        let offered = match state.name.as_str() {
            "" => t!("cli-device-offered-new", device = device),
            name => t!("cli-device-offered", name = safe(name), device = device),
        };
        eprintln!("{offered}");
        if state.compare {
            eprintln!("{}", t!("cli-device-compare", number = state.number));
        }
        let body = Words { words: ask::words()?.0.to_string() };
        state = client.post("/api/devices/link/confirm", &body).await?;
    }
    while state.stage == LinkStage::HandingOver {
        tokio::time::sleep(LOOK).await;
        state = client.get("/api/devices/link").await?;
    }
    match state.stage {
        LinkStage::Done => out.print(&state, |state| {
            t!("cli-device-linked", device = short(state.device.as_deref().unwrap_or_default()))
        }),
        LinkStage::Waiting | LinkStage::Offered | LinkStage::HandingOver | LinkStage::Failed => {
            bail!(t!("cli-device-not-linked", problem = told(&state.problem)))
        }
    }
}

fn named(device: &Device) -> String {
    match device.name.as_str() {
        "" => short(&device.device).to_owned(),
        name => safe(name),
    }
}

fn list(devices: &Devices) -> String {
    let mut lines: Vec<String> = Vec::new();
    if devices.removed {
        lines.push(t!("cli-this-removed"));
    }
    if devices.forked {
        lines.push(t!("cli-own-forked"));
    }
    lines.extend(devices.devices.iter().map(|device| {
        let this = if device.this { format!("  ({})", t!("cli-device-this")) } else { String::new() };
        let since = t!("cli-device-since", time = time(device.added));
        format!("{}  {}  {since}{this}", short(&device.device), named(device))
    }));
    lines.join("\n")
}
