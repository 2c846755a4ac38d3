//! Chats of another messenger: taken in, read, kept, and never written in.

use crate::devices::people;
use chappe_protocol::chat::archive::ChatRecord;
use chappe_protocol::chat::imported::{Outline, Person, Said, Source};
use chappe_protocol::chat::timeline::archived::{Archived, page};
use chappe_protocol::content::Body;
use chappe_protocol::content::forward::Forward;
use chappe_protocol::content::head::{Head, Reply as Answers};
use chappe_protocol::content::reaction::Reaction;
use chappe_protocol::content::text::Text;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Act, ArchiveCommand, Command, Reply};
use chappe_tests::world::World;

const AT: u64 = 1_700_000_000_000;

fn text(words: &str, head: Head) -> Body {
    Body::Text(Text { head, ..Text::new(words.into()).unwrap() })
}

/// A conversation as another messenger exports it.
fn family(world: &mut World, peer: usize) -> (ChatRecord, Vec<Archived>) {
    let source = Source::new([7; 32], world.user(peer));
    let person = |id: &str, name: &str| Person { id: id.into(), name: name.into() };
    let people = vec![person("user1", "Aunt Ida"), person("user2", "Uncle Otto")];
    let (id, title) = ("telegram:1".into(), "Family".into());
    let outline = Outline { id, channel: false, title, created: AT, people };
    let record = source.record(&outline, &[world.hint(0)]).unwrap();
    let chat = record.state.chat;
    let (mut all, mut number) = (Vec::new(), 0);
    let mut said = |from, body: Body| {
        number += 1;
        let (id, archived) = source.said(&chat, &Said { from, number, at: AT, body: &body }).unwrap();
        all.push(archived);
        id
    };
    let first = said(Some("user1"), text("Who brings the cake?", Head::default()));
    said(Some("user2"), Body::Reaction(Reaction { target: first, emoji: vec!["👍".into()] }));
    let reply = Some(Answers { to: first, quote: None });
    said(None, text("I do", Head { reply, ..Head::default() }));
    let forward = Forward { user: source.person("user3"), name: "A baker".into(), at: AT, proof: None };
    said(Some("user2"), text("Cake is on sale", Head { forward: Some(Box::new(forward)), ..Head::default() }));
    (record, all)
}

fn take_in(world: &mut World, peer: usize, (record, operations): &(ChatRecord, Vec<Archived>)) {
    let chat = record.state.chat;
    for command in
        [ArchiveCommand::Admit(Box::new(record.clone())), ArchiveCommand::Take { chat, operations: operations.clone() }]
    {
        world.ask(peer, Command::Archive(command)).unwrap();
    }
}

fn shown(world: &mut World, peer: usize, chat: ChatId) -> Vec<(String, bool, String, usize, Option<String>)> {
    let all = world.history(peer, chat).into_iter();
    all.map(|message| {
        let answers = message.reply.map(|reply| reply.text);
        let by = message.forward.map(|forward| forward.name);
        (message.author, message.mine, message.text, message.reactions.len(), answers.or(by))
    })
    .collect()
}

#[test]
fn a_chat_of_another_messenger_is_read_and_never_written_in() {
    let (mut world, other) = people(2);
    let kept = family(&mut world, 0);
    let chat = kept.0.state.chat;
    take_in(&mut world, 0, &kept);
    let expected = [
        ("Aunt Ida".into(), false, "Who brings the cake?".into(), 1, None),
        (String::new(), true, "I do".into(), 0, Some("Who brings the cake?".into())),
        ("Uncle Otto".into(), false, "Cake is on sale".into(), 0, Some("A baker".into())),
    ];
    let seen: Vec<_> = shown(&mut world, 0, chat)
        .into_iter()
        .map(|row| if row.1 { (String::new(), row.1, row.2, row.3, row.4) } else { row })
        .collect();
    assert_eq!(seen, expected);
    let row = world.chats(0).into_iter().find(|row| row.id == chat).unwrap();
    assert_eq!((&*row.title, row.standing, row.unread), ("Family", Standing::Imported, 0));
    // Twice is as once, and a restart changes nothing.
    let before = shown(&mut world, 0, chat);
    take_in(&mut world, 0, &kept);
    world.stop(0);
    world.start(0);
    assert_eq!(shown(&mut world, 0, chat), before);
    let first = world.history(0, chat)[0].id;
    let refused = [
        Command::SendText { chat, text: "hello?".into(), nonce: None },
        Command::Act(Act::React { message: first, emoji: vec!["👍".into()] }),
        Command::Act(Act::Edit { message: first, text: "no".into(), entities: vec![] }),
        Command::Act(Act::Delete { messages: vec![first], for_all: true }),
    ];
    for command in refused {
        let refused = world.ask(0, command.clone());
        assert!(refused.is_err(), "{command:?}: {refused:?}");
    }
    // It can be forwarded, as the forwarder's word, and goes when its reader deletes it.
    world.ask(0, Command::Act(Act::Forward { messages: vec![first], to: vec![other], attributed: true })).unwrap();
    world.pass(2_000);
    let got = world.history(1, other).pop().unwrap();
    let forward = got.forward.unwrap();
    assert_eq!((&*got.text, &*forward.name, forward.verified), ("Who brings the cake?", "Aunt Ida", false));
    world.ask(0, Command::Act(Act::Delete { messages: vec![first], for_all: false })).unwrap();
    assert_eq!(shown(&mut world, 0, chat).len(), 2);
}

#[test]
fn it_is_kept_and_comes_back_as_what_it_is() {
    let (mut world, _) = people(2);
    let kept = family(&mut world, 0);
    let chat = kept.0.state.chat;
    take_in(&mut world, 0, &kept);
    let described = world.ask(0, Command::Archive(ArchiveCommand::Describe(chat)));
    let Ok(Reply::ChatRecord(record)) = described else { panic!("{described:?}") };
    let record = ChatRecord::decode(&record.encode()).unwrap();
    let (messages, _) = page(&world.peers[0].store, &chat, None, 100).unwrap();
    let operations = messages.into_iter().flat_map(|(_, operations)| operations).collect();
    let before = shown(&mut world, 0, chat);
    let again = crate::backup::bring_back(&mut world, &[(record, operations)]);
    assert_eq!(shown(&mut world, again, chat), before);
    let row = world.chats(again).into_iter().find(|row| row.id == chat).unwrap();
    assert_eq!(row.standing, Standing::Imported);
}
