//! A link to a relay: `chappe:relay/` and base64url of canonical CBOR `{0: version 1, 1: relays}` (exactly one, with its
//! addresses) and a checksum as of an `invite`. Who runs the relay shows it; whoever takes it uses the relay. It holds
//! nothing secret, and its key is what the relay is known by: nobody between can put another in its place.

use super::invite::{LINK_MAX, LinkError, checksum, unpack};
use super::mailbox::{RelayHint, check_relays};
use crate::wire::{WireError, cbor};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

/// What a link to a relay begins with.
pub const SCHEME: &str = "chappe:relay/";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    version: u8,
    relays: Vec<RelayHint>,
}

fn checked(relays: &[RelayHint]) -> Result<&RelayHint, WireError> {
    check_relays(relays)?;
    match relays {
        [relay] if !relay.addrs.is_empty() => Ok(relay),
        _ => Err(WireError::Invalid("list of relays")),
    }
}

/// The link's text.
///
/// # Errors
/// A relay without an address, or with too many or too long ones.
pub fn text(relay: &RelayHint) -> Result<String, WireError> {
    let said = Said { version: 1, relays: vec![relay.clone()] };
    checked(&said.relays)?;
    let mut bytes = cbor::encode(&said)?;
    let sum = checksum(&bytes);
    bytes.extend_from_slice(&sum);
    Ok(format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes)))
}

/// Reads a link; white space around it is forgiven.
///
/// # Errors
/// [`LinkError`].
pub fn parse(text: &str) -> Result<RelayHint, LinkError> {
    let body = unpack(text.trim().strip_prefix(SCHEME).ok_or(LinkError::Scheme)?)?;
    let said = cbor::decode::<Said>(&body, "relay link", LINK_MAX)?;
    if said.version != 1 {
        return Err(LinkError::Version);
    }
    Ok(checked(&said.relays)?.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;

    fn relay() -> RelayHint {
        let addrs = vec!["/ip4/203.0.113.7/tcp/4001".into(), "/dns/relay.example.org/udp/4001/quic-v1".into()];
        RelayHint { relay: NodeId([7; 32]), addrs }
    }

    fn forged(said: &Said) -> String {
        let mut bytes = cbor::encode(said).unwrap();
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes))
    }

    #[test]
    fn a_link_says_which_relay_and_where() {
        let text = text(&relay()).unwrap();
        assert!(text.starts_with("chappe:relay/"), "{text}");
        assert_eq!(parse(&format!(" {text}\n")), Ok(relay()));
    }

    #[test]
    fn torn_and_forged_links_are_refused() {
        let good = text(&relay()).unwrap();
        for torn in [&good[..good.len() - 1], &good[..SCHEME.len()], "chappe:relay/AAAA"] {
            assert_eq!(parse(torn), Err(LinkError::Damaged), "{torn}");
        }
        for other in ["", "chappe:", "chappe:join/AAAA", "https://example.org", "/ip4/1.2.3.4/tcp/1"] {
            assert_eq!(parse(other), Err(LinkError::Scheme), "{other}");
        }
        assert_eq!(parse(&format!("{SCHEME}{}", "A".repeat(LINK_MAX + 1))), Err(LinkError::Damaged));
        assert_eq!(parse(&forged(&Said { version: 2, relays: vec![relay()] })), Err(LinkError::Version));
        let with = |addrs: Vec<String>| RelayHint { addrs, ..relay() };
        let other = RelayHint { relay: NodeId([8; 32]), ..relay() };
        let bad: [Vec<RelayHint>; 6] = [
            vec![],
            vec![relay(), other],
            vec![with(vec![])],
            vec![with(vec!["/ip4/1.2.3.4/tcp/1".into(); 9])],
            vec![with(vec![format!("/dns/{}/tcp/1", "x".repeat(256))])],
            vec![with(vec!["203.0.113.7:4001".into()])],
        ];
        for relays in bad {
            let refused = parse(&forged(&Said { version: 1, relays: relays.clone() }));
            assert!(matches!(refused, Err(LinkError::Contents(_))), "{relays:?}");
        }
        assert!(text(&with(vec![])).is_err());
    }
}
