//! Brings what changed to own relays: all chats are read and cut into segments; a segment that relays have already is
//! known by its hash. Behind the last one goes the manifest, and only then the setting that says where it is: whoever comes
//! back finds a whole history or the one before.

use super::keep::{KeepError, Lines};
use super::rows::{self, Config, Copy, Kept, Set, Which};
use super::{BackupError, Checked, Inner, Stage, blocking};
use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::blob::whole;
use chappe_protocol::chat::archive::ChatRecord;
use chappe_protocol::chat::segment::{Segment, Segmenter};
use chappe_protocol::chat::timeline::archived;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::identity::history::{History, HistoryKey, Manifest, SegmentRef};
use chappe_protocol::ids::{ChatId, DeviceId, NodeId};
use chappe_protocol::limits::SEGMENTS_MAX;
use chappe_protocol::peer::command::{ArchiveCommand, Command, Look, OwnCommand, Reply};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Relays that get everything, if there are as many.
const COPIES: usize = 2;

/// Rows of a chat that are read at once.
const ROWS: usize = 512;

/// A copy is renewed that long before its relay drops it.
const RENEW_MS: u64 = 10 * 24 * 3600 * 1000;

/// One run.
struct Run<'a> {
    inner: &'a Arc<Inner>,
    lines: Lines,
    set: Set,
    key: HistoryKey,
    number: u64,
    relays: Vec<RelayHint>,
    manifest: Manifest,
    messages: u64,
    bytes: u64,
    brought: u64,
    /// Relays that lack something.
    incomplete: BTreeSet<NodeId>,
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn unexpected() -> String {
    "the core answered with another command's reply (please report it)".into()
}

/// What is kept for the words, brought up to date.
pub(super) async fn run(inner: &Arc<Inner>) -> Result<(), String> {
    let Some(mut config) = inner.config() else { return Ok(()) };
    inner.begin(Stage::Writing, config.segments);
    reserve(inner, &mut config);
    inner.save(config.clone()).await.map_err(text)?;
    let mut run = bring(inner, Set::Own, &mut config).await?;
    inner.save(config.clone()).await.map_err(text)?;
    {
        let mut seen = inner.seen();
        (seen.on, seen.at, seen.messages, seen.bytes) = (true, config.at, config.messages, config.bytes);
        (seen.relays, seen.brought) = (config.relays(), run.brought);
    }
    run.drop_old(config.published).await
}

/// A history for a new device of the same user, once.
pub(super) async fn hand(inner: &Arc<Inner>, device: DeviceId) -> Result<(), String> {
    let set = Set::For(device);
    inner.begin(Stage::Handing, 0);
    let known = rows::config(&*inner.store, set).map_err(text)?;
    let mut config = match known {
        Some(config) => config,
        None => Config::new(*crate::entropy::seed().map_err(text)?, Vec::new()),
    };
    reserve(inner, &mut config);
    put(inner, set, config.clone()).await?;
    bring(inner, set, &mut config).await?;
    put(inner, set, config).await
}

/// A number that is reserved before anything is sealed under it; times never repeat, whichever device takes them.
fn reserve(inner: &Inner, config: &mut Config) {
    config.number = inner.clock.now().wall.max(config.number + 1);
}

async fn put(inner: &Arc<Inner>, set: Set, config: Config) -> Result<(), String> {
    let store = inner.store.clone();
    blocking(move || Ok(rows::put_config(&*store, set, &config)?)).await.map_err(text)
}

/// Everything to relays, and then said where it is.
async fn bring<'a>(inner: &'a Arc<Inner>, set: Set, config: &mut Config) -> Result<Run<'a>, String> {
    let relays = own_relays(inner).await?;
    let mut run = Run {
        inner,
        lines: Lines::new(inner.net.clone()),
        set,
        key: config.key().map_err(text)?,
        number: config.number,
        relays,
        manifest: Manifest::default(),
        messages: 0,
        bytes: 0,
        brought: 0,
        incomplete: BTreeSet::new(),
    };
    let Reply::Chats(chats) = inner.handle.ask(Command::Chats).await.map_err(text)? else { return Err(unexpected()) };
    // In an order that does not change with what is said.
    let ids: BTreeSet<ChatId> = chats.iter().map(|chat| chat.id).collect();
    let mut segmenter = Segmenter::default();
    for id in &ids {
        run.chat(id, &mut segmenter).await?;
    }
    if let Some(last) = segmenter.finish() {
        run.segment(last).await?;
    }
    run.publish(config).await?;
    Ok(run)
}

