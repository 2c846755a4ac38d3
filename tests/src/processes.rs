//! Real programs on loopback, as their users run them: relays and nodes in folders of their own, asked through the
//! command line and the local API, stopped in order or killed.
//!
//! Not here: claims (they are in `suite/processes.rs`).

use serde_json::Value;
use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything may take on a busy machine. A test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at something that is waited for.
const LOOK: Duration = Duration::from_millis(20);
/// How long one request of the API may take.
const ANSWER: Duration = Duration::from_secs(40);

/// Looks until there is something, or panics with `what`.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain: {what}");
        std::thread::sleep(LOOK);
    }
}

/// The folder of the programs: `CHAPPE_BIN`, or where cargo builds them (which it does once if need be).
pub fn programs() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| match std::env::var_os("CHAPPE_BIN") {
        Some(folder) => folder.into(),
        None => build(),
    })
}

/// Builds beside this test's own binary, which stands in `target/PROFILE/deps`.
fn build() -> PathBuf {
    let own = std::env::current_exe().expect("this test has a path");
    let folder = own.ancestors().nth(2).expect("target/PROFILE/deps/test").to_owned();
    let release = folder.file_name().is_some_and(|name| name == "release");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--workspace", "--bins", "--quiet", "--profile", if release { "release" } else { "dev" }]);
    cargo.arg("--target-dir").arg(folder.parent().expect("target"));
    let status = cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).status();
    assert!(status.expect("cargo runs").success(), "the programs do not build");
    folder
}

/// A port that is free now, below those that the system gives to outgoing connections, and no other test's.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = (std::process::id() % 97) as u16 * 64;
    for _ in 0..4_000 {
        let port = 12_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 8_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between 12000 and 20000");
}

/// A program that runs, or stands still.
#[derive(Debug)]
struct Process {
    name: String,
    log: PathBuf,
    child: Option<Child>,
}

impl Process {
    fn new(name: &str, folder: &Path) -> Self {
        Self { name: name.to_owned(), log: folder.join(format!("{name}.log")), child: None }
    }

    /// Starts it and waits for the line that it prints when it is ready.
    fn start(&mut self, command: &mut Command) -> Value {
        assert!(self.child.is_none(), "{} runs already", self.name);
        let log = File::options().create(true).append(true).open(&self.log).expect("a log");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.name));
        let stdout = child.stdout.take().expect("piped");
        self.child = Some(child);
        let (line, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for text in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody waits any more once the first line is there.
                drop(line.send(text));
            }
        });
        match lines.recv_timeout(PATIENCE) {
            Ok(text) => serde_json::from_str(&text).unwrap_or_else(|_| panic!("{} printed {text:?}", self.name)),
            Err(_) => panic!("{} is not ready; its log: {}", self.name, self.log()),
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        let pid = Pid::from_child(child);
        kill_process(pid, signal).unwrap_or_else(|error| panic!("{} cannot be signalled: {error}", self.name));
    }

    /// Asks it to end and holds it to an exit code of 0.
    fn stop(&mut self) {
        self.signal(Signal::TERM);
        let mut child = self.child.take().expect("it runs");
        let status = until("a program that was asked to stop", || child.try_wait().expect("its own child"));
        assert!(status.success(), "{} ended with {status}: {}", self.name, self.log());
    }

    /// As a power cut of this one program: `kill -9`.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; waiting is right in any case.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A relay.
#[derive(Debug)]
pub struct Relay {
    /// Its data directory.
    pub data: PathBuf,
    /// Its full address.
    pub address: String,
    listen: String,
    process: Process,
}

impl Relay {
    /// A new relay in `folder`, started.
    pub fn new(folder: &Path, name: &str) -> Self {
        let listen = format!("/ip4/127.0.0.1/tcp/{}", free_port());
        let process = Process::new(name, folder);
        let mut relay = Self { data: folder.join(name), address: String::new(), listen, process };
        relay.start();
        relay
    }

    /// Starts it again; its address stays.
    pub fn start(&mut self) {
        let mut command = Command::new(programs().join("chappe-relay"));
        command.arg("--data").arg(&self.data).args(["run", "--json", "--listen", &self.listen]);
        let ready = self.process.start(&mut command);
        let address = ready["address"].as_str().expect("an address").to_owned();
        assert!(self.address.is_empty() || self.address == address, "the address changed");
        self.address = address;
    }

    /// Stops it in order.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// It does nothing any more, but its connections stay, until it is killed.
    pub fn freeze(&self) {
        self.process.signal(Signal::STOP);
    }

    /// What it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// A person's node.
#[derive(Debug)]
pub struct Node {
    /// Its data directory.
    pub data: PathBuf,
    /// The 24 words that it was made with; empty if it was not made by `init`.
    pub words: String,
    flags: Vec<String>,
    process: Process,
}

impl Node {
    /// A new node in `folder`, made and started.
    pub fn new(folder: &Path, name: &str, relays: &[Relay], flags: &[&str]) -> Self {
        let mut node = Self::at(folder, name, flags);
        let mut args = vec!["init", "--name", name];
        if !relays.is_empty() {
            args.push("--relay");
            args.extend(relays.iter().map(|relay| &*relay.address));
        }
        let made = node.ask(&args);
        let words = made["words"].as_array().expect("words").iter().map(|word| word.as_str().expect("a word"));
        node.words = words.collect::<Vec<_>>().join(" ");
        assert_eq!(node.words.split(' ').count(), 24);
        node.start();
        node
    }

