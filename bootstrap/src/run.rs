//! A relay from start to stop.

use crate::data::{Addresses, DataDir};
use crate::metrics::{self, Sources};
use anyhow::{Context, Result};
use chappe_node::blobs::server::{BlobPolicy, BlobServer};
use chappe_node::clock::Clock;
use chappe_node::entropy;
use chappe_node::net::{self, Config, Net, NodeKey};
use chappe_node::shell::{self, Idle, NoCore, Parts, Running, ServerSide};
use chappe_node::signals::Stop;
use chappe_node::upkeep::Upkeep;
use chappe_protocol::relay::{Policy, Relay, RelayConfig, RelayEvent};
use libp2p::Multiaddr;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// The port that a relay listens on if the operator names none; WebSocket has the next.
const PORT: u16 = 4001;

/// A relay that listens on every interface waits until no new address has come for so long before it prints them.
const SETTLE: Duration = Duration::from_millis(200);

/// Listening addresses must all be there by then.
const LISTEN_PATIENCE: Duration = Duration::from_secs(10);

/// Questions of metrics that wait for the loop.
const INSPECTS_MAX: usize = 8;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The data directory.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: Vec<Multiaddr>,
    /// How others reach this relay beside that.
    pub announce: Vec<Multiaddr>,
    /// Full addresses of other relays.
    pub peers: Vec<Multiaddr>,
    /// Connections from one address, if not the network's default.
    pub max_per_place: Option<u32>,
    /// Where to serve metrics.
    pub metrics: Option<SocketAddr>,
    /// What the operator decided.
    pub policy: Policy,
    /// What of others' files is kept; none if left out.
    pub blobs: Option<BlobPolicy>,
}

/// TCP and QUIC on port 4001 and WebSocket on 4002, on all interfaces, of IPv6 too if the system has it.
pub fn default_listen() -> Vec<Multiaddr> {
    let mut ips = vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED)];
    if Path::new("/proc/net/if_inet6").exists() {
        ips.push(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    }
    let ways = |ip: IpAddr| {
        let kind = if ip.is_ipv4() { "ip4" } else { "ip6" };
        let websocket = PORT + 1;
        [format!("tcp/{PORT}"), format!("udp/{PORT}/quic-v1"), format!("tcp/{websocket}/ws")]
            .map(|rest| format!("/{kind}/{ip}/{rest}"))
    };
    ips.into_iter().flat_map(ways).filter_map(|text| text.parse().ok()).collect()
}

/// Runs until a signal asks to stop, or something fails. `ready` is told the addresses once the relay answers.
pub async fn run(options: RunOptions, ready: impl FnOnce(&Addresses) -> Result<()>) -> Result<()> {
    let mut signals = Stop::new().context("signals cannot be heard")?;
    let data = DataDir::make(&options.data)?;
    let store = data.store()?;
    let seed = data.key_seed()?;
    let blobs = options.blobs.map(|policy| data.blobs().map(|blobs| BlobServer::new(blobs, policy, Clock::new())));
    let blobs = blobs.transpose()?.map(|server| server.serve());
    let (net, events) = start_net(&options, &seed, store.clone(), blobs).await?;
    let (inspect, inspects) = mpsc::channel(INSPECTS_MAX);
    let config = RelayConfig { key_seed: *seed, rng_seed: *entropy::seed()?, policy: options.policy };
    let server = ServerSide { core: Relay::new(config)?, inspects: Some(inspects), tell: Some(Box::new(log_event)) };
    let (net_for_loop, shared) = (net.clone(), Arc::new(store.clone()));
    let parts: Parts<NoCore, Relay, Idle> =
        Parts { client: None, server: Some(server), store: shared, net: net_for_loop, events, clock: Clock::new() };
    let running = shell::spawn(parts);
    let upkeep = Upkeep::spawn(store.clone());

    let started = async {
        let metrics = match options.metrics {
            Some(addr) => {
                let sources = Sources { relay: inspect, net: net.clone(), store: store.clone() };
                let served = metrics::serve(addr, sources).await;
                let text = || format!("metrics cannot be served on {addr}; choose another port with --metrics");
                Some(served.with_context(text)?.1)
            }
            None => None,
        };
        let listening = settled(&net, &options.listen).await?;
        let addresses = Addresses::new(net.id(), &options.announce, &listening);
        data.write_addresses(&addresses)?;
        ready(&addresses)?;
        anyhow::Ok(metrics)
    };
    let outcome = match started.await {
        Ok(metrics) => {
            let outcome = serve(&mut signals, running).await;
            if let Some(task) = metrics {
                task.abort();
            }
            outcome
        }
        Err(error) => {
            // What went wrong first is what the operator has to know; a failure to stop is in the log.
            drop(running.stop().await);
            Err(error)
        }
    };
    upkeep.stop().await;
    // The last handle: the store closes in order.
    drop(store);
    outcome
}

