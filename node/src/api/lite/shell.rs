//! The frame of every page, its headers, and what goes wrong.

use super::super::error::ApiError;
use crate::texts::{Language, Texts};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// Stricter than the page's: no script at all; forms go to this node only.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";
const STYLE: &str = include_str!("style.css");
/// What a form in another origin would be told apart by: browsers send `Origin` with POST only if they may.
const REFERRER: &str = "same-origin";

/// The texts that a request wants.
pub fn texts(headers: &HeaderMap) -> Texts {
    let list = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Texts::of(Language::wanted(list))
}

/// A whole page.
pub fn page(texts: Texts, status: StatusCode, title: &str, body: Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang=(texts.language().code()) dir=(texts.language().direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/lite/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
            }
            body { main { (body) } }
        }
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, REFERRER),
        (HeaderName::from_static("vary"), "accept-language, cookie"),
    ];
    (status, headers, Html(markup.into_string())).into_response()
}

/// A refusal, said in a page.
pub fn problem(texts: Texts, error: &ApiError) -> Response {
    let body = html! {
        h1 { (texts.get("lite-problem")) }
        p.problem { (texts.told(&error.message)) }
        p { a href="/lite" { (texts.get("lite-chats")) } }
    };
    page(texts, error.status, &texts.get("lite-problem"), body)
}

/// Leads on with GET, so that reloading sends nothing again.
pub fn onwards(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

/// The style sheet of all pages.
pub async fn style() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, STYLE)
}
