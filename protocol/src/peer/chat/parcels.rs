//! Welcome parcels on their way: out in the chat that we share with the newcomer's user, in by the same way.
//!
//! A parcel's parts stand behind each other in the sender's log of that chat; the log is gap-free and stays in the
//! outbox until every device has it, so a parcel is not lost while its sender lives. Parts that have arrived wait in
//! rows until the last one is there.

use super::Chats;
use super::send;
use super::wishes::Via;
use crate::content::Body;
use crate::content::welcome::{PARTS_MAX, Welcome};
use crate::ids::{BlockHash, ChatId, DeviceId, UserId};
use crate::limits::CHAT_DEVICES_MAX;
use crate::peer::context::{Context, Fatal};
use crate::peer::letter::Address;
use crate::store::{Range, Table};
use crate::wire::cbor;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sort prefixes of the rows in `Table::Control`.
const PART: u8 = 6;
const FETCHED: u8 = 7;
const POSTED: u8 = 8;
const KEPT: u8 = 9;

/// Parcels that wait for our going, of one chat: one a sender, and who may add somebody are few.
const KEPT_MAX: usize = 4;

/// A parcel that is ready.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The chat that is joined.
    pub chat: ChatId,
    /// Whose device.
    pub user: UserId,
    /// For which device.
    pub device: DeviceId,
    /// By which way.
    pub via: Via,
    /// The parcel.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({:?} to {:?}, {} bytes)", self.chat, self.device, self.bytes.len())
    }
}

/// A parcel that has come in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// Who said it.
    pub from: UserId,
    /// The parcel.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// It answers a request that was left by a link: the hash of the genesis block that the link names.
    pub link: Option<BlockHash>,
}

/// Parts that this input brought: they are not in the store yet.
#[derive(Debug, Default)]
pub struct Arriving {
    fresh: BTreeMap<(DeviceId, ChatId), BTreeMap<u16, Vec<u8>>>,
}

impl Arriving {
    /// Takes a part in that `by` said; a parcel if it is the last one and all before it are there.
    pub fn take(&mut self, by: &DeviceId, part: Welcome, ctx: &mut Context<'_>) -> Result<Option<Vec<u8>>, Fatal> {
        if part.device != ctx.account.device() {
            return Ok(None);
        }
        let (key, partition) = ((*by, part.chat), partition(by, &part.chat));
        let fresh = self.fresh.entry(key).or_default();
        if part.part == 0 {
            fresh.clear();
        }
        if part.part + 1 < part.parts {
            ctx.batch.put(Table::Control, &partition, &sort(part.part), part.bytes.clone());
            fresh.insert(part.part, part.bytes);
            return Ok(None);
        }
        let mut parcel = Vec::new();
        for number in 0..part.part {
            let stored = || ctx.store.get(Table::Control, &partition, &sort(number));
            let bytes = match fresh.remove(&number) {
                Some(bytes) => Some(bytes),
                None => stored()?,
            };
            ctx.batch.delete(Table::Control, &partition, &sort(number));
            let Some(bytes) = bytes else { return Ok(None) };
            parcel.extend(bytes);
        }
        parcel.extend(part.bytes);
        Ok(Some(parcel))
    }
}

fn partition(by: &DeviceId, chat: &ChatId) -> Vec<u8> {
    [&b"parcel"[..], &by.0, &chat.0].concat()
}

fn sort(part: u16) -> [u8; 3] {
    debug_assert!(part < PARTS_MAX);
    let [high, low] = part.to_be_bytes();
    [PART, high, low]
}

impl Chats {
    /// Sends a parcel on its way, in the commit of the block that it belongs to.
    pub fn hand_out(&mut self, parcel: Outgoing, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        match parcel.via {
            Via::Chat(carrier) => {
                let Some(chat) = self.chats.get_mut(&carrier).filter(|chat| !chat.rooms.is_empty()) else {
                    return Ok(());
                };
                for part in Welcome::split(parcel.chat, parcel.device, &parcel.bytes) {
                    // Nobody refuses what needs no right.
                    let _said = send::say(chat, &Body::Welcome(part), ctx)?;
                }
            }
            Via::Fetched => {
                let sort = [&[FETCHED][..], &parcel.device.0].concat();
                ctx.batch.put(Table::Control, &parcel.chat.0, &sort, parcel.bytes);
            }
            Via::Letter(address) => {
                let sort = [&[POSTED][..], &parcel.device.0].concat();
                let posted = Posted { address: *address, since: ctx.now.wall, bytes: parcel.bytes };
                let row = cbor::encode(&posted).map_err(|_| Fatal::Bug("a parcel does not encode"))?;
                ctx.batch.put(Table::Control, &parcel.chat.0, &sort, row);
            }
        }
        Ok(())
    }
}

