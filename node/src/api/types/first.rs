//! JSON shapes of the first steps, before there is a node.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirstStageName {
    /// There is no node.
    Nothing,
    /// This machine is being linked to another device.
    Linking,
    /// There is a node; it waits for `POST /api/first/go`.
    Made,
}

/// How far they are, and what went wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FirstStage {
    /// How far.
    pub stage: FirstStageName,
    /// What both devices show; empty before that.
    pub number: String,
    /// A person has to say whether they show the same.
    pub compare: bool,
    /// Why the last try failed; empty if none did.
    pub problem: String,
    /// The 24 words of a node that was made, in their order; none once it runs. Whoever has them is its owner.
    pub words: Vec<String>,
}

/// A new node.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeNode {
    /// What others see.
    pub name: String,
    /// Links or full addresses of relays; more can be added later.
    pub relays: Vec<String>,
}

/// A device beside another.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinDevice {
    /// What the other device shows: `chappe-link:…`, or ten letters and digits.
    pub code: String,
    /// What this device is called; may be empty.
    #[serde(default)]
    #[schema(required = false)]
    pub name: String,
    /// The other device's relay; needed with letters and digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub relay: Option<String>,
}

/// What the person says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// Both show the same.
    pub equal: bool,
}
