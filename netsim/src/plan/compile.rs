//! A scenario and a seed become a plan.

use super::{Act, ChatSpec, GroupSpec, MachineSpec, Plan, Timed};
use crate::dice::Dice;
use crate::scenario::select::Selector;
use crate::scenario::{
    Answer, Churn, Fault, FaultKind, Group, Named, Nat, NatMix, Phase, Population, Scenario, Sleep, Workload,
    built_in_links,
};
use crate::units::{Often, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How long a fault without a length lasts that would otherwise be over at once.
const BLINK: u64 = 2_000_000;

/// Makes the plan.
pub fn compile(scenario: &Scenario, seed: u64) -> Plan {
    let classes: BTreeMap<_, _> = built_in_links().into_iter().chain(scenario.link.clone()).collect();
    let names: Vec<&String> = classes.keys().collect();
    let link = |name: &str| names.iter().position(|known| *known == name).unwrap_or(0);
    let mut plan = Plan {
        name: scenario.name.clone(),
        seed,
        machines: Vec::new(),
        links: classes.values().copied().collect(),
        chats: Vec::new(),
        acts: Vec::new(),
        phases: Vec::new(),
        heal_at: 0,
        end: 0,
        checks: scenario.checks.clone(),
    };
    let mut groups: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for n in 0..scenario.relays.count {
        groups.entry("relays".into()).or_default().push(n);
        plan.machines.push(relay(link(scenario.relays.link.get_ref()), scenario.relays.sync.0));
    }
    let mut dice = Dice::new(seed, "machines");
    for (number, group) in scenario.population.iter().enumerate() {
        for n in 0..group.count {
            groups.entry(group.name.get_ref().clone()).or_default().push(plan.machines.len() as u32);
            let machine = person(group, number as u32, n, link(group.link.get_ref()), scenario.relays.count, &mut dice);
            plan.machines.push(machine);
        }
    }
    further_devices(scenario, seed, &mut plan, &mut groups);
    groups.insert("all".into(), (0..plan.machines.len() as u32).collect());
    let mut at = 0;
    for phase in &scenario.phase {
        plan.phases.push((phase.name.get_ref().clone(), at));
        at += phase.lasts.0;
    }
    plan.phases.push(("heal".into(), at));
    (plan.heal_at, plan.end) = (at, at + scenario.heal.0);
    let mut compiler = Compiler { scenario, plan, groups, faults: 0, known: BTreeSet::new() };
    compiler.workloads(seed);
    compiler.groups_of_people(seed);
    compiler.devices(seed);
    compiler.faults(seed);
    compiler.cycles(seed);
    let mut plan = compiler.plan;
    plan.acts.sort_by_key(|timed| timed.at);
    plan
}

fn relay(link: usize, sync: u64) -> MachineSpec {
    MachineSpec {
        relay: true,
        group: "relays".into(),
        link,
        relays: Vec::new(),
        own_relay: false,
        lan: None,
        nat: Nat::Open,
        skew: 0,
        sync,
        of: None,
    }
}

fn person(group: &Population, number: u32, n: u32, link: usize, relays: u32, dice: &mut Dice) -> MachineSpec {
    let all: Vec<u32> = match group.community {
        0 => (0..relays).collect(),
        // Communities of so many relays; everybody belongs to one.
        size => {
            let communities = relays.div_ceil(size).max(1);
            let home = n % communities;
            (home * size..((home + 1) * size).min(relays)).collect()
        }
    };
    let mut own = if group.own_relay { Vec::new() } else { dice.some(&all, group.relays_of(relays) as usize) };
    // The first of them is asked first: not always the same.
    let turn = dice.below(own.len().max(1) as u64) as usize;
    own.rotate_left(turn);
    let skew = group.clock_skew.ms();
    MachineSpec {
        relay: false,
        group: group.name.get_ref().clone(),
        link,
        relays: own,
        own_relay: group.own_relay,
        lan: group.lan.then_some(number),
        nat: nat(group.nat, dice),
        skew: dice.within(0, 2 * skew) as i64 - skew as i64,
        sync: group.sync.0,
        of: None,
    }
}

/// Further devices stand behind all people, so that those keep their numbers.
fn further_devices(scenario: &Scenario, seed: u64, plan: &mut Plan, groups: &mut BTreeMap<String, Vec<u32>>) {
    for group in &scenario.population {
        let Some(devices) = &group.devices else { continue };
        let mut dice = Dice::new(seed, &format!("devices {}", group.name.get_ref()));
        let machines = groups.entry(group.name.get_ref().clone()).or_default();
        for person in machines.clone() {
            let [least, most] = devices.count;
            for _ in 1..dice.within(least.into(), most.into()) {
                let skew = group.clock_skew.ms();
                machines.push(plan.machines.len() as u32);
                plan.machines.push(MachineSpec {
                    nat: nat(group.nat, &mut dice),
                    skew: dice.within(0, 2 * skew) as i64 - skew as i64,
                    of: Some(person),
                    ..plan.machines[person as usize].clone()
                });
            }
        }
    }
}

fn nat(mix: NatMix, dice: &mut Dice) -> Nat {
    let at = dice.unit();
    if at < mix.cone {
        Nat::Cone
    } else if at < mix.cone + mix.symmetric {
        Nat::Symmetric
    } else {
        Nat::Open
    }
}

struct Compiler<'a> {
    scenario: &'a Scenario,
    plan: Plan,
    groups: BTreeMap<String, Vec<u32>>,
    faults: u32,
    /// Pairs that have a chat of two.
    known: BTreeSet<[u32; 2]>,
}

