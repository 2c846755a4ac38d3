//! An invite link of a group or channel, and the entrance that it leads to: an inbox at the chat's home relays.
//!
//! ```text
//! secret (in the chat's state) -> owner's capabilities, sealing key
//!    \-> seed (in the link)    -> name of the inbox, token
//! ```
//!
//! Who has the link can leave a request there. Who is in the chat can read it; whose device answers is a matter of
//! rights (`peer::entrances`). Capabilities and token are others at every relay, so that what one relay sees is worth
//! nothing at another.
//!
//! The link is `chappe:join/` and base64url of canonical CBOR `{0: version 1, 1: genesis block's hash, 2: kind of chat,
//! 3: title, 4: seed, 5: X25519 key, 6: relays}` and a checksum as of an `invite`. The hash names the chat for good:
//! nobody is led into another one by an answer.
//!
//! Not here: what is left there (`join`).

use super::invite::{LINK_MAX, LinkError};
use super::mailbox::{RelayHint, check_relays};
use crate::chat::control::state::check_text;
use crate::ids::{BlockHash, Capability, LogTag, NodeId};
use crate::limits::TITLE_MAX;
use crate::session::sealed::SealingKey;
use crate::wire::relay::{LogKind, LogSpec, TokenSpec};
use crate::wire::{WireError, cbor};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a link into a group or channel begins with.
pub const SCHEME: &str = "chappe:join/";

/// The name of an invite link: 16 bytes that follow from its seed.
pub type LinkId = [u8; 16];

/// How often a relay lets the token of a link that anybody may use pay.
const USES_MAX: u16 = u16::MAX;

/// What everything about an entrance comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EntranceSecret([u8; 32]);

impl fmt::Debug for EntranceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntranceSecret(…)")
    }
}

impl From<[u8; 32]> for EntranceSecret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

fn at(key: [u8; 32], relay: &NodeId) -> Capability {
    Capability(*blake3::keyed_hash(&key, relay.as_bytes()).as_bytes())
}

impl EntranceSecret {
    /// For the chat's state.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What stands in the link.
    pub fn seed(&self) -> Seed {
        Seed(blake3::derive_key("chappe 2026-11 entrance seed", &self.0))
    }

    /// Opens what is left there.
    pub fn sealing(&self) -> SealingKey {
        SealingKey::from_seed(blake3::derive_key("chappe 2026-11 entrance sealing key", &self.0))
    }

    /// Sets tokens at this relay.
    pub fn write(&self, relay: &NodeId) -> Capability {
        at(blake3::derive_key("chappe 2026-11 entrance write", &self.0), relay)
    }

    /// Reads and acknowledges at this relay.
    pub fn read(&self, relay: &NodeId) -> Capability {
        at(blake3::derive_key("chappe 2026-11 entrance read", &self.0), relay)
    }

    /// What the entrance is opened with at this relay: what one device has done with is done with.
    pub fn spec(&self, relay: &NodeId) -> LogSpec {
        let (write, read) = (self.write(relay).hash(), self.read(relay).hash());
        LogSpec { kind: LogKind::Inbox, write, read, readers: 1 }
    }

    /// What a relay lets in of a link for `uses` people (0: any number): a request may be lost, sent again, declined,
    /// so it pays more often than people may come. How many come is counted in the chat.
    pub fn token(&self, relay: &NodeId, uses: u32, expires: u64) -> TokenSpec {
        let often = u16::try_from(uses.saturating_mul(8).saturating_add(32)).unwrap_or(USES_MAX);
        let uses = if uses == 0 { USES_MAX } else { often };
        TokenSpec { hash: self.seed().token(relay).hash(), uses, expires }
    }
}

/// What who has the link has.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(#[serde(with = "serde_bytes")] [u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    /// The link's name.
    pub fn id(&self) -> LinkId {
        let name = blake3::derive_key("chappe 2026-11 entrance id", &self.0);
        std::array::from_fn(|at| name[at])
    }

    /// The inbox.
    pub fn tag(&self) -> LogTag {
        LogTag(blake3::derive_key("chappe 2026-11 entrance tag", &self.0))
    }

    /// Pays for a request at this relay.
    pub fn token(&self, relay: &NodeId) -> Capability {
        at(blake3::derive_key("chappe 2026-11 entrance token", &self.0), relay)
    }
}

/// What a link into a group or channel says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatLink {
    /// 1.
    pub version: u8,
    /// Hash of the chat's genesis block.
    pub genesis: BlockHash,
    /// `registry::chat`.
    pub kind: u16,
    /// What the chat was called when the link was made.
    pub title: String,
    /// Leads to the entrance.
    pub seed: Seed,
    /// What requests are sealed to.
    #[serde(with = "serde_bytes")]
    pub sealing_key: [u8; 32],
    /// The chat's home relays when the link was made.
    pub relays: Vec<RelayHint>,
}

