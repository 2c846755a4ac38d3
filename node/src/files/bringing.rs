//! A blob on its way to one relay: pieces go out while the relay's disk is at those before them. It may begin while the file is
//! still being sealed ([`early`]), and its end may go first, so that whoever reads can begin while the rest comes.

use super::Inner;
use crate::blobs::client::{Client, ClientError, Have};
use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::blob::wire::{PIECE, Refusal};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::{BlobId, Capability};
use chappe_storage::blobs::{BlobError, BlobStore};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Pieces between two waits for the relay's disk: 8 MiB, so that a slow disk or line holds up little.
const PIECES_A_SYNC: usize = 8;

/// Syncs that the relay's disk is at while more goes out.
const SYNCS_AHEAD: usize = 1;

/// A rate is known once so much has gone.
const MEASURED: u64 = 16 * 1024 * 1024;

/// Why a relay did not take it.
pub(super) enum Failed {
    /// It may do so later.
    Now(String),
    /// It will not.
    ForGood(String),
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Self {
        let text = error.to_string();
        match error {
            ClientError::Refused(Refusal::TooLarge(_) | Refusal::SpecMismatch | Refusal::Full(_)) => {
                Self::ForGood(text)
            }
            ClientError::Refused(_) | ClientError::Io(_) | ClientError::Broken(_) => Self::Now(text),
        }
    }
}

/// What is brought.
#[derive(Clone)]
pub(super) struct Load {
    pub key: FileKey,
    pub write: Capability,
    /// Bytes of the blob.
    pub length: u64,
}

/// A piece that is being read.
type Reading = JoinHandle<Result<Vec<u8>, BlobError>>;

/// On its way.
pub(super) struct Bringing {
    client: Client,
    blobs: BlobStore,
    load: Load,
    blob: BlobId,
    /// Sent up to here.
    at: u64,
    have: Have,
    /// Where the syncs end whose answers have not come.
    syncs: VecDeque<u64>,
    /// The next piece, being read while the last one goes out.
    next: Option<(u64, Reading)>,
    /// Memory of a piece that is out.
    spare: Vec<u8>,
    began: (Instant, u64),
}

impl Bringing {
    /// Offers it to a relay.
    pub(super) async fn offer(inner: &Inner, hint: &RelayHint, load: Load) -> Result<Self, Failed> {
        let blob = load.key.blob();
        let mut client = inner.client(hint).await.map_err(Failed::Now)?;
        let have = client.offer(blob, load.length, &load.write, &load.key.read()).await?;
        let (at, blobs) = (have.upto, inner.blobs.clone());
        let began = (Instant::now(), at);
        Ok(Self { client, blobs, load, blob, at, have, syncs: VecDeque::new(), next: None, spare: Vec::new(), began })
    }

    /// The relay has made so much durable.
    pub(super) fn durable(&self) -> u64 {
        self.have.upto
    }

    /// Until when the relay keeps it.
    pub(super) fn kept_until(&self) -> u64 {
        self.have.expires
    }

    /// True if all of it has gone out and is durable.
    pub(super) fn done(&self) -> bool {
        self.have.upto == self.load.length && self.syncs.is_empty()
    }

    /// How long `left` bytes take at the rate so far; `None` as long as that is not known.
    pub(super) fn time_for(&self, left: u64) -> Option<Duration> {
        let (since, from) = self.began;
        let went = self.have.upto.saturating_sub(from);
        (went >= MEASURED).then(|| since.elapsed().mul_f64(left as f64 / went as f64))
    }

    /// Sends the blob's last bytes, from `start` on, before what is in front of them. True if the relay has them then.
    pub(super) async fn end_first(&mut self, start: u64) -> Result<bool, Failed> {
        let length = usize::try_from(self.load.length - start).unwrap_or(usize::MAX);
        if self.at >= start || length > PIECE {
            return Ok(self.at >= start);
        }
        let bytes = read(&self.blobs, self.blob, start, length, Vec::new()).await;
        let bytes = bytes.map_err(|error| disk(&error))?.map_err(|error| disk(&error))?;
        self.client.put(self.blob, &self.load.write, start, &bytes).await?;
        Ok(true)
    }

    /// Sends the next few pieces before `end`, as far as they are here, and has them made durable; what the relay's disk is at
    /// is waited for if it is too much, or if there is nothing to send.
    pub(super) async fn step(&mut self, end: u64) -> Result<(), Failed> {
        if self.at >= end || self.syncs.len() > SYNCS_AHEAD {
            let Some(end) = self.syncs.pop_front() else { return Ok(()) };
            self.have = self.client.synced(self.load.length).await?;
            if self.have.upto < end || self.have.upto > self.at {
                return Err(Failed::Now(format!("it has {} bytes of {end} that it got", self.have.upto)));
            }
            return Ok(());
        }
        for _ in 0..PIECES_A_SYNC {
            if self.at >= end {
                break;
            }
            let bytes = self.piece(end).await?;
            self.client.put(self.blob, &self.load.write, self.at, &bytes).await?;
            self.at += bytes.len() as u64;
            self.spare = bytes;
        }
        self.client.begin_sync(self.blob, &self.load.write).await?;
        self.syncs.push_back(self.at);
        Ok(())
    }

    async fn piece(&mut self, end: u64) -> Result<Vec<u8>, Failed> {
        let length = |at: u64| usize::try_from(end - at).unwrap_or(usize::MAX).min(PIECE);
        let bytes = match self.next.take() {
            Some((at, reading)) if at == self.at => reading.await,
            Some(_) | None => read(&self.blobs, self.blob, self.at, length(self.at), Vec::new()).await,
        };
        let bytes = bytes.map_err(|error| disk(&error))?.map_err(|error| disk(&error))?;
        if bytes.is_empty() {
            return Err(Failed::ForGood("a part of the file is missing on this disk; send it again".into()));
        }
        let next = self.at + bytes.len() as u64;
        if next < end {
            let spare = std::mem::take(&mut self.spare);
            self.next = Some((next, read(&self.blobs, self.blob, next, length(next), spare)));
        }
        Ok(bytes)
    }
}

fn disk(error: &dyn std::fmt::Display) -> Failed {
    Failed::ForGood(format!("this disk: {error}"))
}

fn read(blobs: &BlobStore, blob: BlobId, at: u64, length: usize, spare: Vec<u8>) -> Reading {
    let blobs = blobs.clone();
    tokio::task::spawn_blocking(move || blobs.read_into(&blob, at, length, spare))
}

/// Brings a file while it is being sealed, as far as `sealed` says that it is, until nobody says so any more. What went wrong is
/// tried again by who brings the rest.
pub(super) async fn early(
    inner: Arc<Inner>,
    hint: RelayHint,
    load: Load,
    mut sealed: watch::Receiver<u64>,
) -> Option<Bringing> {
    let mut bringing = Bringing::offer(&inner, &hint, load).await.ok()?;
    while sealed.has_changed().is_ok() {
        let end = *sealed.borrow_and_update();
        if bringing.at < end {
            bringing.step(end).await.ok()?;
        } else if sealed.changed().await.is_err() {
            break;
        }
    }
    Some(bringing)
}
