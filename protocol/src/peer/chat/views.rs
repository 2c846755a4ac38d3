//! How many have seen a post of a channel: counted from the receipts that every member gets. Who does not tell what they
//! have read is not counted; nor is anybody in a channel too large for receipts (`limits::RECEIPT_DEVICES_MAX`).

use super::show;
use super::state::{Chat, device_partition};
use crate::chat::op::Hlc;
use crate::chat::timeline::row::Place;
use crate::content::receipt::Mark;
use crate::ids::{DeviceId, OpId, UserId};
use crate::peer::account::Account;
use crate::peer::command::Event;
use crate::peer::context::{Context, Fatal};
use crate::store::Table;
use crate::wire::registry::chat::CHANNEL;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Posts of which people are told at once that more have seen them: the newest.
const TOLD_MAX: u64 = 20;

/// How far somebody has read the logs of authors, ascending by device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views(Vec<(DeviceId, u64)>);

impl Views {
    /// Nothing was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&self, author: &DeviceId) -> u64 {
        self.0.binary_search_by_key(author, |(device, _)| *device).map_or(0, |at| self.0[at].1)
    }

    /// Read up to there; where it was before, if that is news.
    fn advance(&mut self, author: DeviceId, to: u64) -> Option<u64> {
        match self.0.binary_search_by_key(&author, |(device, _)| *device) {
            Ok(at) if self.0[at].1 < to => Some(std::mem::replace(&mut self.0[at].1, to)),
            Ok(_) => None,
            Err(at) => {
                self.0.insert(at, (author, to));
                Some(0)
            }
        }
    }
}

/// A receipt came in a channel.
pub fn note(chat: &mut Chat, from: DeviceId, marks: &[Mark], ctx: &mut Context<'_>) -> Result<(), Fatal> {
    if chat.state.kind() != CHANNEL || !chat.has_receipts() {
        return Ok(());
    }
    let us = (ctx.account.device(), chat.head.seq);
    let mut news = Vec::new();
    for mark in marks.iter().filter(|mark| mark.read() > 0) {
        let author = mark.device();
        // Nobody has read what is not there, and only logs of the chat are worth a row.
        let known = if author == us.0 { Some(us.1) } else { chat.devices.get(&author).map(|head| head.seq) };
        let Some(to) = known.map(|known| mark.read().min(known)).filter(|to| *to > 0) else { continue };
        let Some(head) = chat.device(&from) else { return Ok(()) };
        news.extend(head.views.advance(author, to).map(|before| (author, before, to)));
    }
    for (author, before, to) in news {
        for seq in before.max(to.saturating_sub(TOLD_MAX)) + 1..=to {
            let row = ctx.store.get(Table::Op, &device_partition(&chat.id, &author), &seq.to_be_bytes())?;
            let Some(place) = row.and_then(|row| place(&row)) else { continue };
            if let Some(message) = show::at(chat, &place, ctx)? {
                ctx.notify(Event::Message(Box::new(message)));
            }
        }
    }
    Ok(())
}

fn place(row: &[u8]) -> Option<Place> {
    let (time, id) = row.split_first_chunk::<8>()?;
    Some(Place { shown: Hlc(u64::from_be_bytes(*time)), id: OpId(id.try_into().ok()?) })
}

/// How many have seen a post, its author not counted; `None` where it is not counted.
pub fn of(chat: &Chat, author: (DeviceId, UserId), seq: u64, account: &Account) -> Option<u64> {
    if chat.state.kind() != CHANNEL || !chat.has_receipts() {
        return None;
    }
    let seen = chat.devices.values().filter(|head| head.views.of(&author.0) >= seq).map(|head| head.user);
    let mut users: BTreeSet<UserId> = seen.collect();
    if chat.devices.get(&author.0).is_some_and(|head| head.seen >= seq) {
        users.insert(account.user());
    }
    users.remove(&author.1);
    Some(users.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_only_grow() {
        let (a, b) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let mut views = Views::default();
        assert_eq!(views.advance(b, 3), Some(0));
        assert_eq!((views.advance(b, 3), views.advance(b, 2), views.advance(b, 5)), (None, None, Some(3)));
        assert_eq!(views.advance(a, 1), Some(0));
        assert_eq!((views.of(&a), views.of(&b), views.of(&DeviceId([3; 32]))), (1, 5, 0));
    }
}
