//! Rules of links: rates, garbage, bounds.

use super::world::*;
use crate::core::Input;
use crate::ids::{LogTag, NodeId};
use crate::limits::{FRAME_MAX, LOGS_CREATED_PER_HOUR, SUBSCRIPTIONS_MAX};
use crate::relay::{Policy, PolicyError, Rate, RelayCommand, RelayEvent, RelayReply};
use crate::wire::relay::{FromRelay, Refusal, Reply, Request};

fn tag(n: u32) -> LogTag {
    let mut tag = [0xff; 32];
    tag[..4].copy_from_slice(&n.to_be_bytes());
    LogTag(tag)
}

#[test]
fn garbage_is_answered_if_it_has_a_number_and_then_the_link_is_closed() {
    let mut world = World::new();
    let numbered = vec![0, 1, 0, 0, 0, 9, 0xff];
    let refused = FromRelay::Reply { number: 9, reply: Reply::Refused(Refusal::Malformed) };
    for _ in 0..7 {
        assert_eq!(world.frame(ALICE, numbered.clone()), [(ALICE, refused.clone())]);
    }
    assert!(world.hangups.is_empty());
    assert!(world.frame(ALICE, vec![0]).is_empty(), "nothing to answer to");
    assert_eq!(world.hangups, [ALICE]);
    assert!(world.frame(ALICE, numbered.clone()).is_empty(), "deaf until the link is up again");
    assert_eq!(world.stats().refusals().find(|(refusal, _)| *refusal == Refusal::Malformed).unwrap().1, 8);
    world.link(ALICE);
    assert_eq!(world.frame(ALICE, numbered), [(ALICE, refused)]);
}

#[test]
fn unknown_kinds_of_requests_are_no_garbage() {
    let mut world = World::new();
    for number in 1..100 {
        let frame = [&[0x7f, 0xff][..], &u32::to_be_bytes(number), b"from the future"].concat();
        let refused = FromRelay::Reply { number, reply: Reply::Refused(Refusal::Unsupported) };
        assert_eq!(world.frame(ALICE, frame), [(ALICE, refused)]);
    }
    assert!(world.hangups.is_empty());
}

#[test]
fn a_link_creates_no_more_logs_than_its_rate() {
    let mut world = World::new();
    for n in 0..LOGS_CREATED_PER_HOUR {
        world.open(tag(n), room_spec(0));
    }
    let more = Request::Open { tag: tag(9_999), spec: room_spec(0) };
    assert_eq!(world.refusal(ALICE, &more), Refusal::Busy);
    world.open(tag(0), room_spec(0));
    world.input(Input::LinkDown { remote: ALICE });
    world.link(ALICE);
    assert_eq!(world.refusal(ALICE, &more), Refusal::Busy, "a new link is no way around");
    assert!(matches!(world.ask(BOB, &more), Reply::Opened(_)));
    world.pass(3_600_000 / u64::from(LOGS_CREATED_PER_HOUR), 0);
    world.open(tag(10_000), room_spec(0));
}

#[test]
fn requests_and_bytes_are_limited_a_link() {
    let policy =
        Policy { requests: Rate::per_second(1, 3), bytes: Rate::per_second(1, FRAME_MAX as u32), ..Policy::default() };
    let mut world = World::with_policy(policy);
    world.open(ROOM, room_spec(0));
    world.append(b"x");
    world.append(b"x");
    assert_eq!(world.refusal(ALICE, &append(b"x")), Refusal::Busy);
    assert_eq!(world.seqs(1), [1, 2], "another link is not held up");
    world.pass(1_000, 0);
    assert_eq!(world.append(&[0; 100_000]), 3);
    world.pass(10_000, 0);
    assert_eq!(world.append(&[0; 100_000]), 4);
    assert_eq!(world.refusal(ALICE, &append(&[0; 100_000])), Refusal::Busy, "bytes");
}

