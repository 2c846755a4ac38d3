//! `chappe group link …`, `chappe group request …` and `chappe join`.

use super::client::Client;
use super::find;
use super::invite::{duration, show_qr};
use super::terminal::{Out, safe, short, time, told};
use crate::api::types::door::{AskToJoin, Asking, ChatLink, Join, MakeLink};
use crate::api::types::{Chat, ChatKind};
use crate::texts::program::t;
use anyhow::{Result, bail};
use serde_json::json;
use std::time::{Duration, Instant};

/// How long a person waits for the home relays to decide on a new link and to hear of it.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Invite links.
#[derive(Debug, clap::Subcommand)]
pub enum LinkCommand {
    /// Make one
    Create {
        /// A name, or the beginning of an id.
        chat: String,
        /// How many may come by it; any number if left out.
        #[arg(long, default_value_t = 0)]
        uses: u32,
        /// How long it works: 30m, 12h, 7d, or forever.
        #[arg(long, default_value = "7d", value_parser = duration, value_name = "TIME")]
        ttl: u64,
        /// Somebody has to say yes (see: chappe group request).
        #[arg(long)]
        approval: bool,
    },
    /// List them
    List {
        /// A name, or the beginning of an id.
        chat: String,
    },
    /// Withdraw one
    Revoke {
        /// A name, or the beginning of an id.
        chat: String,
        /// The beginning of the link's id.
        link: String,
    },
}

/// Those who ask to be let in.
#[derive(Debug, clap::Subcommand)]
pub enum RequestCommand {
    /// List them
    List {
        /// A name, or the beginning of an id.
        chat: String,
    },
    /// Let somebody in
    Accept {
        /// A name, or the beginning of an id.
        chat: String,
        /// A name, or the beginning of an id.
        who: String,
    },
    /// Do not let somebody in; they are not told
    Decline {
        /// A name, or the beginning of an id.
        chat: String,
        /// A name, or the beginning of an id.
        who: String,
    },
}

/// Come into a group or channel by its invite link.
#[derive(Debug, clap::Args)]
pub struct JoinArgs {
    /// `chappe:join/…`; without it, what was asked and is not answered is listed.
    link: Option<String>,
    /// Shown with the request.
    #[arg(long, default_value = "", value_name = "TEXT", requires = "link")]
    message: String,
    /// Take a request back: the beginning of its id.
    #[arg(long, value_name = "ID", conflicts_with = "link")]
    cancel: Option<String>,
}

/// Makes, lists and withdraws links.
pub async fn link(client: &Client, command: LinkCommand, out: Out) -> Result<()> {
    match command {
        LinkCommand::Create { chat, uses, ttl, approval } => {
            let chat = find::chat(client, &chat).await?;
            let body = MakeLink { uses, ttl_ms: ttl, approval };
            let made: ChatLink = client.post(&links_path(&chat), &body).await?;
            let link = known(client, &chat, made).await?;
            out.print(&link, |link| safe(&link.link))?;
            show_qr(out, &link.link)?;
            if link.relays == 0 {
                eprintln!("{}", t!("cli-link-unknown"));
            }
            eprintln!("{}", terms(&link));
            Ok(())
        }
        LinkCommand::List { chat } => {
            let chat = find::chat(client, &chat).await?;
            let links: Vec<ChatLink> = client.get(&links_path(&chat)).await?;
            out.print(&links, |links| match links.as_slice() {
                [] => t!("cli-links-none"),
                some => some.iter().map(row).collect::<Vec<_>>().join("\n"),
            })
        }
        LinkCommand::Revoke { chat, link } => {
            let chat = find::chat(client, &chat).await?;
            let links: Vec<ChatLink> = client.get(&links_path(&chat)).await?;
            let id = one(links.into_iter().map(|link| link.id), &link)?;
            client.delete(&format!("{}/{id}", links_path(&chat))).await?;
            out.print(&json!({ "asked": id }), |_| t!("cli-asked-homes"))
        }
    }
}

