//! Figures for the operator in Prometheus's text format. Counts only: nothing names a user, log or link.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chappe_node::net::{Net, NetStats};
use chappe_node::shell::Inspect;
use chappe_protocol::relay::{Relay, Stats, refusal_label};
use chappe_storage::DurableStore;
use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How long the loop may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the figures come from.
#[derive(Clone)]
pub struct Sources {
    /// The relay core, through the loop.
    pub relay: mpsc::Sender<Inspect<Relay>>,
    /// The network.
    pub net: Net,
    /// The store.
    pub store: DurableStore,
}

/// Answers `/metrics` on `addr` until the task is aborted. Fails if the port cannot be had.
pub async fn serve(addr: SocketAddr, sources: Sources) -> io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(addr).await?;
    let bound = listener.local_addr()?;
    let routes = Router::new().route("/metrics", get(answer)).with_state(sources);
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes).await {
            tracing::error!(%error, "metrics are not served any more");
        }
    });
    Ok((bound, task))
}

async fn answer(State(sources): State<Sources>) -> Response {
    match stats(&sources.relay).await {
        Some(stats) => {
            let text =
                render(&stats, &sources.net.stats(), sources.store.rows_indexed(), sources.store.journal_bytes());
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "the relay is busy or stopping\n").into_response(),
    }
}

async fn stats(relay: &mpsc::Sender<Inspect<Relay>>) -> Option<Stats> {
    let (sender, stats) = oneshot::channel();
    let look: Inspect<Relay> = Box::new(move |relay| {
        // Who asked may have gone.
        drop(sender.send(relay.stats()));
    });
    let asked = async {
        relay.send(look).await.ok()?;
        stats.await.ok()
    };
    tokio::time::timeout(PATIENCE, asked).await.ok().flatten()
}

/// The text (Prometheus exposition format 0.0.4).
pub fn render(stats: &Stats, net: &NetStats, store_rows: u64, journal_bytes: u64) -> String {
    let mut out = String::with_capacity(8 * 1024);
    let now = [
        ("connections", "Transport connections now.", net.connections),
        ("links", "Links of clients now.", stats.links),
        ("queued_bytes", "Bytes that wait to be written to clients.", net.queued_bytes),
        ("subscriptions", "Log subscriptions now.", stats.subscriptions),
        ("logs", "Logs stored.", stats.stored.logs),
        ("queue_depth", "Entries stored in all logs.", stats.stored.entries),
        ("stored_bytes", "Bytes of envelopes, blocks, key packages and records.", stats.stored.bytes),
        ("key_package_names", "Key package names stored.", stats.stored.key_package_names),
        ("records", "Records stored for clients.", stats.stored.records),
        ("neighbours", "Relays that this relay gossips with.", net.neighbours),
        ("directory_records", "Records of the directory held here.", net.directory_records),
        ("store_rows", "Rows of the store's index.", store_rows),
        ("journal_bytes", "Bytes of the store's journal.", journal_bytes),
    ];
    let ever = [
        ("links_opened", "Links that came up.", stats.links_opened),
        ("hangups", "Links closed by the relay.", stats.hangups),
        ("frames_received", "Frames from clients.", stats.frames_in),
        ("frames_sent", "Frames to clients.", stats.frames_out),
        ("bytes_received", "Bytes of frames from clients.", stats.bytes_in),
        ("bytes_sent", "Bytes of frames to clients.", stats.bytes_out),
        ("logs_created", "Logs created.", stats.logs_created),
        ("appends", "Envelopes stored in rooms.", stats.appends),
        ("paid_appends", "Envelopes stored in inboxes.", stats.paid_appends),
        ("reads", "Pages read.", stats.reads),
        ("entries_read", "Entries in those pages.", stats.entries_read),
        ("entries_pushed", "Entries pushed to subscribers.", stats.entries_pushed),
        ("subscribers_behind", "Subscriptions ended because the subscriber did not keep up.", stats.subscribers_behind),
        ("acks", "Acknowledgements that moved a reader on.", stats.acks),
        ("entries_acked", "Entries dropped because all readers have them.", stats.entries_acked),
        ("entries_expired", "Entries dropped because they were too old.", stats.entries_expired),
        ("forgotten", "Logs, key packages and records dropped unused.", stats.forgotten),
        ("register_promises", "Register promises signed.", stats.promises),
        ("register_decisions", "Register acceptances signed.", stats.acceptances),
        ("key_packages_taken", "Key packages given out.", stats.key_packages_taken),
        ("records_put", "Records stored.", stats.records_put),
        ("store_failures", "Reads of the store that failed.", stats.store_failures),
    ];
    for (name, help, value) in now {
        family(&mut out, name, help, "gauge");
        line(&mut out, name, "", value);
    }
    for (name, help, value) in ever {
        let name = format!("{name}_total");
        family(&mut out, &name, help, "counter");
        line(&mut out, &name, "", value);
    }
    family(&mut out, "refusals_total", "Requests refused, by reason.", "counter");
    for (refusal, count) in stats.refusals() {
        line(&mut out, "refusals_total", &format!("{{reason=\"{}\"}}", refusal_label(refusal)), count);
    }
    out
}

fn family(out: &mut String, name: &str, help: &str, kind: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# HELP chappe_relay_{name} {help}\n# TYPE chappe_relay_{name} {kind}");
}

fn line(out: &mut String, name: &str, labels: &str, value: u64) {
    let _ = writeln!(out, "chappe_relay_{name}{labels} {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_of_the_format_and_every_family_stands_once() {
        let mut stats = Stats::default();
        stats.appends = 7;
        let text = render(&stats, &NetStats { connections: 3, ..NetStats::default() }, 1, 2);
        assert!(text.contains("\nchappe_relay_appends_total 7\n"));
        assert!(text.contains("\nchappe_relay_connections 3\n"));
        assert!(text.contains("\nchappe_relay_refusals_total{reason=\"bad_capability\"} 0\n"));
        let mut families = std::collections::BTreeSet::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                assert!(families.insert(rest.split(' ').next().unwrap().to_owned()), "{line}");
            } else if !line.starts_with('#') {
                let (name, value) = line.rsplit_once(' ').unwrap();
                assert!(families.contains(name.split('{').next().unwrap()) && value.parse::<u64>().is_ok(), "{line}");
            }
        }
        assert!(families.iter().all(|name| name.starts_with("chappe_relay_")));
    }
}
