//! The simulator's own chance: one seeded generator a purpose.
//!
//! Not here: the cores' randomness, which is the cores' own generator, seeded from here at every start.

use rand_chacha::{ChaCha8Rng, ChaCha20Rng};
use rand_core::{Rng, SeedableRng};

/// A seeded generator with the draws that physics needs.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

/// 32 bytes that depend on the seed, a purpose and a number.
pub fn seed_of(seed: u64, purpose: &str, number: u64) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("chappe-netsim 2026 seed");
    hasher.update(&seed.to_be_bytes()).update(&number.to_be_bytes()).update(purpose.as_bytes());
    *hasher.finalize().as_bytes()
}

/// A generator for a core.
pub fn core_rng(seed: u64, purpose: &str, number: u64) -> ChaCha20Rng {
    ChaCha20Rng::from_seed(seed_of(seed, purpose, number))
}

impl Dice {
    /// For one purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        Self(ChaCha8Rng::from_seed(seed_of(seed, purpose, 0)))
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 up to, not including, `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // The bias of a 64-bit product is below n / 2^64.
        ((u128::from(self.draw()) * u128::from(n)) >> 64) as u64
    }

    /// From `low` up to and including `high`.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub fn chance(&mut self, p: f64) -> bool {
        p > 0.0 && self.unit() < p
    }

    /// Exponentially distributed with this mean: pauses of a Poisson process.
    pub fn pause(&mut self, mean: f64) -> u64 {
        (-(1.0 - self.unit()).ln() * mean).min(9e15) as u64
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len() as u64) as usize)
    }

    /// `n` of them, in their order.
    pub fn some<T: Clone>(&mut self, of: &[T], n: usize) -> Vec<T> {
        let mut left = n.min(of.len());
        let mut taken = Vec::with_capacity(left);
        for (at, item) in of.iter().enumerate() {
            if self.below((of.len() - at) as u64) < left as u64 {
                taken.push(item.clone());
                left -= 1;
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_course_and_the_draws_keep_their_bounds() {
        let draw = |seed| {
            let mut dice = Dice::new(seed, "test");
            (0..200).map(|n| dice.within(n, n + 5)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert!(draw(3).iter().enumerate().all(|(n, value)| (n as u64..=n as u64 + 5).contains(value)));
        let mut dice = Dice::new(4, "test");
        let mean = (0..20_000).map(|_| dice.pause(1000.0)).sum::<u64>() / 20_000;
        assert!((950..1050).contains(&mean), "{mean}");
        assert_eq!(dice.some(&[1, 2, 3, 4], 3).len(), 3);
        assert!(!dice.chance(0.0) && dice.chance(1.0) && dice.pick::<u8>(&[]).is_none());
    }
}
