//! What people read after a run: a table, or JSON.

use crate::run::Outcome;
use serde_json::json;
use std::time::Duration;

/// What a run cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// On the clock at the wall.
    pub wall: Duration,
    /// Of the processor.
    pub cpu: Duration,
    /// Most memory that was ever in use, bytes.
    pub memory: u64,
}

impl Cost {
    /// From a beginning until now.
    pub fn since(begin: std::time::Instant) -> Self {
        Self { wall: begin.elapsed(), cpu: cpu(), memory: peak_memory() }
    }
}

/// The value that `share` of a sorted list are at most; 0 of nothing.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1).min(last)).copied().unwrap_or(0.0)
}

/// A table.
pub fn text(name: &str, seed: u64, outcome: &Outcome, cost: Cost) -> String {
    let machines = outcome.traffic.len();
    let sent: u64 = outcome.traffic.iter().map(|one| one.sent).sum();
    let at = |share| percentile(&outcome.latencies, share);
    let mut lines = vec![
        format!("{name}, seed {seed}: {machines} machines, {:.0} virtual seconds", outcome.seconds),
        format!("  chats            {}", outcome.chats),
        format!("  messages         {} said, {} shown", outcome.said, outcome.latencies.len()),
        format!("  delivery         p50 {:.0} ms, p95 {:.0} ms, max {:.0} ms", at(0.5), at(0.95), at(1.0)),
        format!("  bytes a machine  {:.0} a second", sent as f64 / machines.max(1) as f64 / outcome.seconds)
            + &format!(", {:.0} when nobody says anything", outcome.idle),
        format!("  connections      {} at the end", outcome.connections),
        format!("  cost             {}", cost_text(machines, cost)),
        format!("  trace            {} of {} entries", outcome.traced.hash, outcome.traced.entries),
    ];
    if outcome.violations.is_empty() {
        lines.push("  every rule holds".into());
    }
    lines.extend(outcome.violations.iter().map(|found| format!("  VIOLATED {}: {}", found.rule, found.what)));
    lines.join("\n")
}

/// In words.
pub fn cost_text(machines: usize, cost: Cost) -> String {
    let mib = cost.memory as f64 / (1024.0 * 1024.0);
    format!(
        "{:.1} s, {:.1} s of CPU, {mib:.0} MiB ({:.2} a machine)",
        cost.wall.as_secs_f64(),
        cost.cpu.as_secs_f64(),
        mib / machines.max(1) as f64,
    )
}

/// For programs.
pub fn json(name: &str, seed: u64, outcome: &Outcome, cost: Cost) -> serde_json::Value {
    let at = |share| percentile(&outcome.latencies, share);
    json!({
        "scenario": name,
        "seed": seed,
        "machines": outcome.traffic.len(),
        "virtual_seconds": outcome.seconds,
        "chats": outcome.chats,
        "said": outcome.said,
        "shown": outcome.latencies.len(),
        "delivery_ms": { "p50": at(0.5), "p95": at(0.95), "max": at(1.0) },
        "bytes": outcome.traffic.iter().map(|one| json!({ "sent": one.sent, "received": one.received })).collect::<Vec<_>>(),
        "idle_bytes_per_second": outcome.idle,
        "connections": outcome.connections,
        "cpu_seconds": cost.cpu.as_secs_f64(),
        "wall_seconds": cost.wall.as_secs_f64(),
        "memory_bytes": cost.memory,
        "trace": outcome.traced.hash,
        "trace_entries": outcome.traced.entries,
        "violations": outcome.violations.iter().map(|v| json!({ "rule": v.rule, "what": v.what })).collect::<Vec<_>>(),
    })
}

/// Of this process; Linux says it in hundredths of seconds, behind the program's name.
pub fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<u64> =
        stat.rsplit(") ").next().unwrap_or_default().split(' ').map(|n| n.parse().unwrap_or(0)).collect();
    let ticks = fields.get(11).copied().unwrap_or(0) + fields.get(12).copied().unwrap_or(0);
    Duration::from_millis(ticks * 10)
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_list() {
        let list: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!([0.5, 0.95, 1.0].map(|share| percentile(&list, share)), [50.0, 95.0, 100.0]);
        assert_eq!((percentile(&[], 0.5), percentile(&[7.0], 0.01)), (0.0, 7.0));
    }

    #[test]
    fn a_process_knows_what_it_costs() {
        assert!(peak_memory() > 1024 * 1024);
    }
}
