//! The rules by which operations become messages and changes of messages.

use super::rights::Right;
use super::row::{self, Dead, Flags, Place, Row, Stamp, Why};
use super::{Broken, Change, Refused, Timeline};
use crate::chat::op::{Hlc, SignedOp};
use crate::content::edit::Edit;
use crate::content::heard::Heard;
use crate::content::live::Live;
use crate::content::pin::Pin;
use crate::content::reaction::Reaction;
use crate::content::{Body, Sort, is_message};
use crate::ids::{ChatId, OpId, UserId};
use crate::limits::EDITS_KEPT;
use crate::store::{Range, StoreRead, Table};

/// Where the lifetime of a chat's messages stands.
pub const LIFETIME: &[u8] = b"lifetime";

/// Rows that are purged at once.
const PURGE_PAGE: usize = 256;

/// Either what a rule says, or that the store is broken.
pub type Verdict = Result<Result<(), Refused>, Broken>;

pub(super) fn stamp(op: &SignedOp) -> Stamp {
    Stamp(op.op.hlc, op.id)
}

/// A stored operation.
pub fn stored(bytes: Vec<u8>) -> Result<SignedOp, Broken> {
    SignedOp::decode_trusted(bytes).map_err(|_| Broken::Row("an operation"))
}

/// A text's latest wording, and when it was given.
pub fn wording(rows: &dyn StoreRead, of: &[u8]) -> Result<Option<SignedOp>, Broken> {
    rows.scan(Table::Version, of, Range::Reverse, 1)?.pop().map(|(_, bytes)| stored(bytes)).transpose()
}

/// Where a message is.
pub fn find(rows: &dyn StoreRead, message: &OpId) -> Result<Option<(ChatId, Place)>, Broken> {
    let Some(value) = rows.get(Table::Op, &[], &message.0)? else { return Ok(None) };
    let place = value.split_first_chunk::<32>().and_then(|(chat, time)| {
        let shown = Hlc(u64::from_be_bytes(time.try_into().ok()?));
        Some((ChatId(*chat), Place { shown, id: *message }))
    });
    place.map(Some).ok_or(Broken::Row("an operation"))
}

/// The messages that a change names.
fn targets(body: &Body) -> Vec<OpId> {
    match body {
        Body::Edit(edit) => vec![edit.target],
        Body::Delete(delete) => delete.targets.clone(),
        Body::Reaction(reaction) => vec![reaction.target],
        Body::Pin(pin) => vec![pin.target],
        Body::Vote(vote) => vec![vote.target],
        Body::Close(close) => vec![close.target],
        Body::Live(live) => vec![live.target],
        Body::Viewed(viewed) => vec![viewed.target],
        Body::Heard(Heard::Told(target)) => vec![*target],
        Body::Heard(Heard::Own(_))
        | Body::Text(_)
        | Body::Hello(_)
        | Body::Welcome(_)
        | Body::Leave(_)
        | Body::Poll(_)
        | Body::Card(_)
        | Body::Location(_)
        | Body::File(_)
        | Body::Lifetime(_)
        | Body::Receipt(_)
        | Body::Moved(_)
        | Body::Decided(_)
        | Body::Stray(_)
        | Body::Recall(_)
        | Body::Typing(_)
        | Body::Presence(_)
        | Body::Wanted(_)
        | Body::Unknown { .. } => Vec::new(),
    }
}

