//! `chappe profile`: what contacts see of oneself beside the name.

use super::client::Client;
use super::terminal::{Out, safe_lines};
use crate::api::types::own::{ChangeProfile, OwnProfile, ProfileField};
use crate::texts::program::t;
use anyhow::Result;

/// Show or change the own profile.
#[derive(Debug, clap::Args)]
pub struct Profile {
    /// Which field to change; all are shown if left out.
    #[arg(value_enum)]
    field: Option<ProfileField>,
    /// What it says; empty takes it back.
    text: Option<String>,
    /// Keep the field from contacts (true), or show it to them (false).
    #[arg(long, value_name = "TRUE|FALSE", requires = "field")]
    hidden: Option<bool>,
}

/// Changes what is asked and shows what is.
pub async fn run(client: &Client, args: Profile, out: Out) -> Result<()> {
    if let Some(field) = args.field {
        let change = ChangeProfile { field, text: args.text, hidden: args.hidden };
        client.patch("/api/me/profile", &change).await?;
    }
    let own: OwnProfile = client.get("/api/me/profile").await?;
    out.print(&own, |own| {
        let rows = [
            (ProfileField::Username, "username", &own.about.username),
            (ProfileField::Bio, "bio", &own.about.bio),
            (ProfileField::Emoji, "emoji", &own.about.emoji),
            (ProfileField::Picture, "picture", &own.about.picture),
        ];
        let row = |(field, name, text): (ProfileField, &str, &String)| {
            let hidden = if own.hidden.contains(&field) { format!("  ({})", t!("cli-hidden")) } else { String::new() };
            format!("{name:<10}{}{hidden}", safe_lines(text, 10))
        };
        rows.map(row).join("\n")
    })
}
