//! `chappe file`: send files, get them, see how far they are.

use super::client::Client;
use super::find;
use super::search;
use super::terminal::{Out, safe, short, told};
use super::topic;
use crate::api::types::Truth;
use crate::api::types::file::{SendFile, Transfer, TransferState, TransferWay};
use crate::api::types::message::Content;
use crate::api::types::search::{FoundKind, SearchFor, SearchFound};
use crate::entropy;
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use futures::StreamExt;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Between two looks at a transfer.
const LOOK: Duration = Duration::from_millis(200);
/// Bytes read from the disk at once.
const PIECE: usize = 256 * 1024;

/// Files that are shown together, as of the protocol.
const ALBUM_MAX: usize = 10;
/// Of a chat, on one page.
const LISTED: usize = 50;

/// Files.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Send files. Once the node has them, they go on by themselves, also after a restart
    Send {
        /// A contact's name, or the beginning of a chat's id.
        chat: String,
        /// The file; several, at most ten, are shown together.
        #[arg(required = true, num_args = 1..=ALBUM_MAX, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// What to say about it.
        #[arg(long, default_value = "")]
        caption: String,
        /// Make a picture smaller and leave out what the camera noted in it (place, time)
        #[arg(long)]
        photo: bool,
        /// Send a recording (WAV, Opus in Ogg or WebM) as a voice message
        #[arg(long, conflicts_with = "photo")]
        voice: bool,
        /// Do not wait until relays have it.
        #[arg(long)]
        no_wait: bool,
        /// The topic of a group that they stand in: its title or number.
        #[arg(long)]
        topic: Option<String>,
    },
    /// Get the file of a message. What was got before is not got again
    Get {
        /// The message's id, or the beginning of a recent one's.
        id: String,
        /// Where to; the file's name in this folder if left out.
        #[arg(long, value_name = "PATH")]
        out: Option<PathBuf>,
        /// Replace a file that is there.
        #[arg(long)]
        force: bool,
    },
    /// List files on their way and those that are there; of a chat, what was sent there, the newest first
    List {
        /// A contact's name, or the beginning of a chat's id.
        #[arg(long)]
        chat: Option<String>,
        /// media (pictures and videos), voice, document (the others), file (all), or link (texts with one).
        #[arg(long, requires = "chat", value_parser = shared)]
        kind: Option<Shared>,
        /// Go on behind the page before.
        #[arg(long, requires = "chat", value_name = "CURSOR")]
        before_cursor: Option<String>,
    },
    /// Stop a transfer for now
    Pause {
        /// Its id, as `list` shows it, or the beginning.
        id: String,
    },
    /// Go on with a transfer that was paused or failed
    Resume {
        /// Its id, as `list` shows it, or the beginning.
        id: String,
    },
    /// End a transfer and remove what it left
    Cancel {
        /// Its id, as `list` shows it, or the beginning.
        id: String,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::Send { chat, paths, caption, photo, voice, no_wait, topic } => {
            let mut what = SendFile { caption, photo, voice, ..SendFile::default() };
            if let Some(wanted) = topic {
                let chat = find::chat(client, &chat).await?;
                what.topic = topic::find(client, &chat, &wanted).await?;
            }
            if paths.len() > 1 {
                what.album = Some(HEXLOWER.encode(&entropy::seed()?[..16]));
            }
            for path in paths {
                send(client, &chat, &path, what.clone(), no_wait, out).await?;
                // What is said is said once: with the first.
                what.caption.clear();
            }
            Ok(())
        }
        Command::Get { id, out: to, force } => get(client, &id, to, force, out).await,
        Command::List { chat: Some(chat), kind, before_cursor } => {
            let kind = kind.unwrap_or(Shared::Kind(FoundKind::File));
            list(client, &chat, kind, before_cursor, out).await
        }
        Command::List { chat: None, .. } => {
            let all: Vec<Transfer> = client.get("/api/files").await?;
            out.print(&all, |all| all.iter().map(row).collect::<Vec<_>>().join("\n"))
        }
        Command::Pause { id } => change(client, &id, "pause", out).await,
        Command::Resume { id } => change(client, &id, "resume", out).await,
        Command::Cancel { id } => {
            let transfer = one(client, &id).await?;
            client.delete(&format!("/api/files/{}", transfer.id)).await
        }
    }
}

