//! One private chat between two people: nothing lost, nothing twice, nothing readable on the way.

use chappe_protocol::peer::command::{Command, CommandError, Event, Reply};
use chappe_protocol::peer::view::{ContactState, DeviceCopy, RelayCopy, Ticks};
use chappe_tests::world::World;

/// Alice and Bob, introduced, each with all of these relays.
pub fn couple(relays: usize) -> (World, chappe_protocol::ids::ChatId) {
    let mut world = World::new(relays);
    let all: Vec<usize> = (0..relays).collect();
    let (alice, bob) = (world.join("Alice", &all), world.join("Bob", &all));
    world.pass(1_000);
    let chat = world.introduce(alice, bob);
    (world, chat)
}

#[test]
fn a_message_arrives_and_its_ticks_move() {
    for relays in [1, 4] {
        let (mut world, chat) = couple(relays);
        let sent = world.say(0, chat, "hello Bob");
        assert_eq!(sent.ticks, Some(Ticks::Queued));
        world.pass(100);
        assert_eq!(world.history(0, chat)[0].ticks, Some(Ticks::Delivered));
        let got = world.history(1, chat);
        assert_eq!((got.len(), &*got[0].text, got[0].mine, got[0].id), (1, "hello Bob", false, sent.id));
        assert_eq!(world.chats(1)[0].unread, 1);
        world.ask(1, Command::MarkRead { chat, up_to: sent.id }).unwrap();
        world.pass(100);
        assert_eq!(world.chats(1)[0].unread, 0);
        assert_eq!(world.history(0, chat)[0].ticks, Some(Ticks::Read));
        assert_eq!(world.chats(0)[0].title, "Bob");
        assert_eq!(world.chats(1)[0].title, "Alice");
        assert!(world.refusals(0).is_empty(), "{:?}", world.refusals(0));
        assert!(world.refusals(1).is_empty(), "{:?}", world.refusals(1));
    }
}

#[test]
fn the_one_who_was_away_gets_everything_in_order() {
    let (mut world, chat) = couple(4);
    world.stop(1);
    let texts: Vec<String> = (0..700).map(|n| format!("message {n}")).collect();
    for text in &texts {
        world.say(0, chat, text);
    }
    world.pass(60_000);
    assert_eq!(world.history(0, chat)[0].ticks, Some(Ticks::Sent));
    world.start(1);
    world.pass(5_000);
    assert_eq!(world.texts(1, chat), texts[200..]);
    assert_eq!(world.chats(1)[0].unread, 700);
    assert_eq!(world.history(0, chat)[0].ticks, Some(Ticks::Delivered));
}

#[test]
fn two_relays_of_four_are_enough() {
    let (mut world, chat) = couple(4);
    world.stop_relay(0);
    world.stop_relay(2);
    world.say(0, chat, "still here?");
    world.say(1, chat, "still here!");
    world.pass(1_000);
    assert_eq!(world.texts(0, chat), ["still here?", "still here!"]);
    assert_eq!(world.texts(1, chat), ["still here?", "still here!"]);
    assert_eq!(world.history(0, chat)[0].ticks, Some(Ticks::Delivered));
    world.start_relay(0);
    world.start_relay(2);
    world.pass(30_000);
    assert_eq!(world.texts(1, chat).len(), 2);
}

#[test]
fn every_relay_may_lose_its_disk_while_one_side_lives() {
    let (mut world, chat) = couple(4);
    world.stop(1);
    for n in 0..20 {
        world.say(0, chat, &format!("{n}"));
    }
    world.pass(1_000);
    for relay in 0..4 {
        world.wipe_relay(relay);
    }
    world.pass(60_000);
    world.start(1);
    world.pass(60_000);
    assert_eq!(world.texts(1, chat).len(), 20);
    assert_eq!(world.history(0, chat)[0].ticks, Some(Ticks::Delivered));
}

#[test]
fn both_restart_and_go_on() {
    let (mut world, chat) = couple(4);
    world.say(0, chat, "one");
    world.pass(1_000);
    for peer in [0, 1] {
        world.stop(peer);
        world.start(peer);
    }
    world.say(1, chat, "two");
    world.say(0, chat, "three");
    world.pass(1_000);
    assert_eq!(world.texts(0, chat), world.texts(1, chat));
    assert_eq!(world.texts(0, chat).len(), 3);
    let list = world.chats(0);
    assert_eq!(list[0].last.as_ref().unwrap().text, "three");
    assert_eq!(list[0].last.as_ref().unwrap().ticks, Some(Ticks::Delivered));
}

