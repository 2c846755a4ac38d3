//! One chat: what was said, older pages, and a field to write in.

use super::super::error::ApiError;
use super::super::extract::{Body, Params};
use super::super::types::ask::SendText;
use super::super::types::message::{Content, Message};
use super::super::types::{Chat, MarkRead, Page, Ticks};
use super::super::{App, chats};
use super::forms::Visitor;
use super::list::name;
use super::shell::{onwards, page, problem, texts};
use crate::texts::Texts;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// Messages of a page.
const MESSAGES: usize = 20;

/// Which page.
#[derive(Default, Deserialize)]
pub struct Older {
    #[serde(default)]
    before: Option<String>,
}

/// What is written.
#[derive(Deserialize)]
pub struct Written {
    #[serde(default)]
    form: String,
    /// Random, made with the form: sent twice, it is one message.
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    text: String,
}

struct Shown {
    chat: Chat,
    messages: Vec<Message>,
    /// There may be older ones.
    full: bool,
    newest: bool,
}

/// `GET /lite/chat/{chat}`.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Params(older): Params<Older>,
) -> Response {
    let texts = texts(&headers);
    let Some(visitor) = Visitor::of(&app, &headers) else { return onwards("/lite/login") };
    match load(&app, &id, older.before).await {
        Ok(shown) => match view(texts, &visitor.form_token(), &shown) {
            Ok(body) => page(texts, StatusCode::OK, &name(texts, &shown.chat.title), body),
            Err(error) => problem(texts, &ApiError::internal(error)),
        },
        Err(error) => problem(texts, &error),
    }
}

async fn load(app: &Arc<App>, id: &str, before: Option<String>) -> Result<Shown, ApiError> {
    let all = chats::chats(State(app.clone())).await?.0;
    let chat =
        all.into_iter().find(|chat| chat.id == id).ok_or_else(|| ApiError::not_found("there is no such chat"))?;
    let newest = before.is_none();
    let wanted = Page { before, limit: Some(MESSAGES), topic: None };
    let messages = chats::history(State(app.clone()), Path(id.to_owned()), Params(wanted)).await?.0;
    let last = messages.iter().rfind(|message| !message.mine);
    if let (true, true, Some(last)) = (newest, chat.unread > 0, last) {
        let seen = Body(MarkRead { up_to: last.id.clone(), topic: None });
        chats::mark_read(State(app.clone()), Path(id.to_owned()), seen).await?;
    }
    Ok(Shown { full: messages.len() == MESSAGES, chat, messages, newest })
}

fn view(texts: Texts, form: &str, shown: &Shown) -> Result<Markup, getrandom::Error> {
    let Shown { chat, messages, full, newest } = shown;
    let path = format!("/lite/chat/{}", chat.id);
    let mut nonce = [0u8; 16];
    getrandom::fill(&mut nonce)?;
    let nonce = data_encoding::HEXLOWER.encode(&nonce);
    // Another address each time: a link that differs in its fragment alone loads nothing.
    let again = format!("{path}?at={}#end", &nonce[..8]);
    Ok(html! {
        p { a href="/lite" { (texts.get("lite-chats")) } }
        h1 { bdi { (name(texts, &chat.title)) } }
        @if !chat.accepted { p.faint { (texts.get("lite-waits")) } }
        @if let (true, Some(first)) = (*full, messages.first()) {
            p { a href=(format!("{path}?before={}", first.id)) { (texts.get("lite-older")) } }
        }
        ol.messages { @for message in messages { (bubble(texts, chat, message)) } }
        @if *newest {
            p { a href=(again) { (texts.get("lite-reload")) } }
            form #end method="post" action=(path) {
                input type="hidden" name="form" value=(form);
                input type="hidden" name="nonce" value=(nonce);
                label { (texts.get("lite-write")) textarea name="text" rows="3" dir="auto" required {} }
                button { (texts.get("lite-send")) }
            }
            form method="post" action=(format!("{path}/file")) enctype="multipart/form-data" {
                input type="hidden" name="form" value=(form);
                label { (texts.get("lite-caption")) input type="text" name="caption" dir="auto"; }
                label { (texts.get("lite-file")) input type="file" name="file" required; }
                button { (texts.get("lite-send-file")) }
            }
        } @else {
            p { a href=(format!("{path}#end")) { (texts.get("lite-newest")) } }
        }
    })
}

fn bubble(texts: Texts, chat: &Chat, message: &Message) -> Markup {
    let who = match () {
        () if message.mine => texts.get("lite-you"),
        // A post of a channel may name nobody: then the channel says it.
        () if message.author.is_empty() => name(texts, &chat.title),
        () => message.author.clone(),
    };
    html! {
        li.mine[message.mine] {
            span.faint { bdi { (who) } ": " }
            (said(texts, message)) " "
            time { (moment(message.at)) }
            @if let Some(ticks) = message.ticks { " " span.faint { (texts.get(word(ticks))) } }
        }
    }
}

/// What a message says; what one does with it needs the other page.
fn said(texts: Texts, message: &Message) -> Markup {
    let placeholder = |key| html! { em.faint { (texts.get(key)) } };
    match &message.content {
        Content::Text | Content::Card(_) | Content::Location(_) => html! { span dir="auto" { (message.text) } },
        Content::File(file) => html! {
            a href={ "/api/messages/" (message.id) "/file" } { bdi { (file.name) } }
            @if !message.text.is_empty() { " " span dir="auto" { (message.text) } }
        },
        Content::Poll(poll) => html! {
            span dir="auto" { (message.text) }
            ul { @for option in &poll.options { li { bdi { (option.text) } ": " (option.votes) } } }
        },
        Content::ViewOnce => placeholder("lite-once"),
        Content::Viewed | Content::Deleted { .. } => placeholder("lite-gone"),
    }
}

fn word(ticks: Ticks) -> &'static str {
    match ticks {
        Ticks::Queued => "ticks-queued",
        Ticks::Sent => "ticks-sent",
        Ticks::Delivered => "ticks-delivered",
        Ticks::Read => "ticks-read",
    }
}

/// Date and time in this machine's time zone, in the order that all languages here can read.
fn moment(at: u64) -> String {
    let at = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map_or_else(String::new, |at| at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
}

/// `POST /lite/chat/{chat}`.
pub async fn write(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(written): Form<Written>,
) -> Response {
    let Some(visitor) = Visitor::of(&app, &headers) else { return onwards("/lite/login") };
    let sent = match visitor.check(&headers, &written.form) {
        Ok(()) => send(&app, &id, written).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(()) => onwards(&format!("/lite/chat/{id}#end")),
        Err(error) => problem(texts(&headers), &error),
    }
}

async fn send(app: &Arc<App>, id: &str, written: Written) -> Result<(), ApiError> {
    // Forms end lines as networks do.
    let text = written.text.replace("\r\n", "\n");
    let body: SendText = serde_json::from_value(json!({ "text": text, "nonce": written.nonce }))
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    chats::send(State(app.clone()), Path(id.to_owned()), Body(body)).await.map(drop)
}
