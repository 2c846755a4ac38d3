//! The machine's transport key, and the two forms of its public half: [`NodeId`] (32 bytes) and libp2p's `PeerId`
//! (identity multihash of the protobuf-encoded key; libp2p specs, "peer-ids").

use chappe_protocol::ids::NodeId;
use libp2p::PeerId;
use libp2p::identity::{Keypair, PublicKey, ed25519};
use std::fmt;
use zeroize::Zeroizing;

/// Multihash code "identity", length 36, then the protobuf head: key type Ed25519 (1), 32 bytes of data.
const PEER_ID_HEAD: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// An Ed25519 key that authenticates this machine to others.
#[derive(Clone)]
pub struct NodeKey(Keypair);

impl NodeKey {
    /// From the 32 secret bytes (RFC 8032).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let mut copy = Zeroizing::new(*seed);
        // Every 32-byte string is an Ed25519 seed, so the fallback is never taken.
        let pair = Keypair::ed25519_from_bytes(copy.as_mut_slice()).unwrap_or_else(|_| Keypair::generate_ed25519());
        Self(pair)
    }

    /// The public half.
    pub fn node_id(&self) -> NodeId {
        node_id(&self.0.public().to_peer_id()).unwrap_or(NodeId([0; 32]))
    }

    pub(crate) fn keypair(&self) -> Keypair {
        self.0.clone()
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeKey(of {:?})", self.node_id())
    }
}

/// The node that a peer id names; `None` if its key is not Ed25519.
pub fn node_id(peer: &PeerId) -> Option<NodeId> {
    let bytes = peer.to_bytes();
    let key = bytes.strip_prefix(&PEER_ID_HEAD)?;
    key.try_into().ok().map(NodeId)
}

/// The peer id of a node; `None` if the bytes are no point of the curve.
pub fn peer_id(node: &NodeId) -> Option<PeerId> {
    let key = ed25519::PublicKey::try_from_bytes(&node.0).ok()?;
    Some(PublicKey::from(key).to_peer_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_and_peer_ids_are_two_forms_of_one_key() {
        let key = NodeKey::from_seed(&[7; 32]);
        let peer = key.0.public().to_peer_id();
        assert_eq!(peer_id(&key.node_id()), Some(peer));
        assert_eq!(node_id(&peer), Some(key.node_id()));
        assert_eq!(NodeKey::from_seed(&[7; 32]).node_id(), key.node_id());
        // The public key of the seed 07…07, as RFC 8032 derives it.
        assert_eq!(key.node_id().to_hex(), "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c");
    }

    #[test]
    fn what_is_no_key_gives_no_peer() {
        // No point of the curve has y = 2.
        let mut bytes = [0; 32];
        bytes[0] = 2;
        assert_eq!(peer_id(&NodeId(bytes)), None);
    }

    #[test]
    fn a_key_never_shows_its_secret() {
        let text = format!("{:?}", NodeKey::from_seed(&[7; 32]));
        assert!(!text.contains("0707") && !text.contains("[7"), "{text}");
    }
}
