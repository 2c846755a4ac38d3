//! Full text search over all chats of this node.
//!
//! * [`fold`]: a text as words. [`wanted`]: a query as words. [`newest`]: filters, and the newest matches first.
//! * [`index`]: the fields, in a [`sealed`] directory of tantivy's.
//! * [`feed`]: the durable list of what changed. [`indexer`]: the thread that works it off.
//!
//! A hit is the id of a message. What people see of it comes from the core, which also knows what may not be shown any
//! more; so a message that was deleted a moment ago is never shown.
//!
//! Not here: what is in a message to look for (`chappe_protocol::chat::timeline::searched`).

pub mod feed;
pub mod fold;
pub mod index;
pub mod indexer;
pub mod newest;
pub mod sealed;
#[cfg(test)]
mod tests;
pub mod wanted;

use chappe_protocol::chat::op::Hlc;
use chappe_protocol::chat::timeline::searched;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::store::{Batch, StoreRead, Table};
use chappe_storage::Store;
use feed::{Feed, Followed};
use indexer::{Indexer, Readable, Shared};
use newest::{Filter, Key, Newest};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Semaphore;
use wanted::{Refused, Wanted};
use zeroize::Zeroizing;

/// Hits of one page.
pub const PAGE_MAX: usize = 100;
/// Matches that are looked at for one page: more are only needed where phrases are many and hits are few.
const CANDIDATES_MAX: usize = 2_000;
/// How long a search waits for the index to catch up with what was said before it.
const CATCH_UP: Duration = Duration::from_secs(2);
/// Searches at a time; each takes a core.
const AT_ONCE: usize = 2;
/// Where the key of the index stands in the store.
const KEY: (&[u8], &[u8]) = (b"search", b"key");

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// As it was typed.
    pub words: String,
    /// What else.
    pub filter: Filter,
    /// 1 to [`PAGE_MAX`].
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// The end of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    key: Key,
    similar: bool,
}

impl Cursor {
    /// As text.
    pub fn write(&self) -> String {
        let Key { time, first, chat } = self.key;
        format!("{}{:016x}{first:02x}{}", if self.similar { 's' } else { 'e' }, time.0, chat.to_hex())
    }

    /// From text.
    pub fn read(text: &str) -> Option<Self> {
        let similar = match text.get(..1)? {
            "s" => true,
            "e" => false,
            _ => return None,
        };
        let bytes = data_encoding::HEXLOWER.decode(text.get(1..)?.as_bytes()).ok()?;
        let (time, rest) = bytes.split_first_chunk::<8>()?;
        let (first, chat) = rest.split_first()?;
        let time = Hlc(u64::from_be_bytes(*time));
        Some(Self { key: Key { time, first: *first, chat: ChatId(chat.try_into().ok()?) }, similar })
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The newest first.
    pub hits: Vec<(ChatId, OpId)>,
    /// How many there are in all, of phrases an upper bound.
    pub total: u64,
    /// Nothing fitted as it was typed; these are similar.
    pub similar: bool,
    /// The index holds all messages.
    pub complete: bool,
    /// There may be more.
    pub next: Option<Cursor>,
    /// For highlights.
    pub wanted: Wanted,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The question is wrong.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The index is being opened or made anew.
    #[error("the search is not ready yet; try again in some seconds")]
    NotReady,
    /// The node ends.
    #[error("the node is shutting down")]
    Stopping,
}

/// Answers searches.
#[derive(Clone)]
pub struct Search {
    feed: Arc<Feed>,
    shared: Arc<Shared>,
    store: Arc<dyn StoreRead + Send + Sync>,
    permits: Arc<Semaphore>,
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Search")
    }
}

/// The thread of a search.
#[derive(Debug)]
pub struct Working {
    feed: Arc<Feed>,
    thread: Option<JoinHandle<()>>,
}

impl Working {
    /// Ends it and lets go of the store. Blocks until it has written what it holds.
    pub fn stop(mut self) {
        self.feed.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the search's thread panicked");
        }
    }
}

/// The key of the index, made at the first start. It stands in the store, which is sealed itself.
pub fn key(store: &dyn Store) -> anyhow::Result<Zeroizing<[u8; 32]>> {
    if let Some(key) = store.get(Table::Meta, KEY.0, KEY.1)?.map(Zeroizing::new) {
        return Ok(Zeroizing::new(key.as_slice().try_into()?));
    }
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key)?;
    let mut batch = Batch::new();
    batch.put(Table::Meta, KEY.0, KEY.1, key.to_vec());
    store.apply(&batch)?;
    store.sync()?;
    Ok(key)
}

