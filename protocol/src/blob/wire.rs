//! The blob protocol: frames on a stream of its own, so that many bytes never stand before a message.
//!
//! A frame is `length u32 · kind u8 · body`; the length counts kind and body, at most
//! [`BLOB_FRAME_MAX`](crate::limits::BLOB_FRAME_MAX). Integers are big-endian.
//!
//! | kind | frame | body | answer |
//! |---|---|---|---|
//! | 1 | `Offer` | `blob 32 · length u64 · write hash 32 · read hash 32` | `Have` |
//! | 2 | `Put` | `blob 32 · write 32 · offset u64 · bytes to the end` | none, or `Refused` |
//! | 3 | `Sync` | `blob 32 · write 32` | `Have`: that much is on the relay's disk |
//! | 4 | `Get` | `blob 32 · read 32 · offset u64 · length u64` | `Data …`, then `Have` |
//! | 5 | `Renew` | `blob 32 · read 32` | `Have`, kept for longer |
//! | 6 | `Drop` | `blob 32 · write 32` | `Done` |
//! | 129 | `Have` | `up to u64 · length u64 · expires u64` | |
//! | 130 | `Data` | `offset u64 · bytes to the end` | |
//! | 131 | `Done` | | |
//! | 255 | `Refused` | `refusal u8 · number u64` | |
//!
//! Requests are answered in order. After `Refused` the relay reads on, but drops `Put`s until the next other request.

use crate::ids::{BlobId, Capability};
use crate::limits::{BLOB_FRAME_MAX, BLOB_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::blob as kind;
use thiserror::Error;

/// Bytes of one `Put` or `Data` at most.
pub const PIECE: usize = BLOB_FRAME_MAX - 128;

/// What a machine asks of a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Keep a blob of this length for me; it names how much is there already.
    Offer {
        /// Its name.
        blob: BlobId,
        /// Its bytes, all of them.
        length: u64,
        /// `Capability::hash` of what allows to write and drop.
        write: [u8; 32],
        /// `Capability::hash` of what allows to read.
        read: [u8; 32],
    },
    /// The next bytes.
    Put {
        /// Where.
        blob: BlobId,
        /// The right.
        write: Capability,
        /// Must be where the bytes there end.
        offset: u64,
        /// At most [`PIECE`].
        bytes: Vec<u8>,
    },
    /// Make durable what is there.
    Sync {
        /// Where.
        blob: BlobId,
        /// The right.
        write: Capability,
    },
    /// Give me bytes; as many of them as are there.
    Get {
        /// Where.
        blob: BlobId,
        /// The right.
        read: Capability,
        /// From.
        offset: u64,
        /// How many.
        length: u64,
    },
    /// I still want it.
    Renew {
        /// Which.
        blob: BlobId,
        /// The right.
        read: Capability,
    },
    /// Nobody needs it any more.
    Drop {
        /// Which.
        blob: BlobId,
        /// The right.
        write: Capability,
    },
}

/// A `Put` that is still in its frame: a mebibyte is not copied to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put<'a> {
    /// Where.
    pub blob: BlobId,
    /// The right.
    pub write: Capability,
    /// Must be where the bytes there end.
    pub offset: u64,
    /// At most [`PIECE`].
    pub bytes: &'a [u8],
}

/// What a relay answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// How much of a blob is durable here.
    Have {
        /// Its first bytes up to here.
        upto: u64,
        /// All it will have.
        length: u64,
        /// Until when it is kept, milliseconds since 1970.
        expires: u64,
    },
    /// Bytes of a blob.
    Data {
        /// Where they begin.
        offset: u64,
        /// At most [`PIECE`].
        bytes: Vec<u8>,
    },
    /// It is so.
    Done,
    /// No; nothing changed.
    Refused(Refusal),
}

/// Why a relay refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Bytes that are no request.
    #[error("the request cannot be read")]
    Malformed,
    /// It is not here (any more).
    #[error("the relay does not have it (any more)")]
    NoSuchBlob,
    /// The capability is another one.
    #[error("the relay does not give us that right")]
    BadCapability,
    /// The name is taken by another blob.
    #[error("the name is taken by something else")]
    SpecMismatch,
    /// Larger than this relay allows.
    #[error("the relay takes files up to {0} bytes")]
    TooLarge(u64),
    /// No room.
    #[error("the relay has room for {0} more bytes of ours")]
    Full(u64),
    /// Too much at once; try later.
    #[error("the relay is busy; try again in a moment")]
    Busy,
    /// The bytes do not join those that are there, which end here.
    #[error("the bytes there end at {0}")]
    Gap(u64),
    /// The relay's disk fails.
    #[error("the relay's disk fails")]
    Disk,
}

