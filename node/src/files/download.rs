//! Fetches a blob from the sender's node if that may be, and from the relays that have it, from all of them at once. Every
//! chunk is checked before it is kept; who gives wrong or short ones, or keeps the others waiting, is named and left.
//!
//! Not here: who brings what ([`super::spans`]).

use super::spans::{Spans, Worker};
use super::transfer::Transfer;
use super::{FileError, Inner, RETRY, RETRY_MAX, State, blocking};
use crate::blobs::client::{Client, ClientError};
use chappe_protocol::blob::sealing::{Layout, Sealer, TAG, Wrong};
use chappe_protocol::blob::wire::Refusal;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::BlobId;
use chappe_storage::blobs::{BlobError, BlobSpec, BlobStore};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Chunks between two syncs of this disk.
const CHUNKS_A_SYNC: u64 = 16;

/// Chunks of one source that are being checked and written while the next one comes.
const KEEPING: usize = 3;

/// Spans that a source is asked for at once, so that it need not wait for the next request.
const ASKED: usize = 2;

/// How long a person's node may take to answer, and goes before the relays: it may be switched off.
const NODE_PATIENCE: Duration = Duration::from_millis(1500);

/// Whoever has a part is asked again after this, at first and at most, and is left when no more came for so long.
const GROWING: Duration = Duration::from_millis(20);
const GROWING_MAX: Duration = Duration::from_millis(500);
const GROWING_PATIENCE: Duration = Duration::from_secs(10);

/// Between two wishes for a file that no relay has, at first and at most; and how long an answer is looked for often.
const WISH: Duration = Duration::from_secs(60);
const WISH_MAX: Duration = Duration::from_secs(3600);
const ANSWERED: Duration = Duration::from_secs(30);

/// So long a file is waited for that no relay has: who has it may bring it.
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
    #[error("it is slow; others bring what it was asked for")]
    Slow,
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
    let sealer = Arc::new(Sealer::new(&file.key, layout));
    let fetching = Fetching { inner, transfer, layout, sealer, list: OnceLock::new() };
    let (mut pause, mut wished) = (RETRY, None::<(Instant, Duration)>);
    while !inner.is_whole(&blob) {
        let before = inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
        let nodes = inner.sources(transfer).await;
        let relays = inner.relays_of(transfer.chat, file).await;
        let asked = relays.len();
        let relays = relays.into_iter().map(|hint| (From::Relay, hint));
        let all: Vec<(From, RelayHint)> = nodes.into_iter().map(|hint| (From::Node, hint)).chain(relays).collect();
        let round = fetching.round(&all).await?;
        if round.done {
            inner.renew_later(transfer, layout);
            return Ok(());
        }
        let waited = inner.clock.now().wall.saturating_sub(transfer.started);
        let nobody = round.gone == asked;
        if nobody && waited > SENDER_PATIENCE_MS {
            return Err("no relay has this file any more; ask who sent it to send it again".into());
        }
        if nobody && wished.is_none_or(|(last, pause)| last.elapsed() >= pause) {
            let pause = wished.map_or(WISH, |(_, pause)| (pause * 2).min(WISH_MAX));
            wished = Some((Instant::now(), pause));
            inner.wish(transfer).await;
        }
        let after = inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
        let soon = after > before || round.coming || wished.is_some_and(|(last, _)| last.elapsed() < ANSWERED);
        pause = if soon { RETRY } else { (pause * 2).min(RETRY_MAX) };
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// What became of asking everybody once.
#[derive(Default)]
struct Round {
    done: bool,
    /// Relays that do not have it.
    gone: usize,
    /// Somebody has a part, so the rest may follow.
    coming: bool,
}

/// The list of chunks' hashes, and its sealed bytes.
struct List {
    open: Vec<u8>,
    sealed: Vec<u8>,
}

struct Fetching<'a> {
    inner: &'a Arc<Inner>,
    transfer: &'a Transfer,
    layout: Layout,
    sealer: Arc<Sealer>,
    /// Once somebody gave the right one.
    list: OnceLock<Arc<List>>,
}

