//! A person's vote in a poll. Body: `{0: poll, 1: counter, 2: [option, …]}`, ascending; none takes the vote back.
//!
//! The counter goes up with every change of mind, from 1 to 16; the vote with the highest counts, of two with the same
//! the earlier by (time, id). Both rules hold in any order of arrival, also around the poll's close: a vote that is
//! not before the close never counted. A quiz takes counter 1 only.

use super::canonical;
use crate::ids::OpId;
use crate::limits::{POLL_OPTIONS_MAX, VOTE_CHANGES_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Which poll.
    pub target: OpId,
    /// 1 to 16.
    pub counter: u8,
    /// Ascending.
    pub options: Vec<u8>,
}

impl Vote {
    /// Checks what can be checked without the poll.
    pub fn checked(self) -> Result<Self, WireError> {
        if self.options.len() > POLL_OPTIONS_MAX {
            return Err(WireError::TooLarge { what: "options", limit: POLL_OPTIONS_MAX });
        }
        if self.counter == 0 || self.counter > VOTE_CHANGES_MAX {
            return Err(WireError::Invalid("counter of a vote"));
        }
        let ascending = self.options.windows(2).all(|pair| pair[0] < pair[1]);
        if ascending { Ok(self) } else { Err(WireError::Invalid("options of a vote")) }
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "vote").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_holds_and_hostile_bodies_are_refused() {
        let vote = Vote { target: OpId([7; 32]), counter: 1, options: vec![2] };
        // a3             map of three
        //    00 5820 07… field 0: poll 0707…
        //    01 01       field 1: counter 1
        //    02 81 02    field 2: option 2
        let bytes = [&[0xa3, 0x00, 0x58, 0x20][..], &[7; 32], &[0x01, 0x01, 0x02, 0x81, 0x02]].concat();
        assert_eq!(vote.encode().unwrap(), bytes);
        assert_eq!(Vote::decode(&bytes), Ok(vote.clone()));
        let bad = [
            Vote { counter: 0, ..vote.clone() },
            Vote { counter: VOTE_CHANGES_MAX + 1, ..vote.clone() },
            Vote { options: vec![1, 1], ..vote.clone() },
            Vote { options: vec![2, 1], ..vote.clone() },
            Vote { options: (0..=POLL_OPTIONS_MAX as u8).collect(), ..vote },
        ];
        for vote in bad {
            assert!(Vote::decode(&cbor::encode(&vote).unwrap()).is_err(), "{vote:?}");
        }
    }
}
