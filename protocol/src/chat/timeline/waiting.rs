//! Changes of messages that have not arrived. They wait, a bounded number a device (of more the newest), until the
//! message is there; a device that floods this drops its own changes, nobody else's.

use super::{Broken, Rows};
use crate::ids::{ChatId, DeviceId, OpId, UserId};
use crate::limits::WAITING_PER_DEVICE;
use crate::store::{Range, StoreRead, Table};
use crate::wire::bytes::Reader;
use std::collections::{BTreeMap, BTreeSet};

/// Which changes wait for what, in memory: a message that nothing waits for costs no look-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    by_message: BTreeMap<OpId, BTreeSet<(DeviceId, u64)>>,
    by_device: BTreeMap<DeviceId, BTreeSet<(u64, OpId)>>,
}

fn sort(message: &OpId, device: &DeviceId, seq: u64) -> Vec<u8> {
    [&message.0[..], &device.0, &seq.to_be_bytes()].concat()
}

impl Waiting {
    /// Reads which wait.
    pub fn load(store: &dyn StoreRead, chat: &ChatId) -> Result<Self, Broken> {
        let mut waiting = Self::default();
        let mut from = Vec::new();
        loop {
            let page = store.scan(Table::Waiting, &chat.0, Range::From(&from), 256)?;
            for (sort, _) in &page {
                let mut r = Reader::new(sort);
                let mut read = || Ok((OpId(r.array()?), DeviceId(r.array()?), r.u64()?));
                let (message, device, seq) =
                    read().map_err(|_: crate::wire::WireError| Broken::Row("a change that waits"))?;
                waiting.note(message, device, seq);
            }
            let Some((last, _)) = page.last() else { return Ok(waiting) };
            from = [last, &[0][..]].concat();
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.by_device.values().map(BTreeSet::len).sum()
    }

    /// True if none waits.
    pub fn is_empty(&self) -> bool {
        self.by_device.is_empty()
    }

    fn note(&mut self, message: OpId, device: DeviceId, seq: u64) {
        self.by_message.entry(message).or_default().insert((device, seq));
        self.by_device.entry(device).or_default().insert((seq, message));
    }

    fn forget(&mut self, message: &OpId, device: &DeviceId, seq: u64) {
        if let Some(of) = self.by_message.get_mut(message) {
            of.remove(&(*device, seq));
            if of.is_empty() {
                self.by_message.remove(message);
            }
        }
        if let Some(of) = self.by_device.get_mut(device) {
            of.remove(&(seq, *message));
            if of.is_empty() {
                self.by_device.remove(device);
            }
        }
    }

    /// Keeps a change. False if an older one of the device had to go for it.
    pub(super) fn keep(
        &mut self,
        chat: &ChatId,
        message: OpId,
        from: UserId,
        op: &crate::chat::op::SignedOp,
        rows: &mut Rows<'_>,
    ) -> bool {
        let (device, seq) = (op.op.device, op.op.seq);
        let value = [&from.0[..], &op.bytes].concat();
        rows.put(Table::Waiting, &chat.0, &sort(&message, &device, seq), value);
        self.note(message, device, seq);
        let mine = self.by_device.get(&device);
        let oldest = mine.filter(|mine| mine.len() > WAITING_PER_DEVICE).and_then(|mine| mine.first().copied());
        if let Some((seq, message)) = oldest {
            self.forget(&message, &device, seq);
            rows.delete(Table::Waiting, &chat.0, &sort(&message, &device, seq));
        }
        oldest.is_none()
    }

    /// Takes what waited for a message: users and operations.
    pub(super) fn take(
        &mut self,
        chat: &ChatId,
        message: &OpId,
        rows: &mut Rows<'_>,
    ) -> Result<Vec<(UserId, Vec<u8>)>, Broken> {
        let Some(waiting) = self.by_message.get(message).cloned() else { return Ok(Vec::new()) };
        let mut taken = Vec::with_capacity(waiting.len());
        for (device, seq) in waiting {
            let sort = sort(message, &device, seq);
            let row = rows.get(Table::Waiting, &chat.0, &sort)?.ok_or(Broken::Row("a change that waits"))?;
            let (user, op) = row.split_first_chunk::<32>().ok_or(Broken::Row("a change that waits"))?;
            taken.push((UserId(*user), op.to_vec()));
            rows.delete(Table::Waiting, &chat.0, &sort);
            self.forget(message, &device, seq);
        }
        Ok(taken)
    }
}
