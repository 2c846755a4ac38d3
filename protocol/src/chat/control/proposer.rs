//! Gets one block decided at one register: the proposer of single-decree Paxos (Lamport, "Paxos Made Simple", 2001),
//! with signed answers and sealed values so that one lying relay of four cannot make it replace a decided block.
//!
//! 1. **Prepare** a fresh ballot at every home relay. From a quorum's promises take over the usable block with the
//!    highest ballot, else propose one's own. If a quorum already holds one acceptance, that is the decision.
//! 2. **Accept** it at every home relay. A quorum's signatures are the receipt.
//!
//! Answers may be lost, doubled, late or lies. What is missing is asked for again with growing pauses, for as long as
//! the proposer lives. A ballot is given up when a quorum for it has become impossible, or when somebody outbid it and
//! the rest stays silent; then a random pause (doubling, at most [`BACKOFF_MAX_MS`]) keeps two proposers from chasing
//! each other for ever.
//!
//! **Nothing of a proposer is stored.** A ballot carries 16 random bytes and is used for one value; after a restart
//! there is a new proposer with new ballots, so no ballot is ever used for two values. What its owner must store
//! *before* [`Proposer::start`] is the staged block (`rows::stage`) and the MLS state that belongs to it: the block may
//! be decided by others at any time from then on.
//!
//! Not here: requests' numbers and links. The owner hands back every reply with the `attempt` of its request ([`Answer`]).

use super::block::Block;
use super::register::{BlockError, Claim, Decision, Judge, Register, Trouble};
use crate::core::{Now, Wake};
use crate::ids::{BlockHash, NodeId};
use crate::limits::{BLOCK_MAX, ROUND_JUMP_MAX};
use crate::wire::relay::{AcceptedValue, Ballot, Reply, Request};
use rand_core::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// The first pause before asking silent relays again; doubles.
const RESEND_MS: u64 = 1_000;
/// The longest pause before asking silent relays again.
const RESEND_MAX_MS: u64 = 30_000;
/// The bound of the first random pause after being outbid; doubles.
const BACKOFF_MS: u64 = 100;
/// The longest random pause after being outbid.
const BACKOFF_MAX_MS: u64 = 10_000;

/// What a proposer asks for.
#[derive(Clone, Debug)]
pub enum ProposerOutput {
    /// Send this, and hand the answer back with `attempt`. If the link goes down, forget it.
    Send {
        /// To which home relay.
        relay: NodeId,
        /// To be repeated in [`Proposer::on_reply`].
        attempt: u32,
        /// What.
        request: Request,
    },
    /// A block is decided; the proposer is done. Persist before acting on it.
    Decided {
        /// The block and its receipt.
        decision: Box<Decision>,
        /// True if it is the block that the proposer was started with.
        mine: bool,
    },
    /// A proposer without a block of its own found that nothing is accepted: nothing is decided. It is done.
    NothingThere,
    /// A relay's answer was left out of the count.
    Trouble {
        /// Which relay.
        relay: NodeId,
        /// Why.
        trouble: Trouble,
    },
}

/// A relay's answer to a [`ProposerOutput::Send`].
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Who answers.
    pub relay: NodeId,
    /// The number that the request was sent with.
    pub attempt: u32,
    /// What it says.
    pub reply: &'a Reply,
}

#[derive(Debug)]
enum Phase {
    /// Waits for `until`, then prepares.
    Pause { until: u64 },
    /// Collects promises, each with what was accepted before.
    Prepare { ballot: Ballot, promises: BTreeMap<NodeId, Option<Claim>>, wait: Wait },
    /// Collects acceptances.
    Accept { ballot: Ballot, offer: Box<Offer>, accepts: BTreeMap<NodeId, [u8; 64]>, wait: Wait },
    /// Decided, or nothing there.
    Done,
}

