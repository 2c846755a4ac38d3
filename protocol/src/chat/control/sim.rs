//! The register under loss, doubling, reordering, crashes and lies: real proposers and learners against models of
//! relays, in simulated time. `CHAPPE_EPOCHS` sets how many epochs a claim is tried on; a failing epoch prints its
//! number, and is the only one run with `CHAPPE_EPOCH=number`.
//!
//! 20,000 epochs of each claim were run on 2026-11-24 without a fork; the default is what a build server has time for.
//! Signatures are keyed hashes here (real ones are tested in `hostile`), so that an epoch takes a few milliseconds in
//! a debug build.

use super::block::{Block, Content};
use super::fork::ForkProof;
use super::home::HomeSet;
use super::intent::Intent;
use super::learner::{Learner, LearnerOutput};
use super::proposer::{Answer, Proposer, ProposerOutput};
use super::register::{Decision, Register};
use crate::chat::room::Room;
use crate::core::Now;
use crate::ids::{BlockHash, ChatId, DeviceId, NodeId};
use crate::wire::relay::{AcceptedValue, Ballot, Refusal, Reply, Request, accept_statement, promise_statement};
use rand_core::{Rng, TryRng};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// SplitMix64 (Steele, Lea, Flood, 2014): fast in a debug build, and good enough for faults.
pub(super) struct Dice(pub(super) u64);

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|x| (x >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Ok(z ^ (z >> 31))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.next_u64() % n
    }

    fn percent(&mut self, p: u64) -> bool {
        self.below(100) < p
    }
}

fn sign(key: &[u8; 32], message: &[u8]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(blake3::keyed_hash(key, message).as_bytes());
    signature
}

fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    &sign(key, message) == signature
}

/// What a relay does with its register: the rules that `relay` ships, and (for one) anything else.
struct Acceptor {
    id: NodeId,
    room: Room,
    promised: Ballot,
    accepted: Option<AcceptedValue>,
    lies: bool,
    down_until: u64,
}

impl Acceptor {
    fn answer(&mut self, request: &Request, seen: &mut Vec<(Ballot, Vec<u8>)>, dice: &mut Dice) -> Reply {
        if let Request::Accept { ballot, block, .. } = request {
            seen.push((*ballot, block.clone()));
        }
        if self.lies && dice.percent(80) { self.lie(request, seen, dice) } else { self.honest(request) }
    }

    fn honest(&mut self, request: &Request) -> Reply {
        match request {
            Request::Prepare { cap, .. } | Request::Accept { cap, .. } if *cap != self.room.write(&self.id) => {
                Reply::Refused(Refusal::BadCapability)
            }
            Request::Prepare { ballot, .. } | Request::Accept { ballot, .. } if *ballot < self.promised => {
                Reply::Outbid { promised: self.promised }
            }
            Request::Prepare { ballot, .. } => {
                self.promised = *ballot;
                self.promise(ballot, self.accepted.clone())
            }
            Request::Accept { ballot, block, .. } => {
                self.promised = *ballot;
                let value = self.value(*ballot, block.clone());
                let signature = value.signature;
                self.accepted = Some(value);
                Reply::Accepted { signature }
            }
            Request::Learn { .. } => Reply::Learned { accepted: self.accepted.clone() },
            _ => Reply::Refused(Refusal::Unsupported),
        }
    }

    fn index(&self) -> u64 {
        self.room.index + 1
    }

    fn value(&self, ballot: Ballot, block: Vec<u8>) -> AcceptedValue {
        let hash = BlockHash(*blake3::hash(&block).as_bytes());
        let statement = accept_statement(&self.id, &self.room.tag, self.index(), &ballot, &hash);
        AcceptedValue { ballot, hash, block, signature: sign(&self.id.0, &statement) }
    }

    fn promise(&self, ballot: &Ballot, accepted: Option<AcceptedValue>) -> Reply {
        let statement = promise_statement(&self.id, &self.room.tag, self.index(), ballot);
        Reply::Promised { signature: sign(&self.id.0, &statement), accepted }
    }

