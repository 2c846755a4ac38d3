//! What is a user's own on all their devices: which devices there are, how one more comes, and the settings that they
//! share. Routing only; each part is a file of its own.

use super::account::Account;
use super::backup::{Backup, Kept};
use super::chat::Chats;
use super::chat::actions::{locate, row_at};
use super::chat::send;
use super::command::{CommandError, Event, ForWords, ListChange, OwnCommand, Reply};
use super::contacts::Contacts;
use super::context::{Context, Fatal};
use super::devices;
use super::letters::Letters;
use super::linking::Linking;
use super::linking::handover::check_device_name;
use super::records::Records;
use super::refusals::Refusals;
use super::settings::{Folder, Key, Settings, Value};
use super::siblings::Siblings;
use super::timers::{Timer, Timers};
use super::view::{OwnProfileView, SafetyView};
use crate::chat::proof;
use crate::content::Body;
use crate::identity::safety;
use crate::ids::{ChatId, DeviceId, NodeId, OpId, UserId};
use crate::store::StoreRead;
use crate::wire::relay::Reply as Answer;
use rand_core::Rng;

/// The parts.
#[derive(Debug)]
pub struct Own {
    /// Account records.
    pub records: Records,
    /// A device that is being linked.
    pub linking: Linking,
    /// Registers.
    pub settings: Settings,
    /// People and settings at own relays.
    pub backup: Backup,
    /// Letters between own devices.
    pub letters: Letters,
    /// Own devices in chats.
    pub siblings: Siblings,
}

/// From a letter of a device that we do not know yet to reading it again.
const EARLY_MS: u64 = 3_000;

/// From a change of our devices or chats to looking whether every device is where it belongs.
const SIBLINGS_DELAY_MS: u64 = 500;

type Outcome = Result<Result<Reply, CommandError>, Fatal>;

impl Own {
    /// Reads everything.
    pub fn load(store: &dyn StoreRead, account: &mut Account) -> Result<Self, Fatal> {
        let settings = Settings::load(store, account)?;
        let (records, linking, backup) = (Records::load(store, account)?, Linking::default(), Backup::default());
        let (letters, siblings) = (Letters::load(store)?, Siblings::default());
        Ok(Self { records, linking, settings, backup, letters, siblings })
    }

    /// A link came up.
    pub fn on_link_up(&mut self, relay: NodeId, contacts: &Contacts, ctx: &mut Context<'_>, timers: &mut Timers) {
        self.records.on_link_up(relay, contacts, ctx, timers);
        self.backup.on_link_up(relay, ctx, timers);
        self.linking.on_link_up(relay, ctx);
        self.letters.on_link_up(relay, ctx, timers);
    }

    /// The backup's deadline passed.
    pub fn on_backup_due(&mut self, contacts: &mut Contacts, ctx: &mut Context<'_>, timers: &mut Timers) {
        self.backup.on_wake(&mut Kept { contacts, settings: &mut self.settings }, ctx, timers);
    }

    /// A relay answered about a page of the backup.
    pub fn on_backup(
        &mut self,
        (relay, page): (NodeId, u8),
        answer: Answer,
        contacts: &mut Contacts,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let kept = &mut Kept { contacts, settings: &mut self.settings };
        self.backup.on_reply(relay, page, answer, kept, ctx, refusals)
    }

    /// What every input ends with.
    pub fn finish(&mut self, contacts: &mut Contacts, chats: &Chats, ctx: &mut Context<'_>, timers: &mut Timers) {
        if self.letters.take_early() {
            self.records.publish(ctx);
            timers.by(Timer::Letters, ctx.now.mono + EARLY_MS);
        }
        let several = ctx.account.devices.entries().len() > 1;
        if several && (self.records.take_news() || !chats.changed.is_empty()) {
            timers.by(Timer::Siblings, ctx.now.mono + SIBLINGS_DELAY_MS);
        }
        self.backup.notice(&Kept { contacts, settings: &mut self.settings }, ctx, timers);
    }