impl Timeline<'_> {
    /// Takes an operation that is in its place in its device's log. `shown`: where a message stands here.
    pub fn apply(&mut self, op: &SignedOp, body: &Body, shown: Hlc) -> Verdict {
        let Some(from) = self.rights.user(&op.op.device) else { return Ok(Err(Refused::NotMember)) };
        match body.sort() {
            Sort::Message => self.arrive(op, body, Place { shown, id: op.id }, from),
            Sort::Change => {
                // What names a change names no message.
                self.waiting.take(&self.chat, &op.id, &mut self.rows)?;
                self.change(op, body, from)
            }
            Sort::Other => {
                if find(&self.rows, &op.id)?.is_none() {
                    self.file(op, Place { shown, id: op.id }, from);
                }
                Ok(Ok(()))
            }
            Sort::State => Ok(Ok(())),
        }
    }

    /// Keeps an operation as it is, in its place.
    fn file(&mut self, op: &SignedOp, place: Place, from: UserId) {
        let by_id = [&self.chat.0[..], &place.shown.0.to_be_bytes()].concat();
        self.rows.put(Table::Op, &[], &op.id.0, by_id);
        let row = Row { from, flags: Flags::default(), dead: None, op: op.bytes.clone() };
        self.put(&place, &row);
    }

    fn arrive(&mut self, op: &SignedOp, body: &Body, place: Place, from: UserId) -> Verdict {
        let may = |right| self.rights.may(&op.op.device, right, &op.op.control);
        let once = body.head().is_some_and(|head| head.view_once);
        for right in [Some(Right::Post), once.then_some(Right::ViewOnce)].into_iter().flatten() {
            if !may(right) {
                return Ok(Err(Refused::MayNot(right)));
            }
        }
        if find(&self.rows, &op.id)?.is_some() {
            return Ok(Ok(()));
        }
        self.file(op, place, from);
        if let Some(topic) = body.head().and_then(|head| head.topic) {
            self.rows.put(Table::Topic, &row::in_topic(&self.chat, topic), &place.sort(), Vec::new());
        }
        if let Some(ttl) = body.head().and_then(|head| head.ttl_s) {
            let at = expires(op.op.hlc, ttl);
            self.rows.put(Table::Expiry, &[], &row::expiry(at, &self.chat, &place), Vec::new());
        }
        self.changes.push(Change::New(place));
        let told = self.changes.len();
        for (from, bytes) in self.waiting.take(&self.chat, &op.id, &mut self.rows)? {
            let waited = stored(bytes)?;
            let body = Body::decode(waited.op.kind, &waited.op.body).map_err(|_| Broken::Row("an operation"))?;
            if let Err(refused) = self.one(&waited, &body, from, op.id)? {
                self.refused.push(refused);
            }
        }
        self.changes.truncate(told);
        Ok(Ok(()))
    }

    fn change(&mut self, op: &SignedOp, body: &Body, from: UserId) -> Verdict {
        if let Body::Lifetime(_) = body {
            return self.lifetime(op);
        }
        let mut verdict = Ok(());
        for target in targets(body) {
            verdict = verdict.and(self.one(op, body, from, target)?);
        }
        Ok(verdict)
    }

    /// One change of one message.
    fn one(&mut self, op: &SignedOp, body: &Body, from: UserId, target: OpId) -> Verdict {
        let Some((chat, place)) = find(&self.rows, &target)? else {
            let kept = self.waiting.keep(&self.chat, target, from, op, &mut self.rows);
            return Ok(if kept { Ok(()) } else { Err(Refused::TooManyWaiting) });
        };
        if chat != self.chat {
            return Ok(Err(Refused::NotAMessage));
        }
        let Some(row) = self.get(&place)? else { return Ok(Err(Refused::NotAMessage)) };
        let message = row.signed(target)?;
        if !is_message(message.op.kind) {
            return Ok(Err(Refused::NotAMessage));
        }
        let may = |right| self.rights.may(&op.op.device, right, &op.op.control);
        let own = row.from == from;
        match body {
            Body::Delete(_) if own || may(Right::DeleteAny) => self.kill(place, row, Why::Deleted, op, from),
            Body::Delete(_) => Ok(Err(Refused::MayNot(Right::DeleteAny))),
            // Nothing hangs on what is gone, but of two who saw it the first counts.
            Body::Viewed(_) if !own && row.dead.is_some_and(|dead| dead.why == Why::Viewed) => {
                self.kill(place, row, Why::Viewed, op, from)
            }
            _ if row.is_erased() => Ok(Ok(())),
            Body::Viewed(_) => match Body::decode(message.op.kind, &message.op.body) {
                Ok(body) if !body.head().is_some_and(|head| head.view_once) => Ok(Err(Refused::NotViewOnce)),
                _ if own => Ok(Err(Refused::OwnMessage)),
                _ => self.kill(place, row, Why::Viewed, op, from),
            },
            Body::Edit(_) | Body::Live(_) if !own => Ok(Err(Refused::NotAuthor)),
            Body::Edit(edit) => self.edit(place, row, &message, op, edit),
            Body::Live(live) => self.live(place, row, &message, op, live),
            Body::Reaction(_) | Body::Vote(_) if !may(Right::React) => Ok(Err(Refused::MayNot(Right::React))),
            Body::Reaction(reaction) => self.react(place, row, op, from, reaction),
            Body::Vote(vote) => self.vote(place, row, &message, op, from, vote),
            Body::Close(_) if own || may(Right::DeleteAny) => self.close(place, row, &message, op),
            Body::Close(_) => Ok(Err(Refused::MayNot(Right::DeleteAny))),
            Body::Pin(_) if !may(Right::Pin) => Ok(Err(Refused::MayNot(Right::Pin))),
            Body::Pin(pin) => self.pin(place, row, op, pin),
            Body::Heard(_) if own => Ok(Err(Refused::OwnMessage)),
            Body::Heard(_) => self.heard(place, &message, op, from),
            Body::Text(_)
            | Body::Hello(_)
            | Body::Welcome(_)
            | Body::Leave(_)
            | Body::Poll(_)
            | Body::Card(_)
            | Body::Location(_)
            | Body::File(_)
            | Body::Lifetime(_)
            | Body::Receipt(_)
            | Body::Moved(_)
            | Body::Decided(_)
            | Body::Stray(_)
            | Body::Recall(_)
            | Body::Typing(_)
            | Body::Presence(_)
            | Body::Wanted(_)
            | Body::Unknown { .. } => Ok(Ok(())),
        }
    }

    /// A message's row.
    pub(super) fn get(&self, place: &Place) -> Result<Option<Row>, Broken> {
        self.rows.get(Table::Timeline, &self.chat.0, &place.sort())?.map(|row| Row::decode(&row)).transpose()
    }

    pub(super) fn put(&mut self, place: &Place, row: &Row) {
        self.rows.put(Table::Timeline, &self.chat.0, &place.sort(), row.encode());
    }

    /// Sets a flag; writes the row only if that changes it.
    pub(super) fn flag(&mut self, place: Place, row: Row, flag: Flags, set: bool) {
        if row.flags.has(flag) != set {
            let flags = row.flags.with(flag, set);
            self.put(&place, &Row { flags, ..row });
        }
        self.changes.push(Change::Altered(place));
    }

    fn edit(&mut self, place: Place, row: Row, message: &SignedOp, op: &SignedOp, edit: &Edit) -> Verdict {
        match Body::decode(message.op.kind, &message.op.body) {
            Ok(Body::Text(text)) if text.head.forward.is_none() && !text.head.view_once => {}
            Ok(_) | Err(_) => return Ok(Err(Refused::NotEditable)),
        }
        let versions = row::of(&self.chat, &place.id);
        let sort = row::version(edit.counter, stamp(op));
        self.rows.put(Table::Version, &versions, &sort, op.bytes.clone());
        let kept = self.rows.scan(Table::Version, &versions, Range::All, EDITS_KEPT + 1)?;
        if let Some((oldest, _)) = kept.first().filter(|_| kept.len() > EDITS_KEPT) {
            self.rows.delete(Table::Version, &versions, oldest);
        }
        self.flag(place, row, Flags::EDITED, true);
        Ok(Ok(()))
    }

    fn live(&mut self, place: Place, row: Row, message: &SignedOp, op: &SignedOp, live: &Live) -> Verdict {
        let Ok(Body::Location(location)) = Body::decode(message.op.kind, &message.op.body) else {
            return Ok(Err(Refused::NotLive));
        };
        let until = location.live_s.map(|seconds| expires(message.op.hlc, seconds));
        if until.is_none_or(|until| op.op.hlc.wall_ms() > until) {
            return Ok(Err(Refused::NotLive));
        }
        let points = row::of(&self.chat, &place.id);
        let sort = row::version(live.counter, stamp(op));
        if let Some((last, _)) = self.rows.scan(Table::Version, &points, Range::Reverse, 1)?.first() {
            if *last >= sort {
                return Ok(Ok(()));
            }
            self.rows.delete(Table::Version, &points, last);
        }
        self.rows.put(Table::Version, &points, &sort, op.bytes.clone());
        self.flag(place, row, Flags::LIVE, true);
        Ok(Ok(()))
    }

    fn react(&mut self, place: Place, row: Row, op: &SignedOp, from: UserId, reaction: &Reaction) -> Verdict {
        let of = row::of(&self.chat, &place.id);
        let mut former = Vec::new();
        if let Some(bytes) = self.rows.get(Table::Reaction, &of, &from.0)? {
            let last = stored(bytes)?;
            if stamp(&last) >= stamp(op) {
                return Ok(Ok(()));
            }
            former = emoji(&last)?;
        }
        self.rows.put(Table::Reaction, &of, &from.0, op.bytes.clone());
        for emoji in former.iter().filter(|emoji| !reaction.emoji.contains(emoji)) {
            self.count(&place.id, emoji, -1)?;
        }
        for emoji in reaction.emoji.iter().filter(|emoji| !former.contains(emoji)) {
            self.count(&place.id, emoji, 1)?;
        }
        self.flag(place, row, Flags::REACTED, true);
        Ok(Ok(()))
    }

    /// One more or less of an emoji; at none the row goes.
    fn count(&mut self, message: &OpId, emoji: &str, by: i64) -> Result<(), Broken> {
        let (of, sort) = (row::of(&self.chat, message), row::tally(message, emoji));
        let count = match self.rows.get(Table::Tally, &of, &sort)? {
            Some(bytes) => read_tally(&bytes)?.0,
            None => 0,
        };
        match u64::try_from(count as i64 + by) {
            Ok(count @ 1..) => {
                let value = [&count.to_be_bytes()[..], emoji.as_bytes()].concat();
                self.rows.put(Table::Tally, &of, &sort, value);
            }
            Ok(0) | Err(_) => self.rows.delete(Table::Tally, &of, &sort),
        }
        Ok(())
    }

    fn pin(&mut self, place: Place, row: Row, op: &SignedOp, pin: &Pin) -> Verdict {
        if let Some(bytes) = self.rows.get(Table::Pin, &self.chat.0, &place.id.0)?
            && stamp(&stored(bytes)?) >= stamp(op)
        {
            return Ok(Ok(()));
        }
        self.rows.put(Table::Pin, &self.chat.0, &place.id.0, op.bytes.clone());
        self.flag(place, row, Flags::PINNED, pin.pinned);
        Ok(Ok(()))
    }

    fn heard(&mut self, place: Place, message: &SignedOp, op: &SignedOp, from: UserId) -> Verdict {
        match Body::decode(message.op.kind, &message.op.body) {
            Ok(Body::File(file)) if file.is_listened_to() => {}
            Ok(_) | Err(_) => return Ok(Err(Refused::NotListenedTo)),
        }
        let of = row::of(&self.chat, &place.id);
        if let Some(bytes) = self.rows.get(Table::Heard, &of, &from.0)?.filter(|bytes| !bytes.is_empty())
            && stamp(&stored(bytes)?) <= stamp(op)
        {
            return Ok(Ok(()));
        }
        self.rows.put(Table::Heard, &of, &from.0, op.bytes.clone());
        self.changes.push(Change::Altered(place));
        Ok(Ok(()))
    }

    /// Our user has heard a message, which may not be here yet; nobody but their own devices is told.
    pub fn heard_by_us(&mut self, message: &OpId, us: &UserId) -> Result<(), Broken> {
        let of = row::of(&self.chat, message);
        if self.rows.get(Table::Heard, &of, &us.0)?.is_some() {
            return Ok(());
        }
        self.rows.put(Table::Heard, &of, &us.0, Vec::new());
        self.changes.extend(self.place(message)?.map(Change::Altered));
        Ok(())
    }

    fn lifetime(&mut self, op: &SignedOp) -> Verdict {
        if !self.rights.may(&op.op.device, Right::SetLifetime, &op.op.control) {
            return Ok(Err(Refused::MayNot(Right::SetLifetime)));
        }
        if let Some(bytes) = self.rows.get(Table::Chat, &self.chat.0, LIFETIME)?
            && stamp(&stored(bytes)?) >= stamp(op)
        {
            return Ok(Ok(()));
        }
        self.rows.put(Table::Chat, &self.chat.0, LIFETIME, op.bytes.clone());
        self.changes.push(Change::Lifetime);
        Ok(Ok(()))
    }

    fn kill(&mut self, place: Place, mut row: Row, why: Why, op: &SignedOp, by: UserId) -> Verdict {
        let at = stamp(op);
        // A deletion stands above a view; of the same the earlier.
        if row.dead.is_some_and(|dead| (dead.why, dead.at) <= (why, at)) {
            return Ok(Ok(()));
        }
        self.erase(&place, &mut row)?;
        row.dead = Some(Dead { why, at, by });
        self.put(&place, &row);
        if !row.flags.has(Flags::HIDDEN) && !row.flags.has(Flags::EXPIRED) {
            self.changes.push(Change::Altered(place));
        }
        Ok(Ok(()))
    }

    /// Ends a message here: its lifetime is over ([`Flags::EXPIRED`]), or our user does not want to see it any more
    /// ([`Flags::HIDDEN`]).
    pub fn end(&mut self, place: Place, flag: Flags) -> Result<(), Broken> {
        let Some(mut row) = self.get(&place)? else { return Ok(()) };
        if row.flags.has(flag) {
            return Ok(());
        }
        self.erase(&place, &mut row)?;
        row.flags = row.flags.with(flag, true);
        self.put(&place, &row);
        self.changes.push(Change::Gone(place));
        Ok(())
    }

    /// Drops the body and all that hangs on it.
    fn erase(&mut self, place: &Place, row: &mut Row) -> Result<(), Broken> {
        if row.is_erased() {
            return Ok(());
        }
        row.strip()?;
        row.flags = Flags::default();
        let of = row::of(&self.chat, &place.id);
        for table in [Table::Version, Table::Reaction, Table::Tally, Table::Vote, Table::Heard] {
            loop {
                let page = self.rows.scan(table, &of, Range::All, PURGE_PAGE)?;
                if page.is_empty() {
                    break;
                }
                page.iter().for_each(|(sort, _)| self.rows.delete(table, &of, sort));
            }
        }
        self.rows.delete(Table::Pin, &self.chat.0, &place.id.0);
        self.changes.push(Change::Lost(*place));
        Ok(())
    }
}

/// When something that began at `hlc` and lasts for seconds is over, in milliseconds since 1970.
pub fn expires(hlc: Hlc, seconds: u32) -> u64 {
    hlc.wall_ms() + u64::from(seconds) * 1000
}

/// The emoji of a stored reaction.
pub fn emoji(op: &SignedOp) -> Result<Vec<String>, Broken> {
    match Body::decode(op.op.kind, &op.op.body) {
        Ok(Body::Reaction(reaction)) => Ok(reaction.emoji),
        Ok(_) | Err(_) => Err(Broken::Row("a reaction")),
    }
}

/// How many, and of what.
pub fn read_tally(bytes: &[u8]) -> Result<(u64, String), Broken> {
    let damaged = || Broken::Row("a count of reactions");
    let (count, emoji) = bytes.split_first_chunk::<8>().ok_or_else(damaged)?;
    let emoji = std::str::from_utf8(emoji).map_err(|_| damaged())?;
    Ok((u64::from_be_bytes(*count), emoji.to_owned()))
}
