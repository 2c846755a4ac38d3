//! Looking for messages in all chats.

use super::App;
use super::error::ApiError;
use super::extract::{Id, Params};
use super::types::ErrorBody;
use super::types::search::{FoundKind, Highlight, SearchFor, SearchFound, SearchHit};
use crate::search::newest::Filter;
use crate::search::{Cursor, Found, PAGE_MAX, Question, SearchError};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chappe_protocol::ids::{ChatId, OpId, UserId};
use chappe_protocol::peer::command::{Command, CommandError, Look, Reply};
use std::sync::Arc;

/// Hits of one page if the caller does not say.
const PAGE: usize = 20;

/// Look for messages in all chats, the newest first
#[utoipa::path(get, path = "/api/search", tag = "search", params(SearchFor),
    responses((status = 200, body = SearchFound), (status = "4XX", body = ErrorBody)))]
pub async fn search(
    State(app): State<Arc<App>>,
    Params(wanted): Params<SearchFor>,
) -> Result<Json<SearchFound>, ApiError> {
    let question = read(wanted)?;
    let search = app.search.get().ok_or(SearchError::NotReady)?;
    let found = search.ask(question).await?;
    let mut hits = Vec::new();
    for (_, id) in &found.hits {
        hits.extend(hit(&app, *id, &found).await?);
    }
    let Found { total, similar, complete, next, .. } = found;
    Ok(Json(SearchFound { hits, total, similar, complete, next: next.map(|next| next.write()) }))
}

fn read(wanted: SearchFor) -> Result<Question, ApiError> {
    let limit = wanted.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be 1 to {PAGE_MAX}")));
    }
    let cursor = |text: String| Cursor::read(&text).ok_or_else(|| ApiError::invalid("that cursor is not from here"));
    let filter = Filter {
        chat: wanted.chat.as_deref().map(ChatId::parse).transpose()?,
        from: wanted.from.as_deref().map(UserId::parse).transpose()?,
        kinds: wanted.kind.map(FoundKind::kinds),
        after: wanted.after,
        before: wanted.before,
        link: wanted.link,
    };
    Ok(Question { words: wanted.q, filter, limit, after: wanted.before_cursor.map(cursor).transpose()? })
}

/// The message as it is now; nothing if it may not be shown (any more).
async fn hit(app: &App, id: OpId, found: &Found) -> Result<Option<SearchHit>, ApiError> {
    let looked = app.handle.ask(Command::Look(Look::Message(id))).await;
    let message = match looked {
        Ok(Reply::Message(message)) => message,
        Ok(_) => return Err(ApiError::unexpected_reply()),
        Err(CommandError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let part = |(offset, length)| Highlight { offset, length };
    let highlights = found.wanted.highlights(&message.text, found.similar).into_iter().map(part).collect();
    Ok(Some(SearchHit { message: (*message).into(), highlights }))
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        let message = error.to_string();
        match error {
            SearchError::Refused(_) => Self::invalid(message),
            SearchError::NotReady => Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", message),
            SearchError::Stopping => Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message),
        }
    }
}
