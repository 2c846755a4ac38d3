//! `chappe bug-report`

use super::client::Client;
use super::terminal::Out;
use crate::texts::program::t;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;

/// What a bug report is written to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write it to a file instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints or writes what the node's core was told lately; `chappe-netsim replay` takes it.
pub async fn run(client: &Client, args: &Args, out: Out) -> Result<()> {
    let report: Value = client.get("/api/bug-report").await?;
    let text = serde_json::to_string(&report)?;
    match &args.out {
        Some(file) => {
            std::fs::write(file, text).with_context(|| t!("cli-cannot-write", path = file.display().to_string()))?;
            eprintln!("{}", t!("cli-bug-report-written"));
            Ok(())
        }
        None => out.raw(&format!("{text}\n")),
    }
}
