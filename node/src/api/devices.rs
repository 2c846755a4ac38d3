//! Own devices: the list, a new one beside this one, and what only the 24 words allow.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::invites::picture;
use super::types::ErrorBody;
use super::types::own::{Devices, Link, Rename, Words};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chappe_protocol::identity::words;
use chappe_protocol::ids::DeviceId;
use chappe_protocol::peer::command::{Command, OwnCommand, Reply};
use std::sync::Arc;

/// Own devices
#[utoipa::path(get, path = "/api/devices", tag = "devices", responses(
    (status = 200, body = Devices), (status = "4XX", body = ErrorBody)))]
pub async fn devices(State(app): State<Arc<App>>) -> Result<Json<Devices>, ApiError> {
    let Reply::Devices(devices) = app.ask(Command::Own(OwnCommand::Devices)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(devices.into()))
}

/// Call a device something
#[utoipa::path(put, path = "/api/devices/{device}", tag = "devices", request_body = Rename,
    params(("device" = String, Path, description = "The device's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn rename(
    State(app): State<Arc<App>>,
    Path(device): Path<String>,
    Body(body): Body<Rename>,
) -> Result<StatusCode, ApiError> {
    let device = DeviceId::parse(&device)?;
    app.order(Command::Own(OwnCommand::NameDevice { device, name: body.name })).await
}

/// Take a device off the list: it speaks for us no more. Needs the 24 words
#[utoipa::path(post, path = "/api/devices/{device}/remove", tag = "devices", request_body = Words,
    params(("device" = String, Path, description = "The device's id; not this one")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove(
    State(app): State<Arc<App>>,
    Path(device): Path<String>,
    Body(body): Body<Words>,
) -> Result<StatusCode, ApiError> {
    let (device, words) = (DeviceId::parse(&device)?, words::Words::new(body.words));
    app.order(Command::Own(OwnCommand::RemoveDevice { device, words })).await
}

/// Are these the 24 words of this identity?
#[utoipa::path(post, path = "/api/words/check", tag = "devices", request_body = Words, responses(
    (status = 204, description = "They are"), (status = "4XX", body = ErrorBody)))]
pub async fn check_words(State(app): State<Arc<App>>, Body(body): Body<Words>) -> Result<StatusCode, ApiError> {
    app.order(Command::Own(OwnCommand::CheckWords(words::Words::new(body.words)))).await
}

/// How far the new device is
#[utoipa::path(get, path = "/api/devices/link", tag = "devices", responses(
    (status = 200, body = Link), (status = "4XX", body = ErrorBody)))]
pub async fn link(State(app): State<Arc<App>>) -> Result<Json<Link>, ApiError> {
    ask(&app, OwnCommand::LinkState).await
}

/// Show a code for a new device; it works once, for ten minutes
#[utoipa::path(post, path = "/api/devices/link", tag = "devices", responses(
    (status = 200, body = Link), (status = "4XX", body = ErrorBody)))]
pub async fn start_link(State(app): State<Arc<App>>) -> Result<Json<Link>, ApiError> {
    ask(&app, OwnCommand::StartLink).await
}

/// No new device after all
#[utoipa::path(delete, path = "/api/devices/link", tag = "devices", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn cancel_link(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    app.order(Command::Own(OwnCommand::CancelLink)).await
}

/// Certify the new device that waits. Needs the 24 words
#[utoipa::path(post, path = "/api/devices/link/confirm", tag = "devices", request_body = Words, responses(
    (status = 200, body = Link), (status = "4XX", body = ErrorBody)))]
pub async fn confirm_link(State(app): State<Arc<App>>, Body(body): Body<Words>) -> Result<Json<Link>, ApiError> {
    ask(&app, OwnCommand::ConfirmLink(words::Words::new(body.words))).await
}

/// The QR code of the code for a camera, as an SVG picture
#[utoipa::path(get, path = "/api/devices/link/qr", tag = "devices", responses(
    (status = 200, body = String, content_type = "image/svg+xml"), (status = "4XX", body = ErrorBody)))]
pub async fn link_qr(State(app): State<Arc<App>>) -> Result<impl IntoResponse, ApiError> {
    let Json(link) = ask(&app, OwnCommand::LinkState).await?;
    picture(&link.text)
}

async fn ask(app: &App, command: OwnCommand) -> Result<Json<Link>, ApiError> {
    let Reply::Link(link) = app.ask(Command::Own(command)).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(link.into()))
}
