//! One blob's way to a relay and back, in memory.

use crate::blobs::client::{Client, ClientError};
use crate::net::Net;
use chappe_protocol::blob::sealing::{FileKey, Layout};
use chappe_protocol::blob::whole;
use chappe_protocol::blob::wire::{PIECE, Refusal};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::{BlobId, Capability, NodeId};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a blob did not come or go.
#[derive(Debug, Error)]
pub enum KeepError {
    /// The relay is not there.
    #[error("{0}")]
    Unreachable(String),
    /// It has no such blob.
    #[error("it has not kept it")]
    Gone,
    /// It has another one, or a part.
    #[error("it has something else: {0}")]
    Wrong(String),
    /// It says no, or breaks off.
    #[error(transparent)]
    Client(ClientError),
}

impl From<ClientError> for KeepError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused(Refusal::NoSuchBlob) => Self::Gone,
            error => Self::Client(error),
        }
    }
}

/// Streams to relays, one each: a relay does not let anybody open one for every blob.
pub struct Lines {
    net: Net,
    open: BTreeMap<NodeId, Client>,
}

impl Lines {
    /// None yet.
    pub fn new(net: Net) -> Self {
        Self { net, open: BTreeMap::new() }
    }

    /// Does something on the stream to a relay, which stays open for the next; what ended since it was last used is
    /// opened once more.
    async fn on(&mut self, hint: &RelayHint, job: Job<'_>) -> Result<Done, KeepError> {
        let former = self.open.remove(&hint.relay);
        let again = former.is_some();
        let mut client = match former {
            Some(client) => client,
            None => line(self.net.clone(), hint).await?,
        };
        let mut outcome = job.run(&mut client).await;
        if again && matches!(outcome, Err(ClientError::Io(_) | ClientError::Broken(_))) {
            client = line(self.net.clone(), hint).await?;
            outcome = job.run(&mut client).await;
        }
        if matches!(outcome, Ok(_) | Err(ClientError::Refused(_))) {
            self.open.insert(hint.relay, client);
        }
        Ok(outcome?)
    }

    /// Brings a sealed blob; gives until when it is kept, and how many bytes had to go.
    pub async fn bring(
        &mut self,
        hint: &RelayHint,
        (key, write): (&FileKey, &Capability),
        sealed: &[u8],
    ) -> Result<(u64, u64), KeepError> {
        let done = self.on(hint, Job::Bring(key, write, sealed)).await?;
        match done.upto == sealed.len() as u64 {
            true => Ok((done.expires, done.moved)),
            false => Err(KeepError::Wrong(format!("{} bytes of {}", done.upto, sealed.len()))),
        }
    }

    /// Has a blob kept for longer; until when.
    pub async fn renew(&mut self, hint: &RelayHint, key: &FileKey, size: u64) -> Result<u64, KeepError> {
        let length = length(size)?;
        let done = self.on(hint, Job::Renew(key, length)).await?;
        if done.upto == length { Ok(done.expires) } else { Err(KeepError::Gone) }
    }

    /// Fetches a blob of `size` plain bytes, checks and opens it.
    pub async fn fetch(
        &mut self,
        hint: &RelayHint,
        key: &FileKey,
        (root, size): (&[u8; 32], u64),
    ) -> Result<Vec<u8>, KeepError> {
        let sealed = self.fetch_sealed(hint, key, size).await?;
        let plain = usize::try_from(size).map_err(|_| KeepError::Wrong("too large".into()))?;
        whole::open(key, root, plain, &sealed).map_err(|wrong| KeepError::Wrong(wrong.to_string()))
    }

    /// Fetches a blob of `size` plain bytes as it is.
    pub async fn fetch_sealed(&mut self, hint: &RelayHint, key: &FileKey, size: u64) -> Result<Vec<u8>, KeepError> {
        Ok(self.on(hint, Job::Fetch(key, length(size)?)).await?.bytes)
    }

    /// Has a blob removed.
    pub async fn remove(&mut self, hint: &RelayHint, blob: BlobId, write: &Capability) -> Result<(), KeepError> {
        self.on(hint, Job::Remove(blob, write)).await.map(drop)
    }
}

/// What is asked of a relay.
#[derive(Clone, Copy)]
enum Job<'a> {
    /// Under this key, by this right, these sealed bytes.
    Bring(&'a FileKey, &'a Capability, &'a [u8]),
    /// So long.
    Renew(&'a FileKey, u64),
    /// So long.
    Fetch(&'a FileKey, u64),
    Remove(BlobId, &'a Capability),
}

/// What came of it; what a job has nothing to say about is 0.
#[derive(Default)]
struct Done {
    /// The relay has so many bytes.
    upto: u64,
    /// Until then.
    expires: u64,
    /// So many had to go.
    moved: u64,
    bytes: Vec<u8>,
}

impl Job<'_> {
    async fn run(&self, client: &mut Client) -> Result<Done, ClientError> {
        let mut done = Done::default();
        match *self {
            Self::Bring(key, write, sealed) => {
                let (blob, length) = (key.blob(), sealed.len() as u64);
                let mut have = client.offer(blob, length, write, &key.read()).await?;
                let mut at = usize::try_from(have.upto).unwrap_or(usize::MAX).min(sealed.len());
                done.moved = length - at as u64;
                for piece in sealed[at..].chunks(PIECE) {
                    client.put(blob, write, at as u64, piece).await?;
                    at += piece.len();
                }
                if done.moved > 0 {
                    have = client.sync(blob, write, length).await?;
                }
                (done.upto, done.expires) = (have.upto, have.expires);
            }
            Self::Renew(key, length) => {
                let have = client.renew(key.blob(), &key.read(), length).await?;
                (done.upto, done.expires) = (have.upto, have.expires);
            }
            Self::Fetch(key, length) => {
                client.get(key.blob(), &key.read(), 0, length).await?;
                while let Some(bytes) = client.next_data(done.bytes.len() as u64).await? {
                    if (done.bytes.len() + bytes.len()) as u64 > length {
                        return Err(ClientError::Broken("more bytes than there are"));
                    }
                    done.bytes.extend(bytes);
                }
            }
            Self::Remove(blob, write) => client.remove(blob, write).await?,
        }
        Ok(done)
    }
}

async fn line(net: Net, hint: &RelayHint) -> Result<Client, KeepError> {
    net.open_blobs(hint.relay, hint.addrs.clone()).await.map(Client::new).map_err(KeepError::Unreachable)
}

fn length(size: u64) -> Result<u64, KeepError> {
    Layout::of(size).map(Layout::blob_len).ok_or_else(|| KeepError::Wrong("too large".into()))
}
