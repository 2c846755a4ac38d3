//! Running a personal node: the store, the cores, the network, the loop and the local API put together, and taken
//! apart again in order when a signal asks for it.

use crate::api::{self, Api};
use crate::backup::{self, Backup};
use crate::blobs::server::{BlobPolicy, BlobServer};
use crate::clock::Clock;
use crate::files::{Direct, Files, Reach};
use crate::handle::Handle;
use crate::imports::Imports;
use crate::net;
use crate::pictures::Pictures;
use crate::recorded::Recorded;
use crate::search::feed::Followed;
use crate::search::{Search, Working};
use crate::shell::{self, NodeDesk, ServerSide};
use crate::signals::Stop;
use crate::space::Space;
use crate::stickers::Stickers;
use crate::upkeep::Upkeep;
use crate::{entropy, setup};
use anyhow::{Context, Result};
use chappe_protocol::peer::Peer;
use chappe_protocol::peer::command::Event;
use chappe_protocol::relay::{Policy, Relay, RelayConfig};
use chappe_storage::Store;
use chappe_storage::blobs::BlobStore;
use libp2p::Multiaddr;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The data directory that `setup::init` made.
    pub data: PathBuf,
    /// Where the API listens.
    pub api: api::Options,
    /// Find other nodes on the local network.
    pub lan: bool,
    /// Addresses to listen on for other nodes.
    pub listen: Vec<Multiaddr>,
    /// Who may fetch files from this node itself, and whose nodes it asks.
    pub direct: Direct,
}

/// A node's core and all that it lives on, before anybody can talk to it.
pub struct Node {
    /// For the API and other services of this machine.
    pub handle: Handle,
    /// Finds messages.
    pub search: Search,
    searching: Working,
    /// Files in chats.
    pub files: Files,
    /// Pictures of people and groups.
    pub pictures: Pictures,
    /// Takes chats of other messengers in.
    pub imports: Imports,
    /// Packs of stickers.
    pub stickers: Stickers,
    /// Says what all of it takes on the disk.
    pub space: Space,
    /// Keeps the history elsewhere.
    pub backup: Backup,
    keeping: backup::Running,
    running: shell::Running,
    stopped: broadcast::Receiver<Event>,
    upkeep: Upkeep,
    network: tokio::task::JoinHandle<()>,
}

impl Node {
    /// Opens the store and starts the loop and the network. Must run in a tokio runtime.
    pub async fn start(options: &RunOptions) -> Result<Self> {
        let store = setup::open_store(&options.data)?;
        let seed = setup::transport_key(&store)?.with_context(|| {
            let data = options.data.display();
            format!("there is no node in {data}; make one with: chappe --data {data} init --name NAME --relay ADDR")
        })?;
        let key = net::NodeKey::from_seed(&seed);
        let clock = Clock::new();
        let lan = options.lan.then(|| key.node_id());
        let peer = Peer::load(&store, setup::rng()?, lan).context("the node's own data cannot be read")?;
        let server = options.lan.then(|| own_relay(&seed)).transpose()?;
        let mut config = net::Config::node(key);
        config.serve = options.lan;
        config.lan = options.lan;
        config.listen = listen(options, &seed)?;
        let blobs = BlobStore::open(&options.data.join("blobs")).context("the folder of files cannot be opened")?;
        let gives = gives(options, &config, &blobs, clock);
        config.blobs = gives.as_ref().map(BlobServer::serve);
        let reach = Reach { rule: options.direct, lan: options.lan, server: gives };
        let (net, events, network) = net::spawn(config).await?;
        let (handle, asks, told) = Handle::new();
        let stopped = handle.events();
        let upkeep = Upkeep::spawn(store.clone());
        let store = Arc::new(Followed::new(store)?);
        let (search, searching) = Search::start(store.clone(), options.data.join("search"))?;
        let store: Arc<dyn Store> = store;
        let peer = Recorded::new(peer, handle.recorder().clone(), clock.now());
        let client = Some((peer, NodeDesk::new(asks, told)));
        let files = Files::start(blobs, store.clone(), net.clone(), handle.clone(), clock, reach)?;
        let pictures = Pictures::start(store.clone(), net.clone(), handle.clone());
        let imports = Imports::new(store.clone(), handle.clone(), files.clone(), net.id());
        let stickers = Stickers::start(store.clone(), net.clone(), handle.clone(), files.clone());
        let space = Space::new(&options.data, store.clone(), handle.clone(), files.clone());
        let (backup, keeping) =
            Backup::start(store.clone(), net.clone(), handle.clone(), clock, (files.clone(), &options.data))?;
        let running = shell::spawn(shell::Parts { client, server, store, net, events, clock });
        Ok(Self {
            handle,
            search,
            searching,
            files,
            pictures,
            imports,
            stickers,
            space,
            backup,
            keeping,
            running,
            stopped,
            upkeep,
            network,
        })
    }

