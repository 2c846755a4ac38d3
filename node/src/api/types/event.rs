//! What happened to a group or channel.

use chappe_protocol::ids::UserId;
use chappe_protocol::peer::chat::events::{EventView, What};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody in an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Who.
    pub user: String,
    /// What we call them. Anything may stand in it: show it as text.
    pub name: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The chat was made.
    Made,
    /// `users` (the first 16 of them) were added.
    Added,
    /// `users` came in by an invite link.
    Joined,
    /// `users` were taken out.
    Removed,
    /// `users` left by themselves.
    Left,
    /// The chat is called `title`.
    Title,
    /// There is another description.
    About,
    /// There is a new picture.
    Picture,
    /// There is no picture any more.
    NoPicture,
    /// `users` may do more.
    Admin,
    /// `users` are members like others.
    Member,
    /// `users` may do less.
    Restricted,
    /// `users` cannot be added again.
    Banned,
    /// `users` own the chat.
    Owner,
}

/// Something that happened to a group or channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChatEvent {
    /// Its number: the place in the chain of decisions.
    pub number: u64,
    /// When, as far as this node knows, milliseconds since 1970.
    pub at: u64,
    /// Who did it.
    pub by: Person,
    /// What.
    pub what: EventKind,
    /// To whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub users: Vec<Person>,
    /// The new title. Anything may stand in it: show it as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
}

impl From<EventView> for ChatEvent {
    fn from(EventView { index, event, names }: EventView) -> Self {
        let person = |user: &UserId| Person { user: user.to_hex(), name: names.get(user).cloned().unwrap_or_default() };
        let (by, users) = (person(&event.by), event.what.users().iter().map(person).collect());
        let (what, title) = match event.what {
            What::Made => (EventKind::Made, None),
            What::Added(_, false) => (EventKind::Added, None),
            What::Added(_, true) => (EventKind::Joined, None),
            What::Removed(_) => (EventKind::Removed, None),
            What::Left(_) => (EventKind::Left, None),
            What::Title(title) => (EventKind::Title, Some(title)),
            What::About => (EventKind::About, None),
            What::Picture(true) => (EventKind::Picture, None),
            What::Picture(false) => (EventKind::NoPicture, None),
            What::Promoted(_) => (EventKind::Admin, None),
            What::Member(_) => (EventKind::Member, None),
            What::Restricted(_) => (EventKind::Restricted, None),
            What::Banned(_) => (EventKind::Banned, None),
            What::Owner(_) => (EventKind::Owner, None),
        };
        Self { number: index, at: event.at, by, what, users, title }
    }
}
