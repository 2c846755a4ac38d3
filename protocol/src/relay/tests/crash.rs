//! A shell that stops at every commit in turn: nothing acknowledged is lost.

use super::world::*;
use crate::identity::keys::DeviceKey;
use crate::ids::{Capability, LogTag};
use crate::wire::record::Record;
use crate::wire::registry::record as kind;
use crate::wire::relay::{Ballot, Reply, Request, TokenSpec};

const SHELF: LogTag = LogTag([0x30; 32]);
const BALLOT: Ballot = Ballot { round: 4, proposer: [4; 16] };

fn token() -> Capability {
    Capability([0x44; 32])
}

fn record() -> Vec<u8> {
    let key = DeviceKey::from_seed([8; 32]);
    Record::sign(kind::ACCOUNT, key.device().0, 1, u64::MAX, vec![1], |b| key.sign(b)).unwrap().encode()
}

fn register(accept: bool) -> Request {
    let (tag, cap, index, ballot) = (ROOM, write_cap(), 1, BALLOT);
    if accept {
        Request::Accept { tag, cap, index, ballot, block: b"block".to_vec() }
    } else {
        Request::Prepare { tag, cap, index, ballot }
    }
}

/// Every request that changes something, so that each commit of the relay is somewhere in it.
fn script() -> Vec<Request> {
    let ack = |reader, cursor| Request::Ack { tag: ROOM, cap: read_cap(), reader: [reader; 16], cursor };
    vec![
        Request::Open { tag: ROOM, spec: room_spec(2) },
        append(b"one"),
        append(b"two"),
        append(b"three"),
        ack(1, 3),
        ack(2, 4),
        Request::Open { tag: INBOX, spec: inbox_spec() },
        Request::SetTokens {
            tag: INBOX,
            cap: write_cap(),
            tokens: vec![TokenSpec { hash: token().hash(), uses: 1, expires: 0 }],
        },
        Request::AppendPaid { tag: INBOX, token: token(), envelope: b"request".to_vec() },
        register(false),
        register(true),
        Request::PutKeyPackages {
            tag: SHELF,
            cap: write_cap(),
            packages: vec![b"a".to_vec(), b"b".to_vec()],
            last_resort: Some(b"last".to_vec()),
        },
        Request::TakeKeyPackage { tag: SHELF },
        Request::PutRecord { record: record() },
        ack(1, 4),
        append(b"four"),
    ]
}

/// Runs the script until the machine stops; the replies that left.
fn run(world: &mut World) -> Vec<Reply> {
    let mut replies = Vec::new();
    for request in script() {
        match world.all(ALICE, &request).0 {
            Some(reply) => replies.push(reply),
            None => break,
        }
    }
    replies
}

/// Asks a relay that was started again whether it still knows what it said.
fn check(world: &mut World, replies: &[Reply]) {
    let mut acked = 0;
    for (request, reply) in script().into_iter().zip(replies) {
        match request {
            Request::Open { tag, spec } => {
                let Reply::Opened(said) = reply else { panic!("{reply:?}") };
                assert_eq!(world.open(tag, spec).incarnation, said.incarnation);
            }
            Request::Append { envelope, .. } => {
                let Reply::Appended { seq, .. } = reply else { panic!("{reply:?}") };
                if replies.len() < 5 || *seq > 3 {
                    let (_, entries) = world.read(*seq);
                    assert_eq!((entries[0].seq, &entries[0].envelope), (*seq, &envelope));
                }
            }
            Request::Ack { cursor, .. } => acked = acked.max(cursor),
            Request::SetTokens { .. } => {}
            Request::AppendPaid { .. } => {
                let spent = Request::AppendPaid { tag: INBOX, token: token(), envelope: b"again".to_vec() };
                assert!(matches!(world.ask(BOB, &spent), Reply::Refused(_)), "a token was spent twice");
                let read = Request::Read { tag: INBOX, cap: read_cap(), from: 1, limit: 9 };
                assert!(matches!(world.ask(ALICE, &read), Reply::Entries { entries, .. } if entries.len() == 1));
            }
            Request::Prepare { .. } => {
                let low = Ballot { round: 3, proposer: [9; 16] };
                let low = Request::Prepare { tag: ROOM, cap: write_cap(), index: 1, ballot: low };
                assert_eq!(world.ask(BOB, &low), Reply::Outbid { promised: BALLOT });
            }
            Request::Accept { .. } => {
                let learn = Request::Learn { tag: ROOM, cap: read_cap(), index: 1 };
                let Reply::Accepted { signature } = reply else { panic!("{reply:?}") };
                let Reply::Learned { accepted: Some(value) } = world.ask(BOB, &learn) else { panic!("forgotten") };
                assert_eq!((&value.block[..], value.signature), (&b"block"[..], *signature));
            }
            Request::PutKeyPackages { .. } => {}
            Request::TakeKeyPackage { .. } => {
                assert_eq!(*reply, Reply::KeyPackage(Some(b"a".to_vec())));
                let next = world.ask(BOB, &Request::TakeKeyPackage { tag: SHELF });
                assert_eq!(next, Reply::KeyPackage(Some(b"b".to_vec())));
            }
            Request::PutRecord { record } => {
                let key = DeviceKey::from_seed([8; 32]).device().0;
                let got = world.ask(BOB, &Request::GetRecord { kind: kind::ACCOUNT, key });
                assert_eq!(got, Reply::Record(Some(record)));
            }
            Request::Read { .. }
            | Request::Subscribe { .. }
            | Request::Signal { .. }
            | Request::Unsubscribe { .. }
            | Request::Learn { .. }
            | Request::GetRecord { .. } => unreachable!("not in the script"),
        }
    }
    let appended = replies.iter().filter(|reply| matches!(reply, Reply::Appended { .. })).count() as u64;
    if appended > 0 {
        // Numbers go on: the inbox's one is not the room's.
        let in_room = if replies.len() > 8 { appended - 1 } else { appended };
        let seq = world.append(b"afterwards");
        assert!(seq > in_room, "sequence number {seq} was used before");
    }
}

#[test]
fn nothing_acknowledged_is_lost_at_any_commit() {
    let mut whole = World::new();
    assert_eq!(run(&mut whole).len(), script().len());
    let commits = whole.commits;
    assert_eq!(commits, script().len(), "each request of the script commits once");
    for at in 0..=commits {
        for stop in [Stop::Before(at), Stop::After(at)] {
            let mut world = World::new();
            (world.stop, world.stopped) = (stop, stop == Stop::After(0));
            let replies = run(&mut world);
            assert!(replies.len() <= at, "{stop:?}: an answer left before its commit");
            world.restart();
            check(&mut world, &replies);
        }
    }
}

#[test]
fn what_was_not_acknowledged_can_be_asked_again() {
    for at in 1..=script().len() {
        let mut world = World::new();
        world.stop = Stop::After(at);
        let done = run(&mut world).len();
        world.restart();
        for request in script().into_iter().skip(done) {
            let reply = world.ask(ALICE, &request);
            let spent = matches!(request, Request::AppendPaid { .. });
            let stale = matches!(request, Request::PutRecord { .. });
            assert!(spent || stale || !matches!(reply, Reply::Refused(_)), "{at}: {request:?} {reply:?}");
        }
    }
}
