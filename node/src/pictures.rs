//! Pictures of people and groups: made small, brought to relays under one hash (`blob::picture`), fetched from those of
//! whoever shows them, and kept.
//!
//! One's own lies at one's own relays, a group's at its home relays. Relays keep nothing for ever: every day the node has
//! them kept for longer, and brings them again where they are gone; for a group whoever may change its picture does.
//!
//! They are kept padded, on the shelf `picture` (`blobs::shelf`). What nobody's profile and no chat names goes at the next start.

use crate::blobs::shelf::{COPIES, Shelf, ShelfError};
use crate::entropy;
use crate::handle::Handle;
use crate::net::Net;
use crate::photo::{self, PhotoError};
use axum::body::Bytes;
use chappe_protocol::blob::picture::{self, JPEG_MAX, PICTURE_BYTES, PictureRef};
use chappe_protocol::chat::control::intent::{InfoChange, Intent};
use chappe_protocol::chat::control::rules::Act;
use chappe_protocol::identity::profile::Field;
use chappe_protocol::ids::{Capability, ChatId, UserId};
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, CommandError, Look, OwnCommand, Reply};
use chappe_storage::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::{Mutex, Notify};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

/// Between two looks whether relays still keep what they should, and after a failure.
const LOOK: Duration = Duration::from_secs(600);
const RETRY: Duration = Duration::from_secs(20);

/// How long a relay may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Until a picture that nobody had is asked for again, at first and at most.
const MISS: Duration = Duration::from_secs(5);
const MISS_MAX: Duration = Duration::from_secs(3600);

/// Why a picture cannot be set or shown. The texts say what to do.
#[derive(Debug, Error)]
pub enum PictureError {
    /// It is none, or cannot be read.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// The core says no.
    #[error(transparent)]
    Core(#[from] CommandError),
    /// It cannot be kept.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// Something else is broken.
    #[error("{0}")]
    Broken(&'static str),
}

/// The pictures that a node knows. Cheap to clone.
#[derive(Clone)]
pub struct Pictures {
    inner: Arc<Inner>,
    task: AbortHandle,
}

impl fmt::Debug for Pictures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pictures")
    }
}

struct Inner {
    handle: Handle,
    shelf: Shelf<PictureRef>,
    /// Pictures that nobody had: when to ask again, and how long to wait then.
    missed: Mutex<BTreeMap<PictureRef, (Instant, Duration)>>,
    /// Who showed which picture when that was looked up last: a page asks for many pictures at once.
    shown: Mutex<Shown>,
    /// When one was set last: what it is for may take a while to be decided.
    set: Mutex<Option<Instant>>,
    wake: Arc<Notify>,
}

/// Who shows a picture.
#[derive(Clone, Copy, Debug)]
enum Whose {
    Own,
    Contact(UserId),
    Chat(ChatId, Standing),
}

type Shown = BTreeMap<PictureRef, Whose>;

impl Whose {
    /// Asks where it lies.
    fn relays(self) -> Look {
        match self {
            Self::Own => Look::OwnRelays,
            Self::Contact(user) => Look::RelaysOf(user),
            Self::Chat(chat, _) => Look::Home(chat),
        }
    }
}

impl Pictures {
    /// Starts looking after them. Must run in a tokio runtime.
    pub fn start(store: Arc<dyn Store>, net: Net, handle: Handle) -> Self {
        let inner = Arc::new(Inner {
            shelf: Shelf::new("picture", PATIENCE, store, net, handle.clone()),
            handle,
            missed: Mutex::default(),
            shown: Mutex::default(),
            set: Mutex::default(),
            wake: Arc::default(),
        });
        let task = tokio::spawn(run(Arc::downgrade(&inner), inner.wake.clone())).abort_handle();
        Self { inner, task }
    }

    /// Lets go of the store and the network.
    pub fn stop(self) {
        self.task.abort();
    }

