//! The local API: HTTP requests on loopback, as a program of the user would make them.

use crate::clock;
use crate::talk::text;
use anyhow::{Context, Result};
use chappe_node::api::ApiFile;
use chappe_protocol::ids::ChatId;
use futures::StreamExt;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long all of it may take.
const MAX: Duration = Duration::from_secs(60);

/// Bytes of a file that are read at once.
const PIECE: usize = 1 << 20;

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

/// The API of a node.
pub struct Api {
    base: String,
    token: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Api {
    /// Of the node that runs with this data directory.
    pub fn of(data: &Path) -> Result<Self> {
        let file = ApiFile::read(data)?.context("the node has no API")?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { base: format!("http://{}", file.addr), token: file.token, client, runtime })
    }

    /// What the node answers to a GET.
    pub fn get(&self, path: &str) -> Result<serde_json::Value> {
        let request = self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        self.runtime.block_on(async { Ok(request.send().await?.error_for_status()?.json().await?) })
    }

    /// Sends a file to a chat. Returns once the node has it.
    pub fn send(&self, chat: ChatId, name: &str, mut file: File) -> Result<()> {
        let size = file.metadata()?.len();
        // A piece ahead: the disk and the socket work at once, and memory stays small.
        let (pieces, ready) = tokio::sync::mpsc::channel(1);
        std::thread::spawn(move || {
            loop {
                let mut piece = vec![0; PIECE];
                let read = file.read(&mut piece).map(|length| {
                    piece.truncate(length);
                    piece
                });
                let end = !matches!(&read, Ok(piece) if !piece.is_empty());
                if pieces.blocking_send(read).is_err() || end {
                    return;
                }
            }
        });
        let body = futures::stream::unfold(ready, async |mut ready| ready.recv().await.map(|piece| (piece, ready)));
        let url = format!("{}/api/chats/{}/files?name={name}", self.base, chat.to_hex());
        let request = self.client.post(url).bearer_auth(&self.token).header("Content-Length", size);
        let request = request.body(reqwest::Body::wrap_stream(body));
        self.runtime.block_on(async { request.send().await?.error_for_status() })?;
        Ok(())
    }

    /// Has the node fetch a message's file, by asking for its first byte.
    pub fn fetch(&self, message: &str) -> Result<()> {
        let request = self.client.get(format!("{}/api/messages/{message}/file", self.base)).bearer_auth(&self.token);
        let request = request.header("Range", "bytes=0-0");
        self.runtime.block_on(async { request.send().await?.error_for_status()?.bytes().await })?;
        Ok(())
    }

    /// Reads a message's file to its end; returns the BLAKE3 hash of its bytes.
    pub fn read(&self, message: &str) -> Result<blake3::Hash> {
        let request = self.client.get(format!("{}/api/messages/{message}/file", self.base)).bearer_auth(&self.token);
        self.runtime.block_on(async {
            let mut body = request.send().await?.error_for_status()?.bytes_stream();
            let mut hasher = blake3::Hasher::new();
            while let Some(piece) = body.next().await {
                hasher.update(&piece?);
            }
            Ok(hasher.finalize())
        })
    }
}
