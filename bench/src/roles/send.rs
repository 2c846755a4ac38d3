//! Sending: a full pipeline, or one message at a time.

use super::record::Recorder;
use crate::clock;
use crate::talk::{Until, text};
use anyhow::{Result, bail};
use chappe_node::handle::Handle;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{Command, Reply};
use futures::StreamExt;
use futures::stream::FuturesOrdered;
use std::collections::VecDeque;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Sends texts with these numbers, `window` of them unacknowledged at most. Returns the seconds until the last
/// acknowledgement.
pub async fn pipeline(
    handle: &Handle,
    recorder: &Recorder,
    chat: ChatId,
    mut numbers: Range<u64>,
    window: usize,
    until: Until,
) -> Result<f64> {
    let start = Instant::now();
    let mut progress = recorder.progress();
    let mut asked = FuturesOrdered::new();
    // Of messages that are durable here and not acknowledged yet.
    let mut open: VecDeque<String> = VecDeque::new();
    loop {
        {
            let through = progress.borrow_and_update();
            while open.front().is_some_and(|order| order.as_str() <= through.of(until)) {
                open.pop_front();
            }
        }
        while asked.len() + open.len() < window {
            let Some(number) = numbers.next() else { break };
            asked.push_back(say(handle, chat, number));
        }
        if asked.is_empty() && open.is_empty() {
            return Ok(start.elapsed().as_secs_f64());
        }
        tokio::select! {
            Some(order) = asked.next() => open.push_back(order?),
            changed = progress.changed() => changed?,
        }
    }
}

/// Sends texts with these numbers, one each `spacing`.
pub async fn paced(handle: &Handle, chat: ChatId, numbers: Range<u64>, spacing: Duration) -> Result<f64> {
    let start = Instant::now();
    let mut ticks = tokio::time::interval(spacing);
    for number in numbers {
        ticks.tick().await;
        say(handle, chat, number).await?;
    }
    Ok(start.elapsed().as_secs_f64())
}

async fn say(handle: &Handle, chat: ChatId, number: u64) -> Result<String> {
    let command = Command::SendText { chat, text: text(number, clock::nanos()), nonce: None };
    match handle.ask(command).await? {
        Reply::Message(message) => Ok(message.order),
        other => bail!("not a message: {other:?}"),
    }
}
