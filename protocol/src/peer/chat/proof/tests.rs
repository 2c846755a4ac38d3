//! Two devices speak, one of which may sign wrongly, and a third member forges in their names.

use super::*;
use crate::chat::control::genesis::Origin;
use crate::chat::control::home::HomeSet;
use crate::chat::control::rows;
use crate::chat::control::state::State;
use crate::chat::op::{ControlPoint, Hlc, Op};
use crate::chat::ratchet::SendChain;
use crate::chat::room::{RatchetRoot, Room};
use crate::chat::timeline::row::Row;
use crate::contact::mailbox::RelayHint;
use crate::content::Body;
use crate::content::moved::Moved;
use crate::content::receipt::{Mark, Receipt};
use crate::content::text::Text;
use crate::core::Now;
use crate::identity::keys::{DeviceKey, RootKey};
use crate::ids::{BlockHash, NodeId, UserId};
use crate::peer::account::Account;
use crate::peer::chat::control::Work;
use crate::peer::chat::rooms::Surroundings;
use crate::peer::chat::state::{DeviceHead, Head, Info, RoomState, Standing};
use crate::peer::chat::strays::Healing;
use crate::peer::links::Links;
use crate::testing::TestStore;
use crate::wire::registry;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::VecDeque;

const SECRET: [u8; 32] = [0x11; 32];
const CHAT: ChatId = ChatId([0x22; 32]);
const CONTROL: ControlPoint = ControlPoint { index: 0, hash: BlockHash([0x33; 32]) };

fn key(n: u8) -> DeviceKey {
    DeviceKey::from_seed([n; 32])
}

/// One who speaks, and everything needed to seal as if it were him.
struct Speaker {
    key: DeviceKey,
    room: Room,
    chain: SendChain,
    seq: u64,
    prev: OpId,
    state_seq: u64,
    rng: ChaCha20Rng,
}

impl Speaker {
    fn new(n: u8) -> Self {
        let chain = SendChain::start(&RatchetRoot::derive(&SECRET, 0), &key(n).device());
        let rng = ChaCha20Rng::from_seed([n; 32]);
        Self { key: key(n), room: Room::derive(&SECRET, 0), chain, seq: 0, prev: OpId([0; 32]), state_seq: 0, rng }
    }

    fn op(&self, text: &str) -> Op {
        let body = Body::Text(Text::new(text.into()).unwrap());
        Op {
            chat: CHAT,
            device: self.key.device(),
            seq: self.seq + 1,
            prev: self.prev,
            deps: vec![],
            control: CONTROL,
            hlc: Hlc(self.seq + 1),
            kind: body.kind(),
            body: body.encode().unwrap(),
        }
    }

    /// Says something; with a wrong signature if not `well`.
    fn say(&mut self, text: &str, well: bool) -> Vec<u8> {
        let mut bytes = self.op(text).sign(&self.key).bytes;
        if !well {
            *bytes.last_mut().unwrap() ^= 1;
        }
        self.seq += 1;
        self.prev = OpId(*blake3::hash(&bytes).as_bytes());
        self.seal(&bytes)
    }

    /// What a member makes up in his name, in the place and with the key of what he says next.
    fn forge(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = self.op(text).sign(&self.key).bytes;
        *bytes.last_mut().unwrap() ^= 2;
        let mut ahead = SendChain::start(&RatchetRoot::derive(&SECRET, 0), &self.key.device());
        (0..self.chain.next()).for_each(|_| drop(ahead.step()));
        envelope::seal(&self.room, &mut ahead, &self.key.device(), &bytes, &mut self.rng).unwrap()
    }

    /// Another operation in the place of the last one: a cloned device.
    fn say_again(&mut self, text: &str, well: bool) -> Vec<u8> {
        self.seq = self.seq.saturating_sub(1);
        self.say(text, well)
    }

    fn receipt(&mut self) -> Vec<u8> {
        self.state(&Body::Receipt(Receipt { marks: vec![Mark(key(9).device(), 1, 0)], own: vec![], active: None }))
    }

    fn state(&mut self, body: &Body) -> Vec<u8> {
        self.state_seq += 1;
        let (kind, body) = (body.kind(), body.encode().unwrap());
        let op = Op { seq: self.state_seq, prev: OpId([0; 32]), kind, body, ..self.op("x") };
        let bytes = op.sign(&self.key).bytes;
        self.seal(&bytes)
    }

    fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        envelope::seal(&self.room, &mut self.chain, &self.key.device(), bytes, &mut self.rng).unwrap()
    }
}

/// One who hears it.
struct Listener {
    chat: Chat,
    store: TestStore,
    account: Account,
    refusals: Refusals,
}

impl Listener {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let account = Account::create(&RootKey::from_seed([8; 32]), "Me".into(), vec![], 5, &mut rng).unwrap();
        let members = [key(1).device(), key(2).device(), account.device()].map(|device| (device, UserId(device.0)));
        let (created, renewed, epochs) = (0, 0, Vec::new());
        let (standing, former) = (Standing::In, Vec::new());
        let (current, cleared, healing) = (0, 0, Healing::default());
        let info =
            Info { with: None, accepted: true, standing, epochs, created, renewed, current, former, cleared, healing };
        let home = HomeSet::new(vec![NodeId([7; 32])], false).unwrap();
        let (chat, creator) = (CHAT, UserId([1; 32]));
        let (kind, title, device) = (registry::chat::GROUP, "Group".to_owned(), key(1).device());
        let origin = Origin { chat, kind, title, creator, device, created, home };
        let hint = RelayHint { relay: NodeId([7; 32]), addrs: vec![] };
        let state = State::founding(&origin, vec![hint], &members);
        let other = |n| {
            let device = key(n).device();
            (device, DeviceHead::new(device, UserId(device.0), 0, 0, false))
        };
        let room = RoomState::start(&SECRET, &state, &account.device(), CONTROL);
        let mut batch = Batch::new();
        room.store(&CHAT, &mut batch);
        rows::put_rules(&CHAT, 0, &state.rules, &mut batch);
        let devices = BTreeMap::from([other(1), other(2)]);
        let mut chat = Chat::new((CHAT, UserId(account.device().0)), info, state, Head::new(), devices);
        chat.rooms.insert(0, room);
        chat.work = Work::Idle;
        chat.dirty.extend([key(1).device(), key(2).device()]);
        chat.store_state(&mut batch);
        chat.store_info(&mut batch).unwrap();
        chat.store_head(&mut batch).unwrap();
        let mut store = TestStore::default();
        store.apply(&batch);
        Self { chat, store, account, refusals: Refusals::default() }
    }

    /// Takes a page in, as one commit.
    fn hear(&mut self, envelopes: &[Vec<u8>]) {
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        let (mut links, mut around) = (Links::default(), Surroundings::default());
        let mut ctx = Context {
            now: Now { mono: 1, wall: 1_000_000 },
            store: &self.store,
            rng: &mut rng,
            account: &mut self.account,
            links: &mut links,
            batch: Batch::new(),
            over: crate::store::overlay::Overlay::default(),
            expiry: None,
            effects: VecDeque::new(),
        };
        let (mut page, mut news) = (Page::new(0), News::default());
        for sealed in envelopes {
            page.take(&mut self.chat, sealed, &mut ctx, &mut news, &mut self.refusals).unwrap();
        }
        page.finish(&mut self.chat, &mut ctx, &mut news, &mut self.refusals).unwrap();
        let (mut receipts, mut changed) = (BTreeSet::new(), BTreeSet::new());
        receive::finish(&mut self.chat, news, &mut ctx, &mut around, &mut receipts, &mut changed).unwrap();
        ctx.over.flush(&mut ctx.batch);
        let batch = ctx.batch;
        self.store.apply(&batch);
    }

    /// Starts again from what is stored.
    fn restart(&mut self) {
        let us = self.account.device();
        self.chat = Chat::load_all(&self.store, (UserId(us.0), &us)).unwrap().pop().unwrap();
    }

    /// What is shown.
    fn texts(&self) -> Vec<String> {
        let rows = self.store.scan(Table::Timeline, &CHAT.0, Range::All, usize::MAX).unwrap();
        let text = |(_, bytes): (Vec<u8>, Vec<u8>)| {
            let op = SignedOp::decode_trusted(Row::decode(&bytes).unwrap().op).unwrap().op;
            match Body::decode(op.kind, &op.body) {
                Ok(Body::Text(text)) => text.text,
                other => panic!("{other:?}"),
            }
        };
        rows.into_iter().map(text).collect()
    }

    fn refused(&self, name: &str) -> u64 {
        self.refusals.counts().get(name).copied().unwrap_or(0)
    }
}

