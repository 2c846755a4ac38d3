use super::*;

const BLOB: BlobId = BlobId([1; 32]);
const ALICE: NodeId = NodeId([8; 32]);
const BOB: NodeId = NodeId([9; 32]);

fn write() -> Capability {
    Capability([2; 32])
}

fn read() -> Capability {
    Capability([3; 32])
}

fn offer(blob: BlobId, length: u64) -> Ask {
    Ask::Offer { blob, length, write: write().hash(), read: read().hash() }
}

fn server(dir: &std::path::Path) -> Arc<BlobServer> {
    let policy = BlobPolicy { room: 100, share: 60, largest: 50, ..BlobPolicy::default() };
    BlobServer::new(BlobStore::open(dir).unwrap(), policy, Clock::new())
}

fn upto(answer: Answer) -> u64 {
    match answer {
        Answer::Have { upto, .. } => upto,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_forwards_a_file_keeps_it_when_its_sender_drops_it() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let drop_by = |write: Capability| Ask::Drop { blob: BLOB, write };
    let (own, false_read) = (Capability([7; 32]), Capability([6; 32]));
    let held = |length, read: &Capability| Ask::Offer { blob: BLOB, length, write: own.hash(), read: read.hash() };
    server.answer(ALICE, offer(BLOB, 4));
    let mismatch = Answer::Refused(Refusal::SpecMismatch);
    assert_eq!(server.answer(BOB, held(4, &read())), mismatch, "it is not whole");
    server.put(&Put { blob: BLOB, write: write(), offset: 0, bytes: b"abcd" }).unwrap();
    server.answer(ALICE, Ask::Sync { blob: BLOB, write: write() });
    assert_eq!(server.answer(BOB, held(5, &read())), mismatch);
    assert_eq!(server.answer(BOB, held(4, &false_read)), mismatch);
    assert_eq!(upto(server.answer(BOB, held(4, &read()))), 4);
    // It may be dropped by this capability, and nothing else.
    let put = Put { blob: BLOB, write: own.clone(), offset: 4, bytes: b"e" };
    assert_eq!(server.put(&put), Err(Refusal::BadCapability));
    assert_eq!(server.answer(ALICE, drop_by(write())), Answer::Done);
    assert_eq!(server.answer(ALICE, drop_by(write())), Answer::Refused(Refusal::BadCapability));
    assert_eq!(upto(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() })), 4);
    assert_eq!(server.answer(BOB, drop_by(own.clone())), Answer::Done);
    assert_eq!(server.answer(BOB, drop_by(own.clone())), Answer::Refused(Refusal::NoSuchBlob));
    // What is held counts in the share of who holds it.
    for n in 2..6 {
        let blob = BlobId([n; 32]);
        server.answer(ALICE, offer(blob, 18));
        (0..18).for_each(|at| server.put(&Put { blob, write: write(), offset: at, bytes: b"x" }).unwrap_or(()));
        server.answer(ALICE, Ask::Sync { blob, write: write() });
        let hold = Ask::Offer { blob, length: 18, write: own.hash(), read: read().hash() };
        let answer = server.answer(BOB, hold);
        assert_eq!(matches!(answer, Answer::Have { .. }), n < 5, "{answer:?}");
    }
}

#[test]
fn a_blob_grows_is_whole_is_renewed_and_goes() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    assert_eq!(upto(server.answer(ALICE, offer(BLOB, 8))), 0);
    let put = |offset, bytes: &[u8]| server.put(&Put { blob: BLOB, write: write(), offset, bytes });
    assert_eq!(put(0, b"abcd"), Ok(()));
    assert_eq!(upto(server.answer(ALICE, Ask::Sync { blob: BLOB, write: write() })), 4);
    assert_eq!(put(0, b"abcd"), Err(Refusal::Gap(4)));
    assert_eq!(put(4, b"efgh"), Ok(()));
    assert_eq!(upto(server.answer(ALICE, offer(BLOB, 8))), 8);
    assert_eq!(upto(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() })), 8);
    assert_eq!(server.answer(ALICE, Ask::Drop { blob: BLOB, write: write() }), Answer::Done);
    let gone = Answer::Refused(Refusal::NoSuchBlob);
    assert_eq!(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() }), gone);
}

