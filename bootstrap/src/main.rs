//! `chappe-relay`: runs a relay.

use chappe_bootstrap::cli::Cli;
use clap::Parser;
use std::process::ExitCode;

/// See the workspace's Cargo.toml for why.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match Cli::parse().execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chappe-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}
