//! Our own inbox and key packages at the relays of our choice, and the invites that let others write to it.
//!
//! At every own relay, when its link comes up: open the inbox, tell it the tokens of all open invites, read what came,
//! watch it, and fill up the key packages.

use super::command::{CommandError, Reply};
use super::context::{Context, Fatal};
use super::links::Purpose;
use super::refusals::Refusals;
use super::timers::{Timer, Timers};
use super::view::InviteView;
use crate::chat::mls::device::DeviceSigner;
use crate::chat::mls::key_package::{Use, new_key_package};
use crate::chat::mls::provider::Provider;
use crate::contact::invite::Invite;
use crate::ids::{Capability, NodeId};
use crate::limits::TOKENS_MAX;
use crate::store::{Range, StoreRead, Table};
use crate::wire::cbor;
use crate::wire::relay::{Entry, LogHead, Reply as Answer, Request, TokenSpec};
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const LAST_RESORT: &[u8] = b"last resort key package";
const CURSORS: &[u8] = b"inbox";

/// Key packages are filled up to `FULL` when fewer than `LOW` are left, at most `FILLS` times a link (a relay that
/// miscounts must not make us work for ever).
const LOW: u16 = 10;
const FULL: u16 = 30;
const FILLS: u32 = 3;
const RETRY_MS: u64 = 10_000;

/// An open invite, as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct InviteRow {
    #[serde(with = "serde_bytes")]
    token: [u8; 32],
    uses: u16,
    expires: u64,
}

/// How far we are with the inbox at a relay, as stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct CursorRow {
    #[serde(with = "serde_bytes")]
    incarnation: [u8; 16],
    cursor: u64,
}

#[derive(Debug, Default)]
struct AtRelay {
    cursor: CursorRow,
    /// The generation of invites that the relay knows.
    tokens: u64,
    fills: u32,
    open: bool,
}

/// Our inbox.
#[derive(Debug, Default)]
pub struct OwnMailbox {
    invites: BTreeMap<u64, InviteRow>,
    next_invite: u64,
    /// Counts changes of the invites.
    generation: u64,
    at: BTreeMap<NodeId, AtRelay>,
}

impl OwnMailbox {
    /// Reads it.
    pub fn load(store: &dyn StoreRead) -> Result<Self, Fatal> {
        let damaged = Fatal::Row("an invite");
        let mut mailbox = Self { generation: 1, ..Self::default() };
        for (sort, value) in store.scan(Table::Invite, &[], Range::All, usize::MAX)? {
            let id = sort.try_into().map(u64::from_be_bytes).map_err(|_| damaged.clone())?;
            mailbox.invites.insert(id, cbor::decode(&value, "invite", usize::MAX).map_err(|_| damaged.clone())?);
            mailbox.next_invite = id + 1;
        }
        for (sort, value) in store.scan(Table::Cursor, CURSORS, Range::All, usize::MAX)? {
            let relay = NodeId(sort.try_into().map_err(|_| damaged.clone())?);
            let cursor = cbor::decode(&value, "cursor", usize::MAX).map_err(|_| damaged.clone())?;
            mailbox.at.insert(relay, AtRelay { cursor, ..AtRelay::default() });
        }
        Ok(mailbox)
    }

    /// Makes an invite.
    pub fn create(
        &mut self,
        uses: u16,
        ttl_ms: u64,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let refuse = |text: &str| Ok(Err(CommandError::Refused(text.into())));
        if uses == 0 {
            return Ok(Err(CommandError::Invalid("an invite needs at least one use".into())));
        }
        if ctx.account.reachable_at().is_empty() {
            return refuse("an invite needs a relay where you can be reached; add one first (or run with --lan)");
        }
        self.drop_expired(ctx);
        if self.invites.len() >= TOKENS_MAX {
            return refuse("there are too many open invites; revoke some first");
        }
        let mut token = [0; 32];
        ctx.rng.fill_bytes(&mut token);
        let expires = if ttl_ms == 0 { 0 } else { ctx.now.wall.saturating_add(ttl_ms) };
        let row = InviteRow { token, uses, expires };
        let id = self.next_invite;
        self.next_invite += 1;
        let bytes = cbor::encode(&row).map_err(|_| Fatal::Bug("an invite does not encode"))?;
        ctx.batch.put(Table::Invite, &[], &id.to_be_bytes(), bytes);
        self.invites.insert(id, row);
        self.tell_relays(ctx);
        Ok(self.view(id, ctx).map(Reply::Invite))
    }

    /// Open invites.
    pub fn list(&self, ctx: &Context<'_>) -> Result<Reply, CommandError> {
        self.invites.keys().map(|id| self.view(*id, ctx)).collect::<Result<_, _>>().map(Reply::Invites)
    }

