//! Who this node is and how it stands.

use super::App;
use super::error::ApiError;
use super::extract::Body;
use super::types::{ErrorBody, SetName, Status};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chappe_protocol::peer::command::{Command, Reply};
use std::sync::Arc;

/// The node's state in one look
#[utoipa::path(get, path = "/api/status", tag = "status", responses(
    (status = 200, body = Status), (status = "4XX", body = ErrorBody)))]
pub async fn status(State(app): State<Arc<App>>) -> Result<Json<Status>, ApiError> {
    let Reply::Status(status) = app.ask(Command::Status).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(status.into()))
}

/// Change the own display name
#[utoipa::path(put, path = "/api/me", tag = "status", request_body = SetName, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set_name(State(app): State<Arc<App>>, Body(body): Body<SetName>) -> Result<StatusCode, ApiError> {
    app.order(Command::SetName(body.name)).await
}
