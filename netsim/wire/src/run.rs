//! One simulation: a thread of its own, virtual time, one seed. What happened is the outcome; two runs of one seed have
//! the same, to the byte.

use crate::checks::{self, Violation};
use crate::ledger::Ledger;
use crate::machine::{Kind, Machine, WALL_BEGIN};
use crate::network::physics::Physics;
use crate::network::{Network, Traffic};
use crate::plan::{Act, Plan};
use crate::trace::{self, Traced};
use crate::{entropy, people, unhurried};
use anyhow::{Context, Result, anyhow};
use chappe_protocol::contact::mailbox::RelayHint;
use libp2p::multiaddr::Protocol;
use std::fs::File;
use std::time::Duration;
use tokio::time::Instant;

/// Stack of the simulation's thread: futures of unoptimised builds are large.
const STACK: usize = 256 * 1024 * 1024;

/// Other relays that a relay is told of when it is set up.
const KNOWN_RELAYS: usize = 3;

/// The last stretch of a run, in which nobody says anything.
const IDLE: Duration = Duration::from_secs(30);

/// What happened.
#[derive(Debug)]
pub struct Outcome {
    /// Hash of everything, and what was logged as an error.
    pub traced: Traced,
    /// Rules that do not hold.
    pub violations: Vec<Violation>,
    /// Messages said, and from saying to showing, in milliseconds, sorted.
    pub said: usize,
    /// See `said`.
    pub latencies: Vec<f64>,
    /// Chats that came about.
    pub chats: usize,
    /// Bytes of each machine.
    pub traffic: Vec<Traffic>,
    /// Bytes that a machine sent in a second when all was quiet.
    pub idle: f64,
    /// Connections at the end.
    pub connections: usize,
    /// Virtual seconds.
    pub seconds: f64,
}

