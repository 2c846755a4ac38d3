//! When to try again: exponential with jitter, so that a restarted relay is not met by everybody at once.

use std::time::Duration;

/// The first pause.
pub const FIRST: Duration = Duration::from_millis(200);

/// The longest pause.
pub const LONGEST: Duration = Duration::from_secs(30);

/// Counts failures and gives pauses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause before the next try: doubles from [`FIRST`] to [`LONGEST`]; the jitter takes up to half of it away.
    /// `random` is any evenly spread number.
    pub fn next(&mut self, random: u64) -> Duration {
        let full = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let half = full / 2;
        half + half.mul_f64((random % 1024) as f64 / 1023.0)
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_start_over() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..12).map(|_| backoff.next(1023)).collect();
        assert_eq!(&pauses[..3], &[FIRST, FIRST * 2, FIRST * 4]);
        assert_eq!(pauses.last(), Some(&LONGEST));
        for random in 0..2000 {
            assert!(backoff.next(random) >= LONGEST / 2 && backoff.next(random) <= LONGEST);
        }
        backoff.reset();
        assert_eq!(backoff.next(0), FIRST / 2);
    }
}
