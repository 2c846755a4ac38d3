//! Structured logs on stderr: text for people, JSON for machines. `RUST_LOG` overrides the level.
//!
//! What may be logged: ids of machines (shortened), addresses, counts, reasons. Never: message content, names, keys,
//! capabilities, links, tokens.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging for the whole program. `default` is an `EnvFilter` such as `info`; libraries below warn level are
/// quiet unless `RUST_LOG` names them. A second call changes nothing (tests run many nodes in one program).
pub fn init(format: LogFormat, default: &str) {
    // The directory's crate warns of having no peers, which is how most relays start.
    let quiet =
        format!("warn,libp2p_kad=error,chappe_node={default},chappe_bootstrap={default},chappe_storage={default}");
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let builder = builder.with_ansi(stderr().is_terminal());
    let outcome = match format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // Fails only if logging runs already, which is what was asked for.
    drop(outcome);
}
