//! Files: sent, read as they arrive, on their way.

use super::App;
use super::chats::{topic, with_mentions};
use super::error::ApiError;
use super::extract::{Id, Params};
use super::types::ErrorBody;
use super::types::file::{SendFile, Transfer};
use crate::files::import::{Import, Offer};
use crate::files::{FileError, Files, Reader, TransferId};
use crate::{photo, tags, voice};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chappe_protocol::content::file::Preview;
use chappe_protocol::content::head::{Head, Reply};
use chappe_protocol::content::markdown;
use chappe_protocol::content::play::{Play, Role};
use chappe_protocol::ids::{ChatId, OpId};
use chappe_storage::blobs::BlobError;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use futures::StreamExt;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Media types that a browser may show in this node's own page: nothing that can hold a script.
const SHOWN: [&str; 14] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "video/mp4",
    "video/webm",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/webm",
    "audio/wav",
    "audio/flac",
];

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let text = error.to_string();
        match error {
            FileError::Missing(_) => Self::not_found(text),
            FileError::Invalid(_) => Self::invalid(text),
            FileError::Refused(_) => Self::new(StatusCode::CONFLICT, "refused", text),
            FileError::Disk(BlobError::DiskFull) => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", text),
            FileError::Disk(_) | FileError::Store(_) => Self::internal(text),
            FileError::Core(error) => error.into(),
        }
    }
}

fn files(app: &App) -> Result<&Files, ApiError> {
    app.files.as_ref().ok_or_else(|| ApiError::internal("this node has no files"))
}

fn transfer_id(text: &str) -> Result<TransferId, ApiError> {
    TransferId::from_hex(text).ok_or_else(|| ApiError::invalid("that is not the id of a transfer"))
}

/// Send a file: its bytes are the body. Answered once the node has it; it is said when relays have it
#[utoipa::path(post, path = "/api/chats/{chat}/files", tag = "files",
    params(("chat" = String, Path, description = "The chat's id"), SendFile),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Transfer), (status = "4XX", body = ErrorBody)))]
pub async fn send(
    State(app): State<Arc<App>>,
    Path(chat): Path<String>,
    Params(what): Params<SendFile>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Transfer>), ApiError> {
    let import = take_in(&app, (&chat, &what), &headers, body, true).await?;
    Ok((StatusCode::CREATED, Json(import.finish().await?.into())))
}

/// Takes a request's body in as a file of a chat; it may go to a relay meanwhile.
pub(super) async fn take_in(
    app: &App,
    (chat, what): (&str, &SendFile),
    headers: &HeaderMap,
    body: Body,
    goes: bool,
) -> Result<Import, ApiError> {
    let size = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let size: u64 = size.ok_or_else(|| ApiError::invalid("the request needs a Content-Length: the file's bytes"))?;
    let mut offer = offer(chat, what, size)?;
    offer.entities = with_mentions(app, offer.chat, &offer.caption, std::mem::take(&mut offer.entities)).await?;
    if looked_at(&offer, what)? {
        let bytes = prepared(&mut offer, whole(body, size).await?, what).await?;
        let mut import = files(app)?.import(offer).await?;
        import.push(&bytes).await?;
        return Ok(import);
    }
    let mut body = body.into_data_stream();
    let mut import = files(app)?.import(offer).await?;
    if goes {
        import.bring_early().await?;
    }
    while let Some(piece) = body.next().await {
        import.push(&arrived(piece)?).await?;
    }
    Ok(import)
}

/// True if the file is read as a whole before it goes: to be made smaller, or to say what it looks or sounds like.
fn looked_at(offer: &Offer, what: &SendFile) -> Result<bool, ApiError> {
    let picture = offer.mime.starts_with("image/") && offer.size <= photo::PICTURE_MAX;
    if what.voice && offer.size > voice::RECORDING_MAX {
        return Err(ApiError::invalid("a voice message is made of at most 32 MiB; send it as a file, or as Opus"));
    }
    if what.photo && (what.voice || !picture) {
        return Err(ApiError::invalid("only pictures of at most 32 MiB can be sent as photos; send it as a file"));
    }
    Ok(what.voice || picture || (offer.mime.starts_with("audio/") && offer.size <= tags::SOUND_MAX))
}

/// A request's whole body.
async fn whole(body: Body, size: u64) -> Result<Bytes, ApiError> {
    let mut body = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        bytes.extend(arrived(piece)?);
        if bytes.len() as u64 > size {
            break;
        }
    }
    if bytes.len() as u64 == size {
        return Ok(bytes.into());
    }
    Err(ApiError::invalid("the file did not come whole: its length is another one"))
}

