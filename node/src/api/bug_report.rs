//! What the core was told lately, without anything private, for the simulator to replay.

use super::App;
use super::types::ErrorBody;
use axum::Json;
use axum::extract::State;
use chappe_protocol::trace::FORMAT;
use serde_json::{Value, json};
use std::sync::Arc;

/// A bug report: kinds, sizes and times of the node's last inputs; no content, names, keys or addresses
#[utoipa::path(get, path = "/api/bug-report", tag = "status", responses(
    (status = 200, description = "A trace file as in docs/wire/trace.md"), (status = "4XX", body = ErrorBody)))]
pub async fn report(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({ "origin": "node", "chappe_trace": FORMAT, "trace": app.handle.recorder().trace() }))
}
