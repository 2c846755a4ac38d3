//! What people do to messages: each act arrives, with one side away, twice, after a restart; and what a member does who
//! keeps to no rule is refused by name.

use crate::conversation::couple;
use crate::hostile::Liar;
use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::Body;
use chappe_protocol::content::card::Card;
use chappe_protocol::content::close::Close;
use chappe_protocol::content::delete::Delete;
use chappe_protocol::content::edit::Edit;
use chappe_protocol::content::file::File;
use chappe_protocol::content::head::{Head, Quote, Reply as Answered};
use chappe_protocol::content::heard::Heard;
use chappe_protocol::content::location::{Location, Point};
use chappe_protocol::content::poll::{Poll, Quiz};
use chappe_protocol::content::reaction::Reaction;
use chappe_protocol::content::rich::{Entity, Style};
use chappe_protocol::content::text::Text;
use chappe_protocol::content::viewed::Viewed;
use chappe_protocol::content::vote::Vote;
use chappe_protocol::ids::{ChatId, NodeId, OpId};
use chappe_protocol::peer::command::{Act, Command, CommandError, Event, Look, Reply};
use chappe_protocol::peer::message::{Content, MessageView, PollView, ReactionView};
use chappe_protocol::peer::view::{DeviceCopy, Ticks};
use chappe_tests::world::World;

const MINUTE: u64 = 60_000;

fn act(world: &mut World, peer: usize, act: Act) -> Result<Reply, CommandError> {
    world.ask(peer, Command::Act(act))
}

fn shown(reply: Result<Reply, CommandError>) -> MessageView {
    match reply {
        Ok(Reply::Message(message)) => *message,
        other => panic!("{other:?}"),
    }
}

fn say(world: &mut World, peer: usize, chat: ChatId, body: Body) -> MessageView {
    shown(world.ask(peer, Command::Say { chat, body: Box::new(body), nonce: None }))
}

fn text(words: &str, head: Head) -> Body {
    Body::Text(Text { text: words.into(), entities: vec![], head })
}

fn message(world: &mut World, peer: usize, id: OpId) -> MessageView {
    shown(world.ask(peer, Command::Look(Look::Message(id))))
}

pub(crate) fn poll(anonymous: bool, quiz: Option<Quiz>) -> Body {
    let options = vec!["here".into(), "there".into()];
    Body::Poll(Poll {
        question: "Where?".into(),
        options,
        anonymous,
        multiple: false,
        quiz,
        closes: None,
        head: Head::default(),
    })
}

fn poll_view(world: &mut World, peer: usize, id: OpId) -> PollView {
    match message(world, peer, id).content {
        Content::Poll(poll) => poll,
        other => panic!("{other:?}"),
    }
}

fn edit(message: OpId, text: &str) -> Act {
    Act::Edit { message, text: text.into(), entities: vec![] }
}

fn react(message: OpId, emoji: &[&str]) -> Act {
    Act::React { message, emoji: emoji.iter().map(|emoji| (*emoji).to_owned()).collect() }
}

/// What both see, without what differs by whose it is.
fn same(world: &mut World, chat: ChatId) {
    let strip = |messages: Vec<MessageView>| -> Vec<MessageView> {
        let plain = |message: MessageView| MessageView {
            mine: false,
            ticks: None,
            reactions: message.reactions.into_iter().map(|r| ReactionView { mine: false, ..r }).collect(),
            ..message
        };
        messages.into_iter().map(plain).collect()
    };
    let (a, b) = (strip(world.history(0, chat)), strip(world.history(1, chat)));
    assert_eq!(a, b);
    assert!(world.refusals(0).is_empty() && world.refusals(1).is_empty());
}

/// Everything that can be done without the other: the history of one who is away, or not.
fn busy(world: &mut World, chat: ChatId, before: &MessageView) -> Vec<OpId> {
    let plain = world.say(0, chat, "first wording");
    let reply = Some(Answered { to: before.id, quote: Some(Quote { offset: 2, text: "fore".into() }) });
    let answer = say(world, 0, chat, text("yes", Head { reply, ..Head::default() }));
    let doomed = world.say(0, chat, "never mind");
    act(world, 0, edit(plain.id, "second wording")).unwrap();
    act(world, 0, edit(plain.id, "third wording")).unwrap();
    act(world, 0, react(before.id, &["🔥", "👍"])).unwrap();
    act(world, 0, Act::Pin { message: answer.id, pinned: true }).unwrap();
    act(world, 0, Act::Delete { messages: vec![doomed.id], for_all: true }).unwrap();
    vec![plain.id, answer.id, doomed.id]
}

