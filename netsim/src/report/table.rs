//! A report as text for a terminal.

use super::Report;
use crate::world::clock;
use std::fmt::Write;

/// Virtual or real time in a unit that fits.
pub fn time(us: u64) -> String {
    match us {
        0 => "0".into(),
        1..1_000 => format!("{us} µs"),
        1_000..10_000_000 => format!("{} ms", us / 1_000),
        10_000_000..600_000_000 => format!("{:.1} s", us as f64 / 1e6),
        600_000_000..36_000_000_000 => format!("{} min", us / 60_000_000),
        _ => format!("{:.1} h", us as f64 / 3.6e9),
    }
}

/// Bytes in a unit that fits.
pub fn bytes(n: u64) -> String {
    match n {
        0..10_000 => format!("{n} B"),
        10_000..10_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        10_000_000..10_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

/// The summary.
pub fn table(report: &Report) -> String {
    let mut out = String::new();
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "  {name:<22}{value}");
    };
    row("scenario", format!("{} (seed {})", report.name, report.seed));
    row("machines", format!("{} nodes, {} relays, {} of virtual time", report.nodes, report.relays, time(report.span)));
    row("messages", format!("{} said, {} delivered", report.said, report.delivered));
    let latency: Vec<_> = report.latency.iter().map(|(q, us)| format!("p{:.0} {}", q * 100.0, time(*us))).collect();
    row("delivery", latency.join(" · "));
    let (node, relay) = (report.node_bytes, report.relay_bytes);
    row("bytes a node", format!("{} (most {})", bytes(node.mean), bytes(node.most)));
    row("bytes a relay", format!("{} (most {})", bytes(relay.mean), bytes(relay.most)));
    row("links", format!("{} made, {}", report.links, routes(report)));
    row("epochs", format!("{} renewals, {} forced forks seen", report.renewals, report.forks));
    let rate = report.events as f64 / if report.cpu > 0.0 { report.cpu } else { report.seconds.max(1e-9) };
    row("work", format!("{} events, {} frames, {} commits", report.events, report.frames, report.commits));
    row(
        "cost",
        format!(
            "{:.1} s, of these {:.1} s of the processor ({rate:.0} events in each), {} of memory",
            report.seconds,
            report.cpu,
            bytes(report.memory)
        ),
    );
    row("trace", report.trace_hash.clone());
    for (name, n) in &report.counts {
        row("", format!("{n:>9} {name}"));
    }
    if report.is_good() {
        let _ = writeln!(out, "  all invariants hold");
    } else {
        let _ = writeln!(out, "  {} VIOLATIONS", report.violations_all);
        for violation in report.violations.iter().take(20) {
            let _ = writeln!(out, "  {} {}: {}", clock(violation.at), violation.invariant, violation.what);
        }
    }
    out
}

fn routes(report: &Report) -> String {
    let parts: Vec<_> = report.routes.iter().map(|(name, n)| format!("{n} pairs {name}")).collect();
    parts.join(", ")
}
