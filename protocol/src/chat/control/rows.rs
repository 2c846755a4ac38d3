//! How the control chain is stored: `Table::Control`, partition = chat.
//!
//! | sort | value |
//! |---|---|
//! | `00` | the genesis |
//! | `01 \| index u64` | the decision at that index |
//! | `02 \| index u64` | what this device staged for that index, until it is decided, see [`Staged`] |
//! | `03 \| index u64` | the state at that index, while its epoch is open and another one follows |
//! | `04 \| index u64` | the rules from this index on, until the next such row |
//! | `05 \| number u64` | an own intent that is not decided, see `peer::chat::wishes` |
//! | `06 \| number u64` | a part of a welcome parcel that has not arrived in full, see `peer::chat::parcels` |
//! | `07 \| device` | a parcel for an own device that fetches it itself |
//! | `08 \| device` | a parcel for a stranger's letterbox |
//! | `09 \| user` | a parcel from that user for this device, which does not know yet that it went in between |
//! | `0b \| index u64` | what happened there, for people, see `peer::chat::events` |
//! | `0a \| index u64` | a fork at that index, see `peer::chat::forks` |
//! | `0c` to `0e` | how a fork is healed, see `peer::chat::strays` |

use super::block::Block;
use super::genesis::{Genesis, GenesisError};
use super::register::Decision;
use super::rules::Rules;
use super::state::State;
use crate::ids::ChatId;
use crate::limits::{BLOCK_MAX, WELCOME_MAX, WISHES_MAX};
use crate::store::{Batch, Range, ReadError, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use std::collections::BTreeMap;
use thiserror::Error;

const GENESIS: u8 = 0;
const DECISION: u8 = 1;
const STAGED: u8 = 2;
const RULES: u8 = 4;
const FORMER: u8 = 3;

/// A stored row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowError {
    /// The store failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The row is not what this program writes.
    #[error("a stored control block is damaged: {0}")]
    Wire(#[from] WireError),
    /// The genesis is not what this program writes.
    #[error("the stored genesis is damaged: {0}")]
    Genesis(#[from] GenesisError),
}

fn sort(kind: u8, index: u64) -> [u8; 9] {
    let mut sort = [kind; 9];
    sort[1..].copy_from_slice(&index.to_be_bytes());
    sort
}

/// Writes the genesis.
pub fn put_genesis(genesis: &Genesis, batch: &mut Batch) {
    batch.put(Table::Control, &genesis.origin().chat.0, &[GENESIS], genesis.bytes().to_vec());
}

/// Reads the genesis.
///
/// # Errors
/// [`RowError`].
pub fn genesis(store: &dyn StoreRead, chat: &ChatId) -> Result<Option<Genesis>, RowError> {
    let row = store.get(Table::Control, &chat.0, &[GENESIS])?;
    Ok(row.map(|row| Genesis::decode(&row)).transpose()?)
}

/// Writes a checked decision, and forgets what was staged for its index.
pub fn put_decision(decision: &Decision, batch: &mut Batch) {
    let content = decision.block.content();
    batch.put(Table::Control, &content.chat.0, &sort(DECISION, content.index), decision.encode());
    batch.delete(Table::Control, &content.chat.0, &sort(STAGED, content.index));
}

/// Reads the decision at an index.
///
/// # Errors
/// [`RowError`].
pub fn decision(store: &dyn StoreRead, chat: &ChatId, index: u64) -> Result<Option<Decision>, RowError> {
    let row = store.get(Table::Control, &chat.0, &sort(DECISION, index))?;
    Ok(row.map(|row| Decision::decode(&row)).transpose()?)
}

/// Reads the newest decision.
///
/// # Errors
/// [`RowError`].
pub fn last_decision(store: &dyn StoreRead, chat: &ChatId) -> Result<Option<Decision>, RowError> {
    let rows = store.scan(Table::Control, &chat.0, Range::Before(&[STAGED]), 1)?;
    let row = rows.into_iter().find(|(sort, _)| sort.first() == Some(&DECISION));
    Ok(row.map(|(_, row)| Decision::decode(&row)).transpose()?)
}

/// A block that this device made, and what goes with it.
///
/// `count u16 | number u64 each | block as bytes | welcome as bytes`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// The block.
    pub block: Block,
    /// The own intents that are done by it.
    pub wishes: Vec<u64>,
    /// The MLS welcome for those that it adds; empty if it adds nobody.
    pub welcome: Vec<u8>,
}

/// Writes what this device is about to propose. Commit it, with the MLS state that belongs to it, ahead of the
/// proposer's first request.
pub fn stage(staged: &Staged, batch: &mut Batch) {
    let content = staged.block.content();
    let mut w = Writer::with_capacity(64 + staged.block.bytes().len() + staged.welcome.len());
    w.count(staged.wishes.len());
    for number in &staged.wishes {
        w.u64(*number);
    }
    w.bytes(staged.block.bytes()).bytes(&staged.welcome);
    batch.put(Table::Control, &content.chat.0, &sort(STAGED, content.index), w.finish());
}

/// Reads what this device staged for an index.
///
/// # Errors
/// [`RowError`].
pub fn staged(store: &dyn StoreRead, chat: &ChatId, index: u64) -> Result<Option<Staged>, RowError> {
    let Some(row) = store.get(Table::Control, &chat.0, &sort(STAGED, index))? else { return Ok(None) };
    let mut r = Reader::new(&row);
    let n = r.count("intents of a staged block", WISHES_MAX, 8)?;
    let wishes = (0..n).map(|_| r.u64()).collect::<Result<_, _>>()?;
    let block = Block::decode(r.bytes("block", BLOCK_MAX)?)?;
    let welcome = r.bytes("welcome", WELCOME_MAX)?.to_vec();
    r.finish()?;
    Ok(Some(Staged { block, wishes, welcome }))
}

/// Writes the rules that hold from an index on.
pub fn put_rules(chat: &ChatId, index: u64, rules: &Rules, batch: &mut Batch) {
    batch.put(Table::Control, &chat.0, &sort(RULES, index), rules.encode());
}

/// Forgets what is decided and staged for an index: it does not stand.
pub fn forget(chat: &ChatId, index: u64, batch: &mut Batch) {
    for kind in [DECISION, STAGED, RULES] {
        batch.delete(Table::Control, &chat.0, &sort(kind, index));
    }
}

/// Writes the state at an index that another one follows.
pub fn put_former(state: &State, batch: &mut Batch) {
    batch.put(Table::Control, &state.chat.0, &sort(FORMER, state.index), state.encode());
}

/// The state at an index whose epoch is open.
///
/// # Errors
/// [`RowError`].
pub fn former(store: &dyn StoreRead, chat: &ChatId, index: u64) -> Result<Option<State>, RowError> {
    let row = store.get(Table::Control, &chat.0, &sort(FORMER, index))?;
    Ok(row.map(|row| State::decode(&row)).transpose()?)
}

/// Its epoch is closed.
pub fn forget_former(chat: &ChatId, index: u64, batch: &mut Batch) {
    batch.delete(Table::Control, &chat.0, &sort(FORMER, index));
}

/// Reads all rules, by the index from which they hold.
///
/// # Errors
/// [`RowError`].
pub fn all_rules(store: &dyn StoreRead, chat: &ChatId) -> Result<BTreeMap<u64, Rules>, RowError> {
    let mut rules = BTreeMap::new();
    for (sort, row) in store.scan(Table::Control, &chat.0, Range::From(&[RULES]), usize::MAX)? {
        let Some((&RULES, index)) = sort.split_first() else { break };
        rules.insert(Reader::new(index).u64()?, Rules::decode(&row)?);
    }
    Ok(rules)
}
