//! A machine of the simulation: the shipped cores, the shipped loop and the shipped network, over a memory store and
//! the simulated network. It crashes and comes back as its disk was synced.

use crate::network::transport::{WireTransport, address};
use crate::network::{MachineId, Network};
use crate::unhurried::Unhurried;
use anyhow::{Context, Result};
use chappe_node::clock::Clock;
use chappe_node::handle::Handle;
use chappe_node::net::{self, Config, Executor, Ground, NodeKey, OwnRecord};
use chappe_node::shell::{self, Idle, NoCore, NodeDesk, Parts, Running, ServerSide};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::identity::keys::RootKey;
use chappe_protocol::ids::NodeId;
use chappe_protocol::peer::Peer;
use chappe_protocol::peer::account::Account;
use chappe_protocol::relay::{Policy, Relay, RelayConfig};
use chappe_protocol::store::Batch;
use chappe_storage::{MemoryStore, Store};
use libp2p::Multiaddr;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::AbortHandle;

/// The port that relays listen on.
const PORT: u16 = 4001;

/// What the wall clock shows when a simulation begins: 2026-01-01 00:00 UTC, in milliseconds.
pub const WALL_BEGIN: u64 = 1_767_225_600_000;

/// What a machine is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A community's relay; it joins the directory through these.
    Relay {
        /// Full addresses of other relays.
        peers: Vec<Multiaddr>,
    },
    /// A relay at somebody's home: behind a NAT, reached through another relay's circuits.
    HiddenRelay {
        /// That relay, and where it is.
        via: (NodeId, Multiaddr),
    },
    /// A person's node.
    Person {
        /// Shown to others.
        name: String,
        /// Relays of the person's choice.
        relays: Vec<RelayHint>,
    },
}

/// A machine, running or not.
pub struct Machine {
    /// Its number in the network.
    pub id: MachineId,
    kind: Kind,
    seed: [u8; 32],
    store: MemoryStore,
    /// By how much its wall clock is ahead, in milliseconds.
    ahead: u64,
    live: Option<Live>,
    /// Relays: how often they say again where they are.
    pub republish: Duration,
    /// Relays: another disk for the directory than the machine's.
    pub records: Option<Arc<dyn Store>>,
    /// Relays: their record is at least so long.
    pub padding: usize,
    /// Relays: told of every own record.
    pub made: Option<Made>,
}

/// Is told of a relay's own record when it is made.
pub type Made = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// What runs.
struct Live {
    handle: Option<Handle>,
    running: Running,
    tasks: Tasks,
}

impl Machine {
    /// A machine that is off. Its keys follow from its number alone, so that addresses can be known before it starts.
    pub fn new(id: MachineId, kind: Kind, ahead: u64) -> Self {
        Self {
            id,
            kind,
            seed: seed_of(id),
            store: MemoryStore::new(),
            ahead,
            live: None,
            republish: Duration::from_secs(6 * 3600),
            records: None,
            padding: 0,
            made: None,
        }
    }

    /// Where a relay of this number listens.
    pub fn relay_address(id: MachineId) -> (NodeId, Multiaddr) {
        (NodeKey::from_seed(&seed_of(id)).node_id(), address(id, PORT))
    }

    /// What the rest of a program would ask it with; `None` if it is off or no person's.
    pub fn handle(&self) -> Option<&Handle> {
        self.live.as_ref()?.handle.as_ref()
    }

    /// Switches it on.
    pub async fn start(&mut self, network: &Network, elapsed_ms: u64) -> Result<()> {
        if self.live.is_some() {
            return Ok(());
        }
        network.start(self.id);
        let clock = Clock::showing(WALL_BEGIN + self.ahead + elapsed_ms);
        let tasks = Tasks::default();
        let key = NodeKey::from_seed(&self.seed);
        let transport = WireTransport::new(network.clone(), self.id);
        let ground = Ground::over_streams(transport, &key, tasks.executor())?;
        let (net, events, _) = net::spawn_on(self.config(key, clock), ground)?;
        let store: Arc<dyn Store> = Arc::new(self.store.clone());
        let (running, handle) = match &self.kind {
            Kind::Person { name, relays } => {
                if Account::load(&self.store)?.is_none() {
                    self.install(name, relays, clock)?;
                }
                let peer = Peer::load(&self.store, rng()?, None).context("a person's data cannot be read")?;
                let (handle, asks, told) = Handle::new();
                let client = Some((peer, NodeDesk::new(asks, told)));
                let parts = Parts { client, server: None::<ServerSide<Relay>>, store, net: net.clone(), events, clock };
                (tasks.run(parts), Some(handle))
            }
            Kind::Relay { .. } | Kind::HiddenRelay { .. } => {
                let rng_seed = *chappe_node::entropy::seed()?;
                let core = Relay::new(RelayConfig { key_seed: self.seed, rng_seed, policy: Policy::default() })?;
                let server = Some(ServerSide::quiet(core));
                let parts: Parts<NoCore, Relay, Idle> =
                    Parts { client: None, server, store, net: net.clone(), events, clock };
                (tasks.run(parts), None)
            }
        };
        if let Kind::HiddenRelay { via: (relay, addr) } = &self.kind {
            net.dial(*relay, vec![addr.to_string()]).await?;
        }
        self.live = Some(Live { handle, running, tasks });
        Ok(())
    }

