//! Brings what changed to own relays: all chats are read and cut into segments; a segment that relays have already is
//! known by its hash. Then follow the files of the chats, if they shall be kept: relays that have them keep them for us too,
//! others get them. Behind the last one goes the manifest, and only then the setting that says where it is: whoever comes
//! back finds a whole history or the one before.

use super::rows::{self, Config, Copy, Kept, Set, Which};
use super::{BackupError, Checked, Inner, Stage, read, text};
use crate::blobs::lines::{KeepError, Lines};
use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::blob::whole;
use chappe_protocol::chat::segment::Segment;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::file::File;
use chappe_protocol::identity::history::{History, HistoryKey, Manifest, SegmentRef};
use chappe_protocol::ids::{BlobId, DeviceId};
use chappe_protocol::limits::SEGMENTS_MAX;
use chappe_protocol::peer::command::{Command, Look, OwnCommand, Reply};
use std::sync::Arc;

/// Relays that get everything, if there are as many.
const COPIES: usize = 2;

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
}

/// How long what a backup does not name any more is kept for those who find an older one.
const FORMER_MS: u64 = 15 * 60_000;

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
        seen.files = config.files();
    }
    run.drop_old(config.published).await
}

/// A history for a new device of the same user, once.
pub(super) async fn hand(inner: &Arc<Inner>, device: DeviceId) -> Result<(), String> {
    let set = Set::For(device);
    inner.begin(Stage::Handing, 0);
    let mut config = match inner.rows(move |store| Ok(rows::config(store, set)?)).await.map_err(text)? {
        Some(config) => config,
        None => Config::new(*crate::entropy::seed().map_err(text)?, Vec::new()),
    };
    reserve(inner, &mut config);
    put(inner, set, config.clone()).await?;
    bring(inner, set, &mut config).await?;
    put(inner, set, config).await
}

/// A number that is reserved before anything is sealed under it; times never repeat, whichever device takes them.
pub(super) fn reserve(inner: &Inner, config: &mut Config) {
    config.number = inner.clock.now().wall.max(config.number + 1);
}

async fn put(inner: &Arc<Inner>, set: Set, config: Config) -> Result<(), String> {
    inner.rows(move |store| Ok(rows::put_config(store, set, &config)?)).await.map_err(text)
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
    };
    let mut segments = read::segments(inner);
    while let Some(segment) = segments.recv().await {
        run.segment(segment?).await?;
    }
    // Before the manifest is said: what it does not name any more goes one run later, as segments do.
    run.files(config).await?;
    run.publish(config).await?;
    Ok(run)
}

async fn own_relays(inner: &Arc<Inner>) -> Result<Vec<RelayHint>, String> {
    let look = Command::Look(Look::OwnRelays);
    let Reply::Relays(mut relays) = inner.handle.ask(look).await.map_err(text)? else { return Err(read::unexpected()) };
    relays.retain(|hint| hint.relay != inner.net.id());
    if relays.is_empty() {
        return Err("there is no relay that could keep a backup; add one with: chappe relay add ADDRESS".into());
    }
    Ok(relays)
}

