//! Invite links of groups and channels: who has one comes in as it says, whoever answers.

use super::groups::{create, members};
use chappe_protocol::chat::control::intent::Intent;
use chappe_protocol::chat::control::rules::{Rights, Role};
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::{Command, CommandError, DoorCommand, Reply};
use chappe_protocol::peer::view::{AskingView, ChatLinkView, JoinView};
use chappe_protocol::wire::registry::chat as kind;
use chappe_tests::world::World;

struct Terms {
    uses: u32,
    ttl_ms: u64,
    approval: bool,
}

const OPEN: Terms = Terms { uses: 0, ttl_ms: 0, approval: false };

/// So many people, of whom nobody knows anybody; the first has a group.
fn strangers(relays: usize, people: usize, sort: u16) -> (World, ChatId) {
    let mut world = World::new(relays);
    let all: Vec<usize> = (0..relays).collect();
    for n in 0..people {
        world.join(&format!("P{n}"), &all);
    }
    world.pass(1_000);
    let chat = create(&mut world, 0, sort, "Pioneers");
    (world, chat)
}

fn door(world: &mut World, peer: usize, command: DoorCommand) -> Result<Reply, CommandError> {
    world.ask(peer, Command::Door(command))
}

fn make(world: &mut World, peer: usize, chat: ChatId, terms: Terms) -> ChatLinkView {
    let Terms { uses, ttl_ms, approval } = terms;
    let view = match door(world, peer, DoorCommand::MakeLink { chat, uses, ttl_ms, approval }) {
        Ok(Reply::ChatLink(view)) => *view,
        other => panic!("{other:?}"),
    };
    world.pass(3_000);
    view
}

fn links(world: &mut World, peer: usize, chat: ChatId) -> Vec<ChatLinkView> {
    match door(world, peer, DoorCommand::Links(chat)) {
        Ok(Reply::ChatLinks(views)) => views,
        other => panic!("{other:?}"),
    }
}

fn join(world: &mut World, peer: usize, link: &ChatLinkView) {
    let asked = world.ask(peer, Command::Join { link: link.link.clone(), greeting: "hi".into() });
    assert!(matches!(asked, Ok(Reply::Join(_))), "{asked:?}");
}

fn joins(world: &mut World, peer: usize) -> Vec<JoinView> {
    match world.ask(peer, Command::Joins) {
        Ok(Reply::Joins(views)) => views,
        other => panic!("{other:?}"),
    }
}

fn asking(world: &mut World, peer: usize, chat: ChatId) -> Vec<AskingView> {
    match door(world, peer, DoorCommand::Asking(chat)) {
        Ok(Reply::Asking(views)) => views,
        other => panic!("{other:?}"),
    }
}

fn is_in(world: &mut World, peer: usize, chat: ChatId) -> bool {
    world.chats(peer).iter().any(|row| row.id == chat)
}

#[test]
fn a_stranger_comes_in_by_a_link_and_talks() {
    for (relays, sort) in [(1, kind::GROUP), (4, kind::GROUP), (4, kind::CHANNEL)] {
        let (mut world, chat) = strangers(relays, 3, sort);
        let link = make(&mut world, 0, chat, OPEN);
        assert_eq!(links(&mut world, 0, chat)[0].relays, relays);
        world.say(0, chat, "before");
        for peer in [1, 2] {
            join(&mut world, peer, &link);
            world.pass(5_000);
            assert!(is_in(&mut world, peer, chat), "{relays} relays, peer {peer}: {:?}", world.refusals(0));
            assert!(joins(&mut world, peer).is_empty());
        }
        world.say(0, chat, "welcome");
        world.pass(3_000);
        for peer in [1, 2] {
            assert_eq!(world.texts(peer, chat), ["welcome"]);
        }
        if sort == kind::GROUP {
            world.say(2, chat, "hello");
            world.pass(3_000);
            assert_eq!(world.texts(0, chat), ["before", "welcome", "hello"]);
            assert_eq!(world.texts(1, chat), ["welcome", "hello"]);
        }
        let view = members(&mut world, 1, chat);
        assert_eq!(view.members.len(), 3);
        assert_eq!(links(&mut world, 0, chat)[0].used, 2);
        // What the letterboxes of the other relays push when the answer has come by one is nobody's fault.
        let late = "a push of a log that is not ours";
        for peer in 0..3 {
            assert!(world.refusals(peer).keys().all(|why| *why == late), "{:?}", world.refusals(peer));
        }
    }
}

