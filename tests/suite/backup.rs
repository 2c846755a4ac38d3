//! Messages kept outside of the store, taken in by a device that has only the words; and how it comes back into its chats.

use crate::devices::{contacts, join, people, restore_all};
use chappe_protocol::chat::archive::ChatRecord;
use chappe_protocol::chat::timeline::archived::{Archived, page};
use chappe_protocol::content::Body;
use chappe_protocol::content::head::Head;
use chappe_protocol::content::text::Text;
use chappe_protocol::ids::{ChatId, OpId, UserId};
use chappe_protocol::limits::ARCHIVED_AT_ONCE;
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Act, ArchiveCommand, Command, CommandError, Reply};
use chappe_protocol::peer::contacts::Contacts;
use chappe_protocol::peer::message::{Content, MessageView};
use chappe_protocol::peer::restore::Restored;
use chappe_protocol::peer::settings::Settings;
use chappe_protocol::wire::registry::chat::GROUP;
use chappe_tests::world::World;

/// A chat as its node keeps it elsewhere, by way of its bytes.
pub type Kept = (ChatRecord, Vec<Archived>);

fn keep(world: &mut World, peer: usize, chat: ChatId) -> Kept {
    let Ok(Reply::ChatRecord(record)) = world.ask(peer, Command::Archive(ArchiveCommand::Describe(chat))) else {
        panic!("no such chat")
    };
    let (mut all, mut behind) = (Vec::new(), None);
    loop {
        // Small pages, so that what lies between two is tried.
        let (messages, last) = page(&world.peers[peer].store, &chat, behind, 2).unwrap();
        all.extend(messages.into_iter().flat_map(|(_, operations)| operations));
        let Some(last) = last else { break };
        behind = Some(last);
    }
    (ChatRecord::decode(&record.encode()).unwrap(), all)
}

fn archive(world: &mut World, peer: usize, command: ArchiveCommand) -> Result<Reply, CommandError> {
    world.ask(peer, Command::Archive(command))
}

fn take_in(world: &mut World, peer: usize, (record, operations): &Kept) {
    let chat = record.state.chat;
    archive(world, peer, ArchiveCommand::Admit(Box::new(record.clone()))).unwrap();
    for part in operations.chunks(3) {
        archive(world, peer, ArchiveCommand::Take { chat, operations: part.to_vec() }).unwrap();
    }
}

/// What people see of a message, whoever looks.
fn seen(message: &MessageView) -> (OpId, UserId, String, Content, bool, bool, u64, usize) {
    let reactions = message.reactions.iter().map(|reaction| reaction.count as usize).sum();
    let edited = message.edited.is_some();
    let MessageView { id, from, at, pinned, .. } = *message;
    (id, from, message.text.clone(), message.content.clone(), edited, pinned, at, reactions)
}

fn act(world: &mut World, peer: usize, act: Act) {
    world.ask(peer, Command::Act(act)).unwrap();
    world.pass(1_000);
}

/// Something of everything.
fn talk(world: &mut World, chat: ChatId) {
    let first = world.say(0, chat, "first").id;
    world.pass(1_000);
    let second = world.say(1, chat, "second").id;
    let secret = world.say(0, chat, "to be deleted").id;
    world.say(1, chat, "to be hidden");
    world.pass(1_000);
    act(world, 0, Act::Edit { message: first, text: "first, edited".into(), entities: vec![] });
    act(world, 0, Act::React { message: second, emoji: vec!["👍".into(), "🎉".into()] });
    act(world, 1, Act::React { message: first, emoji: vec!["👍".into()] });
    act(world, 1, Act::Pin { message: first, pinned: true });
    let ask = Command::Say { chat, body: Box::new(crate::messages::poll(false, None)), nonce: None };
    let Ok(Reply::Message(poll)) = world.ask(0, ask) else { panic!("no poll") };
    world.pass(1_000);
    act(world, 1, Act::Vote { message: poll.id, options: vec![1] });
    act(world, 0, Act::Close(poll.id));
    act(world, 0, Act::Delete { messages: vec![secret], for_all: true });
    let hidden = world.history(0, chat).into_iter().find(|message| message.text == "to be hidden").unwrap().id;
    act(world, 0, Act::Delete { messages: vec![hidden], for_all: false });
    let once = Text { head: Head { view_once: true, ..Head::default() }, ..text("once") };
    world.ask(1, Command::Say { chat, body: Box::new(Body::Text(once)), nonce: None }).unwrap();
    world.pass(1_000);
}

