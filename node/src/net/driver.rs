//! The task that owns the swarm: carries out orders, holds links to targets, accepts links, answers libp2p's events.
//!
//! Frames do not pass here: each link has a task of its own that talks to the loop directly. `mesh`: the gossip of
//! relays; `blobs`: streams of the blob protocol.

mod blobs;
mod mesh;

use super::behaviour::{Behaviour, BehaviourEvent, KAD_PROTOCOL};
use super::directory::{self, Directory};
use super::gossip::Announcements;
use super::link::{self, Budget, Link, LinkError};
use super::mdns::Mdns;
use super::neighbours::Neighbours;
use super::records::Records;
use super::substream;
use super::targets::{Progress, Targets};
use super::{Config, FromNet, Ground, NetError, NetStats, Order, Role, addr, key, transport};
use crate::entropy;
use chappe_protocol::core::Side;
use chappe_protocol::ids::NodeId;
use chappe_protocol::limits::ADDRS_MAX;
use libp2p::core::ConnectedPoint;
use libp2p::core::transport::ListenerId;
use libp2p::futures::StreamExt;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError, Stream, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, ping};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Circuit reservations a node holds at once: its first relays.
const RESERVATIONS_MAX: usize = 2;

/// Addresses a directory server may add for itself through identify.
const IDENTIFIED_ADDRS_MAX: usize = 4;

/// How often figures are refreshed.
const STATS_PERIOD: Duration = Duration::from_secs(1);

/// How long a stopping machine lets its links write what they hold.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// What a link's task leaves behind.
struct Ended {
    link: u64,
    side: Side,
    remote: NodeId,
    error: LinkError,
}

pub(super) struct Driver {
    config: Config,
    id: NodeId,
    swarm: Swarm<Behaviour>,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Sender<FromNet>,
    tasks: JoinSet<Ended>,
    targets: Targets,
    served: BTreeMap<NodeId, Link>,
    connections: BTreeMap<PeerId, BTreeMap<ConnectionId, ConnectedPoint>>,
    reservations: BTreeMap<PeerId, ListenerId>,
    mdns: Option<Mdns>,
    directory: Directory,
    announcements: Announcements,
    neighbours: Neighbours,
    budget: Budget,
    blobs: blobs::Opening,
    next_link: u64,
    addresses: watch::Sender<Vec<Multiaddr>>,
    stats: watch::Sender<NetStats>,
}

type Started = (Driver, watch::Receiver<Vec<Multiaddr>>, watch::Receiver<NetStats>);

impl Driver {
    /// Sets up the swarm and listens; an address that cannot be listened on is an error now.
    pub fn new(
        config: Config,
        ground: Ground,
        orders: mpsc::Receiver<Order>,
        events: mpsc::Sender<FromNet>,
    ) -> Result<Started, NetError> {
        let id = config.key.node_id();
        let records = Records::open(config.key.keypair().public().to_peer_id(), config.records.clone(), config.clock);
        let mut swarm = transport::swarm(&config, ground, records)?;
        for addr in &config.listen {
            let failed = |why: String| NetError::Listen { addr: addr.clone(), why };
            swarm.listen_on(addr.clone()).map_err(|e| failed(e.to_string()))?;
        }
        config.announce.iter().for_each(|addr| swarm.add_external_address(addr.clone()));
        let mdns = if config.lan { Some(Mdns::new(id)?) } else { None };
        let (addresses, address_watch) = watch::channel(Vec::new());
        let (stats, stats_watch) = watch::channel(NetStats::default());
        directory::join(&mut swarm.behaviour_mut().kad, &config.peers);
        let driver = Self {
            directory: Directory::new(config.own_record.clone(), config.clock, config.republish),
            announcements: Announcements::new(),
            neighbours: Neighbours::new(Instant::now()),
            budget: Budget::new(config.max_queued),
            config,
            id,
            swarm,
            orders,
            events,
            tasks: JoinSet::new(),
            targets: Targets::default(),
            served: BTreeMap::new(),
            connections: BTreeMap::new(),
            reservations: BTreeMap::new(),
            mdns,
            blobs: blobs::Opening::default(),
            next_link: 1,
            addresses,
            stats,
        };
        Ok((driver, address_watch, stats_watch))
    }

