//! The history of a user's chats as a device keeps it at relays: what says where it is and opens it.
//!
//! A history is a list of blobs (`blob`), one a segment of the archive (`chat::segment`), and behind them the *manifest*, a
//! blob that names them. Their keys follow from one key of the device's own that is drawn for it:
//!
//! * a segment's from its content, so that a segment that did not change is the blob that is there already (and two
//!   devices never share one);
//! * a manifest's from its number.
//!
//! The device seals that key to the public half of an X25519 key whose secret half follows from the 24 words alone (Noise
//! `N`, `session::sealed`): so no other device can read the history, a removed one neither, and the words can.
//!
//! Not here: when it is written, to which relays (the node's `backup`); where the pointer is kept (an own setting,
//! `peer::settings`, which comes back with the words).

use super::keys::RootKey;
use crate::blob::sealing::FileKey;
use crate::contact::mailbox::{RelayHint, check_relays};
use crate::ids::{BlobId, Capability};
use crate::limits::SEGMENTS_MAX;
use crate::session::sealed::{OVERHEAD, SealingKey};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use serde::{Deserialize, Serialize};

const VERSION: u8 = 1;

/// Opens what devices keep for the words.
pub fn words_key(root: &RootKey) -> SealingKey {
    SealingKey::from_seed(root.derive("chappe 2026-11 history sealing"))
}

/// The key of one device's history.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct HistoryKey(pub [u8; 32]);

impl std::fmt::Debug for HistoryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HistoryKey(…)")
    }
}

impl HistoryKey {
    fn derive(&self, context: &str, what: &[u8]) -> [u8; 32] {
        blake3::derive_key(context, &zeroize::Zeroizing::new([&self.0[..], what].concat()))
    }

    /// Seals a segment, once: another content has another key.
    pub fn segment(&self, hash: &[u8; 32]) -> FileKey {
        FileKey(self.derive("chappe 2026-11 history segment", hash))
    }

    /// Seals the manifest of a number, once.
    pub fn manifest(&self, number: u64) -> FileKey {
        FileKey(self.derive("chappe 2026-11 history manifest", &number.to_be_bytes()))
    }

    /// Allows to write and drop a blob of this history.
    pub fn write(&self, blob: &BlobId) -> Capability {
        Capability(self.derive("chappe 2026-11 history write", &blob.0))
    }
}

/// Where a history is: a device's own, or one that it leaves for a new device of the same user; then the key is sealed to the
/// new device instead of the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The history's key, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// The manifest's number.
    pub number: u64,
    /// The manifest's root.
    #[serde(with = "serde_bytes")]
    pub root: [u8; 32],
    /// The manifest's bytes.
    pub size: u64,
    /// Who has it.
    pub relays: Vec<RelayHint>,
    /// When it was written, milliseconds since 1970.
    pub at: u64,
    /// How many messages are in it.
    pub messages: u64,
    /// Bytes of its segments.
    pub bytes: u64,
}

impl History {
    /// Checks the bounds of what another device wrote.
    ///
    /// # Errors
    /// [`WireError::Invalid`], or why its relays are none.
    pub fn check(&self) -> Result<(), WireError> {
        let sealed = self.sealed.len() == 32 + OVERHEAD;
        let size = usize::try_from(self.size).is_ok_and(|size| size <= Manifest::bytes_max());
        if !sealed || !size || self.relays.is_empty() {
            return Err(WireError::Invalid("pointer to a history"));
        }
        check_relays(&self.relays)
    }

    /// The key, for whoever has the words ([`words_key`]) or is the device that it is for.
    pub fn open(&self, opener: &SealingKey) -> Option<HistoryKey> {
        opener.open(&self.sealed).ok()?.try_into().ok().map(HistoryKey)
    }
}

/// A segment as the manifest names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentRef {
    /// BLAKE3 of its bytes.
    pub hash: [u8; 32],
    /// The root of its blob.
    pub root: [u8; 32],
    /// Its bytes.
    pub size: u32,
}

/// What a history is made of: `version u8 = 1 | (hash 32 | root 32 | size u32)*`, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// In order.
    pub segments: Vec<SegmentRef>,
}

impl Manifest {
    /// The largest one.
    pub const fn bytes_max() -> usize {
        1 + SEGMENTS_MAX * 68
    }

    /// As in the table.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(1 + self.segments.len() * 68);
        w.u8(VERSION);
        for segment in &self.segments {
            w.raw(&segment.hash).raw(&segment.root).u32(segment.size);
        }
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`WireError`] if it is too long or cut.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        if bytes.len() > Self::bytes_max() {
            return Err(WireError::TooLarge { what: "manifest of a history", limit: Self::bytes_max() });
        }
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if version != VERSION {
            return Err(WireError::Unknown { what: "version of a manifest", number: version.into() });
        }
        let mut segments = Vec::with_capacity(r.remaining() / 68);
        while r.remaining() > 0 {
            segments.push(SegmentRef { hash: r.array()?, root: r.array()?, size: r.u32()? });
        }
        Ok(Self { segments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::keys::RootKey;
    use crate::ids::NodeId;
    use crate::session::sealed::seal;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    fn history() -> (History, SealingKey) {
        let words = words_key(&RootKey::from_seed([1; 32]));
        let sealed = seal(&words.public, &[7; 32], &mut ChaCha20Rng::from_seed([2; 32])).unwrap();
        let relays = vec![RelayHint { relay: NodeId([3; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] }];
        (History { sealed, number: 4, root: [5; 32], size: 69, relays, at: 6, messages: 7, bytes: 8 }, words)
    }

    #[test]
    fn only_the_words_open_it() {
        let (history, words) = history();
        assert_eq!(history.open(&words), Some(HistoryKey([7; 32])));
        assert_eq!(history.open(&words_key(&RootKey::from_seed([9; 32]))), None);
        assert_eq!(format!("{:?}", HistoryKey([7; 32])), "HistoryKey(…)");
    }

    #[test]
    fn keys_of_all_blobs_differ() {
        let key = HistoryKey([7; 32]);
        let all = [key.segment(&[1; 32]), key.segment(&[2; 32]), key.manifest(1), key.manifest(2)];
        let other = HistoryKey([8; 32]).segment(&[1; 32]);
        for (n, one) in all.iter().enumerate() {
            assert!(*one != other && all[n + 1..].iter().all(|two| one != two));
        }
        assert_ne!(key.write(&all[0].blob()), key.write(&all[1].blob()));
    }

    #[test]
    fn manifests_come_back_and_bad_ones_are_refused() {
        let segment = |n| SegmentRef { hash: [n; 32], root: [n + 1; 32], size: n.into() };
        let manifest = Manifest { segments: vec![segment(1), segment(2)] };
        let bytes = manifest.encode();
        assert_eq!(Manifest::decode(&bytes), Ok(manifest));
        assert_eq!(Manifest::decode(&bytes[..100]), Err(WireError::Truncated));
        assert!(matches!(Manifest::decode(&[2]), Err(WireError::Unknown { .. })));
        let long = vec![VERSION; Manifest::bytes_max() + 1];
        assert!(matches!(Manifest::decode(&long), Err(WireError::TooLarge { .. })));
    }

    #[test]
    fn pointers_out_of_bounds_are_refused() {
        let (good, _) = history();
        assert_eq!(good.check(), Ok(()));
        let many = vec![good.relays[0].clone(); 99];
        for bad in [
            History { sealed: vec![1; 10], ..good.clone() },
            History { size: u64::MAX, ..good.clone() },
            History { relays: Vec::new(), ..good.clone() },
            History { relays: many, ..good.clone() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
