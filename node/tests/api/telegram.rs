//! An export that a page hands over: it is looked at and read line by line; what is none, or comes torn, is refused.

use crate::node::{Node, error};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const AT: &str = "/api/imports/telegram";

/// In the order of fields that Telegram Desktop writes.
fn export() -> String {
    let said = |id: u64, from: &str, more: &str| {
        let user = from.len();
        format!(
            r#"{{"id": {id}, "type": "message", "date": "2020-01-01T00:00:00", "date_unixtime": "157783680{id}", "from": "{from}",
               "from_id": "user{user}", {more}}}"#
        )
    };
    let all = [
        said(1, "Ida", r#""text": "hi""#),
        said(2, "Alice", r#""text": "yes""#),
        said(3, "Ida", r#""text": "", "photo": "photos/a.png""#),
        said(4, "Ida", r#""text": "x", "file": "../../secret""#),
        r#"{"id": 5, "type": "service", "date": "2020-01-01T00:00:00", "action": "phone_call"}"#.to_owned(),
    ];
    let club = said(1, "Alice", r#""text": "all""#);
    format!(
        r#"{{"chats": {{"list": [
            {{"name": "Ida", "type": "personal_chat", "id": 3, "messages": [{}]}},
            {{"name": "Club", "type": "private_group", "id": 9, "messages": [{club}]}},
            {{"name": "Empty", "type": "private_group", "id": 10, "messages": []}}]}}}}"#,
        all.join(",")
    )
}

async fn hand_over(node: &Node, bytes: impl Into<Vec<u8>>) -> Response {
    node.program(Method::PUT, AT).body(bytes.into()).send().await.unwrap()
}

async fn lines(node: &Node, chats: &[&str]) -> Vec<Value> {
    let response =
        node.program(Method::POST, "/api/imports/telegram/lines").json(&json!({"chats": chats})).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    response.text().await.unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn it_is_looked_at_and_read_for_what_is_wanted() {
    let node = Node::start().await;
    let early = node.program(Method::GET, AT).send().await.unwrap();
    assert_eq!((early.status().as_u16(), error(early).await.1.as_str()), (409, "no_export"));
    assert_eq!(hand_over(&node, export()).await.status(), 204);

    let found: Value = node.program(Method::GET, AT).send().await.unwrap().json().await.unwrap();
    assert!(found.get("error").is_none(), "{found}");
    let titles: Vec<_> =
        found["chats"].as_array().unwrap().iter().map(|chat| chat["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Ida", "Club"], "what is empty is left out");
    assert_eq!((&found["knows_me"], &found["names"]), (&json!(false), &json!(["Alice", "Ida"])));
    let ida = &found["chats"][0];
    assert_eq!((&ida["messages"], &ida["files"], &ida["missing"]), (&json!(4), &json!(1), &json!(1)));
    assert_eq!(ida["left"], json!([{"why": "service", "count": 1}]));

    let found: Value = node.program(Method::GET, &format!("{AT}?me=Alice")).send().await.unwrap().json().await.unwrap();
    assert_eq!((&found["knows_me"], &found["names"]), (&json!(true), &json!([])));
    let all = lines(&node, &["telegram:personal_chat:3", "telegram:nonsense"]).await;
    assert_eq!(all.len(), 5);
    assert_eq!((&all[0]["chat"]["title"], &all[0]["chat"]["people"][0]["name"]), (&json!("Ida"), &json!("Ida")));
    assert_eq!(all[1]["message"]["from"], json!("user3"));
    assert_eq!(all[2]["message"]["from"], Value::Null, "that is whoever exported");
    assert_eq!(all[3]["media"]["path"], json!("photos/a.png"));
    assert_eq!(all[4].get("media"), None, "nothing outside the folder is asked for");

    let forgotten = node.program(Method::DELETE, AT).send().await.unwrap();
    assert_eq!(forgotten.status(), 204);
    let after =
        node.program(Method::POST, "/api/imports/telegram/lines").json(&json!({"chats": []})).send().await.unwrap();
    assert_eq!(after.status(), 409);
}

#[tokio::test]
async fn what_is_none_is_refused_and_leaves_nothing() {
    let node = Node::start().await;
    let deep = format!(r#"{{"type": "x", "messages": [{}"#, "[".repeat(100_000));
    for bad in ["7", "PK\u{3}\u{4}", r#"{"chats": {"list": [{"type": "x", "messages": [{"#, &deep] {
        assert_eq!(hand_over(&node, bad).await.status(), 204, "it is not looked at yet");
        let looked = node.program(Method::GET, AT).send().await.unwrap();
        assert_eq!(looked.status(), 400, "{bad:.40}");
        let read =
            node.program(Method::POST, "/api/imports/telegram/lines").json(&json!({"chats": []})).send().await.unwrap();
        assert_eq!(read.status(), 409);
    }
    // Without a length nobody knows whether it came whole.
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>("{}")]);
    let endless = node.program(Method::PUT, AT).body(reqwest::Body::wrap_stream(pieces)).send().await.unwrap();
    assert_eq!(endless.status(), 400);
    let stranger = node.stranger(Method::PUT, AT).body("{}").send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    let folder = node.stop().await;
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("telegram")), "{left:?}");
}
