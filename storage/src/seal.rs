//! Rows as they lie on disk: hidden names, sealed values.
//!
//! A stored name is `table (1) | hash of table and partition (16, keyed BLAKE3) | sort (0..=128)`. A sealed value is
//! `nonce (24, random) | ciphertext | tag (16)`, XChaCha20-Poly1305 with the stored name as authenticated data, so that
//! a value moved to another row does not open.
//!
//! Not here: where sealed values lie (`journal.rs`).

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use chappe_protocol::limits::SORT_MAX;
use chappe_protocol::store::Table;
use zeroize::Zeroizing;

use crate::keys::{KeyError, Keys, random};

/// Bytes of a stored name before `sort`.
pub(crate) const PREFIX_LEN: usize = 17;

/// Bytes of the longest stored name.
pub(crate) const NAME_MAX: usize = PREFIX_LEN + SORT_MAX;

const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;

/// What sealing adds to a value.
pub(crate) const SEAL_OVERHEAD: usize = NONCE_LEN + TAG_LEN;

/// Seals and opens with the keys of one store.
pub(crate) struct Sealer {
    names: Zeroizing<[u8; 32]>,
    cipher: XChaCha20Poly1305,
}

impl Sealer {
    pub(crate) fn new(keys: &Keys) -> Self {
        Self { names: Zeroizing::new(keys.names), cipher: XChaCha20Poly1305::new((&keys.values).into()) }
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
    pub(crate) fn seal(&self, name: &[u8], value: &[u8], nonce: &[u8; 24], out: &mut Vec<u8>) -> Result<(), KeyError> {
        out.extend_from_slice(nonce);
        let start = out.len();
        out.extend_from_slice(value);
        let tag = self
            .cipher
            .encrypt_inout_detached(&XNonce::from(*nonce), name, (&mut out[start..]).into())
            .map_err(|_| KeyError::Wrong)?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// The value in `sealed`; `None` if it is not what was sealed under that name.
    pub(crate) fn open(&self, name: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let body = sealed.len().checked_sub(SEAL_OVERHEAD)?;
        let nonce = XNonce::try_from(&sealed[..NONCE_LEN]).ok()?;
        let tag = Tag::try_from(&sealed[NONCE_LEN + body..]).ok()?;
        let mut value = sealed[NONCE_LEN..NONCE_LEN + body].to_vec();
        self.cipher.decrypt_inout_detached(&nonce, name, (&mut value[..]).into(), &tag).ok()?;
        Some(value)
    }
}

/// Nonces for the values of one batch, got from the system in one call.
pub(crate) fn nonces(count: usize) -> Result<Vec<[u8; 24]>, KeyError> {
    let mut nonces = vec![[0u8; NONCE_LEN]; count];
    random(nonces.as_flattened_mut())?;
    Ok(nonces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_value_opens_under_its_own_name_alone() {
        let sealer = Sealer::new(&Keys::derive(&[1; 32]));
        let name = sealer.name(Table::Test, b"chat", b"7");
        let mut sealed = Vec::new();
        sealer.seal(&name, b"hello", &[9; 24], &mut sealed).expect("sealed");
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
    fn partitions_are_hidden_and_differ_by_table() {
        let sealer = Sealer::new(&Keys::derive(&[1; 32]));
        let name = sealer.name(Table::Op, b"partition", b"s");
        assert!(!name.windows(9).any(|window| window == b"partition"));
        assert_ne!(sealer.prefix(Table::Op, b"p")[1..], sealer.prefix(Table::Chat, b"p")[1..]);
        assert!(name.len() < NAME_MAX);
    }
}