const UNPROVEN: &str = "operation that nothing proves";

#[test]
fn a_wrong_signature_in_the_middle_is_proven_by_a_later_one_in_any_page_and_order() {
    let mut speaker = Speaker::new(1);
    let said: Vec<_> = ["a", "b", "c", "d"].into_iter().map(|text| speaker.say(text, text == "d")).collect();
    let [a, b, c, d] = &said[..] else { panic!() };
    let pages: [&[&[&Vec<u8>]]; 5] = [
        &[&[a, b, c, d]],
        &[&[a], &[b], &[c], &[d]],
        &[&[a, b], &[c, d]],
        &[&[d], &[c], &[b], &[a]],
        &[&[d, b], &[a, c]],
    ];
    for pages in pages {
        let mut listener = Listener::new();
        for page in pages {
            listener.hear(&page.iter().map(|sealed| (*sealed).clone()).collect::<Vec<_>>());
        }
        assert_eq!(listener.texts(), ["a", "b", "c", "d"]);
        assert!(listener.chat.unproven.is_empty() && listener.chat.parked == 0);
        assert_eq!(listener.store.rows_in(Table::Parked), 0);
    }
}

#[test]
fn a_wrong_signature_at_the_end_waits_across_a_restart() {
    let (mut speaker, mut listener) = (Speaker::new(1), Listener::new());
    let page = [speaker.say("a", true), speaker.say("b", true), speaker.say("c", false)];
    listener.hear(&page);
    assert_eq!((listener.texts(), listener.chat.unproven.len()), (vec!["a".into(), "b".into()], 1));
    assert_eq!(listener.refused(UNPROVEN), 1);
    listener.hear(&page);
    assert_eq!(listener.chat.unproven.len(), 1, "repeated");
    listener.restart();
    assert_eq!(listener.chat.unproven.len(), 1);
    listener.hear(&[speaker.say("d", true)]);
    assert_eq!(listener.texts(), ["a", "b", "c", "d"]);
    listener.restart();
    assert!(listener.chat.unproven.is_empty());
}

#[test]
fn what_a_member_splices_in_proves_nothing_and_takes_nothing_from_the_true_one() {
    let (mut speaker, mut listener) = (Speaker::new(1), Listener::new());
    let mut page = vec![speaker.say("a", true), speaker.forge("pay Mallory")];
    page.extend([speaker.say("b", true), speaker.forge("again"), speaker.say("c", true)]);
    page.push(speaker.forge("at the end"));
    listener.hear(&page);
    assert_eq!(listener.texts(), ["a", "b", "c"]);
    assert_eq!(listener.refused(UNPROVEN), 3);
    assert_eq!(listener.chat.unproven.len(), 1, "only what stands behind the end waits");
    listener.hear(&[speaker.say("d", true)]);
    assert_eq!(listener.texts(), ["a", "b", "c", "d"]);
    assert!(listener.chat.unproven.is_empty());
    // A valid signature under a broken link proves nothing either.
    speaker.prev = OpId([7; 32]);
    listener.hear(&[speaker.say("e", true)]);
    assert_eq!((listener.texts().len(), listener.refused("operation that does not link")), (4, 1));
}

#[test]
fn two_devices_in_one_page_are_proven_each_by_its_own() {
    let (mut one, mut two, mut listener) = (Speaker::new(1), Speaker::new(2), Listener::new());
    let page = [
        one.say("1a", false),
        two.say("2a", false),
        one.receipt(),
        two.say("2b", false),
        one.say("1b", true),
        two.say("2c", false),
    ];
    listener.hear(&page);
    assert_eq!(listener.texts(), ["1a", "1b"]);
    assert_eq!(listener.chat.unproven.len(), 3);
    listener.hear(&[two.say("2d", true)]);
    assert_eq!(listener.texts().len(), 6);
}

