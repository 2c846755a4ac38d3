//! The command line. What is asked for goes to stdout, everything else to stderr; the exit code is 0 only on success.

use crate::data::{Addresses, DataDir};
use crate::operator::PolicyFlags;
use crate::run::{self, RunOptions};
use anyhow::{Context, Result};
use chappe_node::blobs::server::BlobPolicy;
use chappe_node::logging::{self, LogFormat};
use chappe_node::net::addr;
use clap::{Args, Parser, Subcommand};
use libp2p::Multiaddr;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Threads of the runtime, beside the loop's own: the network's.
const WORKERS: usize = 2;

/// Threads for files and name lookups, started only when used.
const BLOCKING: usize = 4;

/// A relay of Chappe: stores and forwards what it cannot read.
#[derive(Debug, Parser)]
#[command(name = "chappe-relay", version)]
pub struct Cli {
    /// The relay's directory; made at the first run.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// How log lines look. Their level comes from RUST_LOG, for example RUST_LOG=debug.
    #[arg(long, value_enum, default_value = "text", global = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run until a signal asks to stop; prints the full address when it is ready.
    Run(Box<RunArgs>),
    /// Print the full address, as `run` did the last time.
    Address {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the link with which people use this relay, and its QR code if a person is looking.
    Link,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Where to listen, for example /ip4/0.0.0.0/tcp/4001, /ip4/0.0.0.0/udp/4001/quic-v1 or /ip4/0.0.0.0/tcp/4002/ws.
    /// These three, and the same for IPv6, are the default.
    #[arg(long, value_name = "MULTIADDR", num_args = 1..)]
    listen: Vec<Multiaddr>,
    /// How others reach this relay, if that is not where it listens (behind a port forward, or by a name).
    #[arg(long, value_name = "MULTIADDR", num_args = 1..)]
    announce: Vec<Multiaddr>,
    /// Full addresses of other relays, to take part in the directory.
    #[arg(long, value_name = "ADDR", num_args = 1.., value_parser = full_address)]
    peer: Vec<Multiaddr>,
    /// Connections from one IPv4 address or one IPv6 network of /48; this machine's own (a proxy) are not counted. 256
    /// is the default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_per_address: Option<u32>,
    /// Where to answer Prometheus at /metrics. It is for the operator: keep it away from the world.
    #[arg(long, value_name = "HOST:PORT")]
    metrics: Option<SocketAddr>,
    /// Room for people's files in GiB, of which one node gets a quarter; 0 keeps none.
    #[arg(long, value_name = "GIB", default_value_t = 20)]
    file_room: u32,
    /// Print the address as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    policy: PolicyFlags,
}

impl Cli {
    /// Does what is asked.
    pub fn execute(self) -> Result<()> {
        logging::init(self.log_format, "info");
        match self.command {
            Command::Run(args) => execute_run(self.data, *args),
            Command::Address { json } => {
                let data = DataDir::existing(&self.data)?;
                print(&data.addresses()?, json)
            }
            Command::Link => print_link(&DataDir::existing(&self.data)?.addresses()?),
        }
    }
}

fn full_address(text: &str) -> Result<Multiaddr, addr::AddrError> {
    let (relay, way) = addr::parse_full(text)?;
    Ok(addr::full(&way, &relay))
}

fn execute_run(data: PathBuf, args: RunArgs) -> Result<()> {
    let json = args.json;
    let options = RunOptions {
        data,
        listen: if args.listen.is_empty() { run::default_listen() } else { args.listen },
        announce: args.announce,
        peers: args.peer,
        max_per_place: args.max_per_address,
        metrics: args.metrics,
        policy: args.policy.policy()?,
        blobs: BlobPolicy::with_room(u64::from(args.file_room) << 30),
    };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(WORKERS).max_blocking_threads(BLOCKING).enable_all();
    let runtime = runtime.build().context("the threads of the relay cannot be started")?;
    runtime.block_on(run::run(options, |addresses| print(addresses, json)))
}

fn print(addresses: &Addresses, json: bool) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", addresses.to_json())?;
    } else {
        for address in &addresses.all {
            writeln!(out, "{address}")?;
        }
    }
    out.flush().context("the address cannot be printed")
}

fn print_link(addresses: &Addresses) -> Result<()> {
    let link = addresses.link().context("the relay has no address that a link can hold; see: chappe-relay address")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{link}")?;
    if out.is_terminal() {
        // Light on dark: that is how most terminals look, and scanners take both.
        let code = QrCode::new(&link).context("the link is too long for a QR code")?;
        let picture = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        writeln!(out, "\n{picture}\n")?;
        eprintln!("Whoever takes it (at the page: Settings, Relays) keeps messages at this relay.");
    }
    out.flush().context("the link cannot be printed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
        let parsed = Cli::try_parse_from([
            "chappe-relay",
            "--data",
            "d",
            "run",
            "--listen",
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/127.0.0.1/udp/1/quic-v1",
            "--metrics",
            "127.0.0.1:9",
            "--max-disk",
            "2G",
        ]);
        assert!(matches!(parsed.unwrap().command, Command::Run(args) if args.listen.len() == 2));
        assert!(Cli::try_parse_from(["chappe-relay", "run"]).is_err());
        let no_key = ["chappe-relay", "--data", "d", "run", "--peer", "/ip4/127.0.0.1/tcp/1"];
        assert!(Cli::try_parse_from(no_key).is_err());
        assert!(Cli::try_parse_from(["chappe-relay", "--data", "d", "run", "--listen", "127.0.0.1:1"]).is_err());
    }
}
