//! What stands in front of every route: `Host`, then who is calling, then `Origin`; and the headers of every answer.

use super::App;
use super::error::ApiError;
use super::keys::Caller;
use super::origin::Rules;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The page loads nothing from elsewhere (`data:` are previews, `blob:` what one is about to send), is shown in no frame, and cannot turn text into markup (trusted types; the
/// one policy, `worker`, lets the page start its service worker and nothing else).
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types worker";

/// Said of every answer.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Puts the fixed headers on every answer, refusals included. What a route said itself stays.
pub async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        // A route may have said something stricter or fitter of its own kind.
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses a request for a host that is not ours, whatever it asks for.
pub async fn known_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match host(request.headers()) {
        Some(host) if app.rules.host(host) => next.run(request).await,
        _ => ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "wrong_host",
            "this node does not answer under that name; use the address that `chappe web` prints",
        )
        .into_response(),
    }
}

/// Lets in programs with the token and browsers with a session; the latter change things from our own page only.
pub async fn known_caller(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match admit(&app, &request) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

fn admit(app: &App, request: &Request) -> Result<Caller, ApiError> {
    let caller = identify(app, request.headers())?;
    let origin = request.headers().get(header::ORIGIN);
    let ours = match origin {
        Some(origin) => same_origin(request.headers(), origin),
        // Browsers name the origin of whatever can change something; programs need not.
        None => matches!(caller, Caller::Program) || is_harmless(request),
    };
    if ours {
        return Ok(caller);
    }
    Err(ApiError::new(
        StatusCode::FORBIDDEN,
        "wrong_origin",
        "only the node's own page may do this from a browser; programs use the token in api.json",
    ))
}

/// Whose key a request carries.
pub fn identify(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        return match token {
            Some(token) if app.keys.is_program(token) => Ok(Caller::Program),
            _ => Err(unknown("the token is wrong; it changes at every start, read it again from api.json")),
        };
    }
    let session = cookie(headers, &app.cookie).and_then(|text| app.keys.session(text));
    session.map(Caller::Browser).ok_or_else(|| unknown("log in first: run `chappe web` and open the link it prints"))
}

fn unknown(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "log_in", message)
}

/// Does `origin` name the host that was asked?
pub fn same_origin(headers: &HeaderMap, origin: &HeaderValue) -> bool {
    match (origin.to_str(), host(headers)) {
        (Ok(origin), Some(host)) => Rules::same_origin(origin, host),
        _ => false,
    }
}

/// Reads only. A WebSocket begins with GET but is not held back by the browser's same-origin policy.
fn is_harmless(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD) && !request.headers().contains_key(header::UPGRADE)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::HOST).iter();
    match (all.next(), all.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// The value of one cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}
