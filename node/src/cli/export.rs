//! `chappe export`: chats in the form of Telegram Desktop's export.

use super::client::Client;
use super::file::{Line, bytes};
use super::find;
use super::terminal::{Out, safe};
use crate::api::types::message::{Content, FileInfo, Message, PersonReactions};
use crate::api::types::{Chat, ChatKind, Contact, Status};
use crate::telegram::write::{self, Beside};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use futures::StreamExt;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt;

/// Messages of one request.
const PAGE: usize = 500;

/// Says what the export is, as Telegram Desktop does.
const ABOUT: &str =
    "Exported from Chappe in the format of Telegram Desktop. Messages that destroy themselves are left out.";

/// Write chats as files, in the format of Telegram Desktop's export
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write to; a new one, or one in which an export was cut off.
    out: PathBuf,
    /// Only this chat: a contact's name, or the beginning of a chat's id; can be repeated.
    #[arg(long, value_name = "CHAT")]
    chat: Vec<String>,
    /// Leave files out.
    #[arg(long)]
    no_files: bool,
}

/// What is printed.
#[derive(Debug, Default, Serialize)]
struct Report {
    path: String,
    chats: u64,
    messages: u64,
    files: u64,
    bytes: u64,
    /// Files that could not be had.
    missing: u64,
}

/// Does it.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    let chats: Vec<Chat> = match &args.chat[..] {
        [] => client.get("/api/chats").await?,
        wanted => {
            let mut chats = Vec::new();
            for wanted in wanted {
                chats.push(find::chat(client, wanted).await?);
            }
            chats
        }
    };
    let path = args.out.join("result.json");
    if path.exists() {
        bail!(t!("cli-folder-is-there", path = path.display().to_string()));
    }
    let shown = || t!("cli-cannot-write", path = args.out.display().to_string());
    fs::create_dir_all(&args.out).with_context(shown)?;
    let part = args.out.join("result.json.part");
    let mut export = Export {
        client,
        folder: &args.out,
        no_files: args.no_files,
        names: names(client).await?,
        json: BufWriter::new(File::create(&part).with_context(shown)?),
        report: Report { path: path.display().to_string(), ..Report::default() },
        line: Line::new(out),
    };
    export.all(&chats).await?;
    export.line.end();
    export.json.flush().with_context(shown)?;
    export.json.get_ref().sync_all().with_context(shown)?;
    fs::rename(&part, &path).with_context(shown)?;
    out.print(&export.report, |report| {
        let (size, path) = (bytes(report.bytes), safe(&report.path));
        let (messages, chats, files) = (report.messages, report.chats, report.files);
        let told = t!("cli-exported", messages = messages, chats = chats, files = files, size = size, path = path);
        match report.missing {
            0 => told,
            missing => format!("{told} {}", t!("cli-export-missing", count = missing)),
        }
    })
}

/// What people are called.
async fn names(client: &Client) -> Result<BTreeMap<String, String>> {
    let me: Status = client.get("/api/status").await?;
    let contacts: Vec<Contact> = client.get("/api/contacts").await?;
    let others = contacts.into_iter().map(|contact| (contact.user, contact.name));
    Ok(others.chain([(me.me.user, me.me.name)]).collect())
}

struct Export<'a> {
    client: &'a Client,
    folder: &'a Path,
    no_files: bool,
    names: BTreeMap<String, String>,
    json: BufWriter<File>,
    report: Report,
    line: Line,
}