fn text(words: &str) -> Text {
    Text::new(words.into()).unwrap()
}

/// Alice's node is lost; from the words and what was kept another one comes.
pub fn bring_back(world: &mut World, kept: &[Kept]) -> usize {
    world.pass(10_000);
    world.stop(0);
    let Restored { account, contacts: cards, settings } = restore_all(world, 1, &[1], true).unwrap();
    let again = world.settle_in(&account, |batch| {
        Contacts::store_cards(cards, batch).unwrap();
        Settings::store_rows(settings, batch).unwrap();
    });
    world.pass(1_000);
    kept.iter().for_each(|kept| take_in(world, again, kept));
    again
}

#[test]
fn how_long_messages_live_is_known_at_once_in_a_chat_that_came_back() {
    let (mut world, chat) = people(2);
    world.ask(0, Command::Act(Act::SetLifetime { chat, ttl_s: Some(3_600) })).unwrap();
    world.pass(1_000);
    let kept = keep(&mut world, 0, chat);
    let again = bring_back(&mut world, &[kept]);
    let ttl = |world: &mut World| world.chats(again).into_iter().find(|row| row.id == chat).unwrap().ttl_s;
    assert_eq!(ttl(&mut world), Some(3_600));
    world.stop(again);
    world.start(again);
    assert_eq!(ttl(&mut world), Some(3_600));
}

fn standing(world: &mut World, peer: usize, chat: ChatId) -> Standing {
    world.chats(peer).into_iter().find(|row| row.id == chat).unwrap().standing
}

#[test]
fn what_was_kept_comes_back_as_it_was_and_what_was_to_go_does_not() {
    let (mut world, chat) = people(2);
    talk(&mut world, chat);
    let gone = |message: &MessageView| matches!(message.content, Content::Deleted { .. } | Content::ViewOnce);
    let before: Vec<_> = world.history(0, chat).iter().filter(|message| !gone(message)).map(seen).collect();
    assert_eq!(before.len(), 3, "{before:?}");
    let kept = keep(&mut world, 0, chat);
    for word in ["to be deleted", "to be hidden", "once"] {
        assert!(kept.1.iter().all(|op| !op.op.windows(word.len()).any(|window| window == word.as_bytes())), "{word}");
    }
    let again = bring_back(&mut world, std::slice::from_ref(&kept));
    let after: Vec<_> = world.history(again, chat).iter().map(seen).collect();
    assert_eq!(after, before);
    let row = world.chats(again).into_iter().find(|row| row.id == chat).unwrap();
    assert_eq!((row.unread, &*row.title, row.standing), (0, "Bob", Standing::Away));
    // Twice is as once, and a restart changes nothing.
    take_in(&mut world, again, &kept);
    world.stop(again);
    world.start(again);
    let after: Vec<_> = world.history(again, chat).iter().map(seen).collect();
    assert_eq!(after, before);
    let refused = world.ask(again, Command::SendText { chat, text: "hello?".into(), nonce: None });
    assert!(refused.is_err(), "nobody has let this device in yet");
}

#[test]
fn a_contact_lets_who_comes_back_into_the_same_chat() {
    let (mut world, chat) = people(2);
    world.say(0, chat, "before");
    world.pass(1_000);
    let kept = keep(&mut world, 0, chat);
    let again = bring_back(&mut world, &[kept]);
    // Bob says something, and nobody is there to hear it: his node looks where Alice is.
    world.say(1, chat, "are you there?");
    world.pass(30 * 60 * 1000);
    assert_eq!(standing(&mut world, again, chat), Standing::In);
    world.say(1, chat, "welcome back");
    world.pass(1_000);
    world.say(again, chat, "here I am");
    world.pass(10_000);
    assert_eq!(world.texts(1, chat), ["before", "are you there?", "welcome back", "here I am"]);
    assert_eq!(world.texts(again, chat), ["before", "welcome back", "here I am"]);
    assert_eq!(contacts(&mut world, again)[0].chat, Some(chat));
    // The lost device is out, and reads nothing of it.
    world.start(0);
    world.pass(60_000);
    assert!(!world.texts(0, chat).contains(&"here I am".to_owned()));
}

