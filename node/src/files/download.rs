//! Fetches a blob from the sender's node if that may be, and from the relays that have it. Every chunk is checked before it
//! is kept; who gives wrong or short ones is named and left, and the next one goes on where he stopped.

use super::transfer::Transfer;
use super::{Inner, RETRY, RETRY_MAX, State, blocking};
use crate::blobs::client::{Client, ClientError};
use chappe_protocol::blob::sealing::{Layout, Sealer, TAG, Wrong};
use chappe_protocol::blob::wire::Refusal;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_storage::blobs::{BlobError, BlobSpec};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// Chunks between two syncs of this disk.
const CHUNKS_A_SYNC: u64 = 16;

/// How long a person's node may take to answer before relays are asked: it may be switched off.
const NODE_PATIENCE: Duration = Duration::from_millis(1500);

/// So long a file is waited for that no relay has, if its sender could still bring it.
const SENDER_PATIENCE_MS: u64 = 30 * 24 * 3600 * 1000;

/// Whom bytes are asked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Node,
    Relay,
}

impl From {
    fn named(self, hint: &RelayHint) -> String {
        let who = match self {
            Self::Node => "the sender's node",
            Self::Relay => "relay",
        };
        format!("{who} {}", &hint.relay.to_hex()[..8])
    }
}

#[derive(Debug, Error)]
enum Failed {
    #[error("{0}")]
    Unreachable(String),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("it lies: {0}")]
    Lie(#[from] Wrong),
    #[error("it has only a part")]
    Part,
    #[error("this disk: {0}")]
    Disk(String),
}

pub(super) async fn run(inner: &Arc<Inner>, mut transfer: Transfer) {
    let state = match fetch(inner, &transfer).await {
        Ok(()) => State::Done,
        Err(why) => State::Failed(why),
    };
    transfer.state = state;
    if let Err(error) = inner.save(transfer).await {
        tracing::error!(%error, "the end of a transfer cannot be noted");
    }
}

