//! Rules of registers, and agreement through them.

use super::world::*;
use crate::identity::keys::verify;
use crate::ids::{BlockHash, NodeId};
use crate::wire::relay::{
    AcceptedValue, Ballot, FromRelay, Refusal, Reply, Request, accept_statement, promise_statement,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

fn ballot(round: u64, proposer: u8) -> Ballot {
    Ballot { round, proposer: [proposer; 16] }
}

fn prepare(round: u64, proposer: u8) -> Request {
    Request::Prepare { tag: ROOM, cap: write_cap(), index: 7, ballot: ballot(round, proposer) }
}

fn accept(round: u64, proposer: u8, block: &[u8]) -> Request {
    let block = block.to_vec();
    Request::Accept { tag: ROOM, cap: write_cap(), index: 7, ballot: ballot(round, proposer), block }
}

fn learn(index: u64) -> Request {
    Request::Learn { tag: ROOM, cap: read_cap(), index }
}

fn hash(block: &[u8]) -> BlockHash {
    BlockHash(*blake3::hash(block).as_bytes())
}

/// Asserts a promise with a good signature; what was accepted.
fn promised(world: &mut World, round: u64, proposer: u8) -> Option<AcceptedValue> {
    let node = world.relay.node();
    match world.ask(ALICE, &prepare(round, proposer)) {
        Reply::Promised { signature, accepted } => {
            let statement = promise_statement(&node, &ROOM, 7, &ballot(round, proposer));
            assert!(verify(&node.0, &statement, &signature));
            accepted
        }
        other => panic!("no promise: {other:?}"),
    }
}

#[test]
fn a_promise_is_kept_over_a_restart() {
    let mut world = World::with_room(0);
    assert_eq!(promised(&mut world, 2, 1), None);
    world.restart();
    let outbid = Reply::Outbid { promised: ballot(2, 1) };
    assert_eq!(world.ask(BOB, &prepare(1, 9)), outbid);
    assert_eq!(world.ask(BOB, &prepare(2, 0)), outbid, "ties go by proposer");
    assert_eq!(world.ask(BOB, &accept(1, 9, b"low")), outbid);
    let before = world.store.hash();
    assert_eq!(promised(&mut world, 2, 1), None, "the same promise again");
    assert_eq!(world.store.hash(), before);
    assert_eq!(promised(&mut world, 2, 2), None);
}

#[test]
fn what_is_accepted_is_signed_kept_and_told() {
    let mut world = World::with_room(0);
    let node = world.relay.node();
    let Reply::Accepted { signature } = world.ask(ALICE, &accept(3, 1, b"block")) else { panic!() };
    assert!(verify(&node.0, &accept_statement(&node, &ROOM, 7, &ballot(3, 1), &hash(b"block")), &signature));
    world.restart();
    let value = AcceptedValue { ballot: ballot(3, 1), hash: hash(b"block"), block: b"block".to_vec(), signature };
    assert_eq!(world.ask(BOB, &learn(7)), Reply::Learned { accepted: Some(value.clone()) });
    assert_eq!(promised(&mut world, 4, 1), Some(value));
    // The promise of round 4 binds now.
    assert_eq!(world.ask(ALICE, &accept(3, 1, b"block")), Reply::Outbid { promised: ballot(4, 1) });
    assert!(matches!(world.ask(ALICE, &accept(4, 1, b"newer")), Reply::Accepted { .. }));
    let Reply::Learned { accepted: Some(value) } = world.ask(BOB, &learn(7)) else { panic!() };
    assert_eq!((value.ballot, &value.block[..]), (ballot(4, 1), &b"newer"[..]));
    assert_eq!(world.relay.stats().acceptances, 1, "since the restart");
}

#[test]
fn under_one_ballot_one_block_is_accepted() {
    let mut world = World::with_room(0);
    let first = world.ask(ALICE, &accept(1, 1, b"block"));
    let before = world.store.hash();
    assert_eq!(world.ask(ALICE, &accept(1, 1, b"block")), first, "the first answer may have been lost");
    assert_eq!(world.ask(BOB, &accept(1, 1, b"other")), Reply::Outbid { promised: ballot(1, 1) });
    assert_eq!(world.store.hash(), before);
}

#[test]
fn a_room_decides_one_index() {
    let mut world = World::with_room(0);
    assert_eq!(world.ask(BOB, &learn(9)), Reply::Learned { accepted: None }, "not bound yet");
    promised(&mut world, 1, 1);
    assert_eq!(world.refusal(BOB, &learn(8)), Refusal::WrongIndex);
    let other = Request::Prepare { tag: ROOM, cap: write_cap(), index: 8, ballot: ballot(9, 9) };
    assert_eq!(world.refusal(BOB, &other), Refusal::WrongIndex);
}

/// One who proposes its own block until a block is decided. It keeps to the rules; the network does not.
struct Proposer {
    id: u8,
    round: u64,
    block: Vec<u8>,
    promises: BTreeMap<usize, Option<AcceptedValue>>,
    accepts: BTreeMap<usize, [u8; 64]>,
    decided: Option<BlockHash>,
}

const RELAYS: usize = 4;
const QUORUM: usize = 3;

/// From which proposer, to which relay, what; or back.
#[derive(Clone)]
enum Message {
    Ask(usize, usize, Request),
    Answer(usize, usize, Request, Box<Reply>),
}

impl Proposer {
    fn new(id: u8) -> Self {
        Self { id, round: 0, block: vec![id; 40], promises: BTreeMap::new(), accepts: BTreeMap::new(), decided: None }
    }

    fn start(&mut self) -> Request {
        self.round += 1;
        self.block = vec![self.id; 40];
        self.promises.clear();
        self.accepts.clear();
        prepare(self.round, self.id)
    }

    /// What to ask all relays next, if anything.
    fn on_answer(&mut self, relay: usize, node: &NodeId, request: &Request, reply: Reply) -> Option<Request> {
        let mine = ballot(self.round, self.id);
        match (request, reply) {
            (Request::Prepare { ballot, .. }, Reply::Promised { accepted, .. }) if *ballot == mine => {
                let before = self.promises.len();
                self.promises.insert(relay, accepted);
                if before + 1 != QUORUM || self.promises.len() != QUORUM {
                    return None;
                }
                let highest = self.promises.values().flatten().max_by_key(|value| value.ballot);
                if let Some(value) = highest {
                    self.block = value.block.clone();
                }
                Some(accept(self.round, self.id, &self.block))
            }
            (Request::Accept { ballot, .. }, Reply::Accepted { signature }) if *ballot == mine => {
                let statement = accept_statement(node, &ROOM, 7, &mine, &hash(&self.block));
                assert!(verify(&node.0, &statement, &signature));
                self.accepts.insert(relay, signature);
                if self.accepts.len() >= QUORUM {
                    self.decided = Some(hash(&self.block));
                }
                None
            }
            (_, Reply::Outbid { promised }) => {
                self.round = self.round.max(promised.round);
                None
            }
            _ => None,
        }
    }
}

/// Delivers in any order, loses, repeats, and stops relays between a commit and what depends on it.
fn run(seed: u64) -> (Vec<Option<BlockHash>>, usize) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut relays: Vec<World> = (1..=RELAYS as u8).map(World::with_key).collect();
    for relay in &mut relays {
        relay.open(ROOM, room_spec(0));
    }
    let mut proposers: Vec<Proposer> = (1..=3).map(Proposer::new).collect();
    let (mut network, mut stops): (Vec<Message>, usize) = (Vec::new(), 0);
    for step in 0..1_500 {
        let quiet = step > 300;
        if quiet && network.is_empty() && proposers[0].decided.is_some() {
            break;
        }
        if rng.next_u32().is_multiple_of(12) || network.is_empty() {
            // In the quiet end only one proposes, so that it can come through.
            let who = if quiet { 0 } else { (rng.next_u32() % 3) as usize };
            if !quiet || network.is_empty() {
                let request = proposers[who].start();
                network.extend((0..RELAYS).map(|relay| Message::Ask(who, relay, request.clone())));
            }
            continue;
        }
        let at = rng.next_u32() as usize % network.len();
        let luck = if quiet { 50 } else { rng.next_u32() % 100 };
        if luck < 25 {
            network.swap_remove(at);
            continue;
        }
        let message = if luck < 40 { network[at].clone() } else { network.swap_remove(at) };
        match message {
            Message::Ask(who, relay, request) => {
                let world = &mut relays[relay];
                if luck > 90 {
                    stops += 1;
                    world.stop = if luck > 95 { Stop::After(world.commits + 1) } else { Stop::Before(world.commits) };
                }
                let (reply, _) = world.all(ALICE, &request);
                if world.stop != Stop::Never {
                    world.restart();
                }
                network.extend(reply.map(|reply| Message::Answer(who, relay, request, Box::new(reply))));
            }
            Message::Answer(who, relay, request, reply) => {
                let node = relays[relay].relay.node();
                if let Some(next) = proposers[who].on_answer(relay, &node, &request, *reply) {
                    network.extend((0..RELAYS).map(|relay| Message::Ask(who, relay, next.clone())));
                }
            }
        }
    }
    (proposers.into_iter().map(|proposer| proposer.decided).collect(), stops)
}

#[test]
fn four_relays_never_decide_two_blocks() {
    let (mut contested, mut all_stops) = (0, 0);
    for seed in 0..150 {
        let (decided, stops) = run(seed);
        let blocks: std::collections::BTreeSet<_> = decided.iter().flatten().collect();
        assert!(blocks.len() <= 1, "seed {seed}: a fork");
        assert!(decided[0].is_some(), "seed {seed}: stuck in good weather");
        contested += usize::from(decided.iter().flatten().count() > 1);
        all_stops += stops;
    }
    assert!(contested > 10 && all_stops > 100, "the weather was too good: {contested} contested, {all_stops} stops");
}

#[test]
fn a_lost_answer_is_not_a_lost_acceptance() {
    let mut world = World::with_room(0);
    world.stop = Stop::After(world.commits + 1);
    assert_eq!(world.all(ALICE, &accept(1, 1, b"block")).0, None);
    world.restart();
    assert!(matches!(world.ask(BOB, &learn(7)), Reply::Learned { accepted: Some(_) }));
    world.stop = Stop::Before(world.commits);
    let frames: Vec<(NodeId, FromRelay)> = world.frame(ALICE, prepare(2, 1).encode(9));
    assert!(frames.is_empty(), "nothing leaves that is not durable");
}
