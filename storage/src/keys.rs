//! The keys of a store, and the file that keeps the master key wrapped.
//!
//! The key file (141 bytes, integers little-endian):
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `CHPKEY01` |
//! | 8 | 1 | how the wrapping key is made: 0 from the secret in this file, 1 Argon2id of a passcode (reserved), 2 the host gives it |
//! | 9 | 4 | Argon2id: memory in KiB (0 otherwise) |
//! | 13 | 4 | Argon2id: passes |
//! | 17 | 4 | Argon2id: lanes |
//! | 21 | 16 | salt |
//! | 37 | 32 | for 0: the secret; zeros otherwise |
//! | 69 | 24 | nonce |
//! | 93 | 48 | master key, sealed with XChaCha20-Poly1305 under the wrapping key, bytes 0..93 authenticated with it |
//!
//! A passcode later means another wrapping of the same master key: this file is replaced, no row is sealed anew.
//!
//! Not here: what is sealed with the keys (that is `seal.rs` and `frame.rs`).

use std::fmt;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const MAGIC: &[u8; 8] = b"CHPKEY01";
const KDF_FILE: u8 = 0;
const KDF_PASSCODE: u8 = 1;
const KDF_HOST: u8 = 2;
const SALT: usize = 21;
const SECRET: usize = 37;
const NONCE: usize = 69;
const SEALED: usize = 93;
const KEYFILE_LEN: usize = SEALED + 48;

/// How the store's master key is unwrapped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct StoreKey(Wrapping);

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
enum Wrapping {
    /// The secret lies in the key file.
    File,
    /// The host keeps the secret.
    Host([u8; 32]),
}

impl StoreKey {
    /// No passcode: who can read the key file can read the store. Removing that one file makes the rest unreadable.
    pub fn without_passcode() -> Self {
        Self(Wrapping::File)
    }

    /// A secret that the host keeps elsewhere (a keyring, a hardware token). 32 random bytes.
    pub fn from_host(secret: [u8; 32]) -> Self {
        Self(Wrapping::Host(secret))
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Wrapping::File => f.write_str("StoreKey(without passcode)"),
            Wrapping::Host(_) => f.write_str("StoreKey(from host)"),
        }
    }
}

/// A key file that does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Wrong length or first bytes.
    #[error("the key file is damaged; put back a copy of it, nothing else opens this store")]
    Damaged,
    /// Another kind of wrapping than the caller's.
    #[error("this store is locked with a {0}; open it with that")]
    Kind(&'static str),
    /// The wrapping key does not fit.
    #[error("the key does not open this store (or its key file is damaged)")]
    Wrong,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Entropy,
}

/// The keys that the master key is only there to make.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Keys {
    /// For hiding partition names.
    pub(crate) names: [u8; 32],
    /// For sealing values.
    pub(crate) values: [u8; 32],
    /// For the journal's checksums.
    pub(crate) frames: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    pub(crate) fn derive(master: &[u8; 32]) -> Self {
        Self {
            names: blake3::derive_key("chappe-storage 2026 partition names", master),
            values: blake3::derive_key("chappe-storage 2026 sealed values", master),
            frames: blake3::derive_key("chappe-storage 2026 journal frames", master),
        }
    }
}

/// Fills with random bytes of the system.
pub(crate) fn random(buf: &mut [u8]) -> Result<(), KeyError> {
    getrandom::fill(buf).map_err(|_| KeyError::Entropy)
}

