//! The local API: HTTP and a WebSocket for programs, pages and the command line on this machine.
//!
//! One file a noun; `types.rs` holds the only JSON shapes; the OpenAPI document is made from both. `guard.rs` stands
//! in front of every route. What is not here: decisions about chats (the core's) and TLS (a proxy's).

mod backup;
mod bug_report;
mod chats;
mod contacts;
mod devices;
mod doors;
mod error;
mod events;
mod extract;
mod files;
mod first;
mod groups;
mod guard;
mod homes;
mod imports;
mod invites;
mod keys;
mod list;
mod lite;
mod messages;
pub mod openapi;
mod origin;
mod page;
mod pictures;
mod presence;
mod private_file;
mod relays;
mod say;
mod search;
mod secret;
mod session;
mod status;
mod stickers;
mod storage;
mod telegram;
pub mod topics;
pub mod types;

use crate::backup::Backup;
use crate::files::Files;
use crate::first::First;
use crate::handle::Handle;
use crate::imports::Imports;
use crate::pictures::Pictures;
use crate::search::Search;
use crate::space::Space;
use crate::stickers::Stickers;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use chappe_protocol::peer::command::{Command, Reply};
use error::ApiError;
use keys::Keys;
use secret::Token;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// How long the core may take for an answer; it needs milliseconds unless the disk hangs.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// How long requests under way may take once the node stops.
const GRACE: Duration = Duration::from_secs(3);
/// Bytes of `api.json`.
const API_FILE_MAX: u64 = 4096;

/// Where and for whom to listen.
#[derive(Clone, Debug)]
pub struct Options {
    /// The node's data directory; `api.json`, `api-port` and `sessions.json` are kept here.
    pub data: PathBuf,
    /// Where to listen; if left out, 127.0.0.1 at the port of the last time or any free one.
    pub bind: Option<SocketAddr>,
    /// Allow an address that other machines reach. The API is plain HTTP: put a TLS proxy or a VPN in front.
    pub public: bool,
    /// Further host names under which a public API answers.
    pub hosts: Vec<String>,
}

/// Why the API did not start or ended.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address is not this machine's own, and that was not asked for.
    #[error("{0} can be reached by other machines; use 127.0.0.1, or add --api-public if you mean it")]
    NotLoopback(SocketAddr),
    /// The address cannot be had.
    #[error("cannot listen on {addr}: {error}; choose another with --api 127.0.0.1:PORT")]
    Bind {
        /// Which.
        addr: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// A file in the data directory cannot be written.
    #[error("cannot write {path}: {error}; check the disk and the folder's owner")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The operating system gives no randomness.
    #[error("the operating system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// The listener failed.
    #[error("the API's listener failed: {0}")]
    Serve(io::Error),
}

/// What `api.json` holds: how programs of this user reach the node.
#[derive(Clone, Serialize, Deserialize)]
pub struct ApiFile {
    /// `IP:PORT`.
    pub addr: SocketAddr,
    /// The bearer token, new at every start.
    pub token: String,
}

impl ApiFile {
    /// Reads it; `None` if the node does not run (or was killed before it wrote the file).
    pub fn read(data: &Path) -> io::Result<Option<Self>> {
        let bytes = private_file::read(&api_path(data), API_FILE_MAX)?;
        Ok(bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose()?)
    }
}

impl fmt::Debug for ApiFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiFile {{ addr: {}, token: … }}", self.addr)
    }
}

/// What every route can use.
#[derive(Debug)]
pub struct App {
    handle: Handle,
    /// None in front of a core without a network, as in tests.
    files: Option<Files>,
    /// Unset where nobody searches.
    search: OnceLock<Search>,
    /// Unset where nobody keeps a backup.
    backup: OnceLock<Backup>,
    /// Unset where nobody imports.
    imports: OnceLock<Imports>,
    /// Unset where nobody sends any.
    stickers: OnceLock<Stickers>,
    /// Unset where nothing is kept.
    space: OnceLock<Space>,
    /// Unset where nobody keeps pictures.
    pictures: OnceLock<Pictures>,
    /// Set as long as there is no node.
    first: OnceLock<First>,
    /// An export that a page handed over.
    telegram: telegram::Desk,
    keys: Keys,
    rules: origin::Rules,
    /// Cookies are shared by all ports of a host, so the name holds the port: two nodes, two sessions.
    cookie: String,
    addr: SocketAddr,
    streams: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl App {
    async fn ask(&self, command: Command) -> Result<Reply, ApiError> {
        match timeout(ANSWER_MAX, self.handle.ask(command)).await {
            Ok(reply) => Ok(reply?),
            Err(_) => Err(ApiError::new(
                StatusCode::GATEWAY_TIMEOUT,
                "slow",
                "the node did not answer in 30 seconds; its disk may be busy or failing. Try again",
            )),
        }
    }

    async fn order(&self, command: Command) -> Result<StatusCode, ApiError> {
        let Reply::Done = self.ask(command).await? else { return Err(ApiError::unexpected_reply()) };
        Ok(StatusCode::NO_CONTENT)
    }

    fn login_url(&self) -> Result<String, getrandom::Error> {
        let link = self.keys.new_link()?;
        Ok(format!("http://{}/login?token={}", reachable(self.addr), link.expose()))
    }
}

/// An address to type into a browser on this machine: a wildcard address means the loopback one.
fn reachable(addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() { SocketAddr::new(Ipv4Addr::LOCALHOST.into(), addr.port()) } else { addr }
}

/// An API that listens; [`Api::serve`] answers.
#[derive(Debug)]
pub struct Api {
    app: Arc<App>,
    data: PathBuf,
    listener: TcpListener,
    stop: watch::Sender<bool>,
}

impl Api {
    /// Begins to listen and writes `api.json`. Must run in a tokio runtime.
    pub async fn start(options: Options, handle: Handle, files: Option<Files>) -> Result<Self, StartError> {
        let listener = listen(&options).await?;
        let addr = listener.local_addr().map_err(StartError::Serve)?;
        let token = Token::random()?;
        let (stop, stopped) = watch::channel(false);
        let app = App {
            handle,
            files,
            search: OnceLock::new(),
            backup: OnceLock::new(),
            imports: OnceLock::new(),
            space: OnceLock::new(),
            stickers: OnceLock::new(),
            pictures: OnceLock::new(),
            first: OnceLock::new(),
            telegram: telegram::Desk::new(options.data.clone()),
            keys: Keys::open(&token, options.data.join("sessions.json")),
            rules: origin::Rules::new(addr, options.public, options.hosts),
            cookie: format!("chappe_{}", addr.port()),
            addr,
            streams: Arc::new(Semaphore::new(events::STREAMS_MAX)),
            stop: stopped,
        };
        write(&options.data.join("api-port"), addr.port().to_string().as_bytes())?;
        let file = ApiFile { addr: reachable(addr), token: token.expose().to_owned() };
        let bytes = serde_json::to_vec(&file).map_err(|error| StartError::Serve(error.into()))?;
        write(&api_path(&options.data), &bytes)?;
        Ok(Self { app: Arc::new(app), data: options.data, listener, stop })
    }