#[test]
fn with_approval_a_person_says_yes_or_no_on_any_device_that_may() {
    let (mut world, chat) = strangers(4, 5, kind::GROUP);
    let link = make(&mut world, 0, chat, OPEN);
    join(&mut world, 1, &link);
    world.pass(5_000);
    let user = world.user(1);
    let admin = Intent::SetRole { user, role: Role::Admin(Rights::INVITE) };
    world.ask(0, Command::Change { chat, intent: Box::new(admin) }).unwrap();
    world.pass(5_000);
    let careful = make(&mut world, 1, chat, Terms { approval: true, ..OPEN });
    for peer in [2, 3, 4] {
        join(&mut world, peer, &careful);
    }
    world.pass(60_000);
    for admin in [0, 1] {
        let names: Vec<String> = asking(&mut world, admin, chat).into_iter().map(|asking| asking.name).collect();
        assert_eq!(names.len(), 3, "admin {admin}: {names:?}");
    }
    assert!([2, 3, 4].iter().all(|peer| !is_in(&mut world, *peer, chat)));
    // One says yes, the other no; the third request outlives a restart of both.
    let of = |world: &mut World, admin, name: &str| {
        asking(world, admin, chat).into_iter().find(|asking| asking.name == name).unwrap().request
    };
    let (yes, no) = (of(&mut world, 1, "P2"), of(&mut world, 0, "P3"));
    door(&mut world, 1, DoorCommand::Answer { chat, request: yes, accept: true }).unwrap();
    door(&mut world, 0, DoorCommand::Answer { chat, request: no, accept: false }).unwrap();
    world.pass(10_000);
    assert!(is_in(&mut world, 2, chat) && !is_in(&mut world, 3, chat));
    for admin in [0, 1] {
        let names: Vec<String> = asking(&mut world, admin, chat).into_iter().map(|asking| asking.name).collect();
        assert_eq!(names, ["P4"], "admin {admin}");
        world.stop(admin);
        world.start(admin);
    }
    world.pass(5_000);
    let late = of(&mut world, 0, "P4");
    door(&mut world, 0, DoorCommand::Answer { chat, request: late, accept: true }).unwrap();
    world.pass(10_000);
    assert!(is_in(&mut world, 4, chat));
    let again = door(&mut world, 0, DoorCommand::Answer { chat, request: late, accept: true });
    assert!(matches!(again, Err(CommandError::NotFound(_))), "{again:?}");
    // Members without the right see none of it, and nobody else does.
    assert!(door(&mut world, 2, DoorCommand::Links(chat)).is_err());
    assert!(door(&mut world, 2, DoorCommand::MakeLink { chat, uses: 0, ttl_ms: 0, approval: false }).is_err());
}

#[test]
fn no_more_come_than_may_though_two_admins_answer_at_once() {
    for relays in [1, 4] {
        let (mut world, chat) = strangers(relays, 7, kind::GROUP);
        let first = make(&mut world, 0, chat, OPEN);
        join(&mut world, 1, &first);
        world.pass(5_000);
        let user = world.user(1);
        let admin = Intent::SetRole { user, role: Role::Admin(Rights::ALL) };
        world.ask(0, Command::Change { chat, intent: Box::new(admin) }).unwrap();
        world.pass(5_000);
        let link = make(&mut world, 0, chat, Terms { uses: 3, approval: true, ttl_ms: 0 });
        for peer in 2..7 {
            join(&mut world, peer, &link);
        }
        world.pass(5_000);
        // Both say yes to all five, in the same moment.
        let wanted: Vec<_> = asking(&mut world, 0, chat).into_iter().map(|asking| asking.request).collect();
        assert_eq!(wanted.len(), 5);
        for request in wanted {
            world.order_both(Command::Door(DoorCommand::Answer { chat, request, accept: true }));
        }
        world.pass(60_000);
        let inside = (2..7).filter(|peer| is_in(&mut world, *peer, chat)).count();
        assert_eq!(inside, 3, "{relays} relays");
        for admin in [0, 1] {
            let view = members(&mut world, admin, chat);
            assert_eq!((view.members.len(), view.waiting), (5, 0), "{relays} relays, admin {admin}");
            let used = links(&mut world, admin, chat).into_iter().find(|other| other.id == link.id).unwrap();
            assert_eq!((used.used, used.uses), (3, 3));
            assert!(asking(&mut world, admin, chat).is_empty());
        }
    }
}

