//! Small blobs that a node keeps and has relays keep: each is named by the hash of what is in it.
//!
//! Relays keep nothing for ever: whoever wants a blob to stay asks [`Shelf::is_kept_by`] now and then, which has a relay keep it
//! for longer, and brings it again where it is gone.
//!
//! Rows: `Meta`, partition what the shelf holds, sort the name, value the capability to write and what is in the blob. The store
//! seals them.
//!
//! Not here: which blobs these are, where they lie, and what may be in them (`pictures`, `stickers`).

use super::lines::{KeepError, Lines};
use crate::entropy;
use crate::handle::Handle;
use crate::net::Net;
use chappe_protocol::blob::sealing::Wrong;
use chappe_protocol::blob::whole::{self, Name};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::{Capability, NodeId};
use chappe_protocol::peer::command::{Command, Look, Reply};
use chappe_protocol::store::{Batch, Range, Table};
use chappe_storage::{Store, WriteError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// Relays that get a blob.
pub const COPIES: usize = 2;

/// Bytes of a capability.
const WRITE: usize = 32;

/// How long a relay's word that it keeps a blob is trusted.
const TRUST: Duration = Duration::from_secs(20 * 3600);

/// Why a blob cannot be kept here or read.
#[derive(Debug, Error)]
pub enum ShelfError {
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] WriteError),
    /// Something else is broken.
    #[error("{0}")]
    Broken(&'static str),
}

/// The blobs of one kind.
pub struct Shelf<N> {
    /// What they are, for the log; also the partition.
    what: &'static str,
    /// How long a relay may take for one.
    patience: Duration,
    store: Arc<dyn Store>,
    handle: Handle,
    us: NodeId,
    lines: Mutex<Lines>,
    /// Which relay said when that it keeps which blob.
    kept: Mutex<BTreeMap<(N, NodeId), Instant>>,
}

impl<N: Name> Shelf<N> {
    /// Those that are called so in the store.
    pub fn new(what: &'static str, patience: Duration, store: Arc<dyn Store>, net: Net, handle: Handle) -> Self {
        let us = net.id();
        Self { what, patience, store, handle, us, lines: Mutex::new(Lines::new(net)), kept: Mutex::default() }
    }

    /// A blob that is here: the capability to write it, and what is in it.
    ///
    /// # Errors
    /// [`ShelfError::Broken`] if the store cannot be read.
    pub fn get(&self, name: &N) -> Result<Option<(Capability, Vec<u8>)>, ShelfError> {
        let row = self.store.get(Table::Meta, self.partition(), name.hash());
        Ok(row.map_err(|_| ShelfError::Broken("the store cannot be read"))?.and_then(|row| {
            let (write, plain) = row.split_first_chunk::<WRITE>()?;
            Some((Capability(*write), plain.to_vec()))
        }))
    }

    /// Keeps a blob that was made here.
    ///
    /// # Errors
    /// [`ShelfError`] if it cannot be written.
    pub async fn keep(&self, name: &N, write: &Capability, plain: &[u8]) -> Result<(), ShelfError> {
        let mut batch = Batch::default();
        batch.put(Table::Meta, self.partition(), name.hash(), [&write.0[..], plain].concat());
        self.write(batch).await
    }

    /// Keeps a blob that was fetched.
    ///
    /// # Errors
    /// [`ShelfError`] if it cannot be written.
    pub async fn keep_fetched(&self, name: &N, plain: &[u8]) -> Result<(), ShelfError> {
        if self.get(name)?.is_some() {
            return Ok(());
        }
        let write = entropy::seed().map_err(|_| ShelfError::Broken("this machine gives no random numbers"))?;
        self.keep(name, &Capability(*write), plain).await
    }

    /// Has a blob no more.
    ///
    /// # Errors
    /// [`ShelfError`] if it cannot be written.
    pub async fn remove(&self, name: &N) -> Result<(), ShelfError> {
        let mut batch = Batch::default();
        batch.delete(Table::Meta, self.partition(), name.hash());
        self.write(batch).await
    }