    /// Runs until the order to stop, or until nobody is left to give orders.
    pub async fn run(mut self) {
        let mut stats_tick = tokio::time::interval(STATS_PERIOD);
        loop {
            let deadline = self.targets.next_deadline();
            tokio::select! {
                event = self.swarm.select_next_some() => self.on_swarm(event),
                order = self.orders.recv() => match order {
                    Some(Order::Dial { remote, addrs }) => self.dial(remote, &addrs),
                    Some(Order::Hangup { remote, reason }) => self.hangup(&remote, reason),
                    Some(Order::OpenBlobs { remote, addrs, answer }) => self.open_blobs(remote, &addrs, answer),
                    Some(Order::Stop) | None => break,
                },
                Some(ended) = self.tasks.join_next() => match ended {
                    Ok(ended) => self.on_link_ended(&ended),
                    Err(error) => tracing::error!(%error, "a link's task failed"),
                },
                Some(machine) = next_machine(&mut self.mdns) => self.on_machine(&machine),
                () = sleep_until(deadline) => self.try_due(),
                _ = stats_tick.tick() => self.refresh_stats(),
            }
        }
        self.stop().await;
    }

    async fn stop(mut self) {
        self.targets.links().for_each(|link| link.close("this machine is stopping"));
        self.served.values().for_each(|link| link.close("this machine is stopping"));
        let drained = async {
            loop {
                tokio::select! {
                    ended = self.tasks.join_next() => if ended.is_none() { break },
                    _ = self.swarm.select_next_some() => {}
                }
            }
            // What the links wrote may still lie in their connections' buffers: closing a connection flushes it,
            // dropping one does not.
            for peer in self.swarm.connected_peers().copied().collect::<Vec<_>>() {
                // An error means that it is gone already.
                let _ = self.swarm.disconnect_peer_id(peer);
            }
            while self.swarm.network_info().connection_counters().num_established() > 0 {
                self.swarm.select_next_some().await;
            }
        };
        if tokio::time::timeout(STOP_GRACE, drained).await.is_err() {
            tracing::debug!("some links did not take what was queued for them");
        }
    }

    // Orders.

    fn dial(&mut self, remote: NodeId, texts: &[String]) {
        let Some(peer) = key::peer_id(&remote).filter(|_| remote != self.id) else {
            tracing::warn!(?remote, "an order to dial what is no other machine is ignored");
            return;
        };
        self.targets.add(remote, peer, readable(&remote, texts), Instant::now());
    }

    fn hangup(&mut self, remote: &NodeId, reason: &'static str) {
        self.directory.forget(remote);
        if let Some(target) = self.targets.remove(remote)
            && let Progress::Up { link, .. } = target.progress
        {
            link.close(reason);
        }
    }

    // Targets.

    fn try_due(&mut self) {
        let now = Instant::now();
        for remote in self.targets.due(now) {
            let Some(target) = self.targets.get(&remote) else { continue };
            if let Progress::Waiting(_) = target.progress {
                self.try_target(&remote);
            } else {
                self.fail(&remote, "it took too long");
            }
        }
    }

    fn try_target(&mut self, remote: &NodeId) {
        let now = Instant::now();
        let Some(target) = self.targets.get(remote) else { return };
        let peer = target.peer;
        if let Some(connection) = best_connection(&self.connections, &peer) {
            target.opening(now, connection);
            self.swarm.behaviour_mut().links.open(peer, connection);
            return;
        }
        let mut addrs = target.addrs.clone();
        addrs.extend(self.mdns.iter().flat_map(|mdns| mdns.addrs(remote).cloned()));
        addrs.extend(self.directory.addrs(remote).cloned());
        if addrs.is_empty() {
            self.look_up(remote);
            self.fail(remote, "no address is known");
            return;
        }
        let order = DialOpts::peer_id(peer).condition(PeerCondition::DisconnectedAndNotDialing).addresses(addrs);
        match self.swarm.dial(order.build()) {
            // A dial that is under way already serves as well.
            Ok(()) | Err(DialError::DialPeerConditionFalse(_)) => {
                if let Some(target) = self.targets.get(remote) {
                    target.dialing(now);
                }
            }
            Err(error) => self.fail(remote, &error.to_string()),
        }
    }

