//! Quantities as people write them in a scenario: "30ms", "2d", "20Mbit", "40/day".
//!
//! Not here: what they mean.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A length of time in microseconds: "150us", "30ms", "2s", "10min", "1h", "7d", "1w".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub u64);

const TIMES: [(&str, u64); 8] = [
    ("us", 1),
    ("ms", 1_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("h", 3_600_000_000),
    ("d", 86_400_000_000),
    ("day", 86_400_000_000),
    ("w", 604_800_000_000),
];

impl Span {
    /// So many seconds.
    pub const fn seconds(n: u64) -> Self {
        Self(n * 1_000_000)
    }

    /// So many minutes.
    pub const fn minutes(n: u64) -> Self {
        Self::seconds(n * 60)
    }

    /// Whole milliseconds.
    pub const fn ms(self) -> u64 {
        self.0 / 1_000
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split(text)?;
        let scale = TIMES.into_iter().find(|(name, _)| *name == unit)?.1;
        whole(number * scale as f64).map(Self)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |scale: u64| self.0 >= scale && self.0.is_multiple_of(scale);
        let units = [("w", TIMES[7].1), ("d", TIMES[5].1), ("h", TIMES[4].1), ("min", TIMES[2].1)];
        let units = units.into_iter().chain([("s", TIMES[3].1), ("ms", TIMES[1].1)]);
        match units.into_iter().find(|(_, scale)| fits(*scale)) {
            Some((unit, scale)) => write!(f, "{}{unit}", self.0 / scale),
            None => write!(f, "{}us", self.0),
        }
    }
}

/// Bytes a second: "500kbit", "20Mbit", "1Gbit".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bandwidth(pub u64);

impl Bandwidth {
    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = split(text)?;
        let scale = match unit {
            "kbit" => 1e3,
            "Mbit" => 1e6,
            "Gbit" => 1e9,
            _ => return None,
        };
        whole(number * scale / 8.0).filter(|bytes| *bytes > 0).map(Self)
    }
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}kbit", self.0 * 8 / 1_000)
    }
}

/// So often in some time: "40/day", "3/min". The mean pause in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Often {
    /// Mean time between two, in microseconds.
    pub every: f64,
}

impl Often {
    fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once('/')?;
        let count: f64 = count.trim().parse().ok().filter(|n| *n > 0.0)?;
        let scale = TIMES.into_iter().find(|(name, _)| *name == unit.trim())?.1;
        Some(Self { every: scale as f64 / count })
    }
}

impl fmt::Display for Often {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/day", (TIMES[5].1 as f64 / self.every * 1000.0).round() / 1000.0)
    }
}

fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let number: f64 = text[..at].trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some((number, &text[at..]))
}

fn whole(value: f64) -> Option<u64> {
    (value < 9e15).then_some(value.round() as u64)
}

macro_rules! as_text {
    ($name:ident, $example:literal) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $name::parse(&text)
                    .ok_or_else(|| serde::de::Error::custom(format!(concat!("{:?}: write it as ", $example), text)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

as_text!(Span, "\"30ms\", \"2s\", \"10min\", \"1h\", \"7d\"");
as_text!(Bandwidth, "\"500kbit\", \"20Mbit\", \"1Gbit\"");
as_text!(Often, "\"40/day\", \"3/min\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_understood_and_written_back() {
        for (text, us, back) in [
            ("30ms", 30_000, "30ms"),
            ("1.5s", 1_500_000, "1500ms"),
            ("10min", 600_000_000, "10min"),
            ("7d", TIMES[7].1, "1w"),
        ] {
            assert_eq!(Span::parse(text), Some(Span(us)), "{text}");
            assert_eq!(Span(us).to_string(), back);
        }
        assert_eq!(Bandwidth::parse("20Mbit"), Some(Bandwidth(2_500_000)));
        assert_eq!(Often::parse("40/day").map(|often| often.every), Some(2.16e9));
        for bad in ["", "5", "ms", "-3s", "nans", "1 fortnight", "1e40d"] {
            assert_eq!(Span::parse(bad), None, "{bad}");
        }
        assert!(Bandwidth::parse("0kbit").is_none() && Often::parse("0/day").is_none());
    }
}
