//! Packs of stickers: made of pictures, brought to own relays under one hash (`blob::stickers`), fetched by a link, kept, sent.
//!
//! Which packs our user has is a setting in the core, the same on all own devices; here are the packs' bytes. Whoever has a pack has
//! its relays keep it, and brings it again where it is gone. Every picture of a pack is looked at before it is kept: a pack with
//! one that is none, moves too much or is too large is refused whole.
//!
//! | table | partition | sort | value |
//! |---|---|---|---|
//! | Meta | `sticker pack` | id | the packs: a shelf (`blobs::shelf`) |
//! | Meta | `stickers` | `recent` | the last that were sent, the newest first |

use crate::blobs::shelf::{COPIES, Shelf, ShelfError};
use crate::entropy;
use crate::files::import::Offer;
use crate::files::{FileError, Files, Progress};
use crate::handle::Handle;
use crate::net::Net;
use crate::photo::{self, PhotoError};
use axum::body::Bytes;
use chappe_protocol::blob::stickers::{Pack, PackId, PackRef, Picture, mime_of, open};
use chappe_protocol::contact::invite::LinkError;
use chappe_protocol::content::head::Head;
use chappe_protocol::content::sticker::Sticker;
use chappe_protocol::ids::{Capability, ChatId};
use chappe_protocol::limits::{FILE_ADDRS_MAX, STICKER_BYTES_MAX};
use chappe_protocol::peer::command::{Command, CommandError, Look, OwnCommand, Reply};
use chappe_protocol::peer::stickers::StickerAt;
use chappe_protocol::store::{Batch, Table};
use chappe_protocol::wire::WireError;
use chappe_storage::Store;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

const STICKERS: &[u8] = b"stickers";
const RECENT: &[u8] = b"recent";

/// The last stickers that were sent.
const RECENT_MAX: usize = 40;

/// Packs in memory: those that were looked at or used last. 16 x 4 MiB at worst.
const OPEN_MAX: usize = 16;

/// Between two looks whether packs are here and relays still keep them.
const LOOK: Duration = Duration::from_secs(600);

/// How long a relay may take for a pack.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why something cannot be done with stickers. The texts say what to do.
#[derive(Debug, Error)]
pub enum StickerError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// The link is none.
    #[error("this is no link to a sticker pack: {0}")]
    Link(#[from] LinkError),
    /// Out of bounds.
    #[error("this sticker pack cannot be: {0}")]
    Bounds(#[from] WireError),
    /// One picture of it.
    #[error("picture {number}: {why}")]
    Picture {
        /// From 1.
        number: usize,
        /// What is wrong.
        why: PhotoError,
    },
    /// It cannot be done now.
    #[error("{0}")]
    Refused(String),
    /// The core says no.
    #[error(transparent)]
    Core(#[from] CommandError),
    /// It cannot be sent.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be kept.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// Something else is broken.
    #[error("{0}")]
    Broken(&'static str),
}

/// A pack as people see it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Which, and where.
    pub pack: PackRef,
    /// What its stickers stand for; empty until it is here.
    pub emoji: Vec<String>,
}

/// All packs.
#[derive(Clone, Debug, Default)]
pub struct All {
    /// By title.
    pub packs: Vec<Shown>,
    /// The newest first.
    pub favourites: Vec<StickerAt>,
    /// The newest first.
    pub recent: Vec<StickerAt>,
}

/// The stickers of a node. Cheap to clone.
#[derive(Clone)]
pub struct Stickers {
    inner: Arc<Inner>,
    task: AbortHandle,
}

impl fmt::Debug for Stickers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stickers")
    }
}

struct Inner {
    store: Arc<dyn Store>,
    handle: Handle,
    files: Files,
    shelf: Shelf<PackId>,
    /// Packs in memory, and when each was used last.
    open: Lock<BTreeMap<PackId, (Instant, Arc<Pack>)>>,
    wake: Arc<Notify>,
}

