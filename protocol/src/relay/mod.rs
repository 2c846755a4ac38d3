//! The relay's role: keeps and passes on what it cannot read.
//!
//! [`Relay`] is a [`Core`]: `Input::Frame` brings one `wire::relay::Request` from a link, and exactly one reply goes
//! back; entries are pushed to links that subscribed. Everything that a reply acknowledges stands in an
//! [`Output::Commit`] before it, and a relay made anew over the same store knows all of it.
//!
//! What a stranger can learn: who knows a log's tag learns whether the log is here (members need to tell a lost log
//! from a refused one) and of what kind it is; nothing about its entries, readers or capabilities. Whoever knows the
//! name of key packages can take one, which is what the name is for. Records are public.
//!
//! What is not here: users, chats, contents, links' addresses. The transport key of a link is used in memory to send
//! replies and count rates, and is never stored.
//!
//! * `logs`, `head`, `heads`: append-only logs; `inbox`: the tokens of those that strangers write to
//! * `registers`: one Paxos acceptor a room
//! * `key_packages`, `records`: what their names say
//! * `subscriptions`, `pushes`, `links`, `bucket`: what is known of links while they are up
//! * `sweep`, `index`, `totals`: growing old, and how much there is
//! * `policy`, `stats`: what the operator decides and sees
//!
//! This file routes.

mod bucket;
mod context;
mod head;
mod heads;
mod inbox;
mod index;
mod key_packages;
mod links;
mod logs;
mod policy;
mod pushes;
mod records;
mod registers;
mod stats;
mod subscriptions;
mod sweep;
mod totals;

#[cfg(test)]
mod tests;

pub use bucket::Rate;
pub use policy::{Policy, PolicyError};
pub use stats::{Stats, Stored, refusal_label};

use crate::core::{Core, Input, Now, Output, Wake};
use crate::ids::{Capability, LogTag, NodeId};
use crate::limits::SUBSCRIPTIONS_MAX;
use crate::store::{Batch, StoreRead};
use crate::wire::relay::{BadRequest, Entry, FromRelay, LogKind, Refusal, Reply, Request};
use context::{Context, No};
use head::ReaderCursor;
use heads::Heads;
use key_packages::Delivery;
use links::{Links, Meter};
use logs::{Logs, Right};
use pushes::{Appended, Pushes};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use registers::RelayKey;
use std::collections::VecDeque;
use std::fmt;
use subscriptions::Subscriptions;
use sweep::Sweep;
use totals::Totals;

/// What a relay is made of.
#[derive(Clone)]
pub struct RelayConfig {
    /// Secret seed of the machine's Ed25519 key. It is the transport key, so that a client can check what the relay
    /// signs against the key it dialled.
    pub key_seed: [u8; 32],
    /// Fresh randomness from the shell at every start; names the incarnations of logs.
    pub rng_seed: [u8; 32],
    /// What the operator decides.
    pub policy: Policy,
}

impl fmt::Debug for RelayConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayConfig").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// What an operator can ask.
#[derive(Clone, Debug)]
pub enum RelayCommand {
    /// → [`RelayReply::Stats`]
    Stats,
    /// → [`RelayReply::Policy`]
    Policy,
    /// Work by this policy from now on, until the next start. → [`RelayReply::Policy`] or [`RelayReply::BadPolicy`]
    SetPolicy(Box<Policy>),
}

/// What an operator is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayEvent {
    /// The answer to a command.
    Reply {
        /// The command's number.
        id: u64,
        /// The answer.
        reply: RelayReply,
    },
    /// The store could not be read; the request was answered with "busy".
    StoreUnreadable(String),
}

/// Answers to commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayReply {
    /// Counters.
    Stats(Box<Stats>),
    /// The policy that is in force.
    Policy(Box<Policy>),
    /// That policy was refused.
    BadPolicy(PolicyError),
}

/// The relay core.
#[derive(Debug)]
pub struct Relay {
    key: RelayKey,
    policy: Policy,
    rng: ChaCha20Rng,
    logs: Logs,
    links: Links,
    subscriptions: Subscriptions,
    pushes: Pushes,
    totals: Totals,
    sweep: Sweep,
    stats: Stats,
    out: VecDeque<Output<RelayEvent>>,
}

/// What goes out with a request's reply.
enum Push {
    Nothing,
    /// To all subscribers but the one who appended: it has the entry, and learns its number from the reply. With what
    /// else comes in this turn.
    Live(LogTag, Entry),
    /// To the one who subscribed.
    Gap(LogTag, Vec<Entry>),
    /// To all subscribers but the one who sent it, at once.
    Signal(LogTag, Vec<u8>),
}

