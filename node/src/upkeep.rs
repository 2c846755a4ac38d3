//! The durable store's erasure and compaction, every minute, beside the loop: what was deleted leaves the disk.

use crate::clock::Clock;
use chappe_storage::DurableStore;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often the store is asked whether there is something to do.
const PERIOD: Duration = Duration::from_secs(60);

/// A pause between two pieces of work, so that the loop gets at the disk.
const BREATH: Duration = Duration::from_millis(250);

/// Runs until stopped; holds a clone of the store, which closes only after [`Upkeep::stop`].
#[derive(Debug)]
pub struct Upkeep {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Upkeep {
    /// Starts on the current runtime.
    pub fn spawn(store: DurableStore) -> Self {
        let (stop, stopping) = watch::channel(false);
        Self { stop, task: tokio::spawn(run(store, stopping)) }
    }

    /// Finishes the piece of work that is being done and lets go of the store.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the store's upkeep failed");
        }
    }
}

async fn run(store: DurableStore, mut stopping: watch::Receiver<bool>) {
    let mut pause = PERIOD;
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
        let (working, now) = (store.clone(), Clock::new().now().wall);
        let done = tokio::task::spawn_blocking(move || working.maintain(now)).await;
        pause = match done {
            Ok(Ok(done)) if done.more => BREATH,
            Ok(Ok(_)) => PERIOD,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the store's upkeep met a problem");
                PERIOD
            }
            Err(error) => {
                tracing::error!(%error, "the store's upkeep failed");
                return;
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chappe_storage::{Options, StoreKey};

    #[tokio::test]
    async fn it_lets_go_of_the_store_when_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let open = || DurableStore::open(dir.path(), StoreKey::without_passcode(), Options::default());
        let store = open().unwrap();
        let upkeep = Upkeep::spawn(store.clone());
        upkeep.stop().await;
        drop(store);
        assert!(open().is_ok());
    }
}
