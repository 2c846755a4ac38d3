//! Which libp2p protocols this machine speaks, with bounds. libp2p's defaults are for other uses, so every number
//! that matters is set here.

use super::records::Records;
use super::{Config, Role, crowd, gossip, substream};
use crate::entropy;
use chappe_protocol::wire::registry::{BLOB_PROTOCOL, RELAY_PROTOCOL};
use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{StreamProtocol, autonat, connection_limits, dcutr, gossipsub, identify, kad, ping, relay};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::num::NonZeroUsize;
use std::time::Duration;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The directory's protocol name: Chappe's DHT never mixes with another network's.
pub(super) const KAD_PROTOCOL: StreamProtocol = StreamProtocol::new("/chappe/kad/1");

/// What machines say to each other in identify.
const IDENTIFY_PROTOCOL: &str = "/chappe/1";

/// Connections to one remote: one, a second while hole punching replaces it, one each way at a crossing, one spare.
const CONNECTIONS_PER_PEER: u32 = 4;

/// Handshakes at once from strangers: each holds a few KiB for at most ten seconds.
const PENDING_IN_MAX: u32 = 256;

/// Dials at once.
const PENDING_OUT_MAX: u32 = 64;

/// Bytes of one message of the directory: twenty peers with addresses and a record of 1 KiB.
const KAD_PACKET_MAX: usize = 16 * 1024;

/// Signals and hole punching go through a circuit, calls do not: 4 MiB and ten minutes are plenty and bounded.
const CIRCUIT_BYTES: u64 = 4 * 1024 * 1024;
const CIRCUIT_TIME: Duration = Duration::from_secs(600);

/// How often a node asks relays whether it can be reached. The one who asks pays with up to 100 kB, because a relay
/// calls no stranger for nothing; an address behind a NAT that swallows calls is asked about again and again.
const AUTONAT_INTERVAL: Duration = Duration::from_secs(15 * 60);

/// Addresses asked about at once.
const AUTONAT_CANDIDATES: usize = 2;

/// One field a protocol. `gossip`, `relay_server`, `autonat_server`: relays. `dcutr`: nodes. `autonat_client`: nodes that listen.
#[derive(NetworkBehaviour)]
#[behaviour(prelude = "libp2p::swarm::derive_prelude")]
pub(super) struct Behaviour {
    pub limits: connection_limits::Behaviour,
    pub crowd: crowd::Behaviour,
    pub links: substream::Behaviour,
    pub blobs: substream::Behaviour,
    pub ping: ping::Behaviour,
    pub identify: identify::Behaviour,
    pub kad: kad::Behaviour<Records>,
    pub gossip: Toggle<gossipsub::Behaviour>,
    pub relay_client: relay::client::Behaviour,
    pub relay_server: Toggle<relay::Behaviour>,
    pub dcutr: Toggle<dcutr::Behaviour>,
    pub autonat_client: Toggle<autonat::v2::client::Behaviour<ChaCha20Rng>>,
    pub autonat_server: Toggle<autonat::v2::server::Behaviour>,
}

impl Behaviour {
    pub fn new(
        config: &Config,
        key: &Keypair,
        relay_client: relay::client::Behaviour,
        records: Records,
    ) -> Result<Self, BoxError> {
        let id = key.public().to_peer_id();
        let is_relay = config.role == Role::Relay;
        let mut kad = kad::Behaviour::with_config(id, records, kad_config(config.role));
        kad.set_mode(Some(if is_relay { kad::Mode::Server } else { kad::Mode::Client }));
        // A relay that keeps no directory has nothing to tell.
        let gossips = is_relay && config.records.is_some();
        Ok(Self {
            limits: connection_limits::Behaviour::new(limits(config.max_connections)),
            crowd: crowd::Behaviour::new(config.max_per_place),
            links: substream::Behaviour::new(RELAY_PROTOCOL, config.serve),
            blobs: substream::Behaviour::new(BLOB_PROTOCOL, config.blobs.is_some()),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(ping_interval(config.role))),
            identify: identify::Behaviour::new(identify_config(config.role, key)),
            kad,
            gossip: gossips.then(gossip::behaviour).transpose()?.into(),
            relay_client,
            relay_server: is_relay.then(|| relay::Behaviour::new(id, relay_config())).into(),
            dcutr: (!is_relay).then(|| dcutr::Behaviour::new(id)).into(),
            autonat_client: (!is_relay && !config.listen.is_empty()).then(autonat_client).into(),
            autonat_server: is_relay.then(autonat::v2::server::Behaviour::default).into(),
        })
    }
}

