//! The command line. Data goes to stdout, everything else to stderr; the exit code is 0 if no rule was broken, 1 if one
//! was, 2 if the command could not be done.

use crate::plan::Plan;
use crate::plan::compile::compile;
use crate::report::table::table;
use crate::report::{Report, html};
use crate::scenario::read::read;
use crate::scenario::{Scenario, shipped};
use crate::swarm::{Outcome, Swarm};
use crate::trace::Trace;
use crate::world::{Options, World};
use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// A whole network in one process: the real logic, virtual time, replay by seed.
#[derive(Debug, Parser)]
#[command(name = "chappe-netsim", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario
    Run {
        /// A file, or the name of one that comes with the program
        scenario: String,
        /// Instead of the scenario's own
        #[arg(long)]
        seed: Option<u64>,
        /// Write report.html and report.json there
        #[arg(long, value_name = "DIR")]
        report: Option<PathBuf>,
        /// Write a trace that replay takes
        #[arg(long, value_name = "FILE")]
        trace: Option<PathBuf>,
    },
    /// List the scenarios that come with the program
    List,
    /// Print one of them
    Show {
        /// Its name
        name: String,
    },
    /// Run made-up scenarios until one breaks a rule; make that smaller and say how to replay it
    Swarm {
        /// How long
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// People in each
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=5_000))]
        nodes: u32,
        /// Threads
        #[arg(long, default_value_t = 2)]
        jobs: usize,
        /// The first seed
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// No more seeds than this
        #[arg(long, default_value_t = u64::MAX)]
        seeds: u64,
        /// Where traces of failures go
        #[arg(long, default_value = "netsim-traces", value_name = "DIR")]
        traces: PathBuf,
    },
    /// Print the scenario that the swarm makes up from a seed
    Chance {
        /// Which
        seed: u64,
        /// People in it
        #[arg(long, default_value_t = 50)]
        nodes: u32,
    },
    /// Run a trace again, of the simulator or of a node's bug report
    Replay {
        /// The file
        trace: PathBuf,
        /// Print what happens at these machines
        #[arg(long, value_name = "N")]
        node: Vec<u32>,
        /// Print what happens everywhere
        #[arg(long)]
        log: bool,
    },
}

/// Runs the command that the program was started with.
pub fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("chappe-netsim: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command) -> Result<bool> {
    match command {
        Command::Run { scenario, seed, report, trace } => {
            let scenario = load(&scenario)?;
            let seed = seed.unwrap_or(scenario.seed);
            run_scenario(compile(&scenario, seed), report.as_deref(), trace.as_deref())
        }
        Command::List => {
            for (name, _) in shipped::ALL {
                let about = shipped::scenario(name).and_then(Result::ok).map(|scenario| scenario.about);
                println!("{name:<26}{}", about.unwrap_or_default());
            }
            Ok(true)
        }
        Command::Show { name } => {
            let text = shipped::text(&name).with_context(|| format!("there is no scenario {name:?}; try list"))?;
            print!("{text}");
            Ok(true)
        }
        Command::Swarm { minutes, nodes, jobs, from, seeds, traces } => {
            let lasts = Duration::from_secs(minutes.saturating_mul(60));
            swarm(&Swarm { lasts, nodes, jobs, from, seeds, traces })
        }
        Command::Chance { seed, nodes } => {
            print!("{}", crate::scenario::chance::text(seed, nodes.clamp(2, 5_000)));
            Ok(true)
        }
        Command::Replay { trace, node, log } => replay(&trace, &node, log),
    }
}

/// A scenario by name or file.
fn load(name: &str) -> Result<Scenario> {
    if let Some(text) = shipped::text(name) {
        return Ok(read(text)?);
    }
    let text = match std::fs::read_to_string(name) {
        Ok(text) => text,
        Err(error) => bail!("{name}: {error} (and no scenario of this name comes with the program; try list)"),
    };
    read(&text).with_context(|| name.to_owned())
}

