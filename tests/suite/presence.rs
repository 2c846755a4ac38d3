//! Who is there, and when they were there last: told as exactly as people want, to who is there and to who comes later.

use crate::conversation::couple;
use crate::hostile::Liar;
use chappe_protocol::chat::op::Op;
use chappe_protocol::content::Body;
use chappe_protocol::content::receipt::Receipt;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Act, Command, Event, OwnCommand};
use chappe_protocol::peer::view::ChatView;
use chappe_tests::world::World;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn here(world: &mut World, peer: usize, here: bool) {
    world.ask(peer, Command::Act(Act::Here(here))).unwrap();
    world.pass(1_000);
}

fn row(world: &mut World, peer: usize, chat: ChatId) -> ChatView {
    world.chats(peer).into_iter().find(|row| row.id == chat).unwrap()
}

/// Whether somebody counts as there, and when they were seen last.
fn seen(world: &mut World, peer: usize, chat: ChatId) -> (bool, u64) {
    let row = row(world, peer, chat);
    (row.online_until > world.now().wall, row.seen)
}

fn minute(world: &World) -> u64 {
    world.now().wall / MINUTE * MINUTE
}

#[test]
fn who_is_there_is_seen_and_then_when_they_went() {
    let (mut world, chat) = couple(1);
    assert_eq!(seen(&mut world, 1, chat), (false, 0), "nothing is known");
    here(&mut world, 0, true);
    let at = minute(&world);
    assert_eq!(seen(&mut world, 1, chat), (true, at));
    assert_eq!(seen(&mut world, 0, chat), (false, 0), "Bob tells nothing");
    // It lasts as long as the program says so.
    for _ in 0..4 {
        world.pass(30_000);
        here(&mut world, 0, true);
    }
    assert!(seen(&mut world, 1, chat).0);
    let told = |world: &World| world.peers[1].events.iter().filter(|event| matches!(event, Event::Chat(_))).count();
    let before = told(&world);
    here(&mut world, 0, false);
    let went = minute(&world);
    assert_eq!(seen(&mut world, 1, chat), (false, went));
    assert!(told(&world) > before, "the page hears of it");
    // A program that stops without a word is gone after a minute.
    here(&mut world, 0, true);
    world.pass(2 * MINUTE);
    assert!(!seen(&mut world, 1, chat).0);
    // Also over a restart.
    let last = seen(&mut world, 1, chat).1;
    world.stop(1);
    world.start(1);
    world.pass(1_000);
    assert_eq!(seen(&mut world, 1, chat), (false, last));
}

#[test]
fn who_was_away_hears_when_the_other_was_there_last() {
    let (mut world, chat) = couple(1);
    world.stop(1);
    here(&mut world, 0, true);
    world.pass(5 * MINUTE);
    here(&mut world, 0, true);
    here(&mut world, 0, false);
    let went = minute(&world);
    world.pass(3 * DAY);
    world.start(1);
    world.pass(5_000);
    assert_eq!(seen(&mut world, 1, chat), (false, went));
}

#[test]
fn who_tells_roughly_is_told_roughly() {
    let (mut world, chat) = couple(1);
    world.ask(0, Command::Own(OwnCommand::SetSeenRoughly(true))).unwrap();
    here(&mut world, 0, true);
    assert_eq!(seen(&mut world, 1, chat), (false, 0), "no signal says it");
    here(&mut world, 0, false);
    let day = world.now().wall / DAY * DAY;
    assert_eq!(seen(&mut world, 1, chat), (false, day), "the day, and no more");
    here(&mut world, 1, true);
    assert_eq!(seen(&mut world, 0, chat), (false, day));
    here(&mut world, 1, false);
    world.ask(0, Command::Own(OwnCommand::SetSeenRoughly(false))).unwrap();
    let exact = seen(&mut world, 0, chat).1;
    assert!(exact > day && exact == exact / MINUTE * MINUTE);
}

#[test]
fn a_time_to_come_is_no_time() {
    let (mut world, chat) = couple(1);
    let mut liar = Liar::new(&mut world, chat);
    let year = world.now().wall / 1000 + 365 * DAY / 1000;
    let body = Body::Receipt(Receipt { marks: vec![], own: vec![], active: Some(year) });
    let bytes = body.encode().unwrap();
    let op = Op { seq: 1_000_000, prev: OpId([0; 32]), kind: body.kind(), body: bytes, ..liar.next("x") };
    let envelope = liar.seal_op(op);
    liar.push(&mut world, envelope);
    world.pass(1_000);
    let (online, at) = seen(&mut world, 0, chat);
    assert!(!online && at > 0 && at <= world.now().wall + 6 * MINUTE, "{at}");
}
