//! Relays that lose what they had stored let two blocks be decided for one index: everybody sees it, keeps the same one,
//! and nothing that was said in the other one's time is lost or doubled.

use crate::conversation::couple;
use crate::groups::{group, members};
use crate::hostile::Liar;
use chappe_protocol::chat::control::intent::{InfoChange, Intent};
use chappe_protocol::chat::control::rows;
use chappe_protocol::chat::control::rules::{Rights, Role};
use chappe_protocol::content::Body;
use chappe_protocol::content::decided::Decided;
use chappe_protocol::content::stray::Stray;
use chappe_protocol::content::welcome::Welcome;
use chappe_protocol::ids::{BlockHash, ChatId, DeviceId};
use chappe_protocol::peer::command::Command;
use chappe_protocol::peer::view::{ForkView, Ticks};
use chappe_tests::world::World;

fn forks(world: &mut World, peer: usize, chat: ChatId) -> Vec<ForkView> {
    world.chats(peer).into_iter().find(|row| row.id == chat).unwrap().forks
}

/// Each of two sides has a block of its own decided, while the other is away and the registers forget in between. The
/// second side stays connected, the first does not.
fn fork(world: &mut World, sides: [&[usize]; 2], orders: [Command; 2]) {
    let [first, second] = orders;
    for peer in sides[1] {
        world.isolate(*peer, true);
    }
    world.ask(sides[0][0], first).unwrap();
    world.pass(10_000);
    for peer in sides[0] {
        world.isolate(*peer, true);
    }
    for relay in 0..4 {
        world.wipe_relay(relay);
    }
    for peer in sides[1] {
        world.isolate(*peer, false);
    }
    world.pass(1_000);
    world.ask(sides[1][0], second).unwrap();
    world.pass(10_000);
}

fn meet(world: &mut World, peers: &[usize]) {
    for peer in peers {
        world.isolate(*peer, false);
    }
    world.pass(300_000);
}

#[test]
fn both_sides_of_a_fork_come_together_and_lose_nothing() {
    let (mut world, chat) = couple(4);
    world.say(0, chat, "before");
    world.pass(3_000);
    let renew = || Command::RenewKeys(chat);
    fork(&mut world, [&[0], &[1]], [renew(), renew()]);
    world.say(0, chat, "by the one");
    world.say(1, chat, "by the other");
    world.pass(10_000);
    assert_eq!((forks(&mut world, 0, chat), forks(&mut world, 1, chat)), (vec![], vec![]));
    meet(&mut world, &[0]);
    for peer in 0..2 {
        let seen = forks(&mut world, peer, chat);
        let [one] = seen.as_slice() else { panic!("{seen:?}") };
        assert!(one.index == 1 && one.relays.len() >= 2 && one.healed, "{one:?}");
    }
    world.say(0, chat, "after");
    world.say(1, chat, "after all");
    world.pass(10_000);
    assert_eq!(world.texts(0, chat).len(), 5, "{:?}", world.texts(0, chat));
    assert_eq!(world.texts(1, chat), world.texts(0, chat));
    assert_eq!(world.epochs(0, chat).last(), world.epochs(1, chat).last());
    for peer in 0..2 {
        let own = world.history(peer, chat).into_iter().filter(|message| message.mine);
        assert!(own.into_iter().all(|message| message.ticks >= Some(Ticks::Delivered)), "peer {peer}");
    }
    // It is known over restarts, and the chat goes on.
    for peer in 0..2 {
        world.stop(peer);
        world.start(peer);
        assert_eq!(forks(&mut world, peer, chat).len(), 1);
        world.ask(peer, Command::RenewKeys(chat)).unwrap();
        world.pass(5_000);
        world.say(peer, chat, &format!("again {peer}"));
        world.pass(5_000);
    }
    assert_eq!(world.texts(0, chat).len(), 7);
    assert_eq!(world.texts(1, chat), world.texts(0, chat));
}

#[test]
fn one_whom_registers_lost_gets_the_block_from_the_other() {
    let (mut world, chat) = couple(4);
    world.isolate(1, true);
    world.ask(0, Command::RenewKeys(chat)).unwrap();
    world.pass(10_000);
    for relay in 0..4 {
        world.wipe_relay(relay);
    }
    world.isolate(1, false);
    world.pass(60_000);
    world.say(1, chat, "where are you");
    world.pass(60_000);
    assert_eq!(world.epochs(0, chat).last(), world.epochs(1, chat).last());
    assert_eq!(forks(&mut world, 0, chat), []);
    assert_eq!(world.texts(0, chat), ["where are you"]);
}

