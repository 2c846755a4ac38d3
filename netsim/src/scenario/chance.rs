//! Scenarios made up from a seed, as text that can be kept: the full mix of faults, for the swarm.

use crate::dice::Dice;
use std::fmt::Write;

/// Faults of people and relays: kind, whom, how often an hour at most, how long in seconds.
const TROUBLE: [(&str, &str, u64, u64); 14] = [
    ("partition", "30% of all", 12, 90),
    ("partition", "half of people", 4, 300),
    ("partition", "1 of relays", 6, 120),
    ("offline", "20% of people", 6, 240),
    ("offline", "1 of relays", 4, 180),
    ("kill", "2 of people", 60, 2),
    ("kill", "1 of relays", 12, 2),
    ("power", "2 of people", 40, 5),
    ("power", "1 of relays", 12, 5),
    ("crash-before-send", "2 of people", 80, 20),
    ("crash-before-send", "1 of relays", 30, 5),
    ("disk-full", "1 of people", 12, 30),
    ("sleep", "30% of people", 20, 120),
    ("reset", "20% of all", 40, 1),
];

/// What one relay of four may do without harm.
const LIES: [&str; 6] = ["lie-ack", "lie-withhold", "lie-corrupt", "lie-replay", "lie-flood", "lie-fork"];

/// The text of a scenario with so many people.
pub fn text(seed: u64, nodes: u32) -> String {
    let mut dice = Dice::new(seed, "scenario");
    let mut out = String::new();
    let relays = dice.within(4, 7);
    let renews = dice.chance(0.6);
    let lasts = dice.within(15, 40);
    let _ = write!(
        out,
        "name = \"swarm {seed}\"\nabout = \"Made up from seed {seed}.\"\nseed = {seed}\n\
         relays = {{ count = {relays}, sync = \"{}ms\" }}\n\n",
        dice.within(1, 12)
    );
    link(&mut out, &mut dice);
    let phones = dice.within(0, u64::from(nodes)) as u32;
    let devices = devices(seed);
    population(&mut out, ("desks", nodes - phones), "home", devices.as_deref(), &mut dice);
    population(&mut out, ("phones", phones), "rough", devices.as_deref(), &mut dice);
    for group in [("desks", nodes - phones), ("phones", phones)] {
        workload(&mut out, group, nodes, renews, &mut dice);
    }
    let groups = nodes >= 4 && dice.chance(0.6);
    if groups {
        for (name, count) in [("desks", nodes - phones), ("phones", phones)] {
            group(&mut out, (name, count), &mut dice);
        }
    }
    let _ = write!(out, "[[phase]]\nname = \"meet\"\nlasts = \"8min\"\n\n");
    let _ = write!(out, "[[phase]]\nname = \"trouble\"\nlasts = \"{lasts}min\"\nfault = [\n");
    for _ in 0..dice.within(2, 8) {
        if let Some((kind, who, often, seconds)) = dice.pick(&TROUBLE).copied() {
            let (often, seconds) = (dice.within(1, often), dice.within(1, seconds));
            // Nobody is chosen from a group without members.
            let who = if who.ends_with("people") { group_of(who, phones, nodes, &mut dice) } else { who.into() };
            let _ = writeln!(
                out,
                "  {{ kind = \"{kind}\", who = \"{who}\", every = \"{often}/h\", for = \"{seconds}s\" }},"
            );
        }
    }
    dangers(&mut out, relays, renews || groups, &mut dice);
    out.push_str("]\n");
    out
}

/// One relay may lie or lose its disk. All of them may lose their disks where nothing is decided (no keys renewed, no
/// groups): registers that forget let a control chain fork (docs/decisions/0011).
fn dangers(out: &mut String, relays: u64, decides: bool, dice: &mut Dice) {
    let one = dice.below(relays);
    match dice.below(4) {
        0 => {
            for lie in LIES {
                if dice.chance(0.5) {
                    let _ = writeln!(
                        out,
                        "  {{ kind = \"{lie}\", who = \"relay {one}\", at = \"{}min\", for = \"{}min\" }},",
                        dice.within(0, 10),
                        dice.within(1, 20)
                    );
                }
            }
        }
        1 if decides => {
            let _ = writeln!(out, "  {{ kind = \"wipe\", who = \"relay {one}\", every = \"6/h\", for = \"10s\" }},");
        }
        1 => {
            let _ = writeln!(out, "  {{ kind = \"wipe\", who = \"1 of relays\", every = \"10/h\", for = \"10s\" }},");
            let _ = writeln!(out, "  {{ kind = \"wipe\", who = \"relays\", at = \"12min\", for = \"30s\" }},");
        }
        _ => {}
    }
}