/// Parcels of a chat that own devices fetch themselves: for whom, and the parcel.
///
/// # Errors
/// A store that fails.
pub fn fetched(chat: &ChatId, ctx: &Context<'_>) -> Result<Vec<(DeviceId, Vec<u8>)>, Fatal> {
    waiting(FETCHED, chat, ctx)
}

/// A parcel for a stranger's letterbox, as stored.
#[derive(Serialize, Deserialize)]
pub struct Posted {
    /// Where it goes.
    pub address: Address,
    /// Since when, milliseconds since 1970.
    pub since: u64,
    /// The parcel.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// Parcels of a chat that go into strangers' letterboxes.
///
/// # Errors
/// A store that fails.
pub fn posted(chat: &ChatId, ctx: &Context<'_>) -> Result<Vec<(DeviceId, Posted)>, Fatal> {
    let read = |(device, row): (DeviceId, Vec<u8>)| {
        let posted = cbor::decode(&row, "parcel", usize::MAX).map_err(|_| Fatal::Row("a parcel"))?;
        Ok((device, posted))
    };
    waiting(POSTED, chat, ctx)?.into_iter().map(read).collect()
}

fn waiting(prefix: u8, chat: &ChatId, ctx: &Context<'_>) -> Result<Vec<(DeviceId, Vec<u8>)>, Fatal> {
    let read = |(sort, bytes): (Vec<u8>, Vec<u8>)| Some((DeviceId(sort.get(1..)?.try_into().ok()?), bytes));
    Ok(rows(prefix, chat, CHAT_DEVICES_MAX, ctx)?.into_iter().filter_map(read).collect())
}

/// A row's sort key and value.
type Pair = (Vec<u8>, Vec<u8>);

fn rows(prefix: u8, chat: &ChatId, most: usize, ctx: &Context<'_>) -> Result<Vec<Pair>, Fatal> {
    let rows = ctx.store.scan(Table::Control, &chat.0, Range::From(&[prefix]), most)?;
    Ok(rows.into_iter().take_while(|(sort, _)| sort.first() == Some(&prefix)).collect())
}

/// Keeps a parcel for a chat that we are in, as far as we know: we went and were added again, and hear of the second
/// first. False if too many wait.
pub fn keep(chat: &ChatId, arrived: &Arrived, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    let sort = [&[KEPT][..], &arrived.from.0].concat();
    let known = rows(KEPT, chat, KEPT_MAX, ctx)?;
    if known.len() >= KEPT_MAX && known.iter().all(|(known, _)| *known != sort) {
        return Ok(false);
    }
    let row = cbor::encode(arrived).map_err(|_| Fatal::Bug("a parcel does not encode"))?;
    ctx.batch.put(Table::Control, &chat.0, &sort, row);
    Ok(true)
}

/// Takes the parcels that were kept for a chat.
pub fn kept(chat: &ChatId, ctx: &mut Context<'_>) -> Result<Vec<Arrived>, Fatal> {
    let mut parcels = Vec::new();
    for (sort, row) in rows(KEPT, chat, KEPT_MAX, ctx)? {
        ctx.batch.delete(Table::Control, &chat.0, &sort);
        parcels.push(cbor::decode(&row, "parcel", usize::MAX).map_err(|_| Fatal::Row("a parcel"))?);
    }
    Ok(parcels)
}

/// The device has joined: its parcel goes.
pub fn was_fetched(chat: &ChatId, device: &DeviceId, ctx: &mut Context<'_>) {
    for prefix in [FETCHED, POSTED] {
        ctx.batch.delete(Table::Control, &chat.0, &[&[prefix][..], &device.0].concat());
    }
}
