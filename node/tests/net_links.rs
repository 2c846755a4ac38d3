//! Links between real swarms on loopback: every transport, restarts, hostile remotes.

use chappe_node::net::{self, Config, FromNet, Link, Net, NodeKey, Role};
use chappe_protocol::core::Side;
use chappe_protocol::ids::NodeId;
use chappe_protocol::limits::FRAME_MAX;
use libp2p::Multiaddr;
use std::time::Duration;
use tokio::sync::mpsc;

/// Far above what any step takes; a step that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(30);

struct Machine {
    net: Net,
    events: mpsc::Receiver<FromNet>,
    task: tokio::task::JoinHandle<()>,
}

impl Machine {
    async fn start(config: Config) -> Self {
        let (net, events, task) = net::spawn(config).await.expect("the network starts");
        Self { net, events, task }
    }

    async fn relay(seed: u8, listen: &str) -> Self {
        Self::start(Config::relay(NodeKey::from_seed(&[seed; 32]), vec![listen.parse().unwrap()])).await
    }

    async fn node(seed: u8) -> Self {
        Self::start(Config::node(NodeKey::from_seed(&[seed; 32]))).await
    }

    async fn listening(&self) -> Multiaddr {
        let mut addresses = self.net.addresses();
        let known = tokio::time::timeout(PATIENCE, addresses.wait_for(|all| !all.is_empty()));
        known.await.expect("in time").expect("the driver runs")[0].clone()
    }

    async fn event(&mut self) -> FromNet {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("in time").expect("the driver runs")
    }

    async fn up(&mut self, expected: Side) -> Link {
        loop {
            match self.event().await {
                FromNet::LinkUp(link) if link.side == expected => return link,
                FromNet::LinkUp(_) | FromNet::LinkDown { .. } | FromNet::Frames { .. } => {}
            }
        }
    }

    async fn down(&mut self, id: u64) {
        loop {
            match self.event().await {
                FromNet::LinkDown { link, .. } if link == id => return,
                FromNet::LinkUp(_) | FromNet::LinkDown { .. } | FromNet::Frames { .. } => {}
            }
        }
    }

    async fn frames(&mut self, count: usize) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while all.len() < count {
            match self.event().await {
                FromNet::Frames { frames, .. } => all.extend(frames),
                other => panic!("instead of frames: {other:?}"),
            }
        }
        all
    }

    async fn dial(&self, to: NodeId, addr: &Multiaddr) {
        self.net.dial(to, vec![addr.to_string()]).await.unwrap();
    }

    async fn stop(self) {
        self.net.stop().await;
        drop(self.events);
        tokio::time::timeout(PATIENCE, self.task).await.expect("in time").expect("the driver ends well");
    }
}

fn numbered(count: u32) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|n| {
        let mut frame = vec![n as u8; 20 + (n as usize * 7) % 400];
        frame[..4].copy_from_slice(&n.to_be_bytes());
        frame
    })
}

