//! What a caller is told when a request fails: a status, a code for programs, a text that says what to do.

use super::types::{ErrorBody, ErrorDetail};
use crate::texts::told;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chappe_protocol::peer::command::CommandError;

/// A refused or failed request; answered as `{"error": {"code", "message"}}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable, for programs.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

impl ApiError {
    /// With these three.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// 400: the request itself is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    /// 404: the thing named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// 500: a bug or a broken machine; the details are in the log.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "an API request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the node could not answer; its log says why (run it in a terminal to see it)",
        )
    }

    /// 500: the core answered a command with another command's reply.
    pub fn unexpected_reply() -> Self {
        Self::internal("the core answered with another command's reply")
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        let message = error.to_string();
        match error {
            CommandError::NotFound(_) => Self::not_found(message),
            CommandError::Invalid(_) => Self::invalid(message),
            CommandError::Refused(_) => Self::new(StatusCode::CONFLICT, "refused", message),
            CommandError::Store(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "store", message),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let told = told::find(&self.message);
        let reason = told.as_ref().map(|told| told.key.to_owned());
        let args = told.map(|told| told.args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        let (code, args) = (self.code.to_owned(), args.unwrap_or_default());
        let body = ErrorBody { error: ErrorDetail { code, message: self.message, reason, args } };
        (self.status, Json(body)).into_response()
    }
}
