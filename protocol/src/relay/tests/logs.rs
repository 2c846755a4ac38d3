//! Rules of logs.

use super::world::*;
use crate::core::Input;
use crate::ids::LogTag;
use crate::limits::{
    ENVELOPE_MAX, LOG_READERS_MAX, PAGE_BYTES_MAX, PAGE_ENTRIES_MAX, PUSH_AHEAD_ENTRIES, RETENTION_MS, SIGNAL_MAX,
};
use crate::store::Table;
use crate::wire::relay::{Entry, FromRelay, LogHead, Refusal, Reply, Request};

#[test]
fn opening_is_idempotent_and_needs_the_same_spec() {
    let mut world = World::new();
    let head = world.open(ROOM, room_spec(2));
    assert_eq!((head.first, head.next), (1, 1));
    let stored = world.store.hash();
    assert_eq!(world.open(ROOM, room_spec(2)), head);
    for other in [room_spec(3), inbox_spec()] {
        assert_eq!(world.refusal(BOB, &Request::Open { tag: ROOM, spec: other }), Refusal::SpecMismatch);
    }
    assert_eq!(world.store.hash(), stored);
    assert_ne!(world.open(INBOX, inbox_spec()).incarnation, head.incarnation);
}

#[test]
fn what_is_appended_is_read_in_order() {
    let mut world = World::with_room(0);
    assert_eq!((world.append(b"one"), world.append(b""), world.append(b"three")), (1, 2, 3));
    let (next, entries) = world.read(2);
    assert_eq!(next, 4);
    let read: Vec<_> = entries.iter().map(|entry| (entry.seq, &entry.envelope[..])).collect();
    assert_eq!(read, [(2, &b""[..]), (3, b"three")]);
    assert_eq!(world.ask(BOB, &read_room(1, 1)), Reply::Entries { next: 4, entries: world.read(1).1[..1].to_vec() });
    assert_eq!(world.ask(BOB, &read_room(1, 0)), Reply::Entries { next: 4, entries: vec![] });
    assert_eq!(world.read(99), (4, vec![]));
}

fn read_room(from: u64, limit: u16) -> Request {
    read(from, limit)
}

#[test]
fn an_append_costs_one_row() {
    let mut world = World::with_room(2);
    let rows = |world: &World| {
        [Table::RelayLog, Table::RelayEntry, Table::RelayExpiry].map(|table| world.store.rows_in(table))
    };
    assert_eq!(rows(&world), [1, 0, 1]);
    for _ in 0..10 {
        world.append(b"x");
    }
    assert_eq!(rows(&world), [1, 10, 1]);
}

#[test]
fn the_expiry_in_the_reply_is_the_retention() {
    let mut world = World::with_room(0);
    let expires = START + RETENTION_MS;
    assert_eq!(world.ask(ALICE, &append(b"x")), Reply::Appended { seq: 1, expires });
}

#[test]
fn a_page_is_bounded_by_entries_and_by_bytes() {
    let mut world = World::with_room(0);
    for _ in 0..PAGE_ENTRIES_MAX + 10 {
        world.append(b"small");
    }
    assert_eq!(world.seqs(1).len(), PAGE_ENTRIES_MAX);
    let start = PAGE_ENTRIES_MAX as u64 + 11;
    for _ in 0..3 {
        world.append(&vec![1; PAGE_BYTES_MAX / 2]);
    }
    world.append(&vec![1; ENVELOPE_MAX]);
    assert_eq!(world.seqs(start), [start, start + 1]);
    assert_eq!(world.seqs(start + 2), [start + 2], "the largest does not fit behind");
    assert_eq!(world.seqs(start + 3), [start + 3], "one entry is always a page");
}

/// Pushes, as `(to, sequence numbers)`.
fn pushed(sent: Vec<(crate::ids::NodeId, FromRelay)>) -> Vec<(crate::ids::NodeId, Vec<u64>)> {
    let push = |(to, said)| match said {
        FromRelay::Push { entries, .. } => Some((to, entries.iter().map(|entry| entry.seq).collect())),
        FromRelay::Reply { .. } | FromRelay::Signal { .. } => None,
    };
    sent.into_iter().filter_map(push).collect()
}

#[test]
fn what_comes_in_one_turn_is_pushed_together_in_pages() {
    let mut world = World::with_room(0);
    world.all(BOB, &subscribe(1));
    world.all(ALICE, &subscribe(1));
    let count = PAGE_ENTRIES_MAX as u64 + 44;
    let mut before = Vec::new();
    for number in 1..=count {
        let bytes = append(b"x").encode(number as u32);
        before.extend(pushed(world.part_of_turn(Input::Frame { remote: ALICE, bytes })));
    }
    assert_eq!(before, [(BOB, (1..=PAGE_ENTRIES_MAX as u64).collect())], "a page does not wait");
    let after = pushed(world.end_turn());
    assert_eq!(after, [(BOB, (PAGE_ENTRIES_MAX as u64 + 1..=count).collect())], "and Alice has her own");
    assert!(world.end_turn().is_empty());
}

