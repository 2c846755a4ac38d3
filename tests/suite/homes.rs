//! A chat moves from a relay that is dead to another one, and goes on as if nothing had been.

use crate::conversation::couple;
use crate::groups::{create, group, members};
use chappe_protocol::chat::control::intent::Intent;
use chappe_protocol::chat::control::rules::{Rights, Role};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::{ChatId, NodeId};
use chappe_protocol::peer::command::{Command, CommandError, Look, Reply};
use chappe_protocol::wire::registry::chat::GROUP;
use chappe_tests::world::World;

fn home(world: &mut World, peer: usize, chat: ChatId) -> Vec<RelayHint> {
    match world.ask(peer, Command::Look(Look::Home(chat))) {
        Ok(Reply::Relays(home)) => home,
        other => panic!("{other:?}"),
    }
}

fn replace(
    world: &mut World,
    peer: usize,
    chat: ChatId,
    from: usize,
    to: Option<usize>,
) -> Result<Reply, CommandError> {
    let (relay, by) = (world.hint(from).relay, to.map(|to| world.hint(to)));
    world.ask(peer, Command::ReplaceHome { chat, relay, by })
}

/// Which relays of the world a chat lives at.
fn at(world: &mut World, peer: usize, chat: ChatId) -> Vec<usize> {
    let home = home(world, peer, chat);
    (0..world.relays.len()).filter(|n| home.iter().any(|hint| hint.relay == world.hint(*n).relay)).collect()
}

#[test]
fn a_dead_home_relay_is_replaced_and_the_next_one_too() {
    // Everybody knows five relays; the chat lives at four of them.
    let (mut world, chat) = group(5, 3);
    let first = at(&mut world, 0, chat);
    assert_eq!(first.len(), 4);
    let spare = (0..5).find(|n| !first.contains(n)).unwrap();
    world.say(1, chat, "before");
    world.pass(2_000);
    let dead = first[0];
    world.stop_relay(dead);
    world.pass(1_000);
    replace(&mut world, 0, chat, dead, None).unwrap();
    world.pass(60_000);
    for peer in 0..3 {
        let now = at(&mut world, peer, chat);
        assert!(now.contains(&spare) && !now.contains(&dead) && now.len() == 4, "{peer}: {now:?}");
    }
    // What is said now needs nothing of the dead one, and not all of the others either.
    world.stop_relay(first[1]);
    world.pass(1_000);
    world.say(1, chat, "after");
    world.say(2, chat, "me too");
    world.pass(30_000);
    for peer in 0..3 {
        assert_eq!(world.texts(peer, chat), ["before", "after", "me too"]);
    }
    // Another change is decided by three of the new four; and the second dead one is replaced as well once the first is back.
    let index = members(&mut world, 0, chat).index;
    world.ask(0, Command::RenewKeys(chat)).unwrap();
    world.pass(60_000);
    assert_eq!(members(&mut world, 2, chat).index, index + 1);
    world.start_relay(dead);
    world.pass(10_000);
    replace(&mut world, 0, chat, first[1], Some(dead)).unwrap();
    world.pass(60_000);
    let now = at(&mut world, 2, chat);
    assert!(now.contains(&dead) && now.contains(&spare) && !now.contains(&first[1]), "{now:?}");
    // Nobody waits for what the others have done.
    assert_eq!(members(&mut world, 0, chat).waiting, 0);
}

#[test]
fn two_replace_different_relays_at_once_and_neither_undoes_the_other() {
    let mut world = World::new(6);
    let all: Vec<usize> = (0..6).collect();
    for name in ["A", "B"] {
        world.join(name, &all);
    }
    world.pass(1_000);
    world.introduce(0, 1);
    let chat = create(&mut world, 0, GROUP, "Pioneers");
    let bob = world.user(1);
    world.ask(0, Command::AddMembers { chat, users: vec![bob] }).unwrap();
    world.pass(5_000);
    let role = Role::Admin(Rights::CHANGE_INFO);
    world.ask(0, Command::Change { chat, intent: Box::new(Intent::SetRole { user: bob, role }) }).unwrap();
    world.pass(5_000);
    let before = at(&mut world, 0, chat);
    let spare: Vec<usize> = all.into_iter().filter(|n| !before.contains(n)).collect();
    for (peer, from, to) in [(0, before[0], spare[0]), (1, before[1], spare[1])] {
        let (relay, by) = (world.hint(from).relay, Some(world.hint(to)));
        world.order(peer, Command::ReplaceHome { chat, relay, by });
    }
    world.pass(60_000);
    let mut wanted = vec![before[2], before[3], spare[0], spare[1]];
    wanted.sort_unstable();
    assert_eq!((at(&mut world, 0, chat), at(&mut world, 1, chat)), (wanted.clone(), wanted));
}

