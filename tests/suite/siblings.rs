//! A person's devices see to it together who of them is in which chat, and do not fight over it.

use crate::devices::{ids, own, people, restore_another, two_devices, words_of};
use crate::groups::{create, members};
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{Command, OwnCommand, Reply};
use chappe_protocol::peer::view::{RelayCopy, Ticks};
use chappe_protocol::wire::registry::chat as kind;
use chappe_tests::world::World;

const MINUTE: u64 = 60_000;

#[test]
fn a_device_that_has_not_heard_of_a_removal_does_not_bring_the_removed_one_back() {
    let (mut world, chat, second) = two_devices();
    let account = restore_another(&mut world, 1, &[0], 77);
    let third = world.settle_in(&account, |_| {});
    world.pass(15 * MINUTE);
    assert_eq!(ids(&mut world, second).len(), 3);
    let before = members(&mut world, 0, chat);
    assert_eq!(before.members.iter().map(|member| member.devices.len()).sum::<usize>(), 4);
    own(&mut world, 0, OwnCommand::RemoveDevice { device: account.device(), words: words_of(1) }).unwrap();
    world.pass(9 * MINUTE);
    let after = members(&mut world, 0, chat);
    assert_eq!(after.members.iter().map(|member| member.devices.len()).sum::<usize>(), 3);
    assert!(after.index <= before.index + 2, "{} blocks for one removal", after.index - before.index);
    assert_eq!(ids(&mut world, second).len(), 2, "it has heard of it by now");
    let _ = third;
}

/// Bob takes Alice out of a group and adds her again, and again; what he says then is at both of her devices, and waits for
/// nobody.
fn out_and_back(before: impl FnOnce(&mut World, ChatId, usize)) {
    let (mut world, _, second) = two_devices();
    let group = create(&mut world, 1, kind::GROUP, "Pioneers");
    let alice = world.user(0);
    let add = Command::AddMembers { chat: group, users: vec![alice] };
    world.ask(1, add.clone()).unwrap();
    world.pass(5 * MINUTE);
    before(&mut world, group, second);
    for round in ["welcome back", "and again", "and once more"] {
        world.pass(MINUTE);
        world.ask(1, Command::RemoveMember { chat: group, user: alice, ban: false }).unwrap();
        world.pass(5 * MINUTE);
        world.ask(1, add.clone()).unwrap();
        world.pass(5 * MINUTE);
        assert_eq!(members(&mut world, 1, group).members.iter().map(|member| member.devices.len()).sum::<usize>(), 3);
        world.say(1, group, round);
        world.pass(MINUTE);
        for peer in [0, second] {
            assert_eq!(world.texts(peer, group).last().unwrap(), round, "{peer}");
        }
        match world.ask(1, Command::Status) {
            Ok(Reply::Status(status)) => assert_eq!(status.outbox, 0),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn who_is_added_again_is_in_with_every_device() {
    out_and_back(|world, group, second| drop(world.say(second, group, "from my other device")));
}

#[test]
fn who_is_added_again_is_in_with_every_device_though_one_never_said_a_thing() {
    out_and_back(|world, group, _| drop(world.say(1, group, "hello")));
}

fn unread(world: &mut World, peer: usize, chat: ChatId) -> u64 {
    world.chats(peer).iter().find(|row| row.id == chat).unwrap().unread
}

#[test]
fn what_was_read_in_part_is_read_in_part_on_the_other_device() {
    let (mut world, chat, second) = two_devices();
    let said: Vec<_> = ["one", "two", "three"].map(|text| world.say(1, chat, text)).into();
    world.say(second, chat, "busy");
    world.pass(MINUTE);
    assert_eq!([0, second].map(|peer| unread(&mut world, peer, chat)), [3, 3]);
    for (read, left) in [(0, 2), (1, 1), (2, 0)] {
        let peer = [0, second][read % 2];
        world.ask(peer, Command::MarkRead { chat, up_to: said[read].id }).unwrap();
        world.pass(MINUTE);
        assert_eq!([0, second].map(|peer| unread(&mut world, peer, chat)), [left, left]);
    }
}

#[test]
fn what_was_read_elsewhere_before_it_came_here_is_read() {
    let (mut world, chat) = people(4);
    let account = restore_another(&mut world, 1, &[0], 77);
    let second = world.settle_in(&account, |_| {});
    world.pass(15 * MINUTE);
    world.stop(second);
    (1..4).for_each(|relay| world.stop_relay(relay));
    let said = world.say(1, chat, "news");
    world.pass(MINUTE);
    world.ask(0, Command::MarkRead { chat, up_to: said.id }).unwrap();
    world.pass(MINUTE);
    // The other relays get what was read, and the message after it.
    world.stop_relay(0);
    world.isolate(1, true);
    (1..4).for_each(|relay| world.start_relay(relay));
    world.pass(MINUTE);
    world.isolate(1, false);
    world.pass(MINUTE);
    world.start(second);
    world.pass(MINUTE);
    assert_eq!(world.texts(second, chat), ["news"]);
    assert_eq!(unread(&mut world, second, chat), 0);
}

#[test]
fn what_somebody_said_who_was_taken_out_is_read_with_the_rest() {
    let (mut world, _, second) = two_devices();
    let eve = crate::devices::join(&mut world, 3, "Eve", &[0, 1]);
    world.pass(1_000);
    world.introduce(1, eve);
    let group = create(&mut world, 1, kind::GROUP, "Pioneers");
    let users = [0, eve].map(|peer| world.user(peer)).into();
    world.ask(1, Command::AddMembers { chat: group, users }).unwrap();
    world.pass(5 * MINUTE);
    world.say(eve, group, "goodbye");
    let last = world.say(1, group, "so she goes");
    world.say(1, group, "gone");
    world.pass(MINUTE);
    let user = world.user(eve);
    world.ask(1, Command::RemoveMember { chat: group, user, ban: false }).unwrap();
    world.pass(5 * MINUTE);
    assert_eq!([0, second].map(|peer| unread(&mut world, peer, group)), [3, 3]);
    world.ask(second, Command::MarkRead { chat: group, up_to: last.id }).unwrap();
    world.pass(MINUTE);
    assert_eq!([0, second].map(|peer| unread(&mut world, peer, group)), [1, 1]);
}

#[test]
fn a_message_is_delivered_when_everybody_else_has_it_on_some_device() {
    let (mut world, chat, second) = two_devices();
    let group = create(&mut world, 1, kind::GROUP, "Pioneers");
    let alice = world.user(0);
    world.ask(1, Command::AddMembers { chat: group, users: vec![alice] }).unwrap();
    world.pass(5 * MINUTE);
    world.stop(second);
    for chat in [chat, group] {
        // To Alice, of whom one device is away; and by her, whose own other device is.
        for author in [1, 0] {
            let said = world.say(author, chat, "one is enough");
            world.pass(MINUTE);
            let truth = world.truth(author, &said);
            assert_eq!(truth.message.ticks, Some(Ticks::Delivered), "peer {author}: {:?}", truth.devices);
            assert_eq!(truth.devices.len(), 2, "of each device it is told all the same");
            assert!(truth.relays.iter().all(|(_, copy)| matches!(copy, RelayCopy::Holds { .. })), "{:?}", truth.relays);
        }
    }
    world.start(second);
    world.pass(MINUTE);
    assert_eq!(world.texts(second, group), ["one is enough", "one is enough"]);
}