impl Run<'_> {
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
        let set = self.set;
        let known = self.inner.rows(move |store| Ok(rows::blob(store, set, &which)?)).await.map_err(text)?;
        // Sealed only if somebody needs it.
        let mut sealed = None;
        let mut kept = match known {
            Some(kept) => kept,
            None => {
                let (blob, root) = whole::seal(&key, plain).map_err(text)?;
                sealed = Some(blob);
                Kept::new(root, plain.len() as u64, self.number)
            }
        };
        let wanted = self.relays.len().min(COPIES);
        let (write, mut problem) = (self.key.write(&key.blob()), String::new());
        let soon = self.inner.clock.now().wall + RENEW_MS;
        let mut good = 0;
        for hint in &self.relays {
            if good >= wanted {
                break;
            }
            let until = kept.copies.iter().find(|copy| copy.is_at(&hint.relay)).map(|copy| copy.expires);
            if until.is_some_and(|until| until > soon) {
                good += 1;
                continue;
            }
            let renewed = match until {
                Some(_) => self.lines.renew(hint, &key, plain.len() as u64).await.ok(),
                None => None,
            };
            let expires = match renewed {
                Some(expires) => Ok(expires),
                None => {
                    let blob = match &mut sealed {
                        Some(blob) => blob,
                        none => none.insert(whole::seal(&key, plain).map_err(text)?.0),
                    };
                    let brought = self.lines.bring(hint, (&key, &write), blob).await;
                    brought.map(|(expires, moved)| {
                        self.brought += moved;
                        expires
                    })
                }
            };
            match expires {
                Ok(expires) => {
                    kept.copies.retain(|copy| !copy.is_at(&hint.relay));
                    kept.copies.push(Copy::new(hint, expires));
                    good += 1;
                }
                Err(error) => problem = format!("relay {}: {error}", &hint.relay.to_hex()[..8]),
            }
        }
        if good == 0 {
            return Err(problem);
        }
        let root = kept.root().map_err(text)?;
        kept.used = self.number;
        note(self.inner, set, which, Some(kept)).await?;
        Ok(root)
    }

    /// Sees to it that own relays keep the files of the chats that are here, if they shall; one that no relay takes is left out, and said.
    async fn files(&mut self, config: &mut Config) -> Result<(), String> {
        (config.files, config.file_bytes) = (0, 0);
        if !config.with_files || self.set != Set::Own {
            return Ok(());
        }
        let mut problem = String::new();
        for file in self.inner.files.of_messages() {
            match self.keep_file(&file).await {
                Ok(()) => {
                    config.files += 1;
                    config.file_bytes += file.size;
                }
                Err(why) => problem = why,
            }
            self.inner.step();
        }
        self.inner.seen().file_problem = problem;
        Ok(())
    }

    async fn keep_file(&mut self, file: &File) -> Result<(), String> {
        let (set, blob) = (self.set, file.key.blob());
        let which = Which::File(blob);
        let known = self.inner.rows(move |store| Ok(rows::blob(store, set, &which)?)).await.map_err(text)?;
        let mut kept = known.unwrap_or_else(|| Kept::new(file.root, file.size, self.number));
        kept.used = self.number;
        let (soon, wanted) = (self.inner.clock.now().wall + RENEW_MS, self.relays.len().min(COPIES));
        let (mut good, mut problem) = (0, String::new());
        for hint in &self.relays {
            if good >= wanted {
                break;
            }
            if kept.copies.iter().any(|copy| copy.is_at(&hint.relay) && copy.expires > soon) {
                good += 1;
                continue;
            }
            // Known before it is there, so that it goes with the backup.
            if !kept.copies.iter().any(|copy| copy.is_at(&hint.relay)) {
                kept.copies.push(Copy::new(hint, 0));
                note(self.inner, set, which, Some(kept.clone())).await?;
            }
            match self.inner.files.keep_at(hint, file, self.key.write(&blob)).await {
                Ok((expires, moved)) => {
                    self.brought += moved;
                    kept.copies.retain(|copy| !copy.is_at(&hint.relay));
                    kept.copies.push(Copy::new(hint, expires));
                    good += 1;
                }
                Err(why) => problem = format!("relay {}: {why}", &hint.relay.to_hex()[..8]),
            }
        }
        note(self.inner, set, which, Some(kept)).await?;
        if good == 0 { Err(problem) } else { Ok(()) }
    }

    /// The manifest, and where it is.
    async fn publish(&mut self, config: &mut Config) -> Result<(), String> {
        let bytes = self.manifest.encode();
        let key = self.key.manifest(self.number);
        let root = self.keep(Which::Manifest(self.number), key, &bytes).await?;
        let mut current = known(self.inner, self.set).await?;
        current.retain(|(which, kept)| kept.used == self.number && !matches!(which, Which::File(_)));
        let has_all =
            |hint: &&RelayHint| current.iter().all(|(_, kept)| kept.copies.iter().any(|copy| copy.is_at(&hint.relay)));
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
        let all = known(self.inner, self.set).await?;
        let manifests = all.iter().filter_map(|(which, _)| match which {
            Which::Manifest(number) => Some(*number),
            Which::Segment(_) | Which::File(_) => None,
        });
        let former = manifests.filter(|number| *number < published).max().unwrap_or(published);
        // Numbers are times. Where the newest is reaches the relays some time after it was written: whoever restores in between
        // finds one before it.
        let former = former.min(published.saturating_sub(FORMER_MS));
        let old = all.into_iter().filter(|(_, kept)| kept.used < former);
        remove(self.inner, &mut self.lines, (self.set, &self.key), old.collect()).await
    }
}

/// All blobs of a set.
async fn known(inner: &Inner, set: Set) -> Result<Vec<(Which, Kept)>, String> {
    inner.rows(move |store| Ok(rows::blobs(store, set)?)).await.map_err(text)
}

/// Notes who has a blob, or forgets it.
async fn note(inner: &Inner, set: Set, which: Which, kept: Option<Kept>) -> Result<(), String> {
    inner.rows(move |store| Ok(rows::put_blobs(store, set, &[(which, kept)])?)).await.map_err(text)
}

