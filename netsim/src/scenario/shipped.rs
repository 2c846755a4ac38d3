//! The scenarios that come with the program.

use super::Scenario;
use super::read::{BadScenario, read};

/// Short names and texts.
pub const ALL: [(&str, &str); 20] = [
    ("first-contact", include_str!("../../scenarios/first-contact.toml")),
    ("offline-for-a-week", include_str!("../../scenarios/offline-for-a-week.toml")),
    ("partition-and-heal", include_str!("../../scenarios/partition-and-heal.toml")),
    ("relay-wipe", include_str!("../../scenarios/relay-wipe.toml")),
    ("all-relays-but-one", include_str!("../../scenarios/all-relays-but-one.toml")),
    ("all-relays-gone-on-a-lan", include_str!("../../scenarios/all-relays-gone-on-a-lan.toml")),
    ("flash-crowd", include_str!("../../scenarios/flash-crowd.toml")),
    ("phone-sleep", include_str!("../../scenarios/phone-sleep.toml")),
    ("nat-mix", include_str!("../../scenarios/nat-mix.toml")),
    ("lying-relay", include_str!("../../scenarios/lying-relay.toml")),
    ("contact-request-flood", include_str!("../../scenarios/contact-request-flood.toml")),
    ("groups-under-faults", include_str!("../../scenarios/groups-under-faults.toml")),
    ("many-devices", include_str!("../../scenarios/many-devices.toml")),
    ("rolling-upgrade", include_str!("../../scenarios/rolling-upgrade.toml")),
    ("two-liars", include_str!("../../scenarios/two-liars.toml")),
    ("forgetful-registers", include_str!("../../scenarios/forgetful-registers.toml")),
    ("cloned-and-backdated", include_str!("../../scenarios/cloned-and-backdated.toml")),
    ("bad-disks", include_str!("../../scenarios/bad-disks.toml")),
    ("a-day-in-a-town", include_str!("../../scenarios/a-day-in-a-town.toml")),
    ("a-city-for-an-hour", include_str!("../../scenarios/a-city-for-an-hour.toml")),
];

/// The text of one.
pub fn text(name: &str) -> Option<&'static str> {
    ALL.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text)
}

/// One of them, read.
pub fn scenario(name: &str) -> Option<Result<Scenario, BadScenario>> {
    text(name).map(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::compile::compile;

    #[test]
    fn every_shipped_scenario_reads_and_makes_a_plan() {
        for (name, text) in ALL {
            let scenario = read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!scenario.about.is_empty());
            // The largest is made by the command that runs it.
            if scenario.population.iter().map(|group| group.count).sum::<u32>() < 50_000 {
                let plan = compile(&scenario, scenario.seed);
                assert_eq!(plan.check(), Ok(()), "{name}");
                assert!(!plan.chats.is_empty(), "{name}");
            }
        }
    }
}
