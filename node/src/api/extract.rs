//! Strict readers of what a request carries. Every refusal is a JSON error that names the culprit.

use super::error::ApiError;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Json, Query, Request};
use axum::http::request::Parts;
use chappe_protocol::ids::{ChatId, DeviceId, NodeId, OpId, UserId};
use serde::de::DeserializeOwned;

/// Bytes of a request body: a text of 4096 UTF-16 units is at most 24 KiB of escaped JSON.
pub const BODY_MAX: usize = 64 * 1024;

/// A JSON body of exactly this shape, at most [`BODY_MAX`] bytes.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Json::from_request(request, state).await.map(|Json(body)| Self(body)).map_err(body_error)
    }
}

fn body_error(rejection: JsonRejection) -> ApiError {
    let status = rejection.status();
    let code = if status == axum::http::StatusCode::PAYLOAD_TOO_LARGE { "too_large" } else { "invalid" };
    ApiError::new(status, code, format!("{}; see /api/openapi.json for the shape", rejection.body_text()))
}

/// Query parameters of exactly this shape.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        read.map(|Query(params)| Self(params))
            .map_err(|error| ApiError::invalid(format!("{}; see /api/openapi.json", error.body_text())))
    }
}

/// An id in its text form.
pub trait Id: Sized {
    /// What it names, for the error.
    const NOUN: &'static str;
    /// From 64 lower-case hexadecimal characters.
    fn read(text: &str) -> Option<Self>;

    /// Reads it or says what is wrong.
    fn parse(text: &str) -> Result<Self, ApiError> {
        Self::read(text).ok_or_else(|| {
            ApiError::invalid(format!("that is not the id of a {}: give all 64 lower-case hex characters", Self::NOUN))
        })
    }
}

macro_rules! ids {
    ($($id:ty = $noun:literal),*) => {
        $(impl Id for $id {
            const NOUN: &'static str = $noun;
            fn read(text: &str) -> Option<Self> {
                Self::from_hex(text)
            }
        })*
    };
}

ids!(ChatId = "chat", OpId = "message", UserId = "person", DeviceId = "device", NodeId = "relay");