    /// Removes all but those whose name is `wanted`.
    ///
    /// # Errors
    /// [`ShelfError`] if the store cannot be read or written.
    pub async fn sweep(&self, wanted: impl Fn(&[u8]) -> bool) -> Result<(), ShelfError> {
        let rows = self.store.scan(Table::Meta, self.partition(), Range::All, usize::MAX);
        let rows = rows.map_err(|_| ShelfError::Broken("the store cannot be read"))?;
        let mut batch = Batch::default();
        for (name, _) in rows.iter().filter(|(name, _)| !wanted(name)) {
            batch.delete(Table::Meta, self.partition(), name);
        }
        if batch.is_empty() { Ok(()) } else { self.write(batch).await }
    }

    /// Writes rows so that they stay.
    ///
    /// # Errors
    /// [`ShelfError`] if they cannot be written.
    pub async fn write(&self, batch: Batch) -> Result<(), ShelfError> {
        let store = self.store.clone();
        let work = move || store.apply(&batch).and_then(|()| store.sync());
        let written = tokio::task::spawn_blocking(work).await;
        Ok(written.map_err(|_| ShelfError::Broken("the store does not answer"))??)
    }

    /// The relays that the core names, without ourselves.
    pub async fn relays(&self, look: Look) -> Vec<RelayHint> {
        let mut hints = match self.handle.ask(Command::Look(look)).await {
            Ok(Reply::Relays(hints)) => hints,
            Ok(_) | Err(_) => Vec::new(),
        };
        hints.retain(|hint| !self.is_us(hint));
        hints
    }

    /// Whether a relay is this node.
    pub fn is_us(&self, hint: &RelayHint) -> bool {
        hint.relay == self.us
    }

    /// Fetches a blob of `size` plain bytes from a relay; what came here meanwhile is not fetched again. `None` if the
    /// relay does not have it, or gives something that `open` refuses.
    ///
    /// # Errors
    /// [`ShelfError::Broken`] if the store cannot be read.
    pub async fn fetch(
        &self,
        hint: &RelayHint,
        name: &N,
        size: u64,
        open: impl Fn(&[u8]) -> Result<Vec<u8>, Wrong>,
    ) -> Result<Option<Vec<u8>>, ShelfError> {
        let mut lines = self.lines.lock().await;
        if let Some((_, plain)) = self.get(name)? {
            return Ok(Some(plain));
        }
        let asked = timeout(self.patience, lines.fetch_sealed(hint, &name.key(), size)).await;
        drop(lines);
        let Ok(Ok(sealed)) = asked else { return Ok(None) };
        let opened = open(&sealed);
        if let Err(error) = &opened {
            tracing::warn!(relay = ?hint.relay, what = self.what, %error, "a relay gave something else than was named");
        }
        Ok(opened.ok())
    }

    /// Whether a relay keeps a blob; if that is not known for sure it is asked to keep it for longer, or brought it again.
    pub async fn is_kept_by(&self, hint: &RelayHint, name: &N, write: &Capability, plain: &[u8]) -> bool {
        let known = self.kept.lock().await.get(&(*name, hint.relay)).copied();
        known.is_some_and(|at| at.elapsed() < TRUST) || self.bring(hint, name, write, plain).await
    }

    async fn bring(&self, hint: &RelayHint, name: &N, write: &Capability, plain: &[u8]) -> bool {
        let (key, mut lines) = (name.key(), self.lines.lock().await);
        let work = async {
            match lines.renew(hint, &key, plain.len() as u64).await {
                Err(KeepError::Gone) => {}
                renewed => return renewed,
            }
            let sealed = whole::seal_named(name, plain).map_err(|error| KeepError::Wrong(error.to_string()))?;
            lines.bring(hint, (&key, write), &sealed).await.map(|(until, _)| until)
        };
        match timeout(self.patience, work).await {
            Ok(Ok(_)) => {
                self.kept.lock().await.insert((*name, hint.relay), Instant::now());
                true
            }
            Ok(Err(error)) => {
                tracing::debug!(relay = ?hint.relay, what = self.what, %error, "a relay does not keep a blob");
                false
            }
            Err(_) => false,
        }
    }

    fn partition(&self) -> &'static [u8] {
        self.what.as_bytes()
    }
}