    /// One that is not made yet, or was made otherwise; it stands still.
    pub fn at(folder: &Path, name: &str, flags: &[&str]) -> Self {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self { data: folder.join(name), words: String::new(), flags, process: Process::new(name, folder) }
    }

    /// Starts a command of `chappe` with `--json` on this node's folder, to be talked to.
    pub fn talk(&self, args: &[&str]) -> Talk {
        let mut command = Command::new(programs().join("chappe"));
        command
            .env_remove("CHAPPE_DATA")
            .env("CHAPPE_LANG", "en")
            .arg("--json")
            .arg("--data")
            .arg(&self.data)
            .args(args);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("chappe runs");
        let stdout = child.stdout.take().expect("piped");
        let (line, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for text in BufReader::new(stdout).lines().map_while(Result::ok) {
                drop(line.send(text));
            }
        });
        Talk { child, lines }
    }

    /// Starts it.
    pub fn start(&mut self) {
        let mut command = Command::new(programs().join("chappe"));
        command.arg("--json").arg("--data").arg(&self.data).arg("run").args(&self.flags);
        let ready = self.process.start(&mut command);
        assert!(ready["url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{ready}");
    }

    /// Stops it in order.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// What it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Runs a command of `chappe` with `--json` on this node's folder.
    pub fn run(&self, args: &[&str]) -> Output {
        chappe(&self.data, args)
    }

    /// As [`Self::run`], for a command that must succeed and print JSON.
    pub fn ask(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "chappe {args:?}: {errors}; the node's log: {}", self.log());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("chappe {args:?} printed: {error}"))
    }

    /// A request to the local API with the token of `api.json`: the status and the body. `None` if the node does not
    /// answer, or dies while it does.
    pub fn request(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len().to_string();
        let headers = [("Content-Type", "application/json"), ("Content-Length", &*length)];
        let (status, answer, whole) = self.exchange(method, path, &headers, body.as_bytes())?;
        let read = || serde_json::from_slice(&answer).ok();
        Some((status, if whole && answer.is_empty() { Value::Null } else { read().filter(|_| whole)? }))
    }

    /// As [`Self::request`], with bytes both ways. A node that refuses may do so, and close, before it has read everything.
    pub fn bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<(u16, Vec<u8>)> {
        self.exchange(method, path, headers, body).map(|(status, answer, _)| (status, answer))
    }

    /// The answer's status and body, and whether all was sent and read.
    fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<(u16, Vec<u8>, bool)> {
        let file: Value = serde_json::from_slice(&fs::read(self.data.join("api.json")).ok()?).ok()?;
        let (addr, token) = (file["addr"].as_str()?, file["token"].as_str()?);
        let mut stream = TcpStream::connect(addr).ok()?;
        stream.set_read_timeout(Some(ANSWER)).ok()?;
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{more}\r\n"
        );
        stream.write_all(head.as_bytes()).ok()?;
        let sent = stream.write_all(body).is_ok();
        let mut answer = Vec::new();
        let whole = stream.read_to_end(&mut answer).is_ok() && sent;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        Some((status, answer.split_off(end + 4), whole))
    }

    /// Reads from the API.
    pub fn get(&self, path: &str) -> Value {
        let (status, body) = self.request("GET", path, &Value::Null).expect("the node answers");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Sends a text under a nonce; false if the node did not confirm it.
    pub fn try_send(&self, chat: &str, text: &str, nonce: u128) -> bool {
        let body = serde_json::json!({ "text": text, "nonce": format!("{nonce:032x}") });
        match self.request("POST", &format!("/api/chats/{chat}/messages"), &body) {
            Some((201, _)) => true,
            Some((status, body)) => panic!("a text was refused with {status}: {body}"),
            None => false,
        }
    }

    /// Sends a text; the message as the API shows it.
    pub fn send(&self, chat: &str, text: &str) -> Value {
        let body = serde_json::json!({ "text": text });
        let (status, body) =
            self.request("POST", &format!("/api/chats/{chat}/messages"), &body).expect("the node answers");
        assert_eq!(status, 201, "{body}");
        body
    }

    /// All messages of a chat, oldest first.
    pub fn history(&self, chat: &str) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let before = all.first().map(|first| format!("&before={}", first["id"].as_str().expect("an id")));
            let path = format!("/api/chats/{chat}/messages?limit=200{}", before.unwrap_or_default());
            let page = self.get(&path);
            let mut page = page.as_array().expect("a list").clone();
            if page.is_empty() {
                return all;
            }
            page.append(&mut all);
            all = page;
        }
    }

    /// The texts of a chat, oldest first.
    pub fn texts(&self, chat: &str) -> Vec<String> {
        let text = |message: &Value| message["text"].as_str().expect("a text").to_owned();
        self.history(chat).iter().map(text).collect()
    }

    /// The user's id.
    pub fn user(&self) -> String {
        self.get("/api/status")["me"]["user"].as_str().expect("an id").to_owned()
    }

    /// The state of the only contact, if there is one.
    pub fn contact_state(&self) -> Option<String> {
        self.get("/api/contacts")[0]["state"].as_str().map(str::to_owned)
    }
}