#[test]
fn what_nothing_proves_is_bounded_and_what_is_next_stays() {
    let (mut speaker, mut listener) = (Speaker::new(1), Listener::new());
    let page: Vec<_> = (0..UNPROVEN_MAX + 20).map(|n| speaker.say(&n.to_string(), false)).collect();
    listener.hear(&page);
    assert_eq!(listener.chat.unproven.len(), UNPROVEN_MAX);
    assert_eq!(listener.store.rows_in(Table::Parked), UNPROVEN_MAX);
    let first = listener.chat.unproven.names.first().unwrap().1;
    assert_eq!((first, listener.chat.unproven.names.last().unwrap().1), (1, UNPROVEN_MAX as u64));
    listener.restart();
    assert_eq!(listener.chat.unproven.len(), UNPROVEN_MAX);
}

#[test]
fn of_two_that_wait_in_one_place_the_first_stays() {
    let (mut speaker, mut listener) = (Speaker::new(1), Listener::new());
    let (_lost, waiting) = (speaker.say("a", true), speaker.say("b", true));
    listener.hear(&[waiting, speaker.say_again("b too", true)]);
    assert_eq!((listener.chat.parked, listener.refused("two operations with one number")), (1, 1));
    listener.restart();
    assert_eq!(listener.chat.parked, 1);
}

/// What happens next in a random history.
#[derive(Clone, Copy, Debug)]
enum Step {
    Say { who: usize, well: bool },
    Receipt { who: usize },
    Forge { who: usize },
    Clone { who: usize, well: bool },
    Repeat { back: usize },
    Swap,
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..2usize;
    prop_oneof![
        8 => (who(), prop::bool::weighted(0.7)).prop_map(|(who, well)| Step::Say { who, well }),
        1 => who().prop_map(|who| Step::Receipt { who }),
        2 => who().prop_map(|who| Step::Forge { who }),
        1 => (who(), any::<bool>()).prop_map(|(who, well)| Step::Clone { who, well }),
        1 => (0..8usize).prop_map(|back| Step::Repeat { back }),
        2 => Just(Step::Swap),
    ]
}

fn history(steps: &[Step]) -> Vec<Vec<u8>> {
    let mut speakers = [Speaker::new(1), Speaker::new(2)];
    let mut log: Vec<Vec<u8>> = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        let text = n.to_string();
        match *step {
            Step::Say { who, well } => log.push(speakers[who].say(&text, well)),
            Step::Receipt { who } => log.push(speakers[who].receipt()),
            Step::Forge { who } => log.push(speakers[who].forge(&text)),
            Step::Clone { who, well } if speakers[who].seq > 1 => log.push(speakers[who].say_again(&text, well)),
            Step::Clone { .. } => {}
            Step::Repeat { back } => {
                let again = log.iter().rev().nth(back).cloned();
                log.extend(again);
            }
            Step::Swap => {
                let end = log.len();
                if end > 1 {
                    log.swap(end - 1, end - 2);
                }
            }
        }
    }
    log
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However relays cut what was said into pages, all take in the same.
    #[test]
    fn page_borders_make_no_difference(
        steps in prop::collection::vec(step(), 1..40),
        borders in prop::collection::btree_set(1..40usize, 0..12),
    ) {
        let log = history(&steps);
        let (mut whole, mut single, mut cut) = (Listener::new(), Listener::new(), Listener::new());
        whole.hear(&log);
        log.chunks(1).for_each(|one| single.hear(one));
        let mut from = 0;
        for border in borders.into_iter().chain([log.len()]).map(|border| border.min(log.len())) {
            cut.hear(&log[from..border.max(from)]);
            from = border.max(from);
            cut.restart();
        }
        for other in [&single, &cut] {
            prop_assert_eq!(whole.texts(), other.texts());
            prop_assert_eq!(&whole.chat.head, &other.chat.head);
            prop_assert_eq!(&whole.chat.unproven.names, &other.chat.unproven.names);
            prop_assert_eq!(whole.chat.parked, other.chat.parked);
        }
    }
}

#[test]
fn a_receipt_counts_though_a_hint_that_was_said_after_it_comes_first() {
    let (mut one, mut listener) = (Speaker::new(1), Listener::new());
    let (receipt, hint) = (one.receipt(), one.state(&Body::Moved(Moved { index: 1, hash: None })));
    listener.hear(&[hint]);
    listener.hear(&[receipt]);
    assert_eq!(listener.chat.devices[&key(1).device()].state_seq, 1, "the number of the receipt");
    assert_eq!(listener.refusals.counts().len(), 0);
}
