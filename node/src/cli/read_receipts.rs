//! `chappe read-receipts`

use super::client::Client;
use super::terminal::Out;
use crate::api::types::ask::ReadReceipts;
use crate::texts::program::t;
use anyhow::Result;

/// Whether others are told what you have read. Who does not tell is not told either.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// From now on; left out: show how it is.
    #[arg(value_enum)]
    told: Option<Told>,
}

/// So or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Told {
    /// They are told
    On,
    /// They are not
    Off,
}

/// Shows or sets it.
pub async fn run(client: &Client, args: &Args, out: Out) -> Result<()> {
    if let Some(told) = args.told {
        let body = ReadReceipts { told: told == Told::On };
        client.put("/api/me/read-receipts", &body).await?;
    }
    let now: ReadReceipts = client.get("/api/me/read-receipts").await?;
    out.print(&now, |now| if now.told { t!("cli-receipts-on") } else { t!("cli-receipts-off") })
}