#[test]
fn withdrawn_expired_and_used_up_links_let_nobody_in() {
    let (mut world, chat) = strangers(4, 6, kind::GROUP);
    let once = make(&mut world, 0, chat, Terms { uses: 1, ..OPEN });
    let short = make(&mut world, 0, chat, Terms { ttl_ms: 60_000, ..OPEN });
    let gone = make(&mut world, 0, chat, OPEN);
    let banned = make(&mut world, 0, chat, OPEN);
    join(&mut world, 1, &once);
    world.pass(5_000);
    assert!(is_in(&mut world, 1, chat));
    door(&mut world, 0, DoorCommand::RevokeLink { chat, link: gone.id }).unwrap();
    let user = world.user(5);
    let ban = Intent::SetRole { user, role: Role::Banned };
    world.ask(0, Command::Change { chat, intent: Box::new(ban) }).unwrap();
    world.pass(70_000);
    for (peer, link) in [(2, &once), (3, &short), (4, &gone), (5, &banned)] {
        join(&mut world, peer, link);
    }
    world.pass(60_000);
    for peer in [2, 3, 4] {
        assert!(!is_in(&mut world, peer, chat), "peer {peer}");
        assert!(!joins(&mut world, peer)[0].problem.is_empty(), "peer {peer} is told");
    }
    assert!(!is_in(&mut world, 5, chat));
    assert_eq!(world.refusals(0).get("request to join of somebody who is banned"), Some(&4), "a copy a relay");
    let id = joins(&mut world, 2)[0].id;
    world.ask(2, Command::CancelJoin(id)).unwrap();
    assert!(joins(&mut world, 2).is_empty());
    assert_eq!(members(&mut world, 0, chat).members.len(), 2);
}

#[test]
fn an_answer_waits_for_who_is_away_and_survives_crashes_on_both_sides() {
    for commits in 1..9 {
        for crasher in [0, 1] {
            let (mut world, chat) = strangers(4, 2, kind::GROUP);
            let link = make(&mut world, 0, chat, OPEN);
            // Nobody is there to answer.
            world.isolate(0, true);
            join(&mut world, 1, &link);
            world.pass(3_000);
            assert!(!is_in(&mut world, 1, chat));
            world.isolate(1, true);
            world.isolate(0, false);
            world.pass(30_000);
            world.crash_after(crasher, commits);
            world.isolate(1, false);
            world.pass(30_000);
            world.disarm();
            if !world.runs(crasher) {
                world.start(crasher);
            }
            world.pass(60_000);
            assert!(is_in(&mut world, 1, chat), "{crasher} crashed behind {commits} commits");
            world.say(1, chat, "hello");
            world.pass(3_000);
            assert_eq!(world.texts(0, chat), ["hello"]);
            assert_eq!(members(&mut world, 0, chat).members.len(), 2);
        }
    }
}

#[test]
fn members_who_are_nobodys_contact_have_names_also_after_a_restart() {
    let (mut world, chat) = strangers(4, 3, kind::GROUP);
    let link = make(&mut world, 0, chat, OPEN);
    for peer in [1, 2] {
        join(&mut world, peer, &link);
        world.pass(5_000);
    }
    // Who came first says something, and who came later learns who that is.
    world.say(1, chat, "hello");
    world.say(0, chat, "welcome");
    world.pass(5_000);
    for round in 0..2 {
        for peer in 0..3 {
            let mut names: Vec<String> =
                members(&mut world, peer, chat).members.into_iter().map(|member| member.name).collect();
            names.sort();
            assert_eq!(names, ["P0", "P1", "P2"], "peer {peer}, round {round}");
            world.stop(peer);
            world.start(peer);
        }
        world.pass(5_000);
    }
    assert_eq!(world.texts(2, chat), ["hello", "welcome"]);
}
