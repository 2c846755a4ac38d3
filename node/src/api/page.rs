//! The web client's files, which are part of this program (`build.rs` puts them here).

use super::error::ApiError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// One file.
struct Asset {
    /// Path below the root, such as `assets/app-ABCDEF12.js`.
    path: &'static str,
    bytes: &'static [u8],
    /// BLAKE3, quoted, as an entity tag.
    etag: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/page_files.rs"));

/// The page and its files; anything else does not exist.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path() {
        "/" => "index.html",
        other => other.trim_start_matches('/'),
    };
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == path) else {
        return ApiError::not_found("there is nothing at this address; the page is at /").into_response();
    };
    if !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method", "this can only be read").into_response();
    }
    answer(asset, headers.get(header::IF_NONE_MATCH))
}

fn answer(asset: &'static Asset, known: Option<&HeaderValue>) -> Response {
    // Names below assets/ hold a hash of the content, so what they name never changes.
    let caching = if asset.path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fixed = [(header::CACHE_CONTROL, caching), (header::ETAG, asset.etag)];
    if known.is_some_and(|known| known.as_bytes() == asset.etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    (fixed, [(header::CONTENT_TYPE, content_type(asset.path))], Body::from(asset.bytes)).into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
