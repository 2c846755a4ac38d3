//! Any delivery order of any history gives one state hash; and every rule's refusals, by name.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p chappe-protocol any_delivery_order` is the long run
//! (docs/testing.md).

use super::hash::state_hash;
use super::merge::read_tally;
use super::rights::{Right, Rights};
use super::row::{self, Flags, Place, Row};
use super::waiting::Waiting;
use super::{Change, Refused, Timeline, poll};
use crate::blob::sealing::FileKey;
use crate::chat::op::{ControlPoint, Hlc, Op, SignedOp};
use crate::contact::mailbox::RelayHint;
use crate::content::close::Close;
use crate::content::delete::Delete;
use crate::content::edit::Edit;
use crate::content::file::File;
use crate::content::forward::Forward;
use crate::content::head::Head;
use crate::content::heard::Heard;
use crate::content::lifetime::Lifetime;
use crate::content::live::Live;
use crate::content::location::{Location, Point};
use crate::content::pin::Pin;
use crate::content::play::{Play, Role};
use crate::content::poll::{Poll, Quiz};
use crate::content::reaction::Reaction;
use crate::content::text::Text;
use crate::content::viewed::Viewed;
use crate::content::vote::Vote;
use crate::content::{Body, Sort};
use crate::identity::keys::DeviceKey;
use crate::ids::{BlockHash, ChatId, DeviceId, NodeId, OpId, UserId};
use crate::limits::{EDITS_KEPT, VOTE_CHANGES_MAX, WAITING_PER_DEVICE};
use crate::store::overlay::Overlay;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::testing::{TestStore, bytes_written};
use proptest::prelude::*;
use std::collections::BTreeMap;

const CHAT: ChatId = ChatId([1; 32]);
const HOUR: u64 = 3_600_000;
const HERE: Point = Point { latitude: 1, longitude: 2, accuracy: None, heading: None };
const START: u64 = 1_800_000_000_000;

/// Devices 0 and 1 are Alice's, 2 is Bob's, 3 is Carol's; Carol's alone may pin, delete and set lifetimes, Dave's (4)
/// may nothing.
struct People;

fn key(n: usize) -> DeviceKey {
    DeviceKey::from_seed([n as u8 + 1; 32])
}

fn user(n: usize) -> UserId {
    UserId([[10, 10, 20, 30, 40][n]; 32])
}

impl Rights for People {
    fn user(&self, device: &DeviceId) -> Option<UserId> {
        (0..5).find(|n| key(*n).device() == *device).map(user)
    }

    fn may(&self, device: &DeviceId, right: Right, _: &ControlPoint) -> bool {
        let n = (0..5).find(|n| key(*n).device() == *device);
        match right {
            Right::Post | Right::React | Right::ViewOnce => n != Some(4),
            Right::Pin | Right::DeleteAny | Right::SetLifetime => n == Some(3),
        }
    }
}

/// Writes operations as devices do.
#[derive(Default)]
struct Pens {
    seq: BTreeMap<usize, (u64, u64)>,
}

impl Pens {
    /// What a device says at least `at` milliseconds behind the start.
    fn write(&mut self, n: usize, at: u64, body: &Body) -> SignedOp {
        let (seq, last) = self.seq.get(&n).copied().unwrap_or((0, 0));
        let hlc = Hlc::at(START + at).0.max(last + 1);
        self.seq.insert(n, (seq + 1, hlc));
        let op = Op {
            chat: CHAT,
            device: key(n).device(),
            seq: seq + 1,
            prev: OpId(if seq == 0 { [0; 32] } else { [1; 32] }),
            deps: vec![],
            control: ControlPoint { index: 0, hash: BlockHash([5; 32]) },
            hlc: Hlc(hlc),
            kind: body.kind(),
            body: body.encode().unwrap(),
        };
        op.sign(&key(n))
    }
}

/// A replica.
#[derive(Default)]
struct Replica {
    store: TestStore,
    over: Overlay,
    waiting: Waiting,
}

