//! Changes of the index that are not in sled yet. Reads look here first.
//!
//! Not here: the index itself (`index.rs`).

use std::collections::BTreeMap;

use crate::journal::Position;

/// Where a sealed value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) segment: u64,
    pub(crate) offset: u32,
    pub(crate) len: u32,
}

impl Place {
    /// Bytes of [`Place::encode`].
    pub(crate) const LEN: usize = 16;

    /// `segment (8) | offset (4) | length (4)`, little-endian.
    pub(crate) fn encode(self) -> [u8; Self::LEN] {
        let mut out = [0; Self::LEN];
        out[..8].copy_from_slice(&self.segment.to_le_bytes());
        out[8..12].copy_from_slice(&self.offset.to_le_bytes());
        out[12..].copy_from_slice(&self.len.to_le_bytes());
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::LEN] = bytes.try_into().ok()?;
        Some(Self {
            segment: u64::from_le_bytes(bytes[..8].try_into().ok()?),
            offset: u32::from_le_bytes(bytes[8..12].try_into().ok()?),
            len: u32::from_le_bytes(bytes[12..].try_into().ok()?),
        })
    }
}

/// What frames added to a segment, in bytes of names and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Added {
    pub(crate) puts: u64,
    pub(crate) deletes: u64,
}

/// Changes in the order of names; `None` is a deleted row.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    pub(crate) rows: BTreeMap<Vec<u8>, Option<Place>>,
    pub(crate) added: BTreeMap<u64, Added>,
    /// Behind the last frame whose records are here.
    pub(crate) end: Position,
}

impl Overlay {
    pub(crate) fn put(&mut self, name: Vec<u8>, place: Place) {
        self.added.entry(place.segment).or_default().puts += row_bytes(name.len(), place);
        self.rows.insert(name, Some(place));
    }

    pub(crate) fn delete(&mut self, name: Vec<u8>, segment: u64) {
        self.added.entry(segment).or_default().deletes += name.len() as u64;
        self.rows.insert(name, None);
    }
}

/// What a row counts for in its segment.
pub(crate) fn row_bytes(name_len: usize, place: Place) -> u64 {
    name_len as u64 + u64::from(place.len)
}
