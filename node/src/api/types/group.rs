//! Shapes of groups and channels.

use super::ChatKind;
use chappe_protocol::chat::control::rules::{Permissions, Rights, Role};
use chappe_protocol::peer::view;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// May do everything.
    Owner,
    /// May do what the rights say.
    Admin,
    /// May do what the group permits.
    Member,
    /// May do less than a member.
    Restricted,
    /// Cannot be added.
    Banned,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The user's id.
    pub user: String,
    /// What we call them.
    pub name: String,
    /// Their role.
    pub role: RoleName,
    /// An admin's rights, or what a restricted member may still do.
    #[serde(default)]
    pub can: Vec<String>,
    /// Until when a restriction holds, milliseconds since 1970; 0 for ever.
    #[serde(default)]
    pub until: u64,
    /// Their devices in the chat.
    pub devices: Vec<String>,
}

/// Who is in a chat, and its rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Members {
    /// The chat's id.
    pub chat: String,
    /// What it is.
    pub kind: ChatKind,
    /// How many changes were decided since it began.
    pub index: u64,
    /// Empty for chats that have none.
    pub title: String,
    /// A description.
    pub about: String,
    /// Our own role.
    pub role: RoleName,
    /// What members may do.
    pub permissions: Vec<String>,
    /// Seconds between two messages of a member.
    pub slow_mode: u32,
    /// Whether posts of a channel name their author.
    pub signed: bool,
    /// Home relays.
    pub home: Vec<String>,
    /// Everybody in it.
    pub members: Vec<Member>,
    /// Own changes that are not decided yet.
    pub waiting: usize,
}

/// Make a group, a channel or the chat of one's own devices.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateChat {
    /// `group`, `channel` or `saved`.
    pub kind: ChatKind,
    /// 1 to 512 bytes; empty for `saved`.
    #[serde(default)]
    pub title: String,
    /// Contacts to add at once: ids.
    #[serde(default)]
    pub members: Vec<String>,
}

/// Add contacts.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMembers {
    /// Ids of contacts.
    pub users: Vec<String>,
}

/// Take a member out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    /// They cannot be added again.
    #[serde(default)]
    pub ban: bool,
}

/// Change a member's role.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// `owner` hands the chat over.
    pub role: RoleName,
    /// An admin's rights, or what a restricted member may still do.
    #[serde(default)]
    pub can: Vec<String>,
    /// Until when a restriction holds, milliseconds since 1970; 0 for ever.
    #[serde(default)]
    pub until: u64,
}

/// Change a chat; what is left out stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetGroup {
    /// 1 to 512 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// At most 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub about: Option<String>,
    /// What members may do: `text`, `media`, `poll`, `react`, `invite`, `pin`, `change_info`, `topics`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub permissions: Option<Vec<String>>,
    /// Seconds between two messages of a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub slow_mode: Option<u32>,
    /// Whether posts of a channel name their author from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub signed: Option<bool>,
}

/// Names of the bits of a set.
fn names(bits: u16, all: &[(u16, &'static str)]) -> Vec<String> {
    all.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| (*name).to_owned()).collect()
}

/// The bits of names; the error is a name that is none.
fn bits(names: &[String], all: &[(u16, &'static str)]) -> Result<u16, String> {
    names.iter().try_fold(0, |bits, name| {
        let found = all.iter().find(|(_, known)| known == name);
        found.map(|(bit, _)| bits | bit).ok_or_else(|| format!("there is no right called {name}"))
    })
}

/// The rights of these names.
pub fn rights(names: &[String]) -> Result<Rights, String> {
    bits(names, &Rights::NAMES.map(|(right, name)| (right.0, name))).map(Rights)
}

/// The permissions of these names.
pub fn permissions(names: &[String]) -> Result<Permissions, String> {
    bits(names, &Permissions::NAMES.map(|(permission, name)| (permission.0, name))).map(Permissions)
}

fn permission_names(permissions: Permissions) -> Vec<String> {
    names(permissions.0, &Permissions::NAMES.map(|(permission, name)| (permission.0, name)))
}

/// Name, what it can, until when.
fn parts(role: Role) -> (RoleName, Vec<String>, u64) {
    match role {
        Role::Owner => (RoleName::Owner, Vec::new(), 0),
        Role::Admin(rights) => {
            (RoleName::Admin, names(rights.0, &Rights::NAMES.map(|(right, name)| (right.0, name))), 0)
        }
        Role::Member => (RoleName::Member, Vec::new(), 0),
        Role::Restricted { permissions, until } => (RoleName::Restricted, permission_names(permissions), until),
        Role::Banned => (RoleName::Banned, Vec::new(), 0),
    }
}

impl From<view::MembersView> for Members {
    fn from(view: view::MembersView) -> Self {
        let member = |member: view::MemberView| {
            let (role, can, until) = parts(member.role);
            let devices = member.devices.into_iter().map(|device| device.to_hex()).collect();
            Member { user: member.user.to_hex(), name: member.name, role, can, until, devices }
        };
        Self {
            chat: view.chat.to_hex(),
            kind: super::chat_kind(view.kind),
            index: view.index,
            title: view.title,
            about: view.about,
            role: parts(view.role).0,
            permissions: permission_names(view.permissions),
            slow_mode: view.slow_mode,
            signed: view.signed,
            home: view.home.into_iter().map(|relay| relay.to_hex()).collect(),
            members: view.members.into_iter().map(member).collect(),
            waiting: view.waiting,
        }
    }
}