impl Replica {
    fn take(&mut self, op: &SignedOp) -> (Result<(), Refused>, Vec<Change>, Vec<Refused>) {
        let body = Body::decode(op.op.kind, &op.op.body).unwrap();
        let mut timeline = Timeline::new(CHAT, self.over.over(&self.store), &People, &mut self.waiting);
        let verdict = timeline.apply(op, &body, op.op.hlc).unwrap();
        let (changes, refused) = timeline.finish();
        (verdict, changes, refused)
    }

    fn gets(&mut self, op: &SignedOp) -> Result<(), Refused> {
        self.take(op).0
    }

    fn end(&mut self, op: &SignedOp, flag: Flags) {
        let mut timeline = Timeline::new(CHAT, self.over.over(&self.store), &People, &mut self.waiting);
        timeline.end(Place { shown: op.op.hlc, id: op.id }, flag).unwrap();
    }

    fn commit(&mut self) -> Batch {
        let mut batch = Batch::new();
        self.over.flush(&mut batch);
        self.store.apply(&batch);
        batch
    }

    fn hash(&mut self) -> [u8; 32] {
        state_hash(&self.over.over(&self.store), &CHAT).unwrap()
    }

    fn row(&mut self, op: &SignedOp) -> Row {
        let place = Place { shown: op.op.hlc, id: op.id };
        let rows = self.over.over(&self.store);
        Row::decode(&rows.get(Table::Timeline, &CHAT.0, &place.sort()).unwrap().unwrap()).unwrap()
    }

    fn tallies(&mut self, message: &OpId) -> BTreeMap<String, u64> {
        let rows = self.over.over(&self.store).scan(Table::Tally, &row::of(&CHAT, message), Range::All, 99).unwrap();
        let pictures = rows.iter().filter(|(sort, _)| sort.len() == 16);
        pictures.map(|(_, bytes)| read_tally(bytes).unwrap()).map(|(count, emoji)| (emoji, count)).collect()
    }

    fn counts(&mut self, message: &OpId) -> Vec<u32> {
        poll::counts(&self.over.over(&self.store), &CHAT, message, 3).unwrap().options
    }
}

fn text(words: &str) -> Body {
    Body::Text(Text::new(words.into()).unwrap())
}

fn poll(quiz: bool, multiple: bool, closes: Option<u64>) -> Body {
    Body::Poll(Poll {
        question: "?".into(),
        options: vec!["a".into(), "b".into(), "c".into()],
        anonymous: false,
        multiple,
        quiz: quiz.then(|| Quiz { right: 1, explanation: String::new() }),
        closes,
        head: Head::default(),
    })
}

fn once() -> Body {
    let head = Head { view_once: true, ..Head::default() };
    Body::Text(Text { text: "once".into(), entities: vec![], head })
}

fn place_live() -> Body {
    Body::Location(Location { point: HERE, venue: None, live_s: Some(60), head: Head::default() })
}

fn voice() -> Body {
    let (title, performer) = (String::new(), String::new());
    Body::File(Box::new(File {
        key: FileKey([1; 32]),
        root: [2; 32],
        size: 300,
        name: "voice.ogg".into(),
        mime: "audio/ogg".into(),
        relays: vec![RelayHint { relay: NodeId([3; 32]), addrs: vec![] }],
        caption: String::new(),
        entities: Vec::new(),
        preview: None,
        head: Head::default(),
        play: Some(Play { role: Role::Voice, duration_ms: 1, peaks: vec![7], title, performer }),
        album: None,
        sources: Vec::new(),
        sticker: None,
    }))
}

fn vote(target: OpId, counter: u8, options: &[u8]) -> Body {
    Body::Vote(Vote { target, counter, options: options.to_vec() })
}

fn react(target: OpId, emoji: &[&str]) -> Body {
    Body::Reaction(Reaction { target, emoji: emoji.iter().map(|emoji| (*emoji).to_owned()).collect() })
}

