//! The swarm: TCP with Noise and yamux, QUIC, WebSocket, DNS names, circuits.

use super::behaviour::Behaviour;
use super::records::Records;
use super::{Config, NetError};
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, Swarm, SwarmBuilder, noise, tcp, yamux};
use std::collections::BTreeSet;
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::time::Duration;

/// Substreams of one connection: a link each way, the directory's, identify's, pings, circuits. With yamux's
/// 256 KiB windows a stranger's connection can make us hold at most 16 MiB, and only while he is still sending.
const STREAMS_MAX: usize = 64;

/// Substreams of strangers in negotiation, a connection.
const NEGOTIATING_MAX: usize = 32;

/// A connection that nobody uses is closed after this.
const IDLE: Duration = Duration::from_secs(30);

/// QUIC's flow control: what one stream and one connection may have under way (a 40 Mbit/s path of 200 ms).
const QUIC_STREAM_WINDOW: u32 = 1024 * 1024;
const QUIC_CONNECTION_WINDOW: u32 = 2 * 1024 * 1024;

/// Fails if somebody listens at one of these addresses, or if two of them are one. libp2p sets SO_REUSEPORT (for hole
/// punching), with which a second listener would silently share the port with the first and get half of its
/// connections.
pub(super) fn check_free(addrs: &[Multiaddr]) -> Result<(), NetError> {
    let mut seen = BTreeSet::new();
    for addr in addrs {
        let Some((ip, port)) = socket(addr) else { continue };
        let free = match port {
            Port::Tcp(port) => TcpListener::bind((ip, port)).map(drop),
            Port::Udp(port) => UdpSocket::bind((ip, port)).map(drop),
        };
        free.map_err(|e| NetError::Listen { addr: addr.clone(), why: e.to_string() })?;
        if !seen.insert((ip, port)) {
            return Err(NetError::Listen { addr: addr.clone(), why: "another of the addresses has this port".into() });
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Port {
    Tcp(u16),
    Udp(u16),
}

/// The IP address and port, unless the port is to be chosen by the system.
fn socket(addr: &Multiaddr) -> Option<(IpAddr, Port)> {
    let mut parts = addr.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) if port != 0 => Some((ip, Port::Tcp(port))),
        Protocol::Udp(port) if port != 0 => Some((ip, Port::Udp(port))),
        _ => None,
    }
}

fn mux() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(STREAMS_MAX);
    config
}

pub(super) async fn swarm(config: &Config, records: Records) -> Result<Swarm<Behaviour>, NetError> {
    // QUIC's crate switches on a second provider of cryptography; one must be named before any TLS is set up.
    // It fails if one is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let failed = |what: &str, error: &dyn std::fmt::Display| NetError::Transport(format!("{what}: {error}"));
    // Nagle's algorithm would hold small frames back for a round trip.
    let tcp_config = tcp::Config::default().nodelay(true);
    Ok(SwarmBuilder::with_existing_identity(config.key.keypair())
        .with_tokio()
        .with_tcp(tcp_config, noise::Config::new, mux)
        .map_err(|e| failed("TCP", &e))?
        .with_quic_config(|mut quic| {
            quic.max_concurrent_stream_limit = STREAMS_MAX as u32;
            quic.max_stream_data = QUIC_STREAM_WINDOW;
            quic.max_connection_data = QUIC_CONNECTION_WINDOW;
            quic
        })
        .with_dns()
        .map_err(|e| failed("DNS (is /etc/resolv.conf readable?)", &e))?
        .with_websocket(noise::Config::new, mux)
        .await
        .map_err(|e| failed("WebSocket", &e))?
        .with_relay_client(noise::Config::new, mux)
        .map_err(|e| failed("circuits", &e))?
        .with_behaviour(|key, relay_client| Behaviour::new(config, key, relay_client, records))
        .map_err(|e| failed("protocols", &e))?
        .with_swarm_config(|swarm| {
            swarm.with_idle_connection_timeout(IDLE).with_max_negotiating_inbound_streams(NEGOTIATING_MAX)
        })
        .build())
}
