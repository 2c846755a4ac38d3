//! Whom this machine keeps a link to, and how far each is. Decides nothing but when to try again.

use super::backoff::Backoff;
use super::link::Link;
use chappe_protocol::ids::NodeId;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// A dial or an opening that did not come to an end by itself is given up after this.
const GIVE_UP: Duration = Duration::from_secs(30);

/// A link that held so long was a success: the next pause starts small again.
const HELD: Duration = Duration::from_secs(5);

/// How far a target is.
#[derive(Debug)]
pub(super) enum Progress {
    /// Try again then.
    Waiting(Instant),
    /// The connection is being made; give up then.
    Dialing(Instant),
    /// The connection is there, the substream is being opened; give up then.
    Opening(Instant, ConnectionId),
    /// The link is up.
    Up { link: Link, since: Instant, connection: ConnectionId },
}

/// One remote we want a link to.
#[derive(Debug)]
pub(super) struct Target {
    pub peer: PeerId,
    /// As the core gave them; discovery's are asked at every try.
    pub addrs: Vec<Multiaddr>,
    pub progress: Progress,
    backoff: Backoff,
}

impl Target {
    pub fn dialing(&mut self, now: Instant) {
        self.progress = Progress::Dialing(now + GIVE_UP);
    }

    pub fn opening(&mut self, now: Instant, connection: ConnectionId) {
        self.progress = Progress::Opening(now + GIVE_UP, connection);
    }

    /// It failed or ended: wait.
    pub fn failed(&mut self, now: Instant, random: u64) {
        if let Progress::Up { since, .. } = &self.progress
            && now.duration_since(*since) >= HELD
        {
            self.backoff.reset();
        }
        self.progress = Progress::Waiting(now + self.backoff.next(random));
    }

    /// Something new is known (an address, a way): try at once.
    pub fn hurry(&mut self, now: Instant) {
        if let Progress::Waiting(_) = self.progress {
            self.progress = Progress::Waiting(now);
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match &self.progress {
            Progress::Waiting(at) | Progress::Dialing(at) | Progress::Opening(at, _) => Some(*at),
            Progress::Up { .. } => None,
        }
    }
}

/// All targets. As many as the core dials: it names its relays, no stranger does.
#[derive(Debug, Default)]
pub(super) struct Targets(BTreeMap<NodeId, Target>);

impl Targets {
    /// Adds a target to be tried at once, or gives a known one new addresses.
    pub fn add(&mut self, remote: NodeId, peer: PeerId, addrs: Vec<Multiaddr>, now: Instant) {
        let target = self.0.entry(remote).or_insert_with(|| Target {
            peer,
            addrs: Vec::new(),
            progress: Progress::Waiting(now),
            backoff: Backoff::default(),
        });
        if target.addrs != addrs {
            target.addrs = addrs;
            target.backoff.reset();
            target.hurry(now);
        }
    }

    pub fn get(&mut self, remote: &NodeId) -> Option<&mut Target> {
        self.0.get_mut(remote)
    }

    pub fn contains(&self, remote: &NodeId) -> bool {
        self.0.contains_key(remote)
    }

    pub fn remove(&mut self, remote: &NodeId) -> Option<Target> {
        self.0.remove(remote)
    }

    /// Those whose time has come.
    pub fn due(&self, now: Instant) -> Vec<NodeId> {
        self.0.iter().filter(|(_, t)| t.deadline().is_some_and(|at| at <= now)).map(|(id, _)| *id).collect()
    }

    /// When something is due next.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.0.values().filter_map(Target::deadline).min()
    }

    /// Those that are up.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.0.values().filter_map(|target| match &target.progress {
            Progress::Up { link, .. } => Some(link),
            Progress::Waiting(_) | Progress::Dialing(_) | Progress::Opening(..) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_due_at_once_then_after_its_pause_and_hurries_for_news() {
        let (mut targets, now, peer) = (Targets::default(), Instant::now(), PeerId::random());
        let remote = NodeId([1; 32]);
        targets.add(remote, peer, vec![], now);
        assert_eq!(targets.due(now), [remote]);
        targets.get(&remote).unwrap().failed(now, 1023);
        assert!(targets.due(now).is_empty());
        assert_eq!(targets.next_deadline(), Some(now + super::super::backoff::FIRST));
        targets.add(remote, peer, vec!["/ip4/127.0.0.1/tcp/1".parse().unwrap()], now);
        assert_eq!(targets.due(now), [remote]);
        targets.get(&remote).unwrap().dialing(now);
        assert!(targets.due(now).is_empty());
        assert_eq!(targets.due(now + GIVE_UP), [remote]);
    }
}
