//! The figure of gossip: many relays on one topic, a message of 1 kB a second, and how long until everybody has it.
//!
//! The messages are the product's own: relays that announce themselves. Some are told to do so again when it counts, one
//! a second in the whole network. What counts is when a record lies on the disk of each other relay.

use crate::machine::{Kind, Machine};
use crate::network::physics::{Path, Physics};
use crate::network::{Network, Traffic};
use crate::report;
use crate::run::simulate;
use crate::trace::Traced;
use anyhow::Result;
use chappe_protocol::ids::NodeId;
use chappe_protocol::store::{Batch, Range, ReadError, Rows, StoreRead, Table, Write};
use chappe_storage::{MemoryStore, Store, WriteError};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What connects each relay: between two, 60 ms one way in the middle and 118 ms at p99, as in the studies that the
/// figure is compared with.
const PATH: Path = Path { latency: 30.0, spread: 29.0, jitter: 1.0, loss: 0.000_5, bandwidth: 12.5e6 };

/// The relays start within this.
const START: Duration = Duration::from_secs(60);

/// Seconds before and after what counts in which relays announce themselves too.
const MARGIN: u64 = 60;

/// Bytes of a record.
const RECORD: usize = 1_000;

/// A relay announces itself 5 s after it published in the directory (node/src/net/gossip.rs), at its next second.
const ANNOUNCED_BEHIND: std::ops::Range<Duration> = Duration::from_millis(4_990)..Duration::from_millis(7_000);

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// How many relays.
    pub relays: usize,
    /// Virtual seconds until the mesh has settled.
    pub warm_up: u64,
    /// Virtual seconds that count.
    pub seconds: u64,
    /// Everything follows from it.
    pub seed: u64,
}

/// What was measured.
#[derive(Debug)]
pub struct Figure {
    /// Announcements that count.
    pub messages: usize,
    /// Deliveries missing at the end.
    pub missing: usize,
    /// From announcing to the disk of each other relay, in milliseconds, sorted.
    pub latencies: Vec<f64>,
    /// From announcing until all have it, in milliseconds, sorted.
    pub until_all: Vec<f64>,
    /// Bytes a second of each relay, sent and received, in the middle and at most.
    pub sent: [f64; 2],
    /// See `sent`.
    pub received: [f64; 2],
    /// Connections at the end.
    pub connections: usize,
    /// CPU seconds of the part that counts.
    pub cpu: Duration,
}

/// Who made and who got which record.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    /// By owner: sequence number and moment of each record made.
    made: BTreeMap<[u8; 32], Vec<(u64, Instant)>>,
    /// By owner and sequence number: who got it when.
    got: BTreeMap<([u8; 32], u64), BTreeMap<usize, Instant>>,
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A relay's disk, which tells the book what is put into the directory.
struct Shelf {
    inner: MemoryStore,
    relay: usize,
    book: Book,
}

impl StoreRead for Shelf {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.inner.get(table, partition, sort)
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        self.inner.scan(table, partition, range, limit)
    }
}

impl Store for Shelf {
    fn apply(&self, batch: &Batch) -> Result<(), WriteError> {
        for write in &batch.writes {
            if let Write::Put { table: Table::DhtRecord, value, .. } = write
                && let Some((owner, sequence)) = name(value)
            {
                self.book
                    .pages()
                    .got
                    .entry((owner, sequence))
                    .or_default()
                    .entry(self.relay)
                    .or_insert_with(Instant::now);
            }
        }
        self.inner.apply(batch)
    }

    fn sync(&self) -> Result<(), WriteError> {
        self.inner.sync()
    }
}

/// Owner and sequence number of a record (docs/wire/relay.md, 8.1).
fn name(record: &[u8]) -> Option<([u8; 32], u64)> {
    let owner = record.get(1..33)?.try_into().ok()?;
    Some((owner, u64::from_be_bytes(record.get(33..41)?.try_into().ok()?)))
}

