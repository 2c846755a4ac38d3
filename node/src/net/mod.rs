//! The network: libp2p connections, and on them links of frames (one a remote and direction).
//!
//! * [`spawn`] starts it on sockets, [`spawn_on`] on any [`Ground`]; [`Net`] takes orders; [`FromNet`] tells what
//!   happens.
//! * `link`: one link's pump and bounded outbox; `frames`: its bytes; `substream`: its libp2p side.
//! * `driver`: the task that owns the swarm; `targets`: whom to hold a link to; `backoff`.
//! * `behaviour`, `transport`: which libp2p protocols, with bounds; `crowd`: connections from one place.
//! * `mdns`, `directory`, `records`: finding machines on the LAN and in the DHT.
//! * `gossip`, `neighbours`: relays tell all relays where they are.
//!
//! Not here: what frames mean, and any decision about whom to trust. A frame's sender is authenticated (Noise or TLS
//! with the key that its [`NodeId`] is), nothing else.

pub mod addr;
pub mod backoff;
mod behaviour;
mod crowd;
mod directory;
mod driver;
pub mod frames;
mod gossip;
pub mod key;
mod link;
mod mdns;
mod neighbours;
mod records;
mod substream;
mod targets;
mod transport;

pub use key::NodeKey;
pub use link::{Link, LinkError};

use crate::clock::Clock;
use chappe_protocol::core::Side;
use chappe_protocol::identity::keys::DeviceKey;
use chappe_protocol::ids::NodeId;
use chappe_protocol::wire::record::{Record, encode_addrs};
use chappe_protocol::wire::registry::record;
use futures::{AsyncRead, AsyncWrite};
pub use libp2p::Stream;
use libp2p::core::Transport;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::{Multiaddr, PeerId};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Bytes that may wait for one remote; more closes the link (the cores catch up when it is up again).
pub const LINK_QUEUE_MAX: usize = 16 * 1024 * 1024;

/// Batches of frames that wait for the loop; each holds at most about 64 KiB, or one frame.
const EVENTS_MAX: usize = 64;

/// Orders that wait for the driver.
const ORDERS_MAX: usize = 1024;

/// How long a stream of the blob protocol may take to open.
const OPEN_BLOBS_MAX: Duration = Duration::from_secs(20);

/// What a machine is to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A person's machine: client of the DHT, of circuit relays, of AutoNAT.
    Node,
    /// A community's machine: server of all these.
    Relay,
}

/// What the network is made of.
#[derive(Clone)]
pub struct Config {
    /// Who this machine is.
    pub key: NodeKey,
    /// What it is to others.
    pub role: Role,
    /// Where to listen; may be empty for a node.
    pub listen: Vec<Multiaddr>,
    /// Addresses to announce beside those listened on (behind a port forward); relays only.
    pub announce: Vec<Multiaddr>,
    /// Accept links: this machine runs a relay core.
    pub serve: bool,
    /// Announce and find machines on the local network.
    pub lan: bool,
    /// Ask linked relays to forward connections to this node (needed behind NAT).
    pub circuits: bool,
    /// Other relays, with `/p2p/…`, through which the directory is joined.
    pub peers: Vec<Multiaddr>,
    /// Established connections, in and out.
    pub max_connections: u32,
    /// Of those that come in, from one IPv4 address or one IPv6 network of /48.
    pub max_per_place: u32,
    /// Bytes that may wait in all links' queues together before greedy links are closed.
    pub max_queued: usize,
    /// Tells what has expired.
    pub clock: Clock,
    /// How often a relay says again where it is.
    pub republish: Duration,
    /// Where a relay keeps the directory's records; a node keeps none.
    pub records: Option<Arc<dyn chappe_storage::Store>>,
    /// Serves blobs on streams that remotes open; `None` serves none.
    pub blobs: Option<ServeBlobs>,
    /// This relay's own signed record for the directory, made from its addresses; `None` publishes nothing.
    pub own_record: Option<OwnRecord>,
}

/// Takes a stream of the blob protocol that a remote opened. It must not block.
pub type ServeBlobs = Arc<dyn Fn(NodeId, Stream) + Send + Sync>;

/// Makes the bytes of this relay's own record from its addresses (without `/p2p/…`).
pub type OwnRecord = Arc<dyn Fn(&[String]) -> Option<Vec<u8>> + Send + Sync>;

