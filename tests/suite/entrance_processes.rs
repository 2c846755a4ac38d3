//! Invite links of groups with the real programs over real relays.

use chappe_tests::processes::{Couple, Node, until};
use serde_json::{Value, json};

fn in_chat(node: &Node, chat: &str) -> Option<()> {
    let chats = node.get("/api/chats");
    chats.as_array()?.iter().any(|row| row["id"] == chat).then_some(())
}

fn until_text(node: &Node, chat: &str, text: &str) {
    until(text, || node.texts(chat).iter().any(|known| known == text).then_some(()));
}

fn requests(node: &Node, group: &str) -> Vec<Value> {
    node.ask(&["group", "request", "list", group]).as_array().expect("a list").clone()
}

/// Carol and Dave know nobody; Alice's group is at four relays, one of which is down.
#[test]
fn strangers_come_into_a_group_by_its_links() {
    let mut couple = Couple::new(4, &[]);
    let mut carol = Node::new(couple.folder(), "carol", &couple.relays, &[]);
    let dave = Node::new(couple.folder(), "dave", &couple.relays, &[]);
    couple.relays[3].stop();
    let alice = &mut couple.alice;
    let group = alice.ask(&["group", "create", "Pioneers"])["id"].as_str().unwrap().to_owned();
    let open = alice.ask(&["group", "link", "create", "Pioneers", "--uses", "1"]);
    assert!(open["relays"].as_u64().unwrap() >= 1, "{open}");
    let link = open["link"].as_str().unwrap();

    // Nobody's consent is needed; Alice's node answers by itself, also after it was killed.
    alice.kill();
    let asked = carol.ask(&["join", link, "--message", "hello"]);
    assert_eq!(asked["title"], "Pioneers");
    carol.kill();
    alice.start();
    carol.start();
    until("Carol is in", || in_chat(&carol, &group));
    until("nothing waits", || (carol.ask(&["join"]) == json!([])).then_some(()));
    carol.send(&group, "hello from Carol");
    until_text(alice, &group, "hello from Carol");
    alice.send(&group, "welcome");
    until_text(&carol, &group, "welcome");
    until("it is used up", || (alice.ask(&["group", "link", "list", "Pioneers"])[0]["used"] == 1).then_some(()));

    // The used-up link lets nobody in, and says so.
    dave.ask(&["join", link]);
    until("Dave is told", || dave.ask(&["join"])[0]["problem"].as_str().filter(|why| !why.is_empty()).map(drop));
    assert!(in_chat(&dave, &group).is_none());
    let id = dave.ask(&["join"])[0]["id"].as_str().unwrap().to_owned();
    dave.ask(&["join", "--cancel", &id[..8]]);

    // By another one with somebody's consent.
    let approved = alice.ask(&["group", "link", "create", "Pioneers", "--approval"]);
    dave.ask(&["join", approved["link"].as_str().unwrap(), "--message", "it is me"]);
    let asking = until("Dave asks", || requests(alice, "Pioneers").into_iter().next());
    assert_eq!((&asking["name"], &asking["greeting"]), (&json!("dave"), &json!("it is me")));
    assert!(in_chat(&dave, &group).is_none());
    alice.ask(&["group", "request", "accept", "Pioneers", "dave"]);
    until("Dave is in", || in_chat(&dave, &group));
    until("nobody asks", || requests(alice, "Pioneers").is_empty().then_some(()));
    dave.send(&group, "hello from Dave");
    until_text(&carol, &group, "hello from Dave");

    // Withdrawn means withdrawn.
    let (kept, gone) = (approved["link"].as_str().unwrap(), approved["id"].as_str().unwrap());
    alice.ask(&["group", "link", "revoke", "Pioneers", &gone[..8]]);
    until("it is gone", || {
        let links = alice.ask(&["group", "link", "list", "Pioneers"]);
        (links.as_array()?.len() == 1).then_some(())
    });
    couple.bob.ask(&["join", kept]);
    until("Bob is told", || couple.bob.ask(&["join"])[0]["problem"].as_str().filter(|why| !why.is_empty()).map(drop));
    let wrong = couple.bob.run(&["contact", "add", kept]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("chappe join"), "the link says what it is for");
}
