//! The commands that do not need a running node: making one, and running it.

use super::terminal::Out;
use crate::api;
use crate::files::Direct;
use crate::first;
use crate::logging::{self, LogFormat};
use crate::run::{RunOptions, run as run_node};
use crate::setup;
use crate::texts::program::t;
use anyhow::Result;
use chappe_protocol::contact::mailbox::RelayHint;
use libp2p::Multiaddr;
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Make a new node.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// The name that others see.
    #[arg(long)]
    name: String,
    /// Full addresses of relays to use, or links to them; more can be added later.
    #[arg(long = "relay", num_args = 1.., value_parser = setup::read_relay, value_name = "ADDRESS")]
    relays: Vec<RelayHint>,
}

/// Run the node.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// Where the API and the web page listen; the port of the last time, or any free one, if left out.
    #[arg(long, value_name = "IP:PORT")]
    api: Option<SocketAddr>,
    /// Let other machines reach the API. It is plain HTTP: put a TLS proxy or a VPN in front.
    #[arg(long)]
    api_public: bool,
    /// A further host name under which a public API answers.
    #[arg(long, value_name = "NAME", requires = "api_public")]
    api_host: Vec<String>,
    /// If there is no node in the folder yet, make one at a page in the browser first.
    #[arg(long)]
    first: bool,
    /// How log lines look (on stderr; RUST_LOG sets what is logged).
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
    /// Find other nodes on the local network and talk to them directly.
    #[arg(long)]
    lan: bool,
    /// Addresses to listen on for other nodes.
    #[arg(long, num_args = 1.., value_name = "MULTIADDR")]
    listen: Vec<Multiaddr>,
    /// Who may fetch a file that you send from this node itself, and so see its IP address. It also asks only their nodes.
    #[arg(long, value_enum, default_value_t)]
    direct: Direct,
}

/// `chappe init`
pub fn init(data: &Path, args: &Init, out: Out) -> Result<()> {
    let words = setup::init(data, &args.name, &args.relays)?;
    out.print(&json!({ "words": words }), |_| {
        let rows = words.chunks(6).enumerate().map(|(row, words)| {
            let cells = words.iter().enumerate().map(|(at, word)| format!("{:>2} {word:<10}", row * 6 + at + 1));
            format!("  {}", cells.collect::<String>().trim_end())
        });
        let rows = rows.collect::<Vec<_>>().join("\n");
        let start = t!("cli-start-node", dir = data.display().to_string());
        format!("{}\n\n{rows}\n\n{start}", t!("cli-init-words"))
    })
}

/// `chappe run`
pub async fn run(data: PathBuf, args: Run, out: Out) -> Result<()> {
    logging::init(args.log_format, "info");
    let api = api::Options { data: data.clone(), bind: args.api, public: args.api_public, hosts: args.api_host };
    if args.first && !first::is_node(&data)? {
        let begin = |login_url: &str| {
            out.print(&json!({ "url": login_url, "first": true }), |_| format!("{}\n{login_url}", t!("cli-first")))
        };
        if !first::serve(api.clone(), begin).await? {
            return Ok(());
        }
    }
    let ready = move |login_url: &str| {
        out.print(&json!({ "url": login_url }), |_| format!("{}\n{login_url}", t!("cli-node-runs")))
    };
    run_node(RunOptions { data, api, lan: args.lan, listen: args.listen, direct: args.direct }, ready).await
}
