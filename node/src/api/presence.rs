//! Whether one is there, and how exactly others are told.

use super::App;
use super::error::ApiError;
use super::extract::Body;
use super::types::ErrorBody;
use super::types::ask::{Here, LastSeen};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chappe_protocol::peer::command::{Act, Command, Look, OwnCommand, Reply};
use std::sync::Arc;

/// Say that somebody is in front of a program (again at least every minute), or has gone
#[utoipa::path(put, path = "/api/me/here", tag = "me", request_body = Here, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn here(State(app): State<Arc<App>>, Body(body): Body<Here>) -> Result<StatusCode, ApiError> {
    app.order(Command::Act(Act::Here(body.here))).await
}

/// How exactly others are told when one was there last
#[utoipa::path(get, path = "/api/me/last-seen", tag = "me", responses(
    (status = 200, body = LastSeen), (status = "4XX", body = ErrorBody)))]
pub async fn last_seen(State(app): State<Arc<App>>) -> Result<Json<LastSeen>, ApiError> {
    let Reply::SeenRoughly(roughly) = app.ask(Command::Look(Look::SeenRoughly)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    Ok(Json(LastSeen { roughly }))
}

/// Tell others by the day only when one was there last, or by the minute again
#[utoipa::path(put, path = "/api/me/last-seen", tag = "me", request_body = LastSeen, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set_last_seen(State(app): State<Arc<App>>, Body(body): Body<LastSeen>) -> Result<StatusCode, ApiError> {
    app.order(Command::Own(OwnCommand::SetSeenRoughly(body.roughly))).await
}
