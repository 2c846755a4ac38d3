//! The backup of the chats' history.

use super::App;
use super::error::ApiError;
use super::extract::Body;
use super::types::ErrorBody;
use super::types::backup::Backup;
use super::types::own::Words;
use crate::backup::{self, BackupError};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chappe_protocol::identity::words;
use std::sync::Arc;

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> Self {
        let text = error.to_string();
        match error {
            BackupError::Invalid(_) => Self::invalid(text),
            BackupError::Refused(_) | BackupError::Damaged(_) => Self::new(StatusCode::CONFLICT, "refused", text),
            BackupError::Store(_) => Self::internal(text),
            BackupError::Core(error) => error.into(),
        }
    }
}

fn service(app: &App) -> Result<&backup::Backup, ApiError> {
    app.backup.get().ok_or_else(|| ApiError::internal("this node has no backup service"))
}

/// How the backup stands
#[utoipa::path(get, path = "/api/backup", tag = "backup", responses(
    (status = 200, body = Backup), (status = "4XX", body = ErrorBody)))]
pub async fn state(State(app): State<Arc<App>>) -> Result<Json<Backup>, ApiError> {
    Ok(Json(service(&app)?.status().into()))
}

/// Keep a backup of the history at own relays from now on. Needs the 24 words, which alone will open it
#[utoipa::path(put, path = "/api/backup", tag = "backup", request_body = Words, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn turn_on(State(app): State<Arc<App>>, Body(body): Body<Words>) -> Result<StatusCode, ApiError> {
    service(&app)?.turn_on(words::Words::new(body.words)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep no backup any more; relays drop what they have
#[utoipa::path(delete, path = "/api/backup", tag = "backup", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn turn_off(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    service(&app)?.turn_off().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Write now what changed
#[utoipa::path(post, path = "/api/backup/run", tag = "backup", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn run(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    service(&app)?.run_now()?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetch all of it from every relay that has it, compare, and write again what is missing
#[utoipa::path(post, path = "/api/backup/check", tag = "backup", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn check(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    service(&app)?.check()?;
    Ok(StatusCode::NO_CONTENT)
}
