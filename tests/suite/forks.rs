//! Relays that lose what they had stored let two blocks be decided for one index: it is seen by everybody.

use crate::conversation::couple;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::Command;
use chappe_protocol::peer::view::ForkView;
use chappe_tests::world::World;

fn forks(world: &mut World, peer: usize, chat: ChatId) -> Vec<ForkView> {
    world.chats(peer).into_iter().find(|row| row.id == chat).unwrap().forks
}

/// Each of two peers has a block of its own decided, while the other is away and the registers forget in between.
pub fn fork(world: &mut World, chat: ChatId, sides: [&[usize]; 2]) {
    for peer in sides[1] {
        world.isolate(*peer, true);
    }
    world.ask(sides[0][0], Command::RenewKeys(chat)).unwrap();
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
    world.ask(sides[1][0], Command::RenewKeys(chat)).unwrap();
    world.pass(10_000);
}

#[test]
fn both_sides_see_a_fork_and_name_the_relays() {
    let (mut world, chat) = couple(4);
    world.say(0, chat, "before");
    world.pass(3_000);
    fork(&mut world, chat, [&[0], &[1]]);
    assert_eq!(forks(&mut world, 0, chat), []);
    world.isolate(0, false);
    world.pass(120_000);
    let seen = [forks(&mut world, 0, chat), forks(&mut world, 1, chat)];
    for seen in &seen {
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert!(seen[0].index == 1 && seen[0].relays.len() >= 2, "{seen:?}");
    }
    // It is known over restarts, and proven anew by nobody.
    world.stop(1);
    world.start(1);
    assert_eq!(forks(&mut world, 1, chat), seen[1]);
}
