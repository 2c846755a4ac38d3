//! The figures as a table, beside those of others.

use crate::files;
use crate::scenario::Results;
use crate::talk::Until;

/// Who did the same work on such a machine, window 64, no fsync asked of any (issue 2).
const OTHERS: [&str; 6] = ["Prosody", "ejabberd", "Synapse", "nostr-rs-relay", "Tox", "Delta Chat"];

struct Row {
    what: String,
    ours: String,
    target: &'static str,
    others: [&'static str; 6],
}

const NOTHING: [&str; 6] = [""; 6];
const THROUGHPUT: [&str; 6] = ["7,600", "14,300", "40-89", "1,040", "6,100-19,400", "16"];
const LATENCY: [&str; 6] = ["0.12", "0.15", "27-66", "0.54", "", "1,000"];
const APPEND: [&str; 6] = ["2,400", "477", "", "", "", ""];
const FETCH: [&str; 6] = ["11,200", "17,500", "", "", "", ""];
const MEMORY: [&str; 6] = ["14", "100", "", "", "", ""];

/// One line a figure; columns are as wide as they must be.
pub fn table(results: &Results) -> String {
    let rows = rows(results);
    let head = ["", "Chappe", "target"].into_iter().chain(OTHERS).map(str::to_owned).collect::<Vec<_>>();
    let lines = rows.into_iter().map(|row| {
        let others = row.others.map(str::to_owned);
        [row.what, row.ours, row.target.to_owned()].into_iter().chain(others).collect::<Vec<_>>()
    });
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(lines).collect();
    let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(String::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..OTHERS.len() + 3).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.len()));
            let cell = if column == 0 { format!("{cell}{padding}") } else { format!("  {padding}{cell}") };
            text.push_str(&cell);
        }
        let kept = text.trim_end().len();
        text.truncate(kept);
        text.push('\n');
    }
    let [before, after] = results.machine_load;
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    text.push_str(&format!(
        "\nChappe: encrypted, synced to disk at sender, relay and recipient. Prosody to nostr-rs-relay: plaintext, no \
         sync;\nTox: encrypted, direct, in memory; Delta Chat: encrypted, store and forward. Best runs. {cores} cores, \
         load average {before} before, {after} after.\n"
    ));
    text
}

fn rows(results: &Results) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |what: String, ours: String, target, others| rows.push(Row { what, ours, target, others });
    for run in &results.pipelines {
        let (verb, target, others) = match (run.until, run.window) {
            (Until::Delivered, 64) => ("acknowledged", "", THROUGHPUT),
            (Until::Delivered, 1024) => ("acknowledged", "8,000", NOTHING),
            (Until::Delivered, _) => ("acknowledged", "", NOTHING),
            (Until::Sent, _) => ("at the relay", "", NOTHING),
        };
        row(format!("messages/s {verb}, window {}", run.window), grouped(run.per_second), target, others);
    }
    for run in &results.pipelines {
        let [sender, relay, recipient] = run.cpu_each;
        let what = format!(
            "CPU s/10,000, window {}{}: sender {sender:.2}, relay {relay:.2}, recipient {recipient:.2}",
            run.window,
            if run.until == Until::Sent { " at the relay" } else { "" },
        );
        row(what, format!("{:.2}", run.cpu_per_10k), "", NOTHING);
    }
    if let Some(idle) = &results.idle {
        row("latency when idle, p50 ms".into(), format!("{:.2}", idle.p50), "1", LATENCY);
        row("latency when idle, p90 ms".into(), format!("{:.2}", idle.p90), "", NOTHING);
        row("latency when idle, p99 ms".into(), format!("{:.2}", idle.p99), "5", NOTHING);
    }
    if let Some(offline) = &results.offline {
        row("append/s, recipient away".into(), grouped(offline.append_per_second), "5,000", APPEND);
        row("fetch/s".into(), grouped(offline.fetch_per_second), "20,000", FETCH);
        row("fetch of 10,000, s from start".into(), format!("{:.2}", offline.fetch_seconds), "", NOTHING);
    }
    if let Some(rate) = results.http_per_second {
        row("HTTP posts/s, 64 at a time".into(), grouped(rate), "", NOTHING);
    }
    for memory in &results.memory {
        let (target, others) = if memory.process == "relay" { ("30", MEMORY) } else { ("40", NOTHING) };
        row(format!("memory, {}, idle MiB", memory.process), format!("{:.1}", memory.idle.rss), target, others);
        row(format!("memory, {}, loaded MiB", memory.process), format!("{:.1}", memory.loaded.rss_peak), "", NOTHING);
        row(format!("memory, {}, after MiB", memory.process), format!("{:.1}", memory.rested.rss), "", NOTHING);
    }
    if let Some(cold) = &results.cold {
        let with = format!("ready with {} messages, s", grouped(cold.messages as f64));
        row(with, format!("{:.2}", cold.orderly), "0.3", NOTHING);
        row("the same after kill -9, s".into(), format!("{:.2}", cold.killed), "", NOTHING);
        row("its data directory, MiB".into(), format!("{:.0}", cold.bytes as f64 / 1048576.0), "", NOTHING);
    }
    rows
}

