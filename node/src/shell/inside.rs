//! The link between the two cores of one machine: a node that serves the LAN is its own relay too.
//!
//! Frames cross without waiting for the disk. That keeps "persist before send", because nothing leaves the machine,
//! and because both cores share one store whose batches become durable in order: after a crash the store never knows
//! the consequence of a frame without the commit that was made before the frame.

use chappe_protocol::core::Side;
use std::collections::VecDeque;

/// Bytes under way; more breaks the link, as on the network.
const BYTES_MAX: usize = crate::net::LINK_QUEUE_MAX;

/// What a core hears of the link inside.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passage {
    Up,
    Frame(Vec<u8>),
    Down,
}

/// What is under way, each with the side of the core that it is for.
#[derive(Debug, Default)]
pub(super) struct Inside {
    open: bool,
    queue: VecDeque<(Side, Passage)>,
    bytes: usize,
}

impl Inside {
    /// The client core dials its own machine.
    pub fn open(&mut self) {
        if !self.open {
            self.open = true;
            self.queue.push_back((Side::Server, Passage::Up));
            self.queue.push_back((Side::Client, Passage::Up));
        }
    }

    /// Either core hangs up.
    pub fn close(&mut self) {
        if self.open {
            self.open = false;
            self.queue.retain(|(_, passage)| !matches!(passage, Passage::Frame(_)));
            self.bytes = 0;
            self.queue.push_back((Side::Server, Passage::Down));
            self.queue.push_back((Side::Client, Passage::Down));
        }
    }

    /// A frame for the core of that side.
    pub fn push(&mut self, to: Side, bytes: Vec<u8>) {
        if !self.open {
            return;
        }
        self.bytes += bytes.len();
        if self.bytes > BYTES_MAX {
            // As a link of the network would: it breaks and comes back, and the cores catch up.
            self.close();
            self.open();
        } else {
            self.queue.push_back((to, Passage::Frame(bytes)));
        }
    }

    pub fn pop(&mut self) -> Option<(Side, Passage)> {
        let next = self.queue.pop_front();
        if let Some((_, Passage::Frame(bytes))) = &next {
            self.bytes -= bytes.len();
        }
        next
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_cross_in_order_between_up_and_down() {
        let mut inside = Inside::default();
        inside.push(Side::Server, b"nobody there".to_vec());
        inside.open();
        inside.open();
        inside.push(Side::Server, b"a".to_vec());
        assert_eq!(inside.pop(), Some((Side::Server, Passage::Up)));
        assert_eq!(inside.pop(), Some((Side::Client, Passage::Up)));
        assert_eq!(inside.pop(), Some((Side::Server, Passage::Frame(b"a".to_vec()))));
        inside.push(Side::Client, b"lost".to_vec());
        inside.close();
        assert_eq!(inside.pop(), Some((Side::Server, Passage::Down)));
        assert_eq!(inside.pop(), Some((Side::Client, Passage::Down)));
        assert!(inside.pop().is_none() && inside.bytes == 0);
    }

    #[test]
    fn too_much_under_way_breaks_the_link_and_brings_it_back() {
        let mut inside = Inside::default();
        inside.open();
        for _ in 0..BYTES_MAX / 1024 + 1 {
            inside.push(Side::Client, vec![0; 1024]);
        }
        let rest: Vec<_> = std::iter::from_fn(|| inside.pop()).collect();
        assert!(rest.iter().all(|(_, passage)| !matches!(passage, Passage::Frame(_))));
        assert_eq!(rest.last(), Some(&(Side::Client, Passage::Up)));
    }
}
