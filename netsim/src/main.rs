//! `chappe-netsim`: see `docs/simulator.md`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chappe_netsim::cli::main()
}