/// One large file, beside the ways without us.
pub fn files(results: &files::Results) -> String {
    let mib = results.size as f64 / 1_048_576.0;
    let rate = |seconds: f64| results.size as f64 / 1e6 / seconds;
    let mut text = format!("{:<34}{:>9}{:>9}{:>9}{:>9}\n", format!("{mib:.0} MiB"), "s", "MB/s", "of quinn", "CPU s");
    let mut line = |what: &str, seconds: f64, cpu: Option<f64>| {
        let (of, cpu) = (results.quic.seconds / seconds, cpu.map(|cpu| format!("{cpu:.2}")).unwrap_or_default());
        text.push_str(&format!("{what:<34}{seconds:>9.2}{:>9.0}{of:>9.2}{cpu:>9}\n", rate(seconds)));
    };
    line("quinn, thrown away", results.quic.seconds, Some(results.quic.cpu));
    line("TCP, thrown away", results.tcp.seconds, Some(results.tcp.cpu));
    line("a plain file, synced", results.disk.seconds, Some(results.disk.cpu));
    for (what, way) in [("Chappe through a relay", &results.relay), ("Chappe from node to node", &results.direct)] {
        line(what, way.seconds, Some(way.cpu.iter().sum()));
        line("  taken in over HTTP, sealed", way.taken_in, None);
        line("  until the recipient knows of it", way.brought, None);
        line("  fetched, checked, synced", way.fetched, None);
        line("  read over HTTP afterwards", way.read, None);
    }
    for (what, way) in [("relayed", &results.relay), ("direct", &results.direct)] {
        let whos = ["sender", "relay", "recipient"].into_iter().zip(way.cpu.into_iter().zip(way.peak));
        let each = whos.map(|(who, (cpu, peak))| format!("{who} {cpu:.2} CPU s, at most {peak:.0} MiB"));
        text.push_str(&format!("{what}: {}\n", each.collect::<Vec<_>>().join("; ")));
    }
    let each = |runs: &[f64]| runs.iter().map(|run| format!("{run:.2}")).collect::<Vec<_>>().join(" ");
    let [quic, relay, direct] = &results.runs;
    text.push_str(&format!("all, s: quinn {}; relayed {}; direct {}\n", each(quic), each(relay), each(direct)));
    let [before, after] = results.machine_load;
    text.push_str(&format!(
        "\nChappe: sealed, synced to disk at sender, relay and recipient, every chunk checked. Load average {before} \
         before, {after} after.\n"
    ));
    text
}

/// One file over an emulated line.
pub fn link(over: &files::Over) -> String {
    let (mib, way) = (over.size as f64 / 1_048_576.0, &over.way);
    format!(
        "{mib:.0} MiB over 100 Mbit/s, 60 ms, 1 % lost: {:.1} s, {:.0} % of the line ({:.1} s until it is said, {:.1} s to fetch it)\n",
        way.seconds,
        over.of_line * 100.0,
        way.taken_in + way.brought,
        way.fetched
    )
}

/// 12345.6 as 12,346.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        assert_eq!(super::grouped(12_345.6), "12,346");
        assert_eq!(super::grouped(999.0), "999");
        assert_eq!(super::grouped(1_000_000.0), "1,000,000");
    }
}
