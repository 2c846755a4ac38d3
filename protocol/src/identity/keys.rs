//! Ed25519 keys (RFC 8032). Verification is strict: no small-order keys, no malleable signatures.

use crate::ids::{DeviceId, UserId};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::fmt;

/// The root secret of a user; exists in memory only while devices are certified.
pub struct RootKey(SigningKey);

/// The signing secret of one device.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl RootKey {
    /// From 32 secret bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The user.
    pub fn user(&self) -> UserId {
        UserId(self.0.verifying_key().to_bytes())
    }

    /// Signs; `message` starts with a context of `wire::registry::context`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Another secret that only the words lead to. `context` is a BLAKE3 key-derivation context, one a purpose.
    pub fn derive(&self, context: &str) -> [u8; 32] {
        blake3::derive_key(context, &zeroize::Zeroizing::new(self.0.to_bytes())[..])
    }
}

impl DeviceKey {
    /// From 32 secret bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The secret bytes, for storing (sealed) and for MLS.
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The device.
    pub fn device(&self) -> DeviceId {
        DeviceId(self.0.verifying_key().to_bytes())
    }

    /// Signs; `message` starts with a context of `wire::registry::context`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootKey({:?}, …)", self.user())
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({:?}, …)", self.device())
    }
}

/// True if `signature` is `key`'s over `message`.
#[must_use]
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_verify_for_their_message_and_key_only() {
        let key = DeviceKey::from_seed([1; 32]);
        let signature = key.sign(b"hello");
        assert!(verify(&key.device().0, b"hello", &signature));
        assert!(!verify(&key.device().0, b"hullo", &signature));
        assert!(!verify(&DeviceKey::from_seed([2; 32]).device().0, b"hello", &signature));
        // The all-zero key is of small order: everything would verify under it.
        assert!(!verify(&[0; 32], b"hello", &[0; 64]));
    }

    #[test]
    fn secrets_never_show_themselves() {
        let shown = format!("{:?} {:?}", RootKey::from_seed([9; 32]), DeviceKey::from_seed([9; 32]));
        assert!(!shown.contains("0909"), "{shown}");
        assert!(shown.contains('…'));
    }
}
