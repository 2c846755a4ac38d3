//! The one place where the shell reads clocks.

use chappe_protocol::core::Now;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Gives [`Now`]: monotonic milliseconds since this clock was made, and wall-clock milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock {
    /// `mono` counts from one second on, so that "never" can be told from "at the start".
    pub fn new() -> Self {
        let now = Instant::now();
        Self { start: now.checked_sub(Duration::from_secs(1)).unwrap_or(now) }
    }

    /// The time. A wall clock before 1970 reads as 0.
    pub fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { mono: millis(self.start.elapsed()), wall: millis(wall) }
    }

    /// When `mono` comes; far times are cut to a day, because waking too early is harmless.
    pub fn instant_of(&self, mono: u64) -> Instant {
        let day = Duration::from_secs(24 * 3600);
        let left = Duration::from_millis(mono).saturating_sub(self.start.elapsed()).min(day);
        Instant::now() + left
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mono_never_goes_back_and_far_wakes_are_cut() {
        let clock = Clock::new();
        let (a, b) = (clock.now(), clock.now());
        assert!(a.mono <= b.mono && a.mono > 0 && a.wall > 1_600_000_000_000);
        assert!(clock.instant_of(u64::MAX) <= Instant::now() + Duration::from_secs(24 * 3600));
        assert!(clock.instant_of(0) <= Instant::now());
    }
}