#[test]
fn without_a_backup_a_contact_lets_who_comes_back_into_the_same_chat_too() {
    let (mut world, chat) = people(2);
    world.say(0, chat, "before");
    world.pass(1_000);
    let again = bring_back(&mut world, &[]);
    world.say(1, chat, "are you there?");
    world.pass(30 * 60 * 1000);
    world.say(again, chat, "yes");
    world.say(1, chat, "welcome back");
    world.pass(10_000);
    assert_eq!(world.texts(1, chat), ["before", "are you there?", "yes", "welcome back"]);
    assert_eq!(world.texts(again, chat), ["yes", "welcome back"]);
    // What was kept can still come behind.
    assert_eq!(contacts(&mut world, again)[0].chat, Some(chat));
}

#[test]
fn a_further_device_takes_the_history_before_or_after_it_comes_in() {
    for early in [true, false] {
        let (mut world, chat) = people(2);
        world.say(0, chat, "before");
        world.pass(1_000);
        let kept = keep(&mut world, 0, chat);
        let Restored { account, contacts: cards, settings } = restore_all(&mut world, 1, &[0], false).unwrap();
        let second = world.settle_in(&account, |batch| {
            Contacts::store_cards(cards, batch).unwrap();
            Settings::store_rows(settings, batch).unwrap();
        });
        if early {
            take_in(&mut world, second, &kept);
        }
        world.pass(15 * 60_000);
        take_in(&mut world, second, &kept);
        assert_eq!(standing(&mut world, second, chat), Standing::In, "early {early}");
        world.say(second, chat, "from the second");
        world.say(1, chat, "to both");
        world.pass(10_000);
        let all = ["before", "from the second", "to both"];
        assert_eq!(
            (world.texts(second, chat), world.texts(0, chat)),
            (all.map(String::from).into(), all.map(String::from).into())
        );
    }
}

#[test]
fn who_may_invite_lets_who_comes_back_into_groups() {
    let (mut world, private) = people(2);
    let Ok(Reply::Chat(group)) = world.ask(1, Command::CreateChat { kind: GROUP, title: "Hikers".into() }) else {
        panic!("no group")
    };
    let alice = world.user(0);
    world.ask(1, Command::AddMembers { chat: group.id, users: vec![alice] }).unwrap();
    world.pass(10_000);
    world.say(0, group.id, "who comes?");
    world.pass(1_000);
    let kept = [keep(&mut world, 0, private), keep(&mut world, 0, group.id)];
    let again = bring_back(&mut world, &kept);
    world.say(1, private, "are you there?");
    world.pass(30 * 60 * 1000);
    assert_eq!(standing(&mut world, again, group.id), Standing::In);
    world.say(again, group.id, "I do");
    world.pass(10_000);
    assert_eq!(world.texts(1, group.id), ["who comes?", "I do"]);
    assert_eq!(world.texts(again, group.id), ["who comes?", "I do"]);
}

#[test]
fn archives_out_of_bounds_are_refused_and_change_nothing() {
    let (mut world, chat) = people(2);
    world.say(0, chat, "hello");
    world.pass(1_000);
    let (record, operations) = keep(&mut world, 0, chat);
    let carol = join(&mut world, 3, "Carol", &[0, 1]);
    world.pass(1_000);
    let admit = |record: &ChatRecord| ArchiveCommand::Admit(Box::new(record.clone()));
    let never = archive(&mut world, carol, admit(&record));
    assert!(matches!(never, Err(CommandError::Invalid(_))), "{never:?}");
    let take = |operations: Vec<Archived>| ArchiveCommand::Take { chat, operations };
    let unknown = archive(&mut world, carol, take(operations.clone()));
    assert!(matches!(unknown, Err(CommandError::NotFound("chat"))), "{unknown:?}");
    let before = world.history(0, chat).len();
    let mut cut = operations.clone();
    cut[0].op.truncate(50);
    let other = world.introduce(0, carol);
    world.say(0, other, "elsewhere");
    let elsewhere = keep(&mut world, 0, other).1;
    let many = vec![operations[0].clone(); ARCHIVED_AT_ONCE + 1];
    for bad in [cut, elsewhere, many] {
        let refused = archive(&mut world, 0, take(bad));
        assert!(matches!(refused, Err(CommandError::Invalid(_))), "{refused:?}");
    }
    assert_eq!(world.history(0, chat).len(), before);
    let whole = record.encode();
    for at in 0..whole.len() {
        assert!(ChatRecord::decode(&whole[..at]).is_err(), "cut at {at}");
    }
    let mut later = whole.clone();
    later[0] = 9;
    assert!(ChatRecord::decode(&later).is_err());
}
