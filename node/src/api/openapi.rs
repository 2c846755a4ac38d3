//! The API's routes and, made from them and the types, its description.

use super::App;
use super::types::Event;
use super::{
    backup, bug_report, chats, contacts, devices, doors, events, files, first, groups, homes, imports, invites, list,
    messages, pictures, presence, relays, say, search, session, status, stickers, storage, telegram, topics,
};
use axum::Json;
use axum::extract::DefaultBodyLimit;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Chappe's local API",
        description = "For programs and pages on the node's own machine. Programs send the token of `api.json` (in \
                       the data directory) as `Authorization: Bearer TOKEN`; browsers log in with a link from \
                       `chappe web`. Ids are lower-case hexadecimal, times are milliseconds since 1970 (UTC)."
    ),
    components(schemas(Event))
)]
struct Document;

/// Every route that needs a caller we know. A route that is not in the description cannot be added here.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(status::status))
        .routes(routes!(status::set_name))
        .routes(routes!(chats::chats, groups::create))
        .routes(routes!(groups::members, groups::add))
        .routes(routes!(groups::remove))
        .routes(routes!(groups::set_role))
        .routes(routes!(groups::set))
        .routes(routes!(groups::leave))
        .routes(routes!(groups::events))
        .routes(routes!(homes::list))
        .routes(routes!(homes::replace))
        .routes(routes!(homes::spread))
        .routes(routes!(presence::here))
        .routes(routes!(presence::last_seen, presence::set_last_seen))
        .routes(routes!(pictures::read))
        .routes(routes!(pictures::set_own, pictures::remove_own))
        .routes(routes!(pictures::set_group, pictures::remove_group))
        .routes(routes!(topics::list, topics::make))
        .routes(routes!(topics::set, topics::remove))
        .routes(routes!(doors::links, doors::make))
        .routes(routes!(doors::revoke))
        .routes(routes!(doors::qr))
        .routes(routes!(doors::requests))
        .routes(routes!(doors::accept))
        .routes(routes!(doors::decline))
        .routes(routes!(doors::joins, doors::join))
        .routes(routes!(doors::cancel))
        .routes(routes!(chats::history, chats::send))
        .routes(routes!(chats::chat))
        .routes(routes!(chats::mark_read))
        .routes(routes!(chats::mentions))
        .routes(routes!(say::poll))
        .routes(routes!(say::card))
        .routes(routes!(say::location))
        .routes(routes!(files::send))
        .routes(routes!(files::list))
        .routes(routes!(files::cancel))
        .routes(routes!(files::pause))
        .routes(routes!(files::resume))
        .routes(routes!(files::read))
        .routes(routes!(say::pinned))
        .routes(routes!(say::lifetime))
        .routes(routes!(say::clear))
        .routes(routes!(say::delete_chat))
        .routes(routes!(say::typing))
        .routes(routes!(say::read_receipts, say::set_read_receipts))
        .routes(routes!(messages::truth))
        .routes(routes!(messages::edit))
        .routes(routes!(messages::wordings))
        .routes(routes!(messages::delete))
        .routes(routes!(messages::react, messages::reactions))
        .routes(routes!(messages::pin))
        .routes(routes!(messages::forward))
        .routes(routes!(messages::vote))
        .routes(routes!(messages::votes))
        .routes(routes!(messages::close))
        .routes(routes!(messages::point))
        .routes(routes!(messages::view))
        .routes(routes!(messages::heard))
        .routes(routes!(search::search))
        .routes(routes!(contacts::contacts, contacts::add))
        .routes(routes!(contacts::accept))
        .routes(routes!(contacts::decline))
        .routes(routes!(invites::invites, invites::create))
        .routes(routes!(invites::revoke))
        .routes(routes!(invites::qr))
        .routes(routes!(relays::add))
        .routes(routes!(relays::remove))
        .routes(routes!(relays::qr))
        .routes(routes!(devices::devices))
        .routes(routes!(devices::rename))
        .routes(routes!(devices::remove))
        .routes(routes!(devices::check_words))
        .routes(routes!(devices::link, devices::start_link, devices::cancel_link))
        .routes(routes!(devices::confirm_link))
        .routes(routes!(devices::link_qr))
        .routes(routes!(list::change))
        .routes(routes!(list::folders, list::make_folder))
        .routes(routes!(list::change_folder, list::remove_folder))
        .routes(routes!(list::block))
        .routes(routes!(list::safety))
        .routes(routes!(list::verify))
        .routes(routes!(list::prove))
        .routes(routes!(list::profile, list::change_profile))
        .routes(routes!(stickers::list, stickers::make).layer(DefaultBodyLimit::max(stickers::BODY_MAX)))
        .routes(routes!(stickers::look))
        .routes(routes!(stickers::add))
        .routes(routes!(stickers::remove))
        .routes(routes!(stickers::picture))
        .routes(routes!(stickers::like))
        .routes(routes!(stickers::send))
        .routes(routes!(storage::state))
        .routes(routes!(storage::free))
        .routes(routes!(storage::limit))
        .routes(routes!(backup::state, backup::turn_on, backup::turn_off))
        .routes(routes!(backup::keep_files))
        .routes(routes!(backup::run))
        .routes(routes!(backup::check))
        .routes(routes!(backup::get_file, backup::make_file))
        .routes(routes!(backup::plan, backup::unplan))
        .routes(routes!(imports::begin).layer(DefaultBodyLimit::max(imports::BODY_MAX)))
        .routes(routes!(imports::messages).layer(DefaultBodyLimit::max(imports::BODY_MAX)))
        .routes(routes!(imports::known, imports::keep))
        .routes(routes!(first::stage))
        .routes(routes!(first::make))
        .routes(routes!(first::link))
        .routes(routes!(first::compared))
        .routes(routes!(first::go))
        .routes(routes!(telegram::hand_over, telegram::look, telegram::forget))
        .routes(routes!(telegram::lines).layer(DefaultBodyLimit::max(imports::BODY_MAX)))
        .routes(routes!(bug_report::report))
        .routes(routes!(events::events))
        .routes(routes!(session::new_link))
        .routes(routes!(session::log_out))
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The document as the text that `chappe openapi` prints and `node/web/openapi.json` holds.
pub fn text() -> String {
    let mut text = document().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// `GET /api/openapi.json`; open to anybody on this machine, it holds nothing of this node's.
pub async fn serve() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
