//! The one place where the shell reads clocks.

use chappe_protocol::core::Now;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Gives [`Now`]: monotonic milliseconds since this clock was made, and wall-clock milliseconds.
///
/// Monotonic time is tokio's, which is the system's wherever nobody moves it (the simulator does).
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    wall: Wall,
}

/// Where wall-clock time comes from.
#[derive(Clone, Copy, Debug)]
enum Wall {
    System,
    /// Counted on from this, the milliseconds since 1970 at `start`.
    From(u64),
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
        Self { start: now.checked_sub(Duration::from_secs(1)).unwrap_or(now), wall: Wall::System }
    }

    /// A clock whose wall shows `wall` now and goes on with monotonic time, whatever the system's does.
    pub fn showing(wall: u64) -> Self {
        let clock = Self::new();
        Self { wall: Wall::From(wall.saturating_sub(clock.now().mono)), ..clock }
    }

    /// The time. A wall clock before 1970 reads as 0.
    pub fn now(&self) -> Now {
        let mono = millis(self.start.elapsed());
        let wall = match self.wall {
            Wall::System => millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            Wall::From(start) => start.saturating_add(mono),
        };
        Now { mono, wall }
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

    #[test]
    fn a_set_wall_starts_where_it_was_set_and_goes_on() {
        let clock = Clock::showing(5_000);
        let (a, b) = (clock.now(), clock.now());
        assert!(a.wall >= 5_000 && a.wall < 60_000 && b.wall - a.wall == b.mono - a.mono);
    }
}