fn limits(max_connections: u32) -> connection_limits::ConnectionLimits {
    connection_limits::ConnectionLimits::default()
        .with_max_established(Some(max_connections))
        .with_max_established_per_peer(Some(CONNECTIONS_PER_PEER))
        .with_max_pending_incoming(Some(PENDING_IN_MAX))
        .with_max_pending_outgoing(Some(PENDING_OUT_MAX))
}

/// A dead remote is noticed after two intervals at most. Relays ping less, because they have thousands of links and
/// their clients ping too.
fn ping_interval(role: Role) -> Duration {
    match role {
        Role::Node => Duration::from_secs(20),
        Role::Relay => Duration::from_secs(60),
    }
}

/// A node tells relays nothing of its own addresses; hole punching uses those that relays observe.
fn identify_config(role: Role, key: &Keypair) -> identify::Config {
    identify::Config::new(IDENTIFY_PROTOCOL.into(), key.public())
        .with_agent_version(concat!("chappe/", env!("CARGO_PKG_VERSION")).into())
        .with_interval(Duration::from_secs(3600))
        .with_cache_size(0)
        .with_hide_listen_addrs(role == Role::Node)
}

fn autonat_client() -> autonat::v2::client::Behaviour<ChaCha20Rng> {
    let config = autonat::v2::client::Config::default();
    let config = config.with_probe_interval(AUTONAT_INTERVAL).with_max_candidates(AUTONAT_CANDIDATES);
    // It draws the numbers that tell a called-back connection from a stranger's.
    autonat::v2::client::Behaviour::new(ChaCha20Rng::seed_from_u64(entropy::number()), config)
}

/// Small and quiet: no re-replication, no caching, own refresh of own records, no periodic walk on nodes.
fn kad_config(role: Role) -> kad::Config {
    let mut config = kad::Config::new(KAD_PROTOCOL);
    // The routing table is allocated as a whole: 256 buckets of this size.
    config.set_kbucket_size(NonZeroUsize::new(8).unwrap_or(NonZeroUsize::MIN));
    config.set_replication_factor(NonZeroUsize::new(8).unwrap_or(NonZeroUsize::MIN));
    config.set_query_timeout(Duration::from_secs(20));
    config.disjoint_query_paths(true);
    config.set_record_filtering(kad::StoreInserts::FilterBoth);
    config.set_record_ttl(Some(super::records::TTL));
    config.set_replication_interval(None);
    config.set_publication_interval(None);
    config.set_provider_publication_interval(None);
    config.set_max_packet_size(KAD_PACKET_MAX);
    config.set_caching(kad::Caching::Disabled);
    config.set_periodic_bootstrap_interval(match role {
        Role::Node => None,
        Role::Relay => Some(Duration::from_secs(3600)),
    });
    config.set_kbucket_inserts(match role {
        Role::Node => kad::BucketInserts::Manual,
        Role::Relay => kad::BucketInserts::OnConnected,
    });
    config
}

fn relay_config() -> relay::Config {
    relay::Config {
        max_reservations: 1024,
        max_reservations_per_peer: 2,
        max_circuits: 256,
        max_circuits_per_peer: 4,
        max_circuit_duration: CIRCUIT_TIME,
        max_circuit_bytes: CIRCUIT_BYTES,
        ..relay::Config::default()
    }
}
