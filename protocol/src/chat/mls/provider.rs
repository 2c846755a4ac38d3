//! What OpenMLS needs for one action: cryptography, random bytes, rows.

use super::crypto::Crypto;
use super::error::MlsError;
use super::storage::Rows;
use crate::store::{Batch, StoreRead};
use openmls_traits::OpenMlsProvider;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// One action's provider. It reads the store, and keeps every change until [`Self::batch`].
#[derive(Debug)]
pub struct Provider<'a> {
    crypto: Crypto,
    rows: Rows<'a>,
}

impl<'a> Provider<'a> {
    /// Takes 32 bytes from `rng` as the seed of all randomness of this action.
    pub fn new(store: &'a dyn StoreRead, rng: &mut ChaCha20Rng) -> Self {
        Self { crypto: Crypto::new(ChaCha20Rng::from_rng(rng)), rows: Rows::new(store) }
    }

    /// All writes of the action: rows that differ from the stored ones, and nothing else. It is to be durable before
    /// anything that the action made leaves the machine.
    pub fn batch(self) -> Result<Batch, MlsError> {
        Ok(self.rows.batch()?)
    }

    pub(super) fn rows(&self) -> &Rows<'a> {
        &self.rows
    }
}

impl<'a> OpenMlsProvider for Provider<'a> {
    type CryptoProvider = Crypto;
    type RandProvider = Crypto;
    type StorageProvider = Rows<'a>;

    fn storage(&self) -> &Rows<'a> {
        &self.rows
    }

    fn crypto(&self) -> &Crypto {
        &self.crypto
    }

    fn rand(&self) -> &Crypto {
        &self.crypto
    }
}