    fn fail(&mut self, remote: &NodeId, why: &str) {
        tracing::debug!(?remote, why, "no link; trying again later");
        if let Some(target) = self.targets.get(remote) {
            target.failed(Instant::now(), entropy::number());
        }
    }

    /// Tries at once, if it waits.
    fn hurry(&mut self, remote: &NodeId) {
        if let Some(target) = self.targets.get(remote) {
            target.hurry(Instant::now());
        }
    }

    fn on_machine(&mut self, machine: &NodeId) {
        self.hurry(machine);
    }

    // Links.

    fn start_link(&mut self, side: Side, remote: NodeId, stream: Stream) -> Link {
        let link = Link::new(self.next_link, side, remote, self.budget.clone());
        self.next_link += 1;
        let (sender, events) = (link.clone(), self.events.clone());
        self.tasks.spawn(async move {
            let error = link::run(sender.clone(), stream, events).await;
            Ended { link: sender.id, side, remote, error }
        });
        tracing::debug!(?remote, ?side, "link up");
        link
    }

    fn on_substream(&mut self, peer: &PeerId, event: substream::Event) {
        let Some(remote) = key::node_id(peer) else { return };
        match event {
            substream::Event::Opened(stream) => self.on_opened(&remote, stream),
            substream::Event::Failed(why) => {
                if let Some(Progress::Opening(..)) = self.targets.get(&remote).map(|target| &target.progress) {
                    self.fail(&remote, &why);
                }
            }
            substream::Event::Accepted(stream) => {
                let link = self.start_link(Side::Server, remote, stream);
                if let Some(old) = self.served.insert(remote, link) {
                    old.close("the remote opened a newer link");
                }
            }
        }
    }

    fn on_opened(&mut self, remote: &NodeId, stream: Stream) {
        // If the target is gone meanwhile, dropping the stream closes it.
        let Some(Progress::Opening(_, connection)) = self.targets.get(remote).map(|target| &target.progress) else {
            return;
        };
        let connection = *connection;
        let link = self.start_link(Side::Client, *remote, stream);
        if let Some(target) = self.targets.get(remote) {
            target.progress = Progress::Up { link, since: Instant::now(), connection };
        }
    }

    fn on_link_ended(&mut self, ended: &Ended) {
        let Ended { link, side, remote, error } = ended;
        tracing::debug!(?remote, ?side, %error, "link down");
        match side {
            Side::Server => {
                if self.served.get(remote).is_some_and(|current| current.id == *link) {
                    self.served.remove(remote);
                }
            }
            Side::Client => {
                let progress = self.targets.get(remote).map(|target| &target.progress);
                if matches!(progress, Some(Progress::Up { link: current, .. }) if current.id == *link) {
                    self.fail(remote, "the link ended");
                }
            }
        }
    }

    // libp2p.

