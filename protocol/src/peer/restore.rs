//! A device is brought back from the words: the account record is looked for at relays, a new device certified behind
//! the device log found there. A core of its own, because there is no account yet; it lives until [`Restore::finish`].
//!
//! The longest log wins. Logs that contradict each other are refused: somebody certified devices twice.
//!
//! Not here: typing words, dialling, and writing the account (the node's `setup`). The new log is published by the node
//! when it runs, as every change of it is.

use super::account::{Account, NewDevice};
use super::command::ForWords;
use super::linking::handover::{ContactCard, SettingRow};
use super::links::{Links, Purpose};
use crate::contact::mailbox::RelayHint;
use crate::core::{Core, Input, Now, Output, Wake};
use crate::identity::account_record::{AccountRecord, Comparison, RecordKey};
use crate::identity::backup::Page;
use crate::identity::device_log::{Action, Entry, LogError};
use crate::identity::keys::RootKey;
use crate::ids::{NodeId, UserId};
use crate::limits::RELAYS_MAX;
use crate::store::StoreRead;
use crate::wire::WireError;
use crate::wire::registry::record as kind;
use crate::wire::relay::{FromRelay, Reply, Request};
use rand_chacha::ChaCha20Rng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use thiserror::Error;

/// How long relays may take to answer.
const PATIENCE_MS: u64 = 20_000;

/// Relays asked: those given, and those that the record found there names.
const ASKED_MAX: usize = 2 * RELAYS_MAX;

/// In the place of a relay: pages that were kept elsewhere.
const KEPT: NodeId = NodeId([0; 32]);

/// What a relay had to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Waiting,
    /// It has no record of this user.
    Nothing,
    /// A record that counts.
    Found,
    /// A record that does not verify, in words.
    Bad(String),
}

/// What happens meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreEvent {
    /// A relay answered.
    Answered(NodeId, Answer),
    /// All answered, or the time is over: call [`Restore::finish`].
    Over,
}

/// Why nothing was brought back. The texts say what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RestoreError {
    /// No relay answered.
    #[error("no relay answered; check the addresses and your connection")]
    Unreachable,
    /// No relay that answered knows the user.
    #[error("these relays know nothing of an identity with these words; name the relays that you used")]
    NotFound,
    /// Two relays gave logs of which neither continues the other.
    #[error(
        "the relays have two contradicting lists of your devices: somebody else may have your words. Nothing was \
         changed"
    )]
    Forked,
    /// No room for a further device.
    #[error("{0}; remove a device first, or add --replace if all former devices are lost")]
    Log(#[from] LogError),
    /// The record has no name to go on with.
    #[error("the record has no name in it; add --name NAME")]
    Nameless,
    /// The account cannot be made of what was found.
    #[error("what was found cannot be used: {0}")]
    Account(#[from] WireError),
}

/// What was brought back.
#[derive(Debug)]
pub struct Restored {
    /// Of a new device.
    pub account: Account,
    /// People.
    pub contacts: Vec<ContactCard>,
    /// Own settings.
    pub settings: Vec<SettingRow>,
}

/// A search under way.
pub struct Restore {
    root: RootKey,
    key: RecordKey,
    given: Vec<RelayHint>,
    links: Links,
    answers: BTreeMap<NodeId, Answer>,
    found: Option<AccountRecord>,
    backup: BTreeMap<(NodeId, u8), Page>,
    /// Pages that were asked for and did not come yet.
    awaited: BTreeSet<(NodeId, u8)>,
    forked: bool,
    deadline: Option<u64>,
    over: bool,
    outputs: VecDeque<Output<RestoreEvent>>,
}

impl std::fmt::Debug for Restore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Restore({:?}, …)", self.root.user())
    }
}

impl Restore {
    /// Looks for the user of `root` at these relays.
    pub fn new(root: RootKey, relays: Vec<RelayHint>) -> Self {
        let key = RecordKey::of(&root);
        let mut restore = Self {
            root,
            key,
            given: relays.clone(),
            links: Links::default(),
            answers: BTreeMap::new(),
            found: None,
            backup: BTreeMap::new(),
            awaited: BTreeSet::new(),
            forked: false,
            deadline: None,
            over: false,
            outputs: VecDeque::new(),
        };
        relays.iter().for_each(|hint| restore.want(hint));
        restore
    }

    /// The account of a new device of the user. `replace` removes every former device; `name` replaces the name found.
    pub fn finish(
        self,
        name: Option<String>,
        replace: bool,
        wall_ms: u64,
        rng: &mut ChaCha20Rng,
    ) -> Result<Restored, RestoreError> {
        if self.forked {
            return Err(RestoreError::Forked);
        }
        let Some(found) = self.found else {
            let any = self.answers.values().any(|answer| *answer != Answer::Waiting);
            return Err(if any { RestoreError::NotFound } else { RestoreError::Unreachable });
        };
        let newest = found.newest().cloned();
        let name = name.or_else(|| newest.as_ref().map(|card| card.name.clone())).ok_or(RestoreError::Nameless)?;
        let known = newest.and_then(|card| card.mailbox).map_or(Vec::new(), |mailbox| mailbox.relays);
        let mut relays = self.given;
        for hint in known {
            if relays.len() < RELAYS_MAX && relays.iter().all(|other| other.relay != hint.relay) {
                relays.push(hint);
            }
        }
        let mut log = found.log;
        let former: Vec<_> = log.living().map(|entry| entry.device).filter(|_| replace).collect();
        for device in former {
            let removal = Entry::sign(&self.root, Some(log.last()), Action::Remove, device, [0; 32], wall_ms);
            log.append(removal)?;
        }
        let device = NewDevice::random(rng);
        let log = device.certify(&self.root, Some(log), wall_ms)?;
        let account = Account::of(device, log, self.key, name, relays)?;
        let (mut contacts, mut settings): (BTreeMap<UserId, ContactCard>, Vec<SettingRow>) = Default::default();
        for page in self.backup.into_values() {
            for card in page.contacts {
                contacts.entry(card.user).or_insert(card);
            }
            settings.extend(page.settings);
        }
        // Of copies of one register the later one counts.
        settings.sort_by(|a, b| (&a.key, b.at, b.by).cmp(&(&b.key, a.at, a.by)));
        settings.dedup_by(|later, earlier| later.key == earlier.key);
        Ok(Restored { account, contacts: contacts.into_values().collect(), settings })
    }

