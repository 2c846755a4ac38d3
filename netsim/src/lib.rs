//! A whole network in one process: the shipped peer and relay cores over simulated links, disks and clocks, in virtual
//! time. One seed is one run, to the byte. `docs/simulator.md` is the guide.
//!
//! ```text
//! scenario (TOML) + seed ─► plan (machines, acts at times) ─► world (cores, links, disks) ─► watch ─► report
//!                              ▲                                    │
//!                        trace, shrinker                        invariants
//! ```
//!
//! Not here: the node and its libp2p stack (`netsim/wire`, a workspace of its own), threads inside a run, real time.

pub mod cli;
pub mod dice;
pub mod invariants;
pub mod plan;
pub mod queue;
pub mod report;
pub mod scenario;
pub mod shrink;
pub mod swarm;
pub mod trace;
pub mod units;
pub mod watch;
pub mod world;
