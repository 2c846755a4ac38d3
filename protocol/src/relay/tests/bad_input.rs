//! Bad requests: each is refused for its own reason and changes no row.

use super::world::*;
use crate::identity::keys::DeviceKey;
use crate::ids::{Capability, LogTag};
use crate::limits::*;
use crate::wire::record::Record;
use crate::wire::registry::record as kind;
use crate::wire::relay::{Ballot, LogSpec, Refusal, Reply, Request, TokenSpec};

const SHELF: LogTag = LogTag([0x30; 32]);
const NOWHERE: LogTag = LogTag([0x66; 32]);
const INDEX: u64 = 7;

fn token(n: u8) -> Capability {
    Capability([n; 32])
}

fn ballot(round: u64) -> Ballot {
    Ballot { round, proposer: [1; 16] }
}

fn record(sequence: u64, expires: u64, body: Vec<u8>, kind: u8) -> Vec<u8> {
    let key = DeviceKey::from_seed([8; 32]);
    Record::sign(kind, key.device().0, sequence, expires, body, |b| key.sign(b)).unwrap().encode()
}

fn prepare(tag: LogTag, cap: Capability, index: u64) -> Request {
    Request::Prepare { tag, cap, index, ballot: ballot(9) }
}

fn accept(tag: LogTag, cap: Capability, index: u64, block: Vec<u8>) -> Request {
    Request::Accept { tag, cap, index, ballot: ballot(9), block }
}

fn pay(tag: LogTag, n: u8, bytes: usize) -> Request {
    Request::AppendPaid { tag, token: token(n), envelope: vec![0; bytes] }
}

fn set_tokens(tag: LogTag, cap: Capability, tokens: Vec<TokenSpec>) -> Request {
    Request::SetTokens { tag, cap, tokens }
}

fn spec(n: u8, uses: u16, expires: u64) -> TokenSpec {
    TokenSpec { hash: token(n).hash(), uses, expires }
}

fn put(cap: Capability, packages: Vec<Vec<u8>>, last_resort: Option<Vec<u8>>) -> Request {
    Request::PutKeyPackages { tag: SHELF, cap, packages, last_resort }
}

fn ack(tag: LogTag, cap: Capability, cursor: u64) -> Request {
    Request::Ack { tag, cap, reader: [1; 16], cursor }
}

/// A relay with something of everything.
fn furnished() -> World {
    let mut world = World::with_room(1);
    world.open(INBOX, inbox_spec());
    for _ in 0..PAGE_ENTRIES_MAX + 2 {
        world.append(b"x");
    }
    let tokens = vec![spec(1, 1, 0), spec(2, 9, START), spec(3, 9, 0)];
    assert_eq!(world.ask(ALICE, &set_tokens(INBOX, write_cap(), tokens)), Reply::Done);
    assert!(matches!(world.ask(BOB, &pay(INBOX, 1, 9)), Reply::Appended { .. }));
    assert!(matches!(world.ask(ALICE, &accept(ROOM, write_cap(), INDEX, vec![1])), Reply::Accepted { .. }));
    let shelf = put(write_cap(), vec![vec![1]; KEY_PACKAGES_MAX], None);
    assert!(matches!(world.ask(ALICE, &shelf), Reply::KeyPackagesLeft(_)));
    let newest = Request::PutRecord { record: record(5, u64::MAX, vec![1], kind::MAILBOX) };
    assert_eq!(world.ask(ALICE, &newest), Reply::Done);
    world
}

