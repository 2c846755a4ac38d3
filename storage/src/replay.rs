//! Reading a journal back, and the one rule of what may be cut off.
//!
//! Only the tail of the last segment can be torn by a crash: everything before was durable when it was followed by
//! something newer. Every frame says up to where the journal was durable when it was made. So if a broken frame is
//! followed by a whole one that says the broken one was durable, an acknowledged batch is damaged and the start fails;
//! otherwise nobody was ever promised the broken one, and the journal ends before it.
//!
//! Not here: what the records do (`open.rs`, `maintain.rs`).

use std::io;

use crate::disk::DiskFile;
use crate::frame::{FRAME_LEN, FRAME_MAGIC, FrameHead, Header, Spot};

/// Bytes read at once.
const WINDOW: usize = 256 * 1024;

/// A file seen through a moving window.
pub(crate) struct Window<'a> {
    file: &'a dyn DiskFile,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(crate) fn over(file: &'a dyn DiskFile) -> Self {
        Self { file, start: 0, bytes: Vec::new() }
    }

    /// `len` bytes at `offset`, fewer only at the end of the file.
    pub(crate) fn get(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let end = self.start + self.bytes.len() as u64;
        if offset < self.start || offset + len as u64 > end {
            self.bytes.resize(len.max(WINDOW), 0);
            let read = self.file.read_at(&mut self.bytes, offset)?;
            self.bytes.truncate(read);
            self.start = offset;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.bytes[from.min(self.bytes.len())..(from + len).min(self.bytes.len())])
    }
}

/// One verified frame.
pub(crate) struct Frame<'a> {
    pub(crate) head: FrameHead,
    /// Where the body begins.
    pub(crate) body_at: Spot,
    pub(crate) body: &'a [u8],
}

/// How a walk over a segment stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    /// Behind the last whole frame.
    pub(crate) offset: u64,
    /// Its sequence number.
    pub(crate) seq: u64,
    /// False if bytes follow that are neither a whole frame nor zeros up to the end.
    pub(crate) at_end: bool,
}

/// Walks the frames of a segment from `offset`, the first of which has the number `seq + 1`, up to `limit`.
/// `visit` returns false to stop as if the frame were broken.
pub(crate) fn walk<E: From<io::Error>>(
    key: &[u8; 32],
    segment: u64,
    file: &dyn DiskFile,
    from: Stop,
    limit: u64,
    visit: &mut dyn FnMut(Frame<'_>) -> Result<bool, E>,
) -> Result<Stop, E> {
    let mut window = Window::over(file);
    let mut stop = Stop { at_end: false, ..from };
    while stop.offset < limit {
        let spot = Spot { segment, offset: stop.offset };
        let Some(frame) = frame_at(key, spot, limit, &mut window)? else {
            stop.at_end = only_zeros(&mut window, stop.offset, limit)?;
            return Ok(stop);
        };
        let (seq, next) = (frame.head.seq, frame.body_at.offset + frame.body.len() as u64);
        if seq != stop.seq + 1 || !visit(frame)? {
            return Ok(stop);
        }
        stop.seq = seq;
        stop.offset = next;
    }
    stop.at_end = true;
    Ok(stop)
}

/// The frame at a spot, if a whole one is there.
fn frame_at<'w>(key: &[u8; 32], spot: Spot, limit: u64, window: &'w mut Window<'_>) -> io::Result<Option<Frame<'w>>> {
    let Some(head) = FrameHead::decode(window.get(spot.offset, FRAME_LEN)?) else { return Ok(None) };
    let body_at = spot.offset + FRAME_LEN as u64;
    // A length is believed only as far as the file goes, so a broken one cannot ask for more memory than a segment.
    if body_at + u64::from(head.body_len) > limit {
        return Ok(None);
    }
    let body = window.get(body_at, head.body_len as usize)?;
    if body.len() != head.body_len as usize || !head.verify(key, spot, body) {
        return Ok(None);
    }
    Ok(Some(Frame { head, body_at: Spot { segment: spot.segment, offset: body_at }, body }))
}

fn only_zeros(window: &mut Window<'_>, mut offset: u64, limit: u64) -> io::Result<bool> {
    while offset < limit {
        let want = WINDOW.min((limit - offset) as usize);
        let bytes = window.get(offset, want)?;
        if bytes.is_empty() {
            return Ok(true);
        }
        if bytes.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        offset += bytes.len() as u64;
    }
    Ok(true)
}

/// The next whole frame at or after `offset` whose head satisfies `wanted`: its offset and head.
pub(crate) fn find_frame(
    key: &[u8; 32],
    segment: u64,
    file: &dyn DiskFile,
    mut offset: u64,
    limit: u64,
    wanted: &dyn Fn(&FrameHead) -> bool,
) -> io::Result<Option<(u64, FrameHead)>> {
    let mut window = Window::over(file);
    while offset + FRAME_LEN as u64 <= limit {
        let bytes = window.get(offset, WINDOW.min((limit - offset) as usize))?;
        if bytes.len() < FRAME_LEN {
            return Ok(None);
        }
        let Some(at) = bytes.windows(FRAME_MAGIC.len()).position(|four| four == FRAME_MAGIC) else {
            // The last three bytes may begin a magic number that ends in the next window.
            offset += (bytes.len() - (FRAME_MAGIC.len() - 1)) as u64;
            continue;
        };
        offset += at as u64;
        let mut near = Window::over(file);
        if let Some(frame) = frame_at(key, Spot { segment, offset }, limit, &mut near)?
            && wanted(&frame.head)
        {
            return Ok(Some((offset, frame.head)));
        }
        offset += 1;
    }
    Ok(None)
}

/// True if the broken frame where a walk stopped was promised to somebody.
pub(crate) fn was_durable(
    key: &[u8; 32],
    segment: u64,
    file: &dyn DiskFile,
    stop: Stop,
    limit: u64,
) -> io::Result<bool> {
    let broken = stop.seq + 1;
    Ok(find_frame(key, segment, file, stop.offset, limit, &|head| head.synced >= broken)?.is_some())
}

/// A segment's header, `None` if it does not verify.
pub(crate) fn header(key: &[u8; 32], number: u64, file: &dyn DiskFile) -> io::Result<Option<Header>> {
    let mut window = Window::over(file);
    let Some(len) = Header::len_from(window.get(0, crate::frame::HEADER_LEN)?) else { return Ok(None) };
    let header = Header::decode(key, window.get(0, len)?);
    Ok(header.filter(|header| header.number == number))
}
