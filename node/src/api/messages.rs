//! What is known about one message, and what is done to it.

use super::App;
use super::chats::{read_text, with_mentions};
use super::error::ApiError;
use super::extract::{Body, Id};
use super::types::ask::{CastVote, Delete, EditText, ForwardMessages, MovePoint, React, SetPin};
use super::types::message::{Message, PersonReactions, PersonVote, Point, Wording};
use super::types::{ErrorBody, Truth};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Act, Command, Look, Reply};
use std::sync::Arc;

/// Delivery truth: which relays hold a message until when, which devices have it, or why not
#[utoipa::path(get, path = "/api/messages/{message}", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Truth), (status = "4XX", body = ErrorBody)))]
pub async fn truth(State(app): State<Arc<App>>, Path(message): Path<String>) -> Result<Json<Truth>, ApiError> {
    let command = Command::Truth(OpId::parse(&message)?);
    let Reply::Truth(truth) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json((*truth).into()))
}

async fn act(app: &App, act: Act) -> Result<Json<Message>, ApiError> {
    let Reply::Message(message) = app.ask(Command::Act(act)).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json((*message).into()))
}

fn ids(texts: &[String]) -> Result<Vec<OpId>, ApiError> {
    texts.iter().map(|id| OpId::parse(id)).collect()
}

/// Another wording of an own text
#[utoipa::path(put, path = "/api/messages/{message}/text", tag = "messages", request_body = EditText,
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn edit(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
    Body(body): Body<EditText>,
) -> Result<Json<Message>, ApiError> {
    let message = OpId::parse(&message)?;
    let (text, mut entities, given) = read_text(body.text, body.format, body.entities)?;
    if !given && text.contains('@') {
        let look = Command::Look(Look::Message(message));
        let Reply::Message(former) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
        entities = with_mentions(&app, former.chat, &text, entities).await?;
    }
    act(&app, Act::Edit { message, text, entities }).await
}

/// All wordings of a text, the first first
#[utoipa::path(get, path = "/api/messages/{message}/wordings", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Vec<Wording>), (status = "4XX", body = ErrorBody)))]
pub async fn wordings(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
) -> Result<Json<Vec<Wording>>, ApiError> {
    let look = Command::Look(Look::Wordings(OpId::parse(&message)?));
    let Reply::Wordings(wordings) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(wordings.into_iter().map(Into::into).collect()))
}

/// Delete messages of one chat, for everybody or on this device only
#[utoipa::path(post, path = "/api/messages/delete", tag = "messages", request_body = Delete,
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn delete(State(app): State<Arc<App>>, Body(body): Body<Delete>) -> Result<StatusCode, ApiError> {
    app.order(Command::Act(Act::Delete { messages: ids(&body.messages)?, for_all: body.for_all })).await
}

/// Own reactions to a message
#[utoipa::path(put, path = "/api/messages/{message}/reactions", tag = "messages", request_body = React,
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn react(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
    Body(body): Body<React>,
) -> Result<Json<Message>, ApiError> {
    act(&app, Act::React { message: OpId::parse(&message)?, emoji: body.emoji }).await
}

/// Who reacted how; at most 1,000 people
#[utoipa::path(get, path = "/api/messages/{message}/reactions", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Vec<PersonReactions>), (status = "4XX", body = ErrorBody)))]
pub async fn reactions(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
) -> Result<Json<Vec<PersonReactions>>, ApiError> {
    let look = Command::Look(Look::Reactions(OpId::parse(&message)?));
    let Reply::Reactions(people) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    let person = |(user, emoji): (chappe_protocol::ids::UserId, _)| PersonReactions { user: user.to_hex(), emoji };
    Ok(Json(people.into_iter().map(person).collect()))
}

/// Pin a message for everybody, or take it down
#[utoipa::path(put, path = "/api/messages/{message}/pin", tag = "messages", request_body = SetPin,
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn pin(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
    Body(body): Body<SetPin>,
) -> Result<Json<Message>, ApiError> {
    act(&app, Act::Pin { message: OpId::parse(&message)?, pinned: body.pinned }).await
}

