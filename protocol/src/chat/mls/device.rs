//! The device's key, and what a leaf says of a device.

use super::SUITE;
use super::error::MlsError;
use crate::limits::CREDENTIAL_MAX;
use ed25519_dalek::Signer as _;
use openmls::credentials::{BasicCredential, Credential, CredentialType, CredentialWithKey};
use openmls::extensions::ExtensionType;
use openmls::prelude::{Capabilities, Lifetime};
use openmls::versions::ProtocolVersion;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use std::fmt;

/// The device's Ed25519 key and credential: signs leaves, key packages and commits.
pub struct DeviceSigner {
    key: ed25519_dalek::SigningKey,
    credential: Vec<u8>,
}

impl fmt::Debug for DeviceSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceSigner({})", crate::ids::DeviceId(self.public_key()))
    }
}

impl DeviceSigner {
    /// From the key's 32-byte seed and the credential's bytes (a device certificate), at most
    /// [`CREDENTIAL_MAX`] long and not empty.
    pub fn new(seed: &[u8; 32], credential: &[u8]) -> Result<Self, MlsError> {
        if credential.is_empty() || credential.len() > CREDENTIAL_MAX {
            return Err(MlsError::Identity);
        }
        Ok(Self { key: ed25519_dalek::SigningKey::from_bytes(seed), credential: credential.to_vec() })
    }

    /// The key that others see in the leaf.
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub(super) fn credential_with_key(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.credential.clone()).into(),
            signature_key: self.public_key().to_vec().into(),
        }
    }
}

impl Signer for DeviceSigner {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.key.sign(payload).to_bytes().to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// What a leaf or key package says of a device. The key signed it; whether the credential speaks the truth is for
/// the caller to check, before anything is staged, merged or accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Bytes of the basic credential: a device certificate.
    pub credential: Vec<u8>,
    /// The device's Ed25519 public key.
    pub signature_key: [u8; 32],
}

impl Identity {
    pub(super) fn new(credential: &Credential, signature_key: &[u8]) -> Result<Self, MlsError> {
        let basic = BasicCredential::try_from(credential.clone()).map_err(|_| MlsError::Identity)?;
        let signature_key = signature_key.try_into().map_err(|_| MlsError::Identity)?;
        let credential = basic.identity().to_vec();
        if credential.is_empty() || credential.len() > CREDENTIAL_MAX {
            return Err(MlsError::Identity);
        }
        Ok(Self { credential, signature_key })
    }
}

/// A device in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The place in the tree: names the device in removals. It stays the device's as long as it is in, and may go to
    /// another one later.
    pub leaf: u32,
    /// Who it is.
    pub identity: Identity,
}

impl Member {
    pub(super) fn new(member: &openmls::group::Member) -> Result<Self, MlsError> {
        Ok(Self { leaf: member.index.u32(), identity: Identity::new(&member.credential, &member.signature_key)? })
    }
}

/// What our leaves can do: nothing that is not needed.
pub(super) fn capabilities() -> Capabilities {
    Capabilities::builder()
        .versions(vec![ProtocolVersion::Mls10])
        .ciphersuites(vec![SUITE])
        .extensions(vec![ExtensionType::LastResort])
        .proposals(Vec::new())
        .credentials(vec![CredentialType::Basic])
        .build()
}

/// The one lifetime: see "No clock" in [`super`].
pub(super) fn always() -> Lifetime {
    Lifetime::init(0, u64::MAX)
}

/// True for [`always`].
pub(super) fn is_always(lifetime: &Lifetime) -> bool {
    lifetime.not_before() == 0 && lifetime.not_after() == u64::MAX
}