#[test]
fn every_act_arrives_whether_the_other_is_there_or_away_and_survives_restarts() {
    for away in [false, true] {
        let (mut world, chat) = couple(2);
        let before = world.say(1, chat, "before");
        world.pass(1_000);
        if away {
            world.stop(1);
        }
        let ids = busy(&mut world, chat, &before);
        world.pass(1_000);
        world.start(1);
        world.pass(5_000);
        for round in 0..2 {
            same(&mut world, chat);
            let plain = message(&mut world, 1, ids[0]);
            assert_eq!((&*plain.text, plain.edited.is_some()), ("third wording", true));
            let answer = message(&mut world, 1, ids[1]);
            let reply = answer.reply.unwrap();
            assert_eq!((&*reply.text, reply.quote.as_deref(), reply.quote_differs), ("before", Some("fore"), false));
            assert!(answer.pinned);
            let (bob, alice) = (world.user(1), world.user(0));
            assert_eq!(reply.from, Some(bob));
            let gone = message(&mut world, 1, ids[2]);
            assert_eq!((&*gone.text, gone.content), ("", Content::Deleted { by: alice }));
            let emoji: Vec<_> = message(&mut world, 1, before.id).reactions.into_iter().map(|r| r.emoji).collect();
            assert_eq!(emoji, ["👍", "🔥"]);
            let Ok(Reply::Wordings(wordings)) = world.ask(1, Command::Look(Look::Wordings(ids[0]))) else { panic!() };
            let texts: Vec<_> = wordings.into_iter().map(|wording| wording.text).collect();
            assert_eq!(texts, ["first wording", "second wording", "third wording"]);
            let Ok(Reply::Messages(pinned)) = world.ask(1, Command::Look(Look::Pinned(chat))) else { panic!() };
            assert_eq!(pinned.iter().map(|message| message.id).collect::<Vec<_>>(), [ids[1]]);
            if round == 0 {
                world.stop(0);
                world.stop(1);
                world.start(0);
                world.start(1);
                world.pass(1_000);
            }
        }
    }
}

#[test]
fn a_crash_at_every_commit_leaves_both_with_the_same_messages() {
    for victim in 0..2 {
        for commits in 1..24 {
            let (mut world, chat) = couple(1);
            let one = world.say(0, chat, "one");
            world.pass(1_000);
            world.crash_after(victim, commits);
            for n in 0..3 {
                for (peer, act) in [(0, edit(one.id, &format!("wording {n}"))), (1, react(one.id, &["👍"][..n % 2]))]
                {
                    if world.runs(peer) {
                        let _answer = world.order(peer, Command::Act(act));
                    }
                    world.pass(30);
                }
            }
            world.disarm();
            if !world.runs(victim) {
                world.start(victim);
            }
            world.pass(MINUTE);
            same(&mut world, chat);
        }
    }
}

#[test]
fn what_is_deleted_for_everybody_leaves_both_disks_and_the_list() {
    let (mut world, chat) = couple(1);
    let sent = world.say(0, chat, "the semaphore at dawn");
    world.pass(1_000);
    assert_eq!(world.chats(1)[0].unread, 1);
    let on_disk = |world: &World, peer: usize| {
        let rows = chappe_protocol::store::StoreRead::scan(
            &world.peers[peer].store,
            chappe_protocol::store::Table::Timeline,
            &chat.0,
            chappe_protocol::store::Range::All,
            99,
        );
        rows.unwrap().iter().any(|(_, row)| row.windows(9).any(|window| window == b"semaphore"))
    };
    assert!(on_disk(&world, 0) && on_disk(&world, 1));
    act(&mut world, 1, Act::Delete { messages: vec![sent.id], for_all: true }).unwrap();
    world.pass(1_000);
    for peer in [0, 1] {
        assert!(!on_disk(&world, peer), "{peer}");
        assert!(matches!(message(&mut world, peer, sent.id).content, Content::Deleted { .. }));
        assert!(matches!(world.chats(peer)[0].last.as_ref().unwrap().content, Content::Deleted { .. }));
    }
    assert_eq!(world.chats(1)[0].unread, 0);
    // The log behind it goes on.
    world.say(0, chat, "next");
    world.pass(1_000);
    assert_eq!(world.texts(1, chat), ["", "next"]);
    for gone in [edit(sent.id, "x"), react(sent.id, &["👍"])] {
        assert!(matches!(act(&mut world, 0, gone), Err(CommandError::Refused(_))));
    }
}

