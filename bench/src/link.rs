//! A line that is slow, far and loses datagrams, between nodes and a relay that listens on QUIC: each node has one of its own. It stands in
//! for `tc netem`, which not every kernel has.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Bytes a second, each way: 100 Mbit/s.
pub const RATE: f64 = 12.5e6;

/// One way.
const DELAY: Duration = Duration::from_millis(30);

/// Datagrams of a thousand that are lost.
const LOST: u64 = 10;

/// Bytes that wait for the line before more are dropped: what is under way in a round trip.
const QUEUE: f64 = 0.06 * RATE;

/// UDP and IP add so much to a datagram.
const HEADERS: usize = 28;

const DATAGRAM_MAX: usize = 65_536;

/// One direction of somebody's line.
struct Line(mpsc::UnboundedSender<(Instant, Vec<u8>)>, Shaper);

/// When a datagram comes out, if it does.
struct Shaper {
    free: Instant,
    random: u64,
}

impl Shaper {
    fn new(seed: u64) -> Self {
        Self { free: Instant::now(), random: seed | 1 }
    }

    fn pass(&mut self, length: usize, now: Instant) -> Option<Instant> {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let begins = self.free.max(now);
        let waiting = begins.saturating_duration_since(now).as_secs_f64() * RATE;
        if self.random % 1000 < LOST || waiting > QUEUE {
            return None;
        }
        self.free = begins + Duration::from_secs_f64((length + HEADERS) as f64 / RATE);
        Some(self.free + DELAY)
    }
}

impl Line {
    /// To `to`, out of `socket`.
    fn new(socket: Arc<UdpSocket>, to: SocketAddr) -> Self {
        let (sender, mut waiting) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        tokio::spawn(async move {
            while let Some((at, datagram)) = waiting.recv().await {
                tokio::time::sleep_until(at).await;
                // What a full socket drops is lost as well.
                drop(socket.try_send_to(&datagram, to));
            }
        });
        Self(sender, Shaper::new(u64::from(to.port()) * 2_654_435_761))
    }

    fn pass(&mut self, datagram: &[u8]) {
        if let Some(at) = self.1.pass(datagram.len(), Instant::now()) {
            // It ends with the runtime.
            drop(self.0.send((at, datagram.to_vec())));
        }
    }
}

/// Begins to pass on what comes for `relay`; gives the port to send it to.
pub async fn before(relay: u16) -> Result<u16> {
    let outside = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?);
    let port = outside.local_addr()?.port();
    let relay = SocketAddr::from((Ipv4Addr::LOCALHOST, relay));
    tokio::spawn(async move {
        let mut lines: BTreeMap<SocketAddr, Line> = BTreeMap::new();
        let mut bytes = vec![0; DATAGRAM_MAX];
        while let Ok((length, from)) = outside.recv_from(&mut bytes).await {
            if let Entry::Vacant(free) = lines.entry(from) {
                let Ok(inside) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await else { break };
                let inside = Arc::new(inside);
                tokio::spawn(back(inside.clone(), Line::new(outside.clone(), from)));
                free.insert(Line::new(inside, relay));
            }
            if let Some(line) = lines.get_mut(&from) {
                line.pass(&bytes[..length]);
            }
        }
    });
    Ok(port)
}

async fn back(inside: Arc<UdpSocket>, mut line: Line) {
    let mut bytes = vec![0; DATAGRAM_MAX];
    while let Ok((length, _)) = inside.recv_from(&mut bytes).await {
        line.pass(&bytes[..length]);
    }
}

/// The address of a relay with another port.
pub fn moved(address: &str, to: u16) -> Result<(u16, String)> {
    let (head, rest) = address.split_once("/udp/").context("no address of QUIC")?;
    let (port, rest) = rest.split_once('/').context("no address of QUIC")?;
    Ok((port.parse()?, format!("{head}/udp/{to}/{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_rate_delay_and_loss() {
        let (mut shaper, start) = (Shaper::new(7), Instant::now());
        let first = std::iter::repeat_with(|| shaper.pass(1222, start)).flatten().next().unwrap();
        assert_eq!(first - start, DELAY + Duration::from_micros(100));
        let out = (0..10_000).filter_map(|n| shaper.pass(1222, start + Duration::from_micros(100 * n))).count();
        assert!((9_800..=9_950).contains(&out), "{out}");
        // More than the line takes.
        let late = start + Duration::from_secs(60);
        let out = (0..10_000).filter_map(|_| shaper.pass(1222, late)).count();
        assert!((550..=700).contains(&out), "{out}");
        assert_eq!(
            moved("/ip4/127.0.0.1/udp/7/quic-v1/p2p/x", 9).unwrap(),
            (7, "/ip4/127.0.0.1/udp/9/quic-v1/p2p/x".into())
        );
    }
}
