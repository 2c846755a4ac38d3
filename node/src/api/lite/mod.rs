//! Pages without JavaScript, for feature phones, text browsers and people who want none: log in, chats, read, write, files.
//!
//! They call the API's own routes inside the program, so they can do nothing that the API refuses. Markup is made by
//! `maud`, which escapes everything that is put in. What is not here: anything that needs the stream of events.

mod chat;
mod file;
mod forms;
mod list;
mod login;
mod shell;

use super::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use std::sync::Arc;

/// The routes below `/lite`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/lite", get(list::show))
        .route("/lite/", get(list::show))
        .route("/lite/style.css", get(shell::style))
        .route("/lite/login", get(login::show).post(login::enter))
        .route("/lite/leave", post(login::leave))
        .route("/lite/chat/{chat}", get(chat::show).post(chat::write))
        .route("/lite/contacts/{user}/accept", post(list::accept))
        .route("/lite/contacts/{user}/decline", post(list::decline))
        .layer(DefaultBodyLimit::max(forms::BODY_MAX))
        .route("/lite/chat/{chat}/file", post(file::send).layer(DefaultBodyLimit::max(file::FILE_MAX + file::AROUND)))
}