fn delete(target: OpId) -> Body {
    Body::Delete(Delete { targets: vec![target] })
}

fn edit(target: OpId, counter: u32, text: &str) -> Body {
    Body::Edit(Edit { target, counter, text: text.into(), entities: vec![] })
}

/// One step of a history: who, when, what (a number for each), about which earlier message.
type Step = (usize, u64, u8, usize, u8);

fn history() -> impl Strategy<Value = (Vec<Step>, u64)> {
    let step = (0_usize..5, 0_u64..20, 0_u8..19, 0_usize..8, 0_u8..8);
    (prop::collection::vec(step, 1..24), any::<u64>())
}

/// The operations of a history. Times overlap, so that competitors meet in every order.
fn play(steps: &[Step]) -> Vec<SignedOp> {
    let (mut pens, mut ops) = (Pens::default(), Vec::new());
    let mut messages: Vec<OpId> = Vec::new();
    for (n, at, what, about, more) in steps {
        let target = messages.get(about % messages.len().max(1)).copied().unwrap_or(OpId([9; 32]));
        let (counter, options) = (u32::from(*more % 4) + 1, [more % 3]);
        let body = match what {
            0 | 1 => text("hello"),
            2 => poll(*more == 0, *more == 1, (*more == 2).then_some(START + 10)),
            3 => once(),
            4 => place_live(),
            5 | 6 => edit(target, counter, "other words"),
            7 => delete(target),
            8 => react(target, &["👍"]),
            9 => react(target, if *more < 4 { &["🔥", "🦀"] } else { &[] }),
            10 | 11 => vote(target, *more % 3 + 1, &options),
            12 => Body::Close(Close { target }),
            13 => Body::Pin(Pin { target, pinned: *more < 5 }),
            14 => Body::Live(Live { target, counter, point: HERE, ends: *more == 0 }),
            15 if *more < 4 => Body::Viewed(Viewed { target }),
            15 => Body::Lifetime(Lifetime { ttl_s: Some(u32::from(*more)) }),
            16 => voice(),
            _ => Body::Heard(Heard::Told(target)),
        };
        let op = pens.write(*n, *at, &body);
        messages.extend((body.sort() == Sort::Message).then_some(op.id));
        ops.push(op);
    }
    ops
}

/// Shuffles (Fisher and Yates) by xorshift64.
fn shuffled(ops: &[SignedOp], mut seed: u64) -> Vec<&SignedOp> {
    let mut order: Vec<&SignedOp> = ops.iter().collect();
    for n in (1..order.len()).rev() {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        order.swap(n, (seed % (n as u64 + 1)) as usize);
    }
    order
}

proptest! {
    #[test]
    fn any_delivery_order_of_any_history_gives_one_state_hash((steps, seed) in history()) {
        let ops = play(&steps);
        let mut straight = Replica::default();
        ops.iter().for_each(|op| drop(straight.take(op)));
        let expected = straight.hash();
        for round in 0..3_u64 {
            let mut other = Replica::default();
            for (n, op) in shuffled(&ops, seed.wrapping_add(round) | 1).into_iter().enumerate() {
                drop(other.take(op));
                // Some of it in one input, some in several.
                if (n as u64).is_multiple_of(round + 1) {
                    other.commit();
                }
            }
            prop_assert_eq!(other.hash(), expected, "round {} of {:?}", round, steps);
        }
        // Twice is once.
        ops.iter().for_each(|op| drop(straight.take(op)));
        prop_assert_eq!(straight.hash(), expected, "twice: {:?}", steps);
    }
}

