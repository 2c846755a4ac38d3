//! Where a chat lives: its home relays.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id};
use super::relays::read_addresses;
use super::types::ErrorBody;
use super::types::home::{HomeRelay, ReplaceHome};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::{ChatId, NodeId};
use chappe_protocol::peer::command::{Command, Look, Reply};
use std::sync::Arc;

/// A chat's home relays: they keep what is said until everybody has it, and decide its changes
#[utoipa::path(get, path = "/api/chats/{chat}/home", tag = "relays",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<HomeRelay>), (status = "4XX", body = ErrorBody)))]
pub async fn list(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<HomeRelay>>, ApiError> {
    let look = Command::Look(Look::Home(ChatId::parse(&chat)?));
    let (Reply::Relays(home), Reply::Status(status)) = (app.ask(look).await?, app.ask(Command::Status).await?) else {
        return Err(ApiError::unexpected_reply());
    };
    let shown = |hint: RelayHint| {
        let known = status.relays.iter().find(|relay| relay.relay == hint.relay);
        HomeRelay {
            id: hint.relay.to_hex(),
            addresses: hint.addrs,
            connected: known.is_some_and(|relay| relay.connected),
            own: known.is_some_and(|relay| relay.own),
        }
    };
    Ok(Json(home.into_iter().map(shown).collect()))
}

/// Have another relay take a home relay's place; decided by the others in the background
#[utoipa::path(post, path = "/api/chats/{chat}/home/replace", tag = "relays", request_body = ReplaceHome,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn replace(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<ReplaceHome>,
) -> Result<StatusCode, ApiError> {
    let (chat, relay) = (ChatId::parse(&chat)?, NodeId::parse(&body.relay)?);
    let by = match &body.by[..] {
        [] => None,
        addresses => {
            let (relay, addrs) = read_addresses(addresses)?;
            Some(RelayHint { relay, addrs })
        }
    };
    app.order(Command::ReplaceHome { chat, relay, by }).await
}

/// Have a chat that lives at one relay live at four: that one and three of one's own
#[utoipa::path(post, path = "/api/chats/{chat}/home/spread", tag = "relays",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn spread(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<StatusCode, ApiError> {
    app.order(Command::SpreadHome(ChatId::parse(&chat)?)).await
}