/// Persist before send, seen from outside: whatever commit the power fails behind, at either end or at the relay,
/// nothing that was answered is lost and nothing is shown twice.
#[test]
fn a_crash_at_every_commit_boundary_loses_nothing() {
    for victim in 0..3 {
        for commits in 1..40 {
            let (mut world, chat) = couple(1);
            match victim {
                2 => world.crash_relay_after(0, commits),
                peer => world.crash_after(peer, commits),
            }
            let mut answered = Vec::new();
            for n in 0..6 {
                for peer in [0, 1] {
                    let text = format!("{peer} says {n}");
                    let command = Command::SendText { chat, text: text.clone(), nonce: None };
                    if world.runs(peer) && matches!(world.order(peer, command), Some(Ok(_))) {
                        answered.push(text);
                    }
                    world.pass(30);
                }
            }
            if victim == 2 && !world.relay_runs(0) {
                world.start_relay(0);
            }
            world.disarm();
            for peer in [0, 1] {
                if !world.runs(peer) {
                    world.start(peer);
                }
            }
            world.pass(120_000);
            for peer in [0, 1] {
                let texts = world.texts(peer, chat);
                let mut unique = texts.clone();
                unique.sort();
                unique.dedup();
                assert_eq!(unique.len(), texts.len(), "shown twice: victim {victim}, commit {commits}");
                for text in &answered {
                    assert!(texts.contains(text), "lost {text:?} at {peer}: victim {victim}, commit {commits}");
                }
            }
            assert_eq!(world.texts(0, chat), world.texts(1, chat), "victim {victim}, commit {commits}");
        }
    }
}

#[test]
fn messages_wait_until_the_request_is_accepted() {
    let mut world = World::new(4);
    let all = [0, 1, 2, 3];
    let (alice, bob) = (world.join("Alice", &all), world.join("Bob", &all));
    world.pass(1_000);
    let Ok(Reply::Invite(invite)) = world.ask(bob, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
    world.ask(alice, Command::AddContact { link: invite.link, greeting: "It's me".into() }).unwrap();
    world.pass(1_000);
    let chat = world.chats(alice)[0].id;
    assert!(!world.chats(alice)[0].accepted);
    let early = world.say(alice, chat, "are you there?");
    world.pass(1_000);
    let truth = world.truth(alice, &early);
    assert!(matches!(&truth.devices[0].2, DeviceCopy::Waiting(why) if why.contains("accepted")), "{truth:?}");
    let user = world.user(alice);
    let Ok(Reply::Contacts(contacts)) = world.ask(bob, Command::Contacts) else { panic!() };
    assert_eq!((contacts[0].state, &*contacts[0].greeting), (ContactState::Pending, "It's me"));
    assert_eq!(contacts[0].profile.user, user);
    world.stop(bob);
    world.start(bob);
    world.ask(bob, Command::AcceptContact(user)).unwrap();
    world.pass(1_000);
    assert_eq!(world.texts(bob, chat), ["It's me", "are you there?"]);
    assert!(world.chats(alice)[0].accepted);
    assert_eq!(world.history(alice, chat)[1].ticks, Some(Ticks::Delivered));
}

#[test]
fn a_request_survives_the_loss_of_every_relays_disk() {
    let mut world = World::new(2);
    let (alice, bob) = (world.join("Alice", &[0, 1]), world.join("Bob", &[0, 1]));
    world.pass(1_000);
    let Ok(Reply::Invite(invite)) = world.ask(bob, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
    world.stop(bob);
    world.ask(alice, Command::AddContact { link: invite.link, greeting: "hello".into() }).unwrap();
    world.pass(1_000);
    world.wipe_relay(0);
    world.wipe_relay(1);
    world.start(bob);
    world.pass(1_000);
    let Ok(Reply::Contacts(contacts)) = world.ask(bob, Command::Contacts) else { panic!() };
    assert!(contacts.is_empty(), "the relays lost the request");
    world.pass(25 * 3_600_000);
    let Ok(Reply::Contacts(contacts)) = world.ask(bob, Command::Contacts) else { panic!() };
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].greeting, "hello");
}

