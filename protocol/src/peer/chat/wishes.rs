//! Own intents that wait to be decided: a queue in the store, so that what somebody asked for happens once, whoever
//! else changes the chat in between and wherever this device crashes.
//!
//! A wish becomes a block on the newest state (`stage`); if another block is decided first, it becomes another block
//! on the state behind that. It goes in the commit in which its own block is adopted. A wish that the chat's rules do
//! not allow (any more) is given up, and people are told why.

use crate::chat::control::intent::Intent;
use crate::contact::entrance::LinkId;
use crate::contact::mailbox::{Mailbox, RelayHint};
use crate::ids::{BlockHash, ChatId, DeviceId, NodeId, UserId};
use crate::limits::WISHES_MAX;
use crate::peer::context::Fatal;
use crate::peer::letter::Address;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::cbor;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sort prefix of the rows in `Table::Control`.
const WISH: u8 = 5;

/// How a newcomer gets their parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Via {
    /// In the chat that we share with their user.
    Chat(ChatId),
    /// It is a device of ours that fetches it itself (while it is being linked): the parcel waits in a row.
    Fetched,
    /// The letterbox of a stranger, or of a contact who has lost every other device.
    Letter(Box<Address>),
}

/// A device that is to come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// Whose.
    pub user: UserId,
    /// How it gets its parcel.
    pub via: Via,
    /// Where its key packages are; none if it brought one.
    pub mailbox: Option<Mailbox>,
    /// Its key package, once known.
    #[serde(with = "serde_bytes")]
    pub package: Vec<u8>,
    /// The invite link by which it comes.
    #[serde(default)]
    pub link: Option<LinkId>,
}

impl Newcomer {
    /// True for a new device of a member who has lost all others (`peer::returning`).
    pub fn comes_back(&self) -> bool {
        matches!(self.via, Via::Letter(_)) && self.link.is_none()
    }
}

/// A device that is to come in again behind a fork, as it asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The index that was decided twice.
    pub from: u64,
    /// The block there that stands.
    pub hash: BlockHash,
    /// Which device.
    pub device: DeviceId,
    /// Its word, 64 bytes.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
    /// Its key package.
    #[serde(with = "serde_bytes")]
    pub package: Vec<u8>,
}

/// Something that is to be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// Fresh keys.
    KeyUpdate,
    /// A device comes in.
    Add(Newcomer),
    /// A user goes, with all their devices.
    RemoveUser(UserId),
    /// Some devices go.
    RemoveDevices(Vec<DeviceId>),
    /// Somebody leaves, as they said themselves: an encoded `Departure`.
    Depart(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Another relay takes a home relay's place.
    Replace {
        /// Which goes.
        relay: NodeId,
        /// Which comes.
        by: RelayHint,
    },
    /// A device comes in again.
    Readmit(Asked),
    /// Any intent that is the same on every state.
    Plain {
        /// `registry::intent`.
        kind: u16,
        /// Its body.
        #[serde(with = "serde_bytes")]
        body: Vec<u8>,
    },
}

impl Wish {
    /// An intent that is the same on every state.
    pub fn plain(intent: &Intent) -> Self {
        Wish::Plain { kind: intent.kind(), body: intent.body() }
    }

    /// False for an addition that still waits for a key package.
    pub fn is_ready(&self) -> bool {
        !matches!(self, Wish::Add(newcomer) if newcomer.package.is_empty())
    }
}

/// A wish, and from when on it may be proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What.
    pub wish: Wish,
    /// Milliseconds since 1970; 0 for at once. Others may do the same first.
    pub after: u64,
}

/// The queue of one chat.
#[derive(Debug, Default)]
pub struct Wishes {
    next: u64,
    queue: BTreeMap<u64, Waiting>,
}

impl Wishes {
    /// Reads it.
    pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Self, Fatal> {
        let damaged = || Fatal::Row("an own intent");
        let mut wishes = Self::default();
        for (sort, row) in store.scan(Table::Control, &chat.0, Range::From(&[WISH]), WISHES_MAX + 1)? {
            let Some((&WISH, number)) = sort.split_first() else { break };
            let number = u64::from_be_bytes(number.try_into().map_err(|_| damaged())?);
            let waiting = cbor::decode(&row, "own intent", usize::MAX).map_err(|_| damaged())?;
            wishes.queue.insert(number, waiting);
            wishes.next = number + 1;
        }
        Ok(wishes)
    }

