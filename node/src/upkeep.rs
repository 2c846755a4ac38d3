//! The store's upkeep: what was deleted leaves the disk in time, a journal that is mostly dead is rewritten.

use chappe_storage::DurableStore;
use std::time::{Duration, SystemTime};
use tokio::task::{JoinHandle, spawn_blocking};

const EVERY: Duration = Duration::from_secs(60);

/// Looks every minute whether there is something to do, a bounded piece at a time, off the loop's thread.
pub fn spawn(store: DurableStore) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            while more(store.clone()).await {}
        }
    })
}

async fn more(store: DurableStore) -> bool {
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let wall = u64::try_from(wall).unwrap_or(u64::MAX);
    match spawn_blocking(move || store.maintain(wall)).await {
        Ok(Ok(done)) => done.more,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store's upkeep failed and is tried again");
            false
        }
        // The runtime is ending.
        Err(_) => false,
    }
}
