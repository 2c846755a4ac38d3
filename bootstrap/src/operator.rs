//! What the operator decides, as flags. Everything left out is the core's default for a small machine.

use chappe_protocol::relay::{Policy, PolicyError, Rate};
use clap::Args;
use std::str::FromStr;
use thiserror::Error;

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 3600 * 1000;

/// A number of bytes: `500M`, `20G`, `1048576`. K, M, G and T are powers of 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

/// A text that is no number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a size; write a whole number with K, M, G or T behind it, for example 20G")]
pub struct SizeError;

impl FromStr for Bytes {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let shift = match text[digits.len()..].to_ascii_uppercase().trim_end_matches("IB").trim_end_matches('B') {
            "" => 0,
            "K" => 10,
            "M" => 20,
            "G" => 30,
            "T" => 40,
            _ => return Err(SizeError),
        };
        let number: u64 = digits.parse().map_err(|_| SizeError)?;
        number.checked_mul(1 << shift).map(Self).ok_or(SizeError)
    }
}

/// Flags of the policy.
#[derive(Clone, Debug, Default, Args)]
pub struct PolicyFlags {
    /// How much to keep for users, for example 20G; the disk holds up to twice as much while it is tidied.
    #[arg(long, value_name = "SIZE")]
    max_disk: Option<Bytes>,
    /// Links at a time.
    #[arg(long, value_name = "N")]
    max_links: Option<usize>,
    /// Logs (chat rooms and inboxes) kept.
    #[arg(long, value_name = "N")]
    max_logs: Option<u64>,
    /// Days after which an empty log that nobody touched is forgotten.
    #[arg(long, value_name = "DAYS")]
    forget_idle_days: Option<u64>,
    /// Requests a second of one link; it may save up two seconds of them.
    #[arg(long, value_name = "N")]
    requests_per_second: Option<u32>,
    /// Bytes of requests a second of one link, for example 8M.
    #[arg(long, value_name = "SIZE")]
    bytes_per_second: Option<Bytes>,
    /// Logs one link may create in an hour.
    #[arg(long, value_name = "N")]
    logs_per_hour: Option<u32>,
}

impl PolicyFlags {
    /// The policy, checked.
    pub fn policy(&self) -> Result<Policy, PolicyError> {
        let default = Policy::default();
        let rate_of = |bytes: Bytes| u32::try_from(bytes.0).unwrap_or(u32::MAX);
        let policy = Policy {
            bytes_max: self.max_disk.map_or(default.bytes_max, |size| size.0),
            links_max: self.max_links.unwrap_or(default.links_max),
            logs_max: self.max_logs.unwrap_or(default.logs_max),
            idle_ms: self.forget_idle_days.map_or(default.idle_ms, |days| days.saturating_mul(DAY_MS)),
            requests: self.requests_per_second.map_or(default.requests, |n| Rate::per_second(n, n.saturating_mul(2))),
            bytes: self.bytes_per_second.map_or(default.bytes, |size| Rate::per_second(rate_of(size), rate_of(size))),
            creations: self.logs_per_hour.map_or(default.creations, |n| Rate::per_hour(n, n)),
            ..default
        };
        policy.check()?;
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_nothing_else() {
        for (text, bytes) in
            [("0", 0), ("12", 12), ("2K", 2048), ("3mb", 3 << 20), ("20G", 20 << 30), ("1TiB", 1 << 40)]
        {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for bad in ["", "G", "1.5G", "-1", "1X", "99999999999T", "1 G", "١G"] {
            assert_eq!(bad.parse::<Bytes>(), Err(SizeError), "{bad}");
        }
    }

    #[test]
    fn flags_change_the_policy_and_a_policy_that_cannot_work_is_refused() {
        assert_eq!(PolicyFlags::default().policy(), Ok(Policy::default()));
        let flags = PolicyFlags { max_disk: Some(Bytes(1 << 30)), max_links: Some(10), ..PolicyFlags::default() };
        let policy = flags.policy().unwrap();
        assert_eq!((policy.bytes_max, policy.links_max), (1 << 30, 10));
        assert!(PolicyFlags { max_links: Some(0), ..PolicyFlags::default() }.policy().is_err());
        assert!(PolicyFlags { bytes_per_second: Some(Bytes(1)), ..PolicyFlags::default() }.policy().is_err());
    }
}
