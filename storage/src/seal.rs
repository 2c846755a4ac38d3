//! Rows as they lie on disk: hidden names, sealed values.
//!
//! A stored name is `table (1) | hash of table and partition (16, keyed BLAKE3) | sort (0..=128)`. A sealed value is
//! `run (16) | counter (8) | ciphertext | tag (16)`: ChaCha20-Poly1305 with the stored name as authenticated data, so
//! that a value moved to another row does not open; the key is that of the run, the nonce the counter.
//!
//! A *run* is one opening of the store. Its name is random, its key the keyed BLAKE3 of its name, and its counter
//! never comes back, so that no key ever sees a nonce twice, not even when a crash takes the journal's end with it.
//! That is what XChaCha20-Poly1305 does a value (a key from the key and the nonce's first 16 bytes), done once a start.
//! ring's code is used because rows are short: a seal of 50 bytes takes it a sixth of the pure Rust one's time.
//!
//! Not here: where sealed values lie (`journal.rs`).

use std::sync::atomic::{AtomicU64, Ordering};

use chappe_protocol::limits::SORT_MAX;
use chappe_protocol::store::Table;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::keys::{KeyError, Keys, random};

/// Bytes of a stored name before `sort`.
pub(crate) const PREFIX_LEN: usize = 17;

/// Bytes of the longest stored name.
pub(crate) const NAME_MAX: usize = PREFIX_LEN + SORT_MAX;

const RUN_LEN: usize = 16;
const COUNTER_LEN: usize = 8;
const TAG_LEN: usize = 16;

/// What sealing adds to a value.
pub(crate) const SEAL_OVERHEAD: usize = RUN_LEN + COUNTER_LEN + TAG_LEN;

/// Seals and opens with the keys of one store.
pub(crate) struct Sealer {
    names: Zeroizing<[u8; 32]>,
    values: Zeroizing<[u8; 32]>,
    run: [u8; RUN_LEN],
    key: LessSafeKey,
    counter: AtomicU64,
}

impl Sealer {
    /// Begins a run.
    pub(crate) fn new(keys: &Keys) -> Result<Self, KeyError> {
        let mut run = [0; RUN_LEN];
        random(&mut run)?;
        Ok(Self {
            names: Zeroizing::new(keys.names),
            key: run_key(&keys.values, &run)?,
            values: Zeroizing::new(keys.values),
            run,
            counter: AtomicU64::new(0),
        })
    }

    /// What the stored names of a partition begin with.
    pub(crate) fn prefix(&self, table: Table, partition: &[u8]) -> [u8; PREFIX_LEN] {
        let mut hasher = blake3::Hasher::new_keyed(&self.names);
        hasher.update(&[table.number()]);
        hasher.update(partition);
        let mut prefix = [table.number(); PREFIX_LEN];
        prefix[1..].copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        prefix
    }

    /// A row's stored name.
    pub(crate) fn name(&self, table: Table, partition: &[u8], sort: &[u8]) -> Vec<u8> {
        let mut name = Vec::with_capacity(PREFIX_LEN + sort.len());
        name.extend_from_slice(&self.prefix(table, partition));
        name.extend_from_slice(sort);
        name
    }

    /// Appends the sealed value to `out`.
    pub(crate) fn seal(&self, name: &[u8], value: &[u8], out: &mut Vec<u8>) -> Result<(), KeyError> {
        // 2^64 seals would take a machine longer than it lives.
        let counter = self.counter.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        out.extend_from_slice(&self.run);
        out.extend_from_slice(&counter);
        let start = out.len();
        out.extend_from_slice(value);
        let tag = self.key.seal_in_place_separate_tag(nonce(counter), Aad::from(name), &mut out[start..]);
        out.extend_from_slice(tag.map_err(|_| KeyError::Wrong)?.as_ref());
        Ok(())
    }

    /// The value in `sealed`; `None` if it is not what was sealed under that name.
    pub(crate) fn open(&self, name: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (run, rest) = sealed.split_first_chunk::<RUN_LEN>()?;
        let (counter, rest) = rest.split_first_chunk::<COUNTER_LEN>()?;
        let mut value = rest.to_vec();
        let (nonce, aad) = (nonce(*counter), Aad::from(name));
        let opened = if *run == self.run {
            self.key.open_in_place(nonce, aad, &mut value)
        } else {
            run_key(&self.values, run).ok()?.open_in_place(nonce, aad, &mut value)
        };
        let length = opened.ok()?.len();
        value.truncate(length);
        Some(value)
    }
}

fn run_key(values: &[u8; 32], run: &[u8; RUN_LEN]) -> Result<LessSafeKey, KeyError> {
    let key = Zeroizing::new(*blake3::keyed_hash(values, run).as_bytes());
    UnboundKey::new(&CHACHA20_POLY1305, &*key).map(LessSafeKey::new).map_err(|_| KeyError::Wrong)
}

fn nonce(counter: [u8; COUNTER_LEN]) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter);
    Nonce::assume_unique_for_key(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_value_opens_under_its_own_name_alone() {
        let sealer = Sealer::new(&Keys::derive(&[1; 32])).expect("a sealer");
        let name = sealer.name(Table::Test, b"chat", b"7");
        let mut sealed = Vec::new();
        sealer.seal(&name, b"hello", &mut sealed).expect("sealed");
        assert_eq!(sealed.len(), 5 + SEAL_OVERHEAD);
        assert_eq!(sealer.open(&name, &sealed).as_deref(), Some(&b"hello"[..]));
        assert_eq!(sealer.open(&sealer.name(Table::Test, b"chat", b"8"), &sealed), None);
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 0x80;
            assert_eq!(sealer.open(&name, &bad), None, "byte {at}");
        }
        assert_eq!(sealer.open(&name, &sealed[..SEAL_OVERHEAD - 1]), None);
    }

    #[test]
    fn every_run_has_a_key_and_every_value_a_nonce_of_its_own() {
        let keys = Keys::derive(&[1; 32]);
        let (one, other) = (Sealer::new(&keys).expect("a sealer"), Sealer::new(&keys).expect("a sealer"));
        let name = one.name(Table::Test, b"chat", b"7");
        let mut heads = std::collections::BTreeSet::new();
        for sealer in [&one, &one, &other, &other] {
            let mut sealed = Vec::new();
            sealer.seal(&name, b"hello", &mut sealed).expect("sealed");
            for reader in [&one, &other] {
                assert_eq!(reader.open(&name, &sealed).as_deref(), Some(&b"hello"[..]));
            }
            assert!(heads.insert(sealed[..RUN_LEN + COUNTER_LEN].to_vec()));
        }
        let stranger = Sealer::new(&Keys::derive(&[2; 32])).expect("a sealer");
        let mut sealed = Vec::new();
        one.seal(&name, b"hello", &mut sealed).expect("sealed");
        assert_eq!(stranger.open(&name, &sealed), None);
    }

    #[test]
    fn partitions_are_hidden_and_differ_by_table() {
        let sealer = Sealer::new(&Keys::derive(&[1; 32])).expect("a sealer");
        let name = sealer.name(Table::Op, b"partition", b"s");
        assert!(!name.windows(9).any(|window| window == b"partition"));
        assert_ne!(sealer.prefix(Table::Op, b"p")[1..], sealer.prefix(Table::Chat, b"p")[1..]);
        assert!(name.len() < NAME_MAX);
    }
}
