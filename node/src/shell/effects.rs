//! What the cores asked for and what waits for the end of the turn, in order.

use crate::net::Link;
use chappe_protocol::ids::NodeId;
use std::collections::VecDeque;

/// One thing to do once everything before it is durable.
pub(super) enum Effect<E, F> {
    /// On the link that was up when the core said so: if it is gone by then, the frame is dropped with it.
    Send(Link, Vec<u8>),
    Dial(NodeId, Vec<String>),
    Hangup(NodeId, &'static str),
    /// Close a link that the remote opened.
    Close(Link, &'static str),
    /// The client core's event.
    Tell(E),
    /// The serving core's.
    TellServer(F),
}

/// A queue that knows how many bytes it holds for sending.
pub(super) struct Effects<E, F> {
    queue: VecDeque<Effect<E, F>>,
    bytes: usize,
}

impl<E, F> Default for Effects<E, F> {
    fn default() -> Self {
        Self { queue: VecDeque::new(), bytes: 0 }
    }
}

impl<E, F> Effects<E, F> {
    pub fn push_send(&mut self, link: &Link, bytes: Vec<u8>) {
        self.bytes += bytes.len();
        self.queue.push_back(Effect::Send(link.clone(), bytes));
    }

    pub fn push(&mut self, effect: Effect<E, F>) {
        self.queue.push_back(effect);
    }

    pub fn pop(&mut self) -> Option<Effect<E, F>> {
        let effect = self.queue.pop_front();
        if self.queue.is_empty() {
            self.bytes = 0;
        }
        effect
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