    /// Adds one at the end. False if there are too many.
    pub fn add(&mut self, chat: &ChatId, wish: Wish, after: u64, batch: &mut Batch) -> Result<bool, Fatal> {
        if self.queue.len() >= WISHES_MAX {
            return Ok(false);
        }
        let number = self.next;
        self.next += 1;
        let waiting = Waiting { wish, after };
        put(chat, number, &waiting, batch)?;
        self.queue.insert(number, waiting);
        Ok(true)
    }

    /// Gives an addition its key package.
    pub fn set_package(
        &mut self,
        chat: &ChatId,
        number: u64,
        package: Vec<u8>,
        batch: &mut Batch,
    ) -> Result<(), Fatal> {
        let Some(waiting) = self.queue.get_mut(&number) else { return Ok(()) };
        if let Wish::Add(newcomer) = &mut waiting.wish {
            newcomer.package = package;
        }
        put(chat, number, waiting, batch)
    }

    /// It is done, or given up.
    pub fn remove(&mut self, chat: &ChatId, number: u64, batch: &mut Batch) {
        if self.queue.remove(&number).is_some() {
            batch.delete(Table::Control, &chat.0, &sort(number));
        }
    }

    /// All, in order.
    pub fn all(&self) -> impl Iterator<Item = (u64, &Waiting)> {
        self.queue.iter().map(|(number, waiting)| (*number, waiting))
    }

    /// One.
    pub fn get(&self, number: u64) -> Option<&Wish> {
        self.queue.get(&number).map(|waiting| &waiting.wish)
    }

    /// True if a device with this key package is to come in.
    pub fn adds(&self, package: &[u8]) -> bool {
        self.queue.values().any(|waiting| matches!(&waiting.wish, Wish::Add(newcomer) if newcomer.package == package))
    }

    /// True if such a wish waits.
    pub fn has(&self, wish: &Wish) -> bool {
        self.queue.values().any(|waiting| waiting.wish == *wish)
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// True if nothing waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// When the next wish that may not be proposed yet may be.
    pub fn next_after(&self, wall: u64) -> Option<u64> {
        self.queue.values().map(|waiting| waiting.after).filter(|after| *after > wall).min()
    }
}

fn sort(number: u64) -> [u8; 9] {
    let mut sort = [WISH; 9];
    sort[1..].copy_from_slice(&number.to_be_bytes());
    sort
}

fn put(chat: &ChatId, number: u64, waiting: &Waiting, batch: &mut Batch) -> Result<(), Fatal> {
    let row = cbor::encode(waiting).map_err(|_| Fatal::Bug("an own intent does not encode"))?;
    batch.put(Table::Control, &chat.0, &sort(number), row);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestStore;

    #[test]
    fn the_queue_survives_a_restart_in_its_order() {
        let (mut store, mut batch, chat) = (TestStore::default(), Batch::new(), ChatId([1; 32]));
        let mut wishes = Wishes::default();
        let user = UserId([2; 32]);
        let newcomer = Newcomer { user, via: Via::Chat(ChatId([3; 32])), mailbox: None, package: vec![], link: None };
        let all = [
            Wish::KeyUpdate,
            Wish::Add(newcomer),
            Wish::RemoveUser(user),
            Wish::RemoveDevices(vec![DeviceId([4; 32])]),
            Wish::Depart(vec![1]),
            Wish::plain(&Intent::Transfer(user)),
        ];
        for wish in &all {
            assert!(wishes.add(&chat, wish.clone(), 0, &mut batch).unwrap());
        }
        assert!(!wishes.get(1).unwrap().is_ready());
        wishes.set_package(&chat, 1, vec![9], &mut batch).unwrap();
        wishes.remove(&chat, 0, &mut batch);
        store.apply(&batch);
        let mut again = Wishes::load(&store, &chat).unwrap();
        assert_eq!(again.all().collect::<Vec<_>>(), wishes.all().collect::<Vec<_>>());
        assert!(again.get(1).unwrap().is_ready() && again.len() == 5 && !again.is_empty());
        again.add(&chat, Wish::KeyUpdate, 77, &mut batch).unwrap();
        assert_eq!(again.all().last().unwrap().0, 6, "a number is never used again while later ones wait");
        assert_eq!((again.next_after(5), again.next_after(77)), (Some(77), None));
    }

    #[test]
    fn the_queue_is_bounded() {
        let (mut wishes, mut batch, chat) = (Wishes::default(), Batch::new(), ChatId([1; 32]));
        for _ in 0..WISHES_MAX {
            assert!(wishes.add(&chat, Wish::KeyUpdate, 0, &mut batch).unwrap());
        }
        assert!(!wishes.add(&chat, Wish::KeyUpdate, 0, &mut batch).unwrap());
    }
}
