//! Pictures of people and groups over real relays: made small, seen by those who may, readable by no relay.

use chappe_tests::processes::{BOB, Couple, Node, bytes_below, holds, until};
use serde_json::{Value, json};

/// An uncompressed picture (BMP) of so many pixels, red on the left.
fn image(width: u32, height: u32) -> Vec<u8> {
    let row = (width * 3).div_ceil(4) * 4;
    let size = 54 + row * height;
    let mut bytes = b"BM".to_vec();
    for number in [size, 0, 54, 40, width, height, 1 | (24 << 16), 0, row * height, 2_835, 2_835, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    for _ in 0..height {
        let pixels = (0..width).flat_map(|x| if x < width / 2 { [0, 0, 250] } else { [250, 0, 0] });
        let mut line: Vec<u8> = pixels.collect();
        line.resize(row as usize, 0);
        bytes.extend(line);
    }
    bytes
}

fn put(node: &Node, path: &str, body: &[u8]) -> u16 {
    let length = body.len().to_string();
    node.bytes("PUT", path, &[("Content-Length", &length)], body).expect("an answer").0
}

fn read(node: &Node, reference: &str) -> Option<Vec<u8>> {
    let (status, bytes) = node.bytes("GET", &format!("/api/pictures/{reference}"), &[], &[])?;
    (status == 200).then_some(bytes)
}

fn of_contact(node: &Node) -> String {
    node.get("/api/contacts")[0]["about"]["picture"].as_str().unwrap_or_default().to_owned()
}

fn of_chat(node: &Node, title: &str) -> Option<String> {
    let chats = node.get("/api/chats");
    let chat = chats.as_array()?.iter().find(|chat| chat["title"] == title)?.clone();
    Some(chat["picture"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_picture_is_seen_by_contacts_and_by_no_relay() {
    let mut couple = Couple::new(3, &[]);
    assert_eq!(put(&couple.alice, "/api/me/picture", b"<svg onload=alert(1)>"), 400);
    assert_eq!(put(&couple.alice, "/api/me/picture", &image(600, 400)), 204);
    let reference = until("a picture's reference", || Some(of_contact(&couple.bob)).filter(|text| !text.is_empty()));
    let jpeg = until("the picture", || read(&couple.bob, &reference));
    assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]) && jpeg.len() < 32 * 1024);
    assert_eq!(read(&couple.alice, &reference), Some(jpeg.clone()));
    for relay in &couple.relays {
        assert!(!holds(&bytes_below(&relay.data), &jpeg[40..400]), "a relay has it in the clear");
    }
    // It is kept, also over a restart, and when whoever shows it and the relays are away.
    couple.alice.kill();
    couple.relays.iter_mut().for_each(|relay| relay.kill());
    couple.bob.kill();
    couple.bob.start();
    assert_eq!(until("the picture", || read(&couple.bob, &reference)), jpeg);
    // What nobody shows, nobody is asked for.
    let unknown = "00".repeat(32);
    assert_eq!(couple.bob.bytes("GET", &format!("/api/pictures/{unknown}"), &[], &[]).unwrap().0, 404);
    assert_eq!(couple.bob.bytes("GET", "/api/pictures/zz", &[], &[]).unwrap().0, 400);
    couple.relays.iter_mut().for_each(|relay| relay.start());
    couple.alice.start();
    assert_eq!(couple.alice.bytes("DELETE", "/api/me/picture", &[], &[]).unwrap().0, 204);
    until("nothing shown", || of_contact(&couple.bob).is_empty().then_some(()));
}

#[test]
fn a_group_has_a_picture_that_who_may_change_it_sets() {
    let couple = Couple::new(3, &[]);
    let made = couple.alice.ask(&["group", "create", "Tower", BOB]);
    let path = format!("/api/chats/{}/picture", made["id"].as_str().unwrap());
    until("the group", || of_chat(&couple.bob, "Tower"));
    let file = couple.folder().join("tower.bmp");
    std::fs::write(&file, image(50, 50)).unwrap();
    couple.alice.ask(&["picture", "set", file.to_str().unwrap(), "--chat", "Tower"]);
    let shown = |node: &Node| of_chat(node, "Tower").filter(|text| !text.is_empty());
    let reference = until("the group's picture", || shown(&couple.bob));
    let jpeg = until("its bytes", || read(&couple.bob, &reference));
    assert_eq!(read(&couple.alice, &reference), Some(jpeg));
    assert_eq!(put(&couple.bob, &path, &image(9, 9)), 409, "a member may not");
    let rights = json!({"permissions": ["text", "change_info"]});
    let settings = path.replace("/picture", "/settings");
    assert_eq!(couple.alice.request("POST", &settings, &rights).unwrap(), (204, Value::Null));
    until("the right", || (put(&couple.bob, &path, &image(9, 9)) == 204).then_some(()));
    let other = until("another picture", || shown(&couple.alice).filter(|now| *now != reference));
    until("its bytes", || read(&couple.alice, &other));
    couple.alice.ask(&["picture", "remove", "--chat", "Tower"]);
    until("none", || of_chat(&couple.bob, "Tower").filter(String::is_empty));
}
