//! Own devices: who speaks for us, and taking that right away. Both need the root key, so both ask for the words; they
//! are checked to be ours before anything is signed and wiped right behind it (docs/decisions/0019).
//!
//! Not here: adding a device (`linking`, `restore`), publishing the log (`records`).

use super::command::{CommandError, Event, Reply};
use super::context::{Context, Fatal};
use super::settings::Settings;
use super::view::{DeviceView, DevicesView};
use crate::identity::device_log::{Action, Entry};
use crate::identity::keys::RootKey;
use crate::identity::words::Words;
use crate::ids::DeviceId;

/// Our root key, if these are our words.
pub fn root_key(words: &Words, ctx: &Context<'_>) -> Result<RootKey, CommandError> {
    let root = words.root_key().map_err(|error| CommandError::Invalid(error.to_string()))?;
    if root.user() == ctx.account.user() {
        Ok(root)
    } else {
        Err(CommandError::Refused("these are the words of another identity".into()))
    }
}

/// Are these our words?
pub fn check_words(words: &Words, ctx: &Context<'_>) -> Result<Reply, CommandError> {
    root_key(words, ctx).map(|_| Reply::Done)
}

/// What people see.
pub fn view(settings: &Settings, forked: bool, ctx: &Context<'_>) -> DevicesView {
    let this = ctx.account.device();
    let living = ctx.account.devices.living();
    let devices = living.map(|entry| {
        let (device, name) = (entry.device, settings.device_name(entry.device));
        DeviceView { device, name, this: device == this, added: entry.at }
    });
    DevicesView { devices: devices.collect(), removed: !ctx.account.devices.is_living(&this), forked }
}

/// Takes a device off the list.
pub fn remove(device: DeviceId, words: &Words, ctx: &mut Context<'_>) -> Result<Result<Reply, CommandError>, Fatal> {
    if device == ctx.account.device() {
        let text = "this is the device that you are using; remove it from another one";
        return Ok(Err(CommandError::Refused(text.into())));
    }
    if !ctx.account.devices.is_living(&device) {
        return Ok(Err(CommandError::NotFound("device")));
    }
    let root = match root_key(words, ctx) {
        Ok(root) => root,
        Err(error) => return Ok(Err(error)),
    };
    let last = ctx.account.devices.last();
    let removal = Entry::sign(&root, Some(last), Action::Remove, device, [0; 32], ctx.now.wall);
    if let Err(error) = ctx.account.devices.append(removal) {
        return Ok(Err(CommandError::Refused(error.to_string())));
    }
    ctx.account.store(&mut ctx.batch)?;
    ctx.notify(Event::Devices);
    Ok(Ok(Reply::Done))
}
