//! Who was in a chat from which control index to which, read from the control chains on everybody's disks; and at which
//! index a message was written. So "after the removal was ordered" is exact, however late anybody heard of it.

use crate::world::World;
use chappe_protocol::chat::control::intent::{Added, Intent, Removed};
use chappe_protocol::chat::control::rows;
use chappe_protocol::chat::timeline::{merge, row::Row};
use chappe_protocol::ids::{ChatId, DeviceId, OpId};
use chappe_protocol::store::Table;
use std::collections::BTreeMap;

/// From an index, inclusive, to another, exclusive.
type Span = (u64, u64);

/// The devices of a chat over its whole chain.
#[derive(Debug, Default)]
pub struct Roll {
    spans: BTreeMap<DeviceId, Vec<Span>>,
    /// Devices that came in after the beginning, and those that went.
    pub moves: [u64; 2],
}

impl Roll {
    /// Of a chat whose machines are these; `founders` were in from its beginning.
    pub fn of(world: &World, chat: &ChatId, machines: &[u32], founders: &[DeviceId]) -> Self {
        let mut roll = Self::default();
        let disks = || machines.iter().map(|n| world.machines[*n as usize].disk());
        if let Some(genesis) = disks().find_map(|disk| rows::genesis(disk, chat).ok().flatten()) {
            let creator = genesis.origin().device;
            roll.comes(creator, 0);
            founders.iter().filter(|device| **device != creator).for_each(|device| roll.comes(*device, 0));
        }
        let decided = |index| disks().find_map(|disk| rows::decision(disk, chat, index).ok().flatten());
        let mut index = 1;
        while let Some(decision) = decided(index) {
            match &decision.block.content().intent {
                Intent::AddDevices(added) | Intent::AddByLink { devices: added, .. } => roll.added(added, index),
                Intent::RemoveDevices(removed) => roll.removed(removed, index),
                Intent::Depart(departure) => roll.removed(&departure.devices, index),
                Intent::KeyUpdate
                | Intent::SetHomeRelays(_)
                | Intent::SetInfo(_)
                | Intent::SetRole { .. }
                | Intent::SetPolicy { .. }
                | Intent::SetLink(_)
                | Intent::RevokeLink(_)
                | Intent::Transfer(_)
                | Intent::SetTopic { .. }
                | Intent::RemoveTopic(_)
                | Intent::Readmit(_)
                | Intent::Unknown { .. } => {}
            }
            index += 1;
        }
        roll
    }

    fn comes(&mut self, device: DeviceId, index: u64) {
        self.spans.entry(device).or_default().push((index, u64::MAX));
    }

    fn added(&mut self, added: &[Added], index: u64) {
        self.moves[0] += added.len() as u64;
        added.iter().for_each(|added| self.comes(added.device, index));
    }

    fn removed(&mut self, removed: &[Removed], index: u64) {
        self.moves[1] += removed.len() as u64;
        for removed in removed {
            // A device that was there before the first block of which somebody still knows.
            let spans = self.spans.entry(removed.device).or_insert_with(|| vec![(0, u64::MAX)]);
            spans.iter_mut().for_each(|span| span.1 = span.1.min(index));
        }
    }

    /// Nobody's disk has anything of the chain.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The stretch that a device is still in, if it is.
    pub fn since(&self, device: &DeviceId) -> Option<u64> {
        self.spans.get(device)?.last().filter(|span| span.1 == u64::MAX).map(|span| span.0)
    }

    /// The device was in at this index and has been in ever since.
    pub fn is_in_since(&self, device: &DeviceId, index: u64) -> bool {
        self.since(device).is_some_and(|since| since <= index)
    }

    /// The device had been taken out before this index, and was not in at it.
    pub fn is_out_at(&self, device: &DeviceId, index: u64) -> bool {
        let spans = self.spans.get(device).map_or(&[][..], Vec::as_slice);
        spans.iter().any(|span| span.1 <= index) && !spans.iter().any(|span| span.0 <= index && index < span.1)
    }
}

/// Which device wrote a message, and the control index at which it did, as a disk that has it says.
pub fn written_at(world: &World, n: u32, message: &OpId) -> Option<(DeviceId, u64)> {
    let disk = world.machines[n as usize].disk();
    let (chat, place) = merge::find(disk, message).ok()??;
    let row = disk.get(Table::Timeline, &chat.0, &place.sort()).ok()??;
    let op = Row::decode(&row).ok()?.signed(*message).ok()?.op;
    Some((op.device, op.control.index))
}
