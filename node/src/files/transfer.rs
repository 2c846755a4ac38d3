//! A file on its way: what is durable about it, what is only in memory, what people see.

use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::Body;
use chappe_protocol::content::file::File;
use chappe_protocol::ids::{BlobId, Capability, ChatId, NodeId, OpId};
use chappe_protocol::store::{Batch, Range, StoreRead, Table};
use chappe_protocol::wire::registry::kind;
use chappe_storage::{Store, WriteError};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;
use thiserror::Error;
use tokio::task::AbortHandle;
use tokio::time::Instant;

const PARTITION: &[u8] = b"files";

/// The rate is measured over this time.
const RATE_OVER: Duration = Duration::from_secs(5);

/// Names a transfer: the beginning of its blob's name, so that one file is fetched once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TransferId(pub [u8; 16]);

impl TransferId {
    /// Of a blob.
    pub fn of(blob: &BlobId) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&blob.0[..16]);
        Self(id)
    }

    /// Of a message whose file is kept at relays apart from other messages with the same file: a forward, or what somebody wanted again.
    pub fn of_message(message: &OpId) -> Self {
        Self::of(&BlobId(blake3::derive_key("chappe 2026-11 file of a message", &message.0)))
    }

    /// Reads what `Display` wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// From here to relays.
    Out,
    /// From relays to here.
    In,
}

/// How far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// It runs, or tries again in a moment.
    Active,
    /// Its user stopped it.
    Paused,
    /// All is there.
    Done,
    /// It cannot go on by itself, and why.
    Failed(String),
    /// It is being removed.
    Dropping,
}

/// What is durable about a transfer.
#[derive(Clone)]
pub(super) struct Transfer {
    pub id: TransferId,
    pub way: Way,
    pub chat: ChatId,
    /// Of one that goes out, the relays that may get it until it is said.
    pub file: File,
    /// Out: allows to write and drop the blob at relays.
    pub write: Capability,
    /// Out: under which the message is said once.
    pub nonce: [u8; 16],
    /// Out: relays that have all of it.
    pub held: Vec<NodeId>,
    /// Out: relays that may have some of it.
    pub touched: Vec<RelayHint>,
    pub state: State,
    pub message: Option<OpId>,
    /// Milliseconds since 1970.
    pub started: u64,
}

impl Transfer {
    pub(super) fn incoming(id: TransferId, chat: ChatId, message: OpId, file: File, now: u64) -> Self {
        Self {
            id,
            way: Way::In,
            chat,
            file,
            write: Capability([0; 32]),
            nonce: [0; 16],
            held: Vec::new(),
            touched: Vec::new(),
            state: State::Active,
            message: Some(message),
            started: now,
        }
    }
}

/// A row, as JSON in the sealed store. It holds keys, so it has no `Debug`.
#[derive(Serialize, Deserialize)]
struct Row {
    way: Way,
    chat: String,
    file: String,
    write: String,
    nonce: String,
    held: Vec<String>,
    touched: Vec<(String, Vec<String>)>,
    state: State,
    message: Option<String>,
    started: u64,
}

/// A row that cannot be read.
#[derive(Clone, Copy, Debug, Error)]
#[error("the list of file transfers is damaged")]
pub struct Damaged;

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

fn read(id: &[u8], row: &[u8]) -> Option<Transfer> {
    let row: Row = serde_json::from_slice(row).ok()?;
    let Ok(Body::File(file)) = Body::decode(kind::FILE, &HEXLOWER.decode(row.file.as_bytes()).ok()?) else {
        return None;
    };
    let touched =
        row.touched.into_iter().map(|(relay, addrs)| Some(RelayHint { relay: NodeId::from_hex(&relay)?, addrs }));
    Some(Transfer {
        id: TransferId(id.try_into().ok()?),
        way: row.way,
        chat: ChatId::from_hex(&row.chat)?,
        file: *file,
        write: Capability(bytes(&row.write)?),
        nonce: bytes(&row.nonce)?,
        held: row.held.iter().map(|relay| NodeId::from_hex(relay)).collect::<Option<_>>()?,
        touched: touched.collect::<Option<_>>()?,
        state: row.state,
        message: row.message.as_deref().map(|id| OpId::from_hex(id).ok_or(())).transpose().ok()?,
        started: row.started,
    })
}

/// All transfers.
pub(super) fn load(store: &dyn StoreRead) -> Result<Vec<Transfer>, Damaged> {
    let rows = store.scan(Table::Meta, PARTITION, Range::All, usize::MAX).map_err(|_| Damaged)?;
    rows.iter().map(|(id, row)| read(id, row).ok_or(Damaged)).collect()
}