#[test]
fn who_does_not_keep_up_is_told_once_and_reads() {
    let mut world = World::with_room(0);
    world.all(BOB, &subscribe(1));
    let mut heard = 0;
    for n in 0..PUSH_AHEAD_ENTRIES + 10 {
        let (_, pushes) = world.all(ALICE, &append(b"x"));
        match (&pushes[..], n) {
            ([(BOB, entries)], ..PUSH_AHEAD_ENTRIES) => heard += entries.len() as u64,
            ([(BOB, entries)], PUSH_AHEAD_ENTRIES) => assert!(entries.is_empty(), "told that there is more"),
            (others, _) => assert!(others.is_empty() && n > PUSH_AHEAD_ENTRIES, "{n}: {others:?}"),
        }
    }
    assert_eq!(heard, PUSH_AHEAD_ENTRIES);
    assert_eq!((world.stats().subscribers_behind, world.stats().subscriptions), (1, 0));
    assert_eq!(world.seqs(heard + 1).len(), 10);
    world.all(BOB, &subscribe(heard + 11));
    // Whoever acknowledges may hear as much again.
    for n in 1..=PUSH_AHEAD_ENTRIES + 10 {
        assert_eq!(world.all(ALICE, &append(b"x")).1[0].1.len(), 1, "{n}");
        if n % 1_000 == 0 {
            world.ack(1, heard + 11 + n);
        }
    }
}

#[test]
fn others_entries_come_before_ones_own_number_and_subscribing_repeats_nothing() {
    let mut world = World::with_room(0);
    world.all(BOB, &subscribe(1));
    let say = |world: &mut World, remote, request: Request| {
        world.part_of_turn(Input::Frame { remote, bytes: request.encode(7) })
    };
    assert!(pushed(say(&mut world, ALICE, append(b"one"))).is_empty());
    let sent = say(&mut world, BOB, append(b"two"));
    let [(BOB, FromRelay::Push { entries, .. }), (BOB, FromRelay::Reply { reply, .. })] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(entries[0].seq, 1);
    assert!(matches!(reply, Reply::Appended { seq: 2, .. }));
    // Alice subscribes in the same turn: what was there comes as the gap, and only as that.
    assert_eq!(pushed(say(&mut world, ALICE, subscribe(1))), [(ALICE, vec![1, 2])]);
    assert!(pushed(world.end_turn()).is_empty());
    say(&mut world, BOB, append(b"three"));
    say(&mut world, ALICE, append(b"four"));
    assert_eq!(pushed(world.end_turn()), [(BOB, vec![4])], "three went ahead of Alice's answer");
}

#[test]
fn subscribers_get_the_gap_in_one_push_and_then_everything_live() {
    let mut world = World::with_room(0);
    for envelope in [b"1", b"2", b"3"] {
        world.append(envelope);
    }
    let (reply, pushes) = world.all(BOB, &subscribe(2));
    assert!(matches!(reply, Some(Reply::Subscribed(LogHead { first: 1, next: 4, .. }))), "{reply:?}");
    assert_eq!(pushes.len(), 1);
    assert_eq!(pushes[0].1.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [2, 3]);

    let (_, pushes) = world.all(ALICE, &append(b"live"));
    assert_eq!(pushes.len(), 1);
    assert_eq!((pushes[0].0, pushes[0].1[0].seq, &pushes[0].1[0].envelope[..]), (BOB, 4, &b"live"[..]));

    // Both are subscribed: whoever writes has the entry already, and its number from the reply.
    world.all(ALICE, &subscribe(5));
    let (reply, pushes) = world.all(ALICE, &append(b"hers"));
    assert!(matches!(reply, Some(Reply::Appended { seq: 5, .. })), "{reply:?}");
    assert_eq!(pushes.iter().map(|push| push.0).collect::<Vec<_>>(), [BOB]);
    let (_, pushes) = world.all(BOB, &append(b"his"));
    assert_eq!(pushes.iter().map(|push| push.0).collect::<Vec<_>>(), [ALICE]);
    assert_eq!(world.ask(BOB, &Request::Unsubscribe { tag: ROOM }), Reply::Done);
    assert!(world.all(ALICE, &append(b"alone")).1.is_empty());
    world.input(Input::LinkDown { remote: ALICE });
    assert_eq!(world.relay.stats().subscriptions, 0);
    assert!(world.all(BOB, &append(b"none")).1.is_empty());
}

