//! What files take on this disk, and making room: copies of files that others sent are removed where a relay says that it has
//! the whole file, so that they can be fetched again; on request, or by limits of age and size that the node keeps by
//! itself.
//!
//! Never removed: what was sent from here (others may fetch it from this node), what no relay has any more, what is on its
//! way. A message keeps its place and picture; whoever opens it fetches the file again.
//!
//! Not here: messages, the search index and other folders (`crate::space`).

use super::transfer::{Transfer, TransferId};
use super::{FileError, Files, Inner, State, Way, blocking};
use crate::blobs::client::{Client, ClientError};
use chappe_protocol::blob::sealing::Layout;
use chappe_protocol::content::file::File;
use chappe_protocol::content::play::Role;
use chappe_protocol::ids::{ChatId, NodeId};
use chappe_protocol::store::{Batch, Table};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::timeout;

const PARTITION: &[u8] = b"file limits";

/// Between two looks at the limits; the first comes soon after the start.
const EVERY: Duration = Duration::from_secs(3600);
const FIRST: Duration = Duration::from_secs(60);

/// How long a relay may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The least limits that make sense: less would fetch and drop what one just looks at.
pub const KEEP_MIN_S: u64 = 3600;
/// See [`KEEP_MIN_S`].
pub const TOTAL_MIN: u64 = 1024 * 1024;

/// Sorts of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A picture.
    Photo,
    /// Moving pictures.
    Video,
    /// A voice message.
    Voice,
    /// Another sound.
    Sound,
    /// Everything else.
    Document,
}

impl Sort {
    fn of(file: &File) -> Self {
        let role = file.play.as_ref().map(|play| play.role);
        match file.mime.split('/').next() {
            _ if role == Some(Role::Voice) => Self::Voice,
            Some("image") => Self::Photo,
            Some("video") => Self::Video,
            Some("audio") => Self::Sound,
            Some(_) | None => Self::Document,
        }
    }
}

/// Files of one sort in one chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub files: u64,
    /// Bytes on this disk.
    pub bytes: u64,
    /// Of these, bytes of copies that may be removed if a relay has them.
    pub copies: u64,
}

/// What files take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// By chat and sort.
    pub chats: BTreeMap<(ChatId, Sort), Sum>,
    /// Bytes of own files that no transfer names any more.
    pub unlisted: u64,
    /// Bytes that this machine keeps for others, as a relay of its LAN.
    pub lent: u64,
}

/// Which copies are to go.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of one chat.
    pub chat: Option<ChatId>,
    /// Of these sorts; empty: of all.
    pub sorts: Vec<Sort>,
    /// Fetched before this, milliseconds since 1970.
    pub before: Option<u64>,
    /// Of at least so many bytes.
    pub larger: u64,
    /// Only say what would go.
    pub dry: bool,
}

/// Why a file stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stays {
    /// It was sent from here.
    Sent,
    /// No relay has it any more.
    OnlyHere,
    /// No relay that may have it answers.
    Unreachable,
    /// It is on its way.
    UnderWay,
}

/// What was freed, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freed {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// Files and bytes that stay, by reason.
    pub stays: BTreeMap<Stays, (u64, u64)>,
}

/// What the node keeps to by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Seconds that a fetched copy is kept.
    pub keep_s: Option<u64>,
    /// Bytes of all fetched copies together; the oldest go first.
    pub total: Option<u64>,
}

impl Files {
    /// What files take.
    pub fn held(&self) -> Held {
        let inner = &self.inner;
        let mut held = Held::default();
        let mut known = BTreeSet::new();
        for live in inner.lock().values() {
            let transfer = &live.transfer;
            let blob = transfer.file.key.blob();
            if !known.insert(blob) {
                continue;
            }
            let bytes = inner.blobs.entry(&blob).map_or(0, |entry| entry.written);
            if bytes == 0 {
                continue;
            }
            let sum = held.chats.entry((transfer.chat, Sort::of(&transfer.file))).or_default();
            sum.files += 1;
            sum.bytes += bytes;
            sum.copies += if is_copy(transfer) { bytes } else { 0 };
        }
        for blob in inner.blobs.ids() {
            let Some(entry) = inner.blobs.entry(&blob) else { continue };
            if entry.spec.owner != inner.net.id().0 {
                held.lent += entry.written;
            } else if !known.contains(&blob) {
                held.unlisted += entry.written;
            }
        }
        held
    }

    /// Removes copies that relays still have. One at a time: a second call waits.
    pub async fn free(&self, wanted: &Wanted) -> Freed {
        let _one = self.inner.freeing.lock().await;
        let all: Vec<Transfer> = self.inner.lock().values().map(|live| live.transfer.clone()).collect();
        let bytes = |transfer: &Transfer| self.inner.bytes(transfer);
        let matching = all.into_iter().filter(|transfer| {
            wanted.chat.is_none_or(|chat| chat == transfer.chat)
                && (wanted.sorts.is_empty() || wanted.sorts.contains(&Sort::of(&transfer.file)))
                && wanted.before.is_none_or(|before| transfer.started < before)
                && bytes(transfer) >= wanted.larger.max(1)
        });
        self.inner.free_these(matching.collect(), wanted.dry).await
    }

    /// What the node keeps to.
    pub fn limits(&self) -> Result<Limits, FileError> {
        self.inner.limits()
    }

