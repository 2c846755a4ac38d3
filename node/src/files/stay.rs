//! Files that stay at relays for others' sake.
//!
//! A forward names the file of another message, whose author may delete it. So whoever forwards it holds it at the relays under a
//! capability of their own: a transfer of its own, named by the forward, that goes with it.
//!
//! What no relay has any more, because nobody renewed it or the relays are gone, is wished for in its chat. Whoever has it brings it
//! again: its sender at once, others a little later if nobody did.
//!
//! Not here: how relays count who holds what (`blobs::server`).

use super::bringing::{Bringing, Failed, Load};
use super::transfer::{Live, Transfer};
use super::{FileError, Files, Inner, State, TransferId, Way};
use crate::blobs::client::ClientError;
use chappe_protocol::blob::sealing::{FileKey, Layout};
use chappe_protocol::blob::wire::Refusal;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::file::File;
use chappe_protocol::ids::{BlobId, Capability, ChatId, OpId};
use chappe_protocol::limits::{FILE_ADDRS_MAX, FILE_RELAYS_MAX};
use chappe_protocol::peer::command::{Act, Command, Look, Reply};
use chappe_protocol::peer::message::{Content, MessageView};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

impl Files {
    /// The files of messages that are here whole and stay, each once.
    pub fn of_messages(&self) -> Vec<File> {
        let transfers = self.inner.lock();
        let said = transfers.values().map(|live| &live.transfer).filter(|transfer| {
            let head = &transfer.file.head;
            let stays = head.ttl_s.is_none() && !head.view_once;
            transfer.message.is_some() && transfer.state == State::Done && stays
        });
        let whole = said.filter(|transfer| self.inner.is_whole(&transfer.file.key.blob()));
        let all: BTreeMap<BlobId, File> = whole.map(|one| (one.file.key.blob(), one.file.clone())).collect();
        all.into_values().collect()
    }

    /// The key of a file of a message.
    pub fn key_of(&self, blob: &BlobId) -> Option<FileKey> {
        let transfers = self.inner.lock();
        let keys = transfers.values().map(|live| &live.transfer.file.key);
        keys.into_iter().find(|key| key.blob() == *blob).cloned()
    }

    /// Has a relay keep a file that is here, under this capability; until when, and how many bytes had to go.
    pub async fn keep_at(&self, hint: &RelayHint, file: &File, write: Capability) -> Result<(u64, u64), String> {
        let length = Layout::of(file.size).ok_or("the file is too large")?.blob_len();
        let load = Load { key: file.key.clone(), write, length };
        let kept = async {
            let mut bringing = Bringing::offer(&self.inner, hint, load).await?;
            let moved = length - bringing.durable();
            while !bringing.done() {
                bringing.step(length).await?;
            }
            Ok((bringing.kept_until(), moved))
        };
        kept.await.map_err(|failed| match failed {
            Failed::Now(why) | Failed::ForGood(why) => why,
        })
    }

    /// An own message names a file that another one brought: it stays at the relays as long as this message does.
    pub async fn forwarded(&self, message: &MessageView) -> Result<(), FileError> {
        match &message.content {
            Content::File(file) => self.inner.hold(message.chat, message.id, file).await,
            _ => Ok(()),
        }
    }
}

/// A file is brought again at most this often.
const ANSWER_EVERY: Duration = Duration::from_secs(600);

/// Wishes that are remembered.
const WISHES_MAX: usize = 1_000;

/// Who is not the sender waits so long, and a part of it more, for the sender.
const OTHERS_WAIT: Duration = Duration::from_secs(4);

/// When which message's file was wished for.
pub(super) type Wishes = Mutex<BTreeMap<OpId, Instant>>;

impl Inner {
    /// The relays that may have a message's file: those that it names, and the chat's of today.
    async fn chats_relays(&self, chat: ChatId, file: &File) -> Vec<RelayHint> {
        self.with_relays(file.relays.clone(), Look::Home(chat)).await
    }

    /// The same, and own ones, which keep it if it is in the backup.
    pub(super) async fn relays_of(&self, chat: ChatId, file: &File) -> Vec<RelayHint> {
        self.with_relays(self.chats_relays(chat, file).await, Look::OwnRelays).await
    }

    async fn with_relays(&self, mut all: Vec<RelayHint>, look: Look) -> Vec<RelayHint> {
        if let Ok(Reply::Relays(more)) = self.handle.ask(Command::Look(look)).await {
            for hint in more {
                if all.iter().all(|known| known.relay != hint.relay) {
                    all.push(hint);
                }
            }
        }
        all.retain(|hint| !self.is_own(&hint.relay));
        all
    }