#[test]
fn deleted_for_me_is_deleted_for_me() {
    let (mut world, chat) = couple(1);
    let sent = world.say(0, chat, "hello");
    world.pass(1_000);
    act(&mut world, 1, Act::Delete { messages: vec![sent.id], for_all: false }).unwrap();
    act(&mut world, 0, edit(sent.id, "hello again")).unwrap();
    world.pass(1_000);
    assert!(world.texts(1, chat).is_empty() && world.chats(1)[0].last.is_none());
    assert_eq!((world.texts(0, chat), world.chats(1)[0].unread), (vec!["hello again".to_owned()], 0));
    let gone = |event: &Event| matches!(event, Event::Gone { message, .. } if *message == sent.id);
    assert!(world.peers[1].events.iter().any(gone) && !world.peers[0].events.iter().any(gone));
    world.stop(1);
    world.start(1);
    assert!(world.texts(1, chat).is_empty() && world.chats(1)[0].last.is_none());
}

/// A small file that a relay and its author hold, as their message says.
pub fn file() -> File {
    let hint = |n: u8| vec![RelayHint { relay: NodeId([n; 32]), addrs: vec!["/ip4/192.0.2.1/udp/9/quic-v1".into()] }];
    File {
        key: FileKey([1; 32]),
        root: [2; 32],
        size: 3,
        name: "a".into(),
        mime: "text/plain".into(),
        relays: hint(3),
        caption: String::new(),
        entities: Vec::new(),
        preview: None,
        head: Head::default(),
        play: None,
        album: None,
        sources: hint(4),
        sticker: None,
    }
}

#[test]
fn a_forwarded_file_tells_nobody_where_its_author_is() {
    let mut world = World::new(1);
    let (alice, bob, carol) = (world.join("Alice", &[0]), world.join("Bob", &[0]), world.join("Carol", &[0]));
    world.pass(1_000);
    let (first, second) = (world.introduce(alice, bob), world.introduce(bob, carol));
    let file = file();
    let sent = say(&mut world, alice, first, Body::File(Box::new(file.clone())));
    world.pass(1_000);
    let Content::File(got) = message(&mut world, bob, sent.id).content else { panic!() };
    assert!(*got == file);
    let forward = Act::Forward { messages: vec![sent.id], to: vec![second], attributed: true };
    let Ok(Reply::Messages(copies)) = world.ask(bob, Command::Act(forward)) else { panic!() };
    world.pass(1_000);
    let Content::File(got) = message(&mut world, carol, copies[0].id).content else { panic!() };
    assert!(got.sources.is_empty() && got.relays == file.relays && got.key == file.key);
}

#[test]
fn formatting_arrives_and_a_forward_proves_its_author() {
    let mut world = World::new(1);
    let (alice, bob, carol) = (world.join("Alice", &[0]), world.join("Bob", &[0]), world.join("Carol", &[0]));
    world.pass(1_000);
    let (first, second) = (world.introduce(alice, bob), world.introduce(bob, carol));
    let entities = vec![Entity { offset: 0, length: 5, style: Style::Bold }];
    let body = Body::Text(Text { text: "hello 🦀".into(), entities: entities.clone(), head: Head::default() });
    let sent = say(&mut world, alice, first, body);
    world.pass(1_000);
    let user = world.user(alice);
    for (edited, attributed) in [(false, true), (true, true), (false, false)] {
        if edited {
            let act = Act::Edit { message: sent.id, text: "hallo 🦀".into(), entities: entities.clone() };
            world.ask(alice, Command::Act(act)).unwrap();
            world.pass(1_000);
        }
        let forward = Act::Forward { messages: vec![sent.id], to: vec![second, first], attributed };
        let Ok(Reply::Messages(copies)) = world.ask(bob, Command::Act(forward)) else { panic!() };
        assert_eq!(copies.len(), 2);
        world.pass(1_000);
        let got = message(&mut world, carol, copies[0].id);
        assert_eq!((&got.text, &got.entities), (&message(&mut world, bob, sent.id).text, &entities));
        match got.forward {
            Some(forward) => assert!(attributed && forward.verified && forward.user == user, "{forward:?}"),
            None => assert!(!attributed),
        }
        // On and on, the first author stays proven.
        let on = Act::Forward { messages: vec![copies[0].id], to: vec![second], attributed: true };
        let Ok(Reply::Messages(again)) = world.ask(carol, Command::Act(on)) else { panic!() };
        assert_eq!(again[0].forward.as_ref().is_some_and(|forward| forward.user == user), attributed);
        assert!(matches!(act(&mut world, bob, edit(copies[0].id, "x")), Err(CommandError::Refused(_))) == attributed);
    }
}