    /// Makes a picture the own one.
    pub async fn set_own(&self, bytes: Bytes) -> Result<(), PictureError> {
        let reference = self.inner.take(bytes, Look::OwnRelays).await?;
        let text = reference.to_hex();
        self.inner.done(Command::Own(OwnCommand::SetProfile { field: Field::Picture, text })).await
    }

    /// Nothing is shown any more.
    pub async fn remove_own(&self) -> Result<(), PictureError> {
        self.inner.done(Command::Own(OwnCommand::SetProfile { field: Field::Picture, text: String::new() })).await
    }

    /// Makes a picture that of a group or channel; decided by its home relays.
    pub async fn set_group(&self, chat: ChatId, bytes: Bytes) -> Result<(), PictureError> {
        let reference = self.inner.take(bytes, Look::Home(chat)).await?;
        self.inner.change(chat, Some(reference.0)).await
    }

    /// The group or channel has none any more.
    pub async fn remove_group(&self, chat: ChatId) -> Result<(), PictureError> {
        self.inner.change(chat, None).await
    }

    /// A picture as JPEG, from here or from the relays of whoever shows it; `None` if nobody has it (yet).
    pub async fn jpeg(&self, reference: PictureRef) -> Result<Option<Vec<u8>>, PictureError> {
        let padded = match self.inner.shelf.get(&reference)? {
            Some((_, padded)) => Some(padded),
            None => self.inner.fetch(reference).await?,
        };
        Ok(padded.and_then(|padded| picture::unpad(&reference, &padded).map(<[u8]>::to_vec)))
    }
}

impl Inner {
    /// Makes it small, keeps it, and brings it to relays, so that it is there before anybody looks for it. Where that
    /// fails it is tried again.
    async fn take(&self, bytes: Bytes, at: Look) -> Result<PictureRef, PictureError> {
        let jpeg = photo::portrait(bytes, JPEG_MAX).await?;
        let drawn = entropy::seed().map_err(|_| PictureError::Broken("this machine gives no random numbers"))?;
        let (mut salt, write) = ([0; 16], Capability(blake3::derive_key("chappe 2026-11 picture write", &*drawn)));
        salt.copy_from_slice(&blake3::derive_key("chappe 2026-11 picture salt", &*drawn)[..16]);
        let (reference, padded) = picture::pad(&jpeg, &salt).ok_or(PictureError::Broken("the picture is too large"))?;
        self.shelf.keep(&reference, &write, &padded).await?;
        self.see_to(&reference, at).await;
        *self.set.lock().await = Some(Instant::now());
        Ok(reference)
    }

    async fn done(&self, command: Command) -> Result<(), PictureError> {
        self.handle.ask(command).await?;
        self.wake.notify_one();
        Ok(())
    }

    async fn change(&self, chat: ChatId, picture: Option<[u8; 32]>) -> Result<(), PictureError> {
        let change = InfoChange { picture: Some(picture), ..InfoChange::default() };
        self.done(Command::Change { chat, intent: Box::new(Intent::SetInfo(change)) }).await
    }

    async fn whose(&self, reference: &PictureRef) -> Option<Whose> {
        let mut known = self.shown.lock().await;
        if !known.contains_key(reference) {
            *known = self.shown().await;
        }
        known.get(reference).copied()
    }

    /// Who shows which picture.
    async fn shown(&self) -> Shown {
        let mut all = BTreeMap::new();
        if let Ok(Reply::Contacts(contacts)) = self.handle.ask(Command::Contacts).await {
            for contact in contacts {
                let reference = PictureRef::from_hex(&contact.about.picture);
                all.extend(reference.map(|reference| (reference, Whose::Contact(contact.profile.user))));
            }
        }
        if let Ok(Reply::Chats(chats)) = self.handle.ask(Command::Chats).await {
            for chat in chats {
                let Some(picture) = chat.picture else { continue };
                all.insert(PictureRef(picture), Whose::Chat(chat.id, chat.standing));
            }
        }
        if let Ok(Reply::OwnProfile(own)) = self.handle.ask(Command::Own(OwnCommand::OwnProfile)).await {
            let reference = PictureRef::from_hex(&own.about.picture);
            all.extend(reference.map(|reference| (reference, Whose::Own)));
        }
        all
    }