    fn on_swarm(&mut self, event: SwarmEvent<BehaviourEvent>) {
        tracing::trace!(own = %self.id, ?event, "swarm");
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.connections.entry(peer_id).or_default().insert(connection_id, endpoint);
                self.on_connected(&peer_id);
                self.blobs_connected(&peer_id);
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, num_established, .. } => {
                self.on_disconnected(&peer_id, connection_id, num_established);
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                self.neighbours.failed(&peer, Instant::now());
                self.on_dial_error(&peer, &error);
                self.blobs.not_connected(&peer, blobs::UNREACHABLE);
            }
            SwarmEvent::NewListenAddr { address, .. } => self.on_listening(addr::without_machine(address)),
            SwarmEvent::ExternalAddrConfirmed { address } => self.on_reached(addr::without_machine(address)),
            SwarmEvent::ExpiredListenAddr { address, .. } => self.on_not_listening(&addr::without_machine(address)),
            SwarmEvent::ListenerClosed { listener_id, .. } => {
                self.reservations.retain(|_, listener| *listener != listener_id);
            }
            SwarmEvent::Behaviour(event) => self.on_behaviour(event),
            // The rest is of no use here; the enum is libp2p's and not exhaustive.
            _ => {}
        }
    }

    fn on_connected(&mut self, peer: &PeerId) {
        let Some(remote) = key::node_id(peer) else { return };
        let progress = self.targets.get(&remote).map(|target| &target.progress);
        if let Some(Progress::Waiting(_) | Progress::Dialing(_)) = progress {
            self.try_target(&remote);
        }
    }

    fn on_disconnected(&mut self, peer: &PeerId, connection: ConnectionId, left: u32) {
        if left == 0 {
            self.connections.remove(peer);
            self.blobs.went(peer);
            self.neighbours.went(peer);
            self.announcements.forget(peer);
        } else if let Some(connections) = self.connections.get_mut(peer) {
            connections.remove(&connection);
        }
        let Some(remote) = key::node_id(peer) else { return };
        let progress = self.targets.get(&remote).map(|target| &target.progress);
        if matches!(progress, Some(Progress::Opening(_, on)) if *on == connection) {
            self.fail(&remote, "the connection ended");
        }
    }

    fn on_dial_error(&mut self, peer: &PeerId, error: &DialError) {
        let Some(remote) = key::node_id(peer) else { return };
        let progress = self.targets.get(&remote).map(|target| &target.progress);
        if let Some(Progress::Dialing(_)) = progress {
            self.look_up(&remote);
            self.fail(&remote, &error.to_string());
        }
    }

    fn on_listening(&mut self, address: Multiaddr) {
        tracing::info!(%address, "listening");
        if self.config.role == Role::Relay && !addr::is_circuit(&address) {
            self.swarm.add_external_address(address.clone());
        }
        self.addresses.send_modify(|all| {
            if !all.contains(&address) {
                all.push(address);
            }
        });
        self.announce();
        self.publish();
    }

    /// Others reach this node there, behind a port forward for example: its contacts may be told.
    fn on_reached(&mut self, address: Multiaddr) {
        if self.config.role == Role::Node {
            self.addresses.send_if_modified(|all| {
                let new = !all.contains(&address);
                if new {
                    all.push(address);
                }
                new
            });
        }
    }

    fn on_not_listening(&mut self, address: &Multiaddr) {
        self.swarm.remove_external_address(address);
        self.addresses.send_modify(|all| all.retain(|one| one != address));
        self.announce();
    }

    fn announce(&mut self) {
        let Some(mdns) = &mut self.mdns else { return };
        let announced = mdns.announce(&self.addresses.borrow());
        if let Err(error) = announced {
            tracing::warn!(%error, "this machine is not announced on the local network");
        }
    }

    fn on_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Links((peer, event)) => self.on_substream(&peer, event),
            BehaviourEvent::Blobs((peer, event)) => self.on_blobs(&peer, event),
            BehaviourEvent::Ping(ping::Event { connection, result: Err(error), .. }) => {
                if !matches!(error, ping::Failure::Unsupported) {
                    tracing::debug!(%error, "a remote does not answer; its connection is closed");
                    self.swarm.close_connection(connection);
                }
            }
            BehaviourEvent::Identify(identify::Event::Received { connection_id, peer_id, info }) => {
                self.on_identified(&peer_id, connection_id, &info);
            }
            BehaviourEvent::Dcutr(event) => self.on_hole_punch(&event.remote_peer_id, event.result.is_ok()),
            BehaviourEvent::Kad(event) => self.on_directory(event),
            BehaviourEvent::Gossip(event) => self.on_gossip(event),
            BehaviourEvent::Ping(_)
            | BehaviourEvent::Identify(_)
            | BehaviourEvent::RelayClient(_)
            | BehaviourEvent::RelayServer(_)
            | BehaviourEvent::AutonatClient(_)
            | BehaviourEvent::AutonatServer(_) => {}
        }
    }

    fn on_identified(&mut self, peer: &PeerId, connection: ConnectionId, info: &identify::Info) {
        if self.config.role == Role::Relay && info.protocols.contains(&KAD_PROTOCOL) {
            for addr in info.listen_addrs.iter().take(IDENTIFIED_ADDRS_MAX) {
                self.swarm.behaviour_mut().kad.add_address(peer, addr.clone());
            }
        }
        if self.config.circuits && info.protocols.contains(&libp2p::relay::HOP_PROTOCOL_NAME) {
            self.reserve(peer, connection);
        }
    }

    /// Asks a relay that this node dialled to forward connections to it.
    fn reserve(&mut self, peer: &PeerId, connection: ConnectionId) {
        let endpoint = self.connections.get(peer).and_then(|all| all.get(&connection));
        let Some(ConnectedPoint::Dialer { address, .. }) = endpoint else { return };
        if self.reservations.len() >= RESERVATIONS_MAX || self.reservations.contains_key(peer) {
            return;
        }
        let mut way = address.clone();
        if !matches!(way.iter().last(), Some(Protocol::P2p(_))) {
            way.push(Protocol::P2p(*peer));
        }
        match self.swarm.listen_on(way.with(Protocol::P2pCircuit)) {
            Ok(listener) => drop(self.reservations.insert(*peer, listener)),
            Err(error) => tracing::debug!(%error, "no reservation at this relay"),
        }
    }

    /// A direct connection replaces a circuit: the link moves over.
    fn on_hole_punch(&mut self, peer: &PeerId, worked: bool) {
        tracing::debug!(worked, "hole punching");
        let Some(remote) = key::node_id(peer).filter(|_| worked) else { return };
        let Some(target) = self.targets.get(&remote) else { return };
        if let Progress::Up { link, connection, .. } = &target.progress
            && self.connections.get(peer).and_then(|all| all.get(connection)).is_some_and(ConnectedPoint::is_relayed)
        {
            link.close("moving to a direct connection");
        }
    }

    fn refresh_stats(&mut self) {
        let connections = self.swarm.network_info().connection_counters().num_established();
        let mut stats = NetStats {
            connections: u64::from(connections),
            links_in: self.served.len() as u64,
            links_out: self.targets.links().count() as u64,
            queued_bytes: self.budget.used() as u64,
            neighbours: self.neighbours.len() as u64,
            directory_records: 0,
        };
        let kad = &mut self.swarm.behaviour_mut().kad;
        directory::count(kad, &mut stats);
        self.stats.send_replace(stats);
        if self.directory.upkeep(kad) {
            self.publish();
        }
        self.tend_mesh();
    }

    // The directory.

    fn look_up(&mut self, remote: &NodeId) {
        let dialed = self.connections.iter().flat_map(|(peer, all)| all.values().map(move |end| (peer, end)));
        let servers = dialed.filter_map(|(peer, end)| match end {
            ConnectedPoint::Dialer { address, .. } if !end.is_relayed() => Some((peer, address)),
            ConnectedPoint::Dialer { .. } | ConnectedPoint::Listener { .. } => None,
        });
        self.directory.look_up(&mut self.swarm.behaviour_mut().kad, remote, servers);
    }

    fn on_directory(&mut self, event: libp2p::kad::Event) {
        if let Some(machine) = self.directory.on_event(&mut self.swarm.behaviour_mut().kad, event) {
            self.hurry(&machine);
        }
    }

    fn publish(&mut self) {
        let addrs = self.external_addrs();
        self.directory.publish(&mut self.swarm.behaviour_mut().kad, &self.id, &addrs);
        self.announcements.soon(Instant::now());
    }

    fn external_addrs(&self) -> Vec<Multiaddr> {
        self.swarm.external_addresses().cloned().collect()
    }
}

fn readable(remote: &NodeId, texts: &[String]) -> Vec<Multiaddr> {
    let addrs = texts.iter().take(ADDRS_MAX).filter_map(|text| {
        let parsed = text.parse();
        parsed.inspect_err(|_| tracing::warn!(?remote, "an address that cannot be read is ignored")).ok()
    });
    addrs.collect()
}

/// A direct connection rather than a circuit, the newest rather than an older one (the older may be half dead).
fn best_connection(
    connections: &BTreeMap<PeerId, BTreeMap<ConnectionId, ConnectedPoint>>,
    peer: &PeerId,
) -> Option<ConnectionId> {
    let all = connections.get(peer)?;
    all.iter().max_by_key(|(id, endpoint)| (!endpoint.is_relayed(), **id)).map(|(id, _)| *id)
}

async fn next_machine(mdns: &mut Option<Mdns>) -> Option<NodeId> {
    match mdns {
        Some(mdns) => mdns.next().await,
        None => std::future::pending().await,
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
