//! Takes histories in, segment by segment; a crash goes on with the segment that it was in, and what is here already stays
//! as it is.

use super::rows::{self, Pending};
use super::{Inner, Stage, file, text};
use crate::blobs::lines::{KeepError, Lines};
use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::blob::whole;
use chappe_protocol::chat::segment::{self, Item};
use chappe_protocol::chat::timeline::archived::Archived;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::identity::history::{History, HistoryKey, Manifest};
use chappe_protocol::ids::{ChatId, DeviceId};
use chappe_protocol::limits::{ARCHIVED_AT_ONCE, ARCHIVED_BYTES_AT_ONCE, SEGMENT_MAX};
use chappe_protocol::peer::command::{ArchiveCommand, Command, CommandError};
use std::sync::Arc;

/// All that wait.
pub(super) async fn run(inner: &Arc<Inner>) -> Result<(), String> {
    let all = inner.rows(|store| Ok(rows::pending(store)?)).await.map_err(text)?;
    let mut taken = all.iter().filter(|(_, pending)| pending.done).map(|(_, pending)| pending.taken).sum();
    if !all.is_empty() {
        inner.seen().restored = Some(taken);
    }
    for (device, pending) in all.into_iter().filter(|(_, pending)| !pending.done) {
        let (history, key) = pending.read().map_err(text)?;
        taken += one(inner, (device, pending), &history, &key, taken).await?;
    }
    Ok(())
}

async fn one(
    inner: &Arc<Inner>,
    (device, mut pending): (DeviceId, Pending),
    history: &History,
    key: &HistoryKey,
    before: u64,
) -> Result<u64, String> {
    inner.begin(Stage::Restoring, 0);
    let mut lines = Lines::new(inner.net.clone());
    let manifest =
        fetch(inner, &mut lines, history, &key.manifest(history.number), (&history.root, history.size)).await?;
    let manifest = Manifest::decode(&manifest).map_err(text)?;
    inner.begin(Stage::Restoring, manifest.segments.len() as u64);
    let mut chat = None;
    for (number, segment) in (0..).zip(&manifest.segments) {
        if number < pending.next {
            inner.step();
            continue;
        }
        if segment.size as usize > SEGMENT_MAX {
            return Err("this backup has a segment that is too large".into());
        }
        let size = u64::from(segment.size);
        let bytes = fetch(inner, &mut lines, history, &key.segment(&segment.hash), (&segment.root, size)).await?;
        pending.taken += take(inner, &bytes, &mut chat).await?;
        pending.next = number + 1;
        save(inner, device, &pending).await?;
        inner.seen().restored = Some(before + pending.taken);
        inner.step();
    }
    pending.done = true;
    save(inner, device, &pending).await?;
    if device == file::UNPACKED {
        let folder = inner.unpacked.clone();
        let removed = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(folder)).await.map_err(text)?;
        // It takes room, and does no harm.
        removed.unwrap_or_else(|error| tracing::warn!(%error, "the unpacked backup cannot be removed"));
    }
    tracing::info!(operations = pending.taken, "a history came back");
    Ok(pending.taken)
}

async fn save(inner: &Arc<Inner>, device: DeviceId, pending: &Pending) -> Result<(), String> {
    let row = pending.clone();
    inner.rows(move |store| Ok(rows::put_pending(store, &device, &row)?)).await.map_err(text)
}

/// From the unpacked backup file, or the first relay that has it as it was.
async fn fetch(
    inner: &Arc<Inner>,
    lines: &mut Lines,
    history: &History,
    key: &FileKey,
    named: (&[u8; 32], u64),
) -> Result<Vec<u8>, String> {
    let local = file::place(&inner.unpacked, &key.blob());
    let here = tokio::task::spawn_blocking(move || std::fs::read(local).ok()).await.ok().flatten();
    if let Some(bytes) = here {
        let size = usize::try_from(named.1).map_err(text)?;
        match whole::open(key, named.0, size, &bytes) {
            Ok(plain) => return Ok(plain),
            Err(wrong) => tracing::warn!(%wrong, "a part of the unpacked backup is damaged; relays are asked"),
        }
    }
    let (mut gone, mut problem) = (true, String::new());
    let others = |hint: &&RelayHint| hint.relay != inner.net.id();
    for hint in history.relays.iter().filter(others) {
        match lines.fetch(hint, key, named).await {
            Ok(bytes) => return Ok(bytes),
            Err(error) => {
                gone &= matches!(error, KeepError::Gone);
                problem = format!("relay {}: {error}", &hint.relay.to_hex()[..8]);
            }
        }
    }
    if gone { Err("no relay has this part of the backup any more".into()) } else { Err(problem) }
}

/// Takes a segment in; how many operations that were.
async fn take(inner: &Arc<Inner>, bytes: &[u8], chat: &mut Option<ChatId>) -> Result<u64, String> {
    let mut all = 0;
    let mut next: Vec<Archived> = Vec::new();
    let mut size = 0;
    for item in segment::read(bytes).map_err(text)? {
        match item {
            Item::Chat(record) => {
                all += give(inner, *chat, &mut next).await?;
                size = 0;
                *chat = Some(record.state.chat);
                order(inner, ArchiveCommand::Admit(record)).await?;
            }
            Item::GoOn(id) => *chat = Some(id),
            Item::Said(said) => {
                size += said.op.len();
                if next.len() == ARCHIVED_AT_ONCE || size > ARCHIVED_BYTES_AT_ONCE {
                    all += give(inner, *chat, &mut next).await?;
                    size = said.op.len();
                }
                next.push(said);
            }
        }
    }
    Ok(all + give(inner, *chat, &mut next).await?)
}

async fn give(inner: &Arc<Inner>, chat: Option<ChatId>, next: &mut Vec<Archived>) -> Result<u64, String> {
    let operations = std::mem::take(next);
    let (count, Some(chat)) = (operations.len() as u64, chat) else { return Ok(0) };
    if count > 0 {
        order(inner, ArchiveCommand::Take { chat, operations }).await?;
    }
    Ok(count)
}

/// A chat that cannot be taken in stops nothing else.
async fn order(inner: &Arc<Inner>, command: ArchiveCommand) -> Result<(), String> {
    match inner.handle.ask(Command::Archive(command)).await {
        Ok(_) => Ok(()),
        Err(error @ (CommandError::Invalid(_) | CommandError::NotFound(_))) => {
            tracing::warn!(%error, "a part of a backup is not taken in");
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}
