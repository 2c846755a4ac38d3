//! A scenario: what people write in TOML. Every field is described in `docs/simulator.md`.
//!
//! * `read`: from text, with errors that name the line. `select`: "30% of people", "relays but 1".
//! * `shipped`: those that come with the program. `chance`: made up for the swarm.
//!
//! Not here: what happens. `plan` turns a scenario and a seed into acts at times.

pub mod chance;
pub mod read;
pub mod select;
pub mod shipped;

use crate::units::{Bandwidth, Often, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// A name that stands somewhere in the text.
pub type Named = Spanned<String>;

/// A whole scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Shown everywhere.
    pub name: String,
    /// In a sentence: what it shows.
    pub about: String,
    /// Used unless another is given.
    #[serde(default)]
    pub seed: u64,
    /// The community's relays.
    #[serde(default)]
    pub relays: Relays,
    /// Link classes by name, beside the built-in ones.
    #[serde(default)]
    pub link: BTreeMap<String, LinkClass>,
    /// Who takes part.
    pub population: Vec<Population>,
    /// Who writes to whom.
    #[serde(default)]
    pub workload: Vec<Workload>,
    /// Groups.
    #[serde(default)]
    pub group: Vec<Group>,
    /// What happens, one after the other.
    pub phase: Vec<Phase>,
    /// How long everything is healthy at the end, before the invariants about an end are checked.
    #[serde(default = "heal")]
    pub heal: Span,
    /// What must be true at the end, beside the invariants.
    #[serde(default)]
    pub checks: Checks,
}

/// The community's relays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Relays {
    /// How many.
    pub count: u32,
    /// Their link class.
    pub link: Named,
    /// How long a sync to disk takes.
    pub sync: Span,
}

impl Default for Relays {
    fn default() -> Self {
        Self { count: 0, link: Spanned::new(0..0, "datacentre".into()), sync: Span(1_000) }
    }
}

/// One end of a link; a path has two ends, whose latencies add up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkClass {
    /// To the middle of the network, one way.
    pub latency: Span,
    /// Added to it: exponentially distributed with this mean.
    #[serde(default)]
    pub jitter: Span,
    /// In each direction.
    #[serde(default = "fast")]
    pub bandwidth: Bandwidth,
    /// Chance that a packet of 1,400 bytes is lost, and comes again after a time-out.
    #[serde(default)]
    pub loss: f64,
    /// Chance that a frame arrives and the link breaks before its answer, so that it is said twice.
    #[serde(default)]
    pub duplication: f64,
    /// Chance that a frame is held back, so that copies over other relays overtake it.
    #[serde(default)]
    pub reordering: f64,
    /// Links break by themselves that often.
    #[serde(default)]
    pub resets: Option<Often>,
}

/// How a machine is reached from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nat {
    /// By everybody.
    #[default]
    Open,
    /// A mapping an inner address: hole punching works with other cones (70 %, see protocol.md section 6).
    Cone,
    /// A mapping a destination: no hole punching.
    Symmetric,
}

/// Shares of NAT types.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NatMix {
    /// Share of cone NATs.
    pub cone: f64,
    /// Share of symmetric NATs; the rest is open.
    pub symmetric: f64,
}

/// People with like machines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Of the group.
    pub name: Named,
    /// How many.
    pub count: u32,
    /// Link class.
    #[serde(default = "home")]
    pub link: Named,
    /// Relays of their own choice, each; four, or all if there are fewer, if missing.
    #[serde(default)]
    pub relays: Option<u32>,
    /// Relays are chosen inside groups of so many; 0: among all.
    #[serde(default)]
    pub community: u32,
    /// Runs the relay core too, as `chappe run --lan` does.
    #[serde(default)]
    pub own_relay: bool,
    /// All of them are on one local network.
    #[serde(default)]
    pub lan: bool,
    /// How they are reached by each other.
    #[serde(default)]
    pub nat: NatMix,
    /// Clocks are wrong by up to this, to both sides.
    #[serde(default)]
    pub clock_skew: Span,
    /// How long a sync to disk takes.
    #[serde(default = "sync")]
    pub sync: Span,
    /// Further devices.
    #[serde(default)]
    pub devices: Option<Devices>,
    /// Phones sleep.
    #[serde(default)]
    pub sleep: Option<Sleep>,
    /// Machines are switched off and on.
    #[serde(default)]
    pub churn: Option<Churn>,
}