/// Lists and answers requests.
pub async fn request(client: &Client, command: RequestCommand, out: Out) -> Result<()> {
    let (chat, who, order) = match command {
        RequestCommand::List { chat } => {
            let chat = find::chat(client, &chat).await?;
            let asking: Vec<Asking> = client.get(&format!("/api/chats/{}/requests", chat.id)).await?;
            return out.print(&asking, |asking| match asking.as_slice() {
                [] => t!("cli-nobody-asks"),
                some => some.iter().map(asks).collect::<Vec<_>>().join("\n"),
            });
        }
        RequestCommand::Accept { chat, who } => (chat, who, "accept"),
        RequestCommand::Decline { chat, who } => (chat, who, "decline"),
    };
    let chat = find::chat(client, &chat).await?;
    let asking: Vec<Asking> = client.get(&format!("/api/chats/{}/requests", chat.id)).await?;
    let fits = |asking: &&Asking| {
        let beginning = who.len() >= 4 && (asking.user.starts_with(&who) || asking.id.starts_with(&who));
        beginning || asking.name.to_lowercase() == who.to_lowercase()
    };
    let found: Vec<&Asking> = asking.iter().filter(fits).collect();
    let [found] = found[..] else {
        bail!(t!("cli-asks-not", wanted = safe(&who), chat = short(&chat.id)));
    };
    client.order(&format!("/api/chats/{}/requests/{}/{order}", chat.id, found.id)).await?;
    out.print(&json!({ "asked": found.id }), |_| match order {
        "accept" => t!("cli-let-in", name = safe(&found.name)),
        _ => t!("cli-declined", name = safe(&found.name)),
    })
}

/// Asks to be let in, or shows what was asked.
pub async fn join(client: &Client, args: JoinArgs, out: Out) -> Result<()> {
    if let Some(link) = args.link {
        let join: Join = client.post("/api/joins", &AskToJoin { link, greeting: args.message }).await?;
        return out.print(&join, |join| {
            let kind = if join.kind == ChatKind::Channel { "channel" } else { "group" };
            t!("cli-join-asked", kind = kind, title = safe(&join.title))
        });
    }
    let joins: Vec<Join> = client.get("/api/joins").await?;
    if let Some(wanted) = args.cancel {
        let id = one(joins.into_iter().map(|join| join.id), &wanted)?;
        client.delete(&format!("/api/joins/{id}")).await?;
        return out.print(&json!({ "cancelled": id }), |_| t!("cli-taken-back"));
    }
    out.print(&joins, |joins| match joins.as_slice() {
        [] => t!("cli-joins-none"),
        some => some.iter().map(waits).collect::<Vec<_>>().join("\n"),
    })
}

fn links_path(chat: &Chat) -> String {
    format!("/api/chats/{}/links", chat.id)
}

/// The one id that begins so.
fn one(ids: impl Iterator<Item = String>, wanted: &str) -> Result<String> {
    let mut found: Vec<String> = ids.filter(|id| wanted.len() >= 4 && id.starts_with(wanted)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        _ => bail!(t!("cli-id-unclear", wanted = safe(wanted))),
    }
}

/// The link once a relay knows of it, or as it is when none does in time.
async fn known(client: &Client, chat: &Chat, made: ChatLink) -> Result<ChatLink> {
    let deadline = Instant::now() + PATIENCE;
    let mut link = made;
    while link.relays == 0 && Instant::now() < deadline {
        tokio::time::sleep(LOOK_EVERY).await;
        let all: Vec<ChatLink> = client.get(&links_path(chat)).await?;
        link = all.into_iter().find(|other| other.id == link.id).unwrap_or(link);
    }
    Ok(link)
}

fn terms(link: &ChatLink) -> String {
    let terms = super::invite::terms(link.uses, link.expires);
    if link.approval { format!("{terms} {}", t!("cli-terms-approval")) } else { terms }
}

fn row(link: &ChatLink) -> String {
    let used = match link.uses {
        0 => t!("cli-link-used", count = link.used),
        most => t!("cli-link-used-of", count = link.used, most = most),
    };
    let none = if link.relays == 0 { format!("  ({})", t!("cli-link-nowhere")) } else { String::new() };
    format!("{}  {used}; {}{none}\n{}", short(&link.id), terms(link), safe(&link.link))
}

fn asks(asking: &Asking) -> String {
    let wrote = if asking.greeting.is_empty() {
        String::new()
    } else {
        format!("  {}", t!("cli-wrote", text = safe(&asking.greeting)))
    };
    format!("{}  {}  ({}){wrote}", short(&asking.user), safe(&asking.name), time(asking.at))
}

fn waits(join: &Join) -> String {
    let state = match (join.problem.as_str(), join.relays) {
        ("", 0) => t!("cli-join-unreached"),
        ("", _) => t!("cli-join-waits"),
        (problem, _) => told(problem),
    };
    format!("{}  {}  ({state})", short(&join.id), safe(&join.title))
}
