//! What a node's data takes, and making room: what goes can be fetched again, what cannot be fetched again stays.

use crate::files::{MIB, blobs, content, file, text, until_message, until_state};
use chappe_tests::processes::{BOB, Couple, Node, until};
use serde_json::{Value, json};
use std::fs;

fn free(node: &Node, what: &Value) -> Value {
    let (status, freed) = node.request("POST", "/api/storage/free", what).expect("an answer");
    assert_eq!(status, 200, "{freed}");
    freed
}

fn chat<'a>(storage: &'a Value, chat: &str) -> &'a Value {
    storage["chats"].as_array().unwrap().iter().find(|row| row["chat"] == chat).expect("the chat")
}

/// Alice's file at Bob, who has looked at it.
fn sent(couple: &Couple, name: &str, bytes: &[u8]) -> String {
    let path = file(couple, name, bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let id = until_message(&couple.bob, &couple.chat, name);
    read(couple, &id, bytes);
    until_state(&couple.bob, name, "done");
    id
}

fn read(couple: &Couple, id: &str, bytes: &[u8]) {
    let (status, got) = couple.bob.bytes("GET", &format!("/api/messages/{id}/file"), &[], &[]).expect("an answer");
    assert!(status == 200 && got == bytes, "{status}, {} bytes", got.len());
}

#[test]
fn copies_that_relays_have_make_room_and_come_back() {
    let mut couple = Couple::new(2, &[]);
    let bytes = content(3 * MIB);
    let id = sent(&couple, "plan.bin", &bytes);
    let storage = couple.bob.get("/api/storage");
    let row = chat(&storage, &couple.chat);
    let document = &row["files"][0];
    assert_eq!((&document["kind"], &document["files"]), (&json!("document"), &json!(1)), "{storage}");
    let size = document["copies"].as_u64().unwrap();
    assert!(size > 3 * MIB as u64 && size == document["bytes"], "{storage}");
    assert!(row["messages"].as_u64().unwrap() >= 1 && row["message_bytes"].as_u64().unwrap() > 100, "{storage}");
    for part in ["store", "index", "files"] {
        assert!(storage[part].as_u64().unwrap() > 0, "{part} in {storage}");
    }
    // What is not meant stays, and a dry run removes nothing.
    let stays = json!({ "files": 0, "bytes": 0, "stays": [] });
    for other in [
        json!({ "kinds": ["photo", "voice"] }),
        json!({ "older_than_s": 3600 }),
        json!({ "larger_than": size + 1 }),
        json!({ "chat": "09".repeat(32) }),
    ] {
        assert_eq!(free(&couple.bob, &other), stays, "{other}");
    }
    let all = json!({ "files": 1, "bytes": size, "stays": [] });
    assert_eq!(free(&couple.bob, &json!({ "dry_run": true })), all);
    assert_eq!(blobs(&couple.bob.data).len(), 1);
    // Hers is not removed at all: others may come for it.
    let hers = free(&couple.alice, &json!({}));
    assert_eq!((&hers["files"], &hers["stays"][0]["why"]), (&json!(0), &json!("sent")), "{hers}");
    let printed = couple.bob.ask(&["storage", "free", "--kind", "document", "--larger-than", "1M"]);
    assert_eq!(printed, all);
    assert!(blobs(&couple.bob.data).is_empty());
    read(&couple, &id, &bytes);
    until_state(&couple.bob, "plan.bin", "done");
    // Nobody who could say that he has it answers.
    couple.relays.iter_mut().for_each(|relay| relay.stop());
    let silent = free(&couple.bob, &json!({}));
    assert_eq!((&silent["files"], &silent["stays"][0]["why"]), (&json!(0), &json!("unreachable")), "{silent}");
    // They answer, and have nothing any more.
    for relay in &mut couple.relays {
        blobs(&relay.data).iter().for_each(|blob| fs::remove_file(blob).unwrap());
        relay.start();
    }
    until("the relays' word that it is gone", || {
        let freed = free(&couple.bob, &json!({}));
        assert_eq!(freed["files"], 0);
        (freed["stays"][0]["why"] == "only_here").then_some(())
    });
    read(&couple, &id, &bytes);
}

#[test]
fn a_node_keeps_to_its_limits_by_itself() {
    let mut couple = Couple::new(2, &[]);
    let (old, new) = (content(2 * MIB), content(MIB / 2));
    let first = sent(&couple, "old.bin", &old);
    sent(&couple, "new.bin", &new);
    for bad in [json!({ "keep_s": 60 }), json!({ "total": 1000 }), json!({ "total": -1 }), json!({ "most": 1 })] {
        let (status, _) = couple.bob.request("PUT", "/api/storage/limits", &bad).unwrap();
        assert!((400..=422).contains(&status), "{bad}: {status}");
    }
    couple.bob.run(&["storage", "limit", "--total", "1M"]);
    until("the oldest is gone", || (blobs(&couple.bob.data).len() == 1).then_some(()));
    assert_eq!(couple.bob.get("/api/storage")["limits"], json!({ "total": MIB }));
    couple.bob.stop();
    couple.bob.start();
    assert_eq!(couple.bob.get("/api/storage")["limits"], json!({ "total": MIB }));
    read(&couple, &first, &old);
}
