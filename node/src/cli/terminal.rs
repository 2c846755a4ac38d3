//! What is printed, and how text of strangers is made harmless: a terminal obeys escape sequences, wherever they
//! come from, and bidirectional controls make a text look like another.

use crate::texts::program::{self, t};
use anyhow::Result;
use serde::Serialize;
use serde_json::json;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Where data goes.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    /// As JSON.
    pub json: bool,
}

impl Out {
    /// Prints `data` as JSON, or what `text` makes of it.
    pub fn print<T: Serialize>(self, data: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        let shown = if self.json { safe_json(&serde_json::to_string(data)?) } else { text(data) };
        self.raw(&format!("{}\n", shown.trim_end_matches('\n')))
    }

    /// Says that a chat's home relays were asked, and with which command one sees what they decide.
    pub fn asked(self, chat: &str, see: &str) -> Result<()> {
        self.print(&json!({ "asked": chat }), |_| t!("cli-asked", command = see, chat = short(chat)))
    }

    /// Prints text that is already harmless.
    pub fn raw(self, text: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // The reader (`head`, a closed pager) has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            outcome => Ok(outcome?),
        }
    }
}

/// One line: every character that a terminal could obey is spelled out.
pub fn safe(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if is_hostile(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// A message of several lines; those after the first are indented by `indent`, so that none looks like a new message.
pub fn safe_lines(text: &str, indent: usize) -> String {
    let gap = format!("\n{:indent$}", "");
    text.lines().map(safe).collect::<Vec<_>>().join(&gap)
}

/// What the core said of a failure, in the reader's language.
pub fn told(english: &str) -> String {
    safe_lines(&program::texts().told(english), 2)
}

/// JSON that is also safe to look at. Outside of strings JSON has no such characters, so escapes are always right.
fn safe_json(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, c| {
        if is_hostile(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// C0, DEL, C1, line and paragraph separators, and the bidirectional controls (UAX #9, section 2).
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first characters of an id, enough to name it again.
pub fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// `2026-11-24 03:12` in UTC.
pub fn time(ms: u64) -> String {
    let minutes = ms / 60_000;
    let (year, month, day) = civil(minutes / 1440);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Days since 1970 to a date (Howard Hinnant's `civil_from_days`, for dates from 1970).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_obeys_gets_through() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{7}\r\n\u{202e}gnp.exe\u{2066}é";
        let shown = safe(hostile);
        assert!(shown.chars().all(|c| !is_hostile(c)), "{shown}");
        assert_eq!(shown, "a\\u{1b}[2J\\u{9b}31m\\u{7}\\u{d}\\u{a}\\u{202e}gnp.exe\\u{2066}é");
        assert_eq!(safe_lines("one\ntwo\u{1b}", 4), "one\n    two\\u{1b}");
        let json = serde_json::to_string(hostile).unwrap();
        let escaped = safe_json(&json);
        assert!(escaped.chars().all(|c| !is_hostile(c)));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), hostile);
    }

    #[test]
    fn dates() {
        assert_eq!(time(0), "1970-01-01 00:00");
        assert_eq!(time(1_709_164_800_000), "2024-02-29 00:00");
        assert_eq!(time(1_795_489_999_000), "2026-11-24 03:13");
        assert_eq!(time(4_102_444_800_000), "2100-01-01 00:00");
    }
}
