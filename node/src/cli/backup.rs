//! `chappe backup …`

use super::ask;
use super::client::Client;
use super::file::bytes;
use super::terminal::{Out, safe, short, time};
use crate::api::types::backup::{Backup, BackupStage};
use crate::api::types::own::Words;
use anyhow::{Result, bail};
use std::time::Duration;

/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(300);

/// The history of the chats, kept at your relays for the day when only your 24 words are left.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// How the backup stands
    Status,
    /// Keep a backup from now on. Asks for your 24 words, which alone will open it
    On,
    /// Keep it no more; relays drop what they have
    Off,
    /// Write now what changed, and wait until that is done
    Run,
    /// Fetch all of it from every relay that has it, compare, and write again what is missing
    Check,
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::Status => {}
        Command::On => {
            let body = Words { words: ask::words()?.0.to_string() };
            client.put("/api/backup", &body).await?;
            wait(client, |backup| backup.at > 0).await?;
        }
        Command::Off => client.delete("/api/backup").await?,
        Command::Run => {
            let before = state(client).await?.at;
            client.order("/api/backup/run").await?;
            wait(client, |backup| backup.at > before).await?;
        }
        Command::Check => {
            let before = state(client).await?.checked.map_or(0, |checked| checked.at);
            client.order("/api/backup/check").await?;
            wait(client, |backup| {
                backup.stage == BackupStage::Idle && backup.checked.is_some_and(|checked| checked.at > before)
            })
            .await?;
        }
    }
    out.print(&state(client).await?, shown)
}

async fn state(client: &Client) -> Result<Backup> {
    client.get("/api/backup").await
}

/// Shows how far it is until it is so.
async fn wait(client: &Client, done: impl Fn(&Backup) -> bool) -> Result<()> {
    let mut last = String::new();
    loop {
        let backup = state(client).await?;
        if done(&backup) {
            return Ok(());
        }
        if !backup.problem.is_empty() {
            bail!("{}; it is tried again (see: chappe backup status)", backup.problem);
        }
        let line = going(&backup);
        if !line.is_empty() && line != last {
            eprintln!("{line}");
            last = line;
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn going(backup: &Backup) -> String {
    let what = match backup.stage {
        BackupStage::Idle => return String::new(),
        BackupStage::Writing => "writing",
        BackupStage::Checking => "comparing",
        BackupStage::Restoring => "fetching a history",
        BackupStage::Handing => "leaving a history for a new device",
    };
    match backup.of {
        0 => format!("{what}: {} parts", backup.done),
        of => format!("{what}: part {} of {of}", backup.done),
    }
}

fn shown(backup: &Backup) -> String {
    let mut lines = Vec::new();
    if let Some(restored) = backup.restored {
        lines.push(format!("From a backup: {restored} messages and changes came back."));
    }
    if backup.stage != BackupStage::Idle {
        lines.push(going(backup));
    }
    if !backup.on {
        lines.push("No backup is kept. Turn it on with: chappe backup on".into());
        return lines.join("\n");
    }
    match (backup.at, backup.messages, bytes(backup.bytes)) {
        (0, ..) => lines.push("A backup is kept; nothing is written yet.".into()),
        (at, messages, size) => {
            let brought = bytes(backup.brought);
            lines.push(format!("{messages} messages, {size}, as of {} UTC; the last run brought {brought}.", time(at)));
        }
    }
    match &backup.relays[..] {
        [] => lines.push("No relay has all of it.".into()),
        relays => {
            let relays: Vec<&str> = relays.iter().map(|relay| short(relay)).collect();
            lines.push(format!("All of it is at: {}", relays.join(", ")));
        }
    }
    if let Some(checked) = backup.checked {
        lines.push(format!(
            "Compared {} UTC: {} copies are as they were written, {} were not (and are written again), of {} nothing is known.",
            time(checked.at),
            checked.good,
            checked.bad,
            checked.unknown
        ));
    }
    if !backup.problem.is_empty() {
        lines.push(format!("Problem: {}", safe(&backup.problem)));
    }
    lines.join("\n")
}
