//! What must be true, one named function each, over any world. They look and ask; they change nothing.
//!
//! * At every step: [`bounds_of_a_frame`], [`bounds_of_a_commit`]; `Watch::shown` and `World::told` report under
//!   `nothing_is_shown_twice` and `no_error_is_logged` what they see.
//! * About 120 times a run, by [`audit`]: [`bounds_hold`], [`delivery_truth_is_true`], [`no_control_chain_forks`].
//! * At the end, after at least ten healthy minutes, by [`at_the_end`]: the rest. In chats of two who stay two the rules
//!   here are enough; where members come and go, [`groups`] asks of each what the control chain ([`roll`]) says, also in
//!   chats of two in which somebody has several devices; [`devices`] compares those of one person.

pub mod devices;
pub mod groups;
pub mod roll;

use crate::scenario::Checks;
use crate::watch::short_hash;
use crate::world::{Ends, World};
use chappe_protocol::chat::op::SignedOp;
use chappe_protocol::ids::{ChatId, OpId, UserId};
use chappe_protocol::limits;
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::peer::view::{ContactState, DeviceCopy, RelayCopy, StatusView, Ticks, TruthView};
use chappe_protocol::store::{Batch, Range, Table};
use chappe_storage::check_batch;
use std::collections::{BTreeMap, BTreeSet};

/// Wakes of one machine at one moment, until it counts as busy without end.
pub const WAKES_AT_ONCE: u32 = 1_000;

/// Messages whose delivery truth one audit asks for, and chats whose control chain it looks at.
const SAMPLE: usize = 24;

/// What runs now and then.
pub fn audit(world: &mut World) {
    let depth = queue_depth(world);
    let now = world.now;
    world.watch.point(now, depth);
    bounds_hold(world);
    no_control_chain_forks(world);
    delivery_truth_is_true(world, SAMPLE);
}

/// What runs once, when everything has been healthy for at least ten minutes.
pub fn at_the_end(world: &mut World) {
    let depth = queue_depth(world);
    let now = world.now;
    world.watch.point(now, depth);
    bounds_hold(world);
    no_control_chain_forks(world);
    no_control_chain_stays_forked(world);
    let histories = histories(world);
    found_later(world, &histories);
    nothing_acknowledged_is_lost(world, &histories);
    nothing_is_shown_twice(world, &histories);
    everybody_has_the_same_state(world, &histories);
    groups::at_the_end(world, &histories);
    devices::everybody_has_the_same_state(world, &histories);
    nothing_stays_undecryptable(world);
    delivery_truth_is_true(world, 400);
    checks_of_the_scenario(world);
}

/// A node that dies between storing a message and showing it shows it in the history alone: that counts as delivered.
fn found_later(world: &mut World, histories: &Histories) {
    let missing: Vec<usize> = (0..world.watch.messages.len())
        .filter(|n| world.watch.messages[*n].shown.is_none() && world.watch.messages[*n].said.is_some())
        .collect();
    for number in missing {
        let message = &world.watch.messages[number];
        let (chat, id, author) = (message.chat, message.said.map(|(_, id)| id), message.node);
        let writer = world.person(author);
        let mut readers = world.machines_in(chat).into_iter().filter(|n| world.person(*n) != writer);
        let has = |n: u32| histories.get(&(chat, n)).is_some_and(|l| l.iter().any(|shown| Some(shown.id) == id));
        if readers.any(has) {
            world.watch.found();
        }
    }
}

/// Entries that wait in all relays' logs.
fn queue_depth(world: &World) -> u64 {
    world.machines.iter().filter_map(|machine| machine.server.as_ref()).map(|core| core.stats().stored.entries).sum()
}

/// A frame is no larger than a frame may be.
pub fn bounds_of_a_frame(world: &mut World, ends: Ends, bytes: &[u8]) {
    if bytes.len() > limits::FRAME_MAX {
        let (now, size) = (world.now, bytes.len());
        world.watch.violate(now, "bounds_hold", || format!("a frame of {size} bytes between {ends:?}"));
    }
}

