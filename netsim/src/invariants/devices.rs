//! What the devices of one person say: the same, when everything has been healthy for ten minutes.
//!
//! Not here: what they hold of chats (`groups`).

use super::Histories;
use crate::world::World;
use chappe_protocol::ids::{ChatId, UserId};
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, OwnCommand, Reply};
use std::collections::{BTreeMap, BTreeSet};

/// What a person sees of themselves at one device, part by part.
struct Own {
    contacts: String,
    devices: String,
    chats: BTreeMap<ChatId, Listed>,
}

/// How a chat stands in the list.
#[derive(Debug)]
struct Listed {
    stands: String,
    unread: u64,
    /// The person is in it no more.
    out: bool,
}

/// All living devices of a person agree about contacts, the list of devices and their names, the chats and how they stand
/// in the list, and what was read. A message that one of them
/// lacks, because it came in later, counts as unread where it is.
pub fn everybody_has_the_same_state(world: &mut World, histories: &Histories) {
    let now = world.now;
    for person in world.plan.relays() as u32..world.machines.len() as u32 {
        let machines = world.machines_of(person);
        if machines.len() < 2 || machines.iter().any(|n| super::near_suspects(world, *n)) {
            continue;
        }
        let Some(first) = own(world, person) else { continue };
        for n in machines.into_iter().skip(1).filter(|n| world.is_living(*n)).collect::<Vec<_>>() {
            world.watch.count("devices compared with their person's first", 1);
            let Some(other) = own(world, n) else {
                world.watch.violate(now, "everybody_has_the_same_state", || format!("device {n} does not run"));
                continue;
            };
            for (what, ours, theirs) in
                [("contacts", &first.contacts, &other.contacts), ("devices", &first.devices, &other.devices)]
            {
                if ours != theirs {
                    world.watch.violate(now, "everybody_has_the_same_state", || {
                        format!("the {what} of node {person} are {ours} there, and {theirs} at its device {n}")
                    });
                }
            }
            let ids: BTreeSet<ChatId> = first.chats.keys().chain(other.chats.keys()).copied().collect();
            let agrees = |id: &ChatId| match (first.chats.get(id), other.chats.get(id)) {
                (Some(here), Some(there)) => {
                    let only = |a, b| only_at(world, histories, id, a, b);
                    here.stands == there.stands
                        && here.unread <= there.unread + only(person, n)
                        && there.unread <= here.unread + only(n, person)
                }
                // What its person had left before it came a device never hears of.
                (known, other) => known.or(other).is_some_and(|row| row.out),
            };
            let differs: Vec<_> = ids.into_iter().filter(|id| !agrees(id)).collect();
            let differs: Vec<_> = differs.iter().map(|id| (id, first.chats.get(id), other.chats.get(id))).collect();
            if !differs.is_empty() {
                world.watch.violate(now, "everybody_has_the_same_state", || {
                    format!("node {person} and its device {n} say different things of chats: {differs:?}")
                });
            }
        }
    }
}

/// How many messages of others a machine has in a chat, and another one has not.
fn only_at(world: &World, histories: &Histories, id: &ChatId, here: u32, there: u32) -> u64 {
    let chats = 0..world.plan.chats.len() as u32;
    let Some(chat) = chats.into_iter().find(|chat| world.chat(*chat).id == Some(*id)) else { return 0 };
    let of = |n: u32| histories.get(&(chat, n)).into_iter().flatten().filter(|message| !message.mine);
    let known: BTreeSet<_> = of(there).map(|message| message.id).collect();
    of(here).filter(|message| !known.contains(&message.id)).count() as u64
}

fn own(world: &mut World, n: u32) -> Option<Own> {
    let contacts = match world.query(n, Command::Contacts)?.ok()? {
        Reply::Contacts(list) => {
            let row = |c: &chappe_protocol::peer::view::ContactView| (c.profile.user, c.state, c.blocked);
            let mut rows: Vec<(UserId, _, _)> = list.iter().map(row).collect();
            rows.sort_by_key(|row| row.0);
            format!("{rows:?}")
        }
        _ => return None,
    };
    let devices = match world.query(n, Command::Own(OwnCommand::Devices))?.ok()? {
        Reply::Devices(view) => {
            let rows: Vec<_> = view.devices.iter().map(|row| (row.device, row.name.as_str())).collect();
            format!("{rows:?}, removed: {}, forked: {}", view.removed, view.forked)
        }
        _ => return None,
    };
    let chats = match world.query(n, Command::Chats)?.ok()? {
        Reply::Chats(list) => list.into_iter().map(|row| {
            let stands = format!(
                "{:?} kind {}: {:?}, accepted {}, pinned {}, archived {}, muted {}, marked {}",
                row.id,
                row.kind,
                row.standing,
                row.accepted,
                row.pinned,
                row.archived,
                row.muted_until,
                row.marked_unread
            );
            (row.id, Listed { stands, unread: row.unread, out: row.standing == Standing::Out })
        }),
        _ => return None,
    };
    Some(Own { contacts, devices, chats: chats.collect() })
}
