//! Stands in for the `futures-timer` of crates.io, which runs a timer thread of its own on the system's clock.
//! Here a [`Delay`] is tokio's timer, so that time which the simulator moves moves libp2p too.
//!
//! Not here: anything for browsers, and use outside of a tokio runtime.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// Ready once its time has passed.
pub struct Delay(Pin<Box<Sleep>>);

impl Delay {
    /// Ready after `duration`.
    pub fn new(duration: Duration) -> Self {
        Self(Box::pin(sleep(duration)))
    }

    /// Starts over: ready after `duration` from now.
    pub fn reset(&mut self, duration: Duration) {
        // As far as tokio's own "never": an instant cannot be any later.
        const NEVER: Duration = Duration::from_secs(86_400 * 365 * 30);
        self.0.as_mut().reset(Instant::now() + duration.min(NEVER));
    }
}

impl Future for Delay {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delay").finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_delay_follows_virtual_time_and_starts_over() {
        let start = Instant::now();
        let mut delay = Delay::new(Duration::from_secs(3600));
        (&mut delay).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3600));
        delay.reset(Duration::from_secs(60));
        delay.await;
        assert_eq!(start.elapsed(), Duration::from_secs(3660));
    }
}
