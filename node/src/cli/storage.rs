//! `chappe storage`: what the node's data takes, and making room.

use super::client::Client;
use super::file::bytes;
use super::find;
use super::span::{seconds, shown};
use super::terminal::{Out, safe};
use crate::api::types::Chat;
use crate::api::types::storage::{
    FreeStorage, FreedStorage, StillStored, Storage, StorageLimits, StoredChat, StoredKind, WhyStored,
};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};

/// What the node's data takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Remove copies of files that others sent and that a relay still has; they are fetched again when one opens them
    Free {
        /// Only of this chat: a contact's name, or the beginning of a chat's id.
        #[arg(long)]
        chat: Option<String>,
        /// Only of these sorts: photo, video, voice, sound, document.
        #[arg(long, value_delimiter = ',', value_parser = kind)]
        kind: Vec<StoredKind>,
        /// Only what was fetched longer ago than this: 30d.
        #[arg(long, value_name = "SPAN", value_parser = seconds)]
        older_than: Option<u32>,
        /// Only files of at least this size: 500k, 10M, 1G.
        #[arg(long, value_name = "SIZE", value_parser = size)]
        larger_than: Option<u64>,
        /// Only say what would go.
        #[arg(long)]
        dry_run: bool,
    },
    /// Let the node keep to limits by itself; without any, everything is kept
    Limit {
        /// Remove copies that were fetched longer ago than this: 30d.
        #[arg(long, value_name = "SPAN", value_parser = seconds)]
        older_than: Option<u32>,
        /// Remove the oldest copies when all take more than this: 10G.
        #[arg(long, value_name = "SIZE", value_parser = size)]
        total: Option<u64>,
    },
}

fn kind(text: &str) -> Result<StoredKind> {
    Ok(match text {
        "photo" => StoredKind::Photo,
        "video" => StoredKind::Video,
        "voice" => StoredKind::Voice,
        "sound" => StoredKind::Sound,
        "document" => StoredKind::Document,
        _ => bail!(t!("cli-sort-rule")),
    })
}

/// `500k`, `10M`, `1G`: powers of 1024.
fn size(text: &str) -> Result<u64> {
    let rule = || t!("cli-size-rule");
    let at = text.find(|c: char| !c.is_ascii_digit()).with_context(rule)?;
    let (number, unit) = text.split_at(at);
    let scale: u64 = match unit {
        "k" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => bail!(rule()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(scale)).with_context(rule)
}

/// Does what is asked.
pub async fn run(client: &Client, args: Args, out: Out) -> Result<()> {
    match args.command {
        None => {
            let storage: Storage = client.get("/api/storage").await?;
            let chats: Vec<Chat> = client.get("/api/chats").await?;
            out.print(&storage, |storage| table(storage, &chats))
        }
        Some(Command::Free { chat, kind, older_than, larger_than, dry_run }) => {
            let chat = match chat {
                Some(chat) => Some(find::chat(client, &chat).await?.id),
                None => None,
            };
            let body = FreeStorage { chat, kinds: kind, older_than_s: older_than.map(u64::from), larger_than, dry_run };
            let freed: FreedStorage = client.post("/api/storage/free", &body).await?;
            out.print(&freed, |freed| {
                let (files, size) = (freed.files, bytes(freed.bytes));
                let first = match dry_run {
                    true => t!("cli-would-free", files = files, size = size),
                    false => t!("cli-freed", files = files, size = size),
                };
                std::iter::once(first).chain(freed.stays.iter().map(stays)).collect::<Vec<_>>().join("\n")
            })
        }
        Some(Command::Limit { older_than, total }) => {
            let limits = StorageLimits { keep_s: older_than.map(u64::from), total };
            client.put("/api/storage/limits", &limits).await?;
            eprintln!("{}", limited(&limits));
            Ok(())
        }
    }
}

fn stays(still: &StillStored) -> String {
    let why = match still.why {
        WhyStored::Sent => "sent",
        WhyStored::OnlyHere => "only",
        WhyStored::Unreachable => "unreachable",
        WhyStored::UnderWay => "way",
    };
    t!("cli-stays", why = why, files = still.files, size = bytes(still.bytes))
}

fn limited(limits: &StorageLimits) -> String {
    match (limits.keep_s, limits.total) {
        (None, None) => t!("cli-kept-ever"),
        (Some(keep), None) => t!("cli-kept-for", span = shown(keep)),
        (None, Some(total)) => t!("cli-kept-total", total = bytes(total)),
        (Some(keep), Some(total)) => t!("cli-kept-both", span = shown(keep), total = bytes(total)),
    }
}

fn table(storage: &Storage, chats: &[Chat]) -> String {
    let parts = [
        (t!("cli-stored-store"), storage.store),
        (t!("cli-stored-index"), storage.index),
        (t!("cli-stored-files"), storage.files),
        (format!("  {}", t!("cli-stored-unlisted")), storage.unlisted),
        (format!("  {}", t!("cli-stored-lent")), storage.lent),
        (t!("cli-stored-other"), storage.other),
        (t!("cli-stored-backup"), storage.backup),
    ];
    let parts = parts.into_iter().filter(|(_, size)| *size > 0);
    let parts = parts.map(|(what, size)| format!("{:>12}  {what}", bytes(size)));
    let chats = storage.chats.iter().map(|chat| row(chat, chats));
    parts.chain([limited(&storage.limits)]).chain(chats).collect::<Vec<_>>().join("\n")
}

fn row(stored: &StoredChat, chats: &[Chat]) -> String {
    let chat = chats.iter().find(|chat| chat.id == stored.chat);
    let title = chat.map_or_else(|| t!("cli-chat-gone"), |chat| safe(&chat.title));
    let files = stored.files.iter().map(|files| {
        let kind = match files.kind {
            StoredKind::Photo => "photo",
            StoredKind::Video => "video",
            StoredKind::Voice => "voice",
            StoredKind::Sound => "sound",
            StoredKind::Document => "document",
        };
        t!("cli-stored-kind", kind = kind, count = files.files, size = bytes(files.bytes))
    });
    let messages = t!("cli-stored-messages", count = stored.messages, size = bytes(stored.message_bytes));
    let all: Vec<String> = std::iter::once(messages).chain(files).collect();
    format!("{:>12}  {title}: {}", bytes(stored.bytes()), all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_with_a_unit() {
        assert_eq!([size("500k").unwrap(), size("2G").unwrap()], [512_000, 2 << 30]);
        for bad in ["", "5", "k", "5 M", "-1M", "1T", "99999999999999999999G", "99999999999999G"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
