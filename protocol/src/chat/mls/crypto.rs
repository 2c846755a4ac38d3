//! Cryptography and randomness for OpenMLS, with every random byte from one seeded generator.
//!
//! `openmls_rust_crypto` does all that needs no randomness. It has a generator of its own, seeded by the system, for
//! HPKE encapsulation and signature keys; those functions are replaced here (HPKE by the `hpke` crate, which takes a
//! generator; both follow RFC 9180, and a test opens with one what the other sealed). So the same seed gives the same
//! commits, welcomes and key packages, byte for byte.

use super::SUITE;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeS, Serializable, aead::AeadCtxS, setup_sender_with_rng};
use openmls::prelude::tls_codec::SecretVLBytes;
use openmls_rust_crypto::RustCrypto;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair, KemOutput,
    SignatureScheme,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::sync::{Mutex, OnceLock, PoisonError};
use thiserror::Error;

type Sender = AeadCtxS<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;

/// The functions that need no randomness. The generator inside is never asked.
pub(super) fn primitives() -> &'static RustCrypto {
    static PRIMITIVES: OnceLock<RustCrypto> = OnceLock::new();
    PRIMITIVES.get_or_init(RustCrypto::default)
}

/// What OpenMLS asks for cryptography and random bytes.
#[derive(Debug)]
pub struct Crypto {
    rng: Mutex<ChaCha20Rng>,
    /// For what OpenMLS seals on several threads at once, where the order of draws is no one's.
    sealing: [u8; 32],
}

/// A seeded generator does not fail; OpenMLS wants a type for it.
#[derive(Debug, Error)]
#[error("the generator failed")]
pub enum RandError {}

impl Crypto {
    /// All randomness comes from `rng`.
    pub(super) fn new(rng: ChaCha20Rng) -> Self {
        let mut other = rng.clone();
        other.set_stream(1);
        let mut sealing = [0; 32];
        other.fill_bytes(&mut sealing);
        Self { rng: Mutex::new(rng), sealing }
    }