impl Compiler<'_> {
    fn group(&self, name: &str) -> &[u32] {
        self.groups.get(name).map_or(&[], Vec::as_slice)
    }

    /// The first machines of a population.
    fn people(&self, name: &str) -> Vec<u32> {
        self.group(name).iter().copied().filter(|n| self.plan.machines[*n as usize].of.is_none()).collect()
    }

    fn act(&mut self, at: u64, act: Act) {
        self.plan.acts.push(Timed { at, act });
    }

    /// Start and end of a phase.
    fn phase(&self, name: &str) -> (u64, u64) {
        let at = self.plan.phases.iter().position(|(known, _)| known == name).unwrap_or(0);
        (self.plan.phases[at].1, self.plan.phases.get(at + 1).map_or(self.plan.heal_at, |(_, next)| *next))
    }

    fn workloads(&mut self, seed: u64) {
        for (n, work) in self.scenario.workload.iter().enumerate() {
            let mut dice = Dice::new(seed, &format!("workload {n}"));
            let first = self.plan.chats.len() as u32;
            self.chats(work, n as u32, &mut dice);
            self.meet(work, first, &mut dice);
            self.talk(work, first, &mut dice);
        }
    }

    fn chats(&mut self, work: &Workload, number: u32, dice: &mut Dice) {
        let from = self.people(work.from.get_ref());
        let to = self.people(work.to.as_ref().unwrap_or(&work.from).get_ref());
        let chat = |host, guest, crowd| of_two([host, guest], crowd, work.answer, work.read);
        for (at, machine) in from.iter().enumerate() {
            if work.crowd {
                if let Some(host) = to.first().filter(|host| *host != machine) {
                    self.plan.chats.push(chat(*host, *machine, Some(number)));
                }
                continue;
            }
            let mut tries = 0;
            let mut made = 0;
            while made < work.chats && tries < 20 * work.chats {
                tries += 1;
                let Some(other) = self.friend(work, &to, at, *machine, dice) else { break };
                if self.known.insert(pair(*machine, other)) {
                    made += 1;
                    self.plan.chats.push(chat(other, *machine, None));
                }
            }
        }
    }

    /// Somebody of `to`; where there are communities, mostly of one's own.
    fn friend(&self, work: &Workload, to: &[u32], at: usize, us: u32, dice: &mut Dice) -> Option<u32> {
        let community = self.scenario.population.iter().find(|group| group.name.get_ref() == work.from.get_ref());
        let size = community.map_or(0, |group| group.community);
        let communities = if size == 0 { 1 } else { self.scenario.relays.count.div_ceil(size).max(1) } as usize;
        let near = communities > 1 && to.len() > communities && dice.chance(0.95);
        let pick = if near {
            let of = to.len() / communities;
            dice.below(of as u64) as usize * communities + at % communities
        } else {
            dice.below(to.len() as u64) as usize
        };
        to.get(pick).copied().filter(|other| *other != us).or_else(|| to.iter().copied().find(|other| *other != us))
    }

    fn meet(&mut self, work: &Workload, first: u32, dice: &mut Dice) {
        let (start, end) = self.meeting(work.meet.as_ref());
        for chat in first..self.plan.chats.len() as u32 {
            // In the first half, so that the rest of the phase is there for the answers.
            let at = start + 1_000_000 + dice.below((end - start) / 2);
            self.act(at, Act::Meet { chat });
        }
    }

    /// Start and end of the phase in which chats begin.
    fn meeting(&self, name: Option<&Named>) -> (u64, u64) {
        let name = name.map_or_else(|| self.plan.phases[0].0.clone(), |name| name.get_ref().clone());
        self.phase(&name)
    }

    /// Start, end and rate of the phases in which people write.
    fn talking(&self, names: Option<&Vec<Named>>) -> Vec<(u64, u64, f64)> {
        let chosen = |(n, phase): &(usize, &Phase)| match names {
            None => *n > 0 || self.scenario.phase.len() == 1,
            Some(names) => names.iter().any(|name| name.get_ref() == phase.name.get_ref()),
        };
        let timed = |(_, phase): (usize, &Phase)| {
            let (start, end) = self.phase(phase.name.get_ref());
            (start, end, phase.rate)
        };
        self.scenario.phase.iter().enumerate().filter(chosen).map(timed).filter(|(_, _, rate)| *rate > 0.0).collect()
    }

    fn groups_of_people(&mut self, seed: u64) {
        for (n, group) in self.scenario.group.iter().enumerate() {
            let mut dice = Dice::new(seed, &format!("group {n}"));
            for _ in 0..group.count {
                self.group_of_people(group, &mut dice);
            }
        }
    }

    fn group_of_people(&mut self, group: &Group, dice: &mut Dice) {
        let people = self.people(group.of.get_ref());
        let mut members = dice.some(&people, (group.size + group.spare) as usize);
        // Who makes it is not always the first of the population.
        let turn = dice.below(members.len() as u64) as usize;
        members.rotate_left(turn);
        let (start, end) = self.meeting(group.meet.as_ref());
        let Some((owner, others)) = members.split_first() else { return };
        for other in others {
            if self.known.insert(pair(*owner, *other)) {
                let chat = self.plan.chats.len() as u32;
                self.plan.chats.push(of_two([*owner, *other], None, Answer::Accept, group.read));
                self.act(start + 1_000_000 + dice.below((end - start) / 4), Act::Meet { chat });
            }
        }
        let chat = self.plan.chats.len() as u32;
        let spec = GroupSpec { first: group.size, admins: group.admins };
        let (answer, read) = (Answer::Accept, group.read);
        self.plan.chats.push(ChatSpec { members: members.clone(), group: Some(spec), crowd: None, answer, read });
        self.act(start + (end - start) / 2, Act::Meet { chat });
        let size = members.len() as u64;
        for (start, end, rate) in self.talking(group.phases.as_ref()) {
            let often = |often: Option<Often>, rate: f64, daily, dice: &mut Dice| {
                often.map_or_else(Vec::new, |often| times(start, end, often.every / rate, daily, dice))
            };
            for by in 0..size as u32 {
                for at in often(group.messages, rate, group.daily, dice) {
                    let bytes = length(group.bytes, dice);
                    self.act(at, Act::Say { chat, by, bytes });
                }
                for at in often(group.renew, 1.0, false, dice) {
                    self.act(at, Act::Renew { chat, by });
                }
            }
            if size < 2 {
                continue;
            }
            for at in often(group.add, 1.0, false, dice) {
                self.act(at, Act::Admit { chat, member: dice.within(1, size - 1) as u32 });
            }
            for at in often(group.remove, 1.0, false, dice) {
                let by = dice.below(u64::from(group.admins) + 1) as u32;
                self.act(at, Act::Expel { chat, by, member: dice.within(1, size - 1) as u32 });
            }
            for at in often(group.leave, 1.0, false, dice) {
                self.act(at, Act::Leave { chat, member: dice.within(1, size - 1) as u32 });
            }
        }
    }

    fn talk(&mut self, work: &Workload, first: u32, dice: &mut Dice) {
        let mut of: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for (chat, spec) in self.plan.chats.iter().enumerate().skip(first as usize) {
            for (by, member) in spec.members.iter().enumerate() {
                // In a crowd the host is quiet; they write to the host.
                if !work.crowd || by == 1 {
                    of.entry(*member).or_default().push((chat as u32, by as u32));
                }
            }
        }
        let phases = self.talking(work.phases.as_ref());
        for chats in of.values() {
            for (start, end, rate) in phases.iter().copied() {
                if let Some(often) = work.messages {
                    for at in times(start, end, often.every / rate, work.daily, dice) {
                        let Some((chat, by)) = dice.pick(chats).copied() else { continue };
                        let bytes = length(work.bytes, dice);
                        self.act(at, Act::Say { chat, by, bytes });
                    }
                }
                if let Some(often) = work.renew {
                    for at in times(start, end, often.every, false, dice) {
                        let Some((chat, by)) = dice.pick(chats).copied() else { continue };
                        self.act(at, Act::Renew { chat, by });
                    }
                }
            }
        }
    }

    /// When further devices are linked, changed and removed.
    fn devices(&mut self, seed: u64) {
        for group in &self.scenario.population {
            let Some(devices) = &group.devices else { continue };
            let mut dice = Dice::new(seed, &format!("device acts {}", group.name.get_ref()));
            let second =
                self.plan.phases.get(1).filter(|_| self.scenario.phase.len() > 1).map(|(name, _)| name.clone());
            let name = devices.link.as_ref().map(|name| name.get_ref().clone()).or(second);
            let (start, end) = self.phase(&name.unwrap_or_else(|| self.plan.phases[0].0.clone()));
            let heal = self.plan.heal_at;
            for machine in self.group(group.name.get_ref()).to_vec() {
                if self.plan.machines[machine as usize].of.is_some() {
                    self.act(start + 1_000_000 + dice.below((end - start) / 2), Act::Link { device: machine });
                    if dice.chance(devices.remove) {
                        let at = start + (heal - start) / 2;
                        self.act(at + dice.below((heal - at) / 2 + 1), Act::Unlink { device: machine });
                    }
                }
                let Some(often) = devices.arrange else { continue };
                for at in times(start, heal, often.every, false, &mut dice) {
                    self.act(at, Act::Arrange { device: machine, number: dice.below(1_000_000) as u32 });
                }
            }
        }
    }

    fn faults(&mut self, seed: u64) {
        for (n, phase) in self.scenario.phase.iter().enumerate() {
            for (k, fault) in phase.fault.iter().enumerate() {
                let mut dice = Dice::new(seed, &format!("fault {n} {k}"));
                self.fault(phase, fault, &mut dice);
            }
        }
    }

    fn fault(&mut self, phase: &Phase, fault: &Fault, dice: &mut Dice) {
        let (start, end) = self.phase(phase.name.get_ref());
        let Ok(selector) = Selector::parse(fault.who.get_ref()) else { return };
        let mut at = start + fault.at.0;
        loop {
            let until = match fault.lasts {
                Some(lasts) => (at + lasts.0).min(end),
                None if is_short(fault.kind) || fault.every.is_some() => (at + BLINK).min(end),
                None => end,
            };
            let whom = selector.choose(self.group(selector.group()), dice);
            let sign = if fault.back { -1 } else { 1 };
            self.begin(at, until, fault.kind, whom, sign * fault.amount.ms() as i64);
            let Some(often) = fault.every else { return };
            at = until + dice.pause(often.every);
            if at >= end {
                return;
            }
        }
    }

    fn begin(&mut self, at: u64, until: u64, kind: FaultKind, whom: Vec<u32>, amount: i64) {
        let fault = self.faults;
        self.faults += 1;
        self.act(at, Act::Begin { fault, kind, at: whom, amount });
        self.act(until, Act::End { fault });
    }

    /// Sleep and churn of populations, from the second phase on.
    fn cycles(&mut self, seed: u64) {
        let start = self.plan.phases.get(1).map_or(0, |(_, at)| *at);
        for group in &self.scenario.population {
            let mut dice = Dice::new(seed, &format!("cycles {}", group.name.get_ref()));
            for machine in self.group(group.name.get_ref()).to_vec() {
                if let Some(Sleep { awake, asleep }) = group.sleep {
                    self.cycle(start, machine, FaultKind::Sleep, awake, asleep, &mut dice);
                }
                if let Some(Churn { up, down }) = group.churn {
                    self.cycle(start, machine, FaultKind::Offline, up, down, &mut dice);
                }
            }
        }
    }

    fn cycle(&mut self, start: u64, machine: u32, kind: FaultKind, good: Span, bad: Span, dice: &mut Dice) {
        let mut at = start + dice.pause(good.0 as f64);
        while at < self.plan.heal_at {
            let until = (at + dice.pause(bad.0 as f64).max(BLINK / 2)).min(self.plan.heal_at);
            self.begin(at, until, kind, vec![machine], 0);
            at = until + dice.pause(good.0 as f64).max(1);
        }
    }
}