/// What is sent in the place of what came, and what the message says of it.
async fn prepared(offer: &mut Offer, bytes: Bytes, what: &SendFile) -> Result<Bytes, ApiError> {
    if what.voice {
        let voice = voice::prepare(bytes).await.map_err(|error| ApiError::invalid(error.to_string()))?;
        offer.play = Some(voice.play);
        return Ok(becomes(offer, voice.bytes, "audio/ogg", "ogg"));
    }
    if offer.mime.starts_with("image/") {
        return picture(offer, bytes, what.photo).await;
    }
    offer.play = tags::prepare(bytes.clone()).await;
    Ok(bytes)
}

/// The file becomes another one.
fn becomes(offer: &mut Offer, bytes: Vec<u8>, mime: &str, ending: &str) -> Bytes {
    let stem = offer.name.rsplit_once('.').map_or(&*offer.name, |(stem, _)| stem);
    offer.name = format!("{stem}.{ending}");
    offer.mime = mime.to_owned();
    offer.size = bytes.len() as u64;
    bytes.into()
}

fn offer(chat: &str, what: &SendFile, size: u64) -> Result<Offer, ApiError> {
    let guess = || mime_guess::from_path(&what.name).first_or_octet_stream().essence_str().to_owned();
    let reply = what.reply_to.as_deref().map(OpId::parse).transpose()?.map(|to| Reply { to, quote: None });
    let (caption, entities) = markdown::parse(what.caption.trim());
    let (preview, play) = video(what)?;
    Ok(Offer {
        chat: ChatId::parse(chat)?,
        mime: what.mime.as_deref().map_or_else(guess, |mime| {
            // Parameters say nothing that the file does not.
            mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
        }),
        name: what.name.clone(),
        size,
        caption,
        entities,
        head: Head { reply, topic: topic(what.topic), ..Head::default() },
        preview,
        play,
        album: what.album.as_deref().map(album).transpose()?,
        sticker: None,
    })
}

fn album(text: &str) -> Result<[u8; 16], ApiError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| ApiError::invalid("an album is named by 32 hexadecimal digits, 0-9 and a-f"))
}

/// What a page says of a video that it sends: this node decodes none. That it is one, and the bounds, are checked with
/// the message.
fn video(what: &SendFile) -> Result<(Option<Preview>, Option<Play>), ApiError> {
    let preview = match (what.width, what.height) {
        (Some(width), Some(height)) => {
            let jpeg = BASE64URL_NOPAD.decode(what.poster.as_deref().unwrap_or_default().as_bytes());
            let jpeg = jpeg.map_err(|_| ApiError::invalid("the poster is no base64 as of RFC 4648, section 5"))?;
            if !(jpeg.is_empty() || jpeg.starts_with(&[0xff, 0xd8, 0xff])) {
                return Err(ApiError::invalid("the poster is no JPEG"));
            }
            Some(Preview { width, height, jpeg })
        }
        (None, None) if what.poster.is_none() => None,
        _ => return Err(ApiError::invalid("a poster needs width and height")),
    };
    let (role, peaks, title, performer) = (Role::Video, Vec::new(), String::new(), String::new());
    let play = what.duration_ms.map(|duration_ms| Play { role, duration_ms, peaks, title, performer });
    Ok((preview, play))
}

/// The next bytes of a request.
pub(super) fn arrived<T>(piece: Result<T, impl Display>) -> Result<T, ApiError> {
    piece.map_err(|error| ApiError::invalid(format!("the file did not come whole: {error}")))
}

/// Gives a picture its preview, and makes it a photo if that was asked; what is sent then.
async fn picture(offer: &mut Offer, original: Bytes, shrink: bool) -> Result<Bytes, ApiError> {
    let (preview, made) = match photo::prepare(original.clone(), shrink).await {
        Ok(prepared) => prepared,
        Err(error) if shrink => return Err(ApiError::invalid(error.to_string())),
        // It goes as what it says it is.
        Err(_) => return Ok(original),
    };
    offer.preview = Some(preview);
    let Some(made) = made else { return Ok(original) };
    Ok(becomes(offer, made.bytes, made.mime, made.ending))
}

/// Files on their way and those that are there, the newest first
#[utoipa::path(get, path = "/api/files", tag = "files", responses(
    (status = 200, body = Vec<Transfer>), (status = "4XX", body = ErrorBody)))]
pub async fn list(State(app): State<Arc<App>>) -> Result<Json<Vec<Transfer>>, ApiError> {
    Ok(Json(files(&app)?.list().into_iter().map(Into::into).collect()))
}

