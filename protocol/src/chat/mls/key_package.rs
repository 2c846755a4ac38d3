//! Key packages: what others need to add this device while it is away.

use super::SUITE;
use super::device::{DeviceSigner, Identity, always, capabilities, is_always};
use super::error::MlsError;
use super::provider::Provider;
use crate::limits::KEY_PACKAGE_MAX;
use openmls::key_packages::errors::KeyPackageVerifyError;
use openmls::key_packages::{KeyPackage, KeyPackageIn};
use openmls::prelude::tls_codec::{DeserializeBytes, Serialize};
use openmls::versions::ProtocolVersion;
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::storage::StorageProvider;

/// How often a key package can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Once: its private key is gone when its welcome is accepted.
    Once,
    /// Again and again: for when the others ran out (RFC 9420, section 16.8). Replace it from time to time.
    LastResort,
}

/// A key package as it travels: a `KeyPackage` of RFC 9420, section 10, at most [`KEY_PACKAGE_MAX`] bytes.
pub type KeyPackageBytes = Vec<u8>;

/// Makes a key package. Its private keys are rows of the provider.
pub fn new_key_package(
    provider: &Provider<'_>,
    signer: &DeviceSigner,
    usage: Use,
) -> Result<KeyPackageBytes, MlsError> {
    provider.rows().all_or_nothing(|| {
        let builder = KeyPackage::builder().key_package_lifetime(always()).leaf_node_capabilities(capabilities());
        let builder = match usage {
            Use::Once => builder,
            Use::LastResort => builder.mark_as_last_resort(),
        };
        let bundle = builder.build(SUITE, provider, signer, signer.credential_with_key()).map_err(MlsError::library)?;
        bundle.key_package().tls_serialize_detached().map_err(MlsError::library)
    })
}

/// Checks a key package from outside: size, version, suite, both signatures, lifetime, shape of the credential.
/// Needs no randomness and no store.
pub fn inspect_key_package(bytes: &[u8]) -> Result<Identity, MlsError> {
    identity(&parse(super::crypto::primitives(), bytes)?)
}

/// A key package that passed every check.
pub(super) fn parse(crypto: &impl OpenMlsCrypto, bytes: &[u8]) -> Result<KeyPackage, MlsError> {
    if bytes.len() > KEY_PACKAGE_MAX {
        return Err(MlsError::TooLarge { what: "a key package", limit: KEY_PACKAGE_MAX });
    }
    // The first four bytes are version and suite; another suite has keys of other lengths, so it is named first.
    let suite = u16::from(SUITE).to_be_bytes();
    if bytes.len() >= 4 && bytes[..2] == [0, 1] && bytes[2..4] != suite {
        return Err(MlsError::Suite("a key package"));
    }
    let package = KeyPackageIn::tls_deserialize_exact_bytes(bytes).map_err(|_| MlsError::Malformed("key package"))?;
    let package = package.validate(crypto, ProtocolVersion::Mls10).map_err(|error| match error {
        KeyPackageVerifyError::LifetimeError(_) | KeyPackageVerifyError::MissingLifetime => MlsError::Lifetime,
        KeyPackageVerifyError::LibraryError(error) => MlsError::library(error),
        other => MlsError::KeyPackage(other.to_string()),
    })?;
    check(&package)?;
    Ok(package)
}

/// Our own rules for a key package that OpenMLS found valid.
pub(super) fn check(package: &KeyPackage) -> Result<(), MlsError> {
    if package.ciphersuite() != SUITE {
        return Err(MlsError::Suite("a key package"));
    }
    if !is_always(package.life_time()) {
        return Err(MlsError::Lifetime);
    }
    identity(package).map(|_| ())
}

pub(super) fn identity(package: &KeyPackage) -> Result<Identity, MlsError> {
    let leaf = package.leaf_node();
    Identity::new(leaf.credential(), leaf.signature_key().as_slice())
}

/// Removes the private keys of a key package that is not to be used any more (a replaced last resort).
pub fn forget_key_package(provider: &Provider<'_>, bytes: &[u8]) -> Result<(), MlsError> {
    let package = parse(provider.crypto(), bytes)?;
    let name = package.hash_ref(provider.crypto()).map_err(MlsError::library)?;
    Ok(provider.storage().delete_key_package(&name)?)
}