impl ChatLink {
    /// The link's text.
    ///
    /// # Errors
    /// Contents that do not encode.
    pub fn text(&self) -> Result<String, WireError> {
        let mut bytes = cbor::encode(self)?;
        let sum = super::invite::checksum(&bytes);
        bytes.extend_from_slice(&sum);
        Ok(format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Reads a link; white space around it is forgiven.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        let Some(text) = text.strip_prefix(SCHEME) else {
            return Err(if text.starts_with(super::invite::SCHEME) { LinkError::ToPerson } else { LinkError::Scheme });
        };
        let body = super::invite::unpack(text)?;
        let link = cbor::decode::<Self>(&body, "link", LINK_MAX)?;
        if link.version != 1 {
            return Err(LinkError::Version);
        }
        check_text("title", &link.title, TITLE_MAX)?;
        check_relays(&link.relays)?;
        Ok(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::vector;
    use crate::wire::registry::chat;

    fn secret() -> EntranceSecret {
        EntranceSecret([7; 32])
    }

    fn link() -> ChatLink {
        ChatLink {
            version: 1,
            genesis: BlockHash([1; 32]),
            kind: chat::GROUP,
            title: "Pioneers".into(),
            seed: secret().seed(),
            sealing_key: secret().sealing().public,
            relays: vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }],
        }
    }

    #[test]
    fn vector() {
        let (secret, relay) = (secret(), NodeId([5; 32]));
        let fields = [
            ("secret", secret.0.to_vec()),
            ("seed", secret.seed().0.to_vec()),
            ("link's name", secret.seed().id().to_vec()),
            ("inbox", secret.seed().tag().0.to_vec()),
            ("token at relay 05..", secret.seed().token(&relay).0.to_vec()),
            ("write at relay 05..", secret.write(&relay).0.to_vec()),
            ("read at relay 05..", secret.read(&relay).0.to_vec()),
            ("public sealing key", secret.sealing().public.to_vec()),
            ("link, CBOR", cbor::encode(&link()).unwrap()),
        ];
        vector::check("entrance", include_str!("../../vectors/entrance.hex"), &fields);
    }

    #[test]
    fn links_round_trip_and_damaged_ones_are_refused_with_advice() {
        let text = link().text().unwrap();
        assert!(text.len() < 400, "{} characters make an unreadable QR code", text.len());
        assert_eq!(ChatLink::parse(&format!(" {text}\n")), Ok(link()));
        for cut in 0..text.len() {
            assert!(ChatLink::parse(&text[..cut]).is_err(), "cut at {cut}");
        }
        assert_eq!(ChatLink::parse("https://example.org"), Err(LinkError::Scheme));
        assert_eq!(ChatLink::parse("chappe:abc"), Err(LinkError::ToPerson));
        assert_eq!(ChatLink::parse(&format!("{SCHEME}{}", "A".repeat(LINK_MAX + 1))), Err(LinkError::Damaged));
        assert_eq!(super::super::invite::Invite::parse(&text), Err(LinkError::ToChat));
        let bad = |link: ChatLink| ChatLink::parse(&link.text().unwrap());
        assert_eq!(bad(ChatLink { version: 2, ..link() }), Err(LinkError::Version));
        for contents in [
            ChatLink { title: "\u{1b}[2J".into(), ..link() },
            ChatLink { title: String::new(), ..link() },
            ChatLink { relays: vec![], ..link() },
            ChatLink { relays: vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["x".into()] }], ..link() },
        ] {
            assert!(matches!(bad(contents), Err(LinkError::Contents(_))));
        }
    }

    #[test]
    fn what_one_relay_sees_is_worth_nothing_at_another_and_nothing_shows() {
        let (secret, one, two) = (secret(), NodeId([1; 32]), NodeId([2; 32]));
        assert_ne!(secret.read(&one), secret.read(&two));
        assert_ne!(secret.write(&one), secret.write(&two));
        assert_ne!(secret.seed().token(&one), secret.seed().token(&two));
        assert_eq!(format!("{secret:?} {:?}", secret.seed()), "EntranceSecret(…) Seed(…)");
    }

    #[test]
    fn a_token_pays_more_often_than_people_may_come() {
        let uses = |uses| secret().token(&NodeId([1; 32]), uses, 0).uses;
        assert_eq!((uses(1), uses(10), uses(0), uses(u32::MAX)), (40, 112, u16::MAX, u16::MAX));
    }
}