/// Measures.
pub fn measure(what: Measure, trace_file: Option<File>) -> Result<(Figure, Traced)> {
    simulate(what.seed, trace_file, move || run(what))
}

async fn run(what: Measure) -> Result<Figure> {
    let network = Network::new(Physics::new(what.seed));
    let begin = Instant::now();
    let delivering = tokio::spawn(network.clone().run());
    let book = Book::default();
    let mut relays: Vec<Machine> = (0..what.relays).map(|n| relay(&network, n, what, &book)).collect();
    for (n, relay) in relays.iter_mut().enumerate() {
        tokio::time::sleep_until(begin + starts_at(n, what)).await;
        relay.start(&network, u64::try_from(begin.elapsed().as_millis())?).await?;
    }
    tokio::time::sleep_until(begin + Duration::from_secs(what.warm_up)).await;
    let (from, before, cpu) = (Instant::now(), traffic(&network, &relays), report::cpu());
    tokio::time::sleep(Duration::from_secs(what.seconds)).await;
    let (after, cpu) = (traffic(&network, &relays), report::cpu() - cpu);
    let until = Instant::now();
    // What was announced last gets its time too.
    tokio::time::sleep(Duration::from_secs(10)).await;
    delivering.abort();
    let rate = |of: fn(&Traffic) -> u64| {
        let bytes = after.iter().zip(&before).map(|(a, b)| (of(a) - of(b)) as f64 / what.seconds as f64);
        let mut all: Vec<f64> = bytes.collect();
        all.sort_by(f64::total_cmp);
        [0.5, 1.0].map(|share| report::percentile(&all, share))
    };
    let figure = Figure {
        connections: network.connections(),
        sent: rate(|t| t.sent),
        received: rate(|t| t.received),
        cpu,
        ..deliveries(&book.pages(), what.relays, from..until)
    };
    Ok(figure)
}

fn traffic(network: &Network, relays: &[Machine]) -> Vec<Traffic> {
    relays.iter().map(|relay| network.traffic(relay.id)).collect()
}

fn starts_at(n: usize, what: Measure) -> Duration {
    START.mul_f64(n as f64 / what.relays as f64)
}

/// When a relay says again where it is, a tenth sooner or later: one a second, also before and after what counts.
fn announces_at(n: usize, what: Measure) -> Option<Duration> {
    let first = what.warm_up.saturating_sub(MARGIN);
    (n as u64 <= what.seconds + 2 * MARGIN).then(|| Duration::from_secs(first + n as u64))
}

fn relay(network: &Network, n: usize, what: Measure, book: &Book) -> Machine {
    let id = network.add(PATH, false);
    // A relay is set up with a few others that were there before.
    let known = (1..=3).map(|step| (n * 7919 + step * 104_729) % n.max(1)).filter(|other| *other != n);
    let peers = known.map(|other| {
        let (id, addr) = Machine::relay_address(other);
        chappe_node::net::addr::full(&addr, &id)
    });
    let (made, shelf) = (book.clone(), Shelf { inner: MemoryStore::new(), relay: n, book: book.clone() });
    let kind = Kind::Relay { peers: peers.collect() };
    let mut machine = Machine::new(id, kind, 0);
    if let Some(at) = announces_at(n, what) {
        machine.republish = at.saturating_sub(starts_at(n, what));
    }
    machine.records = Some(Arc::new(shelf));
    machine.padding = RECORD;
    machine.made = Some(Arc::new(move |record: &[u8]| {
        if let Some((owner, sequence)) = name(record) {
            made.pages().made.entry(owner).or_default().push((sequence, Instant::now()));
        }
    }));
    machine
}

