//! `chappe contact …`

use super::client::Client;
use super::find;
use super::terminal::{Out, safe, short, told};
use crate::api::types::own::{Safety, SetBlocked, SetVerified};
use crate::api::types::{AddContact, Contact, ContactState};
use crate::texts::program::t;
use anyhow::Result;
use serde_json::json;

/// Contacts and contact requests.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Ask the owner of an invite link to talk
    Add {
        /// `chappe:…`
        link: String,
        /// Shown with the request.
        #[arg(long, default_value = "", value_name = "TEXT")]
        message: String,
    },
    /// List contacts and requests
    List,
    /// Accept a request
    Accept {
        /// A name, or the beginning of an id.
        who: String,
    },
    /// Decline a request
    Decline {
        /// A name, or the beginning of an id.
        who: String,
    },
    /// Show no more requests and messages of somebody
    Block {
        /// A name, or the beginning of an id.
        who: String,
        /// Show them again.
        #[arg(long)]
        off: bool,
    },
    /// Show the safety number: if the other side sees the same, nobody stands between
    Safety {
        /// A name, or the beginning of an id.
        who: String,
        /// The numbers were compared and are equal.
        #[arg(long)]
        verified: bool,
    },
}

/// Does what is asked.
pub async fn run(client: &Client, command: Command, out: Out) -> Result<()> {
    match command {
        Command::Add { link, message } => {
            let body = AddContact { link, greeting: message };
            let contact: Contact = client.post("/api/contacts", &body).await?;
            out.print(&contact, row)
        }
        Command::List => {
            let contacts: Vec<Contact> = client.get("/api/contacts").await?;
            out.print(&contacts, |contacts| match contacts.as_slice() {
                [] => t!("cli-contacts-none"),
                some => some.iter().map(row).collect::<Vec<_>>().join("\n"),
            })
        }
        Command::Accept { who } => {
            let found = find::contact(client, &who, |contact| contact.state != ContactState::Accepted).await?;
            let contact: Contact = client.post(&format!("/api/contacts/{}/accept", found.user), &json!(null)).await?;
            out.print(&contact, row)
        }
        Command::Decline { who } => {
            let found = find::contact(client, &who, |contact| contact.state == ContactState::Pending).await?;
            client.order(&format!("/api/contacts/{}/decline", found.user)).await?;
            out.print(&json!({ "declined": found.user }), |_| t!("cli-declined", name = safe(&found.name)))
        }
        Command::Block { who, off } => {
            let found = find::contact(client, &who, |_| true).await?;
            client.put(&format!("/api/contacts/{}/blocked", found.user), &SetBlocked { blocked: !off }).await?;
            out.print(&json!({ "user": found.user, "blocked": !off }), |_| {
                let name = safe(&found.name);
                if off { t!("cli-unblocked", name = name) } else { t!("cli-blocked", name = name) }
            })
        }
        Command::Safety { who, verified } => {
            let found = find::contact(client, &who, |_| true).await?;
            if verified {
                client.put(&format!("/api/contacts/{}/verified", found.user), &SetVerified { verified }).await?;
            }
            let safety: Safety = client.get(&format!("/api/contacts/{}/safety", found.user)).await?;
            out.print(&safety, |safety| {
                let name = safe(&found.name);
                let state = match safety.verified {
                    true => t!("cli-safety-compared", name = name),
                    false => t!("cli-safety-open", name = name),
                };
                format!("{}\n({state})", safety.number)
            })
        }
    }
}

fn row(contact: &Contact) -> String {
    let state = match contact.state {
        ContactState::Requested => "requested",
        ContactState::Pending => "pending",
        ContactState::Accepted => "accepted",
        ContactState::Declined => "declined",
    };
    let state = t!("cli-contact-state", state = state);
    let mut row = format!("{}  {}  ({state})", short(&contact.user), safe(&contact.name));
    if contact.blocked {
        row.push_str(&format!("  ({})", t!("cli-is-blocked")));
    }
    if contact.forked {
        row.push_str(&format!("  {}", t!("cli-contact-forked")));
    }
    let (wrote, problem) = (&contact.greeting, &contact.problem);
    let wrote = (!wrote.is_empty()).then(|| t!("cli-wrote", text = safe(wrote)));
    let problem = (!problem.is_empty()).then(|| t!("cli-contact-problem", problem = told(problem)));
    for line in wrote.into_iter().chain(problem) {
        row.push_str(&format!("\n              {line}"));
    }
    row
}
