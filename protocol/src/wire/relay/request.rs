//! Requests as bytes. After the head `kind u16 | number u32` (number from 1):
//!
//! | request | body |
//! |---|---|
//! | `Open` 1 | `tag 32 · log kind u8 · write 32 · read 32 · readers u8` |
//! | `Append` 2 | `tag 32 · cap 32 · envelope bytes` |
//! | `AppendPaid` 3 | `tag 32 · token 32 · envelope bytes` |
//! | `Read` 4 | `tag 32 · cap 32 · from u64 · limit u16` |
//! | `Subscribe` 5 | `tag 32 · cap 32 · from u64` |
//! | `Unsubscribe` 6 | `tag 32` |
//! | `Ack` 7 | `tag 32 · cap 32 · reader 16 · cursor u64` |
//! | `SetTokens` 8 | `tag 32 · cap 32 · count u16 · count x (hash 32 · uses u16 · expires u64)` |
//! | `Signal` 9 | `tag 32 · cap 32 · envelope bytes` |
//! | `Prepare` 16 | `tag 32 · cap 32 · index u64 · round u64 · proposer 16` |
//! | `Accept` 17 | as `Prepare`, then `block bytes` |
//! | `Learn` 18 | `tag 32 · cap 32 · index u64` |
//! | `PutKeyPackages` 32 | `tag 32 · cap 32 · count u16 · count x bytes · flag u8 · last resort bytes if flag` |
//! | `TakeKeyPackage` 33 | `tag 32` |
//! | `PutRecord` 48 | `record bytes` |
//! | `GetRecord` 49 | `record kind u8 · key 32` |

use super::{Ballot, LogKind, LogSpec, Refusal, Request, TokenSpec};
use crate::ids::{Capability, LogTag};
use crate::limits::{
    BLOCK_MAX, CONTACT_REQUEST_MAX, ENVELOPE_MAX, FRAME_MAX, KEY_PACKAGE_MAX, KEY_PACKAGES_MAX, RECORD_MAX, SIGNAL_MAX,
    TOKENS_MAX,
};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::request as kind;
use thiserror::Error;

const TOKENS: &str = "the number of tokens";
const KEY_PACKAGES: &str = "the number of key packages";
const REQUEST_KIND: &str = "request kind";

/// Bytes of one token in `SetTokens`.
const TOKEN_BYTES: usize = 32 + 2 + 8;

/// A frame that is no request, and the number to refuse it under.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a request: {why}")]
pub struct BadRequest {
    /// The request's number if at least that could be read.
    pub number: Option<u32>,
    /// What is wrong.
    #[source]
    pub why: WireError,
}

impl BadRequest {
    /// What a relay answers.
    pub fn refusal(&self) -> Refusal {
        match &self.why {
            WireError::Unknown { what, .. } if *what == REQUEST_KIND => Refusal::Unsupported,
            WireError::TooLarge { what, .. } if [TOKENS, KEY_PACKAGES].contains(what) => Refusal::TooMany,
            WireError::TooLarge { .. } => Refusal::TooLarge,
            WireError::Truncated
            | WireError::Trailing
            | WireError::Unknown { .. }
            | WireError::Invalid(_)
            | WireError::Cbor(_) => Refusal::Malformed,
        }
    }
}

impl Request {
    /// The frame's bytes. `number` is repeated by the reply; 0 is for pushes. What is over its limit makes a frame
    /// that no relay takes, so callers keep to `limits` (several `PutKeyPackages` for more than one frame holds).
    pub fn encode(&self, number: u32) -> Vec<u8> {
        let mut w = Writer::with_capacity(128 + self.payload());
        w.u16(self.kind()).u32(number);
        self.encode_body(&mut w);
        w.finish()
    }

    /// Reads a frame that a client sent.
    pub fn decode(frame: &[u8]) -> Result<(u32, Self), BadRequest> {
        let mut r = Reader::new(frame);
        let mut number = None;
        let mut decode = || {
            if frame.len() > FRAME_MAX {
                return Err(WireError::TooLarge { what: "a frame", limit: FRAME_MAX });
            }
            let kind = r.u16()?;
            let n = r.u32()?;
            if n == 0 {
                return Err(WireError::Invalid("the request number"));
            }
            number = Some(n);
            let request = Self::decode_body(kind, &mut r)?;
            r.clone().finish()?;
            Ok((n, request))
        };
        let decoded = decode();
        decoded.map_err(|why| BadRequest { number, why })
    }

