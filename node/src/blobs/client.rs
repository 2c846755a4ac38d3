//! A node's end: brings blobs to a relay and fetches them, one request after the other on a stream.

use super::stream;
use crate::net::Stream;
use chappe_protocol::blob::wire::{Answer, Ask, Refusal};
use chappe_protocol::ids::{BlobId, Capability};
use std::io;
use thiserror::Error;

/// Why it did not work.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The relay said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The stream ended or the other side does not go on.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The relay breaks the protocol.
    #[error("the relay breaks the protocol: {0}")]
    Broken(&'static str),
}

/// How much of a blob a relay has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Have {
    /// Its first bytes up to here.
    pub upto: u64,
    /// Until when, milliseconds since 1970.
    pub expires: u64,
}

/// A stream to a relay.
pub struct Client {
    stream: Stream,
}

impl Client {
    /// On a stream that this side opened.
    pub fn new(stream: Stream) -> Self {
        Self { stream }
    }

    /// Offers a blob.
    pub async fn offer(
        &mut self,
        blob: BlobId,
        length: u64,
        write: &Capability,
        read: &Capability,
    ) -> Result<Have, ClientError> {
        let ask = Ask::Offer { blob, length, write: write.hash(), read: read.hash() };
        self.ask(&ask).await?;
        self.have(length).await
    }

    /// Sends the next bytes; what is wrong with them shows at the next [`Self::sync`].
    pub async fn put(
        &mut self,
        blob: BlobId,
        write: &Capability,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Result<(), ClientError> {
        let ask = Ask::Put { blob, write: write.clone(), offset, bytes };
        Ok(stream::write(&mut self.stream, &ask.encode()).await?)
    }

    /// Has made durable what was sent, and tells how much that is.
    pub async fn sync(&mut self, blob: BlobId, write: &Capability, length: u64) -> Result<Have, ClientError> {
        self.ask(&Ask::Sync { blob, write: write.clone() }).await?;
        self.have(length).await
    }

    /// Asks for bytes; [`Self::next_data`] brings them.
    pub async fn get(&mut self, blob: BlobId, read: &Capability, offset: u64, length: u64) -> Result<(), ClientError> {
        self.ask(&Ask::Get { blob, read: read.clone(), offset, length }).await
    }

    /// The next bytes, which begin at `offset`; `None` if there are no more.
    pub async fn next_data(&mut self, offset: u64) -> Result<Option<Vec<u8>>, ClientError> {
        match self.answer().await? {
            Answer::Data { offset: at, bytes } if at == offset => Ok(Some(bytes)),
            Answer::Data { .. } => Err(ClientError::Broken("bytes of another place")),
            Answer::Have { .. } => Ok(None),
            Answer::Refused(refusal) => Err(refusal.into()),
            Answer::Done => Err(ClientError::Broken("an answer to another question")),
        }
    }

    /// Has it kept for longer.
    pub async fn renew(&mut self, blob: BlobId, read: &Capability, length: u64) -> Result<Have, ClientError> {
        self.ask(&Ask::Renew { blob, read: read.clone() }).await?;
        self.have(length).await
    }

    /// Has it removed.
    pub async fn remove(&mut self, blob: BlobId, write: &Capability) -> Result<(), ClientError> {
        self.ask(&Ask::Drop { blob, write: write.clone() }).await?;
        match self.answer().await? {
            Answer::Done => Ok(()),
            // That is what was wanted.
            Answer::Refused(Refusal::NoSuchBlob) => Ok(()),
            Answer::Refused(refusal) => Err(refusal.into()),
            Answer::Have { .. } | Answer::Data { .. } => Err(ClientError::Broken("an answer to another question")),
        }
    }

    async fn ask(&mut self, ask: &Ask) -> Result<(), ClientError> {
        stream::write(&mut self.stream, &ask.encode()).await?;
        Ok(stream::flush(&mut self.stream).await?)
    }

    async fn have(&mut self, wanted: u64) -> Result<Have, ClientError> {
        match self.answer().await? {
            Answer::Have { upto, length, expires } if length == wanted => Ok(Have { upto, expires }),
            Answer::Have { .. } => Err(ClientError::Broken("a blob of another length")),
            Answer::Refused(refusal) => Err(refusal.into()),
            Answer::Done | Answer::Data { .. } => Err(ClientError::Broken("an answer to another question")),
        }
    }

    async fn answer(&mut self) -> Result<Answer, ClientError> {
        let frame = stream::read(&mut self.stream).await?;
        let frame = frame.ok_or(ClientError::Broken("it closed the stream"))?;
        Answer::decode(&frame).map_err(|_| ClientError::Broken("a frame that cannot be read"))
    }
}