    /// Takes what was kept elsewhere than at relays; false if it is not this user's. Relays may know more.
    pub fn take_kept(&mut self, kept: &ForWords) -> bool {
        if self.take(&kept.account) != Answer::Found {
            return false;
        }
        for (number, bytes) in (0..=u8::MAX).zip(&kept.pages) {
            if let Ok((page, ..)) = self.key.backup().open(number, bytes) {
                self.backup.insert((KEPT, number), page);
            }
        }
        true
    }

    fn want(&mut self, hint: &RelayHint) {
        if self.answers.len() < ASKED_MAX && !self.answers.contains_key(&hint.relay) {
            self.answers.insert(hint.relay, Answer::Waiting);
            if let Some(addrs) = self.links.want(hint.relay, &hint.addrs) {
                self.outputs.push_back(Output::Dial { remote: hint.relay, addrs });
            }
        }
    }

    fn ask(&mut self, now: Now, relay: NodeId) {
        let request = Request::GetRecord { kind: kind::ACCOUNT, key: self.key.locator().signer };
        if let Some(bytes) = self.links.request(now, relay, &request, Purpose::OwnRecord) {
            self.outputs.push_back(Output::Transmit { remote: relay, bytes });
        }
    }

    fn ask_page(&mut self, now: Now, relay: NodeId, page: u8) {
        let request = Request::GetRecord { kind: kind::BACKUP, key: self.key.backup().name(page) };
        if let Some(bytes) = self.links.request(now, relay, &request, Purpose::Backup(page)) {
            self.awaited.insert((relay, page));
            self.outputs.push_back(Output::Transmit { remote: relay, bytes });
        }
    }

    fn on_page(&mut self, now: Now, relay: NodeId, number: u8, reply: Reply) {
        self.awaited.remove(&(relay, number));
        let Reply::Record(Some(bytes)) = reply else { return };
        let Ok((page, ..)) = self.key.backup().open(number, &bytes) else { return };
        if number == 0 {
            (1..page.pages).for_each(|next| self.ask_page(now, relay, next));
        }
        self.backup.insert((relay, number), page);
    }

    fn on_frame(&mut self, now: Now, relay: NodeId, bytes: &[u8]) {
        let Ok(FromRelay::Reply { number, reply }) = FromRelay::decode(bytes) else { return };
        match self.links.answered(&relay, number) {
            None => return,
            Some(Purpose::Backup(page)) => return self.on_page(now, relay, page, reply),
            Some(_) => {}
        }
        let answer = match reply {
            Reply::Record(None) => Answer::Nothing,
            Reply::Record(Some(bytes)) => self.take(&bytes),
            other => Answer::Bad(format!("an answer that does not fit ({other:?})").chars().take(80).collect()),
        };
        if let Some(known) = self.answers.get_mut(&relay) {
            *known = answer.clone();
            if answer == Answer::Found {
                self.ask_page(now, relay, 0);
            }
            self.outputs.push_back(Output::Notify(RestoreEvent::Answered(relay, answer)));
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Answer {
        let record = match AccountRecord::open(bytes, &self.key.locator(), self.root.user()) {
            Ok((record, ..)) => record,
            Err(error) => return Answer::Bad(error.to_string()),
        };
        let elsewhere: Vec<RelayHint> = record
            .cards()
            .filter_map(|card| card.mailbox.as_ref())
            .flat_map(|mailbox| mailbox.relays.clone())
            .collect();
        elsewhere.iter().for_each(|hint| self.want(hint));
        match &mut self.found {
            None => self.found = Some(record),
            Some(found) => self.forked |= found.merge(&record) == Comparison::Forked,
        }
        Answer::Found
    }

    fn end(&mut self, now: Now) {
        let deadline = *self.deadline.get_or_insert(now.mono + PATIENCE_MS);
        let all = self.answers.values().all(|answer| *answer != Answer::Waiting) && self.awaited.is_empty();
        if !self.over && (all || now.mono >= deadline) {
            self.over = true;
            self.outputs.push_back(Output::Notify(RestoreEvent::Over));
        }
    }
}

impl Core for Restore {
    type Command = Infallible;
    type Event = RestoreEvent;

    fn handle(&mut self, now: Now, input: Input<Infallible>, _: &dyn StoreRead) {
        match input {
            Input::Command { command, .. } => match command {},
            Input::LinkUp { remote } => {
                self.links.up(now, &remote);
                self.ask(now, remote);
            }
            Input::LinkDown { remote } => {
                self.links.down(now, &remote);
                self.awaited.retain(|(relay, _)| *relay != remote);
            }
            Input::Frame { remote, bytes } => self.on_frame(now, remote, &bytes),
            Input::Wake => {}
        }
        self.end(now);
    }

    fn poll_output(&mut self) -> Option<Output<RestoreEvent>> {
        self.outputs.pop_front()
    }

    fn poll_wake(&self) -> Option<Wake> {
        // Before the first input there is no clock to count from.
        Some(Wake { at: if self.over { return None } else { self.deadline.unwrap_or(0) }, reason: "relays' answers" })
    }
}
