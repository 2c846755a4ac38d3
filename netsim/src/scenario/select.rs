//! Which machines a fault hits: `[N of | half of | P% of] GROUP [K | K-L] [but N]`.
//!
//! GROUP is `relays`, `all` (people and relays) or a population. Numbers count from 0 inside the group.

use crate::dice::Dice;
use thiserror::Error;

/// How many of those that qualify.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Share {
    All,
    Count(usize),
    Part(f64),
}

/// A parsed selector.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    share: Share,
    group: String,
    only: Option<(usize, usize)>,
    but: usize,
}

/// What is wrong with one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} selects nobody: write it as \"relays\", \"relays 0-2\", \"relays but 1\", \"3 of people\", \"30% of people\""
)]
pub struct BadSelector(pub String);

impl Selector {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, BadSelector> {
        let bad = || BadSelector(text.to_owned());
        let mut words = text.split_whitespace().peekable();
        let mut share = Share::All;
        if let Some((amount, _)) = text.split_once(" of ") {
            share = match amount.trim() {
                "half" => Share::Part(0.5),
                amount => match amount.strip_suffix('%') {
                    Some(part) => Share::Part(part.parse::<f64>().map_err(|_| bad())? / 100.0),
                    None => Share::Count(amount.parse().map_err(|_| bad())?),
                },
            };
            words = text.split_once(" of ").map_or("", |(_, rest)| rest).split_whitespace().peekable();
        }
        let group = words.next().ok_or_else(bad)?.to_owned();
        let group = if group == "relay" { "relays".into() } else { group };
        let (mut only, mut but) = (None, 0);
        while let Some(word) = words.next() {
            if word == "but" {
                but = words.next().and_then(|n| n.parse().ok()).ok_or_else(bad)?;
            } else {
                let (low, high) = word.split_once('-').unwrap_or((word, word));
                only = Some((low.parse().map_err(|_| bad())?, high.parse().map_err(|_| bad())?));
            }
        }
        Ok(Self { share, group, only, but })
    }

    /// The group it names.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The machines, of those of the group.
    pub fn choose(&self, group: &[u32], dice: &mut Dice) -> Vec<u32> {
        let within = |(at, _): &(usize, &u32)| self.only.is_none_or(|(low, high)| (low..=high).contains(at));
        let of: Vec<u32> = group.iter().enumerate().filter(within).map(|(_, machine)| *machine).collect();
        let most = of.len().saturating_sub(self.but);
        let wanted = match self.share {
            Share::All => most,
            Share::Count(n) => n.min(most),
            Share::Part(part) => ((most as f64 * part).round() as usize).min(most),
        };
        dice.some(&of, wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_read_as_documented() {
        let group: Vec<u32> = (10..20).collect();
        let count = |text: &str| Selector::parse(text).unwrap().choose(&group, &mut Dice::new(1, "t"));
        assert_eq!(count("people").len(), 10);
        assert_eq!(count("people 3"), [13]);
        assert_eq!(count("relays 0-2"), [10, 11, 12]);
        assert_eq!(count("relays but 1").len(), 9);
        assert_eq!(count("30% of people").len(), 3);
        assert_eq!(count("half of people").len(), 5);
        assert_eq!(count("2 of people 8-9 but 1").len(), 1);
        for bad in ["", "x of people", "people but", "people one"] {
            assert!(Selector::parse(bad).is_err(), "{bad}");
        }
    }
}