    /// Keeps to these from now on, at once.
    pub async fn set_limits(&self, limits: Limits) -> Result<(), FileError> {
        if limits.keep_s.is_some_and(|seconds| seconds < KEEP_MIN_S) {
            return Err(FileError::Invalid("copies are kept for an hour at least".into()));
        }
        if limits.total.is_some_and(|total| total < TOTAL_MIN) {
            return Err(FileError::Invalid("copies may take a megabyte at least".into()));
        }
        let row = serde_json::to_vec(&limits).map_err(|error| FileError::Invalid(error.to_string()))?;
        let store = self.inner.store.clone();
        blocking(move || {
            let mut batch = Batch::new();
            batch.put(Table::Meta, PARTITION, &[], row);
            store.apply(&batch)?;
            Ok(store.sync()?)
        })
        .await?;
        self.inner.look.notify_one();
        Ok(())
    }
}

/// Keeps to the limits until the node stops.
pub(super) async fn keep(inner: Weak<Inner>) {
    let mut pause = FIRST;
    loop {
        let Some(look) = inner.upgrade().map(|inner| inner.look.clone()) else { return };
        // Either way it is time; what passes in between is no news.
        drop(timeout(pause, look.notified()).await);
        pause = EVERY;
        let Some(inner) = inner.upgrade() else { return };
        match inner.limits() {
            Ok(limits) => inner.keep_to(limits).await,
            Err(error) => tracing::warn!(%error, "the limits of files cannot be read"),
        }
    }
}

fn is_copy(transfer: &Transfer) -> bool {
    transfer.way == Way::In && transfer.state == State::Done
}

impl Inner {
    fn bytes(&self, transfer: &Transfer) -> u64 {
        self.blobs.entry(&transfer.file.key.blob()).map_or(0, |entry| entry.written)
    }

    fn limits(&self) -> Result<Limits, FileError> {
        let row = self.store.get(Table::Meta, PARTITION, &[]).map_err(|error| FileError::Refused(error.to_string()))?;
        let read = row.map(|row| serde_json::from_slice(&row)).transpose();
        read.map(Option::unwrap_or_default).map_err(|error| FileError::Refused(error.to_string()))
    }

    async fn keep_to(self: &Arc<Self>, limits: Limits) {
        let _one = self.freeing.lock().await;
        let now = self.clock.now().wall;
        let mut copies: Vec<Transfer> = {
            let transfers = self.lock();
            transfers.values().map(|live| &live.transfer).filter(|transfer| is_copy(transfer)).cloned().collect()
        };
        copies.retain(|transfer| self.bytes(transfer) > 0);
        copies.sort_by_key(|transfer| std::cmp::Reverse(transfer.started));
        let mut total: u64 = 0;
        copies.retain(|transfer| {
            total += self.bytes(transfer);
            let old = limits.keep_s.is_some_and(|seconds| transfer.started + seconds * 1000 < now);
            old || limits.total.is_some_and(|most| total > most)
        });
        if copies.is_empty() {
            return;
        }
        let Freed { files, bytes, stays } = self.free_these(copies, false).await;
        tracing::info!(files, bytes, stays = stays.len(), "files made room");
    }

    async fn free_these(self: &Arc<Self>, all: Vec<Transfer>, dry: bool) -> Freed {
        let mut freed = Freed::default();
        let mut relays = Relays::default();
        for transfer in all {
            let bytes = self.bytes(&transfer);
            let stays = match (&transfer.state, transfer.way) {
                (State::Done, Way::In) => relays.lack(self, &transfer.file).await,
                (State::Done, Way::Out) => Some(Stays::Sent),
                (State::Active | State::Paused | State::Failed(_) | State::Dropping, _) => Some(Stays::UnderWay),
            };
            if let Some(why) = stays {
                let sum = freed.stays.entry(why).or_default();
                *sum = (sum.0 + 1, sum.1 + bytes);
                continue;
            }
            if !dry && !self.drop_copy(transfer.id).await {
                continue;
            }
            freed.files += 1;
            freed.bytes += bytes;
        }
        freed
    }

    /// Removes a copy, if it is still one.
    async fn drop_copy(self: &Arc<Self>, id: TransferId) -> bool {
        let Some(mut transfer) = self.get(&id).filter(is_copy) else { return false };
        transfer.state = State::Dropping;
        match self.save(transfer.clone()).await {
            Ok(()) => {
                self.drop_everywhere(transfer).await;
                true
            }
            Err(error) => {
                tracing::warn!(%error, "a copy of a file cannot be removed");
                false
            }
        }
    }
}

/// Relays that were asked already; one that did not answer is not asked again.
#[derive(Default)]
struct Relays(BTreeMap<NodeId, Option<Client>>);

impl Relays {
    /// Why a file cannot be fetched again; `None` if a relay has it, whole, and will keep it for a while.
    async fn lack(&mut self, inner: &Inner, file: &File) -> Option<Stays> {
        let length = Layout::of(file.size)?.blob_len();
        let mut silent = false;
        for hint in file.relays.iter().filter(|hint| !inner.is_own(&hint.relay)) {
            let client = match self.0.entry(hint.relay) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(timeout(PATIENCE, inner.client(hint)).await.ok().and_then(Result::ok))
                }
            };
            let Some(asked) = client else {
                silent = true;
                continue;
            };
            let answer = timeout(PATIENCE, asked.renew(file.key.blob(), &file.key.read(), length)).await;
            match answer {
                Ok(Ok(have)) if have.upto == length => return None,
                Ok(Ok(_) | Err(ClientError::Refused(_))) => {}
                Ok(Err(_)) | Err(_) => {
                    *client = None;
                    silent = true;
                }
            }
        }
        Some(if silent { Stays::Unreachable } else { Stays::OnlyHere })
    }
}
