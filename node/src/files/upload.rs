//! Brings a blob to relays, then says the message that names them.

use super::transfer::Transfer;
use super::{Inner, RETRY, RETRY_MAX, State, blocking};
use crate::blobs::client::ClientError;
use chappe_protocol::blob::sealing::Layout;
use chappe_protocol::blob::wire::{PIECE, Refusal};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::Body;
use chappe_protocol::peer::command::{Command, CommandError, Reply};
use std::sync::Arc;

/// Relays that get the blob before the message is said, if there are as many.
const COPIES: usize = 2;

/// Pieces between two waits for the relay's disk: 8 MiB, so that a slow disk or line holds up little.
const PIECES_A_SYNC: usize = 8;

/// Why a relay did not take it.
enum Failed {
    /// It may do so later.
    Now(String),
    /// It will not.
    ForGood(String),
}

pub(super) async fn run(inner: &Arc<Inner>, mut transfer: Transfer) {
    let mut pause = RETRY;
    loop {
        match round(inner, &mut transfer).await {
            Ok(true) => return say(inner, transfer).await,
            Ok(false) => {}
            Err(why) => return fail(inner, transfer, why).await,
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(RETRY_MAX);
    }
}

/// One try at each relay. True if enough have it, false if some may take it later.
async fn round(inner: &Arc<Inner>, transfer: &mut Transfer) -> Result<bool, String> {
    let hints = transfer.file.relays.clone();
    let copies = hints.len().min(COPIES);
    let (mut problem, mut later) = (String::new(), false);
    for hint in &hints {
        if transfer.held.len() >= copies {
            break;
        }
        if transfer.held.contains(&hint.relay) {
            continue;
        }
        match bring(inner, transfer, hint, copies).await {
            Ok(()) => transfer.held.push(hint.relay),
            Err(Failed::Now(why)) => {
                later = true;
                problem = why;
            }
            Err(Failed::ForGood(why)) => problem = why,
        }
        if let Err(error) = inner.save(transfer.clone()).await {
            return Err(error.to_string());
        }
        if !problem.is_empty() {
            inner.note(&transfer.id, format!("relay {}: {problem}", &hint.relay.to_hex()[..8]));
        }
    }
    // One copy is enough to be said if the other relays have been tried: waiting would not make it safer for long.
    match (transfer.held.is_empty(), later) {
        (false, _) => Ok(true),
        (true, true) => Ok(false),
        (true, false) => Err(problem),
    }
}

async fn bring(inner: &Arc<Inner>, transfer: &mut Transfer, hint: &RelayHint, copies: usize) -> Result<(), Failed> {
    if inner.is_own(&hint.relay) {
        return Ok(());
    }
    let file = &transfer.file;
    let Some(layout) = Layout::of(file.size) else { return Err(Failed::ForGood("the file is too large".into())) };
    let (blob, read, length) = (file.key.blob(), file.key.read(), layout.blob_len());
    if !transfer.touched.contains(hint) {
        // Known before anything is there, so that a deletion finds it.
        transfer.touched.push(hint.clone());
        inner.save(transfer.clone()).await.map_err(|error| Failed::Now(error.to_string()))?;
    }
    let mut client = inner.client(hint).await.map_err(Failed::Now)?;
    let mut have = client.offer(blob, length, &transfer.write, &read).await.map_err(failed)?;
    let mut at = have.upto;
    let told = |at: u64| {
        let parts = transfer.held.len() as u128 * u128::from(length) + u128::from(at);
        // At most the file's size.
        inner.advanced(
            &transfer.id,
            (parts * u128::from(transfer.file.size) / (u128::from(length) * copies as u128)) as u64,
        );
    };
    told(at);
    while at < length {
        for _ in 0..PIECES_A_SYNC {
            if at == length {
                break;
            }
            let blobs = inner.blobs.clone();
            let bytes = blocking(move || Ok(blobs.read(&blob, at, PIECE)?)).await;
            let bytes = bytes.map_err(|error| Failed::ForGood(format!("this disk: {error}")))?;
            if bytes.is_empty() {
                return Err(Failed::ForGood("a part of the file is missing on this disk; send it again".into()));
            }
            let next = at + bytes.len() as u64;
            client.put(blob, &transfer.write, at, bytes).await.map_err(failed)?;
            at = next;
        }
        have = client.sync(blob, &transfer.write, length).await.map_err(failed)?;
        if have.upto != at {
            return Err(Failed::Now(format!("it has {} bytes of {at} that it got", have.upto)));
        }
        told(at);
    }
    if have.upto == length { Ok(()) } else { Err(Failed::Now("it says that it has more than there is".into())) }
}

fn failed(error: ClientError) -> Failed {
    let text = error.to_string();
    match error {
        ClientError::Refused(Refusal::TooLarge(_) | Refusal::SpecMismatch | Refusal::Full(_)) => Failed::ForGood(text),
        ClientError::Refused(_) | ClientError::Io(_) | ClientError::Broken(_) => Failed::Now(text),
    }
}

/// Says the message, once: the nonce is durable, so that a crash between the message and the row repeats nothing.
async fn say(inner: &Arc<Inner>, mut transfer: Transfer) {
    let mut file = transfer.file.clone();
    file.relays.retain(|hint| transfer.held.contains(&hint.relay));
    let body = Box::new(Body::File(Box::new(file)));
    let command = Command::Say { chat: transfer.chat, body, nonce: Some(transfer.nonce) };
    match inner.handle.ask(command).await {
        Ok(Reply::Message(message)) => {
            transfer.message = Some(message.id);
            transfer.state = State::Done;
            if let Err(error) = inner.save(transfer).await {
                tracing::error!(%error, "a file was sent, but that cannot be noted");
            }
        }
        Ok(_) => fail(inner, transfer, "the core answered with another command's reply".into()).await,
        Err(error @ CommandError::Store(_)) => tracing::error!(%error, "a file cannot be announced"),
        Err(error) => fail(inner, transfer, error.to_string()).await,
    }
}

async fn fail(inner: &Arc<Inner>, mut transfer: Transfer, why: String) {
    transfer.state = State::Failed(why);
    if let Err(error) = inner.save(transfer).await {
        tracing::error!(%error, "a failed transfer cannot be noted");
    }
}
