//! Chats and what is said in them.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id, Params};
use super::types::ask::{Format, SendText};
use super::types::message::{Entity, Message};
use super::types::{Chat, ErrorBody, MarkRead, Page};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chappe_protocol::chat::control::topic::TopicId;
use chappe_protocol::content::head::{Head, Quote, Reply};
use chappe_protocol::content::rich::Entity as CoreEntity;
use chappe_protocol::content::text::Text;
use chappe_protocol::content::{Body as Content, markdown, mention};
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Act, Command, Look, Reply as Answer};
use std::sync::Arc;

/// Messages of one page if the caller does not say.
const PAGE: usize = 50;
/// Messages of one page at most.
const PAGE_MAX: usize = 500;

/// All chats, the latest first
#[utoipa::path(get, path = "/api/chats", tag = "chats", responses(
    (status = 200, body = Vec<Chat>), (status = "4XX", body = ErrorBody)))]
pub async fn chats(State(app): State<Arc<App>>) -> Result<Json<Vec<Chat>>, ApiError> {
    let Answer::Chats(chats) = app.ask(Command::Chats).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(chats.into_iter().map(Into::into).collect()))
}

/// One chat, also one that was deleted
#[utoipa::path(get, path = "/api/chats/{chat}", tag = "chats",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Chat), (status = "4XX", body = ErrorBody)))]
pub async fn chat(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Chat>, ApiError> {
    let look = Command::Look(Look::Chat(ChatId::parse(&chat)?));
    let Answer::Chat(chat) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json((*chat).into()))
}

/// Messages of a chat, ascending
#[utoipa::path(get, path = "/api/chats/{chat}/messages", tag = "chats",
    params(("chat" = String, Path, description = "The chat's id"), Page),
    responses((status = 200, body = Vec<Message>), (status = "4XX", body = ErrorBody)))]
pub async fn history(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Params(page): Params<Page>,
) -> Result<Json<Vec<Message>>, ApiError> {
    let before = page.before.as_deref().map(OpId::parse).transpose()?;
    let limit = page.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(ApiError::invalid(format!("limit must be 1 to {PAGE_MAX}")));
    }
    let chat = ChatId::parse(&chat)?;
    let command = match page.topic {
        None => Command::History { chat, before, limit },
        Some(topic) => Command::Look(Look::InTopic { chat, topic, before, limit }),
    };
    let Answer::Messages(messages) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(messages.into_iter().map(Into::into).collect()))
}

/// Send a text; answered once it is durable on this node
#[utoipa::path(post, path = "/api/chats/{chat}/messages", tag = "chats", request_body = SendText,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 201, body = Message), (status = "4XX", body = ErrorBody)))]
pub async fn send(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<SendText>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let (text, mut entities, given) = read_text(body.text, body.format, body.entities)?;
    if !given {
        entities = with_mentions(&app, ChatId::parse(&chat)?, &text, entities).await?;
    }
    let to = body.reply_to.as_deref().map(OpId::parse).transpose()?;
    let quote = body.quote.map(|text| Quote { offset: body.quote_offset, text });
    if quote.is_some() && to.is_none() {
        return Err(ApiError::invalid("a quote needs reply_to, the message it stands in"));
    }
    let reply = to.map(|to| Reply { to, quote });
    let (topic, ttl_s, view_once) = (topic(body.topic), body.ttl_s, body.view_once);
    let head = Head { reply, forward: None, ttl_s, view_once, topic };
    say(&app, &chat, Content::Text(Text { text, entities, head }), body.nonce.as_deref()).await
}

/// The topic that a program names; none for General.
pub fn topic(number: u64) -> Option<TopicId> {
    (number != 0).then_some(number)
}

/// Says something and answers with the message.
pub async fn say(
    app: &App,
    chat: &str,
    body: Content,
    nonce: Option<&str>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    let nonce = nonce.map(read_nonce).transpose()?;
    let command = Command::Say { chat: ChatId::parse(chat)?, body: Box::new(body), nonce };
    let Answer::Message(message) = app.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
    Ok((StatusCode::CREATED, Json((*message).into())))
}

/// A text and its entities, as the caller gives or means them; and whether it was the caller who gave them.
pub fn read_text(
    text: String,
    format: Format,
    entities: Vec<Entity>,
) -> Result<(String, Vec<CoreEntity>, bool), ApiError> {
    let (text, found) = match (format, entities.is_empty()) {
        (Format::Markdown, true) => markdown::parse(&text),
        (Format::Plain, true) => markdown::plain(&text),
        (Format::Plain, false) => {
            let entities = entities.into_iter().map(Entity::read).collect::<Option<_>>();
            let entities = entities.ok_or_else(|| ApiError::invalid("an entity lacks its url or user"))?;
            return Ok((text, entities, true));
        }
        (Format::Markdown, false) => return Err(ApiError::invalid("give entities or Markdown, not both")),
    };
    Ok((text, found, false))
}

/// Finds who is named in a text among those who are in the chat.
pub async fn with_mentions(
    app: &App,
    chat: ChatId,
    text: &str,
    entities: Vec<CoreEntity>,
) -> Result<Vec<CoreEntity>, ApiError> {
    if !text.contains('@') {
        return Ok(entities);
    }
    let Answer::Members(members) = app.ask(Command::Members(chat)).await? else {
        return Err(ApiError::unexpected_reply());
    };
    let people: Vec<_> = members.members.into_iter().map(|member| (member.name, member.user)).collect();
    Ok(mention::find(text, entities, &people))
}

/// Unseen messages that name our user or answer them, the first first; at most 100
#[utoipa::path(get, path = "/api/chats/{chat}/mentions", tag = "chats",
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 200, body = Vec<Message>), (status = "4XX", body = ErrorBody)))]
pub async fn mentions(State(app): State<Arc<App>>, Path(chat): Path<String>) -> Result<Json<Vec<Message>>, ApiError> {
    let look = Command::Look(Look::Mentions(ChatId::parse(&chat)?));
    let Answer::Messages(messages) = app.ask(look).await? else { return Err(ApiError::unexpected_reply()) };
    Ok(Json(messages.into_iter().map(Into::into).collect()))
}

/// Everything up to this message was seen
#[utoipa::path(post, path = "/api/chats/{chat}/read", tag = "chats", request_body = MarkRead,
    params(("chat" = String, Path, description = "The chat's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn mark_read(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<MarkRead>,
) -> Result<StatusCode, ApiError> {
    let (chat, up_to) = (ChatId::parse(&chat)?, OpId::parse(&body.up_to)?);
    let command = match body.topic {
        None => Command::MarkRead { chat, up_to },
        Some(topic) => Command::Act(Act::ReadTopic { chat, topic, up_to }),
    };
    app.order(command).await
}

/// A number that makes a repeated request harmless.
fn read_nonce(text: &str) -> Result<[u8; 16], ApiError> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| ApiError::invalid("nonce must be 32 hexadecimal characters (16 random bytes)"))
}