/// What a chat holds of one sort.
#[derive(Clone, Copy, Debug)]
pub enum Shared {
    /// Files.
    Kind(FoundKind),
    /// Texts with a link.
    Link,
}

fn shared(text: &str) -> Result<Shared> {
    if text == "link" { Ok(Shared::Link) } else { search::kind(text).map(Shared::Kind) }
}

async fn list(client: &Client, chat: &str, kind: Shared, before_cursor: Option<String>, out: Out) -> Result<()> {
    let mut wanted = SearchFor {
        chat: Some(find::chat(client, chat).await?.id),
        limit: Some(LISTED),
        before_cursor,
        ..SearchFor::default()
    };
    match kind {
        Shared::Kind(kind) => wanted.kind = Some(kind),
        Shared::Link => wanted.link = Some(true),
    }
    let found: SearchFound = client.get_with("/api/search", &wanted).await?;
    let names = if out.json { BTreeMap::new() } else { search::names(client).await? };
    out.print(&found, |found| search::text(found, &names))
}

async fn send(client: &Client, chat: &str, path: &Path, what: SendFile, no_wait: bool, out: Out) -> Result<()> {
    let chat = find::chat(client, chat).await?;
    let name = path.file_name().and_then(|name| name.to_str()).with_context(|| t!("cli-no-text-name"))?.to_owned();
    let shown = || t!("cli-cannot-read", path = path.display().to_string());
    let file = tokio::fs::File::open(path).await.with_context(shown)?;
    let about = file.metadata().await.with_context(shown)?;
    if !about.is_file() {
        bail!(t!("cli-no-file", path = path.display().to_string()));
    }
    let what = SendFile { name, ..what };
    let path = format!("/api/chats/{}/files", chat.id);
    let mut transfer: Transfer = client.upload(&path, &what, about.len(), pieces(file, about.len())).await?;
    let mut line = Line::new(out);
    while !no_wait && transfer.state == TransferState::Active {
        line.show(&transfer);
        tokio::time::sleep(LOOK).await;
        transfer = one(client, &transfer.id).await?;
    }
    line.end();
    if transfer.state == TransferState::Failed {
        bail!(t!("cli-not-sent", name = safe(&transfer.name), problem = told(&transfer.problem)));
    }
    out.print(&transfer, |transfer| match transfer.state {
        TransferState::Done => t!("cli-file-sent", name = safe(&transfer.name), chat = safe(&chat.title)),
        _ => t!("cli-file-leaving", name = safe(&transfer.name)),
    })
}

/// A file as a request's body. No more than was announced: a log that grows is sent as it is now.
pub fn pieces(file: tokio::fs::File, size: u64) -> reqwest::Body {
    let pieces = futures::stream::try_unfold(file.take(size), async |mut file| {
        let mut bytes = vec![0; PIECE];
        let n = file.read(&mut bytes).await?;
        bytes.truncate(n);
        std::io::Result::Ok((n > 0).then_some((bytes, file)))
    });
    reqwest::Body::wrap_stream(pieces)
}

async fn get(client: &Client, id: &str, to: Option<PathBuf>, force: bool, out: Out) -> Result<()> {
    let id = find::message(client, id).await?;
    let to = match to {
        Some(to) => to,
        // The name was checked when the message came: it leads to no other folder.
        None => PathBuf::from(name(client, &id).await?),
    };
    if to.exists() && !force {
        bail!(t!("cli-is-there-out", path = to.display().to_string()));
    }
    let mut part = to.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let shown = || t!("cli-cannot-write", path = part.display().to_string());
    let mut file = tokio::fs::File::create(&part).await.with_context(shown)?;
    // The node keeps what it has got, so that this copy begins anew but nothing is fetched twice.
    let response = client.download(&format!("/api/messages/{id}/file")).await?;
    let size = response.content_length().unwrap_or(0);
    let mut line = Line::new(out);
    let (mut pieces, mut done) = (response.bytes_stream(), 0);
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else {
            line.end();
            let all: Vec<Transfer> = client.get("/api/files").await?;
            let of = all.into_iter().find(|transfer| transfer.message.as_deref() == Some(&*id));
            let why = of.map(|transfer| transfer.problem).filter(|why| !why.is_empty()).map(|why| told(&why));
            bail!(t!("cli-file-broken", why = why.unwrap_or_else(|| t!("cli-no-bytes"))));
        };
        file.write_all(&piece).await.with_context(shown)?;
        done += piece.len() as u64;
        line.part(done, size, 0);
    }
    file.sync_all().await.with_context(shown)?;
    tokio::fs::rename(&part, &to).await.with_context(|| t!("cli-cannot-write", path = to.display().to_string()))?;
    line.end();
    let got = serde_json::json!({ "path": to.display().to_string(), "size": done });
    out.print(&got, |_| format!("{}, {}", safe(&to.display().to_string()), bytes(done)))
}

