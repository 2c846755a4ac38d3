//! The index of everything that can grow old: one row a log, key package name and record, written when it is
//! created and never on the way of an append. The sweep walks it.

use crate::ids::LogTag;
use crate::store::{Batch, Range, ReadError, StoreRead, Table};

const PARTITION: &[u8] = b"index";

const LOG: u8 = 1;
const KEY_PACKAGES: u8 = 2;
const RECORD: u8 = 3;

/// Something in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Indexed {
    Log(LogTag),
    KeyPackages(LogTag),
    Record { kind: u8, key: [u8; 32] },
}

impl Indexed {
    /// Where it stands in the index.
    pub(super) fn place(&self) -> Vec<u8> {
        match self {
            Self::Log(tag) => [&[LOG], &tag.0[..]].concat(),
            Self::KeyPackages(tag) => [&[KEY_PACKAGES], &tag.0[..]].concat(),
            Self::Record { kind, key } => [&[RECORD], &key[..], &[*kind]].concat(),
        }
    }

    pub(super) fn add(&self, batch: &mut Batch) {
        batch.put(Table::RelayExpiry, PARTITION, &self.place(), Vec::new());
    }

    pub(super) fn remove(&self, batch: &mut Batch) {
        batch.delete(Table::RelayExpiry, PARTITION, &self.place());
    }

    fn from_place(place: &[u8]) -> Option<Self> {
        let (class, rest) = place.split_first()?;
        let (name, rest) = rest.split_first_chunk::<32>()?;
        match (*class, rest) {
            (LOG, []) => Some(Self::Log(LogTag(*name))),
            (KEY_PACKAGES, []) => Some(Self::KeyPackages(LogTag(*name))),
            (RECORD, [kind]) => Some(Self::Record { kind: *kind, key: *name }),
            _ => None,
        }
    }
}

/// At most `limit` things behind `place`.
pub(super) fn behind(place: &[u8], limit: usize, store: &dyn StoreRead) -> Result<Vec<Indexed>, ReadError> {
    let from = [place, &[0]].concat();
    let rows = store.scan(Table::RelayExpiry, PARTITION, Range::From(&from), limit)?;
    let thing = |(sort, _): (Vec<u8>, Vec<u8>)| {
        Indexed::from_place(&sort).ok_or_else(|| ReadError("a row of the index is damaged".to_owned()))
    };
    rows.into_iter().map(thing).collect()
}
