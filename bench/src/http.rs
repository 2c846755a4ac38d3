//! The same sending through the local API: HTTP requests on loopback, as a program of the user would make them.

use crate::clock;
use crate::talk::text;
use anyhow::{Context, Result};
use chappe_node::api::ApiFile;
use chappe_protocol::ids::ChatId;
use futures::StreamExt;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long all of it may take.
const MAX: Duration = Duration::from_secs(60);

/// Posts texts with these numbers, `window` at a time, and returns the seconds until the last was answered
/// (durable at the sender).
pub fn post(data: &Path, chat: ChatId, numbers: Range<u64>, window: usize) -> Result<f64> {
    let file = ApiFile::read(data)?.context("the node has no API")?;
    let url = format!("http://{}/api/chats/{}/messages", file.addr, chat.to_hex());
    let client = reqwest::Client::builder().no_proxy().build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = async {
        let start = Instant::now();
        let posts = futures::stream::iter(numbers).map(|number| {
            let body = serde_json::json!({ "text": text(number, clock::nanos()) });
            let request = client.post(&url).bearer_auth(&file.token).json(&body);
            async move { request.send().await?.error_for_status()?.bytes().await }
        });
        let mut posts = posts.buffer_unordered(window);
        while let Some(answer) = posts.next().await {
            answer?;
        }
        Ok(start.elapsed().as_secs_f64())
    };
    runtime.block_on(async { tokio::time::timeout(MAX, work).await })?
}
