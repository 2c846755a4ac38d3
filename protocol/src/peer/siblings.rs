//! Our other devices in our chats: one that was certified comes into every chat, one that was removed goes out of every
//! chat. Any of our devices that is in a chat can see to it; they take turns, so that not all do the same at once.
//!
//! Not here: how a chat is changed (`chat::control`), how a newcomer gets its parcel (`letters`).

use super::chat::state::{Chat, Standing};
use super::chat::wishes::{Newcomer, Via, Wish};
use super::chat::{Chats, control, rooms::Surroundings};
use super::context::{Context, Fatal};
use super::records::Records;
use super::timers::Timer;
use crate::contact::mailbox::Mailbox;
use crate::identity::device_log::DeviceLog;
use crate::ids::{ChatId, DeviceId};
use crate::wire::registry::chat::OWN;
use std::collections::{BTreeMap, BTreeSet};

/// How long each of our devices waits for the ones before it.
const TURN_MS: u64 = 60_000;

/// One that a block has taken out comes back only if our record, read at a relay so long after that was noticed, still says
/// that it lives: whoever removed it may just have told the relays. Also the time between two such looks.
const CERTAIN_MS: u64 = 10_000;

/// Who of ours is missing where, since when (not stored: it is noticed again).
#[derive(Debug, Default)]
pub struct Siblings {
    noticed: BTreeMap<(ChatId, DeviceId), u64>,
}

impl Siblings {
    /// Looks through all chats; gives those in which a device is to come in, whose key packages have to be fetched.
    pub fn see_to(
        &mut self,
        chats: &mut Chats,
        records: &Records,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> Result<Vec<ChatId>, Fatal> {
        let (us, user) = (ctx.account.device(), ctx.account.user());
        if !ctx.account.devices.is_living(&us) {
            return Ok(Vec::new());
        }
        let living: Vec<DeviceId> = ctx.account.devices.living().map(|entry| entry.device).collect();
        let mut fetch = Vec::new();
        let mut open = BTreeSet::new();
        for chat in chats.chats.values_mut() {
            let present = chat.state.devices_of(&user);
            if chat.info.standing != Standing::In || !chat.info.accepted || !present.contains(&us) {
                continue;
            }
            let turn = living.iter().filter(|device| present.contains(device)).position(|device| *device == us);
            let wait = turn.unwrap_or(0) as u64 * TURN_MS;
            let gone = removed(&ctx.account.devices, &present);
            open.extend(gone.first().map(|device| (chat.id, *device)));
            if let Some(first) = gone.first().copied()
                && self.is_our_turn((chat.id, first), wait, ctx, around)
                && !chat.wishes.has(&Wish::RemoveDevices(gone.clone()))
            {
                control::wish(chat, Wish::RemoveDevices(gone), 0, ctx, around)?;
            }
            for device in living.iter().filter(|device| !present.contains(device)) {
                let card = records.cards().find(|card| card.device == *device);
                let Some(mailbox) = card.and_then(|card| card.mailbox.clone()) else { continue };
                open.insert((chat.id, *device));
                if chat.devices.get(device).is_some_and(|head| head.cut.is_some())
                    && !self.is_certain((chat.id, *device), records, ctx, around)
                {
                    continue;
                }
                if is_wished(chat, &mailbox) || !self.is_our_turn((chat.id, *device), wait, ctx, around) {
                    continue;
                }
                for hint in &mailbox.relays {
                    ctx.dial(hint.relay, &hint.addrs);
                }
                let (via, mailbox) = (Via::Fetched, Some(mailbox));
                let newcomer = Newcomer { user, via, mailbox, package: Vec::new(), link: None };
                control::wish(chat, Wish::Add(newcomer), 0, ctx, around)?;
                fetch.push(chat.id);
            }
        }
        // What is settled, or whose chat is gone, is noticed anew if it comes again.
        self.noticed.retain(|what, _| open.contains(what));
        Ok(fetch)
    }

    /// True if our record was read late enough to know of a removal that we may have missed; else it is read.
    fn is_certain(
        &mut self,
        what: (ChatId, DeviceId),
        records: &Records,
        ctx: &mut Context<'_>,
        around: &mut Surroundings,
    ) -> bool {
        let since = *self.noticed.entry(what).or_insert(ctx.now.mono);
        let certain = records.read_at().is_some_and(|at| at >= since + CERTAIN_MS);
        if !certain {
            records.refresh(ctx);
            around.timers.by(Timer::Siblings, ctx.now.mono + CERTAIN_MS);
        }
        certain
    }

    fn is_our_turn(
        &mut self,
        what: (ChatId, DeviceId),
        wait: u64,
        ctx: &Context<'_>,
        around: &mut Surroundings,
    ) -> bool {
        let since = *self.noticed.entry(what).or_insert(ctx.now.mono);
        let at = since + wait;
        if ctx.now.mono < at {
            around.timers.by(Timer::Siblings, at);
        }
        ctx.now.mono >= at
    }
}

/// True if we have several devices and no chat of their own, and it is for this device to make one.
pub fn lacks_own_chat(chats: &Chats, ctx: &Context<'_>) -> bool {
    let mut living = ctx.account.devices.living().map(|entry| entry.device);
    let first = living.next() == Some(ctx.account.device()) && living.next().is_some();
    first && chats.chats.values().all(|chat| chat.state.kind() != OWN)
}

/// Devices that the log says are removed. One that it does not know at all was certified after what we have read of it:
/// whoever took that one for removed would fight with the device that let it in.
fn removed(log: &DeviceLog, present: &[DeviceId]) -> Vec<DeviceId> {
    let is_gone = |device: &&DeviceId| log.certificate(device).is_some() && !log.is_living(device);
    present.iter().filter(is_gone).copied().collect()
}

fn is_wished(chat: &Chat, mailbox: &Mailbox) -> bool {
    chat.wishes.all().any(|(_, waiting)| match &waiting.wish {
        Wish::Add(newcomer) => newcomer.mailbox.as_ref().is_some_and(|known| known.number == mailbox.number),
        Wish::KeyUpdate
        | Wish::RemoveUser(_)
        | Wish::RemoveDevices(_)
        | Wish::Depart(_)
        | Wish::Replace { .. }
        | Wish::Readmit(_)
        | Wish::Plain { .. } => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::device_log::{Action, Entry};
    use crate::identity::keys::RootKey;

    #[test]
    fn a_device_that_the_log_does_not_know_yet_is_not_taken_for_removed() {
        let root = RootKey::from_seed([1; 32]);
        let device = |n: u8| DeviceId([n; 32]);
        let sign = |prev, action, n| Entry::sign(&root, prev, action, device(n), [n; 32], 5);
        let mut log = DeviceLog::new(sign(None, Action::Add, 1)).unwrap();
        log.append(sign(Some(log.last()), Action::Add, 2)).unwrap();
        let removal = Entry::sign(&root, Some(log.last()), Action::Remove, device(2), [0; 32], 6);
        log.append(removal).unwrap();
        assert_eq!(removed(&log, &[device(1), device(2), device(3)]), [device(2)]);
    }
}
