//! One link: a long-lived bidirectional substream of frames, its bounded outbox, and the task that pumps it.
//!
//! Throughput comes from batches: frames are appended to one byte buffer which the task writes as a whole, and
//! everything a read brings is handed over in one message. Nothing waits for more to come: an empty queue flushes.

use super::frames::{FrameError, HEAD, Splitter, append};
use super::{FromNet, LINK_QUEUE_MAX};
use chappe_protocol::core::Side;
use chappe_protocol::ids::NodeId;
use chappe_protocol::limits::FRAME_MAX;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::{Notify, mpsc};

/// A batch is handed over when it holds so many bytes, even if more is there to read.
const BATCH_BYTES: usize = 64 * 1024;

/// A link that holds less than this is never closed for what other links hold.
const FAIR_SHARE: usize = 256 * 1024;

/// How long a closing link may take to write what it still holds.
const DRAIN: Duration = Duration::from_secs(2);

/// Bytes that wait in all outboxes of a machine together.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    used: Arc<AtomicUsize>,
    limit: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self { used: Arc::default(), limit }
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// Why a link ended.
#[derive(Debug, Error)]
pub enum LinkError {
    /// The remote closed it.
    #[error("the remote closed the link")]
    Closed,
    /// The remote closed it in the middle of a frame.
    #[error("the remote closed the link in the middle of a frame")]
    Cut,
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The remote broke the framing.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The remote reads more slowly than we have to tell it.
    #[error("more than {LINK_QUEUE_MAX} bytes waited for the remote")]
    Overflow,
    /// This side closed it.
    #[error("closed by this side: {0}")]
    Hangup(&'static str),
    /// The machine stops.
    #[error("this machine is stopping")]
    Stopping,
}

/// The sending end of a link. Cheap to clone; sending never waits.
#[derive(Clone, Debug)]
pub struct Link {
    /// Counts up over all links of this machine: of two links to one remote and side the higher is the newer.
    pub id: u64,
    /// Who opened it.
    pub side: Side,
    /// The authenticated other end.
    pub remote: NodeId,
    outbox: Arc<Outbox>,
}

#[derive(Debug)]
struct Outbox {
    queue: Mutex<Queue>,
    ready: Notify,
    /// The state is not `Open` any more.
    ending: Notify,
    budget: Budget,
}

#[derive(Debug)]
struct Queue {
    bytes: Vec<u8>,
    /// Taken by the task and not yet written; counts against the bound.
    writing: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Write what is there, then close.
    Closing(&'static str),
    /// Over its bound: nothing more is written.
    Overflown,
}

/// What the writing half does next.
enum Next {
    Write(Vec<u8>),
    Wait,
    Close(&'static str),
    Overflow,
}

impl Link {
    pub(crate) fn new(id: u64, side: Side, remote: NodeId, budget: Budget) -> Self {
        let queue = Mutex::new(Queue { bytes: Vec::new(), writing: 0, state: State::Open });
        Self {
            id,
            side,
            remote,
            outbox: Arc::new(Outbox { queue, ready: Notify::new(), ending: Notify::new(), budget }),
        }
    }

    /// Queues one frame. On a link that is closed it is dropped; a frame of a forbidden length is our own bug and is
    /// dropped with an error in the log; a frame that would go over the bound closes the link.
    pub fn send(&self, frame: &[u8]) {
        if frame.is_empty() || frame.len() > FRAME_MAX {
            tracing::error!(length = frame.len(), "a core made a frame of a forbidden length; it is not sent");
            return;
        }
        self.outbox.push(frame);
    }

    /// Writes what is queued, then closes.
    pub fn close(&self, reason: &'static str) {
        let mut queue = self.outbox.lock();
        if queue.state == State::Open {
            queue.state = State::Closing(reason);
        }
        drop(queue);
        self.outbox.ready.notify_one();
        self.outbox.ending.notify_one();
    }
}

#[cfg(test)]
impl Link {
    /// A link that goes nowhere.
    pub(crate) fn detached(id: u64, side: Side, remote: NodeId) -> Self {
        Self::new(id, side, remote, Budget::new(usize::MAX))
    }