#[test]
fn polls_are_asked_answered_and_closed() {
    let (mut world, chat) = couple(2);
    let asked = say(&mut world, 0, chat, poll(false, None));
    world.pass(1_000);
    act(&mut world, 1, Act::Vote { message: asked.id, options: vec![1] }).unwrap();
    act(&mut world, 1, Act::Vote { message: asked.id, options: vec![0] }).unwrap();
    act(&mut world, 0, Act::Vote { message: asked.id, options: vec![1] }).unwrap();
    world.pass(1_000);
    let mine = poll_view(&mut world, 1, asked.id);
    assert_eq!(
        mine.options.iter().map(|option| (option.votes, option.chosen)).collect::<Vec<_>>(),
        [(1, true), (1, false)]
    );
    let Ok(Reply::Votes(votes)) = world.ask(0, Command::Look(Look::Votes(asked.id))) else { panic!() };
    assert_eq!(votes.len(), 2);
    for (options, why) in [(vec![0, 1], "only one"), (vec![2], "no such options")] {
        let refused = act(&mut world, 1, Act::Vote { message: asked.id, options });
        assert!(matches!(&refused, Err(CommandError::Refused(text)) if text.contains(why)), "{refused:?}");
    }
    act(&mut world, 0, Act::Close(asked.id)).unwrap();
    world.pass(1_000);
    let late = act(&mut world, 1, Act::Vote { message: asked.id, options: vec![1] });
    assert!(matches!(&late, Err(CommandError::Refused(text)) if text.contains("closed")), "{late:?}");
    assert!(poll_view(&mut world, 1, asked.id).closed);
    same_poll(&mut world, asked.id, [1, 1]);
    let secret = say(&mut world, 0, chat, poll(true, None));
    assert!(matches!(world.ask(0, Command::Look(Look::Votes(secret.id))), Err(CommandError::Refused(_))));
}

fn same_poll(world: &mut World, id: OpId, expected: [u32; 2]) {
    for peer in [0, 1] {
        let poll = poll_view(world, peer, id);
        assert_eq!(poll.options.iter().map(|option| option.votes).collect::<Vec<_>>(), expected, "at {peer}");
    }
}

#[test]
fn a_vote_that_crosses_the_close_counts_for_nobody() {
    let (mut world, chat) = couple(1);
    let asked = say(&mut world, 0, chat, poll(false, None));
    world.pass(1_000);
    act(&mut world, 1, Act::Vote { message: asked.id, options: vec![0] }).unwrap();
    world.pass(1_000);
    world.stop_relay(0);
    act(&mut world, 0, Act::Close(asked.id)).unwrap();
    world.pass(1_000);
    act(&mut world, 1, Act::Vote { message: asked.id, options: vec![1] }).unwrap();
    world.start_relay(0);
    world.pass(2 * MINUTE);
    same_poll(&mut world, asked.id, [1, 0]);
}

#[test]
fn a_quiz_is_solved_once() {
    let (mut world, chat) = couple(1);
    let quiz = Some(Quiz { right: 1, explanation: "look there".into() });
    let asked = say(&mut world, 0, chat, poll(true, quiz));
    world.pass(1_000);
    let before = poll_view(&mut world, 1, asked.id);
    assert_eq!((before.right, &*before.explanation), (None, ""), "the solution is not shown before the vote");
    act(&mut world, 1, Act::Vote { message: asked.id, options: vec![0] }).unwrap();
    let after = poll_view(&mut world, 1, asked.id);
    assert_eq!((after.right, &*after.explanation), (Some(1), "look there"));
    assert!(matches!(
        act(&mut world, 1, Act::Vote { message: asked.id, options: vec![1] }),
        Err(CommandError::Refused(_))
    ));
}

