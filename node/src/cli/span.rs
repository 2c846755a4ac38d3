//! Spans of time and times as people type them.

use crate::texts::program::t;
use anyhow::{Context, Result, bail};

/// `30s`, `5m`, `2h`, `7d`; in seconds.
pub fn seconds(text: &str) -> Result<u32> {
    let rule = || t!("cli-span-rule");
    let at = text.find(|c: char| !c.is_ascii_digit()).with_context(rule)?;
    let (number, unit) = text.split_at(at);
    let scale = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => bail!(rule()),
    };
    let number: u32 = number.parse().with_context(rule)?;
    number.checked_mul(scale).with_context(rule)
}

/// As [`seconds`] reads it, in the largest unit that fits.
pub fn shown(seconds: u64) -> String {
    let units = [(24 * 3600, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let fits = units.into_iter().find(|(scale, _)| seconds.is_multiple_of(*scale));
    fits.map_or_else(|| format!("{seconds}s"), |(scale, unit)| format!("{}{unit}", seconds / scale))
}

/// A new number that makes a request harmless when it is repeated.
pub fn nonce() -> Result<String> {
    let mut nonce = [0u8; 16];
    getrandom::fill(&mut nonce)?;
    Ok(data_encoding::HEXLOWER.encode(&nonce))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        assert_eq!(seconds("90s").unwrap(), 90);
        assert_eq!(seconds("2h").unwrap(), 7200);
        assert_eq!([shown(7200), shown(90), shown(86_400)], ["2h", "90s", "1d"]);
        for bad in ["", "5", "s", "5 m", "-1s", "1w", "99999999999s", "999999999d"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
