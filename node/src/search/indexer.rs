//! Keeps the index in step with the messages, on a thread of its own.
//!
//! Each commit of the index says how far it is (its *payload*): `all`, or, while the index is made anew, the chat and
//! place to go on from. Then the list of changes ([`super::feed`]) is worked off. Only what a commit holds durably is
//! taken off the list, and taking a message in again changes nothing, so the process may end at any moment.
//!
//! What does not open, does not decode or is of another version is thrown away and made anew; so is an index under which
//! tantivy panics.

use super::feed::{Changed, Feed, Followed, Woken};
use super::index::{self, Fields, Slot, VERSION};
use super::sealed::SealedDirectory;
use anyhow::{Context, Result, bail};
use chappe_protocol::chat::op::Hlc;
use chappe_protocol::chat::timeline::searched;
use chappe_protocol::ids::ChatId;
use chappe_storage::Store;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument};
use zeroize::Zeroizing;

/// How long changes are gathered before the index is written, unless somebody searches.
const GATHER: Duration = Duration::from_secs(1);
/// How often deleted words are looked for that still lie in the (sealed) files.
const TIDY: Duration = Duration::from_secs(6 * 3600);
/// Rows of the list that are taken in together.
const ROWS: usize = 64;
/// Messages that are read at a time.
const PAGE: usize = 512;
/// Messages between two commits while the index is made anew.
const STRIDE: usize = 50_000;
/// Memory for words that are not written yet.
const BUDGET: usize = 32 * 1024 * 1024;
/// How often a broken index is made anew in one run of the program.
const ANEW_MAX: u32 = 3;

/// What searches read from.
#[derive(Clone)]
pub struct Readable {
    /// The index.
    pub reader: IndexReader,
    /// Its fields.
    pub fields: Fields,
}

/// What the thread and the searches share.
#[derive(Default)]
pub struct Shared {
    readable: RwLock<Option<Readable>>,
    /// All messages are in it, but for those on the list.
    complete: AtomicBool,
    /// A search found the index broken.
    broken: AtomicBool,
}

impl Shared {
    /// What can be read now, if anything.
    pub fn readable(&self) -> Option<Readable> {
        self.readable.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All messages are in it.
    pub fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Acquire)
    }

    /// A search found it broken: it is to be made anew.
    pub fn is_broken(&self) {
        self.broken.store(true, Ordering::Release);
    }

    fn show(&self, readable: Option<Readable>, complete: bool) {
        self.complete.store(complete, Ordering::Release);
        *self.readable.write().unwrap_or_else(PoisonError::into_inner) = readable;
    }
}

/// The thread's own.
pub struct Indexer<S> {
    /// Messages, and the list of changes.
    pub store: Arc<Followed<S>>,
    /// Where the index lies.
    pub dir: PathBuf,
    /// What it is sealed with.
    pub key: Zeroizing<[u8; 32]>,
    /// What searches see.
    pub shared: Arc<Shared>,
}

impl<S: Store> Indexer<S> {
    /// Works until the node ends.
    pub fn run(&self) {
        let feed = self.store.feed();
        for _ in 0..ANEW_MAX {
            let worked = catch_unwind(AssertUnwindSafe(|| self.work(&feed)));
            self.shared.show(None, false);
            match worked {
                Ok(Ok(())) => return,
                Ok(Err(error)) => tracing::warn!(error = format!("{error:#}"), "the search index is made anew"),
                Err(_) => tracing::warn!("the search index is made anew: reading it panicked"),
            }
            if feed.stops() {
                return;
            }
            if let Err(error) = wipe(&self.dir) {
                tracing::error!(%error, "the search index cannot be removed");
                return;
            }
        }
        tracing::error!("the search index breaks again and again; there is no search until the next start");
    }

    fn work(&self, feed: &Feed) -> Result<()> {
        let mut open = self.open()?;
        self.shared.broken.store(false, Ordering::Release);
        self.shared.show(Some(open.readable()), open.progress()?.is_none());
        self.scan(&mut open, feed)?;
        let mut tidied: Option<Instant> = None;
        while !feed.stops() {
            if self.shared.broken.load(Ordering::Acquire) {
                bail!("a search found it damaged");
            }
            if tidied.is_none_or(|at| at.elapsed() >= TIDY) {
                open.tidy()?;
                tidied = Some(Instant::now());
            }
            match feed.wait(Duration::from_secs(5), GATHER) {
                Woken::News => self.take_in(&mut open)?,
                Woken::Quiet => {}
                Woken::Stop => break,
            }
        }
        open.writer.wait_merging_threads().context("its last work cannot be finished")
    }

