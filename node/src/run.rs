//! Running a personal node.

use crate::api;
use anyhow::{Result, bail};
use libp2p::Multiaddr;
use std::path::PathBuf;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The data directory that `setup::init` made.
    pub data: PathBuf,
    /// Where the API listens.
    pub api: api::Options,
    /// Find other nodes on the local network.
    pub lan: bool,
    /// Addresses to listen on for other nodes.
    pub listen: Vec<Multiaddr>,
}

/// Runs until a signal asks to stop. `ready` is told the login link once the API answers.
pub async fn run(options: RunOptions, ready: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    drop(ready);
    bail!("this build cannot run a node in {} yet", options.data.display())
}
