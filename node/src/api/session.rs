//! Logging a browser in and out.

use super::App;
use super::error::ApiError;
use super::keys::{Caller, SESSION_AGE_MAX};
use super::secret::Token;
use super::types::{ErrorBody, LoginLink};
use axum::Extension;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Shown when a login link does not work (any more). Holds nothing of the request.
const USED_LINK: &str = include_str!("used_link.html");

/// What a login link carries.
#[derive(Deserialize)]
pub struct LinkQuery {
    #[serde(default)]
    token: String,
}

/// `GET /login?token=…`: a link becomes a session, once. Not part of the API: only browsers come here.
pub async fn open_link(State(app): State<Arc<App>>, Query(query): Query<LinkQuery>) -> Result<Response, ApiError> {
    let Some(session) = app.keys.log_in(&query.token).map_err(ApiError::internal)? else {
        return Ok((StatusCode::UNAUTHORIZED, Html(USED_LINK)).into_response());
    };
    let cookie = cookie(&app, &session);
    Ok((StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())]).into_response())
}

/// The cookie that holds a session. `Secure` is missing because the page comes over plain HTTP from this machine.
pub fn cookie(app: &App, session: &Token) -> String {
    let age = SESSION_AGE_MAX.as_secs();
    format!("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}", app.cookie, session.expose())
}

/// Make a login link for a browser
#[utoipa::path(post, path = "/api/session/links", tag = "session", responses(
    (status = 201, body = LoginLink), (status = "4XX", body = ErrorBody)))]
pub async fn new_link(State(app): State<Arc<App>>) -> Result<(StatusCode, Json<LoginLink>), ApiError> {
    Ok((StatusCode::CREATED, Json(LoginLink { url: app.login_url().map_err(ApiError::internal)? })))
}

/// Log this browser out
#[utoipa::path(delete, path = "/api/session", tag = "session", responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn log_out(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<StatusCode, ApiError> {
    match caller {
        Caller::Browser(session) => app.keys.log_out(session).map_err(ApiError::internal)?,
        Caller::Program => return Err(ApiError::invalid("a program has no session; only browsers log out")),
    }
    Ok(StatusCode::NO_CONTENT)
}