/// A commit keeps the bounds of rows and batches.
pub fn bounds_of_a_commit(world: &mut World, machine: u32, batch: &Batch) {
    if let Err(rule) = check_batch(batch) {
        let now = world.now;
        world.watch.violate(now, "bounds_hold", || format!("a commit of machine {machine}: {rule}"));
    }
}

/// Nothing that a node or relay holds is more than `limits.rs` allows.
pub fn bounds_hold(world: &mut World) {
    for n in 0..world.machines.len() as u32 {
        let machine = &world.machines[n as usize];
        if let Some(core) = &machine.server {
            let stats = core.stats();
            let most = stats.links.saturating_mul(limits::SUBSCRIPTIONS_MAX as u64);
            if stats.subscriptions > most || stats.stored.entries > stats.stored.logs.max(1) * limits::LOG_ENTRIES_MAX {
                let now = world.now;
                world.watch.violate(now, "bounds_hold", || format!("relay {n} holds {stats:?}"));
            }
        }
        // In a big world only some are asked each time.
        if world.machines.len() > 2_000 && !(u64::from(n) + world.now / 1_000).is_multiple_of(500) {
            continue;
        }
        let Some(status) = status(world, n) else { continue };
        let pending = pending_requests(world, n);
        world.watch.pending_most = world.watch.pending_most.max(pending);
        let parked = limits::PARKED_MAX * status.chats.max(1);
        if status.parked > parked || pending > limits::CONTACT_REQUESTS_PENDING {
            let (now, held) = (world.now, status.parked);
            world.watch.violate(now, "bounds_hold", || format!("node {n}: {held} parked, {pending} requests wait"));
        }
    }
}

/// Every message that a node acknowledged, or that sits in a live outbox, is with everybody it was for; and no outbox
/// still holds anything.
pub fn nothing_acknowledged_is_lost(world: &mut World, histories: &Histories) {
    let now = world.now;
    for number in 0..world.watch.messages.len() {
        let message = world.watch.messages[number].clone();
        let Some(members) = of_two(world, message.chat) else { continue };
        let Some((at, id)) = message.said else { continue };
        if members.iter().any(|n| world.machines[*n as usize].suspect) {
            continue;
        }
        for n in members {
            let there = histories.get(&(message.chat, n)).is_some_and(|list| list.iter().any(|m| m.id == id));
            if !there {
                let whose = if n == message.node { "its author" } else { "the other" };
                let said = crate::world::clock(at);
                world.watch.violate(now, "nothing_acknowledged_is_lost", || {
                    format!("message {number}, acknowledged at {said}, is not at node {n} ({whose})")
                });
            }
        }
    }
    for n in world.plan.relays() as u32..world.machines.len() as u32 {
        if !world.is_living(n) && world.person(n) != n {
            continue;
        }
        let Some(status) = status(world, n) else {
            world.watch.violate(now, "nothing_acknowledged_is_lost", || format!("node {n} does not run at the end"));
            continue;
        };
        if status.outbox > 0 && open_chats_accepted(world, n) && !near_suspects(world, n) {
            world.watch.violate(now, "nothing_acknowledged_is_lost", || {
                format!("node {n} still has {} operations in its outbox ({} on no relay)", status.outbox, status.unsent)
            });
        }
    }
}

/// No message stands twice in anybody's history. (What is shown live is compared at every step.)
pub fn nothing_is_shown_twice(world: &mut World, histories: &Histories) {
    let now = world.now;
    for ((chat, n), list) in histories {
        let ids: BTreeSet<&OpId> = list.iter().map(|message| &message.id).collect();
        let texts: BTreeSet<&str> = list.iter().map(|message| message.text.as_str()).collect();
        if ids.len() != list.len() || texts.len() != list.len() {
            world.watch.violate(now, "nothing_is_shown_twice", || {
                format!("the history of chat {chat} at node {n} has {} messages, {} texts", list.len(), texts.len())
            });
        }
    }
}