/// Signs where this relay is. A machine's key signs like any other.
pub fn own_record(seed: &[u8; 32], clock: Clock) -> OwnRecord {
    let key = DeviceKey::from_seed(*seed);
    Arc::new(move |addrs| {
        let wall = clock.now().wall;
        let (owner, expires) = (key.device().0, wall.saturating_add(records::TTL.as_millis() as u64));
        let signed = Record::sign(record::RELAY, owner, wall, expires, encode_addrs(addrs), |bytes| key.sign(bytes));
        let signed = signed.inspect_err(|error| tracing::warn!(%error, "this relay's record cannot be made"));
        signed.ok().map(|record| record.encode())
    })
}

impl Config {
    /// A personal node: listens nowhere, serves nobody.
    pub fn node(key: NodeKey) -> Self {
        Self {
            key,
            role: Role::Node,
            listen: Vec::new(),
            announce: Vec::new(),
            serve: false,
            lan: false,
            circuits: false,
            peers: Vec::new(),
            max_connections: 256,
            max_per_place: 64,
            max_queued: 64 * 1024 * 1024,
            clock: Clock::new(),
            republish: Duration::from_secs(6 * 3600),
            records: None,
            blobs: None,
            own_record: None,
        }
    }

    /// A relay listening on `listen`.
    pub fn relay(key: NodeKey, listen: Vec<Multiaddr>) -> Self {
        Self {
            role: Role::Relay,
            listen,
            serve: true,
            max_connections: 10_000,
            // A school or a provider's NAT may be one address; forty of them have to agree to fill the relay.
            max_per_place: 256,
            max_queued: 256 * 1024 * 1024,
            ..Self::node(key)
        }
    }
}

/// What happens on links.
#[derive(Debug)]
pub enum FromNet {
    /// A link is up. It replaces an older one (lower id) to the same remote and side.
    LinkUp(Link),
    /// A link is gone; no frame of it follows.
    LinkDown {
        /// [`Link::id`].
        link: u64,
        /// Who opened it.
        side: Side,
        /// The other end.
        remote: NodeId,
    },
    /// Frames in order, each 1 to `FRAME_MAX` bytes long.
    Frames {
        /// [`Link::id`].
        link: u64,
        /// Who opened it.
        side: Side,
        /// The other end.
        remote: NodeId,
        /// At least one.
        frames: Vec<Vec<u8>>,
    },
}

/// Figures of the network, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetStats {
    /// Established connections.
    pub connections: u64,
    /// Links that remotes opened to us.
    pub links_in: u64,
    /// Links that we opened.
    pub links_out: u64,
    /// Bytes that wait to be written.
    pub queued_bytes: u64,
    /// Relays that this relay gossips with.
    pub neighbours: u64,
    /// Records of the directory held here.
    pub directory_records: u64,
}

/// Where a stream goes that was asked for, or in words why there is none.
pub(crate) type BlobStream = oneshot::Sender<Result<Stream, String>>;

/// An order to the driver.
#[derive(Debug)]
pub(crate) enum Order {
    Dial { remote: NodeId, addrs: Vec<String> },
    Hangup { remote: NodeId, reason: &'static str },
    OpenBlobs { remote: NodeId, addrs: Vec<String>, answer: BlobStream },
    Stop,
}

/// Gives orders to a running network. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Net {
    id: NodeId,
    orders: mpsc::Sender<Order>,
    addresses: watch::Receiver<Vec<Multiaddr>>,
    stats: watch::Receiver<NetStats>,
}

/// The network does not run any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the network has stopped")]
pub struct Stopped;

impl Net {
    /// Who this machine is.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Keeps trying to hold a link to `remote` until [`Net::hangup`]. Waits if the driver is busy.
    pub async fn dial(&self, remote: NodeId, addrs: Vec<String>) -> Result<(), Stopped> {
        self.orders.send(Order::Dial { remote, addrs }).await.map_err(|_| Stopped)
    }

    /// Closes the link to `remote` and stops trying.
    pub async fn hangup(&self, remote: NodeId, reason: &'static str) -> Result<(), Stopped> {
        self.orders.send(Order::Hangup { remote, reason }).await.map_err(|_| Stopped)
    }

    /// Opens a stream of the blob protocol, over a connection there is or a new one. In words why not.
    pub async fn open_blobs(&self, remote: NodeId, addrs: Vec<String>) -> Result<Stream, String> {
        let (answer, stream) = oneshot::channel();
        let stopped = |_| Stopped.to_string();
        self.orders.send(Order::OpenBlobs { remote, addrs, answer }).await.map_err(|_| Stopped.to_string())?;
        match tokio::time::timeout(OPEN_BLOBS_MAX, stream).await {
            Ok(stream) => stream.map_err(stopped)?,
            Err(_) => Err("it did not answer in time".into()),
        }
    }

