//! `chappe-relay`: runs a relay.

use chappe_bootstrap::cli::Cli;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::parse().execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chappe-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}
