//! Numbers of requests that were answered, so that a program that repeats one after a lost answer does not send a
//! message twice. The newest 1,024 are kept, across restarts.

use super::context::Fatal;
use crate::ids::OpId;
use crate::store::{Batch, Range, StoreRead, Table};
use std::collections::{BTreeMap, VecDeque};

const PARTITION: &[u8] = b"nonces";
const KEPT: usize = 1024;

/// The newest nonces.
#[derive(Debug, Default)]
pub struct Nonces {
    next: u64,
    order: VecDeque<(u64, [u8; 16])>,
    found: BTreeMap<[u8; 16], OpId>,
}

impl Nonces {
    /// Reads them.
    pub fn load(store: &dyn StoreRead) -> Result<Self, Fatal> {
        let mut nonces = Self::default();
        for (sort, value) in store.scan(Table::Meta, PARTITION, Range::All, KEPT * 2)? {
            let damaged = Fatal::Row("a request number");
            let number = sort.try_into().map(u64::from_be_bytes).map_err(|_| damaged.clone())?;
            let (nonce, id) = value.split_first_chunk::<16>().ok_or(damaged.clone())?;
            nonces.found.insert(*nonce, OpId(id.try_into().map_err(|_| damaged)?));
            nonces.order.push_back((number, *nonce));
            nonces.next = number + 1;
        }
        Ok(nonces)
    }

    /// The message that a request with this number made.
    pub fn find(&self, nonce: &[u8; 16]) -> Option<OpId> {
        self.found.get(nonce).copied()
    }

    /// Keeps a number and drops the oldest.
    pub fn remember(&mut self, nonce: [u8; 16], id: OpId, batch: &mut Batch) {
        batch.put(Table::Meta, PARTITION, &self.next.to_be_bytes(), [&nonce[..], &id.0].concat());
        self.order.push_back((self.next, nonce));
        self.found.insert(nonce, id);
        self.next += 1;
        if self.order.len() > KEPT
            && let Some((number, oldest)) = self.order.pop_front()
        {
            self.found.remove(&oldest);
            batch.delete(Table::Meta, PARTITION, &number.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestStore;

    #[test]
    fn the_newest_survive_a_restart_and_the_oldest_go() {
        let (mut store, mut nonces) = (TestStore::default(), Nonces::default());
        let nonce = |n: u64| u128::from(n).to_be_bytes();
        for n in 0..1500 {
            let mut batch = Batch::new();
            nonces.remember(nonce(n), OpId([1; 32]), &mut batch);
            store.apply(&batch);
        }
        let again = Nonces::load(&store).unwrap();
        for nonces in [&nonces, &again] {
            assert_eq!(nonces.find(&nonce(1499)), Some(OpId([1; 32])));
            assert_eq!(nonces.find(&nonce(400)), None);
        }
        assert_eq!((again.next, again.order.len()), (1500, KEPT));
    }
}
