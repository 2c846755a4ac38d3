//! Invite links of groups and channels, those who ask to be let in, and own requests elsewhere.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::ErrorBody;
use super::types::door::{AskToJoin, Asking, ChatLink, Join, MakeLink};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{Command, DoorCommand, Reply};
use data_encoding::HEXLOWER;
use std::sync::Arc;

/// Invite links of a group or channel
#[utoipa::path(get, path = "/api/chats/{chat}/links", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<ChatLink>), (status = "4XX", body = ErrorBody)))]
pub async fn links(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<ChatLink>>, ApiError> {
    Ok(Json(all(&app, ChatId::parse(&chat)?).await?))
}

/// Make an invite link; it works as soon as a home relay knows of it (`relays`)
#[utoipa::path(post, path = "/api/chats/{chat}/links", tag = "groups", request_body = MakeLink,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 201, body = ChatLink), (status = "4XX", body = ErrorBody)))]
pub async fn make(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<MakeLink>,
) -> Result<(StatusCode, Json<ChatLink>), ApiError> {
    let MakeLink { uses, ttl_ms, approval } = body;
    let command = DoorCommand::MakeLink { chat: ChatId::parse(&chat)?, uses, ttl_ms, approval };
    let Reply::ChatLink(link) = app.ask(Command::Door(command)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok((StatusCode::CREATED, Json((*link).into())))
}

/// Withdraw an invite link; decided in the background
#[utoipa::path(delete, path = "/api/chats/{chat}/links/{link}", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id"), ("link" = String, Path, description = "The link's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn revoke(
    State(app): State<Arc<App>>,
    Path((chat, link)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let command = DoorCommand::RevokeLink { chat: ChatId::parse(&chat)?, link: name(&link, "link")? };
    app.order(Command::Door(command)).await
}

/// The QR code of an invite link, as an SVG picture
#[utoipa::path(get, path = "/api/chats/{chat}/links/{link}/qr", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id"), ("link" = String, Path, description = "The link's id")),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = "4XX", body = ErrorBody)))]
pub async fn qr(
    State(app): State<Arc<App>>,
    Path((chat, link)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    let found = all(&app, ChatId::parse(&chat)?).await?.into_iter().find(|open| open.id == link);
    let found = found.ok_or_else(|| ApiError::not_found("there is no such link; make a new one"))?;
    super::invites::picture(&found.link)
}

/// Who asks to be let in, the first first
#[utoipa::path(get, path = "/api/chats/{chat}/requests", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<Asking>), (status = "4XX", body = ErrorBody)))]
pub async fn requests(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<Asking>>, ApiError> {
    let Reply::Asking(asking) = app.ask(Command::Door(DoorCommand::Asking(ChatId::parse(&chat)?))).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(asking.into_iter().map(Into::into).collect()))
}

/// Let somebody in; decided in the background
#[utoipa::path(post, path = "/api/chats/{chat}/requests/{request}/accept", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id"),
        ("request" = String, Path, description = "The request's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn accept(
    State(app): State<Arc<App>>,
    Path((chat, request)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    answer(&app, &chat, &request, true).await
}

/// Do not let somebody in; they are not told
#[utoipa::path(post, path = "/api/chats/{chat}/requests/{request}/decline", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id"),
        ("request" = String, Path, description = "The request's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn decline(
    State(app): State<Arc<App>>,
    Path((chat, request)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    answer(&app, &chat, &request, false).await
}

/// Own requests to be let into a group or channel that are not answered
#[utoipa::path(get, path = "/api/joins", tag = "groups", responses(
    (status = 200, body = Vec<Join>), (status = "4XX", body = ErrorBody)))]
pub async fn joins(State(app): State<Arc<App>>) -> Result<Json<Vec<Join>>, ApiError> {
    let Reply::Joins(joins) = app.ask(Command::Joins).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(joins.into_iter().map(Into::into).collect()))
}

/// Ask to be let into a group or channel; when it is answered, the chat is there
#[utoipa::path(post, path = "/api/joins", tag = "groups", request_body = AskToJoin, responses(
    (status = 201, body = Join), (status = "4XX", body = ErrorBody)))]
pub async fn join(
    State(app): State<Arc<App>>,
    Body(body): Body<AskToJoin>,
) -> Result<(StatusCode, Json<Join>), ApiError> {
    let command = Command::Join { link: body.link, greeting: body.greeting };
    let Reply::Join(join) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok((StatusCode::CREATED, Json((*join).into())))
}

/// Take an own request back
#[utoipa::path(delete, path = "/api/joins/{join}", tag = "groups",
    params(("join" = String, Path, description = "The request's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn cancel(State(app): State<Arc<App>>, Path(join): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::CancelJoin(name(&join, "request")?)).await
}

async fn answer(app: &App, chat: &str, request: &str, accept: bool) -> Result<StatusCode, ApiError> {
    let (chat, request) = (ChatId::parse(chat)?, name(request, "request")?);
    app.order(Command::Door(DoorCommand::Answer { chat, request, accept })).await
}

async fn all(app: &App, chat: ChatId) -> Result<Vec<ChatLink>, ApiError> {
    let Reply::ChatLinks(links) = app.ask(Command::Door(DoorCommand::Links(chat))).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(links.into_iter().map(Into::into).collect())
}

/// Bytes that the API names by lower-case hexadecimal.
fn name<const N: usize>(text: &str, what: &str) -> Result<[u8; N], ApiError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| ApiError::invalid(format!("that is not the id of a {what}: give all {} characters", 2 * N)))
}
