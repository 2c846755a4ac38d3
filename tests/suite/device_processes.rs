//! Restoring and linking with the real programs over a real relay, with a `kill -9` in between.

use chappe_tests::processes::{ALICE, BOB, Couple, Node, until};
use serde_json::{Value, json};

fn devices(node: &Node) -> Vec<Value> {
    node.get("/api/devices")["devices"].as_array().expect("a list").clone()
}

#[test]
fn an_identity_comes_back_from_its_words() {
    let mut couple = Couple::new(1, &[]);
    let words = couple.alice.words.clone();
    let user = couple.alice.user();
    let mut check = couple.alice.talk(&["words", "check"]);
    check.say(&words);
    assert_eq!(check.hear()["right"], true);
    assert!(!couple.alice.data.join("words").exists());
    // The record is at the relay once the node said so; what is not there cannot come back.
    let relay = couple.relays[0].address.clone();
    couple.alice.kill();
    let mut again = Node::at(couple.folder(), "again", &[]);
    let restore = ["restore", "--relay", &relay, "--replace"];

    // Wrong words, then a relay that does not answer and a kill: both leave no node behind.
    let mut wrong = again.talk(&restore);
    wrong.say(&words.replacen(' ', " zoo ", 1));
    let (fine, errors) = wrong.end();
    assert!(!fine && !errors.contains(words.split(' ').next().unwrap()), "{errors}");
    couple.relays[0].stop();
    let mut torn = again.talk(&restore);
    torn.say(&words);
    until("its folder", || again.data.join("store").is_dir().then_some(()));
    torn.kill();
    couple.relays[0].start();

    let mut found = again.talk(&restore);
    // Several lines are as good as one.
    for line in words.split(' ').collect::<Vec<_>>().chunks(6) {
        found.say(&line.join(" "));
    }
    let printed = found.hear();
    assert_eq!((&printed["user"], &printed["name"], &printed["devices"]), (&json!(user), &json!(ALICE), &json!(1)));
    assert!(found.end().0);
    again.start();
    assert_eq!(again.user(), user);
    assert_eq!(devices(&again).len(), 1);
    until("the relay is reached", || (again.get("/api/status")["relays"][0]["connected"] == true).then_some(()));
    let twice = again.run(&["restore", "--relay", &relay]);
    assert!(!twice.status.success(), "a node is not overwritten");
    // The lost device, if a thief starts it, learns that it was replaced.
    couple.alice.start();
    until("the old device knows", || (couple.alice.get("/api/devices")["removed"] == true).then_some(()));
    assert!(!again.log().contains(words.split(' ').next().unwrap()));
}

#[test]
fn a_device_is_linked_and_removed() {
    let couple = Couple::new(1, &[]);
    let alice = &couple.alice;
    let stage = || alice.get("/api/devices/link")["stage"].as_str().unwrap_or_default().to_owned();
    let mut phone = Node::at(couple.folder(), "phone", &[]);

    // The new device dies after the pairing: nothing is certified, a new code works.
    let mut old = alice.talk(&["device", "link"]);
    let code = old.hear()["text"].as_str().expect("a code").to_owned();
    let torn = phone.talk(&["link", &code, "--name", "phone"]);
    until("the offer", || (stage() == "offered").then_some(()));
    torn.kill();
    old.kill();
    assert_eq!(alice.request("DELETE", "/api/devices/link", &Value::Null).map(|(status, _)| status), Some(204));
    assert_eq!(devices(alice).len(), 1);

    let mut old = alice.talk(&["device", "link"]);
    let code = old.hear()["text"].as_str().expect("a code").to_owned();
    let mut new = phone.talk(&["link", &code, "--name", "phone"]);
    until("the offer", || (stage() == "offered").then_some(()));
    assert!(!new.has_ended() && !old.has_ended(), "both wait for the words");
    old.say(&alice.words);
    let linked = new.hear();
    assert_eq!((&linked["user"], &linked["contacts"]), (&json!(alice.user()), &json!(1)));
    assert_eq!(old.hear()["stage"], "done");
    assert!(new.end().0 && old.end().0);
    phone.start();
    assert_eq!(phone.get("/api/contacts")[0]["name"], BOB);
    assert_eq!(devices(&phone)[1]["name"], "phone");
    assert_eq!(devices(alice), {
        let mut seen = devices(&phone);
        seen[0]["this"] = json!(true);
        seen[1]["this"] = json!(false);
        seen
    });

    let mut remove = alice.talk(&["device", "remove", "phone"]);
    remove.say(&alice.words);
    assert_eq!(remove.hear()["removed"], linked["device"]);
    assert!(remove.end().0);
    phone.stop();
    phone.start();
    until("the phone knows", || (phone.get("/api/devices")["removed"] == true).then_some(()));
    assert_eq!(alice.ask(&["device", "list"])["devices"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_typed_code_asks_for_the_number() {
    let couple = Couple::new(1, &[]);
    let alice = &couple.alice;
    let relay = &couple.relays[0].address;
    let phone = Node::at(couple.folder(), "phone", &[]);
    let mut old = alice.talk(&["device", "link"]);
    let code = old.hear()["code"].as_str().expect("a code").to_owned();
    let mut new = phone.talk(&["link", &code, "--relay", relay]);
    new.say("y");
    until("the offer", || (alice.get("/api/devices/link")["stage"] == "offered").then_some(()));
    assert_eq!(alice.get("/api/devices/link")["compare"], true);
    old.say(&alice.words);
    assert_eq!(new.hear()["user"], json!(alice.user()));
    assert!(new.end().0 && old.end().0);
    // And one who does not see the same number.
    let old = alice.talk(&["device", "link"]);
    until("a code", || (alice.get("/api/devices/link")["stage"] == "waiting").then_some(()));
    let code = alice.get("/api/devices/link")["code"].as_str().expect("a code").to_owned();
    let other = Node::at(couple.folder(), "other", &[]);
    let mut new = other.talk(&["link", &code, "--relay", relay]);
    new.say("n");
    let (fine, errors) = new.end();
    assert!(!fine && errors.contains("refused here"), "{errors}");
    until("the old one hears it", || (alice.get("/api/devices/link")["stage"] == "failed").then_some(()));
    assert!(!old.end().0);
    assert_eq!(devices(alice).len(), 2);
}
