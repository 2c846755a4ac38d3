//! Pictures of people and groups.

use super::App;
use super::error::ApiError;
use super::extract::Id;
use super::types::ErrorBody;
use crate::photo::PICTURE_MAX;
use crate::pictures::{PictureError, Pictures};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use chappe_protocol::blob::picture::PictureRef;
use chappe_protocol::ids::ChatId;
use std::sync::Arc;

/// A picture that a contact, a group or we ourselves show, by its reference
#[utoipa::path(get, path = "/api/pictures/{picture}", tag = "status",
    params(("picture" = String, Path, description = "The reference, as contacts and chats name it")),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"), (status = "4XX", body = ErrorBody)))]
pub async fn read(State(app): State<Arc<App>>, Path(picture): Path<String>) -> Result<Response, ApiError> {
    let reference =
        PictureRef::from_hex(&picture).ok_or_else(|| ApiError::invalid("this is no picture's reference"))?;
    let Some(jpeg) = pictures(&app)?.jpeg(reference).await? else {
        return Err(ApiError::not_found("no relay has this picture now; it is asked for again later"));
    };
    // Its name is its hash: it never changes.
    let headers = [
        (CONTENT_TYPE, "image/jpeg"),
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    Ok((headers, jpeg).into_response())
}

/// Show a picture of oneself; the body is an image of at most 32 MiB, its middle is made small
#[utoipa::path(put, path = "/api/me/picture", tag = "status",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set_own(State(app): State<Arc<App>>, body: Body) -> Result<StatusCode, ApiError> {
    pictures(&app)?.set_own(image(body).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show no picture of oneself any more
#[utoipa::path(delete, path = "/api/me/picture", tag = "status", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove_own(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    pictures(&app)?.remove_own().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a group or channel a picture, as of one's own; decided in the background
#[utoipa::path(put, path = "/api/chats/{chat}/picture", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn set_group(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let chat = ChatId::parse(&chat)?;
    pictures(&app)?.set_group(chat, image(body).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a group's or channel's picture away; decided in the background
#[utoipa::path(delete, path = "/api/chats/{chat}/picture", tag = "groups",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove_group(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<StatusCode, ApiError> {
    pictures(&app)?.remove_group(ChatId::parse(&chat)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn pictures(app: &App) -> Result<&Pictures, ApiError> {
    app.pictures.get().ok_or_else(|| ApiError::not_found("this program keeps no pictures"))
}

async fn image(body: Body) -> Result<Bytes, ApiError> {
    let most = usize::try_from(PICTURE_MAX).unwrap_or(usize::MAX);
    let bytes = to_bytes(body, most).await;
    bytes.map_err(|_| ApiError::invalid("the picture did not come whole, or has more than 32 MiB; take a smaller one"))
}

impl From<PictureError> for ApiError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Core(error) => error.into(),
            PictureError::Photo(why) => {
                tracing::debug!(%why, "a picture that cannot be used");
                Self::invalid("this file cannot be used as a picture; take a JPEG, PNG, WEBP, BMP, TIFF or GIF")
            }
            PictureError::Shelf(_) | PictureError::Broken(_) => Self::internal(error),
        }
    }
}
