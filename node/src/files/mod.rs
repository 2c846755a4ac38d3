//! Files in chats: taken in and sealed, brought to relays, announced in a message; fetched, checked and kept.
//!
//! * A file that is sent is sealed into the node's own folder of blobs first ([`import`]). From then on the original
//!   is not needed any more, and nothing is ever sealed twice under one key.
//! * [`upload`] brings the blob to two of the chat's home relays (or to the only one), and says the message: shortly before the end,
//!   or when it begins if the reader can ask this node; [`bringing`]: to one relay, maybe while the file is being sealed.
//! * [`download`] fetches a blob from the sender's node and the relays that the message names, checking every chunk before
//!   it is kept; [`spans`]: who brings which part. [`direct`]: which nodes ask each other without a relay.
//! * [`stay`]: files of forwards, and files that somebody wants whom no relay gives them any more.
//! * [`space`]: what they take, and making room.
//! * Each of them is a [`transfer::Transfer`], a row in the store, and goes on after a restart where it was.
//!
//! The bytes lie sealed in this node's folder, and their keys in its sealed store. Not here: what relays allow
//! (`blobs::server`), what a message says of its file (the protocol crate's `content::file`).

mod bringing;
mod direct;
mod download;
pub mod import;
pub mod space;
mod spans;
mod stay;
pub mod transfer;
mod upload;

pub use direct::{Direct, Reach};
pub use transfer::{Progress, State, TransferId, Way};

use crate::blobs::client::Client;
use crate::clock::Clock;
use crate::handle::Handle;
use crate::net::Net;
use bringing::Bringing;
use chappe_protocol::blob::sealing::{Layout, Sealer, TAG};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::file::File;
use chappe_protocol::ids::{BlobId, ChatId, NodeId, OpId};
use chappe_protocol::peer::command::{Command, CommandError, Event, Look, Reply};
use chappe_protocol::peer::message::{Content, MessageView};
use chappe_storage::blobs::{BlobError, BlobSpec, BlobStore};
use chappe_storage::{Store, WriteError};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use transfer::{Live, Transfer};

/// How long whoever reads a file waits for its next bytes.
const READ_PATIENCE: Duration = Duration::from_secs(60);

/// Between two tries, at first and at most.
const RETRY: Duration = Duration::from_secs(2);
const RETRY_MAX: Duration = Duration::from_secs(60);

/// Transfers that are listed; the oldest of those that are done give way.
const LISTED_MAX: usize = 10_000;

/// Why something cannot be done with a file. The texts say what to do.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is no such transfer or file.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// The request is wrong.
    #[error("{0}")]
    Invalid(String),
    /// It cannot be done now.
    #[error("{0}")]
    Refused(String),
    /// The disk is full or fails.
    #[error("{0}")]
    Disk(#[from] BlobError),
    /// The store fails.
    #[error("{0}")]
    Store(#[from] WriteError),
    /// The core says no.
    #[error(transparent)]
    Core(#[from] CommandError),
}

/// The files of a node. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    inner: Arc<Inner>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Files")
    }
}

struct Inner {
    blobs: BlobStore,
    store: Arc<dyn Store>,
    net: Net,
    handle: Handle,
    clock: Clock,
    reach: Reach,
    transfers: Mutex<BTreeMap<TransferId, Live>>,
    /// What goes to a relay since before its file was sealed.
    begun: Mutex<BTreeMap<TransferId, Begun>>,
    wishes: stay::Wishes,
    /// Counts up whenever a transfer has more bytes or another state.
    changes: watch::Sender<u64>,
    /// Held while copies are removed.
    freeing: tokio::sync::Mutex<()>,
    /// Told when the limits changed.
    look: Arc<Notify>,
}

/// Where it goes, and who brings it.
type Begun = (NodeId, JoinHandle<Option<Bringing>>);