    /// Asks whoever has a file to bring it to the relays again.
    pub(super) async fn wish(&self, transfer: &Transfer) {
        let Some(message) = transfer.message else { return };
        let problem = "no relay has this file any more; whoever has it is asked to bring it again";
        self.note(&transfer.id, problem.into());
        let wish = Act::Want { chat: transfer.chat, message };
        if let Err(error) = self.handle.ask(Command::Act(wish)).await {
            tracing::debug!(%error, "a file cannot be wished for");
        }
    }

    /// Somebody wants the file of a message.
    pub(super) async fn wished(self: Arc<Self>, chat: ChatId, message: OpId) {
        {
            let mut wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
            wishes.retain(|_, at| at.elapsed() < ANSWER_EVERY);
            if wishes.len() >= WISHES_MAX || wishes.contains_key(&message) {
                return;
            }
            wishes.insert(message, Instant::now());
        }
        if let Err(error) = self.bring_again(chat, message).await {
            tracing::warn!(%error, "a file that somebody wants cannot be brought again");
        }
    }

    async fn bring_again(self: &Arc<Self>, chat: ChatId, message: OpId) -> Result<(), FileError> {
        let Reply::Message(view) = self.handle.ask(Command::Look(Look::Message(message))).await? else {
            return Ok(());
        };
        let Content::File(file) = view.content else { return Ok(()) };
        if view.chat != chat || !self.is_whole(&file.key.blob()) {
            return Ok(());
        }
        let out = |live: &&Live| live.transfer.way == Way::Out && live.transfer.message == Some(message);
        let known = self.lock().values().find(out).map(|live| live.transfer.clone());
        let mut relays = self.chats_relays(chat, &file).await;
        if known.is_none() {
            let part = crate::entropy::seed().map_or(0, |seed| u32::from(seed[0]));
            tokio::time::sleep(OTHERS_WAIT + OTHERS_WAIT * part / 255).await;
            for hint in &relays {
                if self.has_some(hint, &file.key).await {
                    return Ok(());
                }
            }
        }
        // The newest ones first: the others may be gone.
        relays.reverse();
        relays.truncate(FILE_RELAYS_MAX);
        for hint in &mut relays {
            hint.addrs.truncate(FILE_ADDRS_MAX);
        }
        let file = File { relays, ..*file };
        match known {
            Some(transfer) if matches!(transfer.state, State::Done | State::Failed(_)) => {
                let id = transfer.id;
                self.save(Transfer { file, held: Vec::new(), state: State::Active, ..transfer }).await?;
                self.go_on(id);
                Ok(())
            }
            Some(_) => Ok(()),
            None => self.hold(chat, message, &file).await,
        }
    }

    async fn has_some(&self, hint: &RelayHint, key: &FileKey) -> bool {
        let Ok(mut client) = self.client(hint).await else { return false };
        client.look(key.blob(), &key.read()).await.is_ok()
    }

    /// Has a message's file stay at its relays, or brings it there, under a capability of this message's.
    async fn hold(self: &Arc<Self>, chat: ChatId, message: OpId, file: &File) -> Result<(), FileError> {
        let id = TransferId::of_message(&message);
        if self.get(&id).is_some() {
            return Ok(());
        }
        let write = crate::entropy::seed().map_err(|error| FileError::Refused(error.to_string()))?;
        let transfer = Transfer {
            way: Way::Out,
            write: Capability(*write),
            state: State::Active,
            ..Transfer::incoming(id, chat, message, file.clone(), self.clock.now().wall)
        };
        self.make_room();
        self.save(transfer).await?;
        self.go_on(id);
        Ok(())
    }

    /// Fails if a relay has no such file, and this node could not bring it: nothing shall be promised to it then.
    pub(super) async fn is_there(&self, hint: &RelayHint, key: &FileKey, length: u64) -> Result<(), Failed> {
        if self.is_whole(&key.blob()) {
            return Ok(());
        }
        let mut client = self.client(hint).await.map_err(Failed::Now)?;
        client.look(key.blob(), &key.read()).await.map_err(|error| match error {
            ClientError::Refused(Refusal::NoSuchBlob) => Failed::ForGood(error.to_string()),
            error => error.into(),
        })?;
        match client.upto() == length {
            true => Ok(()),
            false => Err(Failed::Now("it has only a part yet".into())),
        }
    }
}
