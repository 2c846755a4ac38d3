//! Whom a relay gossips with: enough others to be reached, few enough to be cheap. Gossipsub and the directory would
//! otherwise keep a connection to everybody they ever met, because their streams keep connections alive.
//!
//! Neighbours are drawn from the directory's routing table, which holds relays from everywhere, at random. Connections
//! that carry links are never closed here.

use libp2p::{Multiaddr, PeerId};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Fewer, and more are dialled: the mesh, and as many again to choose from.
const WANTED: usize = 12;

/// More, and some are let go: two meshes at their largest.
const MOST: usize = 24;

/// Dials at once.
const DIALS: usize = 3;

/// How often it is looked at.
const PERIOD: Duration = Duration::from_secs(10);

/// Until one that was let go or did not answer is dialled again.
const PAUSE: Duration = Duration::from_secs(600);

/// Those are remembered; when there are more, all are forgotten, which is only less polite.
const AVOIDED_MAX: usize = 1024;

/// What to do about neighbours.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Dial these.
    pub dial: Vec<(PeerId, Vec<Multiaddr>)>,
    /// Let these go.
    pub drop: Vec<PeerId>,
}

/// The neighbours. As many as there are connections, which are bounded.
pub(super) struct Neighbours {
    /// Since when each is there.
    present: BTreeMap<PeerId, Instant>,
    avoided: BTreeMap<PeerId, Instant>,
    next: Instant,
}

impl Neighbours {
    pub fn new(now: Instant) -> Self {
        Self { present: BTreeMap::new(), avoided: BTreeMap::new(), next: now + Duration::from_secs(1) }
    }

    /// A relay that gossips is connected.
    pub fn came(&mut self, peer: PeerId, now: Instant) {
        self.present.entry(peer).or_insert(now);
    }

    /// The last connection to a peer ended.
    pub fn went(&mut self, peer: &PeerId) {
        self.present.remove(peer);
    }

    /// A dial failed.
    pub fn failed(&mut self, peer: &PeerId, now: Instant) {
        self.avoid(*peer, now);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.present.len()
    }

    /// True if it is time to look; then it is not for a while.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let due = now >= self.next;
        if due {
            self.next = now + PERIOD;
        }
        due
    }

    /// Decides. `known`: relays that could be dialled. `keep`: in the mesh, or in use for something else.
    pub fn review(
        &mut self,
        known: Vec<(PeerId, Vec<Multiaddr>)>,
        keep: impl Fn(&PeerId) -> bool,
        mut random: impl FnMut() -> u64,
        now: Instant,
    ) -> Change {
        self.avoided.retain(|_, since| now.duration_since(*since) < PAUSE);
        let mut change = Change::default();
        if self.present.len() < WANTED {
            let mut able: Vec<_> = known
                .into_iter()
                .filter(|(peer, addrs)| {
                    !addrs.is_empty() && !self.present.contains_key(peer) && !self.avoided.contains_key(peer)
                })
                .collect();
            while change.dial.len() < DIALS.min(WANTED - self.present.len()) && !able.is_empty() {
                let at = random() as usize % able.len();
                change.dial.push(able.swap_remove(at));
            }
        }
        if self.present.len() > MOST {
            // The newest first: whoever comes in numbers does not push out whoever was there.
            let mut idle: Vec<_> = self.present.iter().filter(|(peer, _)| !keep(peer)).collect();
            idle.sort_by_key(|(peer, since)| (std::cmp::Reverse(**since), **peer));
            change.drop = idle.into_iter().take(self.present.len() - MOST).map(|(peer, _)| *peer).collect();
            for peer in &change.drop {
                self.avoid(*peer, now);
            }
        }
        change
    }

    fn avoid(&mut self, peer: PeerId, now: Instant) {
        if self.avoided.len() >= AVOIDED_MAX {
            self.avoided.clear();
        }
        self.avoided.insert(peer, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(count: usize) -> Vec<(PeerId, Vec<Multiaddr>)> {
        (0..count).map(|n| (PeerId::random(), vec![format!("/ip4/10.0.0.1/tcp/{n}").parse().unwrap()])).collect()
    }

    #[test]
    fn too_few_are_filled_up_a_few_at_a_time_and_not_with_those_who_failed() {
        let now = Instant::now();
        let mut neighbours = Neighbours::new(now);
        let all = known(5);
        neighbours.failed(&all[0].0, now);
        neighbours.came(all[1].0, now);
        let change = neighbours.review(all.clone(), |_| false, || 7, now);
        assert_eq!(change.dial.len(), DIALS);
        assert!(change.dial.iter().all(|(peer, _)| ![all[0].0, all[1].0].contains(peer)) && change.drop.is_empty());
        let later = now + PAUSE;
        let change = neighbours.review(vec![all[0].clone()], |_| false, || 0, later);
        assert_eq!(change.dial, [all[0].clone()]);
    }

    #[test]
    fn enough_are_enough() {
        let now = Instant::now();
        let mut neighbours = Neighbours::new(now);
        known(WANTED).into_iter().for_each(|(peer, _)| neighbours.came(peer, now));
        assert_eq!(neighbours.review(known(9), |_| false, || 0, now), Change::default());
    }

    #[test]
    fn too_many_lose_the_newest_that_nobody_needs() {
        let now = Instant::now();
        let mut neighbours = Neighbours::new(now);
        let all = known(MOST + 6);
        for (n, (peer, _)) in all.iter().enumerate() {
            neighbours.came(*peer, now + Duration::from_secs(n as u64));
        }
        let last = all[MOST + 5].0;
        let change = neighbours.review(Vec::new(), |peer| *peer == last, || 0, now);
        let expected: Vec<PeerId> = (0..6).map(|n| all[MOST + 4 - n].0).collect();
        assert_eq!(change, Change { dial: Vec::new(), drop: expected });
    }

    #[test]
    fn it_is_due_once_a_period() {
        let now = Instant::now();
        let mut neighbours = Neighbours::new(now);
        assert!(!neighbours.is_due(now));
        let first = now + Duration::from_secs(1);
        assert!(neighbours.is_due(first) && !neighbours.is_due(first) && neighbours.is_due(first + PERIOD));
    }
}
