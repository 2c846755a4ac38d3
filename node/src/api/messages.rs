//! What is known about one message.

use super::App;
use super::error::ApiError;
use super::extract::Id;
use super::types::{ErrorBody, Truth};
use axum::Json;
use axum::extract::{Path, State};
use chappe_protocol::ids::OpId;
use chappe_protocol::peer::command::{Command, Reply};
use std::sync::Arc;

/// Delivery truth: which relays hold a message until when, which devices have it, or why not
#[utoipa::path(get, path = "/api/messages/{message}", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Truth), (status = "4XX", body = ErrorBody)))]
pub async fn truth(State(app): State<Arc<App>>, Path(message): Path<String>) -> Result<Json<Truth>, ApiError> {
    let command = Command::Truth(OpId::parse(&message)?);
    let Reply::Truth(truth) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(truth.into()))
}
