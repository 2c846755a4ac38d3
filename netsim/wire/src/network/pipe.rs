//! One direction of a connection: chunks under way, chunks that arrived, and who waits for them.

use super::Nanos;
use std::collections::VecDeque;
use std::task::Waker;

/// Bytes that may be written and not yet read: both ends' socket buffers.
const WINDOW: usize = 256 * 1024;

/// One direction. A chunk of no bytes is the end.
#[derive(Default)]
pub(super) struct Pipe {
    flight: VecDeque<(Nanos, Vec<u8>)>,
    flight_bytes: usize,
    inbox: VecDeque<Vec<u8>>,
    inbox_bytes: usize,
    /// Of the first chunk in the inbox.
    read: usize,
    /// The end was written.
    closed: bool,
    /// The end arrived.
    ended: bool,
    last_arrival: Nanos,
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
    /// The head cannot be delivered since then.
    pub(super) held_since: Option<Nanos>,
    pub(super) tries: u32,
}

impl Pipe {
    /// Bytes that can be written now.
    pub(super) fn room(&self) -> usize {
        if self.closed { 0 } else { WINDOW.saturating_sub(self.flight_bytes + self.inbox_bytes) }
    }

    /// Puts a chunk under way behind all others. True if it is the head, so that its arrival must be scheduled.
    pub(super) fn push(&mut self, arrival: Nanos, chunk: Vec<u8>) -> bool {
        self.closed |= chunk.is_empty();
        self.last_arrival = self.last_arrival.max(arrival);
        self.flight_bytes += chunk.len();
        self.flight.push_back((self.last_arrival, chunk));
        self.flight.len() == 1
    }

    /// Chunks under way.
    pub(super) fn under_way(&self) -> usize {
        self.flight.len()
    }

    /// True if nothing but the end is under way.
    pub(super) fn only_end(&self) -> bool {
        self.flight_bytes == 0
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn head_arrival(&self) -> Option<Nanos> {
        self.flight.front().map(|(at, _)| *at)
    }

    pub(super) fn pop_arrived(&mut self, now: Nanos) -> Option<Vec<u8>> {
        if self.head_arrival()? > now {
            return None;
        }
        let (_, chunk) = self.flight.pop_front()?;
        self.flight_bytes -= chunk.len();
        Some(chunk)
    }

    pub(super) fn deliver(&mut self, chunk: Vec<u8>) {
        if chunk.is_empty() {
            self.ended = true;
        } else {
            self.inbox_bytes += chunk.len();
            self.inbox.push_back(chunk);
        }
    }

    /// Moves what arrived into `out`. `None` if there is nothing yet, 0 at the end.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Option<usize> {
        let Some(chunk) = self.inbox.front() else { return self.ended.then_some(0) };
        let rest = &chunk[self.read..];
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.read += n;
        self.inbox_bytes -= n;
        if self.read == chunk.len() {
            self.inbox.pop_front();
            self.read = 0;
        }
        Some(n)
    }

    /// Nothing that is under way arrives.
    pub(super) fn clear(&mut self) {
        self.flight.clear();
        self.flight_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_order_however_they_are_read_and_then_the_end() {
        let mut pipe = Pipe::default();
        assert!(pipe.push(5, b"abc".to_vec()));
        assert!(!pipe.push(3, b"de".to_vec()));
        assert!(!pipe.push(9, Vec::new()));
        assert_eq!(pipe.pop_arrived(4), None);
        while let Some(chunk) = pipe.pop_arrived(9) {
            pipe.deliver(chunk);
        }
        let mut out = [0; 2];
        let mut all = Vec::new();
        while let Some(n) = pipe.read(&mut out).filter(|n| *n > 0) {
            all.extend_from_slice(&out[..n]);
        }
        assert_eq!((all.as_slice(), pipe.read(&mut out), pipe.room()), (&b"abcde"[..], Some(0), 0));
    }

    #[test]
    fn a_full_window_has_no_room_until_it_is_read() {
        let mut pipe = Pipe::default();
        pipe.push(0, vec![1; WINDOW]);
        assert_eq!(pipe.room(), 0);
        let chunk = pipe.pop_arrived(0).unwrap();
        pipe.deliver(chunk);
        assert_eq!(pipe.room(), 0);
        pipe.read(&mut vec![0; 1000]);
        assert_eq!(pipe.room(), 1000);
    }
}