impl Fetching<'_> {
    fn blob(&self) -> BlobId {
        self.transfer.file.key.blob()
    }

    /// Asks all of them at once, each as long as it gives what it should.
    async fn round(&self, sources: &[(From, RelayHint)]) -> Result<Round, String> {
        let here = self.inner.blobs.entry(&self.blob()).map_or(0, |entry| entry.written);
        let spans = Arc::new(Spans::new(self.layout.whole_chunks(here)..self.layout.chunks()));
        let nodes = watch::channel(sources.iter().filter(|(from, _)| *from == From::Node).count()).0;
        let mut round = Round::default();
        let mut workers = FuturesUnordered::new();
        for (worker, source) in sources.iter().enumerate() {
            workers.push(self.source(worker, source, &spans, nodes.subscribe()));
        }
        let mut syncing = std::pin::pin!(self.sync_as_it_grows(spans.front()));
        let list = loop {
            if let Some(list) = self.list.get().filter(|_| spans.done()) {
                break list;
            }
            let ended = tokio::select! {
                ended = workers.next() => ended,
                failed = &mut syncing => return Err(failed),
            };
            let Some((worker, outcome)) = ended else { return Ok(round) };
            spans.release(worker);
            let (from, hint) = &sources[worker];
            match outcome {
                Ok(()) => {}
                Err(Failed::Disk(why)) => return Err(why),
                Err(error) => {
                    let lacks = matches!(error, Failed::Client(ClientError::Refused(Refusal::NoSuchBlob)));
                    round.gone += usize::from(lacks && *from == From::Relay);
                    round.coming |= matches!(error, Failed::Part | Failed::Slow);
                    self.inner.note(&self.transfer.id, format!("{}: {error}", from.named(hint)));
                }
            }
            if *from == From::Node {
                nodes.send_modify(|left| *left -= 1);
            }
        };
        self.keep_list(list.clone()).await?;
        round.done = true;
        Ok(round)
    }

    /// One source, named by its number, until there is nothing left to do for it.
    async fn source(
        &self,
        worker: Worker,
        (from, hint): &(From, RelayHint),
        spans: &Arc<Spans>,
        mut nodes: watch::Receiver<usize>,
    ) -> (Worker, Result<(), Failed>) {
        if *from == From::Relay {
            // The sender's node goes first: what it gives no relay has to.
            _ = tokio::time::timeout(NODE_PATIENCE, nodes.wait_for(|left| *left == 0)).await;
        }
        let outcome = tokio::select! {
            done = self.fetch_from(worker, *from, hint, spans) => done,
            () = spans.taken_from(worker) => Err(Failed::Slow),
        };
        if outcome.is_ok() {
            tracing::info!(transfer = %self.transfer.id, from = from.named(hint), "a file is here");
        }
        (worker, outcome)
    }

    async fn fetch_from(&self, worker: Worker, from: From, hint: &RelayHint, spans: &Arc<Spans>) -> Result<(), Failed> {
        let mut client = self.client(from, hint).await.map_err(Failed::Unreachable)?;
        let list = match self.list.get() {
            Some(list) => list.clone(),
            None => {
                let list = self.fetch_list(&mut client).await?;
                self.list.get_or_init(|| Arc::new(list)).clone()
            }
        };
        let (blob, read) = (self.blob(), self.transfer.file.key.read());
        if client.upto() == 0 {
            client.look(blob, &read).await?;
        }
        if self.layout.whole_chunks(client.upto()) < self.layout.chunks() {
            tracing::info!(transfer = %self.transfer.id, "{} has only a part so far", from.named(hint));
        }
        let (mut asked, mut keeping) = (VecDeque::new(), VecDeque::new());
        let (mut grown, mut pause) = (Instant::now(), GROWING);
        while !spans.done() {
            let limit = self.layout.whole_chunks(client.upto());
            while asked.len() < ASKED
                && let Some(span) = spans.claim(worker, limit)
            {
                let (at, end) = (self.layout.chunk_at(span.start), self.end_of(&span));
                client.get(blob, &read, at, end - at).await?;
                asked.push_back(span);
            }
            let nothing = asked.is_empty() && keeping.is_empty();
            if nothing && limit < self.layout.chunks() {
                // It has a part: the rest may be on its way to it.
                if grown.elapsed() > GROWING_PATIENCE {
                    return Err(Failed::Part);
                }
                tokio::time::sleep(pause).await;
                client.look(blob, &read).await?;
                match self.layout.whole_chunks(client.upto()) > limit {
                    true => (grown, pause) = (Instant::now(), GROWING),
                    false => pause = (pause * 2).min(GROWING_MAX),
                }
                continue;
            }
            (grown, pause) = (Instant::now(), GROWING);
            match asked.pop_front() {
                Some(span) => self.receive(&mut client, span, &mut keeping, (worker, spans, &list)).await?,
                // Chunks that are being written, or what others have.
                None => match keeping.pop_front() {
                    Some(kept) => drop(done(kept).await?),
                    None => spans.idle().await,
                },
            }
        }
        Ok(())
    }

    /// Where a span ends in the blob.
    fn end_of(&self, span: &Range<u64>) -> u64 {
        if span.end == self.layout.chunks() { self.layout.list_at() } else { self.layout.chunk_at(span.end) }
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

    async fn fetch_list(&self, client: &mut Client) -> Result<List, Failed> {
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
        let open = self.sealer.open_list(&file.root, sealed.clone())?;
        Ok(List { open, sealed })
    }

    /// Takes a span that was asked for. Its chunks are checked and written while the next ones come.
    async fn receive(
        &self,
        client: &mut Client,
        span: Range<u64>,
        keeping: &mut VecDeque<Keeping>,
        (worker, spans, list): (Worker, &Arc<Spans>, &Arc<List>),
    ) -> Result<(), Failed> {
        let (mut at, end) = (self.layout.chunk_at(span.start), self.end_of(&span));
        let mut chunks = span;
        let mut index = chunks.next();
        let mut chunk: Vec<u8> = Vec::new();
        while let Some(mut piece) = client.next_piece(at).await? {
            if piece as u64 > end - at {
                return Err(ClientError::Broken("more bytes than were asked for").into());
            }
            at += piece as u64;
            while let Some(now) = index
                && piece > 0
            {
                let wanted = self.layout.chunk_len(now) + TAG;
                let (from, part) = (chunk.len(), piece.min(wanted - chunk.len()));
                chunk.reserve_exact(wanted - from);
                chunk.resize(from + part, 0);
                client.take(&mut chunk[from..]).await?;
                piece -= part;
                if chunk.len() == wanted {
                    let mut spare = Vec::new();
                    if keeping.len() >= KEEPING
                        && let Some(kept) = keeping.pop_front()
                    {
                        spare = done(kept).await?;
                    }
                    keeping.push_back(self.keep(worker, now, std::mem::replace(&mut chunk, spare), spans, list));
                    index = chunks.next();
                }
            }
        }
        if at == end { Ok(()) } else { Err(Failed::Part) }
    }

    /// Checks a chunk and writes it where it belongs.
    fn keep(&self, worker: Worker, index: u64, mut chunk: Vec<u8>, spans: &Arc<Spans>, list: &Arc<List>) -> Keeping {
        let (blobs, blob, at) = (self.inner.blobs.clone(), self.blob(), self.layout.chunk_at(index));
        let (sealer, spans, list) = (self.sealer.clone(), spans.clone(), list.clone());
        let (inner, id, size) = (self.inner.clone(), self.transfer.id, self.layout.size());
        tokio::task::spawn_blocking(move || {
            sealer.check_chunk(index, &chunk, &list.open)?;
            let entry = blobs.place(&blob, at, &chunk).map_err(|error| Failed::Disk(error.to_string()))?;
            spans.kept(worker, index);
            inner.advanced(&id, entry.written.min(size));
            chunk.clear();
            Ok(chunk)
        })
    }

    /// Has what is here made durable from time to time; nobody waits for it. Ends only if the disk fails.
    async fn sync_as_it_grows(&self, mut front: watch::Receiver<u64>) -> String {
        let mut synced = *front.borrow();
        loop {
            let grown = front.wait_for(|front| *front >= synced + CHUNKS_A_SYNC).await.map(|front| *front);
            let Ok(grown) = grown else { return std::future::pending().await };
            synced = grown;
            if let Err(error) = sync(self.inner.blobs.clone(), self.blob()).await {
                return error.to_string();
            }
        }
    }

    /// The list comes last: with it the blob is whole.
    async fn keep_list(&self, list: Arc<List>) -> Result<(), String> {
        let (blobs, blob, at) = (self.inner.blobs.clone(), self.blob(), self.layout.list_at());
        let kept = blocking(move || {
            blobs.place(&blob, at, &list.sealed)?;
            Ok(blobs.sync(&blob).map(drop)?)
        });
        kept.await.map_err(|error| format!("this disk: {error}"))?;
        self.inner.advanced(&self.transfer.id, self.layout.size());
        Ok(())
    }
}

