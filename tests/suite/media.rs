//! What is said with sounds and videos, between the real programs: voice messages from a recording, posters of videos;
//! what is none is refused and nothing is sent.

use chappe_tests::processes::{ALICE, BOB, Couple, Node, until};
use serde_json::{Value, json};
use std::fs;

/// A second of a tone at 16 kHz as WAV (RIFF, PCM, 16 bits, mono), the first half silent.
fn recording() -> Vec<u8> {
    const RATE: u32 = 16_000;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + 2 * RATE).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((2 * RATE).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((2 * RATE).to_le_bytes());
    let sample = |n: u32| if n < RATE / 2 { 0 } else { ((n as f32 * 0.17).sin() * 9_000.0) as i16 };
    (0..RATE).for_each(|n| bytes.extend(sample(n).to_le_bytes()));
    bytes
}

fn until_file(node: &Node, chat: &str, name: &str) -> Value {
    until(name, || node.history(chat).into_iter().find(|message| message["content"]["name"] == name))
}

#[test]
fn a_recording_arrives_as_a_voice_message_and_survives_a_restart() {
    let mut couple = Couple::new(2, &[]);
    let path = couple.folder().join("answer.wav");
    fs::write(&path, recording()).unwrap();
    let sent = couple.alice.ask(&["file", "send", BOB, path.to_str().unwrap(), "--voice", "--caption", "by the way"]);
    assert_eq!((&sent["state"], &sent["name"]), (&json!("done"), &json!("answer.ogg")), "{sent}");
    let message = until_file(&couple.bob, &couple.chat, "answer.ogg");
    let (content, id) = (&message["content"], message["id"].as_str().unwrap());
    assert_eq!((&content["mime"], &content["play"]["role"]), (&json!("audio/ogg"), &json!("voice")), "{message}");
    assert_eq!(content["play"]["duration_ms"], 1_000, "{message}");
    let peaks = content["play"]["peaks"].as_str().unwrap();
    let middle = peaks.len() / 2;
    assert!(peaks.len() == 64 && peaks[..middle - 1].chars().all(|peak| peak == '0'), "{peaks}");
    assert!(peaks[middle + 1..].chars().all(|peak| peak > '9'), "{peaks}");
    couple.bob.kill();
    couple.bob.start();
    let path = format!("/api/messages/{id}/file");
    let (status, ogg) = until("the sound", || couple.bob.bytes("GET", &path, &[], &[]));
    assert!(status == 200 && ogg.starts_with(b"OggS") && ogg.len() < 8_000, "{status}, {} bytes", ogg.len());
    let shown = String::from_utf8(couple.bob.run(&["history", ALICE]).stdout).unwrap();
    assert!(shown.contains("voice message, 0:01") || shown.contains("\"voice\""), "{shown}");
}

#[test]
fn what_is_no_recording_and_no_poster_is_refused_and_nothing_is_sent() {
    let couple = Couple::new(1, &[]);
    let post = |query: &str, body: &[u8]| {
        let length = body.len().to_string();
        let path = format!("/api/chats/{}/files?{query}", couple.chat);
        let (status, answer) = couple.alice.bytes("POST", &path, &[("Content-Length", &length)], body).unwrap();
        (status, String::from_utf8(answer).unwrap())
    };
    let cut = &recording()[..60];
    for (query, body, why) in [
        ("name=a.wav&voice=true", &b"hello"[..], "WAV"),
        ("name=a.wav&voice=true", b"", "WAV"),
        ("name=a.wav&voice=true", cut, "cannot be read"),
        ("name=a.png&voice=true&photo=true", b"x", "photos"),
        ("name=a.mp4&poster=AAAA", b"x", "width and height"),
        ("name=a.mp4&poster=AAAA&width=1&height=1", b"x", "no JPEG"),
        ("name=a.mp4&poster=..&width=1&height=1", b"x", "base64"),
        ("name=a.mp4&width=0&height=1", b"x", "size of a picture"),
        ("name=a.mp4&duration_ms=0", b"x", "how long"),
        ("name=a.txt&duration_ms=5", b"x", "media type"),
    ] {
        let (status, answer) = post(query, body);
        assert_eq!(status, 400, "{query}: {answer}");
        assert!(answer.contains(why), "{query}: {answer}");
    }
    assert_eq!(couple.alice.request("GET", "/api/files", &Value::Null), Some((200, json!([]))));
    let poster = "_9j_4AAQ";
    let (status, answer) = post(&format!("name=a.mp4&poster={poster}&width=640&height=360&duration_ms=1500"), b"x");
    assert_eq!(status, 201, "{answer}");
    let message = until_file(&couple.bob, &couple.chat, "a.mp4");
    let content = &message["content"];
    assert_eq!(
        (&content["width"], &content["height"], &content["preview"]),
        (&json!(640), &json!(360), &json!("/9j/4AAQ"))
    );
    assert_eq!(content["play"], json!({ "role": "video", "duration_ms": 1500 }), "{message}");
}

