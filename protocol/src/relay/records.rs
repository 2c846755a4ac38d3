//! Signed records: kept if they verify and are newer, whoever brings them.
//!
//! `RelayRecord`, partition key, sort kind: the record as received.

use super::context::{Context, No, damaged};
use super::index::Indexed;
use crate::store::{ReadError, StoreRead, Table};
use crate::wire::bytes::Reader;
use crate::wire::record::Record;
use crate::wire::relay::{Refusal, Reply};

/// What the relay needs to know of a record that it stores.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    sequence: u64,
    pub(super) expires: u64,
    pub(super) bytes: u64,
}

pub(super) fn put(cx: &mut Context<'_>, bytes: Vec<u8>) -> Result<Reply, No> {
    let record = Record::decode_verified(&bytes).map_err(|_| Refusal::BadRecord)?;
    let known = load(record.kind, &record.key, cx.store)?;
    let stale = known.is_some_and(|known| known.sequence >= record.sequence);
    if stale || record.expires <= cx.now.wall {
        return Err(Refusal::StaleRecord.into());
    }
    if known.is_none() && cx.totals.stored().records >= cx.policy.records_max {
        return Err(Refusal::Busy.into());
    }
    let (more, less) = (bytes.len() as u64, known.map_or(0, |known| known.bytes));
    cx.admit_bytes(more)?;

    let place = Indexed::Record { kind: record.kind, key: record.key };
    if known.is_none() {
        place.add(&mut cx.batch);
    }
    cx.batch.put(Table::RelayRecord, &record.key, &[record.kind], bytes);
    cx.totals.change(&place, |sums| {
        sums.records += u64::from(known.is_none());
        sums.bytes = sums.bytes + more - less;
    });
    cx.stats.records_put += 1;
    Ok(Reply::Done)
}

pub(super) fn get(cx: &Context<'_>, kind: u8, key: &[u8; 32]) -> Result<Reply, No> {
    let row = cx.store.get(Table::RelayRecord, key, &[kind])?;
    let Some(row) = row else { return Ok(Reply::Record(None)) };
    let alive = kept(&row)?.expires > cx.now.wall;
    Ok(Reply::Record(alive.then_some(row)))
}

pub(super) fn load(kind: u8, key: &[u8; 32], store: &dyn StoreRead) -> Result<Option<Kept>, ReadError> {
    store.get(Table::RelayRecord, key, &[kind])?.map(|row| kept(&row)).transpose()
}

/// Reads the fixed fields; the record was verified when it came.
fn kept(row: &[u8]) -> Result<Kept, ReadError> {
    let decode = || {
        let mut r = Reader::new(row);
        r.take(1 + 32)?;
        Ok(Kept { sequence: r.u64()?, expires: r.u64()?, bytes: row.len() as u64 })
    };
    decode().map_err(damaged("a record"))
}