    /// The frames that wait to be written.
    pub(crate) fn queued(&self) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        Splitter::default().feed(&self.outbox.lock().bytes, &mut frames).expect("own frames");
        frames
    }
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, frame: &[u8]) {
        let mut queue = self.lock();
        if queue.state != State::Open {
            return;
        }
        let added = HEAD + frame.len();
        let waiting = queue.bytes.len() + queue.writing + added;
        let crowded = self.budget.used() > self.budget.limit && waiting > FAIR_SHARE;
        let was_empty = queue.bytes.is_empty();
        if waiting > LINK_QUEUE_MAX || crowded {
            queue.state = State::Overflown;
        } else {
            self.budget.used.fetch_add(added, Ordering::Relaxed);
            append(&mut queue.bytes, frame);
        }
        let overflown = queue.state == State::Overflown;
        drop(queue);
        if overflown {
            self.ending.notify_one();
        } else if was_empty {
            self.ready.notify_one();
        }
    }

    /// Ends the link although a write may hang, because the remote does not read: at once when the outbox is over
    /// its bound, a while after an order to close.
    async fn ending(&self) -> LinkError {
        loop {
            self.ending.notified().await;
            let state = self.lock().state;
            match state {
                State::Open => {}
                State::Closing(reason) => {
                    tokio::time::sleep(DRAIN).await;
                    return LinkError::Hangup(reason);
                }
                State::Overflown => return LinkError::Overflow,
            }
        }
    }

    fn next(&self) -> Next {
        let mut queue = self.lock();
        match queue.state {
            State::Overflown => Next::Overflow,
            State::Open | State::Closing(_) if !queue.bytes.is_empty() => {
                let bytes = std::mem::take(&mut queue.bytes);
                queue.writing = bytes.len();
                Next::Write(bytes)
            }
            State::Open => Next::Wait,
            State::Closing(reason) => Next::Close(reason),
        }
    }

    fn written(&self) {
        let mut queue = self.lock();
        self.budget.used.fetch_sub(queue.writing, Ordering::Relaxed);
        queue.writing = 0;
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let queue = self.queue.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.budget.used.fetch_sub(queue.bytes.len() + queue.writing, Ordering::Relaxed);
    }
}

/// Pumps a link until it ends: says `LinkUp`, hands over frames, writes the outbox, says `LinkDown`.
pub(crate) async fn run<S>(link: Link, stream: S, events: mpsc::Sender<FromNet>) -> LinkError
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if events.send(FromNet::LinkUp(link.clone())).await.is_err() {
        return LinkError::Stopping;
    }
    let (reader, writer) = stream.split();
    let error = tokio::select! {
        error = read(&link, reader, &events) => error,
        error = write(&link, writer) => error,
        error = link.outbox.ending() => error,
    };
    // From here on sends are dropped at once.
    link.outbox.lock().state = State::Overflown;
    let down = FromNet::LinkDown { link: link.id, side: link.side, remote: link.remote };
    if events.send(down).await.is_err() {
        return LinkError::Stopping;
    }
    error
}

async fn write<S: AsyncWrite>(link: &Link, mut stream: WriteHalf<S>) -> LinkError {
    loop {
        let outcome = match link.outbox.next() {
            Next::Write(bytes) => {
                let outcome = stream.write_all(&bytes).await;
                link.outbox.written();
                outcome
            }
            Next::Wait => {
                let outcome = stream.flush().await;
                if outcome.is_ok() {
                    link.outbox.ready.notified().await;
                }
                outcome
            }
            Next::Close(reason) => {
                // Best effort: the frames are written, the remote may have gone.
                drop(stream.close().await);
                return LinkError::Hangup(reason);
            }
            Next::Overflow => return LinkError::Overflow,
        };
        if let Err(error) = outcome {
            return LinkError::Io(error);
        }
    }
}

async fn read<S: AsyncRead + Unpin>(link: &Link, mut stream: ReadHalf<S>, events: &mpsc::Sender<FromNet>) -> LinkError {
    let mut splitter = Splitter::default();
    loop {
        let mut frames = Vec::new();
        let end = poll_fn(|cx| read_batch(&mut stream, cx, &mut splitter, &mut frames)).await;
        if !frames.is_empty() {
            let batch = FromNet::Frames { link: link.id, side: link.side, remote: link.remote, frames };
            if events.send(batch).await.is_err() {
                return LinkError::Stopping;
            }
        }
        if let Some(error) = end {
            return error;
        }
    }
}

