//! Brings a blob to relays and says the message that names them: once they have it, or will in a moment; or, if its readers can ask
//! this node, as soon as a relay takes it. Whoever fetches it from here goes before the relays.

use super::bringing::{Bringing, Failed, Load};
use super::transfer::Transfer;
use super::{Inner, RETRY, RETRY_MAX, State};
use chappe_protocol::blob::sealing::Layout;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::Body;
use chappe_protocol::content::file::File;
use chappe_protocol::peer::command::{Command, CommandError, Reply};
use std::sync::Arc;
use std::time::Duration;

/// Relays that get the blob before the message is said, if there are as many.
const COPIES: usize = 2;

/// The message is said when all copies will be there in so much time, at the rate so far.
const SOON: Duration = Duration::from_secs(3);

/// While somebody fetches the file from here, relays wait between two syncs, but no longer than their patience allows.
const YIELD: Duration = Duration::from_millis(200);
const YIELDS: u32 = 100;

pub(super) async fn run(inner: &Arc<Inner>, mut transfer: Transfer) {
    let mut pause = RETRY;
    loop {
        match round(inner, &mut transfer).await {
            Ok(true) => return finish(inner, transfer).await,
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
    let Some(layout) = Layout::of(transfer.file.size) else {
        return Err(Failed::ForGood("the file is too large".into()));
    };
    let (blob, length) = (transfer.file.key.blob(), layout.blob_len());
    if !transfer.touched.contains(hint) {
        // Known before anything is there, so that a deletion finds it.
        transfer.touched.push(hint.clone());
        inner.save(transfer.clone()).await.map_err(|error| Failed::Now(error.to_string()))?;
    }
    let mut bringing = match inner.begun(&transfer.id, hint).await {
        Some(bringing) => bringing,
        None => {
            inner.is_there(hint, &transfer.file.key, length).await?;
            let (key, write) = (transfer.file.key.clone(), transfer.write.clone());
            Bringing::offer(inner, hint, Load { key, write, length }).await?
        }
    };
    told(inner, transfer, bringing.durable(), length, copies);
    if transfer.message.is_none() {
        announce_early(inner, transfer).await.map_err(Failed::Now)?;
    }
    let readable = bringing.end_first(layout.list_at()).await?;
    while !bringing.done() {
        for _ in 0..YIELDS {
            if !inner.is_giving(&blob) {
                break;
            }
            tokio::time::sleep(YIELD).await;
        }
        bringing.step(length).await?;
        told(inner, transfer, bringing.durable(), length, copies);
        let left = (copies - transfer.held.len()) as u64 * length - bringing.durable();
        if readable && transfer.message.is_none() && bringing.time_for(left).is_some_and(|time| time < SOON) {
            // It is there before its reader has taken what is there already.
            let relays = transfer.file.relays.clone();
            announce(inner, transfer, relays, Vec::new()).await.map_err(Failed::Now)?;
        }
    }
    Ok(())
}

/// Shows how far it is: `at` of `length` bytes at this relay, all of them at those that have it.
fn told(inner: &Inner, transfer: &Transfer, at: u64, length: u64, copies: usize) {
    let parts = transfer.held.len() as u128 * u128::from(length) + u128::from(at);
    // At most the file's size.
    let done = parts * u128::from(transfer.file.size) / (u128::from(length) * copies as u128);
    inner.advanced(&transfer.id, done as u64);
}

/// All relays that shall have it have it, or will not.
async fn finish(inner: &Arc<Inner>, mut transfer: Transfer) {
    if transfer.message.is_none() {
        let mut relays = transfer.file.relays.clone();
        relays.retain(|hint| transfer.held.contains(&hint.relay));
        let sources = inner.own_sources(&transfer.chat).await;
        match say(inner, &mut transfer, relays, sources).await {
            Ok(()) => {}
            Err(error @ CommandError::Store(_)) => return tracing::error!(%error, "a file cannot be announced"),
            Err(error) => return fail(inner, transfer, error.to_string()).await,
        }
    }
    transfer.state = State::Done;
    if let Err(error) = inner.save(transfer).await {
        tracing::error!(%error, "a file was sent, but that cannot be noted");
    }
}

/// Says the message before any relay has the file, if its readers can have it from here.
async fn announce_early(inner: &Arc<Inner>, transfer: &mut Transfer) -> Result<(), String> {
    let sources = inner.own_sources(&transfer.chat).await;
    if sources.iter().all(|hint| hint.addrs.is_empty()) {
        return Ok(());
    }
    // Two of these will have it; which, is not known yet.
    let relays = transfer.file.relays.clone();
    announce(inner, transfer, relays, sources).await
}

async fn announce(
    inner: &Arc<Inner>,
    transfer: &mut Transfer,
    relays: Vec<RelayHint>,
    sources: Vec<RelayHint>,
) -> Result<(), String> {
    say(inner, transfer, relays, sources).await.map_err(|error| error.to_string())?;
    inner.save(transfer.clone()).await.map_err(|error| error.to_string())
}

/// Says the message, once: the nonce is durable, so that a crash between the message and the row repeats nothing.
async fn say(
    inner: &Arc<Inner>,
    transfer: &mut Transfer,
    relays: Vec<RelayHint>,
    sources: Vec<RelayHint>,
) -> Result<(), CommandError> {
    let file = File { relays, sources, ..transfer.file.clone() };
    let command =
        Command::Say { chat: transfer.chat, body: Box::new(Body::File(Box::new(file))), nonce: Some(transfer.nonce) };
    match inner.handle.ask(command).await? {
        Reply::Message(message) => {
            transfer.message = Some(message.id);
            Ok(())
        }
        _ => Err(CommandError::Refused("the core answered with another command's reply".into())),
    }
}

async fn fail(inner: &Arc<Inner>, mut transfer: Transfer, why: String) {
    transfer.state = State::Failed(why);
    if let Err(error) = inner.save(transfer).await {
        tracing::error!(%error, "a failed transfer cannot be noted");
    }
}
