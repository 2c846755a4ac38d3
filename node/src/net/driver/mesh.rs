//! The driver's part in the gossip of relays: announcements that come and go, and who the neighbours are.

use super::Driver;
use crate::entropy;
use crate::net::gossip::Heard;
use crate::net::key;
use chappe_protocol::ids::NodeId;
use libp2p::gossipsub::{self, MessageId};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};
use tokio::time::Instant;

impl Driver {
    pub(super) fn on_gossip(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                self.on_announcement(&propagation_source, &message_id, &message);
            }
            gossipsub::Event::Subscribed { peer_id, .. } => {
                if self.announcements.is_liar(&peer_id) {
                    self.hang_up_on_liar(peer_id);
                } else {
                    self.neighbours.came(peer_id, Instant::now());
                }
            }
            gossipsub::Event::Unsubscribed { .. }
            | gossipsub::Event::GossipsubNotSupported { .. }
            | gossipsub::Event::SlowPeer { .. } => {}
        }
    }

    fn on_announcement(&mut self, from: &PeerId, id: &MessageId, message: &gossipsub::Message) {
        let behaviour = self.swarm.behaviour_mut();
        let Some(gossip) = behaviour.gossip.as_mut() else { return };
        let (wall, now) = (self.config.clock.now().wall, Instant::now());
        let brought = (from, id, message);
        let heard = self.announcements.hear(gossip, behaviour.kad.store_mut(), brought, (&self.id, wall, now));
        match heard {
            Heard::News(record) => {
                if let Some(machine) = self.directory.heard(&record, self.targets.contains(&NodeId(record.key))) {
                    self.hurry(&machine);
                }
            }
            Heard::Nothing => {}
            Heard::Lie => self.hang_up_on_liar(*from),
        }
    }

    fn hang_up_on_liar(&mut self, peer: PeerId) {
        tracing::info!(%peer, "a relay passes on what does not verify; hanging up");
        // An error means that it is gone already.
        let _ = self.swarm.disconnect_peer_id(peer);
    }

    /// Every second: announces this relay if it is time, and looks at the neighbours now and then.
    pub(super) fn tend_mesh(&mut self) {
        let now = Instant::now();
        if self.swarm.behaviour().gossip.as_ref().is_none() {
            return;
        }
        if self.announcements.is_due(now)
            && let Some(record) = self.directory.own_record(&self.external_addrs())
            && let Some(gossip) = self.swarm.behaviour_mut().gossip.as_mut()
        {
            self.announcements.announce(gossip, record, now);
        }
        if self.neighbours.is_due(now) {
            self.review_neighbours(now);
        }
    }

    fn review_neighbours(&mut self, now: Instant) {
        let known = self.known_relays();
        let behaviour = self.swarm.behaviour();
        let mesh: Vec<PeerId> =
            behaviour.gossip.as_ref().into_iter().flat_map(|g| g.all_mesh_peers()).copied().collect();
        let (served, targets) = (&self.served, &self.targets);
        let keep = |peer: &PeerId| {
            let linked = |node| served.contains_key(&node) || targets.contains(&node);
            mesh.contains(peer) || key::node_id(peer).is_some_and(linked)
        };
        let change = self.neighbours.review(known, keep, entropy::number, now);
        for peer in change.drop {
            // An error means that it is gone already.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        for (peer, addrs) in change.dial {
            let order = DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).addresses(addrs);
            if let Err(error) = self.swarm.dial(order.build()) {
                tracing::debug!(%error, "a relay to gossip with cannot be dialled");
                self.neighbours.failed(&peer, now);
            }
        }
    }

    /// Relays of the routing table that did not lie.
    fn known_relays(&mut self) -> Vec<(PeerId, Vec<Multiaddr>)> {
        let mut known = Vec::new();
        for bucket in self.swarm.behaviour_mut().kad.kbuckets() {
            for entry in bucket.iter() {
                known.push((*entry.node.key.preimage(), entry.node.value.iter().cloned().collect()));
            }
        }
        known.retain(|(peer, _)| !self.announcements.is_liar(peer));
        known
    }
}
