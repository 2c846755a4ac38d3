//! Chats of another messenger, handed over by a program (`chappe import`) chat by chat, in pages: what is here already stays as
//! it is, so that an import that was cut off is simply begun again.
//!
//! | table | partition | sort | value |
//! |---|---|---|---|
//! | Meta | `imports` | `seed` | 32 bytes, drawn with the first import |
//! | Meta | `imported files` | hash of chat and source | what a message says of the file, without the message's own part |
//!
//! Not here: formats of other programs (`crate::telegram`), ids and bounds (`chappe_protocol::chat::imported`).

use crate::files::import::Import;
use crate::files::{FileError, Files};
use crate::handle::Handle;
use chappe_protocol::chat::imported::{Outline, Said, Source};
use chappe_protocol::chat::timeline::archived::Archived;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::Body;
use chappe_protocol::content::edit::Edit;
use chappe_protocol::content::file::File;
use chappe_protocol::content::forward::Forward;
use chappe_protocol::content::head::{Head, Reply as Answers};
use chappe_protocol::content::location::Location;
use chappe_protocol::content::reaction::Reaction;
use chappe_protocol::content::rich::Entity;
use chappe_protocol::content::text::Text;
use chappe_protocol::ids::{ChatId, NodeId, OpId};
use chappe_protocol::limits::{ARCHIVED_AT_ONCE, ARCHIVED_BYTES_AT_ONCE, REACTIONS_MAX};
use chappe_protocol::peer::command::{ArchiveCommand, Command, CommandError, Look, Reply};
use chappe_protocol::store::{Batch, Table};
use chappe_protocol::wire::WireError;
use chappe_protocol::wire::registry::kind;
use chappe_storage::{Store, WriteError};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;

const PARTITION: &[u8] = b"imports";
const SEED: &[u8] = b"seed";
const FILES: &[u8] = b"imported files";

/// Why something is not taken in. The texts say what to do.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Something out of bounds.
    #[error("{what}: {why}")]
    Invalid {
        /// A chat, or which message.
        what: String,
        /// What is wrong.
        why: WireError,
    },
    /// Messages of a chat that nobody announced.
    #[error("begin the import of this chat first: POST /api/imports")]
    NotBegun,
    /// The system gives no randomness, or a row is damaged.
    #[error("{0}")]
    Broken(String),
    /// A file cannot be kept.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] WriteError),
    /// The core says no.
    #[error(transparent)]
    Core(#[from] CommandError),
}

/// A message as another messenger knew it.
#[derive(Debug, Default)]
pub struct Told {
    /// Who, in that messenger's terms; none for our own user.
    pub from: Option<String>,
    /// The message's number there.
    pub number: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    /// When it got its last wording.
    pub edited: Option<u64>,
    /// A text, or what is said about a file.
    pub text: String,
    /// Its formatting.
    pub entities: Vec<Entity>,
    /// What it answers.
    pub reply_to: Option<OpId>,
    /// Who said it first: their id there, if it is known, and their name.
    pub forward: Option<(Option<String>, String)>,
    /// A place; then there is no text.
    pub place: Option<Location>,
    /// What [`Imports::keep`] gave.
    pub file: Option<Box<File>>,
    /// An emoji, and from whom; none for our own user.
    pub reactions: Vec<(String, Option<String>)>,
}

/// Takes chats of another messenger in. Cheap to clone.
#[derive(Clone)]
pub struct Imports {
    store: Arc<dyn Store>,
    handle: Handle,
    files: Files,
    node: NodeId,
    /// Chats that were announced since the node started.
    begun: Arc<Mutex<BTreeSet<ChatId>>>,
}

impl fmt::Debug for Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Imports")
    }
}

impl Imports {
    /// `node` is this machine.
    pub fn new(store: Arc<dyn Store>, handle: Handle, files: Files, node: NodeId) -> Self {
        Self { store, handle, files, node, begun: Arc::default() }
    }

