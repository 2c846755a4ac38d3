//! The directory: a relay publishes where it is, a node that knows another relay finds it.

use chappe_node::net::{self, Config, FromNet, NodeKey, Role, addr};
use chappe_protocol::core::Side;
use chappe_protocol::identity::keys::DeviceKey;
use chappe_protocol::ids::NodeId;
use chappe_protocol::wire::record::{Record, encode_addrs};
use chappe_protocol::wire::registry::record;
use chappe_storage::MemoryStore;
use libp2p::Multiaddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(60);

async fn relay(seed: u8, peers: Vec<Multiaddr>) -> (net::Net, Multiaddr, mpsc::Receiver<FromNet>) {
    let key = NodeKey::from_seed(&[seed; 32]);
    let id = key.node_id();
    // Any Ed25519 key signs alike; the protocol's own type is at hand.
    let signer = DeviceKey::from_seed([seed; 32]);
    assert_eq!(signer.device().0, id.0);
    let own_record: net::OwnRecord = Arc::new(move |addrs: &[String]| {
        let body = encode_addrs(addrs);
        let signed = Record::sign(record::RELAY, id.0, 1, u64::MAX, body, |bytes| signer.sign(bytes));
        signed.ok().map(|record| record.encode())
    });
    let config = Config {
        peers,
        records: Some(Arc::new(MemoryStore::new())),
        own_record: Some(own_record),
        ..Config::relay(key, vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()])
    };
    let (net, events, _) = net::spawn(config).await.unwrap();
    let listening = net.addresses().wait_for(|all| !all.is_empty()).await.unwrap()[0].clone();
    let full = addr::full(&listening, &net.id());
    (net, full, events)
}

async fn link(events: &mut mpsc::Receiver<FromNet>, remote: NodeId) {
    let up = tokio::time::timeout(PATIENCE, events.recv()).await.expect("in time");
    assert!(matches!(up, Some(FromNet::LinkUp(link)) if link.side == Side::Client && link.remote == remote));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_finds_a_relay_by_its_key_through_another_relay() {
    let (known, known_addr, _a) = relay(41, vec![]).await;
    let (wanted, _, _b) = relay(42, vec![known_addr.clone()]).await;
    // The wanted relay's record has come to the known one.
    let arrived = async {
        while known.stats().directory_records < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, arrived).await.expect("published in time");
    let (node, mut events, _) = net::spawn(Config::node(NodeKey::from_seed(&[43; 32]))).await.unwrap();
    let (_, way) = addr::parse_full(&known_addr.to_string()).unwrap();
    node.dial(known.id(), vec![way.to_string()]).await.unwrap();
    link(&mut events, known.id()).await;
    node.dial(wanted.id(), vec![]).await.unwrap();
    link(&mut events, wanted.id()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_behind_a_circuit_is_reached_through_the_relay() {
    let (relay, relay_addr, _events) = relay(44, vec![]).await;
    let (_, way) = addr::parse_full(&relay_addr.to_string()).unwrap();
    let hidden = Config { serve: true, circuits: true, ..Config::node(NodeKey::from_seed(&[45; 32])) };
    assert_eq!(hidden.role, Role::Node);
    let (hidden, mut at_hidden, _) = net::spawn(hidden).await.unwrap();
    hidden.dial(relay.id(), vec![way.to_string()]).await.unwrap();
    link(&mut at_hidden, relay.id()).await;
    let mut addresses = hidden.addresses();
    let reserved = tokio::time::timeout(PATIENCE, addresses.wait_for(|all| !all.is_empty())).await.expect("in time");
    let circuit = reserved.unwrap()[0].clone();
    assert!(circuit.to_string().ends_with("/p2p-circuit"), "{circuit}");
    let (caller, mut at_caller, _) = net::spawn(Config::node(NodeKey::from_seed(&[46; 32]))).await.unwrap();
    caller.dial(hidden.id(), vec![circuit.to_string()]).await.unwrap();
    link(&mut at_caller, hidden.id()).await;
}
