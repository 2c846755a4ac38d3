//! Stands in for the `web-time` of crates.io, which outside of browsers is `std::time`. Here both clocks stand on
//! tokio's, so that time which the simulator moves moves libp2p too.
//!
//! Not here: clocks that disagree. libp2p shows its wall clock to nobody but itself; the node's own clock, which may
//! run wrong, is `chappe_node::clock`.

mod instant;

pub use instant::Instant;

use std::cell::Cell;
use std::ops::{Add, AddAssign, Sub, SubAssign};

pub use std::time::{Duration, TryFromFloatSecsError};

/// The wall clock's beginning.
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

thread_local! {
    /// A simulation has a thread of its own: when it began, and what the wall clock said then.
    static BEGIN: Cell<Option<(tokio::time::Instant, Duration)>> = const { Cell::new(None) };
}

/// Sets this thread's wall clock, in time since 1970.
pub fn set_wall(wall: Duration) {
    BEGIN.set(Some((tokio::time::Instant::now(), wall)));
}

/// When this thread's clocks began, and what the wall clock said then.
fn begin() -> (tokio::time::Instant, Duration) {
    BEGIN.get().unwrap_or_else(|| {
        let begin = (tokio::time::Instant::now(), Duration::ZERO);
        BEGIN.set(Some(begin));
        begin
    })
}

/// Wall-clock time: what [`set_wall`] set, and what has passed on tokio's clock since. Without it, time since the
/// first look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime(Duration);

/// The earlier time is the later one, by so much.
#[derive(Clone, Debug)]
pub struct SystemTimeError(Duration);

impl SystemTime {
    /// 1970-01-01 00:00 UTC.
    pub const UNIX_EPOCH: SystemTime = SystemTime(Duration::ZERO);

    /// Now.
    pub fn now() -> Self {
        let (begin, wall) = begin();
        Self(wall + begin.elapsed())
    }

    /// From `earlier` to this.
    pub fn duration_since(&self, earlier: SystemTime) -> Result<Duration, SystemTimeError> {
        self.0.checked_sub(earlier.0).ok_or_else(|| SystemTimeError(earlier.0 - self.0))
    }

    /// From this to now.
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        Self::now().duration_since(*self)
    }

    /// Later by so much, if that can be said.
    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    /// Earlier by so much, if that can be said.
    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }
}

impl Add<Duration> for SystemTime {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

impl Sub<Duration> for SystemTime {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0 - duration)
    }
}

impl AddAssign<Duration> for SystemTime {
    fn add_assign(&mut self, duration: Duration) {
        self.0 += duration;
    }
}

impl SubAssign<Duration> for SystemTime {
    fn sub_assign(&mut self, duration: Duration) {
        self.0 -= duration;
    }
}

impl SystemTimeError {
    /// By how much.
    pub fn duration(&self) -> Duration {
        self.0
    }
}

impl std::fmt::Display for SystemTimeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("second time provided was later than self")
    }
}

impl std::error::Error for SystemTimeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn both_clocks_follow_virtual_time() {
        let start = Duration::from_secs(1_700_000_000);
        set_wall(start);
        let (mono, wall) = (Instant::now(), SystemTime::now());
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(mono.elapsed(), Duration::from_secs(60));
        assert_eq!(wall.elapsed().unwrap(), Duration::from_secs(60));
        assert_eq!(wall.duration_since(UNIX_EPOCH).unwrap(), start);
        assert_eq!(wall.duration_since(SystemTime::now()).unwrap_err().duration(), Duration::from_secs(60));
    }
}