/// A chunk that is being checked and written.
type Keeping = JoinHandle<Result<Vec<u8>, Failed>>;

/// Gives its memory for the next one.
async fn done(kept: Keeping) -> Result<Vec<u8>, Failed> {
    kept.await.unwrap_or_else(|error| Err(Failed::Disk(format!("the node is stopping ({error})"))))
}

async fn sync(blobs: BlobStore, blob: BlobId) -> Result<(), FileError> {
    blocking(move || Ok(blobs.sync(&blob).map(drop)?)).await
}

impl Inner {
    /// Others may come later for a file that this node has: relays keep it for longer. One that says no keeps it as long as
    /// it said.
    fn renew_later(self: &Arc<Self>, transfer: &Transfer, layout: Layout) {
        let (inner, file, id) = (self.clone(), transfer.file.clone(), transfer.id);
        tokio::spawn(async move {
            for hint in file.relays.iter().filter(|hint| !inner.is_own(&hint.relay)) {
                let renewed = async {
                    let mut client = inner.client(hint).await.map_err(Failed::Unreachable)?;
                    client.renew(file.key.blob(), &file.key.read(), layout.blob_len()).await.map_err(Failed::from)
                };
                if let Err(error) = renewed.await {
                    tracing::debug!(transfer = %id, %error, "a blob is not renewed");
                }
            }
        });
    }
}