    /// The power goes: all tasks end where they are, nobody is told, and what was not synced is lost.
    pub fn crash(&mut self, network: &Network) {
        network.crash(self.id);
        if let Some(live) = self.live.take() {
            live.tasks.abort();
            self.store = self.store.after_crash(0);
        }
    }

    /// Ends the program in order, then the machine.
    pub async fn stop(&mut self, network: &Network) -> Result<()> {
        if let Some(live) = self.live.take() {
            live.running.stop().await?;
            live.tasks.abort();
        }
        network.crash(self.id);
        Ok(())
    }

    /// The disk is gone; the machine must be off.
    pub fn wipe(&mut self) {
        self.store = MemoryStore::new();
    }

    fn config(&self, key: NodeKey, clock: Clock) -> Config {
        let listen = || vec![address(self.id, PORT)];
        let config = match &self.kind {
            Kind::Relay { peers } => Config {
                peers: peers.clone(),
                records: Some(self.records.clone().unwrap_or_else(|| Arc::new(self.store.clone()))),
                own_record: Some(self.own_record(clock)),
                republish: self.republish,
                ..Config::relay(key, listen())
            },
            Kind::HiddenRelay { .. } => Config { serve: true, circuits: true, ..Config::node(key) },
            Kind::Person { .. } => Config::node(key),
        };
        Config { clock, ..config }
    }

    /// The shipped record, with addresses more if it must be longer.
    fn own_record(&self, clock: Clock) -> OwnRecord {
        let (shipped, padding, made) = (net::own_record(&self.seed, clock), self.padding, self.made.clone());
        Arc::new(move |addrs| {
            let mut addrs = addrs.to_vec();
            let mut record = shipped(&addrs)?;
            while record.len() < padding {
                // Eight addresses at most; each is its text, two bytes of length, and here 15 around the label.
                let label = "x".repeat((padding - record.len()).clamp(20, 125) - 17);
                addrs.push(format!("/dns4/{label}/tcp/4001"));
                record = shipped(&addrs)?;
            }
            if let Some(made) = &made {
                made(&record);
            }
            Some(record)
        })
    }

    /// What `chappe init` does.
    fn install(&self, name: &str, relays: &[RelayHint], clock: Clock) -> Result<()> {
        let root = RootKey::from_seed(*chappe_node::entropy::seed()?);
        let account = Account::create(&root, name.to_owned(), relays.to_vec(), clock.now().wall, &mut rng()?)?;
        let mut batch = Batch::new();
        account.store(&mut batch)?;
        self.store.apply(&batch)?;
        Ok(self.store.sync()?)
    }
}

fn seed_of(id: MachineId) -> [u8; 32] {
    *blake3::hash(format!("machine {id}").as_bytes()).as_bytes()
}

fn rng() -> Result<ChaCha20Rng> {
    Ok(ChaCha20Rng::from_seed(*chappe_node::entropy::seed()?))
}

/// A machine's tasks, so that all of them can end at once.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<Vec<AbortHandle>>>);

impl Tasks {
    fn executor(&self) -> Executor {
        let tasks = self.clone();
        Arc::new(move |task| {
            let handle = tokio::spawn(Unhurried(task));
            tasks.add(handle.abort_handle());
            handle
        })
    }

    fn run<P, R, D>(&self, parts: Parts<P, R, D>) -> Running
    where
        P: chappe_protocol::core::Core<Event: Send> + Send + 'static,
        R: chappe_protocol::core::Core<Event: Send> + Send + 'static,
        D: shell::Desk<P>,
    {
        let (running, turns) = shell::task(parts);
        self.executor()(Box::pin(turns));
        running
    }

    fn add(&self, task: AbortHandle) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Forget those that ended, now and then.
        if tasks.len().is_power_of_two() {
            tasks.retain(|task| !task.is_finished());
        }
        tasks.push(task);
    }

    fn abort(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.iter().for_each(AbortHandle::abort);
    }
}
