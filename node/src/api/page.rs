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
    /// The same, compressed, if that is worth it.
    gzip: Option<&'static [u8]>,
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
    answer(asset, &headers)
}

fn answer(asset: &'static Asset, request: &HeaderMap) -> Response {
    // Names below assets/ hold a hash of the content, so what they name never changes.
    let caching = if asset.path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fixed = [
        (header::CACHE_CONTROL, caching),
        (header::ETAG, asset.etag),
        (header::VARY, header::ACCEPT_ENCODING.as_str()),
    ];
    if request.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == asset.etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, fixed).into_response();
    }
    let kind = [(header::CONTENT_TYPE, content_type(asset.path))];
    match asset.gzip.filter(|_| takes_gzip(request.get(header::ACCEPT_ENCODING))) {
        Some(small) => (fixed, kind, [(header::CONTENT_ENCODING, "gzip")], Body::from(small)).into_response(),
        None => (fixed, kind, Body::from(asset.bytes)).into_response(),
    }
}

/// Does this `Accept-Encoding` name gzip, without forbidding it (`q=0`)?
fn takes_gzip(accepted: Option<&HeaderValue>) -> bool {
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let forbidden = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !forbidden
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt" | "ftl") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_goes_to_those_who_take_it() {
        for yes in ["gzip", "deflate, gzip", "br;q=1.0, GZIP;q=0.5", "gzip;q=1"] {
            assert!(takes_gzip(Some(&HeaderValue::from_static(yes))), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "gzip;q=0.0", "xgzip", "identity"] {
            assert!(!takes_gzip(Some(&HeaderValue::from_static(no))), "{no}");
        }
        assert!(!takes_gzip(None));
    }
}