/// Looks at what was announced in a stretch of time.
fn deliveries(pages: &Pages, relays: usize, within: std::ops::Range<Instant>) -> Figure {
    let numbers: BTreeMap<NodeId, usize> = (0..relays).map(|n| (Machine::relay_address(n).0, n)).collect();
    let (mut messages, mut missing, mut latencies, mut until_all) = (0, 0, Vec::new(), Vec::new());
    for (owner, made) in &pages.made {
        let announced = made.windows(2).filter(|two| ANNOUNCED_BEHIND.contains(&two[1].1.duration_since(two[0].1)));
        for (sequence, at) in announced.map(|two| two[1]).filter(|(_, at)| within.contains(at)) {
            messages += 1;
            let own = numbers.get(&NodeId(*owner)).copied();
            let got = pages.got.get(&(*owner, sequence));
            let took = got.into_iter().flatten().filter(|(relay, _)| Some(**relay) != own);
            let took: Vec<f64> = took.map(|(_, then)| then.duration_since(at).as_secs_f64() * 1000.0).collect();
            missing += relays - 1 - took.len();
            until_all.extend(took.iter().copied().max_by(f64::total_cmp).filter(|_| took.len() == relays - 1));
            latencies.extend(took);
        }
    }
    latencies.sort_by(f64::total_cmp);
    until_all.sort_by(f64::total_cmp);
    let none = [0.0; 2];
    let (connections, cpu) = (0, Duration::ZERO);
    Figure { messages, missing, latencies, until_all, sent: none, received: none, connections, cpu }
}

impl Figure {
    /// A table, beside the figures of others.
    pub fn text(&self, what: Measure, cost: report::Cost, traced: &Traced) -> String {
        let at = |share| report::percentile(&self.latencies, share);
        [
            format!(
                "{} relays on one topic, {} virtual seconds, {} announcements of {RECORD} bytes",
                what.relays, what.seconds, self.messages
            ),
            format!(
                "  delivery        p50 {:.0} ms, p95 {:.0} ms, p99 {:.0} ms, max {:.0} ms",
                at(0.5),
                at(0.95),
                at(0.99),
                at(1.0)
            ),
            format!(
                "  to everybody    p50 {:.0} ms, max {:.0} ms",
                report::percentile(&self.until_all, 0.5),
                report::percentile(&self.until_all, 1.0)
            ),
            format!("  missing         {} of {} deliveries", self.missing, self.missing + self.latencies.len()),
            format!("  sent a relay    {:.1} kB/s, at most {:.1}", self.sent[0] / 1e3, self.sent[1] / 1e3),
            format!("  received        {:.1} kB/s, at most {:.1}", self.received[0] / 1e3, self.received[1] / 1e3),
            format!("  connections     {:.1} a relay", 2.0 * self.connections as f64 / what.relays as f64),
            format!("  cost            {}", report::cost_text(what.relays, cost)),
            format!("                  {:.1} s of CPU for the {} s that count", self.cpu.as_secs_f64(), what.seconds),
            format!("  trace           {} of {} entries", traced.hash, traced.entries),
        ]
        .join("\n")
    }

    /// For programs.
    pub fn json(&self, what: Measure, cost: report::Cost, traced: &Traced) -> serde_json::Value {
        let at = |share| report::percentile(&self.latencies, share);
        json!({
            "relays": what.relays, "seconds": what.seconds, "seed": what.seed, "messages": self.messages,
            "missing": self.missing,
            "delivery_ms": { "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1.0) },
            "to_everybody_ms": { "p50": report::percentile(&self.until_all, 0.5), "max": report::percentile(&self.until_all, 1.0) },
            "sent_bytes_per_second": { "p50": self.sent[0], "max": self.sent[1] },
            "received_bytes_per_second": { "p50": self.received[0], "max": self.received[1] },
            "connections": self.connections, "cpu_seconds_measured": self.cpu.as_secs_f64(),
            "cpu_seconds": cost.cpu.as_secs_f64(), "wall_seconds": cost.wall.as_secs_f64(), "memory_bytes": cost.memory,
            "trace": traced.hash, "trace_entries": traced.entries, "errors": traced.errors,
        })
    }
}
