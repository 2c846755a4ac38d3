//! Rules of records.

use super::world::*;
use crate::identity::keys::DeviceKey;
use crate::relay::Policy;
use crate::store::Table;
use crate::wire::record::Record;
use crate::wire::registry::record as kind;
use crate::wire::relay::{Refusal, Reply, Request};

fn record(seed: u8, sequence: u64, expires: u64) -> Vec<u8> {
    let key = DeviceKey::from_seed([seed; 32]);
    let record = Record::sign(kind::MAILBOX, key.device().0, sequence, expires, b"body".to_vec(), |b| key.sign(b));
    record.unwrap().encode()
}

fn put(record: &[u8]) -> Request {
    Request::PutRecord { record: record.to_vec() }
}

fn get(seed: u8) -> Request {
    Request::GetRecord { kind: kind::MAILBOX, key: DeviceKey::from_seed([seed; 32]).device().0 }
}

#[test]
fn the_newest_stays_whoever_brings_it() {
    let mut world = World::new();
    assert_eq!(world.ask(BOB, &get(1)), Reply::Record(None));
    let (old, new) = (record(1, 1, u64::MAX), record(1, 2, u64::MAX));
    assert_eq!(world.ask(ALICE, &put(&old)), Reply::Done);
    assert_eq!(world.ask(BOB, &put(&new)), Reply::Done);
    assert_eq!(world.refusal(ALICE, &put(&old)), Refusal::StaleRecord);
    assert_eq!(world.refusal(ALICE, &put(&new)), Refusal::StaleRecord);
    world.restart();
    assert_eq!(world.ask(BOB, &get(1)), Reply::Record(Some(new)));
    assert_eq!(world.ask(BOB, &get(2)), Reply::Record(None));
}

#[test]
fn a_record_counts_until_it_expires() {
    let mut world = World::new();
    world.pass(1, 9);
    world.ask(ALICE, &put(&record(1, 1, START + 100)));
    assert_eq!(world.refusal(ALICE, &put(&record(1, 2, START))), Refusal::StaleRecord);
    world.pass(100, 9);
    assert_eq!(world.ask(BOB, &get(1)), Reply::Record(None));
    assert_eq!(world.store.rows_in(Table::RelayRecord), 1);
    world.pass(3_700_000, 9);
    assert_eq!((world.store.rows_in(Table::RelayRecord), world.store.rows_in(Table::RelayExpiry)), (0, 0));
    assert_eq!(world.stats().stored.records, 0);
}

#[test]
fn there_are_no_more_than_the_policy_allows() {
    let mut world = World::with_policy(Policy { records_max: 1, ..Policy::default() });
    world.pass(1, 9);
    assert_eq!(world.ask(ALICE, &put(&record(1, 1, u64::MAX))), Reply::Done);
    assert_eq!(world.refusal(ALICE, &put(&record(2, 1, u64::MAX))), Refusal::Busy);
    assert_eq!(world.ask(ALICE, &put(&record(1, 2, u64::MAX))), Reply::Done, "a newer one takes its place");
}
