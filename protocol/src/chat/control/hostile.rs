//! Bytes and relays that lie, with real signatures: every kind is refused by name and changes nothing. Also the
//! vectors of this folder's formats.

use super::block::{Block, Content};
use super::fork::{ForkError, ForkProof};
use super::genesis::{Genesis, Origin};
use super::home::HomeSet;
use super::intent::Intent;
use super::learner::{Learner, LearnerOutput};
use super::proposer::{Answer, Proposer, ProposerOutput};
use super::receipt::{Receipt, ReceiptError};
use super::register::{BlockError, Decision, DecisionError, Register, Trouble};
use super::rows;
use super::sim::Dice;
use crate::chat::room::Room;
use crate::chat::vector;
use crate::contact::mailbox::RelayHint;
use crate::content::Body;
use crate::content::decided::Decided;
use crate::content::moved::Moved;
use crate::core::Now;
use crate::identity::keys::DeviceKey;
use crate::ids::{BlockHash, ChatId, NodeId, UserId};
use crate::limits::{BLOCK_MAX, COMMIT_MAX, INTENT_MAX, ROUND_JUMP_MAX};
use crate::store::Batch;
use crate::testing::TestStore;
use crate::wire::WireError;
use crate::wire::relay::{AcceptedValue, Ballot, Refusal, Reply, Request, accept_statement, promise_statement};
use proptest::prelude::*;
use std::collections::BTreeSet;

const CHAT: ChatId = ChatId([3; 32]);
const PREV: BlockHash = BlockHash([4; 32]);
const START: Now = Now { mono: 1_000, wall: 0 };

/// A relay's key does what a device's key does: it signs.
fn key(relay: u8) -> DeviceKey {
    DeviceKey::from_seed([relay; 32])
}

fn id(relay: u8) -> NodeId {
    NodeId(key(relay).device().0)
}

fn home(n: u8) -> HomeSet {
    HomeSet::new((1..=n).map(id).collect(), n == 3).unwrap()
}

fn room() -> Room {
    Room::derive(&[5; 32], 5)
}

fn register(n: u8) -> Register {
    Register::new(room(), CHAT, PREV, home(n))
}

fn content(author: u8, n: u8) -> Content {
    let (intent, commit) = (Intent::KeyUpdate, b"commit".to_vec());
    Content {
        chat: CHAT,
        index: 6,
        prev: PREV,
        author: key(author).device(),
        intent,
        commit,
        state: [0; 32],
        home: home(n),
    }
}

fn block(author: u8, n: u8) -> Block {
    Block::sign(content(author, n), &key(author)).unwrap()
}

fn ballot(round: u64) -> Ballot {
    Ballot { round, proposer: [round as u8; 16] }
}

fn accepted(relay: u8, ballot: Ballot, block: Vec<u8>) -> AcceptedValue {
    let hash = BlockHash(*blake3::hash(&block).as_bytes());
    let signature = key(relay).sign(&accept_statement(&id(relay), &room().tag, 6, &ballot, &hash));
    AcceptedValue { ballot, hash, block, signature }
}

fn promise(relay: u8, ballot: Ballot, accepted: Option<AcceptedValue>) -> Reply {
    let signature = key(relay).sign(&promise_statement(&id(relay), &room().tag, 6, &ballot));
    Reply::Promised { signature, accepted }
}

/// What relays 1 to `signers` would have signed for a block.
fn decision(n: u8, signers: u8, block: Block) -> Decision {
    let register = register(n);
    let (sealed, hash) = register.seal(&ballot(1), &block);
    let signed = |relay| (id(relay), accepted(relay, ballot(1), sealed.clone()).signature);
    let mut signatures: Vec<_> = (1..=signers).map(signed).collect();
    signatures.sort();
    Decision { receipt: Receipt { tag: room().tag, index: 6, ballot: ballot(1), hash, signatures }, block }
}