impl Refusal {
    fn parts(self) -> (u8, u64) {
        match self {
            Self::Malformed => (1, 0),
            Self::NoSuchBlob => (2, 0),
            Self::BadCapability => (3, 0),
            Self::SpecMismatch => (4, 0),
            Self::TooLarge(limit) => (5, limit),
            Self::Full(free) => (6, free),
            Self::Busy => (7, 0),
            Self::Gap(end) => (8, end),
            Self::Disk => (9, 0),
        }
    }

    fn from_parts(code: u8, number: u64) -> Result<Self, WireError> {
        match (code, number) {
            (1, 0) => Ok(Self::Malformed),
            (2, 0) => Ok(Self::NoSuchBlob),
            (3, 0) => Ok(Self::BadCapability),
            (4, 0) => Ok(Self::SpecMismatch),
            (5, limit) => Ok(Self::TooLarge(limit)),
            (6, free) => Ok(Self::Full(free)),
            (7, 0) => Ok(Self::Busy),
            (8, end) => Ok(Self::Gap(end)),
            (9, 0) => Ok(Self::Disk),
            (1..=9, _) => Err(WireError::Invalid("refusal")),
            (code, _) => Err(WireError::Unknown { what: "refusal", number: code.into() }),
        }
    }
}

/// A frame without its length.
fn frame(kind: u8, body: impl FnOnce(&mut Writer), capacity: usize) -> Vec<u8> {
    let mut w = Writer::with_capacity(capacity + 64);
    w.u8(kind);
    body(&mut w);
    w.finish()
}

fn piece<'a>(r: &mut Reader<'a>) -> Result<&'a [u8], WireError> {
    r.take(piece_len(r.remaining())?)
}

fn piece_len(length: usize) -> Result<usize, WireError> {
    match length {
        0 => Err(WireError::Truncated),
        n if n > PIECE => Err(WireError::TooLarge { what: "a piece of a blob", limit: PIECE }),
        n => Ok(n),
    }
}

fn length(r: &mut Reader<'_>) -> Result<u64, WireError> {
    match r.u64()? {
        n if n > BLOB_MAX => Err(WireError::TooLarge { what: "a blob", limit: BLOB_MAX as usize }),
        n => Ok(n),
    }
}

impl<'a> Put<'a> {
    /// True if this frame is one, if any.
    pub fn is(frame: &[u8]) -> bool {
        frame.first() == Some(&kind::PUT)
    }

    /// The frame up to its bytes.
    pub fn head(&self) -> Vec<u8> {
        frame(kind::PUT, |w| _ = w.raw(&self.blob.0).raw(&self.write.0).u64(self.offset), 72)
    }

    /// Reads a frame, without its length.
    pub fn decode(frame: &'a [u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(frame);
        match r.u8()? {
            kind::PUT => Ok(Self {
                blob: r.array().map(BlobId)?,
                write: r.array().map(Capability)?,
                offset: length(&mut r)?,
                bytes: piece(&mut r)?,
            }),
            number => Err(WireError::Unknown { what: "bytes for a blob", number: number.into() }),
        }
    }
}

/// The beginning of a `Data` frame, before its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataHead {
    /// Where the bytes begin.
    pub offset: u64,
    /// How many follow: at least one, at most [`PIECE`].
    pub length: usize,
}

impl DataHead {
    /// Its bytes: kind and offset.
    pub const LEN: usize = 9;

    /// The frame up to its bytes.
    pub fn encode(self) -> Vec<u8> {
        frame(kind::DATA, |w| _ = w.u64(self.offset), Self::LEN)
    }

    /// Reads the beginning of a frame of `whole` bytes; `None` if it is another kind.
    pub fn decode(start: &[u8], whole: usize) -> Result<Option<Self>, WireError> {
        let mut r = Reader::new(start);
        if r.u8()? != kind::DATA {
            return Ok(None);
        }
        let offset = length(&mut r)?;
        let length = piece_len(whole.saturating_sub(Self::LEN))?;
        Ok(Some(Self { offset, length }))
    }
}

