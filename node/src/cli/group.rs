//! `chappe group …` and `chappe channel …`

use super::client::Client;
use super::door::{self, LinkCommand, RequestCommand};
use super::find;
use super::terminal::{Out, safe, short};
use crate::api::types::group::{AddMembers, CreateChat, Member, Members, RemoveMember, RoleName, SetGroup, SetRole};
use crate::api::types::{Chat, ChatKind, ContactState};
use crate::texts::program::t;
use anyhow::{Result, bail};

/// Groups and channels.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make one, with these contacts
    Create {
        /// What it is called.
        title: String,
        /// Names of contacts, or the beginnings of their ids.
        members: Vec<String>,
    },
    /// Add contacts
    Add {
        /// A name, or the beginning of an id.
        chat: String,
        /// Names of contacts, or the beginnings of their ids.
        #[arg(required = true)]
        members: Vec<String>,
    },
    /// Take a member out
    Remove {
        /// A name, or the beginning of an id.
        chat: String,
        /// A member's name, or the beginning of their id.
        member: String,
        /// They cannot be added again.
        #[arg(long)]
        ban: bool,
    },
    /// Leave
    Leave {
        /// A name, or the beginning of an id.
        chat: String,
    },
    /// Who is in it, and its rules
    Members {
        /// A name, or the beginning of an id.
        chat: String,
    },
    /// Invite links
    #[command(subcommand)]
    Link(LinkCommand),
    /// Those who ask to be let in
    #[command(subcommand)]
    Request(RequestCommand),
    /// Change title, description, permissions, slow mode
    Set(Set),
    /// Change a member's role; `owner` hands it over
    Role {
        /// A name, or the beginning of an id.
        chat: String,
        /// A member's name, or the beginning of their id.
        member: String,
        /// The role.
        #[arg(value_enum)]
        role: RoleArg,
        /// An admin's rights (`change_info`, `delete`, `ban`, `invite`, `pin`, `promote`, `post`, `topics`), or what a
        /// restricted member may still do.
        #[arg(long, value_delimiter = ',')]
        can: Vec<String>,
        /// Until when a restriction holds, milliseconds since 1970.
        #[arg(long, default_value_t = 0)]
        until: u64,
    },
}

/// What is to change.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// A name, or the beginning of an id.
    chat: String,
    /// What it is called.
    #[arg(long)]
    title: Option<String>,
    /// A description.
    #[arg(long)]
    about: Option<String>,
    /// What members may do: `text`, `media`, `poll`, `react`, `invite`, `pin`, `change_info`, `topics`; `none`.
    #[arg(long, value_delimiter = ',')]
    permit: Option<Vec<String>>,
    /// Seconds between two messages of a member.
    #[arg(long)]
    slow_mode: Option<u32>,
    /// Whether posts of a channel name their author: true or false.
    #[arg(long)]
    signed: Option<bool>,
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RoleArg {
    /// May do everything
    Owner,
    /// May do what the rights say
    Admin,
    /// May do what the group permits
    Member,
    /// May do less than a member
    Restricted,
    /// Cannot be added
    Banned,
}

/// Does what is asked; `kind` is what `create` makes.
pub async fn run(client: &Client, kind: ChatKind, command: Command, out: Out) -> Result<()> {
    match command {
        Command::Create { title, members } => {
            let members = contacts(client, &members).await?;
            let chat: Chat = client.post("/api/chats", &CreateChat { kind, title, members }).await?;
            out.print(&chat, |chat| format!("{}  {}", short(&chat.id), safe(&chat.title)))
        }
        Command::Add { chat, members } => {
            let (chat, users) = (find::chat(client, &chat).await?, contacts(client, &members).await?);
            client.order_with(&format!("/api/chats/{}/members", chat.id), &AddMembers { users }).await?;
            out.asked(&chat.id, "group members")
        }
        Command::Remove { chat, member, ban } => {
            let chat = find::chat(client, &chat).await?;
            let user = self::member(client, &chat, &member).await?.user;
            let path = format!("/api/chats/{}/members/{user}/remove", chat.id);
            client.order_with(&path, &RemoveMember { ban }).await?;
            out.asked(&chat.id, "group members")
        }
        Command::Leave { chat } => {
            let chat = find::chat(client, &chat).await?;
            client.order(&format!("/api/chats/{}/leave", chat.id)).await?;
            out.asked(&chat.id, "group members")
        }
        Command::Members { chat } => {
            let chat = find::chat(client, &chat).await?;
            let members: Members = client.get(&format!("/api/chats/{}/members", chat.id)).await?;
            out.print(&members, table)
        }
        Command::Link(command) => door::link(client, command, out).await,
        Command::Request(command) => door::request(client, command, out).await,
        Command::Set(Set { chat, title, about, permit, slow_mode, signed }) => {
            let chat = find::chat(client, &chat).await?;
            let permissions = permit.map(|names| names.into_iter().filter(|name| name != "none").collect());
            let body = SetGroup { title, about, permissions, slow_mode, signed };
            client.order_with(&format!("/api/chats/{}/settings", chat.id), &body).await?;
            out.asked(&chat.id, "group members")
        }
        Command::Role { chat, member, role, can, until } => {
            let chat = find::chat(client, &chat).await?;
            let user = self::member(client, &chat, &member).await?.user;
            let role = match role {
                RoleArg::Owner => RoleName::Owner,
                RoleArg::Admin => RoleName::Admin,
                RoleArg::Member => RoleName::Member,
                RoleArg::Restricted => RoleName::Restricted,
                RoleArg::Banned => RoleName::Banned,
            };
            let path = format!("/api/chats/{}/members/{user}/role", chat.id);
            client.order_with(&path, &SetRole { role, can, until }).await?;
            out.asked(&chat.id, "group members")
        }
    }
}

async fn contacts(client: &Client, names: &[String]) -> Result<Vec<String>> {
    let mut users = Vec::new();
    for name in names {
        users.push(find::contact(client, name, |contact| contact.state == ContactState::Accepted).await?.user);
    }
    Ok(users)
}

async fn member(client: &Client, chat: &Chat, wanted: &str) -> Result<Member> {
    let all: Members = client.get(&format!("/api/chats/{}/members", chat.id)).await?;
    let fits = |member: &Member| {
        member.name.to_lowercase() == wanted.to_lowercase() || (wanted.len() >= 4 && member.user.starts_with(wanted))
    };
    let mut found: Vec<Member> = all.members.into_iter().filter(fits).collect();
    match (found.pop(), found.is_empty()) {
        (Some(member), true) => Ok(member),
        _ => bail!(t!("cli-no-member", wanted = safe(wanted), chat = short(&chat.id))),
    }
}

fn table(members: &Members) -> String {
    let row = |member: &Member| {
        let role = match member.role {
            RoleName::Owner => "owner",
            RoleName::Admin => "admin",
            RoleName::Member => "member",
            RoleName::Restricted => "restricted",
            RoleName::Banned => "banned",
        };
        let can = if member.can.is_empty() { String::new() } else { format!(": {}", member.can.join(", ")) };
        format!("{}  {}  ({}{can})", short(&member.user), safe(&member.name), t!("cli-role", role = role))
    };
    let rights = members.permissions.join(", ");
    let rules = t!("cli-group-rules", rights = rights, seconds = members.slow_mode);
    let count = t!("cli-group-members", count = members.members.len());
    let rows = members.members.iter().map(row).collect::<Vec<_>>().join("\n");
    format!("{} ({count})\n{rules}\n{rows}", safe(&members.title))
}
