//! A chat as it is kept outside of the store, beside its messages ([`super::timeline::archived`]): enough to show it and to
//! go on with it once somebody who is in lets a new device of ours in. No key of the chat is in it, and no invite link.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | bytes | genesis |
//! | bytes | state, without invite links |
//! | 0, or 1 and 32 | the other person of a private chat |
//! | 1 | 1 if we were in |
//! | 8 | created here, milliseconds since 1970 |
//! | count | rules: index u64, bytes |
//! | count | devices that are or were in: device 32, user 32 |
//! | count | names of people: user 32, bytes |
//! | bytes | the operation that set the lifetime of messages; empty for none |

use super::control::genesis::Genesis;
use super::control::rules::Rules;
use super::control::state::State;
use super::op::Claimed;
use crate::content::hello::check_name;
use crate::ids::{DeviceId, UserId};
use crate::limits::{ARCHIVE_RULES_MAX, CHAT_ARCHIVE_MAX, CHAT_DEVICES_MAX, NAME_MAX, OP_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use std::collections::BTreeMap;

const VERSION: u8 = 1;

/// Devices of a chat that are kept: those that are in, and as many that were.
const DEVICES_KEPT: usize = 2 * CHAT_DEVICES_MAX;

/// A chat without its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatRecord {
    /// How it began.
    pub genesis: Genesis,
    /// What its newest control block said.
    pub state: State,
    /// The other person of a private chat.
    pub with: Option<UserId>,
    /// We were in it, so that we may come in again.
    pub inside: bool,
    /// Milliseconds since 1970.
    pub created: u64,
    /// The rules from each index on at which they changed.
    pub rules: BTreeMap<u64, Rules>,
    /// Devices that are or were in, and whose.
    pub devices: BTreeMap<DeviceId, UserId>,
    /// What its people are called.
    pub names: BTreeMap<UserId, String>,
    /// The operation that set how long messages live; empty for none.
    pub lifetime: Vec<u8>,
}

impl ChatRecord {
    /// As in the module's table. Of rules and former devices those that fit are kept.
    pub fn encode(&self) -> Vec<u8> {
        let mut state = self.state.clone();
        state.links.clear();
        let mut w = Writer::with_capacity(1024);
        w.u8(VERSION).bytes(self.genesis.bytes()).bytes(&state.encode());
        match &self.with {
            Some(user) => w.u8(1).raw(&user.0),
            None => w.u8(0),
        };
        w.u8(self.inside.into()).u64(self.created);
        let rules: Vec<_> = self.rules.iter().rev().take(ARCHIVE_RULES_MAX).collect();
        w.count(rules.len());
        for (index, rules) in rules {
            w.u64(*index).bytes(&rules.encode());
        }
        let devices: Vec<_> = self.devices.iter().take(DEVICES_KEPT).collect();
        w.count(devices.len());
        for (device, user) in devices {
            w.raw(&device.0).raw(&user.0);
        }
        let names: Vec<_> = self.names.iter().take(DEVICES_KEPT).collect();
        w.count(names.len());
        for (user, name) in names {
            w.raw(&user.0).bytes(name.as_bytes());
        }
        w.bytes(&self.lifetime);
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`WireError`] if it is cut, out of bounds, or its parts are of different chats.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > CHAT_ARCHIVE_MAX {
            return Err(WireError::TooLarge { what: "archived chat", limit: CHAT_ARCHIVE_MAX });
        }
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if version != VERSION {
            return Err(WireError::Unknown { what: "version of an archived chat", number: version.into() });
        }
        let genesis = Genesis::decode(r.bytes("genesis", CHAT_ARCHIVE_MAX)?);
        let genesis = genesis.map_err(|_| WireError::Invalid("genesis of an archived chat"))?;
        let state = State::decode(r.bytes("state", CHAT_ARCHIVE_MAX)?)?;
        let with = if r.bool()? { Some(UserId(r.array()?)) } else { None };
        let (inside, created) = (r.bool()?, r.u64()?);
        let mut rules = BTreeMap::new();
        for _ in 0..r.count("rules", ARCHIVE_RULES_MAX, 12)? {
            let index = r.u64()?;
            rules.insert(index, Rules::decode(r.bytes("rules", CHAT_ARCHIVE_MAX)?)?);
        }
        let mut devices = BTreeMap::new();
        for _ in 0..r.count("devices", DEVICES_KEPT, 64)? {
            devices.insert(DeviceId(r.array()?), UserId(r.array()?));
        }
        let mut names = BTreeMap::new();
        for _ in 0..r.count("names", DEVICES_KEPT, 36)? {
            let user = UserId(r.array()?);
            let name = std::str::from_utf8(r.bytes("name", NAME_MAX)?).map_err(|_| WireError::Invalid("name"))?;
            check_name(name)?;
            names.insert(user, name.to_owned());
        }
        let lifetime = r.bytes("operation", OP_MAX)?.to_vec();
        r.finish()?;
        let of = &genesis.origin().chat;
        if state.chat != *of || !state.links.is_empty() {
            return Err(WireError::Invalid("state of an archived chat"));
        }
        if !lifetime.is_empty() && Claimed::decode(lifetime.clone())?.op().chat != *of {
            return Err(WireError::Invalid("lifetime of an archived chat"));
        }
        Ok(Self { genesis, state, with, inside, created, rules, devices, names, lifetime })
    }
}
