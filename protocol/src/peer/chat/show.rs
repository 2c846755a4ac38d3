//! Messages as people see them, made from rows.

use super::history::{order_text, ticks};
use super::rights::rules_at;
use super::state::{Chat, Standing};
use super::{topics, views};
use crate::chat::op::{Hlc, SignedOp};
use crate::chat::timeline::merge::{expires, find, read_tally, stored, wording};
use crate::chat::timeline::row::{self, Flags, Place, Row, Why};
use crate::chat::timeline::{Broken, poll};
use crate::content::card::Card;
use crate::content::head::{Head, Reply};
use crate::content::location::Location;
use crate::content::poll::Poll;
use crate::content::rich::Entity;
use crate::content::{Body, no_message, vcard};
use crate::ids::{OpId, UserId};
use crate::limits::REACTION_KINDS_SHOWN;
use crate::peer::account::Account;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::{
    CardView, Content, ForwardView, LocationView, MessageView, OptionView, PollView, ReactionView, ReplyView,
};
use crate::store::{Range, StoreRead, Table};
use crate::wire::registry::chat::CHANNEL;

/// Characters of a message that an answer to it shows.
const PREVIEW: usize = 200;

/// Who looks at what, and when.
pub struct Eye<'a> {
    /// The chat.
    pub chat: &'a Chat,
    /// Its rows.
    pub rows: &'a dyn StoreRead,
    /// Who.
    pub account: &'a Account,
    /// Milliseconds since 1970.
    pub wall: u64,
}

/// A message at its place; `None` if there is nothing to see.
pub fn at(chat: &Chat, place: &Place, ctx: &mut Context<'_>) -> Result<Option<MessageView>, Fatal> {
    let rows = ctx.over.over(ctx.store);
    let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
    Ok(eye.at(place)?)
}

/// A message that can be seen once, with what is in it.
pub fn revealed(chat: &Chat, place: &Place, ctx: &mut Context<'_>) -> Result<Option<MessageView>, Fatal> {
    let rows = ctx.over.over(ctx.store);
    let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
    let Some(row) = eye.row(place)? else { return Ok(None) };
    Ok(eye.view(place, &row, true)?)
}

/// The newest message that can be seen.
pub fn last(chat: &Chat, ctx: &mut Context<'_>) -> Result<Option<MessageView>, Fatal> {
    let rows = ctx.over.over(ctx.store);
    let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
    Ok(eye.last()?)
}

/// True if a message, or what is left of it, counts as not seen.
pub fn is_unread(chat: &Chat, place: &Place, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    Ok(is_news(chat, place, ctx)? && topics::is_unseen(chat, place))
}

/// True if somebody else says it behind the point in their log that our user has seen, here or on another device.
pub fn is_news(chat: &Chat, place: &Place, ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    let rows = ctx.over.over(ctx.store);
    let eye = Eye { chat, rows: &rows, account: ctx.account, wall: ctx.now.wall };
    let Some(row) = eye.row(place)? else { return Ok(false) };
    let op = row.signed(place.id)?;
    let us = ctx.account.user();
    Ok(chat.devices.get(&op.op.device).is_some_and(|device| device.user != us && op.op.seq > device.seen))
}

