//! `chappe-bench`: one private chat over one relay on loopback, encrypted, stored durably at sender, relay and
//! recipient, each a process of its own.
//!
//! The program starts itself again in the roles of [`roles`] and talks to them over their standard input and output
//! in the lines of [`talk`]. [`machine`] is such a process as the driver sees it, [`scenario`] what is done with them,
//! [`report`] how the figures are shown. Sender and recipient use the node's `Handle`, as the local API does. [`files`]
//! sends one large file over the local API in place of texts, beside [`raw`] connections.

mod clock;
mod files;
mod http;
mod link;
mod machine;
mod raw;
mod report;
mod roles;
mod scenario;
mod talk;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// The one of the shipped programs.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures Chappe and prints a table.
#[derive(Parser)]
#[command(name = "chappe-bench", version, about)]
struct Arguments {
    /// Print JSON in place of the table.
    #[arg(long, global = true)]
    json: bool,
    /// Messages of each full-pipeline run.
    #[arg(long, default_value_t = 20_000)]
    messages: u64,
    /// Messages in the history before the cold start is measured.
    #[arg(long, default_value_t = 100_000)]
    history: u64,
    /// Runs of the full pipeline with each window; the best counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only the full pipeline with a window of 256, once: for profiles.
    #[arg(long)]
    only_pipeline: bool,
    /// Where the data lives while it runs; a real disk, or the syncs cost nothing.
    #[arg(long, default_value = "target/bench", global = true)]
    dir: PathBuf,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// One large file from node to node, beside raw QUIC and TCP in the same run.
    Files {
        /// Mebibytes of it.
        #[arg(long, default_value_t = 1024)]
        size: u64,
        /// Times it is sent; the best counts.
        #[arg(long, default_value_t = 1)]
        rounds: usize,
        /// Nodes reach the relay over TCP in place of QUIC.
        #[arg(long)]
        tcp: bool,
    },
    /// A file through a relay over an emulated line for each node: 100 Mbit/s, 60 ms there and back, 1 % lost.
    Link {
        /// Mebibytes of it.
        #[arg(long, default_value_t = 64)]
        size: u64,
    },
    /// A relay that the driver started.
    #[command(hide = true)]
    Relay {
        /// Its data directory.
        data: PathBuf,
        /// Listens on QUIC in place of TCP.
        #[arg(long)]
        quic: bool,
        /// It is reached over an emulated line.
        #[arg(long, requires = "quic")]
        link: bool,
    },
    /// A node that the driver started.
    #[command(hide = true)]
    Node {
        /// Its data directory.
        data: PathBuf,
        /// Others fetch files from it.
        #[arg(long)]
        direct: bool,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.role {
        Some(Role::Relay { data, quic, link }) => roles::run(roles::relay::serve(data, quic, link)),
        Some(Role::Node { data, direct }) => roles::run(roles::node::serve(data, direct)),
        Some(Role::Files { size, rounds, tcp }) => {
            let plan = files::Plan { size: size.max(1) << 20, rounds: rounds.max(1), tcp };
            let results = files::run(&plan, &arguments.dir)?;
            show(arguments.json, &results, report::files)
        }
        Some(Role::Link { size }) => {
            let results = files::over_a_line(size.max(1) << 20, &arguments.dir)?;
            show(arguments.json, &results, report::link)
        }
        None => {
            let plan = scenario::Plan {
                messages: arguments.messages.max(1),
                history: arguments.history,
                rounds: arguments.rounds.max(1),
                only_pipeline: arguments.only_pipeline,
            };
            let results = scenario::run(&plan, &arguments.dir)?;
            show(arguments.json, &results, report::table)
        }
    }
}

/// The figures, as JSON or as a table.
fn show<T: serde::Serialize>(json: bool, results: &T, table: impl FnOnce(&T) -> String) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(results)?);
    } else {
        print!("{}", table(results));
    }
    Ok(())
}