thread_local! {
    /// Reads go through one buffer a thread, so that an idle link holds none.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; BATCH_BYTES]);
}

/// Reads what is there. Ready with `None` when `frames` holds something to hand over, with an error at the end.
fn read_batch<S: AsyncRead + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
    splitter: &mut Splitter,
    frames: &mut Vec<Vec<u8>>,
) -> Poll<Option<LinkError>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut total = 0;
        while total < BATCH_BYTES {
            let n = match Pin::new(&mut *stream).poll_read(cx, scratch) {
                Poll::Ready(Ok(0)) if splitter.is_between_frames() => return Poll::Ready(Some(LinkError::Closed)),
                Poll::Ready(Ok(0)) => return Poll::Ready(Some(LinkError::Cut)),
                Poll::Ready(Ok(n)) => n,
                Poll::Ready(Err(error)) => return Poll::Ready(Some(LinkError::Io(error))),
                Poll::Pending if frames.is_empty() => return Poll::Pending,
                Poll::Pending => return Poll::Ready(None),
            };
            if let Err(error) = splitter.feed(&scratch[..n], frames) {
                return Poll::Ready(Some(LinkError::Frame(error)));
            }
            total += n;
        }
        if frames.is_empty() {
            // A part of a long frame; let others run before reading on.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;

    fn link(budget: &Budget) -> Link {
        Link::new(1, Side::Client, NodeId([1; 32]), budget.clone())
    }

    #[test]
    fn an_outbox_over_its_bound_closes_and_takes_nothing_more() {
        let budget = Budget::new(usize::MAX);
        let link = link(&budget);
        let frame = vec![1; FRAME_MAX];
        for _ in 0..LINK_QUEUE_MAX / FRAME_MAX {
            link.send(&frame);
        }
        assert!(matches!(link.outbox.next(), Next::Overflow));
        let held = budget.used();
        link.send(b"more");
        assert_eq!(budget.used(), held);
        drop(link);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn in_a_crowd_only_links_over_their_share_are_closed() {
        let budget = Budget::new(FAIR_SHARE);
        let (greedy, modest) = (link(&budget), link(&budget));
        for _ in 0..3 {
            greedy.send(&vec![1; FAIR_SHARE / 2 + 1]);
        }
        modest.send(b"small");
        assert!(matches!(greedy.outbox.next(), Next::Overflow));
        assert!(matches!(modest.outbox.next(), Next::Write(_)));
    }

    #[test]
    fn frames_of_a_forbidden_length_are_not_sent() {
        let link = link(&Budget::new(usize::MAX));
        link.send(&[]);
        link.send(&vec![0; FRAME_MAX + 1]);
        assert!(matches!(link.outbox.next(), Next::Wait));
    }

    #[test]
    fn a_closing_link_writes_what_it_holds_first() {
        let link = link(&Budget::new(usize::MAX));
        link.send(b"last");
        link.close("test");
        link.send(b"too late");
        assert!(matches!(link.outbox.next(), Next::Write(bytes) if bytes == b"\0\0\0\x04last"));
        assert!(matches!(link.outbox.next(), Next::Close("test")));
    }

    #[tokio::test]
    async fn a_stream_that_ends_inside_a_frame_is_told_from_one_that_ends_well() {
        for (bytes, cut) in [(&b"\0\0\0\x02ab"[..], false), (b"\0\0\0\x02ab\0\0", true)] {
            let (events, mut inbox) = mpsc::channel(8);
            let link = link(&Budget::new(usize::MAX));
            let error = run(link, Cursor::new(bytes.to_vec()), events).await;
            assert_eq!(matches!(error, LinkError::Cut), cut, "{error}");
            assert!(matches!(inbox.recv().await, Some(FromNet::LinkUp(_))));
            assert!(matches!(inbox.recv().await, Some(FromNet::Frames { frames, .. }) if frames == [b"ab".to_vec()]));
            assert!(matches!(inbox.recv().await, Some(FromNet::LinkDown { .. })));
        }
    }
}
