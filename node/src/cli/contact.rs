//! `chappe contact …`

use super::client::Client;
use super::find;
use super::terminal::{Out, safe, short};
use crate::api::types::{AddContact, Contact, ContactState};
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
                [] => "No contacts yet. Make a link for somebody with: chappe invite".to_owned(),
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
            out.print(&json!({ "declined": found.user }), |_| format!("Declined {}.", safe(&found.name)))
        }
    }
}

fn row(contact: &Contact) -> String {
    let state = match contact.state {
        ContactState::Requested => "asked, waits for their answer",
        ContactState::Pending => "asks to talk; answer with: chappe contact accept|decline",
        ContactState::Accepted => "contact",
        ContactState::Declined => "declined",
    };
    let mut row = format!("{}  {}  ({state})", short(&contact.user), safe(&contact.name));
    for (label, text) in [("wrote", &contact.greeting), ("problem", &contact.problem)] {
        if !text.is_empty() {
            row.push_str(&format!("\n              {label}: {}", safe(text)));
        }
    }
    row
}
