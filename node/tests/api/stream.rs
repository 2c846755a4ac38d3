//! The stream of events.

use crate::node::{CHAT, Node, message, session};
use chappe_protocol::peer::command::Event;
use chappe_protocol::peer::view::Ticks;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Stream = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(node: &Node, headers: &[(&'static str, &str)]) -> Result<Stream, u16> {
    let mut request = format!("ws://{}/api/events", node.addr).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((stream, _)) => Ok(stream),
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

async fn next(stream: &mut Stream) -> Value {
    loop {
        match stream.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn bearer(node: &Node) -> String {
    format!("Bearer {}", node.token)
}

#[tokio::test]
async fn only_known_callers_from_our_own_page_may_listen() {
    let node = Node::start().await;
    let cookie = node.log_in().await;
    let (cookie, origin) = (session(&cookie), node.origin());
    assert_eq!(open(&node, &[]).await.unwrap_err(), 401);
    assert_eq!(open(&node, &[("cookie", "chappe_1=x")]).await.unwrap_err(), 401);
    assert_eq!(open(&node, &[("authorization", "Bearer x")]).await.unwrap_err(), 401);
    assert_eq!(open(&node, &[("cookie", cookie)]).await.unwrap_err(), 403);
    assert_eq!(open(&node, &[("cookie", cookie), ("origin", "http://evil.example")]).await.unwrap_err(), 403);
    assert_eq!(
        open(&node, &[("cookie", cookie), ("origin", &origin), ("host", "evil.example")]).await.unwrap_err(),
        421
    );
    assert!(open(&node, &[("cookie", cookie), ("origin", &origin)]).await.is_ok());
    assert!(open(&node, &[("authorization", &bearer(&node))]).await.is_ok());
    let plain = node.program(reqwest::Method::GET, "/api/events").send().await.unwrap();
    assert_eq!(crate::node::error(plain).await.0, 400);
}

#[tokio::test]
async fn events_arrive_in_order_and_replies_do_not() {
    let node = Node::start().await;
    let mut stream = open(&node, &[("authorization", &bearer(&node))]).await.unwrap();
    let reply = chappe_protocol::peer::command::Reply::Done;
    for event in [
        Event::Reply { id: 1, result: Box::new(Ok(reply)) },
        Event::Message(Box::new(message())),
        Event::Ticks { chat: CHAT, ticks: Ticks::Read, through: "0001".into() },
        Event::Relays,
    ] {
        node.events.send(event).unwrap();
    }
    let first = next(&mut stream).await;
    assert_eq!((first["type"].as_str(), first["message"]["text"].as_str()), (Some("message"), Some("<b>hi</b>")));
    let ticks = json!({"type": "ticks", "chat": CHAT.to_hex(), "ticks": "read", "through": "0001"});
    assert_eq!(next(&mut stream).await, ticks);
    assert_eq!(next(&mut stream).await, json!({"type": "relays"}));
}

#[tokio::test]
async fn a_slow_reader_is_told_that_it_lost_events() {
    let node = Node::start().await;
    let mut stream = open(&node, &[("authorization", &bearer(&node))]).await.unwrap();
    // No await between these: the stream's task does not run until all are sent, and 4096 fit.
    for _ in 0..5000 {
        node.events.send(Event::Relays).unwrap();
    }
    assert_eq!(next(&mut stream).await, json!({"type": "lagged"}));
    assert_eq!(next(&mut stream).await, json!({"type": "relays"}));
}

#[tokio::test]
async fn a_reader_that_sends_too_much_is_closed() {
    let node = Node::start().await;
    let mut stream = open(&node, &[("authorization", &bearer(&node))]).await.unwrap();
    stream.send(Message::Text("x".repeat(4096).into())).await.unwrap();
    loop {
        match stream.next().await {
            Some(Ok(Message::Ping(_))) => {}
            Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            Some(Ok(other)) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_stopping_node_ends_its_streams() {
    let node = Node::start().await;
    let mut stream = open(&node, &[("authorization", &bearer(&node))]).await.unwrap();
    node.stop().await;
    while let Some(Ok(frame)) = stream.next().await {
        assert!(matches!(frame, Message::Ping(_) | Message::Close(_)), "{frame:?}");
    }
}

#[tokio::test]
async fn streams_are_bounded() {
    let node = Node::start().await;
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(open(&node, &[("authorization", &bearer(&node))]).await.unwrap());
    }
    assert_eq!(open(&node, &[("authorization", &bearer(&node))]).await.unwrap_err(), 429);
}
