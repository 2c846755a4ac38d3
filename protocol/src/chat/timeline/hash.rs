//! A chat's whole shared state in one hash: equal on two replicas that have the same operations. What is one replica's
//! own is left out: what its user deleted for themselves or has heard and told nobody, where it shows what claims to come from the future, and what
//! still waits.

use super::Broken;
use super::merge::LIFETIME;
use super::row::{self, Flags, Place, Row};
use crate::ids::{ChatId, OpId};
use crate::store::{Range, StoreRead, Table};
use std::collections::BTreeMap;

const PAGE: usize = 256;

/// The hash of a chat's messages and all that hangs on them.
pub fn state_hash(rows: &dyn StoreRead, chat: &ChatId) -> Result<[u8; 32], Broken> {
    let mut messages: BTreeMap<OpId, [u8; 32]> = BTreeMap::new();
    each(rows, Table::Timeline, &chat.0, |sort, value| {
        let place = Place::read(sort)?;
        let row = Row::decode(value)?;
        if !row.flags.has(Flags::HIDDEN) {
            messages.insert(place.id, message(rows, chat, &place.id, &row)?);
        }
        Ok(())
    })?;
    let mut hasher = blake3::Hasher::new();
    for (id, hash) in messages {
        hasher.update(&id.0).update(&hash);
    }
    add(&mut hasher, &rows.get(Table::Chat, &chat.0, LIFETIME)?.unwrap_or_default());
    Ok(*hasher.finalize().as_bytes())
}

fn message(rows: &dyn StoreRead, chat: &ChatId, id: &OpId, row: &Row) -> Result<[u8; 32], Broken> {
    let mut hasher = blake3::Hasher::new();
    if row.flags.has(Flags::EXPIRED) {
        return Ok(*hasher.update(b"expired").finalize().as_bytes());
    }
    let shared = Row { flags: Flags::default(), ..row.clone() };
    add(&mut hasher, &[row.flags.shared()]);
    add(&mut hasher, &shared.encode());
    for table in [Table::Version, Table::Reaction, Table::Tally, Table::Vote] {
        hasher.update(&[table.number()]);
        each(rows, table, &row::of(chat, id), |sort, value| {
            add(&mut hasher, sort);
            add(&mut hasher, value);
            Ok(())
        })?;
    }
    add(&mut hasher, &rows.get(Table::Pin, &chat.0, &id.0)?.unwrap_or_default());
    hasher.update(&[Table::Heard.number()]);
    each(rows, Table::Heard, &row::of(chat, id), |user, op| {
        if !op.is_empty() {
            add(&mut hasher, user);
            add(&mut hasher, op);
        }
        Ok(())
    })?;
    Ok(*hasher.finalize().as_bytes())
}

fn add(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_be_bytes()).update(bytes);
}

fn each(
    rows: &dyn StoreRead,
    table: Table,
    partition: &[u8],
    mut take: impl FnMut(&[u8], &[u8]) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut from = Vec::new();
    loop {
        let page = rows.scan(table, partition, Range::From(&from), PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = [last, &[0][..]].concat();
        for (sort, value) in &page {
            take(sort, value)?;
        }
    }
}
