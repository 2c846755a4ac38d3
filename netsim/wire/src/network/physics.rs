//! How long bytes take from one machine to another.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng};
use std::collections::BTreeMap;

use super::{MachineId, Nanos};

const MS: f64 = 1_000_000.0;

/// A packet of a lossy path, in bytes.
const PACKET: usize = 1_400;

/// TCP notices a loss after this at the earliest (Linux's smallest retransmission time-out).
const RETRANSMIT_MIN: Nanos = 200_000_000;

/// What connects a machine to the middle of the network. Of two machines the delays add up and the worse loss counts
/// once for each.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    /// One way, in milliseconds: the middle of what machines of this kind have.
    pub latency: f64,
    /// A machine's own latency differs from it by up to so many milliseconds (triangular).
    pub spread: f64,
    /// Added to each chunk: exponential with this mean, in milliseconds.
    pub jitter: f64,
    /// Of a packet.
    pub loss: f64,
    /// Bytes a second, upwards.
    pub bandwidth: f64,
}

/// The paths of all machines.
pub struct Physics {
    rng: ChaCha8Rng,
    machines: Vec<Uplink>,
    /// Latency of one pair, drawn when it is first used.
    pairs: BTreeMap<(MachineId, MachineId), f64>,
}

struct Uplink {
    path: Path,
    /// Sends until then.
    busy: Nanos,
}

impl Physics {
    /// From the simulation's seed.
    pub fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), machines: Vec::new(), pairs: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, path: Path) {
        self.machines.push(Uplink { path, busy: 0 });
    }

    /// One way, for something small.
    pub(super) fn delay(&mut self, from: MachineId, to: MachineId) -> Nanos {
        let base = self.base(from, to);
        let jitter = self.jitter(from) + self.jitter(to);
        ((base + jitter) * MS) as Nanos
    }

    /// When a chunk written now arrives.
    pub(super) fn arrival(&mut self, now: Nanos, from: MachineId, to: MachineId, bytes: usize) -> Nanos {
        let sent = self.send(now, from, bytes);
        let delay = self.delay(from, to);
        let again = self.retransmissions(from, to, bytes);
        sent + delay + again * RETRANSMIT_MIN.max(3 * delay)
    }

    fn send(&mut self, now: Nanos, from: MachineId, bytes: usize) -> Nanos {
        let Some(uplink) = self.machines.get_mut(from) else { return now };
        let takes = bytes as f64 / uplink.path.bandwidth * 1e9;
        uplink.busy = uplink.busy.max(now) + takes as Nanos;
        uplink.busy
    }

    /// How often some packet of the chunk is sent again, one time-out each (a lost one may be lost again).
    fn retransmissions(&mut self, from: MachineId, to: MachineId, bytes: usize) -> u64 {
        let loss = |id: MachineId| self.machines.get(id).map_or(0.0, |uplink| uplink.path.loss);
        let lost = 1.0 - (1.0 - loss(from)) * (1.0 - loss(to));
        if lost <= 0.0 {
            return 0;
        }
        let any = 1.0 - (1.0 - lost).powi(bytes.div_ceil(PACKET) as i32);
        let mut again = 0;
        let mut chance = any;
        while again < 6 && self.unit() < chance {
            again += 1;
            chance = lost;
        }
        again
    }

    fn base(&mut self, a: MachineId, b: MachineId) -> f64 {
        let pair = (a.min(b), a.max(b));
        if let Some(known) = self.pairs.get(&pair) {
            return *known;
        }
        let drawn = [a, b].map(|id| self.draw(id)).iter().sum();
        self.pairs.insert(pair, drawn);
        drawn
    }

    fn draw(&mut self, id: MachineId) -> f64 {
        let triangular = self.unit() + self.unit() - 1.0;
        let Some(path) = self.machines.get(id).map(|uplink| uplink.path) else { return 1.0 };
        (path.latency + path.spread * triangular).max(0.2)
    }

    fn jitter(&mut self, id: MachineId) -> f64 {
        let mean = self.machines.get(id).map_or(0.0, |uplink| uplink.path.jitter);
        if mean <= 0.0 { 0.0 } else { -mean * (1.0 - self.unit()).ln() }
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Path = Path { latency: 30.0, spread: 10.0, jitter: 0.0, loss: 0.0, bandwidth: 1e9 };

    fn physics(path: Path) -> Physics {
        let mut physics = Physics::new(7);
        (0..2).for_each(|_| physics.add(path));
        physics
    }

    #[test]
    fn a_pair_has_one_latency_between_its_bounds_in_both_directions() {
        let mut physics = physics(PLAIN);
        let there = physics.delay(0, 1);
        assert!((40_000_000..=80_000_000).contains(&there), "{there}");
        assert_eq!((physics.delay(1, 0), physics.delay(0, 1)), (there, there));
    }

    #[test]
    fn what_is_written_behind_other_bytes_leaves_after_them() {
        let mut physics = physics(Path { bandwidth: 1_000.0, ..PLAIN });
        let (first, second) = (physics.arrival(0, 0, 1, 500), physics.arrival(0, 0, 1, 500));
        assert_eq!(second - first, 500_000_000);
    }

    #[test]
    fn loss_delays_about_as_many_chunks_as_it_says() {
        let mut physics = physics(Path { loss: 0.05, ..PLAIN });
        let delay = physics.delay(0, 1);
        let late = (0..10_000).filter(|_| physics.arrival(0, 0, 1, 100) > delay + 100_000_000).count();
        assert!((800..1_200).contains(&late), "{late} of 10,000 at 9.75 %");
    }
}