fn frames_that_are_no_request() -> Vec<(&'static str, Vec<u8>, Refusal)> {
    let good = append(b"x").encode(5);
    let changed = |at: usize, to: u8| {
        let mut frame = good.clone();
        frame[at] = to;
        frame
    };
    let with_kind = |request: Request, at: usize, to: &[u8]| {
        let mut frame = request.encode(5);
        frame[at..at + to.len()].copy_from_slice(to);
        frame
    };
    let prepare_at_zero = Request::Prepare { tag: ROOM, cap: write_cap(), index: 1, ballot: Ballot::default() };
    vec![
        ("cut", good[..good.len() - 1].to_vec(), Refusal::Malformed),
        ("only a head", good[..6].to_vec(), Refusal::Malformed),
        ("a byte behind the end", [&good[..], &[0]].concat(), Refusal::Malformed),
        ("a length beyond the frame", changed(6 + 64 + 3, 200), Refusal::Malformed),
        ("a length of 4 GiB", with_kind(append(b"x"), 6 + 64, &[0xff; 4]), Refusal::TooLarge),
        ("an unknown kind", changed(0, 0x70), Refusal::Unsupported),
        ("a kind of replies", changed(0, 0x01), Refusal::Unsupported),
        ("an envelope over its limit", append(&vec![0; ENVELOPE_MAX + 1]).encode(5), Refusal::TooLarge),
        ("a contact request over its limit", pay(INBOX, 3, CONTACT_REQUEST_MAX + 1).encode(5), Refusal::TooLarge),
        ("a block over its limit", accept(ROOM, write_cap(), 7, vec![0; BLOCK_MAX + 1]).encode(5), Refusal::TooLarge),
        (
            "a record over its limit",
            Request::PutRecord { record: vec![0; RECORD_MAX + 1] }.encode(5),
            Refusal::TooLarge,
        ),
        (
            "a key package over its limit",
            put(write_cap(), vec![vec![0; KEY_PACKAGE_MAX + 1]], None).encode(5),
            Refusal::TooLarge,
        ),
        (
            "a last resort over its limit",
            put(write_cap(), vec![], Some(vec![0; KEY_PACKAGE_MAX + 1])).encode(5),
            Refusal::TooLarge,
        ),
        (
            "key packages over their number",
            put(write_cap(), vec![vec![]; KEY_PACKAGES_MAX + 1], None).encode(5),
            Refusal::TooMany,
        ),
        (
            "tokens over their number",
            set_tokens(INBOX, write_cap(), vec![spec(9, 1, 0); TOKENS_MAX + 1]).encode(5),
            Refusal::TooMany,
        ),
        ("a token without a use", set_tokens(INBOX, write_cap(), vec![spec(9, 0, 0)]).encode(5), Refusal::Malformed),
        ("a ballot of round 0", prepare_at_zero.encode(5), Refusal::Malformed),
        (
            "a log of an unknown kind",
            with_kind(Request::Open { tag: NOWHERE, spec: room_spec(0) }, 6 + 32, &[9]),
            Refusal::Malformed,
        ),
        ("a flag of 2", with_kind(put(write_cap(), vec![], None), 6 + 64 + 2, &[2]), Refusal::Malformed),
        (
            "a number of key packages that are not there",
            with_kind(put(write_cap(), vec![], None), 6 + 64, &[0, 50]),
            Refusal::Malformed,
        ),
    ]
}