#[test]
fn who_lacks_the_right_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    server.answer(ALICE, offer(BLOB, 8));
    let refused = Answer::Refused(Refusal::BadCapability);
    // Who may read may not write.
    let put = Put { blob: BLOB, write: read(), offset: 0, bytes: &[1] };
    assert_eq!(server.put(&put), Err(Refusal::BadCapability));
    assert_eq!(server.answer(BOB, Ask::Drop { blob: BLOB, write: read() }), refused);
    assert_eq!(server.answer(BOB, Ask::Sync { blob: BLOB, write: read() }), refused);
    assert_eq!(server.answer(BOB, Ask::Renew { blob: BLOB, read: write() }), refused);
    let other = Ask::Offer { blob: BLOB, length: 8, write: [0; 32], read: read().hash() };
    assert_eq!(server.answer(BOB, other), Answer::Refused(Refusal::SpecMismatch));
    let much = Put { blob: BLOB, write: write(), offset: 0, bytes: &[1; 9] };
    assert_eq!(server.put(&much), Err(Refusal::Malformed));
    assert_eq!(upto(server.answer(ALICE, offer(BLOB, 8))), 0);
}

#[test]
fn room_is_shared() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let refused = Answer::Refused;
    assert_eq!(server.answer(ALICE, offer(BLOB, 51)), refused(Refusal::TooLarge(50)));
    assert_eq!(upto(server.answer(ALICE, offer(BLOB, 50))), 0);
    assert_eq!(server.answer(ALICE, offer(BlobId([2; 32]), 11)), refused(Refusal::Full(10)));
    assert_eq!(upto(server.answer(BOB, offer(BlobId([3; 32]), 45))), 0);
    assert_eq!(server.answer(BOB, offer(BlobId([4; 32]), 6)), refused(Refusal::Full(5)));
    // What is there already is found by whoever has the right, without new room.
    assert_eq!(upto(server.answer(BOB, offer(BLOB, 50))), 0);
}

#[test]
fn a_node_takes_nothing_in_and_gives_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    let spec = BlobSpec { length: 4, write: write().hash(), read: read().hash(), owner: ALICE.0 };
    store.create(BLOB, spec, u64::MAX).unwrap();
    store.append(&BLOB, 0, b"abcd").unwrap();
    store.sync(&BLOB).unwrap();
    let server = BlobServer::new(store, BlobPolicy::NONE, Clock::new());
    let refused = Answer::Refused(Refusal::TooLarge(0));
    assert_eq!(server.answer(BOB, offer(BlobId([2; 32]), 1)), refused);
    assert_eq!(upto(server.answer(BOB, Ask::Renew { blob: BLOB, read: read() })), 4);
    let stranger = Ask::Renew { blob: BLOB, read: write() };
    assert_eq!(server.answer(BOB, stranger), Answer::Refused(Refusal::BadCapability));
    assert!(!server.is_giving(&BLOB));
    let (one, two) = (Giving::new(&server, BLOB), Giving::new(&server, BLOB));
    drop(one);
    assert!(server.is_giving(&BLOB));
    drop(two);
    assert!(!server.is_giving(&BLOB));
}

#[test]
fn a_remote_has_few_streams() {
    let dir = tempfile::tempdir().unwrap();
    let server = server(dir.path());
    let mut held: Vec<Counted> = (0..STREAMS_PER_REMOTE).map(|_| server.count(ALICE).unwrap()).collect();
    assert!(server.count(ALICE).is_none() && server.count(BOB).is_some());
    held.pop();
    assert!(server.count(ALICE).is_some());
    drop(held);
    assert!(server.streams.lock().unwrap().is_empty());
}
