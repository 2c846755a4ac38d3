//! What a core asks of a store: writes as data, reads through a small synchronous trait.
//!
//! A row is `(table, partition, sort) -> value`. Rows of one partition are ordered by `sort` (bytes, ascending) and
//! can be scanned; partitions are only ever named exactly. A store may hide the partition's bytes (the sealed store
//! replaces them by a keyed hash), but not the sort bytes: **put nothing secret into `sort`**, only counters and
//! opaque ids.
//!
//! Not here: any store. `chappe-storage` has the durable one and the one in memory.

pub mod overlay;

use std::fmt;

/// Number space of tables. A removed table keeps its number as reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// Single rows: identity, settings, counters.
    Meta = 1,
    /// Users and their device logs.
    User = 2,
    /// Contacts and contact requests.
    Contact = 3,
    /// A chat's head row.
    Chat = 4,
    /// MLS state, binary.
    Mls = 5,
    /// Control blocks, receipts, staged intents.
    Control = 6,
    /// Epoch rooms and ratchet states.
    Room = 7,
    /// Operations by id.
    Op = 8,
    /// A chat's timeline: order -> operation.
    Timeline = 9,
    /// What still has to be delivered.
    Outbox = 10,
    /// Operations that wait for others.
    Parked = 11,
    /// Receipts and read state of members.
    Receipt = 12,
    /// Invites handed out.
    Invite = 13,
    /// Our position in the logs of relays.
    Cursor = 14,
    /// Own settings: register -> value.
    Setting = 15,
    /// Wordings of a message, points of a live location.
    Version = 20,
    /// A person's reactions to a message.
    Reaction = 21,
    /// Counts of a message's reactions and votes.
    Tally = 22,
    /// A person's votes in a poll.
    Vote = 23,
    /// Pinned messages.
    Pin = 24,
    /// Changes that wait for their message.
    Waiting = 25,
    /// Messages that destroy themselves, by date.
    Expiry = 26,
    /// Unseen messages that name our user.
    Mention = 27,
    /// Messages by the topic that they stand in, and how far our user has seen each.
    Topic = 28,
    /// Who has heard a voice message or video.
    Heard = 29,
    /// Relay: the head row of a log.
    RelayLog = 32,
    /// Relay: a log's entries.
    RelayEntry = 33,
    /// Relay: ordering registers.
    RelayRegister = 34,
    /// Relay: key packages.
    RelayKeyPackage = 35,
    /// Relay: signed records.
    RelayRecord = 36,
    /// Relay: what expires when.
    RelayExpiry = 37,
    /// Relay: paid tokens of inboxes.
    RelayToken = 38,
    /// Records of the DHT that this machine keeps.
    DhtRecord = 48,
    /// Messages that changed and that the search index of this machine has not taken in yet.
    Unindexed = 49,
    /// For tests of stores.
    Test = 255,
}

impl Table {
    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// One change of one row.
#[derive(Clone, PartialEq, Eq)]
pub enum Write {
    /// Creates or replaces a row.
    Put {
        /// Which table.
        table: Table,
        /// Up to [`crate::limits::PARTITION_MAX`] bytes.
        partition: Vec<u8>,
        /// Up to [`crate::limits::SORT_MAX`] bytes.
        sort: Vec<u8>,
        /// Up to [`crate::limits::VALUE_MAX`] bytes.
        value: Vec<u8>,
    },
    /// Removes a row; nothing happens if there is none.
    Delete {
        /// Which table.
        table: Table,
        /// As in `Put`.
        partition: Vec<u8>,
        /// As in `Put`.
        sort: Vec<u8>,
    },
}

impl fmt::Debug for Write {
    // Values may hold secrets, so only their length is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Write::Put { table, partition, sort, value } => {
                write!(f, "Put({table:?}, {}+{} bytes, value {} bytes)", partition.len(), sort.len(), value.len())
            }
            Write::Delete { table, partition, sort } => {
                write!(f, "Delete({table:?}, {}+{} bytes)", partition.len(), sort.len())
            }
        }
    }
}

/// Changes that happen together or not at all, in order (a later write to a row wins).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// In order.
    pub writes: Vec<Write>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// True if nothing would change.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Adds a `Put`.
    pub fn put(&mut self, table: Table, partition: &[u8], sort: &[u8], value: Vec<u8>) {
        self.writes.push(Write::Put { table, partition: partition.to_vec(), sort: sort.to_vec(), value });
    }

    /// As [`Batch::put`], for a row that a batch may write many times in short distance, as a chain's: the value
    /// before is replaced if it is among the last few writes, so that the row is sealed and stored once.
    pub fn put_latest(&mut self, table: Table, partition: &[u8], sort: &[u8], value: Vec<u8>) {
        const LOOK_BACK: usize = 8;
        let named = (table, partition, sort);
        for write in self.writes.iter_mut().rev().take(LOOK_BACK) {
            match write {
                Write::Put { table, partition, sort, value: old } if (*table, &partition[..], &sort[..]) == named => {
                    *old = value;
                    return;
                }
                Write::Delete { table, partition, sort } if (*table, &partition[..], &sort[..]) == named => break,
                Write::Put { .. } | Write::Delete { .. } => {}
            }
        }
        self.put(table, partition, sort, value);
    }

    /// Adds a `Delete`.
    pub fn delete(&mut self, table: Table, partition: &[u8], sort: &[u8]) {
        self.writes.push(Write::Delete { table, partition: partition.to_vec(), sort: sort.to_vec() });
    }
}

/// A read that failed. It is never "not found": that is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(pub String);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store cannot be read: {}", self.0)
    }
}

impl std::error::Error for ReadError {}

/// Which rows of a partition, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range<'a> {
    /// All, ascending.
    All,
    /// `sort >= from`, ascending.
    From(&'a [u8]),
    /// `sort < before`, descending.
    Before(&'a [u8]),
    /// All, descending.
    Reverse,
}

/// Rows as `(sort, value)`.
pub type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// Reads of a store. Every call sees every batch applied before it.
pub trait StoreRead {
    /// One row's value.
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError>;

    /// At most `limit` rows of a partition.
    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_written_again_soon_is_stored_once_and_a_delete_between_is_kept() {
        let mut batch = Batch::new();
        batch.put_latest(Table::Test, b"p", b"a", vec![1]);
        batch.put(Table::Test, b"p", b"b", vec![2]);
        batch.put_latest(Table::Test, b"p", b"a", vec![3]);
        let put = |sort: &[u8], value| Write::Put {
            table: Table::Test,
            partition: b"p".to_vec(),
            sort: sort.to_vec(),
            value: vec![value],
        };
        assert_eq!(batch.writes, [put(b"a", 3), put(b"b", 2)]);
        batch.delete(Table::Test, b"p", b"a");
        batch.put_latest(Table::Test, b"p", b"a", vec![4]);
        assert_eq!(batch.writes.last(), Some(&put(b"a", 4)), "behind its delete");
    }
}
