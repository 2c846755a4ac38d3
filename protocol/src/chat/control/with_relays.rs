//! Proposers and learners against the relays that ship: frames, real signatures, a store each, restarts.

use super::block::{Block, Content};
use super::home::HomeSet;
use super::intent::Intent;
use super::learner::{Learner, LearnerOutput};
use super::proposer::{Answer, Proposer, ProposerOutput};
use super::register::{Decision, Register};
use super::sim::Dice;
use crate::chat::room::Room;
use crate::core::{Core, Input, Now, Output};
use crate::identity::keys::DeviceKey;
use crate::ids::{BlockHash, ChatId, NodeId};
use crate::relay::{Policy, Relay, RelayConfig};
use crate::testing::TestStore;
use crate::wire::relay::{Ballot, FromRelay, Refusal, Reply, Request};
use rand_core::Rng;

const CHAT: ChatId = ChatId([3; 32]);
const PREV: BlockHash = BlockHash([4; 32]);

struct Machine {
    seed: u8,
    relay: Relay,
    store: TestStore,
}

impl Machine {
    fn new(seed: u8) -> Self {
        let mut machine = Self { seed, relay: Self::core(seed), store: TestStore::default() };
        machine.restart();
        machine
    }

    fn core(seed: u8) -> Relay {
        Relay::new(RelayConfig { key_seed: [seed; 32], rng_seed: [seed; 32], policy: Policy::default() }).unwrap()
    }

    fn id(&self) -> NodeId {
        self.relay.node()
    }

    /// Only the store survives.
    fn restart(&mut self) {
        self.relay = Self::core(self.seed);
        for member in 0..4 {
            self.handle(Input::LinkUp { remote: NodeId([member; 32]) });
        }
    }

    fn handle(&mut self, input: Input<crate::relay::RelayCommand>) -> Option<Reply> {
        let mut reply = None;
        self.relay.handle(Now { mono: 1_000, wall: 1_795_500_000_000 }, input, &self.store);
        while let Some(output) = self.relay.poll_output() {
            match output {
                Output::Commit(batch) => self.store.apply(&batch),
                Output::Transmit { bytes, .. } => match FromRelay::decode(&bytes).unwrap() {
                    FromRelay::Reply { reply: answer, .. } => reply = Some(answer),
                    FromRelay::Push { .. } | FromRelay::Signal { .. } => {}
                },
                Output::Dial { .. } | Output::Hangup { .. } | Output::Notify(_) => {}
            }
        }
        reply
    }

    fn ask(&mut self, member: u8, request: &Request) -> Reply {
        let remote = NodeId([member; 32]);
        self.handle(Input::Frame { remote, bytes: request.encode(1) }).expect("every request is answered")
    }
}

/// A chat's register at relays that ship, with the room opened at each.
struct Town {
    machines: Vec<Machine>,
    register: Register,
    dice: Dice,
    now: Now,
}

impl Town {
    fn new(relays: u8, seed: u64) -> Self {
        let mut machines: Vec<_> = (1..=relays).map(Machine::new).collect();
        let home = HomeSet::new(machines.iter().map(Machine::id).collect(), false).unwrap();
        let room = Room::derive(&[5; 32], 5);
        for machine in &mut machines {
            let id = machine.id();
            let opened = machine.ask(0, &Request::Open { tag: room.tag, spec: room.spec(&id, 2) });
            assert!(matches!(opened, Reply::Opened(_)), "{opened:?}");
        }
        let register = Register::new(room, CHAT, PREV, home);
        Self { machines, register, dice: Dice(seed), now: Now { mono: 0, wall: 0 } }
    }

    fn block(&self, author: u8) -> Block {
        let key = DeviceKey::from_seed([author; 32]);
        let (intent, home) = (Intent::KeyUpdate, self.register.home().clone());
        let commit = vec![author; 2_000];
        let content =
            Content { chat: CHAT, index: 6, prev: PREV, author: key.device(), intent, commit, state: [0; 32], home };
        Block::sign(content, &key).unwrap()
    }

    fn machine(&mut self, relay: &NodeId) -> &mut Machine {
        self.machines.iter_mut().find(|machine| machine.id() == *relay).expect("a home relay")
    }

    /// Asks a relay; request or answer is lost in `loss` of 100 cases, and the relay restarts now and then.
    fn ask(&mut self, member: u8, relay: &NodeId, request: &Request, loss: u64) -> Option<Reply> {
        if self.dice.next_u64() % 100 < loss {
            return None;
        }
        let restart = self.dice.next_u64().is_multiple_of(8);
        let machine = self.machine(relay);
        if restart {
            machine.restart();
        }
        let reply = machine.ask(member, request);
        (self.dice.next_u64() % 100 >= loss).then_some(reply)
    }
}