/// What is proposed in one ballot.
#[derive(Debug)]
struct Offer {
    block: Block,
    sealed: Vec<u8>,
    /// Of `sealed`.
    hash: BlockHash,
}

/// Who said no in a phase, and when to ask the silent again.
#[derive(Debug)]
struct Wait {
    outbid: BTreeSet<NodeId>,
    resend_at: u64,
    pause: u64,
}

impl Wait {
    fn new(now: Now) -> Self {
        Self { outbid: BTreeSet::new(), resend_at: now.mono + RESEND_MS, pause: RESEND_MS }
    }

    fn longer(&mut self, now: Now) {
        self.pause = (self.pause * 2).min(RESEND_MAX_MS);
        self.resend_at = now.mono + self.pause;
    }
}

/// Drives one register to a decision.
#[derive(Debug)]
pub struct Proposer {
    register: Register,
    mine: Option<Block>,
    /// The highest round heard of.
    round: u64,
    /// How many ballots were given up.
    given_up: u32,
    /// Counts phases, so that late answers are known as such.
    attempt: u32,
    phase: Phase,
}

type Out = Vec<ProposerOutput>;

impl Proposer {
    /// Starts to get `mine` decided (already stored, see the module). With `None` it only completes what others have
    /// begun: use that when relays hold acceptances, but no quorum of one.
    ///
    /// # Errors
    /// A block that cannot stand in this register.
    pub fn start(
        register: Register,
        mine: Option<Block>,
        now: Now,
        rng: &mut impl Rng,
        out: &mut Out,
    ) -> Result<Self, BlockError> {
        if let Some(block) = &mine {
            register.check(block)?;
            let size = register.seal(&Ballot::default(), block).0.len();
            if size > BLOCK_MAX {
                return Err(BlockError::TooLarge(size));
            }
        }
        let phase = Phase::Pause { until: now.mono };
        let mut proposer = Self { register, mine, round: 0, given_up: 0, attempt: 0, phase };
        proposer.prepare(now, rng, out);
        Ok(proposer)
    }

    /// The register.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// True once [`ProposerOutput::Decided`] or [`ProposerOutput::NothingThere`] was given.
    pub fn is_done(&self) -> bool {
        matches!(self.phase, Phase::Done)
    }

    /// When to call [`Self::on_wake`].
    pub fn wake(&self) -> Option<Wake> {
        match &self.phase {
            Phase::Pause { until } => Some(Wake { at: *until, reason: "proposer: next ballot" }),
            Phase::Prepare { wait, .. } | Phase::Accept { wait, .. } => {
                Some(Wake { at: wait.resend_at, reason: "proposer: ask silent relays again" })
            }
            Phase::Done => None,
        }
    }

    /// The time has come; waking too early is harmless.
    pub fn on_wake(&mut self, now: Now, rng: &mut impl Rng, out: &mut Out) {
        if self.wake().is_none_or(|wake| now.mono < wake.at) {
            return;
        }
        match &mut self.phase {
            Phase::Pause { .. } => self.prepare(now, rng, out),
            Phase::Prepare { wait, .. } | Phase::Accept { wait, .. } => {
                if wait.outbid.is_empty() {
                    wait.longer(now);
                    self.ask(None, out);
                } else {
                    self.give_up(now, rng);
                }
            }
            Phase::Done => {}
        }
    }

    /// A link to a home relay is up again: what it has not answered is asked at once.
    pub fn on_link_up(&mut self, relay: &NodeId, out: &mut Out) {
        self.ask(Some(relay), out);
    }

    /// A home relay answered. An answer to a request of an earlier phase has no effect.
    pub fn on_reply(&mut self, now: Now, answer: Answer<'_>, judge: Judge<'_>, rng: &mut impl Rng, out: &mut Out) {
        if answer.attempt != self.attempt {
            return;
        }
        if let Err(trouble) = self.count(&answer.relay, answer.reply, judge, out) {
            out.push(ProposerOutput::Trouble { relay: answer.relay, trouble });
        }
        self.go_on(now, rng, out);
    }