/// All members of a chat see the same messages in the same order and stand at the same control index.
pub fn everybody_has_the_same_state(world: &mut World, histories: &Histories) {
    let now = world.now;
    let clocks_close = clocks_are_close(world);
    for chat in 0..world.plan.chats.len() as u32 {
        let Some(members) = of_two(world, chat) else { continue };
        let state = world.chat(chat).clone();
        if state.accepted != [true, true] || members.iter().any(|n| world.machines[*n as usize].suspect) {
            continue;
        }
        let hashes: Vec<_> = members.iter().map(|n| state_hash(world, histories, chat, *n, clocks_close)).collect();
        if hashes[0] != hashes[1] {
            let sizes = members.map(|n| histories.get(&(chat, n)).map_or(0, Vec::len));
            let epochs = members.map(|n| newest_epoch(world, chat, n));
            world.watch.violate(now, "everybody_has_the_same_state", || {
                format!("chat {chat} of nodes {members:?}: {sizes:?} messages, control indexes {epochs:?}")
            });
        }
    }
}

/// The two of a chat of two who have one device each.
fn of_two(world: &World, chat: u32) -> Option<[u32; 2]> {
    two(world, chat).filter(|_| !world.has_devices(chat))
}

/// The two of a chat of two.
fn two(world: &World, chat: u32) -> Option<[u32; 2]> {
    let spec = &world.plan.chats[chat as usize];
    spec.members.first_chunk::<2>().copied().filter(|_| spec.group.is_none())
}

/// A clock more than five minutes ahead moves what is shown to the receiver's time; then order may differ.
fn clocks_are_close(world: &World) -> bool {
    let close = |spec: &crate::plan::MachineSpec| spec.skew.unsigned_abs() < limits::CLOCK_AHEAD_MAX_MS / 2;
    world.plan.machines.iter().all(close) && !world.watch.counts.contains_key("fault: skew")
}

/// A hash over what a member sees of a chat.
pub fn state_hash(world: &World, histories: &Histories, chat: u32, n: u32, ordered: bool) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let empty = Vec::new();
    let list = histories.get(&(chat, n)).unwrap_or(&empty);
    let mut rows: Vec<_> =
        list.iter().map(|m| (if ordered { m.order.as_str() } else { "" }, m.id.0, m.from.0, &m.text)).collect();
    if !ordered {
        rows.sort();
    }
    for (order, id, from, text) in rows {
        hasher.update(order.as_bytes()).update(&id).update(&from);
        hasher.update(&(text.len() as u64).to_be_bytes()).update(text.as_bytes());
    }
    hasher.update(&newest_epoch(world, chat, n).to_be_bytes());
    *hasher.finalize().as_bytes()
}

fn newest_epoch(world: &World, chat: u32, n: u32) -> u64 {
    let id = world.chat(chat).id.unwrap_or(ChatId([0; 32]));
    world.machines[n as usize].client.as_ref().and_then(|core| core.epochs(&id).last().copied()).unwrap_or(0)
}

/// After ten healthy minutes nothing waits to be understood, and where all relays are honest, nothing ever failed to
/// open.
pub fn nothing_stays_undecryptable(world: &mut World) {
    let now = world.now;
    let liars =
        world.machines.iter().any(|machine| machine.suspect) || world.watch.counts.contains_key("fault: lie-flood");
    for n in world.plan.relays() as u32..world.machines.len() as u32 {
        if world.is_removed(n) {
            continue;
        }
        let parked = status(world, n).map_or(0, |status| status.parked);
        let refused = world.machines[n as usize].client.as_ref().map(|core| core.refusals().counts().clone());
        let unopened: Vec<_> = refused.into_iter().flatten().filter(|(name, _)| BLAMES.contains(name)).collect();
        if parked > 0 && !near_suspects(world, n) {
            world.watch.violate(now, "nothing_stays_undecryptable", || format!("node {n}: {parked} operations wait"));
        }
        if !liars && !unopened.is_empty() {
            world.watch.violate(now, "nothing_stays_undecryptable", || format!("node {n} refused {unopened:?}"));
        }
    }
}

