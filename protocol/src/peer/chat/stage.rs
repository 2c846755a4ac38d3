//! From a wish to a block: the next wish that can be proposed becomes an intent on the newest state, an MLS commit and
//! a signed block, all in the input's one batch.
//!
//! Not here: getting it decided (`control`), what happens then (`adopt`).

use super::homes;
use super::state::Chat;
use super::wishes::{Asked, Newcomer, Waiting, Wish};
use crate::chat::control::apply::NotAllowed;
use crate::chat::control::block::{Block, Content};
use crate::chat::control::intent::{Added, Departure, Intent, Removed};
use crate::chat::control::readmission::Readmission;
use crate::chat::control::register::Register;
use crate::chat::control::rows::{self, Staged};
use crate::chat::mls::device::DeviceSigner;
use crate::chat::mls::error::MlsError;
use crate::chat::mls::group::Group;
use crate::chat::mls::key_package::inspect_key_package;
use crate::chat::mls::provider::Provider;
use crate::contact::entrance::LinkId;
use crate::ids::{DeviceId, OpId, UserId};
use crate::limits::READMITTED_MAX;
use crate::peer::command::Event;
use crate::peer::context::{Context, Fatal};
use crate::peer::founding::certified;
use std::collections::BTreeMap;

/// Newcomers of one block: with 400 bytes each in the commit, 48 KiB beside a commit of 30 KiB or less; if that is too
/// much, half as many are tried.
const ADD_AT_ONCE: usize = 64;

/// What a wish is on the newest state.
struct Plan {
    numbers: Vec<u64>,
    intent: Intent,
    packages: Vec<Vec<u8>>,
}

/// What became of a wish.
enum Planned {
    Plan(Plan),
    /// It is so already.
    Pointless(Vec<u64>),
}

/// Stages the next wish that can be proposed; `None` if there is none.
pub fn next(chat: &mut Chat, register: &Register, ctx: &mut Context<'_>) -> Result<Option<Staged>, Fatal> {
    let mut at_once = ADD_AT_ONCE;
    loop {
        let planned = match plan(chat, at_once, ctx)? {
            None => return Ok(None),
            Some(planned) => planned,
        };
        let plan = match planned {
            Planned::Plan(plan) => plan,
            Planned::Pointless(numbers) => {
                give_up(chat, &numbers, None, ctx);
                continue;
            }
        };
        if let Err(why) = chat.state.with(&ctx.account.device(), &plan.intent) {
            give_up(chat, &plan.numbers, Some(why.to_string()), ctx);
            continue;
        }
        match stage(chat, register, &plan, ctx) {
            Ok(staged) => return Ok(Some(staged)),
            Err(MlsError::TooLarge { .. }) if plan.packages.len() > 1 => at_once = plan.packages.len() / 2,
            Err(MlsError::Store(_)) => return Err(Fatal::Row("a chat's keys")),
            Err(why) => give_up(chat, &plan.numbers, Some(why.to_string()), ctx),
        }
    }
}

fn give_up(chat: &mut Chat, numbers: &[u64], why: Option<String>, ctx: &mut Context<'_>) {
    for number in numbers {
        chat.wishes.remove(&chat.id, *number, &mut ctx.batch);
    }
    if let Some(why) = why {
        ctx.notify(Event::Refused { chat: chat.id, why });
    }
}

fn plan(chat: &Chat, at_once: usize, ctx: &Context<'_>) -> Result<Option<Planned>, Fatal> {
    let due = |waiting: &Waiting| waiting.after <= ctx.now.wall && waiting.wish.is_ready();
    let can = |waiting: &Waiting| due(waiting) && homes::is_reached(&waiting.wish, ctx);
    let Some((number, waiting)) = chat.wishes.all().find(|(_, waiting)| can(waiting)) else { return Ok(None) };
    let (numbers, none) = (vec![number], Vec::new());
    let intent = match &waiting.wish {
        Wish::KeyUpdate => Intent::KeyUpdate,
        Wish::Add(_) => return Ok(Some(plan_add(chat, at_once, &ctx.account.user(), ctx.now.wall))),
        Wish::RemoveUser(user) => match cuts(chat, &chat.state.devices_of(user)) {
            devices if devices.is_empty() => return Ok(Some(Planned::Pointless(numbers))),
            devices => Intent::RemoveDevices(devices),
        },
        Wish::RemoveDevices(devices) => match cuts(chat, devices) {
            devices if devices.is_empty() => return Ok(Some(Planned::Pointless(numbers))),
            devices => Intent::RemoveDevices(devices),
        },
        Wish::Depart(bytes) => {
            let departure = Departure::decode(bytes).map_err(|_| Fatal::Row("an own intent"))?;
            if departure.devices.iter().all(|removed| !chat.state.devices.contains_key(&removed.device)) {
                return Ok(Some(Planned::Pointless(numbers)));
            }
            Intent::Depart(departure)
        }
        Wish::Readmit(asked) => return Ok(Some(plan_readmit(chat, asked, at_once, ctx))),
        Wish::Replace { relay, by } => match homes::replaced(&chat.state.home, relay, by) {
            None => return Ok(Some(Planned::Pointless(numbers))),
            Some(home) => Intent::SetHomeRelays(home),
        },
        Wish::Plain { kind, body } => Intent::decode(*kind, body).map_err(|_| Fatal::Row("an own intent"))?,
    };
    let pointless = matches!(chat.state.with(&ctx.account.device(), &intent), Err(NotAllowed::Nothing));
    let plan = Plan { numbers: numbers.clone(), intent, packages: none };
    Ok(Some(if pointless { Planned::Pointless(numbers) } else { Planned::Plan(plan) }))
}

