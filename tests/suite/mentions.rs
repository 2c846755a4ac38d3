//! Who is named in a group finds out: counted until it is seen, over edits, deletions and restarts, on all devices.

use crate::devices::people;
use chappe_protocol::content::Body;
use chappe_protocol::content::head::{Head, Reply as Answers};
use chappe_protocol::content::rich::{Entity, Style};
use chappe_protocol::content::text::Text;
use chappe_protocol::ids::{ChatId, OpId, UserId};
use chappe_protocol::peer::command::{Act, Command, Look, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::wire::registry::chat::GROUP;
use chappe_tests::world::World;

/// Alice has a group with Bob.
fn group() -> (World, ChatId, ChatId) {
    let (mut world, two) = people(2);
    let made = world.ask(0, Command::CreateChat { kind: GROUP, title: "Pioneers".into() });
    let Ok(Reply::Chat(chat)) = made else { panic!("{made:?}") };
    let bob = world.user(1);
    world.ask(0, Command::AddMembers { chat: chat.id, users: vec![bob] }).unwrap();
    world.pass(20_000);
    (world, chat.id, two)
}

fn naming(user: UserId, reply: Option<OpId>) -> Text {
    let entities = vec![Entity { offset: 6, length: 4, style: Style::Mention { user } }];
    let reply = reply.map(|to| Answers { to, quote: None });
    Text { entities, head: Head { reply, ..Head::default() }, ..Text::new("hello @Bob".into()).unwrap() }
}

fn say(world: &mut World, peer: usize, chat: ChatId, text: Text) -> MessageView {
    let said = world.ask(peer, Command::Say { chat, body: Box::new(Body::Text(text)), nonce: None });
    let Ok(Reply::Message(message)) = said else { panic!("{said:?}") };
    world.pass(2_000);
    *message
}

fn count(world: &mut World, peer: usize, chat: ChatId) -> u64 {
    world.chats(peer).into_iter().find(|row| row.id == chat).unwrap().mentions
}

fn listed(world: &mut World, peer: usize, chat: ChatId) -> Vec<OpId> {
    let found = world.ask(peer, Command::Look(Look::Mentions(chat)));
    let Ok(Reply::Messages(messages)) = found else { panic!("{found:?}") };
    messages.iter().map(|message| message.id).collect()
}

#[test]
fn who_is_named_or_answered_finds_it_until_it_is_seen() {
    let (mut world, chat, two) = group();
    let (alice, bob) = (world.user(0), world.user(1));
    let plain = Text::new("nothing for anybody".into()).unwrap();
    let own = say(&mut world, 1, chat, plain.clone());
    say(&mut world, 0, chat, plain.clone());
    assert_eq!(count(&mut world, 1, chat), 0);
    let first = say(&mut world, 0, chat, naming(bob, None));
    say(&mut world, 0, chat, naming(alice, None));
    let answer = Text { head: Head { reply: Some(Answers { to: own.id, quote: None }), ..Head::default() }, ..plain };
    let second = say(&mut world, 0, chat, answer);
    assert_eq!((count(&mut world, 1, chat), count(&mut world, 0, chat)), (2, 0));
    world.stop(1);
    world.start(1);
    assert_eq!(listed(&mut world, 1, chat), [first.id, second.id], "also after a restart");
    world.ask(1, Command::MarkRead { chat, up_to: first.id }).unwrap();
    assert_eq!(listed(&mut world, 1, chat), [second.id]);
    world.ask(1, Command::MarkRead { chat, up_to: second.id }).unwrap();
    assert_eq!(count(&mut world, 1, chat), 0);
    world.stop(1);
    world.start(1);
    assert_eq!(count(&mut world, 1, chat), 0);
    // In a conversation of two everything is for the other.
    say(&mut world, 0, two, naming(bob, None));
    assert_eq!(count(&mut world, 1, two), 0);
}

#[test]
fn an_edit_and_a_deletion_change_the_count() {
    let (mut world, chat, _) = group();
    let bob = world.user(1);
    let named = say(&mut world, 0, chat, naming(bob, None));
    let other = say(&mut world, 0, chat, Text::new("nobody".into()).unwrap());
    let edit = |message, text: &str, entities: Vec<Entity>| Act::Edit { message, text: text.into(), entities };
    world.ask(0, Command::Act(edit(named.id, "nobody after all", vec![]))).unwrap();
    world.pass(2_000);
    assert_eq!(count(&mut world, 1, chat), 0, "no longer named");
    world.ask(0, Command::Act(edit(other.id, "hello @Bob", naming(bob, None).entities))).unwrap();
    world.pass(2_000);
    assert_eq!(listed(&mut world, 1, chat), [other.id]);
    world.ask(0, Command::Act(Act::Delete { messages: vec![other.id], for_all: true })).unwrap();
    world.pass(2_000);
    assert_eq!(count(&mut world, 1, chat), 0);
    // What was seen and is changed afterwards is no news.
    let seen = say(&mut world, 0, chat, Text::new("seen".into()).unwrap());
    world.ask(1, Command::MarkRead { chat, up_to: seen.id }).unwrap();
    world.ask(0, Command::Act(edit(seen.id, "hello @Bob", naming(bob, None).entities))).unwrap();
    world.pass(2_000);
    assert_eq!(count(&mut world, 1, chat), 0);
}
