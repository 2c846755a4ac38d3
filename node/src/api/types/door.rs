//! Shapes of invite links into groups and channels.

use super::ChatKind;
use chappe_protocol::peer::view;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An invite link of a group or channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChatLink {
    /// Its id.
    pub id: String,
    /// The id of the chat that it leads into.
    pub chat: String,
    /// `chappe:join/…`
    pub link: String,
    /// Who made it: a user's id.
    pub by: String,
    /// How many may come by it; 0 for any number.
    pub uses: u32,
    /// How many have come.
    pub used: u32,
    /// Until when, milliseconds since 1970; left out for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires: Option<u64>,
    /// Whether somebody has to say yes.
    pub approval: bool,
    /// How many home relays know of it; with 0 nobody can use it yet.
    pub relays: usize,
}

/// Make an invite link.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeLink {
    /// How many may come by it; 0 for any number.
    #[serde(default)]
    pub uses: u32,
    /// How long it works, in milliseconds; 0 for ever.
    #[serde(default)]
    pub ttl_ms: u64,
    /// Whether somebody has to say yes.
    #[serde(default)]
    pub approval: bool,
}

/// Somebody who asks to be let in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Asking {
    /// The request's id.
    pub id: String,
    /// The chat's id.
    pub chat: String,
    /// The id of the link.
    pub link: String,
    /// Who: a user's id.
    pub user: String,
    /// What they call themselves. Anything may stand in it: show it as text.
    pub name: String,
    /// A few words, perhaps none.
    pub greeting: String,
    /// When, milliseconds since 1970 by their clock.
    pub at: u64,
}

/// Ask to be let in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToJoin {
    /// `chappe:join/…`
    pub link: String,
    /// At most 512 bytes; shown with the request.
    #[serde(default)]
    pub greeting: String,
}

/// An own request that is not answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Join {
    /// Its id.
    pub id: String,
    /// What the chat is.
    pub kind: ChatKind,
    /// What it was called when the link was made. Anything may stand in it: show it as text.
    pub title: String,
    /// Since when, milliseconds since 1970.
    pub since: u64,
    /// How many of the chat's relays have it.
    pub relays: usize,
    /// Why none takes it; empty if nothing is wrong.
    pub problem: String,
}

impl From<view::ChatLinkView> for ChatLink {
    fn from(view: view::ChatLinkView) -> Self {
        Self {
            id: HEXLOWER.encode(&view.id),
            chat: view.chat.to_hex(),
            link: view.link,
            by: view.by.to_hex(),
            uses: view.uses,
            used: view.used,
            expires: (view.expires != 0).then_some(view.expires),
            approval: view.approval,
            relays: view.relays,
        }
    }
}

impl From<view::AskingView> for Asking {
    fn from(view: view::AskingView) -> Self {
        Self {
            id: HEXLOWER.encode(&view.request),
            chat: view.chat.to_hex(),
            link: HEXLOWER.encode(&view.link),
            user: view.user.to_hex(),
            name: view.name,
            greeting: view.greeting,
            at: view.at,
        }
    }
}

impl From<view::JoinView> for Join {
    fn from(view: view::JoinView) -> Self {
        Self {
            id: HEXLOWER.encode(&view.id),
            kind: super::chat_kind(view.kind),
            title: view.title,
            since: view.since,
            relays: view.relays,
            problem: view.problem,
        }
    }
}
