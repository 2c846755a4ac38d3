//! An operation: one signed thing said in a chat (protocol.md, section 1).
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version, 1 |
//! | 32 | chat |
//! | 32 | device |
//! | 8 | sequence number: from 1 in the device's log of this chat; a state kind counts on its own |
//! | 32 | id of the device's former operation in this chat, zeros for the first and for state kinds |
//! | 2 | number of dependencies, at most 8 |
//! | 32 each | dependencies, ascending |
//! | 8 | control index that the author had |
//! | 32 | hash of the control block at that index |
//! | 8 | hybrid logical time: milliseconds since 1970 * 65536 + counter |
//! | 2 | kind |
//! | 4 + n | body |
//! | 64 | Ed25519 signature of the device over context and all bytes before |
//!
//! The id is BLAKE3 of all bytes, signature included. A signature is always checked over the bytes received.
//!
//! An operation is its author's if its own signature is valid, or if one that is its author's names it as the former
//! one ([`Claimed::follows`]): who signs a link signs all that hangs on it (Gennaro and Rohatgi, 1997). What follows
//! from that for a page of them is in `peer::chat::proof`.

use crate::content::is_state;
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{BlockHash, ChatId, DeviceId, OpId};
use crate::limits::{DEPS_MAX, OP_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::context;

/// A hybrid logical clock's time (Kulkarni et al., 2014): wall milliseconds in the upper 48 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hlc(pub u64);

impl Hlc {
    /// The first time of a millisecond.
    pub fn at(wall_ms: u64) -> Self {
        Self(wall_ms.min(u64::MAX >> 16) << 16)
    }

    /// Milliseconds since 1970.
    pub fn wall_ms(self) -> u64 {
        self.0 >> 16
    }

    /// The next time of one who has seen `self` and whose clock shows `wall_ms`.
    pub fn next(self, wall_ms: u64) -> Self {
        Self::at(wall_ms).max(Self(self.0.saturating_add(1)))
    }
}

/// A place in a chat's control chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlPoint {
    /// The index.
    pub index: u64,
    /// The block there.
    pub hash: BlockHash,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// Where.
    pub chat: ChatId,
    /// Who.
    pub device: DeviceId,
    /// Its place in the device's log.
    pub seq: u64,
    /// The one before.
    pub prev: OpId,
    /// Others that must be there first.
    pub deps: Vec<OpId>,
    /// The control state the author had.
    pub control: ControlPoint,
    /// When.
    pub hlc: Hlc,
    /// `wire::registry::kind`.
    pub kind: u16,
    /// See [`crate::content`].
    pub body: Vec<u8>,
}

/// An operation with its exact bytes, its signature checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedOp {
    /// What it says.
    pub op: Op,
    /// BLAKE3 of the bytes.
    pub id: OpId,
    /// As signed.
    pub bytes: Vec<u8>,
}

impl Op {
    /// Signs.
    pub fn sign(self, key: &DeviceKey) -> SignedOp {
        let mut w = Writer::with_capacity(320 + self.body.len());
        w.raw(context::OP).u8(1).raw(&self.chat.0).raw(&self.device.0).u64(self.seq).raw(&self.prev.0);
        w.count(self.deps.len());
        for dep in &self.deps {
            w.raw(&dep.0);
        }
        w.u64(self.control.index).raw(&self.control.hash.0).u64(self.hlc.0).u16(self.kind).bytes(&self.body);
        let mut bytes = w.finish();
        let signature = key.sign(&bytes);
        bytes.drain(..context::OP.len());
        bytes.extend_from_slice(&signature);
        SignedOp { id: OpId(*blake3::hash(&bytes).as_bytes()), op: self, bytes }
    }
}

impl SignedOp {
    /// Reads an operation without checking its signature: only for bytes this node has checked before.
    pub fn decode_trusted(bytes: Vec<u8>) -> Result<Self, WireError> {
        let op = read(&bytes)?;
        Ok(Self { op, id: OpId(*blake3::hash(&bytes).as_bytes()), bytes })
    }

    /// Reads an operation and checks its signature.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, WireError> {
        let claimed = Claimed::decode(bytes)?;
        if claimed.is_signed() { Ok(claimed.proven()) } else { Err(Claimed::NOT_SIGNED) }
    }
}

/// An operation that nobody has shown yet to be its author's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed(SignedOp);

impl Claimed {
    /// What is wrong if a proof is asked for and there is none.
    pub const NOT_SIGNED: WireError = WireError::Invalid("the signature of an operation");

    /// Reads an operation and checks all but its signature.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, WireError> {
        if bytes.len() > OP_MAX {
            return Err(WireError::TooLarge { what: "operation", limit: OP_MAX });
        }
        SignedOp::decode_trusted(bytes).map(Self)
    }

    /// What it says.
    pub fn op(&self) -> &Op {
        &self.0.op
    }

    /// BLAKE3 of its bytes.
    pub fn id(&self) -> OpId {
        self.0.id
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// True if its own signature is valid.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let Some((said, signature)) = self.0.bytes.split_last_chunk::<64>() else { return false };
        verify(&self.0.op.device.0, &[context::OP, said].concat(), signature)
    }

    /// True if it names `former` as the one before it in its author's log: if it is its author's, so is `former`.
    #[must_use]
    pub fn follows(&self, former: &Self) -> bool {
        let (op, before) = (&self.0.op, &former.0.op);
        !is_state(op.kind)
            && !is_state(before.kind)
            && op.device == before.device
            && before.seq.checked_add(1) == Some(op.seq)
            && op.prev == former.0.id
    }

    /// The operation, for one who has checked it by [`Self::is_signed`] or [`Self::follows`].
    pub fn proven(self) -> SignedOp {
        self.0
    }
}