/// Until all is here, or it is clear that it will not come.
async fn fetch(inner: &Arc<Inner>, transfer: &Transfer) -> Result<(), String> {
    let file = &transfer.file;
    let layout = Layout::of(file.size).ok_or("the file is too large")?;
    let blob = file.key.blob();
    let spec =
        BlobSpec { length: layout.blob_len(), write: [0; 32], read: file.key.read().hash(), owner: inner.net.id().0 };
    let blobs = inner.blobs.clone();
    let made = blocking(move || match blobs.create(blob, spec, u64::MAX) {
        // It is here under another right to write: it was ours to send.
        Err(BlobError::Differs) => Ok(()),
        made => Ok(made.map(drop)?),
    });
    made.await.map_err(|error| error.to_string())?;
    let mut source = Source { inner, transfer, layout, sealer: Sealer::new(&file.key, layout), list: None };
    let mut pause = RETRY;
    while !inner.is_whole(&blob) {
        let before = inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
        let (mut gone, mut coming) = (0, false);
        let nodes = inner.sources(transfer).await;
        let relays = file.relays.iter().filter(|hint| !inner.is_own(&hint.relay));
        let all = nodes.iter().map(|hint| (From::Node, hint)).chain(relays.map(|hint| (From::Relay, hint)));
        for (from, hint) in all {
            match source.fetch_from(from, hint).await {
                Ok(()) => return Ok(()),
                Err(Failed::Disk(why)) => return Err(why),
                Err(error) => {
                    let lacks = matches!(error, Failed::Client(ClientError::Refused(Refusal::NoSuchBlob)));
                    gone += usize::from(lacks && from == From::Relay);
                    coming |= matches!(error, Failed::Part);
                    inner.note(&transfer.id, format!("{}: {error}", from.named(hint)));
                }
            }
        }
        let waited = inner.clock.now().wall.saturating_sub(transfer.started);
        let hopeless = file.sources.is_empty() || waited > SENDER_PATIENCE_MS;
        if gone == file.relays.len() && hopeless {
            return Err("no relay has this file any more; ask who sent it to send it again".into());
        }
        let after = inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
        pause = if after > before || coming { RETRY } else { (pause * 2).min(RETRY_MAX) };
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

struct Source<'a> {
    inner: &'a Arc<Inner>,
    transfer: &'a Transfer,
    layout: Layout,
    sealer: Sealer,
    /// The list of chunks' hashes and its sealed bytes, once a relay gave the right one.
    list: Option<(Vec<u8>, Vec<u8>)>,
}

impl Source<'_> {
    async fn fetch_from(&mut self, from: From, hint: &RelayHint) -> Result<(), Failed> {
        let mut client = self.client(from, hint).await.map_err(Failed::Unreachable)?;
        let (list, sealed) = match self.list.take() {
            Some(list) => list,
            None => self.fetch_list(&mut client).await?,
        };
        let fetched = self.fetch_chunks(&mut client, &list).await;
        if fetched.is_ok() {
            self.keep(self.layout.list_at(), sealed.clone(), true).await?;
            // Others may come later for it; a relay that says no keeps it as long as it said.
            let file = &self.transfer.file;
            if from == From::Relay
                && let Err(error) = client.renew(file.key.blob(), &file.key.read(), self.layout.blob_len()).await
            {
                tracing::debug!(%error, "a blob is not renewed");
            }
            tracing::info!(transfer = %self.transfer.id, from = from.named(hint), "a file is here");
        }
        self.list = Some((list, sealed));
        fetched
    }

    async fn client(&self, from: From, hint: &RelayHint) -> Result<Client, String> {
        let client = self.inner.client(hint);
        match from {
            From::Relay => client.await,
            From::Node => match tokio::time::timeout(NODE_PATIENCE, client).await {
                Ok(client) => client,
                Err(_) => Err("it does not answer".into()),
            },
        }
    }

    async fn fetch_list(&self, client: &mut Client) -> Result<(Vec<u8>, Vec<u8>), Failed> {
        let file = &self.transfer.file;
        let (at, length) = (self.layout.list_at(), self.layout.list_len());
        client.get(file.key.blob(), &file.key.read(), at, length as u64).await?;
        let mut sealed = Vec::new();
        while let Some(bytes) = client.next_data(at + sealed.len() as u64).await? {
            if sealed.len() + bytes.len() > length {
                return Err(Failed::Lie(Wrong::Length { got: sealed.len() + bytes.len(), wanted: length }));
            }
            sealed.extend(bytes);
        }
        if sealed.len() < length {
            return Err(Failed::Part);
        }
        let list = self.sealer.open_list(&file.root, sealed.clone())?;
        Ok((list, sealed))
    }

    async fn fetch_chunks(&self, client: &mut Client, list: &[u8]) -> Result<(), Failed> {
        let file = &self.transfer.file;
        let blob = file.key.blob();
        let end = self.layout.list_at();
        let mut at = self.inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
        if at >= end {
            return Ok(());
        }
        let mut index = self.layout.whole_chunks(at);
        client.get(blob, &file.key.read(), at, end - at).await?;
        let mut rest: Vec<u8> = Vec::new();
        while let Some(bytes) = client.next_data(at + rest.len() as u64).await? {
            rest.extend(bytes);
            while index < self.layout.chunks() {
                let wanted = self.layout.chunk_len(index) + TAG;
                if rest.len() < wanted {
                    break;
                }
                let later = rest.split_off(wanted);
                let chunk = std::mem::replace(&mut rest, later);
                self.sealer.check_chunk(index, &chunk, list)?;
                index += 1;
                let sync = index.is_multiple_of(CHUNKS_A_SYNC) || index == self.layout.chunks();
                self.keep(at, chunk, sync).await?;
                at += wanted as u64;
            }
        }
        if index == self.layout.chunks() { Ok(()) } else { Err(Failed::Part) }
    }

    async fn keep(&self, at: u64, bytes: Vec<u8>, sync: bool) -> Result<(), Failed> {
        let (blobs, blob) = (self.inner.blobs.clone(), self.transfer.file.key.blob());
        let end = at + bytes.len() as u64;
        let kept = blocking(move || {
            blobs.append(&blob, at, &bytes)?;
            if sync {
                blobs.sync(&blob)?;
            }
            Ok(())
        });
        kept.await.map_err(|error| Failed::Disk(error.to_string()))?;
        self.inner.advanced(&self.transfer.id, end.min(self.layout.size()));
        Ok(())
    }
}
