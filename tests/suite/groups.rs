//! Chats of many: who is added hears all that follows, who is removed nothing; everybody ends in one state.

use chappe_protocol::chat::control::intent::{InfoChange, Intent};
use chappe_protocol::chat::control::rules::{Permissions, Rights, Role};
use chappe_protocol::content::Body;
use chappe_protocol::ids::{ChatId, UserId};
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, CommandError, DoorCommand, Event, Reply};
use chappe_protocol::peer::view::{MembersView, Ticks};
use chappe_protocol::wire::registry::chat as kind;
use chappe_tests::world::World;
use std::collections::BTreeSet;

/// The first makes a group and adds all others, who are its contacts.
pub fn group(relays: usize, people: usize) -> (World, ChatId) {
    let mut world = World::new(relays);
    let all: Vec<usize> = (0..relays).collect();
    for n in 0..people {
        world.join(&format!("P{n}"), &all);
    }
    world.pass(1_000);
    for n in 1..people {
        world.introduce(0, n);
    }
    let chat = create(&mut world, 0, kind::GROUP, "Pioneers");
    let users = (1..people).map(|n| world.user(n)).collect();
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(5_000);
    (world, chat)
}

pub fn create(world: &mut World, peer: usize, kind: u16, title: &str) -> ChatId {
    match world.ask(peer, Command::CreateChat { kind, title: title.into() }) {
        Ok(Reply::Chat(chat)) => chat.id,
        other => panic!("{other:?}"),
    }
}

pub fn members(world: &mut World, peer: usize, chat: ChatId) -> MembersView {
    match world.ask(peer, Command::Members(chat)) {
        Ok(Reply::Members(view)) => *view,
        other => panic!("{other:?}"),
    }
}

pub fn change(world: &mut World, peer: usize, chat: ChatId, intent: Intent) -> Result<Reply, CommandError> {
    let reply = world.ask(peer, Command::Change { chat, intent: Box::new(intent) });
    world.pass(3_000);
    reply
}

/// Everything that control blocks decide, as one node sees it.
fn decided(world: &mut World, peer: usize, chat: ChatId) -> (u64, String, Vec<(UserId, Role)>) {
    let view = members(world, peer, chat);
    (view.index, view.title, view.members.into_iter().map(|member| (member.user, member.role)).collect())
}

fn assert_one_state(world: &mut World, peers: &[usize], chat: ChatId) {
    let first = decided(world, peers[0], chat);
    for peer in peers {
        assert_eq!(decided(world, *peer, chat), first, "peer {peer}");
    }
}

#[test]
fn a_group_talks() {
    for relays in [1, 4] {
        let (mut world, chat) = group(relays, 5);
        assert_one_state(&mut world, &[0, 1, 2, 3, 4], chat);
        for peer in 0..5 {
            world.say(peer, chat, &format!("hello from {peer}"));
            world.pass(500);
        }
        let expected: Vec<String> = (0..5).map(|peer| format!("hello from {peer}")).collect();
        for peer in 0..5 {
            assert_eq!(world.texts(peer, chat), expected, "peer {peer}");
            let own = world.history(peer, chat).into_iter().find(|message| message.mine).unwrap();
            assert_eq!(own.ticks, Some(Ticks::Delivered), "peer {peer}");
            assert!(world.refusals(peer).is_empty(), "{:?}", world.refusals(peer));
            let row = world.chats(peer).into_iter().find(|row| row.id == chat).unwrap();
            assert_eq!((&*row.title, row.members, row.kind), ("Pioneers", 5, kind::GROUP));
        }
        for peer in 0..5 {
            world.stop(peer);
            world.start(peer);
        }
        world.say(3, chat, "after a restart");
        world.pass(3_000);
        assert!((0..5).all(|peer| world.texts(peer, chat).last().unwrap() == "after a restart"));
    }
}

