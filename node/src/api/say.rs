//! What can be said besides texts, and what is done to a whole chat's messages.

use super::App;
use super::chats::{say, topic};
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::ErrorBody;
use super::types::ask::{Clear, DeleteChat, ReadReceipts, SendCard, SendLocation, SendPoll, SetLifetime};
use super::types::message::Message;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::content::head::Head;
use chappe_protocol::content::location::{Location, Venue};
use chappe_protocol::content::poll::{Poll, Quiz};
use chappe_protocol::content::{Body as Content, vcard};
use chappe_protocol::ids::{ChatId, UserId};
use chappe_protocol::peer::command::{Act, Command, Look, Reply};
use std::sync::Arc;

/// Send a poll or quiz
#[utoipa::path(post, path = "/api/chats/{chat}/polls", tag = "chats", request_body = SendPoll,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 201, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn poll(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SendPoll>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let poll = Poll {
        question: body.question,
        options: body.options,
        anonymous: body.anonymous,
        multiple: body.multiple,
        quiz: body.right.map(|right| Quiz { right, explanation: body.explanation }),
        closes: body.closes,
        head: Head { topic: topic(body.topic), ..Head::default() },
    };
    say(&app, &chat, Content::Poll(poll), body.nonce.as_deref()).await
}

/// Send a contact card
#[utoipa::path(post, path = "/api/chats/{chat}/cards", tag = "chats", request_body = SendCard,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 201, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn card(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SendCard>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let mut card = match (body.user, body.vcard) {
        (Some(user), None) => {
            let command = Command::CardOf(UserId::parse(&user)?);
            let Reply::Card(card) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
            *card
        }
        (None, Some(text)) => {
            vcard::read(&text).map_err(|error| ApiError::invalid(format!("this vCard cannot be sent: {error}")))?
        }
        (Some(_), Some(_)) | (None, None) => return Err(ApiError::invalid("give either a user or a vcard")),
    };
    card.head.topic = topic(body.topic);
    say(&app, &chat, Content::Card(card), body.nonce.as_deref()).await
}

/// Send a place
#[utoipa::path(post, path = "/api/chats/{chat}/locations", tag = "chats", request_body = SendLocation,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 201, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn location(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SendLocation>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let point = body.point.read().ok_or_else(|| ApiError::invalid("there is no such place on Earth"))?;
    let venue = body.venue.map(|venue| Venue { title: venue.title, address: venue.address });
    let location =
        Location { point, venue, live_s: body.live_s, head: Head { topic: topic(body.topic), ..Head::default() } };
    say(&app, &chat, Content::Location(location), body.nonce.as_deref()).await
}

/// Pinned messages of a chat, the latest pin first
#[utoipa::path(get, path = "/api/chats/{chat}/pinned", tag = "chats",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<Message>), (status = "4XX", body = ErrorBody)))]
pub async fn pinned(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<Message>>, ApiError> {
    let look = Command::Look(Look::Pinned(ChatId::parse(&chat)?));
    let Reply::Messages(messages) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(messages.into_iter().map(Into::into).collect()))
}

/// How long messages of this chat live from now on
#[utoipa::path(put, path = "/api/chats/{chat}/lifetime", tag = "chats", request_body = SetLifetime,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn lifetime(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SetLifetime>,
) -> Result<StatusCode, ApiError> {
    app.order(Command::Act(Act::SetLifetime { chat: ChatId::parse(&chat)?, ttl_s: body.ttl_s })).await
}

/// Delete what was said between two times
#[utoipa::path(post, path = "/api/chats/{chat}/clear", tag = "chats", request_body = Clear,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn clear(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<Clear>,
) -> Result<StatusCode, ApiError> {
    let Clear { from, until, for_all } = body;
    app.order(Command::Act(Act::Clear { chat: ChatId::parse(&chat)?, from, until, for_all })).await
}

/// Delete a chat from all own devices, with all that was said in it; a group or channel is left. A private chat comes back
/// with the next message
#[utoipa::path(post, path = "/api/chats/{chat}/delete", tag = "chats", request_body = DeleteChat,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn delete_chat(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<DeleteChat>,
) -> Result<StatusCode, ApiError> {
    app.order(Command::DeleteChat { chat: ChatId::parse(&chat)?, for_all: body.for_all }).await
}

/// Whether others are told what we have read
#[utoipa::path(get, path = "/api/me/read-receipts", tag = "me", responses(
    (status = 200, body = ReadReceipts), (status = "4XX", body = ErrorBody)))]
pub async fn read_receipts(State(app): State<Arc<App>>) -> Result<Json<ReadReceipts>, ApiError> {
    let look = Command::Look(Look::ReadReceipts);
    let Reply::ReadReceipts(told) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(ReadReceipts { told }))
}

/// Tell others what we have read and see what they have, or neither
#[utoipa::path(put, path = "/api/me/read-receipts", tag = "me", request_body = ReadReceipts, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set_read_receipts(
    State(app): State<Arc<App>>,
    Body(body): Body<ReadReceipts>,
) -> Result<StatusCode, ApiError> {
    app.order(Command::Act(Act::SetReadReceipts(body.told))).await
}

/// We are writing; say it every few seconds while it is so
#[utoipa::path(post, path = "/api/chats/{chat}/typing", tag = "chats",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn typing(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::Act(Act::Typing(ChatId::parse(&chat)?))).await
}