    /// An order about devices and settings.
    pub fn on_command(
        &mut self,
        command: OwnCommand,
        contacts: &mut Contacts,
        chats: &mut Chats,
        ctx: &mut Context<'_>,
        timers: &mut Timers,
    ) -> Outcome {
        match command {
            OwnCommand::CheckWords(words) => Ok(devices::check_words(&words, ctx)),
            OwnCommand::Devices => Ok(Ok(Reply::Devices(devices::view(&self.settings, self.records.is_forked(), ctx)))),
            OwnCommand::NameDevice { device, name } => self.name_device(device, name.trim(), ctx),
            OwnCommand::RemoveDevice { device, words } => {
                let result = devices::remove(device, &words, ctx)?;
                self.devices_changed(ctx)?;
                Ok(result)
            }
            OwnCommand::StartLink => Ok(self.linking.start(ctx, timers)),
            OwnCommand::LinkState => Ok(self.linking.view(ctx)),
            OwnCommand::CancelLink => Ok(self.linking.cancel(ctx)),
            OwnCommand::ConfirmLink(words) => {
                let result = self.linking.confirm(&words, contacts, &mut self.settings, ctx)?;
                self.devices_changed(ctx)?;
                Ok(result)
            }
            OwnCommand::ChangeList { chat, change } => self.change_list(chat, change, chats, ctx),
            OwnCommand::Stickers => Ok(Ok(self.stickers())),
            OwnCommand::AddStickers(pack) => self.add_stickers(&pack, ctx),
            OwnCommand::RemoveStickers(id) => self.remove_stickers(id, ctx),
            OwnCommand::LikeSticker { at, liked } => self.like_sticker(at, liked, ctx),
            OwnCommand::Folders => Ok(Ok(Reply::Folders(self.settings.folders()))),
            OwnCommand::PutFolder { id, name, chats } => self.put_folder(id, &name, chats, ctx),
            OwnCommand::RemoveFolder(id) => self.remove_folder(id, ctx),
            OwnCommand::Block { user, blocked } => self.block(user, blocked, contacts, chats, ctx),
            OwnCommand::SetProfile { field, text } => {
                let result = self.set(Key::Profile(field), &Value::Text(text.trim().to_owned()), ctx)?;
                self.profile_changed(result, chats, ctx)
            }
            OwnCommand::HideProfile { field, hidden } => {
                let result = self.set(Key::Hidden(field), &Value::Flag(hidden), ctx)?;
                self.profile_changed(result, chats, ctx)
            }
            OwnCommand::SetSeenRoughly(roughly) => {
                let result = self.set(Key::LastSeen, &Value::Flag(roughly), ctx)?;
                let private = chats.chats.values().filter(|chat| chat.is_private_and_accepted());
                let private: Vec<ChatId> = private.map(|chat| chat.id).collect();
                chats.changed.extend(private);
                Ok(result)
            }
            OwnCommand::OwnProfile => {
                let hidden = ctx.account.hidden.iter().copied().collect();
                Ok(Ok(Reply::OwnProfile(OwnProfileView { about: ctx.account.profile.clone(), hidden })))
            }
            OwnCommand::Safety(user) => Ok(self.safety(user, contacts, ctx)),
            OwnCommand::Prove(id) => prove(id, contacts, chats, ctx),
            OwnCommand::SetHistory(history) => {
                self.set(Key::History(ctx.account.device()), &Value::History(history), ctx)
            }
            OwnCommand::Hand { device, history, key } => self.hand(device, *history, &key, ctx),
            OwnCommand::ForWords => {
                let account = self.records.sealed(0, ctx)?;
                let pages = super::backup::sealed(contacts, &self.settings, ctx)?;
                Ok(Ok(Reply::ForWords(Box::new(ForWords { account, pages }))))
            }
            OwnCommand::Newcomers => Ok(Ok(Reply::Newcomers(self.newcomers(ctx)))),
            OwnCommand::Handed => {
                let left = self.settings.handed(ctx.account.device()).flatten();
                let opened = left.and_then(|history| history.open(&ctx.account.sealing).map(|key| (history, key)));
                Ok(Ok(Reply::Handed(opened)))
            }
            OwnCommand::TookHanded => self.set(Key::Handed(ctx.account.device()), &Value::History(None), ctx),
            OwnCommand::Histories => Ok(Ok(Reply::Histories(Settings::histories(&self.settings.rows())))),
            OwnCommand::Verify { user, verified } => self.verify(user, verified, contacts, ctx),
        }
    }