#[test]
fn a_newcomer_reads_what_follows_and_nothing_before() {
    let (mut world, chat) = group(4, 3);
    let late = world.join("Late", &[0, 1, 2, 3]);
    world.pass(1_000);
    world.introduce(1, late);
    world.say(0, chat, "before");
    world.pass(1_000);
    let users = vec![world.user(late)];
    world.ask(1, Command::AddMembers { chat, users }).unwrap();
    world.pass(5_000);
    world.say(0, chat, "after");
    world.say(2, chat, "too");
    world.pass(2_000);
    assert_eq!(world.texts(late, chat), ["after", "too"]);
    world.say(late, chat, "hi all");
    world.pass(2_000);
    for peer in 0..3 {
        assert_eq!(world.texts(peer, chat), ["before", "after", "too", "hi all"]);
    }
    assert_one_state(&mut world, &[0, 1, 2, late], chat);
}

#[test]
fn the_removed_hear_nothing_more_and_what_they_say_counts_for_nobody() {
    let (mut world, chat) = group(4, 4);
    world.say(3, chat, "while in");
    world.pass(1_000);
    // Peer 3 is cut off from the relays while it is removed, and goes on talking.
    world.isolate(3, true);
    let concurrent = world.say(3, chat, "concurrent");
    let user = world.user(3);
    world.ask(0, Command::RemoveMember { chat, user, ban: true }).unwrap();
    world.pass(5_000);
    world.say(0, chat, "secret");
    world.pass(2_000);
    world.isolate(3, false);
    world.pass(60_000);
    for peer in 0..3 {
        assert_eq!(world.texts(peer, chat), ["while in", "secret"], "peer {peer}");
        assert_eq!(members(&mut world, peer, chat).members.len(), 3);
    }
    assert!(!world.texts(3, chat).contains(&"secret".to_owned()));
    let row = world.chats(3).into_iter().find(|row| row.id == chat).unwrap();
    assert_eq!(row.standing, Standing::Out);
    let again = world.ask(3, Command::SendText { chat, text: "x".into(), nonce: None });
    assert!(matches!(again, Err(CommandError::Refused(_))), "{again:?}");
    assert!(world.refusals(0).contains_key("operation behind the cut of a removed device"), "{:?}", world.refusals(0));
    let users = vec![user];
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(5_000);
    assert!(world.peers[0].events.iter().any(|event| matches!(event, Event::Refused { .. })), "a ban holds");
    let _ = concurrent;
}

/// With two in it nobody else is behind who would have to be told.
#[test]
fn the_last_other_member_hears_that_they_were_taken_out() {
    let (mut world, chat) = group(4, 2);
    let user = world.user(1);
    world.say(0, chat, "one");
    world.say(1, chat, "two");
    world.pass(5_000);
    for role in [Role::Admin(Rights::INVITE), Role::Member] {
        let intent = Box::new(Intent::SetRole { user, role });
        world.ask(0, Command::Change { chat, intent }).unwrap();
        world.pass(5_000);
    }
    world.ask(0, Command::RemoveMember { chat, user, ban: false }).unwrap();
    world.pass(5_000);
    let row = world.chats(1).into_iter().find(|row| row.id == chat).unwrap();
    assert_eq!(row.standing, Standing::Out);
    assert!(
        world.peers[1].events.iter().any(|event| matches!(event, Event::Chat(row) if row.standing == Standing::Out))
    );
}

#[test]
fn what_was_shown_of_the_removed_behind_the_cut_is_taken_back_by_everybody() {
    let (mut world, chat) = group(4, 4);
    world.say(3, chat, "one");
    world.pass(1_000);
    // The admin does not hear the second message before it removes its author; the others do.
    world.isolate(0, true);
    world.say(3, chat, "two");
    world.pass(1_000);
    assert_eq!(world.texts(1, chat), ["one", "two"]);
    let user = world.user(3);
    world.ask(0, Command::RemoveMember { chat, user, ban: false }).unwrap();
    world.isolate(0, false);
    world.pass(30_000);
    for peer in 0..3 {
        assert_eq!(world.texts(peer, chat), ["one"], "peer {peer}");
    }
}

