//! An export of Telegram Desktop, handed over by a page: what is in it, and what would be taken, line by line. The page takes it
//! in by the same routes as `chappe import` (`imports`).

use super::App;
use super::error::ApiError;
use super::extract::{Body, Params};
use super::files::arrived;
use super::types::ErrorBody;
use super::types::imports::{
    ImportChat, ImportPerson, ReadTelegram, TelegramChat, TelegramExport, TelegramLeft, TelegramLine, TelegramMe,
    TelegramMedia,
};
use crate::telegram::convert::Taken;
use crate::telegram::export::{self, Export};
use crate::telegram::read::ReadError;
use crate::telegram::second::Next;
use crate::telegram::survey::{Chat, Survey};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures::StreamExt;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a `result.json`; the files of an export are not in it.
const JSON_MAX: u64 = 8 << 30;

/// Names that are offered to say who one is.
const NAMES_MAX: usize = 200;

/// The export that was handed over last.
#[derive(Debug)]
pub struct Desk {
    folder: PathBuf,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    /// What was handed over.
    file: Option<Arc<File>>,
    /// The same, once it was looked at.
    export: Option<Arc<Export>>,
}

impl Desk {
    /// What is handed over lies in `folder`, without a name.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, now: Mutex::default() }
    }

    fn put(&self, file: Option<Arc<File>>, export: Option<Arc<Export>>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Now { file, export };
    }

    fn file(&self) -> Result<Arc<File>, ApiError> {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.file.clone().ok_or_else(|| {
            ApiError::new(StatusCode::CONFLICT, "no_export", "hand the export over first: choose its folder again")
        })
    }

    fn export(&self) -> Option<Arc<Export>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).export.clone()
    }
}

fn disk(error: &std::io::Error) -> ApiError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => {
            ApiError::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", "the node's disk is full")
        }
        _ => ApiError::internal(error),
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        Self::invalid(error.to_string())
    }
}

/// Hand over the `result.json` of an export of Telegram Desktop: it is the body. It takes the place of the one before
#[utoipa::path(put, path = "/api/imports/telegram", tag = "imports",
    request_body(content = Vec<u8>, content_type = "application/json"),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn hand_over(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<StatusCode, ApiError> {
    let size = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let size: u64 = size.ok_or_else(|| ApiError::invalid("the request needs a Content-Length: the file's bytes"))?;
    if size > JSON_MAX {
        return Err(ApiError::invalid("a result.json of more than 8 GiB is not read; export fewer chats at once"));
    }
    app.telegram.put(None, None);
    let mut file = export::nameless(&app.telegram.folder).map_err(|error| disk(&error))?;
    let (mut body, mut done) = (body.into_data_stream(), 0);
    while let Some(piece) = body.next().await {
        let piece = arrived(piece)?;
        done += piece.len() as u64;
        if done > size {
            break;
        }
        file = tokio::task::spawn_blocking(move || file.write_all(&piece).map(|()| file))
            .await
            .map_err(ApiError::internal)?
            .map_err(|error| disk(&error))?;
    }
    if done != size {
        return Err(ApiError::invalid("the file did not come whole: its length is another one"));
    }
    app.telegram.put(Some(Arc::new(file)), None);
    Ok(StatusCode::NO_CONTENT)
}

/// What is in the export that was handed over, and what of it would be taken. Nothing is
#[utoipa::path(get, path = "/api/imports/telegram", tag = "imports", params(TelegramMe), responses(
    (status = 200, body = TelegramExport), (status = "4XX", body = ErrorBody)))]
pub async fn look(
    State(app): State<Arc<App>>,
    Params(who): Params<TelegramMe>,
) -> Result<Json<TelegramExport>, ApiError> {
    let file = app.telegram.file()?;
    let export = {
        let file = file.clone();
        tokio::task::spawn_blocking(move || Export::open(file, who.me)).await.map_err(ApiError::internal)??
    };
    let export = Arc::new(export);
    app.telegram.put(Some(file), Some(export.clone()));
    Ok(Json(told(&export.survey)))
}

/// Forget the export that was handed over
#[utoipa::path(delete, path = "/api/imports/telegram", tag = "imports", responses((status = 204)))]
pub async fn forget(State(app): State<Arc<App>>) -> StatusCode {
    app.telegram.put(None, None);
    StatusCode::NO_CONTENT
}

/// Read chats of the export, a line of JSON for each chat and message, as fast as they are taken
#[utoipa::path(post, path = "/api/imports/telegram/lines", tag = "imports", request_body = ReadTelegram, responses(
    (status = 200, body = TelegramLine, content_type = "application/x-ndjson"), (status = "4XX", body = ErrorBody)))]
pub async fn lines(State(app): State<Arc<App>>, Body(which): Body<ReadTelegram>) -> Result<Response, ApiError> {
    let export = app.telegram.export().ok_or_else(|| {
        ApiError::new(StatusCode::CONFLICT, "no_export", "look at the export first: GET /api/imports/telegram")
    })?;
    let coming = export.again(&which.chats);
    let lines = futures::stream::unfold(coming, async |(survey, mut coming)| {
        let line = line(&survey, coming.recv().await?);
        Some((line, (survey, coming)))
    });
    let response = Response::builder().header(CONTENT_TYPE, "application/x-ndjson");
    response.body(axum::body::Body::from_stream(lines)).map_err(ApiError::internal)
}

fn line(survey: &Survey, next: Next) -> Result<Vec<u8>, serde_json::Error> {
    let line = match next {
        Next::Chat(at) => TelegramLine { chat: Some(chat(&survey.chats[at])), ..TelegramLine::default() },
        Next::Message(taken) => {
            let Taken { message, reply_to, media, .. } = *taken;
            let media = media.and_then(|media| {
                Some(TelegramMedia {
                    path: media.path?.to_str()?.to_owned(),
                    name: media.name,
                    mime: media.mime,
                    voice: media.voice,
                    width: media.size.map(|size| size.0),
                    height: media.size.map(|size| size.1),
                    duration_ms: media.duration_ms,
                })
            });
            TelegramLine { chat: None, message: Some(message), reply_to, media }
        }
    };
    let mut bytes = serde_json::to_vec(&line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn chat(chat: &Chat) -> ImportChat {
    let people = chat.people().into_iter().map(|(id, name)| ImportPerson { id, name }).collect();
    ImportChat { id: chat.id.clone(), channel: chat.channel, title: chat.title.clone(), created: chat.first, people }
}

fn told(survey: &Survey) -> TelegramExport {
    let knows_me = survey.knows_me();
    let one = |chat: &Chat| TelegramChat {
        id: chat.id.clone(),
        title: chat.title.clone(),
        channel: chat.channel,
        first: chat.first,
        last: chat.last,
        messages: chat.messages,
        files: chat.files,
        missing: chat.missing,
        unformatted: chat.unformatted,
        nameless: chat.nameless,
        left: chat.left.iter().map(|(why, count)| TelegramLeft { why: *why, count: *count }).collect(),
    };
    let names = if knows_me { Vec::new() } else { survey.names().into_iter().take(NAMES_MAX).collect() };
    TelegramExport { chats: survey.chats.iter().map(one).collect(), knows_me, names }
}
