//! One blob's way to a relay and back, in memory.

use crate::blobs::client::{Client, ClientError};
use crate::net::Net;
use chappe_protocol::blob::sealing::{FileKey, Layout};
use chappe_protocol::blob::whole;
use chappe_protocol::blob::wire::{PIECE, Refusal};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::Capability;
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

async fn client(net: &Net, hint: &RelayHint) -> Result<Client, KeepError> {
    net.open_blobs(hint.relay, hint.addrs.clone()).await.map(Client::new).map_err(KeepError::Unreachable)
}

/// Brings a sealed blob; gives until when it is kept, and how many bytes had to go.
pub async fn bring(
    net: &Net,
    hint: &RelayHint,
    (key, write): (&FileKey, &Capability),
    sealed: &[u8],
) -> Result<(u64, u64), KeepError> {
    let (blob, length) = (key.blob(), sealed.len() as u64);
    let mut client = client(net, hint).await?;
    let have = client.offer(blob, length, write, &key.read()).await?;
    let from = usize::try_from(have.upto).unwrap_or(usize::MAX).min(sealed.len());
    if from == sealed.len() {
        return Ok((have.expires, 0));
    }
    let mut at = from;
    for piece in sealed[from..].chunks(PIECE) {
        client.put(blob, write, at as u64, piece.to_vec()).await?;
        at += piece.len();
    }
    let have = client.sync(blob, write, length).await?;
    match have.upto == length {
        true => Ok((have.expires, (sealed.len() - from) as u64)),
        false => Err(KeepError::Wrong(format!("{} bytes of {length}", have.upto))),
    }
}

/// Has a blob kept for longer; until when.
pub async fn renew(net: &Net, hint: &RelayHint, key: &FileKey, size: u64) -> Result<u64, KeepError> {
    let length = length(size)?;
    let have = client(net, hint).await?.renew(key.blob(), &key.read(), length).await?;
    if have.upto == length { Ok(have.expires) } else { Err(KeepError::Gone) }
}

/// Fetches a blob of `size` plain bytes, checks and opens it.
pub async fn fetch(
    net: &Net,
    hint: &RelayHint,
    key: &FileKey,
    (root, size): (&[u8; 32], u64),
) -> Result<Vec<u8>, KeepError> {
    let length = length(size)?;
    let mut client = client(net, hint).await?;
    client.get(key.blob(), &key.read(), 0, length).await?;
    let mut sealed = Vec::new();
    while let Some(bytes) = client.next_data(sealed.len() as u64).await? {
        if (sealed.len() + bytes.len()) as u64 > length {
            return Err(KeepError::Wrong("more than there is".into()));
        }
        sealed.extend(bytes);
    }
    let plain = usize::try_from(size).map_err(|_| KeepError::Wrong("too large".into()))?;
    whole::open(key, root, plain, &sealed).map_err(|wrong| KeepError::Wrong(wrong.to_string()))
}

/// Has a blob removed.
pub async fn remove(net: &Net, hint: &RelayHint, key: &FileKey, write: &Capability) -> Result<(), KeepError> {
    Ok(client(net, hint).await?.remove(key.blob(), write).await?)
}

fn length(size: u64) -> Result<u64, KeepError> {
    Layout::of(size).map(Layout::blob_len).ok_or_else(|| KeepError::Wrong("too large".into()))
}
