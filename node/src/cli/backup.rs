//! `chappe backup …`

use super::ask;
use super::client::Client;
use super::file::{Line, bytes};
use super::span;
use super::terminal::{Out, safe, short, time, told};
use crate::api::types::backup::{Backup, BackupFile, BackupStage, KeepFiles, PlanBackup};
use crate::api::types::own::Words;
use crate::backup::file::{FileBackup, FileError};
use crate::texts::program::t;
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
    /// The files of your chats too stay at your relays, as far as this node has them
    Files {
        /// No more.
        #[arg(long)]
        off: bool,
    },
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
            let folder = std::path::absolute(&folder)?.to_str().with_context(|| t!("cli-no-text-name"))?.to_owned();
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
        Command::Files { off } => {
            let before = state(client).await?.at;
            client.put("/api/backup/files", &KeepFiles { keep: !off }).await?;
            wait(client, |backup| backup.at > before).await?;
        }
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
        bail!(t!("cli-is-there", path = file.display().to_string()));
    }
    let shown = || t!("cli-cannot-write", path = file.display().to_string());
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
            let piece = piece.map_err(|_| anyhow!(t!("cli-broke-off")))?;
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
        t!("cli-backup-written", path = safe(&path), size = bytes(size))
    })
}

/// Opens a backup file with the words and checks all of its history.
pub async fn opened(path: PathBuf, opener: SealingKey, out: Out) -> Result<FileBackup> {
    let checked = tokio::task::spawn_blocking(move || {
        let backup = FileBackup::open(&path, &opener)?;
        let mut line = Line::new(out);
        backup.check(|done, all| line.write(&t!("cli-backup-comparing", done = done, all = all)))?;
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
        t!("cli-backup-verified", messages = messages, files = files, size = bytes(size), time = time(at))
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
            Some(schedule) => bail!(t!("cli-tried-again", problem = told(&schedule.problem))),
            None => bail!(t!("cli-schedule-ended")),
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
            bail!(t!("cli-tried-again", problem = told(&backup.problem)));
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
    let stage = match backup.stage {
        BackupStage::Idle => return String::new(),
        BackupStage::Writing => "writing",
        BackupStage::Checking => "checking",
        BackupStage::Restoring => "restoring",
        BackupStage::Handing => "handing",
    };
    match backup.of {
        0 => t!("cli-backup-going", stage = stage, done = backup.done),
        of => t!("cli-backup-going-of", stage = stage, done = backup.done, all = of),
    }
}

fn shown(backup: &Backup) -> String {
    let mut lines = Vec::new();
    if let Some(restored) = backup.restored {
        lines.push(t!("cli-backup-restored", count = restored));
    }
    if backup.stage != BackupStage::Idle {
        lines.push(going(backup));
    }
    if let Some(schedule) = &backup.schedule {
        let (span, keep, folder) = (span::shown(schedule.every_s), schedule.keep, safe(&schedule.folder));
        lines.push(match schedule.last {
            0 => t!("cli-backup-schedule-new", span = span, folder = folder, keep = keep),
            last => t!("cli-backup-schedule", span = span, folder = folder, keep = keep, time = time(last)),
        });
        if !schedule.problem.is_empty() {
            lines.push(t!("cli-problem", problem = told(&schedule.problem)));
        }
    }
    if !backup.on {
        lines.push(t!("cli-backup-off"));
        return lines.join("\n");
    }
    match (backup.at, backup.messages, bytes(backup.bytes)) {
        (0, ..) => lines.push(t!("cli-backup-empty")),
        (at, messages, size) => {
            let brought = bytes(backup.brought);
            let time = time(at);
            lines.push(t!("cli-backup-state", messages = messages, size = size, time = time, brought = brought));
        }
    }
    if let Some(files) = &backup.files {
        lines.push(t!("cli-backup-files", count = files.count, size = bytes(files.bytes)));
        if !files.problem.is_empty() {
            lines.push(t!("cli-backup-file-problem", problem = told(&files.problem)));
        }
    }
    match &backup.relays[..] {
        [] => lines.push(t!("cli-backup-nowhere")),
        relays => {
            let relays: Vec<&str> = relays.iter().map(|relay| short(relay)).collect();
            lines.push(t!("cli-backup-at", relays = relays.join(", ")));
        }
    }
    if let Some(checked) = backup.checked {
        let (time, good, bad, unknown) = (time(checked.at), checked.good, checked.bad, checked.unknown);
        lines.push(t!("cli-backup-compared", time = time, good = good, bad = bad, unknown = unknown));
    }
    if !backup.problem.is_empty() {
        lines.push(t!("cli-problem", problem = told(&backup.problem)));
    }
    lines.join("\n")
}
