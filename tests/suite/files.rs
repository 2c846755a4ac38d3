//! Files over real relays: whole or not at all, whoever is killed; readable by nobody else; gone when they are deleted.

use chappe_tests::processes::{BOB, Couple, Node, Relay, bytes_below, holds, until};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const MIB: usize = 1 << 20;

/// Stands in every file, and nowhere else.
const MARK: &[u8] = b"the signal arms stand at forty-five degrees";

/// Bytes that do not repeat, with the mark at both ends.
pub(crate) fn content(size: usize) -> Vec<u8> {
    let mut state = size as u64 | 1;
    let next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = std::iter::repeat_with(next).flatten().take(size).collect();
    bytes[..MARK.len()].copy_from_slice(MARK);
    bytes[size - MARK.len()..].copy_from_slice(MARK);
    bytes
}

pub(crate) fn file(couple: &Couple, name: &str, bytes: &[u8]) -> PathBuf {
    let path = couple.folder().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The transfer of a name, as the node shows it.
pub(crate) fn transfer(node: &Node, name: &str) -> Option<Value> {
    let (_, all) = node.request("GET", "/api/files", &Value::Null)?;
    all.as_array()?.iter().find(|transfer| transfer["name"] == name).cloned()
}

pub(crate) fn until_state(node: &Node, name: &str, state: &str) -> Value {
    until(&format!("{name} {state}"), || transfer(node, name).filter(|transfer| transfer["state"] == state))
}

/// The message with a file of this name, once it is there.
pub(crate) fn until_message(node: &Node, chat: &str, name: &str) -> String {
    until(&format!("a message with {name}"), || {
        let all = node.history(chat);
        let message = all.iter().find(|message| message["content"]["name"] == name)?;
        Some(message["id"].as_str()?.to_owned())
    })
}

/// Files in a folder of blobs.
pub(crate) fn blobs(data: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(data.join("blobs")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            all.push(path);
        }
    }
    all
}

/// The relays that have something of a file: two of four home relays.
pub(crate) fn holders(couple: &Couple) -> Vec<usize> {
    let holds = |relay: &Relay| !blobs(&relay.data).is_empty();
    couple.relays.iter().enumerate().filter_map(|(n, relay)| holds(relay).then_some(n)).collect()
}

#[test]
fn a_file_comes_whole_is_nobody_elses_and_goes_when_it_is_deleted() {
    let couple = Couple::new(4, &[]);
    let bytes = content(2 * MIB + 5);
    let path = file(&couple, "plan of the line.bin", &bytes);
    let sent = couple.alice.ask(&["file", "send", BOB, text(&path), "--caption", "the *whole* line"]);
    assert_eq!((&sent["state"], &sent["size"]), (&json!("done"), &json!(bytes.len())), "{sent}");
    fs::remove_file(&path).unwrap();
    let id = until_message(&couple.bob, &couple.chat, "plan of the line.bin");
    let message = couple.bob.history(&couple.chat).pop().unwrap();
    assert_eq!(message["text"], "the whole line", "{message}");
    assert_eq!(message["content"]["mime"], "application/octet-stream");
    let to = couple.folder().join("got");
    let got = couple.bob.ask(&["file", "get", &id, "--out", text(&to)]);
    assert_eq!(got["size"], bytes.len());
    assert!(fs::read(&to).unwrap() == bytes);
    // A player asks for parts.
    let range = [("Range", "bytes=1048570-1048585")];
    let part = couple.bob.bytes("GET", &format!("/api/messages/{id}/file"), &range, &[]);
    assert_eq!(part, Some((206, bytes[1_048_570..1_048_586].to_vec())));
    let [first, second] = holders(&couple)[..] else { panic!("two relays keep it") };
    let places = [&couple.relays[first].data, &couple.relays[second].data, &couple.alice.data, &couple.bob.data];
    for data in places {
        let kept = bytes_below(data);
        assert!(kept.len() > bytes.len(), "the file lies there: it would be found");
        assert!(!holds(&kept, MARK) && !holds(&kept, b"plan of the line"), "readable in {}", data.display());
    }
    let deleted = couple.alice.request("POST", "/api/messages/delete", &json!({ "messages": [id], "for_all": true }));
    assert_eq!(deleted.map(|(status, _)| status), Some(204));
    for data in places {
        until(&format!("nothing left in {}", data.display()), || blobs(data).is_empty().then_some(()));
    }
}

