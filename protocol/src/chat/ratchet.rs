//! One hash ratchet a room and sending device: every message has a key of its own, which is deleted after use.
//!
//! ```text
//! chain key 0     = keyed_hash(ratchet root, device id)
//! message key n   = keyed_hash(chain key n, 0x01)
//! chain key n + 1 = keyed_hash(chain key n, 0x02)
//! ```
//!
//! Whoever steals a device's rows finds no key of a message that was already sent or received there. (Within the
//! newest epoch this holds as far as MLS's own state has forgotten the epoch's exporter.)
//!
//! Receiving is in two steps, so that bytes that turn out not to authenticate change nothing:
//! [`ReceiveChain::key_for`] computes, [`ReceiveChain::advance`] applies and writes.
//!
//! Rows (`Table::Room`, partition of [`room::partition`]), each a handful of bytes, so that an envelope that arrives in
//! order writes one row of 41 bytes, and one that was overtaken costs one row of 32 bytes and its deletion:
//!
//! | sort | value |
//! |---|---|
//! | `00` | the room, [`Room::encode`] |
//! | `01` | own sending chain: `version u8 = 1 \| next u64 \| chain key 32` |
//! | `02 \| chain id 16` | a receiving chain, the same form |
//! | `03 \| chain id 16 \| generation u64` | the key of a message that was overtaken, 32 bytes |
//!
//! The chain id is a keyed hash, because sort bytes lie open on the disk.

use super::room::{self, RatchetRoot, Room, SecretKey};
use crate::ids::DeviceId;
use crate::limits::SKIPPED_KEYS_MAX;
use crate::store::{Batch, Range, ReadError, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

const ROOM: u8 = 0;
const SEND: u8 = 1;
const RECEIVE: u8 = 2;
const SKIPPED: u8 = 3;

/// Rows read at once when skipped keys are loaded.
const LOAD_PAGE: usize = 128;

/// Why a chain gives no key. The chain is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChainError {
    /// The key was used (the envelope is a duplicate), or is so old that it was dropped.
    #[error("the key of message {generation} was used already")]
    Already {
        /// The message's number.
        generation: u64,
    },
    /// More than [`SKIPPED_KEYS_MAX`] messages are missing before this one.
    #[error("message {generation} is too far ahead of {next}, the next one expected")]
    TooFar {
        /// The message's number.
        generation: u64,
        /// The number expected next.
        next: u64,
    },
}

/// A stored row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The row's bytes are not what this program writes.
    #[error("a stored row of a room is damaged: {0}")]
    Row(#[from] WireError),
}

fn message_key(chain: &SecretKey) -> SecretKey {
    SecretKey(*blake3::keyed_hash(chain.bytes(), &[1]).as_bytes())
}

fn next_chain(chain: &SecretKey) -> SecretKey {
    SecretKey(*blake3::keyed_hash(chain.bytes(), &[2]).as_bytes())
}

fn encode(next: u64, chain: &SecretKey) -> Vec<u8> {
    let mut w = Writer::with_capacity(41);
    w.u8(1).u64(next).raw(chain.bytes());
    w.finish()
}

fn decode(bytes: &[u8]) -> Result<(u64, SecretKey), WireError> {
    let mut r = Reader::new(bytes);
    room::version(&mut r, "chain row version")?;
    let state = (r.u64()?, SecretKey(r.array()?));
    r.finish()?;
    Ok(state)
}

/// This device's own chain in a room. It is not `Clone`: two copies would use one key twice.
#[derive(PartialEq, Eq)]
pub struct SendChain {
    next: u64,
    chain: SecretKey,
}

impl fmt::Debug for SendChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SendChain(next {})", self.next)
    }
}

impl SendChain {
    /// The chain of `device` at the start of an epoch.
    pub fn start(root: &RatchetRoot, device: &DeviceId) -> Self {
        Self { next: 0, chain: root.chain(device) }
    }

    /// The number of the next message.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The next message's key; the chain stands still.
    pub(crate) fn key(&self) -> SecretKey {
        message_key(&self.chain)
    }

    /// The next message's number and key; the chain moves on behind it.
    pub(crate) fn step(&mut self) -> (u64, SecretKey) {
        let (generation, key) = (self.next, message_key(&self.chain));
        self.next += 1;
        self.chain = next_chain(&self.chain);
        (generation, key)
    }

    /// Writes the chain. Commit it together with what was sealed by it, ahead of sending that.
    pub fn store(&self, partition: &[u8], batch: &mut Batch) {
        batch.put(Table::Room, partition, &[SEND], encode(self.next, &self.chain));
    }

