//! The directory's records on a relay's disk: relays' addresses and users' mailboxes, signed by their owners.
//!
//! Only what verifies is kept, a newer one instead of an older one. When the shelf is full, the record that is
//! farthest from this relay (in Kademlia's metric) gives way, because others are more responsible for it.
//!
//! Not here: provider records (nobody uses them) and re-replication (owners publish again, see protocol.md).

use crate::clock::Clock;
use chappe_protocol::store::{Batch, Range, Table};
use chappe_protocol::wire::record::{Record as Signed, RecordError};
use chappe_protocol::wire::registry::record as kind;
use chappe_storage::Store;
use libp2p::PeerId;
use libp2p::kad::store::{self, Error, RecordStore};
use libp2p::kad::{KBucketDistance, KBucketKey, ProviderRecord, Record, RecordKey};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter::Empty;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// How long a record that nobody publishes again stays, whatever its owner wishes. Owners publish every six hours.
pub(super) const TTL: Duration = Duration::from_secs(48 * 3600);

/// Bytes of one record (protocol.md, section 4).
pub(super) const VALUE_MAX: usize = 1024;

/// Records kept: 100,000 of 1 KiB are 100 MB of disk and about 12 MB of memory for their names.
const RECORDS_MAX: usize = 100_000;

/// All records lie in one partition.
const PARTITION: &[u8] = b"directory";

/// Rows read at once while the names are collected at the start.
const PAGE: usize = 256;

/// A name: the record's kind, then its owner's key.
type Name = [u8; 33];

/// Why bytes are no record of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Unfit {
    #[error("{0}")]
    Record(#[from] RecordError),
    #[error("the record is of a kind that does not belong into the directory")]
    Kind,
    #[error("the record is under another name than its own")]
    Name,
    #[error("the record is longer than {VALUE_MAX} bytes")]
    TooLong,
    #[error("the record has expired")]
    Expired,
}

/// The name of a relay's record.
pub(super) fn relay_name(key: &[u8; 32]) -> RecordKey {
    name(kind::RELAY, key)
}

fn name(kind: u8, key: &[u8; 32]) -> RecordKey {
    let mut name = [kind; 33];
    name[1..].copy_from_slice(key);
    RecordKey::new(&name)
}

/// Checks bytes that a stranger gave under a name.
pub(super) fn verify(key: &RecordKey, value: &[u8], wall: u64) -> Result<Signed, Unfit> {
    if value.len() > VALUE_MAX {
        return Err(Unfit::TooLong);
    }
    let kind_byte = *value.first().ok_or(Unfit::Kind)?;
    if ![kind::RELAY, kind::MAILBOX].contains(&kind_byte) {
        return Err(Unfit::Kind);
    }
    // The name first: it costs nothing, the signature does.
    if value.get(1..33).is_none_or(|owner| *key.as_ref() != [&[kind_byte], owner].concat()) {
        return Err(Unfit::Name);
    }
    let record = Signed::decode_verified(value)?;
    if record.expires <= wall { Err(Unfit::Expired) } else { Ok(record) }
}

/// What is known of a kept record without reading it.
#[derive(Debug)]
struct Kept {
    name: Name,
    sequence: u64,
    /// Dropped then, milliseconds since 1970.
    until: u64,
}

/// The shelf. A node has none: it asks, it does not answer.
pub(super) struct Records {
    store: Option<Arc<dyn Store>>,
    own: KBucketKey<PeerId>,
    kept: BTreeMap<KBucketDistance, Kept>,
    limit: usize,
    clock: Clock,
}

impl Records {
    /// Reads the names of what is there. Without a store nothing is ever kept.
    pub fn open(own: PeerId, store: Option<Arc<dyn Store>>, clock: Clock) -> Self {
        let mut records = Self { store, own: KBucketKey::from(own), kept: BTreeMap::new(), limit: RECORDS_MAX, clock };
        if let Err(error) = records.collect() {
            tracing::warn!(%error, "the directory's records cannot be read; starting with none");
        }
        records
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// The sequence number of the record of this name.
    pub fn sequence(&self, key: &RecordKey) -> Option<u64> {
        self.kept.get(&self.distance(key.as_ref())).map(|kept| kept.sequence)
    }

    /// Drops what has expired.
    pub fn drop_expired(&mut self) {
        let wall = self.clock.now().wall;
        let expired: Vec<_> = self.kept.iter().filter(|(_, kept)| kept.until <= wall).map(|(at, _)| *at).collect();
        expired.into_iter().for_each(|at| self.drop_at(at));
    }

    fn collect(&mut self) -> Result<(), chappe_protocol::store::ReadError> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let wall = self.clock.now().wall;
        let mut from = Vec::new();
        loop {
            let rows = store.scan(Table::DhtRecord, PARTITION, Range::From(&from), PAGE)?;
            for (name, value) in &rows {
                // What cannot be read any more goes at the next round.
                let signed = Signed::decode_verified(value);
                let (sequence, until) = signed.map_or((0, 0), |signed| (signed.sequence, self.until(&signed, wall)));
                if let Ok(name) = Name::try_from(name.as_slice()) {
                    self.kept.insert(self.distance(&name), Kept { name, sequence, until });
                }
            }
            let Some((last, _)) = rows.last().filter(|_| rows.len() == PAGE) else { return Ok(()) };
            // The smallest name behind the last.
            from = [last.as_slice(), &[0]].concat();
        }
    }