/// A chat of two.
fn of_two(members: [u32; 2], crowd: Option<u32>, answer: Answer, read: f64) -> ChatSpec {
    ChatSpec { members: members.into(), group: None, crowd, answer, read }
}

/// Two people in any order.
pub fn pair(a: u32, b: u32) -> [u32; 2] {
    [a.min(b), a.max(b)]
}

/// Faults that are one moment, and what follows.
fn is_short(kind: FaultKind) -> bool {
    match kind {
        FaultKind::Kill
        | FaultKind::Power
        | FaultKind::CrashBeforeSend
        | FaultKind::DiskFull
        | FaultKind::Wipe
        | FaultKind::Reset => true,
        FaultKind::Partition
        | FaultKind::Offline
        | FaultKind::Sleep
        | FaultKind::Skew
        | FaultKind::LieAck
        | FaultKind::LieWithhold
        | FaultKind::LieCorrupt
        | FaultKind::LieReplay
        | FaultKind::LieFlood
        | FaultKind::LieFork
        | FaultKind::OldVersion
        | FaultKind::Clone => false,
    }
}

/// A Poisson process, by day only if asked (peaks at noon and in the evening, a twentieth at night).
fn times(start: u64, end: u64, every: f64, daily: bool, dice: &mut Dice) -> Vec<u64> {
    let mut times = Vec::new();
    let mut at = start + dice.pause(every);
    while at < end {
        if !daily || dice.chance(by_day(at)) {
            times.push(at);
        }
        at += dice.pause(if daily { every * DAY_SHARE } else { every }).max(1);
    }
    times
}