#[test]
fn the_last_wording_is_by_counter_and_the_history_is_kept_and_bounded() {
    let (mut pens, mut replica) = (Pens::default(), Replica::default());
    let message = pens.write(0, 0, &text("first"));
    replica.gets(&message).unwrap();
    let many = EDITS_KEPT as u32 + 9;
    for counter in 1..=many {
        let op = pens.write((counter % 2) as usize, 1, &edit(message.id, counter, &format!("wording {counter}")));
        assert_eq!(replica.gets(&op), Ok(()));
    }
    let rows = replica.over.over(&replica.store);
    let kept = rows.scan(Table::Version, &row::of(&CHAT, &message.id), Range::All, 999).unwrap();
    assert_eq!(kept.len(), EDITS_KEPT);
    assert_eq!(kept[0].0[..4], (many - EDITS_KEPT as u32 + 1).to_be_bytes());
    assert!(replica.row(&message).flags.has(Flags::EDITED));
}

#[test]
fn every_wrong_change_is_refused_by_name_and_changes_nothing() {
    let mut pens = Pens::default();
    let forwarded = Head {
        forward: Some(Box::new(Forward { user: user(2), name: "Bob".into(), at: 1, proof: None })),
        ..Head::default()
    };
    let messages = [
        pens.write(0, 0, &text("alice's")),
        pens.write(0, 0, &poll(false, false, None)),
        pens.write(0, 0, &poll(true, false, None)),
        pens.write(0, 0, &poll(false, false, Some(START + HOUR))),
        pens.write(0, 0, &once()),
        pens.write(0, 0, &place_live()),
        pens.write(0, 0, &Body::Text(Text { text: "x".into(), entities: vec![], head: forwarded })),
        pens.write(0, 0, &Body::Unknown { kind: 999, bytes: vec![0xf6] }),
        pens.write(0, 0, &voice()),
    ];
    let [plain, single, quiz, timed, seen_once, live, forward, unknown, spoken] = &messages;
    let elsewhere = Live { target: live.id, counter: 1, point: HERE, ends: false };
    let cases: Vec<(&str, usize, u64, Body, Refused)> = vec![
        ("edit by another", 2, 1, edit(plain.id, 1, "x"), Refused::NotAuthor),
        ("edit by an admin", 3, 1, edit(plain.id, 1, "x"), Refused::NotAuthor),
        ("edit of a poll", 0, 1, edit(single.id, 1, "x"), Refused::NotEditable),
        ("edit of a forward", 0, 1, edit(forward.id, 1, "x"), Refused::NotEditable),
        ("edit of what is seen once", 0, 1, edit(seen_once.id, 1, "x"), Refused::NotEditable),
        ("edit of an unknown kind", 0, 1, edit(unknown.id, 1, "x"), Refused::NotAMessage),
        ("deletion by another", 2, 1, delete(plain.id), Refused::MayNot(Right::DeleteAny)),
        ("pin without the right", 2, 1, Body::Pin(Pin { target: plain.id, pinned: true }), Refused::MayNot(Right::Pin)),
        (
            "lifetime without the right",
            0,
            1,
            Body::Lifetime(Lifetime { ttl_s: None }),
            Refused::MayNot(Right::SetLifetime),
        ),
        ("reaction without the right", 4, 1, react(plain.id, &["👍"]), Refused::MayNot(Right::React)),
        ("vote without the right", 4, 1, vote(single.id, 1, &[0]), Refused::MayNot(Right::React)),
        ("message without the right", 4, 1, text("x"), Refused::MayNot(Right::Post)),
        ("vote in a text", 2, 1, vote(plain.id, 1, &[0]), Refused::NotAPoll),
        ("vote for two of a single poll", 2, 1, vote(single.id, 1, &[0, 1]), Refused::NoSuchOption),
        ("vote out of range", 2, 1, vote(single.id, 1, &[3]), Refused::NoSuchOption),
        ("second vote in a quiz", 2, 1, vote(quiz.id, 2, &[0]), Refused::QuizOnce),
        ("no vote in a quiz", 2, 1, vote(quiz.id, 1, &[]), Refused::QuizOnce),
        ("vote after the time", 2, HOUR, vote(timed.id, 1, &[0]), Refused::Closed),
        ("close by another", 2, 1, Body::Close(Close { target: single.id }), Refused::MayNot(Right::DeleteAny)),
        ("close of a text", 0, 1, Body::Close(Close { target: plain.id }), Refused::NotAPoll),
        ("view by the author", 1, 1, Body::Viewed(Viewed { target: seen_once.id }), Refused::OwnMessage),
        ("view of a plain message", 2, 1, Body::Viewed(Viewed { target: plain.id }), Refused::NotViewOnce),
        ("hearing by the author", 1, 1, Body::Heard(Heard::Told(spoken.id)), Refused::OwnMessage),
        ("hearing of a text", 2, 1, Body::Heard(Heard::Told(plain.id)), Refused::NotListenedTo),
        ("point by another", 2, 1, Body::Live(elsewhere.clone()), Refused::NotAuthor),
        ("point after the time", 1, 61_000, Body::Live(elsewhere.clone()), Refused::NotLive),
        ("point of a text", 0, 1, Body::Live(Live { target: plain.id, ..elsewhere }), Refused::NotLive),
    ];
    for (name, n, at, body, refused) in cases {
        let op = Pens::default().write(n, at, &body);
        let mut before = Replica::default();
        messages.iter().for_each(|message| assert_eq!(before.gets(message), Ok(())));
        before.commit();
        let hash = before.store.hash();
        assert_eq!(before.gets(&op), Err(refused), "{name}");
        before.commit();
        assert_eq!(before.store.hash(), hash, "{name} left something");
        // The same when it comes first: it waits, and is refused when its message is there.
        let mut other = Replica::default();
        let early = other.gets(&op);
        let late: Vec<Refused> = messages.iter().flat_map(|message| other.take(message).2).collect();
        assert!(
            early == Err(refused) || late == [refused] || refused == Refused::NotAMessage,
            "{name}: {early:?} {late:?}"
        );
        assert_eq!(other.hash(), before.hash(), "{name}");
    }
    let stranger = DeviceKey::from_seed([99; 32]);
    let op = Op { device: stranger.device(), ..plain.op.clone() }.sign(&stranger);
    assert_eq!(Replica::default().gets(&op), Err(Refused::NotMember));
}

