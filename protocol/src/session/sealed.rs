//! A message to somebody whose X25519 key one knows, sealed without their help: the Noise pattern `N`.
//! The recipient learns nothing of the sender by this; a sender proves itself inside.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use thiserror::Error;
use zeroize::Zeroize;

const PATTERN: &str = "Noise_N_25519_ChaChaPoly_BLAKE2s";
const PROLOGUE: &[u8] = b"chappe sealed message 1";

/// Bytes that sealing adds: an ephemeral key and an authentication tag.
pub const OVERHEAD: usize = 32 + 16;

/// Bytes that cannot be opened with this key: damaged, or meant for somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a sealed message cannot be opened with our key")]
pub struct CannotOpen;

/// An X25519 key pair.
#[derive(Clone, Zeroize, zeroize::ZeroizeOnDrop)]
pub struct SealingKey {
    /// The secret half.
    pub secret: [u8; 32],
    /// What others seal to.
    #[zeroize(skip)]
    pub public: [u8; 32],
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// From 32 secret bytes.
    pub fn from_seed(secret: [u8; 32]) -> Self {
        let mut dh = DefaultResolver.resolve_dh(&DHChoice::Curve25519).expect("snow is built with X25519");
        dh.set(&secret);
        let public = dh.pubkey().try_into().expect("an X25519 key has 32 bytes");
        Self { secret, public }
    }

    /// Opens what [`seal`] made for this key.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let mut state = snow::Builder::new(PATTERN.parse().expect("the pattern is valid"))
            .local_private_key(&self.secret)
            .and_then(|builder| builder.prologue(PROLOGUE))
            .and_then(snow::Builder::build_responder)
            .map_err(|_| CannotOpen)?;
        let mut plain = vec![0; sealed.len()];
        let n = state.read_message(sealed, &mut plain).map_err(|_| CannotOpen)?;
        plain.truncate(n);
        Ok(plain)
    }
}

/// Seals at most 65,000 bytes to a public key. `None` if the key is none (of small order).
pub fn seal(to: &[u8; 32], plain: &[u8], rng: &mut ChaCha20Rng) -> Option<Vec<u8>> {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let resolver = Seeded { seed };
    let mut state = snow::Builder::with_resolver(PATTERN.parse().ok()?, Box::new(resolver))
        .remote_public_key(to)
        .and_then(|builder| builder.prologue(PROLOGUE))
        .and_then(snow::Builder::build_initiator)
        .ok()?;
    let mut sealed = vec![0; plain.len() + OVERHEAD];
    let n = state.write_message(plain, &mut sealed).ok()?;
    sealed.truncate(n);
    Some(sealed)
}

/// snow's own algorithms over our randomness, so that one seed gives one run.
pub(super) struct Seeded {
    pub(super) seed: [u8; 32],
}

impl CryptoResolver for Seeded {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        Some(Box::new(SeededRandom(<ChaCha20Rng as rand_core::SeedableRng>::from_seed(self.seed))))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        DefaultResolver.resolve_dh(choice)
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        DefaultResolver.resolve_cipher(choice)
    }
}

struct SeededRandom(ChaCha20Rng);

impl Random for SeededRandom {
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), snow::Error> {
        self.0.fill_bytes(dest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    #[test]
    fn only_the_owner_opens_and_only_the_whole() {
        let key = SealingKey::from_seed([3; 32]);
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let sealed = seal(&key.public, b"hello", &mut rng).unwrap();
        assert_eq!(sealed.len(), 5 + OVERHEAD);
        assert_eq!(key.open(&sealed).unwrap(), b"hello");
        assert_eq!(SealingKey::from_seed([4; 32]).open(&sealed), Err(CannotOpen));
        for position in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[position] ^= 1;
            assert_eq!(key.open(&bad), Err(CannotOpen), "bit at byte {position}");
            assert_eq!(key.open(&sealed[..position]), Err(CannotOpen), "cut at {position}");
        }
    }

    #[test]
    fn one_seed_gives_one_message() {
        let key = SealingKey::from_seed([3; 32]);
        let sealed = |seed| seal(&key.public, b"hello", &mut ChaCha20Rng::from_seed([seed; 32])).unwrap();
        assert_eq!(sealed(1), sealed(1));
        assert_ne!(sealed(1), sealed(2));
    }
}