#[test]
fn twenty_admins_at_once_lose_nothing_and_do_nothing_twice() {
    let (mut world, chat) = group(4, 20);
    for peer in 1..20 {
        let user = world.user(peer);
        world
            .ask(
                0,
                Command::Change { chat, intent: Box::new(Intent::SetRole { user, role: Role::Admin(Rights::ALL) }) },
            )
            .unwrap();
    }
    world.pass(60_000);
    let all: Vec<usize> = (0..20).collect();
    assert_one_state(&mut world, &all, chat);
    let before = members(&mut world, 0, chat).index;
    // Each makes an invite link of its own.
    let command = |_| DoorCommand::MakeLink { chat, uses: 1, ttl_ms: 0, approval: false };
    world.order_each(all.iter().map(command).map(Command::Door).collect());
    world.pass(300_000);
    assert_one_state(&mut world, &all, chat);
    let view = members(&mut world, 7, chat);
    let makers: BTreeSet<UserId> = match world.ask(7, Command::Door(DoorCommand::Links(chat))) {
        Ok(Reply::ChatLinks(links)) => links.into_iter().map(|link| link.by).collect(),
        other => panic!("{other:?}"),
    };
    assert_eq!(makers.len(), 20);
    assert_eq!(view.index, before + 20, "one block each");
    assert!(all.iter().all(|peer| members(&mut world, *peer, chat).waiting == 0));
}