    /// Reads what [`Self::store`] wrote.
    ///
    /// # Errors
    /// A store that fails, a damaged row.
    pub fn load(store: &dyn StoreRead, partition: &[u8]) -> Result<Option<Self>, LoadError> {
        let Some(row) = store.get(Table::Room, partition, &[SEND])? else { return Ok(None) };
        let (next, chain) = decode(&row)?;
        Ok(Some(Self { next, chain }))
    }
}

/// The keys of the messages that come next in a chain, computed while the chain stands still: for messages that are
/// taken in together. [`ReceiveChain::advance_by`] follows with those that turned out to be good.
pub struct Ahead {
    next: u64,
    chain: SecretKey,
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ahead(next {})", self.next)
    }
}

impl Ahead {
    /// The number of the message that [`Self::key`] opens.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Its key.
    pub(crate) fn key(&self) -> SecretKey {
        message_key(&self.chain)
    }

    /// Goes on to the message behind it.
    pub fn step(&mut self) {
        self.next += 1;
        self.chain = next_chain(&self.chain);
    }
}

/// What [`ReceiveChain::key_for`] found: the key, and how the chain stands once it was used.
pub struct Step {
    generation: u64,
    key: SecretKey,
    moved: Moved,
}

enum Moved {
    /// The key had been kept.
    Kept,
    /// The chain goes on to `generation + 1`; the keys in between are kept.
    Forward { from: u64, chain: SecretKey, skipped: Vec<SecretKey> },
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step(message {})", self.generation)
    }
}

impl Step {
    /// Opens the message.
    pub(crate) fn key(&self) -> &SecretKey {
        &self.key
    }

    /// The message's number.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

/// Another device's chain in a room, as seen by this device.
#[derive(PartialEq, Eq)]
pub struct ReceiveChain {
    id: [u8; 16],
    next: u64,
    chain: SecretKey,
    skipped: BTreeMap<u64, SecretKey>,
}

impl fmt::Debug for ReceiveChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiveChain(next {}, {} skipped)", self.next, self.skipped.len())
    }
}

impl ReceiveChain {
    /// The chain of `device` at the start of an epoch.
    pub fn start(root: &RatchetRoot, room: &Room, device: &DeviceId) -> Self {
        Self { id: room.chain_id(device), next: 0, chain: root.chain(device), skipped: BTreeMap::new() }
    }

    /// One more than the highest message number that was opened.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// How many messages below [`Self::next`] are still missing (and can be opened).
    pub fn missing(&self) -> usize {
        self.skipped.len()
    }

    /// The key of a message. The chain is not changed: call [`Self::advance`] once the message has authenticated.
    ///
    /// # Errors
    /// [`ChainError`].
    pub fn key_for(&self, generation: u64) -> Result<Step, ChainError> {
        if generation < self.next {
            let key = self.skipped.get(&generation).ok_or(ChainError::Already { generation })?;
            return Ok(Step { generation, key: key.clone(), moved: Moved::Kept });
        }
        // The top number is never used, so that `next` cannot run over.
        if generation - self.next > SKIPPED_KEYS_MAX || generation == u64::MAX {
            return Err(ChainError::TooFar { generation, next: self.next });
        }
        let mut chain = self.chain.clone();
        let mut skipped = Vec::with_capacity((generation - self.next) as usize);
        for _ in self.next..generation {
            skipped.push(message_key(&chain));
            chain = next_chain(&chain);
        }
        let (key, chain) = (message_key(&chain), next_chain(&chain));
        Ok(Step { generation, key, moved: Moved::Forward { from: self.next, chain, skipped } })
    }

    /// Uses up the key that [`Self::key_for`] gave, and writes what changed. A step that was computed before the
    /// chain moved on has no effect. Over [`SKIPPED_KEYS_MAX`] kept keys the oldest are dropped.
    pub fn advance(&mut self, step: Step, partition: &[u8], batch: &mut Batch) {
        match step.moved {
            Moved::Kept => self.drop_skipped(step.generation, partition, batch),
            Moved::Forward { from, chain, skipped } if from == self.next => {
                self.next = step.generation + 1;
                self.chain = chain;
                for (generation, key) in (from..).zip(skipped) {
                    batch.put(Table::Room, partition, &self.skipped_sort(generation), key.bytes().to_vec());
                    self.skipped.insert(generation, key);
                }
                self.drop_oldest(partition, batch);
                self.store(partition, batch);
            }
            Moved::Forward { .. } => debug_assert!(false, "a step of a chain that has moved on"),
        }
    }

