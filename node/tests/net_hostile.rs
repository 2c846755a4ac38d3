//! A stranger that speaks libp2p correctly and Chappe's framing badly, against a real relay network.

use chappe_node::net::{self, Config, FromNet, Net, NodeKey, key};
use chappe_protocol::core::Side;
use chappe_protocol::limits::FRAME_MAX;
use chappe_protocol::wire::registry::RELAY_PROTOCOL;
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{PeerId, StreamProtocol, SwarmBuilder, noise, tcp, yamux};
use std::time::Duration;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(30);

/// A relay's network, and a stranger connected to it.
async fn relay_and_stranger(seed: u8) -> (Net, mpsc::Receiver<FromNet>, libp2p_stream::Control, PeerId) {
    let config = Config::relay(NodeKey::from_seed(&[seed; 32]), vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]);
    let (net, events, _) = net::spawn(config).await.unwrap();
    let addr = net.addresses().wait_for(|all| !all.is_empty()).await.unwrap()[0].clone();
    let relay = key::peer_id(&net.id()).unwrap();
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| libp2p_stream::Behaviour::new())
        .unwrap()
        .build();
    let control = swarm.behaviour().new_control();
    swarm.dial(DialOpts::peer_id(relay).addresses(vec![addr]).build()).unwrap();
    tokio::spawn(async move {
        loop {
            swarm.select_next_some().await;
        }
    });
    (net, events, control, relay)
}

async fn event(events: &mut mpsc::Receiver<FromNet>) -> FromNet {
    tokio::time::timeout(PATIENCE, events.recv()).await.expect("in time").expect("the driver runs")
}

const PROTOCOL: StreamProtocol = StreamProtocol::new(RELAY_PROTOCOL);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frame_of_a_forbidden_length_closes_the_link_and_nothing_of_it_is_seen() {
    let (_net, mut events, mut control, relay) = relay_and_stranger(21).await;
    for length in [0, FRAME_MAX as u32 + 1, u32::MAX] {
        let mut stream = control.open_stream(relay, PROTOCOL).await.unwrap();
        // In one piece: the link may be closed as soon as the forbidden length is there.
        let bytes = [&2_u32.to_be_bytes()[..], b"ok", &length.to_be_bytes(), &[1; 100]].concat();
        stream.write_all(&bytes).await.unwrap();
        drop(stream.flush().await);
        let FromNet::LinkUp(link) = event(&mut events).await else { panic!("a link first") };
        assert_eq!(link.side, Side::Server);
        let mut seen = Vec::new();
        loop {
            match event(&mut events).await {
                FromNet::Frames { frames, .. } => seen.extend(frames),
                FromNet::LinkDown { link: id, .. } if id == link.id => break,
                other => panic!("length {length}: {other:?}"),
            }
        }
        assert_eq!(seen, [b"ok".to_vec()], "length {length}");
        let mut rest = Vec::new();
        let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("in time");
        assert!(rest.is_empty(), "{end:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_opens_a_thousand_streams_gets_a_few_links_one_at_a_time() {
    let (net, mut events, mut control, relay) = relay_and_stranger(22).await;
    let opener = tokio::spawn(async move {
        let mut open = Vec::new();
        for _ in 0..1000 {
            // Refusals come as errors here or as ends of the streams.
            if let Ok(stream) = control.open_stream(relay, PROTOCOL).await {
                open.push(stream);
            }
        }
        open
    });
    let streams = tokio::time::timeout(PATIENCE * 2, opener).await.expect("in time").unwrap();
    let (mut ups, mut up, mut most) = (0, 0_i64, 0);
    while let Ok(event) = events.try_recv() {
        match event {
            FromNet::LinkUp(_) => (ups, up) = (ups + 1, up + 1),
            FromNet::LinkDown { .. } => up -= 1,
            FromNet::Frames { .. } => panic!("nothing was sent"),
        }
        most = most.max(up);
    }
    assert!((1..=50).contains(&ups), "{ups} links of 1000 streams");
    assert!(most <= 3, "{most} links at once");
    assert!(net.stats().connections <= 1);
    drop(streams);
    // Others are served as before.
    let addr = net.addresses().borrow()[0].to_string();
    let (node, mut node_events, _) = net::spawn(Config::node(NodeKey::from_seed(&[23; 32]))).await.unwrap();
    node.dial(net.id(), vec![addr]).await.unwrap();
    assert!(matches!(event(&mut node_events).await, FromNet::LinkUp(link) if link.side == Side::Client));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_never_reads_is_cut_off_at_the_bound() {
    let (_net, mut events, mut control, relay) = relay_and_stranger(24).await;
    let mut stream = control.open_stream(relay, PROTOCOL).await.unwrap();
    stream.write_all(b"\0\0\0\x01x").await.unwrap();
    stream.flush().await.unwrap();
    let FromNet::LinkUp(link) = event(&mut events).await else { panic!("a link first") };
    assert!(matches!(event(&mut events).await, FromNet::Frames { .. }));
    let frame = vec![7; FRAME_MAX];
    // The bound, and what fits into windows and socket buffers on the way.
    for _ in 0..2 * net::LINK_QUEUE_MAX / FRAME_MAX {
        link.send(&frame);
    }
    assert!(matches!(event(&mut events).await, FromNet::LinkDown { link: id, .. } if id == link.id));
}
