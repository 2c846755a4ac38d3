//! A node's end: brings blobs to a relay and fetches them, one request after the other on a stream.

use super::stream;
use crate::net::Stream;
use chappe_protocol::blob::wire::{Answer, Ask, DataHead, Put, Refusal};
use chappe_protocol::ids::{BlobId, Capability};
use chappe_protocol::wire::WireError;
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
    upto: u64,
}

impl Client {
    /// On a stream that this side opened.
    pub fn new(stream: Stream) -> Self {
        Self { stream, upto: 0 }
    }

    /// Up to where the relay has a blob, as it said behind the last bytes that it was asked for.
    pub fn upto(&self) -> u64 {
        self.upto
    }

    /// Asks how much of a blob there is to read; [`Self::upto`] tells.
    pub async fn look(&mut self, blob: BlobId, read: &Capability) -> Result<(), ClientError> {
        self.get(blob, read, 0, 0).await?;
        match self.next_data(0).await? {
            Some(_) => Err(ClientError::Broken("bytes that nobody asked for")),
            None => Ok(()),
        }
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
        bytes: &[u8],
    ) -> Result<(), ClientError> {
        let put = Put { blob, write: write.clone(), offset, bytes };
        Ok(stream::write_parts(&mut self.stream, &put.head(), bytes).await?)
    }

    /// Has made durable what was sent, and tells how much that is.
    pub async fn sync(&mut self, blob: BlobId, write: &Capability, length: u64) -> Result<Have, ClientError> {
        self.begin_sync(blob, write).await?;
        self.synced(length).await
    }

    /// Has made durable what was sent; [`Self::synced`] tells how much that is. More may be sent before it is asked.
    pub async fn begin_sync(&mut self, blob: BlobId, write: &Capability) -> Result<(), ClientError> {
        self.ask(&Ask::Sync { blob, write: write.clone() }).await
    }

    /// What became of the oldest sync that was begun.
    pub async fn synced(&mut self, length: u64) -> Result<Have, ClientError> {
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
            Answer::Have { upto, .. } => {
                self.upto = upto;
                Ok(None)
            }
            Answer::Refused(refusal) => Err(refusal.into()),
            Answer::Done => Err(ClientError::Broken("an answer to another question")),
        }
    }

    /// How many bytes come next; `None` if there are no more. They begin at `offset`, and all of them must be taken with
    /// [`Self::take`].
    pub async fn next_piece(&mut self, offset: u64) -> Result<Option<usize>, ClientError> {
        let closed = ClientError::Broken("it closed the stream");
        let whole = stream::read_len(&mut self.stream).await?.ok_or(closed)?;
        let mut start = vec![0; whole.min(DataHead::LEN)];
        stream::fill(&mut self.stream, &mut start).await?;
        match DataHead::decode(&start, whole).map_err(unreadable)? {
            Some(head) if head.offset == offset => return Ok(Some(head.length)),
            Some(_) => return Err(ClientError::Broken("bytes of another place")),
            None => {}
        }
        start.resize(whole, 0);
        stream::fill(&mut self.stream, &mut start[whole.min(DataHead::LEN)..]).await?;
        match Answer::decode(&start).map_err(unreadable)? {
            Answer::Have { upto, .. } => {
                self.upto = upto;
                Ok(None)
            }
            Answer::Refused(refusal) => Err(refusal.into()),
            Answer::Done | Answer::Data { .. } => Err(ClientError::Broken("an answer to another question")),
        }
    }

    /// The next bytes of a piece.
    pub async fn take(&mut self, into: &mut [u8]) -> Result<(), ClientError> {
        Ok(stream::fill(&mut self.stream, into).await?)
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
            // That is what was wanted: it is gone, or only others hold it.
            Answer::Refused(Refusal::NoSuchBlob | Refusal::BadCapability) => Ok(()),
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
        Answer::decode(&frame).map_err(unreadable)
    }
}

fn unreadable(_: WireError) -> ClientError {
    ClientError::Broken("a frame that cannot be read")
}
