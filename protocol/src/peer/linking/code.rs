//! What a new device is told so that it finds the old one: a text that a camera reads, or ten characters that a person
//! types (with a relay's address beside them).
//!
//! The text is `chappe-link:` and base64url of `CBOR | first four bytes of BLAKE3(CBOR)`; the CBOR is
//! `{0: version 1, 1: relay, 2: secret}`. Its secret also proves that the new device read it, so nothing has to be
//! compared. The ten characters are fifty random bits in Crockford's base32, in two groups of five; they name the
//! meeting and prove nothing, so the number is compared.

use crate::contact::mailbox::{RelayHint, check_relays};
use crate::session::pairing::Trust;
use crate::wire::{WireError, cbor};
use data_encoding::BASE64URL_NOPAD;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

const SCHEME: &str = "chappe-link:";
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TYPED: usize = 10;

/// Characters of a text: one relay with eight addresses of 256 bytes, in base64.
pub const TEXT_MAX: usize = 4 * 1024;

/// Why something is no code. The texts are for people.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Neither form.
    #[error("this is no code for linking; it begins with chappe-link: or has ten letters and digits")]
    Form,
    /// Damaged.
    #[error("the code is damaged or not complete; copy it again")]
    Damaged,
    /// From a later version.
    #[error("the code is from a newer version of Chappe; update this one")]
    Version,
    /// The typed form does not say where.
    #[error("a short code needs the relay of the other device beside it: --relay ADDRESS")]
    Relay,
}

#[derive(Serialize, Deserialize)]
struct Text {
    version: u8,
    relay: RelayHint,
    #[serde(with = "serde_bytes")]
    secret: [u8; 32],
}

/// A code, in both forms.
pub struct Code {
    relay: RelayHint,
    secret: Zeroizing<[u8; 32]>,
    typed: Zeroizing<[u8; TYPED]>,
}

/// Where to meet, and what is known of each other there.
#[derive(Clone)]
pub struct Meeting {
    /// The relay.
    pub relay: RelayHint,
    /// Names the logs.
    pub secret: Zeroizing<[u8; 32]>,
    /// What the pairing rests on.
    pub trust: Trust,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl std::fmt::Debug for Meeting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meeting(…)")
    }
}

impl Code {
    /// A fresh one, for a meeting at this relay.
    pub fn random(relay: RelayHint, rng: &mut ChaCha20Rng) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(secret.as_mut());
        let mut bits = [0; TYPED];
        rng.fill_bytes(&mut bits);
        Self { relay, secret, typed: Zeroizing::new(bits.map(|byte| DIGITS[usize::from(byte & 31)])) }
    }

    /// For a camera.
    pub fn text(&self) -> Result<String, WireError> {
        let mut bytes = cbor::encode(&Text { version: 1, relay: self.relay.clone(), secret: *self.secret })?;
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        Ok(format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// For a keyboard: `ABCDE-12345`.
    pub fn typed(&self) -> String {
        let text = String::from_utf8_lossy(&self.typed[..]);
        format!("{}-{}", &text[..TYPED / 2], &text[TYPED / 2..])
    }

    /// The two meetings that this code leads to: by camera, by keyboard.
    pub fn meetings(&self) -> [Meeting; 2] {
        [scanned(self.relay.clone(), &self.secret), by_hand(self.relay.clone(), &self.typed)]
    }
}

fn scanned(relay: RelayHint, secret: &[u8; 32]) -> Meeting {
    let key = Zeroizing::new(blake3::derive_key("chappe 2026-11 link pre-shared key", secret));
    let secret = Zeroizing::new(blake3::derive_key("chappe 2026-11 link meeting", secret));
    Meeting { relay, secret, trust: Trust::Secret(key) }
}

fn by_hand(relay: RelayHint, typed: &[u8; TYPED]) -> Meeting {
    let secret = Zeroizing::new(blake3::derive_key("chappe 2026-11 link typed code", typed));
    Meeting { relay, secret, trust: Trust::Number }
}

/// Reads either form. `relay` is needed by the typed one, and replaces the relay that the other names.
pub fn parse(text: &str, relay: Option<RelayHint>) -> Result<Meeting, CodeError> {
    let text = text.trim();
    if text.len() > TEXT_MAX {
        return Err(CodeError::Form);
    }
    let Some(encoded) = text.strip_prefix(SCHEME) else {
        let typed = Zeroizing::new(typed(text).ok_or(CodeError::Form)?);
        return relay.map(|relay| by_hand(relay, &typed)).ok_or(CodeError::Relay);
    };
    let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| CodeError::Damaged)?);
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(CodeError::Damaged)?;
    if *sum != checksum(body) {
        return Err(CodeError::Damaged);
    }
    let read: Text = cbor::decode(body, "link code", TEXT_MAX).map_err(|_| CodeError::Damaged)?;
    if read.version != 1 {
        return Err(CodeError::Version);
    }
    let relay = relay.unwrap_or(read.relay);
    check_relays(std::slice::from_ref(&relay)).map_err(|_| CodeError::Damaged)?;
    Ok(scanned(relay, &read.secret))
}