#[test]
fn what_destroys_itself_goes_on_both_sides_also_while_one_is_away() {
    let (mut world, chat) = couple(1);
    let short = say(&mut world, 0, chat, text("soon gone", Head { ttl_s: Some(60), ..Head::default() }));
    world.pass(1_000);
    assert_eq!(world.texts(1, chat), ["soon gone"]);
    world.stop(1);
    say(&mut world, 0, chat, text("gone before you come", Head { ttl_s: Some(60), ..Head::default() }));
    world.pass(2 * MINUTE);
    assert!(world.texts(0, chat).is_empty());
    world.start(1);
    world.pass(1_000);
    assert!(world.texts(1, chat).is_empty(), "{:?}", world.texts(1, chat));
    assert_eq!((world.chats(1)[0].unread, world.chats(1)[0].last.is_none()), (0, true));
    assert!(
        world.peers[0].events.iter().any(|event| matches!(event, Event::Gone { message, .. } if *message == short.id))
    );
    // A rule for the chat is a default for what comes.
    act(&mut world, 1, Act::SetLifetime { chat, ttl_s: Some(30) }).unwrap();
    world.pass(1_000);
    assert_eq!(world.chats(0)[0].ttl_s, Some(30));
    let ruled = world.say(0, chat, "by the rule");
    assert!(ruled.expires.is_some());
    act(&mut world, 0, Act::SetLifetime { chat, ttl_s: None }).unwrap();
    world.say(0, chat, "for ever");
    world.pass(2 * MINUTE);
    for peer in [0, 1] {
        assert_eq!(world.texts(peer, chat), ["for ever"]);
        world.stop(peer);
        world.start(peer);
        assert_eq!((world.texts(peer, chat), world.chats(peer)[0].ttl_s), (vec!["for ever".to_owned()], None));
    }
    for ttl_s in [Some(0), Some(u32::MAX)] {
        assert!(matches!(act(&mut world, 0, Act::SetLifetime { chat, ttl_s }), Err(CommandError::Invalid(_))));
        let body = Box::new(text("x", Head { ttl_s, ..Head::default() }));
        assert!(matches!(world.ask(0, Command::Say { chat, body, nonce: None }), Err(CommandError::Invalid(_))));
    }
}

#[test]
fn what_can_be_seen_once_is_seen_once() {
    let (mut world, chat) = couple(1);
    let sent = say(&mut world, 0, chat, text("a secret", Head { view_once: true, ..Head::default() }));
    world.pass(1_000);
    let hidden = world.history(1, chat).pop().unwrap();
    assert_eq!((&*hidden.text, &hidden.content), ("", &Content::ViewOnce));
    assert!(matches!(act(&mut world, 0, Act::View(sent.id)), Err(CommandError::Refused(_))), "by its author");
    let to = vec![chat];
    let forward = Act::Forward { messages: vec![sent.id], to, attributed: false };
    assert!(matches!(act(&mut world, 1, forward), Err(CommandError::Refused(_))));
    let seen = shown(act(&mut world, 1, Act::View(sent.id)));
    assert_eq!(&*seen.text, "a secret");
    world.pass(1_000);
    for peer in [0, 1] {
        assert_eq!(message(&mut world, peer, sent.id).content, Content::Viewed, "at {peer}");
    }
    assert!(matches!(act(&mut world, 1, Act::View(sent.id)), Err(CommandError::Refused(_))));
}

