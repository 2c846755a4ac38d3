//! `chappe last-seen`

use super::client::Client;
use super::terminal::Out;
use crate::api::types::ask::LastSeen;
use crate::texts::program::t;
use anyhow::Result;

/// Show or change how exactly contacts are told when you were there last.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What they are told; shown if left out.
    #[arg(value_enum)]
    how: Option<How>,
}

/// How exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum How {
    /// By the minute, and while you are there
    Exactly,
    /// By the day only; you see no more of them
    Roughly,
}

/// Changes what is asked and shows what is.
pub async fn run(client: &Client, args: &Args, out: Out) -> Result<()> {
    if let Some(how) = args.how {
        client.put("/api/me/last-seen", &LastSeen { roughly: how == How::Roughly }).await?;
    }
    let now: LastSeen = client.get("/api/me/last-seen").await?;
    out.print(&now, |now| match now.roughly {
        true => t!("cli-last-seen-roughly"),
        false => t!("cli-last-seen-exactly"),
    })
}
