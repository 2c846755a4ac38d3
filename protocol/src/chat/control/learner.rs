//! Finds out what a register decided, for members that did not propose: asks every home relay what it accepted, and
//! makes the receipt when a quorum accepted one block in one ballot.
//!
//! Its owner starts one on entering a room it is not sure about (after being away, on a hint in an operation). It asks
//! again with growing pauses while relays are silent or something is under way. When relays hold acceptances and every
//! third round has made no receipt, it says [`LearnerOutput::Unfinished`]: whoever proposed is gone, and a
//! `Proposer::start(…, None, …)` in the learner's place will complete it.

use super::register::{Claim, Decision, Judge, Register, Trouble};
use crate::core::{Now, Wake};
use crate::ids::NodeId;
use crate::wire::relay::{Reply, Request};
use std::collections::{BTreeMap, BTreeSet};

/// The first pause between rounds of asking; doubles.
const AGAIN_MS: u64 = 1_000;
/// The longest pause between rounds of asking.
const AGAIN_MAX_MS: u64 = 60_000;
/// Rounds with acceptances and no receipt before (again) it is called unfinished.
const PATIENCE: u32 = 3;

/// What a learner asks for.
#[derive(Clone, Debug)]
pub enum LearnerOutput {
    /// Send this and hand the answer back.
    Send {
        /// To which home relay.
        relay: NodeId,
        /// What.
        request: Request,
    },
    /// A block is decided; the learner is done.
    Learned(Box<Decision>),
    /// A quorum answered, and nothing is accepted: nothing is decided. The learner is done.
    NothingThere,
    /// Something is accepted, but no quorum of it, for a while. The learner goes on asking if it is kept.
    Unfinished,
    /// A relay's answer was left out of the count.
    Trouble {
        /// Which relay.
        relay: NodeId,
        /// Why.
        trouble: Trouble,
    },
}

/// Asks one register.
#[derive(Debug)]
pub struct Learner {
    register: Register,
    heard: BTreeSet<NodeId>,
    claims: BTreeMap<NodeId, Claim>,
    rounds: u32,
    /// Rounds that ended with acceptances and no receipt.
    fruitless: u32,
    again_at: Option<u64>,
}

type Out = Vec<LearnerOutput>;

impl Learner {
    /// Starts asking.
    pub fn start(register: Register, now: Now, out: &mut Out) -> Self {
        let (heard, claims) = (BTreeSet::new(), BTreeMap::new());
        let mut learner = Self { register, heard, claims, rounds: 0, fruitless: 0, again_at: None };
        learner.ask_all(now, out);
        learner
    }

    /// The register.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// True once [`LearnerOutput::Learned`] or [`LearnerOutput::NothingThere`] was given.
    pub fn is_done(&self) -> bool {
        self.again_at.is_none()
    }

    /// When to call [`Self::on_wake`].
    pub fn wake(&self) -> Option<Wake> {
        self.again_at.map(|at| Wake { at, reason: "learner: ask again" })
    }

    /// The time has come; waking too early is harmless.
    pub fn on_wake(&mut self, now: Now, out: &mut Out) {
        if self.again_at.is_none_or(|at| now.mono < at) {
            return;
        }
        if !self.claims.is_empty() {
            self.fruitless = self.fruitless.saturating_add(1);
            if self.fruitless.is_multiple_of(PATIENCE) {
                out.push(LearnerOutput::Unfinished);
            }
        }
        self.ask_all(now, out);
    }

    /// A link to a home relay is up again: it is asked at once.
    pub fn on_link_up(&mut self, relay: &NodeId, out: &mut Out) {
        if !self.is_done() && self.register.home().contains(relay) {
            self.ask(relay, out);
        }
    }

    /// A home relay's answer.
    pub fn on_reply(&mut self, relay: &NodeId, reply: &Reply, judge: Judge<'_>, out: &mut Out) {
        if self.is_done() {
            return;
        }
        if let Err(trouble) = self.count(relay, reply, judge) {
            out.push(LearnerOutput::Trouble { relay: *relay, trouble });
        }
        if let Some(decision) = self.register.decided(self.claims.iter()) {
            self.again_at = None;
            out.push(LearnerOutput::Learned(Box::new(decision)));
        } else if self.claims.is_empty() && self.heard.len() >= self.register.home().quorum() {
            self.again_at = None;
            out.push(LearnerOutput::NothingThere);
        }
    }

    fn count(&mut self, relay: &NodeId, reply: &Reply, judge: Judge<'_>) -> Result<(), Trouble> {
        if !self.register.home().contains(relay) {
            return Err(Trouble::Stranger);
        }
        let accepted = match reply {
            Reply::Learned { accepted } => accepted,
            Reply::Refused(refusal) => return Err(Trouble::Refused(*refusal)),
            _ => return Err(Trouble::Unfitting),
        };
        let claim = accepted.as_ref().map(|value| self.register.claim(relay, value, judge)).transpose();
        match &claim {
            // Somebody may just be about to have it decided, so a value that cannot be used is an answer, too.
            Ok(_) | Err(Trouble::Unusable(_)) => self.heard.insert(*relay),
            Err(_) => false,
        };
        if let Some(claim) = claim? {
            self.keep(relay, claim);
        }
        Ok(())
    }

    /// Answers may overtake each other; a register's ballot only grows.
    fn keep(&mut self, relay: &NodeId, claim: Claim) {
        if self.claims.get(relay).is_none_or(|known| known.ballot < claim.ballot) {
            self.claims.insert(*relay, claim);
        }
    }

    fn ask_all(&mut self, now: Now, out: &mut Out) {
        let pause = (AGAIN_MS << self.rounds.min(6)).min(AGAIN_MAX_MS);
        self.rounds = self.rounds.saturating_add(1);
        self.again_at = Some(now.mono + pause);
        for relay in self.register.home().relays() {
            self.ask(relay, out);
        }
    }

    fn ask(&self, relay: &NodeId, out: &mut Out) {
        let room = self.register.room();
        let request = Request::Learn { tag: room.tag, cap: room.read(relay), index: self.register.index() };
        out.push(LearnerOutput::Send { relay: *relay, request });
    }
}
