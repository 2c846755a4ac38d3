//! Small words for batches and stores under test.

use std::path::Path;

use chappe_protocol::store::{Batch, Table};
use chappe_storage::{DurableStore, OpenError, Options, Store, StoreKey};

/// Small enough that a few hundred batches make segments, overlays and absorptions.
pub fn small() -> Options {
    Options { segment_bytes: 16 * 1024, preallocate: 4096, overlay_rows: 16, background: false, ..Options::default() }
}

pub fn open(dir: &Path, options: Options) -> Result<DurableStore, OpenError> {
    DurableStore::open(dir, StoreKey::without_passcode(), options)
}

pub fn put(partition: &[u8], sort: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(Table::Test, partition, sort, value.to_vec());
    batch
}

pub fn delete(partition: &[u8], sort: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.delete(Table::Test, partition, sort);
    batch
}

pub fn get(store: &dyn Store, partition: &[u8], sort: &[u8]) -> Option<Vec<u8>> {
    store.get(Table::Test, partition, sort).expect("a read")
}