#[test]
fn a_history_is_cleared_by_time_and_side() {
    let (mut world, chat) = couple(1);
    for n in 0..70 {
        world.say(n % 2, chat, &format!("old {n}"));
        world.pass(100);
    }
    world.pass(MINUTE);
    let middle = world.history(0, chat).last().unwrap().at + 1;
    world.say(0, chat, "new");
    world.pass(1_000);
    act(&mut world, 1, Act::Clear { chat, from: None, until: Some(middle), for_all: false }).unwrap();
    world.pass(1_000);
    assert_eq!((world.texts(1, chat), world.texts(0, chat).len()), (vec!["new".to_owned()], 71));
    act(&mut world, 0, Act::Clear { chat, from: None, until: Some(middle), for_all: true }).unwrap();
    world.pass(1_000);
    assert_eq!(world.texts(1, chat), ["new"]);
    assert_eq!(world.texts(0, chat), ["new"], "who clears sees no traces of it");
    act(&mut world, 0, Act::Clear { chat, from: None, until: None, for_all: false }).unwrap();
    assert!(world.history(0, chat).is_empty());
    same_after_restart(&mut world, chat);
}

fn same_after_restart(world: &mut World, chat: ChatId) {
    for peer in [0, 1] {
        let before = world.history(peer, chat);
        world.stop(peer);
        world.start(peer);
        assert_eq!(world.history(peer, chat), before);
    }
}

#[test]
fn cards_carry_keys_that_are_in_use_and_live_places_move_and_stop() {
    let (mut world, chat) = couple(1);
    let (alice, bob) = (world.user(0), world.user(1));
    let Ok(Reply::Card(card)) = world.ask(0, Command::CardOf(alice)) else { panic!() };
    let sent = say(&mut world, 0, chat, Body::Card(*card));
    let Ok(Reply::Card(theirs)) = world.ask(0, Command::CardOf(bob)) else { panic!() };
    say(&mut world, 0, chat, Body::Card(*theirs));
    say(&mut world, 0, chat, Body::Card(Card { name: "Stranger".into(), ..Card::default() }));
    world.pass(1_000);
    let known = world.history(1, chat).into_iter().map(|message| match message.content {
        Content::Card(card) => (card.card.name, card.card.key.map(|key| key.user), card.known_as),
        other => panic!("{other:?}"),
    });
    let known: Vec<_> = known.collect();
    assert_eq!(known[0], ("Alice".into(), Some(alice), Some("Alice".into())));
    assert_eq!(known[1], ("Bob".into(), Some(bob), Some("Bob".into())));
    assert_eq!(known[2], ("Stranger".into(), None, None));
    assert!(matches!(message(&mut world, 1, sent.id).content, Content::Card(card) if card.vcard.contains("FN:Alice")));
    let at = |latitude| Point { latitude, longitude: 5, accuracy: None, heading: None };
    let place = Location { point: at(1), venue: None, live_s: Some(60), head: Head::default() };
    let live = say(&mut world, 0, chat, Body::Location(place));
    for latitude in [2, 3] {
        act(&mut world, 0, Act::Point { message: live.id, point: Some(at(latitude)) }).unwrap();
    }
    world.pass(1_000);
    let seen = |world: &mut World| match message(world, 1, live.id).content {
        Content::Location(place) => (place.point.latitude, place.live),
        other => panic!("{other:?}"),
    };
    assert_eq!(seen(&mut world), (3, true));
    assert!(matches!(act(&mut world, 1, Act::Point { message: live.id, point: None }), Err(CommandError::Refused(_))));
    act(&mut world, 0, Act::Point { message: live.id, point: None }).unwrap();
    world.pass(1_000);
    assert_eq!(seen(&mut world), (3, false));
    world.pass(2 * MINUTE);
    let late = act(&mut world, 0, Act::Point { message: live.id, point: Some(at(4)) });
    assert!(matches!(late, Err(CommandError::Refused(_))));
}