    fn until(&self, record: &Signed, wall: u64) -> u64 {
        record.expires.min(wall.saturating_add(TTL.as_millis() as u64))
    }

    fn distance(&self, name: &[u8]) -> KBucketDistance {
        self.own.distance(&KBucketKey::new(RecordKey::new(&name)))
    }

    fn read(&self, name: &[u8]) -> Option<Vec<u8>> {
        let read = self.store.as_ref()?.get(Table::DhtRecord, PARTITION, name);
        read.inspect_err(|error| tracing::warn!(%error, "a record of the directory cannot be read")).ok()?
    }

    fn write(&self, batch: &Batch) {
        let Some(store) = &self.store else { return };
        // The loop meets the same failure at its next commit and stops the machine.
        if let Err(error) = store.apply(batch) {
            tracing::warn!(%error, "a record of the directory cannot be kept");
        }
    }

    fn drop_at(&mut self, at: KBucketDistance) {
        if let Some(kept) = self.kept.remove(&at) {
            let mut batch = Batch::new();
            batch.delete(Table::DhtRecord, PARTITION, &kept.name);
            self.write(&batch);
        }
    }

    /// Makes room for a record at that distance, or says that all others are closer.
    fn make_room(&mut self, at: KBucketDistance) -> store::Result<()> {
        if self.kept.len() < self.limit || self.kept.contains_key(&at) {
            return Ok(());
        }
        match self.kept.last_key_value() {
            Some((farthest, _)) if *farthest > at => {
                let farthest = *farthest;
                self.drop_at(farthest);
                Ok(())
            }
            _ => Err(Error::MaxRecords),
        }
    }
}

impl RecordStore for Records {
    type RecordsIter<'a> = Empty<Cow<'a, Record>>;
    type ProvidedIter<'a> = Empty<Cow<'a, ProviderRecord>>;

