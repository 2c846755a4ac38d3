//! `chappe import`: chats from Telegram Desktop's export.

use super::client::Client;
use super::file::{Line, bytes, pieces};
use super::terminal::{Out, safe, time};
use crate::api::types::imports::{
    ImportChat, ImportFile, ImportMessage, ImportMessages, ImportPerson, ImportSource, ImportedChat, ImportedFile,
    ImportedMessages,
};
use crate::telegram::convert::{self, Left, Media, Taken};
use crate::telegram::read;
use crate::telegram::second::{Next, Reader};
use crate::telegram::survey::{Chat, Survey, find};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Messages of one request, and bytes of their texts: well below what the node takes.
const PAGE: usize = 100;
const PAGE_BYTES: usize = 256 * 1024;

/// Messages that are read ahead.
const AHEAD: usize = 256;

/// Take chats from Telegram in
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder that Telegram Desktop exported (Settings, Advanced, Export Telegram data; or Export chat history in a
    /// chat), in the format "Machine-readable JSON"; or the result.json in it.
    export: PathBuf,
    /// Say what is there and what would be taken; take nothing.
    #[arg(long)]
    dry_run: bool,
    /// Only the chat of this name; can be repeated.
    #[arg(long, value_name = "NAME")]
    chat: Vec<String>,
    /// Who you are there, if the export does not say: your name, or an id like user123.
    #[arg(long, value_name = "NAME")]
    me: Option<String>,
    /// Leave files out.
    #[arg(long)]
    no_files: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    /// Nothing was taken.
    dry_run: bool,
    chats: Vec<Chat>,
    messages: u64,
    files: u64,
    bytes: u64,
}

/// Does it.
pub async fn run(client: impl Fn() -> Result<Client>, args: Args, out: Out) -> Result<()> {
    let json = if args.export.is_dir() { args.export.join("result.json") } else { args.export.clone() };
    let folder = json.parent().map_or_else(|| PathBuf::from("."), Path::to_owned);
    open(&json)?;
    let (me, path, at) = (args.me.clone(), json.clone(), folder.clone());
    let mut survey = tokio::task::spawn_blocking(move || {
        let mut survey = Survey::new(Some(&at), me);
        read::read(open(&path)?, &mut survey)?;
        Ok::<_, anyhow::Error>(survey)
    })
    .await??;
    let wanted = |chat: &Chat| {
        args.chat.is_empty() || args.chat.iter().any(|name| name.to_lowercase() == chat.title.to_lowercase())
    };
    if let Some(name) =
        args.chat.iter().find(|name| !survey.chats.iter().any(|chat| chat.title.to_lowercase() == name.to_lowercase()))
    {
        bail!(t!("cli-import-no-chat", name = safe(name)));
    }
    let all = survey.chats.len();
    survey.chats.retain(|chat| wanted(chat) && chat.messages > 0);
    if survey.chats.is_empty() {
        bail!(t!("cli-import-nothing", chats = all));
    }
    if !survey.knows_me() {
        let names: Vec<String> = survey.names().into_iter().map(|name| safe(&name)).take(20).collect();
        bail!(t!("cli-import-who", names = names.join(", ")));
    }
    let mut taken = (0, 0);
    if !args.dry_run {
        let client = client()?;
        taken = take(&client, &json, &folder, &survey, args.no_files, out).await?;
    }
    let sum = |what: fn(&Chat) -> u64| survey.chats.iter().map(what).sum();
    let report = Report {
        dry_run: args.dry_run,
        messages: if args.dry_run { sum(|chat| chat.messages) } else { taken.0 },
        files: if args.dry_run { sum(|chat| chat.files) } else { taken.1 },
        bytes: sum(|chat| chat.bytes),
        chats: survey.chats,
    };
    out.print(&report, shown)
}

fn open(json: &Path) -> Result<BufReader<File>> {
    let file = File::open(json).with_context(|| t!("cli-import-cannot-read", path = json.display().to_string()))?;
    Ok(BufReader::with_capacity(1024 * 1024, file))
}

fn shown(report: &Report) -> String {
    let mut lines = Vec::new();
    for chat in &report.chats {
        let (title, messages, size) = (safe(&chat.title), chat.messages, bytes(chat.bytes));
        let (first, last) = (time(chat.first)[..10].to_owned(), time(chat.last)[..10].to_owned());
        lines.push(match chat.files {
            0 => t!("cli-import-chat", title = title, messages = messages, first = first, last = last),
            files => t!(
                "cli-import-chat-files",
                title = title,
                messages = messages,
                files = files,
                size = size,
                first = first,
                last = last
            ),
        });
        let mut note = |count: u64, what: &str| {
            if count > 0 {
                lines.push(format!("    {}", t!("cli-import-left", count = count, what = what)));
            }
        };
        chat.left.iter().for_each(|(what, count)| note(*count, &left(*what)));
        note(chat.missing, &t!("cli-left-files"));
        note(chat.unformatted, &t!("cli-left-formatting"));
        note(chat.nameless, &t!("cli-left-reactions"));
    }
    let (messages, files, chats) = (report.messages, report.files, report.chats.len());
    let size = bytes(report.bytes);
    lines.push(match report.dry_run {
        true => t!("cli-import-would", messages = messages, files = files, size = size, chats = chats),
        false => t!("cli-imported", messages = messages, files = files, chats = chats),
    });
    lines.join("\n")
}

/// What was left out, in words.
fn left(what: Left) -> String {
    let kind = match what {
        Left::Service => "service",
        Left::Unknown => "unknown",
        Left::TooLong => "long",
        Left::Broken => "broken",
    };
    t!("cli-left", kind = kind)
}

