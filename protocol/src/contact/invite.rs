//! An invite link: `chappe:` and base64url of canonical CBOR and a four-byte BLAKE3 checksum against torn copies.
//! Whoever has the link may send one contact request a use; it says who is reached, so nobody between can swap them.

use super::mailbox::Mailbox;
use crate::content::hello::check_name;
use crate::ids::UserId;
use crate::wire::{WireError, cbor};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

pub(super) const SCHEME: &str = "chappe:";

/// Characters of a link: eight relays of eight long addresses fit.
pub const LINK_MAX: usize = 16 * 1024;

/// What a link says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// 1.
    pub version: u8,
    /// Who.
    pub user: UserId,
    /// What they call themselves.
    pub name: String,
    /// Where.
    pub mailbox: Mailbox,
    /// Pays for a request.
    #[serde(with = "serde_bytes")]
    pub token: [u8; 32],
    /// Milliseconds since 1970; 0 means never.
    pub expires: u64,
}

impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invite({:?}, …)", self.user)
    }
}

/// Why a link cannot be used. The texts are for people.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// Not `chappe:…`.
    #[error("this is no invite link; it must start with chappe:")]
    Scheme,
    /// It leads to a chat, not to a person.
    #[error("this link leads into a group or channel; join it with: chappe join LINK")]
    ToChat,
    /// It leads to a person, not to a chat.
    #[error("this link leads to a person, not into a group or channel; use it with: chappe contact add LINK")]
    ToPerson,
    /// Damaged.
    #[error("the invite link is damaged or not complete; copy it again")]
    Damaged,
    /// From a later version.
    #[error("the invite link is from a newer version of Chappe; update yours")]
    Version,
    /// Contents out of bounds.
    #[error("the invite link says something it must not: {0}")]
    Contents(#[from] WireError),
}

impl Invite {
    /// The link.
    pub fn link(&self) -> Result<String, WireError> {
        let mut bytes = cbor::encode(self)?;
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        Ok(format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Reads a link; white space around it is forgiven.
    pub fn parse(link: &str) -> Result<Self, LinkError> {
        let link = link.trim();
        if link.starts_with(super::entrance::SCHEME) {
            return Err(LinkError::ToChat);
        }
        let body = unpack(link.strip_prefix(SCHEME).ok_or(LinkError::Scheme)?)?;
        let invite = cbor::decode::<Self>(&body, "invite", LINK_MAX)?;
        if invite.version != 1 {
            return Err(LinkError::Version);
        }
        check_name(&invite.name)?;
        invite.mailbox.check()?;
        Ok(invite)
    }
}

/// The CBOR in a link's text behind its scheme.
pub(crate) fn unpack(text: &str) -> Result<Vec<u8>, LinkError> {
    if text.len() > LINK_MAX {
        return Err(LinkError::Damaged);
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| LinkError::Damaged)?;
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(LinkError::Damaged)?;
    if *sum == checksum(body) { Ok(body.to_vec()) } else { Err(LinkError::Damaged) }
}

pub(crate) fn checksum(bytes: &[u8]) -> [u8; 4] {
    let hash = blake3::hash(bytes);
    hash.as_bytes()[..4].try_into().expect("a hash is longer than four bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::mailbox::RelayHint;
    use crate::ids::NodeId;

    fn invite() -> Invite {
        let relays = vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
        let mailbox = Mailbox { number: [2; 32], sealing_key: [3; 32], relays };
        Invite { version: 1, user: UserId([1; 32]), name: "Zoë".into(), mailbox, token: [4; 32], expires: 0 }
    }

    #[test]
    fn links_round_trip() {
        let link = invite().link().unwrap();
        assert!(link.len() < 400, "{} characters make an unreadable QR code", link.len());
        assert_eq!(Invite::parse(&format!("  {link}\n")), Ok(invite()));
    }

    #[test]
    fn damaged_links_are_refused_with_advice() {
        let link = invite().link().unwrap();
        assert_eq!(Invite::parse("https://example.org"), Err(LinkError::Scheme));
        assert_eq!(Invite::parse("chappe:"), Err(LinkError::Damaged));
        assert_eq!(Invite::parse(&format!("chappe:{}", "A".repeat(LINK_MAX + 1))), Err(LinkError::Damaged));
        for cut in SCHEME.len()..link.len() {
            assert!(Invite::parse(&link[..cut]).is_err(), "cut at {cut}");
        }
        let newer = Invite { version: 2, ..invite() }.link().unwrap();
        assert_eq!(Invite::parse(&newer), Err(LinkError::Version));
        let nameless = Invite { name: "\u{1b}[31m".into(), ..invite() }.link().unwrap();
        assert!(matches!(Invite::parse(&nameless), Err(LinkError::Contents(_))));
        assert!(!format!("{:?}", invite()).contains("04, 04"), "the token shows");
    }
}
