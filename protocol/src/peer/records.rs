//! The account record: ours, published at our relays and compared with what our other devices published; those of our
//! contacts, read at the relays that they use, so that new and removed devices are known without being told.
//!
//! A relay's copy is read before it is replaced, so several devices of a user can publish without agreeing first: each
//! takes what the other said more, and puts back what is more than the relay had.
//!
//! Not here: what a record is (`identity::account_record`), and what follows for chats from a changed device log.

use super::contacts::Contacts;
use super::context::{Context, Fatal};
use super::links::Purpose;
use super::refusals::Refusals;
use super::timers::{Timer, Timers};
use crate::identity::account_record::{AccountRecord, Card, Comparison};
use crate::identity::device_log::Entry;
use crate::ids::{NodeId, UserId};
use crate::limits::{ACCOUNT_RECORD_LIFE_MS, RECORDS_ASKED_AT_ONCE};
use crate::peer::command::Event;
use crate::store::{StoreRead, Table};
use crate::wire::record::Record;
use crate::wire::registry::record as kind;
use crate::wire::relay::{Reply as Answer, Request};
use std::collections::{BTreeMap, BTreeSet};

const OWN: &[u8] = b"own account record";

/// How often our own record is looked at: another device may have been certified with the words.
const OWN_EVERY_MS: u64 = 10 * 60 * 1000;

/// How often those of contacts are looked at.
const EVERY_MS: u64 = 6 * 3600 * 1000;

/// Between two handfuls of contacts.
const STEP_MS: u64 = 2_000;

/// How often it is looked for the card of a device that was certified a short time ago, and how long that is.
const SOON_MS: u64 = 5_000;
const NEWCOMER_MS: u64 = 24 * 3600 * 1000;

/// Records of accounts.
#[derive(Debug)]
pub struct Records {
    /// What our devices say, as far as this one knows.
    own: AccountRecord,
    /// Our root key signed two histories.
    forked: bool,
    /// Something about our devices changed since somebody last asked.
    news: bool,
    /// When a relay last gave us our own record, in `Now::mono`.
    read_at: Option<u64>,
    /// When a contact's record was last asked for, in `Now::mono`.
    asked: BTreeMap<UserId, u64>,
}

impl Records {
    /// Reads what was known.
    pub fn load(store: &dyn StoreRead, account: &super::account::Account) -> Result<Self, Fatal> {
        let mut own = AccountRecord::new(account.devices.clone());
        if let Some(row) = store.get(Table::User, &[], OWN)? {
            let stored = AccountRecord::from_row(&row).map_err(|_| Fatal::Row("the own account record"))?;
            own.merge(&stored);
        }
        Ok(Self { own, forked: false, news: true, read_at: None, asked: BTreeMap::new() })
    }

