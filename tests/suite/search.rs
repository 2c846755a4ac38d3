//! Searching with the real programs: found, filtered, in step, over kills; hostile questions; nothing readable on disk.

use chappe_tests::processes::{BOB, Couple, Node, until};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn texts(found: &Value) -> Vec<String> {
    let hits = found["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["message"]["text"].as_str().expect("a text").to_owned()).collect()
}

/// Waits for a complete answer of so many hits.
fn search(node: &Node, query: &str, hits: usize) -> Value {
    until(&format!("{hits} hits of {query}"), || {
        let (status, found) = node.request("GET", &format!("/api/search?{query}"), &Value::Null)?;
        let done = status == 200 && found["complete"] == true && found["hits"].as_array()?.len() == hits;
        done.then_some(found)
    })
}

fn stands_below(folder: &Path, needle: &[u8]) -> bool {
    fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => stands_below(&path, needle),
            // The node may be merging: a file that has just gone says nothing.
            false => fs::read(path).unwrap_or_default().windows(needle.len()).any(|window| window == needle),
        }
    })
}

#[test]
fn what_is_said_is_found_also_after_kills_and_nothing_of_it_is_readable_on_disk() {
    let mut couple = Couple::new(1, &[]);
    for n in 0..60 {
        if n % 20 == 10 {
            couple.alice.kill();
            couple.alice.start();
        }
        let nonce = couple.nonce();
        let text = format!("Zugspitze panorama {n}");
        until("a text is taken", || couple.alice.try_send(&couple.chat, &text, nonce).then_some(()));
    }
    search(&couple.alice, "q=panorama&limit=100", 60);
    search(&couple.bob, "q=panor%C3%A1ma&limit=100", 60);
    couple.bob.kill();
    couple.bob.start();
    let found = search(&couple.bob, "q=%22zugspitze+panorama+7%22", 1);
    assert_eq!(
        found["hits"][0]["highlights"],
        json!([{ "offset": 0, "length": 9 }, { "offset": 10, "length": 8 }, { "offset": 19, "length": 1 }])
    );
    let last = found["hits"][0]["message"]["id"].as_str().expect("an id").to_owned();
    couple.alice.ask(&["edit", &last, "something else entirely"]);
    search(&couple.bob, "q=entirely", 1);
    search(&couple.bob, "q=%22panorama+7%22", 0);
    assert!(couple.alice.run(&["delete", &last, "--for", "all"]).status.success());
    search(&couple.bob, "q=entirely", 0);
    let found = couple.alice.ask(&["search", "panorama 59", "--chat", BOB, "--from", "me", "--after", "1d"]);
    assert_eq!(texts(&found), ["Zugspitze panorama 59"]);
    assert_eq!(found["similar"], false);
    for node in [&mut couple.alice, &mut couple.bob] {
        node.stop();
        for word in ["panorama", "zugspitze", "Zugspitze"] {
            assert!(!stands_below(&node.data, word.as_bytes()), "{word}");
        }
        // An index that is gone is made anew, a damaged one too.
        fs::write(node.data.join("search/meta.json"), b"nonsense").expect("written");
        node.start();
    }
    search(&couple.bob, "q=panorama&limit=100", 59);
    search(&couple.alice, "q=panorama&limit=100", 59);
}

#[test]
fn hostile_questions_are_answered_or_refused_and_the_node_lives() {
    let couple = Couple::new(1, &[]);
    couple.alice.send(&couple.chat, "harmless words");
    search(&couple.alice, "q=harmless", 1);
    for (query, wanted) in [
        ("q=%2Ba+AND+(b+OR+c)+NOT+d~2%5E3+field:x+%5B1+TO+5%5D+%7Ba%7D+/re.*/+*+%3F", 200),
        ("q=%22%22%22%22-+--+%22", 400),
        ("q=%00%07%E2%80%AE", 400),
        ("q=%FF%FE", 400),
        ("", 400),
        ("q=", 400),
        ("q=x&limit=0", 400),
        ("q=x&limit=101", 400),
        ("q=x&chat=zz", 400),
        ("q=x&from=", 400),
        ("q=x&kind=song", 400),
        ("q=x&after=-1", 400),
        ("q=x&after=18446744073709551615&before=0", 200),
        ("q=x&before_cursor=e00", 400),
        ("q=x&link=maybe", 400),
        ("q=x&other=1", 400),
    ] {
        let (status, body) =
            couple.alice.request("GET", &format!("/api/search?{query}"), &Value::Null).expect("the node answers");
        assert_eq!(status, wanted, "{query}: {body}");
    }
    let long = couple.alice.request("GET", &format!("/api/search?q={}", "x".repeat(10_000)), &Value::Null);
    assert_eq!(long.expect("the node answers").0, 400);
    search(&couple.alice, "q=harmless", 1);
}
