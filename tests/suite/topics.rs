//! Topics of a group: made by who may, the same for everybody, each read by itself, on all devices and over restarts.

use crate::groups::{change, group, members};
use crate::hostile::Liar;
use chappe_protocol::chat::control::intent::Intent;
use chappe_protocol::chat::control::rules::{Permissions, Rights, Role};
use chappe_protocol::chat::control::topic::{Face, TopicId};
use chappe_protocol::chat::op::Op;
use chappe_protocol::content::Body;
use chappe_protocol::content::head::Head;
use chappe_protocol::content::text::Text;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Act, Command, CommandError, Look, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::peer::view::{Ticks, TopicView};
use chappe_protocol::wire::registry::chat as kind;
use chappe_tests::world::World;

fn face(title: &str) -> Face {
    Face { title: title.into(), icon: "⛵".into(), closed: false }
}

fn make(world: &mut World, peer: usize, chat: ChatId, title: &str) -> TopicId {
    change(world, peer, chat, Intent::SetTopic { id: 0, face: face(title) }).unwrap();
    topics(world, peer, chat).into_iter().find(|topic| topic.title == title).unwrap().id
}

fn topics(world: &mut World, peer: usize, chat: ChatId) -> Vec<TopicView> {
    match world.ask(peer, Command::Look(Look::Topics(chat))) {
        Ok(Reply::Topics(topics)) => topics,
        other => panic!("{other:?}"),
    }
}

fn unread(world: &mut World, peer: usize, chat: ChatId) -> (u64, Vec<u64>) {
    let all = world.chats(peer).into_iter().find(|row| row.id == chat).unwrap().unread;
    (all, topics(world, peer, chat).iter().map(|topic| topic.unread).collect())
}

fn text(topic: TopicId, text: &str) -> Body {
    let topic = (topic != 0).then_some(topic);
    Body::Text(Text { head: Head { topic, ..Head::default() }, ..Text::new(text.into()).unwrap() })
}

fn say(world: &mut World, peer: usize, chat: ChatId, topic: TopicId, words: &str) -> MessageView {
    let said = world.ask(peer, Command::Say { chat, body: Box::new(text(topic, words)), nonce: None });
    let Ok(Reply::Message(message)) = said else { panic!("{said:?}") };
    world.pass(1_000);
    *message
}

fn texts(world: &mut World, peer: usize, chat: ChatId, topic: TopicId) -> Vec<String> {
    let mut all: Vec<MessageView> = Vec::new();
    // Two at a time, so that a page ends in the middle.
    loop {
        let before = all.first().map(|message| message.id);
        match world.ask(peer, Command::Look(Look::InTopic { chat, topic, before, limit: 2 })) {
            Ok(Reply::Messages(page)) if page.is_empty() => break,
            Ok(Reply::Messages(mut page)) => {
                page.append(&mut all);
                all = page;
            }
            other => panic!("{other:?}"),
        }
    }
    all.into_iter().map(|message| message.text).collect()
}

fn read(world: &mut World, peer: usize, chat: ChatId, topic: TopicId, up_to: OpId) {
    world.ask(peer, Command::Act(Act::ReadTopic { chat, topic, up_to })).unwrap();
    world.pass(1_000);
}

fn ticks(world: &mut World, peer: usize, message: &MessageView) -> Option<Ticks> {
    world.truth(peer, message).message.ticks
}

