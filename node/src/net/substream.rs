//! The libp2p side of links and of blobs' streams: opens and accepts substreams of one protocol on connections.
//!
//! Own code instead of libp2p-stream, because that keeps a map entry of every connection there ever was and drops
//! inbound streams when many come at once; and because what a stranger may open is bounded here, a connection.

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::{InboundUpgrade, ReadyUpgrade, UpgradeInfo};
use libp2p::swarm::handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
    NotifyHandler, Stream, StreamProtocol, SubstreamProtocol, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// Links that one connection may open at once; more only as time passes (a client needs one, and one more whenever
/// its link broke and the connection did not).
const ACCEPT_BURST: u32 = 8;

/// One more link a connection after this time.
const ACCEPT_REFILL: Duration = Duration::from_secs(1);

/// What became of a substream.
pub(crate) enum Event {
    /// We opened it.
    Opened(Stream),
    /// We could not open it.
    Failed(String),
    /// The remote opened it.
    Accepted(Stream),
}

/// Without the stream: its own form is long and differs from run to run.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Opened(_) => f.write_str("Opened"),
            Event::Failed(why) => write!(f, "Failed({why:?})"),
            Event::Accepted(_) => f.write_str("Accepted"),
        }
    }
}

/// The order to open a substream.
#[derive(Debug)]
pub(crate) struct Open;

type ToHandler = ToSwarm<(PeerId, Event), Open>;

/// Opens substreams on order; accepts them if `serve`.
pub(crate) struct Behaviour {
    protocol: StreamProtocol,
    serve: bool,
    queue: VecDeque<ToHandler>,
}

impl Behaviour {
    pub(crate) fn new(protocol: &'static str, serve: bool) -> Self {
        Self { protocol: StreamProtocol::new(protocol), serve, queue: VecDeque::new() }
    }

    /// Opens a substream on this connection; the answer is `Opened`, `Failed`, or the end of the connection.
    pub(crate) fn open(&mut self, peer_id: PeerId, connection: ConnectionId) {
        self.queue.push_back(ToSwarm::NotifyHandler { peer_id, handler: NotifyHandler::One(connection), event: Open });
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = (PeerId, Event);

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.protocol.clone(), self.serve))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(Handler::new(self.protocol.clone(), self.serve))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, peer: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        self.queue.push_back(ToSwarm::GenerateEvent((peer, event)));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.queue.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Accepts the protocol, or nothing at all on a machine that serves nobody.
pub(crate) struct Accept {
    protocol: StreamProtocol,
    serve: bool,
}

impl UpgradeInfo for Accept {
    type Info = StreamProtocol;
    type InfoIter = std::option::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.serve.then(|| self.protocol.clone()).into_iter()
    }
}

impl InboundUpgrade<Stream> for Accept {
    type Output = Stream;
    type Error = Infallible;
    type Future = Ready<Result<Stream, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, _: StreamProtocol) -> Self::Future {
        ready(Ok(stream))
    }
}

/// One connection's part. Its queue is bounded: orders come one a dial, accepted streams by [`Allowance`].
pub(crate) struct Handler {
    protocol: StreamProtocol,
    serve: bool,
    allowance: Allowance,
    open: u32,
    events: VecDeque<Event>,
}

impl Handler {
    fn new(protocol: StreamProtocol, serve: bool) -> Self {
        Self { protocol, serve, allowance: Allowance::new(Instant::now()), open: 0, events: VecDeque::new() }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Open;
    type ToBehaviour = Event;
    type InboundProtocol = Accept;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(Accept { protocol: self.protocol.clone(), serve: self.serve }, ())
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(event));
        }
        if self.open > 0 {
            self.open -= 1;
            let protocol = SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), ());
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, Open: Open) {
        self.open += 1;
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Self::InboundProtocol, Self::OutboundProtocol>) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol: stream, .. }) => {
                if self.allowance.take(Instant::now()) {
                    self.events.push_back(Event::Accepted(stream));
                } else {
                    tracing::debug!("a remote opens streams too fast; the new one is dropped");
                }
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, .. }) => {
                self.events.push_back(Event::Opened(protocol));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, .. }) => {
                self.events.push_back(Event::Failed(error.to_string()));
            }
            // The rest is of no use here; the enum is libp2p's and not exhaustive.
            _ => {}
        }
    }
}

/// A token bucket.
#[derive(Debug)]
struct Allowance {
    left: u32,
    since: Instant,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self { left: ACCEPT_BURST, since: now }
    }

    fn take(&mut self, now: Instant) -> bool {
        let periods = now.saturating_duration_since(self.since).as_secs() / ACCEPT_REFILL.as_secs();
        if periods > 0 {
            self.left = ACCEPT_BURST.min(self.left.saturating_add(u32::try_from(periods).unwrap_or(u32::MAX)));
            self.since = now;
        }
        let allowed = self.left > 0;
        self.left = self.left.saturating_sub(1);
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_opens_a_burst_and_then_one_link_a_second() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        assert_eq!((0..1000).filter(|_| allowance.take(start)).count(), ACCEPT_BURST as usize);
        let later = start + ACCEPT_REFILL * 2;
        assert_eq!((0..1000).filter(|_| allowance.take(later)).count(), 2);
        let much_later = start + ACCEPT_REFILL * 1000;
        assert_eq!((0..1000).filter(|_| allowance.take(much_later)).count(), ACCEPT_BURST as usize);
    }
}
