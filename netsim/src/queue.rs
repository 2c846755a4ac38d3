//! What happens next: events in the order of (time, sequence), so that equal times have one order too.
//!
//! The heap holds keys alone (24 bytes); the events lie in a slab, so that moving in the heap is cheap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Events by time in microseconds.
#[derive(Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    slab: Vec<Option<E>>,
    free: Vec<u32>,
    sequence: u64,
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), slab: Vec::new(), free: Vec::new(), sequence: 0 }
    }
}

impl<E> Queue<E> {
    /// At `at`, behind everything that was put there before.
    pub fn push(&mut self, at: u64, event: E) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slab[slot as usize] = Some(event);
                slot
            }
            None => {
                self.slab.push(Some(event));
                (self.slab.len() - 1) as u32
            }
        };
        self.heap.push(Reverse((at, self.sequence, slot)));
        self.sequence += 1;
    }

    /// The next event at or before `end`.
    pub fn pop(&mut self, end: u64) -> Option<(u64, E)> {
        let Reverse((at, _, slot)) = *self.heap.peek()?;
        if at > end {
            return None;
        }
        self.heap.pop();
        self.free.push(slot);
        self.slab[slot as usize].take().map(|event| (at, event))
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// True if none waits.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_keep_the_order_in_which_they_were_put() {
        let mut queue = Queue::default();
        for (at, name) in [(5, "c"), (1, "a"), (5, "d"), (1, "b"), (9, "e")] {
            queue.push(at, name);
        }
        let taken: Vec<_> = std::iter::from_fn(|| queue.pop(8)).collect();
        assert_eq!(taken, [(1, "a"), (1, "b"), (5, "c"), (5, "d")]);
        queue.push(2, "f");
        assert_eq!((queue.len(), queue.pop(9)), (2, Some((2, "f"))));
        assert_eq!(queue.pop(9), Some((9, "e")));
        assert!(queue.is_empty() && queue.pop(u64::MAX).is_none());
    }
}
