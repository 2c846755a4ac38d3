//! Every route: what it asks of the core, what it answers, what it refuses.

use crate::node::{ALICE, BOB, CHAT, DEVICE, Node, OP, RELAY, error};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::contact::relay_link;
use chappe_protocol::ids::NodeId;
use reqwest::Method;
use serde_json::{Value, json};

async fn get(node: &Node, path: &str) -> Value {
    let response = node.program(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

async fn put(node: &Node, method: Method, path: &str, body: Value) -> (u16, Value) {
    let response = node.program(method, path).json(&body).send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

fn message(text: &str) -> Value {
    json!({
        "id": OP.to_hex(), "chat": CHAT.to_hex(), "from": ALICE.to_hex(), "author": "Alice",
        "mine": true, "text": text,
        "content": {"kind": "text"}, "at": 1_790_000_000_000u64, "order": "0001", "ticks": "sent",
    })
}

fn about() -> Value {
    json!({"username": "", "bio": "likes crabs", "emoji": "", "picture": ""})
}

fn contact() -> Value {
    json!({
        "user": BOB.to_hex(), "name": "Bob", "state": "pending", "greeting": "hello", "since": 7, "problem": "",
        "about": about(), "blocked": false, "devices": 2, "forked": false,
    })
}

#[tokio::test]
async fn what_is_read() {
    let mut node = Node::start().await;
    let hint = RelayHint { relay: RELAY, addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] };
    let link = relay_link::text(&hint).unwrap();
    assert_eq!(
        get(&node, "/api/status").await,
        json!({
            "me": {"user": ALICE.to_hex(), "name": "Alice"}, "device": DEVICE.to_hex(),
            "relays": [{"id": RELAY.to_hex(), "addresses": ["/ip4/127.0.0.1/tcp/1"], "connected": true, "since": 5, "own": true,
                        "chats": 1, "link": link}],
            "outbox": 2, "unsent": 1, "parked": 0, "chats": 1,
        })
    );
    assert_eq!(
        get(&node, "/api/chats").await,
        json!([{"id": CHAT.to_hex(), "title": "Bob", "kind": "private", "with": BOB.to_hex(),
                "standing": "in", "members": 2, "accepted": true,
                "last": message("<b>hi</b>"), "unread": 3, "mentions": 0, "pinned": 1, "archived": false, "muted_until": 0,
                "marked_unread": true, "draft": "so far",
                "forks": [{"index": 3, "at": 1_700_000_000_000_u64, "relays": [RELAY.to_hex()], "healed": true}]}])
    );
    let event = json!({"number": 3, "at": 7, "by": {"user": ALICE.to_hex(), "name": "Alice"}, "what": "added",
                       "users": [{"user": BOB.to_hex(), "name": "Bob"}]});
    assert_eq!(get(&node, &format!("/api/chats/{}/events", CHAT.to_hex())).await, json!([event]));
    assert_eq!(get(&node, "/api/contacts").await, json!([contact()]));
    let invite = json!({"id": u64::MAX.to_string(), "link": "chappe:abc", "uses": 1, "relays": 2});
    assert_eq!(get(&node, "/api/invites").await, json!([invite]));
    assert_eq!(get(&node, &format!("/api/chats/{CHAT}/messages")).await, json!([message("<b>hi</b>")]));
    get(&node, &format!("/api/chats/{CHAT}/messages?before={OP}&limit=500")).await;
    let (relay, user, device) = (RELAY.to_hex(), BOB.to_hex(), DEVICE.to_hex());
    assert_eq!(
        get(&node, &format!("/api/messages/{OP}")).await,
        json!({
            "message": message("<b>hi</b>"),
            "relays": [{"state": "holds", "relay": relay, "until": 9}, {"state": "released", "relay": relay},
                       {"state": "waiting", "relay": relay, "why": "no link"}],
            "devices": [{"state": "has", "user": user, "device": device, "read": true},
                        {"state": "waiting", "user": user, "device": device, "why": "not seen yet"}],
        })
    );
    let asked = node.commands();
    assert!(asked[5].contains("before: None, limit: 50") && asked[6].contains("Some(OpId(04040404)), limit: 500"));
}

#[tokio::test]
async fn topics_of_a_group() {
    let mut node = Node::start().await;
    let path = format!("/api/chats/{CHAT}/topics");
    let mut last = message("<b>hi</b>");
    last["topic"] = json!(7);
    let mut boats =
        json!({"id": 7, "title": "Boats", "icon": "⛵", "closed": false, "by": ALICE.to_hex(), "unread": 2});
    boats["last"] = last;
    assert_eq!(get(&node, &path).await, json!([boats]));
    get(&node, &format!("/api/chats/{CHAT}/messages?topic=7&limit=3")).await;
    let read = format!("/api/chats/{CHAT}/read");
    for (method, path, body, status) in [
        (Method::POST, path.clone(), json!({"title": " Ships ", "icon": "⛵"}), 204),
        (Method::PUT, format!("{path}/7"), json!({"closed": true}), 204),
        (Method::PUT, format!("{path}/8"), json!({"closed": true}), 404),
        (Method::DELETE, format!("{path}/7"), json!(null), 204),
        (Method::POST, path.clone(), json!({"title": "x", "colour": "red"}), 422),
        (Method::POST, read, json!({"up_to": OP.to_hex(), "topic": 7}), 204),
    ] {
        assert_eq!(put(&node, method, &path, body).await.0, status, "{path}");
    }
    let asked = node.commands().join("\n");
    for part in [
        "InTopic { chat: ChatId(",
        r#"SetTopic { id: 0, face: Face { title: "Ships", icon: "⛵", closed: false } }"#,
        r#"SetTopic { id: 7, face: Face { title: "Boats", icon: "⛵", closed: true } }"#,
        "RemoveTopic(7)",
        "ReadTopic { chat: ChatId(",
    ] {
        assert!(asked.contains(part), "{part}\n{asked}");
    }
}

#[tokio::test]
async fn what_is_changed() {
    let mut node = Node::start().await;
    let nonce = "00ff".repeat(8);
    let send = format!("/api/chats/{CHAT}/messages");
    let sent = put(&node, Method::POST, &send, json!({"text": "yo", "nonce": nonce})).await;
    assert_eq!(sent, (201, message("yo")));
    for (method, path, body, status) in [
        (Method::POST, send.clone(), json!({"text": "yo"}), 201),
        (Method::POST, format!("/api/chats/{CHAT}/read"), json!({"up_to": OP.to_hex()}), 204),
        (Method::PUT, "/api/me".into(), json!({"name": "Al"}), 204),
        (Method::POST, "/api/contacts".into(), json!({"link": "chappe:x", "greeting": "hi"}), 201),
        (Method::POST, format!("/api/contacts/{BOB}/accept"), json!(null), 200),
        (Method::POST, format!("/api/contacts/{BOB}/decline"), json!(null), 204),
        (Method::POST, "/api/invites".into(), json!({}), 201),
        (Method::POST, "/api/invites".into(), json!({"uses": 5, "ttl_ms": 1}), 201),
        (Method::DELETE, "/api/invites/7".into(), json!(null), 204),
        (Method::DELETE, format!("/api/relays/{RELAY}"), json!(null), 204),
    ] {
        assert_eq!(put(&node, method, &path, body).await.0, status, "{path}");
    }
    let asked = node.commands();
    assert!(asked[0].contains("nonce: Some([0, 255,") && asked[1].contains("nonce: None"), "{asked:?}");
    assert!(asked[2].starts_with("MarkRead"));
    assert!(asked[4].contains("link: \"chappe:x\", greeting: \"hi\""));
    assert!(asked[7].contains("uses: 1, ttl_ms: 604800000"));
    assert!(asked[8].contains("uses: 5, ttl_ms: 1"));
    assert!(asked[9].contains("RevokeInvite { id: 7 }"));
}

#[tokio::test]
async fn groups_are_made_shown_and_changed() {
    let mut node = Node::start().await;
    let members = get(&node, &format!("/api/chats/{CHAT}/members")).await;
    assert_eq!(
        (&members["kind"], &members["role"], &members["slow_mode"]),
        (&json!("group"), &json!("owner"), &json!(30))
    );
    assert_eq!(members["permissions"], json!(["text", "react"]));
    assert_eq!(members["members"][1]["can"], json!(["ban"]));
    node.commands();
    let (group, bob) = (format!("/api/chats/{CHAT}"), BOB.to_hex());
    for (path, body, status) in [
        ("/api/chats".to_owned(), json!({"kind": "group", "title": "Pioneers", "members": [bob]}), 201),
        ("/api/chats".to_owned(), json!({"kind": "private"}), 400),
        (format!("{group}/members"), json!({"users": [bob]}), 204),
        (format!("{group}/members"), json!({"users": ["bob"]}), 400),
        (format!("{group}/members/{bob}/remove"), json!({"ban": true}), 204),
        (format!("{group}/members/{bob}/role"), json!({"role": "admin", "can": ["ban", "pin"]}), 204),
        (format!("{group}/members/{bob}/role"), json!({"role": "admin", "can": ["fly"]}), 400),
        (format!("{group}/members/{bob}/role"), json!({"role": "owner"}), 204),
        (format!("{group}/settings"), json!({"title": "Settlers", "slow_mode": 5}), 204),
        (format!("{group}/leave"), json!(null), 204),
    ] {
        assert_eq!(put(&node, Method::POST, &path, body).await.0, status, "{path}");
    }
    let asked = node.commands();
    assert!(asked[0].starts_with("CreateChat") && asked[1].starts_with("AddMembers"), "{asked:?}");
    assert!(asked[3].contains("ban: true"), "{asked:?}");
    assert!(asked[4].contains("Admin(Rights(20))") && asked[5].contains("Transfer"), "{asked:?}");
    assert!(asked[6].contains("SetInfo") && asked[8].contains("slow_mode: 5"), "{asked:?}");
    assert!(asked[9].starts_with("Leave"), "{asked:?}");
}

fn link() -> Value {
    json!({
        "stage": "offered", "text": "chappe-link:abc", "code": "ABCDE-12345", "expires": 9, "device": DEVICE.to_hex(),
        "name": "phone", "number": "123 456", "compare": true, "problem": "",
    })
}

#[tokio::test]
async fn what_is_ones_own_on_all_devices() {
    let mut node = Node::start().await;
    let device = json!({"device": DEVICE.to_hex(), "name": "laptop", "this": true, "added": 8});
    assert_eq!(get(&node, "/api/devices").await, json!({"devices": [device], "removed": false, "forked": true}));
    assert_eq!(get(&node, "/api/devices/link").await, link());
    let folders = json!([{"id": "06".repeat(32), "name": "Work", "chats": [CHAT.to_hex()]}]);
    assert_eq!(get(&node, "/api/folders").await, folders);
    assert_eq!(get(&node, "/api/me/profile").await, json!({"about": about(), "hidden": ["bio"]}));
    let safety = json!({"number": "12345", "qr": "0102", "verified": true});
    assert_eq!(get(&node, &format!("/api/contacts/{BOB}/safety")).await, safety);
    assert_eq!(get(&node, &format!("/api/messages/{OP}/proof")).await, json!({"proof": "AQID"}));
    node.commands();
    let words = json!({"words": "abandon art"});
    let list = format!("/api/chats/{CHAT}/list");
    for (method, path, body, status) in [
        (Method::PUT, format!("/api/devices/{DEVICE}"), json!({"name": "phone"}), 204),
        (Method::POST, format!("/api/devices/{DEVICE}/remove"), words.clone(), 204),
        (Method::POST, "/api/words/check".into(), words.clone(), 204),
        (Method::POST, "/api/devices/link".into(), json!(null), 200),
        (Method::POST, "/api/devices/link/confirm".into(), words, 200),
        (Method::DELETE, "/api/devices/link".into(), json!(null), 204),
        (Method::PATCH, list.clone(), json!({"pinned": true, "muted_until": 5, "draft": ""}), 204),
        (Method::PATCH, list.clone(), json!({"loud": true}), 422),
        (Method::POST, "/api/folders".into(), json!({"name": "Work", "chats": [CHAT.to_hex()]}), 200),
        (Method::PUT, format!("/api/folders/{}", "06".repeat(32)), json!({"name": "Job", "chats": []}), 200),
        (Method::PUT, "/api/folders/06".into(), json!({"name": "Job", "chats": []}), 400),
        (Method::DELETE, format!("/api/folders/{}", "06".repeat(32)), json!(null), 204),
        (Method::PATCH, "/api/me/profile".into(), json!({"field": "bio", "text": "hi", "hidden": false}), 204),
        (Method::PATCH, "/api/me/profile".into(), json!({"field": "age"}), 422),
        (Method::PUT, format!("/api/contacts/{BOB}/blocked"), json!({"blocked": true}), 204),
        (Method::PUT, format!("/api/contacts/{BOB}/verified"), json!({"verified": true}), 204),
    ] {
        assert_eq!(put(&node, method, &path, body).await.0, status, "{path}");
    }
    let asked = node.commands();
    assert!(asked[1].contains("RemoveDevice") && asked[1].contains("Words(…)"), "{asked:?}");
    assert!(!asked.iter().any(|command| command.contains("abandon")), "words show themselves: {asked:?}");
    let changes: Vec<&String> = asked.iter().filter(|command| command.contains("ChangeList")).collect();
    assert_eq!(changes.len(), 3, "{changes:?}");
    let qr = node.program(Method::GET, "/api/devices/link/qr").send().await.unwrap().text().await.unwrap();
    assert!(qr.starts_with("<svg ") && !qr.contains("chappe"));
}

#[tokio::test]
async fn messages_are_changed_and_looked_at() {
    let mut node = Node::start().await;
    let (chat, one, bob) = (CHAT.to_hex(), format!("/api/messages/{OP}"), BOB.to_hex());
    let text = json!({"text": "**yo** https://example.org", "format": "markdown", "reply_to": OP.to_hex(),
                      "quote": "part", "quote_offset": 3, "ttl_s": 60, "view_once": true});
    let (status, sent) = put(&node, Method::POST, &format!("/api/chats/{chat}/messages"), text).await;
    assert_eq!((status, &sent["text"]), (201, &json!("yo https://example.org")));
    let bold = json!({"kind": "bold", "offset": 0, "length": 2});
    let url = json!({"kind": "url", "offset": 3, "length": 19});
    assert_eq!(sent["entities"], json!([bold, url]));
    let link = json!({"kind": "link", "offset": 0, "length": 1, "url": "https://example.org"});
    let point = json!({"latitude": -33.8, "longitude": 151.2});
    let poll = json!({"question": "?", "options": ["a", "b"], "right": 1, "explanation": "because"});
    for (method, path, body, status) in [
        (Method::PUT, format!("{one}/text"), json!({"text": "x", "entities": [link]}), 200),
        (Method::POST, "/api/messages/delete".into(), json!({"messages": [OP.to_hex()], "for_all": true}), 204),
        (Method::PUT, format!("{one}/reactions"), json!({"emoji": ["👍"]}), 200),
        (Method::PUT, format!("{one}/pin"), json!({"pinned": true}), 200),
        (Method::POST, "/api/messages/forward".into(), json!({"messages": [OP.to_hex()], "to": [chat]}), 201),
        (Method::POST, format!("/api/chats/{chat}/polls"), poll, 201),
        (Method::PUT, format!("{one}/vote"), json!({"options": [1]}), 200),
        (Method::POST, format!("{one}/close"), json!(null), 200),
        (Method::POST, format!("/api/chats/{chat}/cards"), json!({"user": bob}), 201),
        (Method::POST, format!("/api/chats/{chat}/cards"), json!({"vcard": "BEGIN:VCARD\nFN:Al\nEND:VCARD"}), 201),
        (Method::POST, format!("/api/chats/{chat}/locations"), json!({"point": point, "live_s": 60}), 201),
        (Method::PUT, format!("{one}/point"), json!({"point": point}), 200),
        (Method::PUT, format!("{one}/point"), json!({}), 200),
        (Method::POST, format!("{one}/view"), json!(null), 200),
        (Method::POST, format!("{one}/heard"), json!(null), 200),
        (Method::PUT, format!("/api/chats/{chat}/lifetime"), json!({"ttl_s": 60}), 204),
        (Method::POST, format!("/api/chats/{chat}/clear"), json!({"until": 9, "for_all": false}), 204),
        (Method::POST, format!("/api/chats/{chat}/delete"), json!({"for_all": true}), 204),
        (Method::POST, format!("/api/chats/{chat}/typing"), json!(null), 204),
        (Method::PUT, "/api/me/read-receipts".into(), json!({"told": false}), 204),
    ] {
        assert_eq!(put(&node, method, &path, body).await.0, status, "{path}");
    }
    assert_eq!(get(&node, &format!("{one}/wordings")).await, json!([{"text": "first", "at": 7}]));
    assert_eq!(get(&node, &format!("{one}/reactions")).await, json!([{"user": bob, "emoji": ["👍"]}]));
    assert_eq!(get(&node, &format!("{one}/votes")).await, json!([{"user": bob, "options": [1]}]));
    assert_eq!(get(&node, &format!("/api/chats/{chat}/pinned")).await, json!([message("<b>hi</b>")]));
    assert_eq!(get(&node, "/api/me/read-receipts").await, json!({"told": true}));
    let asked = node.commands();
    assert!(asked[0].contains("Quote { offset: 3, text: \"part\" }") && asked[0].contains("view_once: true"));
    assert!(asked[1].contains("Link { url: \"https://example.org\" }"), "{}", asked[1]);
    assert!(asked[2].contains("for_all: true") && asked[5].contains("attributed: true"));
    assert!(asked[12].contains("latitude: -338000000, longitude: 1512000000"), "{}", asked[12]);
}

#[tokio::test]
async fn what_cannot_be_meant_never_reaches_the_core() {
    let mut node = Node::start().await;
    let (chat, bold) = (CHAT.to_hex(), json!({"kind": "bold", "offset": 0, "length": 1}));
    let far = json!({"latitude": 91.0, "longitude": 0.0});
    for (path, body) in [
        ("messages", json!({"text": "x", "format": "markdown", "entities": [bold]})),
        ("messages", json!({"text": "x", "entities": [{"kind": "link", "offset": 0, "length": 1}]})),
        ("messages", json!({"text": "x", "entities": [{"kind": "blink", "offset": 0, "length": 1}]})),
        ("messages", json!({"text": "x", "quote": "x"})),
        ("messages", json!({"text": "x", "reply_to": "x"})),
        ("cards", json!({})),
        ("cards", json!({"vcard": "nonsense"})),
        ("cards", json!({"vcard": "x", "user": BOB.to_hex()})),
        ("locations", json!({"point": far})),
        ("polls", json!({"question": "?"})),
        ("delete", json!({})),
    ] {
        let (status, answer) = put(&node, Method::POST, &format!("/api/chats/{chat}/{path}"), body.clone()).await;
        assert!(matches!(status, 400 | 422) && answer["error"]["code"] == "invalid", "{path} {body}: {answer}");
    }
    assert_eq!(node.commands(), Vec::<String>::new());
}

#[tokio::test]
async fn a_relay_is_added_by_its_full_addresses_or_a_link() {
    let mut node = Node::start().await;
    let key = "12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust";
    let other = "12D3KooWBtp8gwtGnWrF9bHmnJJHeNvcBCwNLsL7eMPgFyq1hQAK";
    let one = format!("/ip4/127.0.0.1/tcp/1/p2p/{key}");
    let two = format!("/ip6/::1/udp/2/quic-v1/p2p/{key}");
    let foreign = format!("/ip4/127.0.0.1/tcp/1/p2p/{other}");
    let hint = |relay| RelayHint { relay, addrs: vec!["/ip4/127.0.0.1/tcp/7".into(), "/ip4/127.0.0.1/tcp/8".into()] };
    let link = relay_link::text(&hint(RELAY)).unwrap();
    let other_link = relay_link::text(&hint(NodeId([9; 32]))).unwrap();
    assert_eq!(put(&node, Method::POST, "/api/relays", json!({"addresses": [one, two]})).await.0, 204);
    assert_eq!(put(&node, Method::POST, "/api/relays", json!({"addresses": [link]})).await.0, 204);
    for bad in [
        json!([]),
        json!(["nonsense"]),
        json!(["/ip4/1.2.3.4/tcp/1"]),
        json!([one, foreign]),
        json!(vec![one.clone(); 9]),
        json!([&link[..link.len() - 3]]),
        json!([link, other_link]),
        json!(["chappe:abc"]),
    ] {
        assert_eq!(put(&node, Method::POST, "/api/relays", json!({"addresses": bad})).await.0, 400, "{bad}");
    }
    let asked = node.commands();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].contains("addrs: [\"/ip4/127.0.0.1/tcp/1\", \"/ip6/::1/udp/2/quic-v1\"]"), "{asked:?}");
    assert!(asked[1].contains("addrs: [\"/ip4/127.0.0.1/tcp/7\", \"/ip4/127.0.0.1/tcp/8\"]"), "{asked:?}");
    let code = node.program(Method::GET, &format!("/api/relays/{RELAY}/qr")).send().await.unwrap();
    assert_eq!(code.headers()["content-type"], "image/svg+xml");
    assert_eq!(node.program(Method::GET, "/api/relays/x/qr").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_qr_code_is_a_picture_without_the_links_text() {
    let node = Node::start().await;
    let sent = node.program(Method::GET, &format!("/api/invites/{}/qr", u64::MAX)).send().await.unwrap();
    assert_eq!(sent.headers()["content-type"], "image/svg+xml");
    let text = sent.text().await.unwrap();
    assert!(text.starts_with("<svg ") && !text.contains("chappe"));
    let missing = node.program(Method::GET, "/api/invites/1/qr").send().await.unwrap();
    assert_eq!(error(missing).await.0, 404);
}

#[tokio::test]
async fn refusals_of_the_core_keep_their_words() {
    let node = Node::start().await;
    let stranger = "09".repeat(32);
    for (method, path, body, status, code, words) in [
        (Method::PUT, "/api/me".into(), json!({"name": ""}), 400, "invalid", "a name needs a letter"),
        (Method::POST, "/api/contacts".into(), json!({"link": "chappe:self"}), 409, "refused", "your own link"),
        (Method::POST, format!("/api/contacts/{stranger}/accept"), json!(null), 404, "not_found", "contact request"),
        (Method::DELETE, format!("/api/relays/{stranger}"), json!(null), 503, "store", "the disk is full"),
    ] {
        let (got, body) = put(&node, method, &path, body).await;
        assert_eq!((got, body["error"]["code"].as_str().unwrap()), (status, code), "{path}");
        assert!(body["error"]["message"].as_str().unwrap().contains(words), "{body}");
        if status == 404 {
            assert_eq!(body["error"]["reason"], "error-no-contact-request");
        }
    }
}

#[tokio::test]
async fn malformed_requests_never_reach_the_core() {
    let mut node = Node::start().await;
    let chat = CHAT.to_hex();
    let upper = "AB".repeat(32);
    let send = format!("/api/chats/{chat}/messages");
    for (method, path, body) in [
        (Method::POST, send.as_str(), "{\"text\": \"x\", \"extra\": 1}"),
        (Method::POST, &send, "{\"text\": 5}"),
        (Method::POST, &send, "{}"),
        (Method::POST, &send, "not json"),
        (Method::POST, &send, ""),
        (Method::POST, &send, "{\"text\": \"x\", \"nonce\": \"abc\"}"),
        (Method::POST, &send, "{\"text\": \"x\", \"nonce\": \"zz\"}"),
        (Method::POST, "/api/chats/xyz/messages", "{\"text\": \"x\"}"),
        (Method::POST, &format!("/api/chats/{upper}/messages"), "{\"text\": \"x\"}"),
        (Method::GET, &format!("{send}?limit=0"), ""),
        (Method::GET, &format!("{send}?limit=501"), ""),
        (Method::GET, &format!("{send}?limit=many"), ""),
        (Method::GET, &format!("{send}?before=abc"), ""),
        (Method::GET, &format!("{send}?after=abc"), ""),
        (Method::POST, &format!("/api/chats/{chat}/read"), "{\"up_to\": \"x\"}"),
        (Method::GET, "/api/messages/0101", ""),
        (Method::POST, "/api/contacts/bob/accept", ""),
        (Method::POST, "/api/invites", "{\"uses\": 70000}"),
        (Method::POST, "/api/invites", "{\"uses\": -1}"),
        (Method::DELETE, "/api/invites/x", ""),
        (Method::DELETE, "/api/relays/x", ""),
    ] {
        let request = node.program(method, path).header("content-type", "application/json").body(body.to_owned());
        let (status, code, message) = error(request.send().await.unwrap()).await;
        assert!(matches!(status, 400 | 422) && code == "invalid", "{path} {body} gave {status} {code}");
        assert!(!message.is_empty());
    }
    let form = node.program(Method::POST, &send).header("content-type", "text/plain").body("{\"text\":\"x\"}");
    assert_eq!(error(form.send().await.unwrap()).await.0, 415);
    let sent = node.program(Method::GET, "/api/nothing").send().await.unwrap();
    assert_eq!(error(sent).await.1, "not_found");
    let sent = node.program(Method::PATCH, "/api/chats").send().await.unwrap();
    assert_eq!(error(sent).await.1, "method");
    assert_eq!(node.commands(), Vec::<String>::new());
}

#[tokio::test]
async fn the_description_is_served_and_the_committed_copy_is_up_to_date() {
    let node = Node::start().await;
    let sent = node.stranger(Method::GET, "/api/openapi.json").send().await.unwrap();
    let served: Value = sent.json().await.unwrap();
    assert!(served["paths"]["/api/chats/{chat}/messages"]["post"].is_object());
    assert!(served["components"]["schemas"]["Event"].is_object());
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json")).unwrap();
    assert!(
        committed == chappe_node::api::openapi::text(),
        "node/web/openapi.json is old: run `cargo run -p chappe-node --bin chappe -- openapi > node/web/openapi.json`"
    );
}

#[tokio::test]
async fn links_into_groups_are_made_shown_used_and_answered() {
    let mut node = Node::start().await;
    let (chat, link, request) = (format!("/api/chats/{CHAT}"), "07".repeat(16), "08".repeat(32));
    let shown = |uses: u32, approval: bool| {
        json!({"id": link, "chat": CHAT.to_hex(), "link": "chappe:join/abc", "by": ALICE.to_hex(), "uses": uses,
               "used": 1, "expires": 9, "approval": approval, "relays": 4})
    };
    assert_eq!(get(&node, &format!("{chat}/links")).await, json!([shown(3, true)]));
    let asking = json!({"id": request, "chat": CHAT.to_hex(), "link": link, "user": BOB.to_hex(), "name": "Bob",
                        "greeting": "hello", "at": 6});
    assert_eq!(get(&node, &format!("{chat}/requests")).await, json!([asking]));
    let join = json!({"id": link, "kind": "group", "title": "Pioneers", "since": 5, "relays": 2, "problem": ""});
    assert_eq!(get(&node, "/api/joins").await, json!([join]));
    let made = put(&node, Method::POST, &format!("{chat}/links"), json!({"uses": 5, "ttl_ms": 1})).await;
    assert_eq!(made, (201, shown(5, false)));
    let asked = put(&node, Method::POST, "/api/joins", json!({"link": "chappe:join/abc", "greeting": "hi"})).await;
    assert_eq!(asked, (201, join));
    node.commands();
    for (method, path) in [
        (Method::DELETE, format!("{chat}/links/{link}")),
        (Method::POST, format!("{chat}/requests/{request}/accept")),
        (Method::POST, format!("{chat}/requests/{request}/decline")),
        (Method::DELETE, format!("/api/joins/{link}")),
    ] {
        assert_eq!(put(&node, method, &path, json!(null)).await.0, 204, "{path}");
    }
    let asked = node.commands();
    assert!(asked[0].contains("RevokeLink") && asked[1].contains("accept: true"), "{asked:?}");
    assert!(asked[2].contains("accept: false") && asked[3].starts_with("CancelJoin"), "{asked:?}");
    let qr = node.program(Method::GET, &format!("{chat}/links/{link}/qr")).send().await.unwrap();
    assert_eq!(qr.headers()["content-type"], "image/svg+xml");
    for (method, path, body) in [
        (Method::DELETE, format!("{chat}/links/xyz"), json!(null)),
        (Method::POST, format!("{chat}/requests/{link}/accept"), json!(null)),
        (Method::DELETE, format!("/api/joins/{request}"), json!(null)),
        (Method::POST, format!("{chat}/links"), json!({"uses": -1})),
        (Method::POST, format!("{chat}/links"), json!({"unknown": 1})),
        (Method::POST, "/api/joins".into(), json!({})),
    ] {
        let status = put(&node, method, &path, body).await.0;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    assert_eq!(node.commands().len(), 1, "only the QR code asked the core");
}