/// Takes everything in; how many messages and files that were.
async fn take(
    client: &Client,
    json: &Path,
    folder: &Path,
    survey: &Survey,
    no_files: bool,
    out: Out,
) -> Result<(u64, u64)> {
    let (next, mut coming) = mpsc::channel(AHEAD);
    let mut reader = Reader::new(next, survey.clone());
    let source = open(json)?;
    let reading = tokio::task::spawn_blocking(move || read::read(source, &mut reader));
    let mut line = Line::new(out);
    let mut chat: Option<Taking<'_>> = None;
    let (mut messages, mut files) = (0, 0);
    while let Some(next) = coming.recv().await {
        match next {
            Next::Chat(at) => {
                if let Some(mut before) = chat.take() {
                    before.flush().await?;
                }
                chat = Some(Taking::begin(client, folder, &survey.chats[at], no_files).await?);
            }
            Next::Message(taken) => {
                let Some(chat) = &mut chat else { continue };
                files += u64::from(chat.message(*taken).await?);
                messages += 1;
                if messages % 50 == 0 {
                    let (title, done, all) = (safe(&chat.of.title), chat.done, chat.of.messages);
                    line.write(&t!("cli-import-going", title = title, done = done, messages = all));
                }
            }
        }
    }
    if let Some(mut last) = chat {
        last.flush().await?;
    }
    line.end();
    reading.await??;
    Ok((messages, files))
}

/// A chat on its way in.
struct Taking<'a> {
    client: &'a Client,
    folder: &'a Path,
    of: &'a Chat,
    no_files: bool,
    /// Its id here.
    id: String,
    /// Ids here, by number.
    ids: HashMap<u64, String>,
    page: Vec<ImportMessage>,
    size: usize,
    done: u64,
}

impl<'a> Taking<'a> {
    async fn begin(client: &'a Client, folder: &'a Path, of: &'a Chat, no_files: bool) -> Result<Self> {
        let people = of.people().into_iter().map(|(id, name)| ImportPerson { id, name }).collect();
        let (id, title) = (of.id.clone(), of.title.clone());
        let begun = ImportChat { id, channel: of.channel, title, created: of.first, people };
        let chat: ImportedChat = client.post("/api/imports", &begun).await?;
        let (ids, page) = (HashMap::new(), Vec::new());
        Ok(Self { client, folder, of, no_files, id: chat.chat, ids, page, size: 0, done: 0 })
    }

    /// True if a file came with it.
    async fn message(&mut self, taken: Taken) -> Result<bool> {
        let Taken { mut message, reply_to, media, .. } = taken;
        if let Some(to) = reply_to {
            if self.page.iter().any(|other| other.number == to) {
                self.flush().await?;
            }
            message.reply_to = self.ids.get(&to).cloned();
        }
        let found = media.as_ref().and_then(|media| Some((media, find(self.folder, media)?)));
        if let Some((media, (path, size))) = found.filter(|_| !self.no_files) {
            message.file = Some(self.file(message.number, media, &path, size).await?);
        } else if let Some(media) = media.filter(|media| media.path.is_some()) {
            let said = format!("📎 {}", t!("cli-not-taken", name = media.name.as_str()));
            message.text = if message.text.is_empty() { said } else { format!("{}\n{said}", message.text) };
        }
        self.size += message.text.len() + 300 * (1 + message.entities.len() + message.reactions.len());
        self.size += message.file.as_ref().map_or(0, String::len);
        let with_file = message.file.is_some();
        self.page.push(message);
        self.done += 1;
        if self.page.len() >= PAGE || self.size >= PAGE_BYTES {
            self.flush().await?;
        }
        Ok(with_file)
    }

    async fn file(&self, number: u64, media: &Media, path: &Path, size: u64) -> Result<String> {
        let at = format!("/api/imports/{}/files", self.id);
        let relative = media.path.as_deref().unwrap_or(path).to_string_lossy();
        let source = format!("{number} {size} {}", convert::cut(&relative, 900));
        let known: Result<ImportedFile> = self.client.get_with(&at, &ImportSource { source: source.clone() }).await;
        if let Ok(known) = known {
            return Ok(known.file);
        }
        let mut what = ImportFile {
            source,
            name: media.name.clone(),
            mime: media.mime.clone(),
            voice: media.voice,
            width: media.size.map(|size| size.0),
            height: media.size.map(|size| size.1),
            duration_ms: media.duration_ms,
        };
        loop {
            let file = tokio::fs::File::open(path)
                .await
                .with_context(|| t!("cli-cannot-read", path = path.display().to_string()))?;
            let kept: Result<ImportedFile> = self.client.upload(&at, &what, size, pieces(file, size)).await;
            match kept {
                Ok(kept) => return Ok(kept.file),
                // What is no recording that this node reads is a file like any other.
                Err(_) if what.voice => (what.voice, what.mime) = (false, Some("audio/ogg".into())),
                Err(error) => return Err(error.context(t!("cli-file-not-taken", path = path.display().to_string()))),
            }
        }
    }

    async fn flush(&mut self) -> Result<()> {
        let messages = std::mem::take(&mut self.page);
        self.size = 0;
        if messages.is_empty() {
            return Ok(());
        }
        let numbers: Vec<u64> = messages.iter().map(|message| message.number).collect();
        let path = format!("/api/imports/{}/messages", self.id);
        let taken: ImportedMessages = self.client.post(&path, &ImportMessages { messages }).await?;
        self.ids.extend(numbers.into_iter().zip(taken.ids));
        Ok(())
    }
}
