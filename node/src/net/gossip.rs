//! Relays tell all relays where they are: signed records on one gossipsub topic (libp2p specs, gossipsub 1.1).
//!
//! A record is checked before it is passed on, so a lie goes one step and its bringer is hung up on. What is passed on
//! is kept on disk (`records`), so that a relay that restarts does not take old news for new.
//!
//! Not here: whom to be connected to (`neighbours`), and messages of chats. Signatures of gossipsub's own: a record
//! carries its owner's, and who passes it on is of no interest.

use super::records::{self, Records, Unfit};
use chappe_protocol::ids::NodeId;
use chappe_protocol::wire::record::Record as Signed;
use chappe_protocol::wire::registry::record as kind;
use libp2p::PeerId;
use libp2p::gossipsub::{self, IdentTopic, MessageAcceptance, MessageAuthenticity, MessageId, ValidationMode};
use libp2p::kad::Record;
use libp2p::kad::store::RecordStore;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// The protocol's name: Chappe's mesh never mixes with another network's.
const PROTOCOL: &str = "/chappe/gossip/1";

/// Where relays announce themselves.
const TOPIC: &str = "/chappe/relays/1";

/// Neighbours in the mesh: each record comes from so many at most, and a relay sends it to fewer.
const MESH: usize = 6;
const MESH_LOW: usize = 5;
const MESH_HIGH: usize = 8;

/// Heartbeats (seconds) for which a relay offers what it heard to those outside of its mesh.
const HISTORY: usize = 5;

/// A record heard so long ago may be looked at again; the disk then says that it is known.
const REMEMBERED: Duration = Duration::from_secs(300);

/// Bytes of one exchange between neighbours: a record, and names of 20 bytes of others.
const TRANSMIT_MAX: usize = 16 * 1024;

/// Records that one neighbour may bring at once, and a second. All relays of a network of 10,000, once in six hours,
/// are one in two seconds.
const BURST: f64 = 200.0;
const RATE: f64 = 20.0;

/// Neighbours who lied and are remembered; the oldest is forgotten.
const LIARS_MAX: usize = 1024;

/// After something changed, so that several changes are one announcement.
const SETTLE: Duration = Duration::from_secs(5);

/// Nobody was there to hear it.
const AGAIN: Duration = Duration::from_secs(30);

/// The protocol, with bounds.
pub(super) fn behaviour() -> Result<gossipsub::Behaviour, String> {
    let config = gossipsub::ConfigBuilder::default()
        .protocol_id(PROTOCOL, gossipsub::Version::V1_1)
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| MessageId::new(&blake3::hash(&message.data).as_bytes()[..20]))
        .mesh_n(MESH)
        .mesh_n_low(MESH_LOW)
        .mesh_n_high(MESH_HIGH)
        .gossip_lazy(MESH)
        .history_length(HISTORY)
        .history_gossip(3)
        .duplicate_cache_time(REMEMBERED)
        .max_transmit_size(TRANSMIT_MAX)
        .build()
        .map_err(|error| error.to_string())?;
    let mut behaviour = gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config)?;
    behaviour.subscribe(&IdentTopic::new(TOPIC)).map_err(|error| error.to_string())?;
    Ok(behaviour)
}

/// What became of a record that a neighbour brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Kept and passed on: the machine is (also) there.
    News(Signed),
    /// Known, or too much; it goes no further.
    Nothing,
    /// The neighbour passes on what does not verify.
    Lie,
}

/// What a relay remembers of announcements.
pub(super) struct Announcements {
    allowances: BTreeMap<PeerId, Allowance>,
    liars: BTreeSet<PeerId>,
    liars_in_order: std::collections::VecDeque<PeerId>,
    due: Option<Instant>,
}

impl Announcements {
    pub fn new() -> Self {
        Self {
            allowances: BTreeMap::new(),
            liars: BTreeSet::new(),
            liars_in_order: std::collections::VecDeque::new(),
            due: None,
        }
    }

    /// Own addresses changed, or it is time again.
    pub fn soon(&mut self, now: Instant) {
        self.due = Some(now + SETTLE);
    }

    /// True if this relay must announce itself now.
    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// Says where this relay is.
    pub fn announce(&mut self, gossip: &mut gossipsub::Behaviour, record: Vec<u8>, now: Instant) {
        self.due = None;
        if let Err(error) = gossip.publish(IdentTopic::new(TOPIC), record) {
            tracing::debug!(%error, "nobody heard where this relay is; trying again");
            self.due = Some(now + AGAIN);
        }
    }

