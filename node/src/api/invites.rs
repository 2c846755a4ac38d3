//! Invite links, and the picture of one.

use super::App;
use super::error::ApiError;
use super::extract::Body;
use super::types::{CreateInvite, ErrorBody, Invite};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chappe_protocol::peer::command::{Command, Reply};
use qrcode::{Color, QrCode};
use std::fmt::Write;
use std::sync::Arc;

/// Light modules around a QR code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// Invites that can still be used
#[utoipa::path(get, path = "/api/invites", tag = "invites", responses(
    (status = 200, body = Vec<Invite>), (status = "4XX", body = ErrorBody)))]
pub async fn invites(State(app): State<Arc<App>>) -> Result<Json<Vec<Invite>>, ApiError> {
    Ok(Json(all(&app).await?))
}

/// Make an invite link
#[utoipa::path(post, path = "/api/invites", tag = "invites", request_body = CreateInvite, responses(
    (status = 201, body = Invite), (status = "4XX", body = ErrorBody)))]
pub async fn create(
    State(app): State<Arc<App>>,
    Body(body): Body<CreateInvite>,
) -> Result<(StatusCode, Json<Invite>), ApiError> {
    let command = Command::CreateInvite { uses: body.uses, ttl_ms: body.ttl_ms };
    let Reply::Invite(invite) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok((StatusCode::CREATED, Json(invite.into())))
}

/// Withdraw an invite
#[utoipa::path(delete, path = "/api/invites/{invite}", tag = "invites",
    params(("invite" = String, Path, description = "The invite's number")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn revoke(State(app): State<Arc<App>>, Path(invite): Path<String>) -> Result<StatusCode, ApiError> {
    let id = invite.parse().map_err(|_| ApiError::invalid("that is not the number of an invite"))?;
    app.order(Command::RevokeInvite { id }).await
}

/// The QR code of an invite's link, as an SVG picture
#[utoipa::path(get, path = "/api/invites/{invite}/qr", tag = "invites",
    params(("invite" = String, Path, description = "The invite's number")),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = "4XX", body = ErrorBody)))]
pub async fn qr(State(app): State<Arc<App>>, Path(invite): Path<String>) -> Result<impl IntoResponse, ApiError> {
    let found = all(&app).await?.into_iter().find(|open| open.id == invite);
    let link = found.ok_or_else(|| ApiError::not_found("there is no such invite; make a new one"))?.link;
    picture(&link)
}

/// A text as a QR code, as an SVG picture.
pub fn picture(text: &str) -> Result<impl IntoResponse + use<>, ApiError> {
    let code = QrCode::new(text.as_bytes()).map_err(|_| ApiError::invalid("this is too long for a QR code"))?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg(&code)))
}

async fn all(app: &App) -> Result<Vec<Invite>, ApiError> {
    let Reply::Invites(invites) = app.ask(Command::Invites).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(invites.into_iter().map(Into::into).collect())
}

/// One path of unit squares; nothing of the link's text gets into the markup.
fn svg(code: &QrCode) -> String {
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}
