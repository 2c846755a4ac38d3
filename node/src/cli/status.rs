//! `chappe status` and `chappe web`

use super::client::Client;
use super::terminal::{Out, safe, short};
use crate::api::types::{LoginLink, Relay, Status};
use anyhow::Result;
use serde_json::json;

/// `chappe status`
pub async fn show(client: &Client, out: Out) -> Result<()> {
    let status: Status = client.get("/api/status").await?;
    out.print(&status, text)
}

fn text(status: &Status) -> String {
    let mut text = format!(
        "{}  {}\nchats: {}   waiting for a recipient: {}   not on enough relays yet: {}   received, waiting for a \
         missing part: {}\n",
        short(&status.me.user),
        safe(&status.me.name),
        status.chats,
        status.outbox,
        status.unsent,
        status.parked
    );
    if status.relays.is_empty() {
        text.push_str("No relays; get the address of one from its operator, or run one: chappe-relay --help\n");
    }
    for relay in &status.relays {
        text.push_str(&relay_row(relay));
    }
    text
}

fn relay_row(relay: &Relay) -> String {
    let link = if relay.connected { "connected" } else { "no link  " };
    let kind = if relay.own { "own" } else { "of chats" };
    let addresses = relay.addresses.iter().map(|text| safe(text)).collect::<Vec<_>>().join(" ");
    format!("relay {}  {link}  {kind}, {} chats  {addresses}\n", short(&relay.id), relay.chats)
}

/// `chappe web`
pub async fn web(client: &Client, out: Out) -> Result<()> {
    let link: LoginLink = client.post("/api/session/links", &json!(null)).await?;
    out.print(&link, |link| safe(&link.url))
}
