//! What people say: one kind a file, and here the one exhaustive match over kinds.
//!
//! A body is canonical CBOR. A kind this version does not know stays as bytes ([`Body::Unknown`]) and is kept and
//! forwarded, so that a newer version of this program can show it later.

pub mod hello;
pub mod moved;
pub mod receipt;
pub mod text;

use crate::wire::{WireError, registry::kind};

/// The body of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A text message.
    Text(text::Text),
    /// The contact request was accepted.
    Hello(hello::Hello),
    /// Delivered and read up to here.
    Receipt(receipt::Receipt),
    /// The next control block is decided.
    Moved(moved::Moved),
    /// A kind of a later version.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its body.
        bytes: Vec<u8>,
    },
}

impl Body {
    /// The number in `wire::registry::kind`.
    pub fn kind(&self) -> u16 {
        match self {
            Body::Text(_) => kind::TEXT,
            Body::Hello(_) => kind::HELLO,
            Body::Receipt(_) => kind::RECEIPT,
            Body::Moved(_) => kind::MOVED,
            Body::Unknown { kind, .. } => *kind,
        }
    }

    /// Canonical bytes.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        match self {
            Body::Text(text) => text.encode(),
            Body::Hello(hello) => hello.encode(),
            Body::Receipt(receipt) => receipt.encode(),
            Body::Moved(moved) => moved.encode(),
            Body::Unknown { bytes, .. } => Ok(bytes.clone()),
        }
    }

    /// Reads and checks a body of a kind.
    pub fn decode(number: u16, bytes: &[u8]) -> Result<Self, WireError> {
        match number {
            kind::TEXT => text::Text::decode(bytes).map(Body::Text),
            kind::HELLO => hello::Hello::decode(bytes).map(Body::Hello),
            kind::RECEIPT => receipt::Receipt::decode(bytes).map(Body::Receipt),
            kind::MOVED => moved::Moved::decode(bytes).map(Body::Moved),
            _ => Ok(Body::Unknown { kind: number, bytes: bytes.to_vec() }),
        }
    }
}

/// True for kinds that stand outside a device's hash-linked log.
pub fn is_state(kind: u16) -> bool {
    kind >= kind::FIRST_STATE
}