/// Runs `body` as the only simulation of this process, on a thread of its own with seeded randomness and paused time.
pub fn simulate<T, F>(
    seed: u64,
    trace_file: Option<File>,
    body: impl FnOnce() -> F + Send + 'static,
) -> Result<(T, Traced)>
where
    T: Send + 'static,
    F: Future<Output = Result<T>>,
{
    let thread = std::thread::Builder::new().name("simulation".into()).stack_size(STACK).spawn(move || {
        entropy::seed(seed);
        unhurried::seed(seed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        let outcome = runtime.block_on(async move {
            web_time::set_wall(Duration::from_millis(WALL_BEGIN));
            trace::begin(trace_file);
            body().await
        });
        // Tasks that still run are part of nothing any more.
        let traced = trace::end();
        drop(runtime);
        outcome.map(|outcome| (outcome, traced))
    })?;
    thread.join().map_err(|_| anyhow!("the simulation's thread panicked"))?
}

/// Runs a plan.
pub fn run(plan: Plan, seed: u64, trace_file: Option<File>) -> Result<Outcome> {
    let (mut outcome, traced) =
        simulate(seed, trace_file, move || async move { World::new(&plan, seed).run(plan).await })?;
    outcome.violations.extend(traced.errors.iter().map(|line| Violation::new("no_error_is_logged", line.clone())));
    outcome.traced = traced;
    Ok(outcome)
}

struct World {
    network: Network,
    machines: Vec<Machine>,
    relays: usize,
    ledger: Ledger,
    begin: Instant,
}

impl World {
    fn new(plan: &Plan, seed: u64) -> Self {
        let network = Network::new(Physics::new(seed));
        let relays = plan.relays.len();
        let mut machines = Vec::new();
        for (n, relay) in plan.relays.iter().enumerate() {
            let id = network.add(relay.path, relay.via.is_some());
            let known = (1..=KNOWN_RELAYS.min(relays - 1)).map(|step| (n + step) % relays);
            let known = known.filter(|other| plan.relays[*other].via.is_none());
            let kind = match relay.via {
                Some(via) => Kind::HiddenRelay { via: Machine::relay_address(via) },
                None => Kind::Relay { peers: known.map(full_address).collect() },
            };
            machines.push(Machine::new(id, kind, 0));
        }
        for (n, person) in plan.people.iter().enumerate() {
            let id = network.add(person.path, person.hidden);
            let hints = person.relays.iter().map(|relay| hint(plan, *relay)).collect();
            let kind = Kind::Person { name: format!("person {n}"), relays: hints };
            machines.push(Machine::new(id, kind, person.ahead));
        }
        Self { network, machines, relays, ledger: Ledger::default(), begin: Instant::now() }
    }

    async fn run(mut self, plan: Plan) -> Result<Outcome> {
        let delivering = tokio::spawn(self.network.clone().run());
        for n in 0..self.machines.len() {
            self.start(n).await?;
        }
        let mut acts = plan.acts;
        acts.sort_by_key(|(at, _)| *at);
        for (at, act) in acts {
            tokio::time::sleep_until(self.begin + at).await;
            trace::note(&format!("{act:?}"));
            self.act(act).await?;
        }
        tokio::time::sleep_until(self.begin + plan.end - IDLE).await;
        let before = self.traffic();
        tokio::time::sleep_until(self.begin + plan.end).await;
        let idle = self.traffic().iter().zip(before).map(|(now, then)| now.sent - then.sent).sum::<u64>();
        let idle = idle as f64 / IDLE.as_secs_f64() / self.machines.len() as f64;
        let mut violations = checks::all(&self.machines[self.relays..], self.relays, &self.ledger).await?;
        violations.extend(checks::an_idle_network_is_quiet(idle));
        let outcome = Outcome {
            traced: Traced::default(),
            violations,
            said: self.ledger.said(),
            latencies: self.ledger.latencies(),
            chats: self.ledger.chats(),
            traffic: self.traffic(),
            idle,
            connections: self.network.connections(),
            seconds: self.begin.elapsed().as_secs_f64(),
        };
        delivering.abort();
        Ok(outcome)
    }

    fn traffic(&self) -> Vec<Traffic> {
        self.machines.iter().map(|machine| self.network.traffic(machine.id)).collect()
    }

    async fn act(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Meet(host, guest) => self.meet(host, guest),
            Act::Say(from, to, bytes) => self.say(from, to, bytes),
            Act::Crash(n) => self.machines[n].crash(&self.network),
            Act::Stop(n) => self.machines[n].stop(&self.network).await?,
            Act::Wipe(n) => {
                self.machines[n].crash(&self.network);
                self.machines[n].wipe();
            }
            Act::Start(n) => self.start(n).await?,
            Act::Cut(some) => {
                let side = |n| u32::from(some.contains(&n));
                self.network.cut((0..self.machines.len()).map(side).collect());
            }
            Act::Heal => self.network.cut(Vec::new()),
        }
        Ok(())
    }

    async fn start(&mut self, n: usize) -> Result<()> {
        let elapsed = u64::try_from(self.begin.elapsed().as_millis())?;
        self.machines[n].start(&self.network, elapsed).await.with_context(|| format!("machine {n}"))?;
        if let Some(handle) = self.machines[n].handle() {
            tokio::spawn(self.ledger.clone().listen(n, handle.events()));
        }
        Ok(())
    }

    /// In the background: it takes as long as the network makes it.
    fn meet(&self, host: usize, guest: usize) {
        let handles = (self.machines[host].handle().cloned(), self.machines[guest].handle().cloned());
        let (Some(at_host), Some(at_guest)) = handles else { return };
        let ledger = self.ledger.clone();
        tokio::spawn(async move {
            let met = async {
                people::ask_to_talk(&at_guest, people::invite(&at_host).await?).await?;
                people::accept_next(&at_host).await
            };
            match met.await {
                Ok(chat) => ledger.met(host, guest, chat),
                // A machine that crashed meanwhile; the plan may let them meet again.
                Err(error) => trace::note(&format!("{host} and {guest} did not meet: {error}")),
            }
        });
    }

    fn say(&self, from: usize, to: usize, bytes: usize) {
        let (Some(handle), Some(chat)) = (self.machines[from].handle().cloned(), self.ledger.chat(from, to)) else {
            return trace::note(&format!("{from} cannot say anything to {to} now"));
        };
        let (ledger, text) = (self.ledger.clone(), "x".repeat(bytes.max(1)));
        tokio::spawn(async move {
            let begun = Instant::now();
            match people::say(&handle, chat, text).await {
                Ok(id) => ledger.say(from, to, id, begun),
                Err(error) => trace::note(&format!("{from} could not say anything to {to}: {error}")),
            }
        });
    }
}

fn full_address(relay: usize) -> libp2p::Multiaddr {
    let (id, addr) = Machine::relay_address(relay);
    chappe_node::net::addr::full(&addr, &id)
}

/// How people find a relay: directly, or through another's circuits.
fn hint(plan: &Plan, relay: usize) -> RelayHint {
    let (id, addr) = Machine::relay_address(relay);
    let addr = plan.relays[relay].via.map_or(addr, |via| full_address(via).with(Protocol::P2pCircuit));
    RelayHint { relay: id, addrs: vec![addr.to_string()] }
}
