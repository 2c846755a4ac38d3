//! Multiaddresses as people and records write them.

use super::key;
use chappe_protocol::ids::NodeId;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use std::net::IpAddr;
use thiserror::Error;

/// A text that is no full address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not the address of a relay; it looks like /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo…")]
pub struct AddrError(pub String);

/// Splits a full address into the machine and the way to it. The last `/p2p/…` names the machine.
pub fn parse_full(text: &str) -> Result<(NodeId, Multiaddr), AddrError> {
    let bad = || AddrError(text.chars().take(chappe_protocol::limits::ADDR_MAX).collect());
    let mut addr: Multiaddr = text.trim().parse().map_err(|_| bad())?;
    let Some(Protocol::P2p(peer)) = addr.pop() else { return Err(bad()) };
    let node = key::node_id(&peer).ok_or_else(bad)?;
    if addr.is_empty() { Err(bad()) } else { Ok((node, addr)) }
}

/// The full address: the way, then the machine.
pub fn full(addr: &Multiaddr, node: &NodeId) -> Multiaddr {
    match key::peer_id(node) {
        Some(peer) => addr.clone().with(Protocol::P2p(peer)),
        None => addr.clone(),
    }
}

/// The way alone: a circuit's address ends with the machine's own `/p2p/…`, others do not.
pub(super) fn without_machine(mut addr: Multiaddr) -> Multiaddr {
    if let Some(Protocol::P2p(_)) = addr.iter().last() {
        addr.pop();
    }
    addr
}

/// The IP address and TCP port of a plain `/ip4|ip6/…/tcp/…` address.
pub(super) fn plain_tcp(addr: &Multiaddr) -> Option<(IpAddr, u16)> {
    let mut parts = addr.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    match (parts.next(), parts.next()) {
        (Some(Protocol::Tcp(port)), None) => Some((ip, port)),
        _ => None,
    }
}

/// True for an address that goes through a circuit relay.
pub(super) fn is_circuit(addr: &Multiaddr) -> bool {
    addr.iter().any(|part| matches!(part, Protocol::P2pCircuit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::NodeKey;

    #[test]
    fn a_full_address_splits_and_joins() {
        let node = NodeKey::from_seed(&[1; 32]).node_id();
        for way in ["/ip4/127.0.0.1/tcp/4001", "/ip6/::1/udp/9/quic-v1", "/dns4/relay.example/tcp/443/ws"] {
            let text = full(&way.parse().unwrap(), &node).to_string();
            assert_eq!(parse_full(&text), Ok((node, way.parse().unwrap())));
        }
    }

    #[test]
    fn what_is_no_full_address_is_refused() {
        let node = NodeKey::from_seed(&[1; 32]).node_id();
        let only_peer = full(&Multiaddr::empty(), &node).to_string();
        for bad in ["", "x", "/ip4/127.0.0.1/tcp/4001", "/ip4/300.0.0.1/tcp/1/p2p/x", &only_peer] {
            assert!(parse_full(bad).is_err(), "{bad}");
        }
    }
}