#[test]
fn subscriptions_of_a_link_are_bounded() {
    let policy = Policy { creations: Rate::per_hour(10_000, 10_000), ..Policy::default() };
    let mut world = World::with_policy(policy);
    let subscribe = |n| Request::Subscribe { tag: tag(n), cap: read_cap(), from: 1 };
    for n in 0..=SUBSCRIPTIONS_MAX as u32 {
        world.open(tag(n), room_spec(0));
        let reply = world.ask(BOB, &subscribe(n));
        if n < SUBSCRIPTIONS_MAX as u32 {
            assert!(matches!(reply, Reply::Subscribed(_)));
        } else {
            assert_eq!(reply, Reply::Refused(Refusal::TooMany));
        }
    }
    assert!(matches!(world.ask(BOB, &subscribe(0)), Reply::Subscribed(_)), "again replaces");
    assert_eq!(world.ask(BOB, &Request::Unsubscribe { tag: tag(1) }), Reply::Done);
    assert!(matches!(world.ask(BOB, &subscribe(SUBSCRIPTIONS_MAX as u32)), Reply::Subscribed(_)));
}

#[test]
fn there_are_no_more_links_than_the_policy_allows() {
    let mut world = World::with_policy(Policy { links_max: 2, ..Policy::default() });
    let third = NodeId([3; 32]);
    world.link(third);
    assert_eq!(world.hangups, [third]);
    assert!(world.frame(third, append(b"x").encode(1)).is_empty());
    world.input(Input::LinkDown { remote: BOB });
    world.link(third);
    assert_eq!(world.hangups, [third]);
    assert_eq!(world.stats().links, 2);
}

#[test]
fn an_operator_sees_counts_and_sets_the_policy() {
    let mut world = World::with_room(0);
    world.append(b"four");
    world.seqs(1);
    world.refusal(BOB, &Request::Learn { tag: ROOM, cap: wrong_cap(), index: 1 });
    let stats = world.stats();
    assert_eq!((stats.appends, stats.reads, stats.entries_read, stats.refused()), (1, 1, 1, 1));
    assert_eq!((stats.links, stats.frames_in, stats.frames_out, stats.logs_created), (2, 4, 4, 1));
    assert!(stats.bytes_in > 200 && stats.bytes_out > 50);

    let mut set = |policy: Policy| {
        world.input(Input::Command { id: 1, command: RelayCommand::SetPolicy(Box::new(policy)) });
        world.events.pop().unwrap()
    };
    let bad = Policy { garbage_max: 0, ..Policy::default() };
    let refused = RelayReply::BadPolicy(PolicyError::Zero("garbage_max"));
    assert_eq!(set(bad), RelayEvent::Reply { id: 1, reply: refused });
    let good = Policy { bytes_max: 1, ..Policy::default() };
    assert_eq!(set(good.clone()), RelayEvent::Reply { id: 1, reply: RelayReply::Policy(Box::new(good.clone())) });
    assert_eq!(world.refusal(ALICE, &append(b"four")), Refusal::Busy);
    world.input(Input::Command { id: 2, command: RelayCommand::Policy });
    assert_eq!(world.events.pop(), Some(RelayEvent::Reply { id: 2, reply: RelayReply::Policy(Box::new(good)) }));
}

#[test]
fn no_links_key_is_ever_stored() {
    let mut world = World::with_room(1);
    world.all(BOB, &subscribe(1));
    world.append(b"x");
    world.ack(1, 2);
    assert!(!world.store.contains(&ALICE.0) && !world.store.contains(&BOB.0));
    assert!(!world.store.contains(&write_cap().0) && !world.store.contains(&read_cap().0));
    assert!(world.store.contains(&write_cap().hash()), "hashes are what is kept");
}

#[test]
fn a_relay_shows_no_secret() {
    let world = World::new();
    let config = crate::relay::RelayConfig { key_seed: [0xab; 32], rng_seed: [0xcd; 32], policy: Policy::default() };
    let shown = format!("{:?} {:?}", config, world.relay.key);
    assert!(!shown.contains("171, 171") && !shown.contains("205, 205") && !shown.contains("5, 5, 5"), "{shown}");
}