/// Stop a transfer for now
#[utoipa::path(post, path = "/api/files/{id}/pause", tag = "files",
    params(("id" = String, Path, description = "The transfer's id")),
    responses((status = 200, body = Transfer), (status = "4XX", body = ErrorBody)))]
pub async fn pause(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Transfer>, ApiError> {
    Ok(Json(files(&app)?.pause(&transfer_id(&id)?).await?.into()))
}

/// Go on with a transfer that was paused or failed
#[utoipa::path(post, path = "/api/files/{id}/resume", tag = "files",
    params(("id" = String, Path, description = "The transfer's id")),
    responses((status = 200, body = Transfer), (status = "4XX", body = ErrorBody)))]
pub async fn resume(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Transfer>, ApiError> {
    Ok(Json(files(&app)?.resume(&transfer_id(&id)?).await?.into()))
}

/// End a transfer and remove what it left
#[utoipa::path(delete, path = "/api/files/{id}", tag = "files",
    params(("id" = String, Path, description = "The transfer's id")),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub async fn cancel(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    files(&app)?.cancel(&transfer_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message's file, as it arrives; also a part of it (`Range`)
#[utoipa::path(get, path = "/api/messages/{id}/file", tag = "files",
    params(("id" = String, Path, description = "The message's id")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = "4XX", body = ErrorBody)))]
pub async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let reader = files(&app)?.open(OpId::parse(&id)?).await?;
    let size = reader.file.size;
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let range = asked.map(|text| range(text, size)).transpose()?;
    let mut response = Response::builder().status(if range.is_some() { 206 } else { 200 });
    if let Some(range) = &range {
        response = response.header(CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start(), range.end()));
    }
    let (from, end) = range.map_or((0, size), |range| (*range.start(), range.end() + 1));
    let shown = SHOWN.contains(&reader.file.mime.as_str());
    let mime = if shown { reader.file.mime.clone() } else { "application/octet-stream".into() };
    let response = response
        .header(CONTENT_TYPE, mime)
        .header(CONTENT_LENGTH, end - from)
        .header(ACCEPT_RANGES, "bytes")
        .header(CONTENT_DISPOSITION, disposition(&reader.file.name, shown))
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    let body = Body::from_stream(futures::stream::try_unfold((reader, from, end), next_piece));
    Ok(response.body(body).map_err(ApiError::internal)?.into_response())
}

type Rest = (Reader, u64, u64);

async fn next_piece((reader, at, end): Rest) -> Result<Option<(Vec<u8>, Rest)>, FileError> {
    if at >= end {
        return Ok(None);
    }
    let index = reader.layout().chunk_of(at);
    let mut chunk = reader.chunk(index).await?;
    let start = index * chappe_protocol::limits::CHUNK_BYTES as u64;
    // Both are within a chunk.
    chunk.truncate((end - start).min(chunk.len() as u64) as usize);
    chunk.drain(..(at - start) as usize);
    let next = at + chunk.len() as u64;
    Ok(Some((chunk, (reader, next, end))))
}

/// The one range that was asked for.
fn range(text: &str, size: u64) -> Result<RangeInclusive<u64>, ApiError> {
    let refused = || {
        let why = format!("the file has {size} bytes; ask for one range of them");
        ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", why)
    };
    let ranges = http_range_header::parse_range_header(text).map_err(|_| refused())?;
    let mut ranges = ranges.validate(size).map_err(|_| refused())?.into_iter();
    match (ranges.next(), ranges.next()) {
        (Some(range), None) => Ok(range),
        _ => Err(refused()),
    }
}

/// RFC 6266, with the name as of RFC 8187.
fn disposition(name: &str, shown: bool) -> HeaderValue {
    let kind = if shown { "inline" } else { "attachment" };
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    });
    HeaderValue::from_str(&format!("{kind}; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_of_the_file_or_refused() {
        assert_eq!(range("bytes=0-4", 10).unwrap(), 0..=4);
        assert_eq!(range("bytes=5-", 10).unwrap(), 5..=9);
        assert_eq!(range("bytes=-3", 10).unwrap(), 7..=9);
        for bad in ["bytes=10-", "bytes=0-1,3-4", "lines=1-2", "bytes=4-2", ""] {
            assert_eq!(range(bad, 10).unwrap_err().status, StatusCode::RANGE_NOT_SATISFIABLE, "{bad}");
        }
    }

    #[test]
    fn a_name_never_leaves_its_header() {
        assert_eq!(disposition("ü\".txt", false), "attachment; filename*=UTF-8''%C3%BC%22.txt");
    }
}