/// The name of a message's file.
async fn name(client: &Client, id: &str) -> Result<String> {
    let truth: Truth = client.get(&format!("/api/messages/{id}")).await?;
    match truth.message.content {
        Content::File(file) => Ok(file.name),
        _ => bail!(t!("cli-message-no-file")),
    }
}

async fn change(client: &Client, id: &str, what: &str, out: Out) -> Result<()> {
    let transfer = one(client, id).await?;
    let changed: Transfer = client.post(&format!("/api/files/{}/{what}", transfer.id), &()).await?;
    out.print(&changed, row)
}

async fn one(client: &Client, id: &str) -> Result<Transfer> {
    let all: Vec<Transfer> = client.get("/api/files").await?;
    let mut fits = all.into_iter().filter(|transfer| id.len() >= 4 && transfer.id.starts_with(id));
    match (fits.next(), fits.next()) {
        (Some(transfer), None) => Ok(transfer),
        (None, _) => bail!(t!("cli-transfer-none")),
        (Some(_), Some(_)) => bail!(t!("cli-transfer-several")),
    }
}

fn row(transfer: &Transfer) -> String {
    let way = match transfer.way {
        TransferWay::Out => "out",
        TransferWay::In => "in",
    };
    let state = match transfer.state {
        TransferState::Active => "active",
        TransferState::Paused => "paused",
        TransferState::Done => "done",
        TransferState::Failed => "failed",
        TransferState::Removing => "removing",
    };
    let problem = if transfer.problem.is_empty() { String::new() } else { format!(": {}", told(&transfer.problem)) };
    let (id, chat) = (short(&transfer.id), short(&transfer.chat));
    let how = amount(transfer.done, transfer.size, transfer.rate);
    let (way, state) = (t!("cli-transfer-way", way = way, chat = chat), t!("cli-transfer-state", state = state));
    format!("{id}  {}  {way}  {how}  {state}{problem}", safe(&transfer.name))
}

fn amount(done: u64, size: u64, rate: u64) -> String {
    if done == size {
        return bytes(size);
    }
    let mut text = t!("cli-amount", done = bytes(done), size = bytes(size));
    if let Some(left) = size.saturating_sub(done).checked_div(rate) {
        text.push_str(&format!(", {}", t!("cli-rate", rate = bytes(rate), seconds = left)));
    }
    text
}

/// A number of bytes for people.
pub fn bytes(n: u64) -> String {
    let units = ["", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (n as f64, 0);
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let number = format!("{value:.1}");
    match number.split_once('.') {
        Some((whole, tenth)) if unit > 0 => t!("cli-size", whole = whole, tenth = tenth, unit = units[unit]),
        Some(_) | None => t!("cli-bytes", count = n),
    }
}

/// One line on a terminal that is written again and again.
pub struct Line {
    on: bool,
}

impl Line {
    /// Quiet if nobody looks.
    pub fn new(out: Out) -> Self {
        Self { on: !out.json && std::io::stderr().is_terminal() }
    }

    fn show(&mut self, transfer: &Transfer) {
        self.write(&format!("{} {}", amount(transfer.done, transfer.size, transfer.rate), told(&transfer.problem)));
    }

    fn part(&mut self, done: u64, size: u64, rate: u64) {
        self.write(&amount(done, size, rate));
    }

    /// In the place of what stands there.
    pub fn write(&mut self, text: &str) {
        if self.on {
            eprint!("\r\x1b[K{text}");
            // A terminal that takes no progress takes no error either.
            drop(std::io::stderr().flush());
        }
    }

    /// Nothing stands there any more.
    pub fn end(&mut self) {
        self.write("");
    }
}
