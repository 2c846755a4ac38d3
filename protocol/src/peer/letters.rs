//! Letters: how a welcome parcel reaches a device that is in no chat with its sender yet: one of our own, or, when we
//! come back with the words alone, this one from contacts.
//!
//! Every device has a letterbox, a log at its own relays, whose name and write capability come from a secret in its card
//! (`identity::account_record`, sealed: only own devices and contacts can open it). What lies there counts if an own
//! living device wrote it, or if a contact wrote it, or it is about a chat that we wait to be let into again.
//!
//! A parcel is sent again, at every connection, until its device has said something in the chat. One for a stranger who
//! asked by an invite link is sent again every day.
//!
//! Not here: the format (`letter`), which device is to come into which chat (`siblings`), joining (`groups`), the
//! letterbox in which a stranger waits for an answer (`joins`).

use super::chat::Chats;
use super::chat::parcels::{Arrived, Posted, fetched, posted, was_fetched};
use super::chat::state::Chat;
use super::context::{Context, Fatal};
use super::letter::{self, Address, Letter, LetterError, Parts};
use super::links::Purpose;
use super::records::Records;
use super::refusals::Refusals;
use super::timers::{Timer, Timers};
use crate::contact::mailbox::Mailbox;
use crate::ids::{ChatId, DeviceId, NodeId, UserId};
use crate::limits::OUTBOX_AGE_MAX_MS;
use crate::store::{StoreRead, Table};
use crate::wire::cbor;
use crate::wire::relay::{Entry, Refusal, Reply as Answer, Request};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const CURSORS: &[u8] = b"letterbox";
const RETRY_MS: u64 = 10_000;

/// A stranger who says nothing (in a channel nobody has to) gets the same again at most once a day.
const AGAIN_MS: u64 = 24 * 3600 * 1000;

/// How far we are with our letterbox at a relay, as stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct CursorRow {
    #[serde(with = "serde_bytes")]
    incarnation: [u8; 16],
    cursor: u64,
}

#[derive(Debug, Default)]
struct AtRelay {
    stored: CursorRow,
    /// The next entry to read; ahead of `stored` while a parcel is not complete.
    next: u64,
    parts: Parts,
}

/// What is done about our letterbox at a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxStep {
    /// It is created.
    Open,
    /// It is read.
    Read,
    /// It is watched.
    Watch,
}

/// Others whose letters count, besides own devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    /// Chats that we know from a backup: anybody's about these.
    pub chats: BTreeSet<ChatId>,
    /// Contacts.
    pub users: BTreeSet<UserId>,
}

/// Letters.
#[derive(Debug, Default)]
pub struct Letters {
    at: BTreeMap<NodeId, AtRelay>,
    /// Relays at which a letter lies of a device that our device log does not know yet: it is newer than our log.
    early: BTreeSet<NodeId>,
    /// One of them is news.
    is_early: bool,
    /// Parcels that were given to a relay, and until when they are not given again though its link came up anew.
    sent: BTreeMap<(ChatId, DeviceId, NodeId), u64>,
}

impl Letters {
    /// Reads how far we were.
    pub fn load(store: &dyn StoreRead) -> Result<Self, Fatal> {
        let damaged = || Fatal::Row("a letterbox");
        let mut letters = Self::default();
        for (sort, row) in store.scan(Table::Cursor, CURSORS, crate::store::Range::All, usize::MAX)? {
            let relay = NodeId(sort.try_into().map_err(|_| damaged())?);
            let stored: CursorRow = cbor::decode(&row, "cursor", usize::MAX).map_err(|_| damaged())?;
            letters.at.insert(relay, AtRelay { next: stored.cursor, stored, ..AtRelay::default() });
        }
        Ok(letters)
    }

    /// A link came up: our letterbox is opened if it is an own relay, and parcels go out again.
    pub fn on_link_up(&mut self, relay: NodeId, ctx: &mut Context<'_>, timers: &mut Timers) {
        self.sent.retain(|(_, _, at), until| *at != relay || ctx.now.mono < *until);
        timers.by(Timer::Letters, ctx.now.mono);
        if ctx.account.reachable_at().iter().any(|hint| hint.relay == relay) {
            let letterbox = ctx.account.mailbox.letterbox();
            let spec = letterbox.spec(&ctx.account.mailbox);
            ctx.request(relay, &Request::Open { tag: letterbox.tag(), spec }, Purpose::Letterbox(BoxStep::Open));
        }
    }

