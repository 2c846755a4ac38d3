//! Machines on the local network, by DNS-SD over multicast DNS (RFC 6762, RFC 6763), with the mdns-sd crate.
//!
//! Anybody on the network can announce anything, so what is learned here is a hint for dialing and no more: the
//! connection proves who answers.

use super::{NetError, addr, key};
use chappe_protocol::ids::NodeId;
use libp2p::Multiaddr;
use mdns_sd::{Receiver, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The service's name.
const SERVICE: &str = "_chappe._udp.local.";

/// The text property that names the machine, in hexadecimal.
const ID: &str = "id";

/// Machines remembered; more are ignored until some leave.
const MACHINES_MAX: usize = 1024;

/// Addresses of one machine.
const ADDRS_MAX: usize = 8;

/// What is known of the local network.
pub(super) struct Mdns {
    daemon: ServiceDaemon,
    browser: Receiver<ServiceEvent>,
    id: NodeId,
    announced: BTreeSet<(IpAddr, u16)>,
    /// By the announcement's full name, so that its withdrawal can be understood.
    machines: BTreeMap<String, (NodeId, Vec<Multiaddr>)>,
}

impl Mdns {
    pub fn new(id: NodeId) -> Result<Self, NetError> {
        let daemon = ServiceDaemon::new()?;
        let browser = daemon.browse(SERVICE)?;
        Ok(Self { daemon, browser, id, announced: BTreeSet::new(), machines: BTreeMap::new() })
    }

    /// Announces that this machine listens there; replaces the former announcement. Only plain TCP addresses of one
    /// port can be said in DNS-SD; if there are several ports, the lowest is announced.
    pub fn announce(&mut self, listening: &[Multiaddr]) -> Result<(), NetError> {
        let plain: BTreeSet<_> = listening.iter().filter_map(addr::plain_tcp).collect();
        let Some(port) = plain.iter().map(|(_, port)| *port).min() else { return Ok(()) };
        if plain == self.announced {
            return Ok(());
        }
        let ips: Vec<IpAddr> = plain.iter().filter(|(_, p)| *p == port).map(|(ip, _)| *ip).collect();
        let Some(peer) = key::peer_id(&self.id) else { return Ok(()) };
        let name = peer.to_base58();
        let properties = [(ID, self.id.to_hex())];
        let mut service = ServiceInfo::new(SERVICE, &name, &format!("{name}.local."), &ips[..], port, &properties[..])?;
        // The name is a public key: there is no conflict to probe for, and probing would cost most of a second.
        service.set_requires_probe(false);
        self.daemon.register(service)?;
        self.announced = plain;
        Ok(())
    }

    /// The next machine that came or changed. Cancel-safe.
    pub async fn next(&mut self) -> Option<NodeId> {
        loop {
            let event = self.browser.recv_async().await.ok()?;
            if let Some(machine) = self.learn(event) {
                return Some(machine);
            }
        }
    }

    /// Where a machine said that it listens.
    pub fn addrs(&self, machine: &NodeId) -> impl Iterator<Item = &Multiaddr> {
        self.machines.values().filter(move |(id, _)| id == machine).flat_map(|(_, addrs)| addrs)
    }

    fn learn(&mut self, event: ServiceEvent) -> Option<NodeId> {
        match event {
            ServiceEvent::ServiceResolved(service) => self.learn_service(&service),
            ServiceEvent::ServiceRemoved(_, name) => {
                self.machines.remove(&name);
                None
            }
            // Of no use here; the enum is the crate's and not exhaustive.
            _ => None,
        }
    }

    fn learn_service(&mut self, service: &ResolvedService) -> Option<NodeId> {
        let machine = NodeId::from_hex(service.get_property_val_str(ID)?)?;
        let full = self.machines.len() >= MACHINES_MAX && !self.machines.contains_key(service.get_fullname());
        if machine == self.id || full || key::peer_id(&machine).is_none() {
            return None;
        }
        let ips = service.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr);
        // A link-local IPv6 address needs a zone, which a multiaddress cannot say.
        let usable = ips.filter(|ip| !matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local()));
        let sorted: BTreeSet<IpAddr> = usable.collect();
        let addrs: Vec<Multiaddr> = sorted.into_iter().take(ADDRS_MAX).map(|ip| tcp(ip, service.get_port())).collect();
        if addrs.is_empty() {
            return None;
        }
        tracing::debug!(?machine, addrs = addrs.len(), "a machine on the local network");
        self.machines.insert(service.get_fullname().to_owned(), (machine, addrs));
        Some(machine)
    }
}

impl Drop for Mdns {
    fn drop(&mut self) {
        // Says goodbye on the network; if the daemon is gone already, there is nobody to tell.
        drop(self.daemon.shutdown());
    }
}

fn tcp(ip: IpAddr, port: u16) -> Multiaddr {
    Multiaddr::from(ip).with(libp2p::multiaddr::Protocol::Tcp(port))
}
