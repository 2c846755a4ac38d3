//! The blob protocol's two ends: [`server`] keeps others' blobs, [`client`] brings and fetches them; [`lines`]
//! does so with whole blobs in memory, and [`shelf`] looks after small ones.
//!
//! Not here: whose blobs these are and what is in them (`files`, and the protocol crate's `blob::sealing`).

pub mod client;
pub mod lines;
pub mod server;
#[cfg(feature = "app")]
pub mod shelf;
mod stream;

use std::time::Duration;

/// How long one side waits for the other's next bytes before it gives the stream up.
const PATIENCE: Duration = Duration::from_secs(30);