/// Ids of what a chat holds of one sort, by names, the newest first.
fn listed(node: &Node, chat: &str, kind: &str) -> Vec<String> {
    let found = node.ask(&["file", "list", "--chat", chat, "--kind", kind]);
    let hits = found["hits"].as_array().unwrap().iter();
    let said = |hit: &Value| hit["message"]["content"]["name"].as_str().map(str::to_owned);
    hits.map(|hit| said(hit).unwrap_or_else(|| hit["message"]["text"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn several_pictures_are_one_album_and_a_chat_lists_what_it_holds() {
    let couple = Couple::new(1, &[]);
    let path = |name: &str, bytes: &[u8]| {
        let path = couple.folder().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pictures: Vec<String> = (1..=3).map(|n| path(&format!("p{n}.png"), b"no picture, but called one")).collect();
    let [a, b, c] = [0, 1, 2].map(|n: usize| pictures[n].as_str());
    let output = couple.alice.run(&["file", "send", BOB, a, b, c, "--caption", "the yard"]);
    assert!(output.status.success(), "{output:?}");
    let sent: Vec<Value> =
        ["p1.png", "p2.png", "p3.png"].map(|name| until_file(&couple.bob, &couple.chat, name)).into();
    let album = &sent[0]["content"]["album"];
    assert!(album.as_str().is_some_and(|album| album.len() == 32), "{}", sent[0]);
    assert!(sent.iter().all(|message| message["content"]["album"] == *album));
    assert_eq!([0, 1, 2].map(|n| sent[n]["text"].clone()), [json!("the yard"), json!(""), json!("")]);
    let eleven: Vec<&str> = ["file", "send", BOB].into_iter().chain(std::iter::repeat_n(a, 11)).collect();
    assert!(!couple.alice.run(&eleven).status.success(), "at most ten");
    let voice = path("said.wav", &recording());
    couple.alice.ask(&["file", "send", BOB, &voice, "--voice"]);
    couple.alice.ask(&["file", "send", BOB, &path("plan.pdf", b"%PDF-1.7")]);
    couple.alice.ask(&["send", BOB, "see https://example.org/line"]);
    until("all is found", || (listed(&couple.bob, &couple.chat, "link").len() == 1).then_some(()));
    assert_eq!(listed(&couple.bob, &couple.chat, "media"), ["p3.png", "p2.png", "p1.png"]);
    assert_eq!(listed(&couple.bob, &couple.chat, "voice"), ["said.ogg"]);
    assert_eq!(listed(&couple.bob, &couple.chat, "document"), ["plan.pdf"]);
    assert_eq!(listed(&couple.bob, &couple.chat, "file").len(), 5);
    assert_eq!(listed(&couple.bob, &couple.chat, "link"), ["see https://example.org/line"]);
    let path = format!("/api/chats/{}/files?name=x.png&album=zz", couple.chat);
    assert_eq!(couple.alice.bytes("POST", &path, &[("Content-Length", "1")], b"x").unwrap().0, 400);
}