#[test]
fn a_private_chat_moves_as_well_and_one_who_was_away_follows() {
    let mut world = World::new(5);
    for name in ["A", "B"] {
        world.join(name, &[0, 1, 2, 3, 4]);
    }
    world.pass(1_000);
    let chat = world.introduce(0, 1);
    let first = at(&mut world, 0, chat);
    world.stop(1);
    world.say(0, chat, "before");
    world.pass(1_000);
    world.stop_relay(first[0]);
    world.pass(1_000);
    replace(&mut world, 0, chat, first[0], None).unwrap();
    world.pass(60_000);
    world.say(0, chat, "after");
    world.pass(10_000);
    world.start(1);
    world.pass(60_000);
    assert_eq!(world.texts(1, chat), ["before", "after"]);
    assert_eq!(at(&mut world, 1, chat), at(&mut world, 0, chat));
    world.say(1, chat, "I am here");
    world.pass(10_000);
    assert_eq!(world.texts(0, chat), ["before", "after", "I am here"]);
}

#[test]
fn a_chat_at_one_relay_spreads_to_four() {
    let mut world = World::new(4);
    let (alice, bob) = (world.join("A", &[0]), world.join("B", &[0]));
    world.pass(1_000);
    let chat = world.introduce(alice, bob);
    assert_eq!(at(&mut world, 0, chat), [0]);
    let why = world.ask(0, Command::SpreadHome(chat)).unwrap_err();
    assert!(why.to_string().contains("add some first"), "{why}");
    for n in 1..4 {
        let hint = world.hint(n);
        world.ask(0, Command::AddRelay { relay: hint.relay, addrs: hint.addrs }).unwrap();
    }
    world.pass(5_000);
    world.ask(0, Command::SpreadHome(chat)).unwrap();
    world.pass(60_000);
    assert_eq!(at(&mut world, 1, chat), [0, 1, 2, 3]);
    // Any one of them may be down now.
    world.stop_relay(0);
    world.say(1, chat, "without the first");
    world.pass(10_000);
    assert_eq!(world.texts(0, chat), ["without the first"]);
}

#[test]
fn what_cannot_be_replaced_is_refused_with_the_reason() {
    let (mut world, chat) = group(5, 2);
    let first = at(&mut world, 0, chat);
    let spare = (0..5).find(|n| !first.contains(n)).unwrap();
    let refused = |reply: Result<Reply, CommandError>, why: &str| {
        let error = reply.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    };
    refused(replace(&mut world, 0, chat, spare, Some(first[0])), "home relay of the chat");
    refused(replace(&mut world, 0, chat, first[0], Some(first[1])), "already");
    refused(replace(&mut world, 1, chat, first[0], Some(spare)), "permit");
    refused(world.ask(0, Command::SpreadHome(chat)), "four home relays already");
    let mut lonely = World::new(1);
    let (a, b) = (lonely.join("A", &[0]), lonely.join("B", &[0]));
    lonely.pass(1_000);
    let alone = lonely.introduce(a, b);
    refused(replace(&mut lonely, 0, alone, 0, None), "add one first");
}

fn waiting(world: &mut World, peer: usize, chat: ChatId) -> usize {
    members(world, peer, chat).waiting
}

#[test]
fn a_relay_that_nobody_reaches_is_not_taken_in_until_it_is_there_or_another_is_named() {
    let (mut world, chat) = couple(4);
    let (dead, spare) = (world.spare_relay(), world.spare_relay());
    world.stop_relay(dead);
    replace(&mut world, 0, chat, 0, Some(dead)).unwrap();
    world.pass(60_000);
    assert_eq!(members(&mut world, 0, chat).index, 0, "nothing is decided");
    // What else is wanted does not wait for it, and the order survives a restart.
    world.ask(0, Command::RenewKeys(chat)).unwrap();
    world.pass(10_000);
    assert_eq!(members(&mut world, 1, chat).index, 1);
    world.stop(0);
    world.start(0);
    world.pass(10_000);
    assert_eq!(waiting(&mut world, 0, chat), 1);
    replace(&mut world, 0, chat, 0, Some(spare)).unwrap();
    world.pass(60_000);
    assert_eq!((at(&mut world, 0, chat), waiting(&mut world, 0, chat)), (vec![1, 2, 3, spare], 0));
    // One that comes later.
    replace(&mut world, 1, chat, 1, Some(dead)).unwrap();
    world.pass(10_000);
    world.start_relay(dead);
    world.pass(60_000);
    let expected = vec![2, 3, dead, spare];
    assert_eq!((at(&mut world, 0, chat), at(&mut world, 1, chat)), (expected.clone(), expected));
}