type Answer = Result<(Reply, Push), No>;

impl Relay {
    /// A relay that finds what it knows in the store that comes with each input.
    pub fn new(config: RelayConfig) -> Result<Self, PolicyError> {
        config.policy.check()?;
        Ok(Self {
            key: RelayKey::from_seed(&config.key_seed),
            logs: Logs { heads: Heads::new(config.policy.heads_cached) },
            policy: config.policy,
            rng: ChaCha20Rng::from_seed(config.rng_seed),
            links: Links::default(),
            subscriptions: Subscriptions::default(),
            pushes: Pushes::default(),
            totals: Totals::default(),
            sweep: Sweep::default(),
            stats: Stats::default(),
            out: VecDeque::new(),
        })
    }

    /// The relay's own name, which its statements carry.
    pub fn node(&self) -> NodeId {
        self.key.node()
    }

    /// Counters for metrics.
    pub fn stats(&self) -> Stats {
        let mut stats = self.stats.clone();
        stats.links = self.links.len() as u64;
        stats.subscriptions = self.subscriptions.count();
        stats.stored = self.totals.stored();
        stats
    }

    fn on_command(&mut self, id: u64, command: RelayCommand) {
        let reply = match command {
            RelayCommand::Stats => RelayReply::Stats(Box::new(self.stats())),
            RelayCommand::Policy => RelayReply::Policy(Box::new(self.policy.clone())),
            RelayCommand::SetPolicy(policy) => match policy.check() {
                Ok(()) => {
                    self.policy = *policy;
                    RelayReply::Policy(Box::new(self.policy.clone()))
                }
                Err(why) => RelayReply::BadPolicy(why),
            },
        };
        self.out.push_back(Output::Notify(RelayEvent::Reply { id, reply }));
    }

    fn on_link_up(&mut self, now: Now, remote: NodeId) {
        self.subscriptions.remove_link(&remote);
        if self.links.open(remote, &self.policy, now.mono) {
            self.stats.links_opened += 1;
        } else {
            self.hang_up(remote, "the relay has as many links as it may");
        }
    }

    fn on_link_down(&mut self, remote: &NodeId) {
        self.subscriptions.remove_link(remote);
        self.links.close(remote);
    }

    fn hang_up(&mut self, remote: NodeId, reason: &'static str) {
        self.on_link_down(&remote);
        self.stats.hangups += 1;
        self.out.push_back(Output::Hangup { remote, reason });
    }

    fn on_frame(&mut self, now: Now, remote: NodeId, frame: &[u8], store: &dyn StoreRead) {
        if !self.links.is_up(&remote) {
            return;
        }
        self.stats.frames_in += 1;
        self.stats.bytes_in += frame.len() as u64;
        let in_time =
            self.meter(&remote, Meter::Requests, 1, now) & self.meter(&remote, Meter::Bytes, frame.len(), now);
        match Request::decode(frame) {
            Err(bad) => self.on_bad_request(remote, &bad),
            Ok((number, _)) if !in_time => self.refuse(remote, number, Refusal::Busy),
            Ok((number, request)) => self.on_request(now, remote, number, request, store),
        }
    }

    fn on_bad_request(&mut self, remote: NodeId, bad: &BadRequest) {
        let refusal = bad.refusal();
        match bad.number {
            Some(number) => self.refuse(remote, number, refusal),
            None => self.stats.count_refusal(refusal),
        }
        if refusal == Refusal::Malformed && !self.links.count_garbage(&remote, &self.policy) {
            self.hang_up(remote, "sends nothing but garbage");
        }
    }