async fn own_relays(inner: &Arc<Inner>) -> Result<Vec<RelayHint>, String> {
    let look = Command::Look(Look::OwnRelays);
    let Reply::Relays(mut relays) = inner.handle.ask(look).await.map_err(text)? else { return Err(unexpected()) };
    relays.retain(|hint| hint.relay != inner.net.id());
    if relays.is_empty() {
        return Err("there is no relay that could keep a backup; add one with: chappe relay add ADDRESS".into());
    }
    Ok(relays)
}

impl Run<'_> {
    async fn chat(&mut self, id: &ChatId, segmenter: &mut Segmenter) -> Result<(), String> {
        let describe = Command::Archive(ArchiveCommand::Describe(*id));
        let record: Box<ChatRecord> = match self.inner.handle.ask(describe).await.map_err(text)? {
            Reply::ChatRecord(record) => record,
            _ => return Err(unexpected()),
        };
        if let Some(full) = segmenter.chat(&record) {
            self.segment(full).await?;
        }
        let mut behind = None;
        loop {
            let (store, chat) = (self.inner.store.clone(), *id);
            let page = blocking(move || {
                archived::page(&*store, &chat, behind, ROWS).map_err(|error| BackupError::Refused(error.to_string()))
            });
            let (messages, last) = page.await.map_err(text)?;
            for message in &messages {
                for full in segmenter.message(message) {
                    self.segment(full).await?;
                }
            }
            if last.is_none() {
                return Ok(());
            }
            behind = last;
        }
    }

    async fn segment(&mut self, segment: Segment) -> Result<(), String> {
        if self.manifest.segments.len() >= SEGMENTS_MAX {
            return Err(format!("a backup has at most {SEGMENTS_MAX} segments; delete old chats"));
        }
        let hash = *blake3::hash(&segment.bytes).as_bytes();
        self.messages += u64::from(segment.messages);
        self.bytes += segment.bytes.len() as u64;
        let key = self.key.segment(&hash);
        let root = self.keep(Which::Segment(hash), key, &segment.bytes).await?;
        self.manifest.segments.push(SegmentRef { hash, root, size: segment.bytes.len() as u32 });
        self.inner.step();
        Ok(())
    }

    /// Sees to it that enough relays have a blob; gives its root.
    async fn keep(&mut self, which: Which, key: FileKey, plain: &[u8]) -> Result<[u8; 32], String> {
        let (store, set) = (self.inner.store.clone(), self.set);
        let known =
            blocking(move || rows::blob(&*store, set, &which).map_err(|error| BackupError::Refused(text(error))));
        let mut kept = known.await.map_err(text)?;
        let wanted = self.relays.len().min(COPIES);
        let mut sealed: Option<Vec<u8>> = None;
        let (write, mut problem) = (self.key.write(&key.blob()), String::new());
        let soon = self.inner.clock.now().wall + RENEW_MS;
        let mut good = 0;
        for hint in self.relays.clone() {
            if good >= wanted {
                break;
            }
            let copy = kept.as_ref().and_then(|kept| kept.copies.iter().find(|copy| copy.is_at(&hint.relay)));
            let fresh = copy.is_some_and(|copy| copy.expires > soon);
            if fresh {
                good += 1;
                continue;
            }
            let renewed = match copy {
                Some(_) => self.lines.renew(&hint, &key, plain.len() as u64).await.ok(),
                None => None,
            };
            let expires = match renewed {
                Some(expires) => Ok(expires),
                None => {
                    if sealed.is_none() {
                        let (blob, root) = whole::seal(&key, plain).map_err(text)?;
                        kept.get_or_insert_with(|| Kept::new(root, plain.len() as u64, self.number));
                        sealed = Some(blob);
                    }
                    let bytes = sealed.as_deref().unwrap_or_default();
                    let brought = self.lines.bring(&hint, (&key, &write), bytes).await;
                    brought.map(|(expires, bytes)| {
                        self.brought += bytes;
                        expires
                    })
                }
            };
            match (expires, &mut kept) {
                (Ok(expires), Some(kept)) => {
                    kept.copies.retain(|copy| !copy.is_at(&hint.relay));
                    kept.copies.push(Copy::new(&hint, expires));
                    good += 1;
                }
                (Ok(_), None) => {}
                (Err(error), _) => {
                    self.incomplete.insert(hint.relay);
                    problem = format!("relay {}: {error}", &hint.relay.to_hex()[..8]);
                }
            }
        }
        let Some(mut kept) = kept.filter(|_| good > 0) else { return Err(problem) };
        let root = kept.root().map_err(text)?;
        kept.used = self.number;
        let (store, set) = (self.inner.store.clone(), self.set);
        blocking(move || Ok(rows::put_blobs(&*store, set, &[(which, Some(kept))])?)).await.map_err(text)?;
        Ok(root)
    }

    /// The manifest, and where it is.
    async fn publish(&mut self, config: &mut Config) -> Result<(), String> {
        let bytes = self.manifest.encode();
        let key = self.key.manifest(self.number);
        let root = self.keep(Which::Manifest(self.number), key, &bytes).await?;
        let (store, set) = (self.inner.store.clone(), self.set);
        let all = blocking(move || rows::blobs(&*store, set).map_err(|error| BackupError::Refused(text(error))));
        let current: Vec<Kept> = all
            .await
            .map_err(text)?
            .into_iter()
            .map(|(_, kept)| kept)
            .filter(|kept| kept.used == self.number)
            .collect();
        let has_all =
            |hint: &&RelayHint| current.iter().all(|kept| kept.copies.iter().any(|copy| copy.is_at(&hint.relay)));
        let whole: Vec<RelayHint> = self.relays.iter().filter(has_all).cloned().collect();
        // Where no relay has all of it, every one has a part.
        let named = if whole.is_empty() { self.relays.clone() } else { whole.clone() };
        let at = self.inner.clock.now().wall;
        let history = History {
            sealed: config.sealed().map_err(text)?,
            number: self.number,
            root,
            size: bytes.len() as u64,
            relays: named,
            at,
            messages: self.messages,
            bytes: self.bytes,
        };
        let history = Box::new(history);
        let said = match self.set {
            Set::Own => OwnCommand::SetHistory(Some(history)),
            Set::For(device) => OwnCommand::Hand { device, history, key: self.key.clone() },
        };
        self.inner.handle.ask(Command::Own(said)).await.map_err(text)?;
        config.published = self.number;
        (config.at, config.messages, config.bytes) = (at, self.messages, self.bytes);
        config.segments = self.manifest.segments.len() as u64;
        config.set_relays(&whole.iter().map(|hint| hint.relay).collect::<Vec<_>>());
        Ok(())
    }

    /// What neither this manifest nor the one before names goes: whoever restores at this moment has the one before.
    async fn drop_old(&mut self, published: u64) -> Result<(), String> {
        let (store, set) = (self.inner.store.clone(), self.set);
        let all = blocking(move || rows::blobs(&*store, set).map_err(|error| BackupError::Refused(text(error))));
        let all = all.await.map_err(text)?;
        let mut numbers: Vec<u64> = all
            .iter()
            .filter_map(|(which, _)| match which {
                Which::Manifest(number) => Some(*number),
                Which::Segment(_) => None,
            })
            .collect();
        numbers.sort_unstable();
        let former = numbers.into_iter().rev().find(|number| *number < published).unwrap_or(published);
        let old = all.into_iter().filter(|(_, kept)| kept.used < former);
        remove(self.inner, &mut self.lines, (self.set, &self.key), old.collect()).await
    }
}

