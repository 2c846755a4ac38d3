//! What is done and measured, in order.

use crate::http;
use crate::machine::{Machine, Usage};
use crate::talk::{Answer, Order, Until};
use anyhow::{Context, Result, bail};
use chappe_node::setup;
use chappe_protocol::ids::{ChatId, UserId};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take at most.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);
/// After this long without work a process is called idle.
const REST: Duration = Duration::from_millis(1500);
const WINDOWS: [usize; 3] = [64, 256, 1024];
const IDLE_MESSAGES: u64 = 1_000;
const IDLE_SPACING_US: u64 = 5_000;
const OFFLINE_MESSAGES: u64 = 10_000;
const HTTP_MESSAGES: u64 = 5_000;
const HTTP_WINDOW: usize = 64;
const COLD_STARTS: usize = 3;

/// How much is done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Messages of each full-pipeline run.
    pub messages: u64,
    /// Messages in the history before the cold start.
    pub history: u64,
    /// Runs with each window.
    pub rounds: usize,
    /// One full-pipeline run and nothing else.
    pub only_pipeline: bool,
}

/// Everything measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    /// Full pipeline, a line a window.
    pub pipelines: Vec<Pipeline>,
    /// One message at a time.
    pub idle: Option<Latency>,
    /// The recipient away.
    pub offline: Option<Offline>,
    /// Through the HTTP API, messages a second (durable at the sender).
    pub http_per_second: Option<f64>,
    /// Sender, relay, recipient.
    pub memory: Vec<Memory>,
    /// Starting with a long history.
    pub cold: Option<Cold>,
    /// Load average of the machine before and after: other programs make all of this slower.
    pub machine_load: [f64; 2],
}

/// A window's best run.
#[derive(Clone, Debug, Serialize)]
pub struct Pipeline {
    /// Messages on their way at most.
    pub window: usize,
    /// What was waited for.
    pub until: Until,
    /// Messages.
    pub count: u64,
    /// A second, in the best run.
    pub per_second: f64,
    /// A second, in all runs.
    pub runs: Vec<f64>,
    /// CPU seconds per 10,000 messages of all three processes, in the best run.
    pub cpu_per_10k: f64,
    /// The same of sender, relay, recipient.
    pub cpu_each: [f64; 3],
}

/// From the sender's command to the recipient's event, in milliseconds.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Latency {
    pub count: u64,
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub max: f64,
}

/// Store and forward.
#[derive(Clone, Debug, Serialize)]
pub struct Offline {
    /// Messages.
    pub count: u64,
    /// Durable at sender and relay, a second.
    pub append_per_second: f64,
    /// Seconds from the recipient's start to the last message, with opening its store and connecting.
    pub fetch_seconds: f64,
    /// A second, from the first message's event to the last one's.
    pub fetch_per_second: f64,
}

/// Memory of a process.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Memory {
    pub process: &'static str,
    pub idle: Usage,
    pub loaded: Usage,
    pub rested: Usage,
}

/// Starts with a long history, in seconds from the start of the process until core and API answer.
#[derive(Clone, Debug, Serialize)]
pub struct Cold {
    /// Messages in the history.
    pub messages: u64,
    /// After an orderly end, the best of [`COLD_STARTS`].
    pub orderly: f64,
    /// After `kill -9` under load.
    pub killed: f64,
    /// Bytes of the data directory.
    pub bytes: u64,
}

/// Sender, relay, recipient and their chat.
pub(crate) struct Stage {
    pub dir: PathBuf,
    /// `None` while it is away.
    alice: Option<Machine>,
    pub relay: Machine,
    bob: Option<Machine>,
    pub chat: ChatId,
    /// What the nodes are started with.
    flags: &'static [&'static str],
    /// The number of the next text.
    next: u64,
}

