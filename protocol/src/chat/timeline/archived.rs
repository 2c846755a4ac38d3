//! What is kept of a chat's messages outside of the store: the operations that its rows are made of, message by message.
//! Taken in elsewhere by the same rules, they give the same messages.
//!
//! Left out is what must not come back: what was deleted, has expired, was hidden, or can be seen once.
//!
//! Not here: where it is kept, and sealing (the node's `backup`); taking it in (`peer::archive`).

use super::Broken;
use super::row::{self, Flags, Place, Row};
use crate::chat::op::Hlc;
use crate::content::Body;
use crate::ids::{ChatId, UserId};
use crate::limits::OP_MAX;
use crate::store::{Range, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};

/// An operation of a chat, and what its bytes do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Whose; of a pin or the close of a poll, the author of the message.
    pub from: UserId,
    /// Of a message, where it is shown; 0 for a change of the message before it.
    pub shown: Hlc,
    /// As signed.
    pub op: Vec<u8>,
}

impl Archived {
    /// True for a change of the message before it.
    pub fn is_change(&self) -> bool {
        self.shown == Hlc(0)
    }

    /// `user | shown u64 | operation, behind its length`.
    pub fn write(&self, w: &mut Writer) {
        w.raw(&self.from.0).u64(self.shown.0).bytes(&self.op);
    }

    /// Reads what [`Self::write`] wrote.
    ///
    /// # Errors
    /// [`WireError`] if it is cut or too long.
    pub fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let (from, shown) = (UserId(r.array()?), Hlc(r.u64()?));
        Ok(Self { from, shown, op: r.bytes("operation", OP_MAX)?.to_vec() })
    }
}

/// A message and all that changed it, in an order in which it can be taken in.
pub type Whole = (Place, Vec<Archived>);

/// The messages among the next `limit` rows behind a place, ascending; and the last place looked at, if there may be more.
///
/// # Errors
/// [`Broken`] if the store is.
pub fn page(
    rows: &dyn StoreRead,
    chat: &ChatId,
    behind: Option<Place>,
    limit: usize,
) -> Result<(Vec<Whole>, Option<Place>), Broken> {
    // The next sort key behind one of this length is that one and a zero.
    let from = behind.map(|place| [place.sort(), vec![0]].concat()).unwrap_or_default();
    let found = rows.scan(Table::Timeline, &chat.0, Range::From(&from), limit)?;
    let mut last = None;
    let mut messages = Vec::new();
    for (sort, value) in &found {
        let place = Place::read(sort)?;
        last = Some(place);
        let operations = whole(rows, chat, &place, &Row::decode(value)?)?;
        if !operations.is_empty() {
            messages.push((place, operations));
        }
    }
    Ok((messages, last.filter(|_| found.len() == limit)))
}

fn whole(rows: &dyn StoreRead, chat: &ChatId, place: &Place, row: &Row) -> Result<Vec<Archived>, Broken> {
    if row.is_erased() {
        return Ok(Vec::new());
    }
    let said = row.signed(place.id)?;
    // What a later version says may be a message; what this one knows to be none is worth nothing without the chat's keys.
    let kept = Body::decode(said.op.kind, &said.op.body).is_ok_and(|body| match body {
        Body::Unknown { .. } => true,
        body => body.head().is_some_and(|head| !head.view_once),
    });
    if !kept {
        return Ok(Vec::new());
    }
    let mut all = vec![Archived { from: row.from, shown: place.shown, op: row.op.clone() }];
    let mut change = |from: UserId, op: Vec<u8>| all.push(Archived { from, shown: Hlc(0), op });
    let of = row::of(chat, &place.id);
    let author = |sort: &[u8]| sort.first_chunk::<32>().map(|user| UserId(*user)).ok_or(Broken::Row("a change"));
    if row.flags.has(Flags::EDITED) || row.flags.has(Flags::LIVE) {
        for (_, op) in rows.scan(Table::Version, &of, Range::All, usize::MAX)? {
            change(row.from, op);
        }
    }
    if row.flags.has(Flags::REACTED) {
        for (user, op) in rows.scan(Table::Reaction, &of, Range::All, usize::MAX)? {
            change(author(&user)?, op);
        }
    }
    if row.flags.has(Flags::VOTED) {
        for (sort, op) in rows.scan(Table::Vote, &of, Range::All, usize::MAX)? {
            change(author(&sort)?, op);
        }
        if let Some(op) = rows.get(Table::Tally, &of, super::poll::CLOSE)? {
            change(row.from, op);
        }
    }
    if matches!(Body::decode(said.op.kind, &said.op.body), Ok(Body::File(file)) if file.is_listened_to()) {
        for (user, op) in rows.scan(Table::Heard, &of, Range::All, usize::MAX)? {
            // What our user told nobody but their devices is no operation that another could check.
            if !op.is_empty() {
                change(author(&user)?, op);
            }
        }
    }
    if row.flags.has(Flags::PINNED)
        && let Some(op) = rows.get(Table::Pin, &chat.0, &place.id.0)?
    {
        change(row.from, op);
    }
    Ok(all)
}