    /// Where this machine listens, without `/p2p/…`; changes as interfaces come and go.
    pub fn addresses(&self) -> watch::Receiver<Vec<Multiaddr>> {
        self.addresses.clone()
    }

    /// Figures, at most a second old.
    pub fn stats(&self) -> NetStats {
        *self.stats.borrow()
    }

    /// Writes what is queued, closes all links and ends the driver.
    pub async fn stop(&self) {
        // If the driver is gone already, that is what was wanted.
        drop(self.orders.send(Order::Stop).await);
    }
}

#[cfg(test)]
impl Net {
    /// A network of nothing, whose orders a test reads.
    pub(crate) fn detached(id: NodeId) -> (Self, mpsc::Receiver<Order>) {
        let (orders, inbox) = mpsc::channel(ORDERS_MAX);
        let (addresses, stats) = (watch::channel(Vec::new()).1, watch::channel(NetStats::default()).1);
        (Self { id, orders, addresses, stats }, inbox)
    }
}

/// Why the network could not start.
#[derive(Debug, Error)]
pub enum NetError {
    /// The address is taken, forbidden, or not of this machine.
    #[error("cannot listen on {addr}: {why}. Is another program using the port? Choose another with --listen")]
    Listen {
        /// Which.
        addr: Multiaddr,
        /// What the system says.
        why: String,
    },
    /// A transport could not be set up.
    #[error("the network cannot start: {0}")]
    Transport(String),
    /// mDNS could not be set up.
    #[error("machines on the local network cannot be found: {0}. Run without --lan, or allow UDP port 5353")]
    Mdns(#[from] mdns_sd::Error),
}

/// What the network stands on. In the programs that is [`Ground::system`]; the simulator brings its own.
pub struct Ground {
    /// Makes connections that are authenticated (with the key that [`Config::key`] holds) and carry streams. Circuits
    /// come on top of it.
    pub transport: Boxed<(PeerId, StreamMuxerBox)>,
    /// Runs the driver and libp2p's tasks.
    pub executor: Executor,
}

/// Starts a task on the tokio runtime that the network lives on.
pub type Executor = Arc<dyn Fn(Pin<Box<dyn Future<Output = ()> + Send>>) -> JoinHandle<()> + Send + Sync>;

impl Ground {
    /// Sockets of this machine, and the current tokio runtime.
    pub fn system(key: &NodeKey) -> Result<Self, NetError> {
        let executor: Executor = Arc::new(|task| tokio::spawn(task));
        Ok(Self { transport: transport::sockets(&key.keypair())?, executor })
    }

    /// Noise and yamux as over TCP, but over other byte streams.
    pub fn over_streams<T>(streams: T, key: &NodeKey, executor: Executor) -> Result<Self, NetError>
    where
        T: Transport<Output: AsyncRead + AsyncWrite + Send + Unpin + 'static> + Send + Unpin + 'static,
        T::Error: Send + Sync + 'static,
        T::Dial: Send + 'static,
        T::ListenerUpgrade: Send + 'static,
    {
        Ok(Self { transport: transport::over_streams(streams, &key.keypair())?, executor })
    }
}

/// A started network: takes orders, tells what happens, and the task that ends when it does.
pub type Started = (Net, mpsc::Receiver<FromNet>, JoinHandle<()>);

/// Starts the network on the current tokio runtime. The receiver's owner must keep reading: links wait for it.
pub async fn spawn(config: Config) -> Result<Started, NetError> {
    transport::check_free(&config.listen)?;
    let ground = Ground::system(&config.key)?;
    spawn_on(config, ground)
}

/// [`spawn`] on something else than this machine's sockets.
pub fn spawn_on(config: Config, ground: Ground) -> Result<Started, NetError> {
    let id = config.key.node_id();
    let (orders, order_inbox) = mpsc::channel(ORDERS_MAX);
    let (events, event_inbox) = mpsc::channel(EVENTS_MAX);
    let executor = ground.executor.clone();
    let (driver, addresses, stats) = driver::Driver::new(config, ground, order_inbox, events)?;
    let task = executor(Box::pin(driver.run()));
    Ok((Net { id, orders, addresses, stats }, event_inbox, task))
}