fn refused(reply: Result<Reply, CommandError>, why: &str) {
    match reply {
        Err(CommandError::Refused(text)) => assert!(text.contains(why), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_topic_is_read_by_itself() {
    let (mut world, chat) = group(4, 3);
    let early = world.say(0, chat, "before there were topics");
    world.pass(1_000);
    let boats = make(&mut world, 0, chat, "Boats");
    let tents = make(&mut world, 0, chat, "Tents");
    assert!(boats != tents && unread(&mut world, 1, chat) == (1, vec![1, 0, 0]));
    let first = say(&mut world, 0, chat, boats, "a boat");
    let general = say(&mut world, 0, chat, 0, "anything");
    let tent = say(&mut world, 0, chat, tents, "a tent");
    let last = say(&mut world, 2, chat, boats, "another boat");
    assert_eq!(unread(&mut world, 1, chat), (5, vec![2, 2, 1]));
    assert_eq!(texts(&mut world, 1, chat, boats), ["a boat", "another boat"]);
    assert_eq!(texts(&mut world, 1, chat, tents), ["a tent"]);
    assert_eq!(texts(&mut world, 1, chat, 0), ["before there were topics", "anything"]);
    assert_eq!(world.texts(1, chat).len(), 5, "all of it stands in the chat");

    // The boats are seen; their author hears of it only where nothing before them is unseen.
    read(&mut world, 1, chat, boats, last.id);
    assert_eq!(unread(&mut world, 1, chat), (3, vec![2, 0, 1]));
    read(&mut world, 2, chat, 0, general.id);
    read(&mut world, 2, chat, boats, first.id);
    read(&mut world, 2, chat, tents, tent.id);
    assert_eq!(ticks(&mut world, 0, &first), Some(Ticks::Delivered));
    world.stop(1);
    world.start(1);
    world.pass(1_000);
    assert_eq!(unread(&mut world, 1, chat), (3, vec![2, 0, 1]), "also after a restart");
    read(&mut world, 1, chat, 0, early.id);
    assert_eq!(unread(&mut world, 1, chat), (2, vec![1, 0, 1]));
    assert_eq!(ticks(&mut world, 0, &early), Some(Ticks::Read));
    assert_eq!(ticks(&mut world, 0, &tent), Some(Ticks::Delivered));
    read(&mut world, 1, chat, tents, tent.id);
    read(&mut world, 1, chat, 0, general.id);
    assert_eq!(unread(&mut world, 1, chat), (0, vec![0, 0, 0]));
    for message in [&first, &general, &tent] {
        assert_eq!(ticks(&mut world, 0, message), Some(Ticks::Read));
    }

    // What is taken back is not unseen any more.
    let wrong = say(&mut world, 0, chat, tents, "wrong");
    assert_eq!(unread(&mut world, 1, chat), (1, vec![0, 0, 1]));
    world.ask(0, Command::Act(Act::Delete { messages: vec![wrong.id], for_all: true })).unwrap();
    world.pass(1_000);
    assert_eq!(unread(&mut world, 1, chat), (0, vec![0, 0, 0]));

    // A topic goes, its messages stay.
    say(&mut world, 0, chat, tents, "the last tent");
    change(&mut world, 0, chat, Intent::RemoveTopic(tents)).unwrap();
    assert_eq!(unread(&mut world, 1, chat), (1, vec![1, 0]));
    assert!(texts(&mut world, 1, chat, 0).contains(&"the last tent".to_owned()));
    let gone = world.ask(1, Command::Look(Look::InTopic { chat, topic: tents, before: None, limit: 5 }));
    assert!(matches!(gone, Err(CommandError::NotFound("topic"))));
    change(&mut world, 0, chat, Intent::RemoveTopic(boats)).unwrap();
    assert_eq!(unread(&mut world, 1, chat), (1, vec![]));
    let end = world.history(1, chat).pop().unwrap().id;
    world.ask(1, Command::MarkRead { chat, up_to: end }).unwrap();
    assert_eq!(unread(&mut world, 1, chat), (0, vec![]));
}

#[test]
fn the_whole_chat_read_reads_its_topics_up_to_there() {
    let (mut world, chat) = group(4, 2);
    let boats = make(&mut world, 0, chat, "Boats");
    let first = say(&mut world, 0, chat, boats, "one");
    say(&mut world, 0, chat, boats, "two");
    let third = say(&mut world, 0, chat, 0, "three");
    world.ask(1, Command::MarkRead { chat, up_to: first.id }).unwrap();
    assert_eq!(unread(&mut world, 1, chat), (2, vec![1, 1]));
    world.ask(1, Command::MarkRead { chat, up_to: third.id }).unwrap();
    assert_eq!(unread(&mut world, 1, chat), (0, vec![0, 0]));
}

#[test]
fn rights_over_topics_are_checked_by_name() {
    let (mut world, chat) = group(4, 3);
    let one = world.user(1);
    let new = |title| Intent::SetTopic { id: 0, face: face(title) };
    refused(change(&mut world, 2, chat, new("Mine")), "permit");
    let boats = make(&mut world, 0, chat, "Boats");
    let policy = |permissions| Intent::SetPolicy { permissions, slow_mode: 0, signed: true };
    change(&mut world, 0, chat, policy(Permissions(Permissions::GROUP.0 | Permissions::TOPICS.0))).unwrap();
    let own = make(&mut world, 2, chat, "Mine");
    let set = |id, title: &str, closed| Intent::SetTopic { id, face: Face { closed, ..face(title) } };
    // Who made a topic changes it; others' only by right.
    refused(change(&mut world, 2, chat, set(boats, "Ours", false)), "stand above");
    refused(change(&mut world, 2, chat, Intent::RemoveTopic(boats)), "stand above");
    change(&mut world, 2, chat, set(own, "Still mine", false)).unwrap();
    refused(change(&mut world, 2, chat, set(own, "Still mine", false)), "changes nothing");
    refused(change(&mut world, 2, chat, set(99, "No such", false)), "does not exist");
    refused(change(&mut world, 0, chat, Intent::RemoveTopic(99)), "does not exist");
    change(&mut world, 0, chat, Intent::SetRole { user: one, role: Role::Admin(Rights::BAN) }).unwrap();
    refused(change(&mut world, 1, chat, set(own, "Ours", false)), "stand above");
    change(&mut world, 0, chat, Intent::SetRole { user: one, role: Role::Admin(Rights::TOPICS) }).unwrap();
    change(&mut world, 0, chat, policy(Permissions::GROUP)).unwrap();
    change(&mut world, 1, chat, set(own, "Closed", true)).unwrap();
    // In a closed topic only those write who may make topics.
    let psst = Command::Say { chat, body: Box::new(text(own, "psst")), nonce: None };
    refused(world.ask(2, psst), "closed");
    say(&mut world, 1, chat, own, "an announcement");
    say(&mut world, 2, chat, boats, "open here");
    assert_eq!(texts(&mut world, 0, chat, own), ["an announcement"]);
    assert_eq!(members(&mut world, 0, chat).index, members(&mut world, 2, chat).index);
    // A title that is none, and a chat that can have no topics.
    let bad = world.ask(0, Command::Change { chat, intent: Box::new(set(0, " ", false)) });
    assert!(matches!(bad, Err(CommandError::Invalid(_))));
    let news = crate::groups::create(&mut world, 0, kind::CHANNEL, "News");
    refused(change(&mut world, 0, news, new("Boats")), "of this kind");
}

#[test]
fn two_make_topics_at_once_and_both_are_there() {
    let (mut world, chat) = group(4, 3);
    let policy = Permissions(Permissions::GROUP.0 | Permissions::TOPICS.0);
    change(&mut world, 0, chat, Intent::SetPolicy { permissions: policy, slow_mode: 0, signed: true }).unwrap();
    for peer in 0..3 {
        let intent = Box::new(Intent::SetTopic { id: 0, face: face(&format!("Of {peer}")) });
        world.order(peer, Command::Change { chat, intent });
    }
    world.pass(30_000);
    let all = topics(&mut world, 0, chat);
    assert_eq!(all.len(), 4);
    for peer in 1..3 {
        assert_eq!(topics(&mut world, peer, chat), all);
    }
}

#[test]
fn a_lying_member_writes_in_no_closed_topic() {
    let (mut world, chat) = group(1, 2);
    let boats = make(&mut world, 0, chat, "Boats");
    change(&mut world, 0, chat, Intent::SetTopic { id: boats, face: Face { closed: true, ..face("Boats") } }).unwrap();
    let mut liar = Liar::new(&mut world, chat);
    let before = world.refusals(0);
    let body = text(boats, "psst");
    let envelope = liar.seal_op(Op { kind: body.kind(), body: body.encode().unwrap(), ..liar.next("x") });
    liar.push(&mut world, envelope);
    assert!(texts(&mut world, 0, chat, boats).is_empty() && world.texts(0, chat) == ["honest"]);
    let denied = "operation that its author may not say";
    assert_eq!(world.refusals(0).get(denied).copied(), Some(before.get(denied).copied().unwrap_or(0) + 1));
}
