//! A new node, made offline: identity, profile, first relays.

use chappe_protocol::ids::NodeId;
use libp2p::Multiaddr;
use libp2p::identity::PublicKey;
use libp2p::multiaddr::Protocol;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use thiserror::Error;

/// A relay's full address, taken apart: `ADDR/p2p/PEER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayAddress {
    /// The relay's key.
    pub relay: NodeId,
    /// Where it is: a multiaddress without the `/p2p/…` part.
    pub addr: String,
}

/// A text that is no relay address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "that is not a relay's full address; it looks like /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo… and the relay's \
     operator gets it with: chappe-relay --data DIR address"
)]
pub struct AddressError;

impl FromStr for RelayAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut addr: Multiaddr = text.trim().parse().map_err(|_| AddressError)?;
        let Some(Protocol::P2p(peer)) = addr.pop() else { return Err(AddressError) };
        // A peer id of an Ed25519 key is the key itself (an identity multihash, code 0).
        let hash = peer.as_ref();
        let key = (hash.code() == 0).then(|| PublicKey::try_decode_protobuf(hash.digest()));
        let key = key.and_then(Result::ok).and_then(|key| key.try_into_ed25519().ok()).ok_or(AddressError)?;
        if addr.is_empty() {
            return Err(AddressError);
        }
        Ok(Self { relay: NodeId(key.to_bytes()), addr: addr.to_string() })
    }
}

impl fmt::Display for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.relay, self.addr)
    }
}

/// Makes a new node in `dir` (which must not hold one): 24 words, keys, profile, relays. Gives the words.
pub fn init(dir: &Path, name: &str, relays: &[RelayAddress]) -> anyhow::Result<Vec<String>> {
    anyhow::bail!("this build cannot make {name:?} with {} relays in {} yet", relays.len(), dir.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use libp2p::identity::Keypair;

    #[test]
    fn an_address_is_taken_apart_and_nothing_else_is_one() {
        let keys = Keypair::ed25519_from_bytes([7; 32]).unwrap();
        let text = format!("/ip4/127.0.0.1/tcp/4001/p2p/{}", keys.public().to_peer_id());
        let address: RelayAddress = text.parse().unwrap();
        assert_eq!(address.addr, "/ip4/127.0.0.1/tcp/4001");
        assert_eq!(address.relay.0, keys.public().try_into_ed25519().unwrap().to_bytes());
        let only_peer = format!("/p2p/{}", keys.public().to_peer_id());
        let hashed = "/ip4/127.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
        for bad in ["", "nonsense", "/ip4/127.0.0.1/tcp/4001", &only_peer, hashed] {
            assert_eq!(bad.parse::<RelayAddress>(), Err(AddressError), "{bad}");
        }
    }
}