    /// A neighbour brought a record: looks at it, keeps it, and lets it go further or not.
    pub fn hear(
        &mut self,
        gossip: &mut gossipsub::Behaviour,
        shelf: &mut Records,
        (from, id, message): (&PeerId, &MessageId, &gossipsub::Message),
        (own, wall, now): (&NodeId, u64, Instant),
    ) -> Heard {
        let heard = self.judge(shelf, from, &message.data, (own, wall, now));
        let verdict = match heard {
            Heard::News(_) => MessageAcceptance::Accept,
            Heard::Nothing => MessageAcceptance::Ignore,
            Heard::Lie => MessageAcceptance::Reject,
        };
        gossip.report_message_validation_result(id, from, verdict);
        heard
    }

    fn judge(
        &mut self,
        shelf: &mut Records,
        from: &PeerId,
        data: &[u8],
        (own, wall, now): (&NodeId, u64, Instant),
    ) -> Heard {
        if !self.allowances.entry(*from).or_insert_with(|| Allowance::new(now)).take(now) {
            return Heard::Nothing;
        }
        let Some(owner) = data.get(1..33).and_then(|owner| <[u8; 32]>::try_from(owner).ok()) else {
            return self.lie(from);
        };
        let name = records::relay_name(&owner);
        // Mailboxes go to the directory, not to everybody.
        if data.first() != Some(&kind::RELAY) {
            return self.lie(from);
        }
        // The disk first: known records are most, and cost no signature.
        if owner == own.0 || shelf.sequence(&name).is_some_and(|known| sequence(data).is_none_or(|new| new <= known)) {
            return Heard::Nothing;
        }
        let record = match records::verify(&name, data, wall) {
            Ok(record) => record,
            // Its bringer's clock may be another than ours.
            Err(Unfit::Expired) => return Heard::Nothing,
            Err(Unfit::Record(_) | Unfit::Kind | Unfit::Name | Unfit::TooLong) => return self.lie(from),
        };
        let kept = shelf.put(Record { key: name, value: data.to_vec(), publisher: None, expires: None });
        // A full shelf does not stop the news: others have room.
        drop(kept);
        Heard::News(record)
    }

    fn lie(&mut self, from: &PeerId) -> Heard {
        if self.liars.insert(*from) {
            self.liars_in_order.push_back(*from);
        }
        if self.liars_in_order.len() > LIARS_MAX
            && let Some(oldest) = self.liars_in_order.pop_front()
        {
            self.liars.remove(&oldest);
        }
        Heard::Lie
    }

    /// True if it passed on what does not verify.
    pub fn is_liar(&self, peer: &PeerId) -> bool {
        self.liars.contains(peer)
    }

    /// A neighbour is gone; what it may bring is counted anew when it is back.
    pub fn forget(&mut self, peer: &PeerId) {
        self.allowances.remove(peer);
    }
}

/// The sequence number of an encoded record (docs/wire/relay.md, 8.1): behind its kind and key.
fn sequence(data: &[u8]) -> Option<u64> {
    data.get(33..41).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes)
}

