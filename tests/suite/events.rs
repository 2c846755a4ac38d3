//! What happened to a group, as its members see it.

use crate::groups::{change, create, group};
use chappe_protocol::chat::control::intent::{InfoChange, Intent};
use chappe_protocol::chat::control::rules::{Rights, Role};
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::chat::events::{ChatEvent, What};
use chappe_protocol::peer::command::{Command, Look, Reply};
use chappe_protocol::wire::registry::chat as kind;
use chappe_tests::world::World;

const DAY: u64 = 24 * 3600 * 1000;

fn events(world: &mut World, peer: usize, chat: ChatId) -> Vec<ChatEvent> {
    match world.ask(peer, Command::Look(Look::Events(chat))) {
        Ok(Reply::Events(events)) => events.into_iter().map(|view| view.event).collect(),
        other => panic!("{other:?}"),
    }
}

fn whats(world: &mut World, peer: usize, chat: ChatId) -> Vec<What> {
    events(world, peer, chat).into_iter().map(|event| event.what).collect()
}

fn title(title: &str) -> Intent {
    Intent::SetInfo(InfoChange { title: Some(title.into()), ..InfoChange::default() })
}

#[test]
fn who_came_and_went_and_what_changed_is_told_to_those_who_were_there() {
    let (mut world, chat) = group(1, 4);
    let users: Vec<_> = (0..4).map(|peer| world.user(peer)).collect();
    let later = world.join("Later", &[0]);
    world.pass(1_000);
    world.introduce(1, later);
    change(&mut world, 0, chat, title("Explorers")).unwrap();
    let admin = Role::Admin(Rights::ALL);
    change(&mut world, 0, chat, Intent::SetRole { user: users[1], role: admin }).unwrap();
    let new = world.user(later);
    world.ask(1, Command::AddMembers { chat, users: vec![new] }).unwrap();
    world.pass(5_000);
    world.ask(3, Command::Leave(chat)).unwrap();
    world.pass(60_000);
    world.ask(0, Command::RemoveMember { chat, user: users[2], ban: false }).unwrap();
    world.pass(5_000);
    let seen = events(&mut world, 0, chat);
    let by: Vec<_> = seen.iter().map(|event| event.by).collect();
    let all: Vec<What> = seen.into_iter().map(|event| event.what).collect();
    let (first, rest) = all.split_first().unwrap();
    assert_eq!(*first, What::Made);
    let added: usize = rest.iter().map(|what| if let What::Added(users, false) = what { users.len() } else { 0 }).sum();
    assert_eq!(added, 4);
    let tail = [
        What::Title("Explorers".into()),
        What::Promoted(users[1]),
        What::Added(vec![new], false),
        What::Left(users[3]),
        What::Removed(vec![users[2]]),
    ];
    assert_eq!(all[all.len() - 5..], tail);
    assert_eq!(by[by.len() - 3], users[1], "the admin added them");
    assert_eq!(whats(&mut world, later, chat)[..1], [What::Added(vec![new], false)], "who comes in begins there");
    assert_eq!(whats(&mut world, 2, chat).last(), Some(&What::Removed(vec![users[2]])), "and ends there");
    world.stop(0);
    world.start(0);
    assert_eq!(whats(&mut world, 0, chat), all, "after a restart");
}

#[test]
fn who_catches_up_finds_it_among_what_was_said_then() {
    let (mut world, chat) = group(1, 3);
    world.stop(2);
    world.say(0, chat, "before");
    world.pass(DAY);
    change(&mut world, 0, chat, title("Explorers")).unwrap();
    world.say(0, chat, "behind");
    world.pass(3 * DAY);
    world.start(2);
    world.pass(60_000);
    let said = world.history(2, chat);
    let at = events(&mut world, 2, chat).pop().unwrap().at;
    assert!(said[0].at < at && at < said[1].at, "{} {at} {}", said[0].at, said[1].at);
}

#[test]
fn only_the_latest_are_kept_and_a_channel_does_not_tell_who_subscribes() {
    let (mut world, chat) = group(1, 2);
    for n in 0..210 {
        change(&mut world, 0, chat, title(&format!("title {n}"))).unwrap();
    }
    let seen = whats(&mut world, 1, chat);
    assert_eq!((seen.len(), seen.last()), (200, Some(&What::Title("title 209".into()))));
    let channel = create(&mut world, 0, kind::CHANNEL, "News");
    let users = vec![world.user(1)];
    world.ask(0, Command::AddMembers { chat: channel, users }).unwrap();
    world.pass(5_000);
    change(&mut world, 0, channel, title("Olds")).unwrap();
    assert_eq!(whats(&mut world, 0, channel), [What::Made, What::Title("Olds".into())]);
}