#[test]
fn in_a_group_the_owner_s_side_stands_and_what_the_others_had_decided_is_decided_again() {
    let (mut world, chat) = group(4, 4);
    let admin = world.user(2);
    let intent = Intent::SetRole { user: admin, role: Role::Admin(Rights::ALL) };
    world.ask(0, Command::Change { chat, intent: Box::new(intent) }).unwrap();
    world.pass(5_000);
    world.say(1, chat, "before");
    world.pass(3_000);
    let about = |text: &str| Command::Change {
        chat,
        intent: Box::new(Intent::SetInfo(InfoChange { about: Some(text.into()), ..InfoChange::default() })),
    };
    let title = Intent::SetInfo(InfoChange { title: Some("Others".into()), ..InfoChange::default() });
    fork(&mut world, [&[2, 3], &[0, 1]], [Command::Change { chat, intent: Box::new(title) }, about("by the owner")]);
    for peer in 0..4 {
        world.say(peer, chat, &format!("said by {peer}"));
    }
    world.pass(10_000);
    meet(&mut world, &[2, 3]);
    world.pass(120_000);
    let texts = world.texts(0, chat);
    assert_eq!(texts.len(), 5, "{texts:?}");
    for peer in 0..4 {
        let seen = forks(&mut world, peer, chat);
        assert!(matches!(seen.as_slice(), [one] if one.healed), "peer {peer}: {seen:?}");
        assert_eq!(world.texts(peer, chat), texts, "peer {peer}");
        let view = members(&mut world, peer, chat);
        assert_eq!((view.title.as_str(), view.about.as_str()), ("Others", "by the owner"), "peer {peer}");
        assert_eq!(world.epochs(peer, chat).last(), world.epochs(0, chat).last(), "peer {peer}");
    }
}

#[test]
fn a_crash_at_every_commit_of_healing_loses_and_doubles_nothing() {
    for (victim, commits) in (0..2).flat_map(|victim| (1..30).map(move |commits| (victim, commits))) {
        let (mut world, chat) = couple(4);
        let renew = || Command::RenewKeys(chat);
        fork(&mut world, [&[0], &[1]], [renew(), renew()]);
        world.say(0, chat, "by the one");
        world.say(1, chat, "by the other");
        world.crash_after(victim, commits);
        world.isolate(0, false);
        world.pass(60_000);
        if !world.runs(victim) {
            world.start(victim);
        }
        world.disarm();
        world.pass(300_000);
        assert_eq!(world.texts(0, chat).len(), 2, "peer {victim}, commit {commits}");
        assert_eq!(world.texts(1, chat), world.texts(0, chat), "peer {victim}, commit {commits}");
        assert_eq!(world.epochs(0, chat).last(), world.epochs(1, chat).last(), "peer {victim}, commit {commits}");
    }
}

/// A member who says false things about what was decided moves nobody.
#[test]
fn what_a_liar_says_of_decisions_is_refused_by_name() {
    let (mut world, chat) = couple(4);
    world.ask(0, Command::RenewKeys(chat)).unwrap();
    world.pass(5_000);
    let good = rows::decision(&world.peers[0].store, &chat, 1).unwrap().unwrap();
    let mut liar = Liar::new(&mut world, chat);
    let before = (world.epochs(0, chat), forks(&mut world, 0, chat));
    let mut other = good.clone();
    other.receipt.signatures.truncate(1);
    let stray = Stray { from: 1, hash: good.block.hash(), signature: vec![1; 64], package: vec![7; 300] };
    let device = DeviceId([8; 32]);
    for (body, refusal) in [
        (Body::Decided(Box::new(Decided { decision: other })), Some("a decision that does not hold")),
        (Body::Decided(Box::new(Decided { decision: good })), Some("a decision that does not hold")),
        (Body::Stray(stray.clone()), Some("a request to come in again that does not hold")),
        // For another block, or another's device: it is for somebody else to see to.
        (Body::Stray(Stray { hash: BlockHash([3; 32]), ..stray }), None),
        (Body::Recall(Welcome { chat, device, part: 0, parts: 1, bytes: vec![1; 50] }), None),
    ] {
        let counted = |world: &World| refusal.map(|name| world.refusals(0).get(name).copied().unwrap_or(0));
        let was = counted(&world);
        let envelope = liar.seal_state(&body);
        liar.push(&mut world, envelope);
        assert_eq!(counted(&world), was.map(|was| was + 1), "{body:?}");
        assert_eq!((world.epochs(0, chat), forks(&mut world, 0, chat)), before);
    }
}