    fn open(&self) -> Result<Open> {
        let directory = SealedDirectory::open(&self.dir, self.key.clone())?;
        let (index, fields) = index::open(directory)?;
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(BUDGET)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        let writer: IndexWriter = index.writer_with_options(options)?;
        let mut policy = LogMergePolicy::default();
        // A segment half of which is gone is not kept for the other half.
        policy.set_del_docs_ratio_before_merge(0.5);
        writer.set_merge_policy(Box::new(policy));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Open { index, fields, writer, reader })
    }

    /// Reads all messages, from where the last commit says.
    fn scan(&self, open: &mut Open, feed: &Feed) -> Result<()> {
        let Some((chat, mut from)) = open.progress()? else { return Ok(()) };
        let begun = Instant::now();
        let (mut seen, mut uncommitted) = (0usize, 0);
        for id in searched::chats(&*self.store)?.into_iter().filter(|id| *id >= chat) {
            if id > chat {
                from = Vec::new();
            }
            loop {
                if feed.stops() {
                    return Ok(());
                }
                let page = searched::page(&*self.store, &id, &from, PAGE)?;
                let Some((last, _)) = page.last() else { break };
                from = [last.sort(), vec![0]].concat();
                for (place, message) in &page {
                    if let Some(message) = message {
                        open.add(index::document(&open.fields, &id, place, message))?;
                    }
                }
                (seen, uncommitted) = (seen + page.len(), uncommitted + page.len());
                if uncommitted >= STRIDE {
                    open.commit(&payload(&id, &from))?;
                    uncommitted = 0;
                }
            }
        }
        open.commit(ALL)?;
        self.shared.show(Some(open.readable()), true);
        tracing::info!(messages = seen, seconds = begun.elapsed().as_secs_f64(), "the search index was made");
        Ok(())
    }

    /// Works some of the list off.
    fn take_in(&self, open: &mut Open) -> Result<()> {
        let listed = self.store.listed(ROWS)?;
        let mut slots = BTreeSet::new();
        for changed in listed.iter().flat_map(|(_, messages)| messages) {
            slots.extend(self.slot_of(changed)?);
        }
        if !slots.is_empty() {
            open.writer.delete_query(Box::new(index::of_slots(slots.clone())))?;
            for (chat, time) in &slots {
                self.add_slot(open, chat, *time)?;
            }
            open.commit(ALL)?;
        }
        let rows: Vec<u64> = listed.iter().map(|(number, _)| *number).collect();
        self.store.take_off(&rows)?;
        Ok(())
    }

    fn slot_of(&self, (chat, message, time): &Changed) -> Result<Option<Slot>> {
        if let Some(time) = time {
            return Ok(Some((*chat, *time)));
        }
        let place = searched::place(&*self.store, message)?;
        Ok(place.filter(|(at, _)| at == chat).map(|(_, place)| (*chat, place.shown)))
    }

    fn add_slot(&self, open: &Open, chat: &ChatId, time: Hlc) -> Result<()> {
        let mut from = time.0.to_be_bytes().to_vec();
        loop {
            let page = searched::page(&*self.store, chat, &from, 8)?;
            for (place, message) in &page {
                if place.shown != time {
                    return Ok(());
                }
                if let Some(message) = message {
                    open.add(index::document(&open.fields, chat, place, message))?;
                }
            }
            let Some((last, _)) = page.last() else { return Ok(()) };
            from = [last.sort(), vec![0]].concat();
        }
    }
}

/// An index that is being written.
struct Open {
    index: Index,
    fields: Fields,
    writer: IndexWriter,
    reader: IndexReader,
}

/// The payload of an index that holds all messages.
const ALL: &str = "all";

impl Open {
    fn readable(&self) -> Readable {
        Readable { reader: self.reader.clone(), fields: self.fields }
    }

    fn add(&self, document: TantivyDocument) -> Result<()> {
        self.writer.add_document(document)?;
        Ok(())
    }

    fn commit(&mut self, payload: &str) -> Result<()> {
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&format!("{VERSION} {payload}"));
        commit.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    /// Where to go on with making it; `None` if it is made.
    fn progress(&self) -> Result<Option<(ChatId, Vec<u8>)>> {
        let beginning = (ChatId([0; 32]), Vec::new());
        let Some(payload) = self.index.load_metas()?.payload else { return Ok(Some(beginning)) };
        let (version, rest) = payload.split_once(' ').context("its progress cannot be read")?;
        if version != VERSION {
            bail!("it is of another version");
        }
        if rest == ALL {
            return Ok(None);
        }
        let (chat, place) = rest.split_once(' ').context("its progress cannot be read")?;
        let place = data_encoding::HEXLOWER.decode(place.as_bytes()).context("its progress cannot be read")?;
        Ok(Some((ChatId::from_hex(chat).context("its progress cannot be read")?, place)))
    }

    /// Writes segments anew that hold words of deleted messages.
    fn tidy(&mut self) -> Result<()> {
        for segment in self.index.searchable_segment_metas()? {
            if segment.has_deletes() {
                self.writer.merge(&[segment.id()]).wait()?;
            }
        }
        self.writer.garbage_collect_files().wait()?;
        self.reader.reload()?;
        Ok(())
    }
}

fn payload(chat: &ChatId, from: &[u8]) -> String {
    format!("{} {}", chat.to_hex(), data_encoding::HEXLOWER.encode(from))
}

/// Removes an index.
pub fn wipe(dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
