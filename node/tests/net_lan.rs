//! Two machines on one network find each other with no address given. They share this test's process or not; the
//! multicast goes through the kernel either way.

use chappe_node::net::{self, Config, FromNet, NodeKey};
use chappe_protocol::core::Side;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

fn config(seed: u8, listen: &str) -> Config {
    Config {
        lan: true,
        serve: true,
        listen: vec![listen.parse().unwrap()],
        ..Config::node(NodeKey::from_seed(&[seed; 32]))
    }
}

async fn find_each_other(seed: u8, listen: &str) {
    let (a, mut at_a, _) = net::spawn(config(seed, listen)).await.unwrap();
    let (b, mut at_b, _) = net::spawn(config(seed + 1, listen)).await.unwrap();
    a.dial(b.id(), vec![]).await.unwrap();
    let up = tokio::time::timeout(PATIENCE, at_a.recv()).await.expect("found in time");
    assert!(matches!(up, Some(FromNet::LinkUp(link)) if link.side == Side::Client && link.remote == b.id()));
    let up = tokio::time::timeout(PATIENCE, at_b.recv()).await.expect("found in time");
    assert!(matches!(up, Some(FromNet::LinkUp(link)) if link.side == Side::Server && link.remote == a.id()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn machines_that_listen_on_loopback_alone_find_each_other() {
    find_each_other(31, "/ip4/127.0.0.1/tcp/0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn machines_that_listen_everywhere_find_each_other() {
    find_each_other(33, "/ip4/0.0.0.0/tcp/0").await;
}
