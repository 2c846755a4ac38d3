//! Backup files that the node writes by itself into a folder, such as one on another disk: every so often, the last few kept.
//!
//! Row: `Meta`, partition `backup`, sort `schedule`; see [`rows`]. Its history has a key of its own, sealed to the words that
//! were typed once.

use super::rows::{self, Schedule};
use super::{BackupError, Inner, RETRY_MAX, file, text, write};
use chappe_protocol::peer::command::{Command, Reply};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

/// The shortest and the longest time between two files, and how many are kept at most.
const EVERY: std::ops::RangeInclusive<u64> = 60..=366 * 24 * 3600;
const KEEP_MAX: u32 = 1_000;

/// The end of their names.
const ENDING: &str = ".backup";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Plan {
    /// A folder that is there.
    pub folder: PathBuf,
    /// Seconds between two files.
    pub every_s: u64,
    /// How many stay.
    pub keep: u32,
    /// Files of chats too.
    pub files: bool,
}

/// How it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheduled {
    /// Where to.
    pub folder: String,
    /// Seconds between two files.
    pub every_s: u64,
    /// How many stay.
    pub keep: u32,
    /// Files of chats too.
    pub files: bool,
    /// When the last one was written, milliseconds since 1970; 0 for not yet.
    pub last: u64,
    /// Why the next one could not be written; may be empty.
    pub problem: String,
}

impl Plan {
    /// Checks the bounds.
    pub(super) fn check(&self) -> Result<(), BackupError> {
        let invalid = |why: String| Err(BackupError::Invalid(why));
        if !self.folder.is_absolute() || !self.folder.is_dir() {
            return invalid(format!(
                "{} is no folder; make it first, and name it from the root",
                self.folder.display()
            ));
        }
        if !EVERY.contains(&self.every_s) {
            return invalid("between two files lie a minute to a year".into());
        }
        if !(1..=KEEP_MAX).contains(&self.keep) {
            return invalid(format!("1 to {KEEP_MAX} files can be kept"));
        }
        Ok(())
    }
}

/// Writes what is due, until the node ends.
pub(super) async fn work(inner: Arc<Inner>) {
    let mut again = Instant::now();
    loop {
        let schedule = inner.schedule.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let wait = match &schedule {
            None => RETRY_MAX,
            Some(schedule) => {
                let due = schedule.last.saturating_add(schedule.every_s.saturating_mul(1000));
                let due = Duration::from_millis(due.saturating_sub(inner.clock.now().wall));
                due.max(again.saturating_duration_since(Instant::now()))
            }
        };
        tokio::select! {
            () = inner.scheduled.notified() => {
                again = Instant::now();
                continue;
            }
            // The machine may sleep meanwhile, so the clock is looked at again.
            () = tokio::time::sleep(wait.min(RETRY_MAX)) => if wait > RETRY_MAX { continue },
        }
        let Some(schedule) = schedule else { continue };
        let outcome = one(&inner, schedule).await;
        let problem = outcome.err().unwrap_or_default();
        if !problem.is_empty() {
            tracing::warn!(problem, "a backup file cannot be written");
            again = Instant::now() + RETRY_MAX;
        }
        inner.seen().schedule_problem = problem;
    }
}

async fn one(inner: &Arc<Inner>, mut schedule: Schedule) -> Result<(), String> {
    let Reply::Status(status) = inner.handle.ask(Command::Status).await.map_err(text)? else {
        return Err(super::read::unexpected());
    };
    let begins = format!("chappe-{}-", &status.profile.user.to_hex()[..8]);
    write::reserve(inner, &mut schedule.config);
    put(inner, schedule.clone()).await?;
    let folder = PathBuf::from(&schedule.folder);
    let name = format!("{begins}{}{ENDING}", jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S"));
    let (to, part) = (folder.join(&name), folder.join(format!("{name}.part")));
    let named = |error: std::io::Error| format!("{}: {error}", part.display());
    let written = async {
        let mut pieces = file::write(inner, schedule.config.clone(), schedule.files.then(|| inner.files.clone()));
        let mut copy = tokio::fs::File::create(&part).await.map_err(named)?;
        while let Some(piece) = pieces.recv().await {
            copy.write_all(&piece.map_err(text)?).await.map_err(named)?;
        }
        copy.sync_all().await.map_err(named)?;
        tokio::fs::rename(&part, &to).await.map_err(named)
    };
    if let Err(why) = written.await {
        // A part of a file is worth nothing; if it cannot be removed, that is not worse than what was wrong before.
        drop(tokio::fs::remove_file(&part).await);
        return Err(why);
    }
    let keep = schedule.keep as usize;
    tokio::task::spawn_blocking(move || tidy(&folder, &begins, keep)).await.map_err(text)?.map_err(text)?;
    schedule.last = inner.clock.now().wall;
    put(inner, schedule).await
}

/// Removes the oldest of this user's files above `keep`; their names sort by time.
fn tidy(folder: &Path, begins: &str, keep: usize) -> std::io::Result<()> {
    File::open(folder)?.sync_all()?;
    let mut all = Vec::new();
    for entry in folder.read_dir()? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        let time = name.strip_prefix(begins).and_then(|rest| rest.strip_suffix(ENDING));
        if time.is_some_and(|time| time.len() == 15 && time.bytes().all(|c| c.is_ascii_digit() || c == b'-')) {
            all.push(name);
        }
    }
    all.sort_unstable();
    let old = all.len().saturating_sub(keep);
    all.iter().take(old).try_for_each(|name| std::fs::remove_file(folder.join(name)))
}

/// Makes it durable, unless it was ended or changed meanwhile.
async fn put(inner: &Arc<Inner>, schedule: Schedule) -> Result<(), String> {
    {
        let mut known = inner.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *known {
            Some(known) if known.config.is_same(&schedule.config) => *known = schedule.clone(),
            _ => return Ok(()),
        }
    }
    inner.rows(move |store| Ok(rows::put_schedule(store, Some(&schedule))?)).await.map_err(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_of_ones_own_go_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "chappe-aaaaaaaa-20260101-000000.backup",
            "chappe-aaaaaaaa-20260102-000000.backup",
            "chappe-aaaaaaaa-20260103-000000.backup",
            "chappe-bbbbbbbb-20250101-000000.backup",
            "chappe-aaaaaaaa-20250101-000000.backup.part",
            "chappe-aaaaaaaa-holiday.backup",
            "notes.txt",
        ];
        names.iter().for_each(|name| std::fs::write(folder.path().join(name), "x").unwrap());
        tidy(folder.path(), "chappe-aaaaaaaa-", 2).unwrap();
        let left: Vec<bool> = names.iter().map(|name| folder.path().join(name).exists()).collect();
        assert_eq!(left, [false, true, true, true, true, true, true]);
    }

    #[test]
    fn plans_have_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let plan = |every_s, keep| Plan { folder: folder.path().to_owned(), every_s, keep, files: false };
        plan(60, 1).check().unwrap();
        for bad in [plan(59, 1), plan(u64::MAX, 1), plan(60, 0), plan(60, 1_001)] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        for folder in ["relative", "/nowhere/at/all"] {
            assert!(Plan { folder: folder.into(), ..plan(60, 1) }.check().is_err());
        }
    }
}
