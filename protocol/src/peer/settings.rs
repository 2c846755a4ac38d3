//! A user's own settings: last-writer registers, one a thing that can be set. The later one counts (by time, then by
//! device), so own devices agree whatever the order they hear of each other's changes in.
//!
//! A register's key is `scope u8 | id 32`: one of `wire::registry::setting`, then the chat, user, device or folder. The
//! value is canonical CBOR by scope ([`Value`]).
//!
//! Not here: what follows from a setting (`chat::history` for the list, `contacts` for blocking).

use super::account::Account;
use super::context::{Context, Fatal};
use super::linking::handover::{SettingRow, check_device_name};
use super::stickers::{self, StickerAt};
use super::view::FolderView;
use crate::blob::stickers::{PackId, PackRef};
use crate::content::hello::check_name;
use crate::identity::history::History;
use crate::identity::profile::{self, Field};
use crate::ids::{ChatId, DeviceId, UserId};
use crate::limits::{DRAFT_MAX, FOLDER_CHATS_MAX, FOLDERS_MAX, SETTING_VALUE_MAX, SETTINGS_MAX};
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::registry::setting as scope;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a register is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// What a device is called.
    DeviceName(DeviceId),
    /// A chat stands above the others.
    Pinned(ChatId),
    /// A chat is put away.
    Archived(ChatId),
    /// A chat is quiet.
    Muted(ChatId),
    /// A chat is to be looked at again.
    MarkedUnread(ChatId),
    /// A text that was begun.
    Draft(ChatId),
    /// A folder of chats.
    Folder([u8; 32]),
    /// A user who reaches us no more.
    Blocked(UserId),
    /// A user whose safety number was compared.
    Verified(UserId),
    /// A field of the own profile.
    Profile(Field),
    /// A field that contacts do not get.
    Hidden(Field),
    /// Where a device keeps the history of the chats.
    History(DeviceId),
    /// Where the history is that another device of ours left for a new one.
    Handed(DeviceId),
    /// Others are told roughly when our user was there last, not exactly.
    LastSeen,
    /// A pack of stickers: its link; none once it was removed.
    Stickers(PackId),
    /// Favourite stickers, `PACK:NUMBER` each, with spaces between.
    Favourites,
    /// A chat that our user wants no more.
    Deleted(ChatId),
}

/// A folder of chats, as a register holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// 1 to 128 bytes; empty means that the folder is gone.
    pub name: String,
    /// In order.
    pub chats: Vec<ChatId>,
}

/// What a register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A moment or rank; 0 means no.
    Number(u64),
    /// A text; empty means none.
    Text(String),
    /// A folder.
    Folder(Folder),
    /// Where a history is; none if it is not kept any more.
    History(Option<Box<History>>),
}

impl Key {
    /// The register's key.
    pub fn encode(&self) -> Vec<u8> {
        let field = |field: &Field| {
            let mut id = [0; 32];
            id[31] = field.number();
            id
        };
        let of_field;
        let (scope, id) = match self {
            Self::Profile(of) => {
                of_field = field(of);
                (scope::PROFILE, &of_field)
            }
            Self::Hidden(of) => {
                of_field = field(of);
                (scope::HIDDEN, &of_field)
            }
            Self::DeviceName(id) => (scope::DEVICE_NAME, &id.0),
            Self::Pinned(id) => (scope::PINNED, &id.0),
            Self::Archived(id) => (scope::ARCHIVED, &id.0),
            Self::Muted(id) => (scope::MUTED, &id.0),
            Self::MarkedUnread(id) => (scope::MARKED_UNREAD, &id.0),
            Self::Draft(id) => (scope::DRAFT, &id.0),
            Self::Folder(id) => (scope::FOLDER, id),
            Self::Blocked(id) => (scope::BLOCKED, &id.0),
            Self::Verified(id) => (scope::VERIFIED, &id.0),
            Self::History(id) => (scope::HISTORY, &id.0),
            Self::Handed(id) => (scope::HANDED, &id.0),
            Self::LastSeen => (scope::LAST_SEEN, &[0; 32]),
            Self::Stickers(id) => (scope::STICKERS, &id.0),
            Self::Favourites => (scope::FAVOURITES, &[0; 32]),
            Self::Deleted(id) => (scope::DELETED, &id.0),
        };
        [&[scope], &id[..]].concat()
    }