#[test]
fn a_vote_after_the_close_never_counted_whichever_came_first() {
    let mut pens = Pens::default();
    let asked = pens.write(0, 0, &poll(false, false, None));
    let early = pens.write(2, 10, &vote(asked.id, 1, &[0]));
    let close = pens.write(0, 20, &Body::Close(Close { target: asked.id }));
    let late = pens.write(2, 30, &vote(asked.id, 2, &[1]));
    for order in [[&early, &close, &late], [&early, &late, &close], [&late, &close, &early], [&close, &late, &early]] {
        let mut replica = Replica::default();
        replica.gets(&asked).unwrap();
        for op in order {
            let known = replica.counts(&asked.id);
            let verdict = replica.gets(op);
            let closed = verdict == Err(Refused::Closed);
            assert!(verdict.is_ok() || (closed && op.id == late.id && known == replica.counts(&asked.id)));
        }
        assert_eq!(replica.counts(&asked.id), [1, 0, 0]);
    }
}

#[test]
fn a_person_of_two_devices_has_one_vote_and_one_reaction() {
    let (mut pens, mut replica) = (Pens::default(), Replica::default());
    let asked = pens.write(2, 0, &poll(false, true, None));
    replica.gets(&asked).unwrap();
    for (n, body) in [(0, vote(asked.id, 1, &[0, 1])), (1, vote(asked.id, 2, &[2])), (3, vote(asked.id, 1, &[2]))] {
        replica.gets(&pens.write(n, 1, &body)).unwrap();
    }
    assert_eq!(replica.counts(&asked.id), [0, 0, 2]);
    for (n, emoji) in [(0, &["👍"][..]), (1, &["🔥"]), (3, &["🔥", "🦀"])] {
        replica.gets(&pens.write(n, 9 + n as u64, &react(asked.id, emoji))).unwrap();
    }
    assert_eq!(replica.tallies(&asked.id), BTreeMap::from([("🔥".into(), 2), ("🦀".into(), 1)]));
    replica.gets(&pens.write(3, 20, &react(asked.id, &[]))).unwrap();
    assert_eq!(replica.tallies(&asked.id), BTreeMap::from([("🔥".into(), 1)]));
}

