//! How many have seen a channel's posts: the same number at everybody, also later, and of nobody who does not tell.

use crate::groups::{create, group};
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Act, Command, Event};
use chappe_protocol::wire::registry::chat::CHANNEL;
use chappe_tests::world::World;

/// The first has a channel that the others read.
fn channel(people: usize) -> (World, ChatId, ChatId) {
    let (mut world, group) = group(1, people);
    let chat = create(&mut world, 0, CHANNEL, "News");
    let users = (1..people).map(|n| world.user(n)).collect();
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(5_000);
    (world, chat, group)
}

fn views(world: &mut World, peer: usize, chat: ChatId) -> Vec<Option<u64>> {
    world.history(peer, chat).iter().map(|message| message.views).collect()
}

fn read(world: &mut World, peer: usize, chat: ChatId, up_to: OpId) {
    world.ask(peer, Command::MarkRead { chat, up_to }).unwrap();
    world.pass(2_000);
}

#[test]
fn everybody_counts_the_same_views() {
    let (mut world, chat, group) = channel(4);
    let first = world.say(0, chat, "one").id;
    world.pass(1_000);
    let second = world.say(0, chat, "two").id;
    world.pass(2_000);
    assert_eq!(views(&mut world, 0, chat), [Some(0), Some(0)]);
    read(&mut world, 1, chat, second);
    let told =
        |event: &Event| matches!(event, Event::Message(message) if message.id == first && message.views == Some(1));
    assert!(world.peers[0].events.iter().any(told), "a page that is open hears of it");
    read(&mut world, 2, chat, first);
    // One who does not tell what they read is not counted by others.
    world.ask(3, Command::Act(Act::SetReadReceipts(false))).unwrap();
    read(&mut world, 3, chat, second);
    for round in 0..2 {
        for peer in 0..3 {
            assert_eq!(views(&mut world, peer, chat), [Some(2), Some(1)], "{round}: {peer}");
        }
        assert_eq!(views(&mut world, 3, chat), [Some(3), Some(2)], "who looks knows that they did");
        for peer in 0..4 {
            world.stop(peer);
            world.start(peer);
        }
        world.pass(2_000);
    }
    // In a group nobody counts.
    world.say(0, group, "all here?");
    world.pass(1_000);
    assert_eq!(views(&mut world, 1, group), [None]);
}