impl Search {
    /// Starts the thread. `dir` holds the index and nothing else.
    pub fn start<S: Store + 'static>(store: Arc<Followed<S>>, dir: PathBuf) -> anyhow::Result<(Self, Working)> {
        let key = key(&*store)?;
        let (feed, shared) = (store.feed(), Arc::new(Shared::default()));
        feed.begin();
        let indexer = Indexer { store: store.clone(), dir, key, shared: shared.clone() };
        let thread = std::thread::Builder::new().name("search".into()).spawn(move || indexer.run())?;
        let search = Self { feed: feed.clone(), shared, store, permits: Arc::new(Semaphore::new(AT_ONCE)) };
        Ok((search, Working { feed, thread: Some(thread) }))
    }

    /// Answers a question, on a thread for blocking work.
    pub async fn ask(&self, question: Question) -> Result<Found, SearchError> {
        let _permit = self.permits.acquire().await.map_err(|_| SearchError::Stopping)?;
        let this = self.clone();
        match tokio::task::spawn_blocking(move || this.answer(&question)).await {
            Ok(answer) => answer,
            // tantivy trusts what it reads. Damage that gets through the seal's checks is no damage of ours.
            Err(error) => {
                tracing::warn!(%error, "a search failed");
                self.shared.is_broken();
                Err(SearchError::NotReady)
            }
        }
    }

    /// Answers a question.
    pub fn answer(&self, question: &Question) -> Result<Found, SearchError> {
        let wanted = Wanted::read(&question.words)?;
        if wanted.is_empty() && question.filter.is_empty() {
            return Err(Refused::Nothing.into());
        }
        let complete = self.shared.is_complete() && self.feed.caught_up(CATCH_UP);
        let readable = self.shared.readable().ok_or(SearchError::NotReady)?;
        let found = self.find(&readable, wanted, question);
        let mut found = found.map_err(|error| {
            tracing::warn!(error = format!("{error:#}"), "a search found the index broken");
            self.shared.is_broken();
            SearchError::NotReady
        })?;
        found.complete = complete;
        Ok(found)
    }

    fn find(&self, readable: &Readable, wanted: Wanted, question: &Question) -> anyhow::Result<Found> {
        let similar = question.after.is_some_and(|cursor| cursor.similar);
        let found = self.page(readable, &wanted, question, similar)?;
        let again = found.hits.is_empty() && question.after.is_none() && !wanted.is_empty();
        let found = if again { self.page(readable, &wanted, question, true)? } else { found };
        Ok(Found { wanted, ..found })
    }

    fn page(&self, readable: &Readable, wanted: &Wanted, question: &Question, similar: bool) -> anyhow::Result<Found> {
        let query = wanted.query(&readable.fields, similar);
        let searcher = readable.reader.searcher();
        let limit = question.limit.clamp(1, PAGE_MAX);
        let mut below = question.after.map(|cursor| cursor.key);
        let mut found = Found { similar, ..Found::default() };
        for _ in 0..CANDIDATES_MAX.div_ceil(2 * limit) {
            let newest = Newest { limit: 2 * limit, filter: question.filter.clone(), below };
            let (keys, total) = searcher.search(&query, &newest)?;
            found.total = total;
            for key in &keys {
                below = Some(*key);
                for id in self.at(key, wanted)? {
                    if !found.hits.contains(&(key.chat, id)) {
                        found.hits.push((key.chat, id));
                    }
                }
                if found.hits.len() >= limit {
                    found.next = Some(Cursor { key: *key, similar });
                    return Ok(found);
                }
            }
            if keys.len() < 2 * limit {
                return Ok(found);
            }
        }
        found.next = below.map(|key| Cursor { key, similar });
        Ok(found)
    }

    /// The messages behind a match, if they say what is wanted.
    fn at(&self, key: &Key, wanted: &Wanted) -> anyhow::Result<Vec<OpId>> {
        let page = searched::page(&*self.store, &key.chat, &key.time.0.to_be_bytes(), 8)?;
        let here = page.into_iter().filter(|(place, _)| place.shown == key.time && place.id.0[0] == key.first);
        let said = here.filter_map(|(_, message)| message.filter(|message| wanted.stands_in(&message.text)));
        Ok(said.map(|message| message.id).collect())
    }
}