/// How many devices each person has, and what happens to them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Devices {
    /// Least and most, the first one counted.
    pub count: [u32; 2],
    /// Phase in whose first half they are linked; the second, or the only one, if missing.
    #[serde(default)]
    pub link: Option<Named>,
    /// How often a name or a setting is changed at each.
    #[serde(default)]
    pub arrange: Option<Often>,
    /// Chance that a further device is removed again.
    #[serde(default)]
    pub remove: f64,
}

/// Cycles of sleep: no timer fires, frames wait, links die after a while.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sleep {
    /// Mean time awake.
    pub awake: Span,
    /// Mean time asleep.
    pub asleep: Span,
}

/// Cycles of power.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Churn {
    /// Mean time on.
    pub up: Span,
    /// Mean time off.
    pub down: Span,
}

/// What those who were asked do with a contact request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Accept it.
    #[default]
    Accept,
    /// Decline it.
    Decline,
    /// Nothing.
    Ignore,
}

/// Who writes how often to whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// A population.
    pub from: Named,
    /// Another, or the same.
    #[serde(default)]
    pub to: Option<Named>,
    /// Chats each member of `from` begins.
    #[serde(default = "one")]
    pub chats: u32,
    /// All of `from` use one invite of the first of `to`.
    #[serde(default)]
    pub crowd: bool,
    /// What is done with contact requests.
    #[serde(default)]
    pub answer: Answer,
    /// How often each member writes.
    #[serde(default)]
    pub messages: Option<Often>,
    /// Length of a text.
    #[serde(default = "bytes")]
    pub bytes: [u32; 2],
    /// Chance that what is shown is marked as read.
    #[serde(default = "half")]
    pub read: f64,
    /// How often each member renews the keys of a chat.
    #[serde(default)]
    pub renew: Option<Often>,
    /// Only by day: two peaks and a quiet night.
    #[serde(default)]
    pub daily: bool,
    /// Phase in which the chats begin; the first if missing.
    #[serde(default)]
    pub meet: Option<Named>,
    /// Phases in which they write; all but the first if missing.
    #[serde(default)]
    pub phases: Option<Vec<Named>>,
}

/// Groups of one kind. Their maker invites everybody else who may come in, if there is no chat between them yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// A population.
    pub of: Named,
    /// How many groups.
    #[serde(default = "one")]
    pub count: u32,
    /// Who is in each from the beginning, its maker counted.
    pub size: u32,
    /// Others who may come in later.
    #[serde(default)]
    pub spare: u32,
    /// Admins beside its maker.
    #[serde(default)]
    pub admins: u32,
    /// How often each member writes.
    #[serde(default)]
    pub messages: Option<Often>,
    /// Length of a text.
    #[serde(default = "bytes")]
    pub bytes: [u32; 2],
    /// Chance that what is shown is marked as read.
    #[serde(default = "half")]
    pub read: f64,
    /// How often each member renews the keys.
    #[serde(default)]
    pub renew: Option<Often>,
    /// How often somebody who is not in a group is added to it.
    #[serde(default)]
    pub add: Option<Often>,
    /// How often somebody is taken out of a group.
    #[serde(default)]
    pub remove: Option<Often>,
    /// How often somebody leaves a group.
    #[serde(default)]
    pub leave: Option<Often>,
    /// Only by day.
    #[serde(default)]
    pub daily: bool,
    /// Phase in which the groups are made; the first if missing.
    #[serde(default)]
    pub meet: Option<Named>,
    /// Phases in which they write; all but the first if missing.
    #[serde(default)]
    pub phases: Option<Vec<Named>>,
}

