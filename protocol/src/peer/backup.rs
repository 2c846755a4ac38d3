//! People and settings, kept at own relays for the day when only the words are left, and shared by own devices.
//!
//! As with the account record, a relay's copy is read before it is replaced: what another device wrote comes in, what it
//! does not have goes out. So own devices agree on contacts and settings even before a chat of their own carries them.
//!
//! Not here: what a page is (`identity::backup`).

use super::command::Event;
use super::contacts::Contacts;
use super::context::{Context, Fatal};
use super::links::Purpose;
use super::refusals::Refusals;
use super::settings::{Key, SettingError, Settings};
use super::timers::{Timer, Timers};
use crate::identity::backup::{Page, pages};
use crate::ids::NodeId;
use crate::limits::ACCOUNT_RECORD_LIFE_MS;
use crate::wire::registry::record as kind;
use crate::wire::relay::{Reply as Answer, Request};
use std::collections::BTreeMap;

/// From a change to its backup: several changes in a row go out together.
const DELAY_MS: u64 = 3_000;

/// How often a copy is looked at while a device is new.
const SOON_MS: u64 = 5_000;

/// How long a device is new.
const NEW_MS: u64 = 15 * 60 * 1000;

/// How often a copy is looked at for what other devices wrote.
const EVERY_MS: u64 = 15 * 60 * 1000;

/// A relay whose pages are being read.
#[derive(Debug, Default)]
struct Reading {
    /// How many pages there are, once known.
    pages: u8,
    found: BTreeMap<u8, (Page, u64, u64)>,
}

/// The backup.
#[derive(Debug, Default)]
pub struct Backup {
    reading: BTreeMap<NodeId, Reading>,
}

/// What a backup is made of.
pub struct Kept<'a> {
    /// People.
    pub contacts: &'a mut Contacts,
    /// Registers.
    pub settings: &'a mut Settings,
}

impl Backup {
    /// Every input ends with this: if people or settings changed, the backup is due.
    pub fn notice(&mut self, kept: &Kept<'_>, ctx: &Context<'_>, timers: &mut Timers) {
        if kept.contacts.has_changed() || kept.settings.has_changed() {
            timers.by(Timer::Backup, ctx.now.mono + DELAY_MS);
        }
    }

    /// A link came up.
    pub fn on_link_up(&mut self, relay: NodeId, ctx: &mut Context<'_>, timers: &mut Timers) {
        self.read(relay, ctx);
        timers.by(Timer::Backup, ctx.now.mono + every(ctx));
    }

    /// The deadline passed.
    pub fn on_wake(&mut self, kept: &mut Kept<'_>, ctx: &mut Context<'_>, timers: &mut Timers) {
        kept.contacts.forget_changes();
        kept.settings.forget_changes();
        for hint in ctx.account.reachable_at() {
            self.read(hint.relay, ctx);
        }
        timers.by(Timer::Backup, ctx.now.mono + every(ctx));
    }

    fn read(&mut self, relay: NodeId, ctx: &mut Context<'_>) {
        let own = ctx.account.reachable_at().iter().any(|hint| hint.relay == relay);
        // A removed device has no say in it any more.
        if own && ctx.account.devices.is_living(&ctx.account.device()) {
            self.reading.insert(relay, Reading::default());
            self.ask(relay, 0, ctx);
        }
    }

    fn ask(&self, relay: NodeId, page: u8, ctx: &mut Context<'_>) {
        let request = Request::GetRecord { kind: kind::BACKUP, key: ctx.account.record.backup().name(page) };
        ctx.request(relay, &request, Purpose::Backup(page));
    }

