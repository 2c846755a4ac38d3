//! `chappe sticker`: packs of stickers, and sending them.

use super::client::Client;
use super::file::bytes;
use super::find;
use super::terminal::{Out, safe, short};
use crate::api::types::ask::SendText;
use crate::api::types::file::Transfer;
use crate::api::types::message::Message;
use crate::api::types::stickers::{
    LikeSticker, NewSticker, NewStickerPack, SendSticker, StickerLink, StickerPack, Stickers,
};
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use data_encoding::BASE64URL_NOPAD;
use std::path::{Path, PathBuf};

/// What stands for a picture whose file name says nothing.
const PLAIN: &str = "⭐";

/// Stickers.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Your packs
    List,
    /// Make a pack of pictures: PNG and WEBP of at most 512 pixels stay as they are, others are made smaller
    Make {
        /// What it is called.
        title: String,
        /// Pictures, or EMOJI=PICTURE.
        #[arg(required = true, value_name = "PICTURE")]
        pictures: Vec<String>,
    },
    /// Have a pack from now on
    Add {
        /// chappe:stickers/…
        link: String,
    },
    /// Have a pack no more
    Remove {
        /// Its title, or the beginning of its id.
        pack: String,
    },
    /// Print a pack's link, or send it to a chat
    Share {
        /// Its title, or the beginning of its id.
        pack: String,
        /// A contact's name, or the beginning of a chat's id.
        chat: Option<String>,
    },
    /// Send a sticker
    Send {
        /// A contact's name, or the beginning of a chat's id.
        chat: String,
        /// The pack's title, or the beginning of its id.
        pack: String,
        /// Which of it, from 1.
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        number: u16,
    },
    /// Keep a sticker among the favourites
    Like {
        /// The pack's title, or the beginning of its id.
        pack: String,
        /// Which of it, from 1.
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        number: u16,
        /// Not any more.
        #[arg(long)]
        off: bool,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::List => {
            let all: Stickers = client.get("/api/stickers").await?;
            out.print(&all, |all| all.packs.iter().map(row).collect::<Vec<_>>().join("\n"))
        }
        Command::Make { title, pictures } => {
            let stickers = pictures.iter().map(|given| picture(given)).collect::<Result<_>>()?;
            let made: StickerPack = client.post("/api/stickers", &NewStickerPack { title, stickers }).await?;
            out.print(&made, |made| format!("{}\n{}", row(made), made.link))
        }
        Command::Add { link } => {
            let pack: StickerPack = client.post("/api/stickers/add", &StickerLink { link }).await?;
            out.print(&pack, row)
        }
        Command::Remove { pack } => {
            client.delete(&format!("/api/stickers/{}", one(client, &pack).await?.id)).await?;
            eprintln!("{}", t!("cli-removed"));
            Ok(())
        }
        Command::Share { pack, chat: None } => {
            let pack = one(client, &pack).await?;
            out.print(&pack, |pack| pack.link.clone())
        }
        Command::Share { pack, chat: Some(chat) } => {
            let (pack, chat) = (one(client, &pack).await?, find::chat(client, &chat).await?);
            let body = SendText { text: pack.link, ..SendText::default() };
            let sent: Message = client.post(&format!("/api/chats/{}/messages", chat.id), &body).await?;
            out.print(&sent, |sent| t!("cli-is-sent", id = short(&sent.id)))
        }
        Command::Send { chat, pack, number } => {
            let (pack, chat) = (one(client, &pack).await?, find::chat(client, &chat).await?);
            let body = SendSticker { pack: pack.id, number: number - 1, ..SendSticker::default() };
            let sent: Transfer = client.post(&format!("/api/chats/{}/stickers", chat.id), &body).await?;
            out.print(&sent, |_| t!("cli-on-its-way"))
        }
        Command::Like { pack, number, off } => {
            let pack = one(client, &pack).await?;
            let path = format!("/api/stickers/{}/{}/favourite", pack.id, number - 1);
            client.put(&path, &LikeSticker { liked: !off }).await
        }
    }
}

fn row(pack: &StickerPack) -> String {
    let stickers = match pack.emoji.is_empty() {
        true => t!("cli-not-here-yet"),
        false => safe(&pack.emoji.join(" ")),
    };
    format!("{}  {}  {}  {stickers}", short(&pack.id), safe(&pack.title), bytes(pack.bytes))
}

async fn one(client: &Client, named: &str) -> Result<StickerPack> {
    let all: Stickers = client.get("/api/stickers").await?;
    let titled: Vec<_> = all.packs.iter().filter(|pack| pack.title.eq_ignore_ascii_case(named)).collect();
    let found =
        if titled.is_empty() { all.packs.iter().filter(|pack| pack.id.starts_with(named)).collect() } else { titled };
    match found[..] {
        [one] => Ok(one.clone()),
        [] => bail!(t!("cli-pack-none", wanted = safe(named))),
        _ => bail!(t!("cli-pack-several", wanted = safe(named))),
    }
}

/// `⛵=boat.png`, or a file alone.
fn picture(given: &str) -> Result<NewSticker> {
    let (emoji, path) = match given.split_once('=') {
        Some((emoji, path)) if !Path::new(given).exists() => (emoji, PathBuf::from(path)),
        Some(_) | None => (PLAIN, PathBuf::from(given)),
    };
    let read = std::fs::read(&path).with_context(|| t!("cli-cannot-read", path = path.display().to_string()))?;
    Ok(NewSticker { emoji: emoji.to_owned(), picture: BASE64URL_NOPAD.encode(&read) })
}
