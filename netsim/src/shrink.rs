//! A failing plan made smaller: fewer faults, chats, acts and people, as long as the same rule is broken.
//!
//! The method is Zeller's delta debugging over lists of parts that can be left out.

use crate::plan::{Act, MachineSpec, Plan, Timed};
use crate::world::{Options, World};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// The rule that a plan breaks first, if any; a panic counts as one.
pub fn broken_rule(plan: &Plan, options: &Options) -> Option<String> {
    let options = Options { stop_early: true, ..options.clone() };
    let run = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(Rc::new(plan.clone()), options);
        world.run(|_| ());
        world.watch.violations.first().map(|violation| violation.invariant.to_owned())
    }));
    run.unwrap_or_else(|_| Some("no_panic".into()))
}

/// What was left out.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The smaller plan.
    pub plan: Plan,
    /// Runs that it took.
    pub runs: u32,
}

/// Makes it smaller for at most this long.
pub fn shrink(plan: &Plan, rule: &str, options: &Options, most: Duration) -> Shrunk {
    let mut shrinker = Shrinker { rule, options, until: Instant::now() + most, runs: 0 };
    let mut best = plan.clone();
    for part in [Part::Faults, Part::Chats, Part::Acts, Part::Faults] {
        best = shrinker.without(best, part);
    }
    let lean = without_strangers(&best);
    if shrinker.fails(&lean) {
        best = lean;
    }
    Shrunk { plan: best, runs: shrinker.runs }
}

#[derive(Clone, Copy)]
enum Part {
    Faults,
    Chats,
    Acts,
}

struct Shrinker<'a> {
    rule: &'a str,
    options: &'a Options,
    until: Instant,
    runs: u32,
}

impl Shrinker<'_> {
    fn fails(&mut self, plan: &Plan) -> bool {
        self.runs += 1;
        broken_rule(plan, self.options).as_deref() == Some(self.rule)
    }

    /// Leaves out halves, then quarters, and so on down to single parts.
    fn without(&mut self, plan: Plan, part: Part) -> Plan {
        let mut best = plan;
        let mut left = parts(&best, part);
        let mut size = left.len().div_ceil(2);
        while size > 0 && Instant::now() < self.until {
            let mut at = 0;
            let mut smaller = false;
            while at < left.len() && Instant::now() < self.until {
                let end = (at + size).min(left.len());
                let kept: Vec<u32> = left[..at].iter().chain(&left[end..]).copied().collect();
                let candidate = keep(&best, part, &kept);
                if self.fails(&candidate) {
                    (best, left, smaller) = (candidate, kept, true);
                } else {
                    at = end;
                }
            }
            if !smaller || size > left.len() {
                size = if size == 1 { 0 } else { size.div_ceil(2).min(left.len().div_ceil(2).max(1)) };
                if size == 1 && !smaller && left.len() <= 1 {
                    break;
                }
            }
        }
        best
    }
}

/// The parts by number: faults by theirs, chats and acts by place.
fn parts(plan: &Plan, part: Part) -> Vec<u32> {
    let number = |(n, timed): (usize, &Timed)| match (part, &timed.act) {
        (Part::Faults, act) => fault(act),
        // A chat that nobody begins is left out already.
        (Part::Chats, Act::Meet { chat }) => Some(*chat),
        (Part::Acts, act) if is_small(act) => Some(n as u32),
        (Part::Chats | Part::Acts, _) => None,
    };
    plan.acts.iter().enumerate().filter_map(number).collect::<BTreeSet<_>>().into_iter().collect()
}

/// True for what somebody does in a chat that has begun.
fn is_small(act: &Act) -> bool {
    match act {
        Act::Say { .. } | Act::Renew { .. } | Act::Admit { .. } | Act::Expel { .. } | Act::Leave { .. } => true,
        Act::Link { .. } | Act::Unlink { .. } | Act::Arrange { .. } => true,
        Act::Meet { .. } | Act::Begin { .. } | Act::End { .. } | Act::LinkDown { .. } | Act::LinkUp { .. } => false,
    }
}

fn fault(act: &Act) -> Option<u32> {
    match act {
        Act::Begin { fault, .. } | Act::End { fault } => Some(*fault),
        Act::Meet { .. }
        | Act::Say { .. }
        | Act::Renew { .. }
        | Act::Admit { .. }
        | Act::Expel { .. }
        | Act::Leave { .. }
        | Act::Link { .. }
        | Act::Unlink { .. }
        | Act::Arrange { .. }
        | Act::LinkDown { .. }
        | Act::LinkUp { .. } => None,
    }
}