impl Ask {
    /// The frame, without its length.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Offer { blob, length, write, read } => {
                frame(kind::OFFER, |w| _ = w.raw(&blob.0).u64(*length).raw(write).raw(read), 104)
            }
            Self::Put { blob, write, offset, bytes } => {
                let put = Put { blob: *blob, write: write.clone(), offset: *offset, bytes };
                [&put.head(), bytes.as_slice()].concat()
            }
            Self::Sync { blob, write } => frame(kind::SYNC, |w| _ = w.raw(&blob.0).raw(&write.0), 64),
            Self::Get { blob, read, offset, length } => {
                frame(kind::GET, |w| _ = w.raw(&blob.0).raw(&read.0).u64(*offset).u64(*length), 80)
            }
            Self::Renew { blob, read } => frame(kind::RENEW, |w| _ = w.raw(&blob.0).raw(&read.0), 64),
            Self::Drop { blob, write } => frame(kind::DROP, |w| _ = w.raw(&blob.0).raw(&write.0), 64),
        }
    }

    /// Reads a frame, without its length.
    pub fn decode(frame: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(frame);
        let number = r.u8()?;
        let blob = |r: &mut Reader<'_>| r.array().map(BlobId);
        let cap = |r: &mut Reader<'_>| r.array().map(Capability);
        let ask = match number {
            kind::OFFER => {
                Self::Offer { blob: blob(&mut r)?, length: length(&mut r)?, write: r.array()?, read: r.array()? }
            }
            kind::PUT => {
                let Put { blob, write, offset, bytes } = Put::decode(frame)?;
                return Ok(Self::Put { blob, write, offset, bytes: bytes.to_vec() });
            }
            kind::SYNC => Self::Sync { blob: blob(&mut r)?, write: cap(&mut r)? },
            kind::GET => {
                Self::Get { blob: blob(&mut r)?, read: cap(&mut r)?, offset: length(&mut r)?, length: length(&mut r)? }
            }
            kind::RENEW => Self::Renew { blob: blob(&mut r)?, read: cap(&mut r)? },
            kind::DROP => Self::Drop { blob: blob(&mut r)?, write: cap(&mut r)? },
            _ => return Err(WireError::Unknown { what: "request for a blob", number: number.into() }),
        };
        r.finish()?;
        Ok(ask)
    }
}