    /// Waits until something breaks.
    async fn broken(&mut self) -> anyhow::Error {
        tokio::select! {
            outcome = self.running.ended() => match outcome {
                Ok(()) => anyhow::anyhow!("the loop ended by itself"),
                Err(error) => error.into(),
            },
            why = core_stopped(&mut self.stopped) => anyhow::anyhow!("{why}"),
        }
    }

    /// Ends in order: the turn is finished and synced, links are closed, the store is closed.
    pub async fn stop(self) -> Result<()> {
        drop((self.backup, self.imports, self.space));
        self.stickers.stop();
        self.pictures.stop();
        self.keeping.stop().await;
        let stopped = self.running.stop().await;
        drop(self.search);
        tokio::task::spawn_blocking(|| self.searching.stop()).await?;
        self.files.stop();
        // It holds the store, which must close before the program ends.
        self.upkeep.stop().await;
        stopped?;
        // The network has said goodbye by now; its task only has to end.
        drop(self.network.await);
        Ok(())
    }
}

/// Runs a node until a signal asks to stop. `ready` is told the login link once the API answers.
pub async fn run(options: RunOptions, ready: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let mut signals = Stop::new().context("signals cannot be heard")?;
    let mut node = Node::start(&options).await?;
    let api = Api::start(options.api.clone(), node.handle.clone(), Some(node.files.clone()))
        .await?
        .with_search(node.search.clone())
        .with_backup(node.backup.clone())
        .with_imports(node.imports.clone())
        .with_space(node.space.clone())
        .with_stickers(node.stickers.clone())
        .with_pictures(node.pictures.clone());
    ready(&api.login_url()?)?;
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(api.serve(async {
        drop(stopping.await);
    }));
    let outcome = tokio::select! {
        signal = signals.asked() => {
            tracing::info!(signal, "stopping");
            Ok(())
        }
        error = node.broken() => Err(error),
    };
    drop(stop);
    serving.await??;
    node.stop().await?;
    outcome
}

async fn core_stopped(events: &mut broadcast::Receiver<Event>) -> String {
    loop {
        match events.recv().await {
            Ok(Event::Stopped(why)) => return why,
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return "the loop is gone".into(),
        }
    }
}

/// What gives this node's files to others. On a LAN the machine is its own relay, which keeps others' in the same folder.
fn gives(options: &RunOptions, config: &net::Config, blobs: &BlobStore, clock: Clock) -> Option<Arc<BlobServer>> {
    let policy = if options.lan { BlobPolicy::default() } else { BlobPolicy::NONE };
    let reached = options.lan || (options.direct == Direct::Contacts && !config.listen.is_empty());
    reached.then(|| BlobServer::new(blobs.clone(), policy, clock))
}

/// The relay that this machine is for its own LAN.
fn own_relay(seed: &[u8; 32]) -> Result<ServerSide<Relay>> {
    let config = RelayConfig { key_seed: *seed, rng_seed: *entropy::seed()?, policy: Policy::default() };
    Ok(ServerSide::quiet(Relay::new(config)?))
}

/// What was asked for. Else on a LAN TCP, and for files QUIC if somebody may fetch them.
fn listen(options: &RunOptions, seed: &[u8; 32]) -> Result<Vec<Multiaddr>> {
    if !options.listen.is_empty() {
        return Ok(options.listen.clone());
    }
    let tcp = options.lan.then(|| "/ip4/0.0.0.0/tcp/0".to_owned());
    let quic = (options.direct == Direct::Contacts).then(|| format!("/ip4/0.0.0.0/udp/{}/quic-v1", udp_port(seed)));
    let parsed = tcp.into_iter().chain(quic).map(|addr| addr.parse().context("an address of this machine"));
    parsed.collect()
}

/// The same at every start if it is free, so that what messages say of this node stays true; below the ports that systems
/// give away. It tells nothing of the key.
fn udp_port(seed: &[u8; 32]) -> u16 {
    let bytes = blake3::derive_key("chappe 2026-11 port of a node", seed);
    let port = 20_000 + u16::from_be_bytes([bytes[0], bytes[1]]) % 12_000;
    if UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() { port } else { 0 }
}
