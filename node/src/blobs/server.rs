//! A relay's end: keeps blobs for others, within shares of its room.
//!
//! Every stream is a task that answers one request after the other; the disk's work is done on blocking threads. A
//! remote has few streams at once, so what it can make this machine hold is a chunk a stream. A person's node serves its
//! own blobs so and takes none ([`BlobPolicy::NONE`]).

use super::stream;
use crate::clock::Clock;
use crate::net::{ServeBlobs, Stream};
use chappe_protocol::blob::wire::{Answer, Ask, DataHead, PIECE, Put, Refusal};
use chappe_protocol::ids::{BlobId, Capability, NodeId};
use chappe_protocol::wire::WireError;
use chappe_storage::blobs::{BlobEntry, BlobError, BlobSpec, BlobStore, Hold};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Streams of one remote.
const STREAMS_PER_REMOTE: usize = 4;

/// Streams of all: with two chunks a stream, one that goes and one that is read, this is 512 MiB at worst.
const STREAMS_MAX: usize = 256;

/// Syncs of a stream whose answers are awaited, while it takes more in.
const AHEAD: usize = 2;

/// How often what is over is removed.
const SWEEP: Duration = Duration::from_secs(600);

/// What the operator decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobPolicy {
    /// Bytes of all blobs.
    pub room: u64,
    /// Bytes of one remote's blobs.
    pub share: u64,
    /// Bytes of one blob.
    pub largest: u64,
    /// How long a blob is kept that nobody renews.
    pub keep: Duration,
    /// How long a blob is kept that is not whole.
    pub keep_partial: Duration,
}

const GIB: u64 = 1024 * 1024 * 1024;
const DAY: Duration = Duration::from_secs(24 * 3600);

impl BlobPolicy {
    /// Takes nothing in: what is here already is given to those who may read it.
    pub const NONE: Self = Self { room: 0, share: 0, largest: 0, keep: Duration::ZERO, keep_partial: Duration::ZERO };

    /// With so many bytes of room, a quarter of which is the most that one remote gets; `None` without any.
    pub fn with_room(room: u64) -> Option<Self> {
        let share = room / 4;
        (room > 0).then(|| Self { room, share, largest: share.min(Self::default().largest), ..Self::default() })
    }
}

impl Default for BlobPolicy {
    fn default() -> Self {
        Self { room: 20 * GIB, share: 5 * GIB, largest: 4 * GIB, keep: 30 * DAY, keep_partial: 2 * DAY }
    }
}

/// Keeps blobs for others.
#[derive(Debug)]
pub struct BlobServer {
    store: BlobStore,
    policy: BlobPolicy,
    clock: Clock,
    streams: Mutex<BTreeMap<NodeId, usize>>,
    /// Blobs that are being given away, and to how many.
    giving: Mutex<BTreeMap<BlobId, usize>>,
    /// Offers are made one at a time, so that two of them cannot both take the last room.
    offers: Mutex<()>,
}

/// What is answered next on a stream.
enum Todo {
    Say(Answer),
    /// Once the disk has done it.
    Later(JoinHandle<Answer>),
    /// Bytes of a blob; tells when they are out.
    Give {
        blob: BlobId,
        read: Capability,
        offset: u64,
        length: u64,
        done: oneshot::Sender<()>,
    },
}

/// Bytes on their way to the disk: gives what became of them, and their memory for the next ones.
type Putting = JoinHandle<(Result<(), Refusal>, Vec<u8>)>;

/// Counts a stream as long as it lives.
struct Counted {
    server: Arc<BlobServer>,
    remote: NodeId,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut streams = self.server.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = streams.get_mut(&self.remote) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.remote);
            }
        }
    }
}

/// Says that a blob is being given away as long as it lives.
struct Giving {
    server: Arc<BlobServer>,
    blob: BlobId,
}

impl Giving {
    fn new(server: &Arc<BlobServer>, blob: BlobId) -> Self {
        *server.giving.lock().unwrap_or_else(PoisonError::into_inner).entry(blob).or_default() += 1;
        Self { server: server.clone(), blob }
    }
}

impl Drop for Giving {
    fn drop(&mut self) {
        let mut giving = self.server.giving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = giving.get_mut(&self.blob) {
            *count -= 1;
            if *count == 0 {
                giving.remove(&self.blob);
            }
        }
    }
}

