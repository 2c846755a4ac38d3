//! Taking a file in: it is sealed chunk by chunk as it comes, so that memory stays flat and the original may change or
//! go afterwards.

use super::bringing::{self, Bringing, Load};
use super::transfer::{self, Transfer};
use super::{FileError, Files, Progress, State, TransferId, Way, blocking};
use chappe_protocol::blob::sealing::{FileKey, HASH, Layout, Sealer};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::file::{File, Preview, check_mime, check_name};
use chappe_protocol::content::head::Head;
use chappe_protocol::content::play::Play;
use chappe_protocol::content::rich::Entity;
use chappe_protocol::content::sticker::Sticker;
use chappe_protocol::ids::{Capability, ChatId};
use chappe_protocol::limits::{CHUNK_BYTES, FILE_ADDRS_MAX, FILE_MAX, FILE_RELAYS_MAX};
use chappe_protocol::peer::command::{Command, Look, Reply};
use chappe_storage::blobs::{BlobSpec, BlobStore};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What is said with a file.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Where.
    pub chat: ChatId,
    /// A name without folders.
    pub name: String,
    /// Its media type; if it is not known, `application/octet-stream`.
    pub mime: String,
    /// Bytes that will come.
    pub size: u64,
    /// May be empty.
    pub caption: String,
    /// The caption's formatting.
    pub entities: Vec<Entity>,
    /// What it answers, its lifetime.
    pub head: Head,
    /// Of pictures and videos.
    pub preview: Option<Preview>,
    /// Of sounds and videos.
    pub play: Option<Play>,
    /// What it is shown together with.
    pub album: Option<[u8; 16]>,
    /// It is a sticker.
    pub sticker: Option<Box<Sticker>>,
}

/// Chunks that are being sealed while the next one comes.
const SEALING: usize = 3;

/// A chunk that is being sealed: gives its hash, and its memory for the next one.
type Sealing = JoinHandle<Result<([u8; HASH], Vec<u8>), FileError>>;

/// Chunks between two syncs.
const CHUNKS_A_SYNC: u64 = 32;

/// A file on its way in. Dropped before [`Import::finish`], it leaves nothing.
pub struct Import {
    files: Files,
    offer: Offer,
    relays: Vec<RelayHint>,
    key: FileKey,
    write: Capability,
    layout: Layout,
    sealer: Arc<Sealer>,
    /// What is not a whole chunk yet.
    rest: Vec<u8>,
    index: u64,
    list: Vec<u8>,
    /// The last chunks, in their order.
    sealing: VecDeque<Sealing>,
    syncing: Option<JoinHandle<()>>,
    /// It goes to a relay already.
    early: Option<Early>,
    finished: bool,
}

/// A file that goes to a relay while it is being sealed.
struct Early {
    hint: RelayHint,
    /// Bytes of the blob that are sealed.
    sealed: watch::Sender<u64>,
    bringing: JoinHandle<Option<Bringing>>,
}

/// Shorter files are not brought before they are sealed.
const EARLY_CHUNKS: u64 = 8;

impl Files {
    /// Begins to take a file in. Everything that can be refused is refused now.
    pub async fn import(&self, offer: Offer) -> Result<Import, FileError> {
        let invalid = |error: chappe_protocol::wire::WireError| FileError::Invalid(error.to_string());
        check_name(&offer.name).map_err(|_| {
            let why = "that is no name of a file: 1 to 255 bytes, without slashes and control characters";
            FileError::Invalid(why.into())
        })?;
        check_mime(&offer.mime).map_err(invalid)?;
        let layout = Layout::of(offer.size);
        let layout = layout.ok_or_else(|| FileError::Invalid(format!("files have at most {FILE_MAX} bytes")))?;
        let look = Command::Look(Look::Home(offer.chat));
        let Reply::Relays(home) = self.inner.handle.ask(look).await? else {
            return Err(FileError::Refused("the core answered with another command's reply".into()));
        };
        let trimmed = |hint: RelayHint| RelayHint {
            addrs: hint.addrs.into_iter().take(FILE_ADDRS_MAX).collect(),
            relay: hint.relay,
        };
        let relays: Vec<RelayHint> = home.into_iter().take(FILE_RELAYS_MAX).map(trimmed).collect();
        if relays.is_empty() {
            return Err(FileError::Refused("this chat has no relay that could keep a file".into()));
        }
        let random = |error: crate::entropy::EntropyError| FileError::Refused(error.to_string());
        let key = transfer::fresh_key().map_err(random)?;
        let write = Capability(*crate::entropy::seed().map_err(random)?);
        // What the message will say is checked whole before a byte is taken.
        let trial = file(&offer, &key, [0; 32], relays.clone());
        trial.checked().map_err(invalid)?;
        let spec = BlobSpec {
            length: layout.blob_len(),
            write: write.hash(),
            read: key.read().hash(),
            owner: self.inner.net.id().0,
        };
        let (inner, blob) = (self.inner.clone(), key.blob());
        blocking(move || Ok(inner.blobs.create(blob, spec, u64::MAX)?)).await?;
        let sealer = Arc::new(Sealer::new(&key, layout));
        let files = self.clone();
        Ok(Import {
            files,
            offer,
            relays,
            key,
            write,
            layout,
            sealer,
            rest: Vec::new(),
            index: 0,
            list: Vec::new(),
            sealing: VecDeque::new(),
            syncing: None,
            early: None,
            finished: false,
        })
    }
}

