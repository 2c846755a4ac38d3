//! A part of a welcome parcel, said in a chat that both sides share already. Body: `{0: chat, 1: device, 2: part,
//! 3: parts, 4: bytes}`. The parts of a parcel stand behind each other in the sender's log. Merge rule: none; a part
//! that does not continue what came before it is dropped, and the parcel with it.

use crate::ids::{ChatId, DeviceId};
use crate::limits::{OP_MAX, PARCEL_MAX, PARCEL_PART_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Parts of the largest parcel.
pub const PARTS_MAX: u16 = PARCEL_MAX.div_ceil(PARCEL_PART_MAX) as u16;

/// A part.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The chat that is joined.
    pub chat: ChatId,
    /// For which device.
    pub device: DeviceId,
    /// From 0.
    pub part: u16,
    /// How many there are.
    pub parts: u16,
    /// At most [`PARCEL_PART_MAX`].
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Welcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Welcome({:?}, {:?}, {}/{}, {} bytes)",
            self.chat,
            self.device,
            self.part,
            self.parts,
            self.bytes.len()
        )
    }
}

impl Welcome {
    /// A parcel in parts.
    pub fn split(chat: ChatId, device: DeviceId, parcel: &[u8]) -> Vec<Self> {
        let parts = parcel.len().div_ceil(PARCEL_PART_MAX) as u16;
        let part =
            |(part, bytes): (usize, &[u8])| Self { chat, device, part: part as u16, parts, bytes: bytes.to_vec() };
        parcel.chunks(PARCEL_PART_MAX).enumerate().map(part).collect()
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let welcome = cbor::decode::<Self>(bytes, "welcome", OP_MAX)?;
        let full = welcome.bytes.len() == PARCEL_PART_MAX;
        let last = welcome.part + 1 == welcome.parts;
        let fits = welcome.parts <= PARTS_MAX && welcome.part < welcome.parts && !welcome.bytes.is_empty();
        if !fits || welcome.bytes.len() > PARCEL_PART_MAX || !(full || last) {
            return Err(WireError::Invalid("part of a welcome"));
        }
        Ok(welcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_and_put_together_are_the_parcel() {
        let parcel: Vec<u8> = (0..PARCEL_PART_MAX * 2 + 5).map(|n| n as u8).collect();
        let parts = Welcome::split(ChatId([1; 32]), DeviceId([2; 32]), &parcel);
        assert_eq!(parts.len(), 3);
        let read = parts.iter().map(|part| Welcome::decode(&part.encode().unwrap()).unwrap());
        assert_eq!(read.flat_map(|part| part.bytes).collect::<Vec<_>>(), parcel);
    }

    #[test]
    fn parts_out_of_bounds_are_refused() {
        let good = Welcome { chat: ChatId([1; 32]), device: DeviceId([2; 32]), part: 0, parts: 1, bytes: vec![1] };
        assert!(Welcome::decode(&good.encode().unwrap()).is_ok());
        for bad in [
            Welcome { part: 1, ..good.clone() },
            Welcome { parts: 0, ..good.clone() },
            Welcome { parts: PARTS_MAX + 1, ..good.clone() },
            Welcome { parts: 2, ..good.clone() },
            Welcome { bytes: vec![], ..good.clone() },
            Welcome { bytes: vec![0; PARCEL_PART_MAX + 1], ..good },
        ] {
            assert_eq!(Welcome::decode(&bad.encode().unwrap()), Err(WireError::Invalid("part of a welcome")));
        }
    }
}
