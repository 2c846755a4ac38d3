//! Where a device is reached: an inbox and key packages at its own relays, under names derived from one public
//! number, owned by capabilities derived from one secret.

use crate::chat::envelope::{lock, unlock};
use crate::ids::{Capability, LogTag, NodeId};
use crate::limits::{ADDR_MAX, ADDRS_MAX, RELAYS_MAX};
use crate::wire::WireError;
use crate::wire::relay::{LogKind, LogSpec};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use std::fmt;

const NONCE: usize = 24;

/// A relay and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayHint {
    /// Its key.
    pub relay: NodeId,
    /// Multiaddresses without `/p2p/…`; none for a node on the same LAN.
    pub addrs: Vec<String>,
}

/// What others need to reach a device. Public to those who have an invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Names the inbox and the key packages.
    #[serde(with = "serde_bytes")]
    pub number: [u8; 32],
    /// X25519 key that requests are sealed to.
    #[serde(with = "serde_bytes")]
    pub sealing_key: [u8; 32],
    /// Where, at most 8.
    pub relays: Vec<RelayHint>,
}

impl Mailbox {
    /// The log for requests.
    pub fn inbox(&self) -> LogTag {
        LogTag(blake3::derive_key("chappe 2026-11 inbox tag", &self.number))
    }

    /// The name of the key packages.
    pub fn key_packages(&self) -> LogTag {
        LogTag(blake3::derive_key("chappe 2026-11 key package tag", &self.number))
    }

    /// Seals a key package for those who have the number, because it names the user and relays need not know whose
    /// key packages they keep: `nonce 24 | XChaCha20-Poly1305(package)`.
    pub fn seal_key_package(&self, package: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let mut sealed = [&nonce[..], package].concat();
        lock(&self.key_package_cipher(), &nonce.into(), &[], &mut sealed, NONCE);
        sealed
    }

    /// Opens what [`Self::seal_key_package`] sealed; `None` if it is anything else.
    pub fn open_key_package(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        unlock(&self.key_package_cipher(), &(*nonce).into(), &[], sealed).map(|plain| plain.to_vec())
    }

    fn key_package_cipher(&self) -> XChaCha20Poly1305 {
        let key = blake3::derive_key("chappe 2026-11 key package seal", &self.number);
        XChaCha20Poly1305::new(&key.into())
    }

    /// Checks the bounds of what somebody else wrote.
    pub fn check(&self) -> Result<(), WireError> {
        check_relays(&self.relays)
    }
}

/// Checks a list of relays that somebody else wrote: 1 to 8, no relay twice, addresses bounded.
pub fn check_relays(relays: &[RelayHint]) -> Result<(), WireError> {
    if relays.len() > RELAYS_MAX {
        return Err(WireError::TooLarge { what: "list of relays", limit: RELAYS_MAX });
    }
    let twice = relays.iter().enumerate().any(|(i, hint)| relays[..i].iter().any(|other| other.relay == hint.relay));
    if relays.is_empty() || twice {
        return Err(WireError::Invalid("list of relays"));
    }
    for hint in relays {
        if hint.addrs.len() > ADDRS_MAX {
            return Err(WireError::TooLarge { what: "addresses of a relay", limit: ADDRS_MAX });
        }
        if hint.addrs.iter().any(|addr| addr.len() > ADDR_MAX || !addr.starts_with('/') || !addr.is_ascii()) {
            return Err(WireError::Invalid("address of a relay"));
        }
    }
    Ok(())
}

/// Where own devices leave letters for a device: a log at its own relays. Whoever has this can write there, not read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterbox(#[serde(with = "serde_bytes")] pub [u8; 32]);

impl fmt::Debug for Letterbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letterbox(…)")
    }
}

impl Letterbox {
    /// The log.
    pub fn tag(&self) -> LogTag {
        LogTag(blake3::derive_key("chappe 2026-11 letterbox tag", &self.0))
    }

    /// Writes letters.
    pub fn write(&self) -> Capability {
        Capability(blake3::derive_key("chappe 2026-11 letterbox write", &self.0))
    }

    /// How its owner creates it: one reader, so a letter that was taken is dropped.
    pub fn spec(&self, owner: &MailboxSecret) -> LogSpec {
        let (write, read) = (self.write().hash(), owner.letterbox_read().hash());
        LogSpec { kind: LogKind::Room, write, read, readers: 1 }
    }
}

/// The owner's secret of a mailbox.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct MailboxSecret(pub [u8; 32]);

impl fmt::Debug for MailboxSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailboxSecret(…)")
    }
}

impl MailboxSecret {
    /// The public number.
    pub fn number(&self) -> [u8; 32] {
        blake3::derive_key("chappe 2026-11 mailbox number", &self.0)
    }

    /// Manages tokens and key packages.
    pub fn write(&self) -> Capability {
        Capability(blake3::derive_key("chappe 2026-11 mailbox write", &self.0))
    }

    /// Reads the inbox.
    pub fn read(&self) -> Capability {
        Capability(blake3::derive_key("chappe 2026-11 mailbox read", &self.0))
    }

    /// Where own devices leave letters.
    pub fn letterbox(&self) -> Letterbox {
        Letterbox(blake3::derive_key("chappe 2026-11 letterbox", &self.0))
    }

    /// Reads the letterbox.
    pub fn letterbox_read(&self) -> Capability {
        Capability(blake3::derive_key("chappe 2026-11 letterbox read", &self.0))
    }

    /// How the inbox is created: one reader, so an acknowledged request is dropped.
    pub fn inbox_spec(&self) -> LogSpec {
        LogSpec { kind: LogKind::Inbox, write: self.write().hash(), read: self.read().hash(), readers: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(n: u8) -> RelayHint {
        RelayHint { relay: NodeId([n; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] }
    }

    #[test]
    fn key_packages_open_with_the_number_only() {
        let mailbox = Mailbox { number: [1; 32], sealing_key: [2; 32], relays: vec![hint(1)] };
        let sealed = mailbox.seal_key_package(b"package", &mut rand_core::SeedableRng::from_seed([3; 32]));
        assert_eq!(mailbox.open_key_package(&sealed).as_deref(), Some(&b"package"[..]));
        assert_eq!(Mailbox { number: [9; 32], ..mailbox.clone() }.open_key_package(&sealed), None);
        for cut in 0..sealed.len() {
            assert_eq!(mailbox.open_key_package(&sealed[..cut]), None);
        }
    }

    #[test]
    fn lists_of_relays_are_bounded() {
        assert!(check_relays(&[hint(1), hint(2)]).is_ok());
        assert!(check_relays(&[]).is_err());
        assert!(check_relays(&[hint(1), hint(1)]).is_err());
        assert!(check_relays(&(0..9).map(hint).collect::<Vec<_>>()).is_err());
        for addr in ["", "no slash", "/dns4/\u{202e}", &format!("/{}", "x".repeat(300))] {
            assert!(check_relays(&[RelayHint { addrs: vec![addr.to_owned()], ..hint(1) }]).is_err(), "{addr}");
        }
        assert!(check_relays(&[RelayHint { addrs: vec!["/a".into(); 9], ..hint(1) }]).is_err());
    }
}
