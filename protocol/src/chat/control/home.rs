//! The home relays of a chat: who keeps and orders it, and how many of them decide.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | trusted, 0 or 1 |
//! | 2 | number of relays: 1, 3 or 4 |
//! | 32 each | relays, ascending |
//!
//! With q of n: 1 of 1 and 3 of 4 hold when the one relay, or any one of the four, fails; 3 of 4 also when that one
//! lies. 2 of 3 forks if one lies (protocol.md, section 2), so three relays are taken only where the chat says that
//! they are its members' own and trusted.

use crate::ids::NodeId;
use crate::limits::HOME_RELAYS_MAX;
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use thiserror::Error;

/// Why relays cannot be a chat's home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HomeError {
    /// Only 1, 3 and 4 have a quorum worth having.
    #[error("a chat needs 1 or 4 home relays, or 3 trusted ones, not {0}")]
    Number(usize),
    /// One relay twice.
    #[error("home relay {0:?} is named twice")]
    Double(NodeId),
    /// Three relays that are not said to be trusted.
    #[error("3 home relays must be trusted ones: one that lies could fork the chat; take 4")]
    Untrusted,
    /// Trust makes a difference for three only; otherwise the flag must be off, so that a set has one encoding.
    #[error("only a home of 3 relays is marked as trusted")]
    NeedlessTrust,
}

/// A valid set of home relays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeSet {
    relays: Vec<NodeId>,
}

impl HomeSet {
    /// One relay, or four; three with `trusted`. Any order.
    ///
    /// # Errors
    /// [`HomeError`].
    pub fn new(mut relays: Vec<NodeId>, trusted: bool) -> Result<Self, HomeError> {
        relays.sort_unstable();
        if let Some(pair) = relays.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(HomeError::Double(pair[0]));
        }
        match (relays.len(), trusted) {
            (1 | 4, false) | (3, true) => Ok(Self { relays }),
            (1 | 4, true) => Err(HomeError::NeedlessTrust),
            (3, false) => Err(HomeError::Untrusted),
            (n, _) => Err(HomeError::Number(n)),
        }
    }

    /// Ascending.
    pub fn relays(&self) -> &[NodeId] {
        &self.relays
    }

    /// True if the relay is one of them.
    pub fn contains(&self, relay: &NodeId) -> bool {
        self.relays.binary_search(relay).is_ok()
    }

    /// How many of them decide: more than half, and for four enough that two quorums share an honest one.
    pub fn quorum(&self) -> usize {
        self.relays.len() / 2 + 1
    }

    /// True for three relays, which only trusted ones may be.
    pub fn trusted(&self) -> bool {
        self.relays.len() == 3
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.bool(self.trusted()).count(self.relays.len());
        for relay in &self.relays {
            w.raw(&relay.0);
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let trusted = r.bool()?;
        let n = r.count("home relays", HOME_RELAYS_MAX, 32)?;
        let relays = (0..n).map(|_| r.array().map(NodeId)).collect::<Result<Vec<_>, _>>()?;
        if !relays.is_sorted() {
            return Err(WireError::Invalid("the order of home relays"));
        }
        Self::new(relays, trusted).map_err(|_| WireError::Invalid("home relays"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relays(n: u8) -> Vec<NodeId> {
        (0..n).rev().map(|i| NodeId([i; 32])).collect()
    }

    #[test]
    fn one_three_and_four_relays_have_their_quorums() {
        for (n, trusted, quorum) in [(1, false, 1), (3, true, 2), (4, false, 3)] {
            let home = HomeSet::new(relays(n), trusted).unwrap();
            assert_eq!((home.quorum(), home.trusted()), (quorum, trusted));
            let mut w = Writer::default();
            home.write(&mut w);
            assert_eq!(HomeSet::read(&mut Reader::new(&w.finish())), Ok(home));
        }
    }

    #[test]
    fn every_other_set_is_refused_by_name() {
        for (set, trusted, reason) in [
            (relays(0), false, HomeError::Number(0)),
            (relays(2), false, HomeError::Number(2)),
            (relays(5), false, HomeError::Number(5)),
            (relays(3), false, HomeError::Untrusted),
            (relays(4), true, HomeError::NeedlessTrust),
            ([relays(3), relays(1)].concat(), false, HomeError::Double(NodeId([0; 32]))),
        ] {
            assert_eq!(HomeSet::new(set, trusted), Err(reason));
        }
        let unordered = [&[0, 0, 4][..], &[3; 32], &[2; 32], &[1; 32], &[0; 32]].concat();
        let read = HomeSet::read(&mut Reader::new(&unordered));
        assert_eq!(read, Err(WireError::Invalid("the order of home relays")));
        let five = [&[0, 0, 5][..], &[0; 160]].concat();
        let read = HomeSet::read(&mut Reader::new(&five));
        assert_eq!(read, Err(WireError::TooLarge { what: "home relays", limit: 4 }));
    }
}