    /// Takes a chat in, without its messages.
    pub async fn begin(&self, outline: Outline) -> Result<ChatId, ImportError> {
        let Reply::Relays(mut relays) = self.handle.ask(Command::Look(Look::OwnRelays)).await? else {
            return Err(ImportError::Broken("the core answered with another command's reply".into()));
        };
        if relays.is_empty() {
            relays.push(RelayHint { relay: self.node, addrs: Vec::new() });
        }
        let record = self.source().await?.record(&outline, &relays);
        let record = record.map_err(|why| ImportError::Invalid { what: "the chat".into(), why })?;
        let chat = record.state.chat;
        self.order(ArchiveCommand::Admit(Box::new(record))).await?;
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).insert(chat);
        Ok(chat)
    }

    fn check(&self, chat: &ChatId) -> Result<(), ImportError> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.contains(chat) { Ok(()) } else { Err(ImportError::NotBegun) }
    }

    /// Takes messages in; gives their ids. If one of them is out of bounds, none is taken.
    pub async fn take(&self, chat: ChatId, all: Vec<Told>) -> Result<Vec<OpId>, ImportError> {
        self.check(&chat)?;
        let source = self.source().await?;
        let (mut ids, mut operations, mut files) = (Vec::new(), Vec::new(), Vec::new());
        for told in all {
            let (number, file) = (told.number, told.file.clone());
            let id = message(&source, &chat, told, &mut operations)
                .map_err(|why| ImportError::Invalid { what: format!("message {number}"), why })?;
            files.extend(file.map(|file| (id, file)));
            ids.push(id);
        }
        let mut page = Vec::new();
        let mut bytes = 0;
        for operation in operations {
            bytes += operation.op.len();
            if page.len() == ARCHIVED_AT_ONCE || bytes > ARCHIVED_BYTES_AT_ONCE {
                bytes = operation.op.len();
                self.order(ArchiveCommand::Take { chat, operations: std::mem::take(&mut page) }).await?;
            }
            page.push(operation);
        }
        self.order(ArchiveCommand::Take { chat, operations: page }).await?;
        for (id, file) in files {
            self.files.kept(chat, id, *file).await?;
        }
        Ok(ids)
    }

    /// A file that was kept before, whole.
    pub async fn known(&self, chat: ChatId, source: &str) -> Result<Option<Box<File>>, ImportError> {
        self.check(&chat)?;
        let sort = file_sort(&chat, source);
        let row = self.rows(move |store| {
            let read = store.get(Table::Meta, FILES, &sort);
            read.map_err(|error| ImportError::Broken(error.to_string()))
        });
        let Some(row) = row.await? else { return Ok(None) };
        let Ok(Body::File(file)) = Body::decode(kind::FILE, &row) else {
            return Err(ImportError::Broken("what is known of an imported file is damaged".into()));
        };
        Ok(Some(file).filter(|file| self.files.has(file)))
    }

    /// Keeps a file here, for a message that will come; `source` is where it comes from, unique in the chat.
    pub async fn keep(&self, chat: ChatId, source: &str, import: Import) -> Result<Box<File>, ImportError> {
        self.check(&chat)?;
        let file = Box::new(import.keep().await?);
        let (sort, body) = (file_sort(&chat, source), Body::File(file.clone()));
        let row = body.encode().map_err(|why| ImportError::Invalid { what: "the file".into(), why })?;
        self.rows(move |store| put(store, FILES, &sort, row)).await?;
        Ok(file)
    }

    async fn source(&self) -> Result<Source, ImportError> {
        let Reply::Status(status) = self.handle.ask(Command::Status).await? else {
            return Err(ImportError::Broken("the core answered with another command's reply".into()));
        };
        let fresh = crate::entropy::seed().map_err(|error| ImportError::Broken(error.to_string()))?;
        let seed = self.rows(move |store| {
            let known = store.get(Table::Meta, PARTITION, SEED);
            match known.map_err(|error| ImportError::Broken(error.to_string()))? {
                Some(seed) => seed.try_into().map_err(|_| ImportError::Broken("the seed of imports is damaged".into())),
                None => put(store, PARTITION, SEED, fresh.to_vec()).map(|()| *fresh),
            }
        });
        Ok(Source::new(seed.await?, status.profile.user))
    }

    async fn order(&self, command: ArchiveCommand) -> Result<(), ImportError> {
        self.handle.ask(Command::Archive(command)).await?;
        Ok(())
    }

    async fn rows<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, ImportError> + Send + 'static,
    ) -> Result<T, ImportError> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || work(&*store)).await;
        done.unwrap_or_else(|error| Err(ImportError::Broken(format!("the node is stopping ({error})"))))
    }
}

fn put(store: &dyn Store, partition: &[u8], sort: &[u8], row: Vec<u8>) -> Result<(), ImportError> {
    let mut batch = Batch::new();
    batch.put(Table::Meta, partition, sort, row);
    store.apply(&batch)?;
    Ok(store.sync()?)
}

fn file_sort(chat: &ChatId, source: &str) -> [u8; 32] {
    *blake3::keyed_hash(&chat.0, source.as_bytes()).as_bytes()
}

/// A message and its changes; gives the message's id.
fn message(source: &Source, chat: &ChatId, told: Told, all: &mut Vec<Archived>) -> Result<OpId, WireError> {
    let Told { from, number, at, edited, text, entities, reply_to, forward, place, file, reactions } = told;
    let from = from.as_deref();
    let mut say = |from: Option<&str>, at, body: &Body| {
        let (id, archived) = source.said(chat, &Said { from, number, at, body })?;
        all.push(archived);
        Ok::<_, WireError>(id)
    };
    let forward = forward.map(|(id, name)| {
        // Who has only a name is whoever has this name.
        let user = source.person(id.as_deref().unwrap_or(&name));
        Box::new(Forward { user, name, at, proof: None })
    });
    let head = Head { reply: reply_to.map(|to| Answers { to, quote: None }), forward, ..Head::default() };
    let wording = (text.clone(), entities.clone());
    let (body, is_text) = match (file, place) {
        (Some(file), _) => (Body::File(Box::new(File { caption: text, entities, head, ..*file })), false),
        (None, Some(place)) => (Body::Location(Location { head, ..place }), false),
        (None, None) => (Body::Text(Text { text, entities, head }), true),
    };
    let target = say(from, at, &body)?;
    if let Some(edited) = edited.filter(|_| is_text) {
        let (text, entities) = wording;
        say(from, edited, &Body::Edit(Edit { target, counter: 1, text, entities }))?;
    }
    let mut felt: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for (emoji, person) in reactions {
        felt.entry(person).or_default().insert(emoji);
    }
    for (person, emoji) in felt {
        let emoji = emoji.into_iter().take(REACTIONS_MAX).collect();
        say(person.as_deref(), at, &Body::Reaction(Reaction { target, emoji }))?;
    }
    Ok(target)
}