    /// Promises and accepts anything, and says of its past what harms most: nothing, an old value of anybody in its
    /// own or in a forged ballot, or rubbish; all well signed.
    fn lie(&self, request: &Request, seen: &[(Ballot, Vec<u8>)], dice: &mut Dice) -> Reply {
        match request {
            Request::Prepare { ballot, .. } if dice.percent(10) => {
                let round = ballot.round.saturating_add(dice.next_u64() >> dice.below(64));
                Reply::Outbid { promised: Ballot { round, proposer: [9; 16] } }
            }
            Request::Prepare { ballot, .. } => self.promise(ballot, self.false_past(*ballot, seen, dice)),
            Request::Accept { ballot, block, .. } => {
                Reply::Accepted { signature: self.value(*ballot, block.clone()).signature }
            }
            Request::Learn { .. } => {
                let high = Ballot { round: 1 + dice.below(50), proposer: [255; 16] };
                Reply::Learned { accepted: self.false_past(high, seen, dice) }
            }
            _ => Reply::Refused(Refusal::Unsupported),
        }
    }

    fn false_past(&self, below: Ballot, seen: &[(Ballot, Vec<u8>)], dice: &mut Dice) -> Option<AcceptedValue> {
        let forged = Ballot { round: below.round.saturating_sub(1), proposer: [255; 16] };
        let (ballot, block) = match seen.len() {
            0 => (forged, vec![7; 100]),
            n => seen[dice.below(n as u64) as usize].clone(),
        };
        match dice.below(5) {
            0 | 1 => None,
            2 => Some(self.value(ballot, block)),
            3 => Some(self.value(forged, block)),
            _ => Some(self.value(forged, vec![7; 100])),
        }
    }
}

/// A member of the chat: proposes or learns, sometimes crashes, and in the end knows the decision.
enum Role {
    Proposer(Box<Proposer>),
    Learner(Box<Learner>),
    Knows,
}

struct Member {
    mine: Option<Block>,
    role: Role,
    /// Counts lives, so that a crashed member's answers are lost.
    life: u32,
}

/// What is under way: to a relay, or back to a member.
enum Message {
    Ask { member: usize, life: u32, attempt: u32, relay: usize, request: Request },
    Answer { member: usize, life: u32, attempt: u32, relay: usize, reply: Reply },
    Wake { member: usize },
    Crash { member: usize },
}

/// How bad an epoch is.
#[derive(Clone, Copy)]
pub(super) struct Weather {
    pub(super) relays: u8,
    pub(super) liar: bool,
    pub(super) loss: u64,
    pub(super) crashes: bool,
    /// The faults stop then, in milliseconds.
    pub(super) calm_at: u64,
}

struct World {
    weather: Weather,
    dice: Dice,
    now: u64,
    count: u64,
    queue: BTreeMap<(u64, u64), Message>,
    register: Register,
    acceptors: Vec<Acceptor>,
    seen: Vec<(Ballot, Vec<u8>)>,
    members: Vec<Member>,
    decisions: Vec<Decision>,
}

const CHAT: ChatId = ChatId([3; 32]);
const PREV: BlockHash = BlockHash([4; 32]);

fn block(author: u8, home: &HomeSet) -> Block {
    let author = DeviceId([author; 32]);
    let (intent, commit) = (Intent::KeyUpdate, vec![author.0[0]; 20]);
    let content =
        Content { chat: CHAT, index: 6, prev: PREV, author, intent, commit, state: [0; 32], home: home.clone() };
    Block::assemble(content, |statement| sign(&author.0, statement)).unwrap()
}

