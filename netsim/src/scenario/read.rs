//! A scenario from text. Whatever is wrong is said with its line.

use super::select::Selector;
use super::{Named, Population, Scenario, built_in_links};
use crate::units::Span;
use chappe_protocol::limits::DEVICES_MAX;
use std::collections::BTreeSet;
use thiserror::Error;

/// What is wrong with a scenario's text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct BadScenario {
    /// From 1.
    pub line: usize,
    /// In words.
    pub what: String,
}

/// Machines of one scenario: what 24 GiB hold.
const MACHINES_MAX: u64 = 250_000;

/// How long a scenario may last: a year.
const TIME_MAX: u64 = 366 * 86_400_000_000;

/// Reads and checks.
pub fn read(text: &str) -> Result<Scenario, BadScenario> {
    let scenario: Scenario = toml::from_str(text).map_err(|error| BadScenario {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        what: error.message().to_owned(),
    })?;
    Check { text, scenario: &scenario }.all()?;
    Ok(scenario)
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

struct Check<'a> {
    text: &'a str,
    scenario: &'a Scenario,
}

impl Check<'_> {
    fn bad(&self, at: &Named, what: impl Into<String>) -> BadScenario {
        BadScenario { line: line_of(self.text, at.span().start), what: what.into() }
    }

    fn whole(&self, what: &str) -> BadScenario {
        BadScenario { line: 1, what: what.to_owned() }
    }

    fn all(&self) -> Result<(), BadScenario> {
        self.sizes()?;
        self.links()?;
        self.populations()?;
        self.workloads()?;
        self.groups()?;
        self.phases()
    }

    fn sizes(&self) -> Result<(), BadScenario> {
        let each = |group: &Population| group.devices.as_ref().map_or(1, |devices| u64::from(devices.count[1].max(1)));
        let machines: u64 = self.scenario.population.iter().map(|group| u64::from(group.count) * each(group)).sum();
        if machines == 0 || self.scenario.phase.is_empty() {
            return Err(self.whole("a scenario needs a population with somebody in it, and a phase"));
        }
        if machines + u64::from(self.scenario.relays.count) > MACHINES_MAX {
            return Err(self.whole("more than 250,000 machines do not fit"));
        }
        let time: u64 = self.scenario.phase.iter().map(|phase| phase.lasts.0).sum();
        if time + self.scenario.heal.0 > TIME_MAX {
            return Err(self.whole("a scenario lasts a year at most"));
        }
        if self.scenario.heal < Span::minutes(10) {
            return Err(self.whole("heal must be at least 10min: the invariants speak of ten healthy minutes"));
        }
        Ok(())
    }

    fn link(&self, name: &Named) -> Result<(), BadScenario> {
        if self.scenario.link.contains_key(name.get_ref()) || built_in_links().contains_key(name.get_ref()) {
            return Ok(());
        }
        Err(self.bad(name, format!("there is no link class {:?}", name.get_ref())))
    }

    fn links(&self) -> Result<(), BadScenario> {
        self.link(&self.scenario.relays.link)?;
        for (name, class) in &self.scenario.link {
            for (what, share) in
                [("loss", class.loss), ("duplication", class.duplication), ("reordering", class.reordering)]
            {
                if !(0.0..=0.5).contains(&share) {
                    return Err(self.whole(&format!("link {name}: {what} must be between 0 and 0.5")));
                }
            }
        }
        Ok(())
    }

    fn populations(&self) -> Result<(), BadScenario> {
        let mut names = BTreeSet::from(["relays", "all"]);
        for group in &self.scenario.population {
            if !names.insert(group.name.get_ref()) {
                return Err(self.bad(&group.name, "there is another group of this name"));
            }
            self.link(&group.link)?;
            let reach = self.scenario.relays.count;
            let wanted = group.relays_of(reach);
            if !group.own_relay && (wanted == 0 || wanted > reach) {
                return Err(self.bad(&group.name, format!("needs {} relays, and there are {reach}", wanted.max(1))));
            }
            if wanted > 8 {
                return Err(self.bad(&group.name, "nobody uses more than 8 relays"));
            }
            self.devices(group)?;
            if group.nat.cone + group.nat.symmetric > 1.0 {
                return Err(self.bad(&group.name, "the shares of NAT types are more than 1"));
            }
        }
        Ok(())
    }

    fn devices(&self, group: &Population) -> Result<(), BadScenario> {
        let Some(devices) = &group.devices else { return Ok(()) };
        let [least, most] = devices.count;
        if least < 1 || least > most || most as usize > DEVICES_MAX {
            return Err(self.bad(&group.name, format!("a person has 1 to {DEVICES_MAX} devices, the smaller first")));
        }
        if group.own_relay || group.lan {
            return Err(self.bad(&group.name, "devices are linked over relays of their person's choice"));
        }
        if !(0.0..=1.0).contains(&devices.remove) {
            return Err(self.bad(&group.name, "remove must be between 0 and 1"));
        }
        devices.link.iter().try_for_each(|name| self.phase(name))
    }

    fn group(&self, name: &Named) -> Result<u32, BadScenario> {
        let found = self.scenario.population.iter().find(|group| group.name.get_ref() == name.get_ref());
        let found = found.map(|group| group.count);
        found.ok_or_else(|| self.bad(name, format!("there is no population {:?}", name.get_ref())))
    }

    fn phase(&self, name: &Named) -> Result<(), BadScenario> {
        let found = self.scenario.phase.iter().any(|phase| phase.name.get_ref() == name.get_ref());
        if found { Ok(()) } else { Err(self.bad(name, format!("there is no phase {:?}", name.get_ref()))) }
    }

    fn workloads(&self) -> Result<(), BadScenario> {
        for work in &self.scenario.workload {
            let from = self.group(&work.from)?;
            let alone = work.to.is_none() && from < 2;
            work.to.as_ref().map_or(Ok(0), |to| self.group(to))?;
            if alone {
                return Err(self.bad(&work.from, "one person alone has nobody to write to"));
            }
            self.bytes(work.bytes, &work.from)?;
            work.meet.iter().chain(work.phases.iter().flatten()).try_for_each(|name| self.phase(name))?;
        }
        Ok(())
    }

    fn bytes(&self, [low, high]: [u32; 2], at: &Named) -> Result<(), BadScenario> {
        if low > high || high > 4_000 || low < 1 {
            return Err(self.bad(at, "bytes must be from 1 to 4000, the smaller first"));
        }
        Ok(())
    }

    fn groups(&self) -> Result<(), BadScenario> {
        for group in &self.scenario.group {
            let people = u64::from(self.group(&group.of)?);
            let members = u64::from(group.size) + u64::from(group.spare);
            if group.size == 0 || members > people.min(256) {
                let text = format!("a group needs somebody, and at most 256 of {people} people");
                return Err(self.bad(&group.of, text));
            }
            if group.admins >= group.size {
                return Err(self.bad(&group.of, "admins are members, and its maker is not one of them"));
            }
            if u64::from(group.count) * members > MACHINES_MAX {
                return Err(self.bad(&group.of, "more than 250,000 members do not fit"));
            }
            self.bytes(group.bytes, &group.of)?;
            group.meet.iter().chain(group.phases.iter().flatten()).try_for_each(|name| self.phase(name))?;
        }
        Ok(())
    }

    fn phases(&self) -> Result<(), BadScenario> {
        let mut names = BTreeSet::new();
        for phase in &self.scenario.phase {
            if !names.insert(phase.name.get_ref()) {
                return Err(self.bad(&phase.name, "there is another phase of this name"));
            }
            for fault in &phase.fault {
                let selector =
                    Selector::parse(fault.who.get_ref()).map_err(|error| self.bad(&fault.who, error.to_string()))?;
                let known = ["relays", "all"].contains(&selector.group())
                    || self.scenario.population.iter().any(|group| group.name.get_ref() == selector.group());
                if !known {
                    return Err(self.bad(&fault.who, format!("there is no group {:?}", selector.group())));
                }
                if fault.at >= phase.lasts {
                    return Err(self.bad(&fault.who, "the fault begins after the end of its phase"));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"name = "x"
about = "y"
relays = { count = 4 }

[[population]]
name = "people"
count = 3

[[workload]]
from = "people"
messages = "4/min"

[[phase]]
name = "talk"
lasts = "10min"
fault = [{ kind = "wipe", who = "relay 0", at = "1min" }]
"#;

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        assert!(read(GOOD).is_ok(), "{:?}", read(GOOD));
        for (from, to, line, what) in [
            ("\"4/min\"", "\"often\"", 11, "\"often\": write it as \"40/day\", \"3/min\""),
            ("count = 3", "counts = 3", 7, "unknown field `counts`"),
            ("from = \"people\"", "from = \"folk\"", 10, "no population \"folk\""),
            ("\"relay 0\"", "\"relay zero\"", 16, "selects nobody"),
            ("\"relay 0\"", "\"robots\"", 16, "no group \"robots\""),
            ("\"wipe\"", "\"wype\"", 16, "unknown variant `wype`"),
            ("at = \"1min\"", "at = \"1h\"", 16, "begins after the end"),
            ("count = 4", "count = 0", 6, "needs 1 relays, and there are 0"),
            ("count = 3", "count = 3\nlink = \"moon\"", 8, "no link class \"moon\""),
            ("lasts = \"10min\"", "lasts = ", 15, ""),
            ("count = 3", "count = 3\ndevices = { count = [3, 2] }", 6, "1 to 10 devices"),
            ("count = 3", "count = 3\ndevices = { count = [1, 2], link = \"walk\" }", 8, "no phase \"walk\""),
            ("count = 3", "count = 3\ndevices = { count = [1, 2] }\nown_relay = true", 6, "over relays"),
            ("count = 3", "count = 3000000", 1, "250,000"),
        ] {
            let error = read(&GOOD.replace(from, to)).unwrap_err();
            assert_eq!(error.line, line, "{error} for {to}");
            assert!(error.what.contains(what), "{error} for {to}");
        }
    }
}
