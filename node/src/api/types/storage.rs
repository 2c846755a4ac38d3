//! JSON shapes of what a node's data takes on its disk.

use crate::files::space::{Freed, Limits, Sort, Stays, Sum};
use crate::space::Use;
use chappe_protocol::ids::ChatId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Sorts of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StoredKind {
    /// Pictures.
    Photo,
    /// Videos.
    Video,
    /// Voice messages.
    Voice,
    /// Other sounds.
    Sound,
    /// Everything else.
    Document,
}

/// Files of one sort in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredFiles {
    /// Which.
    pub kind: StoredKind,
    /// How many.
    pub files: u64,
    /// Their bytes on the node's disk.
    pub bytes: u64,
    /// Of these, bytes of copies that others sent: they may go if a relay has them.
    pub copies: u64,
}

/// What a chat takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredChat {
    /// Which.
    pub chat: String,
    /// Its messages, and what is left of deleted ones.
    pub messages: u64,
    /// Their signed bytes; on the disk they take less, packed, and more, with what helps to find them.
    pub message_bytes: u64,
    /// Its files.
    pub files: Vec<StoredFiles>,
}

/// What the node keeps to by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageLimits {
    /// Seconds that copies of others' files are kept, an hour at least; for ever if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub keep_s: Option<u64>,
    /// Bytes that they may take together, a megabyte at least; the oldest go first. Any number if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<u64>,
}

/// What the node's data takes on its disk, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Storage {
    /// Messages, keys, settings, what waits to be sent.
    pub store: u64,
    /// The search index.
    pub index: u64,
    /// Files.
    pub files: u64,
    /// Of these, files that no chat names any more.
    pub unlisted: u64,
    /// Of these, what this machine keeps for others.
    pub lent: u64,
    /// Everything else in the data folder.
    pub other: u64,
    /// The backup at own relays; 0 if none is kept.
    pub backup: u64,
    /// The largest first.
    pub chats: Vec<StoredChat>,
    /// What the node keeps to.
    pub limits: StorageLimits,
}

/// Which copies of files are to go; what is left out limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreeStorage {
    /// Of this chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub chat: Option<String>,
    /// Of these sorts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub kinds: Vec<StoredKind>,
    /// Fetched longer ago than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub older_than_s: Option<u64>,
    /// Of at least so many bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub larger_than: Option<u64>,
    /// Only say what would go.
    #[serde(default)]
    #[schema(required = false)]
    pub dry_run: bool,
}

/// Why a file stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyStored {
    /// It was sent from here: others may still fetch it.
    Sent,
    /// No relay has it any more: here is the only copy that is known.
    OnlyHere,
    /// No relay that may have it answers.
    Unreachable,
    /// It is on its way.
    UnderWay,
}

/// Files that stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StillStored {
    /// Why.
    pub why: WhyStored,
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What went, or would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreedStorage {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// What stays of the files that were meant.
    pub stays: Vec<StillStored>,
}

impl From<Sort> for StoredKind {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Photo => Self::Photo,
            Sort::Video => Self::Video,
            Sort::Voice => Self::Voice,
            Sort::Sound => Self::Sound,
            Sort::Document => Self::Document,
        }
    }
}

impl From<StoredKind> for Sort {
    fn from(kind: StoredKind) -> Self {
        match kind {
            StoredKind::Photo => Self::Photo,
            StoredKind::Video => Self::Video,
            StoredKind::Voice => Self::Voice,
            StoredKind::Sound => Self::Sound,
            StoredKind::Document => Self::Document,
        }
    }
}

impl From<Stays> for WhyStored {
    fn from(why: Stays) -> Self {
        match why {
            Stays::Sent => Self::Sent,
            Stays::OnlyHere => Self::OnlyHere,
            Stays::Unreachable => Self::Unreachable,
            Stays::UnderWay => Self::UnderWay,
        }
    }
}

impl From<Limits> for StorageLimits {
    fn from(limits: Limits) -> Self {
        Self { keep_s: limits.keep_s, total: limits.total }
    }
}

impl From<StorageLimits> for Limits {
    fn from(limits: StorageLimits) -> Self {
        Self { keep_s: limits.keep_s, total: limits.total }
    }
}

impl From<Freed> for FreedStorage {
    fn from(freed: Freed) -> Self {
        let stays = freed.stays.into_iter();
        let stays = stays.map(|(why, (files, bytes))| StillStored { why: why.into(), files, bytes }).collect();
        Self { files: freed.files, bytes: freed.bytes, stays }
    }
}

impl StoredChat {
    /// What it takes.
    pub fn bytes(&self) -> u64 {
        self.message_bytes + self.files.iter().map(|files| files.bytes).sum::<u64>()
    }
}

impl Storage {
    /// As it was measured.
    pub fn of(used: Use, backup: u64, limits: Limits) -> Self {
        let mut chats: BTreeMap<ChatId, StoredChat> = BTreeMap::new();
        for (id, (messages, message_bytes)) in used.messages {
            chats.insert(id, StoredChat { chat: id.to_hex(), messages, message_bytes, files: Vec::new() });
        }
        for ((id, sort), Sum { files, bytes, copies }) in used.held.chats {
            let empty = StoredChat { chat: id.to_hex(), messages: 0, message_bytes: 0, files: Vec::new() };
            chats.entry(id).or_insert(empty).files.push(StoredFiles { kind: sort.into(), files, bytes, copies });
        }
        let mut chats: Vec<StoredChat> = chats.into_values().collect();
        chats.sort_by_key(|chat| std::cmp::Reverse(chat.bytes()));
        Self {
            store: used.store,
            index: used.index,
            files: used.files,
            unlisted: used.held.unlisted,
            lent: used.held.lent,
            other: used.other,
            backup,
            chats,
            limits: limits.into(),
        }
    }
}
