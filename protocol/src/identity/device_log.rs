//! The append-only, hash-linked log in which a root key certifies and removes devices.
//!
//! An entry, 206 bytes:
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version, 1 |
//! | 32 | user (root public key) |
//! | 4 | position in the log, from 0 |
//! | 32 | BLAKE3 of the former entry, zeros at position 0 |
//! | 1 | 1 = add, 2 = remove |
//! | 32 | device |
//! | 32 | add: the device's X25519 key for sealed first messages; remove: zeros |
//! | 8 | when, milliseconds since 1970 by the signer's clock |
//! | 64 | signature of the root key over context and all bytes before |
//!
//! An `add` entry alone is a device certificate: it is the credential in the device's MLS leaves. Whether the device
//! was removed later is what the rest of the log says; the log's head (BLAKE3 of the last entry) shows equivocation.

use super::keys::{RootKey, verify};
use crate::ids::{DeviceId, UserId};
use crate::limits::{DEVICE_LOG_MAX, DEVICES_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::context;
use thiserror::Error;

/// Bytes of one entry.
pub const ENTRY_LEN: usize = 206;

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The device speaks for the user from now on.
    Add,
    /// The device speaks no more.
    Remove,
}

/// One entry, its signature checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose log.
    pub user: UserId,
    /// From 0.
    pub position: u32,
    /// BLAKE3 of the former entry.
    pub prev: [u8; 32],
    /// What it does.
    pub action: Action,
    /// To which device.
    pub device: DeviceId,
    /// X25519 public key of the device.
    pub sealing_key: [u8; 32],
    /// Milliseconds since 1970.
    pub at: u64,
    /// As received.
    pub bytes: Vec<u8>,
}

/// Why an entry or log is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogError {
    /// Not an entry.
    #[error("device log: {0}")]
    Wire(#[from] WireError),
    /// The root key did not sign it.
    #[error("device log: a signature is wrong")]
    Signature,
    /// An entry of another user's log.
    #[error("device log: an entry belongs to another user")]
    OtherUser,
    /// Positions or hashes do not link.
    #[error("device log: the entries do not link to each other")]
    Link,
    /// Adds a device that is or was there, or removes one that is not.
    #[error("device log: an entry does what cannot be done")]
    Action,
    /// More entries or devices than allowed.
    #[error("device log: too many entries or devices")]
    TooMany,
}

impl Entry {
    /// Signs a new entry behind `prev`.
    pub fn sign(
        root: &RootKey,
        prev: Option<&Entry>,
        action: Action,
        device: DeviceId,
        sealing_key: [u8; 32],
        at: u64,
    ) -> Self {
        let position = prev.map_or(0, |prev| prev.position + 1);
        let link = prev.map_or([0; 32], |prev| *blake3::hash(&prev.bytes).as_bytes());
        let action_byte = match action {
            Action::Add => 1,
            Action::Remove => 2,
        };
        let mut w = Writer::with_capacity(ENTRY_LEN);
        w.u8(1).raw(&root.user().0).u32(position).raw(&link).u8(action_byte).raw(&device.0).raw(&sealing_key).u64(at);
        let mut bytes = w.finish();
        let signature = root.sign(&[context::DEVICE_LOG, &bytes].concat());
        bytes.extend_from_slice(&signature);
        Self { user: root.user(), position, prev: link, action, device, sealing_key, at, bytes }
    }

    /// Reads one entry and checks its signature (not its place in a log).
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if version != 1 {
            return Err(WireError::Unknown { what: "device log version", number: version.into() }.into());
        }
        let user = UserId(r.array()?);
        let (position, prev) = (r.u32()?, r.array()?);
        let action = match r.u8()? {
            1 => Action::Add,
            2 => Action::Remove,
            other => return Err(WireError::Unknown { what: "device log action", number: other.into() }.into()),
        };
        let (device, sealing_key, at) = (DeviceId(r.array()?), r.array()?, r.u64()?);
        let signature = r.array()?;
        r.finish()?;
        let signed = [context::DEVICE_LOG, &bytes[..ENTRY_LEN - 64]].concat();
        if !verify(&user.0, &signed, &signature) {
            return Err(LogError::Signature);
        }
        Ok(Self { user, position, prev, action, device, sealing_key, at, bytes: bytes.to_vec() })
    }
}

/// A whole log, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLog {
    entries: Vec<Entry>,
}

impl DeviceLog {
    /// A log of one `add` entry at position 0.
    pub fn new(first: Entry) -> Result<Self, LogError> {
        let mut log = Self { entries: Vec::new() };
        log.append(first)?;
        Ok(log)
    }

