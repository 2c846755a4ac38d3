//! The command line. `chappe-netsim run --wire` comes here.

use crate::gossip::{self, Measure};
use crate::report::{self, Cost};
use crate::trace::IntoTrace;
use crate::{run, scenario};
use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;

/// The wire level of Chappe's simulator: real libp2p, virtual time.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a scenario that ships.
    Run {
        /// Its name; see `list`.
        scenario: String,
        #[command(flatten)]
        how: How,
    },
    /// Measure gossip: relays on one topic, an announcement of 1 kB a second.
    Gossip {
        /// How many relays.
        #[arg(long, default_value_t = 1_000)]
        relays: usize,
        /// Virtual seconds until the mesh has settled.
        #[arg(long, default_value_t = 180)]
        warm_up: u64,
        /// Virtual seconds that count.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        #[command(flatten)]
        how: How,
    },
    /// The scenarios that ship.
    List,
}

/// What every run can be told.
#[derive(clap::Args)]
struct How {
    /// Everything follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The report as JSON on standard output.
    #[arg(long)]
    json: bool,
    /// Every entry of the trace as a line of this file; `diff` two of them to see where two runs part.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Swarm events are part of the trace, not only bytes; costs time.
    #[arg(long)]
    events: bool,
}

/// Runs what the command line says.
pub fn main() -> Result<ExitCode> {
    match Cli::parse().command {
        Command::List => {
            for (name, about) in scenario::list() {
                println!("{name:16} {about}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Run { scenario, how } => run_scenario(&scenario, &how),
        Command::Gossip { relays, warm_up, seconds, how } => {
            measure_gossip(Measure { relays, warm_up, seconds, seed: how.seed }, &how)
        }
    }
}

fn run_scenario(name: &str, how: &How) -> Result<ExitCode> {
    let unknown =
        || format!("there is no scenario {name:?} at wire level; `chappe-netsim-wire list` names those there are");
    let plan = scenario::plan(name, how.seed).with_context(unknown)?;
    let trace = how.prepare()?;
    let begin = std::time::Instant::now();
    let outcome = run::run(plan, how.seed, trace)?;
    let cost = Cost::since(begin);
    if how.json {
        println!("{}", report::json(name, how.seed, &outcome, cost));
    } else {
        println!("{}", report::text(name, how.seed, &outcome, cost));
    }
    if outcome.violations.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("replay: chappe-netsim-wire run {name} --seed {}", how.seed);
    Ok(ExitCode::FAILURE)
}

fn measure_gossip(what: Measure, how: &How) -> Result<ExitCode> {
    let trace = how.prepare()?;
    let begin = std::time::Instant::now();
    let (figure, traced) = gossip::measure(what, trace)?;
    let cost = Cost::since(begin);
    if how.json {
        println!("{}", figure.json(what, cost, &traced));
    } else {
        println!("{}", figure.text(what, cost, &traced));
    }
    traced.errors.iter().for_each(|error| eprintln!("logged as an error: {error}"));
    Ok(if traced.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl How {
    /// Sends logs into the trace, and opens its file.
    fn prepare(&self) -> Result<Option<File>> {
        let level = if self.events { tracing::Level::TRACE } else { tracing::Level::WARN };
        let shipped = Targets::new().with_target("chappe_node", level).with_default(tracing::Level::ERROR);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(IntoTrace.with_filter(shipped)))?;
        let open = |path: &PathBuf| File::create(path).with_context(|| format!("{} cannot be written", path.display()));
        self.trace.as_ref().map(open).transpose()
    }
}