    /// The keys of the next messages.
    pub fn ahead(&self) -> Ahead {
        Ahead { next: self.next, chain: self.chain.clone() }
    }

    /// Uses up the keys of the next `count` messages, which [`Ahead`] gave.
    pub fn advance_by(&mut self, count: u64, partition: &[u8], batch: &mut Batch) {
        if count == 0 {
            return;
        }
        for _ in 0..count {
            self.chain = next_chain(&self.chain);
        }
        self.next += count;
        self.store(partition, batch);
    }

    fn drop_oldest(&mut self, partition: &[u8], batch: &mut Batch) {
        while self.skipped.len() as u64 > SKIPPED_KEYS_MAX
            && let Some(oldest) = self.skipped.keys().next().copied()
        {
            self.drop_skipped(oldest, partition, batch);
        }
    }

    fn drop_skipped(&mut self, generation: u64, partition: &[u8], batch: &mut Batch) {
        if self.skipped.remove(&generation).is_some() {
            batch.delete(Table::Room, partition, &self.skipped_sort(generation));
        }
    }

    fn skipped_sort(&self, generation: u64) -> Vec<u8> {
        let mut w = Writer::with_capacity(25);
        w.u8(SKIPPED).raw(&self.id).u64(generation);
        w.finish()
    }

    /// Writes the chain's own row (not its skipped keys: those are written as they come and go).
    pub fn store(&self, partition: &[u8], batch: &mut Batch) {
        batch.put_latest(Table::Room, partition, &receive_sort(&self.id), encode(self.next, &self.chain));
    }

    /// Reads a device's chain with its skipped keys.
    ///
    /// # Errors
    /// A store that fails, a damaged row.
    pub fn load(
        store: &dyn StoreRead,
        partition: &[u8],
        room: &Room,
        device: &DeviceId,
    ) -> Result<Option<Self>, LoadError> {
        let id = room.chain_id(device);
        let Some(row) = store.get(Table::Room, partition, &receive_sort(&id))? else { return Ok(None) };
        let (next, chain) = decode(&row)?;
        let mut loaded = Self { id, next, chain, skipped: BTreeMap::new() };
        loaded.load_skipped(store, partition)?;
        Ok(Some(loaded))
    }

    fn load_skipped(&mut self, store: &dyn StoreRead, partition: &[u8]) -> Result<(), LoadError> {
        let mut from = 0;
        loop {
            let start = self.skipped_sort(from);
            let rows = store.scan(Table::Room, partition, Range::From(&start), LOAD_PAGE)?;
            let full = rows.len() == LOAD_PAGE;
            for (sort, key) in rows {
                if sort.len() != start.len() || sort[..17] != start[..17] {
                    return Ok(());
                }
                let generation = Reader::new(&sort[17..]).u64()?;
                let mut key = Reader::new(&key);
                self.skipped.insert(generation, SecretKey(key.array()?));
                key.finish()?;
                from = generation + 1;
            }
            if !full {
                return Ok(());
            }
        }
    }
}

fn receive_sort(id: &[u8; 16]) -> [u8; 17] {
    let mut sort = [RECEIVE; 17];
    sort[1..].copy_from_slice(id);
    sort
}

/// Writes the room's own row.
pub fn store_room(room: &Room, partition: &[u8], batch: &mut Batch) {
    batch.put(Table::Room, partition, &[ROOM], room.encode());
}

/// Reads what [`store_room`] wrote.
///
/// # Errors
/// A store that fails, a damaged row.
pub fn load_room(store: &dyn StoreRead, partition: &[u8]) -> Result<Option<Room>, LoadError> {
    let row = store.get(Table::Room, partition, &[ROOM])?;
    Ok(row.map(|row| Room::decode(&row)).transpose()?)
}

/// Deletes up to `limit` rows of a room that is over, the room's own row last. True when none is left: commit the
/// batch and call again until then.
///
/// # Errors
/// A store that fails.
pub fn forget_room(
    store: &dyn StoreRead,
    partition: &[u8],
    limit: usize,
    batch: &mut Batch,
) -> Result<bool, ReadError> {
    let rows = store.scan(Table::Room, partition, Range::Reverse, limit)?;
    for (sort, _) in &rows {
        batch.delete(Table::Room, partition, sort);
    }
    Ok(rows.len() < limit)
}
