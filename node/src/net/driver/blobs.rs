//! Streams of the blob protocol: opened on a connection there is or that is made for them; accepted ones go to the
//! server of blobs.

use super::super::{BlobStream, key, substream};
use super::{Driver, best_connection, readable};
use chappe_protocol::ids::NodeId;
use libp2p::PeerId;
use libp2p::swarm::DialError;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use std::collections::{BTreeMap, VecDeque};

/// Streams that are asked for at once, of one remote; more are refused.
const OPENING_MAX: usize = 16;

/// What people are told; the log has the reasons of every address.
pub(super) const UNREACHABLE: &str = "it cannot be reached";

/// Who waits for streams, in order.
#[derive(Default)]
pub(super) struct Opening {
    /// No connection yet.
    dialing: BTreeMap<PeerId, Vec<BlobStream>>,
    /// The stream is being agreed on.
    agreeing: BTreeMap<PeerId, VecDeque<BlobStream>>,
}

impl Opening {
    pub(super) fn not_connected(&mut self, peer: &PeerId, why: &str) {
        for answer in self.dialing.remove(peer).into_iter().flatten() {
            // Who asked may have gone.
            drop(answer.send(Err(why.to_owned())));
        }
    }

    pub(super) fn went(&mut self, peer: &PeerId) {
        for answer in self.agreeing.remove(peer).into_iter().flatten() {
            drop(answer.send(Err("the connection ended".into())));
        }
    }

    /// The next who waits for a stream of this remote, and still does.
    fn next(&mut self, peer: &PeerId) -> Option<BlobStream> {
        let waiting = self.agreeing.get_mut(peer)?;
        let next = std::iter::from_fn(|| waiting.pop_front()).find(|answer| !answer.is_closed());
        if waiting.is_empty() {
            self.agreeing.remove(peer);
        }
        next
    }
}

impl Driver {
    pub(super) fn open_blobs(&mut self, remote: NodeId, texts: &[String], answer: BlobStream) {
        let Some(peer) = key::peer_id(&remote).filter(|_| remote != self.id) else {
            drop(answer.send(Err("that is no other machine".into())));
            return;
        };
        if self.connections.contains_key(&peer) {
            self.agree(peer, answer);
            return;
        }
        let mut addrs = readable(&remote, texts);
        addrs.extend(self.mdns.iter().flat_map(|mdns| mdns.addrs(&remote).cloned()));
        addrs.extend(self.directory.addrs(&remote).cloned());
        if addrs.is_empty() {
            self.look_up(&remote);
            drop(answer.send(Err("no address is known".into())));
            return;
        }
        let waiting = self.blobs.dialing.entry(peer).or_default();
        waiting.retain(|answer| !answer.is_closed());
        if waiting.len() >= OPENING_MAX {
            drop(answer.send(Err("too many streams are being opened".into())));
            return;
        }
        waiting.push(answer);
        let order = DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).addresses(addrs);
        match self.swarm.dial(order.build()) {
            Ok(()) | Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(error) => {
                tracing::debug!(%error, "no connection for a stream of blobs");
                self.blobs.not_connected(&peer, UNREACHABLE);
            }
        }
    }

    fn agree(&mut self, peer: PeerId, answer: BlobStream) {
        let Some(connection) = best_connection(&self.connections, &peer) else {
            drop(answer.send(Err("the connection ended".into())));
            return;
        };
        let waiting = self.blobs.agreeing.entry(peer).or_default();
        if waiting.len() >= OPENING_MAX {
            drop(answer.send(Err("too many streams are being opened".into())));
            return;
        }
        waiting.push_back(answer);
        self.swarm.behaviour_mut().blobs.open(peer, connection);
    }

    pub(super) fn blobs_connected(&mut self, peer: &PeerId) {
        for answer in self.blobs.dialing.remove(peer).into_iter().flatten() {
            self.agree(*peer, answer);
        }
    }

    pub(super) fn on_blobs(&mut self, peer: &PeerId, event: substream::Event) {
        match event {
            substream::Event::Opened(stream) => {
                if let Some(answer) = self.blobs.next(peer) {
                    drop(answer.send(Ok(stream)));
                }
            }
            substream::Event::Failed(why) => {
                if let Some(answer) = self.blobs.next(peer) {
                    drop(answer.send(Err(why)));
                }
            }
            substream::Event::Accepted(stream) => {
                if let (Some(serve), Some(remote)) = (&self.config.blobs, key::node_id(peer)) {
                    serve(remote, stream);
                }
            }
        }
    }
}
