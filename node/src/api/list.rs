//! How chats stand in the list, folders of them, and whom we do not want to hear or have made sure of.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::ErrorBody;
use super::types::own::{
    ChangeList, ChangeProfile, Folder, OwnProfile, ProfileField, Proof, PutFolder, Safety, SetBlocked, SetVerified,
};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::ids::{ChatId, OpId, UserId};
use chappe_protocol::peer::command::{Command, ListChange, OwnCommand, Reply};
use data_encoding::{BASE64, HEXLOWER};
use std::sync::Arc;

/// Change how a chat stands in the list; what is left out stays
#[utoipa::path(patch, path = "/api/chats/{chat}/list", tag = "chats", request_body = ChangeList,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn change(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<ChangeList>,
) -> Result<StatusCode, ApiError> {
    let chat = ChatId::parse(&chat)?;
    let changes = [
        body.pinned.map(ListChange::Pin),
        body.archived.map(ListChange::Archive),
        body.muted_until.map(ListChange::MuteUntil),
        body.marked_unread.map(ListChange::MarkUnread),
        body.draft.map(ListChange::Draft),
    ];
    for change in changes.into_iter().flatten() {
        app.order(Command::Own(OwnCommand::ChangeList { chat, change })).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Folders of chats, by name
#[utoipa::path(get, path = "/api/folders", tag = "chats", responses(
    (status = 200, body = Vec<Folder>), (status = "4XX", body = ErrorBody)))]
pub async fn folders(State(app): State<Arc<App>>) -> Result<Json<Vec<Folder>>, ApiError> {
    ask(&app, OwnCommand::Folders).await
}

/// Make a folder; the answer is all folders
#[utoipa::path(post, path = "/api/folders", tag = "chats", request_body = PutFolder, responses(
    (status = 200, body = Vec<Folder>), (status = "4XX", body = ErrorBody)))]
pub async fn make_folder(
    State(app): State<Arc<App>>,
    Body(body): Body<PutFolder>,
) -> Result<Json<Vec<Folder>>, ApiError> {
    put(&app, None, body).await
}

/// Change a folder; the answer is all folders
#[utoipa::path(put, path = "/api/folders/{folder}", tag = "chats", request_body = PutFolder,
    params(("folder" = String, Path, description = "The folder's id")),
    responses((status = 200, body = Vec<Folder>), (status = "4XX", body = ErrorBody)))]
pub async fn change_folder(
    State(app): State<Arc<App>>,
    Path(folder): Path<String>,
    Body(body): Body<PutFolder>,
) -> Result<Json<Vec<Folder>>, ApiError> {
    put(&app, Some(folder_id(&folder)?), body).await
}

/// Remove a folder; the chats in it stay
#[utoipa::path(delete, path = "/api/folders/{folder}", tag = "chats",
    params(("folder" = String, Path, description = "The folder's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove_folder(State(app): State<Arc<App>>, Path(folder): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::Own(OwnCommand::RemoveFolder(folder_id(&folder)?))).await
}

/// Block somebody, or no more: a blocked person's requests and messages are not shown
#[utoipa::path(put, path = "/api/contacts/{user}/blocked", tag = "contacts", request_body = SetBlocked,
    params(("user" = String, Path, description = "Who")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn block(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    Body(body): Body<SetBlocked>,
) -> Result<StatusCode, ApiError> {
    let user = UserId::parse(&user)?;
    app.order(Command::Own(OwnCommand::Block { user, blocked: body.blocked })).await
}

/// The number to compare with a contact
#[utoipa::path(get, path = "/api/contacts/{user}/safety", tag = "contacts",
    params(("user" = String, Path, description = "Who")),
    responses((status = 200, body = Safety), (status = "4XX", body = ErrorBody)))]
pub async fn safety(State(app): State<Arc<App>>, Path(user): Path<String>) -> Result<Json<Safety>, ApiError> {
    let command = OwnCommand::Safety(UserId::parse(&user)?);
    let Reply::Safety(safety) = app.ask(Command::Own(command)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(safety.into()))
}

/// The number was compared, or is doubted again
#[utoipa::path(put, path = "/api/contacts/{user}/verified", tag = "contacts", request_body = SetVerified,
    params(("user" = String, Path, description = "Who")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn verify(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    Body(body): Body<SetVerified>,
) -> Result<StatusCode, ApiError> {
    let user = UserId::parse(&user)?;
    app.order(Command::Own(OwnCommand::Verify { user, verified: body.verified })).await
}

/// The own profile beside the name, and who gets what of it
#[utoipa::path(get, path = "/api/me/profile", tag = "status", responses(
    (status = 200, body = OwnProfile), (status = "4XX", body = ErrorBody)))]
pub async fn profile(State(app): State<Arc<App>>) -> Result<Json<OwnProfile>, ApiError> {
    let Reply::OwnProfile(own) = app.ask(Command::Own(OwnCommand::OwnProfile)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(own.into()))
}

/// Change a field of the own profile, or keep it from contacts
#[utoipa::path(patch, path = "/api/me/profile", tag = "status", request_body = ChangeProfile, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn change_profile(
    State(app): State<Arc<App>>,
    Body(body): Body<ChangeProfile>,
) -> Result<StatusCode, ApiError> {
    let field = body.field.into();
    if let Some(hidden) = body.hidden {
        app.order(Command::Own(OwnCommand::HideProfile { field, hidden })).await?;
    }
    if body.text.is_some() && body.field == ProfileField::Picture {
        return Err(ApiError::invalid("a picture is set with PUT /api/me/picture, or chappe picture set"));
    }
    if let Some(text) = body.text {
        app.order(Command::Own(OwnCommand::SetProfile { field, text })).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A proof of what somebody said, to show to others
#[utoipa::path(get, path = "/api/messages/{message}/proof", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Proof), (status = "4XX", body = ErrorBody)))]
pub async fn prove(State(app): State<Arc<App>>, Path(message): Path<String>) -> Result<Json<Proof>, ApiError> {
    let command = OwnCommand::Prove(OpId::parse(&message)?);
    let Reply::Proof(proof) = app.ask(Command::Own(command)).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(Proof { proof: BASE64.encode(&proof) }))
}

async fn put(app: &App, id: Option<[u8; 32]>, body: PutFolder) -> Result<Json<Vec<Folder>>, ApiError> {
    let chats = body.chats.iter().map(|chat| ChatId::parse(chat)).collect::<Result<_, _>>()?;
    ask(app, OwnCommand::PutFolder { id, name: body.name, chats }).await
}

async fn ask(app: &App, command: OwnCommand) -> Result<Json<Vec<Folder>>, ApiError> {
    let Reply::Folders(folders) = app.ask(Command::Own(command)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(folders.into_iter().map(Into::into).collect()))
}

fn folder_id(text: &str) -> Result<[u8; 32], ApiError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| ApiError::invalid("that is not the id of a folder"))
}