/// A command that asks and waits.
#[derive(Debug)]
pub struct Talk {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Talk {
    /// Types a line.
    pub fn say(&mut self, text: &str) {
        let stdin = self.child.stdin.as_mut().expect("piped");
        stdin.write_all(format!("{text}\n").as_bytes()).expect("it listens");
    }

    /// The next line of JSON that it prints.
    pub fn hear(&mut self) -> Value {
        let text = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing is printed"));
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("printed {text:?}"))
    }

    /// True once it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("its own child").is_some()
    }

    /// Waits for its end: whether it went well, and what it said on stderr.
    pub fn end(mut self) -> (bool, String) {
        let status = until("a command ends", || self.child.try_wait().expect("its own child"));
        let mut errors = String::new();
        drop(self.child.stderr.take().expect("piped").read_to_string(&mut errors));
        (status.success(), errors)
    }

    /// Waits for its end: the line of JSON that it printed, or what it said on stderr.
    pub fn outcome(mut self) -> Result<Value, String> {
        until("a command ends", || self.has_ended().then_some(()));
        let printed = self.lines.recv_timeout(PATIENCE).ok().and_then(|text| serde_json::from_str(&text).ok());
        match self.end() {
            (true, _) => Ok(printed.unwrap_or_default()),
            (false, said) => Err(said),
        }
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs `chappe --json --data DATA ARGS…`.
pub fn chappe(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(programs().join("chappe"));
    command
        .env_remove("CHAPPE_DATA")
        .env("CHAPPE_LANG", "en")
        .arg("--json")
        .arg("--data")
        .arg(data)
        .args(args)
        .stdin(Stdio::null());
    command.output().expect("chappe runs")
}

/// Runs `chappe-netsim ARGS…`.
pub fn netsim(args: &[&str]) -> Output {
    Command::new(programs().join("chappe-netsim")).args(args).output().expect("chappe-netsim runs")
}

/// Runs `chappe-relay --data DATA ARGS…`.
pub fn chappe_relay(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(programs().join("chappe-relay"));
    command.arg("--data").arg(data).args(args).stdin(Stdio::null());
    command.output().expect("chappe-relay runs")
}

/// Alice and Bob, introduced, and their relays, in a folder that goes away.
#[derive(Debug)]
pub struct Couple {
    /// Relays.
    pub relays: Vec<Relay>,
    /// Asked.
    pub alice: Node,
    /// Answered.
    pub bob: Node,
    /// The chat's id.
    pub chat: String,
    /// The link that Alice used.
    pub link: String,
    nonce: Cell<u128>,
    // Last, so that the processes end before their folder goes.
    folder: TempDir,
}

impl Couple {
    /// So many relays, all of them both people's own; `flags` go to `chappe run`.
    pub fn new(relays: usize, flags: &[&str]) -> Self {
        Self::apart(relays, flags, flags)
    }

    /// As [`Self::new`], with flags of her own for each.
    pub fn apart(relays: usize, hers: &[&str], his: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let relays: Vec<Relay> = (1..=relays).map(|n| Relay::new(path, &format!("relay{n}"))).collect();
        let alice = Node::new(path, ALICE, &relays, hers);
        let bob = Node::new(path, BOB, &relays, his);
        let (chat, link) = introduce(&alice, &bob);
        Self { relays, alice, bob, chat, link, nonce: Cell::new(1), folder }
    }

    /// The folder with everybody's data and logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A number that no other message of this couple has.
    pub fn nonce(&self) -> u128 {
        self.nonce.replace(self.nonce.get() + 1)
    }
}

/// Names that stand nowhere by chance.
pub const ALICE: &str = "Aliceandthelookingglass";
/// As [`ALICE`].
pub const BOB: &str = "Bobthebuilderofbridges";

/// `asker` uses an invite of `host`: the chat and the link.
fn introduce(asker: &Node, host: &Node) -> (String, String) {
    let link = host.ask(&["invite"])["link"].as_str().expect("a link").to_owned();
    asker.ask(&["contact", "add", &link]);
    until("a request", || (host.contact_state()? == "pending").then_some(()));
    let asking = host.get("/api/contacts")[0]["name"].as_str().expect("a name").to_owned();
    host.ask(&["contact", "accept", &asking]);
    until("an answer", || (asker.contact_state()? == "accepted").then_some(()));
    (asker.get("/api/chats")[0]["id"].as_str().expect("a chat").to_owned(), link)
}

/// Every byte below a folder.
pub fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        all.extend(if path.is_dir() { bytes_below(&path) } else { fs::read(path).expect("a file") });
    }
    all
}

/// True if some bytes stand in others.
pub fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
