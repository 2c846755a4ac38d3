//! "We leave this chat": a departure that any member may have decided (`chat::control::intent::Departure`). Body: its
//! bytes. Nobody can take their own leaf out of an MLS group, so the others do it.

use crate::chat::control::intent::Departure;
use crate::wire::WireError;

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Which devices, up to where, signed.
    pub departure: Departure,
}

impl Leave {
    pub(super) fn encode(&self) -> Vec<u8> {
        self.departure.encode()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        Departure::decode(bytes).map(|departure| Self { departure })
    }
}
