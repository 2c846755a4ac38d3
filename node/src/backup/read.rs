//! All chats as segments, whoever takes them: relays, or a file.

use super::{BackupError, Inner, text};
use chappe_protocol::chat::archive::ChatRecord;
use chappe_protocol::chat::segment::{Segment, Segmenter};
use chappe_protocol::chat::timeline::archived;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{ArchiveCommand, Command, Reply};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Rows of a chat that are read at once.
const ROWS: usize = 512;

/// Segments that are read ahead.
const AHEAD: usize = 1;

pub(super) fn unexpected() -> String {
    "the core answered with another command's reply (please report it)".into()
}

/// Begins to read; the last thing that comes is an error, or nothing. Ends when nobody listens any more.
pub(super) fn segments(inner: &Arc<Inner>) -> mpsc::Receiver<Result<Segment, String>> {
    let (out, segments) = mpsc::channel(AHEAD);
    let inner = inner.clone();
    tokio::spawn(async move {
        if let Err(Ended::Failed(why)) = all(&inner, &out).await {
            // Whoever does not listen any more wants to know nothing.
            drop(out.send(Err(why)).await);
        }
    });
    segments
}

enum Ended {
    Failed(String),
    Unheard,
}

impl From<String> for Ended {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

type Out = mpsc::Sender<Result<Segment, String>>;

async fn all(inner: &Arc<Inner>, out: &Out) -> Result<(), Ended> {
    let Reply::Chats(chats) = inner.handle.ask(Command::Chats).await.map_err(text)? else {
        return Err(unexpected().into());
    };
    // In an order that does not change with what is said.
    let ids: BTreeSet<ChatId> = chats.iter().map(|chat| chat.id).collect();
    let mut segmenter = Segmenter::default();
    for id in ids {
        chat(inner, id, &mut segmenter, out).await?;
    }
    match segmenter.finish() {
        Some(last) => tell(last, out).await,
        None => Ok(()),
    }
}

async fn tell(segment: Segment, out: &Out) -> Result<(), Ended> {
    out.send(Ok(segment)).await.map_err(|_| Ended::Unheard)
}

async fn chat(inner: &Arc<Inner>, chat: ChatId, segmenter: &mut Segmenter, out: &Out) -> Result<(), Ended> {
    let describe = Command::Archive(ArchiveCommand::Describe(chat));
    let record: Box<ChatRecord> = match inner.handle.ask(describe).await.map_err(text)? {
        Reply::ChatRecord(record) => record,
        _ => return Err(unexpected().into()),
    };
    if let Some(full) = segmenter.chat(&record) {
        tell(full, out).await?;
    }
    let mut behind = None;
    loop {
        let page = inner.rows(move |store| {
            archived::page(store, &chat, behind, ROWS).map_err(|error| BackupError::Refused(error.to_string()))
        });
        let (messages, last) = page.await.map_err(text)?;
        for message in &messages {
            for full in segmenter.message(message) {
                tell(full, out).await?;
            }
        }
        if last.is_none() {
            return Ok(());
        }
        behind = last;
    }
}