    /// Parcels that wait go to their devices' relays; those whose device has spoken are done. Gives relays that
    /// strangers needed and need no more.
    pub fn send(
        &mut self,
        chats: &Chats,
        records: &Records,
        ctx: &mut Context<'_>,
        timers: &mut Timers,
    ) -> Result<Vec<NodeId>, Fatal> {
        for relay in std::mem::take(&mut self.early) {
            self.ask(relay, BoxStep::Read, ctx);
        }
        let mut done = Vec::new();
        for chat in chats.chats.values() {
            let card = |device| records.cards().find(|card| card.device == device);
            for (device, parcel) in fetched(&chat.id, ctx)? {
                let address = card(device).and_then(|card| {
                    let Mailbox { sealing_key, relays, .. } = card.mailbox.clone()?;
                    Some(Address { letterbox: card.letterbox.clone(), sealing_key, relays })
                });
                if is_done(chat, &device) {
                    was_fetched(&chat.id, &device, ctx);
                } else if let Some(address) = address {
                    self.post((chat.id, device), &parcel, &address, 0, ctx)?;
                } else {
                    // Its card is still to be read.
                    timers.by(Timer::Letters, ctx.now.mono + RETRY_MS);
                }
            }
            for (device, Posted { address, since, bytes }) in posted(&chat.id, ctx)? {
                if is_done(chat, &device) || ctx.now.wall.saturating_sub(since) > OUTBOX_AGE_MAX_MS {
                    was_fetched(&chat.id, &device, ctx);
                    done.extend(address.relays.iter().map(|hint| hint.relay));
                } else {
                    self.post((chat.id, device), &bytes, &address, AGAIN_MS, ctx)?;
                }
            }
        }
        Ok(done)
    }

    /// A device gets another parcel of a chat: what was sent before does not count.
    pub fn renew(&mut self, chat: &ChatId, device: &DeviceId) {
        self.sent.retain(|(about, to, _), _| (about, to) != (chat, device));
    }

    /// Into the letterbox at every relay that is there, once a connection.
    fn post(
        &mut self,
        (chat, device): (ChatId, DeviceId),
        parcel: &[u8],
        address: &Address,
        pause: u64,
        ctx: &mut Context<'_>,
    ) -> Result<(), Fatal> {
        for hint in &address.relays {
            ctx.dial(hint.relay, &hint.addrs);
            let key = (chat, device, hint.relay);
            if ctx.links.is_up(&hint.relay) && !self.sent.contains_key(&key) {
                self.sent.insert(key, ctx.now.mono + pause);
                letter::write(key, parcel, address, ctx)?;
            }
        }
        Ok(())
    }

    /// True once after a letter came of a device that we do not know yet: our account record says more.
    pub fn take_early(&mut self) -> bool {
        std::mem::take(&mut self.is_early)
    }

    /// A relay answered about a letter of ours.
    pub fn on_sent(
        &mut self,
        key: (ChatId, DeviceId, NodeId),
        answer: &Answer,
        ctx: &Context<'_>,
        timers: &mut Timers,
    ) {
        if matches!(answer, Answer::Refused(_)) {
            // Its owner has not opened it there (yet).
            self.sent.remove(&key);
            timers.by(Timer::Letters, ctx.now.mono + RETRY_MS);
        }
    }

    /// True if a log is our letterbox.
    pub fn watches(tag: &crate::ids::LogTag, ctx: &Context<'_>) -> bool {
        ctx.account.mailbox.letterbox().tag() == *tag
    }

