//! One large file: over HTTP to the sender's node, sealed, to the relay, said, fetched and checked by the recipient's node;
//! and the same with nodes that reach each other, so that it is said at once and fetched from the sender's.

use crate::http::Api;
use crate::machine::Usage;
use crate::raw::{self, Cost};
use crate::scenario::{PATIENCE, Stage, load};
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use serde_json::Value;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often is looked whether something has moved on.
const LOOK: Duration = Duration::from_millis(5);

/// How much is done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Bytes of the file.
    pub size: u64,
    /// Times it is sent.
    pub rounds: usize,
}

/// Everything measured.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// Bytes of the file.
    pub size: u64,
    /// Through the relay, the best run.
    pub relay: Way,
    /// From node to node, the best run.
    pub direct: Way,
    /// Seconds of all runs, of the one and the other.
    pub runs: [Vec<f64>; 2],
    /// QUIC without us.
    pub quic: Cost,
    /// TCP without us.
    pub tcp: Cost,
    /// A plain file, synced every 16 MiB.
    pub disk: Cost,
    /// Load average of the machine before and after: other programs make all of this slower.
    pub machine_load: [f64; 2],
}

/// From the first byte of the request to the last one that the recipient's node has checked and synced, in seconds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Way {
    /// All of it.
    pub seconds: f64,
    /// Until the sender's node had taken it in and sealed it.
    pub taken_in: f64,
    /// From there until the recipient has the message: through a relay, that has all of it then.
    pub brought: f64,
    /// From there to the end.
    pub fetched: f64,
    /// Reading it from the recipient's node over HTTP afterwards.
    pub read: f64,
    /// CPU seconds of sender, relay, recipient, without reading.
    pub cpu: [f64; 3],
    /// Most resident memory of each, MiB.
    pub peak: [f64; 3],
}

/// Does it all below `dir`, and removes what it wrote.
pub fn run(plan: &Plan, dir: &Path) -> Result<Results> {
    std::fs::create_dir_all(dir)?;
    let dir = tempfile::Builder::new().prefix("files-").tempdir_in(dir)?;
    let before = load()?;
    let disk = raw::disk(plan.size, dir.path())?;
    let (quic, tcp) = (raw::quic(plan.size)?, raw::tcp(plan.size)?);
    let path = dir.path().join("file");
    let hash = make(&path, plan.size)?;
    let (relay, relay_runs) = rounds(plan, &dir.path().join("relayed"), &[], &path, hash)?;
    let (direct, direct_runs) = rounds(plan, &dir.path().join("direct"), &["--direct"], &path, hash)?;
    let (runs, machine_load) = ([relay_runs, direct_runs], [before, load()?]);
    Ok(Results { size: plan.size, relay, direct, runs, quic, tcp, disk, machine_load })
}

/// The best run on a stage of its own, and the seconds of all.
fn rounds(
    plan: &Plan,
    dir: &Path,
    flags: &'static [&'static str],
    path: &Path,
    hash: blake3::Hash,
) -> Result<(Way, Vec<f64>)> {
    std::fs::create_dir(dir)?;
    let mut stage = Stage::set(dir, flags)?;
    let (mut best, mut runs) = (None::<Way>, Vec::new());
    for round in 0..plan.rounds {
        let way = send(&mut stage, path, &format!("file-{round}"), hash)?;
        runs.push(way.seconds);
        if best.as_ref().is_none_or(|best| way.seconds < best.seconds) {
            best = Some(way);
        }
    }
    stage.end()?;
    std::fs::remove_dir_all(dir)?;
    Ok((best.context("no run")?, runs))
}

/// Bytes that do not repeat.
fn make(path: &Path, size: u64) -> Result<blake3::Hash> {
    let mut stream = blake3::Hasher::new().update(b"chappe-bench").finalize_xof();
    let (mut file, mut hasher) = (BufWriter::new(File::create_new(path)?), blake3::Hasher::new());
    let mut left = size;
    let mut piece = vec![0; 1 << 20];
    while left > 0 {
        piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        stream.fill(&mut piece);
        hasher.update(&piece);
        file.write_all(&piece)?;
        left -= piece.len() as u64;
    }
    file.into_inner()?.sync_all()?;
    Ok(hasher.finalize())
}

fn send(stage: &mut Stage, path: &Path, name: &str, hash: blake3::Hash) -> Result<Way> {
    let (alice, bob) = (Api::of(&stage.dir.join("alice"))?, Api::of(&stage.dir.join("bob"))?);
    let history = format!("/api/chats/{}/messages?limit=10", stage.chat.to_hex());
    let file = File::open(path)?;
    let before = stage.usage()?;
    let start = Instant::now();
    let since = |start: Instant| start.elapsed().as_secs_f64();
    alice.send(stage.chat, name, file)?;
    let taken_in = since(start);
    let message = until("the message", || {
        let all = bob.get(&history)?;
        let message = all.as_array().and_then(|all| all.iter().find(|one| one["content"]["name"] == name));
        Ok(message.and_then(|message| message["id"].as_str()).map(str::to_owned))
    })?;
    let brought = since(start) - taken_in;
    bob.fetch(&message)?;
    until("the file", || done(&bob, name))?;
    let seconds = since(start);
    let after = stage.usage()?;
    let reading = Instant::now();
    ensure!(bob.read(&message)? == hash, "other bytes arrived");
    let read = since(reading);
    // A direct one is brought to the relay now.
    until("the relay's copy", || done(&alice, name))?;
    let each = |of: fn(&Usage, &Usage) -> f64| std::array::from_fn(|n| of(&before[n], &after[n]));
    Ok(Way {
        seconds,
        taken_in,
        brought,
        fetched: seconds - taken_in - brought,
        read,
        cpu: each(|before, after| after.cpu - before.cpu),
        peak: each(|_, after| after.rss_peak),
    })
}

/// Whether a node's transfer is over.
fn done(node: &Api, name: &str) -> Result<Option<()>> {
    let all = node.get("/api/files")?;
    let transfer = all.as_array().and_then(|all| all.iter().find(|one| one["name"] == name));
    match transfer.and_then(|transfer| transfer["state"].as_str()) {
        Some("done") => Ok(Some(())),
        Some("failed") => bail!("the transfer failed: {}", transfer.unwrap_or(&Value::Null)),
        _ => Ok(None),
    }
}

/// Looks again and again.
fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = look()? {
            return Ok(found);
        }
        std::thread::sleep(LOOK);
    }
    bail!("{what} did not come")
}