    /// Reads a key; `None` for one of a later version, which is kept as it is.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, WireError> {
        let (scope, id) = bytes.split_first().ok_or(WireError::Truncated)?;
        let id: [u8; 32] = id.try_into().map_err(|_| WireError::Invalid("setting"))?;
        Ok(match *scope {
            scope::DEVICE_NAME => Some(Self::DeviceName(DeviceId(id))),
            scope::PINNED => Some(Self::Pinned(ChatId(id))),
            scope::ARCHIVED => Some(Self::Archived(ChatId(id))),
            scope::MUTED => Some(Self::Muted(ChatId(id))),
            scope::MARKED_UNREAD => Some(Self::MarkedUnread(ChatId(id))),
            scope::DRAFT => Some(Self::Draft(ChatId(id))),
            scope::FOLDER => Some(Self::Folder(id)),
            scope::BLOCKED => Some(Self::Blocked(UserId(id))),
            scope::VERIFIED => Some(Self::Verified(UserId(id))),
            scope::PROFILE => Field::of(id[31]).map(Self::Profile),
            scope::HIDDEN => Field::of(id[31]).map(Self::Hidden),
            scope::HISTORY => Some(Self::History(DeviceId(id))),
            scope::HANDED => Some(Self::Handed(DeviceId(id))),
            scope::LAST_SEEN if id == [0; 32] => Some(Self::LastSeen),
            scope::STICKERS => Some(Self::Stickers(PackId(id))),
            scope::FAVOURITES => (id == [0; 32]).then_some(Self::Favourites),
            scope::DELETED => Some(Self::Deleted(ChatId(id))),
            _ => None,
        })
    }

    /// Reads a value as this key has it.
    fn value(&self, bytes: &[u8]) -> Result<Value, WireError> {
        const WHAT: &str = "setting";
        Ok(match self {
            Self::Pinned(_) | Self::Archived(_) | Self::Muted(_) | Self::Deleted(_) => {
                Value::Number(cbor::decode(bytes, WHAT, SETTING_VALUE_MAX)?)
            }
            Self::MarkedUnread(_) | Self::Blocked(_) | Self::Verified(_) | Self::Hidden(_) | Self::LastSeen => {
                Value::Flag(cbor::decode(bytes, WHAT, SETTING_VALUE_MAX)?)
            }
            Self::DeviceName(_) | Self::Draft(_) | Self::Profile(_) | Self::Stickers(_) | Self::Favourites => {
                Value::Text(cbor::decode(bytes, WHAT, SETTING_VALUE_MAX)?)
            }
            Self::Folder(_) => Value::Folder(cbor::decode(bytes, WHAT, SETTING_VALUE_MAX)?),
            Self::History(_) | Self::Handed(_) => Value::History(cbor::decode(bytes, WHAT, SETTING_VALUE_MAX)?),
        })
    }

    /// Checks the bounds of a value.
    fn check(&self, value: &Value) -> Result<(), WireError> {
        match (self, value) {
            (Self::DeviceName(_), Value::Text(name)) => check_device_name(name),
            (Self::Profile(field), Value::Text(text)) => profile::check(*field, text),
            (Self::Draft(_), Value::Text(text)) if text.len() > DRAFT_MAX => {
                Err(WireError::TooLarge { what: "draft", limit: DRAFT_MAX })
            }
            (Self::Folder(_), Value::Folder(folder)) => {
                check_device_name(&folder.name)?;
                match folder.chats.len() > FOLDER_CHATS_MAX {
                    true => Err(WireError::TooLarge { what: "folder", limit: FOLDER_CHATS_MAX }),
                    false => Ok(()),
                }
            }
            (Self::History(_) | Self::Handed(_), Value::History(Some(history))) => history.check(),
            (Self::Stickers(id), Value::Text(link)) if !link.is_empty() => stickers::check_link(id, link),
            (Self::Favourites, Value::Text(text)) => stickers::favourites(text).map(drop),
            (_, _) => Ok(()),
        }
    }
}