impl Import {
    /// Begins to bring it to a relay, unless its readers will fetch it from here. What lies at the relay goes if no message comes
    /// of it, also after a crash: its row says so until there is another one.
    pub async fn bring_early(&mut self) -> Result<(), FileError> {
        if self.layout.chunks() < EARLY_CHUNKS {
            return Ok(());
        }
        let inner = self.files.inner.clone();
        let direct = inner.own_sources(&self.offer.chat).await.iter().any(|hint| !hint.addrs.is_empty());
        let Some(hint) = self.relays.iter().find(|hint| !inner.is_own(&hint.relay)).filter(|_| !direct) else {
            return Ok(());
        };
        let hint = hint.clone();
        let row = Transfer { state: State::Dropping, ..self.transfer([0; HASH], [0; 16], Some(&hint)) };
        let store = inner.store.clone();
        blocking(move || Ok(transfer::put(&*store, &row)?)).await?;
        let load = Load { key: self.key.clone(), write: self.write.clone(), length: self.layout.blob_len() };
        let (sealed, growing) = watch::channel(0);
        let bringing = tokio::spawn(bringing::early(inner, hint.clone(), load, growing));
        self.early = Some(Early { hint, sealed, bringing });
        Ok(())
    }

    fn transfer(&self, root: [u8; HASH], nonce: [u8; 16], touched: Option<&RelayHint>) -> Transfer {
        Transfer {
            id: TransferId::of(&self.key.blob()),
            way: Way::Out,
            chat: self.offer.chat,
            file: file(&self.offer, &self.key, root, self.relays.clone()),
            write: self.write.clone(),
            nonce,
            held: Vec::new(),
            touched: touched.into_iter().cloned().collect(),
            state: State::Active,
            message: None,
            started: self.files.inner.clock.now().wall,
        }
    }

    /// The next bytes.
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<(), FileError> {
        while !bytes.is_empty() {
            let wanted = self.layout.chunk_len(self.index);
            if wanted == 0 {
                return Err(self.changed());
            }
            let (now, later) = bytes.split_at(bytes.len().min(wanted - self.rest.len()));
            if self.rest.capacity() == 0 {
                self.rest.reserve_exact(CHUNK_BYTES.min(wanted) + chappe_protocol::blob::sealing::TAG);
            }
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == wanted {
                self.seal().await?;
            }
        }
        Ok(())
    }

    /// Has a chunk sealed and written while the next one comes.
    async fn seal(&mut self) -> Result<(), FileError> {
        let mut chunk = std::mem::take(&mut self.rest);
        if self.sealing.len() >= SEALING {
            self.sealed().await?;
        }
        let (index, sealer, blobs, blob) =
            (self.index, self.sealer.clone(), self.files.inner.blobs.clone(), self.key.blob());
        let at = self.layout.chunk_at(index);
        self.sealing.push_back(tokio::task::spawn_blocking(move || {
            let hash = sealer.seal_chunk(index, &mut chunk).map_err(|wrong| FileError::Refused(wrong.to_string()))?;
            blobs.place(&blob, at, &chunk)?;
            chunk.clear();
            Ok((hash, chunk))
        }));
        self.index += 1;
        Ok(())
    }

