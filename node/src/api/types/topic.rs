//! Shapes of a group's topics.

use super::message::Message;
use chappe_protocol::peer::view;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A topic of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Topic {
    /// Its id; 0 for General, where everything stands that names no topic.
    pub id: u64,
    /// Its title; empty for General. Anything may stand in it: show it as text.
    pub title: String,
    /// An emoji before the title; may be empty.
    pub icon: String,
    /// Only who may make topics writes in it.
    pub closed: bool,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub by: Option<String>,
    /// Messages not seen.
    pub unread: u64,
    /// The newest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last: Option<Message>,
}

/// Make a topic.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeTopic {
    /// 1 to 128 bytes, one line.
    pub title: String,
    /// An emoji before the title, at most 32 bytes; may be left out.
    #[serde(default)]
    #[schema(required = false)]
    pub icon: String,
}

/// Change a topic; what is left out stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTopic {
    /// 1 to 128 bytes, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// At most 32 bytes; empty takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub icon: Option<String>,
    /// Only who may make topics writes in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed: Option<bool>,
}

impl From<view::TopicView> for Topic {
    fn from(view: view::TopicView) -> Self {
        Self {
            id: view.id,
            title: view.title,
            icon: view.icon,
            closed: view.closed,
            by: view.by.map(|user| user.to_hex()),
            unread: view.unread,
            last: view.last.map(Into::into),
        }
    }
}
