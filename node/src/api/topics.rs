//! Topics of a group: conversations of their own under a title.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::groups::change;
use super::types::ErrorBody;
use super::types::topic::{MakeTopic, SetTopic, Topic};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::chat::control::intent::Intent;
use chappe_protocol::chat::control::topic::Face;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{Command, Look, Reply};
use chappe_protocol::peer::view::TopicView;
use std::sync::Arc;

/// Topics of a group, General first; none if the group has none
#[utoipa::path(get, path = "/api/chats/{chat}/topics", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<Topic>), (status = "4XX", body = ErrorBody)))]
pub async fn list(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<Topic>>, ApiError> {
    Ok(Json(all(&app, ChatId::parse(&chat)?).await?.into_iter().map(Into::into).collect()))
}

/// Make a topic; decided in the background
#[utoipa::path(post, path = "/api/chats/{chat}/topics", tag = "groups", request_body = MakeTopic,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn make(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<MakeTopic>,
) -> Result<StatusCode, ApiError> {
    let face = Face { title: body.title.trim().to_owned(), icon: body.icon.trim().to_owned(), closed: false };
    change(&app, ChatId::parse(&chat)?, Intent::SetTopic { id: 0, face }).await
}

/// Change a topic's title or emoji, close or open it; decided in the background
#[utoipa::path(put, path = "/api/chats/{chat}/topics/{topic}", tag = "groups", request_body = SetTopic,
    params(("chat" = String, Path, description = "The chat's id"), ("topic" = u64, Path, description = "The topic's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set(
    State(app): State<Arc<App>>,
    Path((chat, topic)): Path<(String, u64)>,
    Body(body): Body<SetTopic>,
) -> Result<StatusCode, ApiError> {
    let chat = ChatId::parse(&chat)?;
    let found = all(&app, chat).await?.into_iter().find(|one| one.id == topic && topic != 0);
    let now = found.ok_or_else(|| ApiError::not_found("there is no such topic"))?;
    let face = Face {
        title: body.title.map_or(now.title, |title| title.trim().to_owned()),
        icon: body.icon.map_or(now.icon, |icon| icon.trim().to_owned()),
        closed: body.closed.unwrap_or(now.closed),
    };
    change(&app, chat, Intent::SetTopic { id: topic, face }).await
}

/// Remove a topic; what stands in it stays, in General. Decided in the background
#[utoipa::path(delete, path = "/api/chats/{chat}/topics/{topic}", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id"), ("topic" = u64, Path, description = "The topic's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove(
    State(app): State<Arc<App>>,
    Path((chat, topic)): Path<(String, u64)>,
) -> Result<StatusCode, ApiError> {
    change(&app, ChatId::parse(&chat)?, Intent::RemoveTopic(topic)).await
}

async fn all(app: &App, chat: ChatId) -> Result<Vec<TopicView>, ApiError> {
    let Reply::Topics(topics) = app.ask(Command::Look(Look::Topics(chat))).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(topics)
}