#[test]
fn one_whom_two_people_replace_at_once_is_replaced_once() {
    let (mut world, chat) = couple(4);
    let (fifth, sixth) = (world.spare_relay(), world.spare_relay());
    let relay = world.hint(2).relay;
    let order = |by| Command::ReplaceHome { chat, relay, by: Some(by) };
    let both = vec![order(world.hint(fifth)), order(world.hint(sixth))];
    world.order_each(both);
    world.pass(60_000);
    let now = at(&mut world, 0, chat);
    assert!(now == [0, 1, 3, fifth] || now == [0, 1, 3, sixth], "{now:?}");
    assert_eq!(now, at(&mut world, 1, chat));
    assert_eq!((waiting(&mut world, 0, chat), waiting(&mut world, 1, chat)), (0, 0));
    world.say(0, chat, "still here");
    world.pass(3_000);
    assert_eq!(world.texts(1, chat), ["still here"]);
}

/// True if a node holds, or tries to get, a link to a relay.
fn wants(world: &mut World, peer: usize, relay: usize) -> bool {
    let id = world.hint(relay).relay;
    match world.ask(peer, Command::Status) {
        Ok(Reply::Status(status)) => status.relays.iter().any(|view| view.relay == id),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_former_home_is_dialled_over_restarts_as_long_as_an_epoch_that_is_open_lives_there() {
    let (mut world, chat) = couple(4);
    let (fifth, sixth) = (world.spare_relay(), world.spare_relay());
    // Nobody's own relay: after a restart only the chat knows where it is.
    replace(&mut world, 0, chat, 0, Some(fifth)).unwrap();
    world.pass(30_000);
    world.isolate(1, true);
    world.say(1, chat, "waits");
    replace(&mut world, 0, chat, fifth, Some(sixth)).unwrap();
    world.pass(30_000);
    world.stop(0);
    world.start(0);
    world.pass(10_000);
    assert!(wants(&mut world, 0, fifth) && wants(&mut world, 0, sixth));
    world.isolate(1, false);
    world.pass(60_000);
    world.say(1, chat, "back");
    world.pass(10_000);
    assert_eq!(world.texts(0, chat), ["waits", "back"]);
    // The others closed that epoch; what was only for it is left.
    world.pass(3 * 3_600_000);
    world.stop(0);
    world.start(0);
    world.pass(10_000);
    assert!(!wants(&mut world, 0, fifth) && wants(&mut world, 0, sixth));
}

#[test]
fn an_address_that_cannot_stand_in_a_block_is_refused_before_anything_is_kept() {
    let (mut world, chat) = couple(4);
    let relay = world.hint(0).relay;
    for addrs in [vec!["nonsense".into()], vec![format!("/{}", "x".repeat(300))], vec!["/a".into(); 9]] {
        let by = Some(RelayHint { relay: NodeId([77; 32]), addrs });
        let result = world.ask(0, Command::ReplaceHome { chat, relay, by });
        assert!(matches!(result, Err(CommandError::Invalid(_))), "{result:?}");
        assert_eq!(waiting(&mut world, 0, chat), 0);
    }
}

#[test]
fn a_crash_at_every_commit_replaces_it_once() {
    for commits in 1..12 {
        let (mut world, chat) = couple(4);
        let spare = world.spare_relay();
        world.stop_relay(2);
        world.crash_after(0, commits);
        let (relay, by) = (world.hint(2).relay, Some(world.hint(spare)));
        let told = world.order(0, Command::ReplaceHome { chat, relay, by }).is_some();
        world.pass(20_000);
        if !world.runs(0) {
            world.start(0);
        }
        world.disarm();
        world.pass(60_000);
        if told {
            assert_eq!(at(&mut world, 0, chat), [0, 1, 3, spare], "commit {commits}");
        }
        world.say(0, chat, "on");
        world.pass(3_000);
        assert_eq!(at(&mut world, 0, chat), at(&mut world, 1, chat), "commit {commits}");
        assert_eq!(world.texts(1, chat), ["on"], "commit {commits}");
    }
}