    /// A generator for one sealing, which follows from what is sealed: OpenMLS encrypts the secrets of a path in parallel
    /// (`treekem.rs`). The same to the same key is the same bytes, which tells nobody more than that.
    fn sealing_rng(&self, parts: [&[u8]; 4]) -> ChaCha20Rng {
        let mut hasher = blake3::Hasher::new_keyed(&self.sealing);
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
        }
        ChaCha20Rng::from_seed(*hasher.finalize().as_bytes())
    }

    fn with_rng<T>(&self, act: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        // The lock is there because OpenMLS asks for `Sync`; a generator is usable after any panic.
        act(&mut self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// HPKE in base mode to `pk`, with the encapsulated key.
    fn sender(
        config: HpkeConfig,
        pk: &[u8],
        info: &[u8],
        rng: &mut ChaCha20Rng,
    ) -> Result<(Vec<u8>, Sender), CryptoError> {
        let HpkeConfig(kem, kdf, aead) = config;
        let HpkeConfig(our_kem, our_kdf, our_aead) = SUITE.hpke_config();
        if (kem, kdf, aead) != (our_kem, our_kdf, our_aead) {
            return Err(CryptoError::UnsupportedCiphersuite);
        }
        // Of a welcome `info` is the whole group info, so it has the size of the tree. `hpke` warns of a panic above
        // 64 KiB; its key derivation by HKDF has no such bound (RFC 9180, section 7.2.1), and a test goes beyond.
        let pk = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(pk).map_err(|_| CryptoError::InvalidLength)?;
        let (enc, sender): (_, Sender) =
            setup_sender_with_rng::<_, _, X25519HkdfSha256>(&OpModeS::Base, &pk, info, rng)
                .map_err(|_| CryptoError::SenderSetupError)?;
        Ok((enc.to_bytes().to_vec(), sender))
    }
}

impl OpenMlsRand for Crypto {
    type Error = RandError;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], RandError> {
        let mut bytes = [0; N];
        self.with_rng(|rng| rng.fill_bytes(&mut bytes));
        Ok(bytes)
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, RandError> {
        let mut bytes = vec![0; len];
        self.with_rng(|rng| rng.fill_bytes(&mut bytes));
        Ok(bytes)
    }
}

impl OpenMlsCrypto for Crypto {
    fn supports(&self, suite: Ciphersuite) -> Result<(), CryptoError> {
        if suite == SUITE { Ok(()) } else { Err(CryptoError::UnsupportedCiphersuite) }
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        vec![SUITE]
    }

    fn hkdf_extract(&self, hash: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        primitives().hkdf_extract(hash, salt, ikm)
    }

    fn hmac(&self, hash: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        primitives().hmac(hash, key, message)
    }

    fn hkdf_expand(&self, hash: HashType, prk: &[u8], info: &[u8], len: usize) -> Result<SecretVLBytes, CryptoError> {
        primitives().hkdf_expand(hash, prk, info, len)
    }

    fn hash(&self, hash: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        primitives().hash(hash, data)
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        primitives().aead_encrypt(alg, key, data, nonce, aad)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        sealed: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        primitives().aead_decrypt(alg, key, sealed, nonce, aad)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        if alg != SignatureScheme::ED25519 {
            return Err(CryptoError::UnsupportedSignatureScheme);
        }
        let mut seed = [0; 32];
        self.with_rng(|rng| rng.fill_bytes(&mut seed));
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        Ok((seed.to_vec(), key.verifying_key().to_bytes().to_vec()))
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        primitives().verify_signature(alg, data, pk, signature)
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        primitives().sign(alg, data, key)
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        let mut rng = self.sealing_rng([pk_r, info, aad, ptxt]);
        let (enc, mut sender) = Self::sender(config, pk_r, info, &mut rng)?;
        let sealed = sender.seal(ptxt, aad).map_err(|_| CryptoError::HpkeEncryptionError)?;
        Ok(HpkeCiphertext { kem_output: enc.into(), ciphertext: sealed.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        primitives().hpke_open(config, input, sk_r, info, aad)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        let (enc, sender) = self.with_rng(|rng| Self::sender(config, pk_r, info, rng))?;
        let mut secret = vec![0; exporter_length];
        sender.export(exporter_context, &mut secret).map_err(|_| CryptoError::ExporterError)?;
        Ok((enc, secret.into()))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        primitives().hpke_setup_receiver_and_export(config, enc, sk_r, info, exporter_context, exporter_length)
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        primitives().derive_hpke_keypair(config, ikm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crypto(seed: u8) -> Crypto {
        Crypto::new(ChaCha20Rng::from_seed([seed; 32]))
    }

    #[test]
    fn one_library_opens_what_the_other_sealed() {
        let (ours, theirs, config) = (crypto(1), primitives(), || SUITE.hpke_config());
        let pair = ours.derive_hpke_keypair(config(), &[7; 32]).unwrap();
        let sealed = ours.hpke_seal(config(), &pair.public, b"info", b"aad", b"text").unwrap();
        assert_eq!(theirs.hpke_open(config(), &sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
        assert!(theirs.hpke_open(config(), &sealed, &pair.private, b"info", b"other").is_err());
        let tree = vec![5; 500_000];
        let sealed = ours.hpke_seal(config(), &pair.public, &tree, b"", b"text").unwrap();
        assert_eq!(theirs.hpke_open(config(), &sealed, &pair.private, &tree, b"").unwrap(), b"text");
        let (enc, sent) = ours.hpke_setup_sender_and_export(config(), &pair.public, b"i", b"c", 32).unwrap();
        let got = theirs.hpke_setup_receiver_and_export(config(), &enc, &pair.private, b"i", b"c", 32).unwrap();
        assert_eq!(sent[..], got[..]);
    }

    #[test]
    fn what_is_sealed_does_not_depend_on_what_is_sealed_before_it() {
        let keys = [7, 8].map(|seed| crypto(1).derive_hpke_keypair(SUITE.hpke_config(), &[seed; 32]).unwrap().public);
        let seal = |crypto: &Crypto, n: usize| {
            let sealed = crypto.hpke_seal(SUITE.hpke_config(), &keys[n], b"info", b"", &[n as u8; 32]).unwrap();
            (sealed.kem_output.as_slice().to_vec(), sealed.ciphertext.as_slice().to_vec())
        };
        let (one, two) = (crypto(1), crypto(1));
        let (a, b) = (seal(&one, 0), seal(&one, 1));
        assert_eq!((seal(&two, 1), seal(&two, 0)), (b.clone(), a.clone()));
        assert!(a != b && seal(&crypto(2), 0) != a, "another seed seals otherwise");
        let other = one.hpke_seal(SUITE.hpke_config(), &keys[0], b"info", b"", &[9; 32]).unwrap();
        assert_ne!(other.kem_output.as_slice(), a.0, "no key is used twice");
    }

    #[test]
    fn the_seed_decides_every_random_byte() {
        let all = |crypto: &Crypto| {
            let config = || SUITE.hpke_config();
            let pair = crypto.derive_hpke_keypair(config(), &[7; 32]).unwrap();
            let sealed = crypto.hpke_seal(config(), &pair.public, b"", b"", b"text").unwrap();
            let (enc, _) = crypto.hpke_setup_sender_and_export(config(), &pair.public, b"", b"", 8).unwrap();
            let keys = crypto.signature_key_gen(SignatureScheme::ED25519).unwrap();
            let random = crypto.random_vec(9).unwrap();
            (sealed.ciphertext.as_slice().to_vec(), enc, keys, random, crypto.random_array::<4>().unwrap())
        };
        assert_eq!(all(&crypto(1)), all(&crypto(1)));
        let (a, b) = (all(&crypto(1)), all(&crypto(2)));
        assert!(a.0 != b.0 && a.1 != b.1 && a.2 != b.2 && a.3 != b.3 && a.4 != b.4);
    }

    #[test]
    fn other_suites_and_bad_keys_are_refused() {
        let crypto = crypto(1);
        let other = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
        assert!(crypto.supports(SUITE).is_ok() && crypto.supports(other).is_err());
        assert!(crypto.hpke_seal(other.hpke_config(), &[9; 32], b"", b"", b"").is_err());
        assert!(crypto.hpke_seal(SUITE.hpke_config(), &[9; 31], b"", b"", b"").is_err());
        assert!(crypto.hpke_seal(SUITE.hpke_config(), &[0; 32], b"", b"", b"").is_err(), "a point of low order");
        assert!(crypto.signature_key_gen(SignatureScheme::ECDSA_SECP256R1_SHA256).is_err());
    }
}
