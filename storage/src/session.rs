//! The file that says how the last process left the store: that decides whether the index is worth anything.
//!
//! Text, one `name value` a line, replaced as a whole:
//!
//! ```text
//! chappe-session 1
//! state closed            (or: open, rebuild)
//! boot 0f6f…              open: the kernel it runs under
//! end 3 52 117            closed: segment, offset and sequence number of the journal's end
//! index 9a0c…             closed: BLAKE3 over the index's files
//! ```
//!
//! Not here: what is done about it (`open.rs`).

use std::io;

use crate::disk::Disk;
use crate::journal::Position;

const NAME: &str = "session";

/// How the last process left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    /// In order: the index was made durable.
    Closed {
        /// The journal's end.
        end: Position,
        /// Over the index's files.
        index: [u8; 32],
    },
    /// It runs, or it died.
    Open {
        /// The kernel it ran under.
        boot: String,
    },
    /// The index is known to be bad.
    Rebuild,
}

impl Session {
    /// `None` if there is no file, or not one that this version understands.
    pub(crate) fn read(disk: &dyn Disk) -> io::Result<Option<Self>> {
        let Some(bytes) = disk.read(NAME)? else { return Ok(None) };
        Ok(std::str::from_utf8(&bytes).ok().and_then(Self::parse))
    }

    /// Makes it durable.
    pub(crate) fn write(&self, disk: &dyn Disk) -> io::Result<()> {
        disk.replace(NAME, self.text().as_bytes())
    }

    fn text(&self) -> String {
        match self {
            Self::Closed { end, index } => format!(
                "chappe-session 1\nstate closed\nend {} {} {}\nindex {}\n",
                end.segment,
                end.offset,
                end.seq,
                blake3::Hash::from_bytes(*index).to_hex()
            ),
            Self::Open { boot } => format!("chappe-session 1\nstate open\nboot {boot}\n"),
            Self::Rebuild => "chappe-session 1\nstate rebuild\n".to_string(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        (lines.next()? == "chappe-session 1").then_some(())?;
        match lines.next()? {
            "state closed" => {
                let mut numbers = lines.next()?.strip_prefix("end ")?.split(' ').map(str::parse);
                let mut number = || numbers.next()?.ok();
                let end = Position { segment: number()?, offset: number()?, seq: number()? };
                let index = *blake3::Hash::from_hex(lines.next()?.strip_prefix("index ")?).ok()?.as_bytes();
                Some(Self::Closed { end, index })
            }
            "state open" => Some(Self::Open { boot: lines.next()?.strip_prefix("boot ")?.to_string() }),
            "state rebuild" => Some(Self::Rebuild),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_survives() {
        let end = Position { segment: 3, offset: 52, seq: 117 };
        for session in [Session::Closed { end, index: [9; 32] }, Session::Open { boot: "b-1".into() }, Session::Rebuild]
        {
            assert_eq!(Session::parse(&session.text()), Some(session));
        }
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for text in ["", "chappe-session 2\nstate open\nboot x\n", "chappe-session 1\nstate closed\nend 1 2\n"] {
            assert_eq!(Session::parse(text), None, "{text:?}");
        }
    }
}