    /// A relay answered about a page.
    pub fn on_reply(
        &mut self,
        relay: NodeId,
        number: u8,
        answer: Answer,
        kept: &mut Kept<'_>,
        ctx: &mut Context<'_>,
        refusals: &mut Refusals,
    ) -> Result<(), Fatal> {
        let (Some(reading), Answer::Record(found)) = (self.reading.get_mut(&relay), answer) else { return Ok(()) };
        let opened = found.map(|bytes| ctx.account.record.backup().open(number, &bytes));
        match opened {
            Some(Ok((page, sequence, expires))) => {
                reading.pages = if number == 0 { page.pages } else { reading.pages };
                reading.found.insert(number, (page, sequence, expires));
            }
            Some(Err(_)) => refusals.count("a page of the own backup that does not verify"),
            None => {}
        }
        let next = number + 1;
        if next < reading.pages {
            self.ask(relay, next, ctx);
            return Ok(());
        }
        let Some(mut read) = self.reading.remove(&relay) else { return Ok(()) };
        read.found.retain(|page, _| *page < read.pages);
        for (page, ..) in read.found.values() {
            take(page, kept, ctx, refusals)?;
        }
        self.write(relay, &read, kept, ctx)
    }

    /// Puts what the relay does not have.
    fn write(&self, relay: NodeId, read: &Reading, kept: &mut Kept<'_>, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        for (number, page) in all(kept.contacts, kept.settings).iter().enumerate() {
            let number = u8::try_from(number).map_err(|_| Fatal::Bug("too many pages of a backup"))?;
            let known = read.found.get(&number);
            let fresh = |expires: u64| expires > ctx.now.wall.saturating_add(ACCOUNT_RECORD_LIFE_MS / 2);
            if known.is_some_and(|(stored, _, expires)| stored == page && fresh(*expires)) {
                continue;
            }
            let record = seal(number, page, known.map_or(0, |(_, sequence, _)| *sequence), ctx)?;
            ctx.request(relay, &Request::PutRecord { record }, Purpose::Nothing);
        }
        Ok(())
    }
}

/// Everything, on pages.
fn all(contacts: &Contacts, settings: &Settings) -> Vec<Page> {
    pages(contacts.cards().into_iter().map(|card| card.without_details()).collect(), settings.rows())
}

/// A page as relays keep it, with a number above `sequence`.
fn seal(number: u8, page: &Page, sequence: u64, ctx: &mut Context<'_>) -> Result<Vec<u8>, Fatal> {
    let sequence = sequence.max(ctx.now.wall).saturating_add(1);
    let expires = ctx.now.wall.saturating_add(ACCOUNT_RECORD_LIFE_MS);
    let record = ctx.account.record.backup().seal(number, page, (sequence, expires), ctx.rng);
    Ok(record.map_err(|_| Fatal::Bug("a page of a backup does not sign"))?.encode())
}

/// All pages as relays keep them.
pub fn sealed(contacts: &Contacts, settings: &Settings, ctx: &mut Context<'_>) -> Result<Vec<Vec<u8>>, Fatal> {
    (0..).zip(&all(contacts, settings)).map(|(number, page)| seal(number, page, 0, ctx)).collect()
}

/// While a device is new, it and the others have something to tell each other.
fn every(ctx: &Context<'_>) -> u64 {
    let mut living = ctx.account.devices.living();
    let new = living.any(|entry| entry.at.saturating_add(NEW_MS) > ctx.now.wall);
    let several = ctx.account.devices.living().nth(1).is_some();
    if several && new { SOON_MS } else { EVERY_MS }
}

/// Takes what another own device wrote.
fn take(page: &Page, kept: &mut Kept<'_>, ctx: &mut Context<'_>, refusals: &mut Refusals) -> Result<(), Fatal> {
    for card in &page.contacts {
        kept.contacts.take_card(card, ctx)?;
    }
    for row in &page.settings {
        match kept.settings.take(row.clone(), ctx.account, &mut ctx.batch) {
            Ok(true) if matches!(Key::decode(&row.key), Ok(Some(Key::Handed(_)))) => ctx.notify(Event::Devices),
            Ok(_) => {}
            Err(SettingError::Wire(_)) => refusals.count("a setting of another own device that is out of bounds"),
            Err(SettingError::Fatal(fatal)) => return Err(fatal),
        }
    }
    Ok(())
}
