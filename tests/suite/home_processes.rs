//! A home relay that is killed for good, over real programs: another one takes its place, and the chat goes on.

use chappe_tests::processes::{Couple, Node, until};
use serde_json::Value;

fn home(node: &Node, chat: &str) -> Vec<String> {
    let all = node.get(&format!("/api/chats/{chat}/home"));
    all.as_array().unwrap().iter().map(|relay| relay["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_chat_outlives_two_of_its_relays_one_after_the_other() {
    let mut couple = Couple::new(5, &[]);
    let chat = couple.chat.clone();
    let first = home(&couple.alice, &chat);
    assert_eq!(first.len(), 4);
    couple.alice.send(&chat, "before");
    until("the first message", || couple.bob.texts(&chat).contains(&"before".to_owned()).then_some(()));
    let status = couple.alice.get("/api/status");
    let address = |id: &str| -> String {
        let relays: &Vec<Value> = status["relays"].as_array().unwrap();
        let relay = relays.iter().find(|relay| relay["id"] == id).unwrap();
        relay["addresses"][0].as_str().unwrap().to_owned()
    };
    let dead = address(&first[0]);
    let at = couple.relays.iter().position(|relay| relay.address.starts_with(&dead)).unwrap();
    couple.relays[at].kill();
    // Whoever is away meanwhile follows when they are back.
    couple.bob.kill();
    couple.alice.ask(&["home", "replace", &chat, &first[0][..8]]);
    let second = until("another home", || Some(home(&couple.alice, &chat)).filter(|now| *now != first));
    assert!(!second.contains(&first[0]) && second.len() == 4);
    couple.alice.send(&chat, "after");
    couple.bob.start();
    until("the second message", || (couple.bob.texts(&chat) == ["before", "after"]).then_some(()));
    assert_eq!(home(&couple.bob, &chat), second);
    // A second one goes, without a word: three of the new four are enough.
    let next = address(&first[1]);
    let at = couple.relays.iter().position(|relay| relay.address.starts_with(&next)).unwrap();
    couple.relays[at].kill();
    couple.bob.send(&chat, "still here");
    until("the third message", || couple.alice.texts(&chat).contains(&"still here".to_owned()).then_some(()));
}
