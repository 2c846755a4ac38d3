//! How many connections may come from one place in the internet: one IPv4 address, or one IPv6 network of /48, which is
//! what one customer gets. Without it one machine could take all the connections that a relay has for everybody.
//!
//! A place that has all it may is refused before the handshake, which costs the relay nothing. Not counted: connections
//! that we open, circuits (they come through another relay, which counts), and this machine's own programs, among them
//! a proxy in front of the relay, behind which everybody would look like one.

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{
    ConnectionClosed, ConnectionDenied, ConnectionId, FromSwarm, ListenFailure, NetworkBehaviour, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::task::{Context, Poll};
use thiserror::Error;

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there are {0} connections from that address already")]
struct Crowded(u32);

/// An IPv4 address, or the first 48 bits of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(IpAddr);

/// Counts what comes in, handshakes included. Bounded by the swarm's own limits on both.
#[derive(Debug)]
pub(crate) struct Behaviour {
    max: u32,
    count: BTreeMap<Place, u32>,
    places: HashMap<ConnectionId, Place>,
}

impl Place {
    fn of(addr: &Multiaddr) -> Option<Self> {
        let ip = match addr.iter().next()? {
            Protocol::Ip4(ip) => IpAddr::V4(ip),
            Protocol::Ip6(ip) => ip.to_ipv4_mapped().map_or(IpAddr::V6(ip), IpAddr::V4),
            _ => return None,
        };
        let circuit = addr.iter().any(|part| part == Protocol::P2pCircuit);
        (!circuit && !ip.is_loopback()).then(|| Self::around(ip))
    }

    fn around(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(_) => Self(ip),
            IpAddr::V6(ip) => {
                let [a, b, c, ..] = ip.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)))
            }
        }
    }
}

impl Behaviour {
    pub(crate) fn new(max: u32) -> Self {
        Self { max, count: BTreeMap::new(), places: HashMap::new() }
    }

    fn enter(&mut self, id: ConnectionId, addr: &Multiaddr) -> Result<(), Crowded> {
        let Some(place) = Place::of(addr) else { return Ok(()) };
        let count = self.count.entry(place).or_default();
        if *count >= self.max {
            return Err(Crowded(*count));
        }
        *count += 1;
        self.places.insert(id, place);
        Ok(())
    }

    fn leave(&mut self, id: ConnectionId) {
        let Some(place) = self.places.remove(&id) else { return };
        if let Some(count) = self.count.get_mut(&place) {
            *count -= 1;
            if *count == 0 {
                self.count.remove(&place);
            }
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        id: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.enter(id, remote).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ListenFailure(ListenFailure { connection_id, .. })
            | FromSwarm::ConnectionClosed(ConnectionClosed { connection_id, .. }) => self.leave(connection_id),
            // The rest is of no use here; the enum is libp2p's and not exhaustive.
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_gets_its_share_and_no_more_until_one_leaves() {
        let mut crowd = Behaviour::new(2);
        let id = ConnectionId::new_unchecked;
        let here = addr("/ip4/203.0.113.7/tcp/1000");
        assert_eq!(crowd.enter(id(1), &here), Ok(()));
        assert_eq!(crowd.enter(id(2), &addr("/ip4/203.0.113.7/udp/7/quic-v1")), Ok(()));
        assert_eq!(crowd.enter(id(3), &addr("/ip6/::ffff:203.0.113.7/tcp/3")), Err(Crowded(2)));
        assert_eq!(crowd.enter(id(4), &addr("/ip4/203.0.113.8/tcp/1000")), Ok(()), "a neighbour");
        crowd.leave(id(3));
        assert_eq!(crowd.enter(id(5), &here), Err(Crowded(2)), "what was refused was not counted");
        crowd.leave(id(1));
        crowd.leave(id(1));
        assert_eq!(crowd.enter(id(6), &here), Ok(()));
        for n in [2, 4, 6] {
            crowd.leave(id(n));
        }
        assert!(crowd.count.is_empty() && crowd.places.is_empty());
    }

    #[test]
    fn a_customers_ipv6_network_is_one_place() {
        let mut crowd = Behaviour::new(1);
        let id = ConnectionId::new_unchecked;
        assert_eq!(crowd.enter(id(1), &addr("/ip6/2001:db8:1:2::3/tcp/1")), Ok(()));
        assert_eq!(crowd.enter(id(2), &addr("/ip6/2001:db8:1:ffff::9/tcp/1")), Err(Crowded(1)));
        assert_eq!(crowd.enter(id(3), &addr("/ip6/2001:db8:2::3/tcp/1")), Ok(()));
    }

    #[test]
    fn this_machine_and_circuits_are_not_counted() {
        let mut crowd = Behaviour::new(0);
        let peer = PeerId::random();
        let circuit = format!("/ip4/203.0.113.7/tcp/1/p2p/{peer}/p2p-circuit");
        for text in ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1", &circuit, &format!("/p2p/{peer}"), "/memory/5"] {
            assert_eq!(crowd.enter(ConnectionId::new_unchecked(1), &addr(text)), Ok(()), "{text}");
        }
        assert!(crowd.enter(ConnectionId::new_unchecked(1), &addr("/ip4/203.0.113.7/tcp/1")).is_err());
    }
}