    fn on_request(&mut self, now: Now, remote: NodeId, number: u32, request: Request, store: &dyn StoreRead) {
        let incarnation = if matches!(request, Request::Open { .. }) { self.random() } else { [0; 16] };
        if let Err(refusal) = self.check_rates(now, &remote, &request, store) {
            return self.answer(remote, number, Err(refusal));
        }
        self.push_before(&remote, &request);
        let mut cx = Context {
            now,
            store,
            policy: &self.policy,
            totals: &mut self.totals,
            stats: &mut self.stats,
            batch: Batch::new(),
        };
        let answer = match request {
            Request::Open { tag, spec } => {
                self.logs.open(&mut cx, &tag, spec, incarnation).map(|head| (Reply::Opened(head), Push::Nothing))
            }
            Request::Append { tag, cap, envelope } => append(&mut self.logs, &mut cx, tag, &cap, envelope),
            Request::AppendPaid { tag, token, envelope } => append_paid(&mut self.logs, &mut cx, tag, &token, envelope),
            Request::Read { tag, cap, from, limit } => read(&mut self.logs, &mut cx, tag, &cap, from, limit),
            Request::Subscribe { tag, cap, from } => {
                subscribe(&mut self.logs, &mut self.subscriptions, &mut cx, remote, tag, &cap, from)
            }
            Request::Signal { tag, cap, envelope } => signal(&mut self.logs, tag, &cap, envelope, store),
            Request::Unsubscribe { tag } => {
                self.subscriptions.remove(&remote, &tag);
                done()
            }
            Request::Ack { tag, cap, reader, cursor } => {
                let acked = self.logs.ack(&mut cx, &tag, &cap, ReaderCursor { reader, cursor });
                acked.and_then(|()| {
                    self.subscriptions.acked(&remote, &tag, cursor);
                    done()
                })
            }
            Request::SetTokens { tag, cap, tokens } => {
                let allowed = owner(&mut self.logs, &tag, Right::Write(&cap), LogKind::Inbox, store);
                allowed.and_then(|()| inbox::set_tokens(&mut cx, &tag, &tokens)).and_then(|()| done())
            }
            Request::Prepare { tag, cap, index, ballot } => {
                let allowed = owner(&mut self.logs, &tag, Right::Write(&cap), LogKind::Room, store);
                quiet(allowed.and_then(|()| registers::prepare(&mut cx, &self.key, &tag, index, ballot)))
            }
            Request::Accept { tag, cap, index, ballot, block } => {
                let allowed = owner(&mut self.logs, &tag, Right::Write(&cap), LogKind::Room, store);
                quiet(allowed.and_then(|()| registers::accept(&mut cx, &self.key, &tag, index, ballot, block)))
            }
            Request::Learn { tag, cap, index } => {
                let allowed = owner(&mut self.logs, &tag, Right::Read(&cap), LogKind::Room, store);
                quiet(allowed.and_then(|()| registers::learn(&cx, &tag, index)))
            }
            Request::PutKeyPackages { tag, cap, packages, last_resort } => {
                quiet(key_packages::put(&mut cx, &tag, &cap, Delivery { packages, last_resort }))
            }
            Request::TakeKeyPackage { tag } => quiet(key_packages::take(&mut cx, &tag)),
            Request::PutRecord { record } => quiet(records::put(&mut cx, record)),
            Request::GetRecord { kind, key } => quiet(records::get(&cx, kind, &key)),
        };
        let batch = cx.batch;
        if answer.is_ok() && !batch.is_empty() {
            self.out.push_back(Output::Commit(batch));
        }
        self.answer(remote, number, answer);
    }

    /// Rates besides those that every frame is counted against.
    fn check_rates(&mut self, now: Now, remote: &NodeId, request: &Request, store: &dyn StoreRead) -> Result<(), No> {
        let meter = match request {
            Request::Open { tag, .. } if !self.logs.exists(tag, store)? => Meter::Creations,
            Request::PutKeyPackages { tag, .. } if !key_packages::exists(tag, store)? => Meter::Creations,
            Request::Prepare { .. } | Request::Accept { .. } => Meter::Signatures,
            Request::AppendPaid { .. } => Meter::PaidAppends,
            Request::TakeKeyPackage { .. } => Meter::Takes,
            Request::PutRecord { .. } => Meter::RecordPuts,
            Request::Open { .. }
            | Request::Append { .. }
            | Request::Read { .. }
            | Request::Subscribe { .. }
            | Request::Signal { .. }
            | Request::Unsubscribe { .. }
            | Request::Ack { .. }
            | Request::SetTokens { .. }
            | Request::Learn { .. }
            | Request::PutKeyPackages { .. }
            | Request::GetRecord { .. } => return Ok(()),
        };
        if self.meter(remote, meter, 1, now) { Ok(()) } else { Err(Refusal::Busy.into()) }
    }

    fn meter(&mut self, remote: &NodeId, meter: Meter, n: usize, now: Now) -> bool {
        self.links.take(remote, meter, u32::try_from(n).unwrap_or(u32::MAX), &self.policy, now.mono)
    }

    fn answer(&mut self, remote: NodeId, number: u32, answer: Answer) {
        match answer {
            Ok((reply, push)) => {
                self.send(remote, &FromRelay::Reply { number, reply });
                self.push(remote, push);
            }
            Err(No::Refused(refusal)) => self.refuse(remote, number, refusal),
            Err(No::Unreadable(error)) => {
                self.stats.store_failures += 1;
                self.out.push_back(Output::Notify(RelayEvent::StoreUnreadable(error.to_string())));
                self.refuse(remote, number, Refusal::Busy);
            }
        }
    }

