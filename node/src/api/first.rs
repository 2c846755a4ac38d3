//! The routes of a machine that has no node yet (`crate::first`). On one that has they say so.

use super::App;
use super::error::ApiError;
use super::extract::Body;
use super::types::ErrorBody;
use super::types::first::{Compared, FirstStage, FirstStageName, JoinDevice, MakeNode};
use crate::first::{First, Stage};
use crate::setup;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chappe_protocol::limits::RELAYS_MAX;
use std::sync::Arc;

/// What can be asked before there is a node.
const BEFORE: [&str; 2] = ["/api/first", "/api/session"];

fn work(app: &App) -> Result<&First, ApiError> {
    app.first.get().ok_or_else(|| ApiError::new(StatusCode::CONFLICT, "node", "there is a node here already"))
}

fn refused(error: anyhow::Error) -> ApiError {
    ApiError::invalid(format!("{error:#}"))
}

/// Refuses what needs a node as long as there is none.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let early =
        BEFORE.iter().any(|known| path == *known || path.strip_prefix(known).is_some_and(|rest| rest.starts_with('/')));
    if app.first.get().is_some() && !early {
        return ApiError::new(StatusCode::CONFLICT, "no_node", "there is no node here yet; make one at the page")
            .into_response();
    }
    next.run(request).await
}

/// How far the first steps are, on a machine that has no node yet
#[utoipa::path(get, path = "/api/first", tag = "first", responses(
    (status = 200, body = FirstStage), (status = "4XX", body = ErrorBody)))]
pub async fn stage(State(app): State<Arc<App>>) -> Result<Json<FirstStage>, ApiError> {
    let first = work(&app)?;
    let ((stage, problem), words) = (first.stage(), first.words());
    let (stage, number, compare) = match stage {
        Stage::Nothing => (FirstStageName::Nothing, None, false),
        Stage::Linking { number, compare } => (FirstStageName::Linking, number, compare),
        Stage::Made => (FirstStageName::Made, None, false),
    };
    Ok(Json(FirstStage { stage, number: number.unwrap_or_default(), compare, problem, words }))
}

/// Draw a new node. Its 24 words are told as long as it does not run, and never again
#[utoipa::path(post, path = "/api/first/make", tag = "first", request_body = MakeNode, responses(
    (status = 201, body = FirstStage), (status = "4XX", body = ErrorBody)))]
pub async fn make(
    State(app): State<Arc<App>>,
    Body(body): Body<MakeNode>,
) -> Result<(StatusCode, Json<FirstStage>), ApiError> {
    if body.relays.len() > RELAYS_MAX {
        return Err(ApiError::invalid(format!("name at most {RELAYS_MAX} relays")));
    }
    let relays = body.relays.iter().map(|text| setup::read_relay(text)).collect::<Result<Vec<_>, _>>();
    let relays = relays.map_err(|error| ApiError::invalid(error.to_string()))?;
    work(&app)?.make(&body.name, &relays).map_err(refused)?;
    Ok((StatusCode::CREATED, stage(State(app)).await?))
}

/// Make this machine a device beside the one that shows the code
#[utoipa::path(post, path = "/api/first/link", tag = "first", request_body = JoinDevice, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn link(State(app): State<Arc<App>>, Body(body): Body<JoinDevice>) -> Result<StatusCode, ApiError> {
    let relay = body.relay.as_deref().map(setup::read_relay).transpose();
    let relay = relay.map_err(|error| ApiError::invalid(error.to_string()))?;
    work(&app)?.link(&body.code, body.name.trim().to_owned(), relay).map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say whether both devices show the same number
#[utoipa::path(post, path = "/api/first/compared", tag = "first", request_body = Compared, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn compared(State(app): State<Arc<App>>, Body(body): Body<Compared>) -> Result<StatusCode, ApiError> {
    work(&app)?.compared(body.equal).map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let the node run. It answers at the same address, to the same sessions
#[utoipa::path(post, path = "/api/first/go", tag = "first", responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn go(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    work(&app)?.go().await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}
