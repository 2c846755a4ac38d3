//! How the control chain is stored: `Table::Control`, partition = chat.
//!
//! | sort | value |
//! |---|---|
//! | `00` | the genesis |
//! | `01 \| index u64` | the decision at that index |
//! | `02 \| index u64` | the block this device staged for that index, until the index is decided |

use super::block::Block;
use super::genesis::{Genesis, GenesisError};
use super::register::Decision;
use crate::ids::ChatId;
use crate::store::{Batch, Range, ReadError, StoreRead, Table};
use crate::wire::WireError;
use thiserror::Error;

const GENESIS: u8 = 0;
const DECISION: u8 = 1;
const STAGED: u8 = 2;

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

/// Writes the block that this device is about to propose. Commit it, with the MLS state that belongs to it, ahead of
/// the proposer's first request.
pub fn stage(block: &Block, batch: &mut Batch) {
    let content = block.content();
    batch.put(Table::Control, &content.chat.0, &sort(STAGED, content.index), block.bytes().to_vec());
}

/// Reads the block that this device staged for an index.
///
/// # Errors
/// [`RowError`].
pub fn staged(store: &dyn StoreRead, chat: &ChatId, index: u64) -> Result<Option<Block>, RowError> {
    let row = store.get(Table::Control, &chat.0, &sort(STAGED, index))?;
    Ok(row.map(|row| Block::decode(&row)).transpose()?)
}
