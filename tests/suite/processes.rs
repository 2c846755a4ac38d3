//! Real relays and nodes on loopback: nothing lost, nothing twice, whatever is killed; nothing readable at a relay;
//! errors that say what to do.

use chappe_tests::processes::{ALICE, BOB, Couple, Node, Relay, bytes_below, chappe, chappe_relay, holds, until};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

/// Waits until an own message has these ticks.
fn until_ticks(node: &Node, chat: &str, id: &Value, wanted: &[&str]) {
    until(&format!("ticks {wanted:?}"), || {
        let history = node.history(chat);
        let message = history.iter().find(|message| message["id"] == *id)?;
        wanted.contains(&message["ticks"].as_str()?).then_some(())
    });
}

/// Waits until a chat holds these texts, in this order and nothing else.
fn until_texts(node: &Node, chat: &str, wanted: &[String]) {
    until(&format!("{} texts", wanted.len()), || (node.texts(chat).len() >= wanted.len()).then_some(()));
    assert_eq!(node.texts(chat), wanted);
}

#[test]
fn introduced_people_talk_and_their_ticks_move() {
    let Couple { alice, bob, chat, relays: _relays, .. } = &Couple::new(1, &[]);
    let sent = alice.ask(&["send", BOB, "hello Bob"]);
    until_ticks(alice, chat, &sent["id"], &["delivered", "read"]);
    until_texts(bob, chat, &["hello Bob".to_owned()]);
    let read = bob.request("POST", &format!("/api/chats/{chat}/read"), &json!({ "up_to": sent["id"] }));
    assert_eq!(read.map(|(status, _)| status), Some(204));
    until_ticks(alice, chat, &sent["id"], &["read"]);
    let answer = bob.ask(&["send", ALICE, "hello Alice"]);
    until_ticks(bob, chat, &answer["id"], &["delivered", "read"]);
    assert_eq!(alice.ask(&["history", BOB, "--limit", "1"])[0]["text"], "hello Alice");
    let truth = alice.ask(&["message", "show", sent["id"].as_str().unwrap()]);
    assert_eq!(truth["devices"][0]["state"], "has", "{truth}");
    let status = alice.ask(&["status"]);
    assert_eq!((&status["relays"][0]["connected"], &status["chats"]), (&json!(true), &json!(1)), "{status}");
}

/// Before the message of this number, this happens.
type Accident = (usize, fn(&mut Couple));

/// Sends `texts` and, at the places named by `accidents`, kills somebody and starts them again. A text that was not
/// confirmed is sent again under its nonce, as the CLI and the page do.
fn send_through(couple: &mut Couple, texts: &[String], accidents: &[Accident]) {
    for (n, text) in texts.iter().enumerate() {
        for (_, accident) in accidents.iter().filter(|(at, _)| *at == n) {
            accident(couple);
        }
        let nonce = couple.nonce();
        until("a text is taken", || couple.alice.try_send(&couple.chat, text, nonce).then_some(()));
    }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("message {n}")).collect()
}

#[test]
fn killed_in_the_middle_of_500_messages_nothing_is_lost_or_repeated() {
    let mut couple = Couple::new(1, &[]);
    let texts = numbered(500);
    let accidents: &[Accident] = &[
        (90, |all| all.bob.kill()),
        (140, |all| all.bob.start()),
        (170, |all| all.relays[0].kill()),
        (230, |all| all.relays[0].start()),
        (260, |all| {
            all.alice.kill();
            all.alice.start();
        }),
        // The two at once, and the third before they are back.
        (350, |all| {
            all.relays[0].kill();
            all.bob.kill();
            all.alice.kill();
            all.alice.start();
        }),
        (380, |all| all.relays[0].start()),
        (420, |all| all.bob.start()),
    ];
    send_through(&mut couple, &texts, accidents);
    until_texts(&couple.bob, &couple.chat, &texts);
    until_texts(&couple.alice, &couple.chat, &texts);
    let last = couple.alice.history(&couple.chat).pop().unwrap();
    until_ticks(&couple.alice, &couple.chat, &last["id"], &["delivered"]);
    let ids: BTreeSet<String> =
        couple.bob.history(&couple.chat).iter().map(|message| message["id"].to_string()).collect();
    assert_eq!(ids.len(), texts.len());
}

/// A request that was sent twice under one nonce, across a crash, is one message.
#[test]
fn a_repeated_request_after_a_crash_is_one_message() {
    let mut couple = Couple::new(1, &[]);
    assert!(couple.alice.try_send(&couple.chat, "once", 7));
    couple.alice.kill();
    couple.alice.start();
    assert!(couple.alice.try_send(&couple.chat, "once", 7));
    assert!(couple.alice.try_send(&couple.chat, "and then", 8));
    until_texts(&couple.bob, &couple.chat, &["once".to_owned(), "and then".to_owned()]);
}

#[test]
fn with_two_relays_of_four_messages_still_flow() {
    let mut couple = Couple::new(4, &[]);
    couple.relays[0].stop();
    couple.relays[2].kill();
    let Couple { alice, bob, chat, .. } = &couple;
    let there = alice.send(chat, "still here?");
    until_ticks(alice, chat, &there["id"], &["delivered"]);
    let back = bob.send(chat, "still here!");
    until_ticks(bob, chat, &back["id"], &["delivered"]);
    let both = ["still here?".to_owned(), "still here!".to_owned()];
    until_texts(alice, chat, &both);
    until_texts(bob, chat, &both);
    couple.relays[0].start();
    couple.relays[2].start();
    until("all relays are back", || {
        let status = couple.alice.get("/api/status");
        status["relays"].as_array()?.iter().all(|relay| relay["connected"] == true).then_some(())
    });
    until_texts(&couple.bob, &couple.chat, &both);
}