fn unlocked<T>(lock: &Lock<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stickers {
    /// Starts looking after the packs. Must run in a tokio runtime.
    pub fn start(store: Arc<dyn Store>, net: Net, handle: Handle, files: Files) -> Self {
        let inner = Arc::new(Inner {
            shelf: Shelf::new("sticker pack", PATIENCE, store.clone(), net, handle.clone()),
            store,
            handle,
            files,
            open: Lock::default(),
            wake: Arc::default(),
        });
        let task = tokio::spawn(run(Arc::downgrade(&inner))).abort_handle();
        Self { inner, task }
    }

    /// Lets go of the store and the network.
    pub fn stop(self) {
        self.task.abort();
    }

    /// All packs, favourites, and what was sent lately; favourites and recent ones of packs that are here.
    pub async fn all(&self) -> Result<All, StickerError> {
        let (refs, favourites) = self.inner.settings().await?;
        let mut all = All::default();
        for pack in refs {
            let emoji = self.inner.pack(&pack.id)?.map(|pack| emoji_of(&pack)).unwrap_or_default();
            all.packs.push(Shown { pack, emoji });
        }
        let there = |at: &StickerAt| {
            let of = all.packs.iter().find(|shown| shown.pack.id == at.pack);
            of.is_some_and(|shown| usize::from(at.number) < shown.emoji.len())
        };
        let recent = self.inner.recent()?;
        (all.favourites, all.recent) =
            (favourites.into_iter().filter(there).collect(), recent.into_iter().filter(there).collect());
        Ok(all)
    }

    /// Makes a pack of pictures, brings it to own relays, and has it from now on.
    pub async fn make(&self, title: String, pictures: Vec<(String, Bytes)>) -> Result<Shown, StickerError> {
        let mut stickers = Vec::new();
        for (n, (emoji, bytes)) in pictures.into_iter().enumerate() {
            let made = photo::to_sticker(bytes, STICKER_BYTES_MAX).await;
            let made = made.map_err(|why| StickerError::Picture { number: n + 1, why })?;
            stickers.push(Picture(emoji, made));
        }
        let drawn = entropy::seed().map_err(|_| StickerError::Broken("this machine gives no random numbers"))?;
        let (mut salt, write) = ([0; 16], Capability(blake3::derive_key("chappe 2026-11 sticker write", &*drawn)));
        salt.copy_from_slice(&blake3::derive_key("chappe 2026-11 sticker salt", &*drawn)[..16]);
        let pack = Pack { salt, title, stickers };
        let (id, bytes) = pack.encode()?;
        let mut relays = Vec::new();
        for mut hint in self.inner.shelf.relays(Look::OwnRelays).await {
            if relays.len() == COPIES {
                break;
            }
            hint.addrs.truncate(FILE_ADDRS_MAX);
            if self.inner.shelf.is_kept_by(&hint, &id, &write, &bytes).await {
                relays.push(hint);
            }
        }
        if relays.is_empty() {
            return Err(StickerError::Refused("no relay of yours takes the pack now; try again later".into()));
        }
        let reference = PackRef { version: 1, id, size: bytes.len() as u64, title: pack.title.clone(), relays };
        self.inner.shelf.keep(&id, &write, &bytes).await?;
        self.inner.own(OwnCommand::AddStickers(Box::new(reference.clone()))).await?;
        Ok(self.inner.opened(reference, pack))
    }

    /// What a link leads to; fetched if it is not here.
    pub async fn look(&self, link: &str) -> Result<Shown, StickerError> {
        let reference = PackRef::parse(link)?;
        if let Some(pack) = self.inner.pack(&reference.id)? {
            return Ok(Shown { emoji: emoji_of(&pack), pack: named(reference, &pack) });
        }
        let (pack, _) = self.inner.fetch(&reference).await?;
        Ok(self.inner.opened(reference, pack))
    }

    /// Has a pack from now on.
    pub async fn add(&self, link: &str) -> Result<Shown, StickerError> {
        let reference = PackRef::parse(link)?;
        if self.inner.shelf.get(&reference.id)?.is_none() {
            let (_, bytes) = self.inner.fetch(&reference).await?;
            self.inner.shelf.keep_fetched(&reference.id, &bytes).await?;
        }
        let shown = self.look(link).await?;
        self.inner.own(OwnCommand::AddStickers(Box::new(shown.pack.clone()))).await?;
        self.inner.wake.notify_one();
        Ok(shown)
    }

    /// Has a pack no more. Relays drop it when nobody has them keep it.
    pub async fn remove(&self, id: PackId) -> Result<(), StickerError> {
        self.inner.own(OwnCommand::RemoveStickers(id)).await?;
        self.inner.drop_pack(id).await
    }

    /// A sticker's picture, and its media type; of packs that are here or were just looked at.
    pub fn picture(&self, at: StickerAt) -> Result<(Vec<u8>, &'static str), StickerError> {
        let pack = self.inner.pack(&at.pack)?.ok_or(StickerError::Missing("sticker pack"))?;
        let Picture(_, bytes) = pack.stickers.get(usize::from(at.number)).ok_or(StickerError::Missing("sticker"))?;
        let mime = mime_of(bytes).ok_or(StickerError::Broken("a sticker of no known format"))?;
        Ok((bytes.clone(), mime))
    }

    /// Keeps a sticker among the favourites, or not any more.
    pub async fn like(&self, at: StickerAt, liked: bool) -> Result<(), StickerError> {
        if liked {
            self.own_sticker(at).await?;
        }
        self.inner.own(OwnCommand::LikeSticker { at, liked }).await
    }

    /// Sends a sticker.
    pub async fn send(&self, chat: ChatId, at: StickerAt, head: Head) -> Result<Progress, StickerError> {
        let (pack, picture) = self.own_sticker(at).await?;
        let Picture(emoji, bytes) = picture;
        let mime = mime_of(&bytes).ok_or(StickerError::Broken("a sticker of no known format"))?;
        let bytes = Bytes::from(bytes);
        let preview = photo::sticker(bytes.clone()).await.map_err(|why| StickerError::Picture { number: 1, why })?;
        let ending = mime.rsplit('/').next().unwrap_or_default();
        let offer = Offer {
            chat,
            name: format!("sticker.{ending}"),
            mime: mime.to_owned(),
            size: bytes.len() as u64,
            caption: String::new(),
            entities: Vec::new(),
            head,
            preview: Some(preview),
            play: None,
            album: None,
            sticker: Some(Box::new(Sticker { emoji, pack: Some(pack) })),
        };
        let mut import = self.inner.files.import(offer).await?;
        import.push(&bytes).await?;
        let progress = import.finish().await?;
        self.inner.used(at).await?;
        Ok(progress)
    }

    async fn own_sticker(&self, at: StickerAt) -> Result<(PackRef, Picture), StickerError> {
        let (refs, _) = self.inner.settings().await?;
        let reference =
            refs.into_iter().find(|pack| pack.id == at.pack).ok_or(StickerError::Missing("sticker pack"))?;
        let pack = self.inner.pack(&at.pack)?;
        let pack =
            pack.ok_or_else(|| StickerError::Refused("this pack is not here yet; it is being fetched".into()))?;
        let picture = pack.stickers.get(usize::from(at.number)).ok_or(StickerError::Missing("sticker"))?;
        Ok((reference, picture.clone()))
    }
}

fn emoji_of(pack: &Pack) -> Vec<String> {
    pack.stickers.iter().map(|Picture(emoji, _)| emoji.clone()).collect()
}

/// A reference says what a pack is called, the pack itself knows.
fn named(reference: PackRef, pack: &Pack) -> PackRef {
    PackRef { title: pack.title.clone(), ..reference }
}

impl Inner {
    async fn own(&self, command: OwnCommand) -> Result<(), StickerError> {
        self.handle.ask(Command::Own(command)).await?;
        Ok(())
    }

    async fn settings(&self) -> Result<(Vec<PackRef>, Vec<StickerAt>), StickerError> {
        match self.handle.ask(Command::Own(OwnCommand::Stickers)).await? {
            Reply::Stickers { packs, favourites } => Ok((packs, favourites)),
            _ => Err(StickerError::Broken("the core answered with another command's reply")),
        }
    }

    fn opened(&self, reference: PackRef, pack: Pack) -> Shown {
        let (emoji, pack) = (emoji_of(&pack), Arc::new(pack));
        self.note(reference.id, &pack);
        Shown { pack: named(reference, &pack), emoji }
    }

    fn note(&self, id: PackId, pack: &Arc<Pack>) {
        let mut open = unlocked(&self.open);
        open.insert(id, (Instant::now(), pack.clone()));
        while open.len() > OPEN_MAX
            && let Some(oldest) = open.iter().min_by_key(|(_, (at, _))| *at).map(|(id, _)| *id)
        {
            open.remove(&oldest);
        }
    }

    /// A pack that is here or was just looked at.
    fn pack(&self, id: &PackId) -> Result<Option<Arc<Pack>>, StickerError> {
        if let Some((at, pack)) = unlocked(&self.open).get_mut(id) {
            *at = Instant::now();
            return Ok(Some(pack.clone()));
        }
        let Some((_, bytes)) = self.shelf.get(id)? else { return Ok(None) };
        let pack = Arc::new(Pack::decode(&bytes)?);
        self.note(*id, &pack);
        Ok(Some(pack))
    }

    async fn drop_pack(&self, id: PackId) -> Result<(), StickerError> {
        unlocked(&self.open).remove(&id);
        Ok(self.shelf.remove(&id).await?)
    }

    fn recent(&self) -> Result<Vec<StickerAt>, StickerError> {
        let row = self.store.get(Table::Meta, STICKERS, RECENT);
        let row = row.map_err(|_| StickerError::Broken("the store cannot be read"))?.unwrap_or_default();
        let text = String::from_utf8(row).unwrap_or_default();
        Ok(text.split(' ').filter_map(StickerAt::parse).collect())
    }

    async fn used(&self, at: StickerAt) -> Result<(), StickerError> {
        let mut recent = self.recent()?;
        recent.retain(|known| *known != at);
        recent.insert(0, at);
        recent.truncate(RECENT_MAX);
        let text = recent.iter().map(StickerAt::text).collect::<Vec<_>>().join(" ");
        let mut batch = Batch::default();
        batch.put(Table::Meta, STICKERS, RECENT, text.into_bytes());
        Ok(self.shelf.write(batch).await?)
    }

    /// Fetches a pack, proves that it is the one that was named, and looks at every picture of it.
    async fn fetch(&self, reference: &PackRef) -> Result<(Pack, Vec<u8>), StickerError> {
        let (id, size) = (reference.id, reference.size);
        for hint in reference.relays.iter().filter(|hint| !self.shelf.is_us(hint)) {
            let fetched = self.shelf.fetch(hint, &id, size, |sealed| open(&id, size, sealed)).await?;
            let Some(bytes) = fetched else { continue };
            // From here on it is the pack that was named: another relay would give the same.
            let pack = Pack::decode(&bytes)?;
            for (n, Picture(_, picture)) in pack.stickers.iter().enumerate() {
                if let Err(error) = photo::sticker(Bytes::copy_from_slice(picture)).await {
                    let why = format!("this sticker pack is refused: picture {}: {error}", n + 1);
                    return Err(StickerError::Refused(why));
                }
            }
            return Ok((pack, bytes));
        }
        let why = "no relay has this sticker pack any more, or none answers; ask for a new link";
        Err(StickerError::Refused(why.to_owned()))
    }

    /// Fetches what another own device has added, and has relays keep what is here.
    async fn look_after(&self) -> Result<(), StickerError> {
        let (refs, _) = self.settings().await?;
        for reference in &refs {
            let Some((write, bytes)) = self.shelf.get(&reference.id)? else {
                match self.fetch(reference).await {
                    Ok((_, bytes)) => self.shelf.keep_fetched(&reference.id, &bytes).await?,
                    Err(error) => tracing::info!(%error, "a sticker pack is not here yet"),
                }
                continue;
            };
            for hint in reference.relays.iter().filter(|hint| !self.shelf.is_us(hint)) {
                self.shelf.is_kept_by(hint, &reference.id, &write, &bytes).await;
            }
        }
        Ok(())
    }

    /// Removes packs that our user has no more.
    async fn sweep(&self) -> Result<(), StickerError> {
        let (refs, _) = self.settings().await?;
        Ok(self.shelf.sweep(|id| refs.iter().any(|pack| pack.id.0[..] == *id)).await?)
    }
}

async fn run(inner: Weak<Inner>) {
    let mut first = true;
    loop {
        let Some(strong) = inner.upgrade() else { return };
        // Later it could take one for strange that is just being added.
        if std::mem::take(&mut first)
            && let Err(error) = strong.sweep().await
        {
            tracing::warn!(%error, "sticker packs that nobody has cannot be removed");
        }
        if let Err(error) = strong.look_after().await {
            tracing::warn!(%error, "sticker packs cannot be looked after");
        }
        let wake = strong.wake.clone();
        // Whoever waits does not keep the store open.
        drop(strong);
        drop(timeout(LOOK, wake.notified()).await);
    }
}