#[test]
fn what_is_deleted_seen_or_expired_leaves_the_store() {
    for (name, n, body) in [("deleted", 0, Some(0)), ("seen", 2, Some(1)), ("expired", 0, None), ("hidden", 0, None)]
        .map(|(name, n, body): (&str, usize, Option<u8>)| (name, n, body))
    {
        let (mut pens, mut replica) = (Pens::default(), Replica::default());
        let head = Head { view_once: name == "seen", ..Head::default() };
        let words = Text { text: "the semaphore at dawn".into(), entities: vec![], head };
        let message = pens.write(0, 0, &Body::Text(words));
        let reaction = pens.write(2, 1, &react(message.id, &["🦀"]));
        let pin = pens.write(3, 1, &Body::Pin(Pin { target: message.id, pinned: true }));
        let wording = pens.write(0, 1, &edit(message.id, 1, "the semaphore at dusk"));
        for op in [&message, &reaction, &pin, &wording] {
            let _editable = replica.gets(op);
        }
        replica.commit();
        assert!(replica.store.contains(b"semaphore") && replica.store.contains("🦀".as_bytes()), "{name}");
        match body {
            Some(0) => replica.gets(&pens.write(n, 2, &delete(message.id))).unwrap(),
            Some(_) => replica.gets(&pens.write(n, 2, &Body::Viewed(Viewed { target: message.id }))).unwrap(),
            None => replica.end(&message, if name == "expired" { Flags::EXPIRED } else { Flags::HIDDEN }),
        }
        replica.commit();
        assert!(!replica.store.contains(b"semaphore"), "{name}: the body stays");
        assert!(!replica.store.contains("🦀".as_bytes()), "{name}: a reaction stays");
        assert_eq!(replica.store.rows_in(Table::Pin), 0, "{name}: the pin stays");
        // The place in the log stays.
        let row = replica.row(&message);
        let left = row.signed(message.id).unwrap();
        assert_eq!((left.op.seq, left.op.prev, left.op.hlc), (message.op.seq, message.op.prev, message.op.hlc));
        assert!(row.is_erased() && left.op.body.is_empty());
        // For ever: nothing that comes later brings anything back.
        for op in [&message, &reaction, &wording] {
            let _gone = replica.gets(op);
        }
        let again = pens.write(0, 9, &edit(message.id, 7, "the semaphore again"));
        assert_eq!(replica.gets(&again), Ok(()), "{name}");
        replica.commit();
        assert!(!replica.store.contains(b"semaphore"), "{name}: it came back");
    }
}

#[test]
fn a_hundred_thousand_reactions_make_no_row_and_no_write_grow() {
    let (mut pens, mut replica) = (Pens::default(), Replica::default());
    let message = pens.write(0, 0, &text("hello"));
    replica.gets(&message).unwrap();
    replica.commit();
    let signed = [pens.write(2, 1, &react(message.id, &["👍"])), pens.write(2, 2, &react(message.id, &["🔥", "🦀"]))];
    let mut largest = 0;
    for n in 0..100_000_u64 {
        // Signing them all would be most of the work: time and id change, the signature is not looked at here.
        let mut op = signed[(n % 2) as usize].clone();
        op.op.hlc = Hlc::at(START + 10 + n);
        let hlc_at = op.bytes.len() - 64 - op.op.body.len() - 4 - 2 - 8;
        op.bytes[hlc_at..hlc_at + 8].copy_from_slice(&op.op.hlc.0.to_be_bytes());
        op.id = OpId(*blake3::hash(&op.bytes).as_bytes());
        replica.gets(&op).unwrap();
        largest = largest.max(bytes_written(&replica.commit()));
    }
    assert!(largest < 1024, "{largest} bytes for one reaction");
    assert_eq!((replica.store.rows_in(Table::Reaction), replica.store.rows_in(Table::Tally)), (1, 2));
}