/// What a member still has to send, in any order.
type Pending = Vec<(usize, NodeId, u32, Request)>;

fn sort_out(member: usize, out: Vec<ProposerOutput>, pending: &mut Pending, decisions: &mut Vec<Decision>) {
    for output in out {
        match output {
            ProposerOutput::Send { relay, attempt, request } => pending.push((member, relay, attempt, request)),
            ProposerOutput::Decided { decision, .. } => decisions.push(*decision),
            ProposerOutput::NothingThere => panic!("a proposer with a block"),
            ProposerOutput::Trouble { relay, trouble } => panic!("{relay:?}: {trouble}"),
        }
    }
}

/// Three members propose at once; requests of all go out in random order.
fn race(town: &mut Town, loss: u64) -> Vec<Decision> {
    let (mut pending, mut decisions, mut proposers) = (Pending::new(), Vec::new(), Vec::new());
    for member in 0..3 {
        let (mut out, mine) = (Vec::new(), town.block(member as u8 + 10));
        let register = town.register.clone();
        proposers.push(Proposer::start(register, Some(mine), town.now, &mut town.dice, &mut out).unwrap());
        sort_out(member, out, &mut pending, &mut decisions);
    }
    for _ in 0..100_000 {
        if proposers.iter().all(Proposer::is_done) {
            break;
        }
        let mut out = Vec::new();
        let Some(pick) = (town.dice.next_u64() as usize).checked_rem(pending.len()) else {
            let timers = proposers.iter().filter_map(|proposer| proposer.wake());
            town.now.mono = timers.map(|wake| wake.at).min().expect("somebody waits");
            for (member, proposer) in proposers.iter_mut().enumerate() {
                proposer.on_wake(town.now, &mut town.dice, &mut out);
                sort_out(member, std::mem::take(&mut out), &mut pending, &mut decisions);
            }
            continue;
        };
        let (member, relay, attempt, request) = pending.swap_remove(pick);
        if let Some(reply) = town.ask(member as u8, &relay, &request, loss) {
            let answer = Answer { relay, attempt, reply: &reply };
            proposers[member].on_reply(town.now, answer, &|_| true, &mut town.dice, &mut out);
            sort_out(member, out, &mut pending, &mut decisions);
        }
    }
    decisions
}

fn learn(town: &mut Town) -> Option<Decision> {
    let (mut out, mut next) = (Vec::new(), Vec::new());
    let mut learner = Learner::start(town.register.clone(), town.now, &mut out);
    for output in out {
        let LearnerOutput::Send { relay, request } = output else { panic!("{output:?}") };
        let reply = town.machine(&relay).ask(3, &request);
        learner.on_reply(&relay, &reply, &|_| true, &mut next);
    }
    next.into_iter().find_map(|output| match output {
        LearnerOutput::Learned(decision) => Some(*decision),
        LearnerOutput::NothingThere => None,
        other => panic!("{other:?}"),
    })
}

#[test]
fn three_members_get_one_block_from_relays_that_lose_answers_and_restart() {
    for (relays, seed) in [(1, 1), (1, 2), (4, 3), (4, 4), (4, 5), (4, 6)] {
        let mut town = Town::new(relays, seed);
        let decisions = race(&mut town, 20);
        assert_eq!(decisions.len(), 3, "{relays} relays, seed {seed}: somebody is stuck");
        for decision in &decisions {
            assert_eq!(town.register.verify(decision), Ok(()));
            assert_eq!(decision.block, decisions[0].block, "{relays} relays, seed {seed}: a fork");
        }
    }
}

#[test]
fn who_did_not_propose_learns_what_was_decided() {
    for relays in [1, 4] {
        let mut town = Town::new(relays, 7);
        assert_eq!(learn(&mut town), None);
        let decisions = race(&mut town, 0);
        assert_eq!(learn(&mut town).map(|decision| decision.block), Some(decisions[0].block.clone()));
    }
}

#[test]
fn a_relay_cannot_use_what_it_sees_as_a_member_elsewhere() {
    let mut town = Town::new(4, 8);
    let (first, second) = (town.machines[0].id(), town.machines[1].id());
    let room = town.register.room().clone();
    let ballot = Ballot { round: 1, proposer: [1; 16] };
    let seen = Request::Prepare { tag: room.tag, cap: room.write(&first), index: 6, ballot };
    assert!(matches!(town.machine(&first).ask(0, &seen), Reply::Promised { .. }));
    assert_eq!(town.machine(&second).ask(0, &seen), Reply::Refused(Refusal::BadCapability));
}
