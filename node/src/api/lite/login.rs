//! Logging in with a link or its token, and out.

use super::super::App;
use super::super::error::ApiError;
use super::super::session;
use super::forms::{Visitor, is_from_here, refused};
use super::shell::{onwards, page, problem, texts};
use crate::texts::Texts;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use std::sync::Arc;

/// What the form sends.
#[derive(Deserialize)]
pub struct Login {
    #[serde(default)]
    token: String,
}

/// What a form without fields sends.
#[derive(Deserialize)]
pub struct Button {
    #[serde(default)]
    form: String,
}

impl Button {
    /// The token that shows it to be ours.
    pub fn token(&self) -> &str {
        &self.form
    }
}

/// `GET /lite/login`.
pub async fn show(headers: HeaderMap) -> Response {
    form(texts(&headers), StatusCode::OK)
}

fn form(texts: Texts, status: StatusCode) -> Response {
    let body = html! {
        h1 { (texts.get("lite-login")) }
        @if status != StatusCode::OK { p.problem { (texts.get("lite-login-wrong")) } }
        p { (texts.get("lite-login-how")) }
        pre { "chappe --data DIR web" }
        form method="post" action="/lite/login" {
            label { (texts.get("lite-login-token")) " " input type="text" name="token" autocomplete="off" required; }
            button { (texts.get("lite-login-enter")) }
        }
    };
    page(texts, status, &texts.get("lite-login"), body)
}

/// `POST /lite/login`: a whole link will do, or only its token.
pub async fn enter(State(app): State<Arc<App>>, headers: HeaderMap, Form(login): Form<Login>) -> Response {
    let texts = texts(&headers);
    if !is_from_here(&headers) {
        return problem(texts, &refused());
    }
    let text = login.token.trim();
    let token = text.rsplit_once("token=").map_or(text, |(_, token)| token);
    match app.keys.log_in(token) {
        Ok(Some(session)) => {
            let cookie = session::cookie(&app, &session);
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/lite".to_owned())])
                .into_response()
        }
        Ok(None) => form(texts, StatusCode::UNAUTHORIZED),
        Err(error) => problem(texts, &ApiError::internal(error)),
    }
}

/// `POST /lite/leave`.
pub async fn leave(State(app): State<Arc<App>>, headers: HeaderMap, Form(form): Form<Button>) -> Response {
    let Some(visitor) = Visitor::of(&app, &headers) else { return onwards("/lite/login") };
    let ended = visitor.check(&headers, &form.form);
    match ended.and_then(|()| app.keys.log_out(visitor.session).map_err(ApiError::internal)) {
        Ok(()) => onwards("/lite/login"),
        Err(error) => problem(texts(&headers), &error),
    }
}
