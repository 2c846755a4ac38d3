//! `chappe backup …`

use super::ask;
use super::client::Client;
use super::file::{Line, bytes};
use super::span;
use super::terminal::{Out, safe, short, time};
use crate::api::types::backup::{Backup, BackupFile, BackupStage, PlanBackup};
use crate::api::types::own::Words;
use crate::backup::file::{FileBackup, FileError};
use anyhow::{Context, Result, anyhow, bail};
use chappe_protocol::identity::history::words_key;
use chappe_protocol::session::sealed::SealingKey;
use futures::StreamExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

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
    /// Write everything to one file: history, people, settings. Only your 24 words open it
    Write {
        /// The file to make.
        file: PathBuf,
        /// The files of your chats too, as far as this node has them.
        #[arg(long)]
        files: bool,
        /// Replace a file that is there.
        #[arg(long)]
        force: bool,
    },
    /// Have the node write such files by itself into a folder, such as one on another disk. Asks for your 24 words
    Schedule {
        /// The folder, on the node's machine.
        #[arg(required_unless_present = "off")]
        folder: Option<PathBuf>,
        /// How often.
        #[arg(long, default_value = "1d", value_parser = span::seconds, value_name = "SPAN")]
        every: u32,
        /// How many files stay.
        #[arg(long, default_value_t = 7)]
        keep: u32,
        /// The files of your chats too.
        #[arg(long)]
        files: bool,
        /// Write no more; what is there stays.
        #[arg(long, conflicts_with_all = ["folder", "files"])]
        off: bool,
    },
    /// Read a backup file whole and say what is in it. Asks for your 24 words; changes nothing
    Verify {
        /// The file.
        file: PathBuf,
    },
    /// Fetch all of it from every relay that has it, compare, and write again what is missing
    Check,
}

/// Does what is asked.
pub async fn run(client: impl Fn() -> Result<Client>, command: Command, out: Out) -> Result<()> {
    let client = match command {
        Command::Write { file, files, force } => return write(&client()?, &file, files, force, out).await,
        Command::Verify { file } => return verify(file, out).await,
        _ => &client()?,
    };
    match command {
        Command::Write { .. } | Command::Verify { .. } | Command::Status => {}
        Command::Schedule { folder: Some(folder), every, keep, files, off: false } => {
            let folder = std::path::absolute(&folder)?.to_str().context("the folder's name is no text")?.to_owned();
            let words = ask::words()?.0.to_string();
            let plan = PlanBackup { words, folder, every_s: every.into(), keep, files };
            client.put("/api/backup/schedule", &plan).await?;
            written(client).await?;
        }
        Command::Schedule { .. } => client.delete("/api/backup/schedule").await?,
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

async fn write(client: &Client, file: &Path, files: bool, force: bool, out: Out) -> Result<()> {
    if file.exists() && !force {
        bail!("{} is there already; name another, or add --force", file.display());
    }
    let shown = || format!("cannot write {}", file.display());
    let what = BackupFile { files };
    // Before the words are asked for: a folder that is not there is found out now.
    let part = file.with_extension("part");
    let mut copy = tokio::fs::File::create(&part).await.with_context(shown)?;
    let response = match state(client).await?.on {
        true => client.download_with("/api/backup/file", &what).await,
        false => {
            let words = Words { words: ask::words()?.0.to_string() };
            client.download_for("/api/backup/file", &what, &words).await
        }
    };
    let written = async {
        let mut pieces = response?.bytes_stream();
        let (mut line, mut done) = (Line::new(out), 0);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| anyhow!("the node broke off; see its log, and try again"))?;
            copy.write_all(&piece).await.with_context(shown)?;
            done += piece.len() as u64;
            line.write(&bytes(done));
        }
        line.end();
        copy.sync_all().await.with_context(shown)?;
        Ok::<_, anyhow::Error>(done)
    };
    let size = match written.await {
        Ok(size) => size,
        Err(error) => {
            tokio::fs::remove_file(&part).await.with_context(shown)?;
            return Err(error);
        }
    };
    tokio::fs::rename(&part, file).await.with_context(shown)?;
    let path = file.display().to_string();
    out.print(&serde_json::json!({ "path": path, "size": size }), |_| {
        format!(
            "{}, {}. Check it with: chappe backup verify; bring it back with: chappe restore --file",
            safe(&path),
            bytes(size)
        )
    })
}

/// Opens a backup file with the words and checks all of its history.
pub async fn opened(path: PathBuf, opener: SealingKey, out: Out) -> Result<FileBackup> {
    let checked = tokio::task::spawn_blocking(move || {
        let backup = FileBackup::open(&path, &opener)?;
        let mut line = Line::new(out);
        backup.check(|done, all| line.write(&format!("comparing: part {done} of {all}")))?;
        line.end();
        Ok::<_, FileError>(backup)
    });
    Ok(checked.await??)
}

async fn verify(path: PathBuf, out: Out) -> Result<()> {
    let opener = words_key(&ask::words()?.root_key()?);
    let backup = opened(path, opener, out).await?;
    let (files, size) = backup.files();
    let history = &backup.history;
    let (at, messages) = (history.at, history.messages);
    let found = serde_json::json!({ "at": at, "messages": messages, "files": files, "file_bytes": size });
    out.print(&found, |_| {
        format!(
            "{messages} messages and {files} files ({}), as of {} UTC, all as they were written.",
            bytes(size),
            time(at)
        )
    })
}

async fn state(client: &Client) -> Result<Backup> {
    client.get("/api/backup").await
}

/// Waits for the first file of a schedule.
async fn written(client: &Client) -> Result<()> {
    loop {
        match state(client).await?.schedule {
            Some(schedule) if schedule.last > 0 => return Ok(()),
            Some(schedule) if schedule.problem.is_empty() => tokio::time::sleep(LOOK).await,
            Some(schedule) => bail!("{}; it is tried again (see: chappe backup status)", schedule.problem),
            None => bail!("the schedule was ended meanwhile"),
        }
    }
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
    if let Some(schedule) = &backup.schedule {
        let (every, keep, folder) = (schedule.every_s, schedule.keep, safe(&schedule.folder));
        let last =
            if schedule.last == 0 { "none yet".into() } else { format!("the last one {} UTC", time(schedule.last)) };
        lines.push(format!("Every {} a file goes to {folder}, of which {keep} stay; {last}.", span::shown(every)));
        if !schedule.problem.is_empty() {
            lines.push(format!("Problem: {}", safe(&schedule.problem)));
        }
    }
    if !backup.on {
        lines.push("No backup is kept at relays. Turn it on with: chappe backup on".into());
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
