//! What a machine holds of a connection: a byte stream.

use super::{Inner, Nanos, Network, What};
use futures::{AsyncRead, AsyncWrite};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One end. It holds numbers only; everything is in the network.
pub struct Stream {
    network: Network,
    connection: u64,
    side: usize,
}

impl Stream {
    pub(super) fn new(network: Network, connection: u64, side: usize) -> Self {
        Self { network, connection, side }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut [u8]) -> Poll<io::Result<usize>> {
        self.network.with(|inner, _| {
            let Some(connection) = inner.connections.get_mut(&self.connection) else { return Poll::Ready(Err(gone())) };
            let reset = connection.ends[self.side].reset;
            let pipe = &mut connection.pipes[1 - self.side];
            match pipe.read(out) {
                Some(n) => {
                    inner.wakers.extend(pipe.writer.take());
                    Poll::Ready(Ok(n))
                }
                None if reset => Poll::Ready(Err(gone())),
                None => {
                    pipe.reader = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.network.with(|inner, now| {
            let Some(connection) = inner.connections.get_mut(&self.connection) else { return Poll::Ready(Err(gone())) };
            let pipe = &mut connection.pipes[self.side];
            if connection.ends[self.side].reset || pipe.is_closed() {
                return Poll::Ready(Err(gone()));
            }
            let n = bytes.len().min(pipe.room());
            if n == 0 && !bytes.is_empty() {
                pipe.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if n > 0 {
                inner.write(now, self.connection, self.side, bytes[..n].to_vec());
            }
            Poll::Ready(Ok(n))
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.network.with(|inner, now| inner.close(now, self.connection, self.side));
        Poll::Ready(Ok(()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.network.with(|inner, now| inner.let_go(now, self.connection, self.side));
    }
}

impl Inner {
    /// Puts bytes (or none: the end) under way.
    fn write(&mut self, now: Nanos, id: u64, side: usize, chunk: Vec<u8>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let (from, to) = (connection.ends[side].machine, connection.ends[1 - side].machine);
        let arrival = self.physics.arrival(now, from, to, chunk.len());
        if let Some(machine) = self.machines.get_mut(from) {
            machine.traffic.sent += chunk.len() as u64;
        }
        let pipe = &mut connection.pipes[side];
        if pipe.push(arrival, chunk)
            && let Some(at) = pipe.head_arrival()
        {
            self.schedule(at, What::Arrive(id, side));
        }
    }

    fn close(&mut self, now: Nanos, id: u64, side: usize) {
        let Some(connection) = self.connections.get(&id) else { return };
        if !connection.ends[side].reset && !connection.pipes[side].is_closed() {
            self.write(now, id, side, Vec::new());
        }
    }

    /// The machine drops its end: the other hears of it, unless the machine crashed.
    fn let_go(&mut self, now: Nanos, id: u64, side: usize) {
        let Some(connection) = self.connections.get(&id) else { return };
        if self.is_current(&connection.ends[side]) {
            self.close(now, id, side);
        }
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.ends[side].dropped = true;
        if connection.ends.iter().all(|end| end.dropped) {
            self.connections.remove(&id);
        }
    }
}

fn gone() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}
