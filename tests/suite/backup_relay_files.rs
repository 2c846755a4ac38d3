//! The files of the chats in the backup at relays: they stay for whoever restores, and go when they shall not be kept.

use crate::files::{MIB, blobs, content, file, text, until_message, until_state};
use chappe_tests::processes::{BOB, Couple, Node, Relay, until};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn turn_on(node: &Node) {
    let mut on = node.talk(&["backup", "on"]);
    on.say(&node.words);
    on.hear();
    assert!(on.end().0);
}

/// True if a relay has this blob.
fn has(relay: &Relay, blob: &str) -> bool {
    blobs(&relay.data).iter().any(|path| path.file_name().is_some_and(|name| name == blob))
}

fn held(relays: &[Relay]) -> usize {
    let all = relays.iter().flat_map(|relay| blobs(&relay.data));
    all.filter(|path| path.extension().is_some_and(|end| end == "holds")).count()
}

fn largest(data: &Path) -> String {
    let largest = blobs(data).into_iter().max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    largest.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn files_come_back_from_own_relays_when_nobody_else_has_them() {
    let mut couple = Couple::new(4, &["--direct", "nobody"]);
    let bytes = content(3 * MIB);
    let path = file(&couple, "deed.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let message = until_message(&couple.bob, &couple.chat, "deed.bin");
    let to = couple.folder().join("got");
    couple.bob.ask(&["file", "get", &message, "--out", text(&to)]);
    until_state(&couple.bob, "deed.bin", "done");
    let blob = largest(&couple.bob.data);
    turn_on(&couple.bob);
    assert_eq!(couple.bob.get("/api/backup").get("files"), None);
    let state = couple.bob.ask(&["backup", "files"]);
    assert_eq!(state["files"], json!({ "count": 1, "bytes": bytes.len(), "problem": "" }), "{state}");
    let kept = |couple: &Couple| couple.relays.iter().filter(|relay| has(relay, &blob)).count();
    let with = (kept(&couple), held(&couple.relays));
    assert!(with.0 + with.1 >= 4, "two more want it: {with:?}");
    // Not any more, and again.
    let state = couple.bob.ask(&["backup", "files", "--off"]);
    assert_eq!(state.get("files"), None);
    assert_eq!((kept(&couple), held(&couple.relays)), (2, 0));
    couple.bob.ask(&["backup", "files"]);
    assert_eq!((kept(&couple), held(&couple.relays)), with);
    let checked = couple.bob.ask(&["backup", "check"]);
    assert_eq!(checked["checked"]["bad"], 0, "{checked}");
    // Its sender, and who brought it, are gone; so is Bob's machine.
    couple.alice.stop();
    for relay in &mut couple.relays {
        let other = |path: &PathBuf| path.extension().is_none() && path.file_name().is_some_and(|name| name != &*blob);
        // Only where the backup lies as well it is still.
        if !blobs(&relay.data).iter().any(other) {
            relay.stop();
            blobs(&relay.data).into_iter().for_each(|path| fs::remove_file(path).unwrap());
            relay.start();
        }
    }
    let (words, relay) = (couple.bob.words.clone(), couple.relays[0].address.clone());
    let folder = couple.folder().to_owned();
    let restored = |name: &str, more: &[&str]| {
        let node = Node::at(&folder, name, &["--direct", "nobody"]);
        drop(fs::remove_dir_all(&node.data));
        let mut found = node.talk(&[&["restore", "--relay", &*relay], more].concat());
        found.say(&words);
        let known = found.hear();
        (found.end().0 && known["messages"].as_u64()? > 0).then_some(node)
    };
    // Where the list of it is goes to the relays within seconds.
    until("it can be found", || restored("trial", &[]));
    couple.bob.kill();
    fs::remove_dir_all(&couple.bob.data).unwrap();
    let mut again = restored("again", &["--replace"]).expect("it can be found");
    again.start();
    let history = format!("/api/chats/{}/messages", couple.chat);
    until("the message", || {
        let (status, all) = again.request("GET", &history, &Value::Null)?;
        (status == 200 && all.as_array()?.iter().any(|one| one["id"] == message)).then_some(())
    });
    again.ask(&["file", "get", &message, "--out", text(&to), "--force"]);
    assert!(fs::read(&to).unwrap() == bytes);
}
