//! The stream of events, over a WebSocket.
//!
//! A reader that is too slow loses events, is told so (`lagged`) and fetches everything again; nothing is queued for
//! it without bound: the broadcast channel's 4096 events are the bound.

use super::App;
use super::error::ApiError;
use super::types::{ErrorBody, Event};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chappe_protocol::peer::command;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// Event streams at once.
pub const STREAMS_MAX: usize = 64;
/// Bytes of a frame from the reader, who has nothing to say.
const INCOMING_MAX: usize = 1024;
/// How often a quiet reader is asked whether it is there.
const PING: Duration = Duration::from_secs(20);
/// A reader that was silent, or took no byte, for so long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// The stream of events (a WebSocket; each frame is one JSON text)
#[utoipa::path(get, path = "/api/events", tag = "events", responses(
    (status = 101, description = "The stream", body = Event), (status = "4XX", body = ErrorBody)))]
pub async fn events(
    State(app): State<Arc<App>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|error| ApiError::invalid(format!("open this as a WebSocket: {error}")))?;
    let permit = app.streams.clone().try_acquire_owned().map_err(|_| {
        let message = format!("{STREAMS_MAX} event streams are open already; close a page or program");
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message)
    })?;
    // Subscribed before the upgrade is answered: what happens after the reader's "open" is never missed.
    let receiver = app.handle.events();
    let stop = app.stop.clone();
    let upgrade = upgrade.max_message_size(INCOMING_MAX).max_frame_size(INCOMING_MAX);
    let stream = move |socket| async move {
        serve(socket, receiver, stop).await;
        drop(permit);
    };
    Ok(upgrade.on_upgrade(stream).into_response())
}

async fn serve(mut socket: WebSocket, mut events: Receiver<command::Event>, mut stop: watch::Receiver<bool>) {
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let frame = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            event = events.recv() => match read(event) {
                Next::Send(frame) => frame,
                Next::Skip => continue,
                Next::End => break,
            },
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE_MAX {
                    break;
                }
                Message::Ping(Default::default())
            }
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Close(_))) | Some(Err(_)) | None => break,
                Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {
                    heard = Instant::now();
                    continue;
                }
            },
        };
        if !matches!(timeout(SILENCE_MAX, socket.send(frame)).await, Ok(Ok(()))) {
            return;
        }
    }
    // The other side may be gone already; then there is nobody to say goodbye to.
    drop(timeout(Duration::from_secs(1), socket.send(Message::Close(None))).await);
}

enum Next {
    Send(Message),
    Skip,
    End,
}

fn read(received: Result<command::Event, RecvError>) -> Next {
    match received {
        Ok(event) => translate(event).map_or(Next::Skip, |event| Next::Send(text(&event))),
        Err(RecvError::Lagged(_)) => Next::Send(text(&Event::Lagged)),
        Err(RecvError::Closed) => Next::End,
    }
}

/// `None` for what only concerns the one who asked.
fn translate(event: command::Event) -> Option<Event> {
    Some(match event {
        command::Event::Reply { .. } | command::Event::Stopped(_) | command::Event::Wanted { .. } => return None,
        command::Event::Message(message) => Event::Message { message: Box::new((*message).into()) },
        command::Event::Gone { chat, message } => Event::Gone { chat: chat.to_hex(), message: message.to_hex() },
        command::Event::Typing { chat, user } => Event::Typing { chat: chat.to_hex(), user: user.to_hex() },
        command::Event::Ticks { chat, ticks, through } => {
            Event::Ticks { chat: chat.to_hex(), ticks: ticks.into(), through }
        }
        command::Event::Refused { chat, why } => Event::Refused { chat: chat.to_hex(), why },
        command::Event::Chat(chat) => Event::Chat { chat: Box::new((*chat).into()) },
        command::Event::Contact(contact) => Event::Contact { contact: (*contact).into() },
        command::Event::Asking(chat) => Event::Asking { chat: chat.to_hex() },
        command::Event::Joins => Event::Joins,
        command::Event::Profile(profile) => Event::Profile { profile: profile.into() },
        command::Event::Devices => Event::Devices,
        command::Event::Link(link) => Event::Link { link: (*link).into() },
        command::Event::Folders => Event::Folders,
        command::Event::Relays => Event::Relays,
    })
}

fn text(event: &Event) -> Message {
    match serde_json::to_string(event) {
        Ok(text) => Message::Text(text.into()),
        // These shapes always serialise; if one ever does not, the reader's refetch repairs what it missed.
        Err(_) => Message::Text(r#"{"type":"lagged"}"#.into()),
    }
}