/// All additions that are ready and come by the same way as the first of them, in one block.
fn plan_add(chat: &Chat, at_once: usize, us: &UserId, now: u64) -> Planned {
    let due = |waiting: &Waiting| waiting.after <= now && waiting.wish.is_ready();
    let additions = chat.wishes.all().filter(|(_, waiting)| due(waiting)).filter_map(|(number, waiting)| {
        let Wish::Add(newcomer) = &waiting.wish else { return None };
        Some((number, newcomer))
    });
    let additions: Vec<(u64, &Newcomer)> = additions.collect();
    let link = additions.first().and_then(|(_, newcomer)| newcomer.link);
    let left = link.map_or(usize::MAX, |link| left_of(chat, &link));
    let mut pointless = Vec::new();
    let mut ready: Vec<(Added, u64, Vec<u8>)> = Vec::new();
    for (number, newcomer) in additions {
        if newcomer.link != link || ready.len() >= at_once {
            continue;
        }
        let added = added(&newcomer.package).filter(|added| added.user == newcomer.user);
        match added {
            Some(_) if ready.len() >= left => pointless.push(number),
            Some(added)
                if !is_in(chat, &added, newcomer, us)
                    && ready.iter().all(|(other, ..)| other.device != added.device) =>
            {
                ready.push((added, number, newcomer.package.clone()));
            }
            _ => pointless.push(number),
        }
    }
    if ready.is_empty() || !pointless.is_empty() {
        return Planned::Pointless(pointless);
    }
    ready.sort_by_key(|(added, ..)| added.device);
    let devices = ready.iter().map(|(added, ..)| *added).collect();
    let intent = match link {
        Some(link) => Intent::AddByLink { link, devices },
        None => Intent::AddDevices(devices),
    };
    let (numbers, packages) = ready.into_iter().map(|(_, number, package)| (number, package)).unzip();
    Planned::Plan(Plan { numbers, intent, packages })
}

/// All who come in again behind the same fork, in one block.
fn plan_readmit(chat: &Chat, first: &Asked, at_once: usize, ctx: &Context<'_>) -> Planned {
    let (us, now, most) = (ctx.account.device(), ctx.now.wall, at_once.min(READMITTED_MAX));
    let mut ready: BTreeMap<DeviceId, (u64, &Asked)> = BTreeMap::new();
    for (number, waiting) in chat.wishes.all().filter(|(_, waiting)| waiting.after <= now) {
        let Wish::Readmit(asked) = &waiting.wish else { continue };
        if (asked.from, asked.hash) != (first.from, first.hash) || ready.len() >= most {
            continue;
        }
        if asked.device == us || !chat.state.devices.contains_key(&asked.device) {
            return Planned::Pointless(vec![number]);
        }
        ready.insert(asked.device, (number, asked));
    }
    let devices = ready.values().filter_map(|(_, asked)| {
        let signature = asked.signature.as_slice().try_into().ok()?;
        Some((asked.device, signature))
    });
    let readmission = Readmission { from: first.from, hash: first.hash, devices: devices.collect() };
    let numbers = ready.values().map(|(number, _)| *number).collect();
    let packages = ready.values().map(|(_, asked)| asked.package.clone()).collect();
    Planned::Plan(Plan { numbers, intent: Intent::Readmit(readmission), packages })
}

/// How many may still come by a link; what does not exist lets nobody in.
fn left_of(chat: &Chat, link: &LinkId) -> usize {
    match chat.state.links.get(link) {
        None => 0,
        Some(link) if link.uses == 0 => usize::MAX,
        Some(link) => link.uses.saturating_sub(link.used) as usize,
    }
}

/// The device and user of a key package.
pub fn added(package: &[u8]) -> Option<Added> {
    let found = inspect_key_package(package).ok()?;
    let (device, user) = certified(&found.credential, &found.signature_key)?;
    Some(Added { user, device })
}

/// In already. Others' further devices come by their own hand, unless it is all that is left of them.
fn is_in(chat: &Chat, added: &Added, newcomer: &Newcomer, us: &UserId) -> bool {
    let further = added.user != *us && chat.state.is_member(&added.user) && !newcomer.comes_back();
    chat.state.devices.contains_key(&added.device) || further
}