fn requests_against_the_rules() -> Vec<(&'static str, Request, Refusal)> {
    let other_spec = LogSpec { read: [0; 32], ..room_spec(1) };
    let forged = {
        let mut bytes = record(6, u64::MAX, vec![1], kind::MAILBOX);
        *bytes.last_mut().unwrap() ^= 1;
        bytes
    };
    let mut foreign = record(6, u64::MAX, vec![1], kind::MAILBOX);
    foreign[1..33].copy_from_slice(&DeviceKey::from_seed([9; 32]).device().0);
    let mut unknown_kind = record(6, u64::MAX, vec![1], kind::MAILBOX);
    unknown_kind[0] = 99;
    let bad = |record: Vec<u8>| Request::PutRecord { record };
    let read = |tag, cap| Request::Read { tag, cap, from: 1, limit: 9 };
    let subscribe = |tag, cap, from| Request::Subscribe { tag, cap, from };
    let learn = |tag, cap, index| Request::Learn { tag, cap, index };
    let append_to = |tag, cap| Request::Append { tag, cap, envelope: vec![1] };
    use Refusal::*;
    vec![
        ("open with another capability", Request::Open { tag: ROOM, spec: other_spec }, SpecMismatch),
        ("open as another kind", Request::Open { tag: ROOM, spec: inbox_spec() }, SpecMismatch),
        ("open with other readers", Request::Open { tag: ROOM, spec: room_spec(2) }, SpecMismatch),
        ("open with too many readers", Request::Open { tag: NOWHERE, spec: room_spec(255) }, TooMany),
        ("append nowhere", append_to(NOWHERE, write_cap()), NoSuchLog),
        ("append without the right", append_to(ROOM, wrong_cap()), BadCapability),
        ("append with the right to read", append_to(ROOM, read_cap()), BadCapability),
        ("append to an inbox", append_to(INBOX, write_cap()), WrongKind),
        ("append to an inbox without the right", append_to(INBOX, wrong_cap()), BadCapability),
        ("pay nowhere", pay(NOWHERE, 3, 1), NoSuchLog),
        ("pay in a room", pay(ROOM, 3, 1), WrongKind),
        ("pay with nothing", pay(INBOX, 9, 1), TokenUnknown),
        ("pay again", pay(INBOX, 1, 1), TokenSpent),
        ("pay too late", pay(INBOX, 2, 1), TokenExpired),
        ("read nowhere", read(NOWHERE, read_cap()), NoSuchLog),
        ("read without the right", read(ROOM, wrong_cap()), BadCapability),
        ("read with the right to write", read(ROOM, write_cap()), BadCapability),
        ("subscribe nowhere", subscribe(NOWHERE, read_cap(), 1), NoSuchLog),
        ("subscribe without the right", subscribe(ROOM, wrong_cap(), 999), BadCapability),
        ("subscribe from too far behind", subscribe(ROOM, read_cap(), 1), TooFarBehind),
        ("acknowledge nowhere", ack(NOWHERE, read_cap(), 1), NoSuchLog),
        ("acknowledge without the right", ack(ROOM, wrong_cap(), 2), BadCapability),
        ("acknowledge what never was", ack(ROOM, read_cap(), 9_999), NoSuchLog),
        ("tokens nowhere", set_tokens(NOWHERE, write_cap(), vec![]), NoSuchLog),
        ("tokens without the right", set_tokens(INBOX, wrong_cap(), vec![]), BadCapability),
        ("tokens in a room", set_tokens(ROOM, write_cap(), vec![]), WrongKind),
        ("a token twice", set_tokens(INBOX, write_cap(), vec![spec(7, 1, 0), spec(7, 2, 0)]), Malformed),
        ("prepare nowhere", prepare(NOWHERE, write_cap(), INDEX), NoSuchLog),
        ("prepare without the right", prepare(ROOM, read_cap(), INDEX), BadCapability),
        ("prepare in an inbox", prepare(INBOX, write_cap(), INDEX), WrongKind),
        ("prepare another index", prepare(ROOM, write_cap(), INDEX + 1), WrongIndex),
        ("accept nowhere", accept(NOWHERE, write_cap(), INDEX, vec![]), NoSuchLog),
        ("accept without the right", accept(ROOM, wrong_cap(), INDEX, vec![]), BadCapability),
        ("accept in an inbox", accept(INBOX, write_cap(), INDEX, vec![]), WrongKind),
        ("accept another index", accept(ROOM, write_cap(), INDEX - 1, vec![]), WrongIndex),
        ("learn nowhere", learn(NOWHERE, read_cap(), INDEX), NoSuchLog),
        ("learn without the right", learn(ROOM, write_cap(), INDEX), BadCapability),
        ("learn in an inbox", learn(INBOX, read_cap(), INDEX), WrongKind),
        ("learn another index", learn(ROOM, read_cap(), INDEX + 1), WrongIndex),
        ("key packages of another", put(wrong_cap(), vec![vec![1]], None), BadCapability),
        ("one key package too many", put(write_cap(), vec![vec![1]], None), TooMany),
        ("an old record", bad(record(4, u64::MAX, vec![1], kind::MAILBOX)), StaleRecord),
        ("the same record", bad(record(5, u64::MAX, vec![1], kind::MAILBOX)), StaleRecord),
        ("a record that is over", bad(record(6, START, vec![1], kind::MAILBOX)), StaleRecord),
        ("a forged record", bad(forged), BadRecord),
        ("a record in another's name", bad(foreign), BadRecord),
        ("a record of an unknown kind", bad(unknown_kind), BadRecord),
        ("a record that is none", bad(vec![1, 2, 3]), BadRecord),
        ("a relay's record without addresses", bad(record(6, u64::MAX, vec![9; 9], kind::RELAY)), BadRecord),
    ]
}

