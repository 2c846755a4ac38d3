//! A backup in one file with the real programs: everything comes back from it and the words while no relay is there; what is
//! damaged, cut or somebody else's is refused, and leaves no node.

use chappe_tests::processes::{BOB, Couple, Node, holds, until};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const MARK: &str = "the optical telegraph of 1794";

fn texts(node: &Node, chat: &str) -> Vec<String> {
    node.history(chat).iter().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Runs a command that asks for the words; what it prints, or why it failed.
fn with_words(node: &Node, args: &[&str], words: &str) -> Result<Value, String> {
    let mut talk = node.talk(args);
    talk.say(words);
    talk.outcome()
}

fn file(node: &Node, id: &str) -> Option<(u16, Vec<u8>)> {
    node.bytes("GET", &format!("/api/messages/{id}/file"), &[], &[])
}

fn no_node(data: &Path) -> bool {
    let refused = chappe_tests::processes::chappe(data, &["status"]);
    !refused.status.success()
}

#[test]
fn everything_comes_back_from_a_file_while_no_relay_is_there() {
    let mut couple = Couple::new(4, &[]);
    let chat = couple.chat.clone();
    for n in 0..30 {
        couple.alice.send(&chat, &format!("{MARK}, part {n}"));
    }
    let plan = couple.folder().join("plan.txt");
    fs::write(&plan, "the plan").unwrap();
    couple.alice.ask(&["file", "send", BOB, plan.to_str().unwrap()]);
    let sent = couple.alice.history(&chat).pop().unwrap()["id"].as_str().unwrap().to_owned();
    let before = texts(&couple.alice, &chat);
    let (words, path) = (couple.alice.words.clone(), couple.folder().join("alice.backup"));
    let to = path.to_str().unwrap();
    let made = with_words(&couple.alice, &["backup", "write", to, "--files"], &words).unwrap();
    assert_eq!(made["size"], fs::metadata(&path).unwrap().len());
    let bytes = fs::read(&path).unwrap();
    assert!(
        !holds(&bytes, MARK.as_bytes()) && !holds(&bytes, b"the plan") && !holds(&bytes, BOB.as_bytes()),
        "readable"
    );
    let again = couple.alice.run(&["backup", "write", to]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"), "{again:?}");
    let found = with_words(&couple.alice, &["backup", "verify", to], &words).unwrap();
    assert_eq!((&found["messages"], &found["files"]), (&json!(31), &json!(1)), "{found}");
    // Alice's machine burns, and no relay is there.
    couple.alice.kill();
    fs::remove_dir_all(&couple.alice.data).unwrap();
    couple.relays.iter_mut().for_each(|relay| relay.kill());
    let mut back = Node::at(couple.folder(), "back", &[]);
    let printed = with_words(&back, &["restore", "--file", to, "--replace"], &words).unwrap();
    assert_eq!((&printed["messages"], &printed["contacts"]), (&json!(31), &json!(1)), "{printed}");
    back.start();
    until("some of it", || (!back.history(&chat).is_empty()).then_some(()));
    back.kill();
    back.start();
    until("the history", || (texts(&back, &chat) == before).then_some(()));
    assert_eq!(file(&back, &sent), Some((200, b"the plan".to_vec())));
    until("nothing lies unpacked", || (!back.data.join("unpacked").exists()).then_some(()));
    // The relays come back, and Bob's node lets the new device in.
    couple.relays.iter_mut().for_each(|relay| relay.start());
    couple.bob.send(&chat, "are you there?");
    couple.bob.stop();
    couple.bob.start();
    until("Alice is in again", || (back.get("/api/chats")[0]["standing"] == "in").then_some(()));
    couple.bob.send(&chat, "welcome back");
    until("Alice hears it", || texts(&back, &chat).contains(&"welcome back".to_owned()).then_some(()));
}

#[test]
fn what_is_no_whole_backup_of_these_words_is_refused_and_leaves_no_node() {
    let couple = Couple::new(1, &[]);
    couple.alice.send(&couple.chat, MARK);
    let (words, folder) = (couple.alice.words.clone(), couple.folder());
    let path = folder.join("alice.backup");
    with_words(&couple.alice, &["backup", "write", path.to_str().unwrap()], &words).unwrap();
    let good = fs::read(&path).unwrap();
    let at = |at: usize, by: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= by;
        bytes
    };
    let cases = [
        (b"hello".to_vec(), "not a backup file"),
        (at(3, 1), "not a backup file"),
        (good[..good.len() - 1].to_vec(), "cut off"),
        (good[..60].to_vec(), "cut off"),
        ([&good[..], b"x"].concat(), "damaged"),
        // The kind of the first part, its length, and a byte in it.
        (at(16, 9), "damaged"),
        (at(16 + 33, 0x80), "cut off"),
        (at(16 + 41 + 20, 1), "damaged"),
    ];
    let bad = folder.join("bad.backup");
    let lost = Node::at(folder, "lost", &[]);
    for (n, (bytes, why)) in cases.into_iter().enumerate() {
        fs::write(&bad, bytes).unwrap();
        for command in [&["backup", "verify"][..], &["restore", "--file"]] {
            let args = [command, &[bad.to_str().unwrap()]].concat();
            let said = with_words(&lost, &args, &words).unwrap_err();
            assert!(said.contains(why), "case {n}, {args:?}: {said}");
        }
        assert!(no_node(&lost.data), "case {n}");
    }
    let said = with_words(&lost, &["restore", "--file", path.to_str().unwrap()], &couple.bob.words).unwrap_err();
    assert!(said.contains("other words"), "{said}");
    let wrong = couple.folder().join("none").join("x.backup");
    let refused = couple.alice.run(&["backup", "write", wrong.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("cannot write"), "{refused:?}");
    let refused = couple.alice.request("GET", "/api/backup/file", &Value::Null).unwrap();
    assert!(refused.0 == 409 && refused.1["error"]["message"].as_str().unwrap().contains("24 words"), "{refused:?}");
    let refused = couple.alice.request("POST", "/api/backup/file", &json!({ "words": couple.bob.words })).unwrap();
    assert_eq!(refused.0, 409, "{refused:?}");
}

#[test]
fn the_node_writes_files_by_itself_and_says_when_it_cannot() {
    let mut couple = Couple::new(1, &[]);
    couple.alice.send(&couple.chat, MARK);
    let (words, folder) = (couple.alice.words.clone(), couple.folder().join("disk"));
    let to = folder.to_str().unwrap();
    let plan = ["backup", "schedule", to, "--every", "1h", "--keep", "3"];
    let said = with_words(&couple.alice, &plan, &words).unwrap_err();
    assert!(said.contains("no folder"), "{said}");
    fs::create_dir(&folder).unwrap();
    for (what, why) in [(["--every", "5s"], "a minute to a year"), (["--keep", "0"], "1 to 1000")] {
        let said = with_words(&couple.alice, &[&["backup", "schedule", to], &what[..]].concat(), &words).unwrap_err();
        assert!(said.contains(why), "{said}");
    }
    let said = with_words(&couple.alice, &plan, &couple.bob.words).unwrap_err();
    assert!(said.contains("another identity"), "{said}");
    let state = with_words(&couple.alice, &plan, &words).unwrap();
    assert_eq!((&state["on"], &state["schedule"]["keep"]), (&json!(false), &json!(3)), "{state}");
    let written: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &written[..] else { panic!("{written:?}") };
    let found = with_words(&couple.alice, &["backup", "verify", file.to_str().unwrap()], &words).unwrap();
    assert_eq!(found["messages"], 1);
    couple.alice.stop();
    couple.alice.start();
    assert_eq!(couple.alice.get("/api/backup")["schedule"], state["schedule"], "it goes on after a restart");
    // A folder in which nobody can write.
    let said = with_words(&couple.alice, &["backup", "schedule", "/proc", "--every", "1m"], &words).unwrap_err();
    assert!(said.contains("/proc/chappe-") && said.contains("tried again"), "{said}");
    assert!(couple.alice.get("/api/backup")["schedule"]["problem"].as_str().unwrap().contains("/proc/chappe-"));
    couple.alice.ask(&["backup", "schedule", "--off"]);
    assert_eq!(couple.alice.get("/api/backup").get("schedule"), None);
}
