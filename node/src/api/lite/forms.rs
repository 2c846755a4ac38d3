//! Who sends a form, and from where.
//!
//! Every form carries a token made of the session; a page elsewhere cannot know it. Where the browser also names an
//! `Origin` or a `Sec-Fetch-Site`, it must be ours. The session's cookie is `SameSite=Strict` besides.

use super::super::App;
use super::super::error::ApiError;
use super::super::guard;
use super::super::keys::Caller;
use super::super::secret::TokenHash;
use axum::http::{HeaderMap, StatusCode, header};
use subtle::ConstantTimeEq;

/// Bytes of a form: a text of 4096 UTF-16 units, percent-encoded, is at most 36 KiB.
pub const BODY_MAX: usize = 48 * 1024;

/// A browser that is logged in.
pub struct Visitor {
    /// Its session.
    pub session: TokenHash,
}

impl Visitor {
    /// `None` if it has to log in.
    pub fn of(app: &App, headers: &HeaderMap) -> Option<Self> {
        match guard::identify(app, headers) {
            Ok(Caller::Browser(session)) => Some(Self { session }),
            // A program uses the API.
            Ok(Caller::Program) | Err(_) => None,
        }
    }

    /// What its forms carry.
    pub fn form_token(&self) -> String {
        let key = blake3::derive_key("chappe 2026-11 lite form", self.session.to_hex().as_bytes());
        data_encoding::HEXLOWER.encode(&key)
    }

    /// Is this form one of ours?
    pub fn check(&self, headers: &HeaderMap, presented: &str) -> Result<(), ApiError> {
        let known: bool = self.form_token().as_bytes().ct_eq(presented.as_bytes()).into();
        if known && is_from_here(headers) { Ok(()) } else { Err(refused()) }
    }
}

/// False if the browser says that another site sends this.
pub fn is_from_here(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).is_none_or(|origin| guard::same_origin(headers, origin));
    let site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    origin && site
}

/// What a form from elsewhere is told.
pub fn refused() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "wrong_form",
        "this form is too old or not of this node; go back and reload the page",
    )
}
