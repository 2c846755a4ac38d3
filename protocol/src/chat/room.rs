//! What one epoch of a chat derives from its exporter secret.
//!
//! Every control index `i` has one epoch secret (32 bytes of the MLS exporter, label [`EXPORTER_LABEL`]) and with it
//! one *room* at the chat's home relays: a log for the epoch's envelopes and the register that decides control block
//! `i + 1`. Whoever knows the epoch secret knows the room; a relay cannot connect two rooms of one chat by their names.
//!
//! Each value is `blake3::derive_key(context, secret | index u64)`, with a context of its own:
//!
//! | value | context |
//! |---|---|
//! | log tag | `chappe 2026-11 room log tag` |
//! | write key | `chappe 2026-11 room write` |
//! | read key | `chappe 2026-11 room read` |
//! | header key | `chappe 2026-11 room header key` |
//! | block key | `chappe 2026-11 room block key` |
//! | reader key | `chappe 2026-11 room reader key` |
//! | ratchet root | `chappe 2026-11 room ratchet root` |
//!
//! The capabilities differ from relay to relay: `keyed_hash(write key, relay id)` and `keyed_hash(read key, relay id)`.
//! A relay sees its own whenever a member uses it; were it good at the other home relays too, one lying relay could
//! append, prepare and accept there as if it were a member, and so undo a decision of the register.
//!
//! A device's name as a reader is the first 16 bytes of `keyed_hash(reader key, 0x01 | device)`; its chain's name in
//! stored rows has 0x02 in place of 0x01.
//!
//! [`Room`] may be stored for as long as the epoch's envelopes matter. The [`RatchetRoot`] may not: from it every
//! message key of the epoch follows, so it lives only until the members' chains are made (on entering the epoch) and
//! is never stored. The epoch secret itself is wiped by its owner for the same reason.
//!
//! Not here: the exporter (`chat::mls`), the chains (`chat::ratchet`).

use crate::ids::{Capability, ChatId, DeviceId, LogTag, NodeId};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{LogKind, LogSpec};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The label of the MLS exporter that gives the epoch secret.
pub const EXPORTER_LABEL: &str = "chappe room 1";

/// A key of 32 bytes that wipes itself and never shows itself.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey(pub(crate) [u8; 32]);

impl SecretKey {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// One epoch's place at the relays and the keys of everything in it, except the message keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Room {
    /// The control index that made this epoch; the room's register decides `index + 1`.
    pub index: u64,
    /// The log and register at every home relay.
    pub tag: LogTag,
    write: SecretKey,
    read: SecretKey,
    header: SecretKey,
    block: SecretKey,
    reader: SecretKey,
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").field("index", &self.index).field("tag", &self.tag).finish_non_exhaustive()
    }
}

fn derive(context: &str, secret: &[u8; 32], index: u64) -> [u8; 32] {
    let mut material = Zeroizing::new([0; 40]);
    material[..32].copy_from_slice(secret);
    material[32..].copy_from_slice(&index.to_be_bytes());
    blake3::derive_key(context, material.as_slice())
}

impl Room {
    /// Length of [`Self::encode`].
    const ENCODED: usize = 1 + 8 + 6 * 32;

    /// The room of control index `index`.
    pub fn derive(secret: &[u8; 32], index: u64) -> Self {
        let key = |context| derive(context, secret, index);
        Self {
            index,
            tag: LogTag(key("chappe 2026-11 room log tag")),
            write: SecretKey(key("chappe 2026-11 room write")),
            read: SecretKey(key("chappe 2026-11 room read")),
            header: SecretKey(key("chappe 2026-11 room header key")),
            block: SecretKey(key("chappe 2026-11 room block key")),
            reader: SecretKey(key("chappe 2026-11 room reader key")),
        }
    }

    /// Lets members append, prepare and accept at this relay; worth nothing at any other.
    pub fn write(&self, relay: &NodeId) -> Capability {
        Capability(*blake3::keyed_hash(self.write.bytes(), relay.as_bytes()).as_bytes())
    }

    /// Lets members read, subscribe, acknowledge and learn at this relay; worth nothing at any other.
    pub fn read(&self, relay: &NodeId) -> Capability {
        Capability(*blake3::keyed_hash(self.read.bytes(), relay.as_bytes()).as_bytes())
    }

    /// What the room is opened with at this relay. `readers`: how many acknowledgements drop an entry, 0 for never.
    pub fn spec(&self, relay: &NodeId, readers: u8) -> LogSpec {
        LogSpec { kind: LogKind::Room, write: self.write(relay).hash(), read: self.read(relay).hash(), readers }
    }

    /// The name under which a device acknowledges this room's entries: other in every room, and opaque to relays.
    pub fn reader_id(&self, device: &DeviceId) -> [u8; 16] {
        short(self.reader.bytes(), 1, device)
    }

    /// The name of a device's chain in the stored rows; other than [`Self::reader_id`], which relays know.
    pub(crate) fn chain_id(&self, device: &DeviceId) -> [u8; 16] {
        short(self.reader.bytes(), 2, device)
    }

    /// Seals the headers of envelopes: who sent it and which message key opens it.
    pub(crate) fn header_key(&self) -> &SecretKey {
        &self.header
    }

    /// Seals the proposals for the next control block.
    pub fn block_key(&self) -> &SecretKey {
        &self.block
    }

