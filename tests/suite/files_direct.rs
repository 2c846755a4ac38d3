//! Files from node to node: no relay is needed once the message is there, whoever is killed; and only if both owners want it.

use crate::files::{MIB, blobs, content, file, text, transfer, until_message, until_percent, until_state};
use chappe_tests::processes::{BOB, Couple, Node, until};
use std::fs;

/// What stands in the way of a file just now.
fn problem(node: &Node, name: &str) -> Option<String> {
    Some(transfer(node, name)?["problem"].as_str()?.to_owned())
}

#[test]
fn without_relays_and_with_kills_a_file_goes_from_node_to_node() {
    let mut couple = Couple::new(2, &[]);
    let bytes = content(96 * MIB);
    let path = file(&couple, "direct.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path), "--no-wait"]);
    // It is said before any relay has all of it.
    let id = until_message(&couple.bob, &couple.chat, "direct.bin");
    couple.relays.iter_mut().for_each(|relay| relay.kill());
    let to = couple.folder().join("got");
    let begun = couple.bob.talk(&["file", "get", &id, "--out", text(&to)]);
    for percent in [5, 40] {
        until_percent(&couple.bob, "direct.bin", percent);
        couple.bob.kill();
        couple.bob.start();
    }
    begun.kill();
    until_percent(&couple.bob, "direct.bin", 60);
    couple.alice.kill();
    couple.alice.start();
    until_state(&couple.bob, "direct.bin", "done");
    couple.bob.ask(&["file", "get", &id, "--out", text(&to)]);
    assert!(fs::read(&to).unwrap() == bytes);
    assert!(couple.bob.log().contains("the sender's node"), "{}", couple.bob.log());
    // What was not brought to a relay before is brought when one is there again.
    couple.relays.iter_mut().for_each(|relay| relay.start());
    until_state(&couple.alice, "direct.bin", "done");
    assert!(couple.relays.iter().any(|relay| blobs(&relay.data).len() == 1));
}

#[test]
fn a_node_that_gives_other_bytes_is_named_and_a_relay_goes_on() {
    let mut couple = Couple::new(1, &[]);
    let bytes = content(4 * MIB);
    let path = file(&couple, "true.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let id = until_message(&couple.bob, &couple.chat, "true.bin");
    couple.relays[0].stop();
    couple.alice.stop();
    let kept = blobs(&couple.alice.data).remove(0);
    let mut bent = fs::read(&kept).unwrap();
    let middle = bent.len() / 2;
    bent[middle] ^= 0x55;
    fs::write(&kept, bent).unwrap();
    couple.alice.start();
    let to = couple.folder().join("got");
    let begun = couple.bob.talk(&["file", "get", &id, "--out", text(&to)]);
    until("the node is named", || {
        let named = couple.bob.log().lines().any(|line| line.contains("the sender's node") && line.contains("lies"));
        named.then_some(())
    });
    let got = transfer(&couple.bob, "true.bin").unwrap();
    assert!(got["done"].as_u64() < got["size"].as_u64(), "nothing wrong is kept: {got}");
    couple.relays[0].start();
    until_state(&couple.bob, "true.bin", "done");
    begun.kill();
    couple.bob.ask(&["file", "get", &id, "--out", text(&to), "--force"]);
    assert!(fs::read(&to).unwrap() == bytes);
}

#[test]
fn who_shows_nobody_his_address_is_not_asked_and_asks_nobody() {
    for (alice, bob) in [("nobody", "contacts"), ("contacts", "nobody")] {
        let mut couple = Couple::apart(1, &["--direct", alice], &["--direct", bob]);
        let bytes = content(MIB);
        let path = file(&couple, "small.bin", &bytes);
        couple.alice.ask(&["file", "send", BOB, text(&path)]);
        let id = until_message(&couple.bob, &couple.chat, "small.bin");
        couple.relays[0].stop();
        let to = couple.folder().join("got");
        let begun = couple.bob.talk(&["file", "get", &id, "--out", text(&to)]);
        until("the relay is missed", || problem(&couple.bob, "small.bin").filter(|problem| problem.contains("relay")));
        assert!(!couple.bob.log().contains("the sender's node"), "{}", couple.bob.log());
        couple.relays[0].start();
        until_state(&couple.bob, "small.bin", "done");
        begun.kill();
    }
}