#[test]
fn vectors() {
    let origin = Origin {
        chat: CHAT,
        kind: crate::wire::registry::chat::PRIVATE,
        title: String::new(),
        creator: UserId([2; 32]),
        device: key(9).device(),
        created: 1_700_000_000_000,
        home: home(4),
    };
    let genesis = Genesis::sign(origin, &key(9)).unwrap();
    let (block, register) = (block(9, 1), register(1));
    let (sealed, hash) = register.seal(&ballot(1), &block);
    let decision = decision(1, 1, block.clone());
    assert_eq!(register.verify(&decision), Ok(()));
    let moved = Body::Moved(Moved { index: 6, hash: Some(block.hash()) });
    let decided = Body::Decided(Box::new(Decided::new(decision.clone()).unwrap()));
    vector::check(
        "control",
        include_str!("../../../vectors/control.hex"),
        &[
            ("genesis, by the device of seed 09, home relays of seeds 01 to 04", genesis.bytes().to_vec()),
            ("its hash", genesis.hash().0.to_vec()),
            ("block 6, a key update, commit \"commit\", one home relay", block.bytes().to_vec()),
            ("its hash", block.hash().0.to_vec()),
            ("sealed in the room of secret 05, index 5, for ballot (1, 01...)", sealed),
            ("hash of the sealed block", hash.0.to_vec()),
            ("receipt of the one relay", decision.receipt.encode()),
            ("said in epoch 5, kind 0x8002: moved to 6, this block", moved.encode().unwrap()),
            ("said in epoch 5, kind 0x8005: decided", decided.encode().unwrap()),
        ],
    );
}

#[test]
fn every_altered_byte_of_a_block_is_refused() {
    let block = block(9, 4);
    assert_eq!(Block::decode(block.bytes()).as_ref(), Ok(&block));
    assert!(block.is_signed());
    for at in 0..block.bytes().len() {
        let mut altered = block.bytes().to_vec();
        altered[at] ^= 1;
        let refused = Block::decode(&altered).map(|block| block.is_signed());
        assert!(matches!(refused, Err(_) | Ok(false)), "byte {at}");
        assert_eq!(Block::decode(&block.bytes()[..at]), Err(WireError::Truncated));
    }
    assert_eq!(Block::decode(&[block.bytes(), &[0]].concat()), Err(WireError::Trailing));
    let limit = BLOCK_MAX;
    assert_eq!(Block::decode(&vec![1; BLOCK_MAX + 1]), Err(WireError::TooLarge { what: "block", limit }));
}

#[test]
fn what_cannot_be_a_block_is_not_signed() {
    let refused = |content: Content| Block::sign(content, &key(9)).unwrap_err();
    assert_eq!(refused(content(8, 4)), WireError::Invalid("the author"));
    let huge = Content { commit: vec![0; COMMIT_MAX + 1], ..content(9, 4) };
    assert_eq!(refused(huge), WireError::TooLarge { what: "commit", limit: COMMIT_MAX });
    let intent = Intent::Unknown { kind: 900, body: vec![0; INTENT_MAX + 1] };
    let limit = INTENT_MAX;
    assert_eq!(refused(Content { intent, ..content(9, 4) }), WireError::TooLarge { what: "intent", limit });
}

#[test]
fn the_largest_block_fits_a_register() {
    let intent = Intent::Unknown { kind: 900, body: vec![1; INTENT_MAX] };
    let largest = Content { intent, commit: vec![2; COMMIT_MAX], ..content(9, 4) };
    let (sealed, _) = register(4).seal(&ballot(1), &Block::sign(largest, &key(9)).unwrap());
    assert!(sealed.len() <= BLOCK_MAX, "{}", sealed.len());
}

#[test]
fn a_block_that_belongs_elsewhere_is_refused_by_name() {
    let register = register(4);
    let sign = |content| Block::sign(content, &key(9)).unwrap();
    let mut forged = block(9, 4).bytes().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    for (block, reason) in [
        (sign(Content { chat: ChatId([9; 32]), ..content(9, 4) }), BlockError::OtherChat),
        (sign(Content { index: 7, ..content(9, 4) }), BlockError::OtherIndex(7)),
        (sign(Content { prev: BlockHash([9; 32]), ..content(9, 4) }), BlockError::OtherPrev),
        (sign(content(9, 1)), BlockError::HomeChanged),
        (Block::decode(&forged).unwrap(), BlockError::BadSignature),
    ] {
        assert_eq!(register.check(&block), Err(reason));
    }
    assert_eq!(
        register.check(&sign(Content {
            intent: Intent::SetHomeRelays(vec![RelayHint { relay: id(1), addrs: vec![] }]),
            ..content(9, 1)
        })),
        Ok(())
    );
}

