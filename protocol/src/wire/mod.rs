//! Bytes. One format a file: a byte table, encode, decode, a vector.
//!
//! * [`bytes`]: the bounded reader and writer under every frame.
//! * [`cbor`]: the payload codec inside signed things; with [`state`] the only place that names serde_cbor.
//! * [`registry`]: every number that goes over a wire or into a signature.
//! * [`state`]: rows that keep a library's own types.
//! * [`record`]: signed records of relays and the DHT.
//! * [`relay`]: what a client and a relay say to each other.
//!
//! Not here: what the bytes mean.

pub mod bytes;
pub mod cbor;
pub mod record;
pub mod registry;
pub mod relay;
pub mod state;

use thiserror::Error;

/// Why bytes were refused. The bytes had no effect.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WireError {
    /// Fewer bytes than the format needs.
    #[error("the bytes end too early")]
    Truncated,
    /// More bytes than the format has.
    #[error("there are bytes behind the end")]
    Trailing,
    /// A length or count over its bound in `limits`.
    #[error("{what} is over its limit of {limit}")]
    TooLarge {
        /// The field.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// A number that the registry does not have here.
    #[error("unknown {what}: {number}")]
    Unknown {
        /// The number space.
        what: &'static str,
        /// The number found.
        number: u64,
    },
    /// A value that its field forbids.
    #[error("{0} has a value it must not have")]
    Invalid(&'static str),
    /// CBOR that is not in the one canonical form, or of another shape than expected.
    #[error("not canonical CBOR of the expected shape: {0}")]
    Cbor(String),
}
