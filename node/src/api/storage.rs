//! What the node's data takes on its disk, and making room.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::ErrorBody;
use super::types::storage::{FreeStorage, FreedStorage, Storage, StorageLimits};
use crate::clock::Clock;
use crate::files::space::Wanted;
use crate::space::{Space, SpaceError};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chappe_protocol::ids::ChatId;
use std::sync::Arc;

impl From<SpaceError> for ApiError {
    fn from(error: SpaceError) -> Self {
        match error {
            SpaceError::Core(error) => error.into(),
            SpaceError::Disk(_) | SpaceError::Store(_) | SpaceError::Stopping => Self::internal(error),
        }
    }
}

fn space(app: &App) -> Result<&Space, ApiError> {
    app.space.get().ok_or_else(|| ApiError::internal("this node keeps nothing"))
}

/// What the node's data takes on its disk, by sort and chat
#[utoipa::path(get, path = "/api/storage", tag = "storage", responses(
    (status = 200, body = Storage), (status = "4XX", body = ErrorBody)))]
pub async fn state(State(app): State<Arc<App>>) -> Result<Json<Storage>, ApiError> {
    let space = space(&app)?;
    let backup =
        app.backup.get().map(|backup| backup.status()).filter(|status| status.on).map_or(0, |status| status.bytes);
    Ok(Json(Storage::of(space.measure().await?, backup, space.files.limits()?)))
}

/// Remove copies of files that others sent, where a relay says that it still has them: they are fetched again when somebody
/// opens them. What cannot be fetched again stays, and is counted by reason
#[utoipa::path(post, path = "/api/storage/free", tag = "storage", request_body = FreeStorage, responses(
    (status = 200, body = FreedStorage), (status = "4XX", body = ErrorBody)))]
pub async fn free(State(app): State<Arc<App>>, Body(body): Body<FreeStorage>) -> Result<Json<FreedStorage>, ApiError> {
    let ago = |seconds: u64| Clock::new().now().wall.saturating_sub(seconds.saturating_mul(1000));
    let wanted = Wanted {
        chat: body.chat.as_deref().map(ChatId::parse).transpose()?,
        sorts: body.kinds.into_iter().map(Into::into).collect(),
        before: body.older_than_s.map(ago),
        larger: body.larger_than.unwrap_or(0),
        dry: body.dry_run,
    };
    let files = space(&app)?.files.clone();
    // It goes on to its end, also if whoever asked goes away.
    let freed = tokio::spawn(async move { files.free(&wanted).await }).await;
    Ok(Json(freed.map_err(ApiError::internal)?.into()))
}

/// How long copies of others' files are kept, and how much they may take together; nothing: for ever, any number
#[utoipa::path(put, path = "/api/storage/limits", tag = "storage", request_body = StorageLimits, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn limit(State(app): State<Arc<App>>, Body(body): Body<StorageLimits>) -> Result<StatusCode, ApiError> {
    space(&app)?.files.set_limits(body.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
