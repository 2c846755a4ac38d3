//! Many made-up scenarios, one after the other on a few threads, until one breaks a rule. One run is one thread's.

use crate::plan::Plan;
use crate::plan::compile::compile;
use crate::report::Report;
use crate::scenario::chance;
use crate::scenario::read::read;
use crate::shrink::{broken_rule, shrink};
use crate::trace::Trace;
use crate::world::{Options, World};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Swarm {
    /// How long.
    pub lasts: Duration,
    /// People in each run.
    pub nodes: u32,
    /// Threads.
    pub jobs: usize,
    /// The first seed.
    pub from: u64,
    /// No more seeds than this.
    pub seeds: u64,
    /// Where traces of failures go.
    pub traces: PathBuf,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Seeds that ran.
    pub seeds: u64,
    /// Messages said in all of them.
    pub said: u64,
    /// Events.
    pub events: u64,
    /// Counts of all runs together: faults among them.
    pub counts: BTreeMap<&'static str, u64>,
    /// Seeds that broke a rule, and which.
    pub failed: Vec<(u64, String)>,
}

/// The plan of one seed.
pub fn plan(seed: u64, nodes: u32) -> Result<Plan> {
    let scenario = read(&chance::text(seed, nodes)).with_context(|| format!("the scenario of seed {seed}"))?;
    Ok(compile(&scenario, seed))
}

impl Swarm {
    /// Runs until the time or the seeds are up, or something fails. `progress` hears of every finished seed.
    pub fn run(&self, progress: impl Fn(u64) + Sync) -> Result<Outcome> {
        let until = Instant::now() + self.lasts;
        let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let outcome = Mutex::new(Outcome::default());
        std::thread::scope(|scope| -> Result<()> {
            let work = || -> Result<()> {
                while !stop.load(Ordering::Relaxed) && Instant::now() < until {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= self.seeds {
                        break;
                    }
                    let seed = self.from + n;
                    let report = one(&plan(seed, self.nodes)?);
                    let mut outcome = outcome.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    outcome.take(seed, report);
                    stop.store(!outcome.failed.is_empty(), Ordering::Relaxed);
                    progress(outcome.seeds);
                }
                Ok(())
            };
            let threads: Vec<_> = (0..self.jobs.max(1)).map(|_| scope.spawn(work)).collect();
            for thread in threads {
                thread.join().map_err(|_| anyhow::anyhow!("a thread of the swarm died"))??;
            }
            Ok(())
        })?;
        Ok(outcome.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Makes a failure smaller and writes its trace; returns where.
    pub fn explain(&self, seed: u64, rule: &str, most: Duration) -> Result<(PathBuf, Plan)> {
        let plan = plan(seed, self.nodes)?;
        let options = Options::default();
        let shrunk = shrink(&plan, rule, &options, most).plan;
        // A rule that only the whole run breaks is traced as it is.
        let smallest = if broken_rule(&shrunk, &options).is_some() { shrunk } else { plan };
        let (hash, violation) = trace_of(&smallest);
        std::fs::create_dir_all(&self.traces)?;
        let path = self.traces.join(format!("seed-{seed}.trace"));
        Trace::of(&smallest, hash, violation).save(&path)?;
        Ok((path, smallest))
    }
}

/// The hash of a whole run and the first rule it breaks.
pub fn trace_of(plan: &Plan) -> (String, Option<String>) {
    let run = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(Rc::new(plan.clone()), Options::default());
        world.run(|_| ());
        let first = world.watch.violations.first().map(|v| format!("{}: {}", v.invariant, v.what));
        (world.trace_hash(), first)
    }));
    run.unwrap_or_else(|_| (String::new(), Some("no_panic".into())))
}

/// One run; `None` if it panicked.
fn one(plan: &Plan) -> Option<Report> {
    let run = AssertUnwindSafe(|| {
        let mut world = World::new(Rc::new(plan.clone()), Options { stop_early: true, ..Options::default() });
        world.run(|_| ());
        Report::of(&world, 1.0)
    });
    catch_unwind(run).ok()
}

impl Outcome {
    fn take(&mut self, seed: u64, report: Option<Report>) {
        self.seeds += 1;
        let Some(report) = report else { return self.failed.push((seed, "no_panic".into())) };
        self.said += report.said;
        self.events += report.events;
        for (name, n) in report.counts {
            *self.counts.entry(name).or_default() += n;
        }
        if let Some(first) = report.violations.first() {
            self.failed.push((seed, first.invariant.to_owned()));
        }
    }
}
