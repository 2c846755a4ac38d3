//! A relay's end: keeps blobs for others, within shares of its room.
//!
//! Every stream is a task that answers one request after the other; the disk's work is done on blocking threads. A
//! remote has few streams at once, so what it can make this machine hold is a chunk a stream. A person's node serves its
//! own blobs so and takes none ([`BlobPolicy::NONE`]).

use super::stream;
use crate::clock::Clock;
use crate::net::{ServeBlobs, Stream};
use chappe_protocol::blob::wire::{Answer, Ask, PIECE, Refusal};
use chappe_protocol::ids::{BlobId, Capability, NodeId};
use chappe_storage::blobs::{BlobEntry, BlobError, BlobSpec, BlobStore};
use futures::AsyncWriteExt;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Streams of one remote.
const STREAMS_PER_REMOTE: usize = 4;

/// Streams of all: with a chunk each way a stream this is 1 GiB at worst.
const STREAMS_MAX: usize = 512;

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

    async fn talk(self: Arc<Self>, remote: NodeId, mut stream: Stream) -> io::Result<()> {
        // After a refused `Put` the next ones are dropped, because they were sent before the refusal arrived.
        let mut dropping = false;
        while let Some(frame) = stream::read(&mut stream).await? {
            let ask = match Ask::decode(&frame) {
                Ok(ask) => ask,
                Err(error) => {
                    stream::write(&mut stream, &Answer::Refused(Refusal::Malformed).encode()).await?;
                    stream.close().await?;
                    return Err(io::Error::new(io::ErrorKind::InvalidData, error));
                }
            };
            drop(frame);
            if let Ask::Get { blob, read, offset, length } = ask {
                dropping = false;
                self.give(&mut stream, blob, read, offset, length).await?;
                continue;
            }
            let is_put = matches!(ask, Ask::Put { .. });
            if is_put && dropping {
                continue;
            }
            let server = self.clone();
            let answer = tokio::task::spawn_blocking(move || server.answer(remote, ask)).await;
            let answer = answer.map_err(io::Error::other)?;
            dropping = is_put && answer.is_some();
            if let Some(answer) = answer {
                stream::write(&mut stream, &answer.encode()).await?;
                stream::flush(&mut stream).await?;
            }
        }
        stream.close().await
    }

    /// Everything but `Get`. `None`: a `Put` that was taken.
    fn answer(&self, remote: NodeId, ask: Ask) -> Option<Answer> {
        let answer = match ask {
            Ask::Offer { blob, length, write, read } => self.offer(remote, blob, length, write, read),
            Ask::Put { blob, write, offset, bytes } => {
                let put = self.writable(&blob, &write);
                match put.and_then(|_| self.store.append(&blob, offset, &bytes).map_err(refusal)) {
                    Ok(()) => return None,
                    Err(refusal) => Err(refusal),
                }
            }
            Ask::Sync { blob, write } => self.writable(&blob, &write).and_then(|_| self.sync(&blob)),
            Ask::Renew { blob, read } => self.readable(&blob, &read).and_then(|entry| {
                let until = if entry.is_whole() { self.until(self.policy.keep) } else { entry.expires };
                self.store.keep_until(&blob, until).map(have).map_err(refusal)
            }),
            Ask::Drop { blob, write } => {
                let removed = self.writable(&blob, &write).and_then(|_| self.store.remove(&blob).map_err(refusal));
                removed.map(|()| Answer::Done)
            }
            Ask::Get { .. } => Err(Refusal::Malformed),
        };
        Some(answer.unwrap_or_else(Answer::Refused))
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
        if self.store.entry(&blob).is_none() {
            if length > self.policy.largest {
                return Err(Refusal::TooLarge(self.policy.largest));
            }
            let (all, own) = self.store.promised(&remote.0);
            let free = self.policy.room.saturating_sub(all).min(self.policy.share.saturating_sub(own));
            if length > free {
                return Err(Refusal::Full(free));
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
        stream: &mut Stream,
        blob: BlobId,
        read: Capability,
        mut offset: u64,
        length: u64,
    ) -> io::Result<()> {
        let end = offset.saturating_add(length);
        let mut giving = None;
        let entry = loop {
            let (server, read) = (self.clone(), read.clone());
            let ask = usize::try_from(end - offset).unwrap_or(usize::MAX).min(PIECE);
            let piece = move || {
                let entry = server.readable(&blob, &read)?;
                let bytes =
                    if ask == 0 { Vec::new() } else { server.store.read(&blob, offset, ask).map_err(refusal)? };
                Ok((entry, bytes))
            };
            let (entry, bytes) = match tokio::task::spawn_blocking(piece).await.map_err(io::Error::other)? {
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
            let next = offset + bytes.len() as u64;
            stream::write(stream, &Answer::Data { offset, bytes }.encode()).await?;
            offset = next;
        };
        stream::write(stream, &have(entry).encode()).await?;
        stream::flush(stream).await
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
        BlobError::Differs => Refusal::SpecMismatch,
        BlobError::Gap(end) => Refusal::Gap(end),
        BlobError::TooMany => Refusal::Malformed,
        BlobError::DiskFull | BlobError::Io(_) => {
            tracing::error!(%error, "the disk for blobs fails");
            Refusal::Disk
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: BlobId = BlobId([1; 32]);
    const ALICE: NodeId = NodeId([8; 32]);
    const BOB: NodeId = NodeId([9; 32]);

    fn write() -> Capability {
        Capability([2; 32])
    }

    fn read() -> Capability {
        Capability([3; 32])
    }

    fn offer(blob: BlobId, length: u64) -> Ask {
        Ask::Offer { blob, length, write: write().hash(), read: read().hash() }
    }

    fn server(dir: &std::path::Path) -> Arc<BlobServer> {
        let policy = BlobPolicy { room: 100, share: 60, largest: 50, ..BlobPolicy::default() };
        BlobServer::new(BlobStore::open(dir).unwrap(), policy, Clock::new())
    }

    fn upto(answer: Option<Answer>) -> u64 {
        match answer {
            Some(Answer::Have { upto, .. }) => upto,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_blob_grows_is_whole_is_renewed_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let server = server(dir.path());
        assert_eq!(upto(server.answer(ALICE, offer(BLOB, 8))), 0);
        let put = |offset, bytes: &[u8]| Ask::Put { blob: BLOB, write: write(), offset, bytes: bytes.to_vec() };
        assert_eq!(server.answer(ALICE, put(0, b"abcd")), None);
        assert_eq!(upto(server.answer(ALICE, Ask::Sync { blob: BLOB, write: write() })), 4);
        assert_eq!(server.answer(ALICE, put(0, b"abcd")), Some(Answer::Refused(Refusal::Gap(4))));
        assert_eq!(server.answer(ALICE, put(4, b"efgh")), None);
        assert_eq!(upto(server.answer(ALICE, offer(BLOB, 8))), 8);
        assert_eq!(upto(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() })), 8);
        assert_eq!(server.answer(ALICE, Ask::Drop { blob: BLOB, write: write() }), Some(Answer::Done));
        let gone = Some(Answer::Refused(Refusal::NoSuchBlob));
        assert_eq!(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() }), gone);
    }

    #[test]
    fn who_lacks_the_right_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let server = server(dir.path());
        server.answer(ALICE, offer(BLOB, 8));
        let refused = Some(Answer::Refused(Refusal::BadCapability));
        // Who may read may not write.
        let put = Ask::Put { blob: BLOB, write: read(), offset: 0, bytes: vec![1] };
        assert_eq!(server.answer(BOB, put), refused);
        assert_eq!(server.answer(BOB, Ask::Drop { blob: BLOB, write: read() }), refused);
        assert_eq!(server.answer(BOB, Ask::Sync { blob: BLOB, write: read() }), refused);
        assert_eq!(server.answer(BOB, Ask::Renew { blob: BLOB, read: write() }), refused);
        let other = Ask::Offer { blob: BLOB, length: 8, write: [0; 32], read: read().hash() };
        assert_eq!(server.answer(BOB, other), Some(Answer::Refused(Refusal::SpecMismatch)));
        let much = Ask::Put { blob: BLOB, write: write(), offset: 0, bytes: vec![1; 9] };
        assert_eq!(server.answer(ALICE, much), Some(Answer::Refused(Refusal::Malformed)));
        assert_eq!(upto(server.answer(ALICE, offer(BLOB, 8))), 0);
    }

    #[test]
    fn room_is_shared() {
        let dir = tempfile::tempdir().unwrap();
        let server = server(dir.path());
        let refused = |refusal| Some(Answer::Refused(refusal));
        assert_eq!(server.answer(ALICE, offer(BLOB, 51)), refused(Refusal::TooLarge(50)));
        assert_eq!(upto(server.answer(ALICE, offer(BLOB, 50))), 0);
        assert_eq!(server.answer(ALICE, offer(BlobId([2; 32]), 11)), refused(Refusal::Full(10)));
        assert_eq!(upto(server.answer(BOB, offer(BlobId([3; 32]), 45))), 0);
        assert_eq!(server.answer(BOB, offer(BlobId([4; 32]), 6)), refused(Refusal::Full(5)));
        // What is there already is found by whoever has the right, without new room.
        assert_eq!(upto(server.answer(BOB, offer(BLOB, 50))), 0);
    }

    #[test]
    fn a_node_takes_nothing_in_and_gives_what_it_has() {
        let dir = tempfile::tempdir().unwrap();
        let store = BlobStore::open(dir.path()).unwrap();
        let spec = BlobSpec { length: 4, write: write().hash(), read: read().hash(), owner: ALICE.0 };
        store.create(BLOB, spec, u64::MAX).unwrap();
        store.append(&BLOB, 0, b"abcd").unwrap();
        store.sync(&BLOB).unwrap();
        let server = BlobServer::new(store, BlobPolicy::NONE, Clock::new());
        let refused = Some(Answer::Refused(Refusal::TooLarge(0)));
        assert_eq!(server.answer(BOB, offer(BlobId([2; 32]), 1)), refused);
        assert_eq!(upto(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() })), 4);
        let stranger = Ask::Renew { blob: BLOB, read: write() };
        assert_eq!(server.answer(BOB, stranger), Some(Answer::Refused(Refusal::BadCapability)));
        assert!(!server.is_giving(&BLOB));
        let (one, two) = (Giving::new(&server, BLOB), Giving::new(&server, BLOB));
        drop(one);
        assert!(server.is_giving(&BLOB));
        drop(two);
        assert!(!server.is_giving(&BLOB));
    }

    #[test]
    fn a_remote_has_few_streams() {
        let dir = tempfile::tempdir().unwrap();
        let server = server(dir.path());
        let mut held: Vec<Counted> = (0..STREAMS_PER_REMOTE).map(|_| server.count(ALICE).unwrap()).collect();
        assert!(server.count(ALICE).is_none() && server.count(BOB).is_some());
        held.pop();
        assert!(server.count(ALICE).is_some());
        drop(held);
        assert!(server.streams.lock().unwrap().is_empty());
    }
}
