//! Votes. A vote is a row a person and counter, so that a close that comes late finds what was said before it.

use super::merge::{Verdict, stamp, stored};
use super::row::{self, Flags, Place, Row, Stamp};
use super::{Broken, Refused, Timeline};
use crate::chat::op::{Hlc, SignedOp};
use crate::content::Body;
use crate::content::poll::Poll;
use crate::content::vote::Vote;
use crate::ids::{ChatId, OpId, UserId};
use crate::store::{Range, StoreRead, Table};
use crate::wire::bytes::{Reader, Writer};
use std::collections::BTreeMap;

/// Where a poll's counts stand.
const COUNTS: &[u8] = b"poll";
/// Where a poll's close stands.
pub(super) const CLOSE: &[u8] = b"close";
const PAGE: usize = 256;

/// How people voted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// People with a vote.
    pub voters: u32,
    /// Of them, for each option.
    pub options: Vec<u32>,
}

impl Counts {
    fn add(&mut self, options: &[u8], by: i32) {
        if options.is_empty() {
            return;
        }
        self.voters = self.voters.saturating_add_signed(by);
        for option in options {
            if let Some(count) = self.options.get_mut(usize::from(*option)) {
                *count = count.saturating_add_signed(by);
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(4 + 4 * self.options.len());
        w.u32(self.voters);
        self.options.iter().for_each(|count| {
            w.u32(*count);
        });
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Broken> {
        let mut r = Reader::new(bytes);
        let mut next = || r.u32().map_err(|_| Broken::Row("a poll's counts"));
        let voters = next()?;
        let options = (4..bytes.len()).step_by(4).map(|_| next()).collect::<Result<_, _>>()?;
        Ok(Self { voters, options })
    }
}

/// How people voted so far.
pub fn counts(rows: &dyn StoreRead, chat: &ChatId, poll: &OpId, options: usize) -> Result<Counts, Broken> {
    match rows.get(Table::Tally, &row::of(chat, poll), COUNTS)? {
        Some(bytes) => Counts::decode(&bytes),
        None => Ok(Counts { voters: 0, options: vec![0; options] }),
    }
}

/// The end of a poll: its own, or that of the earliest close.
pub fn end(rows: &dyn StoreRead, chat: &ChatId, id: &OpId, poll: &Poll) -> Result<Option<Stamp>, Broken> {
    let own = poll.closes.map(|at| Stamp(Hlc::at(at), OpId([0; 32])));
    let close = rows.get(Table::Tally, &row::of(chat, id), CLOSE)?;
    let close = close.map(stored).transpose()?.map(|close| stamp(&close));
    Ok(own.into_iter().chain(close).min())
}

/// What a person's vote is: the options, and its counter.
pub fn vote_of(rows: &dyn StoreRead, chat: &ChatId, poll: &OpId, user: &UserId) -> Result<Option<Vote>, Broken> {
    let mine = rows.scan(Table::Vote, &row::of(chat, poll), Range::From(&user.0), usize::from(u8::MAX))?;
    let last = mine.into_iter().take_while(|(sort, _)| sort.starts_with(&user.0)).last();
    last.map(|(_, bytes)| read_vote(bytes)).transpose()
}

/// Who chose an option, a page of at most `limit` people.
pub fn voters(
    rows: &dyn StoreRead,
    chat: &ChatId,
    poll: &OpId,
    limit: usize,
) -> Result<Vec<(UserId, Vec<u8>)>, Broken> {
    let mut latest = BTreeMap::new();
    each_vote(rows, &row::of(chat, poll), |user, _, vote| {
        latest.insert(user, vote.options);
        latest.len() <= limit
    })?;
    Ok(latest.into_iter().filter(|(_, options)| !options.is_empty()).take(limit).collect())
}

fn read_vote(bytes: Vec<u8>) -> Result<Vote, Broken> {
    let op = stored(bytes)?;
    match Body::decode(op.op.kind, &op.op.body) {
        Ok(Body::Vote(vote)) => Ok(vote),
        Ok(_) | Err(_) => Err(Broken::Row("a vote")),
    }
}

/// Every vote by user and counter, until `go_on` says no.
fn each_vote(
    rows: &dyn StoreRead,
    of: &[u8],
    mut go_on: impl FnMut(UserId, &[u8], Vote) -> bool,
) -> Result<(), Broken> {
    let mut from = Vec::new();
    loop {
        let page = rows.scan(Table::Vote, of, Range::From(&from), PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        from = [last, &[0][..]].concat();
        for (sort, bytes) in page {
            let user = sort.first_chunk::<32>().copied().map(UserId).ok_or(Broken::Row("a vote"))?;
            if !go_on(user, &sort, read_vote(bytes)?) {
                return Ok(());
            }
        }
    }
}

fn poll_in(message: &SignedOp) -> Option<Poll> {
    match Body::decode(message.op.kind, &message.op.body) {
        Ok(Body::Poll(poll)) => Some(poll),
        Ok(_) | Err(_) => None,
    }
}

fn fits(poll: &Poll, vote: &Vote) -> Result<(), Refused> {
    let known = vote.options.iter().all(|option| usize::from(*option) < poll.options.len());
    if !known || (vote.options.len() > 1 && !poll.multiple) {
        return Err(Refused::NoSuchOption);
    }
    if poll.quiz.is_some() && (vote.counter > 1 || vote.options.is_empty()) {
        return Err(Refused::QuizOnce);
    }
    Ok(())
}

impl Timeline<'_> {
    pub(super) fn vote(
        &mut self,
        place: Place,
        row: Row,
        message: &SignedOp,
        op: &SignedOp,
        from: UserId,
        vote: &Vote,
    ) -> Verdict {
        let Some(poll) = poll_in(message) else { return Ok(Err(Refused::NotAPoll)) };
        if let Err(refused) = fits(&poll, vote) {
            return Ok(Err(refused));
        }
        if end(&self.rows, &self.chat, &place.id, &poll)?.is_some_and(|end| stamp(op) >= end) {
            return Ok(Err(Refused::Closed));
        }
        let (of, sort) = (row::of(&self.chat, &place.id), [&from.0[..], &[vote.counter]].concat());
        if let Some(bytes) = self.rows.get(Table::Vote, &of, &sort)?
            && stamp(&stored(bytes)?) <= stamp(op)
        {
            return Ok(Ok(()));
        }
        let before = vote_of(&self.rows, &self.chat, &place.id, &from)?;
        self.rows.put(Table::Vote, &of, &sort, op.bytes.clone());
        let after = vote_of(&self.rows, &self.chat, &place.id, &from)?;
        let mut counts = counts(&self.rows, &self.chat, &place.id, poll.options.len())?;
        before.iter().for_each(|vote| counts.add(&vote.options, -1));
        after.iter().for_each(|vote| counts.add(&vote.options, 1));
        self.rows.put(Table::Tally, &of, COUNTS, counts.encode());
        self.flag(place, row, Flags::VOTED, true);
        Ok(Ok(()))
    }

    pub(super) fn close(&mut self, place: Place, row: Row, message: &SignedOp, op: &SignedOp) -> Verdict {
        let Some(poll) = poll_in(message) else { return Ok(Err(Refused::NotAPoll)) };
        let of = row::of(&self.chat, &place.id);
        let former = self.rows.get(Table::Tally, &of, CLOSE)?.map(stored).transpose()?;
        if former.is_some_and(|former| stamp(&former) <= stamp(op)) {
            return Ok(Ok(()));
        }
        self.rows.put(Table::Tally, &of, CLOSE, op.bytes.clone());
        self.recount(&of, poll.options.len(), stamp(op))?;
        self.flag(place, row, Flags::VOTED, true);
        Ok(Ok(()))
    }

    /// Drops the votes that are not before the end, and counts the others anew.
    fn recount(&mut self, of: &[u8], options: usize, end: Stamp) -> Result<(), Broken> {
        let (mut late, mut latest) = (Vec::new(), BTreeMap::new());
        let mut from = Vec::new();
        loop {
            let page = self.rows.scan(Table::Vote, of, Range::From(&from), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            from = [last, &[0][..]].concat();
            for (sort, bytes) in page {
                let user = sort.first_chunk::<32>().copied().ok_or(Broken::Row("a vote"))?;
                if stamp(&stored(bytes.clone())?) >= end {
                    late.push(sort);
                } else {
                    latest.insert(user, read_vote(bytes)?);
                }
            }
        }
        late.iter().for_each(|sort| self.rows.delete(Table::Vote, of, sort));
        let mut counts = Counts { voters: 0, options: vec![0; options] };
        latest.values().for_each(|vote| counts.add(&vote.options, 1));
        self.rows.put(Table::Tally, of, COUNTS, counts.encode());
        Ok(())
    }
}
