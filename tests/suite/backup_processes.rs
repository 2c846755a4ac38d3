//! The backup of the history with the real programs over real relays: a lost node comes back from the words alone, its
//! relays read nothing, kills in between lose nothing, and what a relay loses is noticed and written again.

use chappe_tests::processes::{BOB, Couple, Node, bytes_below, holds, until};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Stands in what is said, and nowhere else.
const MARK: &str = "the optical telegraph of 1794";

fn backup(node: &Node) -> Value {
    node.get("/api/backup")
}

fn turn_on(node: &Node) -> Value {
    let mut on = node.talk(&["backup", "on"]);
    on.say(&node.words);
    let state = on.hear();
    assert!(on.end().0);
    state
}

fn blobs(data: &Path) -> Vec<PathBuf> {
    fs::read_dir(data.join("blobs")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

fn texts(node: &Node, chat: &str) -> Vec<String> {
    node.history(chat).iter().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

fn say(node: &Node, chat: &str, text: &str) {
    let sent = node.request("POST", &format!("/api/chats/{chat}/messages"), &json!({ "text": text }));
    assert!(sent.is_some_and(|(status, _)| status < 300), "{text}");
}

#[test]
fn a_lost_node_comes_back_with_its_history_and_goes_on_in_the_same_chat() {
    let mut couple = Couple::new(4, &[]);
    let chat = couple.chat.clone();
    for n in 0..40 {
        say(&couple.alice, &chat, &format!("{MARK}, part {n}"));
        say(&couple.bob, &chat, &format!("heard {n}"));
    }
    until("all of it", || (texts(&couple.alice, &chat).len() == 80).then_some(()));
    let wrong = couple.alice.request("PUT", "/api/backup", &json!({ "words": "zoo ".repeat(24) }));
    assert_eq!(wrong.map(|(status, _)| status), Some(400));
    let state = turn_on(&couple.alice);
    assert_eq!((&state["on"], &state["messages"]), (&json!(true), &json!(80)), "{state}");
    assert_eq!(state["relays"].as_array().map(Vec::len), Some(2), "{state}");
    // What comes later comes into it by itself; a run on request is sooner.
    say(&couple.alice, &chat, "the last word");
    let state = couple.alice.ask(&["backup", "run"]);
    assert_eq!(state["messages"], 81, "{state}");
    let before = texts(&couple.alice, &chat);
    for relay in &couple.relays {
        let kept = bytes_below(&relay.data);
        assert!(!holds(&kept, MARK.as_bytes()) && !holds(&kept, b"the last word"), "readable at a relay");
    }
    assert!(couple.relays.iter().filter(|relay| !blobs(&relay.data).is_empty()).count() >= 2);
    let words = couple.alice.words.clone();
    // Where the list of it is goes to the relays within seconds.
    until("it can be found", || {
        let relay = couple.relays[0].address.clone();
        let trial = Node::at(couple.folder(), "trial", &[]);
        drop(fs::remove_dir_all(&trial.data));
        let mut found = trial.talk(&["restore", "--relay", &relay]);
        found.say(&words);
        let printed = found.hear();
        assert!(found.end().0);
        (printed["messages"] == 81).then_some(())
    });
    couple.alice.kill();
    fs::remove_dir_all(&couple.alice.data).unwrap();
    let relay = couple.relays[1].address.clone();
    let mut again = Node::at(couple.folder(), "again", &[]);
    let mut found = again.talk(&["restore", "--relay", &relay, "--replace"]);
    found.say(&words);
    assert_eq!(found.hear()["messages"], 81);
    assert!(found.end().0);
    again.start();
    // Killed while it comes back, it goes on.
    until("some of it", || (backup(&again)["stage"] != "idle" || backup(&again)["restored"].is_u64()).then_some(()));
    again.kill();
    again.start();
    until("the history", || (backup(&again)["restored"].as_u64()? >= 81).then_some(()));
    assert_eq!(texts(&again, &chat), before);
    let away = again.get("/api/chats");
    assert_eq!((&away[0]["standing"], &away[0]["title"]), (&json!("away"), &json!(BOB)), "{away}");
    // Bob's node hears of the new device at its next start, and lets it in.
    say(&couple.bob, &chat, "are you there?");
    couple.bob.stop();
    couple.bob.start();
    until("Alice is in again", || (again.get("/api/chats")[0]["standing"] == "in").then_some(()));
    say(&again, &chat, "here I am");
    until("Bob hears it", || texts(&couple.bob, &chat).contains(&"here I am".to_owned()).then_some(()));
    say(&couple.bob, &chat, "welcome back");
    until("Alice hears it", || texts(&again, &chat).contains(&"welcome back".to_owned()).then_some(()));
    // The new device goes on with the backup of the one that it replaces.
    until("the next backup", || (backup(&again)["messages"].as_u64()? >= 83).then_some(()));
    assert!(!again.log().contains(words.split(' ').next().unwrap()) && !again.log().contains(MARK));
}

#[test]
fn what_a_relay_loses_is_noticed_and_written_again_and_off_means_gone() {
    let couple = Couple::new(4, &[]);
    let chat = couple.chat.clone();
    for n in 0..20 {
        say(&couple.alice, &chat, &format!("part {n}"));
    }
    turn_on(&couple.alice);
    let checked = couple.alice.ask(&["backup", "check"]);
    assert_eq!((&checked["checked"]["bad"], &checked["checked"]["good"]), (&json!(0), &json!(4)), "{checked}");
    let holders: Vec<_> = couple.relays.iter().filter(|relay| !blobs(&relay.data).is_empty()).collect();
    let [one, two] = holders[..] else { panic!("two relays keep it") };
    // One disk rots: every blob there is changed, under a head that still looks good.
    for path in blobs(&one.data) {
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
    }
    let checked = couple.alice.ask(&["backup", "check"]);
    assert_eq!((&checked["checked"]["bad"], &checked["checked"]["good"]), (&json!(2), &json!(2)), "{checked}");
    until("it is written again", || {
        let state = backup(&couple.alice);
        (state["relays"].as_array()?.len() == 2 && state["at"].as_u64()? > checked["checked"]["at"].as_u64()?)
            .then_some(())
    });
    let checked = couple.alice.ask(&["backup", "check"]);
    assert_eq!((&checked["checked"]["bad"], &checked["checked"]["good"]), (&json!(0), &json!(4)), "{checked}");
    couple.alice.ask(&["backup", "off"]);
    assert_eq!(backup(&couple.alice)["on"], false);
    for relay in [one, two] {
        until("nothing is left at the relays", || blobs(&relay.data).is_empty().then_some(()));
    }
    let refused = couple.alice.request("POST", "/api/backup/run", &Value::Null);
    assert_eq!(refused.map(|(status, _)| status), Some(409));
}

#[test]
fn a_linked_device_gets_the_history_from_the_one_that_linked_it() {
    let couple = Couple::new(4, &[]);
    let chat = couple.chat.clone();
    for n in 0..10 {
        say(&couple.alice, &chat, &format!("{MARK}, part {n}"));
        say(&couple.bob, &chat, &format!("heard {n}"));
    }
    until("all of it", || (texts(&couple.alice, &chat).len() == 20).then_some(()));
    let before = texts(&couple.alice, &chat);
    let mut phone = Node::at(couple.folder(), "phone", &[]);
    let mut old = couple.alice.talk(&["device", "link"]);
    let code = old.hear()["text"].as_str().expect("a code").to_owned();
    let mut new = phone.talk(&["link", &code, "--name", "phone"]);
    until("the offer", || (couple.alice.get("/api/devices/link")["stage"] == "offered").then_some(()));
    old.say(&couple.alice.words);
    assert_eq!(new.hear()["contacts"], json!(1));
    assert!(new.end().0 && old.end().0);
    phone.start();
    let row = |node: &Node| node.get("/api/chats").as_array()?.iter().find(|row| row["id"] == chat).cloned();
    until("the chat", || row(&phone));
    until("the history", || (texts(&phone, &chat) == before).then_some(()));
    until("it is in", || (row(&phone)?["standing"] == "in").then_some(()));
    say(&phone, &chat, "from the telephone");
    until("Bob hears it", || texts(&couple.bob, &chat).contains(&"from the telephone".to_owned()).then_some(()));
    assert_eq!(backup(&phone)["on"], false, "a history that was left is no backup");
    for relay in &couple.relays {
        assert!(!holds(&bytes_below(&relay.data), MARK.as_bytes()), "readable at a relay");
        // The old device has relays drop what the new one has.
        until("nothing is left at the relays", || blobs(&relay.data).is_empty().then_some(()));
    }
}