impl Files {
    /// Reads the transfers and goes on with them. Must run in a tokio runtime.
    pub fn start(
        blobs: BlobStore,
        store: Arc<dyn Store>,
        net: Net,
        handle: Handle,
        clock: Clock,
        reach: Reach,
    ) -> Result<Self, FileError> {
        let rows = transfer::load(&*store).map_err(|error| FileError::Refused(error.to_string()))?;
        let transfers = rows.into_iter().map(|row| (row.id, Live::new(row))).collect();
        let inner = Arc::new(Inner {
            blobs,
            store,
            net,
            handle,
            clock,
            reach,
            transfers: Mutex::new(transfers),
            begun: Mutex::default(),
            wishes: stay::Wishes::default(),
            changes: watch::channel(0).0,
            freeing: tokio::sync::Mutex::new(()),
            look: Arc::new(Notify::new()),
        });
        inner.forget_strays()?;
        let ids: Vec<TransferId> = inner.lock().keys().copied().collect();
        ids.into_iter().for_each(|id| inner.go_on(id));
        tokio::spawn(watch_messages(Arc::downgrade(&inner), inner.handle.events()));
        tokio::spawn(space::keep(Arc::downgrade(&inner)));
        Ok(Self { inner })
    }

    /// All transfers, the newest first.
    pub fn list(&self) -> Vec<Progress> {
        let mut all: Vec<Progress> = self.inner.lock().values().map(|live| self.inner.progress(live)).collect();
        all.sort_by_key(|progress| std::cmp::Reverse(progress.started));
        all
    }

    /// One transfer.
    pub fn one(&self, id: &TransferId) -> Result<Progress, FileError> {
        let transfers = self.inner.lock();
        transfers.get(id).map(|live| self.inner.progress(live)).ok_or(FileError::Missing("transfer"))
    }

    /// Stops a transfer until [`Self::resume`].
    pub async fn pause(&self, id: &TransferId) -> Result<Progress, FileError> {
        self.change(id, |state| match state {
            State::Active => Ok(State::Paused),
            State::Paused => Ok(State::Paused),
            State::Done | State::Failed(_) | State::Dropping => Err("it does not run any more"),
        })
        .await
    }

    /// Goes on with a transfer that was paused or failed.
    pub async fn resume(&self, id: &TransferId) -> Result<Progress, FileError> {
        self.change(id, |state| match state {
            State::Active | State::Paused | State::Failed(_) => Ok(State::Active),
            State::Done | State::Dropping => Err("it is over"),
        })
        .await
    }

    /// Ends a transfer and removes what it left here and at relays. What was sent is deleted with its message.
    pub async fn cancel(&self, id: &TransferId) -> Result<(), FileError> {
        let transfer = self.inner.get(id).ok_or(FileError::Missing("transfer"))?;
        if transfer.way == Way::Out && transfer.message.is_some() {
            let why = "it was sent; delete the message for everybody to take it back";
            return Err(FileError::Refused(why.into()));
        }
        self.inner.remove(transfer).await
    }

    async fn change(
        &self,
        id: &TransferId,
        next: impl FnOnce(&State) -> Result<State, &'static str>,
    ) -> Result<Progress, FileError> {
        let mut transfer = self.inner.get(id).ok_or(FileError::Missing("transfer"))?;
        transfer.state = next(&transfer.state).map_err(|why| FileError::Refused(why.into()))?;
        self.inner.stop(id);
        self.inner.save(transfer).await?;
        self.inner.go_on(*id);
        self.one(id)
    }

    /// The file of a message, to be read. Fetching begins, or goes on, if it is not here.
    pub async fn open(&self, message: OpId) -> Result<Reader, FileError> {
        let Reply::Message(view) = self.inner.handle.ask(Command::Look(Look::Message(message))).await? else {
            return Err(FileError::Refused("the core answered with another command's reply".into()));
        };
        let MessageView { chat, content, .. } = *view;
        let Content::File(file) = content else { return Err(FileError::Missing("file")) };
        let layout = Layout::of(file.size).ok_or(FileError::Missing("file"))?;
        let id = TransferId::of(&file.key.blob());
        if !self.inner.is_whole(&file.key.blob()) {
            self.inner.fetch(id, chat, message, &file).await?;
        }
        let sealer = Arc::new(Sealer::new(&file.key, layout));
        Ok(Reader { inner: self.inner.clone(), id, file: *file, layout, sealer })
    }

    /// True if a file is here, whole.
    pub fn has(&self, file: &File) -> bool {
        self.inner.is_whole(&file.key.blob())
    }