#[test]
fn a_signal_reaches_who_is_subscribed_and_nothing_of_it_is_kept() {
    let mut world = World::with_room(0);
    world.append(b"one");
    let signal = |cap, envelope: &[u8]| Request::Signal { tag: ROOM, cap, envelope: envelope.to_vec() };
    let stored = world.store.hash();
    assert_eq!(world.all(ALICE, &signal(write_cap(), b"nobody hears")), (Some(Reply::Done), vec![]));
    world.all(ALICE, &subscribe(2));
    world.all(BOB, &subscribe(9));
    let heard = vec![(BOB, vec![Entry { seq: 0, envelope: b"typing".to_vec() }])];
    assert_eq!(world.all(ALICE, &signal(write_cap(), b"typing")), (Some(Reply::Done), heard));
    assert_eq!(world.refusal(ALICE, &signal(read_cap(), b"x")), Refusal::BadCapability);
    assert_eq!(world.refusal(ALICE, &signal(wrong_cap(), b"x")), Refusal::BadCapability);
    assert_eq!(world.refusal(ALICE, &signal(write_cap(), &[7; SIGNAL_MAX + 1])), Refusal::TooLarge);
    let nowhere = Request::Signal { tag: INBOX, cap: write_cap(), envelope: vec![] };
    assert_eq!(world.refusal(ALICE, &nowhere), Refusal::NoSuchLog);
    world.open(INBOX, inbox_spec());
    assert_eq!(world.refusal(ALICE, &nowhere), Refusal::WrongKind);
    assert_ne!(world.store.hash(), stored, "the inbox");
    assert_eq!((world.seqs(1), world.append(b"two")), (vec![1], 2));
}

#[test]
fn a_subscription_from_further_on_hears_nothing_before() {
    let mut world = World::with_room(0);
    world.all(BOB, &subscribe(3));
    let heard: Vec<usize> = (1..=3).map(|_| world.all(ALICE, &append(b"x")).1.len()).collect();
    assert_eq!(heard, [0, 0, 1]);
}

#[test]
fn who_is_more_than_a_page_behind_reads_first() {
    let mut world = World::with_room(0);
    for _ in 0..=PAGE_ENTRIES_MAX {
        world.append(b"x");
    }
    assert_eq!(world.refusal(BOB, &subscribe(1)), Refusal::TooFarBehind);
    assert!(matches!(world.ask(BOB, &subscribe(2)), Reply::Subscribed(_)));
    world.append(&vec![0; ENVELOPE_MAX]);
    world.append(&vec![0; ENVELOPE_MAX]);
    let next = PAGE_ENTRIES_MAX as u64 + 2;
    assert_eq!(world.refusal(BOB, &subscribe(next)), Refusal::TooFarBehind, "more than a page's bytes");
    assert!(matches!(world.ask(BOB, &subscribe(next + 1)), Reply::Subscribed(_)));
}

#[test]
fn entries_go_when_enough_readers_have_them() {
    let mut world = World::with_room(2);
    for _ in 0..5 {
        world.append(b"x");
    }
    assert_eq!(world.ack(1, 4), Reply::Done);
    assert_eq!(world.seqs(1), [1, 2, 3, 4, 5], "one reader of two");
    assert_eq!(world.ack(1, 5), Reply::Done);
    assert_eq!(world.ack(2, 3), Reply::Done);
    assert_eq!(world.seqs(1), [3, 4, 5]);
    assert_eq!(world.ack(3, 6), Reply::Done);
    assert_eq!(world.seqs(1), [5], "the second furthest decides");
    assert_eq!(world.ack(2, 1), Reply::Done);
    assert_eq!(world.seqs(1), [5], "no reader goes back");
    assert_eq!(world.store.rows_in(Table::RelayEntry), 1);
    let head = world.open(ROOM, room_spec(2));
    assert_eq!((head.first, head.next), (5, 6));
    assert_eq!(world.relay.stats().entries_acked, 4);
}

#[test]
fn sequence_numbers_are_never_used_again() {
    let mut world = World::with_room(1);
    let incarnation = world.open(ROOM, room_spec(1)).incarnation;
    for round in 0..3 {
        assert_eq!(world.append(b"x"), round * 2 + 1);
        assert_eq!(world.append(b"y"), round * 2 + 2);
        assert_eq!(world.ack(1, round * 2 + 3), Reply::Done);
        assert_eq!(world.store.rows_in(Table::RelayEntry), 0);
        world.restart();
    }
    assert_eq!(world.open(ROOM, room_spec(1)), LogHead { incarnation, first: 7, next: 7 });
}