/// Above `RECEIPT_DEVICES_MAX` devices nobody tells how far they have got: one message is one envelope to each, and the
/// sender keeps it no longer than until its home relays have it.
#[test]
fn in_a_large_group_a_message_causes_no_receipts() {
    const PEOPLE: usize = 52;
    let (mut world, chat) = group(1, PEOPLE);
    assert_eq!(members(&mut world, 51, chat).members.len(), PEOPLE);
    world.pass(60_000);
    let frames = world.frames;
    world.say(0, chat, "to all of you");
    world.settle();
    assert!(world.frames - frames < 3 * PEOPLE, "{} frames", world.frames - frames);
    for peer in [1, 25, 51] {
        assert_eq!(world.texts(peer, chat), ["to all of you"], "peer {peer}");
    }
    world.pass(10_000);
    let sent = world.history(0, chat).pop().unwrap();
    assert_eq!(sent.ticks, Some(Ticks::Sent));
    match world.ask(0, Command::Status) {
        Ok(Reply::Status(status)) => assert_eq!(status.outbox, 0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_leaves_is_taken_out_by_one_of_the_others() {
    let (mut world, chat) = group(4, 5);
    world.ask(2, Command::Leave(chat)).unwrap();
    world.pass(60_000);
    for peer in [0, 1, 3, 4] {
        assert_eq!(members(&mut world, peer, chat).members.len(), 4, "peer {peer}");
    }
    assert_one_state(&mut world, &[0, 1, 3, 4], chat);
    assert_eq!(world.chats(2).into_iter().find(|row| row.id == chat).unwrap().standing, Standing::Out);
    let owner = world.ask(0, Command::Leave(chat));
    assert!(matches!(owner, Err(CommandError::Refused(_))), "the owner hands it over first");
    let user = world.user(1);
    change(&mut world, 0, chat, Intent::Transfer(user)).unwrap();
    world.ask(0, Command::Leave(chat)).unwrap();
    world.pass(60_000);
    assert_eq!(members(&mut world, 1, chat).members.len(), 3);
    assert_eq!(
        members(&mut world, 3, chat).members.iter().find(|member| member.user == user).unwrap().role,
        Role::Owner
    );
}

#[test]
fn who_left_can_be_added_again_and_goes_on() {
    let (mut world, chat) = group(4, 3);
    world.say(2, chat, "first life");
    world.pass(1_000);
    world.ask(2, Command::Leave(chat)).unwrap();
    world.pass(60_000);
    world.say(0, chat, "without you");
    world.pass(1_000);
    let users = vec![world.user(2)];
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(10_000);
    world.say(2, chat, "second life");
    world.say(1, chat, "welcome back");
    world.pass(3_000);
    for peer in [0, 1] {
        assert_eq!(world.texts(peer, chat), ["first life", "without you", "second life", "welcome back"]);
    }
    assert_eq!(world.texts(2, chat), ["first life", "second life", "welcome back"]);
}

#[test]
fn who_is_taken_out_holds_up_nobody_s_messages() {
    let (mut world, chat) = group(4, 3);
    world.isolate(2, true);
    let said = world.say(1, chat, "to both of you");
    world.pass(10_000);
    assert_eq!(world.truth(1, &said).message.ticks, Some(Ticks::Sent));
    let user = world.user(2);
    world.peers[1].events.clear();
    world.ask(0, Command::RemoveMember { chat, user, ban: false }).unwrap();
    world.pass(60_000);
    let told = |event: &Event| matches!(event, Event::Ticks { ticks: Ticks::Delivered, .. });
    assert!(world.peers[1].events.iter().any(told), "the tick moves without being asked for");
    match world.ask(1, Command::Status) {
        Ok(Reply::Status(status)) => assert_eq!(status.outbox, 0),
        other => panic!("{other:?}"),
    }
}

/// It waited in the removed one's outbox until they had been added again.
#[test]
fn what_was_said_behind_the_cut_counts_for_nobody_though_its_author_is_back() {
    let (mut world, chat) = group(4, 4);
    world.say(3, chat, "while in");
    world.pass(1_000);
    world.isolate(3, true);
    world.say(3, chat, "behind the cut");
    out_and_in_again(&mut world, chat, 3, |_| {});
    world.isolate(3, false);
    world.pass(60_000);
    for peer in 0..3 {
        assert_eq!(world.texts(peer, chat), ["while in"], "peer {peer}");
    }
}

#[test]
fn who_was_taken_out_and_added_again_while_away_is_in() {
    for away in [2, 1] {
        let (mut world, chat) = group(4, 3);
        world.say(away, chat, "before");
        world.pass(1_000);
        world.isolate(away, true);
        out_and_in_again(&mut world, chat, away, |_| {});
        world.isolate(away, false);
        world.pass(60_000);
        world.stop(away);
        world.start(away);
        world.pass(60_000);
        assert_one_state(&mut world, &[0, 1, 2], chat);
        world.say(0, chat, "welcome back");
        world.say(away, chat, "here I am");
        world.pass(10_000);
        for peer in 0..3 {
            assert_eq!(world.texts(peer, chat), ["before", "welcome back", "here I am"], "away {away}, peer {peer}");
        }
    }
}

#[test]
fn a_crash_at_every_commit_of_going_and_coming_back_ends_inside() {
    for commits in 1..16 {
        let (mut world, chat) = group(4, 3);
        world.isolate(2, true);
        out_and_in_again(&mut world, chat, 2, |_| {});
        world.crash_after(2, commits);
        world.isolate(2, false);
        world.pass(10_000);
        world.disarm();
        if !world.runs(2) {
            world.start(2);
        }
        world.pass(60_000);
        assert_one_state(&mut world, &[0, 1, 2], chat);
    }
}

/// What somebody said behind the cut was shown, read and taken back; then they come back.
#[test]
fn a_receipt_never_says_more_is_read_than_is_there() {
    let (mut world, chat) = group(4, 3);
    world.say(2, chat, "counts");
    world.pass(1_000);
    world.isolate(0, true);
    let behind = world.say(2, chat, "behind the cut");
    world.pass(1_000);
    world.ask(1, Command::MarkRead { chat, up_to: behind.id }).unwrap();
    world.pass(1_000);
    let user = world.user(2);
    world.ask(0, Command::RemoveMember { chat, user, ban: false }).unwrap();
    world.isolate(0, false);
    world.pass(60_000);
    assert_eq!(world.texts(1, chat), ["counts"]);
    world.ask(0, Command::AddMembers { chat, users: vec![user] }).unwrap();
    world.pass(60_000);
    let said = world.say(0, chat, "welcome back");
    world.pass(10_000);
    assert_eq!(world.truth(0, &said).message.ticks, Some(Ticks::Delivered));
    for peer in 0..3 {
        assert_eq!(world.refusals(peer).get("body out of bounds"), None, "peer {peer}");
    }
}

/// Takes a member out, lets the others talk, and adds the member again.
fn out_and_in_again(world: &mut World, chat: ChatId, member: usize, meanwhile: impl FnOnce(&mut World)) {
    let user = world.user(member);
    world.ask(0, Command::RemoveMember { chat, user, ban: false }).unwrap();
    world.pass(60_000);
    meanwhile(world);
    world.ask(0, Command::AddMembers { chat, users: vec![user] }).unwrap();
    world.pass(60_000);
}

#[test]
fn who_comes_back_is_heard_by_those_who_came_meanwhile() {
    let (mut world, chat) = group(4, 3);
    let late = world.join("Late", &[0, 1, 2, 3]);
    world.pass(1_000);
    world.introduce(0, late);
    world.say(2, chat, "first life");
    world.pass(1_000);
    let users = vec![world.user(late)];
    out_and_in_again(&mut world, chat, 2, |world| {
        world.ask(0, Command::AddMembers { chat, users }).unwrap();
        world.pass(10_000);
    });
    world.say(2, chat, "second life");
    world.say(2, chat, "and on");
    world.pass(10_000);
    assert_eq!(world.texts(late, chat), ["second life", "and on"]);
    assert_eq!(world.texts(1, chat), ["first life", "second life", "and on"]);
}

#[test]
fn who_went_while_one_was_out_is_waited_for_no_more() {
    let (mut world, chat) = group(4, 4);
    world.say(1, chat, "hello");
    world.pass(1_000);
    let user = world.user(1);
    out_and_in_again(&mut world, chat, 2, |world| {
        world.ask(0, Command::RemoveMember { chat, user, ban: false }).unwrap();
        world.pass(60_000);
    });
    let said = world.say(2, chat, "who is there?");
    world.pass(10_000);
    assert_eq!(world.truth(2, &said).message.ticks, Some(Ticks::Delivered));
    match world.ask(2, Command::Status) {
        Ok(Reply::Status(status)) => assert_eq!(status.outbox, 0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn delivery_truth_says_nothing_of_devices_that_came_in_after_the_message() {
    let (mut world, chat) = group(4, 3);
    let late = world.join("Late", &[0, 1, 2, 3]);
    world.pass(1_000);
    world.introduce(0, late);
    let before = world.say(0, chat, "before");
    world.pass(1_000);
    let users = vec![world.user(late)];
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(10_000);
    let after = world.say(0, chat, "after");
    world.pass(1_000);
    let told = |world: &mut World, message| {
        world.truth(0, message).devices.into_iter().map(|(user, ..)| user).collect::<BTreeSet<_>>()
    };
    let (one, two, late) = (world.user(1), world.user(2), world.user(late));
    assert_eq!(told(&mut world, &before), BTreeSet::from([one, two]));
    assert_eq!(told(&mut world, &after), BTreeSet::from([one, two, late]));
}

#[test]
fn delivery_truth_is_silent_about_epochs_that_one_was_in_before_one_was_out() {
    let (mut world, chat) = group(4, 3);
    world.isolate(1, true);
    let first = world.say(2, chat, "first life");
    world.pass(1_000);
    assert_eq!(world.truth(2, &first).devices.len(), 2);
    out_and_in_again(&mut world, chat, 2, |_| {});
    // Nobody ever told who of them has it: what was known of that went when its author was taken out.
    let truth = world.truth(2, &first);
    assert_eq!(truth.devices, []);
    let again = world.say(2, chat, "second life");
    world.isolate(1, false);
    world.pass(60_000);
    assert_eq!(world.truth(2, &again).devices.len(), 2);
}

#[test]
fn rights_are_checked_by_name() {
    let (mut world, chat) = group(4, 3);
    let (one, two) = (world.user(1), world.user(2));
    let title = |text: &str| Intent::SetInfo(InfoChange { title: Some(text.into()), ..InfoChange::default() });
    let refused = |reply: Result<Reply, CommandError>, why: &str| match reply {
        Err(CommandError::Refused(text)) => assert!(text.contains(why), "{text}"),
        other => panic!("{other:?}"),
    };
    refused(change(&mut world, 1, chat, title("mine")), "permit");
    refused(change(&mut world, 1, chat, Intent::Transfer(one)), "right");
    refused(world.ask(1, Command::RemoveMember { chat, user: two, ban: false }), "permit");
    change(&mut world, 0, chat, Intent::SetRole { user: one, role: Role::Admin(Rights::CHANGE_INFO) }).unwrap();
    change(&mut world, 1, chat, title("Ours")).unwrap();
    assert_eq!(members(&mut world, 2, chat).title, "Ours");
    refused(change(&mut world, 1, chat, Intent::SetRole { user: two, role: Role::Banned }), "right");
    // Nobody writes but admins; then one again, slowly.
    let none = Intent::SetPolicy { permissions: Permissions::REACT, slow_mode: 0, signed: true };
    change(&mut world, 0, chat, none).unwrap();
    refused(world.ask(2, Command::SendText { chat, text: "psst".into(), nonce: None }), "permit");
    // A file is media, whatever is in it.
    let file = || Command::Say { chat, body: Box::new(Body::File(Box::new(crate::messages::file()))), nonce: None };
    refused(world.ask(2, file()), "permit");
    world.say(1, chat, "admins may");
    let slow = Intent::SetPolicy { permissions: Permissions::GROUP, slow_mode: 30, signed: true };
    change(&mut world, 0, chat, slow).unwrap();
    world.say(2, chat, "one");
    refused(world.ask(2, Command::SendText { chat, text: "two".into(), nonce: None }), "slow mode");
    refused(world.ask(2, file()), "slow mode");
    world.pass(31_000);
    world.say(2, chat, "two");
    world.pass(2_000);
    assert_eq!(world.texts(0, chat), ["admins may", "one", "two"]);
    assert_one_state(&mut world, &[0, 1, 2], chat);
}

#[test]
fn in_a_channel_admins_post_and_the_others_read() {
    let mut world = World::new(4);
    for name in ["A", "B", "C"] {
        world.join(name, &[0, 1, 2, 3]);
    }
    world.pass(1_000);
    world.introduce(0, 1);
    world.introduce(0, 2);
    let chat = create(&mut world, 0, kind::CHANNEL, "News");
    let users = vec![world.user(1), world.user(2)];
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(5_000);
    world.say(0, chat, "today");
    world.pass(2_000);
    assert_eq!(world.texts(1, chat), ["today"]);
    let reply = world.ask(2, Command::SendText { chat, text: "me too".into(), nonce: None });
    assert!(matches!(reply, Err(CommandError::Refused(_))), "{reply:?}");
}

#[test]
fn a_control_change_needs_no_relay_in_particular() {
    for missing in 0..4 {
        let (mut world, chat) = group(4, 3);
        world.stop_relay(missing);
        let title = InfoChange { title: Some(format!("without {missing}")), ..InfoChange::default() };
        change(&mut world, 0, chat, Intent::SetInfo(title)).unwrap();
        world.pass(10_000);
        for peer in 0..3 {
            assert_eq!(members(&mut world, peer, chat).title, format!("without {missing}"), "peer {peer}");
        }
    }
}

#[test]
fn a_crash_at_every_commit_of_adding_and_removing_leaves_all_in_one_state() {
    for victim in [0, 1, 2] {
        for commits in (1..30).step_by(2) {
            let (mut world, chat) = group(4, 3);
            let late = world.join("Late", &[0, 1, 2, 3]);
            world.pass(1_000);
            world.introduce(0, late);
            let (users, gone) = (vec![world.user(late)], world.user(2));
            world.crash_after(victim, commits);
            let _ = world.order(0, Command::AddMembers { chat, users: users.clone() });
            world.pass(2_000);
            if world.runs(0) {
                let _ = world.order(0, Command::RemoveMember { chat, user: gone, ban: false });
            }
            world.pass(10_000);
            if !world.runs(victim) {
                world.start(victim);
            }
            world.disarm();
            world.pass(60_000);
            // What was not answered before the crash is asked again; what was answered has happened.
            let _ = world.order(0, Command::AddMembers { chat, users });
            let _ = world.order(0, Command::RemoveMember { chat, user: gone, ban: false });
            world.pass(120_000);
            assert_one_state(&mut world, &[0, 1, late], chat);
            assert_eq!(members(&mut world, 0, chat).members.len(), 3, "victim {victim}, commit {commits}");
            for peer in [0, 1, late] {
                world.say(peer, chat, &format!("still {peer}"));
            }
            world.pass(10_000);
            let texts = |world: &mut World, peer| world.texts(peer, chat);
            assert_eq!(texts(&mut world, 0), texts(&mut world, 1), "victim {victim}, commit {commits}");
            assert_eq!(texts(&mut world, 0), texts(&mut world, late), "victim {victim}, commit {commits}");
            assert_eq!(texts(&mut world, 0).len(), 3, "victim {victim}, commit {commits}");
        }
    }
}

/// Nobody says anything after it, so that nobody notices by what is said in an older epoch who is behind.
#[test]
fn whose_block_it_was_tells_all_of_it_also_after_a_crash() {
    const PEOPLE: usize = 10;
    for commits in 1..8 {
        let (mut world, chat) = group(4, PEOPLE);
        world.pass(60_000);
        let before = members(&mut world, 0, chat).index;
        world.crash_after(0, commits);
        let _ = world.order(0, Command::RenewKeys(chat));
        world.pass(30_000);
        world.disarm();
        if !world.runs(0) {
            world.start(0);
        }
        world.pass(60_000);
        let indexes: Vec<u64> = (0..PEOPLE).map(|peer| members(&mut world, peer, chat).index).collect();
        assert!(indexes[0] <= before + 1 && indexes.iter().all(|at| *at == indexes[0]), "{commits}: {indexes:?}");
    }
}

#[test]
fn a_channel_names_who_posted_or_does_not() {
    let (mut world, _) = group(1, 2);
    let chat = create(&mut world, 0, kind::CHANNEL, "News");
    let users = vec![world.user(1)];
    world.ask(0, Command::AddMembers { chat, users }).unwrap();
    world.pass(5_000);
    let signed = |signed| Intent::SetPolicy { permissions: Permissions::CHANNEL, slow_mode: 0, signed };
    world.say(0, chat, "signed");
    world.pass(2_000);
    change(&mut world, 0, chat, signed(false)).unwrap();
    world.say(0, chat, "not signed");
    world.pass(2_000);
    change(&mut world, 0, chat, signed(true)).unwrap();
    world.say(0, chat, "signed again");
    world.pass(2_000);
    for round in 0..2 {
        let authors: Vec<String> = world.history(1, chat).into_iter().map(|message| message.author).collect();
        assert_eq!(authors, ["P0", "", "P0"], "round {round}");
        world.stop(1);
        world.start(1);
        world.pass(2_000);
    }
}
