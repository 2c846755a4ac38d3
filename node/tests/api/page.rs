//! The web client's files and the headers of every answer.

use crate::node::Node;
use reqwest::Method;

#[tokio::test]
async fn every_answer_carries_the_protecting_headers() {
    let node = Node::start().await;
    for path in ["/", "/api/status", "/api/openapi.json", "/login", "/nothing"] {
        for request in [node.stranger(Method::GET, path), node.program(Method::POST, path).header("host", "evil")] {
            let response = request.send().await.unwrap();
            let header = |name| response.headers()[name].to_str().unwrap();
            let policy = header("content-security-policy");
            for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                assert!(policy.contains(rule), "{policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains("http"));
            assert!(policy.ends_with("require-trusted-types-for 'script'; trusted-types worker"), "{policy}");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("referrer-policy"), "no-referrer");
            assert!(response.headers().get("access-control-allow-origin").is_none());
        }
    }
    let status = node.program(Method::GET, "/api/status").send().await.unwrap();
    assert_eq!(status.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn the_page_is_served_and_not_sent_twice() {
    let node = Node::start().await;
    let page = node.stranger(Method::GET, "/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["cache-control"], "no-cache");
    let etag = page.headers()["etag"].clone();
    let text = page.text().await.unwrap();
    assert!(text.contains("<title>Chappe</title>"));
    let again = node.stranger(Method::GET, "/").header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), 304);

    // What the page names exists and may be kept for ever; nothing else is there.
    let names = text.split('"').filter(|part| part.starts_with("/assets/"));
    for name in names {
        let asset = node.stranger(Method::GET, name).send().await.unwrap();
        assert_eq!(asset.status(), 200, "{name}");
        assert!(asset.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let kind = asset.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("text/javascript") || kind.starts_with("text/css") || kind == "image/svg+xml");
    }
    for path in ["/nothing", "/assets/../index.html", "/%2e%2e/etc/passwd", "//", "/index.html/"] {
        let sent = node.stranger(Method::GET, path).send().await.unwrap();
        assert!(sent.status() == 404 || sent.url().path() == "/index.html", "{path} {}", sent.status());
    }
    assert_eq!(node.stranger(Method::POST, "/").send().await.unwrap().status(), 405);
}