    /// Withdraws an invite.
    pub fn revoke(&mut self, id: u64, ctx: &mut Context<'_>) -> Result<Reply, CommandError> {
        if self.invites.remove(&id).is_none() {
            return Err(CommandError::NotFound("invite"));
        }
        ctx.batch.delete(Table::Invite, &[], &id.to_be_bytes());
        self.tell_relays(ctx);
        Ok(Reply::Done)
    }

    fn view(&self, id: u64, ctx: &Context<'_>) -> Result<InviteView, CommandError> {
        let row = self.invites.get(&id).ok_or(CommandError::NotFound("invite"))?;
        let invite = Invite {
            version: 1,
            user: ctx.account.user(),
            name: ctx.account.name.clone(),
            mailbox: ctx.account.public_mailbox(),
            token: row.token,
            expires: row.expires,
        };
        let link = invite.link().map_err(|error| CommandError::Refused(error.to_string()))?;
        let relays = self.at.values().filter(|at| at.tokens == self.generation).count();
        Ok(InviteView { id, link, uses: row.uses, expires: row.expires, relays })
    }

    fn drop_expired(&mut self, ctx: &mut Context<'_>) {
        let now = ctx.now.wall;
        let gone: Vec<u64> =
            self.invites.iter().filter(|(_, row)| row.expires != 0 && row.expires < now).map(|(id, _)| *id).collect();
        for id in gone {
            self.invites.remove(&id);
            ctx.batch.delete(Table::Invite, &[], &id.to_be_bytes());
        }
    }

    /// The invites changed: every relay that is there hears of it, the others when they come.
    fn tell_relays(&mut self, ctx: &mut Context<'_>) {
        self.generation += 1;
        let open: Vec<NodeId> = self.at.iter().filter(|(_, at)| at.open).map(|(relay, _)| *relay).collect();
        for relay in open {
            self.set_tokens(relay, ctx);
        }
    }

    fn set_tokens(&self, relay: NodeId, ctx: &mut Context<'_>) {
        let token =
            |row: &InviteRow| TokenSpec { hash: Capability(row.token).hash(), uses: row.uses, expires: row.expires };
        let tokens = self.invites.values().map(token).collect();
        let cap = ctx.account.mailbox.write();
        let tag = ctx.account.public_mailbox().inbox();
        ctx.request(relay, &Request::SetTokens { tag, cap, tokens }, Purpose::InboxTokens(self.generation));
    }

    /// A link came up; an own relay gets the inbox opened.
    pub fn on_link_up(&mut self, relay: NodeId, ctx: &mut Context<'_>) {
        if ctx.account.reachable_at().iter().any(|hint| hint.relay == relay) {
            let at = self.at.entry(relay).or_default();
            (at.fills, at.open) = (0, false);
            let request =
                Request::Open { tag: ctx.account.public_mailbox().inbox(), spec: ctx.account.mailbox.inbox_spec() };
            ctx.request(relay, &request, Purpose::InboxOpen);
        }
    }

    /// A link went down.
    pub fn on_link_down(&mut self, relay: &NodeId) {
        if let Some(at) = self.at.get_mut(relay) {
            at.open = false;
        }
    }

    /// An answer about the inbox. Returns entries to take in.
    pub fn on_reply(
        &mut self,
        relay: NodeId,
        purpose: &Purpose,
        answer: Answer,
        ctx: &mut Context<'_>,
        timers: &mut Timers,
        refusals: &mut Refusals,
    ) -> Result<Vec<Entry>, Fatal> {
        match (purpose, answer) {
            (Purpose::InboxOpen, Answer::Opened(head)) => self.opened(relay, head, ctx)?,
            (Purpose::InboxRead, Answer::Entries { next, entries }) => {
                if entries.is_empty() {
                    let at = self.at.entry(relay).or_default();
                    at.cursor.cursor = at.cursor.cursor.max(next);
                    self.subscribe(relay, ctx);
                }
                return Ok(entries);
            }
            (Purpose::InboxSubscribe, Answer::Subscribed(_)) => {}
            (Purpose::InboxTokens(generation), Answer::Done) => {
                self.at.entry(relay).or_default().tokens = *generation;
            }
            (Purpose::KeyPackages, Answer::KeyPackagesLeft(left)) => self.fill(relay, left, ctx)?,
            (_, Answer::Refused(refusal)) => {
                refusals.count(super::chat::rooms::refusal_name(refusal));
                timers.by(Timer::InboxRetry(relay), ctx.now.mono + RETRY_MS);
            }
            (_, _) => refusals.count("a relay's answer that does not fit its question"),
        }
        Ok(Vec::new())
    }

