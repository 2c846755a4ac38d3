//! Who gets in, and what is refused before it reaches the core.

use crate::node::{CHAT, Node, error, mode, session};
use chappe_node::api::{Api, ApiFile, Options};
use chappe_node::handle::Handle;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn without_a_key_nothing_is_answered() {
    let mut node = Node::start().await;
    for (method, path) in [
        (Method::GET, "/api/status"),
        (Method::GET, "/api/chats"),
        (Method::POST, "/api/session/links"),
        (Method::GET, "/api/events"),
        (Method::GET, "/api/nothing"),
        (Method::PATCH, "/api/chats"),
        (Method::DELETE, "/api/session"),
    ] {
        let (status, code, message) = error(node.stranger(method, path).send().await.unwrap()).await;
        assert_eq!((status, code.as_str()), (401, "log_in"), "{path}");
        assert!(message.contains("chappe web"), "{message}");
    }
    assert_eq!(node.commands(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_token_or_cookie_is_refused() {
    let mut node = Node::start().await;
    let longer = format!("{}0", node.token);
    let shorter = &node.token[..63];
    for token in ["", "x", &longer, shorter] {
        let sent = node.stranger(Method::GET, "/api/status").bearer_auth(token).send().await.unwrap();
        assert_eq!(error(sent).await.0, 401, "{token}");
    }
    let basic = node.stranger(Method::GET, "/api/status").header("authorization", node.token.clone());
    assert_eq!(error(basic.send().await.unwrap()).await.0, 401);
    for cookie in [format!("chappe_{}={}", node.addr.port(), node.token), "chappe_1=x".into(), "=;;=".into()] {
        let sent = node.stranger(Method::GET, "/api/status").header("cookie", &cookie).send().await.unwrap();
        assert_eq!(error(sent).await.0, 401, "{cookie}");
    }
    assert_eq!(node.commands(), Vec::<String>::new());
}

#[tokio::test]
async fn a_login_link_works_once_and_its_cookie_is_strict() {
    let node = Node::start().await;
    let cookie = node.log_in().await;
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let again = node.http.get(&node.login).send().await.unwrap();
    assert_eq!(again.status(), 401);
    assert!(again.headers().get("set-cookie").is_none());
    assert!(again.text().await.unwrap().contains("chappe --data DIR web"));
    for bad in ["/login", "/login?token=", "/login?token=%00", "/login?other=1"] {
        assert_eq!(node.stranger(Method::GET, bad).send().await.unwrap().status(), 401, "{bad}");
    }
    let with = node.stranger(Method::GET, "/api/status").header("cookie", session(&cookie)).send().await.unwrap();
    assert_eq!(with.status(), 200);
}

#[tokio::test]
async fn another_login_link_is_made_by_who_is_in() {
    let node = Node::start().await;
    let made = node.program(Method::POST, "/api/session/links").send().await.unwrap();
    assert_eq!(made.status(), 201);
    let url = made.json::<serde_json::Value>().await.unwrap()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("http://{}/login?token=", node.addr)));
    assert_eq!(node.http.get(&url).send().await.unwrap().status(), 303);
    assert_eq!(node.http.get(&url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_browser_changes_things_from_our_own_page_only() {
    let mut node = Node::start().await;
    let cookie = node.log_in().await;
    let change = |origin: Option<&str>| {
        let request = node.stranger(Method::PUT, "/api/me").header("cookie", session(&cookie));
        let request = request.json(&json!({"name": "Al"}));
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    };
    let https = format!("https://{}", node.addr);
    for origin in [None, Some("null"), Some("http://evil.example"), Some(https.as_str()), Some("http://127.0.0.1:1")] {
        let (status, code, _) = error(change(origin).send().await.unwrap()).await;
        assert_eq!((status, code.as_str()), (403, "wrong_origin"), "{origin:?}");
    }
    let ours = change(Some(&node.origin())).send().await.unwrap();
    assert_eq!(ours.status(), 204);
    // A program's token does not help a page from elsewhere.
    let elsewhere = node.program(Method::GET, "/api/chats").header("origin", "http://evil.example").send().await;
    assert_eq!(error(elsewhere.unwrap()).await.1, "wrong_origin");
    assert_eq!(node.commands(), ["SetName(\"Al\")"]);
}

#[tokio::test]
async fn another_host_name_is_refused_everywhere() {
    let mut node = Node::start().await;
    let login = node.login.strip_prefix(&node.origin()).unwrap().to_owned();
    for path in ["/", "/api/status", "/api/openapi.json", &login] {
        for host in ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1"] {
            let sent = node.program(Method::GET, path).header("host", host).send().await.unwrap();
            assert_eq!(error(sent).await.1, "wrong_host", "{path} {host}");
        }
    }
    // The link was not used up by the refused visits.
    node.log_in().await;
    let local = format!("localhost:{}", node.addr.port());
    let sent = node.program(Method::GET, "/api/status").header("host", local).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    assert_eq!(node.commands(), ["Status"]);
}

#[tokio::test]
async fn an_oversize_body_is_refused() {
    let mut node = Node::start().await;
    let path = format!("/api/chats/{CHAT}/messages");
    let sent = node.program(Method::POST, &path).json(&json!({"text": "x".repeat(70_000)})).send().await.unwrap();
    assert_eq!(error(sent).await.0, 413);
    assert_eq!(node.commands(), Vec::<String>::new());
}

#[tokio::test]
async fn a_session_ends_when_logged_out_and_survives_a_restart_until_then() {
    let node = Node::start().await;
    let (cookie, addr, old_token) = (node.log_in().await, node.addr, node.token.clone());
    assert_eq!(mode(&node.dir.path().join("api.json")), 0o600);
    assert_eq!(mode(&node.dir.path().join("sessions.json")), 0o600);
    let dir = node.stop().await;
    assert!(ApiFile::read(dir.path()).unwrap().is_none());

    // The port is remembered (unless another program took it meanwhile; then the cookie's name would not fit).
    let node = Node::start_in(dir, Some(addr)).await;
    assert_ne!(node.token, old_token);
    let request = |method, path: &str| {
        node.stranger(method, path).header("cookie", session(&cookie)).header("origin", node.origin())
    };
    assert_eq!(request(Method::GET, "/api/status").send().await.unwrap().status(), 200);
    assert_eq!(request(Method::DELETE, "/api/session").send().await.unwrap().status(), 204);
    assert_eq!(request(Method::GET, "/api/status").send().await.unwrap().status(), 401);
    assert_eq!(error(node.program(Method::DELETE, "/api/session").send().await.unwrap()).await.0, 400);
}

#[tokio::test]
async fn the_port_is_remembered() {
    let node = Node::start().await;
    let port = node.addr.port().to_string();
    let dir = node.stop().await;
    assert_eq!(std::fs::read_to_string(dir.path().join("api-port")).unwrap(), port);
    // A damaged memory is no obstacle.
    std::fs::write(dir.path().join("api-port"), "not a port").unwrap();
    let node = Node::start_in(dir, None).await;
    assert_eq!(node.program(Method::GET, "/api/status").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn other_machines_are_let_in_only_on_request() {
    let dir = tempfile::tempdir().unwrap();
    let options = |public| Options {
        data: dir.path().to_owned(),
        bind: Some("0.0.0.0:0".parse().unwrap()),
        public,
        hosts: vec![],
    };
    let refused = Api::start(options(false), Handle::new().0, None).await.unwrap_err();
    assert!(refused.to_string().contains("--api-public"), "{refused}");
    let api = Api::start(options(true), Handle::new().0, None).await.unwrap();
    assert!(api.login_url().unwrap().starts_with("http://127.0.0.1:"));
}