impl World {
    fn new(seed: u64, weather: Weather) -> Self {
        let mut dice = Dice(seed);
        let relays: Vec<_> = (1..=weather.relays).map(|i| NodeId([i; 32])).collect();
        let home = HomeSet::new(relays.clone(), weather.relays == 3).unwrap();
        let mut secret = [0; 32];
        dice.fill_bytes(&mut secret);
        let room = Room::derive(&secret, 5);
        let liar = weather.liar.then(|| relays[dice.below(relays.len() as u64) as usize]);
        let acceptor = |id: &NodeId| Acceptor {
            id: *id,
            room: room.clone(),
            promised: Ballot::default(),
            accepted: None,
            lies: Some(*id) == liar,
            down_until: 0,
        };
        let acceptors = relays.iter().map(acceptor).collect();
        let proposers = 1 + dice.below(4) as u8;
        let mut members: Vec<_> = (1..=proposers).map(|i| member(Some(block(i, &home)))).collect();
        members.push(member(None));
        let register = Register::new(room, CHAT, PREV, home).with_verify(verify);
        let (queue, seen, decisions) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { weather, dice, now: 0, count: 0, queue, register, acceptors, seen, members, decisions }
    }

    fn stormy(&self) -> bool {
        self.now < self.weather.calm_at
    }

    fn push(&mut self, at: u64, message: Message) {
        self.count += 1;
        self.queue.insert((at, self.count), message);
    }

    /// A message is lost, comes once or twice, soon or late.
    fn transmit(&mut self, make: impl Fn() -> Message) {
        let copies = match self.stormy() {
            true if self.dice.percent(self.weather.loss) => 0,
            true if self.dice.percent(10) => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let delay = if self.stormy() && self.dice.percent(5) { 5_000 } else { 100 };
            let at = self.now + 1 + self.dice.below(delay);
            self.push(at, make());
        }
    }

    fn time(&self) -> Now {
        Now { mono: self.now, wall: 0 }
    }

    /// A member comes to life: with a block to propose, or to learn.
    fn begin(&mut self, member: usize) {
        let (now, register) = (self.time(), self.register.clone());
        self.members[member].life += 1;
        match self.members[member].mine.clone() {
            Some(mine) => self.propose(member, Some(mine)),
            None => {
                let mut out = Vec::new();
                self.members[member].role = Role::Learner(Box::new(Learner::start(register, now, &mut out)));
                self.learner_said(member, out);
            }
        }
        if self.weather.crashes && self.stormy() && self.dice.percent(40) {
            let at = self.now + self.dice.below(3_000);
            self.push(at, Message::Crash { member });
        }
    }

    fn propose(&mut self, member: usize, mine: Option<Block>) {
        let (now, register, mut out) = (self.time(), self.register.clone(), Vec::new());
        let proposer = Proposer::start(register, mine, now, &mut self.dice, &mut out).unwrap();
        self.members[member].role = Role::Proposer(Box::new(proposer));
        self.proposer_said(member, out);
    }

    fn send(&mut self, member: usize, relay: NodeId, attempt: u32, request: &Request) {
        let life = self.members[member].life;
        let relay = usize::from(relay.0[0] - 1);
        self.transmit(|| Message::Ask { member, life, attempt, relay, request: request.clone() });
    }

    fn proposer_said(&mut self, member: usize, out: Vec<ProposerOutput>) {
        for output in out {
            match output {
                ProposerOutput::Send { relay, attempt, request } => self.send(member, relay, attempt, &request),
                ProposerOutput::Decided { decision, mine } => {
                    let own = self.members[member].mine.as_ref().map(Block::hash);
                    assert_eq!(mine, own == Some(decision.block.hash()));
                    self.knows(member, *decision);
                }
                ProposerOutput::NothingThere => self.begin(member),
                ProposerOutput::Trouble { .. } => assert!(self.weather.liar, "no trouble without a liar"),
            }
        }
        self.set_timer(member);
    }

