//! Where bytes of strangers are decoded: on threads of their own, a few of a kind at a time, and a decoder that panics
//! takes nothing with it.
//!
//! Not here: the decoders, and their bounds of size (`photo`, `voice`, `tags`).

use tokio::sync::Semaphore;

/// Decoders of one kind that run at once.
pub struct Turns(Semaphore);

impl Turns {
    /// Two at once.
    pub const fn two() -> Self {
        Self(Semaphore::const_new(2))
    }

    /// Waits for a turn and decodes. `None` if the decoder panicked.
    pub async fn decode<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        // It is never closed.
        let turn = self.0.acquire().await;
        let done = tokio::task::spawn_blocking(work).await;
        drop(turn);
        done.ok()
    }
}
