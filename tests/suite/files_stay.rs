//! Files that stay: forwards of what its sender deletes, and what relays have lost while somebody still wants it.

use crate::files::{MIB, blobs, content, file, text, until_message, until_state};
use chappe_tests::processes::{BOB, Couple, Node, until};
use serde_json::json;
use std::fs;
use std::path::Path;

fn delete(node: &Node, id: &str) {
    let body = json!({ "messages": [id], "for_all": true });
    assert_eq!(node.request("POST", "/api/messages/delete", &body).map(|(status, _)| status), Some(204));
}

#[test]
fn a_forward_outlives_the_file_that_its_sender_deleted() {
    let mut couple = Couple::new(2, &["--direct", "nobody"]);
    let bytes = content(3 * MIB);
    let path = file(&couple, "passed on.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let first = until_message(&couple.bob, &couple.chat, "passed on.bin");
    // Bob has never fetched it.
    let body = json!({ "messages": [first], "to": [couple.chat] });
    let (_, forwarded) = couple.bob.request("POST", "/api/messages/forward", &body).unwrap();
    let forwarded = forwarded[0]["id"].as_str().unwrap();
    until_state(&couple.bob, "passed on.bin", "done");
    delete(&couple.alice, &first);
    let datas = [couple.alice.data.clone(), couple.bob.data.clone()];
    until("Alice's copy is gone", || blobs(&datas[0]).is_empty().then_some(()));
    // Relays know it after a crash.
    for relay in &mut couple.relays {
        relay.kill();
        relay.start();
    }
    until("the forward is there", || {
        couple.alice.history(&couple.chat).iter().any(|one| one["id"] == forwarded).then_some(())
    });
    let to = couple.folder().join("got");
    couple.alice.ask(&["file", "get", forwarded, "--out", text(&to)]);
    assert!(fs::read(&to).unwrap() == bytes);
    delete(&couple.bob, forwarded);
    for data in couple.relays.iter().map(|relay| &relay.data).chain(&datas) {
        until(&format!("nothing left in {}", data.display()), || blobs(data).is_empty().then_some(()));
    }
}

/// As if its disk had been lost.
fn lose(data: &Path) {
    blobs(data).into_iter().for_each(|path| fs::remove_file(path).unwrap());
}

#[test]
fn what_relays_have_lost_is_brought_again_by_whoever_has_it() {
    let mut couple = Couple::new(2, &["--direct", "nobody"]);
    let bytes = content(2 * MIB);
    let path = file(&couple, "kept at home.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let message = until_message(&couple.bob, &couple.chat, "kept at home.bin");
    let lose_relays = |couple: &mut Couple| {
        for relay in &mut couple.relays {
            relay.stop();
            lose(&relay.data);
            relay.start();
        }
    };
    lose_relays(&mut couple);
    let to = couple.folder().join("got");
    couple.bob.ask(&["file", "get", &message, "--out", text(&to)]);
    assert!(fs::read(&to).unwrap() == bytes);
    // Its sender has it no more: whoever fetched it brings it.
    lose_relays(&mut couple);
    couple.alice.stop();
    lose(&couple.alice.data);
    couple.alice.start();
    couple.alice.ask(&["file", "get", &message, "--out", text(&to), "--force"]);
    assert!(fs::read(&to).unwrap() == bytes);
    delete(&couple.alice, &message);
    let relays = couple.relays.iter().map(|relay| &relay.data);
    for data in relays.chain([&couple.alice.data, &couple.bob.data]) {
        until(&format!("nothing left in {}", data.display()), || blobs(data).is_empty().then_some(()));
    }
}
