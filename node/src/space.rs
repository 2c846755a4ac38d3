//! What a node's data takes on its disk: folders as they lie there, messages and files by chat.

use crate::files::Files;
use crate::files::space::Held;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{Command, CommandError, Reply};
use chappe_protocol::store::{Range, ReadError, Table};
use chappe_storage::Store;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Rows of a chat that are read at once.
const PAGE: usize = 1024;

/// Folders in folders that are looked into; the node's own are at most three deep.
const DEPTH: usize = 6;

/// Why it cannot be said.
#[derive(Debug, Error)]
pub enum SpaceError {
    /// The disk fails.
    #[error("the data folder cannot be measured: {0}")]
    Disk(#[from] io::Error),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] ReadError),
    /// The core says no.
    #[error(transparent)]
    Core(#[from] CommandError),
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
}

/// What lies where, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// The store: messages, keys, settings, what waits to be sent.
    pub store: u64,
    /// The search index.
    pub index: u64,
    /// Files of chats, and what is kept for others.
    pub files: u64,
    /// Everything else in the data folder.
    pub other: u64,
    /// Messages and their signed bytes, by chat.
    pub messages: BTreeMap<ChatId, (u64, u64)>,
    /// Files, by chat and sort.
    pub held: Held,
}

/// Measures. Cheap to clone.
#[derive(Clone)]
pub struct Space {
    data: PathBuf,
    store: Arc<dyn Store>,
    handle: crate::handle::Handle,
    /// The node's files.
    pub files: Files,
}

impl std::fmt::Debug for Space {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Space")
    }
}

impl Space {
    /// Of a node's data folder.
    pub fn new(data: &Path, store: Arc<dyn Store>, handle: crate::handle::Handle, files: Files) -> Self {
        Self { data: data.to_owned(), store, handle, files }
    }

    /// Measures everything, off the loop: each message of every chat is read once.
    pub async fn measure(&self) -> Result<Use, SpaceError> {
        let chats = match self.handle.ask(Command::Chats).await? {
            Reply::Chats(chats) => chats.into_iter().map(|chat| chat.id).collect(),
            _ => Vec::new(),
        };
        let (this, held) = (self.clone(), self.files.held());
        let measured = tokio::task::spawn_blocking(move || this.read(&chats, held)).await;
        measured.map_err(|_| SpaceError::Stopping)?
    }

    fn read(&self, chats: &[ChatId], held: Held) -> Result<Use, SpaceError> {
        let mut used = Use { held, ..Use::default() };
        for item in fs::read_dir(&self.data)? {
            let item = item?;
            let bytes = below(&item.path(), DEPTH)?;
            let part = match item.file_name().to_str() {
                Some("store") => &mut used.store,
                Some("search") => &mut used.index,
                Some("blobs") => &mut used.files,
                Some(_) | None => &mut used.other,
            };
            *part += bytes;
        }
        for chat in chats {
            let mut from = Vec::new();
            let (mut count, mut bytes) = (0, 0);
            loop {
                let page = self.store.scan(Table::Timeline, &chat.0, Range::From(&from), PAGE)?;
                let Some((last, _)) = page.last() else { break };
                from = [last, &[0][..]].concat();
                count += page.len() as u64;
                bytes += page.iter().map(|(sort, row)| (sort.len() + row.len()) as u64).sum::<u64>();
            }
            used.messages.insert(*chat, (count, bytes));
        }
        Ok(used)
    }
}

/// Bytes of a file or of all files below a folder. Links are not followed; what goes away meanwhile counts nothing.
fn below(path: &Path, depth: usize) -> io::Result<u64> {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    if !about.is_dir() || depth == 0 {
        return Ok(if about.is_file() { about.len() } else { 0 });
    }
    let mut sum = 0;
    for item in fs::read_dir(path)? {
        sum += below(&item?.path(), depth - 1)?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_as_large_as_its_files_and_links_lead_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::write(dir.path().join("a/b/c"), [0; 300]).unwrap();
        fs::write(dir.path().join("a/d"), [0; 20]).unwrap();
        std::os::unix::fs::symlink("/", dir.path().join("a/root")).unwrap();
        assert_eq!(below(dir.path(), DEPTH).unwrap(), 320);
        assert_eq!(below(&dir.path().join("gone"), DEPTH).unwrap(), 0);
    }
}