    /// Counts an answer, if it is worth it.
    fn count(&mut self, relay: &NodeId, reply: &Reply, judge: Judge<'_>, out: &mut Out) -> Result<(), Trouble> {
        if !self.register.home().contains(relay) {
            return Err(Trouble::Stranger);
        }
        match (&mut self.phase, reply) {
            (_, Reply::Refused(refusal)) => Err(Trouble::Refused(*refusal)),
            (Phase::Pause { .. } | Phase::Done, _) => Ok(()),
            (Phase::Prepare { ballot, wait, .. } | Phase::Accept { ballot, wait, .. }, Reply::Outbid { promised }) => {
                self.round = self.round.max(outbid(ballot, promised)?);
                wait.outbid.insert(*relay);
                Ok(())
            }
            (Phase::Prepare { ballot, promises, .. }, Reply::Promised { signature, accepted }) => {
                self.register.promise(relay, ballot, signature)?;
                let accepted = accepted.as_ref();
                let claim = accepted.map(|value| earlier(&self.register, relay, ballot, value, judge)).transpose();
                let claim = unusable_is_none(relay, claim, out)?;
                promises.entry(*relay).or_insert(claim);
                Ok(())
            }
            (Phase::Accept { ballot, offer, accepts, .. }, Reply::Accepted { signature }) => {
                self.register.acceptance(relay, ballot, &offer.hash, signature)?;
                accepts.insert(*relay, *signature);
                Ok(())
            }
            (Phase::Prepare { .. } | Phase::Accept { .. }, _) => Err(Trouble::Unfitting),
        }
    }

    /// Goes to the next phase if the answers so far allow or force it.
    fn go_on(&mut self, now: Now, rng: &mut impl Rng, out: &mut Out) {
        let (quorum, relays) = (self.register.home().quorum(), self.register.home().relays().len());
        match &self.phase {
            Phase::Prepare { promises, .. } if promises.len() >= quorum => self.promised(now, out),
            Phase::Accept { accepts, .. } if accepts.len() >= quorum => self.accepted(out),
            Phase::Prepare { wait, .. } | Phase::Accept { wait, .. } if wait.outbid.len() > relays - quorum => {
                self.give_up(now, rng);
            }
            Phase::Pause { .. } | Phase::Prepare { .. } | Phase::Accept { .. } | Phase::Done => {}
        }
    }

    fn prepare(&mut self, now: Now, rng: &mut impl Rng, out: &mut Out) {
        self.round = self.round.saturating_add(1);
        let mut proposer = [0; 16];
        rng.fill_bytes(&mut proposer);
        let ballot = Ballot { round: self.round, proposer };
        self.enter(Phase::Prepare { ballot, promises: BTreeMap::new(), wait: Wait::new(now) }, out);
    }

    /// A quorum promised.
    fn promised(&mut self, now: Now, out: &mut Out) {
        let Phase::Prepare { ballot, promises, .. } = &self.phase else { return };
        let claims = promises.iter().filter_map(|(relay, claim)| Some((relay, claim.as_ref()?)));
        if let Some(decision) = self.register.decided(claims.clone()) {
            return self.decided(decision, out);
        }
        let highest = claims.max_by_key(|(_, claim)| claim.ballot).map(|(_, claim)| claim.block.clone());
        let Some(block) = highest.or_else(|| self.mine.clone()) else {
            self.phase = Phase::Done;
            return out.push(ProposerOutput::NothingThere);
        };
        let ballot = *ballot;
        let (sealed, hash) = self.register.seal(&ballot, &block);
        let offer = Box::new(Offer { block, sealed, hash });
        self.enter(Phase::Accept { ballot, offer, accepts: BTreeMap::new(), wait: Wait::new(now) }, out);
    }