/// What a node says of honest people's operations only if something is broken.
const BLAMES: [&str; 10] = [
    "envelope that does not open",
    "sender not in the chat",
    "operation malformed or not signed",
    "operation sealed by another device",
    "operation of another chat",
    "operation at another control state",
    "two operations with one number",
    "operation that does not link",
    "too many operations parked",
    "body out of bounds",
];

/// Every fork is healed: all members stand at one block, and every one of them who saw both knows which relays signed both.
pub fn no_control_chain_stays_forked(world: &mut World) {
    let now = world.now;
    for chat in 0..world.plan.chats.len() as u32 {
        let Some(id) = world.chat(chat).id.filter(|id| world.watch.forks.contains(&id.0)) else { continue };
        let members: Vec<u32> = world.machines_in(chat).into_iter().filter(|n| !world.is_removed(*n)).collect();
        let mut newest = BTreeSet::new();
        for n in members {
            let core = world.machines[n as usize].client.as_ref();
            newest
                .extend(core.and_then(|core| core.control_points(&id).last().map(|point| (point.index, point.hash.0))));
            let Some(Ok(Reply::Chats(rows))) = world.query(n, Command::Chats) else { continue };
            let Some(row) = rows.into_iter().find(|row| row.id == id && row.standing == Standing::In) else { continue };
            if row.forks.is_empty() || row.forks.iter().any(|fork| !fork.healed || fork.relays.is_empty()) {
                let forks = row.forks;
                world.watch.violate(now, "no_control_chain_forks", || {
                    format!("chat {chat} was forked, and node {n} says of it {forks:?}")
                });
            }
        }
        if newest.len() > 1 {
            let indexes: Vec<u64> = newest.iter().map(|(index, _)| *index).collect();
            world.watch.violate(now, "no_control_chain_forks", || {
                format!("chat {chat} was forked and is not healed: its members stand at {indexes:?}")
            });
        }
    }
}

/// No two members ever stand at one control index with two blocks, unless relays are made to let them; then it is healed
/// at the end.
pub fn no_control_chain_forks(world: &mut World) {
    let now = world.now;
    for chat in 0..world.plan.chats.len() as u32 {
        if world.plan.chats.len() > 2_000 && !(u64::from(chat) + now / 1_000).is_multiple_of(500) {
            continue;
        }
        let Some(id) = world.chat(chat).id else { continue };
        for n in world.machines_in(chat) {
            let points = world.machines[n as usize].client.as_ref().map(|core| core.control_points(&id));
            for point in points.into_iter().flatten() {
                let seen = world.watch.blocks.entry((id.0, point.index)).or_default();
                if seen.is_empty() && point.index > 0 {
                    world.watch.renewals += 1;
                }
                seen.entry(point.hash.0).or_insert(n);
                if seen.len() > 1 && world.watch.forks.insert(id.0) && !world.plan.checks.fork {
                    let who: Vec<u32> = seen.values().copied().collect();
                    world.watch.violate(now, "no_control_chain_forks", || {
                        format!("chat {chat}: two blocks at index {} (nodes {who:?})", point.index)
                    });
                }
            }
        }
    }
}

/// What a sender's node says of a message's copies is what relays' and recipients' disks hold.
pub fn delivery_truth_is_true(world: &mut World, sample: usize) {
    let all = world.watch.messages.len();
    let step = (all / sample.max(1)).max(1);
    // The newest ones change most; from the others a sample.
    let newest = all.saturating_sub(sample)..all;
    let chosen: BTreeSet<usize> = (0..all).step_by(step).chain(newest).collect();
    for number in chosen {
        let message = &world.watch.messages[number];
        let (Some((_, id)), chat, author) = (message.said, message.chat, message.node) else { continue };
        let members = &world.plan.chats[chat as usize].members;
        if members.iter().any(|n| world.machines[*n as usize].suspect) || world.is_removed(author) {
            continue;
        }
        let Some(Ok(Reply::Truth(truth))) = world.query(author, Command::Truth(id)) else { continue };
        for problem in truth_problems(world, &truth, author) {
            let now = world.now;
            world.watch.violate(now, "delivery_truth_is_true", || {
                format!("message {number} of node {author} in chat {chat}: {problem}")
            });
        }
    }
}