/// Has relays drop blobs; what cannot be reached now is tried with the next run.
async fn remove(
    inner: &Arc<Inner>,
    lines: &mut Lines,
    (set, key): (Set, &HistoryKey),
    blobs: Vec<(Which, Kept)>,
) -> Result<(), String> {
    for (which, mut kept) in blobs {
        let file = file_key(key, &which);
        let mut left = Vec::new();
        for copy in std::mem::take(&mut kept.copies) {
            let Some(hint) = copy.hint() else { continue };
            let removed = lines.remove(&hint, &file, &key.write(&file.blob())).await;
            // It goes by itself when nobody renews it.
            if removed.is_err() && copy.expires > inner.clock.now().wall {
                left.push(copy);
            }
        }
        kept.copies = left;
        let row = Some(kept).filter(|kept| !kept.copies.is_empty());
        let store = inner.store.clone();
        blocking(move || Ok(rows::put_blobs(&*store, set, &[(which, row)])?)).await.map_err(text)?;
    }
    Ok(())
}

fn file_key(key: &HistoryKey, which: &Which) -> FileKey {
    match which {
        Which::Segment(hash) => key.segment(hash),
        Which::Manifest(number) => key.manifest(*number),
    }
}

/// Drops what is kept for the words everywhere.
pub(super) async fn forget(inner: &Arc<Inner>, config: Config) -> Result<(), BackupError> {
    let key = config.key().map_err(|error| BackupError::Refused(error.to_string()))?;
    *inner.config.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    drop_set(inner, Set::Own, &key).await
}