    /// Answers searches with this.
    pub fn with_search(self, search: Search) -> Self {
        self.app.search.get_or_init(|| search);
        self
    }

    /// Answers about the backup with this.
    pub fn with_backup(self, backup: Backup) -> Self {
        self.app.backup.get_or_init(|| backup);
        self
    }

    /// Keeps pictures of people and groups with this.
    pub fn with_pictures(self, pictures: Pictures) -> Self {
        self.app.pictures.get_or_init(|| pictures);
        self
    }

    /// Takes chats of other messengers in with this.
    pub fn with_imports(self, imports: Imports) -> Self {
        self.app.imports.get_or_init(|| imports);
        self
    }

    /// There is no node yet: does what comes before.
    pub fn with_first(self, first: First) -> Self {
        self.app.first.get_or_init(|| first);
        self
    }

    /// Says what the node's data takes with this.
    pub fn with_space(self, space: Space) -> Self {
        self.app.space.get_or_init(|| space);
        self
    }

    /// Has stickers.
    pub fn with_stickers(self, stickers: Stickers) -> Self {
        self.app.stickers.get_or_init(|| stickers);
        self
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.app.addr
    }

    /// A new link that logs a browser in, once.
    pub fn login_url(&self) -> Result<String, StartError> {
        Ok(self.app.login_url()?)
    }

    /// Answers until `stop` is ready, then ends the streams, lets requests under way finish (three seconds at most)
    /// and removes `api.json`.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), StartError> {
        let Self { app, data, listener, stop: stopping } = self;
        let mut stopped = app.stop.clone();
        let graceful = async move {
            stop.await;
            stopping.send_replace(true);
        };
        let server = axum::serve(listener, router(app)).with_graceful_shutdown(graceful);
        let late = async move {
            // An error means that the sender is gone, which is a stop too.
            drop(stopped.wait_for(|stop| *stop).await);
            tokio::time::sleep(GRACE).await;
        };
        let outcome = tokio::select! {
            outcome = server => outcome.map_err(StartError::Serve),
            () = late => Ok(()),
        };
        let path = api_path(&data);
        private_file::remove(&path).map_err(|error| StartError::File { path, error })?;
        outcome
    }
}

fn api_path(data: &Path) -> PathBuf {
    data.join("api.json")
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), StartError> {
    private_file::write(path, bytes).map_err(|error| StartError::File { path: path.to_owned(), error })
}

/// The address asked for; or the port of the last time, so that bookmarks and sessions last; or any free port.
async fn listen(options: &Options) -> Result<TcpListener, StartError> {
    if let Some(addr) = options.bind {
        if !addr.ip().is_loopback() && !options.public {
            return Err(StartError::NotLoopback(addr));
        }
        return bind(addr).await;
    }
    let last = private_file::read(&options.data.join("api-port"), 16).ok().flatten();
    let last = last.and_then(|bytes| String::from_utf8(bytes).ok()?.trim().parse::<u16>().ok());
    let local = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    match bind(local(last.unwrap_or(0))).await {
        Ok(listener) => Ok(listener),
        Err(_) => bind(local(0)).await,
    }
}

async fn bind(addr: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(addr).await.map_err(|error| StartError::Bind { addr, error })
}

fn router(app: Arc<App>) -> Router {
    let known = openapi::routes().split_for_parts().0;
    let known = known
        .route("/api/{*rest}", axum::routing::any(no_such_route))
        .method_not_allowed_fallback(no_such_method)
        .route_layer(from_fn_with_state(app.clone(), first::guard))
        .route_layer(from_fn_with_state(app.clone(), guard::known_caller));
    Router::new()
        .merge(known)
        .route("/api/openapi.json", get(openapi::serve))
        .route("/login", get(session::open_link))
        .merge(lite::routes())
        .fallback(page::serve)
        .layer(DefaultBodyLimit::max(extract::BODY_MAX))
        .layer(from_fn_with_state(app.clone(), guard::known_host))
        .layer(from_fn(guard::with_headers))
        .with_state(app)
}

async fn no_such_route() -> ApiError {
    ApiError::not_found("the API has no such path; /api/openapi.json lists them all")
}

async fn no_such_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method", "this path has no such method; see /api/openapi.json")
}