    /// The number in `registry::request`.
    pub fn kind(&self) -> u16 {
        match self {
            Self::Open { .. } => kind::OPEN,
            Self::Append { .. } => kind::APPEND,
            Self::AppendPaid { .. } => kind::APPEND_PAID,
            Self::Read { .. } => kind::READ,
            Self::Subscribe { .. } => kind::SUBSCRIBE,
            Self::Unsubscribe { .. } => kind::UNSUBSCRIBE,
            Self::Ack { .. } => kind::ACK,
            Self::SetTokens { .. } => kind::SET_TOKENS,
            Self::Signal { .. } => kind::SIGNAL,
            Self::Prepare { .. } => kind::PREPARE,
            Self::Accept { .. } => kind::ACCEPT,
            Self::Learn { .. } => kind::LEARN,
            Self::PutKeyPackages { .. } => kind::PUT_KEY_PACKAGES,
            Self::TakeKeyPackage { .. } => kind::TAKE_KEY_PACKAGE,
            Self::PutRecord { .. } => kind::PUT_RECORD,
            Self::GetRecord { .. } => kind::GET_RECORD,
        }
    }

    /// Bytes of the parts whose length varies, so that encoding allocates once.
    fn payload(&self) -> usize {
        match self {
            Self::Append { envelope, .. } | Self::AppendPaid { envelope, .. } | Self::Signal { envelope, .. } => {
                envelope.len()
            }
            Self::Accept { block, .. } => block.len(),
            Self::PutRecord { record } => record.len(),
            Self::SetTokens { tokens, .. } => tokens.len() * TOKEN_BYTES,
            Self::PutKeyPackages { packages, last_resort, .. } => {
                packages.iter().chain(last_resort).map(|p| p.len() + 4).sum()
            }
            Self::Open { .. }
            | Self::Read { .. }
            | Self::Subscribe { .. }
            | Self::Unsubscribe { .. }
            | Self::Ack { .. }
            | Self::Prepare { .. }
            | Self::Learn { .. }
            | Self::TakeKeyPackage { .. }
            | Self::GetRecord { .. } => 0,
        }
    }

    fn encode_body(&self, w: &mut Writer) {
        match self {
            Self::Open { tag, spec } => {
                w.raw(&tag.0).u8(spec.kind as u8).raw(&spec.write).raw(&spec.read).u8(spec.readers);
            }
            Self::Append { tag, cap, envelope }
            | Self::AppendPaid { tag, token: cap, envelope }
            | Self::Signal { tag, cap, envelope } => {
                w.raw(&tag.0).raw(&cap.0).bytes(envelope);
            }
            Self::Read { tag, cap, from, limit } => {
                w.raw(&tag.0).raw(&cap.0).u64(*from).u16(*limit);
            }
            Self::Subscribe { tag, cap, from: position } | Self::Learn { tag, cap, index: position } => {
                w.raw(&tag.0).raw(&cap.0).u64(*position);
            }
            Self::Unsubscribe { tag } | Self::TakeKeyPackage { tag } => {
                w.raw(&tag.0);
            }
            Self::Ack { tag, cap, reader, cursor } => {
                w.raw(&tag.0).raw(&cap.0).raw(reader).u64(*cursor);
            }
            Self::SetTokens { tag, cap, tokens } => {
                w.raw(&tag.0).raw(&cap.0).count(tokens.len());
                for token in tokens {
                    w.raw(&token.hash).u16(token.uses).u64(token.expires);
                }
            }
            Self::Prepare { tag, cap, index, ballot } => {
                w.raw(&tag.0).raw(&cap.0).u64(*index);
                ballot.encode(w);
            }
            Self::Accept { tag, cap, index, ballot, block } => {
                w.raw(&tag.0).raw(&cap.0).u64(*index);
                ballot.encode(w);
                w.bytes(block);
            }
            Self::PutKeyPackages { tag, cap, packages, last_resort } => {
                w.raw(&tag.0).raw(&cap.0).count(packages.len());
                for package in packages {
                    w.bytes(package);
                }
                w.bool(last_resort.is_some());
                if let Some(package) = last_resort {
                    w.bytes(package);
                }
            }
            Self::PutRecord { record } => {
                w.bytes(record);
            }
            Self::GetRecord { kind, key } => {
                w.u8(*kind).raw(key);
            }
        }
    }