    /// Whether it is ours to look after.
    async fn is_ours(&self, whose: Whose) -> bool {
        match whose {
            Whose::Own => true,
            Whose::Contact(_) => false,
            Whose::Chat(chat, standing) => standing == Standing::In && self.may_change(chat).await,
        }
    }

    async fn may_change(&self, chat: ChatId) -> bool {
        let Ok(Reply::Members(members)) = self.handle.ask(Command::Members(chat)).await else { return false };
        // Whoever is restricted leaves it to others.
        members.role.rank() > 0 && members.role.may(members.kind, members.permissions, Act::ChangeInfo, 0).is_ok()
    }

    async fn fetch(&self, reference: PictureRef) -> Result<Option<Vec<u8>>, PictureError> {
        if self.missed.lock().await.get(&reference).is_some_and(|(until, _)| *until > Instant::now()) {
            return Ok(None);
        }
        let Some(whose) = self.whose(&reference).await else { return Ok(None) };
        for hint in self.shelf.relays(whose.relays()).await {
            let open = |sealed: &[u8]| picture::open(&reference, sealed);
            let fetched = self.shelf.fetch(&hint, &reference, PICTURE_BYTES as u64, open).await?;
            let Some(padded) = fetched else { continue };
            if picture::unpad(&reference, &padded).is_some_and(photo::is_portrait) {
                self.shelf.keep_fetched(&reference, &padded).await?;
                self.missed.lock().await.remove(&reference);
                return Ok(Some(padded));
            }
            tracing::warn!(relay = ?hint.relay, "a relay gave something that cannot be shown as a picture");
        }
        let mut missed = self.missed.lock().await;
        let pause = missed.get(&reference).map_or(MISS, |(_, pause)| (*pause * 2).min(MISS_MAX));
        missed.insert(reference, (Instant::now() + pause, pause));
        Ok(None)
    }

    /// Sees to it that relays have what is ours; true if nothing is left to do.
    async fn look_after(&self, shown: &Shown) -> bool {
        let mut settled = true;
        for (reference, whose) in shown {
            settled &= !self.is_ours(*whose).await || self.see_to(reference, whose.relays()).await;
        }
        settled
    }

    /// Sees to it that enough relays have a picture; true if they do.
    async fn see_to(&self, reference: &PictureRef, at: Look) -> bool {
        let Ok(Some((write, padded))) = self.shelf.get(reference) else { return true };
        let hints = self.shelf.relays(at).await;
        let wanted = hints.len().min(COPIES);
        let mut copies = 0;
        for hint in &hints {
            if copies == wanted {
                break;
            }
            if self.shelf.is_kept_by(hint, reference, &write, &padded).await {
                copies += 1;
            }
        }
        copies == wanted
    }

    /// Removes what nobody shows.
    async fn sweep(&self, shown: &Shown) -> Result<(), ShelfError> {
        let named: BTreeSet<&[u8]> = shown.keys().map(|reference| &reference.0[..]).collect();
        self.shelf.sweep(|name| named.contains(name)).await
    }
}

async fn run(inner: Weak<Inner>, wake: Arc<Notify>) {
    let mut first = true;
    loop {
        let Some(strong) = inner.upgrade() else { return };
        let shown = strong.shown().await;
        if std::mem::take(&mut first)
            && let Err(error) = strong.sweep(&shown).await
        {
            tracing::error!(%error, "pictures that nobody shows cannot be removed");
        }
        let settled = strong.look_after(&shown).await;
        *strong.shown.lock().await = shown;
        let set = strong.set.lock().await.is_some_and(|at| at.elapsed() < LOOK);
        let pause = if settled && !set { LOOK } else { RETRY };
        // Whoever waits does not keep the store open.
        drop(strong);
        let _woken = timeout(pause, wake.notified()).await;
    }
}
