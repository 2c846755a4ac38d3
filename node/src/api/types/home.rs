//! Shapes of a chat's home relays.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A home relay of a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HomeRelay {
    /// Its id.
    pub id: String,
    /// Where it is (multiaddresses).
    pub addresses: Vec<String>,
    /// This node has a link to it.
    pub connected: bool,
    /// One of our own choice; otherwise known from the chat.
    pub own: bool,
}

/// Another relay for one that is dead, or that one does not trust.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceHome {
    /// The home relay that goes: its id.
    pub relay: String,
    /// Addresses of the one that comes (multiaddresses that end with its id); one of one's own relays if left out.
    #[serde(default)]
    #[schema(required = false)]
    pub by: Vec<String>,
}
