//! What Chappe remembers. One trait, two stores: the durable one and the one in memory.
//!
//! Not here: what the rows mean (that is `chappe-protocol`'s), and any thread or runtime.

use chappe_protocol::store::{Batch, StoreRead};
use thiserror::Error;

pub mod blobs;
mod check;
pub mod disk;
mod durable;
mod error;
mod frame;
mod index;
mod journal;
mod keys;
mod maintain;
mod memory;
mod open;
mod overlay;
mod read;
mod replay;
mod seal;
mod segments;
mod session;
mod turn;

pub use check::{BATCH_BYTES_MAX, BATCH_WRITES_MAX, BatchError, check_batch};
pub use durable::DurableStore;
pub use error::OpenError;
pub use keys::{KeyError, StoreKey};
pub use maintain::{ERASURE_MAX, Maintained};
pub use memory::MemoryStore;
pub use open::{IndexUse, Opened, Options, Progress, SCHEMA};

/// A write that failed. The store refuses everything from then on, so that nothing is acknowledged that is not there.
#[derive(Debug, Error)]
#[error("the store cannot be written: {0}")]
pub struct WriteError(pub String);

/// A store that a shell drives. All methods take `&self`: a store is shared between the loop and readers.
pub trait Store: StoreRead + Send + Sync {
    /// Applies a batch atomically. Every later read sees it; it is durable only after the next [`Store::sync`].
    /// Batches become durable in order: after a crash a prefix of the applied batches is there, never a hole.
    fn apply(&self, batch: &Batch) -> Result<(), WriteError>;

    /// Returns when everything applied so far is on disk.
    fn sync(&self) -> Result<(), WriteError>;
}