/// Does it all below `dir`, and removes what it wrote.
pub fn run(plan: &Plan, dir: &Path) -> Result<Results> {
    std::fs::create_dir_all(dir)?;
    let dir = tempfile::Builder::new().prefix("run-").tempdir_in(dir)?;
    let before = load()?;
    let mut stage = Stage::set(dir.path(), &[], &[])?;
    let mut results = Results::default();
    if plan.only_pipeline {
        results.pipelines.push(stage.pipelines(256, Until::Delivered, plan.messages, 1)?);
        results.machine_load = [before, load()?];
        stage.end()?;
        return Ok(results);
    }
    std::thread::sleep(REST);
    let idle = stage.usage()?;
    results.idle = Some(stage.idle()?);
    for window in WINDOWS {
        results.pipelines.push(stage.pipelines(window, Until::Delivered, plan.messages, plan.rounds)?);
    }
    results.pipelines.push(stage.pipelines(1024, Until::Sent, plan.messages, plan.rounds)?);
    let loaded = stage.usage()?;
    std::thread::sleep(REST);
    let rested = stage.usage()?;
    for (n, process) in ["sender", "relay", "recipient"].into_iter().enumerate() {
        results.memory.push(Memory { process, idle: idle[n], loaded: loaded[n], rested: rested[n] });
    }
    results.http_per_second = Some(stage.http()?);
    results.offline = Some(stage.offline()?);
    results.cold = Some(stage.cold(plan.history)?);
    results.machine_load = [before, load()?];
    stage.end()?;
    Ok(results)
}

