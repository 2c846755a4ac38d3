//! Packs of stickers: made, sent, shared by link, had on another node, removed; what is none is refused.

use crate::files::{file, text, until_message};
use chappe_tests::processes::{BOB, Couple, Node, until};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A PNG of one colour (RFC 2083: three chunks), uncompressed, so that nothing here decides how it looks.
fn png(side: u32, colour: u8) -> Vec<u8> {
    let row = [&[0][..], &vec![colour; side as usize]].concat();
    let raw = row.repeat(side as usize);
    let mut zlib = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = raw.chunks(65_535).collect();
    for (n, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        zlib.push(u8::from(n + 1 == blocks.len()));
        zlib.extend(length.to_le_bytes());
        zlib.extend((!length).to_le_bytes());
        zlib.extend(*block);
    }
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    zlib.extend((b << 16 | a).to_be_bytes());
    let mut head = [side.to_be_bytes(), side.to_be_bytes()].concat();
    // Eight bits of grey.
    head.extend([8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", &head[..]), (b"IDAT", &zlib), (b"IEND", &[])] {
        let part = [&name[..], data].concat();
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(&part);
        bytes.extend(crc(&part).to_be_bytes());
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

/// Base64 as of RFC 4648, section 5, without padding.
fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let three = |part: &[u8]| part.iter().zip([16, 8, 0]).map(|(byte, shift)| u32::from(*byte) << shift).sum::<u32>();
    let four = |part: &[u8]| {
        let bits = three(part);
        (0..=part.len()).map(move |n| char::from(DIGITS[(bits >> (18 - 6 * n)) as usize % 64])).collect::<String>()
    };
    bytes.chunks(3).map(four).collect()
}

fn picture(couple: &Couple, name: &str, bytes: &[u8]) -> PathBuf {
    file(couple, name, bytes)
}

fn packs(node: &Node) -> Vec<Value> {
    node.get("/api/stickers")["packs"].as_array().unwrap().clone()
}

fn get(node: &Node, path: &str) -> (u16, Vec<u8>) {
    node.bytes("GET", path, &[], &[]).expect("an answer")
}

#[test]
fn a_pack_is_made_sent_shared_and_had_elsewhere() {
    let mut couple = Couple::new(2, &[]);
    let small = png(100, 90);
    let (one, two) = (picture(&couple, "a.png", &small), picture(&couple, "b.png", &png(700, 40)));
    let named = format!("⛵={}", text(&one));
    let made = couple.alice.ask(&["sticker", "make", "Boats", &named, text(&two)]);
    assert_eq!((&made["title"], &made["emoji"]), (&json!("Boats"), &json!(["⛵", "⭐"])), "{made}");
    let (id, link) = (made["id"].as_str().unwrap(), made["link"].as_str().unwrap());
    assert_eq!(get(&couple.alice, &format!("/api/stickers/{id}/0")), (200, small.clone()), "as it was");
    let (status, second) = get(&couple.alice, &format!("/api/stickers/{id}/1"));
    assert!(status == 200 && second.starts_with(b"RIFF"), "made smaller");
    assert_eq!(get(&couple.alice, &format!("/api/stickers/{id}/2")).0, 404);
    couple.alice.ask(&["sticker", "send", BOB, "Boats", "1"]);
    let message = until_message(&couple.bob, &couple.chat, "sticker.png");
    let sent = couple.bob.history(&couple.chat).pop().unwrap();
    let sticker = &sent["content"]["sticker"];
    assert_eq!((&sticker["emoji"], &sticker["title"]), (&json!("⛵"), &json!("Boats")), "{sent}");
    assert_eq!(get(&couple.bob, &format!("/api/messages/{message}/file")), (200, small.clone()));
    let recent = couple.alice.get("/api/stickers")["recent"].clone();
    assert_eq!(recent, json!([{ "pack": id, "number": 0 }]));
    // Whoever sees the sticker sees the others, and has nothing until they want to.
    let body = json!({ "link": sticker["pack"] });
    let (status, seen) = couple.bob.request("POST", "/api/stickers/look", &body).unwrap();
    assert_eq!((status, &seen["emoji"]), (200, &json!(["⛵", "⭐"])), "{seen}");
    assert_eq!(get(&couple.bob, &format!("/api/stickers/{id}/0")), (200, small.clone()));
    assert!(packs(&couple.bob).is_empty());
    couple.bob.ask(&["sticker", "add", link]);
    assert_eq!(packs(&couple.bob)[0]["title"], "Boats");
    couple.bob.run(&["sticker", "like", "Boats", "2"]);
    // It is here, also when nobody else is.
    couple.bob.stop();
    couple.relays.iter_mut().for_each(|relay| relay.stop());
    couple.bob.start();
    let all = couple.bob.get("/api/stickers");
    assert_eq!(all["favourites"], json!([{ "pack": id, "number": 1 }]));
    assert_eq!(get(&couple.bob, &format!("/api/stickers/{id}/0")), (200, small));
    couple.relays.iter_mut().for_each(|relay| relay.start());
    couple.bob.run(&["sticker", "remove", "boats"]);
    let all = couple.bob.get("/api/stickers");
    assert_eq!((&all["packs"], &all["favourites"]), (&json!([]), &json!([])));
    assert_eq!(couple.bob.request("DELETE", &format!("/api/stickers/{id}"), &Value::Null).unwrap().0, 404);
    // A link that leads nowhere says so.
    let silent = until("the relays' answer", || {
        let answer = couple.bob.request("POST", "/api/stickers/look", &json!({ "link": link }));
        answer.filter(|(status, _)| *status == 200)
    });
    assert_eq!(silent.1["title"], "Boats");
}

#[test]
fn what_is_no_pack_is_refused_and_nothing_is_kept() {
    let couple = Couple::new(1, &[]);
    let good = encode(&png(10, 1));
    let pack = |title: &str, emoji: &str, picture: &str| json!({ "title": title, "stickers": [{ "emoji": emoji, "picture": picture }] });
    for bad in [
        pack("", "⛵", &good),
        pack("a\nb", "⛵", &good),
        pack("Boats", "boat", &good),
        pack("Boats", "⛵", "no base64!"),
        pack("Boats", "⛵", &encode(b"<svg onload=alert(1)>")),
        pack("Boats", "⛵", &encode(&png(10, 1)[..30])),
        json!({ "title": "Boats", "stickers": [] }),
        json!({ "title": "Boats", "stickers": vec![json!({ "emoji": "⛵", "picture": good }); 121] }),
    ] {
        let (status, answer) = couple.alice.request("POST", "/api/stickers", &bad).unwrap();
        assert_eq!(status, 400, "{answer}");
    }
    for link in ["", "chappe:stickers/", "chappe:stickers/AAAA", "chappe:join/abc", "https://example.org"] {
        for path in ["/api/stickers/look", "/api/stickers/add"] {
            let (status, answer) = couple.alice.request("POST", path, &json!({ "link": link })).unwrap();
            assert_eq!(status, 400, "{link}: {answer}");
        }
    }
    let none = "09".repeat(32);
    assert_eq!(get(&couple.alice, &format!("/api/stickers/{none}/0")).0, 404);
    assert_eq!(get(&couple.alice, "/api/stickers/xyz/0").0, 400);
    let send = json!({ "pack": none, "number": 0 });
    assert_eq!(couple.alice.request("POST", &format!("/api/chats/{}/stickers", couple.chat), &send).unwrap().0, 404);
    assert_eq!(couple.alice.get("/api/stickers"), json!({ "packs": [], "favourites": [], "recent": [] }));
}