/// A new master key and the key file for it.
pub(crate) fn create(key: &StoreKey) -> Result<(Keys, Zeroizing<Vec<u8>>), KeyError> {
    let mut master = Zeroizing::new([0u8; 32]);
    random(&mut *master)?;
    let mut file = Zeroizing::new(vec![0u8; KEYFILE_LEN]);
    file[..8].copy_from_slice(MAGIC);
    random(&mut file[SALT..SECRET])?;
    random(&mut file[NONCE..SEALED])?;
    match key.0 {
        Wrapping::File => {
            file[8] = KDF_FILE;
            random(&mut file[SECRET..NONCE])?;
        }
        Wrapping::Host(_) => file[8] = KDF_HOST,
    }
    let cipher = wrapping_cipher(key, &file);
    let (head, sealed) = file.split_at_mut(SEALED);
    sealed[..32].copy_from_slice(&*master);
    let nonce = XNonce::try_from(&head[NONCE..]).map_err(|_| KeyError::Damaged)?;
    let tag = cipher.encrypt_inout_detached(&nonce, head, (&mut sealed[..32]).into()).map_err(|_| KeyError::Damaged)?;
    sealed[32..].copy_from_slice(&tag);
    Ok((Keys::derive(&master), file))
}

/// The keys behind a key file.
pub(crate) fn unlock(key: &StoreKey, file: &[u8]) -> Result<Keys, KeyError> {
    if file.len() != KEYFILE_LEN || &file[..8] != MAGIC {
        return Err(KeyError::Damaged);
    }
    match (&key.0, file[8]) {
        (Wrapping::File, KDF_FILE) | (Wrapping::Host(_), KDF_HOST) => {}
        (_, KDF_FILE) => return Err(KeyError::Kind("secret in its key file, without a passcode")),
        (_, KDF_PASSCODE) => return Err(KeyError::Kind("passcode, which this version does not know")),
        (_, KDF_HOST) => return Err(KeyError::Kind("secret of the host")),
        (_, _) => return Err(KeyError::Damaged),
    }
    let cipher = wrapping_cipher(key, file);
    let nonce = XNonce::try_from(&file[NONCE..SEALED]).map_err(|_| KeyError::Damaged)?;
    let tag = Tag::try_from(&file[SEALED + 32..]).map_err(|_| KeyError::Damaged)?;
    let mut master = Zeroizing::new([0u8; 32]);
    master.copy_from_slice(&file[SEALED..SEALED + 32]);
    cipher
        .decrypt_inout_detached(&nonce, &file[..SEALED], (&mut master[..]).into(), &tag)
        .map_err(|_| KeyError::Wrong)?;
    Ok(Keys::derive(&master))
}

fn wrapping_cipher(key: &StoreKey, file: &[u8]) -> XChaCha20Poly1305 {
    let mut material = Zeroizing::new([0u8; 48]);
    match &key.0 {
        Wrapping::File => material[..32].copy_from_slice(&file[SECRET..NONCE]),
        Wrapping::Host(secret) => material[..32].copy_from_slice(secret),
    }
    material[32..].copy_from_slice(&file[SALT..SECRET]);
    let key = Zeroizing::new(blake3::derive_key("chappe-storage 2026 wrapping key", &*material));
    XChaCha20Poly1305::new((&*key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_file_opens_again_and_only_with_its_key() {
        for key in [StoreKey::without_passcode(), StoreKey::from_host([7; 32])] {
            let (keys, file) = create(&key).expect("created");
            assert_eq!(file.len(), KEYFILE_LEN);
            assert_eq!(unlock(&key, &file).expect("opens").values, keys.values);
        }
        let (_, file) = create(&StoreKey::from_host([7; 32])).expect("created");
        assert_eq!(unlock(&StoreKey::from_host([8; 32]), &file).err(), Some(KeyError::Wrong));
        assert!(matches!(unlock(&StoreKey::without_passcode(), &file), Err(KeyError::Kind(_))));
    }

    #[test]
    fn every_flipped_byte_of_a_key_file_is_noticed() {
        let key = StoreKey::without_passcode();
        let (_, file) = create(&key).expect("created");
        for at in 0..file.len() {
            let mut bad = file.to_vec();
            bad[at] ^= 1;
            assert!(unlock(&key, &bad).is_err(), "byte {at}");
        }
        assert_eq!(unlock(&key, &file[1..]).err(), Some(KeyError::Damaged));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", StoreKey::from_host([7; 32])), "StoreKey(from host)");
        assert_eq!(format!("{:?}", Keys::derive(&[7; 32])), "Keys(..)");
    }
}