fn truth_problems(world: &World, truth: &TruthView, author: u32) -> Vec<String> {
    let mut problems = Vec::new();
    // By user: some device of theirs has it.
    let mut users: BTreeMap<UserId, bool> = BTreeMap::new();
    let mut taken = false;
    for (user, device, copy) in &truth.devices {
        let Some(n) = world.device(device) else { continue };
        let has = holds_op(world, n, &truth.message.id);
        taken |= has || is_parked(world, n, author, truth);
        // Ticks speak of others; what own further devices have is told with their devices alone.
        if world.machines[author as usize].user != Some(*user) {
            *users.entry(*user).or_default() |= has;
        }
        if matches!(copy, DeviceCopy::Has { .. }) && !has {
            problems.push(format!("the device of node {n} has it, says the author; its disk does not"));
        }
    }
    if truth.message.ticks >= Some(Ticks::Delivered) && users.values().any(|has| !has) {
        problems.push(format!("it counts as {:?}, and a recipient does not have it", truth.message.ticks));
    }
    // A copy that a recipient has taken may be gone, also if it waits there for one before it.
    let Some(envelope) = outbox_envelope(world, author, truth) else { return problems };
    for (relay, copy) in &truth.relays {
        let Some(n) = world.machine_of(relay) else { continue };
        let machine = &world.machines[n as usize];
        if !matches!(copy, RelayCopy::Holds { .. }) || machine.suspect || !machine.wiped.is_empty() || taken {
            continue;
        }
        let Some(appended) = world.watch.copies.get(&(short_hash(&envelope), n)) else {
            if world.watch.follows {
                problems.push(format!("relay {n} holds it, says the author, and was never given it"));
            }
            continue;
        };
        let rows = machine.disk().scan(Table::RelayEntry, &appended.tag.0, Range::All, usize::MAX).unwrap_or_default();
        if !rows.iter().any(|(_, row)| row.ends_with(&envelope)) {
            problems.push(format!("relay {n} holds it, says the author; its disk does not"));
        }
    }
    problems
}

/// The envelope of a message that waits in its author's outbox.
fn outbox_envelope(world: &World, author: u32, truth: &TruthView) -> Option<Vec<u8>> {
    const HEAD: usize = 8 + 8 + 32 + 8;
    let machine = &world.machines[author as usize];
    let rows = machine.disk().scan(Table::Outbox, &truth.message.chat.0, Range::All, usize::MAX).ok()?;
    let row = rows.into_iter().find(|(_, row)| row.get(16..48) == Some(&truth.message.id.0[..]))?;
    row.1.get(HEAD..).map(<[u8]>::to_vec)
}

fn holds_op(world: &World, n: u32, id: &OpId) -> bool {
    matches!(world.machines[n as usize].disk().get(Table::Op, &[], &id.0), Ok(Some(_)))
}

/// True if a message waits on a disk for one that its author said before it.
fn is_parked(world: &World, n: u32, author: u32, truth: &TruthView) -> bool {
    let Some(by) = world.machines[author as usize].device else { return false };
    let partition = [truth.message.chat.0, by.0].concat();
    let rows = world.machines[n as usize].disk().scan(Table::Parked, &partition, Range::All, usize::MAX);
    rows.unwrap_or_default().into_iter().any(|(_, op)| SignedOp::decode(op).is_ok_and(|op| op.id == truth.message.id))
}