impl Answer {
    /// The frame, without its length.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Have { upto, length, expires } => {
                frame(kind::HAVE, |w| _ = w.u64(*upto).u64(*length).u64(*expires), 24)
            }
            Self::Data { offset, bytes } => frame(kind::DATA, |w| _ = w.u64(*offset).raw(bytes), 8 + bytes.len()),
            Self::Done => frame(kind::DONE, |_| (), 0),
            Self::Refused(refusal) => {
                let (code, number) = refusal.parts();
                frame(kind::REFUSED, |w| _ = w.u8(code).u64(number), 9)
            }
        }
    }

    /// Reads a frame, without its length.
    pub fn decode(frame: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(frame);
        let number = r.u8()?;
        let answer = match number {
            kind::HAVE => {
                let (upto, length, expires) = (length(&mut r)?, length(&mut r)?, r.u64()?);
                if upto > length {
                    return Err(WireError::Invalid("how much is there"));
                }
                Self::Have { upto, length, expires }
            }
            kind::DATA => Self::Data { offset: length(&mut r)?, bytes: piece(&mut r)?.to_vec() },
            kind::DONE => Self::Done,
            kind::REFUSED => Self::Refused(Refusal::from_parts(r.u8()?, r.u64()?)?),
            _ => return Err(WireError::Unknown { what: "answer about a blob", number: number.into() }),
        };
        r.finish()?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks() -> Vec<Ask> {
        let (blob, write, read) = (BlobId([1; 32]), Capability([2; 32]), Capability([3; 32]));
        vec![
            Ask::Offer { blob, length: 77, write: write.hash(), read: read.hash() },
            Ask::Put { blob, write: write.clone(), offset: 5, bytes: vec![9; PIECE] },
            Ask::Sync { blob, write: write.clone() },
            Ask::Get { blob, read: read.clone(), offset: 0, length: BLOB_MAX },
            Ask::Renew { blob, read },
            Ask::Drop { blob, write },
        ]
    }

    fn answers() -> Vec<Answer> {
        let refusals = [
            Refusal::Malformed,
            Refusal::NoSuchBlob,
            Refusal::BadCapability,
            Refusal::SpecMismatch,
            Refusal::TooLarge(5),
            Refusal::Full(6),
            Refusal::Busy,
            Refusal::Gap(7),
            Refusal::Disk,
        ];
        let mut all: Vec<Answer> = refusals.map(Answer::Refused).to_vec();
        all.extend([
            Answer::Have { upto: 1, length: 2, expires: u64::MAX },
            Answer::Data { offset: 3, bytes: vec![4; PIECE] },
            Answer::Done,
        ]);
        all
    }

    #[test]
    fn every_frame_comes_back_and_fits() {
        for ask in asks() {
            let bytes = ask.encode();
            assert!(bytes.len() <= BLOB_FRAME_MAX);
            assert_eq!(Ask::decode(&bytes), Ok(ask));
        }
        for answer in answers() {
            let bytes = answer.encode();
            assert!(bytes.len() <= BLOB_FRAME_MAX);
            assert_eq!(Answer::decode(&bytes), Ok(answer));
        }
    }

    #[test]
    fn bytes_stay_in_their_frames() {
        let (blob, write, bytes) = (BlobId([1; 32]), Capability([2; 32]), vec![4; 5]);
        let put = Put { blob, write: write.clone(), offset: 3, bytes: &bytes };
        let frame = Ask::Put { blob, write, offset: 3, bytes: bytes.clone() }.encode();
        assert_eq!(frame, [put.head(), bytes.clone()].concat());
        assert!(Put::is(&frame) && !Put::is(&[]) && Put::decode(&frame) == Ok(put));
        assert!(Put::decode(&Ask::Sync { blob, write: Capability([2; 32]) }.encode()).is_err());

        let frame = Answer::Data { offset: 3, bytes: bytes.clone() }.encode();
        let head = DataHead { offset: 3, length: 5 };
        assert_eq!(frame, [head.encode(), bytes].concat());
        assert_eq!(DataHead::decode(&frame[..DataHead::LEN], frame.len()), Ok(Some(head)));
        assert_eq!(DataHead::decode(&Answer::Done.encode(), 1), Ok(None));
        for (start, whole) in [(&frame[..0], 14), (&frame[..8], 14), (&frame[..9], 9), (&frame[..9], 10 + PIECE)] {
            assert!(DataHead::decode(start, whole).is_err(), "{start:?} {whole}");
        }
    }

    #[test]
    fn the_vector_of_a_get_holds() {
        let ask = Ask::Get { blob: BlobId([1; 32]), read: Capability([3; 32]), offset: 256, length: 2 };
        let mut bytes = vec![4]; // Get
        bytes.extend([1; 32]); // the blob
        bytes.extend([3; 32]); // the right to read
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 0]); // from byte 256
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 2]); // two bytes
        assert_eq!(ask.encode(), bytes);
    }

    #[test]
    fn hostile_frames_are_refused() {
        for ask in asks() {
            let bytes = ask.encode();
            // A `Put` is as long as its bytes, so it can only be cut within its head.
            let head = bytes.len().min(73);
            for n in 0..head {
                assert!(Ask::decode(&bytes[..n]).is_err(), "{n} of {ask:?}");
            }
        }
        let mut long = Ask::Sync { blob: BlobId([1; 32]), write: Capability([2; 32]) }.encode();
        long.push(0);
        assert_eq!(Ask::decode(&long), Err(WireError::Trailing));
        assert!(Ask::decode(&[99; 65]).is_err() && Answer::decode(&[99]).is_err() && Answer::decode(&[]).is_err());
        let huge = Ask::Offer { blob: BlobId([1; 32]), length: BLOB_MAX + 1, write: [0; 32], read: [0; 32] };
        assert!(matches!(Ask::decode(&huge.encode()), Err(WireError::TooLarge { .. })));
        let over = Answer::Have { upto: 3, length: 2, expires: 0 };
        assert_eq!(Answer::decode(&over.encode()), Err(WireError::Invalid("how much is there")));
        let mut much = Answer::Data { offset: 0, bytes: vec![0; PIECE] }.encode();
        much.push(0);
        assert!(matches!(Answer::decode(&much), Err(WireError::TooLarge { .. })));
        assert!(Answer::decode(&[kind::REFUSED, 10, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
    }
}
