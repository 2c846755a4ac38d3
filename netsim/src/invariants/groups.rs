//! The rules of the end in chats whose members come and go. What is asked of whom follows from the control chain
//! ([`Roll`]): who was in when something was written and has been in since must have it, who had been taken out before
//! must not, and all who are in stand at one state.

use super::roll::{Roll, written_at};
use super::{Histories, holds_op};
use crate::world::World;
use chappe_protocol::ids::{ChatId, DeviceId, OpId};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::peer::view::MembersView;
use std::collections::BTreeMap;

/// A message as its author's disk has it.
struct Written {
    number: usize,
    id: OpId,
    by: DeviceId,
    index: u64,
}

/// A chat at the end.
struct Chat<'a> {
    chat: u32,
    id: ChatId,
    roll: Roll,
    /// Device and machine of everybody who was ever in.
    devices: Vec<(DeviceId, u32)>,
    written: Vec<Written>,
    histories: &'a Histories,
}

/// All rules, over all chats of this kind that nobody lied in.
pub fn at_the_end(world: &mut World, histories: &Histories) {
    for chat in 0..world.plan.chats.len() as u32 {
        let group = world.plan.chats[chat as usize].group.is_some();
        let met = world.chat(chat).accepted == [true, true] && world.has_devices(chat);
        let Some(id) = world.chat(chat).id.filter(|_| group || met) else { continue };
        let machines = world.machines_in(chat);
        if machines.iter().any(|n| world.machines[*n as usize].suspect) {
            continue;
        }
        // A chat of two is founded with both of them in it.
        let members = &world.plan.chats[chat as usize].members;
        let founders = members.iter().filter(|_| !group).filter_map(|n| world.machines[*n as usize].device);
        let founders: Vec<_> = founders.collect();
        let roll = Roll::of(world, &id, &machines, &founders);
        if roll.is_empty() {
            let now = world.now;
            world.watch.violate(now, "everybody_has_the_same_state", || {
                format!("group {chat}: its control chain is on nobody's disk")
            });
        }
        world.watch.count("devices added to groups", roll.moves[0]);
        world.watch.count("devices taken out of groups", roll.moves[1]);
        let devices = machines.iter().filter_map(|n| Some((world.machines[*n as usize].device?, *n))).collect();
        let mut chat = Chat { chat, id, roll, devices, written: Vec::new(), histories };
        chat.written = chat.written(world);
        chat.nothing_acknowledged_is_lost(world);
        chat.everybody_has_the_same_state(world);
        chat.no_removed_reads_on(world);
        chat.devices_are_where_their_person_is(world);
    }
}

