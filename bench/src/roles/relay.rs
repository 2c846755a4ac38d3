//! A relay, put together from the parts of the shipped one.

use super::answer;
use crate::link;
use crate::talk::Answer;
use anyhow::{Context, Result};
use chappe_node::blobs::server::{BlobPolicy, BlobServer};
use chappe_node::clock::Clock;
use chappe_node::shell::{self, Idle, NoCore, ServerSide};
use chappe_node::upkeep::Upkeep;
use chappe_node::{entropy, net};
use chappe_protocol::relay::{Policy, Relay, RelayConfig};
use chappe_storage::blobs::BlobStore;
use chappe_storage::{DurableStore, Options, Store, StoreKey};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

/// Serves until standard input ends.
pub async fn serve(data: PathBuf, quic: bool, link: bool) -> Result<()> {
    std::fs::create_dir_all(&data)?;
    let store = DurableStore::open(&data.join("store"), StoreKey::without_passcode(), Options::default())?;
    let seed = entropy::seed()?;
    let config = RelayConfig { key_seed: *seed, rng_seed: *entropy::seed()?, policy: Policy::default() };
    let server = ServerSide::quiet(Relay::new(config)?);
    let key = net::NodeKey::from_seed(&seed);
    let peer = net::key::peer_id(&key.node_id()).context("the relay's key has no peer id")?;
    let way = if quic { "/ip4/127.0.0.1/udp/0/quic-v1" } else { "/ip4/127.0.0.1/tcp/0" };
    let mut config = net::Config::relay(key, vec![way.parse()?]);
    let blobs = BlobStore::open(&data.join("blobs"))?;
    config.blobs = Some(BlobServer::new(blobs, BlobPolicy::default(), Clock::new()).serve());
    let (net, events, network) = net::spawn(config).await?;
    let mut addresses = net.addresses();
    let tending = Upkeep::spawn(store.clone());
    let store: Arc<dyn Store> = Arc::new(store);
    let parts = shell::Parts::<NoCore, Relay, Idle> {
        client: None,
        server: Some(server),
        store,
        net,
        events,
        clock: Clock::new(),
    };
    let running = shell::spawn(parts);
    let addr = addresses.wait_for(|list| !list.is_empty()).await?.first().cloned().context("no address")?;
    let mut address = format!("{addr}/p2p/{peer}");
    if link {
        let (port, _) = link::moved(&address, 0)?;
        address = link::moved(&address, link::before(port).await?)?.1;
    }
    answer(&Answer::Relay(address))?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    tending.stop().await;
    running.stop().await?;
    Ok(network.await?)
}