#[test]
fn that_somebody_writes_is_heard_by_who_is_there_and_kept_by_nobody() {
    let (mut world, chat) = couple(2);
    let alice = world.user(0);
    let heard = |world: &World| {
        let typing = |event: &&Event| matches!(event, Event::Typing { user, .. } if *user == alice);
        world.peers[1].events.iter().filter(typing).count()
    };
    let disks = |world: &World| world.relays.iter().map(|relay| relay.store.dump()).collect::<Vec<_>>();
    world.pass(60_000);
    let before = disks(&world);
    for _ in 0..3 {
        act(&mut world, 0, Act::Typing(chat)).unwrap();
        world.pass(100);
    }
    // Three key strokes are one signal, and one by two relays is heard once.
    assert_eq!(heard(&world), 1);
    assert!(before == disks(&world), "a relay kept something");
    world.pass(5_000);
    act(&mut world, 0, Act::Typing(chat)).unwrap();
    assert_eq!(heard(&world), 2);
    world.stop(1);
    act(&mut world, 0, Act::Typing(chat)).unwrap();
    world.pass(5_000);
    act(&mut world, 0, Act::Typing(chat)).unwrap();
    world.start(1);
    world.pass(5_000);
    assert_eq!(heard(&world), 2, "who was away hears nothing of it later");
    // Messages and receipts go on as if nothing had been; behind a message the next is heard at once.
    world.say(0, chat, "hello");
    act(&mut world, 0, Act::Typing(chat)).unwrap();
    world.pass(1_000);
    assert_eq!((world.texts(1, chat), heard(&world)), (vec!["hello".to_owned()], 3));
    assert!(world.refusals(0).is_empty() && world.refusals(1).is_empty());
}

#[test]
fn who_does_not_tell_what_they_read_is_not_told_either() {
    let (mut world, chat) = couple(1);
    let read = |world: &mut World, peer: usize, message: &MessageView| {
        world.ask(peer, Command::MarkRead { chat, up_to: message.id }).unwrap();
        world.pass(1_000);
    };
    let ticks = |world: &mut World, peer: usize, message: &MessageView| {
        let truth = world.truth(peer, message);
        (truth.message.ticks, matches!(truth.devices[0].2, DeviceCopy::Has { read: true }))
    };
    act(&mut world, 1, Act::SetReadReceipts(false)).unwrap();
    let (from_alice, from_bob) = (world.say(0, chat, "from Alice"), world.say(1, chat, "from Bob"));
    world.pass(1_000);
    read(&mut world, 1, &from_alice);
    read(&mut world, 0, &from_bob);
    for (peer, message) in [(0, &from_alice), (1, &from_bob)] {
        assert_eq!(ticks(&mut world, peer, message), (Some(Ticks::Delivered), false), "at {peer}");
    }
    assert_eq!(world.chats(1)[0].unread, 0);
    world.stop(1);
    world.start(1);
    world.pass(1_000);
    assert_eq!(ticks(&mut world, 0, &from_alice), (Some(Ticks::Delivered), false), "after a restart");
    let Ok(Reply::ReadReceipts(told)) = world.ask(1, Command::Look(Look::ReadReceipts)) else { panic!() };
    assert!(!told);
    act(&mut world, 1, Act::SetReadReceipts(true)).unwrap();
    world.pass(1_000);
    for (peer, message) in [(0, &from_alice), (1, &from_bob)] {
        assert_eq!(ticks(&mut world, peer, message), (Some(Ticks::Read), true), "at {peer}");
    }
}

#[test]
fn commands_that_cannot_be_get_clear_errors_and_change_nothing() {
    let (mut world, chat) = couple(1);
    let sent = world.say(0, chat, "mine");
    world.pass(1_000);
    let nowhere = OpId([9; 32]);
    let many: Vec<String> = ["👍", "🔥", "🦀", "👎"].map(str::to_owned).to_vec();
    let refused: Vec<(usize, Act)> = vec![
        (0, edit(nowhere, "x")),
        (1, edit(sent.id, "not mine")),
        (0, edit(sent.id, " ")),
        (0, edit(sent.id, &"x".repeat(4097))),
        (0, Act::Delete { messages: vec![], for_all: true }),
        (0, Act::Delete { messages: vec![sent.id, nowhere], for_all: true }),
        (0, react(sent.id, &["thumbs up"])),
        (0, Act::React { message: sent.id, emoji: many }),
        (0, Act::Forward { messages: vec![sent.id], to: vec![ChatId([9; 32])], attributed: true }),
        (0, Act::Forward { messages: vec![], to: vec![chat], attributed: true }),
        (0, Act::Forward { messages: vec![sent.id; 101], to: vec![chat], attributed: true }),
        (0, Act::Vote { message: sent.id, options: vec![0] }),
        (0, Act::Close(sent.id)),
        (1, Act::View(sent.id)),
        (0, Act::Point { message: sent.id, point: None }),
        (0, Act::Clear { chat: ChatId([9; 32]), from: None, until: None, for_all: false }),
    ];
    let (mine, theirs) = (world.history(0, chat), world.history(1, chat));
    let frames = world.frames;
    for (peer, act) in refused {
        let name = format!("{act:?}");
        assert!(world.ask(peer, Command::Act(act)).is_err(), "{name}");
    }
    let answer = Head { reply: Some(Answered { to: nowhere, quote: None }), ..Head::default() };
    let wild = vec![Entity { offset: 0, length: 9, style: Style::Bold }];
    for body in [
        text("x", answer),
        Body::Text(Text { text: "x".into(), entities: wild, head: Head::default() }),
        Body::Close(Close { target: sent.id }),
    ] {
        assert!(world.ask(0, Command::Say { chat, body: Box::new(body), nonce: None }).is_err());
    }
    assert_eq!((world.history(0, chat), world.history(1, chat), world.frames), (mine, theirs, frames));
}