/// Makes one durable.
pub(super) fn put(store: &dyn Store, transfer: &Transfer) -> Result<(), WriteError> {
    let file = Body::File(Box::new(transfer.file.clone()));
    let row = Row {
        way: transfer.way,
        chat: transfer.chat.to_hex(),
        file: HEXLOWER.encode(&file.encode().map_err(|error| WriteError(error.to_string()))?),
        write: HEXLOWER.encode(&transfer.write.0),
        nonce: HEXLOWER.encode(&transfer.nonce),
        held: transfer.held.iter().map(NodeId::to_hex).collect(),
        touched: transfer.touched.iter().map(|hint| (hint.relay.to_hex(), hint.addrs.clone())).collect(),
        state: transfer.state.clone(),
        message: transfer.message.map(|id| id.to_hex()),
        started: transfer.started,
    };
    let row = serde_json::to_vec(&row).map_err(|error| WriteError(error.to_string()))?;
    let mut batch = Batch::new();
    batch.put(Table::Meta, PARTITION, &transfer.id.0, row);
    store.apply(&batch)?;
    store.sync()
}

/// Forgets one.
pub(super) fn delete(store: &dyn Store, id: &TransferId) -> Result<(), WriteError> {
    let mut batch = Batch::new();
    batch.delete(Table::Meta, PARTITION, &id.0);
    store.apply(&batch)?;
    store.sync()
}

/// What people see of a transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Its name.
    pub id: TransferId,
    /// Which way.
    pub way: Way,
    /// The chat.
    pub chat: ChatId,
    /// The message; of one that goes out only once it is said.
    pub message: Option<OpId>,
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Bytes that are there.
    pub done: u64,
    /// How far.
    pub state: State,
    /// What stands in the way just now; may be empty.
    pub problem: String,
    /// Bytes a second, over the last seconds.
    pub rate: u64,
    /// When it began, milliseconds since 1970.
    pub started: u64,
}

/// A transfer and what is only in memory.
pub(super) struct Live {
    pub transfer: Transfer,
    pub task: Option<AbortHandle>,
    pub problem: String,
    /// Out: bytes at relays, as a part of the file's size.
    pub sent: u64,
    /// When how much was there, the oldest first.
    samples: VecDeque<(Instant, u64)>,
}

impl Live {
    pub(super) fn new(transfer: Transfer) -> Self {
        Self { transfer, task: None, problem: String::new(), sent: 0, samples: VecDeque::new() }
    }

    pub(super) fn begin(&mut self, task: AbortHandle) {
        self.task = Some(task);
        self.problem.clear();
        self.samples.clear();
    }

    /// Notes how much is there now.
    pub(super) fn advance(&mut self, done: u64) {
        let now = Instant::now();
        self.sent = done;
        self.problem.clear();
        self.samples.push_back((now, done));
        while self.samples.len() > 2 && self.samples.front().is_some_and(|(at, _)| now - *at > RATE_OVER) {
            self.samples.pop_front();
        }
    }

    fn rate(&self) -> u64 {
        let (Some((from, before)), Some((_, after))) = (self.samples.front(), self.samples.back()) else { return 0 };
        let seconds = from.elapsed().as_secs_f64();
        if seconds < 0.05 { 0 } else { (after.saturating_sub(*before) as f64 / seconds) as u64 }
    }

    pub(super) fn progress(&self, done: u64) -> Progress {
        let transfer = &self.transfer;
        Progress {
            id: transfer.id,
            way: transfer.way,
            chat: transfer.chat,
            message: transfer.message,
            name: transfer.file.name.clone(),
            size: transfer.file.size,
            done,
            state: transfer.state.clone(),
            problem: self.problem.clone(),
            rate: if transfer.state == State::Active { self.rate() } else { 0 },
            started: transfer.started,
        }
    }
}

/// A fresh key for a file.
pub(super) fn fresh_key() -> Result<FileKey, crate::entropy::EntropyError> {
    crate::entropy::seed().map(|seed| FileKey(*seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chappe_protocol::content::head::Head;
    use chappe_storage::MemoryStore;

    #[test]
    fn a_transfer_survives_a_restart_and_a_damaged_row_is_named() {
        let store = MemoryStore::new();
        let hint = RelayHint { relay: NodeId([3; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] };
        let file = File {
            key: FileKey([1; 32]),
            root: [2; 32],
            size: 7,
            name: "x.txt".into(),
            mime: "text/plain".into(),
            relays: vec![hint.clone()],
            caption: "look".into(),
            entities: Vec::new(),
            preview: None,
            head: Head::default(),
            play: None,
            album: None,
            sources: Vec::new(),
            sticker: None,
        };
        let id = TransferId::of(&file.key.blob());
        let mut transfer = Transfer::incoming(id, ChatId([5; 32]), OpId([6; 32]), file, 99);
        transfer.held = vec![NodeId([3; 32])];
        transfer.touched = vec![hint];
        transfer.state = State::Failed("no".into());
        put(&store, &transfer).unwrap();
        let back = load(&store).unwrap().pop().unwrap();
        assert!(back.file == transfer.file && back.held == transfer.held && back.touched == transfer.touched);
        assert_eq!((back.id, back.state, back.message, back.started), (id, transfer.state, transfer.message, 99));
        assert_eq!(TransferId::from_hex(&id.to_string()), Some(id));
        let mut batch = Batch::new();
        batch.put(Table::Meta, PARTITION, &id.0, b"{}".to_vec());
        store.apply(&batch).unwrap();
        assert!(load(&store).is_err());
        delete(&store, &id).unwrap();
        assert!(load(&store).unwrap().is_empty());
    }
}
