//! The index and the backup, killed at random moments: everything said is found once, and comes back from the words.

use crate::files_sources::number;
use chappe_tests::processes::{Couple, Node, until};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::Value;
use std::fs;
use std::time::Duration;

/// Messages between two kills.
const EACH: u64 = 20;

/// How many messages have these words behind each other.
fn found(node: &Node, words: &str) -> Option<usize> {
    let (status, all) = node.request("GET", &format!("/api/search?q=%22{words}%22"), &Value::Null)?;
    (status == 200).then_some(all["hits"].as_array()?.len())
}

/// `CHAPPE_KILLS=100 CHAPPE_SEED=7` for a long run.
#[test]
fn killed_at_random_while_it_indexes_and_backs_up() {
    let (mut left, seed) = (number("CHAPPE_KILLS", 6), number("CHAPPE_SEED", 1));
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut couple = Couple::new(2, &[]);
    let mut on = couple.alice.talk(&["backup", "on"]);
    on.say(&couple.alice.words);
    on.hear();
    assert!(on.end().0);
    let mut said: u64 = 0;
    for round in 0.. {
        if left == 0 {
            break;
        }
        left -= 1;
        for _ in 0..EACH {
            couple.alice.send(&couple.chat, &format!("word{said}x of round{round}x, {}", "lorem ipsum ".repeat(40)));
            said += 1;
        }
        let running = couple.alice.talk(&["backup", "run"]);
        // The moment is what is tested.
        std::thread::sleep(Duration::from_millis(u64::from(random.next_u32() % 300)));
        match random.next_u32() % 4 {
            0 => {
                let relay = &mut couple.relays[random.next_u32() as usize % 2];
                relay.kill();
                relay.start();
            }
            _ => {
                couple.alice.kill();
                couple.alice.start();
            }
        }
        running.kill();
        let word = format!("of+round{round}x");
        until(&format!("{word} of seed {seed} in the index"), || {
            (found(&couple.alice, &word)? == EACH as usize).then_some(())
        });
    }
    for word in [0, said / 2, said - 1].map(|n| format!("word{n}x+of")) {
        assert_eq!(found(&couple.alice, &word), Some(1), "seed {seed}");
    }
    let whole = until("a backup", || {
        let run = couple.alice.run(&["backup", "run", "--json"]);
        let state: Value = serde_json::from_slice(&run.stdout).ok()?;
        (state["messages"] == said).then_some(state)
    });
    let checked = couple.alice.ask(&["backup", "check"]);
    assert_eq!(checked["checked"]["bad"], 0, "{checked}, {whole}, seed {seed}");
    let (words, before) = (couple.alice.words.clone(), couple.alice.history(&couple.chat));
    let address = couple.relays[0].address.clone();
    let folder = couple.folder().to_owned();
    let restored = |name: &str, more: &[&str]| {
        let node = Node::at(&folder, name, &[]);
        drop(fs::remove_dir_all(&node.data));
        let mut restore = node.talk(&[&["restore", "--relay", &*address], more].concat());
        restore.say(&words);
        let known = restore.hear();
        (restore.end().0 && known["messages"] == said).then_some(node)
    };
    until("it can be found", || restored("trial", &[]));
    couple.alice.kill();
    let mut again = restored("again", &["--replace"]).expect("it can be found");
    again.start();
    let texts = |all: &[Value]| all.iter().map(|message| message["text"].clone()).collect::<Vec<_>>();
    // The history is taken in once the node runs.
    let listed = |chat: &Value| chat["id"] == *couple.chat;
    until("the chat", || again.get("/api/chats").as_array().is_some_and(|all| all.iter().any(listed)).then_some(()));
    until("the history", || {
        let h = again.history(&couple.chat);
        eprintln!(
            "{} {} {:?} {}",
            h.len(),
            before.len(),
            texts(&h).iter().zip(texts(&before)).position(|(a, b)| *a != b),
            again.get("/api/backup")
        );
        (texts(&h) == texts(&before)).then_some(())
    });
    until("its index", || (found(&again, "of+round0x")? == EACH as usize).then_some(()));
}
