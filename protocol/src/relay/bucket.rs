//! Token buckets in whole numbers, on the monotonic clock.

/// So many an interval, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many may come at once after a pause.
    pub burst: u32,
    /// How many more become free in each interval.
    pub tokens: u32,
    /// The interval in milliseconds, from 1.
    pub per_ms: u32,
}

impl Rate {
    /// `tokens` a second.
    pub const fn per_second(tokens: u32, burst: u32) -> Self {
        Self { burst, tokens, per_ms: 1000 }
    }

    /// `tokens` an hour.
    pub const fn per_hour(tokens: u32, burst: u32) -> Self {
        Self { burst, tokens, per_ms: 3_600_000 }
    }

    /// A full bucket. Levels count in tokens times `per_ms`, so that no fraction is lost; at most 2^64.
    fn full(&self) -> u64 {
        u64::from(self.burst) * u64::from(self.per_ms.max(1))
    }
}

/// What is left of a rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    level: u64,
    at: u64,
}

impl Bucket {
    /// A full one. `mono` is `Now::mono`.
    pub(super) fn new(rate: &Rate, mono: u64) -> Self {
        Self { level: rate.full(), at: mono }
    }

    /// Takes `n` if so many are left; more than a burst counts as a burst.
    pub(super) fn take(&mut self, rate: &Rate, n: u32, mono: u64) -> bool {
        let free = mono.saturating_sub(self.at).saturating_mul(u64::from(rate.tokens));
        self.level = self.level.saturating_add(free).min(rate.full());
        self.at = self.at.max(mono);
        let price = u64::from(n.min(rate.burst)) * u64::from(rate.per_ms.max(1));
        let enough = self.level >= price;
        if enough {
            self.level -= price;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let rate = Rate::per_hour(600, 3);
        let mut bucket = Bucket::new(&rate, 50);
        assert_eq!([(); 4].map(|()| bucket.take(&rate, 1, 50)), [true, true, true, false]);
        // 600 an hour is one in 6 seconds.
        assert!(!bucket.take(&rate, 1, 50 + 5_999));
        assert!(bucket.take(&rate, 1, 50 + 6_000));
        assert!(!bucket.take(&rate, 1, 50 + 6_000));
        // A long pause fills it no further than the burst, and a clock that stands still gives nothing.
        assert_eq!([(); 4].map(|()| bucket.take(&rate, 1, u64::MAX)), [true, true, true, false]);
    }
}