impl Export<'_> {
    async fn all(&mut self, chats: &[Chat]) -> Result<()> {
        let me: Status = self.client.get("/api/status").await?;
        let about = serde_json::json!({ "user_id": write::number(&me.me.user), "first_name": me.me.name });
        let about = (serde_json::to_string(ABOUT)?, about);
        write!(self.json, "{{\n\"about\": {},\n\"personal_information\": {},\n", about.0, about.1)?;
        write!(self.json, "\"chats\": {{\n\"about\": {},\n\"list\": [", about.0)?;
        for (n, chat) in chats.iter().enumerate() {
            self.json.write_all(if n == 0 { b"\n" } else { b",\n" })?;
            self.chat(n + 1, chat).await?;
        }
        self.json.write_all(b"\n]}\n}\n")?;
        Ok(())
    }

    async fn chat(&mut self, n: usize, chat: &Chat) -> Result<()> {
        let head = write::head(chat);
        let head = serde_json::to_string(&head)?;
        // The head's object stays open for the messages.
        write!(self.json, "{},\n\"messages\": [", head.trim_end_matches('}'))?;
        let mut numbers = BTreeMap::new();
        let pages = self.pages(chat).await?;
        let mut first = true;
        for before in pages.into_iter().rev() {
            for said in self.page(chat, before.as_deref()).await? {
                let id = numbers.len() as i64 + 1;
                let beside = self.beside(n, id, chat, &said).await?;
                let Some(message) = write::message(&said, id, &numbers, &beside) else { continue };
                numbers.insert(said.id, id);
                self.json.write_all(if first { b"\n" } else { b",\n" })?;
                first = false;
                serde_json::to_writer(&mut self.json, &message)?;
                self.report.messages += 1;
            }
            let (title, messages) = (safe(&chat.title), self.report.messages);
            self.line.write(&t!("cli-export-going", title = title, messages = messages, files = self.report.files));
        }
        self.json.write_all(b"\n]}")?;
        self.report.chats += 1;
        Ok(())
    }

    /// Where pages end, the newest first: what is read newest first is written oldest first.
    async fn pages(&self, chat: &Chat) -> Result<Vec<Option<String>>> {
        let mut ends = vec![None];
        loop {
            let page = self.page(chat, ends.last().and_then(Option::as_deref)).await?;
            match page.first() {
                Some(oldest) if page.len() == PAGE => ends.push(Some(oldest.id.clone())),
                _ => return Ok(ends),
            }
        }
    }

    async fn page(&self, chat: &Chat, before: Option<&str>) -> Result<Vec<Message>> {
        let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
        self.client.get(&format!("/api/chats/{}/messages?limit={PAGE}{before}", chat.id)).await
    }

    /// What is asked for one message alone.
    async fn beside(&mut self, n: usize, id: i64, chat: &Chat, said: &Message) -> Result<Beside> {
        let reactions: Vec<PersonReactions> = match said.reactions.is_empty() {
            true => Vec::new(),
            false => self.client.get(&format!("/api/messages/{}/reactions", said.id)).await?,
        };
        let path = match &said.content {
            Content::File(file) if !self.no_files => {
                let path = format!("chats/chat_{n:03}/{}/{id}_{}", folder(file), file.name);
                self.file(said, file, &path).await?.then_some(path)
            }
            _ => None,
        };
        let mut names = self.names.clone();
        if chat.kind == ChatKind::Private
            && let Some(with) = &chat.with
        {
            names.entry(with.clone()).or_insert_with(|| chat.title.clone());
        }
        Ok(Beside { reactions, path, names })
    }

    /// Writes a message's file; false if it cannot be had.
    async fn file(&mut self, said: &Message, file: &FileInfo, path: &str) -> Result<bool> {
        let to = self.folder.join(path);
        if fs::metadata(&to).is_ok_and(|about| about.len() == file.size) {
            (self.report.files, self.report.bytes) = (self.report.files + 1, self.report.bytes + file.size);
            return Ok(true);
        }
        let shown = || t!("cli-cannot-write", path = to.display().to_string());
        fs::create_dir_all(to.parent().unwrap_or(self.folder)).with_context(shown)?;
        let part = to.with_file_name(format!("{}.part", said.id));
        let mut copy = tokio::fs::File::create(&part).await.with_context(shown)?;
        let whole = match self.client.download(&format!("/api/messages/{}/file", said.id)).await {
            Ok(response) => {
                let mut pieces = response.bytes_stream();
                let mut whole = true;
                while let Some(piece) = pieces.next().await {
                    let Ok(piece) = piece else {
                        whole = false;
                        break;
                    };
                    copy.write_all(&piece).await.with_context(shown)?;
                }
                whole
            }
            Err(_) => false,
        };
        if !whole {
            drop(copy);
            fs::remove_file(&part).with_context(shown)?;
            self.report.missing += 1;
            return Ok(false);
        }
        copy.sync_all().await.with_context(shown)?;
        fs::rename(&part, &to).with_context(shown)?;
        (self.report.files, self.report.bytes) = (self.report.files + 1, self.report.bytes + file.size);
        Ok(true)
    }
}

fn folder(file: &FileInfo) -> &'static str {
    match file.mime.split('/').next() {
        Some("image") => "photos",
        Some("video") => "video_files",
        Some("audio") => "audio_files",
        _ => "files",
    }
}