    fn decode_body(kind: u16, r: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match kind {
            kind::OPEN => Self::Open { tag: tag(r)?, spec: spec(r)? },
            kind::APPEND => {
                Self::Append { tag: tag(r)?, cap: cap(r)?, envelope: r.bytes("an envelope", ENVELOPE_MAX)?.to_vec() }
            }
            kind::APPEND_PAID => Self::AppendPaid {
                tag: tag(r)?,
                token: cap(r)?,
                envelope: r.bytes("a contact request", CONTACT_REQUEST_MAX)?.to_vec(),
            },
            kind::READ => Self::Read { tag: tag(r)?, cap: cap(r)?, from: r.u64()?, limit: r.u16()? },
            kind::SUBSCRIBE => Self::Subscribe { tag: tag(r)?, cap: cap(r)?, from: r.u64()? },
            kind::UNSUBSCRIBE => Self::Unsubscribe { tag: tag(r)? },
            kind::ACK => Self::Ack { tag: tag(r)?, cap: cap(r)?, reader: r.array()?, cursor: r.u64()? },
            kind::SET_TOKENS => Self::SetTokens { tag: tag(r)?, cap: cap(r)?, tokens: tokens(r)? },
            kind::SIGNAL => {
                Self::Signal { tag: tag(r)?, cap: cap(r)?, envelope: r.bytes("a signal", SIGNAL_MAX)?.to_vec() }
            }
            kind::PREPARE => Self::Prepare { tag: tag(r)?, cap: cap(r)?, index: r.u64()?, ballot: Ballot::decode(r)? },
            kind::ACCEPT => Self::Accept {
                tag: tag(r)?,
                cap: cap(r)?,
                index: r.u64()?,
                ballot: Ballot::decode(r)?,
                block: r.bytes("a block", BLOCK_MAX)?.to_vec(),
            },
            kind::LEARN => Self::Learn { tag: tag(r)?, cap: cap(r)?, index: r.u64()? },
            kind::PUT_KEY_PACKAGES => Self::PutKeyPackages {
                tag: tag(r)?,
                cap: cap(r)?,
                packages: packages(r)?,
                last_resort: if r.bool()? { Some(package(r)?) } else { None },
            },
            kind::TAKE_KEY_PACKAGE => Self::TakeKeyPackage { tag: tag(r)? },
            kind::PUT_RECORD => Self::PutRecord { record: r.bytes("a record", RECORD_MAX)?.to_vec() },
            kind::GET_RECORD => Self::GetRecord { kind: r.u8()?, key: r.array()? },
            unknown => return Err(WireError::Unknown { what: REQUEST_KIND, number: unknown.into() }),
        })
    }
}

fn tag(r: &mut Reader<'_>) -> Result<LogTag, WireError> {
    r.array().map(LogTag)
}

fn cap(r: &mut Reader<'_>) -> Result<Capability, WireError> {
    r.array().map(Capability)
}

fn spec(r: &mut Reader<'_>) -> Result<LogSpec, WireError> {
    let kind = match r.u8()? {
        1 => LogKind::Room,
        2 => LogKind::Inbox,
        unknown => return Err(WireError::Unknown { what: "log kind", number: unknown.into() }),
    };
    Ok(LogSpec { kind, write: r.array()?, read: r.array()?, readers: r.u8()? })
}

fn tokens(r: &mut Reader<'_>) -> Result<Vec<TokenSpec>, WireError> {
    let n = r.count(TOKENS, TOKENS_MAX, TOKEN_BYTES)?;
    (0..n)
        .map(|_| {
            let token = TokenSpec { hash: r.array()?, uses: r.u16()?, expires: r.u64()? };
            if token.uses == 0 { Err(WireError::Invalid("the uses of a token")) } else { Ok(token) }
        })
        .collect()
}

fn package(r: &mut Reader<'_>) -> Result<Vec<u8>, WireError> {
    r.bytes("a key package", KEY_PACKAGE_MAX).map(<[u8]>::to_vec)
}

fn packages(r: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, WireError> {
    let n = r.count(KEY_PACKAGES, KEY_PACKAGES_MAX, 4)?;
    (0..n).map(|_| package(r)).collect()
}
