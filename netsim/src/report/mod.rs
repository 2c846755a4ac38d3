//! What a run came to: numbers, and the forms in which people read them.
//!
//! * `table`: on a terminal. `html`, with the plots of `svg`: a page. JSON is [`Report`] itself.

pub mod html;
pub mod svg;
pub mod table;

use crate::watch::{FaultSpan, Violation, Watch};
use crate::world::{Route, World};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that the forms show; the JSON beside the HTML is this.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Of the scenario.
    pub name: String,
    /// Of the run.
    pub seed: u64,
    /// Equal for equal runs.
    pub trace_hash: String,
    /// People.
    pub nodes: usize,
    /// Relays.
    pub relays: usize,
    /// Virtual microseconds.
    pub span: u64,
    /// Phases and their starts.
    pub phases: Vec<(String, u64)>,
    /// Messages acknowledged by their node.
    pub said: u64,
    /// Of these, shown to the other.
    pub delivered: u64,
    /// From acknowledged to shown: share and microseconds.
    pub latency: Vec<(f64, u64)>,
    /// All of them, in classes: upper bound in microseconds, how many.
    pub latency_classes: Vec<(u64, u64)>,
    /// Events, frames, commits, links.
    pub events: u64,
    /// Frames that arrived.
    pub frames: u64,
    /// Commits.
    pub commits: u64,
    /// Links made.
    pub links: u64,
    /// New epochs.
    pub renewals: u64,
    /// Control chains that were forked by force and seen.
    pub forks: usize,
    /// Bytes out and in, of nodes: mean and most.
    pub node_bytes: Spread,
    /// Bytes out and in, of relays: mean and most.
    pub relay_bytes: Spread,
    /// Each relay, out and in.
    pub bytes_of_relays: Vec<[u64; 2]>,
    /// Nodes by bytes (out and in together), in descending order, at most 400 of them.
    pub bytes_of_nodes: Vec<u64>,
    /// Series over the time.
    pub depth: Vec<u64>,
    /// Messages under way.
    pub waiting: Vec<u64>,
    /// Messages shown so far.
    pub shown: Vec<u64>,
    /// What went wrong, when.
    pub faults: Vec<FaultSpan>,
    /// What happened how often.
    pub counts: BTreeMap<&'static str, u64>,
    /// Share of pairs by how they are connected.
    pub routes: BTreeMap<&'static str, u64>,
    /// Rules that were broken.
    pub violations: Vec<Violation>,
    /// All of them.
    pub violations_all: u64,
    /// Real seconds.
    pub seconds: f64,
    /// Seconds of the processor, where the system says so.
    pub cpu: f64,
    /// Highest resident memory of this process, bytes.
    pub memory: u64,
}

/// Mean and most.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Spread {
    /// Of all.
    pub mean: u64,
    /// Of one.
    pub most: u64,
}

/// The value below which this share lies; 0 for nothing.
pub fn quantile(ascending: &[u64], share: f64) -> u64 {
    let at = (share * ascending.len() as f64).ceil() as usize;
    ascending.get(at.saturating_sub(1)).copied().unwrap_or(0)
}

/// Share of the pairs of machines that talk through a circuit relay.
pub fn relayed_share(watch: &Watch) -> f64 {
    let between = watch.routes.values().filter(|route| **route != Route::Inside);
    let all = between.clone().count();
    let relayed = between.filter(|route| matches!(route, Route::Relayed(_))).count();
    if all == 0 { 0.0 } else { relayed as f64 / all as f64 }
}

impl Report {
    /// Of a finished run.
    pub fn of(world: &World, seconds: f64) -> Self {
        let (plan, watch) = (&world.plan, &world.watch);
        let latencies = watch.latencies();
        let relays = plan.relays();
        let both = |bytes: &[u64; 2]| bytes[0] + bytes[1];
        let mut nodes: Vec<u64> = watch.bytes[relays..].iter().map(both).collect();
        let mut routes = BTreeMap::new();
        for route in watch.routes.values() {
            *routes.entry(route_name(*route)).or_insert(0) += 1;
        }
        let node_bytes = spread(&nodes);
        let relay_sums: Vec<u64> = watch.bytes[..relays].iter().map(both).collect();
        nodes.sort_unstable_by(|a, b| b.cmp(a));
        let every = nodes.len().div_ceil(400).max(1);
        Self {
            name: plan.name.clone(),
            seed: plan.seed,
            trace_hash: world.trace_hash(),
            nodes: plan.nodes(),
            relays,
            span: plan.end,
            phases: plan.phases.clone(),
            said: watch.said_count(),
            delivered: watch.shown_count(),
            latency: [0.5, 0.9, 0.95, 0.99, 1.0].map(|share| (share, quantile(&latencies, share))).to_vec(),
            latency_classes: classes(&latencies),
            events: watch.events,
            frames: watch.frames,
            commits: watch.commits,
            links: watch.links,
            renewals: watch.renewals,
            forks: watch.forks.len(),
            node_bytes,
            relay_bytes: spread(&relay_sums),
            bytes_of_relays: watch.bytes[..relays].to_vec(),
            bytes_of_nodes: nodes.into_iter().step_by(every).collect(),
            depth: filled(&watch.depth),
            waiting: watch.waiting.clone(),
            shown: filled(&watch.delivered),
            faults: watch.faults.clone(),
            counts: watch.counts.clone(),
            routes,
            violations: watch.violations.clone(),
            violations_all: watch.violations_all,
            seconds,
            cpu: cpu_seconds(),
            memory: peak_memory(),
        }
    }

    /// True if no rule was broken.
    pub fn is_good(&self) -> bool {
        self.violations_all == 0
    }
}

fn route_name(route: Route) -> &'static str {
    match route {
        Route::Direct => "direct",
        Route::Punched => "hole punched",
        Route::Relayed(_) => "circuit relay",
        Route::Lan => "local network",
        Route::Inside => "inside the machine",
    }
}

fn spread(values: &[u64]) -> Spread {
    let mean = values.iter().sum::<u64>() / (values.len() as u64).max(1);
    Spread { mean, most: values.iter().max().copied().unwrap_or(0) }
}

/// Points that no audit wrote take the value before them.
fn filled(series: &[u64]) -> Vec<u64> {
    let mut last = 0;
    series
        .iter()
        .map(|value| {
            last = if *value == 0 { last } else { *value };
            last
        })
        .collect()
}

/// Eight classes a power of ten, from the first that holds something.
fn classes(ascending: &[u64]) -> Vec<(u64, u64)> {
    let mut classes = Vec::new();
    let mut at = 0;
    let mut bound = 1_000.0_f64;
    while at < ascending.len() {
        let upper = bound as u64;
        let end = ascending.partition_point(|value| *value <= upper);
        if end > 0 {
            classes.push((upper, (end - at) as u64));
        }
        at = end;
        bound *= 10_f64.powf(1.0 / 8.0);
    }
    classes
}

/// Of this process's first thread, from the system, where it says so.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// From the system, where it says so.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_classes_count_everything_once() {
        let all: Vec<u64> = (1..=1000).map(|n| n * 1000).collect();
        assert_eq!((quantile(&all, 0.5), quantile(&all, 0.95), quantile(&all, 1.0)), (500_000, 950_000, 1_000_000));
        assert_eq!(quantile(&[], 0.5), 0);
        assert_eq!(classes(&all).iter().map(|(_, n)| n).sum::<u64>(), 1000);
    }
}
