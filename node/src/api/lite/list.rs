//! The chats, and people who ask to talk.

use super::super::error::ApiError;
use super::super::types::{Chat, Contact, ContactState};
use super::super::{App, chats, contacts};
use super::forms::Visitor;
use super::login::Button;
use super::shell::{onwards, page, problem, texts};
use crate::texts::Texts;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use std::sync::Arc;

/// Chats on a page; a feature phone has little memory.
const CHATS_MAX: usize = 100;
/// Characters of the newest message that a row shows.
const PREVIEW_MAX: usize = 80;

/// `GET /lite`.
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let texts = texts(&headers);
    let Some(visitor) = Visitor::of(&app, &headers) else { return onwards("/lite/login") };
    match load(&app).await {
        Ok((chats, asking)) => {
            let body = view(texts, &visitor.form_token(), &chats, &asking);
            page(texts, StatusCode::OK, &texts.get("lite-chats"), body)
        }
        Err(error) => problem(texts, &error),
    }
}

async fn load(app: &Arc<App>) -> Result<(Vec<Chat>, Vec<Contact>), ApiError> {
    let chats = chats::chats(State(app.clone())).await?.0;
    let contacts = contacts::contacts(State(app.clone())).await?.0;
    let asking = contacts.into_iter().filter(|contact| contact.state == ContactState::Pending).collect();
    Ok((chats, asking))
}

fn view(texts: Texts, form: &str, chats: &[Chat], asking: &[Contact]) -> Markup {
    html! {
        h1 { (texts.get("lite-chats")) }
        @for contact in asking { (request(texts, form, contact)) }
        @if chats.is_empty() { p { (texts.get("lite-none")) } }
        ul.chats { @for chat in chats.iter().take(CHATS_MAX) { li { (row(texts, chat)) } } }
        p { a href="/lite" { (texts.get("lite-reload")) } " · " a href="/" { (texts.get("lite-whole")) } }
        form method="post" action="/lite/leave" {
            input type="hidden" name="form" value=(form);
            button { (texts.get("lite-leave")) }
        }
    }
}

fn row(texts: Texts, chat: &Chat) -> Markup {
    let preview = chat.last.as_ref().map(|last| last.text.chars().take(PREVIEW_MAX).collect::<String>());
    html! {
        a href=(format!("/lite/chat/{}#end", chat.id)) { bdi { (name(texts, &chat.title)) } }
        @if chat.unread > 0 { " " strong { (texts.with("lite-unread", "count", chat.unread)) } }
        @if let Some(preview) = preview { br; span.faint dir="auto" { (preview) } }
    }
}

fn request(texts: Texts, form: &str, contact: &Contact) -> Markup {
    html! {
        section {
            p { bdi { (name(texts, &contact.name)) } " " (texts.get("lite-asks")) }
            @if !contact.greeting.is_empty() { blockquote dir="auto" { (contact.greeting) } }
            @for (verb, label) in [("accept", "lite-accept"), ("decline", "lite-decline")] {
                form.inline method="post" action=(format!("/lite/contacts/{}/{verb}", contact.user)) {
                    input type="hidden" name="form" value=(form);
                    button { (texts.get(label)) }
                } " "
            }
        }
    }
}

/// A name, or that there is none.
pub fn name(texts: Texts, name: &str) -> String {
    if name.trim().is_empty() { texts.get("no-name") } else { name.to_owned() }
}

/// `POST /lite/contacts/{user}/accept`.
pub async fn accept(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Button>,
) -> Response {
    answer(&app, &headers, &form, async || contacts::accept(State(app.clone()), Path(user)).await.map(drop)).await
}

/// `POST /lite/contacts/{user}/decline`.
pub async fn decline(
    State(app): State<Arc<App>>,
    Path(user): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Button>,
) -> Response {
    answer(&app, &headers, &form, async || contacts::decline(State(app.clone()), Path(user)).await.map(drop)).await
}

async fn answer(
    app: &App,
    headers: &HeaderMap,
    form: &Button,
    order: impl AsyncFnOnce() -> Result<(), ApiError>,
) -> Response {
    let Some(visitor) = Visitor::of(app, headers) else { return onwards("/lite/login") };
    let done = match visitor.check(headers, form.token()) {
        Ok(()) => order().await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => onwards("/lite"),
        Err(error) => problem(texts(headers), &error),
    }
}
