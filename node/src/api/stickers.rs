//! Stickers: packs, favourites, sending.

use super::App;
use super::chats::topic;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::ErrorBody;
use super::types::file::Transfer;
use super::types::stickers::{LikeSticker, NewStickerPack, SendSticker, StickerLink, StickerPack, Stickers};
use crate::stickers::{StickerError, Stickers as Service};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use chappe_protocol::blob::stickers::PackId;
use chappe_protocol::content::head::{Head, Reply};
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::limits::{PACK_BYTES_MAX, PACK_STICKERS_MAX};
use chappe_protocol::peer::stickers::StickerAt;
use data_encoding::BASE64URL_NOPAD;
use std::sync::Arc;

/// Bytes of a request that makes a pack: pictures that will be made smaller, in base64.
pub const BODY_MAX: usize = 16 * PACK_BYTES_MAX;

impl From<StickerError> for ApiError {
    fn from(error: StickerError) -> Self {
        let text = error.to_string();
        match error {
            StickerError::Missing(_) => Self::not_found(text),
            StickerError::Link(_) | StickerError::Bounds(_) | StickerError::Picture { .. } => Self::invalid(text),
            StickerError::Refused(_) => Self::new(StatusCode::CONFLICT, "refused", text),
            StickerError::Core(error) => error.into(),
            StickerError::File(error) => error.into(),
            StickerError::Shelf(_) | StickerError::Broken(_) => Self::internal(text),
        }
    }
}

fn service(app: &App) -> Result<&Service, ApiError> {
    app.stickers.get().ok_or_else(|| ApiError::internal("this node has no stickers"))
}

fn pack_id(text: &str) -> Result<PackId, ApiError> {
    PackId::from_hex(text).ok_or_else(|| ApiError::invalid("that is not the id of a sticker pack"))
}

fn place(pack: &str, number: u16) -> Result<StickerAt, ApiError> {
    Ok(StickerAt { pack: pack_id(pack)?, number })
}

/// Packs of stickers, favourites, and what was sent lately
#[utoipa::path(get, path = "/api/stickers", tag = "stickers", responses(
    (status = 200, body = Stickers), (status = "4XX", body = ErrorBody)))]
pub async fn list(State(app): State<Arc<App>>) -> Result<Json<Stickers>, ApiError> {
    Ok(Json(service(&app)?.all().await?.into()))
}

/// Make a pack of pictures; it is brought to own relays
#[utoipa::path(post, path = "/api/stickers", tag = "stickers", request_body = NewStickerPack, responses(
    (status = 201, body = StickerPack), (status = "4XX", body = ErrorBody)))]
pub async fn make(
    State(app): State<Arc<App>>,
    Body(body): Body<NewStickerPack>,
) -> Result<(StatusCode, Json<StickerPack>), ApiError> {
    if body.stickers.len() > PACK_STICKERS_MAX {
        return Err(ApiError::invalid(format!("a pack has at most {PACK_STICKERS_MAX} stickers")));
    }
    let mut pictures = Vec::new();
    for sticker in body.stickers {
        let bytes = BASE64URL_NOPAD.decode(sticker.picture.as_bytes());
        let bytes = bytes.map_err(|_| ApiError::invalid("a picture is no base64 as of RFC 4648, section 5"))?;
        pictures.push((sticker.emoji, bytes.into()));
    }
    let made = service(&app)?.make(body.title, pictures).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// See the pack that a link leads to; nothing is kept of it
#[utoipa::path(post, path = "/api/stickers/look", tag = "stickers", request_body = StickerLink, responses(
    (status = 200, body = StickerPack), (status = "4XX", body = ErrorBody)))]
pub async fn look(State(app): State<Arc<App>>, Body(body): Body<StickerLink>) -> Result<Json<StickerPack>, ApiError> {
    Ok(Json(service(&app)?.look(&body.link).await?.into()))
}

/// Have the pack that a link leads to from now on, on all own devices
#[utoipa::path(post, path = "/api/stickers/add", tag = "stickers", request_body = StickerLink, responses(
    (status = 200, body = StickerPack), (status = "4XX", body = ErrorBody)))]
pub async fn add(State(app): State<Arc<App>>, Body(body): Body<StickerLink>) -> Result<Json<StickerPack>, ApiError> {
    Ok(Json(service(&app)?.add(&body.link).await?.into()))
}

/// Have a pack no more
#[utoipa::path(delete, path = "/api/stickers/{pack}", tag = "stickers",
    params(("pack" = String, Path, description = "The pack's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove(State(app): State<Arc<App>>, Path(pack): Path<String>) -> Result<StatusCode, ApiError> {
    service(&app)?.remove(pack_id(&pack)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The picture of a sticker whose pack is here or was just looked at
#[utoipa::path(get, path = "/api/stickers/{pack}/{number}", tag = "stickers",
    params(("pack" = String, Path, description = "The pack's id"), ("number" = u16, Path, description = "From 0")),
    responses((status = 200, body = Vec<u8>, content_type = "image/webp"), (status = "4XX", body = ErrorBody)))]
pub async fn picture(
    State(app): State<Arc<App>>,
    Path((pack, number)): Path<(String, u16)>,
) -> Result<Response, ApiError> {
    let (bytes, mime) = service(&app)?.picture(place(&pack, number)?)?;
    // A pack never changes.
    let headers = [
        (CONTENT_TYPE, mime),
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    Ok((headers, bytes).into_response())
}

/// Keep a sticker among the favourites, or not any more
#[utoipa::path(put, path = "/api/stickers/{pack}/{number}/favourite", tag = "stickers", request_body = LikeSticker,
    params(("pack" = String, Path, description = "The pack's id"), ("number" = u16, Path, description = "From 0")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn like(
    State(app): State<Arc<App>>,
    Path((pack, number)): Path<(String, u16)>,
    Body(body): Body<LikeSticker>,
) -> Result<StatusCode, ApiError> {
    service(&app)?.like(place(&pack, number)?, body.liked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a sticker. Answered once the node has it ready; it is said when relays have it
#[utoipa::path(post, path = "/api/chats/{chat}/stickers", tag = "stickers", request_body = SendSticker,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 201, body = Transfer), (status = "4XX", body = ErrorBody)))]
pub async fn send(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SendSticker>,
) -> Result<(StatusCode, Json<Transfer>), ApiError> {
    let reply = body.reply_to.as_deref().map(OpId::parse).transpose()?.map(|to| Reply { to, quote: None });
    let head = Head { reply, topic: topic(body.topic), ..Head::default() };
    let sent = service(&app)?.send(ChatId::parse(&chat)?, place(&body.pack, body.number)?, head).await?;
    Ok((StatusCode::CREATED, Json(sent.into())))
}