#[test]
fn an_acknowledgement_of_another_incarnation_drops_nothing() {
    let mut world = World::with_room(1);
    world.append(b"x");
    assert!(matches!(world.ack(1, 3), Reply::Refused(Refusal::NoSuchLog)));
    assert_eq!(world.seqs(1), [1]);
}

#[test]
fn without_readers_nothing_is_written_by_acknowledging() {
    let mut world = World::with_room(0);
    world.append(b"x");
    let before = world.store.hash();
    assert_eq!(world.ack(1, 2), Reply::Done);
    assert_eq!(world.store.hash(), before);
}

#[test]
fn the_number_of_readers_is_bounded_and_the_last_makes_room() {
    let mut world = World::with_room(2);
    for _ in 0..3 {
        world.append(b"x");
    }
    assert_eq!(world.ack(200, 2), Reply::Done);
    for reader in 0..LOG_READERS_MAX as u8 {
        assert_eq!(world.ack(reader, 3), Reply::Done);
    }
    // One head and the readers.
    assert_eq!(world.store.rows_in(Table::RelayLog), 1 + LOG_READERS_MAX);
    assert_eq!(world.seqs(1), [3]);
    let too_many = Request::Open { tag: LogTag([3; 32]), spec: room_spec(LOG_READERS_MAX as u8 + 1) };
    assert_eq!(world.refusal(ALICE, &too_many), Refusal::TooMany);
}

#[test]
fn a_long_queue_is_dropped_in_bounded_steps_but_is_gone_at_once() {
    let mut world = World::with_room(1);
    let all = super::super::logs::DROPS_MAX + 100;
    for _ in 0..all {
        world.append(b"x");
    }
    assert_eq!(world.ack(1, all + 1), Reply::Done);
    assert_eq!(world.store.rows_in(Table::RelayEntry), 100);
    assert!(world.seqs(1).is_empty());
    world.restart();
    assert!(world.seqs(1).is_empty());
    world.pass(10_000, 20);
    assert_eq!(world.store.rows_in(Table::RelayEntry), 0);
    assert_eq!(world.append(b"x"), all + 1);
}

#[test]
fn a_relay_holds_no_more_than_its_policy() {
    let policy = crate::relay::Policy { bytes_max: 100, logs_max: 2, ..crate::relay::Policy::default() };
    let mut world = World::with_policy(policy);
    world.pass(100, 9);
    world.open(ROOM, room_spec(1));
    world.open(INBOX, inbox_spec());
    assert_eq!(world.refusal(ALICE, &Request::Open { tag: LogTag([3; 32]), spec: room_spec(1) }), Refusal::Busy);
    world.append(&[0; 60]);
    assert_eq!(world.refusal(ALICE, &append(&[0; 41])), Refusal::Busy);
    world.append(&[0; 40]);
    assert_eq!(world.ack(1, 2), Reply::Done);
    world.append(&[0; 60]);
    assert_eq!(world.refusal(ALICE, &append(&[0])), Refusal::Busy);
}

#[test]
fn a_log_holds_no_more_bytes_than_its_limit() {
    let mut world = World::with_room(1);
    let largest = vec![0; ENVELOPE_MAX];
    let fit = crate::limits::LOG_BYTES_MAX / ENVELOPE_MAX as u64;
    for n in 0..fit {
        // One link's bytes a second are fewer.
        world.pass(10, 0);
        assert_eq!(world.append(&largest), n + 1);
    }
    assert_eq!(world.refusal(ALICE, &append(b"x")), Refusal::Full);
    world.restart();
    assert_eq!(world.refusal(ALICE, &append(b"x")), Refusal::Full, "known again after a restart");
    assert_eq!(world.ack(1, 2), Reply::Done);
    assert_eq!(world.append(b"x"), fit + 1);
}

#[test]
fn what_is_stored_is_counted_again_after_a_restart() {
    let mut world = World::with_room(1);
    world.pass(1_000, 9);
    for n in 101..200_u8 {
        world.open(LogTag([n; 32]), room_spec(0));
    }
    for _ in 0..10 {
        world.append(&[0; 10]);
    }
    assert_eq!(world.ack(1, 3), Reply::Done);
    let before = world.stats().stored;
    assert_eq!((before.logs, before.entries, before.bytes), (100, 8, 80));
    world.restart();
    assert_eq!(world.stats().stored.logs, 0);
    world.append(&[0; 10]);
    world.pass(1_000, 1);
    assert!(world.stats().stored.logs < 100, "in steps");
    world.append(&[0; 10]);
    world.pass(1_000, 9);
    let after = world.stats().stored;
    assert_eq!((after.logs, after.entries, after.bytes), (100, 10, 100));
}