impl BlobServer {
    /// Over a folder of blobs.
    pub fn new(store: BlobStore, policy: BlobPolicy, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            store,
            policy,
            clock,
            streams: Mutex::default(),
            giving: Mutex::default(),
            offers: Mutex::default(),
        })
    }

    /// What the network calls for each stream. Must be called in a tokio runtime; it also removes what is over from
    /// time to time.
    pub fn serve(self: &Arc<Self>) -> ServeBlobs {
        let sweeper = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(SWEEP);
            loop {
                tick.tick().await;
                let Some(server) = sweeper.upgrade() else { break };
                let now = server.clock.now().wall;
                match tokio::task::spawn_blocking(move || server.store.sweep(now)).await {
                    Ok(Ok(0)) | Err(_) => {}
                    Ok(Ok(removed)) => tracing::info!(removed, "blobs that nobody renewed are gone"),
                    Ok(Err(error)) => tracing::error!(%error, "blobs that are over cannot be removed"),
                }
            }
        });
        let (server, runtime) = (self.clone(), tokio::runtime::Handle::current());
        Arc::new(move |remote, stream| {
            let Some(counted) = server.count(remote) else {
                tracing::debug!(?remote, "too many streams for blobs; the new one is dropped");
                return;
            };
            let server = server.clone();
            runtime.spawn(async move {
                if let Err(error) = server.talk(remote, stream).await {
                    tracing::debug!(?remote, %error, "a stream for blobs ended");
                }
                drop(counted);
            });
        })
    }

    /// Blobs here and their bytes, for metrics.
    pub fn totals(&self) -> (u64, u64) {
        self.store.totals()
    }

    /// True while somebody fetches this blob.
    pub fn is_giving(&self, blob: &BlobId) -> bool {
        self.giving.lock().unwrap_or_else(PoisonError::into_inner).contains_key(blob)
    }

    fn count(self: &Arc<Self>, remote: NodeId) -> Option<Counted> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = streams.values().sum();
        let own = streams.entry(remote).or_default();
        if *own >= STREAMS_PER_REMOTE || all >= STREAMS_MAX {
            if *own == 0 {
                streams.remove(&remote);
            }
            return None;
        }
        *own += 1;
        Some(Counted { server: self.clone(), remote })
    }

    /// Reads requests and answers them in their order. What a `Sync` has made durable is told when the disk is done; the
    /// bytes behind it are taken in meanwhile.
    async fn talk(self: Arc<Self>, remote: NodeId, stream: Stream) -> io::Result<()> {
        let (mut reader, mut writer) = stream.split();
        let (todo, doing) = mpsc::channel(AHEAD);
        let ended = tokio::try_join!(self.take(remote, &mut reader, todo), self.reply(&mut writer, doing));
        match ended?.0 {
            None => Ok(()),
            Some(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }

    /// Until the stream ends, or something comes that is no request.
    async fn take(
        self: &Arc<Self>,
        remote: NodeId,
        reader: &mut (impl AsyncRead + Unpin),
        todo: mpsc::Sender<Todo>,
    ) -> io::Result<Option<WireError>> {
        // After a refused `Put` the next ones are dropped, because they were sent before the refusal arrived.
        let mut dropping = false;
        let mut putting: Option<Putting> = None;
        let mut spare = Vec::new();
        loop {
            let frame = stream::read_into(reader, std::mem::take(&mut spare)).await?;
            // The one before went to the disk while this frame came.
            if let Some(put) = putting.take() {
                let (put, used) = put.await.map_err(io::Error::other)?;
                spare = used;
                if let Err(refusal) = put {
                    dropping = true;
                    todo.send(Todo::Say(Answer::Refused(refusal))).await.map_err(io::Error::other)?;
                }
            }
            let Some(frame) = frame else { return Ok(None) };
            let server = self.clone();
            if Put::is(&frame) && Put::decode(&frame).is_ok() {
                let put = move || {
                    let put = Put::decode(&frame).map_or(Err(Refusal::Malformed), |put| server.put(&put));
                    (put, frame)
                };
                putting = (!dropping).then(|| tokio::task::spawn_blocking(put));
                continue;
            }
            dropping = false;
            let next = match Ask::decode(&frame) {
                Ok(Ask::Get { blob, read, offset, length }) => {
                    spare = Vec::new();
                    let (done, given) = oneshot::channel();
                    todo.send(Todo::Give { blob, read, offset, length, done }).await.map_err(io::Error::other)?;
                    // Nobody has to say anything while bytes are on their way to him.
                    given.await.map_err(io::Error::other)?;
                    continue;
                }
                Ok(ask @ Ask::Sync { .. }) => {
                    Todo::Later(tokio::task::spawn_blocking(move || server.answer(remote, ask)))
                }
                Ok(ask) => {
                    let answer = tokio::task::spawn_blocking(move || server.answer(remote, ask)).await;
                    Todo::Say(answer.map_err(io::Error::other)?)
                }
                Err(error) => {
                    let no = Todo::Say(Answer::Refused(Refusal::Malformed));
                    todo.send(no).await.map_err(io::Error::other)?;
                    return Ok(Some(error));
                }
            };
            todo.send(next).await.map_err(io::Error::other)?;
        }
    }

    /// Answers one after the other.
    async fn reply(
        self: &Arc<Self>,
        writer: &mut (impl AsyncWrite + Unpin),
        mut todo: mpsc::Receiver<Todo>,
    ) -> io::Result<()> {
        while let Some(next) = todo.recv().await {
            let answer = match next {
                Todo::Say(answer) => answer,
                Todo::Later(answer) => answer.await.map_err(io::Error::other)?,
                Todo::Give { blob, read, offset, length, done } => {
                    self.give(writer, blob, read, offset, length).await?;
                    // The other end is gone if the stream is.
                    _ = done.send(());
                    continue;
                }
            };
            stream::write(writer, &answer.encode()).await?;
            stream::flush(writer).await?;
        }
        writer.close().await
    }

    fn put(&self, put: &Put<'_>) -> Result<(), Refusal> {
        self.writable(&put.blob, &put.write)?;
        self.store.append(&put.blob, put.offset, put.bytes).map_err(refusal)
    }

    /// Everything but `Put` and `Get`, which are not whole in memory.
    fn answer(&self, remote: NodeId, ask: Ask) -> Answer {
        let answer = match ask {
            Ask::Offer { blob, length, write, read } => self.offer(remote, blob, length, write, read),
            Ask::Sync { blob, write } => self.writable(&blob, &write).and_then(|_| self.sync(&blob)),
            Ask::Renew { blob, read } => self.readable(&blob, &read).and_then(|entry| {
                let until = if entry.is_whole() { self.until(self.policy.keep) } else { entry.expires };
                self.store.keep_until(&blob, until).map(have).map_err(refusal)
            }),
            Ask::Drop { blob, write } => {
                let held = self.store.is_held_by(&blob, &write.hash());
                let may = if held { Ok(()) } else { self.writable(&blob, &write).map(drop) };
                let gone = may.and_then(|()| self.store.let_go(&blob, &write.hash()).map_err(refusal));
                gone.map(|()| Answer::Done)
            }
            Ask::Put { .. } | Ask::Get { .. } => Err(Refusal::Malformed),
        };
        answer.unwrap_or_else(Answer::Refused)
    }

    fn offer(
        &self,
        remote: NodeId,
        blob: BlobId,
        length: u64,
        write: [u8; 32],
        read: [u8; 32],
    ) -> Result<Answer, Refusal> {
        let _one = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        let spec = BlobSpec { length, write, read, owner: remote.0 };
        let (all, own) = self.store.promised(&remote.0);
        let share = self.policy.share.saturating_sub(own);
        match self.store.entry(&blob) {
            // Somebody else who has the file's key wants it to stay.
            Some(there) if (there.spec.length, there.spec.read) == (length, read) && there.spec.write != write => {
                let held = self.store.is_held_by(&blob, &write) || remote.0 == there.spec.owner;
                if !held && length > share {
                    return Err(Refusal::Full(share));
                }
                let held = self.store.hold(&blob, Hold { write, owner: remote.0 });
                let kept = held.and_then(|_| self.store.keep_until(&blob, self.until(self.policy.keep)));
                return kept.map(have).map_err(refusal);
            }
            Some(_) => {}
            None if length > self.policy.largest => return Err(Refusal::TooLarge(self.policy.largest)),
            None => {
                let free = self.policy.room.saturating_sub(all).min(share);
                if length > free {
                    return Err(Refusal::Full(free));
                }
            }
        }
        let made = self.store.create(blob, spec, self.until(self.policy.keep_partial));
        // What was written on another stream, and is not durable yet, must not be written again.
        made.and_then(|_| self.store.sync(&blob)).map(have).map_err(refusal)
    }

    fn sync(&self, blob: &BlobId) -> Result<Answer, Refusal> {
        let mut entry = self.store.sync(blob).map_err(refusal)?;
        if entry.is_whole() {
            entry = self.store.keep_until(blob, self.until(self.policy.keep)).map_err(refusal)?;
        }
        Ok(have(entry))
    }

    async fn give(
        self: &Arc<Self>,
        stream: &mut (impl AsyncWrite + Unpin),
        blob: BlobId,
        read: Capability,
        mut offset: u64,
        length: u64,
    ) -> io::Result<()> {
        let end = offset.saturating_add(length);
        let mut giving = None;
        let mut spare = Vec::new();
        let mut next = self.piece(blob, read.clone(), offset..end, Vec::new());
        let entry = loop {
            let (entry, bytes) = match next.await.map_err(io::Error::other)? {
                Ok(piece) => piece,
                Err(refusal) => {
                    stream::write(stream, &Answer::Refused(refusal).encode()).await?;
                    return stream::flush(stream).await;
                }
            };
            if bytes.is_empty() {
                break entry;
            }
            // Only once the right was shown: who has none cannot make others wait.
            giving.get_or_insert_with(|| Giving::new(self, blob));
            let head = DataHead { offset, length: bytes.len() };
            offset += bytes.len() as u64;
            // Read while this one goes out.
            next = self.piece(blob, read.clone(), offset..end, std::mem::take(&mut spare));
            stream::write_parts(stream, &head.encode(), &bytes).await?;
            spare = bytes;
        };
        // What can be read; of what was brought, only what is durable counts.
        let (upto, length, expires) = (entry.written, entry.spec.length, entry.expires);
        stream::write(stream, &Answer::Have { upto, length, expires }.encode()).await?;
        stream::flush(stream).await
    }

    /// The first bytes of a part, if there are any.
    fn piece(
        self: &Arc<Self>,
        blob: BlobId,
        read: Capability,
        part: Range<u64>,
        spare: Vec<u8>,
    ) -> JoinHandle<Result<(BlobEntry, Vec<u8>), Refusal>> {
        let (server, ask) = (self.clone(), usize::try_from(part.end - part.start).unwrap_or(usize::MAX).min(PIECE));
        tokio::task::spawn_blocking(move || {
            let entry = server.readable(&blob, &read)?;
            let read = || server.store.read_into(&blob, part.start, ask, spare).map_err(refusal);
            Ok((entry, if ask == 0 { Vec::new() } else { read()? }))
        })
    }

    fn writable(&self, blob: &BlobId, write: &Capability) -> Result<BlobEntry, Refusal> {
        self.allowed(blob, |spec| spec.write, write)
    }

    fn readable(&self, blob: &BlobId, read: &Capability) -> Result<BlobEntry, Refusal> {
        self.allowed(blob, |spec| spec.read, read)
    }

    fn allowed(
        &self,
        blob: &BlobId,
        hash: impl Fn(&BlobSpec) -> [u8; 32],
        cap: &Capability,
    ) -> Result<BlobEntry, Refusal> {
        let now = self.clock.now().wall;
        let entry = self.store.entry(blob).filter(|entry| entry.expires > now).ok_or(Refusal::NoSuchBlob)?;
        if bool::from(hash(&entry.spec).ct_eq(&cap.hash())) { Ok(entry) } else { Err(Refusal::BadCapability) }
    }

    fn until(&self, keep: Duration) -> u64 {
        self.clock.now().wall.saturating_add(u64::try_from(keep.as_millis()).unwrap_or(u64::MAX))
    }
}

fn have(entry: BlobEntry) -> Answer {
    Answer::Have { upto: entry.durable, length: entry.spec.length, expires: entry.expires }
}

fn refusal(error: BlobError) -> Refusal {
    match error {
        BlobError::Missing => Refusal::NoSuchBlob,
        BlobError::Differs | BlobError::Held => Refusal::SpecMismatch,
        BlobError::Gap(end) => Refusal::Gap(end),
        BlobError::TooMany => Refusal::Malformed,
        BlobError::DiskFull | BlobError::Io(_) => {
            tracing::error!(%error, "the disk for blobs fails");
            Refusal::Disk
        }
    }
}

#[cfg(test)]
mod tests;