#[test]
fn a_node_that_was_away_gets_everything() {
    let mut couple = Couple::new(2, &[]);
    couple.bob.stop();
    let texts = numbered(300);
    send_through(&mut couple, &texts, &[]);
    let last = couple.alice.history(&couple.chat).pop().unwrap();
    until_ticks(&couple.alice, &couple.chat, &last["id"], &["sent"]);
    let truth = couple.alice.ask(&["message", "show", last["id"].as_str().unwrap()]);
    assert_eq!(truth["devices"][0]["state"], "waiting", "{truth}");
    // Nobody who has the message is left but the relays.
    couple.alice.stop();
    couple.bob.start();
    until_texts(&couple.bob, &couple.chat, &texts);
    couple.alice.start();
    until_ticks(&couple.alice, &couple.chat, &last["id"], &["delivered"]);
}

#[test]
fn two_nodes_on_a_lan_need_no_relay() {
    let couple = Couple::new(0, &["--lan"]);
    let Couple { alice, bob, chat, .. } = &couple;
    let sent = alice.send(chat, "no relay in sight");
    until_ticks(alice, chat, &sent["id"], &["delivered"]);
    bob.send(chat, "none here either");
    until_texts(alice, chat, &["no relay in sight".to_owned(), "none here either".to_owned()]);
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

#[test]
fn a_relays_data_and_everybodys_logs_hold_nothing_private() {
    let mut couple = Couple::new(1, &[]);
    let secret = "the semaphore tower at dawn";
    let sent = couple.alice.send(&couple.chat, secret);
    until_ticks(&couple.alice, &couple.chat, &sent["id"], &["delivered"]);
    couple.bob.send(&couple.chat, secret);
    let users = [couple.alice.user(), couple.bob.user()];
    let token: Value = serde_json::from_slice(&fs::read(couple.alice.data.join("api.json")).unwrap()).unwrap();
    for (node, text) in [(&couple.alice, 2), (&couple.bob, 2)] {
        until("both texts are everywhere", || (node.texts(&couple.chat).len() == text).then_some(()));
    }
    couple.relays[0].stop();
    let kept = bytes_below(&couple.relays[0].data);
    // What is looked for would be found: the relay's directory holds its address, as it should.
    assert!(holds(&kept, couple.relays[0].address.as_bytes()));
    let logs = format!("{}{}{}", couple.relays[0].log(), couple.alice.log(), couple.bob.log());
    let link = couple.link.trim_start_matches("chappe:");
    let needles = [secret, ALICE, BOB, &users[0], &users[1], &couple.chat, link, &link[..24]];
    for (place, bytes) in [("the relay's data", &kept[..]), ("the logs", logs.as_bytes())] {
        for (n, needle) in needles.iter().enumerate() {
            assert!(!holds(bytes, needle.as_bytes()), "needle {n} lies open in {place}");
        }
        for id in [&users[0], &users[1], &couple.chat] {
            assert!(!holds(bytes, &unhex(id)), "the bytes of an id lie open in {place}");
        }
        assert!(!holds(bytes, token["token"].as_str().unwrap().as_bytes()), "the API's token lies in {place}");
    }
}

/// Failed, printed nothing on stdout, and said on stderr all of `words`.
fn refused(output: &Output, words: &[&str]) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "succeeded: {errors}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    for word in words {
        assert!(errors.contains(word), "{errors:?} does not say {word:?}");
    }
}

#[test]
fn errors_of_a_node_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    refused(&chappe(&nowhere, &["chats"]), &["there is no node", "init --name"]);
    refused(&chappe(&nowhere, &["run"]), &["init --name"]);
    refused(&chappe(&nowhere, &["init", "--name", "Al", "--relay", "nonsense"]), &["relay"]);
    let mut node = Node::new(folder.path(), "Al", &[], &[]);
    refused(&node.run(&["init", "--name", "Al"]), &[]);
    refused(&node.run(&["run"]), &["another process"]);
    refused(&node.run(&["send", "Nobody", "hi"]), &["Nobody", "chappe chats"]);
    refused(&node.run(&["contact", "add", "chappe:nonsense"]), &[]);
    refused(&node.run(&["contact", "accept", "Nobody"]), &["chappe contact list"]);
    refused(&node.run(&["history", "Nobody"]), &["chappe chats"]);
    refused(&node.run(&["message", "show", "abcd"]), &["chappe history"]);
    refused(&node.run(&["invite"]), &["relay"]);
    refused(&node.run(&["--nonsense"]), &["--help"]);
    node.stop();
    refused(&node.run(&["init", "--name", "Al"]), &["there is a node", "--data"]);
    refused(&node.run(&["status"]), &["not running", "run"]);
    assert!(!node.data.join("api.json").exists());
    // After a kill the file is left over, and nobody answers there.
    node.start();
    node.kill();
    assert!(node.data.join("api.json").exists());
    refused(&node.run(&["status"]), &["not running", "run"]);
}

#[test]
fn errors_of_a_relay_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    refused(&chappe_relay(&nowhere, &["address"]), &["there is no relay", "run"]);
    let relay = Relay::new(folder.path(), "relay");
    let address = chappe_relay(&relay.data, &["address"]);
    assert_eq!(String::from_utf8_lossy(&address.stdout).trim(), relay.address);
    refused(&chappe_relay(&relay.data, &["run", "--listen", "/ip4/127.0.0.1/tcp/0"]), &["another process"]);
    let taken = relay.address.split("/p2p/").next().unwrap();
    refused(&chappe_relay(&folder.path().join("second"), &["run", "--listen", taken]), &["listen"]);
    refused(&chappe_relay(&relay.data, &["run", "--listen", "127.0.0.1:1"]), &["--listen"]);
}
