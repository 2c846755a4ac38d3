//! The history of the chats for a new device of the same user: another device leaves it at relays, under a key that it seals to
//! the new one, and says so in an own setting. The new device takes it (`archive`) and says that it has.
//!
//! Not here: bringing it to relays and fetching it (the node's `backup`).

use super::command::{CommandError, Newcomer, Reply};
use super::context::{Context, Fatal};
use super::own::Own;
use super::settings::{Key, Value};
use crate::identity::device_log::Entry;
use crate::identity::history::{History, HistoryKey};
use crate::ids::DeviceId;
use crate::session::sealed::seal;

/// Who was certified within this time is new.
const NEW_MS: u64 = 7 * 24 * 3600 * 1000;

/// How long the first device is waited for before the next one leaves a history.
const TURN_MS: u64 = 10 * 60 * 1000;

impl Own {
    /// Devices that were certified behind this one, a short time ago.
    pub fn newcomers(&self, ctx: &Context<'_>) -> Vec<Newcomer> {
        let us = ctx.account.device();
        let living: Vec<&Entry> = ctx.account.devices.living().collect();
        let Some(place) = living.iter().position(|entry| entry.device == us) else { return Vec::new() };
        let new = |entry: &&&Entry| entry.at.saturating_add(NEW_MS) > ctx.now.wall;
        let view = |entry: &&Entry| {
            let handed = self.settings.handed(entry.device);
            let patience = (place as u64).saturating_mul(TURN_MS);
            Newcomer {
                device: entry.device,
                left: handed.is_some(),
                taken: handed == Some(None),
                ours: ctx.now.wall >= entry.at.saturating_add(patience),
            }
        };
        living[place + 1..].iter().filter(new).map(view).collect()
    }

    /// Leaves a history for a new device.
    pub fn hand(
        &mut self,
        device: DeviceId,
        history: History,
        key: &HistoryKey,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let waits = self.newcomers(ctx).iter().any(|newcomer| newcomer.device == device && !newcomer.left);
        let entry = ctx.account.devices.certificate(&device).filter(|_| waits);
        let Some(sealing_key) = entry.map(|entry| entry.sealing_key) else {
            return Ok(Err(CommandError::NotFound("new device")));
        };
        let Some(sealed) = seal(&sealing_key, &key.0, ctx.rng) else {
            return Ok(Err(CommandError::Refused("the new device's key cannot be used".into())));
        };
        self.set(Key::Handed(device), &Value::History(Some(Box::new(History { sealed, ..history }))), ctx)
    }
}
