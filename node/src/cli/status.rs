//! `chappe status` and `chappe web`

use super::client::Client;
use super::terminal::{Out, safe, short};
use crate::api::types::{LoginLink, Relay, Status};
use crate::texts::program::t;
use anyhow::Result;
use serde_json::json;

/// `chappe status`
pub async fn show(client: &Client, out: Out) -> Result<()> {
    let status: Status = client.get("/api/status").await?;
    out.print(&status, text)
}

fn text(status: &Status) -> String {
    let (chats, outbox, unsent, parked) = (status.chats, status.outbox, status.unsent, status.parked);
    let counts = t!("cli-status", chats = chats, outbox = outbox, unsent = unsent, parked = parked);
    let mut text = format!("{}  {}\n{counts}\n", short(&status.me.user), safe(&status.me.name));
    if status.relays.is_empty() {
        text.push_str(&format!("{}\n", t!("cli-relays-none")));
    }
    for relay in &status.relays {
        text.push_str(&relay_row(relay));
    }
    text
}

fn relay_row(relay: &Relay) -> String {
    let link = if relay.connected { t!("cli-connected") } else { t!("cli-no-link") };
    let kind = t!("cli-relay-row", kind = if relay.own { "own" } else { "other" }, chats = relay.chats);
    let addresses = relay.addresses.iter().map(|text| safe(text)).collect::<Vec<_>>().join(" ");
    format!("{}  {link:<9}  {kind}  {addresses}\n", t!("cli-relay", id = short(&relay.id)))
}

/// `chappe web`
pub async fn web(client: &Client, out: Out) -> Result<()> {
    let link: LoginLink = client.post("/api/session/links", &json!(null)).await?;
    out.print(&link, |link| safe(&link.url))
}
