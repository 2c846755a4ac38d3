//! One large file: over HTTP to the sender's node, sealed, to the relay, said, fetched and checked by the recipient's node;
//! and the same with nodes that reach each other, so that it is said at once and fetched from the sender's.

use crate::http::Api;
use crate::link;
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
    /// Nodes reach the relay over TCP in place of QUIC.
    pub tcp: bool,
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
    /// Seconds of all runs: QUIC, through the relay, from node to node, which took turns.
    pub runs: [Vec<f64>; 3],
    /// QUIC without us, the best run.
    pub quic: Cost,
    /// TCP without us, the best run.
    pub tcp: Cost,
    /// A plain file, synced every 16 MiB, the best run.
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
    let path = dir.path().join("file");
    let hash = make(&path, plan.size)?;
    let over: &[&str] = if plan.tcp { &[] } else { &["--quic"] };
    let stage = |name: &str, flags| {
        let dir = dir.path().join(name);
        std::fs::create_dir(&dir)?;
        Stage::set(&dir, over, flags)
    };
    let (mut relayed, mut direct) = (stage("relayed", &[])?, stage("direct", &["--direct"])?);
    let (mut ways, mut plain) = ([const { Vec::new() }; 2], [const { Vec::new() }; 3]);
    // In turns, because the machine is not equally busy all the time.
    for round in 0..plan.rounds {
        plain[0].push(raw::quic(plan.size)?);
        plain[1].push(raw::tcp(plan.size)?);
        plain[2].push(raw::disk(plan.size, dir.path())?);
        ways[0].push(send(&mut relayed, &path, &format!("file-{round}"), hash)?);
        ways[1].push(send(&mut direct, &path, &format!("file-{round}"), hash)?);
    }
    relayed.end()?;
    direct.end()?;
    let seconds = |ways: &[Way]| ways.iter().map(|way| way.seconds).collect();
    let runs = [plain[0].iter().map(|cost| cost.seconds).collect(), seconds(&ways[0]), seconds(&ways[1])];
    let [relay, direct] = ways.map(|ways| best(ways, |way| way.seconds));
    let [quic, tcp, disk] = plain.map(|costs| best(costs, |cost| cost.seconds));
    let (relay, direct) = (relay?, direct?);
    let machine_load = [before, load()?];
    Ok(Results { size: plan.size, relay, direct, runs, quic: quic?, tcp: tcp?, disk: disk?, machine_load })
}

/// One file over a line for each node.
pub fn over_a_line(size: u64, dir: &Path) -> Result<Over> {
    std::fs::create_dir_all(dir)?;
    let dir = tempfile::Builder::new().prefix("link-").tempdir_in(dir)?;
    let path = dir.path().join("file");
    let hash = make(&path, size)?;
    let stage = dir.path().join("stage");
    std::fs::create_dir(&stage)?;
    let mut stage = Stage::set(&stage, &["--quic", "--link"], &[])?;
    let way = send(&mut stage, &path, "file", hash)?;
    stage.end()?;
    Ok(Over { size, of_line: size as f64 / link::RATE / way.seconds, way })
}

/// What came over a line.
#[derive(Clone, Debug, Serialize)]
pub struct Over {
    /// Bytes.
    pub size: u64,
    /// How long it took.
    pub way: Way,
    /// The part of the line's rate that this is.
    pub of_line: f64,
}

fn best<T>(all: Vec<T>, seconds: fn(&T) -> f64) -> Result<T> {
    all.into_iter().min_by(|a, b| seconds(a).total_cmp(&seconds(b))).context("no run")
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
