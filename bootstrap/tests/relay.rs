//! The binary, as an operator runs it.

use chappe_node::net::{self, Config, FromNet, NodeKey, addr};
use chappe_protocol::core::Side;
use chappe_protocol::ids::{Capability, LogTag};
use chappe_protocol::wire::relay::{FromRelay, LogKind, LogSpec, Reply, Request};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chappe-relay"));
    command.arg("--data").arg(data).env("RUST_LOG", "info").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running relay; killed when the test ends early.
struct Relay {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Relay {
    fn start(data: &Path, args: &[&str]) -> Self {
        let mut child = program(data).arg("run").args(args).stderr(Stdio::inherit()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the relay ended: {:?}", self.child.try_wait());
        line.trim_end().to_owned()
    }

    /// Sends a signal by its name and waits for the end.
    fn signal(mut self, name: &str) -> ExitStatus {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.unwrap().success());
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "the relay does not stop");
            std::thread::yield_now();
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn fails(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(stdout.is_empty(), "{}", String::from_utf8_lossy(&stdout));
    String::from_utf8(stderr).unwrap()
}

const ANY_PORT: [&str; 2] = ["--listen", "/ip4/127.0.0.1/tcp/0"];

#[test]
fn a_relay_keeps_its_identity_and_its_port_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("relay");
    assert!(
        fails({
            let mut command = program(&data);
            command.arg("address");
            command
        })
        .contains("run")
    );
    let mut relay = Relay::start(&data, &ANY_PORT);
    let first = relay.line();
    let (id, way) = addr::parse_full(&first).unwrap();
    let again = program(&data).arg("address").output().unwrap();
    assert_eq!(String::from_utf8(again.stdout).unwrap().trim_end(), first);
    assert!(relay.signal("TERM").success());
    let way = way.to_string();
    let mut relay = Relay::start(&data, &["--json", "--listen", &way]);
    let json: serde_json::Value = serde_json::from_str(&relay.line()).unwrap();
    assert_eq!((json["address"].as_str(), json["id"].as_str()), (Some(&*first), Some(&*id.to_hex())));
    let json = program(&data).args(["address", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["address"].as_str(), Some(&*first));
    assert!(relay.signal("INT").success());
    let mode = std::fs::metadata(data.join("relay.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_second_process_on_the_directory_is_refused_and_the_first_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(dir.path(), &ANY_PORT);
    relay.line();
    let mut second = program(dir.path());
    second.arg("run").args(ANY_PORT);
    let error = fails(second);
    assert!(error.contains("in use"), "{error}");
    assert!(relay.signal("TERM").success());
}

#[test]
fn a_taken_port_and_an_unwritable_place_are_errors_that_say_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut command = program(&dir.path().join("a"));
    command.args(["run", "--listen", &format!("/ip4/127.0.0.1/tcp/{port}")]);
    let error = fails(command);
    assert!(error.contains("--listen") && error.contains(&port.to_string()), "{error}");
    let mut command = program(&dir.path().join("b"));
    command.arg("run").args(ANY_PORT).args(["--metrics", &format!("127.0.0.1:{port}")]);
    let error = fails(command);
    assert!(error.contains("--metrics"), "{error}");
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut command = program(&file.join("data"));
    command.arg("run").args(ANY_PORT);
    let error = fails(command);
    assert!(error.contains("--data"), "{error}");
}

#[test]
fn metrics_are_served_as_text_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let metrics = format!("127.0.0.1:{port}");
    let mut relay = Relay::start(dir.path(), &[&ANY_PORT[..], &["--metrics", &metrics]].concat());
    relay.line();
    let body = get(&metrics, "/metrics");
    assert!(body.starts_with("HTTP/1.1 200") && body.contains("\nchappe_relay_links 0\n"), "{body}");
    assert!(body.contains("chappe_relay_refusals_total{reason=\"malformed\"} 0"));
    assert!(get(&metrics, "/").starts_with("HTTP/1.1 404"));
    assert!(relay.signal("TERM").success());
}

fn get(addr: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Opens a log and stores an envelope over a real link; after a hard kill both are still there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_relay_acknowledged_is_there_after_it_was_killed() {
    let dir = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(dir.path(), &ANY_PORT);
    let address = relay.line();
    let (tag, cap) = (LogTag([5; 32]), Capability([6; 32]));
    let spec = LogSpec { kind: LogKind::Room, write: cap.hash(), read: cap.hash(), readers: 2 };
    let mut client = Client::new(&address).await;
    let opened = client.ask(1, &Request::Open { tag, spec: spec.clone() }).await;
    assert!(matches!(opened, Reply::Opened(head) if head.next == 1), "{opened:?}");
    let appended = client.ask(2, &Request::Append { tag, cap: cap.clone(), envelope: b"sealed".to_vec() }).await;
    assert!(matches!(appended, Reply::Appended { seq: 1, .. }), "{appended:?}");
    assert!(!relay.signal("KILL").success());
    let (_, way) = addr::parse_full(&address).unwrap();
    let mut relay = Relay::start(dir.path(), &["--listen", &way.to_string()]);
    assert_eq!(relay.line(), address);
    client.up().await;
    let read = client.ask(3, &Request::Read { tag, cap, from: 1, limit: 10 }).await;
    assert!(matches!(&read, Reply::Entries { entries, .. } if entries[0].envelope == b"sealed"), "{read:?}");
    assert!(relay.signal("TERM").success());
}

/// A client of the relay protocol on a real network.
struct Client {
    _net: net::Net,
    events: tokio::sync::mpsc::Receiver<FromNet>,
    link: Option<net::Link>,
}

impl Client {
    async fn new(address: &str) -> Self {
        let (relay, way) = addr::parse_full(address).unwrap();
        let (net, events, _) = net::spawn(Config::node(NodeKey::from_seed(&[77; 32]))).await.unwrap();
        net.dial(relay, vec![way.to_string()]).await.unwrap();
        let mut client = Self { _net: net, events, link: None };
        client.up().await;
        client
    }

    async fn event(&mut self) -> FromNet {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("in time").expect("the driver runs")
    }

    async fn up(&mut self) {
        loop {
            if let FromNet::LinkUp(link) = self.event().await {
                assert_eq!(link.side, Side::Client);
                self.link = Some(link);
                return;
            }
        }
    }

    async fn ask(&mut self, number: u32, request: &Request) -> Reply {
        self.link.as_ref().unwrap().send(&request.encode(number));
        loop {
            let FromNet::Frames { frames, .. } = self.event().await else { continue };
            for frame in frames {
                match FromRelay::decode(&frame).unwrap() {
                    FromRelay::Reply { number: answered, reply } if answered == number => return reply,
                    FromRelay::Reply { .. } | FromRelay::Push { .. } | FromRelay::Signal { .. } => {}
                }
            }
        }
    }
}
