//! MLS (RFC 9420, by OpenMLS) as the chats' key agreement: who is in, and one secret per epoch that all of them and
//! nobody else can export. Suite 0x0003 alone.
//!
//! ```text
//! let provider = Provider::new(store, rng);            // one per action
//! let mut group = Group::load(&provider, &chat)?;
//! let staged = group.stage_add(&provider, &signer, &packages)?;
//! let batch = provider.batch()?;                       // every write of the action; persist before send
//! ```
//!
//! * [`crypto`]: OpenMLS's cryptography, random bytes from our seeded generator.
//! * [`storage`]: OpenMLS's rows over [`crate::store::StoreRead`].
//! * [`provider`]: both together, one per action.
//! * [`device`]: the device's key, what a leaf says of itself.
//! * [`key_package`]: making and checking key packages.
//! * [`group`]: creating, loading, staging, merging, exporting, forgetting.
//! * [`incoming`]: others' commits, looked at before they are merged.
//! * [`invitation`]: welcomes, looked at before anything is kept.
//! * [`error`]: why something was refused.
//!
//! A call that fails leaves the provider as if it had not been made, so its batch holds nothing of it.
//!
//! **No clock.** OpenMLS compares lifetimes of key packages with the system's clock. Every package here has the
//! lifetime 0..2^64-1, which no clock refutes, and any other is refused (whatever the clock says), so no outcome
//! depends on the time. Key packages go out of use by being replaced and used up, not by age. The time stamps that
//! OpenMLS puts into its rows are left out of them ([`crate::wire::state`]).
//!
//! **No order of threads.** OpenMLS encrypts the secrets of a path on several threads. What is sealed there draws nothing from
//! the generator that the others draw from; its bytes follow from a secret of the action and from what is sealed.
//!
//! **Narrow.** A commit adds and removes devices and renews the committer's keys. Refused are proposals by reference,
//! external commits and senders, pre-shared keys, group context extensions, a committer that changes its credential,
//! and application messages: nothing of these is needed, and each would be a way in.
//!
//! Not here: whether a credential is good (identity), who may add or remove (control), sealing of anything, order.

pub mod crypto;
pub mod device;
pub mod error;
pub mod group;
pub mod incoming;
pub mod invitation;
pub mod key_package;
pub mod provider;
pub mod storage;
#[cfg(test)]
mod tests;

use openmls_traits::types::Ciphersuite;

/// The one suite: X25519, ChaCha20-Poly1305, SHA-256, Ed25519 (RFC 9420, section 17.1, number 3).
const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519;