    fn opened(&mut self, relay: NodeId, head: LogHead, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let at = self.at.entry(relay).or_default();
        at.open = true;
        if at.cursor.incarnation != head.incarnation {
            at.cursor = CursorRow { incarnation: head.incarnation, cursor: head.first };
        }
        at.cursor.cursor = at.cursor.cursor.max(head.first);
        self.set_tokens(relay, ctx);
        self.read(relay, ctx);
        let last_resort = Some(self.last_resort(ctx)?);
        let (tag, cap) = (ctx.account.public_mailbox().key_packages(), ctx.account.mailbox.write());
        let request = Request::PutKeyPackages { tag, cap, packages: Vec::new(), last_resort };
        ctx.request(relay, &request, Purpose::KeyPackages);
        Ok(())
    }

    /// Reads the inbox from where we are.
    pub fn read(&self, relay: NodeId, ctx: &mut Context<'_>) {
        let Some(at) = self.at.get(&relay).filter(|at| at.open) else { return };
        let (tag, cap) = (ctx.account.public_mailbox().inbox(), ctx.account.mailbox.read());
        let request = Request::Read { tag, cap, from: at.cursor.cursor, limit: 16 };
        ctx.request(relay, &request, Purpose::InboxRead);
    }

    /// Reads the inbox at every relay: there is room for requests again.
    pub fn read_all(&self, ctx: &mut Context<'_>) {
        for relay in self.at.keys().copied().collect::<Vec<_>>() {
            self.read(relay, ctx);
        }
    }

    fn subscribe(&self, relay: NodeId, ctx: &mut Context<'_>) {
        let Some(at) = self.at.get(&relay).filter(|at| at.open) else { return };
        let (tag, cap) = (ctx.account.public_mailbox().inbox(), ctx.account.mailbox.read());
        ctx.request(relay, &Request::Subscribe { tag, cap, from: at.cursor.cursor }, Purpose::InboxSubscribe);
    }

    /// True for what an honest relay would not send again.
    pub fn was_taken(&self, relay: NodeId, seq: u64) -> bool {
        self.at.get(&relay).is_some_and(|at| seq < at.cursor.cursor)
    }

    /// The entry was taken in (or refused for good): the relay may drop it.
    pub fn taken(&mut self, relay: NodeId, seq: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let at = self.at.entry(relay).or_default();
        at.cursor.cursor = at.cursor.cursor.max(seq.saturating_add(1));
        let bytes = cbor::encode(&at.cursor).map_err(|_| Fatal::Bug("a cursor does not encode"))?;
        ctx.batch.put(Table::Cursor, CURSORS, &relay.0, bytes);
        let (tag, cap) = (ctx.account.public_mailbox().inbox(), ctx.account.mailbox.read());
        let request = Request::Ack { tag, cap, reader: [0; 16], cursor: seq.saturating_add(1) };
        ctx.request(relay, &request, Purpose::Nothing);
        Ok(())
    }

    fn signer(ctx: &Context<'_>) -> Result<DeviceSigner, Fatal> {
        DeviceSigner::new(&ctx.account.key.seed(), ctx.account.certificate())
            .map_err(|_| Fatal::Bug("an own certificate is no credential"))
    }

    /// The one key package that is given out when no other is left; made once.
    fn last_resort(&self, ctx: &mut Context<'_>) -> Result<Vec<u8>, Fatal> {
        if let Some(bytes) = ctx.store.get(Table::Meta, &[], LAST_RESORT)? {
            return Ok(bytes);
        }
        let bytes = Self::make_package(Use::LastResort, ctx)?;
        ctx.batch.put(Table::Meta, &[], LAST_RESORT, bytes.clone());
        Ok(bytes)
    }

    fn make_package(usage: Use, ctx: &mut Context<'_>) -> Result<Vec<u8>, Fatal> {
        let bytes = Self::fresh_package(usage, ctx)?;
        Ok(ctx.account.public_mailbox().seal_key_package(&bytes, ctx.rng))
    }

    /// A new key package of this device; its secrets go into the batch.
    pub fn fresh_package(usage: Use, ctx: &mut Context<'_>) -> Result<Vec<u8>, Fatal> {
        let provider = Provider::new(ctx.store, ctx.rng);
        let bytes = new_key_package(&provider, &Self::signer(ctx)?, usage)
            .map_err(|_| Fatal::Bug("a key package cannot be made"))?;
        let rows = provider.batch().map_err(|_| Fatal::Bug("a key package has no rows"))?;
        ctx.batch.writes.extend(rows.writes);
        Ok(bytes)
    }

    fn fill(&mut self, relay: NodeId, left: u16, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let at = self.at.entry(relay).or_default();
        if left >= LOW || at.fills >= FILLS {
            return Ok(());
        }
        at.fills += 1;
        let packages = (left..FULL).map(|_| Self::make_package(Use::Once, ctx)).collect::<Result<Vec<_>, Fatal>>()?;
        let (tag, cap) = (ctx.account.public_mailbox().key_packages(), ctx.account.mailbox.write());
        let request = Request::PutKeyPackages { tag, cap, packages, last_resort: None };
        ctx.request(relay, &request, Purpose::KeyPackages);
        Ok(())
    }
}