    fn push(&mut self, remote: NodeId, push: Push) {
        match push {
            Push::Nothing => {}
            Push::Signal(tag, envelope) => {
                let bytes = FromRelay::Signal { tag, envelope }.encode();
                let others: Vec<NodeId> =
                    self.subscriptions.of(&tag).map(|(to, _)| to).filter(|to| *to != remote).collect();
                for to in others {
                    self.transmit(to, bytes.clone());
                }
            }
            Push::Gap(_, entries) if entries.is_empty() => {}
            Push::Gap(tag, entries) => {
                self.stats.entries_pushed += entries.len() as u64;
                self.send(remote, &FromRelay::Push { tag, entries });
            }
            Push::Live(tag, entry) => {
                let wanted = self.subscriptions.of(&tag).any(|(to, from)| to != remote && from <= entry.seq);
                if wanted && let Some(page) = self.pushes.add(tag, (remote, entry)) {
                    self.push_page(tag, page);
                }
            }
        }
    }

    /// Lets out what a link has to hear before the answer to its request: others' entries come before the number of
    /// its own that follows them, and what comes of a subscription starts where what was there ends.
    fn push_before(&mut self, remote: &NodeId, request: &Request) {
        let due = match request {
            Request::Append { tag, .. } => self.pushes.has_others(tag, remote).then_some(tag),
            Request::Subscribe { tag, .. } => Some(tag),
            Request::Open { .. }
            | Request::AppendPaid { .. }
            | Request::Read { .. }
            | Request::Signal { .. }
            | Request::Unsubscribe { .. }
            | Request::Ack { .. }
            | Request::SetTokens { .. }
            | Request::Prepare { .. }
            | Request::Accept { .. }
            | Request::Learn { .. }
            | Request::PutKeyPackages { .. }
            | Request::TakeKeyPackage { .. }
            | Request::PutRecord { .. }
            | Request::GetRecord { .. } => None,
        };
        if let Some(tag) = due
            && let Some(page) = self.pushes.take(tag)
        {
            self.push_page(*tag, page);
        }
    }

    fn push_all(&mut self) {
        while let Some((tag, page)) = self.pushes.take_first() {
            self.push_page(tag, page);
        }
    }

    /// Sends a page to every subscriber, without what he appended himself or does not want. One who is too far behind
    /// gets an empty page in its place, which says that he has to read.
    fn push_page(&mut self, tag: LogTag, page: Vec<Appended>) {
        let subscribers: Vec<(NodeId, u64)> = self.subscriptions.of(&tag).collect();
        let mut whole = None;
        for (to, from) in subscribers {
            let wanted = |(by, entry): &&Appended| *by != to && entry.seq >= from;
            let (mut count, mut size, mut last) = (0, 0, 0);
            for (_, entry) in page.iter().filter(wanted) {
                (count, size, last) = (count + 1, size + entry.envelope.len(), entry.seq);
            }
            if count == 0 {
                continue;
            }
            if !self.subscriptions.spend(&to, &tag, last, size) {
                self.stats.subscribers_behind += 1;
                self.send(to, &FromRelay::Push { tag, entries: Vec::new() });
                continue;
            }
            let encode = || {
                let entries = page.iter().filter(wanted).map(|(_, entry)| entry.clone()).collect();
                FromRelay::Push { tag, entries }.encode()
            };
            let bytes = if count < page.len() { encode() } else { whole.get_or_insert_with(encode).clone() };
            self.stats.entries_pushed += count as u64;
            self.transmit(to, bytes);
        }
    }

    fn refuse(&mut self, remote: NodeId, number: u32, refusal: Refusal) {
        self.stats.count_refusal(refusal);
        self.send(remote, &FromRelay::Reply { number, reply: Reply::Refused(refusal) });
    }

    fn send(&mut self, remote: NodeId, frame: &FromRelay) {
        self.transmit(remote, frame.encode());
    }

    fn transmit(&mut self, remote: NodeId, bytes: Vec<u8>) {
        self.stats.frames_out += 1;
        self.stats.bytes_out += bytes.len() as u64;
        self.out.push_back(Output::Transmit { remote, bytes });
    }

