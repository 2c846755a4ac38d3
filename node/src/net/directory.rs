//! Looking machines up in the directory (the DHT), and saying where this one is. Never on the way of a message: asked
//! only when no address is known or none works.

use super::addr;
use super::records::{self, Records};
use super::{NetStats, OwnRecord};
use crate::clock::Clock;
use crate::entropy;
use chappe_protocol::ids::NodeId;
use chappe_protocol::limits::ADDRS_MAX;
use chappe_protocol::wire::record::{Record as Signed, decode_addrs};
use libp2p::kad::store::RecordStore;
use libp2p::kad::{self, GetRecordOk, InboundRequest, PeerRecord, QueryId, QueryResult, Quorum, RecordKey};
use libp2p::{Multiaddr, PeerId};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::Instant;

/// One machine is looked up so often at most.
const PAUSE: Duration = Duration::from_secs(30);

/// What one machine knows and asks of the directory. Its maps hold targets only, so the core bounds them.
pub(super) struct Directory {
    own: Option<OwnRecord>,
    asked: BTreeMap<NodeId, Instant>,
    /// Hashed, because libp2p's ids have no order; never walked.
    running: HashMap<QueryId, NodeId>,
    found: BTreeMap<NodeId, Found>,
    next_upkeep: Instant,
    /// How often expired records are dropped and the own one is published again.
    period: Duration,
    clock: Clock,
}

struct Found {
    sequence: u64,
    addrs: Vec<Multiaddr>,
}

type Kad = kad::Behaviour<Records>;

impl Directory {
    pub fn new(own: Option<OwnRecord>, clock: Clock, period: Duration) -> Self {
        Self {
            own,
            asked: BTreeMap::new(),
            running: HashMap::new(),
            found: BTreeMap::new(),
            next_upkeep: Instant::now() + varied(period),
            period,
            clock,
        }
    }

    /// Where a machine's own record says that it is.
    pub fn addrs(&self, machine: &NodeId) -> impl Iterator<Item = &Multiaddr> {
        self.found.get(machine).into_iter().flat_map(|found| &found.addrs)
    }

    /// Asks for a machine's record, at servers of the directory that this machine is connected to.
    pub fn look_up<'a>(
        &mut self,
        kad: &mut Kad,
        machine: &NodeId,
        servers: impl Iterator<Item = (&'a PeerId, &'a Multiaddr)>,
    ) {
        let now = Instant::now();
        if self.asked.get(machine).is_some_and(|asked| now.duration_since(*asked) < PAUSE) {
            return;
        }
        self.asked.insert(*machine, now);
        for (peer, way) in servers {
            kad.add_address(peer, way.clone());
        }
        let query = kad.get_record(records::relay_name(&machine.0));
        self.running.insert(query, *machine);
    }

    /// Forgets a machine that nobody wants any more.
    pub fn forget(&mut self, machine: &NodeId) {
        self.asked.remove(machine);
        self.found.remove(machine);
    }

    /// Keeps what strangers store here if it verifies; returns a machine of which something new was found.
    pub fn on_event(&mut self, kad: &mut Kad, event: kad::Event) -> Option<NodeId> {
        match event {
            kad::Event::InboundRequest { request: InboundRequest::PutRecord { record: Some(record), .. } } => {
                // A record that is refused says why in the log; the one who sent it hears nothing.
                drop(kad.store_mut().put(record));
                None
            }
            kad::Event::OutboundQueryProgressed { id, result: QueryResult::GetRecord(result), step, .. } => {
                let machine = self.running.get(&id).copied()?;
                if step.last {
                    self.running.remove(&id);
                }
                let Ok(GetRecordOk::FoundRecord(PeerRecord { record, .. })) = result else { return None };
                let news = self.learn(machine, &record.key, &record.value);
                news.then_some(machine)
            }
            // Of no use here; the enum is libp2p's and not exhaustive.
            _ => None,
        }
    }

    /// Says where this machine is. A record is made anew each time, with a higher sequence number.
    pub fn publish(&mut self, kad: &mut Kad, own: &NodeId, listening: &[Multiaddr]) {
        let Some(value) = self.own_record(listening) else { return };
        let record = kad::Record { key: records::relay_name(&own.0), value, publisher: None, expires: None };
        if let Err(error) = kad.put_record(record, Quorum::One) {
            tracing::warn!(%error, "this relay's own record cannot be published");
        }
    }

    /// This machine's record, made anew; `None` if it has none or is nowhere.
    pub fn own_record(&self, listening: &[Multiaddr]) -> Option<Vec<u8>> {
        let texts: Vec<String> = listening.iter().take(ADDRS_MAX).map(Multiaddr::to_string).collect();
        self.own.as_ref().filter(|_| !texts.is_empty()).and_then(|make| make(&texts))
    }

    /// A relay announced itself. If it is `wanted`, remembers where it is; returns it if that is new.
    pub fn heard(&mut self, record: &Signed, wanted: bool) -> Option<NodeId> {
        let machine = NodeId(record.key);
        (wanted && self.keep(machine, record)).then_some(machine)
    }

    /// True if it is time to publish again.
    pub fn upkeep(&mut self, kad: &mut Kad) -> bool {
        let now = Instant::now();
        if now < self.next_upkeep {
            return false;
        }
        self.next_upkeep = now + varied(self.period);
        kad.store_mut().drop_expired();
        true
    }

    fn learn(&mut self, machine: NodeId, key: &RecordKey, value: &[u8]) -> bool {
        if *key != records::relay_name(&machine.0) {
            return false;
        }
        let verified = records::verify(key, value, self.clock.now().wall);
        let Ok(record) = verified.inspect_err(|error| tracing::debug!(%error, "a found record is refused")) else {
            return false;
        };
        self.keep(machine, &record)
    }

    fn keep(&mut self, machine: NodeId, record: &Signed) -> bool {
        if self.found.get(&machine).is_some_and(|found| found.sequence >= record.sequence) {
            return false;
        }
        let texts = decode_addrs(&record.body).unwrap_or_default();
        let addrs = texts.iter().filter_map(|text| text.parse().ok()).collect();
        self.found.insert(machine, Found { sequence: record.sequence, addrs });
        true
    }
}

/// A tenth less or more, so that relays that started together do not stay together.
fn varied(period: Duration) -> Duration {
    period.mul_f64(0.9 + 0.2 * (entropy::number() % 1024) as f64 / 1023.0)
}

/// Adds the relays that the operator or user named.
pub(super) fn join(kad: &mut Kad, peers: &[Multiaddr]) {
    for peer in peers {
        let Ok((node, way)) = addr::parse_full(&peer.to_string()) else {
            tracing::warn!(%peer, "a relay's address without its /p2p/… part is ignored");
            continue;
        };
        if let Some(id) = super::key::peer_id(&node) {
            kad.add_address(&id, way);
        }
    }
}

/// Fills in the directory's figure.
pub(super) fn count(kad: &mut Kad, stats: &mut NetStats) {
    stats.directory_records = kad.store_mut().len() as u64;
}