/// Has relays drop blobs; what cannot be reached now is tried with the next run.
async fn remove(
    inner: &Arc<Inner>,
    lines: &mut Lines,
    (set, key): (Set, &HistoryKey),
    blobs: Vec<(Which, Kept)>,
) -> Result<(), String> {
    for (which, mut kept) in blobs {
        let blob = blob_of(key, &which);
        let mut left = Vec::new();
        for copy in std::mem::take(&mut kept.copies) {
            let Some(hint) = copy.hint() else { continue };
            let removed = lines.remove(&hint, blob, &key.write(&blob)).await;
            // It goes by itself when nobody renews it.
            if removed.is_err() && copy.expires > inner.clock.now().wall {
                left.push(copy);
            }
        }
        kept.copies = left;
        let row = Some(kept).filter(|kept| !kept.copies.is_empty());
        note(inner, set, which, row).await?;
    }
    Ok(())
}

fn blob_of(key: &HistoryKey, which: &Which) -> BlobId {
    match which {
        Which::Segment(hash) => key.segment(hash).blob(),
        Which::Manifest(number) => key.manifest(*number).blob(),
        Which::File(blob) => *blob,
    }
}

/// Drops what is kept for the words everywhere.
pub(super) async fn forget(inner: &Arc<Inner>, config: Config) -> Result<(), BackupError> {
    let key = config.key()?;
    *inner.config.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    drop_set(inner, Set::Own, &key).await
}

/// Drops what was left for a new device, which has it or does not live any more.
pub(super) async fn forget_handed(inner: &Arc<Inner>, device: DeviceId) -> Result<(), String> {
    let set = Set::For(device);
    let config = inner.rows(move |store| Ok(rows::config(store, set)?)).await.map_err(text)?;
    let Some(config) = config else { return Ok(()) };
    drop_set(inner, set, &config.key().map_err(text)?).await.map_err(text)
}

/// Lets go of the files of the chats.
pub(super) async fn forget_files(inner: &Arc<Inner>) -> Result<(), BackupError> {
    let Some(config) = inner.config() else { return Ok(()) };
    let (key, set) = (config.key()?, Set::Own);
    let mut files = inner.rows(move |store| Ok(rows::blobs(store, set)?)).await?;
    files.retain(|(which, _)| matches!(which, Which::File(_)));
    remove(inner, &mut Lines::new(inner.net.clone()), (set, &key), files).await.map_err(BackupError::Refused)
}

async fn drop_set(inner: &Arc<Inner>, set: Set, key: &HistoryKey) -> Result<(), BackupError> {
    let all = inner.rows(move |store| {
        rows::forget(store, set)?;
        Ok(rows::blobs(store, set)?)
    });
    let all = all.await?;
    let gone: Vec<(Which, Option<Kept>)> = all.iter().map(|(which, _)| (*which, None)).collect();
    remove(inner, &mut Lines::new(inner.net.clone()), (set, key), all).await.map_err(BackupError::Refused)?;
    inner.rows(move |store| Ok(rows::put_blobs(store, set, &gone)?)).await
}

/// Fetches every copy and compares it; what is not as it was is forgotten, so that the next run brings it again.
pub(super) async fn check(inner: &Arc<Inner>) -> Result<(), String> {
    let Some(config) = inner.config() else { return Ok(()) };
    let key = config.key().map_err(text)?;
    let mut all = known(inner, Set::Own).await?;
    all.retain(|(_, kept)| kept.used == config.published);
    inner.begin(Stage::Checking, all.len() as u64);
    let mut lines = Lines::new(inner.net.clone());
    let mut found = Checked { at: inner.clock.now().wall, good: 0, bad: 0, unknown: 0 };
    for (which, mut kept) in all {
        let file = match &which {
            Which::Segment(hash) => key.segment(hash),
            Which::Manifest(number) => key.manifest(*number),
            // It is compared when it is fetched; here is asked whether it is there.
            Which::File(blob) => match inner.files.key_of(blob) {
                Some(file) => file,
                None => continue,
            },
        };
        let (root, whole) = (kept.root().map_err(text)?, !matches!(which, Which::File(_)));
        let before = kept.copies.len();
        let mut left = Vec::new();
        for copy in std::mem::take(&mut kept.copies) {
            let Some(hint) = copy.hint() else { continue };
            let there = match whole {
                true => lines.fetch(&hint, &file, (&root, kept.size)).await.map(drop),
                false => lines.renew(&hint, &file, kept.size).await.map(drop),
            };
            match there {
                Ok(()) => {
                    found.good += 1;
                    left.push(copy);
                }
                Err(KeepError::Gone | KeepError::Wrong(_)) => {
                    found.bad += 1;
                    // A relay that has something else under this name takes nothing over it.
                    let blob = file.blob();
                    drop(lines.remove(&hint, blob, &key.write(&blob)).await);
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
            note(inner, Set::Own, which, Some(kept)).await?;
        }
        inner.step();
    }
    inner.seen().checked = Some(found);
    Ok(())
}
