//! Somebody other than its author has heard or seen what plays in a message: a voice message or a video. Body:
//! `{0: message}`; or, of a user who tells nobody what they have read, `{1: [[device, sealed], …]}`, ascending by device:
//! the message's id for each other device of theirs alone, sealed as in a receipt.
//!
//! Nobody takes it back, so it merges by being there.

use super::canonical;
use super::receipt::ForOwn;
use crate::ids::OpId;
use crate::limits::DEVICES_MAX;
use crate::session::sealed::OVERHEAD;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Bytes of a message's id that is sealed for a device.
const SEALED: usize = 32 + OVERHEAD;

/// It was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// For everybody: which message.
    Told(OpId),
    /// For own devices alone, ascending; at least one.
    Own(Vec<ForOwn>),
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<OpId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own: Vec<ForOwn>,
}

impl Heard {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(&match self {
            Heard::Told(target) => Wire { target: Some(*target), own: Vec::new() },
            Heard::Own(own) => Wire { target: None, own: own.clone() },
        })
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let Wire { target, own } = canonical(bytes, "hearing of a message")?;
        if own.len() > DEVICES_MAX {
            return Err(WireError::TooLarge { what: "own devices of a hearing", limit: DEVICES_MAX });
        }
        let ascending = own.windows(2).all(|pair| pair[0].0 < pair[1].0);
        match target {
            Some(target) if own.is_empty() => Ok(Heard::Told(target)),
            None if ascending && !own.is_empty() && own.iter().all(|ForOwn(_, sealed)| sealed.len() == SEALED) => {
                Ok(Heard::Own(own))
            }
            Some(_) | None => Err(WireError::Invalid("hearing of a message")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DeviceId;

    fn own(n: u8) -> ForOwn {
        ForOwn(DeviceId([n; 32]), vec![n; SEALED])
    }

    #[test]
    fn the_vectors_hold() {
        // a1             map of one
        //    00 5820 07… field 0: message 0707…
        let told = [&[0xa1, 0x00, 0x58, 0x20][..], &[7; 32]].concat();
        // a1                      map of one
        //    01 81                field 1: one device
        //       82 5820 02… 5850 02… its id, 80 sealed bytes
        let mine = [&[0xa1, 0x01, 0x81, 0x82, 0x58, 0x20][..], &[2; 32], &[0x58, 0x50], &[2; 80]].concat();
        for (bytes, heard) in [(told, Heard::Told(OpId([7; 32]))), (mine, Heard::Own(vec![own(2)]))] {
            assert_eq!(heard.encode().unwrap(), bytes);
            assert_eq!(Heard::decode(&bytes), Ok(heard));
        }
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let target = Some(OpId([7; 32]));
        let short = ForOwn(DeviceId([1; 32]), vec![1; SEALED - 1]);
        for (target, own) in [
            (None, vec![]),
            (target, vec![own(1)]),
            (None, vec![own(2), own(1)]),
            (None, vec![own(1), own(1)]),
            (None, vec![short]),
            (None, (0..=DEVICES_MAX as u8).map(own).collect()),
        ] {
            assert!(Heard::decode(&cbor::encode(&Wire { target, own }).unwrap()).is_err());
        }
    }
}