    /// Every file of this node that is here whole, as it lies sealed.
    pub fn whole(&self) -> Vec<(BlobId, BlobSpec)> {
        let (blobs, own) = (&self.inner.blobs, self.inner.net.id().0);
        let whole = |id: &BlobId| blobs.entry(id).filter(|entry| entry.is_whole() && entry.spec.owner == own);
        blobs.ids().into_iter().filter_map(|id| whole(&id).map(|entry| (id, entry.spec))).collect()
    }

    /// Sealed bytes of a file.
    pub async fn sealed(&self, blob: BlobId, at: u64, length: usize) -> Result<Vec<u8>, FileError> {
        let blobs = self.inner.blobs.clone();
        blocking(move || Ok(blobs.read(&blob, at, length)?)).await
    }

    /// Lists a file that is here whole as the file of a message, so that it goes with the message.
    pub async fn kept(&self, chat: ChatId, message: OpId, file: File) -> Result<(), FileError> {
        let id = TransferId::of(&file.key.blob());
        if self.inner.get(&id).is_some() {
            return Ok(());
        }
        let mut transfer = Transfer::incoming(id, chat, message, file, self.inner.clock.now().wall);
        transfer.state = State::Done;
        self.inner.make_room();
        self.inner.save(transfer).await
    }

    /// Ends all tasks; they go on at the next start.
    pub fn stop(&self) {
        let tasks: Vec<_> = self.inner.lock().values_mut().filter_map(|live| live.task.take()).collect();
        tasks.iter().for_each(|task| task.abort());
    }
}

/// Reads a file as its bytes arrive.
pub struct Reader {
    inner: Arc<Inner>,
    id: TransferId,
    /// What the message says of it.
    pub file: File,
    layout: Layout,
    sealer: Arc<Sealer>,
}

impl Reader {
    /// Where its chunks are.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// A chunk, once it is here. Fails if it does not come.
    pub async fn chunk(&self, index: u64) -> Result<Vec<u8>, FileError> {
        let blob = self.file.key.blob();
        let (at, length) = (self.layout.chunk_at(index), self.layout.chunk_len(index) + TAG);
        let mut changes = self.inner.changes.subscribe();
        loop {
            // Before the look, so that no change is missed.
            changes.mark_unchanged();
            let there = self.inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
            if there >= at + length as u64 {
                break;
            }
            if let Some(why) = self.inner.why_not(&self.id) {
                return Err(FileError::Refused(why));
            }
            if tokio::time::timeout(READ_PATIENCE, changes.changed()).await.is_err() {
                let problem = self.inner.lock().get(&self.id).map(|live| live.problem.clone()).unwrap_or_default();
                return Err(FileError::Refused(format!("no bytes came for a minute. {problem}")));
            }
        }
        let (inner, sealer) = (self.inner.clone(), self.sealer.clone());
        blocking(move || {
            let mut chunk = inner.blobs.read(&blob, at, length)?;
            let opened = sealer.open_chunk(index, &mut chunk);
            opened.map_err(|wrong| FileError::Refused(format!("the file is damaged on this disk: {wrong}")))?;
            Ok(chunk)
        })
        .await
    }
}

