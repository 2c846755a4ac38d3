//! Chats that somebody deletes: gone from their list and devices, and back when there is something new.

use crate::conversation::couple;
use crate::devices::two_devices;
use crate::groups::{create, group, members};
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, CommandError, ListChange, OwnCommand, Reply};
use chappe_protocol::peer::view::ChatView;
use chappe_protocol::wire::registry::chat as kind;
use chappe_tests::world::World;

/// Own devices read each other's settings every quarter of an hour.
const SETTINGS: u64 = 16 * 60_000;

fn delete(world: &mut World, peer: usize, chat: ChatId, for_all: bool) -> Result<Reply, CommandError> {
    let reply = world.ask(peer, Command::DeleteChat { chat, for_all });
    world.pass(5_000);
    reply
}

fn row(world: &mut World, peer: usize, chat: ChatId) -> Option<ChatView> {
    world.chats(peer).into_iter().find(|row| row.id == chat)
}

fn restart(world: &mut World, peer: usize) {
    world.stop(peer);
    world.start(peer);
    world.pass(1_000);
}

#[test]
fn a_private_chat_goes_with_all_that_was_said_and_comes_back_with_the_next_message() {
    let (mut world, chat) = couple(1);
    for n in 0..600 {
        world.say(n % 2, chat, &format!("number {n}"));
    }
    world.pass(2_000);
    let change = ListChange::Pin(true);
    world.ask(1, Command::Own(OwnCommand::ChangeList { chat, change })).unwrap();
    let change = ListChange::Draft("a begun word".into());
    world.ask(1, Command::Own(OwnCommand::ChangeList { chat, change })).unwrap();
    // It dies in the middle of the work and goes on after the start.
    world.crash_after(1, 2);
    let _ = world.order(1, Command::DeleteChat { chat, for_all: false });
    world.pass(1_000);
    assert!(!world.runs(1));
    world.disarm();
    world.start(1);
    world.pass(1_000);
    assert!(row(&mut world, 1, chat).is_none() && world.texts(1, chat).is_empty());
    assert_eq!(world.texts(0, chat).len(), 500, "the other has the newest page of everything");
    world.say(0, chat, "are you there?");
    world.pass(1_000);
    let back = row(&mut world, 1, chat).unwrap();
    assert_eq!((back.unread, back.pinned, &*back.draft), (1, 0, ""));
    restart(&mut world, 1);
    assert_eq!(world.texts(1, chat), ["are you there?"]);
    assert!(row(&mut world, 1, chat).is_some());
    // Again, and what is said oneself brings it back as well.
    delete(&mut world, 1, chat, false).unwrap();
    assert!(row(&mut world, 1, chat).is_none());
    world.say(1, chat, "yes");
    assert!(row(&mut world, 1, chat).is_some());
    assert!(world.refusals(0).is_empty() && world.refusals(1).is_empty());
}

#[test]
fn a_private_chat_goes_at_both_sides_when_that_is_wanted() {
    let (mut world, chat) = couple(1);
    world.say(0, chat, "mine");
    world.say(1, chat, "theirs");
    world.pass(1_000);
    delete(&mut world, 0, chat, true).unwrap();
    assert_eq!(world.texts(1, chat), ["", ""], "in a chat of two either may delete for both");
    assert!(row(&mut world, 0, chat).is_none() && world.texts(0, chat).is_empty());
}

#[test]
fn it_goes_from_all_own_devices() {
    let (mut world, chat, second) = two_devices();
    world.say(1, chat, "one");
    world.say(second, chat, "two");
    world.pass(5_000);
    delete(&mut world, second, chat, false).unwrap();
    world.pass(SETTINGS);
    for peer in [0, second] {
        assert!(row(&mut world, peer, chat).is_none(), "device {peer}");
        assert!(world.texts(peer, chat).is_empty(), "device {peer}");
    }
    world.say(1, chat, "three");
    world.pass(5_000);
    for peer in [0, second] {
        assert_eq!(world.texts(peer, chat), ["three"], "device {peer}");
        assert!(row(&mut world, peer, chat).is_some(), "device {peer}");
    }
    assert_eq!(world.texts(1, chat), ["one", "two", "three"]);
}

#[test]
fn a_group_is_left_and_comes_back_when_one_is_let_in_again() {
    let (mut world, chat) = group(1, 3);
    world.say(0, chat, "welcome");
    world.pass(1_000);
    delete(&mut world, 1, chat, false).unwrap();
    world.say(0, chat, "they are going");
    world.pass(60_000);
    assert!(row(&mut world, 1, chat).is_none() && world.texts(1, chat).is_empty());
    assert_eq!(members(&mut world, 0, chat).members.len(), 2);
    restart(&mut world, 1);
    assert!(row(&mut world, 1, chat).is_none());
    let users = vec![world.user(1)];
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(10_000);
    world.say(2, chat, "again");
    world.pass(2_000);
    assert_eq!(row(&mut world, 1, chat).map(|row| row.standing), Some(Standing::In));
    assert_eq!(world.texts(1, chat), ["again"]);
}

#[test]
fn its_owner_takes_a_group_down_for_everybody() {
    let (mut world, chat) = group(4, 4);
    world.say(2, chat, "so long");
    world.pass(1_000);
    let Err(CommandError::Refused(why)) = delete(&mut world, 0, chat, false) else { panic!("the owner just went") };
    assert!(why.contains("hand it over"), "{why}");
    let Err(CommandError::Refused(why)) = delete(&mut world, 1, chat, true) else { panic!("not theirs") };
    assert!(why.contains("owner"), "{why}");
    assert!(row(&mut world, 0, chat).is_some() && row(&mut world, 1, chat).is_some(), "nothing happened");
    delete(&mut world, 0, chat, true).unwrap();
    world.pass(10_000);
    assert!(row(&mut world, 0, chat).is_none() && world.texts(0, chat).is_empty());
    assert!(world.epochs(0, chat).is_empty(), "its keys are gone");
    for peer in 1..4 {
        assert_eq!(row(&mut world, peer, chat).unwrap().standing, Standing::Out, "peer {peer}");
        assert_eq!(world.texts(peer, chat), ["so long"], "what they have is theirs");
        delete(&mut world, peer, chat, false).unwrap();
        assert!(row(&mut world, peer, chat).is_none());
        assert!(matches!(delete(&mut world, peer, chat, true), Err(CommandError::Refused(_))));
    }
}

#[test]
fn one_s_own_empty_group_and_what_does_not_exist() {
    let (mut world, _) = couple(1);
    let chat = create(&mut world, 0, kind::GROUP, "Nobody");
    world.say(0, chat, "hello?");
    delete(&mut world, 0, chat, false).unwrap();
    assert!(row(&mut world, 0, chat).is_none() && world.texts(0, chat).is_empty());
    let nowhere = ChatId([9; 32]);
    assert_eq!(delete(&mut world, 0, nowhere, false).unwrap_err(), CommandError::NotFound("chat"));
}
