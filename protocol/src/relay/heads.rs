//! Log heads in memory: a bounded cache that forgets by second chance, so that a hit costs no list surgery.

use super::head::Head;
use crate::ids::LogTag;
use crate::store::{ReadError, StoreRead};
use std::collections::{BTreeMap, VecDeque};

/// Everything in it can be read from the store again.
#[derive(Debug)]
pub(super) struct Heads {
    slots: BTreeMap<LogTag, Slot>,
    /// Every tag of `slots` once, the next to go in front.
    ring: VecDeque<LogTag>,
    limit: usize,
}

#[derive(Debug)]
struct Slot {
    head: Head,
    used: bool,
}

impl Heads {
    pub(super) fn new(limit: usize) -> Self {
        Self { slots: BTreeMap::new(), ring: VecDeque::new(), limit }
    }

    /// The log's head, from memory or the store.
    pub(super) fn get(&mut self, tag: &LogTag, store: &dyn StoreRead) -> Result<Option<&mut Head>, ReadError> {
        if !self.slots.contains_key(tag) {
            match Head::load(tag, store)? {
                None => return Ok(None),
                Some(head) => self.insert(*tag, head),
            }
        }
        Ok(self.slots.get_mut(tag).map(|slot| {
            slot.used = true;
            &mut slot.head
        }))
    }

    /// The log's head if it is in memory. Does not count as a use.
    pub(super) fn peek(&mut self, tag: &LogTag) -> Option<&mut Head> {
        self.slots.get_mut(tag).map(|slot| &mut slot.head)
    }

    pub(super) fn insert(&mut self, tag: LogTag, head: Head) {
        if self.slots.insert(tag, Slot { head, used: false }).is_none() {
            self.ring.push_back(tag);
        }
        while self.slots.len() > self.limit {
            self.evict_one(&tag);
        }
    }

    pub(super) fn remove(&mut self, tag: &LogTag) {
        if self.slots.remove(tag).is_some() {
            self.ring.retain(|other| other != tag);
        }
    }

    fn evict_one(&mut self, newest: &LogTag) {
        while let Some(tag) = self.ring.pop_front() {
            match self.slots.get_mut(&tag) {
                Some(slot) if slot.used || tag == *newest => {
                    slot.used = false;
                    self.ring.push_back(tag);
                }
                Some(_) | None => {
                    self.slots.remove(&tag);
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestStore;
    use crate::wire::relay::{LogKind, LogSpec};

    #[test]
    fn the_unused_go_first_and_the_bound_holds() {
        let spec = LogSpec { kind: LogKind::Room, write: [1; 32], read: [2; 32], readers: 0 };
        let store = TestStore::default();
        let mut heads = Heads::new(3);
        for n in 1..=3 {
            heads.insert(LogTag([n; 32]), Head::new(spec.clone(), [n; 16], 0));
        }
        assert!(heads.get(&LogTag([1; 32]), &store).unwrap().is_some());
        heads.insert(LogTag([4; 32]), Head::new(spec, [4; 16], 0));
        let there: Vec<bool> = (1..=4).map(|n| heads.peek(&LogTag([n; 32])).is_some()).collect();
        assert_eq!(there, [true, false, true, true]);
        assert_eq!((heads.ring.len(), heads.slots.len()), (3, 3));
        heads.remove(&LogTag([3; 32]));
        assert_eq!((heads.ring.len(), heads.slots.len()), (2, 2));
        assert!(heads.get(&LogTag([9; 32]), &store).unwrap().is_none());
    }
}