fn group_of(who: &str, phones: u32, nodes: u32, dice: &mut Dice) -> String {
    let phone = phones == nodes || (phones > 0 && dice.chance(0.5));
    who.replace("people", if phone { "phones" } else { "desks" })
}

fn link(out: &mut String, dice: &mut Dice) {
    let _ = write!(
        out,
        "[link.rough]\nlatency = \"{}ms\"\njitter = \"{}ms\"\nbandwidth = \"{}kbit\"\nloss = {:.3}\n\
         duplication = {:.4}\nreordering = {:.3}\nresets = \"{}/h\"\n\n",
        dice.within(5, 150),
        dice.within(0, 100),
        dice.within(200, 20_000),
        dice.unit() * 0.04,
        dice.unit() * 0.01,
        dice.unit() * 0.05,
        dice.within(1, 30)
    );
}

fn population(out: &mut String, (name, count): (&str, u32), link: &str, devices: Option<&str>, dice: &mut Dice) {
    if count > 0 {
        let _ = write!(
            out,
            "[[population]]\nname = \"{name}\"\ncount = {count}\nlink = \"{link}\"\nclock_skew = \"{}s\"\nsync = \"{}ms\"\n{}\n",
            dice.within(0, 60),
            dice.within(1, 20),
            devices.unwrap_or_default()
        );
    }
}

/// In two of five scenarios some people have several devices; from dice of their own, so that all else of a seed is what
/// it was.
fn devices(seed: u64) -> Option<String> {
    let mut dice = Dice::new(seed, "scenario's devices");
    dice.chance(0.4).then(|| {
        let (most, often, remove) = (dice.within(2, 3), dice.within(1, 12), dice.unit() * 0.5);
        format!(
            "devices = {{ count = [1, {most}], link = \"trouble\", arrange = \"{often}/h\", remove = {remove:.1} }}\n"
        )
    })
}

fn workload(out: &mut String, (name, count): (&str, u32), nodes: u32, renews: bool, dice: &mut Dice) {
    if count == 0 || (count == 1 && nodes == 1) {
        return;
    }
    let other = if name == "desks" { "phones" } else { "desks" };
    let to = if count < 2 || (count < nodes && dice.chance(0.4)) { other } else { name };
    let _ = write!(
        out,
        "[[workload]]\nfrom = \"{name}\"\nto = \"{to}\"\nchats = {}\nmessages = \"{}/h\"\nbytes = [4, {}]\nread = {:.1}\n",
        dice.within(1, 2),
        dice.within(6, 60),
        dice.within(40, 3_000),
        dice.unit()
    );
    if renews {
        let _ = writeln!(out, "renew = \"{}/h\"", dice.within(1, 6));
    }
    out.push('\n');
}

/// A group or two, in which people come and go.
fn group(out: &mut String, (of, count): (&str, u32), dice: &mut Dice) {
    if count < 3 {
        return;
    }
    let size = dice.within(3, u64::from(count.min(8)));
    let spare = dice.within(0, (u64::from(count) - size).min(4));
    let _ = write!(
        out,
        "[[group]]\nof = \"{of}\"\ncount = {}\nsize = {size}\nspare = {spare}\nadmins = {}\nmessages = \"{}/h\"\n\
         bytes = [4, {}]\nread = {:.1}\nrenew = \"{}/day\"\nadd = \"{}/h\"\nremove = \"{}/h\"\nleave = \"{}/h\"\n\n",
        dice.within(1, 2),
        dice.within(0, 2),
        dice.within(4, 30),
        dice.within(40, 1_000),
        dice.unit(),
        dice.within(1, 48),
        dice.within(2, 20),
        dice.within(1, 12),
        dice.within(1, 6),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::compile::compile;
    use crate::scenario::read::read;
    use std::collections::BTreeSet;

    #[test]
    fn every_seed_makes_a_scenario_that_reads_and_they_differ() {
        let (mut kinds, mut devices) = (BTreeSet::new(), 0);
        for seed in 0..300 {
            let text = text(seed, 2 + (seed % 60) as u32);
            let scenario = read(&text).unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
            devices += usize::from(scenario.population.iter().any(|group| group.devices.is_some()));
            kinds.extend(scenario.phase.iter().flat_map(|phase| &phase.fault).map(|fault| fault.kind));
            let plan = compile(&scenario, seed);
            assert_eq!(plan.check(), Ok(()), "{seed}");
            assert!(!plan.chats.is_empty(), "{seed}");
        }
        assert!(kinds.len() >= 15, "{kinds:?}");
        assert!((60..240).contains(&devices), "{devices} of 300 have people with several devices");
    }
}