/// Ten characters of the alphabet; dashes, spaces, lower case and the look-alikes O, I and L are forgiven.
fn typed(text: &str) -> Option<[u8; TYPED]> {
    let read = text.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| match c.to_ascii_uppercase() {
        'O' => Some(b'0'),
        'I' | 'L' => Some(b'1'),
        c => u8::try_from(c).ok().filter(|byte| DIGITS.contains(byte)),
    });
    read.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let hash = blake3::hash(bytes);
    hash.as_bytes()[..4].try_into().expect("a hash is longer than four bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NodeId;
    use rand_core::SeedableRng;

    fn relay(n: u8) -> RelayHint {
        RelayHint { relay: NodeId([n; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }
    }

    fn code() -> Code {
        Code::random(relay(1), &mut ChaCha20Rng::from_seed([1; 32]))
    }

    #[test]
    fn both_forms_lead_to_the_same_meetings() {
        let code = code();
        let [scanned, by_hand] = code.meetings();
        let read = parse(&format!(" {}\n", code.text().unwrap()), None).unwrap();
        assert_eq!((read.relay, read.secret), (relay(1), scanned.secret.clone()));
        assert!(matches!(read.trust, Trust::Secret(_)));
        let typed = code.typed();
        assert_eq!((typed.len(), typed.as_bytes()[5]), (11, b'-'));
        let read = parse(&typed.to_lowercase().replace('-', " ").replace('0', "o"), Some(relay(2))).unwrap();
        assert_eq!((read.relay, read.secret.clone()), (relay(2), by_hand.secret));
        assert!(matches!(read.trust, Trust::Number));
        assert_ne!(read.secret, scanned.secret);
        assert_eq!(format!("{code:?} {read:?}", read = scanned), "Code(…) Meeting(…)");
    }

    #[test]
    fn what_is_no_code_is_refused_by_name() {
        let good = code().text().unwrap();
        let error = |text: &str| parse(text, None).unwrap_err();
        for bad in ["", "nonsense", "chappe:abc", "ABCDE-1234", "ABCDE-123456", "ABCDE-1234Ü", &"x".repeat(5000)] {
            assert_eq!(error(bad), CodeError::Form, "{bad}");
        }
        assert_eq!(error("ABCDE-12345"), CodeError::Relay);
        for cut in SCHEME.len()..good.len() {
            assert_eq!(error(&good[..cut]), CodeError::Damaged);
        }
        let text = |version, relay| {
            let mut bytes = cbor::encode(&Text { version, relay, secret: [1; 32] }).unwrap();
            let sum = checksum(&bytes);
            bytes.extend_from_slice(&sum);
            format!("{SCHEME}{}", BASE64URL_NOPAD.encode(&bytes))
        };
        assert_eq!(error(&text(2, relay(1))), CodeError::Version);
        assert_eq!(error(&text(1, RelayHint { addrs: vec!["\u{1b}".into()], ..relay(1) })), CodeError::Damaged);
    }
}
