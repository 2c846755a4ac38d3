//! Groups and channels.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::event::ChatEvent;
use super::types::group::{
    AddMembers, CreateChat, Members, RemoveMember, RoleName, SetGroup, SetRole, permissions, rights,
};
use super::types::{Chat, ChatKind, ErrorBody};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::chat::control::intent::{InfoChange, Intent};
use chappe_protocol::chat::control::rules::Role;
use chappe_protocol::ids::{ChatId, UserId};
use chappe_protocol::peer::command::{Command, Look, Reply};
use chappe_protocol::peer::view::MembersView;
use chappe_protocol::wire::registry;
use std::sync::Arc;

/// Make a group, a channel, or the chat of one's own devices
#[utoipa::path(post, path = "/api/chats", tag = "groups", request_body = CreateChat,
    responses((status = 201, body = Chat), (status = "4XX", body = ErrorBody)))]
pub async fn create(
    State(app): State<Arc<App>>,
    Body(body): Body<CreateChat>,
) -> Result<(StatusCode, Json<Chat>), ApiError> {
    let kind = match body.kind {
        ChatKind::Group => registry::chat::GROUP,
        ChatKind::Channel => registry::chat::CHANNEL,
        ChatKind::Saved => registry::chat::OWN,
        ChatKind::Private => return Err(ApiError::invalid("a private chat begins with an invite link".to_owned())),
    };
    let users = users(&body.members)?;
    let Reply::Chat(chat) = app.ask(Command::CreateChat { kind, title: body.title }).await? else {
        return Err(ApiError::unexpected_reply());
    };
    if !users.is_empty() {
        app.order(Command::AddMembers { chat: chat.id, users }).await?;
    }
    Ok((StatusCode::CREATED, Json((*chat).into())))
}

/// Who is in a chat, and its rules
#[utoipa::path(get, path = "/api/chats/{chat}/members", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Members), (status = "4XX", body = ErrorBody)))]
pub async fn members(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Members>, ApiError> {
    Ok(Json(view(&app, ChatId::parse(&chat)?).await?.into()))
}

/// Add contacts; decided in the background
#[utoipa::path(post, path = "/api/chats/{chat}/members", tag = "groups", request_body = AddMembers,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn add(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<AddMembers>,
) -> Result<StatusCode, ApiError> {
    app.order(Command::AddMembers { chat: ChatId::parse(&chat)?, users: users(&body.users)? }).await
}

/// Take a member out; decided in the background
#[utoipa::path(post, path = "/api/chats/{chat}/members/{user}/remove", tag = "groups", request_body = RemoveMember,
    params(("chat" = String, Path, description = "The chat's id"), ("user" = String, Path, description = "The user's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove(
    State(app): State<Arc<App>>,
    Path((chat, user)): Path<(String, String)>,
    Body(body): Body<RemoveMember>,
) -> Result<StatusCode, ApiError> {
    let (chat, user) = (ChatId::parse(&chat)?, UserId::parse(&user)?);
    app.order(Command::RemoveMember { chat, user, ban: body.ban }).await
}

/// Change a member's role, or hand the chat over; decided in the background
#[utoipa::path(post, path = "/api/chats/{chat}/members/{user}/role", tag = "groups", request_body = SetRole,
    params(("chat" = String, Path, description = "The chat's id"), ("user" = String, Path, description = "The user's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set_role(
    State(app): State<Arc<App>>,
    Path((chat, user)): Path<(String, String)>,
    Body(body): Body<SetRole>,
) -> Result<StatusCode, ApiError> {
    let (chat, user) = (ChatId::parse(&chat)?, UserId::parse(&user)?);
    let role = match body.role {
        RoleName::Owner => return change(&app, chat, Intent::Transfer(user)).await,
        RoleName::Admin => Role::Admin(rights(&body.can).map_err(ApiError::invalid)?),
        RoleName::Member => Role::Member,
        RoleName::Restricted => {
            Role::Restricted { permissions: permissions(&body.can).map_err(ApiError::invalid)?, until: body.until }
        }
        RoleName::Banned => Role::Banned,
    };
    change(&app, chat, Intent::SetRole { user, role }).await
}

/// Change title, description, permissions, slow mode, whether posts are signed; decided in the background
#[utoipa::path(post, path = "/api/chats/{chat}/settings", tag = "groups", request_body = SetGroup,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SetGroup>,
) -> Result<StatusCode, ApiError> {
    let chat = ChatId::parse(&chat)?;
    let wanted = body.permissions.as_deref().map(permissions).transpose().map_err(ApiError::invalid)?;
    if body.title.is_some() || body.about.is_some() {
        let change_info = InfoChange { title: body.title, about: body.about, picture: None };
        change(&app, chat, Intent::SetInfo(change_info)).await?;
    }
    if wanted.is_some() || body.slow_mode.is_some() || body.signed.is_some() {
        let now = view(&app, chat).await?;
        let permissions = wanted.unwrap_or(now.permissions);
        let slow_mode = body.slow_mode.unwrap_or(now.slow_mode);
        change(&app, chat, Intent::SetPolicy { permissions, slow_mode, signed: body.signed.unwrap_or(now.signed) })
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What happened to a group or channel (who came and went, its title, roles), ascending; the latest 200
#[utoipa::path(get, path = "/api/chats/{chat}/events", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<ChatEvent>), (status = "4XX", body = ErrorBody)))]
pub async fn events(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<ChatEvent>>, ApiError> {
    let look = Command::Look(Look::Events(ChatId::parse(&chat)?));
    let Reply::Events(events) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(events.into_iter().map(Into::into).collect()))
}

/// Leave a group or channel
#[utoipa::path(post, path = "/api/chats/{chat}/leave", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn leave(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::Leave(ChatId::parse(&chat)?)).await
}

pub(super) async fn change(app: &App, chat: ChatId, intent: Intent) -> Result<StatusCode, ApiError> {
    app.order(Command::Change { chat, intent: Box::new(intent) }).await
}

async fn view(app: &App, chat: ChatId) -> Result<MembersView, ApiError> {
    let Reply::Members(members) = app.ask(Command::Members(chat)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(*members)
}

fn users(ids: &[String]) -> Result<Vec<UserId>, ApiError> {
    ids.iter().map(|id| UserId::parse(id)).collect()
}
