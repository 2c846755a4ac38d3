//! A proof of what somebody said, for those who were not there (a moderator, a court): the signed operation as it came,
//! and the certificate by which its author's root key vouches for the device that signed it.
//!
//! `"chappe proof 1\0" | certificate 206 | operation`. It proves who said it, in which chat (by number), when by the
//! author's own clock, and what; not that the device was not stolen, nor what was said around it.
//!
//! Not here: judging it.

use super::op::SignedOp;
use crate::content::Body;
use crate::identity::device_log::{Action, ENTRY_LEN, Entry, LogError};
use crate::ids::{ChatId, DeviceId, OpId, UserId};
use crate::limits::OP_MAX;
use crate::wire::WireError;
use thiserror::Error;

const HEAD: &[u8] = b"chappe proof 1\0";

/// Bytes of the largest proof.
pub const PROOF_MAX: usize = HEAD.len() + ENTRY_LEN + OP_MAX;

/// Why bytes prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// Not a proof.
    #[error("this is no proof of a message")]
    Form,
    /// The certificate does not verify.
    #[error("the proof's certificate does not verify: {0}")]
    Certificate(#[from] LogError),
    /// It certifies another device than the one that signed, or certifies nothing.
    #[error("the certificate is not the author's")]
    Author,
    /// The operation does not verify.
    #[error("the message does not verify: {0}")]
    Op(#[from] WireError),
}

/// What a proof proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Who said it.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// Where.
    pub chat: ChatId,
    /// The message's id.
    pub id: OpId,
    /// When, milliseconds since 1970, by the author's clock.
    pub at: u64,
    /// What.
    pub body: Body,
}

/// Puts a proof together. The operation and the certificate were checked before.
pub fn encode(certificate: &Entry, op: &SignedOp) -> Vec<u8> {
    [HEAD, &certificate.bytes, &op.bytes].concat()
}

/// Reads a proof and checks every signature in it.
pub fn verify(bytes: &[u8]) -> Result<Proved, ProofError> {
    if bytes.len() > PROOF_MAX {
        return Err(ProofError::Form);
    }
    let rest = bytes.strip_prefix(HEAD).ok_or(ProofError::Form)?;
    let (certificate, op) = rest.split_at_checked(ENTRY_LEN).ok_or(ProofError::Form)?;
    let certificate = Entry::decode(certificate)?;
    let SignedOp { op, id, .. } = SignedOp::decode(op.to_vec())?;
    if certificate.action != Action::Add || certificate.device != op.device {
        return Err(ProofError::Author);
    }
    let body = Body::decode(op.kind, &op.body)?;
    Ok(Proved { user: certificate.user, device: op.device, chat: op.chat, id, at: op.hlc.wall_ms(), body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::op::{ControlPoint, Hlc, Op};
    use crate::content::text::Text;
    use crate::identity::keys::{DeviceKey, RootKey};
    use crate::ids::BlockHash;
    use crate::wire::registry::kind;

    fn key(n: u8) -> DeviceKey {
        DeviceKey::from_seed([n; 32])
    }

    fn certificate(device: &DeviceKey, action: Action) -> Entry {
        Entry::sign(&RootKey::from_seed([9; 32]), None, action, device.device(), [0; 32], 5)
    }

    fn said(by: &DeviceKey) -> SignedOp {
        let body = Body::Text(Text::new("I said this".into()).unwrap());
        let op = Op {
            chat: ChatId([1; 32]),
            device: by.device(),
            seq: 1,
            prev: OpId([0; 32]),
            deps: vec![],
            control: ControlPoint { index: 0, hash: BlockHash([2; 32]) },
            hlc: Hlc::at(1_790_000_000_000),
            kind: kind::TEXT,
            body: body.encode().unwrap(),
        };
        op.sign(by)
    }

    #[test]
    fn a_proof_says_who_said_what() {
        let op = said(&key(1));
        let proved = verify(&encode(&certificate(&key(1), Action::Add), &op)).unwrap();
        assert_eq!((proved.user, proved.id), (RootKey::from_seed([9; 32]).user(), op.id));
        assert_eq!(proved.body, Body::Text(Text::new("I said this".into()).unwrap()));
        assert_eq!(proved.at, 1_790_000_000_000);
    }

    #[test]
    fn what_proves_nothing_is_refused_by_name() {
        let op = said(&key(1));
        let other = encode(&certificate(&key(2), Action::Add), &op);
        assert_eq!(verify(&other), Err(ProofError::Author));
        let removal = encode(&certificate(&key(1), Action::Remove), &op);
        assert_eq!(verify(&removal), Err(ProofError::Author));
        assert_eq!(verify(b"chappe proof 2\0"), Err(ProofError::Form));
        assert_eq!(verify(&vec![0; PROOF_MAX + 1]), Err(ProofError::Form));
        let good = encode(&certificate(&key(1), Action::Add), &op);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(verify(&bad).is_err(), "byte {at}");
            assert!(verify(&good[..at]).is_err(), "cut at {at}");
        }
    }
}