/// Drops what was left for a new device, which has it or does not live any more.
pub(super) async fn forget_handed(inner: &Arc<Inner>, device: DeviceId) -> Result<(), String> {
    let set = Set::For(device);
    let Some(config) = rows::config(&*inner.store, set).map_err(text)? else { return Ok(()) };
    drop_set(inner, set, &config.key().map_err(text)?).await.map_err(text)
}

async fn drop_set(inner: &Arc<Inner>, set: Set, key: &HistoryKey) -> Result<(), BackupError> {
    let store = inner.store.clone();
    let all = blocking(move || {
        rows::forget(&*store, set)?;
        rows::blobs(&*store, set).map_err(|error| BackupError::Refused(error.to_string()))
    });
    let all = all.await?;
    let gone: Vec<(Which, Option<Kept>)> = all.iter().map(|(which, _)| (*which, None)).collect();
    remove(inner, &mut Lines::new(inner.net.clone()), (set, key), all).await.map_err(BackupError::Refused)?;
    let store = inner.store.clone();
    blocking(move || Ok(rows::put_blobs(&*store, set, &gone)?)).await
}

/// Fetches every copy and compares it; what is not as it was is forgotten, so that the next run brings it again.
pub(super) async fn check(inner: &Arc<Inner>) -> Result<(), String> {
    let Some(config) = inner.config() else { return Ok(()) };
    let key = config.key().map_err(text)?;
    let store = inner.store.clone();
    let all = blocking(move || rows::blobs(&*store, Set::Own).map_err(|error| BackupError::Refused(text(error))));
    let all: Vec<(Which, Kept)> =
        all.await.map_err(text)?.into_iter().filter(|(_, kept)| kept.used == config.published).collect();
    inner.begin(Stage::Checking, all.len() as u64);
    let mut lines = Lines::new(inner.net.clone());
    let mut found = Checked { at: inner.clock.now().wall, good: 0, bad: 0, unknown: 0 };
    for (which, mut kept) in all {
        let (file, root) = (file_key(&key, &which), kept.root().map_err(text)?);
        let before = kept.copies.len();
        let mut left = Vec::new();
        for copy in std::mem::take(&mut kept.copies) {
            let Some(hint) = copy.hint() else { continue };
            match lines.fetch(&hint, &file, (&root, kept.size)).await {
                Ok(_) => {
                    found.good += 1;
                    left.push(copy);
                }
                Err(KeepError::Gone | KeepError::Wrong(_)) => {
                    found.bad += 1;
                    // A relay that has something else under this name takes nothing over it.
                    drop(lines.remove(&hint, &file, &key.write(&file.blob())).await);
                }
                Err(error @ (KeepError::Unreachable(_) | KeepError::Client(_))) => {
                    tracing::info!(relay = %hint.relay, %error, "a copy of the backup cannot be compared");
                    found.unknown += 1;
                    left.push(copy);
                }
            }
        }
        kept.copies = left;
        if kept.copies.len() != before {
            let store = inner.store.clone();
            blocking(move || Ok(rows::put_blobs(&*store, Set::Own, &[(which, Some(kept))])?)).await.map_err(text)?;
        }
        inner.step();
    }
    inner.seen().checked = Some(found);
    Ok(())
}
