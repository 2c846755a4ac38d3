//! Chats from Telegram Desktop's export, and exports of ours, with the real programs: what is there, what is left out, over
//! kills, twice; what leads out of the export's folder is not followed.

use chappe_tests::processes::{BOB, Couple, Node, until};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The smallest PNG that decoders read: one pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2,
    0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 8, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1,
    1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// An export as Telegram Desktop writes it, with what is odd about some.
fn export(folder: &Path, more: usize) -> PathBuf {
    let out = folder.join("telegram");
    fs::create_dir_all(out.join("chats/chat_01/photos")).unwrap();
    fs::create_dir_all(out.join("chats/chat_01/files")).unwrap();
    fs::write(out.join("chats/chat_01/photos/photo_1.png"), PNG).unwrap();
    fs::write(out.join("chats/chat_01/files/plan.txt"), "the plan").unwrap();
    fs::write(folder.join("secret.txt"), "not in the export").unwrap();
    std::os::unix::fs::symlink(folder.join("secret.txt"), out.join("chats/chat_01/files/link.txt")).unwrap();
    let said = |id: u64, from: &str, user: u64, rest: Value| {
        let mut message = json!({ "id": id, "type": "message", "date": "2021-03-04T10:00:00",
            "date_unixtime": (1_614_848_400 + id).to_string(), "from": from, "from_id": format!("user{user}"), "text": "" });
        message.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        message
    };
    let mut family = vec![
        json!({ "id": 1, "type": "service", "date": "2021-03-04T10:00:00", "actor": "Ida", "action": "create_group" }),
        said(
            2,
            "Ida",
            5,
            json!({ "text": ["Read ", { "type": "bold", "text": "this" }, " at ",
            { "type": "text_link", "text": "home", "href": "https://example.org" }],
            "reactions": [{ "type": "emoji", "count": 3, "emoji": "👍",
                "recent": [{ "from": "Otto", "from_id": "user6" }, { "from": "Me", "from_id": "user7" }] }] }),
        ),
        said(3, "Me", 7, json!({ "text": "I did", "reply_to_message_id": 2 })),
        said(
            4,
            "Otto",
            6,
            json!({ "text": "look", "photo": "chats/chat_01/photos/photo_1.png", "width": 1, "height": 1 }),
        ),
        said(
            5,
            "Otto",
            6,
            json!({ "file": "chats/chat_01/files/plan.txt", "file_name": "plan.txt", "mime_type": "text/plain" }),
        ),
        said(6, "Otto", 6, json!({ "file": "../secret.txt", "file_name": "a.txt", "text": "out" })),
        said(7, "Otto", 6, json!({ "file": "chats/chat_01/files/link.txt", "file_name": "b.txt", "text": "link" })),
        said(
            8,
            "Ida",
            5,
            json!({ "file": "(File not included. Change data exporting settings to download.)",
            "media_type": "video_file", "mime_type": "video/mp4" }),
        ),
        said(9, "Ida", 5, json!({ "location_information": { "latitude": 47.37, "longitude": 8.54 } })),
        said(
            10,
            "Ida",
            5,
            json!({ "poll": { "question": "When?", "closed": true, "total_voters": 3,
            "answers": [{ "text": "now", "voters": 2, "chosen": true }, { "text": "never", "voters": 1 }] } }),
        ),
        said(11, "Otto", 6, json!({ "text": "old news", "forwarded_from": "A paper" })),
        said(12, "Otto", 6, json!({ "text": "x".repeat(4097) })),
        json!({ "id": "odd" }),
        said(
            13,
            "Otto",
            6,
            json!({ "text": "now better", "edited": "2021-03-04T11:00:00", "edited_unixtime": "1614852000" }),
        ),
    ];
    family.extend((0..more as u64).map(|n| said(100 + n, "Otto", 6, json!({ "text": format!("line {n}") }))));
    let ida = [said(1, "Ida", 5, json!({ "text": "hello you" })), said(2, "Me", 7, json!({ "text": "hello Ida" }))];
    // By hand: Telegram Desktop writes what a chat is before its messages.
    let chat = |name: Value, kind: &str, id: u64, messages: &[Value]| {
        format!(r#"{{"name": {name}, "type": "{kind}", "id": {id}, "messages": {}}}"#, Value::from(messages))
    };
    let chats = [
        chat("Family".into(), "private_group", 1, &family),
        chat("Ida".into(), "personal_chat", 5, &ida),
        chat(Value::Null, "personal_chat", 9, &[]),
    ];
    let all = format!(
        r#"{{"about": "x", "personal_information": {{"user_id": 7, "first_name": "Me"}},
            "chats": {{"about": "y", "list": [{}]}}}}"#,
        chats.join(", ")
    );
    fs::write(out.join("result.json"), all).unwrap();
    out
}

