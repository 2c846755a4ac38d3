//! The libp2p transport of one machine. Its addresses look like any other: `/ip4/10.x.y.z/tcp/PORT`, where `x.y.z` is
//! the machine's number.

use super::{Accepted, Dial, Inner, Listener, MachineId, Network, Stream, What};
use futures::future::{Ready, ready};
use libp2p::Multiaddr;
use libp2p::core::Transport;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportError, TransportEvent};
use libp2p::multiaddr::Protocol;
use std::collections::VecDeque;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A machine's only address.
pub fn ip(machine: MachineId) -> Ipv4Addr {
    let [_, x, y, z] = (machine as u32 + 1).to_be_bytes();
    Ipv4Addr::new(10, x, y, z)
}

/// Where a machine listens.
pub fn address(machine: MachineId, port: u16) -> Multiaddr {
    socket_addr(ip(machine), port)
}

fn socket_addr(ip: Ipv4Addr, port: u16) -> Multiaddr {
    Multiaddr::from(ip).with(Protocol::Tcp(port))
}

/// The machine and port of an address that is nothing more; a last `/p2p/…` is allowed.
fn parse(addr: &Multiaddr) -> Option<(Ipv4Addr, u16)> {
    let mut parts = addr.iter();
    let (Some(Protocol::Ip4(ip)), Some(Protocol::Tcp(port))) = (parts.next(), parts.next()) else { return None };
    matches!((parts.next(), parts.next()), (None | Some(Protocol::P2p(_)), None)).then_some((ip, port))
}

fn machine_at(ip: Ipv4Addr) -> Option<MachineId> {
    let [net, x, y, z] = ip.octets();
    let number = u32::from_be_bytes([0, x, y, z]).checked_sub(1)?;
    (net == 10).then_some(number as MachineId)
}

/// The transport of one machine.
pub struct WireTransport {
    network: Network,
    machine: MachineId,
    listeners: Vec<(ListenerId, u16)>,
    events: VecDeque<TransportEvent<Ready<io::Result<Stream>>, io::Error>>,
}

impl WireTransport {
    /// For a machine of this network.
    pub fn new(network: Network, machine: MachineId) -> Self {
        Self { network, machine, listeners: Vec::new(), events: VecDeque::new() }
    }

    fn accept(
        &self,
        id: ListenerId,
        port: u16,
        accepted: &Accepted,
    ) -> TransportEvent<Ready<io::Result<Stream>>, io::Error> {
        let stream = Stream::new(self.network.clone(), accepted.connection, 1);
        let (from, from_port) = accepted.from;
        TransportEvent::Incoming {
            listener_id: id,
            upgrade: ready(Ok(stream)),
            local_addr: address(self.machine, port),
            send_back_addr: socket_addr(from, from_port),
        }
    }
}

impl Transport for WireTransport {
    type Output = Stream;
    type Error = io::Error;
    type ListenerUpgrade = Ready<io::Result<Stream>>;
    type Dial = Dialing;

    fn listen_on(&mut self, id: ListenerId, addr: Multiaddr) -> Result<(), TransportError<io::Error>> {
        let Some((_, port)) = parse(&addr) else { return Err(TransportError::MultiaddrNotSupported(addr)) };
        let port = self.network.with(|inner, _| inner.listen(self.machine, port));
        let port = port.ok_or_else(|| TransportError::Other(io::ErrorKind::AddrInUse.into()))?;
        self.listeners.push((id, port));
        let listen_addr = address(self.machine, port);
        self.events.push_back(TransportEvent::NewAddress { listener_id: id, listen_addr });
        Ok(())
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        let Some(at) = self.listeners.iter().position(|(one, _)| *one == id) else { return false };
        let (_, port) = self.listeners.remove(at);
        self.network.with(|inner, _| {
            if let Some(machine) = inner.machines.get_mut(self.machine) {
                machine.listeners.remove(&port);
            }
        });
        self.events.push_back(TransportEvent::ListenerClosed { listener_id: id, reason: Ok(()) });
        true
    }