/// Devices that are in, each with the last of its operations that we have.
pub fn cuts(chat: &Chat, devices: &[DeviceId]) -> Vec<Removed> {
    let inside = devices.iter().filter(|device| chat.state.devices.contains_key(device));
    let mut cuts: Vec<Removed> = inside.map(|device| cut(chat, device)).collect();
    cuts.sort_by_key(|removed| removed.device);
    cuts.dedup_by_key(|removed| removed.device);
    cuts.truncate(crate::limits::INTENT_DEVICES_MAX);
    cuts
}

fn cut(chat: &Chat, device: &DeviceId) -> Removed {
    let none = OpId([0; 32]);
    let (last_seq, last_op) = match chat.devices.get(device) {
        Some(head) if head.anew => (Removed::OPEN, none),
        Some(head) => (head.seq, head.prev),
        None => (0, none),
    };
    Removed { device: *device, last_seq, last_op }
}

/// Stages the MLS commit and the block around it.
fn stage(chat: &Chat, register: &Register, plan: &Plan, ctx: &mut Context<'_>) -> Result<Staged, MlsError> {
    let signer = DeviceSigner::new(&ctx.account.key.seed(), ctx.account.certificate())?;
    let provider = Provider::new(ctx.store, ctx.rng);
    let mut group = Group::load(&provider, &chat.id)?;
    let leaves = leaves(&group, &plan.intent)?;
    let made = group.stage(&provider, &signer, &plan.packages, &leaves)?;
    let device = ctx.account.device();
    let state = chat.state.with(&device, &plan.intent).map_err(|why| MlsError::Change(why.to_string()))?;
    let content = Content {
        chat: chat.id,
        index: register.index(),
        prev: register.prev(),
        author: device,
        intent: plan.intent.clone(),
        commit: made.commit,
        state: state.hash(),
        home: state.home_set().map_err(|why| MlsError::Change(why.to_string()))?,
    };
    let limit = crate::limits::COMMIT_MAX;
    let block = Block::sign(content, &ctx.account.key).map_err(|_| MlsError::TooLarge { what: "a block", limit })?;
    let staged = Staged { block, wishes: plan.numbers.clone(), welcome: made.welcome.unwrap_or_default() };
    ctx.batch.writes.extend(provider.batch()?.writes);
    rows::stage(&staged, &mut ctx.batch);
    Ok(staged)
}

/// The leaves of the devices that an intent takes out.
fn leaves(group: &Group, intent: &Intent) -> Result<Vec<u32>, MlsError> {
    let devices: Vec<DeviceId> = match intent {
        Intent::Readmit(readmission) => readmission.devices.iter().map(|(device, _)| *device).collect(),
        other => other.moves().1.iter().map(|removed| removed.device).collect(),
    };
    if devices.is_empty() {
        return Ok(Vec::new());
    }
    let members = group.members()?;
    let leaf = |device: &DeviceId| {
        let member = members.iter().find(|member| member.identity.signature_key == device.0);
        member.map(|member| member.leaf).ok_or(MlsError::Leaf(u32::MAX))
    };
    devices.iter().map(leaf).collect()
}

/// The named devices go and come, each as its user's.
fn readmits(incoming: &crate::chat::mls::incoming::Incoming<'_>, author: &DeviceId, readmission: &Readmission) -> bool {
    let come = incoming.added.iter().map(|one| certified(&one.credential, &one.signature_key));
    let leave = incoming.removed.iter().map(|one| &one.identity);
    let go = leave.map(|one| certified(&one.credential, &one.signature_key));
    let (Some(mut come), Some(mut go)) = (come.collect::<Option<Vec<_>>>(), go.collect::<Option<Vec<_>>>()) else {
        return false;
    };
    come.sort_unstable();
    go.sort_unstable();
    let named = readmission.devices.iter().map(|(device, _)| *device);
    incoming.committer.identity.signature_key == author.0
        && come == go
        && named.eq(go.iter().map(|(device, _)| *device))
}

/// Whether a checked MLS commit does what the intent beside it says, and nothing else.
pub fn fits(incoming: &crate::chat::mls::incoming::Incoming<'_>, author: &DeviceId, intent: &Intent) -> bool {
    if let Intent::Readmit(readmission) = intent {
        return readmits(incoming, author, readmission);
    }
    let (added, removed) = intent.moves();
    let mut added: Vec<(DeviceId, UserId)> = added.iter().map(|added| (added.device, added.user)).collect();
    let mut removed: Vec<DeviceId> = removed.iter().map(|removed| removed.device).collect();
    let certified =
        |identity: &crate::chat::mls::device::Identity| certified(&identity.credential, &identity.signature_key);
    let Some(mut come) = incoming.added.iter().map(certified).collect::<Option<Vec<_>>>() else { return false };
    let mut go: Vec<_> = incoming.removed.iter().map(|member| DeviceId(member.identity.signature_key)).collect();
    come.sort_unstable();
    go.sort_unstable();
    added.sort_unstable();
    removed.sort_unstable();
    incoming.committer.identity.signature_key == author.0 && come == added && go == removed
}
