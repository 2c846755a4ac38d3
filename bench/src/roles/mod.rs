//! The processes that the driver starts.

pub mod node;
pub mod record;
pub mod relay;
pub mod send;

use crate::talk::Answer;
use anyhow::Result;
use chappe_node::logging;
use std::io::Write;

/// Runs a role on the runtime that the shipped programs use.
pub fn run(role: impl Future<Output = Result<()>>) -> Result<()> {
    logging::init(logging::LogFormat::Text, "warn");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(role)
}

/// Tells the driver.
fn answer(answer: &Answer) -> Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&line)?;
    Ok(out.flush()?)
}