/// A stretch of time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Of the phase.
    pub name: Named,
    /// How long.
    pub lasts: Span,
    /// Times the workload's rate.
    #[serde(default = "full")]
    pub rate: f64,
    /// What goes wrong.
    #[serde(default)]
    pub fault: Vec<Fault>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The machines are cut off from all others, and among themselves are not.
    Partition,
    /// The program is off.
    Offline,
    /// The program is killed and started again.
    Kill,
    /// The power goes: what was not synced is lost in part; links die silently.
    Power,
    /// The machine dies between the next sync and what hangs on it.
    CrashBeforeSend,
    /// The disk takes no more, then has room again.
    DiskFull,
    /// The disk is gone.
    Wipe,
    /// The machine sleeps.
    Sleep,
    /// All its links break at once.
    Reset,
    /// The clock is set to another time.
    Skew,
    /// A relay says that it stored what it did not.
    LieAck,
    /// A relay passes nothing on.
    LieWithhold,
    /// A relay alters bits of what it passes on.
    LieCorrupt,
    /// A relay pushes old entries again, and out of order.
    LieReplay,
    /// A relay floods its clients with nonsense.
    LieFlood,
    /// A relay shows two histories, one to each half of its clients.
    LieFork,
    /// A relay of an older version: it does not know some requests.
    OldVersion,
    /// Somebody else starts a copy of the machine's disk.
    Clone,
}

/// A fault in a phase.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Whom, as in "relays but 1", "2 of people", "30% of people", "people 3".
    pub who: Named,
    /// After the phase's start.
    #[serde(default)]
    pub at: Span,
    /// Until the phase's end if missing.
    #[serde(default, rename = "for")]
    pub lasts: Option<Span>,
    /// Again and again at this pause (each time other machines, if `who` leaves a choice).
    #[serde(default)]
    pub every: Option<Often>,
    /// How far the clock is set, for `skew`; with `back`, to the past.
    #[serde(default)]
    pub amount: Span,
    /// To the past.
    #[serde(default)]
    pub back: bool,
}

/// What must be true at the end, beside the invariants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checks {
    /// At least so many messages were said.
    pub said: u64,
    /// At most this share of the contacts did not come about.
    pub unmet: f64,
    /// Half of the deliveries are faster.
    pub p50: Option<Span>,
    /// 95 % of the deliveries are faster.
    pub p95: Option<Span>,
    /// Share of the pairs of nodes that talk through a circuit relay, from and to.
    pub relayed: Option<[f64; 2]>,
    /// Every one of these happened.
    pub happened: Vec<String>,
    /// A control chain is forked by force, and the invariant must see it.
    pub fork: bool,
    /// New epochs that were begun.
    pub renewals: u64,
    /// Contact requests that wait at anybody, at most.
    pub pending: Option<usize>,
}

impl Population {
    /// Relays each of them chooses, of so many.
    pub fn relays_of(&self, count: u32) -> u32 {
        self.relays.unwrap_or(if self.own_relay { 0 } else { count.min(4) })
    }
}

fn heal() -> Span {
    Span::minutes(15)
}

fn fast() -> Bandwidth {
    Bandwidth(125_000_000)
}

fn home() -> Named {
    Spanned::new(0..0, "home".into())
}

fn sync() -> Span {
    Span(3_000)
}

fn one() -> u32 {
    1
}

fn bytes() -> [u32; 2] {
    [4, 280]
}

fn half() -> f64 {
    0.5
}

fn full() -> f64 {
    1.0
}

/// Link classes that need no description. Sources: median round trips of RIPE Atlas probes to data centres for `home`,
/// 4G and 3G of Ofcom's mobile reports, rounded.
pub fn built_in_links() -> BTreeMap<String, LinkClass> {
    let class = |latency, jitter, bandwidth, loss| LinkClass {
        latency: Span(latency),
        jitter: Span(jitter),
        bandwidth: Bandwidth(bandwidth),
        loss,
        duplication: 0.0,
        reordering: 0.0,
        resets: None,
    };
    [
        ("datacentre", class(2_000, 200, 125_000_000, 0.0)),
        ("home", class(12_000, 3_000, 2_500_000, 0.000_5)),
        ("mobile", class(30_000, 15_000, 1_250_000, 0.005)),
        ("poor", class(120_000, 80_000, 32_000, 0.03)),
        ("lan", class(300, 100, 12_500_000, 0.0)),
    ]
    .into_iter()
    .map(|(name, class)| (name.to_owned(), class))
    .collect()
}