    /// Waits for the oldest chunk that is being sealed.
    async fn sealed(&mut self) -> Result<(), FileError> {
        let Some(sealing) = self.sealing.pop_front() else { return Ok(()) };
        let stopping = |error| FileError::Refused(format!("the node is stopping ({error})"));
        let (hash, spare) = sealing.await.map_err(stopping)??;
        self.list.extend_from_slice(&hash);
        self.rest = spare;
        let done = (self.list.len() / HASH) as u64;
        if let Some(early) = &self.early {
            early.sealed.send_replace(self.layout.chunk_at(done));
        }
        if done.is_multiple_of(CHUNKS_A_SYNC) && self.syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            let (blobs, blob) = (self.files.inner.blobs.clone(), self.key.blob());
            // So that not all of it waits for the disk at the end, which also tells what is wrong with the disk.
            self.syncing = Some(tokio::task::spawn_blocking(move || drop(blobs.sync(&blob))));
        }
        Ok(())
    }

    fn changed(&self) -> FileError {
        let size = self.offer.size;
        FileError::Invalid(format!("the file changed while it was read: {size} bytes were announced. Send it again"))
    }

    /// All bytes came: begins to bring the file to relays.
    pub async fn finish(mut self) -> Result<Progress, FileError> {
        let root = self.close().await?;
        let nonce = crate::entropy::seed().map_err(|error| FileError::Refused(error.to_string()))?;
        let mut half = [0; 16];
        half.copy_from_slice(&nonce[..16]);
        let inner = self.files.inner.clone();
        let early = self.early.take();
        let transfer = self.transfer(root, half, early.as_ref().map(|early| &early.hint));
        let id = transfer.id;
        if let Some(Early { hint, bringing, .. }) = early {
            let mut begun = inner.begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            begun.insert(id, (hint.relay, bringing));
        }
        inner.make_room();
        inner.save(transfer).await?;
        self.finished = true;
        inner.go_on(id);
        self.files.one(&id)
    }

    /// All bytes came: the file stays on this node. Gives what a message says of it ([`Files::kept`]).
    pub async fn keep(mut self) -> Result<File, FileError> {
        let root = self.close().await?;
        self.finished = true;
        Ok(file(&self.offer, &self.key, root, self.relays.clone()))
    }

    /// Makes the sealed file durable; gives its root.
    async fn close(&mut self) -> Result<[u8; HASH], FileError> {
        if self.index != self.layout.chunks() || !self.rest.is_empty() {
            return Err(self.changed());
        }
        while !self.sealing.is_empty() {
            self.sealed().await?;
        }
        debug_assert_eq!(self.list.len() as u64, self.layout.chunks() * HASH as u64);
        let mut list = std::mem::take(&mut self.list);
        let (sealer, blobs, blob, at) =
            (self.sealer.clone(), self.files.inner.blobs.clone(), self.key.blob(), self.layout.list_at());
        blocking(move || {
            let root = sealer.seal_list(&mut list).map_err(|wrong| FileError::Refused(wrong.to_string()))?;
            blobs.place(&blob, at, &list)?;
            blobs.sync(&blob)?;
            Ok(root)
        })
        .await
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        match self.early.take() {
            Some(Early { hint, bringing, .. }) => {
                bringing.abort();
                let transfer = Transfer { state: State::Dropping, ..self.transfer([0; HASH], [0; 16], Some(&hint)) };
                let inner = self.files.inner.clone();
                tokio::spawn(async move { inner.drop_everywhere(transfer).await });
            }
            None => discard(self.files.inner.blobs.clone(), self.key.blob()),
        }
    }
}

/// Removes what came of a file that did not come whole.
fn discard(blobs: BlobStore, blob: chappe_protocol::ids::BlobId) {
    tokio::task::spawn_blocking(move || {
        if let Err(error) = blobs.remove(&blob) {
            tracing::warn!(%error, "a part of a file cannot be removed; it goes at the next start");
        }
    });
}

fn file(offer: &Offer, key: &FileKey, root: [u8; 32], relays: Vec<RelayHint>) -> File {
    File {
        key: key.clone(),
        root,
        size: offer.size,
        name: offer.name.clone(),
        mime: offer.mime.clone(),
        relays,
        caption: offer.caption.clone(),
        entities: offer.entities.clone(),
        preview: offer.preview.clone(),
        head: offer.head.clone(),
        play: offer.play.clone(),
        album: offer.album,
        // Said with the message, when it is known who reads it.
        sources: Vec::new(),
        sticker: offer.sticker.clone(),
    }
}