#[test]
fn a_sealed_block_opens_in_its_room_and_ballot_only() {
    let register = register(4);
    let (sealed, _) = register.seal(&ballot(1), &block(9, 4));
    assert_eq!(register.open(&ballot(1), &sealed), Ok(block(9, 4)));
    assert_eq!(register.open(&ballot(2), &sealed), Err(BlockError::Sealed));
    let other = Register::new(Room::derive(&[6; 32], 5), CHAT, PREV, home(4));
    assert_eq!(other.open(&ballot(1), &sealed), Err(BlockError::Sealed));
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert_eq!(register.open(&ballot(1), &altered), Err(BlockError::Sealed), "byte {at}");
        assert_eq!(register.open(&ballot(1), &sealed[..at]), Err(BlockError::Sealed));
    }
    let rubbish = super::seal::Seal::new(&room(), 6).seal(&ballot(1), b"not a block");
    assert!(matches!(register.open(&ballot(1), &rubbish), Err(BlockError::Wire(_))));
    assert_eq!(register.open(&ballot(1), &vec![1; BLOCK_MAX + 1]), Err(BlockError::Sealed));
}

#[test]
fn a_receipt_needs_a_quorum_of_the_home_relays() {
    let home = home(4);
    let good = decision(4, 3, block(9, 4)).receipt;
    assert_eq!(good.verify(&home), Ok(()));
    assert_eq!(Receipt::decode(&good.encode()), Ok(good.clone()));
    let with = |change: fn(&mut Receipt)| {
        let mut receipt = good.clone();
        change(&mut receipt);
        receipt.verify(&home)
    };
    let [first, second, third] = [0, 1, 2].map(|i| good.signatures[i].0);
    assert_eq!(with(|r| r.signatures.truncate(2)), Err(ReceiptError::TooFew { found: 2, needed: 3 }));
    assert_eq!(with(|r| r.signatures[1] = r.signatures[0]), Err(ReceiptError::Unordered(first)));
    assert_eq!(with(|r| r.signatures.swap(1, 2)), Err(ReceiptError::Unordered(second)));
    assert_eq!(with(|r| r.signatures[2].1[0] ^= 1), Err(ReceiptError::BadSignature(third)));
    assert_eq!(with(|r| r.index = 7), Err(ReceiptError::BadSignature(first)));
    assert_eq!(with(|r| r.ballot.round = 2), Err(ReceiptError::BadSignature(first)));
    assert_eq!(with(|r| r.hash.0[0] ^= 1), Err(ReceiptError::BadSignature(first)));
    assert_eq!(with(|r| r.tag.0[0] ^= 1), Err(ReceiptError::BadSignature(first)));
    assert_eq!(with(|r| r.signatures[2].0 = NodeId([255; 32])), Err(ReceiptError::Stranger(NodeId([255; 32]))));
    // A single good signature is a quorum of one, and of nobody else's one.
    let one = decision(1, 1, block(9, 1)).receipt;
    assert_eq!(one.verify(&self::home(1)), Ok(()));
    assert_eq!(one.verify(&HomeSet::new(vec![id(2)], false).unwrap()), Err(ReceiptError::Stranger(id(1))));
}

#[test]
fn receipts_of_other_shapes_are_refused() {
    let bytes = decision(4, 3, block(9, 4)).receipt.encode();
    for at in 0..bytes.len() {
        assert_eq!(Receipt::decode(&bytes[..at]), Err(WireError::Truncated));
    }
    assert_eq!(Receipt::decode(&[&bytes[..], &[0]].concat()), Err(WireError::Trailing));
    let newer = [&[9], &bytes[1..]].concat();
    assert_eq!(Receipt::decode(&newer), Err(WireError::Unknown { what: "receipt version", number: 9 }));
    let mut five = bytes.clone();
    five[98] = 5;
    let too_many = WireError::TooLarge { what: "signatures of a receipt", limit: 4 };
    assert_eq!(Receipt::decode(&five), Err(too_many));
}

