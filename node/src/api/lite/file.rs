//! Sends a file from a form: no script cuts it into pieces, so it is taken in whole, and may not be large.

use super::super::App;
use super::super::error::ApiError;
use super::super::files;
use super::super::types::file::SendFile;
use super::forms::{Visitor, refused};
use super::shell::{onwards, problem, texts};
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use chappe_protocol::content::file::check_name;
use std::sync::Arc;

/// Bytes of a file that a form may bring.
pub const FILE_MAX: usize = 16 * 1024 * 1024;

/// Bytes of the form around it: texts and boundaries.
pub const AROUND: usize = 64 * 1024;

/// Bytes of each other field.
const TEXT_MAX: usize = 20 * 1024;

/// `POST /lite/chat/{chat}/file`. The form's token stands before the file: nothing is taken in for a stranger.
pub async fn send(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let Some(visitor) = Visitor::of(&app, &headers) else { return onwards("/lite/login") };
    match take(&app, &visitor, &id, &headers, form).await {
        Ok(()) => onwards(&format!("/lite/chat/{id}#end")),
        Err(error) => problem(texts(&headers), &error),
    }
}

async fn take(
    app: &Arc<App>,
    visitor: &Visitor,
    chat: &str,
    headers: &HeaderMap,
    mut form: Multipart,
) -> Result<(), ApiError> {
    let (mut known, mut caption) = (false, String::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("form") => {
                visitor.check(headers, &text(field).await?)?;
                known = true;
            }
            Some("caption") => caption = text(field).await?.replace("\r\n", "\n"),
            Some("file") if !known => return Err(refused()),
            Some("file") => {
                let (name, mime) = (name(field.file_name()), field.content_type().map(str::to_owned));
                let bytes = field.bytes().await.map_err(broken)?;
                return said(app, chat, SendFile { name, mime, caption, ..SendFile::default() }, bytes).await;
            }
            _ => return Err(ApiError::invalid("this form has a field that is not known")),
        }
    }
    Err(ApiError::invalid("choose a file first"))
}

async fn said(app: &Arc<App>, chat: &str, what: SendFile, bytes: Bytes) -> Result<(), ApiError> {
    if bytes.is_empty() {
        return Err(ApiError::invalid("choose a file first; an empty one cannot be sent"));
    }
    if bytes.len() > FILE_MAX {
        return Err(too_large());
    }
    let length = HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()))]);
    let import = files::take_in(app, (chat, &what), &length, Body::from(bytes), true).await?;
    import.finish().await?;
    Ok(())
}

/// Old browsers say the whole path.
fn name(told: Option<&str>) -> String {
    let last = told.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if check_name(last).is_ok() { last.to_owned() } else { "file".to_owned() }
}

async fn text(mut field: Field<'_>) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_MAX {
            return Err(ApiError::invalid("a field of this form is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|_| ApiError::invalid("a field of this form is no text"))
}

fn too_large() -> ApiError {
    ApiError::invalid(format!(
        "by this form a file has {} MiB at most; use the page with JavaScript, or chappe file send",
        FILE_MAX >> 20
    ))
}

fn broken(error: MultipartError) -> ApiError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        ApiError::invalid(error.body_text())
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_file_has_its_last_name_and_no_path() {
        assert_eq!(name(Some("C:\\Photos\\boat.jpg")), "boat.jpg");
        assert_eq!(name(Some("/etc/passwd")), "passwd");
        for bad in [None, Some(""), Some(".."), Some("a/.."), Some("x\u{202e}\n"), Some(&*"x".repeat(300))] {
            assert_eq!(name(bad), "file", "{bad:?}");
        }
    }
}