    /// Appends an entry if it links and its action can be done; otherwise nothing changes.
    pub fn append(&mut self, entry: Entry) -> Result<(), LogError> {
        let last = self.entries.last();
        if last.is_some_and(|last| last.user != entry.user) {
            return Err(LogError::OtherUser);
        }
        let prev = last.map_or([0; 32], |last| *blake3::hash(&last.bytes).as_bytes());
        if entry.position as usize != self.entries.len() || entry.prev != prev {
            return Err(LogError::Link);
        }
        let possible = match entry.action {
            Action::Add => self.entries.iter().all(|earlier| earlier.device != entry.device),
            Action::Remove => self.is_living(&entry.device),
        };
        if !possible {
            return Err(LogError::Action);
        }
        let full = entry.action == Action::Add && self.living().count() >= DEVICES_MAX;
        if full || self.entries.len() >= DEVICE_LOG_MAX {
            return Err(LogError::TooMany);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Reads a log: entries behind each other.
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() > ENTRY_LEN * DEVICE_LOG_MAX {
            return Err(LogError::TooMany);
        }
        let mut log = Self { entries: Vec::new() };
        for chunk in bytes.chunks(ENTRY_LEN) {
            log.append(Entry::decode(chunk)?)?;
        }
        if log.entries.is_empty() { Err(WireError::Truncated.into()) } else { Ok(log) }
    }

    /// What [`Self::decode`] reads.
    pub fn encode(&self) -> Vec<u8> {
        self.entries.iter().flat_map(|entry| entry.bytes.iter().copied()).collect()
    }

    /// All entries, from the first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The newest entry; its hash is the log's head.
    pub fn last(&self) -> &Entry {
        &self.entries[self.entries.len() - 1]
    }

    /// Whose log.
    pub fn user(&self) -> UserId {
        self.entries[0].user
    }

    /// Devices that were added and not removed.
    pub fn living(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.action == Action::Add && self.is_living(&entry.device))
    }

    /// The entry that certified a device, also of one that was removed since.
    pub fn certificate(&self, device: &DeviceId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.action == Action::Add && entry.device == *device)
    }

    /// True if the device speaks for the user now.
    pub fn is_living(&self, device: &DeviceId) -> bool {
        let last = self.entries.iter().rev().find(|entry| entry.device == *device);
        last.is_some_and(|entry| entry.action == Action::Add)
    }

    /// True if this log says all that `other` says, and perhaps more. Two logs of which neither continues the other
    /// prove that the root key signed two histories.
    pub fn continues(&self, other: &Self) -> bool {
        self.entries.starts_with(&other.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> RootKey {
        RootKey::from_seed([1; 32])
    }

    fn device(n: u8) -> DeviceId {
        DeviceId([n; 32])
    }

    fn add(prev: Option<&Entry>, n: u8) -> Entry {
        Entry::sign(&root(), prev, Action::Add, device(n), [n; 32], 5)
    }

    #[test]
    fn a_log_round_trips_and_knows_the_living() {
        let first = add(None, 1);
        let second = add(Some(&first), 2);
        let third = Entry::sign(&root(), Some(&second), Action::Remove, device(1), [0; 32], 6);
        let mut log = DeviceLog::new(first.clone()).unwrap();
        log.append(second).unwrap();
        log.append(third).unwrap();
        let again = DeviceLog::decode(&log.encode()).unwrap();
        assert_eq!(again, log);
        assert_eq!(again.living().map(|entry| entry.device).collect::<Vec<_>>(), [device(2)]);
        assert!(log.continues(&DeviceLog::new(first).unwrap()));
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let good = add(None, 1).bytes;
        assert_eq!(good.len(), ENTRY_LEN);
        for position in 0..good.len() {
            let mut bad = good.clone();
            bad[position] ^= 1;
            assert!(Entry::decode(&bad).is_err(), "bit at byte {position}");
        }
    }

    #[test]
    fn histories_that_cannot_be_are_refused() {
        let first = add(None, 1);
        let mut log = DeviceLog::new(first.clone()).unwrap();
        assert_eq!(DeviceLog::decode(&[]), Err(WireError::Truncated.into()));
        assert_eq!(log.append(add(None, 2)), Err(LogError::Link));
        assert_eq!(log.append(add(Some(&first), 1)), Err(LogError::Action), "added twice");
        let remove = Entry::sign(&root(), Some(&first), Action::Remove, device(9), [0; 32], 6);
        assert_eq!(log.append(remove), Err(LogError::Action), "removed a stranger");
        let other = Entry::sign(&RootKey::from_seed([2; 32]), Some(&first), Action::Add, device(2), [0; 32], 6);
        assert_eq!(log.append(other), Err(LogError::OtherUser));
        let mut last = first;
        for n in 2..=10 {
            last = add(Some(&last), n);
            log.append(last.clone()).unwrap();
        }
        assert_eq!(log.append(add(Some(&last), 11)), Err(LogError::TooMany));
    }
}
