//! What a control block is for.
//!
//! A loser of the race for an index keeps its intent and builds a new block from it on the new state; the MLS commit
//! belongs to one state only and is made anew.
//!
//! | kind | body |
//! |---|---|
//! | 1 key update | empty |
//! | 2 add devices | `count u16 \| (user 32 \| device 32)*`, ascending by device |
//! | 3 remove devices | `count u16 \| (device 32 \| last seq u64 \| last op 32)*`, ascending by device |
//! | 4 set home relays | empty: they stand in the block |
//! | other | kept as it is, at most [`INTENT_MAX`] bytes |

use crate::ids::{DeviceId, OpId, UserId};
use crate::limits::{INTENT_DEVICES_MAX, INTENT_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::intent;

/// A device that comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub device: DeviceId,
}

/// A device that goes, and up to where its operations count: what it signs behind the cut is refused, so that a
/// removed member cannot date something back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Which.
    pub device: DeviceId,
    /// Its last operation's sequence number that counts; 0 for none.
    pub last_seq: u64,
    /// That operation; zeros for none.
    pub last_op: OpId,
}

/// What a control block changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Fresh keys, nothing else.
    KeyUpdate,
    /// Devices come in. At least one.
    AddDevices(Vec<Added>),
    /// Devices go. At least one.
    RemoveDevices(Vec<Removed>),
    /// The next epoch lives at the relays that the block names.
    SetHomeRelays,
    /// A kind from a newer program.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its body.
        body: Vec<u8>,
    },
}

impl Intent {
    /// Its number in `registry::intent`.
    pub fn kind(&self) -> u16 {
        match self {
            Intent::KeyUpdate => intent::KEY_UPDATE,
            Intent::AddDevices(_) => intent::ADD_DEVICES,
            Intent::RemoveDevices(_) => intent::REMOVE_DEVICES,
            Intent::SetHomeRelays => intent::SET_HOME_RELAYS,
            Intent::Unknown { kind, .. } => *kind,
        }
    }

    /// Its canonical bytes.
    pub fn body(&self) -> Vec<u8> {
        let mut w = Writer::default();
        match self {
            Intent::KeyUpdate | Intent::SetHomeRelays => {}
            Intent::AddDevices(devices) => {
                w.count(devices.len());
                for added in devices {
                    w.raw(&added.user.0).raw(&added.device.0);
                }
            }
            Intent::RemoveDevices(devices) => {
                w.count(devices.len());
                for removed in devices {
                    w.raw(&removed.device.0).u64(removed.last_seq).raw(&removed.last_op.0);
                }
            }
            Intent::Unknown { body, .. } => {
                w.raw(body);
            }
        }
        w.finish()
    }

    /// Reads a kind and its body.
    ///
    /// # Errors
    /// A body that is not its kind's canonical form.
    pub fn decode(kind: u16, body: &[u8]) -> Result<Self, WireError> {
        if body.len() > INTENT_MAX {
            return Err(WireError::TooLarge { what: "intent", limit: INTENT_MAX });
        }
        let mut r = Reader::new(body);
        let decoded = match kind {
            intent::KEY_UPDATE => Intent::KeyUpdate,
            intent::SET_HOME_RELAYS => Intent::SetHomeRelays,
            intent::ADD_DEVICES => Intent::AddDevices(devices(&mut r, 64, read_added, |added| added.device)?),
            intent::REMOVE_DEVICES => {
                Intent::RemoveDevices(devices(&mut r, 72, read_removed, |removed| removed.device)?)
            }
            kind => return Ok(Intent::Unknown { kind, body: body.to_vec() }),
        };
        r.finish()?;
        Ok(decoded)
    }
}

fn read_added(r: &mut Reader<'_>) -> Result<Added, WireError> {
    Ok(Added { user: UserId(r.array()?), device: DeviceId(r.array()?) })
}

fn read_removed(r: &mut Reader<'_>) -> Result<Removed, WireError> {
    Ok(Removed { device: DeviceId(r.array()?), last_seq: r.u64()?, last_op: OpId(r.array()?) })
}

/// A count and its items, which are strictly ascending by device and not none.
fn devices<T>(
    r: &mut Reader<'_>,
    size: usize,
    read: fn(&mut Reader<'_>) -> Result<T, WireError>,
    device: fn(&T) -> DeviceId,
) -> Result<Vec<T>, WireError> {
    let n = r.count("devices of an intent", INTENT_DEVICES_MAX, size)?;
    let items = (0..n).map(|_| read(r)).collect::<Result<Vec<_>, _>>()?;
    if items.is_empty() || !items.windows(2).all(|pair| device(&pair[0]) < device(&pair[1])) {
        return Err(WireError::Invalid("the devices of an intent"));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(n: u8) -> Added {
        Added { user: UserId([9; 32]), device: DeviceId([n; 32]) }
    }

    #[test]
    fn every_kind_comes_back_and_unknown_ones_are_kept() {
        for intent in [
            Intent::KeyUpdate,
            Intent::SetHomeRelays,
            Intent::AddDevices(vec![added(1), added(2)]),
            Intent::RemoveDevices(vec![Removed { device: DeviceId([1; 32]), last_seq: 5, last_op: OpId([2; 32]) }]),
            Intent::Unknown { kind: 999, body: vec![1, 2, 3] },
        ] {
            assert_eq!(Intent::decode(intent.kind(), &intent.body()), Ok(intent));
        }
    }

    #[test]
    fn bodies_that_are_not_canonical_are_refused() {
        let bad = WireError::Invalid("the devices of an intent");
        let body = |devices: &[Added]| Intent::AddDevices(devices.to_vec()).body();
        let many: Vec<_> = (0..=INTENT_DEVICES_MAX).map(|_| added(1)).collect();
        let limit = INTENT_DEVICES_MAX;
        for (kind, body, reason) in [
            (intent::ADD_DEVICES, body(&[]), bad.clone()),
            (intent::ADD_DEVICES, body(&[added(1), added(1)]), bad.clone()),
            (intent::ADD_DEVICES, body(&[added(2), added(1)]), bad),
            (intent::ADD_DEVICES, body(&many), WireError::TooLarge { what: "devices of an intent", limit }),
            (intent::ADD_DEVICES, vec![0, 9], WireError::Truncated),
            (intent::KEY_UPDATE, vec![0], WireError::Trailing),
            (intent::SET_HOME_RELAYS, vec![0], WireError::Trailing),
            (999, vec![0; INTENT_MAX + 1], WireError::TooLarge { what: "intent", limit: INTENT_MAX }),
        ] {
            assert_eq!(Intent::decode(kind, &body), Err(reason));
        }
    }
}