/// The mean of [`by_day`], so that a day has as many messages as without it.
const DAY_SHARE: f64 = 0.5;

/// How busy an hour is, from 0 to 1; the run begins at six in the morning.
fn by_day(at: u64) -> f64 {
    const HOURS: [f64; 24] = [
        0.1, 0.3, 0.5, 0.6, 0.6, 0.7, 0.9, 0.8, 0.6, 0.6, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 0.8, 0.5, 0.2, 0.1, 0.05, 0.05,
        0.05, 0.05,
    ];
    HOURS[(at / 3_600_000_000 % 24) as usize]
}

/// Most texts are short: the smaller of two draws.
fn length([low, high]: [u32; 2], dice: &mut Dice) -> u32 {
    let draw = |dice: &mut Dice| dice.within(low.into(), high.into()) as u32;
    draw(dice).min(draw(dice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::read::read;

    #[test]
    fn a_plan_follows_from_scenario_and_seed_and_is_in_order() {
        let text = "name = \"x\"\nabout = \"y\"\nrelays = { count = 4 }\n\
            [[population]]\nname = \"people\"\ncount = 6\nsleep = { awake = \"5min\", asleep = \"1min\" }\n\
            [[workload]]\nfrom = \"people\"\nchats = 2\nmessages = \"60/h\"\n\
            [[phase]]\nname = \"meet\"\nlasts = \"10min\"\n[[phase]]\nname = \"talk\"\nlasts = \"1h\"\n\
            fault = [{ kind = \"kill\", who = \"2 of people\", every = \"6/h\" }]\n";
        let scenario = read(text).unwrap();
        let plan = compile(&scenario, 7);
        assert_eq!(plan, compile(&scenario, 7));
        assert_ne!(plan.acts, compile(&scenario, 8).acts);
        assert_eq!(plan.check(), Ok(()));
        let count = |wanted: fn(&Act) -> bool| plan.acts.iter().filter(|timed| wanted(&timed.act)).count();
        let says = count(|act| matches!(act, Act::Say { .. }));
        assert!((200..600).contains(&says), "{says}: six people, one a minute, one hour");
        assert_eq!(count(|act| matches!(act, Act::Meet { .. })), plan.chats.len());
        assert!(count(|act| matches!(act, Act::Begin { kind: FaultKind::Kill, at, .. } if at.len() == 2)) >= 2);
        let (begun, ended) =
            (count(|act| matches!(act, Act::Begin { .. })), count(|act| matches!(act, Act::End { .. })));
        assert_eq!(begun, ended);
    }

    #[test]
    fn a_day_has_as_many_messages_as_asked_for() {
        let day = 86_400_000_000;
        let made = times(0, 20 * day, day as f64 / 40.0, true, &mut Dice::new(1, "t")).len();
        assert!((700..900).contains(&made), "{made} of 800");
    }
}