    fn dial(&mut self, addr: Multiaddr, opts: DialOpts) -> Result<Dialing, TransportError<io::Error>> {
        let target = parse(&addr).and_then(|(ip, port)| Some((machine_at(ip)?, port)));
        let Some((to, port)) = target else { return Err(TransportError::MultiaddrNotSupported(addr)) };
        let own = self.listeners.first().map(|(_, port)| *port).filter(|_| opts.port_use == PortUse::Reuse);
        let id = self.network.with(|inner, now| {
            let id = inner.dial(self.machine, own, to, port);
            let delay = inner.physics.delay(self.machine, to);
            inner.schedule(now + delay, What::Knock(id));
            id
        });
        Ok(Dialing { network: self.network.clone(), id, done: false })
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, Self::Error>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(event);
        }
        for (id, port) in self.listeners.clone() {
            let accepted = self.network.with(|inner, _| {
                let listener = inner.machines.get_mut(self.machine)?.listeners.get_mut(&port)?;
                let next = listener.waiting.pop_front();
                listener.waker = Some(cx.waker().clone());
                next
            });
            if let Some(accepted) = accepted {
                return Poll::Ready(self.accept(id, port, &accepted));
            }
        }
        Poll::Pending
    }
}

/// A connection that is being made.
pub struct Dialing {
    network: Network,
    id: u64,
    done: bool,
}

impl Future for Dialing {
    type Output = io::Result<Stream>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = self.network.with(|inner, _| {
            let dial = inner.dials.get_mut(&self.id)?;
            if dial.answered { dial.outcome } else { dial.waker.replace(cx.waker().clone()).and(None) }
        });
        let Some(outcome) = outcome else { return Poll::Pending };
        self.done = outcome.is_ok();
        let stream = outcome.map(|connection| Stream::new(self.network.clone(), connection, 0));
        Poll::Ready(stream.map_err(|()| io::ErrorKind::ConnectionRefused.into()))
    }
}

impl Drop for Dialing {
    fn drop(&mut self) {
        let dial = self.network.with(|inner, _| inner.dials.remove(&self.id));
        // Given up before the answer came: the end that nobody took closes.
        if let Some(Dial { outcome: Some(Ok(connection)), .. }) = dial
            && !self.done
        {
            drop(Stream::new(self.network.clone(), connection, 0));
        }
    }
}

impl Inner {
    fn listen(&mut self, machine: MachineId, port: u16) -> Option<u16> {
        let machine = self.machines.get_mut(machine)?;
        let port = if port == 0 { machine.ephemeral() } else { port };
        if machine.listeners.contains_key(&port) {
            return None;
        }
        machine.listeners.insert(port, Listener::default());
        Some(port)
    }

    fn dial(&mut self, from: MachineId, own_port: Option<u16>, to: MachineId, port: u16) -> u64 {
        let id = self.next_dial;
        self.next_dial += 1;
        let ephemeral = self.machines.get_mut(from).map_or(0, super::Machine::ephemeral);
        let from_port = own_port.unwrap_or(ephemeral);
        self.dials
            .insert(id, Dial { from, from_port, to, port, tries: 0, outcome: None, answered: false, waker: None });
        id
    }
}

impl super::Machine {
    fn ephemeral(&mut self) -> u16 {
        let port = self.next_port;
        self.next_port = if port == 60_999 { 32_768 } else { port + 1 };
        port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_machines() {
        for machine in [0, 1, 254, 255, 70_000] {
            let (ip, port) = parse(&address(machine, 4001)).unwrap();
            assert_eq!((machine_at(ip), port), (Some(machine), 4001));
        }
        assert!(parse(&"/ip4/10.0.0.1/udp/1/quic-v1".parse().unwrap()).is_none());
        assert_eq!(machine_at("127.0.0.1".parse().unwrap()), None);
    }
}
