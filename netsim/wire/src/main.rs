//! The wire level of Chappe's simulator: the shipped node and relay with their real libp2p stack, many in one process,
//! over an in-memory network in virtual time. Deterministic to the byte: a seed gives one trace.
//!
//! * `network`: machines' network. `machine`: the shipped parts put together as the programs do.
//! * `plan`, `scenario`: what happens. `run`: it happens. `ledger`, `checks`: what people saw, and what must be true.
//! * `gossip`: the figure of many relays on one topic.
//! * `entropy`, `unhurried`, and the two crates beside this one: what makes it repeatable.
//!
//! Not here: the cores alone, without libp2p (`chappe-netsim` without `--wire`), and real sockets (`tests/`).

mod checks;
mod cli;
mod entropy;
mod gossip;
mod ledger;
mod machine;
mod network;
mod people;
mod plan;
mod report;
mod run;
mod scenario;
mod trace;
mod unhurried;

fn main() -> anyhow::Result<std::process::ExitCode> {
    cli::main()
}