    /// The device log grew here.
    fn devices_changed(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        self.records.renew(ctx)?;
        self.records.publish(ctx);
        Ok(())
    }

    fn profile_changed(
        &mut self,
        result: Result<Reply, CommandError>,
        chats: &mut Chats,
        ctx: &mut Context<'_>,
    ) -> Outcome {
        if result.is_ok() {
            self.tell_contacts(chats, ctx)?;
        }
        Ok(result)
    }

    /// What contacts see of us changed: our record says so, and a hello in every private chat makes them look.
    pub fn tell_contacts(&mut self, chats: &mut Chats, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        self.records.renew(ctx)?;
        self.records.publish(ctx);
        let hello = Body::Hello(ctx.account.hello());
        for chat in chats.chats.values_mut().filter(|chat| chat.is_private_and_accepted()) {
            if send::say(chat, &hello, ctx)?.is_err() {
                return Err(Fatal::Bug("an own hello is refused"));
            }
        }
        Ok(())
    }

    pub(super) fn set(&mut self, key: Key, value: &Value, ctx: &mut Context<'_>) -> Outcome {
        let result = self.settings.set(key, value, ctx)?;
        Ok(result.map(|()| Reply::Done).map_err(|error| CommandError::Invalid(error.to_string())))
    }

    fn name_device(&mut self, device: DeviceId, name: &str, ctx: &mut Context<'_>) -> Outcome {
        if !ctx.account.devices.is_living(&device) {
            return Ok(Err(CommandError::NotFound("device")));
        }
        if let Err(error) = check_device_name(name) {
            return Ok(Err(CommandError::Invalid(format!("this name cannot be used: {error}"))));
        }
        ctx.notify(Event::Devices);
        self.set(Key::DeviceName(device), &Value::Text(name.to_owned()), ctx)
    }

    fn change_list(&mut self, chat: ChatId, change: ListChange, chats: &mut Chats, ctx: &mut Context<'_>) -> Outcome {
        if !chats.chats.contains_key(&chat) {
            return Ok(Err(CommandError::NotFound("chat")));
        }
        let (key, value) = match change {
            ListChange::Pin(pinned) => {
                let highest = ctx.account.list.values().map(|state| state.pinned).max().unwrap_or(0);
                (Key::Pinned(chat), Value::Number(if pinned { highest.saturating_add(1) } else { 0 }))
            }
            ListChange::Archive(away) => (Key::Archived(chat), Value::Number(if away { ctx.now.wall } else { 0 })),
            ListChange::MuteUntil(until) => (Key::Muted(chat), Value::Number(until)),
            ListChange::MarkUnread(marked) => (Key::MarkedUnread(chat), Value::Flag(marked)),
            ListChange::Draft(text) => (Key::Draft(chat), Value::Text(text)),
        };
        chats.changed.insert(chat);
        self.set(key, &value, ctx)
    }

    /// A chat is out of the list of all own devices from now on, with how it stood there.
    pub fn delete_chat(&mut self, chat: ChatId, newest: u64, ctx: &mut Context<'_>) -> Outcome {
        let list = ctx.account.list.get(&chat).cloned().unwrap_or_default();
        let stood = [
            (list.pinned > 0).then_some((Key::Pinned(chat), Value::Number(0))),
            (list.archived > 0).then_some((Key::Archived(chat), Value::Number(0))),
            list.marked_unread.then_some((Key::MarkedUnread(chat), Value::Flag(false))),
            (!list.draft.is_empty()).then_some((Key::Draft(chat), Value::Text(String::new()))),
        ];
        for (key, value) in stood.into_iter().flatten() {
            if let Err(error) = self.set(key, &value, ctx)? {
                return Ok(Err(error));
            }
        }
        self.set(Key::Deleted(chat), &Value::Number(ctx.now.wall.max(newest)), ctx)
    }

