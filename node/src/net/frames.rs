//! Frames on a byte stream: `length u32 (big-endian, 1..=FRAME_MAX) | bytes`.

use chappe_protocol::limits::FRAME_MAX;
use thiserror::Error;

/// Bytes of a frame's length.
pub const HEAD: usize = 4;

/// Why a stream is no stream of frames; the link is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// A frame of no bytes says nothing.
    #[error("the remote sent an empty frame")]
    Empty,
    /// Longer than allowed; nothing was allocated for it.
    #[error("the remote announced a frame of {0} bytes, more than {FRAME_MAX}")]
    TooLong(u32),
}

/// Appends one frame to `out`. The caller has checked that it is 1 to [`FRAME_MAX`] bytes long.
pub fn append(out: &mut Vec<u8>, frame: &[u8]) {
    out.reserve(HEAD + frame.len());
    out.extend_from_slice(&(frame.len() as u32).to_be_bytes());
    out.extend_from_slice(frame);
}

/// Cuts a byte stream into frames. Holds at most one unfinished frame, and never more than has arrived.
#[derive(Debug, Default)]
pub struct Splitter {
    /// An unfinished frame, its head included; empty between frames.
    partial: Vec<u8>,
}

impl Splitter {
    /// Takes the next bytes of the stream and appends every frame they finish to `frames`.
    pub fn feed(&mut self, mut bytes: &[u8], frames: &mut Vec<Vec<u8>>) -> Result<(), FrameError> {
        if !self.partial.is_empty() {
            bytes = self.finish_partial(bytes, frames)?;
        }
        while let Some(head) = bytes.first_chunk::<HEAD>() {
            let n = length(*head)?;
            let Some(frame) = bytes.get(HEAD..HEAD + n) else { break };
            frames.push(frame.to_vec());
            bytes = &bytes[HEAD + n..];
        }
        self.partial.extend_from_slice(bytes);
        Ok(())
    }

    /// True if the stream may end here.
    pub fn is_between_frames(&self) -> bool {
        self.partial.is_empty()
    }

    /// Moves bytes into the unfinished frame, and it to `frames` if that finishes it; returns the rest.
    fn finish_partial<'a>(&mut self, mut bytes: &'a [u8], frames: &mut Vec<Vec<u8>>) -> Result<&'a [u8], FrameError> {
        if self.partial.len() < HEAD {
            bytes = self.move_over(bytes, HEAD);
        }
        let Some(head) = self.partial.first_chunk::<HEAD>() else { return Ok(bytes) };
        let whole = HEAD + length(*head)?;
        bytes = self.move_over(bytes, whole);
        if self.partial.len() == whole {
            frames.push(self.partial[HEAD..].to_vec());
            // A large buffer is given back: thousands of links are idle most of the time.
            self.partial = Vec::new();
        }
        Ok(bytes)
    }

    fn move_over<'a>(&mut self, bytes: &'a [u8], until: usize) -> &'a [u8] {
        let n = until.saturating_sub(self.partial.len()).min(bytes.len());
        let (now, rest) = bytes.split_at(n);
        self.partial.extend_from_slice(now);
        rest
    }
}

fn length(head: [u8; HEAD]) -> Result<usize, FrameError> {
    let n = u32::from_be_bytes(head);
    match n as usize {
        0 => Err(FrameError::Empty),
        1..=FRAME_MAX => Ok(n as usize),
        _ => Err(FrameError::TooLong(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(frames: &[Vec<u8>]) -> Vec<u8> {
        let mut out = Vec::new();
        frames.iter().for_each(|frame| append(&mut out, frame));
        out
    }

    #[test]
    fn frames_come_out_whole_however_the_stream_is_cut() {
        let sent: Vec<Vec<u8>> = [1, 2, 3, 255, 256, 257, 1000, FRAME_MAX].map(|n| vec![n as u8; n]).to_vec();
        let bytes = stream(&sent);
        for piece in [1, 2, 3, 4, 5, 7, 64, 1000, 65_536, bytes.len()] {
            let (mut splitter, mut got) = (Splitter::default(), Vec::new());
            for part in bytes.chunks(piece) {
                splitter.feed(part, &mut got).unwrap();
            }
            assert!(got == sent && splitter.is_between_frames(), "pieces of {piece}");
        }
    }

    #[test]
    fn a_lying_length_is_refused_before_anything_is_kept() {
        let mut splitter = Splitter::default();
        let mut frames = Vec::new();
        let too_long = (FRAME_MAX as u32 + 1).to_be_bytes();
        assert_eq!(splitter.feed(&too_long, &mut frames), Err(FrameError::TooLong(FRAME_MAX as u32 + 1)));
        assert_eq!(Splitter::default().feed(&[0; 4], &mut frames), Err(FrameError::Empty));
        let mut split = Splitter::default();
        split.feed(&[0xff, 0xff], &mut frames).unwrap();
        assert_eq!(split.feed(&[0xff, 0xff, 0], &mut frames), Err(FrameError::TooLong(u32::MAX)));
        assert!(frames.is_empty());
    }

    #[test]
    fn only_what_arrived_is_held() {
        let mut splitter = Splitter::default();
        splitter.feed(&(FRAME_MAX as u32).to_be_bytes(), &mut Vec::new()).unwrap();
        splitter.feed(b"ab", &mut Vec::new()).unwrap();
        assert!(splitter.partial.capacity() < 64);
        assert!(!splitter.is_between_frames());
    }
}