fn run_scenario(plan: Plan, report: Option<&Path>, trace: Option<&Path>) -> Result<bool> {
    let started = Instant::now();
    let world = with_bar(plan, Options::default());
    let result = Report::of(&world, started.elapsed().as_secs_f64());
    print!("{}", table(&result));
    if let Some(folder) = report {
        write_report(&result, &world, folder)?;
        eprintln!("report: {}", folder.join("report.html").display());
    }
    if let Some(file) = trace {
        let first = result.violations.first().map(|v| format!("{}: {}", v.invariant, v.what));
        Trace::of(&world.plan, result.trace_hash.clone(), first).save(file)?;
    }
    Ok(result.is_good())
}

/// Both forms of a report, side by side.
pub fn write_report(report: &Report, world: &World, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    std::fs::write(folder.join("report.json"), serde_json::to_vec_pretty(report)?)?;
    std::fs::write(folder.join("report.html"), html::page(report, world))?;
    Ok(())
}

fn bar(length: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

/// Runs a plan with a progress bar.
fn with_bar(plan: Plan, options: Options) -> World {
    let bar = bar(plan.end / 1_000, "{bar:40} {percent:>3} % of the time, {elapsed} gone, {eta} left");
    let mut world = World::new(Rc::new(plan), options);
    world.run(|at| bar.set_position(at / 1_000));
    bar.finish_and_clear();
    world
}

fn swarm(swarm: &Swarm) -> Result<bool> {
    let started = Instant::now();
    let bar = bar(swarm.lasts.as_secs(), "{bar:40} {elapsed} gone: {msg}");
    let outcome = swarm.run(|seeds| {
        bar.set_position(started.elapsed().as_secs());
        bar.set_message(format!("{seeds} seeds"));
    })?;
    bar.finish_and_clear();
    print_outcome(&outcome, swarm, started.elapsed().as_secs_f64());
    for (seed, rule) in &outcome.failed {
        println!("seed {seed} breaks {rule}");
        eprintln!("making it smaller, for at most two minutes …");
        let (path, plan) = swarm.explain(*seed, rule, Duration::from_secs(120))?;
        let acts = plan.acts.len();
        println!("{} nodes, {} relays, {acts} acts are enough. Replay it with:", plan.nodes(), plan.relays());
        println!("  chappe-netsim replay {}", path.display());
    }
    Ok(outcome.failed.is_empty())
}

fn print_outcome(outcome: &Outcome, swarm: &Swarm, seconds: f64) {
    let Outcome { seeds, said, events, .. } = outcome;
    println!("{seeds} seeds x {} nodes in {seconds:.0} s: {said} messages, {events} events", swarm.nodes);
    for (name, n) in &outcome.counts {
        println!("  {n:>10} {name}");
    }
}

fn replay(path: &Path, nodes: &[u32], log: bool) -> Result<bool> {
    let (plan, hash) = Trace::load(path).with_context(|| path.display().to_string())?.plan()?;
    let all = 0..plan.machines.len() as u32;
    let chosen: BTreeSet<u32> = if log { all.collect() } else { nodes.iter().copied().collect() };
    let started = Instant::now();
    let mut world = World::new(Rc::new(plan), Options { log: Some(chosen), ..Options::default() });
    world.run(|_| ());
    let report = Report::of(&world, started.elapsed().as_secs_f64());
    print!("{}", table(&report));
    match hash {
        Some(hash) if hash == report.trace_hash => println!("  the run is the traced one, to the byte"),
        Some(hash) => println!("  the run is another than the traced one ({hash}): the code has changed since"),
        None => {}
    }
    Ok(report.is_good())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent_and_read_as_documented() {
        Cli::command().debug_assert();
        for line in [
            "chappe-netsim run first-contact --seed 3 --report out --trace t.trace",
            "chappe-netsim list",
            "chappe-netsim show lying-relay",
            "chappe-netsim swarm --minutes 5 --nodes 50 --jobs 2 --from 7 --seeds 10 --traces dir",
            "chappe-netsim chance 5 --nodes 10",
            "chappe-netsim replay t.trace --node 4 --node 5 --log",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
        assert!(Cli::try_parse_from(["chappe-netsim", "swarm", "--nodes", "1"]).is_err());
    }
}