    /// A relay answered about our letterbox: parcels that are complete.
    pub fn on_reply(
        &mut self,
        (relay, step): (NodeId, BoxStep),
        answer: Answer,
        awaited: &Awaited,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Result<Vec<Arrived>, Fatal> {
        let at = self.at.entry(relay).or_default();
        match (step, answer) {
            (BoxStep::Open, Answer::Opened(head)) => {
                if at.stored.incarnation != head.incarnation {
                    at.stored = CursorRow { incarnation: head.incarnation, cursor: head.first };
                }
                at.next = at.stored.cursor.max(head.first);
                at.parts.clear();
                self.ask(relay, BoxStep::Read, ctx);
            }
            (BoxStep::Read, Answer::Entries { entries, .. }) if entries.is_empty() => {
                self.ask(relay, BoxStep::Watch, ctx);
            }
            (BoxStep::Read, Answer::Entries { entries, .. }) => {
                let arrived = self.on_entries(relay, entries, awaited, ctx, refusals)?;
                if !self.early.contains(&relay) {
                    self.ask(relay, BoxStep::Read, ctx);
                }
                return Ok(arrived);
            }
            (BoxStep::Watch, Answer::Refused(Refusal::TooFarBehind)) => self.ask(relay, BoxStep::Read, ctx),
            (_, _) => {}
        }
        Ok(Vec::new())
    }

    fn ask(&self, relay: NodeId, step: BoxStep, ctx: &mut Context<'_>) {
        let from = self.at.get(&relay).map_or(0, |at| at.next);
        let (tag, cap) = (ctx.account.mailbox.letterbox().tag(), ctx.account.mailbox.letterbox_read());
        let request = match step {
            BoxStep::Watch => Request::Subscribe { tag, cap, from },
            BoxStep::Read | BoxStep::Open => Request::Read { tag, cap, from, limit: 16 },
        };
        ctx.request(relay, &request, Purpose::Letterbox(step));
    }

    /// Entries of our letterbox: parcels that are complete. `awaited`: who may let us in.
    pub fn on_entries(
        &mut self,
        relay: NodeId,
        entries: Vec<Entry>,
        awaited: &Awaited,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Result<Vec<Arrived>, Fatal> {
        if self.early.contains(&relay) {
            return Ok(Vec::new());
        }
        let at = self.at.entry(relay).or_default();
        let mut arrived = Vec::new();
        for entry in entries.into_iter().filter(|entry| entry.seq >= at.next).collect::<Vec<_>>() {
            let letter = read(&entry.envelope, awaited, ctx);
            if matches!(letter, Err(LetterError::Early)) {
                self.is_early = self.early.insert(relay);
                break;
            }
            at.next = entry.seq.saturating_add(1);
            match letter {
                Ok((device, from, letter)) => {
                    let whole = at.parts.take(device, letter);
                    arrived.extend(whole.map(|bytes| Arrived { from, bytes, link: None }));
                }
                Err(LetterError::Early | LetterError::Foreign | LetterError::Wire(_)) => {
                    refusals.count("a letter that nobody wrote who may");
                }
            }
        }
        if at.parts.is_empty() && at.next > at.stored.cursor {
            at.stored.cursor = at.next;
            let row = cbor::encode(&at.stored).map_err(|_| Fatal::Bug("a cursor does not encode"))?;
            ctx.batch.put(Table::Cursor, CURSORS, &relay.0, row);
            let (tag, cap) = (ctx.account.mailbox.letterbox().tag(), ctx.account.mailbox.letterbox_read());
            let request = Request::Ack { tag, cap, reader: [0; 16], cursor: at.next };
            ctx.request(relay, &request, Purpose::Nothing);
        }
        Ok(arrived)
    }
}

/// Opens a letter and checks that an own living device wrote it to this one, a contact, or anybody about a chat that we wait to be let
/// into: whether they have a say in it is asked when the parcel is complete.
fn read(envelope: &[u8], awaited: &Awaited, ctx: &Context<'_>) -> Result<(DeviceId, UserId, Letter), LetterError> {
    let (certificate, letter) = letter::open(envelope, ctx)?;
    let from = certificate.user;
    let log = &ctx.account.devices;
    let (known, living) = (log.certificate(&certificate.device).is_some(), log.is_living(&certificate.device));
    match (certificate.user == ctx.account.user(), known, living) {
        (true, true, true) => Ok((certificate.device, from, letter)),
        (true, false, _) => Err(LetterError::Early),
        (false, _, _) if awaited.chats.contains(&letter.chat) || awaited.users.contains(&from) => {
            Ok((certificate.device, from, letter))
        }
        (_, _, _) => Err(LetterError::Foreign),
    }
}

/// Nothing needs to be sent (again) to a device that has said something since it came in, or is not in.
fn is_done(chat: &Chat, device: &DeviceId) -> bool {
    chat.devices.get(device).is_some_and(|head| head.arrived) || !chat.state.devices.contains_key(device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::mailbox::MailboxSecret;
    use crate::identity::account_record::RecordKey;
    use crate::identity::keys::{DeviceKey, RootKey};
    use crate::peer::account::{Account, NewDevice};
    use crate::peer::links::Links;
    use crate::session::sealed::{SealingKey, seal};
    use crate::testing::TestStore;
    use crate::wire::registry::context;
    use crate::{core::Now, store::Batch};
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    const CHAT: ChatId = ChatId([7; 32]);

    fn device(n: u8) -> NewDevice {
        NewDevice {
            key: DeviceKey::from_seed([n; 32]),
            sealing: SealingKey::from_seed([n; 32]),
            mailbox: MailboxSecret([n; 32]),
        }
    }

    fn certified(root: &RootKey, by: &[u8]) -> crate::identity::device_log::DeviceLog {
        let first = device(by[0]).certify(root, None, 1).unwrap();
        by[1..].iter().fold(first, |log, n| device(*n).certify(root, Some(log), 1).unwrap())
    }

    /// The account of device 1, whose log has these devices.
    fn account(devices: &[u8]) -> Account {
        let root = RootKey::from_seed([1; 32]);
        Account::of(device(1), certified(&root, devices), RecordKey::of(&root), "Zoë".into(), vec![]).unwrap()
    }

    fn letter(root: u8, devices: &[u8], from: u8, to: DeviceId) -> (Vec<u8>, Letter) {
        let log = certified(&RootKey::from_seed([root; 32]), devices);
        let certificate = log.certificate(&device(from).key.device()).unwrap().bytes.clone();
        let letter = Letter { version: 1, certificate, chat: CHAT, part: 0, parts: 1, bytes: vec![5; 9] };
        let mut plain = cbor::encode(&letter).unwrap();
        let signature = device(from).key.sign(&[context::LETTER, &to.0, &plain].concat());
        plain.extend_from_slice(&signature);
        let sealed = seal(&device(1).sealing.public, &plain, &mut ChaCha20Rng::from_seed([3; 32])).unwrap();
        (sealed, letter)
    }

    fn with_account<T>(mut account: Account, act: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let (store, mut links, mut rng) = (TestStore::default(), Links::default(), ChaCha20Rng::from_seed([4; 32]));
        let mut ctx = Context {
            now: Now { mono: 1, wall: 1 },
            store: &store,
            rng: &mut rng,
            account: &mut account,
            links: &mut links,
            batch: Batch::new(),
            over: Default::default(),
            expiry: None,
            effects: std::collections::VecDeque::new(),
        };
        act(&mut ctx)
    }

    #[test]
    fn only_own_living_devices_are_heard() {
        let us = device(1).key.device();
        with_account(account(&[1, 2]), |ctx| {
            let none = Awaited::default();
            let (from, _, opened) = read(&letter(1, &[1, 2], 2, us).0, &none, ctx).unwrap();
            assert_eq!((from, opened.chat, opened.bytes.len()), (device(2).key.device(), CHAT, 9));
            let error = |sealed: &[u8]| read(sealed, &none, ctx).map(|(from, ..)| from).unwrap_err();
            assert!(matches!(error(&letter(1, &[1, 3], 3, us).0), LetterError::Early), "our log is older");
            assert!(matches!(error(&letter(9, &[2], 2, us).0), LetterError::Foreign), "another user");
            let (_, user, _) =
                read(&letter(9, &[2], 2, us).0, &Awaited { chats: [CHAT].into(), ..Awaited::default() }, ctx).unwrap();
            assert_eq!(user, RootKey::from_seed([9; 32]).user(), "about a chat that waits for it");
            let contact = Awaited { users: [user].into(), ..Awaited::default() };
            assert!(read(&letter(9, &[2], 2, us).0, &contact, ctx).is_ok(), "a contact's");
            assert!(matches!(error(&letter(1, &[1, 2], 2, DeviceId([8; 32])).0), LetterError::Foreign), "handed on");
            let good = letter(1, &[1, 2], 2, us).0;
            for at in 0..good.len() {
                let mut bad = good.clone();
                bad[at] ^= 1;
                assert!(read(&bad, &none, ctx).is_err() && read(&good[..at], &none, ctx).is_err(), "byte {at}");
            }
        });
    }

    #[test]
    fn a_letter_that_came_early_waits_and_junk_does_not_stop_others() {
        let us = device(1).key.device();
        let relay = NodeId([6; 32]);
        let entry = |seq, envelope| Entry { seq, envelope };
        let mut refusals = Refusals::default();
        let mut letters = Letters::default();
        with_account(account(&[1, 2]), |ctx| {
            let entries = vec![
                entry(1, vec![0; 200]),
                entry(2, letter(1, &[1, 2], 2, us).0),
                entry(3, letter(1, &[1, 2, 3], 3, us).0),
                entry(4, letter(1, &[1, 2], 2, us).0),
            ];
            let arrived = letters.on_entries(relay, entries, &Awaited::default(), ctx, &mut refusals).unwrap();
            assert_eq!(arrived.len(), 1, "the early one stops what is behind it");
            assert!(letters.take_early() && !letters.take_early());
            assert_eq!(letters.at[&relay].next, 3);
            assert!(
                letters
                    .on_entries(relay, vec![entry(5, vec![])], &Awaited::default(), ctx, &mut refusals)
                    .unwrap()
                    .is_empty()
            );
        });
        letters.early.clear();
        with_account(account(&[1, 2, 3]), |ctx| {
            let entries = vec![entry(3, letter(1, &[1, 2, 3], 3, us).0), entry(4, letter(1, &[1, 2], 2, us).0)];
            assert_eq!(letters.on_entries(relay, entries, &Awaited::default(), ctx, &mut refusals).unwrap().len(), 2);
        });
        assert_eq!(refusals.counts().get("a letter that nobody wrote who may"), Some(&1));
    }
}