/// Say messages again in other chats
#[utoipa::path(post, path = "/api/messages/forward", tag = "messages", request_body = ForwardMessages,
    responses((status = 201, body = Vec<Message>), (status = "4XX", body = ErrorBody)))]
pub async fn forward(
    State(app): State<Arc<App>>,
    Body(body): Body<ForwardMessages>,
) -> Result<(StatusCode, Json<Vec<Message>>), ApiError> {
    let to = body.to.iter().map(|chat| ChatId::parse(chat)).collect::<Result<_, _>>()?;
    let act = Act::Forward { messages: ids(&body.messages)?, to, attributed: body.attributed };
    let Reply::Messages(sent) = app.ask(Command::Act(act)).await? else { return Err(ApiError::unexpected_reply()) };
    for message in &sent {
        // It is said already: whoever fetches it soon has it in any case.
        if let Some(files) = &app.files
            && let Err(error) = files.forwarded(message).await
        {
            tracing::warn!(%error, "the file of a forward is not held at relays");
        }
    }
    Ok((StatusCode::CREATED, Json(sent.into_iter().map(Into::into).collect())))
}

/// Own vote in a poll
#[utoipa::path(put, path = "/api/messages/{message}/vote", tag = "messages", request_body = CastVote,
    params(("message" = String, Path, description = "The poll's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn vote(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
    Body(body): Body<CastVote>,
) -> Result<Json<Message>, ApiError> {
    act(&app, Act::Vote { message: OpId::parse(&message)?, options: body.options }).await
}

/// Who voted for what, in a poll that is not anonymous; at most 1,000 people
#[utoipa::path(get, path = "/api/messages/{message}/votes", tag = "messages",
    params(("message" = String, Path, description = "The poll's id")),
    responses((status = 200, body = Vec<PersonVote>), (status = "4XX", body = ErrorBody)))]
pub async fn votes(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
) -> Result<Json<Vec<PersonVote>>, ApiError> {
    let look = Command::Look(Look::Votes(OpId::parse(&message)?));
    let Reply::Votes(people) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    let person = |(user, options): (chappe_protocol::ids::UserId, _)| PersonVote { user: user.to_hex(), options };
    Ok(Json(people.into_iter().map(person).collect()))
}

/// End a poll
#[utoipa::path(post, path = "/api/messages/{message}/close", tag = "messages",
    params(("message" = String, Path, description = "The poll's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn close(State(app): State<Arc<App>>, Path(message): Path<String>) -> Result<Json<Message>, ApiError> {
    act(&app, Act::Close(OpId::parse(&message)?)).await
}

/// The next point of an own live location, or its end
#[utoipa::path(put, path = "/api/messages/{message}/point", tag = "messages", request_body = MovePoint,
    params(("message" = String, Path, description = "The location's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn point(
    State(app): State<Arc<App>>,
    Path(message): Path<String>,
    Body(body): Body<MovePoint>,
) -> Result<Json<Message>, ApiError> {
    let point = match body.point.map(Point::read) {
        Some(None) => return Err(ApiError::invalid("there is no such place on Earth")),
        Some(Some(point)) => Some(point),
        None => None,
    };
    act(&app, Act::Point { message: OpId::parse(&message)?, point }).await
}

/// See a message that can be seen once: the answer has its content, for the last time
#[utoipa::path(post, path = "/api/messages/{message}/view", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn view(State(app): State<Arc<App>>, Path(message): Path<String>) -> Result<Json<Message>, ApiError> {
    act(&app, Act::View(OpId::parse(&message)?)).await
}

/// We have heard a voice message, or seen a video: the dot goes on all our devices, and its author sees it as far as we
/// tell what we have read
#[utoipa::path(post, path = "/api/messages/{message}/heard", tag = "messages",
    params(("message" = String, Path, description = "The message's id")),
    responses((status = 200, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn heard(State(app): State<Arc<App>>, Path(message): Path<String>) -> Result<Json<Message>, ApiError> {
    act(&app, Act::Hear(OpId::parse(&message)?)).await
}