/// What the scenario itself asks for.
pub fn checks_of_the_scenario(world: &mut World) {
    let checks = world.plan.checks.clone();
    let said = world.watch.said_count();
    let mut problems = Vec::new();
    if said < checks.said {
        problems.push(format!("{said} messages were said, wanted at least {}", checks.said));
    }
    let accepts =
        |chat: &&crate::plan::ChatSpec| chat.group.is_none() && chat.answer == crate::scenario::Answer::Accept;
    let wanted = world.plan.chats.iter().filter(accepts).count();
    let met = (0..world.plan.chats.len() as u32).filter(|chat| world.chat(*chat).accepted == [true, true]).count();
    if wanted > 0 && ((wanted - met.min(wanted)) as f64) > checks.unmet * wanted as f64 {
        problems.push(format!("only {met} of {wanted} contacts came about"));
    }
    problems.extend(latency_problems(world, &checks));
    for what in &checks.happened {
        if world.watch.counts.get(what.as_str()).copied().unwrap_or(0) == 0 {
            problems.push(format!("it never happened: {what}"));
        }
    }
    if checks.fork && world.watch.forks.is_empty() {
        problems.push("no fork was forced".into());
    }
    if world.watch.renewals < checks.renewals {
        problems.push(format!("{} renewals, wanted at least {}", world.watch.renewals, checks.renewals));
    }
    if let Some(most) = checks.pending
        && world.watch.pending_most > most
    {
        problems.push(format!("{} contact requests waited at one person", world.watch.pending_most));
    }
    if let Some([low, high]) = checks.relayed {
        let share = crate::report::relayed_share(&world.watch);
        if !(low..=high).contains(&share) {
            problems.push(format!("{:.0} % of the pairs talk through a circuit relay", share * 100.0));
        }
    }
    let now = world.now;
    for problem in problems {
        world.watch.violate(now, "checks_of_the_scenario", || problem);
    }
}

fn latency_problems(world: &World, checks: &Checks) -> Vec<String> {
    let all = world.watch.latencies();
    let over = |share: f64, most: Option<crate::units::Span>| {
        let is = crate::report::quantile(&all, share);
        most.filter(|most| is > most.0)
            .map(|most| format!("{:.0} % of the deliveries take up to {} ms, wanted {most}", share * 100.0, is / 1_000))
    };
    over(0.5, checks.p50).into_iter().chain(over(0.95, checks.p95)).collect()
}

/// What members see of a chat of the plan, by chat and member.
pub type Histories = BTreeMap<(u32, u32), Vec<MessageView>>;

fn histories(world: &mut World) -> Histories {
    let mut all = Histories::new();
    for chat in 0..world.plan.chats.len() as u32 {
        let Some(id) = world.chat(chat).id else { continue };
        for n in world.machines_in(chat) {
            let list = history(world, n, id);
            all.insert((chat, n), list);
        }
    }
    all
}

/// A whole history, oldest first.
fn history(world: &mut World, n: u32, chat: ChatId) -> Vec<MessageView> {
    let mut pages: Vec<Vec<MessageView>> = Vec::new();
    loop {
        let before = pages.last().and_then(|page| page.first()).map(|message| message.id);
        let asked = world.query(n, Command::History { chat, before, limit: 500 });
        let Some(Ok(Reply::Messages(page))) = asked else { break };
        let done = page.len() < 500;
        pages.push(page);
        if done {
            break;
        }
    }
    pages.into_iter().rev().flatten().collect()
}

fn status(world: &mut World, n: u32) -> Option<StatusView> {
    match world.query(n, Command::Status) {
        Some(Ok(Reply::Status(status))) => Some(status),
        _ => None,
    }
}

fn pending_requests(world: &mut World, n: u32) -> usize {
    match world.query(n, Command::Contacts) {
        Some(Ok(Reply::Contacts(list))) => list.iter().filter(|c| c.state == ContactState::Pending).count(),
        _ => 0,
    }
}

/// Messages wait lawfully in a chat that the other has not accepted.
fn open_chats_accepted(world: &World, n: u32) -> bool {
    let n = world.person(n);
    let mut of_two = (0..world.plan.chats.len() as u32).filter(|c| two(world, *c).is_some_and(|m| m.contains(&n)));
    of_two.all(|chat| world.chat(chat).accepted == [true, true])
}

/// True for a machine that was cloned, or talks with one that was.
fn near_suspects(world: &World, n: u32) -> bool {
    let suspect = |n: u32| world.machines[n as usize].suspect;
    let n = world.person(n);
    let suspect = |person: u32| world.machines_of(person).into_iter().any(suspect);
    let mut mine = world.plan.chats.iter().filter(|chat| chat.members.contains(&n));
    suspect(n) || mine.any(|chat| chat.members.iter().any(|n| suspect(*n)))
}