fn chat(act: &Act) -> Option<u32> {
    match act {
        Act::Meet { chat }
        | Act::Say { chat, .. }
        | Act::Renew { chat, .. }
        | Act::Admit { chat, .. }
        | Act::Expel { chat, .. }
        | Act::Leave { chat, .. } => Some(*chat),
        Act::Link { .. } | Act::Unlink { .. } | Act::Arrange { .. } => None,
        Act::Begin { .. } | Act::End { .. } | Act::LinkDown { .. } | Act::LinkUp { .. } => None,
    }
}

fn keep(plan: &Plan, part: Part, kept: &[u32]) -> Plan {
    let kept: BTreeSet<u32> = kept.iter().copied().collect();
    let stays = |n: usize, timed: &Timed| match part {
        Part::Faults => fault(&timed.act).is_none_or(|fault| kept.contains(&fault)),
        Part::Chats => chat(&timed.act).is_none_or(|chat| kept.contains(&chat)),
        Part::Acts => !is_small(&timed.act) || kept.contains(&(n as u32)),
    };
    let acts = plan.acts.iter().enumerate().filter(|(n, timed)| stays(*n, timed)).map(|(_, timed)| timed.clone());
    let acts: Vec<_> = acts.collect();
    let checks = crate::scenario::Checks { unmet: 1.0, fork: plan.checks.fork, ..Default::default() };
    Plan { acts, checks, ..plan.clone() }
}

/// Without people who are in no chat that begins, and without chats that do not begin.
fn without_strangers(plan: &Plan) -> Plan {
    let begun: Vec<u32> = parts(plan, Part::Chats);
    let relays = plan.relays() as u32;
    let known: BTreeSet<u32> = begun.iter().flat_map(|chat| &plan.chats[*chat as usize].members).copied().collect();
    let person = |n: u32| plan.machines[n as usize].of.unwrap_or(n);
    let stays: Vec<u32> =
        (0..plan.machines.len() as u32).filter(|n| *n < relays || known.contains(&person(*n))).collect();
    let new: BTreeMap<u32, u32> = stays.iter().enumerate().map(|(at, n)| (*n, at as u32)).collect();
    let chats: BTreeMap<u32, u32> = begun.iter().enumerate().map(|(at, chat)| (*chat, at as u32)).collect();
    let rename = |timed: &Timed| {
        let chat = |chat: &u32| chats.get(chat).copied();
        let act = match &timed.act {
            Act::Meet { chat: c } => Act::Meet { chat: chat(c)? },
            Act::Say { chat: c, by, bytes } => Act::Say { chat: chat(c)?, by: *by, bytes: *bytes },
            Act::Renew { chat: c, by } => Act::Renew { chat: chat(c)?, by: *by },
            Act::Admit { chat: c, member } => Act::Admit { chat: chat(c)?, member: *member },
            Act::Expel { chat: c, by, member } => Act::Expel { chat: chat(c)?, by: *by, member: *member },
            Act::Leave { chat: c, member } => Act::Leave { chat: chat(c)?, member: *member },
            Act::Link { device } => Act::Link { device: *new.get(device)? },
            Act::Unlink { device } => Act::Unlink { device: *new.get(device)? },
            Act::Arrange { device, number } => Act::Arrange { device: *new.get(device)?, number: *number },
            Act::Begin { fault, kind, at, amount } => {
                let at: Vec<u32> = at.iter().filter_map(|n| new.get(n).copied()).collect();
                Act::Begin { fault: *fault, kind: *kind, at, amount: *amount }
            }
            Act::End { fault } => Act::End { fault: *fault },
            Act::LinkDown { node, relay } => Act::LinkDown { node: *new.get(node)?, relay: *relay },
            Act::LinkUp { node, relay } => Act::LinkUp { node: *new.get(node)?, relay: *relay },
        };
        Some(Timed { at: timed.at, act })
    };
    let spec = |chat: &u32| {
        let mut spec = plan.chats[*chat as usize].clone();
        spec.members.iter_mut().for_each(|n| *n = new.get(n).copied().unwrap_or(*n));
        spec
    };
    let machine = |n: &u32| {
        let spec = plan.machines[*n as usize].clone();
        MachineSpec { of: spec.of.and_then(|person| new.get(&person).copied()), ..spec }
    };
    Plan {
        machines: stays.iter().map(machine).collect(),
        chats: begun.iter().map(spec).collect(),
        acts: plan.acts.iter().filter_map(rename).collect(),
        ..plan.clone()
    }
}