impl Chat<'_> {
    fn written(&self, world: &World) -> Vec<Written> {
        let said = world.watch.messages.iter().enumerate().filter(|(_, message)| message.chat == self.chat);
        let place = |(number, message): (usize, &crate::watch::Message)| {
            let (_, id) = message.said?;
            let (by, index) = written_at(world, message.node, &id)?;
            Some(Written { number, id, by, index })
        };
        said.filter_map(place).collect()
    }

    fn history(&self, n: u32) -> &[MessageView] {
        self.histories.get(&(self.chat, n)).map_or(&[], Vec::as_slice)
    }

    fn machine(&self, device: &DeviceId) -> Option<u32> {
        self.devices.iter().find(|(known, _)| known == device).map(|(_, n)| *n)
    }

    /// An author who was taken out may have written behind the cut; of everybody else everything counts.
    fn nothing_acknowledged_is_lost(&self, world: &mut World) {
        let now = world.now;
        for number in 0..world.watch.messages.len() {
            let message = &world.watch.messages[number];
            let Some((_, id)) = message.said.filter(|_| message.chat == self.chat) else { continue };
            let author = message.node;
            let is_in = world.machines[author as usize].device.is_some_and(|d| self.roll.since(&d).is_some());
            if is_in && !self.written.iter().any(|written| written.id == id) {
                world.watch.violate(now, "nothing_acknowledged_is_lost", || {
                    format!("message {number} of group {} is not at node {author} (its author)", self.chat)
                });
            }
        }
        for written in self.written.iter().filter(|written| self.roll.is_in_since(&written.by, written.index)) {
            for (device, n) in self.devices.iter().filter(|(d, _)| self.roll.is_in_since(d, written.index)) {
                if !self.history(*n).iter().any(|shown| shown.id == written.id) {
                    let (number, index, since) = (written.number, written.index, self.roll.since(device));
                    world.watch.violate(now, "nothing_acknowledged_is_lost", || {
                        let from = self.machine(&written.by);
                        format!(
                            "message {number} of node {from:?} in group {}, written at index {index}, is not at node {n} \
                             (in since {since:?})",
                            self.chat
                        )
                    });
                }
            }
        }
    }

    /// A device that was linked is in every chat of its person, one that was removed in none.
    fn devices_are_where_their_person_is(&self, world: &mut World) {
        let now = world.now;
        let is_in = |n: u32| self.devices.iter().any(|(device, at)| *at == n && self.roll.since(device).is_some());
        for (_, n) in &self.devices {
            let person = world.person(*n);
            if person == *n || is_in(*n) == (is_in(person) && world.is_living(*n)) {
                continue;
            }
            let (rule, what) = match world.is_living(*n) {
                true if is_in(person) => ("everybody_has_the_same_state", "is not in"),
                true => ("everybody_has_the_same_state", "is in, and its person is not in"),
                false => ("no_removed_reads_on", "was taken off its person's list, and is still in"),
            };
            world
                .watch
                .violate(now, rule, || format!("the further device {n} of node {person} {what} chat {}", self.chat));
        }
    }

    /// Everybody who is in sees what the one who is in longest sees, from where they came in.
    fn everybody_has_the_same_state(&self, world: &mut World) {
        let now = world.now;
        let mut inside: Vec<(u64, u32)> =
            self.devices.iter().filter_map(|(device, n)| Some((self.roll.since(device)?, *n))).collect();
        inside.sort_unstable();
        let Some((_, oldest)) = inside.first().copied() else { return };
        let index: BTreeMap<OpId, u64> = inside
            .iter()
            .flat_map(|(_, n)| self.history(*n).iter().map(move |shown| (*n, shown.id)))
            .filter_map(|(n, id)| Some((id, written_at(world, n, &id)?.1)))
            .collect();
        let clocks_close = super::clocks_are_close(world);
        let rules = |view: Option<MembersView>| view.map(|view| stable(&view));
        let wanted = rules(world.members_at(oldest, self.id));
        for (since, n) in inside {
            let is = rules(world.members_at(n, self.id));
            if is != wanted {
                world.watch.violate(now, "everybody_has_the_same_state", || {
                    format!("group {}: node {oldest} says {wanted:?}, node {n} says {is:?}", self.chat)
                });
            }
            let seen = |n: u32| {
                let from = |shown: &&MessageView| index.get(&shown.id).is_some_and(|index| *index >= since);
                let row = |m: &MessageView| (if clocks_close { m.order.clone() } else { String::new() }, m.id, m.from);
                let mut rows: Vec<_> = self.history(n).iter().filter(from).map(row).collect();
                if !clocks_close {
                    rows.sort_unstable();
                }
                rows
            };
            let (theirs, ours) = (seen(oldest), seen(n));
            if theirs != ours {
                let differs =
                    theirs.iter().zip(&ours).position(|(a, b)| a != b).unwrap_or(theirs.len().min(ours.len()));
                world.watch.violate(now, "everybody_has_the_same_state", || {
                    format!(
                        "group {}: since index {since} node {oldest} sees {} messages, node {n} {}; from place {differs} on",
                        self.chat,
                        theirs.len(),
                        ours.len()
                    )
                });
            }
        }
    }

    /// What was written after the control index by which a device went is nowhere on its disk.
    fn no_removed_reads_on(&self, world: &mut World) {
        let now = world.now;
        for written in &self.written {
            // Its author had seen this much when it wrote; to go back behind that is no excuse.
            let knew = written.index.max(world.watch.messages[written.number].knew.unwrap_or(0));
            for (_, n) in self.devices.iter().filter(|(device, _)| self.roll.is_out_at(device, knew)) {
                if holds_op(world, *n, &written.id) {
                    let number = written.number;
                    world.watch.violate(now, "no_removed_reads_on", || {
                        format!(
                            "message {number} of group {}, of index {knew}, is at node {n}, which was out",
                            self.chat
                        )
                    });
                }
            }
        }
    }
}

/// What control blocks decide, as text: index, title, members with roles and devices.
fn stable(view: &MembersView) -> String {
    let members: Vec<_> = view.members.iter().map(|member| (member.user, member.role, &member.devices)).collect();
    format!("{} {:?} {:?} {members:?}", view.index, view.title, view.home)
}
