//! Who else wants a blob to stay: the file beside it.

use super::{HOLDS_MAX, Hold};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const ONE: usize = 64;
const SUM: usize = 8;

fn beside(blob: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(blob.as_os_str());
    name.push(ending);
    name.into()
}

fn sum(bytes: &[u8]) -> [u8; SUM] {
    let mut sum = [0; SUM];
    sum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..SUM]);
    sum
}

/// Those of a blob.
pub(super) fn read(blob: &Path) -> Vec<Hold> {
    let bytes = match fs::read(beside(blob, ".holds")) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "who holds a blob cannot be read");
            return Vec::new();
        }
    };
    decode(&bytes).unwrap_or_else(|| {
        tracing::warn!("who holds a blob is damaged, and counts as nobody");
        Vec::new()
    })
}

fn decode(bytes: &[u8]) -> Option<Vec<Hold>> {
    let (body, end) = bytes.split_last_chunk::<SUM>()?;
    if sum(body) != *end || body.len() > ONE * HOLDS_MAX {
        return None;
    }
    let (all, rest) = body.as_chunks::<ONE>();
    let half = |one: &[u8]| one.try_into().ok();
    let hold = |one: &[u8; ONE]| Some(Hold { write: half(&one[..32])?, owner: half(&one[32..])? });
    if rest.is_empty() { all.iter().map(hold).collect() } else { None }
}

/// Has those of a blob be these, durably.
pub(super) fn write(blob: &Path, holds: &[Hold]) -> io::Result<()> {
    let (path, new) = (beside(blob, ".holds"), beside(blob, ".holds-new"));
    let removed = match holds {
        [] => fs::remove_file(&path),
        holds => {
            let mut bytes: Vec<u8> = holds.iter().flat_map(|hold| [hold.write, hold.owner]).flatten().collect();
            bytes.extend(sum(&bytes));
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&new, &path)
        }
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        done => done?,
    }
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
