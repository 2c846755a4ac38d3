//! What happens with time.

use super::world::*;
use crate::core::Core;
use crate::limits::RETENTION_MS;
use crate::relay::Policy;
use crate::store::Table;
use crate::wire::relay::{Ballot, Refusal, Request, TokenSpec};

const HOUR: u64 = 3_600_000;

#[test]
fn what_nobody_acknowledges_expires_and_numbers_go_on() {
    let mut world = World::with_room(2);
    world.append(b"old");
    world.append(b"old");
    world.pass(2 * HOUR, 99);
    world.append(b"new");
    world.pass(RETENTION_MS - 2 * HOUR - 1, 10_000);
    assert_eq!(world.seqs(1).len(), 3, "not before its time");
    world.pass(HOUR + 10_000, 99);
    assert_eq!(world.seqs(1), [3]);
    world.pass(3 * HOUR, 99);
    assert_eq!(world.store.rows_in(Table::RelayEntry), 0);
    world.restart();
    assert_eq!(world.append(b"next"), 4);
    assert_eq!(world.relay.stats().stored.entries, 0, "the new relay has not counted yet");
    world.pass(HOUR, 99);
    assert_eq!((world.relay.stats().stored.entries, world.relay.stats().stored.bytes), (1, 4));
}

#[test]
fn expiry_works_in_bounded_steps() {
    let mut world = World::with_room(0);
    world.pass(1_000, 9);
    let all = super::super::logs::DROPS_MAX + 10;
    for _ in 0..all {
        world.append(b"x");
    }
    world.now.wall += RETENTION_MS;
    world.now.mono += HOUR;
    world.input(crate::core::Input::Wake);
    assert_eq!(world.store.rows_in(Table::RelayEntry), 10);
    world.pass(2_000, 9);
    assert_eq!(world.store.rows_in(Table::RelayEntry), 0);
    assert_eq!(world.relay.stats().entries_expired, all);
}

#[test]
fn a_wake_before_its_time_does_nothing() {
    let mut world = World::with_room(0);
    world.pass(1_000, 9);
    world.append(b"x");
    world.now.wall += 2 * RETENTION_MS;
    world.input(crate::core::Input::Wake);
    assert_eq!(world.store.rows_in(Table::RelayEntry), 1);
}

#[test]
fn what_nobody_uses_is_forgotten_but_never_a_register() {
    let mut world = World::with_policy(Policy { idle_ms: 10 * HOUR, ..Policy::default() });
    world.open(ROOM, room_spec(1));
    world.open(INBOX, inbox_spec());
    let tokens = vec![TokenSpec { hash: [1; 32], uses: 1, expires: 0 }];
    world.ask(ALICE, &Request::SetTokens { tag: INBOX, cap: write_cap(), tokens });
    let package =
        Request::PutKeyPackages { tag: INBOX, cap: write_cap(), packages: vec![vec![1]], last_resort: Some(vec![2]) };
    world.ask(ALICE, &package);
    let ballot = Ballot { round: 1, proposer: [1; 16] };
    world.ask(ALICE, &Request::Prepare { tag: ROOM, cap: write_cap(), index: 1, ballot });
    world.append(b"x");
    world.ack(1, 2);
    world.pass(9 * HOUR, 999);
    assert_eq!(world.stats().stored.logs, 2);
    world.pass(3 * HOUR, 999);
    let stored = world.stats().stored;
    assert_eq!((stored.logs, stored.key_package_names, stored.bytes), (1, 0, 0));
    let rows =
        [Table::RelayToken, Table::RelayKeyPackage, Table::RelayRegister].map(|table| world.store.rows_in(table));
    assert_eq!(rows, [0, 0, 1]);
    let read = Request::Read { tag: INBOX, cap: read_cap(), from: 1, limit: 1 };
    assert_eq!(world.refusal(ALICE, &read), Refusal::NoSuchLog);
    assert_eq!(world.append(b"the room goes on"), 2);
}

#[test]
fn a_log_in_use_or_with_a_subscriber_stays() {
    let mut world = World::with_policy(Policy { idle_ms: 48 * HOUR, ..Policy::default() });
    world.open(ROOM, room_spec(1));
    world.open(INBOX, inbox_spec());
    world.ask(ALICE, &Request::Subscribe { tag: INBOX, cap: read_cap(), from: 1 });
    for _ in 0..4 {
        world.pass(25 * HOUR, 999);
        world.seqs(1);
    }
    assert_eq!(world.stats().stored.logs, 2);
}

#[test]
fn a_store_that_cannot_be_read_is_told_and_nothing_changes() {
    let mut world = World::with_room(1);
    world.restart();
    world.store.break_reads();
    assert_eq!(world.refusal(ALICE, &append(b"x")), Refusal::Busy);
    world.pass(10, 9);
    assert_eq!((world.events.len(), world.relay.stats().store_failures), (2, 2));
    assert!(world.relay.poll_wake().unwrap().at > world.now.mono, "no busy loop");
}
