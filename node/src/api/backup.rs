//! The backup of the chats' history.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Params};
use super::types::ErrorBody;
use super::types::backup::{Backup, BackupFile, KeepFiles, PlanBackup};
use super::types::own::Words;
use crate::backup::schedule::Plan;
use crate::backup::{self, BackupError};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::Response;
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
    let service = service(&app)?;
    Ok(Json(Backup::of(service.status(), service.scheduled())))
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

/// Have own relays keep the files of the chats too, as far as this node has them, or no more
#[utoipa::path(put, path = "/api/backup/files", tag = "backup", request_body = KeepFiles, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn keep_files(State(app): State<Arc<App>>, Body(body): Body<KeepFiles>) -> Result<StatusCode, ApiError> {
    service(&app)?.set_files(body.keep).await?;
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

/// Have backup files written by the node itself from now on, the first one now
#[utoipa::path(put, path = "/api/backup/schedule", tag = "backup", request_body = PlanBackup, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn plan(State(app): State<Arc<App>>, Body(body): Body<PlanBackup>) -> Result<StatusCode, ApiError> {
    let PlanBackup { words, folder, every_s, keep, files } = body;
    let plan = Plan { folder: folder.into(), every_s, keep, files };
    service(&app)?.plan(words::Words::new(words), plan).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have no more backup files written; those that are there stay
#[utoipa::path(delete, path = "/api/backup/schedule", tag = "backup", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn unplan(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    service(&app)?.unplan().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything in one file that only the 24 words open. A backup must be kept, or else the words are needed (`POST`)
#[utoipa::path(get, path = "/api/backup/file", tag = "backup", params(BackupFile), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = "4XX", body = ErrorBody)))]
pub async fn get_file(State(app): State<Arc<App>>, Params(what): Params<BackupFile>) -> Result<Response, ApiError> {
    file(&app, None, what.files).await
}

/// Everything in one file that only the 24 words open
#[utoipa::path(post, path = "/api/backup/file", tag = "backup", params(BackupFile), request_body = Words, responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = "4XX", body = ErrorBody)))]
pub async fn make_file(
    State(app): State<Arc<App>>,
    Params(what): Params<BackupFile>,
    Body(body): Body<Words>,
) -> Result<Response, ApiError> {
    file(&app, Some(words::Words::new(body.words)), what.files).await
}

async fn file(app: &App, words: Option<words::Words>, files: bool) -> Result<Response, ApiError> {
    let pieces = service(app)?.write_file(words, files).await?;
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let response = Response::builder()
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_DISPOSITION, format!("attachment; filename=\"chappe-{day}.backup\""))
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff");
    let pieces = futures::stream::unfold(pieces, async |mut pieces| Some((pieces.recv().await?, pieces)));
    response.body(axum::body::Body::from_stream(pieces)).map_err(ApiError::internal)
}
