//! The relays this node uses. They are listed in the status.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::invites;
use super::types::{AddRelay, ErrorBody};
use crate::setup;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chappe_protocol::ids::NodeId;
use chappe_protocol::limits::ADDRS_MAX;
use chappe_protocol::peer::command::Command;
use std::sync::Arc;

/// Use a relay from now on
#[utoipa::path(post, path = "/api/relays", tag = "relays", request_body = AddRelay, responses(
    (status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn add(State(app): State<Arc<App>>, Body(body): Body<AddRelay>) -> Result<StatusCode, ApiError> {
    let (relay, addrs) = read_addresses(&body.addresses)?;
    app.order(Command::AddRelay { relay, addrs }).await
}

/// Stop using a relay for new things
#[utoipa::path(delete, path = "/api/relays/{relay}", tag = "relays",
    params(("relay" = String, Path, description = "The relay's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn remove(State(app): State<Arc<App>>, Path(relay): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::RemoveRelay(NodeId::parse(&relay)?)).await
}

/// The QR code of a link to a relay in use, as an SVG picture
#[utoipa::path(get, path = "/api/relays/{relay}/qr", tag = "relays",
    params(("relay" = String, Path, description = "The relay's id")),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = "4XX", body = ErrorBody)))]
pub async fn qr(State(app): State<Arc<App>>, Path(relay): Path<String>) -> Result<impl IntoResponse, ApiError> {
    let status = super::status::status(State(app)).await?.0;
    let found = status.relays.into_iter().find(|known| known.id == relay && !known.link.is_empty());
    invites::picture(&found.ok_or_else(|| ApiError::not_found("there is no such relay with an address"))?.link)
}

/// A relay and where it is. A link stands for all addresses in it.
pub fn read_addresses(texts: &[String]) -> Result<(NodeId, Vec<String>), ApiError> {
    if texts.len() > ADDRS_MAX {
        return Err(ApiError::invalid(format!("a relay has at most {ADDRS_MAX} addresses")));
    }
    let mut found = None;
    let mut addrs = Vec::with_capacity(texts.len());
    for text in texts {
        let hint = setup::read_relay(text).map_err(|error| ApiError::invalid(error.to_string()))?;
        if found.is_some_and(|relay| relay != hint.relay) {
            return Err(ApiError::invalid("these addresses are of different relays; add them one by one"));
        }
        found = Some(hint.relay);
        addrs.extend(hint.addrs);
    }
    if addrs.len() > ADDRS_MAX {
        return Err(ApiError::invalid(format!("a relay has at most {ADDRS_MAX} addresses")));
    }
    let relay = found.ok_or_else(|| ApiError::invalid("give at least one address of the relay"))?;
    Ok((relay, addrs))
}