#[test]
fn a_member_who_keeps_to_no_rule_is_refused_by_name() {
    type Make = fn(OpId, OpId) -> Body;
    let cases: &[(&str, &str, Make)] = &[
        ("edit of Alice's text", "change of another's message", |text, _| {
            Body::Edit(Edit { target: text, counter: 9, text: "I owe Bob".into(), entities: vec![] })
        }),
        ("a vote for two", "vote for what is no option", |_, poll| {
            Body::Vote(Vote { target: poll, counter: 1, options: vec![0, 1] })
        }),
        ("a vote out of range", "vote for what is no option", |_, poll| {
            Body::Vote(Vote { target: poll, counter: 1, options: vec![7] })
        }),
        ("a vote in a text", "vote in what is no poll", |text, _| {
            Body::Vote(Vote { target: text, counter: 1, options: vec![0] })
        }),
        ("a view of a plain text", "view of what can be seen again", |text, _| Body::Viewed(Viewed { target: text })),
        ("a hearing of a text", "hearing of what does not play", |text, _| Body::Heard(Heard::Told(text))),
        ("too many entities", "body out of bounds", |_, _| {
            let bold = |offset| Entity { offset, length: 1, style: Style::Bold };
            let entities = (0..101).map(bold).collect();
            Body::Text(Text { text: "x".repeat(200), entities, head: Head::default() })
        }),
        ("entities over each other", "body out of bounds", |_, _| {
            let one = Entity { offset: 0, length: 2, style: Style::Bold };
            let two = Entity { offset: 1, length: 2, style: Style::Italic };
            Body::Text(Text { text: "abc".into(), entities: vec![one, two], head: Head::default() })
        }),
        ("a link that runs a program", "body out of bounds", |_, _| {
            let link = Style::Link { url: "javascript:alert(1)".into() };
            let entities = vec![Entity { offset: 0, length: 1, style: link }];
            Body::Text(Text { text: "abc".into(), entities, head: Head::default() })
        }),
        ("a lifetime of nothing", "body out of bounds", |_, _| text("x", Head { ttl_s: Some(0), ..Head::default() })),
        ("a lifetime of ages", "body out of bounds", |_, _| {
            text("x", Head { ttl_s: Some(u32::MAX), ..Head::default() })
        }),
        ("a deletion of everything", "body out of bounds", |_, _| {
            Body::Delete(Delete { targets: (0..65).map(|n| OpId([n; 32])).collect() })
        }),
        ("a reaction in words", "body out of bounds", |text, _| {
            Body::Reaction(Reaction { target: text, emoji: vec!["<b>".into()] })
        }),
    ];
    for (what, name, make) in cases {
        let (mut world, chat) = couple(1);
        let words = world.say(0, chat, "I owe nobody");
        let asked = say(&mut world, 0, chat, poll(false, None));
        world.pass(1_000);
        let mut liar = Liar::new(&mut world, chat);
        let before = world.history(0, chat);
        let body = make(words.id, asked.id);
        let op = chappe_protocol::chat::op::Op { kind: body.kind(), body: body.encode().unwrap(), ..liar.next("x") };
        let envelope = liar.seal_op(op);
        liar.push(&mut world, envelope);
        assert_eq!(world.refusals(0).get(name), Some(&1), "{what}: {:?}", world.refusals(0));
        assert_eq!(world.history(0, chat), before, "{what}");
        world.stop(0);
        world.start(0);
        assert_eq!(world.history(0, chat), before, "{what}, after a restart");
    }
}
