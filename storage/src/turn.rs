//! What was applied since the last sync: in memory and in the clear. Batches between two syncs share one frame of the
//! journal, and a row that many of them overwrite (the head of a chat, the state of a chain) is sealed and written
//! once. That changes nothing about what a crash leaves: before a sync nothing was promised, and a frame is whole or
//! not there, so that batches still become durable in order and none by half.
//!
//! The rows stand in the active overlay, under places that point here; so reads look them up as any other.
//!
//! Not here: when a turn is sealed (`durable.rs`).

use std::collections::btree_map::Entry;

use crate::frame;
use crate::keys::KeyError;
use crate::overlay::{Overlay, Place};
use crate::seal::{SEAL_OVERHEAD, Sealer};

/// The segment number of places that point into the turn; the journal never gets that far.
const UNSEALED: u64 = u64::MAX;

/// Bytes of names and values at which a turn is sealed though nobody asks for a sync.
pub(crate) const TURN_BYTES: usize = 1024 * 1024;

/// Names with place and length of the sealed value in a body; `None` is a delete.
pub(crate) type NewRows = Vec<(Vec<u8>, Option<(usize, usize)>)>;

/// Rows that no frame has yet.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// Every row that changed, in the order of its first change. One that was deleted and put again is there twice.
    names: Vec<Vec<u8>>,
    /// What places point to. `None`: sealed, or deleted again.
    values: Vec<Option<Vec<u8>>>,
    bytes: usize,
}

impl Turn {
    /// True if nothing was applied.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Bytes of names and values applied, those overwritten since included.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The value that a place of the overlay points to; `None` if it points into the journal.
    pub(crate) fn value(&self, place: &Place) -> Option<&[u8]> {
        is_unsealed(place).then(|| self.values.get(place.offset as usize)?.as_deref())?
    }

    /// Creates or replaces a row.
    pub(crate) fn put(&mut self, overlay: &mut Overlay, name: Vec<u8>, value: Vec<u8>) {
        self.bytes += name.len() + value.len();
        let place = Place { segment: UNSEALED, offset: self.values.len() as u32, len: value.len() as u32 };
        match overlay.rows.entry(name) {
            Entry::Occupied(row) if row.get().as_ref().is_some_and(is_unsealed) => {
                if let Some(slot) = row.get().and_then(|place| self.values.get_mut(place.offset as usize)) {
                    *slot = Some(value);
                }
            }
            Entry::Occupied(mut row) => {
                self.names.push(row.key().clone());
                self.values.push(Some(value));
                row.insert(Some(place));
            }
            Entry::Vacant(row) => {
                self.names.push(row.key().clone());
                self.values.push(Some(value));
                row.insert(Some(place));
            }
        }
    }

    /// Removes a row. Nothing happens if the overlay has it removed already.
    pub(crate) fn delete(&mut self, overlay: &mut Overlay, name: Vec<u8>) {
        match overlay.rows.entry(name) {
            Entry::Occupied(mut row) => {
                let Some(place) = row.insert(None) else { return };
                if is_unsealed(&place) {
                    // What was never written is not written for its removal either; the delete is, because an older
                    // value may be in the journal.
                    if let Some(slot) = self.values.get_mut(place.offset as usize) {
                        *slot = None;
                    }
                } else {
                    self.bytes += row.key().len();
                    self.names.push(row.key().clone());
                }
            }
            Entry::Vacant(row) => {
                self.bytes += row.key().len();
                self.names.push(row.key().clone());
                row.insert(None);
            }
        }
    }

    /// The records of all rows, and where the values lie in them; the turn is empty then. The caller gives the
    /// overlay the new places at once.
    pub(crate) fn seal(&mut self, overlay: &Overlay, sealer: &Sealer) -> Result<(Vec<u8>, NewRows), KeyError> {
        let Self { names, mut values, bytes } = std::mem::take(self);
        let mut body = Vec::with_capacity(bytes + names.len() * (SEAL_OVERHEAD + frame::PUT_HEAD));
        let mut rows = Vec::with_capacity(names.len());
        for name in names {
            match overlay.rows.get(&name) {
                Some(Some(place)) if is_unsealed(place) => {
                    let Some(value) = values.get_mut(place.offset as usize).and_then(Option::take) else { continue };
                    let len = value.len() + SEAL_OVERHEAD;
                    frame::put_head(&mut body, &name, len);
                    let at = body.len();
                    sealer.seal(&name, &value, &mut body)?;
                    rows.push((name, Some((at, len))));
                }
                Some(None) => {
                    frame::delete(&mut body, &name);
                    rows.push((name, None));
                }
                // A turn is sealed before its overlay is frozen, so that every row is there, and points here.
                Some(Some(_)) | None => {}
            }
        }
        Ok((body, rows))
    }
}

fn is_unsealed(place: &Place) -> bool {
    place.segment == UNSEALED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Record, Records};
    use crate::keys::Keys;
    use chappe_protocol::store::Table;

    #[test]
    fn a_row_is_written_once_and_what_came_and_went_leaves_its_delete() {
        let sealer = Sealer::new(&Keys::derive(&[1; 32])).expect("a sealer");
        let name = |sort: &[u8]| sealer.name(Table::Test, b"p", sort);
        let (mut turn, mut overlay) = (Turn::default(), Overlay::default());
        for n in 0..100u8 {
            turn.put(&mut overlay, name(b"head"), vec![n; 50]);
        }
        turn.put(&mut overlay, name(b"brief"), vec![1]);
        turn.delete(&mut overlay, name(b"brief"));
        turn.delete(&mut overlay, name(b"brief"));
        turn.delete(&mut overlay, name(b"back"));
        turn.put(&mut overlay, name(b"back"), vec![2; 3]);
        let place = overlay.rows[&name(b"head")].expect("a place");
        assert_eq!(turn.value(&place), Some(&[99; 50][..]));

        let (body, rows) = turn.seal(&overlay, &sealer).expect("sealed");
        assert!(turn.is_empty());
        let mut puts = Vec::new();
        let mut deletes = Vec::new();
        for record in Records::of(&body).map(|record| record.expect("whole")) {
            match record {
                Record::Put { name, value, .. } => puts.push((name.to_vec(), sealer.open(name, value).expect("opens"))),
                Record::Delete { name } => deletes.push(name.to_vec()),
                Record::Retire { .. } => panic!("nothing is retired"),
            }
        }
        assert_eq!(puts, [(name(b"head"), vec![99; 50]), (name(b"back"), vec![2; 3])]);
        assert_eq!((deletes, rows.len()), (vec![name(b"brief")], 3));
    }
}