#[test]
fn every_bad_frame_is_refused_by_name_and_changes_nothing() {
    let mut world = furnished();
    let before = world.store.hash();
    for (what, frame, refusal) in frames_that_are_no_request() {
        let said = world.frame(BOB, frame);
        world.link(BOB);
        let expected = crate::wire::relay::FromRelay::Reply { number: 5, reply: Reply::Refused(refusal) };
        if !world.hangups.is_empty() {
            world.hangups.clear();
        }
        assert_eq!(said, [(BOB, expected)], "{what}");
        assert!(world.store.hash() == before, "{what} changed a row");
    }
    for (what, frame) in [("nothing", vec![]), ("half a head", vec![0, 2, 0]), ("number 0", append(b"x").encode(0))] {
        world.link(BOB);
        assert!(world.frame(BOB, frame).is_empty(), "{what}");
        assert!(world.store.hash() == before, "{what} changed a row");
    }
}

#[test]
fn every_bad_request_is_refused_by_name_and_changes_nothing() {
    let mut world = furnished();
    let before = world.store.hash();
    for (what, request, refusal) in requests_against_the_rules() {
        assert_eq!(world.ask(BOB, &request), Reply::Refused(refusal), "{what}");
        assert!(world.store.hash() == before, "{what} changed a row");
        world.restart();
        assert_eq!(world.ask(BOB, &request), Reply::Refused(refusal), "{what}, after a restart");
        assert!(world.store.hash() == before, "{what} changed a row after a restart");
    }
    // What is in memory did not move either.
    assert_eq!(world.append(b"next"), PAGE_ENTRIES_MAX as u64 + 3);
}

#[test]
fn outbid_ballots_change_nothing() {
    let mut world = furnished();
    let before = world.store.hash();
    let outbid = Reply::Outbid { promised: ballot(9) };
    let low = Request::Prepare { tag: ROOM, cap: write_cap(), index: INDEX, ballot: ballot(8) };
    assert_eq!(world.ask(BOB, &low), outbid);
    assert_eq!(world.ask(BOB, &accept(ROOM, write_cap(), INDEX, vec![2])), outbid, "a second block in one round");
    assert!(world.store.hash() == before);
}

#[test]
fn the_list_has_every_refusal_but_those_of_load() {
    let named: std::collections::BTreeSet<Refusal> = frames_that_are_no_request()
        .into_iter()
        .map(|(_, _, refusal)| refusal)
        .chain(requests_against_the_rules().into_iter().map(|(_, _, refusal)| refusal))
        .collect();
    let missing: Vec<_> = Refusal::ALL.into_iter().filter(|refusal| !named.contains(refusal)).collect();
    assert_eq!(missing, [Refusal::Full, Refusal::Busy], "these are in `logs`, `inbox` and `links`");
    assert!(frames_that_are_no_request().len() + requests_against_the_rules().len() >= 60);
}