/// A token bucket.
#[derive(Debug)]
struct Allowance {
    left: f64,
    since: Instant,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self { left: BURST, since: now }
    }

    fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since).as_secs_f64();
        self.left = (self.left + passed * RATE).min(BURST);
        self.since = now;
        let allowed = self.left >= 1.0;
        if allowed {
            self.left -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use chappe_protocol::identity::keys::DeviceKey;
    use chappe_protocol::wire::record::encode_addrs;
    use chappe_storage::MemoryStore;
    use std::sync::Arc;

    const OWN: NodeId = NodeId([9; 32]);

    fn record(seed: u8, sequence: u64, expires: u64) -> Vec<u8> {
        let key = DeviceKey::from_seed([seed; 32]);
        let body = encode_addrs(&["/ip4/127.0.0.1/tcp/1".to_owned()]);
        let owner = key.device().0;
        Signed::sign(kind::RELAY, owner, sequence, expires, body, |bytes| key.sign(bytes)).unwrap().encode()
    }

    fn shelf(store: &MemoryStore) -> Records {
        Records::open(PeerId::random(), Some(Arc::new(store.clone())), Clock::new())
    }

    fn judge(announcements: &mut Announcements, shelf: &mut Records, from: &PeerId, data: &[u8]) -> Heard {
        announcements.judge(shelf, from, data, (&OWN, 1_000, Instant::now()))
    }

    #[test]
    fn news_is_news_once_also_after_a_restart() {
        let (store, from) = (MemoryStore::new(), PeerId::random());
        let (older, newer) = (record(1, 5, u64::MAX), record(1, 6, u64::MAX));
        let mut announcements = Announcements::new();
        let mut records = shelf(&store);
        assert!(
            matches!(judge(&mut announcements, &mut records, &from, &older), Heard::News(found) if found.sequence == 5)
        );
        assert_eq!(judge(&mut announcements, &mut records, &from, &older), Heard::Nothing);
        assert!(matches!(judge(&mut announcements, &mut records, &from, &newer), Heard::News(_)));
        let (mut announcements, mut records) = (Announcements::new(), shelf(&store));
        for known in [&older, &newer] {
            assert_eq!(judge(&mut announcements, &mut records, &from, known), Heard::Nothing);
        }
        assert!(!announcements.is_liar(&from) && records.len() == 1);
    }

    #[test]
    fn what_does_not_verify_is_a_lie_and_leaves_nothing() {
        let mut forged = record(1, 5, u64::MAX);
        *forged.last_mut().unwrap() ^= 1;
        let mut mailbox = record(1, 5, u64::MAX);
        mailbox[0] = kind::MAILBOX;
        let long = [record(1, 5, u64::MAX), vec![0; records::VALUE_MAX]].concat();
        for bad in [Vec::new(), vec![kind::RELAY; 20], vec![kind::RELAY; 50], forged, mailbox, long] {
            let (store, from) = (MemoryStore::new(), PeerId::random());
            let (mut announcements, mut records) = (Announcements::new(), shelf(&store));
            assert_eq!(judge(&mut announcements, &mut records, &from, &bad), Heard::Lie, "{bad:?}");
            assert!(announcements.is_liar(&from) && store.rows() == 0);
        }
    }

    #[test]
    fn an_expired_record_or_our_own_goes_no_further_and_is_no_lie() {
        let (mut announcements, mut records, from) =
            (Announcements::new(), shelf(&MemoryStore::new()), PeerId::random());
        let mut own = record(1, 5, u64::MAX);
        own[1..33].copy_from_slice(&OWN.0);
        for data in [record(1, 5, 1_000), own] {
            assert_eq!(judge(&mut announcements, &mut records, &from, &data), Heard::Nothing);
        }
        assert!(!announcements.is_liar(&from));
    }

    #[test]
    fn a_neighbour_that_brings_too_much_is_heard_no_more_until_time_passes() {
        let (mut announcements, mut records) = (Announcements::new(), shelf(&MemoryStore::new()));
        let (from, other, now) = (PeerId::random(), PeerId::random(), Instant::now());
        let news = |announcements: &mut Announcements, records: &mut Records, from: &PeerId, n: u64, at: Instant| {
            matches!(announcements.judge(records, from, &record(1, n, u64::MAX), (&OWN, 1_000, at)), Heard::News(_))
        };
        let heard = (1..=1_000).filter(|n| news(&mut announcements, &mut records, &from, *n, now)).count();
        assert_eq!(heard, BURST as usize);
        assert!(news(&mut announcements, &mut records, &other, 2_000, now), "others are not held back");
        let later = now + Duration::from_secs(1);
        let heard = (3_000..3_100).filter(|n| news(&mut announcements, &mut records, &from, *n, later)).count();
        assert_eq!(heard, RATE as usize);
    }

    #[test]
    fn liars_are_remembered_within_bounds() {
        let mut announcements = Announcements::new();
        let all: Vec<PeerId> = (0..LIARS_MAX + 10).map(|_| PeerId::random()).collect();
        for liar in &all {
            announcements.lie(liar);
            announcements.lie(liar);
        }
        assert_eq!((announcements.liars.len(), announcements.liars_in_order.len()), (LIARS_MAX, LIARS_MAX));
        assert!(!announcements.is_liar(&all[0]) && announcements.is_liar(&all[LIARS_MAX + 9]));
    }
}
