//! Newtypes for the names of things. All are 32 opaque bytes; none carries meaning beyond equality, except that
//! [`UserId`], [`DeviceId`] and [`NodeId`] are Ed25519 public keys.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Lower-case hexadecimal, 64 characters.
            pub fn to_hex(&self) -> String {
                use fmt::Write;
                self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
                    let _ = write!(text, "{byte:02x}");
                    text
                })
            }

            /// Reads what [`Self::to_hex`] wrote; `None` for anything else.
            pub fn from_hex(text: &str) -> Option<Self> {
                parse_hex(text).map(Self)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), &self.to_hex()[..8])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_bytes(Bytes32).map(Self)
            }
        }
    };
}

struct Bytes32;

impl<'de> serde::de::Visitor<'de> for Bytes32 {
    type Value = [u8; 32];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a byte string of 32 bytes")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<[u8; 32], E> {
        bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

id!(
    /// A person: the Ed25519 root public key that the 24 words give.
    UserId
);
id!(
    /// One device of a user: the Ed25519 public key that signs its operations.
    DeviceId
);
id!(
    /// A machine on the network (relay or node): the Ed25519 public key of its transport identity. Nodes use a key
    /// of its own here, so that a relay cannot tell which user a connection belongs to.
    NodeId
);
id!(
    /// A chat; random, chosen by its creator.
    ChatId
);
id!(
    /// An operation: BLAKE3 of its signed bytes.
    OpId
);
id!(
    /// A log at relays; derived from secrets of its members.
    LogTag
);
id!(
    /// A control block: BLAKE3 of its bytes.
    BlockHash
);

id!(
    /// Sealed bytes at relays, a file's; derived from the file's key.
    BlobId
);
id!(
    /// The picture of a person or group: BLAKE3 of what is in its blob, and what opens it (`blob::picture`).
    PictureRef
);
id!(
    /// A pack of stickers: BLAKE3 of what is in its blob, and what opens it (`blob::stickers`).
    PackId
);

/// A secret that allows something at a relay (write or read a log). Relays store its hash only.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct Capability(pub [u8; 32]);

impl Capability {
    /// What a relay stores and compares.
    pub fn hash(&self) -> [u8; 32] {
        blake3::derive_key("chappe 2026-11 capability", &self.0)
    }
}

impl fmt::Debug for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capability(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_refuses_everything_else() {
        let id = ChatId([0xab; 32]);
        assert_eq!(ChatId::from_hex(&id.to_hex()), Some(id));
        for bad in ["", "ab", &"AB".repeat(32), &"zz".repeat(32), &"a".repeat(65)] {
            assert_eq!(ChatId::from_hex(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_capability_never_shows_itself() {
        assert_eq!(format!("{:?}", Capability([7; 32])), "Capability(…)");
    }
}