/// Runs what waits for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(FileError::Refused(format!("the node is stopping ({error})"))),
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<TransferId, Live>> {
        self.transfers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: &TransferId) -> Option<Transfer> {
        self.lock().get(id).map(|live| live.transfer.clone())
    }

    fn is_whole(&self, blob: &BlobId) -> bool {
        self.blobs.entry(blob).is_some_and(|entry| entry.is_whole())
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Makes a transfer durable, as it is now.
    async fn save(&self, transfer: Transfer) -> Result<(), FileError> {
        let (store, row) = (self.store.clone(), transfer.clone());
        blocking(move || Ok(transfer::put(&*store, &row)?)).await?;
        {
            let mut transfers = self.lock();
            match transfers.get_mut(&transfer.id) {
                Some(live) => live.transfer = transfer,
                None => drop(transfers.insert(transfer.id, Live::new(transfer))),
            }
        }
        self.changed();
        Ok(())
    }

    fn stop(&self, id: &TransferId) {
        if let Some(task) = self.lock().get_mut(id).and_then(|live| live.task.take()) {
            task.abort();
        }
    }

    /// Starts a transfer's task if it has something to do.
    fn go_on(self: &Arc<Self>, id: TransferId) {
        let Some(transfer) = self.get(&id) else { return };
        let inner = self.clone();
        let task = match (&transfer.state, transfer.way) {
            (State::Active, Way::Out) => tokio::spawn(async move { upload::run(&inner, transfer).await }),
            (State::Active, Way::In) => tokio::spawn(async move { download::run(&inner, transfer).await }),
            (State::Dropping, _) => tokio::spawn(async move { inner.drop_everywhere(transfer).await }),
            (State::Paused | State::Done | State::Failed(_), _) => return,
        };
        if let Some(live) = self.lock().get_mut(&id) {
            live.begin(task.abort_handle());
        }
    }

    /// Begins to fetch, or goes on.
    async fn fetch(
        self: &Arc<Self>,
        id: TransferId,
        chat: ChatId,
        message: OpId,
        file: &File,
    ) -> Result<(), FileError> {
        let mut transfer = match self.get(&id) {
            Some(transfer) if transfer.way == Way::In && transfer.state == State::Active => return Ok(()),
            Some(transfer) if transfer.way == Way::In => transfer,
            // It was sent from here, and is lost here. Relays drop it with the message all the same.
            Some(transfer) => {
                self.stop(&id);
                Transfer { way: Way::In, message: Some(message), started: self.clock.now().wall, ..transfer }
            }
            None => Transfer::incoming(id, chat, message, file.clone(), self.clock.now().wall),
        };
        transfer.state = State::Active;
        // Relays of this message may be others than those of an earlier one with the same file.
        transfer.file.relays.clone_from(&file.relays);
        transfer.file.sources.clone_from(&file.sources);
        self.make_room();
        self.save(transfer).await?;
        self.go_on(id);
        Ok(())
    }

    /// Why no more bytes come, if that is so.
    fn why_not(&self, id: &TransferId) -> Option<String> {
        let transfers = self.lock();
        let live = transfers.get(id)?;
        match &live.transfer.state {
            State::Active | State::Done => None,
            State::Paused => Some("the transfer is paused; resume it".into()),
            State::Failed(why) => Some(why.clone()),
            State::Dropping => Some("the file was deleted".into()),
        }
    }

    fn progress(&self, live: &Live) -> Progress {
        let transfer = &live.transfer;
        let blob = transfer.file.key.blob();
        let here = self.blobs.entry(&blob).map_or(0, |entry| entry.written);
        live.progress(match (&transfer.state, transfer.way) {
            (State::Done, _) => transfer.file.size,
            (_, Way::In) => here.min(transfer.file.size),
            (_, Way::Out) => live.sent.min(transfer.file.size),
        })
    }

    /// Notes what stands in the way, for people.
    fn note(&self, id: &TransferId, problem: String) {
        tracing::info!(transfer = %id, problem, "a file does not go on");
        if let Some(live) = self.lock().get_mut(id) {
            live.problem = problem;
        }
        self.changed();
    }

    fn advanced(&self, id: &TransferId, sent: u64) {
        if let Some(live) = self.lock().get_mut(id) {
            live.advance(sent);
        }
        self.changed();
    }

    /// What goes to this relay already.
    async fn begun(&self, id: &TransferId, hint: &RelayHint) -> Option<Bringing> {
        let begun = {
            let mut all = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
            all.remove(id).filter(|(relay, _)| *relay == hint.relay)
        };
        begun?.1.await.ok().flatten()
    }

    /// A stream to a relay.
    async fn client(&self, hint: &RelayHint) -> Result<Client, String> {
        self.net.open_blobs(hint.relay, hint.addrs.clone()).await.map(Client::new)
    }

    /// True for the relay that this machine is itself, on a LAN.
    fn is_own(&self, relay: &NodeId) -> bool {
        *relay == self.net.id()
    }

    /// Removes a transfer, what it left here and, if it is ours, what lies at relays.
    async fn remove(self: &Arc<Self>, mut transfer: Transfer) -> Result<(), FileError> {
        self.stop(&transfer.id);
        if let Some((_, bringing)) = self.begun.lock().unwrap_or_else(PoisonError::into_inner).remove(&transfer.id) {
            bringing.abort();
        }
        transfer.state = State::Dropping;
        let id = transfer.id;
        self.save(transfer).await?;
        self.go_on(id);
        Ok(())
    }

    async fn drop_everywhere(self: &Arc<Self>, transfer: Transfer) {
        let blob = transfer.file.key.blob();
        let mut left: Vec<RelayHint> = transfer.touched.clone();
        let mut pause = RETRY;
        // Whoever cannot be reached for a day drops it when nobody renews it.
        for _ in 0..1_440 {
            let mut still = Vec::new();
            for hint in left {
                let removed = async {
                    let mut client = self.client(&hint).await.ok()?;
                    client.remove(blob, &transfer.write).await.ok()
                };
                if !self.is_own(&hint.relay) && removed.await.is_none() {
                    still.push(hint);
                }
            }
            left = still;
            if left.is_empty() {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY_MAX);
        }
        let inner = self.clone();
        let id = transfer.id;
        let shared = self.lock().values().any(|live| {
            let other = &live.transfer;
            other.id != id && other.state != State::Dropping && other.file.key.blob() == blob
        });
        let gone = blocking(move || {
            // Another message may have the same file.
            if !shared {
                inner.blobs.remove(&blob)?;
            }
            Ok(transfer::delete(&*inner.store, &id)?)
        });
        match gone.await {
            Ok(()) => drop(self.lock().remove(&id)),
            Err(error) => tracing::error!(%error, "a file cannot be removed"),
        }
        self.changed();
    }

    /// Bounds the list: the oldest transfers that are done are forgotten; their files stay.
    fn make_room(&self) {
        let mut transfers = self.lock();
        if transfers.len() < LISTED_MAX {
            return;
        }
        let done = transfers.values().filter(|live| live.transfer.state == State::Done && live.transfer.way == Way::In);
        let oldest = done.min_by_key(|live| live.transfer.started).map(|live| live.transfer.id);
        if let Some(id) = oldest {
            transfers.remove(&id);
            // It comes back with the next start, and goes again.
            if let Err(error) = transfer::delete(&*self.store, &id) {
                tracing::warn!(%error, "a transfer cannot be forgotten");
            }
        }
    }

    /// Removes what was being taken in when the node stopped: its key is lost, so it is worth nothing.
    fn forget_strays(&self) -> Result<(), FileError> {
        let known: std::collections::BTreeSet<BlobId> =
            self.lock().values().map(|live| live.transfer.file.key.blob()).collect();
        for blob in self.blobs.ids() {
            let stray =
                self.blobs.entry(&blob).is_some_and(|entry| !entry.is_whole() && entry.spec.owner == self.net.id().0);
            if stray && !known.contains(&blob) {
                self.blobs.remove(&blob)?;
            }
        }
        Ok(())
    }
}

/// Removes files whose messages are gone.
async fn watch_messages(inner: std::sync::Weak<Inner>, mut events: tokio::sync::broadcast::Receiver<Event>) {
    loop {
        let gone = match events.recv().await {
            Ok(Event::Gone { message, .. }) => message,
            Ok(Event::Message(view)) if matches!(view.content, Content::Deleted { .. } | Content::Viewed) => view.id,
            Ok(Event::Wanted { chat, message }) => {
                let Some(inner) = inner.upgrade() else { return };
                tokio::spawn(inner.wished(chat, message));
                continue;
            }
            Ok(_) | Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        let Some(inner) = inner.upgrade() else { return };
        let of = |live: &&Live| live.transfer.message == Some(gone) && live.transfer.state != State::Dropping;
        // The file that came, and what this node keeps at relays for the message.
        let transfers: Vec<Transfer> = inner.lock().values().filter(of).map(|live| live.transfer.clone()).collect();
        for transfer in transfers {
            if let Err(error) = inner.remove(transfer).await {
                tracing::error!(%error, "the file of a deleted message cannot be removed");
            }
        }
    }
}
