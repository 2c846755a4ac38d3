//! How far a device has got: a max-register a sender device, so that receipts merge in any order and only the
//! latest needs to be kept. Body: `{0: [[device, delivered, read], …], 1: [[device, sealed], …], 2: seconds}`, both ascending by device; the
//! second is left out if empty: what a user who tells nobody what they have read tells their own other devices, sealed to
//! each one's X25519 key (Noise `N`), CBOR `[[device, read], …]` inside. The third, of private chats, is when its user was
//! there last, seconds since 1970, as exactly as they tell; left out if they do not.

use crate::ids::DeviceId;
use crate::limits::{DEVICES_MAX, OP_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// Marks of one receipt: the largest chat with one key tree has 1,000 devices.
pub const MARKS_MAX: usize = 1000;

/// Everything of one sender device up to these numbers is durable here, or was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(pub DeviceId, pub u64, pub u64);

impl Mark {
    /// The sender device.
    pub fn device(&self) -> DeviceId {
        self.0
    }

    /// Durable up to this sequence number.
    pub fn delivered(&self) -> u64 {
        self.1
    }

    /// Seen up to this sequence number, at most `delivered`; 0 if its user does not tell.
    pub fn read(&self) -> u64 {
        self.2
    }
}

/// For another device of the same user alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForOwn(pub DeviceId, #[serde(with = "serde_bytes")] pub Vec<u8>);

/// How far a device has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Ascending by device.
    pub marks: Vec<Mark>,
    /// Ascending by device.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<ForOwn>,
    /// When its user was there last, seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<u64>,
}

/// What one's own other devices are told: seen of a device's log up to this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen(pub DeviceId, pub u64);

/// Writes what is sealed for an own device.
///
/// # Errors
/// [`WireError`], never for as many as a receipt has marks.
pub fn encode_seen(seen: &[Seen]) -> Result<Vec<u8>, WireError> {
    cbor::encode(&seen)
}

/// Reads what [`encode_seen`] wrote.
///
/// # Errors
/// [`WireError`] if it is too long or of another shape.
pub fn decode_seen(bytes: &[u8]) -> Result<Vec<Seen>, WireError> {
    cbor::decode(bytes, "what was seen", OP_MAX)
}

impl Receipt {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let receipt = cbor::decode::<Self>(bytes, "receipt", OP_MAX)?;
        if receipt.marks.len() > MARKS_MAX {
            return Err(WireError::TooLarge { what: "marks", limit: MARKS_MAX });
        }
        if receipt.own.len() > DEVICES_MAX {
            return Err(WireError::TooLarge { what: "own devices of a receipt", limit: DEVICES_MAX });
        }
        let ascending = receipt.marks.windows(2).all(|pair| pair[0].0 < pair[1].0)
            && receipt.own.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !ascending || receipt.marks.iter().any(|mark| mark.read() > mark.delivered()) {
            return Err(WireError::Invalid("receipt"));
        }
        Ok(receipt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_round_trip_and_nonsense_is_refused() {
        let (a, b) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let marks = vec![Mark(a, 5, 3), Mark(b, 1, 0)];
        for (own, active) in [(vec![], None), (vec![ForOwn(a, vec![1; 60]), ForOwn(b, vec![])], Some(1_800_000_000))] {
            let good = Receipt { marks: marks.clone(), own, active };
            assert_eq!(Receipt::decode(&good.encode().unwrap()), Ok(good));
        }
        let own = |n: u8| ForOwn(DeviceId([n; 32]), vec![]);
        for bad in [vec![own(2), own(1)], vec![own(1), own(1)], (0..=DEVICES_MAX as u8).map(own).collect()] {
            let bytes = cbor::encode(&Receipt { marks: marks.clone(), own: bad, active: None }).unwrap();
            assert!(Receipt::decode(&bytes).is_err());
        }
        let seen = [Seen(a, 4), Seen(b, u64::MAX)];
        assert_eq!(decode_seen(&encode_seen(&seen).unwrap()).unwrap(), seen);
        assert!(decode_seen(b"x").is_err());
        for marks in [vec![Mark(b, 1, 0), Mark(a, 1, 0)], vec![Mark(a, 1, 0); 2], vec![Mark(a, 1, 2)]] {
            let bytes = cbor::encode(&Receipt { marks, own: vec![], active: None }).unwrap();
            assert_eq!(Receipt::decode(&bytes), Err(WireError::Invalid("receipt")));
        }
    }
}