fn read(bytes: &[u8]) -> Result<Op, WireError> {
    let mut r = Reader::new(bytes);
    let version = r.u8()?;
    if version != 1 {
        return Err(WireError::Unknown { what: "operation version", number: version.into() });
    }
    let (chat, device) = (ChatId(r.array()?), DeviceId(r.array()?));
    let (seq, prev) = (r.u64()?, OpId(r.array()?));
    let n = r.count("dependencies", DEPS_MAX, 32)?;
    let deps = (0..n).map(|_| r.array().map(OpId)).collect::<Result<Vec<_>, _>>()?;
    let control = ControlPoint { index: r.u64()?, hash: BlockHash(r.array()?) };
    let (hlc, kind) = (Hlc(r.u64()?), r.u16()?);
    let body = r.bytes("body", OP_MAX)?.to_vec();
    r.take(64)?;
    r.finish()?;
    let linked = is_state(kind) || (seq == 1) == (prev.0 == [0; 32]);
    if seq == 0 || !linked || deps.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(WireError::Invalid("the place of an operation in its log"));
    }
    Ok(Op { chat, device, seq, prev, deps, control, hlc, kind, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Body, text::Text};

    fn op(key: &DeviceKey) -> Op {
        let body = Body::Text(Text::new("hello".into()).unwrap());
        Op {
            chat: ChatId([1; 32]),
            device: key.device(),
            seq: 2,
            prev: OpId([3; 32]),
            deps: vec![OpId([4; 32])],
            control: ControlPoint { index: 1, hash: BlockHash([5; 32]) },
            hlc: Hlc::at(1_800_000_000_000),
            kind: body.kind(),
            body: body.encode().unwrap(),
        }
    }

    #[test]
    fn signed_operations_round_trip() {
        let key = DeviceKey::from_seed([9; 32]);
        let signed = op(&key).sign(&key);
        assert_eq!(SignedOp::decode(signed.bytes.clone()), Ok(signed.clone()));
        assert_eq!(SignedOp::decode_trusted(signed.bytes.clone()), Ok(signed));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let key = DeviceKey::from_seed([9; 32]);
        let good = op(&key).sign(&key).bytes;
        for position in 0..good.len() {
            let mut bad = good.clone();
            bad[position] ^= 4;
            assert!(SignedOp::decode(bad).is_err(), "bit at byte {position}");
            assert!(SignedOp::decode(good[..position].to_vec()).is_err(), "cut at {position}");
        }
        assert!(SignedOp::decode([&good[..], &[0]].concat()).is_err(), "a byte too many");
        assert!(SignedOp::decode(vec![1; OP_MAX + 1]).is_err(), "too large");
    }

    #[test]
    fn a_place_that_cannot_be_is_refused() {
        let key = DeviceKey::from_seed([9; 32]);
        let bad = [
            Op { seq: 0, ..op(&key) },
            Op { seq: 1, ..op(&key) },
            Op { prev: OpId([0; 32]), ..op(&key) },
            Op { deps: vec![OpId([4; 32]); 2], ..op(&key) },
            Op { deps: (0..9).map(|n| OpId([n; 32])).collect(), ..op(&key) },
        ];
        for op in bad {
            assert!(SignedOp::decode(op.clone().sign(&key).bytes).is_err(), "{op:?}");
        }
    }

    #[test]
    fn only_the_next_in_the_same_log_follows() {
        let key = DeviceKey::from_seed([9; 32]);
        let claimed = |op: Op, key: &DeviceKey| Claimed::decode(op.sign(key).bytes).unwrap();
        let former = claimed(op(&key), &key);
        let next = || Op { seq: 3, prev: former.id(), ..op(&key) };
        assert!(claimed(next(), &key).follows(&former));
        let other = DeviceKey::from_seed([8; 32]);
        let bad = [
            claimed(Op { seq: 4, ..next() }, &key),
            claimed(Op { prev: OpId([3; 32]), ..next() }, &key),
            claimed(Op { device: other.device(), ..next() }, &other),
            claimed(Op { kind: crate::wire::registry::kind::RECEIPT, ..next() }, &key),
        ];
        assert!(bad.iter().all(|op| op.is_signed() && !op.follows(&former)));
        assert!(!former.follows(&claimed(next(), &key)));
    }

    #[test]
    fn times_only_go_forward() {
        let seen = Hlc::at(1000);
        assert!(seen.next(900) > seen);
        assert_eq!(seen.next(2000), Hlc::at(2000));
        assert_eq!(Hlc::at(1234).wall_ms(), 1234);
    }
}