    /// True once after something about our devices changed.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// What our devices say about themselves.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.own.cards()
    }

    /// True if a device of ours has not published where it is reached, and may be about to.
    fn awaits_a_card(&self, wall_ms: u64) -> bool {
        let fresh = |entry: &&Entry| entry.at.saturating_add(NEWCOMER_MS) > wall_ms;
        self.own.log.living().filter(fresh).any(|entry| self.cards().all(|card| card.device != entry.device))
    }

    /// True if two lists of our own devices contradict each other.
    pub fn is_forked(&self) -> bool {
        self.forked
    }

    /// A link came up: our record there is looked at if it is an own relay, and those of contacts who use it.
    pub fn on_link_up(&mut self, relay: NodeId, contacts: &Contacts, ctx: &mut Context<'_>, timers: &mut Timers) {
        self.look(relay, ctx);
        if contacts.locators().any(|(_, _, relays)| relays.contains(&relay)) {
            timers.by(Timer::Records, ctx.now.mono + STEP_MS);
        }
        timers.by(Timer::Records, ctx.now.mono + OWN_EVERY_MS);
    }

    fn look(&self, relay: NodeId, ctx: &mut Context<'_>) {
        if ctx.account.reachable_at().iter().any(|hint| hint.relay == relay) {
            let request = Request::GetRecord { kind: kind::ACCOUNT, key: ctx.account.locator().signer };
            ctx.request(relay, &request, Purpose::OwnRecord);
        }
    }

    /// Something that we publish changed (name, relays, devices): every own relay that is there hears of it, the
    /// others when they come.
    pub fn publish(&mut self, ctx: &mut Context<'_>) {
        self.refresh(ctx);
    }

    /// Our record is read at every own relay that is there.
    pub fn refresh(&self, ctx: &mut Context<'_>) {
        for hint in ctx.account.reachable_at() {
            self.look(hint.relay, ctx);
        }
    }

    /// When a relay last gave us our own record, in `Now::mono`.
    pub fn read_at(&self) -> Option<u64> {
        self.read_at
    }

    /// The deadline passed: everything that is due is looked at, contacts a handful at a time.
    /// `waited`: those for whom something has waited.
    pub fn on_wake(
        &mut self,
        contacts: &Contacts,
        waited: &BTreeSet<UserId>,
        ctx: &mut Context<'_>,
        timers: &mut Timers,
    ) {
        self.publish(ctx);
        let now = ctx.now.mono;
        let mut left = RECORDS_ASKED_AT_ONCE;
        for (user, locator, relays) in contacts.locators() {
            let every = if waited.contains(&user) { OWN_EVERY_MS / 2 } else { EVERY_MS };
            let due = self.asked.get(&user).is_none_or(|at| now >= at + every);
            let up: Vec<NodeId> = relays.into_iter().filter(|relay| ctx.links.is_up(relay)).collect();
            if !due || up.is_empty() {
                continue;
            }
            if left == 0 {
                return timers.by(Timer::Records, now + STEP_MS);
            }
            left -= 1;
            self.asked.insert(user, now);
            for relay in up {
                let request = Request::GetRecord { kind: kind::ACCOUNT, key: locator.signer };
                ctx.request(relay, &request, Purpose::ContactRecord(user));
            }
        }
        let soon = self.awaits_a_card(ctx.now.wall);
        timers.by(Timer::Records, now + if soon { SOON_MS } else { OWN_EVERY_MS });
    }

    /// A contact may have said something that makes their record worth a look soon.
    pub fn forget_asked(&mut self, user: &UserId, ctx: &Context<'_>, timers: &mut Timers) {
        self.asked.remove(user);
        timers.by(Timer::Records, ctx.now.mono + STEP_MS);
    }

    /// A relay answered about our own record.
    pub fn on_own(
        &mut self,
        relay: NodeId,
        answer: Answer,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let Answer::Record(found) = answer else { return Ok(()) };
        let mut sequence = 0;
        if let Some(bytes) = found {
            let opened = AccountRecord::open(&bytes, &ctx.account.locator(), ctx.account.user());
            match opened {
                Ok((theirs, number, expires)) => {
                    sequence = number;
                    self.read_at = Some(ctx.now.mono);
                    self.merge(&theirs, ctx)?;
                    self.renew(ctx)?;
                    let fresh = expires > ctx.now.wall.saturating_add(ACCOUNT_RECORD_LIFE_MS / 2);
                    if fresh && theirs == self.own {
                        return Ok(());
                    }
                }
                Err(_) => {
                    refusals.count("an own account record that does not verify");
                    sequence = Record::decode_verified(&bytes).map_or(0, |record| record.sequence);
                }
            }
        } else {
            self.renew(ctx)?;
        }
        if sequence == u64::MAX {
            refusals.count("an own account record with the last number");
            return Ok(());
        }
        let record = self.sealed(sequence, ctx)?;
        ctx.request(relay, &Request::PutRecord { record }, Purpose::Nothing);
        Ok(())
    }

    /// Our record as relays keep it, with a number above `sequence`.
    pub fn sealed(&self, sequence: u64, ctx: &mut Context<'_>) -> Result<Vec<u8>, Fatal> {
        let sequence = sequence.max(ctx.now.wall).saturating_add(1);
        let expires = ctx.now.wall.saturating_add(ACCOUNT_RECORD_LIFE_MS);
        let record = self.own.seal(&ctx.account.record, sequence, expires, ctx.rng);
        Ok(record.map_err(|_| Fatal::Bug("the own account record does not sign"))?.encode())
    }

    /// Takes what another device of ours published.
    fn merge(&mut self, theirs: &AccountRecord, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let before = self.own.clone();
        match self.own.merge(theirs) {
            Comparison::Newer => {
                ctx.account.devices = self.own.log.clone();
                ctx.account.store(&mut ctx.batch)?;
                ctx.notify(Event::Devices);
            }
            Comparison::Forked if !self.forked => {
                self.forked = true;
                ctx.notify(Event::Devices);
            }
            Comparison::Same | Comparison::Older | Comparison::Forked => {}
        }
        if before != self.own { self.store(ctx) } else { Ok(()) }
    }

    /// Puts this device's newest card, and a log that changed here, into our record.
    pub fn renew(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let before = self.own.clone();
        let living = ctx.account.devices.is_living(&ctx.account.device());
        if living && ctx.account.renew_card(ctx.now.wall)? {
            ctx.account.store(&mut ctx.batch)?;
        }
        self.own.merge(&AccountRecord::new(ctx.account.devices.clone()));
        if let Some(card) = &ctx.account.card {
            self.own.add(card.clone());
        }
        if before != self.own { self.store(ctx) } else { Ok(()) }
    }

    fn store(&mut self, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        self.news = true;
        let row = self.own.to_row().map_err(|_| Fatal::Bug("the own account record does not encode"))?;
        ctx.batch.put(Table::User, &[], OWN, row);
        Ok(())
    }

    /// A relay answered about a contact's record: the record, if it is theirs.
    pub fn on_contact(
        &mut self,
        user: UserId,
        answer: Answer,
        contacts: &mut Contacts,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Result<Option<AccountRecord>, Fatal> {
        let Answer::Record(Some(bytes)) = answer else { return Ok(None) };
        let Some(locator) = contacts.locators().find(|(other, ..)| *other == user).map(|(_, locator, _)| locator)
        else {
            return Ok(None);
        };
        match AccountRecord::open(&bytes, &locator, user) {
            Ok((record, ..)) => {
                contacts.on_record(user, &record, ctx)?;
                // What contradicts the list of devices that we know is somebody's who may have the words.
                let known = contacts.device_log(&user);
                Ok(known.is_some_and(|known| known == record.log).then_some(record))
            }
            Err(_) => {
                refusals.count("a contact's account record that does not verify");
                Ok(None)
            }
        }
    }
}
