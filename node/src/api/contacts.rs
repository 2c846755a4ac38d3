//! Contacts and contact requests.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::{AddContact, Contact, ErrorBody};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::ids::UserId;
use chappe_protocol::peer::command::{Command, Reply};
use std::sync::Arc;

/// Contacts and requests, in both directions
#[utoipa::path(get, path = "/api/contacts", tag = "contacts", responses(
    (status = 200, body = Vec<Contact>), (status = "4XX", body = ErrorBody)))]
pub async fn contacts(State(app): State<Arc<App>>) -> Result<Json<Vec<Contact>>, ApiError> {
    let Reply::Contacts(contacts) = app.ask(Command::Contacts).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(contacts.into_iter().map(Into::into).collect()))
}

/// Ask the owner of an invite link to talk; the request goes out in the background
#[utoipa::path(post, path = "/api/contacts", tag = "contacts", request_body = AddContact, responses(
    (status = 201, body = Contact), (status = "4XX", body = ErrorBody)))]
pub async fn add(
    State(app): State<Arc<App>>,
    Body(body): Body<AddContact>,
) -> Result<(StatusCode, Json<Contact>), ApiError> {
    let command = Command::AddContact { link: body.link, greeting: body.greeting };
    Ok((StatusCode::CREATED, Json(contact(&app, command).await?)))
}

/// Accept a request
#[utoipa::path(post, path = "/api/contacts/{user}/accept", tag = "contacts",
    params(("user" = String, Path, description = "Who asked")),
    responses((status = 200, body = Contact), (status = "4XX", body = ErrorBody)))]
pub async fn accept(State(app): State<Arc<App>>, Path(user): Path<String>) -> Result<Json<Contact>, ApiError> {
    contact(&app, Command::AcceptContact(UserId::parse(&user)?)).await.map(Json)
}

/// Decline a request
#[utoipa::path(post, path = "/api/contacts/{user}/decline", tag = "contacts",
    params(("user" = String, Path, description = "Who asked")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn decline(State(app): State<Arc<App>>, Path(user): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::DeclineContact(UserId::parse(&user)?)).await
}

async fn contact(app: &App, command: Command) -> Result<Contact, ApiError> {
    let Reply::Contact(contact) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(contact.into())
}
