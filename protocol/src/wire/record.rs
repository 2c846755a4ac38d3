//! Signed records: small facts that a key says about itself, kept by relays and the DHT, which hide nothing and
//! cannot change them.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | kind, `registry::record` |
//! | 32 | the signer's Ed25519 public key |
//! | 8 | sequence number; a higher one replaces a lower one of the same kind and key |
//! | 8 | expiry, milliseconds since 1970 |
//! | 4 + n | body |
//! | 64 | Ed25519 over `context::RECORD` and everything before |
//!
//! Not here: what device logs and mailboxes contain; nobody who merely stores a record looks into those.

use super::WireError;
use super::bytes::{Reader, Writer};
use super::registry::{context, record as kind};
use crate::identity::keys::verify;
use crate::limits::{ADDR_MAX, ADDRS_MAX, RECORD_MAX};
use thiserror::Error;

/// Bytes of a record besides its body.
const FRAME: usize = 1 + 32 + 8 + 8 + 4 + 64;

/// Bytes of a whole mailbox or relay record: 8 relays or addresses of 256 bytes, keys and frame.
pub const SMALL_RECORD_MAX: usize = 4 * 1024;

/// A record whose signature was checked, or that was just signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `registry::record`.
    pub kind: u8,
    /// Whose record.
    pub key: [u8; 32],
    /// Higher is newer.
    pub sequence: u64,
    /// Worth nothing from then on, milliseconds since 1970.
    pub expires: u64,
    /// By kind.
    pub body: Vec<u8>,
    signature: [u8; 64],
}

/// Why bytes are not a record to keep.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Not the format, of an unknown kind, or over a bound.
    #[error("not a record: {0}")]
    Wire(#[from] WireError),
    /// Not signed by the key it names.
    #[error("the record is not signed by the key it names")]
    Signature,
}

impl Record {
    /// Signs. `sign` is the signer's, for `key`. Fails if the record is over its bound or of an unknown kind.
    pub fn sign(
        kind: u8,
        key: [u8; 32],
        sequence: u64,
        expires: u64,
        body: Vec<u8>,
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Result<Self, RecordError> {
        let limit = limit(kind)?;
        if body.len() + FRAME > limit {
            return Err(WireError::TooLarge { what: "a record", limit }.into());
        }
        let mut record = Self { kind, key, sequence, expires, body, signature: [0; 64] };
        record.signature = sign(&statement(&record.signed_bytes()));
        Ok(record)
    }

    /// The record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.signed_bytes();
        bytes.extend_from_slice(&self.signature);
        bytes
    }

    /// Reads a record that anybody may have made, and checks its bounds and signature.
    pub fn decode_verified(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut r = Reader::new(bytes);
        let kind = r.u8()?;
        let limit = limit(kind)?;
        if bytes.len() > limit {
            return Err(WireError::TooLarge { what: "a record", limit }.into());
        }
        let (key, sequence, expires) = (r.array()?, r.u64()?, r.u64()?);
        let body = r.bytes("the body of a record", limit)?.to_vec();
        let signature = r.array()?;
        r.finish()?;
        if !verify(&key, &statement(&bytes[..bytes.len() - 64]), &signature) {
            return Err(RecordError::Signature);
        }
        if kind == kind::RELAY {
            decode_addrs(&body)?;
        }
        Ok(Self { kind, key, sequence, expires, body, signature })
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(FRAME + self.body.len());
        w.u8(self.kind).raw(&self.key).u64(self.sequence).u64(self.expires).bytes(&self.body);
        w.finish()
    }
}

/// The body of a relay's record: its multiaddresses as texts, `count u16 · count x bytes`.
pub fn encode_addrs(addrs: &[String]) -> Vec<u8> {
    let mut w = Writer::default();
    w.count(addrs.len());
    for addr in addrs {
        w.bytes(addr.as_bytes());
    }
    w.finish()
}

/// Reads what [`encode_addrs`] wrote: at most 8 texts of 256 bytes. Whether they are multiaddresses is not checked.
pub fn decode_addrs(body: &[u8]) -> Result<Vec<String>, WireError> {
    let mut r = Reader::new(body);
    let n = r.count("the number of addresses", ADDRS_MAX, 4)?;
    let addrs = (0..n).map(|_| r.text("an address", ADDR_MAX).map(str::to_owned)).collect::<Result<_, _>>()?;
    r.finish()?;
    Ok(addrs)
}

fn statement(signed: &[u8]) -> Vec<u8> {
    [context::RECORD, signed].concat()
}

fn limit(kind: u8) -> Result<usize, WireError> {
    match kind {
        kind::ACCOUNT | kind::BACKUP => Ok(RECORD_MAX),
        kind::MAILBOX | kind::RELAY => Ok(SMALL_RECORD_MAX),
        unknown => Err(WireError::Unknown { what: "record kind", number: unknown.into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::keys::DeviceKey;
    use proptest::prelude::*;

    fn signed(kind: u8, body: Vec<u8>) -> Result<Record, RecordError> {
        let key = DeviceKey::from_seed([3; 32]);
        Record::sign(kind, key.device().0, 5, 6, body, |bytes| key.sign(bytes))
    }

    #[test]
    fn a_signed_record_comes_back() {
        let record = signed(kind::MAILBOX, b"anything".to_vec()).unwrap();
        assert_eq!(Record::decode_verified(&record.encode()), Ok(record));
    }

    #[test]
    fn every_changed_or_missing_byte_shows() {
        let bytes = signed(kind::ACCOUNT, vec![7; 20]).unwrap().encode();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Record::decode_verified(&changed).is_err(), "byte {at}");
            assert!(Record::decode_verified(&bytes[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(Record::decode_verified(&[&bytes[..], &[0]].concat()), Err(WireError::Trailing.into()));
    }

    #[test]
    fn a_record_keeps_to_its_kind() {
        assert_eq!(signed(9, vec![]), Err(WireError::Unknown { what: "record kind", number: 9 }.into()));
        let limit = SMALL_RECORD_MAX;
        let too_large = Err(WireError::TooLarge { what: "a record", limit }.into());
        assert_eq!(signed(kind::MAILBOX, vec![0; limit]), too_large);
        assert!(signed(kind::ACCOUNT, vec![0; limit]).is_ok());
        let addrs = vec!["/ip4/127.0.0.1/tcp/4001".to_owned(); ADDRS_MAX];
        assert_eq!(decode_addrs(&encode_addrs(&addrs)), Ok(addrs.clone()));
        let relay = signed(kind::RELAY, encode_addrs(&addrs)).unwrap();
        assert_eq!(Record::decode_verified(&relay.encode()), Ok(relay));
        let nonsense = signed(kind::RELAY, b"nonsense".to_vec()).unwrap();
        assert!(matches!(Record::decode_verified(&nonsense.encode()), Err(RecordError::Wire(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_quietly(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Record::decode_verified(&bytes).is_err());
            let _ = decode_addrs(&bytes);
        }
    }
}