impl Value {
    fn encode(&self) -> Result<Vec<u8>, WireError> {
        match self {
            Self::Flag(flag) => cbor::encode(flag),
            Self::Number(number) => cbor::encode(number),
            Self::Text(text) => cbor::encode(text),
            Self::Folder(folder) => cbor::encode(folder),
            Self::History(history) => cbor::encode(history),
        }
    }
}

/// How a chat stands in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// Higher stands higher; 0 is not pinned.
    pub pinned: u64,
    /// Put away at that moment, milliseconds since 1970; 0 is not put away.
    pub archived: u64,
    /// Quiet until then, milliseconds since 1970; 0 is not quiet.
    pub muted_until: u64,
    /// To be looked at again.
    pub marked_unread: bool,
    /// A text that was begun.
    pub draft: String,
    /// Deleted at that moment, milliseconds since 1970; 0 for never (`chat::deleting`).
    pub deleted: u64,
}

impl ListState {
    /// Quiet now?
    pub fn is_muted(&self, wall_ms: u64) -> bool {
        self.muted_until > wall_ms
    }

    /// Put away now? What comes later brings a chat back, unless it is quiet.
    pub fn is_archived(&self, newest_ms: Option<u64>, wall_ms: u64) -> bool {
        self.archived != 0 && (self.is_muted(wall_ms) || newest_ms.is_none_or(|at| at <= self.archived))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Register {
    at: u64,
    by: DeviceId,
    #[serde(with = "serde_bytes")]
    value: Vec<u8>,
}

/// All registers.
#[derive(Debug, Default)]
pub struct Settings {
    registers: BTreeMap<Vec<u8>, Register>,
    /// The latest time given or seen.
    clock: u64,
    /// Something was set since somebody last asked (not stored: a backup is compared anyway).
    changed: bool,
    /// A chat was deleted since somebody last asked (not stored: at a start all chats are looked at).
    deleted: bool,
}

impl Settings {
    /// Reads them, and shows in the account what other parts need of them.
    pub fn load(store: &dyn StoreRead, account: &mut Account) -> Result<Self, Fatal> {
        let damaged = |_| Fatal::Row("a setting");
        let mut settings = Self::default();
        for (key, value) in store.scan(Table::Setting, &[], Range::All, usize::MAX)? {
            let register: Register = cbor::decode(&value, "setting", usize::MAX).map_err(damaged)?;
            settings.clock = settings.clock.max(register.at);
            show(&key, &register.value, account).map_err(damaged)?;
            settings.registers.insert(key, register);
        }
        Ok(settings)
    }

    /// Sets a register from now on.
    pub fn set(&mut self, key: Key, value: &Value, ctx: &mut Context<'_>) -> Result<Result<(), WireError>, Fatal> {
        if let Err(error) = key.check(value) {
            return Ok(Err(error));
        }
        let bytes = value.encode().map_err(|_| Fatal::Bug("a setting does not encode"))?;
        let encoded = key.encode();
        if self.registers.len() >= SETTINGS_MAX && !self.registers.contains_key(&encoded) {
            return Ok(Err(WireError::TooLarge { what: "settings", limit: SETTINGS_MAX }));
        }
        self.clock = ctx.now.wall.max(self.clock + 1);
        let row = SettingRow { key: encoded, at: self.clock, by: ctx.account.device(), value: bytes };
        self.keep(row, ctx.account, &mut ctx.batch)?;
        Ok(Ok(()))
    }

    /// Takes a register of another own device; true if it is news.
    pub fn take(&mut self, row: SettingRow, account: &mut Account, batch: &mut Batch) -> Result<bool, SettingError> {
        check_row(&row)?;
        let known = self.registers.get(&row.key);
        if known.is_some_and(|known| (known.at, known.by) >= (row.at, row.by)) {
            return Ok(false);
        }
        if known.is_none() && self.registers.len() >= SETTINGS_MAX {
            return Err(WireError::TooLarge { what: "settings", limit: SETTINGS_MAX }.into());
        }
        self.clock = self.clock.max(row.at);
        self.keep(row, account, batch)?;
        Ok(true)
    }

    fn keep(&mut self, row: SettingRow, account: &mut Account, batch: &mut Batch) -> Result<(), Fatal> {
        show(&row.key, &row.value, account).map_err(|_| Fatal::Bug("a checked setting cannot be read"))?;
        let register = Register { at: row.at, by: row.by, value: row.value };
        let bytes = cbor::encode(&register).map_err(|_| Fatal::Bug("a setting does not encode"))?;
        batch.put(Table::Setting, &[], &row.key, bytes);
        self.changed = true;
        self.deleted |= row.key.first() == Some(&scope::DELETED);
        self.registers.insert(row.key, register);
        Ok(())
    }

    /// True if a chat was deleted since this was asked.
    pub fn take_deleted(&mut self) -> bool {
        std::mem::take(&mut self.deleted)
    }

    /// True if something was set since [`Self::forget_changes`].
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// It is taken care of.
    pub fn forget_changes(&mut self) {
        self.changed = false;
    }

    /// All, for another own device.
    pub fn rows(&self) -> Vec<SettingRow> {
        let row = |(key, register): (&Vec<u8>, &Register)| SettingRow {
            key: key.clone(),
            at: register.at,
            by: register.by,
            value: register.value.clone(),
        };
        self.registers.iter().map(row).collect()
    }

    /// Writes the registers that another own device handed over, into the store of a device that has none. Those that
    /// do not keep to their form are left out.
    pub fn store_rows(rows: Vec<SettingRow>, batch: &mut Batch) -> Result<(), Fatal> {
        for row in rows.into_iter().take(SETTINGS_MAX).filter(|row| check_row(row).is_ok()) {
            let register = Register { at: row.at, by: row.by, value: row.value };
            let bytes = cbor::encode(&register).map_err(|_| Fatal::Bug("a setting does not encode"))?;
            batch.put(Table::Setting, &[], &row.key, bytes);
        }
        Ok(())
    }

    fn get(&self, key: Key) -> Option<Value> {
        let register = self.registers.get(&key.encode())?;
        key.value(&register.value).ok()
    }

    /// Calls a device something.
    pub fn name_device(&mut self, device: DeviceId, name: &str, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        // A name that is out of bounds was refused where it came in.
        let _ = self.set(Key::DeviceName(device), &Value::Text(name.to_owned()), ctx)?;
        Ok(())
    }

    /// What a device is called; empty if nothing.
    pub fn device_name(&self, device: DeviceId) -> String {
        match self.get(Key::DeviceName(device)) {
            Some(Value::Text(name)) => name,
            Some(_) | None => String::new(),
        }
    }

    /// True if a user's safety number was compared.
    pub fn is_verified(&self, user: UserId) -> bool {
        self.get(Key::Verified(user)) == Some(Value::Flag(true))
    }

    /// All folders, by name.
    pub fn folders(&self) -> Vec<FolderView> {
        let mut folders: Vec<FolderView> = self
            .registers
            .keys()
            .filter_map(|key| match Key::decode(key) {
                Ok(Some(Key::Folder(id))) => Some(id),
                Ok(_) | Err(_) => None,
            })
            .filter_map(|id| match self.get(Key::Folder(id)) {
                Some(Value::Folder(folder)) if !folder.name.is_empty() => {
                    Some(FolderView { id, name: folder.name, chats: folder.chats })
                }
                Some(_) | None => None,
            })
            .collect();
        folders.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        folders
    }

    /// Where the devices of a user keep their histories, the newest first.
    pub fn histories(rows: &[SettingRow]) -> Vec<(DeviceId, History)> {
        let read = |row: &SettingRow| match Key::decode(&row.key) {
            Ok(Some(key @ Key::History(device))) => match key.value(&row.value) {
                Ok(Value::History(Some(history))) if history.check().is_ok() => Some((device, *history)),
                Ok(_) | Err(_) => None,
            },
            Ok(_) | Err(_) => None,
        };
        let mut all: Vec<(DeviceId, History)> = rows.iter().filter_map(read).collect();
        all.sort_by_key(|(device, history)| (std::cmp::Reverse(history.at), *device));
        all
    }

    /// What was left for a new device: `None` if nothing was yet, `Some(None)` once the device has taken it.
    pub fn handed(&self, device: DeviceId) -> Option<Option<Box<History>>> {
        match self.get(Key::Handed(device)) {
            Some(Value::History(history)) => Some(history),
            Some(_) | None => None,
        }
    }

    /// Packs of stickers, by title.
    pub fn packs(&self) -> Vec<PackRef> {
        let packs = self.registers.keys().filter_map(|key| match Key::decode(key) {
            Ok(Some(key @ Key::Stickers(_))) => match self.get(key) {
                Some(Value::Text(link)) => PackRef::parse(&link).ok(),
                Some(_) | None => None,
            },
            Ok(_) | Err(_) => None,
        });
        let mut packs: Vec<PackRef> = packs.collect();
        packs.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
        packs
    }

    /// Favourite stickers, the newest first.
    pub fn favourites(&self) -> Vec<StickerAt> {
        match self.get(Key::Favourites) {
            Some(Value::Text(text)) => stickers::favourites(&text).unwrap_or_default(),
            Some(_) | None => Vec::new(),
        }
    }

    /// Room for another folder?
    pub fn check_folder(&self, id: &[u8; 32], folder: &Folder) -> Result<(), WireError> {
        check_name(&folder.name)?;
        let folders = self.folders();
        match folders.len() >= FOLDERS_MAX && folders.iter().all(|known| known.id != *id) {
            true => Err(WireError::TooLarge { what: "folders", limit: FOLDERS_MAX }),
            false => Ok(()),
        }
    }
}

/// Checks the form and bounds of a register that another device wrote.
fn check_row(row: &SettingRow) -> Result<(), WireError> {
    if row.value.len() > SETTING_VALUE_MAX {
        return Err(WireError::TooLarge { what: "setting", limit: SETTING_VALUE_MAX });
    }
    match Key::decode(&row.key)? {
        Some(key) => key.check(&key.value(&row.value)?),
        None => Ok(()),
    }
}

/// Why another device's register is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Out of shape or bounds.
    #[error("a setting of another device: {0}")]
    Wire(#[from] WireError),
    /// Our own store.
    #[error(transparent)]
    Fatal(#[from] Fatal),
}

/// Shows in the account what the list and the gates need.
fn show(key: &[u8], value: &[u8], account: &mut Account) -> Result<(), WireError> {
    let Some(key) = Key::decode(key)? else { return Ok(()) };
    let value = key.value(value)?;
    let (list, blocked) = (&mut account.list, &mut account.blocked);
    match (key, value) {
        (Key::Pinned(chat), Value::Number(rank)) => list.entry(chat).or_default().pinned = rank,
        (Key::Archived(chat), Value::Number(at)) => list.entry(chat).or_default().archived = at,
        (Key::Muted(chat), Value::Number(until)) => list.entry(chat).or_default().muted_until = until,
        (Key::MarkedUnread(chat), Value::Flag(marked)) => list.entry(chat).or_default().marked_unread = marked,
        (Key::Deleted(chat), Value::Number(at)) => list.entry(chat).or_default().deleted = at,
        (Key::Draft(chat), Value::Text(draft)) => list.entry(chat).or_default().draft = draft,
        (Key::Profile(field), Value::Text(text)) => account.profile.set(field, text),
        (Key::Hidden(field), Value::Flag(true)) => {
            account.hidden.insert(field);
        }
        (Key::Hidden(field), Value::Flag(false)) => {
            account.hidden.remove(&field);
        }
        (Key::LastSeen, Value::Flag(roughly)) => account.seen_roughly = roughly,
        (Key::Blocked(user), Value::Flag(true)) => {
            blocked.insert(user);
        }
        (Key::Blocked(user), Value::Flag(false)) => {
            blocked.remove(&user);
        }
        (_, _) => {}
    }
    Ok(())
}

#[cfg(test)]
#[path = "settings/tests.rs"]
mod tests;