/// 10,000 frames each way arrive whole and in order.
async fn exchange(listen: &str) {
    let mut relay = Machine::relay(1, listen).await;
    let mut node = Machine::node(2).await;
    node.dial(relay.net.id(), &relay.listening().await).await;
    let client = node.up(Side::Client).await;
    let server = relay.up(Side::Server).await;
    assert_eq!((client.remote, server.remote), (relay.net.id(), node.net.id()));
    for frame in numbered(10_000) {
        client.send(&frame);
        server.send(&frame);
    }
    let (at_relay, at_node) = tokio::join!(relay.frames(10_000), node.frames(10_000));
    assert!(at_relay.into_iter().eq(numbered(10_000)), "client to relay");
    assert!(at_node.into_iter().eq(numbered(10_000)), "relay to client");
    let large = vec![7; FRAME_MAX];
    client.send(&large);
    assert!(relay.frames(1).await == [large]);
    relay.stop().await;
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_frames_each_way_over_tcp() {
    exchange("/ip4/127.0.0.1/tcp/0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_frames_each_way_over_quic() {
    exchange("/ip4/127.0.0.1/udp/0/quic-v1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_frames_each_way_over_websocket() {
    exchange("/ip4/127.0.0.1/tcp/0/ws").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_comes_back_when_the_remote_restarts() {
    let mut relay = Machine::relay(3, "/ip4/127.0.0.1/tcp/0").await;
    let addr = relay.listening().await;
    let mut node = Machine::node(4).await;
    node.dial(relay.net.id(), &addr).await;
    let first = node.up(Side::Client).await;
    relay.up(Side::Server).await;
    relay.stop().await;
    node.down(first.id).await;
    let mut again = Machine::start(Config::relay(NodeKey::from_seed(&[3; 32]), vec![addr])).await;
    let second = node.up(Side::Client).await;
    assert!(second.id > first.id);
    again.up(Side::Server).await;
    second.send(b"hello again");
    assert_eq!(again.frames(1).await, [b"hello again".to_vec()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_before_a_graceful_stop_arrives() {
    let mut relay = Machine::relay(5, "/ip4/127.0.0.1/tcp/0").await;
    let mut node = Machine::node(6).await;
    node.dial(relay.net.id(), &relay.listening().await).await;
    let link = node.up(Side::Client).await;
    relay.up(Side::Server).await;
    for frame in numbered(5_000) {
        link.send(&frame);
    }
    node.net.stop().await;
    assert!(relay.frames(5_000).await.into_iter().eq(numbered(5_000)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hangup_ends_the_link_for_good_and_dialing_again_brings_one_back() {
    let mut relay = Machine::relay(7, "/ip4/127.0.0.1/tcp/0").await;
    let addr = relay.listening().await;
    let mut node = Machine::node(8).await;
    node.dial(relay.net.id(), &addr).await;
    let first = node.up(Side::Client).await;
    node.net.hangup(relay.net.id(), "test").await.unwrap();
    node.down(first.id).await;
    let at_relay = relay.up(Side::Server).await;
    relay.down(at_relay.id).await;
    node.dial(relay.net.id(), &addr).await;
    assert!(node.up(Side::Client).await.id > first.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_machines_that_serve_hold_a_link_each_way() {
    let config = |seed| Config {
        serve: true,
        listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()],
        ..Config::node(NodeKey::from_seed(&[seed; 32]))
    };
    let (mut a, mut b) = (Machine::start(config(9)).await, Machine::start(config(10)).await);
    a.dial(b.net.id(), &b.listening().await).await;
    b.dial(a.net.id(), &a.listening().await).await;
    let mut sides_a = [first_up(&mut a).await, first_up(&mut a).await];
    let mut sides_b = [first_up(&mut b).await, first_up(&mut b).await];
    sides_a.sort();
    sides_b.sort();
    assert_eq!((sides_a, sides_b), ([Side::Client, Side::Server], [Side::Client, Side::Server]));
}

async fn first_up(machine: &mut Machine) -> Side {
    match machine.event().await {
        FromNet::LinkUp(link) => link.side,
        other => panic!("instead of a link: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_that_serves_nobody_accepts_no_link() {
    let listening =
        Config { listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()], ..Config::node(NodeKey::from_seed(&[11; 32])) };
    assert_eq!((listening.role, listening.serve), (Role::Node, false));
    let quiet = Machine::start(listening).await;
    let mut relay = Machine::relay(12, "/ip4/127.0.0.1/tcp/0").await;
    let mut node = Machine::node(13).await;
    node.dial(quiet.net.id(), &quiet.listening().await).await;
    node.dial(relay.net.id(), &relay.listening().await).await;
    // The relay's link comes, the other never does.
    assert_eq!(node.up(Side::Client).await.remote, relay.net.id());
    relay.up(Side::Server).await;
    assert!(node.events.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_port_is_an_error_that_says_so() {
    let relay = Machine::relay(14, "/ip4/127.0.0.1/tcp/0").await;
    let addr = relay.listening().await;
    let second = net::spawn(Config::relay(NodeKey::from_seed(&[15; 32]), vec![addr.clone()])).await;
    let text = second.expect_err("the port is taken").to_string();
    assert!(text.contains(&addr.to_string()) && text.contains("--listen"), "{text}");
}