/// Runs until a signal or a failure.
async fn serve(signals: &mut Stop, mut running: Running) -> Result<()> {
    tokio::select! {
        name = signals.asked() => {
            tracing::info!(signal = name, "stopping");
            Ok(running.stop().await?)
        }
        ended = running.ended() => Ok(ended?),
    }
}

async fn start_net(
    options: &RunOptions,
    seed: &[u8; 32],
    store: chappe_storage::DurableStore,
    blobs: Option<net::ServeBlobs>,
) -> Result<(Net, mpsc::Receiver<net::FromNet>)> {
    let links = u32::try_from(options.policy.links_max).unwrap_or(u32::MAX);
    let default = Config::relay(NodeKey::from_seed(seed), options.listen.clone());
    let config = Config {
        announce: options.announce.clone(),
        peers: options.peers.clone(),
        // Some connections serve the directory and circuits alone.
        max_connections: links.saturating_add(links / 8 + 16),
        max_per_place: options.max_per_place.unwrap_or(default.max_per_place),
        records: Some(Arc::new(store)),
        blobs,
        own_record: Some(net::own_record(seed, Clock::new())),
        ..default
    };
    let (net, events, _) = net::spawn(config).await?;
    Ok((net, events))
}

fn log_event(event: RelayEvent) {
    match event {
        RelayEvent::StoreUnreadable(error) => {
            tracing::error!(%error, "the store cannot be read; a request was refused")
        }
        RelayEvent::Reply { .. } => {}
    }
}

/// The listening addresses, once all are there.
async fn settled(net: &Net, listen: &[Multiaddr]) -> Result<Vec<Multiaddr>> {
    let mut addresses = net.addresses();
    // One that stands for all interfaces may come to nothing: a system can have IPv6 and no address of it.
    let sure = listen.iter().filter(|addr| !is_unspecified(addr)).count().max(1);
    let all_there = addresses.wait_for(|all| all.len() >= sure);
    let waited = tokio::time::timeout(LISTEN_PATIENCE, all_there).await;
    waited.context("an address cannot be listened on; RUST_LOG=debug says more")??;
    if listen.iter().any(is_unspecified) {
        while tokio::time::timeout(SETTLE, addresses.changed()).await.is_ok_and(|changed| changed.is_ok()) {}
    }
    Ok(addresses.borrow().clone())
}

/// True for an address that stands for all interfaces.
fn is_unspecified(addr: &Multiaddr) -> bool {
    let text = addr.to_string();
    text.starts_with("/ip4/0.0.0.0/") || text.starts_with("/ip6/::/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_addresses_can_be_read_and_differ() {
        let all: std::collections::BTreeSet<_> = default_listen().iter().map(Multiaddr::to_string).collect();
        assert!(all.len() == 3 || all.len() == 6, "{all:?}");
        assert!(default_listen().iter().all(is_unspecified));
    }
}
