use super::*;
use crate::contact::mailbox::RelayHint;
use crate::identity::device_log::{Action, Entry};
use crate::ids::NodeId;
use rand_core::SeedableRng;

fn root() -> RootKey {
    RootKey::from_seed([1; 32])
}

fn device(n: u8) -> DeviceKey {
    DeviceKey::from_seed([n; 32])
}

fn log(devices: &[u8]) -> DeviceLog {
    let mut entries: Vec<Entry> = Vec::new();
    for n in devices {
        let at = u64::from(*n);
        entries.push(Entry::sign(&root(), entries.last(), Action::Add, device(*n).device(), [*n; 32], at));
    }
    DeviceLog::decode(&entries.iter().flat_map(|entry| entry.bytes.clone()).collect::<Vec<_>>()).unwrap()
}

fn card(n: u8, at: u64) -> Card {
    let relays = vec![RelayHint { relay: NodeId([n; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
    let mailbox = Mailbox { number: [n; 32], sealing_key: [n; 32], relays };
    let profile = Profile { bio: "likes crabs".into(), ..Profile::default() };
    let (user, device, name) = (root().user(), device(n).device(), "Zoë".into());
    Card { user, device, at, name, profile, mailbox: Some(mailbox), letterbox: Letterbox([n; 32]) }
}

fn signed(n: u8, at: u64) -> SignedCard {
    SignedCard::sign(card(n, at), &device(n)).unwrap()
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([9; 32])
}

fn sealed(record: &AccountRecord) -> Vec<u8> {
    record.seal(&RecordKey::of(&root()), 5, 6, &mut rng()).unwrap().encode()
}

fn open(bytes: &[u8]) -> Result<(AccountRecord, u64, u64), AccountRecordError> {
    AccountRecord::open(bytes, &RecordKey::of(&root()).locator(), root().user())
}

fn two_devices() -> AccountRecord {
    let mut record = AccountRecord::new(log(&[1, 2]));
    assert!(record.add(signed(1, 10)) && record.add(signed(2, 20)));
    record
}

#[test]
fn a_record_comes_back_and_says_nothing_to_others() {
    let record = two_devices();
    let bytes = sealed(&record);
    assert_eq!(open(&bytes), Ok((record, 5, 6)));
    for secret in [&root().user().0[..], &device(1).device().0, "Zoë".as_bytes(), b"crabs", &[1; 32]] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "a relay reads {secret:?}");
    }
}

#[test]
fn every_altered_byte_and_every_truncation_is_refused() {
    let bytes = sealed(&AccountRecord::new(log(&[1])));
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        assert!(open(&bad).is_err(), "byte {at}");
        assert!(open(&bytes[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn what_somebody_with_the_records_key_makes_up_is_refused_by_name() {
    let key = RecordKey::of(&root());
    let lie = |body: Body| {
        let mut sealed = [&[7; NONCE][..], &cbor::encode(&body).unwrap()].concat();
        let at = key.locator();
        lock(&XChaCha20Poly1305::new(&at.opener.into()), &[7; NONCE].into(), &at.signer, &mut sealed, NONCE);
        let record = Record::sign(kind::ACCOUNT, at.signer, 5, 6, sealed, |bytes| key.key().sign(bytes));
        open(&record.unwrap().encode()).unwrap_err()
    };
    let buf = |signed: &SignedCard| serde_bytes::ByteBuf::from(signed.bytes.clone());
    let honest = log(&[1]).encode();
    let body = |devices: &[u8], cards| Body { version: 1, devices: devices.to_vec(), cards };
    let stranger = Entry::sign(&RootKey::from_seed([8; 32]), None, Action::Add, device(1).device(), [0; 32], 0).bytes;
    assert_eq!(lie(body(&stranger, vec![])), AccountRecordError::OtherUser);
    assert!(matches!(lie(body(&honest[1..], vec![])), AccountRecordError::Log(_)));
    assert!(matches!(lie(body(&[], vec![])), AccountRecordError::Log(_)));
    assert_eq!(lie(body(&honest, vec![buf(&signed(2, 1))])), AccountRecordError::Card, "an uncertified device");
    assert_eq!(lie(body(&honest, vec![buf(&signed(1, 1)), buf(&signed(1, 1))])), AccountRecordError::Card, "twice");
    let mut forged = signed(1, 1);
    forged.bytes[10] ^= 1;
    assert!(matches!(lie(body(&honest, vec![buf(&forged)])), AccountRecordError::Card | AccountRecordError::Wire(_)));
    let other = SignedCard::sign(card(1, 1), &device(2)).unwrap();
    assert_eq!(lie(body(&honest, vec![buf(&other)])), AccountRecordError::Card, "signed by another device");
    assert!(matches!(lie(body(&honest, vec![buf(&signed(1, 1)); 11])), AccountRecordError::Wire(_)));
    let newer = Body { version: 2, ..body(&honest, vec![]) };
    assert!(matches!(lie(newer), AccountRecordError::Wire(WireError::Unknown { .. })));
}

#[test]
fn another_users_or_another_kinds_record_is_not_taken() {
    let bytes = sealed(&two_devices());
    let other = RecordKey::of(&RootKey::from_seed([2; 32])).locator();
    assert_eq!(AccountRecord::open(&bytes, &other, root().user()), Err(AccountRecordError::Another));
    let blind = Locator { opener: [0; 32], ..RecordKey::of(&root()).locator() };
    assert_eq!(AccountRecord::open(&bytes, &blind, root().user()), Err(AccountRecordError::Sealed));
}

#[test]
fn merging_takes_the_longer_log_and_the_newer_cards_and_notices_a_fork() {
    let mut ours = AccountRecord::new(log(&[1]));
    ours.add(signed(1, 30));
    let theirs = two_devices();
    assert_eq!(ours.merge(&theirs), Comparison::Newer);
    assert_eq!(ours.cards().map(|card| card.at).collect::<std::collections::BTreeSet<_>>(), [20, 30].into());
    assert_eq!(ours.merge(&theirs), Comparison::Same);
    assert_eq!(ours.merge(&AccountRecord::new(log(&[1]))), Comparison::Older);
    let before = ours.clone();
    assert_eq!(ours.merge(&AccountRecord::new(log(&[1, 3]))), Comparison::Forked);
    assert_eq!(ours, before);
    // A removed device's card goes with it.
    let mut removed = theirs.log.clone();
    let last = DeviceLog::decode(&removed.encode()).unwrap();
    let last = last.living().last().unwrap().clone();
    removed.append(Entry::sign(&root(), Some(&last), Action::Remove, device(1).device(), [0; 32], 9)).unwrap();
    assert_eq!(ours.merge(&AccountRecord::new(removed)), Comparison::Newer);
    assert_eq!(ours.cards().map(|card| card.device).collect::<Vec<_>>(), [device(2).device()]);
    assert!(!ours.add(signed(1, 99)), "it stays out");
}

#[test]
fn ten_devices_with_long_lists_of_relays_fit_as_far_as_they_can() {
    let numbers: Vec<u8> = (1..=10).collect();
    let mut record = AccountRecord::new(log(&numbers));
    for n in &numbers {
        let addr = format!("/dns4/{}/tcp/1", "x".repeat(240));
        let hint = |r| RelayHint { relay: NodeId([r; 32]), addrs: vec![addr.clone(); 4] };
        let mailbox = Mailbox { number: [*n; 32], sealing_key: [*n; 32], relays: (0..8).map(hint).collect() };
        let card = Card { mailbox: Some(mailbox), ..card(*n, u64::from(*n)) };
        record.add(SignedCard::sign(card, &device(*n)).unwrap());
    }
    let (opened, ..) = open(&sealed(&record)).unwrap();
    assert_eq!(opened.log, record.log);
    let kept: Vec<u64> = opened.cards().map(|card| card.at).collect();
    assert!((5..10).contains(&kept.len()), "{kept:?}");
    assert!(kept.contains(&10) && !kept.contains(&1), "the newest stay: {kept:?}");
}

#[test]
fn secrets_never_show_themselves() {
    let key = RecordKey::of(&root());
    assert_eq!(format!("{key:?} {:?}", key.locator()), "RecordKey(…) Locator(…)");
    assert_eq!(RecordKey::from_bytes(&key.to_bytes()).locator(), key.locator());
}
