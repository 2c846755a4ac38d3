//! Rules of inboxes and their tokens.

use super::world::*;
use crate::ids::Capability;
use crate::limits::INBOX_ENTRIES_MAX;
use crate::store::Table;
use crate::wire::relay::{Refusal, Reply, Request, TokenSpec};

fn token(n: u8) -> Capability {
    Capability([n; 32])
}

fn pay(n: u8) -> Request {
    Request::AppendPaid { tag: INBOX, token: token(n), envelope: b"hello".to_vec() }
}

fn spec(n: u8, uses: u16, expires: u64) -> TokenSpec {
    TokenSpec { hash: token(n).hash(), uses, expires }
}

fn set(tokens: &[TokenSpec]) -> Request {
    Request::SetTokens { tag: INBOX, cap: write_cap(), tokens: tokens.to_vec() }
}

fn inbox(tokens: &[TokenSpec]) -> World {
    let mut world = World::new();
    world.open(INBOX, inbox_spec());
    assert_eq!(world.ask(ALICE, &set(tokens)), Reply::Done);
    world
}

#[test]
fn a_token_pays_as_often_as_it_says() {
    let mut world = inbox(&[spec(1, 2, 0)]);
    assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { seq: 1, .. }));
    world.restart();
    assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { seq: 2, .. }));
    world.restart();
    assert_eq!(world.refusal(BOB, &pay(1)), Refusal::TokenSpent);
    assert_eq!(world.refusal(BOB, &pay(2)), Refusal::TokenUnknown);
}

#[test]
fn a_token_pays_until_it_expires() {
    let mut world = inbox(&[spec(1, 9, START + 10)]);
    world.pass(9, 0);
    assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { .. }));
    world.pass(1, 0);
    assert_eq!(world.refusal(BOB, &pay(1)), Refusal::TokenExpired);
}

#[test]
fn a_token_that_stays_keeps_what_was_spent() {
    let mut world = inbox(&[spec(1, 1, 0), spec(2, 1, 0)]);
    assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { .. }));
    assert_eq!(world.ask(ALICE, &set(&[spec(1, 1, 0), spec(3, 1, 0)])), Reply::Done);
    assert_eq!(world.refusal(BOB, &pay(1)), Refusal::TokenSpent);
    assert_eq!(world.refusal(BOB, &pay(2)), Refusal::TokenUnknown);
    assert_eq!(world.ask(ALICE, &set(&[spec(1, 2, 0)])), Reply::Done);
    assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { .. }), "one more use");
    assert_eq!(world.store.rows_in(Table::RelayToken), 1);
}

#[test]
fn a_full_inbox_spends_no_token() {
    let mut world = inbox(&[spec(1, u16::MAX, 0)]);
    for _ in 0..INBOX_ENTRIES_MAX {
        world.pass(1_000, 0);
        assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { .. }));
    }
    world.pass(1_000, 0);
    let before = world.store.hash();
    assert_eq!(world.refusal(BOB, &pay(1)), Refusal::Full);
    assert_eq!(world.store.hash(), before);
    let ack = Request::Ack { tag: INBOX, cap: read_cap(), reader: [1; 16], cursor: 2 };
    assert_eq!(world.ask(ALICE, &ack), Reply::Done);
    assert!(matches!(world.ask(BOB, &pay(1)), Reply::Appended { .. }));
}

#[test]
fn the_owner_hears_of_a_request_at_once() {
    let mut world = inbox(&[spec(1, 1, 0)]);
    world.ask(ALICE, &Request::Subscribe { tag: INBOX, cap: read_cap(), from: 1 });
    let (_, pushes) = world.all(BOB, &pay(1));
    assert_eq!((pushes[0].0, &pushes[0].1[0].envelope[..]), (ALICE, &b"hello"[..]));
}
