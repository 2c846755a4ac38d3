//! Proof that a register decided twice, which can only be if a quorum's relays lied or lost their registers.
//!
//! Two receipts for one index may differ in ballot and hash and still be for one block: a later proposer may have
//! carried a decided block through again. A fork is two *blocks*.

use super::block::Block;
use super::register::{Decision, DecisionError, Register};
use super::state::State;
use crate::ids::NodeId;
use std::cmp::Reverse;
use thiserror::Error;

/// Why two decisions are no proof of a fork.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ForkError {
    /// Both are for one block.
    #[error("both receipts are for the same block")]
    SameBlock,
    /// The first is not a decision of the register.
    #[error("the first of the two is no decision: {0}")]
    First(DecisionError),
    /// The second is not a decision of the register.
    #[error("the second of the two is no decision: {0}")]
    Second(DecisionError),
    /// One of them may not stand on the state before: nobody who keeps the rules follows it.
    #[error("one of the two blocks may not stand here")]
    NotAllowed,
}

/// Two decisions of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkProof {
    /// One.
    pub first: Decision,
    /// The other.
    pub second: Decision,
}

impl ForkProof {
    /// Checks the proof; gives the relays that signed both, ascending: at least one of them broke its word or lost
    /// its disk.
    ///
    /// # Errors
    /// [`ForkError`].
    pub fn check(&self, register: &Register) -> Result<Vec<NodeId>, ForkError> {
        if self.first.block.hash() == self.second.block.hash() {
            return Err(ForkError::SameBlock);
        }
        register.verify(&self.first).map_err(ForkError::First)?;
        register.verify(&self.second).map_err(ForkError::Second)?;
        let signed = |decision: &Decision, relay: &NodeId| decision.receipt.signatures.iter().any(|(r, _)| r == relay);
        let relays = register.home().relays().iter().filter(|relay| signed(&self.first, relay));
        Ok(relays.filter(|relay| signed(&self.second, relay)).copied().collect())
    }
}

impl ForkProof {
    /// The one that everybody keeps: the block of the more senior author on the state before them; of equals the one with
    /// the lower hash. Senior is who has the higher rank, and of one rank whose device came in earlier. All who have both
    /// blocks and the state say the same.
    ///
    /// # Errors
    /// [`ForkError::NotAllowed`].
    pub fn choose(self, state: &State) -> Result<Choice, ForkError> {
        let allowed = |block: &Block| state.after(block.content()).is_ok();
        if !allowed(&self.first.block) || !allowed(&self.second.block) {
            return Err(ForkError::NotAllowed);
        }
        let order = |block: &Block| {
            let author = block.content().author;
            let seat = state.devices.get(&author);
            let rank = seat.map(|seat| state.rules.role(&seat.user).rank());
            (Reverse(rank), seat.map(|seat| seat.since), block.hash())
        };
        let Self { first, second } = self;
        let first_stands = order(&first.block) < order(&second.block);
        Ok(if first_stands { Choice { stands: first, lost: second } } else { Choice { stands: second, lost: first } })
    }
}

/// Which of two decisions stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What everybody keeps.
    pub stands: Decision,
    /// What everybody drops.
    pub lost: Decision,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::control::block::Content;
    use crate::chat::control::genesis::Origin;
    use crate::chat::control::home::HomeSet;
    use crate::chat::control::intent::{InfoChange, Intent};
    use crate::chat::control::receipt::Receipt;
    use crate::chat::control::rules::{Rights, Role};
    use crate::contact::mailbox::RelayHint;
    use crate::identity::keys::DeviceKey;
    use crate::ids::{BlockHash, ChatId, LogTag, UserId};
    use crate::wire::registry::chat::GROUP;
    use crate::wire::relay::Ballot;

    fn key(n: u8) -> DeviceKey {
        DeviceKey::from_seed([n; 32])
    }

    fn user(n: u8) -> UserId {
        UserId([n; 32])
    }

    /// Owner 1, admin 2, and members 3 and 4, of whom 4 came later.
    fn state() -> State {
        let relay = NodeId([9; 32]);
        let home = HomeSet::new(vec![relay], false).unwrap();
        let (chat, creator) = (ChatId([7; 32]), user(1));
        let origin =
            Origin { chat, kind: GROUP, title: "T".into(), creator, device: key(1).device(), created: 5, home };
        let devices: Vec<_> = (1..=4).map(|n| (key(n).device(), user(n))).collect();
        let mut state = State::founding(&origin, vec![RelayHint { relay, addrs: vec![] }], &devices);
        state.rules.roles.insert(user(2), Role::Admin(Rights::ALL));
        state.devices.get_mut(&key(4).device()).unwrap().since = 3;
        state.index = 5;
        state
    }

    fn decision(by: u8, commit: u8, intent: Intent) -> Decision {
        let (state, author) = (state(), key(by).device());
        let next = state.with(&author, &intent).unwrap_or_else(|_| state.clone());
        let content = Content {
            chat: state.chat,
            index: 6,
            prev: BlockHash([8; 32]),
            author,
            intent,
            commit: vec![commit],
            state: next.hash(),
            home: state.home_set().unwrap(),
        };
        let receipt = Receipt {
            tag: LogTag([0; 32]),
            index: 6,
            ballot: Ballot { round: 1, proposer: [0; 16] },
            hash: BlockHash([0; 32]),
            signatures: vec![],
        };
        Decision { receipt, block: Block::sign(content, &key(by)).unwrap() }
    }

    fn chosen(first: &Decision, second: &Decision) -> Decision {
        let choose = |first: &Decision, second: &Decision| {
            ForkProof { first: first.clone(), second: second.clone() }.choose(&state()).unwrap()
        };
        let choice = choose(first, second);
        assert_eq!(choice, choose(second, first), "whoever has which block first");
        choice.stands
    }

    #[test]
    fn rank_stands_before_age_and_age_before_the_hash() {
        let by = |n, commit| decision(n, commit, Intent::KeyUpdate);
        for commit in 0..8 {
            assert_eq!(chosen(&by(1, commit), &by(2, 0)), by(1, commit), "the owner before an admin");
            assert_eq!(chosen(&by(2, commit), &by(3, 0)), by(2, commit), "an admin before a member");
            assert_eq!(chosen(&by(4, commit), &by(3, 0)), by(3, 0), "who came earlier before who came later");
            let (a, b) = (by(3, commit), by(3, commit + 1));
            let lower = if a.block.hash() < b.block.hash() { a.clone() } else { b.clone() };
            assert_eq!(chosen(&a, &b), lower, "of equals the lower hash");
        }
    }

    #[test]
    fn a_block_that_may_not_stand_proves_nothing() {
        let title = || Intent::SetInfo(InfoChange { title: Some("mine".into()), ..InfoChange::default() });
        let member = decision(3, 0, title());
        let (stranger, good) = (decision(5, 0, Intent::KeyUpdate), decision(1, 0, Intent::KeyUpdate));
        let mut state = state();
        state.rules.permissions = crate::chat::control::rules::Permissions::TEXT;
        for bad in [member, stranger] {
            let proof = ForkProof { first: good.clone(), second: bad };
            assert_eq!(proof.choose(&state), Err(ForkError::NotAllowed));
        }
    }
}