#[test]
fn a_decision_is_of_one_register_and_one_block() {
    let register = register(4);
    let good = decision(4, 3, block(9, 4));
    assert_eq!(register.verify(&good), Ok(()));
    assert_eq!(Decision::decode(&good.encode()), Ok(good.clone()));
    let swapped = Decision { block: block(8, 4), ..good.clone() };
    assert_eq!(register.verify(&swapped), Err(DecisionError::OtherBlock));
    let next = Register::new(Room::derive(&[6; 32], 6), CHAT, PREV, home(4));
    assert_eq!(next.verify(&good), Err(DecisionError::OtherRegister));
    let few = decision(4, 2, block(9, 4));
    let reason = ReceiptError::TooFew { found: 2, needed: 3 };
    assert_eq!(register.verify(&few), Err(DecisionError::Receipt(reason)));
    let elsewhere = Block::sign(Content { prev: BlockHash([9; 32]), ..content(9, 4) }, &key(9)).unwrap();
    let misplaced = decision(4, 3, elsewhere);
    assert_eq!(register.verify(&misplaced), Err(DecisionError::Block(BlockError::OtherPrev)));
}

#[test]
fn a_fork_proof_needs_two_decided_blocks() {
    let register = register(4);
    let (first, second) = (decision(4, 3, block(9, 4)), decision(4, 3, block(8, 4)));
    let proof = |first: &Decision, second: &Decision| ForkProof { first: first.clone(), second: second.clone() };
    assert_eq!(proof(&first, &second).check(&register).map(|relays| relays.len()), Ok(3));
    assert_eq!(proof(&first, &first).check(&register), Err(ForkError::SameBlock));
    let few = decision(4, 2, block(8, 4));
    let reason = DecisionError::Receipt(ReceiptError::TooFew { found: 2, needed: 3 });
    assert_eq!(proof(&first, &few).check(&register), Err(ForkError::Second(reason.clone())));
    assert_eq!(proof(&few, &first).check(&register), Err(ForkError::First(reason)));
}

/// A proposer at four relays, and what it asks of them.
struct Bench {
    proposer: Proposer,
    dice: Dice,
    now: Now,
    out: Vec<ProposerOutput>,
}

impl Bench {
    fn new(n: u8, mine: Option<Block>) -> Self {
        let (mut dice, mut out) = (Dice(1), Vec::new());
        let proposer = Proposer::start(register(n), mine, START, &mut dice, &mut out).unwrap();
        Self { proposer, dice, now: START, out }
    }

    /// The requests asked since the last call, by relay, with their attempt.
    fn asked(&mut self) -> Vec<(NodeId, u32, Request)> {
        let sends = self.out.drain(..).filter_map(|output| match output {
            ProposerOutput::Send { relay, attempt, request } => Some((relay, attempt, request)),
            ProposerOutput::Decided { .. } | ProposerOutput::NothingThere | ProposerOutput::Trouble { .. } => None,
        });
        sends.collect()
    }

    /// The ballot and attempt of the phase just entered.
    fn phase(&mut self) -> (Ballot, u32) {
        let asked = self.asked();
        let (_, attempt, request) = asked.first().expect("a phase asks");
        match request {
            Request::Prepare { ballot, .. } | Request::Accept { ballot, .. } => (*ballot, *attempt),
            other => panic!("{other:?}"),
        }
    }

    fn reply(&mut self, relay: NodeId, attempt: u32, reply: &Reply) {
        let answer = Answer { relay, attempt, reply };
        self.proposer.on_reply(self.now, answer, &|_| true, &mut self.dice, &mut self.out);
    }