    fn get(&self, key: &RecordKey) -> Option<Cow<'_, Record>> {
        let kept = self.kept.get(&self.distance(key.as_ref()))?;
        if kept.until <= self.clock.now().wall {
            return None;
        }
        let value = self.read(key.as_ref())?;
        Some(Cow::Owned(Record { key: key.clone(), value, publisher: None, expires: None }))
    }

    /// Keeps it if it verifies and is newer than the one that is there.
    fn put(&mut self, record: Record) -> store::Result<()> {
        let wall = self.clock.now().wall;
        // libp2p knows no better word for "does not verify".
        let signed = verify(&record.key, &record.value, wall).map_err(|error| {
            tracing::debug!(%error, "a record is refused");
            Error::ValueTooLarge
        })?;
        if self.sequence(&record.key).is_some_and(|old| old > signed.sequence) || self.store.is_none() {
            return Ok(());
        }
        let at = self.distance(record.key.as_ref());
        self.make_room(at)?;
        let Ok(name) = Name::try_from(record.key.as_ref()) else { return Err(Error::ValueTooLarge) };
        let mut batch = Batch::new();
        batch.put(Table::DhtRecord, PARTITION, &name, record.value);
        self.write(&batch);
        let (sequence, until) = (signed.sequence, self.until(&signed, wall));
        self.kept.insert(at, Kept { name, sequence, until });
        Ok(())
    }

    fn remove(&mut self, key: &RecordKey) {
        self.drop_at(self.distance(key.as_ref()));
    }

    /// Nothing: this is asked for re-replication alone, which is off.
    fn records(&self) -> Self::RecordsIter<'_> {
        std::iter::empty()
    }

    fn add_provider(&mut self, _: ProviderRecord) -> store::Result<()> {
        Err(Error::MaxProvidedKeys)
    }

    fn providers(&self, _: &RecordKey) -> Vec<ProviderRecord> {
        Vec::new()
    }

    fn provided(&self) -> Self::ProvidedIter<'_> {
        std::iter::empty()
    }

    fn remove_provider(&mut self, _: &RecordKey, _: &PeerId) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use chappe_protocol::identity::keys::DeviceKey;
    use chappe_protocol::wire::record::encode_addrs;
    use chappe_storage::MemoryStore;

    const FAR: u64 = u64::MAX;

    fn relay_record(seed: u8, sequence: u64, expires: u64) -> Record {
        let key = DeviceKey::from_seed([seed; 32]);
        let owner = key.device().0;
        let body = encode_addrs(&["/ip4/127.0.0.1/tcp/1".to_owned()]);
        let signed = Signed::sign(kind::RELAY, owner, sequence, expires, body, |bytes| key.sign(bytes)).unwrap();
        Record { key: relay_name(&owner), value: signed.encode(), publisher: None, expires: None }
    }

    fn shelf(store: &MemoryStore) -> Records {
        Records::open(PeerId::from_multihash(multihash()).unwrap(), Some(Arc::new(store.clone())), Clock::new())
    }

    fn multihash() -> libp2p::multihash::Multihash<64> {
        let key = crate::net::NodeKey::from_seed(&[9; 32]).node_id();
        *crate::net::key::peer_id(&key).unwrap().as_ref()
    }

    #[test]
    fn records_are_kept_replaced_by_newer_ones_and_found_after_a_restart() {
        let store = MemoryStore::new();
        let mut records = shelf(&store);
        let (older, newer) = (relay_record(1, 5, FAR), relay_record(1, 6, FAR));
        records.put(older.clone()).unwrap();
        records.put(newer.clone()).unwrap();
        records.put(older).unwrap();
        assert_eq!(records.get(&newer.key).unwrap().value, newer.value);
        assert_eq!(records.len(), 1);
        let again = shelf(&store);
        assert_eq!(again.get(&newer.key).unwrap().value, newer.value);
        assert!(again.get(&relay_record(2, 1, FAR).key).is_none());
    }

    #[test]
    fn what_does_not_verify_is_refused_with_its_reason() {
        let wall = 1_000;
        let good = relay_record(1, 5, FAR);
        assert!(verify(&good.key, &good.value, wall).is_ok());
        let mut forged = good.value.clone();
        *forged.last_mut().unwrap() ^= 1;
        let mut device_log = good.value.clone();
        device_log[0] = kind::ACCOUNT;
        let other_name = relay_record(2, 5, FAR).key;
        let expired = relay_record(1, 5, wall);
        for (key, value, reason) in [
            (&good.key, &forged, Unfit::Record(RecordError::Signature)),
            (&good.key, &device_log, Unfit::Kind),
            (&good.key, &Vec::new(), Unfit::Kind),
            (&good.key, &vec![kind::RELAY; 20], Unfit::Name),
            (&other_name, &good.value, Unfit::Name),
            (&good.key, &vec![kind::RELAY; VALUE_MAX + 1], Unfit::TooLong),
            (&good.key, &expired.value, Unfit::Expired),
        ] {
            assert_eq!(verify(key, value, wall), Err(reason));
        }
        let store = MemoryStore::new();
        let mut records = shelf(&store);
        assert!(records.put(Record { value: forged, ..good }).is_err());
        assert_eq!((records.len(), store.rows()), (0, 0));
    }

    #[test]
    fn a_full_shelf_keeps_what_is_closest() {
        let store = MemoryStore::new();
        let mut records = shelf(&store);
        records.limit = 8;
        let all: Vec<Record> = (1..=40).map(|seed| relay_record(seed, 1, FAR)).collect();
        for record in &all {
            // Refused when all others are closer.
            drop(records.put(record.clone()));
        }
        let mut by_distance: Vec<_> = all.iter().map(|r| (records.distance(r.key.as_ref()), r)).collect();
        by_distance.sort_by_key(|(at, _)| *at);
        for (n, (_, record)) in by_distance.into_iter().enumerate() {
            assert_eq!(records.get(&record.key).is_some(), n < 8, "place {n}");
        }
        assert_eq!((records.len(), store.rows()), (8, 8));
    }

    #[test]
    fn expired_records_go() {
        let store = MemoryStore::new();
        let mut records = shelf(&store);
        records.put(relay_record(1, 1, FAR)).unwrap();
        records.kept.values_mut().for_each(|kept| kept.until = 1);
        assert!(records.get(&relay_record(1, 1, FAR).key).is_none());
        records.drop_expired();
        assert_eq!((records.len(), store.rows()), (0, 0));
    }

    #[test]
    fn a_node_keeps_nothing() {
        let mut records = Records::open(PeerId::from_multihash(multihash()).unwrap(), None, Clock::new());
        let record = relay_record(1, 1, FAR);
        records.put(record.clone()).unwrap();
        assert!(records.get(&record.key).is_none() && records.len() == 0);
    }
}
