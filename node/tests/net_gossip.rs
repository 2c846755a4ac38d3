//! Gossip of relays on loopback: an outside swarm that speaks gossipsub correctly, and what it says well or badly.

use chappe_node::net::{self, Config, FromNet, Net, NodeKey, key};
use chappe_protocol::identity::keys::DeviceKey;
use chappe_protocol::wire::record::{Record, encode_addrs};
use chappe_protocol::wire::registry::record;
use chappe_storage::MemoryStore;
use futures::StreamExt;
use libp2p::gossipsub::{self, IdentTopic, MessageAuthenticity, ValidationMode, Version};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Swarm, SwarmBuilder, noise, tcp, yamux};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(30);

/// A relay, and a neighbour that has seen it subscribe.
async fn relay_and_neighbour(seed: u8) -> (Net, mpsc::Receiver<FromNet>, Swarm<gossipsub::Behaviour>) {
    let config = Config {
        records: Some(Arc::new(MemoryStore::new())),
        ..Config::relay(NodeKey::from_seed(&[seed; 32]), vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()])
    };
    let (net, events, _) = net::spawn(config).await.unwrap();
    let addr = net.addresses().wait_for(|all| !all.is_empty()).await.unwrap()[0].clone();
    let config = gossipsub::ConfigBuilder::default()
        .protocol_id("/chappe/gossip/1", Version::V1_1)
        .validation_mode(ValidationMode::Anonymous)
        .build()
        .unwrap();
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config).unwrap())
        .unwrap()
        .build();
    let relay = key::peer_id(&net.id()).unwrap();
    swarm.dial(DialOpts::peer_id(relay).addresses(vec![addr]).build()).unwrap();
    let subscribed = async {
        while !matches!(
            swarm.select_next_some().await,
            SwarmEvent::Behaviour(gossipsub::Event::Subscribed { peer_id, .. }) if peer_id == relay
        ) {}
    };
    tokio::time::timeout(PATIENCE, subscribed).await.expect("the relay takes part in gossip");
    (net, events, swarm)
}

fn topic() -> IdentTopic {
    IdentTopic::new("/chappe/relays/1")
}

fn announcement(seed: u8) -> Vec<u8> {
    let key = DeviceKey::from_seed([seed; 32]);
    let body = encode_addrs(&["/ip4/192.0.2.1/tcp/4001".to_owned()]);
    Record::sign(record::RELAY, key.device().0, 1, u64::MAX, body, |bytes| key.sign(bytes)).unwrap().encode()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_keeps_what_a_neighbour_announces_and_counts_the_neighbour() {
    let (net, _events, mut swarm) = relay_and_neighbour(61).await;
    swarm.behaviour_mut().subscribe(&topic()).unwrap();
    swarm.behaviour_mut().publish(topic(), announcement(62)).unwrap();
    let kept = async {
        while (net.stats().directory_records, net.stats().neighbours) != (1, 1) {
            tokio::select! {
                _ = swarm.select_next_some() => {}
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, kept).await.expect("kept in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_that_passes_on_what_does_not_verify_is_hung_up_on() {
    let mut forged = announcement(62);
    *forged.last_mut().unwrap() ^= 1;
    for (n, lie) in [b"no record at all".to_vec(), forged].into_iter().enumerate() {
        let (net, _events, mut swarm) = relay_and_neighbour(63 + n as u8).await;
        swarm.behaviour_mut().publish(topic(), lie).unwrap();
        let hung_up = async { while !matches!(swarm.select_next_some().await, SwarmEvent::ConnectionClosed { .. }) {} };
        tokio::time::timeout(PATIENCE, hung_up).await.expect("hung up on in time");
        assert_eq!(net.stats().directory_records, 0);
    }
}