    /// The trouble that a reply makes; it must not count.
    fn trouble(&mut self, relay: NodeId, attempt: u32, reply: &Reply) -> Trouble {
        self.reply(relay, attempt, reply);
        match self.out.drain(..).collect::<Vec<_>>().as_slice() {
            [ProposerOutput::Trouble { relay: named, trouble }] if *named == relay => trouble.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn wake(&mut self) {
        self.now.mono = self.proposer.wake().expect("a timer").at;
        self.proposer.on_wake(self.now, &mut self.dice, &mut self.out);
    }

    fn decided(&mut self) -> (Decision, bool) {
        match self.out.drain(..).collect::<Vec<_>>().as_slice() {
            [ProposerOutput::Decided { decision, mine }] => ((**decision).clone(), *mine),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn one_relay_decides_in_two_round_trips() {
    let mut bench = Bench::new(1, Some(block(9, 1)));
    let (ballot, attempt) = bench.phase();
    bench.reply(id(1), attempt, &promise(1, ballot, None));
    let asked = bench.asked();
    let [(relay, attempt, Request::Accept { cap, block: sealed, ballot, .. })] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!((relay, cap), (&id(1), &room().write(&id(1))));
    let signature = accepted(1, *ballot, sealed.clone()).signature;
    bench.reply(id(1), *attempt, &Reply::Accepted { signature });
    let (decision, mine) = bench.decided();
    assert!(mine && bench.proposer.is_done() && bench.proposer.wake().is_none());
    assert_eq!(register(1).verify(&decision), Ok(()));
}

#[test]
fn every_lie_in_a_promise_is_named_and_does_not_count() {
    let mut bench = Bench::new(4, Some(block(9, 4)));
    let (now, attempt) = bench.phase();
    let (earlier, later) = (Ballot { round: 0, ..ballot(1) }, ballot(9));
    let sealed = |at: &Ballot| register(4).seal(at, &block(8, 4)).0;
    let good = accepted(1, earlier, sealed(&earlier));
    let other_hash = AcceptedValue { block: sealed(&later), ..good.clone() };
    let unsigned = AcceptedValue { signature: [1; 64], ..good.clone() };
    let foreign = accepted(2, earlier, sealed(&earlier));
    for (relay, reply, trouble) in [
        (id(7), promise(7, now, None), Trouble::Stranger),
        (id(1), promise(2, now, None), Trouble::BadPromise),
        (id(1), promise(1, later, None), Trouble::BadPromise),
        (id(1), promise(1, now, Some(other_hash)), Trouble::OtherHash),
        (id(1), promise(1, now, Some(unsigned)), Trouble::BadAcceptance),
        (id(1), promise(1, now, Some(foreign)), Trouble::BadAcceptance),
        (id(1), promise(1, now, Some(accepted(1, later, sealed(&later)))), Trouble::BrokenPromise),
        (id(1), Reply::Outbid { promised: now }, Trouble::NotOutbid),
        (id(1), Reply::Outbid { promised: earlier }, Trouble::NotOutbid),
        (id(1), Reply::Refused(Refusal::NoSuchLog), Trouble::Refused(Refusal::NoSuchLog)),
        (id(1), Reply::Accepted { signature: [0; 64] }, Trouble::Unfitting),
        (id(1), Reply::Done, Trouble::Unfitting),
    ] {
        assert_eq!(bench.trouble(relay, attempt, &reply), trouble);
    }
    // None of these counted: it still takes three.
    bench.reply(id(2), attempt, &promise(2, now, None));
    bench.reply(id(2), attempt, &promise(2, now, None));
    bench.reply(id(3), attempt, &promise(3, now, None));
    assert!(bench.asked().is_empty());
    bench.reply(id(4), attempt, &promise(4, now, None));
    assert_eq!(bench.asked().len(), 4);
}

#[test]
fn a_value_sealed_for_another_ballot_is_not_taken_over_however_high() {
    let mut bench = Bench::new(4, Some(block(9, 4)));
    bench.phase();
    bench.wake();
    let (_, attempt) = bench.phase();
    // Push the proposer to a higher round, so that there is room below its ballot.
    for relay in [1, 2] {
        bench.reply(id(relay), attempt, &Reply::Outbid { promised: ballot(50) });
    }
    bench.wake();
    let (now, attempt) = bench.phase();
    assert_eq!(now.round, 51);
    let old = register(4).seal(&ballot(1), &block(8, 4)).0;
    let replayed = accepted(1, ballot(40), old.clone());
    bench.reply(id(1), attempt, &promise(1, now, Some(replayed)));
    let unusable = Trouble::Unusable(BlockError::Sealed);
    let told = bench
        .out
        .drain(..)
        .any(|output| matches!(output, ProposerOutput::Trouble { trouble, .. } if trouble == unusable));
    assert!(told);
    // The honest report of a lower ballot wins over it.
    let honest = accepted(2, ballot(2), register(4).seal(&ballot(2), &block(7, 4)).0);
    bench.reply(id(2), attempt, &promise(2, now, Some(honest)));
    bench.reply(id(3), attempt, &promise(3, now, None));
    let asked = bench.asked();
    let [(_, _, Request::Accept { ballot, block: sealed, .. }), ..] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(register(4).open(ballot, sealed), Ok(block(7, 4)));
}

#[test]
fn a_block_that_the_chats_state_forbids_is_not_taken_over() {
    let mut bench = Bench::new(1, Some(block(9, 1)));
    bench.phase();
    bench.wake();
    let (now, attempt) = bench.phase();
    let at = Ballot { round: 0, ..ballot(1) };
    let held = accepted(1, at, register(1).seal(&at, &block(8, 1)).0);
    let reply = promise(1, now, Some(held));
    let answer = Answer { relay: id(1), attempt, reply: &reply };
    let judge = |candidate: &Block| candidate.content().author == key(9).device();
    bench.proposer.on_reply(START, answer, &judge, &mut bench.dice, &mut bench.out);
    let asked = bench.asked();
    let [(_, _, Request::Accept { ballot, block: sealed, .. })] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(register(1).open(ballot, sealed), Ok(block(9, 1)));
}

#[test]
fn late_answers_of_an_earlier_phase_have_no_effect() {
    let mut bench = Bench::new(4, Some(block(9, 4)));
    let (first, attempt) = bench.phase();
    for relay in [1, 2] {
        bench.reply(id(relay), attempt, &Reply::Outbid { promised: ballot(7) });
    }
    bench.wake();
    let (second, _) = bench.phase();
    assert!(second.round == 8 && second.proposer != first.proposer, "every ballot is a new one");
    for relay in [1, 2, 3, 4] {
        bench.reply(id(relay), attempt, &promise(relay, first, None));
    }
    assert!(bench.out.is_empty());
}

#[test]
fn a_lie_about_rounds_pushes_a_ballot_by_a_bounded_jump() {
    let mut bench = Bench::new(1, Some(block(9, 1)));
    let (first, attempt) = bench.phase();
    bench.reply(id(1), attempt, &Reply::Outbid { promised: Ballot { round: u64::MAX, proposer: [0; 16] } });
    bench.wake();
    assert_eq!(bench.phase().0.round, first.round + ROUND_JUMP_MAX + 1);
}

#[test]
fn one_relay_that_always_outbids_does_not_stop_the_others() {
    let mut bench = Bench::new(4, Some(block(9, 4)));
    let (now, attempt) = bench.phase();
    bench.reply(id(1), attempt, &Reply::Outbid { promised: ballot(99) });
    for relay in [2, 3, 4] {
        bench.reply(id(relay), attempt, &promise(relay, now, None));
    }
    assert!(matches!(bench.asked().first(), Some((_, _, Request::Accept { .. }))));
}

#[test]
fn silent_relays_are_asked_again_and_answered_ones_are_not() {
    let mut bench = Bench::new(4, Some(block(9, 4)));
    let (now, attempt) = bench.phase();
    bench.reply(id(1), attempt, &promise(1, now, None));
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let before = bench.now.mono;
        bench.wake();
        pauses.push(bench.now.mono - before);
        let relays: BTreeSet<_> = bench.asked().into_iter().map(|(relay, ..)| relay).collect();
        assert_eq!(relays, BTreeSet::from([id(2), id(3), id(4)]));
    }
    assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    bench.proposer.on_link_up(&id(3), &mut bench.out);
    bench.proposer.on_link_up(&id(1), &mut bench.out);
    let asked = bench.asked();
    assert!(matches!(&asked[..], [(relay, _, Request::Prepare { ballot, .. })] if *relay == id(3) && *ballot == now));
}

#[test]
fn without_a_block_of_its_own_a_proposer_completes_or_finds_nothing() {
    let mut bench = Bench::new(1, None);
    let (now, attempt) = bench.phase();
    bench.reply(id(1), attempt, &promise(1, now, None));
    assert!(matches!(bench.out[..], [ProposerOutput::NothingThere]) && bench.proposer.is_done());
    // A quorum that already holds one acceptance is a decision without a second phase.
    let mut bench = Bench::new(1, None);
    let (now, attempt) = bench.phase();
    let at = Ballot { round: 0, ..ballot(1) };
    let held = accepted(1, at, register(1).seal(&at, &block(8, 1)).0);
    bench.reply(id(1), attempt, &promise(1, now, Some(held)));
    let (decision, mine) = bench.decided();
    assert!(!mine && decision.block == block(8, 1));
    assert_eq!(register(1).verify(&decision), Ok(()));
}

#[test]
fn a_block_for_another_place_is_not_proposed() {
    let elsewhere = Block::sign(Content { index: 7, ..content(9, 4) }, &key(9)).unwrap();
    let refused = Proposer::start(register(4), Some(elsewhere), START, &mut Dice(1), &mut Vec::new());
    assert_eq!(refused.unwrap_err(), BlockError::OtherIndex(7));
}

#[test]
fn a_learner_needs_a_quorum_for_one_ballot_and_names_lies() {
    let mut out = Vec::new();
    let mut learner = Learner::start(register(4), START, &mut out);
    assert_eq!(out.drain(..).filter(|output| matches!(output, LearnerOutput::Send { .. })).count(), 4);
    let sealed = register(4).seal(&ballot(1), &block(9, 4)).0;
    let say = |value: AcceptedValue| Reply::Learned { accepted: Some(value) };
    let good = |relay| accepted(relay, ballot(1), sealed.clone());
    let other_hash = AcceptedValue { block: vec![1], ..good(1) };
    let later = accepted(1, ballot(2), sealed.clone());
    for (relay, reply, trouble) in [
        (id(7), say(good(7)), Trouble::Stranger),
        (id(1), say(good(2)), Trouble::BadAcceptance),
        (id(1), say(other_hash), Trouble::OtherHash),
        (id(1), say(later), Trouble::Unusable(BlockError::Sealed)),
        (id(1), Reply::Refused(Refusal::BadCapability), Trouble::Refused(Refusal::BadCapability)),
        (id(1), Reply::Done, Trouble::Unfitting),
    ] {
        learner.on_reply(&relay, &reply, &|_| true, &mut out);
        let named = out.drain(..).find_map(|output| match output {
            LearnerOutput::Trouble { trouble, .. } => Some(trouble),
            _ => None,
        });
        assert_eq!(named, Some(trouble));
    }
    learner.on_reply(&id(1), &say(good(1)), &|_| false, &mut out);
    assert!(matches!(
        &out.drain(..).next(),
        Some(LearnerOutput::Trouble { trouble: Trouble::Unusable(BlockError::NotAllowed), .. })
    ));
    for relay in [1, 2] {
        learner.on_reply(&id(relay), &say(good(relay)), &|_| true, &mut out);
    }
    let at_two = register(4).seal(&ballot(2), &block(9, 4)).0;
    learner.on_reply(&id(3), &say(accepted(3, ballot(2), at_two)), &|_| true, &mut out);
    assert!(out.is_empty() && !learner.is_done());
    learner.on_reply(&id(4), &say(good(4)), &|_| true, &mut out);
    let Some(LearnerOutput::Learned(decision)) = out.pop() else { panic!("{out:?}") };
    assert_eq!(register(4).verify(&decision), Ok(()));
    assert!(learner.is_done());
}

#[test]
fn a_learner_says_when_nothing_is_there_and_when_somebody_left_work_undone() {
    let (mut out, nothing) = (Vec::new(), Reply::Learned { accepted: None });
    let mut learner = Learner::start(register(4), START, &mut out);
    out.clear();
    for relay in [1, 2, 3] {
        learner.on_reply(&id(relay), &nothing, &|_| true, &mut out);
    }
    assert!(matches!(out[..], [LearnerOutput::NothingThere]) && learner.is_done());

    let mut learner = Learner::start(register(4), START, &mut out);
    let held = accepted(1, ballot(1), register(4).seal(&ballot(1), &block(9, 4)).0);
    learner.on_reply(&id(1), &Reply::Learned { accepted: Some(held) }, &|_| true, &mut out);
    let mut said = Vec::new();
    for round in 1..=7 {
        let at = learner.wake().unwrap().at;
        out.clear();
        learner.on_wake(Now { mono: at, wall: 0 }, &mut out);
        if out.iter().any(|output| matches!(output, LearnerOutput::Unfinished)) {
            said.push(round);
        }
    }
    assert_eq!(said, [3, 6]);
}

#[test]
fn the_chain_is_stored_and_read_back() {
    let mut store = TestStore::default();
    let (staged, decided) = (block(8, 4), decision(4, 3, block(9, 4)));
    let origin = Origin {
        chat: CHAT,
        kind: crate::wire::registry::chat::PRIVATE,
        title: String::new(),
        creator: UserId([2; 32]),
        device: key(9).device(),
        created: 0,
        home: home(4),
    };
    let genesis = Genesis::sign(origin, &key(9)).unwrap();
    let mut batch = Batch::new();
    rows::put_genesis(&genesis, &mut batch);
    let staged = rows::Staged { block: staged, wishes: vec![7], welcome: vec![1, 2] };
    rows::stage(&staged, &mut batch);
    store.apply(&batch);
    assert_eq!(rows::genesis(&store, &CHAT), Ok(Some(genesis)));
    assert_eq!(rows::staged(&store, &CHAT, 6), Ok(Some(staged)));
    assert_eq!(rows::last_decision(&store, &CHAT), Ok(None));
    let mut batch = Batch::new();
    rows::put_decision(&decided, &mut batch);
    store.apply(&batch);
    assert_eq!(rows::decision(&store, &CHAT, 6), Ok(Some(decided.clone())));
    assert_eq!(rows::last_decision(&store, &CHAT), Ok(Some(decided)));
    assert_eq!(rows::staged(&store, &CHAT, 6), Ok(None), "what was staged for a decided index is forgotten");
    store.break_reads();
    assert!(matches!(rows::decision(&store, &CHAT, 6), Err(rows::RowError::Read(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever decodes is canonical: it encodes to the same bytes.
    #[test]
    fn garbage_is_refused_or_canonical(bytes in prop::collection::vec(any::<u8>(), 0..500), start in 0_usize..4) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = 1;
        }
        // Half-true bytes reach further than random ones.
        let good = [block(9, 4).bytes().to_vec(), decision(4, 3, block(9, 4)).receipt.encode(), decision(1, 1, block(9, 1)).encode(), vec![]];
        let keep = good[start].len().saturating_sub(bytes.len() % 200);
        let mixed = [&good[start][..keep], &bytes[..]].concat();
        for bytes in [&bytes, &mixed] {
            if let Ok(block) = Block::decode(bytes) {
                prop_assert_eq!(block.bytes(), &bytes[..]);
            }
            if let Ok(receipt) = Receipt::decode(bytes) {
                prop_assert_eq!(&receipt.encode(), bytes);
                prop_assert!(bytes == &good[1] || receipt.verify(&home(4)).is_err());
            }
            if let Ok(decision) = Decision::decode(bytes) {
                prop_assert_eq!(&decision.encode(), bytes);
            }
            prop_assert!(Genesis::decode(bytes).is_err());
            prop_assert!(register(4).open(&ballot(1), bytes).is_err());
        }
    }
}