impl Stage {
    /// Starts everything, the relay and the nodes with these flags, and introduces Alice and Bob.
    pub(crate) fn set(dir: &Path, relay: &[&str], flags: &'static [&'static str]) -> Result<Self> {
        let relay = Machine::start("relay", "relay", &dir.join("relay"), relay)?;
        let Answer::Relay(address) = relay.answer(PATIENCE)? else { bail!("the relay did not say its address") };
        for name in ["alice", "bob"] {
            setup::init(&dir.join(name), name, &[setup::read_relay(&address)?])?;
        }
        let (mut alice, mut bob) = (node("alice", dir, flags)?.0, node("bob", dir, flags)?.0);
        let Answer::Link(link) = alice.ask(&Order::Invite, PATIENCE)? else { bail!("no invite") };
        bob.ask(&Order::Join(link), PATIENCE)?;
        let bob_id = who(&mut bob)?;
        let Answer::Chat(chat) = alice.ask(&Order::Accept(bob_id), PATIENCE)? else { bail!("no chat") };
        bob.ask(&Order::Accepted, PATIENCE)?;
        let mut stage = Self { dir: dir.to_owned(), alice: Some(alice), relay, bob: Some(bob), chat, flags, next: 0 };
        // What is done once a chat is not measured.
        stage.send(100, 10, Until::Delivered)?;
        Ok(stage)
    }

    pub(crate) fn usage(&self) -> Result<[Usage; 3]> {
        let of = |machine: &Option<Machine>| machine.as_ref().context("a node is away")?.usage();
        Ok([of(&self.alice)?, self.relay.usage()?, of(&self.bob)?])
    }

    /// Sends, and waits until the recipient has the last one. Returns the sender's seconds.
    fn send(&mut self, count: u64, window: usize, until: Until) -> Result<f64> {
        let first = self.next;
        self.next += count;
        let order = Order::Pipeline { chat: self.chat, first, count, window, until };
        let Answer::Sent { seconds } = self.alice()?.ask(&order, PATIENCE)? else { bail!("the sender did not send") };
        self.arrived()?;
        Ok(seconds)
    }

    /// Waits until the recipient has everything sent so far.
    fn arrived(&mut self) -> Result<Answer> {
        let number = self.next - 1;
        self.bob()?.ask(&Order::Expect(number), PATIENCE)
    }

    fn pipelines(&mut self, window: usize, until: Until, count: u64, rounds: usize) -> Result<Pipeline> {
        let mut best =
            Pipeline { window, until, count, per_second: 0.0, runs: Vec::new(), cpu_per_10k: 0.0, cpu_each: [0.0; 3] };
        for _ in 0..rounds {
            let before = self.usage()?;
            let seconds = self.send(count, window, until)?;
            let after = self.usage()?;
            let rate = count as f64 / seconds;
            best.runs.push(rate);
            if rate > best.per_second {
                best.per_second = rate;
                best.cpu_each = std::array::from_fn(|n| (after[n].cpu - before[n].cpu) * 10_000.0 / count as f64);
                best.cpu_per_10k = best.cpu_each.iter().sum();
            }
        }
        Ok(best)
    }

    fn idle(&mut self) -> Result<Latency> {
        self.bob()?.ask(&Order::Forget, PATIENCE)?;
        let first = self.next;
        self.next += IDLE_MESSAGES;
        let order = Order::Paced { chat: self.chat, first, count: IDLE_MESSAGES, spacing_us: IDLE_SPACING_US };
        self.alice()?.ask(&order, PATIENCE)?;
        let Answer::Received { latencies, .. } = self.arrived()? else { bail!("the recipient did not receive") };
        let at = |part: f64| -> Result<f64> {
            let index = ((latencies.len() as f64 * part) as usize).min(latencies.len().saturating_sub(1));
            Ok(*latencies.get(index).context("nothing arrived")? as f64 / 1e6)
        };
        Ok(Latency { count: latencies.len() as u64, p50: at(0.5)?, p90: at(0.9)?, p99: at(0.99)?, max: at(1.0)? })
    }

    fn http(&mut self) -> Result<f64> {
        let first = self.next;
        self.next += HTTP_MESSAGES;
        let seconds = http::post(&self.dir.join("alice"), self.chat, first..self.next, HTTP_WINDOW)?;
        self.arrived()?;
        Ok(HTTP_MESSAGES as f64 / seconds)
    }

    fn offline(&mut self) -> Result<Offline> {
        self.bob.take().context("the recipient is away")?.end()?;
        let first = self.next;
        self.next += OFFLINE_MESSAGES;
        let (chat, count, window, until) = (self.chat, OFFLINE_MESSAGES, 1024, Until::Sent);
        let order = Order::Pipeline { chat, first, count, window, until };
        let Answer::Sent { seconds } = self.alice()?.ask(&order, PATIENCE)? else { bail!("the sender did not send") };
        self.bob = Some(node("bob", &self.dir, self.flags)?.0);
        let Answer::Received { count, seconds: fetching, since_start, .. } = self.arrived()? else {
            bail!("the recipient did not receive")
        };
        Ok(Offline {
            count,
            append_per_second: OFFLINE_MESSAGES as f64 / seconds,
            fetch_seconds: since_start,
            fetch_per_second: count as f64 / fetching,
        })
    }

    fn cold(&mut self, history: u64) -> Result<Cold> {
        while self.next < history {
            self.send((history - self.next).min(20_000), 1024, Until::Delivered)?;
        }
        let mut orderly = f64::INFINITY;
        for _ in 0..COLD_STARTS {
            self.alice.take().context("the sender is away")?.end()?;
            orderly = orderly.min(self.start_alice()?);
        }
        let (chat, first, count, until) = (self.chat, self.next, 5_000, Until::Delivered);
        self.alice()?.order(&Order::Pipeline { chat, first, count, window: 256, until })?;
        std::thread::sleep(Duration::from_millis(250));
        self.alice.take().context("the sender is away")?.kill()?;
        let killed = self.start_alice()?;
        Ok(Cold { messages: self.next, orderly, killed, bytes: bytes_below(&self.dir.join("alice"))? })
    }

    fn start_alice(&mut self) -> Result<f64> {
        let (alice, seconds) = node("alice", &self.dir, self.flags)?;
        self.alice = Some(alice);
        Ok(seconds)
    }

    fn alice(&mut self) -> Result<&mut Machine> {
        self.alice.as_mut().context("the sender is away")
    }

    fn bob(&mut self) -> Result<&mut Machine> {
        self.bob.as_mut().context("the recipient is away")
    }

    pub(crate) fn end(self) -> Result<()> {
        for machine in self.alice.into_iter().chain(self.bob).chain([self.relay]) {
            machine.end()?;
        }
        Ok(())
    }
}

/// Starts a node and waits until it is ready. Returns the seconds from the start of the process.
fn node(name: &'static str, dir: &Path, flags: &[&str]) -> Result<(Machine, f64)> {
    let start = Instant::now();
    let machine = Machine::start(name, "node", &dir.join(name), flags)?;
    let Answer::Node { .. } = machine.answer(PATIENCE)? else { bail!("{name} did not say that it is ready") };
    Ok((machine, start.elapsed().as_secs_f64()))
}

fn who(machine: &mut Machine) -> Result<UserId> {
    match machine.ask(&Order::Who, PATIENCE)? {
        Answer::User(user) => Ok(user),
        other => bail!("not a user: {other:?}"),
    }
}

fn bytes_below(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in dir.read_dir()? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { bytes_below(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}

/// The machine's load average of the last minute.
pub(crate) fn load() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().context("/proc/loadavg")?.parse()?)
}
