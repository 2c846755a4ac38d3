//! Who said a forwarded message first, and how one can tell. A map:
//!
//! | key | field |
//! |---|---|
//! | 0 | the author's user |
//! | 1 | the author's name, as the forwarder knows it |
//! | 2 | when it was said, milliseconds since 1970 |
//! | 3 | proof, or left out: `{0: the original operation, 1: the author's device certificate}` |
//!
//! With a proof everybody can check it: the operation is signed by a device, the certificate binds the device to the
//! author, and what the operation says is what is forwarded. A proof that does not hold is a forgery and the body is
//! refused. Without one the attribution is the forwarder's word, and is shown as such
//! (docs/decisions/0014-forward-proofs.md).
//!
//! Not here: taking a forward apart into a view.

use super::Body;
use super::edit::Edit;
use super::hello::check_name;
use super::rich::Entity;
use super::text::Text;
use crate::chat::op::SignedOp;
use crate::identity::device_log::{Action, Entry};
use crate::ids::UserId;
use crate::wire::WireError;
use serde::{Deserialize, Serialize};

/// The signed original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The operation, a text or an edit, as its device signed it.
    #[serde(with = "serde_bytes")]
    pub op: Vec<u8>,
    /// The `add` entry of the author's device log for that device.
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
}

/// Who said it first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// The author.
    pub user: UserId,
    /// What the forwarder calls them.
    pub name: String,
    /// Milliseconds since 1970.
    pub at: u64,
    /// How one can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

impl Forward {
    /// Checks names, and the proof against what is forwarded.
    pub(super) fn check(&self, text: &str, entities: &[Entity]) -> Result<(), WireError> {
        check_name(&self.name)?;
        match &self.proof {
            None => Ok(()),
            Some(proof) if proof.holds(self, text, entities) => Ok(()),
            Some(_) => Err(WireError::Invalid("the proof of a forward")),
        }
    }

    /// As [`Self::check`], for kinds that carry no proof.
    pub(super) fn check_unproven(&self) -> Result<(), WireError> {
        check_name(&self.name)?;
        if self.proof.is_some() { Err(WireError::Invalid("the proof of a forward")) } else { Ok(()) }
    }
}

impl Proof {
    fn holds(&self, forward: &Forward, text: &str, entities: &[Entity]) -> bool {
        let Ok(op) = SignedOp::decode(self.op.clone()) else { return false };
        let Ok(entry) = Entry::decode(&self.certificate) else { return false };
        let certified = entry.action == Action::Add && entry.device == op.op.device && entry.user == forward.user;
        // What is forwarded itself is proven by the first author's operation, so proofs never nest.
        let same = match Body::decode(op.op.kind, &op.op.body) {
            Ok(Body::Text(said)) => original(&said) && (said.text.as_str(), &said.entities[..]) == (text, entities),
            Ok(Body::Edit(Edit { text: said, entities: over, .. })) => (said.as_str(), &over[..]) == (text, entities),
            Ok(_) | Err(_) => false,
        };
        certified && same && op.op.hlc.wall_ms() == forward.at
    }
}

fn original(text: &Text) -> bool {
    text.head.forward.is_none() && !text.head.view_once
}