impl Eye<'_> {
    fn row(&self, place: &Place) -> Result<Option<Row>, Broken> {
        let row = self.rows.get(Table::Timeline, &self.chat.id.0, &place.sort())?;
        row.map(|row| Row::decode(&row)).transpose()
    }

    /// A message at its place.
    pub fn at(&self, place: &Place) -> Result<Option<MessageView>, Broken> {
        match self.row(place)? {
            Some(row) => self.view(place, &row, false),
            None => Ok(None),
        }
    }

    /// The newest message.
    pub fn last(&self) -> Result<Option<MessageView>, Broken> {
        let mut before = vec![0xff; 41];
        loop {
            let page = self.rows.scan(Table::Timeline, &self.chat.id.0, Range::Before(&before), 16)?;
            for (sort, value) in &page {
                let shown = self.view(&Place::read(sort)?, &Row::decode(value)?, false)?;
                if shown.is_some() {
                    return Ok(shown);
                }
            }
            let Some((last, _)) = page.last() else { return Ok(None) };
            before = last.clone();
        }
    }

    /// A message from its row. `reveal`: also what can be seen once.
    pub fn view(&self, place: &Place, row: &Row, reveal: bool) -> Result<Option<MessageView>, Broken> {
        let gone = row.flags.has(Flags::HIDDEN) || row.flags.has(Flags::EXPIRED);
        if gone || self.account.blocked.contains(&row.from) {
            return Ok(None);
        }
        let op = row.signed(place.id)?;
        let mut view = self.frame(place, row, &op);
        if let Some(dead) = &row.dead {
            view.content = match dead.why {
                Why::Deleted => Content::Deleted { by: dead.by },
                Why::Viewed => Content::Viewed,
            };
            return Ok(Some(view));
        }
        let Ok(body) = Body::decode(op.op.kind, &op.op.body) else { return Ok(None) };
        let Some(head) = body.head() else { return Ok(None) };
        view.topic = topics::topic_of(self.chat, &body);
        self.carry(&mut view, head, &op)?;
        if head.view_once && !reveal {
            view.content = Content::ViewOnce;
            view.reply = None;
            return Ok(Some(view));
        }
        match &body {
            Body::Text(text) => self.text(&mut view, row, &text.text, &text.entities)?,
            Body::Poll(poll) => self.poll(&mut view, row, poll)?,
            Body::Card(card) => self.card(&mut view, card),
            Body::Location(location) => self.location(&mut view, row, &op, location)?,
            Body::File(file) => {
                view.text.clone_from(&file.caption);
                view.entities.clone_from(&file.entities);
                if file.is_listened_to() {
                    view.heard = self.heard(&view)?;
                }
                view.content = Content::File(file.clone());
            }
            no_message!() => return Ok(None),
        }
        if row.flags.has(Flags::REACTED) {
            view.reactions = self.reactions(&place.id)?;
        }
        Ok(Some(view))
    }

    fn frame(&self, place: &Place, row: &Row, op: &SignedOp) -> MessageView {
        let own_device = op.op.device == self.account.device();
        MessageView {
            id: place.id,
            chat: self.chat.id,
            from: row.from,
            author: self.author(row, op),
            mine: row.from == self.account.user(),
            text: String::new(),
            entities: Vec::new(),
            content: Content::Text,
            at: place.shown.wall_ms(),
            order: order_text(place.shown, &place.id),
            ticks: own_device.then(|| ticks(self.chat, op.op.seq)),
            reply: None,
            forward: None,
            edited: None,
            reactions: Vec::new(),
            pinned: row.flags.has(Flags::PINNED),
            expires: None,
            topic: topics::GENERAL,
            views: views::of(self.chat, (op.op.device, row.from), op.op.seq, self.account),
            heard: None,
        }
    }

    /// What every kind can carry.
    fn carry(&self, view: &mut MessageView, head: &Head, op: &SignedOp) -> Result<(), Broken> {
        view.expires = head.ttl_s.map(|ttl| expires(op.op.hlc, ttl));
        view.forward = head.forward.as_ref().map(|forward| ForwardView {
            user: forward.user,
            name: forward.name.clone(),
            at: forward.at,
            // A proof that does not hold is refused with the body.
            verified: forward.proof.is_some(),
        });
        view.reply = head.reply.as_ref().map(|reply| self.reply(reply)).transpose()?;
        Ok(())
    }

    fn reply(&self, reply: &Reply) -> Result<ReplyView, Broken> {
        let (mut from, mut text) = (None, String::new());
        if let Some((chat, place)) = find(self.rows, &reply.to)?
            && chat == self.chat.id
            && let Some(row) = self.row(&place)?.filter(|row| !row.flags.has(Flags::HIDDEN))
        {
            from = Some(row.from);
            text = self.preview(&place, &row)?;
        }
        let quote = reply.quote.as_ref();
        let quote_differs = quote.is_some_and(|quote| !quote.stands_in(&text));
        let text = text.chars().take(PREVIEW).collect();
        Ok(ReplyView { to: reply.to, from, text, quote: quote.map(|quote| quote.text.clone()), quote_differs })
    }

    /// What a message says in a line; empty if it says nothing any more.
    fn preview(&self, place: &Place, row: &Row) -> Result<String, Broken> {
        if row.is_erased() {
            return Ok(String::new());
        }
        let op = row.signed(place.id)?;
        let Ok(body) = Body::decode(op.op.kind, &op.op.body) else { return Ok(String::new()) };
        if body.head().is_some_and(|head| head.view_once) {
            return Ok(String::new());
        }
        let mut view = self.frame(place, row, &op);
        match &body {
            Body::Text(text) => self.text(&mut view, row, &text.text, &text.entities)?,
            Body::Poll(poll) => view.text.clone_from(&poll.question),
            Body::Card(card) => view.text.clone_from(&card.name),
            Body::Location(location) => view.text = location_line(location),
            Body::File(file) if file.caption.is_empty() => view.text.clone_from(&file.name),
            Body::File(file) => view.text.clone_from(&file.caption),
            no_message!() => {}
        }
        Ok(view.text)
    }

    fn text(&self, view: &mut MessageView, row: &Row, text: &str, entities: &[Entity]) -> Result<(), Broken> {
        view.text = text.to_owned();
        view.entities = entities.to_vec();
        if !row.flags.has(Flags::EDITED) {
            return Ok(());
        }
        let Some(op) = wording(self.rows, &row::of(&self.chat.id, &view.id))? else { return Ok(()) };
        if let Ok(Body::Edit(edit)) = Body::decode(op.op.kind, &op.op.body) {
            view.text = edit.text;
            view.entities = edit.entities;
            view.edited = Some(op.op.hlc.wall_ms());
        }
        Ok(())
    }

    fn poll(&self, view: &mut MessageView, row: &Row, asked: &Poll) -> Result<(), Broken> {
        let (chat, us) = (&self.chat.id, self.account.user());
        let voted = row.flags.has(Flags::VOTED);
        let vote = if voted { poll::vote_of(self.rows, chat, &view.id, &us)? } else { None };
        let chosen = vote.map(|vote| vote.options).unwrap_or_default();
        let counts = poll::counts(self.rows, chat, &view.id, asked.options.len())?;
        let end = poll::end(self.rows, chat, &view.id, asked)?;
        let closed = end.is_some_and(|end| end.0.wall_ms() <= self.wall || end.1 != OpId([0; 32]));
        let option = |(n, text): (usize, &String)| OptionView {
            text: text.clone(),
            votes: counts.options.get(n).copied().unwrap_or(0),
            chosen: chosen.iter().any(|option| usize::from(*option) == n),
        };
        let solved = asked.quiz.as_ref().filter(|_| closed || !chosen.is_empty() || view.mine);
        view.text.clone_from(&asked.question);
        view.content = Content::Poll(PollView {
            options: asked.options.iter().enumerate().map(option).collect(),
            voters: counts.voters,
            anonymous: asked.anonymous,
            multiple: asked.multiple,
            quiz: asked.quiz.is_some(),
            right: solved.map(|quiz| quiz.right),
            explanation: solved.map(|quiz| quiz.explanation.clone()).unwrap_or_default(),
            closed,
            closes: asked.closes,
        });
        Ok(())
    }

    fn card(&self, view: &mut MessageView, card: &Card) {
        let known_as = card.key.as_ref().and_then(|key| self.name_of(&key.user));
        view.text.clone_from(&card.name);
        view.content = Content::Card(Box::new(CardView { vcard: vcard::write(card), card: card.clone(), known_as }));
    }

    /// A channel names who posted if it did so when the post was made.
    fn author(&self, row: &Row, op: &SignedOp) -> String {
        let signed = rules_at(self.chat, op.op.control.index).signed;
        if self.chat.state.kind() == CHANNEL && !signed {
            return String::new();
        }
        self.name_of(&row.from).unwrap_or_else(|| row.from.to_hex()[..8].to_owned())
    }

    fn name_of(&self, user: &UserId) -> Option<String> {
        match *user == self.account.user() {
            true => Some(self.account.name.clone()),
            false => self.account.titles.get(user).cloned(),
        }
    }

    fn location(&self, view: &mut MessageView, row: &Row, op: &SignedOp, told: &Location) -> Result<(), Broken> {
        let live_until = told.live_s.map(|seconds| expires(op.op.hlc, seconds));
        let mut shown = LocationView {
            point: told.point,
            venue: told.venue.clone(),
            live_until,
            live: live_until.is_some_and(|until| self.wall < until),
            updated: op.op.hlc.wall_ms(),
        };
        if row.flags.has(Flags::LIVE)
            && let Some(last) = wording(self.rows, &row::of(&self.chat.id, &view.id))?
            && let Ok(Body::Live(live)) = Body::decode(last.op.kind, &last.op.body)
        {
            shown.updated = last.op.hlc.wall_ms();
            shown.point = live.point;
            shown.live &= !live.ends;
        }
        view.text = location_line(told);
        view.content = Content::Location(shown);
        Ok(())
    }

    /// Whether our user has heard what others said, or others what they did, as far as they want to know. Where nobody
    /// listens any more nothing is new.
    fn heard(&self, view: &MessageView) -> Result<Option<bool>, Broken> {
        if self.chat.info.standing != Standing::In {
            return Ok(None);
        }
        let (of, us) = (row::of(&self.chat.id, &view.id), self.account.user());
        Ok(Some(match view.mine {
            true if !self.chat.tells_heard() => return Ok(None),
            true => !self.rows.scan(Table::Heard, &of, Range::All, 1)?.is_empty(),
            false => self.rows.get(Table::Heard, &of, &us.0)?.is_some(),
        }))
    }

    fn reactions(&self, message: &OpId) -> Result<Vec<ReactionView>, Broken> {
        let of = row::of(&self.chat.id, message);
        let mine = match self.rows.get(Table::Reaction, &of, &self.account.user().0)? {
            Some(bytes) => crate::chat::timeline::merge::emoji(&stored(bytes)?)?,
            None => Vec::new(),
        };
        let tallies = self.rows.scan(Table::Tally, &of, Range::All, REACTION_KINDS_SHOWN)?;
        let mut reactions = Vec::new();
        // A poll's counts and close stand there too, under short names.
        for (_, bytes) in tallies.iter().filter(|(sort, _)| sort.len() == 16) {
            let (count, emoji) = read_tally(bytes)?;
            reactions.push(ReactionView { mine: mine.contains(&emoji), emoji, count });
        }
        reactions.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.emoji.cmp(&b.emoji)));
        Ok(reactions)
    }
}

fn location_line(location: &Location) -> String {
    match &location.venue {
        Some(venue) => format!("{}, {}", venue.title, venue.address),
        None => {
            let degrees = |e7: i32| {
                format!(
                    "{}{}.{:05}",
                    if e7 < 0 { "-" } else { "" },
                    e7.unsigned_abs() / 10_000_000,
                    e7.unsigned_abs() % 10_000_000 / 100
                )
            };
            format!("{}, {}", degrees(location.point.latitude), degrees(location.point.longitude))
        }
    }
}

/// Where our clock puts what claims to come from the future.
pub fn clamped(hlc: Hlc, wall: u64) -> Hlc {
    hlc.min(Hlc::at(wall + crate::limits::CLOCK_AHEAD_MAX_MS))
}