/// Waits until a transfer has come so far, in percent; or is over.
pub(crate) fn until_percent(node: &Node, name: &str, percent: u64) {
    until(&format!("{percent} % of {name}"), || {
        let transfer = transfer(node, name)?;
        let (done, size) = (transfer["done"].as_u64()?, transfer["size"].as_u64()?);
        (done * 100 >= size * percent || transfer["state"] == "done").then_some(())
    });
}

#[test]
fn killed_on_its_way_a_file_goes_on_where_it_was() {
    let mut couple = Couple::new(4, &[]);
    let bytes = content(48 * MIB);
    let path = file(&couple, "long.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path), "--no-wait"]);
    for percent in [5, 30, 60] {
        until_percent(&couple.alice, "long.bin", percent);
        couple.alice.kill();
        couple.alice.start();
    }
    for percent in [62, 75] {
        until_percent(&couple.alice, "long.bin", percent);
        for relay in holders(&couple) {
            couple.relays[relay].kill();
            couple.relays[relay].start();
        }
    }
    until_state(&couple.alice, "long.bin", "done");
    let id = until_message(&couple.bob, &couple.chat, "long.bin");
    // Once it is said, nobody needs who sent it.
    couple.alice.stop();
    let to = couple.folder().join("got");
    let begun = couple.bob.talk(&["file", "get", &id, "--out", text(&to)]);
    for percent in [5, 40, 70] {
        until_percent(&couple.bob, "long.bin", percent);
        couple.bob.kill();
        couple.bob.start();
    }
    assert!(!begun.end().0 && !to.exists(), "what did not come whole is not shown as a file");
    until_percent(&couple.bob, "long.bin", 75);
    // One of the two that have it is gone for good.
    let [first, ..] = holders(&couple)[..] else { panic!("relays keep it") };
    couple.relays[first].kill();
    until_state(&couple.bob, "long.bin", "done");
    couple.bob.ask(&["file", "get", &id, "--out", text(&to)]);
    assert!(fs::read(&to).unwrap() == bytes);
}

/// Changes bytes in the middle of every blob of a relay.
fn damage(relay: &mut Relay) {
    relay.stop();
    for path in blobs(&relay.data) {
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(&path, bytes).unwrap();
    }
    relay.start();
}

#[test]
fn a_relay_that_gives_other_bytes_is_named_and_survived() {
    // From the sender's node it would come whole.
    let mut couple = Couple::new(4, &["--direct", "nobody"]);
    let bytes = content(3 * MIB);
    let path = file(&couple, "true.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let id = until_message(&couple.bob, &couple.chat, "true.bin");
    let [first, second] = holders(&couple)[..] else { panic!("two relays keep it") };
    let kept = blobs(&couple.relays[second].data).remove(0);
    let good = fs::read(&kept).unwrap();
    damage(&mut couple.relays[first]);
    damage(&mut couple.relays[second]);
    let to = couple.folder().join("got");
    let begun = couple.bob.talk(&["file", "get", &id, "--out", text(&to)]);
    until("a relay is named", || {
        let transfer = transfer(&couple.bob, "true.bin")?;
        let problem = transfer["problem"].as_str()?;
        (problem.contains("lies") && problem.contains("relay")).then_some(())
    });
    let got = couple.bob.get("/api/files")[0].clone();
    assert!(got["done"].as_u64() < got["size"].as_u64(), "nothing wrong is kept: {got}");
    begun.kill();
    couple.relays[second].stop();
    fs::write(&kept, good).unwrap();
    couple.relays[second].start();
    couple.bob.ask(&["file", "get", &id, "--out", text(&to), "--force"]);
    assert!(fs::read(&to).unwrap() == bytes);
}

#[test]
fn what_is_no_file_is_refused_and_leaves_nothing() {
    let couple = Couple::new(1, &[]);
    let chat = &couple.chat;
    let send = |query: &str, length: &str, body: &[u8]| {
        let path = format!("/api/chats/{chat}/files?{query}");
        let answer = couple.alice.bytes("POST", &path, &[("Content-Length", length)], body);
        answer.map(|(status, body)| (status, String::from_utf8_lossy(&body).into_owned()))
    };
    let bad = [
        ("name=..", "1"),
        ("name=a%2Fb", "1"),
        ("name=a%5Cb", "1"),
        ("name=a%0Ab", "1"),
        ("name=a%E2%80%AEb", "1"),
        ("name=", "1"),
        ("", "1"),
        ("name=a&mime=nonsense", "1"),
        ("name=a&reply_to=nonsense", "1"),
        ("name=a&colour=red", "1"),
        ("name=a", "99999999999999"),
        ("name=a", "nonsense"),
    ];
    for (query, length) in bad {
        let (status, body) = send(query, length, b"x").unwrap();
        assert!((400..500).contains(&status), "{query}: {status} {body}");
    }
    let unknown = format!("/api/chats/{}/files?name=a", "0".repeat(64));
    let unknown = couple.alice.bytes("POST", &unknown, &[("Content-Length", "1")], b"x");
    assert_eq!(unknown.map(|(status, _)| status), Some(404));
    // Who goes away in the middle.
    let short = std::net::TcpStream::connect(address(&couple.alice)).unwrap();
    cut_off(short, &couple.alice, chat);
    until("nothing is left", || blobs(&couple.alice.data).is_empty().then_some(()));
    assert_eq!(couple.alice.get("/api/files"), json!([]));
    for path in ["pause", "resume"] {
        let answer = couple.alice.request("POST", &format!("/api/files/{}/{path}", "0".repeat(32)), &Value::Null);
        assert_eq!(answer.map(|(status, _)| status), Some(404));
    }
    let text = couple.alice.send(chat, "no file")["id"].as_str().unwrap().to_owned();
    let answer = couple.alice.bytes("GET", &format!("/api/messages/{text}/file"), &[], &[]);
    assert_eq!(answer.map(|(status, _)| status), Some(404));
}

fn api(node: &Node) -> Value {
    serde_json::from_slice(&fs::read(node.data.join("api.json")).unwrap()).unwrap()
}

fn address(node: &Node) -> String {
    api(node)["addr"].as_str().unwrap().to_owned()
}

/// Announces two MiB, sends one and a bit, and closes.
fn cut_off(mut stream: std::net::TcpStream, node: &Node, chat: &str) {
    use std::io::Write;
    let (addr, token) = (address(node), api(node)["token"].as_str().unwrap().to_owned());
    let head = format!(
        "POST /api/chats/{chat}/files?name=a HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n",
        2 * MIB
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![7; MIB + 9]).unwrap();
    until("the node takes it in", || (!blobs(&node.data).is_empty()).then_some(()));
}

#[test]
fn paused_cancelled_and_forwarded() {
    let mut couple = Couple::new(1, &[]);
    let bytes = content(MIB);
    couple.relays[0].stop();
    let path = file(&couple, "small.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path), "--no-wait"]);
    let id = transfer(&couple.alice, "small.bin").unwrap()["id"].as_str().unwrap().to_owned();
    let paused = couple.alice.ask(&["file", "pause", &id]);
    assert_eq!(paused["state"], "paused");
    couple.alice.kill();
    couple.alice.start();
    assert_eq!(transfer(&couple.alice, "small.bin").unwrap()["state"], "paused");
    couple.relays[0].start();
    let cancelled = couple.alice.run(&["file", "cancel", &id]);
    assert!(cancelled.status.success(), "{}", String::from_utf8_lossy(&cancelled.stderr));
    until("nothing is left", || {
        (transfer(&couple.alice, "small.bin").is_none() && blobs(&couple.alice.data).is_empty()).then_some(())
    });
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let message = until_message(&couple.bob, &couple.chat, "small.bin");
    // Forwarded without being sent again: the other message names the same blob.
    let body = json!({ "messages": [message], "to": [couple.chat] });
    let (status, forwarded) = couple.bob.request("POST", "/api/messages/forward", &body).unwrap();
    assert_eq!(status, 201, "{forwarded}");
    let forwarded = forwarded[0]["id"].as_str().unwrap();
    until("the forwarded one", || {
        couple.alice.history(&couple.chat).iter().any(|one| one["id"] == forwarded).then_some(())
    });
    let answer = couple.alice.bytes("GET", &format!("/api/messages/{forwarded}/file"), &[], &[]);
    assert!(answer == Some((200, bytes)), "the node has it already");
    let kept = blobs(&couple.relays[0].data);
    assert_eq!(kept.iter().filter(|path| path.extension().is_none()).count(), 1);
}