    /// A quorum accepted.
    fn accepted(&mut self, out: &mut Out) {
        let Phase::Accept { ballot, offer, accepts, .. } = &self.phase else { return };
        let receipt = self.register.receipt(*ballot, offer.hash, accepts.iter());
        self.decided(Decision { receipt, block: offer.block.clone() }, out);
    }

    fn decided(&mut self, decision: Decision, out: &mut Out) {
        let mine = self.mine.as_ref().is_some_and(|block| block.hash() == decision.block.hash());
        self.phase = Phase::Done;
        out.push(ProposerOutput::Decided { decision: Box::new(decision), mine });
    }

    fn give_up(&mut self, now: Now, rng: &mut impl Rng) {
        let bound = (BACKOFF_MS << self.given_up.min(10)).min(BACKOFF_MAX_MS);
        self.given_up = self.given_up.saturating_add(1);
        self.attempt = self.attempt.wrapping_add(1);
        self.phase = Phase::Pause { until: now.mono + rng.next_u64() % bound };
    }

    fn enter(&mut self, phase: Phase, out: &mut Out) {
        self.attempt = self.attempt.wrapping_add(1);
        self.phase = phase;
        self.ask(None, out);
    }

    /// Sends the phase's request to `only`, or to every home relay, unless it has answered.
    fn ask(&self, only: Option<&NodeId>, out: &mut Out) {
        let relays = self.register.home().relays().iter().filter(|relay| only.is_none_or(|only| only == *relay));
        let attempt = self.attempt;
        out.extend(
            relays
                .filter_map(|relay| Some((relay, self.request(relay)?)))
                .map(|(relay, request)| ProposerOutput::Send { relay: *relay, attempt, request }),
        );
    }

    fn request(&self, relay: &NodeId) -> Option<Request> {
        let room = self.register.room();
        let (tag, index, cap) = (room.tag, self.register.index(), || room.write(relay));
        match &self.phase {
            Phase::Prepare { ballot, promises, wait } => (!promises.contains_key(relay)
                && !wait.outbid.contains(relay))
            .then(|| Request::Prepare { tag, cap: cap(), index, ballot: *ballot }),
            Phase::Accept { ballot, offer, accepts, wait } => (!accepts.contains_key(relay)
                && !wait.outbid.contains(relay))
            .then(|| Request::Accept { tag, cap: cap(), index, ballot: *ballot, block: offer.sealed.clone() }),
            Phase::Pause { .. } | Phase::Done => None,
        }
    }
}

/// The round to go beyond after a relay said that it promised a higher ballot. A lie may push it ahead by
/// [`ROUND_JUMP_MAX`] an attempt and no more; a truth that is further away is reached in several attempts.
fn outbid(mine: &Ballot, promised: &Ballot) -> Result<u64, Trouble> {
    if promised <= mine {
        return Err(Trouble::NotOutbid);
    }
    Ok(promised.round.min(mine.round.saturating_add(ROUND_JUMP_MAX)))
}

/// Checks what a relay says it accepted before it promised `ballot`.
fn earlier(
    register: &Register,
    relay: &NodeId,
    ballot: &Ballot,
    value: &AcceptedValue,
    judge: Judge<'_>,
) -> Result<Claim, Trouble> {
    if value.ballot >= *ballot {
        return Err(Trouble::BrokenPromise);
    }
    register.claim(relay, value, judge)
}

/// A promise with an unusable value is a promise with none: no honest member proposed the value, so it cannot have
/// been decided, and it is not the relay's fault if a member put it there. It is still told.
fn unusable_is_none(
    relay: &NodeId,
    claim: Result<Option<Claim>, Trouble>,
    out: &mut Out,
) -> Result<Option<Claim>, Trouble> {
    match claim {
        Ok(claim) => Ok(claim),
        Err(trouble @ Trouble::Unusable(_)) => {
            out.push(ProposerOutput::Trouble { relay: *relay, trouble });
            Ok(None)
        }
        Err(trouble) => Err(trouble),
    }
}