fn chat(node: &Node, title: &str) -> Option<Value> {
    let (_, chats) = node.request("GET", "/api/chats", &Value::Null)?;
    chats.as_array()?.iter().find(|chat| chat["title"] == title).cloned()
}

fn text(message: &Value) -> (&str, &str) {
    (message["author"].as_str().unwrap_or_default(), message["text"].as_str().unwrap())
}

#[test]
fn an_export_of_telegram_is_taken_in_and_twice_is_as_once() {
    let mut couple = Couple::new(1, &[]);
    let from = export(couple.folder(), 250);
    let from = from.to_str().unwrap();
    let report = couple.alice.ask(&["import", from, "--dry-run"]);
    assert_eq!((&report["dry_run"], &report["messages"], &report["files"]), (&json!(true), &json!(263), &json!(2)));
    let family = &report["chats"][0];
    assert_eq!((&family["missing"], &family["nameless"]), (&json!(3), &json!(1)), "{family}");
    assert_eq!(family["left"].as_object().unwrap().len(), 3, "{family}");
    assert!(chat(&couple.alice, "Family").is_none(), "a dry run takes nothing");
    let report = couple.alice.ask(&["import", from]);
    assert_eq!((&report["messages"], &report["files"]), (&json!(263), &json!(2)), "{report}");
    let row = chat(&couple.alice, "Family").unwrap();
    assert_eq!((&row["standing"], &row["unread"], &row["kind"]), (&json!("imported"), &json!(0), &json!("group")));
    let id = row["id"].as_str().unwrap().to_owned();
    let before = couple.alice.history(&id);
    assert_eq!(before.len(), 261, "{:?}", before.iter().map(text).collect::<Vec<_>>());
    let texts: Vec<_> = before[..11].iter().map(text).collect();
    assert_eq!(texts[0], ("Ida", "Read this at home"));
    assert_eq!(before[0]["entities"][1]["url"], "https://example.org");
    assert_eq!(before[0]["reactions"], json!([{ "emoji": "👍", "count": 2, "mine": true }]));
    assert_eq!(before[0]["at"], 1_614_848_402_000_u64);
    assert_eq!((&before[1]["mine"], &before[1]["reply"]["text"]), (&json!(true), &json!("Read this at home")));
    assert_eq!((texts[2], &before[2]["content"]["width"]), (("Otto", "look"), &json!(1)), "{}", before[2]);
    assert_eq!(before[3]["content"]["name"], "plan.txt");
    assert_eq!((texts[4].1, texts[5].1), ("out\n📎 a.txt (not in the export)", "link\n📎 b.txt (not taken)"));
    assert_eq!(texts[6].1, "📎 video file (not in the export)");
    assert_eq!(before[7]["content"]["kind"], "location");
    assert_eq!(texts[8].1, "📊 When?\n• now: 2 ✓\n• never: 1");
    assert_eq!(before[9]["forward"]["name"], "A paper");
    assert_eq!((texts[10].1, &before[10]["edited"]), ("now better", &json!(1_614_852_000_000_u64)));
    let plan = before[3]["id"].as_str().unwrap();
    let got = couple.alice.bytes("GET", &format!("/api/messages/{plan}/file"), &[], &[]);
    assert_eq!(got, Some((200, b"the plan".to_vec())));
    // Again, over a kill: nothing comes twice, and it is found.
    couple.alice.kill();
    couple.alice.start();
    couple.alice.ask(&["import", from]);
    assert_eq!(couple.alice.history(&id), before);
    until("it is found", || {
        let (_, found) = couple.alice.request("GET", "/api/search?q=%22line+249%22", &Value::Null)?;
        (found["hits"].as_array()?.len() == 1).then_some(())
    });
    let refused = couple.alice.run(&["send", "Family", "hello?"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another messenger"), "{refused:?}");
    let two = chat(&couple.alice, "Ida").unwrap();
    let mine: Vec<_> =
        couple.alice.history(two["id"].as_str().unwrap()).iter().map(|said| said["mine"].clone()).collect();
    assert_eq!(mine, [false, true]);
}

#[test]
fn an_import_that_is_killed_goes_on_when_it_is_begun_again() {
    let mut couple = Couple::new(1, &[]);
    let from = export(couple.folder(), 3_000);
    let from = from.to_str().unwrap();
    for _ in 0..3 {
        let importing = couple.alice.talk(&["import", from]);
        until("some of it is here", || {
            let id = chat(&couple.alice, "Family")?["id"].as_str()?.to_owned();
            (!couple.alice.history(&id).is_empty()).then_some(())
        });
        couple.alice.kill();
        assert!(!importing.end().0, "it was too fast to be interrupted");
        couple.alice.start();
    }
    couple.alice.ask(&["import", from]);
    let id = chat(&couple.alice, "Family").unwrap()["id"].as_str().unwrap().to_owned();
    let out = couple.folder().join("out");
    let report = couple.alice.ask(&["export", out.to_str().unwrap(), "--chat", &id, "--no-files"]);
    assert_eq!(report["messages"], 3_011, "{report}");
}

#[test]
fn what_is_exported_can_be_imported_by_somebody_else() {
    let couple = Couple::new(1, &[]);
    let path = couple.folder().join("plan.txt");
    fs::write(&path, "the plan").unwrap();
    let first = couple.alice.ask(&["send", BOB, "**hello** _you_", "--format", "markdown"]);
    let first = first["id"].as_str().unwrap().to_owned();
    couple.alice.ask(&["send", BOB, "an answer", "--reply", &first]);
    couple.alice.ask(&["file", "send", BOB, path.to_str().unwrap(), "--caption", "as promised"]);
    until("Bob has it", || (couple.bob.history(&couple.chat).len() == 3).then_some(()));
    let reacted = couple.bob.run(&["react", &first, "👍"]);
    assert!(reacted.status.success(), "{reacted:?}");
    until("Alice sees it", || {
        let history = couple.alice.history(&couple.chat);
        history.iter().any(|message| message["reactions"][0]["count"] == 1).then_some(())
    });
    let out = couple.folder().join("out");
    let out = out.to_str().unwrap();
    let report = couple.alice.ask(&["export", out]);
    assert_eq!(
        (&report["messages"], &report["files"], &report["missing"]),
        (&json!(3), &json!(1), &json!(0)),
        "{report}"
    );
    let again = couple.alice.run(&["export", out]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("there already"), "{again:?}");
    let report = couple.bob.ask(&["import", out]);
    assert_eq!((&report["messages"], &report["files"]), (&json!(3), &json!(1)), "{report}");
    let (_, chats) = couple.bob.request("GET", "/api/chats", &Value::Null).unwrap();
    let taken = chats.as_array().unwrap().iter().find(|chat| chat["standing"] == "imported").unwrap();
    let (was, is) = (couple.bob.history(&couple.chat), couple.bob.history(taken["id"].as_str().unwrap()));
    for (was, is) in was.iter().zip(&is) {
        assert_eq!(was["text"], is["text"]);
        assert_eq!(was["entities"], is["entities"]);
        assert_eq!(was["at"].as_u64().map(|at| at / 1000), is["at"].as_u64().map(|at| at / 1000));
        assert_eq!(was["reply"]["text"], is["reply"]["text"]);
        assert_eq!(was["reactions"][0]["count"], is["reactions"][0]["count"]);
        assert_eq!(was["content"]["name"], is["content"]["name"]);
    }
    let file = is[2]["id"].as_str().unwrap();
    let got = couple.bob.bytes("GET", &format!("/api/messages/{file}/file"), &[], &[]);
    assert_eq!(got, Some((200, b"the plan".to_vec())));
}

#[test]
fn what_is_no_export_is_refused_and_bad_requests_take_nothing() {
    let couple = Couple::new(1, &[]);
    let folder = couple.folder();
    for (name, bytes, why) in [
        ("none.json", None, "Machine-readable JSON"),
        ("text.json", Some("hello"), "not an export"),
        ("empty.json", Some("{}"), "not an export"),
        ("cut.json", Some(r#"{"chats": {"list": [{"name": "A", "messages": [{"id": 1,"#), "not an export"),
        ("order.json", Some(r#"{"messages": [], "name": "A", "type": "personal_chat", "id": 1}"#), "another order"),
        ("nothing.json", Some(r#"{"chats": {"list": []}}"#), "nothing to take"),
        (
            "who.json",
            Some(
                r#"{"name": "G", "type": "private_group", "id": 1, "messages": [{"id": 1, "type": "message",
                "date_unixtime": "5", "from": "Ida", "from_id": "user5", "text": "x"}]}"#,
            ),
            "--me",
        ),
    ] {
        let path = folder.join(name);
        bytes.inspect(|bytes| fs::write(&path, bytes).unwrap());
        let refused = couple.alice.run(&["import", path.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(why), "{name}: {said}");
    }
    let begin = |people: Value| json!({ "id": "x:1", "title": "T", "created": 1, "people": people });
    let (status, begun) = couple.alice.request("POST", "/api/imports", &begin(json!([]))).unwrap();
    assert_eq!(status, 201, "{begun}");
    let chat = begun["chat"].as_str().unwrap();
    let messages = format!("/api/imports/{chat}/messages");
    let one = |rest: Value| {
        let mut message = json!({ "number": 1, "at": 1, "text": "x" });
        message.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({ "messages": [{ "number": 0, "at": 1, "text": "good" }, message] })
    };
    let real = format!("/api/imports/{}/messages", couple.chat);
    for (path, body) in [
        ("/api/imports", begin(json!(vec![json!({ "id": "a", "name": "A" }); 2_000]))),
        ("/api/imports", begin(json!([{ "id": "a", "name": "" }]))),
        ("/api/imports", json!({ "id": "x:1", "title": "", "created": 1, "people": [] })),
        (real.as_str(), one(json!({}))),
        (&messages, one(json!({ "text": "" }))),
        (&messages, one(json!({ "text": "x".repeat(4097) }))),
        (&messages, one(json!({ "entities": [{ "kind": "bold", "offset": 0, "length": 9 }] }))),
        (&messages, one(json!({ "reactions": [{ "emoji": "no" }] }))),
        (&messages, one(json!({ "file": "AAAA" }))),
        (&messages, one(json!({ "reply_to": "zz" }))),
        (&messages, one(json!({ "place": { "point": { "latitude": 91.0, "longitude": 0.0 } } }))),
        (&messages, json!({ "messages": vec![json!({ "number": 0, "at": 1, "text": "x" }); 257] })),
    ] {
        let (status, answer) = couple.alice.request("POST", path, &body).unwrap();
        assert!((400..500).contains(&status), "{path} {:.80}: {status} {answer}", body.to_string());
    }
    assert!(couple.alice.history(chat).is_empty());
    assert!(couple.alice.history(&couple.chat).is_empty());
}