    fn learner_said(&mut self, member: usize, out: Vec<LearnerOutput>) {
        for output in out {
            match output {
                LearnerOutput::Send { relay, request } => self.send(member, relay, 0, &request),
                LearnerOutput::Learned(decision) => self.knows(member, *decision),
                // As if asked again by a hint, a second later; a wake restarts a learner that is done.
                LearnerOutput::NothingThere => self.push(self.now + 1_000, Message::Wake { member }),
                LearnerOutput::Unfinished => {
                    self.members[member].life += 1;
                    self.propose(member, None);
                }
                LearnerOutput::Trouble { .. } => assert!(self.weather.liar, "no trouble without a liar"),
            }
        }
        self.set_timer(member);
    }

    fn set_timer(&mut self, member: usize) {
        let wake = match &self.members[member].role {
            Role::Proposer(proposer) => proposer.wake(),
            Role::Learner(learner) => learner.wake(),
            Role::Knows => None,
        };
        if let Some(wake) = wake {
            self.push(wake.at, Message::Wake { member });
        }
    }

    fn knows(&mut self, member: usize, decision: Decision) {
        self.register.verify(&decision).unwrap();
        assert_eq!(Decision::decode(&decision.encode()).unwrap(), decision);
        self.members[member].role = Role::Knows;
        self.decisions.push(decision);
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Ask { member, life, attempt, relay, request } => {
                self.ask(member, life, attempt, relay, &request);
            }
            Message::Answer { member, life, attempt, relay, reply } if life == self.members[member].life => {
                self.answer(member, attempt, NodeId([relay as u8 + 1; 32]), &reply);
            }
            Message::Answer { .. } => {}
            Message::Wake { member } => self.wake(member),
            Message::Crash { member } if !matches!(self.members[member].role, Role::Knows) => self.begin(member),
            Message::Crash { .. } => {}
        }
    }

    fn ask(&mut self, member: usize, life: u32, attempt: u32, relay: usize, request: &Request) {
        let stormy = self.stormy();
        let acceptor = &mut self.acceptors[relay];
        if stormy && self.weather.crashes && self.dice.percent(2) {
            acceptor.down_until = self.now + self.dice.below(4_000);
        }
        if stormy && self.now < acceptor.down_until {
            return;
        }
        let reply = acceptor.answer(request, &mut self.seen, &mut self.dice);
        self.transmit(|| Message::Answer { member, life, attempt, relay, reply: reply.clone() });
    }

    fn answer(&mut self, member: usize, attempt: u32, relay: NodeId, reply: &Reply) {
        let now = self.time();
        match &mut self.members[member].role {
            Role::Proposer(proposer) => {
                let mut out = Vec::new();
                proposer.on_reply(now, Answer { relay, attempt, reply }, &|_| true, &mut self.dice, &mut out);
                self.proposer_said(member, out);
            }
            Role::Learner(learner) => {
                let mut out = Vec::new();
                learner.on_reply(&relay, reply, &|_| true, &mut out);
                self.learner_said(member, out);
            }
            Role::Knows => {}
        }
    }

    fn wake(&mut self, member: usize) {
        let now = self.time();
        match &mut self.members[member].role {
            Role::Proposer(proposer) if proposer.wake().is_some_and(|wake| wake.at <= now.mono) => {
                let mut out = Vec::new();
                proposer.on_wake(now, &mut self.dice, &mut out);
                self.proposer_said(member, out);
            }
            Role::Learner(learner) if learner.is_done() => self.begin(member),
            Role::Learner(learner) if learner.wake().is_some_and(|wake| wake.at <= now.mono) => {
                let mut out = Vec::new();
                learner.on_wake(now, &mut out);
                self.learner_said(member, out);
            }
            Role::Proposer(_) | Role::Learner(_) | Role::Knows => {}
        }
    }

    /// Runs until everybody knows a decision, at most ten minutes after the faults have stopped.
    fn run(mut self) -> Outcome {
        for member in 0..self.members.len() {
            self.begin(member);
        }
        while !self.members.iter().all(|member| matches!(member.role, Role::Knows)) {
            let Some(((at, _), message)) = self.queue.pop_first() else { break };
            self.now = at;
            if self.now > self.weather.calm_at + 600_000 {
                break;
            }
            self.handle(message);
        }
        let stuck = self.members.iter().filter(|member| !matches!(member.role, Role::Knows)).count();
        Outcome { register: self.register, decisions: self.decisions, stuck, ended: self.now }
    }
}