#[test]
fn a_declined_or_unanswered_request_gives_no_way_in() {
    let mut world = World::new(1);
    let (alice, bob) = (world.join("Alice", &[0]), world.join("Bob", &[0]));
    world.pass(1_000);
    let Ok(Reply::Invite(invite)) = world.ask(bob, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
    world.ask(alice, Command::AddContact { link: invite.link.clone(), greeting: String::new() }).unwrap();
    world.pass(1_000);
    let user = world.user(alice);
    world.ask(bob, Command::DeclineContact(user)).unwrap();
    world.pass(60_000);
    assert!(world.chats(bob).is_empty());
    assert!(matches!(world.ask(bob, Command::AcceptContact(user)), Err(CommandError::Refused(_))));
    // The token is spent: a third person cannot use the link again.
    let carol = world.join("Carol", &[0]);
    world.ask(carol, Command::AddContact { link: invite.link, greeting: String::new() }).unwrap();
    world.pass(5_000);
    let Ok(Reply::Contacts(contacts)) = world.ask(carol, Command::Contacts) else { panic!() };
    assert!(contacts[0].problem.contains("used up"), "{:?}", contacts[0].problem);
}

#[test]
fn two_who_ask_each_other_need_no_answer() {
    let mut world = World::new(1);
    let (alice, bob) = (world.join("Alice", &[0]), world.join("Bob", &[0]));
    world.pass(1_000);
    let mut links = Vec::new();
    for peer in [alice, bob] {
        let Ok(Reply::Invite(invite)) = world.ask(peer, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
        links.push(invite.link);
    }
    world.stop_relay(0);
    world.ask(alice, Command::AddContact { link: links[1].clone(), greeting: String::new() }).unwrap();
    world.ask(bob, Command::AddContact { link: links[0].clone(), greeting: String::new() }).unwrap();
    world.start_relay(0);
    world.pass(120_000);
    for peer in [alice, bob] {
        let Ok(Reply::Contacts(contacts)) = world.ask(peer, Command::Contacts) else { panic!() };
        assert_eq!(contacts[0].state, ContactState::Accepted);
    }
}

#[test]
fn delivery_truth_says_who_has_what() {
    let (mut world, chat) = couple(4);
    world.stop(1);
    world.stop_relay(3);
    let sent = world.say(0, chat, "where am I?");
    world.pass(1_000);
    let truth = world.truth(0, &sent);
    let holding = truth.relays.iter().filter(|(_, copy)| matches!(copy, RelayCopy::Holds { until } if *until > 0));
    assert_eq!(holding.count(), 3, "{truth:?}");
    assert!(truth.relays.iter().any(|(_, copy)| matches!(copy, RelayCopy::Waiting(_))));
    assert!(matches!(truth.devices[..], [(_, _, DeviceCopy::Waiting(_))]));
    world.start(1);
    world.pass(1_000);
    let truth = world.truth(0, &sent);
    assert!(matches!(truth.devices[..], [(_, _, DeviceCopy::Has { read: false })]));
    assert!(truth.relays.iter().all(|(_, copy)| *copy == RelayCopy::Released));
}

#[test]
fn a_repeated_request_sends_one_message() {
    let (mut world, chat) = couple(1);
    let command = Command::SendText { chat, text: "once".into(), nonce: Some([7; 16]) };
    let Ok(Reply::Message(first)) = world.ask(0, command.clone()) else { panic!() };
    world.stop(0);
    world.start(0);
    let Ok(Reply::Message(second)) = world.ask(0, command) else { panic!() };
    assert_eq!(first.id, second.id);
    world.pass(1_000);
    assert_eq!(world.texts(1, chat), ["once"]);
}

#[test]
fn nothing_readable_crosses_a_link_or_lies_at_a_relay() {
    let mut world = World::new(4);
    let all = [0, 1, 2, 3];
    let names = ["Aliceandthelookingglass", "Bobthebuilderofbridges"];
    let (alice, bob) = (world.join(names[0], &all), world.join(names[1], &all));
    world.pass(1_000);
    let chat = world.introduce(alice, bob);
    let secret = "the semaphore tower at dawn";
    world.say(alice, chat, secret);
    world.say(bob, chat, secret);
    world.pass(10_000);
    let users = [world.user(alice), world.user(bob)];
    let mut haystack = world.wire.clone();
    for relay in &world.relays {
        haystack.extend(relay.store.dump());
    }
    let needles = [secret.as_bytes(), names[0].as_bytes(), names[1].as_bytes(), &users[0].0, &users[1].0, &chat.0];
    // The search itself must be able to find: the relay's own store knows the log tags that cross the links.
    assert!(haystack.len() > 10_000);
    for (n, needle) in needles.iter().enumerate() {
        assert!(!haystack.windows(needle.len()).any(|window| window == *needle), "needle {n} lies open");
    }
}

#[test]
fn bad_commands_get_clear_errors_and_change_nothing() {
    let (mut world, chat) = couple(1);
    let bad_text = |text: &str| Command::SendText { chat, text: text.into(), nonce: None };
    assert!(matches!(world.ask(0, bad_text("  \n")), Err(CommandError::Invalid(_))));
    assert!(matches!(world.ask(0, bad_text(&"x".repeat(4097))), Err(CommandError::Invalid(_))));
    let nowhere = Command::SendText { chat: [9; 32].into(), text: "x".into(), nonce: None };
    assert_eq!(world.ask(0, nowhere).unwrap_err(), CommandError::NotFound("chat"));
    assert!(world.ask(0, Command::Truth([9; 32].into())).is_err());
    assert!(world.ask(0, Command::History { chat, before: None, limit: 0 }).is_err());
    assert!(world.ask(0, Command::History { chat, before: None, limit: 501 }).is_err());
    assert!(world.ask(0, Command::SetName("\u{1b}".into())).is_err());
    assert!(world.ask(0, Command::AddContact { link: "nonsense".into(), greeting: String::new() }).is_err());
    assert!(world.ask(0, Command::CreateInvite { uses: 0, ttl_ms: 0 }).is_err());
    let Ok(Reply::Invite(own)) = world.ask(0, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
    assert!(world.ask(0, Command::AddContact { link: own.link, greeting: String::new() }).is_err());
    assert!(world.texts(0, chat).is_empty());
    assert!(!world.peers[0].events.iter().any(|event| matches!(event, Event::Stopped(_))));
}
