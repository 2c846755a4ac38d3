//! The pages without JavaScript: who gets in, that forms are ours, that nothing hostile becomes markup.

use crate::node::{CHAT, Node, session};
use reqwest::{Method, RequestBuilder, Response};

fn chat_path() -> String {
    format!("/lite/chat/{}", CHAT.to_hex())
}

fn visit(node: &Node, cookie: &str, path: &str) -> RequestBuilder {
    node.stranger(Method::GET, path).header("cookie", session(cookie))
}

fn submit(node: &Node, cookie: &str, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
    node.stranger(Method::POST, path)
        .header("cookie", session(cookie))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The value of a hidden field.
fn field(page: &str, name: &str) -> String {
    let from = page.find(&format!("name=\"{name}\" value=\"")).unwrap() + name.len() + 15;
    page[from..].split('"').next().unwrap().to_owned()
}

fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn one_logs_in_with_a_link_reads_writes_and_leaves() {
    let mut node = Node::start().await;
    let first = node.stranger(Method::GET, "/lite").send().await.unwrap();
    assert_eq!((first.status().as_u16(), location(&first)), (303, "/lite/login"));
    let form = node.stranger(Method::GET, "/lite/login").send().await.unwrap().text().await.unwrap();
    assert!(form.contains("<form method=\"post\" action=\"/lite/login\">"));

    let entered = submit(&node, "", "/lite/login", &[("token", &node.login)]).send().await.unwrap();
    assert_eq!((entered.status().as_u16(), location(&entered)), (303, "/lite"));
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let again = submit(&node, "", "/lite/login", &[("token", &node.login)]).send().await.unwrap();
    assert_eq!(again.status(), 401);
    assert!(again.headers().get("set-cookie").is_none());

    let list = visit(&node, &cookie, "/lite").send().await.unwrap().text().await.unwrap();
    assert!(list.contains(&format!("href=\"{}#end\"", chat_path())) && list.contains("3\u{2069} new"), "{list}");
    let chat = visit(&node, &cookie, &chat_path()).send().await.unwrap().text().await.unwrap();
    assert!(chat.contains("&lt;b&gt;hi&lt;/b&gt;") && !chat.contains("<b>hi"), "{chat}");
    assert!(chat.contains("2026-"), "{chat}");
    node.commands();

    let (form, nonce) = (field(&chat, "form"), field(&chat, "nonce"));
    let fields = [("form", form.as_str()), ("nonce", &nonce), ("text", "one\r\ntwo")];
    let sent = submit(&node, &cookie, &chat_path(), &fields).send().await.unwrap();
    assert_eq!((sent.status().as_u16(), location(&sent)), (303, format!("{}#end", chat_path()).as_str()));
    let asked = node.commands();
    assert!(asked.len() == 1 && asked[0].starts_with("Say") && asked[0].contains(r#""one\ntwo""#), "{asked:?}");
    assert!(asked[0].contains("nonce: Some"), "{asked:?}");

    let left = submit(&node, &cookie, "/lite/leave", &[("form", &form)]).send().await.unwrap();
    assert_eq!(location(&left), "/lite/login");
    let after = visit(&node, &cookie, "/lite").send().await.unwrap();
    assert_eq!(location(&after), "/lite/login");
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let mut node = Node::start().await;
    let cookie = node.log_in().await;
    let chat = visit(&node, &cookie, &chat_path()).send().await.unwrap().text().await.unwrap();
    let form = field(&chat, "form");
    let nonce = field(&chat, "nonce");
    // The token is this session's: another session's does not fit.
    let link = node.program(Method::POST, "/api/session/links").send().await.unwrap();
    let link: serde_json::Value = link.json().await.unwrap();
    let other = node.http.get(link["url"].as_str().unwrap()).send().await.unwrap();
    let other = other.headers()["set-cookie"].to_str().unwrap().to_owned();
    node.commands();
    for wrong in ["", "0", &"0".repeat(64), &form.to_uppercase(), &format!("{form}0")] {
        let fields = [("form", wrong), ("nonce", nonce.as_str()), ("text", "forged")];
        let sent = submit(&node, &cookie, &chat_path(), &fields).send().await.unwrap();
        assert_eq!(sent.status(), 403, "{wrong}");
    }
    let fields = [("form", form.as_str()), ("nonce", nonce.as_str()), ("text", "forged")];
    assert_eq!(submit(&node, &other, &chat_path(), &fields).send().await.unwrap().status(), 403);
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let sent = submit(&node, &cookie, &chat_path(), &fields).header(name, value).send().await.unwrap();
        assert_eq!(sent.status(), 403, "{name}: {value}");
        let login = submit(&node, "", "/lite/login", &[("token", "x")]).header(name, value).send().await.unwrap();
        assert_eq!(login.status(), 403, "{name}: {value}");
    }
    let user = "03".repeat(32);
    for path in
        ["/lite/leave".to_owned(), format!("/lite/contacts/{user}/accept"), format!("/lite/contacts/{user}/decline")]
    {
        assert_eq!(submit(&node, &cookie, &path, &[("form", "no")]).send().await.unwrap().status(), 403, "{path}");
        let stranger = submit(&node, "x=y", &path, &[("form", &form)]).send().await.unwrap();
        assert_eq!(location(&stranger), "/lite/login", "{path}");
    }
    assert_eq!(node.commands(), Vec::<String>::new());
    let ours = submit(&node, &cookie, &chat_path(), &fields).header("origin", node.origin());
    assert_eq!(ours.send().await.unwrap().status(), 303);
    let accepted = submit(&node, &cookie, &format!("/lite/contacts/{user}/accept"), &[("form", &form)]);
    assert_eq!(accepted.send().await.unwrap().status(), 303);
    assert_eq!(node.commands().len(), 2);
}

#[tokio::test]
async fn pages_are_strict_and_speak_the_readers_language() {
    let node = Node::start().await;
    let cookie = node.log_in().await;
    for path in ["/lite", "/lite/login", &chat_path(), "/lite/chat/nothing"] {
        let response = visit(&node, &cookie, path).header("accept-language", "ar-EG, en;q=0.5").send().await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let text = response.text().await.unwrap();
        assert!(text.contains("<html lang=\"ar\" dir=\"rtl\">"), "{path}: {text}");
        assert!(!text.contains("<script") && !text.contains(" style=") && !text.contains(" onerror"), "{path}: {text}");
    }
    let missing = visit(&node, &cookie, &format!("/lite/chat/{}", "9".repeat(64))).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    let older = visit(&node, &cookie, &format!("{}?before=<script>", chat_path())).send().await.unwrap();
    assert_eq!(older.status(), 400);
    assert!(!older.text().await.unwrap().contains("<script"));
    let style = node.stranger(Method::GET, "/lite/style.css").send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_form_that_is_too_long_or_no_form_is_refused() {
    let mut node = Node::start().await;
    let cookie = node.log_in().await;
    let long = "x".repeat(60_000);
    let sent = submit(&node, &cookie, &chat_path(), &[("text", &long)]).send().await.unwrap();
    assert_eq!(sent.status(), 413);
    let json = node.stranger(Method::POST, &chat_path()).header("cookie", session(&cookie)).json(&"x");
    assert_eq!(json.send().await.unwrap().status(), 415);
    assert_eq!(node.commands(), Vec::<String>::new());
}

/// A form with a file, as browsers send it.
fn with_file(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    if let Some((name, bytes)) = file {
        let head = format!("--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

#[tokio::test]
async fn a_file_from_elsewhere_or_out_of_bounds_is_not_taken() {
    let mut node = Node::start().await;
    let cookie = node.log_in().await;
    let chat = visit(&node, &cookie, &chat_path()).send().await.unwrap().text().await.unwrap();
    assert!(chat.contains("enctype=\"multipart/form-data\""), "{chat}");
    let form = field(&chat, "form");
    let path = format!("{}/file", chat_path());
    let send = async |cookie: &str, body: Vec<u8>| {
        let request = node.stranger(Method::POST, &path).header("cookie", session(cookie));
        let request = request.header("content-type", "multipart/form-data; boundary=edge").body(body);
        request.send().await.unwrap().status().as_u16()
    };
    let known = [("form", form.as_str())];
    assert_eq!(send("x=y", with_file(&known, Some(("a", b"x")))).await, 303, "a stranger is led to the login");
    assert_eq!(send(&cookie, with_file(&[("form", "0")], Some(("a", b"x")))).await, 403);
    assert_eq!(send(&cookie, with_file(&[], Some(("a", b"x")))).await, 403, "the token stands before the file");
    for (bad, why) in [
        (with_file(&known, None), "no file"),
        (with_file(&known, Some(("", b""))), "an empty one"),
        (with_file(&[known[0], ("other", "x")], Some(("a", b"x"))), "an unknown field"),
        (with_file(&[known[0], ("caption", &"x".repeat(30_000))], Some(("a", b"x"))), "a long caption"),
        (with_file(&known, Some(("a", &vec![b'x'; 17 << 20]))), "a large file"),
        (b"--edge\r\nnonsense".to_vec(), "no form"),
    ] {
        assert_eq!(send(&cookie, bad).await, 400, "{why}");
    }
    let asked = node.commands();
    assert!(!asked.iter().any(|command| command.contains("Say")), "{asked:?}");
}