fn member(mine: Option<Block>) -> Member {
    Member { mine, role: Role::Knows, life: 0 }
}

pub(super) struct Outcome {
    register: Register,
    decisions: Vec<Decision>,
    stuck: usize,
    ended: u64,
}

impl Outcome {
    fn blocks(&self) -> BTreeSet<BlockHash> {
        self.decisions.iter().map(|decision| decision.block.hash()).collect()
    }
}

/// Runs `epochs` epochs on all cores; gives the sum of what `look` returns.
fn run(epochs: u64, salt: u64, weather: Weather, look: impl Fn(u64, Outcome) -> u64 + Sync) -> u64 {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let epochs = match number("CHAPPE_EPOCH") {
        Some(one) => one..one + 1,
        None => 0..number("CHAPPE_EPOCHS").unwrap_or(epochs),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let one = |epoch: u64| look(epoch, World::new(Dice(epoch ^ salt << 40).next_u64(), weather).run());
    std::thread::scope(|scope| {
        let share = |thread| epochs.clone().filter(move |epoch| epoch % threads == thread);
        let workers: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || share(thread).map(one).sum::<u64>())).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
    })
}

/// One block, and everybody knows it.
fn one_decision(epoch: u64, outcome: Outcome) -> u64 {
    assert_eq!(outcome.stuck, 0, "epoch {epoch}: {} members never learned", outcome.stuck);
    assert_eq!(outcome.blocks().len(), 1, "epoch {epoch}: a fork");
    outcome.ended
}

const STORM: Weather = Weather { relays: 4, liar: false, loss: 30, crashes: true, calm_at: 20_000 };

#[test]
fn one_block_is_decided_at_four_relays_in_a_storm() {
    run(2_000, 1, STORM, one_decision);
}

#[test]
fn one_block_is_decided_at_three_of_four_with_a_liar() {
    run(2_000, 2, Weather { liar: true, ..STORM }, one_decision);
}

#[test]
fn one_block_is_decided_at_a_single_relay_in_a_storm() {
    run(500, 3, Weather { relays: 1, ..STORM }, one_decision);
}

#[test]
fn one_block_is_decided_at_three_trusted_relays_in_a_storm() {
    run(500, 4, Weather { relays: 3, ..STORM }, one_decision);
}

#[test]
fn without_faults_everybody_knows_within_seconds() {
    for relays in [1, 3, 4] {
        let calm = Weather { relays, liar: false, loss: 0, crashes: false, calm_at: 0 };
        run(100, 5, calm, |epoch, outcome| {
            assert!(outcome.ended < 15_000, "epoch {epoch} took {} ms", outcome.ended);
            one_decision(epoch, outcome)
        });
    }
}

#[test]
fn at_two_of_three_a_liar_can_fork_and_the_proof_names_it() {
    let forks = run(300, 6, Weather { relays: 3, liar: true, ..STORM }, |epoch, outcome| {
        let Some(first) = outcome.decisions.first() else { return 0 };
        let other = outcome.decisions.iter().find(|other| other.block.hash() != first.block.hash());
        let Some(second) = other else { return 0 };
        let proof = ForkProof { first: first.clone(), second: second.clone() };
        let both = proof.check(&outcome.register).unwrap();
        assert!(!both.is_empty(), "epoch {epoch}: two quorums of three share a relay");
        1
    });
    assert!(forks > 0 || std::env::var_os("CHAPPE_EPOCH").is_some(), "the liar of this test is too tame");
}