    /// For storing: `version u8 = 1 | index u64 | tag | write key | read key | header key | block key | reader key`.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(Self::ENCODED);
        w.u8(1).u64(self.index).raw(&self.tag.0).raw(self.write.bytes()).raw(self.read.bytes());
        w.raw(self.header.bytes()).raw(self.block.bytes()).raw(self.reader.bytes());
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        version(&mut r, "room row version")?;
        let index = r.u64()?;
        let tag = LogTag(r.array()?);
        let mut key = || r.array().map(SecretKey);
        let (write, read) = (key()?, key()?);
        let (header, block, reader) = (key()?, key()?, key()?);
        r.finish()?;
        Ok(Self { index, tag, write, read, header, block, reader })
    }
}

/// Reads a version byte that must be 1.
pub(crate) fn version(r: &mut Reader<'_>, what: &'static str) -> Result<(), WireError> {
    match r.u8()? {
        1 => Ok(()),
        other => Err(WireError::Unknown { what, number: u64::from(other) }),
    }
}

/// Sixteen bytes that name a device, for one purpose, to those who know `key`.
fn short(key: &[u8; 32], purpose: u8, device: &DeviceId) -> [u8; 16] {
    let mut input = [purpose; 33];
    input[1..].copy_from_slice(device.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&blake3::keyed_hash(key, &input).as_bytes()[..16]);
    id
}

/// Where the chains of an epoch start. Drop it as soon as every member's chain is made; never store it.
pub struct RatchetRoot(SecretKey);

impl fmt::Debug for RatchetRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RatchetRoot(…)")
    }
}

impl RatchetRoot {
    /// The root of control index `index`'s chains.
    pub fn derive(secret: &[u8; 32], index: u64) -> Self {
        Self(SecretKey(derive("chappe 2026-11 room ratchet root", secret, index)))
    }

    /// The first chain key of a device.
    pub(crate) fn chain(&self, device: &DeviceId) -> SecretKey {
        SecretKey(*blake3::keyed_hash(self.0.bytes(), device.as_bytes()).as_bytes())
    }
}

/// Rows of [`crate::store::Table::Room`] that belong to one room share this partition: `chat | index u64`.
pub fn partition(chat: &ChatId, index: u64) -> Vec<u8> {
    let mut w = Writer::with_capacity(40);
    w.raw(&chat.0).u64(index);
    w.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::vector;
    use std::collections::BTreeSet;

    #[test]
    fn vector() {
        let (secret, device, relay) = ([0x11; 32], DeviceId([0x22; 32]), NodeId([0x44; 32]));
        let room = Room::derive(&secret, 7);
        vector::check(
            "room",
            include_str!("../../vectors/room.hex"),
            &[
                ("exporter secret", secret.to_vec()),
                ("control index", 7_u64.to_be_bytes().to_vec()),
                ("log tag", room.tag.0.to_vec()),
                ("relay", relay.0.to_vec()),
                ("write capability at the relay", room.write(&relay).0.to_vec()),
                ("read capability at the relay", room.read(&relay).0.to_vec()),
                ("header key", room.header.0.to_vec()),
                ("block key", room.block.0.to_vec()),
                ("reader key", room.reader.0.to_vec()),
                ("device", device.0.to_vec()),
                ("reader id of the device", room.reader_id(&device).to_vec()),
                ("ratchet root", RatchetRoot::derive(&secret, 7).0.0.to_vec()),
                ("chain key 0 of the device", RatchetRoot::derive(&secret, 7).chain(&device).0.to_vec()),
                ("stored row", room.encode()),
            ],
        );
    }

    #[test]
    fn no_two_derived_values_are_equal_and_each_depends_on_secret_and_index() {
        let mut seen = BTreeSet::new();
        for (secret, index) in [([1; 32], 1), ([1; 32], 2), ([2; 32], 1)] {
            let room = Room::derive(&secret, index);
            let root = RatchetRoot::derive(&secret, index);
            for value in [room.tag.0, room.write.0, room.read.0, room.header.0, room.block.0, room.reader.0, root.0.0] {
                assert!(seen.insert(value));
            }
        }
        assert_eq!(seen.len(), 21);
    }

    #[test]
    fn what_one_relay_sees_opens_nothing_at_another() {
        let room = Room::derive(&[1; 32], 1);
        let (here, there) = (NodeId([1; 32]), NodeId([2; 32]));
        assert!(room.write(&here) != room.write(&there) && room.read(&here) != room.read(&there));
        assert!(room.write(&here) != room.read(&here));
        let spec = room.spec(&here, 2);
        assert_eq!((spec.write, spec.read), (room.write(&here).hash(), room.read(&here).hash()));
    }

    #[test]
    fn a_stored_room_comes_back_and_nothing_else_does() {
        let room = Room::derive(&[3; 32], 9);
        let row = room.encode();
        assert_eq!(row.len(), Room::ENCODED);
        assert_eq!(Room::decode(&row), Ok(room));
        for end in 0..row.len() {
            assert_eq!(Room::decode(&row[..end]), Err(WireError::Truncated));
        }
        assert_eq!(Room::decode(&[&row[..], &[0]].concat()), Err(WireError::Trailing));
        let newer = [&[2], &row[1..]].concat();
        assert_eq!(Room::decode(&newer), Err(WireError::Unknown { what: "room row version", number: 2 }));
    }

    #[test]
    fn nothing_secret_shows() {
        let room = Room::derive(&[3; 32], 9);
        let text = format!("{room:?} {:?} {:?}", room.header, RatchetRoot::derive(&[3; 32], 9));
        let tag = &room.tag.to_hex()[..8];
        assert_eq!(text, format!("Room {{ index: 9, tag: LogTag({tag}), .. }} SecretKey(…) RatchetRoot(…)"));
    }
}
