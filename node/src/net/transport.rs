//! The transports of this machine's sockets (TCP with Noise and yamux, QUIC, WebSocket, DNS names), and the swarm over
//! these or others, with circuits on top.

use super::behaviour::Behaviour;
use super::records::Records;
use super::{Config, Ground, NetError};
use futures::{AsyncRead, AsyncWrite};
use libp2p::core::Transport;
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, dns, noise, quic, swarm, tcp, websocket, yamux};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::time::Duration;

/// Substreams of one connection: a link each way, the directory's, identify's, pings, circuits. With yamux's
/// 256 KiB windows a stranger's connection can make us hold at most 16 MiB, and only while he is still sending.
const STREAMS_MAX: usize = 64;

/// Substreams of strangers in negotiation, a connection.
const NEGOTIATING_MAX: usize = 32;

/// A connection that nobody uses is closed after this.
const IDLE: Duration = Duration::from_secs(30);

/// QUIC's flow control: what one stream and one connection may have under way (a path of 500 Mbit/s and 60 ms). Of a stranger we
/// hold no more than with yamux.
const QUIC_STREAM_WINDOW: u32 = 4 * 1024 * 1024;
const QUIC_CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;

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

/// TCP with Noise and yamux, the same under WebSocket, QUIC, and DNS names for all of them.
pub(super) fn sockets(key: &Keypair) -> Result<Boxed<(PeerId, StreamMuxerBox)>, NetError> {
    // QUIC's crate switches on a second provider of cryptography; one must be named before any TLS is set up.
    // It fails if one is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    // Nagle's algorithm would hold small frames back for a round trip.
    let tcp = || tcp::tokio::Transport::new(tcp::Config::default().nodelay(true));
    let dns_failed = |e: io::Error| failed("DNS (is /etc/resolv.conf readable?)", &e);

    let quic = quic::tokio::Transport::new(quic_config(key));
    let quic = quic.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let direct = over_streams(tcp(), key)?.or_transport(quic).map(|either, _| either.into_inner());
    let direct = dns::tokio::Transport::system(direct).map_err(dns_failed)?;
    let web = websocket::Config::new(dns::tokio::Transport::system(tcp()).map_err(dns_failed)?);
    // WebSocket first: the other takes its addresses for those of TCP.
    let all = over_streams(web, key)?.or_transport(direct);
    Ok(all.map(|either, _| either.into_inner()).boxed())
}

/// Noise and yamux over a transport of byte streams.
pub(super) fn over_streams<T>(streams: T, key: &Keypair) -> Result<Boxed<(PeerId, StreamMuxerBox)>, NetError>
where
    T: Transport<Output: AsyncRead + AsyncWrite + Send + Unpin + 'static> + Send + Unpin + 'static,
    T::Error: Send + Sync + 'static,
    T::Dial: Send + 'static,
    T::ListenerUpgrade: Send + 'static,
{
    let noise = noise::Config::new(key).map_err(|e| failed("Noise", &e))?;
    let secured = streams.upgrade(Version::V1Lazy).authenticate(noise).multiplex(mux());
    Ok(secured.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed())
}

fn quic_config(key: &Keypair) -> quic::Config {
    let mut config = quic::Config::new(key);
    config.max_concurrent_stream_limit = STREAMS_MAX as u32;
    config.max_stream_data = QUIC_STREAM_WINDOW;
    config.max_connection_data = QUIC_CONNECTION_WINDOW;
    config
}

pub(super) fn swarm(config: &Config, ground: Ground, records: Records) -> Result<Swarm<Behaviour>, NetError> {
    let Ground { transport, executor } = ground;
    let executor = move |task| drop(executor(task));
    let infallible = |never: Infallible| match never {};
    Ok(SwarmBuilder::with_existing_identity(config.key.keypair())
        .with_tokio()
        .with_other_transport(|_| transport)
        .unwrap_or_else(infallible)
        .with_relay_client(noise::Config::new, mux)
        .map_err(|e| failed("circuits", &e))?
        .with_behaviour(|key, relay_client| Behaviour::new(config, key, relay_client, records))
        .map_err(|e| failed("protocols", &e))?
        .with_swarm_config(|_| {
            swarm::Config::with_executor(executor)
                .with_idle_connection_timeout(IDLE)
                .with_max_negotiating_inbound_streams(NEGOTIATING_MAX)
        })
        .build())
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> NetError {
    NetError::Transport(format!("{what}: {error}"))
}