#[test]
fn changes_wait_for_their_message_bounded_by_device() {
    let (mut pens, mut replica) = (Pens::default(), Replica::default());
    let message = pens.write(0, 0, &text("hello"));
    let honest = pens.write(2, 1, &react(message.id, &["👍"]));
    assert_eq!(replica.gets(&honest), Ok(()));
    for n in 0..WAITING_PER_DEVICE as u64 + 50 {
        let nowhere = OpId(*blake3::hash(&n.to_be_bytes()).as_bytes());
        let verdict = replica.gets(&pens.write(3, 1, &react(nowhere, &["👎"])));
        assert_eq!(verdict.is_ok(), n < WAITING_PER_DEVICE as u64, "{n}");
    }
    replica.commit();
    assert_eq!(replica.waiting.len(), WAITING_PER_DEVICE + 1);
    assert_eq!(replica.store.rows_in(Table::Waiting), WAITING_PER_DEVICE + 1);
    assert_eq!(Waiting::load(&replica.store, &CHAT).unwrap(), replica.waiting);
    replica.gets(&message).unwrap();
    assert_eq!(replica.tallies(&message.id), BTreeMap::from([("👍".into(), 1)]));
}

#[test]
fn a_vote_can_be_changed_fifteen_times() {
    let (mut pens, mut replica) = (Pens::default(), Replica::default());
    let asked = pens.write(0, 0, &poll(false, false, None));
    replica.gets(&asked).unwrap();
    for counter in 1..=VOTE_CHANGES_MAX {
        replica.gets(&pens.write(2, 1, &vote(asked.id, counter, &[counter % 3]))).unwrap();
    }
    assert_eq!(replica.counts(&asked.id), [0, 1, 0]);
    assert!(Vote { target: asked.id, counter: VOTE_CHANGES_MAX + 1, options: vec![] }.checked().is_err());
}

#[test]
fn no_act_writes_more_than_four_kilobytes() {
    let (mut pens, mut replica) = (Pens::default(), Replica::default());
    let words = "a text of ordinary length, that is some words more than people mostly write ".repeat(4);
    let message = pens.write(0, 0, &text(&words));
    let asked = pens.write(0, 0, &poll(false, true, None));
    let live = pens.write(0, 0, &place_live());
    let many = Body::Delete(Delete { targets: (0..64).map(|n| OpId([n; 32])).collect() });
    let acts = [
        (0, edit(message.id, 1, &words)),
        (2, react(message.id, &["👍", "🔥", "🦀"])),
        (3, Body::Pin(Pin { target: message.id, pinned: true })),
        (2, vote(asked.id, 1, &[0, 1, 2])),
        (2, vote(asked.id, 2, &[0])),
        (0, Body::Close(Close { target: asked.id })),
        (0, Body::Live(Live { target: live.id, counter: 1, point: HERE, ends: false })),
        (3, Body::Lifetime(Lifetime { ttl_s: Some(9) })),
        (3, delete(message.id)),
    ];
    let ops: Vec<SignedOp> = acts.iter().map(|(n, body)| pens.write(*n, 1, body)).collect();
    for op in [&message, &asked, &live].into_iter().chain(&ops) {
        assert_eq!(replica.gets(op), Ok(()));
        let written = bytes_written(&replica.commit());
        assert!(written <= 4096, "{written} bytes for kind {}", op.op.kind);
    }
    // A deletion of 64 messages that are not there waits 64 times: the most that one operation can write.
    replica.gets(&pens.write(3, 9, &many)).unwrap();
    assert!(bytes_written(&replica.commit()) <= 64 * 4096);
}