    fn put_folder(&mut self, id: Option<[u8; 32]>, name: &str, chats: Vec<ChatId>, ctx: &mut Context<'_>) -> Outcome {
        let id = id.unwrap_or_else(|| {
            let mut id = [0; 32];
            ctx.rng.fill_bytes(&mut id);
            id
        });
        let folder = Folder { name: name.trim().to_owned(), chats };
        if let Err(error) = self.settings.check_folder(&id, &folder) {
            return Ok(Err(CommandError::Invalid(format!("this folder cannot be: {error}"))));
        }
        if let Err(error) = self.set(Key::Folder(id), &Value::Folder(folder), ctx)? {
            return Ok(Err(error));
        }
        ctx.notify(Event::Folders);
        Ok(Ok(Reply::Folders(self.settings.folders())))
    }

    fn remove_folder(&mut self, id: [u8; 32], ctx: &mut Context<'_>) -> Outcome {
        if self.settings.folders().iter().all(|folder| folder.id != id) {
            return Ok(Err(CommandError::NotFound("folder")));
        }
        ctx.notify(Event::Folders);
        let gone = Folder { name: String::new(), chats: Vec::new() };
        self.set(Key::Folder(id), &Value::Folder(gone), ctx)
    }

    fn block(
        &mut self,
        user: UserId,
        blocked: bool,
        contacts: &Contacts,
        chats: &mut Chats,
        ctx: &mut Context<'_>,
    ) -> Outcome {
        if user == ctx.account.user() {
            return Ok(Err(CommandError::Refused("this is you".into())));
        }
        let result = self.set(Key::Blocked(user), &Value::Flag(blocked), ctx)?;
        contacts.tell(&user, ctx);
        let shared = chats.chats.values().filter(|chat| chat.state.is_member(&user));
        let shared: Vec<ChatId> = shared.map(|chat| chat.id).collect();
        chats.changed.extend(shared);
        Ok(result)
    }

    fn safety(&self, user: UserId, contacts: &Contacts, ctx: &Context<'_>) -> Result<Reply, CommandError> {
        if !contacts.knows(&user) {
            return Err(CommandError::NotFound("contact"));
        }
        let us = ctx.account.user();
        let (number, qr) = (safety::number(&us, &user), safety::qr(&us, &user));
        Ok(Reply::Safety(SafetyView { number, qr, verified: self.settings.is_verified(user) }))
    }

    fn verify(&mut self, user: UserId, verified: bool, contacts: &Contacts, ctx: &mut Context<'_>) -> Outcome {
        if !contacts.knows(&user) {
            return Ok(Err(CommandError::NotFound("contact")));
        }
        self.set(Key::Verified(user), &Value::Flag(verified), ctx)
    }
}

/// A proof of a message that is stored here.
fn prove(id: OpId, contacts: &Contacts, chats: &Chats, ctx: &mut Context<'_>) -> Outcome {
    let Some((chat, place)) = locate(&id, ctx)? else { return Ok(Err(CommandError::NotFound("message"))) };
    let Some(chat) = chats.chats.get(&chat) else { return Ok(Err(CommandError::NotFound("message"))) };
    let row = row_at(chat, &place, ctx)?.filter(|row| !row.is_erased());
    let Some(row) = row else { return Ok(Err(CommandError::NotFound("message"))) };
    let op = row.signed(id)?;
    let log = match row.from == ctx.account.user() {
        true => Some(ctx.account.devices.clone()),
        false => contacts.device_log(&row.from),
    };
    let certificate = log.and_then(|log| log.certificate(&op.op.device).cloned());
    Ok(certificate
        .map(|certificate| Reply::Proof(proof::encode(&certificate, &op)))
        .ok_or_else(|| CommandError::Refused("the certificate of the device that wrote it is not known here".into())))
}
