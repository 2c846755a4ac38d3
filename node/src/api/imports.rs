//! Chats of another messenger, handed over by a program.

use super::App;
use super::error::ApiError;
use super::extract::{Body, Id, Params};
use super::files::take_in;
use super::types::ErrorBody;
use super::types::file::SendFile;
use super::types::imports::{
    ImportChat, ImportFile, ImportMessage, ImportMessages, ImportSource, ImportedChat, ImportedFile, ImportedMessages,
};
use crate::imports::{ImportError, Imports, Told};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use chappe_protocol::chat::imported::{Outline, Person};
use chappe_protocol::content;
use chappe_protocol::content::file::File;
use chappe_protocol::content::head::Head;
use chappe_protocol::content::location::{Location, Venue};
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::wire::registry::kind;
use data_encoding::BASE64URL_NOPAD;
use std::sync::Arc;

/// Bytes of a page of messages, or of a chat with all its people.
pub const BODY_MAX: usize = 1024 * 1024;

/// Messages of one page.
pub const PAGE_MAX: usize = 256;

/// Bytes that name where a file comes from.
const SOURCE_MAX: usize = 1024;

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        let text = error.to_string();
        match error {
            ImportError::Invalid { .. } => Self::invalid(text),
            ImportError::NotBegun => Self::new(StatusCode::CONFLICT, "refused", text),
            ImportError::Broken(_) | ImportError::Store(_) => Self::internal(text),
            ImportError::File(error) => error.into(),
            ImportError::Core(error) => error.into(),
        }
    }
}

fn service(app: &App) -> Result<&Imports, ApiError> {
    app.imports.get().ok_or_else(|| ApiError::internal("this node imports nothing"))
}

/// Begin to take a chat of another messenger in, or go on with it. It can only be read
#[utoipa::path(post, path = "/api/imports", tag = "imports", request_body = ImportChat, responses(
    (status = 201, body = ImportedChat), (status = "4XX", body = ErrorBody)))]
pub async fn begin(
    State(app): State<Arc<App>>,
    Body(body): Body<ImportChat>,
) -> Result<(StatusCode, Json<ImportedChat>), ApiError> {
    let ImportChat { id, channel, title, created, people } = body;
    let people = people.into_iter().map(|person| Person { id: person.id, name: person.name }).collect();
    let chat = service(&app)?.begin(Outline { id, channel, title, created, people }).await?;
    Ok((StatusCode::CREATED, Json(ImportedChat { chat: chat.to_hex() })))
}

/// Take messages of such a chat in. Those that are here stay as they are; if one is wrong, none is taken
#[utoipa::path(post, path = "/api/imports/{chat}/messages", tag = "imports", request_body = ImportMessages,
    params(("chat" = String, Path, description = "The chat's id here")),
    responses((status = 201, body = ImportedMessages), (status = "4XX", body = ErrorBody)))]
pub async fn messages(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Body(body): Body<ImportMessages>,
) -> Result<(StatusCode, Json<ImportedMessages>), ApiError> {
    if body.messages.len() > PAGE_MAX {
        return Err(ApiError::invalid(format!("at most {PAGE_MAX} messages at once")));
    }
    let all = body.messages.into_iter().map(told).collect::<Result<_, _>>()?;
    let ids = service(&app)?.take(ChatId::parse(&chat)?, all).await?;
    Ok((StatusCode::CREATED, Json(ImportedMessages { ids: ids.iter().map(OpId::to_hex).collect() })))
}

fn told(message: ImportMessage) -> Result<Told, ApiError> {
    let wrong = |what: &str| ApiError::invalid(format!("message {}: {what}", message.number));
    let entities = message.entities.into_iter().map(super::types::message::Entity::read).collect::<Option<_>>();
    let place = message.place.map(|place| {
        let point = place.point.read().ok_or_else(|| wrong("there is no such place on Earth"))?;
        let venue = place.venue.map(|venue| Venue { title: venue.title, address: venue.address });
        Ok::<_, ApiError>(Location { point, venue, live_s: None, head: Head::default() })
    });
    let file = message.file.map(|token| read(&token).ok_or_else(|| wrong("that names no file")));
    Ok(Told {
        from: message.from,
        number: message.number,
        at: message.at,
        edited: message.edited,
        text: message.text,
        entities: entities.ok_or_else(|| wrong("an entity lacks its argument"))?,
        reply_to: message.reply_to.as_deref().map(OpId::parse).transpose()?,
        forward: message.forward.map(|forward| (forward.id, forward.name)),
        place: place.transpose()?,
        file: file.transpose()?,
        reactions: message.reactions.into_iter().map(|reaction| (reaction.emoji, reaction.from)).collect(),
    })
}

/// A file of such a chat that is here already
#[utoipa::path(get, path = "/api/imports/{chat}/files", tag = "imports",
    params(("chat" = String, Path, description = "The chat's id here"), ImportSource),
    responses((status = 200, body = ImportedFile), (status = "4XX", body = ErrorBody)))]
pub async fn known(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Params(which): Params<ImportSource>,
) -> Result<Json<ImportedFile>, ApiError> {
    match service(&app)?.known(ChatId::parse(&chat)?, source(&which.source)?).await? {
        Some(file) => Ok(Json(ImportedFile { file: token(file)? })),
        None => Err(ApiError::not_found("this file is not here yet")),
    }
}

/// Keep a file of such a chat on this node, for a message that will come
#[utoipa::path(post, path = "/api/imports/{chat}/files", tag = "imports",
    params(("chat" = String, Path, description = "The chat's id here"), ImportFile),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = ImportedFile), (status = "4XX", body = ErrorBody)))]
pub async fn keep(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Params(what): Params<ImportFile>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<(StatusCode, Json<ImportedFile>), ApiError> {
    let ImportFile { source: from, name, mime, voice, width, height, duration_ms } = what;
    let service = service(&app)?;
    let from = source(&from)?;
    let what = SendFile { name, mime, voice, width, height, duration_ms, ..SendFile::default() };
    let import = take_in(&app, (&chat, &what), &headers, body, false).await?;
    let file = service.keep(ChatId::parse(&chat)?, from, import).await?;
    Ok((StatusCode::CREATED, Json(ImportedFile { file: token(file)? })))
}

fn source(text: &str) -> Result<&str, ApiError> {
    let good = (1..=SOURCE_MAX).contains(&text.len());
    good.then_some(text).ok_or_else(|| ApiError::invalid(format!("a file's source has 1 to {SOURCE_MAX} bytes")))
}

fn token(file: Box<File>) -> Result<String, ApiError> {
    Ok(BASE64URL_NOPAD.encode(&content::Body::File(file).encode().map_err(ApiError::internal)?))
}

fn read(token: &str) -> Option<Box<File>> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    match content::Body::decode(kind::FILE, &bytes) {
        Ok(content::Body::File(file)) => Some(file),
        Ok(_) | Err(_) => None,
    }
}