    fn on_wake(&mut self, now: Now, store: &dyn StoreRead) {
        if !self.pushes.is_empty() {
            return self.push_all();
        }
        if !self.sweep.is_due(now) {
            return;
        }
        let mut cx = Context {
            now,
            store,
            policy: &self.policy,
            totals: &mut self.totals,
            stats: &mut self.stats,
            batch: Batch::new(),
        };
        let swept = self.sweep.step(&mut cx, &mut self.logs, &self.subscriptions);
        let batch = cx.batch;
        if !batch.is_empty() {
            self.out.push_back(Output::Commit(batch));
        }
        if let Err(No::Unreadable(error)) = swept {
            self.sweep.fail(now);
            self.stats.store_failures += 1;
            self.out.push_back(Output::Notify(RelayEvent::StoreUnreadable(error.to_string())));
        }
    }

    fn random(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

fn done() -> Answer {
    Ok((Reply::Done, Push::Nothing))
}

/// An answer that only the one who asked hears of.
fn quiet(reply: Result<Reply, No>) -> Answer {
    reply.map(|reply| (reply, Push::Nothing))
}

/// Checks the right to a log, and its kind.
fn owner(logs: &mut Logs, tag: &LogTag, right: Right<'_>, kind: LogKind, store: &dyn StoreRead) -> Result<(), No> {
    logs::check_kind(logs.with_right(tag, right, store)?, kind)
}

fn append(logs: &mut Logs, cx: &mut Context<'_>, tag: LogTag, cap: &Capability, envelope: Vec<u8>) -> Answer {
    let stored = logs.append(cx, &tag, cap, &envelope)?;
    cx.stats.appends += 1;
    let reply = Reply::Appended { seq: stored.seq, expires: stored.expires };
    Ok((reply, Push::Live(tag, Entry { seq: stored.seq, envelope })))
}

/// Shows an envelope to those who are subscribed; nothing of it is kept.
fn signal(logs: &mut Logs, tag: LogTag, cap: &Capability, envelope: Vec<u8>, store: &dyn StoreRead) -> Answer {
    owner(logs, &tag, Right::Write(cap), LogKind::Room, store)?;
    Ok((Reply::Done, Push::Signal(tag, envelope)))
}

fn append_paid(logs: &mut Logs, cx: &mut Context<'_>, tag: LogTag, token: &Capability, envelope: Vec<u8>) -> Answer {
    logs.check_kind(&tag, LogKind::Inbox, cx.store)?;
    inbox::spend(cx, &tag, token)?;
    let stored = logs.append_paid(cx, &tag, &envelope)?;
    cx.stats.paid_appends += 1;
    let reply = Reply::Appended { seq: stored.seq, expires: stored.expires };
    Ok((reply, Push::Live(tag, Entry { seq: stored.seq, envelope })))
}

fn read(logs: &mut Logs, cx: &mut Context<'_>, tag: LogTag, cap: &Capability, from: u64, limit: u16) -> Answer {
    let (next, entries) = logs.read(cx, &tag, cap, from, limit)?;
    cx.stats.reads += 1;
    cx.stats.entries_read += entries.len() as u64;
    Ok((Reply::Entries { next, entries }, Push::Nothing))
}

fn subscribe(
    logs: &mut Logs,
    subscriptions: &mut Subscriptions,
    cx: &mut Context<'_>,
    remote: NodeId,
    tag: LogTag,
    cap: &Capability,
    from: u64,
) -> Answer {
    logs.with_right(&tag, Right::Read(cap), cx.store)?;
    if !subscriptions.has_room(&remote, &tag, SUBSCRIPTIONS_MAX) {
        return Err(Refusal::TooMany.into());
    }
    let (head, gap) = logs.catch_up(cx, &tag, cap, from)?;
    subscriptions.add(remote, tag, from);
    Ok((Reply::Subscribed(head), Push::Gap(tag, gap)))
}

impl Core for Relay {
    type Command = RelayCommand;
    type Event = RelayEvent;

    fn handle(&mut self, now: Now, input: Input<RelayCommand>, store: &dyn StoreRead) {
        match input {
            Input::Command { id, command } => self.on_command(id, command),
            Input::LinkUp { remote } => self.on_link_up(now, remote),
            Input::LinkDown { remote } => self.on_link_down(&remote),
            Input::Frame { remote, bytes } => self.on_frame(now, remote, &bytes, store),
            Input::Wake => self.on_wake(now, store),
        }
    }

    fn poll_output(&mut self) -> Option<Output<RelayEvent>> {
        self.out.pop_front()
    }

    fn poll_wake(&self) -> Option<Wake> {
        if !self.pushes.is_empty() {
            return Some(Wake { at: 0, reason: "pushes" });
        }
        Some(Wake { at: self.sweep.next_at(), reason: "sweep" })
    }
}
